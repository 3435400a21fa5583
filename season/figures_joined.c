/* Plots as they were known before nights joined them.
 *
 * A night that finds two plots to be one gives the hotspots of the one to the other; `joins` and hotspots.part keep what was what. In a table whose last day is before that night each counts by
 * itself, as people were sent to it and reported it; from that night on they are one. So each set of parts that stood for some time is a version: a plot by itself, with the findings and
 * hotspots of its parts. The plot of today is the last one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

enum { MOST_NAMED = 20 };

int pv_fig_stands(const pv_figures_source *f, const pv_fig_plot *p, int32_t to)
{
    int32_t day = f->known != PV_NO_DAY ? f->known : to;
    return day >= p->known_from && day <= p->known_to;
}

size_t pv_fig_known_as(const pv_figures_source *f, size_t plot, int32_t to)
{
    size_t root = f->plot[plot].root;
    const pv_fig_plot *r = &f->plot[root];
    for (size_t v = r->version; v < r->version + r->n_versions; v++) {
        if (!pv_fig_stands(f, &f->plot[v], to)) continue;
        for (size_t m = f->plot[v].part; m < f->plot[v].part + f->plot[v].n_parts; m++)
            if (f->part[m].plot == plot) return v;
    }
    return root;
}

/* ---- joins ---- */

static int by_root(const void *a, const void *b)
{
    const pv_fig_join *p = a, *q = b;
    if (p->root != q->root) return p->root < q->root ? -1 : 1;
    if (p->day != q->day) return p->day < q->day ? -1 : 1;
    return p->part < q->part ? -1 : p->part > q->part;
}

static pv_status read_joins(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, f->s->db, "SELECT part,plot,date FROM joins", err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->join, &f->cap_joins, f->n_joins + 1, sizeof *f->join, "joins", err));
        pv_fig_join *j = &f->join[f->n_joins];
        *j = (pv_fig_join){.part = pv_fig_plot_of(f, pv_row_int(q, 0)), .plot = pv_fig_plot_of(f, pv_row_int(q, 1))};
        j->day = pv_fig_day(pv_row_text(q, 2));
        if (j->part == SIZE_MAX || j->plot == SIZE_MAX) PV_TRY(pv_fail(err, PV_INPUT, "a join is of a plot that the ledger does not have"));
        j->root = f->plot[j->part].root;
        f->n_joins++;
    }
    if (f->n_joins > 1) qsort(f->join, f->n_joins, sizeof *f->join, by_root);
out:
    pv_stmt_free(q);
    return st;
}

/* ---- the parts of one plot of today, joined step by step ---- */

typedef struct member {
    size_t plot, leader;
    int32_t joined_on, since; /* since: of the leader, from when its set stands */
} member;

/* A plot that is a part of another one today. */
typedef struct merged {
    size_t root, plot;
} merged;

typedef struct joining {
    pv_figures_source *f;
    size_t root;
    size_t n_merged;
    merged *merged; /* by root */
    size_t n, cap;
    member *at;
    size_t n_steps, cap_steps;
    pv_step *step, *own; /* of all parts, as they were said; of one version */
    size_t n_spots, cap_spots;
    pv_fig_sight *spot; /* hotspots of all parts; plot: the part */
    pv_stmt *findings, *spots;
} joining;

static member *member_of(joining *w, size_t plot)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].plot == plot) return &w->at[i];
    return NULL;
}

static int by_merged(const void *a, const void *b)
{
    const merged *p = a, *q = b;
    if (p->root != q->root) return p->root < q->root ? -1 : 1;
    return p->plot < q->plot ? -1 : p->plot > q->plot;
}

static pv_status list_merged(joining *w, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figures_source *f = w->f;
    PV_TRY(pv_alloc(&w->merged, f->n_today, sizeof *w->merged, "parts of plots", err));
    for (size_t i = 0; i < f->n_today; i++)
        if (f->plot[i].root != i) w->merged[w->n_merged++] = (merged){f->plot[i].root, i};
    if (w->n_merged > 1) qsort(w->merged, w->n_merged, sizeof *w->merged, by_merged);
out:
    return st;
}

static pv_status add_member(joining *w, const member *m, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&w->at, &w->cap, w->n + 1, sizeof *w->at, "parts of plots", err));
    w->at[w->n++] = *m;
out:
    return st;
}

/* Parts of whose join the ledger has no record count as there from the beginning. */
static pv_status list_members(joining *w, const pv_fig_join *join, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t low = 0, high = w->n_merged;
    w->n = 0;
    PV_TRY(add_member(w, &(member){w->root, w->root, PV_NO_DAY, INT32_MIN}, err));
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (w->merged[middle].root < w->root)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < w->n_merged && w->merged[low].root == w->root; low++) {
        size_t plot = w->merged[low].plot;
        int has = 0;
        for (size_t k = 0; k < n; k++) has |= join[k].part == plot;
        PV_TRY(add_member(w, &(member){plot, has ? plot : w->root, has ? PV_NO_DAY : w->f->plot[plot].merged_on, INT32_MIN}, err));
    }
out:
    return st;
}

/* ---- a version ---- */

static pv_status add_parts(joining *w, pv_fig_plot *v, size_t leader, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    pv_text text = {0};
    v->part = f->n_parts;
    pv_text_add(&text, ",");
    for (size_t i = 0; i < w->n; i++) {
        if (w->at[i].leader != leader) continue;
        PV_TRY(pv_grow(&f->part, &f->cap_parts, f->n_parts + 1, sizeof *f->part, "parts of plots", err));
        f->part[f->n_parts++] = (pv_fig_part){w->at[i].plot, w->at[i].plot == leader ? PV_NO_DAY : w->at[i].joined_on};
        pv_text_addf(&text, "%lld,", (long long)f->plot[w->at[i].plot].fid);
    }
    v->n_parts = f->n_parts - v->part;
    PV_TRY(pv_text_status(&text, err));
    PV_TRY(pv_strdup(&v->parts, pv_text_str(&text), err));
out:
    pv_text_release(&text);
    return st;
}

static const pv_fig_part *part_of(const pv_figures_source *f, const pv_fig_plot *v, size_t plot)
{
    for (size_t m = v->part; m < v->part + v->n_parts; m++)
        if (f->part[m].plot == plot) return &f->part[m];
    return NULL;
}

/* Its findings, as the steps that they are by themselves. */
static pv_status add_findings(joining *w, size_t version, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    pv_fig_plot *v = &f->plot[version];
    const pv_fig_plot *root = &f->plot[w->root];
    size_t steps = 0;
    v->finding = f->n_findings;
    for (size_t i = 0; i < root->n_findings; i++) {
        const pv_fig_part *part = part_of(f, v, f->finding[root->finding + i].plot);
        if (part == NULL) continue;
        PV_TRY(pv_grow(&f->finding, &f->cap_findings, f->n_findings + 1, sizeof *f->finding, "findings", err));
        pv_fig_finding *g = &f->finding[f->n_findings++];
        *g = f->finding[root->finding + i];
        g->root = version;
        g->merged_on = part->joined_on;
        const pv_step *said = pv_step_find(w->step, w->n_steps, g->fid);
        if (said == NULL) continue;
        pv_step *s = &w->own[steps++];
        *s = *said;
        s->root = v->fid;
        s->merged_on[0] = '\0';
        if (part->joined_on != PV_NO_DAY) pv_date_of(part->joined_on, s->merged_on);
    }
    v->n_findings = f->n_findings - v->finding;
    PV_TRY(pv_steps_settle(w->own, steps, err));
    for (size_t i = v->finding; i < f->n_findings; i++) {
        const pv_step *s = pv_step_find(w->own, steps, f->finding[i].fid);
        if (s != NULL) f->finding[i].status = s->status;
    }
out:
    return st;
}

static pv_status add_sights(joining *w, size_t version, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    size_t from = f->n_sights;
    for (size_t i = 0; i < w->n_spots; i++) {
        if (part_of(f, &f->plot[version], w->spot[i].plot) == NULL) continue;
        PV_TRY(pv_grow(&f->sight, &f->cap_sights, f->n_sights + 1, sizeof *f->sight, "sights", err));
        f->sight[f->n_sights] = w->spot[i];
        f->sight[f->n_sights++].plot = version;
    }
    pv_fig_join_sights(f, from);
out:
    return st;
}

/* The set of a leader stood from its day to the day before `day`. */
static pv_status add_version(joining *w, const member *leader, int32_t day, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    size_t at = f->n_plots;
    if (leader->since >= day) return PV_OK;
    PV_TRY(pv_grow(&f->plot, &f->cap_plots, at + 1, sizeof *f->plot, "plots", err));
    pv_fig_plot *v = &f->plot[at];
    *v = f->plot[leader->plot];
    v->root = at;
    v->holder = f->plot[w->root].fid;
    v->known_from = leader->since;
    v->known_to = day - 1;
    v->found_on = v->last_seen = v->merged_on = PV_NO_DAY;
    v->area_m2 = -1;
    v->n_findings = v->n_sights = v->n_versions = 0;
    v->parts = NULL;
    f->n_plots++;
    PV_TRY(add_parts(w, v, leader->plot, err));
    PV_TRY(add_findings(w, at, err));
    PV_TRY(add_sights(w, at, err));
    f->plot[w->root].n_versions++;
out:
    return st;
}

/* ---- one plot of today ---- */

static pv_status read_said(joining *w, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    w->n_steps = w->n_spots = 0;
    pv_stmt_int(w->findings, 1, w->f->plot[w->root].fid);
    for (;;) {
        PV_TRY(pv_stmt_step(w->findings, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&w->step, &w->cap_steps, w->n_steps + 1, sizeof *w->step, "findings", err));
        pv_step_read(w->findings, &w->step[w->n_steps++]);
    }
    pv_free(w->own);
    w->own = NULL;
    PV_TRY(pv_alloc(&w->own, w->n_steps + 1, sizeof *w->own, "findings", err));
    pv_stmt_int(w->spots, 1, w->f->plot[w->root].fid);
    for (;;) {
        PV_TRY(pv_stmt_step(w->spots, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&w->spot, &w->cap_spots, w->n_spots + 1, sizeof *w->spot, "hotspots", err));
        w->n_spots += (size_t)pv_fig_read_sight(w->f, w->spots, &w->spot[w->n_spots]);
    }
out:
    pv_stmt_reset(w->findings);
    pv_stmt_reset(w->spots);
    return st;
}

/* n joins of one root, in the order of days. */
static pv_status walk_joins(joining *w, const pv_fig_join *join, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t last = INT32_MIN;
    w->root = join->root;
    w->f->plot[w->root].version = w->f->n_plots;
    PV_TRY(list_members(w, join, n, err));
    PV_TRY(read_said(w, err));
    for (size_t k = 0; k < n; k++) {
        member *part = member_of(w, join[k].part), *into = member_of(w, join[k].plot);
        if (part == NULL || into == NULL || part->leader == into->leader) continue;
        size_t from = part->leader;
        into = member_of(w, into->leader);
        PV_TRY(add_version(w, member_of(w, from), join[k].day, err));
        PV_TRY(add_version(w, into, join[k].day, err));
        for (size_t i = 0; i < w->n; i++) {
            if (w->at[i].leader != from) continue;
            w->at[i].leader = into->plot;
            w->at[i].joined_on = join[k].day;
        }
        into->since = last = join[k].day;
    }
    w->f->plot[w->root].known_from = last;
out:
    return st;
}

pv_status pv_fig_joined(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    joining w = {.f = f};
    PV_TRY(read_joins(f, err));
    if (f->n_joins == 0) goto out;
    PV_TRY(list_merged(&w, err));
    PV_TRY(pv_stmt_new(&w.findings, f->s->db,
                       "SELECT " PV_SQL_STEP " FROM findings f JOIN plots p ON p.fid=f.plot WHERE f.plot IN(SELECT ?1 UNION ALL SELECT fid FROM plots"
                       " WHERE merged_into=?1) ORDER BY f.fid",
                       err));
    PV_TRY(pv_stmt_new(&w.spots, f->s->db,
                       "SELECT coalesce(h.part,h.plot),p.day,h.fid,coalesce(h.prob,h.prob_mean),h.area_m2,h.id,h.stage FROM hotspots h JOIN photos p ON "
                       "p.fid=h.photo WHERE h.plot=?1 AND p.day IS NOT NULL",
                       err));
    for (size_t i = 0, n; i < f->n_joins; i += n) {
        for (n = 1; i + n < f->n_joins && f->join[i + n].root == f->join[i].root;) n++;
        PV_TRY(pv_where(err, walk_joins(&w, &f->join[i], n, err), "plot %s", f->plot[f->join[i].root].id));
    }
out:
    pv_stmt_free(w.findings);
    pv_stmt_free(w.spots);
    pv_free(w.merged);
    pv_free(w.at);
    pv_free(w.step);
    pv_free(w.own);
    pv_free(w.spot);
    return st;
}

/* ---- what is said of it ---- */

static int by_plot(const void *a, const void *b)
{
    return strcmp(((const pv_figures_border *)a)->plot, ((const pv_figures_border *)b)->plot);
}

pv_status pv_fig_note_joined(pv_fig_rows *r, int32_t from, int32_t to, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figures_source *f = r->f;
    pv_figures *t = r->t;
    pv_text zh = {0}, en = {0};
    size_t n = 0, first = t->n_borders;
    char day[PV_DATE];
    while (first > 0 && t->border[first - 1].period == r->period) first--;
    if (f->n_plots > f->n_today && t->n_borders > first + 1) qsort(t->border + first, t->n_borders - first, sizeof *t->border, by_plot);
    for (size_t i = 0; i < f->n_joins; i++) {
        const pv_fig_join *j = &f->join[i];
        if (j->day < from || j->day > to || n++ >= MOST_NAMED) continue;
        pv_date_of(j->day, day);
        pv_text_addf(&zh, "%s%s 并入 %s（%s）", n > 1 ? "；" : "期内夜间处理查明为同一图斑、并计为一处：", f->plot[j->part].id, f->plot[j->plot].id,
                     day);
        pv_text_addf(&en, "%s%s a part of %s (%s)", n > 1 ? "; " : "nights of the period found plots to be one: ", f->plot[j->part].id,
                     f->plot[j->plot].id, day);
    }
    if (n == 0) goto out;
    if (n > MOST_NAMED) {
        pv_text_addf(&zh, "；另有 %zu 处", n - MOST_NAMED);
        pv_text_addf(&en, "; and %zu more", n - MOST_NAMED);
    }
    pv_text_add(&zh, "。此前结束的期间仍分别计数");
    pv_text_add(&en, ". In tables of periods that ended before they count as they did");
    PV_TRY(pv_text_status(&zh, err));
    PV_TRY(pv_text_status(&en, err));
    PV_TRY(pv_fig_note(t, r->period, "joined", pv_text_str(&zh), pv_text_str(&en), err));
out:
    pv_text_release(&zh);
    pv_text_release(&en);
    return st;
}
