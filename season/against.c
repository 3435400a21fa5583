#include "season/against.h"

#include <string.h>

#include "base/mem.h"
#include "season/common_internal.h"

#include "base/banned.h"

void pv_against_release(pv_against *t)
{
    for (size_t i = 0; i < t->n; i++) {
        pv_free(t->row[i].key);
        pv_free(t->row[i].zh);
        pv_free(t->row[i].en);
        pv_free(t->row[i].path);
    }
    pv_free(t->row);
    *t = (pv_against){.n = 0};
}

/* ---- which plots stand on common ground ---- */

/* mark[plot] = 1: photos of both periods saw the ground at its place. */
static pv_status mark_common(pv_figures_source *f, const pv_period *a, const pv_period *b, uint8_t *mark, pv_err *err)
{
    pv_status st = PV_OK;
    pv_period both[] = {*a, *b};
    uint32_t *seen = NULL;
    PV_TRY(pv_alloc(&seen, f->n_plots + 1, sizeof *seen, "plots", err));
    PV_TRY(pv_common_seen(f, &(pv_periods){.n = 2, .at = both}, seen, err));
    for (size_t i = 0; i < f->n_plots; i++) mark[i] = seen[i] == 3;
out:
    pv_free(seen);
    return st;
}

/* ---- tables ---- */

typedef struct making {
    pv_figures_source *f;
    pv_against *t;
    pv_periods a, b, either;
    uint8_t *mark;    /* [plots] common ground: 1; and confirmed in a: 2 */
    pv_ground_days g; /* sets: a, b, either */
} making;

static int64_t count_of(const pv_figures_row *row, const char *id)
{
    const pv_figure_value *v = pv_figures_value(row, id);
    return v != NULL && v->known ? v->count : 0;
}

/* One period's table of the plots with that mark, at least that mark when `up`; adds its figures to columns. */
typedef struct wanted {
    const char *figure;
    pv_against_column to;
} wanted;

static pv_status add_figures(making *m, const pv_periods *p, uint8_t from, uint8_t to, const wanted *w, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures t = {.n = 0};
    m->f->mark = m->mark;
    m->f->mark_from = from;
    m->f->mark_to = to;
    PV_TRY(pv_figures_make(&t, m->f, p, m->t->by, err));
    if (m->t->row == NULL) {
        PV_TRY(pv_alloc(&m->t->row, t.n_rows, sizeof *m->t->row, "rows", err));
        for (size_t i = 0; i < t.n_rows; i++) {
            pv_against_row *r = &m->t->row[m->t->n++];
            r->kind = t.row[i].kind;
            r->level = t.row[i].level;
            PV_TRY(pv_strdup(&r->key, t.row[i].key, err));
            PV_TRY(pv_strdup(&r->zh, t.row[i].zh, err));
            PV_TRY(pv_strdup(&r->en, t.row[i].en, err));
            PV_TRY(pv_strdup(&r->path, t.row[i].path, err));
        }
    }
    if (t.n_rows != m->t->n) PV_TRY(pv_fail(err, PV_BUG, "the tables of two periods have different rows"));
    for (size_t i = 0; i < t.n_rows; i++)
        for (size_t k = 0; k < n; k++) m->t->row[i].value[w[k].to] += count_of(&t.row[i], w[k].figure);
out:
    m->f->mark = NULL;
    pv_figures_release(&t);
    return st;
}

/* Plots of common ground that are confirmed in a get mark 2. */
static pv_status mark_confirmed(making *m, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t from = pv_fig_day(m->t->a.from), to = pv_fig_day(m->t->a.to);
    for (size_t i = 0; i < m->f->n_plots; i++) {
        pv_fig_case c;
        pv_fig_plot *p = &m->f->plot[i];
        if (m->mark[i] != 1 || p->n_steps == 0 || m->f->step[p->step].day > to || !pv_fig_stands(m->f, p, to)) continue;
        PV_TRY(pv_fig_judge(m->f, p, from, to, &c, err));
        if (c.counts && c.is == PV_FIG_IS_CONFIRMED) m->mark[i] = 2;
    }
out:
    return st;
}

static pv_status add_all_figures(making *m, pv_err *err)
{
    static const wanted of_a[] = {{"suspected", PV_AGAINST_A_SUSPECTED},
                                  {"confirmed", PV_AGAINST_A_CONFIRMED},
                                  {"plants_counted", PV_AGAINST_A_PLANTS},
                                  {"eradicated", PV_AGAINST_A_ERADICATED}},
                        of_b[] = {{"suspected", PV_AGAINST_B_SUSPECTED},
                                  {"confirmed", PV_AGAINST_B_CONFIRMED},
                                  {"regrown", PV_AGAINST_REGROWN},
                                  {"plants_counted", PV_AGAINST_B_PLANTS},
                                  {"eradicated", PV_AGAINST_B_ERADICATED}},
                        apart_a[] = {{"confirmed", PV_AGAINST_A_APART}}, apart_b[] = {{"confirmed", PV_AGAINST_B_APART}},
                        both[] = {{"confirmed", PV_AGAINST_BOTH}};
    pv_status st = PV_OK;
    PV_TRY(pv_figures_ask_ground(m->f, &m->either, 0, err));
    PV_TRY(add_figures(m, &m->a, 1, 2, of_a, sizeof of_a / sizeof *of_a, err));
    PV_TRY(add_figures(m, &m->b, 1, 2, of_b, sizeof of_b / sizeof *of_b, err));
    PV_TRY(add_figures(m, &m->b, 2, 2, both, 1, err));
    PV_TRY(add_figures(m, &m->a, 0, 0, apart_a, 1, err));
    PV_TRY(add_figures(m, &m->b, 0, 0, apart_b, 1, err));
    for (size_t i = 0; i < m->t->n; i++) {
        int64_t *v = m->t->row[i].value;
        v[PV_AGAINST_NEW] = v[PV_AGAINST_B_CONFIRMED] - v[PV_AGAINST_BOTH];
        v[PV_AGAINST_GONE] = v[PV_AGAINST_A_CONFIRMED] - v[PV_AGAINST_BOTH];
    }
out:
    return st;
}

/* ---- ground ---- */

static const pv_ground_sum *sum_of(const making *m, const pv_against_row *r, size_t set)
{
    if (r->kind == PV_ROW_TOTAL) return &m->g.all[set];
    for (size_t u = 0; r->kind == PV_ROW_UNIT && u < m->g.n_units; u++) {
        const pv_unit *unit = pv_units_at(m->f->units, u);
        if (unit->level == r->level && strcmp(unit->key, r->key) == 0) return &m->g.unit[set * m->g.n_units + u];
    }
    return NULL;
}

static pv_status add_ground(making *m, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_periods sets[] = {m->a, m->b, m->either};
    PV_TRY(pv_ground_days_make(&m->g, m->f->s, 3, sets, m->f->units, err));
    for (size_t i = 0; i < m->t->n; i++) {
        pv_against_row *r = &m->t->row[i];
        const pv_ground_sum *a = m->g.known ? sum_of(m, r, 0) : NULL, *b = m->g.known ? sum_of(m, r, 1) : NULL,
                            *e = m->g.known ? sum_of(m, r, 2) : NULL;
        if (a == NULL) {
            r->value[PV_AGAINST_COMMON_MU] = r->value[PV_AGAINST_A_MU] = r->value[PV_AGAINST_B_MU] = -1;
            continue;
        }
        int64_t seen_a = a->state_e6[PV_CELL_SEEN], seen_b = b->state_e6[PV_CELL_SEEN], either = e->state_e6[PV_CELL_SEEN];
        r->value[PV_AGAINST_COMMON_MU] = pv_fig_mu_e4(seen_a + seen_b - either);
        r->value[PV_AGAINST_A_MU] = pv_fig_mu_e4(either - seen_b);
        r->value[PV_AGAINST_B_MU] = pv_fig_mu_e4(either - seen_a);
    }
out:
    return st;
}

pv_status pv_against_make(pv_against *out, pv_figures_source *f, const pv_period *a, const pv_period *b, pv_figures_by by, pv_err *err)
{
    pv_status st = PV_OK;
    int swapped = strcmp(a->from, b->from) > 0;
    pv_against t = {.a = swapped ? *b : *a, .b = swapped ? *a : *b, .by = by};
    making m = {.f = f, .t = &t};
    if (strcmp(t.a.to, t.b.from) >= 0)
        PV_TRY(pv_fail(err, PV_USAGE, "%s and %s have days in common: there is nothing to compare", t.a.text, t.b.text));
    if (by > PV_BY_UNIT_LIN_BAN) PV_TRY(pv_fail(err, PV_USAGE, "two periods are compared by units, not by %s", pv_figures_by_word(by)));
    memcpy(t.season, pv_conf_text(f->s->conf, PV_SET_NAME), strlen(pv_conf_text(f->s->conf, PV_SET_NAME)) + 1);
    PV_TRY(pv_periods_add(&m.a, &t.a, err));
    PV_TRY(pv_periods_add(&m.b, &t.b, err));
    PV_TRY(pv_periods_add(&m.either, &t.a, err));
    PV_TRY(pv_periods_add(&m.either, &t.b, err));
    PV_TRY(pv_alloc(&m.mark, f->n_plots + 1, sizeof *m.mark, "plots", err));
    f->known = pv_fig_day(t.b.to);
    PV_TRY(mark_common(f, &t.a, &t.b, m.mark, err));
    PV_TRY(mark_confirmed(&m, err));
    PV_TRY(add_all_figures(&m, err));
    PV_TRY(add_ground(&m, err));
    *out = t;
    t = (pv_against){.n = 0};
out:
    f->known = PV_NO_DAY;
    pv_periods_release(&m.a);
    pv_periods_release(&m.b);
    pv_periods_release(&m.either);
    pv_ground_days_release(&m.g);
    pv_free(m.mark);
    pv_against_release(&t);
    return pv_where(err, st, "year on year");
}
