#include "season/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

/* ---- the source ---- */

void pv_figures_source_free(pv_figures_source *f)
{
    if (f == NULL) return;
    for (size_t i = 0; i < f->words.n; i++) pv_free(f->words.at[i]);
    pv_free(f->words.at);
    for (size_t i = f->n_today; i < f->n_plots; i++) pv_free(f->plot[i].parts);
    pv_free(f->plot);
    pv_free(f->part);
    pv_free(f->join);
    pv_free(f->number);
    pv_free(f->finding);
    pv_free(f->sight);
    pv_free(f->step);
    pv_free(f->photo);
    pv_free(f->entry);
    pv_free(f->place);
    pv_free(f->above);
    pv_last_day_free(f->days);
    pv_stmt_free(f->geometry);
    pv_stmt_free(f->properties);
    pv_stmt_free(f->footprint);
    pv_periods_release(&f->asked);
    pv_ground_days_release(&f->ground);
    if (f->reading) pv_sql_rollback(f->s->db);
    pv_unit_hits_release(&f->hits);
    pv_audit_days_release(&f->draws);
    pv_free(f);
}

static void widen(pv_figures_source *f, int32_t day)
{
    if (day == PV_NO_DAY) return;
    if (f->first == PV_NO_DAY || day < f->first) f->first = day;
    if (f->last == PV_NO_DAY || day > f->last) f->last = day;
}

pv_status pv_figures_source_new(pv_figures_source **out, pv_season *s, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = NULL;
    PV_TRY(pv_alloc(&f, 1, sizeof *f, "statistics", err));
    f->s = s;
    f->units = units;
    f->first = f->last = f->known = PV_NO_DAY;
    /* One view of the ledger for all that is asked, and no lock for each question. */
    if (!pv_sql_is_open(s->db)) {
        PV_TRY(pv_sql_exec(s->db, "BEGIN", err));
        f->reading = 1;
    }
    PV_TRY(pv_last_day_new(&f->days, s, err));
    PV_TRY(pv_stmt_new(&f->geometry, s->db, "SELECT geom FROM hotspots WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&f->properties, s->db, "SELECT properties FROM hotspots WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&f->footprint, s->db, "SELECT geom FROM photos WHERE fid=?1", err));
    PV_TRY(pv_fig_above(f, err));
    PV_TRY(pv_fig_read(f, err));
    PV_TRY(pv_fig_steps(f, err));
    PV_TRY(pv_audit_days_read(&f->draws, s, err));
    for (size_t i = 0; i < f->n_photos; i++) widen(f, f->photo[i].day);
    for (size_t i = 0; i < f->n_entries; i++) widen(f, f->entry[i].day);
    *out = f;
    f = NULL;
out:
    pv_figures_source_free(f);
    return pv_where(err, st, "statistics");
}

void pv_figures_narrow(const pv_figures_source *f, pv_period *p)
{
    if (p->kind != PV_PERIOD_ALL || f->first == PV_NO_DAY) return;
    pv_date_of(f->first, p->from);
    pv_date_of(f->last, p->to);
}

/* ---- tables ---- */

void pv_figures_release(pv_figures *t)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        pv_free(t->row[i].key);
        pv_free(t->row[i].zh);
        pv_free(t->row[i].en);
        pv_free(t->row[i].path);
        pv_free(t->row[i].value);
    }
    for (size_t i = 0; i < t->n_borders; i++) pv_free(t->border[i].units);
    for (size_t i = 0; i < t->n_notes; i++) {
        pv_free(t->note[i].zh);
        pv_free(t->note[i].en);
    }
    for (size_t i = 0; t->audit != NULL && i < t->period.n; i++) pv_audit_estimate_release(&t->audit[i]);
    pv_free(t->audit);
    pv_free(t->row);
    pv_free(t->border);
    pv_free(t->note);
    pv_periods_release(&t->period);
    *t = (pv_figures){.n = 0};
}

pv_status pv_fig_note(pv_figures *t, size_t period, const char *code, const char *zh, const char *en, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&t->note, &t->cap_notes, t->n_notes + 1, sizeof *t->note, "notes", err));
    pv_figures_note *n = &t->note[t->n_notes++];
    *n = (pv_figures_note){.period = period, .code = code};
    PV_TRY(pv_strdup(&n->zh, zh, err));
    PV_TRY(pv_strdup(&n->en, en, err));
out:
    return st;
}

static pv_status add_notes(pv_fig_rows *r, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_fig_sum *s = &r->sum[0];
    pv_figures *t = r->t;
    int64_t without = s->count[FIG_confirmed] - s->count[FIG_plots_estimated];
    char zh[256], en[256];
    if (r->f->units == NULL)
        PV_TRY(pv_fig_note(t, r->period, "no_boundaries", "season.conf 未给出界线（boundaries）：没有责任面积、踏查率和单位行",
                           "season.conf names no boundaries: there is no area in charge, no share seen and no row of a unit", err));
    if (r->outside != SIZE_MAX)
        PV_TRY(pv_fig_note(t, r->period, "distinct", "合计为不重复的图斑；跨界图斑在各单位行各计一次，故各行之和可大于合计",
                           "the total is of distinct plots; a plot on a border counts in the row of each unit, so that rows may add up to more",
                           err));
    if (without > 0) {
        (void)snprintf(zh, sizeof zh, "%lld 处确认图斑株数不明，不在株数之内", (long long)without);
        (void)snprintf(en, sizeof en, "of %lld confirmed plots the number of plants is not known: they are not in it", (long long)without);
        PV_TRY(pv_fig_note(t, r->period, "plants_unknown", zh, en, err));
    }
out:
    return st;
}

static pv_status add_plots(pv_fig_rows *r, int32_t from, int32_t to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = r->f;
    for (size_t i = 0; i < f->n_plots; i++) {
        pv_fig_case c;
        pv_fig_plot *plot = &f->plot[i];
        if (f->mark != NULL && (f->mark[i] < f->mark_from || f->mark[i] > f->mark_to)) continue;
        if (plot->n_steps == 0 || f->step[plot->step].day > to || !pv_fig_stands(f, plot, to)) continue;
        PV_TRY(pv_fig_judge(f, plot, from, to, &c, err));
        if (c.counts || c.rechecked || c.open_before) PV_TRY(pv_where(err, pv_fig_rows_plot(r, plot, &c, err), "plot %s", plot->id));
    }
out:
    return st;
}

static int is_of_ground(int k)
{
    return k == FIG_flown_mu || k == FIG_flown_repeated_mu || k == FIG_charge_mu || k == FIG_seen_mu || k == FIG_cover_rate;
}

static pv_status make_period(pv_fig_rows *r, size_t set, size_t period, int ground_alone, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_period *p = &r->t->period.at[period];
    PV_TRY(pv_fig_rows_begin(r, period, err));
    if (ground_alone) {
        pv_fig_rows_ground(r, set);
    } else {
        PV_TRY(add_plots(r, pv_fig_day(p->from), pv_fig_day(p->to), err));
        PV_TRY(pv_fig_rows_effort(r, set, err));
        PV_TRY(add_notes(r, err));
        PV_TRY(pv_fig_note_joined(r, pv_fig_day(p->from), pv_fig_day(p->to), err));
    }
    PV_TRY(pv_fig_rows_end(r, err));
    for (int k = 0; ground_alone && k < PV_FIGS; k++)
        if (!is_of_ground(k)) r->t->row[r->first].value[k] = (pv_figure_value){.real = NAN};
out:
    return pv_where(err, st, "%s", p->text);
}

/* ---- ground ---- */

/* Its set in the ground that is at hand; SIZE_MAX = none. */
static size_t set_of(const pv_figures_source *f, const pv_period *p)
{
    for (size_t k = 0; k < f->asked.n; k++)
        if (strcmp(f->asked.at[k].from, p->from) == 0 && strcmp(f->asked.at[k].to, p->to) == 0) return k;
    return SIZE_MAX;
}

/* So many periods at once that their sums of ground take 100 MB at the most. */
static size_t most_sets(const pv_figures_source *f)
{
    size_t units = f->units != NULL ? pv_units_count(f->units) : 0, most = 1000000 / (units + 1);
    return most < 1 ? 1 : most;
}

pv_status pv_figures_ask_ground(pv_figures_source *f, const pv_periods *periods, size_t first, pv_err *err)
{
    pv_status st = PV_OK;
    pv_periods *set = NULL;
    pv_ground_days g = {.known = 0};
    size_t most = most_sets(f), n = periods->n - first < most ? periods->n - first : most;
    PV_TRY(pv_alloc(&set, n, sizeof *set, "periods", err));
    for (size_t i = 0; i < n; i++) set[i] = (pv_periods){.n = 1, .at = &periods->at[first + i]};
    pv_periods_release(&f->asked);
    pv_ground_days_release(&f->ground);
    PV_TRY(pv_ground_days_make(&g, f->s, n, set, f->units, err));
    f->ground = g;
    for (size_t i = 0; i < n; i++) PV_TRY(pv_periods_add(&f->asked, &periods->at[first + i], err));
out:
    pv_free(set);
    return st;
}

static pv_status make(pv_figures *out, pv_figures_source *f, const pv_periods *periods, pv_figures_by by, int ground_alone, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures t = {.by = by, .n = PV_FIGS};
    pv_fig_rows r = {.f = f, .t = &t, .by = by};
    int levels = 0;
    (void)pv_fig_levels(by, &levels);
    (void)snprintf(t.season, sizeof t.season, "%s", pv_conf_text(f->s->conf, PV_SET_NAME));
    if (levels > 0 && f->units == NULL) PV_TRY(pv_fail(err, PV_USAGE, "--by %s: season.conf names no boundaries", pv_figures_by_word(by)));
    for (size_t i = 0; i < periods->n; i++) PV_TRY(pv_periods_add(&t.period, &periods->at[i], err));
    if (f->mark == NULL) PV_TRY(pv_alloc(&t.audit, t.period.n, sizeof *t.audit, "audits", err));
    for (size_t i = 0; i < t.period.n; i++) {
        size_t set = set_of(f, &t.period.at[i]);
        if (set == SIZE_MAX) {
            PV_TRY(pv_figures_ask_ground(f, &t.period, i, err));
            set = 0;
        }
        PV_TRY(make_period(&r, set, i, ground_alone, err));
    }
    PV_TRY(pv_fig_audit_notes(f, &t, err));
    *out = t;
    t = (pv_figures){.n = 0};
out:
    pv_fig_rows_release(&r);
    pv_figures_release(&t);
    return st;
}

pv_status pv_figures_make(pv_figures *out, pv_figures_source *f, const pv_periods *periods, pv_figures_by by, pv_err *err)
{
    return make(out, f, periods, by, 0, err);
}

pv_status pv_figures_ground(pv_figures *out, pv_figures_source *f, const pv_periods *periods, pv_err *err)
{
    return make(out, f, periods, PV_BY_NOTHING, 1, err);
}
