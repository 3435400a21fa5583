/* What the tests of models/ share: cmocka, counters as random numbers, small tables and models. */
#ifndef PV_TESTS_MODELS_HELP_H
#define PV_TESTS_MODELS_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "models/model.h"
#include "models/table.h"
#include "models/train.h"
#include "models/trees.h"

#define NAMES(x)      ((const char(*)[PV_NAME])(x))
#define assert_ok(st) assert_int_equal((st), PV_OK)
#define assert_says(err, words)                                                                                                                      \
    do {                                                                                                                                             \
        if (strstr((err).text, (words)) == NULL) fail_msg("'%s' does not say '%s'", (err).text, (words));                                            \
    } while (0)

static inline uint64_t test_hash(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/* n_columns noisy columns whose centres depend on the class; separable when noise is below 1000. */
static inline pv_status test_table(pv_table *t, int n_rows, int n_columns, int n_classes, uint64_t noise, pv_err *err)
{
    char names[PV_MAX_COLUMNS][PV_NAME] = {{0}};
    for (int c = 0; c < n_columns; c++) (void)snprintf(names[c], PV_NAME, "column_%03d", (c * 7) % 101);
    pv_status st = pv_table_init(t, n_columns, NAMES(names), err);
    for (int k = 0, id = 0; st == PV_OK && k < n_classes; k++) {
        char name[PV_NAME];
        (void)snprintf(name, sizeof name, "class %d", k);
        st = pv_table_class(t, name, &id, err);
    }
    for (int i = 0; st == PV_OK && i < n_rows; i++) {
        uint16_t v[PV_MAX_COLUMNS];
        int k = (int)(test_hash((uint64_t)i) % (uint64_t)n_classes);
        for (int c = 0; c < n_columns; c++)
            v[c] = (uint16_t)(2000 + 1000 * ((k * (c + 3)) % n_classes) + (int)(test_hash((uint64_t)(i * 1000 + c + 1)) % noise));
        st = pv_table_add(t, v, k, i % 5, -1, err);
    }
    return st;
}

/* Probability and class of any number of rows. scratch: [n_classes][PV_BATCH]; prob and best may be NULL. */
static inline void test_ask(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *scratch, uint8_t *prob, uint8_t *best)
{
    const uint8_t *at[PV_MAX_COLUMNS];
    for (size_t from = 0; from < n; from += PV_BATCH) {
        size_t rows = n - from < PV_BATCH ? n - from : PV_BATCH;
        for (int c = 0; c < m->n_columns; c++) at[c] = code[c] + from;
        pv_trees_score(m, at, rows, scratch);
        for (size_t i = 0; i < rows; i++)
            pv_trees_decide(m, scratch, i, prob != NULL ? prob + from + i : NULL, best != NULL ? best + from + i : NULL, NULL);
    }
}

/* A model of random trees that pass the check. */
static inline pv_model *test_model(int n_classes, int n_columns, int n_trees, uint64_t seed)
{
    pv_model *m = NULL;
    assert_ok(pv_model_new(&m, n_classes, n_columns, n_trees, NULL));
    (void)snprintf(m->name, sizeof m->name, "test");
    (void)snprintf(m->kind, sizeof m->kind, "photo");
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    (void)snprintf(m->summary, sizeof m->summary, "made by a test\nof two lines");
    (void)snprintf(m->licence, sizeof m->licence, "none");
    (void)snprintf(m->trained_on, sizeof m->trained_on, "synthetic: \xE7\xBD\x82\xE7\xB2\x9F");
    m->gsd_m = 0.05;
    m->threshold_high = 127;
    m->threshold_low = 64;
    m->seed = seed;
    m->n_bands = 2;
    (void)snprintf(m->band[0], PV_NAME, "red");
    (void)snprintf(m->band[1], PV_NAME, "nir");
    for (int k = 0; k < n_classes; k++) {
        (void)snprintf(m->class_name[k], PV_NAME, "class %d", k);
        m->is_target[k] = k % 3 == 0;
        m->bias[k] = (int16_t)((int)(test_hash(seed + (uint64_t)k) % 1001) - 500);
    }
    for (int c = 0; c < n_columns; c++) {
        (void)snprintf(m->column[c], PV_NAME, "column_%03d", c);
        m->n_edges[c] = (uint8_t)(test_hash(seed + 77 + (uint64_t)c) % 256);
        for (int e = 0; e < m->n_edges[c]; e++) m->edge[c][e] = (uint16_t)(e * 250 + c);
    }
    for (int t = 0; t < n_trees; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            uint64_t r = test_hash(seed * 31 + (uint64_t)(t * 8 + d));
            m->tree[t].column[d] = (uint16_t)(r % (uint64_t)n_columns);
            m->tree[t].threshold[d] = (uint8_t)(r >> 32);
        }
    }
    for (int i = 0; i < n_trees * n_classes * PV_TREE_LEAVES; i++) m->leaf[i] = (int8_t)((int)(test_hash(seed + 1000 + (uint64_t)i) % 255) - 127);
    return m;
}

#endif
