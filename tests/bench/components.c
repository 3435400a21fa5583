/* components PROBABILITY.tif SIDE LOW ROUNDS: 8-connected components with their statistics by OpenCV and by pipeline/patches.h, on one cleaned mask.
 *
 * The mask is probability >= LOW (1..254; 255 = not seen) of a picture that a scan wrote, mirrored to SIDE x SIDE and cleaned by OpenCV. Prints, as lines of
 * "what TAB threads TAB seconds", ROUNDS interleaved runs of each, after a first line "# N components of P pixels". Ends with 1 when they disagree. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gdal.h>

#include "pipeline/patches.h"
#include "tests/bench/components_opencv.h"

#include "base/banned.h"

enum { STRIP_ROWS = 512 };

typedef struct count {
    int64_t components, pixels;
} count;

static void die(const char *what)
{
    (void)fprintf(stderr, "components: %s\n", what);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int mirrored(int i, int n)
{
    int k = i % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
}

/* [side][side], 0 or 255; free() it. */
static uint8_t *make_mask(const char *path, int side, int low)
{
    GDALDatasetH file = GDALOpen(path, GA_ReadOnly);
    if (file == NULL) die("cannot open the picture");
    int w = GDALGetRasterXSize(file), h = GDALGetRasterYSize(file);
    uint8_t *prob = malloc((size_t)w * (size_t)h), *mask = malloc((size_t)side * (size_t)side);
    if (prob == NULL || mask == NULL) die("no memory");
    if (GDALRasterIO(GDALGetRasterBand(file, 1), GF_Read, 0, 0, w, h, prob, w, h, GDT_Byte, 0, 0) != CE_None) die("cannot read the picture");
    GDALClose(file);
    for (int y = 0; y < side; y++) {
        const uint8_t *from = prob + (size_t)mirrored(y, h) * (size_t)w;
        uint8_t *to = mask + (size_t)y * (size_t)side;
        for (int x = 0; x < side; x++) {
            int p = from[mirrored(x, w)];
            to[x] = p >= low && p < 255 ? 255 : 0;
        }
    }
    free(prob);
    if (!cv_clean(mask, side, side)) die("OpenCV cannot clean the mask");
    return mask;
}

static pv_status count_patch(void *user, const pv_patch *patch, pv_err *err)
{
    (void)err;
    count *c = user;
    c->components++;
    c->pixels += patch->pixels;
    return PV_OK;
}

/* prob: the mask as probabilities, 0 or 254. */
static count our_components(const uint8_t *prob, int side, double *seconds)
{
    count c = {0};
    pv_err err = {0};
    pv_patches *p = NULL;
    pv_patches_options o = {.width_px = side, .low = 1, .high = 1, .min_pixels = 1, .sink = count_patch, .user = &c};
    double start = now_s();
    if (pv_patches_new(&p, &o, &err) != PV_OK) die("patches refuse to start");
    for (int y = 0; y < side; y += STRIP_ROWS)
        if (pv_patches_push(p, prob + (size_t)y * (size_t)side, NULL, side - y < STRIP_ROWS ? side - y : (int)STRIP_ROWS, &err) != PV_OK)
            die("patches refuse rows");
    if (pv_patches_finish(p, &err) != PV_OK) die("patches refuse to finish");
    *seconds = now_s() - start;
    pv_patches_free(p);
    return c;
}

int main(int argc, char **argv)
{
    int side = argc == 5 ? (int)strtol(argv[2], NULL, 10) : 0, low = argc == 5 ? (int)strtol(argv[3], NULL, 10) : 0;
    int rounds = argc == 5 ? (int)strtol(argv[4], NULL, 10) : 0;
    if (side < 1 || side > 40000 || low < 1 || low > 254 || rounds < 1) die("PROBABILITY.tif SIDE LOW ROUNDS");
    GDALAllRegister();
    uint8_t *mask = make_mask(argv[1], side, low);
    size_t n = (size_t)side * (size_t)side;
    uint8_t *prob = malloc(n);
    if (prob == NULL) die("no memory");
    for (size_t i = 0; i < n; i++) prob[i] = mask[i] != 0 ? 254 : 0;
    for (int round = 0; round < rounds; round++) {
        double seconds = 0;
        count ours = our_components(prob, side, &seconds);
        if (round == 0) (void)printf("# %lld components of %lld pixels\n", (long long)ours.components, (long long)ours.pixels);
        (void)printf("papaver patches\t1\t%.6f\n", seconds);
        for (int threads = 1; threads <= 2; threads++) {
            count theirs = {0};
            if (!cv_components(mask, side, side, threads, &theirs.components, &theirs.pixels, &seconds)) die("OpenCV refuses the mask");
            if (theirs.components != ours.components || theirs.pixels != ours.pixels) die("OpenCV counts other components than we do");
            (void)printf("OpenCV components\t%d\t%.6f\n", threads, seconds);
        }
    }
    free(prob);
    free(mask);
    return 0;
}
