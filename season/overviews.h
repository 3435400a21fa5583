/* Photos in small for maps: SEASON/chips/photo-<photo>.jpg in Web Mercator (EPSG:3857), axis-parallel, with its bounds in the table `overviews`.
 *
 * A worker writes the picture and its bounds (a sidecar, FILE.json); the supervisor reads them as strictly as a stranger's. A season need not have any.
 * Threads: the season's owner. Errors: PV_INPUT (not such a file), or as sql.h. */
#ifndef PV_SEASON_OVERVIEWS_H
#define PV_SEASON_OVERVIEWS_H

#include <stddef.h>
#include <stdint.h>

#include "season/store.h"

enum { PV_MAP_IMAGE_SIDE = 1600 /* at the most, px */ };

/* Where such a picture lies. Its rows and columns are even in Web Mercator, not in degrees. */
typedef struct pv_map_image {
    double west, south, east, north; /* of its outer edges, degrees WGS 84; west < east, south < north; latitudes within 85.06 */
    int width_px, height_px;         /* 1..PV_MAP_IMAGE_SIDE; 0 = there is no picture */
} pv_map_image;

/* The sidecar: {"crs":"EPSG:3857","west":..,"south":..,"east":..,"north":..,"width_px":..,"height_px":..}, degrees with 9 decimals. */
void pv_map_image_print(pv_text *out, const pv_map_image *image);
PV_MUST pv_status pv_map_image_read(pv_map_image *out, const char *text, size_t n, pv_err *err);

/* Part of the transaction that is open. */
PV_MUST pv_status pv_overviews_take(pv_season *s, int64_t photo, const pv_map_image *image, pv_err *err);
/* width_px 0: there is none. */
PV_MUST pv_status pv_overviews_find(pv_season *s, int64_t photo, pv_map_image *out, pv_err *err);

#endif
