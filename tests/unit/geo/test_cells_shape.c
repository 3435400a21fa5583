/* Outlines of cells: against GEOS (valid, exact area) and against the cells themselves. */
#include <geodesic.h>
#include <math.h>
#include <ogr_api.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "geo/cells_area.h"
#include "geo/cells_shape.h"
#include "geo/gdal_door.h"

#include "tests/unit/geo/geo_group.h"

#include "base/banned.h"

enum { W = 640, H = 560, I0 = -300, J0 = -280 };

static const pv_cell_grid GRID = {4544, 1};
static uint32_t seed = 7;
static int chance(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static pv_cells *cells_of(uint8_t (*plain)[W])
{
    pv_cells *c = NULL;
    pv_err err;
    assert_int_equal(pv_cells_new(&c, &GRID, &err), PV_OK);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (plain[y][x]) assert_int_equal(pv_cells_set(c, J0 + y, I0 + x, I0 + x + 1, plain[y][x], &err), PV_OK);
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    return c;
}

static OGRGeometryH ring_geometry(const pv_cell_shape *s, size_t r)
{
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (size_t p = s->ring[r]; p < s->ring[r + 1]; p++) OGR_G_AddPoint_2D(ring, s->point[p][0], s->point[p][1]);
    OGR_G_AddPoint_2D(ring, s->point[s->ring[r]][0], s->point[s->ring[r]][1]);
    return ring;
}

/* Valid by GEOS, of exactly as many square cells, every ring the right way round; even-odd filling gives the cells. */
static void assert_exact(uint8_t (*plain)[W], unsigned states)
{
    static uint8_t turn[H][W + 1];
    pv_err err;
    pv_cell_shape s = {0};
    pv_cells *c = cells_of(plain);
    int64_t wanted = 0;
    assert_int_equal(pv_cell_shape_make(&s, c, states, &err), PV_OK);
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (size_t p = 0; p < s.n_polygons; p++) {
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        for (size_t r = s.polygon[p]; r < s.polygon[p + 1]; r++) {
            assert_int_equal(pv_cell_ring_area2(&s, r) > 0, r == s.polygon[p]);
            assert_int_equal(OGR_G_AddGeometryDirectly(polygon, ring_geometry(&s, r)), OGRERR_NONE);
        }
        assert_int_equal(OGR_G_AddGeometryDirectly(all, polygon), OGRERR_NONE);
    }
    memset(turn, 0, sizeof turn);
    for (size_t r = 0; r < s.n_rings; r++)
        for (size_t p = s.ring[r]; p < s.ring[r + 1]; p++) {
            const int32_t *a = s.point[p], *b = s.point[p + 1 < s.ring[r + 1] ? p + 1 : s.ring[r]];
            assert_true((a[0] == b[0]) != (a[1] == b[1]));
            for (int32_t y = a[1] < b[1] ? a[1] : b[1]; a[0] == b[0] && y < (a[1] < b[1] ? b[1] : a[1]); y++) turn[y - J0][a[0] - I0] ^= 1;
        }
    for (int y = 0; y < H; y++)
        for (int x = 0, in = 0; x < W; x++) {
            in ^= turn[y][x];
            int is = plain[y][x] != 0 && (states >> plain[y][x] & 1);
            assert_int_equal(in, is);
            wanted += is;
        }
    assert_int_equal(s.n_cells, wanted);
    assert_true(OGR_G_IsValid(all));
    assert_true(OGR_G_Area(all) == (double)wanted);
    OGR_G_DestroyGeometry(all);
    pv_cell_shape_release(&s);
    pv_cells_free(c);
}

static void outlines_are_exact(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    const unsigned seen = 1u << PV_CELL_SEEN, gaps = 1u << PV_CELL_DARK | 1u << PV_CELL_NODATA;
    memset(plain, 0, sizeof plain);
    assert_exact(plain, seen);
    /* Noise of all densities: every way of touching. */
    for (int density = 1; density < 10; density += 2) {
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) plain[y][x] = (uint8_t)(chance(10) < density && x % 100 < 60 && y % 90 < 50 ? 1 + chance(5) % 4 : 0);
        assert_exact(plain, seen);
        assert_exact(plain, gaps);
        assert_exact(plain, seen | gaps);
    }
    /* Large pieces with holes, over borders of blocks. */
    memset(plain, 0, sizeof plain);
    for (int k = 0; k < 300; k++) {
        int x = chance(W), y = chance(H), w = 1 + chance(W - x), h = 1 + chance(H - y),
            value = chance(3) > 0 ? PV_CELL_SEEN : chance(2) * PV_CELL_DARK;
        if (k > 0 && w > 40) w = 40;
        if (k > 0 && h > 40) h = 40;
        for (int v = y; v < y + h; v++) memset(plain[v] + x, value, (size_t)w);
    }
    assert_exact(plain, seen);
    assert_exact(plain, gaps);
    /* A board: corners only. A frame that closes at a corner. */
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) plain[y][x] = (uint8_t)((x + y) % 2 && x < 300 && y < 270);
    assert_exact(plain, seen);
    memset(plain, 0, sizeof plain);
    for (int y = 100; y < 400; y++) memset(plain[y] + 100, y < 110 || y >= 390 ? PV_CELL_SEEN : 0, 400);
    for (int y = 110; y < 390; y++) plain[y][100] = plain[y][499] = PV_CELL_SEEN;
    plain[389][100] = 0, plain[390][100] = 0, plain[390][101] = 0, plain[389][101] = PV_CELL_SEEN, plain[388][101] = PV_CELL_SEEN;
    plain[391][101] = 0, plain[391][100] = 0;
    assert_exact(plain, seen);
    memset(plain, PV_CELL_SEEN, sizeof plain);
    assert_exact(plain, seen);
}

/* Memory follows the outline, not the distance: none at all, and two cells at the ends of the grid. */
static void far_apart(void **state)
{
    (void)state;
    pv_err err;
    pv_cells *c = NULL;
    pv_cell_shape s = {0};
    assert_int_equal(pv_cells_new(&c, &GRID, &err), PV_OK);
    assert_int_equal(pv_cell_shape_make(&s, c, 2, &err), PV_OK);
    assert_true(s.n_polygons == 0 && s.n_cells == 0);
    pv_cell_shape_release(&s);
    assert_int_equal(pv_cells_set(c, -PV_CELL_MOST, 5, 6, PV_CELL_SEEN, &err), PV_OK);
    assert_int_equal(pv_cells_set(c, PV_CELL_MOST - 1, -7, -5, PV_CELL_SEEN, &err), PV_OK);
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    assert_int_equal(pv_cell_shape_make(&s, c, 2, &err), PV_OK);
    assert_true(s.n_polygons == 2 && s.n_cells == 3 && s.n_points == 8);
    pv_cell_shape_release(&s);
    pv_cells_free(c);
}

/* On the Earth a polygon has the area of its cells. */
static void rings_lie_on_the_earth(void **state)
{
    (void)state;
    pv_err err;
    pv_cells *c = NULL;
    pv_cell_shape s = {0};
    pv_cell_globe *g = NULL;
    pv_cell_areas *areas = NULL;
    double(*lonlat)[2] = NULL, total = 0;
    size_t cap = 0, n = 0;
    int64_t sum[PV_CELL_STATES];
    struct geod_geodesic earth;
    geod_init(&earth, 6378137, 1 / 298.257222101);
    assert_int_equal(pv_cells_new(&c, &GRID, &err), PV_OK);
    for (int32_t j = 3800100; j < 3801300; j++) {
        assert_int_equal(pv_cells_set(c, j, 600050, 602333, PV_CELL_SEEN, &err), PV_OK);
        if (j % 1000 > 500 && j % 1000 < 700) assert_int_equal(pv_cells_set(c, j, 601000, 601500, PV_CELL_DARK, &err), PV_OK);
    }
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    assert_int_equal(pv_cell_shape_make(&s, c, 1u << PV_CELL_SEEN, &err), PV_OK);
    assert_int_equal(s.n_rings, 2);
    assert_int_equal(pv_cell_globe_new(&g, &GRID, 601000, 3800500, &err), PV_OK);
    for (size_t r = 0; r < s.n_rings; r++) {
        struct geod_polygon polygon;
        double area = 0;
        assert_int_equal(pv_cell_ring_wgs84(&s, r, g, &lonlat, &cap, &n, &err), PV_OK);
        assert_true(n > 8 && lonlat[0][0] == lonlat[n - 1][0] && lonlat[0][1] == lonlat[n - 1][1]);
        geod_polygon_init(&polygon, 0);
        for (size_t k = 0; k + 1 < n; k++) geod_polygon_addpoint(&earth, &polygon, lonlat[k][1], lonlat[k][0]);
        (void)geod_polygon_compute(&earth, &polygon, 0, 1, &area, NULL);
        assert_int_equal(area > 0, r == 0);
        total += area;
    }
    assert_int_equal(pv_cell_areas_new(&areas, &GRID, &err), PV_OK);
    assert_int_equal(pv_cells_area_e6(areas, c, sum, &err), PV_OK);
    assert_true(fabs(total / ((double)sum[PV_CELL_SEEN] * 1e-6) - 1) < 1e-6);
    pv_free(lonlat);
    pv_cell_areas_free(areas);
    pv_cell_globe_free(g);
    pv_cell_shape_release(&s);
    pv_cells_free(c);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_cell_shape s = {0};
    pv_status st = PV_NOMEM;
    for (int k = 0; k < 400; k++) plain[chance(30)][chance(40)] = 1;
    pv_cells *c = cells_of(plain);
    for (long k = 0; st != PV_OK; k++) {
        pv_mem_fail_at(k, 0);
        st = pv_cell_shape_make(&s, c, 2, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && s.n_points == 0));
    }
    pv_cell_shape_release(&s);
    pv_cells_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outlines_are_exact),
        cmocka_unit_test(far_apart),
        cmocka_unit_test(rings_lie_on_the_earth),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, geo_group_start, geo_group_stop);
}
