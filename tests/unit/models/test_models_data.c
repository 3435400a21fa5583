/* Legal tiers and the stage calendar: the shipped files say what the sources say, bad files are refused with the line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "models/calendar.h"
#include "models/tiers.h"

#include "base/banned.h"

static const char *shipped(const char *name)
{
    static char path[1024];
    const char *root = getenv("PAPAVER_SOURCE");
    (void)snprintf(path, sizeof path, "%s/models/data/%s", root != NULL ? root : "../../../..", name);
    return path;
}

static void expect_tier(const pv_tiers *t, pv_tier_plot plot, const char *name)
{
    char text[80];
    pv_tier_answer a = pv_tiers_find(t, &plot);
    pv_tier_name(&a, text, sizeof text);
    assert_string_equal(text, name);
}

static void test_tiers(void **state)
{
    (void)state;
    pv_tiers t = {0};
    pv_err err = {0};
    if (pv_tiers_read(&t, shipped("legal_tiers.csv"), &err) != PV_OK) fail_msg("%s", err.text);
    expect_tier(&t, (pv_tier_plot){.plants_low = 499, .plants = 499, .plants_high = 499}, "under-500");
    expect_tier(&t, (pv_tier_plot){.plants_low = 500, .plants = 500, .plants_high = 500}, "500-2999");
    expect_tier(&t, (pv_tier_plot){.plants_low = 2999, .plants = 2999, .plants_high = 2999}, "500-2999");
    expect_tier(&t, (pv_tier_plot){.plants_low = 3000, .plants = 9999, .plants_high = 20000}, "3000-up");
    expect_tier(&t, (pv_tier_plot){.plants_low = 300, .plants = 450, .plants_high = 620}, "under-500..500-2999");
    expect_tier(&t, (pv_tier_plot){.plants_low = -1, .plants = 700, .plants_high = -1}, "500-2999");
    expect_tier(&t, (pv_tier_plot){.plants_low = -1, .plants = -1, .plants_high = -1, .area_m2 = 500}, "");
    /* Bare ground counts by area for what has not sprouted, and only for that. */
    expect_tier(&t, (pv_tier_plot){.plants = -1, .area_m2 = 199.9, .stage = "unsprouted"}, "");
    expect_tier(&t, (pv_tier_plot){.plants = -1, .area_m2 = 200, .stage = "unsprouted"}, "bare-200-1199");
    expect_tier(&t, (pv_tier_plot){.plants = -1, .area_m2 = 1200, .stage = "unsprouted"}, "bare-1200-up");
    expect_tier(&t, (pv_tier_plot){.plants_low = 5, .plants = 5, .plants_high = 5, .replanted = 1}, "replanted");
    expect_tier(&t, (pv_tier_plot){.plants_low = 5, .plants = 5, .plants_high = 5, .region = "XX"}, "");
    pv_tier_plot old = {.plants_low = 5, .plants = 5, .plants_high = 5, .date = "2025-12-31T10:00:00"}, now = old;
    now.date = "2026-01-01";
    assert_string_equal(pv_tiers_find(&t, &old).tier->article, "第七十一条");
    assert_string_equal(pv_tiers_find(&t, &now).tier->article, "第八十三条");
    assert_false(pv_tiers_find(&t, &now).tier->confirmed);
    pv_tiers_release(&t);
}

static pv_calendar_answer ask(const pv_calendar *c, double lat, double alt, const char *date, const char *stage)
{
    pv_calendar_plot plot = {.lat_deg = lat, .alt_m = alt, .date = date, .stage = stage};
    return pv_calendar_find(c, &plot);
}

static void test_calendar(void **state)
{
    (void)state;
    pv_calendar c = {0};
    pv_err err = {0};
    if (pv_calendar_read(&c, shipped("stage_calendar.csv"), &err) != PV_OK) fail_msg("%s", err.text);
    /* The dated reports behind the file must lie in its windows: latitude, altitude, day, stage. */
    static const struct {
        double lat, alt;
        const char *date, *stage;
    } reports[] = {{26.6, 600, "2021-03-18", "flowering"},  {28.0, 100, "2024-04-14", "flowering"}, {28.0, 100, "2024-04-23", "capsule"},
                   {32.8, 600, "2024-04-27", "flowering"},  {32.8, 600, "2024-05-03", "capsule"},   {33.2, 30, "2024-06-10", "flowering"},
                   {37.5, 20, "2024-04-28", "flowering"},   {34.6, 30, "2024-05-08", "flowering"},  {34.0, 2400, "2024-08-15", "capsule"},
                   {36.9, 1300, "2024-06-15", "flowering"}, {48.0, 500, "2024-06-20", "seedling"}};
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        pv_calendar_answer a = ask(&c, reports[i].lat, reports[i].alt, reports[i].date, reports[i].stage);
        if (a.in_season != 1) fail_msg("report %zu is out of season", i);
        assert_true(a.estimate && a.row != NULL && a.days_low >= 0 && a.days_low <= a.days && a.days <= a.days_high);
    }
    assert_int_equal(ask(&c, 33.2, 30, "2024-11-20", "flowering").in_season, 0);
    assert_int_equal(ask(&c, 33.2, 30, NULL, "flowering").in_season, -1);
    pv_calendar_answer flower = ask(&c, 33.2, NAN, "2024-05-18T09:00:00", "flowering");
    assert_true(flower.days_low == 13 && flower.days == 15 && flower.days_high == 17);
    /* Over the new year, and no stage known: what the day allows. */
    assert_int_equal(ask(&c, 25, 300, "2024-01-02", "seedling").in_season, 1);
    pv_calendar_answer any = ask(&c, 25, 300, "2024-01-02", "");
    assert_true(any.in_season == 1 && any.days_low == 30 && any.days_high == 90);
    pv_calendar_answer none = ask(&c, 25, 300, "2024-07-02", "");
    assert_true(none.in_season == 0 && none.row == NULL && none.days == -1);
    assert_int_equal(ask(&c, 10, 0, "2024-04-01", "flowering").in_season, -1); /* no row of that latitude */
    pv_calendar_release(&c);
}

#define TIER_HEAD   "region,tier,rank,measure,from,below,since,until,law,article,words,confirmed\n"
#define SEASON_HEAD "region,lat_from,lat_below,alt_from_m,alt_below_m,stage,from,to,days_low,days_high,estimate\n"

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        int calendar;
        const char *text, *part;
    } cases[] = {
        {0, "", "no rows"},
        {0, TIER_HEAD, "no rows"},
        {0, "a,b\n1,2\n", "line 1: the header has no column 'region'"},
        {0, "# c\n\nregion,region,tier,rank,measure,from,below,since,until,law,article,words,confirmed\n",
         "line 3: the column 'region' is there twice"},
        {0, TIER_HEAD "CN,a,1,plants,1,500\n", "line 2: 6 fields, the header has 12"},
        {0, TIER_HEAD "CN,a,1,leaves,1,500,,,l,a,w,yes\n", "line 2: measure is 'leaves'"},
        {0, TIER_HEAD "CN,a,1,plants,many,500,,,l,a,w,yes\n", "line 2: from is 'many', not a number"},
        {0, TIER_HEAD "CN,a,1,plants,600,500,,,l,a,w,yes\n", "line 2: from (600) is not less than below (500)"},
        {0, TIER_HEAD "CN,a,1,plants,1,500,2026-13-01,,l,a,w,yes\n", "line 2: since is '2026-13-01'"},
        {0, TIER_HEAD "CN,a,1,plants,1,500,,,l,a,w,perhaps\n", "line 2: confirmed is 'perhaps'"},
        {0, TIER_HEAD "CN,\"a,1,plants,1,500,,,l,a,w,yes\n", "line 2: the quote of field 2 is never closed"},
        {0, TIER_HEAD "CN,\"a\"b,1,plants,1,500,,,l,a,w,yes\n", "line 2: text after the closing quote of field 2"},
        {0, "\xff\xfe", "not UTF-8"},
        {1, SEASON_HEAD "x,20,30,,,bud,02-30,03-01,1,2,yes\n", "line 2: from is '02-30'"},
        {1, SEASON_HEAD "x,20,30,,,bud,02-20,3-1,1,2,yes\n", "line 2: to is '3-1'"},
        {1, SEASON_HEAD "x,30,30,,,bud,02-20,03-01,1,2,yes\n", "line 2: the band of latitude or altitude is empty"},
        {1, SEASON_HEAD "x,20,30,,,bud,02-20,03-01,3,2,yes\n", "line 2: days_low is more than days_high"},
        {1, SEASON_HEAD "x,20,30,,,bud,02-20,03-01,,2,yes\n", "line 2: days_low is empty"},
        {1, SEASON_HEAD ",20,30,,,bud,02-20,03-01,1,2,yes\n", "line 2: region or stage is empty"},
        {1, SEASON_HEAD "x,20,30,,,bud,02-20,03-01,1,2,\n", "line 2: estimate is ''; it can be yes or no"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pv_tiers t = {0};
        pv_calendar c = {0};
        pv_err err = {0};
        size_t n = strlen(cases[i].text);
        pv_status st = cases[i].calendar ? pv_calendar_parse(&c, cases[i].text, n, &err) : pv_tiers_parse(&t, cases[i].text, n, &err);
        assert_int_equal(st, PV_INPUT);
        if (strstr(err.text, cases[i].part) == NULL) fail_msg("'%s' is not in '%s'", cases[i].part, err.text);
    }
    pv_tiers t = {0};
    assert_int_equal(pv_tiers_read(&t, "nowhere.csv", NULL), PV_IO);
    pv_err err = {0};
    pv_calendar c = {0};
    assert_int_equal(pv_calendar_read(&c, shipped("legal_tiers.csv"), &err), PV_INPUT);
    assert_non_null(strstr(err.text, "legal_tiers.csv: line "));
    assert_true(c.at == NULL && c.n == 0);
}

/* Columns by name, quotes, byte-order mark, CR LF, comments, a column more. */
static void test_forms(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF# comment\r\nextra, tier,region,rank,measure,from,below,since,until,law,article,words,confirmed\r\n"
                               "\r\nx,\"a \"\"b\"\", c\" , CN ,1,plants,1,,,,l,,w,no\r\n";
    pv_tiers t = {0};
    pv_err err = {0};
    if (pv_tiers_parse(&t, text, sizeof text - 1, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.at[0].name, "a \"b\", c");
    assert_string_equal(t.at[0].region, "CN");
    assert_true(isinf(t.at[0].below) && !t.at[0].confirmed);
    pv_tiers_release(&t);
}

static void test_memory_faults(void **state)
{
    (void)state;
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_tiers t = {0};
        assert_true(k < 50);
        pv_mem_fail_at(k, 0);
        st = pv_tiers_read(&t, shipped("legal_tiers.csv"), NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && t.at == NULL));
        pv_tiers_release(&t);
    }
    st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_calendar c = {0};
        assert_true(k < 50);
        pv_mem_fail_at(k, 0);
        st = pv_calendar_read(&c, shipped("stage_calendar.csv"), NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && c.at == NULL));
        pv_calendar_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tiers), cmocka_unit_test(test_calendar), cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_forms), cmocka_unit_test(test_memory_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
