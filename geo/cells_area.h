/* True ground area of cells, on the ellipsoid of their CRS.
 *
 * A cell's area is its square divided by the projection's areal scale at its centre (PROJ's factors at the corners of its block, linear in between: better than 1e-7 of the area
 * for the usual 1 m, 1e-6 for the largest cells). Along a row the sum from the block's west side is rounded to 1e-6 m2 and every cell is a difference of two such sums: so
 * areas of runs add up exactly, however a row is cut. They depend on the grid alone.
 * Threads: one owner. Errors: PV_INPUT (no such CRS, a block has no place on the Earth), PV_NOMEM. */
#ifndef PV_GEO_CELLS_AREA_H
#define PV_GEO_CELLS_AREA_H

#include "geo/cells.h"

typedef struct pv_cell_areas pv_cell_areas;

PV_MUST pv_status pv_cell_areas_new(pv_cell_areas **out, const pv_cell_grid *grid, pv_err *err);
void pv_cell_areas_free(pv_cell_areas *a); /* NULL is fine */

/* Turns to a block: pv_cell_run_e6() is about it until the next call. Cheap for a neighbour of the last one. */
PV_MUST pv_status pv_cell_areas_aim(pv_cell_areas *a, int32_t bx, int32_t by, pv_err *err);
/* 1e-6 m2 of the cells x0 <= x < x1 of row y of the block, 0..256. */
int64_t pv_cell_run_e6(const pv_cell_areas *a, int y, int x0, int x1);

/* Areas by state, 1e-6 m2. */
PV_MUST pv_status pv_cells_area_e6(pv_cell_areas *a, const pv_cells *cells, int64_t sum[PV_CELL_STATES], pv_err *err);

#endif
