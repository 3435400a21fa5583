/* The pixels of a photo, or its cells, kept when it was sampled. Integers are kept as pv_photo_read() gives them but for the scale, which is not known before the sample has
 * been taken; floats as they are stored. Cells are means of what was scaled, so their scale is guessed from the middle of the photo; where the sample says another one they
 * are let go, and read again. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

pv_keep pv_photo_keeps(const pv_photo_facts *f, int fx, int fy, int64_t most_bytes)
{
    int is_float = f->sample_bytes > 2;
    int64_t pixel = is_float ? 4 * (int64_t)f->n_file_bands + 1 : 2 * f->n_bands + 1;
    int fits = !is_float && PV_SAMPLE_CELL % fx == 0 && PV_SAMPLE_CELL % fy == 0, piece_w = 0, piece_h = 0; /* into a piece of the sample */
    pv_keep cells = {fx, fy, pv_cells_across(f->width_px, fx) * (int64_t)pv_cells_across(f->height_px, fy) * pixel};
    pv_keep pixels = {1, 1, (int64_t)f->width_px * f->height_px * pixel};
    pv_sample_piece_size(f, fy, &piece_w, &piece_h);
    /* Of large photos, blocks in several pieces are decoded again for each where a row of them is more than a handle keeps; and uncompressed ones cost less to read twice than
     * memory to touch. */
    int again = piece_w < f->width_px && piece_h < pv_min(f->block_h_px, f->height_px);
    if (!pv_sample_is_small(f) && (again || strcmp(f->codec, "NONE") == 0)) fits = 0;
    if (fits && (fx > 1 || fy > 1) && cells.bytes <= most_bytes) return cells;
    return pv_sample_is_small(f) && pixels.bytes <= most_bytes ? pixels : (pv_keep){1, 1, 0};
}

static size_t pv_kept_plane(const pv_kept *k)
{
    return (size_t)k->w * (size_t)k->h;
}

/* By what cells are scaled while the sample is taken. */
static pv_status pv_kept_guess(pv_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    double full_scale = p->tagged_scale;
    if (!(full_scale > 0)) PV_TRY(pv_sample_guess(p, &full_scale, err));
    p->scale = pv_scale_of(p->sample, full_scale);
out:
    return st;
}

pv_status pv_photo_keep(pv_photo *p, pv_keep keep, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kept *k = NULL;
    if (keep.bytes == 0 || p->sampled || p->kept != NULL) return PV_OK;
    PV_TRY(pv_alloc(&k, 1, sizeof *k, "pixels of the photo", err));
    *k = (pv_kept){.fx = keep.fx, .fy = keep.fy, .w = pv_cells_across(p->facts.width_px, keep.fx), .h = pv_cells_across(p->facts.height_px, keep.fy)};
    pv_sample_piece_size(&p->facts, keep.fy, &k->piece_w, &k->piece_h);
    if (keep.fx > 1 || keep.fy > 1) PV_TRY(pv_kept_guess(p, err));
    k->multiplier = p->scale.multiplier;
    k->bytes = keep.bytes;
    if (p->sample == PV_SAMPLE_F32)
        PV_TRY(pv_alloc(&k->raw, pv_kept_plane(k), (size_t)p->n_used * pv_sample_bytes(p->sample), "pixels of the photo", err));
    else
        PV_TRY(pv_alloc(&k->band, pv_kept_plane(k), (size_t)p->facts.n_bands * sizeof *k->band, "pixels of the photo", err));
    PV_TRY(pv_alloc(&k->state, pv_kept_plane(k), 1, "pixels of the photo", err));
    p->kept = k;
    k = NULL;
out:
    pv_kept_free(k);
    return st;
}

pv_keep pv_photo_kept(const pv_photo *photo)
{
    const pv_kept *k = photo->kept;
    return k != NULL ? (pv_keep){k->fx, k->fy, k->bytes} : (pv_keep){1, 1, 0};
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
    size_t bytes = pv_sample_bytes(p->sample), n = pv_kept_plane(p->kept), part = (size_t)piece.w * (size_t)piece.h;
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

static void pv_kept_put_pixels(pv_photo *p, pv_rect piece)
{
    size_t w = (size_t)p->facts.width_px, row = (size_t)piece.w, bytes = pv_sample_bytes(p->sample), part = row * (size_t)piece.h;
    for (size_t y = 0; y < (size_t)piece.h; y++) {
        size_t to = ((size_t)piece.y + y) * w + (size_t)piece.x, at = y * row;
        memcpy(p->kept->state + to, p->state + at, row);
        for (size_t k = 0; k < (size_t)p->facts.n_bands && p->sample != PV_SAMPLE_F32; k++)
            pv_kept_row(p->sample, p->raw + (k * part + at) * bytes, p->state + at, row, p->kept->band + k * pv_kept_plane(p->kept) + to);
    }
    if (p->sample == PV_SAMPLE_F32) pv_kept_planes(p, piece, 1);
}

/* One row of cells at a time; what cells have outside the photo is not there. */
static pv_status pv_kept_put_cells(pv_photo *p, pv_rect piece, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kept *k = p->kept;
    int across = pv_cells_across(piece.w, k->fx), down = pv_cells_across(piece.h, k->fy), n_bands = p->facts.n_bands;
    size_t row = (size_t)across * (size_t)k->fx, plane = row * (size_t)k->fy;
    PV_TRY(pv_grow(&p->cell_band, &p->cell_band_cap, plane * (size_t)n_bands, sizeof *p->cell_band, "pixels", err));
    PV_TRY(pv_grow(&p->cell_valid, &p->cell_valid_cap, plane, 1, "pixels", err));
    for (int y = 0; y < down; y++) {
        int first = y * k->fy, rows = pv_min(k->fy, piece.h - first);
        size_t at = ((size_t)(piece.y / k->fy) + (size_t)y) * (size_t)k->w + (size_t)(piece.x / k->fx);
        memset(p->cell_valid, PV_PIXEL_NODATA, plane);
        for (int i = 0; i < rows; i++) memcpy(p->cell_valid + (size_t)i * row, p->state + (size_t)(first + i) * (size_t)piece.w, (size_t)piece.w);
        for (int b = 0; b < n_bands; b++) pv_valid_scale(p, piece, b, first, rows, p->cell_band + (size_t)b * plane, (ptrdiff_t)row);
        pv_cells_row((pv_planes){p->cell_band, p->cell_valid, row, plane}, k->fx, k->fy, n_bands, across,
                     (pv_planes){k->band + at, k->state + at, (size_t)k->w, pv_kept_plane(k)});
    }
out:
    return st;
}

pv_status pv_kept_put(pv_photo *p, pv_rect piece, int nothing, pv_err *err)
{
    const pv_kept *k = p->kept;
    pv_status st = PV_OK;
    if (nothing) {
        int w = pv_cells_across(piece.w, k->fx), h = pv_cells_across(piece.h, k->fy);
        uint8_t *state = k->state + (size_t)(piece.y / k->fy) * (size_t)k->w + (size_t)(piece.x / k->fx);
        for (int y = 0; y < h; y++) memset(state + (size_t)y * (size_t)k->w, PV_PIXEL_NODATA, (size_t)w);
    } else if (k->fx > 1 || k->fy > 1) {
        st = pv_kept_put_cells(p, piece, err);
    } else {
        pv_kept_put_pixels(p, piece);
    }
    return st;
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
    if (k->fx > 1 || k->fy > 1) {
        k->scaled = k->whole = k->multiplier == p->scale.multiplier;
        if (k->whole) return;
        pv_free(k->band);
        pv_free(k->state);
        k->band = NULL;
        k->state = NULL;
        k->bytes = 0;
        return;
    }
    int bytes = p->sample == PV_SAMPLE_U8, is_usual = p->scale.multiplier == PV_SCALE_BYTES;
    k->scaled = bytes || p->scale.multiplier == PV_SCALE_NONE;
    k->whole = !bytes || is_usual;
}

int pv_kept_read(const pv_photo *p, pv_rect part, int fx, int fy, int n_bands, const int *band_index, pv_planes to)
{
    const pv_kept *kept = p->kept;
    if (!pv_photo_lends(p, fx, fy)) return 0;
    for (size_t y = 0; y < (size_t)part.h; y++) {
        size_t at = ((size_t)part.y + y) * (size_t)kept->w + (size_t)part.x, w = (size_t)part.w;
        memcpy(to.valid + y * to.row, kept->state + at, w);
        for (size_t k = 0; k < (size_t)n_bands; k++) {
            uint16_t *row = to.band + k * to.plane + y * to.row;
            memcpy(row, kept->band + (size_t)band_index[k] * pv_kept_plane(kept) + at, w * sizeof *row);
            if (!kept->scaled) pv_pixel_loops_of(pv_cpu_path())->rescale(p->scale.multiplier, w, row);
        }
    }
    return 1;
}

int pv_photo_lends(const pv_photo *photo, int fx, int fy)
{
    const pv_kept *k = photo->kept;
    return k != NULL && k->whole && k->fx == fx && k->fy == fy && photo->sample != PV_SAMPLE_F32;
}

void pv_photo_lend(pv_photo *photo, int band, const uint16_t **pixels, const uint8_t **valid)
{
    pv_kept *k = photo->kept;
    if (!k->scaled) k->whole = 0; /* from now on in two states */
    *pixels = k->band + (size_t)band * pv_kept_plane(k);
    *valid = k->state;
}

void pv_photo_lend_rows(pv_photo *photo, int y, int h)
{
    const pv_kept *k = photo->kept;
    for (int b = 0; b < photo->facts.n_bands && !k->scaled; b++) {
        uint16_t *at = k->band + (size_t)b * pv_kept_plane(k) + (size_t)y * (size_t)k->w;
        pv_pixel_loops_of(pv_cpu_path())->rescale(photo->scale.multiplier, (size_t)k->w * (size_t)h, at);
    }
}
