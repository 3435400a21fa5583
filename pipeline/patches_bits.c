/* Bits of rows for every machine, and the choice of the path. */
#include "pipeline/patches_bits.h"

#include <string.h>

#include "base/banned.h"

typedef uint8_t bytes __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t halves __attribute__((vector_size(16), may_alias));

static inline uint64_t any_of(bytes v)
{
    halves h = (halves)v;
    return h[0] | h[1];
}

/* 64 pixels as bytes of 0 or 255; most words are quiet. The product moves eight low bits to the highest byte, the first one lowest. */
static inline uint64_t word_of(const uint8_t *prob, uint8_t low, bytes *lost)
{
    const bytes *v = (const bytes *)(const void *)prob;
    bytes loud[4];
    uint64_t word = 0;
    for (int i = 0; i < 4; i++) {
        loud[i] = (bytes)((v[i] - low) <= (uint8_t)(254 - low));
        *lost |= (bytes)(v[i] == 255);
    }
    if (any_of(loud[0] | loud[1] | loud[2] | loud[3]) == 0) return 0;
    for (int i = 0; i < 8; i++) {
        uint64_t eight = ((halves)loud[i / 2])[i % 2] & 0x0101010101010101;
        word |= eight * 0x0102040810204080 >> 56 << 8 * i;
    }
    return word;
}

static int row_portable(const uint8_t *prob, const uint8_t *next, size_t w, uint8_t low, uint64_t *loud)
{
    bytes lost = {0};
    size_t x = 0;
    for (; x + 64 <= w; x += 64) {
        __builtin_prefetch(next + x);
        loud[x / 64] = word_of(prob + x, low, &lost);
    }
    if (x < w) {
        uint8_t end[64] = {0};
        memcpy(end, prob + x, w - x);
        loud[x / 64] = word_of(end, low, &lost);
    }
    return any_of(lost) != 0;
}

static int64_t sum_portable(const uint8_t *run, size_t n, size_t room, uint8_t *max)
{
    int64_t sum = 0;
    uint8_t top = 0;
    (void)room;
    for (size_t i = 0; i < n; i++) {
        sum += run[i];
        top = run[i] > top ? run[i] : top;
    }
    *max = top;
    return sum;
}

const pv_bits_kernels pv_bits_portable = {row_portable, sum_portable};

const pv_bits_kernels *pv_bits_of(pv_cpu path)
{
#if defined(__x86_64__)
    if (path == PV_CPU_AVX512) return &pv_bits_avx512;
    if (path == PV_CPU_AVX2) return &pv_bits_avx2;
#endif
    (void)path;
    return &pv_bits_portable;
}
