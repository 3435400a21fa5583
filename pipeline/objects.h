/* The second stage: what a whole patch looks like, and what the object trees make of it.
 *
 * A patch is looked at again, with a ring of 1 m around it (square distance, clipped at the photo's edge; the ring has no pixel of the patch). All seen
 * pixels of both are classified by the pixel trees and counted; a column is a uint16 made from integer sums:
 *     area          0.01 m2                         compactness   65535 x 16 pixels / perimeter^2 (a square: all)
 *     fill          share of its box                elongation    65535 x smaller / larger principal variance
 *     prob_mean prob_max prob_p10 prob_p50 prob_p90 of the target, x 257; prob_50 prob_75 prob_90: share of pixels of at least 0.50 0.75 0.90
 *     core          0.01 m2 of pixels of at least 0.50
 *     in.CLASS      share of the pixels whose best class it is; ring.CLASS the same of the ring
 *     ring_prob     mean probability in the ring, x 257; ring_50: share of ring pixels of at least 0.50; ring_seen: share of the ring that was seen
 *     mean.CHANNEL sd.CHANNEL p10.CHANNEL p90.CHANNEL  of the patch; diff.CHANNEL  32768 + (mean - ring's mean) / 2; contrast.CHANNEL
 *                   32768 + (p90 - ring's p90) / 2
 * A channel is a point column of pipeline/features.h. Without a seen ring its columns are neutral (32768 for differences, else 0).
 * A column depends on the photo, the pixel model and the patch alone: never on tiles or threads.
 *
 * A patch whose runs were given up, or whose window is longer than 2048 working pixels, is not measured: then pixels alone decide.
 * Threads: a plan is read-only; a worker belongs to one thread. Errors: PV_MODEL (a column that is none), PV_INPUT (reading), PV_NOMEM. */
#ifndef PV_PIPELINE_OBJECTS_H
#define PV_PIPELINE_OBJECTS_H

#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"
#include "models/model.h"
#include "pipeline/patches.h"
#include "pipeline/tile.h"

enum { PV_OBJECT_WINDOW = 2048, PV_WHY = 96, PV_WHYS = 3 };

typedef struct pv_object_plan pv_object_plan;
typedef struct pv_object_worker pv_object_worker;

/* The columns that training uses for a pixel model (all but the levels mean, p10, p90, which change with the light): *column is [*n_columns] names, yours (pv_free). */
PV_MUST pv_status pv_object_default_columns(const pv_model *pixels, int *n_columns, char (**column)[PV_NAME], pv_err *err);

/* For one photo. pixels, facts and grid are borrowed and must outlive the plan. Stages are voted for when pixels->stages is there. */
PV_MUST pv_status pv_object_plan_new(pv_object_plan **out, const pv_model *pixels, int n_columns, const char (*column)[PV_NAME],
                                     const pv_photo_facts *facts, const pv_work_grid *grid, pv_err *err);
void pv_object_plan_free(pv_object_plan *plan);
/* The most that one worker takes. */
int64_t pv_object_worker_bytes(const pv_object_plan *plan);

PV_MUST pv_status pv_object_worker_new(pv_object_worker **out, const pv_object_plan *plan, pv_err *err);
void pv_object_worker_free(pv_object_worker *w);

/* What was measured on a patch. */
typedef struct pv_object_look {
    int measured;                      /* 0 = nothing below is set */
    uint16_t *value;                   /* [n_columns], the caller's */
    int64_t stage_sum[PV_MAX_CLASSES]; /* of the patch's pixels: probabilities of each class of pixels->stages, 0..65535 each */
} pv_object_look;

/* source, user: where pixels come from. */
PV_MUST pv_status pv_object_measure(pv_object_worker *w, pv_tile_source source, void *user, const pv_patch *patch, pv_object_look *look, pv_err *err);

/* Patches whose windows lie near each other cost less together. The price of measuring patches with such boxes by one reading of their common window, to be compared alone;
 * -1 = that window is too large for one reading. */
int64_t pv_object_price(const pv_object_plan *plan, pv_rect box);
/* From here on pv_object_measure() asks the source nothing for patches of these boxes, whose pixels are known; until the next call only such patches may be measured, or with
 * n = 0 any again. box: [n] whose common box has a price. */
PV_MUST pv_status pv_object_ready(pv_object_worker *w, pv_tile_source source, void *user, const pv_rect *box, size_t n, pv_err *err);

/* Ends the patch that this worker measured last at half of its plateau (the probability that half of its seen pixels do not exceed): the threshold by which
 * patches grow lies far below that of a clear one, and smoothed probabilities fall to half where the plants end. *run: [patch->n_runs] new runs, yours
 * (pv_free), which patch borrows; NULL = nothing was changed. Pixels, sums, box and runs are the trimmed ones; its name (first pixel), cut_by_edge and
 * class_pixels stay; it may fall into parts. Columns were measured before. */
PV_MUST pv_status pv_object_trim(const pv_object_worker *w, pv_patch *patch, pv_run **run, pv_err *err);

/* The decision about one patch. Plain value. */
typedef struct pv_verdict {
    int prob_e4;    /* calibrated probability, 0..10000; -1 = there is no object stage, or the patch could not be measured */
    int code;       /* of the object trees, 0..254; -1 as above */
    int novelty_e4; /* 0..10000; -1 as above */
    int n_why;
    char why[PV_WHYS][PV_WHY]; /* the columns that spoke most for it, in words; the strongest first */
    const char *stage;         /* growth stage, borrowed from the model; NULL = not known */
    int stage_conf_e4;
} pv_verdict;

/* scratch: PV_OBJECT_SCRATCH int16. */
enum { PV_OBJECT_SCRATCH = 2 * 1024 };
PV_MUST pv_status pv_object_decide(pv_verdict *out, const pv_model *pixels, const pv_object_look *look, int16_t *scratch, pv_err *err);

/* A reason in words: a column that is high (or low) for a patch. out[PV_WHY]; "" when the column has no words. */
void pv_object_phrase(const char *column, int high, char out[PV_WHY]);

#endif
