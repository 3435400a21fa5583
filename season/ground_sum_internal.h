/* What the files that sum ground up share. Nobody else includes this. */
#ifndef PV_SEASON_GROUND_SUM_INTERNAL_H
#define PV_SEASON_GROUND_SUM_INTERNAL_H

#include "geo/cells_mix.h"
#include "season/ground_sum.h"

/* A block over all photos: the spans of its rows, row y from row[y] to row[y + 1] - 1. */
typedef struct pv_mixed_block {
    int32_t bx;
    int32_t set; /* whose photos: season/ground_days.h; else 0 */
    uint32_t row[PV_CELL_BLOCK + 1];
    pv_cell_span *span;
} pv_mixed_block;

/* A unit on the grid, while the walk is in its rows. */
typedef struct pv_unit_work {
    size_t unit;
    pv_unit_cells *cells;
    int64_t by0, by1; /* block rows by0 <= by < by1 */
} pv_unit_work;

/* The intervals of a unit in the 256 rows of a block row. */
typedef struct pv_unit_rows {
    size_t from[PV_CELL_BLOCK + 1];
    size_t n, cap;
    pv_cell_interval *at;
    pv_cell_intervals one; /* of the row at work */
} pv_unit_rows;

typedef struct pv_summing {
    pv_season *s;
    const pv_units *units;
    pv_ground_report *out;
    pv_stmt *blocks; /* of a block row */
    pv_cell_areas *areas;
    pv_cell_mix *mix;
    size_t n, cap; /* blocks of the block row at work */
    pv_mixed_block *block;
    pv_unit_rows rows;
    pv_unit_level gap_level;
} pv_summing;

/* Forgets the blocks of the block row at work; releases all but the lists' owners. */
void pv_summing_forget(pv_summing *w);
void pv_summing_release(pv_summing *w);
/* Adds what the mix holds as a block. */
PV_MUST pv_status pv_summing_block(pv_summing *w, int32_t bx, int32_t set, pv_err *err);
/* The cells x0 <= x < x1 of row y of a block (NULL: no photo shows it), by whose areas w->areas is aimed. */
PV_MUST pv_status pv_summing_interval(pv_summing *w, pv_ground_sum *sum, const pv_mixed_block *b, int64_t bx, int64_t by, int y, int x0, int x1,
                                      int gap, pv_err *err);
/* All units on the grid by their first row; *out [w->out->n_units] is yours, with its cells. */
PV_MUST pv_status pv_summing_aim(pv_summing *w, pv_unit_work **out, pv_err *err);
/* The unit's intervals in a block row into w->rows, and the cells that they lie between. */
PV_MUST pv_status pv_summing_rows(pv_summing *w, pv_unit_work *u, int64_t by, int64_t *i0, int64_t *i1, pv_err *err);

#endif
