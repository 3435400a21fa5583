/* Blurs a photo, for tests and figures of pipeline/blur.h:
 *
 *   blur_photo IN.tif OUT.tif SIGMA_PX [--along] [--noise N] [--box X,Y,W,H]
 *
 * A Gaussian of SIGMA_PX photo pixels over all bands (with --along over rows alone, as a moving camera does), then even noise of -N to N stored values, as a sensor adds it after the lens.
 * No-data values and what lies outside of the box stay as they are. DEFLATE, in tiles. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>

#include "base/banned.h"

typedef struct job {
    const char *in, *out;
    double sigma, noise;
    int along, box[4];
} job;

static int die(const char *what)
{
    (void)fprintf(stderr, "blur_photo: %s\n", what);
    return 1;
}

/* One direction: n pixels, step apart. Weights over what is there. */
static void blur_line(float *v, const float *there, long step, int n, const double *weight, int reach, double *copy)
{
    for (int k = 0; k < n; k++) {
        double sum = 0, all = 0;
        for (int d = -reach; d <= reach; d++) {
            if (k + d < 0 || k + d >= n || there[(k + d) * step] == 0) continue;
            double w = weight[d < 0 ? -d : d];
            sum += w * v[(k + d) * step];
            all += w;
        }
        copy[k] = all > 0 ? sum / all : v[k * step];
    }
    for (int k = 0; k < n; k++) v[k * step] = (float)copy[k];
}

static void blur_plane(const job *j, float *v, const float *there, int w, int h)
{
    int reach = (int)ceil(3 * j->sigma);
    double *weight = calloc((size_t)reach + 1, sizeof *weight), *copy = calloc((size_t)(w > h ? w : h), sizeof *copy);
    if (weight == NULL || copy == NULL) abort();
    for (int d = 0; d <= reach; d++) weight[d] = j->sigma > 0 ? exp(-0.5 * d * d / (j->sigma * j->sigma)) : 1;
    for (int y = 0; y < h && j->sigma > 0; y++) blur_line(v + (long)y * w, there + (long)y * w, 1, w, weight, reach, copy);
    for (int x = 0; x < w && j->sigma > 0 && !j->along; x++) blur_line(v + x, there + x, w, h, weight, reach, copy);
    free(weight);
    free(copy);
}

static int one_band(const job *j, GDALRasterBandH from, GDALRasterBandH to, float *old, float *v, float *there, int w, int h)
{
    int has = 0;
    double nodata = GDALGetRasterNoDataValue(from, &has), most = GDALGetRasterDataType(from) == GDT_Byte ? 255 : 65535;
    size_t n = (size_t)w * (size_t)h;
    uint32_t seed = 7;
    if (GDALRasterIO(from, GF_Read, 0, 0, w, h, old, w, h, GDT_Float32, 0, 0) != CE_None) return 0;
    for (size_t i = 0; i < n; i++) {
        v[i] = old[i];
        there[i] = !(has && (double)old[i] == nodata);
    }
    if (GDALGetRasterColorInterpretation(from) != GCI_AlphaBand) {
        blur_plane(j, v, there, w, h);
        for (size_t i = 0; i < n; i++) {
            int x = (int)(i % (size_t)w), y = (int)(i / (size_t)w),
                in = x >= j->box[0] && y >= j->box[1] && x < j->box[0] + j->box[2] && y < j->box[1] + j->box[3];
            seed = seed * 1664525u + 1013904223u;
            double value = v[i] + j->noise * ((seed >> 8) * (2.0 / 16777216.0) - 1);
            v[i] = there[i] != 0 && in ? (float)fmin(fmax(value, 1), most - 1) : old[i];
        }
    }
    return GDALRasterIO(to, GF_Write, 0, 0, w, h, v, w, h, GDT_Float32, 0, 0) == CE_None;
}

static int run(const job *j)
{
    static const char *const options[] = {"TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2", NULL};
    GDALAllRegister();
    GDALDatasetH in = GDALOpen(j->in, GA_ReadOnly);
    GDALDatasetH out = in != NULL ? GDALCreateCopy(GDALGetDriverByName("GTiff"), j->out, in, 0, (char **)options, NULL, NULL) : NULL;
    if (out == NULL) return die("cannot open or create");
    int w = GDALGetRasterXSize(in), h = GDALGetRasterYSize(in), ok = 1;
    size_t n = (size_t)w * (size_t)h;
    float *old = calloc(n, sizeof *old), *v = calloc(n, sizeof *v), *there = calloc(n, sizeof *there);
    if (old == NULL || v == NULL || there == NULL) return die("no memory");
    for (int b = 1; b <= GDALGetRasterCount(in) && ok; b++)
        ok = one_band(j, GDALGetRasterBand(in, b), GDALGetRasterBand(out, b), old, v, there, w, h);
    free(old);
    free(v);
    free(there);
    GDALClose(out);
    GDALClose(in);
    return ok ? 0 : die("reading or writing failed");
}

int main(int argc, char **argv)
{
    job j = {.box = {0, 0, 1 << 30, 1 << 30}};
    if (argc < 4) return die("IN.tif OUT.tif SIGMA_PX [--along] [--noise N] [--box X,Y,W,H]");
    j.in = argv[1];
    j.out = argv[2];
    j.sigma = strtod(argv[3], NULL);
    for (int k = 4; k < argc; k++) {
        if (strcmp(argv[k], "--along") == 0)
            j.along = 1;
        else if (strcmp(argv[k], "--noise") == 0 && k + 1 < argc)
            j.noise = strtod(argv[++k], NULL);
        else if (strcmp(argv[k], "--box") == 0 && k + 1 < argc && sscanf(argv[++k], "%d,%d,%d,%d", &j.box[0], &j.box[1], &j.box[2], &j.box[3]) == 4)
            continue;
        else
            return die("no such option");
    }
    return run(&j);
}
