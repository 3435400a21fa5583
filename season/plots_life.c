/* The status of a plot: what findings and photos say together. It is worked out from all of them each time, so that their order does not matter. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

struct pv_life_questions {
    pv_stmt *findings, *sight, *later, *quiet_end, *put;
    double change;
    int64_t quiet_days;
    const char *date;
};

void pv_life_free(pv_life_questions *q)
{
    if (q == NULL) return;
    pv_stmt_free(q->findings);
    pv_stmt_free(q->sight);
    pv_stmt_free(q->later);
    pv_stmt_free(q->quiet_end);
    pv_stmt_free(q->put);
    pv_free(q);
}

static pv_status prepare(pv_life_questions *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->findings, db,
                       "SELECT " PV_SQL_STEP ",f.key," PV_SQL_INSTANT ",f.prob,f.class,f.note FROM findings f JOIN plots p ON p.fid=f.plot"
                       " WHERE f.plot IN(SELECT ?1 UNION ALL SELECT fid FROM plots WHERE merged_into=?1) ORDER BY f.fid",
                       err));
    PV_TRY(pv_stmt_new(&q->sight, db, "SELECT min(date) FROM looks WHERE plot=?1 AND seen=1 AND date>?2", err));
    PV_TRY(pv_stmt_new(&q->later, db,
                       "SELECT p.day,coalesce(h.prob,h.prob_mean),h.class FROM hotspots h JOIN photos p ON p.fid=h.photo"
                       " WHERE h.plot=?1 AND p.day>?2 AND p.day<=?3 AND " PV_SQL_OF_PARTS("?4") " ORDER BY 1,2 DESC,h.area_m2 DESC,h.id",
                       err));
    PV_TRY(pv_stmt_new(&q->quiet_end, db, "SELECT coalesce(date(?1,?2||' days'),'9999-12-31')", err));
    PV_TRY(pv_stmt_new(&q->put, db,
                       "UPDATE plots SET status=?2,status_date=?3,eradicated_on=?4,quiet_from=?5,quiet_until=?6,quiet_prob=?7,quiet_class=?8,"
                       "quiet_reason=?9,shown_again=?10 WHERE fid=?1",
                       err));
out:
    return st;
}

pv_status pv_life_new(pv_life_questions **out, pv_season *s, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    pv_life_questions *q = NULL;
    PV_TRY(pv_alloc(&q, 1, sizeof *q, "questions about findings", err));
    q->change = pv_conf_real(s->conf, PV_SET_QUIET_CHANGE);
    q->quiet_days = pv_conf_int(s->conf, PV_SET_QUIET_DAYS);
    q->date = date;
    PV_TRY(prepare(q, s->db, err));
    *out = q;
    q = NULL;
out:
    pv_life_free(q);
    return st;
}

void pv_life_release(pv_life *l)
{
    pv_free(l->at);
    pv_free(l->steps.at);
    *l = (pv_life){.n = 0};
}

/* Office acts tell where a check stands; all others are verdicts. */
int pv_life_is_verdict(pv_plot_status status)
{
    return status != PV_PLOT_DISPATCHED && status != PV_PLOT_CHECKING && status != PV_PLOT_UNREACHABLE;
}

int pv_life_is_gone(pv_plot_status status)
{
    return status == PV_PLOT_ERADICATED || status == PV_PLOT_RECHECKED;
}

int pv_life_step(pv_plot_status status)
{
    static const int step[] = {
        [PV_PLOT_SUSPECTED] = 0, [PV_PLOT_DISPATCHED] = 1, [PV_PLOT_CHECKING] = 2,   [PV_PLOT_UNREACHABLE] = 3, [PV_PLOT_RULED_OUT] = 4,
        [PV_PLOT_REGROWN] = 5,   [PV_PLOT_CONFIRMED] = 6,  [PV_PLOT_ERADICATED] = 7, [PV_PLOT_RECHECKED] = 8};
    return step[status];
}

/* 1 = a stands after b; both are of one day. */
static int stands_after(const pv_life_item *a, const pv_life_item *b, int timed)
{
    if (timed && a->instant != b->instant) return a->instant > b->instant;
    if (pv_life_step(a->status) != pv_life_step(b->status)) return pv_life_step(a->status) > pv_life_step(b->status);
    return strcmp(a->key, b->key) > 0;
}

/* The last verdict, or the last act of an office, of n findings from `first` on; -1 = there is none. Of a conflict the graver one. */
static long last_of(const pv_life *l, int verdicts, size_t first, size_t n)
{
    const char *date = "";
    int timed = 1;
    long best = -1;
    for (size_t i = first; i < first + n; i++) {
        const pv_life_item *f = &l->at[i];
        if (pv_life_is_verdict(f->status) != verdicts) continue;
        if (strcmp(f->date, date) > 0) timed = 1;
        if (strcmp(f->date, date) >= 0) {
            date = f->date;
            timed = timed && f->has_instant;
        }
    }
    for (size_t i = first; i < first + n; i++) {
        const pv_life_item *f = &l->at[i];
        if (pv_life_is_verdict(f->status) != verdicts || strcmp(f->date, date) != 0) continue;
        if (f->conflict && (f->status == PV_PLOT_RULED_OUT || f->status == PV_PLOT_RECHECKED)) continue;
        if (best < 0 || stands_after(f, &l->at[best], timed)) best = (long)i;
    }
    return best;
}

static int is_graver(const pv_life_item *a, const pv_life_item *b)
{
    if (a->status != b->status) return a->status > b->status;
    int date = strcmp(a->date, b->date);
    return date != 0 ? date > 0 : strcmp(a->key, b->key) > 0;
}

/* Of plots that were joined the graver verdict stands, of equal ones the later, until the plot that stayed has a verdict of its own from after that day. */
static long deciding(const pv_life *l, int64_t root)
{
    const char *merged_on = "";
    long own = -1, best = -1;
    for (size_t i = 0, k; i < l->n; i += k) {
        for (k = 1; i + k < l->n && l->at[i + k].plot == l->at[i].plot;) k++;
        for (size_t m = i; m < i + k; m++)
            if (strcmp(l->at[m].merged_on, merged_on) > 0) merged_on = l->at[m].merged_on;
        long last = last_of(l, 1, i, k);
        if (last < 0) continue;
        if (l->at[i].plot == root) own = last;
        if (best < 0 || is_graver(&l->at[last], &l->at[best])) best = last;
    }
    return own >= 0 && strcmp(l->at[own].date, merged_on) > 0 ? own : best;
}

static int by_plot(const void *a, const void *b)
{
    const pv_life_item *x = a, *y = b;
    if (x->plot != y->plot) return x->plot < y->plot ? -1 : 1;
    return (x->fid > y->fid) - (x->fid < y->fid);
}

static void read_item(pv_stmt *q, pv_life_item *f)
{
    enum { KEY = PV_STEP_COLUMNS, INSTANT, PROB, CLASS, NOTE };
    *f = (pv_life_item){.fid = pv_row_int(q, 0)};
    const pv_form_word *verdict = pv_form_word_of(PV_LIST_VERDICT, pv_row_text(q, 6));
    (void)snprintf(f->key, sizeof f->key, "%s", pv_row_text(q, KEY));
    f->has_instant = !pv_row_is_null(q, INSTANT);
    f->instant = pv_row_real(q, INSTANT);
    f->prob = pv_row_is_null(q, PROB) ? -1 : pv_row_real(q, PROB);
    (void)snprintf(f->class_name, sizeof f->class_name, "%s", pv_row_text(q, CLASS));
    const char *note = pv_row_text(q, NOTE);
    (void)snprintf(f->reason, sizeof f->reason, "%s%s%s", verdict != NULL ? verdict->zh : "", verdict != NULL && note[0] != '\0' ? ": " : "", note);
}

static void take_step(pv_life_item *f, const pv_step *step)
{
    f->plot = pv_step_own(step);
    f->status = step->status;
    f->conflict = step->conflict;
    memcpy(f->date, step->date, PV_DATE);
    memcpy(f->merged_on, step->merged_on, PV_DATE);
}

void pv_life_decide(pv_life *l, int64_t root)
{
    if (l->n > 0) qsort(l->at, l->n, sizeof *l->at, by_plot);
    l->verdict = deciding(l, root);
    l->office = last_of(l, 0, 0, l->n);
}

pv_status pv_life_read(pv_life *l, pv_life_questions *q, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_steps *s = &l->steps;
    int row = 0;
    l->n = s->n = 0;
    pv_stmt_int(q->findings, 1, plot);
    PV_TRY(pv_stmt_step(q->findings, &row, err));
    while (row) {
        PV_TRY(pv_grow(&l->at, &l->cap, l->n + 1, sizeof *l->at, "findings", err));
        PV_TRY(pv_grow(&s->at, &s->cap, s->n + 1, sizeof *s->at, "findings", err));
        pv_step_read(q->findings, &s->at[s->n++]);
        read_item(q->findings, &l->at[l->n++]);
        PV_TRY(pv_stmt_step(q->findings, &row, err));
    }
    PV_TRY(pv_steps_settle(s->at, s->n, err));
    for (size_t i = 0; i < l->n; i++) take_step(&l->at[i], &s->at[i]);
    pv_life_decide(l, plot);
out:
    pv_stmt_reset(q->findings);
    return st;
}

/* What follows for the plot's row. */
typedef struct outcome {
    pv_plot_status status;
    char date[PV_DATE], eradicated_on[PV_DATE], quiet_until[PV_DATE];
    const char *why;
    const pv_life_item *quiet; /* NULL = it is not quiet and was not */
} outcome;

/* Something is there again after the date of its eradication. */
static pv_status check_regrown(const pv_life_questions *q, int64_t plot, outcome *o, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q->sight, 1, plot);
    pv_stmt_text(q->sight, 2, o->date);
    PV_TRY(pv_stmt_step(q->sight, &row, err));
    if (row && !pv_row_is_null(q->sight, 0)) {
        o->status = PV_PLOT_REGROWN;
        (void)snprintf(o->date, sizeof o->date, "%s", pv_row_text(q->sight, 0));
    }
out:
    pv_stmt_reset(q->sight);
    return st;
}

/* Does a later day end the silence? What no photo had shown was as probable as nothing. Probabilities have four decimals; they are compared as whole numbers. */
static pv_status check_loud(const pv_life_questions *q, int64_t plot, const char *parts, outcome *o, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE] = "";
    const char *was = o->quiet->class_name;
    int row = 0;
    long loud = lround(fmax(0, o->quiet->prob) * 1e4) + lround(q->change * 1e4);
    pv_stmt_int(q->later, 1, plot);
    pv_stmt_text(q->later, 2, o->quiet->date);
    pv_stmt_text(q->later, 3, o->quiet_until);
    pv_stmt_text(q->later, 4, parts);
    PV_TRY(pv_stmt_step(q->later, &row, err));
    while (row && o->why == NULL) {
        const char *now = pv_row_text(q->later, 2);
        int first_of_day = strcmp(day, pv_row_text(q->later, 0)) != 0;
        (void)snprintf(day, sizeof day, "%s", pv_row_text(q->later, 0));
        if (lround(pv_row_real(q->later, 1) * 1e4) >= loud)
            o->why = "probability";
        else if (first_of_day && was[0] != '\0' && now[0] != '\0' && strcmp(now, was) != 0)
            o->why = "class";
        else
            PV_TRY(pv_stmt_step(q->later, &row, err));
    }
    if (o->why != NULL) (void)snprintf(o->date, sizeof o->date, "%s", day);
out:
    pv_stmt_reset(q->later);
    return st;
}

/* The last quiet day. */
static pv_status quiet_end(const pv_life_questions *q, outcome *o, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_text(q->quiet_end, 1, o->quiet->date);
    pv_stmt_int(q->quiet_end, 2, q->quiet_days);
    PV_TRY(pv_stmt_step(q->quiet_end, &row, err));
    (void)snprintf(o->quiet_until, sizeof o->quiet_until, "%s", pv_row_text(q->quiet_end, 0));
out:
    pv_stmt_reset(q->quiet_end);
    return st;
}

static pv_status check_quiet(const pv_life_questions *q, int64_t plot, const pv_life_item *f, outcome *o, pv_err *err)
{
    pv_status st = PV_OK;
    o->quiet = f;
    PV_TRY(quiet_end(q, o, err));
    PV_TRY(check_loud(q, plot, NULL, o, err));
    if (o->why == NULL && strcmp(o->quiet_until, q->date) < 0) {
        o->why = "expired";
        memcpy(o->date, o->quiet_until, sizeof o->date);
    }
    if (o->why != NULL) o->status = PV_PLOT_SUSPECTED;
out:
    return st;
}

pv_status pv_life_wakes(const pv_life_questions *q, int64_t plot, const char *parts, const pv_life_item *f, char day[PV_DATE], char until[PV_DATE],
                        pv_err *err)
{
    pv_status st = PV_OK;
    outcome o = {.status = PV_PLOT_RULED_OUT, .quiet = f};
    day[0] = '\0';
    PV_TRY(quiet_end(q, &o, err));
    PV_TRY(check_loud(q, plot, parts, &o, err));
    memcpy(until, o.quiet_until, PV_DATE);
    if (o.why != NULL) memcpy(day, o.date, PV_DATE);
out:
    return st;
}

static pv_status put(const pv_life_questions *q, int64_t plot, const outcome *o, pv_err *err)
{
    const pv_life_item *f = o->quiet;
    pv_stmt_int(q->put, 1, plot);
    pv_stmt_text(q->put, 2, pv_plot_status_word(o->status));
    pv_stmt_text_or_null(q->put, 3, o->date);
    pv_stmt_text_or_null(q->put, 4, o->eradicated_on);
    pv_stmt_text_or_null(q->put, 5, f != NULL ? f->date : "");
    pv_stmt_text_or_null(q->put, 6, o->quiet_until);
    if (f != NULL && f->prob >= 0)
        pv_stmt_real(q->put, 7, f->prob);
    else
        pv_stmt_null(q->put, 7);
    pv_stmt_text_or_null(q->put, 8, f != NULL ? f->class_name : "");
    if (f != NULL)
        pv_stmt_text(q->put, 9, f->reason);
    else
        pv_stmt_null(q->put, 9);
    pv_stmt_text(q->put, 10, o->why);
    return pv_stmt_run(q->put, err);
}

pv_status pv_life_settle(pv_life_questions *q, pv_life *l, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    outcome o = {.status = PV_PLOT_SUSPECTED};
    PV_TRY(pv_life_read(l, q, plot, err));
    if (l->n == 0) goto out;
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].status == PV_PLOT_ERADICATED && strcmp(l->at[i].date, o.eradicated_on) > 0) memcpy(o.eradicated_on, l->at[i].date, PV_DATE);
    const pv_life_item *v = l->verdict >= 0 ? &l->at[l->verdict] : NULL, *act = l->office >= 0 ? &l->at[l->office] : NULL;
    if (v != NULL) {
        o.status = v->status;
        memcpy(o.date, v->date, PV_DATE);
    }
    if (pv_life_is_gone(o.status)) PV_TRY(check_regrown(q, plot, &o, err));
    if (o.status == PV_PLOT_RULED_OUT) PV_TRY(check_quiet(q, plot, v, &o, err));
    l->decides = v != NULL && o.status == v->status && strcmp(o.date, v->date) == 0 ? l->verdict : -1;
    if (act != NULL && (o.status == PV_PLOT_SUSPECTED || o.status == PV_PLOT_REGROWN) && strcmp(act->date, o.date) >= 0) {
        o.status = act->status;
        memcpy(o.date, act->date, PV_DATE);
        l->decides = l->office;
    }
    PV_TRY(put(q, plot, &o, err));
out:
    return st;
}
