/* What crews send back: texts that were cut, datums that names say, and files that would take all memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <gdal.h>
#include <ogr_api.h>

#include "base/mem.h"
#include "tests/unit/geo/vector_taker.h"
#include "tests/unit/geo/zip_maker.h"

#include "base/banned.h"

static zip_maker zip;

static void has(const pv_vector *v, size_t i, const char *field, const char *want)
{
    const char *got = pv_vector_field(v, pv_vector_at(v, i), field);
    if (got == NULL && want == NULL) return;
    if (got == NULL || want == NULL || strcmp(got, want) != 0)
        fail_msg("record %zu: %s is '%s', not '%s'", i, field, got != NULL ? got : "(none)", want != NULL ? want : "(none)");
}

static const char kml[] = "<kml><Placemark><name>P0AB12C</name><Point><coordinates>105.7,34.9</coordinates></Point></Placemark></kml>";

static void datum_is(const pv_vector *v, pv_datum want)
{
    if (pv_vector_source_at(v, 0)->datum != want)
        fail_msg("%s is %s", pv_vector_source_at(v, 0)->name, pv_datum_word(pv_vector_source_at(v, 0)->datum));
}

/* The name says it of every format without a CRS of its own, and of what holds the file. */
static void test_datum_of_names(void **state)
{
    (void)state;
    static const char *const tables[] = {"t_GCJ02.csv", "a/b_gcj02/t.csv", "t_GCJ02.txt"}, *const packs[] = {"t.ovkmz", "t_GCJ02.kmz", "t_GCJ02.zip"};
    char folder[] = "/tmp/papaver_GCJ02-XXXXXX", path[128];
    pv_vector *v = NULL;
    for (size_t i = 0; i < 3; i++) {
        v = take_text(tables[i], "id,lon,lat\nP0AB12C,105.7,34.9\n");
        datum_is(v, PV_DATUM_GCJ02);
        pv_vector_free(v);
        zip = (zip_maker){.n = 0};
        zip_deflate(&zip, "doc.kml", kml, sizeof kml - 1);
        zip_store(&zip, "files/p.jpg", "\xFF\xD8\xFF", 3);
        zip_end(&zip);
        v = take(packs[i], zip.data, zip.n);
        datum_is(v, PV_DATUM_GCJ02);
        pv_vector_free(v);
    }
    v = take_text("t_GCJ02.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}");
    datum_is(v, PV_DATUM_GCJ02);
    pv_vector_free(v);
    v = take_text("t.ovkmls.csv", "id,lon,lat\nP0AB12C,105.7,34.9\n");
    datum_is(v, PV_DATUM_UNSAID);
    pv_vector_free(v);
    /* A folder above what is given says nothing of it. */
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/t.kml", folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(kml, 1, sizeof kml - 1, f), sizeof kml - 1);
    assert_int_equal(fclose(f), 0);
    v = take_path(path);
    datum_is(v, PV_DATUM_UNSAID);
    pv_vector_free(v);
    v = take_path(folder);
    datum_is(v, PV_DATUM_GCJ02);
    pv_vector_free(v);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* Bytes as they stand in the .dbf: a number and one character of GBK, and texts of UTF-8 that their width has cut. */
static void test_shp_texts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes, *want;
        int width;
    } text[] = {{"crew", "1\xD7\xE9", "1组", 20}, {"person1", "2\xBA\xC5", "2号", 80},      {"note", "12\xD6\xEA", "12株", 80},
                {"full", "1\xD7\xE9", "1组", 3},  {"cut", "\xE7\xA1\xAE\xE8\xAE", "确", 5}, {"cut_gbk", "\xF3\xBF\xCB", "罂", 3}};
    static const char *const raw[] = {"ENCODING=", NULL};
    enum { N = sizeof text / sizeof *text };
    char folder[] = "/tmp/papaver-vector-XXXXXX", path[128], command[256];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.shp", folder);
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName("ESRI Shapefile"), path, 0, 0, 0, GDT_Unknown, NULL);
    OGRLayerH layer = GDALDatasetCreateLayer(ds, "a", NULL, wkbPoint, (char **)(uintptr_t)raw);
    assert_non_null(layer);
    for (int i = 0; i < N; i++) {
        OGRFieldDefnH d = OGR_Fld_Create(text[i].name, OFTString);
        OGR_Fld_SetWidth(d, text[i].width);
        assert_int_equal(OGR_L_CreateField(layer, d, 1), OGRERR_NONE);
        OGR_Fld_Destroy(d);
    }
    OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    for (int i = 0; i < N; i++) OGR_F_SetFieldString(f, i, text[i].bytes);
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(g, 0, 105.7, 34.9);
    OGR_F_SetGeometryDirectly(f, g);
    assert_int_equal(OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    OGR_F_Destroy(f);
    GDALClose(ds);
    pv_vector *v = take_path(path);
    for (int i = 0; i < N; i++) has(v, 0, text[i].name, text[i].want);
    pv_vector_free(v);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* Names and texts that every cell repeats are kept once: within limits that hold them once, and no more. */
static void test_repetition(void **state)
{
    (void)state;
    enum { NAME = 1000, ROWS = 3000, LONG = 30000 };
    static char text[NAME + 14 * ROWS], sheet[LONG + 200 * ROWS];
    pv_vector_limits small = pv_vector_limits_default();
    pv_vector *v = NULL;
    pv_err err = {0};
    small.total_bytes = 200000;
    memset(text, 'n', NAME);
    size_t n = NAME + (size_t)snprintf(text + NAME, sizeof text - NAME, ",id\n");
    for (int i = 0; i < ROWS; i++) n += (size_t)snprintf(text + n, sizeof text - n, "%d,P%d\n", i, i);
    if (pv_vector_read_bytes(&v, "a.csv", text, n, &small, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(pv_vector_count(v), ROWS);
    has(v, 17, "id", "P17");
    has(v, ROWS - 1, "id", "P2999");
    pv_vector_free(v);
    v = NULL;
    /* Texts that differ count each. */
    small.total_bytes = 20000;
    if (pv_vector_read_bytes(&v, "a.csv", text, n, &small, &err) != PV_OK) fail_msg("%s", err.text);
    assert_true(pv_vector_refused(v) > 0 && pv_vector_count(v) < ROWS);
    assert_non_null(strstr(pv_vector_report_at(v, 0), "20000 bytes"));
    pv_vector_free(v);
    v = NULL;
    /* One shared string that every row names. */
    small.total_bytes = 700000;
    n = (size_t)snprintf(sheet, sizeof sheet, "<sst><si><t>id</t></si><si><t>");
    memset(sheet + n, 'x', LONG);
    n += LONG;
    n += (size_t)snprintf(sheet + n, sizeof sheet - n, "</t></si></sst>");
    zip = (zip_maker){.n = 0};
    zip_deflate(&zip, "xl/workbook.xml", "<workbook/>", 11);
    zip_deflate(&zip, "xl/sharedStrings.xml", sheet, n);
    n = (size_t)snprintf(sheet, sizeof sheet, "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>");
    for (int i = 2; i < ROWS; i++) n += (size_t)snprintf(sheet + n, sizeof sheet - n, "<row r=\"%d\"><c r=\"A%d\" t=\"s\"><v>1</v></c></row>", i, i);
    n += (size_t)snprintf(sheet + n, sizeof sheet - n, "</sheetData></worksheet>");
    zip_deflate(&zip, "xl/worksheets/sheet1.xml", sheet, n);
    zip_end(&zip);
    if (pv_vector_read_bytes(&v, "a.xlsx", zip.data, zip.n, &small, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(pv_vector_count(v), ROWS - 2);
    assert_int_equal(strlen(pv_vector_field(v, pv_vector_at(v, 7), "id")), LONG);
    pv_vector_free(v);
}

/* A row of nothing but commas; a member that is refused gives its room back to the next. */
static void test_wide_and_refused(void **state)
{
    (void)state;
    static char text[100000];
    pv_vector_limits small = pv_vector_limits_default();
    pv_vector *v = NULL;
    pv_err err = {0};
    memset(text, ',', sizeof text);
    text[0] = 'a';
    assert_int_equal(pv_vector_read_bytes(&v, "a.csv", text, sizeof text, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "cells"));
    memset(text, 'n', 2000);
    assert_int_equal(pv_vector_read_bytes(&v, "a.csv", text, 3000, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "a column's name"));
    size_t n = (size_t)snprintf(text, sizeof text, "id,note\n");
    for (int i = 0; i < 2000; i++) n += (size_t)snprintf(text + n, sizeof text - n, "P%d,Q%d\n", i, i);
    zip = (zip_maker){.n = 0};
    text[n] = '"';
    zip_store(&zip, "a.csv", text, n + 1);
    for (size_t i = 0; i < n; i++) text[i] = (char)(text[i] == 'P' ? 'R' : text[i] == 'Q' ? 'S' : text[i]);
    zip_store(&zip, "b.csv", text, n);
    zip_end(&zip);
    small.total_bytes = 2 * n + 1;
    if (pv_vector_read_bytes(&v, "a.zip", zip.data, zip.n, &small, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(pv_vector_refused(v), 1);
    assert_int_equal(pv_vector_count(v), 2000);
    pv_vector_free(v);
}

/* Attachments by their row, in their order, each file for itself. */
static void test_children(void **state)
{
    (void)state;
    static const char a[] = "uuid,parent,path\nu1,,\n,u2,1.jpg\n,u1,2.jpg\n,u2,3.jpg\n,u0,4.jpg\n,u2,\n", b[] = "parent,path\nu2,5.jpg\nu3,6.jpg\n";
    static const struct {
        size_t source;
        const char *parent, *paths[3];
    } want[] = {{0, "u2", {"1.jpg", "3.jpg"}}, {0, "u1", {"2.jpg"}}, {0, "u0", {"4.jpg"}}, {0, "u3", {NULL}},
                {1, "u2", {"5.jpg"}},          {1, "u1", {NULL}}};
    zip = (zip_maker){.n = 0};
    zip_store(&zip, "a.csv", a, sizeof a - 1);
    zip_store(&zip, "b.csv", b, sizeof b - 1);
    zip_end(&zip);
    pv_vector *v = take("back.zip", zip.data, zip.n);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const size_t *at = NULL;
        size_t n = pv_vector_children(v, want[i].source, want[i].parent, &at), k = 0;
        for (; want[i].paths[k] != NULL; k++) {
            assert_true(k < n);
            has(v, at[k], "path", want[i].paths[k]);
        }
        assert_int_equal(n, k);
    }
    pv_vector_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datum_of_names), cmocka_unit_test(test_shp_texts),        cmocka_unit_test(test_repetition),
        cmocka_unit_test(test_children),       cmocka_unit_test(test_wide_and_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
