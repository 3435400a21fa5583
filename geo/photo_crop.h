/* A piece of a photo as a small GeoTIFF of its own: the stored values of all bands as they are, with CRS, place, band names, no-data tag and alpha.
 *
 * One strip a band, DEFLATE; the bytes depend on the photo's pixels and the rectangle only. Pixels that the photo hides by other means than a tag or an alpha band (mask, collar, damaged
 * blocks) become the tag's value, or 0 under an alpha band that is added then. Metadata: PAPAVER_PHOTO, PAPAVER_TAKEN_AT (where known) and PAPAVER_RADIOMETRY, the radiometric
 * state of the whole photo ("255 red=10,80,200 green=..." : full scale, then dark, middle and bright of each band, geo/photo.h).
 * Memory: twice the piece. Threads: the photo's owner. Errors: PV_IO, PV_NOMEM. */
#ifndef PV_GEO_PHOTO_CROP_H
#define PV_GEO_PHOTO_CROP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"

/* rect lies inside the photo and is not empty. *data is yours (pv_free); the caller writes it. */
PV_MUST pv_status pv_photo_crop(pv_photo *photo, pv_rect rect, uint8_t **data, size_t *n, pv_err *err);

/* Bytes of memory that a piece of so many pixels takes meanwhile. */
int64_t pv_photo_crop_bytes(const pv_photo_facts *facts, int64_t pixels);

#endif
