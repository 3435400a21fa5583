/* Averaged class probabilities: against the plain definition, for any tiling and processor, with holes and edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/smooth_paths.h"

#include "base/banned.h"

enum { W = 37, H = 29, K = 5, COLUMNS = 3, TREES = 12, STRIDE = 8, UNTOUCHED = 77 };

static uint8_t code[COLUMNS][H][W], why[H][W];

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 11;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

static pv_model *model_make(void)
{
    pv_model *m = NULL;
    assert_int_equal(pv_model_new(&m, K, COLUMNS, TREES, NULL), PV_OK);
    for (int t = 0; t < TREES; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            m->tree[t].column[d] = (uint16_t)chance(COLUMNS);
            m->tree[t].threshold[d] = (uint8_t)chance(255);
        }
    for (int i = 0; i < TREES * K * PV_TREE_LEAVES; i++) m->leaf[i] = (int8_t)((int)chance(255) - 127);
    m->is_target[1] = m->is_target[4] = 1;
    return m;
}

/* Shares of one pixel; zeros where it is not asked. */
static void share_of(const pv_model *m, int x, int y, uint16_t share[STRIDE])
{
    static int16_t score[K * PV_BATCH];
    const uint8_t *at[COLUMNS];
    memset(share, 0, STRIDE * sizeof *share);
    for (int c = 0; c < COLUMNS; c++) at[c] = &code[c][y][x];
    pv_trees_score(m, at, 1, score);
    if (why[y][x] == 0) pv_trees_share(m, score, 1, STRIDE, share);
}

/* By the definition: sums over the window around (x, y), and how pure and how near to `own` it is. */
static uint64_t window_of(const pv_model *m, int x, int y, int hx, int hy, const uint16_t *own, uint32_t sum[STRIDE])
{
    uint64_t all = 0, dot = 0, pure = 0;
    memset(sum, 0, STRIDE * sizeof *sum);
    for (int v = pv_max(0, y - hy); v <= pv_min(H - 1, y + hy); v++)
        for (int u = pv_max(0, x - hx); u <= pv_min(W - 1, x + hx); u++) {
            uint16_t share[STRIDE];
            share_of(m, u, v, share);
            for (int k = 0; k < K; k++) sum[k] += share[k];
        }
    for (int k = 0; k < K; k++) all += sum[k];
    for (int k = 0; k < K && all > 0; k++) {
        uint64_t mean = (uint64_t)(sum[k] * (255.0 / (double)all));
        dot += (uint64_t)(own[k] >> 8) * mean;
        pure += mean * mean;
    }
    return dot * pure;
}

typedef struct taken {
    pv_rect core;
    uint32_t sum[H][W][K];
    uint8_t prob[H][W], best[H][W];
} taken;

static void take(void *user, int y, const uint32_t *share, size_t stride)
{
    taken *t = user;
    assert_int_equal(stride, STRIDE);
    for (int x = 0; x < t->core.w; x++) {
        memcpy(t->sum[t->core.y + y][t->core.x + x], share + (size_t)x * stride, K * sizeof *share);
        for (size_t k = K; k < stride; k++) assert_int_equal(share[(size_t)x * stride + k], 0);
    }
}

/* The whole plane by cores of w x h. */
static void run_all(const pv_model *m, pv_cpu cpu, int hx, int hy, int w, int h, taken *out)
{
    static uint8_t cut_code[COLUMNS * H * W], cut_why[H * W], prob[H * W], best[H * W];
    pv_smooth *s = NULL;
    assert_int_equal(pv_smooth_new(&s, m, hx, hy, w, W, H, NULL), PV_OK);
    pv_smooth_use(s, cpu);
    for (int y0 = 0; y0 < H; y0 += h) {
        for (int x0 = 0; x0 < W; x0 += w) {
            pv_rect all = {0, 0, W, H}, core = pv_rect_intersect((pv_rect){x0, y0, w, h}, all);
            pv_rect ask = pv_rect_intersect(pv_rect_grow(core, 2 * hx, 2 * hy), all);
            for (int y = 0; y < ask.h; y++) {
                for (int c = 0; c < COLUMNS; c++)
                    memcpy(cut_code + (size_t)(c * ask.h + y) * (size_t)ask.w, &code[c][ask.y + y][ask.x], (size_t)ask.w);
                memcpy(cut_why + (size_t)y * (size_t)ask.w, &why[ask.y + y][ask.x], (size_t)ask.w);
            }
            out->core = core;
            memset(prob, UNTOUCHED, sizeof prob);
            memset(best, UNTOUCHED, sizeof best);
            pv_smooth_run(s, core, ask, cut_code, cut_why, prob, best, take, out);
            for (int y = 0; y < core.h; y++) {
                memcpy(&out->prob[core.y + y][core.x], prob + (size_t)y * (size_t)core.w, (size_t)core.w);
                memcpy(&out->best[core.y + y][core.x], best + (size_t)y * (size_t)core.w, (size_t)core.w);
            }
            pv_smooth_run(s, core, ask, cut_code, cut_why, prob, best, NULL, NULL);
            for (int y = 0; y < core.h; y++) {
                assert_memory_equal(&out->prob[core.y + y][core.x], prob + (size_t)y * (size_t)core.w, (size_t)core.w);
                assert_memory_equal(&out->best[core.y + y][core.x], best + (size_t)y * (size_t)core.w, (size_t)core.w);
            }
        }
    }
    pv_smooth_free(s);
}

static void fill(int holes_percent)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            why[y][x] = chance(100) < (uint32_t)holes_percent ? 255 : 0;
            for (int c = 0; c < COLUMNS; c++) code[c][y][x] = (uint8_t)chance(256);
        }
    memset(why[7], 254, W); /* a whole row that nobody asks */
}

/* The window that the pixel takes, by the definition. Returns 1 when it is not the one around it. */
static int expected(const pv_model *m, int x, int y, int hx, int hy, uint32_t best[STRIDE])
{
    uint16_t own[STRIDE];
    uint32_t sum[STRIDE];
    int other = 0;
    share_of(m, x, y, own);
    uint64_t most = window_of(m, x, y, hx, hy, own, best);
    for (int side = 0; side < 9; side++) {
        int u = x + (side % 3 - 1) * hx, v = y + (side / 3 - 1) * hy;
        if (u < 0 || v < 0 || u >= W || v >= H) continue;
        uint64_t here = window_of(m, u, v, hx, hy, own, sum);
        if (here <= most) continue;
        most = here;
        memcpy(best, sum, STRIDE * sizeof *best);
        other = 1;
    }
    return other;
}

static void check_answer(const pv_model *m, const uint32_t *sum, int prob, int best)
{
    uint64_t all = 0, target = 0;
    int most = 0;
    for (int k = 0; k < K; k++) {
        all += sum[k];
        target += m->is_target[k] ? sum[k] : 0;
        if (sum[k] > sum[most]) most = k;
    }
    assert_int_equal(best, most);
    assert_int_equal(prob, (2 * PV_PROB_MAX * target + all) / (2 * all));
}

static void it_is_the_purest_mean_that_agrees(void **state)
{
    (void)state;
    static const int half[][3] = {{0, 0, 1}, {1, 2, 1}, {4, 3, 3}, {0, 2, 3}, {60, 60, 9}}; /* and every how many pixels are looked at */
    static taken got[PV_CPU_PATHS];
    int other_windows = 0;
    pv_model *m = model_make();
    fill(20);
    for (int i = 0; i < 5; i++) {
        int hx = half[i][0], hy = half[i][1];
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) run_all(m, (pv_cpu)cpu, hx, hy, W, H, &got[cpu]);
        for (int y = 0; y < H; y += half[i][2]) {
            for (int x = 0; x < W; x += half[i][2]) {
                uint32_t best[STRIDE] = {0};
                if (why[y][x] == 0) other_windows += expected(m, x, y, hx, hy, best);
                for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
                    const taken *g = &got[cpu];
                    assert_memory_equal(best, g->sum[y][x], K * sizeof *best);
                    if (why[y][x] == 0)
                        check_answer(m, best, g->prob[y][x], g->best[y][x]);
                    else
                        assert_true(g->prob[y][x] == UNTOUCHED && g->best[y][x] == UNTOUCHED);
                }
            }
        }
    }
    assert_true(other_windows > 100);
    pv_model_free(m);
}

/* Left of the edge class 0, right of it class 3, and every fifth pixel says the other: each side keeps its own, right up to the edge. */
static void an_edge_stays_where_it_is(void **state)
{
    (void)state;
    enum { EDGE = 17, SURE = 6, HALF = 3 };
    static taken got;
    pv_model *m = NULL;
    assert_int_equal(pv_model_new(&m, K, COLUMNS, SURE, NULL), PV_OK);
    for (int t = 0; t < SURE; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) m->tree[t].threshold[d] = d == 0 ? 100 : 255;
        m->leaf[(t * K + 0) * PV_TREE_LEAVES + 0] = m->leaf[(t * K + 3) * PV_TREE_LEAVES + 1] = 127;
    }
    memset(why, 0, sizeof why);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) code[0][y][x] = ((x < EDGE) != ((x * 7 + y * 3) % 5 == 0)) ? 0 : 255;
    run_all(m, pv_cpu_path(), HALF, HALF, W, H, &got);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int noise = (x * 7 + y * 3) % 5 == 0, here = x < EDGE ? 0 : 3;
            double all = 0;
            for (int k = 0; k < K; k++) all += got.sum[y][x][k];
            if (noise && x >= EDGE - 2 * HALF && x < EDGE + 2 * HALF) continue;
            assert_true(got.sum[y][x][here] > 0.7 * all); /* the plain mean beside the edge has 0.54 */
        }
    }
    pv_model_free(m);
}

static void tiles_do_not_matter(void **state)
{
    (void)state;
    static const int tile[][2] = {{1, 1}, {5, 7}, {36, 2}, {W, 1}};
    static taken whole, cut;
    pv_model *m = model_make();
    fill(30);
    run_all(m, PV_CPU_PORTABLE, 3, 2, W, H, &whole);
    for (int i = 0; i < 4 * ((int)pv_cpu_best() + 1); i++) {
        run_all(m, (pv_cpu)(i / 4), 3, 2, tile[i % 4][0], tile[i % 4][1], &cut);
        assert_memory_equal(whole.sum, cut.sum, sizeof whole.sum);
        assert_memory_equal(whole.prob, cut.prob, sizeof whole.prob);
        assert_memory_equal(whole.best, cut.best, sizeof whole.best);
    }
    pv_model_free(m);
}

static void windows_beyond_counting_are_refused(void **state)
{
    (void)state;
    pv_smooth *s = NULL;
    pv_err err = {0};
    pv_model *m = model_make();
    assert_int_equal(pv_smooth_new(&s, m, 128, 128, 8, W, H, &err), PV_BUG);
    assert_null(s);
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_purest_mean_that_agrees),
        cmocka_unit_test(an_edge_stays_where_it_is),
        cmocka_unit_test(tiles_do_not_matter),
        cmocka_unit_test(windows_beyond_counting_are_refused),
    };
    return cmocka_run_group_tests_name("smooth", tests, NULL, NULL);
}
