/* Names of columns: which there are, what they need, and which are chosen when nobody says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pipeline/features_internal.h"
#include "tests/unit/pipeline/features_scene.h"

#include "base/banned.h"

static void names_are_exact(void **state)
{
    (void)state;
    static const char *const bad[] = {"ndvi_mean_0.50",
                                      "ndvi_mean_0m",
                                      "ndvi_mean_0.00m",
                                      "ndvi_mean_00.50m",
                                      "ndvi_mean_0.5000 m",
                                      "ndvi_mean_-0.50m",
                                      "ndvi_mean_0.50m_0.70m",
                                      "ndvi_diff_0.50m",
                                      "ndvi_share0of8_0.50m",
                                      "ndvi_share9of8_0.50m",
                                      "ndvi_median_0.50m",
                                      "hue_mean_0.50m",
                                      "",
                                      "re d",
                                      "_mean_0.50m",
                                      "ndvi_mean_0.50000m",
                                      "ndvi_mean_10000.0m",
                                      "ndvi_mean_0.50m_extra_0.50m",
                                      "log()",
                                      "log(red",
                                      "log(red)x",
                                      "log(+red)",
                                      "log(red nir)",
                                      "log(1red-nir)",
                                      "log(0red-nir)",
                                      "log(02red-nir)",
                                      "log(1000red-nir)",
                                      "log(red--nir)",
                                      "log(red-red)",
                                      "log(a+b+c+d+e+f)",
                                      "log(ndvi_mean_0.50m-red)"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char column[1][PV_NAME] = {{0}}, band[PV_MAX_BANDS][PV_NAME];
        int n = 0;
        pv_err err = {0};
        memcpy(column[0], bad[i], strlen(bad[i]));
        pv_photo_facts f;
        facts_fill(&f);
        pv_feature_plan *plan = NULL;
        if (pv_feature_plan_new(&plan, 1, (const char(*)[PV_NAME])column, &(pv_light){.rule = "none"}, &f, 0.1, 0.1, &err) != PV_MODEL)
            fail_msg("accepted: %s", bad[i]);
        assert_null(plan);
        assert_non_null(strstr(err.text, bad[i]));
        pv_status st = pv_feature_bands_needed(1, (const char(*)[PV_NAME])column, &n, band, &err);
        assert_true(st == PV_MODEL || n == 1); /* a word without a window's shape could be a band */
    }
}

static void bands_are_bound_by_name(void **state)
{
    (void)state;
    char column[4][PV_NAME] = {"ndre", "exg_mean_0.50m", "swir", "red"}, band[PV_MAX_BANDS][PV_NAME];
    pv_photo_facts f;
    pv_err err = {0};
    int n = 0;
    facts_fill(&f);
    assert_int_equal(pv_feature_bands_needed(4, (const char(*)[PV_NAME])column, &n, band, &err), PV_OK);
    static const char *const sorted[] = {"blue", "green", "nir", "red", "rededge", "swir"};
    assert_int_equal(n, 6);
    for (int k = 0; k < 6; k++) assert_string_equal(band[k], sorted[k]);
    pv_feature_plan *plan = NULL;
    assert_int_equal(pv_feature_plan_new(&plan, 4, (const char(*)[PV_NAME])column, &(pv_light){.rule = "none"}, &f, 0.1, 0.1, &err), PV_MODEL);
    assert_non_null(strstr(err.text, "needs bands: blue, green, nir, red, rededge, swir; the photo offers: red, green, blue, rededge, nir"));
    const char given[2][PV_NAME] = {"nir", "red"}, ask[2][PV_NAME] = {"ndvi", "red"};
    assert_int_equal(pv_feature_plan_new_for_bands(&plan, 2, ask, 2, given, &err), PV_OK);
    const int *index = NULL;
    uint16_t out[2] = {0}, in[2];
    assert_int_equal(pv_feature_plan_bands(plan, &index), 2);
    for (int k = 0; k < 2; k++) in[k] = index[k] == 0 ? 3000 : 1000; /* nir 3000, red 1000 */
    pv_features_point(plan, in, out);
    assert_int_equal(out[0], 32768 + 32767 / 2);
    assert_int_equal(out[1], 1000);
    pv_feature_plan_free(plan);
    plan = NULL;
    const char windowed[1][PV_NAME] = {"red_sd_0.50m"};
    assert_int_equal(pv_feature_plan_new_for_bands(&plan, 1, windowed, 2, given, &err), PV_MODEL);
    assert_non_null(strstr(err.text, "red_sd_0.50m"));
    const char wide[1][PV_NAME] = {"red_sd_99.00m"};
    assert_int_equal(pv_feature_plan_new(&plan, 1, wide, &(pv_light){.rule = "none"}, &f, 0.1, 0.1, &err), PV_MODEL);
    assert_non_null(strstr(err.text, "255"));
    assert_int_equal(pv_feature_plan_new(&plan, 1, ask, &(pv_light){.rule = "zscore"}, &f, 0.1, 0.1, &err), PV_MODEL);
    assert_null(plan);
}

/* Tables get fixed directions: enough of them, all different, for any bands that are known; photos get none. */
static void tables_get_directions(void **state)
{
    (void)state;
    static const char bands[6][PV_NAME] = {"nir", "green", "swir", "red", "rededge", "blue"};
    static const int least[7] = {0, 0, 8, 8, 100, 120, 120};
    for (int n_bands = 1; n_bands <= 6; n_bands++) {
        char(*column)[PV_NAME] = NULL;
        int n = 0, sums = 0;
        assert_int_equal(pv_feature_default_columns(n_bands, bands, 0.0, &n, &column, NULL), PV_OK);
        assert_true(n <= PV_MAX_COLUMNS);
        for (int i = 0; i < n; i++) {
            sums += strncmp(column[i], "log(", 4) == 0;
            for (int k = 0; k < i; k++) assert_string_not_equal(column[i], column[k]);
        }
        if (sums < least[n_bands]) fail_msg("%d bands have %d directions", n_bands, sums);
        assert_true(n_bands > 1 || sums == 0);
        pv_feature_plan *plan = NULL;
        assert_int_equal(pv_feature_plan_new_for_bands(&plan, n, (const char(*)[PV_NAME])column, n_bands, bands, NULL), PV_OK);
        pv_feature_plan_free(plan);
        pv_free(column);
        assert_int_equal(pv_feature_default_columns(n_bands, bands, 0.05, &n, &column, NULL), PV_OK);
        for (int i = 0; i < n; i++) assert_null(strstr(column[i], "log("));
        pv_free(column);
    }
}

/* The default columns say in metres exactly the odd pixels that were meant, at any GSD. */
static void default_columns_fit(void **state)
{
    (void)state;
    static const char bands[6][PV_NAME] = {"red", "green", "blue", "rededge", "nir", "band7"};
    for (int step = 0; step < 400; step++) {
        double gsd = 0.0011 * 1.02 * (1 + step) * (1 + step / 100.0); /* 1 mm to 2.2 m */
        for (int n_bands = 1; n_bands <= 6; n_bands += n_bands == 3 ? 2 : 1) {
            char(*column)[PV_NAME] = NULL;
            int n = 0;
            pv_err err = {0};
            if (pv_feature_default_columns(n_bands, bands, gsd, &n, &column, &err) != PV_OK) fail_msg("gsd %g: %s", gsd, err.text);
            assert_true(n_bands > 3 ? n <= 90 : n <= 70);
            for (int i = 0; i < n; i++)
                for (int k = 0; k < i; k++) assert_string_not_equal(column[i], column[k]);
            pv_photo_facts f;
            facts_fill(&f);
            memcpy(f.band[5].name, "band7", 6);
            f.n_bands = n_bands;
            pv_feature_plan *plan = NULL;
            if (pv_feature_plan_new(&plan, n, (const char(*)[PV_NAME])column, &(pv_light){.rule = "none"}, &f, gsd, gsd * 1.015, &err) != PV_OK)
                fail_msg("%s", err.text);
            for (int k = 0; k < plan->n_windows; k++) {
                int hx = plan->window[k].hx;
                assert_true(hx == 1 || hx == 2 || hx == 4 || hx == 12);
                assert_int_equal(hx, plan->window[k].hy);
            }
            assert_true(n_bands < 3 || plan->n_windows >= 3);
            pv_feature_plan_free(plan);
            pv_free(column);
        }
    }
    char(*column)[PV_NAME] = NULL;
    int n = 0;
    pv_feature_plan *plan = NULL;
    assert_int_equal(pv_feature_default_columns(5, bands, 0.0, &n, &column, NULL), PV_OK);
    assert_true(n > 5);
    assert_int_equal(pv_feature_plan_new_for_bands(&plan, n, (const char(*)[PV_NAME])column, 5, bands, NULL), PV_OK);
    pv_feature_plan_free(plan);
    pv_free(column);
}

static void no_memory_is_said(void **state)
{
    (void)state;
    pv_photo_facts f;
    facts_fill(&f);
    pv_err err = {0};
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        char(*column)[PV_NAME] = NULL;
        int n = 0;
        pv_feature_plan *plan = NULL;
        pv_feature_scratch *scratch = NULL;
        memset(&err, 0, sizeof err);
        pv_mem_fail_at(k, 0);
        st = pv_feature_default_columns(5, (const char(*)[PV_NAME])(const char[5][PV_NAME]){"red", "green", "blue", "rededge", "nir"}, 0.1, &n,
                                        &column, &err);
        if (st == PV_OK) st = pv_feature_plan_new(&plan, n, (const char(*)[PV_NAME])column, &(pv_light){.rule = "percentile"}, &f, 0.1, 0.1, &err);
        if (st == PV_OK) st = pv_feature_scratch_new(&scratch, plan, 16, 16, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && err.text[0] != '\0'));
        assert_true(k < 100);
        pv_feature_scratch_free(scratch);
        pv_feature_plan_free(plan);
        pv_free(column);
    }
    const char column[1][PV_NAME] = {"red_mean_0.50m"};
    pv_feature_plan *plan = plan_of(1, column, "percentile", &f);
    pv_feature_scratch *scratch = NULL;
    assert_int_equal(pv_feature_scratch_new(&scratch, plan, INT32_MAX, INT32_MAX, &err), PV_NOMEM);
    assert_true(pv_feature_scratch_bytes(plan, INT32_MAX, INT32_MAX) > INT64_C(1) << 60);
    pv_feature_plan_free(plan);
}

static void table_is_printed_whole(void **state)
{
    (void)state;
    pv_text text = {0};
    pv_feature_table_print(&text);
    assert_int_equal(pv_text_status(&text, NULL), PV_OK);
    for (int i = 0; pv_channel_at(i) != NULL; i++) assert_non_null(strstr(pv_text_str(&text), pv_channel_at(i)->name));
    pv_text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_exact),     cmocka_unit_test(bands_are_bound_by_name), cmocka_unit_test(tables_get_directions),
        cmocka_unit_test(default_columns_fit), cmocka_unit_test(no_memory_is_said),       cmocka_unit_test(table_is_printed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
