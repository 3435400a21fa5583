/* The plots of a season as a morning page lists them: in order of priority, with what is new since the night before.
 *
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_PLOTS_NIGHT_H
#define PV_SEASON_PLOTS_NIGHT_H

#include "season/plots.h"

typedef struct pv_night_plot {
    pv_plot plot;
    int fresh;        /* 1 = all of its hotspots are of this night: new since the night before */
    int tonight;      /* 1 = seen in this night's photos */
    char *properties; /* of the hotspot that stands for it: JSON, owned; NULL = none */
    char *former;     /* ids of plots that turned out to be parts of it, "P0AB12C P3DE45F", owned; NULL = none */
} pv_night_plot;

typedef struct pv_night_plots {
    size_t n, cap;
    pv_night_plot *at; /* in order of priority at the night's date */
    size_t n_quiet, cap_quiet;
    pv_plot *quiet; /* plots that were ruled out and stay quiet, by the date of their end */
} pv_night_plots;

PV_MUST pv_status pv_night_plots_read(pv_night_plots *out, pv_season *s, const pv_night *night, pv_err *err);
void pv_night_plots_release(pv_night_plots *p);

#endif
