/* The order of visit: every plot once, never much longer than the best order, which is tried out for few plots; and it depends on the places alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "geo/geodesic.h"
#include "report/route.h"
#include "report/route_nearest.h"

#include "base/banned.h"

enum { MOST = 9 };

static uint64_t seed = 1;

static double chance(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 33) / (double)(1u << 31);
}

static double metres(pv_route_place a, pv_route_place b)
{
    return pv_geodesic_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg);
}

static double length(const pv_route_place *p, size_t n, const pv_route_place *from, const size_t *order)
{
    double sum = from != NULL && n > 0 ? metres(*from, p[order[0]]) : 0;
    for (size_t i = 1; i < n; i++) sum += metres(p[order[i - 1]], p[order[i]]);
    return sum;
}

/* The shortest of all orders of order[k..n-1], what stands before it kept. */
static double best(const pv_route_place *p, size_t n, const pv_route_place *from, size_t *order, size_t k)
{
    if (k == n) return length(p, n, from, order);
    double least = -1;
    for (size_t i = k; i < n; i++) {
        size_t a = order[k];
        order[k] = order[i];
        order[i] = a;
        double d = best(p, n, from, order, k + 1);
        if (least < 0 || d < least) least = d;
        order[i] = order[k];
        order[k] = a;
    }
    return least;
}

static void test_few(void **state)
{
    (void)state;
    double worst = 1, sum_found = 0, sum_best = 0;
    for (int round = 0; round < 60; round++) {
        pv_route_place p[MOST], from = {105.6, 34.8};
        size_t n = 1 + (size_t)round % 8, order[MOST], all[MOST], seen = 0;
        const pv_route_place *start = round % 2 ? &from : NULL;
        for (size_t i = 0; i < n; i++) p[i] = (pv_route_place){105.6 + chance() / 10, 34.8 + chance() / 10};
        assert_int_equal(pv_route_find(p, n, start, order, NULL), PV_OK);
        for (size_t i = 0; i < n; i++) seen |= (size_t)1 << order[i];
        assert_int_equal(seen, ((size_t)1 << n) - 1);
        if (start == NULL) assert_int_equal(order[0], 0);
        for (size_t i = 0; i < n; i++) all[i] = i;
        double found = length(p, n, start, order), shortest = best(p, n, start, all, start == NULL);
        assert_true(found >= shortest * (1 - 1e-9));
        if (shortest > 0 && found / shortest > worst) worst = found / shortest;
        sum_found += found;
        sum_best += shortest;
    }
    assert_true(worst < 1.15);
    assert_true(sum_found < 1.01 * sum_best);
}

/* On a line the best order is known for any number: there and no way back. */
static void test_line(void **state)
{
    (void)state;
    enum { N = 300 };
    static pv_route_place p[N];
    static size_t order[N];
    const pv_route_place from = {105, 34};
    for (size_t i = 0; i < N; i++) p[i] = (pv_route_place){105 + (double)((i * 77) % N + 1) * 1e-4, 34};
    assert_int_equal(pv_route_find(p, N, &from, order, NULL), PV_OK);
    for (size_t i = 0; i < N; i++) assert_int_equal((order[i] * 77) % N, i);
}

/* Places on a square grid: no order is shorter than a step for each, and a good one is not much longer. */
static void test_grid(void **state)
{
    (void)state;
    enum { SIDE = 20, N = SIDE * SIDE };
    static pv_route_place p[N];
    static size_t order[N];
    for (size_t i = 0; i < N; i++) p[i] = (pv_route_place){105 + (double)((i * 171) % N % SIDE) * 1e-3, (double)((i * 171) % N / SIDE) * 1e-3};
    assert_int_equal(pv_route_find(p, N, NULL, order, NULL), PV_OK);
    assert_true(length(p, N, NULL, order) < 1.12 * (N - 1) * 111.3);
}

/* Places by chance: the shortest tours of n places in an area A have a mean length of 0.7124 sqrt(n A) (Johnson and McGeoch 1996). */
static void test_many(void **state)
{
    (void)state;
    enum { N = 500 };
    static pv_route_place p[N];
    static size_t order[N];
    const double side = 11057.4; /* a tenth of a degree at the equator, to 1 % */
    for (size_t i = 0; i < N; i++) p[i] = (pv_route_place){105 + chance() / 10, chance() / 10};
    assert_int_equal(pv_route_find(p, N, NULL, order, NULL), PV_OK);
    double ratio = length(p, N, NULL, order) / (0.7124 * sqrt((double)N) * side);
    assert_true(ratio < 1.12);
}

/* The draft is that of trying all that are left, also where many are equally near, or at one place. */
static void test_nearest(void **state)
{
    (void)state;
    enum { N = 700 };
    static double xyz[N][3];
    static size_t order[N];
    for (int kind = 0; kind < 3; kind++) {
        unsigned char gone[N] = {0};
        size_t here = 0;
        for (size_t i = 0; i < N; i++)
            for (int k = 0; k < 3; k++) xyz[i][k] = kind == 0 ? chance() * 1000 : floor(chance() * (kind == 1 ? 8 : 3));
        assert_int_equal(pv_route_nearest((const double(*)[3])xyz, N, order, NULL), PV_OK);
        for (size_t k = 0; k < N; k++) {
            size_t best = N;
            assert_int_equal(order[k], here);
            gone[here] = 1;
            for (size_t j = 0; j < N; j++)
                if (!gone[j] && (best == N || pv_route_apart_m(xyz[here], xyz[j]) < pv_route_apart_m(xyz[here], xyz[best]))) best = j;
            here = best;
        }
    }
}

static void test_same_place_and_none(void **state)
{
    (void)state;
    const pv_route_place p[3] = {{105, 34}, {105, 34}, {105, 34}};
    size_t order[3];
    assert_int_equal(pv_route_find(p, 3, NULL, order, NULL), PV_OK);
    for (size_t i = 0; i < 3; i++) assert_int_equal(order[i], i);
    assert_int_equal(pv_route_find(p, 0, NULL, order, NULL), PV_OK);
}

/* A degree of the equator, and a quarter of a meridian. */
static void test_distance(void **state)
{
    (void)state;
    assert_true(pv_geodesic_m(105, 34, 105, 34) < 1e-9);
    double m = pv_geodesic_m(105, 0, 106, 0), pole = pv_geodesic_m(0, 0, 0, 90);
    assert_true(m > 111319.490 && m < 111319.492);
    assert_true(pole > 10001965.728 && pole < 10001965.730);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_few),     cmocka_unit_test(test_line),    cmocka_unit_test(test_grid),
                                       cmocka_unit_test(test_many),    cmocka_unit_test(test_nearest), cmocka_unit_test(test_same_place_and_none),
                                       cmocka_unit_test(test_distance)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
