/* What became of the ground of a photo: its areas by kind (pipeline/coverage_rows.h) and, when wanted, its cells (pipeline/ground_cells.h).
 *
 * Takes the rows of classes as they are finished, keeps those of one row of blur's squares until their blur is known, and goes on with whole rows of squares: so nothing depends
 * on how many rows come at a time.
 * Threads: the sink's thread. Errors: PV_INPUT (the grid of cells does not reach the photo), PV_NOMEM. */
#ifndef PV_PIPELINE_GROUND_H
#define PV_PIPELINE_GROUND_H

#include <stdint.h>

#include "base/err.h"
#include "geo/cells.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "pipeline/blur.h"
#include "pipeline/hotspots.h"
#include "pipeline/work.h"

typedef struct pv_ground_wish {
    pv_place *place;
    const pv_work_grid *grid;
    const pv_photo_facts *facts;
    const pv_blur *blur;       /* NULL = not judged */
    int coarse;                /* 1 = the photo is too coarse for the model: all that is seen is PV_CELL_COARSE */
    const pv_cell_grid *cells; /* NULL = none are wanted; epsg 0 = the usual grid */
} pv_ground_wish;

typedef struct pv_ground pv_ground;

/* What the wish points at is borrowed. */
PV_MUST pv_status pv_ground_new(pv_ground **out, const pv_ground_wish *wish, pv_err *err);
void pv_ground_free(pv_ground *g); /* NULL is fine */
int64_t pv_ground_bytes(const pv_work_grid *grid, const pv_photo_facts *facts, const pv_cell_grid *cells);
/* The next rows: best[n_rows][grid.w] as pv_tile.best. All tiles of these rows are added to the blur. */
PV_MUST pv_status pv_ground_push(pv_ground *g, const uint8_t *best, int n_rows, pv_err *err);
/* After the last row. *cells (may be NULL) is yours: NULL when none were wanted. */
PV_MUST pv_status pv_ground_finish(pv_ground *g, pv_coverage *sum, pv_cells **cells, pv_err *err);

#endif
