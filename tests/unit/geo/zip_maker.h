/* Small ZIP files for tests: members are stored or deflated as they are given, and every number in the list can be made wrong. */
#ifndef PV_TESTS_ZIP_MAKER_H
#define PV_TESTS_ZIP_MAKER_H

#include <stdint.h>
#include <string.h>
#include <zlib.h>

typedef struct zip_maker {
    uint8_t data[1 << 18], list[1 << 14];
    size_t n, n_list;
    int members;
} zip_maker;

static void zip_put(uint8_t *to, size_t *n, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++) to[(*n)++] = (uint8_t)(v >> (8 * i));
}

static void zip_text(uint8_t *to, size_t *n, const void *s, size_t len)
{
    memcpy(to + *n, s, len);
    *n += len;
}

/* method 0: bytes as they are; 8: they are raw deflate of `size` bytes with this check sum. */
static void zip_member(zip_maker *z, const char *name, const void *bytes, size_t n, int method, uint32_t size, uint32_t crc)
{
    uint32_t at = (uint32_t)z->n, len = (uint32_t)strlen(name);
    zip_put(z->data, &z->n, 0x04034b50, 4);
    zip_put(z->list, &z->n_list, 0x02014b50, 4);
    zip_put(z->list, &z->n_list, 20, 2);
    for (int k = 0; k < 2; k++) {
        uint8_t *to = k == 0 ? z->data : z->list;
        size_t *to_n = k == 0 ? &z->n : &z->n_list;
        zip_put(to, to_n, 20, 2);
        zip_put(to, to_n, 0, 2);
        zip_put(to, to_n, (uint32_t)method, 2);
        zip_put(to, to_n, 0, 4);
        zip_put(to, to_n, crc, 4);
        zip_put(to, to_n, (uint32_t)n, 4);
        zip_put(to, to_n, size, 4);
        zip_put(to, to_n, len, 2);
        zip_put(to, to_n, 0, 2);
    }
    for (int k = 0; k < 10; k++) z->list[z->n_list++] = 0;
    zip_put(z->list, &z->n_list, at, 4);
    zip_text(z->list, &z->n_list, name, len);
    zip_text(z->data, &z->n, name, len);
    zip_text(z->data, &z->n, bytes, n);
    z->members++;
}

static void zip_store(zip_maker *z, const char *name, const void *bytes, size_t n)
{
    zip_member(z, name, bytes, n, 0, (uint32_t)n, (uint32_t)crc32(0, bytes, (uInt)n));
}

static void zip_deflate(zip_maker *z, const char *name, const void *bytes, size_t n)
{
    static uint8_t packed[1 << 17];
    z_stream s = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)n, .next_out = packed, .avail_out = sizeof packed};
    (void)deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    (void)deflate(&s, Z_FINISH);
    size_t got = sizeof packed - s.avail_out;
    (void)deflateEnd(&s);
    zip_member(z, name, packed, got, 8, (uint32_t)n, (uint32_t)crc32(0, bytes, (uInt)n));
}

static void zip_end(zip_maker *z)
{
    uint32_t at = (uint32_t)z->n;
    zip_text(z->data, &z->n, z->list, z->n_list);
    zip_put(z->data, &z->n, 0x06054b50, 4);
    zip_put(z->data, &z->n, 0, 4);
    zip_put(z->data, &z->n, (uint32_t)z->members, 2);
    zip_put(z->data, &z->n, (uint32_t)z->members, 2);
    zip_put(z->data, &z->n, (uint32_t)z->n_list, 4);
    zip_put(z->data, &z->n, at, 4);
    zip_put(z->data, &z->n, 0, 2);
}

#endif
