/* How long asking the trees takes, by each path that the machine has: medians of interleaved runs on random codes, made models or the given ones.
 * kernels_trees [MODEL.pvm ...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "models/model_file.h"
#include "models/trees_internal.h"

#include "base/banned.h"

enum { RUNS = 9, MOST_ROWS = PV_BATCH };

static uint64_t state = 88172645463325252ull;

static uint32_t chance(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *t)
{
    qsort(t, RUNS, sizeof *t, rising);
    return t[RUNS / 2];
}

/* Leaves as large as those of the shipped models: their ranges are mostly 40 to 140. */
static pv_model *make_model(int classes, int columns, int trees, int depth, int most)
{
    pv_model *m = NULL;
    if (pv_model_new(&m, classes, columns, trees, NULL) != PV_OK) exit(1);
    for (int t = 0; t < trees; t++) {
        int range = most / 3 + (int)chance((uint32_t)(most * 2 / 3));
        for (int d = 0; d < depth; d++) {
            m->tree[t].column[d] = (uint16_t)chance((uint32_t)columns);
            m->tree[t].threshold[d] = (uint8_t)chance(255);
        }
        for (int i = 0; i < classes * PV_TREE_LEAVES; i++)
            m->leaf[(size_t)t * (size_t)classes * PV_TREE_LEAVES + (size_t)i] = (int8_t)((int)chance((uint32_t)range) - range / 2);
    }
    if (pv_trees_prepare(m, NULL) != PV_OK) exit(1);
    return m;
}

static void bench(const char *what, const pv_model *m, size_t rows)
{
    static uint8_t code[PV_MAX_COLUMNS][MOST_ROWS + 64];
    static int16_t score[PV_MAX_CLASSES * PV_BATCH];
    static uint16_t share[PV_BATCH * (PV_MAX_CLASSES + 8)];
    double score_s[PV_CPU_PATHS][RUNS], share_s[PV_CPU_PATHS][RUNS];
    const uint8_t *at[PV_MAX_COLUMNS];
    size_t stride = ((size_t)m->n_classes + 7) / 8 * 8;
    size_t pixels = 3000000 / (size_t)(m->n_trees * (m->n_classes + 3)) * 40, times = pixels / rows + 1;
    for (int c = 0; c < m->n_columns; c++) {
        at[c] = code[c] + c % 7;
        for (size_t i = 0; i < sizeof code[c]; i++) code[c][i] = (uint8_t)chance(256);
    }
    for (int run = 0; run < RUNS; run++)
        for (int path = 0; path <= (int)pv_cpu_best(); path++) {
            double a = now_s();
            for (size_t i = 0; i < times; i++) pv_trees_score_by((pv_cpu)path, m, at, rows, score);
            double b = now_s();
            for (size_t i = 0; i < times; i++) pv_trees_share_by((pv_cpu)path, m, score, rows, stride, share);
            double c = now_s();
            score_s[path][run] = (b - a) / (double)(times * rows) * 1e9;
            share_s[path][run] = (c - b) / (double)(times * rows) * 1e9;
        }
    for (int path = 0; path <= (int)pv_cpu_best(); path++) {
        double s = median(score_s[path]), p = median(share_s[path]);
        printf("%-24s %4d x %2d, %3d columns, %2d groups, %4zu rows  %-8s score %8.2f ns/px %7.4f ns/px/tree   share %7.2f ns/px\n", what, m->n_trees,
               m->n_classes, m->ready->n_used, m->ready->n_groups, rows, pv_cpu_name((pv_cpu)path), s, s / m->n_trees, p);
    }
}

static void bench_made(const char *what, int classes, int columns, int trees, int depth, int most, size_t rows)
{
    pv_model *m = make_model(classes, columns, trees, depth, most);
    bench(what, m, rows);
    pv_model_free(m);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        bench_made("small", 3, 12, 100, 6, 110, PV_BATCH);
        bench_made("shipped", 15, 42, 150, 6, 110, PV_BATCH);
        bench_made("objects", 2, 58, 120, 3, 24, PV_BATCH);
        bench_made("objects, one patch", 2, 58, 120, 3, 24, 71);
        bench_made("stages", 5, 42, 80, 3, 60, 512);
    }
    for (int i = 1; i < argc; i++) {
        pv_model *m = NULL;
        pv_err err = {0};
        if (pv_model_load(&m, argv[i], &err) != PV_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        const char *name = strrchr(argv[i], '/') != NULL ? strrchr(argv[i], '/') + 1 : argv[i];
        bench(name, m, PV_BATCH);
        if (m->objects != NULL) bench("  objects", m->objects->trees, (size_t)m->objects->trees->n_columns + 1);
        if (m->stages != NULL) bench("  stages", m->stages, 512);
        pv_model_free(m);
    }
    return 0;
}
