/* Hotspots: the text of a feature, areas, orientation, identity, the file; with a place whose answers are known. */
#include "pipeline/hotspots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/json.h"
#include "base/mem.h"
#include "fake_place.h"

#include "base/banned.h"

enum { PIXEL_E7 = 300 }; /* 3 cm or so */

static char class_names[4][PV_NAME] = {"soil", "poppy", "wheat", "opium"};
static uint8_t targets[4] = {0, 1, 0, 1};
static pv_model model;
static pv_photo_facts facts;
static pv_work_grid grid;
static pv_place place;
static pv_hotspot_context context;

static pv_place place_of(double right_lon, double right_lat, double down_lon, double down_lat)
{
    return (pv_place){.lon = {105.5, right_lon * PIXEL_E7 / 1e7, down_lon * PIXEL_E7 / 1e7},
                      .lat = {35.25, right_lat * PIXEL_E7 / 1e7, down_lat * PIXEL_E7 / 1e7},
                      .area_m2 = 0.25};
}

static int before(void **state)
{
    (void)state;
    model = (pv_model){.id = "0123456789abcdef", .name = "rgb-test", .n_classes = 4, .class_name = class_names, .is_target = targets};
    facts = (pv_photo_facts){.name = "flight \"7\" \xE8\x8A\xB1",
                             .width_px = 100,
                             .height_px = 80,
                             .geotransform = {500000, 0.03, 0, 4e6, 0, -0.03},
                             .crs_name = "WGS 84 / UTM zone 48N"};
    grid = (pv_work_grid){.fx = 1, .fy = 1, .w = 100, .h = 80, .gsd_x_m = 0.03, .gsd_y_m = 0.03};
    place = place_of(1, 0, 0, -1);
    context = (pv_hotspot_context){.facts = &facts, .grid = &grid, .model = &model, .place = &place};
    return 0;
}

/* A patch from drawn rows; only what hotspots look at. */
static pv_run runs[4096];

static pv_patch patch_of(int x, int y, int w, int h, const char *art)
{
    pv_patch p = {.box = {x, y, w, h}, .run = runs, .max_prob = 254, .first_y = y};
    assert_int_equal(strlen(art), (size_t)w * (size_t)h);
    for (int i = 0; i < w * h; i++) {
        if (art[i] == '.') continue;
        int u = i % w, v = i / w, start = u;
        while (u < w && art[v * w + u] != '.') {
            p.pixels++;
            p.sum_x += x + u;
            p.sum_y += y + v;
            p.sum_prob += 127;
            p.class_pixels[art[v * w + u] - '0']++;
            u++;
        }
        if (p.n_runs == 0) p.first_x = x + start;
        runs[p.n_runs++] = (pv_run){y + v, x + start, x + u};
        i = v * w + u - 1;
    }
    return p;
}

static pv_hotspots start(void)
{
    pv_hotspots h = {0};
    pv_photo_record record = {.name = "a", .path_name = "a.tif", .ok = 1};
    assert_int_equal(pv_hotspots_add_photo(&h, &record, &context.photo, NULL), PV_OK);
    return h;
}

static int add(pv_hotspots *h, const pv_patch *p)
{
    int kept = -1;
    pv_err err = {0};
    pv_status st = pv_hotspots_add(h, &context, p, &kept, &err);
    if (st != PV_OK) print_message("%s\n", err.text);
    assert_int_equal(st, PV_OK);
    return kept;
}

static void test_the_whole_text(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_patch p = patch_of(10, 20, 3, 2,
                          "112"
                          "1.3");
    p.sum_prob = 1000;
    p.max_prob = 250;
    assert_int_equal(add(&h, &p), 1);
    h.at[0].id[0] = '-';
    const char *after_id = strstr(h.at[0].json, "\"bbox\"");
    char *props = strstr(h.at[0].json, "\"properties\":{\"id\":\"");
    assert_string_equal(strstr(props, "\"photo\""),
                        "\"photo\":\"flight \\\"7\\\" "
                        "\xE8\x8A\xB1\",\"taken_at\":null,\"model\":\"0123456789abcdef\",\"gsd_m\":0.0300,\"lon\":105.5003450,\"lat\":35.2493850,"
                        "\"area_m2\":1.250,\"area_mu\":0.001875,\"pixels\":5,\"prob_mean\":0.7874,\"prob_max\":0.9843,\"prob\":null,\"class\":"
                        "\"poppy\",\"lookalike\":\"wheat\","
                        "\"novelty\":null,\"stage\":null,\"stage_conf\":null,\"days_to_capsule\":null,\"plants_low\":null,\"plants\":null,\"plants_"
                        "high\":null,\"tier\":null,\"why\":null,\"cut_by_edge\":false,\"sheng\":null,"
                        "\"xian\":null,\"xiang\":null,\"cun\":null,\"lin_chang\":null,\"lin_ban\":null,\"chip\":null,\"outline\":\"exact\"}}");
    props[0] = '\0';
    assert_string_equal(
        after_id, "\"bbox\":[105.5003000,35.2493400,105.5003900,35.2494000],\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[["
                  "[105.5003000,35.2493400],[105.5003300,35.2493400],[105.5003300,35.2493700],[105.5003600,35.2493700],[105.5003600,35.2493400],"
                  "[105.5003900,35.2493400],[105.5003900,35.2494000],[105.5003000,35.2494000],[105.5003000,35.2493400]]]},");
    assert_true(h.photo[0].n_hotspots == 1 && h.at[0].area_m2 == 1.25 && h.at[0].prob_mean == 0.7874);
    pv_hotspots_release(&h);
}

static void test_classes(void **state)
{
    (void)state;
    static const struct {
        const char *art, *class_name, *lookalike;
    } cases[] = {{"1133", "poppy", "null"},
                 {"1333", "opium", "null"},
                 {"0022", "poppy", "\"soil\""},
                 {"0222", "poppy", "\"wheat\""},
                 {"3000", "opium", "\"soil\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pv_hotspots h = start();
        pv_text want = {0};
        pv_patch p = patch_of(1, 1, 4, 1, cases[i].art);
        assert_int_equal(add(&h, &p), 1);
        pv_text_addf(&want, "\"class\":\"%s\",\"lookalike\":%s,", cases[i].class_name, cases[i].lookalike);
        assert_non_null(strstr(h.at[0].json, pv_text_str(&want)));
        pv_text_release(&want);
        pv_hotspots_release(&h);
    }
}

static void test_small_patches_are_left_out(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_patch p = patch_of(1, 1, 2, 1, "11");
    context.min_area_m2 = 0.5;
    assert_int_equal(add(&h, &p), 1);
    context.min_area_m2 = 0.51;
    assert_int_equal(add(&h, &p), 0);
    assert_true(h.n == 1 && h.photo[0].n_hotspots == 1);
    pv_hotspots_drop(&h, 0);
    assert_true(h.n == 0 && h.photo[0].n_hotspots == 0);
    pv_hotspots_release(&h);
}

/* Pixels differ in area; working pixels count photo pixels; the last column is only half inside. */
static void test_areas(void **state)
{
    (void)state;
    pv_hotspots h = start();
    place.area_m2 = 1;
    place.area_slope_m2 = 0.01;
    pv_patch p = patch_of(0, 0, 4, 2,
                          "1111"
                          "1...");
    assert_int_equal(add(&h, &p), 1);
    double want = 4 * (1 + 0.01 * 2.5) + 1 * (1 + 0.01 * 2.0);
    assert_true(h.at[0].area_m2 > want - 6e-4 && h.at[0].area_m2 < want + 6e-4);
    grid.fx = 8;
    grid.fy = 4;
    grid.w = 13; /* 104 > 100 */
    grid.h = 20;
    place.area_slope_m2 = 0;
    p = patch_of(11, 19, 2, 1, "11");
    assert_int_equal(add(&h, &p), 1);
    assert_true(h.at[1].area_m2 == 12 * 4);
    assert_true(h.at[1].bbox[2] == 105.503);
    assert_non_null(strstr(h.at[1].json, "\"pixels\":2,"));
    pv_hotspots_release(&h);
}

static double turn_of(const pv_json *j, pv_json_ref ring)
{
    double first[2] = {0}, last[2] = {0}, sum = 0;
    int n = 0;
    for (pv_json_ref e = pv_json_first(j, ring); e >= 0; e = pv_json_after(j, ring, e), n++) {
        double p[2] = {0};
        pv_json_ref x = pv_json_first(j, e);
        assert_true(pv_json_real(j, x, -180, 180, &p[0]) && pv_json_real(j, pv_json_after(j, e, x), -90, 90, &p[1]));
        if (n == 0) memcpy(first, p, sizeof p);
        if (n > 0) assert_true(p[0] != last[0] || p[1] != last[1]);
        if (n > 0) sum += (last[0] - first[0]) * (p[1] - first[1]) - (p[0] - first[0]) * (last[1] - first[1]);
        memcpy(last, p, sizeof p);
    }
    assert_true(n >= 4 && first[0] == last[0] && first[1] == last[1]);
    return sum;
}

/* Right-hand rings whatever the photo's rotation or flip, and valid for GEOS. */
static void check_geometry(const pv_hotspot *h, int holes)
{
    pv_json j = {0};
    assert_int_equal(pv_json_parse(&j, h->json, strlen(h->json), -1, NULL), PV_OK);
    pv_json_ref g = pv_json_member(&j, 0, "geometry"), c = pv_json_member(&j, g, "coordinates"), r = pv_json_first(&j, c);
    assert_true(turn_of(&j, r) > 0);
    for (r = pv_json_after(&j, c, r); r >= 0; r = pv_json_after(&j, c, r), holes--) assert_true(turn_of(&j, r) < 0);
    assert_int_equal(holes, 0);
    size_t n = 0;
    const char *text = pv_json_slice(&j, g, &n);
    char *copy = strndup(text, n);
    OGRGeometryH polygon = OGR_G_CreateGeometryFromJson(copy);
    assert_non_null(polygon);
    assert_true(OGR_G_IsValid(polygon));
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    double lon = 0, lat = 0;
    pv_json_ref own = pv_json_member(&j, 0, "properties");
    assert_true(pv_json_real(&j, pv_json_member(&j, own, "lon"), -180, 180, &lon) && pv_json_real(&j, pv_json_member(&j, own, "lat"), -90, 90, &lat));
    OGR_G_AddPoint_2D(point, lon, lat);
    assert_true(OGR_G_Contains(polygon, point));
    OGR_G_DestroyGeometry(point);
    OGR_G_DestroyGeometry(polygon);
    free(copy);
    pv_json_release(&j);
}

static void test_orientation(void **state)
{
    (void)state;
    static const double turns[][4] = {{1, 0, 0, -1}, {1, 0, 0, 1},  {-1, 0, 0, -1},        {-1, 0, 0, 1},
                                      {0, 1, 1, 0},  {0, 1, -1, 0}, {0.8, 0.6, 0.6, -0.8}, {0.8, 0.6, -0.6, 0.8}};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        pv_hotspots h = start();
        place = place_of(turns[i][0], turns[i][1], turns[i][2], turns[i][3]);
        pv_patch p = patch_of(3, 3, 4, 4,
                              "111."
                              "1.11"
                              "11.1"
                              ".111");
        assert_int_equal(add(&h, &p), 1);
        check_geometry(&h.at[0], 2);
        pv_hotspots_release(&h);
    }
}

static void test_parts_that_touch_by_a_corner(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_patch p = patch_of(3, 3, 2, 2,
                          "1."
                          ".1");
    assert_int_equal(add(&h, &p), 1);
    assert_non_null(strstr(h.at[0].json, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[["));
    assert_non_null(strstr(h.at[0].json, "]]],[[["));
    OGRGeometryH polygon = NULL;
    char *copy = strdup(strstr(h.at[0].json, "\"geometry\":") + 11);
    strstr(copy, ",\"properties\"")[0] = '\0';
    polygon = OGR_G_CreateGeometryFromJson(copy);
    assert_true(OGR_G_IsValid(polygon) && OGR_G_GetGeometryCount(polygon) == 2);
    OGR_G_DestroyGeometry(polygon);
    free(copy);
    pv_hotspots_release(&h);
}

/* Pixels of a tenth of the last decimal: rings become flat and stay polygons. */
static void test_rings_that_rounding_makes_flat(void **state)
{
    (void)state;
    pv_hotspots h = start();
    for (int i = 1; i < 3; i++) {
        place.lon[i] /= 3000;
        place.lat[i] /= 3000;
    }
    pv_patch p = patch_of(4, 3, 3, 3,
                          "111"
                          "1.1"
                          "111");
    assert_int_equal(add(&h, &p), 1);
    pv_json j = {0};
    assert_int_equal(pv_json_parse(&j, h.at[0].json, strlen(h.at[0].json), -1, NULL), PV_OK);
    pv_json_ref c = pv_json_member(&j, pv_json_member(&j, 0, "geometry"), "coordinates"), r = pv_json_first(&j, c);
    assert_true(turn_of(&j, r) > 0);
    assert_int_equal(pv_json_after(&j, c, r), PV_JSON_MISSING);
    pv_json_release(&j);
    assert_true(h.at[0].bbox[2] > h.at[0].bbox[0] && h.at[0].bbox[3] > h.at[0].bbox[1]);
    pv_hotspots_release(&h);
}

static void test_patches_without_runs(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_patch p = patch_of(10, 20, 3, 2,
                          "111"
                          "..1");
    p.n_runs = 0;
    p.run = NULL;
    assert_int_equal(add(&h, &p), 1);
    assert_non_null(strstr(h.at[0].json, "\"outline\":\"box\""));
    assert_non_null(strstr(h.at[0].json, "\"lon\":105.5003150,\"lat\":35.2493850,\"area_m2\":1.000,"));
    assert_non_null(
        strstr(h.at[0].json,
               "[[[105.5003000,35.2494000],[105.5003000,35.2493400],[105.5003900,35.2493400],[105.5003900,35.2494000],[105.5003000,35.2494000]]]"));
    pv_hotspots_release(&h);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_err err = {0};
    int kept = -1;
    pv_patch p = patch_of(10, 20, 2, 1, "11");
    place.fails = 1;
    assert_int_equal(pv_hotspots_add(&h, &context, &p, &kept, &err), PV_INPUT);
    assert_string_equal(err.text, "hotspot at working pixel 10,20: the point has no place");
    place.fails = 0;
    place.lon[0] = 200;
    assert_int_equal(pv_hotspots_add(&h, &context, &p, &kept, &err), PV_INPUT);
    place.lon[0] = 180 - 11 * PIXEL_E7 / 1e7;
    assert_int_equal(pv_hotspots_add(&h, &context, &p, &kept, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "180th meridian"));
    assert_true(h.n == 0 && h.photo[0].n_hotspots == 0);
    pv_hotspots_release(&h);
}

static void test_identity(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_patch p = patch_of(10, 20, 3, 2,
                          "111"
                          "..1");
    char id[17];
    assert_int_equal(add(&h, &p), 1);
    memcpy(id, h.at[0].id, sizeof id);
    assert_int_equal(strlen(id), 16);
    p.pixels = 3; /* the name is the first pixel, not the shape */
    assert_int_equal(add(&h, &p), 1);
    assert_string_equal(h.at[1].id, id);
    size_t n = h.n;
    p.first_x++;
    assert_int_equal(add(&h, &p), 1);
    p.first_x--;
    p.first_y++;
    assert_int_equal(add(&h, &p), 1);
    p.first_y--;
    facts.geotransform[3] += 1e-9;
    assert_int_equal(add(&h, &p), 1);
    facts.geotransform[3] -= 1e-9;
    facts.name[0] = 'F';
    assert_int_equal(add(&h, &p), 1);
    facts.name[0] = 'f';
    model.id[0] = '1';
    assert_int_equal(add(&h, &p), 1);
    model.id[0] = '0';
    grid.fy = 2;
    assert_int_equal(add(&h, &p), 1);
    for (; n < h.n; n++) assert_string_not_equal(h.at[n].id, id);
    pv_hotspots_release(&h);
}

static void test_the_file(void **state)
{
    (void)state;
    pv_hotspots h = {0};
    pv_text out = {0};
    pv_err err = {0};
    const pv_run_facts run = {.version = "papaver 0.1.0",
                              .model_id = "0123456789abcdef",
                              .model_name = "rgb-test",
                              .shard = 1,
                              .shards = 1,
                              .seconds = -1,
                              .threshold_high = 200,
                              .threshold_low = 100,
                              .min_area_m2 = 0.25};
    assert_int_equal(pv_hotspots_print(&h, &run, &out, &err), PV_OK);
    static const char empty[] =
        "{\"type\":\"FeatureCollection\",\n"
        "\"papaver\":{\"version\":\"papaver 0.1.0\",\"run\":\"?\",\"model\":{\"id\":\"0123456789abcdef\",\"name\":\"rgb-test\"},"
        "\"shard\":{\"index\":1,\"of\":1},\"threshold\":200,\"threshold_low\":100,\"object_threshold\":null,\"min_area_m2\":0.250000,\"radiometry_"
        "of\":null,\"seconds\":null,\n"
        "\"coverage\":{\"valid_m2\":0.0000,\"nodata_m2\":0.0000,\"unreadable_m2\":0.0000,\"unusable_m2\":0.0000,\"dark_m2\":0.0000,\"saturated_m2\":0.0000,\"blurred_m2\":0.0000,\"coarse_m2\":0.0000},\n"
        "\"photos\":[\n]},\n\"features\":[\n]}\n";
    char run_id[17];
    assert_int_equal(pv_run_id(run_id, &run, 0, NULL, NULL), PV_OK);
    char *at = strstr(pv_text_str(&out), run_id);
    assert_non_null(at);
    at[0] = '?';
    memmove(at + 1, at + 16, strlen(at + 16) + 1);
    assert_string_equal(pv_text_str(&out), empty);
    const pv_photo_record photos[] = {
        {.name = "b",
         .path_name = "b.tif",
         .model_id = "00ff",
         .model_name = "ms",
         .sha256 = "bb",
         .ok = 1,
         .status = "done",
         .gsd_m = 0.03,
         .taken_at = "2026-04-11",
         .drift_e2 = 1207,
         .coverage = {12345, 10, 0, 1, 1, 0, 1, 2}},
        {.name = "c", .path_name = "c.tif", .status = "input", .reason = "no \"CRS\""},
        {.name = "a", .path_name = "a.tif", .sha256 = "aa", .ok = 1, .status = "done", .gsd_m = 0.05, .drift_e2 = -1, .coverage = {1, 2, 3, 4, 3, 1, 0, 1}}};
    static const int prob[] = {200, 250, 250, 100};
    for (int i = 0; i < 3; i++) assert_int_equal(pv_hotspots_add_photo(&h, &photos[i], &context.photo, NULL), PV_OK);
    for (int i = 0; i < 4; i++) {
        pv_patch p = patch_of(10 * i, 5, 2, 1, "11");
        p.sum_prob = 2 * prob[i];
        p.max_prob = i == 2 ? 253 : 251;
        context.photo = i % 2 == 0 ? 0 : 2;
        assert_int_equal(add(&h, &p), 1);
    }
    assert_int_equal(pv_hotspots_print(&h, &run, &out, &err), PV_OK);
    assert_true(h.at[0].prob_max > 0.995 && h.at[0].photo == 1 && h.at[1].photo == 0 && h.at[3].photo == 0);
    assert_string_equal(h.photo[0].name, "a");
    assert_non_null(strstr(pv_text_str(&out), "\n\"bbox\":[105.5000000,35.2498200,105.5009600,35.2498500],\n"));
    assert_non_null(strstr(pv_text_str(&out),
                           "\"coverage\":{\"valid_m2\":1.2346,\"nodata_m2\":0.0012,\"unreadable_m2\":0.0003,\"unusable_m2\":0.0005,\"dark_m2\":0.0004,\"saturated_m2\":0.0001,\"blurred_m2\":0.0001,\"coarse_m2\":0.0003},\n\"photos\":[\n"
                           "{\"name\":\"a\",\"file\":\"a.tif\",\"sha256\":\"aa\",\"model\":null,\"status\":\"done\",\"reason\":null,\"gsd_m\":0.0500,"
                           "\"taken_at\":null,\"drift\":null,\"hotspots\":2,"
                           "\"coverage\":{\"valid_m2\":0.0001,\"nodata_m2\":0.0002,\"unreadable_m2\":0.0003,\"unusable_m2\":0.0004,\"dark_m2\":0.0003,\"saturated_m2\":0.0001,\"blurred_m2\":0.0000,\"coarse_m2\":0.0001}},\n"
                           "{\"name\":\"b\",\"file\":\"b.tif\",\"sha256\":\"bb\",\"model\":{\"id\":\"00ff\",\"name\":\"ms\"},\"status\":\"done\","
                           "\"reason\":null,\"gsd_m\":0.0300,\"taken_at\":\"2026-04-11\",\"drift\":12.07,"
                           "\"hotspots\":2,"
                           "\"coverage\":{\"valid_m2\":1.2345,\"nodata_m2\":0.0010,\"unreadable_m2\":0.0000,\"unusable_m2\":0.0001,\"dark_m2\":0.0001,\"saturated_m2\":0.0000,\"blurred_m2\":0.0001,\"coarse_m2\":0.0002}},\n"
                           "{\"name\":\"c\",\"file\":\"c.tif\",\"sha256\":null,\"model\":null,\"status\":\"input\",\"reason\":\"no "
                           "\\\"CRS\\\"\",\"gsd_m\":null,\"taken_at\":null,\"drift\":null,\"hotspots\":0,"));
    pv_json j = {0};
    assert_int_equal(pv_json_parse(&j, out.data, out.len, -1, &err), PV_OK);
    double last = 2;
    pv_json_ref f = pv_json_member(&j, 0, "features");
    for (pv_json_ref e = pv_json_first(&j, f); e >= 0; e = pv_json_after(&j, f, e)) {
        double mean = 0;
        assert_true(pv_json_real(&j, pv_json_member(&j, pv_json_member(&j, e, "properties"), "prob_mean"), 0, 1, &mean));
        assert_true(mean <= last);
        last = mean;
    }
    pv_json_release(&j);
    pv_text_release(&out);
    pv_hotspots_release(&h);
}

/* Equal means: the higher maximum first, then the larger area, then the id. */
static void test_order_of_equals(void **state)
{
    (void)state;
    pv_hotspots h = start();
    pv_text out = {0};
    const pv_run_facts run = {.version = "papaver 0.1.0", .model_id = "0", .model_name = "m", .shard = 1, .shards = 1, .seconds = -1};
    static const char *const arts[] = {"11..", "111.", "1...", "11..", "1111"};
    static const int max[] = {250, 250, 250, 250, 240}, area_e2[] = {75, 50, 50, 25, 100};
    for (int i = 0; i < 5; i++) {
        pv_patch p = patch_of(10 * i, 5, 4, 1, arts[i]);
        p.max_prob = max[i];
        assert_int_equal(add(&h, &p), 1);
    }
    assert_int_equal(pv_hotspots_print(&h, &run, &out, NULL), PV_OK);
    for (int i = 0; i < 5; i++) assert_int_equal((int)(h.at[i].area_m2 * 100 + 0.5), area_e2[i]);
    assert_true(strcmp(h.at[1].id, h.at[2].id) < 0);
    pv_text_release(&out);
    pv_hotspots_release(&h);
}

static void test_run_id(void **state)
{
    (void)state;
    pv_run_facts run = {.version = "papaver 0.1.0",
                        .model_id = "0123456789abcdef",
                        .model_name = "m",
                        .threshold_high = 200,
                        .threshold_low = 100,
                        .min_area_m2 = 0.25};
    const pv_photo_record ab[] = {{.name = "a", .sha256 = "1"}, {.name = "b", .sha256 = "2"}},
                          ba[] = {{.name = "b", .sha256 = "2"}, {.name = "a", .sha256 = "1"}};
    char id[17], other[17];
    assert_int_equal(pv_run_id(id, &run, 2, ab, NULL), PV_OK);
    assert_int_equal(pv_run_id(other, &run, 2, ba, NULL), PV_OK);
    assert_string_equal(id, other);
    assert_int_equal(pv_run_id(other, &run, 1, ab, NULL), PV_OK);
    assert_string_not_equal(id, other);
    run.threshold_low = 99;
    assert_int_equal(pv_run_id(other, &run, 2, ab, NULL), PV_OK);
    assert_string_not_equal(id, other);
}

static void test_memory_that_fails(void **state)
{
    (void)state;
    pv_err err = {0};
    const pv_run_facts run = {.version = "papaver 0.1.0", .model_id = "0", .model_name = "m", .shard = 1, .shards = 1, .seconds = -1};
    const pv_photo_record record = {.name = "a"};
    pv_patch p = patch_of(3, 3, 4, 3,
                          "111."
                          "1.1."
                          "1111");
    long k = 0;
    for (;; k++) {
        pv_hotspots h = {0};
        pv_text out = {0};
        int kept = 0;
        pv_mem_fail_at(k, 0);
        pv_status st = pv_hotspots_add_photo(&h, &record, &context.photo, &err);
        if (st == PV_OK) st = pv_hotspots_add(&h, &context, &p, &kept, &err);
        if (st == PV_OK) st = pv_hotspots_print(&h, &run, &out, &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_OK) assert_true(st == PV_NOMEM && out.data == NULL);
        pv_text_release(&out);
        pv_hotspots_release(&h);
        if (st == PV_OK) break;
    }
    assert_true(k > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_whole_text, before),
        cmocka_unit_test_setup(test_classes, before),
        cmocka_unit_test_setup(test_small_patches_are_left_out, before),
        cmocka_unit_test_setup(test_areas, before),
        cmocka_unit_test_setup(test_orientation, before),
        cmocka_unit_test_setup(test_parts_that_touch_by_a_corner, before),
        cmocka_unit_test_setup(test_rings_that_rounding_makes_flat, before),
        cmocka_unit_test_setup(test_patches_without_runs, before),
        cmocka_unit_test_setup(test_refusals, before),
        cmocka_unit_test_setup(test_identity, before),
        cmocka_unit_test_setup(test_the_file, before),
        cmocka_unit_test_setup(test_order_of_equals, before),
        cmocka_unit_test_setup(test_run_id, before),
        cmocka_unit_test_setup(test_memory_that_fails, before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
