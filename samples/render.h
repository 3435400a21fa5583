/* A flight's photo and its class picture, row by row.
 *
 * Every pixel is four looks averaged, then the camera: blur, light of the mosaic, haze, noise, tone. Strips of PV_TIFF_ROWS rows are made by all
 * threads while one of them writes the strip before; the bytes do not depend on the number of threads. Memory: two strips.
 * The only file of the samples that knows OpenMP. Errors: those of write_geotiff.h, PV_NOMEM. */
#ifndef PV_SAMPLES_RENDER_H
#define PV_SAMPLES_RENDER_H

#include "base/err.h"
#include "samples/flight.h"

/* threads: 0 = as many as there are. */
PV_MUST pv_status pv_render(const pv_view *view, const pv_flight *flight, const char *photo_path, const char *class_path, int threads, int overwrite,
                            pv_err *err);

#endif
