/* The photos and labels of a training, opened again for scanning; which fold and which block a place belongs to.
 *
 * Folds are for pixel trees: what proposes in a fold has learned only from folds that are apart from it. Photos of separate ground: each piece of ground is
 * a fold (at most 4), all others are apart from it. Photos that all overlap: a fold is a half (split at the middle longitude of the target labels)
 * under one light (photos are dealt to at most 3); apart from it is the other half under other lights, so that what proposes knows neither the
 * ground nor the light; with one photo the light is shared.
 * Blocks are for object trees, of which there is little to learn from: at most 8 strips of longitude with as many target labels each, cut in the
 * widest gap near; a block is judged by trees of all others.
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

enum { PV_GROUND_BLOCKS_MOST = 8 };

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
    int fold;            /* of its piece of ground; -1 = all photos overlap */
    int light;           /* 0.. n_lights - 1 */
    double west, east, south, north;
} pv_ground_photo;

typedef struct pv_ground {
    int n;
    pv_ground_photo *at;
    int n_folds, n_lights, n_blocks;
    double split_lon;                        /* of the halves */
    double block_lon[PV_GROUND_BLOCKS_MOST]; /* [n_blocks - 1] rising: block k lies west of entry k */
} pv_ground;

PV_MUST pv_status pv_ground_open(pv_ground *out, const pv_learn *l, const pv_model *m, const pv_args *args, pv_err *err);
void pv_ground_release(pv_ground *g);

/* Of a working pixel. block may be NULL. */
PV_MUST pv_status pv_ground_fold(const pv_ground *g, const pv_ground_photo *p, double x, double y, int *fold, int *block, pv_err *err);
/* 1 when trees that propose in `fold` may have learned from rows of `other`. */
int pv_ground_apart(const pv_ground *g, int fold, int other);

#endif
