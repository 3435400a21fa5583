/* Kits: what is written can be told again, and which plots go where. The files as a whole are read by other programs in tests/season/kits.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "geo/gdal_door.h"
#include "geo/zip.h"
#include "report/flights.h"
#include "report/kit_files.h"
#include "report/kit_words.h"
#include "tests/unit/report/kit_fixture.h"

#include "base/banned.h"

/* Two villages side by side with a common edge at 105.68, and one far away that nobody needs. */
static const char villages[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"xiang\":\"柳湾镇\",\"xiang_code\":\"620522101\",\"cun\":\"上柳村\",\"cun_code\":\"620522101201\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[105.67,34.86],[105.68,34.86],[105.68,34.87],[105.67,34.87],[105.67,34.86]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"xiang\":\"柳湾镇\",\"xiang_code\":\"620522101\",\"cun\":\"下柳村\",\"cun_code\":\"620522101202\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[105.68,34.86],[105.69,34.86],[105.69,34.87],[105.68,34.87],[105.68,34.86]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"xiang\":\"柳湾镇\",\"xiang_code\":\"620522101\",\"cun\":\"空村\",\"cun_code\":\"620522101203\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[105.60,34.86],[105.61,34.86],[105.61,34.87],[105.60,34.87],[105.60,34.86]]]}}]}";

static pv_units *open_villages(void)
{
    pv_units *u = NULL;
    pv_err err = {.text = ""};
    if (pv_geo_start(&err) != PV_OK || pv_units_new(&u, &err) != PV_OK ||
        pv_units_add_bytes(u, "v.geojson", (const uint8_t *)villages, sizeof villages - 1, &err) != PV_OK || pv_units_ready(u, &err) != PV_OK)
        fail_msg("%s", err.text);
    return u;
}

static void put_at(pv_sheet *s, double lon, double lat)
{
    s->plot.lon_deg = lon;
    s->plot.lat_deg = lat;
    pv_free(s->outline);
    s->outline = NULL;
}

static const pv_kit *kit_named(const pv_kits *k, const char *folder)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->at[i].folder, folder) == 0) return &k->at[i];
    fail_msg("there is no kit %s", folder);
    return NULL;
}

static void test_by_village(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    pv_sheets s;
    pv_kits k = {.n = 0};
    pv_units *u = open_villages();
    pv_kits_how how = {.by = "cun", .version = "v"};
    assert_int_equal(fixture_sheets(&s, 4, &err), PV_OK);
    put_at(&s.at[0], 105.672, 34.862);
    put_at(&s.at[1], 105.688, 34.862);
    put_at(&s.at[2], 105.7, 34.9);
    /* Its outline lies on both sides of the edge. */
    put_at(&s.at[3], 105.68000001, 34.865);
    assert_int_equal(
        pv_strdup(&s.at[3].outline,
                  "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[105.6799,34.8649],[105.6801,34.8649],[105.6801,34.8651],[105.6799,34.8651],"
                  "[105.6799,34.8649]]]]}",
                  &err),
        PV_OK);
    if (pv_kits_sort(&k, &s, u, &how, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(k.n, 3);
    const pv_kit *upper = kit_named(&k, "2026-05-20-620522101201"), *lower = kit_named(&k, "2026-05-20-620522101202");
    assert_int_equal(upper->n, 2);
    assert_int_equal(upper->n_border, 1);
    assert_int_equal(lower->n, 2);
    assert_int_equal(lower->n_border, 1);
    assert_string_equal(upper->name, "柳湾镇 上柳村");
    const pv_kit *outside = &k.at[2];
    assert_string_equal(outside->folder, "2026-05-20-outside");
    assert_int_equal(outside->n, 1);
    assert_string_equal(outside->stop[0].sheet->plot.id, s.at[2].plot.id);
    pv_kits_release(&k);

    how.unit = "下柳村";
    assert_int_equal(pv_kits_sort(&k, &s, u, &how, &err), PV_OK);
    assert_int_equal(k.n, 1);
    assert_string_equal(k.at[0].folder, "2026-05-20-620522101202");
    pv_kits_release(&k);
    how.unit = "620522101203"; /* a village without plots has its kit when it is asked for */
    assert_int_equal(pv_kits_sort(&k, &s, u, &how, &err), PV_OK);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.at[0].n, 0);
    pv_kits_release(&k);
    how.unit = "nowhere";
    assert_int_equal(pv_kits_sort(&k, &s, u, &how, &err), PV_USAGE);
    how.unit = NULL;
    how.by = "lin_ban";
    assert_int_equal(pv_kits_sort(&k, &s, u, &how, &err), PV_USAGE);
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_USAGE);
    fixture_release(&s);
    pv_units_free(u);
}

static void test_by_crew_and_all(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    pv_sheets s;
    pv_kits k = {.n = 0};
    const pv_kit_place access[2] = {{1, 100, 30, "far"}, {1, 105.7, 34.9, "near"}};
    pv_kits_how how = {.by = "crew", .version = "v", .n_access = 2, .access = access};
    assert_int_equal(fixture_sheets(&s, 9, &err), PV_OK);
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_OK);
    assert_int_equal(k.n, 2);
    assert_int_equal(k.at[0].n + k.at[1].n, 9);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(k.at[i].access.name, "near");
        assert_int_equal(k.at[i].control.known, 0);
        for (const char *c = k.at[i].folder; *c != '\0'; c++) assert_true((unsigned char)*c > ' ' && (unsigned char)*c < 0x7F && *c != '/');
    }
    kit_named(&k, "2026-05-20-no-crew");
    pv_kits_release(&k);
    /* Names that look like a folder's are still other crews. */
    (void)snprintf(s.at[0].crew, sizeof s.at[0].crew, "1");
    (void)snprintf(s.at[2].crew, sizeof s.at[2].crew, "crew-1");
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_OK);
    assert_int_equal(k.n, 4);
    kit_named(&k, "2026-05-20-crew-1");
    kit_named(&k, "2026-05-20-crew-crew-1");
    pv_kits_release(&k);
    how.by = "all";
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_OK);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.at[0].n, 9);
    double sum = 0;
    for (size_t i = 0; i < 9; i++) sum += k.at[0].stop[i].leg_m;
    assert_true(k.at[0].stop[0].leg_m > 0);
    assert_true(sum - k.at[0].route_m < 1e-6 && k.at[0].route_m - sum < 1e-6);
    pv_kits_release(&k);
    s.n = 0;
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_OK);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.at[0].n, 0);
    pv_kits_release(&k);
    s.n = 9;
    fixture_release(&s);
}

/* The area without a file is the largest of all: nobody calls it small. */
static void check_readme(const pv_kit *kit)
{
    char folder[] = "readme.XXXXXX", path[64], text[8192] = "";
    pv_err err = {.text = ""};
    assert_non_null(mkdtemp(folder));
    assert_int_equal(pv_kit_readme(folder, kit, PV_KIT_FLIGHT, "", &err), PV_OK);
    (void)snprintf(path, sizeof path, "%s/README.txt", folder);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    assert_int_equal(fclose(f), 0);
    assert_non_null(strstr(text, "另有 1 片区域(超过 25 平方公里,或超出 20 个航线文件)没有航线文件"));
    assert_non_null(strstr(text, "1 more areas to fly (larger than 25 km2, or beyond 20 flight files) have no file"));
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

static void test_flights(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    pv_sheets s;
    pv_kits k = {.n = 0};
    char near[] = "{\"type\":\"Polygon\",\"coordinates\":[[[105.7,34.9],[105.701,34.9],[105.701,34.901],[105.7,34.901],[105.7,34.9]]]}";
    char beside[] = "{\"type\":\"Polygon\",\"coordinates\":[[[105.7015,34.9],[105.702,34.9],[105.702,34.901],[105.7015,34.901],[105.7015,34.9]]]}";
    char huge[] = "{\"type\":\"Polygon\",\"coordinates\":[[[104,34],[105,34],[105,35],[104,35],[104,34]]]}";
    pv_gap at[3] = {{.area_e6 = 1000000, .lon_deg = 105.7005, .lat_deg = 34.9005, .geometry = near},
                    {.area_e6 = 2000000, .lon_deg = 105.7017, .lat_deg = 34.9005, .geometry = beside},
                    {.area_e6 = 3000000, .lon_deg = 104.5, .lat_deg = 34.5, .geometry = huge}};
    const pv_gaps gaps = {.n = 3, .at = at};
    const pv_ground_report ground = {.known = 1};
    pv_kits_how how = {.by = "all", .version = "v", .gaps = &gaps, .ground = &ground, .height_m = 60, .overlap_along = 80, .overlap_across = 70};
    assert_int_equal(fixture_sheets(&s, 2, &err), PV_OK); /* of these the first is to be flown again */
    put_at(&s.at[0], 105.75, 34.9);
    assert_int_equal(pv_kits_sort(&k, &s, NULL, &how, &err), PV_OK);
    const pv_kit *kit = &k.at[0];
    assert_int_equal(kit->n_flights, 2);
    assert_int_equal(kit->n_unseen, 1);
    assert_true(kit->unseen_m2 == 6);
    assert_int_equal(kit->flight[0].plots, 1);
    assert_int_equal(kit->flight[1].gaps, 2);
    /* 183 m by 111 m, and the corners of an octagon more. */
    assert_true(kit->flight[1].area_m2 > 183 * 110 && kit->flight[1].area_m2 < 183 * 115);
    for (size_t i = 0; i < kit->flight[1].n; i++) {
        assert_true(kit->flight[1].lon_deg[i] > 105.6999 && kit->flight[1].lon_deg[i] < 105.7021);
        assert_true(kit->flight[1].lat_deg[i] > 34.8999 && kit->flight[1].lat_deg[i] < 34.9011);
    }
    check_readme(kit);
    pv_kits_release(&k);
    fixture_release(&s);
}

/* All facts have a name of their own in every format. */
static void test_facts(void **state)
{
    (void)state;
    const pv_kit audit = {.audit = "1"}, *const kit[] = {NULL, &audit};
    int n[2] = {0, 0};
    for (int a = 0; a < 2; a++) {
        const pv_kit_fact *f = pv_kit_facts(kit[a], &n[a]);
        assert_string_equal(f[0].name, "id");
        for (int i = 0; i < n[a]; i++) {
            assert_true(strlen(f[i].shp_name) <= 10);
            for (int k = 0; k < i; k++) {
                assert_string_not_equal(f[i].name, f[k].name);
                assert_string_not_equal(f[i].shp_name, f[k].shp_name);
            }
        }
    }
    assert_true(n[1] == 20 && n[0] > 50);
}

static void test_xml(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_kit_xml(&t, "a<b>\xEF\xBF\xBE&\xEF\xBF\xBF\x01\"'");
    assert_string_equal(pv_text_str(&t), "a&lt;b&gt;&amp; &quot;&#39;");
    pv_text_release(&t);
}

/* Without their colours, which stand in the first 54 bytes, no two icons are the same. */
static void test_icons(void **state)
{
    (void)state;
    enum { SHAPE_AT = 54 };
    pv_text icon[PV_PLOT_REGROWN + 1] = {{0}};
    for (int s = 0; s <= PV_PLOT_REGROWN; s++) {
        pv_kit_icon(&icon[s], (pv_plot_status)s);
        assert_int_equal(icon[s].failed, 0);
        assert_memory_equal(icon[s].data, "\x89PNG", 4);
        for (int k = 0; k < s; k++) assert_memory_not_equal(icon[s].data + SHAPE_AT, icon[k].data + SHAPE_AT, icon[s].len - SHAPE_AT);
    }
    for (int s = 0; s <= PV_PLOT_REGROWN; s++) pv_text_release(&icon[s]);
}

/* Nothing known: no number, no word is made up. */
static void test_unknown(void **state)
{
    (void)state;
    pv_sheet s = {.plot = {.id = "P000001", .area_m2 = -1, .prob = -1}, .points = -1, .plants_low = -1, .plants = -1, .plants_high = -1, .gsd_m = -1};
    pv_kit_stop stop = {.sheet = &s};
    const pv_kit kit = {.n = 1, .stop = &stop};
    static const char *const nothing[] = {"area_m2",      "area_mu", "plants", "prob", "gsd_m",   "gk_epsg",
                                          "gk_easting_m", "points",  "chip",   "due",  "reasons", "next"};
    int n;
    const pv_kit_fact *f = pv_kit_facts(NULL, &n);
    for (int i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof nothing / sizeof *nothing; k++) {
            pv_text t = {0};
            if (strcmp(f[i].name, nothing[k]) != 0) continue;
            pv_kit_fact_add(&t, &kit, 0, &f[i]);
            assert_string_equal(pv_text_str(&t), "");
            pv_text_release(&t);
        }
    }
}

static void test_archive_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "/a", "a//b", "../a", "a/..", "a/./b", "a\\b", "c:a", "a/", "\xFF"};
    pv_zip *z = NULL;
    pv_err err = {.text = ""};
    assert_int_equal(pv_zip_new(&z, "2026-05-20", &err), PV_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(pv_zip_add_bytes(z, bad[i], "x", 1, &err), PV_BUG);
    assert_int_equal(pv_zip_add_bytes(z, "上柳村/图.txt", "x", 1, &err), PV_OK);
    assert_int_equal(pv_zip_add_file(z, "gone.txt", "no-such-folder/gone.txt", &err), PV_OK);
    assert_int_equal(pv_zip_write(z, "archive.zip", 0, &err), PV_IO);
    assert_int_not_equal(access("archive.zip", F_OK), 0);
    pv_zip_free(z);
}

/* Memory fails at each allocation in turn: an error, nothing leaks, and then it works. */
static void test_memory(void **state)
{
    (void)state;
    char folder[] = "kit.XXXXXX", command[64];
    pv_sheets s;
    pv_err err = {.text = ""};
    assert_int_equal(pv_geo_start(&err), PV_OK);
    assert_int_equal(fixture_sheets(&s, 3, &err), PV_OK);
    assert_non_null(mkdtemp(folder));
    pv_kits_how how = {.by = "all", .version = "v", .height_m = 60, .overlap_along = 80, .overlap_across = 70};
    const unsigned formats = PV_KIT_KMZ | PV_KIT_GPX | PV_KIT_GEOJSON | PV_KIT_CSV | PV_KIT_OVITAL | PV_KIT_FLIGHT | PV_KIT_GCJ02;
    pv_status st = PV_NOMEM;
    long k = 0;
    for (; st != PV_OK && k < 5000; k++) {
        pv_kits kits = {.n = 0};
        (void)snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", folder, folder);
        assert_int_equal(system(command), 0);
        pv_mem_fail_at(k, 0);
        st = pv_kits_sort(&kits, &s, NULL, &how, &err);
        if (st == PV_OK) st = pv_kit_write(folder, &kits.at[0], formats, NULL, &err);
        pv_mem_fail_at(-1, 0);
        pv_kits_release(&kits);
        if (st != PV_OK) assert_int_equal(st, PV_NOMEM);
    }
    assert_int_equal(st, PV_OK);
    assert_true(k > 100);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    fixture_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_village), cmocka_unit_test(test_by_crew_and_all),
                                       cmocka_unit_test(test_flights),    cmocka_unit_test(test_facts),
                                       cmocka_unit_test(test_xml),        cmocka_unit_test(test_icons),
                                       cmocka_unit_test(test_unknown),    cmocka_unit_test(test_archive_names),
                                       cmocka_unit_test(test_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
