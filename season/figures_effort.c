/* Photos, flights, ground and the register of one period, and the end of its rows: ranks and shares. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

/* ---- photos ---- */

typedef struct flight {
    size_t row;
    int32_t day, folder;
} flight;

typedef struct flights {
    size_t n, cap;
    flight *at; /* owned */
} flights;

static int by_flight(const void *a, const void *b)
{
    const flight *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    if (p->day != q->day) return p->day < q->day ? -1 : 1;
    return p->folder < q->folder ? -1 : p->folder > q->folder;
}

static pv_status add_photo(pv_fig_rows *r, flights *fl, size_t row, const pv_fig_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_fig_sum *s = &r->sum[row];
    s->count[FIG_photos]++;
    if (s->first[1] == PV_NO_DAY || p->day < s->first[1]) s->first[1] = p->day;
    if (s->last[1] == PV_NO_DAY || p->day > s->last[1]) s->last[1] = p->day;
    PV_TRY(pv_grow(&fl->at, &fl->cap, fl->n + 1, sizeof *fl->at, "flights", err));
    fl->at[fl->n++] = (flight){row, p->day, p->folder};
out:
    return st;
}

/* Rows of a place: the total, units, or outside. row [at least of n + 2]; how many. */
static size_t rows_of(const pv_fig_rows *r, size_t at, size_t n, size_t *row)
{
    int levels = 0;
    size_t some = 0, inside = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    row[some++] = 0;
    for (size_t i = 0; levels > 0 && i < n; i++) {
        uint32_t unit = r->f->place[at + i];
        inside += pv_units_at(r->f->units, unit)->level == level[levels - 1];
        if (r->of_unit[unit] != UINT32_MAX) row[some++] = r->of_unit[unit];
    }
    if (levels > 0 && inside == 0) row[some++] = r->outside;
    return some;
}

static pv_status note_models(pv_fig_rows *r, const int64_t *photos, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text zh = {0}, en = {0};
    for (size_t k = 0; k < r->f->words.n; k++) {
        if (photos[k] == 0) continue;
        r->sum[0].count[FIG_models]++;
        pv_text_addf(&zh, "%s%s（%lld 张）", zh.len > 0 ? "、" : "模型 ", r->f->words.at[k], (long long)photos[k]);
        pv_text_addf(&en, "%s%s (%lld photos)", en.len > 0 ? ", " : "models: ", r->f->words.at[k], (long long)photos[k]);
    }
    PV_TRY(pv_text_status(&zh, err));
    PV_TRY(pv_text_status(&en, err));
    if (zh.len > 0) PV_TRY(pv_fig_note(r->t, r->period, "models", pv_text_str(&zh), pv_text_str(&en), err));
out:
    pv_text_release(&zh);
    pv_text_release(&en);
    return st;
}

static pv_status add_photos(pv_fig_rows *r, int32_t from, int32_t to, pv_err *err)
{
    pv_status st = PV_OK;
    flights fl = {.n = 0};
    size_t *row = NULL;
    int64_t *models = NULL;
    PV_TRY(pv_alloc(&row, r->n + 2, sizeof *row, "rows", err));
    PV_TRY(pv_alloc(&models, r->f->words.n, sizeof *models, "models", err));
    for (size_t i = 0; i < r->f->n_photos; i++) {
        pv_fig_photo *p = &r->f->photo[i];
        if (p->day < from || p->day > to) continue;
        if (r->outside != SIZE_MAX) PV_TRY(pv_fig_place_photo(r->f, p, err));
        if (p->model >= 0) models[p->model]++;
        size_t n = rows_of(r, p->place, p->n_place, row);
        for (size_t k = 0; k < n; k++) PV_TRY(add_photo(r, &fl, row[k], p, err));
    }
    if (fl.n > 1) qsort(fl.at, fl.n, sizeof *fl.at, by_flight);
    for (size_t i = 0; i < fl.n; i++) r->sum[fl.at[i].row].count[FIG_flights] += i == 0 || by_flight(&fl.at[i], &fl.at[i - 1]) != 0;
    PV_TRY(note_models(r, models, err));
out:
    pv_free(fl.at);
    pv_free(row);
    pv_free(models);
    return st;
}

/* ---- the register ---- */

static pv_status add_register(pv_fig_rows *r, int32_t from, int32_t to, pv_err *err)
{
    pv_status st = PV_OK;
    size_t *row = NULL;
    PV_TRY(pv_alloc(&row, r->n + 2, sizeof *row, "rows", err));
    for (size_t i = 0; i < r->f->n_entries; i++) {
        const pv_fig_entry *e = &r->f->entry[i];
        if (e->day < from || e->day > to) continue;
        size_t n = rows_of(r, e->place, e->n_place, row);
        for (size_t k = 0; k < n; k++) {
            r->sum[row[k]].count[FIG_people] += e->people;
            r->sum[row[k]].count[FIG_vehicles] += e->vehicles;
            r->sum[row[k]].count[FIG_drones] += e->drones;
        }
    }
out:
    pv_free(row);
    return st;
}

/* ---- ground ---- */

int64_t pv_fig_mu_e4(int64_t area_e6)
{
    return ((area_e6 + 50) / 100 * 3 + 1000) / 2000;
}

static const struct {
    int figure, state;
} unseen[] = {{FIG_not_flown_mu, PV_CELL_NONE},      {FIG_unreadable_mu, PV_CELL_UNREADABLE}, {FIG_dark_mu, PV_CELL_DARK},
              {FIG_saturated_mu, PV_CELL_SATURATED}, {FIG_blurred_mu, PV_CELL_BLURRED},       {FIG_coarse_mu, PV_CELL_COARSE}};

/* Ground in charge: parts are rounded, sums are those of the rounded parts. */
static void add_charge(pv_fig_sum *s, const pv_ground_sum *g, int64_t ground_e6)
{
    int64_t state[PV_CELL_STATES];
    memcpy(state, g->state_e6, sizeof state);
    state[PV_CELL_NONE] = ground_e6;
    for (int k = PV_CELL_SEEN; k < PV_CELL_STATES; k++)
        if (k != PV_CELL_NODATA && k != PV_CELL_NONE) state[PV_CELL_NONE] -= g->state_e6[k];
    s->count[FIG_seen_mu] = pv_fig_mu_e4(g->state_e6[PV_CELL_SEEN]);
    for (size_t k = 0; k < sizeof unseen / sizeof *unseen; k++) {
        s->count[unseen[k].figure] = pv_fig_mu_e4(state[unseen[k].state]);
        s->count[FIG_unseen_mu] += s->count[unseen[k].figure];
    }
    s->count[FIG_charge_mu] = s->count[FIG_seen_mu] + s->count[FIG_unseen_mu];
}

/* Compartments, townships and villages of which some was seen count for themselves, for the units above, and in the total. */
static void add_covered(pv_fig_rows *r, const pv_ground_sum *unit)
{
    static const struct {
        pv_unit_level level;
        int figure;
    } kind[] = {{PV_LIN_BAN, FIG_lin_ban}, {PV_XIANG, FIG_xiang}, {PV_CUN, FIG_cun}};
    for (size_t u = 0; u < pv_units_count(r->f->units); u++)
        for (size_t k = 0; k < 3; k++) {
            if (pv_units_at(r->f->units, u)->level != kind[k].level || unit[u].state_e6[PV_CELL_SEEN] == 0) continue;
            r->sum[0].count[kind[k].figure]++;
            for (int level = 0; level < PV_UNIT_LEVELS; level++) {
                uint32_t above = r->f->above[u][level];
                if (above != UINT32_MAX && r->of_unit[above] != UINT32_MAX) r->sum[r->of_unit[above]].count[kind[k].figure]++;
            }
        }
}

static void add_units_ground(pv_fig_rows *r, const pv_ground_days *g, const pv_ground_sum *unit)
{
    pv_ground_sum charge = {.ground_e6 = 0}, asked = {.ground_e6 = 0};
    int64_t charge_e6 = 0;
    int levels = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    pv_unit_level highest = PV_UNIT_OTHER;
    size_t n = pv_units_count(r->f->units);
    for (size_t u = 0; u < n; u++)
        if (pv_units_at(r->f->units, u)->level < highest) highest = pv_units_at(r->f->units, u)->level;
    for (size_t u = 0; u < n; u++) {
        pv_unit_level own = pv_units_at(r->f->units, u)->level;
        if (own == highest) pv_ground_sum_add(&charge, &unit[u]);
        if (own == highest) charge_e6 += g->ground_e6[u];
        if (levels > 0 && own == level[levels - 1]) pv_ground_sum_add(&asked, &unit[u]);
        if (r->of_unit[u] == UINT32_MAX) continue;
        pv_fig_sum *s = &r->sum[r->of_unit[u]];
        s->count[FIG_flown_mu] = pv_fig_mu_e4(unit[u].state_e6[PV_CELL_SEEN]);
        s->count[FIG_flown_repeated_mu] = pv_fig_mu_e4(unit[u].repeated_e6);
        add_charge(s, &unit[u], g->ground_e6[u]);
    }
    add_charge(&r->sum[0], &charge, charge_e6);
    if (r->outside == SIZE_MAX) return;
    pv_fig_sum *out = &r->sum[r->outside];
    int64_t all = r->sum[0].count[FIG_flown_mu], repeated = r->sum[0].count[FIG_flown_repeated_mu];
    int64_t seen = pv_fig_mu_e4(asked.state_e6[PV_CELL_SEEN]), again = pv_fig_mu_e4(asked.repeated_e6);
    out->count[FIG_flown_mu] = all > seen ? all - seen : 0;
    out->count[FIG_flown_repeated_mu] = repeated > again ? repeated - again : 0;
}

void pv_fig_rows_ground(pv_fig_rows *r, size_t set)
{
    const pv_ground_days *g = &r->f->ground;
    if (!g->known) return;
    r->sum[0].count[FIG_flown_mu] = pv_fig_mu_e4(g->all[set].state_e6[PV_CELL_SEEN]);
    r->sum[0].count[FIG_flown_repeated_mu] = pv_fig_mu_e4(g->all[set].repeated_e6);
    if (r->f->units == NULL) return;
    add_units_ground(r, g, g->unit + set * g->n_units);
    add_covered(r, g->unit + set * g->n_units);
}

pv_status pv_fig_rows_effort(pv_fig_rows *r, size_t set, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_period *p = &r->t->period.at[r->period];
    int32_t from = pv_fig_day(p->from), to = pv_fig_day(p->to);
    PV_TRY(add_photos(r, from, to, err));
    PV_TRY(add_register(r, from, to, err));
    pv_fig_rows_ground(r, set);
out:
    return st;
}

/* ---- the end of the rows ---- */

static int by_rank(const void *a, const void *b)
{
    const pv_fig_rank *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    if (p->which != q->which) return p->which < q->which ? -1 : 1;
    return p->value < q->value ? -1 : p->value > q->value;
}

static void set(pv_figures_row *row, int k, int64_t count, double real)
{
    row->value[k] = (pv_figure_value){.known = 1, .count = count, .real = real};
}

/* Values of one row and figure, sorted: the median, and what belongs to it. */
static void take_ranks(pv_figures_row *row, const pv_fig_rank *v, size_t n)
{
    int64_t median = v[(n + 1) / 2 - 1].value, p90 = v[(9 * n + 9) / 10 - 1].value;
    set(row, v->which, median, (double)median);
    if (v->which == FIG_plants_median)
        set(row, FIG_plants_max, v[n - 1].value, (double)v[n - 1].value);
    else
        set(row, v->which + 1, p90, (double)p90);
}

static int by_met(const void *a, const void *b)
{
    const struct pv_fig_met *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

static void count_met(pv_fig_rows *r)
{
    if (r->n_met > 1) qsort(r->met, r->n_met, sizeof *r->met, by_met);
    for (size_t i = 0; i < r->n_met; i++) {
        if (i > 0 && by_met(&r->met[i], &r->met[i - 1]) == 0) continue;
        int xiang = pv_units_at(r->f->units, r->met[i].unit)->level == PV_XIANG;
        r->sum[r->met[i].row].count[xiang ? FIG_xiang_found : FIG_cun_found]++;
    }
}

/* 1 = a figure of that row means something. */
static int applies(const pv_fig_rows *r, const pv_figures_row *row, const pv_figure *f, int k)
{
    int place = row->kind != PV_ROW_GROUP, units = r->f->units != NULL, of_units = place && units && row->kind != PV_ROW_OUTSIDE;
    if (f->group == PV_GROUP_AUDIT) return 0;
    if (k == FIG_models) return row->kind == PV_ROW_TOTAL;
    if (k == FIG_xiang_found || k == FIG_cun_found) return units;
    if (k == FIG_lin_ban || k == FIG_xiang || k == FIG_cun || k == FIG_charge_mu || k == FIG_seen_mu || k == FIG_cover_rate || k == FIG_unseen_mu ||
        (k >= FIG_not_flown_mu && k <= FIG_coarse_mu))
        return of_units;
    if (k == FIG_open_before || k == FIG_rechecked) return place;
    return f->group == PV_GROUP_EFFORT || f->group == PV_GROUP_QUALITY ? place : 1;
}

static void put_sums(pv_fig_sum *s)
{
    static const int ha[PV_FIG_CLASSES] = {FIG_confirmed_ha, FIG_ruled_out_ha, FIG_unreachable_ha, FIG_unchecked_ha};
    int64_t e4 = s->area_e4[PV_FIG_IS_CONFIRMED];
    for (int k = 0; k < PV_FIG_CLASSES; k++) {
        s->count[ha[k]] = (s->area_e4[k] + 5000) / 10000;
        s->count[FIG_suspected_ha] += s->count[ha[k]];
    }
    s->count[FIG_confirmed_m2] = e4;
    s->count[FIG_confirmed_mu] = pv_fig_mu_e4(e4 * 100);
    for (int k = 0; k < 3; k++) s->count[FIG_plants_low + k] = llround(s->plants[k]);
}

static void put_value(pv_figures_row *row, const pv_fig_sum *s, const pv_figure *f, int k)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4};
    static const int dates[][2] = {{FIG_first_eradication, FIG_last_eradication}, {FIG_first_image, FIG_last_image}};
    if (f->kind == PV_FIGURE_COUNT) set(row, k, s->count[k], (double)s->count[k]);
    if (f->kind == PV_FIGURE_SUM) set(row, k, s->count[k], (double)s->count[k] / scale[f->decimals]);
    if (f->kind == PV_FIGURE_RATIO) {
        int64_t part = s->count[pv_figure_at(f->of)], whole = s->count[pv_figure_at(f->per)], e2 = pv_ground_share_e2(part, whole);
        if (whole > 0) set(row, k, e2, (double)e2 / 100);
    }
    for (int d = 0; f->kind == PV_FIGURE_DATE && d < 2; d++) {
        int32_t day = k == dates[d][0] ? s->first[d] : k == dates[d][1] ? s->last[d] : PV_NO_DAY;
        if (day != PV_NO_DAY) set(row, k, day, day);
    }
}

static int by_group(const void *a, const void *b)
{
    return strcmp(((const pv_figures_row *)a)->key, ((const pv_figures_row *)b)->key);
}

pv_status pv_fig_rows_end(pv_fig_rows *r, pv_err *err)
{
    const pv_figure *f = pv_figures_list(&(int){0});
    pv_figures_row *row = r->t->row + r->first;
    count_met(r);
    for (size_t i = 0; i < r->n; i++) {
        put_sums(&r->sum[i]);
        for (int k = 0; k < PV_FIGS; k++) {
            row[i].value[k] = (pv_figure_value){.real = NAN};
            if (applies(r, &row[i], &f[k], k)) put_value(&row[i], &r->sum[i], &f[k], k);
        }
    }
    if (r->n_ranks > 1) qsort(r->rank, r->n_ranks, sizeof *r->rank, by_rank);
    for (size_t i = 0, n; i < r->n_ranks; i += n) {
        for (n = 1; i + n < r->n_ranks && r->rank[i + n].row == r->rank[i].row && r->rank[i + n].which == r->rank[i].which;) n++;
        take_ranks(&row[r->rank[i].row], &r->rank[i], n);
    }
    if (r->n > r->n_fixed + 1) qsort(row + r->n_fixed, r->n - r->n_fixed, sizeof *row, by_group);
    pv_status st = pv_fig_audit(r->f, r->t, r->period, row, err);
    return st == PV_OK ? pv_figures_check_period(r->t, r->period, err) : st;
}
