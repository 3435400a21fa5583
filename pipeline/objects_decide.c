/* The object trees are asked about a patch, and about the patch with one column at a time put to the middle of training: what moved them is why. */
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

/* A column's part in the decision: how far the score falls without it, in 1/128 nat. */
typedef struct pv_share_of {
    int change, column, high;
} pv_share_of;

/* code: [n_columns][n_columns + 1]; row 0 is the patch, row c + 1 the patch with column c in the middle. */
static void pv_fill_codes(const pv_object_stage *o, const uint16_t *value, uint8_t *code)
{
    int n = o->trees->n_columns;
    for (int c = 0; c < n; c++) {
        uint8_t *row = code + (size_t)c * (size_t)(n + 1);
        memset(row, pv_model_code(o->trees, c, value[c]), (size_t)n + 1);
        row[c + 1] = pv_model_code(o->trees, c, o->range[c].median);
    }
}

static int pv_score_at(const int16_t *score, int row)
{
    return score[(size_t)PV_OBJECT_TARGET * PV_BATCH + (size_t)row] - score[(size_t)PV_OBJECT_FALSE * PV_BATCH + (size_t)row];
}

/* Up to three different phrases of different families of the columns that spoke most for the patch. */
static void pv_find_why(pv_verdict *v, const pv_object_stage *o, const uint16_t *value, const int16_t *score)
{
    uint8_t done[PV_MAX_COLUMNS] = {0};
    int n = o->trees->n_columns, whole = pv_score_at(score, 0);
    while (v->n_why < PV_WHYS) {
        pv_share_of best = {0};
        for (int c = 0; c < n; c++) {
            int change = whole - pv_score_at(score, c + 1);
            if (!done[c] && change > best.change) best = (pv_share_of){change, c, value[c] > o->range[c].median};
        }
        if (best.change == 0) return;
        char *to = v->why[v->n_why];
        int family = pv_object_family(o->trees->column[best.column]);
        pv_object_phrase(o->trees->column[best.column], best.high, to);
        for (int c = 0; c < n; c++) done[c] |= c == best.column || (to[0] != '\0' && pv_object_family(o->trees->column[c]) == family);
        for (int w = 0; w < v->n_why; w++)
            if (strcmp(v->why[w], to) == 0) to[0] = '\0'; /* two channels can have one word */
        if (to[0] != '\0') v->n_why++;
    }
}

static void pv_find_stage(pv_verdict *v, const pv_model *stages, const int64_t *sum)
{
    int64_t all = 0;
    int best = 0;
    for (int k = 0; k < stages->n_classes; k++) {
        all += sum[k];
        if (sum[k] > sum[best]) best = k;
    }
    if (all == 0) return;
    v->stage = stages->class_name[best];
    v->stage_conf_e4 = (int)((2 * sum[best] * PV_ONE_E4 + all) / (2 * all));
}

pv_status pv_object_decide(pv_verdict *out, const pv_model *pixels, const pv_object_look *look, int16_t *scratch, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_object_stage *o = pixels->objects;
    pv_verdict v = {.prob_e4 = -1, .code = -1, .novelty_e4 = -1};
    uint8_t *code = NULL;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    if (look->measured && pixels->stages != NULL) pv_find_stage(&v, pixels->stages, look->stage_sum);
    if (!look->measured || o == NULL) {
        *out = v;
        return PV_OK;
    }
    size_t n = (size_t)o->trees->n_columns;
    PV_TRY(pv_alloc(&code, n * (n + 1), 1, "object codes", err));
    pv_fill_codes(o, look->value, code);
    for (size_t c = 0; c < n; c++) at[c] = code + c * (n + 1);
    pv_trees_score(o->trees, at, n + 1, scratch);
    int mean = pv_object_mean_column(o->trees);
    v.code = pv_object_code(scratch, 0, mean < 0 ? 32768 : look->value[mean]);
    v.prob_e4 = o->probability_e4[v.code];
    v.novelty_e4 = pv_object_novelty_e4(o, look->value);
    pv_find_why(&v, o, look->value, scratch);
    *out = v;
out:
    pv_free(code);
    return st;
}
