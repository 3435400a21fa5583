/* decode gdal|libtiff FILE THREADS: reads all samples of a GeoTIFF and throws them away; how fast a scan could be at the most by that library. Prints pixels and bytes.
 *
 * A handle a thread; threads take the next piece from a common counter. gdal: RasterIO of all bands by whole blocks, block cache of 64 MB; libtiff:
 * TIFFReadEncodedTile or -Strip into the thread's own buffer. A piece is one tile, or strips of about 512 rows. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gdal.h>
#include <tiffio.h>

#include "base/banned.h"

enum { MAX_THREADS = 256, PIECE_ROWS = 512 };
static const GIntBig cache_bytes = 64 << 20;

typedef struct job {
    const char *path;
    atomic_int next;           /* piece to read next */
    atomic_int failed;         /* 1 = some piece could not be read */
    atomic_int_fast64_t bytes; /* decoded */
    atomic_int_fast64_t pixels;
} job;

static void *gdal_worker(void *user)
{
    job *j = user;
    GDALDatasetH file = GDALOpen(j->path, GA_ReadOnly);
    uint8_t *buffer = NULL;
    if (file == NULL) goto failed;
    GDALRasterBandH band = GDALGetRasterBand(file, 1);
    int w = GDALGetRasterXSize(file), h = GDALGetRasterYSize(file), n = GDALGetRasterCount(file), bw = 0, bh = 0;
    GDALGetBlockSize(band, &bw, &bh);
    if (bw == w && bh < PIECE_ROWS) bh = PIECE_ROWS / bh * bh;
    GDALDataType type = GDALGetRasterDataType(band);
    size_t pixel = (size_t)GDALGetDataTypeSizeBytes(type) * (size_t)n;
    buffer = malloc((size_t)bw * (size_t)bh * pixel);
    if (buffer == NULL) goto failed;
    int across = (w + bw - 1) / bw, down = (h + bh - 1) / bh;
    for (int i; (i = atomic_fetch_add(&j->next, 1)) < across * down;) {
        int x = i % across * bw, y = i / across * bh, rw = w - x < bw ? w - x : bw, rh = h - y < bh ? h - y : bh;
        if (GDALDatasetRasterIO(file, GF_Read, x, y, rw, rh, buffer, rw, rh, type, n, NULL, 0, 0, 0) != CE_None) goto failed;
        (void)atomic_fetch_add(&j->bytes, (int_fast64_t)((size_t)rw * (size_t)rh * pixel));
    }
    atomic_store(&j->pixels, (int_fast64_t)w * h);
    goto out;
failed:
    atomic_store(&j->failed, 1);
out:
    free(buffer);
    if (file != NULL) GDALClose(file);
    return NULL;
}

/* Tiles or strips first..last-1 of one handle. */
static int tiff_piece(TIFF *file, uint8_t *buffer, tmsize_t size, uint32_t first, uint32_t last, job *j)
{
    int tiled = TIFFIsTiled(file);
    for (uint32_t i = first; i < last; i++) {
        tmsize_t got = tiled ? TIFFReadEncodedTile(file, i, buffer, size) : TIFFReadEncodedStrip(file, i, buffer, size);
        if (got < 0) return 0;
        (void)atomic_fetch_add(&j->bytes, (int_fast64_t)got);
    }
    return 1;
}

static void *tiff_worker(void *user)
{
    job *j = user;
    uint8_t *buffer = NULL;
    TIFF *file = TIFFOpen(j->path, "r");
    if (file == NULL) goto failed;
    uint32_t w = 0, h = 0, rows = 0;
    uint16_t codec = 0;
    if (!TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &w) || !TIFFGetField(file, TIFFTAG_IMAGELENGTH, &h)) goto failed;
    (void)TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &codec);
    if (codec == COMPRESSION_JPEG) (void)TIFFSetField(file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    int tiled = TIFFIsTiled(file);
    uint32_t n = tiled ? TIFFNumberOfTiles(file) : TIFFNumberOfStrips(file), step = 1;
    if (!tiled && TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &rows) && rows > 0 && rows < PIECE_ROWS) step = PIECE_ROWS / rows;
    tmsize_t size = tiled ? TIFFTileSize(file) : TIFFStripSize(file);
    buffer = malloc((size_t)size);
    if (buffer == NULL) goto failed;
    for (;;) {
        uint32_t first = (uint32_t)atomic_fetch_add(&j->next, 1) * step;
        if (first >= n) break;
        if (!tiff_piece(file, buffer, size, first, first + step < n ? first + step : n, j)) goto failed;
    }
    atomic_store(&j->pixels, (int_fast64_t)w * h);
    goto out;
failed:
    atomic_store(&j->failed, 1);
out:
    free(buffer);
    if (file != NULL) TIFFClose(file);
    return NULL;
}

int main(int argc, char **argv)
{
    int threads = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;
    int by_gdal = argc == 4 && strcmp(argv[1], "gdal") == 0;
    if (threads < 1 || threads > MAX_THREADS || (!by_gdal && strcmp(argv[1], "libtiff") != 0)) {
        (void)fprintf(stderr, "decode gdal|libtiff FILE THREADS\n");
        return 2;
    }
    GDALAllRegister();
    GDALSetCacheMax64(cache_bytes);
    (void)TIFFSetWarningHandler(NULL);
    job j = {.path = argv[2]};
    pthread_t thread[MAX_THREADS];
    int started = 0;
    for (; started < threads; started++)
        if (pthread_create(&thread[started], NULL, by_gdal ? gdal_worker : tiff_worker, &j) != 0) break;
    for (int i = 0; i < started; i++) (void)pthread_join(thread[i], NULL);
    if (started < threads || atomic_load(&j.failed)) {
        (void)fprintf(stderr, "decode: %s: could not be read\n", argv[2]);
        return 1;
    }
    (void)printf("%lld pixels, %lld bytes\n", (long long)atomic_load(&j.pixels), (long long)atomic_load(&j.bytes));
    return 0;
}
