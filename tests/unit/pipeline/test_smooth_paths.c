/* The loops of every processor that is here, against the definition, on random and extreme numbers and all lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pipeline/smooth_paths.h"

#include "base/banned.h"

enum { LENGTHS = 131, LONG = 1024, ROOM = LONG + 2 * PV_SMOOTH_BLOCK, PITCH = ROOM + 12, K = PV_MAX_CLASSES, PAIRS = PV_SMOOTH_PAIRS };

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 5;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 32) % n;
}

static size_t length(int i)
{
    return i < LENGTHS ? (size_t)i : LONG;
}

static int classes(int i)
{
    static const int n[] = {1, 2, 3, 15, 16, 64};
    return n[i % 6];
}

/* n numbers with a sum of at most `all`: even, all in one, or anything. */
static void divide(uint32_t all, int n, uint32_t *to)
{
    int how = (int)chance(5), one = (int)chance((uint32_t)n);
    for (int k = 0; k < n; k++) {
        uint32_t part = how == 0 ? (k == one ? all : 0) : how == 1 ? all / (uint32_t)n : how == 2 ? all / 2 * (k == one) : chance(all / 2 + 1);
        to[k] = part < all ? part : all;
        all -= to[k];
    }
}

static void shares_are_turned(void **state)
{
    (void)state;
    static uint16_t share[1 + (LONG + PV_SMOOTH_BLOCK) * K], plane[2 + K * PITCH];
    for (int i = 0; i <= LENGTHS; i++) {
        size_t n = length(i), k_max = (size_t)classes(i), stride = (k_max + 7) / 8 * 8;
        for (size_t j = 0; j < sizeof share / sizeof *share; j++) share[j] = (uint16_t)chance(65536);
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
            memset(plane, 0xee, sizeof plane);
            pv_smooth_path_of((pv_cpu)cpu)->turn(share + 1, stride, n, (int)k_max, plane + 1, PITCH);
            for (size_t k = 0; k < k_max; k++)
                for (size_t x = 0; x < n; x++) assert_int_equal(plane[1 + k * PITCH + x], share[1 + x * stride + k]);
            assert_int_equal(plane[0], 0xeeee);
            assert_int_equal(plane[1 + k_max * PITCH], 0xeeee);
        }
    }
}

static void rows_are_added(void **state)
{
    (void)state;
    static uint32_t col[1 + ROOM], was[1 + ROOM];
    static uint16_t in[1 + ROOM], out[1 + ROOM];
    for (int i = 0; i <= LENGTHS; i++) {
        size_t n = length(i);
        for (size_t x = 0; x <= n; x++) {
            was[x] = chance(4) == 0 ? UINT32_MAX : chance(UINT32_MAX);
            in[x] = (uint16_t)(chance(4) == 0 ? 65535 : chance(65536));
            out[x] = (uint16_t)(chance(4) == 0 ? 65535 : chance(65536));
        }
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
            memcpy(col, was, sizeof col);
            pv_smooth_path_of((pv_cpu)cpu)->add(col + 1, in + 1, out + 1, n);
            for (size_t x = 0; x < n; x++) assert_int_equal(col[1 + x], (uint32_t)(was[1 + x] + in[1 + x] - out[1 + x]));
            assert_int_equal(col[0], was[0]);
            if (n + 1 < ROOM) assert_int_equal(col[1 + n], was[1 + n]);
        }
    }
}

typedef struct windows {
    uint16_t mean[PAIRS * PITCH], purity[PITCH], answer[PITCH];
    uint32_t sum[K * PITCH];
} windows;

/* Purity and answer of sums by the definition; mean: [n]. */
static void define(int n, const uint32_t *sum, const uint8_t *is_target, uint8_t *mean, uint32_t *purity, uint32_t *answer)
{
    uint64_t all = 0, target = 0;
    int best = 0;
    for (int k = 0; k < n; k++) {
        all += sum[k];
        target += is_target[k] ? sum[k] : 0;
        if (sum[k] > sum[best]) best = k;
    }
    double one = all > 0 ? 255.0 / (double)all : 0.0;
    *purity = 0;
    for (int k = 0; k < n; k++) {
        mean[k] = (uint8_t)(int32_t)(sum[k] * one);
        *purity += (uint32_t)mean[k] * mean[k];
    }
    *answer = (uint32_t)best + 256 * (all > 0 ? (uint32_t)((508 * target + all) / (2 * all)) : 0);
}

/* The first pixels of the means are what choose() wants: checked by asking it below. */
static void check_windows(const pv_smooth_row *r, const windows *w)
{
    for (size_t x = 0; x < r->width; x++) {
        uint32_t sum[K], purity = 0, answer = 0;
        uint8_t mean[K];
        for (size_t k = 0; k < (size_t)r->n_classes; k++) {
            sum[k] = 0;
            for (size_t i = 0; i <= 2 * (size_t)r->hx; i++) sum[k] += r->col[k * PITCH + x + 1 + i];
            if (r->sum != NULL) assert_int_equal(w->sum[k * PITCH + x], sum[k]);
        }
        define(r->n_classes, sum, r->is_target, mean, &purity, &answer);
        assert_int_equal(w->purity[x], purity);
        assert_int_equal(w->answer[x], answer & 0xffff);
    }
}

/* Sums of columns whose windows, of all classes, stay below 2^32. */
static void fill_columns(uint32_t *col, int n, size_t columns, int hx)
{
    uint32_t most = UINT32_MAX / (2 * (uint32_t)hx + 1), part[K];
    int empty = chance(3) == 0;
    memset(col, 0, K * PITCH * sizeof *col);
    for (size_t x = 1; x < columns; x++) {
        divide(empty && x < columns / 2 ? 0 : chance(3) == 0 ? most : chance(3) == 0 ? chance(50) : chance(most), n, part);
        for (int k = 0; k < n; k++) col[(size_t)k * PITCH + x] = part[k];
    }
}

static void windows_have_means(void **state)
{
    (void)state;
    static uint32_t col[1 + K * PITCH];
    static windows got;
    static const int half[] = {0, 1, 3, 5, 6};
    uint8_t is_target[K];
    for (int i = 0; i <= LENGTHS; i++) {
        int hx = half[i % 5];
        pv_smooth_row r = {.n_classes = classes(i), .hx = hx, .is_target = is_target, .width = length(i), .pitch = PITCH, .mid_pitch = PITCH};
        for (int k = 0; k < K; k++) is_target[k] = i % 7 == 0 || chance(3) == 0;
        fill_columns(col + 1, r.n_classes, r.width + 2 * (size_t)hx + 1, hx);
        r.col = col + 1;
        r.mean = got.mean;
        r.purity = got.purity;
        r.answer = got.answer;
        r.sum = i % 2 == 0 ? got.sum : NULL;
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
            memset(&got, 0xee, sizeof got);
            pv_smooth_path_of((pv_cpu)cpu)->means(&r);
            check_windows(&r, &got);
        }
    }
}

/* Sums of windows to choose from: windows of one pixel each, so that col is the sum. */
static uint32_t window_col[PV_SMOOTH_WINDOWS][K * PITCH];
static windows window_of[PV_SMOOTH_WINDOWS];
static uint16_t own[1 + K * PITCH];

static void fill_choice(int n, size_t width)
{
    uint32_t part[K];
    memset(window_col, 0, sizeof window_col);
    for (size_t x = 0; x < width; x++) {
        divide(chance(6) == 0 ? 0 : chance(3) == 0 ? 65535 : chance(65536), n, part);
        for (int k = 0; k < n; k++) own[1 + (size_t)k * PITCH + x] = (uint16_t)part[k];
        for (int w = 0; w < PV_SMOOTH_WINDOWS; w++) {
            if (chance(3) != 0) divide(chance(4) == 0 ? 1000 : chance(UINT32_MAX), n, part); /* or the one before: a tie */
            for (int k = 0; k < n; k++) window_col[w][(size_t)k * PITCH + x + 1] = part[k];
        }
    }
}

static void check_choice(const pv_smooth_choice *c, const uint8_t *is_target)
{
    for (size_t x = 0; x < c->width; x++) {
        uint64_t most = 0;
        uint32_t which = 0, taken = 0;
        for (uint32_t w = 0; w < PV_SMOOTH_WINDOWS; w++) {
            uint32_t sum[K], purity = 0, answer = 0;
            uint64_t dot = 0;
            uint8_t mean[K];
            for (int k = 0; k < c->n_classes; k++) sum[k] = window_col[w][(size_t)k * PITCH + x + 1];
            define(c->n_classes, sum, is_target, mean, &purity, &answer);
            for (int k = 0; k < c->n_classes; k++) dot += (uint64_t)(own[1 + (size_t)k * PITCH + x] >> 8) * mean[k];
            if (w > 0 && dot * purity <= most) continue;
            most = dot * purity;
            which = w;
            taken = answer;
        }
        assert_int_equal(c->which[x], which);
        assert_int_equal(c->taken[x], taken & 0xffff);
    }
}

static void the_best_window_is_taken(void **state)
{
    (void)state;
    static uint16_t taken[1 + PITCH], which[1 + PITCH];
    uint8_t is_target[K] = {1, 0, 1};
    for (int i = 0; i <= LENGTHS; i++) {
        size_t width = length(i);
        int n = classes(i);
        fill_choice(n, width);
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
            pv_smooth_choice c = {
                .n_classes = n, .width = width, .pitch = PITCH, .mid_pitch = PITCH, .share = own + 1, .taken = taken + 1, .which = which + 1};
            for (int w = 0; w < PV_SMOOTH_WINDOWS; w++) {
                windows *to = &window_of[w];
                pv_smooth_row r = {.n_classes = n, .is_target = is_target, .width = width, .pitch = PITCH, .mid_pitch = PITCH, .col = window_col[w]};
                r.mean = to->mean;
                r.purity = to->purity;
                r.answer = to->answer;
                pv_smooth_path_of((pv_cpu)cpu)->means(&r);
                c.mean[w] = to->mean;
                c.purity[w] = to->purity;
                c.answer[w] = to->answer;
            }
            pv_smooth_path_of((pv_cpu)cpu)->choose(&c);
            check_choice(&c, is_target);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_turned),
        cmocka_unit_test(rows_are_added),
        cmocka_unit_test(windows_have_means),
        cmocka_unit_test(the_best_window_is_taken),
    };
    return cmocka_run_group_tests_name("smooth_paths", tests, NULL, NULL);
}
