/* What a night has to tell: counts, areas, photos and hotspots from the ledger, in a fixed order.
 *
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_SUMMARY_H
#define PV_SEASON_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "season/photos.h"

/* Of one photo of a night; texts are "" where the ledger has none. */
typedef struct pv_summary_photo {
    int64_t id;
    char file[1024], name[PV_RESULT_NAME];
    char sha256[65], status[PV_RESULT_STATUS], taken_at[32], model[64];
    char reason[1024];
    pv_photo_state state;
    double gsd_m;
    int64_t valid_e4, nodata_e4, unreadable_e4, unusable_e4;
    int64_t blurred_e4, coarse_e4; /* parts of valid_e4 that do not count as seen */
    int64_t hotspots;
    int placed; /* 1 = box is set: west, south, east, north */
    double box[4];
} pv_summary_photo;

/* A hotspot; texts and bytes are owned by the list. */
typedef struct pv_summary_hotspot {
    char id[PV_RESULT_HOTSPOT_ID];
    char plot[16]; /* the plot that it shows, "" = not known yet */
    size_t photo;  /* index in pv_night_summary.photo */
    double lon_deg, lat_deg, area_m2;
    double prob; /* < 0 = null */
    double prob_mean, prob_max;
    char *properties; /* JSON object as the worker wrote it */
    char *geometry;   /* GeoJSON MultiPolygon */
} pv_summary_hotspot;

typedef struct pv_night_summary {
    pv_night night;
    char name[PV_CONF_TEXT]; /* of the season */
    size_t n_photos, cap_photos;
    pv_summary_photo *photo; /* by file, then id */
    size_t n_hotspots, cap_hotspots;
    pv_summary_hotspot *hotspot;      /* as in hotspots.geojson: falling prob (null last), prob_mean, prob_max, area; then id */
    int64_t count[PV_PHOTO_SAME + 1]; /* photos by state */
    int64_t damaged;                  /* of the done ones */
    int64_t blank;                    /* of the done ones that are not damaged: not one pixel could be judged */
    int64_t valid_e4, nodata_e4, unreadable_e4, unusable_e4, blurred_e4, coarse_e4;
    char run[17]; /* of what was scanned, refused and left waiting: the same for the same inputs */
} pv_night_summary;

/* waiting: n texts about files that wait and what else the page tells, which are part of the run's id. */
PV_MUST pv_status pv_night_summary_read(pv_season *s, const pv_night *night, size_t n_waiting, const char *const *waiting, pv_night_summary *out,
                                        pv_err *err);
/* Ground that counts as seen, as in season/ground_sum.h: blurred and too coarse ground does not. 1e-4 m2. */
int64_t pv_summary_seen_e4(const pv_summary_photo *p);
int64_t pv_night_seen_e4(const pv_night_summary *sum);
/* 1 = it was scanned, and not one pixel of it could be judged. */
int pv_summary_is_blank(const pv_summary_photo *p);
void pv_night_summary_release(pv_night_summary *sum);

#endif
