/* A photo in small, for maps: natural colours (report/look.h) from the 2nd to the 98th percentile, turned into Web Mercator (EPSG:3857), axis-parallel, black where the photo has nothing.
 *
 * Each pixel of the small photo is the mean of a square of its pixels; the map's pixels are bilinear between these. Reads the photo once, block by block.
 * Threads: the photo's owner. Errors: PV_INPUT (it lies where Web Mercator does not reach), PV_IO, PV_NOMEM, PV_STOPPED. */
#ifndef PV_REPORT_PHOTO_MAP_H
#define PV_REPORT_PHOTO_MAP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"
#include "season/overviews.h"

enum { PV_PHOTO_MAP_BYTES = 600000 /* of the JPEG */ };

/* *jpeg is yours (pv_free). stop: non-zero = stop soon; may be NULL. */
PV_MUST pv_status pv_photo_map(pv_photo *photo, const atomic_int *stop, uint8_t **jpeg, size_t *n, pv_map_image *image, pv_err *err);

/* Bytes of memory that it takes at the most. */
int64_t pv_photo_map_bytes(const pv_photo_facts *facts);

#endif
