/* What crews send back: every format gives the same records, and what the gate must stop is stopped. */
#include <math.h>
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
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "geo/sqlite_gate.h"
#include "tests/unit/geo/vector_taker.h"
#include "tests/unit/geo/zip_maker.h"

#include "base/banned.h"

static zip_maker zip;

/* Refused with these words in the sentence; of a ZIP also as a line of its report. */
static void refuse(const char *name, const void *data, size_t n, const char *words)
{
    pv_vector *v = NULL;
    pv_err err = {0};
    pv_status st = pv_vector_read_bytes(&v, name, data, n, NULL, &err);
    if (st == PV_OK) {
        assert_int_equal(pv_vector_count(v), 0);
        assert_true(pv_vector_refused(v) > 0);
        (void)snprintf(err.text, sizeof err.text, "%s", pv_vector_report_at(v, 0));
        pv_vector_free(v);
    } else {
        assert_int_equal(st, PV_INPUT);
        assert_null(v);
    }
    if (strstr(err.text, words) == NULL) fail_msg("%s: '%s' does not say '%s'", name, err.text, words);
}

static void refuse_text(const char *name, const char *text, const char *words)
{
    refuse(name, text, strlen(text), words);
}

static void has(const pv_vector *v, size_t i, const char *field, const char *want)
{
    const char *got = pv_vector_field(v, pv_vector_at(v, i), field);
    if (got == NULL && want == NULL) return;
    if (got == NULL || want == NULL || strcmp(got, want) != 0)
        fail_msg("record %zu: %s is '%s', not '%s'", i, field, got != NULL ? got : "(none)", want != NULL ? want : "(none)");
}

static void lies(const pv_vector *v, size_t i, double lon, double lat)
{
    const pv_vector_record *r = pv_vector_at(v, i);
    assert_true(r->has_place);
    if (fabs(r->lon_deg - lon) > 1e-7 || fabs(r->lat_deg - lat) > 1e-7) fail_msg("record %zu lies at %.9f %.9f", i, r->lon_deg, r->lat_deg);
}

/* ---- formats ---- */

static const char KML[] =
    "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Folder><name>柳湾村</name>\n"
    "<Placemark><name>P0AB12C &amp; "
    "&#x7F42;</name><description><![CDATA[<table><tr><td>核查结果</td><td>确认罂粟</td></tr></table>12&nbsp;株]]></description>\n"
    "<ExtendedData><Data name=\"id\"><value>P0AB12C</value></Data><SchemaData><SimpleData "
    "name=\"verdict\">confirmed_poppy</SimpleData></SchemaData></ExtendedData>\n"
    "<Point><coordinates> 105.7,34.9,1500 </coordinates></Point></Placemark>\n"
    "<Placemark><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>105,35 105.001,35 105.001,35.001 105,35.001 "
    "105,35</coordinates></LinearRing>"
    "</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>105.0002,35.0002 105.0008,35.0002 105.0008,35.0008 105.0002,35.0008 "
    "105.0002,35.0002</coordinates>"
    "</LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></Document></kml>";

static void test_kml(void **state)
{
    (void)state;
    pv_vector *v = take("back.kml", KML, sizeof KML - 1);
    assert_int_equal(pv_vector_count(v), 2);
    has(v, 0, "id", "P0AB12C");
    has(v, 0, "name", "P0AB12C & 罂");
    has(v, 0, "VERDICT", "confirmed_poppy");
    has(v, 0, "description", "核查结果: 确认罂粟\n12 株");
    lies(v, 0, 105.7, 34.9);
    assert_string_equal(pv_vector_at(v, 0)->layer, "柳湾村");
    assert_int_equal(pv_vector_at(v, 0)->line, 3);
    assert_int_equal(pv_vector_at(v, 0)->datum, PV_DATUM_UNSAID);
    /* Inside the ring, not in its hole; the area without the hole. */
    const pv_vector_record *r = pv_vector_at(v, 1);
    assert_true(r->lon_deg < 105.0002 || r->lon_deg > 105.0008 || r->lat_deg < 35.0002 || r->lat_deg > 35.0008);
    assert_true(r->lon_deg > 105 && r->lon_deg < 105.001 && r->lat_deg > 35 && r->lat_deg < 35.001);
    assert_true(fabs(r->area_m2 - 110950.0 * 91288.0 * 1e-6 * 0.64) < 60.0);
    pv_vector_free(v);
    v = take("back.ovkml", KML, sizeof KML - 1);
    assert_int_equal(pv_vector_source_at(v, 0)->datum, PV_DATUM_GCJ02);
    pv_vector_free(v);
    v = take("plots_GCJ02.kml", KML, sizeof KML - 1);
    assert_int_equal(pv_vector_source_at(v, 0)->datum, PV_DATUM_GCJ02);
    pv_vector_free(v);
}

static void test_gpx(void **state)
{
    (void)state;
    pv_vector *v = take_text("a.gpx", "<gpx version='1.1'><metadata><name>x</name></metadata><wpt lat='34.9' "
                                      "lon=\"105.7\"><ele>3</ele><time>2026-05-20T01:02:03Z</time><name>P0AB12C</name>"
                                      "<desc>确认罂粟</desc><extensions><osmand:color>#f00</osmand:color></extensions></wpt></gpx>");
    assert_int_equal(pv_vector_count(v), 1);
    lies(v, 0, 105.7, 34.9);
    has(v, 0, "name", "P0AB12C");
    has(v, 0, "description", "确认罂粟");
    has(v, 0, "time", "2026-05-20T01:02:03Z");
    has(v, 0, "color", "#f00");
    has(v, 0, "ele", NULL);
    pv_vector_free(v);
}

static void test_geojson(void **state)
{
    (void)state;
    pv_vector *v = take_text(
        "a.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"P0AB12C\",\"geometry\":{\"type\":\"Point\",\"coordinates\":["
        "105.7,34.9]},"
        "\"properties\":{\"verdict\":\"\\u786e\\u8ba4\\u7f42\\u7c9f\",\"plants_counted\":12,\"nothing\":null,\"photos\":[\"a.jpg\",\"b.jpg\"]}},"
        "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"id\":\"X\"}}]}");
    assert_int_equal(pv_vector_count(v), 2);
    has(v, 0, "id", "P0AB12C");
    has(v, 0, "verdict", "确认罂粟");
    has(v, 0, "plants_counted", "12");
    has(v, 0, "nothing", NULL);
    has(v, 0, "photos", "a.jpg\nb.jpg");
    lies(v, 0, 105.7, 34.9);
    assert_int_equal(pv_vector_source_at(v, 0)->datum, PV_DATUM_WGS84);
    assert_false(pv_vector_at(v, 1)->has_place);
    pv_vector_free(v);
    refuse_text("a.geojson", "{\"type\":\"FeatureCollection\",\"crs\":{\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::3857\"}},\"features\":[]}",
                "degrees of WGS 84");
    refuse_text("a.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"", "line 1");
}

static void test_csv(void **state)
{
    (void)state;
    pv_vector *v = take_text(
        "a.csv",
        "\xEF\xBB\xBFid,核查结果,经度,纬度,note\r\nP0AB12C,确认罂粟,105.7,34.9,\"两行\r\n\"\"引号\"\", 逗号\"\r\n,,,,\r\nP0AB12D,,,,=1+1\r\n");
    assert_int_equal(pv_vector_count(v), 2);
    has(v, 0, "核查结果", "确认罂粟");
    has(v, 0, "note", "两行\n\"引号\", 逗号");
    lies(v, 0, 105.7, 34.9);
    assert_int_equal(pv_vector_at(v, 0)->line, 2);
    assert_int_equal(pv_vector_at(v, 1)->line, 5);
    has(v, 1, "note", "=1+1");
    pv_vector_free(v);
    /* 罂粟 in GBK, semicolons. */
    static const char gbk[] = "id;note\nP0AB12C;\xF3\xBF\xCB\xDA\n";
    v = take("a.csv", gbk, sizeof gbk - 1);
    has(v, 0, "note", "罂粟");
    pv_vector_free(v);
    /* One bad row costs only itself. */
    v = take_text("a.csv", "id\tlon\tlat\tdatum\nA\t105.7\t34.9\tGCJ-02\nB\t34.9\t105.7\t\nC\tzero\t1\t\n");
    assert_int_equal(pv_vector_count(v), 1);
    assert_int_equal(pv_vector_refused(v), 2);
    assert_non_null(strstr(pv_vector_report_at(v, 0), "a.csv: line 3: longitude 34.9"));
    assert_int_equal(pv_vector_at(v, 0)->datum, PV_DATUM_GCJ02);
    pv_vector_free(v);
    refuse_text("a.csv", "id,note\nA,\"no end", "quoted");
    refuse_text("a.csv", "", "empty");
    refuse_text("a.csv", "only one column\nvalue\n", "one column");
}

static void test_ovital(void **state)
{
    (void)state;
    pv_vector *v = take_text(
        "a.txt", "P0AB12C 105.7 34.9 1500 确认罂粟 12株\n# a comment\ng,P0AB12D,105.71,34.91,0\nb 地块三 105.72 34.92 没有高程的备注\nbroken line\n");
    assert_int_equal(pv_vector_count(v), 3);
    has(v, 0, "name", "P0AB12C");
    has(v, 0, "description", "确认罂粟 12株");
    lies(v, 1, 105.71, 34.91);
    assert_int_equal(pv_vector_at(v, 0)->datum, PV_DATUM_UNSAID);
    assert_int_equal(pv_vector_at(v, 1)->datum, PV_DATUM_GCJ02);
    assert_int_equal(pv_vector_at(v, 2)->datum, PV_DATUM_BD09);
    has(v, 2, "description", "没有高程的备注");
    assert_int_equal(pv_vector_refused(v), 1);
    pv_vector_free(v);
}

static const char SHEET[] = "<worksheet><sheetData><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" "
                            "t=\"inlineStr\"><is><t>lon</t></is></c><c r=\"C2\" t=\"str\"><f>A1</f><v>lat</v></c>"
                            "<c r=\"E2\" t=\"s\"><v>1</v></c></row><row r=\"4\"><c r=\"A4\" t=\"s\"><v>2</v></c><c r=\"B4\"><v>105.7</v></c><c "
                            "r=\"C4\"><f>30+4.9</f><v>34.9</v></c>"
                            "<c r=\"E4\" t=\"str\"><f>CMD()</f><v>46162.5</v></c></row></sheetData></worksheet>";

static void make_xlsx(zip_maker *z, const char *strings)
{
    *z = (zip_maker){.n = 0};
    zip_deflate(z, "xl/workbook.xml", "<workbook/>", 11);
    zip_deflate(z, "xl/sharedStrings.xml", strings, strlen(strings));
    zip_deflate(z, "xl/worksheets/sheet1.xml", SHEET, sizeof SHEET - 1);
    zip_end(z);
}

static void test_xlsx(void **state)
{
    (void)state;
    make_xlsx(&zip, "<sst><si><t>id</t></si><si><r><t>核查</t></r><r><t>时间</t></r><rPh><t>hecha</t></rPh></si><si><t>P0AB12C</t></si></sst>");
    pv_vector *v = take("a.xlsx", zip.data, zip.n);
    assert_int_equal(pv_vector_count(v), 1);
    has(v, 0, "id", "P0AB12C");
    has(v, 0, "核查时间", "46162.5");
    lies(v, 0, 105.7, 34.9);
    assert_int_equal(pv_vector_at(v, 0)->line, 4);
    pv_vector_free(v);
    make_xlsx(&zip, "<sst><si><t>id</t></si></sst>");
    refuse("a.xlsx", zip.data, zip.n, "a text that is not there");
    make_xlsx(&zip, "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><sst><si><t>&b;</t></si></sst>");
    refuse("a.xlsx", zip.data, zip.n, "DOCTYPE");
}

/* ---- the gate ---- */

static void test_xml_refused(void **state)
{
    (void)state;
    refuse_text("a.kml", "<!DOCTYPE kml SYSTEM \"http://x/y.dtd\"><kml/>", "DOCTYPE");
    refuse_text("a.kml", "<kml><Document><name>&xxe;</name></Document></kml>", "entity");
    refuse_text("a.kml", "<kml><Placemark>", "cut short");
    refuse_text("a.kml", "<kml></Placemark></kml>", "closing tag");
    refuse_text("a.kml", "<html><kml/></html>", "neither KML nor GPX");
    refuse_text("a.kml", "<kml><Placemark><Point><coordinates>200,95</coordinates></Point></Placemark></kml>", "no place on the Earth");
    refuse_text("a.gpx", "<gpx><wpt lat='x' lon='1'/></gpx>", "longitude");
    char deep[1200] = "<kml>";
    for (size_t i = 0; i < 100; i++) memcpy(deep + 5 + 8 * i, "<Folder>", 8);
    refuse_text("a.kml", deep, "too deep");
}

static void test_zip_refused(void **state)
{
    (void)state;
    static char zeros[4 << 20];
    static const struct {
        const char *name, *words;
    } bad[] = {{"../a.kml", "leaves its folder"}, {"/a.kml", "absolute"}, {"x/../../a.kml", "leaves its folder"}, {"c:a.kml", "drive"},
               {"a\\b.kml", "backslash"},         {"a\nb.kml", "control"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        zip = (zip_maker){.n = 0};
        zip_store(&zip, "doc.kml", KML, sizeof KML - 1);
        zip_store(&zip, bad[i].name, KML, sizeof KML - 1);
        zip_end(&zip);
        refuse("a.kmz", zip.data, zip.n, bad[i].words);
    }
    zip = (zip_maker){.n = 0};
    zip_deflate(&zip, "doc.kml", zeros, sizeof zeros);
    zip_end(&zip);
    refuse("a.kmz", zip.data, zip.n, "times its size");
    /* The list says less than what comes out. */
    zip = (zip_maker){.n = 0};
    zip_deflate(&zip, "doc.kml", zeros, 100000);
    zip.list[24] = 16;
    zip.list[25] = zip.list[26] = 0;
    zip_end(&zip);
    refuse("a.kmz", zip.data, zip.n, "does not unpack");
    zip = (zip_maker){.n = 0};
    zip_member(&zip, "doc.kml", KML, sizeof KML - 1, 0, sizeof KML - 1, 12345);
    zip_end(&zip);
    refuse("a.kmz", zip.data, zip.n, "check sum");
    zip = (zip_maker){.n = 0};
    zip_store(&zip, "a.kml", KML, sizeof KML - 1);
    zip_store(&zip, "a.kml", KML, sizeof KML - 1);
    zip_end(&zip);
    refuse("a.zip", zip.data, zip.n, "two members");
    for (size_t cut = 1; cut < zip.n; cut += 97) {
        pv_vector *v = NULL;
        assert_int_equal(pv_vector_read_bytes(&v, "a.zip", zip.data, cut, NULL, NULL), PV_INPUT);
    }
    /* Two names for the same bytes. */
    zip = (zip_maker){.n = 0};
    zip_store(&zip, "a.kml", KML, sizeof KML - 1);
    zip_store(&zip, "b.kml", KML, sizeof KML - 1);
    memset(zip.list + 46 + 5 + 42, 0, 4);
    zip_end(&zip);
    refuse("a.zip", zip.data, zip.n, "over each other");
    /* A ZIP in a ZIP. */
    static zip_maker outer;
    outer = (zip_maker){.n = 0};
    zip_store(&outer, "in.zip", zip.data, zip.n);
    zip_end(&outer);
    refuse("a.zip", outer.data, outer.n, "a ZIP in a ZIP");
    static const char plain[] = "no table";
    zip = (zip_maker){.n = 0};
    zip_store(&zip, "README.txt", plain, sizeof plain);
    zip_end(&zip);
    refuse("a.zip", zip.data, zip.n, "no file in it");
}

/* Good members are read, a damaged one is named; pictures wait. */
static void test_zip_in_part(void **state)
{
    (void)state;
    static const char csv[] = "id,note\nP0AB12C,x\n";
    zip = (zip_maker){.n = 0};
    zip_deflate(&zip, "kit/plots.csv", csv, sizeof csv - 1);
    zip_store(&zip, "kit/bad.kml", "<kml>", 5);
    zip_store(&zip, "kit/DCIM/p1.JPG", "\xFF\xD8\xFFpicture", 10);
    zip_end(&zip);
    pv_vector *v = take("back.zip", zip.data, zip.n);
    assert_int_equal(pv_vector_count(v), 1);
    assert_string_equal(pv_vector_source_at(v, 0)->name, "back.zip/kit/plots.csv");
    assert_int_equal(pv_vector_refused(v), 1);
    assert_non_null(strstr(pv_vector_report_at(v, 0), "back.zip/kit/bad.kml: line 1"));
    assert_int_equal(pv_vector_pictures(v), 1);
    assert_string_equal(pv_vector_picture_name(v, 0), "kit/DCIM/p1.JPG");
    char *data = NULL;
    size_t n = 0;
    assert_int_equal(pv_vector_picture_take(v, 0, &data, &n, NULL), PV_OK);
    assert_int_equal(n, 10);
    pv_free(data);
    pv_vector_free(v);
}

static void test_others_refused(void **state)
{
    (void)state;
    refuse_text("a.ovobj", "anything", "export it");
    refuse_text("a.xls", "\xD0\xCF\x11\xE0rest", ".xlsx");
    refuse_text("a.dat", "anything", "no file of a kind");
    pv_vector_limits small = pv_vector_limits_default();
    pv_vector *v = NULL;
    pv_err err = {0};
    small.file_bytes = 100;
    assert_int_equal(pv_vector_read_bytes(&v, "a.kml", KML, sizeof KML - 1, &small, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "at most 100"));
    small = pv_vector_limits_default();
    small.records = 1;
    assert_int_equal(pv_vector_read_bytes(&v, "a.kml", KML, sizeof KML - 1, &small, &err), PV_INPUT);
}

/* ---- by OGR ---- */

static void make_ogr(const char *driver, const char *path, int epsg, double x, double y, const char *const *layer_options)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(srs, epsg);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(ds);
    OGRLayerH layer = GDALDatasetCreateLayer(ds, "plots", srs, wkbPoint, (char **)(uintptr_t)layer_options);
    assert_non_null(layer);
    static const struct {
        const char *name;
        OGRFieldType type;
    } fields[] = {{"id", OFTString}, {"note", OFTString}, {"plants_cnt", OFTInteger}, {"day", OFTDate}, {"visit_time", OFTDateTime}};
    int shp = strcmp(driver, "GPKG") != 0;
    for (int i = 0; i < (shp ? 4 : 5); i++) {
        OGRFieldDefnH d = OGR_Fld_Create(fields[i].name, fields[i].type);
        OGR_L_CreateField(layer, d, 1);
        OGR_Fld_Destroy(d);
    }
    OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(f, OGR_F_GetFieldIndex(f, "id"), "P0AB12C");
    OGR_F_SetFieldString(f, OGR_F_GetFieldIndex(f, "note"), "确认罂粟");
    OGR_F_SetFieldInteger(f, OGR_F_GetFieldIndex(f, "plants_cnt"), 12);
    OGR_F_SetFieldDateTime(f, OGR_F_GetFieldIndex(f, "day"), 2026, 5, 20, 0, 0, 0, 0);
    if (!shp) OGR_F_SetFieldDateTime(f, OGR_F_GetFieldIndex(f, "visit_time"), 2026, 5, 20, 9, 12, 0, 132);
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(g, 0, x, y);
    OGR_F_SetGeometryDirectly(f, g);
    assert_int_equal(OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    OGR_F_Destroy(f);
    OSRDestroySpatialReference(srs);
    GDALClose(ds);
}

static void check_ogr(const char *path, const char *time)
{
    pv_vector *v = take_path(path);
    assert_int_equal(pv_vector_count(v), 1);
    has(v, 0, "id", "P0AB12C");
    has(v, 0, "note", "确认罂粟");
    has(v, 0, "plants_cnt", "12");
    has(v, 0, "day", "2026-05-20");
    if (time != NULL) has(v, 0, "visit_time", time);
    lies(v, 0, 105.7, 34.9);
    assert_int_equal(pv_vector_source_at(v, 0)->datum, PV_DATUM_WGS84);
    pv_vector_free(v);
}

static void test_shp_and_gpkg(void **state)
{
    (void)state;
    static const char *const utf8[] = {"ENCODING=UTF-8", NULL}, *const gbk[] = {"ENCODING=CP936", NULL};
    char folder[] = "/tmp/papaver-vector-XXXXXX", path[128], command[256];
    pv_vector *v = NULL;
    pv_err err = {0};
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.shp", folder);
    make_ogr("ESRI Shapefile", path, 4490, 105.7, 34.9, utf8);
    check_ogr(path, NULL);
    make_ogr("ESRI Shapefile", path, 4326, 105.7, 34.9, gbk);
    (void)snprintf(command, sizeof command, "%s/a.cpg", folder);
    (void)unlink(command);
    check_ogr(path, NULL);
    check_ogr(folder, NULL);
    (void)snprintf(command, sizeof command, "%s/a.dbf", folder);
    assert_int_equal(unlink(command), 0);
    assert_int_equal(pv_vector_read(&v, path, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, ".dbf is missing"));
    (void)snprintf(path, sizeof path, "%s/a.gpkg", folder);
    make_ogr("GPKG", path, 4326, 105.7, 34.9, NULL);
    check_ogr(path, "2026-05-20T09:12:00+08:00");
    (void)unlink(path);
    /* Gauss-Krueger of CGCS2000, as surveyors deliver; lon 105.7 is 63,9 km east of 105 E. */
    make_ogr("GPKG", path, 4544, 563989.7, 3863647.0, NULL);
    v = take_path(path);
    assert_true(fabs(pv_vector_at(v, 0)->lon_deg - 105.7) < 0.001 && fabs(pv_vector_at(v, 0)->lat_deg - 34.9) < 0.01);
    pv_vector_free(v);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* Tables that compute, by ogrinfo's own SQL; a log that was not brought in. */
static void test_sqlite_tricks(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } trick[] = {{"CREATE VIEW v AS SELECT * FROM plots", "a view"},
                 {"CREATE TABLE t(a, b AS (a + 1))", "computes a column"},
                 {"CREATE TABLE t(a, b INTEGER GENERATED ALWAYS AS(a*2) STORED)", "computes a column"},
                 {"CREATE TABLE t(a, b GENERATED\fALWAYS AS\f(lower('X')))", "control characters"},
                 {"CREATE VIRTUAL TABLE t USING fts5(a)", "virtual table"},
                 {"CREATE VIRTUAL TABLE usingrtree USING fts5(a)", "virtual table"},
                 {"CREATE VIRTUAL TABLE t USING fts4(a, using rtree)", "virtual table"}};
    char folder[] = "/tmp/papaver-vector-XXXXXX", path[128], command[512];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.gpkg", folder);
    for (size_t i = 0; i < sizeof trick / sizeof *trick; i++) {
        pv_vector *v = NULL;
        pv_err err = {0};
        (void)unlink(path);
        make_ogr("GPKG", path, 4326, 105.7, 34.9, NULL);
        GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_UPDATE, NULL, NULL, NULL);
        GDALDatasetReleaseResultSet(ds, GDALDatasetExecuteSQL(ds, trick[i].sql, NULL, NULL));
        GDALClose(ds);
        assert_int_equal(pv_vector_read(&v, path, NULL, &err), PV_INPUT);
        if (strstr(err.text, trick[i].words) == NULL) fail_msg("'%s' does not say '%s'", err.text, trick[i].words);
    }
    /* SQLite goes by the declaration: neither where the pages are nor what the entry calls itself hides it. */
    static const char *const changed[] = {"UPDATE sqlite_master SET sql='CREATE VIRTUAL'||char(12)||'TABLE t USING fts5(a)' WHERE name='t'",
                                          "UPDATE sqlite_master SET sql='create  virtual table t using fts5(a)' WHERE name='t'",
                                          "UPDATE sqlite_master SET type='index' WHERE name='t'",
                                          "UPDATE sqlite_master SET rootpage=0 WHERE name='t'"};
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        const char *const sql[] = {"CREATE TABLE t(a)", "PRAGMA writable_schema=ON", changed[i]};
        pv_vector *v = NULL;
        (void)unlink(path);
        make_ogr("GPKG", path, 4326, 105.7, 34.9, NULL);
        GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_UPDATE, NULL, NULL, NULL);
        for (size_t k = 0; k < 3; k++) GDALDatasetReleaseResultSet(ds, GDALDatasetExecuteSQL(ds, sql[k], NULL, NULL));
        GDALClose(ds);
        if (pv_vector_read(&v, path, NULL, NULL) != PV_INPUT) fail_msg("%s", changed[i]);
    }
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kml),           cmocka_unit_test(test_gpx),
        cmocka_unit_test(test_geojson),       cmocka_unit_test(test_csv),
        cmocka_unit_test(test_ovital),        cmocka_unit_test(test_xlsx),
        cmocka_unit_test(test_xml_refused),   cmocka_unit_test(test_zip_refused),
        cmocka_unit_test(test_zip_in_part),   cmocka_unit_test(test_others_refused),
        cmocka_unit_test(test_shp_and_gpkg),

        cmocka_unit_test(test_sqlite_tricks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
