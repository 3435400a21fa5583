/* Cells of photo pixels averaged to one. A photo is read in chunks of a block's width and a few rows, whose pixels stay in the processor's cache. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

enum {
    PV_CHUNK_ROWS = 32,           /* photo rows that are averaged at a time */
    PV_CHUNK_COLS = 1024,         /* photo columns, of a photo in strips */
    PV_CELL_MOST_PIXELS = 1 << 14 /* of a cell that pv_pixel_loops averages */
};

/* One cell, whose first pixel is at `at`. */
static void pv_cells_one(pv_planes from, int fx, int fy, int n_bands, size_t at, pv_planes to, size_t x)
{
    uint32_t sum[PV_MAX_BANDS] = {0}, n = 0;
    int damaged = 0;
    for (size_t y = 0; y < (size_t)fy; y++) {
        for (size_t i = at + y * from.row, end = i + (size_t)fx; i < end; i++) {
            damaged |= from.valid[i] == PV_PIXEL_UNREADABLE;
            if (from.valid[i] != PV_PIXEL_VALID) continue;
            n++;
            for (int b = 0; b < n_bands; b++) sum[b] += from.band[(size_t)b * from.plane + i];
        }
    }
    int is_valid = 2 * n >= (uint32_t)(fx * fy);
    for (int b = 0; b < n_bands; b++) {
        uint64_t mean = is_valid ? (2 * (uint64_t)sum[b] + n) / (2 * (uint64_t)n) : 0;
        to.band[(size_t)b * to.plane + x] = (uint16_t)mean;
    }
    to.valid[x] = is_valid ? PV_PIXEL_VALID : damaged ? PV_PIXEL_UNREADABLE : PV_PIXEL_NODATA;
}

void pv_cells_row(pv_planes from, int fx, int fy, int n_bands, int w, pv_planes to)
{
    const pv_pixel_loops *loop = pv_pixel_loops_of(pv_cpu_path());
    size_t x_px = (size_t)fx, y_px = (size_t)fy, n = (size_t)w;
    int whole = fx * fy <= PV_CELL_MOST_PIXELS;
    for (size_t y = 0; y < y_px && whole; y++) whole = loop->are_valid(from.valid + y * from.row, n * x_px);
    for (size_t x = 0; x < n && !whole; x++) pv_cells_one(from, fx, fy, n_bands, x * x_px, to, x);
    if (!whole) return;
    for (size_t b = 0; b < (size_t)n_bands; b++) loop->means(from.band + b * from.plane, from.row, n, x_px, y_px, to.band + b * to.plane);
    memset(to.valid, PV_PIXEL_VALID, n);
}

/* Photo pixels across a chunk, but for those by which cells and blocks do not fit. */
static int pv_chunk_cols(const pv_photo_facts *f)
{
    return f->block_w_px < f->width_px ? f->block_w_px : PV_CHUNK_COLS;
}

int64_t pv_photo_cells_bytes(const pv_photo_facts *facts, int fx, int fy, int n_bands)
{
    return fx == 1 && fy == 1 ? 0 : ((int64_t)pv_chunk_cols(facts) + 2 * fx) * pv_max(PV_CHUNK_ROWS, fy) * (2 * n_bands + 1);
}

static pv_status pv_cells_chunk(pv_photo *p, pv_rect part, int fx, int fy, int n_bands, const int *band_index, pv_planes to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect pixels = {part.x * fx, part.y * fy, part.w * fx, part.h * fy};
    size_t row = (size_t)pixels.w, plane = row * (size_t)pixels.h;
    PV_TRY(pv_grow(&p->cell_band, &p->cell_band_cap, plane * (size_t)n_bands, sizeof *p->cell_band, "pixels", err));
    PV_TRY(pv_grow(&p->cell_valid, &p->cell_valid_cap, plane, 1, "pixels", err));
    PV_TRY(pv_photo_read(p, pixels, n_bands, band_index, p->cell_band, p->cell_valid, err));
    for (size_t y = 0; y < (size_t)part.h; y++) {
        size_t at = y * (size_t)fy * row;
        pv_planes out = {to.band + y * to.row, to.valid + y * to.row, to.row, to.plane};
        pv_cells_row((pv_planes){p->cell_band + at, p->cell_valid + at, row, plane}, fx, fy, n_bands, part.w, out);
    }
out:
    return st;
}

/* Where a chunk that begins at cell `at` ends: with the last cell that begins in the same block, so that a block is read to its end before the next one. */
static int pv_chunk_end(int at, int end, int block_px, int factor)
{
    int64_t next = ((int64_t)at * factor / block_px + 1) * block_px / factor;
    return next <= at ? at + 1 : next < end ? (int)next : end;
}

pv_status pv_photo_read_cells(pv_photo *photo, pv_rect cells, int fx, int fy, int n_bands, const int *band_index, pv_planes to, pv_err *err)
{
    const pv_photo_facts *f = &photo->facts;
    pv_status st = PV_OK;
    if (fx == 1 && fy == 1) return pv_photo_read_to(photo, cells, n_bands, band_index, to, err);
    if (pv_kept_read(photo, cells, fx, fy, n_bands, band_index, to)) return PV_OK;
    int rows = pv_max(1, PV_CHUNK_ROWS / fy), right = cells.x + cells.w, bottom = cells.y + cells.h;
    for (int y0 = cells.y, y1 = y0; y0 < bottom; y0 = y1) {
        y1 = pv_chunk_end(y0, bottom, pv_max(f->block_h_px, PV_CHUNK_ROWS), fy);
        for (int x0 = cells.x, x1 = x0; x0 < right; x0 = x1) {
            x1 = pv_chunk_end(x0, right, pv_chunk_cols(f), fx);
            for (int y = y0; y < y1; y += rows) {
                size_t at = (size_t)(y - cells.y) * to.row + (size_t)(x0 - cells.x);
                pv_planes part = {to.band + at, to.valid + at, to.row, to.plane};
                PV_TRY(pv_cells_chunk(photo, (pv_rect){x0, y, x1 - x0, pv_min(rows, y1 - y)}, fx, fy, n_bands, band_index, part, err));
            }
        }
    }
out:
    return st;
}
