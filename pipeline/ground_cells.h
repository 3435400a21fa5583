/* Rows of a photo become cells of ground (geo/cells.h).
 *
 * A cell has the state of the working pixel that its centre lies in; the centre is taken to the photo exactly, cell by cell (PROJ; plain arithmetic where grid and photo share
 * their CRS and the photo is north-up). Cells whose centre is outside of the photo's frame are not in it. Every cell is asked about once, whatever the rows come in.
 * Threads: the sink's thread. Errors: PV_INPUT (the grid does not reach the photo), PV_NOMEM. */
#ifndef PV_PIPELINE_GROUND_CELLS_H
#define PV_PIPELINE_GROUND_CELLS_H

#include <stdint.h>

#include "base/err.h"
#include "geo/cells.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "pipeline/work.h"

typedef struct pv_ground_cells pv_ground_cells;

/* grid: epsg 0 = the usual one at the photo's middle. place, work and facts are borrowed. */
PV_MUST pv_status pv_ground_cells_new(pv_ground_cells **out, const pv_cell_grid *grid, pv_place *place, const pv_work_grid *work,
                                      const pv_photo_facts *facts, pv_err *err);
void pv_ground_cells_free(pv_ground_cells *g); /* NULL is fine */
/* Bytes that the cells of a photo take at the most, about. */
int64_t pv_ground_cells_bytes(const pv_cell_grid *grid, const pv_photo_facts *facts);
/* Working rows y0 to y0 + n_rows - 1: state[n_rows][work.w] of PV_CELL_*. Each row of the photo must be given once. */
PV_MUST pv_status pv_ground_cells_rows(pv_ground_cells *g, int y0, int n_rows, const uint8_t *state, pv_err *err);
/* Ends it: the cells are yours. */
PV_MUST pv_status pv_ground_cells_take(pv_ground_cells *g, pv_cells **out, pv_err *err);

#endif
