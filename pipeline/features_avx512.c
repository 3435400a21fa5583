/* The feature loops for AVX-512 F, BW, VL and VBMI. */
#include "pipeline/features_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

/* Sums of the lanes up to each one: a lane's neighbour is added, then the one two before, four and eight before. */
static inline __m512i sums_of_16(__m512i x)
{
    __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
    return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

static inline __m512i sums_of_8(__m512i x)
{
    __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 7));
    x = _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 6));
    return _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 4));
}

static inline __mmask16 first_of_16(size_t left)
{
    unsigned all = UINT16_MAX;
    return (__mmask16)(left < 16 ? all >> (16 - left) : all);
}

/* v times slope, and on top: to - from slope and a quarter of 1 / run. The sum is off by less than 2^-19 / run and what is sought a multiple of 1 / run, so that it is never
 * cut to another integer than it should be. */
typedef struct line_512 {
    __m512d slope, on_top;
} line_512;

static line_512 line_of(const pv_line *l)
{
    double run = l->run, first = (double)((int64_t)l->to * l->run - (int64_t)l->from * l->rise);
    return (line_512){_mm512_set1_pd(l->rise / run), _mm512_set1_pd((first + 0.25) / run)};
}

static inline __m256i on_lines(__m256i v, __mmask8 is_low, line_512 low, line_512 high)
{
    __m512d slope = _mm512_mask_mov_pd(high.slope, is_low, low.slope), on_top = _mm512_mask_mov_pd(high.on_top, is_low, low.on_top);
    __m512d x = _mm512_fmadd_pd(_mm512_cvtepi32_pd(v), slope, on_top);
    return _mm512_cvttpd_epu32(_mm512_max_pd(x, _mm512_setzero_pd())); /* what is above 2^32 becomes its largest number */
}

/* 32 values that are 257 times a byte, from a table of 256 in eight registers. */
static inline __m512i of_bytes(__m512i v, const __m512i *table)
{
    __m512i at = _mm512_and_si512(v, _mm512_set1_epi16(255));
    __m512i low = _mm512_permutex2var_epi16(table[0], at, table[1]), high = _mm512_permutex2var_epi16(table[4], at, table[5]);
    __mmask32 second = _mm512_test_epi16_mask(at, _mm512_set1_epi16(64)), upper = _mm512_movepi16_mask(v);
    low = _mm512_mask_mov_epi16(low, second, _mm512_permutex2var_epi16(table[2], at, table[3]));
    high = _mm512_mask_mov_epi16(high, second, _mm512_permutex2var_epi16(table[6], at, table[7]));
    return _mm512_mask_mov_epi16(low, upper, high);
}

/* How many of the first values are 257 times a byte, as all are in a photo of bytes: stretched, 32 at a time. */
static size_t stretch_bytes(const pv_stretch *s, const uint16_t *v, size_t n, uint16_t *to)
{
    __m512i table[8];
    size_t i = 0;
    for (int k = 0; k < 8; k++) table[k] = _mm512_loadu_si512(s->of_byte + 32 * k);
    for (; i + 32 <= n; i += 32) {
        __m512i x = _mm512_loadu_si512(v + i);
        if (_mm512_cmpneq_epu16_mask(x, _mm512_or_si512(_mm512_slli_epi16(x, 8), _mm512_srli_epi16(x, 8))) != 0) break;
        _mm512_storeu_si512(to + i, of_bytes(x, table));
    }
    return i;
}

static void stretch_row_512(const pv_stretch *s, const uint16_t *v, size_t n, uint16_t *to)
{
    line_512 low = line_of(&s->low), high = line_of(&s->high);
    __m512i middle = _mm512_set1_epi32(s->middle);
    for (size_t i = stretch_bytes(s, v, n, to); i < n; i += 16) {
        __mmask16 there = first_of_16(n - i);
        __m512i x = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, v + i));
        __mmask16 is_low = _mm512_cmplt_epi32_mask(x, middle);
        __m256i a = on_lines(_mm512_castsi512_si256(x), (__mmask8)is_low, low, high);
        __m256i b = on_lines(_mm512_extracti64x4_epi64(x, 1), (__mmask8)(is_low >> 8), low, high);
        _mm256_mask_storeu_epi16(to + i, there, _mm512_cvtusepi32_epi16(_mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1)));
    }
}

static void sum_row_512(const uint16_t *v, size_t w, const uint32_t *up, uint32_t *to)
{
    __m512i before = _mm512_setzero_si512(), last = _mm512_set1_epi32(15);
    for (size_t x = 0; x < w; x += 16) {
        __mmask16 there = first_of_16(w - x);
        __m512i sum = sums_of_16(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, v + x)));
        sum = _mm512_add_epi32(sum, before);
        before = _mm512_permutexvar_epi32(last, sum);
        _mm512_mask_storeu_epi32(to + x, there, _mm512_add_epi32(sum, _mm512_maskz_loadu_epi32(there, up + x)));
    }
}

static void square_row_512(const uint16_t *v, size_t w, const uint64_t *up, uint64_t *to)
{
    __m512i before = _mm512_setzero_si512(), last = _mm512_set1_epi64(7);
    for (size_t x = 0; x < w; x += 8) {
        __mmask8 there = (__mmask8)(w - x < 8 ? (1U << (w - x)) - 1 : 0xff);
        __m512i value = _mm512_cvtepu16_epi64(_mm_maskz_loadu_epi16(there, v + x));
        __m512i sum = _mm512_add_epi64(sums_of_8(_mm512_mul_epu32(value, value)), before);
        before = _mm512_permutexvar_epi64(last, sum);
        _mm512_mask_storeu_epi64(to + x, there, _mm512_add_epi64(sum, _mm512_maskz_loadu_epi64(there, up + x)));
    }
}

/* Down the heap: 32 values at a time ask the key at their own place. The first 31 questions lie in one register, the next 32 in another. */
static inline __m512i go_down(__m512i v, const pv_coder *c, __m512i low, __m512i high, int levels)
{
    __m512i one = _mm512_set1_epi16(1), first = _mm512_set1_epi16((int16_t)c->heap[1]);
    __m512i at = _mm512_mask_mov_epi16(_mm512_set1_epi16(2), _mm512_cmpgt_epu16_mask(v, first), _mm512_set1_epi16(3));
    for (int level = 1; level < levels; level++) {
        __mmask32 yes = _mm512_cmpgt_epu16_mask(v, _mm512_permutexvar_epi16(at, level < 5 ? low : high));
        at = _mm512_add_epi16(at, at);
        at = _mm512_mask_add_epi16(at, yes, at, one);
    }
    return at;
}

static inline __attribute__((always_inline)) void codes_of(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code, int levels)
{
    __m512i low = _mm512_loadu_si512(c->heap), high = _mm512_loadu_si512(c->heap + 32), out = _mm512_loadu_si512(c->heap_code);
    __m512i order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
    for (size_t i = 0; i < n; i += 64) {
        __mmask64 there = n - i < 64 ? (UINT64_C(1) << (n - i)) - 1 : UINT64_MAX;
        __m512i a = go_down(_mm512_maskz_loadu_epi16((__mmask32)there, v + i), c, low, high, levels);
        __m512i b = go_down(_mm512_maskz_loadu_epi16((__mmask32)(there >> 32), v + i + 32), c, low, high, levels);
        __m512i bytes = _mm512_permutexvar_epi64(order, _mm512_packus_epi16(a, b));
        _mm512_mask_storeu_epi8(code + i, there, _mm512_permutexvar_epi8(bytes, out));
    }
}

static void codes(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    switch (c->n == 0 ? -1 : c->levels) {
    case -1:
        memset(code, c->code[0], n);
        break;
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
    case 5:
        codes_of(c, v, n, code, 5);
        break;
    case 6:
        codes_of(c, v, n, code, 6);
        break;
    default:
        codes_by_buckets(c, v, n, code);
    }
}

static void pick_512(const uint8_t *from, const pv_pick *pick, uint8_t *to)
{
    for (size_t b = 0; b < pick->blocks; b++) {
        __m512i place = _mm512_loadu_si512(pick->place + b * PV_PICK_BLOCK), block = _mm512_loadu_si512(from + b * PV_PICK_BLOCK);
        _mm512_storeu_si512(to, _mm512_permutexvar_epi8(place, block));
        to += pick->count[b];
    }
}

const pv_feature_kernels pv_feature_kernels_avx512 = PV_FEATURE_KERNELS(stretch_row_512, sum_row_512, square_row_512, codes, pick_512);
#endif
