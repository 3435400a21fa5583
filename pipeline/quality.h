/* Ground that the camera did not really see: too dark or saturated.
 *
 * A valid working pixel is unusable when, of the valid pixels in the window of 1 m around it, at least nine in ten are dark in every band that
 * the model reads (below 1 % of full scale) or at least nine in ten are saturated in every such band (above 99.2 %). A single bright petal
 * or a thin shadow is not enough. Integer counts in a window clipped at the working image's edge: nothing depends on tiles.
 * Threads: any, each with its own scratch. */
#ifndef PV_PIPELINE_QUALITY_H
#define PV_PIPELINE_QUALITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"
#include "pipeline/features.h"

enum { PV_DARK_BELOW = 655, PV_SATURATED_ABOVE = 65010 };
enum { PV_QUALITY_DARK = 1, PV_QUALITY_SATURATED = 2 };

/* Working pixels on either side of the window's centre, for a working GSD in m; at most 127. */
int pv_quality_half(double gsd_m);

/* Elements of scratch for a read rectangle that is read_w wide. */
size_t pv_quality_scratch(int read_w);

/* unusable[core.h][core.w] = PV_QUALITY_DARK, PV_QUALITY_SATURATED or 0. pixels: of read, light as the camera saw it, n_bands >= 1; core inside read, which reaches half_x,
 * half_y further where the image goes on. Returns 0 when no pixel is unusable: then unusable may not be written. */
int pv_quality_mark(pv_rect core, pv_rect read, int n_bands, const pv_pixels *pixels, int half_x, int half_y, uint32_t *scratch, uint8_t *unusable);

#endif
