/* trees_xgboost ROUNDS: our trees and XGBoost's on the same made-up rows, one core. Prints "what TAB threads TAB million rows TAB seconds" for interleaved runs.
 *
 * 12 columns, three classes that overlap. Ours: 100 symmetric trees of depth 6, each with a leaf value for all three classes, on ready uint8 codes. XGBoost:
 * 100 rounds of depth 6 on floats, for three classes (300 trees) and for two (100 trees, the fair one for a time a tree), margins by the in-place prediction
 * of its C interface. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <xgboost/c_api.h>

#include "base/mem.h"
#include "models/train.h"
#include "models/trees.h"

#include "base/banned.h"

enum { COLUMNS = 12, CLASSES = 3, LEARN = 20000, ASK = 1 << 20, TREES = 100, DEPTH = 6 };

static void die(const char *what)
{
    (void)fprintf(stderr, "trees_xgboost: %s\n", what);
    exit(1);
}

static void xg(int code)
{
    if (code != 0) die(XGBGetLastError());
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint32_t chance(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* A row of a class: columns round a middle of its own, with wide noise. */
static void draw_row(uint64_t *state, int class_id, uint16_t *value)
{
    for (int c = 0; c < COLUMNS; c++) {
        int32_t noise = (int32_t)(chance(state) % 16000) + (int32_t)(chance(state) % 16000);
        value[c] = (uint16_t)(8000 + (class_id * (c % 4 + 1) * 5000) % 17000 + noise);
    }
}

static void ours_learn(pv_model **m, pv_table *t, uint64_t *state)
{
    char name[COLUMNS][PV_NAME];
    static const char *const class_name[CLASSES] = {"a", "b", "c"};
    pv_err err = {0};
    for (int c = 0; c < COLUMNS; c++) (void)snprintf(name[c], sizeof name[c], "c%d", c);
    if (pv_table_init(t, COLUMNS, (const char(*)[PV_NAME])name, &err) != PV_OK) die("no table");
    for (int k = 0; k < CLASSES; k++) {
        int id = 0;
        if (pv_table_class(t, class_name[k], &id, &err) != PV_OK) die("no class");
    }
    uint16_t value[COLUMNS];
    for (int i = 0; i < LEARN; i++) {
        draw_row(state, i % CLASSES, value);
        if (pv_table_add(t, value, i % CLASSES, -1, -1, &err) != PV_OK) die("no row");
    }
    pv_train_options o = pv_train_options_default();
    o.n_trees = TREES;
    o.depth = DEPTH;
    o.seed = 1;
    o.threads = 1;
    if (pv_train(m, t, NULL, &o, &err) != PV_OK) die("cannot train");
}

/* Two classes: the third counts as the second. */
static BoosterHandle theirs_learn(const pv_table *t, int classes)
{
    float *value = malloc(sizeof(float) * LEARN * COLUMNS), *label = malloc(sizeof(float) * LEARN);
    if (value == NULL || label == NULL) die("no memory");
    for (int i = 0; i < LEARN; i++) {
        label[i] = (float)(t->class_id[i] < classes ? t->class_id[i] : classes - 1);
        for (int c = 0; c < COLUMNS; c++) value[i * COLUMNS + c] = (float)t->value[c][i];
    }
    DMatrixHandle data = NULL;
    BoosterHandle booster = NULL;
    xg(XGDMatrixCreateFromMat(value, LEARN, COLUMNS, NAN, &data));
    xg(XGDMatrixSetFloatInfo(data, "label", label, LEARN));
    xg(XGBoosterCreate(&data, 1, &booster));
    xg(XGBoosterSetParam(booster, "nthread", "1"));
    xg(XGBoosterSetParam(booster, "max_depth", "6"));
    xg(XGBoosterSetParam(booster, "eta", "0.1"));
    xg(XGBoosterSetParam(booster, "tree_method", "hist"));
    xg(XGBoosterSetParam(booster, "verbosity", "0"));
    xg(XGBoosterSetParam(booster, "objective", classes == 2 ? "binary:logistic" : "multi:softprob"));
    if (classes > 2) xg(XGBoosterSetParam(booster, "num_class", "3"));
    for (int i = 0; i < TREES; i++) xg(XGBoosterUpdateOneIter(booster, i, data));
    xg(XGDMatrixFree(data));
    free(value);
    free(label);
    return booster;
}

static double theirs_ask(BoosterHandle booster, const float *value)
{
    char array[256];
    (void)snprintf(array, sizeof array, "{\"data\":[%llu,true],\"shape\":[%d,%d],\"typestr\":\"<f4\",\"version\":3}",
                   (unsigned long long)(uintptr_t)value, (int)ASK, (int)COLUMNS);
    static const char *const config =
        "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"missing\":NaN,\"strict_shape\":false,\"cache_id\":0}";
    const bst_ulong *shape = NULL;
    bst_ulong dimensions = 0;
    const float *margin = NULL;
    double start = now_s();
    xg(XGBoosterPredictFromDense(booster, array, config, NULL, &shape, &dimensions, &margin));
    return now_s() - start;
}

static double ours_ask(const pv_model *m, const uint8_t *code, int64_t *sum)
{
    static int16_t score[CLASSES * PV_BATCH];
    double start = now_s();
    for (size_t i = 0; i < ASK; i += PV_BATCH) {
        const uint8_t *column[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) column[c] = code + (size_t)c * ASK + i;
        pv_trees_score(m, column, PV_BATCH, score);
        *sum += score[i % (CLASSES * PV_BATCH)];
    }
    return now_s() - start;
}

int main(int argc, char **argv)
{
    int rounds = argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    if (rounds < 1) die("ROUNDS");
    uint64_t state = 1;
    pv_table t = {0};
    pv_model *m = NULL;
    ours_learn(&m, &t, &state);
    BoosterHandle three = theirs_learn(&t, 3), two = theirs_learn(&t, 2);
    float *value = malloc(sizeof(float) * (size_t)ASK * COLUMNS);
    uint8_t *code = malloc((size_t)ASK * COLUMNS), *table = malloc((size_t)COLUMNS << 16);
    if (value == NULL || code == NULL || table == NULL) die("no memory");
    for (int c = 0; c < COLUMNS; c++) pv_model_code_table(m, c, table + ((size_t)c << 16));
    for (size_t i = 0; i < ASK; i++) {
        uint16_t row[COLUMNS];
        draw_row(&state, (int)(i % CLASSES), row);
        for (size_t c = 0; c < COLUMNS; c++) {
            value[i * COLUMNS + c] = (float)row[c];
            code[c * ASK + i] = table[(c << 16) + row[c]];
        }
    }
    (void)printf("# 100 trees of depth 6, 12 columns, %d rows\n", (int)ASK);
    int64_t sum = 0;
    for (int round = 0; round <= rounds; round++) {
        double a = ours_ask(m, code, &sum), b = theirs_ask(two, value), c = theirs_ask(three, value);
        if (round == 0) continue;
        (void)printf("papaver trees, 3 classes\t1\t%.6f\t%.6f\n", ASK / 1e6, a);
        (void)printf("XGBoost, 2 classes (100 trees)\t1\t%.6f\t%.6f\n", ASK / 1e6, b);
        (void)printf("XGBoost, 3 classes (300 trees)\t1\t%.6f\t%.6f\n", ASK / 1e6, c);
    }
    (void)fprintf(stderr, "sum %lld\n", (long long)sum);
    xg(XGBoosterFree(two));
    xg(XGBoosterFree(three));
    free(value);
    free(code);
    free(table);
    pv_model_free(m);
    pv_table_release(&t);
    return 0;
}
