#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

size_t pv_sample_bytes(pv_sample sample)
{
    static const size_t bytes[] = {[PV_SAMPLE_U8] = 1, [PV_SAMPLE_U16] = 2, [PV_SAMPLE_I16] = 2, [PV_SAMPLE_F32] = 4};
    return bytes[sample];
}

void pv_state_mark(pv_rect part, pv_rect r, uint8_t *state, uint8_t what)
{
    for (int y = 0; y < part.h; y++) {
        uint8_t *row = state + (size_t)(part.y + y - r.y) * (size_t)r.w + (size_t)(part.x - r.x);
        for (int x = 0; x < part.w; x++)
            if (what == PV_PIXEL_NODATA || row[x] != PV_PIXEL_NODATA) row[x] = what;
    }
}

static const void *pv_plane(const pv_photo *p, size_t n, int used)
{
    return p->raw + (size_t)used * n * pv_sample_bytes(p->sample);
}

/* One loop over the n values v of a plane, for each sample type. */
#define PV_EACH(p, plane, n, v, statement)                                                                                                           \
    switch ((p)->sample) {                                                                                                                           \
    case PV_SAMPLE_U8:                                                                                                                               \
        for (size_t i = 0; i < (n); i++) {                                                                                                           \
            int v = ((const uint8_t *)(plane))[i];                                                                                                   \
            statement;                                                                                                                               \
        }                                                                                                                                            \
        break;                                                                                                                                       \
    case PV_SAMPLE_U16:                                                                                                                              \
        for (size_t i = 0; i < (n); i++) {                                                                                                           \
            int v = ((const uint16_t *)(plane))[i];                                                                                                  \
            statement;                                                                                                                               \
        }                                                                                                                                            \
        break;                                                                                                                                       \
    case PV_SAMPLE_I16:                                                                                                                              \
        for (size_t i = 0; i < (n); i++) {                                                                                                           \
            int v = ((const int16_t *)(plane))[i];                                                                                                   \
            statement;                                                                                                                               \
        }                                                                                                                                            \
        break;                                                                                                                                       \
    case PV_SAMPLE_F32:                                                                                                                              \
        for (size_t i = 0; i < (n); i++) {                                                                                                           \
            float v = ((const float *)(plane))[i];                                                                                                   \
            statement;                                                                                                                               \
        }                                                                                                                                            \
        break;                                                                                                                                       \
    }

enum { PV_FLAG = 16 }; /* a bit of state that no PV_PIXEL_* uses: the question that is being asked is still open */

static void pv_valid_settle(uint8_t *state, size_t n, int flagged_is_missing)
{
    for (size_t i = 0; i < n; i++) {
        int flagged = (state[i] & PV_FLAG) != 0;
        state[i] = (uint8_t)(state[i] & ~PV_FLAG);
        if (flagged == flagged_is_missing && state[i] == PV_PIXEL_VALID) state[i] = PV_PIXEL_NODATA;
    }
}

static void pv_valid_floats(pv_photo *p, size_t n)
{
    for (int k = 0; p->sample == PV_SAMPLE_F32 && k < p->n_used; k++) {
        const float *v = pv_plane(p, n, k);
        /* Beyond 1e30 lie the "no value" numbers of other programs (-3.4e38), which do not survive every copy exactly. */
        for (size_t i = 0; i < n; i++)
            if (!(fabsf(v[i]) <= 1e30f) && p->state[i] == PV_PIXEL_VALID) p->state[i] = PV_PIXEL_NODATA;
    }
}

static void pv_valid_tag(pv_photo *p, size_t n)
{
    uint8_t *state = p->state;
    int tagged = 0;
    for (int k = 0; k < p->facts.n_bands; k++) tagged += p->rules.has_tag[k];
    if (tagged == 0) return;
    if (!p->rules.tag_any)
        for (size_t i = 0; i < n; i++) state[i] |= PV_FLAG;
    for (int k = 0; k < p->facts.n_bands; k++) {
        if (!p->rules.has_tag[k]) continue;
        const void *plane = pv_plane(p, n, k);
        if (p->sample == PV_SAMPLE_F32) {
            float tag = (float)p->rules.tag[k];
            for (size_t i = 0; i < n; i++) state[i] = (uint8_t)(state[i] | (((const float *)plane)[i] == tag ? PV_FLAG : 0));
        } else {
            int tag = (int)p->rules.tag[k];
            if (p->rules.tag_any) {
                PV_EACH(p, plane, n, v, state[i] = (uint8_t)(state[i] | (v == tag ? PV_FLAG : 0)))
            } else {
                PV_EACH(p, plane, n, v, state[i] = (uint8_t)(state[i] & (v == tag ? 0xFF : ~PV_FLAG)))
            }
        }
    }
    pv_valid_settle(state, n, 1);
}

static void pv_valid_alpha(pv_photo *p, size_t n)
{
    if (p->rules.alpha < 0) return;
    const void *plane = pv_plane(p, n, p->rules.alpha);
    uint8_t *state = p->state;
    int least = p->rules.alpha_least;
    if (p->sample == PV_SAMPLE_F32) {
        for (size_t i = 0; i < n; i++)
            if (!(((const float *)plane)[i] > 0) && state[i] == PV_PIXEL_VALID) state[i] = PV_PIXEL_NODATA;
    } else {
        PV_EACH(p, plane, n, v, if (v < least && state[i] == PV_PIXEL_VALID) state[i] = PV_PIXEL_NODATA)
    }
}

void pv_valid_pure(const pv_photo *p, pv_rect piece, int colour, int tolerance, uint8_t *pure)
{
    size_t n = (size_t)piece.w * (size_t)piece.h;
    int most = p->sample == PV_SAMPLE_U8 ? 255 : p->sample == PV_SAMPLE_I16 ? 32767 : 65535;
    for (size_t i = 0; i < n; i++) pure[i] = 1;
    for (int k = 0; k < p->facts.n_bands; k++) {
        const void *plane = pv_plane(p, n, k);
        if (colour == 1) {
            PV_EACH(p, plane, n, v, pure[i] = (uint8_t)(pure[i] & (v >= 0 && v <= tolerance)))
        } else {
            int least = most - tolerance;
            PV_EACH(p, plane, n, v, pure[i] = (uint8_t)(pure[i] & (v >= least)))
        }
    }
    for (size_t i = 0; i < n; i++)
        if (p->state[i] != PV_PIXEL_VALID) pure[i] = p->state[i] == PV_PIXEL_NODATA;
}

static void pv_valid_collar(pv_photo *p, pv_rect piece)
{
    const pv_rules *rules = &p->rules;
    size_t n = (size_t)piece.w * (size_t)piece.h;
    if (rules->collar == 0 || rules->left == NULL) return;
    for (int y = 0; y < piece.h; y++) {
        uint8_t *row = p->state + (size_t)y * (size_t)piece.w;
        int py = piece.y + y, left = rules->left[py], right = rules->right[py];
        for (int x = 0; x < piece.w; x++) {
            int px = piece.x + x;
            int out = px < left || px >= right || py < rules->top[px] || py >= rules->bottom[px];
            if (out && row[x] == PV_PIXEL_VALID) row[x] = PV_PIXEL_NODATA;
        }
    }
    if (rules->collar != 1) return;
    /* Holes of a mosaic whose collar is black are black too. */
    for (size_t i = 0; i < n; i++) p->state[i] |= PV_FLAG;
    for (int k = 0; k < p->facts.n_bands; k++) PV_EACH(p, pv_plane(p, n, k), n, v, if (v != 0) p->state[i] = (uint8_t)(p->state[i] & ~PV_FLAG))
    pv_valid_settle(p->state, n, 1);
}

void pv_valid_apply(pv_photo *p, pv_rect piece)
{
    size_t n = (size_t)piece.w * (size_t)piece.h;
    pv_valid_tag(p, n);
    pv_valid_alpha(p, n);
    pv_valid_floats(p, n);
    pv_valid_collar(p, piece);
}

pv_scale pv_scale_of(pv_sample sample, double full_scale)
{
    pv_scale scale = {.factor = 65535.0 / full_scale};
    scale.multiplier = sample == PV_SAMPLE_U8 && full_scale == 255 ? PV_SCALE_BYTES : (uint64_t)llround(65535.0 / full_scale * 65536.0);
    return scale;
}

void pv_valid_scale(const pv_photo *p, pv_rect piece, int used, int first, int rows, uint16_t *out, ptrdiff_t stride)
{
    const pv_pixel_loops *loop = pv_pixel_loops_of(pv_cpu_path());
    const void *plane = pv_plane(p, (size_t)piece.w * (size_t)piece.h, used);
    uint64_t mul = p->scale.multiplier;
    uint16_t lut[256], top = p->sample == PV_SAMPLE_I16 ? 32767 : 65535; /* the bits of a negative Int16 are above */
    for (uint64_t v = 0; p->sample == PV_SAMPLE_U8 && mul != PV_SCALE_BYTES && v < 256; v++) lut[v] = pv_scaled(mul, v);
    for (int y = 0; y < rows; y++) {
        size_t at = (size_t)(first + y) * (size_t)piece.w, w = (size_t)piece.w;
        uint16_t *to = out + y * stride;
        const uint8_t *state = p->state + at;
        if (p->sample == PV_SAMPLE_U8 && mul == PV_SCALE_BYTES) {
            loop->scale_bytes((const uint8_t *)plane + at, state, w, to);
        } else if (p->sample == PV_SAMPLE_U8) {
            const uint8_t *v = (const uint8_t *)plane + at;
            for (size_t x = 0; x < w; x++) to[x] = state[x] == PV_PIXEL_VALID ? lut[v[x]] : 0;
        } else if (p->sample == PV_SAMPLE_F32) {
            const float *v = (const float *)plane + at;
            for (size_t x = 0; x < w; x++) {
                double scaled = floor((double)v[x] * p->scale.factor + 0.5);
                to[x] = state[x] != PV_PIXEL_VALID || !(scaled > 0) ? 0 : scaled >= 65535 ? 65535 : (uint16_t)scaled;
            }
        } else {
            loop->scale_words(mul, top, (const uint16_t *)plane + at, state, w, to);
        }
    }
}

static void pv_words_add(char *rule, const char *words)
{
    size_t n = strlen(rule);
    (void)snprintf(rule + n, PV_FACT_TEXT - n, "%s%s", n > 0 ? "; " : "", words);
}

void pv_valid_words(pv_photo *p, const char *alpha_how)
{
    char words[PV_FACT_TEXT];
    char *rule = p->facts.valid_rule;
    rule[0] = '\0';
    for (int k = 0; k < p->facts.n_bands; k++) {
        if (!p->rules.has_tag[k]) continue;
        (void)snprintf(words, sizeof words, p->rules.tag_any ? PV_N("no-data tag %.9g in any band") : PV_N("no-data tag %.9g in all bands"),
                       p->rules.tag[k]);
        pv_words_add(rule, words);
        break;
    }
    if (p->rules.alpha >= 0) {
        const pv_used *alpha = &p->used[p->rules.alpha];
        (void)snprintf(words, sizeof words, PV_N("%s in band %d"), alpha_how, p->n_sources > 1 ? alpha->source + 1 : alpha->band + 1);
        pv_words_add(rule, words);
    }
    for (int s = 0; s < p->n_sources; s++) {
        if (!p->source[s].has_mask) continue;
        pv_words_add(rule, PV_N("mask of the file"));
        break;
    }
    if (p->sample == PV_SAMPLE_F32) pv_words_add(rule, PV_N("values that are not finite"));
    if (p->rules.collar != 0)
        pv_words_add(rule, p->rules.collar == 1 ? PV_N("undeclared black collar, and black holes") : PV_N("undeclared white collar"));
    if (rule[0] == '\0') pv_words_add(rule, PV_N("none: every pixel of a written block counts"));
}
