/* What the days of a place say about its kind. */
#include <stdio.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/banned.h"

static int number(const char *digits, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) v = v * 10 + (digits[i] - '0');
    return v;
}

int pv_date_valid(const char *date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(date) != PV_DATE - 1) return 0;
    for (int i = 0; i < PV_DATE - 1; i++)
        if (i == 4 || i == 7 ? date[i] != '-' : date[i] < '0' || date[i] > '9') return 0;
    int year = number(date, 4), month = number(date + 5, 2), day = number(date + 8, 2);
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* H. Hinnant, chrono-compatible low-level date algorithms: days_from_civil and civil_from_days. */
int64_t pv_date_number(const char *date)
{
    int64_t y = number(date, 4), m = number(date + 5, 2), d = number(date + 8, 2);
    y -= m <= 2;
    int64_t era = y / 400, of_era = y - era * 400, of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void pv_date_of(int64_t number_of, char out[PV_DATE])
{
    int64_t z = number_of + 719468, era = z / 146097, day = z - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365, of_year = day - (365 * year + year / 4 - year / 100);
    int64_t mp = (5 * of_year + 2) / 153, m = mp < 10 ? mp + 3 : mp - 9, y = year + era * 400 + (m <= 2);
    unsigned part[3] = {(unsigned)(y % 10000), (unsigned)m, (unsigned)(of_year - (153 * mp + 2) / 5 + 1)};
    (void)snprintf(out, PV_DATE, "%04u-%02u-%02u", part[0] % 10000u, part[1] % 100u, part[2] % 100u);
}

int pv_crop_year(const char *date)
{
    enum { SOWING = 9 };
    return number(date, 4) + (number(date + 5, 2) >= SOWING);
}

void pv_plot_days_add(pv_plot_days *d, const char *date, int seen)
{
    enum { RUN_MONTHS = 3 };
    int year = pv_crop_year(date);
    d->times_looked++;
    (void)snprintf(d->last_looked, sizeof d->last_looked, "%s", date);
    if (!seen) {
        d->missed = d->missing && d->miss_year == year ? d->missed + 1 : 1;
        d->miss_year = year;
        d->missing = 1;
        d->months = 0;
        return;
    }
    if (d->times_seen == 0) (void)snprintf(d->first_seen, sizeof d->first_seen, "%s", date);
    if (d->times_seen == 0 || pv_crop_year(d->last_seen) != year) d->years++;
    if (d->months == 0 || memcmp(d->last_seen, date, 7) != 0) d->months++;
    if (d->months >= RUN_MONTHS) d->long_run = 1;
    if (d->times_seen > 0 && d->missing) d->came_back = 1;
    d->times_seen++;
    d->missing = d->missed = 0;
    (void)snprintf(d->last_seen, sizeof d->last_seen, "%s", date);
}

pv_plot_kind pv_plot_days_kind(const pv_plot_days *d)
{
    if (d->times_seen > 0 && d->missed >= 2) return PV_KIND_ABANDONED;
    if (d->years >= 2 || d->long_run) return PV_KIND_PERMANENT;
    return d->came_back ? PV_KIND_INTERMITTENT : PV_KIND_NEW;
}
