/* The one place of the samples that knows GDAL: GeoTIFFs written from the top, whole blocks at a time.
 *
 * The same rows give the same bytes: every call's blocks are flushed in order, one thread compresses, nothing of the machine or the hour is written.
 * The file appears under its name only with pv_tiff_commit(). Threads: one at a time. Errors: PV_IO, PV_USAGE (exists), PV_NOMEM. */
#ifndef PV_SAMPLES_WRITE_GEOTIFF_H
#define PV_SAMPLES_WRITE_GEOTIFF_H

#include <stdint.h>

#include "base/err.h"

enum { PV_TIFF_ROWS = 256 }; /* rows of a call; only the last call may bring fewer */

typedef enum pv_tiff_layout { PV_TIFF_DEFLATE_TILED = 0, PV_TIFF_LZW_STRIPED, PV_TIFF_ZSTD_BANDS } pv_tiff_layout;

typedef struct pv_tiff_spec {
    int width_px, height_px, n_bands;
    int bits; /* 8 or 16 */
    pv_tiff_layout layout;
    int alpha;  /* 1 = the last band is alpha */
    int nodata; /* < 0 = no tag */
    int epsg;
    double geotransform[6];
    const char *date;             /* TIFFTAG_DATETIME, or NULL */
    const char *const *band_name; /* [n_bands] */
    int rgb;                      /* 1 = the first three bands are a picture */
} pv_tiff_spec;

typedef struct pv_tiff pv_tiff;

PV_MUST pv_status pv_tiff_open(pv_tiff **out, const char *path, const pv_tiff_spec *spec, int overwrite, pv_err *err);
/* The next n_rows rows: pixels[n_bands][n_rows][width_px], uint8_t or uint16_t; overwritten by nobody, kept by nobody. */
PV_MUST pv_status pv_tiff_rows(pv_tiff *tiff, const void *pixels, int n_rows, pv_err *err);
PV_MUST pv_status pv_tiff_commit(pv_tiff *tiff, pv_err *err);
/* Removes what was not committed. NULL is fine. */
void pv_tiff_free(pv_tiff *tiff);

#endif
