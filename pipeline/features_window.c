/* Windows over one plane: running sums of integers, clipped at the working image's edge, valid pixels only.
 *
 * Column sums run down the rows (margins of zeros left and right make the clipping free), row sums run along the columns. Row sums are kept as
 * doubles that hold exact integers, so that the divisions and roots of a row become vector code; features_table.c says why that is exact. */
#include <math.h>
#include <string.h>

#include "pipeline/features_internal.h"

#include "base/banned.h"

/* Above this many pixels in a window, n * n * variance may pass 2^52 and the deviation is computed in integers alone. */
enum { EXACT_IN_DOUBLE = 1024, MARGIN = PV_MAX_HALF + 1 };

static uint64_t root(uint64_t v)
{
    uint64_t r = (uint64_t)sqrt((double)v);
    while (r * r > v) r--;
    while ((r + 1) * (r + 1) <= v) r++;
    return r;
}

uint16_t pv_window_sd(uint64_t n, uint64_t s1, uint64_t s2)
{
    return (uint16_t)root((n * s2 - s1 * s1) / (n * n));
}

/* Adds (sign 1) or takes away (sign -1) one row of the plane from the column sums. */
static void column_row(pv_feature_scratch *s, const uint16_t *row, int w, int sign, int squares)
{
    uint32_t *restrict c1 = s->col1 + MARGIN;
    uint64_t *restrict c2 = s->col2 + MARGIN;
    const uint16_t *restrict v = row;
    if (sign > 0)
        for (int x = 0; x < w; x++) c1[x] += v[x];
    else
        for (int x = 0; x < w; x++) c1[x] -= v[x];
    if (!squares) return;
    if (sign > 0)
        for (int x = 0; x < w; x++) c2[x] += (uint64_t)((uint32_t)v[x] * v[x]);
    else
        for (int x = 0; x < w; x++) c2[x] -= (uint64_t)((uint32_t)v[x] * v[x]);
}

static void columns_clear(pv_feature_scratch *s, int read_w, int squares)
{
    size_t n = (size_t)read_w + 2 * MARGIN;
    memset(s->col1, 0, n * sizeof *s->col1);
    if (squares) memset(s->col2, 0, n * sizeof *s->col2);
}

/* Row sums of the core row from the column sums. */
static void row_sums(const pv_window_frame *f, int hx, pv_feature_scratch *s, int squares)
{
    const uint32_t *c1 = s->col1 + MARGIN + f->x0;
    const uint64_t *c2 = s->col2 + MARGIN + f->x0;
    uint32_t s1 = 0;
    for (int x = -hx; x < hx; x++) s1 += c1[x];
    for (int x = 0; x < f->w; x++) {
        s1 += c1[x + hx];
        s->row_sum[x] = (double)s1;
        s1 -= c1[x - hx];
    }
    if (!squares) return;
    uint64_t s2 = 0;
    for (int x = -hx; x < hx; x++) s2 += c2[x];
    for (int x = 0; x < f->w; x++) {
        s2 += c2[x + hx];
        s->row_square[x] = (double)(int64_t)s2;
        s2 -= c2[x - hx];
    }
}

/* Pixels a .. b that lie in 0 .. size - 1. */
static int clipped(int centre, int half, int size)
{
    return pv_min(centre + half, size - 1) - pv_max(centre - half, 0) + 1;
}

/* How many valid pixels the windows of core row y hold, never 0. */
static void row_counts(const pv_window_frame *f, pv_plan_window win, const uint16_t *count, int y, double *restrict n)
{
    if (count != NULL) {
        const uint16_t *restrict c = count + (size_t)y * (size_t)f->w;
        for (int x = 0; x < f->w; x++) n[x] = c[x] == 0 ? 1.0 : c[x];
        return;
    }
    int ny = clipped(f->y0 + y, win.hy, f->read_h);
    for (int x = 0; x < f->w; x++) n[x] = ny * clipped(f->x0 + x, win.hx, f->read_w);
}

static void row_means(int w, const double *restrict s1, const double *restrict n, uint16_t *restrict mean)
{
    for (int x = 0; x < w; x++) mean[x] = (uint16_t)(int32_t)(s1[x] / n[x]);
}

static void row_sds(int w, int small, const double *restrict s1, const double *restrict s2, const double *restrict n, uint16_t *restrict sd)
{
    if (small)
        for (int x = 0; x < w; x++) sd[x] = (uint16_t)(int32_t)sqrt((n[x] * s2[x] - s1[x] * s1[x]) / (n[x] * n[x]));
    else
        for (int x = 0; x < w; x++) sd[x] = pv_window_sd((uint64_t)n[x], (uint64_t)s1[x], (uint64_t)s2[x]);
}

void pv_window_sums(const pv_window_frame *f, pv_plan_window win, const uint16_t *plane, const uint16_t *count, pv_feature_scratch *s, uint16_t *mean,
                    uint16_t *sd)
{
    int squares = sd != NULL, small = (2 * win.hx + 1) * (2 * win.hy + 1) <= EXACT_IN_DOUBLE;
    size_t read_w = (size_t)f->read_w, w = (size_t)f->w;
    int known = -1; /* rows of the window for which row_count holds */
    columns_clear(s, f->read_w, squares);
    for (int y = pv_max(0, f->y0 - win.hy); y < pv_min(f->read_h, f->y0 + win.hy); y++) column_row(s, plane + y * read_w, f->read_w, 1, squares);
    for (int y = 0; y < f->h; y++) {
        int in = f->y0 + y + win.hy, gone = f->y0 + y - win.hy - 1;
        if (in < f->read_h) column_row(s, plane + in * read_w, f->read_w, 1, squares);
        if (y > 0 && gone >= 0) column_row(s, plane + gone * read_w, f->read_w, -1, squares);
        row_sums(f, win.hx, s, squares);
        int ny = clipped(f->y0 + y, win.hy, f->read_h);
        if (count != NULL || ny != known) row_counts(f, win, count, y, s->row_count);
        known = ny;
        if (mean != NULL) row_means(f->w, s->row_sum, s->row_count, mean + y * w);
        if (sd != NULL) row_sds(f->w, small, s->row_sum, s->row_square, s->row_count, sd + y * w);
    }
}

void pv_window_count(const pv_window_frame *f, pv_plan_window win, const uint8_t *valid, pv_feature_scratch *s, uint16_t *count)
{
    size_t read_w = (size_t)f->read_w;
    int top = f->y0 - win.hy;
    columns_clear(s, f->read_w, 0);
    uint32_t *restrict c1 = s->col1 + MARGIN;
    for (int y = pv_max(0, top); y < pv_min(f->read_h, f->y0 + win.hy); y++)
        for (int x = 0; x < f->read_w; x++) c1[x] += valid[y * read_w + (size_t)x] == PV_PIXEL_VALID;
    for (int y = 0; y < f->h; y++) {
        int in = f->y0 + y + win.hy, gone = f->y0 + y - win.hy - 1;
        if (in < f->read_h)
            for (int x = 0; x < f->read_w; x++) c1[x] += valid[in * read_w + (size_t)x] == PV_PIXEL_VALID;
        if (y > 0 && gone >= 0)
            for (int x = 0; x < f->read_w; x++) c1[x] -= valid[gone * read_w + (size_t)x] == PV_PIXEL_VALID;
        row_sums(f, win.hx, s, 0);
        for (int x = 0; x < f->w; x++) count[(size_t)y * (size_t)f->w + (size_t)x] = (uint16_t)(int32_t)s->row_sum[x];
    }
}

void pv_window_max(const pv_window_frame *f, pv_plan_window win, const uint16_t *plane, uint16_t flip, pv_feature_scratch *s, uint16_t *out)
{
    size_t read_w = (size_t)f->read_w;
    uint16_t *restrict top = s->row_max + MARGIN;
    memset(s->row_max, 0, (read_w + 2 * MARGIN) * sizeof *s->row_max);
    for (int y = 0; y < f->h; y++) {
        int a = pv_max(0, f->y0 + y - win.hy), b = pv_min(f->read_h - 1, f->y0 + y + win.hy);
        memset(top, 0, read_w * sizeof *top);
        for (int r = a; r <= b; r++) {
            const uint16_t *restrict v = plane + (size_t)r * read_w;
            for (int x = 0; x < f->read_w; x++) {
                uint16_t q = (uint16_t)(v[x] ^ flip);
                top[x] = top[x] > q ? top[x] : q;
            }
        }
        uint16_t *restrict o = out + (size_t)y * (size_t)f->w;
        memset(o, 0, (size_t)f->w * sizeof *o);
        for (int k = -win.hx; k <= win.hx; k++) {
            const uint16_t *t = top + f->x0 + k;
            for (int x = 0; x < f->w; x++) o[x] = o[x] > t[x] ? o[x] : t[x];
        }
        for (int x = 0; x < f->w; x++) o[x] ^= flip;
    }
}
