/* How much ground was seen: each square metre once, whatever photos show it, in all and by unit; and the ground that was not.
 *
 * Of the states that photos have for a cell the best counts (geo/cells_mix.h). Seen is what a photo shows in state seen: ground that is blurred or too coarse in it was looked at (its hotspots stay), but
 * does not count as seen, neither once (亩) nor once a photo (亩次). A unit's ground is that of the cells whose centres lie in it; units of different levels overlap, those of
 * one level that only share edges share no cell. Areas are true ones, in 1e-6 m2, and add up exactly: ground = the sum over states.
 * Threads: the season's owner. Errors: as ground.h. */
#ifndef PV_SEASON_GROUND_SUM_H
#define PV_SEASON_GROUND_SUM_H

#include "geo/cells_area.h"
#include "geo/units.h"
#include "season/season_ground.h"

typedef struct pv_ground_sum {
    int64_t ground_e6;                /* of a unit: all of it; of the whole: what photos show */
    int64_t state_e6[PV_CELL_STATES]; /* once, by the state that counts; [PV_CELL_NONE]: no photo shows it */
    int64_t repeated_e6;              /* seen, once for each photo that saw it (亩次) */
} pv_ground_sum;

typedef struct pv_ground_report {
    int known; /* 0 = there is no ground yet: nothing below is set */
    pv_cell_grid grid;
    pv_ground_sum all;
    size_t n_units;
    pv_ground_sum *unit; /* [n_units] in the order of units; NULL without units */
    pv_cells *
        gaps; /* ground of the units of the highest level that was not seen (no photo: PV_CELL_NODATA); without units: what photos show and could not be judged */
} pv_ground_report;

/* night 0: of the whole season, else of the photos of that night. units NULL: none. */
PV_MUST pv_status pv_ground_report_make(pv_ground_report *out, pv_season *s, int64_t night, const pv_units *units, pv_err *err);
void pv_ground_report_release(pv_ground_report *r);

void pv_ground_sum_add(pv_ground_sum *to, const pv_ground_sum *g);

/* Hundredths of a percent that a part is of a whole, cut to the integer below: 10000 is only said when it is all. whole 0: 0. */
int64_t pv_ground_share_e2(int64_t part, int64_t whole);

#endif
