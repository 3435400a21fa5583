#include "geo/photo.h"

#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_PIECE_PIXELS = 1 << 18 };

const pv_photo_facts *pv_photo_facts_of(const pv_photo *photo)
{
    return &photo->facts;
}

pv_place *pv_photo_place(const pv_photo *photo)
{
    return photo->place;
}

int pv_photo_find_band(const pv_photo_facts *facts, const char *name)
{
    for (int i = 0; i < facts->n_bands; i++)
        if (strcmp(facts->band[i].name, name) == 0) return i;
    return -1;
}

void pv_photo_free(pv_photo *photo)
{
    if (photo == NULL) return;
    for (int i = 0; i < photo->n_sources; i++) pv_source_release(&photo->source[i]);
    pv_collar_release(&photo->rules);
    if (!photo->is_clone) pv_kept_free(photo->kept);
    pv_place_free(photo->place);
    pv_free(photo->facts.crs_wkt);
    pv_free(photo->raw);
    pv_free(photo->state);
    pv_free(photo->cell_band);
    pv_free(photo->cell_valid);
    pv_free(photo);
}

pv_status pv_photo_clone(pv_photo **out, const pv_photo *src, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo *p = NULL;
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "photo handle", err));
    p->facts = src->facts;
    p->facts.crs_wkt = NULL;
    p->limits = src->limits;
    p->road = src->road;
    p->sample = src->sample;
    p->n_used = src->n_used;
    memcpy(p->used, src->used, sizeof p->used);
    p->scale = src->scale;
    p->sampled = src->sampled;
    p->kept = src->kept;
    p->is_clone = 1;
    p->rules = src->rules;
    p->rules.left = p->rules.right = p->rules.top = p->rules.bottom = NULL;
    if (src->rules.left != NULL) PV_TRY(pv_collar_copy(&p->rules, &src->rules, src->facts.width_px, src->facts.height_px, err));
    if (src->facts.crs_wkt != NULL) PV_TRY(pv_strdup(&p->facts.crs_wkt, src->facts.crs_wkt, err));
    for (int i = 0; i < src->n_sources; i++) {
        const pv_source *from = &src->source[i];
        p->n_sources = i + 1;
        PV_TRY(pv_where(err, pv_source_open(&p->source[i], from->path, &p->limits, p->road, from->has_mask, err), "%s", pv_path_name(from->path)));
        const pv_gate_facts *now = &p->source[i].gate;
        if (now->file_bytes != from->gate.file_bytes || now->width_px != from->gate.width_px || now->height_px != from->gate.height_px)
            PV_TRY(pv_fail(err, PV_IO, "%s: the file was changed while it was being read", pv_path_name(from->path)));
        p->source[i].has_mask = from->has_mask;
    }
    *out = p;
    p = NULL;
out:
    pv_photo_free(p);
    return st;
}

/* The pieces in which a rectangle is read: whole blocks of the first file where possible. Gives the piece that begins at (x, y) of the rectangle r. */
static pv_rect pv_photo_piece(const pv_photo *p, pv_rect r, int x, int y)
{
    int bw = p->source[0].block_w, bh = p->source[0].block_h, px = r.x + x, py = r.y + y;
    int tiled = bw < p->facts.width_px;
    /* To the end of the block; of rows of thin strips several together. */
    int x1 = tiled ? pv_min((px / bw + 1) * bw, r.x + r.w) : r.x + r.w;
    int y1 = (py / bh + 1) * bh;
    if (!tiled) y1 += pv_min(PV_PIECE_PIXELS / r.w, r.h) / bh * bh;
    y1 = pv_min(y1, r.y + r.h);
    return (pv_rect){px, py, x1 - px, y1 - py};
}

/* The bands of one file within p->used: positions and file bands, in order. */
static int pv_photo_bands_of(const pv_photo *p, int source, int *first, int *band)
{
    int n = 0;
    for (int k = 0; k < p->n_used; k++) {
        if (p->used[k].source != source) continue;
        if (n == 0) *first = k;
        band[n++] = p->used[k].band;
    }
    return n;
}

static pv_status pv_source_read(pv_photo *p, int source, pv_rect r, pv_err *err)
{
    pv_source *s = &p->source[source];
    int band[PV_MAX_FILE_BANDS], first = 0, n = pv_photo_bands_of(p, source, &first, band);
    pv_status st = PV_OK;
    if (n == 0) return PV_OK;
    void *out = p->raw + (size_t)first * (size_t)r.w * (size_t)r.h * pv_sample_bytes(p->sample);
    if (s->tiff != NULL) pv_tiff_read_once(s->tiff, p->once || (p->kept != NULL && !p->sampled));
    if (s->tiff != NULL)
        st = pv_tiff_read(s->tiff, r, n, band, out, p->state, err);
    else
        st = pv_gdal_read(s->gdal, r, n, band, p->sample, out, p->state, err);
    if (st == PV_OK && s->has_mask) st = pv_gdal_mask(s->gdal, r, p->state, err);
    return pv_where(err, st, "%s", pv_path_name(s->path));
}

void pv_photo_read_once(pv_photo *photo, int once)
{
    photo->once = once;
}

void pv_photo_expect(pv_photo *photo, pv_rect rect)
{
    pv_rect in = pv_rect_intersect(rect, (pv_rect){0, 0, photo->facts.width_px, photo->facts.height_px});
    for (int i = 0; i < photo->n_sources && in.w > 0 && in.h > 0; i++) {
        int band[PV_MAX_FILE_BANDS], first = 0, n = pv_photo_bands_of(photo, i, &first, band);
        if (n > 0 && photo->source[i].tiff != NULL) pv_tiff_expect(photo->source[i].tiff, in, n, band);
    }
}

int pv_photo_nothing(pv_photo *p, pv_rect piece)
{
    for (int i = 0; i < p->n_sources; i++) {
        int band[PV_MAX_FILE_BANDS], first = 0, n = pv_photo_bands_of(p, i, &first, band);
        pv_source *s = &p->source[i];
        if (n == 0) continue;
        if (s->tiff != NULL ? pv_tiff_is_empty(s->tiff, piece, n, band) : pv_gdal_is_empty(s->gdal, piece, n, band)) return 1;
    }
    return 0;
}

int pv_photo_is_empty(pv_photo *photo, pv_rect rect)
{
    pv_rect in = pv_rect_intersect(rect, (pv_rect){0, 0, photo->facts.width_px, photo->facts.height_px});
    return in.w == 0 || pv_photo_nothing(photo, in);
}

pv_status pv_photo_raw(pv_photo *p, pv_rect piece, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)piece.w * (size_t)piece.h;
    PV_TRY(pv_grow(&p->raw, &p->raw_cap, n * (size_t)p->n_used * pv_sample_bytes(p->sample), 1, "pixels", err));
    PV_TRY(pv_grow(&p->state, &p->state_cap, n, 1, "pixels", err));
    if (p->kept != NULL && p->kept->whole && p->sample == PV_SAMPLE_F32) {
        pv_kept_get(p, piece);
        return PV_OK;
    }
    memset(p->state, PV_PIXEL_VALID, n);
    for (int i = 0; i < p->n_sources; i++) PV_TRY(pv_source_read(p, i, piece, err));
out:
    return st;
}

static void pv_photo_fill_nothing(pv_rect part, int n_bands, pv_planes to)
{
    for (size_t y = 0; y < (size_t)part.h; y++) {
        memset(to.valid + y * to.row, PV_PIXEL_NODATA, (size_t)part.w);
        for (size_t k = 0; k < (size_t)n_bands; k++) memset(to.band + k * to.plane + y * to.row, 0, (size_t)part.w * sizeof *to.band);
    }
}

static pv_planes pv_planes_at(pv_planes p, pv_rect rect, pv_rect part)
{
    size_t at = (size_t)(part.y - rect.y) * p.row + (size_t)(part.x - rect.x);
    return (pv_planes){p.band + at, p.valid + at, p.row, p.plane};
}

static pv_status pv_photo_read_piece(pv_photo *p, pv_rect piece, int n_bands, const int *band_index, pv_planes to, pv_err *err)
{
    if (pv_kept_read(p, piece, 1, 1, n_bands, band_index, to)) return PV_OK;
    if (pv_photo_nothing(p, piece)) {
        pv_photo_fill_nothing(piece, n_bands, to);
        return PV_OK;
    }
    pv_status st = pv_photo_raw(p, piece, err);
    if (st != PV_OK) return st;
    pv_valid_apply(p, piece);
    for (int y = 0; y < piece.h; y++) memcpy(to.valid + (size_t)y * to.row, p->state + (size_t)y * (size_t)piece.w, (size_t)piece.w);
    for (int k = 0; k < n_bands; k++) pv_valid_scale(p, piece, band_index[k], 0, piece.h, to.band + (size_t)k * to.plane, (ptrdiff_t)to.row);
    return PV_OK;
}

pv_status pv_photo_read_to(pv_photo *photo, pv_rect rect, int n_bands, const int *band_index, pv_planes to, pv_err *err)
{
    if (rect.w <= 0 || rect.h <= 0) return PV_OK;
    for (int k = 0; k < n_bands; k++)
        if (band_index[k] < 0 || band_index[k] >= photo->facts.n_bands)
            return pv_fail(err, PV_BUG, "band %d asked for, the photo has %d", band_index[k], photo->facts.n_bands);
    pv_rect in = pv_rect_intersect(rect, (pv_rect){0, 0, photo->facts.width_px, photo->facts.height_px});
    if (in.w < rect.w || in.h < rect.h) pv_photo_fill_nothing(rect, n_bands, to);
    for (int y = 0; y < in.h;) {
        int h = 1;
        for (int x = 0; x < in.w;) {
            pv_rect piece = pv_photo_piece(photo, in, x, y);
            pv_status st = pv_photo_read_piece(photo, piece, n_bands, band_index, pv_planes_at(to, rect, piece), err);
            if (st != PV_OK) return pv_where(err, st, "pixels %d,%d", piece.x, piece.y);
            x += piece.w;
            h = piece.h;
        }
        y += h;
    }
    return PV_OK;
}

pv_status pv_photo_read(pv_photo *photo, pv_rect rect, int n_bands, const int *band_index, uint16_t *bands, uint8_t *valid, pv_err *err)
{
    size_t row = rect.w > 0 ? (size_t)rect.w : 0, plane = rect.h > 0 ? row * (size_t)rect.h : 0;
    return pv_photo_read_to(photo, rect, n_bands, band_index, (pv_planes){bands, valid, row, plane}, err);
}
