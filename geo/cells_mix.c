#include "geo/cells_mix.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK };

enum { RANK_NONE = 7, MOST_SPANS = SIDE * SIDE };

/* The rows of a block, one behind the other. */
typedef struct layer {
    uint32_t row[SIDE + 1];
    uint8_t as_below[SIDE]; /* 1 = the same spans as the row before */
    pv_cell_span span[MOST_SPANS];
} layer;

/* A photo more is a walk over the spans so far and its runs, into the other layer. Rows that repeat the one before are copied, and memory is touched as far as there are spans. */
struct pv_cell_mix {
    int now, some;
    layer layer[2];
};

static const uint8_t state_of_rank[PV_CELL_STATES] = {PV_CELL_SEEN, PV_CELL_BLURRED,    PV_CELL_COARSE, PV_CELL_SATURATED,
                                                      PV_CELL_DARK, PV_CELL_UNREADABLE, PV_CELL_NODATA, PV_CELL_NONE};

pv_status pv_cell_mix_new(pv_cell_mix **out, pv_err *err)
{
    return pv_alloc(out, 1, sizeof **out, "cells of several photos", err);
}

void pv_cell_mix_free(pv_cell_mix *mix)
{
    pv_free(mix);
}

void pv_cell_mix_clear(pv_cell_mix *mix)
{
    mix->some = 0;
}

static int same_runs(const pv_cell_block *b, int y)
{
    uint32_t n = b->row[y + 1] - b->row[y];
    const pv_cell_run *p = b->run + b->row[y], *q = b->run + b->row[y - 1];
    if (b->row[y] - b->row[y - 1] != n) return 0;
    for (uint32_t k = 0; k < n; k++)
        if (p[k].x0 != q[k].x0 || p[k].x1 != q[k].x1 || p[k].state != q[k].state) return 0;
    return 1;
}

/* Cells x0 <= x < x1 at the end of a row of n spans: how many it has then. */
static uint32_t put_span(pv_cell_span *row, uint32_t n, int x0, int x1, int rank, unsigned seen)
{
    uint8_t state = state_of_rank[rank];
    if (rank == RANK_NONE) return n;
    if (n > 0 && row[n - 1].x1 == x0 && row[n - 1].state == state && row[n - 1].seen == seen) {
        row[n - 1].x1 = (uint16_t)x1;
        return n;
    }
    row[n] = (pv_cell_span){(uint16_t)x0, (uint16_t)x1, state, (uint16_t)seen};
    return n + 1;
}

/* Spans and runs of a row together: how many spans. */
static uint32_t join_row(pv_cell_span *to, const pv_cell_span *a, const pv_cell_span *a_end, const pv_cell_run *b, const pv_cell_run *b_end)
{
    uint32_t n = 0;
    for (int x = 0; x < SIDE;) {
        while (a < a_end && a->x1 <= x) a++;
        while (b < b_end && b->x1 <= x) b++;
        if (a == a_end && b == b_end) break;
        int in_a = a < a_end && a->x0 <= x, in_b = b < b_end && b->x0 <= x, end = SIDE;
        if (a < a_end) end = in_a ? a->x1 : a->x0;
        if (b < b_end && (in_b ? b->x1 : b->x0) < end) end = in_b ? b->x1 : b->x0;
        int rank = in_a ? pv_cell_rank(a->state) : RANK_NONE, other = in_b ? pv_cell_rank(b->state) : RANK_NONE;
        unsigned seen = in_a ? a->seen : 0;
        seen += in_b && b->state == PV_CELL_SEEN && seen < UINT16_MAX;
        n = put_span(to, n, x, end, other < rank ? other : rank, seen);
        x = end;
    }
    return n;
}

void pv_cell_mix_add(pv_cell_mix *mix, const pv_cell_block *block)
{
    const layer *from = mix->some ? &mix->layer[mix->now] : NULL;
    layer *to = &mix->layer[!mix->now];
    uint32_t n = 0;
    for (int y = 0; y < SIDE; y++) {
        to->row[y] = n;
        to->as_below[y] = (uint8_t)(y > 0 && (from == NULL || from->as_below[y]) && same_runs(block, y));
        if (to->as_below[y]) {
            uint32_t m = n - to->row[y - 1];
            memcpy(to->span + n, to->span + to->row[y - 1], m * sizeof *to->span);
            n += m;
            continue;
        }
        const pv_cell_span *a = from != NULL ? from->span + from->row[y] : NULL, *a_end = from != NULL ? from->span + from->row[y + 1] : NULL;
        n += join_row(to->span + n, a, a_end, block->run + block->row[y], block->run + block->row[y + 1]);
    }
    to->row[SIDE] = n;
    mix->now = !mix->now;
    mix->some = 1;
}

const pv_cell_span *pv_cell_mix_row(const pv_cell_mix *mix, int y, int *n)
{
    const layer *l = &mix->layer[mix->now];
    *n = mix->some ? (int)(l->row[y + 1] - l->row[y]) : 0;
    return l->span + (mix->some ? l->row[y] : 0);
}

static pv_status write_mix(pv_cells *to, const pv_cell_mix *mix, int32_t bx, int32_t by, pv_err *err)
{
    pv_status st = PV_OK;
    for (int y = 0; y < SIDE; y++) {
        int n = 0;
        const pv_cell_span *span = pv_cell_mix_row(mix, y, &n);
        for (int k = 0; k < n; k++) PV_TRY(pv_cells_set(to, by * SIDE + y, bx * SIDE + span[k].x0, bx * SIDE + span[k].x1, span[k].state, err));
    }
out:
    return st;
}

/* The next block in order of all sets from at[] on; 0 = there is none. */
static int next_block(size_t n, const pv_cells *const *cells, const size_t *at, int32_t *bx, int32_t *by)
{
    int found = 0;
    for (size_t k = 0; k < n; k++) {
        if (at[k] >= pv_cells_blocks(cells[k])) continue;
        pv_cell_block b = pv_cells_block(cells[k], at[k]);
        if (found && (b.by > *by || (b.by == *by && b.bx >= *bx))) continue;
        *bx = b.bx;
        *by = b.by;
        found = 1;
    }
    return found;
}

pv_status pv_cells_join(pv_cells **out, size_t n, const pv_cells *const *cells, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cells *c = NULL;
    pv_cell_mix *mix = NULL;
    size_t *at = NULL;
    int32_t bx = 0, by = 0;
    if (n == 0) return pv_fail(err, PV_BUG, "no cells to join");
    pv_cell_grid grid = pv_cells_grid(cells[0]);
    PV_TRY(pv_cells_new(&c, &grid, err));
    PV_TRY(pv_cell_mix_new(&mix, err));
    PV_TRY(pv_alloc(&at, n, sizeof *at, "cells", err));
    for (size_t k = 1; k < n; k++) {
        pv_cell_grid other = pv_cells_grid(cells[k]);
        if (!pv_cell_grid_equal(&grid, &other)) PV_TRY(pv_fail(err, PV_BUG, "cells of two grids cannot be joined"));
    }
    while (next_block(n, cells, at, &bx, &by)) {
        pv_cell_mix_clear(mix);
        for (size_t k = 0; k < n; k++) {
            if (at[k] >= pv_cells_blocks(cells[k])) continue;
            pv_cell_block b = pv_cells_block(cells[k], at[k]);
            if (b.bx != bx || b.by != by) continue;
            pv_cell_mix_add(mix, &b);
            at[k]++;
        }
        PV_TRY(write_mix(c, mix, bx, by, err));
        PV_TRY(pv_cells_settle(c, err));
    }
    PV_TRY(pv_cells_finish(c, err));
    *out = c;
    c = NULL;
out:
    pv_free(at);
    pv_cell_mix_free(mix);
    pv_cells_free(c);
    return st;
}
