/* Asking the trees.
 *
 * A loaded or trained model is ready to be asked fast: by AVX-512, AVX2 or portable C (base/cpu.h), with the same bytes.
 * Threads: any number on one model, each with its own scratch. */
#ifndef PV_MODELS_TREES_H
#define PV_MODELS_TREES_H

#include <stddef.h>
#include <stdint.h>

#include "models/model.h"

enum { PV_BATCH = 1024, PV_PROB_MAX = 254, PV_PROB_UNKNOWN = 255, PV_CLASS_UNKNOWN = 255 };

/* Makes a model that passes pv_model_check(), and its object, stage and gate trees, ready to be asked fast. Loading and training do it at their end; who changes trees,
 * leaves or biases of a model by hand does it afterwards. A model that was never made ready answers the same, slowly. Errors: PV_NOMEM. */
PV_MUST pv_status pv_trees_prepare(pv_model *m, pv_err *err);
void pv_trees_ready_free(struct pv_trees_ready *ready); /* NULL is fine; for pv_model_free() */

/* Scores of n <= PV_BATCH rows. code[c] points at the codes of column c (n bytes). score: [n_classes][PV_BATCH] int16, written. */
void pv_trees_score(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score);

/* exp(-d / 128) in units of 2^-31 for d >= 0 (0 from d = 2816 on): computed with integers only, the same on every machine. */
uint32_t pv_softmax_exp(int d);

/* From the scores of one row (stride PV_BATCH, row i): the class with the highest score (lowest index on a tie) and the probability of all
 * target classes together, 0..254 = P * 254 rounded half up. class_prob, if not NULL: [n_classes] P of each class * 65535. */
void pv_trees_decide(const pv_model *m, const int16_t *score, size_t i, uint8_t *prob_target, uint8_t *best_class, uint16_t *class_prob);

/* Probabilities of n <= PV_BATCH rows from their scores: share[i * stride + k] = P of class k * 65535, cut to the integer below; 0 for k from n_classes
 * on. One IEEE division a row and one multiplication a class, each rounded once: the same on every machine. */
void pv_trees_share(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share);

#endif
