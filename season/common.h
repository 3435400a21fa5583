/* Neighbouring years over the ground that both saw: what the page draws. season/against.h is the table of two periods, with units; figures mean the same here and there.
 *
 * Of each two neighbours a and b: common = seen in a + seen in b - seen in either, in cells of the season's grid; a plot stands on it when photos of both show the ground at its place as seen. Plots on
 *   other ground are counted apart and compared with nothing. All pairs come from one pass over the ledger.
 * Threads: the season's owner. Errors: as figures.h. */
#ifndef PV_SEASON_COMMON_H
#define PV_SEASON_COMMON_H

#include "season/figures.h"

enum { PV_COMMON_PERIODS = 32 };

typedef struct pv_common_side {
    pv_period period;
    int64_t suspected, confirmed;  /* plots on common ground */
    int64_t apart;                 /* confirmed plots elsewhere */
    int64_t apart_e6, apart_mu_e4; /* ground that only this one saw: 1e-6 m2, 1e-4 mu */
} pv_common_side;

typedef struct pv_common_pair {
    int known; /* 0 = there is no ground in the ledger: areas are 0, and no plot is on common ground */
    int64_t common_e6, common_mu_e4;
    pv_common_side a, b;
    int64_t both, fresh, gone; /* confirmed on common ground: in both (常年), in b only (新增), in a only (消失) */
    int64_t regrown;           /* of those of b: 复种 */
} pv_common_pair;

/* The zero object is empty and releasable. */
typedef struct pv_common {
    size_t n; /* pairs: one less than there are periods */
    pv_common_pair *at;
} pv_common;

/* periods: at most PV_COMMON_PERIODS, in the order of days, without days in common. */
PV_MUST pv_status pv_common_make(pv_common *out, pv_figures_source *f, const pv_periods *periods, pv_err *err);
void pv_common_release(pv_common *c);

#endif
