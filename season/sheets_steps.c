/* What findings say of a plot, what comes next and by when. */
#include <stdio.h>
#include <string.h>

#include "season/sheets_internal.h"

#include "base/banned.h"

static const struct {
    const char *code, *zh, *en;
} words[] = {
    {"settle_conflict", "核查结果矛盾，须裁定", "findings contradict each other: settle it"},
    {"remind_letter", "逾期：发提示函", "overdue: send a letter of reminder"},
    {"remind_order", "逾期：发督办单", "overdue: send a supervision order"},
    {"remind_advice", "逾期：发建议书", "overdue: send a written advice"},
    {"dispatch", "待派发", "give it to a crew"},
    {"check", "待现场辨识", "go there and check"},
    {"fly_again", "无法到达：补飞", "could not be reached: fly again"},
    {"eradicate", "待铲除", "eradicate it"},
    {"recheck_other_team", "待换组复查", "another team checks it again"},
    {"second_signature", "缺第二人签名", "a second signature is missing"},
    {"evidence_photo", "缺现场照片", "a photo of the place is missing"},
    {"count_plants", "缺株数或样方", "a count or a sample of the plants is missing"},
};

const char *pv_sheet_step_word(const char *code, int zh)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0) return zh ? words[i].zh : words[i].en;
    return code;
}

/* Its code of the table, which is static. */
static void add(pv_sheet *t, const char *code)
{
    if (t->n_steps < PV_SHEET_STEPS) t->step[t->n_steps++] = code;
}

/* ---- signatures and teams ---- */

/* Different people who signed that it came into a status on that date. */
static int signatures(const pv_sheet_desk *d, pv_plot_status status, const char *date)
{
    const char *name[2] = {NULL, NULL};
    int n = 0;
    for (size_t i = 0; i < d->n_findings; i++) {
        const pv_finding *f = &d->finding[i];
        const char *both[2] = {f->person1, f->person2};
        if (f->status != status || strcmp(f->date, date) != 0) continue;
        for (int k = 0; k < 2 && n < 2; k++)
            if (both[k][0] != '\0' && (n == 0 || strcmp(name[0], both[k]) != 0)) name[n++] = both[k];
    }
    return n;
}

static int has_photo(const pv_sheet_desk *d, const char *date)
{
    for (size_t i = 0; i < d->n_findings; i++)
        if (strcmp(d->finding[i].date, date) == 0 && d->finding[i].photos[0] != '\0') return 1;
    return 0;
}

static int is_counted(const pv_sheet_desk *d, const char *since)
{
    for (size_t i = 0; i < d->n_findings; i++) {
        const pv_finding *f = &d->finding[i];
        if (strcmp(f->date, since) >= 0 && (f->plants_counted >= 0 || f->plants_removed >= 0 || (f->sample_plants >= 0 && f->sample_m2 > 0)))
            return 1;
    }
    return 0;
}

static int same_name(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

/* 1 = it is known that other people were there. */
static int other_team(const pv_finding *a, const pv_finding *b)
{
    if (same_name(a->person1, b->person1) || same_name(a->person1, b->person2) || same_name(a->person2, b->person1) ||
        same_name(a->person2, b->person2))
        return 0;
    if (a->crew[0] != '\0' && b->crew[0] != '\0') return strcmp(a->crew, b->crew) != 0;
    return a->person1[0] != '\0' && b->person1[0] != '\0';
}

/* 1 = another team checked it after its last eradication. */
static int is_rechecked(const pv_sheet_desk *d, const pv_sheet *t)
{
    for (size_t i = 0; i < d->n_findings; i++) {
        const pv_finding *r = &d->finding[i];
        int other = 1, some = 0;
        if (r->status != PV_PLOT_RECHECKED || strcmp(r->date, t->plot.eradicated_on) < 0) continue;
        for (size_t k = 0; k < d->n_findings; k++) {
            const pv_finding *e = &d->finding[k];
            if (e->status != PV_PLOT_ERADICATED || strcmp(e->date, t->plot.eradicated_on) != 0) continue;
            some = 1;
            other &= other_team(e, r);
        }
        if (some && other) return 1;
    }
    return 0;
}

static int waits_for_recheck(const pv_sheet_desk *d, const pv_sheet *t)
{
    if (t->plot.status == PV_PLOT_ERADICATED) return 1;
    return t->plot.status == PV_PLOT_RECHECKED && t->plot.eradicated_on[0] != '\0' && !is_rechecked(d, t);
}

static int is_positive(pv_plot_status status)
{
    return status == PV_PLOT_CONFIRMED || status == PV_PLOT_REGROWN;
}

void pv_sheet_findings(pv_sheet_desk *d, pv_sheet *t)
{
    const pv_plot *p = &t->plot;
    int open = p->status != PV_PLOT_ERADICATED && p->status != PV_PLOT_RECHECKED && p->status != PV_PLOT_RULED_OUT;
    d->missed = p->last_seen[0] != '\0' && strcmp(p->last_looked, p->last_seen) > 0;
    d->regrown = p->eradicated_on[0] != '\0' && open && strcmp(p->last_seen, p->eradicated_on) > 0;
    t->findings = (int64_t)d->n_findings;
    for (size_t i = 0; i < d->n_findings; i++) {
        const pv_finding *f = &d->finding[i];
        t->conflicts += f->conflict;
        if (f->plants_counted >= 0) t->plants_counted = f->plants_counted;
        if (f->plants_removed >= 0) t->plants_removed = f->plants_removed;
        if (p->eradicated_on[0] != '\0' && open && is_positive(f->status) && strcmp(f->date, p->eradicated_on) > 0) d->regrown = 1;
        if (f->status == PV_PLOT_DISPATCHED) {
            (void)snprintf(t->crew, sizeof t->crew, "%s", f->crew);
            (void)snprintf(t->dispatched_on, sizeof t->dispatched_on, "%s", f->date);
            (void)snprintf(t->due, sizeof t->due, "%s", f->due);
        } else if (pv_life_is_verdict(f->status) && (f->crew[0] != '\0' || f->person1[0] != '\0')) {
            (void)snprintf(t->visited_on, sizeof t->visited_on, "%s", f->date);
            (void)snprintf(t->visited_by, sizeof t->visited_by, "%s", f->crew[0] != '\0' ? f->crew : f->person1);
        }
    }
    if (p->status == PV_PLOT_REGROWN) d->regrown = 1;
    t->recheck = waits_for_recheck(d, t);
}

int pv_sheet_is_done(const pv_sheet *t)
{
    if (t->conflicts > 0) return 0;
    if (t->plot.status == PV_PLOT_RULED_OUT) return 1;
    return (t->plot.status == PV_PLOT_ERADICATED || t->plot.status == PV_PLOT_RECHECKED) && !t->recheck;
}

/* ---- what comes next ---- */

void pv_sheet_due(const pv_season *s, pv_risk risk, const char *date, char due[PV_DATE])
{
    static const pv_set days[PV_RISKS] = {PV_SET_DUE_EXTREME_DAYS, PV_SET_DUE_HIGH_DAYS, PV_SET_DUE_MIDDLE_DAYS, PV_SET_DUE_LOW_DAYS};
    pv_date_of(pv_date_number(date) + pv_conf_int(s->conf, days[risk]), due);
}

/* t->due is that of the last dispatch before, and that of the step at hand behind. */
static void set_due(const pv_sheet_desk *d, pv_sheet *t)
{
    const pv_conf *conf = d->s->conf;
    const pv_plot *p = &t->plot;
    int dispatched = t->dispatched_on[0] != '\0' && strcmp(t->dispatched_on, p->status_date) >= 0;
    char given[PV_DATE];
    (void)snprintf(given, sizeof given, "%s", t->due);
    t->due[0] = '\0';
    if (t->dispatched_on[0] != '\0' && given[0] == '\0') pv_sheet_due(d->s, t->risk, t->dispatched_on, given);
    if (p->status == PV_PLOT_DISPATCHED || p->status == PV_PLOT_CHECKING || p->status == PV_PLOT_UNREACHABLE) {
        memcpy(t->due, given, sizeof given);
    } else if (p->status == PV_PLOT_CONFIRMED || p->status == PV_PLOT_REGROWN) {
        if (dispatched)
            memcpy(t->due, given, sizeof given);
        else
            pv_date_of(pv_date_number(p->status_date) + pv_conf_int(conf, PV_SET_DUE_ERADICATION_DAYS), t->due);
    } else if (t->recheck) {
        pv_date_of(pv_date_number(p->eradicated_on) + pv_conf_int(conf, PV_SET_DUE_RECHECK_DAYS), t->due);
    }
}

static void set_ladder(const pv_sheet_desk *d, pv_sheet *t)
{
    static const pv_set step[] = {PV_SET_REMIND_LETTER_DAYS, PV_SET_REMIND_ORDER_DAYS, PV_SET_REMIND_ADVICE_DAYS};
    static const char *const code[] = {"remind_letter", "remind_order", "remind_advice"};
    if (t->due[0] == '\0' || strcmp(t->due, d->date) >= 0) return;
    t->overdue_days = (int)(pv_date_number(d->date) - pv_date_number(t->due));
    for (int k = 0; k < 3; k++)
        if (t->overdue_days >= pv_conf_int(d->s->conf, step[k])) t->ladder = k + 1;
    if (t->ladder > 0) add(t, code[t->ladder - 1]);
}

static void next_of_status(const pv_sheet_desk *d, pv_sheet *t)
{
    static const char *const code[] = {[PV_PLOT_RULED_OUT] = NULL,     [PV_PLOT_SUSPECTED] = "dispatch", [PV_PLOT_UNREACHABLE] = "fly_again",
                                       [PV_PLOT_DISPATCHED] = "check", [PV_PLOT_CHECKING] = "check",     [PV_PLOT_CONFIRMED] = "eradicate",
                                       [PV_PLOT_RECHECKED] = NULL,     [PV_PLOT_ERADICATED] = NULL,      [PV_PLOT_REGROWN] = "eradicate"};
    pv_plot_status status = t->plot.status;
    int by_people = 0;
    for (size_t i = 0; i < d->n_findings; i++)
        by_people |= d->finding[i].status == PV_PLOT_REGROWN && strcmp(d->finding[i].date, t->plot.status_date) == 0;
    if (status == PV_PLOT_REGROWN && !by_people)
        add(t, "dispatch");
    else if (code[status] != NULL)
        add(t, code[status]);
    if (t->recheck) add(t, "recheck_other_team");
}

void pv_sheet_steps(const pv_sheet_desk *d, pv_sheet *t)
{
    const pv_plot *p = &t->plot;
    int signs = p->status == PV_PLOT_CONFIRMED || p->status == PV_PLOT_ERADICATED;
    if (t->conflicts > 0) add(t, "settle_conflict");
    set_due(d, t);
    set_ladder(d, t);
    next_of_status(d, t);
    if (!signs) return;
    if (signatures(d, p->status, p->status_date) < 2) add(t, "second_signature");
    if (!has_photo(d, p->status_date)) add(t, "evidence_photo");
    if (!is_counted(d, p->status_date)) add(t, "count_plants");
}
