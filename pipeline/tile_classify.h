/* From a tile that was read to prob and best: what lies between reading and the strip.
 *
 * Without a gate the whole tile gets its columns and is asked. With a gate (pipeline/tile_gate.h) the trees are asked where pixels are open, and nowhere else: a pixel that is
 * closed has prob 0 and best 0, and does not count among the neighbours over whose probabilities an open one is averaged. Open pixels are joined to rectangles, of which columns
 * are computed; how that is done changes the time only. Pixels that are not usable are as without a gate.
 *
 * Threads: one owner. Errors: PV_NOMEM. */
#ifndef PV_PIPELINE_TILE_CLASSIFY_H
#define PV_PIPELINE_TILE_CLASSIFY_H

#include <stdint.h>

#include "base/err.h"
#include "pipeline/drift.h"
#include "pipeline/features.h"
#include "pipeline/tile.h"
#include "pipeline/tile_gate.h"

/* What all workers of a photo share; borrowed. */
typedef struct pv_classify_plan {
    const pv_model *model;
    const pv_feature_plan *features;
    const pv_work_grid *grid;
    const pv_coder *coder;    /* [model.n_columns] */
    const pv_gate_plan *gate; /* NULL = every pixel is asked */
    int full;                 /* 1 = with a gate, every pixel gets the full answer besides: pv_classifier_full() */
    int drift;                /* 1 = columns of the lattice of pipeline/drift.h are counted */
} pv_classify_plan;

typedef struct pv_classify_seconds {
    double gate, features, trees; /* of this thread */
} pv_classify_seconds;

typedef struct pv_classifier pv_classifier;

/* For tiles of at most max_w x max_h; the plan is borrowed. */
PV_MUST pv_status pv_classifier_new(pv_classifier **out, const pv_classify_plan *plan, int max_w, int max_h, pv_err *err);
void pv_classifier_free(pv_classifier *c);
int64_t pv_classifier_bytes(const pv_classify_plan *plan, int max_w, int max_h);

/* The coder that pv_tile_new() wants for the tiles: NULL with a gate, where tiles themselves are never asked. */
const pv_coder *pv_classify_coder(const pv_classify_plan *plan);

/* tile: read, not yet marked. Fills prob and best of its core, counts drift (NULL = not) and adds to *seconds. */
void pv_tile_classify(pv_classifier *c, pv_tile *tile, pv_drift_counts *drift, pv_classify_seconds *seconds);
/* The tile with the full answers of the last core, with a gate and `full`; else NULL. Borrowed until the next call. */
const pv_tile *pv_classifier_full(const pv_classifier *c);
/* Pixels that the trees were asked about since the classifier was made, those of pv_classifier_full() left out. */
int64_t pv_classifier_asked(const pv_classifier *c);

#endif
