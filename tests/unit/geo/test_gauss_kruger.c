/* The grid of county maps, against PROJ. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "geo/gauss_kruger.h"
#include "geo/gdal_door.h"
#include "geo/transform.h"

#include "base/banned.h"

static void test_agrees_with_proj(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    double worst_m = 0;
    assert_int_equal(pv_geo_start(&err), PV_OK);
    for (int zone = 0; zone < 21; zone++) {
        char crs[32];
        pv_transform *t = NULL;
        double middle = 75 + 3 * zone;
        (void)snprintf(crs, sizeof crs, "EPSG:%d", 4534 + zone);
        if (pv_transform_new(&t, "EPSG:4490", crs, middle, 35, &err) != PV_OK) fail_msg("%s: %s", crs, err.text);
        for (double lat = 2; lat < 58; lat += 3.7)
            for (double lon = middle - 1.5; lon < middle + 1.5; lon += 0.37) {
                int epsg = 0;
                double e = 0, n = 0, x = lon, y = lat;
                assert_int_equal(pv_gauss_kruger(lon, lat, &epsg, &e, &n), 1);
                assert_int_equal(epsg, 4534 + zone);
                assert_int_equal(pv_transform_forward(t, &x, &y), 1);
                worst_m = fmax(worst_m, fmax(fabs(x - e), fabs(y - n)));
            }
        pv_transform_free(t);
    }
    if (!(worst_m < 1e-5)) fail_msg("%g m apart", worst_m);
}

static void test_area(void **state)
{
    (void)state;
    int epsg = 7;
    double e = 7, n = 7;
    const double outside[][2] = {{73.4999, 35}, {136.5, 35}, {105, -1}, {105, 61}, {NAN, 35}, {105, NAN}};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) assert_int_equal(pv_gauss_kruger(outside[i][0], outside[i][1], &epsg, &e, &n), 0);
    assert_true(epsg == 7 && e == 7 && n == 7);
    assert_int_equal(pv_gauss_kruger(106.5, 35, &epsg, &e, &n), 1);
    assert_int_equal(epsg, 4545); /* on the line between two zones the eastern one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agrees_with_proj), cmocka_unit_test(test_area)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
