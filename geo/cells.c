/* The set of blocks: writing dense, keeping runs. */
#include "geo/cells.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "geo/cells_internal.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK, DENSE = SIDE * SIDE };

static void store_free(pv_cell_store *s)
{
    if (s == NULL) return;
    pv_free(s->cell);
    pv_free(s->row);
    pv_free(s->run);
    pv_free(s);
}

pv_status pv_cells_new(pv_cells **out, const pv_cell_grid *grid, pv_err *err)
{
    pv_cells *c = NULL;
    pv_status st = pv_alloc(&c, 1, sizeof *c, "cells", err);
    if (st != PV_OK) return st;
    c->grid = *grid;
    *out = c;
    return PV_OK;
}

void pv_cells_free(pv_cells *cells)
{
    if (cells == NULL) return;
    for (size_t k = 0; k < cells->n; k++) store_free(cells->at[k]);
    pv_free(cells->at);
    pv_free(cells);
}

pv_cell_grid pv_cells_grid(const pv_cells *cells)
{
    return cells->grid;
}

void pv_cells_set_photo(pv_cells *cells, const uint8_t sha256[PV_SHA256_BYTES])
{
    memcpy(cells->photo, sha256, PV_SHA256_BYTES);
}

const uint8_t *pv_cells_photo(const pv_cells *cells)
{
    return cells->photo;
}

/* ---- blocks ---- */

static int before(const pv_cell_store *s, int32_t bx, int32_t by)
{
    return s->by != by ? s->by < by : s->bx < bx;
}

/* The first block that is not before (bx, by). */
static size_t place_of(const pv_cells *c, int32_t bx, int32_t by)
{
    size_t lo = 0, hi = c->n;
    if (c->last < c->n && c->at[c->last]->bx == bx && c->at[c->last]->by == by) return c->last;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (before(c->at[mid], bx, by))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int is_at(const pv_cells *c, size_t k, int32_t bx, int32_t by)
{
    return k < c->n && c->at[k]->bx == bx && c->at[k]->by == by;
}

static pv_status insert(pv_cells *c, size_t k, int32_t bx, int32_t by, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_store *s = NULL;
    PV_TRY(pv_grow(&c->at, &c->cap, c->n + 1, sizeof *c->at, "cells", err));
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "cells", err));
    s->bx = bx;
    s->by = by;
    memmove(c->at + k + 1, c->at + k, (c->n - k) * sizeof *c->at);
    c->at[k] = s;
    c->n++;
    c->last = k;
out:
    return st;
}

pv_status pv_cells_append(pv_cells *c, int32_t bx, int32_t by, pv_cell_store **out, pv_err *err)
{
    pv_status st = insert(c, c->n, bx, by, err);
    if (st == PV_OK) *out = c->at[c->n - 1];
    return st;
}

/* Runs to a dense block. */
static pv_status open_block(pv_cell_store *s, pv_err *err)
{
    if (s->cell != NULL) return PV_OK;
    pv_status st = pv_alloc(&s->cell, DENSE, 1, "cells", err);
    if (st != PV_OK || s->row == NULL) return st;
    for (size_t y = 0; y < SIDE; y++)
        for (uint32_t k = s->row[y]; k < s->row[y + 1]; k++)
            memset(s->cell + y * SIDE + s->run[k].x0, s->run[k].state, (size_t)(s->run[k].x1 - s->run[k].x0));
    pv_free(s->row);
    pv_free(s->run);
    s->row = NULL;
    s->run = NULL;
    return PV_OK;
}

/* The end of the run that begins at x. Most are long. */
static int run_end(const uint8_t *cell, int x)
{
    const uint64_t all = cell[x] * UINT64_C(0x0101010101010101);
    int end = x + 1;
    for (uint64_t eight = 0; end + 8 <= SIDE; end += 8) {
        memcpy(&eight, cell + end, sizeof eight);
        if (eight != all) break;
    }
    while (end < SIDE && cell[end] == cell[x]) end++;
    return end;
}

/* Runs of one dense row; run NULL = they are only counted. */
static uint32_t row_runs(const uint8_t *cell, pv_cell_run *run)
{
    uint32_t n = 0;
    for (int x = 0; x < SIDE;) {
        int x0 = x;
        x = run_end(cell, x);
        if (cell[x0] == PV_CELL_NONE) continue;
        if (run != NULL) run[n] = (pv_cell_run){(uint16_t)x0, (uint16_t)x, cell[x0]};
        n++;
    }
    return n;
}

static pv_status close_block(pv_cell_store *s, pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t *row = NULL;
    if (s->cell == NULL) return PV_OK;
    PV_TRY(pv_alloc(&row, SIDE + 1, sizeof *row, "cells", err));
    for (size_t y = 0; y < SIDE; y++) row[y + 1] = row[y] + row_runs(s->cell + y * SIDE, NULL);
    PV_TRY(pv_alloc(&s->run, row[SIDE], sizeof *s->run, "cells", err));
    for (size_t y = 0; y < SIDE; y++) (void)row_runs(s->cell + y * SIDE, s->run + row[y]);
    s->row = row;
    row = NULL;
    pv_free(s->cell);
    s->cell = NULL;
out:
    pv_free(row);
    return st;
}

pv_status pv_cells_set(pv_cells *cells, int32_t j, int32_t i0, int32_t i1, int state, pv_err *err)
{
    pv_status st = PV_OK;
    if (i0 < -PV_CELL_MOST || i1 > PV_CELL_MOST || j < -PV_CELL_MOST || j >= PV_CELL_MOST || state < 0 || state >= PV_CELL_STATES)
        return pv_fail(err, PV_BUG, "cells %d to %d of row %d cannot have state %d", i0, i1, j, state);
    int32_t by = (int32_t)pv_cell_block_of(j);
    for (int32_t i = i0; i < i1;) {
        int32_t bx = (int32_t)pv_cell_block_of(i), x0 = i - bx * SIDE, n = SIDE - x0 < i1 - i ? SIDE - x0 : i1 - i;
        size_t k = place_of(cells, bx, by);
        if (!is_at(cells, k, bx, by)) PV_TRY(insert(cells, k, bx, by, err));
        pv_cell_store *s = cells->at[k];
        cells->last = k;
        PV_TRY(open_block(s, err));
        memset(s->cell + (j - by * SIDE) * SIDE + x0, state, (size_t)n);
        s->touched = 1;
        i += n;
    }
out:
    return st;
}

pv_status pv_cells_settle(pv_cells *cells, pv_err *err)
{
    for (size_t k = 0; k < cells->n; k++) {
        pv_status st = cells->at[k]->touched ? PV_OK : close_block(cells->at[k], err);
        if (st != PV_OK) return st;
        cells->at[k]->touched = 0;
    }
    return PV_OK;
}

pv_status pv_cells_finish(pv_cells *cells, pv_err *err)
{
    size_t left = 0;
    for (size_t k = 0; k < cells->n; k++) {
        pv_status st = close_block(cells->at[k], err);
        if (st != PV_OK) return st;
        cells->at[k]->touched = 0;
    }
    for (size_t k = 0; k < cells->n; k++) {
        pv_cell_store *s = cells->at[k];
        if (s->row == NULL || s->row[SIDE] == 0)
            store_free(s);
        else
            cells->at[left++] = s;
    }
    cells->n = left;
    cells->last = 0;
    return PV_OK;
}

/* ---- reading ---- */

size_t pv_cells_blocks(const pv_cells *cells)
{
    return cells->n;
}

pv_cell_block pv_cells_block(const pv_cells *cells, size_t k)
{
    return pv_cell_store_block(cells->at[k]);
}

int pv_cells_find(const pv_cells *cells, int32_t bx, int32_t by, pv_cell_block *out)
{
    size_t k = place_of(cells, bx, by);
    if (!is_at(cells, k, bx, by)) return 0;
    *out = pv_cell_store_block(cells->at[k]);
    return 1;
}

pv_status pv_cells_add_block(pv_cells *cells, const pv_cell_block *block, pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t *row = NULL;
    pv_cell_run *run = NULL;
    size_t k = place_of(cells, block->bx, block->by), n = block->row[SIDE];
    if (is_at(cells, k, block->bx, block->by)) PV_TRY(pv_fail(err, PV_BUG, "block %d, %d is there twice", block->bx, block->by));
    PV_TRY(pv_alloc(&row, SIDE + 1, sizeof *row, "cells", err));
    PV_TRY(pv_alloc(&run, n, sizeof *run, "cells", err));
    memcpy(row, block->row, (SIDE + 1) * sizeof *row);
    if (n > 0) memcpy(run, block->run, n * sizeof *run);
    PV_TRY(insert(cells, k, block->bx, block->by, err));
    cells->at[k]->row = row;
    cells->at[k]->run = run;
    row = NULL;
    run = NULL;
out:
    pv_free(row);
    pv_free(run);
    return st;
}

int pv_cells_at(const pv_cells *cells, int32_t i, int32_t j)
{
    pv_cell_block b;
    int32_t bx = (int32_t)pv_cell_block_of(i), by = (int32_t)pv_cell_block_of(j), y = j - by * SIDE, x = i - bx * SIDE;
    if (!pv_cells_find(cells, bx, by, &b)) return PV_CELL_NONE;
    for (uint32_t k = b.row[y]; k < b.row[y + 1]; k++)
        if (x >= b.run[k].x0 && x < b.run[k].x1) return b.run[k].state;
    return PV_CELL_NONE;
}

void pv_cells_count(const pv_cells *cells, int64_t count[PV_CELL_STATES])
{
    memset(count, 0, PV_CELL_STATES * sizeof *count);
    for (size_t k = 0; k < cells->n; k++) {
        const pv_cell_store *s = cells->at[k];
        for (uint32_t r = 0; r < s->row[SIDE]; r++) count[s->run[r].state] += s->run[r].x1 - s->run[r].x0;
    }
}

int pv_cells_extent(const pv_cells *cells, int32_t *i0, int32_t *j0, int32_t *i1, int32_t *j1)
{
    *i0 = *j0 = INT32_MAX;
    *i1 = *j1 = INT32_MIN;
    for (size_t k = 0; k < cells->n; k++) {
        const pv_cell_store *s = cells->at[k];
        for (int32_t y = 0; y < SIDE; y++) {
            if (s->row[y] == s->row[y + 1]) continue;
            int32_t left = s->bx * SIDE + s->run[s->row[y]].x0, right = s->bx * SIDE + s->run[s->row[y + 1] - 1].x1, j = s->by * SIDE + y;
            *i0 = left < *i0 ? left : *i0;
            *i1 = right > *i1 ? right : *i1;
            *j0 = j < *j0 ? j : *j0;
            *j1 = j >= *j1 ? j + 1 : *j1;
        }
    }
    return *i1 > *i0;
}

/* ---- states ---- */

const char *pv_cell_word(int state)
{
    static const char *const word[PV_CELL_STATES] = {"none",       PV_N("seen"),      PV_N("nodata"),  PV_N("unreadable"),
                                                     PV_N("dark"), PV_N("saturated"), PV_N("blurred"), PV_N("coarse")};
    return state >= 0 && state < PV_CELL_STATES ? word[state] : word[0];
}

int pv_cell_rank(int state)
{
    static const int rank[PV_CELL_STATES] = {7, 0, 6, 5, 4, 3, 1, 2};
    return state >= 0 && state < PV_CELL_STATES ? rank[state] : rank[0];
}
