/* Cells are the means that their definition says, whatever is read and whether they were kept or not. */
#include "photo_maker.h"

#include "base/banned.h"

enum { W = 1151, H = 643, MOST = 4 };

static uint16_t pixel[MOST * W * H], cell[MOST * W * H];
static uint8_t valid[W * H], cell_valid[W * H];

static uint32_t dice(uint32_t n)
{
    static uint32_t seed = 3;
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* A pond without data, and single holes. */
static double holed_u16(int x, int y, int band)
{
    int dx = x - 600, dy = y - 300, is_hole = dx * dx + dy * dy < 10000 || maker_noise(x, y, 9) % 30 == 0;
    return is_hole ? 7 : maker_u16(x, y, band);
}

static double holed_u8(int x, int y, int band)
{
    return holed_u16(x, y, 0) == 7 ? 7 : maker_u8(x, y, band);
}

/* 10-bit values in the piece of the sample that has the middle, 16-bit ones around it: the middle misleads. */
static double misleading(int x, int y, int band)
{
    int in = x > 500 && x < 1100 && y < 520;
    return in ? 1 + maker_noise(x, y, band) % 1000 : maker_u16(x, y, band);
}

static double negative(int x, int y, int band)
{
    return maker_i16(x, y, band) - 9000;
}

/* Reads all pixels of another handle, and takes the cell (x, y) of it by the definition. */
static uint8_t defined(int fx, int fy, int b, int x, int y, uint16_t *value)
{
    int64_t n = 0, sum = 0, damaged = 0;
    for (int j = y * fy; j < (y + 1) * fy && j < H; j++) {
        for (int i = x * fx; i < (x + 1) * fx && i < W; i++) {
            damaged += valid[j * W + i] == PV_PIXEL_UNREADABLE;
            n += valid[j * W + i] == PV_PIXEL_VALID;
            sum += valid[j * W + i] == PV_PIXEL_VALID ? pixel[(b * H + j) * W + i] : 0;
        }
    }
    *value = 0;
    if (2 * n < fx * fy) return damaged ? PV_PIXEL_UNREADABLE : PV_PIXEL_NODATA;
    *value = (uint16_t)(sum / n + (2 * (sum % n) >= n)); /* half goes up */
    return PV_PIXEL_VALID;
}

static void check(pv_photo *p, pv_rect r, int fx, int fy)
{
    static const int order[MOST] = {2, 0, 1, 3};
    int n = pv_photo_facts_of(p)->n_bands;
    size_t row = (size_t)r.w + 3, plane = row * (size_t)r.h + 5;
    pv_err err = {0};
    if (pv_photo_read_cells(p, r, fx, fy, n, order, (pv_planes){cell, cell_valid, row, plane}, &err) != PV_OK) fail_msg("%s", err.text);
    for (int b = 0; b < n; b++) {
        for (int y = 0; y < r.h; y++) {
            for (int x = 0; x < r.w; x++) {
                uint16_t value = 0;
                size_t at = (size_t)y * row + (size_t)x;
                assert_int_equal(cell_valid[at], defined(fx, fy, order[b], r.x + x, r.y + y, &value));
                assert_int_equal(cell[(size_t)b * plane + at], value);
            }
        }
    }
}

static int across(int size, int factor)
{
    return (size + factor - 1) / factor;
}

static const int factors[][2] = {{2, 2}, {4, 2}, {1, 2}, {3, 3}, {5, 4}, {64, 64}, {255, 2}};
enum { FACTORS = sizeof factors / sizeof *factors };

/* Opened, all read, once by cells of each size, whole and in parts. */
static void check_file(const char *path)
{
    pv_photo *p = maker_open(path, NULL);
    maker_read(p, (pv_rect){0, 0, W, H}, pixel, valid);
    for (int f = 0; f < FACTORS; f++) {
        int fx = factors[f][0], fy = factors[f][1], w = across(W, fx), h = across(H, fy);
        pv_photo_read_once(p, f % 2);
        check(p, (pv_rect){0, 0, w, h}, fx, fy);
        for (int k = 0; k < 4; k++) {
            int x = (int)dice((uint32_t)w), y = (int)dice((uint32_t)h);
            check(p, (pv_rect){x, y, 1 + (int)dice((uint32_t)(w - x)), 1 + (int)dice((uint32_t)(h - y))}, fx, fy);
        }
    }
    pv_photo_free(p);
}

/* The same by what was kept. Cells that do not fit into a piece of the sample are not kept, but pixels are; cells whose scale was guessed wrongly are read again. */
static void check_kept(const char *path, int misleads)
{
    pv_photo *plain = maker_open(path, NULL);
    for (int f = 0; f < FACTORS; f++) {
        int fx = factors[f][0], fy = factors[f][1], w = across(W, fx), h = across(H, fy), fits = 512 % fx == 0 && 512 % fy == 0;
        pv_photo *p = maker_later(path, fx, fy, 1 << 24);
        const pv_photo_facts *facts = pv_photo_facts_of(p);
        pv_keep keep = pv_photo_keeps(facts, fx, fy, 1 << 24);
        int64_t bytes = fits ? (int64_t)w * h * (2 * facts->n_bands + 1) : (int64_t)W * H * (2 * facts->n_bands + 1);
        assert_true(keep.bytes == bytes && keep.fx == (fits ? fx : 1) && keep.fy == (fits ? fy : 1));
        assert_true(pv_photo_kept(p).bytes == bytes && pv_photo_kept(p).fx == keep.fx && pv_photo_kept(p).fy == keep.fy);
        maker_sample(p);
        assert_true(pv_photo_kept(p).bytes == (fits && misleads ? 0 : bytes));
        assert_memory_equal(&facts->radiometry, &pv_photo_facts_of(plain)->radiometry, sizeof facts->radiometry);
        assert_int_equal(pv_photo_lends(p, fx, fy), fits && !misleads);
        assert_int_equal(pv_photo_lends(p, 1, 1), !fits);
        check(p, (pv_rect){0, 0, w, h}, fx, fy);
        check(p, (pv_rect){w / 3, h / 2, w - w / 3, 1}, fx, fy);
        for (int b = 0; b < facts->n_bands && fits && !misleads; b++) {
            const uint16_t *lent = NULL;
            const uint8_t *lent_valid = NULL;
            uint16_t value = 0;
            pv_photo_lend(p, b, &lent, &lent_valid);
            for (int i = 0; i < w * h; i++) {
                assert_int_equal(lent_valid[i], defined(fx, fy, b, i % w, i / w, &value));
                assert_int_equal(lent[i], value);
            }
        }
        pv_photo_free(p);
    }
    pv_photo_free(plain);
}

static void cells_are_their_definition(void **state)
{
    (void)state;
    static const struct {
        GDALDataType type;
        int n;
        maker_fn value;
        const char *options;
    } cases[] = {{GDT_UInt16, 4, holed_u16, "TILED=YES BLOCKXSIZE=256 BLOCKYSIZE=128 COMPRESS=DEFLATE PREDICTOR=2"},
                 {GDT_UInt16, 3, maker_u16, "COMPRESS=LZW BLOCKYSIZE=7"},
                 {GDT_UInt16, 4, misleading, "TILED=YES BLOCKXSIZE=512 BLOCKYSIZE=512"},
                 {GDT_Int16, 4, negative, "TILED=YES BLOCKXSIZE=48 BLOCKYSIZE=80 INTERLEAVE=BAND COMPRESS=ZSTD"},
                 {GDT_Byte, 3, maker_u8, "BLOCKYSIZE=1"},
                 {GDT_Byte, 3, holed_u8, "TILED=YES BLOCKXSIZE=1024 BLOCKYSIZE=512 COMPRESS=LZW PREDICTOR=2"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        maker m = {.path = maker_path("cells.tif"),
                   .w = W,
                   .h = H,
                   .n = cases[i].n,
                   .type = cases[i].type,
                   .options = cases[i].options,
                   .value = cases[i].value,
                   .nodata = "7"};
        maker_write(&m);
        check_file(m.path);
        check_kept(m.path, cases[i].value == misleading);
    }
}

/* Never written blocks, and a damaged one. */
static void holes_stay_holes(void **state)
{
    (void)state;
    maker m = {.path = maker_path("holes.tif"),
               .w = W,
               .h = H,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES COMPRESS=DEFLATE SPARSE_OK=TRUE"};
    maker_write_holes(&m, 300000);
    check_file(m.path);
    assert_non_null(memchr(valid, PV_PIXEL_NODATA, sizeof valid));
    assert_non_null(memchr(valid, PV_PIXEL_UNREADABLE, sizeof valid));
    check_kept(m.path, 0);
}

/* Floats are kept as pixels, for cells too; what is too much is not kept at all. */
static void what_is_kept(void **state)
{
    (void)state;
    maker m = {.path = maker_path("floats.tif"), .w = W, .h = H, .n = 3, .type = GDT_Float32, .value = maker_f32, .options = "TILED=YES"};
    maker_write(&m);
    pv_photo *p = maker_later(m.path, 2, 2, 1 << 24);
    pv_keep keep = pv_photo_keeps(pv_photo_facts_of(p), 2, 2, 1 << 24);
    assert_true(keep.fx == 1 && keep.fy == 1 && keep.bytes == (int64_t)W * H * 13 && pv_photo_kept(p).bytes == keep.bytes);
    maker_sample(p);
    assert_int_equal(pv_photo_lends(p, 2, 2), 0);
    assert_int_equal(pv_photo_lends(p, 1, 1), 0);
    maker_read(p, (pv_rect){0, 0, W, H}, pixel, valid);
    check(p, (pv_rect){0, 0, across(W, 2), across(H, 2)}, 2, 2);
    pv_photo_free(p);
    pv_photo_facts large = {
        .width_px = 10000, .height_px = 10000, .n_bands = 4, .n_file_bands = 4, .sample_bytes = 2, .block_w_px = 512, .block_h_px = 512};
    assert_int_equal(pv_photo_keeps(&large, 2, 2, 225000000).bytes, 225000000);
    assert_int_equal(pv_photo_keeps(&large, 2, 2, 224999999).bytes, 0);
    assert_int_equal(pv_photo_keeps(&large, 1, 1, INT64_C(1) << 40).bytes, 0);
    large.width_px = large.height_px = 4000;
    assert_int_equal(pv_photo_keeps(&large, 2, 2, 35999999).bytes, 0);
    assert_int_equal(pv_photo_keeps(&large, 3, 3, 200000000).bytes, 144000000);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    maker m = {.path = maker_path("memory.tif"), .w = 300, .h = 200, .n = 3, .type = GDT_UInt16, .value = maker_u16, .options = "TILED=YES"};
    maker_write(&m);
    pv_status st = PV_NOMEM;
    pv_photo *p = maker_open(m.path, NULL);
    for (long f = 0; st != PV_OK; f++) {
        pv_photo *clone = NULL;
        pv_mem_fail_at(f, 0);
        st = pv_photo_clone(&clone, p, NULL);
        if (st == PV_OK)
            st = pv_photo_read_cells(clone, (pv_rect){0, 0, 100, 66}, 3, 3, 1, (const int[]){1}, (pv_planes){cell, cell_valid, 100, 0}, NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || st == PV_NOMEM);
        pv_photo_free(clone);
    }
    pv_photo_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_their_definition),
        cmocka_unit_test(holes_stay_holes),
        cmocka_unit_test(what_is_kept),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
