/* The promises of a table, looked at again in what was made: sums, shares, units against the total. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/banned.h"

static pv_status broken(const pv_figures *t, const pv_figures_row *row, const char *id, const char *why, pv_err *err)
{
    return pv_fail(err, PV_BUG, "the table does not add up: %s, %s%s%s: %s %s", t->period.at[row->period].text, row->en,
                   row->path[0] != '\0' ? " " : "", row->path, id, why);
}

/* The value in units of its last decimal. */
static int64_t fixed(const pv_figure *f, const pv_figure_value *v)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4};
    return f->kind == PV_FIGURE_SUM ? llround(v->real * scale[f->decimals]) : v->count;
}

/* The parts of one way, n bytes: "a b c". */
static pv_status check_parts(const pv_figures *t, const pv_figures_row *row, const pv_figure *list, int k, const char *parts, size_t n, pv_err *err)
{
    char id[64], why[160];
    int64_t sum = 0, whole = fixed(&list[k], &row->value[k]);
    for (size_t at = 0; at < n;) {
        size_t len = 0;
        while (at + len < n && parts[at + len] != ' ') len++;
        (void)snprintf(id, sizeof id, "%.*s", (int)len, parts + at);
        int part = pv_figure_at(id);
        if (part < 0) return broken(t, row, list[k].id, "has a part that is no figure", err);
        if (!row->value[part].known) return broken(t, row, id, "is not known, but its sum is", err);
        sum += fixed(&list[part], &row->value[part]);
        at += len + 1;
    }
    if (sum == whole) return PV_OK;
    (void)snprintf(why, sizeof why, "is %" PRId64 ", its parts (%.*s) are %" PRId64, whole, (int)(n < 80 ? n : 80), parts, sum);
    return broken(t, row, list[k].id, why, err);
}

static pv_status check_share(const pv_figures *t, const pv_figures_row *row, const pv_figure *list, int k, pv_err *err)
{
    int of = pv_figure_at(list[k].of), per = pv_figure_at(list[k].per);
    if (of < 0 || per < 0) return broken(t, row, list[k].id, "is a share of nothing", err);
    const pv_figure_value *a = &row->value[of], *b = &row->value[per], *v = &row->value[k];
    int64_t part = a->known ? fixed(&list[of], a) : 0, whole = b->known ? fixed(&list[per], b) : 0;
    if (v->known != (whole > 0)) return broken(t, row, list[k].id, "is there without a whole, or is missing", err);
    if (!v->known) return PV_OK;
    if (part < 0 || part > whole) return broken(t, row, list[of].id, "is more than the whole that it is a part of", err);
    return v->count == pv_ground_share_e2(part, whole) ? PV_OK : broken(t, row, list[k].id, "is not the share that its parts give", err);
}

static pv_status check_row(const pv_figures *t, const pv_figures_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    int n = 0;
    const pv_figure *list = pv_figures_list(&n);
    for (int k = 0; k < n; k++) {
        const pv_figure_value *v = &row->value[k];
        if (v->known == (isnan(v->real) != 0)) PV_TRY(broken(t, row, list[k].id, "is known and no number, or the reverse", err));
        if (list[k].kind == PV_FIGURE_RATIO) PV_TRY(check_share(t, row, list, k, err));
        if (!v->known) continue;
        if (v->count < 0 && list[k].kind != PV_FIGURE_DATE) PV_TRY(broken(t, row, list[k].id, "is less than nothing", err));
        if (list[k].kind != PV_FIGURE_SUM && list[k].kind != PV_FIGURE_RATIO && list[k].kind != PV_FIGURE_ESTIMATE && (double)v->count != v->real)
            PV_TRY(broken(t, row, list[k].id, "has two values", err));
        for (const char *way = list[k].parts; *way != '\0';) {
            size_t len = strcspn(way, ";");
            PV_TRY(check_parts(t, row, list, k, way, len, err));
            way += len + (way[len] == ';');
        }
    }
    /* Hectares against square metres that were not rounded. */
    if (fabs(row->value[FIG_confirmed_ha].real * 1e4 - row->value[FIG_confirmed_m2].real) > 0.5000001)
        PV_TRY(broken(t, row, "confirmed_ha", "is not confirmed_m2", err));
out:
    return st;
}

/* Figures of which each plot has a part: rows of a level add up to the total, but for the plots on borders, which are listed. */
static pv_status check_level(const pv_figures *t, size_t period, const pv_figures_row *total, size_t first, pv_err *err)
{
    static const int figure[] = {FIG_suspected, FIG_confirmed, FIG_ruled_out, FIG_unreachable, FIG_unchecked, FIG_eradicated};
    int levels = 0;
    const pv_unit_level *level = pv_fig_levels(t->by, &levels);
    int64_t twice = 0;
    for (size_t i = t->n_borders; i > 0 && t->border[i - 1].period >= period; i--)
        if (t->border[i - 1].period == period) twice += t->border[i - 1].n_units - 1;
    if (t->by == PV_BY_NOTHING) return PV_OK;
    for (size_t k = 0; k < sizeof figure / sizeof *figure; k++) {
        int64_t sum = 0;
        for (size_t i = first; i < t->n_rows && t->row[i].period == period; i++) {
            const pv_figures_row *row = &t->row[i];
            int own = row->kind == PV_ROW_GROUP || row->kind == PV_ROW_OUTSIDE ||
                      (row->kind == PV_ROW_UNIT && levels > 0 && row->level == level[levels - 1]);
            if (own) sum += row->value[figure[k]].count;
        }
        int64_t all = total->value[figure[k]].count;
        if (figure[k] == FIG_suspected ? sum != all + twice : sum < all || sum > all + twice)
            return broken(t, total, pv_figures_list(&(int){0})[figure[k]].id, "is not what the rows below add up to", err);
    }
    return PV_OK;
}

pv_status pv_figures_check_period(const pv_figures *t, size_t period, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figures_row *total = NULL;
    size_t i = t->n_rows;
    while (i > 0 && t->row[i - 1].period >= period) i--;
    const size_t first = i;
    for (; i < t->n_rows && t->row[i].period == period; i++) {
        PV_TRY(check_row(t, &t->row[i], err));
        if (t->row[i].kind == PV_ROW_TOTAL) total = &t->row[i];
    }
    if (total == NULL) return pv_fail(err, PV_BUG, "the table has no total of %s", t->period.at[period].text);
    PV_TRY(check_level(t, period, total, first, err));
out:
    return st;
}

pv_status pv_figures_check(const pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    if (t->n != PV_FIGS) PV_TRY(pv_fail(err, PV_BUG, "the table has %d figures, there are %d", t->n, (int)PV_FIGS));
    for (size_t i = 0; i < t->period.n; i++) PV_TRY(pv_figures_check_period(t, i, err));
out:
    return st;
}
