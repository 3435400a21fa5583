#include "models_help.h"

#include <math.h>

#include "models/scores.h"

#include "base/banned.h"

static void make(pv_scores *s)
{
    char names[4][PV_NAME] = {"poppy", "wheat", "soil \"x\"", "never"};
    assert_ok(pv_scores_init(s, 4, NAMES(names), NULL));
    const int64_t n[4][4] = {{8, 2, 0, 0}, {1, 15, 4, 0}, {1, 3, 6, 0}, {0, 0, 0, 0}};
    for (int r = 0; r < 4; r++)
        for (int p = 0; p < 4; p++) pv_scores_add(s, r, p, n[r][p]);
}

static void near(double a, double b)
{
    if (fabs(a - b) > 1e-12) fail_msg("%.15f instead of %.15f", a, b);
}

/* By hand: 29 of 40 right; chance = (10*10 + 20*20 + 10*10) / 1600 = 0.375. */
static void figures_are_right(void **state)
{
    (void)state;
    pv_scores s = {0};
    make(&s);
    near(pv_scores_accuracy(&s), 29.0 / 40);
    near(pv_scores_kappa(&s), (0.725 - 0.375) / 0.625);
    pv_class_score c = pv_scores_class(&s, 1);
    assert_int_equal(c.support, 20);
    near(c.precision, 0.75);
    near(c.recall, 0.75);
    c = pv_scores_class(&s, 0);
    near(c.precision, 0.8);
    near(c.recall, 0.8);
    near(c.f1, 0.8);
    c = pv_scores_class(&s, 3);
    assert_int_equal(c.support, 0);
    near(c.precision + c.recall + c.f1, 0);
    near(pv_scores_macro_f1(&s), (0.8 + 0.75 + 0.6) / 3);
    pv_scores_add(&s, 0, 2, 6); /* six poppies taken for soil */
    near(pv_scores_class(&s, 0).precision, 0.8);
    near(pv_scores_class(&s, 0).recall, 0.5);
    near(pv_scores_class(&s, 2).precision, 0.375);
    near(pv_scores_class(&s, 2).recall, 0.6);
    near(pv_scores_class(&s, 2).f1, 2 * 0.375 * 0.6 / 0.975);
    pv_scores_release(&s);
}

static void json_is_the_contract(void **state)
{
    (void)state;
    pv_scores s = {0}, more = {0};
    pv_text out = {0};
    make(&s);
    pv_scores_json(&s, &out);
    assert_string_equal(pv_text_str(&out),
                        "\"classes\":[{\"name\":\"poppy\",\"support\":10,\"precision\":0.800000,\"recall\":0.800000,\"f1\":0.800000},"
                        "{\"name\":\"wheat\",\"support\":20,\"precision\":0.750000,\"recall\":0.750000,\"f1\":0.750000},"
                        "{\"name\":\"soil \\\"x\\\"\",\"support\":10,\"precision\":0.600000,\"recall\":0.600000,\"f1\":0.600000},"
                        "{\"name\":\"never\",\"support\":0,\"precision\":0.000000,\"recall\":0.000000,\"f1\":0.000000}],"
                        "\"accuracy\":0.725000,\"macro_f1\":0.716667,\"kappa\":0.560000,\"polygons\":{\"total\":0,\"correct\":0}");
    make(&more);
    more.has_target = 1;
    more.target_tp = 3;
    more.target_fp = 1;
    more.target_fn = 2;
    more.target_hit = 4;
    more.target_missed = 5;
    more.target_false = 6;
    more.polygons_total = 9;
    more.polygons_correct = 7;
    pv_scores_merge(&s, &more);
    assert_int_equal(pv_scores_class(&s, 1).support, 40);
    near(pv_scores_kappa(&s), 0.56);
    pv_text_reset(&out);
    pv_scores_json(&s, &out);
    assert_non_null(strstr(pv_text_str(&out),
                           "\"polygons\":{\"total\":9,\"correct\":7},\"target\":{\"pixel\":{\"precision\":0.750000,\"recall\":0.600000,"
                           "\"f1\":0.666667},\"polygons\":{\"hit\":4,\"missed\":5,\"false\":6}}"));
    pv_text_reset(&out);
    pv_scores_print(&s, &out);
    assert_non_null(strstr(pv_text_str(&out), "\npoppy             20      0.800      0.800      0.800\n"));
    assert_non_null(strstr(pv_text_str(&out), "accuracy 0.725, macro F1 0.717, kappa 0.560\n"));
    pv_text_release(&out);
    pv_scores_release(&s);
    pv_scores_release(&more);
}

static void nothing_gives_zero(void **state)
{
    (void)state;
    char names[1][PV_NAME] = {"a"};
    pv_scores s = {0};
    assert_ok(pv_scores_init(&s, 1, NAMES(names), NULL));
    near(pv_scores_accuracy(&s) + pv_scores_kappa(&s) + pv_scores_macro_f1(&s), 0);
    pv_scores_add(&s, 0, 0, 5);
    near(pv_scores_accuracy(&s), 1);
    near(pv_scores_kappa(&s), 0);
    pv_scores_release(&s);
    for (long k = 0; k < 2; k++) {
        pv_mem_fail_at(k, 0);
        assert_int_equal(pv_scores_init(&s, 1, NAMES(names), NULL), PV_NOMEM);
        pv_mem_fail_at(-1, 0);
        assert_null(s.confusion);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures_are_right), cmocka_unit_test(json_is_the_contract),
                                       cmocka_unit_test(nothing_gives_zero)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
