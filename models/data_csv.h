/* Small tables that ship as files: a header, comma-separated fields, comment lines. Internal to the room.
 *
 * UTF-8 (a byte-order mark is skipped); blank lines and lines that begin with # are skipped; a field may be quoted, "" is a quote, no line break
 * inside. Columns are bound by name, in any order; others are ignored. Errors name the line: PV_INPUT, PV_NOMEM. */
#ifndef PV_MODELS_DATA_CSV_H
#define PV_MODELS_DATA_CSV_H

#include <stddef.h>

#include "base/err.h"

enum { PV_DATA_COLUMNS = 16, PV_DATA_BYTES = 1 << 20 };

typedef struct pv_data_row {
    int line;                           /* from 1 */
    const char *field[PV_DATA_COLUMNS]; /* as the columns asked for; never NULL, trimmed; borrowed from the table */
} pv_data_row;

typedef struct pv_data_csv {
    char *text; /* owned; the fields lie in it */
    size_t n, cap;
    pv_data_row *row; /* [n], owned */
} pv_data_csv;

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_data_csv_parse(pv_data_csv *out, const char *data, size_t n, int n_columns, const char *const *column, pv_err *err);
void pv_data_csv_release(pv_data_csv *t);

/* A number in a range; an empty field gives `empty`. */
PV_MUST pv_status pv_data_real(const pv_data_row *row, int field, const char *name, double low, double high, double empty, double *out, pv_err *err);
/* A copy shorter than size, without control characters. */
PV_MUST pv_status pv_data_text(const pv_data_row *row, int field, const char *name, size_t size, char *out, pv_err *err);

#endif
