/* Estimators of area and accuracy: the published example to its last digit, sizes and shares of a sample, what is refused, and 2,000 surveys of made-up maps whose truth is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "season/estimate.h"

#include "base/banned.h"

static void ok(pv_status st, const pv_err *err)
{
    if (st != PV_OK) fail_msg("%s", err->text);
}

/* As it is printed. */
static void printed(double value, int decimals, const char *want, const char *what)
{
    pv_text t = {0};
    pv_text_add_real(&t, value, decimals);
    if (strcmp(pv_text_str(&t), want) != 0) fail_msg("%s: %s, published %s", what, pv_text_str(&t), want);
    pv_text_release(&t);
}

/* ---- Olofsson et al. 2014, section 5: four classes, pixels of 0.09 ha ---- */

static const char *const olofsson_class[] = {"loss", "gain", "forest", "non-forest"};
static const double olofsson_ha[] = {18000, 13500, 288000, 580500};
static const int64_t olofsson_matrix[4][4] = {{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}};

/* Rows of the matrix as counts of strata that are the map's classes. */
static void counts_of(int64_t count[4][4][4])
{
    memset(count, 0, 4 * 4 * 4 * sizeof ***count);
    for (int i = 0; i < 4; i++) memcpy(count[i][i], olofsson_matrix[i], sizeof olofsson_matrix[i]);
}

static void test_published_example(void **state)
{
    (void)state;
    static const struct {
        const char *mapped, *area, *area_ci, *users, *users_ci, *producers, *producers_ci;
    } want[4] = {
        {"18000", "21157.8", "6157.6", "0.880", "0.074", "0.749", "0.213"},
        {"13500", "11686.2", "3755.8", "0.733", "0.101", "0.847", "0.254"},
        {"288000", "285769.9", "15509.8", "0.927", "0.040", "0.935", "0.034"},
        {"580500", "581386.2", "16281.7", "0.963", "0.021", "0.962", "0.018"},
    };
    int64_t count[4][4][4];
    pv_estimate e;
    pv_err err = {.text = ""};
    counts_of(count);
    const pv_survey s = {4, 4, olofsson_class, olofsson_ha, NULL, &count[0][0][0], NULL};
    ok(pv_estimate_make(&e, &s, &err), &err);
    printed(e.overall.value, 3, "0.947", "overall");
    printed(e.overall.plain_high - e.overall.value, 3, "0.018", "overall +-");
    printed(e.area, 0, "900000", "area");
    for (int k = 0; k < 4; k++) {
        const pv_class_estimate *c = &e.at[k];
        const char *n = olofsson_class[k];
        printed(olofsson_ha[k], 0, want[k].mapped, n);
        printed(c->area.value, 1, want[k].area, n);
        printed(c->area.value - c->area.plain_low, 1, want[k].area_ci, n);
        printed(c->users.value, 3, want[k].users, n);
        printed(c->users.plain_high - c->users.value, 3, want[k].users_ci, n);
        printed(c->producers.value, 3, want[k].producers, n);
        printed(c->producers.plain_high - c->producers.value, 3, want[k].producers_ci, n);
        assert_true(c->area.low < c->area.value && c->area.value < c->area.high && c->users.low < c->users.value && c->users.value < c->users.high &&
                    c->producers.low < c->producers.value && c->producers.value < c->producers.high);
        assert_int_equal(c->mapped, k == 0 ? 75 : k == 1 ? 75 : k == 2 ? 165 : 325);
    }
    assert_int_equal(e.at[0].reference, 69);
    assert_true(fabs(e.share[2][3] - 0.32 * 11 / 165) < 1e-15);
}

/* The same answers with a class cut into two strata, which are no classes: the estimates of both halves together. */
static void test_strata_that_are_no_classes(void **state)
{
    (void)state;
    static const char *const name[] = {"a", "b", "c"}, *const one[] = {"ab", "c"};
    /* Two classes; a and b share the map's class 0, b has some of class 1 too. */
    const double area[] = {100, 300, 600};
    const int64_t count[3][2][2] = {{{18, 2}, {0, 0}}, {{10, 5}, {3, 12}}, {{0, 0}, {1, 39}}};
    pv_estimate e;
    pv_err err = {.text = ""};
    const pv_survey s = {3, 2, name, area, NULL, &count[0][0][0], NULL};
    ok(pv_estimate_make(&e, &s, &err), &err);
    /* By hand: shares of class 0 are 18/20, 13/30, 1/40; right ones among those that the map calls 0: 18/20, 10/30; called 0: 1, 15/30. */
    const double poppy = 0.1 * 0.9 + 0.3 * 13 / 30 + 0.6 / 40, right = 0.1 * 0.9 + 0.3 / 3, called = 0.1 + 0.3 / 2;
    assert_true(fabs(e.at[0].area.value - 1000 * poppy) < 1e-9);
    assert_true(fabs(e.at[0].users.value - right / called) < 1e-12);
    assert_true(fabs(e.at[0].producers.value - right / poppy) < 1e-12);
    assert_true(fabs(e.overall.value - (0.1 * 0.9 + 0.3 * 22 / 30 + 0.6 * 39 / 40)) < 1e-12);
    /* V of the area by Stehman's equation 25: sum W^2 s^2 / n. */
    const double v = 0.01 * (0.9 * 0.1) / 19 + 0.09 * (13.0 / 30 * 17 / 30) / 29 + 0.36 * (1.0 / 40 * 39 / 40) / 39;
    assert_true(fabs(e.at[0].area.se - 1000 * sqrt(v)) < 1e-9);
    /* V of the ratio right / called: sum W^2 (s_y^2 + R^2 s_x^2 - 2 R s_xy) / n / X^2, from the 0 and 1 of each answer. */
    const double r = right / called;
    double sum = 0;
    for (int h = 0; h < 3; h++) {
        double n = 0, d1 = 0, d2 = 0;
        for (int m = 0; m < 2; m++)
            for (int t = 0; t < 2; t++) {
                double c = (double)count[h][m][t], d = (m == 0 && t == 0) - r * (m == 0);
                n += c;
                d1 += c * d;
                d2 += c * d * d;
            }
        sum += area[h] * area[h] / 1e6 * (d2 - d1 * d1 / n) / (n - 1) / n;
    }
    assert_true(fabs(e.at[0].users.se - sqrt(sum) / called) < 1e-12);
    /* A stratum without ground is not asked for answers. */
    const int64_t two[2][2][2] = {{{18, 2}, {0, 0}}, {{0, 0}, {0, 0}}};
    const pv_survey part = {2, 2, one, (const double[]){5, 0}, NULL, &two[0][0][0], NULL};
    ok(pv_estimate_make(&e, &part, &err), &err);
    assert_true(fabs(e.at[0].area.value - 4.5) < 1e-12 && isnan(e.at[1].users.value) && e.at[1].users.low == 0 && e.at[1].users.high == 1);
}

static void test_refused(void **state)
{
    (void)state;
    int64_t count[4][4][4];
    pv_estimate e;
    pv_err err = {.text = ""};
    double nothing[4] = {0};
    counts_of(count);
    memset(count[1], 0, sizeof count[1]);
    count[1][1][1] = 1;
    pv_survey s = {4, 4, olofsson_class, olofsson_ha, NULL, &count[0][0][0], NULL};
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "gain: it has 1 answer,"));
    count[1][1][1] = 0;
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_INPUT);
    count[1][1][1] = 2;
    ok(pv_estimate_make(&e, &s, &err), &err);
    s.area = nothing;
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_INPUT);
    s.area = olofsson_ha;
    s.units = (const int64_t[]){200, 1, 200, 2000};
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_USAGE);
    count[1][1][1] = -1;
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_USAGE);
    s.n_strata = 0;
    assert_int_equal(pv_estimate_make(&e, &s, &err), PV_USAGE);
    assert_true(err.text[0] != '\0');
}

static void test_limits_of_a_share(void **state)
{
    (void)state;
    double low, high, low2, high2;
    /* Nothing found: half of (1 - p)^n is 2.5 %. */
    pv_share_limits(0, 300, 0, &low, &high);
    assert_true(low == 0 && fabs(high - (1 - pow(0.05, 1.0 / 300))) < 1e-9);
    pv_share_limits(300, 300, 0, &low2, &high2);
    assert_true(high2 == 1 && fabs(low2 - (1 - high)) < 1e-9);
    /* Mid-P of 7 of 20, as published tables have it (Berry and Armitage 1995): 0.1672 to 0.5722. */
    pv_share_limits(7, 20, 0, &low, &high);
    double lower = 0, upper = 0, c = 1;
    for (int k = 0; k <= 20; k++) {
        lower += (k > 7 ? 1 : k == 7 ? 0.5 : 0) * c * pow(low, k) * pow(1 - low, 20 - k);
        upper += (k < 7 ? 1 : k == 7 ? 0.5 : 0) * c * pow(high, k) * pow(1 - high, 20 - k);
        c *= (20.0 - k) / (k + 1);
    }
    assert_true(fabs(lower - 0.025) < 1e-9 && fabs(upper - 0.025) < 1e-9);
    /* Of a stratum that was drawn whole the share is known. */
    pv_share_limits(30, 90, 90, &low, &high);
    assert_true(fabs(low - 30.0 / 90) < 1e-12 && fabs(high - 30.0 / 90) < 1e-12);
    /* One of 75 of 100: 1 to 3 in it (4 would show 1 or fewer with 5 %, half of which counts). */
    pv_share_limits(1, 75, 100, &low, &high);
    assert_true(fabs(low - 0.01) < 1e-12 && high < 0.05 && high >= 0.03);
    /* So many units are as good as endless. */
    pv_share_limits(3, 75, INT64_C(2000000000), &low, &high);
    pv_share_limits(3, 75, 0, &low2, &high2);
    assert_true(fabs(low - low2) < 1e-5 && fabs(high - high2) < 1e-5);
}

static void test_size_and_allocation(void **state)
{
    (void)state;
    const double expected[] = {0.7, 0.6, 0.9, 0.95};
    const int64_t many[4] = {0};
    int64_t n = 0, out[4];
    pv_err err = {.text = ""};
    ok(pv_sample_size(4, olofsson_ha, expected, 0.01, &n, &err), &err);
    assert_int_equal(n, 641);
    /* 50, 75 and 100 of each rare class; the others share 2.88 : 5.805. */
    static const int64_t want[3][4] = {{50, 50, 179, 362}, {75, 75, 163, 328}, {100, 100, 146, 295}};
    for (int k = 0; k < 3; k++) {
        ok(pv_sample_allocate(4, olofsson_ha, many, expected, 641, 50 + 25 * k, PV_ALLOCATION_FIXED, out, &err), &err);
        for (int h = 0; h < 4; h++)
            if (out[h] != want[k][h]) fail_msg("%d: stratum %d has %lld", 50 + 25 * k, h, (long long)out[h]);
    }
    /* By area x S: 8248.6, 6613.6, 86400, 126517.4 of 227779.6. */
    ok(pv_sample_allocate(4, olofsson_ha, many, expected, 641, 75, PV_ALLOCATION_NEYMAN, out, &err), &err);
    assert_true(out[0] == 23 && out[1] == 19 && out[2] == 243 && out[3] == 356);
    /* A stratum of 30 cells gives 30, and one without ground nothing. */
    ok(pv_sample_allocate(3, (const double[]){30, 0, 5000}, (const int64_t[]){30, 0, 5000}, expected, 200, 75, PV_ALLOCATION_FIXED, out, &err), &err);
    assert_true(out[0] == 30 && out[1] == 0 && out[2] == 170);
    ok(pv_sample_allocate(2, (const double[]){30, 50}, (const int64_t[]){30, 50}, expected, 200, 75, PV_ALLOCATION_FIXED, out, &err), &err);
    assert_true(out[0] == 30 && out[1] == 50);
    assert_int_equal(pv_sample_allocate(4, olofsson_ha, many, expected, 140, 75, PV_ALLOCATION_FIXED, out, &err), PV_USAGE);
    assert_int_equal(pv_sample_allocate(4, olofsson_ha, many, expected, 7, 2, PV_ALLOCATION_NEYMAN, out, &err), PV_USAGE);
    assert_int_equal(pv_sample_size(4, olofsson_ha, expected, 0, &n, &err), PV_USAGE);
    assert_int_equal(pv_sample_size(4, olofsson_ha, (const double[]){2, 0, 0, 0}, 0.01, &n, &err), PV_USAGE);
    assert_int_equal(pv_sample_size(4, olofsson_ha, expected, 1e-7, &n, &err), PV_USAGE);
}

/* Where strata are the map's classes, and the map's areas say so, user's accuracy is the share of one stratum, and producer's cannot be hurt by what the map has. */
static void test_map_is_known(void **state)
{
    (void)state;
    static const char *const name[] = {"poppy", "other"};
    const double area[] = {2000, 98000}, mapped[2][2] = {{2000, 0}, {0, 98000}};
    const int64_t units[] = {2000, 98000}, count[2][2][2] = {{{60, 15}, {0, 0}}, {{0, 0}, {3, 297}}};
    double low, high;
    pv_estimate known, unknown;
    pv_err err = {.text = ""};
    pv_survey s = {2, 2, name, area, units, &count[0][0][0], &mapped[0][0]};
    ok(pv_estimate_make(&known, &s, &err), &err);
    s.mapped = NULL;
    ok(pv_estimate_make(&unknown, &s, &err), &err);
    pv_share_limits(60, 75, 2000, &low, &high);
    assert_true(fabs(known.at[0].users.low - low) < 1e-9 && fabs(known.at[0].users.high - high) < 1e-9);
    assert_true(unknown.at[0].users.low < low && unknown.at[0].users.high > high);
    assert_true(known.at[0].producers.low > unknown.at[0].producers.low);
    assert_true(known.at[0].area.low == unknown.at[0].area.low && known.at[0].area.high == unknown.at[0].area.high);
}

/* ---- surveys ---- */

enum { SURVEYS = 2000, KINDS = 7, MOST_STRATA = 4, FIGURES = 4 };

/* Cells of a map by stratum, and of these how many are map 0 reference 0, 0 1, 1 0; the rest is 1 1. None of them was looked at when the interval was chosen. */
typedef struct kind {
    const char *name;
    int strata;
    int64_t cells[MOST_STRATA], is[MOST_STRATA][3];
    int n[MOST_STRATA];
    double low, high; /* in which the coverage of the area has to be */
} kind;

static const kind kinds[KINDS] = {
    {"strata are classes", 2, {120000, 880000}, {{84000, 36000, 0}, {0, 0, 52800}}, {120, 260}, 0.93, 0.97},
    {"omissions near known plots",
     4,
     {1500, 4000, 90000, 3000000},
     {{1230, 270, 0}, {1400, 1800, 240}, {0, 0, 3600}, {0, 0, 0}},
     {100, 100, 150, 300},
     0.93,
     1},
    {"omissions in the background",
     4,
     {1500, 4000, 90000, 3000000},
     {{1230, 270, 0}, {1400, 1800, 240}, {0, 0, 3600}, {0, 0, 60000}},
     {100, 100, 150, 400},
     0.93,
     0.97},
    {"all found", 4, {1500, 4000, 90000, 3000000}, {{1230, 270, 0}, {1400, 2600, 0}, {0, 0, 0}, {0, 0, 0}}, {75, 75, 75, 300}, 0.93, 1},
    {"rare: half a point is expected in the background",
     4,
     {1500, 4000, 90000, 3000000},
     {{1230, 270, 0}, {1400, 2600, 0}, {0, 0, 900}, {0, 0, 3750}},
     {75, 75, 75, 400},
     0.93,
     1},
    {"ultra-rare: a hundredth of a point is expected",
     4,
     {1500, 4000, 90000, 3000000},
     {{1230, 270, 0}, {1400, 2600, 0}, {0, 0, 90}, {0, 0, 75}},
     {75, 75, 75, 400},
     0.93,
     1},
    {"most of the small strata is drawn", 3, {90, 150, 6000}, {{72, 18, 0}, {45, 105, 0}, {0, 0, 300}}, {75, 75, 200}, 0.93, 0.97},
};

static uint64_t random_state;

static uint64_t next_random(void)
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void draw(const kind *k, int64_t count[MOST_STRATA][2][2])
{
    memset(count, 0, MOST_STRATA * sizeof *count);
    for (int h = 0; h < k->strata; h++) {
        int64_t left = k->cells[h], is[4] = {k->is[h][0], k->is[h][1], k->is[h][2]};
        is[3] = left - is[0] - is[1] - is[2];
        for (int d = 0; d < k->n[h]; d++, left--) {
            int64_t at = (int64_t)(next_random() % (uint64_t)left);
            int c = 0;
            for (; c < 3 && at >= is[c]; c++) at -= is[c];
            is[c]--;
            count[h][c / 2][c % 2]++;
        }
    }
}

static void survey_kind(const kind *k)
{
    static const char *const name[MOST_STRATA] = {"a", "b", "c", "d"}, *const figure[FIGURES] = {"area", "overall", "users", "producers"};
    double area[MOST_STRATA], mapped[MOST_STRATA][2], sum[4] = {0}, all = 0;
    int64_t count[MOST_STRATA][2][2];
    int covered[FIGURES] = {0}, plain[FIGURES] = {0};
    pv_estimate e;
    pv_err err = {.text = ""};
    for (int h = 0; h < k->strata; h++) {
        area[h] = (double)k->cells[h];
        mapped[h][0] = (double)(k->is[h][0] + k->is[h][1]);
        mapped[h][1] = area[h] - mapped[h][0];
        all += area[h];
        for (int c = 0; c < 3; c++) sum[c] += (double)k->is[h][c];
    }
    sum[3] = all - sum[0] - sum[1] - sum[2];
    const double truth[FIGURES] = {sum[0] + sum[2], (sum[0] + sum[3]) / all, sum[0] / (sum[0] + sum[1]), sum[0] / (sum[0] + sum[2])};
    const pv_survey s = {k->strata, 2, name, area, k->cells, &count[0][0][0], &mapped[0][0]};
    random_state = 20260520;
    for (int r = 0; r < SURVEYS; r++) {
        draw(k, count);
        ok(pv_estimate_make(&e, &s, &err), &err);
        const pv_estimated *f[FIGURES] = {&e.at[0].area, &e.overall, &e.at[0].users, &e.at[0].producers};
        for (int q = 0; q < FIGURES; q++) {
            double hair = truth[q] * 1e-12;
            covered[q] += f[q]->low <= truth[q] + hair && truth[q] - hair <= f[q]->high;
            plain[q] += f[q]->plain_low <= truth[q] && truth[q] <= f[q]->plain_high;
        }
    }
    print_message("%s:", k->name);
    for (int q = 0; q < FIGURES; q++) print_message(" %s %.1f %% (plain %.1f)", figure[q], 100.0 * covered[q] / SURVEYS, 100.0 * plain[q] / SURVEYS);
    print_message("\n");
    for (int q = 0; q < FIGURES; q++) assert_true(covered[q] >= 0.93 * SURVEYS);
    assert_true(covered[0] >= k->low * SURVEYS && covered[0] <= k->high * SURVEYS);
}

static void test_surveys(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) survey_kind(&kinds[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_example), cmocka_unit_test(test_strata_that_are_no_classes), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits_of_a_share), cmocka_unit_test(test_size_and_allocation),        cmocka_unit_test(test_map_is_known),
        cmocka_unit_test(test_surveys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
