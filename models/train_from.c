/* A model that continues another: its edges, trees and biases are taken over by the names of columns and classes. */
#include <string.h>

#include "base/text.h"
#include "models/names.h"
#include "models/train_internal.h"

#include "base/banned.h"

static int pv_find_name(int n, const char (*name)[PV_NAME], const char *wanted)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name[i], wanted) == 0) return i;
    return -1;
}

/* to_of[c]: where column c of the older model is in the new one. Both have the same columns. */
static pv_status pv_columns_match(const pv_model *to, const pv_model *from, int *to_of, pv_err *err)
{
    for (int c = 0; c < to->n_columns; c++)
        if (pv_find_name(from->n_columns, (const char(*)[PV_NAME])from->column, to->column[c]) < 0)
            return pv_fail(err, PV_MODEL, "the model to continue from has no column '%s': learning goes on with its own columns only", to->column[c]);
    for (int c = 0; c < from->n_columns; c++) {
        to_of[c] = pv_find_name(to->n_columns, (const char(*)[PV_NAME])to->column, from->column[c]);
        if (to_of[c] < 0) return pv_fail(err, PV_MODEL, "the table has no column '%s', which the model to continue from needs", from->column[c]);
    }
    return PV_OK;
}

pv_status pv_model_continue(pv_model *to, const pv_model *from, pv_err *err)
{
    pv_status st = PV_OK;
    int column[PV_MAX_COLUMNS];
    int16_t lowest = from->bias[0];
    PV_TRY(pv_columns_match(to, from, column, err));
    for (int k = 0; k < from->n_classes; k++) {
        if (from->bias[k] < lowest) lowest = from->bias[k];
        if (pv_find_name(to->n_classes, (const char(*)[PV_NAME])to->class_name, from->class_name[k]) < 0)
            PV_TRY(pv_fail(err, PV_MODEL, "the table does not know the class '%s' of the model to continue from", from->class_name[k]));
    }
    for (int c = 0; c < from->n_columns; c++) {
        to->n_edges[column[c]] = from->n_edges[c];
        memcpy(to->edge[column[c]], from->edge[c], sizeof from->edge[c]);
    }
    for (int t = 0; t < from->n_trees; t++) {
        to->tree[t] = from->tree[t];
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) to->tree[t].column[d] = (uint16_t)column[from->tree[t].column[d]];
    }
    for (int k = 0; k < to->n_classes; k++) {
        int old = pv_find_name(from->n_classes, (const char(*)[PV_NAME])from->class_name, to->class_name[k]);
        to->bias[k] = old >= 0 ? from->bias[old] : lowest; /* a class that is new has no leaves in the old trees */
        for (int t = 0; t < from->n_trees && old >= 0; t++)
            memcpy(to->leaf + ((size_t)t * (size_t)to->n_classes + (size_t)k) * PV_TREE_LEAVES,
                   from->leaf + ((size_t)t * (size_t)from->n_classes + (size_t)old) * PV_TREE_LEAVES, PV_TREE_LEAVES);
    }
out:
    return st;
}
