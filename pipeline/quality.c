#include "pipeline/quality.h"

#include <math.h>
#include <string.h>

#include "geo/photo.h"

#include "base/banned.h"

enum { PV_QUALITY_MAX_HALF = 127, PV_QUALITY_SHARE_TENTHS = 9, PV_QUALITY_SUMS = 3 };

static const double window_m = 1.0;

/* Column sums of valid, dark and saturated pixels under the window's rows. */
typedef struct column_sums {
    uint32_t *n[PV_QUALITY_SUMS]; /* each [read.w] */
} column_sums;

int pv_quality_half(double gsd_m)
{
    double half = floor(window_m / (2.0 * gsd_m));
    return half < 1.0 ? 1 : half > PV_QUALITY_MAX_HALF ? PV_QUALITY_MAX_HALF : (int)half;
}

size_t pv_quality_scratch(int read_w)
{
    return PV_QUALITY_SUMS * (size_t)read_w;
}

/* Blocks of pixels of a row, plane by plane: nothing that data decides jumps, and compilers make vector code of it. */
enum { BLOCK = 256 };

/* Which of n pixels from x of row y on are dark, and which saturated, in all bands. */
static void extremes_of(const pv_pixels *p, int n_bands, size_t y, size_t x, size_t n, uint16_t dark[BLOCK], uint16_t saturated[BLOCK])
{
    const uint8_t *ok = p->valid + y * p->valid_row + x;
    for (size_t k = 0; k < n; k++) dark[k] = saturated[k] = ok[k] == PV_PIXEL_VALID;
    for (int b = 0; b < n_bands; b++) {
        const uint16_t *v = p->band[b] + y * p->band_row + x;
        for (size_t k = 0; k < n; k++) {
            dark[k] &= v[k] < PV_DARK_BELOW;
            saturated[k] &= v[k] > PV_SATURATED_ABOVE;
        }
    }
}

/* 1 when any pixel is dark or saturated: most tiles end here. The first band alone says of most pixels that they are not. */
static int any_extreme(const pv_pixels *p, pv_rect read, int n_bands)
{
    uint16_t dark[BLOCK], saturated[BLOCK];
    size_t w = (size_t)read.w;
    for (size_t y = 0; y < (size_t)read.h; y++) {
        for (size_t x = 0; x < w; x += BLOCK) {
            const uint16_t *v = p->band[0] + y * p->band_row + x;
            size_t n = w - x < BLOCK ? w - x : BLOCK;
            uint16_t found = 0;
            for (size_t k = 0; k < n; k++) found |= v[k] < PV_DARK_BELOW || v[k] > PV_SATURATED_ABOVE;
            if (!found) continue;
            extremes_of(p, n_bands, y, x, n, dark, saturated);
            for (size_t k = 0; k < n; k++) found |= (uint16_t)((dark[k] | saturated[k]) << 1);
            if (found > 1) return 1;
        }
    }
    return 0;
}

static void add_row(const column_sums *s, pv_rect read, int y, int n_bands, const pv_pixels *p, uint32_t sign)
{
    size_t w = (size_t)read.w;
    for (size_t x = 0; x < w; x += BLOCK) {
        uint16_t dark[BLOCK], saturated[BLOCK];
        size_t n = w - x < BLOCK ? w - x : BLOCK;
        const uint8_t *ok = p->valid + (size_t)y * p->valid_row + x;
        extremes_of(p, n_bands, (size_t)y, x, n, dark, saturated);
        uint32_t *restrict all = s->n[0] + x, *restrict low = s->n[1] + x, *restrict high = s->n[2] + x;
        for (size_t k = 0; k < n; k++) {
            all[k] += sign * (ok[k] == PV_PIXEL_VALID);
            low[k] += sign * dark[k];
            high[k] += sign * saturated[k];
        }
    }
}

static int mark_row(const column_sums *s, pv_rect core, pv_rect read, int half_x, const uint8_t *valid, uint8_t *unusable)
{
    int x0 = core.x - read.x, any = 0;
    uint32_t n[PV_QUALITY_SUMS] = {0, 0, 0};
    for (int k = 0; k < PV_QUALITY_SUMS; k++)
        for (int x = pv_max(0, x0 - half_x); x < pv_min(read.w, x0 + half_x); x++) n[k] += s->n[k][x];
    for (int x = 0; x < core.w; x++) {
        int in = x0 + x + half_x, gone = x0 + x - half_x - 1;
        for (int k = 0; k < PV_QUALITY_SUMS; k++) {
            if (in < read.w) n[k] += s->n[k][in];
            if (x > 0 && gone >= 0) n[k] -= s->n[k][gone];
        }
        uint32_t least = PV_QUALITY_SHARE_TENTHS * n[0];
        int low = 10 * n[1] >= least, high = 10 * n[2] >= least;
        unusable[x] = (uint8_t)(valid[x0 + x] != PV_PIXEL_VALID ? 0 : low ? PV_QUALITY_DARK : high ? PV_QUALITY_SATURATED : 0);
        any |= unusable[x];
    }
    return any;
}

int pv_quality_mark(pv_rect core, pv_rect read, int n_bands, const pv_pixels *p, int half_x, int half_y, uint32_t *scratch, uint8_t *unusable)
{
    column_sums s = {{scratch, scratch + read.w, scratch + 2 * (size_t)read.w}};
    int y0 = core.y - read.y, any = 0;
    if (n_bands < 1 || !any_extreme(p, read, n_bands)) return 0;
    memset(scratch, 0, pv_quality_scratch(read.w) * sizeof *scratch);
    for (int y = pv_max(0, y0 - half_y); y < pv_min(read.h, y0 + half_y); y++) add_row(&s, read, y, n_bands, p, 1);
    for (int y = 0; y < core.h; y++) {
        int in = y0 + y + half_y, gone = y0 + y - half_y - 1;
        if (in < read.h) add_row(&s, read, in, n_bands, p, 1);
        if (y > 0 && gone >= 0) add_row(&s, read, gone, n_bands, p, UINT32_MAX);
        any |= mark_row(&s, core, read, half_x, p->valid + (size_t)(y0 + y) * p->valid_row, unusable + (size_t)y * (size_t)core.w);
    }
    return any;
}
