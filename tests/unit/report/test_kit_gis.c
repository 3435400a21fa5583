/* A kit's GeoPackages, project and Shapefile when memory runs out, with outlines that are none, and with nothing known. What other programs read in them is asked in tests/season/kit_gis.sh. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/gdal_door.h"
#include "report/kit_gpkg.h"
#include "report/kit_style.h"

#include "base/banned.h"

static const char SQUARE[] = "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[105,34],[105.001,34],[105.001,34.001],[105,34.001],[105,34]]]]}";
static pv_sheet sheet;
static pv_kit_stop stop;
static pv_kit kit;
static char outline[sizeof SQUARE];

static int setup(void **state)
{
    (void)state;
    if (pv_geo_start(NULL) != PV_OK) return 1;
    (void)snprintf(outline, sizeof outline, "%s", SQUARE);
    (void)snprintf(sheet.plot.id, sizeof sheet.plot.id, "P0AB12C");
    sheet.plot.lon_deg = 105.00012345678;
    sheet.plot.lat_deg = 34.00098765432;
    sheet.outline = outline;
    stop.sheet = &sheet;
    kit = (pv_kit){
        .season = "秦安", .date = "2026-05-20", .name = "柳湾镇", .n = 1, .stop = &stop, .control = {1, 105, 34, "旗杆"}, .version = "papaver"};
    char name[] = "kit-XXXXXX";
    return mkdtemp(name) == NULL || chdir(name) != 0;
}

static int teardown(void **state)
{
    (void)state;
    char here[1024];
    pv_geo_stop();
    if (getcwd(here, sizeof here) == NULL || chdir("..") != 0) return 1;
    return rmdir(here);
}

/* Removes what a writer made; how many files there were. */
static int sweep(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    if (d == NULL) return 0;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        char path[600];
        if (e->d_name[0] == '.' && (e->d_name[1] == '\0' || e->d_name[1] == '.')) continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_type == DT_DIR) {
            n += sweep(path);
            assert_int_equal(rmdir(path), 0);
        } else {
            n++;
            assert_int_equal(remove(path), 0);
        }
    }
    (void)closedir(d);
    return n;
}

static pv_status write_shp(const char *folder, const pv_kit *k, pv_err *err)
{
    pv_text lost = {0};
    pv_status st = pv_kit_shp(folder, k, &lost, err);
    pv_text_release(&lost);
    return st;
}

/* Every allocation of ours fails in turn, alone and with all after it: no memory is said, and the next call makes the whole again. */
static void starve(pv_status (*write)(const char *, const pv_kit *, pv_err *), int files, int step)
{
    pv_mem_fail_at(1L << 40, 0);
    assert_int_equal(write(".", &kit, NULL), PV_OK);
    long all = pv_mem_count();
    assert_int_equal(sweep("."), files);
    assert_true(all > 5);
    for (long k = 0; k < all; k += step) {
        pv_err err = {0};
        pv_mem_fail_at(k, (int)(k & 1));
        pv_status st = write(".", &kit, &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_NOMEM) fail_msg("allocation %ld of %ld: %d %s", k, all, (int)st, err.text);
        assert_true(err.text[0] != '\0');
        assert_true(sweep(".") <= files);
    }
    pv_mem_fail_at(-1, 0);
    assert_int_equal(write(".", &kit, NULL), PV_OK);
    assert_int_equal(sweep("."), files);
}

static void test_memory(void **state)
{
    (void)state;
    starve(pv_kit_gpkg, 2, 23);
    starve(pv_kit_qgs, 1, 1);
    starve(write_shp, 5, 5);
}

static void test_bad_outline(void **state)
{
    (void)state;
    pv_err err = {0};
    (void)snprintf(outline, sizeof outline, "{\"type\":\"Point\",\"coordinates\":[1,2]}");
    assert_int_equal(pv_kit_gpkg(".", &kit, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "P0AB12C"));
    (void)snprintf(outline, sizeof outline, "%s", SQUARE);
    assert_int_equal(sweep("."), 1);
}

static void test_there_already(void **state)
{
    (void)state;
    assert_int_equal(pv_outfile_put("papaver.qgs", "mine", 4, 0, NULL), PV_OK);
    assert_int_equal(pv_outfile_put("field.gpkg", "mine", 4, 0, NULL), PV_OK);
    assert_int_equal(pv_kit_qgs(".", &kit, NULL), PV_USAGE);
    assert_int_equal(pv_kit_gpkg(".", &kit, NULL), PV_USAGE);
    assert_int_equal(pv_kit_shp("nowhere", &kit, NULL, NULL), PV_IO);
    assert_int_equal(sweep("."), 2);
}

static void test_uuid(void **state)
{
    (void)state;
    char a[PV_KIT_UUID], b[PV_KIT_UUID], c[PV_KIT_UUID];
    pv_kit_uuid(a, "秦安", "P0AB12C");
    pv_kit_uuid(b, "秦安", "P0AB12C");
    pv_kit_uuid(c, "秦安P", "0AB12C");
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    assert_int_equal(strlen(a), 38);
    assert_int_equal(a[15], '8');
    assert_non_null(strchr("89ab", a[20]));
}

/* Every list, field and label of the form is in the project, in three languages of labels. */
static void test_style(void **state)
{
    (void)state;
    pv_kit_table table;
    pv_kit_table_read(&table, NULL, PV_KIT_PLOTS);
    assert_true(table.n < PV_KIT_COLUMNS);
    int n = 0;
    const pv_form_field *field = pv_form_fields(&n);
    for (pv_kit_speech speech = PV_SPEECH_BOTH; speech <= PV_SPEECH_EN; speech++) {
        pv_text xml = {0};
        pv_kit_style_add(&xml, &table, PV_KIT_PLOTS, speech, 0);
        assert_int_equal(xml.failed, 0);
        for (int i = 0; i < n; i++) {
            char want[256];
            assert_true(pv_kit_column_of(&table, field[i].name) > 0);
            (void)snprintf(want, sizeof want, "field=\"%s\" name=\"%s%s%s\"", field[i].name, speech != PV_SPEECH_EN ? field[i].zh : "",
                           speech == PV_SPEECH_BOTH ? " " : "", speech != PV_SPEECH_ZH ? field[i].en : "");
            if (strstr(pv_text_str(&xml), want) == NULL) fail_msg("%s", want);
        }
        assert_null(strstr(pv_text_str(&xml), PV_KIT_RELATION));
        pv_text_release(&xml);
    }
    assert_int_equal(pv_kit_column_of(&table, "none"), -1);
}

/* A kit of an audit sample asks by its own form, and no column, symbol or expression of it follows from the map. */
static void test_audit_style(void **state)
{
    (void)state;
    static const char *const hidden[] = {"risk", "status", "points", "reasons", "prob", "class", "area_m2", "photo", "chip", "why", "hotspot"};
    const pv_kit audit = {.audit = "may", .audit_unit_m2 = 1};
    pv_kit_table table;
    pv_text xml = {0};
    char want[64];
    int n = 0;
    pv_kit_table_read(&table, &audit, PV_KIT_PLOTS);
    assert_string_equal(table.zh, "抽样核查点");
    pv_kit_style_add(&xml, &table, PV_KIT_PLOTS, PV_SPEECH_BOTH, 1);
    assert_int_equal(xml.failed, 0);
    const pv_form_field *field = pv_form_audit_fields(&n);
    for (int i = 0; i < n; i++) assert_true(table.column[pv_kit_column_of(&table, field[i].name)].editable == 1);
    assert_non_null(strstr(pv_text_str(&xml), "到点查看 at the point"));
    assert_non_null(strstr(pv_text_str(&xml), "参考类别 reference class"));
    for (size_t k = 0; k < sizeof hidden / sizeof *hidden; k++) {
        assert_int_equal(pv_kit_column_of(&table, hidden[k]), -1);
        (void)snprintf(want, sizeof want, "&quot;%s&quot;", hidden[k]);
        if (strstr(pv_text_str(&xml), want) != NULL) fail_msg("%s", want);
    }
    pv_text_release(&xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory), cmocka_unit_test(test_bad_outline), cmocka_unit_test(test_there_already),
        cmocka_unit_test(test_uuid),   cmocka_unit_test(test_style),       cmocka_unit_test(test_audit_style),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
