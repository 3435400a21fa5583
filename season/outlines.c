#include "season/outlines.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/geodesic.h"

#include "base/banned.h"

void pv_plot_outline_release(pv_plot_outline *o)
{
    pv_free(o->ring);
    pv_free(o->at);
    *o = (pv_plot_outline){.n_rings = 0};
}

/* Bytes that are left; bad is set by the first read beyond them. */
typedef struct blob_reader {
    const unsigned char *at, *end;
    int bad;
} blob_reader;

static uint32_t get_int(blob_reader *r)
{
    uint32_t v = 0;
    if (r->bad || r->end - r->at < 4) {
        r->bad = 1;
        return 0;
    }
    for (int i = 3; i >= 0; i--) v = v << 8 | r->at[i];
    r->at += 4;
    return v;
}

static double get_real(blob_reader *r)
{
    uint64_t low = get_int(r), bits = low | (uint64_t)get_int(r) << 32;
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* What is nearer to 0 than an atom is 0: differences of coordinates are then large enough that their products never vanish. */
static double get_degrees(blob_reader *r)
{
    double v = get_real(r);
    return fabs(v) < 1e-15 ? 0 : v;
}

/* The head of a WKB geometry of one type: how many parts it has. */
static uint32_t get_wkb(blob_reader *r, uint32_t type)
{
    if (r->bad || r->at == r->end || *r->at++ != 1 || get_int(r) != type) r->bad = 1;
    return get_int(r);
}

static pv_status read_ring(pv_plot_outline *o, blob_reader *r, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = get_int(r), first = o->n_points;
    if (r->bad || n < 4 || n > (size_t)(r->end - r->at) / 16) PV_TRY(pv_fail(err, PV_INPUT, "a ring of an outline is cut off"));
    PV_TRY(pv_grow(&o->at, &o->cap_points, first + n, sizeof *o->at, "points of outlines", err));
    PV_TRY(pv_grow(&o->ring, &o->cap_rings, o->n_rings + 2, sizeof *o->ring, "rings of outlines", err));
    for (size_t i = 0; i < n; i++) {
        double *p = o->at[first + i];
        p[0] = get_degrees(r);
        p[1] = get_degrees(r);
        if (!(fabs(p[0]) <= 180) || !(fabs(p[1]) <= 90)) PV_TRY(pv_fail(err, PV_INPUT, "a place of an outline is not on the Earth"));
        o->box[0] = fmin(o->box[0], p[0]);
        o->box[1] = fmin(o->box[1], p[1]);
        o->box[2] = fmax(o->box[2], p[0]);
        o->box[3] = fmax(o->box[3], p[1]);
    }
    if (o->at[first][0] != o->at[first + n - 1][0] || o->at[first][1] != o->at[first + n - 1][1])
        PV_TRY(pv_fail(err, PV_INPUT, "a ring of an outline is not closed"));
    o->n_points += n;
    o->ring[o->n_rings++] = first;
    o->ring[o->n_rings] = o->n_points;
out:
    return st;
}

static void empty_outline(pv_plot_outline *o)
{
    o->n_rings = o->n_points = 0;
    o->box[0] = o->box[1] = 1e9;
    o->box[2] = o->box[3] = -1e9;
}

pv_status pv_plot_outline_read(pv_plot_outline *o, const void *blob, size_t n, pv_err *err)
{
    enum { POLYGON = 3, MULTIPOLYGON = 6, HEAD = 8 + 32 };
    pv_status st = PV_OK;
    blob_reader r = {.at = blob, .end = blob != NULL ? (const unsigned char *)blob + n : NULL};
    empty_outline(o);
    if (n < HEAD || memcmp(blob, "GP\0\3", 4) != 0) PV_TRY(pv_fail(err, PV_INPUT, "an outline is not one of this ledger"));
    r.at += HEAD;
    for (uint32_t polygons = get_wkb(&r, MULTIPOLYGON); polygons > 0 && !r.bad; polygons--)
        for (uint32_t rings = get_wkb(&r, POLYGON); rings > 0 && !r.bad; rings--) PV_TRY(read_ring(o, &r, err));
    if (r.bad || r.at != r.end || o->n_rings == 0) PV_TRY(pv_fail(err, PV_INPUT, "an outline is cut off"));
out:
    if (st != PV_OK) empty_outline(o);
    return st;
}

void pv_plot_outline_grow_box(const double box[4], double by_m, double out[4])
{
    const double spare = 1.01; /* a degree of longitude is as long as it is where the two outlines lie, not only this one */
    double low[2], high[2];
    pv_metres_per_degree(box[1], low);
    pv_metres_per_degree(box[3], high);
    double dx = spare * by_m / fmin(low[0], high[0]), dy = spare * by_m / fmin(low[1], high[1]);
    const double grown[4] = {box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy};
    memcpy(out, grown, sizeof grown);
}

static int overlap(const double a[4], const double b[4])
{
    return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/* Even-odd. */
static int inside(const pv_plot_outline *o, const double p[2])
{
    int in = 0;
    if (p[0] < o->box[0] || p[0] > o->box[2] || p[1] < o->box[1] || p[1] > o->box[3]) return 0;
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t i = o->ring[r]; i + 1 < o->ring[r + 1]; i++) {
            const double *a = o->at[i], *b = o->at[i + 1];
            if ((a[1] > p[1]) == (b[1] > p[1])) continue;
            if (p[0] < a[0] + (b[0] - a[0]) * ((p[1] - a[1]) / (b[1] - a[1]))) in = !in;
        }
    return in;
}

/* In metres from a common origin; y0 <= y1. */
typedef struct edge {
    double x0, y0, x1, y1;
} edge;

typedef struct edges {
    size_t n, cap;
    edge *at;
} edges;

static int by_south(const void *a, const void *b)
{
    const edge *p = a, *q = b;
    if (p->y0 != q->y0) return p->y0 < q->y0 ? -1 : 1;
    if (p->x0 != q->x0) return p->x0 < q->x0 ? -1 : 1;
    return p->x1 < q->x1 ? -1 : p->x1 > q->x1;
}

/* The edges of o that may come near a box. */
static pv_status take_edges(edges *out, const pv_plot_outline *o, const double near[4], const double origin[2], const double m[2], pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t i = o->ring[r]; i + 1 < o->ring[r + 1]; i++) {
            const double *a = o->at[i], *b = o->at[i + 1];
            if (a[1] > b[1] || (a[1] == b[1] && a[0] > b[0])) {
                const double *t = a;
                a = b;
                b = t;
            }
            const double box[4] = {fmin(a[0], b[0]), a[1], fmax(a[0], b[0]), b[1]};
            if (!overlap(box, near)) continue;
            PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "edges of outlines", err));
            out->at[out->n++] = (edge){(a[0] - origin[0]) * m[0], (a[1] - origin[1]) * m[1], (b[0] - origin[0]) * m[0], (b[1] - origin[1]) * m[1]};
        }
    if (out->n > 1) qsort(out->at, out->n, sizeof *out->at, by_south);
out:
    return st;
}

/* Square of the distance of a point from an edge. */
static double apart2(double x, double y, const edge *e)
{
    double dx = e->x1 - e->x0, dy = e->y1 - e->y0, length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((x - e->x0) * dx + (y - e->y0) * dy) / length2 : 0;
    t = fmin(fmax(t, 0), 1);
    dx = x - (e->x0 + t * dx);
    dy = y - (e->y0 + t * dy);
    return dx * dx + dy * dy;
}

static double side(double x, double y, const edge *e)
{
    return (e->x1 - e->x0) * (y - e->y0) - (e->y1 - e->y0) * (x - e->x0);
}

static int edges_near(const edge *p, const edge *q, double within_m)
{
    double far2 = within_m * within_m;
    if (fmin(p->x0, p->x1) - within_m > fmax(q->x0, q->x1) || fmin(q->x0, q->x1) - within_m > fmax(p->x0, p->x1)) return 0;
    if (p->y0 - within_m > q->y1 || q->y0 - within_m > p->y1) return 0;
    if (apart2(p->x0, p->y0, q) <= far2 || apart2(p->x1, p->y1, q) <= far2 || apart2(q->x0, q->y0, p) <= far2 || apart2(q->x1, q->y1, p) <= far2)
        return 1;
    return (side(p->x0, p->y0, q) > 0) != (side(p->x1, p->y1, q) > 0) && (side(q->x0, q->y0, p) > 0) != (side(q->x1, q->y1, p) > 0);
}

/* From south to north: only edges whose heights come near each other are compared. */
static int sweep_near(edges *a, const edges *b, double within_m)
{
    size_t next = 0, active = 0; /* at[0..active) of a are those that may still be near; they are moved to the front */
    for (size_t k = 0; k < b->n; k++) {
        const edge *e = &b->at[k];
        size_t kept = 0;
        while (next < a->n && a->at[next].y0 <= e->y1 + within_m) a->at[active++] = a->at[next++];
        for (size_t i = 0; i < active; i++) {
            if (a->at[i].y1 + within_m < e->y0) continue;
            if (edges_near(&a->at[i], e, within_m)) return 1;
            a->at[kept++] = a->at[i];
        }
        active = kept;
    }
    return 0;
}

pv_status pv_plot_outline_near(const pv_plot_outline *a, const pv_plot_outline *b, double within_m, int *near, pv_err *err)
{
    pv_status st = PV_OK;
    edges of_a = {.n = 0}, of_b = {.n = 0};
    double m[2], box_a[4], box_b[4];
    const double origin[2] = {(a->box[0] + b->box[0]) / 2, (a->box[1] + b->box[1]) / 2};
    *near = 0;
    pv_plot_outline_grow_box(a->box, within_m, box_a);
    pv_plot_outline_grow_box(b->box, within_m, box_b);
    if (!overlap(box_a, b->box) && !overlap(a->box, box_b)) goto out;
    for (size_t r = 0; r < a->n_rings && !*near; r++) *near = inside(b, a->at[a->ring[r]]);
    for (size_t r = 0; r < b->n_rings && !*near; r++) *near = inside(a, b->at[b->ring[r]]);
    if (*near) goto out;
    pv_metres_per_degree(origin[1], m);
    PV_TRY(take_edges(&of_a, a, box_b, origin, m, err));
    PV_TRY(take_edges(&of_b, b, box_a, origin, m, err));
    *near = sweep_near(&of_a, &of_b, within_m);
out:
    pv_free(of_a.at);
    pv_free(of_b.at);
    return st;
}

double pv_plot_outline_apart_m(const pv_plot_outline *o, double lon_deg, double lat_deg)
{
    const double p[2] = {lon_deg, lat_deg};
    double m[2], least2 = INFINITY;
    if (inside(o, p)) return 0;
    pv_metres_per_degree(lat_deg, m);
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t i = o->ring[r]; i + 1 < o->ring[r + 1]; i++) {
            const double *a = o->at[i], *b = o->at[i + 1];
            const edge e = {(a[0] - lon_deg) * m[0], (a[1] - lat_deg) * m[1], (b[0] - lon_deg) * m[0], (b[1] - lat_deg) * m[1]};
            least2 = fmin(least2, apart2(0, 0, &e));
        }
    return sqrt(least2);
}

double pv_ground_from_line_m(const double line[4], double lon_deg, double lat_deg)
{
    double m[2];
    pv_metres_per_degree(lat_deg, m);
    const edge e = {(line[0] - lon_deg) * m[0], (line[1] - lat_deg) * m[1], (line[2] - lon_deg) * m[0], (line[3] - lat_deg) * m[1]};
    return sqrt(apart2(0, 0, &e));
}

double pv_ground_apart_m(double lon1_deg, double lat1_deg, double lon2_deg, double lat2_deg)
{
    double m[2];
    pv_metres_per_degree((lat1_deg + lat2_deg) / 2, m);
    return hypot((lon2_deg - lon1_deg) * m[0], (lat2_deg - lat1_deg) * m[1]);
}

static int by_west(const void *a, const void *b)
{
    const double *p = a, *q = b;
    if (p[0] != q[0]) return p[0] < q[0] ? -1 : 1;
    return p[1] < q[1] ? -1 : p[1] > q[1];
}

/* > 0: from a over b to c it turns left. */
static double turn(const double a[2], const double b[2], const double c[2])
{
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

pv_status pv_plot_outline_hull(pv_plot_outline *out, const pv_plot_outline *of, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    double(*all)[2] = NULL;
    size_t m = 0, k = 0;
    empty_outline(out);
    for (size_t i = 0; i < n; i++) m += of[i].n_points;
    PV_TRY(pv_alloc(&all, m, sizeof *all, "points of a hull", err));
    PV_TRY(pv_grow(&out->at, &out->cap_points, 2 * m + 1, sizeof *out->at, "points of a hull", err));
    PV_TRY(pv_grow(&out->ring, &out->cap_rings, 2, sizeof *out->ring, "rings of a hull", err));
    m = 0;
    for (size_t i = 0; i < n; i++) {
        if (of[i].n_points > 0) memcpy(all + m, of[i].at, of[i].n_points * sizeof *all);
        m += of[i].n_points;
    }
    qsort(all, m, sizeof *all, by_west);
    for (size_t i = 0; i < m; i++) { /* the lower side, then the upper one: Andrew's monotone chain */
        while (k >= 2 && turn(out->at[k - 2], out->at[k - 1], all[i]) <= 0) k--;
        memcpy(out->at[k++], all[i], sizeof *all);
    }
    for (size_t i = m - 1, low = k + 1; i-- > 0;) {
        while (k >= low && turn(out->at[k - 2], out->at[k - 1], all[i]) <= 0) k--;
        memcpy(out->at[k++], all[i], sizeof *all);
    }
    out->n_points = k;
    out->n_rings = 1;
    out->ring[0] = 0;
    out->ring[1] = k;
    for (size_t i = 0; i < k; i++)
        for (int c = 0; c < 2; c++) {
            out->box[c] = fmin(out->box[c], out->at[i][c]);
            out->box[2 + c] = fmax(out->box[2 + c], out->at[i][c]);
        }
out:
    pv_free(all);
    return st;
}

pv_status pv_plot_outline_within(const pv_plot_outline *o, const pv_plot_outline *area, double within_m, int *within, pv_err *err)
{
    pv_status st = PV_OK;
    edges rim = {.n = 0};
    double m[2], box[4];
    *within = 0;
    pv_plot_outline_grow_box(area->box, within_m, box);
    if (o->box[0] < box[0] || o->box[1] < box[1] || o->box[2] > box[2] || o->box[3] > box[3]) goto out;
    pv_metres_per_degree(area->box[1], m);
    PV_TRY(take_edges(&rim, area, box, area->box, m, err));
    for (size_t i = 0; i < o->n_points; i++) {
        double x = (o->at[i][0] - area->box[0]) * m[0], y = (o->at[i][1] - area->box[1]) * m[1];
        int near = inside(area, o->at[i]);
        for (size_t k = 0; k < rim.n && !near; k++) near = apart2(x, y, &rim.at[k]) <= within_m * within_m;
        if (!near) goto out;
    }
    *within = 1;
out:
    pv_free(rim.at);
    return st;
}
