/* Averaging over neighbours with AVX2: 8 windows, or 16 pixels and their nine windows, at a time. */
#include "pipeline/smooth_paths.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "pipeline/smooth_turn.h"

#include "base/banned.h"

enum { SUMS = 8, LANES = 16 };

static inline __m256i load(const void *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

static inline void store(void *to, __m256i v)
{
    _mm256_storeu_si256((__m256i *)to, v);
}

static void add(uint32_t *col, const uint16_t *in, const uint16_t *out, size_t n)
{
    size_t i = 0;
    for (; i + SUMS <= n; i += SUMS) {
        __m256i a = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(in + i)));
        __m256i b = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(out + i)));
        store(col + i, _mm256_add_epi32(load(col + i), _mm256_sub_epi32(a, b)));
    }
    for (; i < n; i++) col[i] += (uint32_t)in[i] - out[i];
}

/* Lane i becomes the sum of lanes 0..i. */
static inline __m256i prefix(__m256i v)
{
    v = _mm256_add_epi32(v, _mm256_bslli_epi128(v, 4));
    v = _mm256_add_epi32(v, _mm256_bslli_epi128(v, 8));
    return _mm256_add_epi32(v, _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff));
}

/* Eight windows of all classes. */
typedef struct block {
    __m256i sum[PV_MAX_CLASSES + 1]; /* one more: the class that makes a pair whole */
    __m256i all, target, best;
} block;

static inline void sum_block(const pv_smooth_row *r, size_t x, __m256i *running, block *b)
{
    size_t side = 2 * (size_t)r->hx + 1;
    __m256i most = _mm256_setzero_si256();
    b->all = b->target = b->best = most;
    for (int k = 0; k < r->n_classes; k++) {
        const uint32_t *col = r->col + (size_t)k * r->pitch + x;
        __m256i v = prefix(_mm256_sub_epi32(load(col + side), load(col)));
        v = _mm256_add_epi32(v, running[k]);
        running[k] = _mm256_permutevar8x32_epi32(v, _mm256_set1_epi32(7));
        b->sum[k] = v;
        b->all = _mm256_add_epi32(b->all, v);
        __m256i top = _mm256_max_epu32(most, v);
        b->best = _mm256_blendv_epi8(_mm256_set1_epi32(k), b->best, _mm256_cmpeq_epi32(top, most));
        most = top;
        if (r->is_target[k]) b->target = _mm256_add_epi32(b->target, v);
        if (r->sum != NULL) store(r->sum + (size_t)k * r->mid_pitch + x, v);
    }
    b->sum[r->n_classes] = _mm256_setzero_si256();
}

/* Unsigned, exactly: the sign bit counts 2^31. */
static inline __m256d whole(__m128i v)
{
    return _mm256_add_pd(_mm256_cvtepi32_pd(_mm_xor_si128(v, _mm_set1_epi32(INT32_MIN))), _mm256_set1_pd(2147483648.0));
}

static inline __m256d low(__m256i v)
{
    return whole(_mm256_castsi256_si128(v));
}

static inline __m256d high(__m256i v)
{
    return whole(_mm256_extracti128_si256(v, 1));
}

static inline __m256i join(__m128i l, __m128i h)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(l), h, 1);
}

static inline __m256d parts(__m256d all)
{
    return _mm256_and_pd(_mm256_cmp_pd(all, _mm256_setzero_pd(), _CMP_NEQ_OQ), _mm256_div_pd(_mm256_set1_pd(255.0), all));
}

/* (508 target + all) / (2 all), rounded down: a guess that is never too small, and at most one too large, is tried. All numbers are whole and below 2^53. */
static inline __m128i chance(__m256d target, __m256d all, __m256d one)
{
    __m256d guess = _mm256_add_pd(_mm256_mul_pd(_mm256_mul_pd(target, one), _mm256_set1_pd(254.0 / 255.0)), _mm256_set1_pd(0.5 + 1e-6));
    guess = _mm256_floor_pd(guess);
    __m256d have = _mm256_add_pd(_mm256_mul_pd(target, _mm256_set1_pd(508.0)), all);
    __m256d over = _mm256_cmp_pd(_mm256_mul_pd(guess, _mm256_add_pd(all, all)), have, _CMP_GT_OQ);
    return _mm256_cvttpd_epi32(_mm256_sub_pd(guess, _mm256_and_pd(over, _mm256_set1_pd(1.0))));
}

static inline __m256i mean_of(__m256i sum, __m256d one_low, __m256d one_high)
{
    return join(_mm256_cvttpd_epi32(_mm256_mul_pd(low(sum), one_low)), _mm256_cvttpd_epi32(_mm256_mul_pd(high(sum), one_high)));
}

/* The low halves of eight 32-bit lanes, which are 0..65535. */
static inline __m128i halves(__m256i v)
{
    return _mm_packus_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

/* Means are kept as mean - 128 in a signed byte, as the products of choose() want them. */
static inline void means_of_block(const pv_smooth_row *r, size_t x, const block *b)
{
    __m256d all_low = low(b->all), all_high = high(b->all), one_low = parts(all_low), one_high = parts(all_high);
    __m256i little = _mm256_srli_epi32(b->all, 8), pure = _mm256_setzero_si256();
    for (int k = 0; k < r->n_classes; k += 2) {
        __m128i code = _mm_set1_epi8(-128);
        __m256i more = _mm256_max_epu32(_mm256_max_epu32(b->sum[k], b->sum[k + 1]), little);
        /* Less than 1/256 everywhere: the means are 0. */
        if (_mm256_movemask_epi8(_mm256_cmpeq_epi32(more, little)) != -1) {
            __m256i even = mean_of(b->sum[k], one_low, one_high), odd = mean_of(b->sum[k + 1], one_low, one_high);
            __m256i both = _mm256_or_si256(even, _mm256_slli_epi32(odd, 16));
            pure = _mm256_add_epi32(pure, _mm256_madd_epi16(both, both));
            code = _mm_xor_si128(halves(_mm256_or_si256(even, _mm256_slli_epi32(odd, 8))), code);
        }
        _mm_storeu_si128((__m128i *)(r->mean + (size_t)k / 2 * r->mid_pitch + x), code);
    }
    __m256i p = join(chance(low(b->target), all_low, one_low), chance(high(b->target), all_high, one_high));
    _mm_storeu_si128((__m128i *)(r->purity + x), halves(pure));
    _mm_storeu_si128((__m128i *)(r->answer + x), halves(_mm256_or_si256(b->best, _mm256_slli_epi32(p, 8))));
}

static void means(const pv_smooth_row *r)
{
    __m256i running[PV_MAX_CLASSES];
    block b;
    for (int k = 0; k < r->n_classes; k++) {
        uint32_t first = 0;
        for (size_t i = 0; i < 2 * (size_t)r->hx + 1; i++) first += r->col[(size_t)k * r->pitch + i];
        running[k] = _mm256_set1_epi32((int)first);
    }
    for (size_t x = 0; x < r->width; x += SUMS) {
        sum_block(r, x, running, &b);
        means_of_block(r, x, &b);
    }
}

/* The own shares in 255ths of pairs of classes that any of the pixels has, and 128 times their sum. Returns how many, and which in pair. */
static inline size_t own_pairs(const pv_smooth_choice *c, size_t x, size_t *pair, __m256i *own, __m256i *offset)
{
    const __m256i upper = _mm256_set1_epi16(-256), ones = _mm256_set1_epi8(1);
    __m256i all = _mm256_setzero_si256();
    size_t n = 0;
    for (int k = 0; k < c->n_classes; k += 2) {
        const uint16_t *share = c->share + (size_t)k * c->pitch + x;
        __m256i even = load(share), odd = k + 1 < c->n_classes ? load(share + c->pitch) : _mm256_setzero_si256();
        own[n] = _mm256_or_si256(_mm256_srli_epi16(even, 8), _mm256_and_si256(odd, upper));
        if (_mm256_testz_si256(own[n], own[n])) continue;
        all = _mm256_add_epi16(all, _mm256_maddubs_epi16(own[n], ones));
        pair[n++] = (size_t)k / 2 * c->mid_pitch + x;
    }
    *offset = _mm256_slli_epi16(all, 7);
    return n;
}

static inline void take(const pv_smooth_choice *c, size_t x, const __m256i *dot)
{
    __m256i taken = load(c->answer[0] + x), which = _mm256_setzero_si256(), purity = load(c->purity[0] + x);
    __m256i most_high = _mm256_mulhi_epu16(dot[0], purity), most_low = _mm256_mullo_epi16(dot[0], purity);
    for (int w = 1; w < PV_SMOOTH_WINDOWS; w++) {
        purity = load(c->purity[w] + x);
        __m256i h = _mm256_mulhi_epu16(dot[w], purity), l = _mm256_mullo_epi16(dot[w], purity);
        __m256i top = _mm256_max_epu16(h, most_high), same = _mm256_cmpeq_epi16(h, most_high);
        __m256i less = _mm256_cmpeq_epi16(_mm256_max_epu16(l, most_low), most_low); /* or equal */
        /* It is not more where the high half is not, and, of equals, the low half is not. */
        __m256i stay = _mm256_blendv_epi8(_mm256_cmpeq_epi16(top, most_high), less, same);
        most_high = top;
        most_low = _mm256_blendv_epi8(l, most_low, stay);
        taken = _mm256_blendv_epi8(load(c->answer[w] + x), taken, stay);
        which = _mm256_blendv_epi8(_mm256_set1_epi16((short)w), which, stay);
    }
    store(c->taken + x, taken);
    store(c->which + x, which);
}

/* own . mean = own . (mean - 128) + 128 sum(own). Own shares have a sum of at most 255 and mean - 128 is at least -128, so that no product of a pair and no sum leaves
 * 16 bits; the result, at most 255 * 255, is read without a sign. */
static void choose(const pv_smooth_choice *c)
{
    size_t pair[PV_SMOOTH_PAIRS];
    __m256i own[PV_SMOOTH_PAIRS], dot[PV_SMOOTH_WINDOWS];
    for (size_t x = 0; x < c->width; x += LANES) {
        __m256i offset;
        size_t n = own_pairs(c, x, pair, own, &offset);
        for (int w = 0; w < PV_SMOOTH_WINDOWS; w++) dot[w] = offset;
        for (size_t p = 0; p < n; p++)
            for (int w = 0; w < PV_SMOOTH_WINDOWS; w++) dot[w] = _mm256_add_epi16(dot[w], _mm256_maddubs_epi16(own[p], load(c->mean[w] + pair[p])));
        take(c, x, dot);
    }
}

const pv_smooth_path pv_smooth_avx2 = {pv_smooth_turn, add, means, choose};
#else
#include "base/banned.h"
#endif
