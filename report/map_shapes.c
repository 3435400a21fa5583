#include "report/map_shapes.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

static const double metres_a_degree = 111320.0, pi = 3.14159265358979323846;

/* A ring without its last point, and which points are drawn. Owned by one call. */
typedef struct ring {
    size_t n;
    double (*at)[2]; /* degrees */
    unsigned char *keep;
    size_t (*stack)[2];
} ring;

static void ring_release(ring *r)
{
    pv_free(r->at);
    pv_free(r->keep);
    pv_free(r->stack);
    *r = (ring){.n = 0};
}

static pv_status ring_new(ring *r, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    r->n = n;
    PV_TRY(pv_alloc(&r->at, n + 1, sizeof *r->at, "ring", err));
    PV_TRY(pv_alloc(&r->keep, n + 1, 1, "ring", err));
    PV_TRY(pv_alloc(&r->stack, n + 1, sizeof *r->stack, "ring", err));
out:
    return st;
}

/* Square of the distance of p from the piece between a and b, in square degrees of latitude; shrink: of a degree of longitude. */
static double distance2(const double p[2], const double a[2], const double b[2], double shrink)
{
    double x = (p[0] - a[0]) * shrink, y = p[1] - a[1], dx = (b[0] - a[0]) * shrink, dy = b[1] - a[1], length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? (x * dx + y * dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    x -= t * dx;
    y -= t * dy;
    return x * x + y * y;
}

/* The point between first and last (which may be n, the first once more) that is furthest from the line between them. */
static size_t furthest(const ring *r, size_t first, size_t last, double shrink, double *square)
{
    size_t best = first;
    *square = -1;
    for (size_t i = first + 1; i < last; i++) {
        double d = distance2(r->at[i], r->at[first], r->at[last % r->n], shrink);
        if (d > *square) {
            *square = d;
            best = i;
        }
    }
    return best;
}

/* Douglas and Peucker's way, from the first point and the one that is furthest from it. Gives the number of points that are drawn. */
static size_t thin(ring *r, double by_m)
{
    const double shrink = cos(r->at[0][1] * pi / 180), by_deg = by_m / metres_a_degree;
    double square = 0;
    size_t depth = 0, kept = 2;
    memset(r->keep, 0, r->n);
    size_t far = furthest(r, 0, r->n, shrink, &square);
    if (far == 0) return 0;
    r->keep[0] = r->keep[far] = 1;
    r->stack[depth][0] = 0;
    r->stack[depth++][1] = far;
    r->stack[depth][0] = far;
    r->stack[depth++][1] = r->n;
    while (depth > 0) {
        size_t first = r->stack[--depth][0], last = r->stack[depth][1], middle = furthest(r, first, last, shrink, &square);
        if (square <= by_deg * by_deg) continue;
        r->keep[middle] = 1;
        kept++;
        r->stack[depth][0] = first;
        r->stack[depth++][1] = middle;
        r->stack[depth][0] = middle;
        r->stack[depth++][1] = last;
    }
    return kept;
}

pv_status pv_map_thin(const pv_point *p, size_t n, double by_m, unsigned char *keep, size_t *kept, pv_err *err)
{
    pv_status st = PV_OK;
    ring r = {.n = 0};
    PV_TRY(ring_new(&r, n, err));
    for (size_t i = 0; i < n; i++) {
        r.at[i][0] = p[i].x;
        r.at[i][1] = p[i].y;
    }
    *kept = thin(&r, by_m);
    memcpy(keep, r.keep, n);
out:
    ring_release(&r);
    return st;
}

static void write_ring(pv_text *out, const ring *r)
{
    long long before[2] = {0, 0};
    int first = 1;
    pv_text_add(out, "[");
    for (size_t i = 0; i < r->n; i++) {
        if (!r->keep[i]) continue;
        for (int k = 0; k < 2; k++) {
            long long v = llround(r->at[i][k] * 1e7);
            pv_text_addf(out, first && k == 0 ? "%lld" : ",%lld", v - before[k]);
            before[k] = v;
        }
        first = 0;
    }
    pv_text_add(out, "]");
}

/* Adds one ring, or nothing when it is smaller than what can be drawn. */
static void add_ring(pv_text *out, ring *r, const pv_map_detail *d, size_t *points)
{
    size_t kept = 0;
    if (r->n < 3) return;
    for (double by_m = d->by_m;; by_m *= 2) {
        kept = thin(r, by_m);
        if (kept <= d->most_points) break;
    }
    if (kept < 3) return;
    if (pv_text_str(out)[out->len - 1] == ']') pv_text_add(out, ",");
    write_ring(out, r);
    *points += kept;
}

/* What was written into `rings` counts if there is room for its points. */
static void settle(pv_text *out, const pv_text *rings, size_t points, pv_map_detail *d, int *written)
{
    *written = points > 0 && points <= d->points;
    if (!*written) return;
    d->points -= points;
    pv_text_add_n(out, pv_text_str(rings), rings->len);
    pv_text_add(out, "]");
}

/* Adds a closed ring of n points, pairs of doubles. */
static pv_status draw(pv_text *rings, const void *at, size_t n, const pv_map_detail *d, size_t *points, pv_err *err)
{
    ring r = {.n = 0};
    if (n < 4) return PV_OK;
    pv_status st = ring_new(&r, n - 1, err);
    if (st != PV_OK) return st;
    memcpy(r.at, at, (n - 1) * sizeof *r.at);
    add_ring(rings, &r, d, points);
    ring_release(&r);
    return pv_text_status(rings, err);
}

pv_status pv_map_outline(pv_text *out, const pv_plot_outline *o, pv_map_detail *d, int *written, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text rings = {0};
    size_t points = 0;
    *written = 0;
    pv_text_add(&rings, "[");
    PV_TRY(pv_text_status(&rings, err));
    for (size_t k = 0; k < o->n_rings; k++) PV_TRY(draw(&rings, o->at + o->ring[k], o->ring[k + 1] - o->ring[k], d, &points, err));
    settle(out, &rings, points, d, written);
out:
    pv_text_release(&rings);
    return st;
}

pv_status pv_map_area(pv_text *out, const pv_area **area, size_t n, pv_map_detail *d, int *written, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text rings = {0};
    size_t points = 0;
    *written = 0;
    pv_text_add(&rings, "[");
    PV_TRY(pv_text_status(&rings, err));
    for (size_t k = 0; k < n; k++) {
        const pv_point *at = area[k]->point;
        for (size_t i = 0, first = 0; i < area[k]->n_rings; first = area[k]->end[i++])
            PV_TRY(draw(&rings, at + first, area[k]->end[i] - first, d, &points, err));
    }
    settle(out, &rings, points, d, written);
out:
    pv_text_release(&rings);
    return st;
}

pv_status pv_map_geojson(pv_text *out, const char *geometry, pv_map_detail *d, int *written, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {.n = 0};
    pv_text blob = {0};
    pv_plot_outline o = {.n_rings = 0};
    double box[4];
    *written = 0;
    PV_TRY(pv_json_parse(&j, geometry, strlen(geometry), -1, err));
    PV_TRY(pv_geom_polygons(&blob, &j, 0, box, err));
    PV_TRY(pv_plot_outline_read(&o, blob.data, blob.len, err));
    PV_TRY(pv_map_outline(out, &o, d, written, err));
out:
    pv_json_release(&j);
    pv_text_release(&blob);
    pv_plot_outline_release(&o);
    return st;
}
