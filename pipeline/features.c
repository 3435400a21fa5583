/* The feature stage: channels once a tile, window sums once a window, columns handed to the caller one by one. */
#include "pipeline/features.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features_internal.h"

#include "base/banned.h"

enum { SCRATCH_MARGIN = 2 * (PV_MAX_HALF + 1), SCRATCH_ALIGN = 64 };

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

/* Sets the arrays of s inside base (NULL: only measures) and returns the block's bytes; SIZE_MAX - 128 and more = too large. */
static size_t scratch_layout(const pv_feature_plan *plan, pv_feature_scratch *s, int core_w, int core_h, uint8_t *base)
{
    size_t core = times((size_t)core_w, (size_t)core_h), read_w = (size_t)core_w + 2 * (size_t)plan->halo_x;
    size_t read = times(read_w, (size_t)core_h + 2 * (size_t)plan->halo_y), end = 0;
    size_t at[12] = {0};
    at[0] = cut(&end, plan->stretch != NULL ? times((size_t)plan->n_bands, read) : 0, sizeof(uint16_t));
    at[1] = cut(&end, read, sizeof(uint16_t));
    at[2] = cut(&end, plan->any_change ? read : 0, sizeof(uint16_t));
    at[3] = cut(&end, times((size_t)plan->n_slots + 1, core), sizeof(uint16_t));
    at[4] = cut(&end, core, sizeof(uint16_t));
    at[5] = cut(&end, times((size_t)plan->n_windows, core), sizeof(uint16_t));
    at[6] = cut(&end, read_w + SCRATCH_MARGIN, sizeof(uint64_t));
    at[7] = cut(&end, read_w + SCRATCH_MARGIN, sizeof(uint32_t));
    at[8] = cut(&end, (size_t)core_w, sizeof(double));
    at[9] = cut(&end, (size_t)core_w, sizeof(double));
    at[10] = cut(&end, (size_t)core_w, sizeof(double));
    at[11] = cut(&end, read_w + SCRATCH_MARGIN, sizeof(uint16_t));
    if (base == NULL) return end;
    s->stretched = (uint16_t *)(void *)(base + at[0]);
    s->channel = (uint16_t *)(void *)(base + at[1]);
    s->changed = (uint16_t *)(void *)(base + at[2]);
    s->mean = (uint16_t *)(void *)(base + at[3]);
    s->out = (uint16_t *)(void *)(base + at[4]);
    s->count = (uint16_t *)(void *)(base + at[5]);
    s->col2 = (uint64_t *)(void *)(base + at[6]);
    s->col1 = (uint32_t *)(void *)(base + at[7]);
    s->row_sum = (double *)(void *)(base + at[8]);
    s->row_square = (double *)(void *)(base + at[9]);
    s->row_count = (double *)(void *)(base + at[10]);
    s->row_max = (uint16_t *)(void *)(base + at[11]);
    return end;
}

int64_t pv_feature_scratch_bytes(const pv_feature_plan *plan, int core_w, int core_h)
{
    size_t bytes = scratch_layout(plan, NULL, core_w, core_h, NULL);
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
    PV_TRY(pv_alloc(&s->block, scratch_layout(plan, NULL, core_w, core_h, NULL), 1, "feature scratch", err));
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

/* What the steps of one tile share. Lives on the stack of pv_features_compute(). */
typedef struct tile_work {
    const pv_feature_plan *plan;
    pv_feature_scratch *s;
    pv_window_frame frame;
    const uint8_t *valid;
    size_t n_read, n_core;
    pv_feature_sink sink;
    void *user;
} tile_work;

static void stretch_bands(const tile_work *t, const uint16_t *bands)
{
    for (int k = 0; k < t->plan->n_bands; k++) {
        const uint16_t *table = t->plan->stretch + (size_t)k * 65536, *from = bands + (size_t)k * t->n_read;
        uint16_t *to = t->s->stretched + (size_t)k * t->n_read;
        for (size_t i = 0; i < t->n_read; i++) to[i] = table[from[i]];
    }
}

static void fill_holes(const tile_work *t, uint16_t *plane, uint16_t fill)
{
    if (!t->frame.has_holes) return;
    for (size_t i = 0; i < t->n_read; i++) plane[i] = t->valid[i] == PV_PIXEL_VALID ? plane[i] : fill;
}

static void channel_values(const pv_plan_channel *c, const uint16_t *const *plane, size_t n, uint16_t *out)
{
    if (c->fn != NULL)
        c->fn(plane, n, out);
    else
        pv_log_sum_compute(&c->log, plane, n, out);
}

static void compute_channel(const tile_work *t, const pv_plan_channel *c, const uint16_t *bands)
{
    const uint16_t *plane[PV_CHANNEL_BANDS] = {NULL};
    for (int k = 0; k < c->n_bands; k++) plane[k] = bands + (size_t)c->band[k] * t->n_read;
    channel_values(c, plane, t->n_read, t->s->channel);
    fill_holes(t, t->s->channel, 0);
}

/* Half the sum of the differences to the right and to the lower neighbour; a neighbour that is not valid differs by 0. */
static void change_edge(const tile_work *t)
{
    size_t w = (size_t)t->frame.read_w, h = (size_t)t->frame.read_h;
    for (size_t y = 0; y < h; y++) {
        const uint16_t *c = t->s->channel + y * w;
        const uint8_t *ok = t->valid + y * w;
        size_t down = y + 1 < h ? w : 0;
        uint16_t *to = t->s->changed + y * w;
        for (size_t x = 0; x < w; x++) {
            size_t right = x + 1 < w ? x + 1 : x;
            int a = ok[right] == PV_PIXEL_VALID ? c[right] - c[x] : 0, b = ok[x + down] == PV_PIXEL_VALID ? c[x + down] - c[x] : 0;
            to[x] = (uint16_t)(((a < 0 ? -a : a) + (b < 0 ? -b : b)) / 2);
        }
    }
    fill_holes(t, t->s->changed, 0);
}

static void change_share(const tile_work *t, int eighth)
{
    const uint16_t *restrict c = t->s->channel;
    uint16_t *restrict to = t->s->changed;
    for (size_t i = 0; i < t->n_read; i++) to[i] = (uint16_t)(c[i] >> 13 == eighth - 1 ? 65535 : 0);
    fill_holes(t, t->s->changed, 0);
}

static void emit_points(const tile_work *t, int plane)
{
    const pv_window_frame *f = &t->frame;
    int ready = 0;
    for (int i = 0; i < t->plan->n_columns; i++) {
        if (t->plan->column[i].plane != plane || t->plan->column[i].op != PV_OP_POINT) continue;
        for (int y = 0; y < f->h && !ready; y++)
            memcpy(t->s->out + (size_t)y * (size_t)f->w, t->s->channel + (size_t)(f->y0 + y) * (size_t)f->read_w + f->x0,
                   (size_t)f->w * sizeof(uint16_t));
        ready = 1;
        t->sink(t->user, i, t->s->out);
    }
}

static void emit_sums(const tile_work *t, int plane, const uint16_t *values)
{
    const pv_feature_plan *plan = t->plan;
    for (int k = 0; k < plan->n_sums; k++) {
        const pv_plan_sum *sum = &plan->sum[k];
        if (sum->plane != plane) continue;
        uint16_t *mean = t->s->mean + (size_t)(sum->slot >= 0 ? sum->slot : plan->n_slots) * t->n_core;
        const uint16_t *count = t->frame.has_holes ? t->s->count + (size_t)sum->window * t->n_core : NULL;
        pv_window_sums(&t->frame, plan->window[sum->window], values, count, t->s, sum->want_mean ? mean : NULL, sum->want_sd ? t->s->out : NULL);
        for (int i = 0; i < plan->n_columns; i++) {
            const pv_plan_column *c = &plan->column[i];
            if (c->plane != plane || c->window[0] != sum->window) continue;
            if (c->op == PV_OP_MEAN) t->sink(t->user, i, mean);
            if (c->op == PV_OP_SD) t->sink(t->user, i, t->s->out);
        }
    }
}

static void emit_differences(const tile_work *t, int plane)
{
    for (int i = 0; i < t->plan->n_columns; i++) {
        const pv_plan_column *c = &t->plan->column[i];
        if (c->plane != plane || c->op != PV_OP_DIFF) continue;
        const uint16_t *restrict a = t->s->mean + (size_t)c->slot[0] * t->n_core, *restrict b = t->s->mean + (size_t)c->slot[1] * t->n_core;
        uint16_t *restrict to = t->s->out;
        for (size_t k = 0; k < t->n_core; k++) to[k] = (uint16_t)((65536 + a[k] - b[k]) / 2);
        t->sink(t->user, i, to);
    }
}

static void emit_extremes(const tile_work *t, int plane, pv_column_op op)
{
    for (int i = 0; i < t->plan->n_columns; i++) {
        const pv_plan_column *c = &t->plan->column[i];
        if (c->plane != plane || c->op != op) continue;
        pv_window_max(&t->frame, t->plan->window[c->window[0]], t->s->channel, op == PV_OP_MIN ? 65535 : 0, t->s, t->s->out);
        t->sink(t->user, i, t->s->out);
    }
}

static void compute_plane(const tile_work *t, int plane)
{
    const pv_plan_plane *p = &t->plan->plane[plane];
    const uint16_t *values = p->change == PV_CHANGE_NONE ? t->s->channel : t->s->changed;
    if (p->change == PV_CHANGE_EDGE) change_edge(t);
    if (p->change == PV_CHANGE_SHARE) change_share(t, p->eighth);
    emit_sums(t, plane, values);
    if (p->change != PV_CHANGE_NONE) return;
    emit_points(t, plane);
    emit_differences(t, plane);
    emit_extremes(t, plane, PV_OP_MAX);
    fill_holes(t, t->s->channel, 65535); /* so that a hole is never the smallest */
    emit_extremes(t, plane, PV_OP_MIN);
    fill_holes(t, t->s->channel, 0);
}

static int has_hole(const uint8_t *valid, size_t n)
{
    uint8_t same = 1;
    for (size_t i = 0; i < n; i++) same &= valid[i] == PV_PIXEL_VALID;
    return !same;
}

void pv_features_compute(const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read, const uint16_t *bands,
                         const uint8_t *valid, pv_feature_sink sink, void *user)
{
    assert(pv_rect_contains(read, core) && core.w <= scratch->max_core_w && core.h <= scratch->max_core_h);
    assert(read.w <= scratch->max_read_w && read.h <= scratch->max_read_h);
    size_t n_read = (size_t)read.w * (size_t)read.h, n_core = (size_t)core.w * (size_t)core.h;
    pv_window_frame frame = {read.w, read.h, core.x - read.x, core.y - read.y, core.w, core.h, has_hole(valid, n_read)};
    tile_work t = {plan, scratch, frame, valid, n_read, n_core, sink, user};
    if (n_core == 0) return;
    if (plan->stretch != NULL) stretch_bands(&t, bands);
    const uint16_t *from = plan->stretch != NULL ? scratch->stretched : bands;
    for (int k = 0; k < plan->n_windows && frame.has_holes; k++)
        pv_window_count(&frame, plan->window[k], valid, scratch, scratch->count + (size_t)k * n_core);
    for (int c = 0; c < plan->n_channels; c++) {
        compute_channel(&t, &plan->channel[c], from);
        for (int p = 0; p < plan->n_planes; p++)
            if (plan->plane[p].channel == c) compute_plane(&t, p);
    }
}

void pv_features_point(const pv_feature_plan *plan, const uint16_t *band_values, uint16_t *out)
{
    for (int i = 0; i < plan->n_columns; i++) {
        const pv_plan_channel *c = &plan->channel[plan->plane[plan->column[i].plane].channel];
        const uint16_t *value[PV_CHANNEL_BANDS] = {NULL};
        for (int k = 0; k < c->n_bands; k++) value[k] = &band_values[c->band[k]];
        channel_values(c, value, 1, &out[i]);
    }
}
