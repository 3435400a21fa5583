/* Rows of pixels become runs, runs find their component. */
#include "pipeline/patches.h"

#include <string.h>

#include "base/mem.h"
#include "pipeline/patches_internal.h"

#include "base/banned.h"

enum { PV_RUNS_DEFAULT = 4000000, PV_OPEN_RUNS_DEFAULT = 8000000 };

/* Runs begin and end where a bit differs from the one before. */
static void pv_row_runs(pv_patches *p, const uint8_t *prob, const uint8_t *next)
{
    size_t w = (size_t)p->o.width_px;
    pv_row_run *run = p->cur;
    int inside = 0;
    p->unseen_above = p->unseen;
    p->unseen = p->kernels->row(prob, next, w, (uint8_t)p->o.low, p->loud);
    for (size_t k = 0; k < (w + 63) / 64; k++) {
        uint64_t word = p->loud[k], turns = word ^ (word << 1 | (uint64_t)inside);
        for (; turns != 0; turns &= turns - 1, inside ^= 1) {
            int at = (int)(64 * k) + __builtin_ctzll(turns);
            if (inside)
                (run++)->x1 = at;
            else
                run->x0 = at;
        }
    }
    if (inside) (run++)->x1 = p->o.width_px;
    p->n_cur = (int)(run - p->cur);
}

static int pv_unseen(const uint8_t *row, int x0, int x1, int w)
{
    int a = pv_max(0, x0 - 1), b = pv_min(w, x1 + 1);
    return memchr(row + a, PV_UNSEEN, (size_t)(b - a)) != NULL;
}

/* Finds or makes the component of run k of the current row and adds the run to it. *j: the first run above that may touch. */
static pv_status pv_run_place(pv_patches *p, int k, int *j, const uint8_t *prob, const uint8_t *best, pv_err *err)
{
    pv_status st = PV_OK;
    pv_row_run *r = &p->cur[k];
    int32_t to = PV_NO_INDEX;
    while (*j < p->n_prev && p->prev[*j].x1 < r->x0) (*j)++;
    for (int i = *j; i < p->n_prev && p->prev[i].x0 <= r->x1; i++) {
        int32_t other = pv_root(p, p->prev[i].part);
        if (to == PV_NO_INDEX) {
            to = other;
        } else if (to != other) {
            /* The smaller joins the larger: short ways to the root. */
            int32_t from = other;
            if (p->part[other].n_runs > p->part[to].n_runs) {
                from = to;
                to = other;
            }
            PV_TRY(pv_part_join(p, to, from, err));
        }
    }
    if (to == PV_NO_INDEX) {
        PV_TRY(pv_part_new(p, r, &to, err));
    }
    r->part = to;
    PV_TRY(pv_part_add(p, to, k, prob, best, err));
out:
    return st;
}

/* What touches the photo's frame or a pixel that was not seen. Rows above and below are both known here. */
static void pv_row_cuts(pv_patches *p, const uint8_t *above, const uint8_t *prob)
{
    int w = p->o.width_px;
    int here = p->unseen, there = p->unseen_above;
    for (int i = 0; here && i < p->n_prev; i++) {
        pv_part *c = &p->part[pv_root(p, p->prev[i].part)];
        if (!c->cut && pv_unseen(prob, p->prev[i].x0, p->prev[i].x1, w)) c->cut = 1;
    }
    for (int i = 0; i < p->n_cur; i++) {
        const pv_row_run *r = &p->cur[i];
        pv_part *c = &p->part[pv_root(p, r->part)];
        if (c->cut) continue;
        c->cut = p->y == 0 || r->x0 == 0 || r->x1 == w || (here && pv_unseen(prob, r->x0, r->x1, w)) || (there && pv_unseen(above, r->x0, r->x1, w));
    }
}

static pv_status pv_row_push(pv_patches *p, const uint8_t *above, const uint8_t *prob, const uint8_t *next, const uint8_t *best, pv_err *err)
{
    pv_status st = PV_OK;
    pv_row_runs(p, prob, next);
    if (p->n_cur > 0 || p->n_prev > 0) {
        for (int k = 0, j = 0; k < p->n_cur; k++) PV_TRY(pv_run_place(p, k, &j, prob, best, err));
        pv_row_cuts(p, above, prob);
        PV_TRY(pv_row_close(p, err));
    }
    pv_row_run *swap = p->prev;
    p->prev = p->cur;
    p->cur = swap;
    p->n_prev = p->n_cur;
    p->n_cur = 0;
    p->y++;
out:
    return st;
}

/* ---- the door ---- */

pv_status pv_patches_new(pv_patches **out, const pv_patches_options *options, pv_err *err)
{
    pv_status st = PV_OK;
    pv_patches *p = NULL;
    if (options->width_px < 1 || options->low < 1 || options->low > options->high || options->high > 254 || options->sink == NULL)
        return pv_fail(err, PV_BUG, "patches: width %d, thresholds %d and %d cannot be", options->width_px, options->low, options->high);
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "patches", err));
    p->o = *options;
    if (p->o.max_runs <= 0) p->o.max_runs = PV_RUNS_DEFAULT;
    if (p->o.max_open_runs <= 0) p->o.max_open_runs = PV_OPEN_RUNS_DEFAULT;
    p->free_part = p->free_node = p->free_counts = PV_NO_INDEX;
    p->kernels = pv_bits_of(pv_cpu_path());
    size_t runs = (size_t)options->width_px / 2 + 1;
    PV_TRY(pv_alloc(&p->above, (size_t)options->width_px, 1, "row above", err));
    PV_TRY(pv_alloc(&p->loud, ((size_t)options->width_px + 63) / 64, sizeof *p->loud, "bits of a row", err));
    PV_TRY(pv_alloc(&p->row, 2 * runs, sizeof *p->row, "runs of two rows", err));
    p->prev = p->row;
    p->cur = p->row + runs;
    *out = p;
    p = NULL;
out:
    pv_patches_free(p);
    return st;
}

pv_status pv_patches_push(pv_patches *p, const uint8_t *prob, const uint8_t *best, int n_rows, pv_err *err)
{
    size_t w = (size_t)p->o.width_px;
    if (p->failed) return pv_fail(err, PV_BUG, "patches: rows after a failure");
    if (n_rows > INT32_MAX - p->y) return pv_fail(err, PV_INPUT, "more than %d rows", INT32_MAX);
    for (int r = 0; r < n_rows; r++) {
        const uint8_t *row = prob + (size_t)r * w;
        pv_status st =
            pv_row_push(p, r > 0 ? row - w : p->above, row, r + 1 < n_rows ? row + w : row, best != NULL ? best + (size_t)r * w : NULL, err);
        if (st != PV_OK) {
            p->failed = 1;
            return st;
        }
    }
    if (n_rows > 0) memcpy(p->above, prob + ((size_t)n_rows - 1) * w, w);
    return PV_OK;
}

pv_status pv_patches_finish(pv_patches *p, pv_err *err)
{
    if (p->failed) return pv_fail(err, PV_BUG, "patches: finished after a failure");
    /* The last row is the photo's lower edge. */
    for (int i = 0; i < p->n_prev; i++) p->part[p->prev[i].part].cut = 1;
    pv_status st = pv_row_close(p, err);
    p->failed = st != PV_OK;
    if (st == PV_OK) p->n_prev = 0;
    return st;
}

void pv_patches_free(pv_patches *p)
{
    if (p == NULL) return;
    for (size_t i = 0; i < p->n_slabs; i++) pv_free(p->slab[i]);
    pv_free(p->slab);
    pv_free(p->above);
    pv_free(p->loud);
    pv_free(p->row);
    pv_free(p->part);
    pv_free(p->dead);
    pv_free(p->counts);
    pv_free(p->closing);
    pv_free(p->run);
    pv_free(p->bin);
    pv_free(p);
}

int64_t pv_patches_open_bytes(const pv_patches *p)
{
    size_t w = (size_t)p->o.width_px;
    size_t bytes = sizeof *p + w + (w + 63) / 64 * sizeof *p->loud + (w / 2 + 1) * 2 * sizeof *p->row + p->cap_part * sizeof *p->part +
                   p->cap_dead * sizeof *p->dead + p->n_slabs * (sizeof(pv_run_node) << PV_SLAB_BITS) + p->cap_slabs * sizeof *p->slab +
                   p->cap_counts * sizeof *p->counts + p->cap_closing * sizeof *p->closing + p->cap_run * sizeof *p->run +
                   p->cap_bin * sizeof *p->bin;
    return (int64_t)bytes;
}
