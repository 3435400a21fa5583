#include "pipeline/patches.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum {
    PV_NO_INDEX = -1,
    PV_UNSEEN = 255,
    PV_CLASSES = 64,
    PV_FEW = 16,          /* pixels whose classes a component keeps one by one, before it needs a table of counts */
    PV_SLAB_BITS = 14,    /* runs are kept in slabs of 16,384, so that growing never copies them */
    PV_SORT_BY_HAND = 48, /* runs below which counting does not pay */
    PV_RUNS_DEFAULT = 4000000,
    PV_OPEN_RUNS_DEFAULT = 8000000
};

/* A run of an open component: a link in its chain, or in the chain of free nodes. */
typedef struct pv_run_node {
    int32_t y, x0, x1, next;
} pv_run_node;

/* A run of the row above or of the current row. */
typedef struct pv_row_run {
    int32_t x0, x1, part; /* part: index of a component; of the row above always a root when a row begins */
} pv_row_run;

typedef struct pv_part {
    int32_t parent; /* itself = root; of a free one: the next free */
    int32_t last_y; /* the lowest row that it reaches */
    int64_t pixels, sum_x, sum_y, sum_prob;
    int32_t x0, y0, x1; /* the box; its lower end is last_y */
    int32_t first_x, first_y;
    int32_t head, tail; /* chain of runs; PV_NO_INDEX = none */
    int64_t n_runs;
    int32_t counts;    /* table of class counts, or PV_NO_INDEX while `few` is enough */
    uint8_t lost_runs; /* 1 = the runs were too many and are gone */
    uint8_t cut, closing, max_prob;
    uint8_t n_few;
    uint8_t few[PV_FEW]; /* classes of the first pixels */
} pv_part;

typedef struct pv_closing {
    int32_t first_y, first_x, part;
} pv_closing;

struct pv_patches {
    pv_patches_options o;
    int y;           /* the next row */
    int failed;      /* 1 = an earlier call failed: nothing more is accepted */
    uint8_t *above;  /* [width] copy of the last row of the last push */
    pv_row_run *row; /* [2][width / 2 + 1]: the row above and the current one change places */
    pv_row_run *prev, *cur;
    int n_prev, n_cur;
    pv_part *part;
    size_t n_part, cap_part; /* ever used; reserved */
    int32_t free_part;
    int32_t *dead; /* components that were joined to another one in this row: free when the row is done */
    size_t n_dead, cap_dead;
    pv_run_node **slab;
    size_t n_slabs, cap_slabs;
    int64_t n_nodes; /* of open components */
    int32_t free_node;
    int64_t (*counts)[PV_CLASSES];
    size_t n_counts, cap_counts;
    int32_t free_counts; /* the first cell of a free table is the next free one */
    pv_closing *closing;
    size_t n_closing, cap_closing;
    pv_run *run; /* what the callback borrows, and as much again for sorting */
    size_t cap_run;
    int32_t *bin; /* [cap_bin] for counting */
    size_t cap_bin;
};

/* ---- pools ---- */

static pv_run_node *pv_node(const pv_patches *p, int32_t i)
{
    return &p->slab[i >> PV_SLAB_BITS][i & ((1 << PV_SLAB_BITS) - 1)];
}

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

static void pv_part_drop(pv_patches *p, int32_t i)
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

static int32_t pv_root(pv_patches *p, int32_t i)
{
    while (p->part[i].parent != i) {
        p->part[i].parent = p->part[p->part[i].parent].parent;
        i = p->part[i].parent;
    }
    return i;
}

static int pv_comes_first(const pv_part *a, const pv_part *b)
{
    return a->first_y < b->first_y || (a->first_y == b->first_y && a->first_x < b->first_x);
}

static void pv_runs_lose(pv_patches *p, pv_part *c)
{
    pv_chain_drop(p, c);
    c->lost_runs = 1;
}

/* Joins b to a; both are roots. The chain is joined in one step; its order is made when the patch closes. */
static pv_status pv_join(pv_patches *p, int32_t ia, int32_t ib, pv_err *err)
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
    int64_t n = r->x1 - r->x0, sum = 0;
    uint8_t max = c->max_prob;
    for (int x = r->x0; x < r->x1; x++) {
        sum += prob[x];
        max = prob[x] > max ? prob[x] : max;
    }
    c->max_prob = max;
    c->pixels += n;
    c->sum_x += n * ((int64_t)r->x0 + r->x1 - 1) / 2;
    c->sum_y += n * p->y;
    c->sum_prob += sum;
    c->x0 = pv_min(c->x0, r->x0);
    c->x1 = pv_max(c->x1, r->x1);
    c->last_y = p->y;
    return best != NULL ? pv_classes_add(p, c, best + r->x0, (int)n, err) : PV_OK;
}

/* ---- one row ---- */

/* Quiet = no pixel of at least low that was seen. 64 pixels by a loop that compilers turn into a few vector instructions. */
static int pv_quiet(const uint8_t *prob, uint8_t low, uint8_t span)
{
    uint8_t loud = 0;
    for (int i = 0; i < 64; i++) loud |= (uint8_t)((uint8_t)(prob[i] - low) <= span);
    return !loud;
}

static void pv_row_runs(pv_patches *p, const uint8_t *prob)
{
    uint8_t low = (uint8_t)p->o.low, span = (uint8_t)(254 - p->o.low);
    int x = 0, w = p->o.width_px, n = 0;
    while (x < w) {
        if (x + 64 <= w && pv_quiet(prob + x, low, span)) {
            x += 64;
            continue;
        }
        int end = pv_min(w, x + 64);
        while (x < end) {
            if ((uint8_t)(prob[x] - low) > span) {
                x++;
                continue;
            }
            p->cur[n].x0 = x;
            while (x < w && (uint8_t)(prob[x] - low) <= span) x++;
            p->cur[n].x1 = x;
            n++;
        }
    }
    p->n_cur = n;
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
            PV_TRY(pv_join(p, to, from, err));
        }
    }
    if (to == PV_NO_INDEX) {
        PV_TRY(pv_part_take(p, &to, err));
        p->part[to] = (pv_part){.parent = to,
                                .x0 = r->x0,
                                .x1 = r->x1,
                                .y0 = p->y,
                                .first_x = r->x0,
                                .first_y = p->y,
                                .head = PV_NO_INDEX,
                                .tail = PV_NO_INDEX,
                                .counts = PV_NO_INDEX};
    }
    r->part = to;
    PV_TRY(pv_run_sum(p, to, r, prob, best, err));
    PV_TRY(pv_run_keep(p, to, k, r, err));
out:
    return st;
}

/* What touches the photo's frame or a pixel that was not seen. Rows above and below are both known here. */
static void pv_row_cuts(pv_patches *p, const uint8_t *above, const uint8_t *prob)
{
    int w = p->o.width_px;
    int here = memchr(prob, PV_UNSEEN, (size_t)w) != NULL;
    int there = p->y > 0 && p->n_cur > 0 && memchr(above, PV_UNSEEN, (size_t)w) != NULL;
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

/* ---- closing ---- */

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

/* Hands over what was open in the row above and did not reach the current row, and frees what was joined. */
static pv_status pv_row_close(pv_patches *p, pv_err *err)
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

static pv_status pv_row_push(pv_patches *p, const uint8_t *above, const uint8_t *prob, const uint8_t *best, pv_err *err)
{
    pv_status st = PV_OK;
    pv_row_runs(p, prob);
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
    size_t runs = (size_t)options->width_px / 2 + 1;
    PV_TRY(pv_alloc(&p->above, (size_t)options->width_px, 1, "row above", err));
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
        pv_status st = pv_row_push(p, r > 0 ? row - w : p->above, row, best != NULL ? best + (size_t)r * w : NULL, err);
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
    size_t bytes = sizeof *p + w + (w / 2 + 1) * 2 * sizeof *p->row + p->cap_part * sizeof *p->part + p->cap_dead * sizeof *p->dead +
                   p->n_slabs * (sizeof(pv_run_node) << PV_SLAB_BITS) + p->cap_slabs * sizeof *p->slab + p->cap_counts * sizeof *p->counts +
                   p->cap_closing * sizeof *p->closing + p->cap_run * sizeof *p->run + p->cap_bin * sizeof *p->bin;
    return (int64_t)bytes;
}
