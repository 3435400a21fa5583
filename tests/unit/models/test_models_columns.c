/* Columns that no tree asks for leave a model, and nothing else changes. */
#include "models_help.h"

#include "base/banned.h"

enum { ROWS = 500, COLUMNS = 24 };

/* Scores of ROWS rows whose value in a column is made of the column's name: the same whatever place the column has. */
static void scores_of(const pv_model *m, int16_t *score)
{
    static uint8_t code[COLUMNS][ROWS];
    const uint8_t *at[COLUMNS];
    for (int c = 0; c < m->n_columns; c++) {
        int name = 0;
        assert_int_equal(sscanf(m->column[c], "column_%d", &name), 1);
        for (size_t i = 0; i < ROWS; i++) code[c][i] = pv_model_code(m, c, (uint16_t)test_hash((uint64_t)name * 1000 + i));
        at[c] = code[c];
    }
    pv_trees_score(m, at, ROWS, score);
}

/* A model whose trees ask for columns 3, 6, 9 and so on only; levels that ask nothing name others. */
static pv_model *sparse_model(uint64_t seed)
{
    pv_model *m = test_model(3, COLUMNS, 9, seed);
    for (int t = 0; t < m->n_trees; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            m->tree[t].column[d] = d < 4 ? (uint16_t)(3 + 3 * (m->tree[t].column[d] % 7)) : (uint16_t)(d - 3);
            m->tree[t].threshold[d] = d < 4 ? (uint8_t)(m->tree[t].threshold[d] % 255) : 255;
        }
    }
    return m;
}

static void scores_stay(void **state)
{
    (void)state;
    static int16_t before[3 * PV_BATCH], after[3 * PV_BATCH];
    for (uint64_t seed = 1; seed < 6; seed++) {
        pv_model *m = sparse_model(seed);
        assert_ok(pv_trees_prepare(m, NULL));
        scores_of(m, before);
        assert_ok(pv_model_drop_unused(m, NULL));
        assert_ok(pv_model_check(m, NULL));
        assert_in_range(m->n_columns, 3, 7);
        for (int c = 0; c < m->n_columns; c++) {
            int name = 0, asked = 0;
            assert_int_equal(sscanf(m->column[c], "column_%d", &name), 1);
            assert_true(name % 3 == 0 && name > 0);
            for (int t = 0; t < m->n_trees; t++)
                for (int d = 0; d < 4; d++) asked |= m->tree[t].column[d] == c;
            assert_true(asked);
            if (m->n_edges[c] > 1) assert_int_equal(m->edge[c][1], 250 + name);
        }
        scores_of(m, after);
        for (int k = 0; k < 3; k++) assert_memory_equal(before + (size_t)k * PV_BATCH, after + (size_t)k * PV_BATCH, ROWS * sizeof *before);
        int n = m->n_columns;
        assert_ok(pv_model_drop_unused(m, NULL));
        assert_int_equal(m->n_columns, n);
        pv_model_free(m);
    }
}

/* A stage tree's column stays in both models though no pixel tree asks for it; a column of the stages that none of theirs asks for leaves them. */
static void stages_keep_what_they_ask(void **state)
{
    (void)state;
    static int16_t before[2 * PV_BATCH], after[2 * PV_BATCH];
    pv_model *m = sparse_model(3), *s = test_model(2, COLUMNS, 2, 4);
    (void)snprintf(s->kind, sizeof s->kind, "stage");
    s->gsd_m = 0;
    for (int t = 0; t < 2; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            s->tree[t].column[d] = (uint16_t)(d % 2 == 0 ? 4 : 9 + t);
            s->tree[t].threshold[d] = (uint8_t)(30 * d);
        }
    }
    m->stages = s;
    assert_ok(pv_model_check(m, NULL));
    scores_of(s, before);
    assert_ok(pv_model_drop_unused(m, NULL));
    assert_ok(pv_model_check(m, NULL));
    assert_int_equal(s->n_columns, 3);
    assert_string_equal(s->column[0], "column_004");
    assert_string_equal(s->column[1], "column_009");
    assert_string_equal(s->column[2], "column_010");
    int there = 0;
    for (int c = 0; c < m->n_columns; c++) there += strcmp(m->column[c], "column_004") == 0 || strcmp(m->column[c], "column_010") == 0;
    assert_int_equal(there, 2);
    scores_of(s, after);
    for (int k = 0; k < 2; k++) assert_memory_equal(before + (size_t)k * PV_BATCH, after + (size_t)k * PV_BATCH, ROWS * sizeof *before);
    pv_model_free(m);
}

static void one_column_is_left(void **state)
{
    (void)state;
    pv_model *m = test_model(2, 5, 0, 1);
    assert_ok(pv_model_drop_unused(m, NULL));
    assert_int_equal(m->n_columns, 1);
    assert_string_equal(m->column[0], "column_000");
    assert_ok(pv_model_check(m, NULL));
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_stay),
        cmocka_unit_test(stages_keep_what_they_ask),
        cmocka_unit_test(one_column_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
