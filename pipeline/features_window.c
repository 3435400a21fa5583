/* Windows so large that their sums leave single precision: in integers alone. */
#include <math.h>

#include "pipeline/features_kernels.h"

#include "base/banned.h"

static uint64_t root(uint64_t v)
{
    uint64_t r = (uint64_t)sqrt((double)v);
    while (r * r > v) r--;
    while ((r + 1) * (r + 1) <= v) r++;
    return r;
}

uint16_t pv_window_sd(uint64_t n, uint64_t s1, uint64_t s2)
{
    return (uint16_t)root((n * s2 - s1 * s1) / (n * n));
}

void pv_window_slow(const pv_window_row *r, size_t w, uint16_t *mean, uint16_t *sd)
{
    for (size_t x = 0; x < w; x++) {
        uint32_t s1 = r->bottom_right[x] - r->bottom_left[x] - r->top_right[x] + r->top_left[x], n = (uint32_t)r->n[x];
        if (mean != NULL) mean[x] = (uint16_t)(s1 / n);
        if (sd == NULL) continue;
        uint64_t s2 = r->square_bottom_right[x] - r->square_bottom_left[x] - r->square_top_right[x] + r->square_top_left[x];
        sd[x] = pv_window_sd(n, s1, s2);
    }
}
