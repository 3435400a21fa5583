/* Photos written by a test, with known pixels. For the tests of geo/photo only. */
#ifndef PV_TESTS_PHOTO_MAKER_H
#define PV_TESTS_PHOTO_MAKER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo.h"

typedef double (*maker_fn)(int x, int y, int band);

typedef struct maker {
    const char *path;
    int w, h, n;
    GDALDataType type;
    const char *options; /* "TILED=YES COMPRESS=LZW" */
    maker_fn value;
    int epsg;         /* 0 = 32648; -1 = none */
    const double *gt; /* NULL = 5 cm, north up */
    const char *nodata;
    int gcps;
} maker;

/* Noise that is never 0 or full, the same for every run. */
static inline uint32_t maker_noise(int x, int y, int band)
{
    uint32_t v = (uint32_t)x * 2654435761u + (uint32_t)y * 2246822519u + (uint32_t)band * 3266489917u;
    v = (v ^ v >> 15) * 2246822519u;
    return v ^ v >> 13;
}

static inline double maker_u8(int x, int y, int band)
{
    return 1 + (x + 2 * y + 40 * band + (int)(maker_noise(x, y, band) % 20)) % 250;
}

static inline double maker_u16(int x, int y, int band)
{
    return 1 + (x * 97 + y * 211 + 9000 * band + (int)(maker_noise(x, y, band) % 500)) % 65000;
}

static inline double maker_i16(int x, int y, int band)
{
    return 1 + (x * 97 + y * 111 + 900 * band + (int)(maker_noise(x, y, band) % 500)) % 30000;
}

static inline double maker_f32(int x, int y, int band)
{
    return (double)(float)(maker_u16(x, y, band) / 65536.0);
}

static inline const char *maker_folder(void)
{
    static char folder[64] = "";
    if (folder[0] == '\0') {
        memcpy(folder, "/tmp/pv_photo_XXXXXX", 21);
        assert_non_null(mkdtemp(folder));
    }
    return folder;
}

static inline const char *maker_path(const char *name)
{
    static char path[8][256];
    static int turn = 0;
    char *p = path[turn++ % 8];
    (void)snprintf(p, 256, "%s/%s", maker_folder(), name);
    return p;
}

static inline void maker_place(GDALDatasetH ds, const maker *m)
{
    static const double north_up[6] = {500000, 0.05, 0, 3900000, 0, -0.05};
    if (m->gcps) {
        GDAL_GCP gcp[3];
        GDALInitGCPs(3, gcp);
        for (int i = 0; i < 3; i++) {
            gcp[i].dfGCPPixel = i * 10, gcp[i].dfGCPLine = i * i * 5;
            gcp[i].dfGCPX = 500000 + i, gcp[i].dfGCPY = 3900000 - i * i;
        }
        char *wkt = NULL;
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRImportFromEPSG(srs, 32648), 0);
        assert_int_equal(OSRExportToWkt(srs, &wkt), 0);
        assert_int_equal(GDALSetGCPs(ds, 3, gcp, wkt), CE_None);
        CPLFree(wkt);
        OSRDestroySpatialReference(srs);
        GDALDeinitGCPs(3, gcp);
        return;
    }
    if (m->epsg >= 0) {
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRImportFromEPSG(srs, m->epsg == 0 ? 32648 : m->epsg), 0);
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
        assert_int_equal(GDALSetSpatialRef(ds, srs), CE_None);
        OSRDestroySpatialReference(srs);
    }
    const double *gt = m->gt != NULL ? m->gt : north_up;
    if (gt[1] != 0 || gt[2] != 0 || gt[4] != 0 || gt[5] != 0) {
        double copy[6];
        memcpy(copy, gt, sizeof copy);
        assert_int_equal(GDALSetGeoTransform(ds, copy), CE_None);
    }
}

/* Creates the file, without pixels; the caller closes it. */
static inline GDALDatasetH maker_begin(const maker *m)
{
    char **options = CSLTokenizeString2(m->options != NULL ? m->options : "", " ", 0);
    (void)unlink(m->path);
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName("GTiff"), m->path, m->w, m->h, m->n, m->type, options);
    assert_non_null(ds);
    CSLDestroy(options);
    maker_place(ds, m);
    if (m->nodata != NULL)
        for (int b = 1; b <= m->n; b++) assert_int_equal(GDALSetRasterNoDataValue(GDALGetRasterBand(ds, b), CPLAtof(m->nodata)), CE_None);
    return ds;
}

/* Writes the pixels of a rectangle. */
static inline void maker_fill(GDALDatasetH ds, const maker *m, pv_rect r)
{
    size_t n = (size_t)r.w * (size_t)r.h;
    double *buffer = calloc(n * (size_t)m->n, sizeof *buffer);
    assert_non_null(buffer);
    for (int b = 0; b < m->n; b++)
        for (int y = 0; y < r.h; y++)
            for (int x = 0; x < r.w; x++) buffer[(size_t)b * n + (size_t)y * (size_t)r.w + (size_t)x] = m->value(r.x + x, r.y + y, b);
    CPLErr said = GDALDatasetRasterIO(ds, GF_Write, r.x, r.y, r.w, r.h, buffer, r.w, r.h, GDT_Float64, m->n, NULL, 0, 0, 0);
    free(buffer);
    assert_int_equal(said, CE_None);
}

static inline void maker_write(const maker *m)
{
    GDALDatasetH ds = maker_begin(m);
    maker_fill(ds, m, (pv_rect){0, 0, m->w, m->h});
    GDALClose(ds);
}

/* The upper 256 rows alone, so that lower blocks are never written, and 200 bytes of the file damaged from `at` on. */
static inline void maker_write_holes(const maker *m, long at)
{
    GDALDatasetH ds = maker_begin(m);
    maker_fill(ds, m, (pv_rect){0, 0, m->w, 256});
    GDALClose(ds);
    FILE *f = fopen(m->path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    for (int i = 0; i < 200; i++) assert_int_equal(fputc(0x5A, f), 0x5A);
    assert_int_equal(fclose(f), 0);
}

/* Opens or fails the test with the error's words. */
static inline pv_photo *maker_open(const char *path, const pv_photo_options *opt)
{
    pv_err err = {0};
    pv_photo *p = NULL;
    if (pv_photo_open(&p, path, opt, &err) != PV_OK) fail_msg("%s", err.text);
    return p;
}

static inline void maker_read(pv_photo *p, pv_rect r, uint16_t *bands, uint8_t *valid)
{
    pv_err err = {0};
    int index[PV_MAX_BANDS], n = pv_photo_facts_of(p)->n_bands;
    for (int i = 0; i < n; i++) index[i] = i;
    if (pv_photo_read(p, r, n, index, bands, valid, &err) != PV_OK) fail_msg("%s", err.text);
}

static inline int maker_start(void **state)
{
    pv_err err;
    (void)state;
    return pv_geo_start(&err) == PV_OK ? 0 : -1;
}

static inline int maker_stop(void **state)
{
    char command[128];
    (void)state;
    pv_geo_stop();
    (void)snprintf(command, sizeof command, "rm -rf %s", maker_folder());
    return system(command);
}

/* A photo that is not sampled yet, and what it keeps for cells of fx x fy in so many bytes. */
static inline pv_photo *maker_later(const char *path, int fx, int fy, int64_t bytes)
{
    pv_photo *p = maker_open(path, &(pv_photo_options){.sample_later = 1});
    assert_int_equal(pv_photo_keep(p, pv_photo_keeps(pv_photo_facts_of(p), fx, fy, bytes), NULL), PV_OK);
    return p;
}

/* Two workers count the pieces in turn; the counts are added up. */
static inline void maker_sample(pv_photo *p)
{
    pv_err err = {0};
    pv_photo *clone = NULL;
    pv_sample_counts *counts[2] = {NULL, NULL};
    assert_int_equal(pv_photo_clone(&clone, p, NULL), PV_OK);
    int n = pv_photo_sample_pieces(p);
    assert_true(n > 1);
    for (int k = n - 1; k >= 0; k--)
        if (pv_photo_sample_count(k % 2 ? p : clone, k, &counts[k % 2], &err) != PV_OK) fail_msg("%s", err.text);
    pv_sample_counts_add(counts[0], counts[1]);
    assert_int_equal(pv_photo_sample_settle(p, counts[0], NULL), PV_OK);
    assert_int_equal(pv_photo_sample_pieces(p), 0);
    pv_sample_counts_free(counts[0]);
    pv_sample_counts_free(counts[1]);
    pv_photo_free(clone);
}

#endif
