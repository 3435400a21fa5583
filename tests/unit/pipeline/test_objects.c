/* Object columns over a photo in memory: truth on drawn patches, the photo's edge, windows of many tiles, the decision, words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/objects.h"
#include "pipeline/objects_list.h"

#include "fake_photo.h"

#include "base/banned.h"

enum { W = 700, H = 300, MOST = PV_MAX_COLUMNS };
static uint16_t red[W * H];
static uint8_t valid[W * H];
static const double GSD = 0.25; /* the ring is 4 pixels wide */

/* Soil of 10000, and a rectangle of 50000 in it. */
static void photo_make(pv_photo *p, pv_rect bright)
{
    memset(p, 0, sizeof *p);
    p->facts = (pv_photo_facts){
        .width_px = W, .height_px = H, .block_w_px = 64, .block_h_px = 64, .n_bands = 1, .gsd_x_m = GSD, .gsd_y_m = GSD, .name = "memory"};
    memcpy(p->facts.band[0].name, "red", 4);
    p->band[0] = red;
    p->valid = valid;
    for (int i = 0; i < W * H; i++) {
        int x = i % W - bright.x, y = i / W - bright.y;
        valid[i] = 1;
        red[i] = x >= 0 && y >= 0 && x < bright.w && y < bright.h ? 50000 : 10000;
    }
}

/* Two classes, one question: red above 30000 is "poppy" with a probability of 1 / (1 + exp(-2)) = 0.881 = 224 / 254, else "soil" with the same. */
static pv_model *pixel_model(void)
{
    pv_model *m = NULL;
    assert_int_equal(pv_model_new(&m, 2, 1, 1, NULL), PV_OK);
    memcpy(m->class_name[0], "poppy", 6);
    memcpy(m->class_name[1], "soil", 5);
    memcpy(m->column[0], "red", 4);
    memcpy(m->normalise, "none", 5);
    memcpy(m->band[0], "red", 4);
    m->n_bands = 1;
    m->is_target[0] = 1;
    m->n_edges[0] = 1;
    m->edge[0][0] = 30000;
    m->tree[0].threshold[0] = 0;
    for (int i = 0; i < PV_TREE_LEAVES; i++) {
        m->leaf[i] = (int8_t)(i & 1 ? 127 : -127);
        m->leaf[PV_TREE_LEAVES + i] = (int8_t)(i & 1 ? -127 : 127);
    }
    return m;
}

static pv_patch rectangle(pv_rect r, pv_run *run)
{
    pv_patch p = {.box = r, .first_x = r.x, .first_y = r.y, .max_prob = 223, .run = run};
    for (int y = r.y; y < r.y + r.h; y++) {
        run[p.n_runs++] = (pv_run){y, r.x, r.x + r.w};
        for (int x = r.x; x < r.x + r.w; x++) {
            p.pixels++;
            p.sum_x += x;
            p.sum_y += y;
        }
    }
    return p;
}

typedef struct bench {
    pv_photo photo;
    pv_model *model;
    pv_work_grid grid;
    pv_object_plan *plan;
    pv_object_worker *worker;
    int n_columns;
    char (*column)[PV_NAME];
    uint16_t value[MOST];
    pv_object_look look;
} bench;

static bench *start(pv_rect bright)
{
    bench *b = NULL;
    assert_int_equal(pv_alloc(&b, 1, sizeof *b, "bench", NULL), PV_OK);
    photo_make(&b->photo, bright);
    b->model = pixel_model();
    b->model->stages = pixel_model(); /* its classes as stages */
    b->look.value = b->value;
    assert_int_equal(pv_work_grid_of(&b->grid, &b->photo.facts, 0, NULL), PV_OK);
    b->n_columns = 0;
    static const char list[][PV_NAME] = {"area",     "compactness", "fill",    "elongation", "prob_mean", "prob_50",     "prob_90",
                                         "core",     "ring_prob",   "ring_50", "ring_seen",  "in.poppy",  "in.soil",     "ring.soil",
                                         "mean.red", "sd.red",      "p10.red", "p90.red",    "diff.red",  "contrast.red"};
    b->n_columns = (int)(sizeof list / sizeof *list);
    assert_int_equal(pv_alloc(&b->column, (size_t)b->n_columns, sizeof *b->column, "columns", NULL), PV_OK);
    memcpy(b->column, list, sizeof list);
    assert_int_equal(pv_object_plan_new(&b->plan, b->model, b->n_columns, (const char(*)[PV_NAME])b->column, &b->photo.facts, &b->grid, NULL), PV_OK);
    assert_int_equal(pv_object_worker_new(&b->worker, b->plan, NULL), PV_OK);
    return b;
}

static void stop(bench *b)
{
    pv_object_worker_free(b->worker);
    pv_object_plan_free(b->plan);
    pv_model_free(b->model);
    pv_free(b->column);
    pv_free(b);
}

static int value_of(const bench *b, const char *name)
{
    for (int c = 0; c < b->n_columns; c++)
        if (strcmp(b->column[c], name) == 0) return b->value[c];
    fail_msg("no column %s", name);
    return -1;
}

static pv_status from_photo(void *user, pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err)
{
    return pv_tile_read(tile, core, user, plan, grid, err);
}

static void measure(bench *b, const pv_patch *p)
{
    pv_err err = {0};
    assert_int_equal(pv_object_measure(b->worker, from_photo, &b->photo, p, &b->look, &err), PV_OK);
    assert_int_equal(b->look.measured, 1);
}

/* A bright rectangle of 20 x 10 pixels = 5 x 2.5 m in the middle of soil. */
static void a_drawn_patch_has_its_numbers(void **state)
{
    (void)state;
    static pv_run run[H];
    pv_rect r = {100, 50, 20, 10};
    bench *b = start(r);
    pv_patch p = rectangle(r, run);
    measure(b, &p);
    assert_int_equal(value_of(b, "area"), 1250);
    assert_int_equal(value_of(b, "fill"), 65535);
    assert_int_equal(value_of(b, "compactness"), 200 * 16 * 65535 / (60 * 60));
    assert_in_range(value_of(b, "elongation"), 65535 * 0.24, 65535 * 0.26); /* (10 / 20)^2 */
    assert_int_equal(value_of(b, "in.poppy"), 65535);
    assert_int_equal(value_of(b, "in.soil"), 0);
    assert_int_equal(value_of(b, "ring.soil"), 65535);
    assert_int_equal(value_of(b, "prob_mean"), 223 * 257);
    assert_int_equal(value_of(b, "prob_50"), 65535);
    assert_int_equal(value_of(b, "prob_90"), 0);
    assert_int_equal(value_of(b, "core"), 1250);
    assert_int_equal(value_of(b, "ring_prob"), 31 * 257);
    assert_int_equal(value_of(b, "ring_50"), 0);
    assert_int_equal(value_of(b, "ring_seen"), 65535);
    assert_int_equal(value_of(b, "mean.red"), 50000);
    assert_int_equal(value_of(b, "sd.red"), 0);
    assert_int_equal(value_of(b, "p90.red"), 50000 / 256 * 256);
    assert_int_equal(value_of(b, "diff.red"), 32768 + 20000);
    stop(b);
}

/* Half of the patch is soil: mean, spread and shares follow; a hole in the photo is not counted. */
static void a_mixed_patch_and_a_hole(void **state)
{
    (void)state;
    static pv_run run[H];
    bench *b = start((pv_rect){100, 50, 10, 10});
    pv_patch p = rectangle((pv_rect){100, 50, 20, 10}, run);
    measure(b, &p);
    assert_int_equal(value_of(b, "in.poppy"), 32767);
    assert_int_equal(value_of(b, "mean.red"), 30000);
    assert_int_equal(value_of(b, "sd.red"), 20000);
    assert_int_equal(value_of(b, "p10.red"), 10000 / 256 * 256);
    assert_int_equal(value_of(b, "core"), 625);
    for (int y = 40; y < 50; y++)
        for (int x = 0; x < W; x++) valid[y * W + x] = 0;
    measure(b, &p);
    assert_int_equal(value_of(b, "in.poppy"), 32767);
    int ring = 28 * 18 - 200;
    assert_int_equal(value_of(b, "ring_seen"), (ring - 4 * 28) * 65535 / ring);
    stop(b);
}

/* In the corner the ring is cut, and nothing outside is counted. */
static void the_corner(void **state)
{
    (void)state;
    static pv_run run[H];
    pv_rect r = {0, 0, 8, 8};
    bench *b = start(r);
    pv_patch p = rectangle(r, run);
    measure(b, &p);
    assert_int_equal(value_of(b, "ring_seen"), 65535);
    assert_int_equal(value_of(b, "compactness"), 65535);
    assert_int_equal(value_of(b, "diff.red"), 32768 + 20000);
    stop(b);
}

/* A patch of several tiles of the window has the sums of its pixels, wherever it lies: moved by any shift, the same numbers. */
static void tiles_of_the_window_do_not_show(void **state)
{
    (void)state;
    static pv_run run[H];
    uint16_t first[MOST] = {0};
    for (int shift = 0; shift < 4; shift++) {
        pv_rect r = {20 + 37 * shift, 10 + 5 * shift, 400, 260};
        bench *b = start((pv_rect){r.x, r.y, 300, 200});
        pv_patch p = rectangle(r, run);
        measure(b, &p);
        assert_int_equal(value_of(b, "in.poppy"), (int)(300LL * 200 * 65535 / (400 * 260)));
        /* 60,000 bright pixels of the patch vote for one stage and 44,000 for the other, all alike */
        int64_t both = b->look.stage_sum[0] + b->look.stage_sum[1], more = b->look.stage_sum[0] - b->look.stage_sum[1];
        assert_int_equal(both % 104000, 0);
        assert_in_range(both / 104000, 65533, 65535);
        assert_int_equal(more % 16000, 0);
        assert_in_range(more / 16000, 49500, 49900);
        if (shift == 0) memcpy(first, b->value, sizeof first);
        assert_memory_equal(first, b->value, (size_t)b->n_columns * sizeof *first);
        stop(b);
    }
}

static pv_status from_nowhere(void *user, pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err)
{
    (void)user, (void)tile, (void)core, (void)plan, (void)grid;
    return pv_fail(err, PV_INPUT, "asked again");
}

/* Patches of one reading: their numbers, stages and edges are those of patches that were measured one by one. */
static void patches_together_are_patches_alone(void **state)
{
    (void)state;
    static pv_run run[3][H];
    pv_rect bright = {100, 50, 120, 80}, r[3] = {{96, 48, 20, 30}, {110, 60, 40, 12}, {180, 100, 44, 34}};
    bench *b = start(bright);
    pv_patch p[3];
    uint16_t value[3][MOST];
    int64_t stage[3][2];
    int64_t pixels[3];
    for (int i = 0; i < W; i++) valid[64 * W + i] = i % 3 == 0;
    for (int round = 0; round < 2; round++) {
        if (round == 1) assert_int_equal(pv_object_ready(b->worker, from_photo, &b->photo, r, 3, NULL), PV_OK);
        for (int k = 0; k < 3; k++) {
            pv_run *trimmed = NULL;
            pv_err err = {0};
            p[k] = rectangle(r[k], run[k]);
            memset(b->value, 0, sizeof b->value);
            assert_int_equal(pv_object_measure(b->worker, round == 0 ? from_photo : from_nowhere, &b->photo, &p[k], &b->look, &err), PV_OK);
            assert_int_equal(pv_object_trim(b->worker, &p[k], &trimmed, NULL), PV_OK);
            if (round == 0) {
                memcpy(value[k], b->value, sizeof b->value);
                memcpy(stage[k], b->look.stage_sum, sizeof stage[k]);
                pixels[k] = p[k].pixels;
                assert_true(stage[k][0] > 0);
            }
            assert_memory_equal(value[k], b->value, sizeof b->value);
            assert_memory_equal(stage[k], b->look.stage_sum, sizeof stage[k]);
            assert_int_equal(pixels[k], p[k].pixels);
            pv_free(trimmed);
        }
    }
    p[0] = rectangle(r[0], run[0]);
    assert_int_equal(pv_object_ready(b->worker, from_photo, &b->photo, r, 0, NULL), PV_OK);
    assert_int_equal(pv_object_measure(b->worker, from_nowhere, &b->photo, &p[0], &b->look, NULL), PV_INPUT);
    assert_true(pv_object_price(b->plan, r[0]) > 0);
    assert_int_equal(pv_object_price(b->plan, (pv_rect){0, 0, 390, 5}), -1);
    stop(b);
}

/* Both orders hold every patch once and the same groups; by place they follow the lattice, dearest first their prices. */
static void groups_by_place_and_by_price(void **state)
{
    (void)state;
    static const pv_rect r[] = {{600, 10, 20, 20}, {96, 48, 20, 30}, {110, 60, 40, 12}, {0, 200, 390, 5}, {20, 250, 4, 4}, {300, 5, 3, 3}};
    enum { N = sizeof r / sizeof *r };
    static pv_run run[N][H];
    bench *b = start(r[1]);
    pv_object_list l = {.n_columns = 1};
    size_t groups = 0;
    for (int k = 0; k < N; k++) {
        pv_patch p = rectangle(r[k], run[k]);
        assert_int_equal(pv_object_list_add(&l, &p, NULL), PV_OK);
    }
    for (int dearest = 0; dearest < 2; dearest++) {
        size_t n = 0;
        int seen[N] = {0};
        assert_int_equal(pv_object_list_order(&l, b->plan, dearest, NULL), PV_OK);
        for (size_t g = 0; g < l.n_groups; g++) {
            const pv_object_group *to = &l.group[g];
            if (g > 0 && dearest) assert_true(to->price <= to[-1].price);
            if (g > 0 && !dearest) assert_int_equal(to->first, to[-1].first + to[-1].n);
            for (size_t k = 0; k < to->n; k++) seen[l.order[to->first + k].item]++;
            if (to->n == 1 && l.order[to->first].item == 3) assert_true(to->price == INT64_MAX);
            n += to->n;
        }
        assert_int_equal(n, N);
        for (int k = 0; k < N; k++) assert_int_equal(seen[k], 1);
        if (dearest) assert_int_equal(l.n_groups, groups);
        if (dearest) assert_int_equal(l.order[l.group[0].first].item, 3);
        groups = l.n_groups;
    }
    assert_true(groups > 1 && groups < N);
    pv_object_list_release(&l);
    stop(b);
}

static void what_cannot_be_measured_says_so(void **state)
{
    (void)state;
    static pv_run run[H];
    pv_rect r = {10, 10, 5, 5};
    bench *b = start(r);
    pv_patch p = rectangle(r, run);
    pv_verdict v;
    int16_t scratch[PV_OBJECT_SCRATCH];
    p.n_runs = 0;
    assert_int_equal(pv_object_measure(b->worker, from_photo, &b->photo, &p, &b->look, NULL), PV_OK);
    assert_int_equal(b->look.measured, 0);
    assert_int_equal(pv_object_decide(&v, b->model, &b->look, scratch, NULL), PV_OK);
    assert_true(v.prob_e4 == -1 && v.code == -1 && v.n_why == 0 && v.stage == NULL);
    static const char bad[3][PV_NAME] = {"mean", "in.wheat", "area.red"};
    for (int i = 0; i < 3; i++) {
        pv_object_plan *plan = NULL;
        assert_int_equal(pv_object_plan_new(&plan, b->model, 1, &bad[i], &b->photo.facts, &b->grid, NULL), PV_MODEL);
    }
    stop(b);
}

/* Object trees that ask for bright petals only: that is the first reason. */
static void the_reason_is_what_moved_it(void **state)
{
    (void)state;
    static pv_run run[H];
    pv_rect r = {100, 50, 20, 10};
    bench *b = start(r);
    pv_model *trees = NULL;
    pv_verdict v;
    int16_t scratch[PV_OBJECT_SCRATCH];
    pv_patch p = rectangle(r, run);
    assert_int_equal(pv_model_new(&trees, 2, b->n_columns, 1, NULL), PV_OK);
    memcpy(trees->column, b->column, (size_t)b->n_columns * PV_NAME);
    for (int c = 0; c < b->n_columns; c++) {
        trees->n_edges[c] = 1;
        trees->edge[c][0] = 40000;
        if (strcmp(b->column[c], "diff.red") == 0) trees->tree[0].column[0] = (uint16_t)c;
    }
    trees->tree[0].threshold[0] = 0;
    for (int i = 0; i < PV_TREE_LEAVES; i++) trees->leaf[PV_TREE_LEAVES + i] = (int8_t)(i & 1 ? 120 : -120);
    assert_int_equal(pv_object_stage_new(&b->model->objects, trees, NULL), PV_OK);
    for (int c = 0; c < PV_OBJECT_CODES; c++) b->model->objects->probability_e4[c] = (uint16_t)(c * 39);
    for (int c = 0; c < b->n_columns; c++) b->model->objects->range[c] = (pv_object_range){0, 100, 65535};
    measure(b, &p);
    assert_int_equal(pv_object_decide(&v, b->model, &b->look, scratch, NULL), PV_OK);
    assert_int_equal(value_of(b, "prob_mean"), 223 * 257);
    assert_int_equal(v.code, 127 + 33); /* 3/40 x 120 + (57311 - 32768) / 1024 = 32.97 */
    assert_int_equal(v.prob_e4, 160 * 39);
    assert_int_equal(v.n_why, 1);
    assert_string_equal(v.why[0], "it is brighter in red than the plants around");
    /* Two channels that are said by one word are said once. */
    for (int c = 0; c < b->n_columns; c++) {
        if (strcmp(b->column[c], "prob_max") != 0) continue;
        trees->tree[0].column[1] = (uint16_t)c;
        memcpy(trees->column[c], "diff.red_excess", 16);
    }
    memcpy(trees->column[trees->tree[0].column[0]], "diff.red_share", 15);
    trees->tree[0].threshold[1] = 0;
    for (int i = 0; i < PV_TREE_LEAVES; i++) trees->leaf[PV_TREE_LEAVES + i] = (int8_t)((i & 1 ? 60 : -60) + (i & 2 ? 50 : -50));
    assert_int_equal(pv_object_decide(&v, b->model, &b->look, scratch, NULL), PV_OK);
    assert_int_equal(v.n_why, 1);
    assert_string_equal(v.why[0], "it is redder than the plants around");
    stop(b);
}

/* A patch that grew 3 pixels beyond the bright ground, where the probability is far below half of the plateau. */
static void edges_end_at_half_of_the_plateau(void **state)
{
    (void)state;
    static pv_run run[H];
    pv_rect bright = {100, 50, 40, 30}, grown = {97, 50, 43, 33};
    bench *b = start(bright);
    pv_patch p = rectangle(grown, run), plain = rectangle(bright, run);
    pv_run *kept = NULL;
    int64_t pixels = p.pixels;
    p = rectangle(grown, run);
    measure(b, &p);
    assert_int_equal(pv_object_trim(b->worker, &p, &kept, NULL), PV_OK);
    assert_non_null(kept);
    assert_true(p.pixels == plain.pixels && p.grown_pixels == pixels && p.sum_x == plain.sum_x && p.sum_y == plain.sum_y);
    assert_true(p.sum_prob == 223 * p.pixels && p.n_runs == bright.h && p.run == kept);
    assert_memory_equal(&p.box, &bright, sizeof bright);
    assert_true(p.first_x == 97 && kept[0].y == 50 && kept[0].x0 == 100 && kept[29].x1 == 140);
    pv_free(kept);
    stop(b);
}

static void words(void **state)
{
    (void)state;
    char out[PV_WHY];
    pv_object_phrase("ring.other_flower", 1, out);
    assert_string_equal(out, "it stands among other flower");
    pv_object_phrase("diff.wax", 1, out);
    assert_string_equal(out, "it is more grey-green and waxy than the plants around");
    pv_object_phrase("nothing", 1, out);
    assert_string_equal(out, "");
}

static void no_memory_leaks_nothing(void **state)
{
    (void)state;
    bench *b = start((pv_rect){10, 10, 5, 5});
    pv_status st = PV_NOMEM;
    for (long k = 0; st == PV_NOMEM && k < 100; k++) {
        pv_object_plan *plan = NULL;
        pv_object_worker *worker = NULL;
        pv_mem_fail_at(k, 0);
        st = pv_object_plan_new(&plan, b->model, b->n_columns, (const char(*)[PV_NAME])b->column, &b->photo.facts, &b->grid, NULL);
        if (st == PV_OK) st = pv_object_worker_new(&worker, plan, NULL);
        pv_mem_fail_at(-1, 0);
        pv_object_worker_free(worker);
        pv_object_plan_free(plan);
    }
    assert_int_equal(st, PV_OK);
    stop(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_drawn_patch_has_its_numbers),
                                       cmocka_unit_test(a_mixed_patch_and_a_hole),
                                       cmocka_unit_test(the_corner),
                                       cmocka_unit_test(tiles_of_the_window_do_not_show),
                                       cmocka_unit_test(patches_together_are_patches_alone),
                                       cmocka_unit_test(groups_by_place_and_by_price),
                                       cmocka_unit_test(what_cannot_be_measured_says_so),
                                       cmocka_unit_test(the_reason_is_what_moved_it),
                                       cmocka_unit_test(edges_end_at_half_of_the_plateau),
                                       cmocka_unit_test(words),
                                       cmocka_unit_test(no_memory_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
