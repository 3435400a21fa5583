/* Working pixels: a photo finer than the model's working GSD is averaged by whole factors fx, fy first. They are the cells of pv_photo_read_cells(). */
#ifndef PV_PIPELINE_WORK_H
#define PV_PIPELINE_WORK_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"

/* How a photo becomes working pixels. Plain value. */
typedef struct pv_work_grid {
    int fx, fy;              /* photo pixels in a working pixel, >= 1 */
    int w, h;                /* working pixels of the photo; the last column and row may be partly outside */
    double gsd_x_m, gsd_y_m; /* of a working pixel */
} pv_work_grid;

/* The grid of a photo for a working GSD (0 = the photo's own pixels). PV_MODEL when the photo is more than 1.5 times coarser than gsd_m. */
PV_MUST pv_status pv_work_grid_of(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, pv_err *err);
/* The same for a photo however coarse: its own pixels are the working pixels then, and *coarse is 1 (0 = the photo is fine enough). */
PV_MUST pv_status pv_work_grid_any(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, int *coarse, pv_err *err);

/* The photo pixels of a rectangle of working pixels; it may reach outside the photo. */
pv_rect pv_work_cells(const pv_work_grid *grid, pv_rect rect);

#endif
