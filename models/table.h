/* A table of labelled rows: what training and evaluation work on.
 *
 * A row is a pixel or a spectrum; a column is a feature in raw uint16 units (pipeline/features.h says what they mean). Column-major.
 * The zero object is empty and releasable. Threads: one owner while it is filled, read-only after. */
#ifndef PV_MODELS_TABLE_H
#define PV_MODELS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PV_NAME = 64, PV_MAX_COLUMNS = 256, PV_MAX_CLASSES = 64 };

typedef struct pv_table {
    int n_columns;
    char (*column)[PV_NAME]; /* [n_columns] names */
    size_t n_rows, cap_rows;
    uint16_t **value;  /* [n_columns][n_rows], each an array of its own */
    int16_t *class_id; /* [n_rows] index into class_name */
    int32_t *group;    /* [n_rows] label polygon the row comes from, -1 = none */
    int32_t *fold;     /* [n_rows] index into fold_name, -1 = none */
    int n_classes;
    char (*class_name)[PV_NAME];
    int n_folds;
    char (*fold_name)[PV_NAME];
} pv_table;

PV_MUST pv_status pv_table_init(pv_table *t, int n_columns, const char (*column)[PV_NAME], pv_err *err);
void pv_table_release(pv_table *t);

/* Index of a class or fold, added when new. PV_INPUT beyond PV_MAX_CLASSES or a name longer than PV_NAME - 1 bytes. */
PV_MUST pv_status pv_table_class(pv_table *t, const char *name, int *id, pv_err *err);
PV_MUST pv_status pv_table_fold(pv_table *t, const char *name, int *id, pv_err *err);

/* Appends one row; values[n_columns]. */
PV_MUST pv_status pv_table_add(pv_table *t, const uint16_t *values, int class_id, int32_t group, int32_t fold, pv_err *err);

/* Sorts classes (and folds) by name, bytewise, and renumbers: the numbering does not depend on the order of the inputs. */
PV_MUST pv_status pv_table_sort_names(pv_table *t, pv_err *err);

#endif
