/* The rows of one period: which there are, and what each plot, photo and entry of the register adds to them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

enum { MOST_ROWS = 200000 };

static const pv_unit_level people_levels[] = {PV_SHENG, PV_SHI, PV_XIAN, PV_XIANG, PV_CUN}, forest_levels[] = {PV_LIN_CHANG, PV_LIN_BAN};

const pv_unit_level *pv_fig_levels(pv_figures_by by, int *n)
{
    *n = 0;
    if (by >= PV_BY_UNIT_SHENG && by <= PV_BY_UNIT_CUN) *n = (int)(by - PV_BY_UNIT_SHENG) + 1;
    if (*n > 0) return people_levels;
    if (by == PV_BY_UNIT_LIN_CHANG || by == PV_BY_UNIT_LIN_BAN) *n = by == PV_BY_UNIT_LIN_CHANG ? 1 : 2;
    return forest_levels;
}

/* ---- rows ---- */

static pv_status add_row(pv_fig_rows *r, pv_row_kind kind, pv_unit_level level, const char *key, const char *zh, const char *en, const char *path,
                         pv_err *err)
{
    pv_status st = PV_OK;
    pv_figures *t = r->t;
    if (t->n_rows >= MOST_ROWS)
        PV_TRY(pv_fail(err, PV_USAGE, "the table would have more than %d rows: take fewer periods or a higher level", (int)MOST_ROWS));
    PV_TRY(pv_grow(&t->row, &t->cap_rows, t->n_rows + 1, sizeof *t->row, "rows", err));
    PV_TRY(pv_grow(&r->sum, &r->cap, r->n + 1, sizeof *r->sum, "rows", err));
    pv_figures_row *row = &t->row[t->n_rows++];
    *row = (pv_figures_row){.period = r->period, .kind = kind, .level = level};
    r->sum[r->n++] = (pv_fig_sum){.first = {PV_NO_DAY, PV_NO_DAY}, .last = {PV_NO_DAY, PV_NO_DAY}};
    PV_TRY(pv_strdup(&row->key, key, err));
    PV_TRY(pv_strdup(&row->zh, zh, err));
    PV_TRY(pv_strdup(&row->en, en, err));
    PV_TRY(pv_strdup(&row->path, path, err));
    PV_TRY(pv_alloc(&row->value, PV_FIGS, sizeof *row->value, "figures", err));
out:
    return st;
}

/* Labels of the units above it among the levels, and its own; *depth: how many. */
static void path_of(const pv_fig_rows *r, size_t unit, pv_text *out, int *depth)
{
    int n = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &n);
    pv_text_reset(out);
    *depth = 0;
    for (int k = 0; k < n && level[k] <= pv_units_at(r->f->units, unit)->level; k++) {
        uint32_t at = r->f->above[unit][level[k]];
        const char *label = at != UINT32_MAX ? pv_unit_label(pv_units_at(r->f->units, at)) : pv_units_at(r->f->units, unit)->name[level[k]];
        if (label == NULL || label[0] == '\0') continue;
        pv_text_addf(out, "%s%s", *depth > 0 ? "/" : "", label);
        (*depth)++;
    }
}

typedef struct tree_unit {
    size_t unit;
    int depth;
    char *path, *order; /* order: keys of the units above and its own */
} tree_unit;

static int by_tree(const void *a, const void *b)
{
    int order = strcmp(((const tree_unit *)a)->order, ((const tree_unit *)b)->order);
    return order != 0 ? order : strcmp(((const tree_unit *)a)->path, ((const tree_unit *)b)->path);
}

static void release_tree(tree_unit *u, size_t n)
{
    for (size_t i = 0; u != NULL && i < n; i++) {
        pv_free(u[i].path);
        pv_free(u[i].order);
    }
    pv_free(u);
}

static pv_status make_tree(const pv_fig_rows *r, tree_unit **out, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    tree_unit *u = NULL;
    int levels = 0;
    size_t all = r->f->units != NULL ? pv_units_count(r->f->units) : 0, some = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    PV_TRY(pv_alloc(&u, all, sizeof *u, "units", err));
    for (size_t i = 0; i < all; i++) {
        const pv_unit *unit = pv_units_at(r->f->units, i);
        int has = 0;
        for (int k = 0; k < levels; k++) has |= level[k] == unit->level;
        if (!has) continue;
        tree_unit *t = &u[some++];
        *t = (tree_unit){.unit = i};
        path_of(r, i, &text, &t->depth);
        PV_TRY(pv_strdup(&t->path, pv_text_str(&text), err));
        pv_text_reset(&text);
        for (int k = 0; k < levels && level[k] <= unit->level; k++) {
            uint32_t at = r->f->above[i][level[k]];
            pv_text_addf(&text, "%s\x01", at != UINT32_MAX ? pv_units_at(r->f->units, at)->key : "");
        }
        PV_TRY(pv_strdup(&t->order, pv_text_str(&text), err));
    }
    if (some > 1) qsort(u, some, sizeof *u, by_tree);
    *out = u;
    *n = some;
    u = NULL;
out:
    release_tree(u, some);
    pv_text_release(&text);
    return st;
}

static pv_status add_units(pv_fig_rows *r, pv_err *err)
{
    pv_status st = PV_OK;
    tree_unit *u = NULL;
    size_t n = 0, asked = 0;
    int levels = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    if (levels == 0) return PV_OK;
    PV_TRY(make_tree(r, &u, &n, err));
    for (size_t i = 0; i < n; i++) asked += pv_units_at(r->f->units, u[i].unit)->level == level[levels - 1];
    if (asked == 0) PV_TRY(pv_fail(err, PV_USAGE, "--by %s: the boundaries of season.conf have no unit of that level", pv_figures_by_word(r->by)));
    for (size_t i = 0; i < n; i++) {
        const pv_unit *unit = pv_units_at(r->f->units, u[i].unit);
        r->of_unit[u[i].unit] = (uint32_t)r->n;
        PV_TRY(add_row(r, PV_ROW_UNIT, unit->level, unit->key, pv_unit_label(unit), pv_unit_label(unit), u[i].path, err));
        r->t->row[r->t->n_rows - 1].depth = u[i].depth;
    }
    r->outside = r->n;
    PV_TRY(add_row(r, PV_ROW_OUTSIDE, level[levels - 1], "", "不在任何单位内", "outside of all units", "", err));
    r->t->row[r->t->n_rows - 1].depth = 1;
out:
    release_tree(u, n);
    return st;
}

pv_status pv_fig_rows_begin(pv_fig_rows *r, size_t period, pv_err *err)
{
    pv_status st = PV_OK;
    size_t units = r->f->units != NULL ? pv_units_count(r->f->units) : 0;
    r->period = period;
    r->first = r->t->n_rows;
    r->n = r->n_ranks = r->n_met = 0;
    r->outside = SIZE_MAX;
    if (r->of_unit == NULL) PV_TRY(pv_alloc(&r->of_unit, units, sizeof *r->of_unit, "units", err));
    if (r->model == NULL) PV_TRY(pv_alloc(&r->model, r->f->words.n, 1, "models", err));
    for (size_t i = 0; i < units; i++) r->of_unit[i] = UINT32_MAX;
    PV_TRY(add_row(r, PV_ROW_TOTAL, PV_UNIT_OTHER, "", "合计", "total", "", err));
    PV_TRY(add_units(r, err));
    r->n_fixed = r->n;
out:
    return st;
}

void pv_fig_rows_release(pv_fig_rows *r)
{
    pv_free(r->sum);
    pv_free(r->of_unit);
    pv_free(r->rank);
    pv_free(r->model);
    pv_free(r->met);
    *r = (pv_fig_rows){.n = 0};
}

/* ---- groups ---- */

/* The row of a group by its key, new where there is none yet. */
static pv_status group_row(pv_fig_rows *r, const char *key, const char *zh, const char *en, size_t *out, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = r->n_fixed; i < r->n; i++)
        if (strcmp(r->t->row[r->first + i].key, key) == 0) {
            *out = i;
            return PV_OK;
        }
    *out = r->n;
    PV_TRY(add_row(r, PV_ROW_GROUP, PV_UNIT_OTHER, key, zh, en, zh, err));
    r->t->row[r->t->n_rows - 1].depth = 1;
out:
    return st;
}

static pv_status group_of(pv_fig_rows *r, const pv_fig_case *c, size_t *out, pv_err *err)
{
    const pv_figure *f = pv_figures_list(&(int){0});
    static const int class_figure[PV_FIG_CLASSES] = {FIG_confirmed, FIG_ruled_out, FIG_unreachable, FIG_unchecked};
    int n = 0;
    const pv_form_word *stage = pv_form_words(PV_LIST_GROWTH, &n);
    if (r->by == PV_BY_CREW) {
        const char *name = c->crew >= 0 ? r->f->words.at[c->crew] : "";
        return group_row(r, name, name[0] != '\0' ? name : "无", name[0] != '\0' ? name : "none", out, err);
    }
    if (r->by == PV_BY_STAGE && c->stage >= 0) return group_row(r, stage[c->stage].code, stage[c->stage].zh, stage[c->stage].en, out, err);
    if (r->by == PV_BY_STAGE) return group_row(r, "", "不明", "not known", out, err);
    if (c->is == PV_FIG_IS_RULED_OUT && c->note >= 0)
        return group_row(r, r->f->words.at[c->note], r->f->words.at[c->note], r->f->words.at[c->note], out, err);
    int k = c->is == PV_FIG_IS_RULED_OUT ? FIG_ruled_out_corn_poppy + c->reason : class_figure[c->is];
    return group_row(r, f[k].id, f[k].zh, f[k].en, out, err);
}

/* ---- plots ---- */

static pv_status add_rank(pv_fig_rows *r, size_t row, int which, int64_t value, pv_err *err)
{
    pv_status st = PV_OK;
    if (value < 0) return PV_OK;
    PV_TRY(pv_grow(&r->rank, &r->cap_ranks, r->n_ranks + 1, sizeof *r->rank, "days and plants", err));
    r->rank[r->n_ranks++] = (pv_fig_rank){row, which, value};
out:
    return st;
}

static void widen(int32_t *first, int32_t *last, int32_t from, int32_t to)
{
    if (from != PV_NO_DAY && (*first == PV_NO_DAY || from < *first)) *first = from;
    if (to != PV_NO_DAY && (*last == PV_NO_DAY || to > *last)) *last = to;
}

static pv_status add_confirmed(pv_fig_rows *r, size_t row, const pv_fig_case *c, pv_err *err)
{
    pv_status st = PV_OK;
    pv_fig_sum *s = &r->sum[row];
    int64_t plants = c->plants[1] >= 0 ? llround(c->plants[1]) : -1;
    s->count[FIG_plants_counted] += c->counted > 0 ? c->counted : 0;
    s->count[FIG_plots_counted] += c->counted >= 0;
    s->count[FIG_plots_estimated] += plants >= 0;
    for (int k = 0; k < 3 && plants >= 0; k++) s->plants[k] += c->plants[k];
    s->count[c->stage >= 0 ? FIG_stage_seedling + c->stage : FIG_stage_unknown]++;
    s->count[FIG_plots_500] += plants >= 500;
    s->count[FIG_plots_3000] += plants >= 3000;
    PV_TRY(add_rank(r, row, FIG_plants_median, plants, err));
    if (!c->eradicated) goto out;
    s->count[FIG_eradicated]++;
    s->count[FIG_plants_removed] += c->removed;
    s->count[c->method >= 0 ? FIG_method_pulled + c->method : FIG_method_unknown]++;
    s->count[FIG_stage_at_eradication] += c->at_stage >= 0;
    s->count[FIG_before_capsule] += c->at_stage == 1;
    s->count[FIG_eradicated_rechecked] += c->eradicated_rechecked;
    widen(&s->first[0], &s->last[0], c->first_eradication, c->last_eradication);
    PV_TRY(add_rank(r, row, FIG_days_action_median, c->days_action, err));
    PV_TRY(add_rank(r, row, FIG_days_eradication_median, c->days_eradication, err));
out:
    return st;
}

static pv_status add_case(pv_fig_rows *r, size_t row, const pv_fig_case *c, pv_err *err)
{
    static const int figure[PV_FIG_CLASSES] = {FIG_confirmed, FIG_ruled_out, FIG_unreachable, FIG_unchecked};
    pv_status st = PV_OK;
    pv_fig_sum *s = &r->sum[row];
    s->count[FIG_rechecked] += c->rechecked;
    s->count[FIG_open_before] += c->open_before && !c->counts;
    if (!c->counts) goto out;
    int judged =
        c->shown && !c->conflict &&
        (c->is == PV_FIG_IS_CONFIRMED || (c->is == PV_FIG_IS_RULED_OUT && c->reason != FIG_ruled_out_already_removed - FIG_ruled_out_corn_poppy));
    s->count[FIG_suspected]++;
    s->count[c->is_new ? FIG_new_plots : FIG_known_before]++;
    s->count[figure[c->is]]++;
    if (c->is == PV_FIG_IS_RULED_OUT) s->count[FIG_ruled_out_corn_poppy + c->reason]++;
    s->count[FIG_checked] += c->is == PV_FIG_IS_CONFIRMED || c->is == PV_FIG_IS_RULED_OUT;
    s->count[FIG_shown_judged] += judged;
    s->count[FIG_shown_confirmed] += judged && c->is == PV_FIG_IS_CONFIRMED;
    s->count[FIG_area_unknown] += c->area_e4 < 0;
    s->area_e4[c->is] += c->area_e4 > 0 ? c->area_e4 : 0;
    s->count[FIG_regrown] += c->regrown;
    s->count[FIG_conflicts] += c->conflict;
    PV_TRY(add_rank(r, row, FIG_days_check_median, c->days_check, err));
    if (c->is == PV_FIG_IS_CONFIRMED) PV_TRY(add_confirmed(r, row, c, err));
out:
    return st;
}

/* A plot in two units of one level counts in both; in those of the level that was asked for it is listed. */
static pv_status note_border(pv_fig_rows *r, const pv_fig_plot *p, size_t at, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    int levels = 0, same = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    pv_figures *t = r->t;
    for (size_t i = 0; i < n; i++) {
        uint32_t unit = r->f->place[at + i];
        int others = 0;
        if (r->of_unit[unit] == UINT32_MAX) continue;
        for (size_t k = 0; k < n; k++)
            others += k != i && pv_units_at(r->f->units, r->f->place[at + k])->level == pv_units_at(r->f->units, unit)->level;
        pv_figures_row *row = &t->row[r->first + r->of_unit[unit]];
        row->border += others > 0;
        if (others == 0 || row->level != level[levels - 1]) continue;
        pv_text_addf(&text, "%s%s", same > 0 ? " | " : "", row->path);
        same++;
    }
    if (same == 0) goto out;
    PV_TRY(pv_grow(&t->border, &t->cap_borders, t->n_borders + 1, sizeof *t->border, "plots on borders", err));
    pv_figures_border *b = &t->border[t->n_borders++];
    *b = (pv_figures_border){.period = r->period, .n_units = same};
    memcpy(b->plot, p->id, sizeof b->plot);
    PV_TRY(pv_text_status(&text, err));
    PV_TRY(pv_strdup(&b->units, pv_text_str(&text), err));
out:
    pv_text_release(&text);
    return st;
}

/* Townships and villages of a plot that are the row's, or lie in its unit (UINT32_MAX: none). */
static pv_status meet(pv_fig_rows *r, size_t row, uint32_t of, size_t at, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < n; i++) {
        uint32_t unit = r->f->place[at + i];
        pv_unit_level level = pv_units_at(r->f->units, unit)->level;
        uint32_t above = of != UINT32_MAX ? r->f->above[unit][pv_units_at(r->f->units, of)->level] : UINT32_MAX;
        if ((level != PV_XIANG && level != PV_CUN) || (above != UINT32_MAX && above != of)) continue;
        PV_TRY(pv_grow(&r->met, &r->cap_met, r->n_met + 1, sizeof *r->met, "townships and villages", err));
        r->met[r->n_met++] = (struct pv_fig_met){(uint32_t)row, unit};
    }
out:
    return st;
}

/* Of a row that the plot counts in. */
static pv_status add_plot(pv_fig_rows *r, size_t row, uint32_t of, const pv_fig_case *c, size_t at, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(add_case(r, row, c, err));
    if (c->counts) PV_TRY(meet(r, row, of, at, n, err));
out:
    return st;
}

pv_status pv_fig_rows_plot(pv_fig_rows *r, pv_fig_plot *p, const pv_fig_case *c, pv_err *err)
{
    pv_status st = PV_OK;
    size_t at = 0, n = 0, row = 0, inside = 0;
    int levels = 0;
    const pv_unit_level *level = pv_fig_levels(r->by, &levels);
    if (levels > 0 || (r->f->units != NULL && c->counts))
        PV_TRY(pv_fig_place(r->f, p, c->sight != SIZE_MAX && c->counts ? &r->f->sight[c->sight] : NULL, &at, &n, err));
    PV_TRY(add_plot(r, 0, UINT32_MAX, c, at, n, err));
    if (levels == 0 && r->by != PV_BY_NOTHING && c->counts) {
        PV_TRY(group_of(r, c, &row, err));
        PV_TRY(add_plot(r, row, UINT32_MAX, c, at, n, err));
    }
    if (levels == 0) goto out;
    for (size_t i = 0; i < n; i++) {
        uint32_t unit = r->f->place[at + i];
        inside += pv_units_at(r->f->units, unit)->level == level[levels - 1];
        if (r->of_unit[unit] != UINT32_MAX) PV_TRY(add_plot(r, r->of_unit[unit], unit, c, at, n, err));
    }
    if (inside == 0) PV_TRY(add_plot(r, r->outside, UINT32_MAX, c, at, n, err));
    if (c->counts) PV_TRY(note_border(r, p, at, n, err));
out:
    return st;
}
