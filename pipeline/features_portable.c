/* The feature loops for every machine. */
#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

static inline __attribute__((always_inline)) void codes_of(const pv_coder *c, const uint16_t *restrict v, size_t n, uint8_t *restrict code, int levels)
{
    for (size_t i = 0; i < n; i++) {
        unsigned at = 1;
        for (int k = 0; k < levels; k++) at = 2 * at + (v[i] > c->heap[at]);
        code[i] = c->heap_code[at % PV_CODER_HEAP];
    }
}

static void codes(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    switch (c->n == 0 ? -1 : c->levels) {
    case -1: memset(code, c->code[0], n); break;
    case 4: codes_of(c, v, n, code, 4); break;
    case 5: codes_of(c, v, n, code, 5); break;
    case 6: codes_of(c, v, n, code, 6); break;
    default: codes_by_counting(c, v, n, code);
    }
}

const pv_feature_kernels pv_feature_kernels_portable = {
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
