#include "season/frozen.h"

#include "season/frozen_internal.h"
#include "season/plots_internal.h"

#include "base/banned.h"

void pv_frozen_release(pv_frozen *y)
{
    for (int i = 0; i < PV_FROZEN_TABLES; i++) pv_figures_release(&y->table[i]);
    *y = (pv_frozen){.n = 0};
}

static pv_status add_table(pv_frozen *y, pv_figures_source *source, const pv_periods *one, pv_figures_by by, pv_err *err)
{
    pv_status st = pv_figures_make(&y->table[y->n], source, one, by, err);
    if (st == PV_OK) y->n++;
    return st;
}

pv_status pv_frozen_make(pv_frozen *out, pv_season *s, const pv_units *units, const char *period, pv_err *err)
{
    static const pv_unit_level level[] = {PV_SHENG, PV_SHI, PV_XIAN, PV_XIANG, PV_CUN, PV_LIN_CHANG, PV_LIN_BAN};
    static const pv_figures_by by[] = {PV_BY_UNIT_SHENG, PV_BY_UNIT_SHI,       PV_BY_UNIT_XIAN,   PV_BY_UNIT_XIANG,
                                       PV_BY_UNIT_CUN,   PV_BY_UNIT_LIN_CHANG, PV_BY_UNIT_LIN_BAN};
    pv_status st = PV_OK;
    pv_frozen y = {.n = 0};
    pv_periods one = {.n = 0};
    pv_figures_source *source = NULL;
    PV_TRY(pv_period_read(&y.period, s->conf, period, err));
    if (y.period.kind == PV_PERIOD_ALL) PV_TRY(pv_fail(err, PV_USAGE, "%s: a period with a first and a last day is frozen, such as 2026", period));
    PV_TRY(pv_periods_add(&one, &y.period, err));
    PV_TRY(pv_figures_source_new(&source, s, units, err));
    PV_TRY(add_table(&y, source, &one, PV_BY_NOTHING, err));
    for (size_t i = 0; units != NULL && i < sizeof level / sizeof *level; i++)
        if (pv_units_facts_of(units).units[level[i]] > 0) PV_TRY(add_table(&y, source, &one, by[i], err));
    *out = y;
    y = (pv_frozen){.n = 0};
out:
    pv_figures_source_free(source);
    pv_periods_release(&one);
    pv_frozen_release(&y);
    return st;
}

/* ---- year.json ---- */

/* A list of the rows of a query, whose columns are named by it; ?1 and ?2 are the period's first and last day. */
static pv_status add_list(pv_text *out, pv_season *s, const pv_period *p, const char *name, const char *sql, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    pv_text_addf(out, ",\n\"%s\":[", name);
    PV_TRY(pv_stmt_new(&q, s->db, sql, err));
    pv_stmt_text(q, 1, p->from);
    pv_stmt_text(q, 2, p->to);
    PV_TRY(pv_stmt_step(q, &row, err));
    for (int some = 0; row; some = 1) {
        pv_text_addf(out, "%s\n%s", some ? "," : "", pv_row_text(q, 0));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    pv_text_add(out, "]");
out:
    pv_stmt_free(q);
    return st;
}

static const struct {
    const char *name, *sql;
} lists[] = {
    {"models",
     "SELECT json_object('model',model,'photos',count(*)) FROM photos WHERE state='done' AND day BETWEEN ?1 AND ?2 GROUP BY model ORDER BY model"},
    {"nights",
     "SELECT json_object('date',n.date,'run',n.run) FROM nights n WHERE n.state='published' AND EXISTS(SELECT 1 FROM photos p WHERE p.night=n.fid AND"
     " p.day BETWEEN ?1 AND ?2) ORDER BY n.date,n.run"},
    {"photos", "SELECT json_object('file',file,'sha256',sha256,'day',day,'model',model,'hotspots',hotspots) FROM photos WHERE state='done' AND day "
               "BETWEEN ?1 AND ?2"
               " ORDER BY day,file,sha256"},
    {"plots",
     "SELECT json_object('id',id,'origin',origin,'found_on',found_on,'part_of',r,'hotspots',h,'findings',f) FROM (SELECT p.id,p.origin,p.found_on,"
     "(SELECT n.id FROM joins j JOIN plots n ON n.fid=j.plot WHERE j.part=p.fid AND j.date<=?2) AS r,"
     "(SELECT count(*) FROM hotspots h JOIN photos o ON o.fid=h.photo WHERE h.plot=coalesce(p.merged_into,p.fid) AND"
     " coalesce(h.part,h.plot)=p.fid AND o.day BETWEEN ?1 AND ?2) AS h,"
     "(SELECT count(*) FROM findings f WHERE f.plot=p.fid AND f.date BETWEEN ?1 AND ?2) AS f FROM plots p)"
     " WHERE h>0 OR f>0 OR found_on BETWEEN ?1 AND ?2 ORDER BY id"},
    {"findings",
     "SELECT json_object('plot',p.id,'key',f.key,'status',f.status,'date',f.date,'source',f.source) FROM findings f JOIN plots p ON p.fid=f.plot"
     " WHERE f.date BETWEEN ?1 AND ?2 ORDER BY f.date,p.id,f.key"},
    {"imports",
     "SELECT json_object('file',i.file,'sha256',i.sha256,'date',i.date) FROM imports i WHERE EXISTS(SELECT 1 FROM findings f WHERE f.import=i.fid AND"
     " f.date BETWEEN ?1 AND ?2) ORDER BY i.date,i.sha256"},
};

pv_status pv_frozen_json(pv_text *out, const pv_frozen *y, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    char head[PV_SHA256_HEX];
    int64_t links = 0;
    PV_TRY(pv_chain_head(s->db, head, &links, err));
    pv_text_add(out, "{\"papaver\":{\"kind\":\"year\",\"version\":1},\n\"season\":");
    pv_text_add_json(out, pv_conf_text(s->conf, PV_SET_NAME));
    pv_text_add(out, ",\n\"period\":");
    pv_text_add_json(out, y->period.text);
    pv_text_addf(out, ",\"from\":\"%s\",\"to\":\"%s\",\n\"ledger\":{\"links\":%lld,\"head\":\"%s\"}", y->period.from, y->period.to, (long long)links,
                 head);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) PV_TRY(add_list(out, s, &y->period, lists[i].name, lists[i].sql, err));
    PV_TRY(pv_frozen_draws_json(out, s, &y->period, err));
    pv_text_add(out, ",\n\"tables\":{");
    for (int i = 0; i < y->n; i++) {
        pv_text_addf(out, "%s\"%s\":", i > 0 ? ",\n" : "\n", y->table[i].by == PV_BY_NOTHING ? "total" : pv_figures_by_word(y->table[i].by));
        pv_figures_json(out, &y->table[i]);
    }
    pv_text_add(out, "}}\n");
    PV_TRY(pv_text_status(out, err));
out:
    return st;
}
