#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geo/labels_internal.h"

#include "base/banned.h"

/* Labels are burnt by even-odd scanlines through the centres of work pixels. Every crossing depends on the edge and on the row alone, never
 * on the window, so a window of the plane equals the crop of the whole plane. An edge is walked from its upper end whichever way it was
 * drawn: two labels that share an edge share its crossings, and no pixel falls between them or into both. */

enum { PV_OVERLAP_ROWS = 256 };

/* The first work pixel, not before lo and at most hi, whose centre is at or after v (photo pixels); f photo pixels a work pixel. */
static int64_t pv_first_centre(double v, int f, int64_t lo, int64_t hi)
{
    double guess = ceil(v / f - 0.5);
    if (guess <= (double)lo - 2) return lo;
    if (guess >= (double)hi + 2) return hi;
    int64_t k = (int64_t)guess;
    while (((double)k - 0.5) * f >= v) k--;
    while (((double)k + 0.5) * f < v) k++;
    return k < lo ? lo : k > hi ? hi : k;
}

static pv_status pv_span_add(pv_labels *labels, pv_span span, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&labels->span, &labels->cap_spans, labels->n_spans + 1, sizeof *labels->span, "label spans", err));
    labels->span[labels->n_spans++] = span;
out:
    return st;
}

/* Crossings are kept as spans without an end until they are paired. */
static pv_status pv_edge_cross(pv_labels *labels, size_t i, pv_point a, pv_point b, pv_rect window, int fx, int fy, pv_err *err)
{
    pv_status st = PV_OK;
    pv_point top = a.y < b.y || (a.y == b.y && a.x < b.x) ? a : b;
    pv_point low = a.y < b.y || (a.y == b.y && a.x < b.x) ? b : a;
    int64_t y0 = window.y, y1 = (int64_t)window.y + window.h, x0 = window.x, x1 = (int64_t)window.x + window.w;
    int64_t from = pv_first_centre(top.y, fy, y0, y1), to = pv_first_centre(low.y, fy, y0, y1);
    for (int64_t y = from; y < to; y++) {
        double x = top.x + (((double)y + 0.5) * fy - top.y) * ((low.x - top.x) / (low.y - top.y));
        pv_span s = {.y = y, .x0 = pv_first_centre(x, fx, x0, x1), .x1 = -1, .label = i};
        PV_TRY(pv_span_add(labels, s, err));
    }
out:
    return st;
}

static int pv_span_order(const void *a, const void *b)
{
    const pv_span *p = a, *q = b;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    if (p->x0 != q->x0) return p->x0 < q->x0 ? -1 : 1;
    return (p->label > q->label) - (p->label < q->label);
}

static pv_status pv_ring_cross(pv_labels *labels, size_t i, const pv_ring *ring, pv_rect window, int fx, int fy, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_point *point = labels->point + ring->first;
    for (size_t k = 0; k < ring->n; k++) PV_TRY(pv_edge_cross(labels, i, point[k], point[k + 1 < ring->n ? k + 1 : 0], window, fx, fy, err));
out:
    return st;
}

/* The pixels whose centres are in the disc round a point: a row's ends depend on the row and the point alone. */
static pv_status pv_disc_span(pv_labels *labels, size_t i, pv_point p, pv_rect window, int fx, int fy, pv_err *err)
{
    pv_status st = PV_OK;
    double rx = labels->radius_x_px, ry = labels->radius_y_px;
    int64_t y0 = window.y, y1 = (int64_t)window.y + window.h, x0 = window.x, x1 = (int64_t)window.x + window.w;
    int64_t from = pv_first_centre(p.y - ry, fy, y0, y1), to = pv_first_centre(p.y + ry, fy, y0, y1);
    for (int64_t y = from; y < to; y++) {
        double dy = (((double)y + 0.5) * fy - p.y) / ry;
        double half = rx * sqrt(fmax(0, 1 - dy * dy));
        pv_span s = {y, pv_first_centre(p.x - half, fx, x0, x1), pv_first_centre(p.x + half, fx, x0, x1), i};
        if (s.x0 < s.x1) PV_TRY(pv_span_add(labels, s, err));
    }
out:
    return st;
}

static pv_status pv_points_span(pv_labels *labels, size_t i, const pv_ring *ring, pv_rect window, int fx, int fy, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t k = 0; k < ring->n; k++) {
        pv_point p = labels->point[ring->first + k];
        double x = floor(p.x / fx), y = floor(p.y / fy);
        if (labels->radius_x_px > 0 && labels->radius_y_px > 0) PV_TRY(pv_disc_span(labels, i, p, window, fx, fy, err));
        if (x < window.x || y < window.y || x >= (double)window.x + window.w || y >= (double)window.y + window.h) continue;
        PV_TRY(pv_span_add(labels, (pv_span){(int64_t)y, (int64_t)x, (int64_t)x + 1, i}, err));
    }
out:
    return st;
}

/* From every two crossings of a row one span; empty ones vanish. */
static void pv_crossings_pair(pv_labels *labels, size_t first)
{
    size_t kept = first;
    pv_span *s = labels->span;
    for (size_t k = first; k + 1 < labels->n_spans; k += 2) {
        if (s[k].x0 == s[k + 1].x0) continue;
        s[kept] = s[k];
        s[kept++].x1 = s[k + 1].x0;
    }
    labels->n_spans = kept;
}

/* The spans of one label in a window of work pixels, appended to labels->span, sorted by row and x. */
static pv_status pv_label_spans(pv_labels *labels, size_t i, pv_rect window, int fx, int fy, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_shape *shape = &labels->shape[i];
    size_t first = labels->n_spans;
    for (size_t r = shape->first_ring; r < shape->first_ring + shape->n_rings; r++)
        if (!labels->ring[r].is_points) PV_TRY(pv_ring_cross(labels, i, &labels->ring[r], window, fx, fy, err));
    if (labels->n_spans > first) qsort(labels->span + first, labels->n_spans - first, sizeof *labels->span, pv_span_order);
    pv_crossings_pair(labels, first);
    for (size_t r = shape->first_ring; r < shape->first_ring + shape->n_rings; r++)
        if (labels->ring[r].is_points) PV_TRY(pv_points_span(labels, i, &labels->ring[r], window, fx, fy, err));
out:
    return st;
}

/* Cheap: most labels are far from most windows. */
static int pv_shape_meets(const pv_shape *s, pv_rect window, int fx, int fy)
{
    return s->x1 >= (double)window.x * fx && s->y1 >= (double)window.y * fy && s->x0 <= ((double)window.x + window.w) * fx &&
           s->y0 <= ((double)window.y + window.h) * fy;
}

pv_status pv_labels_burn(pv_labels *labels, pv_rect rect_work, int fx, int fy, int32_t *index, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n_pixels = (size_t)rect_work.w * (size_t)rect_work.h;
    for (size_t p = 0; p < n_pixels; p++) index[p] = -1;
    for (size_t i = 0; i < labels->n; i++) {
        if (!pv_shape_meets(&labels->shape[i], rect_work, fx, fy)) continue;
        labels->n_spans = 0;
        PV_TRY(pv_label_spans(labels, i, rect_work, fx, fy, err));
        for (size_t k = 0; k < labels->n_spans; k++) {
            const pv_span *s = &labels->span[k];
            int32_t *row = index + (size_t)(s->y - rect_work.y) * (size_t)rect_work.w - rect_work.x;
            for (int64_t x = s->x0; x < s->x1; x++) row[x] = row[x] == -1 || row[x] == (int32_t)i ? (int32_t)i : -2;
        }
    }
out:
    return st;
}

/* ---- overlaps ---- */

/* An end of a span on one row: where the number of labels over a pixel changes. */
typedef struct pv_event {
    int64_t x;
    int change; /* +1 or -1 */
    size_t label;
} pv_event;

typedef struct pv_sweep {
    pv_event *event;
    size_t cap_events;
    int *open; /* [labels]: spans of the label open here */
    size_t *active;
    size_t n_active;
} pv_sweep;

static int pv_event_order(const void *a, const void *b)
{
    const pv_event *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

static void pv_active_change(pv_sweep *w, pv_event e)
{
    int before = w->open[e.label] > 0;
    w->open[e.label] += e.change;
    int now = w->open[e.label] > 0;
    if (now && !before) w->active[w->n_active++] = e.label;
    if (before && !now) {
        size_t k = 0;
        while (w->active[k] != e.label) k++;
        w->active[k] = w->active[--w->n_active];
    }
}

/* One row's spans: between two neighbouring events the set of labels is constant. */
static pv_status pv_row_sweep(pv_sweep *w, const pv_span *span, size_t n, int64_t *pixels, int64_t *shared, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&w->event, &w->cap_events, 2 * n, sizeof *w->event, "label overlaps", err));
    for (size_t k = 0; k < n; k++) {
        w->event[2 * k] = (pv_event){span[k].x0, 1, span[k].label};
        w->event[2 * k + 1] = (pv_event){span[k].x1, -1, span[k].label};
    }
    if (n > 0) qsort(w->event, 2 * n, sizeof *w->event, pv_event_order);
    for (size_t k = 0; k < 2 * n; k++) {
        int64_t length = k > 0 ? w->event[k].x - w->event[k - 1].x : 0;
        for (size_t a = 0; length > 0 && a < w->n_active; a++) {
            pixels[w->active[a]] += length;
            if (w->n_active > 1) shared[w->active[a]] += length;
        }
        pv_active_change(w, w->event[k]);
    }
out:
    return st;
}

static pv_status pv_strip_sweep(pv_labels *labels, pv_rect strip, pv_sweep *w, int64_t *pixels, int64_t *shared, pv_err *err)
{
    pv_status st = PV_OK;
    labels->n_spans = 0;
    for (size_t i = 0; i < labels->n; i++)
        if (pv_shape_meets(&labels->shape[i], strip, 1, 1)) PV_TRY(pv_label_spans(labels, i, strip, 1, 1, err));
    if (labels->n_spans > 0) qsort(labels->span, labels->n_spans, sizeof *labels->span, pv_span_order);
    for (size_t k = 0; k < labels->n_spans;) {
        size_t end = k;
        while (end < labels->n_spans && labels->span[end].y == labels->span[k].y) end++;
        PV_TRY(pv_row_sweep(w, labels->span + k, end - k, pixels, shared, err));
        k = end;
    }
out:
    return st;
}

pv_status pv_labels_overlaps(pv_labels *labels, int64_t *pixels, int64_t *shared, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sweep w = {0};
    PV_TRY(pv_alloc(&w.open, labels->n, sizeof *w.open, "label overlaps", err));
    PV_TRY(pv_alloc(&w.active, labels->n, sizeof *w.active, "label overlaps", err));
    for (int y = 0; y < labels->height_px; y += PV_OVERLAP_ROWS) {
        pv_rect strip = {0, y, labels->width_px, pv_min(PV_OVERLAP_ROWS, labels->height_px - y)};
        PV_TRY(pv_strip_sweep(labels, strip, &w, pixels, shared, err));
    }
out:
    pv_free(w.event);
    pv_free(w.open);
    pv_free(w.active);
    return st;
}
