/* What the answers of object trees are worth: the share of targets that was labelled, the threshold, the calibration, and how well they did.
 *
 * Labels seldom name every plot of a photo. A patch that no label covers is then not known to be false; yet all patches that the pixel trees propose
 * matter, since most false alarms are of kinds that nobody drew. It is taken that targets were labelled whatever they look like, so that among all
 * patches of one code labelled targets are a fixed share c of the targets (Elkan and Noto 2008, "Learning classifiers from only positive and unlabeled
 * data"). c is measured where hardly anything is false: from the middle code of the labelled targets on, c = labelled / (labelled + not labelled).
 * Where false ones are left there, c comes out too small and probabilities too high.
 *
 * Codes are of trees that have not seen the pair's block. To say how well threshold and calibration do, a block is left out of both (skip) and then
 * judged by them. All in integers. Threads: plain functions. */
#ifndef PV_MODELS_OBJECT_TEACH_H
#define PV_MODELS_OBJECT_TEACH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "models/object_stage.h"

/* One patch of training with the answer of trees that had not seen it. */
typedef struct pv_pair {
    uint8_t code;  /* 0..254 */
    int8_t truth;  /* 1 target, 0 known to be false, -1 no label says */
    uint8_t firm;  /* of a target: its label must not be lost (in flower) */
    int32_t label; /* of a target: number of the label that it covers, else -1 */
    int32_t block; /* what was left out together */
} pv_pair;

/* c in 1/10000, 1..10000; 10000 when there is no target or all truths are known. skip: a block to leave out, -1 = none (as below). */
int pv_pairs_labelled_e4(size_t n, const pv_pair *pair, int skip);

/* pv_calibrate() of all pairs with truth "labelled target", divided by c. */
PV_MUST pv_status pv_pairs_calibrate(uint16_t probability_e4[PV_OBJECT_CODES], size_t n, const pv_pair *pair, int labelled_e4, int skip, pv_err *err);

/* The code from which patches are kept: 116, just below where the trees hold a target for as likely as not (127), but not above the code at which 80 % of the
 * labels that must not be lost keep a patch; without such labels, 80 % of all labels. A label counts by its best patch. The fixed code was chosen on
 * development surveys under lights that training did not know, where it did better than any that precision and recall under known lights
 * suggest: those lay between 64 and 202 for models whose best code was within 80 to 136 (docs/notes/0014-threshold-of-patches.md). */
PV_MUST pv_status pv_pairs_threshold(int *keep_code, size_t n, const pv_pair *pair, int skip, pv_err *err);

enum { PV_RELIABILITY_BINS = 5 };

/* Sums over patches judged by tables that did not know them; targets are labelled ones / c. */
typedef struct pv_reliability {
    int64_t patches, kept;
    int64_t targets, targets_kept; /* labelled ones, as they are */
    double true_targets;           /* targets / c */
    double squares;                /* sum of (said - true)^2; over patches it is the Brier score, which few labels can bring a little below 0 */
    struct {
        int64_t patches;
        double said, found; /* sums of the probability, of targets / c */
    } bin[PV_RELIABILITY_BINS];
} pv_reliability;

/* Adds the pairs of one block. */
void pv_reliability_add(pv_reliability *r, size_t n, const pv_pair *pair, int block, const uint16_t probability_e4[PV_OBJECT_CODES], int keep_code,
                        int labelled_e4);

#endif
