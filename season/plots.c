#include "season/plots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/findings.h"
#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

pv_status pv_fids_add(pv_fids *f, int64_t fid, pv_err *err)
{
    pv_status st = PV_OK;
    if (f->n > 0 && f->at[f->n - 1] == fid) return PV_OK;
    PV_TRY(pv_grow(&f->at, &f->cap, f->n + 1, sizeof *f->at, "numbers of rows", err));
    f->at[f->n++] = fid;
out:
    return st;
}

static int by_value(const void *a, const void *b)
{
    int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
    return p < q ? -1 : p > q;
}

void pv_fids_sort(pv_fids *f)
{
    size_t k = 0;
    if (f->n == 0) return;
    qsort(f->at, f->n, sizeof *f->at, by_value);
    for (size_t i = 0; i < f->n; i++)
        if (k == 0 || f->at[k - 1] != f->at[i]) f->at[k++] = f->at[i];
    f->n = k;
}

int pv_fids_has(const pv_fids *f, int64_t fid)
{
    return f->n > 0 && bsearch(&fid, f->at, f->n, sizeof *f->at, by_value) != NULL;
}

void pv_fids_release(pv_fids *f)
{
    pv_free(f->at);
    *f = (pv_fids){.n = 0};
}

void pv_box_units(const double box[4], int64_t out[4])
{
    const double units = 1e7;
    for (int i = 0; i < 4; i++) out[i] = (int64_t)(i < 2 ? floor(box[i] * units) : ceil(box[i] * units));
}

void pv_box_bind(pv_stmt *q, int at, const double box[4])
{
    int64_t units[4];
    pv_box_units(box, units);
    for (int i = 0; i < 4; i++) pv_stmt_int(q, at + i, units[i]);
}

static pv_status give_day(pv_stmt *q, pv_stmt *put, int64_t photo, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q, 1, photo);
    PV_TRY(pv_stmt_step(q, &row, err));
    const char *taken = pv_row_text(q, 0), *night = pv_row_text(q, 1);
    if (!pv_date_valid(night)) PV_TRY(pv_fail(err, PV_INPUT, "a night has the date '%.20s'", night));
    pv_stmt_int(put, 1, photo);
    pv_stmt_text(put, 2, pv_date_valid(taken) ? taken : night);
    PV_TRY(pv_stmt_run(put, err));
out:
    pv_stmt_reset(q);
    return st;
}

pv_status pv_plots_take_photos(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *list = NULL, *q = NULL, *put = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&list, w->s->db, "SELECT fid FROM photos WHERE state='done' AND day IS NULL ORDER BY fid", err));
    PV_TRY(pv_stmt_step(list, &row, err));
    while (row) {
        PV_TRY(pv_fids_add(&w->photos, pv_row_int(list, 0), err));
        PV_TRY(pv_stmt_step(list, &row, err));
    }
    PV_TRY(pv_stmt_new(&q, w->s->db, "SELECT substr(p.taken_at,1,10),n.date FROM photos p LEFT JOIN nights n ON n.fid=p.night WHERE p.fid=?", err));
    PV_TRY(pv_stmt_new(&put, w->s->db, "UPDATE photos SET day=?2 WHERE fid=?1", err));
    for (size_t i = 0; i < w->photos.n; i++) PV_TRY(give_day(q, put, w->photos.at[i], err));
out:
    pv_stmt_free(list);
    pv_stmt_free(q);
    pv_stmt_free(put);
    return st;
}

/* Plots that were ruled out and whose silence is over. */
static pv_status end_silence(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, w->s->db, "SELECT fid FROM plots WHERE status='ruled_out' AND quiet_until<?1 AND merged_into IS NULL", err));
    pv_stmt_text(q, 1, w->date);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_fids_add(&w->touched, pv_row_int(q, 0), err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static void release_work(pv_plots_work *w)
{
    pv_fids_release(&w->photos);
    pv_fids_release(&w->made);
    pv_fids_release(&w->touched);
    pv_fids_release(&w->shown);
}

pv_status pv_plots_update(pv_season *s, const pv_night *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plots_work w = {.s = s, .near_m = pv_conf_real(s->conf, PV_SET_SAME_PLOT_M), .crew_m = pv_conf_real(s->conf, PV_SET_CREW_PLACE_M)};
    (void)snprintf(w.date, sizeof w.date, "%s", n->date);
    PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(pv_plots_take_photos(&w, err));
    PV_TRY(pv_plots_join(&w, err));
    PV_TRY(pv_plots_look(&w, err));
    PV_TRY(end_silence(&w, err));
    PV_TRY(pv_plots_refresh(&w, err));
    PV_TRY(pv_plots_split(&w, err));
    PV_TRY(pv_plots_refresh_cells(&w, err));
    PV_TRY(pv_sql_commit(s->db, err));
out:
    if (st != PV_OK) pv_sql_rollback(s->db);
    release_work(&w);
    return pv_where(err, st, "memory of plots");
}

pv_status pv_plots_last_night(pv_season *s, char date[PV_DATE], pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT max(date) FROM nights", err));
    PV_TRY(pv_stmt_step(q, &row, err));
    (void)snprintf(date, PV_DATE, "%s", pv_row_text(q, 0));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_plots_settle(pv_season *s, int64_t fid, int is_new, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plots_work w = {.s = s};
    PV_TRY(pv_plots_last_night(s, w.date, err));
    PV_TRY(pv_fids_add(&w.touched, fid, err));
    if (is_new) PV_TRY(pv_plots_look(&w, err));
    PV_TRY(pv_plots_refresh(&w, err));
    PV_TRY(pv_plots_refresh_cells(&w, err));
out:
    release_work(&w);
    return st;
}

/* The plot of that id, for a finding of a date. */
static pv_status aim(pv_season *s, const char *id, const char *date, pv_plot *plot, pv_err *err)
{
    pv_status st = PV_OK;
    int found = 0;
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", date));
    PV_TRY(pv_plots_find(s, id, date, plot, &found, err));
    if (!found) PV_TRY(pv_fail(err, PV_USAGE, "there is no plot '%.40s'", id));
out:
    return st;
}

static pv_status record(pv_season *s, const char *id, const char *date, pv_finding *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_finding_outcome outcome;
    pv_plot plot;
    PV_TRY(aim(s, id, date, &plot, err));
    f->plot = plot.fid;
    (void)snprintf(f->date, sizeof f->date, "%s", date);
    (void)snprintf(f->source, sizeof f->source, "papaver");
    pv_finding_key(f, plot.id);
    PV_TRY(pv_findings_put(s, f, &outcome, err));
out:
    return st;
}

pv_status pv_plots_rule_out(pv_season *s, const char *id, const char *reason, const char *date, double prob, pv_err *err)
{
    pv_finding f;
    const pv_form_word *word = pv_form_word_read(PV_LIST_VERDICT, reason);
    pv_finding_clear(&f);
    f.status = PV_PLOT_RULED_OUT;
    f.prob = prob;
    (void)snprintf(f.verdict, sizeof f.verdict, "%s", word != NULL ? word->code : "");
    (void)snprintf(f.note, sizeof f.note, "%s", word != NULL ? "" : reason);
    return record(s, id, date, &f, err);
}

pv_status pv_plots_set_status(pv_season *s, const char *id, pv_plot_status status, const char *date, pv_err *err)
{
    pv_finding f;
    if (status == PV_PLOT_RULED_OUT) return pv_fail(err, PV_USAGE, "a plot is ruled out with a reason");
    pv_finding_clear(&f);
    f.status = status;
    return record(s, id, date, &f, err);
}
