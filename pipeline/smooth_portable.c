/* Averaging over neighbours in plain C. Loops over whole blocks have constant lengths so that compilers use what registers there are. */
#include <string.h>

#include "pipeline/smooth_paths.h"

#include "base/banned.h"

enum { LANES = 16 };

static void turn(const uint16_t *share, size_t stride, size_t n, int n_classes, uint16_t *plane, size_t pitch)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < (size_t)n_classes; k++) plane[k * pitch + i] = share[i * stride + k];
}

static void add(uint32_t *restrict col, const uint16_t *restrict in, const uint16_t *restrict out, size_t n)
{
    for (size_t i = 0; i < n; i++) col[i] += (uint32_t)in[i] - out[i];
}

/* Sums of LANES windows of one class from x on; *running is that of the window before. */
static void window_sums(const uint32_t *restrict col, size_t side, uint32_t *running, uint32_t *restrict sum)
{
    uint32_t run = *running;
    for (size_t i = 0; i < LANES; i++) {
        run += col[i + side] - col[i];
        sum[i] = run;
    }
    *running = run;
}

/* v as a double, exactly: the sign bit counts 2^31. Compilers have registers for signed numbers. */
static inline double whole(uint32_t v)
{
    return (double)(int32_t)(v ^ 0x80000000u) + 2147483648.0;
}

/* Chance of the targets: (508 target + all) / (2 all), rounded down. Both are whole and below 2^42, so that the quotient is cut at the right place. */
static void answer_block(const pv_smooth_row *r, uint32_t (*restrict sum)[LANES], const uint32_t *restrict all, uint16_t *restrict answer)
{
    uint32_t most[LANES], target[LANES] = {0}, best[LANES] = {0};
    memcpy(most, sum[0], sizeof most);
    for (uint32_t k = 0; k < (uint32_t)r->n_classes; k++) {
        const uint32_t *restrict here = sum[k];
        for (size_t i = 0; i < LANES; i++) {
            best[i] = here[i] > most[i] ? k : best[i];
            most[i] = here[i] > most[i] ? here[i] : most[i];
        }
        if (!r->is_target[k]) continue;
        for (size_t i = 0; i < LANES; i++) target[i] += here[i];
    }
    for (size_t i = 0; i < LANES; i++) {
        double a = whole(all[i] > 0 ? all[i] : 1);
        best[i] |= (uint32_t)(int32_t)((508.0 * whole(target[i]) + a) / (2.0 * a)) << 8;
    }
    for (size_t i = 0; i < LANES; i++) answer[i] = (uint16_t)best[i];
}

/* Adds to purity and to a row of pairs the means of one class. */
static void mean_of(const uint32_t *restrict sum, const double *restrict one, int shift, uint32_t *restrict pure, uint16_t *restrict pair)
{
    uint32_t m[LANES];
    for (size_t i = 0; i < LANES; i++) m[i] = (uint32_t)(int32_t)(whole(sum[i]) * one[i]);
    for (size_t i = 0; i < LANES; i++) pure[i] += (uint32_t)((uint16_t)m[i] * (uint16_t)m[i]);
    for (size_t i = 0; i < LANES; i++) pair[i] = (uint16_t)(pair[i] | m[i] << shift);
}

static int any_above(const uint32_t *restrict sum, const uint32_t *restrict little)
{
    uint32_t more[LANES], some = 0;
    for (size_t i = 0; i < LANES; i++) more[i] = sum[i] > little[i] ? 1 : 0;
    for (size_t i = 0; i < LANES; i++) some |= more[i];
    return some != 0;
}

static void mean_block(const pv_smooth_row *r, uint32_t (*restrict sum)[LANES], const uint32_t *restrict all, size_t x)
{
    double one[LANES];
    uint32_t pure[LANES] = {0}, little[LANES];
    for (size_t i = 0; i < LANES; i++) one[i] = 255.0 / whole(all[i] > 0 ? all[i] : 1);
    for (size_t i = 0; i < LANES; i++) little[i] = all[i] >> 8;
    for (size_t k = 0; k < (size_t)r->n_classes; k++) {
        uint16_t *pair = r->mean + k / 2 * r->mid_pitch + x;
        if (k % 2 == 0) memset(pair, 0, LANES * sizeof *pair);
        /* Not more than 1/256 anywhere: the means are 0. */
        if (any_above(sum[k], little)) mean_of(sum[k], one, k % 2 == 0 ? 0 : 8, pure, pair);
    }
    for (size_t i = 0; i < LANES; i++) r->purity[x + i] = (uint16_t)pure[i];
}

static void means(const pv_smooth_row *r)
{
    uint32_t running[PV_MAX_CLASSES] = {0}, sum[PV_MAX_CLASSES][LANES];
    size_t side = 2 * (size_t)r->hx + 1, n = (size_t)r->n_classes;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < side; i++) running[k] += r->col[k * r->pitch + i];
    for (size_t x = 0; x < r->width; x += LANES) {
        uint32_t all[LANES] = {0};
        for (size_t k = 0; k < n; k++) window_sums(r->col + k * r->pitch + x, side, &running[k], sum[k]);
        for (size_t k = 0; k < n; k++) {
            for (size_t i = 0; i < LANES; i++) all[i] += sum[k][i];
            if (r->sum != NULL) memcpy(r->sum + k * r->mid_pitch + x, sum[k], sizeof sum[k]);
        }
        answer_block(r, sum, all, r->answer + x);
        mean_block(r, sum, all, x);
    }
}

/* own . mean of LANES pixels; at most 255 * 255, for own and means have sums of at most 255. */
static void agreement(const uint16_t *restrict mean, size_t mid_pitch, size_t n_pairs, const uint8_t *pair, uint16_t (*restrict own)[LANES],
                      uint16_t *restrict dot)
{
    memset(dot, 0, LANES * sizeof *dot);
    for (size_t p = 0; p < n_pairs; p++) {
        const uint16_t *restrict m = mean + pair[p] * mid_pitch;
        const uint16_t *restrict even = own[2 * p], *restrict odd = own[2 * p + 1];
        for (size_t i = 0; i < LANES; i++) dot[i] = (uint16_t)(dot[i] + (m[i] & 255) * even[i] + (m[i] >> 8) * odd[i]);
    }
}

/* The own shares in 255ths, of pairs of classes that any of LANES pixels has. Returns how many, and which in pair. */
static size_t own_pairs(const pv_smooth_choice *c, size_t x, uint8_t *pair, uint16_t (*restrict own)[LANES])
{
    size_t n = 0;
    for (int k = 0; k < c->n_classes; k += 2) {
        const uint16_t *share = c->share + (size_t)k * c->pitch + x, *next = share + (k + 1 < c->n_classes ? c->pitch : 0);
        uint16_t *restrict even = own[2 * n], *restrict odd = own[2 * n + 1], keep = k + 1 < c->n_classes ? 255 : 0, some = 0;
        for (size_t i = 0; i < LANES; i++) even[i] = (uint16_t)(share[i] >> 8);
        for (size_t i = 0; i < LANES; i++) odd[i] = (uint16_t)(next[i] >> 8 & keep);
        for (size_t i = 0; i < LANES; i++) some = (uint16_t)(some | even[i] | odd[i]);
        if (some) pair[n++] = (uint8_t)(k / 2);
    }
    return n;
}

/* Takes window w where it is better: code is its answer, and w above 16 bits. */
static void take(const uint16_t *restrict dot, const uint16_t *restrict purity, const uint16_t *restrict answer, uint32_t w, uint32_t *restrict most,
                 uint32_t *restrict code)
{
    for (size_t i = 0; i < LANES; i++) {
        uint32_t here = (uint32_t)dot[i] * purity[i], mine = answer[i] | w << 16;
        code[i] = here > most[i] ? mine : code[i];
        most[i] = here > most[i] ? here : most[i];
    }
}

static void choose(const pv_smooth_choice *c)
{
    uint8_t pair[PV_SMOOTH_PAIRS];
    uint16_t own[2 * PV_SMOOTH_PAIRS][LANES], dot[LANES];
    for (size_t x = 0; x < c->width; x += LANES) {
        size_t n = own_pairs(c, x, pair, own);
        uint32_t most[LANES] = {0}, code[LANES];
        for (size_t i = 0; i < LANES; i++) code[i] = c->answer[0][x + i];
        for (uint32_t w = 0; w < PV_SMOOTH_WINDOWS && n > 0; w++) {
            agreement(c->mean[w] + x, c->mid_pitch, n, pair, own, dot);
            take(dot, c->purity[w] + x, c->answer[w] + x, w, most, code);
        }
        for (size_t i = 0; i < LANES; i++) c->taken[x + i] = (uint16_t)code[i];
        for (size_t i = 0; i < LANES; i++) c->which[x + i] = (uint16_t)(code[i] >> 16);
    }
}

const pv_smooth_path pv_smooth_portable = {turn, add, means, choose};
