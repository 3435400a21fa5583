/* The text of the feature loops: features_portable.c, features_avx2.c and features_avx512.c include it, each compiled for its own instructions, so that
 * the compiler makes vector code of it.
 *
 * floor(num / den) of integers: a quotient of single precision is less than 1 off as long as the true one is below 2^17, and the rest, which is exact modulo 2^32, says
 * whether it was one too high or too low. Sums of squares are turned into doubles by their bits, as not every path can convert 64-bit integers. */
#ifndef PV_PIPELINE_FEATURES_KERNELS_TEXT_H
#define PV_PIPELINE_FEATURES_KERNELS_TEXT_H

#include <math.h>
#include <string.h>

#include "geo/photo.h"
#include "pipeline/features_kernels.h"

/* floor(num / den): num modulo 2^32, num_near = num within 2^-22 of den x 2^16; 0 < den < 2^30, quotient < 2^17. */
static inline int quotient(float num_near, uint32_t num, int den)
{
    int q = (int)(num_near / (float)den);
    int rest = (int)(num - (uint32_t)q * (uint32_t)den);
    return q + (rest >= den) - (rest < 0);
}

static inline int max2(int a, int b)
{
    return a > b ? a : b;
}

static inline int min2(int a, int b)
{
    return a < b ? a : b;
}

static inline int max3(int a, int b, int c)
{
    return max2(max2(a, b), c);
}

static inline int min3(int a, int b, int c)
{
    return min2(min2(a, b), c);
}

static void channel_copy(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    memcpy(out, band[0], n * sizeof *out);
}

/* d / s as floor((32768 s + 32767 d) / s), -s <= d <= s; middle for s = 0 */
static inline int balance(int s, int d)
{
    int den = s + (s == 0);
    return quotient(32768.0F * (float)den + 32767.0F * (float)d, 32768U * (uint32_t)den + 32767U * (uint32_t)d, den);
}

/* (a - b) / (a + b) */
static void channel_nd(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)balance(a[i] + b[i], a[i] - b[i]);
}

/* floor(65535 part / all); part <= all. `none` for all = 0 */
static inline int share_of(int part, int all, int none)
{
    int q = quotient(65535.0F * (float)part, 65535U * (uint32_t)part, all + (all == 0));
    return all == 0 ? none : q;
}

static void channel_share3(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)share_of(a[i], a[i] + b[i] + c[i], 21845);
}

static void channel_share4(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2], *restrict d = band[3];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)share_of(a[i], a[i] + b[i] + c[i] + d[i], 16383);
}

/* 8192 a / b, at most 65535; 0/0 is 1. */
static void channel_ratio(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) {
        int den = b[i] == 0 ? 1 : b[i], num = b[i] == 0 && a[i] == 0 ? 1 : a[i];
        float guess = 8192.0F * (float)num / (float)den;
        int q = (int)(guess > 65536.0F ? 65536.0F : guess);
        int rest = 8192 * num - q * den;
        out[i] = (uint16_t)min2(q + (rest >= den) - (rest < 0), 65535);
    }
}

static void channel_mean3(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int s = a[i] + b[i] + c[i], q = (int)((float)s * (1.0F / 3.0F));
        out[i] = (uint16_t)(q + (s - 3 * q >= 3) - (s - 3 * q < 0));
    }
}

static void channel_mean4(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2], *restrict d = band[3];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((a[i] + b[i] + c[i] + d[i]) / 4);
}

static void channel_difference(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + a[i] - b[i]) / 2);
}

/* 2a - b - c, quartered */
static void channel_excess(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((131072 + 2 * a[i] - b[i] - c[i]) / 4);
}

/* (a - b) / (a + b - c) held within -1..1; middle where the denominator is not positive */
static void channel_vari(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int s = max2(a[i] + b[i] - c[i], 0), d = a[i] - b[i];
        out[i] = (uint16_t)balance(s, max2(min2(d, s), -s));
    }
}

/* Of red, green, blue: 0 red, 21845 green, 43690 blue; greys are 0. */
static inline int hue_of(int r, int g, int b)
{
    int top = max3(r, g, b), d = top - min3(r, g, b);
    int in_r = -(top == r), in_g = -(top == g) & ~in_r; /* masks: no jump that data decides */
    int turn = (in_r & (g - b)) | (in_g & (2 * d + b - r)) | (~(in_r | in_g) & (4 * d + r - g));
    turn += 6 * d & -(turn < 0);
    return quotient(65536.0F * (float)turn, 65536U * (uint32_t)turn, 6 * d + (d == 0));
}

static void channel_hue(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)hue_of(r[i], g[i], b[i]);
}

static void channel_hue_red(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict red = band[0], *restrict green = band[1], *restrict blue = band[2];
    for (size_t i = 0; i < n; i++) {
        int r = red[i], g = green[i], b = blue[i], h = hue_of(r, g, b);
        int held = min2(h > 32768 ? 2 * (65536 - h) : 2 * h, 65535);
        out[i] = (uint16_t)((r ^ g) | (g ^ b) ? held : PV_MIDDLE);
    }
}

static void channel_saturation(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        int top = max3(r[i], g[i], b[i]), low = min3(r[i], g[i], b[i]);
        out[i] = (uint16_t)share_of(top - low, top, PV_MIDDLE);
    }
}

static void channel_largest(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        uint16_t q = r[i] > g[i] ? r[i] : g[i];
        out[i] = q > b[i] ? q : b[i];
    }
}

static void channel_smallest(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        uint16_t q = r[i] < g[i] ? r[i] : g[i];
        out[i] = q < b[i] ? q : b[i];
    }
}

static void channel_chroma(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)(max3(r[i], g[i], b[i]) - min3(r[i], g[i], b[i]));
}

/* a over the larger of the others: red petals */
static void channel_over_others(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + a[i] - max2(b[i], c[i])) / 2);
}

/* the smaller of a and b over c: pink and purple petals have red and blue over green */
static void channel_both_over(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + min2(a[i], b[i]) - c[i]) / 2);
}

/* b / (b + g) x min / max: high for grey-green leaves with a waxy bloom. Both products are exact in a double, and a double quotient of integers below
 * 2^52 that is no integer is further from one than its rounding. */
static void channel_wax(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        int top = max3(r[i], g[i], b[i]), low = min3(r[i], g[i], b[i]), s = b[i] + g[i];
        double den = (double)s * top, num = 65535.0 * b[i] * low;
        out[i] = (uint16_t)(int)((den == 0.0 ? 32768.0 : num) / (den == 0.0 ? 1.0 : den));
    }
}

/* (b - a) / (c - a) held within 0..1: where on the way from red to nir the red edge stands; middle where nir is not above red */
static void channel_position(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int span = max2(c[i] - a[i], 0), d = b[i] - a[i];
        out[i] = (uint16_t)share_of(min2(max2(d, 0), span), span, PV_MIDDLE);
    }
}

/* (2a - b - c) / (2a + b + c) */
static void channel_well(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)balance(2 * a[i] + b[i] + c[i], 2 * a[i] - b[i] - c[i]);
}

#define PV_CHANNEL_LOOPS                                                                                                                             \
    {                                                                                                                                                \
        [PV_CHANNEL_COPY] = channel_copy, [PV_CHANNEL_ND] = channel_nd, [PV_CHANNEL_SHARE3] = channel_share3, [PV_CHANNEL_SHARE4] = channel_share4,  \
        [PV_CHANNEL_RATIO] = channel_ratio, [PV_CHANNEL_MEAN3] = channel_mean3, [PV_CHANNEL_MEAN4] = channel_mean4,                                  \
        [PV_CHANNEL_DIFFERENCE] = channel_difference, [PV_CHANNEL_EXCESS] = channel_excess, [PV_CHANNEL_VARI] = channel_vari,                        \
        [PV_CHANNEL_HUE] = channel_hue, [PV_CHANNEL_HUE_RED] = channel_hue_red, [PV_CHANNEL_SATURATION] = channel_saturation,                        \
        [PV_CHANNEL_LARGEST] = channel_largest, [PV_CHANNEL_SMALLEST] = channel_smallest, [PV_CHANNEL_CHROMA] = channel_chroma,                      \
        [PV_CHANNEL_OVER_OTHERS] = channel_over_others, [PV_CHANNEL_BOTH_OVER] = channel_both_over, [PV_CHANNEL_WAX] = channel_wax,                  \
        [PV_CHANNEL_POSITION] = channel_position, [PV_CHANNEL_WELL] = channel_well,                                                                  \
    }

/* Slopes of any steepness: what is guessed to leave 0..65535 is held there, the rest is put right as quotients are. */
static inline void stretch_row(const pv_stretch *s, const uint16_t *restrict v, size_t n, uint16_t *restrict to)
{
    pv_line a = s->low, b = s->high;
    float slope_a = (float)a.rise / (float)a.run, slope_b = (float)b.rise / (float)b.run;
    uint32_t start_a = (uint32_t)a.to * (uint32_t)a.run, start_b = (uint32_t)b.to * (uint32_t)b.run;
    for (size_t i = 0; i < n; i++) {
        int is_low = v[i] < s->middle, d = v[i] - (is_low ? a.from : b.from), run = is_low ? a.run : b.run;
        float guess = (float)d * (is_low ? slope_a : slope_b) + (float)(is_low ? a.to : b.to);
        float held = guess > 65536.0F ? 65536.0F : guess;
        int q = (int)(held < 0.0F ? 0.0F : held);
        int rest = (int)((uint32_t)d * (uint32_t)(is_low ? a.rise : b.rise) + (is_low ? start_a : start_b) - (uint32_t)q * (uint32_t)run);
        q = max2(q + (rest >= run) - (rest < 0), 0);
        to[i] = (uint16_t)(guess < 0.0F ? 0 : min2(q, 65535));
    }
}

static inline void sum_row(const uint16_t *v, size_t w, const uint32_t *up, uint32_t *to)
{
    uint32_t sum = 0;
    for (size_t x = 0; x < w; x++) {
        sum += v[x];
        to[x] = up[x] + sum;
    }
}

static inline void square_row(const uint16_t *v, size_t w, const uint64_t *up, uint64_t *to)
{
    uint64_t sum = 0;
    for (size_t x = 0; x < w; x++) {
        sum += (uint32_t)v[x] * v[x];
        to[x] = up[x] + sum;
    }
}

static void means(const pv_window_row *r, size_t w, uint16_t *restrict mean)
{
    const uint32_t *restrict a = r->bottom_right, *restrict b = r->bottom_left, *restrict c = r->top_right, *restrict d = r->top_left;
    const int32_t *restrict n = r->n;
    const float *restrict share = r->share;
    for (size_t x = 0; x < w; x++) {
        int s = (int)(a[x] - b[x] - c[x] + d[x]), q = (int)((float)s * share[x]);
        mean[x] = (uint16_t)(q + (s - q * n[x] >= n[x]));
    }
}

/* An integer below 2^52 as a double. */
static inline double double_of(uint64_t v)
{
    double d;
    v |= UINT64_C(0x4330000000000000); /* 2^52 */
    memcpy(&d, &v, sizeof d);
    return d - 0x1p52;
}

/* The deviation is floor(sqrt(n s2 - s1 s1) / n); what is under the root is below 2^52. */
static inline void moments(const pv_window_row *r, size_t w, uint16_t *restrict mean, uint16_t *restrict sd)
{
    const uint32_t *restrict a = r->bottom_right, *restrict b = r->bottom_left, *restrict c = r->top_right, *restrict d = r->top_left;
    const uint64_t *restrict e = r->square_bottom_right, *restrict f = r->square_bottom_left, *restrict g = r->square_top_right,
                             *restrict h = r->square_top_left;
    const int32_t *restrict n = r->n;
    const float *restrict share = r->share;
    for (size_t x = 0; x < w; x++) {
        int s = (int)(a[x] - b[x] - c[x] + d[x]), q = (int)((float)s * share[x]);
        mean[x] = (uint16_t)(q + (s - q * n[x] >= n[x]));
        double s1 = s, spread = (double)n[x] * double_of(e[x] - f[x] - g[x] + h[x]) - s1 * s1;
        int root = (int)(sqrtf((float)spread) * share[x]);
        double next = (double)((root + 1) * n[x]);
        sd[x] = (uint16_t)(root + (next * next <= spread));
    }
}

static inline uint16_t edge_of(int v, int right, int down, int right_ok, int down_ok)
{
    int a = v > right ? v - right : right - v, b = v > down ? v - down : down - v;
    return (uint16_t)(((a & -right_ok) + (b & -down_ok)) / 2);
}

static void edge_row(const uint16_t *restrict v, const uint16_t *restrict down, const uint8_t *restrict ok, const uint8_t *restrict ok_down, size_t w,
                     uint16_t *restrict to)
{
    for (size_t x = 0; x + 1 < w; x++) {
        uint16_t edge = edge_of(v[x], v[x + 1], down[x], ok[x + 1] == PV_PIXEL_VALID, ok_down[x] == PV_PIXEL_VALID);
        to[x] = edge & (uint16_t) - (ok[x] == PV_PIXEL_VALID);
    }
    uint16_t last = edge_of(v[w - 1], 0, down[w - 1], 0, ok_down[w - 1] == PV_PIXEL_VALID);
    to[w - 1] = last & (uint16_t) - (ok[w - 1] == PV_PIXEL_VALID);
}

static void differences(const uint16_t *restrict a, const uint16_t *restrict b, size_t w, uint16_t *restrict to)
{
    for (size_t x = 0; x < w; x++) to[x] = (uint16_t)((65536 + a[x] - b[x]) / 2);
}

static void most_of_rows(const uint16_t *restrict v, size_t w, uint16_t *restrict top)
{
    for (size_t x = 0; x < w; x++) top[x] = top[x] > v[x] ? top[x] : v[x];
}

/* Each pass doubles the length over which an element is the largest. An element is read before it is written over. */
static void most_along(uint16_t *row, size_t w, int width)
{
    size_t all = w + (size_t)width - 1, done = 1, last = (size_t)width;
    for (; 2 * done <= last; done *= 2)
        for (size_t x = 0; x < all - 2 * done + 1; x++) row[x] = row[x] > row[x + done] ? row[x] : row[x + done];
    for (size_t x = 0; x < w && done < last; x++) row[x] = row[x] > row[x + last - done] ? row[x] : row[x + last - done];
}

static inline __attribute__((always_inline)) void codes_in(const pv_coder *c, const uint16_t *restrict v, size_t n, uint8_t *restrict code, int steps)
{
    for (size_t i = 0; i < n; i++) {
        size_t rank = c->start[v[i] >> PV_CODER_SHIFT];
        for (int k = 0; k < steps; k++) rank += v[i] - 32768 > c->key[rank];
        code[i] = c->code[rank];
    }
}

/* Any number of keys: a bucket of neighbouring values says where to begin, a step or few do the rest. */
static void codes_by_buckets(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    if (c->n == 0)
        memset(code, c->code[0], n);
    else if (c->steps <= 1)
        codes_in(c, v, n, code, 1);
    else
        codes_in(c, v, n, code, (1 << PV_CODER_SHIFT) - 1);
}

static inline void pick_bytes(const uint8_t *from, const pv_pick *pick, uint8_t *to)
{
    for (size_t b = 0; b < pick->blocks; b++) {
        const uint8_t *place = pick->place + b * PV_PICK_BLOCK;
        for (size_t k = 0; k < pick->count[b]; k++) to[k] = from[b * PV_PICK_BLOCK + place[k]];
        to += pick->count[b];
    }
}

/* The table of a path: its own light, sums and codes, and the loops above as its compiler made them. */
#define PV_FEATURE_KERNELS(own_stretch_row, own_sum_row, own_square_row, own_codes, own_pick)                                                        \
    {                                                                                                                                                \
        .channel = PV_CHANNEL_LOOPS, .stretch_row = own_stretch_row, .sum_row = own_sum_row, .square_row = own_square_row, .means = means,           \
        .moments = moments, .edge_row = edge_row, .differences = differences, .most_of_rows = most_of_rows, .most_along = most_along,                \
        .codes = own_codes, .pick = own_pick,                                                                                                        \
    }

#endif
