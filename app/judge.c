#include "app/judge.h"

#include <string.h>

#include "base/mem.h"
#include "models/train.h"
#include "models/trees.h"

#include "base/banned.h"

pv_status pv_judge_init(pv_judge *out, int n_classes, const char (*class_name)[PV_NAME], const uint8_t *is_target, double threshold, int32_t n_groups,
                        pv_err *err)
{
    pv_status st = PV_OK;
    pv_judge j = {.n_classes = n_classes, .is_target = is_target, .threshold = threshold, .n_groups = n_groups};
    size_t n = (size_t)n_groups;
    PV_TRY(pv_scores_init(&j.scores, n_classes, class_name, err));
    j.scores.has_target = is_target != NULL;
    PV_TRY(pv_alloc(&j.class_sum, n * (size_t)n_classes, sizeof *j.class_sum, "polygon scores", err));
    PV_TRY(pv_alloc(&j.target_sum, n, sizeof *j.target_sum, "polygon scores", err));
    PV_TRY(pv_alloc(&j.group_rows, n, sizeof *j.group_rows, "polygon scores", err));
    PV_TRY(pv_alloc(&j.group_class, n, sizeof *j.group_class, "polygon scores", err));
    *out = j;
    j = (pv_judge){0};
out:
    pv_judge_release(&j);
    return st;
}

void pv_judge_release(pv_judge *j)
{
    pv_scores_release(&j->scores);
    pv_free(j->class_sum);
    pv_free(j->target_sum);
    pv_free(j->group_rows);
    pv_free(j->group_class);
    *j = (pv_judge){0};
}

/* A mean of values that were rounded to 254 steps may miss the threshold by less than a step's millionth. */
static int pv_reaches(const pv_judge *j, double sum, int64_t n)
{
    return sum + 1e-9 * (double)n >= j->threshold * (double)n;
}

void pv_judge_row(pv_judge *j, int reference, int32_t group, int best, const double *share, double target)
{
    pv_scores_add(&j->scores, reference, best, 1);
    if (j->is_target != NULL) {
        int is = j->is_target[reference], said = pv_reaches(j, target, 1);
        j->scores.target_tp += is && said;
        j->scores.target_fn += is && !said;
        j->scores.target_fp += !is && said;
    }
    if (group < 0 || group >= j->n_groups) return;
    double *sum = j->class_sum + (size_t)group * (size_t)j->n_classes;
    for (int c = 0; c < j->n_classes; c++) sum[c] += share[c];
    j->target_sum[group] += target;
    j->group_rows[group]++;
    j->group_class[group] = (int16_t)reference;
}

void pv_judge_close(pv_judge *j)
{
    for (int32_t g = 0; g < j->n_groups; g++) {
        const double *sum = j->class_sum + (size_t)g * (size_t)j->n_classes;
        int best = 0, reference = j->group_class[g];
        if (j->group_rows[g] == 0) continue;
        for (int c = 1; c < j->n_classes; c++)
            if (sum[c] > sum[best]) best = c;
        j->scores.polygons_total++;
        j->scores.polygons_correct += best == reference;
        if (j->is_target == NULL) continue;
        int is = j->is_target[reference], said = pv_reaches(j, j->target_sum[g], j->group_rows[g]);
        j->scores.target_hit += is && said;
        j->scores.target_missed += is && !said;
        j->scores.target_false += !is && said;
    }
}

/* Up to PV_BATCH asked rows from *at on; returns how many, moves *at. */
static size_t pv_batch_rows(const pv_table *t, const uint8_t *ask, size_t *at, size_t row[PV_BATCH])
{
    size_t n = 0;
    for (; *at < t->n_rows && n < PV_BATCH; ++*at)
        if (ask[*at]) row[n++] = *at;
    return n;
}

pv_status pv_judge_model(pv_judge *j, const pv_table *t, const uint8_t *ask, const pv_model *m, const int *class_of, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *code = NULL, *batch = NULL;
    int16_t *score = NULL;
    size_t row[PV_BATCH], n, at = 0;
    const uint8_t *column[PV_MAX_COLUMNS];
    PV_TRY(pv_table_code(t, m, &code, err));
    PV_TRY(pv_alloc(&batch, (size_t)m->n_columns, PV_BATCH, "codes", err));
    PV_TRY(pv_alloc(&score, (size_t)m->n_classes * PV_BATCH, sizeof *score, "scores", err));
    for (int c = 0; c < m->n_columns; c++) column[c] = batch + (size_t)c * PV_BATCH;
    while ((n = pv_batch_rows(t, ask, &at, row)) > 0) {
        for (size_t c = 0; c < (size_t)m->n_columns; c++)
            for (size_t i = 0; i < n; i++) batch[c * PV_BATCH + i] = code[c * t->n_rows + row[i]];
        pv_trees_score(m, column, n, score);
        for (size_t i = 0; i < n; i++) {
            uint8_t prob, best;
            uint16_t share16[PV_MAX_CLASSES];
            double share[PV_MAX_CLASSES] = {0};
            pv_trees_decide(m, score, i, &prob, &best, share16);
            for (int c = 0; c < m->n_classes; c++) share[class_of[c]] = share16[c] / 65535.0;
            pv_judge_row(j, t->class_id[row[i]], t->group[row[i]], class_of[best], share, prob / (double)PV_PROB_MAX);
        }
    }
out:
    pv_free(code);
    pv_free(batch);
    pv_free(score);
    return st;
}

pv_status pv_judge_reference(pv_judge *j, const pv_table *t, const uint8_t *ask, const pv_reference_forest *forest, pv_err *err)
{
    pv_status st = PV_OK;
    float *vote = NULL;
    size_t row[PV_BATCH], n, at = 0, k = (size_t)j->n_classes;
    PV_TRY(pv_alloc(&vote, PV_BATCH * k, sizeof *vote, "votes", err));
    while ((n = pv_batch_rows(t, ask, &at, row)) > 0) {
        PV_TRY(pv_reference_ask(forest, (const uint16_t *const *)t->value, row, n, vote, err));
        for (size_t i = 0; i < n; i++) {
            double share[PV_MAX_CLASSES] = {0}, target = 0;
            int best = 0;
            for (int c = 0; c < j->n_classes; c++) {
                share[c] = (double)vote[i * k + (size_t)c];
                if (share[c] > share[best]) best = c;
                if (j->is_target != NULL && j->is_target[c]) target += share[c];
            }
            pv_judge_row(j, t->class_id[row[i]], t->group[row[i]], best, share, target);
        }
    }
out:
    pv_free(vote);
    return st;
}
