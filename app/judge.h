/* Judging: predictions against labels, row by row and polygon by polygon.
 *
 * A polygon is right when the class of the highest mean probability over its rows is its own; it is hit (or falsely raised) when the
 * mean target probability reaches the threshold. Threads: one owner. Errors: PV_NOMEM, PV_MODEL. */
#ifndef PV_APP_JUDGE_H
#define PV_APP_JUDGE_H

#include "base/err.h"
#include "models/model.h"
#include "models/scores.h"
#include "models/table.h"
#include "vision/reference_forest.h"

typedef struct pv_judge {
    pv_scores scores;
    int n_classes;
    const uint8_t *is_target; /* [n_classes] or NULL; borrowed */
    double threshold;         /* 0..1 */
    int32_t n_groups;
    double *class_sum;   /* [n_groups][n_classes] sums of probabilities */
    double *target_sum;  /* [n_groups] sums of target probability, 0..1 each */
    int64_t *group_rows; /* [n_groups] */
    int16_t *group_class;
} pv_judge;

PV_MUST pv_status pv_judge_init(pv_judge *j, int n_classes, const char (*class_name)[PV_NAME], const uint8_t *is_target, double threshold,
                                int32_t n_groups, pv_err *err);
void pv_judge_release(pv_judge *j);
/* share: [n_classes] probabilities; target: of all target classes together. */
void pv_judge_row(pv_judge *j, int reference, int32_t group, int best, const double *share, double target);
/* All rows are in: counts the polygons. */
void pv_judge_close(pv_judge *j);

/* Judges the rows with ask[i] != 0 by a model. class_of[c] is the judge's number of the model's class c. */
PV_MUST pv_status pv_judge_model(pv_judge *j, const pv_table *table, const uint8_t *ask, const pv_model *m, const int *class_of, pv_err *err);
/* The same by the yardstick, whose classes are the table's. */
PV_MUST pv_status pv_judge_reference(pv_judge *j, const pv_table *table, const uint8_t *ask, const pv_reference_forest *forest, pv_err *err);

#endif
