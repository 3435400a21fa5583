/* The ledger's blocks of ground and the units over them, walked once, place by place: what season/ground_sum.h and season/ground_days.h are made from. Nobody else includes this.
 *
 * Photos stand for the day that they are of; a set of photos is a list of ranges of days. At a place each different choice of photos is mixed and summed once, whatever the number of sets that make it,
 * and where a choice only adds photos to the one before, the walk goes on from there. */
#ifndef PV_SEASON_GROUND_WALK_H
#define PV_SEASON_GROUND_WALK_H

#include "season/ground_sum.h"

typedef struct pv_walk_photo {
    int64_t photo;
    uint32_t day; /* any number that rises with the days */
} pv_walk_photo;

typedef struct pv_walk_range { /* days from <= day < to */
    uint32_t from, to;
} pv_walk_range;

typedef struct pv_ground_walk {
    pv_season *s;
    const pv_units *units; /* NULL: none */
    pv_cell_grid grid;
    int64_t night; /* 0: photos of all nights */
    size_t n_photos;
    const pv_walk_photo *photo; /* by photo; photos that are not listed are passed over; NULL: all are of day 0 */
    size_t n_sets, n_units;
    const size_t *start;        /* [n_sets + 1] ranges of set k: start[k] to start[k + 1] - 1, */
    const pv_walk_range *range; /* rising, apart from each other */
    /* What is summed up, zeroed by the caller. Of a set only what its photos show. */
    int64_t *ground_e6;  /* [n_units] all ground of a unit */
    pv_ground_sum *all;  /* [n_sets] */
    pv_ground_sum *unit; /* [n_sets * n_units] */
    pv_cells *gaps;      /* NULL: not asked for; else as in pv_ground_report, of set 0 */
} pv_ground_walk;

PV_MUST pv_status pv_ground_walk_make(pv_ground_walk *g, pv_err *err);

#endif
