/* The feature stage, row by row: channels once, summed planes once for all windows over them, columns handed to the caller one by one.
 *
 * A plane is summed from the top left corner of the tile on, in rows of which a ring is kept: the sum over any window is then four elements, whatever
 * its size. Sums are modulo 2^32 (squares: 2^64), differences of them exact. */
#include "pipeline/features.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features_kernels.h"

#include "base/banned.h"

enum { SCRATCH_ALIGN = 64, SUM_ALIGN = 16 /* elements: rows of sums begin on whole cache lines */ };

/* Cuts the next array out of the block: *offset moves on, saturating at SIZE_MAX. */
static size_t cut(size_t *offset, size_t n, size_t size)
{
    size_t at = *offset, bytes = 0;
    if (__builtin_mul_overflow(n, size, &bytes) || __builtin_add_overflow(at, bytes, offset) ||
        __builtin_add_overflow(*offset, (size_t)SCRATCH_ALIGN - 1, offset)) {
        *offset = SIZE_MAX - 2 * SCRATCH_ALIGN;
        return 0;
    }
    *offset = *offset / SCRATCH_ALIGN * SCRATCH_ALIGN;
    return at;
}

static size_t times(size_t a, size_t b)
{
    size_t r = 0;
    return __builtin_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

/* One array of the block: where its pointer is kept, and its size. */
typedef struct cutting {
    void **to;
    size_t n, size;
} cutting;

/* Sets the arrays of s; base NULL: only measures. Returns the block's bytes; SIZE_MAX - 128 and more = too large. */
static size_t scratch_layout(const pv_feature_plan *plan, pv_feature_scratch *s, int core_w, int core_h, uint8_t *base)
{
    size_t w = (size_t)core_w, read_w = w + 2 * (size_t)plan->halo_x, end = 0;
    size_t read = times(read_w, (size_t)core_h + 2 * (size_t)plan->halo_y), windows = (size_t)plan->n_windows;
    s->margin = ((size_t)plan->half_x / SUM_ALIGN + 1) * SUM_ALIGN - 1;
    s->sum_stride = (2 * s->margin + 1 + read_w) / SUM_ALIGN * SUM_ALIGN + SUM_ALIGN;
    s->row_stride = (read_w + 2 * (size_t)SUM_ALIGN - 1) / (2 * SUM_ALIGN) * 2 * SUM_ALIGN;
    const cutting all[] = {
        {(void **)&s->stretched, plan->stretch != NULL ? times((size_t)plan->n_bands, read) : 0, sizeof(uint16_t)},
        {(void **)&s->row, times(plan->n_rows, s->row_stride), sizeof(uint16_t)},
        {(void **)&s->sum, times(plan->n_sum_rows, s->sum_stride), sizeof(uint32_t)},
        {(void **)&s->square, times(plan->n_square_rows, s->sum_stride), sizeof(uint64_t)},
        {(void **)&s->count, times(2 * (size_t)plan->half_y + 2, s->sum_stride), sizeof(uint32_t)},
        {(void **)&s->changed, s->row_stride, sizeof(uint16_t)},
        {(void **)&s->mean, times((size_t)plan->n_slots + 1, w), sizeof(uint16_t)},
        {(void **)&s->sd, w, sizeof(uint16_t)},
        {(void **)&s->out, w, sizeof(uint16_t)},
        {(void **)&s->most, s->sum_stride, sizeof(uint16_t)},
        {(void **)&s->n, times(windows, w), sizeof(int32_t)},
        {(void **)&s->share, times(windows, w), sizeof(float)},
    };
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        size_t at = cut(&end, all[k].n, all[k].size);
        if (base != NULL) *all[k].to = base + at;
    }
    return end;
}

int64_t pv_feature_scratch_bytes(const pv_feature_plan *plan, int core_w, int core_h)
{
    pv_feature_scratch sizes = {0};
    size_t bytes = scratch_layout(plan, &sizes, core_w, core_h, NULL);
    return bytes > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)(bytes + sizeof(pv_feature_scratch));
}

pv_status pv_feature_scratch_new(pv_feature_scratch **out, const pv_feature_plan *plan, int core_w, int core_h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_feature_scratch *s = NULL;
    if (core_w < 1 || core_h < 1) return pv_fail(err, PV_BUG, "feature scratch of %d x %d pixels", core_w, core_h);
    if (pv_feature_scratch_bytes(plan, core_w, core_h) >= INT64_MAX / 2)
        return pv_fail(err, PV_NOMEM, "feature scratch: a tile of %d x %d pixels is more than memory can hold", core_w, core_h);
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "feature scratch", err));
    PV_TRY(pv_alloc(&s->block, scratch_layout(plan, s, core_w, core_h, NULL), 1, "feature scratch", err));
    scratch_layout(plan, s, core_w, core_h, s->block);
    s->max_core_w = core_w;
    s->max_core_h = core_h;
    s->max_read_w = core_w + 2 * plan->halo_x;
    s->max_read_h = core_h + 2 * plan->halo_y;
    *out = s;
    s = NULL;
out:
    pv_feature_scratch_free(s);
    return st;
}

void pv_feature_scratch_free(pv_feature_scratch *scratch)
{
    if (scratch == NULL) return;
    pv_free(scratch->block);
    pv_free(scratch);
}

pv_pixels pv_pixels_of(const uint16_t *bands, const uint8_t *valid, int n_bands, int w, int h)
{
    pv_pixels p = {.valid = valid, .band_row = (size_t)w, .valid_row = (size_t)w};
    for (size_t k = 0; k < (size_t)n_bands; k++) p.band[k] = bands + k * (size_t)w * (size_t)h;
    return p;
}

pv_pixels pv_pixels_from(const pv_pixels *p, int x, int y)
{
    pv_pixels part = *p;
    part.valid += (size_t)y * p->valid_row + (size_t)x;
    for (int k = 0; k < PV_MAX_BANDS && p->band[k] != NULL; k++) part.band[k] += (size_t)y * p->band_row + (size_t)x;
    return part;
}

int pv_pixels_are_whole(const pv_pixels *p, int w, int h)
{
    for (size_t y = 0; y < (size_t)h && !p->whole; y++) {
        const uint8_t *valid = p->valid + y * p->valid_row;
        uint8_t same = 1;
        for (size_t x = 0; x < (size_t)w; x++) same &= valid[x] == PV_PIXEL_VALID;
        if (!same) return 0;
    }
    return 1;
}

size_t pv_features_light_size(const pv_feature_plan *plan, size_t n)
{
    return plan->stretch != NULL ? times((size_t)plan->n_bands, n) : 0;
}

pv_pixels pv_features_light(const pv_feature_plan *plan, const pv_pixels *p, int w, int h, uint16_t *to)
{
    const pv_feature_kernels *loop = pv_feature_kernels_of(pv_cpu_path());
    pv_pixels lit = *p;
    lit.lit = 1;
    if (plan->stretch == NULL) return lit;
    lit.band_row = (size_t)w;
    for (size_t k = 0; k < (size_t)plan->n_bands; k++, to += (size_t)w * (size_t)h) {
        lit.band[k] = to;
        for (size_t y = 0; y < (size_t)h; y++) loop->stretch_row(&plan->stretch[k], p->band[k] + y * p->band_row, (size_t)w, to + y * (size_t)w);
    }
    return lit;
}

/* What the steps of one tile share. Lives on the stack of pv_features_compute(). */
typedef struct tile_work {
    const pv_feature_plan *plan;
    const pv_feature_kernels *loop;
    pv_feature_scratch *s;
    int x0, y0, w, h, read_w, read_h; /* the core inside read, and both sizes */
    int has_holes;                    /* 1 = some pixel of read is not valid */
    const pv_pixels *from;            /* as given */
    pv_pixels lit;                    /* what channels are computed from */
    int stretched;                    /* rows of read that are stretched */
    pv_feature_sink sink;
    void *user;
} tile_work;

static const uint8_t *valid_row(const tile_work *t, int r)
{
    return t->from->valid + (size_t)r * t->from->valid_row;
}

/* The first row of read that a channel is computed for. */
static int first_row(const tile_work *t, const pv_plan_channel *c)
{
    return pv_max(0, t->y0 - pv_max(c->ahead, c->behind));
}

static uint16_t *channel_row(const tile_work *t, const pv_plan_channel *c, int r)
{
    return t->s->row + (c->row_at + pv_ring_slot(c->rows, r)) * t->s->row_stride;
}

/* Row r of a plane's sums, from element 0 of the margin on; r may be one above the first. */
static size_t sum_slot(const tile_work *t, const pv_plan_plane *p, int r)
{
    return pv_ring_slot(p->rows, r - first_row(t, &t->plan->channel[p->channel]) + 1);
}

static uint32_t *sum_row_of(const tile_work *t, const pv_plan_plane *p, int r)
{
    return t->s->sum + (p->sum_at + sum_slot(t, p, r)) * t->s->sum_stride;
}

static uint64_t *square_row_of(const tile_work *t, const pv_plan_plane *p, int r)
{
    return t->s->square + (p->square_at + sum_slot(t, p, r)) * t->s->sum_stride;
}

static uint32_t *count_row_of(const tile_work *t, int r)
{
    int first = pv_max(0, t->y0 - t->plan->half_y);
    return t->s->count + (size_t)((r - first + 1) % (2 * t->plan->half_y + 2)) * t->s->sum_stride;
}

static void stretch_rows(tile_work *t, int end)
{
    if (t->plan->stretch == NULL || t->from->lit || end <= t->stretched) return;
    size_t w = (size_t)t->read_w, plane = w * (size_t)t->read_h;
    for (size_t k = 0; k < (size_t)t->plan->n_bands; k++)
        for (size_t r = (size_t)t->stretched; r < (size_t)end; r++)
            t->loop->stretch_row(&t->plan->stretch[k], t->from->band[k] + r * t->from->band_row, w, t->s->stretched + k * plane + r * w);
    t->stretched = end;
}

static void fill_holes(const tile_work *t, int r, uint16_t *restrict row)
{
    const uint8_t *restrict ok = valid_row(t, r);
    for (int x = 0; x < t->read_w && t->has_holes; x++) row[x] = ok[x] == PV_PIXEL_VALID ? row[x] : 0;
}

/* Behind a row of sums its last element goes on, for windows that reach over the image's edge. */
static void sum_feed(const tile_work *t, const uint16_t *values, const uint32_t *up, uint32_t *to)
{
    size_t at = t->s->margin + 1, w = (size_t)t->read_w;
    t->loop->sum_row(values, w, up + at, to + at);
    for (size_t k = 0; k < (size_t)t->plan->half_x; k++) to[at + w + k] = to[at + w - 1];
}

static void square_feed(const tile_work *t, const uint16_t *values, const uint64_t *up, uint64_t *to)
{
    size_t at = t->s->margin + 1, w = (size_t)t->read_w;
    t->loop->square_row(values, w, up + at, to + at);
    for (size_t k = 0; k < (size_t)t->plan->half_x; k++) to[at + w + k] = to[at + w - 1];
}

static void plane_feed(const tile_work *t, const pv_plan_plane *p, int r, const uint16_t *values)
{
    sum_feed(t, values, sum_row_of(t, p, r - 1), sum_row_of(t, p, r));
    if (p->squares) square_feed(t, values, square_row_of(t, p, r - 1), square_row_of(t, p, r));
}

static void feed_edge(const tile_work *t, const pv_plan_plane *p, int r)
{
    const pv_plan_channel *c = &t->plan->channel[p->channel];
    int down = pv_min(r + 1, t->read_h - 1);
    t->loop->edge_row(channel_row(t, c, r), channel_row(t, c, down), valid_row(t, r), valid_row(t, down), (size_t)t->read_w, t->s->changed);
    plane_feed(t, p, r, t->s->changed);
}

static void feed_share(const tile_work *t, const pv_plan_plane *p, int r, const uint16_t *restrict row)
{
    uint16_t *restrict to = t->s->changed;
    for (int x = 0; x < t->read_w; x++) to[x] = (uint16_t)(row[x] >> 13 == p->eighth - 1 ? 65535 : 0);
    fill_holes(t, r, to);
    plane_feed(t, p, r, to);
}

static void feed_planes(const tile_work *t, int channel, int r, const uint16_t *row)
{
    int first = first_row(t, &t->plan->channel[channel]);
    for (int k = t->plan->channel[channel].first_plane; k >= 0; k = t->plan->plane[k].next) {
        const pv_plan_plane *p = &t->plan->plane[k];
        if (p->change == PV_CHANGE_NONE) plane_feed(t, p, r, row);
        if (p->change == PV_CHANGE_SHARE) feed_share(t, p, r, row);
        if (p->change == PV_CHANGE_EDGE && r > first) feed_edge(t, p, r - 1);
        if (p->change == PV_CHANGE_EDGE && r == t->read_h - 1) feed_edge(t, p, r);
    }
}

static void channel_values(const pv_feature_kernels *loop, const pv_plan_channel *c, const uint16_t *const *band, size_t n, uint16_t *out)
{
    if (c->log.n > 0)
        pv_log_sum_compute(&c->log, band, n, out);
    else
        loop->channel[c->kind](band, n, out);
}

static void feed_row(tile_work *t, int channel, int r)
{
    const pv_plan_channel *c = &t->plan->channel[channel];
    const uint16_t *band[PV_CHANNEL_BANDS] = {NULL};
    uint16_t *row = channel_row(t, c, r);
    stretch_rows(t, r + 1);
    for (int k = 0; k < c->n_bands; k++) band[k] = t->lit.band[c->band[k]] + (size_t)r * t->lit.band_row;
    channel_values(t->loop, c, band, (size_t)t->read_w, row);
    fill_holes(t, r, row);
    feed_planes(t, channel, r, row);
}

/* Above the first row there is nothing. */
static void clear_first_sums(const tile_work *t, int channel)
{
    int above = first_row(t, &t->plan->channel[channel]) - 1;
    for (int k = t->plan->channel[channel].first_plane; k >= 0; k = t->plan->plane[k].next) {
        const pv_plan_plane *p = &t->plan->plane[k];
        memset(sum_row_of(t, p, above), 0, t->s->sum_stride * sizeof(uint32_t));
        if (p->squares) memset(square_row_of(t, p, above), 0, t->s->sum_stride * sizeof(uint64_t));
    }
}

/* All rows of a channel that the columns of row y of the core need and that are not there yet. */
static void step_feed(tile_work *t, int channel, int y)
{
    const pv_plan_channel *c = &t->plan->channel[channel];
    int end = pv_min(t->y0 + y + c->ahead + 1, t->read_h), from = y == 0 ? first_row(t, c) : t->y0 + y + c->ahead;
    if (y == 0) clear_first_sums(t, channel);
    for (int r = from; r < end; r++) feed_row(t, channel, r);
}

/* Pixels a .. b that lie in 0 .. size - 1. */
static int clipped(int centre, int half, int size)
{
    return pv_min(centre + half, size - 1) - pv_max(centre - half, 0) + 1;
}

static void count_feed(const tile_work *t, int y)
{
    int half = t->plan->half_y, end = pv_min(t->y0 + y + half + 1, t->read_h), first = pv_max(0, t->y0 - half);
    if (y == 0) memset(count_row_of(t, first - 1), 0, t->s->sum_stride * sizeof(uint32_t));
    for (int r = y == 0 ? first : t->y0 + y + half; r < end; r++) {
        const uint8_t *restrict ok = valid_row(t, r);
        uint16_t *restrict one = t->s->changed;
        for (int x = 0; x < t->read_w; x++) one[x] = ok[x] == PV_PIXEL_VALID;
        sum_feed(t, one, count_row_of(t, r - 1), count_row_of(t, r));
    }
}

/* Pixels of the windows of row y of the core that are valid: all when there are no holes, and then the rows of the last call may still do. */
static void count_windows(const tile_work *t, int y, int wanted)
{
    int centre = t->y0 + y;
    if (t->has_holes) count_feed(t, y);
    for (int k = 0; k < t->plan->n_windows; k++) {
        pv_plan_window win = t->plan->window[k];
        int32_t *restrict n = t->s->n + (size_t)k * (size_t)t->s->max_core_w;
        float *restrict share = t->s->share + (size_t)k * (size_t)t->s->max_core_w;
        int ny = clipped(centre, win.hy, t->read_h);
        if (t->has_holes ? !wanted : y > 0 && ny == clipped(centre - 1, win.hy, t->read_h)) continue;
        if (t->has_holes) {
            const uint32_t *restrict low = count_row_of(t, pv_min(centre + win.hy, t->read_h - 1)) + t->s->margin + t->x0;
            const uint32_t *restrict top = count_row_of(t, pv_max(centre - win.hy, 0) - 1) + t->s->margin + t->x0;
            for (int x = 0; x < t->w; x++) {
                int right = x + win.hx + 1, left = x - win.hx;
                int32_t here = (int32_t)(low[right] - low[left] - top[right] + top[left]);
                n[x] = here < 1 ? 1 : here;
            }
        } else {
            for (int x = 0; x < t->w; x++) n[x] = ny * clipped(t->x0 + x, win.hx, t->read_w);
        }
        for (int x = 0; x < t->w; x++) share[x] = pv_window_share(n[x]);
    }
}

static uint16_t *mean_row(const tile_work *t, int slot)
{
    return t->s->mean + (size_t)(slot >= 0 ? slot : t->plan->n_slots) * (size_t)t->s->max_core_w;
}

static void step_sum(const tile_work *t, const pv_plan_sum *sum, int y)
{
    const pv_plan_plane *p = &t->plan->plane[sum->plane];
    pv_plan_window win = t->plan->window[sum->window];
    int low = pv_min(t->y0 + y + win.hy, t->read_h - 1), above = pv_max(t->y0 + y - win.hy, 0) - 1, pixels = (2 * win.hx + 1) * (2 * win.hy + 1);
    size_t left = t->s->margin + (size_t)t->x0 - (size_t)win.hx, right = t->s->margin + (size_t)(t->x0 + win.hx + 1), w = (size_t)t->w;
    size_t counts = (size_t)sum->window * (size_t)t->s->max_core_w;
    const uint32_t *bottom = sum_row_of(t, p, low), *top = sum_row_of(t, p, above);
    pv_window_row row = {bottom + right, bottom + left, top + right, top + left, NULL, NULL, NULL, NULL, t->s->n + counts, t->s->share + counts};
    uint16_t *mean = mean_row(t, sum->slot), *sd = sum->want_sd ? t->s->sd : NULL;
    if (sd != NULL) {
        const uint64_t *square_bottom = square_row_of(t, p, low), *square_top = square_row_of(t, p, above);
        row.square_bottom_right = square_bottom + right;
        row.square_bottom_left = square_bottom + left;
        row.square_top_right = square_top + right;
        row.square_top_left = square_top + left;
    }
    if (pixels > (sd != NULL ? PV_FAST_MOMENTS : PV_FAST_MEAN))
        pv_window_slow(&row, w, mean, sd);
    else if (sd != NULL)
        t->loop->moments(&row, w, mean, sd);
    else
        t->loop->means(&row, w, mean);
}

static void step_most(const tile_work *t, const pv_plan_column *col, int y)
{
    const pv_plan_channel *c = &t->plan->channel[t->plan->plane[col->plane].channel];
    pv_plan_window win = t->plan->window[col->window[0]];
    int centre = t->y0 + y, least = col->op == PV_OP_MIN;
    uint16_t *top = t->s->most + t->s->margin, *from = top + t->x0 - win.hx;
    memset(t->s->most, 0, t->s->sum_stride * sizeof *t->s->most);
    for (int r = pv_max(0, centre - win.hy); r <= pv_min(t->read_h - 1, centre + win.hy); r++) {
        const uint16_t *v = channel_row(t, c, r);
        for (int x = 0; x < t->read_w && least; x++) t->s->changed[x] = (uint16_t)~v[x];
        if (least) fill_holes(t, r, t->s->changed); /* so that a hole is never the smallest */
        t->loop->most_of_rows(least ? t->s->changed : v, (size_t)t->read_w, top);
    }
    t->loop->most_along(from, (size_t)t->w, 2 * win.hx + 1);
    for (int x = 0; x < t->w && least; x++) from[x] = (uint16_t)~from[x];
    t->sink(t->user, (int)(col - t->plan->column), y, from);
}

static void step_column(const tile_work *t, pv_step_kind kind, int column, const pv_plan_sum *sum, int y)
{
    const pv_plan_column *c = &t->plan->column[column];
    if (kind == PV_STEP_MEAN) t->sink(t->user, column, y, mean_row(t, sum->slot));
    if (kind == PV_STEP_SD) t->sink(t->user, column, y, t->s->sd);
    if (kind == PV_STEP_POINT) t->sink(t->user, column, y, channel_row(t, &t->plan->channel[t->plan->plane[c->plane].channel], t->y0 + y) + t->x0);
    if (kind == PV_STEP_MOST) step_most(t, c, y);
    if (kind != PV_STEP_DIFF) return;
    t->loop->differences(mean_row(t, c->slot[0]), mean_row(t, c->slot[1]), (size_t)t->w, t->s->out);
    t->sink(t->user, column, y, t->s->out);
}

/* wanted 0: only what later rows need. */
static void compute_row(tile_work *t, int y, int wanted)
{
    const pv_plan_sum *sum = NULL;
    count_windows(t, y, wanted);
    for (int k = 0; k < t->plan->n_steps; k++) {
        pv_plan_step step = t->plan->step[k];
        if (step.kind == PV_STEP_FEED) {
            step_feed(t, step.index, y);
        } else if (!wanted) {
            continue;
        } else if (step.kind == PV_STEP_SUM) {
            sum = &t->plan->sum[step.index];
            step_sum(t, sum, y);
        } else {
            step_column(t, step.kind, step.index, sum, y);
        }
    }
}

static void compute(const pv_feature_kernels *loop, const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read,
                    const pv_pixels *from, pv_row_choice rows, pv_feature_sink sink, void *user)
{
    assert(pv_rect_contains(read, core) && core.w <= scratch->max_core_w && core.h <= scratch->max_core_h);
    assert(read.w <= scratch->max_read_w && read.h <= scratch->max_read_h);
    tile_work t = {.plan = plan,
                   .loop = loop,
                   .s = scratch,
                   .x0 = core.x - read.x,
                   .y0 = core.y - read.y,
                   .w = core.w,
                   .h = core.h,
                   .read_w = read.w,
                   .read_h = read.h,
                   .has_holes = !pv_pixels_are_whole(from, read.w, read.h),
                   .from = from,
                   .lit = plan->stretch == NULL || from->lit ? *from : pv_pixels_of(scratch->stretched, from->valid, plan->n_bands, read.w, read.h),
                   .stretched = pv_max(0, core.y - read.y - plan->half_y - 1),
                   .sink = sink,
                   .user = user};
    if (core.w == 0) return;
    for (int y = 0; y < core.h; y++) compute_row(&t, y, (y + rows.from) % rows.every == 0);
}

void pv_features_compute(const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read, const uint16_t *bands,
                         const uint8_t *valid, pv_feature_sink sink, void *user)
{
    pv_features_compute_by(pv_feature_kernels_of(pv_cpu_path()), plan, scratch, core, read, bands, valid, sink, user);
}

void pv_features_compute_rows(const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read, const pv_pixels *pixels,
                              pv_row_choice rows, pv_feature_sink sink, void *user)
{
    compute(pv_feature_kernels_of(pv_cpu_path()), plan, scratch, core, read, pixels, rows, sink, user);
}

void pv_features_compute_by(const pv_feature_kernels *loop, const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read,
                            const uint16_t *bands, const uint8_t *valid, pv_feature_sink sink, void *user)
{
    pv_pixels pixels = pv_pixels_of(bands, valid, plan->n_bands, read.w, read.h);
    compute(loop, plan, scratch, core, read, &pixels, (pv_row_choice){0, 1}, sink, user);
}

void pv_features_point(const pv_feature_plan *plan, const uint16_t *band_values, uint16_t *out)
{
    const pv_feature_kernels *loop = pv_feature_kernels_of(pv_cpu_path());
    for (int i = 0; i < plan->n_columns; i++) {
        const pv_plan_channel *c = &plan->channel[plan->plane[plan->column[i].plane].channel];
        const uint16_t *value[PV_CHANNEL_BANDS] = {NULL};
        for (int k = 0; k < c->n_bands; k++) value[k] = &band_values[c->band[k]];
        channel_values(loop, c, value, 1, &out[i]);
    }
}
