/* Findings as they are read: with the step that each is in the light of all others, and with its photos. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/plots_internal.h"

#include "base/banned.h"

struct pv_findings_walk {
    pv_stmt *q, *stepping, *photos;
    pv_steps steps;
    pv_finding before; /* scratch */
};

/* Their order is that of time, and has nothing to do with the order of adding. Without a time of day what ends a plot's story is the last of the day. */
static const char order_sql[] = " ORDER BY f.date,coalesce(f.at,CASE WHEN f.status IN('eradicated','rechecked') THEN f.date||'Z' ELSE '' END),"
                                "instr('suspected dispatched checking unreachable ruled_out regrown confirmed eradicated rechecked',f.status),f.key";
static const char kin_sql[] =
    " WHERE f.plot IN(SELECT coalesce(merged_into,fid) FROM plots WHERE fid=?1 UNION ALL SELECT r.fid FROM plots m JOIN plots r ON"
    " r.merged_into=coalesce(m.merged_into,m.fid) WHERE m.fid=?1)";

pv_status pv_findings_list(pv_findings_walk **out, pv_season *s, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *w = NULL;
    pv_text sql = {0};
    PV_TRY(pv_alloc(&w, 1, sizeof *w, "list of findings", err));
    pv_text_addf(&sql, "SELECT " PV_SQL_STEP " FROM findings f JOIN plots p ON p.fid=f.plot%s", plot != 0 ? kin_sql : "");
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(&w->stepping, s->db, pv_text_str(&sql), err));
    pv_text_reset(&sql);
    pv_text_addf(&sql,
                 "SELECT f.plot,f.key,f.date,f.at,f.crew,f.person1,f.person2,f.reviewer,f.verdict,f.disposal,f.stage,f.method,f.area_method,"
                 "f.due,f.note,f.photos,f.source,f.plants_counted,f.plants_removed,f.sample_plants,f.sample_m2,f.area_measured_m2,"
                 "f.gnss_accuracy_m,f.lon,f.lat,f.import,f.prob,f.fid FROM findings f%s%s",
                 plot != 0 ? kin_sql : "", order_sql);
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(&w->q, s->db, pv_text_str(&sql), err));
    PV_TRY(pv_stmt_new(&w->photos, s->db, "SELECT name,file FROM evidence WHERE finding=?1 ORDER BY file,name", err));
    if (plot != 0)
        PV_TRY(pv_findings_again(w, plot, err));
    else
        PV_TRY(pv_steps_read(&w->steps, w->stepping, err));
    *out = w;
    w = NULL;
out:
    pv_text_release(&sql);
    pv_findings_walk_free(w);
    return st;
}

pv_status pv_findings_again(pv_findings_walk *w, int64_t plot, pv_err *err)
{
    pv_stmt_reset(w->q);
    pv_stmt_int(w->q, 1, plot);
    pv_stmt_int(w->stepping, 1, plot);
    return pv_steps_read(&w->steps, w->stepping, err);
}

static int64_t int_or_none(pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_int(q, at);
}

static double real_or_none(pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_real(q, at);
}

static void read_row(pv_stmt *q, pv_finding *f)
{
    pv_finding_clear(f);
    const struct {
        char *at;
        size_t size;
    } text[] = {{f->key, sizeof f->key},           {f->date, sizeof f->date},       {f->at, sizeof f->at},
                {f->crew, sizeof f->crew},         {f->person1, sizeof f->person1}, {f->person2, sizeof f->person2},
                {f->reviewer, sizeof f->reviewer}, {f->verdict, sizeof f->verdict}, {f->disposal, sizeof f->disposal},
                {f->stage, sizeof f->stage},       {f->method, sizeof f->method},   {f->area_method, sizeof f->area_method},
                {f->due, sizeof f->due},           {f->note, sizeof f->note},       {f->photos, sizeof f->photos},
                {f->source, sizeof f->source}};
    f->plot = pv_row_int(q, 0);
    for (int i = 0; i < (int)(sizeof text / sizeof *text); i++) (void)snprintf(text[i].at, text[i].size, "%s", pv_row_text(q, 1 + i));
    f->plants_counted = int_or_none(q, 17);
    f->plants_removed = int_or_none(q, 18);
    f->sample_plants = int_or_none(q, 19);
    f->sample_m2 = real_or_none(q, 20);
    f->area_measured_m2 = real_or_none(q, 21);
    f->gnss_accuracy_m = real_or_none(q, 22);
    f->has_place = !pv_row_is_null(q, 23) && !pv_row_is_null(q, 24);
    f->lon_deg = pv_row_real(q, 23);
    f->lat_deg = pv_row_real(q, 24);
    f->import = pv_row_int(q, 25);
    f->prob = real_or_none(q, 26);
    f->fid = pv_row_int(q, 27);
}

pv_status pv_findings_next(pv_findings_walk *w, pv_finding *out, int *more, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_step(w->q, more, err));
    if (!*more) goto out;
    read_row(w->q, out);
    PV_TRY(pv_row_check(w->q, err));
    const pv_step *step = pv_step_find(w->steps.at, w->steps.n, out->fid);
    if (step == NULL) PV_TRY(pv_fail(err, PV_INPUT, "the ledger has findings of a plot that it does not have (%lld)", (long long)out->plot));
    out->status = step->status;
    out->conflict = step->conflict;
    out->contested = step->contested;
    memcpy(w->before.photos, out->photos, sizeof out->photos);
    PV_TRY(pv_finding_photos_read(w->photos, out->fid, w->before.photos, out->photos, sizeof out->photos, err));
out:
    return st;
}

void pv_findings_walk_free(pv_findings_walk *w)
{
    if (w == NULL) return;
    pv_stmt_free(w->q);
    pv_stmt_free(w->stepping);
    pv_stmt_free(w->photos);
    pv_free(w->steps.at);
    pv_free(w);
}
