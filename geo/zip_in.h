/* ZIP files from strangers: the list of members is judged as a whole before a byte is unpacked. Inside geo/ only.
 *
 * Refused: no directory at its end, more than one disk, ZIP64, encrypted members, methods other than stored and deflated, names that are absolute, hold `..`, a backslash or a drive, or stand twice,
 * members that overlap (the bombs of one kernel), and whatever is beyond the limits: number, size of one, size of all, ratio. Unpacked bytes are compared with the size and the CRC-32 of the list.
 * Names are UTF-8; others are read as GB18030 (old Windows). The bytes are borrowed. Threads: one owner. Errors: PV_INPUT with what is wrong, PV_NOMEM. */
#ifndef PV_GEO_ZIP_IN_H
#define PV_GEO_ZIP_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct pv_unzip_member {
    char *name; /* UTF-8; owned by the list; folders are not listed */
    size_t at;  /* of its bytes in the file */
    size_t packed, size;
    uint32_t crc;
    int method; /* 0 stored, 8 deflated */
} pv_unzip_member;

typedef struct pv_unzip {
    const uint8_t *data; /* borrowed */
    size_t n_bytes;
    size_t n, cap;
    pv_unzip_member *member; /* [n] in the order of their names */
} pv_unzip;

typedef struct pv_unzip_limits {
    int64_t members, ratio;
    size_t member_bytes, total_bytes;
} pv_unzip_limits;

/* 1 when the bytes begin like a ZIP file. */
int pv_unzip_is(const void *data, size_t n);
PV_MUST pv_status pv_unzip_open(pv_unzip *out, const void *data, size_t n, const pv_unzip_limits *limits, pv_err *err);
void pv_unzip_release(pv_unzip *z);
/* Unpacks a member: size bytes and a NUL, yours now. */
PV_MUST pv_status pv_unzip_take(const pv_unzip *z, size_t member, char **data, pv_err *err);

#endif
