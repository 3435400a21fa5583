#include "season/period.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/period_internal.h"

#include "base/banned.h"

enum { FIRST_YEAR = 1970, LAST_YEAR = 2199 };

/* ---- made from numbers ---- */

static void set_dates(pv_period *p, int64_t from, int64_t to)
{
    pv_date_of(from, p->from);
    pv_date_of(to, p->to);
}

static int64_t day_number(int year, int month, int day)
{
    char date[32];
    (void)snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
    return pv_date_number(date);
}

/* The first day of a month; month 13 is January of the next year. */
static int64_t month_begin(int year, int month)
{
    return day_number(year + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}

void pv_period_of_dates(pv_period *out, const char *from, const char *to)
{
    int day = strcmp(from, to) == 0;
    *out = (pv_period){.kind = day ? PV_PERIOD_DAY : PV_PERIOD_DATES};
    (void)snprintf(out->from, PV_DATE, "%s", from);
    (void)snprintf(out->to, PV_DATE, "%s", to);
    if (day) {
        (void)snprintf(out->text, sizeof out->text, "%s", from);
        (void)snprintf(out->zh, sizeof out->zh, "%s", from);
        (void)snprintf(out->en, sizeof out->en, "%s", from);
        return;
    }
    (void)snprintf(out->text, sizeof out->text, "%s..%s", from, to);
    (void)snprintf(out->zh, sizeof out->zh, "%s至%s", from, to);
    (void)snprintf(out->en, sizeof out->en, "%s to %s", from, to);
}

pv_status pv_period_year_from(const pv_conf *conf, int *month, int *day, pv_err *err)
{
    const char *text = pv_conf_text(conf, PV_SET_SEASON_YEAR_FROM);
    char date[PV_CONF_TEXT + 8];
    (void)snprintf(date, sizeof date, "2001-%s", text); /* no 29 February */
    if (strlen(text) != 5 || !pv_date_valid(date))
        return pv_fail(err, PV_INPUT, "season.conf: season_year_from = %.40s: it is a month and a day that every year has, as 09-01", text);
    *month = (text[0] - '0') * 10 + text[1] - '0';
    *day = (text[3] - '0') * 10 + text[4] - '0';
    return PV_OK;
}

void pv_period_of_year(pv_period *out, const pv_conf *conf, int year)
{
    int month = 1, day = 1;
    (void)!pv_period_year_from(conf, &month, &day, NULL);
    int whole = month == 1 && day == 1, begin = whole ? year : year - 1;
    *out = (pv_period){.kind = PV_PERIOD_YEAR};
    set_dates(out, day_number(begin, month, day), day_number(begin + 1, month, day) - 1);
    (void)snprintf(out->text, sizeof out->text, "%d", year);
    (void)snprintf(out->zh, sizeof out->zh, whole ? "%d年" : "%d年度", year);
    (void)snprintf(out->en, sizeof out->en, whole ? "%d" : "season year %d", year);
}

void pv_period_of_months(pv_period *out, pv_period_kind kind, int year, int number)
{
    static const char *const name[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
    int months = kind == PV_PERIOD_HALF ? 6 : kind == PV_PERIOD_QUARTER ? 3 : 1, first = (number - 1) * months + 1;
    *out = (pv_period){.kind = kind};
    set_dates(out, month_begin(year, first), month_begin(year, first + months) - 1);
    if (kind == PV_PERIOD_HALF) {
        (void)snprintf(out->text, sizeof out->text, "%dH%d", year, number);
        (void)snprintf(out->zh, sizeof out->zh, "%d年%s半年", year, number == 1 ? "上" : "下");
        (void)snprintf(out->en, sizeof out->en, "%s half of %d", number == 1 ? "first" : "second", year);
    } else if (kind == PV_PERIOD_QUARTER) {
        (void)snprintf(out->text, sizeof out->text, "%dQ%d", year, number);
        (void)snprintf(out->zh, sizeof out->zh, "%d年第%d季度", year, number);
        (void)snprintf(out->en, sizeof out->en, "quarter %d of %d", number, year);
    } else {
        (void)snprintf(out->text, sizeof out->text, "%d-%02d", year, number);
        (void)snprintf(out->zh, sizeof out->zh, "%d年%d月", year, number);
        (void)snprintf(out->en, sizeof out->en, "%s %d", name[number - 1], year);
    }
}

void pv_period_of_xun(pv_period *out, int year, int month, int xun)
{
    static const char *const name[] = {"上旬", "中旬", "下旬"};
    pv_period whole;
    pv_period_of_months(&whole, PV_PERIOD_MONTH, year, month);
    *out = (pv_period){.kind = PV_PERIOD_XUN};
    int64_t begin = pv_date_number(whole.from) + 10 * (xun - 1);
    set_dates(out, begin, xun == 3 ? pv_date_number(whole.to) : begin + 9);
    (void)snprintf(out->text, sizeof out->text, "%d-%02d-x%d", year, month, xun);
    (void)snprintf(out->zh, sizeof out->zh, "%d年%d月%s", year, month, name[xun - 1]);
    (void)snprintf(out->en, sizeof out->en, "%d-%d %.60s", 10 * (xun - 1) + 1, (out->to[8] - '0') * 10 + out->to[9] - '0', whole.en);
}

void pv_period_of_campaign(pv_period *out, const pv_campaign *c)
{
    *out = (pv_period){.kind = PV_PERIOD_CAMPAIGN};
    memcpy(out->from, c->from, PV_DATE);
    memcpy(out->to, c->to, PV_DATE);
    (void)snprintf(out->text, sizeof out->text, "%s", c->name);
    (void)snprintf(out->zh, sizeof out->zh, "%s", c->name);
    (void)snprintf(out->en, sizeof out->en, "%s", c->name);
}

void pv_period_of_round(pv_period *out, const pv_campaign *c, int round)
{
    *out = (pv_period){.kind = PV_PERIOD_ROUND, .round = round};
    memcpy(out->from, c->round[round - 1].from, PV_DATE);
    memcpy(out->to, c->round[round - 1].to, PV_DATE);
    (void)snprintf(out->text, sizeof out->text, "%s/%d", c->name, round);
    (void)snprintf(out->zh, sizeof out->zh, "%s第%d次", c->name, round);
    (void)snprintf(out->en, sizeof out->en, "%s, round %d", c->name, round);
}

/* ---- read ---- */

int pv_period_dates(const char *text, char from[PV_DATE], char to[PV_DATE])
{
    const char *dots = strstr(text, "..");
    char left[32];
    size_t n = dots != NULL ? (size_t)(dots - text) : strlen(text);
    if (n != PV_DATE - 1) return 0;
    (void)snprintf(left, sizeof left, "%.*s", (int)n, text);
    const char *right = dots != NULL ? dots + 2 : left;
    if (!pv_date_valid(left) || !pv_date_valid(right) || strcmp(left, right) > 0) return 0;
    memcpy(from, left, PV_DATE);
    memcpy(to, right, PV_DATE);
    return 1;
}

/* Four digits of a year that can be; 0 = it is none. */
static int year_of(const char *s, size_t n)
{
    int year = 0;
    if (n != 4) return 0;
    for (size_t i = 0; i < 4; i++) {
        if (s[i] < '0' || s[i] > '9') return 0;
        year = year * 10 + s[i] - '0';
    }
    return year >= FIRST_YEAR && year <= LAST_YEAR ? year : 0;
}

/* What stands behind a year; 0 = it is no part of one. */
static int read_part(pv_period *out, int year, const char *s)
{
    static const char *const xun[] = {"-上旬", "-中旬", "-下旬", "-x1", "-x2", "-x3"};
    if ((s[0] == 'H' || s[0] == 'h') && s[1] >= '1' && s[1] <= '2' && s[2] == '\0') {
        pv_period_of_months(out, PV_PERIOD_HALF, year, s[1] - '0');
        return 1;
    }
    if ((s[0] == 'Q' || s[0] == 'q') && s[1] >= '1' && s[1] <= '4' && s[2] == '\0') {
        pv_period_of_months(out, PV_PERIOD_QUARTER, year, s[1] - '0');
        return 1;
    }
    if (s[0] != '-' || s[1] < '0' || s[1] > '1' || s[2] < '0' || s[2] > '9') return 0;
    int month = (s[1] - '0') * 10 + s[2] - '0';
    if (month < 1 || month > 12) return 0;
    if (s[3] == '\0') {
        pv_period_of_months(out, PV_PERIOD_MONTH, year, month);
        return 1;
    }
    for (int k = 0; k < 6; k++)
        if (strcmp(s + 3, xun[k]) == 0) {
            pv_period_of_xun(out, year, month, k % 3 + 1);
            return 1;
        }
    return 0;
}

static int read_years(pv_period *out, const pv_conf *conf, const char *text)
{
    const char *dots = strstr(text, "..");
    pv_period last;
    int a = dots != NULL ? year_of(text, (size_t)(dots - text)) : 0, b = a > 0 ? year_of(dots + 2, strlen(dots + 2)) : 0;
    if (b == 0 || b < a) return 0;
    pv_period_of_year(out, conf, a);
    pv_period_of_year(&last, conf, b);
    memcpy(out->to, last.to, PV_DATE);
    out->kind = PV_PERIOD_CYCLE;
    (void)snprintf(out->text, sizeof out->text, "%d..%d", a, b);
    (void)snprintf(out->zh, sizeof out->zh, "%d—%d年", a, b);
    (void)snprintf(out->en, sizeof out->en, "%d to %d", a, b);
    return 1;
}

static int read_campaign(pv_period *out, const pv_campaign *c, int n, const char *text)
{
    for (int k = 0; k < n; k++) {
        size_t name = strlen(c[k].name);
        if (strncmp(text, c[k].name, name) != 0) continue;
        const char *rest = text + name + strspn(text + name, " ");
        int round = pv_period_round(rest);
        if (*rest == '\0') pv_period_of_campaign(out, &c[k]);
        if (*rest == '\0') return 1;
        if (round < 1 || round > c[k].n_rounds) continue;
        pv_period_of_round(out, &c[k], round);
        return 1;
    }
    int round = n == 1 ? pv_period_round(text) : 0;
    if (round < 1 || round > c[0].n_rounds) return 0;
    pv_period_of_round(out, &c[0], round);
    return 1;
}

static pv_status refuse(const char *text, const pv_campaign *c, int n, pv_err *err)
{
    pv_text names = {0};
    for (int k = 0; k < n; k++) pv_text_addf(&names, "%s%s (%d rounds)", k > 0 ? ", " : "", c[k].name, c[k].n_rounds);
    pv_status st = pv_fail(err, PV_USAGE,
                           "'%.80s' is no period; write 2026, 2026H1, 2026Q2, 2026-05, 2026-05-x1 (or 2026-05-上旬), 2026-05-20, "
                           "2026-04-01..2026-06-15, 2022..2024, all, or a "
                           "campaign of season.conf: %.300s",
                           text, n > 0 ? pv_text_str(&names) : "it names none");
    pv_text_release(&names);
    return st;
}

pv_status pv_period_read(pv_period *out, const pv_conf *conf, const char *text, pv_err *err)
{
    pv_status st = PV_OK;
    pv_campaign *c = NULL;
    pv_period p = {.kind = PV_PERIOD_ALL};
    char from[PV_DATE], to[PV_DATE];
    int n = 0, month = 0, day = 0, year = year_of(text, strlen(text));
    PV_TRY(pv_alloc(&c, PV_CAMPAIGNS, sizeof *c, "campaigns", err));
    PV_TRY(pv_campaigns_read(c, &n, conf, err));
    PV_TRY(pv_period_year_from(conf, &month, &day, err));
    if (strcmp(text, "all") == 0 || strcmp(text, "全部") == 0) {
        set_dates(&p, day_number(FIRST_YEAR, 1, 1), day_number(LAST_YEAR, 12, 31));
        (void)snprintf(p.text, sizeof p.text, "all");
        (void)snprintf(p.zh, sizeof p.zh, "全部");
        (void)snprintf(p.en, sizeof p.en, "all");
    } else if (year > 0) {
        pv_period_of_year(&p, conf, year);
    } else if (pv_period_dates(text, from, to)) {
        pv_period_of_dates(&p, from, to);
    } else if (!read_years(&p, conf, text) && !(strlen(text) > 4 && year_of(text, 4) > 0 && read_part(&p, year_of(text, 4), text + 4)) &&
               !read_campaign(&p, c, n, text)) {
        PV_TRY(refuse(text, c, n, err));
    }
    *out = p;
out:
    pv_free(c);
    return st;
}
