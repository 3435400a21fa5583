/* A photo in small, for maps: natural colours (report/look.h) from the 2nd to the 98th percentile, turned into Web Mercator (EPSG:3857), axis-parallel, black where the photo has nothing.
 *
 * The photo in small (geo/photo_small.h) is what a scan adds up while it reads; where it did not, the photo is read, block by block. The map's pixels are bilinear between its means.
 * Threads: the photo's owner. Errors: PV_INPUT (it lies where Web Mercator does not reach, or is too large), PV_IO, PV_NOMEM, PV_STOPPED. */
#ifndef PV_REPORT_PHOTO_MAP_H
#define PV_REPORT_PHOTO_MAP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"
#include "geo/photo_small.h"
#include "season/overviews.h"

enum { PV_PHOTO_MAP_BYTES = 600000 /* of the JPEG */ };

/* What a map is made of, empty: of cells of fx x fy photo pixels, those of the model that the photo is scanned with. Yours. */
PV_MUST pv_status pv_photo_map_small(pv_small **out, const pv_photo_facts *facts, int fx, int fy, pv_err *err);

/* *jpeg is yours (pv_free). stop: non-zero = stop soon; may be NULL. */
PV_MUST pv_status pv_photo_map(pv_photo *photo, pv_small *small, const atomic_int *stop, uint8_t **jpeg, size_t *n, pv_map_image *image, pv_err *err);

#endif
