/* Permanence of places (地块常年性) as it was known at the end of a day: cells of 100 m by kind, as plot_cells has them of the ledger's last day (season/plots.h says what the kinds are).
 *
 * A cell takes the sights and looks up to that day of all its plots that were not ruled out by then, and were shown by a photo. Plots are those of today: what was joined counts as one.
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_PERMANENCE_H
#define PV_SEASON_PERMANENCE_H

#include "season/figures.h"

enum { PV_PLOT_KINDS = PV_KIND_ABANDONED + 1 };

typedef struct pv_permanence_cell {
    int64_t e, n; /* as in plot_cells */
    pv_plot_kind kind;
    double lon_deg, lat_deg; /* of its first plot by id */
    int64_t plots;
} pv_permanence_cell;

/* The zero object is empty and releasable. */
typedef struct pv_permanence {
    char to[PV_DATE];
    size_t n, cap;
    pv_permanence_cell *at; /* by e, n; owned */
    int64_t of_kind[PV_PLOT_KINDS];
} pv_permanence;

PV_MUST pv_status pv_permanence_make(pv_permanence *out, pv_figures_source *f, const char *to, pv_err *err);
void pv_permanence_release(pv_permanence *p);

#endif
