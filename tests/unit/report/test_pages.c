/* Pages: nothing that comes from a file is taken for markup, and what was not seen stands on top. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/outfile.h"
#include "report/html.h"
#include "report/map_shapes.h"
#include "report/night_geojson.h"
#include "report/night_page.h"
#include "report/plots_html.h"

#include "base/banned.h"

static void test_escaping(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_html_add(&t, "<a href=\"x\">'&\n\x01\xE7\xA7\xA6\xFF\xE7");
    assert_string_equal(pv_text_str(&t), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;  \xE7\xA7\xA6\xEF\xBF\xBD\xEF\xBF\xBD");
    pv_text_release(&t);
}

static void test_areas(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_html_mu(&t, 6666667); /* one mu is 666.6667 m2 */
    pv_text_add(&t, " ");
    pv_html_ha(&t, 100000000);
    pv_text_add(&t, " ");
    pv_html_mu(&t, 0);
    assert_string_equal(pv_text_str(&t), "1.0000 1.0000 0.0000");
    pv_text_release(&t);
}

static pv_summary_photo photo[2];
static pv_summary_hotspot hotspot;

static pv_map_facts map = {.season = "<script>", .date = "2026-05-12", .lang = "zh"};

static pv_night_summary summary(void)
{
    static char properties[] = "{\"id\":\"5570ccd8faf97b15\",\"stage\":\"<b>\",\"plants_low\":2,\"plants_high\":9}",
                geometry[] = "{\"type\":\"MultiPolygon\",\"coordinates\":[]}";
    pv_night_summary s = {.night = {.id = 1, .date = "2026-05-12"},
                          .name = "<script>",
                          .n_photos = 2,
                          .photo = photo,
                          .n_hotspots = 1,
                          .hotspot = &hotspot,
                          .run = "0123456789abcdef"};
    photo[0] = (pv_summary_photo){.file = "a.tif", .name = "a", .status = "done", .state = PV_PHOTO_DONE, .valid_e4 = 6666667, .hotspots = 1};
    photo[1] = (pv_summary_photo){.file = "<img src=x>.tif", .reason = "it is \"bad\"", .state = PV_PHOTO_REFUSED};
    hotspot = (pv_summary_hotspot){
        .id = "5570ccd8faf97b15", .lon_deg = 105.1, .lat_deg = 34.2, .area_m2 = 2.5, .prob = 0.87, .properties = properties, .geometry = geometry};
    s.count[PV_PHOTO_DONE] = s.count[PV_PHOTO_REFUSED] = 1;
    s.valid_e4 = 6666667;
    return s;
}

static void test_page(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_night_summary s = summary();
    pv_night_page_facts f = {.version = "papaver", .min_area_m2 = 0.25, .plots = "PLOTS", .stages = "", .ground = "", .map = &map};
    assert_int_equal(pv_night_page(&t, &s, &f, NULL), PV_OK);
    const char *page = pv_text_str(&t), *red = strstr(page, "class=\"bad\"");
    assert_non_null(red);
    assert_non_null(strstr(red, "&lt;img src=x&gt;.tif"));
    assert_true(red < strstr(page, "PLOTS"));
    assert_non_null(strstr(page, "default-src 'none'"));
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, " src=\""));
    assert_null(strstr(page, "<link"));
    const char *picture = strstr(page, "url("); /* in the script Leaflet has a word for old browsers */
    assert_true(picture == NULL || picture > strstr(page, "</style>"));
    assert_null(strstr(page, "unsafe"));
    pv_text_release(&t);
}

static void test_plots(void **state)
{
    (void)state;
    pv_text t = {0};
    static char properties[] = "{\"plants_low\":2,\"plants_high\":9,\"cun\":\"<b>\",\"border\":true,\"why\":[\"it is redder\"]}";
    static char former[] = "P0000YY P0000YZ";
    pv_night_plot at[2] = {{.fresh = 1, .tonight = 1, .properties = properties, .former = former}, {.properties = NULL}};
    pv_plot quiet = {.id = "P0QQQQQ", .quiet_from = "2026-05-13", .quiet_until = "2027-06-17", .quiet_reason = "roses <here>"};
    pv_night_plots plots = {.n = 2, .at = at, .n_quiet = 1, .quiet = &quiet};
    at[0].plot = (pv_plot){.id = "P0AB12C",
                           .status = PV_PLOT_REGROWN,
                           .tier = PV_TIER_REGROWN,
                           .lon_deg = 105.1,
                           .lat_deg = 34.2,
                           .stage = "capsule",
                           .times_seen = 2,
                           .times_looked = 5};
    at[1].plot = (pv_plot){.id = "P0000ZZ", .status = PV_PLOT_ERADICATED, .tier = PV_TIER_DONE, .stage = "<i>"};
    assert_int_equal(pv_plots_html(&t, &plots, NULL, NULL, NULL), PV_OK);
    const char *page = pv_text_str(&t), *first = strstr(page, "P0AB12C"), *second = strstr(page, "P0000ZZ");
    assert_true(first != NULL && second != NULL && first < second);
    assert_non_null(strstr(page, "geo:34.2000000,105.1000000"));
    assert_non_null(strstr(page, "&lt;b&gt;"));
    assert_non_null(strstr(page, "&lt;i&gt;"));
    assert_non_null(strstr(page, "1 new since the night before, 1 seen tonight, 1 to walk to in all; 1 were ruled out"));
    assert_non_null(strstr(page, "2 / 5"));
    assert_non_null(strstr(page, "on a border"));
    assert_non_null(strstr(page, "P0000YY P0000YZ"));
    assert_non_null(strstr(page, "it is redder"));
    const char *hushed = strstr(page, "P0QQQQQ");
    assert_true(hushed != NULL && hushed > second && strstr(hushed, "2027-06-17") != NULL && strstr(hushed, "roses &lt;here&gt;") != NULL);
    pv_text_release(&t);
}

static void test_nothing_found_says_how_much_was_seen(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_night_summary s = summary();
    pv_night_page_facts f = {.version = "papaver", .min_area_m2 = 0.25, .plots = "", .stages = "", .ground = "", .map = &map};
    s.n_hotspots = 0;
    s.n_photos = 1;
    s.count[PV_PHOTO_REFUSED] = 0;
    assert_int_equal(pv_night_page(&t, &s, &f, NULL), PV_OK);
    assert_non_null(strstr(pv_text_str(&t), "1.0000 \xE4\xBA\xA9\xE4\xB8\xAD\xE6\x9C\xAA\xE5\x8F\x91\xE7\x8E\xB0")); /* "mu: nothing found" */
    assert_non_null(strstr(pv_text_str(&t), "0.25 m"));
    assert_null(strstr(pv_text_str(&t), "class=\"bad\""));
    pv_text_release(&t);
}

static void test_blurred_ground_is_no_good_news(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_night_summary s = summary();
    pv_night_page_facts f = {.version = "papaver", .plots = "", .stages = "", .ground = "", .map = &map, .blurred_e4 = 20000000 / 3};
    s.n_photos = 1;
    s.count[PV_PHOTO_REFUSED] = 0;
    assert_int_equal(pv_night_page(&t, &s, &f, NULL), PV_OK);
    assert_non_null(strstr(pv_text_str(&t), "class=\"bad\""));
    assert_non_null(strstr(pv_text_str(&t), "mu are blurred"));
    assert_null(strstr(pv_text_str(&t), "class=\"good\""));
    pv_text_release(&t);
}

/* The data block of a page, between its tags. */
static void test_data_cannot_end_its_element(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_map_facts f = map;
    pv_gap gap = {.units = "</script><!-- <b>", .geometry = NULL, .area_e6 = 1000000, .lon_deg = 105, .lat_deg = 34};
    static char geometry[] = "{\"type\":\"Polygon\",\"coordinates\":[[[105,34],[105.001,34],[105.001,34.001],[105,34.001],[105,34]]]}";
    gap.geometry = geometry;
    pv_gaps gaps = {.n = 1, .at = &gap};
    f.gaps = &gaps;
    assert_int_equal(pv_page_tail(&t, &f, NULL), PV_OK);
    const char *data = strstr(pv_text_str(&t), "id=\"pv-data\">"), *end = strstr(data, "</script>"), *first = strchr(strchr(data, '>') + 1, '<');
    assert_ptr_equal(first, end);
    assert_non_null(strstr(data, "\\u003c/script>\\u003c!-- \\u003cb>"));
    assert_non_null(strstr(data, "\"gaps\":[\n[0,1.0000,105.0000000,34.0000000,"));
    assert_non_null(strstr(data, "[[1050000000,340000000,10000,0,0,10000,-10000,0]]]"));
    pv_text_release(&t);
}

static void test_base64(void **state)
{
    (void)state;
    static const char *const text[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"}; /* RFC 4648, section 10 */
    static const char *const want[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        pv_text t = {0};
        pv_base64_add(&t, text[i], strlen(text[i]));
        assert_string_equal(pv_text_str(&t), want[i]);
        pv_text_release(&t);
    }
    pv_text t = {0};
    char many[3000] = {0};
    pv_base64_add(&t, many, sizeof many);
    assert_int_equal(t.len, 4000);
    assert_int_equal(strspn(pv_text_str(&t), "A"), 4000);
    pv_text_release(&t);
}

static void put(const char *name, const char *bytes, size_t n)
{
    assert_int_equal(pv_outfile_put(name, bytes, n, 1, NULL), PV_OK);
}

static void test_pictures_and_their_budget(void **state)
{
    (void)state;
    pv_text t = {0};
    static const char jpeg[] = "\xFF\xD8\xFF\xE0 four \xFF\xD9";
    const size_t n = sizeof jpeg - 1;
    pv_map_pictures p = {.folder = ".", .left = 2 * n};
    int there = 1;
    put("pages_a.jpg", jpeg, n);
    put("pages_b.jpg", "<svg onload=1>", 14);
    assert_int_equal(pv_map_picture(&t, &p, "pages_none.jpg", &there, NULL), PV_OK);
    assert_true(!there && p.n == 0 && p.n_left_out == 0 && t.len == 0);
    assert_int_equal(pv_map_picture(&t, &p, "pages_b.jpg", &there, NULL), PV_OK);
    assert_true(!there && p.n == 0 && p.n_left_out == 1 && t.len == 0);
    for (int i = 0; i < 3; i++) assert_int_equal(pv_map_picture(&t, &p, "pages_a.jpg", &there, NULL), PV_OK);
    assert_true(!there && p.n == 2 && p.n_left_out == 2 && p.left == 0);
    assert_int_equal(strncmp(pv_text_str(&t), "data:image/jpeg;base64,/9j/", 27), 0);
    p.folder = NULL;
    assert_int_equal(pv_map_picture(&t, &p, "pages_a.jpg", &there, NULL), PV_OK);
    assert_true(!there && p.n_left_out == 2);
    pv_text_release(&t);
}

/* A plot behind the last row of the table has its picture for the map's list, or is counted, and its file named, when there is no room. */
static void test_pictures_without_a_row(void **state)
{
    (void)state;
    enum { PLOTS = 1001 };
    static const char jpeg[] = "\xFF\xD8\xFF\xE0 four \xFF\xD9";
    static pv_night_plot at[PLOTS];
    static pv_sheet sheet = {.plot = {.fid = PLOTS}, .hotspot_id = "00000000000000ab"};
    const pv_night_plots plots = {.n = PLOTS, .at = at};
    const pv_sheets sheets = {.n = 1, .at = &sheet};
    put("00000000000000ab.jpg", jpeg, sizeof jpeg - 1);
    for (int i = 0; i < PLOTS; i++) {
        at[i].plot = (pv_plot){.fid = i + 1, .tier = PV_TIER_SUSPECTED};
        (void)snprintf(at[i].plot.id, sizeof at[i].plot.id, "P%06u", (unsigned)(i + 1) % 1000000U);
    }
    for (int room = 0; room < 2; room++) {
        pv_text t = {0};
        pv_map_pictures p = {.folder = ".", .link = "../../chips", .left = room ? 1000 : 0};
        assert_int_equal(pv_plots_html(&t, &plots, &sheets, &p, NULL), PV_OK);
        assert_null(strstr(pv_text_str(&t), "<tr id=\"P001001\""));
        assert_int_equal(strstr(pv_text_str(&t), "<img class=\"chip\" id=\"chip-P001001\"") != NULL, room);
        assert_int_equal(strstr(pv_text_str(&t), "<a href=\"../../chips/00000000000000ab.jpg\">chips/00000000000000ab.jpg</a>") != NULL, !room);
        assert_int_equal(p.n, room);
        assert_int_equal(p.n_left_out, !room);
        pv_text_release(&t);
    }
}

/* Points that lie on a line go, corners stay, and what has too many points is drawn coarser. */
static void test_shapes(void **state)
{
    (void)state;
    pv_text t = {0}, circle = {0};
    pv_map_detail d = {.by_m = 1, .most_points = 100, .points = 1000};
    int written = 0;
    static const char square[] =
        "{\"type\":\"Polygon\",\"coordinates\":[[[105,34],[105.0005,34],[105.001,34],[105.001,34.001],[105,34.001],[105,34.0005],[105,34]]]}";
    assert_int_equal(pv_map_geojson(&t, square, &d, &written, NULL), PV_OK);
    assert_true(written && d.points == 996);
    assert_string_equal(pv_text_str(&t), "[[1050000000,340000000,10000,0,0,10000,-10000,0]]");
    pv_text_add(&circle, "{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int i = 0; i <= 720; i++) {
        double a = (i % 720) * 3.14159265358979323846 / 360;
        pv_text_addf(&circle, "%s[%.7f,%.7f]", i > 0 ? "," : "", 105 + 0.01 * cos(a), 34 + 0.01 * sin(a));
    }
    pv_text_add(&circle, "]]}");
    d = (pv_map_detail){.by_m = 0.1, .most_points = 40, .points = 1000};
    assert_int_equal(pv_map_geojson(&t, pv_text_str(&circle), &d, &written, NULL), PV_OK);
    assert_true(written && d.points >= 960 && d.points < 985);
    d.points = 3;
    size_t before = t.len;
    assert_int_equal(pv_map_geojson(&t, square, &d, &written, NULL), PV_OK);
    assert_true(!written && d.points == 3 && t.len == before);
    assert_int_equal(pv_map_geojson(&t, "{\"type\":\"Point\",\"coordinates\":[1,2]}", &d, &written, NULL), PV_INPUT);
    pv_text_release(&t);
    pv_text_release(&circle);
}

static void test_degrees(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_html_dms(&t, 105.1, 34.2009027);
    pv_text_add(&t, " ");
    pv_html_dms(&t, -0.9999999999, -34);
    assert_string_equal(pv_text_str(&t), "34°12′03.25″N 105°06′00.00″E 34°00′00.00″S 1°00′00.00″W");
    pv_text_release(&t);
}

/* Ground is seen or it is blurred: in the sum, in the row of its photo, and where nothing was found. */
static void test_blurred_ground_is_not_seen(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_night_summary s = summary();
    pv_night_page_facts f = {.version = "papaver", .min_area_m2 = 0.25, .plots = "", .stages = "", .ground = "", .map = &map};
    s.n_hotspots = 0;
    s.valid_e4 = photo[0].valid_e4 = 20000000;
    s.blurred_e4 = photo[0].blurred_e4 = 10000000;
    s.coarse_e4 = photo[0].coarse_e4 = 3333333;
    assert_int_equal(pv_night_page(&t, &s, &f, NULL), PV_OK);
    const char *page = pv_text_str(&t);
    assert_non_null(strstr(page, "1.0000 \xE4\xBA\xA9\xE4\xB8\xAD\xE6\x9C\xAA\xE5\x8F\x91\xE7\x8E\xB0"));
    assert_non_null(strstr(page, "<small lang=\"en\">seen</small></td><td class=\"n\">1.0000<"));
    assert_non_null(strstr(page, "not counted as seen</small></td><td class=\"n\">1.5000<"));
    assert_non_null(strstr(page, "not counted as seen</small></td><td class=\"n\">0.5000<"));
    assert_non_null(strstr(page, "<td class=\"n\">1</td><td class=\"n\">1.0000</td></tr>"));
    pv_text_release(&t);
}

static void test_geojson(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_night_summary s = summary();
    assert_int_equal(pv_night_geojson(&t, &s, "papaver", NULL), PV_OK);
    assert_non_null(strstr(pv_text_str(&t), "\"status\":\"refused\",\"reason\":\"it is \\\"bad\\\"\""));
    assert_non_null(strstr(pv_text_str(&t), "\"valid_m2\":666.6667"));
    assert_non_null(strstr(pv_text_str(&t), "\"properties\":{\"id\":\"5570ccd8faf97b15\""));
    assert_non_null(strstr(pv_text_str(&t), "\"plants_high\":9,\"file\":\"a.tif\",\"plot\":null}}"));
    assert_non_null(strstr(pv_text_str(&t), "\"blurred_m2\":0.0000,\"coarse_m2\":0.0000}"));
    pv_text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_escaping),
                                       cmocka_unit_test(test_areas),
                                       cmocka_unit_test(test_page),
                                       cmocka_unit_test(test_plots),
                                       cmocka_unit_test(test_nothing_found_says_how_much_was_seen),
                                       cmocka_unit_test(test_blurred_ground_is_no_good_news),
                                       cmocka_unit_test(test_data_cannot_end_its_element),
                                       cmocka_unit_test(test_base64),
                                       cmocka_unit_test(test_pictures_and_their_budget),
                                       cmocka_unit_test(test_pictures_without_a_row),
                                       cmocka_unit_test(test_shapes),
                                       cmocka_unit_test(test_degrees),
                                       cmocka_unit_test(test_blurred_ground_is_not_seen),
                                       cmocka_unit_test(test_geojson)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
