/* The days of each plot, worked out once: what it is at the end of each, from the findings and sights up to that day and nothing later.
 *
 * Verdicts are those of season/findings.h (pv_life_decide over the findings up to the day). A growth begins with the first event, and anew when something is there after it was eradicated
 * or rechecked, when a silence ends, or when an office opens the plot again. That silence only runs out is no event: until a photo shows the plot again it stays ruled out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct walking {
    pv_figures_source *f;
    pv_life life;    /* all findings of the plot at hand, by day */
    pv_life decided; /* those up to the day at hand, with the one that decides; fid: place in life */
    pv_life_questions *questions;
    pv_fids found; /* days on which crews found its parts, sorted */
    pv_fig_step now;
    int32_t since, wakes, last_verdict; /* day of the state; day on which a silence ends */
} walking;

static pv_status fill_life(walking *w, const pv_fig_plot *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    w->life.n = 0;
    PV_TRY(pv_grow(&w->life.at, &w->life.cap, p->n_findings, sizeof *w->life.at, "findings", err));
    for (size_t i = 0; i < p->n_findings; i++) {
        const pv_fig_finding *g = &f->finding[p->finding + i];
        const pv_fig_plot *own = &f->plot[g->plot];
        pv_life_item *item = &w->life.at[w->life.n++];
        *item = (pv_life_item){
            .fid = (int64_t)i, .plot = own->fid, .status = g->status, .has_instant = g->has_instant, .instant = g->instant, .prob = g->prob};
        pv_date_of(g->day, item->date);
        if (g->merged_on != PV_NO_DAY) pv_date_of(g->merged_on, item->merged_on);
        if (g->merged_on != PV_NO_DAY && g->day > g->merged_on) item->plot = p->fid;
        memcpy(item->key, g->key, sizeof item->key);
        (void)snprintf(item->class_name, sizeof item->class_name, "%s", g->class_name >= 0 ? f->words.at[g->class_name] : "");
    }
out:
    return st;
}

static int is_positive(pv_plot_status s)
{
    return s == PV_PLOT_CONFIRMED || s == PV_PLOT_ERADICATED || s == PV_PLOT_REGROWN;
}

static int contradict(pv_plot_status a, pv_plot_status b)
{
    return (a == PV_PLOT_RULED_OUT && is_positive(b)) || (a == PV_PLOT_RECHECKED && b == PV_PLOT_REGROWN);
}

/* The conflicts of one day's findings from..to-1: another crew or file says the opposite. A verdict of a later day settles those of the days before. */
static int mark_conflicts(walking *w, const pv_fig_plot *p, size_t from, size_t to)
{
    int some = 0, verdict = 0;
    for (size_t i = from; i < to; i++) verdict |= pv_life_is_verdict(w->life.at[i].status);
    for (size_t i = 0; verdict && i < from; i++) w->life.at[i].conflict = 0;
    for (size_t i = from; i < to; i++)
        for (size_t k = from; k < to; k++) {
            const pv_fig_finding *a = &w->f->finding[p->finding + i], *b = &w->f->finding[p->finding + k];
            if (!contradict(a->status, b->status) || (a->crew == b->crew && a->source == b->source)) continue;
            w->life.at[i].conflict = w->life.at[k].conflict = 1;
        }
    for (size_t i = 0; i < to; i++) some |= w->life.at[i].conflict;
    return some;
}

static void begin_growth(walking *w, int32_t day)
{
    w->now.begins = 1;
    w->since = day;
}

/* A photo shows it, or a crew finds it. */
static void take_sight(walking *w, int32_t day, int by_crew)
{
    pv_fig_step *s = &w->now;
    int first = s->state == PV_FIG_NOTHING;
    if (s->state == PV_FIG_ERADICATED || s->state == PV_FIG_RECHECKED) {
        s->state = PV_FIG_SEEN_AGAIN;
        s->regrown = 1;
        begin_growth(w, day);
    } else if (s->state == PV_FIG_RULED_OUT) {
        if (!by_crew && (w->wakes == PV_NO_DAY || day < w->wakes)) return;
        s->state = PV_FIG_SUSPECTED;
        begin_growth(w, day);
    } else if (first) {
        s->state = PV_FIG_SUSPECTED;
        begin_growth(w, day);
        w->since = PV_NO_DAY; /* acts of any day tell where its check stands */
    }
    s->counts = 1;
}

/* When a later photo ends the silence. */
static pv_status find_waking(walking *w, const pv_fig_plot *p, const pv_life_item *verdict, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE], until[PV_DATE];
    int32_t last = p->n_sights > 0 ? w->f->sight[p->sight + p->n_sights - 1].day : PV_NO_DAY;
    w->wakes = PV_NO_DAY;
    if (last <= pv_fig_day(verdict->date)) return PV_OK;
    PV_TRY(pv_life_wakes(w->questions, p->holder, p->parts, verdict, day, until, err));
    w->wakes = day[0] != '\0' ? pv_fig_day(day) : pv_fig_day(until) + 1;
out:
    return st;
}

static void take_state(walking *w, pv_plot_status status, int32_t day)
{
    pv_fig_step *s = &w->now;
    int was_gone = s->state == PV_FIG_ERADICATED || s->state == PV_FIG_RECHECKED;
    if (s->state == PV_FIG_NOTHING) begin_growth(w, day);
    switch (status) {
    case PV_PLOT_CONFIRMED:
    case PV_PLOT_REGROWN:
        if (was_gone) begin_growth(w, day);
        if (was_gone) s->regrown = 1;
        s->state = PV_FIG_CONFIRMED;
        break;
    case PV_PLOT_ERADICATED:
        s->state = PV_FIG_ERADICATED;
        break;
    case PV_PLOT_RECHECKED:
        s->state = PV_FIG_RECHECKED;
        break;
    case PV_PLOT_RULED_OUT:
        s->state = PV_FIG_RULED_OUT;
        break;
    default:
        if (s->state != PV_FIG_SUSPECTED && s->state != PV_FIG_NOTHING) begin_growth(w, day);
        s->state = PV_FIG_SUSPECTED;
        break;
    }
    w->since = day;
}

static int makes_count(pv_plot_status status)
{
    return status != PV_PLOT_DISPATCHED && status != PV_PLOT_RECHECKED;
}

/* The findings of one day: from..to-1 of the plot's. */
static pv_status take_findings(walking *w, const pv_fig_plot *p, size_t from, size_t to, int32_t day, pv_err *err)
{
    pv_status st = PV_OK;
    pv_fig_step *s = &w->now;
    s->finding = p->finding + from;
    s->n_findings = to - from;
    s->conflict = (uint8_t)mark_conflicts(w, p, from, to);
    PV_TRY(pv_grow(&w->decided.at, &w->decided.cap, to, sizeof *w->decided.at, "findings", err));
    memcpy(w->decided.at, w->life.at, to * sizeof *w->decided.at);
    w->decided.n = to;
    pv_life_decide(&w->decided, p->fid);
    for (size_t i = from; i < to; i++) s->counts |= (uint8_t)makes_count(w->life.at[i].status);
    if (w->decided.verdict >= 0) {
        const pv_life_item *v = &w->decided.at[w->decided.verdict];
        int32_t on = pv_fig_day(v->date);
        if (on == day || s->state == PV_FIG_NOTHING) {
            take_state(w, v->status, on);
            s->verdict = 1;
            s->decides = p->finding + (size_t)v->fid;
            if (s->state == PV_FIG_RULED_OUT) PV_TRY(find_waking(w, p, v, err));
        }
    }
    if (s->state == PV_FIG_NOTHING) {
        s->state = PV_FIG_SUSPECTED;
        begin_growth(w, day);
        w->since = PV_NO_DAY;
    }
out:
    return st;
}

/* Where the check stands. */
static int is_unreachable(const walking *w)
{
    if (w->decided.office < 0) return 0;
    const pv_life_item *act = &w->decided.at[w->decided.office];
    return act->status == PV_PLOT_UNREACHABLE && (w->since == PV_NO_DAY || pv_fig_day(act->date) >= w->since);
}

static pv_status add_step(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures_source *f = w->f;
    PV_TRY(pv_grow(&f->step, &f->cap_steps, f->n_steps + 1, sizeof *f->step, "days of plots", err));
    f->step[f->n_steps++] = w->now;
    if (f->first == PV_NO_DAY || w->now.day < f->first) f->first = w->now.day;
    if (f->last == PV_NO_DAY || w->now.day > f->last) f->last = w->now.day;
out:
    return st;
}

static int32_t least(int32_t a, int32_t b)
{
    return a == PV_NO_DAY || (b != PV_NO_DAY && b < a) ? b : a;
}

static pv_status walk_plot(walking *w, pv_fig_plot *p, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figures_source *f = w->f;
    size_t g = 0, h = 0, c = 0;
    PV_TRY(fill_life(w, p, err));
    w->decided.n = 0;
    w->decided.office = w->decided.verdict = -1;
    w->now = (pv_fig_step){.sight = SIZE_MAX, .decides = SIZE_MAX};
    w->since = w->wakes = PV_NO_DAY;
    p->step = f->n_steps;
    for (;;) {
        int32_t sight = h < p->n_sights ? f->sight[p->sight + h].day : PV_NO_DAY,
                said = g < p->n_findings ? f->finding[p->finding + g].day : PV_NO_DAY;
        int32_t found = c < w->found.n ? (int32_t)w->found.at[c] : PV_NO_DAY, day = least(least(sight, said), found);
        if (day == PV_NO_DAY) break;
        pv_fig_step *s = &w->now;
        s->day = day;
        s->counts = s->begins = s->regrown = s->verdict = 0;
        s->n_findings = 0;
        for (; c < w->found.n && w->found.at[c] == day; c++) take_sight(w, day, 1);
        if (sight == day) {
            take_sight(w, day, 0);
            s->sight = p->sight + h++;
        }
        size_t to = g;
        while (to < p->n_findings && f->finding[p->finding + to].day == day) to++;
        if (to > g) PV_TRY(take_findings(w, p, g, to, day, err));
        g = to;
        s->unreachable = (uint8_t)is_unreachable(w);
        PV_TRY(add_step(w, err));
        p = &w->f->plot[p - w->f->plot];
    }
    p->n_steps = f->n_steps - p->step;
out:
    return st;
}

/* Days on which crews found the parts of plots: by root, then day. */
typedef struct found_day {
    size_t root;
    int32_t day;
} found_day;

static int by_root(const void *a, const void *b)
{
    const found_day *p = a, *q = b;
    if (p->root != q->root) return p->root < q->root ? -1 : 1;
    return p->day < q->day ? -1 : p->day > q->day;
}

pv_status pv_fig_steps(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    walking w = {.f = f};
    found_day *found = NULL;
    size_t n = 0, k = 0;
    PV_TRY(pv_alloc(&found, f->n_today + f->n_parts, sizeof *found, "places that crews found", err));
    for (size_t i = 0; i < f->n_today; i++)
        if (f->plot[i].found_on != PV_NO_DAY) found[n++] = (found_day){f->plot[i].root, f->plot[i].found_on};
    for (size_t i = f->n_today; i < f->n_plots; i++)
        for (size_t m = f->plot[i].part; m < f->plot[i].part + f->plot[i].n_parts; m++)
            if (f->plot[f->part[m].plot].found_on != PV_NO_DAY) found[n++] = (found_day){i, f->plot[f->part[m].plot].found_on};
    if (n > 0) qsort(found, n, sizeof *found, by_root);
    PV_TRY(pv_life_new(&w.questions, f->s, "", err));
    for (size_t i = 0; i < f->n_plots; i++) {
        if (f->plot[i].root != i) continue;
        for (w.found.n = 0; k < n && found[k].root == i; k++) PV_TRY(pv_fids_add(&w.found, found[k].day, err));
        PV_TRY(walk_plot(&w, &f->plot[i], err));
    }
out:
    pv_free(found);
    pv_life_free(w.questions);
    pv_life_release(&w.life);
    pv_life_release(&w.decided);
    pv_fids_release(&w.found);
    return st;
}
