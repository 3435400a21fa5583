/* Bits of rows and sums of runs for AVX2. */
#include "pipeline/patches_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "base/banned.h"

/* 32 bytes from 32 - n on: all ones for the first n. */
static const uint8_t first[64] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static inline __m256i load(const uint8_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* Unsigned v <= span as least of both = v. */
static inline uint32_t bits_of(__m256i v, __m256i from, __m256i span)
{
    __m256i above = _mm256_sub_epi8(v, from);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(above, span), above));
}

static int row_avx2(const uint8_t *prob, const uint8_t *next, size_t w, uint8_t low, uint64_t *loud)
{
    __m256i from = _mm256_set1_epi8((char)low), span = _mm256_set1_epi8((char)(254 - low)), top = _mm256_setzero_si256();
    uint8_t end[64] = {0};
    for (size_t x = 0; x < w; x += 64) {
        const uint8_t *at = prob + x;
        _mm_prefetch((const char *)next + x, _MM_HINT_T0);
        if (w - x < 64) {
            memcpy(end, at, w - x);
            at = end;
        }
        __m256i a = load(at), b = load(at + 32);
        top = _mm256_max_epu8(top, _mm256_max_epu8(a, b));
        loud[x / 64] = bits_of(a, from, span) | (uint64_t)bits_of(b, from, span) << 32;
    }
    return _mm256_movemask_epi8(_mm256_cmpeq_epi8(top, _mm256_set1_epi8(-1))) != 0;
}

static int64_t sum_avx2(const uint8_t *run, size_t n, size_t room, uint8_t *max)
{
    __m256i zero = _mm256_setzero_si256(), sum = zero, top = zero;
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(load(run + i), zero));
        top = _mm256_max_epu8(top, load(run + i));
    }
    if (i < n) {
        uint8_t end[32] = {0};
        const uint8_t *at = run + i;
        if (room - i < 32) {
            memcpy(end, at, n - i);
            at = end;
        }
        __m256i v = _mm256_and_si256(load(at), load(first + 32 - (n - i)));
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(v, zero));
        top = _mm256_max_epu8(top, v);
    }
    __m128i both = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    /* The greatest byte by the least 16 bits of the complement. */
    __m128i low = _mm_sub_epi8(_mm_set1_epi8(-1), _mm_max_epu8(_mm256_castsi256_si128(top), _mm256_extracti128_si256(top, 1)));
    low = _mm_min_epu8(low, _mm_srli_epi16(low, 8));
    *max = (uint8_t)(255 - (_mm_cvtsi128_si32(_mm_minpos_epu16(low)) & 0xff));
    return _mm_cvtsi128_si64(both) + _mm_extract_epi64(both, 1);
}

const pv_bits_kernels pv_bits_avx2 = {row_avx2, sum_avx2};
#else
#include "base/banned.h"
#endif
