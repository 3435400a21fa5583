/* Averaged class probabilities: against the plain definition, for any tiling, with holes and edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/smooth.h"

#include "base/banned.h"

enum { W = 37, H = 29, K = 5, COLUMNS = 3, TREES = 12, STRIDE = 8 };

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

/* Probability of class k at one pixel, by the definition. */
static long double probability(const pv_model *m, int x, int y, int k)
{
    static int16_t score[K * PV_BATCH];
    const uint8_t *at[COLUMNS];
    uint16_t share[PV_MAX_CLASSES];
    for (int c = 0; c < COLUMNS; c++) at[c] = &code[c][y][x];
    pv_trees_score(m, at, 1, score);
    pv_trees_decide(m, score, 0, NULL, NULL, share);
    return share[k] / 65535.0L;
}

typedef struct taken {
    pv_rect core;
    uint32_t sum[H][W][K];
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
static void run_all(const pv_model *m, int hx, int hy, int w, int h, taken *out)
{
    static uint8_t cut_code[COLUMNS * H * W], cut_why[H * W];
    pv_smooth *s = NULL;
    assert_int_equal(pv_smooth_new(&s, m, hx, hy, w, W, NULL), PV_OK);
    for (int y0 = 0; y0 < H; y0 += h) {
        for (int x0 = 0; x0 < W; x0 += w) {
            pv_rect all = {0, 0, W, H}, core = pv_rect_intersect((pv_rect){x0, y0, w, h}, all);
            pv_rect ask = pv_rect_intersect(pv_rect_grow(core, hx, hy), all);
            for (int y = 0; y < ask.h; y++) {
                for (int c = 0; c < COLUMNS; c++)
                    memcpy(cut_code + (size_t)(c * ask.h + y) * (size_t)ask.w, &code[c][ask.y + y][ask.x], (size_t)ask.w);
                memcpy(cut_why + (size_t)y * (size_t)ask.w, &why[ask.y + y][ask.x], (size_t)ask.w);
            }
            out->core = core;
            pv_smooth_run(s, core, ask, cut_code, cut_why, take, out);
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

static void it_is_the_mean_of_the_window(void **state)
{
    (void)state;
    static const int half[][2] = {{0, 0}, {1, 2}, {4, 3}, {60, 60}};
    static taken got;
    pv_model *m = model_make();
    fill(20);
    for (int i = 0; i < 4; i++) {
        run_all(m, half[i][0], half[i][1], W, H, &got);
        for (int y = 0; y < H; y += i == 3 ? 9 : 1) {
            for (int x = 0; x < W; x += i == 3 ? 9 : 1) {
                long double sum[K] = {0}, all = 0, target = 0;
                uint64_t said = 0;
                for (int v = pv_max(0, y - half[i][1]); v <= pv_min(H - 1, y + half[i][1]); v++)
                    for (int u = pv_max(0, x - half[i][0]); u <= pv_min(W - 1, x + half[i][0]); u++)
                        for (int k = 0; k < K && why[v][u] == 0; k++) sum[k] += probability(m, u, v, k);
                for (int k = 0; k < K; k++) {
                    all += sum[k];
                    said += got.sum[y][x][k];
                }
                if (all == 0) {
                    assert_int_equal(said, 0);
                    continue;
                }
                for (int k = 0; k < K; k++) {
                    long double share = got.sum[y][x][k] / (long double)said;
                    assert_true(share - sum[k] / all < 1e-4L && sum[k] / all - share < 1e-4L);
                    target += m->is_target[k] ? share : 0;
                }
                uint8_t prob = 0, best = 0;
                pv_smooth_decide(m, got.sum[y][x], &prob, &best);
                for (int k = 0; k < K; k++) assert_true(got.sum[y][x][k] <= got.sum[y][x][best]);
                assert_true(target * 254 - prob < 0.5001L && prob - target * 254 < 0.5001L);
            }
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
    run_all(m, 3, 2, W, H, &whole);
    for (int i = 0; i < 4; i++) {
        run_all(m, 3, 2, tile[i][0], tile[i][1], &cut);
        assert_memory_equal(whole.sum, cut.sum, sizeof whole.sum);
    }
    pv_model_free(m);
}

static void the_first_class_wins_a_tie(void **state)
{
    (void)state;
    pv_model *m = model_make();
    uint8_t prob = 0, best = 0;
    pv_smooth_decide(m, (const uint32_t[K]){10, 40, 40, 0, 0}, &prob, &best);
    assert_int_equal(best, 1);
    assert_int_equal(prob, 113); /* 40 of 90, of 254 */
    pv_smooth_decide(m, (const uint32_t[K]){UINT32_MAX / 2, 0, 0, 0, UINT32_MAX / 2}, &prob, &best);
    assert_int_equal(best, 0);
    assert_int_equal(prob, 127);
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_mean_of_the_window),
        cmocka_unit_test(tiles_do_not_matter),
        cmocka_unit_test(the_first_class_wins_a_tie),
    };
    return cmocka_run_group_tests_name("smooth", tests, NULL, NULL);
}
