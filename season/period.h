/* Periods as bureaus name them, and the campaigns of season.conf.
 *
 * Taken: `2026` a year; `2026H1` half a year; `2026Q2` a quarter; `2026-05` a month; `2026-05-上旬`, `-中旬`, `-下旬` or `-x1`, `-x2`, `-x3` a 旬 (days 1-10, 11-20, 21 to the end); `2026-05-20` a day;
 *   `2026-04-01..2026-06-15` both days included; `2022..2024` a cycle of years; `all`; the name of a campaign, its `NAME/2`, `NAME第2次` or, where there is only one campaign, `第2次`, `第二次`: a round.
 * A year begins on season_year_from (season.conf; 01-01 by default) and is named by the calendar year in which it ends: with 09-01 the year 2026 is 2025-09-01..2026-08-31. Halves,
 *   quarters, months and 旬 are always those of the calendar.
 * campaigns (season.conf): `NAME START DAYS [FROM..TO or DATE of the 1st round] [of the 2nd] ...`, separated by commas. A name may hold blanks; a round lies within its campaign.
 * Plain values; dates YYYY-MM-DD, from 1970 to 2199. Threads: any. Errors: PV_USAGE (a period that is none: says what is taken), PV_INPUT (season.conf: campaigns). */
#ifndef PV_SEASON_PERIOD_H
#define PV_SEASON_PERIOD_H

#include "season/conf.h"
#include "season/plots.h"

enum { PV_PERIOD_TEXT = 192, PV_CAMPAIGNS = 16, PV_ROUNDS = 32 };

typedef enum pv_period_kind {
    PV_PERIOD_ALL = 0,
    PV_PERIOD_CYCLE,
    PV_PERIOD_YEAR,
    PV_PERIOD_HALF,
    PV_PERIOD_QUARTER,
    PV_PERIOD_MONTH,
    PV_PERIOD_XUN,
    PV_PERIOD_DAY,
    PV_PERIOD_DATES,
    PV_PERIOD_CAMPAIGN,
    PV_PERIOD_ROUND
} pv_period_kind;

typedef struct pv_period {
    pv_period_kind kind;
    char from[PV_DATE], to[PV_DATE]; /* both included */
    char text[PV_PERIOD_TEXT];       /* as it can be typed, the same for the same period: "2026-05-x1", "百日攻坚/2" */
    char zh[PV_PERIOD_TEXT];         /* "2026年5月上旬", "百日攻坚第2次" */
    char en[PV_PERIOD_TEXT];         /* "1-10 May 2026", "百日攻坚, round 2" */
    int round;                       /* of PV_PERIOD_ROUND, from 1; else 0 */
} pv_period;

typedef struct pv_campaign {
    char name[PV_PERIOD_TEXT / 2], from[PV_DATE], to[PV_DATE];
    int n_rounds;
    struct {
        char from[PV_DATE], to[PV_DATE];
    } round[PV_ROUNDS];
} pv_campaign;

/* In the order of season.conf; *n <= PV_CAMPAIGNS. */
PV_MUST pv_status pv_campaigns_read(pv_campaign out[PV_CAMPAIGNS], int *n, const pv_conf *conf, pv_err *err);

/* conf: season_year_from and campaigns. `all` is from..to of 1970-01-01..2199-12-31 here; who has a ledger narrows it (season/figures.h). */
PV_MUST pv_status pv_period_read(pv_period *out, const pv_conf *conf, const char *text, pv_err *err);

/* The units into which a period is cut. */
typedef enum pv_period_each {
    PV_EACH_NONE = 0,
    PV_EACH_XUN,
    PV_EACH_MONTH,
    PV_EACH_QUARTER,
    PV_EACH_YEAR,
    PV_EACH_ROUND,
    PV_EACH_COUNT
} pv_period_each;

typedef struct pv_periods {
    size_t n, cap;
    pv_period *at; /* [n] in the order of days; owned */
} pv_periods;

/* Adds the pieces of p: whole ones, and what the ends of p leave of others, as dates; rounds are those of its campaign, else of all campaigns, that begin in it. PV_USAGE: a round where there are none,
 * more than 4000 pieces. */
PV_MUST pv_status pv_period_cut(pv_periods *out, const pv_conf *conf, const pv_period *p, pv_period_each each, pv_err *err);
/* Adds the days of p that suit, each run of them as dates. suits: of a day YYYY-MM-DD; `with` is handed on to it. */
typedef int pv_day_suits(void *with, const char *day);
PV_MUST pv_status pv_period_where(pv_periods *out, const pv_period *p, pv_day_suits *suits, void *with, pv_err *err);
PV_MUST pv_status pv_periods_add(pv_periods *out, const pv_period *p, pv_err *err);
void pv_periods_release(pv_periods *p);

/* "xun", "month", ...; NONE is "". Static. */
const char *pv_period_each_word(pv_period_each each);
/* Of a word; NONE = there is none such. */
pv_period_each pv_period_each_of(const char *word);

#endif
