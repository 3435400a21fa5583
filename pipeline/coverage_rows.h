/* Ground that was looked at, added up row by row on the ellipsoid.
 *
 * Every photo pixel is in exactly one of valid, no-data, unreadable, dark, saturated. Sums run over fixed segments of 256 working pixels from left
 * to right and rows from top to bottom, so they do not depend on tiles, strips or threads.
 * Threads: the sink's thread only. */
#ifndef PV_PIPELINE_COVERAGE_ROWS_H
#define PV_PIPELINE_COVERAGE_ROWS_H

#include "geo/photo.h"
#include "geo/place.h"
#include "pipeline/hotspots.h"
#include "pipeline/tile.h"

typedef struct pv_coverage_rows {
    const pv_place *place;    /* borrowed */
    const pv_work_grid *grid; /* borrowed */
    int photo_w_px, photo_h_px;
    int next_row; /* working row that the next push starts with */
    int coarse; /* 1 = all that is valid is too coarse */
    double valid_m2, nodata_m2, unreadable_m2, dark_m2, saturated_m2, blurred_m2;
} pv_coverage_rows;

void pv_coverage_rows_init(pv_coverage_rows *c, const pv_place *place, const pv_work_grid *grid, const pv_photo_facts *facts);
/* The next rows: best[n_rows][grid->w] as pv_tile.best. */
void pv_coverage_rows_push(pv_coverage_rows *c, const uint8_t *best, int n_rows);
/* n valid working pixels of a rectangle inside the working image are blurred. */
void pv_coverage_rows_blurred(pv_coverage_rows *c, pv_rect rect, int64_t n);
pv_coverage pv_coverage_rows_sum(const pv_coverage_rows *c);

#endif
