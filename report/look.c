#include "report/look.h"

#include <stdio.h>

#include "base/rect.h"

#include "base/banned.h"

static int find_all(const pv_photo_facts *f, const char *const name[3], int band[3])
{
    for (int k = 0; k < 3; k++) {
        band[k] = pv_photo_find_band(f, name[k]);
        if (band[k] < 0) return 0;
    }
    return 1;
}

static pv_look named(const char *words, pv_mix how, const int band[3])
{
    pv_look l = {.how = how, .band = {band[0], band[1], band[2]}};
    (void)snprintf(l.words, sizeof l.words, "%s", words);
    return l;
}

/* Names come from the file: OpenCV's letters are ASCII only. */
static void add_name(pv_look *l, const char *before, const char *name)
{
    size_t n = 0;
    while (l->words[n] != '\0') n++;
    (void)snprintf(l->words + n, sizeof l->words - n, "%s%.20s", before, name);
    for (; l->words[n] != '\0'; n++)
        if ((l->words[n] & 0x80) != 0 || l->words[n] < ' ') l->words[n] = '?';
}

static pv_look first_bands(const pv_photo_facts *f)
{
    pv_look l = {.how = PV_MIX_BANDS};
    add_name(&l, f->n_bands >= 3 ? "BANDS " : "BAND ", f->band[0].name);
    for (int k = 1; k < 3 && f->n_bands >= 3; k++) {
        l.band[k] = k;
        add_name(&l, ", ", f->band[k].name);
    }
    return l;
}

pv_look pv_look_natural(const pv_photo_facts *f)
{
    static const char *const rgb[] = {"red", "green", "blue"}, *const rgn[] = {"red", "green", "nir"}, *const rgg[] = {"red", "green", "green"};
    int band[3];
    if (find_all(f, rgb, band)) return named("NATURAL COLOUR", PV_MIX_BANDS, band);
    if (find_all(f, rgn, band)) return named("NEAR NATURAL (no blue band)", PV_MIX_NO_BLUE, band);
    if (find_all(f, rgg, band)) return named("RED, GREEN, GREEN (no blue band)", PV_MIX_BANDS, band);
    return first_bands(f);
}

pv_look pv_look_false(const pv_photo_facts *f)
{
    static const char *const nir[] = {"nir", "red", "green"}, *const edge[] = {"rededge", "red", "green"}, *const rgb[] = {"red", "green", "blue"};
    int band[3];
    if (find_all(f, nir, band)) return named("FALSE COLOUR (nir, red, green)", PV_MIX_BANDS, band);
    if (find_all(f, edge, band)) return named("FALSE COLOUR (red edge, red, green)", PV_MIX_BANDS, band);
    if (find_all(f, rgb, band)) return named("EXCESS of red, green, blue (no nir)", PV_MIX_EXCESS, band);
    return first_bands(f);
}

uint8_t pv_look_stretch(uint32_t value, uint16_t low, uint16_t high)
{
    if (value <= low) return 0;
    if (value >= high) return 255;
    return (uint8_t)((value - low) * 255u / (uint32_t)(high - low));
}

static uint8_t byte_of(int v)
{
    return (uint8_t)pv_min(pv_max(v, 0), 255);
}

void pv_look_mix(pv_mix how, const int v[3], uint8_t rgb[3])
{
    int sum = v[0] + v[1] + v[2];
    switch (how) {
    case PV_MIX_NO_BLUE:
        rgb[0] = byte_of(v[0]);
        rgb[1] = byte_of((3 * v[1] + v[2]) / 4);
        rgb[2] = byte_of((3 * v[1] - v[2]) / 4);
        break;
    case PV_MIX_EXCESS:
        for (int k = 0; k < 3; k++) rgb[k] = byte_of(128 + 2 * (3 * v[k] - sum) / 3);
        break;
    default:
        for (int k = 0; k < 3; k++) rgb[k] = byte_of(v[k]);
    }
}
