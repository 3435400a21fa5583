/* Times of the feature loops on every path of this machine: kernels_features MODEL.pvm [TILE_PX [GSD_M]]
 *
 * Prints nanoseconds a pixel, medians of RUNS interleaved runs: all columns of the model with their codes on a made-up tile that stays in memory, and
 * single loops on one row. The machine may be shared: compare numbers of one run only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "models/model_file.h"
#include "pipeline/features_kernels.h"

#include "base/banned.h"

enum { RUNS = 9, ROW = 1024, REPEAT = 2000, WHOLE_REPEAT = 2 };

typedef struct bench {
    pv_model *model;
    pv_coder *coder;
    pv_feature_plan *plan;
    pv_feature_scratch *scratch;
    pv_rect core, read;
    uint16_t *bands;
    uint8_t *valid, *code;
    const pv_feature_kernels *loop;
} bench;

static uint64_t rng = 1;

static uint32_t chance(uint32_t n)
{
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void take_codes(void *user, int column, int y, const uint16_t *values)
{
    bench *b = user;
    size_t w = (size_t)b->core.w;
    b->loop->codes(&b->coder[column], values, w, b->code + ((size_t)column * (size_t)b->core.h + (size_t)y) * w);
}

static void take_nothing(void *user, int column, int y, const uint16_t *values)
{
    (void)user;
    (void)column;
    (void)y;
    (void)values;
}

/* Bands that wander from pixel to pixel, in 8-bit steps as colour photos have. */
static pv_status bench_new(bench *b, const char *path, int side, double gsd_m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_facts f = {0};
    const int *index = NULL;
    int hx = 0, hy = 0;
    PV_TRY(pv_model_load(&b->model, path, err));
    f.n_bands = b->model->n_bands;
    for (int k = 0; k < f.n_bands; k++) {
        memcpy(f.band[k].name, b->model->band[k], strlen(b->model->band[k]) + 1);
        f.radiometry.dark[k] = 9000;
        f.radiometry.mid[k] = 25000;
        f.radiometry.bright[k] = 52000;
    }
    pv_light light = pv_model_light(b->model);
    PV_TRY(pv_feature_plan_new(&b->plan, b->model->n_columns, (const char(*)[PV_NAME])b->model->column, &light, &f, gsd_m, gsd_m, err));
    pv_feature_plan_halo(b->plan, &hx, &hy);
    b->core = (pv_rect){hx, hy, side, side};
    b->read = (pv_rect){0, 0, side + 2 * hx, side + 2 * hy};
    size_t n = (size_t)b->read.w * (size_t)b->read.h, n_bands = (size_t)pv_feature_plan_bands(b->plan, &index);
    PV_TRY(pv_feature_scratch_new(&b->scratch, b->plan, side, side, err));
    PV_TRY(pv_alloc(&b->bands, n * n_bands, sizeof *b->bands, "bands", err));
    PV_TRY(pv_alloc(&b->valid, n, 1, "valid", err));
    PV_TRY(pv_alloc(&b->code, (size_t)side * (size_t)side * (size_t)b->model->n_columns, 1, "codes", err));
    PV_TRY(pv_alloc(&b->coder, (size_t)b->model->n_columns, sizeof *b->coder, "coders", err));
    for (int c = 0; c < b->model->n_columns; c++) pv_coder_make(&b->coder[c], b->model, c);
    memset(b->valid, PV_PIXEL_VALID, n);
    int v = 100;
    for (size_t i = 0; i < n * n_bands; i++) {
        v += (int)chance(21) - 10;
        v = v < 20 ? 20 : v > 230 ? 230 : v;
        b->bands[i] = (uint16_t)(v * 257);
    }
out:
    return st;
}

static void bench_release(bench *b)
{
    pv_model_free(b->model);
    pv_feature_plan_free(b->plan);
    pv_feature_scratch_free(b->scratch);
    pv_free(b->bands);
    pv_free(b->valid);
    pv_free(b->code);
    pv_free(b->coder);
}

static uint16_t in[5][ROW + 64], out[2][ROW + 64];
static uint32_t sums[4][ROW + 64];
static uint64_t squares[4][ROW + 64];
static int32_t counts[ROW];
static float shares[ROW];
static uint8_t ok[2][ROW + 64], codes[ROW];

enum { CHANNELS, SUM = PV_CHANNELS, SQUARE, MEANS, MOMENTS, EDGE, DIFFERENCES, MOST, ALONG, CODES, LOOPS };
static const char *const names[LOOPS] = {[PV_CHANNEL_COPY] = "copy",
                                         [PV_CHANNEL_ND] = "nd",
                                         [PV_CHANNEL_SHARE3] = "share3",
                                         [PV_CHANNEL_SHARE4] = "share4",
                                         [PV_CHANNEL_RATIO] = "ratio",
                                         [PV_CHANNEL_MEAN3] = "mean3",
                                         [PV_CHANNEL_MEAN4] = "mean4",
                                         [PV_CHANNEL_DIFFERENCE] = "difference",
                                         [PV_CHANNEL_EXCESS] = "excess",
                                         [PV_CHANNEL_VARI] = "vari",
                                         [PV_CHANNEL_HUE] = "hue",
                                         [PV_CHANNEL_HUE_RED] = "hue_red",
                                         [PV_CHANNEL_SATURATION] = "saturation",
                                         [PV_CHANNEL_LARGEST] = "largest",
                                         [PV_CHANNEL_SMALLEST] = "smallest",
                                         [PV_CHANNEL_CHROMA] = "chroma",
                                         [PV_CHANNEL_OVER_OTHERS] = "over_others",
                                         [PV_CHANNEL_BOTH_OVER] = "both_over",
                                         [PV_CHANNEL_WAX] = "wax",
                                         [PV_CHANNEL_POSITION] = "position",
                                         [PV_CHANNEL_WELL] = "well",
                                         [SUM] = "sum_row",
                                         [SQUARE] = "square_row",
                                         [MEANS] = "means",
                                         [MOMENTS] = "moments",
                                         [EDGE] = "edge_row",
                                         [DIFFERENCES] = "differences",
                                         [MOST] = "most_of_rows",
                                         [ALONG] = "most_along 7",
                                         [CODES] = "codes"};

static void fill_rows(void)
{
    for (int k = 0; k < 5; k++)
        for (int i = 0; i < ROW + 64; i++) in[k][i] = (uint16_t)chance(65536);
    for (int i = 0; i < ROW + 64; i++) {
        ok[0][i] = ok[1][i] = PV_PIXEL_VALID;
        sums[0][i] = 1000000U + (uint32_t)i * 700000U;
        squares[0][i] = 10000000000U + (uint64_t)i * 20000000000U;
    }
    for (int i = 0; i < ROW; i++) {
        counts[i] = 169;
        shares[i] = pv_window_share(169);
    }
}

static void loop_once(const pv_feature_kernels *loop, int which, const pv_coder *coder)
{
    const uint16_t *const band[] = {in[0], in[1], in[2], in[3], in[4]};
    pv_window_row r = {sums[0] + 13, sums[0], sums[1] + 13, sums[1], squares[0] + 13, squares[0], squares[1] + 13, squares[1], counts, shares};
    if (which < (int)PV_CHANNELS) loop->channel[which](band, ROW, out[0]);
    if (which == SUM) loop->sum_row(in[0], ROW, sums[2], sums[3]);
    if (which == SQUARE) loop->square_row(in[0], ROW, squares[2], squares[3]);
    if (which == MEANS) loop->means(&r, ROW, out[0]);
    if (which == MOMENTS) loop->moments(&r, ROW, out[0], out[1]);
    if (which == EDGE) loop->edge_row(in[0], in[1], ok[0], ok[1], ROW, out[0]);
    if (which == DIFFERENCES) loop->differences(in[0], in[1], ROW, out[0]);
    if (which == MOST) loop->most_of_rows(in[0], ROW, out[0]);
    if (which == ALONG) loop->most_along(out[0], ROW, 7);
    if (which == CODES) loop->codes(coder, in[0], ROW, codes);
}

static double median(double *t)
{
    qsort(t, RUNS, sizeof *t, by_value);
    return t[RUNS / 2] * 1e9;
}

static void print_loops(const bench *b)
{
    int widest = 0;
    for (int c = 0; c < b->model->n_columns; c++)
        if (b->coder[c].n > b->coder[widest].n) widest = c;
    fill_rows();
    for (int which = 0; which < LOOPS; which++) {
        double t[PV_CPU_PATHS][RUNS];
        for (int run = 0; run < RUNS; run++)
            for (int p = 0; p <= (int)pv_cpu_best(); p++) {
                double t0 = seconds();
                for (int k = 0; k < REPEAT; k++) loop_once(pv_feature_kernels_of((pv_cpu)p), which, &b->coder[widest]);
                t[p][run] = (seconds() - t0) / REPEAT / ROW;
            }
        printf("%-32s", names[which]);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) printf(" %9.3f", median(t[p]));
        if (which == CODES) printf("   %d keys", b->coder[widest].n);
        printf("\n");
    }
}

static void print_whole(bench *b, const char *what, pv_feature_sink sink)
{
    double t[PV_CPU_PATHS][RUNS];
    for (int run = 0; run < RUNS; run++)
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            b->loop = pv_feature_kernels_of((pv_cpu)p);
            double t0 = seconds();
            for (int k = 0; k < WHOLE_REPEAT; k++)
                pv_features_compute_by(b->loop, b->plan, b->scratch, b->core, b->read, b->bands, b->valid, sink, b);
            t[p][run] = (seconds() - t0) / WHOLE_REPEAT / b->core.w / b->core.h;
        }
    printf("%-32s", what);
    for (int p = 0; p <= (int)pv_cpu_best(); p++) printf(" %9.2f", median(t[p]));
    printf("\n");
}

int main(int argc, char **argv)
{
    bench b = {0};
    pv_err err = {0};
    int side = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 512;
    double gsd_m = argc > 3 ? strtod(argv[3], NULL) : 0.035;
    pv_status st = argc > 1 && side > 0 && gsd_m > 0 ? bench_new(&b, argv[1], side, gsd_m, &err)
                                                     : pv_fail(&err, PV_USAGE, "usage: kernels_features MODEL.pvm [TILE_PX [GSD_M]]");
    if (st == PV_OK) {
        printf("%-32s", "ns a pixel");
        for (int p = 0; p <= (int)pv_cpu_best(); p++) printf(" %9s", pv_cpu_name((pv_cpu)p));
        printf("\n");
        print_whole(&b, "all columns", take_nothing);
        print_whole(&b, "all columns and their codes", take_codes);
        print_loops(&b);
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    bench_release(&b);
    return st == PV_OK ? 0 : 2;
}
