/* The radiometric sample: squares of 512, evenly spread, 8 x 8 at the most: all of a photo of up to 4096 x 4096. They depend on the size of the photo alone, not on its
 * blocks or codec, and begin at multiples of their side, so that a block of the usual sizes is decoded once. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_SAMPLE_SIDE = 512, PV_SAMPLE_LATTICE = 8, PV_LEVELS = 65536 };

/* Squares that are taken of the n along one side. */
static int pv_sample_taken(int size)
{
    return pv_min(PV_SAMPLE_LATTICE, (size + PV_SAMPLE_SIDE - 1) / PV_SAMPLE_SIDE);
}

static int pv_sample_begin(int k, int size)
{
    int64_t taken = pv_sample_taken(size), all = (size + PV_SAMPLE_SIDE - 1) / PV_SAMPLE_SIDE;
    return (int)((2 * k + 1) * all / (2 * taken)) * PV_SAMPLE_SIDE;
}

/* The k-th square, row by row; 0 = there are no more. */
static int pv_sample_rect(const pv_photo *p, int k, pv_rect *r)
{
    int w = p->facts.width_px, h = p->facts.height_px, nx = pv_sample_taken(w);
    if (k >= nx * pv_sample_taken(h)) return 0;
    r->x = pv_sample_begin(k % nx, w);
    r->y = pv_sample_begin(k / nx, h);
    r->w = pv_min(PV_SAMPLE_SIDE, w - r->x);
    r->h = pv_min(PV_SAMPLE_SIDE, h - r->y);
    return 1;
}

int pv_sample_is_whole(const pv_photo_facts *facts)
{
    return facts->width_px <= PV_SAMPLE_LATTICE * PV_SAMPLE_SIDE && facts->height_px <= PV_SAMPLE_LATTICE * PV_SAMPLE_SIDE;
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

/* Adds the valid pixels of n, of one band. */
static void pv_sample_count_band(pv_sample sample, const void *plane, const uint8_t *state, size_t n, uint32_t *level)
{
    switch (sample) {
    case PV_SAMPLE_U8:
        for (size_t i = 0; i < n; i++) level[((const uint8_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    case PV_SAMPLE_U16:
        for (size_t i = 0; i < n; i++) level[((const uint16_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    case PV_SAMPLE_I16:
        for (size_t i = 0; i < n; i++) level[((const int16_t *)plane)[i] < 0 ? 0 : ((const int16_t *)plane)[i]] += state[i] == PV_PIXEL_VALID;
        break;
    default:
        for (size_t i = 0; i < n; i++)
            if (state[i] == PV_PIXEL_VALID) level[pv_float_class(((const float *)plane)[i])]++;
    }
}

int pv_photo_sample_squares(const pv_photo *photo)
{
    return photo->sampled ? 0 : pv_sample_taken(photo->facts.width_px) * pv_sample_taken(photo->facts.height_px);
}

pv_status pv_photo_sample_count(pv_photo *photo, int square, pv_sample_counts **counts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect r;
    if (*counts == NULL) {
        PV_TRY(pv_alloc(counts, 1, sizeof **counts, "sample", err));
        (*counts)->n_bands = photo->facts.n_bands;
        PV_TRY(pv_alloc(&(*counts)->level, (size_t)photo->facts.n_bands * PV_LEVELS, sizeof *(*counts)->level, "sample", err));
    }
    if (!pv_sample_rect(photo, square, &r)) return PV_OK;
    int nothing = pv_photo_nothing(photo, r);
    if (!nothing) PV_TRY(pv_photo_raw(photo, r, err));
    if (photo->kept != NULL) pv_kept_put(photo, r, nothing);
    if (nothing) return PV_OK;
    pv_valid_apply(photo, r);
    size_t n = (size_t)r.w * (size_t)r.h;
    for (size_t i = 0; i < n; i++) (*counts)->n += photo->state[i] == PV_PIXEL_VALID;
    for (int b = 0; b < photo->facts.n_bands; b++)
        pv_sample_count_band(photo->sample, photo->raw + (size_t)b * n * pv_sample_bytes(photo->sample), photo->state, n,
                             (*counts)->level + (size_t)b * PV_LEVELS);
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

/* Counts of a band's stored levels become those of what it is scaled to. */
static void pv_scale_levels(const pv_photo *p, const uint32_t *level, uint32_t *scaled)
{
    memset(scaled, 0, PV_LEVELS * sizeof *scaled);
    for (uint32_t v = 0; v < PV_LEVELS; v++) {
        uint64_t to = (v * p->scale.multiplier + 32768) >> 16;
        scaled[to > 65535 ? 65535 : to] += level[v];
    }
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
        pv_valid_scale(p, r, band, value, r.w);
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
    if (photo->kept != NULL) photo->kept->whole = 1;
    if (rad.n_sampled == 0) pv_photo_warn(&photo->facts, "no valid pixel in the sample: the photo is empty, or damaged");
out:
    pv_free(level);
    return st;
}

pv_status pv_sample_radiometry(pv_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sample_counts *counts = NULL;
    for (int k = 0; k < pv_photo_sample_squares(p); k++) PV_TRY(pv_photo_sample_count(p, k, &counts, err));
    PV_TRY(pv_photo_sample_settle(p, counts, err));
out:
    pv_sample_counts_free(counts);
    return st;
}
