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

/* A core of 30 x 30 at (5, 5): every other pixel of every other row of the working grid is counted, (6, 6) to (34, 34), one of these unusable. */
static void lattice_of_the_working_grid(void **state)
{
    (void)state;
    enum { SIDE = 40, CORE = 30 };
    uint16_t row[CORE];
    uint8_t why[SIDE * SIDE] = {0};
    pv_tile tile = {.core = {5, 5, CORE, CORE}, .ask = {1, 1, SIDE, SIDE}, .why = why};
    pv_model *m = NULL;
    pv_drift_counts c = {0}, sum = {0};
    assert_int_equal(pv_model_new(&m, 2, 2, 1, NULL), PV_OK);
    m->n_edges[1] = 3;
    for (int e = 0; e < 3; e++) m->edge[1][e] = (uint16_t)(100 * (e + 1)); /* 99 is code 0, 100 code 1, 300 code 3 */
    assert_int_equal(pv_drift_counts_init(&c, 2, NULL), PV_OK);
    assert_int_equal(pv_drift_counts_init(&sum, 2, NULL), PV_OK);
    why[(32 - 1) * SIDE + 32 - 1] = 1;
    for (int y = 0; y < CORE; y++) {
        for (int x = 0; x < CORE; x++) row[x] = 250; /* code 2 */
        row[16 - 5] = y == 16 - 5 ? 99 : 300;
        row[32 - 5] = 100;
        pv_drift_row(&c, m, &tile, 1, y, row);
    }
    assert_int_equal(pv_drift_every(100, 80), 48); /* 9 cells at the least may be */
    assert_int_equal(pv_drift_every(160, 160), 64);
    assert_int_equal(pv_drift_every(640, 640), 64); /* 100, one for 4096 pixels */
    assert_int_equal(pv_drift_every(641, 640), 80);
    assert_int_equal(pv_drift_every(4000, 4000), 400);
    assert_int_equal(pv_drift_every(100000, 100000), 10000);
    pv_drift_counts_add(&sum, &c);
    pv_drift_counts_add(&sum, &c);
    assert_int_equal(c.code[1][0], 1);            /* (16, 16) */
    assert_int_equal(c.code[1][1], 14);           /* column 32 but (32, 32) */
    assert_int_equal(c.code[1][2], 15 * 15 - 30); /* neither column */
    assert_int_equal(c.code[1][3], 14);           /* column 16 but (16, 16) */
    assert_int_equal(sum.code[1][3], 28);
    pv_drift_counts_release(&c);
    pv_drift_counts_release(&sum);
    pv_model_free(m);
}

/* One column of 255 edges that all trees ask: seen evenly it is like training; all in one bin of sixteen, (1 - 1/16) ln 16 and 15 times (1e-4 - 1/16) ln (1e-4 x 16). */
static void counts_are_judged(void **state)
{
    (void)state;
    pv_model *m = NULL;
    pv_drift_counts c = {0};
    pv_drift d = {0};
    assert_int_equal(pv_model_new(&m, 2, 1, 1, NULL), PV_OK);
    m->n_edges[0] = 255;
    for (int level = 0; level < PV_TREE_MAX_DEPTH; level++) m->tree[0].threshold[level] = 128;
    assert_int_equal(pv_drift_counts_init(&c, 1, NULL), PV_OK);
    assert_int_equal(pv_drift_of(&d, &c, m, NULL), PV_OK);
    assert_true(d.index < 0 && d.judged == 0);
    pv_drift_release(&d);
    for (int k = 0; k < PV_DRIFT_CODES; k++) c.code[0][k] = 10;
    assert_int_equal(pv_drift_of(&d, &c, m, NULL), PV_OK);
    assert_true(fabs(d.index) < 1e-12 && d.judged == 1 && d.pixels == 2560);
    pv_drift_release(&d);
    memset(c.code, 0, sizeof *c.code);
    c.code[0][255] = 249; /* one too few */
    assert_int_equal(pv_drift_of(&d, &c, m, NULL), PV_OK);
    assert_true(d.index < 0);
    pv_drift_release(&d);
    c.code[0][255] = 250;
    assert_int_equal(pv_drift_of(&d, &c, m, NULL), PV_OK);
    assert_true(fabs(d.index - (15.0 / 16 * log(16.0) + 15 * (1e-4 - 1.0 / 16) * log(16e-4))) < 1e-9);
    assert_true(d.at[0].above == 1.0 && d.at[0].below == 0.0 && pv_drift_is_large(d.index));
    pv_drift_release(&d);
    pv_drift_counts_release(&c);
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(index_by_hand), cmocka_unit_test(words), cmocka_unit_test(lattice_of_the_working_grid),
                                       cmocka_unit_test(counts_are_judged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
