#include "models/model.h"

#include <string.h>

#include "base/mem.h"
#include "models/names.h"
#include "models/trees.h"

#include "base/banned.h"

void pv_model_free(pv_model *m)
{
    if (m == NULL) return;
    pv_free(m->class_name);
    pv_free(m->is_target);
    pv_free(m->column);
    pv_free(m->n_edges);
    pv_free(m->edge);
    pv_free(m->tree);
    pv_free(m->leaf);
    pv_free(m->bias);
    pv_object_stage_free(m->objects);
    pv_model_free(m->stages);
    pv_early_gate_free(m->gate);
    pv_trees_ready_free(m->ready);
    pv_free(m);
}

pv_status pv_model_new(pv_model **out, int n_classes, int n_columns, int n_trees, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    if (n_classes < 1 || n_classes > PV_MAX_CLASSES || n_columns < 1 || n_columns > PV_MAX_COLUMNS || n_trees < 0 || n_trees > PV_MAX_TREES)
        PV_TRY(pv_fail(err, PV_MODEL, "a model of %d classes, %d columns and %d trees: at most %d, %d and %d are possible", n_classes, n_columns,
                       n_trees, (int)PV_MAX_CLASSES, (int)PV_MAX_COLUMNS, (int)PV_MAX_TREES));
    size_t classes = (size_t)n_classes, columns = (size_t)n_columns, trees = (size_t)n_trees;
    PV_TRY(pv_alloc(&m, 1, sizeof *m, "a model", err));
    PV_TRY(pv_alloc(&m->class_name, classes, sizeof *m->class_name, "a model's classes", err));
    PV_TRY(pv_alloc(&m->is_target, classes, 1, "a model's classes", err));
    PV_TRY(pv_alloc(&m->column, columns, sizeof *m->column, "a model's columns", err));
    PV_TRY(pv_alloc(&m->n_edges, columns, 1, "a model's edges", err));
    PV_TRY(pv_alloc(&m->edge, columns, sizeof *m->edge, "a model's edges", err));
    PV_TRY(pv_alloc(&m->tree, trees, sizeof *m->tree, "a model's trees", err));
    PV_TRY(pv_alloc(&m->leaf, trees * classes, PV_TREE_LEAVES, "a model's leaves", err));
    PV_TRY(pv_alloc(&m->bias, classes, sizeof *m->bias, "a model's classes", err));
    m->n_classes = n_classes;
    m->n_columns = n_columns;
    m->n_trees = n_trees;
    for (int t = 0; t < n_trees; t++) memset(m->tree[t].threshold, 255, sizeof m->tree[t].threshold);
    *out = m;
    m = NULL;
out:
    pv_model_free(m);
    return st;
}

int pv_model_find_class(const pv_model *m, const char *name)
{
    for (int c = 0; c < m->n_classes; c++)
        if (strcmp(m->class_name[c], name) == 0) return c;
    return -1;
}

pv_status pv_model_set_targets(pv_model *m, int n, const char *const *names, pv_err *err)
{
    uint8_t wanted[PV_MAX_CLASSES] = {0};
    for (int i = 0; i < n; i++) {
        int c = pv_model_find_class(m, names[i]);
        if (c < 0) {
            pv_text list = {0};
            pv_names_list(&list, m->n_classes, (const char(*)[PV_NAME])m->class_name);
            pv_status st = pv_fail(err, PV_USAGE, "there is no class '%s' to hunt; the classes are: %s", names[i], pv_text_str(&list));
            pv_text_release(&list);
            return st;
        }
        wanted[c] = 1;
    }
    memcpy(m->is_target, wanted, (size_t)m->n_classes);
    return PV_OK;
}

uint8_t pv_model_code(const pv_model *m, int column, uint16_t value)
{
    const uint16_t *at = m->edge[column];
    int n = m->n_edges[column];
    if (n == 0) return 0;
    /* Halves without a branch on values: which way is a toss-up. */
    while (n > 1) {
        int half = n / 2;
        at += half & -(at[half - 1] <= value);
        n -= half;
    }
    return (uint8_t)(at - m->edge[column] + (*at <= value));
}

void pv_model_code_table(const pv_model *m, int column, uint8_t *lut)
{
    const uint16_t *edge = m->edge[column];
    int n = m->n_edges[column];
    int from = 0;
    for (int e = 0; e < n; e++) {
        memset(lut + from, e, (size_t)(edge[e] - from));
        from = edge[e];
    }
    memset(lut + from, n, (size_t)(65536 - from));
}
