/* Cells: against a plain array, areas against geodesic polygons, and files in which every byte counts. */
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
#include "geo/cells.h"
#include "geo/cells_area.h"
#include "geo/cells_mix.h"
#include "geo/gdal_door.h"
#include "geo/transform.h"

#include "tests/unit/geo/geo_group.h"

#include "base/banned.h"

enum { W = 900, H = 700, I0 = -300, J0 = -400 };

static const pv_cell_grid GRID = {4544, 1};

static uint32_t seed = 1;
static int chance(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

/* Random runs into a plain array and into cells; settles now and then. */
static pv_cells *make_random(uint8_t (*plain)[W], int strokes)
{
    pv_cells *c = NULL;
    pv_err err;
    memset(plain, 0, (size_t)H * W);
    assert_int_equal(pv_cells_new(&c, &GRID, &err), PV_OK);
    for (int k = 0; k < strokes; k++) {
        int y = chance(H), x0 = chance(W), x1 = x0 + chance(W - x0 + 1), state = chance(9) % PV_CELL_STATES;
        memset(plain[y] + x0, state, (size_t)(x1 - x0));
        assert_int_equal(pv_cells_set(c, J0 + y, I0 + x0, I0 + x1, state, &err), PV_OK);
        if (k % 97 == 0) assert_int_equal(pv_cells_settle(c, &err), PV_OK);
    }
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    return c;
}

static void assert_same(const pv_cells *c, uint8_t (*plain)[W])
{
    int64_t count[PV_CELL_STATES], wanted[PV_CELL_STATES] = {0};
    int left = W, right = -1, low = H, high = -1;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            wanted[plain[y][x]]++;
            if (x % 7 == y % 7) assert_int_equal(pv_cells_at(c, I0 + x, J0 + y), plain[y][x]);
            if (plain[y][x] == 0) continue;
            left = x < left ? x : left;
            right = x > right ? x : right;
            low = y < low ? y : low;
            high = y > high ? y : high;
        }
    pv_cells_count(c, count);
    for (int k = 1; k < PV_CELL_STATES; k++) assert_int_equal(count[k], wanted[k]);
    int32_t i0, j0, i1, j1;
    assert_int_equal(pv_cells_extent(c, &i0, &j0, &i1, &j1), right >= 0);
    if (right >= 0) assert_true(i0 == I0 + left && i1 == I0 + right + 1 && j0 == J0 + low && j1 == J0 + high + 1);
}

static void cells_are_what_was_set(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_cells *c = make_random(plain, 3000);
    assert_same(c, plain);
    for (size_t k = 1; k < pv_cells_blocks(c); k++) {
        pv_cell_block a = pv_cells_block(c, k - 1), b = pv_cells_block(c, k);
        assert_true(a.by < b.by || (a.by == b.by && a.bx < b.bx));
    }
    assert_int_equal(pv_cells_set(c, PV_CELL_MOST, 0, 1, 1, &err), PV_BUG);
    assert_int_equal(pv_cells_set(c, 0, 0, 1, PV_CELL_STATES, &err), PV_BUG);
    assert_int_equal(pv_cells_at(c, 1 << 29, -(1 << 29)), PV_CELL_NONE);
    /* What is emptied goes. */
    for (int y = 0; y < H; y++) assert_int_equal(pv_cells_set(c, J0 + y, I0, I0 + W, PV_CELL_NONE, &err), PV_OK);
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    assert_int_equal(pv_cells_blocks(c), 0);
    pv_cells_free(c);
}

static void a_file_gives_back_its_cells(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_text bytes = {0}, again = {0};
    uint8_t photo[PV_SHA256_BYTES];
    for (int strokes = 0; strokes < 4000; strokes = strokes * 3 + 1) {
        pv_cells *c = make_random(plain, strokes), *back = NULL;
        for (size_t k = 0; k < sizeof photo; k++) photo[k] = (uint8_t)chance(256);
        pv_cells_set_photo(c, photo);
        assert_int_equal(pv_cells_encode(c, &bytes, &err), PV_OK);
        assert_true(pv_cells_is_file(bytes.data, bytes.len));
        assert_int_equal(pv_cells_decode(&back, bytes.data, bytes.len, 1, &err), PV_OK);
        assert_same(back, plain);
        pv_cell_grid grid = pv_cells_grid(back);
        assert_true(pv_cell_grid_equal(&grid, &GRID));
        assert_memory_equal(pv_cells_photo(back), photo, sizeof photo);
        assert_int_equal(pv_cells_encode(back, &again, &err), PV_OK);
        assert_true(again.len == bytes.len && memcmp(again.data, bytes.data, bytes.len) == 0);
        pv_cells_free(back);
        pv_cells_free(c);
    }
    pv_text_release(&bytes);
    pv_text_release(&again);
}

/* A small file, each byte of it changed in a few ways and each length cut: refused, with an offset. */
static void every_byte_counts(void **state)
{
    (void)state;
    pv_err err;
    pv_cells *c = NULL, *back = NULL;
    pv_text bytes = {0}, again = {0};
    assert_int_equal(pv_cells_new(&c, &GRID, &err), PV_OK);
    for (int y = 100; y < 140; y++) {
        assert_int_equal(pv_cells_set(c, y, 250, 280, PV_CELL_SEEN, &err), PV_OK);
        if (y % 9 == 0) assert_int_equal(pv_cells_set(c, y, 255, 258, PV_CELL_DARK, &err), PV_OK);
    }
    assert_int_equal(pv_cells_finish(c, &err), PV_OK);
    assert_int_equal(pv_cells_encode(c, &bytes, &err), PV_OK);
    for (size_t n = 0; n < bytes.len; n++) {
        for (int check = 0; check < 2; check++) {
            assert_int_equal(pv_cells_decode(&back, bytes.data, n, check, &err), PV_INPUT);
            assert_non_null(strstr(err.text, "byte "));
        }
    }
    for (size_t at = 0; at < bytes.len; at++) {
        char old = bytes.data[at];
        for (int k = 0; k < 4; k++) {
            bytes.data[at] = (char)(k == 0 ? old + 1 : k == 1 ? old ^ 0x80 : k == 2 ? old - 1 : old ^ 4);
            assert_int_equal(pv_cells_decode(&back, bytes.data, bytes.len, 1, &err), PV_INPUT);
            /* Without the checksum: refused, or exactly what a writer writes. */
            if (pv_cells_decode(&back, bytes.data, bytes.len, 0, &err) == PV_OK) {
                assert_int_equal(pv_cells_encode(back, &again, &err), PV_OK);
                assert_true(again.len == bytes.len && memcmp(again.data, bytes.data, bytes.len - PV_SHA256_BYTES) == 0);
                pv_cells_free(back);
            }
        }
        bytes.data[at] = old;
    }
    pv_cells_free(c);
    pv_text_release(&bytes);
    pv_text_release(&again);
}

static void a_block_alone(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_text bytes = {0};
    pv_cells *c = make_random(plain, 2000), *copy = NULL;
    pv_cell_block_owned owner = {0};
    assert_int_equal(pv_cells_new(&copy, &GRID, &err), PV_OK);
    for (size_t k = pv_cells_blocks(c); k-- > 0;) {
        pv_cell_block b = pv_cells_block(c, k), back = {0};
        pv_text_reset(&bytes);
        pv_cell_block_encode(&b, &bytes);
        assert_int_equal(pv_cell_block_decode(&back, &owner, bytes.data, bytes.len, &err), PV_OK);
        assert_int_equal(pv_cells_add_block(copy, &back, &err), PV_OK);
        assert_int_equal(pv_cells_add_block(copy, &back, &err), PV_BUG);
        pv_cell_block_release(&owner);
        assert_int_equal(pv_cell_block_decode(&back, &owner, bytes.data, bytes.len - 1, &err), PV_INPUT);
    }
    assert_same(copy, plain);
    pv_text_release(&bytes);
    pv_cells_free(c);
    pv_cells_free(copy);
}

/* ---- several photos ---- */

static void the_best_state_counts(void **state)
{
    (void)state;
    static uint8_t plain[3][H][W];
    pv_err err;
    pv_cells *c[3], *all = NULL;
    pv_cell_mix *mix = NULL;
    for (int k = 0; k < 3; k++) c[k] = make_random(plain[k], 1500 * (k + 1));
    assert_int_equal(pv_cells_join(&all, 3, (const pv_cells *const *)c, &err), PV_OK);
    static const int order[] = {PV_CELL_SEEN, PV_CELL_BLURRED,    PV_CELL_COARSE, PV_CELL_SATURATED,
                                PV_CELL_DARK, PV_CELL_UNREADABLE, PV_CELL_NODATA, PV_CELL_NONE};
    int64_t times = 0, wanted_times = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int best = 0;
            while (order[best] != plain[0][y][x] && order[best] != plain[1][y][x] && order[best] != plain[2][y][x]) best++;
            if (x % 5 == y % 5) assert_int_equal(pv_cells_at(all, I0 + x, J0 + y), order[best]);
            for (int k = 0; k < 3; k++) wanted_times += plain[k][y][x] == PV_CELL_SEEN;
        }
    assert_int_equal(pv_cell_mix_new(&mix, &err), PV_OK);
    for (size_t k = 0; k < pv_cells_blocks(all); k++) {
        pv_cell_block b = pv_cells_block(all, k), one;
        pv_cell_mix_clear(mix);
        for (int p = 2; p >= 0; p--)
            if (pv_cells_find(c[p], b.bx, b.by, &one)) pv_cell_mix_add(mix, &one);
        for (int y = 0; y < PV_CELL_BLOCK; y++) {
            int n = 0;
            const pv_cell_span *span = pv_cell_mix_row(mix, y, &n);
            for (int s = 0; s < n; s++) {
                assert_int_equal(span[s].seen > 0, span[s].state == PV_CELL_SEEN);
                times += (int64_t)span[s].seen * (span[s].x1 - span[s].x0);
            }
        }
    }
    assert_int_equal(times, wanted_times);
    pv_cell_mix_free(mix);
    pv_cells_free(all);
    for (int k = 0; k < 3; k++) pv_cells_free(c[k]);
}

/* ---- areas ---- */

/* Geodesic area of the cells x0..x1, y0..y1 of the grid, its edges in short pieces. */
static double geodesic_m2(int epsg, double x0, double y0, double x1, double y1)
{
    pv_err err;
    pv_crs_facts crs = {0};
    pv_transform *t = NULL;
    char code[32];
    struct geod_geodesic earth;
    struct geod_polygon polygon;
    double area = 0;
    (void)snprintf(code, sizeof code, "EPSG:%d", epsg);
    assert_int_equal(pv_crs_facts_read(&crs, code, &err), PV_OK);
    assert_int_equal(pv_transform_new(&t, code, crs.geodetic_wkt, x0, y0, &err), PV_OK);
    geod_init(&earth, crs.a_m, crs.f);
    geod_polygon_init(&polygon, 0);
    for (int side = 0; side < 4; side++)
        for (int k = 0; k < 64; k++) {
            double u = k / 64.0, x = side == 0 ? x0 + (x1 - x0) * u : side == 1 ? x1 : side == 2 ? x1 + (x0 - x1) * u : x0;
            double y = side == 0 ? y0 : side == 1 ? y0 + (y1 - y0) * u : side == 2 ? y1 : y1 + (y0 - y1) * u;
            assert_true(pv_transform_forward(t, &x, &y));
            geod_polygon_addpoint(&earth, &polygon, y, x);
        }
    (void)geod_polygon_compute(&earth, &polygon, 0, 1, &area, NULL);
    pv_transform_free(t);
    pv_crs_facts_release(&crs);
    return fabs(area);
}

static void areas_are_those_of_the_ellipsoid(void **state)
{
    (void)state;
    static const struct {
        int epsg;
        double x, y, cell_m;
    } at[] = {{4544, 500000, 3800000, 1},   {4544, 370000, 3800000, 1},   {4544, 690000, 2500000, 0.5},
              {4534, 420000, 5000000, 2},   {4525, 37560000, 3000000, 1}, {32648, 190000, 2600000, 1},
              {32648, 500000, 4400000, 20}, {32734, 700000, 6200000, 1},  {3857, 11600000, 4000000, 1}};
    pv_err err;
    for (size_t k = 0; k < sizeof at / sizeof at[0]; k++) {
        pv_cell_grid grid = {at[k].epsg, at[k].cell_m};
        pv_cell_areas *a = NULL;
        assert_int_equal(pv_cell_areas_new(&a, &grid, &err), PV_OK);
        int32_t bx = (int32_t)floor(at[k].x / at[k].cell_m / 256), by = (int32_t)floor(at[k].y / at[k].cell_m / 256);
        for (int part = 0; part < 5; part++) {
            int x0 = part == 1 ? 200 : 0, x1 = part == 2 ? 30 : 256, y0 = part == 3 ? 240 : 0, y1 = part == 4 ? 17 : 256;
            int64_t sum = 0, pieces = 0;
            if (pv_cell_areas_aim(a, bx, by, &err) != PV_OK) fail_msg("%s", err.text);
            for (int y = y0; y < y1; y++) {
                sum += pv_cell_run_e6(a, y, x0, x1);
                for (int x = x0; x < x1; x++) pieces += pv_cell_run_e6(a, y, x, x + 1);
            }
            assert_int_equal(sum, pieces);
            double c = at[k].cell_m, west = bx * 256.0 * c, south = by * 256.0 * c;
            double truth = geodesic_m2(at[k].epsg, west + x0 * c, south + y0 * c, west + x1 * c, south + y1 * c);
            if (fabs((double)sum * 1e-6 / truth - 1) > 1e-6)
                printf("EPSG:%d part %d: off by %.3g\n", at[k].epsg, part, (double)sum * 1e-6 / truth - 1);
            assert_true(fabs((double)sum * 1e-6 / truth - 1) < 1e-6);
        }
        pv_cell_areas_free(a);
    }
}

static void sums_by_state_add_up(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_cells *c = make_random(plain, 3000), *one = NULL;
    pv_cell_areas *a = NULL;
    int64_t sum[PV_CELL_STATES], whole[PV_CELL_STATES], all = 0;
    assert_int_equal(pv_cell_areas_new(&a, &GRID, &err), PV_OK);
    /* The same ground in one state. */
    assert_int_equal(pv_cells_new(&one, &GRID, &err), PV_OK);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (plain[y][x] != 0) assert_int_equal(pv_cells_set(one, J0 + y, I0 + x, I0 + x + 1, PV_CELL_SEEN, &err), PV_OK);
    assert_int_equal(pv_cells_finish(one, &err), PV_OK);
    assert_int_equal(pv_cells_area_e6(a, c, sum, &err), PV_OK);
    assert_int_equal(pv_cells_area_e6(a, one, whole, &err), PV_OK);
    for (int k = 1; k < PV_CELL_STATES; k++) all += sum[k];
    assert_true(all == whole[PV_CELL_SEEN] && all > 0);
    pv_cell_areas_free(a);
    pv_cells_free(c);
    pv_cells_free(one);
}

/* ---- grids ---- */

static void grids(void **state)
{
    (void)state;
    static const struct {
        double lon, lat;
        int epsg;
    } at[] = {{105, 34, 4544},     {106.49, 34, 4544}, {106.51, 34, 4545}, {73.6, 39, 4534},   {135.2, 48, 4554}, {136.4, 48, 4554},
              {100.2, 25.1, 4542}, {-70, -15, 32719},  {69, 34, 32642},    {179.9, 60, 32660}, {-180, 60, 32601}, {105, -6, 32748}};
    static const char *const bad[] = {"", "x", "12", "4544,", "4544,0", "4544,21", "4544,0.00051", "4544,1.0005,1", "EPSG:", "9999999", "4544.5"};
    pv_err err;
    pv_cell_grid grid;
    for (size_t k = 0; k < sizeof at / sizeof at[0]; k++) {
        grid = pv_cell_grid_at(at[k].lon, at[k].lat);
        assert_int_equal(grid.epsg, at[k].epsg);
        assert_int_equal(pv_cell_grid_mm(&grid), 1000);
        assert_int_equal(pv_cell_grid_check(&grid, &err), PV_OK);
    }
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) assert_int_equal(pv_cell_grid_parse(&grid, bad[k], &err), PV_USAGE);
    assert_int_equal(pv_cell_grid_parse(&grid, "EPSG:4545,0.5", &err), PV_OK);
    assert_true(grid.epsg == 4545 && grid.cell_m == 0.5);
    assert_int_equal(pv_cell_grid_parse(&grid, "4490", &err), PV_OK);
    assert_int_equal(pv_cell_grid_check(&grid, &err), PV_INPUT); /* degrees */
    grid.epsg = 2229;
    assert_int_equal(pv_cell_grid_check(&grid, &err), PV_INPUT); /* feet */
    grid.epsg = 999998;
    assert_int_equal(pv_cell_grid_check(&grid, &err), PV_INPUT);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    static uint8_t plain[H][W];
    pv_err err;
    pv_text bytes = {0};
    pv_cells *c = make_random(plain, 300), *back = NULL;
    assert_int_equal(pv_cells_encode(c, &bytes, &err), PV_OK);
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_mem_fail_at(k, 0);
        st = pv_cells_decode(&back, bytes.data, bytes.len, 1, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || st == PV_NOMEM);
    }
    pv_cells_free(back);
    st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_mem_fail_at(k, 0);
        st = pv_cells_join(&back, 1, (const pv_cells *const *)&c, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || st == PV_NOMEM);
    }
    pv_cells_free(back);
    pv_cells_free(c);
    pv_text_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_what_was_set),  cmocka_unit_test(a_file_gives_back_its_cells),
        cmocka_unit_test(every_byte_counts),       cmocka_unit_test(a_block_alone),
        cmocka_unit_test(the_best_state_counts),   cmocka_unit_test(areas_are_those_of_the_ellipsoid),
        cmocka_unit_test(sums_by_state_add_up),    cmocka_unit_test(grids),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, geo_group_start, geo_group_stop);
}
