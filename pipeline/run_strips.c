/* Rows of cores between the workers and the sink. */
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/run_internal.h"

#include "base/banned.h"

/* Columns of the strip in which the first segment waits; without segments that of a whole strip. */
static int second_w(const pv_scan *s)
{
    if (s->shape.segments == 1) return s->grid.w;
    pv_rect last = pv_ahead_core(&s->shape, 0, pv_ahead_tiles(&s->shape, 0) - 1);
    return last.x + last.w;
}

static int is_full(const pv_scan *s)
{
    return s->classify.gate != NULL && s->classify.full;
}

int64_t pv_scan_strips_bytes(const pv_scan *s)
{
    int core_w = 0, core_h = 0;
    pv_ahead_core_size(&s->shape, &core_w, &core_h);
    return (is_full(s) ? 4 : 2) * ((int64_t)s->grid.w + second_w(s)) * core_h;
}

pv_status pv_scan_strips_new(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    int core_w = 0, core_h = 0;
    pv_ahead_core_size(&s->shape, &core_w, &core_h);
    for (int k = 0; k < 2; k++) {
        pv_strip *to = &s->ring[k];
        to->w = k == 0 ? s->grid.w : second_w(s);
        PV_TRY(pv_alloc(&to->prob, (size_t)core_h, (size_t)to->w, "strip", err));
        PV_TRY(pv_alloc(&to->best, (size_t)core_h, (size_t)to->w, "strip", err));
        if (!is_full(s)) continue;
        PV_TRY(pv_alloc(&to->full_prob, (size_t)core_h, (size_t)to->w, "strip", err));
        PV_TRY(pv_alloc(&to->full_best, (size_t)core_h, (size_t)to->w, "strip", err));
    }
out:
    return st;
}

void pv_scan_strips_release(pv_scan *s)
{
    for (int k = 0; k < 2; k++) {
        pv_free(s->ring[k].prob);
        pv_free(s->ring[k].best);
        pv_free(s->ring[k].full_prob);
        pv_free(s->ring[k].full_best);
    }
}

/* Where the tiles of a step go. */
static const pv_strip *strip_of(const pv_scan *s, int step)
{
    if (s->shape.segments == 1) return &s->ring[step % 2];
    return &s->ring[step % s->shape.segments == 0];
}

const pv_strip *pv_scan_strip_whole(const pv_scan *s, int row)
{
    return &s->ring[s->shape.segments == 1 ? row % 2 : 0];
}

/* Rows of a core into planes that begin with row y0. */
static void put(uint8_t *prob, uint8_t *best, size_t w, int y0, pv_rect core, const pv_tile *from)
{
    for (int y = 0; y < core.h && prob != NULL; y++) {
        size_t at = (size_t)y * (size_t)core.w, to = (size_t)(core.y - y0 + y) * w + (size_t)core.x;
        if (from != NULL) {
            memcpy(prob + to, from->prob + at, (size_t)core.w);
            memcpy(best + to, from->best + at, (size_t)core.w);
        } else {
            memset(prob + to, PV_PROB_UNKNOWN, (size_t)core.w);
            memset(best + to, PV_BEST_NODATA, (size_t)core.w);
        }
    }
}

void pv_scan_strip_put(const pv_scan *s, int step, pv_rect core, const pv_tile *from, const pv_tile *full)
{
    const pv_strip *out = strip_of(s, step);
    int y0 = 0, rows = 0;
    pv_ahead_core_rows(&s->shape, pv_ahead_row(&s->shape, step), &y0, &rows);
    put(out->prob, out->best, (size_t)out->w, y0, core, from);
    put(out->full_prob, out->full_best, (size_t)out->w, y0, core, full);
}

static void settle(uint8_t *to, size_t w, const uint8_t *from, size_t from_w, int rows)
{
    for (size_t y = 0; y < (size_t)rows && to != NULL; y++) memcpy(to + y * w, from + y * from_w, from_w);
}

void pv_scan_strips_settle(const pv_scan *s, int step)
{
    const pv_strip *to = &s->ring[0], *from = &s->ring[1];
    int y0 = 0, rows = 0;
    if (s->shape.segments == 1 || step % s->shape.segments != 1) return;
    pv_ahead_core_rows(&s->shape, pv_ahead_row(&s->shape, step), &y0, &rows);
    settle(to->prob, (size_t)to->w, from->prob, (size_t)from->w, rows);
    settle(to->best, (size_t)to->w, from->best, (size_t)from->w, rows);
    settle(to->full_prob, (size_t)to->w, from->full_prob, (size_t)from->w, rows);
    settle(to->full_best, (size_t)to->w, from->full_best, (size_t)from->w, rows);
}
