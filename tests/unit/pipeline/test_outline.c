/* Outlines: drawn masks, a naive count of areas, and GDAL's polygons and GEOS's validity as oracles. */
#include "pipeline/outline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <ogr_api.h>

#include "base/mem.h"

#include "base/banned.h"

enum { MAX_SIDE = 48, MAX_RUNS = MAX_SIDE * MAX_SIDE };

static int width, height;
static uint8_t mask[MAX_SIDE * MAX_SIDE];
static pv_run run[MAX_RUNS];
static int64_t n_runs;

static void runs_of_mask(void)
{
    n_runs = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            if (!mask[y * width + x]) continue;
            pv_run r = {y, x, x};
            while (r.x1 < width && mask[y * width + r.x1]) r.x1++;
            run[n_runs++] = r;
            x = r.x1;
        }
}

static void draw(int w, int h, const char *art)
{
    width = w;
    height = h;
    assert_int_equal(strlen(art), (size_t)w * (size_t)h);
    for (int i = 0; i < w * h; i++) mask[i] = art[i] == '#';
    runs_of_mask();
}

/* Twice the signed area, y up: positive = counter-clockwise on a north-up photo. */
static int64_t twice_area(const pv_outline *o, const pv_ring *r)
{
    int64_t sum = 0;
    for (int64_t i = r->first; i + 1 < r->first + r->n; i++) {
        const int32_t *a = o->xy + 2 * i, *b = a + 2;
        sum -= (int64_t)a[0] * b[1] - (int64_t)b[0] * a[1];
    }
    return sum;
}

/* Closed, only corners, upright and level in turn, right way round, sorted; areas add up to the pixels. */
static void check_rings(const pv_outline *o)
{
    int64_t pixels = 0, area = 0, points = 0;
    int part = -1;
    for (int64_t i = 0; i < n_runs; i++) pixels += run[i].x1 - run[i].x0;
    for (int64_t i = 0; i < o->n_rings; i++) {
        const pv_ring *r = &o->ring[i];
        const int32_t *p = o->xy + 2 * r->first;
        assert_true(r->n >= 5);
        assert_memory_equal(p, p + 2 * (r->n - 1), 2 * sizeof *p);
        for (int64_t k = 0; k + 1 < r->n; k++) {
            const int32_t *q = k + 2 < r->n ? p + 2 * (k + 2) : p + 2;
            assert_true((p[2 * k] == p[2 * k + 2]) != (p[2 * k + 1] == p[2 * k + 3]));
            assert_true((p[2 * k] == p[2 * k + 2]) != (p[2 * k + 2] == q[0])); /* a turn at every corner */
        }
        assert_true(r->part == part || r->part == part + 1);
        assert_int_equal(r->is_hole, r->part == part);
        part = r->part;
        assert_true(r->is_hole ? twice_area(o, r) < 0 : twice_area(o, r) > 0);
        area += twice_area(o, r);
        points += r->n;
    }
    assert_int_equal(o->n_parts, part + 1);
    assert_true(area == 2 * pixels && points == o->n_points);
}

static void expect(int w, int h, const char *art, int parts, int rings, int64_t points)
{
    pv_outline o = {0};
    draw(w, h, art);
    assert_int_equal(pv_outline_trace(&o, run, n_runs, NULL), PV_OK);
    check_rings(&o);
    assert_int_equal(o.n_parts, parts);
    assert_int_equal(o.n_rings, rings);
    assert_int_equal(o.n_points, points);
    pv_outline_release(&o);
}

static void test_drawn_masks(void **state)
{
    (void)state;
    expect(3, 3, ".........", 0, 0, 0);
    expect(3, 3, "....#....", 1, 1, 5);
    expect(3, 3, "#########", 1, 1, 5);
    expect(3, 3, "####.####", 1, 2, 10);
    expect(2, 2, "#..#", 2, 2, 10); /* a corner parts polygons */
    expect(2, 2, ".##.", 2, 2, 10);
    expect(3, 3,
           ".##"
           "#.#"
           "###",
           1, 2, 7 + 5); /* the hole touches the outside at a corner: its own ring */
    expect(4, 4,
           "####"
           "#.##"
           "##.#"
           "####",
           1, 3, 15); /* two holes that meet at a corner */
    expect(5, 5,
           "#####"
           "#...#"
           "#.#.#"
           "#...#"
           "#####",
           2, 3, 15); /* an island in a hole */
    expect(5, 5,
           "#####"
           "##..#"
           "#.#.#"
           "#...#"
           "#####",
           2, 3, 5 + 7 + 5); /* that touches its shore by a corner */
    expect(3, 4,
           "###"
           "#.."
           "#.#"
           "###",
           1, 1, 11);
    expect(4, 4,
           "#.#."
           ".#.#"
           "#.#."
           ".#.#",
           8, 8, 40);
    expect(3, 3,
           "#.."
           "..."
           "..#",
           2, 2, 10); /* a gap of a row */
}

static void test_places_of_corners(void **state)
{
    (void)state;
    pv_outline o = {0};
    static const int32_t ring[] = {1, 2, 2, 2, 2, 1, 1, 1, 1, 2};
    draw(3, 3, "....#....");
    assert_int_equal(pv_outline_trace(&o, run, n_runs, NULL), PV_OK);
    assert_int_equal(o.n_points, 5);
    assert_memory_equal(o.xy, ring, sizeof ring);
    pv_outline_release(&o);
}

static void test_inside(void **state)
{
    (void)state;
    double x = 0, y = 0;
    draw(5, 5,
         "#####"
         "#...#"
         "#...#"
         "#...#"
         "#####");
    pv_outline_inside(run, n_runs, 2.5, 2.5, &x, &y);
    assert_true((x == 0.5 || x == 4.5) && y == 2.5);
    draw(7, 3,
         "#.....#"
         "#.###.#"
         "#######");
    pv_outline_inside(run, n_runs, 0.2, 1.4, &x, &y);
    assert_true(x == 2.5 && y == 1.5);
    pv_outline_inside(run, n_runs, 3.9, 2.1, &x, &y);
    assert_true(x == 3.5 && y == 2.5);
    pv_outline_inside(run, n_runs, 99, -7, &x, &y);
    assert_true(x == 0.5 && y == 0.5);
    pv_outline_inside(run, 0, 3, 4, &x, &y);
    assert_true(x == 3 && y == 4);
}

static OGRGeometryH polygon_of(const pv_outline *o, int part)
{
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    for (int64_t i = 0; i < o->n_rings; i++) {
        const pv_ring *r = &o->ring[i];
        if (r->part != part) continue;
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        for (int64_t k = r->first; k < r->first + r->n; k++) OGR_G_AddPoint_2D(ring, o->xy[2 * k], o->xy[2 * k + 1]);
        OGR_G_AddGeometryDirectly(polygon, ring);
    }
    return polygon;
}

static OGRLayerH polygonized(GDALDatasetH memory)
{
    GDALDatasetH raster = GDALCreate(GDALGetDriverByName("MEM"), "", width, height, 1, GDT_Byte, NULL);
    GDALRasterBandH band = GDALGetRasterBand(raster, 1);
    assert_int_equal(GDALRasterIO(band, GF_Write, 0, 0, width, height, mask, width, height, GDT_Byte, 0, 0), CE_None);
    OGRLayerH layer = GDALDatasetCreateLayer(memory, "polygons", NULL, wkbPolygon, NULL);
    assert_int_equal(GDALPolygonize(band, band, layer, -1, NULL, NULL, NULL), CE_None);
    GDALClose(raster);
    return layer;
}

/* Every polygon is valid, so is all of them as a multipolygon, and GDAL finds the same set. */
static void check_oracles(void)
{
    pv_outline o = {0};
    assert_int_equal(pv_outline_trace(&o, run, n_runs, NULL), PV_OK);
    check_rings(&o);
    GDALDatasetH memory = GDALCreate(GDALGetDriverByName("Memory"), "", 0, 0, 0, GDT_Unknown, NULL);
    OGRLayerH layer = polygonized(memory);
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    assert_int_equal(OGR_L_GetFeatureCount(layer, 1), o.n_parts);
    for (int part = 0; part < o.n_parts; part++) {
        OGRGeometryH mine = polygon_of(&o, part);
        int found = 0;
        assert_true(OGR_G_IsValid(mine));
        OGR_L_ResetReading(layer);
        for (OGRFeatureH f = NULL; !found && (f = OGR_L_GetNextFeature(layer)) != NULL; OGR_F_Destroy(f)) {
            /* The same set of points; OGR_G_Equals() would ask for the same first corner too. */
            OGRGeometryH theirs = OGR_F_GetGeometryRef(f);
            found = OGR_G_Contains(mine, theirs) && OGR_G_Contains(theirs, mine);
        }
        assert_true(found);
        OGR_G_AddGeometryDirectly(all, mine);
    }
    assert_true(OGR_G_IsValid(all));
    OGR_G_DestroyGeometry(all);
    GDALClose(memory);
    pv_outline_release(&o);
}

static void test_random_masks(void **state)
{
    (void)state;
    uint32_t dice = 12345;
    GDALAllRegister();
    for (int round = 0; round < 3000; round++) {
        dice = dice * 1664525u + 1013904223u;
        width = 1 + (int)(dice >> 8) % (round % 50 == 0 ? MAX_SIDE : 9);
        height = 1 + (int)(dice >> 16) % (round % 50 == 0 ? MAX_SIDE : 9);
        uint32_t density = 20 + (dice >> 24) % 70;
        for (int i = 0; i < width * height; i++) {
            dice = dice * 1664525u + 1013904223u;
            mask[i] = (dice >> 8) % 100 < density;
        }
        runs_of_mask();
        check_oracles();
    }
}

/* All pictures of 3 x 4 pixels: every way in which corners can meet. */
static void test_all_small_masks(void **state)
{
    (void)state;
    width = 4;
    height = 3;
    for (int bits = 0; bits < 4096; bits++) {
        pv_outline o = {0};
        for (int i = 0; i < 12; i++) mask[i] = bits >> i & 1;
        runs_of_mask();
        assert_int_equal(pv_outline_trace(&o, run, n_runs, NULL), PV_OK);
        check_rings(&o);
        for (int part = 0; bits % 5 == 0 && part < o.n_parts; part++) {
            OGRGeometryH mine = polygon_of(&o, part);
            assert_true(OGR_G_IsValid(mine));
            OGR_G_DestroyGeometry(mine);
        }
        pv_outline_release(&o);
    }
}

static void test_memory_that_fails(void **state)
{
    (void)state;
    pv_outline o = {0};
    pv_err err = {0};
    long k = 0;
    draw(6, 6,
         "######"
         "#....#"
         "#.##.#"
         "#.##.#"
         "#....#"
         "#####.");
    for (;; k++) {
        pv_mem_fail_at(k, 0);
        pv_status st = pv_outline_trace(&o, run, n_runs, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_true(strlen(err.text) > 0 && o.xy == NULL && o.ring == NULL);
    }
    assert_true(k >= 6);
    assert_int_equal(o.n_parts, 2);
    pv_outline_release(&o);
    assert_null(o.xy);
    pv_outline_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_masks),  cmocka_unit_test(test_places_of_corners), cmocka_unit_test(test_inside),
        cmocka_unit_test(test_random_masks), cmocka_unit_test(test_all_small_masks),   cmocka_unit_test(test_memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
