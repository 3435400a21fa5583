/* A one-band UInt8 GeoTIFF written row by row: probability and class pictures.
 *
 * Tiled 256 x 256, DEFLATE, BigTIFF when needed, georeferenced like the photo (whole-pixel averaging taken into account), with a
 * no-data value and a colour table (probabilities: near white, yellow, red, darker as they rise; classes: colours told apart at a glance). Class
 * names stand inside the file as band metadata class_<value>, because a sidecar gets lost. Blocks of nothing but no-data are left out (sparse).
 * The bytes do not depend on how many rows a call brings. Memory: 256 rows.
 * The file appears under its name only with pv_raster_out_commit(). Threads: one owner. Errors: PV_IO, PV_USAGE (exists), PV_NOMEM. */
#ifndef PV_GEO_RASTER_OUT_H
#define PV_GEO_RASTER_OUT_H

#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"

typedef struct pv_raster_out pv_raster_out;

/* The colour of a probability of value / 254 in such pictures, value 0..254. */
void pv_raster_ramp(int value, uint8_t rgb[3]);

typedef struct pv_raster_spec {
    int width_px, height_px;       /* of the raster */
    int fx, fy;                    /* photo pixels in one raster pixel, along x and y */
    int nodata;                    /* 0..255 */
    const char *description;       /* band description */
    int n_classes;                 /* 0 for a probability picture */
    const char *const *class_name; /* [n_classes], borrowed */
} pv_raster_spec;

PV_MUST pv_status pv_raster_out_open(pv_raster_out **out, const char *path, const pv_photo_facts *photo, const pv_raster_spec *spec, int overwrite,
                                     pv_err *err);
/* The next n_rows rows from the top: rows[n_rows][width_px]. */
PV_MUST pv_status pv_raster_out_rows(pv_raster_out *raster, const uint8_t *rows, int n_rows, pv_err *err);
/* Closes, checks by reading back the size and the last block, publishes. The raster must have got all its rows (else PV_BUG). */
PV_MUST pv_status pv_raster_out_commit(pv_raster_out *raster, pv_err *err);
/* Removes the temporary file when not committed. NULL is fine. */
void pv_raster_out_free(pv_raster_out *raster);

#endif
