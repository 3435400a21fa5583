/* Vector files: what is written is read back by GDAL, titles and lists are where other programs look for them, the same calls give the same bytes, and a full disk is noticed. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "base/text.h"
#include "geo/gdal_door.h"
#include "geo/vector_out.h"

#include "base/banned.h"

static int setup(void **state)
{
    (void)state;
    if (pv_geo_start(NULL) != PV_OK) return 1;
    char name[] = "vector-XXXXXX";
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

static int files_here(void)
{
    int n = 0;
    DIR *d = opendir(".");
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

static const pv_vector_code RISKS[] = {{"high", "高 high"}, {"low", "低 low"}, {"it's", "\"引号\" <&'"}};
static const pv_vector_list RISK = {"risk", "风险 risk", 3, RISKS};

static const pv_vector_field FIELDS[] = {
    {"id", "编号's", PV_VECTOR_TEXT, 10, 0, NULL, 1},
    {"risk", "风险", PV_VECTOR_TEXT, 12, 0, "risk", 0},
    {"plants", NULL, PV_VECTOR_INT, 10, 0, NULL, 0},
    {"area_m2", "面积", PV_VECTOR_REAL, 12, 2, NULL, 0},
};
static const pv_vector_table PLOTS = {"plots", "图斑", "疑似图斑", PV_VECTOR_POINT, 4, FIELDS};
static const pv_vector_field OUTLINE_FIELDS[] = {{"id", "编号", PV_VECTOR_TEXT, 0, 0, NULL, 0}};
static const pv_vector_table OUTLINES = {"outlines", "轮廓", "轮廓", PV_VECTOR_MULTIPOLYGON, 1, OUTLINE_FIELDS};
static const pv_vector_table NOTES = {"notes", "备注", "没有位置", PV_VECTOR_NO_SHAPE, 1, OUTLINE_FIELDS};
static const char SQUARE[] = "{\"type\":\"Polygon\",\"coordinates\":[[[105,34],[105.001,34],[105.001,34.001],[105,34.001],[105,34]]]}";

static void plot(pv_vector_out *v, const char *id, double lon, double lat)
{
    pv_vector_out_begin(v);
    pv_vector_out_text(v, 0, id);
    pv_vector_out_text(v, 1, "high");
    pv_vector_out_int(v, 2, 52);
    pv_vector_out_real(v, 3, 1.25);
    pv_vector_out_point(v, lon, lat);
    assert_int_equal(pv_vector_out_end(v, NULL), PV_OK);
}

static pv_status write_gpkg(const char *folder, const char *name, int n, pv_err *err)
{
    pv_vector_out *v = NULL;
    assert_int_equal(pv_vector_out_new(&v, PV_VECTOR_GPKG, "2026-05-20", err), PV_OK);
    assert_int_equal(pv_vector_out_list(v, &RISK, err), PV_OK);
    assert_int_equal(pv_vector_out_table(v, &PLOTS, err), PV_OK);
    for (int i = 0; i < n; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "P%06d", i);
        plot(v, id, 105.1234567 + i * 1e-5, 34.7654321);
    }
    if (n > 1) {
        pv_vector_out_begin(v);
        assert_int_equal(pv_vector_out_end(v, err), PV_OK);
    }
    assert_int_equal(pv_vector_out_table(v, &OUTLINES, err), PV_OK);
    for (int i = 0; i < n; i++) {
        pv_vector_out_begin(v);
        pv_vector_out_geojson(v, SQUARE);
        assert_int_equal(pv_vector_out_end(v, err), PV_OK);
    }
    assert_int_equal(pv_vector_out_table(v, &NOTES, err), PV_OK);
    pv_status st = pv_vector_out_write(v, folder, name, err);
    pv_vector_out_free(v);
    return st;
}

static void number_of(GDALDatasetH set, const char *sql, int64_t want)
{
    OGRLayerH answer = GDALDatasetExecuteSQL(set, sql, NULL, NULL);
    assert_non_null(answer);
    OGRFeatureH row = OGR_L_GetNextFeature(answer);
    assert_non_null(row);
    assert_int_equal(OGR_F_GetFieldAsInteger64(row, 0), want);
    OGR_F_Destroy(row);
    GDALDatasetReleaseResultSet(set, answer);
}

static void test_gpkg(void **state)
{
    (void)state;
    pv_err err;
    assert_int_equal(write_gpkg(".", "two", 2, &err), PV_OK);
    GDALDatasetH set = GDALOpenEx("two.gpkg", GDAL_OF_VECTOR, NULL, NULL, NULL);
    assert_non_null(set);
    OGRLayerH layer = GDALDatasetGetLayerByName(set, "plots");
    assert_non_null(layer);
    assert_int_equal(OGR_L_GetFeatureCount(layer, 1), 3);
    OGRFeatureH row = OGR_L_GetFeature(layer, 2);
    OGRGeometryH point = OGR_F_GetGeometryRef(row);
    assert_true(OGR_G_GetX(point, 0) == 105.1234567 + 1e-5 && OGR_G_GetY(point, 0) == 34.7654321);
    assert_string_equal(OGR_F_GetFieldAsString(row, 0), "P000001");
    OGR_F_Destroy(row);
    row = OGR_L_GetFeature(layer, 3);
    assert_null(OGR_F_GetGeometryRef(row));
    assert_false(OGR_F_IsFieldSetAndNotNull(row, 0));
    OGR_F_Destroy(row);
    OGRFieldDomainH domain = (OGRFieldDomainH)GDALDatasetGetFieldDomain(set, "risk");
    assert_non_null(domain);
    /* Read back in the order of the codes. */
    assert_string_equal(OGR_CodedFldDomain_GetEnumeration(domain)[1].pszCode, "it's");
    assert_string_equal(OGR_CodedFldDomain_GetEnumeration(domain)[1].pszValue, "\"引号\" <&'");
    assert_string_equal(OGR_Fld_GetDomainName(OGR_FD_GetFieldDefn(OGR_L_GetLayerDefn(layer), 1)), "risk");
    number_of(set, "SELECT count(*) FROM gpkg_data_columns WHERE table_name='plots' AND column_name='id' AND name='编号''s' AND title='编号''s'", 1);
    number_of(set, "SELECT count(*) FROM gpkg_data_columns WHERE column_name='risk' AND title='风险' AND constraint_name='risk'", 1);
    number_of(set, "SELECT count(*) FROM gpkg_contents WHERE last_change='2026-05-20T00:00:00.000Z'", 3);
    number_of(set, "SELECT count(*) FROM outlines", 2);
    GDALClose(set);
    assert_int_equal(remove("two.gpkg"), 0);
}

static void test_same_bytes(void **state)
{
    (void)state;
    char a[65], b[65];
    assert_int_equal(write_gpkg(".", "a", 200, NULL), PV_OK);
    assert_int_equal(write_gpkg(".", "b", 200, NULL), PV_OK);
    assert_int_equal(pv_sha256_file("a.gpkg", a, NULL), PV_OK);
    assert_int_equal(pv_sha256_file("b.gpkg", b, NULL), PV_OK);
    assert_string_equal(a, b);
    assert_int_equal(write_gpkg(".", "a", 1, NULL), PV_USAGE);
    assert_int_equal(remove("a.gpkg") + remove("b.gpkg"), 0);
    assert_int_equal(write_gpkg(".", "none", 0, NULL), PV_OK);
    assert_int_equal(remove("none.gpkg"), 0);
}

static void test_shp(void **state)
{
    (void)state;
    pv_err err;
    pv_vector_out *v = NULL;
    assert_int_equal(pv_vector_out_new(&v, PV_VECTOR_SHP, "2026-05-20", &err), PV_OK);
    assert_int_equal(pv_vector_out_list(v, &RISK, &err), PV_BUG);
    static const pv_vector_field eleven = {"eleven_long", NULL, PV_VECTOR_TEXT, 9, 0, NULL, 0};
    static const pv_vector_table too_long = {"outlines", "", "", PV_VECTOR_POINT, 1, &eleven};
    assert_int_equal(pv_vector_out_table(v, &too_long, &err), PV_BUG);
    assert_non_null(strstr(err.text, "eleven_long"));
    assert_int_equal(pv_vector_out_table(v, &PLOTS, &err), PV_OK);
    plot(v, "00620522", 105.5, 34.25);
    plot(v, "一二三四", 105.5, 34.25);      /* 12 bytes into 10: three whole characters stay */
    plot(v, "a\xff\xe4\xb8", 105.5, 34.25); /* no characters, and the beginning of one */
    assert_int_equal(pv_vector_out_shortened(v, 0), 1);
    assert_int_equal(pv_vector_out_shortened(v, 1), 0);
    assert_int_equal(pv_vector_out_write(v, ".", "plots", &err), PV_OK);
    pv_vector_out_free(v);
    assert_int_equal(files_here(), 5);
    GDALDatasetH set = GDALOpenEx("plots.shp", GDAL_OF_VECTOR, NULL, NULL, NULL);
    assert_non_null(set);
    OGRLayerH layer = GDALDatasetGetLayer(set, 0);
    OGRFeatureH row = OGR_L_GetFeature(layer, 1);
    assert_string_equal(OGR_F_GetFieldAsString(row, 0), "一二三");
    OGR_F_Destroy(row);
    row = OGR_L_GetFeature(layer, 2);
    assert_string_equal(OGR_F_GetFieldAsString(row, 0), "a\uFFFD\uFFFD\uFFFD");
    OGR_F_Destroy(row);
    row = OGR_L_GetFeature(layer, 0);
    assert_string_equal(OGR_F_GetFieldAsString(row, 0), "00620522");
    assert_int_equal(OGR_F_GetFieldAsInteger64(row, 2), 52);
    assert_true(OGR_G_GetX(OGR_F_GetGeometryRef(row), 0) == 105.5);
    OGR_F_Destroy(row);
    GDALClose(set);
    static const char *const endings[] = {"shp", "shx", "dbf", "prj", "cpg"};
    for (int i = 0; i < 5; i++) {
        char name[16], *text = NULL;
        size_t n = 0;
        (void)snprintf(name, sizeof name, "plots.%s", endings[i]);
        assert_int_equal(pv_file_read(name, 1 << 20, &text, &n, NULL), PV_OK);
        if (i == 2) assert_memory_equal(text + 1, "\x7e\x05\x14", 3); /* 2026-05-20 */
        if (i == 4) assert_string_equal(text, "UTF-8");
        pv_free(text);
        assert_int_equal(remove(name), 0);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{}", "null", "{\"type\":\"Point\",\"coordinates\":[1,2]}", "{\"type\":\"Polygon\"}"};
    pv_err err;
    pv_vector_out *v = NULL;
    assert_int_equal(pv_vector_out_new(&v, PV_VECTOR_GPKG, "2026-05-20", NULL), PV_OK);
    assert_int_equal(pv_vector_out_table(v, &OUTLINES, NULL), PV_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pv_vector_out_begin(v);
        pv_vector_out_geojson(v, bad[i]);
        assert_int_equal(pv_vector_out_end(v, &err), PV_INPUT);
    }
    pv_vector_out_free(v);
    assert_int_equal(write_gpkg("no-such-folder", "x", 1, &err), PV_IO);
    assert_non_null(strstr(err.text, "no-such-folder"));
    assert_int_equal(files_here(), 0);
}

/* A disk that takes no more than so many bytes a file. */
static void test_full_disk(void **state)
{
    (void)state;
    pv_err err;
    struct rlimit before, small = {20000, 20000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    pv_status st = write_gpkg(".", "full", 10, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(st, PV_IO);
    assert_non_null(strstr(err.text, "full.gpkg"));
    assert_int_equal(files_here(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gpkg),    cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_shp),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
