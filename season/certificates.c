#include "season/certificates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/chain.h"
#include "season/figures_internal.h"

#include "base/banned.h"

void pv_certificates_release(pv_certificates *c)
{
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->at[i].n_checkers; k++) pv_free(c->at[i].checker[k]);
        pv_free(c->at[i].checker);
        pv_free(c->at[i].day);
    }
    pv_free(c->at);
    pv_periods_release(&c->suitable);
    pv_figures_release(&c->table);
    *c = (pv_certificates){.n = 0};
}

pv_figures_by pv_certificates_level(const pv_units *units)
{
    const pv_units_facts facts = pv_units_facts_of(units);
    return facts.units[PV_CUN] > 0         ? PV_BY_UNIT_CUN
           : facts.units[PV_XIANG] > 0     ? PV_BY_UNIT_XIANG
           : facts.units[PV_LIN_CHANG] > 0 ? PV_BY_UNIT_LIN_CHANG
                                           : PV_BY_NOTHING;
}

typedef struct making {
    pv_figures_source *f;
    pv_certificates *c;
    size_t *of_unit; /* [units] certificate; SIZE_MAX = none */
    size_t n_units;
    const pv_period *period;
} making;

/* ---- units ---- */

typedef struct ordered {
    const pv_figures_row *row;
    size_t at;
} ordered;

static int by_path(const void *a, const void *b)
{
    const pv_figures_row *p = ((const ordered *)a)->row, *q = ((const ordered *)b)->row;
    int order = strcmp(p->path, q->path);
    return order != 0 ? order : strcmp(p->key, q->key);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const ordered *)a)->row->key, ((const ordered *)b)->row->key);
}

static int to_key(const void *key, const void *at)
{
    return strcmp(key, ((const ordered *)at)->row->key);
}

static pv_status list_units(making *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_certificates *c = m->c;
    ordered *rows = NULL;
    size_t n = 0;
    PV_TRY(pv_alloc(&rows, c->table.n_rows, sizeof *rows, "units", err));
    for (size_t i = 0; i < c->table.n_rows; i++)
        if (c->table.row[i].kind == PV_ROW_UNIT && c->table.row[i].level == c->level) rows[n++] = (ordered){&c->table.row[i], i};
    if (n > 1) qsort(rows, n, sizeof *rows, by_path);
    PV_TRY(pv_alloc(&c->at, n, sizeof *c->at, "units", err));
    PV_TRY(pv_alloc(&m->of_unit, m->n_units, sizeof *m->of_unit, "units", err));
    c->n = n;
    for (size_t i = 0; i < n; i++) c->at[i] = (pv_certificate){.row = rows[i].at, .gsd_m = -1, .limit_m2 = -1};
    for (size_t i = 0; i < n; i++) rows[i].at = i;
    if (n > 1) qsort(rows, n, sizeof *rows, by_key);
    for (size_t u = 0; u < m->n_units; u++) {
        const pv_unit *unit = pv_units_at(m->f->units, u);
        const ordered *o = unit->level == c->level ? bsearch(unit->key, rows, n, sizeof *rows, to_key) : NULL;
        m->of_unit[u] = o != NULL ? o->at : SIZE_MAX;
    }
out:
    pv_free(rows);
    return st;
}

/* ---- ground ---- */

static int is_suitable(const pv_periods *suitable, const char *day)
{
    for (size_t i = 0; i < suitable->n; i++)
        if (strcmp(day, suitable->at[i].from) >= 0 && strcmp(day, suitable->at[i].to) <= 0) return 1;
    return 0;
}

/* Each suitable day of the period that has photos. */
static pv_status photo_days(making *m, pv_periods *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, m->f->s->db, "SELECT DISTINCT day FROM photos WHERE state='done' AND day BETWEEN ?1 AND ?2 ORDER BY day", err));
    pv_stmt_text(q, 1, m->period->from);
    pv_stmt_text(q, 2, m->period->to);
    for (;;) {
        pv_period p = {.kind = PV_PERIOD_DAY};
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        (void)snprintf(p.from, sizeof p.from, "%s", pv_row_text(q, 0));
        memcpy(p.to, p.from, sizeof p.to);
        if (is_suitable(&m->c->suitable, p.from)) PV_TRY(pv_periods_add(out, &p, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

/* Of n sets from the first on: set 0 is of all days, set k of the (k - 1)-th. */
static pv_status take_ground(making *m, const pv_ground_days *g, const pv_periods *days, size_t first, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t u = 0; g->known && u < g->n_units; u++) {
        if (m->of_unit[u] == SIZE_MAX) continue;
        pv_certificate *of = &m->c->at[m->of_unit[u]];
        for (size_t k = 0; k < n; k++) {
            int64_t seen_e6 = g->unit[k * g->n_units + u].state_e6[PV_CELL_SEEN];
            if (first + k == 0) {
                of->seen_mu_e4 = pv_fig_mu_e4(seen_e6);
            } else if (seen_e6 > 0) {
                PV_TRY(pv_grow(&of->day, &of->cap_days, of->n_days + 1, sizeof *of->day, "days", err));
                memcpy(of->day[of->n_days++], days->at[first + k - 1].from, PV_DATE);
            }
        }
    }
out:
    return st;
}

/* All suitable days together, then each by itself; so many at once that their sums take 100 MB at the most. */
static pv_status add_ground(making *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_days g = {.known = 0};
    pv_periods days = {.n = 0}, *set = NULL;
    size_t most = 1000000 / (m->n_units + 1), n = 0;
    if (most < 1) most = 1;
    PV_TRY(photo_days(m, &days, err));
    PV_TRY(pv_alloc(&set, days.n + 1, sizeof *set, "days", err));
    set[0] = days;
    for (size_t i = 0; i < days.n; i++) set[i + 1] = (pv_periods){.n = 1, .at = &days.at[i]};
    for (size_t i = 0; i <= days.n; i += n) {
        n = days.n + 1 - i < most ? days.n + 1 - i : most;
        pv_ground_days_release(&g);
        PV_TRY(pv_ground_days_make(&g, m->f->s, n, set + i, m->f->units, err));
        PV_TRY(take_ground(m, &g, &days, i, n, err));
    }
    for (size_t i = 0; i < m->c->n; i++) {
        const pv_figure_value *charge = pv_figures_value(&m->c->table.row[m->c->at[i].row], "charge_mu");
        m->c->at[i].charge_mu_e4 = charge->known ? charge->count : 0;
    }
out:
    pv_ground_days_release(&g);
    pv_periods_release(&days);
    pv_free(set);
    return st;
}

/* ---- the coarsest photo ---- */

static pv_status add_resolution(making *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    char day[PV_DATE];
    uint8_t *unknown = NULL;
    PV_TRY(pv_alloc(&unknown, m->c->n, 1, "units", err));
    PV_TRY(pv_stmt_new(&q, m->f->s->db, "SELECT gsd_m FROM photos WHERE fid=?1 AND coalesce(status,'')<>'coarse'", err));
    for (size_t i = 0; i < m->f->n_photos; i++) {
        pv_fig_photo *p = &m->f->photo[i];
        pv_date_of(p->day, day);
        if (strcmp(day, m->period->from) < 0 || strcmp(day, m->period->to) > 0 || !is_suitable(&m->c->suitable, day)) continue;
        pv_stmt_int(q, 1, p->fid);
        PV_TRY(pv_stmt_step(q, &row, err));
        double gsd_m = row && !pv_row_is_null(q, 0) ? pv_row_real(q, 0) : -1;
        pv_stmt_reset(q);
        if (!row) continue;
        PV_TRY(pv_fig_place_photo(m->f, p, err));
        for (size_t k = 0; k < p->n_place; k++) {
            size_t at = m->of_unit[m->f->place[p->place + k]];
            if (at == SIZE_MAX) continue;
            unknown[at] |= gsd_m <= 0;
            m->c->at[at].gsd_m = fmax(m->c->at[at].gsd_m, gsd_m);
        }
    }
    for (size_t i = 0; i < m->c->n; i++) {
        pv_certificate *of = &m->c->at[i];
        if (unknown[i]) of->gsd_m = -1;
        if (of->gsd_m > 0) of->limit_m2 = fmax(m->c->min_area_m2, of->gsd_m * of->gsd_m);
    }
out:
    pv_stmt_free(q);
    pv_free(unknown);
    return st;
}

/* ---- who checked ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static pv_status add_checker(pv_certificate *of, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < of->n_checkers; i++)
        if (strcmp(of->checker[i], name) == 0) return PV_OK;
    PV_TRY(pv_grow(&of->checker, &of->cap_checkers, of->n_checkers + 1, sizeof *of->checker, "crews", err));
    of->checker[of->n_checkers] = NULL;
    of->n_checkers++;
    PV_TRY(pv_strdup(&of->checker[of->n_checkers - 1], name, err));
out:
    return st;
}

/* "二组（王五、李四）", "王五", "二组". */
static void name_checker(pv_text *out, const char *crew, const char *person1, const char *person2)
{
    int some = person1[0] != '\0' || person2[0] != '\0';
    pv_text_reset(out);
    pv_text_add(out, crew);
    if (crew[0] != '\0' && some) pv_text_add(out, "（");
    pv_text_addf(out, "%s%s%s", person1, person1[0] != '\0' && person2[0] != '\0' ? "、" : "", person2);
    if (crew[0] != '\0' && some) pv_text_add(out, "）");
}

/* Verdicts of the period on plots that count in it. */
static pv_status add_checkers(making *m, pv_err *err)
{
    static const char sql[] = "SELECT plot,coalesce(crew,''),coalesce(person1,''),coalesce(person2,'') FROM findings WHERE date BETWEEN ?1 AND ?2 "
                              "AND status IN('confirmed','ruled_out','eradicated','rechecked','regrown') ORDER BY plot,key";
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text name = {0};
    int row = 0;
    size_t last = SIZE_MAX, at = 0, n = 0;
    PV_TRY(pv_stmt_new(&q, m->f->s->db, sql, err));
    pv_stmt_text(q, 1, m->period->from);
    pv_stmt_text(q, 2, m->period->to);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        size_t plot = pv_fig_plot_of(m->f, pv_row_int(q, 0));
        if (plot == SIZE_MAX) continue;
        size_t root = pv_fig_known_as(m->f, plot, pv_fig_day(m->period->to));
        if (root != last) {
            pv_fig_case c;
            n = 0;
            PV_TRY(pv_fig_judge(m->f, &m->f->plot[root], pv_fig_day(m->period->from), pv_fig_day(m->period->to), &c, err));
            if (c.counts) PV_TRY(pv_fig_place(m->f, &m->f->plot[root], c.sight != SIZE_MAX ? &m->f->sight[c.sight] : NULL, &at, &n, err));
            last = root;
        }
        name_checker(&name, pv_row_text(q, 1), pv_row_text(q, 2), pv_row_text(q, 3));
        PV_TRY(pv_text_status(&name, err));
        for (size_t k = 0; name.len > 0 && k < n; k++) {
            size_t of = m->of_unit[m->f->place[at + k]];
            if (of != SIZE_MAX) PV_TRY(add_checker(&m->c->at[of], pv_text_str(&name), err));
        }
    }
    for (size_t i = 0; i < m->c->n; i++)
        if (m->c->at[i].n_checkers > 1) qsort(m->c->at[i].checker, m->c->at[i].n_checkers, sizeof *m->c->at[i].checker, by_text);
out:
    pv_stmt_free(q);
    pv_text_release(&name);
    return st;
}

/* ---- the whole ---- */

static int64_t count_of(const pv_certificates *c, const pv_certificate *of, const char *id)
{
    const pv_figure_value *v = pv_figures_value(&c->table.row[of->row], id);
    return v->known ? v->count : 0;
}

static void judge(pv_certificates *c)
{
    for (size_t i = 0; i < c->n; i++) {
        pv_certificate *of = &c->at[i];
        int64_t share_e2 = pv_ground_share_e2(of->seen_mu_e4, of->charge_mu_e4);
        of->met[PV_NEED_COVER] = of->charge_mu_e4 > 0 && share_e2 >= llround(c->cover_percent * 100);
        of->met[PV_NEED_DAYS] = (int64_t)of->n_days >= c->days;
        of->met[PV_NEED_PLOTS] = count_of(c, of, "confirmed") + count_of(c, of, "regrown") + count_of(c, of, "open_before") == 0;
        of->met[PV_NEED_CHECKED] = count_of(c, of, "unchecked") + count_of(c, of, "unreachable") + count_of(c, of, "conflicts") == 0;
        of->met[PV_NEED_LIMIT] = of->limit_m2 > 0 && of->limit_m2 <= c->most_limit_m2;
        of->issued = 1;
        for (int k = 0; k < PV_NEEDS; k++) of->issued &= of->met[k];
        c->n_issued += (size_t)of->issued;
    }
}

static pv_unit_level level_of(pv_figures_by by)
{
    int n = 0;
    const pv_unit_level *level = pv_fig_levels(by, &n);
    return n > 0 ? level[n - 1] : PV_UNIT_OTHER;
}

pv_status pv_certificates_make(pv_certificates *out, pv_figures_source *f, const pv_period *period, pv_figures_by by, const pv_periods *suitable,
                               pv_err *err)
{
    pv_status st = PV_OK;
    const pv_conf *conf = f->s->conf;
    pv_certificates c = {.level = level_of(by),
                         .cover_percent = pv_conf_real(conf, PV_SET_CERTIFICATE_COVER_PERCENT),
                         .most_limit_m2 = pv_conf_real(conf, PV_SET_CERTIFICATE_LIMIT_M2),
                         .min_area_m2 = pv_conf_real(conf, PV_SET_MIN_AREA_M2),
                         .days = pv_conf_int(conf, PV_SET_CERTIFICATE_DAYS)};
    making m = {.f = f, .c = &c, .period = period, .n_units = f->units != NULL ? pv_units_count(f->units) : 0};
    pv_periods one = {.n = 0};
    if (c.level == PV_UNIT_OTHER) PV_TRY(pv_fail(err, PV_USAGE, "certificates are of units, not by %s", pv_figures_by_word(by)));
    PV_TRY(pv_periods_add(&one, period, err));
    for (size_t i = 0; i < suitable->n; i++) PV_TRY(pv_periods_add(&c.suitable, &suitable->at[i], err));
    PV_TRY(pv_figures_make(&c.table, f, &one, by, err));
    PV_TRY(list_units(&m, err));
    PV_TRY(add_ground(&m, err));
    PV_TRY(add_resolution(&m, err));
    PV_TRY(add_checkers(&m, err));
    PV_TRY(pv_chain_head(f->s->db, c.head, &c.links, err));
    judge(&c);
    *out = c;
    c = (pv_certificates){.n = 0};
out:
    pv_periods_release(&one);
    pv_free(m.of_unit);
    pv_certificates_release(&c);
    return pv_where(err, st, "certificates");
}
