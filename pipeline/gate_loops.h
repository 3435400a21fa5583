/* The loops of the early decision over rows, once for each path of base/cpu.h: one text, compiled with more instructions. All paths give the same bytes.
 * Rows of one call do not overlap. Not for other rooms; tests ask for each path by name. Threads: any. */
#ifndef PV_PIPELINE_GATE_LOOPS_H
#define PV_PIPELINE_GATE_LOOPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

typedef struct pv_gate_loops {
    /* pv_early_gate_evidence() */
    void (*evidence)(const int16_t *score, size_t n, uint8_t *evidence);
    /* to[x] = evidence[x] where why[x] is 0, else fill */
    void (*fill)(const uint8_t *evidence, const uint8_t *why, size_t n, uint8_t fill, uint8_t *to);
    /* sum[x] += in[x] - out[x] */
    void (*slide)(const uint8_t *in, const uint8_t *out, size_t n, int32_t *sum);
    /* flag[x] = 1 where sum[x] + .. + sum[x + width - 1] >= 0, else 0; sum has n + width - 1 elements */
    void (*windows)(const int32_t *sum, size_t n, size_t width, uint8_t *flag);
    /* open[x] = 1 where why[x] is 0 and any of the rows a, b, c has a flag at x, x + half or x + 2 half, else 0 */
    void (*spread)(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *why, size_t n, size_t half, uint8_t *open);
} pv_gate_loops;

/* The loops of a path, which must not be above pv_cpu_best(). Static, immutable. */
const pv_gate_loops *pv_gate_loops_of(pv_cpu path);

extern const pv_gate_loops pv_gate_loops_portable, pv_gate_loops_avx2, pv_gate_loops_avx512;

#endif
