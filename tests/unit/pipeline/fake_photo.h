/* A photo in memory that stands in for geo/photo.h in the tests of tiles and gathering. Include in one source of a test. */
#ifndef PV_TESTS_FAKE_PHOTO_H
#define PV_TESTS_FAKE_PHOTO_H

#include <stdint.h>
#include <string.h>

#include "geo/photo.h"

struct pv_photo {
    pv_photo_facts facts;
    const uint16_t *band[PV_MAX_BANDS]; /* [h][w] */
    const uint8_t *valid;               /* [h][w] PV_PIXEL_* */
    int reads;                          /* calls of pv_photo_read so far */
    int once;                           /* pv_photo_read_once() */
    int64_t expected_px;                /* of pv_photo_expect() */
    int fail;                           /* 1 = every read fails */
    int empty_from_x;                   /* > 0: blocks from this column on were never written */
    uint16_t *lent;                     /* [n_bands][h][w] what is lent, filled by pv_photo_lend_rows(); NULL = nothing is */
    int lent_rows;                      /* that were filled */
};

const pv_photo_facts *pv_photo_facts_of(const pv_photo *photo)
{
    return &photo->facts;
}

void pv_photo_read_once(pv_photo *photo, int once)
{
    photo->once = once;
}

void pv_photo_expect(pv_photo *photo, pv_rect rect)
{
    rect = pv_rect_intersect(rect, (pv_rect){0, 0, photo->facts.width_px, photo->facts.height_px});
    photo->expected_px += (int64_t)rect.w * rect.h;
}

int pv_photo_is_empty(pv_photo *photo, pv_rect rect)
{
    return photo->empty_from_x > 0 && rect.x >= photo->empty_from_x;
}

static inline size_t fake_plane(const pv_photo *photo)
{
    return (size_t)photo->facts.width_px * (size_t)photo->facts.height_px;
}

int pv_photo_lends(const pv_photo *photo, int fx, int fy)
{
    return photo->lent != NULL && fx == 1 && fy == 1;
}

void pv_photo_lend(pv_photo *photo, int band, const uint16_t **pixels, const uint8_t **valid)
{
    *pixels = photo->lent + (size_t)band * fake_plane(photo);
    *valid = photo->valid;
}

void pv_photo_lend_rows(pv_photo *photo, int y, int h)
{
    size_t w = (size_t)photo->facts.width_px, from = (size_t)y * w;
    photo->lent_rows += h;
    for (size_t b = 0; b < (size_t)photo->facts.n_bands; b++)
        for (size_t i = from; i < from + (size_t)h * w; i++)
            photo->lent[b * fake_plane(photo) + i] = photo->valid[i] == PV_PIXEL_VALID ? photo->band[b][i] : 0;
}

pv_status pv_photo_read_to(pv_photo *photo, pv_rect rect, int n_bands, const int *band_index, pv_planes out, pv_err *err)
{
    photo->reads++;
    if (photo->fail) return pv_fail(err, PV_IO, "the disk is gone");
    for (int y = 0; y < rect.h; y++) {
        for (int x = 0; x < rect.w; x++) {
            int px = rect.x + x, py = rect.y + y, in = px >= 0 && py >= 0 && px < photo->facts.width_px && py < photo->facts.height_px;
            size_t to = (size_t)y * out.row + (size_t)x, from = in ? (size_t)py * (size_t)photo->facts.width_px + (size_t)px : 0;
            out.valid[to] = in ? photo->valid[from] : PV_PIXEL_NODATA;
            for (int b = 0; b < n_bands; b++)
                out.band[(size_t)b * out.plane + to] = out.valid[to] == PV_PIXEL_VALID ? photo->band[band_index[b]][from] : 0;
        }
    }
    return PV_OK;
}

/* Cells by their definition, pixel by pixel. */
pv_status pv_photo_read_cells(pv_photo *photo, pv_rect cells, int fx, int fy, int n_bands, const int *band_index, pv_planes out, pv_err *err)
{
    if (fx == 1 && fy == 1) return pv_photo_read_to(photo, cells, n_bands, band_index, out, err);
    photo->reads++;
    if (photo->fail) return pv_fail(err, PV_IO, "the disk is gone");
    for (int y = 0; y < cells.h; y++) {
        for (int x = 0; x < cells.w; x++) {
            pv_rect whole = {0, 0, photo->facts.width_px, photo->facts.height_px};
            pv_rect cell = pv_rect_intersect((pv_rect){(cells.x + x) * fx, (cells.y + y) * fy, fx, fy}, whole);
            size_t to = (size_t)y * out.row + (size_t)x;
            int64_t n = 0, damaged = 0, sum[PV_MAX_BANDS] = {0};
            for (int j = cell.y; j < cell.y + cell.h; j++) {
                for (int i = cell.x; i < cell.x + cell.w; i++) {
                    size_t at = (size_t)j * (size_t)whole.w + (size_t)i;
                    damaged += photo->valid[at] == PV_PIXEL_UNREADABLE;
                    if (photo->valid[at] != PV_PIXEL_VALID) continue;
                    n++;
                    for (int b = 0; b < n_bands; b++) sum[b] += photo->band[band_index[b]][at];
                }
            }
            int ok = 2 * n >= fx * fy;
            out.valid[to] = ok ? PV_PIXEL_VALID : damaged > 0 ? PV_PIXEL_UNREADABLE : PV_PIXEL_NODATA;
            for (int b = 0; b < n_bands; b++) out.band[(size_t)b * out.plane + to] = (uint16_t)(ok ? (2 * sum[b] + n) / (2 * n) : 0);
        }
    }
    return PV_OK;
}

#endif
