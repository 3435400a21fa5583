/* What the files of periods share. Nobody else includes this. */
#ifndef PV_SEASON_PERIOD_INTERNAL_H
#define PV_SEASON_PERIOD_INTERNAL_H

#include "season/period.h"
#include "season/plots_internal.h"

/* "2026-05-20" or "2026-05-01..2026-05-20"; 0 = it is neither, or ends before it begins. */
int pv_period_dates(const char *text, char from[PV_DATE], char to[PV_DATE]);
/* "第4次", "第四次", "/4": its number; 0 = it is none. */
int pv_period_round(const char *text);
/* Days, text and names of a period that begins on that day: kind, year, and the month (1..12), quarter, half or 旬 (1..3) in it. */
void pv_period_of_dates(pv_period *out, const char *from, const char *to);
void pv_period_of_year(pv_period *out, const pv_conf *conf, int year);
void pv_period_of_months(pv_period *out, pv_period_kind kind, int year, int number);
void pv_period_of_xun(pv_period *out, int year, int month, int xun);
void pv_period_of_campaign(pv_period *out, const pv_campaign *c);
void pv_period_of_round(pv_period *out, const pv_campaign *c, int round);
/* Month and day on which a year begins; PV_INPUT: it is none. */
PV_MUST pv_status pv_period_year_from(const pv_conf *conf, int *month, int *day, pv_err *err);

#endif
