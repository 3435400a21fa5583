/* Bits of rows and sums of runs for AVX-512 F, BW and VL. */
#include "pipeline/patches_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "base/banned.h"

static inline __mmask64 first_of_64(size_t left)
{
    return left < 64 ? ~(UINT64_MAX << left) : UINT64_MAX;
}

/* 255 - low wraps to span + 1: only what was not seen is left above. */
static int row_avx512(const uint8_t *prob, const uint8_t *next, size_t w, uint8_t low, uint64_t *loud)
{
    __m512i from = _mm512_set1_epi8((char)low), span = _mm512_set1_epi8((char)(254 - low)), top = _mm512_setzero_si512();
    size_t x = 0;
    for (; x + 256 <= w; x += 256) {
        for (size_t i = 0; i < 256; i += 64) _mm_prefetch((const char *)next + x + i, _MM_HINT_T0);
        __m512i a = _mm512_loadu_si512(prob + x), b = _mm512_loadu_si512(prob + x + 64);
        __m512i c = _mm512_loadu_si512(prob + x + 128), d = _mm512_loadu_si512(prob + x + 192);
        top = _mm512_max_epu8(top, _mm512_max_epu8(_mm512_max_epu8(a, b), _mm512_max_epu8(c, d)));
        loud[x / 64] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(a, from), span);
        loud[x / 64 + 1] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(b, from), span);
        loud[x / 64 + 2] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(c, from), span);
        loud[x / 64 + 3] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(d, from), span);
    }
    for (; x < w; x += 64) {
        __m512i a = _mm512_maskz_loadu_epi8(first_of_64(w - x), prob + x);
        top = _mm512_max_epu8(top, a);
        loud[x / 64] = _mm512_cmple_epu8_mask(_mm512_sub_epi8(a, from), span);
    }
    return _mm512_cmpeq_epi8_mask(top, _mm512_set1_epi8(-1)) != 0;
}

static int64_t sum_avx512(const uint8_t *run, size_t n, size_t room, uint8_t *max)
{
    __m512i zero = _mm512_setzero_si512(), sum = zero, top = zero;
    (void)room;
    for (size_t i = 0; i < n; i += 64) {
        __m512i v = _mm512_maskz_loadu_epi8(first_of_64(n - i), run + i);
        sum = _mm512_add_epi64(sum, _mm512_sad_epu8(v, zero));
        top = _mm512_max_epu8(top, v);
    }
    __m256i half = _mm256_max_epu8(_mm512_castsi512_si256(top), _mm512_extracti64x4_epi64(top, 1));
    __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    /* The greatest of bytes by the least of words: the complement's, once of even and odd bytes together. */
    __m128i low = _mm_sub_epi8(_mm_set1_epi8(-1), quarter);
    low = _mm_min_epu8(low, _mm_srli_epi16(low, 8));
    *max = (uint8_t)(255 - (_mm_cvtsi128_si32(_mm_minpos_epu16(low)) & 0xff));
    return _mm512_reduce_add_epi64(sum);
}

const pv_bits_kernels pv_bits_avx512 = {row_avx512, sum_avx512};
#else
#include "base/banned.h"
#endif
