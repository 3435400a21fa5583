#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

int64_t pv_photo_kept_bytes(const pv_photo_facts *facts, int64_t keep_bytes)
{
    int64_t n = (int64_t)facts->width_px * facts->height_px, bytes = n * ((int64_t)facts->n_file_bands * facts->sample_bytes + 1);
    return pv_sample_is_small(facts) && bytes <= keep_bytes ? bytes : 0;
}

pv_status pv_kept_make(pv_photo *p, int64_t keep_bytes, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kept *k = NULL;
    size_t n = (size_t)p->facts.width_px * (size_t)p->facts.height_px, pixel = (size_t)p->n_used * pv_sample_bytes(p->sample);
    if (pv_photo_kept_bytes(&p->facts, keep_bytes) == 0) return PV_OK;
    PV_TRY(pv_alloc(&k, 1, sizeof *k, "pixels of the photo", err));
    PV_TRY(pv_alloc(&k->raw, n, pixel, "pixels of the photo", err));
    PV_TRY(pv_alloc(&k->state, n, 1, "pixels of the photo", err));
    p->kept = k;
    k = NULL;
out:
    pv_kept_free(k);
    return st;
}

void pv_kept_free(pv_kept *kept)
{
    if (kept == NULL) return;
    pv_free(kept->raw);
    pv_free(kept->state);
    pv_free(kept);
}

/* Rows of a plane of the piece to or from their place in the plane of the photo. */
static void pv_kept_rows(const pv_photo *p, pv_rect piece, uint8_t *whole, uint8_t *part, size_t bytes, int put)
{
    size_t w = (size_t)p->facts.width_px, row = (size_t)piece.w * bytes;
    for (size_t y = 0; y < (size_t)piece.h; y++) {
        uint8_t *at = whole + (((size_t)piece.y + y) * w + (size_t)piece.x) * bytes;
        if (put)
            memcpy(at, part + y * row, row);
        else
            memcpy(part + y * row, at, row);
    }
}

static void pv_kept_planes(const pv_photo *p, pv_rect piece, int put)
{
    size_t bytes = pv_sample_bytes(p->sample), n = (size_t)p->facts.width_px * (size_t)p->facts.height_px, part = (size_t)piece.w * (size_t)piece.h;
    for (size_t k = 0; k < (size_t)p->n_used; k++) pv_kept_rows(p, piece, p->kept->raw + k * n * bytes, p->raw + k * part * bytes, bytes, put);
    pv_kept_rows(p, piece, p->kept->state, p->state, 1, put);
}

void pv_kept_put(pv_photo *p, pv_rect piece, int nothing)
{
    if (!nothing) {
        pv_kept_planes(p, piece, 1);
        return;
    }
    for (int y = 0; y < piece.h; y++)
        memset(p->kept->state + (size_t)(piece.y + y) * (size_t)p->facts.width_px + (size_t)piece.x, PV_PIXEL_NODATA, (size_t)piece.w);
}

void pv_kept_get(pv_photo *p, pv_rect piece)
{
    pv_kept_planes(p, piece, 0);
}
