/* Places: against cs2cs, against closed formulas, and the photos that must be refused. */
#include <geodesic.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/place.h"
#include "geo/place_refuse.h"
#include "geo/transform.h"
#include "geo/transform_kept.h"

#include "base/banned.h"

static const double RADIANS = 0.017453292519943295;

/* Geodesic area of a closed ring of lon/lat degrees, positive when counter-clockwise: the oracle. */
static double ring_area_m2(const double *lonlat, int n_points)
{
    struct geod_geodesic wgs84;
    struct geod_polygon polygon;
    double area = 0;
    geod_init(&wgs84, 6378137, 1 / 298.257223563);
    geod_polygon_init(&polygon, 0);
    for (int i = 0; i < n_points; i++) geod_polygon_addpoint(&wgs84, &polygon, lonlat[2 * i + 1], lonlat[2 * i]);
    (void)geod_polygon_compute(&wgs84, &polygon, 0, 1, &area, NULL);
    return area;
}

static pv_status place_at(pv_place **out, const char *crs, double x, double y, pv_err *err)
{
    double pixel = fabs(x) <= 400 && fabs(y) <= 400 ? 1e-6 : 0.05;
    const double gt[6] = {x - 100 * pixel, pixel, 0, y + 100 * pixel, 0, -pixel};
    return pv_place_new(out, crs, gt, 200, 200, err);
}

static double metres_between(double lon0, double lat0, double lon1, double lat1)
{
    return hypot(remainder(lon1 - lon0, 360) * cos(lat0 * RADIANS) * 111320, (lat1 - lat0) * 111320);
}

static void truth_line(const char *line, int number)
{
    char crs[64], word[64] = "", reason[64] = "";
    double x, y, lon, lat, tolerance;
    pv_err err = {0};
    pv_place *p = NULL;
    assert_true(sscanf(line, "%63s %lf %lf %63s", crs, &x, &y, word) == 4);
    pv_status st = place_at(&p, crs, x, y, &err);
    if (strcmp(word, "failure") == 0) {
        const char *quote = strchr(line, '"');
        assert_non_null(quote);
        assert_true(sscanf(quote, "\"%63[^\"]\"", reason) == 1);
        if (st != PV_INPUT || strstr(err.text, reason) == NULL)
            fail_msg("line %d: expected a failure with '%s', got %d '%s'", number, reason, st, err.text);
        assert_null(p);
        return;
    }
    if (st != PV_OK) fail_msg("line %d: %s", number, err.text);
    assert_true(sscanf(line, "%*s %*f %*f %lf %lf %lf", &lon, &lat, &tolerance) == 3);
    double got_lon = 0, got_lat = 0;
    assert_int_equal(pv_place_lonlat(p, 100, 100, &got_lon, &got_lat, &err), PV_OK);
    double off = metres_between(lon, lat, got_lon, got_lat);
    if (!(off <= tolerance)) fail_msg("line %d: %s: %.11f %.11f is %.6f m from %.11f %.11f", number, crs, got_lon, got_lat, off, lon, lat);
    pv_place_free(p);
}

static void test_truth_table(void **state)
{
    (void)state;
    char path[1024], line[512];
    const char *source = getenv("PAPAVER_SOURCE");
    (void)snprintf(path, sizeof path, "%s/tests/unit/geo/place_truth.txt", source != NULL ? source : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    int number = 0, done = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        number++;
        if (line[0] == '#' || line[0] == '\n') continue;
        truth_line(line, number);
        done++;
    }
    (void)fclose(f);
    assert_true(done > 90);
}

/* Scale of a Gauss-Krueger grid d metres from its central meridian, near latitude 30.7: k = 1 + d2 / 2R2 + d4 / 24R4. */
static void test_area_of_a_known_square(void **state)
{
    (void)state;
    pv_place *p = NULL;
    pv_err err = {0};
    const double d = 45030, y = 3400000;
    const double gt[6] = {500000 + d - 5, 0.05, 0, y + 5, 0, -0.05};
    assert_int_equal(pv_place_new(&p, "EPSG:4547", gt, 200, 200, &err), PV_OK);
    double got = pv_place_pixel_area_m2(p, 100, 100) * 200 * 200;
    assert_true(fabs(got - 99.995) < 0.00005);
    const double a = 6378137, e2 = 0.00669438, s = sin(30.72 * RADIANS);
    double r2 = a * a * (1 - e2) / pow(1 - e2 * s * s, 2);
    double k = 1 + d * d / (2 * r2) + d * d * d * d / (24 * r2 * r2);
    assert_true(fabs(got / (100 / (k * k)) - 1) < 1e-7);
    pv_place_free(p);
}

/* Area between two parallels and two meridians of an ellipsoid, in closed form. */
static double band_area(double a, double f, double lat0, double lat1, double dlon)
{
    double e2 = f * (2 - f), e = sqrt(e2), q[2], lat[2] = {lat0, lat1};
    for (int i = 0; i < 2; i++) {
        double s = sin(lat[i] * RADIANS);
        q[i] = (1 - e2) * (s / (1 - e2 * s * s) + atanh(e * s) / e);
    }
    return a * a / 2 * dlon * RADIANS * (q[1] - q[0]);
}

static void test_area_in_degrees(void **state)
{
    (void)state;
    static const struct {
        const char *crs;
        double a, f, lon, lat;
    } at[] = {{"EPSG:4326", 6378137, 1 / 298.257223563, 103.4, -2.1},
              {"EPSG:4490", 6378137, 1 / 298.257222101, 114, 30.7},
              {"EPSG:4490", 6378137, 1 / 298.257222101, 125, 53.1},
              {"EPSG:4314", 6377397.155, 1 / 299.1528128, 10, 51}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        pv_place *p = NULL;
        pv_err err = {0};
        /* DJI Terra's pixels are square in metres, not in degrees. */
        const double dx = 8.5e-7, dy = 6.2e-7, gt[6] = {at[i].lon, dx, 0, at[i].lat, 0, -dy};
        assert_int_equal(pv_place_new(&p, at[i].crs, gt, 40000, 30000, &err), PV_OK);
        for (int k = 0; k <= 10; k++) {
            double y = 3000.0 * k, lat = at[i].lat - y * dy;
            /* Over 2000 rows the closed form keeps enough digits. */
            double truth = band_area(at[i].a, at[i].f, lat - 1000 * dy, lat + 1000 * dy, dx) / 2000;
            assert_true(fabs(pv_place_pixel_area_m2(p, 4000.0 * k, y) / truth - 1) < 1e-6);
        }
        pv_place_free(p);
    }
}

/* The lattice against the geodesic area of 1000 x 1000 pixel squares, at many points of large photos. */
static void check_lattice(const char *crs, const double gt[6], int w, int h)
{
    pv_place *p = NULL;
    pv_err err = {0};
    static const int corner[4][2] = {{-500, -500}, {500, -500}, {500, 500}, {-500, 500}};
    if (pv_place_new(&p, crs, gt, w, h, &err) != PV_OK) fail_msg("%s: %s", crs, err.text);
    for (int j = 0; j < 7; j++)
        for (int i = 0; i < 7; i++) {
            double x = w * (0.011 + 0.163 * i), y = h * (0.013 + 0.162 * j), ring[8];
            for (int k = 0; k < 4; k++)
                assert_int_equal(pv_place_lonlat(p, x + corner[k][0], y + corner[k][1], &ring[2 * k], &ring[2 * k + 1], &err), PV_OK);
            double truth = fabs(ring_area_m2(ring, 4)) / 1e6, got = pv_place_pixel_area_m2(p, x, y);
            if (!(fabs(got / truth - 1) < 1e-6)) fail_msg("%s at %.0f, %.0f: %.12f, the geodesic says %.12f", crs, x, y, got, truth);
        }
    pv_place_free(p);
}

static void test_lattice(void **state)
{
    (void)state;
    const double gk[6] = {560000, 0.05, 0, 3400000, 0, -0.05}, utm[6] = {300000, 0.1, 0, 4800000, 0, -0.1};
    const double degrees[6] = {114, 5e-7, 0, 30.7, 0, -4.3e-7}, mercator[6] = {12700000, 0.06, 0, 6000000, 0, -0.06};
    const double turned[6] = {38440000, 0.03, 0.04, 3400000, 0.04, -0.03}, utm53[6] = {278970, 0.018, 0, 8597741, 0, -0.018};
    check_lattice("EPSG:4547", gk, 40000, 40000);
    check_lattice("EPSG:32648", utm, 60000, 60000);
    check_lattice("EPSG:4490", degrees, 40000, 40000);
    check_lattice("EPSG:3857", mercator, 40000, 40000);
    check_lattice("EPSG:4526", turned, 40000, 30000);
    check_lattice("EPSG:32753", utm53, 5000, 5000);
}

/* A photo turned by 53 degrees: its corners by hand, then as places of an unturned photo. */
static void test_rotated(void **state)
{
    (void)state;
    const double gt[6] = {501000, 0.03, 0.04, 3400000, 0.04, -0.03}, plain[6] = {500000, 1, 0, 3401000, 0, -1};
    const double corner[4][4] = {{0, 0, 501000, 3400000}, {4000, 0, 501120, 3400160}, {4000, 2000, 501200, 3400100}, {0, 2000, 501080, 3399940}};
    pv_place *p = NULL, *q = NULL;
    pv_err err = {0};
    assert_int_equal(pv_place_new(&p, "EPSG:4547", gt, 4000, 2000, &err), PV_OK);
    assert_int_equal(pv_place_new(&q, "EPSG:4547", plain, 2000, 2000, &err), PV_OK);
    for (int i = 0; i < 4; i++) {
        double lon, lat, lon_q, lat_q;
        assert_int_equal(pv_place_lonlat(p, corner[i][0], corner[i][1], &lon, &lat, &err), PV_OK);
        assert_int_equal(pv_place_lonlat(q, corner[i][2] - 500000, 3401000 - corner[i][3], &lon_q, &lat_q, &err), PV_OK);
        assert_true(metres_between(lon, lat, lon_q, lat_q) < 1e-5);
    }
    double gx = 0, gy = 0;
    assert_int_equal(pv_place_gsd_m(p, 2000, 1000, &gx, &gy, &err), PV_OK);
    assert_true(fabs(gx - 0.05) < 1e-7 && fabs(gy - 0.05) < 1e-7);
    pv_place_free(p);
    pv_place_free(q);
}

static void test_degrees(void **state)
{
    (void)state;
    const double gt[6] = {114, 8.5e-7, 0, 43.13, 0, -6.2e-7};
    pv_place *p = NULL;
    pv_err err = {0};
    double lon, lat, gx = 0, gy = 0;
    assert_int_equal(pv_place_new(&p, "EPSG:4490", gt, 3000, 2000, &err), PV_OK);
    assert_int_equal(pv_place_lonlat(p, 3000, 2000, &lon, &lat, &err), PV_OK);
    assert_true(fabs(lon - 114.00255) < 1e-11 && fabs(lat - 43.12876) < 1e-11);
    assert_int_equal(pv_place_gsd_m(p, 1500, 1000, &gx, &gy, &err), PV_OK);
    /* 111.7 m a thousandth of a degree would be the sphere; on the ellipsoid the meridian degree at 43 is 111 090 m, the parallel's 81 400 m. */
    assert_true(fabs(gx - 0.0692) < 0.0002 && fabs(gy - 0.0689) < 0.0002);
    pv_place_free(p);
}

static void test_ring_area(void **state)
{
    (void)state;
    const double ccw[10] = {114, 30, 114.001, 30, 114.001, 30.001, 114, 30.001, 114, 30};
    const double cw[8] = {114, 30, 114, 30.001, 114.001, 30.001, 114.001, 30};
    double truth = band_area(6378137, 1 / 298.257223563, 30, 30.001, 0.001);
    assert_true(fabs(ring_area_m2(ccw, 5) / truth - 1) < 1e-6);
    assert_true(fabs(ring_area_m2(cw, 4) / -truth - 1) < 1e-6);
}

static void test_bad_geotransforms(void **state)
{
    (void)state;
    const double flat[6] = {500000, 0, 0, 3400000, 0, 0}, wild[6] = {500000, NAN, 0, 3400000, 0, -1}, fine[6] = {500000, 1, 0, 3400000, 0, -1};
    pv_place *p = NULL;
    pv_err err = {0};
    assert_int_equal(pv_place_new(&p, "EPSG:4547", flat, 10, 10, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "degenerate"));
    assert_int_equal(pv_place_new(&p, "EPSG:4547", wild, 10, 10, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "finite"));
    assert_int_equal(pv_place_new(&p, "EPSG:4547", fine, 0, 10, &err), PV_INPUT);
    assert_int_equal(pv_place_new(&p, "", fine, 10, 10, &err), PV_INPUT);
    assert_int_equal(pv_place_new(&p, NULL, fine, 10, 10, NULL), PV_INPUT);
    assert_null(p);
    pv_place_free(NULL);
}

static void test_zone_codes(void **state)
{
    (void)state;
    assert_int_equal(pv_place_zone_epsg("China 2000", 38, 1), 4526);
    assert_int_equal(pv_place_zone_epsg("China 2000", 38, 0), 4547);
    assert_int_equal(pv_place_zone_epsg("China 2000", 13, 1), 4491);
    assert_int_equal(pv_place_zone_epsg("China 2000", 23, 0), 4512);
    assert_int_equal(pv_place_zone_epsg("China 2000", 24, 1), 0);
    assert_int_equal(pv_place_zone_epsg("Xian 1980", 45, 0), 2390);
    assert_int_equal(pv_place_zone_epsg("Beijing 1954", 13, 1), 21413);
    assert_int_equal(pv_place_zone_epsg("World Geodetic System 1984", 38, 1), 0);
}

/* Old datums have several ways to WGS 84: which one fits depends on the point. */
static const struct {
    const char *crs;
    double x, y;
} far_apart[] = {{"EPSG:4230", 2, 48},    {"EPSG:4230", 25, 36},       {"EPSG:4230", -7, 40},     {"EPSG:4267", -75, 40},
                 {"EPSG:4267", -150, 62}, {"EPSG:4267", -80, 23},      {"EPSG:4284", 37, 55},     {"EPSG:4284", 60, 45},
                 {"EPSG:4214", 110, 37},  {"EPSG:4289", 5, 52},        {"EPSG:4275", 2, 46},      {"EPSG:4314", 10, 51},
                 {"EPSG:4490", 110, 30},  {"EPSG:4547", 500000, 34e5}, {"EPSG:32648", 5e5, 34e5}, {"EPSG:23032", 5e5, 5e6}};
enum { FAR = sizeof far_apart / sizeof far_apart[0] };

static void place_of(int i, double at[2], int *guess)
{
    pv_transform *t = NULL;
    pv_err err = {0};
    if (pv_transform_new(&t, far_apart[i].crs, "EPSG:4326", far_apart[i].x, far_apart[i].y, &err) != PV_OK) fail_msg("%s", err.text);
    at[0] = far_apart[i].x;
    at[1] = far_apart[i].y;
    assert_true(pv_transform_forward(t, &at[0], &at[1]));
    *guess = pv_transform_is_guess(t);
    pv_transform_free(t);
}

/* Whatever was asked before, for other points or so much that it was let go: a transform is that of a fresh question, to the last bit. */
static void test_kept_is_fresh(void **state)
{
    (void)state;
    double fresh[FAR][2], kept[2];
    int guess[FAR], again = 0;
    for (int i = 0; i < FAR; i++) {
        pv_kept_forget();
        place_of(i, fresh[i], &guess[i]);
    }
    assert_true(fabs(fresh[0][0] - 2) > 1e-5); /* the datum was shifted */
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < FAR; k++) {
            int i = round == 0 ? k : round == 1 ? FAR - 1 - k : k * 5 % FAR;
            place_of(i, kept, &again);
            assert_memory_equal(kept, fresh[i], sizeof kept);
            assert_int_equal(again, guess[i]);
        }
    }
}

/* What PROJ says when it is asked for all ways there are. */
static PJ *all_ways(PJ_CONTEXT *ctx, const char *from, const char *to)
{
    PJ *any = proj_create_crs_to_crs(ctx, from, to, NULL), *all = proj_normalize_for_visualization(ctx, any);
    assert_non_null(all);
    proj_destroy(any);
    return all;
}

/* From CGCS2000 not all ways are asked for: the answer is the same, and so is every coordinate. */
static void test_direct_is_all(void **state)
{
    (void)state;
    static const char *const from[] = {"EPSG:4490", "EPSG:4544", "EPSG:4547", "EPSG:4513", "EPSG:4502", "EPSG:4479", "EPSG:2384"};
    static const char *const to[] = {"EPSG:4326", "OGC:CRS84", "EPSG:4979", "EPSG:32648"};
    PJ_CONTEXT *ctx = NULL;
    assert_int_equal(pv_proj_context(&ctx, NULL), PV_OK);
    for (size_t i = 0; i < sizeof from / sizeof *from * (sizeof to / sizeof *to); i++) {
        const char *a = from[i / 4], *b = to[i % 4];
        double x = strcmp(a, "EPSG:4490") == 0 ? 105.3 : 480000, y = x < 200 ? 34.2 : 3790000;
        PJ *all = all_ways(ctx, a, b), *kept = NULL;
        PJ_COORD at = proj_coord(x, y, 0, HUGE_VAL), want = proj_trans(all, PJ_FWD, at);
        PJ *one = proj_trans_get_last_used_operation(all);
        assert_int_equal(pv_kept_operation(ctx, a, b, x, y, &kept, NULL), PV_OK);
        PJ_COORD got = proj_trans(kept, PJ_FWD, at);
        assert_memory_equal(&got.xy, &want.xy, sizeof got.xy);
        assert_string_equal(proj_pj_info(kept).definition, proj_pj_info(one != NULL ? one : all).definition);
        assert_int_equal(proj_coordoperation_has_ballpark_transformation(ctx, kept),
                         proj_coordoperation_has_ballpark_transformation(ctx, one != NULL ? one : all));
        proj_destroy(kept);
        proj_destroy(one);
        proj_destroy(all);
        pv_kept_forget();
    }
    proj_context_destroy(ctx);
}

static void test_memory_faults(void **state)
{
    (void)state;
    const double gt[6] = {500000, 1, 0, 3400000, 0, -1};
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_place *p = NULL;
        pv_err err = {0};
        assert_true(k < 100);
        pv_kept_forget();
        pv_mem_fail_at(k, 0);
        st = pv_place_new(&p, "EPSG:4547", gt, 100, 100, &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_OK) {
            assert_int_equal(st, PV_NOMEM);
            assert_null(p);
        }
        pv_place_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truth_table),     cmocka_unit_test(test_area_of_a_known_square),
        cmocka_unit_test(test_area_in_degrees), cmocka_unit_test(test_lattice),
        cmocka_unit_test(test_rotated),         cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_ring_area),       cmocka_unit_test(test_bad_geotransforms),
        cmocka_unit_test(test_kept_is_fresh),   cmocka_unit_test(test_direct_is_all),
        cmocka_unit_test(test_zone_codes),      cmocka_unit_test(test_memory_faults),
    };
    if (pv_geo_start(NULL) != PV_OK) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pv_geo_stop();
    return failed;
}
