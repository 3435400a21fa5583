/* Missing pixels: every way in which a photo says where it has none, and that no tile sees them differently. */
#include <math.h>

#include "tests/unit/geo/photo_maker.h"

#include "base/banned.h"

enum { W = 180, H = 140 };

static uint16_t bands[5 * W * H];
static uint8_t valid[W * H];

typedef int (*missing_fn)(int x, int y);

/* The whole photo by both roads, and by random rectangles, against what the test knows. */
static void check(const char *path, missing_fn missing, const char *rule)
{
    static uint16_t part_bands[5 * W * H];
    static uint8_t part[W * H];
    for (int road = 1; road <= 2; road++) {
        pv_photo *p = maker_open(path, &(pv_photo_options){.road = (pv_road)road});
        if (strstr(pv_photo_facts_of(p)->valid_rule, rule) == NULL) fail_msg("'%s' is not in: %s", rule, pv_photo_facts_of(p)->valid_rule);
        maker_read(p, (pv_rect){0, 0, W, H}, bands, valid);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                if (valid[y * W + x] != (missing(x, y) ? PV_PIXEL_NODATA : PV_PIXEL_VALID))
                    fail_msg("%s: pixel %d,%d is %d", rule, x, y, valid[y * W + x]);
        for (int k = 0; k < 40; k++) {
            pv_rect r = {(int)(maker_noise(k, 1, 1) % (W - 10)), (int)(maker_noise(k, 2, 2) % (H - 10)), 1, 1};
            r.w = 1 + (int)(maker_noise(k, 3, 3) % (uint32_t)(W - r.x));
            r.h = 1 + (int)(maker_noise(k, 4, 4) % (uint32_t)(H - r.y));
            maker_read(p, r, part_bands, part);
            for (int y = 0; y < r.h; y++) assert_memory_equal(part + y * r.w, valid + (r.y + y) * W + r.x, (size_t)r.w);
        }
        /* A clone keeps the rules. */
        pv_photo *clone = NULL;
        assert_int_equal(pv_photo_clone(&clone, p, NULL), PV_OK);
        pv_photo_free(p);
        maker_read(clone, (pv_rect){0, 0, W, H}, part_bands, part);
        assert_memory_equal(part, valid, sizeof valid);
        pv_photo_free(clone);
    }
}

static int in_disc(int x, int y, int cx, int cy, int r)
{
    return (x - cx) * (x - cx) + (y - cy) * (y - cy) < r * r;
}

static int nothing_missing(int x, int y)
{
    (void)x, (void)y;
    return 0;
}

static int disc_missing(int x, int y)
{
    return in_disc(x, y, 90, 70, 30);
}

/* One band at the tag is data; all of them are not. */
static double tagged(int x, int y, int band)
{
    if (disc_missing(x, y)) return 7;
    return in_disc(x, y, 30, 30, 15) && band == 1 ? 7 : 10 + band;
}

static void a_tag_counts_when_all_bands_have_it(void **state)
{
    (void)state;
    maker m = {.path = maker_path("tag.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = tagged, .nodata = "7", .options = "PHOTOMETRIC=RGB"};
    maker_write(&m);
    check(m.path, disc_missing, "no-data tag 7 in all bands");
    m.type = GDT_UInt16;
    maker_write(&m);
    check(m.path, disc_missing, "no-data tag 7 in all bands");
}

static double float_holes(int x, int y, int band)
{
    if (band == 1 && in_disc(x, y, 90, 70, 30)) return x % 3 == 0 ? (double)NAN : x % 3 == 1 ? -10000 : (double)-INFINITY;
    return 0.25 + band * 0.1;
}

static void a_float_is_missing_in_any_band(void **state)
{
    (void)state;
    maker m = {.path = maker_path("nan.tif"), .w = W, .h = H, .n = 3, .type = GDT_Float32, .value = float_holes, .nodata = "-10000"};
    m.options = "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32 COMPRESS=DEFLATE";
    maker_write(&m);
    check(m.path, disc_missing, "not finite");
}

static double with_alpha(int x, int y, int band)
{
    if (band == 3) return disc_missing(x, y) ? 0 : 65535;
    return 20 + x + y;
}

static void an_alpha_band_hides(void **state)
{
    static const char *const options[] = {"PHOTOMETRIC=RGB ALPHA=YES", "PHOTOMETRIC=MINISBLACK ALPHA=NO",
                                          "PHOTOMETRIC=RGB ALPHA=NO TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 INTERLEAVE=BAND"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        maker m = {.path = maker_path("alpha.tif"), .w = W, .h = H, .n = 4, .type = GDT_UInt16, .value = with_alpha, .options = options[k]};
        maker_write(&m);
        check(m.path, disc_missing, k == 0 ? "alpha in band 4" : "undeclared alpha in band 4");
        pv_photo *p = maker_open(m.path, NULL);
        assert_int_equal(pv_photo_facts_of(p)->n_bands, 3);
        assert_int_equal(pv_photo_facts_of(p)->n_file_bands, 4);
        pv_photo_free(p);
    }
}

static void write_masked(const maker *m, const char *internal)
{
    static uint8_t mask[W * H];
    maker_write(m);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) mask[y * W + x] = disc_missing(x, y) ? 0 : 255;
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", internal);
    GDALDatasetH ds = GDALOpen(m->path, GA_Update);
    assert_int_equal(GDALCreateDatasetMaskBand(ds, GMF_PER_DATASET), CE_None);
    assert_int_equal(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(ds, 1)), GF_Write, 0, 0, W, H, mask, W, H, GDT_Byte, 0, 0), CE_None);
    GDALClose(ds);
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", NULL);
}

static void masks_hide(void **state)
{
    (void)state;
    maker m = {.path = maker_path("mask.tif"),
               .w = W,
               .h = H,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"};
    write_masked(&m, "YES");
    check(m.path, disc_missing, "mask");
    m.path = maker_path("sidecar.tif");
    write_masked(&m, "NO");
    assert_int_equal(access(maker_path("sidecar.tif.msk"), R_OK), 0);
    check(m.path, disc_missing, "mask");
}

/* A photo turned in its frame: collar outside, an inlet of black from the edge of the picture into it, a blank hole, a dark pond that is not quite black. */
static int in_frame(int x, int y)
{
    return abs(x - 90) + abs(y - 70) < 68;
}

static int collar_missing(int x, int y)
{
    return !in_frame(x, y) || in_disc(x, y, 100, 70, 9);
}

static double black_collar(int x, int y, int band)
{
    if (collar_missing(x, y)) return 0;
    return in_disc(x, y, 70, 70, 10) ? band == 2 : maker_u8(x, y, band);
}

static void a_black_collar_is_found(void **state)
{
    static const char *const options[] = {"TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=LZW", "COMPRESS=DEFLATE BLOCKYSIZE=3", "INTERLEAVE=BAND"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        maker m = {.path = maker_path("black.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = black_collar, .options = options[k]};
        maker_write(&m);
        check(m.path, collar_missing, "black collar");
    }
}

/* White: the hole inside is snow, and counts. */
static int white_missing(int x, int y)
{
    return !in_frame(x, y);
}

static double white_collar(int x, int y, int band)
{
    return collar_missing(x, y) ? 255 : maker_u8(x, y, band);
}

static void a_white_collar_is_found(void **state)
{
    (void)state;
    maker m = {.path = maker_path("white.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = white_collar};
    m.options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32";
    maker_write(&m);
    check(m.path, white_missing, "white collar");
}

static void without_a_collar_dark_pixels_count(void **state)
{
    (void)state;
    maker m = {.path = maker_path("whole.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = maker_u8, .options = "COMPRESS=LZW"};
    maker_write(&m);
    check(m.path, nothing_missing, "none");
}

static double soft_black(int x, int y, int band)
{
    (void)band;
    return in_frame(x, y) ? 120 : 0;
}

static void a_jpeg_collar_may_be_noisy(void **state)
{
    int wrong = 0;
    (void)state;
    maker m = {.path = maker_path("jpegcollar.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = soft_black};
    m.options = "COMPRESS=JPEG PHOTOMETRIC=YCBCR JPEG_QUALITY=60 TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32";
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    maker_read(p, (pv_rect){0, 0, W, H}, bands, valid);
    pv_photo_free(p);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) wrong += valid[y * W + x] != (in_frame(x, y) ? PV_PIXEL_VALID : PV_PIXEL_NODATA);
    assert_in_range(wrong, 0, W * H / 10); /* the rim is soft, the rest is not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_counts_when_all_bands_have_it),
        cmocka_unit_test(a_float_is_missing_in_any_band),
        cmocka_unit_test(an_alpha_band_hides),
        cmocka_unit_test(masks_hide),
        cmocka_unit_test(a_black_collar_is_found),
        cmocka_unit_test(a_white_collar_is_found),
        cmocka_unit_test(without_a_collar_dark_pixels_count),
        cmocka_unit_test(a_jpeg_collar_may_be_noisy),
    };
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
