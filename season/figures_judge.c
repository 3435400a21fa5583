/* What a plot is in a period: from its days up to the period's end. */
#include <math.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/banned.h"

/* One growth of a plot, while its days are walked. */
typedef struct growth {
    int begun, positive;
    int32_t found, checked, gone;
    int64_t counted, sample_plants; /* < 0: none */
    double sample_m2;
    int8_t stage;
    size_t sight;
    int eradicated, rechecked; /* in the period; since then */
    int64_t removed;
    int8_t method, stage_then;
    size_t sight_then;
    int32_t first, last;
} growth;

static const growth no_growth = {.begun = 0,
                                 .found = PV_NO_DAY,
                                 .checked = PV_NO_DAY,
                                 .gone = PV_NO_DAY,
                                 .counted = -1,
                                 .sample_plants = -1,
                                 .stage = -1,
                                 .sight = SIZE_MAX,
                                 .method = -1,
                                 .stage_then = -1,
                                 .sight_then = SIZE_MAX,
                                 .first = PV_NO_DAY,
                                 .last = PV_NO_DAY};

typedef struct judging {
    pv_figures_source *f;
    int32_t from, to;
    growth g;
    int confirmed;
    double measured_m2; /* < 0: nobody did */
    pv_fig_case *out;
} judging;

/* ---- plants ---- */

/* Low, middle, high of a growth that nobody counted; < 0: not known. area_e4 < 0: not known. */
static pv_status estimate(judging *j, const growth *g, int64_t area_e4, double plants[3], pv_err *err)
{
    pv_status st = PV_OK;
    pv_fig_sight *s = g->sight != SIZE_MAX ? &j->f->sight[g->sight] : NULL;
    for (int k = 0; k < 3; k++) plants[k] = -1;
    if (g->sample_plants >= 0 && g->sample_m2 > 0 && area_e4 >= 0) {
        double n = (double)g->sample_plants, scale = (double)area_e4 * 1e-4 / g->sample_m2, half = 1.96 * sqrt(n);
        plants[0] = round(fmax(0, n - half) * scale);
        plants[1] = round(n * scale);
        plants[2] = round((n + half) * scale);
    } else if (s != NULL) {
        PV_TRY(pv_fig_estimate(j->f, s, err));
        memcpy(plants, s->plants, sizeof s->plants);
    }
out:
    return st;
}

static void add_plants(pv_fig_case *out, int64_t counted, const double plants[3])
{
    if (counted >= 0) out->counted = (out->counted < 0 ? 0 : out->counted) + counted;
    for (int k = 0; k < 3; k++) {
        double v = counted >= 0 ? (double)counted : plants[k];
        if (v >= 0) out->plants[k] = (out->plants[k] < 0 ? 0 : out->plants[k]) + v;
    }
}

/* ---- a growth ends ---- */

static int is_before_capsules(judging *j, const growth *g, pv_err *err)
{
    enum { FIRST_LATE = 5 }; /* capsule, in the order of the form */
    if (g->stage_then >= 0) return g->stage_then < FIRST_LATE;
    if (g->sight_then == SIZE_MAX) return -1;
    pv_fig_sight *s = &j->f->sight[g->sight_then];
    if (pv_fig_date(j->f, s, err) != PV_OK) return -2;
    return s->capsules_from == PV_NO_DAY ? -1 : s->capsules_from > g->last;
}

static pv_status area_of(judging *j, size_t sight, int64_t *area_e4, pv_err *err)
{
    pv_status st = PV_OK;
    *area_e4 = j->measured_m2 >= 0 ? llround(j->measured_m2 * 1e4) : -1;
    if (*area_e4 >= 0 || sight == SIZE_MAX) goto out;
    PV_TRY(pv_fig_solve(j->f, &j->f->sight[sight], err));
    *area_e4 = j->f->sight[sight].area_e4;
out:
    return st;
}

static pv_status take_eradication(judging *j, const growth *g, pv_err *err)
{
    pv_fig_case *out = j->out;
    out->eradicated = 1;
    out->removed += g->removed;
    out->method = g->method;
    if (out->first_eradication == PV_NO_DAY) out->first_eradication = g->first;
    out->last_eradication = g->last;
    out->eradicated_rechecked = g->rechecked;
    out->days_eradication = g->last - g->found;
    out->days_action = g->checked != PV_NO_DAY ? g->last - g->checked : -1;
    out->at_stage = is_before_capsules(j, g, err);
    return out->at_stage == -2 ? err->status : PV_OK;
}

/* What it gives to the period. */
static pv_status end_growth(judging *j, pv_err *err)
{
    pv_status st = PV_OK;
    const growth *g = &j->g;
    pv_fig_case *out = j->out;
    double plants[3] = {-1, -1, -1};
    int64_t area_e4 = -1, counted = g->counted;
    if (g->begun && g->checked != PV_NO_DAY && g->checked >= j->from) out->days_check = g->checked - g->found;
    if (!g->begun || !g->positive || (g->gone != PV_NO_DAY && g->gone < j->from)) goto out;
    j->confirmed = 1;
    if (counted < 0 && g->eradicated && g->removed > 0) counted = g->removed;
    PV_TRY(area_of(j, g->sight, &area_e4, err));
    if (counted < 0) PV_TRY(estimate(j, g, area_e4, plants, err));
    add_plants(out, counted, plants);
    out->stage = g->stage;
    if (g->stage < 0 && g->sight != SIZE_MAX) {
        PV_TRY(pv_fig_solve(j->f, &j->f->sight[g->sight], err));
        out->stage = j->f->sight[g->sight].stage;
    }
    if (g->eradicated) PV_TRY(take_eradication(j, g, err));
out:
    return st;
}

/* ---- one day ---- */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Counts, samples, stages, areas that the day's findings say: of one day the largest. */
static void take_said(judging *j, const pv_fig_step *s)
{
    growth *g = &j->g;
    int64_t counted = -1;
    double measured = -1;
    int8_t stage = -1;
    for (size_t i = s->finding; i < s->finding + s->n_findings; i++) {
        const pv_fig_finding *f = &j->f->finding[i];
        counted = larger(counted, f->counted);
        measured = fmax(measured, f->area_m2);
        if (f->stage > stage) stage = f->stage;
        if (f->sample_plants >= 0 && f->sample_m2 > 0) {
            g->sample_plants = (g->sample_plants < 0 ? 0 : g->sample_plants) + f->sample_plants;
            g->sample_m2 += f->sample_m2;
        }
        if (f->status == PV_PLOT_RECHECKED && s->day >= j->from) j->out->rechecked = 1;
        if (f->status == PV_PLOT_RECHECKED && g->eradicated) g->rechecked = 1;
        if (pv_life_is_verdict(f->status) && f->who >= 0 && s->day >= j->from) j->out->crew = f->who;
    }
    if (counted >= 0) g->counted = counted;
    if (measured >= 0) j->measured_m2 = measured;
    if (stage >= 0) g->stage = stage;
}

/* The eradications of a day, in the period. */
static void take_removed(judging *j, const pv_fig_step *s)
{
    growth *g = &j->g;
    int64_t removed = -1;
    int8_t method = -1;
    int by_us = 0, rechecked = 0, all = 0;
    for (size_t i = s->finding; i < s->finding + s->n_findings; i++) {
        const pv_fig_finding *f = &j->f->finding[i];
        rechecked |= f->status == PV_PLOT_RECHECKED;
        if (f->status != PV_PLOT_ERADICATED) continue;
        all++;
        by_us += f->verdict < 0 || strcmp(pv_form_words(PV_LIST_VERDICT, &(int){0})[f->verdict].code, "already_removed") != 0;
        removed = larger(removed, f->removed >= 0 ? f->removed : f->counted);
        if (f->method > method) method = f->method;
    }
    if (all == 0 || (by_us == 0 && !g->positive)) return;
    g->positive = 1;
    if (s->day < j->from) return;
    g->eradicated = 1;
    g->rechecked = rechecked;
    g->removed += removed > 0 ? removed : 0;
    if (method >= 0) g->method = method;
    g->stage_then = g->stage;
    g->sight_then = g->sight;
    if (g->first == PV_NO_DAY) g->first = s->day;
    g->last = s->day;
}

static void take_verdict(judging *j, const pv_fig_step *s)
{
    growth *g = &j->g;
    int gone = s->state == PV_FIG_ERADICATED || s->state == PV_FIG_RECHECKED;
    if (s->state != PV_FIG_SUSPECTED && g->checked == PV_NO_DAY) g->checked = s->day;
    if (s->state == PV_FIG_CONFIRMED) g->positive = 1;
    if (s->state == PV_FIG_RULED_OUT || s->state == PV_FIG_SUSPECTED) g->positive = g->eradicated = 0;
    if (gone) take_removed(j, s);
    if (gone && g->gone == PV_NO_DAY) g->gone = s->day;
    if (!gone) g->gone = PV_NO_DAY;
}

static pv_status take_step(judging *j, const pv_fig_step *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_fig_case *out = j->out;
    int in = s->day >= j->from;
    if (s->begins) {
        PV_TRY(end_growth(j, err));
        j->g = no_growth;
        j->g.begun = 1;
        j->g.found = s->day;
    }
    if (s->sight != SIZE_MAX && j->f->sight[s->sight].day == s->day) j->g.sight = s->sight;
    out->counts |= in && s->counts;
    out->regrown |= in && s->regrown;
    if (s->n_findings > 0) take_said(j, s);
    if (s->n_findings > 0 && s->verdict) take_verdict(j, s);
out:
    return st;
}

/* ---- the whole ---- */

static void take_reason(judging *j, const pv_fig_step *last)
{
    static const char *const code[PV_FIG_REASONS - 1] = {"corn_poppy",       "other_crop",      "wild_plant",
                                                         "bare_or_artifact", "already_removed", "not_found"};
    enum { ALREADY_REMOVED = 4, NOT_FOUND = 5, WORDS = 6 };
    int n = 0;
    const pv_form_word *word = pv_form_words(PV_LIST_VERDICT, &n);
    j->out->reason = last->state == PV_FIG_RECHECKED ? NOT_FOUND : last->state == PV_FIG_ERADICATED ? ALREADY_REMOVED : WORDS;
    if (last->state != PV_FIG_RULED_OUT || last->decides == SIZE_MAX) return;
    const pv_fig_finding *f = &j->f->finding[last->decides];
    j->out->note = f->note;
    for (int k = 0; f->verdict >= 0 && k < PV_FIG_REASONS - 1; k++)
        if (strcmp(word[f->verdict].code, code[k]) == 0) j->out->reason = k;
}

/* Crews that were sent stand for those that found nothing yet. */
static void take_crew(judging *j, const pv_fig_step *first, const pv_fig_step *end)
{
    for (const pv_fig_step *s = end; j->out->crew < 0 && s > first;) {
        s--;
        for (size_t i = s->finding; s->n_findings > 0 && i < s->finding + s->n_findings; i++)
            if (j->f->finding[i].who >= 0) j->out->crew = j->f->finding[i].who;
    }
}

static void classify(judging *j, const pv_fig_step *last)
{
    pv_fig_case *out = j->out;
    out->note = -1;
    if (j->confirmed)
        out->is = PV_FIG_IS_CONFIRMED;
    else if (last->state == PV_FIG_RULED_OUT || last->state == PV_FIG_RECHECKED || last->state == PV_FIG_ERADICATED)
        out->is = PV_FIG_IS_RULED_OUT;
    else
        out->is = last->unreachable ? PV_FIG_IS_UNREACHABLE : PV_FIG_IS_UNCHECKED;
    if (out->is == PV_FIG_IS_RULED_OUT) take_reason(j, last);
}

pv_status pv_fig_judge(pv_figures_source *f, const pv_fig_plot *p, int32_t from, int32_t to, pv_fig_case *out, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_fig_step *first = f->step + p->step, *end = first;
    judging j = {.f = f, .from = from, .to = to, .g = no_growth, .measured_m2 = -1, .out = out};
    *out = (pv_fig_case){.counted = -1,
                         .plants = {-1, -1, -1},
                         .area_e4 = -1,
                         .note = -1,
                         .crew = -1,
                         .stage = -1,
                         .method = -1,
                         .at_stage = -1,
                         .first_eradication = PV_NO_DAY,
                         .last_eradication = PV_NO_DAY,
                         .days_check = -1,
                         .days_action = -1,
                         .days_eradication = -1,
                         .sight = SIZE_MAX};
    size_t n = p->n_steps;
    while (n > 0 && first[n - 1].day > to) n--;
    if (n == 0) goto out;
    end = first + n;
    /* Days before the period are walked too: what stood when it began counts. Where nothing happened in it the last day says enough. */
    const pv_fig_step *last = end - 1;
    out->open_before = last->state == PV_FIG_SUSPECTED || last->state == PV_FIG_CONFIRMED || last->state == PV_FIG_SEEN_AGAIN;
    if (last->day < from) goto out;
    for (const pv_fig_step *s = first; s < end; s++) PV_TRY(take_step(&j, s, err));
    PV_TRY(end_growth(&j, err));
    if (!out->counts) {
        int rechecked = out->rechecked, open = out->open_before;
        *out = (pv_fig_case){.rechecked = rechecked, .open_before = open && first->day < from};
        goto out;
    }
    out->open_before = 0;
    classify(&j, last);
    take_crew(&j, first, end);
    out->is_new = first->day >= from;
    out->conflict = last->conflict;
    out->sight = last->sight;
    out->shown = last->sight != SIZE_MAX;
    PV_TRY(area_of(&j, last->sight, &out->area_e4, err));
out:
    return st;
}
