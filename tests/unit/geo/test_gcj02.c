/* GCJ-02 and BD-09: against a table by npm gcoord (gcj02_truth.txt), there and back, and where nothing is shifted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "geo/gcj02.h"

#include "base/banned.h"

typedef void turn(double, double, double *, double *);

static double metres(const double *a, const double *b)
{
    return hypot((a[0] - b[0]) * 111320.0 * cos(a[1] * 0.017453292519943295), (a[1] - b[1]) * 111320.0);
}

static double off_m(turn *f, const double *from, const double *want)
{
    double got[2];
    f(from[0], from[1], &got[0], &got[1]);
    return metres(got, want);
}

static void test_table_of_gcoord(void **state)
{
    (void)state;
    char path[1024], line[512];
    const char *source = getenv("PAPAVER_SOURCE");
    (void)snprintf(path, sizeof path, "%s/tests/unit/geo/gcj02_truth.txt", source != NULL ? source : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    int done = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        double v[10];
        char *rest = line;
        if (line[0] == '#') continue;
        for (int i = 0; i < 10; i++) v[i] = strtod(rest, &rest);
        assert_true(off_m(pv_gcj02_from_wgs84, v, v + 2) < 1e-4);
        assert_true(off_m(pv_bd09_from_wgs84, v, v + 4) < 1e-4);
        assert_true(off_m(pv_wgs84_from_gcj02, v + 2, v) < 0.001);
        assert_true(off_m(pv_wgs84_from_bd09, v + 4, v) < 0.25);
        /* gcoord stops undoing within 1e-6 degree: what it left over is its own. */
        assert_true(off_m(pv_wgs84_from_gcj02, v, v + 6) < 0.001 + off_m(pv_gcj02_from_wgs84, v + 6, v));
        assert_true(off_m(pv_wgs84_from_gcj02, v, v + 6) < 0.15);
        assert_true(off_m(pv_wgs84_from_bd09, v, v + 8) < 0.15);
        double shift = metres(v, v + 2);
        assert_true(shift > 20.0 && shift < 1200.0);
        done++;
    }
    (void)fclose(f);
    assert_true(done > 1900);
}

/* What interfaces.md measured by the public formula. */
static void test_known_towns(void **state)
{
    (void)state;
    static const double town[][3] = {
        {103.83, 36.06, 224.0}, {102.83, 24.88, 362.0}, {126.53, 45.80, 505.0}, {120.70, 28.00, 540.0}, {106.63, 26.65, 542.0}};
    for (size_t i = 0; i < sizeof town / sizeof town[0]; i++) {
        double got[2];
        pv_gcj02_from_wgs84(town[i][0], town[i][1], &got[0], &got[1]);
        assert_true(fabs(metres(town[i], got) - town[i][2]) < 25.0);
    }
}

static void test_abroad_and_nonsense(void **state)
{
    (void)state;
    static turn *const all[] = {pv_gcj02_from_wgs84, pv_wgs84_from_gcj02, pv_bd09_from_wgs84, pv_wgs84_from_bd09};
    static const double place[][2] = {{2.35, 48.85}, {-70.0, -33.0}, {150.0, -34.0}, {0.0, 0.0}, {72.0, 30.0}, {180.0, 90.0}};
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
            double got[2] = {7.0, 7.0};
            all[k](place[i][0], place[i][1], &got[0], &got[1]);
            assert_true(got[0] == place[i][0] && got[1] == place[i][1]);
        }
        double x = NAN, y = INFINITY;
        all[k](x, y, &x, &y);
        assert_true(isnan(x) && isinf(y));
        double lon = 105.7, lat = 34.9, lon2, lat2;
        all[k](lon, lat, &lon2, &lat2);
        all[k](lon, lat, &lon, &lat);
        assert_true(lon == lon2 && lat == lat2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_of_gcoord),
        cmocka_unit_test(test_known_towns),
        cmocka_unit_test(test_abroad_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
