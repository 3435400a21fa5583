#include "pipeline/work.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

enum {
    MAX_FACTOR = 255,
    CHUNK_ROWS = 32,  /* photo rows that are averaged at a time: so few that they stay in the cache */
    CHUNK_COLS = 1024 /* photo columns, of a photo in strips */
};

struct pv_work_reader {
    const pv_work_grid *grid;
    int n_bands, max_w, max_h;
    /* of one chunk; NULL until something is averaged */
    uint16_t *photo_band;
    uint8_t *photo_valid;
};

static int factor_of(double photo_m, double gsd_m)
{
    double f = gsd_m > 0.0 ? floor(gsd_m / photo_m + 0.25) : 1.0;
    return f < 1.0 ? 1 : f > MAX_FACTOR ? MAX_FACTOR + 1 : (int)f;
}

static int is_coarse(const pv_photo_facts *facts, double gsd_m)
{
    return gsd_m > 0.0 && (facts->gsd_x_m > 1.5 * gsd_m || facts->gsd_y_m > 1.5 * gsd_m);
}

pv_status pv_work_grid_of(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, pv_err *err)
{
    pv_work_grid grid = {0};
    int coarse = 0;
    pv_status st = pv_work_grid_any(&grid, facts, gsd_m, &coarse, err);
    if (st != PV_OK) return st;
    if (coarse)
        return pv_fail(
            err, PV_MODEL,
            "the photo is too coarse: its pixels are %.3g x %.3g m and the model was made for %.3g m (up to %.3g m works); fly lower or use a "
            "model for coarser photos; `papaver scan --allow-coarse` looks for large patches all the same",
            facts->gsd_x_m, facts->gsd_y_m, gsd_m, 1.5 * gsd_m);
    *out = grid;
    return PV_OK;
}

pv_status pv_work_grid_any(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, int *coarse, pv_err *err)
{
    double x = facts->gsd_x_m, y = facts->gsd_y_m;
    if (!(isfinite(gsd_m) && gsd_m >= 0.0)) return pv_fail(err, PV_MODEL, "a working pixel of %g m is not possible", gsd_m);
    if (!(isfinite(x) && isfinite(y) && x > 0.0 && y > 0.0))
        return pv_fail(err, PV_INPUT, "the ground size of the photo's pixels is not known: give the photo a CRS and a geotransform");
    int fx = factor_of(x, gsd_m), fy = factor_of(y, gsd_m);
    if (fx > MAX_FACTOR || fy > MAX_FACTOR)
        return pv_fail(err, PV_MODEL, "the photo's pixels of %.3g x %.3g m are more than %d times finer than the model's %.3g m", x, y, MAX_FACTOR,
                       gsd_m);
    int w = facts->width_px / fx + (facts->width_px % fx != 0), h = facts->height_px / fy + (facts->height_px % fy != 0);
    *coarse = is_coarse(facts, gsd_m);
    *out = (pv_work_grid){fx, fy, w, h, x * fx, y * fy};
    return PV_OK;
}

pv_rect pv_work_cells(const pv_work_grid *grid, pv_rect rect)
{
    return (pv_rect){rect.x * grid->fx, rect.y * grid->fy, rect.w * grid->fx, rect.h * grid->fy};
}

/* Photo pixels of the largest chunk; 0 when nothing is averaged. */
static int64_t chunk_pixels(const pv_work_grid *grid, int max_w, int max_h)
{
    if (grid->fx == 1 && grid->fy == 1) return 0;
    return (int64_t)max_w * grid->fx * grid->fy * pv_min(max_h, pv_max(1, CHUNK_ROWS / grid->fy));
}

int64_t pv_work_reader_bytes(const pv_work_grid *grid, int n_bands, int max_w, int max_h)
{
    return (int64_t)sizeof(pv_work_reader) + chunk_pixels(grid, max_w, max_h) * (2 * (int64_t)n_bands + 1);
}

pv_status pv_work_reader_new(pv_work_reader **out, const pv_work_grid *grid, int n_bands, int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_work_reader *r = NULL;
    PV_TRY(pv_alloc(&r, 1, sizeof *r, "reader", err));
    *r = (pv_work_reader){.grid = grid, .n_bands = n_bands, .max_w = max_w, .max_h = max_h};
    *out = r;
    r = NULL;
out:
    pv_work_reader_free(r);
    return st;
}

void pv_work_reader_free(pv_work_reader *r)
{
    if (r == NULL) return;
    pv_free(r->photo_band);
    pv_free(r->photo_valid);
    pv_free(r);
}

static pv_status make_room(pv_work_reader *r, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)chunk_pixels(r->grid, r->max_w, r->max_h);
    if (r->photo_valid != NULL) return PV_OK;
    PV_TRY(pv_alloc(&r->photo_band, n, (size_t)r->n_bands * sizeof *r->photo_band, "photo bands", err));
    PV_TRY(pv_alloc(&r->photo_valid, n, 1, "photo valid plane", err));
out:
    return st;
}

/* Where the photo pixels of a chunk are, and where its working pixels go. */
typedef struct chunk {
    const uint16_t *from;
    const uint8_t *from_valid;
    size_t from_w, from_plane;
    pv_planes to;
    int n_bands;
    const pv_pixel_loops *loop;
} chunk;

/* One working pixel from its cell of photo pixels, whose first is at `at`. */
static void average_cell(const chunk *c, const pv_work_grid *g, size_t at, size_t to)
{
    uint32_t sum[PV_MAX_BANDS] = {0}, n = 0;
    int damaged = 0;
    for (int y = 0; y < g->fy; y++) {
        for (size_t i = at + (size_t)y * c->from_w, end = i + (size_t)g->fx; i < end; i++) {
            damaged |= c->from_valid[i] == PV_PIXEL_UNREADABLE;
            if (c->from_valid[i] != PV_PIXEL_VALID) continue;
            n++;
            for (int b = 0; b < c->n_bands; b++) sum[b] += c->from[(size_t)b * c->from_plane + i];
        }
    }
    if (2 * n < (uint32_t)(g->fx * g->fy)) {
        for (int b = 0; b < c->n_bands; b++) c->to.band[(size_t)b * c->to.plane + to] = 0;
        c->to.valid[to] = damaged ? PV_PIXEL_UNREADABLE : PV_PIXEL_NODATA;
        return;
    }
    for (int b = 0; b < c->n_bands; b++) c->to.band[(size_t)b * c->to.plane + to] = (uint16_t)((2 * (uint64_t)sum[b] + n) / (2 * (uint64_t)n));
    c->to.valid[to] = PV_PIXEL_VALID;
}

/* A row of w working pixels from the photo pixels whose first is at `at`; without a question where all of these are valid. */
static void average_row(const chunk *c, const pv_work_grid *g, size_t at, size_t to, size_t w)
{
    enum { MOST_PIXELS = 1 << 14 /* of a cell, whose sums stay below 2^31 */ };
    size_t fx = (size_t)g->fx, fy = (size_t)g->fy;
    int whole = fx * fy <= MOST_PIXELS;
    for (size_t y = 0; y < fy && whole; y++) whole = c->loop->are_valid(c->from_valid + at + y * c->from_w, w * fx);
    for (size_t x = 0; x < w && !whole; x++) average_cell(c, g, at + x * fx, to + x);
    if (!whole) return;
    for (size_t b = 0; b < (size_t)c->n_bands; b++)
        c->loop->means(c->from + b * c->from_plane + at, c->from_w, w, fx, fy, c->to.band + b * c->to.plane + to);
    memset(c->to.valid + to, PV_PIXEL_VALID, w);
}

/* The first cell from `at` on that does not lie before the end of its block: where a chunk ends, so that a block is read to its end before the next one. */
static int block_end(int at, int end, int block_px, int factor)
{
    int64_t next = ((int64_t)at * factor / block_px + 1) * block_px / factor;
    return next > at && next < end ? (int)next : end;
}

static pv_status read_chunk(pv_work_reader *r, pv_photo *photo, pv_rect part, int n_bands, const int *index, pv_planes to, pv_err *err)
{
    const pv_work_grid *g = r->grid;
    pv_rect cells = pv_work_cells(g, part);
    pv_status st = pv_photo_read(photo, cells, n_bands, index, r->photo_band, r->photo_valid, err);
    if (st != PV_OK) return st;
    chunk c = {.from = r->photo_band,
               .from_valid = r->photo_valid,
               .from_w = (size_t)cells.w,
               .to = to,
               .n_bands = n_bands,
               .loop = pv_pixel_loops_of(pv_cpu_path())};
    c.from_plane = c.from_w * (size_t)cells.h;
    for (int y = 0; y < part.h; y++) average_row(&c, g, (size_t)(y * g->fy) * c.from_w, (size_t)y * to.row, (size_t)part.w);
    return PV_OK;
}

pv_status pv_work_read(pv_work_reader *r, pv_photo *photo, pv_rect rect, int n_bands, const int *index, pv_planes to, pv_err *err)
{
    const pv_work_grid *g = r->grid;
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    if (rect.w > r->max_w || rect.h > r->max_h || n_bands > r->n_bands)
        return pv_fail(err, PV_BUG, "%d x %d working pixels of %d bands at once", rect.w, rect.h, n_bands);
    if (g->fx == 1 && g->fy == 1) return pv_photo_read_to(photo, rect, n_bands, index, to, err);
    pv_status st = make_room(r, err);
    int rows = pv_max(1, CHUNK_ROWS / g->fy), right = rect.x + rect.w, bottom = rect.y + rect.h;
    int cols_px = f->block_w_px < f->width_px ? f->block_w_px : CHUNK_COLS;
    for (int y0 = rect.y, y1 = y0; y0 < bottom; y0 = y1) {
        y1 = block_end(y0, bottom, pv_max(f->block_h_px, CHUNK_ROWS), g->fy);
        for (int x0 = rect.x, x1 = x0; x0 < right; x0 = x1) {
            x1 = block_end(x0, right, cols_px, g->fx);
            for (int y = y0; y < y1 && st == PV_OK; y += rows) {
                size_t at = (size_t)(y - rect.y) * to.row + (size_t)(x0 - rect.x);
                pv_planes part = {to.band + at, to.valid + at, to.row, to.plane};
                st = read_chunk(r, photo, (pv_rect){x0, y, x1 - x0, pv_min(rows, y1 - y)}, n_bands, index, part, err);
            }
        }
    }
    return st;
}
