/* A table of spectra from CSV: one row, one spectrum.
 *
 * RFC 4180, UTF-8 (a byte-order mark is skipped), comma, semicolon or tab (found from the header). One column holds the class, optionally one the
 * fold; the others are numbers, but for columns in which nothing is a number (names, dates): these are left aside. Every error names line and column. Threads: any. Errors: PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_MODELS_TABLE_CSV_H
#define PV_MODELS_TABLE_CSV_H

#include <stddef.h>

#include "base/err.h"
#include "models/table.h"

typedef struct pv_spectra {
    int n_bands;
    char (*band)[PV_NAME]; /* [n_bands] column names as in the file, in file order, without class and fold */
    size_t n_rows;
    double *value;               /* [n_rows][n_bands] */
    char (*class_name)[PV_NAME]; /* [n_rows] */
    char (*fold)[PV_NAME];       /* [n_rows], "" without a fold column */
} pv_spectra;

/* class_field: NULL = "class"; fold_field: NULL = none. */
PV_MUST pv_status pv_spectra_read(pv_spectra *out, const char *path, const char *class_field, const char *fold_field, pv_err *err);
PV_MUST pv_status pv_spectra_parse(pv_spectra *out, const char *data, size_t n, const char *class_field, const char *fold_field, pv_err *err);
void pv_spectra_release(pv_spectra *s);

#endif
