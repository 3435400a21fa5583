/* The photos and labels of a training, opened again for scanning; which fold a place belongs to.
 *
 * Threads: main thread. Errors: PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_APP_LEARN_GROUND_H
#define PV_APP_LEARN_GROUND_H

#include <stdint.h>

#include "app/learn.h"
#include "app/options.h"
#include "geo/labels.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "models/model.h"
#include "pipeline/tile.h"

/* One label as the object stage needs it. */
typedef struct pv_plot {
    int is_target;
    int64_t pixels; /* working pixels that it alone covers */
    int fold;
    int32_t plants;    /* counted; 0 = not known */
    const char *stage; /* borrowed from the labels; "" = not known */
} pv_plot;

typedef struct pv_ground_photo {
    pv_photo *photo;
    pv_labels *labels;
    pv_place *place;
    pv_work_grid grid;
    int n_plots;
    pv_plot *plot;       /* [n_plots] as labels */
    int32_t first_group; /* of plot 0 in the table of pixels */
    int fold;            /* -1 = by longitude */
    double west, east, south, north;
} pv_ground_photo;

typedef struct pv_ground {
    int n;
    pv_ground_photo *at;
    int n_folds;
    double split_lon; /* of the folds by longitude */
} pv_ground;

PV_MUST pv_status pv_ground_open(pv_ground *out, const pv_learn *l, const pv_model *m, const pv_args *args, pv_err *err);
void pv_ground_release(pv_ground *g);

/* Of a working pixel. */
PV_MUST pv_status pv_ground_fold(const pv_ground *g, const pv_ground_photo *p, double x, double y, int *fold, pv_err *err);

#endif
