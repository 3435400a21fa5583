/* The gate: a TIFF is looked at before GDAL or libtiff decode a pixel.
 *
 * Our own reader of the header and the first image directory checks magic, dimensions, block bytes, missing blocks, blocks past the end of the
 * file and the ratio of raw to stored bytes. Nothing is trusted, nothing large is allocated.
 * Threads: any. Errors: PV_INPUT with what is wrong and what to do (also for a VRT or other text in disguise), PV_IO. */
#ifndef PV_GEO_GATE_H
#define PV_GEO_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The limits; pv_gate_limits_default() gives the documented ones. */
typedef struct pv_gate_limits {
    int64_t max_side_px;     /* 400 000 */
    int64_t max_pixels;      /* 5e10 */
    int max_bands;           /* 16 data bands + 1 alpha */
    int64_t max_block_bytes; /* 256 MiB, decoded, over all bands of a block */
    double max_ratio;        /* 10 000: decoded bytes / stored bytes of the written blocks */
} pv_gate_limits;

typedef struct pv_gate_facts {
    int big_tiff; /* 1 = BigTIFF */
    int64_t width_px, height_px;
    int bands, bits;   /* samples per pixel, bits per sample */
    int compression;   /* TIFF tag 259 */
    int sample_format; /* TIFF tag 339: 1 unsigned, 2 signed, 3 IEEE float */
    int photometric;   /* TIFF tag 262 */
    int separate;      /* 1 = band-interleaved: each block holds one band */
    int tiled;
    int64_t block_w_px, block_h_px, n_blocks;
    int64_t missing_blocks;  /* offset or byte count 0: never written */
    int64_t blocks_past_end; /* reach beyond the end of the file: damaged or half-copied */
    int64_t stored_bytes;    /* of all written blocks */
    int64_t file_bytes;
} pv_gate_facts;

pv_gate_limits pv_gate_limits_default(void);
/* 1 when what pv_gate_check() refused may be the beginning of a good file: empty, zeros, or a TIFF whose directory or blocks are not where they should be. */
int pv_gate_may_be_half(const pv_err *refusal);
PV_MUST pv_status pv_gate_check(const char *path, const pv_gate_limits *limits, pv_gate_facts *facts, pv_err *err);
/* The same on a file whose n bytes are in memory: the fuzz target. */
PV_MUST pv_status pv_gate_check_bytes(const uint8_t *data, size_t n, const pv_gate_limits *limits, pv_gate_facts *facts, pv_err *err);

#endif
