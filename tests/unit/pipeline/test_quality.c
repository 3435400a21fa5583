/* Ground too dark or saturated: against the definition, for any tile; coverage: the frame is the sum, whatever a push brings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "geo/place.h"
#include "pipeline/coverage_rows.h"
#include "pipeline/quality.h"

#include "base/banned.h"

enum { W = 67, H = 53, BANDS = 2, HALF_X = 5, HALF_Y = 4 };

static uint16_t band[BANDS * W * H];
static uint8_t valid[W * H], truth[W * H];
static uint64_t rng = 3;

static uint32_t chance(uint32_t n)
{
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

/* A dark corner, a burnt-out roof, single white and black pixels, holes. */
static void scene_make(void)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int i = y * W + x, dark = x + y<30, bright = x> 40 && y > 20 && y < 42, odd = chance(20) == 0;
            uint16_t v = (uint16_t)(dark ? chance(600) : bright ? 65100 + chance(400) : 2000 + chance(60000));
            if (odd) v = chance(2) ? 0 : 65535;
            band[i] = v;
            band[W * H + i] = (uint16_t)(chance(12) == 0 ? 30000 : v);
            valid[i] = (uint8_t)(chance(15) == 0 ? PV_PIXEL_NODATA : PV_PIXEL_VALID);
        }
    }
}

static uint8_t by_definition(int cx, int cy)
{
    int n = 0, dark = 0, saturated = 0;
    if (valid[cy * W + cx] != PV_PIXEL_VALID) return 0;
    for (int y = pv_max(0, cy - HALF_Y); y <= pv_min(H - 1, cy + HALF_Y); y++) {
        for (int x = pv_max(0, cx - HALF_X); x <= pv_min(W - 1, cx + HALF_X); x++) {
            int i = y * W + x;
            if (valid[i] != PV_PIXEL_VALID) continue;
            n++;
            dark += band[i] < PV_DARK_BELOW && band[W * H + i] < PV_DARK_BELOW;
            saturated += band[i] > PV_SATURATED_ABOVE && band[W * H + i] > PV_SATURATED_ABOVE;
        }
    }
    return 10 * dark >= 9 * n ? PV_QUALITY_DARK : 10 * saturated >= 9 * n ? PV_QUALITY_SATURATED : 0;
}

static void mark_tile(pv_rect core, uint8_t *out)
{
    pv_rect read = pv_rect_intersect(pv_rect_grow(core, HALF_X, HALF_Y), (pv_rect){0, 0, W, H});
    static uint16_t b[BANDS * W * H];
    static uint8_t v[W * H], marked[W * H];
    static uint32_t scratch[3 * W];
    size_t plane = (size_t)read.w * (size_t)read.h;
    for (int y = 0; y < read.h; y++) {
        for (int x = 0; x < read.w; x++) {
            size_t to = (size_t)y * (size_t)read.w + (size_t)x;
            int from = (read.y + y) * W + read.x + x;
            v[to] = valid[from];
            for (size_t k = 0; k < BANDS; k++) b[k * plane + to] = band[k * W * H + (size_t)from];
        }
    }
    memset(marked, 0, sizeof marked);
    pv_pixels pixels = pv_pixels_of(b, v, BANDS, read.w, read.h);
    (void)pv_quality_mark(core, read, BANDS, &pixels, HALF_X, HALF_Y, scratch, marked);
    for (int y = 0; y < core.h; y++)
        for (int x = 0; x < core.w; x++) out[(core.y + y) * W + core.x + x] = marked[y * core.w + x];
}

static void unusable_is_what_the_header_says(void **state)
{
    (void)state;
    int sizes[] = {1, 7, 16, 100}, n_true = 0, n_dark = 0;
    scene_make();
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            truth[y * W + x] = by_definition(x, y);
            n_true += truth[y * W + x] != 0;
            n_dark += truth[y * W + x] == PV_QUALITY_DARK;
        }
    assert_true(n_true > 100 && n_true < W * H / 2 && n_dark > 50 && n_dark < n_true - 50);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        uint8_t got[W * H] = {0};
        for (int y = 0; y < H; y += sizes[s])
            for (int x = 0; x < W; x += sizes[s]) mark_tile((pv_rect){x, y, pv_min(sizes[s], W - x), pv_min(sizes[s], H - y)}, got);
        assert_memory_equal(got, truth, sizeof got);
    }
}

static void window_is_a_metre(void **state)
{
    (void)state;
    assert_int_equal(pv_quality_half(0.05), 10);
    assert_int_equal(pv_quality_half(0.2157), 2);
    assert_int_equal(pv_quality_half(5.0), 1);
    assert_int_equal(pv_quality_half(0.0001), 127);
}

static const char *const utm48 = "EPSG:32648";

static pv_coverage cover(int rows_a_push, const uint8_t *best, const pv_work_grid *grid, const pv_photo_facts *facts, pv_place *place)
{
    pv_coverage_rows c;
    pv_coverage_rows_init(&c, place, grid, facts);
    for (int y = 0; y < grid->h; y += rows_a_push) pv_coverage_rows_push(&c, best + y * grid->w, pv_min(rows_a_push, grid->h - y));
    return pv_coverage_rows_sum(&c);
}

/* Photo of 901 x 401 pixels of 5 cm, averaged 3 x 2: the last column and row hang over. Each kind has its share, the sum is the frame. */
static void coverage_is_the_frame(void **state)
{
    (void)state;
    static uint8_t best[301 * 201];
    pv_err err = {.status = PV_OK};
    pv_place *place = NULL;
    pv_photo_facts facts = {.width_px = 901, .height_px = 401};
    pv_work_grid grid = {3, 2, 301, 201, 0.15, 0.10};
    const double gt[6] = {500000, 0.05, 0, 3850000, 0, -0.05};
    assert_int_equal(pv_place_new(&place, utm48, gt, 901, 401, &err), PV_OK);
    for (int i = 0; i < 301 * 201; i++)
        best[i] = (uint8_t)(i % 301 < 100 ? PV_BEST_NODATA : i % 301 < 110 ? PV_BEST_UNREADABLE : i % 301 < 113 ? PV_BEST_DARK : i % 301 < 115 ? PV_BEST_SATURATED : i % 7);
    pv_coverage one = cover(1, best, &grid, &facts, place), some = cover(17, best, &grid, &facts, place),
                all = cover(201, best, &grid, &facts, place);
    assert_memory_equal(&one, &some, sizeof one);
    assert_memory_equal(&one, &all, sizeof one);
    /* On the central meridian the grid is 0.9996 of the ground. */
    double scale = 1 / (0.9996 * 0.9996), frame = 901 * 0.05 * 401 * 0.05 * scale;
    double sum = (double)(one.valid_e4 + one.nodata_e4 + one.unreadable_e4 + one.unusable_e4) * 1e-4;
    assert_true(sum > frame * 0.99999 && sum < frame * 1.00001);
    double nodata = 300 * 0.05 * 401 * 0.05 * scale;
    assert_true((double)one.nodata_e4 * 1e-4 > nodata * 0.999 && (double)one.nodata_e4 * 1e-4 < nodata * 1.001);
    assert_true(one.unreadable_e4 > 0 && one.unusable_e4 > 0 && one.unreadable_e4 > one.unusable_e4);
    assert_true(one.unusable_e4 == one.dark_e4 + one.saturated_e4 && one.saturated_e4 > 0 && one.dark_e4 > one.saturated_e4);
    pv_place_free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unusable_is_what_the_header_says),
        cmocka_unit_test(window_is_a_metre),
        cmocka_unit_test(coverage_is_the_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
