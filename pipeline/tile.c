/* Reading by whole factors, features to codes, codes to probabilities. */
#include "pipeline/tile.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/features_internal.h"
#include "pipeline/quality.h"

#include "base/banned.h"

/* Elements of every array of a tile. */
typedef struct tile_sizes {
    size_t band, valid, light, code, prob, ask, quality;
    int ask_w, ask_h;
    int64_t smooth; /* bytes */
    int ok;         /* 0 = more than memory can hold */
} tile_sizes;

static size_t product(size_t a, size_t b, int *ok)
{
    size_t r = 0;
    if (__builtin_mul_overflow(a, b, &r) || r > (size_t)INT64_MAX / 64) {
        *ok = 0;
        return 0;
    }
    return r;
}

void pv_tile_half(const pv_model *model, const pv_work_grid *grid, int *x, int *y)
{
    *x = *y = 0;
    if (model == NULL || !(model->smooth_m > 0)) return;
    int64_t window_dm = (int64_t)floor(model->smooth_m * 1e4 + 0.5);
    *x = pv_window_half(window_dm, grid->gsd_x_m);
    *y = pv_window_half(window_dm, grid->gsd_y_m);
}

/* Working pixels from core to ask. */
static void grow_of(const pv_model *model, const pv_work_grid *grid, int asked, int *x, int *y)
{
    pv_tile_half(model, grid, x, y);
    *x *= asked ? 2 : 4;
    *y *= asked ? 2 : 4;
}

static void ask_size(const pv_model *model, const pv_work_grid *grid, int asked, int max_w, int max_h, int *w, int *h)
{
    int gx = 0, gy = 0;
    grow_of(model, grid, asked, &gx, &gy);
    *w = max_w >= grid->w - 2 * gx ? grid->w : max_w + 2 * gx;
    *h = max_h >= grid->h - 2 * gy ? grid->h : max_h + 2 * gy;
}

int64_t pv_tile_asked(const pv_work_grid *grid, const pv_model *model, int max_w, int max_h)
{
    int w = 0, h = 0;
    ask_size(model, grid, 1, max_w, max_h, &w, &h);
    return (int64_t)w * h;
}

static tile_sizes sizes_of(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int asked, int guest, int max_w, int max_h)
{
    tile_sizes s = {.ok = 1};
    const int *index = NULL;
    int hx = 0, hy = 0, gx = 0, gy = 0;
    pv_feature_plan_halo(plan, &hx, &hy);
    pv_tile_half(model, grid, &gx, &gy);
    ask_size(model, grid, asked, max_w, max_h, &s.ask_w, &s.ask_h);
    size_t n_bands = (size_t)pv_feature_plan_bands(plan, &index), w = (size_t)s.ask_w + 2 * (size_t)hx, h = (size_t)s.ask_h + 2 * (size_t)hy;
    size_t read = product(w, h, &s.ok), bands = product(read, n_bands, &s.ok);
    s.valid = guest ? 0 : read;
    s.band = guest ? 0 : bands;
    s.light = asked ? 0 : pv_features_light_size(plan, read);
    if (model != NULL) {
        s.ask = product((size_t)s.ask_w, (size_t)s.ask_h, &s.ok);
        s.code = asked ? product(s.ask, (size_t)model->n_columns, &s.ok) : 0;
        s.prob = product((size_t)max_w, (size_t)max_h, &s.ok);
        s.smooth = asked ? pv_smooth_bytes(model, gx, gy, max_w) : 0;
        s.quality = pv_quality_scratch((int)w);
    }
    return s;
}

static int64_t bytes_of(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int asked, int guest, int max_w, int max_h)
{
    int w = pv_min(max_w, grid->w), h = pv_min(max_h, grid->h);
    tile_sizes s = sizes_of(plan, grid, model, asked, guest, w, h);
    int64_t features = asked ? pv_feature_scratch_bytes(plan, s.ask_w, s.ask_h) : 0;
    if (!s.ok || features > INT64_MAX / 8) return INT64_MAX / 8;
    size_t bytes = sizeof(pv_tile) + 2 * s.band + s.valid + 2 * s.light + s.code + 2 * s.prob + 2 * s.ask + 4 * s.quality;
    return (int64_t)bytes + features + s.smooth;
}

int64_t pv_tile_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int max_w, int max_h)
{
    return bytes_of(plan, grid, model, 1, 0, max_w, max_h);
}

int64_t pv_tile_guest_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int asked, int max_w, int max_h)
{
    return bytes_of(plan, grid, model, asked, 1, max_w, max_h);
}

static pv_status make(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_coder *coder, int guest,
                      int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_tile *t = NULL;
    if (max_w < 1 || max_h < 1) return pv_fail(err, PV_BUG, "a tile of %d x %d pixels", max_w, max_h);
    max_w = pv_min(max_w, grid->w);
    max_h = pv_min(max_h, grid->h);
    int asked = model == NULL || coder != NULL;
    tile_sizes s = sizes_of(plan, grid, model, asked, guest, max_w, max_h);
    if (!s.ok) return pv_fail(err, PV_NOMEM, "a tile of %d x %d pixels is more than memory can hold: use a smaller --tile", max_w, max_h);
    PV_TRY(pv_alloc(&t, 1, sizeof *t, "tile", err));
    if (!guest) PV_TRY(pv_alloc(&t->band, s.band, sizeof *t->band, "tile bands", err));
    if (!guest) PV_TRY(pv_alloc(&t->valid, s.valid, 1, "tile valid plane", err));
    if (s.light > 0) PV_TRY(pv_alloc(&t->light, s.light, sizeof *t->light, "tile light", err));
    if (model != NULL) {
        PV_TRY(pv_alloc(&t->code, s.code, 1, "tile codes", err));
        PV_TRY(pv_alloc(&t->prob, s.prob, 1, "tile probabilities", err));
        PV_TRY(pv_alloc(&t->best, s.prob, 1, "tile classes", err));
        PV_TRY(pv_alloc(&t->why, s.ask, 1, "tile classes", err));
        PV_TRY(pv_alloc(&t->dim, s.ask, 1, "tile light", err));
        PV_TRY(pv_alloc(&t->quality, s.quality, sizeof *t->quality, "tile light", err));
    }
    int smooth_x = 0, smooth_y = 0;
    pv_tile_half(model, grid, &smooth_x, &smooth_y);
    grow_of(model, grid, asked, &t->grow_x, &t->grow_y);
    if (model != NULL && asked) PV_TRY(pv_smooth_new(&t->smooth, model, smooth_x, smooth_y, max_w, grid->w, grid->h, err));
    if (asked) PV_TRY(pv_feature_scratch_new(&t->features, plan, s.ask_w, s.ask_h, err));
    t->coder = coder;
    t->is_never_asked = !asked;
    t->max_w = max_w;
    t->max_h = max_h;
    *out = t;
    t = NULL;
out:
    pv_tile_free(t);
    return st;
}

pv_status pv_tile_new(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_coder *coder, int max_w,
                      int max_h, pv_err *err)
{
    return make(out, plan, grid, model, coder, 0, max_w, max_h, err);
}

pv_status pv_tile_new_guest(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_coder *coder,
                            int max_w, int max_h, pv_err *err)
{
    return make(out, plan, grid, model, coder, 1, max_w, max_h, err);
}

void pv_tile_free(pv_tile *tile)
{
    if (tile == NULL) return;
    pv_free(tile->band);
    pv_free(tile->valid);
    pv_free(tile->light);
    pv_free(tile->code);
    pv_free(tile->prob);
    pv_free(tile->best);
    pv_free(tile->why);
    pv_free(tile->dim);
    pv_smooth_free(tile->smooth);
    pv_free(tile->quality);
    pv_feature_scratch_free(tile->features);
    pv_free(tile);
}

void pv_tile_reach(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int *x, int *y)
{
    int hx = 0, hy = 0, gx = 0, gy = 0;
    pv_feature_plan_halo(plan, &hx, &hy);
    pv_tile_half(model, grid, &gx, &gy);
    *x = hx + 4 * gx;
    *y = hy + 4 * gy;
}

void pv_tile_aim(pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid)
{
    int hx = 0, hy = 0;
    pv_rect whole = {0, 0, grid->w, grid->h};
    assert(core.w <= tile->max_w && core.h <= tile->max_h && pv_rect_contains(whole, core));
    pv_feature_plan_halo(plan, &hx, &hy);
    tile->core = core;
    tile->half_x = pv_quality_half(grid->gsd_x_m);
    tile->half_y = pv_quality_half(grid->gsd_y_m);
    tile->ask = pv_rect_intersect(pv_rect_grow(core, tile->grow_x, tile->grow_y), whole);
    tile->read = pv_rect_intersect(pv_rect_grow(tile->ask, hx, hy), whole);
    tile->lit = (pv_pixels){.lit = 0};
    if (tile->band != NULL) {
        const int *index = NULL;
        tile->at = pv_pixels_of(tile->band, tile->valid, pv_feature_plan_bands(plan, &index), tile->read.w, tile->read.h);
    }
}

void pv_tile_take(pv_tile *tile, pv_rect core, const pv_tile *from, const pv_feature_plan *plan, const pv_work_grid *grid)
{
    pv_tile_aim(tile, core, plan, grid);
    assert(pv_rect_contains(from->read, tile->read));
    int x = tile->read.x - from->read.x, y = tile->read.y - from->read.y;
    tile->at = pv_pixels_from(&from->at, x, y);
    if (from->lit.lit) tile->lit = pv_pixels_from(&from->lit, x, y);
}

pv_status pv_tile_read(pv_tile *tile, pv_rect core, pv_photo *photo, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err)
{
    const int *index = NULL;
    int n_bands = pv_feature_plan_bands(plan, &index);
    pv_tile_aim(tile, core, plan, grid);
    if (pv_photo_is_empty(photo, pv_work_cells(grid, core))) {
        memset(tile->valid, PV_PIXEL_NODATA, (size_t)tile->read.w * (size_t)tile->read.h);
        return PV_OK;
    }
    size_t row = (size_t)tile->read.w;
    pv_planes to = {tile->band, tile->valid, row, row * (size_t)tile->read.h};
    return pv_where(err, pv_photo_read_cells(photo, tile->read, grid->fx, grid->fy, n_bands, index, to, err), "tile at %d,%d", core.x, core.y);
}

void pv_tile_code_row(void *user, int column, int y, const uint16_t *values)
{
    pv_tile *t = user;
    size_t w = (size_t)t->ask.w;
    pv_coder_run(&t->coder[column], values, w, t->code + ((size_t)column * (size_t)t->ask.h + (size_t)y) * w);
}

/* Unknown by its reason, 0 where the trees must be asked. Returns 1 when there is such a pixel. */
static int mark_unknown(pv_tile *t, int n_bands)
{
    int any = 0, dim = pv_quality_mark(t->ask, t->read, n_bands, &t->at, t->half_x, t->half_y, t->quality, t->dim);
    if (!dim && t->at.whole) {
        memset(t->why, 0, (size_t)t->ask.w * (size_t)t->ask.h);
        return 1;
    }
    for (int y = 0; y < t->ask.h; y++) {
        const uint8_t *ok = pv_tile_valid_row(t, t->ask, y);
        size_t row = (size_t)y * (size_t)t->ask.w;
        uint8_t *why = t->why + row;
        for (int x = 0; x < t->ask.w; x++) {
            int light = dim ? t->dim[row + (size_t)x] : 0, usable = ok[x] == PV_PIXEL_VALID && light == 0;
            any |= usable;
            why[x] = usable                         ? 0
                     : ok[x] == PV_PIXEL_UNREADABLE ? PV_BEST_UNREADABLE
                     : ok[x] != PV_PIXEL_VALID      ? PV_BEST_NODATA
                     : light == PV_QUALITY_DARK     ? PV_BEST_DARK
                                                    : PV_BEST_SATURATED;
        }
    }
    return any;
}

void pv_tile_mark(pv_tile *tile, const pv_feature_plan *plan)
{
    const int *index = NULL;
    int n_bands = pv_feature_plan_bands(plan, &index);
    size_t w = (size_t)tile->core.w;
    tile->at.whole = pv_pixels_are_whole(&tile->at, tile->read.w, tile->read.h);
    tile->any_usable = mark_unknown(tile, n_bands);
    if (tile->is_never_asked && tile->any_usable) tile->lit = pv_features_light(plan, &tile->at, tile->read.w, tile->read.h, tile->light);
    for (int y = 0; y < tile->core.h; y++) {
        size_t from = (size_t)(tile->core.y - tile->ask.y + y) * (size_t)tile->ask.w + (size_t)(tile->core.x - tile->ask.x);
        memcpy(tile->best + (size_t)y * w, tile->why + from, w);
    }
    memset(tile->prob, PV_PROB_UNKNOWN, w * (size_t)tile->core.h);
}

void pv_tile_features_to(pv_tile *tile, const pv_feature_plan *plan, pv_feature_sink sink, void *user)
{
    pv_tile_mark(tile, plan);
    pv_row_choice all = {0, 1};
    if (tile->any_usable) pv_features_compute_rows(plan, tile->features, tile->ask, tile->read, pv_tile_pixels(tile), all, sink, user);
}

void pv_tile_features(pv_tile *tile, const pv_feature_plan *plan)
{
    pv_tile_features_to(tile, plan, pv_tile_code_row, tile);
}

void pv_tile_ask_to(pv_tile *tile, pv_smooth_sink sink, void *user)
{
    if (tile->any_usable) pv_smooth_run(tile->smooth, tile->core, tile->ask, tile->code, tile->why, tile->prob, tile->best, sink, user);
}

void pv_tile_ask(pv_tile *tile)
{
    pv_tile_ask_to(tile, NULL, NULL);
}
