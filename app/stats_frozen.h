/* What `papaver stats --freeze` and `--verify` do. Threads: main thread. */
#ifndef PV_APP_STATS_FROZEN_H
#define PV_APP_STATS_FROZEN_H

#include "app/options.h"
#include "season/frozen.h"

/* A folder that is a season, read: the season itself or a frozen year. */
typedef struct pv_opened {
    pv_season *season;
    pv_units *units;
    pv_frozen year;
} pv_opened;
PV_MUST pv_status pv_frozen_open(pv_opened *out, const char *folder, const char *period, int write, pv_err *err);
void pv_opened_release(pv_opened *y);

/* Freezes the one period that was given: a new version when anything changed since the last, else nothing. PV_INPUT: the ledger was changed by others. */
PV_MUST pv_status pv_stats_freeze(const pv_args *args, pv_err *err);
/* The ledger, and every frozen year (of the periods that were given), or one frozen year by itself. PV_INPUT: something was changed; what, is said on stdout. */
PV_MUST pv_status pv_stats_verify(const pv_args *args, pv_err *err);

#endif
