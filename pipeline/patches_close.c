/* What no run can join any more is sorted and handed over. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/patches_internal.h"

#include "base/banned.h"

enum { PV_SORT_BY_HAND = 48 /* runs below which counting does not pay */ };

/* Stable counting by key - base, key = x0 (by_y 0) or y. */
static void pv_runs_count_sort(const pv_run *in, pv_run *out, size_t n, int32_t *bin, int n_bins, int base, int by_y)
{
    memset(bin, 0, ((size_t)n_bins + 1) * sizeof *bin);
    for (size_t i = 0; i < n; i++) bin[(by_y ? in[i].y : in[i].x0) - base + 1]++;
    for (int i = 0; i < n_bins; i++) bin[i + 1] += bin[i];
    for (size_t i = 0; i < n; i++) out[bin[(by_y ? in[i].y : in[i].x0) - base]++] = in[i];
}

static void pv_runs_insert_sort(pv_run *run, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        pv_run r = run[i];
        size_t k = i;
        for (; k > 0 && (run[k - 1].y > r.y || (run[k - 1].y == r.y && run[k - 1].x0 > r.x0)); k--) run[k] = run[k - 1];
        run[k] = r;
    }
}

/* The chain as an array sorted by row, then x, in p->run. */
static pv_status pv_runs_unroll(pv_patches *p, const pv_part *c, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)c->n_runs, i = 0;
    int w = c->x1 - c->x0, h = c->last_y - c->y0 + 1;
    PV_TRY(pv_grow(&p->run, &p->cap_run, 2 * n, sizeof *p->run, "runs of a patch", err));
    for (int32_t at = c->head; at != PV_NO_INDEX; at = pv_node(p, at)->next) {
        const pv_run_node *node = pv_node(p, at);
        p->run[i++] = (pv_run){node->y, node->x0, node->x1};
    }
    if (n <= PV_SORT_BY_HAND) {
        pv_runs_insert_sort(p->run, n);
    } else {
        PV_TRY(pv_grow(&p->bin, &p->cap_bin, (size_t)pv_max(w, h) + 1, sizeof *p->bin, "order of runs", err));
        pv_runs_count_sort(p->run, p->run + n, n, p->bin, w, c->x0, 0);
        pv_runs_count_sort(p->run + n, p->run, n, p->bin, h, c->y0, 1);
    }
out:
    return st;
}

static pv_status pv_part_emit(pv_patches *p, const pv_part *c, pv_err *err)
{
    pv_status st = PV_OK;
    if (c->max_prob < p->o.high || c->pixels < p->o.min_pixels) return PV_OK;
    pv_patch patch = {.pixels = c->pixels,
                      .sum_x = c->sum_x,
                      .sum_y = c->sum_y,
                      .sum_prob = c->sum_prob,
                      .max_prob = c->max_prob,
                      .box = {c->x0, c->y0, c->x1 - c->x0, c->last_y - c->y0 + 1},
                      .first_x = c->first_x,
                      .first_y = c->first_y,
                      .cut_by_edge = c->cut,
                      .n_runs = c->n_runs};
    if (c->counts != PV_NO_INDEX)
        memcpy(patch.class_pixels, p->counts[c->counts], sizeof patch.class_pixels);
    else
        for (int i = 0; i < c->n_few; i++) patch.class_pixels[c->few[i]]++;
    if (c->n_runs > 0) PV_TRY(pv_runs_unroll(p, c, err));
    patch.run = c->n_runs > 0 ? p->run : NULL;
    PV_TRY(p->o.sink(p->o.user, &patch, err));
out:
    return st;
}

static int pv_closing_order(const void *a, const void *b)
{
    const pv_closing *u = a, *v = b;
    if (u->first_y != v->first_y) return u->first_y < v->first_y ? -1 : 1;
    return (u->first_x > v->first_x) - (u->first_x < v->first_x);
}

pv_status pv_row_close(pv_patches *p, pv_err *err)
{
    pv_status st = PV_OK;
    int sorted = 1;
    p->n_closing = 0;
    PV_TRY(pv_grow(&p->closing, &p->cap_closing, (size_t)p->n_prev, sizeof *p->closing, "closing patches", err));
    for (int i = 0; i < p->n_prev; i++) {
        int32_t at = pv_root(p, p->prev[i].part);
        pv_part *c = &p->part[at];
        if (c->last_y == p->y || c->closing) continue;
        c->closing = 1;
        p->closing[p->n_closing++] = (pv_closing){c->first_y, c->first_x, at};
        if (p->n_closing > 1 && pv_closing_order(&p->closing[p->n_closing - 2], &p->closing[p->n_closing - 1]) > 0) sorted = 0;
    }
    if (!sorted) qsort(p->closing, p->n_closing, sizeof *p->closing, pv_closing_order);
    for (size_t i = 0; i < p->n_closing; i++) {
        PV_TRY(pv_part_emit(p, &p->part[p->closing[i].part], err));
        pv_part_drop(p, p->closing[i].part);
    }
    for (int i = 0; i < p->n_cur; i++) p->cur[i].part = pv_root(p, p->cur[i].part);
    for (size_t i = 0; i < p->n_dead; i++) pv_part_drop(p, p->dead[i]);
    p->n_dead = 0;
out:
    return st;
}
