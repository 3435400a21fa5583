#include "pipeline/ahead.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum {
    PART_PIXELS = 1 << 18,
    EXPECT_BYTES = 256 << 20,
    MOST_KEPT = 3 /* the row that was computed, the row before, in which a patch has closed, and one in which it began */
};

/* What one step reads, with the margins that lie before it: [n_bands][h][w] and [h][w]. */
typedef struct buffer {
    uint16_t *band;
    uint8_t *valid;
} buffer;

struct pv_ahead {
    const pv_ahead_shape *s;
    const pv_work_grid *grid;
    const pv_feature_plan *plan;
    const int *index;       /* of the bands, borrowed from the plan */
    int margin_x, margin_y; /* before a step: twice the reach */
    int buffer_w, buffer_h;
    buffer step[MOST_KEPT];             /* by step modulo kept */
    buffer above;                       /* with more than one segment: [margin_y] rows of whole width before a row of units */
    const uint16_t *lent[PV_MAX_BANDS]; /* the photo's own planes */
    const uint8_t *lent_valid;
};

static int read_cut(int k, int unit, int size)
{
    return (int64_t)k * unit < size ? k * unit : size;
}

static int core_cut(int k, int n, int unit, int size, int reach)
{
    return k >= n ? size : pv_max(0, read_cut(k, unit, size) - reach);
}

int pv_ahead_whole_blocks(int block_px, int factor)
{
    int a = block_px, b = factor;
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return block_px / a;
}

/* How many rows of units fit; 0: less than two. */
static int rows_that_fit(const pv_ahead_shape *s, int64_t a_unit, int64_t bytes)
{
    int64_t fit = bytes / (a_unit * s->across);
    return fit < 2 ? 0 : fit < MOST_KEPT ? (int)fit : MOST_KEPT;
}

pv_ahead_shape pv_ahead_plan(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_photo_facts *facts, int unit_w,
                             int unit_h, int64_t bytes, int64_t step_bytes)
{
    const int *index = NULL;
    pv_ahead_shape s = {.w = grid->w, .h = grid->h, .unit_w = pv_min(unit_w, grid->w), .unit_h = pv_min(unit_h, grid->h)};
    s.n_bands = pv_feature_plan_bands(plan, &index);
    pv_tile_reach(plan, grid, model, &s.reach_x, &s.reach_y);
    s.across = (s.w + s.unit_w - 1) / s.unit_w;
    s.down = (s.h + s.unit_h - 1) / s.unit_h;
    int64_t a_unit = (int64_t)s.unit_w * (s.unit_h + 2 * s.reach_y) * (2 * s.n_bands + 1),
            most = (step_bytes < bytes / 2 ? step_bytes : bytes / 2) / a_unit;
    int fit = rows_that_fit(&s, a_unit, bytes);
    s.per_segment = fit > 0 || most >= s.across ? s.across : most < 1 ? 1 : (int)most;
    if (facts->block_w_px >= facts->width_px) {
        int rows = pv_ahead_whole_blocks(pv_max(1, facts->block_h_px), grid->fy);
        s.per_segment = s.across;
        s.part_rows = rows * pv_max(1, pv_min(PART_PIXELS / s.w, s.unit_h) / rows);
    }
    s.segments = (s.across + s.per_segment - 1) / s.per_segment;
    s.per_segment = (s.across + s.segments - 1) / s.segments;
    s.segments = (s.across + s.per_segment - 1) / s.per_segment;
    s.kept = s.segments == 1 ? pv_max(2, pv_min(fit, s.down)) : 2;
    return s;
}

pv_ahead_shape pv_ahead_lent(pv_ahead_shape s)
{
    s.lent = 1;
    s.kept = MOST_KEPT;
    s.per_segment = s.across;
    s.segments = 1;
    s.part_rows = pv_max(1, pv_min(PART_PIXELS / s.w, s.h));
    return s;
}

static int segment_w(const pv_ahead_shape *s)
{
    return read_cut(s->per_segment, s->unit_w, s->w);
}

int64_t pv_ahead_bytes(const pv_ahead_shape *s)
{
    if (s->lent) return 0;
    int64_t pixel = 2 * (int64_t)s->n_bands + 1, above = s->segments > 1 ? 2 * (int64_t)s->reach_y * s->w * pixel : 0;
    return s->kept * ((int64_t)segment_w(s) + 2 * s->reach_x) * (s->unit_h + 2 * s->reach_y) * pixel + above;
}

void pv_ahead_core_size(const pv_ahead_shape *s, int *w, int *h)
{
    *w = pv_min(s->w, s->unit_w + s->reach_x);
    *h = pv_min(s->h, s->unit_h + s->reach_y);
}

void pv_ahead_core_rows(const pv_ahead_shape *s, int row, int *y, int *h)
{
    *y = core_cut(row, s->down, s->unit_h, s->h, s->reach_y);
    *h = core_cut(row + 1, s->down, s->unit_h, s->h, s->reach_y) - *y;
}

/* What a step reads. */
static pv_rect step_rect(const pv_ahead_shape *s, int step)
{
    int row = step / s->segments, first = step % s->segments * s->per_segment;
    int x = read_cut(first, s->unit_w, s->w), y = read_cut(row, s->unit_h, s->h);
    return (pv_rect){x, y, read_cut(first + s->per_segment, s->unit_w, s->w) - x, read_cut(row + 1, s->unit_h, s->h) - y};
}

int pv_ahead_tiles(const pv_ahead_shape *s, int step)
{
    return pv_min(s->per_segment, s->across - step % s->segments * s->per_segment);
}

pv_rect pv_ahead_core(const pv_ahead_shape *s, int step, int tile)
{
    int k = step % s->segments * s->per_segment + tile, y = 0, h = 0;
    int x = core_cut(k, s->across, s->unit_w, s->w, s->reach_x);
    pv_ahead_core_rows(s, step / s->segments, &y, &h);
    return (pv_rect){x, y, core_cut(k + 1, s->across, s->unit_w, s->w, s->reach_x) - x, h};
}

int pv_ahead_parts(const pv_ahead_shape *s, int step)
{
    if (s->lent) return step == 0 ? (s->h + s->part_rows - 1) / s->part_rows : 0;
    if (s->part_rows == 0) return pv_ahead_tiles(s, step);
    return (step_rect(s, step).h + s->part_rows - 1) / s->part_rows;
}

static pv_rect part_rect(const pv_ahead_shape *s, int step, int part)
{
    /* What is lent is all there from the first step on. */
    pv_rect all = s->lent ? (pv_rect){0, 0, s->w, s->h} : step_rect(s, step);
    if (s->part_rows > 0) return pv_rect_intersect(all, (pv_rect){all.x, all.y + part * s->part_rows, all.w, s->part_rows});
    return pv_rect_intersect(all, (pv_rect){all.x + part * s->unit_w, all.y, s->unit_w, all.h});
}

static void release_buffer(buffer *b)
{
    pv_free(b->band);
    pv_free(b->valid);
}

void pv_ahead_free(pv_ahead *a)
{
    if (a == NULL) return;
    for (int k = 0; k < MOST_KEPT; k++) release_buffer(&a->step[k]);
    release_buffer(&a->above);
    pv_free(a);
}

static pv_status make_buffer(buffer *b, int n_bands, int w, int h, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)w * (size_t)h;
    PV_TRY(pv_alloc(&b->band, n, (size_t)n_bands * sizeof *b->band, "pixels read ahead", err));
    PV_TRY(pv_alloc(&b->valid, n, 1, "pixels read ahead", err));
out:
    return st;
}

pv_status pv_ahead_new(pv_ahead **out, const pv_ahead_shape *s, const pv_feature_plan *plan, const pv_work_grid *grid, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ahead *a = NULL;
    PV_TRY(pv_alloc(&a, 1, sizeof *a, "pixels read ahead", err));
    *a = (pv_ahead){.s = s, .grid = grid, .plan = plan, .margin_x = 2 * s->reach_x, .margin_y = 2 * s->reach_y};
    a->buffer_w = a->margin_x + segment_w(s);
    a->buffer_h = a->margin_y + s->unit_h;
    (void)pv_feature_plan_bands(plan, &a->index);
    for (int k = 0; k < s->n_bands && s->lent; k++) pv_photo_lend(photo, a->index[k], &a->lent[k], &a->lent_valid);
    for (int k = 0; k < s->kept && k < pv_ahead_steps(s) && !s->lent; k++)
        PV_TRY(make_buffer(&a->step[k], s->n_bands, a->buffer_w, a->buffer_h, err));
    if (s->segments > 1 && s->down > 1) PV_TRY(make_buffer(&a->above, s->n_bands, s->w, a->margin_y, err));
    *out = a;
    a = NULL;
out:
    pv_ahead_free(a);
    return st;
}

/* A view of rows that hold pixels of the working image: pixel (x, y) is at (y - y0) * w + x - x0 of each plane. */
typedef struct view {
    const buffer *b;
    int x0, y0, w;
    size_t plane;
} view;

static view of_step(const pv_ahead *a, int step)
{
    pv_rect r = step_rect(a->s, step);
    return (view){&a->step[step % a->s->kept], r.x - a->margin_x, r.y - a->margin_y, a->buffer_w, (size_t)a->buffer_w * (size_t)a->buffer_h};
}

/* The rows above a row of units. */
static view of_above(const pv_ahead *a, int row)
{
    if (a->s->segments == 1) return of_step(a, row - 1);
    int y = read_cut(row, a->s->unit_h, a->s->h);
    return (view){&a->above, 0, y - a->margin_y, a->s->w, (size_t)a->s->w * (size_t)a->margin_y};
}

/* Copies the pixels of r from one view to another; both hold them. */
static void copy(const pv_ahead *a, view to, view from, pv_rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        size_t at = (size_t)(y - to.y0) * (size_t)to.w + (size_t)(r.x - to.x0);
        size_t src = (size_t)(y - from.y0) * (size_t)from.w + (size_t)(r.x - from.x0);
        memcpy(to.b->valid + at, from.b->valid + src, (size_t)r.w);
        for (size_t k = 0; k < (size_t)a->s->n_bands; k++)
            memcpy(to.b->band + k * to.plane + at, from.b->band + k * from.plane + src, (size_t)r.w * sizeof *to.b->band);
    }
}

static void fill_nothing(const pv_ahead *a, view to, pv_rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        size_t at = (size_t)(y - to.y0) * (size_t)to.w + (size_t)(r.x - to.x0);
        memset(to.b->valid + at, PV_PIXEL_NODATA, (size_t)r.w);
        for (size_t k = 0; k < (size_t)a->s->n_bands; k++) memset(to.b->band + k * to.plane + at, 0, (size_t)r.w * sizeof *to.b->band);
    }
}

/* The margins beside a part: what was read before. */
static void fill_margins(const pv_ahead *a, int step, pv_rect part, view to)
{
    pv_rect all = step_rect(a->s, step), whole = {0, 0, a->s->w, a->s->h};
    int row = step / a->s->segments, top = part.y == all.y, above = top ? a->margin_y : 0;
    if (top && row > 0) copy(a, to, of_above(a, row), pv_rect_intersect((pv_rect){part.x, part.y - above, part.w, above}, whole));
    if (part.x != all.x || step % a->s->segments == 0) return;
    pv_rect left = pv_rect_intersect((pv_rect){part.x - a->margin_x, part.y - above, a->margin_x, above + part.h}, whole);
    copy(a, to, of_step(a, step - 1), left);
}

/* What the next row of units will look at. Parts of segments are as high as their row: each has taken its own columns of the rows above before it writes these. */
static void keep_rows(const pv_ahead *a, int step, pv_rect part, view from)
{
    pv_rect all = step_rect(a->s, step);
    int row = step / a->s->segments, end = all.y + all.h;
    if (row + 1 >= a->s->down || a->s->segments == 1) return;
    pv_rect own = part;
    if (part.y == all.y) { /* rows of the margin above are still wanted when units are lower than the margin */
        own.y -= a->margin_y;
        own.h += a->margin_y;
    }
    pv_rect kept = {0, pv_max(0, end - a->margin_y), a->s->w, pv_min(a->margin_y, end)};
    copy(a, of_above(a, row + 1), from, pv_rect_intersect(own, kept));
}

/* The disk is about a step ahead, but by no more bytes than the system can be trusted to keep. */
static void expect_later(const pv_ahead *a, int step, int part, pv_photo *photo)
{
    pv_rect one = pv_work_cells(a->grid, part_rect(a->s, 0, 0));
    int64_t bytes = (int64_t)one.w * one.h * a->s->n_bands * 2;
    int64_t fit = bytes > 0 ? EXPECT_BYTES / bytes : 1;
    int lead = fit < pv_ahead_parts(a->s, 0) ? pv_max(1, (int)fit) : pv_ahead_parts(a->s, 0), at = part + lead, steps = pv_ahead_steps(a->s);
    while (step < steps && at >= pv_ahead_parts(a->s, step)) at -= pv_ahead_parts(a->s, step++);
    if (step < steps) pv_photo_expect(photo, pv_work_cells(a->grid, part_rect(a->s, step, at)));
}

pv_status pv_ahead_read(pv_ahead *a, int step, int part, pv_photo *photo, pv_err *err)
{
    pv_rect r = part_rect(a->s, step, part);
    if (a->s->lent) {
        pv_photo_lend_rows(photo, r.y, r.h);
        return PV_OK;
    }
    view to = of_step(a, step);
    expect_later(a, step, part, photo);
    if (pv_photo_is_empty(photo, pv_work_cells(a->grid, r))) {
        fill_nothing(a, to, r);
    } else {
        size_t at = (size_t)(r.y - to.y0) * (size_t)to.w + (size_t)(r.x - to.x0);
        pv_planes planes = {to.b->band + at, to.b->valid + at, (size_t)to.w, to.plane};
        pv_photo_read_once(photo, 1);
        pv_status st = pv_photo_read_cells(photo, r, a->grid->fx, a->grid->fy, a->s->n_bands, a->index, planes, err);
        pv_photo_read_once(photo, 0);
        if (st != PV_OK) return pv_where(err, st, "pixels at %d,%d", r.x, r.y);
    }
    fill_margins(a, step, r, to);
    keep_rows(a, step, r, to);
    return PV_OK;
}

/* The pixels of r, all of which the step's buffer holds; n_bands planes of it, by their numbers. */
static pv_pixels pixels_of(const pv_ahead *a, int step, pv_rect r, int n_bands, const size_t *plane)
{
    view v = a->s->lent ? (view){.w = a->s->w} : of_step(a, step);
    size_t at = (size_t)(r.y - v.y0) * (size_t)v.w + (size_t)(r.x - v.x0);
    pv_pixels p = {.valid = (a->s->lent ? a->lent_valid : v.b->valid) + at, .band_row = (size_t)v.w, .valid_row = (size_t)v.w};
    for (int k = 0; k < n_bands; k++) p.band[k] = (a->s->lent ? a->lent[plane[k]] : v.b->band + plane[k] * v.plane) + at;
    return p;
}

int pv_ahead_nothing(const pv_ahead *a, int step, pv_rect core)
{
    pv_pixels p = pixels_of(a, step, core, 0, NULL);
    for (int y = 0; y < core.h; y++) {
        const uint8_t *row = p.valid + (size_t)y * p.valid_row;
        uint8_t any = 0;
        for (int x = 0; x < core.w; x++) any |= row[x];
        if (any != PV_PIXEL_NODATA) return 0;
    }
    return 1;
}

void pv_ahead_take(const pv_ahead *a, int step, pv_tile *tile)
{
    static const size_t plane[PV_MAX_BANDS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    tile->at = pixels_of(a, step, tile->read, a->s->n_bands, plane);
}

/* Where the bands index[] are among the planes; 0 = one is not there. */
static int find_planes(const pv_ahead *a, int n_bands, const int *index, size_t *plane)
{
    for (int k = 0; k < n_bands; k++) {
        int at = pv_feature_plan_plane(a->plan, index[k]);
        if (at < 0) return 0;
        plane[k] = (size_t)at;
    }
    return 1;
}

int pv_ahead_part(const pv_ahead *a, int step, int part, int n_bands, const int *index, pv_rect *rect, pv_pixels *at)
{
    size_t plane[PV_MAX_BANDS];
    if (!find_planes(a, n_bands, index, plane)) return 0;
    *rect = part_rect(a->s, step, part);
    *at = pixels_of(a, step, *rect, n_bands, plane);
    return 1;
}

int pv_ahead_fetch(const pv_ahead *a, int step, int n_bands, const int *index, pv_tile *tile)
{
    size_t plane[PV_MAX_BANDS];
    pv_rect r = tile->read;
    int last = pv_min(step, pv_ahead_steps(a->s) - 1), first = pv_max(0, last - a->s->kept + 1);
    if (a->s->segments > 1 || !find_planes(a, n_bands, index, plane)) return 0;
    pv_rect oldest = step_rect(a->s, first), newest = step_rect(a->s, last);
    int above = first > 0 ? a->margin_y : 0;
    if (!a->s->lent && (r.y < pv_max(0, oldest.y - above) || r.y + r.h > newest.y + newest.h)) return 0;
    for (int k = last; k >= first; k--) {
        pv_rect own = step_rect(a->s, k);
        if (!a->s->lent && (r.y < own.y - a->margin_y || r.y + r.h > own.y + own.h)) continue;
        tile->at = pixels_of(a, k, r, n_bands, plane);
        return 1;
    }
    for (int k = first; k <= last; k++) {
        pv_rect own = step_rect(a->s, k);
        view from = of_step(a, k);
        if (k == first) own = pv_rect_intersect((pv_rect){0, own.y - above, own.w, own.h + above}, (pv_rect){0, 0, a->s->w, a->s->h});
        pv_rect part = pv_rect_intersect(own, r);
        for (int y = part.y; y < part.y + part.h; y++) {
            size_t src = (size_t)(y - from.y0) * (size_t)from.w + (size_t)(part.x - from.x0),
                   to = (size_t)(y - r.y) * (size_t)r.w + (size_t)(part.x - r.x);
            memcpy(tile->valid + to, from.b->valid + src, (size_t)part.w);
            for (size_t b = 0; b < (size_t)n_bands; b++)
                memcpy(tile->band + b * (size_t)r.w * (size_t)r.h + to, from.b->band + plane[b] * from.plane + src,
                       (size_t)part.w * sizeof *tile->band);
        }
    }
    return 1;
}
