/* Merging: shards in any order give the bytes of one run, and what does not belong together is refused by name. */
#include "pipeline/hotspots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "fake_place.h"

#include "base/banned.h"

enum { N_PHOTOS = 9, N_SPOTS = 60, MAX_SHARDS = 9 };

static char class_names[1][PV_NAME] = {"poppy"};
static uint8_t targets[1] = {1};
static const pv_model model = {.id = "0123456789abcdef", .name = "rgb-test", .n_classes = 1, .class_name = class_names, .is_target = targets};
static pv_run_facts run;

static int before(void **state)
{
    (void)state;
    run = (pv_run_facts){.version = "papaver 0.1.0",
                         .model_id = "0123456789abcdef",
                         .model_name = "rgb-test",
                         .shard = 1,
                         .shards = 1,
                         .seconds = -1,
                         .threshold_high = 200,
                         .threshold_low = 100,
                         .min_area_m2 = 0.25};
    return 0;
}

/* Names that sort differently escaped and plain, with blanks, quotes, Chinese and bytes that are no UTF-8. */
static const char *const names[N_PHOTOS] = {"b", "a", "a b", "a\"b", "\xE8\x8A\xB1", "a\xFF", "a\\", "Z", "a!"};

static void make_photo(pv_hotspots *h, int i, int turn)
{
    pv_photo_record r = {.ok = 1, .status = "done", .gsd_m = 0.03, .drift_e2 = 37 * i - 1, .coverage = {1000003 * i, 7 * i, i, 3 * i, 2 * i, i, 5 * i, 1003 * i}};
    if (i % 3 > 0) (void)snprintf(r.model_id, sizeof r.model_id, "%016d", i % 3);
    pv_photo_facts facts = {.width_px = 10000, .height_px = 10000, .crs_name = "x"};
    pv_work_grid grid = {.fx = 1, .fy = 1, .w = 10000, .h = 10000, .gsd_x_m = 0.03, .gsd_y_m = 0.03};
    pv_place place = {.lon = {100 + i, 3e-7, 0}, .lat = {30, 0, -3e-7}, .area_m2 = 0.001 + 0.1 * i};
    pv_hotspot_context c = {.facts = &facts, .grid = &grid, .model = &model, .place = &place};
    pv_text t = {0};
    pv_text_add(&t, names[i]);
    memcpy(r.name, pv_text_str(&t), t.len + 1);
    memcpy(facts.name, pv_text_str(&t), t.len + 1);
    pv_text_addf(&t, ".tif");
    memcpy(r.path_name, pv_text_str(&t), t.len + 1);
    r.sha256[0] = (char)('a' + i);
    pv_text_release(&t);
    assert_int_equal(pv_hotspots_add_photo(h, &r, &c.photo, NULL), PV_OK);
    for (int k = 0; k < N_SPOTS; k++) {
        int s = (k + turn) % N_SPOTS, kept = 0;
        if (s % N_PHOTOS != i) continue;
        pv_run one = {10 * s, 5, 5 + 1 + s % 3};
        int64_t n = 1 + s % 3;
        /* Many equal probabilities, so that all the tie-breaks are asked. */
        pv_patch p = {.pixels = n,
                      .sum_x = 5 * n,
                      .sum_y = 10 * s * n,
                      .sum_prob = n * (150 + s % 4),
                      .max_prob = 200 + s % 2,
                      .box = {5, 10 * s, (int)n, 1},
                      .first_x = 5,
                      .first_y = 10 * s,
                      .n_runs = 1,
                      .run = &one};
        p.class_pixels[0] = n;
        assert_int_equal(pv_hotspots_add(h, &c, &p, &kept, NULL), PV_OK);
        assert_int_equal(kept, 1);
    }
}

/* Photos i with i % of == index - 1, forwards or backwards. */
static char *print(int index, int of, int backwards)
{
    pv_hotspots h = {0};
    pv_text out = {0};
    run.shard = index;
    run.shards = of;
    for (int k = 0; k < N_PHOTOS; k++) {
        int i = backwards ? N_PHOTOS - 1 - k : k;
        if (i % of == index - 1) make_photo(&h, i, backwards ? 17 : 0);
    }
    assert_int_equal(pv_hotspots_print(&h, &run, &out, NULL), PV_OK);
    pv_hotspots_release(&h);
    return out.data;
}

static const char *const part_names[MAX_SHARDS + 1] = {"p0.geojson", "p1.geojson", "p2.geojson", "p3.geojson", "p4.geojson",
                                                       "p5.geojson", "p6.geojson", "p7.geojson", "p8.geojson", "p9.geojson"};

static void merged_is_whole(void)
{
    char *whole = print(1, 1, 0), *again = print(1, 1, 1);
    assert_string_equal(whole, again);
    for (int of = 1; of <= MAX_SHARDS; of++) {
        const char *part[MAX_SHARDS];
        char *own[MAX_SHARDS];
        for (int k = 0; k < of; k++) own[k] = print(k + 1, of, k % 2);
        for (int turn = 0; turn < of; turn++) {
            pv_text out = {0}, missing = {0};
            pv_err err = {0};
            for (int k = 0; k < of; k++) part[k] = own[(k * (of % 2 == 0 ? of - 1 : 2) + turn) % of];
            pv_status st = pv_hotspots_merge(&out, of, part, part_names, &missing, &err);
            if (st != PV_OK) print_message("%s\n", err.text);
            assert_int_equal(st, PV_OK);
            assert_string_equal(pv_text_str(&missing), "");
            assert_string_equal(pv_text_str(&out), whole);
            pv_text_release(&out);
            pv_text_release(&missing);
        }
        for (int k = 0; k < of; k++) pv_free(own[k]);
    }
    pv_free(whole);
    pv_free(again);
}

static void test_merged_is_whole(void **state)
{
    (void)state;
    merged_is_whole();
}

/* No model named: each photo has its own, and some have none. */
static void test_a_model_each_photo(void **state)
{
    (void)state;
    run.model_id[0] = run.model_name[0] = '\0';
    run.threshold_high = run.threshold_low = 0;
    char *whole = print(1, 1, 0);
    assert_non_null(strstr(whole, "\"model\":null,\"shard\""));
    assert_non_null(strstr(whole, "\"threshold\":null,\"threshold_low\":null"));
    pv_free(whole);
    merged_is_whole();
}

static void test_missing_shards_are_named(void **state)
{
    (void)state;
    char *own[4] = {print(1, 4, 0), print(2, 4, 0), print(3, 4, 0), print(4, 4, 0)};
    const char *part[2] = {own[2], own[0]};
    pv_text out = {0}, missing = {0}, again = {0};
    pv_err err = {0};
    assert_int_equal(pv_hotspots_merge(&out, 2, part, part_names, &missing, &err), PV_OK);
    assert_string_equal(pv_text_str(&missing), "2, 4");
    assert_non_null(strstr(pv_text_str(&out), "\"shard\":{\"index\":null,\"of\":4,\"missing\":[2, 4]}"));
    part[0] = pv_text_str(&out);
    assert_int_equal(pv_hotspots_merge(&again, 1, part, part_names, &missing, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "p0.geojson: is itself a merge"));
    assert_string_equal(pv_text_str(&missing), "2, 4");
    pv_text_release(&out);
    pv_text_release(&missing);
    for (int k = 0; k < 4; k++) pv_free(own[k]);
}

static void test_seconds(void **state)
{
    (void)state;
    pv_text out = {0}, missing = {0};
    run.seconds = 1.25;
    char *a = print(1, 2, 0);
    run.seconds = 2.5004;
    char *b = print(2, 2, 0);
    run.seconds = -1;
    char *c = print(2, 2, 0);
    const char *ab[] = {a, b}, *ac[] = {a, c};
    assert_int_equal(pv_hotspots_merge(&out, 2, ab, part_names, &missing, NULL), PV_OK);
    assert_non_null(strstr(pv_text_str(&out), "\"seconds\":3.750,"));
    assert_int_equal(pv_hotspots_merge(&out, 2, ac, part_names, &missing, NULL), PV_OK);
    assert_non_null(strstr(pv_text_str(&out), "\"seconds\":null,"));
    pv_text_release(&out);
    pv_text_release(&missing);
    pv_free(a);
    pv_free(b);
    pv_free(c);
}

static void refuse(const char *a, const char *b, const char *words)
{
    const char *part[] = {a, b};
    pv_text out = {0}, missing = {0};
    pv_err err = {0};
    assert_int_equal(pv_hotspots_merge(&out, b != NULL ? 2 : 1, part, part_names, &missing, &err), PV_INPUT);
    if (strstr(err.text, words) == NULL) print_message("'%s' is not in '%s'\n", words, err.text);
    assert_non_null(strstr(err.text, words));
    assert_null(out.data);
    assert_null(missing.data);
}

/* The text with the first `from` replaced; pv_free. */
static char *changed(const char *text, const char *from, const char *to)
{
    pv_text t = {0};
    const char *at = strstr(text, from);
    assert_non_null(at);
    pv_text_add_n(&t, text, (size_t)(at - text));
    pv_text_add(&t, to);
    pv_text_add(&t, at + strlen(from));
    return t.data;
}

static void refuse_changed(const char *a, const char *b, const char *from, const char *to, const char *words)
{
    char *c = changed(b, from, to);
    refuse(a, c, words);
    pv_free(c);
}

static void test_refusals(void **state)
{
    (void)state;
    char *a = print(1, 2, 0), *b = print(2, 2, 0), *of3 = print(3, 3, 0);
    refuse(a, a, "p1.geojson: shard 1 of 2 is there twice");
    refuse(a, of3, "p1.geojson: one of 3 shards, but p0.geojson is one of 2");
    run.threshold_low = 99;
    char *other = print(2, 2, 0);
    refuse(a, other, "p1.geojson: thresholds 200 and 99, but p0.geojson has 200 and 100");
    pv_free(other);
    run.threshold_low = 100;
    run.min_area_m2 = 0.3;
    other = print(2, 2, 0);
    refuse(a, other, "p1.geojson: smallest area 300000 mm2");
    pv_free(other);
    run.min_area_m2 = 0.25;
    run.model_id[0] = 'f';
    other = print(2, 2, 0);
    refuse(a, other, "p1.geojson: made with model rgb-test (f123456789abcdef)");
    pv_free(other);
    run.model_id[0] = '0';
    run.version = "papaver 9";
    other = print(2, 2, 0);
    refuse(a, other, "p1.geojson: written by papaver 9");
    pv_free(other);
    run.version = "papaver 0.1.0";
    refuse(a, "{\"type\":\"FeatureCollection\",\"features\":[]}", "p1.geojson: not a hotspots file");
    refuse("[1,2]", NULL, "p0.geojson: not a hotspots file");
    refuse("", NULL, "p0.geojson: line 1, column 1");
    refuse_changed(a, b, "FeatureCollection", "Collection", "no FeatureCollection");
    refuse_changed(a, b, "\"hotspots\":", "\"hotspot\":", "without hotspots or coverage");
    refuse_changed(a, b, "\"valid_m2\":100.", "\"valid_m2\":-100.", "without hotspots or coverage");
    refuse_changed(a, b, "\"blurred_m2\":0.0005", "\"blurred\":0.0005", "without hotspots or coverage");
    refuse_changed(a, b, "\",\"bbox\":[", "\",\"bbox\":[0,", "without id, bbox, probabilities or area");
    refuse_changed(a, b, "\"prob_mean\":", "\"prob\":", "without id, bbox, probabilities or area");
    refuse_changed(a, b, "\"name\":\"a\"", "\"name\":\"aa\"", "run id does not fit");
    refuse_changed(a, b, "\"index\":2", "\"index\":3", "no shard");
    pv_free(a);
    pv_free(b);
    pv_free(of3);
}

/* A feature taken out, and the same photo in two shards. */
static void test_parts_that_lie(void **state)
{
    (void)state;
    char *a = print(1, 2, 0), *b = print(2, 2, 0), *less = changed(b, "\"features\":[\n", "\"features\":[]}");
    *(strstr(less, "[]}") + 3) = '\0';
    refuse(a, less, "changed after it was written");
    pv_free(less);
    char *twice = changed(a, "\"index\":1", "\"index\":2");
    refuse(a, twice, "is in p0.geojson too");
    pv_free(twice);
    pv_free(a);
    pv_free(b);
}

/* Every beginning of a part is refused with its name. */
static void test_truncated(void **state)
{
    (void)state;
    char *a = print(1, 2, 0), *b = print(2, 2, 0);
    size_t n = strlen(b) - 1; /* without the last newline it is still whole */
    for (size_t i = 0; i < n; i += i < 1500 || i > n - 50 ? 1 : 97) {
        char kept = b[i];
        b[i] = '\0';
        refuse(a, b, "p1.geojson: line");
        b[i] = kept;
    }
    pv_free(a);
    pv_free(b);
}

static void test_memory_that_fails(void **state)
{
    (void)state;
    char *a = print(1, 2, 0), *b = print(2, 2, 0);
    const char *part[] = {a, b};
    pv_err err = {0};
    long k = 0;
    for (;; k++) {
        pv_text out = {0}, missing = {0};
        pv_mem_fail_at(k, 0);
        pv_status st = pv_hotspots_merge(&out, 2, part, part_names, &missing, &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_OK) assert_true(st == PV_NOMEM && out.data == NULL && missing.data == NULL);
        pv_text_release(&out);
        pv_text_release(&missing);
        if (st == PV_OK) break;
    }
    assert_true(k > 10);
    pv_free(a);
    pv_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_merged_is_whole, before),
        cmocka_unit_test_setup(test_a_model_each_photo, before),
        cmocka_unit_test_setup(test_missing_shards_are_named, before),
        cmocka_unit_test_setup(test_seconds, before),
        cmocka_unit_test_setup(test_refusals, before),
        cmocka_unit_test_setup(test_parts_that_lie, before),
        cmocka_unit_test_setup(test_truncated, before),
        cmocka_unit_test_setup(test_memory_that_fails, before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
