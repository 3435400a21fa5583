#include "models_help.h"

#include "models/model_file.h"
#include "models/train_internal.h"

#include "base/banned.h"

static double fit(const pv_table *t, const pv_model *m, uint8_t *prob)
{
    uint8_t *code = NULL, *best = NULL;
    int16_t *scratch = NULL;
    const uint8_t *at[PV_MAX_COLUMNS];
    size_t right = 0;
    assert_ok(pv_table_code(t, m, &code, NULL));
    assert_ok(pv_alloc(&best, t->n_rows, 1, "best", NULL));
    assert_ok(pv_alloc(&scratch, (size_t)m->n_classes * PV_BATCH, sizeof *scratch, "scratch", NULL));
    for (int c = 0; c < m->n_columns; c++) at[c] = code + (size_t)c * t->n_rows;
    test_ask(m, at, t->n_rows, scratch, prob, best);
    for (size_t i = 0; i < t->n_rows; i++) right += best[i] == t->class_id[i];
    pv_free(code);
    pv_free(best);
    pv_free(scratch);
    return (double)right / (double)t->n_rows;
}

static void separable_is_learned(void **state)
{
    (void)state;
    pv_table t = {0};
    pv_model *m = NULL;
    pv_train_options o = pv_train_options_default();
    o.n_trees = 40;
    assert_ok(test_table(&t, 2000, 6, 5, 900, NULL));
    assert_ok(pv_train(&m, &t, NULL, &o, NULL));
    assert_ok(pv_model_check(m, NULL));
    assert_int_equal(strlen(m->id), 16);
    assert_true(fit(&t, m, NULL) == 1.0);
    pv_model_free(m);
    pv_table_release(&t);
}

/* No single question helps: only the pair does. */
static void xor_is_learned(void **state)
{
    (void)state;
    char names[2][PV_NAME] = {"x", "y"};
    pv_table t = {0};
    pv_model *m = NULL;
    int id = 0;
    pv_train_options o = pv_train_options_default();
    o.n_trees = 30;
    assert_ok(pv_table_init(&t, 2, NAMES(names), NULL));
    assert_ok(pv_table_class(&t, "same", &id, NULL));
    assert_ok(pv_table_class(&t, "different", &id, NULL));
    for (int i = 0; i < 400; i++) {
        uint16_t v[2] = {(uint16_t)(i & 1 ? 500 : 100), (uint16_t)(i & 2 ? 500 : 100)};
        assert_ok(pv_table_add(&t, v, v[0] != v[1], -1, -1, NULL));
    }
    assert_ok(pv_train(&m, &t, NULL, &o, NULL));
    assert_int_equal(m->n_edges[0], 1);
    assert_int_equal(m->edge[0][0], 300);
    assert_true(fit(&t, m, NULL) == 1.0);
    pv_model_free(m);
    pv_table_release(&t);
}

static void edges_are_right(void **state)
{
    (void)state;
    static uint32_t count[65536];
    uint16_t edge[PV_MAX_EDGES];
    memset(count, 0, sizeof count);
    assert_int_equal(pv_edges_find(count, edge), 0);
    count[7] = 3;
    assert_int_equal(pv_edges_find(count, edge), 0);
    for (int v = 0; v < 256; v++) count[v * 256 + 7] = (uint32_t)(1 + v * v);
    assert_int_equal(pv_edges_find(count, edge), 255);
    for (int e = 0; e < 255; e++) assert_int_equal(edge[e], e * 256 + 7 + 128);
    for (int v = 0; v < 65536; v++) count[v] = 1;
    assert_int_equal(pv_edges_find(count, edge), 255);
    for (int e = 0; e < 255; e++) assert_int_equal(edge[e], (e + 1) * 256);
    count[1000] = 1000000; /* one heavy value takes one bin, and the rest is still cut fairly */
    int n = pv_edges_find(count, edge);
    assert_in_range(n, 250, 255);
    for (int e = 1; e < n; e++) assert_true(edge[e] > edge[e - 1]);
    assert_true(edge[n - 1] > 64000);
}

/* A copy is its row plus a share of the difference of two rows of its own class: nothing of rows that are not used, nothing out of range. */
static void copies_stay_in_their_class(void **state)
{
    (void)state;
    enum { N = 60, COPIES = 50 };
    static uint8_t class_id[N * (1 + COPIES)];
    static uint16_t column[2 * N];
    pv_origin o = {.n_real = N};
    int moved = 0, held = 0;
    assert_ok(pv_alloc(&o.row, N, sizeof *o.row, "rows", NULL));
    for (size_t i = 0; i < N; i++) {
        o.row[i] = 2 * i + 1; /* the rows between are not used */
        class_id[i] = (uint8_t)(i % 3 == 2 ? 4 : i % 3);
        column[2 * i] = 40000;
        column[2 * i + 1] = (uint16_t)(class_id[i] == 0 ? 100 + i : class_id[i] == 1 ? 30000 + 10 * i : 65000 + 9 * i);
    }
    assert_ok(pv_origin_copy(&o, COPIES, 0.5, 7, class_id, 5, NULL));
    assert_int_equal(o.n, N * (1 + COPIES));
    for (size_t i = 0; i < o.n; i++) {
        int own = column[o.row[i % N]], v = pv_origin_value(&o, column, i);
        int k = class_id[i % N], widest = k == 0 ? 57 : k == 1 ? 570 : 513;
        assert_true(i >= N || v == own);
        assert_in_range(v, own < widest / 2 ? 0 : own - widest / 2, own + widest / 2 > 65535 ? 65535 : own + widest / 2);
        moved += v != own;
        held += i >= N && v == 65535;
    }
    assert_in_range(moved, N * COPIES * 8 / 10, N * COPIES);
    assert_true(held > 0);
    pv_origin_release(&o);
}

/* Few noisy rows: copies learn less by heart. The same bytes for any number of threads. */
static void copies_are_learned(void **state)
{
    (void)state;
    pv_table far = {0};
    pv_model *m[3] = {NULL, NULL, NULL};
    double right[3];
    pv_train_options o = pv_train_options_default();
    o.depth = 3;
    o.column_share = 1;
    assert_ok(test_table(&far, 3000, 20, 6, 7000, NULL));
    uint8_t use[3000] = {0};
    for (int i = 0; i < 240; i++) use[i] = 1;
    for (int i = 0; i < 3; i++) {
        o.copies = i > 0 ? 20 : 0;
        o.threads = i == 2 ? 8 : 1;
        assert_ok(pv_train(&m[i], &far, use, &o, NULL));
        right[i] = fit(&far, m[i], NULL);
    }
    if (!(right[1] > right[0])) fail_msg("with copies %g, without %g", right[1], right[0]);
    assert_string_equal(m[1]->id, m[2]->id);
    assert_string_not_equal(m[0]->id, m[1]->id);
    for (int i = 0; i < 3; i++) pv_model_free(m[i]);
    pv_table_release(&far);
}

/* The very bytes, for any number of threads. */
static void threads_do_not_matter(void **state)
{
    (void)state;
    const int threads[] = {1, 2, 3, 8};
    char id[4][PV_MODEL_ID];
    pv_table t = {0};
    pv_train_options o = pv_train_options_default();
    o.n_trees = 6;
    o.row_share = 0.9;
    o.column_share = 1; /* enough work for eight threads */
    o.class_balance = 0.5;
    assert_ok(test_table(&t, 30000, 80, 10, 4000, NULL));
    for (int i = 0; i < 4; i++) {
        pv_model *m = NULL;
        o.threads = threads[i];
        assert_ok(pv_train(&m, &t, NULL, &o, NULL));
        memcpy(id[i], m->id, sizeof id[i]);
        pv_model_free(m);
        assert_string_equal(id[i], id[0]);
    }
    pv_model *m = NULL;
    o.seed++;
    assert_ok(pv_train(&m, &t, NULL, &o, NULL));
    assert_string_not_equal(m->id, id[0]);
    pv_model_free(m);
    pv_table_release(&t);
}

/* The same columns in another order: the same questions, bound by name, so the same answers. */
static void column_order_does_not_matter(void **state)
{
    (void)state;
    enum { N = 3000, C = 9 };
    static uint8_t prob[3][N];
    char names[C][PV_NAME] = {{0}};
    pv_table t = {0}, u = {0};
    pv_model *m = NULL, *w = NULL;
    int id = 0;
    pv_train_options o = pv_train_options_default();
    o.n_trees = 20;
    o.column_share = 1;
    assert_ok(test_table(&t, N, C, 4, 5000, NULL));
    memcpy(t.value[2], t.value[0], N * sizeof **t.value); /* twins: their gains are always equal */
    for (int c = 0; c < C; c++) memcpy(names[c], t.column[C - 1 - c], PV_NAME);
    assert_ok(pv_table_init(&u, C, NAMES(names), NULL));
    for (int k = 0; k < 4; k++) assert_ok(pv_table_class(&u, t.class_name[k], &id, NULL));
    for (size_t i = 0; i < N; i++) {
        uint16_t v[C];
        for (int c = 0; c < C; c++) v[c] = t.value[C - 1 - c][i];
        assert_ok(pv_table_add(&u, v, t.class_id[i], -1, -1, NULL));
    }
    assert_ok(pv_train(&m, &t, NULL, &o, NULL));
    assert_ok(pv_train(&w, &u, NULL, &o, NULL));
    for (int i = 0; i < 20; i++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) assert_string_equal(m->column[m->tree[i].column[d]], w->column[w->tree[i].column[d]]);
    m->is_target[1] = w->is_target[1] = 1;
    (void)fit(&t, m, prob[0]);
    (void)fit(&u, m, prob[1]);
    (void)fit(&t, w, prob[2]);
    assert_memory_equal(prob[0], prob[1], N);
    assert_memory_equal(prob[0], prob[2], N);
    pv_model_free(m);
    pv_model_free(w);
    pv_table_release(&t);
    pv_table_release(&u);
}

/* Rows that are not used leave no trace: other values in them, the same bytes. */
static void unused_rows_are_not_seen(void **state)
{
    (void)state;
    pv_table t = {0};
    pv_model *a = NULL, *b = NULL;
    uint8_t use[1000];
    pv_train_options o = pv_train_options_default();
    o.n_trees = 5;
    assert_ok(test_table(&t, 1000, 4, 3, 3000, NULL));
    for (int i = 0; i < 1000; i++) use[i] = i % 3 != 0;
    assert_ok(pv_train(&a, &t, use, &o, NULL));
    for (int i = 0; i < 1000; i += 3) {
        t.value[2][i] = (uint16_t)(i * 60);
        t.class_id[i] = 0;
    }
    assert_ok(pv_train(&b, &t, use, &o, NULL));
    assert_string_equal(a->id, b->id);
    pv_model_free(a);
    pv_model_free(b);
    pv_table_release(&t);
}

/* With balance, a rare class that shares its place with a common one is preferred less unfairly. */
static void balance_lifts_the_rare(void **state)
{
    (void)state;
    char names[1][PV_NAME] = {"x"};
    pv_table t = {0};
    int id = 0;
    uint8_t prob[2][1000];
    assert_ok(pv_table_init(&t, 1, NAMES(names), NULL));
    assert_ok(pv_table_class(&t, "common", &id, NULL));
    assert_ok(pv_table_class(&t, "rare", &id, NULL));
    for (int i = 0; i < 1000; i++) {
        uint16_t v = (uint16_t)(test_hash((uint64_t)i) % 50);
        assert_ok(pv_table_add(&t, &v, i % 20 == 0, -1, -1, NULL));
    }
    for (int balance = 0; balance < 2; balance++) {
        pv_model *m = NULL;
        pv_train_options o = pv_train_options_default();
        o.n_trees = 10;
        o.class_balance = balance;
        assert_ok(pv_train(&m, &t, NULL, &o, NULL));
        m->is_target[1] = 1;
        (void)fit(&t, m, prob[balance]);
        pv_model_free(m);
    }
    int sum[2] = {0};
    for (int i = 0; i < 1000; i++)
        for (int balance = 0; balance < 2; balance++) sum[balance] += prob[balance][i];
    assert_in_range(sum[0], 254 * 1000 * 3 / 100, 254 * 1000 * 8 / 100);
    assert_in_range(sum[1], 254 * 1000 * 40 / 100, 254 * 1000 * 60 / 100);
    pv_table_release(&t);
}

/* Columns that never change cannot be asked; the trees are then empty but fine. */
static void constant_columns_are_fine(void **state)
{
    (void)state;
    char names[2][PV_NAME] = {"x", "y"};
    pv_table t = {0};
    pv_model *m = NULL;
    int id = 0;
    pv_train_options o = pv_train_options_default();
    assert_ok(pv_table_init(&t, 2, NAMES(names), NULL));
    assert_ok(pv_table_class(&t, "a", &id, NULL));
    assert_ok(pv_table_class(&t, "b", &id, NULL));
    for (int i = 0; i < 10; i++) assert_ok(pv_table_add(&t, (uint16_t[]){5, 9}, i < 7 ? 0 : 1, -1, -1, NULL));
    o.l2 = 0;
    o.row_share = 1e-9; /* no row is drawn: all are taken */
    assert_ok(pv_train(&m, &t, NULL, &o, NULL));
    assert_ok(pv_model_check(m, NULL));
    assert_int_equal(m->tree[0].threshold[0], 255);
    assert_true(fit(&t, m, NULL) == 0.7);
    pv_model_free(m);
    pv_table_release(&t);
}

static void refusals_say_why(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_table t = {0}, other = {0};
    pv_model *m = NULL;
    uint8_t *code = NULL, use[50] = {0};
    double weight[3] = {1, 0, 1};
    char names[1][PV_NAME] = {"ndvi"};
    pv_train_options o = pv_train_options_default();
    o.n_trees = 2;
    assert_ok(test_table(&t, 50, 3, 3, 900, NULL));
    assert_int_equal(pv_train(&m, &t, use, &o, &err), PV_INPUT);
    assert_says(err, "no labelled rows");
    for (int i = 0; i < 50; i++) use[i] = t.class_id[i] == 1;
    assert_int_equal(pv_train(&m, &t, use, &o, &err), PV_INPUT);
    assert_says(err, "one class");
    o.n_trees = 251;
    assert_int_equal(pv_train(&m, &t, NULL, &o, &err), PV_USAGE);
    assert_says(err, "251 trees");
    o.n_trees = 2;
    o.row_share = 0;
    assert_int_equal(pv_train(&m, &t, NULL, &o, &err), PV_USAGE);
    o.row_share = 1;
    o.class_weight = weight;
    assert_int_equal(pv_train(&m, &t, NULL, &o, &err), PV_USAGE);
    assert_says(err, "class 1");
    o.class_weight = NULL;
    o.copies = 101;
    assert_int_equal(pv_train(&m, &t, NULL, &o, &err), PV_USAGE);
    assert_says(err, "101 copies");
    o.copies = 0;
    assert_null(m);
    assert_ok(pv_train(&m, &t, NULL, &o, &err));
    assert_ok(pv_table_init(&other, 1, NAMES(names), NULL));
    assert_int_equal(pv_table_code(&other, m, &code, &err), PV_MODEL);
    assert_says(err, "the model needs: column_000, column_007, column_014; the table has: ndvi");
    assert_null(code);
    pv_model_free(m);
    pv_table_release(&t);
    pv_table_release(&other);
}

static int stop_at_three(void *user, int done, int total)
{
    *(int *)user = total;
    return done == 3;
}

/* Twenty trees and then twenty more are the forty that are learned at once, byte for byte. */
static void going_on_is_learning_on(void **state)
{
    (void)state;
    pv_table t = {0};
    pv_model *whole = NULL, *half = NULL, *on = NULL;
    pv_train_options o = pv_train_options_default();
    o.column_share = 0.5;
    o.class_balance = 0.5;
    o.n_trees = 40;
    assert_ok(test_table(&t, 900, 6, 4, 3000, NULL));
    assert_ok(pv_train(&whole, &t, NULL, &o, NULL));
    o.n_trees = 20;
    assert_ok(pv_train(&half, &t, NULL, &o, NULL));
    o.from = half;
    o.threads = 2;
    assert_ok(pv_train(&on, &t, NULL, &o, NULL));
    assert_int_equal(on->n_trees, 40);
    assert_string_equal(on->id, whole->id);
    assert_string_not_equal(on->id, half->id);
    pv_model_free(on);
    on = NULL;
    /* The limit: the trees that still fit. */
    o.n_trees = 250;
    assert_ok(pv_train(&on, &t, NULL, &o, NULL));
    assert_int_equal(on->n_trees, 250);
    o.from = on;
    pv_err err = {0};
    pv_model *none = NULL;
    assert_int_equal(pv_train(&none, &t, NULL, &o, &err), PV_MODEL);
    assert_says(err, "250 trees already");
    pv_model_free(whole);
    pv_model_free(half);
    pv_model_free(on);
    pv_table_release(&t);
}

/* A few rows of a class that the old model does not know; a class of the old model without rows is not forgotten. */
static void new_classes_are_added(void **state)
{
    (void)state;
    pv_table t = {0}, all = {0};
    pv_model *old = NULL, *on = NULL;
    pv_train_options o = pv_train_options_default();
    o.column_share = 0.5;
    o.n_trees = 30;
    assert_ok(test_table(&t, 600, 5, 3, 300, NULL));
    assert_ok(pv_train(&old, &t, NULL, &o, NULL));
    assert_ok(test_table(&all, 800, 5, 4, 300, NULL));
    uint8_t *use = NULL;
    assert_ok(pv_alloc(&use, all.n_rows, 1, "use", NULL));
    /* Rows are made for four classes here: take what lies as in the first table, and the new class. */
    for (size_t i = 0; i < all.n_rows; i++) use[i] = all.class_id[i] >= 2;
    o.from = old;
    assert_ok(pv_train(&on, &all, use, &o, NULL));
    assert_int_equal(on->n_classes, 4);
    assert_int_equal(pv_model_find_class(on, "class 3"), 3);
    for (int c = 0; c < 5; c++) assert_int_equal(on->n_edges[c], old->n_edges[c]);
    uint8_t *code = NULL;
    assert_ok(pv_table_code(&all, on, &code, NULL));
    int right[4] = {0}, total[4] = {0};
    for (size_t i = 0; i < all.n_rows; i++) {
        int16_t score[4];
        int best = 0;
        for (int k = 0; k < 4; k++) {
            score[k] = on->bias[k];
            for (int tree = 0; tree < on->n_trees; tree++) {
                int leaf = 0;
                for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
                    leaf |= (code[(size_t)on->tree[tree].column[d] * all.n_rows + i] > on->tree[tree].threshold[d]) << d;
                score[k] = (int16_t)(score[k] + on->leaf[(tree * 4 + k) * PV_TREE_LEAVES + leaf]);
            }
            if (score[k] > score[best]) best = k;
        }
        total[all.class_id[i]]++;
        right[all.class_id[i]] += best == all.class_id[i];
    }
    assert_true(right[3] * 10 >= total[3] * 9 && right[2] * 10 >= total[2] * 9);
    assert_ok(pv_model_check(on, NULL));
    pv_free(code);
    pv_free(use);
    pv_model_free(on);
    on = NULL;
    /* A table that does not know a class, or has another column, cannot go on. */
    pv_err err = {0};
    pv_table fewer = {0};
    assert_ok(test_table(&fewer, 200, 5, 2, 300, NULL));
    assert_int_equal(pv_train(&on, &fewer, NULL, &o, &err), PV_MODEL);
    assert_says(err, "class 2");
    pv_table_release(&fewer);
    assert_ok(test_table(&fewer, 200, 6, 3, 300, NULL));
    assert_int_equal(pv_train(&on, &fewer, NULL, &o, &err), PV_MODEL);
    assert_says(err, "no column");
    pv_table_release(&fewer);
    pv_table_release(&t);
    pv_table_release(&all);
    pv_model_free(old);
}

static void stopping_stops(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_table t = {0};
    pv_model *m = NULL;
    int total = 0;
    pv_train_options o = pv_train_options_default();
    o.progress = stop_at_three;
    o.user = &total;
    assert_ok(test_table(&t, 50, 3, 3, 900, NULL));
    assert_int_equal(pv_train(&m, &t, NULL, &o, &err), PV_STOPPED);
    assert_says(err, "stopped after 3 of");
    assert_int_equal(total, o.n_trees);
    assert_null(m);
    pv_table_release(&t);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int persistent = 0; persistent < 2; persistent++) {
        pv_status st = PV_NOMEM;
        for (long k = 0; st != PV_OK; k++) {
            pv_table t = {0};
            pv_model *m = NULL;
            uint8_t *code = NULL;
            pv_err err = {0};
            pv_train_options o = pv_train_options_default();
            o.n_trees = 2;
            o.threads = 2;
            o.copies = 2;
            pv_mem_fail_at(k, persistent);
            st = test_table(&t, 40, 3, 3, 900, &err);
            if (st == PV_OK) st = pv_table_sort_names(&t, &err);
            if (st == PV_OK) st = pv_train(&m, &t, NULL, &o, &err);
            if (st == PV_OK) st = pv_table_code(&t, m, &code, &err);
            pv_mem_fail_at(-1, 0);
            if (st != PV_OK) {
                assert_int_equal(st, PV_NOMEM);
                assert_int_not_equal(err.text[0], 0);
                assert_null(code);
            }
            pv_free(code);
            pv_model_free(m);
            pv_table_release(&t);
            assert_true(k < 1000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separable_is_learned),         cmocka_unit_test(xor_is_learned),           cmocka_unit_test(edges_are_right),
        cmocka_unit_test(copies_stay_in_their_class),   cmocka_unit_test(copies_are_learned),       cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(column_order_does_not_matter), cmocka_unit_test(unused_rows_are_not_seen), cmocka_unit_test(balance_lifts_the_rare),
        cmocka_unit_test(constant_columns_are_fine),    cmocka_unit_test(refusals_say_why),         cmocka_unit_test(stopping_stops),
        cmocka_unit_test(going_on_is_learning_on),      cmocka_unit_test(new_classes_are_added),    cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
