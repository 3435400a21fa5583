/* Figures of merit: confusion matrix and what follows from it.
 *
 * Definitions: precision = user's accuracy, recall = producer's accuracy, F1 their harmonic mean (0 when both are 0), macro F1 the mean over classes
 * that occur in the reference, kappa after Cohen 1960. Undefined ratios (0/0) are 0 with support 0. Threads: one owner. */
#ifndef PV_MODELS_SCORES_H
#define PV_MODELS_SCORES_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "models/table.h"

typedef struct pv_scores {
    int n_classes;
    char (*class_name)[PV_NAME];              /* owned copy */
    int64_t *confusion;                       /* [n_classes reference][n_classes predicted] */
    int64_t polygons_total, polygons_correct; /* label polygons; correct = highest mean class probability is the reference class */
    int has_target;
    int64_t target_tp, target_fp, target_fn;         /* pixels or rows at the threshold */
    int64_t target_hit, target_missed, target_false; /* polygons by mean target probability at the threshold */
} pv_scores;

typedef struct pv_class_score {
    int64_t support; /* reference rows */
    double precision, recall, f1;
} pv_class_score;

PV_MUST pv_status pv_scores_init(pv_scores *s, int n_classes, const char (*class_name)[PV_NAME], pv_err *err);
void pv_scores_release(pv_scores *s);
void pv_scores_add(pv_scores *s, int reference, int predicted, int64_t n);
/* Adds other to s (same classes). */
void pv_scores_merge(pv_scores *s, const pv_scores *other);

pv_class_score pv_scores_class(const pv_scores *s, int class_id);
pv_class_score pv_scores_target(const pv_scores *s);
double pv_scores_accuracy(const pv_scores *s);
double pv_scores_macro_f1(const pv_scores *s);
double pv_scores_kappa(const pv_scores *s);

/* The members of the JSON object of `evaluate --json` (README) (no braces, no "folds"): classes, accuracy, macro_f1, kappa,
 * polygons, and target when has_target. Six decimals. */
void pv_scores_json(const pv_scores *s, pv_text *out);
/* The same for people, in the reader's language: an aligned table. Names of classes stay as they are. */
void pv_scores_print(const pv_scores *s, pv_text *out);

#endif
