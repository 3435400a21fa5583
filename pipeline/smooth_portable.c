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

static void answer_block(const pv_smooth_row *r, uint32_t (*restrict sum)[LANES], const uint32_t *restrict all, uint16_t *restrict answer)
{
    uint32_t most[LANES], target[LANES] = {0}, best[LANES] = {0};
    memcpy(most, sum[0], sizeof most);
    for (uint32_t k = 0; k < (uint32_t)r->n_classes; k++) {
        for (size_t i = 0; i < LANES; i++) {
            best[i] = sum[k][i] > most[i] ? k : best[i];
            most[i] = sum[k][i] > most[i] ? sum[k][i] : most[i];
        }
        if (!r->is_target[k]) continue;
        for (size_t i = 0; i < LANES; i++) target[i] += sum[k][i];
    }
    for (size_t i = 0; i < LANES; i++) {
        uint64_t a = all[i] > 0 ? all[i] : 1;
        answer[i] = (uint16_t)(best[i] | (508 * (uint64_t)target[i] + a) / (2 * a) << 8);
    }
}

static void mean_block(const pv_smooth_row *r, uint32_t (*restrict sum)[LANES], const uint32_t *restrict all, size_t x)
{
    double one[LANES];
    uint32_t pure[LANES] = {0};
    for (size_t i = 0; i < LANES; i++) one[i] = all[i] > 0 ? 255.0 / all[i] : 0.0;
    for (size_t k = 0; k < (size_t)r->n_classes; k++) {
        uint16_t *restrict pair = r->mean + k / 2 * r->mid_pitch + x;
        uint32_t some = 0;
        for (size_t i = 0; i < LANES; i++) some |= sum[k][i] > all[i] >> 8;
        if (k % 2 == 0) memset(pair, 0, LANES * sizeof *pair);
        if (!some) continue; /* less than 1/256 everywhere: the means are 0 */
        for (size_t i = 0; i < LANES; i++) {
            uint32_t m = (uint32_t)(int32_t)(sum[k][i] * one[i]);
            pure[i] += m * m;
            pair[i] = (uint16_t)(pair[i] | m << (k % 2 == 0 ? 0 : 8));
        }
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
        for (size_t k = 0; k < n; k++) {
            window_sums(r->col + k * r->pitch + x, side, &running[k], sum[k]);
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
        const uint16_t *restrict share = c->share + (size_t)k * c->pitch + x, *restrict next = share + (k + 1 < c->n_classes ? c->pitch : 0);
        uint32_t some = 0;
        for (size_t i = 0; i < LANES; i++) {
            own[2 * n][i] = (uint16_t)(share[i] >> 8);
            own[2 * n + 1][i] = (uint16_t)(k + 1 < c->n_classes ? next[i] >> 8 : 0);
            some |= (uint32_t)own[2 * n][i] | own[2 * n + 1][i];
        }
        if (some) pair[n++] = (uint8_t)(k / 2);
    }
    return n;
}

static void choose(const pv_smooth_choice *c)
{
    uint8_t pair[PV_SMOOTH_PAIRS];
    uint16_t own[2 * PV_SMOOTH_PAIRS][LANES];
    for (size_t x = 0; x < c->width; x += LANES) {
        size_t n = own_pairs(c, x, pair, own);
        uint32_t most[LANES] = {0};
        uint16_t taken[LANES], which[LANES] = {0};
        memcpy(taken, c->answer[0] + x, sizeof taken);
        for (size_t w = 0; w < PV_SMOOTH_WINDOWS && n > 0; w++) {
            uint16_t dot[LANES];
            const uint16_t *restrict purity = c->purity[w] + x, *restrict answer = c->answer[w] + x;
            agreement(c->mean[w] + x, c->mid_pitch, n, pair, own, dot);
            for (size_t i = 0; i < LANES; i++) {
                uint32_t here = (uint32_t)dot[i] * purity[i];
                taken[i] = here > most[i] ? answer[i] : taken[i];
                which[i] = here > most[i] ? (uint16_t)w : which[i];
                most[i] = here > most[i] ? here : most[i];
            }
        }
        memcpy(c->taken + x, taken, sizeof taken);
        memcpy(c->which + x, which, sizeof which);
    }
}

const pv_smooth_path pv_smooth_portable = {turn, add, means, choose};
