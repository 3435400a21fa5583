/* Tiles over a photo in memory: averaging, unknown pixels, sameness for any tiling, memory as planned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/tile.h"

#include "fake_photo.h"

#include "base/banned.h"

/* Counts what is really asked for: the linker leads pv_alloc() here. */
pv_status __real_pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err);
pv_status __wrap_pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err);
static size_t asked;

pv_status __wrap_pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err)
{
    if (size == 0 || n < SIZE_MAX / size) asked += n * size;
    return __real_pv_alloc(out, n, size, what, err);
}

enum { W = 61, H = 47, N_COLUMNS = 4 };
static const char columns[N_COLUMNS][PV_NAME] = {"red", "ndvi_mean_0.50m", "nir_sd_0.50m", "red_diff_0.30m_0.90m"};
static uint16_t red[W * H], nir[W * H];
static uint8_t valid[W * H];

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 7;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

static void photo_make(pv_photo *p, int holes)
{
    memset(p, 0, sizeof *p);
    p->facts = (pv_photo_facts){
        .width_px = W, .height_px = H, .block_w_px = 16, .block_h_px = 16, .n_bands = 2, .gsd_x_m = 0.1, .gsd_y_m = 0.1, .name = "memory"};
    memcpy(p->facts.band[0].name, "nir", 4);
    memcpy(p->facts.band[1].name, "red", 4);
    p->band[0] = nir;
    p->band[1] = red;
    p->valid = valid;
    for (int i = 0; i < W * H; i++) {
        valid[i] = (uint8_t)(chance(100) < (uint32_t)holes ? 2 * chance(2) : 1);
        red[i] = (uint16_t)chance(65536);
        nir[i] = (uint16_t)chance(65536);
    }
}

/* Three classes, trees over all columns; the second class is hunted. */
static pv_model *model_make(pv_coder **coder)
{
    pv_model *m = NULL;
    assert_int_equal(pv_model_new(&m, 3, N_COLUMNS, 5, NULL), PV_OK);
    for (int c = 0; c < N_COLUMNS; c++) {
        memcpy(m->column[c], columns[c], PV_NAME);
        m->n_edges[c] = 200;
        for (int e = 0; e < 200; e++) m->edge[c][e] = (uint16_t)(300 * (e + 1));
    }
    m->is_target[1] = 1;
    for (int t = 0; t < 5; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            m->tree[t].column[d] = (uint16_t)chance(N_COLUMNS);
            m->tree[t].threshold[d] = (uint8_t)chance(200);
        }
        for (int i = 0; i < 3 * PV_TREE_LEAVES; i++) m->leaf[t * 3 * PV_TREE_LEAVES + i] = (int8_t)((int)chance(200) - 100);
    }
    assert_int_equal(pv_alloc(coder, N_COLUMNS, sizeof **coder, "coders", NULL), PV_OK);
    for (int c = 0; c < N_COLUMNS; c++) pv_coder_make(&(*coder)[c], m, c);
    return m;
}

static pv_feature_plan *plan_make(const pv_photo *p, const pv_work_grid *g)
{
    pv_feature_plan *plan = NULL;
    pv_err err = {0};
    if (pv_feature_plan_new(&plan, N_COLUMNS, columns, &(pv_light){.rule = "none"}, &p->facts, g->gsd_x_m, g->gsd_y_m, &err) != PV_OK)
        fail_msg("%s", err.text);
    return plan;
}

static void grid_is_whole_factors(void **state)
{
    (void)state;
    pv_photo_facts f = {.width_px = 100, .height_px = 41, .gsd_x_m = 0.02, .gsd_y_m = 0.04};
    pv_work_grid g = {0};
    pv_err err = {0};
    assert_int_equal(pv_work_grid_of(&g, &f, 0.0, &err), PV_OK);
    assert_true(g.fx == 1 && g.fy == 1 && g.w == 100 && g.h == 41 && g.gsd_x_m == 0.02 && g.gsd_y_m == 0.04);
    assert_int_equal(pv_work_grid_of(&g, &f, 0.06, &err), PV_OK); /* 3 and 1.5 + 0.25 */
    assert_true(g.fx == 3 && g.fy == 1 && g.w == 34 && g.h == 41);
    assert_int_equal(pv_work_grid_of(&g, &f, 0.08, &err), PV_OK);
    assert_true(g.fx == 4 && g.fy == 2 && g.w == 25 && g.h == 21 && g.gsd_x_m == 0.08);
    assert_int_equal(pv_work_grid_of(&g, &f, 0.03, &err), PV_OK); /* 0.04 is 1.33 times coarser: still fine */
    assert_true(g.fx == 1 && g.fy == 1);
    assert_int_equal(pv_work_grid_of(&g, &f, 0.026, &err), PV_MODEL); /* 0.04 is 1.54 times coarser */
    assert_non_null(strstr(err.text, "too coarse"));
    assert_int_equal(pv_work_grid_of(&g, &f, 100.0, &err), PV_MODEL);
    int coarse = 7;
    assert_int_equal(pv_work_grid_any(&g, &f, 0.026, &coarse, &err), PV_OK); /* its own pixels where they are too coarse */
    assert_true(coarse == 1 && g.fx == 1 && g.fy == 1 && g.gsd_y_m == 0.04);
    assert_int_equal(pv_work_grid_any(&g, &f, 0.03, &coarse, &err), PV_OK);
    assert_int_equal(coarse, 0);
    f.gsd_x_m = 0.0;
    assert_int_equal(pv_work_grid_of(&g, &f, 0.05, &err), PV_INPUT);
}

/* prob and best of the whole photo, by tiles of w x h. */
static void classify_all(pv_photo *p, double gsd_m, const pv_model *m, pv_coder *coder, int w, int h, uint8_t *prob, uint8_t *best)
{
    pv_work_grid g;
    assert_int_equal(pv_work_grid_of(&g, &p->facts, gsd_m, NULL), PV_OK);
    pv_feature_plan *plan = plan_make(p, &g);
    pv_tile *t = NULL;
    assert_int_equal(pv_tile_new(&t, plan, &g, m, coder, w, h, NULL), PV_OK);
    for (int y = 0; y < g.h; y += h) {
        for (int x = 0; x < g.w; x += w) {
            pv_rect core = {x, y, pv_min(w, g.w - x), pv_min(h, g.h - y)};
            assert_int_equal(pv_tile_read(t, core, p, plan, &g, NULL), PV_OK);
            pv_tile_features(t, plan);
            pv_tile_ask(t);
            for (int j = 0; j < core.h; j++) {
                memcpy(prob + (y + j) * g.w + x, t->prob + j * core.w, (size_t)core.w);
                memcpy(best + (y + j) * g.w + x, t->best + j * core.w, (size_t)core.w);
            }
        }
    }
    pv_tile_free(t);
    pv_feature_plan_free(plan);
}

static void answers_do_not_depend_on_tiles(void **state)
{
    (void)state;
    static const int tile[][2] = {{61, 47}, {1, 1}, {7, 11}, {40, 40}, {16, 3}};
    pv_coder *coder = NULL;
    uint8_t prob[5][W * H] = {{0}}, best[5][W * H] = {{0}};
    pv_model *m = model_make(&coder);
    for (int round = 0; round < 8; round++) {
        pv_photo p;
        photo_make(&p, round % 2 ? 30 : 0);
        if (round == 4) m->smooth_m = 0.5;
        for (int k = 0; k < 5; k++) classify_all(&p, round % 4 < 2 ? 0.1 : 0.3, m, coder, tile[k][0], tile[k][1], prob[k], best[k]);
        for (int k = 1; k < 5; k++) {
            assert_memory_equal(prob[k], prob[0], sizeof prob[0]);
            assert_memory_equal(best[k], best[0], sizeof best[0]);
        }
        int seen[256] = {0};
        for (int i = 0; i < W * H && round % 4 < 2; i++) {
            seen[best[0][i]]++;
            assert_true(valid[i] == PV_PIXEL_VALID ? best[0][i] < 3 && prob[0][i] <= PV_PROB_MAX : prob[0][i] == PV_PROB_UNKNOWN);
            if (valid[i] != PV_PIXEL_VALID) assert_int_equal(best[0][i], valid[i] == PV_PIXEL_UNREADABLE ? PV_BEST_UNREADABLE : PV_BEST_NODATA);
        }
        assert_true(round >= 2 || (seen[0] > 0 && seen[1] > 0 && seen[2] > 0));
    }
    pv_model_free(m);
    pv_free(coder);
}

/* The same answers when the file has its bands in another order. */
static void answers_do_not_depend_on_band_order(void **state)
{
    (void)state;
    pv_coder *coder = NULL;
    uint8_t prob[2][W * H] = {{0}}, best[2][W * H] = {{0}};
    pv_model *m = model_make(&coder);
    pv_photo p;
    photo_make(&p, 10);
    classify_all(&p, 0.0, m, coder, 32, 32, prob[0], best[0]);
    pv_band first = p.facts.band[0];
    p.facts.band[0] = p.facts.band[1];
    p.facts.band[1] = first;
    p.band[0] = red;
    p.band[1] = nir;
    classify_all(&p, 0.0, m, coder, 32, 32, prob[1], best[1]);
    assert_memory_equal(prob[1], prob[0], sizeof prob[0]);
    assert_memory_equal(best[1], best[0], sizeof best[0]);
    pv_model_free(m);
    pv_free(coder);
}

static void empty_ground_is_skipped_and_failures_are_placed(void **state)
{
    (void)state;
    pv_coder *coder = NULL;
    pv_model *m = model_make(&coder);
    pv_photo p;
    pv_err err = {0};
    photo_make(&p, 0);
    pv_work_grid g;
    assert_int_equal(pv_work_grid_of(&g, &p.facts, 0.0, NULL), PV_OK);
    pv_feature_plan *plan = plan_make(&p, &g);
    pv_tile *t = NULL;
    assert_int_equal(pv_tile_new(&t, plan, &g, m, coder, 16, 16, NULL), PV_OK);
    p.empty_from_x = 32;
    assert_int_equal(pv_tile_read(t, (pv_rect){32, 0, 16, 16}, &p, plan, &g, &err), PV_OK);
    assert_int_equal(p.reads, 0);
    pv_tile_features(t, plan);
    pv_tile_ask(t);
    for (int i = 0; i < 256; i++) assert_true(t->prob[i] == PV_PROB_UNKNOWN && t->best[i] == PV_BEST_NODATA);
    p.fail = 1;
    assert_int_equal(pv_tile_read(t, (pv_rect){16, 32, 16, 15}, &p, plan, &g, &err), PV_IO);
    assert_string_equal(err.text, "tile at 16,32: the disk is gone");
    pv_tile_free(t);
    pv_feature_plan_free(plan);
    pv_model_free(m);
    pv_free(coder);
}

static void memory_is_as_planned(void **state)
{
    (void)state;
    static const double gsd[] = {0.1, 0.3};
    pv_coder *coder = NULL;
    pv_model *m = model_make(&coder);
    pv_photo p;
    photo_make(&p, 0);
    for (int k = 0; k < 4; k++) {
        pv_work_grid g;
        assert_int_equal(pv_work_grid_of(&g, &p.facts, gsd[k % 2], NULL), PV_OK);
        pv_feature_plan *plan = plan_make(&p, &g);
        const pv_model *with = k < 2 ? m : NULL;
        m->smooth_m = k == 1 ? 0.9 : 0;
        pv_tile *t = NULL;
        asked = 0;
        assert_int_equal(pv_tile_new(&t, plan, &g, with, with != NULL ? coder : NULL, 13, 900, NULL), PV_OK);
        assert_int_equal(pv_tile_read(t, (pv_rect){0, 0, 13, g.h}, &p, plan, &g, NULL), PV_OK);
        assert_int_equal(asked, pv_tile_bytes(plan, &g, with, 13, 900));
        pv_tile_free(t);
        t = NULL;
        for (int with_coder = with == NULL; with_coder < 2; with_coder++) {
            asked = 0;
            assert_int_equal(pv_tile_new_guest(&t, plan, &g, with, with != NULL && with_coder ? coder : NULL, 13, 900, NULL), PV_OK);
            assert_int_equal(asked, pv_tile_guest_bytes(plan, &g, with, with_coder, 13, 900));
            pv_tile_free(t);
            t = NULL;
        }
        pv_err err = {0};
        pv_status st = PV_NOMEM;
        for (long f = 0; st != PV_OK; f++) {
            memset(&err, 0, sizeof err);
            pv_mem_fail_at(f, 0);
            st = pv_tile_new(&t, plan, &g, with, with != NULL ? coder : NULL, 13, 9, &err);
            pv_mem_fail_at(-1, 0);
            assert_true(st == PV_OK || (st == PV_NOMEM && t == NULL && err.text[0] != '\0'));
        }
        pv_tile_free(t);
        t = NULL;
        g.w = g.h = INT32_MAX;
        assert_int_equal(pv_tile_new(&t, plan, &g, with, with != NULL ? coder : NULL, INT32_MAX, INT32_MAX, &err), PV_NOMEM);
        assert_true(pv_tile_bytes(plan, &g, with, INT32_MAX, INT32_MAX) > INT64_C(1) << 58);
        pv_feature_plan_free(plan);
    }
    pv_model_free(m);
    pv_free(coder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_is_whole_factors),
        cmocka_unit_test(answers_do_not_depend_on_tiles),
        cmocka_unit_test(answers_do_not_depend_on_band_order),
        cmocka_unit_test(empty_ground_is_skipped_and_failures_are_placed),
        cmocka_unit_test(memory_is_as_planned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
