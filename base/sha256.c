#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

void pv_sha256_init(pv_sha256 *s)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(s->state, start, sizeof start);
    s->bytes = 0;
}

static void pv_sha256_block(pv_sha256 *s, const uint8_t *p)
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    memcpy(v, s->state, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constant[i] + w[i];
        uint32_t s0 = rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) s->state[i] += v[i];
}

void pv_sha256_add(pv_sha256 *s, const void *data, size_t n)
{
    if (n == 0) return;
    const uint8_t *p = data;
    size_t used = (size_t)(s->bytes % 64);
    s->bytes += n;
    if (used > 0) {
        size_t take = n < 64 - used ? n : 64 - used;
        memcpy(s->block + used, p, take);
        p += take;
        n -= take;
        if (used + take < 64) return;
        pv_sha256_block(s, s->block);
    }
    for (; n >= 64; n -= 64, p += 64) pv_sha256_block(s, p);
    if (n > 0) memcpy(s->block, p, n);
}

void pv_sha256_done(pv_sha256 *s, uint8_t digest[PV_SHA256_BYTES])
{
    static const uint8_t pad[64] = {0x80};
    uint64_t bits = s->bytes * 8;
    uint8_t size[8];
    for (int i = 0; i < 8; i++) size[i] = (uint8_t)(bits >> (56 - 8 * i));
    pv_sha256_add(s, pad, 1 + (119 - s->bytes % 64) % 64);
    pv_sha256_add(s, size, sizeof size);
    for (int i = 0; i < PV_SHA256_BYTES; i++) digest[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}

void pv_sha256_hex(const uint8_t digest[PV_SHA256_BYTES], char hex[PV_SHA256_HEX])
{
    static const char digit[] = "0123456789abcdef";
    for (int i = 0; i < PV_SHA256_BYTES; i++) {
        hex[2 * i] = digit[digest[i] >> 4];
        hex[2 * i + 1] = digit[digest[i] & 15];
    }
    hex[64] = '\0';
}

pv_status pv_sha256_file(const char *path, char hex[PV_SHA256_HEX], pv_err *err)
{
    enum { PIECE = 1 << 18 };
    pv_status st = PV_OK;
    uint8_t *data = NULL;
    FILE *f = fopen(path, "rb");
    if (f == NULL) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
    PV_TRY(pv_alloc(&data, PIECE, 1, "hash buffer", err));
    pv_sha256 s;
    uint8_t digest[PV_SHA256_BYTES];
    size_t n = 0;
    pv_sha256_init(&s);
    while ((n = fread(data, 1, PIECE, f)) > 0) pv_sha256_add(&s, data, n);
    if (ferror(f)) PV_TRY(pv_fail(err, PV_IO, "%s: %s", path, strerror(errno)));
    pv_sha256_done(&s, digest);
    pv_sha256_hex(digest, hex);
out:
    pv_free(data);
    (void)fclose(f);
    return st;
}
