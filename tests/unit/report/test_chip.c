/* truth: where outline, scale bar and north arrow lie, what colours mean, which piece is shown; of photos that are turned, coarse, small and in degrees. */
#include "unit/geo/photo_maker.h"

#include <math.h>

#include "report/chip.h"
#include "report/look.h"

#include "base/banned.h"

enum { VIEW = PV_CHIP_VIEW_PX };

static const uint8_t *at(const pv_picture *p, int x, int y)
{
    return p->rgb + 3 * ((size_t)y * (size_t)p->w + (size_t)x);
}

static int is_colour(const pv_picture *p, int x, int y, int r, int g, int b, int tolerance)
{
    const uint8_t *c = at(p, x, y);
    return abs(c[0] - r) <= tolerance && abs(c[1] - g) <= tolerance && abs(c[2] - b) <= tolerance;
}

static pv_photo_facts facts_of(int w, int h, double gsd_x, double gsd_y)
{
    return (pv_photo_facts){.width_px = w, .height_px = h, .gsd_x_m = gsd_x, .gsd_y_m = gsd_y};
}

static pv_chip_outline box_of(double x0, double y0, double x1, double y1)
{
    return (pv_chip_outline){.box = {x0, y0, x1, y1}, .point = {(x0 + x1) / 2, (y0 + y1) / 2}};
}

static void test_rect(void **state)
{
    (void)state;
    int whole = 0;
    pv_photo_facts f = facts_of(4000, 3000, 0.05, 0.05);
    pv_chip_outline o = box_of(1000, 800, 1010, 812);
    pv_rect r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(whole && r.w == 280 && r.h == 280 && r.x == 865 && r.y == 666);
    /* A larger one has 5 m around it. */
    o = box_of(1000, 800, 1400, 900);
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(whole && r.w == 600 && r.x == 900 && r.y == 550);
    /* At the edge: inside of the photo. */
    o = box_of(0, 2995, 4, 3000);
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(whole && r.x == 0 && r.y == 2720 && r.w == 280 && r.h == 280);
    /* Whole working pixels. */
    r = pv_chip_rect(&f, &o, 3, 3, &whole);
    assert_true(r.x % 3 == 0 && r.y % 3 == 0 && r.w % 3 == 0 && r.h % 3 == 0 && r.y + r.h <= 3000);
    /* Too large: 60 m around its point. */
    o = (pv_chip_outline){.box = {100, 100, 3900, 2900}, .point = {3000, 200}};
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(!whole && r.w == 1200 && r.h == 1200 && r.x == 2400 && r.y == 0);
    /* A photo smaller than the piece: it lies in the middle. */
    f = facts_of(100, 60, 0.05, 0.05);
    o = box_of(10, 10, 20, 20);
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(whole && r.w == 280 && r.h == 280 && r.x == -90 && r.y == -110);
    /* Pixels that are not square: the ground is. */
    f = facts_of(40000, 30000, 0.02, 0.03);
    o = box_of(20000, 10000, 20010, 10010);
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(r.w == 700 && r.h == 467);
    /* Very fine pixels: at most so many of them. */
    f = facts_of(40000, 30000, 0.005, 0.005);
    r = pv_chip_rect(&f, &o, 1, 1, &whole);
    assert_true(r.w == PV_CHIP_MOST_PX && r.h == PV_CHIP_MOST_PX);
}

/* Grey ground with one red square. */
static double square_value(int x, int y, int band)
{
    static const int ground[4] = {60, 90, 50, 100}, bright[4] = {230, 40, 40, 240};
    int noise = (int)(maker_noise(x, y, band) % 7);
    return (x >= 500 && x < 540 && y >= 300 && y < 340 ? bright[band] : ground[band] + (x + y) % 100) + noise;
}

typedef struct drawn {
    pv_photo *photo;
    pv_picture picture;
    pv_chip chip;
    pv_chip_outline outline;
    uint8_t *prob;
} drawn;

static void release(drawn *d)
{
    pv_picture_release(&d->picture);
    pv_chip_outline_release(&d->outline);
    pv_photo_free(d->photo);
    free(d->prob);
}

static void feature_of(pv_place *place, const double box[4], char *text, size_t size)
{
    double lon[5], lat[5], mid_lon, mid_lat;
    const double xy[4][2] = {{box[0], box[1]}, {box[0], box[3]}, {box[2], box[3]}, {box[2], box[1]}};
    for (int k = 0; k < 5; k++) assert_int_equal(pv_place_lonlat(place, xy[k % 4][0], xy[k % 4][1], &lon[k], &lat[k], NULL), PV_OK);
    assert_int_equal(pv_place_lonlat(place, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, &mid_lon, &mid_lat, NULL), PV_OK);
    int n = snprintf(text, size, "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int k = 0; k < 5; k++) n += snprintf(text + n, size - (size_t)n, "%s[%.9f,%.9f]", k > 0 ? "," : "", lon[k], lat[k]);
    (void)snprintf(text + n, size - (size_t)n, "]]},\"properties\":{\"lon\":%.9f,\"lat\":%.9f}}", mid_lon, mid_lat);
}

static drawn draw(maker m, const char *bands, int half_unknown)
{
    static const double box[4] = {500, 300, 540, 340};
    pv_err err = {0};
    char feature[2048];
    int whole = 0;
    drawn d = {0};
    m.w = 1000;
    m.h = 700;
    m.type = GDT_Byte;
    m.value = square_value;
    maker_write(&m);
    d.photo = maker_open(m.path, &(pv_photo_options){.bands = bands});
    pv_place *place = pv_photo_place(d.photo);
    feature_of(place, box, feature, sizeof feature);
    if (pv_chip_outline_read(&d.outline, feature, place, &err) != PV_OK) fail_msg("%s", err.text);
    for (int k = 0; k < 4; k++) assert_true(fabs(d.outline.box[k] - box[k]) < 0.01);
    pv_rect r = pv_chip_rect(pv_photo_facts_of(d.photo), &d.outline, 1, 1, &whole);
    assert_true(whole);
    d.prob = calloc((size_t)r.w * (size_t)r.h, 1);
    assert_non_null(d.prob);
    for (int y = 0; y < r.h; y++)
        for (int x = 0; x < r.w; x++)
            d.prob[y * r.w + x] = half_unknown && x < 20 ? 255 : r.x + x >= 500 && r.x + x < 540 && r.y + y >= 300 && r.y + y < 340 ? 254 : 0;
    d.chip = (pv_chip){.rect = r,
                       .fx = 1,
                       .fy = 1,
                       .prob = d.prob,
                       .outline = &d.outline,
                       .id = "0123456789abcdef",
                       .taken_at = "2026-05-12T09:05:00",
                       .area_m2 = 4,
                       .probability = 0.9};
    double lon, lat, x = r.x + r.w / 2.0, y = r.y + r.h / 2.0;
    assert_int_equal(pv_place_lonlat(place, x, y, &lon, &lat, &err), PV_OK);
    assert_true(pv_place_pixel(place, lon, lat + 1e-5, &d.chip.north_x, &d.chip.north_y));
    d.chip.north_x -= x;
    d.chip.north_y -= y;
    if (pv_chip_draw(&d.picture, d.photo, &d.chip, &err) != PV_OK) fail_msg("%s", err.text);
    assert_true(d.picture.w == PV_CHIP_W_PX && d.picture.h == PV_CHIP_H_PX);
    return d;
}

static int view_left(int k)
{
    return PV_CHIP_GAP_PX + k * (VIEW + PV_CHIP_GAP_PX);
}

/* The box of what is of the outline's colour in a view, in its pixels. */
static void line_box(const pv_picture *p, int k, int box[4])
{
    box[0] = box[1] = 10000;
    box[2] = box[3] = -1;
    for (int y = 0; y < VIEW; y++) {
        for (int x = 0; x < VIEW; x++) {
            const uint8_t *c = at(p, view_left(k) + x, PV_CHIP_HEAD_PX + y);
            if (c[1] < c[0] + 50 || c[2] < c[0] + 50) continue;
            box[0] = pv_min(box[0], x);
            box[1] = pv_min(box[1], y);
            box[2] = pv_max(box[2], x);
            box[3] = pv_max(box[3], y);
        }
    }
}

static void check_outline(const drawn *d)
{
    const pv_rect r = d->chip.rect;
    const double want[4] = {(500.0 - r.x) * VIEW / r.w, (300.0 - r.y) * VIEW / r.h, (540.0 - r.x) * VIEW / r.w, (340.0 - r.y) * VIEW / r.h};
    for (int k = 0; k < 3; k++) {
        int box[4];
        line_box(&d->picture, k, box);
        for (int i = 0; i < 4; i++)
            if (fabs(box[i] - want[i]) > 1.5) fail_msg("view %d, side %d of the outline is at %d, not %.1f", k, i, box[i], want[i]);
    }
}

/* White pixels of the bar's middle row, from the left edge of the first view on. */
static void check_bar(const drawn *d)
{
    const pv_photo_facts *f = pv_photo_facts_of(d->photo);
    double ground = d->chip.rect.w * f->gsd_x_m, bar = pv_scale_bar_m(ground / 2.5);
    int y = PV_CHIP_H_PX - PV_CHIP_FOOT_PX + 15, n = 0;
    while (is_colour(&d->picture, view_left(0) + n, y, 255, 255, 255, 0)) n++;
    assert_true(fabs(n / (double)VIEW * ground - bar) < ground / VIEW);
}

static void test_turned(void **state)
{
    (void)state;
    /* Turned by 30 degrees to the right: north is up and to the left in the photo. */
    const double c = 0.05 * cos(30 * 3.14159265358979 / 180), s = 0.05 * sin(30 * 3.14159265358979 / 180);
    const double turned[6] = {500000, c, -s, 3900000, -s, -c};
    drawn d = draw((maker){.path = maker_path("turned.tif"), .n = 3, .gt = turned}, "red=1,green=2,blue=3", 0);
    check_outline(&d);
    check_bar(&d);
    double angle = atan2(d.chip.north_x, -d.chip.north_y) * 180 / 3.14159265358979;
    assert_true(fabs(fabs(angle) - 30) < 1.5);
    /* The tip of the arrow is white on the side to which north lies, and not on the other. */
    int x = view_left(1) + 16, y = PV_CHIP_H_PX - PV_CHIP_FOOT_PX / 2, side = angle > 0 ? 1 : -1;
    int tip_x = (int)lround(13 * sin(30 * 3.14159265 / 180)), tip_y = (int)lround(13 * cos(30 * 3.14159265 / 180));
    assert_true(at(&d.picture, x + side * tip_x, y - tip_y)[0] > 128);
    assert_true(at(&d.picture, x - side * tip_x, y - tip_y)[0] < 128);
    release(&d);
}

static void test_degrees(void **state)
{
    (void)state;
    const double gt[6] = {105.67, 5e-7, 0, 34.86, 0, -4e-7};
    drawn d = draw((maker){.path = maker_path("degrees.tif"), .n = 3, .gt = gt, .epsg = 4490}, "red=1,green=2,blue=3", 0);
    const pv_photo_facts *f = pv_photo_facts_of(d.photo);
    check_outline(&d);
    check_bar(&d);
    assert_true(fabs(d.chip.rect.w * f->gsd_x_m - d.chip.rect.h * f->gsd_y_m) < 0.1);
    assert_true(fabs(d.chip.north_x) < 0.1 && d.chip.north_y < 0);
    release(&d);
}

static void test_colours(void **state)
{
    (void)state;
    drawn d = draw((maker){.path = maker_path("ms.tif"), .n = 4}, "red=1,green=2,blue=3,nir=4", 1);
    const pv_rect r = d.chip.rect;
    int x = (520 - r.x) * VIEW / r.w, y = PV_CHIP_HEAD_PX + (320 - r.y) * VIEW / r.h, far_y = PV_CHIP_HEAD_PX + 20;
    /* The square is red, and the ground grey; in false colours the square, whose nir and red are high, is yellow. */
    const uint8_t *in = at(&d.picture, view_left(0) + x, y), *out = at(&d.picture, view_left(0) + 200, far_y);
    assert_true(in[0] > in[1] + 60 && in[0] > in[2] + 60);
    assert_true(abs(out[0] - out[1]) < 40 && abs(out[1] - out[2]) < 40);
    in = at(&d.picture, view_left(1) + x, y);
    assert_true(in[0] > 200 && in[1] > 200 && in[2] < 60);
    /* The probability's colours are those of --prob; unknown is grey. */
    assert_true(is_colour(&d.picture, view_left(2) + x, y, 128, 0, 38, 0));
    assert_true(is_colour(&d.picture, view_left(2) + 200, far_y, 255, 255, 245, 0));
    assert_true(is_colour(&d.picture, view_left(2) + 5, far_y, 96, 96, 96, 0));
    release(&d);
}

static pv_look look_with(int n, const char *const *name, pv_look (*look)(const pv_photo_facts *))
{
    pv_photo_facts f = {.n_bands = n};
    for (int k = 0; k < n; k++) (void)snprintf(f.band[k].name, sizeof f.band[k].name, "%s", name[k]);
    return look(&f);
}

static void test_looks(void **state)
{
    (void)state;
    static const char *const rgb[] = {"blue", "green", "red"}, *const ms[] = {"green", "red", "rededge", "nir"},
                             *const edge[] = {"red", "green", "blue", "rededge"}, *const rg[] = {"green", "red"},
                             *const any[] = {"x", "y", "z\xc3\xa4"}, *const one[] = {"grey"};
    pv_look l = look_with(3, rgb, pv_look_natural);
    assert_true(l.how == PV_MIX_BANDS && l.band[0] == 2 && l.band[1] == 1 && l.band[2] == 0 && strcmp(l.words, "NATURAL COLOUR") == 0);
    assert_int_equal(look_with(3, rgb, pv_look_false).how, PV_MIX_EXCESS);
    l = look_with(4, ms, pv_look_natural);
    assert_true(l.how == PV_MIX_NO_BLUE && l.band[0] == 1 && l.band[1] == 0 && l.band[2] == 3 && strstr(l.words, "no blue") != NULL);
    l = look_with(4, ms, pv_look_false);
    assert_true(l.how == PV_MIX_BANDS && l.band[0] == 3 && l.band[1] == 1 && l.band[2] == 0);
    l = look_with(4, edge, pv_look_false);
    assert_true(l.band[0] == 3 && strstr(l.words, "red edge") != NULL);
    assert_true(strstr(look_with(2, rg, pv_look_natural).words, "no blue") != NULL);
    assert_string_equal(look_with(2, rg, pv_look_false).words, "BAND green");
    assert_string_equal(look_with(3, any, pv_look_natural).words, "BANDS x, y, z??");
    assert_string_equal(look_with(1, one, pv_look_false).words, "BAND grey");
    uint8_t c[3];
    pv_look_mix(PV_MIX_EXCESS, (const int[3]){90, 90, 90}, c);
    assert_true(c[0] == 128 && c[1] == 128 && c[2] == 128);
    pv_look_mix(PV_MIX_NO_BLUE, (const int[3]){50, 60, 200}, c);
    assert_true(c[1] > c[0] && c[1] > c[2]);
    assert_true(pv_look_stretch(10, 10, 20) == 0 && pv_look_stretch(15, 10, 20) == 127 && pv_look_stretch(30, 10, 20) == 255);
}

static void test_not_ours(void **state)
{
    (void)state;
    pv_err err;
    pv_chip_outline o = {0};
    maker m = {.path = maker_path("plain.tif"), .w = 100, .h = 100, .n = 3, .type = GDT_Byte, .value = maker_u8};
    maker_write(&m);
    pv_photo *photo = maker_open(m.path, NULL);
    assert_int_equal(pv_chip_outline_read(&o, "{}", pv_photo_place(photo), &err), PV_BUG);
    assert_int_equal(pv_chip_outline_read(&o, "{\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"properties\":{\"lon\":1,\"lat\":2}}",
                                          pv_photo_place(photo), &err),
                     PV_BUG);
    assert_null(o.xy);
    pv_photo_free(photo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rect),    cmocka_unit_test(test_turned), cmocka_unit_test(test_degrees),
                                       cmocka_unit_test(test_colours), cmocka_unit_test(test_looks),  cmocka_unit_test(test_not_ours)};
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
