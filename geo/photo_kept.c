/* The pixels of a small photo, kept when it was sampled. Integers are kept as pv_photo_read() gives them but for the scale, which is not known before the sample has been
 * taken; floats as they are stored. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

int64_t pv_photo_kept_bytes(const pv_photo_facts *facts, int64_t keep_bytes)
{
    int is_float = facts->sample_bytes > 2;
    int64_t n = (int64_t)facts->width_px * facts->height_px, bytes = n * (is_float ? 4 * (int64_t)facts->n_file_bands + 1 : 2 * facts->n_bands + 1);
    return pv_sample_is_small(facts) && bytes <= keep_bytes ? bytes : 0;
}

static size_t pv_kept_plane(const pv_photo *p)
{
    return (size_t)p->facts.width_px * (size_t)p->facts.height_px;
}

pv_status pv_kept_make(pv_photo *p, int64_t keep_bytes, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kept *k = NULL;
    size_t n = pv_kept_plane(p);
    if (pv_photo_kept_bytes(&p->facts, keep_bytes) == 0) return PV_OK;
    PV_TRY(pv_alloc(&k, 1, sizeof *k, "pixels of the photo", err));
    if (p->sample == PV_SAMPLE_F32)
        PV_TRY(pv_alloc(&k->raw, n, (size_t)p->n_used * pv_sample_bytes(p->sample), "pixels of the photo", err));
    else
        PV_TRY(pv_alloc(&k->band, n, (size_t)p->facts.n_bands * sizeof *k->band, "pixels of the photo", err));
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
    pv_free(kept->band);
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
    size_t bytes = pv_sample_bytes(p->sample), n = pv_kept_plane(p), part = (size_t)piece.w * (size_t)piece.h;
    for (size_t k = 0; k < (size_t)p->n_used; k++) pv_kept_rows(p, piece, p->kept->raw + k * n * bytes, p->raw + k * part * bytes, bytes, put);
}

/* A row of bytes by their own scale, which is known; of 16 bits as it is, but what is negative is 0. */
static void pv_kept_row(pv_sample sample, const uint8_t *from, const uint8_t *state, size_t w, uint16_t *to)
{
    const pv_pixel_loops *loop = pv_pixel_loops_of(pv_cpu_path());
    if (sample == PV_SAMPLE_U8)
        loop->scale_bytes(from, state, w, to);
    else
        loop->scale_words(PV_SCALE_NONE, sample == PV_SAMPLE_I16 ? 32767 : 65535, (const uint16_t *)(const void *)from, state, w, to);
}

void pv_kept_put(pv_photo *p, pv_rect piece, int nothing)
{
    size_t w = (size_t)p->facts.width_px, row = (size_t)piece.w, bytes = pv_sample_bytes(p->sample), part = row * (size_t)piece.h;
    for (size_t y = 0; y < (size_t)piece.h; y++) {
        size_t to = ((size_t)piece.y + y) * w + (size_t)piece.x, at = y * row;
        if (nothing) {
            memset(p->kept->state + to, PV_PIXEL_NODATA, row);
            continue;
        }
        memcpy(p->kept->state + to, p->state + at, row);
        for (size_t k = 0; k < (size_t)p->facts.n_bands && p->sample != PV_SAMPLE_F32; k++)
            pv_kept_row(p->sample, p->raw + (k * part + at) * bytes, p->state + at, row, p->kept->band + k * pv_kept_plane(p) + to);
    }
    if (!nothing && p->sample == PV_SAMPLE_F32) pv_kept_planes(p, piece, 1);
}

void pv_kept_get(pv_photo *p, pv_rect piece)
{
    pv_kept_planes(p, piece, 0);
    pv_kept_rows(p, piece, p->kept->state, p->state, 1, 0);
}

void pv_kept_settle(pv_photo *p)
{
    pv_kept *k = p->kept;
    if (k == NULL) return;
    int bytes = p->sample == PV_SAMPLE_U8, is_usual = p->scale.multiplier == PV_SCALE_BYTES;
    k->scaled = bytes || p->scale.multiplier == PV_SCALE_NONE;
    k->whole = !bytes || is_usual;
}

int pv_kept_read(const pv_photo *p, pv_rect piece, int n_bands, const int *band_index, pv_planes to)
{
    const pv_kept *kept = p->kept;
    if (!pv_photo_lends(p)) return 0;
    for (size_t y = 0; y < (size_t)piece.h; y++) {
        size_t at = ((size_t)piece.y + y) * (size_t)p->facts.width_px + (size_t)piece.x, w = (size_t)piece.w;
        memcpy(to.valid + y * to.row, kept->state + at, w);
        for (size_t k = 0; k < (size_t)n_bands; k++) {
            const uint16_t *from = kept->band + (size_t)band_index[k] * pv_kept_plane(p) + at;
            uint16_t *row = to.band + k * to.plane + y * to.row;
            memcpy(row, from, w * sizeof *row);
            if (!kept->scaled) pv_pixel_loops_of(pv_cpu_path())->rescale(p->scale.multiplier, w, row);
        }
    }
    return 1;
}

int pv_photo_lends(const pv_photo *photo)
{
    return photo->kept != NULL && photo->kept->whole && photo->sample != PV_SAMPLE_F32;
}

void pv_photo_lend(pv_photo *photo, int band, const uint16_t **pixels, const uint8_t **valid)
{
    pv_kept *k = photo->kept;
    if (!k->scaled) k->whole = 0; /* from now on in two states */
    *pixels = k->band + (size_t)band * pv_kept_plane(photo);
    *valid = k->state;
}

void pv_photo_lend_rows(pv_photo *photo, int y, int h)
{
    size_t w = (size_t)photo->facts.width_px;
    for (int b = 0; b < photo->facts.n_bands && !photo->kept->scaled; b++) {
        uint16_t *at = photo->kept->band + (size_t)b * pv_kept_plane(photo) + (size_t)y * w;
        pv_pixel_loops_of(pv_cpu_path())->rescale(photo->scale.multiplier, w * (size_t)h, at);
    }
}
