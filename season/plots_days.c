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
