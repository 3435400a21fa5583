/* Audit samples of a frozen year: draws, and what people answered. */
#include "season/frozen_internal.h"

#include "base/banned.h"

/* Adds the rows of a query about one draw (?1, its name; ?2, a number): each behind `before`, but the first of all where *n is 0. */
static pv_status add_rows(pv_text *out, pv_season *s, const char *sql, const char *draw, int64_t number, const char *before, int64_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, sql, err));
    pv_stmt_text(q, 1, draw);
    pv_stmt_int(q, 2, number);
    PV_TRY(pv_stmt_step(q, &row, err));
    for (; row; ++*n) {
        pv_text_addf(out, "%s%s", *n > 0 ? before : "\n", pv_row_text(q, 0));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status add_list(pv_text *out, pv_season *s, const pv_audit_days_list *draws, const pv_period *p, const char *name, const char *sql,
                          pv_err *err)
{
    pv_status st = PV_OK;
    int64_t n = 0;
    pv_text_addf(out, ",\n\"%s\":[", name);
    for (size_t i = 0; i < draws->n; i++) {
        const pv_audit_days *d = &draws->at[i];
        if (pv_audit_is_of(d, p->from, p->to)) PV_TRY(add_rows(out, s, sql, d->name, d->photos, ",\n", &n, err));
    }
    pv_text_add(out, "]");
out:
    return st;
}

pv_status pv_frozen_draws_json(pv_text *out, pv_season *s, const pv_period *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_days_list draws = {.n = 0};
    PV_TRY(pv_audit_days_read(&draws, s, err));
    PV_TRY(add_list(out, s, &draws, p, "draws",
                    "SELECT json_object('draw',name,'date',date,'seed',seed,'from',from_day,'to',to_day,'points',points,'photos',?2) FROM samples"
                    " WHERE name=?1",
                    err));
    PV_TRY(add_list(out, s, &draws, p, "answers",
                    "SELECT json_object('draw',d.name,'point',p.id,'key',a.key,'verdict',a.verdict,'date',a.date,'source',a.source) FROM"
                    " sample_answers a JOIN sample_points p ON p.fid=a.point JOIN samples d ON d.fid=p.sample WHERE d.name=?1 AND ?2>=0"
                    " ORDER BY p.id,a.date,a.key",
                    err));
out:
    pv_audit_days_release(&draws);
    return st;
}

pv_status pv_frozen_draws_came_in(pv_text *out, pv_season *s, const pv_period *p, int64_t links, int64_t *lines, pv_err *err)
{
    static const char sql[] =
        "SELECT line FROM (SELECT c.fid AS at,'audit sample: draw '||d.name||' of '||d.date||', '||d.points||' points' AS line FROM chain c JOIN "
        "samples"
        " d ON c.name='samples' AND d.fid=c.row WHERE d.name=?1 AND c.fid>?2 UNION ALL SELECT c.fid,'audit sample: draw '||d.name||', point '||p.id||"
        "', '||a.verdict||' on '||a.date||coalesce(', '||coalesce(a.crew,a.person1),'')||coalesce(', from '||a.source,'') FROM chain c JOIN"
        " sample_answers a ON c.name='sample_answers' AND a.fid=c.row JOIN sample_points p ON p.fid=a.point JOIN samples d ON d.fid=p.sample WHERE"
        " d.name=?1 AND c.fid>?2) ORDER BY at";
    pv_status st = PV_OK;
    pv_audit_days_list draws = {.n = 0};
    pv_text text = {0};
    int64_t n = 0;
    PV_TRY(pv_audit_days_read(&draws, s, err));
    for (size_t i = 0; i < draws.n; i++)
        if (pv_audit_is_of(&draws.at[i], p->from, p->to)) PV_TRY(add_rows(&text, s, sql, draws.at[i].name, links, "\n", &n, err));
    PV_TRY(pv_text_status(&text, err));
    if (n > 0) pv_text_addf(out, "%s\n", pv_text_str(&text) + 1);
    *lines += n;
out:
    pv_audit_days_release(&draws);
    pv_text_release(&text);
    return st;
}
