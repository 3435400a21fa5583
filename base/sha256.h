/* SHA-256 (FIPS 180-4) by Nettle, which uses the processor's instructions for it: every photo is hashed whole. Tested against sha256sum. */
#ifndef PV_BASE_SHA256_H
#define PV_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/sha2.h>

#include "base/err.h"

enum { PV_SHA256_BYTES = 32, PV_SHA256_HEX = 65 };

typedef struct pv_sha256 {
    struct sha256_ctx state;
} pv_sha256;

void pv_sha256_init(pv_sha256 *s);
void pv_sha256_add(pv_sha256 *s, const void *data, size_t n);
void pv_sha256_done(pv_sha256 *s, uint8_t digest[PV_SHA256_BYTES]);
/* 64 lower-case hex digits and a NUL. */
void pv_sha256_hex(const uint8_t digest[PV_SHA256_BYTES], char hex[PV_SHA256_HEX]);

/* Of a whole file, read in pieces. Fails with PV_IO. */
PV_MUST pv_status pv_sha256_file(const char *path, char hex[PV_SHA256_HEX], pv_err *err);

#endif
