#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_PIECE_BYTES = 1 << 18 };

struct pv_photo_hash {
    int n, at; /* files, and the one that is open or comes next */
    char *path[PV_MAX_FILE_BANDS];
    FILE *file;
    pv_sha256 one, all;
    uint8_t *piece;
    char hex[PV_SHA256_HEX];
};

void pv_photo_hash_free(pv_photo_hash *h)
{
    if (h == NULL) return;
    if (h->file != NULL) (void)fclose(h->file);
    for (int i = 0; i < h->n; i++) pv_free(h->path[i]);
    pv_free(h->piece);
    pv_free(h);
}

pv_status pv_photo_hash_new(pv_photo_hash **out, const pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_hash *h = NULL;
    PV_TRY(pv_alloc(&h, 1, sizeof *h, "hash", err));
    PV_TRY(pv_alloc(&h->piece, PV_PIECE_BYTES, 1, "hash buffer", err));
    for (int i = 0; i < photo->n_sources; i++) {
        PV_TRY(pv_strdup(&h->path[i], photo->source[i].path, err));
        h->n = i + 1;
    }
    pv_sha256_init(&h->all);
    *out = h;
    h = NULL;
out:
    pv_photo_hash_free(h);
    return st;
}

/* The file is at its end: its digest is the answer, or of a folder one line of what is hashed. */
static void pv_hash_end_file(pv_photo_hash *h)
{
    uint8_t digest[PV_SHA256_BYTES];
    const char *name = pv_path_name(h->path[h->at]);
    (void)fclose(h->file);
    h->file = NULL;
    h->at++;
    pv_sha256_done(&h->one, digest);
    pv_sha256_hex(digest, h->hex);
    if (h->n == 1) return;
    pv_sha256_add(&h->all, h->hex, PV_SHA256_HEX - 1);
    pv_sha256_add(&h->all, "  ", 2);
    pv_sha256_add(&h->all, name, strlen(name));
    pv_sha256_add(&h->all, "\n", 1);
    if (h->at < h->n) return;
    pv_sha256_done(&h->all, digest);
    pv_sha256_hex(digest, h->hex);
}

pv_status pv_photo_hash_add(pv_photo_hash *h, int64_t bytes, pv_err *err)
{
    for (int64_t done = 0; h->at < h->n && (bytes < 0 || done < bytes);) {
        const char *path = h->path[h->at];
        if (h->file == NULL) {
            h->file = fopen(path, "rb");
            if (h->file == NULL) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
            pv_sha256_init(&h->one);
        }
        size_t n = fread(h->piece, 1, PV_PIECE_BYTES, h->file);
        if (ferror(h->file)) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
        pv_sha256_add(&h->one, h->piece, n);
        done += (int64_t)n;
        if (n == 0) pv_hash_end_file(h);
    }
    return PV_OK;
}

pv_status pv_photo_hash_end(pv_photo_hash *h, char hex[65], pv_err *err)
{
    pv_status st = pv_photo_hash_add(h, -1, err);
    if (st == PV_OK) memcpy(hex, h->hex, sizeof h->hex);
    return st;
}

int64_t pv_photo_bytes(const pv_photo *photo)
{
    int64_t n = 0;
    for (int i = 0; i < photo->n_sources; i++) n += (int64_t)photo->source[i].gate.file_bytes;
    return n;
}
