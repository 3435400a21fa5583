#include "models/tiers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "models/data_csv.h"

#include "base/banned.h"

enum { REGION, TIER, RANK, MEASURE, FROM, BELOW, SINCE, UNTIL, LAW, ARTICLE, WORDS, CONFIRMED, COLUMNS };
static const char *const column[COLUMNS] = {"region", "tier",  "rank", "measure", "from",  "below",
                                            "since",  "until", "law",  "article", "words", "confirmed"};
static const char *const measure_name[3] = {"plants", "unsprouted", "replanted"};

void pv_tiers_release(pv_tiers *t)
{
    pv_free(t->at);
    *t = (pv_tiers){0};
}

/* Empty, or yyyy-mm-dd with a month and a day that there are. */
static pv_status pv_tier_day(const pv_data_row *row, int field, char out[11], pv_err *err)
{
    static const char shape[] = "dddd-dd-dd";
    const char *s = row->field[field];
    int64_t month = 0, day = 0;
    out[0] = '\0';
    if (s[0] == '\0') return PV_OK;
    int fine = strlen(s) == 10;
    for (int i = 0; fine && i < 10; i++) fine = shape[i] == 'd' ? s[i] >= '0' && s[i] <= '9' : s[i] == '-';
    char part[3] = {0};
    if (fine) memcpy(part, s + 5, 2);
    fine = fine && pv_parse_int(part, 1, 12, &month);
    if (fine) memcpy(part, s + 8, 2);
    fine = fine && pv_parse_int(part, 1, 31, &day);
    if (!fine) return pv_fail(err, PV_INPUT, "line %d: %s is '%.40s', not a day like 2026-01-31", row->line, column[field], s);
    memcpy(out, s, 11);
    return PV_OK;
}

static pv_status pv_tier_row(const pv_data_row *row, void *item, pv_err *err)
{
    pv_status st = PV_OK;
    pv_tier *t = item;
    double rank = 0;
    int m = 0;
    PV_TRY(pv_data_text(row, REGION, "region", sizeof t->region, t->region, err));
    PV_TRY(pv_data_text(row, TIER, "tier", sizeof t->name, t->name, err));
    if (t->region[0] == '\0' || t->name[0] == '\0') PV_TRY(pv_fail(err, PV_INPUT, "line %d: region or tier is empty", row->line));
    PV_TRY(pv_data_real(row, RANK, "rank", 0, 1e6, 0, &rank, err));
    t->rank = (int)rank;
    while (m < 3 && strcmp(row->field[MEASURE], measure_name[m]) != 0) m++;
    if (m == 3)
        PV_TRY(pv_fail(err, PV_INPUT, "line %d: measure is '%.40s'; it can be plants, unsprouted or replanted", row->line, row->field[MEASURE]));
    t->measure = (pv_tier_measure)m;
    PV_TRY(pv_data_real(row, FROM, "from", 0, 1e12, 0, &t->from, err));
    PV_TRY(pv_data_real(row, BELOW, "below", 0, 1e12, INFINITY, &t->below, err));
    if (t->from >= t->below) PV_TRY(pv_fail(err, PV_INPUT, "line %d: from (%g) is not less than below (%g)", row->line, t->from, t->below));
    PV_TRY(pv_tier_day(row, SINCE, t->since, err));
    PV_TRY(pv_tier_day(row, UNTIL, t->until, err));
    PV_TRY(pv_data_text(row, LAW, "law", sizeof t->law, t->law, err));
    PV_TRY(pv_data_text(row, ARTICLE, "article", sizeof t->article, t->article, err));
    PV_TRY(pv_data_text(row, WORDS, "words", sizeof t->words, t->words, err));
    PV_TRY(pv_data_flag(row, CONFIRMED, "confirmed", &t->confirmed, err));
out:
    return st;
}

static const pv_data_kind kind = {"legal tiers", COLUMNS, column, sizeof(pv_tier), pv_tier_row};

pv_status pv_tiers_parse(pv_tiers *out, const char *data, size_t n, pv_err *err)
{
    return pv_data_parse(&kind, data, n, &out->at, &out->n, err);
}

pv_status pv_tiers_read(pv_tiers *out, const char *path, pv_err *err)
{
    return pv_data_read(&kind, path, &out->at, &out->n, err);
}

static int pv_tier_holds(const pv_tier *t, const char *date)
{
    if (date == NULL || date[0] == '\0') return t->until[0] == '\0';
    return strncmp(date, t->since, strlen(t->since)) >= 0 && (t->until[0] == '\0' || strncmp(date, t->until, strlen(t->until)) < 0);
}

static const pv_tier *pv_tier_of(const pv_tiers *t, const pv_tier_plot *p, double plants)
{
    const pv_tier *best = NULL;
    for (size_t i = 0; i < t->n; i++) {
        const pv_tier *row = &t->at[i];
        int unsprouted = p->stage != NULL && strcmp(p->stage, "unsprouted") == 0;
        int applies = row->measure == PV_TIER_REPLANTED    ? p->replanted
                      : row->measure == PV_TIER_UNSPROUTED ? unsprouted && p->area_m2 >= row->from && p->area_m2 < row->below
                                                           : !unsprouted && plants >= 0 && plants >= row->from && plants < row->below;
        if (!applies || !pv_tier_holds(row, p->date)) continue;
        if (strcmp(row->region, p->region != NULL ? p->region : t->at[0].region) != 0) continue;
        if (best == NULL || row->rank > best->rank) best = row;
    }
    return best;
}

pv_tier_answer pv_tiers_find(const pv_tiers *t, const pv_tier_plot *plot)
{
    double low = plot->plants_low >= 0 ? plot->plants_low : plot->plants, high = plot->plants_high >= 0 ? plot->plants_high : plot->plants;
    return (pv_tier_answer){pv_tier_of(t, plot, low), pv_tier_of(t, plot, plot->plants), pv_tier_of(t, plot, high)};
}

void pv_tier_name(const pv_tier_answer *a, char *out, size_t size)
{
    const pv_tier *low = a->low != NULL ? a->low : a->tier, *high = a->high != NULL ? a->high : a->tier;
    if (a->tier == NULL)
        out[0] = '\0';
    else if (low == NULL || high == NULL || low == high)
        (void)snprintf(out, size, "%s", a->tier->name);
    else
        (void)snprintf(out, size, "%s..%s", low->name, high->name);
}
