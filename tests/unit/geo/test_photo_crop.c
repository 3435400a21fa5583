/* truth: a piece has the photo's stored values, place, names and rule of what is missing; invariance: the same bytes whatever was read before. */
#include "photo_maker.h"

#include <math.h>

#include "geo/photo_crop.h"

#include "base/banned.h"

static const pv_rect piece = {37, 21, 70, 50};

/* The piece as a file that GDAL reads. */
static GDALDatasetH crop_open(pv_photo *photo, pv_rect rect, const char *path)
{
    pv_err err = {0};
    uint8_t *data = NULL;
    size_t n = 0;
    if (pv_photo_crop(photo, rect, &data, &n, &err) != PV_OK) fail_msg("%s", err.text);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    pv_free(data);
    GDALDatasetH ds = GDALOpen(path, GA_ReadOnly);
    assert_non_null(ds);
    return ds;
}

static double pixel_of(GDALDatasetH ds, int x, int y, int band)
{
    double v = -1;
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(ds, band + 1), GF_Read, x, y, 1, 1, &v, 1, 1, GDT_Float64, 0, 0), CE_None);
    return v;
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        GDALDataType type;
        maker_fn value;
        const char *options;
    } kind[] = {{GDT_Byte, maker_u8, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64 COMPRESS=LZW"},
                {GDT_UInt16, maker_u16, "COMPRESS=DEFLATE INTERLEAVE=BAND"},
                {GDT_Int16, maker_i16, ""},
                {GDT_Float32, maker_f32, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64"}};
    const double turned[6] = {500000.5, 0.04, 0.02, 3900000.25, 0.02, -0.04};
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
        maker m = {.path = maker_path("values.tif"),
                   .w = 200,
                   .h = 120,
                   .n = 4,
                   .type = kind[k].type,
                   .options = kind[k].options,
                   .value = kind[k].value,
                   .gt = turned};
        maker_write(&m);
        pv_photo *photo = maker_open(m.path, NULL);
        GDALDatasetH ds = crop_open(photo, piece, maker_path("piece.tif"));
        double gt[6];
        assert_int_equal(GDALGetRasterXSize(ds), piece.w);
        assert_int_equal(GDALGetRasterYSize(ds), piece.h);
        assert_int_equal(GDALGetRasterCount(ds), 4);
        assert_int_equal(GDALGetRasterDataType(GDALGetRasterBand(ds, 1)), kind[k].type);
        for (int b = 0; b < 4; b++)
            for (int y = 0; y < piece.h; y++)
                for (int x = 0; x < piece.w; x++)
                    if (pixel_of(ds, x, y, b) != kind[k].value(piece.x + x, piece.y + y, b)) fail_msg("band %d, pixel %d,%d differs", b, x, y);
        assert_int_equal(GDALGetGeoTransform(ds, gt), CE_None);
        assert_true(fabs(gt[0] - (500000.5 + 37 * 0.04 + 21 * 0.02)) < 1e-6 && fabs(gt[3] - (3900000.25 + 37 * 0.02 - 21 * 0.04)) < 1e-6);
        assert_true(gt[1] == 0.04 && gt[2] == 0.02 && gt[4] == 0.02 && gt[5] == -0.04);
        assert_non_null(strstr(GDALGetProjectionRef(ds), "32648"));
        assert_non_null(GDALGetMetadataItem(ds, "PAPAVER_RADIOMETRY", NULL));
        assert_string_equal(GDALGetMetadataItem(ds, "PAPAVER_PHOTO", NULL), "values");
        assert_string_equal(GDALGetDescription(GDALGetRasterBand(ds, 2)), pv_photo_facts_of(photo)->band[1].name);
        GDALClose(ds);
        pv_photo_free(photo);
    }
}

static double with_nodata(int x, int y, int band)
{
    return x < 60 ? 0 : maker_u16(x, y, band);
}

/* 200 x 120 with a mask inside of the file that hides the first 60 columns. */
static void write_masked(const maker *m)
{
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
    GDALDatasetH made = maker_begin(m);
    assert_int_equal(GDALCreateDatasetMaskBand(made, GMF_PER_DATASET), CE_None);
    maker_fill(made, m, (pv_rect){0, 0, m->w, m->h});
    GDALRasterBandH mask = GDALGetMaskBand(GDALGetRasterBand(made, 1));
    uint8_t row[200];
    for (int x = 0; x < 200; x++) row[x] = x < 60 ? 0 : 255;
    for (int y = 0; y < 120; y++) assert_int_equal(GDALRasterIO(mask, GF_Write, 0, y, 200, 1, row, 200, 1, GDT_Byte, 0, 0), CE_None);
    GDALClose(made);
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", NULL);
}

static void test_missing(void **state)
{
    (void)state;
    int has = 0;
    maker m = {.path = maker_path("tag.tif"), .w = 200, .h = 120, .n = 3, .type = GDT_UInt16, .value = with_nodata, .nodata = "0"};
    maker_write(&m);
    pv_photo *photo = maker_open(m.path, NULL);
    GDALDatasetH ds = crop_open(photo, piece, maker_path("tag-piece.tif"));
    assert_true(GDALGetRasterNoDataValue(GDALGetRasterBand(ds, 1), &has) == 0 && has);
    assert_int_equal(GDALGetRasterCount(ds), 3);
    GDALClose(ds);
    pv_photo_free(photo);
    /* A mask inside of the file becomes an alpha band. */
    m = (maker){.path = maker_path("mask.tif"), .w = 200, .h = 120, .n = 3, .type = GDT_Byte, .value = maker_u8};
    write_masked(&m);
    photo = maker_open(m.path, NULL);
    ds = crop_open(photo, piece, maker_path("mask-piece.tif"));
    assert_int_equal(GDALGetRasterCount(ds), 4);
    assert_int_equal(GDALGetRasterColorInterpretation(GDALGetRasterBand(ds, 4)), GCI_AlphaBand);
    for (int x = 0; x < piece.w; x++) assert_true(pixel_of(ds, x, 5, 3) == (piece.x + x < 60 ? 0 : 255));
    assert_true(pixel_of(ds, 30, 5, 0) == maker_u8(piece.x + 30, piece.y + 5, 0));
    GDALClose(ds);
    pv_photo_free(photo);
    /* What was written is a photo of its own with the same holes. */
    photo = maker_open(maker_path("mask-piece.tif"), NULL);
    assert_int_equal(pv_photo_facts_of(photo)->n_bands, 3);
    pv_photo_free(photo);
}

/* What a mask hides besides a tag, or besides an alpha band, is hidden in the piece by that. */
static void test_mask_besides(void **state)
{
    (void)state;
    maker m = {.path = maker_path("both.tif"), .w = 200, .h = 120, .n = 3, .type = GDT_Byte, .value = maker_u8, .nodata = "7"};
    write_masked(&m);
    pv_photo *photo = maker_open(m.path, NULL);
    GDALDatasetH ds = crop_open(photo, piece, maker_path("both-piece.tif"));
    assert_int_equal(GDALGetRasterCount(ds), 3);
    for (int x = 0; x < piece.w; x++)
        for (int b = 0; b < 3; b++) {
            double stored = maker_u8(piece.x + x, piece.y + 5, b);
            if (piece.x + x < 60)
                assert_true(pixel_of(ds, x, 5, b) == 7);
            else
                assert_true(pixel_of(ds, x, 5, b) == stored || pixel_of(ds, x, 5, b) == 7);
        }
    assert_true(pixel_of(ds, 30, 5, 0) == maker_u8(piece.x + 30, piece.y + 5, 0));
    GDALClose(ds);
    pv_photo_free(photo);
}

static void test_same_bytes(void **state)
{
    (void)state;
    pv_err err = {0};
    uint8_t *a = NULL, *b = NULL;
    size_t n_a = 0, n_b = 0;
    maker m = {.path = maker_path("same.tif"),
               .w = 200,
               .h = 120,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"};
    maker_write(&m);
    pv_photo *photo = maker_open(m.path, NULL);
    assert_int_equal(pv_photo_crop(photo, piece, &a, &n_a, &err), PV_OK);
    pv_photo_free(photo);
    photo = maker_open(m.path, &(pv_photo_options){.road = PV_ROAD_GDAL});
    pv_free(a);
    assert_int_equal(pv_photo_crop(photo, (pv_rect){0, 0, 200, 120}, &b, &n_b, &err), PV_OK);
    pv_free(b);
    assert_int_equal(pv_photo_crop(photo, piece, &b, &n_b, &err), PV_OK);
    assert_int_equal(pv_photo_crop(photo, piece, &a, &n_a, &err), PV_OK);
    assert_int_equal(n_a, n_b);
    assert_memory_equal(a, b, n_a);
    pv_free(a);
    pv_free(b);
    assert_int_equal(pv_photo_crop(photo, (pv_rect){150, 0, 51, 10}, &a, &n_a, &err), PV_BUG);
    assert_int_equal(pv_photo_crop(photo, (pv_rect){0, 0, 0, 0}, &a, &n_a, &err), PV_BUG);
    pv_photo_free(photo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_missing), cmocka_unit_test(test_mask_besides),
                                       cmocka_unit_test(test_same_bytes)};
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
