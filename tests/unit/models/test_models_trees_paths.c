/* Every path that the machine has gives the bytes of the definition: random and extreme models, codes and scores, all lengths, any alignment. */
#include "models_help.h"

#include "models/trees_internal.h"

#include "tests/unit/models/naive_score.h"

#include "base/banned.h"

enum { UNTOUCHED = 0x5A5A, EXTRA = 3 };

/* trees.h, word by word. */
static void naive_share(const int16_t *score, int n_classes, size_t row, size_t stride, uint16_t *share)
{
    uint64_t all = 0;
    int top = INT16_MIN;
    for (int k = 0; k < n_classes; k++) top = score[k * PV_BATCH + row] > top ? score[k * PV_BATCH + row] : top;
    for (int k = 0; k < n_classes; k++) all += pv_softmax_exp(top - score[k * PV_BATCH + row]);
    volatile double one = 65535.0 / (double)all;
    for (size_t k = 0; k < stride; k++) {
        volatile double product = k < (size_t)n_classes ? pv_softmax_exp(top - score[k * PV_BATCH + row]) * one : 0;
        share[k] = (uint16_t)product;
    }
}

/* Levels without a question anywhere in a tree, thresholds at the ends of their range, leaves of any width up to all that int8 holds. */
static pv_model *wild_model(int n_classes, int n_columns, int n_trees, uint64_t seed)
{
    pv_model *m = test_model(n_classes, n_columns, n_trees, seed);
    const uint8_t edge[8] = {0, 1, 126, 127, 128, 253, 254, 255};
    for (int t = 0; t < n_trees; t++) {
        uint64_t r = test_hash(seed * 97 + (uint64_t)t);
        int width = (int)(r >> 8) % 4 == 0 ? 256 : 1 + (int)(r >> 16 & 127);
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            uint64_t q = test_hash(r + (uint64_t)d);
            if (q % 3 == 0) m->tree[t].threshold[d] = edge[q >> 8 & 7];
            if (r % 5 == 0 && d >= (int)(r >> 32 & 3)) m->tree[t].threshold[d] = 255;
        }
        for (int i = 0; i < n_classes * PV_TREE_LEAVES; i++)
            m->leaf[t * n_classes * PV_TREE_LEAVES + i] = (int8_t)((int)(test_hash(r + 1000 + (uint64_t)i) % (uint64_t)width) - width / 2);
    }
    assert_ok(pv_model_check(m, NULL));
    return m;
}

/* Columns of exactly n bytes that begin anywhere, so that the address sanitizer sees one byte too many. */
static void make_codes(uint8_t **block, const uint8_t **code, int n_columns, size_t n, uint64_t seed)
{
    for (int c = 0; c < n_columns; c++) {
        size_t off = (size_t)(seed + (uint64_t)c) % 67;
        assert_ok(pv_alloc(&block[c], n + off, 1, "codes", NULL));
        code[c] = block[c] + off;
        for (size_t i = 0; i < n; i++) {
            uint64_t r = test_hash(seed + (uint64_t)c * 100000 + i);
            block[c][off + i] = (uint8_t)(r % 4 == 0 ? 127 * (r >> 8 & 1) + (r >> 9 & 129) : r >> 16);
        }
    }
}

static void check_shares(const pv_model *m, const int16_t *score, size_t n, size_t stride)
{
    uint16_t *share = NULL, want[PV_MAX_CLASSES + EXTRA];
    assert_ok(pv_alloc(&share, n * stride + 1, sizeof *share, "shares", NULL));
    for (int path = 0; path <= (int)pv_cpu_best(); path++) {
        for (size_t i = 0; i <= n * stride; i++) share[i] = UNTOUCHED;
        pv_trees_share_by((pv_cpu)path, m, score, n, stride, share);
        assert_int_equal(share[n * stride], UNTOUCHED);
        for (size_t i = 0; i < n; i++) {
            naive_share(score, m->n_classes, i, stride, want);
            if (memcmp(share + i * stride, want, stride * sizeof *want) != 0)
                fail_msg("%s: the shares of row %zu of %zu are wrong (%d classes, stride %zu)", pv_cpu_name((pv_cpu)path), i, n, m->n_classes,
                         stride);
        }
    }
    pv_free(share);
}

static void check_rows(const pv_model *m, size_t n, uint64_t seed)
{
    uint8_t *block[PV_MAX_COLUMNS];
    const uint8_t *code[PV_MAX_COLUMNS];
    int16_t *score = NULL, *want = NULL;
    size_t scores = (size_t)m->n_classes * PV_BATCH;
    assert_ok(pv_alloc(&score, scores, sizeof *score, "scores", NULL));
    assert_ok(pv_alloc(&want, scores, sizeof *want, "scores", NULL));
    make_codes(block, code, m->n_columns, n, seed);
    for (size_t i = 0; i < scores; i++) want[i] = i % PV_BATCH < n ? (int16_t)naive_score(m, code, i % PV_BATCH, (int)(i / PV_BATCH)) : UNTOUCHED;
    for (int path = 0; path <= (int)pv_cpu_best(); path++) {
        for (size_t i = 0; i < scores; i++) score[i] = UNTOUCHED;
        pv_trees_score_by((pv_cpu)path, m, code, n, score);
        for (size_t i = 0; i < scores; i++)
            if (score[i] != want[i])
                fail_msg("%s: class %zu, row %zu of %zu: %d instead of %d", pv_cpu_name((pv_cpu)path), i / PV_BATCH, i % PV_BATCH, n, score[i],
                         want[i]);
    }
    check_shares(m, want, n, ((size_t)m->n_classes + 7) / 8 * 8);
    check_shares(m, want, n, (size_t)m->n_classes + (size_t)(seed % (EXTRA + 1)));
    for (int c = 0; c < m->n_columns; c++) pv_free(block[c]);
    pv_free(score);
    pv_free(want);
}

static void all_lengths(void **state)
{
    (void)state;
    pv_model *few = wild_model(3, 5, 23, 1), *many = wild_model(15, 9, 23, 2);
    assert_ok(pv_trees_prepare(few, NULL));
    assert_ok(pv_trees_prepare(many, NULL));
    for (size_t n = 0; n <= 130; n++) {
        check_rows(few, n, n);
        check_rows(many, n, n + 1);
    }
    const size_t rows[] = {PV_PACKET - 1, PV_PACKET, PV_PACKET + 1, 700, PV_BATCH - 1, PV_BATCH};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_rows(few, rows[i], i);
        check_rows(many, rows[i], i);
    }
    pv_model_free(few);
    pv_model_free(many);
}

static void all_shapes(void **state)
{
    (void)state;
    const int classes[] = {1, 2, 4, 7, 8, 9, 10, 11, 16, 17, 31, 33, 64};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        for (int trees = 0; trees <= 40; trees += 1 + trees * 2) {
            /* pv_model_check() wants two classes, the trees do not mind. */
            pv_model *m =
                classes[i] == 1 ? test_model(1, 3, trees, 7) : wild_model(classes[i], 1 + trees * 6, trees, (uint64_t)(classes[i] * 100 + trees));
            assert_ok(pv_trees_prepare(m, NULL));
            check_rows(m, 97, (uint64_t)trees);
            pv_model_free(m);
        }
}

/* As many trees and columns as there may be, as wide leaves as there may be: each tree is a group of its own. */
static void full_models(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        pv_model *m = wild_model(9, 256, 250, 5);
        for (int i = 0; i < 250 * 9 * PV_TREE_LEAVES; i++)
            m->leaf[i] = (int8_t)(wide ? (test_hash((uint64_t)i) & 1 ? 127 : -128) : i % 2 == 0 ? 127 : -128);
        for (int k = 0; k < 9; k++) m->bias[k] = (int16_t)(k % 2 == 0 ? 1017 : -768); /* to the last score that int16 holds */
        assert_ok(pv_model_check(m, NULL));
        assert_ok(pv_trees_prepare(m, NULL));
        assert_int_equal(m->ready->n_groups, 250);
        check_rows(m, 130, 8);
        pv_model_free(m);
    }
}

/* Groups are as large as the leaves allow and no larger. */
static void groups_do_not_overflow(void **state)
{
    (void)state;
    pv_model *m = test_model(2, 6, 16, 3);
    for (int t = 0; t < 16; t++)
        for (int i = 0; i < 2 * PV_TREE_LEAVES; i++) m->leaf[t * 2 * PV_TREE_LEAVES + i] = (int8_t)(i == 0 ? 100 : i == 70 ? 101 : 50);
    assert_ok(pv_trees_prepare(m, NULL));
    assert_int_equal(m->ready->n_groups, 4); /* 5 x 51 = 255 fit a byte */
    check_rows(m, PV_BATCH, 1);
    for (int t = 0; t < 16; t++) m->leaf[(2 * t + 1) * PV_TREE_LEAVES + 1] = 49;
    assert_ok(pv_trees_prepare(m, NULL));
    assert_int_equal(m->ready->n_groups, 4); /* 4 x 52; nothing is left of what was prepared before */
    assert_int_equal(m->ready->first[1], 4);
    check_rows(m, PV_BATCH, 1);
    pv_model_free(m);
}

static void extreme_scores(void **state)
{
    (void)state;
    const int16_t value[] = {INT16_MIN, INT16_MIN + 1, -2817, -2816, -2815, -1, 0, 1, 127, 128, 2815, 2816, 2817, INT16_MAX - 1, INT16_MAX};
    const size_t values = sizeof value / sizeof *value;
    int16_t *score = NULL;
    pv_model *m = test_model(PV_MAX_CLASSES, 1, 0, 1);
    assert_ok(pv_trees_prepare(m, NULL));
    assert_ok(pv_alloc(&score, (size_t)PV_MAX_CLASSES * PV_BATCH, sizeof *score, "scores", NULL));
    for (int classes = 1; classes <= PV_MAX_CLASSES; classes += classes < 20 ? 1 : 11) {
        m->n_classes = classes;
        for (size_t i = 0; i < (size_t)classes * PV_BATCH; i++) {
            uint64_t r = test_hash(i + (uint64_t)classes);
            score[i] = i % PV_BATCH < 300 ? value[r % values] : i % PV_BATCH < 310 ? value[i % PV_BATCH % values] : (int16_t)(r % 3000);
        }
        check_shares(m, score, PV_BATCH, (size_t)classes + 1);
    }
    /* Each distance once. */
    m->n_classes = 2;
    for (int from = 0; from < 65536; from += PV_BATCH) {
        for (int i = 0; i < PV_BATCH; i++) {
            score[i] = (int16_t)(32767 - (from + i));
            score[PV_BATCH + i] = 32767;
        }
        check_shares(m, score, PV_BATCH, 8);
    }
    pv_free(score);
    pv_model_free(m);
}

/* The public functions: by the machine's path when the model is ready, by definition when it is not. */
static void ready_or_not(void **state)
{
    (void)state;
    enum { ROWS = 90, K = 5, C = 4 };
    uint8_t *block[C];
    const uint8_t *code[C];
    static int16_t score[2][K * PV_BATCH];
    static uint16_t share[2][ROWS * 8];
    pv_model *m = wild_model(K, C, 30, 11);
    make_codes(block, code, C, ROWS, 2);
    pv_trees_score(m, code, ROWS, score[0]);
    pv_trees_share(m, score[0], ROWS, 8, share[0]);
    assert_null(m->ready);
    pv_mem_fail_at(0, 0);
    assert_int_equal(pv_trees_prepare(m, NULL), PV_NOMEM);
    pv_mem_fail_at(3, 0);
    assert_int_equal(pv_trees_prepare(m, NULL), PV_NOMEM);
    assert_null(m->ready);
    pv_mem_fail_at(-1, 0);
    assert_ok(pv_trees_prepare(m, NULL));
    assert_non_null(m->ready);
    pv_trees_score(m, code, ROWS, score[1]);
    pv_trees_share(m, score[1], ROWS, 8, share[1]);
    assert_memory_equal(score[0], score[1], sizeof score[0]);
    assert_memory_equal(share[0], share[1], sizeof share[0]);
    for (int c = 0; c < C; c++) pv_free(block[c]);
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_lengths),    cmocka_unit_test(all_shapes),   cmocka_unit_test(full_models), cmocka_unit_test(groups_do_not_overflow),
        cmocka_unit_test(extreme_scores), cmocka_unit_test(ready_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
