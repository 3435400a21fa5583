/* The feature loops for every machine. */
#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

static inline __attribute__((always_inline)) void codes_of(const pv_coder *c, const uint16_t *restrict v, size_t n, uint8_t *restrict code, int steps)
{
    for (size_t i = 0; i < n; i++) {
        size_t rank = c->start[v[i] >> PV_CODER_SHIFT];
        for (int k = 0; k < steps; k++) rank += v[i] - 32768 > c->key[rank];
        code[i] = c->code[rank];
    }
}

static void codes(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    switch (c->n == 0 ? -1 : c->steps) {
    case -1:
        memset(code, c->code[0], n);
        break;
    case 0:
    case 1:
        codes_of(c, v, n, code, 1);
        break;
    case 2:
        codes_of(c, v, n, code, 2);
        break;
    case 3:
        codes_of(c, v, n, code, 3);
        break;
    case 4:
        codes_of(c, v, n, code, 4);
        break;
    default:
        codes_by_counting(c, v, n, code);
    }
}

const pv_feature_kernels pv_feature_kernels_portable = {
    .channel = PV_CHANNEL_LOOPS,
    .stretch_row = stretch_row,
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
