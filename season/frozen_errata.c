#include <math.h>
#include <string.h>

#include "season/figures_internal.h"
#include "season/frozen_internal.h"

#include "base/banned.h"

/* ---- cells ---- */

static const char header[] = "\xEF\xBB\xBF\"表 table\",\"单位 unit\",\"指标 figure\",\"原 before\",\"更正 after\",\"差 difference\"\r\n";

static void add_cell(pv_text *out, const pv_figures *t, const pv_figures_row *row, const pv_figure *f, const pv_figure_value *a,
                     const pv_figure_value *b)
{
    pv_text_add_csv(out, t->by == PV_BY_NOTHING ? "total" : pv_figures_by_word(t->by));
    pv_text_add(out, ",");
    pv_text_add_csv(out, row->path[0] != '\0' ? row->path : row->zh);
    pv_text_addf(out, ",\"%s %s (%s)\",", f->zh, f->en, f->id);
    pv_figure_print(out, f, a);
    pv_text_add(out, ",");
    pv_figure_print(out, f, b);
    pv_text_add(out, ",");
    if (a->known && b->known && (f->kind == PV_FIGURE_SUM || f->kind == PV_FIGURE_RATIO || f->kind == PV_FIGURE_ESTIMATE))
        pv_text_add_real(out, b->real - a->real, f->decimals);
    if (a->known && b->known && (f->kind == PV_FIGURE_COUNT || f->kind == PV_FIGURE_ORDER || f->kind == PV_FIGURE_DATE))
        pv_text_add_fixed(out, b->count - a->count, 0);
    pv_text_add(out, "\r\n");
}

static int is_same(const pv_figure *f, const pv_figure_value *a, const pv_figure_value *b, pv_text *left, pv_text *right)
{
    pv_text_reset(left);
    pv_text_reset(right);
    pv_figure_print(left, f, a);
    pv_figure_print(right, f, b);
    return strcmp(pv_text_str(left), pv_text_str(right)) == 0;
}

static const pv_figures_row *row_like(const pv_figures *t, const pv_figures_row *row)
{
    for (size_t i = 0; t != NULL && i < t->n_rows; i++) {
        const pv_figures_row *r = &t->row[i];
        if (r->kind == row->kind && r->level == row->level && strcmp(r->key, row->key) == 0 && strcmp(r->path, row->path) == 0) return r;
    }
    return NULL;
}

static const pv_figures *table_like(const pv_frozen *y, pv_figures_by by)
{
    for (int i = 0; i < y->n; i++)
        if (y->table[i].by == by) return &y->table[i];
    return NULL;
}

/* Of the rows of `t` those cells that differ from `other`, which may lack the row; swapped: t is the later one. only_missing: rows that `other` has are left out. */
static pv_status compare(pv_text *out, const pv_figures *t, const pv_figures *other, int swapped, int only_missing, int64_t *cells, pv_err *err)
{
    static const pv_figure_value nothing = {.real = NAN};
    pv_status st = PV_OK;
    pv_text left = {0}, right = {0};
    int n = 0;
    const pv_figure *f = pv_figures_list(&n);
    for (size_t i = 0; i < t->n_rows; i++) {
        const pv_figures_row *row = &t->row[i], *like = row_like(other, row);
        if (only_missing && like != NULL) continue;
        for (int k = 0; k < n; k++) {
            const pv_figure_value *a = &row->value[k], *b = like != NULL ? &like->value[k] : &nothing;
            if (is_same(&f[k], a, b, &left, &right)) continue;
            (*cells)++;
            add_cell(out, t, row, &f[k], swapped ? b : a, swapped ? a : b);
        }
    }
    PV_TRY(pv_text_status(&left, err));
    PV_TRY(pv_text_status(&right, err));
    PV_TRY(pv_text_status(out, err));
out:
    pv_text_release(&left);
    pv_text_release(&right);
    return st;
}

pv_status pv_frozen_errata(pv_text *out, const pv_frozen *a, const pv_frozen *b, int64_t *cells, pv_err *err)
{
    pv_status st = PV_OK;
    *cells = 0;
    pv_text_add(out, header);
    for (int i = 0; i < a->n; i++) PV_TRY(compare(out, &a->table[i], table_like(b, a->table[i].by), 0, 0, cells, err));
    for (int i = 0; i < b->n; i++) PV_TRY(compare(out, &b->table[i], table_like(a, b->table[i].by), 1, 1, cells, err));
out:
    return st;
}

/* ---- what came in ---- */

static const char came_in[] =
    "SELECT line FROM (SELECT c.fid AS at,'finding: plot '||p.id||', '||f.status||' on '||f.date||coalesce(', "
    "'||coalesce(f.crew,f.person1),'')||coalesce(', from '||f.source,'')"
    " AS line FROM chain c JOIN findings f ON c.name='findings' AND f.fid=c.row JOIN plots p ON p.fid=f.plot WHERE "
    "c.fid>?3 AND f.date BETWEEN ?1 AND ?2"
    " UNION ALL SELECT max(c.fid),'photo: '||o.file||' of '||o.day||', '||o.hotspots||' hotspots' FROM chain c JOIN photos "
    "o ON c.name='photos' AND o.fid=c.row"
    " WHERE c.fid>?3 AND o.state='done' AND o.day BETWEEN ?1 AND ?2 GROUP BY o.fid"
    " UNION ALL SELECT c.fid,'register: '||x.kind||' of '||x.date FROM chain c JOIN context x ON c.name='context' AND "
    "x.fid=c.row WHERE c.fid>?3 AND x.date BETWEEN ?1 AND ?2"
    " UNION ALL SELECT c.fid,'joined: plot '||p.id||' is a part of '||r.id||' since the night of '||j.date FROM chain c JOIN "
    "joins j ON c.name='joins' AND j.fid=c.row JOIN plots p ON p.fid=j.part JOIN plots r ON r.fid=j.plot WHERE c.fid>?3 AND "
    "j.date<=?2"
    ") ORDER BY at";

pv_status pv_frozen_came_in(pv_text *out, pv_season *s, const pv_period *p, int64_t links, int64_t *lines, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    *lines = 0;
    PV_TRY(pv_stmt_new(&q, s->db, came_in, err));
    pv_stmt_text(q, 1, p->from);
    pv_stmt_text(q, 2, p->to);
    pv_stmt_int(q, 3, links);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        pv_text_addf(out, "%s\n", pv_row_text(q, 0));
        ++*lines;
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    PV_TRY(pv_frozen_draws_came_in(out, s, p, links, lines, err));
    PV_TRY(pv_text_status(out, err));
out:
    pv_stmt_free(q);
    return st;
}
