/* The early decision of tiles: against the plain definition, for any tiling and processor, and the full answers beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "fake_photo.h"
#include "models/trees.h"
#include "pipeline/gate_loops.h"
#include "pipeline/tile_classify.h"

#include "base/banned.h"

enum { W = 173, H = 141, K = 4, COLUMNS = 4, TREES = 9 };

static uint16_t red[H][W], nir[H][W];
static uint8_t valid[H][W];
static const char column[COLUMNS][PV_NAME] = {"nir", "red", "red_mean_0.50m", "nir_sd_0.70m"};

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 5;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

/* Soft hills and noise; a hole, a corner that is dark, and a block that could not be read. */
static void scene_make(void)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int hill = (x / 23 + y / 31) % 3;
            red[y][x] = (uint16_t)(9000 + 9000 * hill + (int)chance(4000));
            nir[y][x] = (uint16_t)(20000 + 7000 * ((x / 40) % 3) + (int)chance(6000));
            valid[y][x] = x > 60 && x < 70 && y > 20 && y < 90 ? PV_PIXEL_NODATA : x > 150 && y > 100 ? PV_PIXEL_UNREADABLE : PV_PIXEL_VALID;
            if (x < 30 && y > 110) red[y][x] = nir[y][x] = 3;
        }
    }
}

static void random_trees(pv_model *m)
{
    for (int c = 0; c < m->n_columns; c++) {
        m->n_edges[c] = 60;
        for (int e = 0; e < 60; e++) m->edge[c][e] = (uint16_t)(800 * (e + 1));
    }
    for (int t = 0; t < m->n_trees; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            m->tree[t].column[d] = (uint16_t)chance((uint32_t)m->n_columns);
            m->tree[t].threshold[d] = (uint8_t)chance(60);
        }
    }
    for (int i = 0; i < m->n_trees * m->n_classes * PV_TREE_LEAVES; i++) m->leaf[i] = (int8_t)((int)chance(255) - 127);
}

/* smooth_px: 1 = none. */
static pv_model *model_make(int smooth_px, int threshold)
{
    pv_model *m = NULL, *trees = NULL;
    assert_int_equal(pv_model_new(&m, K, COLUMNS, TREES, NULL), PV_OK);
    assert_int_equal(pv_model_new(&trees, 2, 2, TREES, NULL), PV_OK);
    memcpy(m->column, column, sizeof column);
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    m->gsd_m = 0.1;
    m->smooth_m = smooth_px > 1 ? smooth_px * 0.1 : 0;
    m->is_target[1] = 1;
    random_trees(m);
    memcpy(trees->column[0], column[2], PV_NAME);
    memcpy(trees->column[1], column[1], PV_NAME);
    random_trees(trees);
    assert_int_equal(pv_early_gate_new(&m->gate, trees, NULL), PV_OK);
    m->gate->threshold = threshold;
    m->gate->least_low = 1;
    assert_int_equal(pv_trees_prepare(m, NULL), PV_OK);
    return m;
}

typedef struct answer {
    uint8_t prob[H][W], best[H][W], full_prob[H][W], full_best[H][W], open[H][W], level[H][W];
    int64_t asked;
} answer;

static void put(uint8_t to[H][W], pv_rect core, const uint8_t *from)
{
    for (int y = 0; y < core.h; y++) memcpy(&to[core.y + y][core.x], from + (size_t)y * (size_t)core.w, (size_t)core.w);
}

static pv_photo photo_make(void)
{
    pv_photo photo = {
        .facts = {.width_px = W, .height_px = H, .n_bands = 2, .gsd_x_m = 0.1, .gsd_y_m = 0.1}, .band = {red[0], nir[0]}, .valid = valid[0]};
    (void)snprintf(photo.facts.band[0].name, PV_BAND_NAME, "red");
    (void)snprintf(photo.facts.band[1].name, PV_BAND_NAME, "nir");
    return photo;
}

/* The whole photo by tiles of w x h. gate, full: as pv_classify_plan. */
static void run_all(const pv_model *m, int gate, int full, int w, int h, answer *out, pv_drift_counts *drift)
{
    pv_photo photo = photo_make();
    static pv_coder coder[COLUMNS];
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_gate_plan *gate_plan = NULL;
    pv_tile_gate *tile_gate = NULL;
    pv_classifier *c = NULL;
    pv_tile *tile = NULL, *marked = NULL;
    pv_light light = pv_model_light(m);
    pv_classify_seconds spent = {0};
    assert_int_equal(pv_work_grid_of(&grid, &photo.facts, m->gsd_m, NULL), PV_OK);
    assert_int_equal(pv_feature_plan_new(&plan, COLUMNS, column, &light, &photo.facts, grid.gsd_x_m, grid.gsd_y_m, NULL), PV_OK);
    assert_int_equal(pv_gate_plan_new(&gate_plan, m, m->gate, plan, &photo.facts, &grid, NULL), PV_OK);
    for (int k = 0; k < COLUMNS; k++) pv_coder_make(&coder[k], m, k);
    pv_classify_plan p = {m, plan, &grid, coder, gate ? gate_plan : NULL, full, drift != NULL};
    assert_int_equal(pv_classifier_new(&c, &p, w, h, NULL), PV_OK);
    assert_int_equal(pv_tile_gate_new(&tile_gate, gate_plan, w, h, NULL), PV_OK);
    assert_int_equal(pv_tile_new(&tile, plan, &grid, m, pv_classify_coder(&p), w, h, NULL), PV_OK);
    assert_int_equal(pv_tile_new(&marked, plan, &grid, m, NULL, w, h, NULL), PV_OK);
    for (int y = 0; y < H; y += h) {
        for (int x = 0; x < W; x += w) {
            pv_rect core = {x, y, pv_min(w, W - x), pv_min(h, H - y)};
            assert_int_equal(pv_tile_read(tile, core, &photo, plan, &grid, NULL), PV_OK);
            pv_tile_classify(c, tile, drift, &spent);
            put(out->prob, core, tile->prob);
            put(out->best, core, tile->best);
            assert_int_equal(pv_classifier_full(c) != NULL, gate && full);
            if (gate && full) {
                put(out->full_prob, core, pv_classifier_full(c)->prob);
                put(out->full_best, core, pv_classifier_full(c)->best);
            }
            assert_int_equal(pv_tile_read(marked, core, &photo, plan, &grid, NULL), PV_OK);
            pv_tile_mark(marked, plan);
            put(out->open, core, pv_tile_gate_open(tile_gate, marked, core));
            put(out->level, core, pv_tile_gate_level(tile_gate, marked));
        }
    }
    out->asked = pv_classifier_asked(c);
    pv_tile_free(tile);
    pv_tile_free(marked);
    pv_tile_gate_free(tile_gate);
    pv_classifier_free(c);
    pv_gate_plan_free(gate_plan);
    pv_feature_plan_free(plan);
}

static int same(const answer *a, const answer *b)
{
    return memcmp(a->prob, b->prob, sizeof a->prob) == 0 && memcmp(a->best, b->best, sizeof a->best) == 0;
}

/* Answers of the whole photo at once, with the trees asked where pixels are open and nowhere else. */
static void ask_where_open(const pv_model *m, uint8_t open[H][W], answer *out)
{
    pv_photo photo = photo_make();
    static pv_coder coder[COLUMNS];
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_tile *tile = NULL;
    pv_light light = pv_model_light(m);
    assert_int_equal(pv_work_grid_of(&grid, &photo.facts, m->gsd_m, NULL), PV_OK);
    assert_int_equal(pv_feature_plan_new(&plan, COLUMNS, column, &light, &photo.facts, grid.gsd_x_m, grid.gsd_y_m, NULL), PV_OK);
    for (int k = 0; k < COLUMNS; k++) pv_coder_make(&coder[k], m, k);
    assert_int_equal(pv_tile_new(&tile, plan, &grid, m, coder, W, H, NULL), PV_OK);
    assert_int_equal(pv_tile_read(tile, (pv_rect){0, 0, W, H}, &photo, plan, &grid, NULL), PV_OK);
    pv_tile_features(tile, plan);
    for (int i = 0; i < W * H; i++) {
        if (tile->why[i] == 0) tile->prob[i] = 0;
        tile->why[i] = !open[i / W][i % W];
    }
    pv_tile_ask(tile);
    put(out->prob, tile->core, tile->prob);
    put(out->best, tile->core, tile->best);
    pv_tile_free(tile);
    pv_feature_plan_free(plan);
}

static const int windows[] = {1, 3, 7};

/* Open pixels have the answer of the open ones around them, closed ones nothing, unknown ones their reason; what rasters get is the full answer. */
static void open_is_asked_and_closed_is_nothing(void **state)
{
    (void)state;
    static answer full, gated, both, plain;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        pv_model *m = model_make(windows[i], 128);
        int64_t open = 0, closed = 0;
        run_all(m, 0, 0, 64, 64, &full, NULL);
        run_all(m, 1, 0, 64, 64, &gated, NULL);
        run_all(m, 1, 1, 64, 64, &both, NULL);
        ask_where_open(m, gated.open, &plain);
        assert_memory_equal(full.prob, both.full_prob, sizeof full.prob);
        assert_memory_equal(full.best, both.full_best, sizeof full.best);
        assert_true(same(&gated, &both));
        assert_true(same(&gated, &plain));
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                int usable = full.best[y][x] < PV_BEST_UNUSABLE, is_open = gated.open[y][x];
                assert_true(usable || !is_open);
                if (!is_open) assert_int_equal(gated.prob[y][x], usable ? 0 : full.prob[y][x]);
                if (!usable) assert_int_equal(gated.best[y][x], full.best[y][x]);
                open += is_open;
                closed += usable && !is_open;
            }
        }
        assert_true(open > W * H / 20 && closed > W * H / 20);
        assert_true(gated.asked < full.asked);
        pv_model_free(m);
    }
}

/* The mean evidence of windows by hand: the evidence alone is taken from a model without a window, of every other row. */
static void open_is_what_it_says(void **state)
{
    (void)state;
    static answer alone, wide;
    pv_model *m = model_make(1, 128);
    run_all(m, 0, 0, W, H, &alone, NULL);
    for (int t = 100; t <= 150; t += 25) {
        enum { HALF = 3 };
        m->smooth_m = (2 * HALF + 1) * 0.1;
        m->gate->threshold = t;
        run_all(m, 0, 0, W, H, &wide, NULL);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                int best = 0;
                for (int v = y - HALF; v <= y + HALF && wide.best[y][x] < PV_BEST_UNUSABLE; v += HALF) {
                    for (int u = x - HALF; u <= x + HALF; u += HALF) {
                        uint32_t sum = 0, n = 0;
                        if (u < 0 || v < 0 || u >= W || v >= H || wide.best[v][u] >= PV_BEST_UNUSABLE) continue;
                        for (int b = pv_max(0, v - HALF); b <= pv_min(H - 1, v + HALF); b++)
                            for (int a = pv_max(0, u - HALF); a <= pv_min(W - 1, u + HALF); a++)
                                if (alone.best[b][a] < PV_BEST_UNUSABLE && b % 2 == 0) sum += alone.level[b][a], n++;
                        best = pv_max(best, n > 0 ? (int)(sum / n) : 255);
                    }
                }
                assert_int_equal(wide.level[y][x], best);
                assert_int_equal(wide.open[y][x], best >= t);
            }
        }
    }
    pv_model_free(m);
}

static void nothing_depends_on_tiles(void **state)
{
    (void)state;
    static answer whole, cut;
    static const int tile[][2] = {{32, 32}, {100, 64}, {64, 100}, {17, 141}, {173, 9}};
    pv_drift_counts a = {0}, b = {0};
    for (int full = 0; full < 2; full++) {
        pv_model *m = model_make(5, 128);
        assert_int_equal(pv_drift_counts_init(&a, COLUMNS, NULL), PV_OK);
        run_all(m, 1, full, W, H, &whole, &a);
        for (size_t i = 0; i < sizeof tile / sizeof *tile; i++) {
            assert_int_equal(pv_drift_counts_init(&b, COLUMNS, NULL), PV_OK);
            run_all(m, (int)(i != 1) | full, full, tile[i][0], tile[i][1], &cut, &b);
            if (i != 1 || full) assert_true(same(&whole, &cut)); /* the second without a gate: drift is the same all the same */
            assert_memory_equal(a.code, b.code, COLUMNS * sizeof *a.code);
            pv_drift_counts_release(&b);
        }
        pv_drift_counts_release(&a);
        pv_model_free(m);
    }
}

/* Every path of the machine, on rows of awkward lengths. */
static void paths_agree(void **state)
{
    (void)state;
    enum { N = 203, HALF = 5 };
    static int16_t score[2 * PV_BATCH];
    uint8_t e[2][N], in[N], out[N], why[N], flag[2][N], rows[3][N + 2 * HALF], open[2][N];
    int32_t sum[2][N + 2 * HALF];
    for (int i = 0; i < N; i++) {
        score[i] = (int16_t)(chance(4000) - 2000);
        score[PV_BATCH + i] = (int16_t)(chance(4000) - 2000);
        in[i] = (uint8_t)chance(256);
        out[i] = (uint8_t)chance(256);
        why[i] = (uint8_t)(chance(5) == 0 ? PV_BEST_NODATA : 0);
    }
    for (int i = 0; i < N + 2 * HALF; i++) {
        sum[0][i] = sum[1][i] = (int32_t)chance(2000) - 1000;
        for (int k = 0; k < 3; k++) rows[k][i] = chance(20) == 0;
    }
    const pv_gate_loops *plain = pv_gate_loops_of(PV_CPU_PORTABLE);
    for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
        const pv_gate_loops *l = pv_gate_loops_of((pv_cpu)cpu);
        for (size_t n = 1; n <= N; n += 1 + n / 3) {
            pv_early_gate_evidence(score, n, e[0]);
            l->evidence(score, n, e[1]);
            assert_memory_equal(e[0], e[1], n);
            plain->fill(in, why, n, 90, e[0]);
            l->fill(in, why, n, 90, e[1]);
            assert_memory_equal(e[0], e[1], n);
            plain->slide(in, out, n, sum[0]);
            l->slide(in, out, n, sum[1]);
            assert_memory_equal(sum[0], sum[1], sizeof sum[0]);
            plain->windows(sum[0], n, 2 * HALF + 1, flag[0]);
            l->windows(sum[1], n, 2 * HALF + 1, flag[1]);
            assert_memory_equal(flag[0], flag[1], n);
            plain->spread(rows[0], rows[1], rows[2], why, n, HALF, open[0]);
            l->spread(rows[0], rows[1], rows[2], why, n, HALF, open[1]);
            assert_memory_equal(open[0], open[1], n);
        }
    }
}

static int make_scene(void **state)
{
    (void)state;
    scene_make();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(open_is_asked_and_closed_is_nothing), cmocka_unit_test(open_is_what_it_says),
                                       cmocka_unit_test(nothing_depends_on_tiles), cmocka_unit_test(paths_agree)};
    return cmocka_run_group_tests(tests, make_scene, NULL);
}
