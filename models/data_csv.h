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

/* What becomes of a row. */
typedef struct pv_data_kind {
    const char *what;          /* a noun for messages: "legal tiers" */
    int n_columns;             /* <= PV_DATA_COLUMNS */
    const char *const *column; /* [n_columns] names, all needed */
    size_t item_bytes;
    pv_status (*take)(const pv_data_row *row, void *item, pv_err *err); /* fills one zeroed item, which owns nothing */
} pv_data_kind;

/* The rows of a table, at least one, as items. *items points to a pointer variable of the items' type, which then owns [*n_items] of them; on failure
 * nothing is written. */
PV_MUST pv_status pv_data_parse(const pv_data_kind *kind, const char *data, size_t n, void *items, size_t *n_items, pv_err *err);
/* The same of a file, which errors then name. */
PV_MUST pv_status pv_data_read(const pv_data_kind *kind, const char *path, void *items, size_t *n_items, pv_err *err);

/* A number in a range; an empty field gives `empty`. */
PV_MUST pv_status pv_data_real(const pv_data_row *row, int field, const char *name, double low, double high, double empty, double *out, pv_err *err);
/* "yes" or "no". */
PV_MUST pv_status pv_data_flag(const pv_data_row *row, int field, const char *name, int *out, pv_err *err);
/* A copy shorter than size, without control characters. */
PV_MUST pv_status pv_data_text(const pv_data_row *row, int field, const char *name, size_t size, char *out, pv_err *err);

#endif
