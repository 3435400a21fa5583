#include "geo/photo_small.h"

#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_SMALL_CHUNK = 1024, PV_SMALL_ROWS = 64, PV_SMALL_MOST_SIDE = 255 /* so that sums stay below 2^32 */ };

pv_status pv_small_new(pv_small **out, const pv_photo_facts *facts, int fx, int fy, const int band[PV_SMALL_BANDS], int most, pv_err *err)
{
    pv_status st = PV_OK;
    pv_small *s = NULL;
    if (pv_cells_across(pv_max(facts->width_px, facts->height_px), most) < pv_max(fx, fy)) fx = fy = 1;
    int w = pv_cells_across(facts->width_px, fx), h = pv_cells_across(facts->height_px, fy), side = pv_cells_across(pv_max(w, h), most);
    if (side > PV_SMALL_MOST_SIDE) return pv_fail(err, PV_INPUT, "the photo is too large for a picture of it");
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "photo in small", err));
    *s = (pv_small){fx, fy, w, h, side, pv_cells_across(w, side), pv_cells_across(h, side), {0}, {NULL}, NULL, 0};
    size_t n = (size_t)s->w * (size_t)s->h;
    for (int k = 0; k < PV_SMALL_BANDS; k++) {
        s->band[k] = band[k];
        PV_TRY(pv_alloc(&s->sum[k], n, sizeof *s->sum[k], "photo in small", err));
    }
    PV_TRY(pv_alloc(&s->n, n, sizeof *s->n, "photo in small", err));
    *out = s;
    s = NULL;
out:
    pv_small_free(s);
    return st;
}

void pv_small_free(pv_small *s)
{
    if (s == NULL) return;
    for (int k = 0; k < PV_SMALL_BANDS; k++) pv_free(s->sum[k]);
    pv_free(s->n);
    pv_free(s);
}

int64_t pv_small_bytes(const pv_small *s)
{
    return (int64_t)sizeof *s + (int64_t)s->w * s->h * (PV_SMALL_BANDS + 1) * (int64_t)sizeof(uint32_t);
}

/* Squares on the rim of a part are added to by those who add its neighbours. */
static void pv_small_raise(uint32_t *to, uint32_t by)
{
    (void)__atomic_fetch_add(to, by, __ATOMIC_RELAXED);
}

/* The cells of one square, w x h of them. */
static void pv_small_square(pv_small *s, size_t to, int w, int h, const uint16_t *const band[PV_SMALL_BANDS], size_t band_row, const uint8_t *valid,
                            size_t valid_row)
{
    uint32_t sum[PV_SMALL_BANDS] = {0}, n = 0;
    for (size_t y = 0; y < (size_t)h; y++) {
        for (size_t x = 0; x < (size_t)w; x++) n += valid[y * valid_row + x] == PV_PIXEL_VALID;
        for (int k = 0; k < PV_SMALL_BANDS; k++)
            for (size_t x = 0; x < (size_t)w; x++) sum[k] += band[k][y * band_row + x];
    }
    if (n == 0) return;
    for (int k = 0; k < PV_SMALL_BANDS; k++) pv_small_raise(&s->sum[k][to], sum[k]);
    pv_small_raise(&s->n[to], n);
}

void pv_small_add(pv_small *s, pv_rect cells, const uint16_t *const band[PV_SMALL_BANDS], size_t band_row, const uint8_t *valid, size_t valid_row)
{
    int right = cells.x + cells.w, bottom = cells.y + cells.h;
    for (int y = cells.y, y1 = y; y < bottom; y = y1) {
        y1 = pv_min((y / s->side + 1) * s->side, bottom);
        for (int x = cells.x, x1 = x; x < right; x = x1) {
            x1 = pv_min((x / s->side + 1) * s->side, right);
            const uint16_t *at[PV_SMALL_BANDS];
            for (int k = 0; k < PV_SMALL_BANDS; k++) at[k] = band[k] + (size_t)(y - cells.y) * band_row + (size_t)(x - cells.x);
            pv_small_square(s, (size_t)(y / s->side) * (size_t)s->w + (size_t)(x / s->side), x1 - x, y1 - y, at, band_row,
                            valid + (size_t)(y - cells.y) * valid_row + (size_t)(x - cells.x), valid_row);
        }
    }
}

/* Cells of a chunk: whole blocks, or rows of a photo in strips. */
static void pv_small_chunk(const pv_photo_facts *f, int fx, int fy, int *w, int *h)
{
    int wide = f->block_w_px >= f->width_px;
    *w = wide ? pv_cells_across(f->width_px, fx) : pv_cells_across(PV_SMALL_CHUNK, fx);
    *h = pv_cells_across(wide ? PV_SMALL_ROWS : PV_SMALL_CHUNK, fy);
}

pv_status pv_small_read(pv_small *s, pv_photo *photo, const atomic_int *stop, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t *bands = NULL;
    uint8_t *valid = NULL;
    int w = 0, h = 0;
    pv_small_chunk(&photo->facts, s->fx, s->fy, &w, &h);
    size_t plane = (size_t)w * (size_t)h;
    PV_TRY(pv_alloc(&bands, plane, PV_SMALL_BANDS * sizeof *bands, "photo in small", err));
    PV_TRY(pv_alloc(&valid, plane, 1, "photo in small", err));
    for (int y = 0; y < s->cells_h; y += h) {
        for (int x = 0; x < s->cells_w; x += w) {
            if (stop != NULL && atomic_load(stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped while the photo was made small"));
            pv_rect r = pv_rect_intersect((pv_rect){x, y, w, h}, (pv_rect){0, 0, s->cells_w, s->cells_h});
            if (pv_photo_is_empty(photo, (pv_rect){r.x * s->fx, r.y * s->fy, r.w * s->fx, r.h * s->fy})) continue;
            PV_TRY(pv_photo_read_cells(photo, r, s->fx, s->fy, PV_SMALL_BANDS, s->band, (pv_planes){bands, valid, (size_t)w, plane}, err));
            pv_small_add(s, r, (const uint16_t *const[]){bands, bands + plane, bands + 2 * plane}, (size_t)w, valid, (size_t)w);
        }
    }
    s->whole = 1;
out:
    pv_free(bands);
    pv_free(valid);
    return st;
}
