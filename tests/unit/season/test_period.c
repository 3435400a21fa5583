/* Periods from text, the campaigns of season.conf, and periods cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "season/period.h"

#include "base/banned.h"

static pv_conf *conf_of(const char *lines)
{
    pv_err err = {.text = ""};
    pv_conf *conf = NULL;
    assert_int_equal(pv_alloc(&conf, 1, sizeof *conf, "settings", &err), PV_OK);
    if (pv_conf_parse(conf, "season.conf", lines, strlen(lines), &err) != PV_OK) fail_msg("%s", err.text);
    return conf;
}

static void check(const pv_conf *conf, const char *text, const char *from, const char *to, const char *as, const char *zh)
{
    pv_err err = {.text = ""};
    pv_period p;
    if (pv_period_read(&p, conf, text, &err) != PV_OK) fail_msg("%s: %s", text, err.text);
    assert_string_equal(p.from, from);
    assert_string_equal(p.to, to);
    assert_string_equal(p.text, as);
    assert_string_equal(p.zh, zh);
    pv_period again;
    assert_int_equal(pv_period_read(&again, conf, p.text, &err), PV_OK);
    assert_string_equal(again.from, p.from);
    assert_string_equal(again.to, p.to);
}

static void test_names(void **state)
{
    (void)state;
    pv_conf *c = conf_of("");
    check(c, "2026", "2026-01-01", "2026-12-31", "2026", "2026年");
    check(c, "2026H1", "2026-01-01", "2026-06-30", "2026H1", "2026年上半年");
    check(c, "2026h2", "2026-07-01", "2026-12-31", "2026H2", "2026年下半年");
    check(c, "2026Q2", "2026-04-01", "2026-06-30", "2026Q2", "2026年第2季度");
    check(c, "2024-02", "2024-02-01", "2024-02-29", "2024-02", "2024年2月");
    check(c, "2026-12", "2026-12-01", "2026-12-31", "2026-12", "2026年12月");
    check(c, "2026-05-上旬", "2026-05-01", "2026-05-10", "2026-05-x1", "2026年5月上旬");
    check(c, "2026-05-x2", "2026-05-11", "2026-05-20", "2026-05-x2", "2026年5月中旬");
    check(c, "2023-02-下旬", "2023-02-21", "2023-02-28", "2023-02-x3", "2023年2月下旬");
    check(c, "2026-05-20", "2026-05-20", "2026-05-20", "2026-05-20", "2026-05-20");
    check(c, "2026-04-01..2026-06-15", "2026-04-01", "2026-06-15", "2026-04-01..2026-06-15", "2026-04-01至2026-06-15");
    check(c, "2022..2024", "2022-01-01", "2024-12-31", "2022..2024", "2022—2024年");
    check(c, "all", "1970-01-01", "2199-12-31", "all", "全部");
    pv_free(c);
    c = conf_of("season_year_from = 09-01\n");
    check(c, "2026", "2025-09-01", "2026-08-31", "2026", "2026年度");
    check(c, "2022..2024", "2021-09-01", "2024-08-31", "2022..2024", "2022—2024年");
    check(c, "2026Q1", "2026-01-01", "2026-03-31", "2026Q1", "2026年第1季度");
    pv_free(c);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "x",       "202",    "20266",      "2026H3",     "2026Q0",     "2026Q5",
                                      "2026-13",    "2026-00", "2026-5", "2026-05-x4", "2026-05-旬", "2026-02-30", "2026-05-01..2026-04-01",
                                      "2024..2022", "1969",    "2200",   "2026..",     "..2026",     "第1次",      "2026-05-01..x"};
    pv_conf *c = conf_of("");
    pv_err err = {.text = ""};
    pv_period p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (pv_period_read(&p, c, bad[i], &err) != PV_USAGE) fail_msg("'%s' was taken", bad[i]);
        assert_non_null(strstr(err.text, "2026-05-x1"));
    }
    pv_free(c);
}

static void test_campaigns(void **state)
{
    (void)state;
    pv_conf *c = conf_of("campaigns = 百日攻坚 2026-04-01 100 2026-04-10..2026-04-12 2026-06-20, 秋季 行动 2026-09-01 30\n");
    check(c, "百日攻坚", "2026-04-01", "2026-07-09", "百日攻坚", "百日攻坚");
    check(c, "百日攻坚/1", "2026-04-10", "2026-04-12", "百日攻坚/1", "百日攻坚第1次");
    check(c, "百日攻坚 第2次", "2026-06-20", "2026-06-20", "百日攻坚/2", "百日攻坚第2次");
    check(c, "百日攻坚第二轮", "2026-06-20", "2026-06-20", "百日攻坚/2", "百日攻坚第2次");
    check(c, "秋季 行动", "2026-09-01", "2026-09-30", "秋季 行动", "秋季 行动");
    pv_period p;
    assert_int_equal(pv_period_read(&p, c, "百日攻坚/3", NULL), PV_USAGE);
    assert_int_equal(pv_period_read(&p, c, "第一次", NULL), PV_USAGE); /* of which of the two? */
    pv_free(c);
    c = conf_of("campaigns = A 2026-01-01 300 2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-01-05 2026-01-06 2026-01-07 2026-01-08 2026-01-09 "
                "2026-01-10 2026-01-11 2026-01-12\n");
    check(c, "第十二次", "2026-01-12", "2026-01-12", "A/12", "A第12次");
    check(c, "第12次", "2026-01-12", "2026-01-12", "A/12", "A第12次");
    pv_free(c);
}

static void test_wrong_conf(void **state)
{
    (void)state;
    static const char *const bad[] = {"campaigns = A\n",
                                      "campaigns = A 2026-04-01\n",
                                      "campaigns = A 2026-04-01 0\n",
                                      "campaigns = 2026-04-01 10\n",
                                      "campaigns = A 2026-04-01 10 x\n",
                                      "campaigns = A 2026-04-01 10 2026-04-11\n",
                                      "campaigns = A 2026-04-01 10 2026-04-05 2026-04-05\n",
                                      "campaigns = A 2026-04-01 10, A 2026-05-01 10\n",
                                      "campaigns = A/B 2026-04-01 10\n",
                                      "season_year_from = 13-01\n",
                                      "season_year_from = 02-29\n",
                                      "season_year_from = 9-1\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pv_err err = {.text = ""};
        pv_period p;
        pv_conf *c = conf_of(bad[i]);
        if (pv_period_read(&p, c, "2026", &err) != PV_INPUT) fail_msg("%s was taken", bad[i]);
        assert_non_null(strstr(err.text, "season.conf"));
        pv_free(c);
    }
}

static void check_cut(const pv_conf *conf, const char *text, pv_period_each each, const char *wanted)
{
    pv_err err = {.text = ""};
    pv_periods all = {.n = 0};
    pv_text out = {0};
    pv_period p;
    assert_int_equal(pv_period_read(&p, conf, text, &err), PV_OK);
    if (pv_period_cut(&all, conf, &p, each, &err) != PV_OK) fail_msg("%s", err.text);
    for (size_t i = 0; i < all.n; i++) pv_text_addf(&out, "%s%s", i > 0 ? " " : "", all.at[i].text);
    assert_string_equal(pv_text_str(&out), wanted);
    pv_text_release(&out);
    pv_periods_release(&all);
}

static void test_pieces(void **state)
{
    (void)state;
    pv_conf *c = conf_of("season_year_from = 09-01\ncampaigns = A 2026-04-01 100 2026-04-10..2026-04-12 2026-06-20, B 2026-09-01 30 2026-09-02\n");
    check_cut(c, "2026-05", PV_EACH_NONE, "2026-05");
    check_cut(c, "2026-05", PV_EACH_XUN, "2026-05-x1 2026-05-x2 2026-05-x3");
    check_cut(c, "2026-04-15..2026-05-10", PV_EACH_XUN, "2026-04-15..2026-04-20 2026-04-x3 2026-05-x1");
    check_cut(c, "2026Q2", PV_EACH_MONTH, "2026-04 2026-05 2026-06");
    check_cut(c, "2026", PV_EACH_QUARTER, "2025-09-01..2025-09-30 2025Q4 2026Q1 2026Q2 2026-07-01..2026-08-31");
    check_cut(c, "2022..2024", PV_EACH_YEAR, "2022 2023 2024");
    check_cut(c, "2026-05", PV_EACH_YEAR, "2026-05-01..2026-05-31");
    check_cut(c, "A", PV_EACH_ROUND, "A/1 A/2");
    check_cut(c, "2026-06-01..2026-12-31", PV_EACH_ROUND, "A/2 B/1");
    pv_periods all = {.n = 0};
    pv_period p;
    assert_int_equal(pv_period_read(&p, c, "2020", NULL), PV_OK);
    assert_int_equal(pv_period_cut(&all, c, &p, PV_EACH_ROUND, NULL), PV_USAGE);
    assert_int_equal(pv_period_read(&p, c, "all", NULL), PV_OK);
    assert_int_equal(pv_period_cut(&all, c, &p, PV_EACH_XUN, NULL), PV_USAGE); /* too many */
    pv_periods_release(&all);
    pv_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_refused), cmocka_unit_test(test_campaigns),
                                       cmocka_unit_test(test_wrong_conf), cmocka_unit_test(test_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
