#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pv_sha256_init(pv_sha256 *s)
{
    sha256_init(&s->state);
}

void pv_sha256_add(pv_sha256 *s, const void *data, size_t n)
{
    sha256_update(&s->state, n, data);
}

void pv_sha256_done(pv_sha256 *s, uint8_t digest[PV_SHA256_BYTES])
{
    sha256_digest(&s->state, PV_SHA256_BYTES, digest);
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
