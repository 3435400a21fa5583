/* Averaging over neighbours with AVX-512 (F, BW, VL): 16 windows, or 32 pixels and their nine windows, at a time. */
#include "pipeline/smooth_paths.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "pipeline/smooth_turn.h"

#include "base/banned.h"

enum { SUMS = 16, LANES = 32 };

static void add(uint32_t *col, const uint16_t *in, const uint16_t *out, size_t n)
{
    size_t i = 0;
    for (; i + SUMS <= n; i += SUMS) {
        __m512i a = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(in + i)));
        __m512i b = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(out + i)));
        _mm512_storeu_si512(col + i, _mm512_add_epi32(_mm512_loadu_si512(col + i), _mm512_sub_epi32(a, b)));
    }
    for (; i < n; i++) col[i] += (uint32_t)in[i] - out[i];
}

/* Lane i becomes the sum of lanes 0..i. */
static inline __m512i prefix(__m512i v)
{
    const __m512i below = _mm512_setr_epi32(0, 0, 0, 0, 3, 3, 3, 3, 0, 0, 0, 0, 11, 11, 11, 11);
    v = _mm512_add_epi32(v, _mm512_bslli_epi128(v, 4));
    v = _mm512_add_epi32(v, _mm512_bslli_epi128(v, 8));
    v = _mm512_add_epi32(v, _mm512_maskz_permutexvar_epi32(0xf0f0, below, v));
    return _mm512_add_epi32(v, _mm512_maskz_permutexvar_epi32(0xff00, _mm512_set1_epi32(7), v));
}

/* Sixteen windows of all classes. */
typedef struct block {
    __m512i sum[PV_MAX_CLASSES + 1]; /* one more: the class that makes a pair whole */
    __m512i all, target, best;
} block;

static inline void sum_block(const pv_smooth_row *r, size_t x, __m512i *running, block *b)
{
    size_t side = 2 * (size_t)r->hx + 1;
    __m512i most = _mm512_setzero_si512();
    b->all = b->target = b->best = most;
    for (int k = 0; k < r->n_classes; k++) {
        const uint32_t *col = r->col + (size_t)k * r->pitch + x;
        __m512i v = prefix(_mm512_sub_epi32(_mm512_loadu_si512(col + side), _mm512_loadu_si512(col)));
        v = _mm512_add_epi32(v, running[k]);
        running[k] = _mm512_permutexvar_epi32(_mm512_set1_epi32(15), v);
        b->sum[k] = v;
        b->all = _mm512_add_epi32(b->all, v);
        b->best = _mm512_mask_mov_epi32(b->best, _mm512_cmpgt_epu32_mask(v, most), _mm512_set1_epi32(k));
        most = _mm512_max_epu32(most, v);
        if (r->is_target[k]) b->target = _mm512_add_epi32(b->target, v);
        if (r->sum != NULL) _mm512_storeu_si512(r->sum + (size_t)k * r->mid_pitch + x, v);
    }
    b->sum[r->n_classes] = _mm512_setzero_si512();
}

static inline __m512d low(__m512i v)
{
    return _mm512_cvtepu32_pd(_mm512_castsi512_si256(v));
}

static inline __m512d high(__m512i v)
{
    return _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(v, 1));
}

static inline __m512i join(__m256i l, __m256i h)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(l), h, 1);
}

static inline __m512d parts(__m512d all)
{
    return _mm512_maskz_div_pd(_mm512_cmp_pd_mask(all, _mm512_setzero_pd(), _CMP_NEQ_OQ), _mm512_set1_pd(255.0), all);
}

/* (508 target + all) / (2 all), rounded down: a guess that is never too small, and at most one too large, is tried. All numbers are whole and below 2^53. */
static inline __m256i chance(__m512d target, __m512d all, __m512d one)
{
    __m512d guess = _mm512_add_pd(_mm512_mul_pd(_mm512_mul_pd(target, one), _mm512_set1_pd(254.0 / 255.0)), _mm512_set1_pd(0.5 + 1e-6));
    guess = _mm512_roundscale_pd(guess, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    __m512d have = _mm512_add_pd(_mm512_mul_pd(target, _mm512_set1_pd(508.0)), all);
    __mmask8 over = _mm512_cmp_pd_mask(_mm512_mul_pd(guess, _mm512_add_pd(all, all)), have, _CMP_GT_OQ);
    return _mm512_cvttpd_epi32(_mm512_mask_sub_pd(guess, over, guess, _mm512_set1_pd(1.0)));
}

static inline __m512i mean_of(__m512i sum, __m512d one_low, __m512d one_high)
{
    return join(_mm512_cvttpd_epi32(_mm512_mul_pd(low(sum), one_low)), _mm512_cvttpd_epi32(_mm512_mul_pd(high(sum), one_high)));
}

/* Means are kept as mean - 128 in a signed byte, as the products of choose() want them. */
static inline void means_of_block(const pv_smooth_row *r, size_t x, const block *b)
{
    __m512d all_low = low(b->all), all_high = high(b->all), one_low = parts(all_low), one_high = parts(all_high);
    __m512i little = _mm512_srli_epi32(b->all, 8), pure = _mm512_setzero_si512();
    for (int k = 0; k < r->n_classes; k += 2) {
        __m256i code = _mm256_set1_epi8(-128);
        /* Less than 1/256 everywhere: the means are 0. */
        if (_mm512_cmpgt_epu32_mask(_mm512_max_epu32(b->sum[k], b->sum[k + 1]), little) != 0) {
            __m512i even = mean_of(b->sum[k], one_low, one_high), odd = mean_of(b->sum[k + 1], one_low, one_high);
            __m512i both = _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
            pure = _mm512_add_epi32(pure, _mm512_madd_epi16(both, both));
            code = _mm256_xor_si256(_mm512_cvtepi16_epi8(both), code);
        }
        _mm256_storeu_si256((__m256i *)(r->mean + (size_t)k / 2 * r->mid_pitch + x), code);
    }
    __m512i p = join(chance(low(b->target), all_low, one_low), chance(high(b->target), all_high, one_high));
    _mm256_storeu_si256((__m256i *)(r->purity + x), _mm512_cvtepi32_epi16(pure));
    _mm256_storeu_si256((__m256i *)(r->answer + x), _mm512_cvtepi32_epi16(_mm512_or_si512(b->best, _mm512_slli_epi32(p, 8))));
}

static void means(const pv_smooth_row *r)
{
    __m512i running[PV_MAX_CLASSES];
    block b;
    for (int k = 0; k < r->n_classes; k++) {
        uint32_t first = 0;
        for (size_t i = 0; i < 2 * (size_t)r->hx + 1; i++) first += r->col[(size_t)k * r->pitch + i];
        running[k] = _mm512_set1_epi32((int)first);
    }
    for (size_t x = 0; x < r->width; x += SUMS) {
        sum_block(r, x, running, &b);
        means_of_block(r, x, &b);
    }
}

/* The own shares in 255ths of pairs of classes that any of the pixels has, and 128 times their sum. Returns how many, and which in pair. */
static inline size_t own_pairs(const pv_smooth_choice *c, size_t x, size_t *pair, __m512i *own, __m512i *offset)
{
    const __m512i upper = _mm512_set1_epi16(-256), ones = _mm512_set1_epi8(1);
    __m512i all = _mm512_setzero_si512();
    size_t n = 0;
    for (int k = 0; k < c->n_classes; k += 2) {
        const uint16_t *share = c->share + (size_t)k * c->pitch + x;
        __m512i even = _mm512_loadu_si512(share), odd = k + 1 < c->n_classes ? _mm512_loadu_si512(share + c->pitch) : _mm512_setzero_si512();
        own[n] = _mm512_or_si512(_mm512_srli_epi16(even, 8), _mm512_and_si512(odd, upper));
        if (_mm512_test_epi16_mask(own[n], own[n]) == 0) continue;
        all = _mm512_add_epi16(all, _mm512_maddubs_epi16(own[n], ones));
        pair[n++] = (size_t)k / 2 * c->mid_pitch + x;
    }
    *offset = _mm512_slli_epi16(all, 7);
    return n;
}

static inline void take(const pv_smooth_choice *c, size_t x, const __m512i *dot)
{
    __m512i taken = _mm512_loadu_si512(c->answer[0] + x), which = _mm512_setzero_si512();
    __m512i purity = _mm512_loadu_si512(c->purity[0] + x);
    __m512i most_high = _mm512_mulhi_epu16(dot[0], purity), most_low = _mm512_mullo_epi16(dot[0], purity);
    for (int w = 1; w < PV_SMOOTH_WINDOWS; w++) {
        purity = _mm512_loadu_si512(c->purity[w] + x);
        __m512i h = _mm512_mulhi_epu16(dot[w], purity), l = _mm512_mullo_epi16(dot[w], purity);
        __mmask32 more = _mm512_cmpgt_epu16_mask(h, most_high) | _mm512_mask_cmpgt_epu16_mask(_mm512_cmpeq_epi16_mask(h, most_high), l, most_low);
        most_high = _mm512_mask_mov_epi16(most_high, more, h);
        most_low = _mm512_mask_mov_epi16(most_low, more, l);
        taken = _mm512_mask_loadu_epi16(taken, more, c->answer[w] + x);
        which = _mm512_mask_mov_epi16(which, more, _mm512_set1_epi16((short)w));
    }
    _mm512_storeu_si512(c->taken + x, taken);
    _mm512_storeu_si512(c->which + x, which);
}

/* own . mean = own . (mean - 128) + 128 sum(own). Own shares have a sum of at most 255 and mean - 128 is at least -128, so that no product of a pair and no sum leaves
 * 16 bits; the result, at most 255 * 255, is read without a sign. */
static void choose(const pv_smooth_choice *c)
{
    size_t pair[PV_SMOOTH_PAIRS];
    __m512i own[PV_SMOOTH_PAIRS], dot[PV_SMOOTH_WINDOWS];
    for (size_t x = 0; x < c->width; x += LANES) {
        __m512i offset;
        size_t n = own_pairs(c, x, pair, own, &offset);
        for (int w = 0; w < PV_SMOOTH_WINDOWS; w++) dot[w] = offset;
        for (size_t p = 0; p < n; p++)
            for (int w = 0; w < PV_SMOOTH_WINDOWS; w++)
                dot[w] = _mm512_add_epi16(dot[w], _mm512_maddubs_epi16(own[p], _mm512_loadu_si512(c->mean[w] + pair[p])));
        take(c, x, dot);
    }
}

const pv_smooth_path pv_smooth_avx512 = {pv_smooth_turn, add, means, choose};
#else
#include "base/banned.h"
#endif
