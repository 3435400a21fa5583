#include "report/year_cells.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { MOST_PARTS = 32, MOST_DEPTH = 16 };

int pv_year_figure_parts(int figure, int *part, int most)
{
    int n_figures = 0, n = 0;
    const char *at = pv_figures_list(&n_figures)[figure].parts;
    while (*at != '\0' && *at != ';') {
        char id[64] = {0};
        size_t k = strcspn(at, " ;");
        if (k > 0 && k < sizeof id && n < most) {
            memcpy(id, at, k);
            part[n] = pv_figure_at(id);
            if (part[n] < 0) return 0;
            n++;
        }
        at += k + (at[k] == ' ');
    }
    return n;
}

static pv_year_cell *cell_at(pv_year_lines *l, size_t line, int figure)
{
    return &l->cell[line * (size_t)l->n_figures + (size_t)figure];
}

const pv_year_cell *pv_year_cell_at(const pv_year_lines *l, size_t line, int figure)
{
    return &l->cell[line * (size_t)l->n_figures + (size_t)figure];
}

void pv_year_lines_release(pv_year_lines *l)
{
    pv_free(l->line);
    pv_free(l->cell);
    *l = (pv_year_lines){.n = 0};
}

/* ---- lines ---- */

static int adds_up(const pv_figure *f)
{
    return f->kind == PV_FIGURE_COUNT || f->kind == PV_FIGURE_SUM;
}

static double scale_of(const pv_figure *f)
{
    static const double ten[] = {1, 10, 100, 1000, 10000};
    return ten[f->decimals];
}

/* The same number to the last decimal that is shown. */
static int same(const pv_figure *f, double a, double b)
{
    return llround(a * scale_of(f)) == llround(b * scale_of(f));
}

static int depth_of(const pv_figures *t, size_t row)
{
    return t->row[row].depth < MOST_DEPTH ? t->row[row].depth : MOST_DEPTH - 1;
}

static int is_below(const pv_figures *t, size_t row, size_t above)
{
    return t->row[row].period == t->row[above].period && depth_of(t, row) > depth_of(t, above);
}

/* What the rows directly below each row add up to. */
typedef struct sums {
    double *sum;         /* [rows][figures]; owned */
    unsigned char *some; /* [rows][figures] 1 = a row below knows the figure; owned */
} sums;

static void sums_release(sums *s)
{
    pv_free(s->sum);
    pv_free(s->some);
}

/* A row lies below the nearest row before it of less depth. */
static pv_status sums_make(sums *out, const pv_figures *t, int n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t open[MOST_DEPTH], n_open = 0;
    PV_TRY(pv_alloc(&out->sum, t->n_rows * (size_t)n, sizeof *out->sum, "sums", err));
    PV_TRY(pv_alloc(&out->some, t->n_rows * (size_t)n, 1, "sums", err));
    for (size_t i = 0; i < t->n_rows; i++) {
        while (n_open > 0 && !is_below(t, i, open[n_open - 1])) n_open--;
        for (int k = 0; k < n && n_open > 0; k++) {
            size_t at = open[n_open - 1] * (size_t)n + (size_t)k;
            if (!t->row[i].value[k].known) continue;
            out->sum[at] += t->row[i].value[k].real;
            out->some[at] = 1;
        }
        open[n_open++] = i;
    }
out:
    return st;
}

/* What a row has more than the rows below it; 0 where none of them knows the figure. */
static double more_than_below(const sums *s, const pv_figures *t, size_t row, int n, int k)
{
    const pv_figure_value *own = &t->row[row].value[k];
    size_t at = row * (size_t)n + (size_t)k;
    return own->known && s->some[at] ? own->real - s->sum[at] : 0;
}

static int needs_correction(const sums *s, const pv_figures *t, size_t row, const pv_figure *list, int n)
{
    for (int k = 0; k < n; k++)
        if (adds_up(&list[k]) && !same(&list[k], more_than_below(s, t, row, n, k), 0)) return 1;
    return 0;
}

static pv_status add_line(pv_year_lines *l, size_t row, int is_correction, size_t above, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&l->line, &l->cap, l->n + 1, sizeof *l->line, "lines", err));
    l->line[l->n++] = (pv_year_line){.row = row, .is_correction = is_correction, .above = above};
    if (above != SIZE_MAX) l->line[above].n_below++;
out:
    return st;
}

static pv_status add_lines(pv_year_lines *l, const pv_figures *t, const sums *s, const pv_figure *list, pv_err *err)
{
    pv_status st = PV_OK;
    size_t open[MOST_DEPTH]; /* lines that others can lie below, from the total down */
    int n_open = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        while (n_open > 0 && !is_below(t, i, l->line[open[n_open - 1]].row)) l->line[open[--n_open]].end = l->n;
        PV_TRY(add_line(l, i, 0, n_open > 0 ? open[n_open - 1] : SIZE_MAX, err));
        open[n_open++] = l->n - 1;
        if (needs_correction(s, t, i, list, l->n_figures)) {
            PV_TRY(add_line(l, i, 1, l->n - 1, err));
            l->line[l->n - 1].end = l->n;
        }
    }
    while (n_open > 0) l->line[open[--n_open]].end = l->n;
out:
    return st;
}

/* ---- cells ---- */

static void put_plain(pv_year_lines *l, const pv_figures *t, const sums *s, const pv_figure *list)
{
    for (size_t i = 0; i < l->n; i++)
        for (int k = 0; k < l->n_figures; k++) {
            const pv_figure_value *v = &t->row[l->line[i].row].value[k];
            pv_year_cell *c = cell_at(l, i, k);
            if (l->line[i].is_correction) {
                double more = adds_up(&list[k]) ? more_than_below(s, t, l->line[i].row, l->n_figures, k) : 0;
                if (!same(&list[k], more, 0)) *c = (pv_year_cell){.how = PV_CELL_NUMBER, .known = 1, .value = more};
            } else if (v->known) {
                *c = (pv_year_cell){.how = list[k].kind == PV_FIGURE_DATE ? PV_CELL_DATE : PV_CELL_NUMBER, .known = 1, .value = v->real};
                if (list[k].kind == PV_FIGURE_DATE) c->value = (double)v->count;
            }
        }
}

/* What the formula of the lines below gives. */
static void try_below(pv_year_lines *l, const pv_figure *list, size_t line, int k)
{
    pv_year_cell *c = cell_at(l, line, k);
    double sum = 0;
    int some = 0;
    for (size_t i = line + 1; i < l->line[line].end; i++) {
        if (l->line[i].above != line || !cell_at(l, i, k)->known) continue;
        sum += cell_at(l, i, k)->value;
        some |= !l->line[i].is_correction;
    }
    if (!some || !same(&list[k], sum, c->value)) return;
    c->how = PV_CELL_BELOW;
    c->value = sum;
}

static void try_parts(pv_year_lines *l, const pv_figure *list, size_t line, int k)
{
    pv_year_cell *c = cell_at(l, line, k);
    int part[MOST_PARTS];
    double sum = 0;
    const int n = pv_year_figure_parts(k, part, MOST_PARTS);
    for (int i = 0; i < n; i++) {
        const pv_year_cell *p = cell_at(l, line, part[i]);
        if (!p->known && !l->line[line].is_correction) return;
        sum += p->known ? p->value : 0;
    }
    if (n == 0 || !same(&list[k], sum, c->value)) return;
    c->how = PV_CELL_PARTS;
    c->value = sum;
}

static void try_share(pv_year_lines *l, const pv_figure *list, size_t line, int k)
{
    pv_year_cell *c = cell_at(l, line, k);
    const int of = pv_figure_at(list[k].of), per = pv_figure_at(list[k].per);
    if (of < 0 || per < 0) return;
    const pv_year_cell *a = cell_at(l, line, of), *b = cell_at(l, line, per);
    if (!b->known || b->value == 0) {
        if (!c->known && b->known) c->how = PV_CELL_SHARE;
        return;
    }
    if (!a->known || !c->known) return;
    double value = trunc(round(a->value * 10000 / b->value * 1e6) / 1e6) / 100;
    if (!same(&list[k], value, c->value)) return;
    c->how = PV_CELL_SHARE;
    c->value = value;
}

static int has_parts(int k)
{
    int part[1];
    return pv_year_figure_parts(k, part, 1) > 0;
}

/* 1 when all parts of a figure that are sums themselves were tried. */
static int is_ready(int k, const unsigned char *tried)
{
    int part[MOST_PARTS];
    const int n = pv_year_figure_parts(k, part, MOST_PARTS);
    for (int i = 0; i < n; i++)
        if (!tried[part[i]]) return 0;
    return 1;
}

/* From the last line to the first, so that what is below is settled; in a line the sums over lines, sums of parts from the inside out, then shares. */
static void put_formulas(pv_year_lines *l, const pv_figure *list, unsigned char *tried)
{
    for (size_t line = l->n; line-- > 0;) {
        int left = 0, before = 0;
        memset(tried, 0, (size_t)l->n_figures);
        for (int k = 0; k < l->n_figures; k++) {
            if (adds_up(&list[k]) && has_parts(k)) {
                left++;
                continue;
            }
            if (adds_up(&list[k]) && cell_at(l, line, k)->known) try_below(l, list, line, k);
            tried[k] = 1;
        }
        for (before = 0; left > 0 && left != before;) {
            before = left;
            for (int k = 0; k < l->n_figures; k++) {
                if (tried[k] || !is_ready(k, tried)) continue;
                tried[k] = 1;
                left--;
                if (cell_at(l, line, k)->known) try_parts(l, list, line, k);
                if (cell_at(l, line, k)->how == PV_CELL_NUMBER) try_below(l, list, line, k);
            }
        }
        for (int k = 0; k < l->n_figures && !l->line[line].is_correction; k++)
            if (list[k].kind == PV_FIGURE_RATIO) try_share(l, list, line, k);
    }
}

pv_status pv_year_lines_make(pv_year_lines *out, const pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_year_lines l = {.n = 0};
    unsigned char *tried = NULL;
    sums s = {.sum = NULL};
    const pv_figure *list = pv_figures_list(&l.n_figures);
    PV_TRY(sums_make(&s, t, l.n_figures, err));
    PV_TRY(pv_alloc(&tried, (size_t)l.n_figures, 1, "figures", err));
    PV_TRY(add_lines(&l, t, &s, list, err));
    PV_TRY(pv_alloc(&l.cell, l.n * (size_t)l.n_figures, sizeof *l.cell, "cells", err));
    put_plain(&l, t, &s, list);
    put_formulas(&l, list, tried);
    *out = l;
    l = (pv_year_lines){.n = 0};
out:
    pv_free(tried);
    sums_release(&s);
    pv_year_lines_release(&l);
    return st;
}
