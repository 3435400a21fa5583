/* Pixels read ahead: tiles cover the photo once, get what a direct read gives them, and every photo pixel is read once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pipeline/ahead.h"

#include "fake_photo.h"

#include "base/banned.h"

enum { W = 173, H = 131, MOST = 1 << 16 };
static const char columns[3][PV_NAME] = {"red", "ndvi_mean_0.50m", "nir_sd_0.30m"};
static uint16_t red[W * H], nir[W * H];
static uint8_t valid[W * H];

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 11;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

static void photo_make(pv_photo *p, int block_w, int block_h)
{
    memset(p, 0, sizeof *p);
    p->facts = (pv_photo_facts){.width_px = W, .height_px = H, .n_bands = 2, .gsd_x_m = 0.1, .gsd_y_m = 0.1, .name = "memory"};
    p->facts.block_w_px = block_w;
    p->facts.block_h_px = block_h;
    memcpy(p->facts.band[0].name, "nir", 4);
    memcpy(p->facts.band[1].name, "red", 4);
    p->band[0] = nir;
    p->band[1] = red;
    p->valid = valid;
    for (int i = 0; i < W * H; i++) {
        valid[i] = (uint8_t)(chance(100) < 7 ? 2 * chance(2) : 1);
        red[i] = (uint16_t)chance(65536);
        nir[i] = (uint16_t)chance(65536);
    }
}

typedef struct bench {
    pv_photo photo;
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_ahead_shape shape;
    pv_ahead *ahead;
    pv_tile *tile, *guest, *direct;
    uint8_t seen[W * H];
} bench;

static void bench_make_steps(bench *b, double gsd_m, int unit_w, int unit_h, int64_t bytes, int64_t step_bytes)
{
    int w = 0, h = 0;
    assert_int_equal(pv_work_grid_of(&b->grid, &b->photo.facts, gsd_m, NULL), PV_OK);
    assert_int_equal(pv_feature_plan_new(&b->plan, 3, columns, &(pv_light){.rule = "none"}, &b->photo.facts, b->grid.gsd_x_m, b->grid.gsd_y_m, NULL),
                     PV_OK);
    b->shape = pv_ahead_plan(b->plan, &b->grid, NULL, &b->photo.facts, unit_w, unit_h, bytes, step_bytes);
    if (pv_photo_lends(&b->photo, b->grid.fx, b->grid.fy)) b->shape = pv_ahead_lent(b->shape);
    pv_ahead_core_size(&b->shape, &w, &h);
    assert_int_equal(pv_ahead_new(&b->ahead, &b->shape, b->plan, &b->grid, &b->photo, NULL), PV_OK);
    assert_int_equal(pv_tile_new_guest(&b->guest, b->plan, &b->grid, NULL, NULL, w, h, NULL), PV_OK);
    assert_int_equal(pv_tile_new(&b->tile, b->plan, &b->grid, NULL, NULL, w, h, NULL), PV_OK);
    assert_int_equal(pv_tile_new(&b->direct, b->plan, &b->grid, NULL, NULL, w, h, NULL), PV_OK);
    memset(b->seen, 0, sizeof b->seen);
}

static void bench_make(bench *b, double gsd_m, int unit_w, int unit_h, int64_t bytes)
{
    bench_make_steps(b, gsd_m, unit_w, unit_h, bytes, bytes);
}

static void bench_release(bench *b)
{
    pv_tile_free(b->tile);
    pv_tile_free(b->guest);
    pv_tile_free(b->direct);
    pv_ahead_free(b->ahead);
    pv_feature_plan_free(b->plan);
}

/* The tile looks at what a direct read gives. */
static void same_as_direct(bench *b, const pv_tile *t, pv_rect core)
{
    assert_int_equal(pv_tile_read(b->direct, core, &b->photo, b->plan, &b->grid, NULL), PV_OK);
    assert_memory_equal(&t->read, &b->direct->read, sizeof t->read);
    for (int y = 0; y < t->read.h; y++) {
        pv_pixels a = pv_pixels_from(&t->at, 0, y), c = pv_pixels_from(&b->direct->at, 0, y);
        assert_memory_equal(a.valid, c.valid, (size_t)t->read.w);
        for (int k = 0; k < 2; k++) assert_memory_equal(a.band[k], c.band[k], (size_t)t->read.w * sizeof *a.band[k]);
    }
}

static void take_tiles(bench *b, int step)
{
    for (int k = 0; k < pv_ahead_tiles(&b->shape, step); k++) {
        pv_rect core = pv_ahead_core(&b->shape, step, k);
        if (core.w == 0 || core.h == 0) continue;
        pv_tile_aim(b->guest, core, b->plan, &b->grid);
        pv_ahead_take(b->ahead, step, b->guest);
        same_as_direct(b, b->guest, core);
        int nothing = 1;
        for (int y = core.y; y < core.y + core.h; y++)
            for (int x = core.x; x < core.x + core.w; x++) {
                b->seen[y * b->grid.w + x]++;
                nothing &= pv_tile_valid_row(b->guest, core, y - core.y)[x - core.x] == PV_PIXEL_NODATA;
            }
        assert_int_equal(pv_ahead_nothing(b->ahead, step, core), nothing);
    }
}

/* What is kept is right, and when three rows are kept all is there that does not reach out of the row that was computed and the row before. */
static void fetch_some(bench *b, int step)
{
    const int *index = NULL;
    int n_bands = pv_feature_plan_bands(b->plan, &index), y0 = 0, h = 0, fetched = 0, row = pv_ahead_row(&b->shape, step);
    pv_ahead_core_rows(&b->shape, pv_max(0, row - 1), &y0, &h);
    if (row > 0) h += b->shape.unit_h; /* nearly: the last row may be higher */
    for (int k = 0; k < 20; k++) {
        pv_rect core = {(int)chance((uint32_t)b->grid.w), (int)chance((uint32_t)b->grid.h), 1 + (int)chance(8), 1 + (int)chance(8)};
        core = pv_rect_intersect(core, (pv_rect){0, 0, b->grid.w, b->grid.h});
        pv_tile_aim(b->tile, core, b->plan, &b->grid);
        memset(b->tile->valid, 77, (size_t)b->tile->read.w * (size_t)b->tile->read.h);
        if (!pv_ahead_fetch(b->ahead, step, n_bands, index, b->tile)) {
            assert_true(b->shape.kept < 3 || core.y < y0 || core.y + core.h > y0 + h);
            continue;
        }
        same_as_direct(b, b->tile, core);
        fetched++;
    }
    if (b->shape.segments > 1) assert_int_equal(fetched, 0);
    assert_int_equal(pv_ahead_fetch(b->ahead, step, 1, (const int[]){9}, b->tile), 0);
}

/* By several workers, each with its own handle; what a photo lends is counted. */
static void read_step(bench *b, int step)
{
    int parts = pv_ahead_parts(&b->shape, step), failed = 0;
#pragma omp parallel for num_threads(3) schedule(dynamic) reduction(+ : failed) if (!b->shape.lent)
    for (int k = parts - 1; k >= 0; k--) {
        pv_photo own = b->photo;
        failed += pv_ahead_read(b->ahead, step, k, b->shape.lent ? &b->photo : &own, NULL) != PV_OK;
    }
    assert_int_equal(failed, 0);
}

static void walk(bench *b)
{
    int steps = pv_ahead_steps(&b->shape);
    for (int step = 0; step < steps; step++) {
        read_step(b, step);
        take_tiles(b, step);
        fetch_some(b, step);
    }
    for (int i = 0; i < b->grid.w * b->grid.h; i++) assert_int_equal(b->seen[i], 1);
}

static void tiles_get_their_pixels(void **state)
{
    (void)state;
    static const struct {
        int block_w, block_h;
        double gsd_m;
        int unit_w, unit_h;
        int64_t bytes;
    } cases[] = {{32, 32, 0.1, 32, 32, 1 << 20}, {32, 32, 0.1, 32, 32, MOST},  {32, 32, 0.1, 3, 5, 1},        {64, 16, 0.2, 40, 24, MOST / 2},
                 {32, 32, 0.3, 32, 32, 1 << 20}, {W, 1, 0.1, 50, 20, 1 << 20}, {W, 7, 0.2, 30, 30, 1 << 20},  {W, H, 0.1, 64, 64, 1 << 20},
                 {32, 32, 0.1, 500, 500, 1},     {W, 16, 0.1, 170, 130, MOST}, {16, 16, 0.1, 172, 7, 1 << 20}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench b = {.ahead = NULL};
        photo_make(&b.photo, cases[i].block_w, cases[i].block_h);
        bench_make(&b, cases[i].gsd_m, cases[i].unit_w, cases[i].unit_h, cases[i].bytes);
        walk(&b);
        bench_release(&b);
    }
}

/* Rows stay, three or two of them, as long as they fit; else a step is as long as it may be, and no longer. */
static void rows_stay_or_steps_are_short(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes, step_bytes;
        int kept, per_segment, segments;
    } cases[] = {{1 << 20, 1 << 20, 3, 6, 1}, {1 << 20, 1, 3, 6, 1}, {140000, 1 << 20, 3, 6, 1}, {140000, 1, 3, 6, 1},    {90000, 1, 2, 6, 1},
                 {50000, 1 << 20, 2, 3, 2},   {50000, 1, 2, 1, 6},   {50000, 10000, 2, 1, 6},    {60000, 25000, 2, 3, 2}, {0, 1 << 20, 2, 1, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static bench b;
        photo_make(&b.photo, 32, 32);
        bench_make_steps(&b, 0.1, 32, 32, cases[i].bytes, cases[i].step_bytes);
        assert_int_equal(b.shape.kept, cases[i].kept);
        assert_int_equal(b.shape.per_segment, cases[i].per_segment);
        assert_int_equal(b.shape.segments, cases[i].segments);
        if (cases[i].bytes > 0) assert_true(pv_ahead_bytes(&b.shape) <= cases[i].bytes + cases[i].bytes / 4);
        walk(&b);
        bench_release(&b);
    }
}

static void every_pixel_is_read_once(void **state)
{
    (void)state;
    static bench b;
    photo_make(&b.photo, 32, 32);
    bench_make(&b, 0.1, 32, 32, 1 << 20);
    assert_int_equal(b.shape.kept, 3);
    for (int step = 0; step < pv_ahead_steps(&b.shape); step++)
        for (int k = 0; k < pv_ahead_parts(&b.shape, step); k++) assert_int_equal(pv_ahead_read(b.ahead, step, k, &b.photo, NULL), PV_OK);
    assert_int_equal(b.photo.reads, 6 * 5);
    assert_int_equal(b.photo.expected_px, W * (H - 32));
    bench_release(&b);
    /* Ground that was never written is not read. */
    photo_make(&b.photo, 32, 32);
    b.photo.empty_from_x = 96;
    bench_make(&b, 0.1, 32, 32, 1 << 20);
    for (int k = 0; k < 6; k++) assert_int_equal(pv_ahead_read(b.ahead, 0, k, &b.photo, NULL), PV_OK);
    assert_int_equal(b.photo.reads, 3);
    assert_true(pv_ahead_nothing(b.ahead, 0, (pv_rect){96, 0, 32, 8}));
    b.photo.fail = 1;
    pv_err err = {0};
    assert_int_equal(pv_ahead_read(b.ahead, 1, 1, &b.photo, &err), PV_IO);
    assert_string_equal(err.text, "pixels at 32,32: the disk is gone");
    bench_release(&b);
}

/* A photo that lends its pixels is not read, each of its rows is settled once, and all of it can be fetched. */
static void pixels_are_lent(void **state)
{
    (void)state;
    static uint16_t lent[2 * W * H];
    static bench b;
    photo_make(&b.photo, 32, 32);
    b.photo.lent = lent;
    bench_make(&b, 0.1, 32, 32, 1 << 20);
    assert_int_equal(pv_ahead_bytes(&b.shape), 0);
    walk(&b);
    assert_int_equal(b.photo.lent_rows, H);
    const int *index = NULL;
    int n_bands = pv_feature_plan_bands(b.plan, &index);
    pv_tile_aim(b.tile, (pv_rect){W - 9, H - 9, 9, 9}, b.plan, &b.grid);
    assert_int_equal(pv_ahead_fetch(b.ahead, 0, n_bands, index, b.tile), 1);
    same_as_direct(&b, b.tile, (pv_rect){W - 9, H - 9, 9, 9});
    bench_release(&b);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    static bench b;
    photo_make(&b.photo, 32, 32);
    bench_make(&b, 0.2, 32, 32, 1 << 20);
    pv_status st = PV_NOMEM;
    for (long f = 0; st != PV_OK; f++) {
        pv_ahead *a = NULL;
        pv_mem_fail_at(f, 0);
        st = pv_ahead_new(&a, &b.shape, b.plan, &b.grid, &b.photo, NULL);
        pv_mem_fail_at(-1, 0);
        assert_true((st == PV_OK) == (a != NULL));
        pv_ahead_free(a);
    }
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_get_their_pixels), cmocka_unit_test(rows_stay_or_steps_are_short), cmocka_unit_test(every_pixel_is_read_once),
        cmocka_unit_test(pixels_are_lent),        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
