/* Values of features against a second implementation that is written straight from the definitions: slow, in integers only. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/features_internal.h"
#include "tests/unit/pipeline/features_scene.h"

#include "base/banned.h"

enum { W = 37, H = 29 };

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

static int64_t ref_nd(int64_t num, int64_t den)
{
    return den == 0 ? 32768 : 32768 + floor_div(32767 * num, den);
}

static int64_t hold(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static int64_t ref_hue(int64_t r, int64_t g, int64_t b)
{
    int64_t top = hold(r, g > b ? g : b, 65535), low = hold(r, 0, g < b ? g : b), d = top - low, turn;
    if (d == 0) return 0;
    if (top == r)
        turn = g - b;
    else if (top == g)
        turn = 2 * d + b - r;
    else
        turn = 4 * d + r - g;
    return floor_div((turn < 0 ? turn + 6 * d : turn) * 65536, 6 * d);
}

/* A channel from its documented formula; -1 = not known here. */
static int64_t ref_rgb(const char *name, int64_t r, int64_t g, int64_t b)
{
    int64_t s = r + g + b, top = hold(r, g > b ? g : b, 65535), low = hold(r, 0, g < b ? g : b);
    if (!strcmp(name, "red_share")) return s == 0 ? 21845 : 65535 * r / s;
    if (!strcmp(name, "green_share")) return s == 0 ? 21845 : 65535 * g / s;
    if (!strcmp(name, "blue_share")) return s == 0 ? 21845 : 65535 * b / s;
    if (!strcmp(name, "brightness")) return s / 3;
    if (!strcmp(name, "exg")) return 32768 + floor_div(2 * g - r - b, 4);
    if (!strcmp(name, "vari")) return g + r - b <= 0 ? 32768 : ref_nd(hold(g - r, -(g + r - b), g + r - b), g + r - b);
    if (!strcmp(name, "hue")) return ref_hue(r, g, b);
    if (!strcmp(name, "hue_red")) {
        int64_t h = ref_hue(r, g, b);
        return top == low ? 32768 : hold(2 * (h < 65536 - h ? h : 65536 - h), 0, 65535);
    }
    if (!strcmp(name, "saturation")) return top == 0 ? 32768 : 65535 * (top - low) / top;
    if (!strcmp(name, "value")) return top;
    if (!strcmp(name, "whiteness")) return low;
    if (!strcmp(name, "chroma")) return top - low;
    if (!strcmp(name, "red_excess")) return 32768 + floor_div(r - (g > b ? g : b), 2);
    if (!strcmp(name, "pink_excess")) return 32768 + floor_div((r < b ? r : b) - g, 2);
    if (!strcmp(name, "green_red")) return ref_nd(g - r, g + r);
    if (!strcmp(name, "blue_green")) return ref_nd(b - g, b + g);
    if (!strcmp(name, "red_blue")) return ref_nd(r - b, r + b);
    if (!strcmp(name, "wax")) return (b + g) * top == 0 ? 32768 : 65535 * b * low / ((b + g) * top);
    if (!strcmp(name, "opp_red_green")) return 32768 + floor_div(r - g, 2);
    if (!strcmp(name, "opp_blue_yellow")) return 32768 + floor_div(2 * b - r - g, 4);
    return -1;
}

static int64_t ref_ratio(int64_t a, int64_t b)
{
    if (b == 0) return a == 0 ? 8192 : hold(8192 * a, 0, 65535);
    return hold(8192 * a / b, 0, 65535);
}

static int64_t ref_channel(const char *name, const uint16_t *v)
{
    int64_t r = v[RED], g = v[GREEN], e = v[REDEDGE], n = v[NIR], s = g + r + e + n, known = ref_rgb(name, r, g, v[BLUE]);
    if (known >= 0) return known;
    for (int k = 0; k < N_BANDS; k++)
        if (!strcmp(name, band_names[k])) return v[k];
    if (!strcmp(name, "ndvi")) return ref_nd(n - r, n + r);
    if (!strcmp(name, "gndvi")) return ref_nd(n - g, n + g);
    if (!strcmp(name, "ndre")) return ref_nd(n - e, n + e);
    if (!strcmp(name, "rededge_red")) return ref_nd(e - r, e + r);
    if (!strcmp(name, "rededge_green")) return ref_nd(e - g, e + g);
    if (!strcmp(name, "ci_rededge")) return ref_ratio(n, e);
    if (!strcmp(name, "nir_green")) return ref_ratio(n, g);
    if (!strcmp(name, "rededge_slope")) return 32768 + floor_div(n - r, 2);
    if (!strcmp(name, "rededge_position")) return n <= r ? 32768 : 65535 * hold(e - r, 0, n - r) / (n - r);
    if (!strcmp(name, "rededge_bend")) return 32768 + floor_div(2 * e - r - n, 4);
    if (!strcmp(name, "red_well")) return ref_nd(2 * r - g - e, 2 * r + g + e);
    if (!strcmp(name, "ms_brightness")) return s / 4;
    if (!strcmp(name, "ms_green_share")) return s == 0 ? 16383 : 65535 * g / s;
    if (!strcmp(name, "ms_red_share")) return s == 0 ? 16383 : 65535 * r / s;
    if (!strcmp(name, "ms_rededge_share")) return s == 0 ? 16383 : 65535 * e / s;
    if (!strcmp(name, "ms_nir_share")) return s == 0 ? 16383 : 65535 * n / s;
    fail_msg("no reference for channel %s", name);
    return -1;
}

/* Truth: every channel at the ends of its range, at chance values, in all combinations of the ends. */
static void channels_are_their_formulas(void **state)
{
    (void)state;
    static const uint16_t ends[] = {0, 1, 2, 21845, 32767, 32768, 65534, 65535};
    pv_photo_facts f;
    facts_fill(&f);
    for (int i = 0; pv_channel_at(i) != NULL; i++) {
        char column[1][PV_NAME] = {{0}};
        memcpy(column[0], pv_channel_at(i)->name, strlen(pv_channel_at(i)->name));
        pv_feature_plan *plan = plan_of(1, (const char(*)[PV_NAME])column, "none", &f);
        const int *index = NULL;
        int n = pv_feature_plan_bands(plan, &index);
        for (int k = 0; k < 60000; k++) {
            uint16_t all[N_BANDS], some[PV_MAX_BANDS], got = 0;
            for (int b = 0, code = k; b < N_BANDS; b++, code /= 8) all[b] = k < 32768 ? ends[code % 8] : (uint16_t)chance(k % 2 ? 65536 : 300);
            for (int b = 0; b < n; b++) some[b] = all[index[b]];
            pv_features_point(plan, some, &got);
            if (got != ref_channel(column[0], all))
                fail_msg("%s of r %d g %d b %d re %d nir %d is %d, should be %d", column[0], all[0], all[1], all[2], all[3], all[4], got,
                         (int)ref_channel(column[0], all));
        }
        pv_feature_plan_free(plan);
    }
}

static int64_t scene_value(const scene *s, const char *channel, int x, int y)
{
    uint16_t v[N_BANDS];
    for (int b = 0; b < N_BANDS; b++) v[b] = s->band[b][y * s->w + x];
    return ref_channel(channel, v);
}

static int scene_ok(const scene *s, int x, int y)
{
    return x >= 0 && y >= 0 && x < s->w && y < s->h && s->valid[y * s->w + x] == PV_PIXEL_VALID;
}

static int64_t scene_edge(const scene *s, const char *channel, int x, int y)
{
    int64_t c = scene_value(s, channel, x, y), sum = 0;
    if (scene_ok(s, x + 1, y)) sum += llabs(scene_value(s, channel, x + 1, y) - c);
    if (scene_ok(s, x, y + 1)) sum += llabs(scene_value(s, channel, x, y + 1) - c);
    return sum / 2;
}

static int64_t ref_window(const scene *s, const char *channel, const char *op, int hx, int hy, int x, int y)
{
    uint64_t n = 0, s1 = 0, s2 = 0;
    int64_t most = 0, least = 65535;
    for (int j = y - hy; j <= y + hy; j++) {
        for (int i = x - hx; i <= x + hx; i++) {
            if (!scene_ok(s, i, j)) continue;
            int64_t v = !strcmp(op, "edge") ? scene_edge(s, channel, i, j) : scene_value(s, channel, i, j);
            if (!strncmp(op, "share", 5)) v = v / 8192 == op[5] - '1' ? 65535 : 0;
            n++;
            s1 += (uint64_t)v;
            s2 += (uint64_t)(v * v);
            most = v > most ? v : most;
            least = v < least ? v : least;
        }
    }
    if (!strcmp(op, "max")) return most;
    if (!strcmp(op, "min")) return least;
    if (strcmp(op, "sd") != 0) return (int64_t)(s1 / n);
    uint64_t d = n * s2 - s1 * s1;
    int64_t r = 0;
    for (int64_t bit = 32768; bit > 0; bit /= 2)
        if ((uint64_t)((r + bit) * (r + bit)) * n * n <= d) r += bit;
    return r;
}

typedef struct want {
    const char *column, *channel, *op;
    int hx, hy, hx2, hy2; /* at 0.1 x 0.07 m */
} want;

static const want wants[] = {
    {"ndvi", "ndvi", NULL, 0, 0, 0, 0},
    {"hue", "hue", NULL, 0, 0, 0, 0},
    {"blue", "blue", NULL, 0, 0, 0, 0},
    {"ndvi_mean_0.30m", "ndvi", "mean", 1, 2, 0, 0},
    {"ndvi_sd_0.30m", "ndvi", "sd", 1, 2, 0, 0},
    {"ndvi_mean_0.31m", "ndvi", "mean", 1, 2, 0, 0}, /* the same pixels under another name */
    {"red_sd_0.55m", "red", "sd", 2, 3, 0, 0},
    {"red_mean_0.01m", "red", "mean", 1, 1, 0, 0},
    {"red_diff_0.30m_1.50m", "red", "diff", 1, 2, 7, 10},
    {"red_diff_0.70m_0.30m", "red", "diff", 3, 5, 1, 2},
    {"whiteness_max_0.50m", "whiteness", "max", 2, 3, 0, 0},
    {"whiteness_min_0.50m", "whiteness", "min", 2, 3, 0, 0},
    {"exg_edge_0.50m", "exg", "edge", 2, 3, 0, 0},
    {"exg_edge_1.50m", "exg", "edge", 7, 10, 0, 0},
    {"exg_share4of8_0.50m", "exg", "share4", 2, 3, 0, 0},
    {"exg_share8of8_0.50m", "exg", "share8", 2, 3, 0, 0},
    {"nir_sd_9.00m", "nir", "sd", 45, 64, 0, 0}, /* larger than the picture, and above 1024 pixels */
    {"red_sd_2.50m", "red", "sd", 12, 17, 0, 0}, /* 25 x 35 = 875 pixels: the largest in doubles here */
};
enum { N_WANTS = sizeof wants / sizeof wants[0] };
_Static_assert(sizeof wants / sizeof wants[0] <= SCENE_COLUMNS, "answers hold all columns");

static int64_t ref_column(const scene *s, const want *w, int x, int y)
{
    if (w->op == NULL) return scene_value(s, w->channel, x, y);
    if (strcmp(w->op, "diff") != 0) return ref_window(s, w->channel, w->op, w->hx, w->hy, x, y);
    int64_t a = ref_window(s, w->channel, "mean", w->hx, w->hy, x, y), b = ref_window(s, w->channel, "mean", w->hx2, w->hy2, x, y);
    return 32768 + floor_div(a - b, 2);
}

/* The wanted columns first .. first + n - 1 of the scene in one plan, in several tilings, against the truth. */
static void compare_tilings(const scene *s, int first, int n, const int64_t *truth)
{
    static const int tile[][2] = {{7, 5}, {64, 64}, {37, 29}, {1, 1}, {13, 29}, {37, 3}, {16, 16}};
    char column[N_WANTS][PV_NAME] = {{0}};
    pv_photo_facts f;
    facts_fill(&f);
    answers a = {.w = s->w};
    for (int i = 0; i < n; i++) memcpy(column[i], wants[first + i].column, strlen(wants[first + i].column));
    for (int i = 0; i < n; i++) a.plane[i] = calloc((size_t)(s->w * s->h), 2);
    pv_feature_plan *plan = plan_of(n, (const char(*)[PV_NAME])column, "none", &f);
    for (size_t k = 0; k < (n == 1 ? 1 : sizeof tile / sizeof tile[0]); k++) {
        run_tiled(s, plan, tile[k][0], tile[k][1], &a);
        for (int i = 0; i < n * s->w * s->h; i++) {
            int c = i / (s->w * s->h), p = i % (s->w * s->h), due = (int)truth[first * s->w * s->h + i];
            if (s->valid[p] == 1 && a.plane[c][p] != due)
                fail_msg("%s at %d,%d in tiles of %d x %d is %d, should be %d", column[c], p % s->w, p / s->w, tile[k][0], tile[k][1], a.plane[c][p],
                         due);
        }
    }
    for (int i = 0; i < n; i++) free(a.plane[i]);
    pv_feature_plan_free(plan);
}

static void columns_are_their_definitions_in_any_tiling(void **state)
{
    (void)state;
    static const int holes[] = {0, 20, 90};
    for (int k = 0; k < 3; k++) {
        scene s;
        scene_make(&s, W, H, holes[k]);
        int64_t *truth = calloc((size_t)(N_WANTS * s.w * s.h), sizeof *truth);
        for (int i = 0; i < N_WANTS * s.w * s.h; i++) {
            int p = i % (s.w * s.h);
            if (s.valid[p] == 1) truth[i] = ref_column(&s, &wants[i / (s.w * s.h)], p % s.w, p / s.w);
        }
        compare_tilings(&s, 0, N_WANTS, truth);
        for (int i = 0; i < N_WANTS; i++) compare_tilings(&s, i, 1, truth); /* alone: no other column widens the halo */
        free(truth);
        scene_drop(&s);
    }
}

/* The deviation on both sides of the switch from doubles to integers, at the values where rounding would show. */
static void deviation_is_the_floor_of_the_root(void **state)
{
    (void)state;
    for (int k = 0; k < 200000; k++) {
        uint64_t n = 1 + chance(k % 2 ? 1024 : 65025), high = chance((uint32_t)n + 1), a = chance(65536), b = chance(k % 3 ? 65536 : 4);
        uint64_t s1 = high * a + (n - high) * b, s2 = high * a * a + (n - high) * b * b, d = n * s2 - s1 * s1;
        uint64_t r = pv_window_sd(n, s1, s2);
        assert_true(r * r <= d / (n * n) && (r + 1) * (r + 1) > d / (n * n));
    }
    assert_int_equal(pv_window_sd(65025, 65025ull * 65535, 65025ull * 65535 * 65535), 0);
    assert_int_equal(pv_window_sd(2, 65535, 65535ull * 65535), 32767);
}

/* Truth: the logarithm of every value, and sums of them at chance values, by long doubles and 128 bits. */
static void sums_of_logarithms_are_their_formula(void **state)
{
    (void)state;
    static const struct {
        char name[PV_NAME];
        int times[N_BANDS]; /* red, green, blue, rededge, nir */
    } sums[] = {{"log(red)", {1, 0, 0, 0, 0}},
                {"log(-999nir)", {0, 0, 0, 0, -999}},
                {"log(2nir-rededge-red)", {-1, 0, 0, -1, 2}},
                {"log(-54blue+3green-999red+12rededge+7nir)", {-999, 3, -54, 12, 7}}};
    static int64_t level[65536];
    pv_photo_facts f;
    facts_fill(&f);
    for (int v = 0; v < 65536; v++) level[v] = (int64_t)floorl(2048.0L * log2l((long double)v + 1.0L));
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        pv_feature_plan *plan = plan_of(1, &sums[i].name, "none", &f);
        const int *index = NULL;
        int n = pv_feature_plan_bands(plan, &index);
        for (int k = 0; k < 65536; k++) {
            int64_t sum = 0, least = 0, most = 0;
            uint16_t some[PV_MAX_BANDS], got = 0;
            for (int b = 0; b < n; b++) {
                int64_t times = sums[i].times[index[b]];
                some[b] = (uint16_t)(i == 0 ? k : k == 0 ? (times > 0) * 65535 : k == 1 ? (times < 0) * 65535 : (int)chance(65536));
                sum += times * level[some[b]];
                least += times < 0 ? times * 32768 : 0;
                most += times > 0 ? times * 32768 : 0;
            }
            int64_t due = 65535 * (sum - least) / (most - least);
            pv_features_point(plan, some, &got);
            if (got != due) fail_msg("%s at step %d is %d, should be %d", sums[i].name, k, got, (int)due);
            if (i > 0 && k < 2) assert_int_equal(got, k == 0 ? 65535 : 0);
        }
        pv_feature_plan_free(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_are_their_formulas),
        cmocka_unit_test(columns_are_their_definitions_in_any_tiling),
        cmocka_unit_test(deviation_is_the_floor_of_the_root),
        cmocka_unit_test(sums_of_logarithms_are_their_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
