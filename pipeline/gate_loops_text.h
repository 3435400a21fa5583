/* The text of the loops in gate_loops.h: each path's file includes it once and gives PV_GATE_LOOPS its name. */
#include <string.h>

#include "models/early_gate.h"
#include "models/trees.h"
#include "pipeline/gate_loops.h"

static void evidence_of(const int16_t *score, size_t n, uint8_t *restrict evidence)
{
    const int16_t *restrict closed = score + PV_GATE_CLOSED * (size_t)PV_BATCH, *restrict open = score + PV_GATE_OPEN * (size_t)PV_BATCH;
    for (size_t i = 0; i < n; i++) {
        int32_t e = PV_GATE_MIDDLE + ((open[i] - closed[i]) >> 2);
        e = e < 0 ? 0 : e;
        evidence[i] = (uint8_t)(e > 255 ? 255 : e);
    }
}

static void fill(const uint8_t *restrict evidence, const uint8_t *restrict why, size_t n, uint8_t fill_with, uint8_t *restrict to)
{
    for (size_t x = 0; x < n; x++) to[x] = why[x] == 0 ? evidence[x] : fill_with;
}

static void slide(const uint8_t *restrict in, const uint8_t *restrict out, size_t n, int32_t *restrict sum)
{
    for (size_t x = 0; x < n; x++) sum[x] += (int32_t)in[x] - (int32_t)out[x];
}

static void windows(const int32_t *restrict sum, size_t n, size_t width, uint8_t *restrict flag)
{
    enum { BLOCK = 64 };
    for (size_t x = 0; x < n; x += BLOCK) {
        int32_t all[BLOCK] = {0};
        size_t m = n - x < BLOCK ? n - x : BLOCK;
        if (m == BLOCK) {
            for (size_t k = 0; k < width; k++)
                for (size_t i = 0; i < BLOCK; i++) all[i] += sum[x + k + i];
            for (size_t i = 0; i < BLOCK; i++) flag[x + i] = all[i] >= 0;
        } else {
            for (size_t k = 0; k < width; k++)
                for (size_t i = 0; i < m; i++) all[i] += sum[x + k + i];
            for (size_t i = 0; i < m; i++) flag[x + i] = all[i] >= 0;
        }
    }
}

static void spread(const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, const uint8_t *restrict why, size_t n,
                   size_t half, uint8_t *restrict open)
{
    for (size_t x = 0; x < n; x++) {
        uint8_t left = a[x] | b[x] | c[x], middle = a[x + half] | b[x + half] | c[x + half];
        uint8_t right = a[x + 2 * half] | b[x + 2 * half] | c[x + 2 * half];
        open[x] = why[x] == 0 ? (uint8_t)(left | middle | right) : 0;
    }
}

const pv_gate_loops PV_GATE_LOOPS = {.evidence = evidence_of, .fill = fill, .slide = slide, .windows = windows, .spread = spread};
