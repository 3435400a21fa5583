/* The loops of the feature stage over one row of pixels, once for each path of base/cpu.h. Not for other rooms; tests ask for each path by name.
 *
 * All paths give the same bytes: quotients and roots are guessed in single precision and put right in integers or in exact doubles. Pointers need no
 * alignment; rows of one call do not overlap unless it says so. Threads: any. */
#ifndef PV_PIPELINE_FEATURES_KERNELS_H
#define PV_PIPELINE_FEATURES_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "pipeline/features_internal.h"

/* FAST_MEAN, FAST_MOMENTS: the most pixels of a window for which means() and moments() hold; larger ones take pv_window_slow(). */
enum { PV_FAST_MEAN = 32767, PV_FAST_MOMENTS = 1024 };

/* Where the sums of one row of windows come from: rows of a plane that is summed from its top left corner on, between which the windows lie.
 * Element x of *_right and *_left stands behind and before the columns of window x, bottom and top below and above its rows. */
struct pv_window_row {
    const uint32_t *bottom_right, *bottom_left, *top_right, *top_left;                             /* modulo 2^32 */
    const uint64_t *square_bottom_right, *square_bottom_left, *square_top_right, *square_top_left; /* NULL = no squares */
    const int32_t *n;                                                                              /* pixels in each window, >= 1 */
    const float *share;                                                                            /* slightly below 1 / n: pv_window_share() */
};

typedef struct pv_feature_kernels {
    pv_channel_fn channel[PV_CHANNELS]; /* by pv_channel_kind */
    void (*stretch_row)(const pv_stretch *s, const uint16_t *v, size_t n, uint16_t *to);
    /* to[0..w - 1] = up[...] + sum of v[0..x] */
    void (*sum_row)(const uint16_t *v, size_t w, const uint32_t *up, uint32_t *to);
    void (*square_row)(const uint16_t *v, size_t w, const uint64_t *up, uint64_t *to);
    /* n <= PV_FAST_MEAN everywhere */
    void (*means)(const pv_window_row *r, size_t w, uint16_t *mean);
    /* n <= PV_FAST_MOMENTS everywhere */
    void (*moments)(const pv_window_row *r, size_t w, uint16_t *mean, uint16_t *sd);
    /* Half the sum of the differences to the right and to the lower neighbour; ok, ok_down: PV_PIXEL_* of the two rows. 0 where not valid. */
    void (*edge_row)(const uint16_t *v, const uint16_t *down, const uint8_t *ok, const uint8_t *ok_down, size_t w, uint16_t *to);
    /* 32768 + (a - b) / 2, cut to the integer below */
    void (*differences)(const uint16_t *a, const uint16_t *b, size_t w, uint16_t *to);
    /* top[x] = larger of itself and v[x] */
    void (*most_of_rows)(const uint16_t *v, size_t w, uint16_t *top);
    /* row[x] = largest of row[x .. x + width - 1]; row has w + width - 1 elements, all but the first w are spoilt. width >= 3 */
    void (*most_along)(uint16_t *row, size_t w, int width);
    void (*codes)(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code);
    /* to = the wanted bytes of from, which begins at the first of them and is whole blocks long; 63 bytes behind them may be spoilt */
    void (*pick)(const uint8_t *from, const pv_pick *pick, uint8_t *to);
} pv_feature_kernels;

/* The loops of a path, which must not be above pv_cpu_best(). Static, immutable. */
const pv_feature_kernels *pv_feature_kernels_of(pv_cpu path);

extern const pv_feature_kernels pv_feature_kernels_portable, pv_feature_kernels_avx2, pv_feature_kernels_avx512;

/* pv_features_compute() with these loops. */
void pv_features_compute_by(const pv_feature_kernels *loop, const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read,
                            const uint16_t *bands, const uint8_t *valid, pv_feature_sink sink, void *user);

/* means() and moments() multiply by this: so little below 1 / n that a quotient up to 65535 is never guessed too high, and at most 1 too low. */
static inline float pv_window_share(int n)
{
    return (1.0F - 0x1p-20F) / (float)n;
}

#endif
