/* SHA-256: the vectors of FIPS 180-4, and sha256sum as the oracle for odd sizes and pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"

#include "base/banned.h"

static void hex_of(const void *data, size_t n, size_t piece, char hex[PV_SHA256_HEX])
{
    pv_sha256 s;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&s);
    for (size_t at = 0; at < n; at += piece) pv_sha256_add(&s, (const char *)data + at, n - at < piece ? n - at : piece);
    pv_sha256_add(&s, NULL, 0);
    pv_sha256_done(&s, digest);
    pv_sha256_hex(digest, hex);
}

static void test_fips_vectors(void **state)
{
    (void)state;
    static const char *const row[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    char hex[PV_SHA256_HEX];
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        hex_of(row[i][0], strlen(row[i][0]), 1000, hex);
        assert_string_equal(hex, row[i][1]);
    }
    char *million = NULL;
    assert_int_equal(pv_alloc(&million, 1000000, 1, "letters", NULL), PV_OK);
    memset(million, 'a', 1000000);
    hex_of(million, 1000000, 997, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    pv_free(million);
}

static void oracle(const char *path, char hex[PV_SHA256_HEX])
{
    char command[128];
    char line[256] = "";
    (void)snprintf(command, sizeof command, "sha256sum %s", path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    (void)pclose(f);
    memcpy(hex, line, 64);
    hex[64] = '\0';
}

static void test_against_sha256sum(void **state)
{
    (void)state;
    static const size_t size[] = {0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 65536, 262143, 262144, 262145, 300001};
    uint8_t *data = NULL;
    uint32_t x = 12345;
    assert_int_equal(pv_alloc(&data, 300001, 1, "bytes", NULL), PV_OK);
    for (size_t i = 0; i < 300001; i++) {
        x = x * 1664525u + 1013904223u;
        data[i] = (uint8_t)(x >> 24);
    }
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        char want[PV_SHA256_HEX], got[PV_SHA256_HEX];
        assert_int_equal(pv_outfile_put("sha256.bin", data, size[i], 1, NULL), PV_OK);
        oracle("sha256.bin", want);
        assert_int_equal(pv_sha256_file("sha256.bin", got, NULL), PV_OK);
        assert_string_equal(got, want);
        for (size_t piece = 1; piece < 200; piece += 31) {
            hex_of(data, size[i], piece, got);
            assert_string_equal(got, want);
        }
    }
    pv_free(data);
    (void)unlink("sha256.bin");
}

static void test_unreadable(void **state)
{
    (void)state;
    pv_err err = {0};
    char hex[PV_SHA256_HEX] = "kept";
    assert_int_equal(pv_sha256_file("no-such-file", hex, &err), PV_IO);
    assert_non_null(strstr(err.text, "no-such-file"));
    assert_int_equal(pv_sha256_file("/", hex, &err), PV_IO);
    assert_string_equal(hex, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fips_vectors), cmocka_unit_test(test_against_sha256sum),
                                       cmocka_unit_test(test_unreadable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
