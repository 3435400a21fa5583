#include "pipeline/work.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum {
    MAX_FACTOR = 255,
    CHUNK_ROWS = 1024, /* photo rows that are averaged at a time */
    KEPT_ROWS = 32     /* of a photo whose pixels are at hand: so few that they stay in the cache */
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

/* 1 = all of w photo pixels in each of h rows are valid. */
static int are_valid(const chunk *c, size_t at, size_t w, size_t h)
{
    uint8_t other = 0;
    for (size_t y = 0; y < h; y++) {
        const uint8_t *valid = c->from_valid + at + y * c->from_w;
        for (size_t x = 0; x < w; x++) other |= valid[x] ^ PV_PIXEL_VALID;
    }
    return other == 0;
}

/* A row of w working pixels whose photo pixels are all valid: as average_cell(), without a question. Inlined for the usual factors, so that the division is by a constant. */
static inline __attribute__((always_inline)) void average_valid(const chunk *c, size_t at, size_t to, size_t w, size_t fx, size_t fy)
{
    const uint32_t n = (uint32_t)(fx * fy);
    for (size_t b = 0; b < (size_t)c->n_bands; b++) {
        const uint16_t *restrict from = c->from + b * c->from_plane + at;
        uint16_t *restrict out = c->to.band + b * c->to.plane + to;
        for (size_t x = 0; x < w; x++) {
            uint32_t sum = 0;
            for (size_t y = 0; y < fy; y++)
                for (size_t i = 0; i < fx; i++) sum += from[y * c->from_w + x * fx + i];
            out[x] = (uint16_t)((2 * sum + n) / (2 * n));
        }
    }
    memset(c->to.valid + to, PV_PIXEL_VALID, w);
}

/* A row of w working pixels from the photo pixels whose first is at `at`. */
static void average_row(const chunk *c, const pv_work_grid *g, size_t at, size_t to, size_t w)
{
    enum { MOST_PIXELS = 1 << 14 /* of a cell, whose sums stay below 2^31 */ };
    size_t fx = (size_t)g->fx, fy = (size_t)g->fy;
    if (fx * fy > MOST_PIXELS || !are_valid(c, at, w * fx, fy)) {
        for (size_t x = 0; x < w; x++) average_cell(c, g, at + x * fx, to + x);
    } else if (fx == 2 && fy == 2) {
        average_valid(c, at, to, w, 2, 2);
    } else if (fx == 3 && fy == 3) {
        average_valid(c, at, to, w, 3, 3);
    } else {
        average_valid(c, at, to, w, fx, fy);
    }
}

pv_status pv_work_read(pv_work_reader *r, pv_photo *photo, pv_rect rect, int n_bands, const int *index, pv_planes to, pv_err *err)
{
    const pv_work_grid *g = r->grid;
    if (rect.w > r->max_w || rect.h > r->max_h || n_bands > r->n_bands)
        return pv_fail(err, PV_BUG, "%d x %d working pixels of %d bands at once", rect.w, rect.h, n_bands);
    if (g->fx == 1 && g->fy == 1) return pv_photo_read_to(photo, rect, n_bands, index, to, err);
    pv_status st = make_room(r, err);
    int rows = pv_max(1, (pv_photo_lends(photo) ? KEPT_ROWS : CHUNK_ROWS) / g->fy);
    for (int y0 = 0; y0 < rect.h && st == PV_OK; y0 += rows) {
        pv_rect part = {rect.x, rect.y + y0, rect.w, pv_min(rows, rect.h - y0)}, cells = pv_work_cells(g, part);
        st = pv_photo_read(photo, cells, n_bands, index, r->photo_band, r->photo_valid, err);
        if (st != PV_OK) return st;
        chunk c = {.from = r->photo_band, .from_valid = r->photo_valid, .from_w = (size_t)cells.w, .to = to, .n_bands = n_bands};
        c.from_plane = c.from_w * (size_t)cells.h;
        for (int y = 0; y < part.h; y++) average_row(&c, g, (size_t)(y * g->fy) * c.from_w, (size_t)(y0 + y) * to.row, (size_t)part.w);
    }
    return st;
}
