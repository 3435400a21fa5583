#include "models/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "models/names.h"

#include "base/banned.h"

void pv_table_release(pv_table *t)
{
    for (int c = 0; t->value != NULL && c < t->n_columns; c++) pv_free(t->value[c]);
    pv_free(t->value);
    pv_free(t->column);
    pv_free(t->class_id);
    pv_free(t->group);
    pv_free(t->fold);
    pv_free(t->class_name);
    pv_free(t->fold_name);
    *t = (pv_table){0};
}

pv_status pv_table_init(pv_table *t, int n_columns, const char (*column)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    pv_table fresh = {0};
    if (n_columns < 1 || n_columns > PV_MAX_COLUMNS)
        PV_TRY(pv_fail(err, PV_INPUT, "a table of %d columns: between 1 and %d are possible", n_columns, (int)PV_MAX_COLUMNS));
    PV_TRY(pv_names_check("column", n_columns, column, PV_INPUT, err));
    PV_TRY(pv_alloc(&fresh.column, (size_t)n_columns, sizeof *fresh.column, "column names", err));
    PV_TRY(pv_alloc(&fresh.value, (size_t)n_columns, sizeof *fresh.value, "columns", err));
    fresh.n_columns = n_columns;
    memcpy(fresh.column, column, (size_t)n_columns * sizeof *fresh.column);
    *t = fresh;
    fresh = (pv_table){0};
out:
    pv_table_release(&fresh);
    return st;
}

/* The capacity that pv_grow() has given to a list of n names. */
static size_t pv_names_cap(int n)
{
    size_t cap = n == 0 ? 0 : 16;
    while (cap < (size_t)n) cap *= 2;
    return cap;
}

static pv_status pv_table_name(char (**list)[PV_NAME], int *n, int limit, const char *what, const char *name, int *id, pv_err *err)
{
    size_t len = strlen(name);
    size_t cap = pv_names_cap(*n);
    for (int i = 0; i < *n; i++) {
        if (strcmp((*list)[i], name) == 0) {
            *id = i;
            return PV_OK;
        }
    }
    if (len >= PV_NAME) return pv_fail(err, PV_INPUT, "the %s name '%.80s' is longer than %d bytes: shorten it", what, name, PV_NAME - 1);
    if (!pv_name_fine(name)) return pv_fail(err, PV_INPUT, "a %s name is empty, is not UTF-8 or has control characters: rename it", what);
    if (*n >= limit) return pv_fail(err, PV_INPUT, "'%s' would be %s number %d: at most %d are possible, merge some", name, what, *n + 1, limit);
    pv_status st = pv_grow(list, &cap, (size_t)*n + 1, sizeof **list, what, err);
    if (st != PV_OK) return st;
    memcpy((*list)[*n], name, len + 1);
    *id = (*n)++;
    return PV_OK;
}

pv_status pv_table_class(pv_table *t, const char *name, int *id, pv_err *err)
{
    return pv_table_name(&t->class_name, &t->n_classes, PV_MAX_CLASSES, "class", name, id, err);
}

pv_status pv_table_fold(pv_table *t, const char *name, int *id, pv_err *err)
{
    enum { MOST_FOLDS = 100000 };
    return pv_table_name(&t->fold_name, &t->n_folds, MOST_FOLDS, "fold", name, id, err);
}

/* All arrays have the same capacity; one that was moved before another failed is simply larger than it says. */
static pv_status pv_table_room(pv_table *t, pv_err *err)
{
    pv_status st = PV_OK;
    size_t need = t->n_rows + 1;
    size_t cap = t->cap_rows;
    if (need <= t->cap_rows) return PV_OK;
    for (int c = 0; c < t->n_columns; c++) {
        cap = t->cap_rows;
        PV_TRY(pv_grow(&t->value[c], &cap, need, sizeof *t->value[c], "rows of a table", err));
    }
    cap = t->cap_rows;
    PV_TRY(pv_grow(&t->class_id, &cap, need, sizeof *t->class_id, "rows of a table", err));
    cap = t->cap_rows;
    PV_TRY(pv_grow(&t->group, &cap, need, sizeof *t->group, "rows of a table", err));
    cap = t->cap_rows;
    PV_TRY(pv_grow(&t->fold, &cap, need, sizeof *t->fold, "rows of a table", err));
    t->cap_rows = cap;
out:
    return st;
}

pv_status pv_table_add(pv_table *t, const uint16_t *values, int class_id, int32_t group, int32_t fold, pv_err *err)
{
    if (class_id < 0 || class_id >= t->n_classes || fold < -1 || fold >= t->n_folds)
        return pv_fail(err, PV_BUG, "a row of class %d and fold %d in a table of %d classes and %d folds", class_id, (int)fold, t->n_classes,
                       t->n_folds);
    pv_status st = pv_table_room(t, err);
    if (st != PV_OK) return st;
    for (int c = 0; c < t->n_columns; c++) t->value[c][t->n_rows] = values[c];
    t->class_id[t->n_rows] = (int16_t)class_id;
    t->group[t->n_rows] = group;
    t->fold[t->n_rows] = fold;
    t->n_rows++;
    return PV_OK;
}

typedef struct pv_named {
    char name[PV_NAME];
    int was;
} pv_named;

static int pv_named_order(const void *a, const void *b)
{
    return strcmp(((const pv_named *)a)->name, ((const pv_named *)b)->name);
}

/* Sorts the names; now[old number] = new number. */
static void pv_names_sort(char (*name)[PV_NAME], int n, pv_named *sorted, int *now)
{
    for (int i = 0; i < n; i++) {
        memcpy(sorted[i].name, name[i], PV_NAME);
        sorted[i].was = i;
    }
    if (n > 1) qsort(sorted, (size_t)n, sizeof *sorted, pv_named_order);
    for (int i = 0; i < n; i++) {
        memcpy(name[i], sorted[i].name, PV_NAME);
        now[sorted[i].was] = i;
    }
}

pv_status pv_table_sort_names(pv_table *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_named *sorted = NULL;
    int *now = NULL;
    size_t most = (size_t)(t->n_classes > t->n_folds ? t->n_classes : t->n_folds);
    PV_TRY(pv_alloc(&sorted, most, sizeof *sorted, "names", err));
    PV_TRY(pv_alloc(&now, most, sizeof *now, "names", err));
    pv_names_sort(t->class_name, t->n_classes, sorted, now);
    for (size_t i = 0; i < t->n_rows; i++) t->class_id[i] = (int16_t)now[t->class_id[i]];
    pv_names_sort(t->fold_name, t->n_folds, sorted, now);
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->fold[i] >= 0) t->fold[i] = now[t->fold[i]];
out:
    pv_free(now);
    pv_free(sorted);
    return st;
}
