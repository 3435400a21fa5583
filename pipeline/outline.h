/* The outline of one patch, exactly along its pixels' edges, with holes, traced from its runs (no mask is made: memory follows the runs).
 *
 * Parts that touch at a corner only become separate polygons (of a multipolygon), so that every ring is simple. Outer rings are
 * counter-clockwise and holes clockwise in ground sense (y up) once placed with a north-up photo; the writer checks the orientation after placing.
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_PIPELINE_OUTLINE_H
#define PV_PIPELINE_OUTLINE_H

#include <stdint.h>

#include "base/err.h"
#include "pipeline/patches.h"

typedef struct pv_ring {
    int64_t first, n; /* vertices first .. first + n - 1 of pv_outline.xy; closed: the last equals the first */
    int part;         /* polygon that it belongs to */
    int is_hole;
} pv_ring;

typedef struct pv_outline {
    int64_t n_points;
    int32_t *xy; /* [n_points][2] pixel corners; only corners where the direction changes */
    int64_t n_rings;
    pv_ring *ring; /* sorted by part; the outer ring of a part first */
    int n_parts;
} pv_outline;

/* runs sorted by row, then x, not touching within a row. */
PV_MUST pv_status pv_outline_trace(pv_outline *out, const pv_run *run, int64_t n_runs, pv_err *err);
void pv_outline_release(pv_outline *o);

/* A pixel (its centre is surely inside): the one nearest to the centroid in the patch's longest run of the row nearest to it. */
void pv_outline_inside(const pv_run *run, int64_t n_runs, double cx, double cy, double *x_px, double *y_px);

#endif
