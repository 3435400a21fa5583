/* Labels: exact pixels, the same in any window, and every bad label named. */
#include "labels_fixture.h"

#include "base/banned.h"

static void test_rectangle(void **state)
{
    (void)state;
    pv_text t = {0};
    add_feature(&t, "罂粟", "1",
                (const double[]){10, 30, 20, 30, 20, 50, 10, 50, 10, 30, -1, 12.2, 33.2, 17.7, 33.2, 17.7, 40.9, 12.2, 40.9, 12.2, 33.2, -3});
    write_labels(&t, "rect.geojson");
    pv_labels *l = open_labels("rect.geojson", "fold");
    assert_int_equal(pv_labels_count(l), 1);
    assert_string_equal(pv_labels_at(l, 0)->class_name, "罂粟");
    assert_string_equal(pv_labels_at(l, 0)->fold, "1");
    pv_rect box = pv_labels_at(l, 0)->box_px;
    assert_true(box.x >= 9 && box.x <= 10 && box.y >= 29 && box.y <= 30 && box.x + box.w >= 20 && box.x + box.w <= 21 && box.y + box.h >= 50);
    int32_t *index = burn(l, (pv_rect){0, 0, W, H}, 1, 1);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int hole = x >= 12 && x < 18 - 0 && x + 0.5 > 12.2 && x + 0.5 < 17.7 && y + 0.5 > 33.2 && y + 0.5 < 40.9;
            int inside = x >= 10 && x < 20 && y >= 30 && y < 50 && !hole;
            if (index[y * W + x] != (inside ? 0 : -1)) fail_msg("pixel %d, %d is %d", x, y, index[y * W + x]);
        }
    assert_int_equal((int)pv_labels_report(l)->n, 0);
    pv_labels_rename(l, 0, "corn_poppy");
    assert_string_equal(pv_labels_at(l, 0)->class_name, "corn_poppy");
    pv_free(index);
    pv_labels_free(l);
    (void)unlink("rect.geojson");
}

static uint32_t next_random(uint32_t *s)
{
    *s = *s * 1664525u + 1013904223u;
    return *s >> 8;
}

static double random_in(uint32_t *s, double lo, double hi)
{
    return lo + (hi - lo) * next_random(s) / (double)(1 << 24);
}

/* Even-odd by the textbook: crossings to the left of the centre, for each ring given as in add_feature. */
static int oracle_inside(const double *xy, double px, double py)
{
    int odd = 0;
    const double *first = xy;
    for (; *xy != -3; xy += 2) {
        if (*xy == -1 || *xy == -2) {
            first = xy + 1;
            xy--;
            continue;
        }
        const double *next = xy[2] < 0 && xy[2] >= -3 && xy[2] == floor(xy[2]) ? first : xy + 2;
        if ((xy[1] <= py) != (next[1] <= py) && px > xy[0] + (py - xy[1]) * (next[0] - xy[0]) / (next[1] - xy[1])) odd = !odd;
    }
    return odd;
}

enum { SHAPES = 12, POINTS = 40 };

/* Stars that cross themselves, with a second ring that makes holes and islands. */
static void make_shapes(double shape[SHAPES][POINTS], uint32_t seed)
{
    for (int k = 0; k < SHAPES; k++) {
        double cx = random_in(&seed, 20, W - 20), cy = random_in(&seed, 20, H - 20), r = random_in(&seed, 3, 60);
        int at = 0;
        for (int i = 0; i < 8; i++) {
            shape[k][at++] = fabs(cx + random_in(&seed, -r, r)) + 0.0137;
            shape[k][at++] = fabs(cy + random_in(&seed, -r, r)) + 0.0137;
        }
        shape[k][at++] = k % 2 ? -1 : -2;
        for (int i = 0; i < 3; i++) {
            shape[k][at++] = fabs(cx + random_in(&seed, -r, r)) + 0.0137;
            shape[k][at++] = fabs(cy + random_in(&seed, -r, r)) + 0.0137;
        }
        shape[k][at] = -3;
    }
}

static void test_against_oracle(void **state)
{
    (void)state;
    double shape[SHAPES][POINTS];
    pv_text t = {0};
    make_shapes(shape, 7);
    for (int k = 0; k < SHAPES; k++) add_feature(&t, "x", "0", shape[k]);
    write_labels(&t, "stars.geojson");
    pv_labels *l = open_labels("stars.geojson", NULL);
    assert_int_equal(pv_labels_count(l), SHAPES);
    assert_true(report_has(l, "unclosed ring") && report_has(l, "reaches outside") && report_has(l, "lie in other labels too"));
    for (int f = 1; f <= 3; f++) {
        int fx = f, fy = f == 2 ? 3 : f, w = W / fx + 1, h = H / fy + 1;
        int32_t *index = burn(l, (pv_rect){0, 0, w, h}, fx, fy);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                int32_t expected = -1;
                for (int k = 0; k < SHAPES; k++)
                    if (oracle_inside(shape[k], (x + 0.5) * fx, (y + 0.5) * fy)) expected = expected == -1 ? k : -2;
                if (index[y * w + x] != expected) fail_msg("pixel %d, %d is %d, expected %d", x, y, index[y * w + x], expected);
            }
        pv_free(index);
    }
    pv_labels_free(l);
    (void)unlink("stars.geojson");
}

/* Two triangles that share a slanted edge: no pixel between them, none in both. */
static void test_shared_edge(void **state)
{
    (void)state;
    pv_text t = {0};
    add_feature(&t, "a", "0", (const double[]){11.3, 9.1, 250.7, 31.9, 133.1, 180.3, 11.3, 9.1, -3});
    add_feature(&t, "b", "0", (const double[]){11.3, 9.1, 133.1, 180.3, 20.7, 190.5, 11.3, 9.1, -3});
    write_labels(&t, "pair.geojson");
    add_feature(&t, "c", "0", (const double[]){11.3, 9.1, 250.7, 31.9, 133.1, 180.3, 20.7, 190.5, 11.3, 9.1, -3});
    write_labels(&t, "whole.geojson");
    pv_labels *pair = open_labels("pair.geojson", NULL), *whole = open_labels("whole.geojson", NULL);
    int32_t *a = burn(pair, (pv_rect){0, 0, W, H}, 1, 1), *b = burn(whole, (pv_rect){0, 0, W, H}, 1, 1);
    for (int p = 0; p < W * H; p++) assert_true((a[p] >= 0) == (b[p] >= 0) && a[p] != -2);
    assert_int_equal((int)pv_labels_report(pair)->n, 0);
    pv_free(a);
    pv_free(b);
    pv_labels_free(pair);
    pv_labels_free(whole);
    (void)unlink("pair.geojson");
    (void)unlink("whole.geojson");
}

/* ---- invariance ---- */

static void test_windows(void **state)
{
    (void)state;
    double shape[SHAPES][POINTS];
    pv_text t = {0};
    make_shapes(shape, 99);
    for (int k = 0; k < SHAPES; k++) add_feature(&t, "x", "0", shape[k]);
    add_raw(&t, "{\"class\":\"p\"}",
            "{\"type\":\"MultiPoint\",\"coordinates\":[[500003.31,3399990.27],[500003.32,3399990.28],[500013.31,3399981.27]]}");
    write_labels(&t, "windows.geojson");
    pv_labels *l = open_labels("windows.geojson", NULL);
    for (int f = 1; f <= 3; f++) {
        int w = W / f, h = H / f;
        int32_t *all = burn(l, (pv_rect){0, 0, w, h}, f, f);
        static const int sides[] = {1, 7, 64, 100, 1000};
        for (size_t s = 0; s < sizeof sides / sizeof sides[0]; s++)
            for (int y = -3; y < h; y += s == 0 ? 37 : sides[s])
                for (int x = -5; x < w; x += s == 0 ? 11 : sides[s]) {
                    pv_rect r = {x, y, sides[s], sides[s]};
                    int32_t *part = burn(l, r, f, f);
                    for (int j = 0; j < r.h; j++)
                        for (int i = 0; i < r.w; i++)
                            if (x + i >= 0 && x + i < w && y + j >= 0 && y + j < h) assert_int_equal(part[j * r.w + i], all[(y + j) * w + x + i]);
                    pv_free(part);
                }
        pv_free(all);
    }
    pv_labels_free(l);
    (void)unlink("windows.geojson");
}

static void convert(const char *from, const char *to, const char *driver)
{
    char *args[] = {(char *)"-f", (char *)driver, (char *)"-lco", (char *)"ENCODING=UTF-8", NULL};
    if (strcmp(driver, "ESRI Shapefile") != 0) args[2] = NULL;
    GDALDatasetH in = GDALOpenEx(from, GDAL_OF_VECTOR, NULL, NULL, NULL);
    assert_non_null(in);
    GDALVectorTranslateOptions *o = GDALVectorTranslateOptionsNew(args, NULL);
    GDALDatasetH out = GDALVectorTranslate(to, NULL, 1, &in, o, NULL);
    assert_non_null(out);
    GDALVectorTranslateOptionsFree(o);
    GDALClose(out);
    GDALClose(in);
}

/* The same labels in other formats give the same pixels; KML and RFC 7946 have been to WGS 84 and back. */
static void test_formats(void **state)
{
    (void)state;
    static const char *const files[][2] = {{"f.gpkg", "GPKG"}, {"f.shp", "ESRI Shapefile"}, {"f.kml", "LIBKML"}};
    pv_text t = {0};
    add_feature(&t, "罂粟", "1", (const double[]){10.2, 30.3, 50.2, 35.4, 20.1, 70.6, 10.2, 30.3, -3});
    add_feature(&t, "油菜", "2", (const double[]){110.2, 30.3, 150.2, 35.4, 120.1, 170.6, 110.2, 30.3, -3});
    write_labels(&t, "f.geojson");
    pv_labels *l = open_labels("f.geojson", "fold");
    int32_t *index = burn(l, (pv_rect){0, 0, W, H}, 1, 1);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)unlink(files[i][0]);
        convert("f.geojson", files[i][0], files[i][1]);
        pv_labels *m = open_labels(files[i][0], "fold");
        assert_int_equal(pv_labels_count(m), 2);
        assert_string_equal(pv_labels_at(m, 0)->class_name, "罂粟");
        assert_string_equal(pv_labels_at(m, 1)->fold, "2");
        int32_t *other = burn(m, (pv_rect){0, 0, W, H}, 1, 1);
        for (int p = 0; p < W * H; p++) assert_int_equal(other[p], index[p]);
        pv_free(other);
        pv_labels_free(m);
        (void)unlink(files[i][0]);
    }
    (void)unlink("f.shx");
    (void)unlink("f.dbf");
    (void)unlink("f.prj");
    (void)unlink("f.cpg");
    (void)unlink("f.geojson");
    pv_free(index);
    pv_labels_free(l);
}

static void test_order_by_fid(void **state)
{
    (void)state;
    const char *square = "{\"type\":\"Polygon\",\"coordinates\":[[[500001,3399999],[500002,3399999],[500002,3399998],[500001,3399999]]]}";
    pv_text t = {0};
    pv_text_addf(&t,
                 "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:4547\"}},\"features\":["
                 "{\"type\":\"Feature\",\"id\":9,\"properties\":{\"class\":\"nine\"},\"geometry\":%s},"
                 "{\"type\":\"Feature\",\"id\":4,\"properties\":{\"class\":\"four\"},\"geometry\":%s}",
                 square, square);
    write_labels(&t, "order.geojson");
    pv_labels *l = open_labels("order.geojson", NULL);
    assert_string_equal(pv_labels_at(l, 0)->class_name, "four");
    assert_int_equal(pv_labels_at(l, 1)->fid, 9);
    assert_true(report_has(l, "feature 4 ('four'): 50 of its 50 pixels") || report_has(l, "pixels lie in other labels too"));
    pv_labels_free(l);
    (void)unlink("order.geojson");
}

/* ---- what is bad is named ---- */

static void test_reports(void **state)
{
    (void)state;
    pv_text t = {0};
    const char *tri = "{\"type\":\"Polygon\",\"coordinates\":[[[500001,3399999],[500005,3399999],[500005,3399993],[500001,3399999]]]}";
    add_raw(&t, "{\"class\":\"good\"}", tri);
    add_raw(&t, "{\"class\":\"nowhere\"}", "null");
    add_raw(&t, "{\"class\":null}", tri);
    add_raw(&t, "{\"class\":\"  \"}", tri);
    add_raw(&t, "{\"class\":\"line\"}", "{\"type\":\"LineString\",\"coordinates\":[[500001,3399999],[500005,3399993]]}");
    add_raw(&t, "{\"class\":\"far\"}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[510001,3399999],[510005,3399999],[510005,3399993],[510001,3399999]]]}");
    add_raw(&t, "{\"class\":\"bow\"}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[500020,3399999],[500025,3399993],[500025,3399999],[500020,3399993],[500020,3399999]]]}");
    add_raw(&t, "{\"class\":\"half\"}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[499995,3399985],[500005,3399985],[500005,3399983],[499995,3399985]]]}");
    add_raw(&t, "{\"class\":\"tiny\"}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[500010.01,3399985.01],[500010.02,3399985.01],[500010.02,3399985.02],[500010.01,3399985.01]]]}");
    add_raw(&t, "{\"class\":\"empty\"}", "{\"type\":\"Polygon\",\"coordinates\":[]}");
    add_raw(&t, "{\"class\":\"a name that is much longer than any name of a class of plants in the whole of China\"}", tri);
    add_raw(&t, "{\"class\":\"open\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[500011,3399999],[500015,3399999],[500015,3399993]]]}");
    write_labels(&t, "bad.geojson");
    pv_labels *l = open_labels("bad.geojson", NULL);
    static const char *const lines[] = {"feature 1: no geometry",
                                        "feature 2: no class",
                                        "feature 3: no class",
                                        "feature 4: a line is no label",
                                        "feature 5: outside the photo",
                                        "feature 6 ('bow'): an invalid outline, used as it is: ",
                                        "feature 7 ('half'): reaches outside the photo",
                                        "feature 8 ('tiny'): covers no pixel centre",
                                        "feature 9: no geometry",
                                        "feature 10: its class cannot be used: longer than 63 bytes",
                                        "feature 11 ('open'): an unclosed ring"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!report_has(l, lines[i])) {
            for (size_t k = 0; k < pv_labels_report(l)->n; k++) print_message("%s\n", pv_labels_report(l)->at[k].text);
            fail_msg("'%s' is not reported", lines[i]);
        }
    assert_int_equal((int)pv_labels_report(l)->n, (int)(sizeof lines / sizeof lines[0]));
    assert_int_equal(pv_labels_count(l), 5);
    pv_rect half = pv_labels_at(l, 2)->box_px;
    assert_true(half.x == 0 && half.w == 50);
    pv_labels_free(l);
    (void)unlink("bad.geojson");
}

static void expect_refusal(const char *path, const char *field, const char *fold, pv_status st, const char *part)
{
    pv_labels *l = NULL;
    pv_err err = {0};
    assert_int_equal(pv_labels_open(&l, path, &(pv_label_options){.class_field = field, .fold_field = fold}, &photo, &err), st);
    assert_null(l);
    if (strstr(err.text, part) == NULL) fail_msg("'%s' is not in '%s'", part, err.text);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_text t = {0};
    add_feature(&t, "a", "0", (const double[]){10, 10, 20, 10, 20, 20, 10, 10, -3});
    write_labels(&t, "fine.geojson");
    expect_refusal("fine.geojson", "species", NULL, PV_INPUT, "no field 'species'; the fields are: class, fold");
    expect_refusal("fine.geojson", NULL, "plot", PV_INPUT, "no field 'plot'");
    add_feature(&t, "a", "0", (const double[]){1000, 10, 1020, 10, 1020, 20, 1000, 10, -3});
    write_labels(&t, "off.geojson");
    expect_refusal("off.geojson", NULL, NULL, PV_INPUT, "no label lies in the photo: of 1 features 1 are outside");
    expect_refusal("none.geojson", NULL, NULL, PV_IO, "No such file");
    assert_int_equal(pv_outfile_put("junk.geojson", "{\"type\":\"Feat", 13, 1, NULL), PV_OK);
    expect_refusal("junk.geojson", NULL, NULL, PV_INPUT, "not readable as");
    assert_int_equal(pv_outfile_put("junk.geojson", "<OGRVRTDataSource></OGRVRTDataSource>", 37, 1, NULL), PV_OK);
    expect_refusal("junk.geojson", NULL, NULL, PV_INPUT, "not readable as");
    char *wkt = photo.crs_wkt;
    photo.crs_wkt = NULL;
    expect_refusal("fine.geojson", NULL, NULL, PV_INPUT, "the photo has no CRS");
    photo.crs_wkt = wkt;
    (void)unlink("fine.geojson");
    (void)unlink("off.geojson");
    (void)unlink("junk.geojson");
}

/* A Shapefile that lost its .prj is taken as it lies; a label drawn in degrees without a word about it cannot be. */
static void test_no_crs(void **state)
{
    (void)state;
    pv_text t = {0};
    add_feature(&t, "a", "0", (const double[]){10, 10, 40, 10, 40, 40, 10, 10, -3});
    write_labels(&t, "c.geojson");
    convert("c.geojson", "c.shp", "ESRI Shapefile");
    (void)unlink("c.prj");
    pv_labels *l = open_labels("c.shp", NULL);
    assert_true(report_has(l, "have no CRS"));
    pv_labels_free(l);
    photo.geotransform[0] += 1000;
    expect_refusal("c.shp", NULL, NULL, PV_INPUT, "have no CRS");
    photo.geotransform[0] -= 1000;
    (void)unlink("c.geojson");
    (void)unlink("c.shp");
    (void)unlink("c.shx");
    (void)unlink("c.dbf");
    (void)unlink("c.cpg");
}

static void test_memory_faults(void **state)
{
    (void)state;
    pv_text t = {0};
    add_feature(&t, "a", "0", (const double[]){10, 10, 40, 10, 40, 40, 10, 10, -3});
    add_feature(&t, "b", "0", (const double[]){-30.5, 10, 40, 10, 40, 40, -30.5, 10, -3});
    write_labels(&t, "m.geojson");
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        pv_labels *l = NULL;
        assert_true(k < 300);
        pv_mem_fail_at(k, 0);
        st = pv_labels_open(&l, "m.geojson", &(pv_label_options){.fold_field = "fold"}, &photo, NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && l == NULL));
        pv_labels_free(l);
    }
    (void)unlink("m.geojson");
}

/* Labels that stand in a text are read as from a file; the name is for messages only. */
static void test_text(void **state)
{
    static const double square[] = {10, 10, 20, 10, 20, 20, 10, 20, 10, 10, -3};
    (void)state;
    pv_text t = {0};
    pv_labels *l = NULL;
    pv_err err = {0};
    add_feature(&t, "poppy", "", square);
    pv_text_add(&t, "]}");
    if (pv_labels_open(&l, "no such file", &(pv_label_options){.geojson = pv_text_str(&t)}, &photo, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(pv_labels_count(l), 1);
    assert_string_equal(pv_labels_at(l, 0)->class_name, "poppy");
    assert_in_range(pv_labels_at(l, 0)->box_px.w, 10, 11);
    pv_labels_free(l);
    assert_int_equal(pv_labels_open(&l, "findings", &(pv_label_options){.geojson = "{\"type\":\"FeatureCollection\""}, &photo, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "findings"));
    pv_text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rectangle), cmocka_unit_test(test_against_oracle), cmocka_unit_test(test_shared_edge),
        cmocka_unit_test(test_windows),   cmocka_unit_test(test_formats),        cmocka_unit_test(test_order_by_fid),
        cmocka_unit_test(test_reports),   cmocka_unit_test(test_refusals),       cmocka_unit_test(test_no_crs),
        cmocka_unit_test(test_text),      cmocka_unit_test(test_memory_faults),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
