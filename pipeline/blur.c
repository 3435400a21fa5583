#include "pipeline/blur.h"

#include <math.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "geo/photo.h"

#include "base/banned.h"

enum { SIDE_LEAST = 64, SIDE_MOST = 4096, EVERY_MOST = 16, ROWS = 10 /* of a square, at least */, LAGS = 3, SUMS = 2 * (LAGS + 1), CHUNK = 128 };

static const double square_m = 8;

struct pv_blur {
    int w, h; /* the working image */
    int side_x, side_y, across, down;
    int every;                         /* of so many rows one is looked at */
    atomic_int_least64_t (*sum)[SUMS]; /* [down * across] along rows: lag 1, 2, 4, n; down columns: the same */
};

int pv_blur_side(double gsd_m)
{
    double side = floor(square_m / gsd_m + 0.5);
    return side < SIDE_LEAST ? SIDE_LEAST : side > SIDE_MOST ? SIDE_MOST : (int)side;
}

static int squares(int size, int side)
{
    return (size + side - 1) / side;
}

int64_t pv_blur_bytes(const pv_work_grid *grid)
{
    return (int64_t)squares(grid->w, pv_blur_side(grid->gsd_x_m)) * squares(grid->h, pv_blur_side(grid->gsd_y_m)) * SUMS * 8;
}

pv_status pv_blur_new(pv_blur **out, const pv_work_grid *grid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_blur *b = NULL;
    PV_TRY(pv_alloc(&b, 1, sizeof *b, "blur", err));
    b->w = grid->w;
    b->h = grid->h;
    b->side_x = pv_blur_side(grid->gsd_x_m);
    b->side_y = pv_blur_side(grid->gsd_y_m);
    b->every = pv_min(EVERY_MOST, b->side_y / ROWS);
    b->across = squares(b->w, b->side_x);
    b->down = squares(b->h, b->side_y);
    PV_TRY(pv_alloc(&b->sum, (size_t)b->across * (size_t)b->down, sizeof *b->sum, "blur", err));
    *out = b;
    b = NULL;
out:
    pv_blur_free(b);
    return st;
}

void pv_blur_free(pv_blur *b)
{
    if (b == NULL) return;
    pv_free(b->sum);
    pv_free(b);
}

/* Adds n <= CHUNK pixels of a row and what lies 1, 2 and 4 steps further, where all four are valid. 12 bits of the values, so that 32 do for the sums. */
static void add_chunk(const uint16_t *v, const uint8_t *ok, size_t v_step, size_t ok_step, size_t n, int64_t sum[LAGS + 1])
{
    uint32_t s1 = 0, s2 = 0, s4 = 0, count = 0;
    for (size_t k = 0; k < n; k++) {
        int good = (ok[k] == PV_PIXEL_VALID) & (ok[k + ok_step] == PV_PIXEL_VALID) & (ok[k + 2 * ok_step] == PV_PIXEL_VALID) &
                   (ok[k + 4 * ok_step] == PV_PIXEL_VALID);
        int32_t all = -good, a = v[k] >> 4, b = a - (v[k + v_step] >> 4), c = a - (v[k + 2 * v_step] >> 4), d = a - (v[k + 4 * v_step] >> 4);
        s1 += (uint32_t)((b * b) & all);
        s2 += (uint32_t)((c * c) & all);
        s4 += (uint32_t)((d * d) & all);
        count += (uint32_t)good;
    }
    sum[0] += s1;
    sum[1] += s2;
    sum[2] += s4;
    sum[3] += count;
}

/* The pixels x0 <= x < x1 of row y. */
static void add_row(const uint16_t *value, const uint8_t *valid, size_t value_step, size_t valid_step, int n, int64_t *sum)
{
    for (int x = 0; x < n; x += CHUNK) add_chunk(value + x, valid + x, value_step, valid_step, (size_t)pv_min(CHUNK, n - x), sum);
}

void pv_blur_add(pv_blur *b, pv_rect core, pv_rect read, const uint16_t *value, size_t value_row, const uint8_t *valid, size_t valid_row)
{
    int right = pv_min(core.x + core.w, b->w - PV_BLUR_REACH), bottom = core.y + core.h;
    for (int row = core.y / b->side_y; row * b->side_y < bottom; row++) {
        for (int column = core.x / b->side_x; column * b->side_x < core.x + core.w; column++) {
            int64_t sum[SUMS] = {0};
            int x0 = pv_max(core.x, column * b->side_x), x1 = pv_min(core.x + core.w, (column + 1) * b->side_x);
            int y0 = pv_max(core.y, row * b->side_y), y1 = pv_min(bottom, (row + 1) * b->side_y);
            for (int y = (y0 + b->every - 1) / b->every * b->every; y < y1; y += b->every) {
                const uint16_t *v = value + (size_t)(y - read.y) * value_row + (size_t)(x0 - read.x);
                const uint8_t *ok = valid + (size_t)(y - read.y) * valid_row + (size_t)(x0 - read.x);
                add_row(v, ok, 1, 1, pv_min(x1, right) - x0, sum);
                if (y + PV_BLUR_REACH < b->h) add_row(v, ok, value_row, valid_row, x1 - x0, sum + LAGS + 1);
            }
            for (int k = 0; k < SUMS; k++)
                if (sum[k] != 0)
                    (void)atomic_fetch_add_explicit(&b->sum[(size_t)row * (size_t)b->across + (size_t)column][k], sum[k], memory_order_relaxed);
        }
    }
}

int pv_blur_across(const pv_blur *b)
{
    return b->across;
}

int pv_blur_down(const pv_blur *b)
{
    return b->down;
}

pv_rect pv_blur_square(const pv_blur *b, int column, int row)
{
    return pv_rect_intersect((pv_rect){column * b->side_x, row * b->side_y, b->side_x, b->side_y}, (pv_rect){0, 0, b->w, b->h});
}

void pv_blur_sums_of(const pv_blur *b, int column, int row, pv_blur_sums out[2])
{
    int64_t sum[SUMS];
    for (int k = 0; k < SUMS; k++) sum[k] = atomic_load_explicit(&b->sum[(size_t)row * (size_t)b->across + (size_t)column][k], memory_order_relaxed);
    for (int way = 0; way < 2; way++) out[way] = (pv_blur_sums){{sum[4 * way], sum[4 * way + 1], sum[4 * way + 2]}, sum[4 * way + 3]};
}

/* Noise adds the same to all three energies, so their differences are free of it. */
int pv_blur_is(const pv_blur_sums *s)
{
    enum { LEAST_PIXELS = 400, LEAST_TEXTURE = 88 /* (150 / 16)^2: 150 of 65535 */ };
    int64_t near = s->lag[1] - s->lag[0], far = s->lag[2] - s->lag[1];
    if (s->n < LEAST_PIXELS || far < LEAST_TEXTURE * s->n || 4 * far < s->lag[1]) return 0;
    return near >= 0 && 20 * near < 9 * far;
}

int pv_blur_at(const pv_blur *b, int column, int row)
{
    pv_blur_sums s[2];
    pv_blur_sums_of(b, column, row, s);
    return pv_blur_is(&s[0]) && pv_blur_is(&s[1]);
}
