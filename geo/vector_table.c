/* Separated text, and 奥维's lines of points. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "geo/vector_internal.h"

#include "base/banned.h"

enum { OVITAL_PARTS = 5, LOOKED_AT_LINES = 20, MOST_CELLS = 16384 /* of a row, as a sheet has them */ };

/* ---- 奥维: name, longitude, latitude, height, remark ---- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

typedef struct ovital_line {
    pv_datum datum;
    const char *part[OVITAL_PARTS]; /* name, lon, lat, height, remark: the rest */
    size_t len[OVITAL_PARTS];
    double lon, lat;
} ovital_line;

static int number_at(const char *s, size_t n, double low, double high, double *out)
{
    char text[40];
    if (n == 0 || n >= sizeof text) return 0;
    memcpy(text, s, n);
    text[n] = '\0';
    return pv_parse_real(text, low, high, out);
}

/* 0 = the line is none of 奥维's. A lone 'g' or 'b' in front is the flag of GCJ-02 or BD-09. */
static int ovital_parse(const char *s, size_t n, ovital_line *out)
{
    const char *end = s + n;
    ovital_line l = {.datum = PV_DATUM_UNSAID};
    int k = 0;
    while (s < end && k < OVITAL_PARTS) {
        while (s < end && is_blank(*s)) s++;
        const char *from = s;
        while (s < end && (k == OVITAL_PARTS - 1 || !is_blank(*s))) s++;
        size_t len = (size_t)(s - from);
        if (k == 0 && l.datum == PV_DATUM_UNSAID && len == 1 && (*from == 'g' || *from == 'b')) {
            l.datum = *from == 'g' ? PV_DATUM_GCJ02 : PV_DATUM_BD09;
            continue;
        }
        l.part[k] = from;
        l.len[k++] = len;
    }
    double height;
    if (k < 3 || l.len[0] == 0 || !number_at(l.part[1], l.len[1], -180, 180, &l.lon) || !number_at(l.part[2], l.len[2], -90, 90, &l.lat)) return 0;
    /* Without a height the fourth part begins the remark. */
    if (k >= 4 && !number_at(l.part[3], l.len[3], -1000, 10000, &height)) {
        l.part[4] = l.part[3];
        l.len[4] = (size_t)(end - l.part[3]);
        l.len[3] = 0;
    }
    *out = l;
    return 1;
}

static pv_status put_n(pv_vector *v, const char *name, const char *s, size_t n, pv_err *err)
{
    pv_text t = {0};
    pv_text_add_n(&t, s, n);
    pv_status st = pv_text_status(&t, err);
    if (st == PV_OK) st = pv_vector_put(v, name, pv_text_str(&t), err);
    pv_text_release(&t);
    return st;
}

static pv_status ovital_take(pv_vector *v, const ovital_line *l, int64_t line, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_vector_begin(v, line, err));
    PV_TRY(put_n(v, "name", l->part[0], l->len[0], err));
    if (l->len[4] > 0) PV_TRY(put_n(v, "description", l->part[4], l->len[4], err));
    PV_TRY(pv_vector_place(v, l->lon, l->lat, err));
    if (l->datum != PV_DATUM_UNSAID) pv_vector_says(v, l->datum);
    PV_TRY(pv_vector_end(v, err));
out:
    return st;
}

static size_t line_length(const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);
    size_t len = end != NULL ? (size_t)(end - s) : n;
    return len > 0 && s[len - 1] == '\r' ? len - 1 : len;
}

static const char *next_line(const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);
    return end != NULL ? end + 1 : s + n;
}

/* A file is 奥维's when its first line of data is. */
static int is_ovital(const char *s, size_t n)
{
    const char *end = s + n;
    ovital_line l;
    for (int i = 0; s < end && i < LOOKED_AT_LINES; i++) {
        size_t len = line_length(s, (size_t)(end - s));
        if (len > 0 && s[0] != '#') return ovital_parse(s, len, &l);
        s = next_line(s, (size_t)(end - s));
    }
    return 0;
}

static pv_status read_ovital(pv_vector *v, const char *name, const char *s, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    const char *end = s + n;
    ovital_line l;
    PV_TRY(pv_vector_begin_source(v, name, "Ovital", PV_DATUM_UNSAID, err));
    for (int64_t line = 1; s < end; line++) {
        size_t len = line_length(s, (size_t)(end - s));
        if (len > 0 && s[0] != '#' && !ovital_parse(s, len, &l)) {
            pv_err why;
            (void)pv_fail(&why, PV_INPUT, "line %lld: no name, longitude and latitude", (long long)line);
            PV_TRY(pv_vector_leave_out(v, name, &why, err));
        } else if (len > 0 && s[0] != '#') {
            PV_TRY(ovital_take(v, &l, line, err));
        }
        s = next_line(s, (size_t)(end - s));
    }
out:
    return st;
}

/* ---- separated text ---- */

typedef struct csv {
    const char *s, *end;
    char mark; /* between cells */
    int64_t line;
    pv_text cells; /* each with its NUL */
    size_t *at, cap;
    const char **cell;
    size_t cap_cell, n;
} csv;

/* The separator that the first line has most of, outside of quotes; of equals the first. */
static char csv_mark(const char *s, size_t n)
{
    static const char marks[] = {',', ';', '\t'};
    int count[sizeof marks] = {0}, quoted = 0;
    for (size_t i = 0; i < n && (quoted || s[i] != '\n'); i++) {
        if (s[i] == '"') quoted = !quoted;
        for (size_t k = 0; k < sizeof marks && !quoted; k++) count[k] += s[i] == marks[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < sizeof marks; k++)
        if (count[k] > count[best]) best = k;
    return marks[best];
}

static pv_status csv_cell(csv *c, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&c->at, &c->cap, c->n + 1, sizeof *c->at, "cells", err));
    c->at[c->n++] = c->cells.len;
    if (c->s < c->end && *c->s == '"') {
        for (c->s++;; c->s++) {
            if (c->s >= c->end)
                PV_TRY(pv_fail(err, PV_INPUT, "line %lld: a quoted text without its end: the file is cut short or damaged", (long long)c->line));
            if (*c->s == '"' && (c->s + 1 >= c->end || c->s[1] != '"')) break;
            c->s += *c->s == '"';
            pv_text_add_n(&c->cells, c->s, 1);
        }
        c->s++;
    }
    const char *from = c->s;
    while (c->s < c->end && *c->s != c->mark && *c->s != '\n') c->s++;
    size_t n = (size_t)(c->s - from);
    if (n > 0 && from[n - 1] == '\r') n--;
    pv_text_add_n(&c->cells, from, n);
    pv_text_add_n(&c->cells, "", 1);
    PV_TRY(pv_text_status(&c->cells, err));
out:
    return st;
}

/* One row; c->line is then the line that it began on. *more = 0: the end. */
static pv_status csv_row(csv *c, int64_t *next_at, int *more, pv_err *err)
{
    pv_status st = PV_OK;
    const char *from = c->s;
    c->line = *next_at;
    c->n = 0;
    pv_text_reset(&c->cells);
    *more = c->s < c->end;
    if (!*more) return PV_OK;
    for (;;) {
        PV_TRY(csv_cell(c, err));
        if (c->s >= c->end || *c->s == '\n') break;
        if (c->n >= MOST_CELLS) PV_TRY(pv_fail(err, PV_INPUT, "line %lld: more than %d cells", (long long)c->line, MOST_CELLS));
        c->s++;
    }
    if (c->s < c->end) c->s++;
    for (; from < c->s; from++) *next_at += *from == '\n';
    PV_TRY(pv_grow(&c->cell, &c->cap_cell, c->n, sizeof *c->cell, "cells", err));
    for (size_t i = 0; i < c->n; i++) c->cell[i] = c->cells.data + c->at[i];
out:
    return st;
}

static int row_is_blank(const csv *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->cell[i][strspn(c->cell[i], " \t\r")] != '\0') return 0;
    return 1;
}

static pv_status csv_rows(pv_vector *v, const char *name, csv *c, pv_vector_columns *columns, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t next = 1;
    int more = 1, begun = 0;
    for (;;) {
        PV_TRY(csv_row(c, &next, &more, err));
        if (!more) break;
        if (row_is_blank(c)) continue;
        if (!begun) {
            if (c->n < 2)
                PV_TRY(
                    pv_fail(err, PV_INPUT, "line %lld: one column only: neither a table with a line of names, nor 奥维's text", (long long)c->line));
            for (size_t i = 0; i < c->n; i++) PV_TRY(pv_vector_columns_add(columns, c->cell[i], err));
            begun = 1;
            continue;
        }
        pv_err why = {0};
        st = pv_vector_row(v, columns, c->line, c->n, c->cell, &why);
        if (st == PV_OK) continue;
        if (st != PV_INPUT) PV_TRY(pv_pass(err, st, &why));
        PV_TRY(pv_vector_leave_out(v, name, &why, err));
    }
    if (!begun) PV_TRY(pv_fail(err, PV_INPUT, "it is empty"));
out:
    return st;
}

pv_status pv_vector_csv(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    csv c = {.s = text, .end = text + n, .mark = csv_mark(text, n)};
    pv_vector_columns columns = {.lon = -1, .lat = -1};
    if (is_ovital(text, n)) return read_ovital(v, name, text, n, err);
    PV_TRY(pv_vector_begin_source(v, name, "CSV", PV_DATUM_UNSAID, err));
    PV_TRY(csv_rows(v, name, &c, &columns, err));
out:
    pv_vector_columns_release(&columns);
    pv_text_release(&c.cells);
    pv_free(c.at);
    pv_free(c.cell);
    return st;
}
