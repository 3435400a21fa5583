/* kernels_pixels: what the loops between a decoded block and working pixels cost on each path, in ns a photo pixel: medians of runs of all paths in turn, processor time, on rows
 * of a block of 512 x 32 pixels that stays in the processor's cache. "samples" undoes differences as libtiff does, sample by sample through memory. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "geo/pixel_loops.h"

#include "base/banned.h"

enum { W = 512, H = 32, RUNS = 9, LOOPS = 100, BANDS = 4 };

static uint16_t word[W * H * BANDS], parted[W * H * BANDS], scaled[W * H * BANDS], mean[W * H * BANDS];
static uint8_t byte[W * H * BANDS], bytes[W * H * BANDS], valid[W * H];

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static void part_words(const pv_pixel_loops *l, size_t y)
{
    l->part_words(word + y * W * BANDS, BANDS, W, parted + y * W, W * H);
}

static void part_bytes(const pv_pixel_loops *l, size_t y)
{
    l->part_bytes(byte + y * W * 3, 3, W, bytes + y * W, W * H);
}

static void undo_words(const pv_pixel_loops *l, size_t y)
{
    l->undo_differences((uint8_t *)(word + y * W * BANDS), W, 2 * BANDS, 2);
}

static void undo_bytes(const pv_pixel_loops *l, size_t y)
{
    l->undo_differences(byte + y * W * 3, W, 3, 1);
}

static void undo_samples(const pv_pixel_loops *l, size_t y)
{
    volatile uint16_t *row = word + y * W * BANDS;
    (void)l;
    for (size_t i = BANDS; i < W * BANDS; i++) row[i] = (uint16_t)(row[i] + row[i - BANDS]);
}

static void scale_words(const pv_pixel_loops *l, size_t y)
{
    for (size_t b = 0; b < BANDS; b++) l->scale_words(429490, 65535, parted + (b * H + y) * W, valid + y * W, W, scaled + (b * H + y) * W);
}

static void scale_bytes(const pv_pixel_loops *l, size_t y)
{
    for (size_t b = 0; b < 3; b++) l->scale_bytes(bytes + (b * H + y) * W, valid + y * W, W, scaled + (b * H + y) * W);
}

static void means(const pv_pixel_loops *l, size_t y)
{
    if (y % 2 == 1 || !l->are_valid(valid + y * W, 2 * (size_t)W)) return;
    for (size_t b = 0; b < BANDS; b++) l->means(scaled + (b * H + y) * W, W, W / 2, 2, 2, mean + (b * H + y) * W);
}

static const struct {
    const char *name;
    void (*row)(const pv_pixel_loops *l, size_t y);
} part[] = {{"part 4 x 16 bits", part_words}, {"part 3 bytes", part_bytes},       {"undo 4 x 16 bits", undo_words}, {"undo 3 bytes", undo_bytes},
            {"undo samples", undo_samples},   {"scale 4 x 16 bits", scale_words}, {"scale 3 bytes", scale_bytes},   {"means 2 x 2 x 4", means}};
enum { PARTS = sizeof part / sizeof *part };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static double spent[PARTS][PV_CPU_PATHS][RUNS];
    int best = (int)pv_cpu_best();
    for (size_t i = 0; i < W * H * BANDS; i++) word[i] = (uint16_t)(i * 40503u >> 3), byte[i] = (uint8_t)(i * 197u >> 2);
    memset(valid, 1, sizeof valid);
    for (int run = 0; run < RUNS; run++) {
        for (size_t k = 0; k < PARTS; k++) {
            for (int path = 0; path <= best; path++) {
                const pv_pixel_loops *l = pv_pixel_loops_of((pv_cpu)path);
                double from = now_ns();
                for (int loop = 0; loop < LOOPS; loop++)
                    for (size_t y = 0; y < H; y++) part[k].row(l, y);
                spent[k][path][run] = (now_ns() - from) / ((double)LOOPS * W * H);
            }
        }
    }
    (void)printf("%-18s", "ns a photo pixel");
    for (int path = 0; path <= best; path++) (void)printf(" %9s", pv_cpu_name((pv_cpu)path));
    for (size_t k = 0; k < PARTS; k++) {
        (void)printf("\n%-18s", part[k].name);
        for (int path = 0; path <= best; path++) {
            qsort(spent[k][path], RUNS, sizeof *spent[k][path], by_size);
            (void)printf(" %9.3f", spent[k][path][RUNS / 2]);
        }
    }
    (void)printf("\n");
    return 0;
}
