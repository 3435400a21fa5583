/* The population of an audit sample: the ground that was seen, by strata, and the cells that chance puts first. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_area.h"
#include "geo/cells_mix.h"
#include "season/audit_internal.h"

#include "base/banned.h"

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static const uint64_t GAMMA = UINT64_C(0x9E3779B97F4A7C15);

/* start: of the seed. */
static uint64_t key_of(uint64_t start, int32_t i, int32_t j)
{
    const uint64_t cell = (uint64_t)(uint32_t)i << 32 | (uint32_t)j;
    return mix(start + cell * GAMMA);
}

static uint64_t start_of(uint64_t seed)
{
    return mix(seed + GAMMA);
}

uint64_t pv_audit_key(uint64_t seed, int32_t i, int32_t j)
{
    return key_of(start_of(seed), i, j);
}

/* ---- the smallest keys: a heap with the largest on top ---- */

typedef struct heap {
    size_t n, cap;
    pv_audit_cell *at;
} heap;

static int comes_after(const pv_audit_cell *a, const pv_audit_cell *b)
{
    if (a->key != b->key) return a->key > b->key;
    return a->j != b->j ? a->j > b->j : a->i > b->i;
}

static void sink(heap *h, size_t k)
{
    for (;;) {
        size_t top = k, child = 2 * k + 1;
        for (size_t c = child; c < child + 2 && c < h->n; c++)
            if (comes_after(&h->at[c], &h->at[top])) top = c;
        if (top == k) return;
        pv_audit_cell t = h->at[k];
        h->at[k] = h->at[top];
        h->at[top] = t;
        k = top;
    }
}

static pv_status offer(heap *h, const pv_audit_cell *c, pv_err *err)
{
    pv_status st = PV_OK;
    if (h->n == PV_AUDIT_MOST) {
        if (!comes_after(&h->at[0], c)) return PV_OK;
        h->at[0] = *c;
        sink(h, 0);
        return PV_OK;
    }
    PV_TRY(pv_grow(&h->at, &h->cap, h->n + 1, sizeof *h->at, "cells", err));
    size_t k = h->n++;
    for (; k > 0 && comes_after(c, &h->at[(k - 1) / 2]); k = (k - 1) / 2) h->at[k] = h->at[(k - 1) / 2];
    h->at[k] = *c;
out:
    return st;
}

static int by_key(const void *a, const void *b)
{
    return comes_after(a, b) - comes_after(b, a);
}

/* ---- the walk ---- */

typedef struct walk {
    pv_audit_frame *out;
    uint64_t start; /* of the seed */
    pv_cells *map;
    pv_cell_areas *areas;
    pv_cell_mix *mix;
    heap best[PV_STRATA];
    int32_t bx, by; /* of the block at hand */
} walk;

static pv_stratum stratum_of(int state)
{
    static const pv_stratum of[] = {[PV_CELL_NONE] = PV_STRATUM_BACKGROUND,
                                    [PV_AUDIT_NEAR] = PV_STRATUM_NEAR,
                                    [PV_AUDIT_BORDER_OTHER] = PV_STRATUM_BORDERLINE,
                                    [PV_AUDIT_BORDER_POPPY] = PV_STRATUM_BORDERLINE,
                                    [PV_AUDIT_LIKELY] = PV_STRATUM_LIKELY};
    return of[state];
}

static int is_mapped(int state)
{
    return state == PV_AUDIT_BORDER_POPPY || state == PV_AUDIT_LIKELY;
}

/* Seen cells x0 <= x < x1 of row y, of one state of the map. */
static pv_status take_run(walk *w, int y, int x0, int x1, int state, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stratum h = stratum_of(state);
    pv_audit_stratum *t = &w->out->stratum[h];
    heap *best = &w->best[h];
    int64_t e6 = pv_cell_run_e6(w->areas, y, x0, x1);
    pv_audit_cell c = {.j = w->by * PV_CELL_BLOCK + y, .map_class = is_mapped(state) ? PV_AUDIT_POPPY : PV_AUDIT_OTHER};
    t->units += x1 - x0;
    t->area_e6 += e6;
    if (is_mapped(state)) t->mapped_e6 += e6;
    for (int x = x0; x < x1; x++) {
        c.i = w->bx * PV_CELL_BLOCK + x;
        c.key = key_of(w->start, c.i, c.j);
        if (best->n < PV_AUDIT_MOST || c.key <= best->at[0].key) PV_TRY(offer(best, &c, err));
    }
out:
    return st;
}

/* Seen cells of a row, whatever the map says. map NULL: it says nothing of the block. */
static pv_status take_span(walk *w, const pv_cell_block *map, int y, int x0, int x1, pv_err *err)
{
    pv_status st = PV_OK;
    int x = x0;
    for (uint32_t k = map != NULL ? map->row[y] : 0; map != NULL && k < map->row[y + 1] && x < x1; k++) {
        const pv_cell_run *r = &map->run[k];
        if (r->x1 <= x) continue;
        int from = r->x0 > x1 ? x1 : r->x0, to = r->x1 > x1 ? x1 : r->x1;
        if (from > x) PV_TRY(take_run(w, y, x, from, PV_CELL_NONE, err));
        if (from < x) from = x;
        if (to > from) PV_TRY(take_run(w, y, from, to, r->state, err));
        x = to > x ? to : x;
    }
    if (x < x1) PV_TRY(take_run(w, y, x, x1, PV_CELL_NONE, err));
out:
    return st;
}

static pv_status take_block(walk *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_block block;
    const pv_cell_block *map = pv_cells_find(w->map, w->bx, w->by, &block) ? &block : NULL;
    PV_TRY(pv_cell_areas_aim(w->areas, w->bx, w->by, err));
    for (int y = 0; y < PV_CELL_BLOCK; y++) {
        int n = 0;
        const pv_cell_span *span = pv_cell_mix_row(w->mix, y, &n);
        for (int k = 0; k < n; k++)
            if (span[k].state == PV_CELL_SEEN) PV_TRY(take_span(w, map, y, span[k].x0, span[k].x1, err));
    }
    pv_cell_mix_clear(w->mix);
out:
    return st;
}

static pv_status add_photo(walk *w, pv_stmt *q, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_block b;
    pv_cell_block_owned owned = {0};
    size_t n = 0;
    const void *data = pv_row_blob(q, 2, &n);
    PV_TRY(pv_cell_block_decode(&b, &owned, data, n, err));
    pv_cell_mix_add(w->mix, &b);
out:
    pv_cell_block_release(&owned);
    return st;
}

static pv_status walk_ground(walk *w, pv_season *s, const pv_audit_design *design, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0, some = 0;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT g.by,g.bx,g.cells FROM ground g CROSS JOIN photos p ON p.fid=g.photo WHERE p.state='done' AND (?1='' OR " PV_AUDIT_DAY
                       ">=?1) AND (?2='' OR " PV_AUDIT_DAY "<=?2) ORDER BY g.by,g.bx",
                       err));
    pv_stmt_text(q, 1, design->from);
    pv_stmt_text(q, 2, design->to);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        int32_t by = row ? (int32_t)pv_row_int(q, 0) : 0, bx = row ? (int32_t)pv_row_int(q, 1) : 0;
        if (some && (!row || by != w->by || bx != w->bx)) PV_TRY(take_block(w, err));
        if (!row) break;
        w->by = by;
        w->bx = bx;
        some = 1;
        PV_TRY(add_photo(w, q, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status add_unseen(walk *w, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t sum[PV_CELL_STATES] = {0};
    PV_TRY(pv_cells_area_e6(w->areas, w->map, sum, err));
    w->out->unseen_e6 = sum[PV_AUDIT_LIKELY] + sum[PV_AUDIT_BORDER_POPPY];
    for (int h = 0; h < PV_STRATA; h++) w->out->unseen_e6 -= w->out->stratum[h].mapped_e6;
out:
    return st;
}

void pv_audit_frame_release(pv_audit_frame *f)
{
    for (int h = 0; h < PV_STRATA; h++) pv_free(f->best[h]);
    *f = (pv_audit_frame){.unseen_e6 = 0};
}

pv_status pv_audit_frame_make(pv_audit_frame *out, pv_season *s, const pv_audit_design *design, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_frame f = {.unseen_e6 = 0};
    walk w = {.out = &f, .start = start_of(design->seed)};
    int known = 0;
    int64_t units = 0;
    PV_TRY(pv_ground_grid(s, &f.grid, &known, err));
    if (known) {
        PV_TRY(pv_audit_map(&w.map, s, &f.grid, design, err));
        PV_TRY(pv_cell_areas_new(&w.areas, &f.grid, err));
        PV_TRY(pv_cell_mix_new(&w.mix, err));
        PV_TRY(walk_ground(&w, s, design, err));
        PV_TRY(add_unseen(&w, err));
    }
    for (int h = 0; h < PV_STRATA; h++) {
        units += f.stratum[h].units;
        f.best[h] = w.best[h].at;
        f.n_best[h] = w.best[h].n;
        w.best[h].at = NULL;
        if (f.n_best[h] > 1) qsort(f.best[h], f.n_best[h], sizeof *f.best[h], by_key);
    }
    if (units == 0)
        PV_TRY(pv_fail(err, PV_INPUT, "no photo%s saw any ground: there is nothing to draw from",
                       design->from[0] != '\0' || design->to[0] != '\0' ? " of these days" : ""));
    *out = f;
    f = (pv_audit_frame){.unseen_e6 = 0};
out:
    for (int h = 0; h < PV_STRATA; h++) pv_free(w.best[h].at);
    pv_cell_areas_free(w.areas);
    pv_cell_mix_free(w.mix);
    pv_cells_free(w.map);
    pv_audit_frame_release(&f);
    return st;
}
