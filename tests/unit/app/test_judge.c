/* truth: polygons by mean probability, targets at the threshold; the spectra's scale; the sample of rows. */
#include "test.h"

#include "app/judge.h"
#include "app/learn.h"
#include "app/learn_table.h"
#include "app/overview.h"
#include "report/chip.h"

#include "base/banned.h"

static const char names[3][PV_NAME] = {"grass", "poppy", "wheat"};
static const uint8_t is_target[3] = {0, 1, 0};

static void row(pv_judge *j, int reference, int group, double grass, double poppy)
{
    double share[3] = {grass, poppy, 1 - grass - poppy};
    int best = share[1] > share[0] ? 1 : 0;
    if (share[2] > share[best]) best = 2;
    pv_judge_row(j, reference, group, best, share, poppy);
}

static void test_polygons(void **state)
{
    (void)state;
    pv_judge j = {0};
    pv_err err = {0};
    assert_int_equal(pv_judge_init(&j, 3, names, is_target, 0.5, 4, &err), PV_OK);
    /* 0: poppy, most pixels say grass, but the mean says poppy with 0.6: right and hit. */
    row(&j, 1, 0, 0.55, 0.45);
    row(&j, 1, 0, 0.60, 0.40);
    row(&j, 1, 0, 0.05, 0.95);
    /* 1: poppy at exactly the threshold: hit. */
    row(&j, 1, 1, 0.5, 0.5);
    /* 2: wheat that looks like poppy: wrong and false. Group 3 has no row; a row without a group counts as a pixel only. */
    row(&j, 2, 2, 0.0, 0.9);
    row(&j, 0, -1, 1.0, 0.0);
    pv_judge_close(&j);
    assert_int_equal(j.scores.polygons_total, 3);
    assert_int_equal(j.scores.polygons_correct, 1);
    assert_int_equal(j.scores.target_hit, 2);
    assert_int_equal(j.scores.target_missed, 0);
    assert_int_equal(j.scores.target_false, 1);
    assert_int_equal(j.scores.target_tp, 2);
    assert_int_equal(j.scores.target_fn, 2);
    assert_int_equal(j.scores.target_fp, 1);
    assert_int_equal(pv_scores_class(&j.scores, 1).support, 4);
    pv_judge_release(&j);
}

static void test_no_memory(void **state)
{
    (void)state;
    pv_judge j = {0};
    pv_err err = {0};
    for (long k = 0;; k++) {
        pv_mem_fail_at(k, 0);
        pv_status st = pv_judge_init(&j, 3, names, NULL, 0.5, 4, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_null(j.class_sum);
        assert_true(k < 50);
    }
    assert_true(j.scores.has_target == 0);
    pv_judge_release(&j);
}

static void test_scales(void **state)
{
    (void)state;
    assert_true(pv_spectra_scale(0.9) * 1.0 == 50000);
    assert_true(pv_spectra_scale(1.5) * 1.0 == 50000);
    assert_true(pv_spectra_scale(99) * 100 == 50000);
    assert_true(pv_spectra_scale(8000) * 10000 == 50000);
    assert_true(pv_spectra_scale(65535) == 1);
    assert_true(pv_scale_bar_m(70) == 50 && pv_scale_bar_m(49) == 20 && pv_scale_bar_m(0.19) == 0.1);
    assert_true(pv_scale_bar_m(0) == 0);
}

/* At most max rows of a label, none of the fold that is left out, all rows without a label, and the same rows for the same seed. */
static void test_sample(void **state)
{
    (void)state;
    static const char column[1][PV_NAME] = {"red"};
    enum { N = 300 };
    pv_learn l = {0};
    pv_err err = {0};
    uint8_t use[N], again[N], other[N];
    int count[3] = {0}, loose = 0, id;
    assert_int_equal(pv_table_init(&l.table, 1, column, &err), PV_OK);
    assert_int_equal(pv_table_class(&l.table, "a", &id, &err), PV_OK);
    assert_int_equal(pv_table_fold(&l.table, "x", &id, &err), PV_OK);
    assert_int_equal(pv_table_fold(&l.table, "y", &id, &err), PV_OK);
    id = 0;
    for (uint16_t i = 0; i < N; i++) assert_int_equal(pv_table_add(&l.table, &i, id, i % 4 - 1, i < 200 ? 0 : 1, &err), PV_OK);
    assert_int_equal(pv_learn_sample(&l, 1, 20, 5, use, &err), PV_OK);
    assert_int_equal(pv_learn_sample(&l, 1, 20, 5, again, &err), PV_OK);
    assert_int_equal(pv_learn_sample(&l, 1, 20, 6, other, &err), PV_OK);
    assert_memory_equal(use, again, N);
    assert_true(memcmp(use, other, N) != 0);
    for (int i = 0; i < N; i++) {
        assert_true(i < 200 || !use[i]);
        if (i % 4 == 0)
            loose += use[i];
        else
            count[i % 4 - 1] += use[i];
    }
    assert_int_equal(loose, 50);
    for (int g = 0; g < 3; g++) assert_int_equal(count[g], 20);
    assert_int_equal(pv_learn_sample(&l, -1, 0, 5, use, &err), PV_OK);
    for (int i = 0; i < N; i++) assert_true(use[i]);
    pv_learn_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_polygons), cmocka_unit_test(test_no_memory), cmocka_unit_test(test_scales),
                                       cmocka_unit_test(test_sample)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
