/* Settings: defaults, what is accepted and refused and with which words, and the file that documents them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "season/conf.h"

#include "base/banned.h"

static pv_conf conf;

static pv_status parse(const char *text, pv_err *err)
{
    return pv_conf_parse(&conf, "season.conf", text, strlen(text), err);
}

static void refused(const char *text, const char *words)
{
    pv_err err = {0};
    assert_int_equal(parse(text, &err), PV_INPUT);
    if (strstr(err.text, words) == NULL) fail_msg("'%s' is not in '%s'", words, err.text);
}

static void test_defaults(void **state)
{
    (void)state;
    assert_int_equal(parse("", NULL), PV_OK);
    assert_string_equal(pv_conf_text(&conf, PV_SET_MODEL), "auto");
    assert_true(pv_conf_real(&conf, PV_SET_MIN_AREA_M2) == 0.25);
    assert_int_equal(pv_conf_int(&conf, PV_SET_SETTLE_S), 60);
    assert_false(pv_conf_yes(&conf, PV_SET_ALLOW_COARSE));
    assert_string_equal(pv_conf_text(&conf, PV_SET_GRID_EPSG), "auto");
    assert_string_equal(pv_conf_text(&conf, PV_SET_BOUNDARIES), "");
}

static void test_values(void **state)
{
    (void)state;
    char part[32];
    const char text[] = "\xEF\xBB\xBF# words\n\n name =  \xE7\xA7\xA6\xE5\xAE\x89 2026 \r\nallow_coarse=yes # why not\n\tmin_area_m2 = 1e0\n"
                        "grid_epsg = 4525\nboundaries = a.shp , b c.geojson,,d.gpkg\nobject_threshold = 0.5";
    assert_int_equal(parse(text, NULL), PV_OK);
    assert_string_equal(pv_conf_text(&conf, PV_SET_NAME), "\xE7\xA7\xA6\xE5\xAE\x89 2026");
    assert_true(pv_conf_yes(&conf, PV_SET_ALLOW_COARSE));
    assert_true(pv_conf_real(&conf, PV_SET_MIN_AREA_M2) == 1);
    assert_int_equal(pv_conf_int(&conf, PV_SET_GRID_EPSG), 4525);
    assert_true(pv_conf_part(&conf, PV_SET_BOUNDARIES, 1, part, sizeof part));
    assert_string_equal(part, "b c.geojson");
    assert_true(pv_conf_part(&conf, PV_SET_BOUNDARIES, 2, part, sizeof part));
    assert_string_equal(part, "d.gpkg");
    assert_false(pv_conf_part(&conf, PV_SET_BOUNDARIES, 3, part, sizeof part));
    assert_false(pv_conf_part(&conf, PV_SET_BOUNDARIES, 1, part, 4));
}

static void test_refused(void **state)
{
    (void)state;
    char lines[PV_CONF_TEXT + 64];
    refused("name\n", "line 1: 'name' is not `name = value`");
    refused("\n\nnam = x\n", "line 3: there is no setting 'nam'");
    refused("threads = 2\nthreads = 3\n", "line 2: threads stands there twice");
    refused("threads = two\n", "line 1: threads = two: it takes a whole number from 0 to 1024");
    refused("threads = 1025\n", "1024");
    refused("settle_s = -1\n", "settle_s");
    refused("min_area_m2 = nan\n", "a number from 0.01 to 10000");
    refused("allow_coarse = maybe\n", "one of yes|no");
    refused("journal =\n", "one of wal|rollback");
    refused("grid_epsg = here\n", "or auto");
    refused("name = \xFF\n", "UTF-8");
    memset(lines, 'x', sizeof lines);
    memcpy(lines, "name = ", 7);
    lines[sizeof lines - 1] = '\0';
    refused(lines, "too long");
}

static void test_the_printed_file_is_accepted_and_changes_nothing(void **state)
{
    (void)state;
    pv_text text = {0};
    static pv_conf standard;
    pv_conf_default(&standard);
    pv_conf_print(&text, "Qin'an 2026");
    assert_int_equal(pv_conf_parse(&conf, "season.conf", pv_text_str(&text), text.len, NULL), PV_OK);
    assert_string_equal(pv_conf_text(&conf, PV_SET_NAME), "Qin'an 2026");
    for (int i = 1; i < PV_SET_COUNT; i++) assert_string_equal(conf.at[i].text, standard.at[i].text);
    /* Each line that is commented out can be used as it stands. */
    for (char *c = text.data; (c = strstr(c, "\n#")) != NULL; c++)
        if (c[2] != ' ') c[1] = ' ';
    assert_int_equal(pv_conf_parse(&conf, "season.conf", pv_text_str(&text), text.len, NULL), PV_OK);
    for (int i = 1; i < PV_SET_COUNT; i++) {
        assert_true(conf.at[i].given);
        assert_string_equal(conf.at[i].text, standard.at[i].text);
    }
    pv_text_release(&text);
}

static void test_no_memory(void **state)
{
    (void)state;
    pv_mem_fail_at(0, 0);
    pv_err err = {0};
    assert_int_equal(parse("", &err), PV_NOMEM);
    pv_mem_fail_at(-1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),  cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_the_printed_file_is_accepted_and_changes_nothing),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
