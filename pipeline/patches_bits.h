/* Rows of probabilities as bits, and sums of runs: the loops of patches.c over pixels, on the paths of base/cpu.h, with the same answers.
 *
 * A pixel is loud when it was seen (not 255) and its probability is at least low. Only pixels of the row are read. Threads: any. */
#ifndef PV_PIPELINE_PATCHES_BITS_H
#define PV_PIPELINE_PATCHES_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

typedef struct pv_bits_kernels {
    /* loud[(w + 63) / 64]: bit x % 64 of word x / 64 = pixel x of prob[w] is loud; bits beyond the row are 0. 1 = some pixel was not seen. low: 1..254.
     * next[w]: the row that will be asked next, or prob itself; only the cache hears of it. */
    int (*row)(const uint8_t *prob, const uint8_t *next, size_t w, uint8_t low, uint64_t *loud);
    /* The sum of run[n], n > 0, and in *max its greatest. room: bytes from run to the row's end, at least n. */
    int64_t (*sum)(const uint8_t *run, size_t n, size_t room, uint8_t *max);
} pv_bits_kernels;

extern const pv_bits_kernels pv_bits_portable;
#if defined(__x86_64__)
extern const pv_bits_kernels pv_bits_avx2, pv_bits_avx512;
#endif

const pv_bits_kernels *pv_bits_of(pv_cpu path);

#endif
