/* A photo in small is the sums of its cells, whoever adds them in whatever parts. */
#include "photo_maker.h"

#include "geo/photo_small.h"

#include "base/banned.h"

enum { W = 700, H = 460 };

static uint16_t cell[3 * W * H];
static uint8_t valid[W * H];

static double holed(int x, int y, int band)
{
    return maker_noise(x / 9, y / 7, 0) % 4 == 0 ? 7 : maker_u16(x, y, band);
}

static maker photo_of(const char *options)
{
    return (maker){.path = maker_path("small.tif"), .w = W, .h = H, .n = 4, .type = GDT_UInt16, .value = holed, .options = options, .nodata = "7"};
}

static const int bands[PV_SMALL_BANDS] = {2, 0, 3};

static pv_small *make(const pv_photo *p, int fx, int fy, int most)
{
    pv_small *s = NULL;
    assert_int_equal(pv_small_new(&s, pv_photo_facts_of(p), fx, fy, bands, most, NULL), PV_OK);
    return s;
}

/* By the definition, of cells that were read at once. */
static void check(const pv_small *s)
{
    size_t plane = (size_t)s->cells_w * (size_t)s->cells_h;
    for (int y = 0; y < s->h; y++) {
        for (int x = 0; x < s->w; x++) {
            uint64_t sum[PV_SMALL_BANDS] = {0}, n = 0;
            for (int j = y * s->side; j < pv_min((y + 1) * s->side, s->cells_h); j++) {
                for (int i = x * s->side; i < pv_min((x + 1) * s->side, s->cells_w); i++) {
                    size_t at = (size_t)j * (size_t)s->cells_w + (size_t)i;
                    n += valid[at] == PV_PIXEL_VALID;
                    for (size_t k = 0; k < PV_SMALL_BANDS; k++) sum[k] += valid[at] == PV_PIXEL_VALID ? cell[k * plane + at] : 0;
                }
            }
            size_t to = (size_t)y * (size_t)s->w + (size_t)x;
            assert_int_equal(s->n[to], n);
            for (int k = 0; k < PV_SMALL_BANDS; k++) assert_int_equal(s->sum[k][to], sum[k]);
        }
    }
}

static void sums_are_those_of_cells(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int fx, fy, most, side, w, h;
    } cases[] = {{"TILED=YES BLOCKXSIZE=128 BLOCKYSIZE=64", 2, 2, 100, 4, 88, 58},
                 {"BLOCKYSIZE=3", 3, 2, 60, 4, 59, 58},
                 {"TILED=YES", 2, 2, 400, 1, 350, 230},
                 {"TILED=YES", 2, 2, 1600, 1, W, H} /* cells would make fewer squares than there can be: single pixels */};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        maker m = photo_of(cases[i].options);
        maker_write(&m);
        pv_photo *p = maker_open(m.path, NULL);
        pv_small *read = make(p, cases[i].fx, cases[i].fy, cases[i].most), *parts = make(p, cases[i].fx, cases[i].fy, cases[i].most);
        assert_true(read->side == cases[i].side && read->w == cases[i].w && read->h == cases[i].h);
        size_t row = (size_t)read->cells_w, plane = row * (size_t)read->cells_h;
        pv_rect all = {0, 0, read->cells_w, read->cells_h};
        assert_int_equal(pv_photo_read_cells(p, all, read->fx, read->fy, PV_SMALL_BANDS, bands, (pv_planes){cell, valid, row, plane}, NULL), PV_OK);
        assert_int_equal(read->whole, 0);
        assert_int_equal(pv_small_read(read, p, NULL, NULL), PV_OK);
        assert_int_equal(read->whole, 1);
        check(read);
        /* Parts that cut squares, the last one first. */
        for (int y = all.h / 37 * 37; y >= 0; y -= 37) {
            for (int x = 0; x < all.w; x += 53) {
                size_t at = (size_t)y * row + (size_t)x;
                pv_rect part = pv_rect_intersect((pv_rect){x, y, 53, 37}, all);
                pv_small_add(parts, part, (const uint16_t *const[]){cell + at, cell + plane + at, cell + 2 * plane + at}, row, valid + at, row);
            }
        }
        check(parts);
        pv_small_free(read);
        pv_small_free(parts);
        pv_photo_free(p);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    pv_small *s = NULL;
    pv_err err = {0};
    pv_photo_facts wide = {.width_px = 2 * 255 * 1600, .height_px = 100};
    assert_int_equal(pv_small_new(&s, &wide, 2, 2, bands, 1600, &err), PV_OK);
    assert_true(s->side == 255 && s->w == 1600 && s->h == 1);
    pv_small_free(s);
    s = NULL;
    wide.width_px++;
    assert_int_equal(pv_small_new(&s, &wide, 2, 2, bands, 1600, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "too large"));
    assert_null(s);
    maker m = photo_of("TILED=YES");
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    atomic_int stop = 1;
    s = make(p, 1, 1, 100);
    assert_int_equal(pv_small_read(s, p, &stop, &err), PV_STOPPED);
    assert_int_equal(s->whole, 0);
    pv_small_free(s);
    pv_photo_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_cells), cmocka_unit_test(what_cannot_be_is_refused)};
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
