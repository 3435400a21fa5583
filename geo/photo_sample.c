/* The radiometric sample: rectangles on a regular lattice that depends on the size of the photo alone, not on its blocks or codec. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_SAMPLE_SIDE = 256, PV_SAMPLE_LATTICE = 8, PV_LEVELS = 65536 };

/* The k-th rectangle, row by row; 0 = there are no more. */
static int pv_sample_rect(const pv_photo *p, int k, pv_rect *r)
{
    int w = p->facts.width_px, h = p->facts.height_px;
    int nx = pv_max(1, pv_min(PV_SAMPLE_LATTICE, w / PV_SAMPLE_SIDE)), ny = pv_max(1, pv_min(PV_SAMPLE_LATTICE, h / PV_SAMPLE_SIDE));
    if (k >= nx * ny) return 0;
    int64_t i = k % nx, j = k / nx;
    r->w = pv_min(w, PV_SAMPLE_SIDE);
    r->h = pv_min(h, PV_SAMPLE_SIDE);
    r->x = (int)((2 * i + 1) * w / (2 * nx)) - r->w / 2;
    r->y = (int)((2 * j + 1) * h / (2 * ny)) - r->h / 2;
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

/* Adds the valid pixels of a data band, as stored, to a histogram. */
static void pv_sample_count_stored(const pv_photo *p, pv_rect r, int band, uint32_t *histogram)
{
    size_t n = (size_t)r.w * (size_t)r.h;
    const void *plane = p->raw + (size_t)band * n * pv_sample_bytes(p->sample);
    for (size_t i = 0; i < n; i++) {
        if (p->state[i] != PV_PIXEL_VALID) continue;
        if (p->sample == PV_SAMPLE_F32) {
            histogram[pv_float_class(((const float *)plane)[i])]++;
        } else if (p->sample == PV_SAMPLE_I16) {
            int v = ((const int16_t *)plane)[i];
            histogram[v < 0 ? 0 : v]++;
        } else {
            histogram[((const uint16_t *)plane)[i]]++;
        }
    }
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

static pv_status pv_sample_full_scale(pv_photo *p, double *full_scale, pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t *histogram = NULL;
    pv_rect r;
    if (p->sample == PV_SAMPLE_U8) {
        *full_scale = 255;
        return PV_OK;
    }
    PV_TRY(pv_alloc(&histogram, PV_LEVELS, sizeof *histogram, "sample", err));
    for (int k = 0; pv_sample_rect(p, k, &r); k++) {
        if (pv_photo_nothing(p, r)) continue;
        PV_TRY(pv_photo_raw(p, r, err));
        pv_valid_apply(p, r);
        for (int b = 0; b < p->facts.n_bands; b++) pv_sample_count_stored(p, r, b, histogram);
    }
    int64_t total = 0;
    for (int v = 0; v < PV_LEVELS; v++) total += histogram[v];
    *full_scale = p->sample == PV_SAMPLE_F32 ? pv_full_scale_float(histogram, total) : pv_full_scale_integer(histogram, total, p->sample);
out:
    pv_free(histogram);
    return st;
}

pv_status pv_sample_radiometry(pv_photo *p, double full_scale, pv_err *err)
{
    pv_status st = PV_OK;
    pv_radiometry rad = {.full_scale = full_scale};
    uint32_t *histogram = NULL;
    uint16_t *scaled = NULL;
    pv_rect r;
    if (!(full_scale > 0)) PV_TRY(pv_sample_full_scale(p, &rad.full_scale, err));
    p->scale = pv_scale_of(p->sample, rad.full_scale);
    PV_TRY(pv_alloc(&histogram, (size_t)p->facts.n_bands * PV_LEVELS, sizeof *histogram, "sample", err));
    PV_TRY(pv_alloc(&scaled, (size_t)PV_SAMPLE_SIDE * PV_SAMPLE_SIDE, sizeof *scaled, "sample", err));
    for (int k = 0; pv_sample_rect(p, k, &r); k++) {
        if (pv_photo_nothing(p, r)) continue;
        PV_TRY(pv_photo_raw(p, r, err));
        pv_valid_apply(p, r);
        int n = r.w * r.h;
        for (int i = 0; i < n; i++) rad.n_sampled += p->state[i] == PV_PIXEL_VALID;
        for (int b = 0; b < p->facts.n_bands; b++) {
            uint32_t *of = histogram + (size_t)b * PV_LEVELS;
            pv_valid_scale(p, r, b, scaled, r.w);
            for (int i = 0; i < n; i++) of[scaled[i]] += p->state[i] == PV_PIXEL_VALID;
        }
    }
    for (int b = 0; b < p->facts.n_bands; b++) {
        const uint32_t *of = histogram + (size_t)b * PV_LEVELS;
        rad.dark[b] = (uint16_t)pv_percentile(of, rad.n_sampled, 10);
        rad.mid[b] = (uint16_t)pv_percentile(of, rad.n_sampled, 500);
        rad.bright[b] = (uint16_t)pv_percentile(of, rad.n_sampled, 990);
    }
    p->facts.radiometry = rad;
out:
    pv_free(histogram);
    pv_free(scaled);
    return st;
}
