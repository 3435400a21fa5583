/* truth: a spot of the photo is where the map's bounds say; what is outside of the photo is black; refusals. */
#include "unit/geo/photo_maker.h"

#include <math.h>

#include "report/photo_map.h"

#include "base/banned.h"

static double spot_value(int x, int y, int band)
{
    int spot = x >= 600 && x < 660 && y >= 200 && y < 260;
    return (spot ? (band == 0 ? 230 : 20) : 60 + 10 * band + (x + y) % 100) + (double)(maker_noise(x, y, band) % 9);
}

/* The JPEG as GDAL reads it: [3][h][w]. */
static uint8_t *read_jpeg(const uint8_t *data, size_t n, int *w, int *h)
{
    const char *path = maker_path("map.jpg");
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    GDALAllRegister();
    GDALDatasetH ds = GDALOpen(path, GA_ReadOnly);
    assert_non_null(ds);
    *w = GDALGetRasterXSize(ds);
    *h = GDALGetRasterYSize(ds);
    uint8_t *rgb = malloc((size_t)*w * (size_t)*h * 3);
    assert_non_null(rgb);
    assert_int_equal(GDALDatasetRasterIO(ds, GF_Read, 0, 0, *w, *h, rgb, *w, *h, GDT_Byte, 3, NULL, 0, 0, 0), CE_None);
    GDALClose(ds);
    return rgb;
}

static double mercator_y(double lat)
{
    return log(tan(3.14159265358979323846 / 4 + lat * 3.14159265358979323846 / 360));
}

/* Where a photo pixel is in the map, in its pixels. */
static void in_map(pv_place *place, const pv_map_image *m, double x, double y, double to[2])
{
    double lon, lat;
    assert_int_equal(pv_place_lonlat(place, x, y, &lon, &lat, NULL), PV_OK);
    to[0] = (lon - m->west) / (m->east - m->west) * m->width_px;
    to[1] = (mercator_y(m->north) - mercator_y(lat)) / (mercator_y(m->north) - mercator_y(m->south)) * m->height_px;
}

static void check(maker m, int w, int h, int factor)
{
    pv_err err = {0};
    uint8_t *jpeg = NULL, *again = NULL;
    size_t n = 0, n_again = 0;
    pv_map_image image, second;
    int got_w, got_h;
    m.w = w;
    m.h = h;
    m.n = 3;
    m.type = GDT_Byte;
    m.value = spot_value;
    maker_write(&m);
    pv_photo *photo = maker_open(m.path, &(pv_photo_options){.bands = "red=1,green=2,blue=3"});
    pv_small *small = NULL, *unread = NULL;
    assert_int_equal(pv_photo_map_small(&small, pv_photo_facts_of(photo), factor, factor, NULL), PV_OK);
    assert_int_equal(pv_photo_map_small(&unread, pv_photo_facts_of(photo), factor, factor, NULL), PV_OK);
    if (pv_photo_map(photo, small, NULL, &jpeg, &n, &image, &err) != PV_OK) fail_msg("%s", err.text);
    assert_true(n > 0 && n <= PV_PHOTO_MAP_BYTES);
    uint8_t *rgb = read_jpeg(jpeg, n, &got_w, &got_h);
    assert_true(got_w == image.width_px && got_h == image.height_px && pv_max(got_w, got_h) <= PV_MAP_IMAGE_SIDE && pv_max(got_w, got_h) >= 600);
    /* The middle of what is red is the spot's. */
    double sum_x = 0, sum_y = 0, k = 0, want[2], corner[2];
    size_t plane = (size_t)got_w * (size_t)got_h;
    for (int y = 0; y < got_h; y++) {
        for (int x = 0; x < got_w; x++) {
            size_t i = (size_t)y * (size_t)got_w + (size_t)x;
            if (rgb[i] < 150 || rgb[plane + i] > 100) continue;
            sum_x += x + 0.5;
            sum_y += y + 0.5;
            k++;
        }
    }
    assert_true(k > 100);
    in_map(pv_photo_place(photo), &image, 630, 230, want);
    if (fabs(sum_x / k - want[0]) > 0.5 || fabs(sum_y / k - want[1]) > 0.5)
        fail_msg("the spot is at %.2f,%.2f, not %.2f,%.2f", sum_x / k, sum_y / k, want[0], want[1]);
    for (int c = 0; c < 4; c++) {
        in_map(pv_photo_place(photo), &image, c & 1 ? w : 0, c & 2 ? h : 0, corner);
        assert_true(corner[0] > -0.5 && corner[0] < got_w + 0.5 && corner[1] > -0.5 && corner[1] < got_h + 0.5);
    }
    if (m.gt != NULL && m.gt[2] != 0) assert_true(rgb[2 * got_w + 2] < 12 && rgb[plane - 3] < 12);
    /* Again, of what was read: the same bytes. */
    assert_int_equal(small->whole, 1);
    assert_int_equal(pv_photo_map(photo, small, NULL, &again, &n_again, &second, &err), PV_OK);
    assert_int_equal(n, n_again);
    assert_memory_equal(jpeg, again, n);
    atomic_int stop = 1;
    uint8_t *none = NULL;
    assert_int_equal(pv_photo_map(photo, unread, &stop, &none, &n, &image, &err), PV_STOPPED);
    assert_null(none);
    free(rgb);
    pv_small_free(small);
    pv_small_free(unread);
    pv_free(jpeg);
    pv_free(again);
    pv_photo_free(photo);
}

static void test_places(void **state)
{
    (void)state;
    const double turned[6] = {500000, 0.045, -0.02, 3900000, -0.02, -0.045}, degrees[6] = {105.67, 5e-7, 0, 34.86, 0, -4e-7};
    check((maker){.path = maker_path("up.tif")}, 900, 700, 1);
    check((maker){.path = maker_path("turned.tif"), .gt = turned, .options = "TILED=YES"}, 900, 700, 2);
    check((maker){.path = maker_path("degrees.tif"), .gt = degrees, .epsg = 4490}, 900, 700, 1);
    check((maker){.path = maker_path("wide.tif"), .options = "TILED=YES BLOCKXSIZE=128 BLOCKYSIZE=128"}, 3500, 800, 2);
}

static void test_pole(void **state)
{
    (void)state;
    pv_err err = {0};
    uint8_t *jpeg = NULL;
    size_t n = 0;
    pv_map_image image;
    const double gt[6] = {10, 1e-6, 0, 88, 0, -1e-6};
    maker m = {.path = maker_path("pole.tif"), .w = 100, .h = 100, .n = 3, .type = GDT_Byte, .value = maker_u8, .gt = gt, .epsg = 4326};
    maker_write(&m);
    pv_photo *photo = maker_open(m.path, NULL);
    pv_small *small = NULL;
    assert_int_equal(pv_photo_map_small(&small, pv_photo_facts_of(photo), 1, 1, NULL), PV_OK);
    assert_int_equal(pv_photo_map(photo, small, NULL, &jpeg, &n, &image, &err), PV_INPUT);
    pv_small_free(small);
    assert_non_null(strstr(err.text, "pole"));
    assert_null(jpeg);
    pv_photo_free(photo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places), cmocka_unit_test(test_pole)};
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
