#include "models/table_csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "models/names.h"

#include "base/banned.h"

enum { MOST_BYTES = 256 << 20, MOST_FIELDS = PV_MAX_COLUMNS + 2, MOST_FIELD = 1 << 16 };

/* Reads fields one after the other. */
typedef struct pv_csv {
    const char *at, *end;
    char comma;
    int64_t line;       /* from 1, of `at` */
    int64_t field_line; /* where the last field began */
    int column;         /* from 1, of the last field */
    int row_ended;      /* 1 = the last field was the last of its row */
    char *field;        /* the last field, NUL-terminated; owned */
    size_t len, cap;
} pv_csv;

/* What the columns of the file are. */
typedef struct pv_csv_plan {
    int n_fields;
    int class_field, fold_field; /* fold_field -1 = none */
} pv_csv_plan;

static pv_status pv_csv_bad(const pv_csv *c, pv_err *err, const char *what)
{
    return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: %s", c->field_line, c->column, what);
}

static pv_status pv_csv_push(pv_csv *c, char byte, pv_err *err)
{
    if (c->len >= MOST_FIELD) return pv_csv_bad(c, err, "the field is longer than 65536 bytes: is a quote missing?");
    pv_status st = pv_grow(&c->field, &c->cap, c->len + 2, 1, "a field of a table", err);
    if (st != PV_OK) return st;
    c->field[c->len++] = byte;
    c->field[c->len] = '\0';
    return PV_OK;
}

static int pv_csv_at_end_of_line(const pv_csv *c)
{
    return c->at == c->end || *c->at == '\n' || *c->at == '\r';
}

/* Steps over LF, CR LF or CR. */
static void pv_csv_end_line(pv_csv *c)
{
    c->row_ended = 1;
    if (c->at == c->end) return;
    if (*c->at == '\r' && c->end - c->at > 1 && c->at[1] == '\n') c->at++;
    c->at++;
    c->line++;
}

/* The inside of a quoted field, up to and with the closing quote. */
static pv_status pv_csv_quoted(pv_csv *c, pv_err *err)
{
    pv_status st = PV_OK;
    for (c->at++;; c->at++) {
        if (c->at == c->end) PV_TRY(pv_csv_bad(c, err, "the quote is never closed"));
        if (*c->at == '"') {
            c->at++;
            if (c->at == c->end || *c->at != '"') break; /* "" is a quote */
        }
        if (*c->at == '\n') c->line++;
        PV_TRY(pv_csv_push(c, *c->at, err));
    }
    if (!pv_csv_at_end_of_line(c) && *c->at != c->comma) PV_TRY(pv_csv_bad(c, err, "there is text after the closing quote"));
out:
    return st;
}

static pv_status pv_csv_next(pv_csv *c, pv_err *err)
{
    pv_status st = PV_OK;
    c->column = c->row_ended ? 1 : c->column + 1;
    c->field_line = c->line;
    c->row_ended = 0;
    c->len = 0;
    PV_TRY(pv_grow(&c->field, &c->cap, 1, 1, "a field of a table", err));
    c->field[0] = '\0';
    if (c->column > MOST_FIELDS) PV_TRY(pv_csv_bad(c, err, "a table has at most 256 columns of numbers"));
    if (c->at < c->end && *c->at == '"') {
        PV_TRY(pv_csv_quoted(c, err));
    } else {
        for (; !pv_csv_at_end_of_line(c) && *c->at != c->comma; c->at++) {
            if (*c->at == '"')
                PV_TRY(pv_csv_bad(c, err, "a quote stands in the middle of a field: quote the whole field and double the quotes in it"));
            PV_TRY(pv_csv_push(c, *c->at, err));
        }
    }
    if (!pv_utf8_valid(c->field, c->len)) PV_TRY(pv_csv_bad(c, err, "the text is not UTF-8: save the table as UTF-8"));
    if (pv_csv_at_end_of_line(c))
        pv_csv_end_line(c);
    else
        c->at++;
out:
    return st;
}

/* The separator that is most often in the first line outside quotes; a comma when there is none. */
static char pv_csv_separator(const char *at, const char *end)
{
    const char candidate[3] = {',', ';', '\t'};
    int64_t n[3] = {0};
    int quoted = 0, best = 0;
    for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        quoted ^= *at == '"';
        for (int i = 0; i < 3; i++) n[i] += !quoted && *at == candidate[i];
    }
    for (int i = 1; i < 3; i++)
        if (n[i] > n[best]) best = i;
    return candidate[best];
}

static void pv_csv_skip_blank_lines(pv_csv *c)
{
    while (c->at < c->end && (*c->at == '\n' || *c->at == '\r')) pv_csv_end_line(c);
}

/* A name: blanks at the ends do not belong to it. */
static pv_status pv_csv_name(pv_csv *c, char to[PV_NAME], const char *what, pv_err *err)
{
    const char *from = c->field;
    size_t n = c->len;
    while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\t')) n--;
    while (n > 0 && (*from == ' ' || *from == '\t')) {
        from++;
        n--;
    }
    if (n == 0) return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the %s is empty", c->field_line, c->column, what);
    if (n >= PV_NAME)
        return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the %s is longer than %d bytes", c->field_line, c->column, what, PV_NAME - 1);
    memcpy(to, from, n);
    to[n] = '\0';
    if (!pv_name_fine(to))
        return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the %s has control characters", c->field_line, c->column, what);
    return PV_OK;
}

static pv_status pv_csv_no_field(const char *name, int n, const char (*have)[PV_NAME], const char *option, pv_err *err)
{
    pv_text list = {0};
    pv_names_list(&list, n, have);
    pv_status st = pv_fail(err, PV_INPUT, "line 1: there is no column '%s' for the %s; the columns are: %s", name, option, pv_text_str(&list));
    pv_text_release(&list);
    return st;
}

static int pv_find_name(const char *name, int n, const char (*have)[PV_NAME])
{
    for (int i = 0; i < n; i++)
        if (strcmp(have[i], name) == 0) return i;
    return -1;
}

static pv_status pv_csv_header(pv_csv *c, pv_spectra *s, pv_csv_plan *plan, const char *class_field, const char *fold_field, pv_err *err)
{
    pv_status st = PV_OK;
    char(*name)[PV_NAME] = NULL;
    PV_TRY(pv_alloc(&name, MOST_FIELDS, sizeof *name, "column names", err));
    PV_TRY(pv_alloc(&s->band, MOST_FIELDS, sizeof *s->band, "column names", err));
    while (plan->n_fields == 0 || !c->row_ended) {
        PV_TRY(pv_csv_next(c, err));
        PV_TRY(pv_csv_name(c, name[plan->n_fields], "column name", err));
        if (pv_find_name(name[plan->n_fields], plan->n_fields, (const char(*)[PV_NAME])name) >= 0)
            PV_TRY(pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the column '%s' is there twice", c->field_line, c->column,
                           name[plan->n_fields]));
        plan->n_fields++;
    }
    plan->class_field = pv_find_name(class_field, plan->n_fields, (const char(*)[PV_NAME])name);
    if (plan->class_field < 0) PV_TRY(pv_csv_no_field(class_field, plan->n_fields, (const char(*)[PV_NAME])name, "class", err));
    plan->fold_field = fold_field != NULL ? pv_find_name(fold_field, plan->n_fields, (const char(*)[PV_NAME])name) : -1;
    if (fold_field != NULL && plan->fold_field < 0) PV_TRY(pv_csv_no_field(fold_field, plan->n_fields, (const char(*)[PV_NAME])name, "fold", err));
    if (plan->fold_field == plan->class_field) PV_TRY(pv_fail(err, PV_INPUT, "line 1: the column '%s' cannot be both class and fold", class_field));
    for (int i = 0; i < plan->n_fields; i++)
        if (i != plan->class_field && i != plan->fold_field) memcpy(s->band[s->n_bands++], name[i], PV_NAME);
    if (s->n_bands == 0) PV_TRY(pv_fail(err, PV_INPUT, "line 1: there is no column of numbers beside the class"));
    if (s->n_bands > PV_MAX_COLUMNS)
        PV_TRY(pv_fail(err, PV_INPUT, "line 1: %d columns of numbers: at most %d are possible", s->n_bands, (int)PV_MAX_COLUMNS));
out:
    pv_free(name);
    return st;
}

/* What is wrong with the numbers of a column: a column in which nothing is a number is a text (a name, a date) and is left aside. */
typedef struct pv_csv_faults {
    size_t *n;      /* [n_bands] */
    size_t *empty;  /* [n_bands] of these, cells with nothing in them: a column of nothing else is no text */
    int64_t *order; /* [n_bands] the row of the first, for the message */
    pv_err *first;  /* [n_bands] */
} pv_csv_faults;

static void pv_csv_faults_release(pv_csv_faults *f)
{
    pv_free(f->n);
    pv_free(f->empty);
    pv_free(f->order);
    pv_free(f->first);
}

static pv_status pv_csv_faults_new(pv_csv_faults *f, int n_bands, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&f->n, (size_t)n_bands, sizeof *f->n, "a table of spectra", err));
    PV_TRY(pv_alloc(&f->empty, (size_t)n_bands, sizeof *f->empty, "a table of spectra", err));
    PV_TRY(pv_alloc(&f->order, (size_t)n_bands, sizeof *f->order, "a table of spectra", err));
    PV_TRY(pv_alloc(&f->first, (size_t)n_bands, sizeof *f->first, "a table of spectra", err));
out:
    return st;
}

/* Drops the columns of text; a single fault among numbers is an error. */
static pv_status pv_csv_settle(pv_spectra *s, const pv_csv_faults *f, pv_err *err)
{
    int keep = 0, worst = -1;
    for (int b = 0; b < s->n_bands; b++)
        if (f->n[b] > 0 && (f->n[b] < s->n_rows || f->empty[b] == s->n_rows || s->n_rows == 1) && (worst < 0 || f->order[b] < f->order[worst]))
            worst = b;
    if (worst >= 0) return pv_pass(err, PV_INPUT, &f->first[worst]);
    for (int b = 0; b < s->n_bands; b++) keep += f->n[b] == 0;
    if (keep == 0) return pv_fail(err, PV_INPUT, "line 1: there is no column of numbers beside the class");
    for (size_t i = 0, to = 0; i < s->n_rows; i++)
        for (int b = 0; b < s->n_bands; b++)
            if (f->n[b] == 0) s->value[to++] = s->value[i * (size_t)s->n_bands + (size_t)b];
    for (int b = 0, to = 0; b < s->n_bands; b++)
        if (f->n[b] == 0) memmove(s->band[to++], s->band[b], PV_NAME);
    s->n_bands = keep;
    return PV_OK;
}

typedef struct pv_csv_caps {
    size_t value, class_name, fold;
} pv_csv_caps;

static pv_status pv_csv_number(pv_csv *c, const char *name, double *to, pv_err *err)
{
    if (pv_parse_real(c->field, -1e30, 1e30, to)) return PV_OK;
    if (c->len == 0)
        return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d (%s): the number is missing: fill it in or remove the row", c->field_line,
                       c->column, name);
    return pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d (%s): '%.40s' is not a number%s", c->field_line, c->column, name, c->field,
                   memchr(c->field, ',', c->len) != NULL ? ": write a decimal point" : "");
}

static pv_status pv_csv_row(pv_csv *c, pv_spectra *s, const pv_csv_plan *plan, pv_csv_faults *faults, pv_csv_caps *cap, pv_err *err)
{
    pv_status st = PV_OK;
    size_t row = s->n_rows;
    int64_t line = c->line;
    int band = 0;
    PV_TRY(pv_grow(&s->value, &cap->value, (row + 1) * (size_t)s->n_bands, sizeof *s->value, "a table of spectra", err));
    PV_TRY(pv_grow(&s->class_name, &cap->class_name, row + 1, sizeof *s->class_name, "a table of spectra", err));
    PV_TRY(pv_grow(&s->fold, &cap->fold, row + 1, sizeof *s->fold, "a table of spectra", err));
    for (int i = 0; i == 0 || !c->row_ended; i++) {
        PV_TRY(pv_csv_next(c, err));
        if (i >= plan->n_fields)
            PV_TRY(
                pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the row is longer than the header of %d columns", line, i + 1, plan->n_fields));
        if (i == plan->class_field) {
            PV_TRY(pv_csv_name(c, s->class_name[row], "class", err));
        } else if (i == plan->fold_field) {
            PV_TRY(pv_csv_name(c, s->fold[row], "fold", err));
        } else {
            pv_err why = {0};
            st = pv_csv_number(c, s->band[band], &s->value[row * (size_t)s->n_bands + (size_t)band], &why);
            /* 0,25 is a number written with a comma, and no text. */
            int comma = st != PV_OK && strchr("-0123456789", c->field[0]) != NULL && memchr(c->field, ',', c->len) != NULL;
            if (comma) PV_TRY(pv_pass(err, PV_INPUT, &why));
            faults->empty[band] += c->len == 0;
            if (st != PV_OK && faults->n[band]++ == 0) {
                faults->first[band] = why;
                faults->order[band] = (int64_t)row;
            }
            st = PV_OK;
            band++;
        }
    }
    if (c->column < plan->n_fields)
        PV_TRY(
            pv_fail(err, PV_INPUT, "line %" PRId64 ", column %d: the row ends after %d of %d columns", line, c->column, c->column, plan->n_fields));
    s->n_rows++;
out:
    return st;
}

pv_status pv_spectra_parse(pv_spectra *out, const char *data, size_t n, const char *class_field, const char *fold_field, pv_err *err)
{
    pv_status st = PV_OK;
    pv_spectra s = {0};
    pv_csv_plan plan = {0, -1, -1};
    pv_csv_caps cap = {0};
    pv_csv_faults faults = {0};
    pv_csv c = {.at = data, .end = data + n, .line = 1, .row_ended = 1};
    if (n >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) c.at += 3;
    pv_csv_skip_blank_lines(&c);
    if (c.at == c.end) PV_TRY(pv_fail(err, PV_INPUT, "the table is empty"));
    c.comma = pv_csv_separator(c.at, c.end);
    PV_TRY(pv_csv_header(&c, &s, &plan, class_field != NULL ? class_field : "class", fold_field, err));
    PV_TRY(pv_csv_faults_new(&faults, s.n_bands, err));
    pv_csv_skip_blank_lines(&c);
    while (c.at < c.end) {
        PV_TRY(pv_csv_row(&c, &s, &plan, &faults, &cap, err));
        pv_csv_skip_blank_lines(&c);
    }
    if (s.n_rows == 0) PV_TRY(pv_fail(err, PV_INPUT, "the table has a header and no rows"));
    PV_TRY(pv_csv_settle(&s, &faults, err));
    *out = s;
    s = (pv_spectra){0};
out:
    pv_free(c.field);
    pv_csv_faults_release(&faults);
    pv_spectra_release(&s);
    return st;
}

pv_status pv_spectra_read(pv_spectra *out, const char *path, const char *class_field, const char *fold_field, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    size_t n = 0;
    PV_TRY(pv_file_read(path, MOST_BYTES, &data, &n, err));
    st = pv_spectra_parse(out, data, n, class_field, fold_field, err);
    if (st != PV_OK) PV_TRY(pv_where(err, st, "%s", path));
out:
    pv_free(data);
    return st;
}

void pv_spectra_release(pv_spectra *s)
{
    pv_free(s->band);
    pv_free(s->value);
    pv_free(s->class_name);
    pv_free(s->fold);
    *s = (pv_spectra){0};
}
