/* One patch: mask, tiles of its window, sums. */
#include <string.h>

#include "models/trees.h"
#include "pipeline/features.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

/* Ring first, then the patch over it. */
static void pv_draw_mask(pv_object_worker *w, const pv_patch *patch)
{
    const pv_object_plan *p = w->plan;
    pv_rect v = w->window;
    memset(w->mask, 0, (size_t)v.w * (size_t)v.h);
    memset(w->prob, 0, (size_t)v.w * (size_t)v.h);
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        pv_rect grown = pv_rect_intersect(pv_rect_grow((pv_rect){r->x0, r->y, r->x1 - r->x0, 1}, p->ring_x, p->ring_y), v);
        for (int y = 0; y < grown.h; y++) memset(w->mask + (size_t)(grown.y - v.y + y) * (size_t)v.w + (size_t)(grown.x - v.x), 1, (size_t)grown.w);
    }
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        memset(w->mask + (size_t)(r->y - v.y) * (size_t)v.w + (size_t)(r->x0 - v.x), 2, (size_t)(r->x1 - r->x0));
    }
}

static void pv_find_shape(pv_object_worker *w, const pv_patch *patch)
{
    pv_object_shape s = {0};
    int64_t cx = patch->sum_x / patch->pixels, cy = patch->sum_y / patch->pixels;
    pv_rect v = w->window;
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        const uint8_t *row = w->mask + (size_t)(r->y - v.y) * (size_t)v.w;
        int64_t dy = r->y - cy;
        s.perimeter += 2;
        for (int32_t x = r->x0; x < r->x1; x++) {
            int64_t dx = x - cx;
            int at = x - v.x;
            s.moment_x += dx * dx;
            s.moment_y += dy * dy;
            s.moment_xy += dx * dy;
            s.perimeter += r->y == v.y || row[at - v.w] != 2;
            s.perimeter += r->y == v.y + v.h - 1 || row[at + v.w] != 2;
        }
    }
    w->shape = s;
}

/* A row of a column of the tile: codes for the trees, raw values of the channels, and codes for the stage trees where patches may be. */
static void pv_take_row(void *user, int column, int y, const uint16_t *values)
{
    pv_object_worker *w = user;
    const pv_object_plan *p = w->plan;
    const pv_tile *t = w->tile;
    size_t n = (size_t)t->ask.w, row = n * (size_t)y, plane = n * (size_t)t->ask.h;
    int channel = p->channel_of[column], in_core = t->ask.y + y >= t->core.y && t->ask.y + y < t->core.y + t->core.h;
    if (column < p->pixels->n_columns) {
        int stage = p->stage_column[column];
        pv_coder_run(&p->coder[column], values, n, t->code + (size_t)column * plane + row);
        for (size_t k = 0; k < w->n_boxes && stage >= 0 && in_core; k++) {
            pv_rect in = pv_rect_intersect((pv_rect){t->core.x, t->ask.y + y, t->core.w, 1}, w->boxes[k]);
            size_t x = (size_t)(in.x - t->ask.x);
            if (in.w > 0) pv_coder_run(&p->stage_coder[stage], values + x, (size_t)in.w, w->stage_code + (size_t)stage * plane + row + x);
        }
    }
    if (channel >= 0 && in_core) memcpy(w->raw + (size_t)channel * plane + row, values, n * sizeof *values);
}

/* Where the row of `in` that begins at its row y begins in a plane that covers `plane`. */
static size_t pv_at(pv_rect plane, pv_rect in, int y)
{
    return (size_t)(in.y - plane.y + y) * (size_t)plane.w + (size_t)(in.x - plane.x);
}

/* Channels of one pixel, which are `step` values apart. Nobody asks how far a ring spreads. */
static void pv_count_channels(pv_object_sums *s, const uint16_t *raw, size_t step, int n, int with_squares)
{
    for (int c = 0; c < n; c++) {
        int64_t value = raw[(size_t)c * step];
        s->sum[c] += value;
        s->hist[c][value >> 8]++;
    }
    for (int c = 0; c < n && with_squares; c++) {
        int64_t value = raw[(size_t)c * step];
        s->squares[c] += value * value;
    }
}

/* The part of the window that lies in the tile's core. */
static void pv_count_pixels(pv_object_worker *w)
{
    const pv_object_plan *p = w->plan;
    const pv_tile *t = w->tile;
    pv_rect in = pv_rect_intersect(t->core, w->window);
    size_t plane = (size_t)t->ask.w * (size_t)t->ask.h;
    for (int y = 0; y < in.h; y++) {
        const uint8_t *mask = w->mask + pv_at(w->window, in, y), *best = t->best + pv_at(t->core, in, y), *seen = t->prob + pv_at(t->core, in, y);
        uint8_t *prob = w->prob + pv_at(w->window, in, y);
        const uint16_t *raw = w->raw + pv_at(t->ask, in, y);
        for (int x = 0; x < in.w; x++) {
            if (mask[x] == 0) continue;
            pv_object_sums *s = &w->sums[mask[x] == 1];
            s->all++;
            if (best[x] >= PV_BEST_UNUSABLE) continue;
            prob[x] = seen[x];
            s->n++;
            s->best[best[x]]++;
            s->prob[seen[x]]++;
            pv_count_channels(s, raw + x, plane, p->n_channels, mask[x] == 2);
        }
    }
}

/* Asks the stage trees about rows of the patch's box in the tile that have a pixel of the patch. */
static void pv_ask_stages(pv_object_worker *w)
{
    const pv_model *m = w->plan->pixels->stages;
    const pv_tile *t = w->tile;
    const uint8_t *code[PV_MAX_COLUMNS] = {NULL};
    uint16_t share[PV_MAX_CLASSES];
    pv_rect in = pv_rect_intersect(t->core, w->box);
    size_t plane = (size_t)t->ask.w * (size_t)t->ask.h, n = (size_t)in.w;
    for (int y = 0; y < in.h; y++) {
        const uint8_t *mask = w->mask + pv_at(w->window, in, y), *best = t->best + pv_at(t->core, in, y);
        if (memchr(mask, 2, n) == NULL) continue;
        for (int c = 0; c < m->n_columns; c++) code[c] = w->stage_code + (size_t)c * plane + pv_at(t->ask, in, y);
        pv_trees_score(m, code, n, w->stage_score);
        for (size_t x = 0; x < n; x++) {
            if (mask[x] != 2 || best[x] >= PV_BEST_UNUSABLE) continue;
            pv_trees_decide(m, w->stage_score, x, NULL, NULL, share);
            for (int k = 0; k < m->n_classes; k++) w->stage_sum[k] += share[k];
        }
    }
}

static int pv_any_mask(const pv_object_worker *w, pv_rect core)
{
    for (int y = 0; y < core.h; y++) {
        const uint8_t *row = w->mask + pv_at(w->window, core, y);
        if (memchr(row, 1, (size_t)core.w) != NULL || memchr(row, 2, (size_t)core.w) != NULL) return 1;
    }
    return 0;
}

/* All that is known of the pixels of a core; the trees of growth stages can be asked in the boxes. */
static pv_status pv_find_pixels(pv_object_worker *w, pv_tile_source source, void *user, pv_rect core, const pv_rect *box, size_t n, pv_err *err)
{
    const pv_object_plan *p = w->plan;
    pv_status st = source(user, w->tile, core, p->features, p->grid, err);
    if (st != PV_OK) return st;
    w->boxes = box;
    w->n_boxes = n;
    pv_tile_features_to(w->tile, p->features, pv_take_row, w);
    pv_tile_ask(w->tile);
    w->boxes = NULL;
    w->n_boxes = 0;
    return PV_OK;
}

static void pv_count_tile(pv_object_worker *w)
{
    pv_count_pixels(w);
    if (w->plan->pixels->stages != NULL && w->tile->any_usable) pv_ask_stages(w);
}

static pv_status pv_measure_tiles(pv_object_worker *w, pv_tile_source source, void *user, pv_err *err)
{
    const pv_object_plan *p = w->plan;
    pv_rect v = w->window;
    w->ready = (pv_rect){0, 0, 0, 0};
    for (int y = 0; y < v.h; y += p->tile_h) {
        for (int x = 0; x < v.w; x += p->tile_w) {
            pv_rect core = {v.x + x, v.y + y, pv_min(p->tile_w, v.w - x), pv_min(p->tile_h, v.h - y)};
            if (!pv_any_mask(w, core)) continue;
            pv_status st = pv_find_pixels(w, source, user, core, &w->box, 1, err);
            if (st != PV_OK) return st;
            pv_count_tile(w);
        }
    }
    return PV_OK;
}

pv_status pv_object_ready(pv_object_worker *w, pv_tile_source source, void *user, const pv_rect *box, size_t n, pv_err *err)
{
    w->ready = (pv_rect){0, 0, 0, 0};
    if (n == 0) return PV_OK;
    pv_rect hull = box[0];
    for (size_t k = 1; k < n; k++) hull = pv_object_hull(hull, box[k]);
    pv_rect core = pv_object_window(w->plan, hull);
    pv_status st = pv_find_pixels(w, source, user, core, box, n, err);
    if (st != PV_OK) return pv_where(err, st, "patches at working pixel %d,%d", hull.x, hull.y);
    w->ready = core;
    return PV_OK;
}

pv_status pv_object_measure(pv_object_worker *w, pv_tile_source source, void *user, const pv_patch *patch, pv_object_look *look, pv_err *err)
{
    const pv_object_plan *p = w->plan;
    look->measured = 0;
    w->window = pv_object_window(p, patch->box);
    w->box = patch->box;
    if (patch->n_runs == 0 || w->window.w > PV_OBJECT_WINDOW || w->window.h > PV_OBJECT_WINDOW) return PV_OK;
    memset(w->sums, 0, 2 * sizeof *w->sums);
    memset(look->stage_sum, 0, sizeof look->stage_sum);
    w->stage_sum = look->stage_sum;
    pv_draw_mask(w, patch);
    pv_find_shape(w, patch);
    if (pv_rect_contains(w->ready, w->window)) {
        pv_count_tile(w);
    } else {
        pv_status st = pv_measure_tiles(w, source, user, err);
        if (st != PV_OK) return pv_where(err, st, "patch at working pixel %d,%d", (int)patch->first_x, (int)patch->first_y);
    }
    pv_object_values(w, patch, look->value);
    look->measured = 1;
    return PV_OK;
}
