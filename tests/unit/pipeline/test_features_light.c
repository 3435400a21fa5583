/* How a photo's light is evened out before features are computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/features_internal.h"
#include "tests/unit/pipeline/features_scene.h"

#include "base/banned.h"

static void percentiles_meet_fixed_values(void **state)
{
    (void)state;
    const char column[2][PV_NAME] = {"red", "green"};
    pv_photo_facts f;
    facts_fill(&f);
    f.radiometry.dark[RED] = 1000;
    f.radiometry.bright[RED] = 2000;
    f.radiometry.dark[GREEN] = 700; /* bright <= dark: left alone */
    f.radiometry.bright[GREEN] = 700;
    pv_feature_plan *plan = plan_of(2, column, "percentile", &f);
    scene s;
    scene_make(&s, 6, 1, 0);
    static const uint16_t red[] = {1000, 2000, 0, 1500, 65535, 934}, green[] = {0, 699, 700, 701, 65535, 5};
    memcpy(s.band[RED], red, sizeof red);
    memcpy(s.band[GREEN], green, sizeof green);
    answers a = {.w = 6};
    for (int i = 0; i < 2; i++) a.plane[i] = calloc(6, 2);
    run_tiled(&s, plan, 6, 1, &a);
    static const uint16_t to[] = {3277, 52428, 0, 27852, 65535, 33};
    assert_memory_equal(a.plane[0], to, sizeof to);
    assert_memory_equal(a.plane[1], green, sizeof green);
    for (int i = 0; i < 2; i++) free(a.plane[i]);
    scene_drop(&s);
    pv_feature_plan_free(plan);
}

/* The photo's median goes where the model wants it, in two straight pieces; at its own place nothing bends. */
static void medians_meet_those_of_the_model(void **state)
{
    (void)state;
    const char column[2][PV_NAME] = {"red", "green"}, band[2][PV_NAME] = {"green", "red"};
    pv_photo_facts f;
    pv_err err = {0};
    pv_feature_plan *plan = NULL;
    facts_fill(&f);
    f.radiometry.dark[RED] = f.radiometry.dark[GREEN] = 1000;
    f.radiometry.mid[RED] = 1200;
    f.radiometry.bright[RED] = f.radiometry.bright[GREEN] = f.radiometry.mid[GREEN] = 2000; /* no middle to bend at */
    const uint16_t mid[2] = {20000, 33277};
    const pv_light light = {"median", 2, band, mid};
    assert_int_equal(pv_feature_plan_new(&plan, 2, column, &light, &f, 0.1, 0.1, &err), PV_OK);
    scene s;
    scene_make(&s, 6, 1, 0);
    static const uint16_t in[] = {1000, 1200, 1100, 2000, 1600, 995};
    memcpy(s.band[RED], in, sizeof in);
    memcpy(s.band[GREEN], in, sizeof in);
    answers a = {.w = 6};
    for (int i = 0; i < 2; i++) a.plane[i] = calloc(6, 2);
    run_tiled(&s, plan, 6, 1, &a);
    static const uint16_t red[] = {3277, 33277, 18277, 52428, 42852, 2527}, green[] = {3277, 13107, 8192, 52428, 32767, 3031};
    assert_memory_equal(a.plane[0], red, sizeof red);
    assert_memory_equal(a.plane[1], green, sizeof green);
    for (int i = 0; i < 2; i++) free(a.plane[i]);
    scene_drop(&s);
    pv_feature_plan_free(plan);
    assert_int_equal(pv_light_mid(&f.radiometry, RED), 13107);
    assert_int_equal(pv_light_mid(&f.radiometry, GREEN), 52427);
    plan = NULL;
    const pv_light one = {"median", 1, band, mid};
    assert_int_equal(pv_feature_plan_new(&plan, 2, column, &one, &f, 0.1, 0.1, &err), PV_MODEL);
    assert_string_equal(err.text, "the rule 'median' knows no median of band red");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_meet_fixed_values),
        cmocka_unit_test(medians_meet_those_of_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
