#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/model.h"
#include "models/names.h"

#include "base/banned.h"

static int pv_field_fine(const char *s, size_t size, int lines)
{
    size_t n = strnlen(s, size);
    return n < size && pv_text_fine(s, n, lines);
}

static int pv_is_part(const pv_model *m)
{
    return strncmp(m->kind, "object", sizeof m->kind) == 0 || strncmp(m->kind, "stage", sizeof m->kind) == 0 ||
           strncmp(m->kind, "gate", sizeof m->kind) == 0;
}

static pv_status pv_check_words(const pv_model *m, pv_err *err)
{
    size_t n = strnlen(m->name, sizeof m->name);
    if (!pv_name_fine(m->name)) return pv_fail(err, PV_MODEL, "the model's name is empty, too long or has control characters");
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)m->name[i] >= 0x80) return pv_fail(err, PV_MODEL, "the model's name '%s' is not ASCII", m->name);
    if (strncmp(m->kind, "photo", sizeof m->kind) != 0 && strncmp(m->kind, "table", sizeof m->kind) != 0 && !pv_is_part(m))
        return pv_fail(err, PV_MODEL, "the model's kind is neither 'photo' nor 'table'");
    if (m->normalise[0] == '\0' || !pv_field_fine(m->normalise, sizeof m->normalise, 0))
        return pv_fail(err, PV_MODEL, "the model's rule of normalisation is empty or not text");
    if (!pv_field_fine(m->summary, sizeof m->summary, 1) || !pv_field_fine(m->licence, sizeof m->licence, 1) ||
        !pv_field_fine(m->trained_on, sizeof m->trained_on, 1))
        return pv_fail(err, PV_MODEL, "the model's summary, licence or list of training data is not UTF-8 text");
    return PV_OK;
}

static pv_status pv_check_edges(const pv_model *m, pv_err *err)
{
    for (int c = 0; c < m->n_columns; c++) {
        for (int e = 1; e < m->n_edges[c]; e++)
            if (m->edge[c][e] <= m->edge[c][e - 1]) return pv_fail(err, PV_MODEL, "the edges of column '%s' do not rise", m->column[c]);
    }
    return PV_OK;
}

/* Scores are summed in int16: the worst rows must fit. */
static pv_status pv_check_range(const pv_model *m, pv_err *err)
{
    for (int k = 0; k < m->n_classes; k++) {
        int low = m->bias[k], high = m->bias[k];
        for (int t = 0; t < m->n_trees; t++) {
            const int8_t *leaf = m->leaf + ((size_t)t * (size_t)m->n_classes + (size_t)k) * PV_TREE_LEAVES;
            int worst = leaf[0], best = leaf[0];
            for (int i = 1; i < PV_TREE_LEAVES; i++) {
                if (leaf[i] < worst) worst = leaf[i];
                if (leaf[i] > best) best = leaf[i];
            }
            low += worst;
            high += best;
        }
        if (low < INT16_MIN || high > INT16_MAX)
            return pv_fail(err, PV_MODEL, "the scores of class '%s' can leave 16 bits (%d to %d)", m->class_name[k], low, high);
    }
    return PV_OK;
}

static pv_status pv_check_counts(const pv_model *m, pv_err *err)
{
    if (m->n_classes < 2 || m->n_classes > PV_MAX_CLASSES) return pv_fail(err, PV_MODEL, "%d classes: a model has 2 to 64", m->n_classes);
    if (m->n_columns < 1 || m->n_columns > PV_MAX_COLUMNS) return pv_fail(err, PV_MODEL, "%d columns: a model has 1 to 256", m->n_columns);
    if (m->n_trees < 0 || m->n_trees > PV_MAX_TREES) return pv_fail(err, PV_MODEL, "%d trees: a model has at most 250", m->n_trees);
    if (m->n_bands < 0 || m->n_bands > 16) return pv_fail(err, PV_MODEL, "%d bands: a model has at most 16", m->n_bands);
    for (int k = 0; k < m->n_classes; k++)
        if (m->is_target[k] > 1) return pv_fail(err, PV_MODEL, "class %d is neither a target nor none", k + 1);
    if (m->threshold_high < 0 || m->threshold_high > 254 || m->threshold_low < 0 || m->threshold_low > m->threshold_high)
        return pv_fail(err, PV_MODEL, "the thresholds %d and %d are not 0 <= low <= high <= 254", m->threshold_low, m->threshold_high);
    return PV_OK;
}

/* The parts belong to a model of photos, have no parts themselves, and a stage's columns are the model's. */
static pv_status pv_check_parts(const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    if (m->objects == NULL && m->stages == NULL && m->gate == NULL && m->n_densities == 0) return PV_OK;
    if (strcmp(m->kind, "photo") != 0)
        return pv_fail(err, PV_MODEL, "only a model that was learned from photos can judge patches or stages, or decide early");
    PV_TRY(pv_densities_check(m->n_densities, m->density, err));
    if (m->objects != NULL) {
        PV_TRY(pv_where(err, pv_model_check(m->objects->trees, err), "object trees"));
        PV_TRY(pv_object_stage_check(m->objects, err));
    }
    if (m->gate != NULL) PV_TRY(pv_early_gate_check(m->gate, m, err));
    if (m->stages == NULL) goto out;
    PV_TRY(pv_where(err, pv_model_check(m->stages, err), "stage trees"));
    if (strcmp(m->stages->kind, "stage") != 0) PV_TRY(pv_fail(err, PV_MODEL, "the stage trees are of kind '%s'", m->stages->kind));
    for (int c = 0; c < m->stages->n_columns; c++) {
        int found = 0;
        for (int k = 0; k < m->n_columns && !found; k++) found = strcmp(m->stages->column[c], m->column[k]) == 0;
        if (!found) PV_TRY(pv_fail(err, PV_MODEL, "the stage trees ask for column '%s', which the model does not have", m->stages->column[c]));
    }
out:
    return st;
}

pv_status pv_model_check(const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_check_counts(m, err));
    PV_TRY(pv_check_words(m, err));
    if (!isfinite(m->gsd_m) || m->gsd_m < 0 || m->gsd_m > 1000 || (m->gsd_m > 0) != (m->kind[0] == 'p'))
        PV_TRY(pv_fail(err, PV_MODEL, "the model's pixel size is not right for its kind: 'photo' has metres per pixel, 'table' has 0"));
    if (!isfinite(m->smooth_m) || m->smooth_m < 0 ||
        (m->smooth_m > 0 && (m->kind[0] != 'p' || m->smooth_m < m->gsd_m || m->smooth_m > 128 * m->gsd_m)))
        PV_TRY(pv_fail(err, PV_MODEL, "the model averages probabilities over %g m: only one of kind 'photo' may, over 1 to 128 of its pixels",
                       m->smooth_m));
    int median = strcmp(m->normalise, "median") == 0;
    for (int b = 0; b < 16; b++)
        if ((m->mid[b] != 0) != (median && b < m->n_bands))
            PV_TRY(pv_fail(err, PV_MODEL, "the rule 'median' needs a median for every band, and no other rule has any"));
    PV_TRY(pv_names_check("band", m->n_bands, m->band, PV_MODEL, err));
    PV_TRY(pv_names_check("class", m->n_classes, (const char(*)[PV_NAME])m->class_name, PV_MODEL, err));
    PV_TRY(pv_names_check("column", m->n_columns, (const char(*)[PV_NAME])m->column, PV_MODEL, err));
    PV_TRY(pv_check_edges(m, err));
    for (int t = 0; t < m->n_trees; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (m->tree[t].column[d] >= m->n_columns)
                PV_TRY(pv_fail(err, PV_MODEL, "tree %d asks for column %d of %d", t + 1, m->tree[t].column[d] + 1, m->n_columns));
    }
    PV_TRY(pv_check_range(m, err));
    PV_TRY(pv_check_parts(m, err));
out:
    return st;
}
