/* make_input SOURCE.tif OUT.tif --size WxH [--codec C] [--layout tiles|strips] [--rows N] [--small N] [--grid N] [--shift BITS] [--bytes 1] [--soft N]
 *
 * A photo of any size out of a small one: the middle of SOURCE (0.8 of each side, so that no collar is in it), mirrored again and again. What a codec sees
 * is what it sees in SOURCE; bands, names, place, pixel size and no-data are those of SOURCE, which has samples of UInt8 or UInt16.
 * --codec    NONE, LZW, DEFLATE, ZSTD (all but NONE with predictor 2), JPEG (UInt8 RGB as YCbCr, quality 85)
 * --layout   tiles of 512, or strips of 16 rows
 * --rows N   only the N middle rows have content, the rest was never written (a sparse file; no-data 0)
 * --small N  OUT is a folder, and gets N photos of that size from different places of SOURCE: small-0001.tif ...
 * --grid N   OUT is a folder, and gets the N x N photos of that size into which a photo of N times the size would fall, row by row, each of
 *            one block where it is no larger than one: small-0001.tif ...
 * --shift B  samples lose their B lowest bits, as those of a camera of fewer bits
 * --bytes 1  samples of UInt16 keep their upper byte: UInt8
 * --soft N   N times each pixel becomes the mean of 2 x 2: less noise, as in a mosaic that was resampled */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>

#include "base/banned.h"

enum { BLOCK = 512, STRIP = 16, MAX_BANDS = 16 };

/* The middle of the source: pixels [y][x][band] of sample_bytes each. */
typedef struct middle {
    GDALDatasetH from;
    GDALDataType type;
    int x0, y0, w, h, n_bands, sample_bytes;
    uint8_t *pixel;
} middle;

typedef struct job {
    const char *source, *out, *codec, *layout;
    int w, h, rows, small, grid, shift, bytes, soft;
} job;

static void die(const char *what)
{
    (void)fprintf(stderr, "make_input: %s %s\n", what, CPLGetLastErrorMsg());
    exit(1);
}

static void read_middle(middle *m, const char *path)
{
    m->from = GDALOpen(path, GA_ReadOnly);
    if (m->from == NULL) die("cannot open the source:");
    m->n_bands = GDALGetRasterCount(m->from);
    if (m->n_bands < 1 || m->n_bands > MAX_BANDS) die("a source of 1 to 16 bands is wanted");
    m->type = GDALGetRasterDataType(GDALGetRasterBand(m->from, 1));
    m->sample_bytes = GDALGetDataTypeSizeBytes(m->type);
    if (m->type != GDT_Byte && m->type != GDT_UInt16) die("samples of UInt8 or UInt16 are wanted");
    int w = GDALGetRasterXSize(m->from), h = GDALGetRasterYSize(m->from);
    m->x0 = w / 10;
    m->y0 = h / 10;
    m->w = w - 2 * m->x0;
    m->h = h - 2 * m->y0;
    size_t pixel = (size_t)m->n_bands * (size_t)m->sample_bytes;
    m->pixel = VSI_MALLOC3_VERBOSE((size_t)m->w, (size_t)m->h, pixel);
    if (m->pixel == NULL) die("no memory for the source:");
    if (GDALDatasetRasterIOEx(m->from, GF_Read, m->x0, m->y0, m->w, m->h, m->pixel, m->w, m->h, m->type, m->n_bands, NULL, (GSpacing)pixel,
                              (GSpacing)pixel * m->w, m->sample_bytes, NULL) != CE_None)
        die("cannot read the source:");
}

static uint32_t sample_at(const middle *m, size_t i)
{
    return m->sample_bytes == 2 ? ((const uint16_t *)m->pixel)[i] : m->pixel[i];
}

static void set_sample(middle *m, size_t i, uint32_t v)
{
    if (m->sample_bytes == 2)
        ((uint16_t *)m->pixel)[i] = (uint16_t)v;
    else
        m->pixel[i] = (uint8_t)v;
}

static void shift(middle *m, int bits)
{
    size_t n = (size_t)m->w * (size_t)m->h * (size_t)m->n_bands;
    for (size_t i = 0; i < n; i++) set_sample(m, i, sample_at(m, i) >> bits);
}

static void upper_bytes(middle *m)
{
    size_t n = (size_t)m->w * (size_t)m->h * (size_t)m->n_bands;
    if (m->type != GDT_UInt16) die("--bytes wants a source of UInt16");
    for (size_t i = 0; i < n; i++) m->pixel[i] = (uint8_t)(((const uint16_t *)(const void *)m->pixel)[i] >> 8);
    m->type = GDT_Byte;
    m->sample_bytes = 1;
}

/* Each sample becomes the mean of itself and its right, lower and diagonal neighbours, in place; the last row and column stay. */
static void soften(middle *m)
{
    size_t across = (size_t)m->n_bands, down = across * (size_t)m->w;
    for (size_t y = 0; y + 1 < (size_t)m->h; y++)
        for (size_t i = y * down; i < (y + 1) * down - across; i++)
            set_sample(m, i, (sample_at(m, i) + sample_at(m, i + across) + sample_at(m, i + down) + sample_at(m, i + down + across) + 2) / 4);
}

/* 0 1 .. n-1 n-1 .. 1 0 0 1 ..: no seam. */
static int mirrored(int i, int n)
{
    int k = i % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
}

static char **creation_options(const job *j, const middle *m)
{
    int tiles = strcmp(j->layout, "tiles") == 0, jpeg = strcmp(j->codec, "JPEG") == 0;
    int block_w = j->grid > 0 && j->w < BLOCK ? (j->w + 15) / 16 * 16 : (int)BLOCK,
        block_h = j->grid > 0 && j->h < BLOCK ? (j->h + 15) / 16 * 16 : (int)BLOCK;
    char **o = CSLSetNameValue(NULL, "COMPRESS", j->codec);
    if (!jpeg && strcmp(j->codec, "NONE") != 0) o = CSLSetNameValue(o, "PREDICTOR", "2");
    o = CSLSetNameValue(o, "JPEG_QUALITY", "85");
    o = CSLSetNameValue(o, "TILED", tiles ? "YES" : "NO");
    if (tiles) o = CSLSetNameValue(o, "BLOCKXSIZE", CPLSPrintf("%d", block_w));
    o = CSLSetNameValue(o, "BLOCKYSIZE", CPLSPrintf("%d", tiles ? block_h : (int)STRIP));
    o = CSLSetNameValue(o, "INTERLEAVE", "PIXEL");
    o = CSLSetNameValue(o, "PHOTOMETRIC", m->n_bands != 3 ? "MINISBLACK" : jpeg ? "YCBCR" : "RGB");
    o = CSLSetNameValue(o, "BIGTIFF", "IF_SAFER");
    o = CSLSetNameValue(o, "SPARSE_OK", j->rows > 0 ? "TRUE" : "FALSE");
    return CSLSetNameValue(o, "NUM_THREADS", "ALL_CPUS");
}

/* An empty file like the source; its upper left corner lies dx, dy pixels from that of the middle. */
static GDALDatasetH create(const job *j, const middle *m, const char *path, int dx, int dy)
{
    char **options = creation_options(j, m);
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GTiff"), path, j->w, j->h, m->n_bands, m->type, options);
    CSLDestroy(options);
    if (file == NULL) die("cannot create the photo:");
    double place[6];
    if (GDALGetGeoTransform(m->from, place) != CE_None) die("the source has no place:");
    int x = m->x0 + dx, y = m->y0 + dy;
    place[0] += x * place[1] + y * place[2];
    place[3] += x * place[4] + y * place[5];
    if (GDALSetGeoTransform(file, place) != CE_None || GDALSetSpatialRef(file, GDALGetSpatialRef(m->from)) != CE_None) die("cannot place the photo:");
    if (GDALSetMetadata(file, GDALGetMetadata(m->from, NULL), NULL) != CE_None) die("cannot copy what is said of the source:");
    for (int b = 1; b <= m->n_bands; b++) {
        GDALRasterBandH to = GDALGetRasterBand(file, b), from = GDALGetRasterBand(m->from, b);
        int has_nodata = 0;
        double nodata = GDALGetRasterNoDataValue(from, &has_nodata);
        GDALSetDescription(to, GDALGetDescription(from));
        if (!has_nodata && j->rows > 0) nodata = 0;
        if ((has_nodata || j->rows > 0) && GDALSetRasterNoDataValue(to, nodata) != CE_None) die("cannot set no-data:");
    }
    return file;
}

static void fill(const job *j, const middle *m, GDALDatasetH file, int dx, int dy)
{
    size_t pixel = (size_t)m->n_bands * (size_t)m->sample_bytes;
    uint8_t *rows = VSI_MALLOC3_VERBOSE((size_t)j->w, BLOCK, pixel);
    if (rows == NULL) die("no memory for rows:");
    /* Whole rows of tiles, so that the rest stays unwritten. */
    int first = 0, end = j->h;
    if (j->rows > 0 && j->rows < j->h) {
        first = (j->h - j->rows) / 2 / BLOCK * BLOCK;
        end = first + j->rows;
    }
    for (int y = first; y < end; y += BLOCK) {
        int n = end - y < BLOCK ? end - y : (int)BLOCK;
        for (int k = 0; k < n; k++) {
            const uint8_t *from = m->pixel + (size_t)mirrored(dy + y + k, m->h) * (size_t)m->w * pixel;
            uint8_t *to = rows + (size_t)k * (size_t)j->w * pixel;
            for (int x = 0; x < j->w; x++, to += pixel) memcpy(to, from + (size_t)mirrored(dx + x, m->w) * pixel, pixel);
        }
        if (GDALDatasetRasterIOEx(file, GF_Write, 0, y, j->w, n, rows, j->w, n, m->type, m->n_bands, NULL, (GSpacing)pixel, (GSpacing)pixel * j->w,
                                  m->sample_bytes, NULL) != CE_None)
            die("cannot write the photo:");
    }
    VSIFree(rows);
}

static void make_photo(const job *j, const middle *m, const char *path, int dx, int dy)
{
    GDALDatasetH file = create(j, m, path, dx, dy);
    fill(j, m, file, dx, dy);
    CPLErrorReset();
    GDALClose(file);
    if (CPLGetLastErrorType() >= CE_Failure) die("cannot finish the photo:");
}

static void make_small(const job *j, const middle *m)
{
    int across = m->w > j->w ? m->w - j->w : 1, down = m->h > j->h ? m->h - j->h : 1, n = j->grid > 0 ? j->grid * j->grid : j->small;
    for (int i = 0; i < n; i++) {
        int dx = j->grid > 0 ? i % j->grid * j->w : (int)((int64_t)i * 7919 % across);
        int dy = j->grid > 0 ? i / j->grid * j->h : (int)((int64_t)i * 104729 % down);
        char path[4096];
        if (snprintf(path, sizeof path, "%s/small-%04d.tif", j->out, i + 1) >= (int)sizeof path) die("the folder's name is too long");
        make_photo(j, m, path, dx, dy);
    }
}

static void read_options(job *j, int argc, char **argv)
{
    for (int i = 3; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--size") == 0) {
            if (sscanf(value, "%dx%d", &j->w, &j->h) != 2) die("--size WxH");
        } else if (strcmp(name, "--codec") == 0) {
            j->codec = value;
        } else if (strcmp(name, "--layout") == 0) {
            j->layout = value;
        } else if (strcmp(name, "--rows") == 0) {
            j->rows = (int)strtol(value, NULL, 10);
        } else if (strcmp(name, "--shift") == 0) {
            j->shift = (int)strtol(value, NULL, 10);
        } else if (strcmp(name, "--bytes") == 0) {
            j->bytes = (int)strtol(value, NULL, 10);
        } else if (strcmp(name, "--soft") == 0) {
            j->soft = (int)strtol(value, NULL, 10);
        } else if (strcmp(name, "--small") == 0) {
            j->small = (int)strtol(value, NULL, 10);
        } else if (strcmp(name, "--grid") == 0) {
            j->grid = (int)strtol(value, NULL, 10);
        } else {
            die("unknown option:");
        }
    }
    if (j->w < 1 || j->h < 1) die("--size WxH is wanted");
}

int main(int argc, char **argv)
{
    if (argc < 5) die("make_input SOURCE.tif OUT.tif --size WxH [options]");
    job j = {.source = argv[1], .out = argv[2], .codec = "NONE", .layout = "tiles"};
    read_options(&j, argc, argv);
    GDALAllRegister();
    middle m = {0};
    read_middle(&m, j.source);
    if (j.shift > 0) shift(&m, j.shift);
    if (j.bytes > 0) upper_bytes(&m);
    for (int i = 0; i < j.soft; i++) soften(&m);
    if (j.small > 0 || j.grid > 0) {
        make_small(&j, &m);
    } else {
        make_photo(&j, &m, j.out, 0, 0);
    }
    VSIFree(m.pixel);
    GDALClose(m.from);
    GDALDestroyDriverManager();
    return 0;
}
