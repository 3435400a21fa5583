/* Labels: points with a radius, growth stages and numbers of plants. */
#include "labels_fixture.h"

#include "base/banned.h"

static void test_points(void **state)
{
    (void)state;
    pv_text t = {0};
    add_raw(&t, "{\"class\":\"p\"}", "{\"type\":\"Point\",\"coordinates\":[500003.31,3399990.27]}");
    add_raw(&t, "{\"class\":\"q\"}", "{\"type\":\"Point\",\"coordinates\":[500009.99,3399999.99]}");
    write_labels(&t, "points.geojson");
    pv_labels *l = open_labels("points.geojson", NULL);
    for (int f = 1; f <= 4; f++) {
        int w = (W + f - 1) / f, h = (H + f - 1) / f, hits = 0;
        int32_t *index = burn(l, (pv_rect){0, 0, w, h}, f, f);
        for (int p = 0; p < w * h; p++) hits += index[p] != -1;
        assert_int_equal(hits, 2);
        assert_int_equal(index[97 / f * w + 33 / f], 0);
        assert_int_equal(index[99 / f], 1);
        pv_free(index);
    }
    pv_labels_free(l);
    (void)unlink("points.geojson");
}

/* Discs in metres on 0.1 m pixels: exactly the centres within the radius and the pixel of the point, in any window. */
static void test_discs(void **state)
{
    (void)state;
    static const double at[3][2] = {{50.5, 60.5}, {0.2, 0.2}, {200.31, 100.77}};
    static const double radii[] = {0, 0.01, 0.25, 1.03};
    pv_text t = {0};
    char point[96];
    for (int k = 0; k < 3; k++) {
        (void)snprintf(point, sizeof point, "{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}", 500000 + at[k][0] / 10, 3400000 - at[k][1] / 10);
        add_raw(&t, "{\"class\":\"p\"}", point);
    }
    write_labels(&t, "discs.geojson");
    for (size_t r = 0; r < sizeof radii / sizeof radii[0]; r++) {
        pv_label_options o = {.point_radius_m = radii[r]};
        pv_labels *l = NULL;
        assert_int_equal(pv_labels_open(&l, "discs.geojson", &o, &photo, NULL), PV_OK);
        for (int f = 1; f <= 2; f++) {
            int w = W / f, h = H / f;
            int32_t *index = burn(l, (pv_rect){0, 0, w, h}, f, f), *part = burn(l, (pv_rect){19, 23, 40, 40}, f, f);
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++) {
                    int32_t want = -1;
                    for (int k = 0; k < 3; k++) {
                        double dx = (x + 0.5) * f - at[k][0], dy = (y + 0.5) * f - at[k][1], px = radii[r] * 10;
                        if (dx * dx + dy * dy < px * px || (x == (int)(at[k][0] / f) && y == (int)(at[k][1] / f))) want = k;
                    }
                    if (index[y * w + x] != want) fail_msg("radius %g: pixel %d, %d is %d, not %d", radii[r], x, y, index[y * w + x], want);
                    if (x >= 19 && x < 59 && y >= 23 && y < 63) assert_int_equal(part[(y - 23) * 40 + x - 19], want);
                }
            pv_free(index);
            pv_free(part);
        }
        assert_true(radii[r] < 0.05 || report_has(l, "feature 1 ('p'): reaches outside the photo"));
        pv_labels_free(l);
    }
    (void)unlink("discs.geojson");
}

/* Growth stage and number of plants are read where they are; nonsense in them is named and costs nothing else. */
static void test_stage_and_plants(void **state)
{
    (void)state;
    static const char *const outline = "{\"type\":\"Point\",\"coordinates\":[500003.31,3399990.27]}";
    static const struct {
        const char *properties, *stage;
        int64_t plants;
    } cases[] = {{"{\"class\":\"p\",\"stage\":\" flowering \",\"plants\":12,\"n\":\"7\",\"when\":\"bud\"}", "flowering", 12},
                 {"{\"class\":\"p\",\"stage\":null,\"plants\":0}", "", 0},
                 {"{\"class\":\"p\"}", "", -1},
                 {"{\"class\":\"p\",\"stage\":\"0123456789012345678901234567890123\",\"plants\":-3}", "", -1},
                 {"{\"class\":\"p\",\"stage\":\"\",\"plants\":2.5}", "", -1}};
    enum { N = sizeof cases / sizeof cases[0] };
    pv_text t = {0};
    for (int k = 0; k < N; k++) add_raw(&t, cases[k].properties, outline);
    write_labels(&t, "facts.geojson");
    pv_labels *l = open_labels("facts.geojson", NULL);
    assert_int_equal(pv_labels_count(l), N);
    for (int k = 0; k < N; k++) {
        assert_string_equal(pv_labels_at(l, k)->stage, cases[k].stage);
        assert_int_equal(pv_labels_at(l, k)->plants, cases[k].plants);
    }
    assert_true(report_has(l, "feature 3 ('p'): its stage is taken as unknown: longer than 31 bytes"));
    assert_true(report_has(l, "feature 3 ('p'): its number of plants is taken as unknown: not a whole number") &&
                report_has(l, "feature 4 ('p'): its number of plants"));
    pv_labels_free(l);
    pv_label_options named = {.stage_field = "when", .plants_field = "n"}, absent = {.plants_field = "many"};
    assert_int_equal(pv_labels_open(&l, "facts.geojson", &named, &photo, NULL), PV_OK);
    assert_string_equal(pv_labels_at(l, 0)->stage, "bud");
    assert_int_equal(pv_labels_at(l, 0)->plants, 7);
    pv_labels_free(l);
    l = NULL;
    pv_err err = {0};
    assert_int_equal(pv_labels_open(&l, "facts.geojson", &absent, &photo, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "no field 'many'"));
    assert_non_null(strstr(err.text, "--plants-field"));
    (void)unlink("facts.geojson");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_points), cmocka_unit_test(test_discs), cmocka_unit_test(test_stage_and_plants)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
