/* Components of open patches: pools of what they hold, their classes, and how they join. */
#include <string.h>

#include "base/mem.h"
#include "pipeline/patches_internal.h"

#include "base/banned.h"

/* ---- pools ---- */

static pv_status pv_node_take(pv_patches *p, int32_t *out, pv_err *err)
{
    if (p->free_node == PV_NO_INDEX) {
        pv_run_node *slab = NULL;
        int32_t first = (int32_t)(p->n_slabs << PV_SLAB_BITS), n = 1 << PV_SLAB_BITS;
        pv_status st = pv_grow(&p->slab, &p->cap_slabs, p->n_slabs + 1, sizeof *p->slab, "open patches", err);
        if (st != PV_OK) return st;
        st = pv_alloc(&slab, (size_t)n, sizeof *slab, "runs of open patches", err);
        if (st != PV_OK) return st;
        for (int32_t i = 0; i < n; i++) slab[i].next = i + 1 < n ? first + i + 1 : PV_NO_INDEX;
        p->slab[p->n_slabs++] = slab;
        p->free_node = first;
    }
    *out = p->free_node;
    p->free_node = pv_node(p, *out)->next;
    p->n_nodes++;
    return PV_OK;
}

/* The whole chain goes back at once. */
static void pv_chain_drop(pv_patches *p, pv_part *c)
{
    if (c->head != PV_NO_INDEX) {
        pv_node(p, c->tail)->next = p->free_node;
        p->free_node = c->head;
        p->n_nodes -= c->n_runs;
    }
    c->head = c->tail = PV_NO_INDEX;
    c->n_runs = 0;
}

static pv_status pv_part_take(pv_patches *p, int32_t *out, pv_err *err)
{
    if (p->free_part == PV_NO_INDEX) {
        pv_status st = pv_grow(&p->part, &p->cap_part, p->n_part + 1, sizeof *p->part, "open patches", err);
        if (st != PV_OK) return st;
        *out = (int32_t)p->n_part++;
    } else {
        *out = p->free_part;
        p->free_part = p->part[*out].parent;
    }
    return PV_OK;
}

pv_status pv_part_new(pv_patches *p, const pv_row_run *r, int32_t *out, pv_err *err)
{
    pv_status st = pv_part_take(p, out, err);
    if (st != PV_OK) return st;
    p->part[*out] = (pv_part){.parent = *out,
                              .x0 = r->x0,
                              .x1 = r->x1,
                              .y0 = p->y,
                              .first_x = r->x0,
                              .first_y = p->y,
                              .head = PV_NO_INDEX,
                              .tail = PV_NO_INDEX,
                              .counts = PV_NO_INDEX};
    return PV_OK;
}

void pv_part_drop(pv_patches *p, int32_t i)
{
    pv_part *c = &p->part[i];
    pv_chain_drop(p, c);
    if (c->counts != PV_NO_INDEX) {
        p->counts[c->counts][0] = p->free_counts;
        p->free_counts = c->counts;
        c->counts = PV_NO_INDEX;
    }
    c->parent = p->free_part;
    p->free_part = i;
}

/* ---- classes ---- */

static pv_status pv_counts_need(pv_patches *p, pv_part *c, pv_err *err)
{
    if (c->counts != PV_NO_INDEX) return PV_OK;
    int32_t i = p->free_counts;
    if (i == PV_NO_INDEX) {
        pv_status st = pv_grow(&p->counts, &p->cap_counts, p->n_counts + 1, sizeof *p->counts, "class counts of open patches", err);
        if (st != PV_OK) return st;
        i = (int32_t)p->n_counts++;
    } else {
        p->free_counts = (int32_t)p->counts[i][0];
    }
    memset(p->counts[i], 0, sizeof p->counts[i]);
    for (int k = 0; k < c->n_few; k++) p->counts[i][c->few[k]]++;
    c->n_few = 0;
    c->counts = i;
    return PV_OK;
}

static pv_status pv_classes_add(pv_patches *p, pv_part *c, const uint8_t *best, int n, pv_err *err)
{
    if (c->counts == PV_NO_INDEX && c->n_few + n <= PV_FEW) {
        for (int i = 0; i < n; i++)
            if (best[i] < PV_CLASSES) c->few[c->n_few++] = best[i];
        return PV_OK;
    }
    pv_status st = pv_counts_need(p, c, err);
    if (st != PV_OK) return st;
    int64_t *count = p->counts[c->counts];
    for (int i = 0; i < n; i++)
        if (best[i] < PV_CLASSES) count[best[i]]++;
    return PV_OK;
}

static pv_status pv_classes_join(pv_patches *p, pv_part *a, const pv_part *b, pv_err *err)
{
    if (b->counts == PV_NO_INDEX) return pv_classes_add(p, a, b->few, b->n_few, err);
    pv_status st = pv_counts_need(p, a, err);
    if (st != PV_OK) return st;
    for (int i = 0; i < PV_CLASSES; i++) p->counts[a->counts][i] += p->counts[b->counts][i];
    return PV_OK;
}

/* ---- components ---- */

static int pv_comes_first(const pv_part *a, const pv_part *b)
{
    return a->first_y < b->first_y || (a->first_y == b->first_y && a->first_x < b->first_x);
}

static void pv_runs_lose(pv_patches *p, pv_part *c)
{
    pv_chain_drop(p, c);
    c->lost_runs = 1;
}

pv_status pv_part_join(pv_patches *p, int32_t ia, int32_t ib, pv_err *err)
{
    pv_part *a = &p->part[ia], *b = &p->part[ib];
    pv_status st = pv_grow(&p->dead, &p->cap_dead, p->n_dead + 1, sizeof *p->dead, "joined patches", err);
    if (st != PV_OK) return st;
    st = pv_classes_join(p, a, b, err);
    if (st != PV_OK) return st;
    a->pixels += b->pixels;
    a->sum_x += b->sum_x;
    a->sum_y += b->sum_y;
    a->sum_prob += b->sum_prob;
    if (pv_comes_first(b, a)) {
        a->first_x = b->first_x;
        a->first_y = b->first_y;
    }
    a->x0 = pv_min(a->x0, b->x0);
    a->x1 = pv_max(a->x1, b->x1);
    a->y0 = pv_min(a->y0, b->y0);
    a->last_y = pv_max(a->last_y, b->last_y);
    a->cut |= b->cut;
    if (b->max_prob > a->max_prob) a->max_prob = b->max_prob;
    if (a->lost_runs || b->lost_runs || a->n_runs + b->n_runs > p->o.max_runs) {
        pv_runs_lose(p, a);
        pv_chain_drop(p, b);
    } else {
        pv_node(p, a->tail)->next = b->head;
        a->tail = b->tail;
        a->n_runs += b->n_runs;
        b->head = b->tail = PV_NO_INDEX;
        b->n_runs = 0;
    }
    b->parent = ia;
    p->dead[p->n_dead++] = ib;
    return PV_OK;
}

/* All open patches together have too many runs: the one with the most runs (of equals the first) loses its own. Rows are walked in a fixed
 * order, so the choice depends on the picture alone. */
static void pv_runs_lose_largest(pv_patches *p, int n_done)
{
    pv_part *most = NULL;
    for (int i = 0; i < p->n_prev + n_done; i++) {
        pv_part *c = &p->part[pv_root(p, i < p->n_prev ? p->prev[i].part : p->cur[i - p->n_prev].part)];
        if (most == NULL || c->n_runs > most->n_runs || (c->n_runs == most->n_runs && pv_comes_first(c, most))) most = c;
    }
    if (most != NULL) pv_runs_lose(p, most);
}

static pv_status pv_run_keep(pv_patches *p, int32_t i, int n_done, const pv_row_run *r, pv_err *err)
{
    int32_t at = PV_NO_INDEX;
    if (p->n_nodes >= p->o.max_open_runs) pv_runs_lose_largest(p, n_done);
    pv_part *c = &p->part[i];
    if (c->lost_runs) return PV_OK;
    if (c->n_runs >= p->o.max_runs) {
        pv_runs_lose(p, c);
        return PV_OK;
    }
    pv_status st = pv_node_take(p, &at, err);
    if (st != PV_OK) return st;
    *pv_node(p, at) = (pv_run_node){p->y, r->x0, r->x1, PV_NO_INDEX};
    if (c->head == PV_NO_INDEX)
        c->head = at;
    else
        pv_node(p, c->tail)->next = at;
    c->tail = at;
    c->n_runs++;
    return PV_OK;
}

/* Sums of one run of the current row. */
static pv_status pv_run_sum(pv_patches *p, int32_t i, const pv_row_run *r, const uint8_t *prob, const uint8_t *best, pv_err *err)
{
    pv_part *c = &p->part[i];
    int64_t n = r->x1 - r->x0;
    uint8_t max = 0;
    c->sum_prob += p->kernels->sum(prob + r->x0, (size_t)n, (size_t)(p->o.width_px - r->x0), &max);
    if (max > c->max_prob) c->max_prob = max;
    c->pixels += n;
    c->sum_x += n * ((int64_t)r->x0 + r->x1 - 1) / 2;
    c->sum_y += n * p->y;
    c->x0 = pv_min(c->x0, r->x0);
    c->x1 = pv_max(c->x1, r->x1);
    c->last_y = p->y;
    return best != NULL ? pv_classes_add(p, c, best + r->x0, (int)n, err) : PV_OK;
}

pv_status pv_part_add(pv_patches *p, int32_t i, int k, const uint8_t *prob, const uint8_t *best, pv_err *err)
{
    pv_status st = pv_run_sum(p, i, &p->cur[k], prob, best, err);
    return st != PV_OK ? st : pv_run_keep(p, i, k, &p->cur[k], err);
}
