/* Photos as a map shows them: where each one is, and its reduced picture if there is one (SEASON/chips/photo-<fid>.jpg, table overviews).
 *
 * Threads: the season's owner. Errors: as sql.h; PV_INPUT: an outline in the ledger is damaged. */
#ifndef PV_SEASON_PHOTO_PLACES_H
#define PV_SEASON_PHOTO_PLACES_H

#include "season/outlines.h"
#include "season/photos.h"

typedef struct pv_photo_place {
    int64_t fid, night;
    char file[1024], status[PV_RESULT_STATUS], day[PV_RESULT_STATUS], reason[1024]; /* "" = not known */
    pv_photo_state state;
    int64_t hotspots;
    int64_t valid_e4, not_judged_e4; /* 1e-4 m2, of this photo */
    int64_t seen_e4;                 /* valid, but not blurred or too coarse */
    pv_plot_outline outline;         /* one convex ring; without rings: it has no place */
    int has_overview;
    double west, south, east, north; /* of the reduced picture, degrees */
} pv_photo_place;

typedef struct pv_photo_places {
    size_t n, cap;
    pv_photo_place *at; /* the latest day first, then file and fid */
} pv_photo_places;

/* All photos of the season, in any state. */
PV_MUST pv_status pv_photo_places_read(pv_photo_places *out, pv_season *s, pv_err *err);
void pv_photo_places_release(pv_photo_places *p);

#endif
