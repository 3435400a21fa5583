/* The photos and labels of a training, as the second stage needs them; which fold and which block a place belongs to.
 *
 * The ground is cut into blocks, at most 8 strips of longitude with as many target labels each (a cut moves to the widest gap near), whatever photos
 * show it: object trees, of which there is little to learn from, are judged on a block by trees of all others. Neighbouring blocks together are a fold, at
 * most 4: patches in it are proposed by pixel trees that have learned nothing in it. Fewer and larger folds would leave pixel trees so much weaker than
 * the final ones that patches look different.
 *
 * Threads: main thread. Errors: PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_APP_LEARN_GROUND_H
#define PV_APP_LEARN_GROUND_H

#include <stdint.h>

#include "app/learn.h"
#include "geo/labels.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "models/model.h"
#include "pipeline/tile.h"

enum { PV_GROUND_BLOCKS_MOST = 8 };

/* One label as the object stage needs it. */
typedef struct pv_plot {
    int is_target;
    int64_t pixels; /* working pixels that it alone covers */
    int fold;
    int32_t plants;    /* counted; 0 = not known */
    const char *stage; /* borrowed from the labels; "" = not known */
    double lon, lat;   /* of its middle, degrees */
    int place;         /* as pv_ground_places() says; -1 = no target */
} pv_plot;

typedef struct pv_ground_photo {
    pv_photo *photo; /* borrowed from pv_learn, as its labels */
    pv_labels *labels;
    pv_place *place;
    pv_work_grid grid;
    int n_plots;
    pv_plot *plot;       /* [n_plots] as labels */
    int32_t first_group; /* of plot 0 in the table of pixels */
    double west, east;   /* degrees */
} pv_ground_photo;

typedef struct pv_ground {
    int n;
    pv_ground_photo *at;
    int n_folds, n_blocks, n_places;
    double block_lon[PV_GROUND_BLOCKS_MOST]; /* [n_blocks - 1] rising: block k lies west of entry k */
} pv_ground;

/* l must live as long as the ground. */
PV_MUST pv_status pv_ground_init(pv_ground *out, const pv_learn *l, const pv_model *m, pv_err *err);
void pv_ground_release(pv_ground *g);

/* Numbers the places of target labels from 0, in the order of photos and labels; pv_ground_init() has done it. A label within 2e-5 degrees (1 to 2 m) of
 * an earlier one, in longitude and in latitude, has the place of the first such one: one plot in several photos. Reads is_target, lon and lat. */
void pv_ground_places(pv_ground *g);

/* Of a working pixel. */
PV_MUST pv_status pv_ground_block(const pv_ground *g, const pv_ground_photo *p, double x, double y, int *block, pv_err *err);
int pv_ground_fold_of(const pv_ground *g, int block);
/* 1 when some of the photo lies in the fold. */
int pv_ground_shows(const pv_ground *g, const pv_ground_photo *p, int fold);

#endif
