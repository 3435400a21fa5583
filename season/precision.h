/* How often what was shown to crews was what it was taken for, from their findings.
 *
 * Of plots that photos showed: precision = confirmed / (confirmed + refused), with the Wilson score interval of 95 % (Wilson 1927; z = 1.959964). Plots whose findings contradict each other are
 * counted apart, plots that nobody judged not at all. Of plots that a crew found by itself and confirmed: those where a photo had looked by then and showed nothing were missed, the others were not flown.
 * They are what crews happened to meet, so that confirmed / (confirmed + missed) is an upper bound of the share that is found.
 * Plain integers. Threads: any. Errors: PV_NOMEM. */
#ifndef PV_SEASON_PRECISION_H
#define PV_SEASON_PRECISION_H

#include "season/lessons.h"

typedef struct pv_precision {
    char name[256]; /* "2026-05", "柳湾镇 / 上湾村"; "" = not known */
    int64_t confirmed, refused;
} pv_precision;

typedef enum pv_precision_by { PV_BY_MONTH = 0, PV_BY_XIANG, PV_BY_CUN, PV_BY_LIN_BAN, PV_PRECISION_BYS } pv_precision_by;

typedef struct pv_precision_list {
    size_t n;
    pv_precision *at; /* by name; owned */
} pv_precision_list;

typedef struct pv_precisions {
    pv_precision all;
    pv_precision_list by[PV_PRECISION_BYS];
    int64_t conflicts;
    int64_t missed;    /* confirmed places that photos had looked at before they were found, and did not show */
    int64_t not_flown; /* confirmed places that no photo had looked at by then */
} pv_precisions;

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_precisions_of(pv_precisions *out, const pv_lessons *l, pv_err *err);
void pv_precisions_release(pv_precisions *p);

/* Refused plots that photos showed, by reason; a reason that is no code of PV_LIST_VERDICT is "". */
int64_t pv_precision_refused(const pv_lessons *l, const char *verdict);

/* Of k out of n, 0..1; n = 0: 0 and 1. */
void pv_wilson(int64_t k, int64_t n, double *low, double *high);

#endif
