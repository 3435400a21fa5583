/* From a tile that was read to prob and best: what lies between reading and the strip.
 *
 * Without a gate, or where rasters want every pixel, the whole tile gets its columns and is asked. With a gate the pixels that are open are joined to rectangles, and each
 * of these is taken out of the tile with its margins and evaluated as a small tile of its own, which gives the same bytes; how rectangles are made changes
 * the time only. A usable pixel that is not open has prob 0 and best 0; all others are as without a gate.
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
    int full;                 /* 1 = with a gate too every pixel gets its full answer, and pv_classifier_gated() what patches see */
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

/* The coder that pv_tile_new() wants for the tiles: NULL where only rectangles are asked. */
const pv_coder *pv_classify_coder(const pv_classify_plan *plan);

/* tile: read, not yet marked. Fills prob and best of its core, counts drift (NULL = not) and adds to *seconds. */
void pv_tile_classify(pv_classifier *c, pv_tile *tile, pv_drift_counts *drift, pv_classify_seconds *seconds);
/* prob of row y of the core as patches see it: the tile's own, but 0 where a pixel is not open. Borrowed until the next call. */
const uint8_t *pv_classifier_gated(pv_classifier *c, const pv_tile *tile, int y);
/* Pixels that the trees were asked about, margins and all, since the classifier was made. */
int64_t pv_classifier_asked(const pv_classifier *c);

#endif
