#include "models/calendar.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "models/data_csv.h"

#include "base/banned.h"

enum { REGION, LAT_FROM, LAT_BELOW, ALT_FROM, ALT_BELOW, STAGE, FROM, TO, DAYS_LOW, DAYS_HIGH, ESTIMATE, COLUMNS };
static const char *const column[COLUMNS] = {"region", "lat_from", "lat_below", "alt_from_m", "alt_below_m", "stage",
                                            "from",   "to",       "days_low",  "days_high",  "estimate"};

void pv_calendar_release(pv_calendar *c)
{
    pv_free(c->at);
    *c = (pv_calendar){0};
}

/* "mm-dd" at s as month * 100 + day; 0 when it is none. */
static int pv_month_day(const char *s)
{
    static const int days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int i = 0; i < 5; i++)
        if (i == 2 ? s[i] != '-' : s[i] < '0' || s[i] > '9') return 0;
    int month = (s[0] - '0') * 10 + s[1] - '0', day = (s[3] - '0') * 10 + s[4] - '0';
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] ? month * 100 + day : 0;
}

static pv_status pv_row_day(const pv_data_row *row, int field, int *out, pv_err *err)
{
    const char *s = row->field[field];
    *out = strlen(s) == 5 ? pv_month_day(s) : 0;
    if (*out > 0) return PV_OK;
    return pv_fail(err, PV_INPUT, "line %d: %s is '%.40s', not a month and day like 05-18", row->line, column[field], s);
}

static pv_status pv_row_days(const pv_data_row *row, int field, int *out, pv_err *err)
{
    double days = 0;
    pv_status st = pv_data_real(row, field, column[field], 0, 366, -1, &days, err);
    if (st != PV_OK) return st;
    if (days < 0) return pv_fail(err, PV_INPUT, "line %d: %s is empty", row->line, column[field]);
    *out = (int)days;
    return PV_OK;
}

static pv_status pv_season_take(const pv_data_row *row, void *item, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season_row *r = item;
    PV_TRY(pv_data_text(row, REGION, "region", sizeof r->region, r->region, err));
    PV_TRY(pv_data_text(row, STAGE, "stage", sizeof r->stage, r->stage, err));
    if (r->region[0] == '\0' || r->stage[0] == '\0') PV_TRY(pv_fail(err, PV_INPUT, "line %d: region or stage is empty", row->line));
    PV_TRY(pv_data_real(row, LAT_FROM, "lat_from", -90, 90, -INFINITY, &r->lat_from, err));
    PV_TRY(pv_data_real(row, LAT_BELOW, "lat_below", -90, 90, INFINITY, &r->lat_below, err));
    PV_TRY(pv_data_real(row, ALT_FROM, "alt_from_m", -1000, 10000, -INFINITY, &r->alt_from_m, err));
    PV_TRY(pv_data_real(row, ALT_BELOW, "alt_below_m", -1000, 10000, INFINITY, &r->alt_below_m, err));
    if (r->lat_from >= r->lat_below || r->alt_from_m >= r->alt_below_m)
        PV_TRY(pv_fail(err, PV_INPUT, "line %d: the band of latitude or altitude is empty: its first end is not less than its second", row->line));
    PV_TRY(pv_row_day(row, FROM, &r->from, err));
    PV_TRY(pv_row_day(row, TO, &r->to, err));
    PV_TRY(pv_row_days(row, DAYS_LOW, &r->days_low, err));
    PV_TRY(pv_row_days(row, DAYS_HIGH, &r->days_high, err));
    if (r->days_low > r->days_high) PV_TRY(pv_fail(err, PV_INPUT, "line %d: days_low is more than days_high", row->line));
    PV_TRY(pv_data_flag(row, ESTIMATE, "estimate", &r->estimate, err));
out:
    return st;
}

static const pv_data_kind kind = {"the stage calendar", COLUMNS, column, sizeof(pv_season_row), pv_season_take};

pv_status pv_calendar_parse(pv_calendar *out, const char *data, size_t n, pv_err *err)
{
    return pv_data_parse(&kind, data, n, &out->at, &out->n, err);
}

pv_status pv_calendar_read(pv_calendar *out, const char *path, pv_err *err)
{
    return pv_data_read(&kind, path, &out->at, &out->n, err);
}

static int pv_season_place(const pv_season_row *r, const pv_calendar_plot *p)
{
    if (p->region != NULL && p->region[0] != '\0' && strcmp(p->region, r->region) != 0) return 0;
    if (!(p->lat_deg >= r->lat_from && p->lat_deg < r->lat_below)) return 0;
    return isnan(p->alt_m) || (p->alt_m >= r->alt_from_m && p->alt_m < r->alt_below_m);
}

static int pv_season_window(const pv_season_row *r, int day)
{
    return r->from <= r->to ? day >= r->from && day <= r->to : day >= r->from || day <= r->to;
}

pv_calendar_answer pv_calendar_find(const pv_calendar *c, const pv_calendar_plot *plot)
{
    pv_calendar_answer a = {.in_season = -1, .days_low = -1, .days = -1, .days_high = -1};
    int known = plot->stage != NULL && plot->stage[0] != '\0';
    int day = plot->date != NULL && strnlen(plot->date, 10) == 10 ? pv_month_day(plot->date + 5) : 0;
    for (size_t i = 0; i < c->n; i++) {
        const pv_season_row *r = &c->at[i];
        if (!pv_season_place(r, plot) || (known && strcmp(r->stage, plot->stage) != 0)) continue;
        int in = day > 0 && pv_season_window(r, day);
        if (day > 0 && a.in_season != 1) a.in_season = in;
        if (!known && !in) continue; /* a stage that the date does not allow */
        if (a.row == NULL) a.row = r;
        a.estimate |= r->estimate;
        a.days_low = a.days_low < 0 || r->days_low < a.days_low ? r->days_low : a.days_low;
        a.days_high = r->days_high > a.days_high ? r->days_high : a.days_high;
    }
    if (a.row != NULL) a.days = (a.days_low + a.days_high) / 2;
    return a;
}
