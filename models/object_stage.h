/* What a model knows beyond pixels: trees that decide on whole patches, what their scores mean, and how densely plants stand.
 *
 * Object trees are a pv_model of kind "object" on columns of patches (pipeline/objects.h) with two classes, "false" and "target". Their answer, a code
 * of 0..254, becomes a probability by a table that was measured on patches of photos (or blocks of labels) that the trees had not seen.
 * All tables are integers. Threads: read-only once made. Errors: PV_MODEL, PV_NOMEM. */
#ifndef PV_MODELS_OBJECT_STAGE_H
#define PV_MODELS_OBJECT_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "models/table.h"

struct pv_model;

enum { PV_OBJECT_CODES = 255, PV_ONE_E4 = 10000, PV_MAX_DENSITIES = 16, PV_OBJECT_FALSE = 0, PV_OBJECT_TARGET = 1 };

/* A column among the patches of training. */
typedef struct pv_object_range {
    uint16_t low, median, high; /* 1 %, 50 %, 99 % of the training patches */
} pv_object_range;

typedef struct pv_object_stage {
    struct pv_model *trees;                   /* owned; kind "object", classes false, target */
    int keep_code;                            /* 0..254: a patch of at least this code is kept */
    uint16_t probability_e4[PV_OBJECT_CODES]; /* of a code of the trees; never falls */
    pv_object_range *range;                   /* [trees->n_columns] */
    uint16_t *novelty_e4;                     /* [trees->n_columns + 1] share of training patches with fewer columns out of range; never falls */
} pv_object_stage;

/* Plants on a square metre of patch, in 1/1000, as quantiles that hold for a new patch (not for the mean): 5 %, 50 %, 95 %. */
typedef struct pv_density {
    char stage[PV_NAME]; /* "" = all stages together */
    int plots;           /* that it was measured on */
    uint32_t per_m2_e3[3];
} pv_density;

/* Allocates the tables and takes the trees over, also when it fails. */
PV_MUST pv_status pv_object_stage_new(pv_object_stage **out, struct pv_model *trees, pv_err *err);
void pv_object_stage_free(pv_object_stage *o); /* NULL is fine */
PV_MUST pv_status pv_object_stage_check(const pv_object_stage *o, pv_err *err);
PV_MUST pv_status pv_densities_check(int n, const pv_density *d, pv_err *err);

/* The code of one patch from its scores (stride PV_BATCH, row i) and its column prob_mean, the pixels' mean probability x 257: 127 + 0.6 x 16 a nat of
 * (target - false) + 64 (prob_mean / 65536 - 1/2), rounded half up, held in 0..254. Trees answer alike beyond their outermost question, and under
 * new light all probabilities may lie there; the mean still puts the better patch first. 32768 = no such column. */
uint8_t pv_object_code(const int16_t *score, size_t i, uint16_t prob_mean);
/* The column prob_mean among the trees' columns; -1 = it is not there. */
int pv_object_mean_column(const struct pv_model *trees);

/* Isotonic calibration: probability_e4[code] from n pairs of code (0..254) and truth (0 or 1). Blocks of equal level are pooled, each is drawn to the
 * mean as by two more pairs, and codes between the middles of two blocks are interpolated, all in integers. n = 0: code / 254. */
PV_MUST pv_status pv_calibrate(uint16_t probability_e4[PV_OBJECT_CODES], size_t n, const uint8_t *code, const uint8_t *truth, pv_err *err);

/* Range and novelty tables from the rows of a table that has the trees' columns, in their order. */
PV_MUST pv_status pv_object_stage_learn_range(pv_object_stage *o, const pv_table *t, pv_err *err);
/* How many columns of one patch lie outside the training range, as the share of training patches with fewer, in 1/10000. */
int pv_object_novelty_e4(const pv_object_stage *o, const uint16_t *value);

/* Quantiles of `ratio` (plants per m2, in 1/1000; sorted in place) that hold the next one with 5, 50 and 95 % (finite-sample: rank ceil(p (n + 1))). */
void pv_density_quantiles(size_t n, uint32_t *ratio, uint32_t per_m2_e3[3]);

/* The same from few places, where the smallest and the largest ratio of all do not hold the next one often enough. ratio: n >= 1 of them, each > 0 (sorted in
 * place), of `places` >= 2 different plots, which photos may show several times; so only places count as independent. From 39 places on these are
 * pv_density_quantiles(); below, the interval of the next value of a normal distribution, mean -+ t (sum of squares / n x (places + 1) / (places - 1))^1/2, of the logarithms, of which
 * those further than 3.5 deviations from the median (by the median deviation) are drawn in to there. Integers and exactly rounded roots. */
void pv_density_interval(size_t n, uint32_t *ratio, size_t places, uint32_t per_m2_e3[3]);

#endif
