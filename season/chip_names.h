/* The pictures of a season's hotspots: SEASON/chips/<hotspot id>-<fid of the photo>.jpg and .tif, so that every sight of a plot keeps its own (一斑一档): two photos of the same name and grid
 * can have hotspots of the same id. Seasons of former versions have <hotspot id>.jpg, which is of the last of such photos: it is found where there is no other.
 *
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_CHIP_NAMES_H
#define PV_SEASON_CHIP_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "season/plots.h"
#include "season/worker_result.h"

enum { PV_CHIP_NAME = 64 };

/* ending: ".jpg" or ".tif". "" when the id is none: an id names a file. */
void pv_chip_name(char out[PV_CHIP_NAME], const char *hotspot_id, int64_t photo, const char *ending);

/* The picture for the phone that is in the folder. 0, and out "": there is none. */
int pv_chip_find(char out[PV_CHIP_NAME], const char *folder, const char *hotspot_id, int64_t photo);

/* A hotspot of a plot. */
typedef struct pv_plot_sight {
    char day[PV_DATE]; /* "" = not taken into the memory of plots yet */
    char hotspot_id[PV_RESULT_HOTSPOT_ID];
    int64_t photo; /* fid */
} pv_plot_sight;

/* All of a plot's, those of merged plots too, by day. *out is yours (pv_free). */
PV_MUST pv_status pv_plot_sights(pv_season *s, int64_t plot, pv_plot_sight **out, size_t *n, pv_err *err);

#endif
