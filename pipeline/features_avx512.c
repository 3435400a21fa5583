/* The feature loops for AVX-512 F, BW, VL and VBMI. */
#include "pipeline/features_kernels.h"

#if defined(__x86_64__)
#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

static void codes(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    codes_by_counting(c, v, n, code);
}

const pv_feature_kernels pv_feature_kernels_avx512 = {
    .channel = PV_CHANNEL_LOOPS,
    .sum_row = sum_row,
    .square_row = square_row,
    .means = means,
    .moments = moments,
    .edge_row = edge_row,
    .differences = differences,
    .most_of_rows = most_of_rows,
    .most_along = most_along,
    .codes = codes,
};
#endif
