/* The loops over rows of pixels between a decoded block and working pixels, once for each path of base/cpu.h: one text, compiled with more instructions. All paths give
 * the same bytes. Rows of one call do not overlap. Threads: any. */
#ifndef PV_GEO_PIXEL_LOOPS_H
#define PV_GEO_PIXEL_LOOPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

typedef struct pv_pixel_loops {
    /* Band k of n pixels of `bands` samples each, of bytes or of 16 bits, to to[k * plane]. */
    void (*part_bytes)(const uint8_t *from, size_t bands, size_t n, uint8_t *to, size_t plane);
    void (*part_words)(const uint16_t *from, size_t bands, size_t n, uint16_t *to, size_t plane);
    /* Undoes horizontal differencing (TIFF's predictor 2) in a row of n pixels of pixel_bytes bytes, 3 to 16, whose samples have sample_bytes, 1 or 2: each sample becomes the
     * sum of those of its band from the left end on, modulo its range. */
    void (*undo_differences)(uint8_t *row, size_t n, size_t pixel_bytes, size_t sample_bytes);
    /* to[i] = 257 v[i] where valid[i] is PV_PIXEL_VALID, else 0 */
    void (*scale_bytes)(const uint8_t *v, const uint8_t *valid, size_t n, uint16_t *to);
    /* to[i] = (v[i] multiplier + 32768) / 65536, at most 65535, where valid[i] is PV_PIXEL_VALID and v[i] <= top, else 0. multiplier < 2^32 */
    void (*scale_words)(uint64_t multiplier, uint16_t top, const uint16_t *v, const uint8_t *valid, size_t n, uint16_t *to);
    /* v[i] = (v[i] multiplier + 32768) / 65536, at most 65535. multiplier < 2^32 */
    void (*rescale)(uint64_t multiplier, size_t n, uint16_t *v);
    /* 1 = all of n pixels are PV_PIXEL_VALID */
    int (*are_valid)(const uint8_t *valid, size_t n);
    /* to[x] = the mean, rounded half up, of fx x fy values, those of x from from[fx x] on, in fy rows `row` apart. fx fy <= 2^14 */
    void (*means)(const uint16_t *from, size_t row, size_t n, size_t fx, size_t fy, uint16_t *to);
} pv_pixel_loops;

/* The loops of a path, which must not be above pv_cpu_best(). Static, immutable. */
const pv_pixel_loops *pv_pixel_loops_of(pv_cpu path);

extern const pv_pixel_loops pv_pixel_loops_portable, pv_pixel_loops_avx2, pv_pixel_loops_avx512;

#endif
