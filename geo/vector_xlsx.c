/* XLSX: the cells of every sheet as they were saved. Formulas are not evaluated: the value that the program kept beside them is taken. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/charset.h"
#include "geo/vector_internal.h"
#include "geo/xml_in.h"

#include "base/banned.h"

typedef struct sheet {
    pv_vector *v;
    pv_text strings; /* shared ones, each with its NUL */
    size_t *at, n, cap;
    pv_vector_columns columns;
    int begun;
    int64_t row;
    pv_text cells;
    size_t *cell_at, cap_at; /* [most] of cells; 0 = blank: its first byte is a NUL */
    size_t n_cells;
    const char **cell;
    size_t cap_cell;
} sheet;

static pv_status member_text(const pv_unzip *z, size_t i, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    PV_TRY(pv_unzip_take(z, i, &data, err));
    PV_TRY(pv_charset_utf8(out, data, z->member[i].size, NULL, err));
out:
    pv_free(data);
    return st;
}

static size_t member_find(const pv_unzip *z, const char *name)
{
    for (size_t i = 0; i < z->n; i++)
        if (strcmp(z->member[i].name, name) == 0) return i;
    return SIZE_MAX;
}

/* <si> holds one <t>, or several runs of them; <rPh> says how it is spoken. */
static pv_status read_strings(sheet *s, const pv_unzip *z, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    pv_xml x;
    pv_xml_event event = PV_XML_END_OF_FILE;
    size_t i = member_find(z, "xl/sharedStrings.xml");
    pv_xml_init(&x, "", 0);
    if (i == SIZE_MAX) return PV_OK;
    PV_TRY(member_text(z, i, &text, err));
    pv_xml_init(&x, pv_text_str(&text), text.len);
    for (;;) {
        PV_TRY(pv_xml_next(&x, &event, err));
        if (event == PV_XML_END_OF_FILE) break;
        const char *name = pv_xml_name(&x);
        if (event == PV_XML_OPEN && strcmp(name, "si") == 0) {
            PV_TRY(pv_grow(&s->at, &s->cap, s->n + 1, sizeof *s->at, "texts", err));
            s->at[s->n++] = s->strings.len;
        } else if (event == PV_XML_CLOSE && strcmp(name, "t") == 0 && strcmp(pv_xml_parent(&x), "rPh") != 0) {
            pv_text_add(&s->strings, pv_text_str(&x.text));
        } else if (event == PV_XML_CLOSE && strcmp(name, "si") == 0) {
            pv_text_add_n(&s->strings, "", 1);
        }
        PV_TRY(pv_text_status(&s->strings, err));
    }
out:
    pv_xml_release(&x);
    pv_text_release(&text);
    return pv_where(err, st, "xl/sharedStrings.xml");
}

/* "BC12" is column 54 (from 0); -1 = no cell. */
static int64_t column_of(const char *ref)
{
    int64_t n = 0;
    for (; *ref >= 'A' && *ref <= 'Z' && n < 100000; ref++) n = n * 26 + (*ref - 'A' + 1);
    return *ref >= '0' && *ref <= '9' ? n - 1 : -1;
}

static pv_status take_cell(sheet *s, int64_t column, const char *kind, const char *value, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t index;
    if (column >= s->v->limits.fields)
        return *value == '\0' ? PV_OK : pv_fail(err, PV_INPUT, "more than %lld columns", (long long)s->v->limits.fields);
    PV_TRY(pv_grow(&s->cell_at, &s->cap_at, (size_t)column + 1, sizeof *s->cell_at, "cells", err));
    while (s->n_cells <= (size_t)column) s->cell_at[s->n_cells++] = 0;
    if (strcmp(kind, "s") == 0) {
        if (!pv_parse_int(value, 0, (int64_t)s->n - 1, &index))
            PV_TRY(pv_fail(err, PV_INPUT, "a cell names a text that is not there: the file is damaged"));
        value = pv_text_str(&s->strings) + s->at[index];
    }
    s->cell_at[column] = s->cells.len;
    pv_text_add_n(&s->cells, value, strlen(value) + 1);
    PV_TRY(pv_text_status(&s->cells, err));
out:
    return st;
}

static void begin_row(sheet *s, const char *number)
{
    int64_t at;
    s->row = pv_parse_int(number, 1, 100000000, &at) ? at : s->row + 1;
    s->n_cells = 0;
    pv_text_reset(&s->cells);
    pv_text_add_n(&s->cells, "", 1);
}

static pv_status end_row(sheet *s, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    size_t filled = 0;
    pv_err why = {0};
    PV_TRY(pv_text_status(&s->cells, err));
    PV_TRY(pv_grow(&s->cell, &s->cap_cell, s->n_cells + 1, sizeof *s->cell, "cells", err));
    for (size_t i = 0; i < s->n_cells; i++) {
        s->cell[i] = s->cells.data + s->cell_at[i];
        filled += s->cell[i][strspn(s->cell[i], " \t\r\n")] != '\0';
    }
    if (filled == 0) return PV_OK;
    if (!s->begun) {
        for (size_t i = 0; i < s->n_cells; i++) PV_TRY(pv_vector_columns_add(&s->columns, s->cell[i], err));
        s->begun = 1;
        return PV_OK;
    }
    st = pv_vector_row(s->v, &s->columns, s->row, s->n_cells, s->cell, &why);
    if (st == PV_OK) return PV_OK;
    if (st != PV_INPUT) return pv_pass(err, st, &why);
    PV_TRY(pv_vector_leave_out(s->v, name, &why, err));
out:
    return st;
}

static pv_status read_sheet(sheet *s, const char *file, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_xml x;
    pv_xml_event event = PV_XML_END_OF_FILE;
    char kind[16] = "";
    int64_t column = -1;
    s->begun = 0;
    s->row = 0;
    pv_vector_columns_release(&s->columns);
    pv_xml_init(&x, text, n);
    for (;;) {
        PV_TRY(pv_xml_next(&x, &event, err));
        if (event == PV_XML_END_OF_FILE) break;
        const char *name = pv_xml_name(&x);
        if (event == PV_XML_OPEN && strcmp(name, "row") == 0) begin_row(s, pv_xml_attribute(&x, "r"));
        if (event == PV_XML_OPEN && strcmp(name, "c") == 0) {
            (void)snprintf(kind, sizeof kind, "%s", pv_xml_attribute(&x, "t"));
            const char *ref = pv_xml_attribute(&x, "r");
            column = *ref != '\0' ? column_of(ref) : column + 1;
            if (column < 0) PV_TRY(pv_xml_refuse(&x, err, "a cell without a place"));
        }
        if (event == PV_XML_CLOSE && strcmp(name, "row") == 0) {
            PV_TRY(end_row(s, file, err));
            column = -1;
        }
        int plain = strcmp(name, "v") == 0 && strcmp(pv_xml_parent(&x), "c") == 0, inside = strcmp(name, "t") == 0 && strcmp(kind, "inlineStr") == 0;
        if (event == PV_XML_CLOSE && column >= 0 && (plain || inside)) PV_TRY(take_cell(s, column, kind, pv_text_str(&x.text), err));
    }
out:
    pv_xml_release(&x);
    return st;
}

/* Days that are counted from 1904 (old Macintosh) would be four years off. */
static pv_status check_workbook(const pv_unzip *z, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    size_t i = member_find(z, "xl/workbook.xml");
    if (i == SIZE_MAX) return pv_fail(err, PV_INPUT, "it is no XLSX file: xl/workbook.xml is missing");
    PV_TRY(member_text(z, i, &text, err));
    if (strstr(pv_text_str(&text), "date1904=\"1\"") != NULL || strstr(pv_text_str(&text), "date1904=\"true\"") != NULL)
        PV_TRY(pv_fail(err, PV_INPUT, "its dates count from 1904; save it as CSV"));
out:
    pv_text_release(&text);
    return st;
}

pv_status pv_vector_xlsx(pv_vector *v, const char *name, const pv_unzip *z, pv_err *err)
{
    static const char folder[] = "xl/worksheets/";
    pv_status st = PV_OK;
    sheet s = {.v = v, .columns = {.lon = -1, .lat = -1}};
    pv_text text = {0};
    PV_TRY(pv_vector_begin_source(v, name, "XLSX", PV_DATUM_UNSAID, err));
    PV_TRY(check_workbook(z, err));
    PV_TRY(read_strings(&s, z, err));
    for (size_t i = 0; i < z->n; i++) {
        const char *member = z->member[i].name;
        if (strncmp(member, folder, sizeof folder - 1) != 0 || strchr(member + sizeof folder - 1, '/') != NULL) continue;
        PV_TRY(member_text(z, i, &text, err));
        PV_TRY(pv_vector_layer(v, member + sizeof folder - 1, err));
        st = read_sheet(&s, name, pv_text_str(&text), text.len, err);
        PV_TRY(pv_where(err, st, "%s", member));
    }
out:
    pv_vector_columns_release(&s.columns);
    pv_text_release(&s.strings);
    pv_text_release(&s.cells);
    pv_text_release(&text);
    pv_free(s.at);
    pv_free(s.cell_at);
    pv_free(s.cell);
    return st;
}
