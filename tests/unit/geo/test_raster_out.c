/* Rasters: what is written is read back by GDAL, the bytes do not depend on portions, and a full disk is noticed. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "geo/gdal_door.h"
#include "geo/raster_out.h"

#include "base/banned.h"

static pv_photo_facts photo;

static int setup(void **state)
{
    (void)state;
    if (pv_geo_start(NULL) != PV_OK) return 1;
    photo = (pv_photo_facts){.width_px = 1800, .height_px = 1200, .geotransform = {500000, 0.03, 0.04, 3400000, 0.04, -0.03}};
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    if (OSRImportFromEPSG(srs, 4547) != OGRERR_NONE || OSRExportToWkt(srs, &photo.crs_wkt) != OGRERR_NONE) return 1;
    OSRDestroySpatialReference(srs);
    char name[] = "raster-XXXXXX";
    return mkdtemp(name) == NULL || chdir(name) != 0;
}

static int teardown(void **state)
{
    (void)state;
    char here[1024];
    CPLFree(photo.crs_wkt);
    pv_geo_stop();
    if (getcwd(here, sizeof here) == NULL || chdir("..") != 0) return 1;
    return rmdir(here);
}

static int files_here(void)
{
    int n = 0;
    DIR *d = opendir(".");
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

static const char *const CLASSES[] = {"background", "罂粟", "rape & \"garlic\" <x>"};

static pv_raster_spec spec_of(int w, int h, int n_classes)
{
    return (pv_raster_spec){
        .width_px = w, .height_px = h, .fx = 3, .fy = 2, .nodata = 255, .description = "class", .n_classes = n_classes, .class_name = CLASSES};
}

static uint8_t *make_pixels(int w, int h)
{
    uint8_t *p = NULL;
    assert_int_equal(pv_alloc(&p, (size_t)(w * h), 1, "pixels", NULL), PV_OK);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) p[y * w + x] = (uint8_t)(y / 256 == 1 ? 255 : (x * 7 + y * 13 + x * y / 50) % 256);
    return p;
}

static pv_status write_raster(const char *path, const pv_raster_spec *spec, const uint8_t *pixels, int portion, pv_err *err)
{
    pv_status st = PV_OK;
    pv_raster_out *r = NULL;
    PV_TRY(pv_raster_out_open(&r, path, &photo, spec, 0, err));
    for (int y = 0; y < spec->height_px; y += portion)
        PV_TRY(
            pv_raster_out_rows(r, pixels + (size_t)y * (size_t)spec->width_px, portion < spec->height_px - y ? portion : spec->height_px - y, err));
    PV_TRY(pv_raster_out_commit(r, err));
out:
    pv_raster_out_free(r);
    return st;
}

static void test_reads_back(void **state)
{
    (void)state;
    enum { W = 600, H = 601 };
    uint8_t *pixels = make_pixels(W, H), *back = make_pixels(W, H);
    pv_raster_spec spec = spec_of(W, H, 3);
    pv_err err = {0};
    if (write_raster("c.tif", &spec, pixels, 100, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(files_here(), 1); /* no temporary, no .aux.xml */
    GDALDatasetH ds = GDALOpenEx("c.tif", GDAL_OF_RASTER, NULL, NULL, NULL);
    GDALRasterBandH band = GDALGetRasterBand(ds, 1);
    double gt[6], nodata;
    int has = 0, bw = 0, bh = 0;
    assert_int_equal(GDALRasterIO(band, GF_Read, 0, 0, W, H, back, W, H, GDT_Byte, 0, 0), CE_None);
    assert_memory_equal(back, pixels, W * H);
    assert_int_equal(GDALGetGeoTransform(ds, gt), CE_None);
    const double expected[6] = {500000, 0.09, 0.08, 3400000, 0.12, -0.06};
    for (int i = 0; i < 6; i++) assert_true(gt[i] > expected[i] - 1e-9 && gt[i] < expected[i] + 1e-9);
    nodata = GDALGetRasterNoDataValue(band, &has);
    assert_true(has && nodata == 255);
    GDALGetBlockSize(band, &bw, &bh);
    assert_true(bw == 256 && bh == 256);
    assert_string_equal(GDALGetDescription(band), "class");
    assert_string_equal(GDALGetMetadataItem(band, "class_1", NULL), CLASSES[1]);
    assert_string_equal(GDALGetMetadataItem(band, "class_2", NULL), CLASSES[2]);
    assert_string_equal(GDALGetMetadataItem(ds, "COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
    assert_non_null(GDALGetRasterColorTable(band));
    assert_non_null(strstr(GDALGetProjectionRef(ds), "CM 114E"));
    /* The block row of nothing but no-data takes no room. */
    assert_null(GDALGetMetadataItem(band, "BLOCK_OFFSET_1_1", "TIFF"));
    assert_non_null(GDALGetMetadataItem(band, "BLOCK_OFFSET_1_2", "TIFF"));
    GDALClose(ds);
    pv_free(pixels);
    pv_free(back);
    (void)unlink("c.tif");
}

static void test_same_bytes(void **state)
{
    (void)state;
    static const int portions[] = {601, 1, 2, 255, 256, 257, 512, 64};
    enum { W = 300, H = 601 };
    uint8_t *pixels = make_pixels(W, H);
    pv_raster_spec spec = spec_of(W, H, 0);
    char first[PV_SHA256_HEX] = "", hex[PV_SHA256_HEX];
    for (size_t i = 0; i < sizeof portions / sizeof portions[0]; i++) {
        assert_int_equal(write_raster("p.tif", &spec, pixels, portions[i], NULL), PV_OK);
        assert_int_equal(pv_sha256_file("p.tif", hex, NULL), PV_OK);
        if (i == 0) memcpy(first, hex, sizeof hex);
        assert_string_equal(hex, first);
        (void)unlink("p.tif");
    }
    pv_free(pixels);
}

/* 40 000 x 40 000 with something in one corner only. */
static void test_huge_and_sparse(void **state)
{
    (void)state;
    enum { SIDE = 40000, ROWS = 500 };
    uint8_t *rows = NULL;
    pv_raster_out *r = NULL;
    pv_raster_spec spec = spec_of(SIDE, SIDE, 0);
    struct stat s;
    assert_int_equal(pv_alloc(&rows, (size_t)SIDE * ROWS, 1, "rows", NULL), PV_OK);
    memset(rows, 255, (size_t)SIDE * ROWS);
    assert_int_equal(pv_raster_out_open(&r, "h.tif", &photo, &spec, 0, NULL), PV_OK);
    for (int y = 0; y < SIDE; y += ROWS) {
        if (y + ROWS == SIDE) rows[(size_t)SIDE * ROWS - 1] = 200;
        assert_int_equal(pv_raster_out_rows(r, rows, ROWS, NULL), PV_OK);
    }
    assert_int_equal(pv_raster_out_commit(r, NULL), PV_OK);
    pv_raster_out_free(r);
    assert_int_equal(stat("h.tif", &s), 0);
    assert_true(s.st_size < 1000000);
    GDALDatasetH ds = GDALOpenEx("h.tif", GDAL_OF_RASTER, NULL, NULL, NULL);
    uint8_t corner[4] = {0};
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(ds, 1), GF_Read, SIDE - 2, SIDE - 2, 2, 2, corner, 2, 2, GDT_Byte, 0, 0), CE_None);
    assert_true(corner[0] == 255 && corner[1] == 255 && corner[2] == 255 && corner[3] == 200);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(ds, 1), GF_Read, 20000, 20000, 2, 2, corner, 2, 2, GDT_Byte, 0, 0), CE_None);
    assert_true(corner[0] == 255 && corner[3] == 255);
    GDALClose(ds);
    pv_free(rows);
    (void)unlink("h.tif");
}

/* A disk that is full after any number of bytes: a limit on the size of files does the same to write(). */
static void test_full_disk(void **state)
{
    (void)state;
    enum { W = 700, H = 700 };
    uint8_t *pixels = make_pixels(W, H);
    pv_raster_spec spec = spec_of(W, H, 3);
    struct rlimit before, now;
    struct stat s;
    assert_int_equal(write_raster("whole.tif", &spec, pixels, 100, NULL), PV_OK);
    assert_int_equal(stat("whole.tif", &s), 0);
    (void)unlink("whole.tif");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 40; i++) {
        pv_err err = {0};
        now = before;
        now.rlim_cur = (rlim_t)(s.st_size * i / 40 + (i == 39 ? s.st_size / 40 - 1 : 0));
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
        pv_status st = write_raster("full.tif", &spec, pixels, 100, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (st != PV_IO) fail_msg("with %ld of %ld bytes: status %d '%s'", (long)now.rlim_cur, (long)s.st_size, st, err.text);
        assert_non_null(strstr(err.text, "full.tif"));
        assert_int_equal(files_here(), 0);
    }
    (void)signal(SIGXFSZ, old);
    pv_free(pixels);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_raster_spec spec = spec_of(10, 10, 0);
    uint8_t rows[100] = {0};
    pv_raster_out *r = NULL;
    pv_err err = {0};
    assert_int_equal(pv_outfile_put("there.tif", "x", 1, 0, NULL), PV_OK);
    assert_int_equal(pv_raster_out_open(&r, "there.tif", &photo, &spec, 0, &err), PV_USAGE);
    assert_null(r);
    assert_int_equal(pv_raster_out_open(&r, "no-folder/x.tif", &photo, &spec, 0, &err), PV_IO);
    /* A raster that was given up leaves the old file as it was. */
    assert_int_equal(pv_raster_out_open(&r, "there.tif", &photo, &spec, 1, &err), PV_OK);
    assert_int_equal(pv_raster_out_rows(r, rows, 4, NULL), PV_OK);
    assert_int_equal(pv_raster_out_commit(r, &err), PV_BUG);
    assert_int_equal(pv_raster_out_rows(r, rows, 7, &err), PV_BUG);
    pv_raster_out_free(r);
    assert_int_equal(files_here(), 1);
    struct stat s;
    assert_true(stat("there.tif", &s) == 0 && s.st_size == 1);
    /* And one that was finished replaces it. */
    r = NULL;
    assert_int_equal(pv_raster_out_open(&r, "there.tif", &photo, &spec, 1, &err), PV_OK);
    assert_int_equal(pv_raster_out_rows(r, rows, 10, NULL), PV_OK);
    assert_int_equal(pv_raster_out_commit(r, &err), PV_OK);
    pv_raster_out_free(r);
    assert_true(stat("there.tif", &s) == 0 && s.st_size > 100);
    assert_int_equal(files_here(), 1);
    (void)unlink("there.tif");
    spec.fx = 0;
    assert_int_equal(pv_raster_out_open(&r, "x.tif", &photo, &spec, 0, NULL), PV_BUG);
    pv_raster_out_free(NULL);
}

static void test_memory_faults(void **state)
{
    (void)state;
    pv_raster_spec spec = spec_of(300, 300, 3);
    uint8_t *pixels = make_pixels(300, 300);
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        assert_true(k < 100);
        pv_mem_fail_at(k, 0);
        st = write_raster("m.tif", &spec, pixels, 100, NULL);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        /* Only after the rename, when the folder is synced, may the file be there. */
        assert_true(files_here() == 0 || access("m.tif", R_OK) == 0);
        (void)unlink("m.tif");
        assert_int_equal(files_here(), 0);
    }
    (void)unlink("m.tif");
    pv_free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_back), cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_huge_and_sparse),
        cmocka_unit_test(test_full_disk),  cmocka_unit_test(test_refusals),   cmocka_unit_test(test_memory_faults),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
