#include "app/stats_year.h"

#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/say.h"
#include "base/outfile.h"
#include "report/year_page.h"
#include "report/year_xlsx.h"

#include "base/banned.h"

enum { MOST_PIECES = 40, MOST_YEARS = 12 };

/* From the first day of all periods to the last. */
static int hull(const pv_periods *p, pv_period *out)
{
    if (p->n == 0) return 0;
    *out = p->at[0];
    for (size_t i = 1; i < p->n; i++) {
        if (strcmp(p->at[i].from, out->from) < 0) memcpy(out->from, p->at[i].from, sizeof out->from);
        if (strcmp(p->at[i].to, out->to) > 0) memcpy(out->to, p->at[i].to, sizeof out->to);
    }
    if (p->n > 1) out->kind = PV_PERIOD_DATES;
    return strcmp(out->from, "1970-01-01") > 0;
}

/* The finest pieces of which there are not too many. */
static pv_status cut(const pv_stats_file *f, const pv_period *whole, pv_periods *pieces, pv_err *err)
{
    pv_status st = PV_OK;
    static const pv_period_each each[] = {PV_EACH_XUN, PV_EACH_MONTH, PV_EACH_QUARTER, PV_EACH_YEAR};
    for (size_t k = 0; k < sizeof each / sizeof *each; k++) {
        pv_periods_release(pieces);
        PV_TRY(pv_period_cut(pieces, f->season->conf, whole, each[k], err));
        if (pieces->n <= MOST_PIECES) break;
    }
out:
    return st;
}

/* From the first day to the end of each piece. */
static pv_status grow(const pv_periods *pieces, const pv_period *whole, pv_periods *growing, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < pieces->n; i++) {
        pv_period p = pieces->at[i];
        p.kind = PV_PERIOD_DATES;
        memcpy(p.from, whole->from, sizeof p.from);
        (void)snprintf(p.text, sizeof p.text, "%s..%s", p.from, p.to);
        (void)snprintf(p.zh, sizeof p.zh, "%s 至 %s", p.from, p.to);
        (void)snprintf(p.en, sizeof p.en, "%s to %s", p.from, p.to);
        PV_TRY(pv_periods_add(growing, &p, err));
    }
out:
    return st;
}

/* Whole years, from that of the ledger's first event to the last one that the table has days of. */
static pv_status years_of(const pv_stats_file *f, const pv_period *whole, pv_periods *years, pv_err *err)
{
    pv_status st = PV_OK;
    pv_periods all = {.n = 0};
    pv_period p;
    char text[16];
    PV_TRY(pv_period_read(&p, f->season->conf, "all", err));
    pv_figures_narrow(f->source, &p);
    const char first[5] = {p.from[0], p.from[1], p.from[2], p.from[3], '\0'};
    int64_t year = 0;
    if (strcmp(p.from, "1970-01-01") == 0 || !pv_parse_int(first, 1970, 2199, &year)) goto out;
    for (;; year++) {
        pv_period y;
        (void)snprintf(text, sizeof text, "%lld", (long long)year);
        PV_TRY(pv_period_read(&y, f->season->conf, text, err));
        if (strcmp(y.from, whole->to) > 0) break;
        if (strcmp(y.to, p.from) >= 0) PV_TRY(pv_periods_add(&all, &y, err));
        if (year == 2199) break;
    }
    for (size_t i = all.n > MOST_YEARS ? all.n - MOST_YEARS : 0; i < all.n; i++) PV_TRY(pv_periods_add(years, &all.at[i], err));
out:
    pv_periods_release(&all);
    return st;
}

/* The finest of township, county and forest farm that the boundaries have. */
static pv_figures_by map_level(const pv_stats_file *f)
{
    static const struct {
        pv_unit_level level;
        pv_figures_by by;
    } each[] = {{PV_XIANG, PV_BY_UNIT_XIANG}, {PV_LIN_CHANG, PV_BY_UNIT_LIN_CHANG}, {PV_XIAN, PV_BY_UNIT_XIAN}, {PV_CUN, PV_BY_UNIT_CUN}};
    if (f->units == NULL) return PV_BY_NOTHING;
    if (f->table->by >= PV_BY_UNIT_SHENG && f->table->by <= PV_BY_UNIT_LIN_BAN) return f->table->by;
    for (size_t k = 0; k < sizeof each / sizeof *each; k++)
        if (pv_units_facts_of(f->units).units[each[k].level] > 0) return each[k].by;
    return PV_BY_NOTHING;
}

typedef struct drawings {
    pv_periods whole, pieces, growing, years;
    pv_figures places, piece_table, growing_table, years_table;
    pv_common common;
    pv_permanence kinds;
} drawings;

static void drawings_release(drawings *d)
{
    pv_periods_release(&d->whole);
    pv_periods_release(&d->pieces);
    pv_periods_release(&d->growing);
    pv_periods_release(&d->years);
    pv_figures_release(&d->places);
    pv_figures_release(&d->piece_table);
    pv_figures_release(&d->growing_table);
    pv_figures_release(&d->years_table);
    pv_common_release(&d->common);
    pv_permanence_release(&d->kinds);
}

/* One walk over the ground for all drawings. */
static pv_status ask_ground(const pv_stats_file *f, const drawings *d, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_periods *const each[] = {&d->whole, &d->pieces, &d->growing, &d->years};
    pv_periods all = {.n = 0};
    for (size_t k = 0; k < sizeof each / sizeof *each; k++)
        for (size_t i = 0; i < each[k]->n; i++) PV_TRY(pv_periods_add(&all, &each[k]->at[i], err));
    PV_TRY(pv_figures_ask_ground(f->source, &all, 0, err));
out:
    pv_periods_release(&all);
    return st;
}

static pv_status make_drawings(const pv_stats_file *f, drawings *d, pv_year *year, pv_err *err)
{
    pv_status st = PV_OK;
    pv_period whole;
    const pv_figures_by by = map_level(f);
    if (!hull(&f->table->period, &whole)) return PV_OK;
    PV_TRY(pv_periods_add(&d->whole, &whole, err));
    PV_TRY(cut(f, &whole, &d->pieces, err));
    PV_TRY(grow(&d->pieces, &whole, &d->growing, err));
    PV_TRY(years_of(f, &whole, &d->years, err));
    PV_TRY(ask_ground(f, d, err));
    PV_TRY(pv_figures_make(&d->piece_table, f->source, &d->pieces, PV_BY_NOTHING, err));
    PV_TRY(pv_figures_ground(&d->growing_table, f->source, &d->growing, err));
    PV_TRY(pv_figures_make(&d->years_table, f->source, &d->years, PV_BY_NOTHING, err));
    PV_TRY(pv_common_make(&d->common, f->source, &d->years, err));
    PV_TRY(pv_permanence_make(&d->kinds, f->source, whole.to, err));
    year->common = &d->common;
    year->kinds = &d->kinds;
    year->pieces = &d->piece_table;
    year->growing = &d->growing_table;
    year->years = &d->years_table;
    if (by == PV_BY_NOTHING) goto out;
    year->units = f->units;
    year->places = f->table;
    if (by == f->table->by && f->table->period.n == 1) goto out;
    PV_TRY(pv_figures_make(&d->places, f->source, &d->whole, by, err));
    year->places = &d->places;
out:
    return st;
}

static pv_year facts_of(const pv_stats_file *f)
{
    return (pv_year){.version = PV_VERSION, .table = f->table, .zh = f->zh, .chain = f->chain};
}

pv_status pv_stats_xlsx(const pv_stats_file *f, pv_err *err)
{
    const pv_year year = facts_of(f);
    return pv_year_xlsx(&year, f->path, f->overwrite, err);
}

pv_status pv_stats_page(const pv_stats_file *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_year year = facts_of(f);
    drawings d = {.whole = {.n = 0}};
    pv_text out = {0};
    PV_TRY(make_drawings(f, &d, &year, err));
    PV_TRY(pv_year_page(&out, &year, err));
    if (f->path != NULL)
        PV_TRY(pv_outfile_put(f->path, out.data, out.len, f->overwrite, err));
    else
        PV_TRY(pv_say(&out, err));
out:
    drawings_release(&d);
    pv_text_release(&out);
    return st;
}
