#include "models_help.h"

#include <math.h>

#include "tests/unit/models/naive_score.h"

#include "base/banned.h"

/* Truth: every d against exp in long double, within one unit. */
static void softmax_is_right(void **state)
{
    (void)state;
    for (int d = 0; d < 2816; d++) {
        long double truth = expl(-(long double)d / 128) * 2147483648.0L;
        if (fabsl((long double)pv_softmax_exp(d) - truth) > 1) fail_msg("exp(-%d/128): %u instead of %Lf", d, pv_softmax_exp(d), truth);
        if (d > 0) assert_true(pv_softmax_exp(d) <= pv_softmax_exp(d - 1));
    }
    assert_int_equal(pv_softmax_exp(0), 2147483648u);
    assert_int_equal(pv_softmax_exp(2816), 0);
    assert_int_equal(pv_softmax_exp(70000), 0);
}

/* Columns of exactly n bytes, so that the address sanitizer sees one byte too many. */
static void make_codes(uint8_t **code, int n_columns, size_t n, uint64_t seed)
{
    for (int c = 0; c < n_columns; c++) {
        assert_ok(pv_alloc(&code[c], n, 1, "codes", NULL));
        for (size_t i = 0; i < n; i++) code[c][i] = (uint8_t)test_hash(seed + (uint64_t)c * 100000 + i);
    }
}

static void check_scores(int n_classes, int n_columns, int n_trees, size_t n)
{
    uint8_t *code[PV_MAX_COLUMNS];
    int16_t *score = NULL;
    pv_model *m = test_model(n_classes, n_columns, n_trees, (uint64_t)(n_classes + n_trees));
    assert_ok(pv_alloc(&score, (size_t)n_classes * PV_BATCH, sizeof *score, "scores", NULL));
    make_codes(code, n_columns, n, 9);
    pv_trees_score(m, (const uint8_t *const *)code, n, score);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < n_classes; k++) assert_int_equal(score[(size_t)k * PV_BATCH + i], naive_score(m, (const uint8_t *const *)code, i, k));
    for (int c = 0; c < n_columns; c++) pv_free(code[c]);
    pv_free(score);
    pv_model_free(m);
}

static void scores_are_the_definition(void **state)
{
    (void)state;
    const size_t rows[] = {0, 1, 63, 64, 65, 1000, PV_BATCH};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_scores(3, 5, 11, rows[i]);
    check_scores(2, 1, 0, 10);
    check_scores(8, 3, 8, 70);
    check_scores(9, 256, 250, 130);
    check_scores(64, 7, 33, 100);
}

/* A tree of which each level asks another column: all 64 leaves are found at their place. */
static void leaf_bits_are_in_order(void **state)
{
    (void)state;
    uint8_t code[PV_TREE_MAX_DEPTH][PV_TREE_LEAVES];
    const uint8_t *at[PV_TREE_MAX_DEPTH];
    int16_t score[2 * PV_BATCH];
    pv_model *m = test_model(2, PV_TREE_MAX_DEPTH, 1, 1);
    m->bias[0] = 0;
    for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
        m->tree[0].column[d] = (uint16_t)d;
        m->tree[0].threshold[d] = 100;
        at[d] = code[d];
        for (int i = 0; i < PV_TREE_LEAVES; i++) code[d][i] = i >> d & 1 ? 101 : 100;
    }
    for (int i = 0; i < PV_TREE_LEAVES; i++) m->leaf[i] = (int8_t)i;
    pv_trees_score(m, at, PV_TREE_LEAVES, score);
    for (int i = 0; i < PV_TREE_LEAVES; i++) assert_int_equal(score[i], i);
    m->tree[0].threshold[5] = 255; /* unused: always 0 */
    for (int i = 0; i < PV_TREE_LEAVES; i++) code[5][i] = 255;
    pv_trees_score(m, at, PV_TREE_LEAVES, score);
    for (int i = 0; i < PV_TREE_LEAVES; i++) assert_int_equal(score[i], i & 31);
    pv_model_free(m);
}

static void decisions_are_right(void **state)
{
    (void)state;
    int16_t score[4 * PV_BATCH] = {0};
    uint8_t prob = 0, best = 9;
    uint16_t p[4];
    pv_model *m = test_model(4, 1, 0, 1); /* targets: 0 and 3 */
    pv_trees_decide(m, score, 5, &prob, &best, p);
    assert_int_equal(best, 0); /* the lowest index on a tie */
    assert_int_equal(prob, 127);
    for (int k = 0; k < 4; k++) assert_int_equal(p[k], 16384);
    for (int row = 0; row < 200; row++) {
        long double e[4], all = 0;
        int top = 0;
        for (int k = 0; k < 4; k++) {
            score[k * PV_BATCH + row] = (int16_t)((int)(test_hash((uint64_t)(row * 4 + k)) % 1500) - 700);
            if (score[k * PV_BATCH + row] > score[top * PV_BATCH + row]) top = k;
            e[k] = expl(score[k * PV_BATCH + row] / 128.0L);
            all += e[k];
        }
        pv_trees_decide(m, score, (size_t)row, &prob, &best, p);
        assert_int_equal(best, top);
        assert_true(fabsl((e[0] + e[3]) / all * 254 - prob) < 0.5001L);
        for (int k = 0; k < 4; k++) assert_true(fabsl(e[k] / all * 65535 - p[k]) < 0.5001L);
    }
    score[0] = 32767;
    for (int k = 1; k < 4; k++) score[k * PV_BATCH] = -32768;
    pv_trees_decide(m, score, 0, &prob, &best, NULL);
    assert_int_equal(prob, PV_PROB_MAX);
    pv_model_free(m);
}

/* Invariance: rows do not know their neighbours. */
static void pieces_do_not_matter(void **state)
{
    (void)state;
    enum { N = 5000, K = 11, C = 9 };
    const size_t piece[] = {1, 7, 64, 1000, PV_BATCH, 1025, N};
    uint8_t *code[C], *prob = NULL, *best = NULL, prob_2[N], best_2[N];
    int16_t *scratch = NULL;
    pv_model *m = test_model(K, C, 30, 3);
    make_codes(code, C, N, 4);
    assert_ok(pv_alloc(&scratch, (size_t)K * PV_BATCH, sizeof *scratch, "scratch", NULL));
    assert_ok(pv_alloc(&prob, N, 1, "prob", NULL));
    assert_ok(pv_alloc(&best, N, 1, "best", NULL));
    test_ask(m, (const uint8_t *const *)code, N, scratch, prob, best);
    for (size_t p = 0; p < sizeof piece / sizeof *piece; p++) {
        for (size_t from = 0; from < N; from += piece[p]) {
            const uint8_t *at[C];
            size_t n = N - from < piece[p] ? N - from : piece[p];
            for (int c = 0; c < C; c++) at[c] = code[c] + from;
            test_ask(m, at, n, scratch, prob_2 + from, NULL);
            test_ask(m, at, n, scratch, NULL, best_2 + from);
        }
        assert_memory_equal(prob, prob_2, N);
        assert_memory_equal(best, best_2, N);
    }
    for (int c = 0; c < C; c++) pv_free(code[c]);
    pv_free(scratch);
    pv_free(prob);
    pv_free(best);
    pv_model_free(m);
}

static void codes_count_edges(void **state)
{
    (void)state;
    static uint8_t lut[65536];
    pv_model *m = test_model(2, 3, 1, 5);
    m->n_edges[0] = 0;
    m->n_edges[1] = 4;
    const uint16_t edge[4] = {0, 1, 300, 65535};
    memcpy(m->edge[1], edge, sizeof edge);
    pv_model_code_table(m, 0, lut);
    assert_int_equal(lut[0], 0);
    assert_int_equal(lut[65535], 0);
    pv_model_code_table(m, 1, lut);
    for (int v = 0; v < 65536; v++) {
        int n = 0;
        for (int e = 0; e < 4; e++) n += edge[e] <= v;
        assert_int_equal(lut[v], n);
    }
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_is_right),    cmocka_unit_test(scores_are_the_definition), cmocka_unit_test(leaf_bits_are_in_order),
        cmocka_unit_test(decisions_are_right), cmocka_unit_test(pieces_do_not_matter),      cmocka_unit_test(codes_count_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
