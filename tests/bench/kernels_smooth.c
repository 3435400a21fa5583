/* kernels_smooth: what averaging over neighbours costs on each path, in ns a pixel of the core: medians of runs of all paths in turn, processor time.
 * A field of patches of 3 or 15 classes; pixels are unsure as those of a model are. "rest" is the whole of pv_smooth_run() without score and share of the trees. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/trees.h"
#include "pipeline/smooth_paths.h"

#include "base/banned.h"

enum { CORE = 512, RUNS = 7, LOOPS = 4, MAX_K = 15, MAX_HALF = 5, MAX_ASK = CORE + 4 * MAX_HALF, PATCH = 40, TREES_A_CLASS = 4, PARTS = 5 };

static const char *const part_name[PARTS] = {"turn", "add", "means", "choose", "rest"};
static uint8_t code[MAX_K * MAX_ASK * MAX_ASK], why[MAX_ASK * MAX_ASK], prob[CORE * CORE], best[CORE * CORE];
static int16_t score[MAX_K * PV_BATCH];
static uint16_t hot[(PV_BATCH + PV_SMOOTH_BLOCK) * 16];
static uint16_t share[(size_t)MAX_ASK * (PV_BATCH + PV_SMOOTH_BLOCK) * 16];

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static uint32_t chance(uint32_t n)
{
    static uint64_t rng = 7;
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 32) % n;
}

/* The score of a class rises with the column of its number, in steps. */
static pv_model *model_make(int n)
{
    pv_model *m = NULL;
    if (pv_model_new(&m, n, n, TREES_A_CLASS * n, NULL) != PV_OK) exit(1);
    for (int t = 0; t < TREES_A_CLASS * n; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            m->tree[t].column[d] = (uint16_t)(t % n);
            m->tree[t].threshold[d] = (uint8_t)(60 + 25 * d + 6 * (t / n));
        }
        for (int i = 0; i < PV_TREE_LEAVES; i++) m->leaf[(t * n + t % n) * PV_TREE_LEAVES + i] = (int8_t)(20 * __builtin_popcount((unsigned)i));
    }
    m->is_target[n / 2] = 1;
    return m;
}

static void scene_make(int n, size_t w)
{
    uint8_t class_of[MAX_ASK / PATCH + 1][MAX_ASK / PATCH + 1];
    for (size_t i = 0; i < sizeof class_of; i++) ((uint8_t *)class_of)[i] = (uint8_t)chance((uint32_t)n);
    for (int k = 0; k < n; k++)
        for (size_t y = 0; y < w; y++)
            for (size_t x = 0; x < w; x++)
                code[((size_t)k * w + y) * w + x] = (uint8_t)((class_of[y / PATCH][x / PATCH] == k ? 120 : 40) + (int)chance(60) + (int)chance(60));
}

/* A row of everything that the kernels need. */
typedef struct rows {
    size_t n, stride, pitch, pairs;
    int half;
    uint16_t *plane, *mean, *purity, *answer, *taken, *which;
    uint32_t *col;
} rows;

static void *room(size_t n)
{
    void *p = calloc(n, 1);
    if (p == NULL) exit(1);
    return p;
}

static rows rows_make(int n, int half)
{
    rows r = {.n = (size_t)n, .stride = (size_t)(n + 7) / 8 * 8, .pitch = MAX_ASK + 2 * PV_SMOOTH_BLOCK, .pairs = (size_t)(n + 1) / 2, .half = half};
    size_t ring = 2 * (size_t)half + 2;
    r.plane = room(2 * ring * r.n * r.pitch);
    r.mean = room(2 * ring * r.pairs * r.pitch);
    r.purity = room(2 * ring * r.pitch);
    r.answer = room(2 * ring * r.pitch);
    r.taken = room(2 * r.pitch);
    r.which = room(2 * r.pitch);
    r.col = room(4 * r.n * r.pitch);
    return r;
}

static void rows_free(rows *r)
{
    free(r->plane);
    free(r->mean);
    free(r->purity);
    free(r->answer);
    free(r->taken);
    free(r->which);
    free(r->col);
}

/* As in pv_smooth_run(), rings and all; ns[0..3] += what each kernel took. */
static void run_kernels(const pv_smooth_path *path, const pv_model *m, rows *r, double *ns)
{
    size_t h = (size_t)r->half, ring = 2 * h + 2, w = CORE + 4 * h, block = r->n * r->pitch, row_share = (PV_BATCH + PV_SMOOTH_BLOCK) * r->stride;
    memset(r->plane, 0, 2 * ring * block);
    memset(r->col, 0, 4 * block);
    for (size_t y = 0; y < w; y++) {
        memcpy(hot, share + y * row_share, row_share * sizeof *hot); /* the trees have just written it */
        double t0 = now_ns();
        path->turn(hot, r->stride, w, (int)r->n, r->plane + y % ring * block + 1, r->pitch);
        double t1 = now_ns();
        path->add(r->col, r->plane + y % ring * block, r->plane + (y + 1) % ring * block, block);
        double t2 = now_ns();
        pv_smooth_row row = {.n_classes = (int)r->n, .hx = r->half, .is_target = m->is_target, .width = CORE + 2 * h, .pitch = r->pitch};
        row.mid_pitch = r->pitch;
        row.col = r->col;
        row.mean = r->mean + y % ring * r->pairs * r->pitch;
        row.purity = r->purity + y % ring * r->pitch;
        row.answer = r->answer + y % ring * r->pitch;
        path->means(&row);
        double t3 = now_ns();
        pv_smooth_choice c = {.n_classes = (int)r->n, .width = CORE, .pitch = r->pitch, .mid_pitch = r->pitch, .taken = r->taken, .which = r->which};
        c.share = r->plane + (y + ring - 2 * h) % ring * block + 2 * h + 1;
        for (size_t i = 0; i < PV_SMOOTH_WINDOWS; i++) {
            size_t slot = (y + 2 * ring - h - (1 - (i + 4) % 9 / 3) * h) % ring, x = (i + 4) % 9 % 3 * h;
            c.mean[i] = r->mean + slot * r->pairs * r->pitch + x;
            c.purity[i] = r->purity + slot * r->pitch + x;
            c.answer[i] = r->answer + slot * r->pitch + x;
        }
        double t4 = now_ns();
        if (y >= 4 * h) path->choose(&c);
        double t5 = now_ns(), took[4] = {t1 - t0, t2 - t1, t3 - t2, t5 - t4};
        for (int i = 0; i < 4; i++) ns[i] += took[i];
    }
}

/* All shares, for run_kernels(); returns the ns. */
static double ask_trees(const pv_model *m, size_t w, size_t stride)
{
    double start = now_ns();
    for (size_t y = 0; y < w; y++) {
        const uint8_t *at[MAX_K];
        for (size_t c = 0; c < (size_t)m->n_columns; c++) at[c] = code + (c * w + y) * w;
        pv_trees_score(m, at, w, score);
        pv_trees_share(m, score, w, stride, share + y * (PV_BATCH + PV_SMOOTH_BLOCK) * stride);
    }
    return now_ns() - start;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void bench(int n, int half)
{
    static double took[PV_CPU_PATHS][PARTS][RUNS];
    pv_model *m = model_make(n);
    size_t w = (size_t)(CORE + 4 * half);
    rows r = rows_make(n, half);
    pv_rect core = {2 * half, 2 * half, CORE, CORE}, ask = {0, 0, (int)w, (int)w};
    pv_smooth *s = NULL;
    if (pv_smooth_new(&s, m, half, half, CORE, (int)w, (int)w, NULL) != PV_OK) exit(1);
    scene_make(n, w);
    for (int run = 0; run < RUNS; run++) {
        for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
            double ns[PARTS] = {0};
            pv_smooth_use(s, (pv_cpu)cpu);
            for (int i = 0; i < LOOPS; i++) {
                double trees = ask_trees(m, w, r.stride), start = now_ns();
                pv_smooth_run(s, core, ask, code, why, prob, best, NULL, NULL);
                ns[4] += now_ns() - start - trees;
                run_kernels(pv_smooth_path_of((pv_cpu)cpu), m, &r, ns);
            }
            for (int i = 0; i < PARTS; i++) took[cpu][i][run] = ns[i] / LOOPS / CORE / CORE;
        }
    }
    for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
        printf("%2d classes, window %2d, %-8s", n, 2 * half + 1, pv_cpu_name((pv_cpu)cpu));
        for (int i = 0; i < PARTS; i++) {
            qsort(took[cpu][i], RUNS, sizeof took[cpu][i][0], by_size);
            printf("  %s %6.3f", part_name[i], took[cpu][i][RUNS / 2]);
        }
        printf("\n");
    }
    pv_smooth_free(s);
    pv_model_free(m);
    rows_free(&r);
}

int main(void)
{
    printf("ns a pixel of a core of %d x %d, medians of %d runs\n", CORE, CORE, RUNS);
    for (int half = 3; half <= MAX_HALF; half += 2) {
        bench(3, half);
        bench(MAX_K, half);
    }
    return 0;
}
