#include "geo/cells_mix.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK };

struct pv_cell_mix {
    int from, to; /* rows that hold something */
    uint8_t rank[SIDE][SIDE];
    uint16_t seen[SIDE][SIDE];
};

static const uint8_t state_of_rank[PV_CELL_STATES] = {PV_CELL_SEEN, PV_CELL_BLURRED,    PV_CELL_COARSE, PV_CELL_SATURATED,
                                                      PV_CELL_DARK, PV_CELL_UNREADABLE, PV_CELL_NODATA, PV_CELL_NONE};
enum { RANK_NONE = 7 };

pv_status pv_cell_mix_new(pv_cell_mix **out, pv_err *err)
{
    pv_cell_mix *m = NULL;
    pv_status st = pv_alloc(&m, 1, sizeof *m, "cells of several photos", err);
    if (st != PV_OK) return st;
    m->to = SIDE;
    pv_cell_mix_clear(m);
    *out = m;
    return PV_OK;
}

void pv_cell_mix_free(pv_cell_mix *mix)
{
    pv_free(mix);
}

void pv_cell_mix_clear(pv_cell_mix *mix)
{
    for (int y = mix->from; y < mix->to; y++) {
        memset(mix->rank[y], RANK_NONE, sizeof mix->rank[y]);
        memset(mix->seen[y], 0, sizeof mix->seen[y]);
    }
    mix->from = SIDE;
    mix->to = 0;
}

void pv_cell_mix_add(pv_cell_mix *mix, const pv_cell_block *block)
{
    for (int y = 0; y < SIDE; y++) {
        if (block->row[y] == block->row[y + 1]) continue;
        mix->from = y < mix->from ? y : mix->from;
        mix->to = y >= mix->to ? y + 1 : mix->to;
        for (uint32_t k = block->row[y]; k < block->row[y + 1]; k++) {
            const pv_cell_run *r = &block->run[k];
            uint8_t rank = (uint8_t)pv_cell_rank(r->state), *old = mix->rank[y];
            for (int x = r->x0; x < r->x1; x++) old[x] = old[x] < rank ? old[x] : rank;
            if (r->state != PV_CELL_SEEN) continue;
            for (int x = r->x0; x < r->x1; x++) mix->seen[y][x] = (uint16_t)(mix->seen[y][x] + (mix->seen[y][x] < UINT16_MAX));
        }
    }
}

int pv_cell_mix_row(const pv_cell_mix *mix, int y, pv_cell_span out[PV_CELL_BLOCK])
{
    int n = 0;
    const uint8_t *rank = mix->rank[y];
    const uint16_t *seen = mix->seen[y];
    if (y < mix->from || y >= mix->to) return 0;
    for (int x = 0; x < SIDE;) {
        int x0 = x;
        while (x < SIDE && rank[x] == rank[x0] && seen[x] == seen[x0]) x++;
        if (rank[x0] != RANK_NONE) out[n++] = (pv_cell_span){(uint16_t)x0, (uint16_t)x, state_of_rank[rank[x0]], seen[x0]};
    }
    return n;
}

static pv_status write_mix(pv_cells *to, const pv_cell_mix *mix, int32_t bx, int32_t by, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_span span[SIDE];
    for (int y = 0; y < SIDE; y++) {
        int n = pv_cell_mix_row(mix, y, span);
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
