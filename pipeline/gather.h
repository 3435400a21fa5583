/* Labelled pixels: rows for learning, gathered by the same road that scanning takes up to the columns, and a model's answers, by all of that road.
 *
 * Threads: called by the main thread. Errors: PV_INPUT, PV_MODEL, PV_NOMEM. */
#ifndef PV_PIPELINE_GATHER_H
#define PV_PIPELINE_GATHER_H

#include <stdint.h>

#include "base/err.h"
#include "geo/labels.h"
#include "geo/photo.h"
#include "models/model.h"
#include "models/table.h"
#include "pipeline/features.h"

typedef struct pv_gather_options {
    double gsd_m;          /* working GSD; 0 = the photo's own */
    pv_light light;        /* as pv_model_light() */
    int64_t max_per_label; /* 0 = all; else at most that many pixels of a label, a fixed choice by seed and place */
    uint64_t seed;
    int fold_by_photo; /* 1 = the fold is the photo's name, 0 = the label's fold field */
} pv_gather_options;

/* Appends the labelled pixels of one photo. table has been initialised with the columns. Groups continue from *next_group (in: first free number,
 * out: next free). */
PV_MUST pv_status pv_gather_photo(pv_table *table, pv_photo *photo, pv_labels *labels, const pv_gather_options *o, int32_t *next_group, pv_err *err);

/* What a model says of one labelled pixel. share[k], borrowed during the call: sums whose part of their total is the probability of class k. */
typedef void (*pv_answer_sink)(void *user, int32_t label, uint8_t prob, uint8_t best, const uint32_t *share);

/* Asks the model about the pixels of the labels i with ask[i] != 0, row by row of tiles; those that scanning would call unknown are left out.
 * *pixels grows by how many valid ones there were, with those. The model's classes have the sink's numbers. */
PV_MUST pv_status pv_ask_labels(pv_photo *photo, pv_labels *labels, const pv_model *model, const uint8_t *ask, pv_answer_sink sink, void *user,
                                int64_t *pixels, pv_err *err);

#endif
