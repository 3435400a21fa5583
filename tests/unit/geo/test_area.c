/* Areas: points agree with GEOS, also on borders; rows of neighbours fit; what touches what. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ogr_api.h>

#include "base/mem.h"
#include "geo/area.h"
#include "geo/gdal_door.h"

#include "base/banned.h"

enum { POINTS = 10000, TWO = 2 };

static uint64_t state_of = 88172645463325252U;

static double dice(double low, double high)
{
    state_of ^= state_of << 13;
    state_of ^= state_of >> 7;
    state_of ^= state_of << 17;
    return low + (high - low) * (double)(state_of >> 11) / 9007199254740992.0;
}

static int setup(void **state)
{
    (void)state;
    return pv_geo_start(NULL) != PV_OK;
}

static int teardown(void **state)
{
    (void)state;
    pv_geo_stop();
    return 0;
}

/* A star with n spikes and a hole of its own shape; valid. */
static void star(pv_area *a, OGRGeometryH polygon, double x, double y, double size, int n)
{
    pv_point *p = NULL;
    assert_int_equal(pv_alloc(&p, (size_t)n + 1, sizeof *p, "star", NULL), PV_OK);
    for (int hole = 0; hole < TWO; hole++) {
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        for (int i = 0; i <= n; i++) {
            double turn = 6.283185307179586 * (i % n) / n, far = size * (hole ? 0.2 : 1) * (i % n % 2 ? 0.55 : 1);
            p[i] = (pv_point){x + far * cos(turn), y + far * sin(turn)};
            OGR_G_AddPoint_2D(ring, p[i].x, p[i].y);
        }
        OGR_G_AddGeometryDirectly(polygon, ring);
        assert_int_equal(pv_area_add_ring(a, p, (size_t)n + 1, NULL), PV_OK);
    }
    pv_free(p);
}

static int geos_holds(OGRPreparedGeometryH polygon, double x, double y)
{
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, x, y);
    int holds = OGRPreparedGeometryIntersects(polygon, point);
    OGR_G_DestroyGeometry(point);
    return holds;
}

static void points_agree_with_geos(void **state)
{
    (void)state;
    static const int spikes[] = {6, 20, 500, 5000};
    for (size_t k = 0; k < sizeof spikes / sizeof spikes[0]; k++) {
        pv_area a = {0};
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        int inside = 0;
        star(&a, polygon, 105, 35, 1, spikes[k]);
        assert_int_equal(pv_area_ready(&a, NULL), PV_OK);
        OGRPreparedGeometryH ready = OGRCreatePreparedGeometry(polygon);
        assert_int_equal(a.n_slabs > 0, spikes[k] > 32);
        for (int i = 0; i < POINTS / 4; i++) {
            double x = dice(103.9, 106.1), y = dice(33.9, 36.1);
            assert_int_equal(pv_area_side(&a, x, y) >= 0, geos_holds(ready, x, y));
            inside += pv_area_side(&a, x, y) > 0;
            /* A corner is on the border, its neighbours of one unit in the last place are decided as GEOS does. */
            pv_point c = a.point[(size_t)(dice(0, 1) * (double)(a.n_points - 1))];
            assert_int_equal(pv_area_side(&a, c.x, c.y), 0);
            assert_true(geos_holds(ready, c.x, c.y));
            double nx = nextafter(c.x, dice(0, 200)), ny = dice(0, 1) < 0.5 ? c.y : nextafter(c.y, dice(0, 70));
            assert_int_equal(pv_area_side(&a, nx, ny) >= 0, geos_holds(ready, nx, ny));
        }
        assert_in_range(inside, POINTS / 4 / 20, POINTS / 4);
        OGRDestroyPreparedGeometry(ready);
        OGR_G_DestroyGeometry(polygon);
        pv_area_release(&a);
    }
}

/* Corners on whole numbers: every point of the lattice on an edge is known to be there. */
static void borders_are_exact(void **state)
{
    (void)state;
    const pv_point ring[] = {{0, 0}, {30, 10}, {24, 32}, {12, 16}, {-8, 24}, {0, 0}};
    pv_area a = {0};
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon), line = OGR_G_CreateGeometry(wkbLinearRing);
    for (int i = 0; i < 6; i++) OGR_G_AddPoint_2D(line, ring[i].x / 8, ring[i].y / 8);
    OGR_G_AddGeometryDirectly(polygon, line);
    pv_point scaled[6];
    for (int i = 0; i < 6; i++) scaled[i] = (pv_point){ring[i].x / 8, ring[i].y / 8};
    assert_int_equal(pv_area_add_ring(&a, scaled, 6, NULL), PV_OK);
    assert_int_equal(pv_area_ready(&a, NULL), PV_OK);
    OGRPreparedGeometryH ready = OGRCreatePreparedGeometry(polygon);
    int border = 0;
    for (int x = -40; x <= 40; x++) {
        for (int y = -40; y <= 40; y++) {
            int on = 0;
            for (int i = 0; i < 5 && !on; i++) {
                double cross = (ring[i + 1].x - ring[i].x) * (y - ring[i].y) - (ring[i + 1].y - ring[i].y) * (x - ring[i].x);
                on = cross == 0 && x >= fmin(ring[i].x, ring[i + 1].x) && x <= fmax(ring[i].x, ring[i + 1].x) &&
                     y >= fmin(ring[i].y, ring[i + 1].y) && y <= fmax(ring[i].y, ring[i + 1].y);
            }
            int side = pv_area_side(&a, x / 8.0, y / 8.0);
            border += on;
            assert_int_equal(side == 0, on);
            assert_int_equal(side >= 0, geos_holds(ready, x / 8.0, y / 8.0));
        }
    }
    assert_in_range(border, 20, 60);
    OGRDestroyPreparedGeometry(ready);
    OGR_G_DestroyGeometry(polygon);
    pv_area_release(&a);
}

/* Three points nearly on one line: the sign must be that of exact arithmetic. */
static void turns_are_exact(void **state)
{
    (void)state;
    const pv_point a = {12, 12}, b = {24, 24};
    for (int i = 0; i < 256; i++) {
        for (int j = 0; j < 256; j++) {
            pv_point p = {0.5 + i * 0x1p-53, 0.5 + j * 0x1p-53};
            assert_int_equal(pv_turn(a, b, p), (j > i) - (j < i));
            assert_int_equal(pv_turn(b, a, p), (j < i) - (j > i));
        }
    }
}

static void square(pv_area *a, double x, double y, double w, double h)
{
    const pv_point p[] = {{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}};
    assert_int_equal(pv_area_add_ring(a, p, 4, NULL), PV_OK);
    assert_int_equal(pv_area_ready(a, NULL), PV_OK);
}

static void plots_meet_areas(void **state)
{
    (void)state;
    static const struct {
        double x, y, w, h;
        pv_area_meeting meeting;
        double share;
    } c[] = {{1, 1, 2, 2, PV_WITHIN, 1},       {20, 20, 1, 1, PV_APART, 0},     {9, 1, 2, 1, PV_TOUCH, 0.5},  {10, 3, 2, 2, PV_TOUCH, 0},
             {-5, -5, 40, 40, PV_TOUCH, 0.06}, {4.25, 4.25, 1, 1, PV_APART, 0}, {3, 3, 4, 4, PV_TOUCH, 0.75}, {10, 10, 1, 1, PV_TOUCH, 0}};
    pv_area large = {0};
    const pv_point hole[] = {{4, 4}, {6, 4}, {6, 6}, {4, 6}};
    assert_int_equal(pv_area_add_ring(&large, hole, 4, NULL), PV_OK);
    square(&large, 0, 0, 10, 10);
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        pv_area small = {0};
        double share = -1;
        int some = -1;
        square(&small, c[i].x, c[i].y, c[i].w, c[i].h);
        assert_int_equal(pv_area_meet(&small, &large), c[i].meeting);
        assert_int_equal(pv_area_share(&small, &large, &share, NULL), PV_OK);
        assert_true(fabs(share - c[i].share) < 0.01);
        assert_int_equal(pv_area_overlaps(&small, &large, &some, NULL), PV_OK);
        assert_int_equal(some, share > 0);
        pv_area_release(&small);
    }
    pv_area_release(&large);
}

static void rings_are_tidied(void **state)
{
    (void)state;
    pv_area a = {0};
    const pv_point doubled[] = {{0, 0}, {0, 0}, {1, 0}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}, flat[] = {{5, 5}, {6, 6}, {5, 5}};
    assert_int_equal(pv_area_add_ring(&a, doubled, 7, NULL), PV_OK);
    assert_int_equal(pv_area_add_ring(&a, flat, 3, NULL), PV_OK);
    assert_int_equal(pv_area_ready(&a, NULL), PV_OK);
    assert_int_equal(a.n_rings, 1);
    assert_int_equal(a.n_points, 4);
    assert_int_equal(pv_area_side(&a, 0.75, 0.25), 1);
    assert_int_equal(pv_area_side(&a, 5.5, 5.5), -1);
    pv_area_release(&a);
    assert_int_equal(pv_area_ready(&a, NULL), PV_OK);
    assert_int_equal(pv_area_side(&a, 0, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(points_agree_with_geos), cmocka_unit_test(borders_are_exact),
                                       cmocka_unit_test(turns_are_exact), cmocka_unit_test(plots_meet_areas), cmocka_unit_test(rings_are_tidied)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
