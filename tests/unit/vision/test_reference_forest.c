/* truth: a forest learns a simple problem; invariance: the same seed gives the same votes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vision/picture.h"
#include "vision/reference_forest.h"

#include "base/banned.h"

enum { ROWS = 600, CLASSES = 4 };

static uint16_t first[ROWS], second[ROWS], noise[ROWS];
static int16_t class_id[ROWS];
static size_t row[ROWS];
static const uint16_t *const value[3] = {first, noise, second};

/* Class 1 = both high, 3 = the others; 0 and 2 never occur: the numbering has holes on purpose. */
static int start(void **state)
{
    (void)state;
    uint32_t r = 12345;
    for (size_t i = 0; i < ROWS; i++) {
        r = r * 1664525u + 1013904223u;
        first[i] = (uint16_t)(r >> 16);
        r = r * 1664525u + 1013904223u;
        second[i] = (uint16_t)(r >> 16);
        r = r * 1664525u + 1013904223u;
        noise[i] = (uint16_t)(r >> 16);
        class_id[i] = first[i] > 30000 && second[i] > 20000 ? 1 : 3;
        row[i] = i;
    }
    return 0;
}

static float *ask(uint64_t seed, size_t n_used)
{
    pv_reference_options o = {.n_trees = 30, .max_depth = 8, .min_samples = 2, .seed = seed};
    pv_reference_forest *f = NULL;
    pv_err err;
    float *share = calloc(ROWS * CLASSES, sizeof *share);
    assert_non_null(share);
    assert_int_equal(pv_reference_train(&f, value, 3, class_id, row, n_used, CLASSES, &o, &err), PV_OK);
    assert_int_equal(pv_reference_ask(f, value, row, ROWS, share, &err), PV_OK);
    pv_reference_free(f);
    return share;
}

static void test_learns(void **state)
{
    (void)state;
    float *share = ask(1, ROWS / 2);
    int right = 0;
    for (size_t i = ROWS / 2; i < ROWS; i++) {
        const float *s = share + i * CLASSES;
        assert_true(s[0] == 0 && s[2] == 0);
        assert_true(s[1] + s[3] > 0.999f && s[1] + s[3] < 1.001f);
        right += (s[1] > s[3] ? 1 : 3) == class_id[i];
    }
    assert_true(right > ROWS / 2 * 95 / 100);
    free(share);
}

static void test_same_seed_same_votes(void **state)
{
    (void)state;
    float *a = ask(7, 200), *b = ask(7, 200), *c = ask(8, 200), *zero = ask(0, 200);
    assert_memory_equal(a, b, ROWS * CLASSES * sizeof *a);
    assert_true(memcmp(a, c, ROWS * CLASSES * sizeof *a) != 0);
    free(a);
    free(b);
    free(c);
    free(zero);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_reference_options o = {.n_trees = 3, .max_depth = 4, .min_samples = 2};
    pv_reference_forest *f = NULL;
    pv_err err = {0};
    assert_int_equal(pv_reference_train(&f, value, 3, class_id, row, 0, CLASSES, &o, &err), PV_BUG);
    assert_null(f);
    assert_true(err.text[0] != '\0');
    o.max_depth = -5;
    assert_int_equal(pv_reference_train(&f, value, 3, class_id, row, ROWS, CLASSES, &o, &err), PV_BUG);
    assert_null(f);
    pv_reference_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_learns), cmocka_unit_test(test_same_seed_same_votes), cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, start, NULL);
}
