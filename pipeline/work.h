/* Working pixels: a photo finer than the model's working GSD is averaged by whole factors fx, fy first. A working pixel is valid when at least half of its photo
 * pixels are; its value is their mean, rounded half up: exact, whatever rectangles are read. */
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

/* Reads working pixels. owner: one worker, with that worker's photo handle. The grid is borrowed. */
typedef struct pv_work_reader pv_work_reader;

/* For rectangles of at most max_w x max_h working pixels and n_bands bands. */
PV_MUST pv_status pv_work_reader_new(pv_work_reader **out, const pv_work_grid *grid, int n_bands, int max_w, int max_h, pv_err *err);
void pv_work_reader_free(pv_work_reader *r);
int64_t pv_work_reader_bytes(const pv_work_grid *grid, int n_bands, int max_w, int max_h);

/* Reads a rectangle inside the working image: the bands index[], 0 where not valid; valid: PV_PIXEL_*. As pv_photo_read_to(). */
PV_MUST pv_status pv_work_read(pv_work_reader *r, pv_photo *photo, pv_rect rect, int n_bands, const int *index, pv_planes to, pv_err *err);

#endif
