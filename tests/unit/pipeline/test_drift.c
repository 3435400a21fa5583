/* The index of drift against figures worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pipeline/drift.h"

#include "base/banned.h"

static void index_by_hand(void **state)
{
    (void)state;
    int64_t bin[PV_DRIFT_BINS] = {0};
    double even[PV_DRIFT_BINS], two[PV_DRIFT_BINS] = {0.5, 0.5};
    for (int b = 0; b < PV_DRIFT_BINS; b++) even[b] = 1.0 / PV_DRIFT_BINS, bin[b] = 1000;
    assert_true(fabs(pv_drift_index(bin, even)) < 1e-12);
    memset(bin, 0, sizeof bin);
    bin[0] = 750;
    bin[1] = 250;
    /* (0.75 - 0.5) ln 1.5 + (0.25 - 0.5) ln 0.5; the empty bins are equal. */
    assert_true(fabs(pv_drift_index(bin, two) - (0.25 * log(1.5) + 0.25 * log(2.0))) < 1e-12);
    /* All in a bin where training had nothing: finite, and very different. */
    memset(bin, 0, sizeof bin);
    bin[9] = 10;
    double far = pv_drift_index(bin, two);
    assert_true(far > 5 && isfinite(far));
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(pv_drift_words(&(pv_drift){.index = -1}), "not known");
    assert_string_equal(pv_drift_words(&(pv_drift){.index = 0.3}), "like training");
    assert_string_equal(pv_drift_words(&(pv_drift){.index = 0.7}), "somewhat different");
    assert_string_equal(pv_drift_words(&(pv_drift){.index = 2}), "very different: expect errors");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(index_by_hand), cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
