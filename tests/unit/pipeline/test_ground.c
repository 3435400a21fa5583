/* Ground: cells against a plain loop over all of them, sums of blur against their definition; the same however rows and tiles come. */
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
#include "geo/transform.h"
#include "pipeline/ground.h"
#include "pipeline/ground_cells.h"
#include "pipeline/tile.h"

#include "tests/unit/geo/geo_group.h"

#include "base/banned.h"

enum { W = 230, H = 190, PW = 2 * W - 1, PH = 3 * H - 2 };

static uint8_t best[H][W];
static uint32_t seed = 5;
static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void make_classes(void)
{
    static const uint8_t odd[] = {PV_BEST_NODATA, PV_BEST_UNREADABLE, PV_BEST_DARK, PV_BEST_SATURATED};
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) best[y][x] = (uint8_t)((x / 7 + y / 5) % 5);
    for (int k = 0; k < 120; k++) {
        uint32_t x0 = chance(W), y0 = chance(H), what = odd[chance(4)];
        for (uint32_t y = y0; y < y0 + 15 && y < H; y++)
            for (uint32_t x = x0; x < x0 + 20 && x < W; x++) best[y][x] = (uint8_t)what;
    }
}

static int wanted_state(uint8_t code, int coarse)
{
    return code == PV_BEST_NODATA       ? PV_CELL_NODATA
           : code == PV_BEST_UNREADABLE ? PV_CELL_UNREADABLE
           : code == PV_BEST_DARK       ? PV_CELL_DARK
           : code == PV_BEST_SATURATED  ? PV_CELL_SATURATED
           : coarse                     ? PV_CELL_COARSE
                                        : PV_CELL_SEEN;
}

typedef struct ground_case {
    const char *crs;
    int epsg; /* of crs, or 0 */
    double gt[6];
    int cells_epsg; /* 0 = the usual ones */
    double cell_m;
    int wanted_epsg, coarse;
} ground_case;

static pv_cells *cells_of(const ground_case *c, pv_place *place, int rows, pv_coverage *sum)
{
    pv_err err;
    pv_ground *g = NULL;
    pv_cells *cells = NULL;
    pv_cell_grid grid = {c->cells_epsg, c->cell_m};
    pv_photo_facts facts = {.width_px = PW, .height_px = PH, .epsg = c->epsg};
    memcpy(facts.geotransform, c->gt, sizeof c->gt);
    const pv_work_grid work = {2, 3, W, H, 0.1, 0.1};
    const pv_ground_wish wish = {.place = place, .grid = &work, .facts = &facts, .coarse = c->coarse, .cells = &grid};
    assert_int_equal(pv_ground_new(&g, &wish, &err), PV_OK);
    for (int y = 0; y < H; y += rows) assert_int_equal(pv_ground_push(g, best[y], pv_min(rows, H - y), &err), PV_OK);
    assert_int_equal(pv_ground_finish(g, sum, &cells, &err), PV_OK);
    pv_ground_free(g);
    return cells;
}

/* Every cell of the neighbourhood, by its own two transforms. */
static void assert_cells(const ground_case *c, const pv_cells *cells)
{
    pv_err err;
    char code[32];
    pv_transform *photo = NULL, *grid = NULL;
    pv_cell_grid g = pv_cells_grid(cells);
    double mx = c->gt[0] + PW / 2.0 * c->gt[1] + PH / 2.0 * c->gt[2], my = c->gt[3] + PW / 2.0 * c->gt[4] + PH / 2.0 * c->gt[5];
    double det = c->gt[1] * c->gt[5] - c->gt[2] * c->gt[4];
    (void)snprintf(code, sizeof code, "EPSG:%d", g.epsg);
    assert_int_equal(g.epsg, c->wanted_epsg);
    assert_int_equal(pv_transform_new(&photo, c->crs, "EPSG:4326", mx, my, &err), PV_OK);
    double e = mx, n = my;
    assert_true(pv_transform_forward(photo, &e, &n));
    assert_int_equal(pv_transform_new(&grid, code, "EPSG:4326", 500000, 0, &err), PV_OK);
    assert_true(pv_transform_inverse(grid, &e, &n));
    int32_t i0 = (int32_t)floor(e / g.cell_m), j0 = (int32_t)floor(n / g.cell_m), reach = (int32_t)(60 / g.cell_m), different = 0, inside = 0;
    int64_t count[PV_CELL_STATES], all = 0;
    for (int32_t j = j0 - reach; j <= j0 + reach; j++)
        for (int32_t i = i0 - reach; i <= i0 + reach; i++) {
            double x = (i + 0.5) * g.cell_m, y = (j + 0.5) * g.cell_m;
            assert_true(pv_transform_forward(grid, &x, &y));
            assert_true(pv_transform_inverse(photo, &x, &y));
            double px = ((x - c->gt[0]) * c->gt[5] - (y - c->gt[3]) * c->gt[2]) / det,
                   py = ((y - c->gt[3]) * c->gt[1] - (x - c->gt[0]) * c->gt[4]) / det;
            int in = px >= 0 && py >= 0 && px < PW && py < PH;
            int state = in ? wanted_state(best[(int)py / 3][(int)px / 2], c->coarse) : PV_CELL_NONE;
            inside += in;
            different += state != pv_cells_at(cells, i, j);
        }
    pv_cells_count(cells, count);
    for (int k = 1; k < PV_CELL_STATES; k++) all += count[k];
    assert_int_equal(all, inside);
    assert_true(inside > 50);
    /* A centre within 1e-6 m of a pixel's edge may fall on either side. */
    assert_true(different <= inside / 1000);
    pv_transform_free(photo);
    pv_transform_free(grid);
}

static void cells_are_those_of_the_pixels(void **state)
{
    (void)state;
    static const ground_case cases[] = {
        {"EPSG:4544", 4544, {500123.413, 0.05, 0, 3800077.731, 0, -0.05}, 0, 0, 4544, 0},             /* plain */
        {"EPSG:4544", 0, {500123.413, 0.05, 0, 3800077.731, 0, -0.05}, 0, 0, 4544, 0},                /* the same by PROJ */
        {"EPSG:4544", 4544, {500123.413, 0.05, 0, 3800077.731, 0, -0.05}, 4545, 0.5, 4545, 1},        /* the next zone; coarse */
        {"EPSG:4544", 4544, {500123.413, 0.03, 0.04, 3800077.731, 0.04, -0.03}, 4544, 0.25, 4544, 0}, /* turned */
        {"EPSG:4490", 4490, {100.2, 5e-7, 0, 25.1, 0, -5e-7}, 0, 0, 4542, 0},                         /* degrees */
        {"EPSG:32648", 32648, {600000.017, -0.01, 0.05, 2900000, -0.05, -0.01}, 32648, 2, 32648, 0},  /* nearly on its side */
        {"EPSG:32719", 32719, {300000.012, 0.05, 0, 8000000.017, 0, -0.05}, 0, 0, 32719, 0},          /* the south */
        {"EPSG:4526", 4526, {38500123.413, 0.05, 0, 3800077.731, 0, -0.05}, 0, 0, 4547, 0},           /* with the zone in the easting */
        {"EPSG:4526", 4526, {38500123.413, 0.05, 0, 3800077.731, 0, -0.05}, 4526, 0.1, 4526, 0},      /* many cells to the east */
    };
    pv_err err;
    make_classes();
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        pv_place *place = NULL;
        pv_coverage one, other;
        pv_text a = {0}, b = {0};
        assert_int_equal(pv_place_new(&place, cases[k].crs, cases[k].gt, PW, PH, &err), PV_OK);
        pv_cells *cells = cells_of(&cases[k], place, H, &one);
        assert_cells(&cases[k], cells);
        assert_int_equal(pv_cells_encode(cells, &a, &err), PV_OK);
        for (int rows = 1; rows < H; rows = rows * 3 + 1) {
            pv_cells *again = cells_of(&cases[k], place, rows, &other);
            assert_int_equal(pv_cells_encode(again, &b, &err), PV_OK);
            assert_true(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
            assert_memory_equal(&one, &other, sizeof one);
            pv_cells_free(again);
        }
        assert_int_equal(one.coarse_e4, cases[k].coarse ? one.valid_e4 : 0);
        pv_text_release(&a);
        pv_text_release(&b);
        pv_cells_free(cells);
        pv_place_free(place);
    }
}

/* There and back. */
static void a_place_knows_its_pixels(void **state)
{
    (void)state;
    static const struct {
        const char *crs;
        double gt[6];
    } at[] = {{"EPSG:4544", {500123.413, 0.03, 0.04, 3800077.731, 0.04, -0.03}},
              {"EPSG:4490", {100.2, 5e-7, 0, 25.1, 0, -5e-7}},
              {"EPSG:4326", {179.99995, 5e-7, 0, 25.1, 0, -5e-7}}};
    pv_err err;
    for (size_t k = 0; k < 3; k++) {
        pv_place *place = NULL;
        assert_int_equal(pv_place_new(&place, at[k].crs, at[k].gt, PW, PH, &err), PV_OK);
        for (int y = 0; y <= PH; y += PH / 4)
            for (int x = 0; x <= PW; x += PW / 4) {
                double lon, lat, back_x, back_y;
                assert_int_equal(pv_place_lonlat(place, x, y, &lon, &lat, &err), PV_OK);
                assert_true(pv_place_pixel(place, lon, lat, &back_x, &back_y));
                assert_true(fabs(back_x - x) < 1e-3 && fabs(back_y - y) < 1e-3);
            }
        pv_place_free(place);
    }
}

static void a_grid_that_does_not_reach_is_refused(void **state)
{
    (void)state;
    pv_err err;
    pv_place *place = NULL;
    pv_ground_cells *g = NULL;
    const double gt[6] = {500000, 0.05, 0, 3800000, 0, -0.05};
    pv_photo_facts facts = {.width_px = PW, .height_px = PH, .epsg = 4544};
    memcpy(facts.geotransform, gt, sizeof gt);
    const pv_work_grid work = {2, 3, W, H, 0.1, 0.1};
    const pv_cell_grid far = {32722, 1}; /* Brazil */
    assert_int_equal(pv_place_new(&place, "EPSG:4544", gt, PW, PH, &err), PV_OK);
    pv_status st = pv_ground_cells_new(&g, &far, place, &work, &facts, &err);
    assert_int_equal(st, PV_INPUT);
    assert_non_null(strstr(err.text, "EPSG:32722"));
    st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        const pv_cell_grid near = {4544, 1};
        pv_mem_fail_at(k, 0);
        st = pv_ground_cells_new(&g, &near, place, &work, &facts, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || st == PV_NOMEM);
    }
    pv_ground_cells_free(g);
    pv_place_free(place);
}

/* ---- blur ---- */

enum { BW = 300, BH = 210 };
static uint16_t value[BH][BW];
static uint8_t valid[BH][BW];

static void add_tiles(pv_blur *b, int w, int h)
{
    static uint16_t v[(BH + 9) * (BW + 9)];
    static uint8_t ok[(BH + 9) * (BW + 9)];
    for (int y = 0; y < BH; y += h)
        for (int x = 0; x < BW; x += w) {
            pv_rect core = pv_rect_intersect((pv_rect){x, y, w, h}, (pv_rect){0, 0, BW, BH});
            pv_rect read = pv_rect_intersect(pv_rect_grow(core, PV_BLUR_REACH, PV_BLUR_REACH), (pv_rect){0, 0, BW, BH});
            for (int k = 0; k < read.h; k++) {
                memcpy(v + (size_t)k * (size_t)(read.w + 3), &value[read.y + k][read.x], (size_t)read.w * sizeof *v);
                memcpy(ok + (size_t)k * (size_t)(read.w + 1), &valid[read.y + k][read.x], (size_t)read.w);
            }
            pv_blur_add(b, core, read, v, (size_t)read.w + 3, ok, (size_t)read.w + 1);
        }
}

static void blur_is_summed_as_defined(void **state)
{
    (void)state;
    static const int lags[] = {1, 2, 4};
    pv_err err;
    const pv_work_grid grid = {1, 1, BW, BH, 0.1, 0.05};
    for (int y = 0; y < BH; y++)
        for (int x = 0; x < BW; x++) {
            value[y][x] = (uint16_t)(chance(8) == 0 ? 65535 * chance(2) : 20000 + chance(9000));
            valid[y][x] = (uint8_t)(chance(9) == 0 ? PV_PIXEL_NODATA : PV_PIXEL_VALID);
        }
    assert_int_equal(pv_blur_side(0.1), 80);
    assert_int_equal(pv_blur_side(0.05), 160);
    assert_int_equal(pv_blur_side(1), 64);
    static const int size[][2] = {{BW, BH}, {32, 32}, {100, 41}, {7, 210}};
    for (size_t s = 0; s < 4; s++) {
        pv_blur *b = NULL;
        assert_int_equal(pv_blur_new(&b, &grid, &err), PV_OK);
        assert_true(pv_blur_across(b) == 4 && pv_blur_down(b) == 2);
        add_tiles(b, size[s][0], size[s][1]);
        for (int row = 0; row < 2; row++)
            for (int column = 0; column < 4; column++) {
                pv_rect r = pv_blur_square(b, column, row);
                pv_blur_sums got[2], want[2] = {0};
                for (int y = (r.y + 15) / 16 * 16; y < r.y + r.h; y += 16) /* a tenth of 160 */
                    for (int x = r.x; x < r.x + r.w; x++)
                        for (int way = 0; way < 2; way++) {
                            int dx = way == 0, dy = way == 1;
                            if (x + 4 * dx >= BW || y + 4 * dy >= BH) continue;
                            if (valid[y][x] != 1 || valid[y + dy][x + dx] != 1 || valid[y + 2 * dy][x + 2 * dx] != 1 ||
                                valid[y + 4 * dy][x + 4 * dx] != 1)
                                continue;
                            for (int k = 0; k < 3; k++) {
                                int64_t d = (value[y][x] >> 4) - (value[y + lags[k] * dy][x + lags[k] * dx] >> 4);
                                want[way].lag[k] += d * d;
                            }
                            want[way].n++;
                        }
                pv_blur_sums_of(b, column, row, got);
                assert_memory_equal(got, want, sizeof got);
            }
        pv_blur_free(b);
    }
}

/* Noise that a box of side k has gone over twice, in the left half alone; then the noise of a sensor. */
static void make_blurred(int k, int noise, int contrast)
{
    static double plane[BH + 40][BW + 40], copy[BH + 40][BW + 40];
    for (int y = 0; y < BH + 40; y++)
        for (int x = 0; x < BW + 40; x++) plane[y][x] = chance(1000) * contrast / 1000.0;
    for (int turn = 0; turn < 4; turn++) {
        memcpy(copy, plane, sizeof copy);
        for (int y = 0; y < BH + 20; y++)
            for (int x = 0; x < BW + 20; x++) {
                double sum = 0;
                for (int d = 0; d < k; d++) sum += turn % 2 ? copy[y][x + d] : copy[y + d][x];
                plane[y][x] = sum / k;
            }
    }
    for (int y = 0; y < BH; y++)
        for (int x = 0; x < BW; x++) {
            double v = 20000 + (x < BW / 2 ? plane[y][x] : chance(1000) * contrast / 1000.0);
            value[y][x] = (uint16_t)(v + (noise > 0 ? chance((uint32_t)noise) : 0));
            valid[y][x] = PV_PIXEL_VALID;
        }
}

/* Squares of 64: 0, 1 are blurred, 3, 4 are not, when there is texture. */
static void assert_blurred(int left, int right)
{
    pv_err err;
    pv_blur *b = NULL;
    const pv_work_grid grid = {1, 1, BW, BH, 0.125, 0.125};
    assert_int_equal(pv_blur_new(&b, &grid, &err), PV_OK);
    add_tiles(b, 100, 77);
    for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 2; column++) assert_int_equal(pv_blur_at(b, column, row), left);
        for (int column = 3; column < 4; column++) assert_int_equal(pv_blur_at(b, column, row), right);
    }
    pv_blur_free(b);
}

static void the_rule(void **state)
{
    (void)state;
    const pv_blur_sums few = {{1000, 4000, 16000}, 399}, enough = {{40000, 160000, 640000}, 400}, flat = {{1000, 4000, 16000}, 400},
                       noise = {{90000, 90100, 90300}, 400}, sharp = {{300000, 500000, 700000}, 400}, stripes = {{500000, 100000, 600000}, 400};
    assert_false(pv_blur_is(&few));
    assert_true(pv_blur_is(&enough));
    assert_false(pv_blur_is(&flat));
    assert_false(pv_blur_is(&noise));
    assert_false(pv_blur_is(&sharp));
    assert_false(pv_blur_is(&stripes));
    make_blurred(7, 0, 30000);
    assert_blurred(1, 0);
    make_blurred(7, 400, 30000);
    assert_blurred(1, 0);
    make_blurred(1, 0, 30000);
    assert_blurred(0, 0);
    make_blurred(5, 300, 100); /* smooth ground */
    assert_blurred(0, 0);
}

/* Blurred ground is what was seen in blurred squares, in areas and cells. */
static void blurred_ground_is_counted(void **state)
{
    (void)state;
    pv_err err;
    pv_blur *b = NULL;
    pv_place *place = NULL;
    const double gt[6] = {500000.03, 0.125, 0, 3800000.01, 0, -0.125};
    const pv_work_grid grid = {1, 1, BW, BH, 0.125, 0.125};
    const pv_cell_grid cell_grid = {4544, 0.125};
    pv_photo_facts facts = {.width_px = BW, .height_px = BH, .epsg = 4544};
    static uint8_t classes[BH][BW];
    memcpy(facts.geotransform, gt, sizeof gt);
    make_blurred(7, 0, 30000);
    for (int y = 0; y < BH; y++)
        for (int x = 0; x < BW; x++) classes[y][x] = (uint8_t)(x % 40 == 7 ? PV_BEST_DARK : x % 3);
    assert_int_equal(pv_blur_new(&b, &grid, &err), PV_OK);
    add_tiles(b, 50, 50);
    int64_t blurred = 0;
    for (int y = 0; y < BH; y++)
        for (int x = 0; x < BW; x++) blurred += classes[y][x] != PV_BEST_DARK && pv_blur_at(b, x / 64, y / 64);
    assert_true(blurred > BW * BH / 3);
    assert_int_equal(pv_place_new(&place, "EPSG:4544", gt, BW, BH, &err), PV_OK);
    for (int rows = 1; rows <= BH; rows *= 6) {
        pv_ground *g = NULL;
        pv_cells *cells = NULL;
        pv_coverage sum;
        int64_t count[PV_CELL_STATES];
        const pv_ground_wish wish = {.place = place, .grid = &grid, .facts = &facts, .blur = b, .cells = &cell_grid};
        assert_int_equal(pv_ground_new(&g, &wish, &err), PV_OK);
        for (int y = 0; y < BH; y += rows) assert_int_equal(pv_ground_push(g, classes[y], pv_min(rows, BH - y), &err), PV_OK);
        assert_int_equal(pv_ground_finish(g, &sum, &cells, &err), PV_OK);
        pv_cells_count(cells, count);
        assert_int_equal(count[PV_CELL_BLURRED], blurred);
        assert_int_equal(count[PV_CELL_BLURRED] + count[PV_CELL_SEEN] + count[PV_CELL_DARK], BW * BH);
        double area = (double)blurred * 0.125 * 0.125 * 1e4;
        assert_true(fabs((double)sum.blurred_e4 - area) < 1e-4 * area && sum.blurred_e4 < sum.valid_e4);
        pv_cells_free(cells);
        pv_ground_free(g);
    }
    pv_blur_free(b);
    pv_place_free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_those_of_the_pixels),
        cmocka_unit_test(a_place_knows_its_pixels),
        cmocka_unit_test(a_grid_that_does_not_reach_is_refused),
        cmocka_unit_test(blur_is_summed_as_defined),
        cmocka_unit_test(the_rule),
        cmocka_unit_test(blurred_ground_is_counted),
    };
    return cmocka_run_group_tests(tests, geo_group_start, geo_group_stop);
}
