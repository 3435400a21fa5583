/* Ground seen in several periods at once: one pass over the ledger's blocks and over the units, whatever the number of periods.
 *
 * As season/ground_sum.h, but for each of n sets of days, and without gaps: of a set only what its photos show is summed. A set is a list of ranges of days, which may overlap; without
 * one it has no photos. Photos without a day (their plots were not worked out yet) do not count.
 * Threads: the season's owner. Errors: as ground.h. */
#ifndef PV_SEASON_GROUND_DAYS_H
#define PV_SEASON_GROUND_DAYS_H

#include "season/ground_sum.h"
#include "season/period.h"

typedef struct pv_ground_days {
    int known; /* 0 = there is no ground yet: nothing below is set */
    pv_cell_grid grid;
    size_t n_sets, n_units;
    int64_t *ground_e6;  /* [n_units] all ground of a unit, seen or not */
    pv_ground_sum *all;  /* [n_sets] what photos show; ground_e6 of it too */
    pv_ground_sum *unit; /* [n_sets * n_units]: of set k, unit u at k * n_units + u; ground_e6: what photos show */
} pv_ground_days;

/* set [n]: borrowed. units NULL: none. */
PV_MUST pv_status pv_ground_days_make(pv_ground_days *out, pv_season *s, size_t n, const pv_periods *set, const pv_units *units, pv_err *err);
void pv_ground_days_release(pv_ground_days *g);

#endif
