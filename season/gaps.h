/* The list of gaps (死角清单): ground that was not seen, as polygons.
 *
 * A gap is a piece of cells that hang together by their sides; "not_flown" where no photo shows it, "not_judged" where photos show it and it was too dark, saturated, blurred,
 * too coarse or unreadable. Areas are those of their cells, so that the gaps of a kind add up exactly to what the report says was not seen. Largest first.
 * Threads: one owner. Errors: PV_NOMEM, PV_INPUT (a corner without a place on the Earth). */
#ifndef PV_SEASON_GAPS_H
#define PV_SEASON_GAPS_H

#include "season/ground_sum.h"

enum { PV_GAP_UNITS = 512 };

typedef struct pv_gap {
    int flown; /* 0: not flown, 1: flown and not judged */
    int64_t cells, area_e6;
    double lon_deg, lat_deg;  /* the middle of one of its cells */
    char units[PV_GAP_UNITS]; /* "柳湾镇 上柳村", "" without boundaries */
    char *geometry;           /* GeoJSON Polygon */
} pv_gap;

typedef struct pv_gaps {
    size_t n, cap;
    pv_gap *at;
    int64_t n_small, small_e6; /* below the least area: counted, not listed */
} pv_gaps;

/* least_m2: smaller ones are not listed. units may be NULL. */
PV_MUST pv_status pv_gaps_find(pv_gaps *out, const pv_ground_report *r, const pv_units *units, double least_m2, pv_err *err);
void pv_gaps_release(pv_gaps *g);

#endif
