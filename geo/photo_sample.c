/* The radiometric sample: squares of 256 on a regular lattice, 8 x 8 at the most, that depends on the size of the photo alone, not on its blocks or codec. In large
 * photos they begin at multiples of their side, so that a block of the usual sizes is decoded once; small ones are decoded whole, and may be kept. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum {
    PV_SAMPLE_SIDE = 256,
    PV_SAMPLE_SMALL = 1 << 24, /* pixels */
    PV_SAMPLE_MOST = 1 << 20,  /* pixels of blocks that are read as one piece */
    PV_SAMPLE_GUESS_ROWS = 64,
    PV_SAMPLE_EXPECTS = 16, /* pieces after the one that is counted are on their way from the disk */
    PV_SAMPLE_LATTICE = 8,
    PV_LEVELS = 65536
};

static int pv_sample_across(int size)
{
    return pv_max(1, pv_min(PV_SAMPLE_LATTICE, size / PV_SAMPLE_SIDE));
}

int pv_sample_is_small(const pv_photo_facts *facts)
{
    return (int64_t)facts->width_px * facts->height_px <= PV_SAMPLE_SMALL;
}

/* The k-th square, row by row; 0 = there are no more. */
static int pv_sample_rect(const pv_photo *p, int k, pv_rect *r)
{
    int w = p->facts.width_px, h = p->facts.height_px, nx = pv_sample_across(w), ny = pv_sample_across(h);
    if (k >= nx * ny) return 0;
    int64_t i = k % nx, j = k / nx;
    r->w = pv_min(w, PV_SAMPLE_SIDE);
    r->h = pv_min(h, PV_SAMPLE_SIDE);
    r->x = (int)((2 * i + 1) * w / (2 * nx)) - r->w / 2;
    r->y = (int)((2 * j + 1) * h / (2 * ny)) - r->h / 2;
    if (!pv_sample_is_small(&p->facts)) {
        r->x -= r->x % PV_SAMPLE_SIDE;
        r->y -= r->y % PV_SAMPLE_SIDE;
    }
    return 1;
}

pv_status pv_sample_alpha(pv_photo *p, int *is_alpha, pv_err *err)
{
    pv_rect r;
    int last = p->n_used - 1, strangers = 0;
    int64_t full = 0, zero = 0;
    double most = p->sample == PV_SAMPLE_U8 ? 255 : p->sample == PV_SAMPLE_U16 ? 65535 : p->sample == PV_SAMPLE_I16 ? 32767 : 0;
    *is_alpha = 0;
    for (int k = 0; strangers == 0 && pv_sample_rect(p, k, &r); k++) {
        if (pv_photo_nothing(p, r)) continue;
        pv_status st = pv_photo_raw(p, r, err);
        if (st != PV_OK) return st;
        size_t n = (size_t)r.w * (size_t)r.h;
        const void *plane = p->raw + (size_t)last * n * pv_sample_bytes(p->sample);
        for (size_t i = 0; i < n && strangers == 0; i++) {
            if (p->state[i] != PV_PIXEL_VALID) continue;
            double v = p->sample == PV_SAMPLE_U8    ? ((const uint8_t *)plane)[i]
                       : p->sample == PV_SAMPLE_U16 ? ((const uint16_t *)plane)[i]
                       : p->sample == PV_SAMPLE_I16 ? ((const int16_t *)plane)[i]
                                                    : (double)((const float *)plane)[i];
            /* Floats have no largest value: the first of the usual ones that is met is taken. */
            if (most == 0 && (v == 1 || v == 255 || v == 65535)) most = v;
            if (v == 0)
                zero++;
            else if (v == most)
                full++;
            else
                strangers = 1;
        }
    }
    *is_alpha = strangers == 0 && full > 0 && (zero > 0 || p->facts.n_bands > 3);
    return PV_OK;
}

/* A float's place among 65536 rising classes (its upper half): a percentile within one part in 128. */
static uint32_t pv_float_class(float v)
{
    uint32_t bits;
    if (!(v > 0)) return 0;
    memcpy(&bits, &v, sizeof bits);
    return bits >> 16;
}

static double pv_float_of_class(uint32_t class)
{
    uint32_t bits = class << 16 | 0xFFFF;
    float v;
    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

struct pv_sample_counts {
    int n_bands;
    int64_t n;       /* valid pixels */
    uint32_t *level; /* [n_bands][PV_LEVELS] of stored values; of floats, of their classes */
};

void pv_sample_counts_free(pv_sample_counts *c)
{
    if (c == NULL) return;
    pv_free(c->level);
    pv_free(c);
}

static pv_status pv_sample_counts_new(pv_sample_counts **out, int n_bands, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sample_counts *c = NULL;
    PV_TRY(pv_alloc(&c, 1, sizeof *c, "sample", err));
    c->n_bands = n_bands;
    PV_TRY(pv_alloc(&c->level, (size_t)n_bands * PV_LEVELS, sizeof *c->level, "sample", err));
    *out = c;
    c = NULL;
out:
    pv_sample_counts_free(c);
    return st;
}

/* Adds n valid pixels of one band from the i-th of a plane on. */
static void pv_sample_count_run(pv_sample sample, const void *plane, const uint8_t *state, size_t i, size_t n, uint32_t *level)
{
    switch (sample) {
    case PV_SAMPLE_U8:
        for (size_t end = i + n; i < end; i++) level[((const uint8_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    case PV_SAMPLE_U16:
        for (size_t end = i + n; i < end; i++) level[((const uint16_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    case PV_SAMPLE_I16:
        for (size_t end = i + n; i < end; i++) level[((const int16_t *)plane)[i] < 0 ? 0 : ((const int16_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    default:
        for (size_t end = i + n; i < end; i++)
            if (state[i] == PV_PIXEL_VALID) level[pv_float_class(((const float *)plane)[i])]++;
    }
}

/* Counts the pixels of part, which lies in the rectangle r that was read. */
static void pv_sample_count_part(const pv_photo *p, pv_rect r, pv_rect part, pv_sample_counts *c)
{
    size_t n = (size_t)r.w * (size_t)r.h, w = (size_t)part.w;
    for (int y = part.y - r.y; y < part.y - r.y + part.h; y++) {
        size_t i = (size_t)y * (size_t)r.w + (size_t)(part.x - r.x);
        for (size_t x = i; x < i + w; x++) c->n += p->state[x] == PV_PIXEL_VALID;
        for (int b = 0; b < c->n_bands; b++)
            pv_sample_count_run(p->sample, p->raw + (size_t)b * n * pv_sample_bytes(p->sample), p->state, i, w, c->level + (size_t)b * PV_LEVELS);
    }
}

static int pv_round_up(int n, int step)
{
    return pv_cells_across(n, step) * step;
}

void pv_sample_piece_size(const pv_photo_facts *f, int fy, int *w, int *h)
{
    int block_w = pv_min(f->block_w_px, f->width_px), block_h = pv_min(f->block_h_px, f->height_px);
    *w = pv_min(pv_round_up(block_w, PV_SAMPLE_CELL), pv_max(f->width_px, PV_SAMPLE_CELL));
    /* Whole blocks, where that is not too much, and whole cells. */
    int rows = (int64_t)*w * block_h <= PV_SAMPLE_MOST ? block_h : 1, step = rows;
    while (step % fy != 0 && step < PV_SAMPLE_CELL) step += rows;
    *h = pv_round_up(pv_max(1, PV_SAMPLE_CELL * PV_SAMPLE_CELL / *w), step % fy == 0 ? step : fy);
}

/* Pieces across and down of a photo that is kept. */
static void pv_sample_pieces_of(const pv_photo *p, int *across, int *down)
{
    *across = pv_cells_across(p->facts.width_px, p->kept->piece_w);
    *down = pv_cells_across(p->facts.height_px, p->kept->piece_h);
}

int pv_photo_sample_pieces(const pv_photo *photo)
{
    int across = pv_sample_across(photo->facts.width_px), down = pv_sample_across(photo->facts.height_px);
    if (photo->sampled) return 0;
    if (photo->kept != NULL) pv_sample_pieces_of(photo, &across, &down);
    return across * down;
}

int pv_photo_sample_together(const pv_photo *photo)
{
    const pv_photo_facts *f = &photo->facts;
    int across = pv_sample_across(f->width_px), down = 0, h = PV_SAMPLE_CELL;
    if (photo->kept != NULL) {
        pv_sample_pieces_of(photo, &across, &down);
        h = photo->kept->piece_h;
        if (pv_min(f->block_h_px, f->height_px) <= h) return 1;
    } else if (f->block_w_px <= PV_SAMPLE_CELL && f->block_h_px <= PV_SAMPLE_CELL) {
        return 1;
    }
    return across * pv_max(1, pv_cells_across(f->block_h_px, h));
}

/* What is read for a piece: a square, or of a photo that is kept one of the pieces that cover it. 0 = there is no such piece. */
static int pv_sample_piece(const pv_photo *p, int piece, pv_rect *r)
{
    int across = 0, down = 0;
    if (p->kept == NULL) return pv_sample_rect(p, piece, r);
    pv_sample_pieces_of(p, &across, &down);
    int w = p->kept->piece_w, h = p->kept->piece_h;
    *r = pv_rect_intersect((pv_rect){piece % across * w, piece / across * h, w, h}, (pv_rect){0, 0, p->facts.width_px, p->facts.height_px});
    return r->w > 0 && r->h > 0;
}

pv_status pv_photo_sample_count(pv_photo *photo, int piece, pv_sample_counts **counts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect r, square;
    if (*counts == NULL) PV_TRY(pv_sample_counts_new(counts, photo->facts.n_bands, err));
    if (pv_sample_piece(photo, piece + PV_SAMPLE_EXPECTS, &r)) pv_photo_expect(photo, r);
    if (!pv_sample_piece(photo, piece, &r)) return PV_OK;
    int nothing = pv_photo_nothing(photo, r);
    if (!nothing) PV_TRY(pv_photo_raw(photo, r, err));
    if (!nothing) pv_valid_apply(photo, r);
    if (photo->kept != NULL) PV_TRY(pv_kept_put(photo, r, nothing, err));
    if (nothing) return PV_OK;
    for (int k = 0; pv_sample_rect(photo, k, &square); k++) {
        pv_rect part = pv_rect_intersect(square, r);
        if (part.w > 0 && (photo->kept != NULL || k == piece)) pv_sample_count_part(photo, r, part, *counts);
    }
out:
    return st;
}

void pv_sample_counts_add(pv_sample_counts *to, const pv_sample_counts *from)
{
    to->n += from->n;
    for (size_t i = 0; i < (size_t)to->n_bands * PV_LEVELS; i++) to->level[i] += from->level[i];
}

/* The smallest level that has at least per_mille of the counts at or below it. */
static int pv_percentile(const uint32_t *histogram, int64_t total, int per_mille)
{
    int64_t sum = 0;
    for (int v = 0; v < PV_LEVELS; v++) {
        sum += histogram[v];
        if (total > 0 && sum * 1000 >= total * per_mille) return v;
    }
    return 0;
}

/* 12- and 14-bit cameras are known by values that fill their range to its end; else the smallest usual reflectance scale that holds them. */
static double pv_full_scale_integer(const uint32_t *histogram, int64_t total, pv_sample sample)
{
    int high = pv_percentile(histogram, total, 999), most = pv_percentile(histogram, total, 1000);
    if (sample == PV_SAMPLE_I16) return total == 0 || high > 10000 ? 32767 : 10000;
    if (total == 0) return 65535;
    if (most <= 4095 && most >= 4032) return 4095;
    if (high <= 10000) return 10000;
    if (most <= 16383 && most >= 16128) return 16383;
    return high <= 32768 ? 32768 : 65535;
}

static double pv_full_scale_float(const uint32_t *histogram, int64_t total)
{
    if (total == 0) return 1;
    double high = pv_float_of_class((uint32_t)pv_percentile(histogram, total, 999));
    double bulk = pv_float_of_class((uint32_t)pv_percentile(histogram, total, 990));
    if (high <= 2) return bulk <= 1.01 ? 1 : 2;
    if (high <= 256) return 255;
    if (high <= 10100) return 10000;
    if (high <= 66000) return 65535;
    double scale = 131072;
    while (scale < high) scale *= 2;
    return scale;
}

static double pv_full_scale(const pv_photo *p, const pv_sample_counts *c, uint32_t *all)
{
    if (p->sample == PV_SAMPLE_U8) return 255;
    memset(all, 0, PV_LEVELS * sizeof *all);
    int64_t total = c->n * c->n_bands;
    for (size_t i = 0; i < (size_t)c->n_bands * PV_LEVELS; i++) all[i % PV_LEVELS] += c->level[i];
    return p->sample == PV_SAMPLE_F32 ? pv_full_scale_float(all, total) : pv_full_scale_integer(all, total, p->sample);
}

pv_status pv_sample_guess(pv_photo *p, double *full_scale, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sample_counts *c = NULL;
    uint32_t *all = NULL;
    int w = p->facts.width_px, h = p->facts.height_px;
    pv_rect r = {w / 2 / PV_SAMPLE_CELL * PV_SAMPLE_CELL, h / 2 / PV_SAMPLE_CELL * PV_SAMPLE_CELL, PV_SAMPLE_CELL, PV_SAMPLE_GUESS_ROWS};
    r = pv_rect_intersect(r, (pv_rect){0, 0, w, h});
    PV_TRY(pv_sample_counts_new(&c, p->facts.n_bands, err));
    PV_TRY(pv_alloc(&all, PV_LEVELS, sizeof *all, "sample", err));
    if (p->sample != PV_SAMPLE_U8 && !pv_photo_nothing(p, r)) {
        PV_TRY(pv_photo_raw(p, r, err));
        pv_valid_apply(p, r);
        pv_sample_count_part(p, r, r, c);
    }
    *full_scale = pv_full_scale(p, c, all);
out:
    pv_sample_counts_free(c);
    pv_free(all);
    return st;
}

/* Counts of a band's stored levels become those of what it is scaled to. */
static void pv_scale_levels(const pv_photo *p, const uint32_t *level, uint32_t *scaled)
{
    memset(scaled, 0, PV_LEVELS * sizeof *scaled);
    for (uint32_t v = 0; v < PV_LEVELS; v++) scaled[pv_scaled(p->scale.multiplier, v)] += level[v];
}

/* A class of floats is wide: the squares are looked at once more, scaled. */
static pv_status pv_scale_floats(pv_photo *p, int band, uint32_t *scaled, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t *value = NULL;
    pv_rect r;
    PV_TRY(pv_alloc(&value, (size_t)PV_SAMPLE_SIDE * PV_SAMPLE_SIDE, sizeof *value, "sample", err));
    memset(scaled, 0, PV_LEVELS * sizeof *scaled);
    for (int k = 0; pv_sample_rect(p, k, &r); k++) {
        if (pv_photo_nothing(p, r)) continue;
        PV_TRY(pv_photo_raw(p, r, err));
        pv_valid_apply(p, r);
        pv_valid_scale(p, r, band, 0, r.h, value, r.w);
        for (int i = 0; i < r.w * r.h; i++) scaled[value[i]] += p->state[i] == PV_PIXEL_VALID;
    }
out:
    pv_free(value);
    return st;
}

pv_status pv_photo_sample_settle(pv_photo *photo, const pv_sample_counts *counts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_radiometry rad = {.full_scale = photo->tagged_scale, .n_sampled = counts->n};
    uint32_t *level = NULL;
    PV_TRY(pv_alloc(&level, PV_LEVELS, sizeof *level, "sample", err));
    if (!(rad.full_scale > 0)) rad.full_scale = pv_full_scale(photo, counts, level);
    photo->scale = pv_scale_of(photo->sample, rad.full_scale);
    pv_kept_settle(photo);
    for (int b = 0; b < photo->facts.n_bands; b++) {
        if (photo->sample == PV_SAMPLE_F32)
            PV_TRY(pv_scale_floats(photo, b, level, err));
        else
            pv_scale_levels(photo, counts->level + (size_t)b * PV_LEVELS, level);
        rad.dark[b] = (uint16_t)pv_percentile(level, rad.n_sampled, 10);
        rad.mid[b] = (uint16_t)pv_percentile(level, rad.n_sampled, 500);
        rad.bright[b] = (uint16_t)pv_percentile(level, rad.n_sampled, 990);
    }
    photo->facts.radiometry = rad;
    photo->sampled = 1;
    if (rad.n_sampled == 0) pv_photo_warn(&photo->facts, "no valid pixel in the sample: the photo is empty, or damaged");
out:
    pv_free(level);
    return st;
}

pv_status pv_sample_radiometry(pv_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sample_counts *counts = NULL;
    for (int k = 0; k < pv_photo_sample_pieces(p); k++) PV_TRY(pv_photo_sample_count(p, k, &counts, err));
    PV_TRY(pv_photo_sample_settle(p, counts, err));
out:
    pv_sample_counts_free(counts);
    return st;
}
