/* The sample taken by several workers is the one taken by opening; pixels that are kept are those of the file. */
#include "photo_maker.h"

#include "geo/photo_internal.h"

#include "base/banned.h"

static uint16_t bands_a[4 * 700 * 600], bands_b[4 * 700 * 600];
static uint8_t valid_a[700 * 600], valid_b[700 * 600];

static void same_pixels(pv_photo *a, pv_photo *b, pv_rect r)
{
    size_t n = (size_t)r.w * (size_t)r.h;
    maker_read(a, r, bands_a, valid_a);
    maker_read(b, r, bands_b, valid_b);
    assert_memory_equal(valid_a, valid_b, n);
    assert_memory_equal(bands_a, bands_b, (size_t)pv_photo_facts_of(a)->n_bands * n * sizeof *bands_a);
}

/* Pixels that are lent are those that are read, and a photo that has lent them is read as before. */
static void lends_what_is_read(pv_photo *now, pv_photo *later)
{
    const pv_photo_facts *f = pv_photo_facts_of(now);
    int w = f->width_px, h = f->height_px;
    size_t n = (size_t)w * (size_t)h;
    maker_read(now, (pv_rect){0, 0, w, h}, bands_a, valid_a);
    for (int b = 0; b < f->n_bands; b++) {
        const uint16_t *pixels = NULL;
        const uint8_t *valid = NULL;
        pv_photo_lend(later, b, &pixels, &valid);
        for (int y = 0; y < h && b == 0; y += 50) pv_photo_lend_rows(later, y, pv_min(50, h - y));
        assert_memory_equal(valid, valid_a, n);
        assert_memory_equal(pixels, bands_a + (size_t)b * n, n * sizeof *pixels);
    }
    same_pixels(now, later, (pv_rect){-5, 30, w, 90});
}

static void later_is_the_same(const char *path)
{
    static const pv_rect rects[] = {{0, 0, 700, 600}, {500, 480, 60, 70}, {-20, 570, 300, 50}};
    pv_photo *now = maker_open(path, NULL);
    for (int64_t keep = 0; keep < 1 << 24; keep += 9000000) {
        pv_photo *later = maker_later(path, 1, 1, keep), *clone = NULL;
        const pv_radiometry *a = &pv_photo_facts_of(now)->radiometry, *b = &pv_photo_facts_of(later)->radiometry;
        assert_true((pv_photo_keeps(pv_photo_facts_of(later), 1, 1, keep).bytes > 0) == (keep > 0));
        maker_sample(later);
        assert_memory_equal(a, b, sizeof *a);
        assert_int_equal(pv_photo_clone(&clone, later, NULL), PV_OK);
        for (size_t i = 0; i < sizeof rects / sizeof rects[0]; i++) {
            same_pixels(now, later, rects[i]);
            same_pixels(now, clone, rects[i]);
        }
        pv_photo_free(clone);
        assert_int_equal(pv_photo_lends(later, 1, 1), keep > 0 && a->n_sampled > 0 && pv_photo_facts_of(later)->sample_bytes <= 2);
        if (pv_photo_lends(later, 1, 1)) lends_what_is_read(now, later);
        pv_photo_free(later);
    }
    pv_photo_free(now);
}

static void workers_sample_what_opening_does(void **state)
{
    (void)state;
    static const struct {
        GDALDataType type;
        maker_fn value;
        const char *options;
    } cases[] = {{GDT_Byte, maker_u8, "TILED=YES COMPRESS=DEFLATE"},
                 {GDT_UInt16, maker_u16, "COMPRESS=LZW BLOCKYSIZE=16"},
                 {GDT_Int16, maker_i16, "TILED=YES BLOCKXSIZE=128 BLOCKYSIZE=128"},
                 {GDT_Float32, maker_u8, "TILED=YES SPARSE_OK=TRUE"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        maker m = {.path = maker_path("sampled.tif"),
                   .w = 700,
                   .h = 600,
                   .n = 3,
                   .type = cases[i].type,
                   .value = cases[i].value,
                   .options = cases[i].options};
        maker_write(&m);
        later_is_the_same(m.path);
    }
}

/* Damaged and never written blocks stay what they are when pixels are kept. */
static void holes_stay_holes(void **state)
{
    (void)state;
    maker m = {.path = maker_path("holes.tif"),
               .w = 700,
               .h = 600,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES COMPRESS=DEFLATE SPARSE_OK=TRUE"};
    maker_write_holes(&m, 30000);
    later_is_the_same(m.path);
    assert_non_null(memchr(valid_a, PV_PIXEL_NODATA, 300 * 50));
    pv_photo *p = maker_open(m.path, NULL);
    maker_read(p, (pv_rect){0, 0, 700, 600}, bands_a, valid_a);
    assert_non_null(memchr(valid_a, PV_PIXEL_UNREADABLE, sizeof valid_a));
    pv_photo_free(p);
}

/* Large photos: a block of 512 holds one square at the most, so that it is decoded once. */
static void squares_of_large_photos_keep_to_blocks(void **state)
{
    (void)state;
    maker m = {.path = maker_path("large.tif"),
               .w = 60000,
               .h = 300,
               .n = 1,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=512 BLOCKYSIZE=512"};
    maker_write(&m);
    pv_photo *p = maker_later(m.path, 1, 1, 1 << 28);
    assert_int_equal(pv_photo_keeps(pv_photo_facts_of(p), 1, 1, 1 << 28).bytes, 0);
    assert_int_equal(pv_photo_sample_pieces(p), 8);
    maker_sample(p);
    assert_int_equal(pv_photo_facts_of(p)->radiometry.n_sampled, 8 * 256 * 256);
    pv_photo_free(p);
}

/* Who takes a piece takes those that share its blocks. What is kept is read in pieces of whole blocks, but of very large ones. */
static void pieces_of_a_block_stay_together(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        const char *options;
        int pieces, kept, squares, read;
    } cases[] = {{1300, 600, "TILED=YES BLOCKXSIZE=512 BLOCKYSIZE=512", 6, 1, 10, 1},
                 {1300, 600, "BLOCKYSIZE=16", 3, 1, 10, 5},
                 {1300, 600, "TILED=YES BLOCKXSIZE=1024 BLOCKYSIZE=1024", 2, 1, 10, 10},
                 {2600, 1200, "TILED=YES BLOCKXSIZE=2048 BLOCKYSIZE=2048", 20, 32, 32, 32}};
    for (int k = 0; k < 4; k++) {
        maker m = {.path = maker_path("blocks.tif"),
                   .w = cases[k].w,
                   .h = cases[k].h,
                   .n = 1,
                   .type = GDT_Byte,
                   .value = maker_u8,
                   .options = cases[k].options};
        maker_write(&m);
        pv_photo *kept = maker_later(m.path, 1, 1, 1 << 24);
        pv_photo *read = maker_open(m.path, &(pv_photo_options){.sample_later = 1});
        assert_int_equal(pv_photo_sample_pieces(kept), cases[k].pieces);
        assert_int_equal(pv_photo_sample_together(kept), cases[k].kept);
        assert_int_equal(pv_photo_sample_pieces(read), cases[k].squares);
        assert_int_equal(pv_photo_sample_together(read), cases[k].read);
        pv_photo_free(kept);
        pv_photo_free(read);
    }
}

/* A row of blocks that a handle cannot keep would be decoded again for each piece: nothing is kept of a large photo of such blocks, nor of one that is not compressed. */
static void large_photos_that_are_not_kept(void **state)
{
    (void)state;
    pv_photo_facts f = {
        .width_px = 9000, .height_px = 9000, .n_bands = 3, .n_file_bands = 3, .sample_bytes = 1, .block_w_px = 1024, .block_h_px = 1024};
    assert_true(pv_photo_keeps(&f, 2, 2, 1 << 28).bytes > 0);
    f.block_w_px = f.block_h_px = 2048;
    assert_true(pv_photo_keeps(&f, 2, 2, 1 << 28).bytes == 0);
    f.block_w_px = 9000;
    assert_true(pv_photo_keeps(&f, 2, 2, 1 << 28).bytes > 0);
    memcpy(f.codec, "NONE", 5);
    assert_true(pv_photo_keeps(&f, 2, 2, 1 << 28).bytes == 0);
    f.width_px = f.height_px = f.block_w_px = f.block_h_px = 4000;
    assert_true(pv_photo_keeps(&f, 2, 2, 1 << 28).bytes > 0);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    maker m = {.path = maker_path("memory.tif"), .w = 300, .h = 200, .n = 3, .type = GDT_Byte, .value = maker_u8, .options = "TILED=YES"};
    maker_write(&m);
    pv_status st = PV_NOMEM;
    for (long f = 0; st != PV_OK; f++) {
        pv_photo *p = NULL;
        pv_sample_counts *counts = NULL;
        pv_mem_fail_at(f, 0);
        st = pv_photo_open(&p, m.path, &(pv_photo_options){.sample_later = 1}, NULL);
        if (st == PV_OK) st = pv_photo_keep(p, pv_photo_keeps(pv_photo_facts_of(p), 2, 2, 1 << 24), NULL);
        if (st == PV_OK) st = pv_photo_sample_count(p, 0, &counts, NULL);
        if (st == PV_OK) st = pv_photo_sample_settle(p, counts, NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || st == PV_NOMEM);
        pv_sample_counts_free(counts);
        pv_photo_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_sample_what_opening_does),       cmocka_unit_test(holes_stay_holes),
        cmocka_unit_test(squares_of_large_photos_keep_to_blocks), cmocka_unit_test(pieces_of_a_block_stay_together),
        cmocka_unit_test(large_photos_that_are_not_kept),         cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
