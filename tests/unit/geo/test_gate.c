/* The gate: TIFFs built byte by byte, good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "geo/gate.h"

#include "base/banned.h"

enum { ROOM = 1 << 16 };

/* A TIFF of nothing but header, directory and tables; the fields that a test changes. */
typedef struct tiff {
    int big_tiff, big_endian;
    uint64_t w, h, spp, bits, format, compression, photometric, planar, tile, rows;
    int n_blocks; /* 0 = as many as are needed */
    int missing, past;
    uint64_t block_bytes;
    uint8_t data[ROOM];
    size_t n;
} tiff;

static void put(tiff *t, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++) t->data[t->n++] = (uint8_t)(v >> 8 * (t->big_endian ? bytes - 1 - i : i));
}

static void entry(tiff *t, int tag, uint64_t count, uint64_t value)
{
    int word = t->big_tiff ? 8 : 4;
    put(t, (uint64_t)tag, 2);
    put(t, t->big_tiff ? 16 : 4, 2);
    put(t, count, word);
    put(t, value, word);
}

static tiff *make(tiff *t)
{
    int word = t->big_tiff ? 8 : 4;
    t->n = 0;
    memset(t->data, t->big_endian ? 'M' : 'I', 2);
    t->n = 2;
    put(t, t->big_tiff ? 43 : 42, 2);
    if (t->big_tiff) put(t, 8, 2), put(t, 0, 2);
    put(t, t->big_tiff ? 16 : 8, word);
    uint64_t bw = t->tile ? t->tile : t->w, bh = t->tile ? t->tile : t->rows;
    int blocks = t->n_blocks != 0 ? t->n_blocks : (int)((t->w + bw - 1) / bw * ((t->h + bh - 1) / bh) * (t->planar == 2 ? t->spp : 1));
    int entries = t->tile ? 12 : 11;
    put(t, (uint64_t)entries, t->big_tiff ? 8 : 2);
    uint64_t tables = t->n + (size_t)entries * (t->big_tiff ? 20u : 12u) + (size_t)word, counts = tables + (uint64_t)(blocks * word);
    uint64_t data = counts + (uint64_t)(blocks * word);
    entry(t, 256, 1, t->w);
    entry(t, 257, 1, t->h);
    entry(t, 258, 1, t->bits);
    entry(t, 259, 1, t->compression);
    entry(t, 262, 1, t->photometric);
    entry(t, t->tile ? 324 : 273, (uint64_t)blocks, blocks == 1 ? data : tables);
    entry(t, 277, 1, t->spp);
    if (t->tile)
        entry(t, 322, 1, t->tile), entry(t, 323, 1, t->tile);
    else
        entry(t, 278, 1, t->rows);
    entry(t, t->tile ? 325 : 279, (uint64_t)blocks, blocks == 1 ? t->block_bytes : counts);
    entry(t, 284, 1, t->planar);
    entry(t, 339, 1, t->format);
    put(t, 0, word);
    for (int i = 0; i < blocks; i++)
        put(t, i < t->missing ? 0 : i >= blocks - t->past ? (uint64_t)ROOM * 2 : data + (uint64_t)i * t->block_bytes, word);
    for (int i = 0; i < blocks; i++) put(t, i < t->missing ? 0 : t->block_bytes, word);
    t->n += (size_t)blocks * t->block_bytes;
    assert_true(t->n < ROOM);
    return t;
}

static tiff good(void)
{
    return (tiff){
        .w = 100, .h = 80, .spp = 3, .bits = 8, .format = 1, .compression = 8, .photometric = 2, .planar = 1, .tile = 32, .block_bytes = 40};
}

static pv_status look(tiff *t, pv_gate_facts *f, pv_err *err)
{
    /* A copy of exactly these bytes: a look beyond them is seen by the address sanitizer. */
    uint8_t *copy = malloc(t->n);
    assert_non_null(copy);
    memcpy(copy, t->data, t->n);
    pv_status st = pv_gate_check_bytes(copy, t->n, NULL, f, err);
    free(copy);
    return st;
}

static void passes(tiff t, pv_gate_facts *f)
{
    pv_err err = {0};
    if (look(make(&t), f, &err) != PV_OK) fail_msg("%s", err.text);
}

static void refuses(tiff t, const char *word)
{
    pv_err err = {0};
    pv_gate_facts f = {.bands = 77};
    assert_int_equal(look(make(&t), &f, &err), PV_INPUT);
    if (strstr(err.text, word) == NULL) fail_msg("'%s' is not in: %s", word, err.text);
    assert_int_equal(f.bands, 77); /* untouched */
}

static void good_files_pass_and_are_described(void **state)
{
    (void)state;
    for (int k = 0; k < 4; k++) {
        tiff t = good();
        pv_gate_facts f;
        t.big_tiff = k & 1, t.big_endian = k >> 1;
        t.missing = 2;
        t.past = 1;
        passes(t, &f);
        assert_int_equal(f.big_tiff, k & 1);
        assert_int_equal(f.width_px, 100);
        assert_int_equal(f.height_px, 80);
        assert_int_equal(f.bands, 3);
        assert_int_equal(f.bits, 8);
        assert_int_equal(f.compression, 8);
        assert_true(f.tiled);
        assert_int_equal(f.block_w_px, 32);
        assert_int_equal(f.n_blocks, 12);
        assert_int_equal(f.missing_blocks, 2);
        assert_int_equal(f.blocks_past_end, 1);
        assert_int_equal(f.stored_bytes, 9 * 40);
        t.tile = 0;
        t.rows = 11;
        t.planar = 2;
        passes(t, &f);
        assert_false(f.tiled);
        assert_int_equal(f.n_blocks, 24);
        assert_int_equal(f.separate, 1);
    }
}

static void bad_shapes_are_refused(void **state)
{
    (void)state;
    tiff t = good();
    t.w = 0, t.n_blocks = 4, refuses(t, "no pixels");
    t = good(), t.w = 500000, t.n_blocks = 4, refuses(t, "cut the photo into sheets");
    t = good(), t.spp = 18, refuses(t, "bands");
    t = good(), t.spp = 65529, t.n_blocks = 4, refuses(t, "bands");
    t = good(), t.tile = 32768, refuses(t, "TILED=YES");
    t = good(), t.n_blocks = 11, refuses(t, "12 blocks are needed");
    t = good(), t.tile = 0, t.rows = 80, t.w = 399999, t.h = 100000, t.n_blocks = 1, refuses(t, "block");
    t = good(), t.tile = 16384, t.spp = 1, t.block_bytes = 400, refuses(t, "10000 times");
}

static void bad_samples_are_refused(void **state)
{
    (void)state;
    tiff t = good();
    t.format = 5, t.bits = 64, refuses(t, "complex");
    t = good(), t.format = 3, t.bits = 64, refuses(t, "Float32");
    t = good(), t.format = 1, t.bits = 1, refuses(t, "1-bit");
    t = good(), t.format = 1, t.bits = 32, refuses(t, "UInt16");
    t = good(), t.format = 2, t.bits = 8, refuses(t, "signed");
    t = good(), t.photometric = 3, refuses(t, "-expand rgb");
    t = good(), t.photometric = 5, refuses(t, "RGB");
    t = good(), t.photometric = 6, refuses(t, "YCbCr");
    t = good(), t.compression = 6, refuses(t, "old-style JPEG");
}

static void damage_is_told_from_sparseness(void **state)
{
    pv_gate_facts f;
    (void)state;
    tiff t = good();
    t.missing = 11, passes(t, &f);
    t.missing = 12, refuses(t, "ever written");
    t.missing = 0, t.past = 12, refuses(t, "half-copied");
    t.missing = 5, t.past = 7, refuses(t, "half-copied");
}

static void every_cut_is_survived(void **state)
{
    (void)state;
    for (int k = 0; k < 4; k++) {
        tiff t = good();
        pv_gate_facts f;
        pv_err err;
        t.big_tiff = k & 1, t.big_endian = k >> 1;
        make(&t);
        size_t whole = t.n;
        for (t.n = 0; t.n < whole; t.n++) {
            err.text[0] = '\0';
            pv_status st = look(&t, &f, &err);
            /* The blocks are at the end: only their loss leaves something to scan. */
            if (t.n < whole - 11 * 40)
                assert_int_equal(st, PV_INPUT);
            else
                assert_int_equal(st, PV_OK);
            if (st != PV_OK) assert_true(err.text[0] != '\0');
        }
    }
}

static void stranger(const char *bytes, size_t n, const char *word)
{
    pv_err err = {0};
    pv_gate_facts f;
    assert_int_equal(pv_gate_check_bytes((const uint8_t *)bytes, n, NULL, &f, &err), PV_INPUT);
    if (strstr(err.text, word) == NULL) fail_msg("'%s' is not in: %s", word, err.text);
}

static void strangers_are_named(void **state)
{
    pv_err err = {0};
    pv_gate_facts f;
    (void)state;
    stranger("<VRTDataset rasterXSize=\"1\"", 27, "VRT");
    stranger("\n  <VRTDataset rasterXSize=\"1\"", 30, "VRT");
    stranger("root:x:0:0:root:/root", 21, "text");
    stranger("\xFF\xD8\xFF\xE0....", 8, "JPEG");
    stranger("\x89PNG\r\n\x1a\n", 8, "PNG");
    stranger("", 0, "empty");
    stranger("\0\0\0\0\0\0\0\0\0\0", 10, "zeros");
    stranger("II*\0\0\0\0\0", 8, "never finished");
    stranger("II*", 3, "not a TIFF");
    assert_int_equal(pv_gate_check("/nowhere/at/all.tif", NULL, &f, &err), PV_IO);
    assert_int_equal(pv_gate_check("/tmp", NULL, &f, &err), PV_INPUT);
}

/* A directory whose chain of followers runs in a circle ends too. */
static void circles_end(void **state)
{
    pv_gate_facts f;
    pv_err err = {0};
    (void)state;
    tiff t = good();
    make(&t);
    size_t next = 8 + 2 + 12 * 12;
    t.data[next] = 8;
    assert_int_equal(look(&t, &f, &err), PV_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_pass_and_are_described),
        cmocka_unit_test(bad_shapes_are_refused),
        cmocka_unit_test(bad_samples_are_refused),
        cmocka_unit_test(damage_is_told_from_sparseness),
        cmocka_unit_test(every_cut_is_survived),
        cmocka_unit_test(strangers_are_named),
        cmocka_unit_test(circles_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
