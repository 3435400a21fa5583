#include "models/data_csv.h"

#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "models/names.h"

#include "base/banned.h"

enum { MOST_FIELDS = 64 };

typedef struct pv_data_csv {
    char *text; /* owned; the fields lie in it */
    size_t n, cap;
    pv_data_row *row; /* [n], owned */
} pv_data_csv;

static void pv_data_csv_release(pv_data_csv *t)
{
    pv_free(t->text);
    pv_free(t->row);
    *t = (pv_data_csv){0};
}

static char *pv_trim(char *s, char *end)
{
    while (end > s && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *end = '\0';
    return s + strspn(s, " \t");
}

/* Cuts a line in place; *n fields. */
static pv_status pv_line_cut(char *line, int number, char **field, int *n, pv_err *err)
{
    *n = 0;
    for (char *at = line;;) {
        if (*n == MOST_FIELDS) return pv_fail(err, PV_INPUT, "line %d: more than %d fields", number, (int)MOST_FIELDS);
        at += strspn(at, " \t");
        if (*at == '"') {
            char *to = ++at;
            field[(*n)++] = at;
            for (; *at != '\0' && (*at != '"' || at[1] == '"'); at++) {
                at += *at == '"';
                *to++ = *at;
            }
            if (*at == '\0') return pv_fail(err, PV_INPUT, "line %d: the quote of field %d is never closed", number, *n);
            at++;
            at += strspn(at, " \t");
            if (*at != ',' && *at != '\0') return pv_fail(err, PV_INPUT, "line %d: text after the closing quote of field %d", number, *n);
            int last = *at == '\0';
            *to = '\0';
            if (last) return PV_OK;
            at++;
            continue;
        }
        char *end = at + strcspn(at, ",");
        int last = *end == '\0';
        field[(*n)++] = pv_trim(at, end);
        if (last) return PV_OK;
        at = end + 1;
    }
}

static pv_status pv_header_bind(char *const *field, int n, int number, int n_columns, const char *const *column, int *at, pv_err *err)
{
    for (int c = 0; c < n_columns; c++) {
        at[c] = -1;
        for (int i = 0; i < n; i++) {
            if (strcmp(field[i], column[c]) != 0) continue;
            if (at[c] >= 0) return pv_fail(err, PV_INPUT, "line %d: the column '%s' is there twice", number, column[c]);
            at[c] = i;
        }
        if (at[c] >= 0) continue;
        pv_text need = {0};
        for (int k = 0; k < n_columns; k++) pv_text_addf(&need, "%s%s", k > 0 ? "," : "", column[k]);
        pv_status st = pv_fail(err, PV_INPUT, "line %d: the header has no column '%s'; it must have %s", number, column[c], pv_text_str(&need));
        pv_text_release(&need);
        return st;
    }
    return PV_OK;
}

static pv_status pv_row_add(pv_data_csv *t, char *const *field, int n, int header, int number, int n_columns, const int *at, pv_err *err)
{
    if (n != header) return pv_fail(err, PV_INPUT, "line %d: %d fields, the header has %d", number, n, header);
    pv_status st = pv_grow(&t->row, &t->cap, t->n + 1, sizeof *t->row, "rows of a table", err);
    if (st != PV_OK) return st;
    pv_data_row *r = &t->row[t->n++];
    r->line = number;
    for (int c = 0; c < n_columns; c++) r->field[c] = field[at[c]];
    return PV_OK;
}

/* The line that begins at *at, cut off; NULL at the end. */
static char *pv_line_take(char **at)
{
    char *line = *at;
    if (*line == '\0') return NULL;
    size_t n = strcspn(line, "\n");
    *at = line + n + (line[n] == '\n');
    if (n > 0 && line[n - 1] == '\r') line[n - 1] = '\0';
    line[n] = '\0';
    return line;
}

static pv_status pv_data_csv_parse(pv_data_csv *out, const char *data, size_t n, int n_columns, const char *const *column, pv_err *err)
{
    pv_status st = PV_OK;
    pv_data_csv t = {0};
    char *field[MOST_FIELDS];
    int bind[PV_DATA_COLUMNS], header = 0, fields = 0, number = 0;
    if (n > PV_DATA_BYTES) PV_TRY(pv_fail(err, PV_INPUT, "more than %d bytes: this is no such table", (int)PV_DATA_BYTES));
    if (!pv_utf8_valid(data, n)) PV_TRY(pv_fail(err, PV_INPUT, "the table is not UTF-8 text: save it as UTF-8"));
    PV_TRY(pv_alloc(&t.text, n + 1, 1, "a table", err));
    if (n > 0) memcpy(t.text, data, n);
    char *at = t.text + (n >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
    for (char *line = pv_line_take(&at); line != NULL; line = pv_line_take(&at)) {
        number++;
        if (line[strspn(line, " \t,")] == '\0' || line[0] == '#') continue;
        PV_TRY(pv_line_cut(line, number, field, &fields, err));
        if (header == 0) {
            PV_TRY(pv_header_bind(field, fields, number, n_columns, column, bind, err));
            header = fields;
        } else {
            PV_TRY(pv_row_add(&t, field, fields, header, number, n_columns, bind, err));
        }
    }
    if (t.n == 0) PV_TRY(pv_fail(err, PV_INPUT, "the table has no rows"));
    *out = t;
    t = (pv_data_csv){0};
out:
    pv_data_csv_release(&t);
    return st;
}

pv_status pv_data_parse(const pv_data_kind *kind, const char *data, size_t n, void *items, size_t *n_items, pv_err *err)
{
    pv_status st = PV_OK;
    pv_data_csv csv = {0};
    char *item = NULL;
    PV_TRY(pv_data_csv_parse(&csv, data, n, kind->n_columns, kind->column, err));
    PV_TRY(pv_alloc(&item, csv.n, kind->item_bytes, kind->what, err));
    for (size_t i = 0; i < csv.n; i++) PV_TRY(kind->take(&csv.row[i], item + i * kind->item_bytes, err));
    memcpy(items, &item, sizeof item);
    *n_items = csv.n;
    item = NULL;
out:
    pv_free(item);
    pv_data_csv_release(&csv);
    return st;
}

pv_status pv_data_read(const pv_data_kind *kind, const char *path, void *items, size_t *n_items, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    size_t n = 0;
    PV_TRY(pv_file_read(path, PV_DATA_BYTES, &data, &n, err));
    st = pv_data_parse(kind, data, n, items, n_items, err);
    if (st != PV_OK) PV_TRY(pv_where(err, st, "%s", path));
out:
    pv_free(data);
    return st;
}

pv_status pv_data_real(const pv_data_row *row, int field, const char *name, double low, double high, double empty, double *out, pv_err *err)
{
    *out = empty;
    if (row->field[field][0] == '\0' || pv_parse_real(row->field[field], low, high, out)) return PV_OK;
    return pv_fail(err, PV_INPUT, "line %d: %s is '%.40s', not a number from %g to %g", row->line, name, row->field[field], low, high);
}

pv_status pv_data_flag(const pv_data_row *row, int field, const char *name, int *out, pv_err *err)
{
    *out = strcmp(row->field[field], "yes") == 0;
    if (*out || strcmp(row->field[field], "no") == 0) return PV_OK;
    return pv_fail(err, PV_INPUT, "line %d: %s is '%.40s'; it can be yes or no", row->line, name, row->field[field]);
}

pv_status pv_data_text(const pv_data_row *row, int field, const char *name, size_t size, char *out, pv_err *err)
{
    size_t n = strlen(row->field[field]);
    if (n >= size) return pv_fail(err, PV_INPUT, "line %d: %s is longer than %zu bytes", row->line, name, size - 1);
    if (!pv_text_fine(row->field[field], n, 0)) return pv_fail(err, PV_INPUT, "line %d: %s has control characters", row->line, name);
    memcpy(out, row->field[field], n + 1);
    return PV_OK;
}
