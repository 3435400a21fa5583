#include "geo/area.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { PV_SMALL_AREA = 64, PV_EDGES_A_SLAB = 6, PV_SHARE_ROWS = 128 };
static const size_t PV_MOST_POINTS = (size_t)1 << 31;

/* ---- the sign of a determinant ---- */

/* Adds v to a sum that is kept as parts without overlap (Shewchuk 1997, grow-expansion); returns how many parts there are. */
static int pv_sum_grow(double *part, int n, double v)
{
    for (int i = 0; i < n; i++) {
        double s = v + part[i], b = s - v;
        part[i] = (v - (s - b)) + (part[i] - b);
        v = s;
    }
    part[n] = v;
    return n + 1;
}

static int pv_turn_exact(pv_point a, pv_point b, pv_point p)
{
    /* The six products of the determinant; p.x p.y occurs with both signs and is left out. */
    const double term[6][2] = {{a.x, b.y}, {-a.x, p.y}, {-p.x, b.y}, {-a.y, b.x}, {a.y, p.x}, {p.y, b.x}};
    double part[12];
    int n = 0;
    for (int i = 0; i < 6; i++) {
        double product = term[i][0] * term[i][1];
        n = pv_sum_grow(part, n, fma(term[i][0], term[i][1], -product));
        n = pv_sum_grow(part, n, product);
    }
    for (int i = n - 1; i >= 0; i--)
        if (part[i] != 0) return part[i] > 0 ? 1 : -1;
    return 0;
}

int pv_turn(pv_point a, pv_point b, pv_point p)
{
    double left = (a.x - p.x) * (b.y - p.y), right = (a.y - p.y) * (b.x - p.x), det = left - right;
    double doubt = 4e-16 * (fabs(left) + fabs(right));
    if (det > doubt) return 1;
    if (det < -doubt) return -1;
    return pv_turn_exact(a, b, p);
}

double pv_ring_area(const pv_point *p, size_t n)
{
    double sum = 0;
    for (size_t i = 1; i + 1 < n; i++) sum += (p[i].x - p[0].x) * (p[i + 1].y - p[0].y) - (p[i + 1].x - p[0].x) * (p[i].y - p[0].y);
    return sum / 2;
}

/* ---- making one ---- */

void pv_area_release(pv_area *a)
{
    pv_free(a->point);
    pv_free(a->end);
    pv_free(a->slab_start);
    pv_free(a->slab_edge);
    *a = (pv_area){0};
}

static int pv_same(pv_point a, pv_point b)
{
    return a.x == b.x && a.y == b.y;
}

pv_status pv_area_add_ring(pv_area *a, const pv_point *p, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t first = a->n_points, at = first;
    if (n >= PV_MOST_POINTS - a->n_points) PV_TRY(pv_fail(err, PV_INPUT, "an outline of more than 2^31 points"));
    PV_TRY(pv_grow(&a->point, &a->cap_points, first + n + 1, sizeof *a->point, "outline", err));
    PV_TRY(pv_grow(&a->end, &a->cap_rings, a->n_rings + 1, sizeof *a->end, "outline", err));
    for (size_t i = 0; i < n; i++)
        if (at == first || !pv_same(p[i], a->point[at - 1])) a->point[at++] = p[i];
    while (at > first + 1 && pv_same(a->point[at - 1], a->point[first])) at--;
    if (at < first + 3) goto out;
    a->point[at++] = a->point[first];
    a->n_points = at;
    a->end[a->n_rings++] = (uint32_t)at;
out:
    return st;
}

/* Rises with y, so an edge lies in all slabs between those of its ends. */
static uint32_t pv_slab_of(const pv_area *a, double y)
{
    double at = floor((y - a->y0) / a->slab_height);
    return at <= 0 ? 0 : at >= a->n_slabs - 1.0 ? a->n_slabs - 1 : (uint32_t)at;
}

static size_t pv_ring_first(const pv_area *a, size_t ring)
{
    return ring > 0 ? a->end[ring - 1] : 0;
}

/* As many slabs as give about four entries an edge at the most, however long the edges are. */
static void pv_slabs_choose(pv_area *a)
{
    double height = a->y1 - a->y0, climbed = 0;
    size_t edges = a->n_points - a->n_rings;
    a->n_slabs = 0;
    if (edges <= PV_SMALL_AREA || !(height > 0)) return;
    for (size_t r = 0; r < a->n_rings; r++)
        for (size_t i = pv_ring_first(a, r); i + 1 < a->end[r]; i++) climbed += fabs(a->point[i + 1].y - a->point[i].y);
    double wish = (double)edges / PV_EDGES_A_SLAB, most = 3 * (double)edges * height / climbed;
    double n = floor(fmin(wish, most));
    if (!(n >= 2)) return;
    a->slab_height = height / n;
    if (a->slab_height > 0) a->n_slabs = (uint32_t)n;
}

/* Two walks over the edges: the first counts, the second enters. */
static void pv_slabs_walk(pv_area *a, int enter)
{
    for (size_t r = 0; r < a->n_rings; r++) {
        for (size_t i = pv_ring_first(a, r); i + 1 < a->end[r]; i++) {
            uint32_t s = pv_slab_of(a, fmin(a->point[i].y, a->point[i + 1].y)), t = pv_slab_of(a, fmax(a->point[i].y, a->point[i + 1].y));
            for (; s <= t; s++) {
                if (enter)
                    a->slab_edge[a->slab_start[s]++] = (uint32_t)i;
                else
                    a->slab_start[s + 1]++;
            }
        }
    }
}

pv_status pv_area_ready(pv_area *a, pv_err *err)
{
    pv_status st = PV_OK;
    a->x0 = a->y0 = INFINITY;
    a->x1 = a->y1 = -INFINITY;
    for (size_t i = 0; i < a->n_points; i++) {
        a->x0 = fmin(a->x0, a->point[i].x);
        a->y0 = fmin(a->y0, a->point[i].y);
        a->x1 = fmax(a->x1, a->point[i].x);
        a->y1 = fmax(a->y1, a->point[i].y);
    }
    pv_slabs_choose(a);
    if (a->n_slabs == 0) return PV_OK;
    PV_TRY(pv_alloc(&a->slab_start, (size_t)a->n_slabs + 1, sizeof *a->slab_start, "index of an outline", err));
    pv_slabs_walk(a, 0);
    for (uint32_t s = 0; s < a->n_slabs; s++) a->slab_start[s + 1] += a->slab_start[s];
    PV_TRY(pv_alloc(&a->slab_edge, a->slab_start[a->n_slabs], sizeof *a->slab_edge, "index of an outline", err));
    pv_slabs_walk(a, 1);
    /* Entering moved every start to its end. */
    memmove(a->slab_start + 1, a->slab_start, a->n_slabs * sizeof *a->slab_start);
    a->slab_start[0] = 0;
out:
    if (st != PV_OK) a->n_slabs = 0;
    return st;
}

/* ---- walking the edges near some rows ---- */

typedef struct pv_edges {
    const pv_area *a;
    uint32_t from, to; /* entries of slab_edge */
    size_t ring, i;    /* without slabs: all edges */
} pv_edges;

/* All edges that meet the rows y0..y1 are given, some more than once, and others too. */
static pv_edges pv_edges_of(const pv_area *a, double y0, double y1)
{
    pv_edges e = {.a = a};
    if (a->n_slabs == 0) return e;
    e.from = a->slab_start[pv_slab_of(a, y0)];
    e.to = a->slab_start[pv_slab_of(a, y1) + 1];
    return e;
}

/* The next edge's first point, or NULL. */
static const pv_point *pv_edges_next(pv_edges *e)
{
    const pv_area *a = e->a;
    if (a->n_slabs > 0) return e->from < e->to ? &a->point[a->slab_edge[e->from++]] : NULL;
    while (e->ring < a->n_rings && e->i + 1 >= a->end[e->ring]) e->i = a->end[e->ring++];
    return e->ring < a->n_rings ? &a->point[e->i++] : NULL;
}

int pv_area_side(const pv_area *a, double x, double y)
{
    int inside = 0;
    const pv_point *p;
    const pv_point at = {x, y};
    if (!(x >= a->x0 && x <= a->x1 && y >= a->y0 && y <= a->y1)) return -1;
    pv_edges edges = pv_edges_of(a, y, y);
    while ((p = pv_edges_next(&edges)) != NULL) {
        pv_point u = p[0], v = p[1];
        if ((u.y > y && v.y > y) || (u.y < y && v.y < y) || (u.x < x && v.x < x)) continue;
        int crosses = (u.y <= y) != (v.y <= y);
        if (u.x > x && v.x > x) {
            inside ^= crosses;
            continue;
        }
        int turn = pv_turn(u, v, at);
        /* Here the point lies in the edge's box in y, and not on both sides' outside in x. */
        if (turn == 0 && x >= fmin(u.x, v.x) && x <= fmax(u.x, v.x)) return 0;
        if (crosses && (turn > 0) == (v.y > u.y)) inside ^= 1;
    }
    return inside ? 1 : -1;
}

/* ---- rows ---- */

void pv_crossings_release(pv_crossings *c)
{
    pv_free(c->at);
    *c = (pv_crossings){0};
}

static int pv_rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void pv_sort_crossings(pv_crossings *c)
{
    if (c->n > 16) {
        qsort(c->at, c->n, sizeof *c->at, pv_rising);
        return;
    }
    for (size_t i = 1; i < c->n; i++) {
        double v = c->at[i];
        size_t k = i;
        for (; k > 0 && c->at[k - 1] > v; k--) c->at[k] = c->at[k - 1];
        c->at[k] = v;
    }
}

pv_status pv_area_row(const pv_area *a, double y, pv_crossings *out, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_point *p;
    out->n = 0;
    if (!(y >= a->y0 && y <= a->y1)) return PV_OK;
    pv_edges edges = pv_edges_of(a, y, y);
    while ((p = pv_edges_next(&edges)) != NULL) {
        if ((p[0].y <= y) == (p[1].y <= y)) continue;
        pv_point low = p[0].y < p[1].y ? p[0] : p[1], high = p[0].y < p[1].y ? p[1] : p[0];
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "crossings", err));
        out->at[out->n++] = low.x + (y - low.y) * ((high.x - low.x) / (high.y - low.y));
    }
    pv_sort_crossings(out);
out:
    return st;
}

/* ---- two areas ---- */

static int pv_between(double a, double v, double b)
{
    return v >= fmin(a, b) && v <= fmax(a, b);
}

/* Closed segments: a common end counts. */
static int pv_segments_meet(pv_point a, pv_point b, pv_point c, pv_point d)
{
    if (fmax(a.x, b.x) < fmin(c.x, d.x) || fmax(c.x, d.x) < fmin(a.x, b.x) || fmax(a.y, b.y) < fmin(c.y, d.y) || fmax(c.y, d.y) < fmin(a.y, b.y))
        return 0;
    int c_side = pv_turn(a, b, c), d_side = pv_turn(a, b, d), a_side = pv_turn(c, d, a), b_side = pv_turn(c, d, b);
    if (c_side * d_side < 0 && a_side * b_side < 0) return 1;
    return (c_side == 0 && pv_between(a.x, c.x, b.x) && pv_between(a.y, c.y, b.y)) ||
           (d_side == 0 && pv_between(a.x, d.x, b.x) && pv_between(a.y, d.y, b.y)) ||
           (a_side == 0 && pv_between(c.x, a.x, d.x) && pv_between(c.y, a.y, d.y)) ||
           (b_side == 0 && pv_between(c.x, b.x, d.x) && pv_between(c.y, b.y, d.y));
}

static int pv_rings_meet(const pv_area *small, const pv_area *large)
{
    const pv_point *p, *q;
    pv_edges theirs = pv_edges_of(large, small->y0, small->y1);
    while ((p = pv_edges_next(&theirs)) != NULL) {
        double low = fmin(p[0].y, p[1].y), high = fmax(p[0].y, p[1].y);
        if (low > small->y1 || high < small->y0 || fmin(p[0].x, p[1].x) > small->x1 || fmax(p[0].x, p[1].x) < small->x0) continue;
        pv_edges ours = pv_edges_of(small, fmax(low, small->y0), fmin(high, small->y1));
        while ((q = pv_edges_next(&ours)) != NULL)
            if (pv_segments_meet(p[0], p[1], q[0], q[1])) return 1;
    }
    return 0;
}

pv_area_meeting pv_area_meet(const pv_area *small, const pv_area *large)
{
    if (!(small->x0 <= large->x1 && large->x0 <= small->x1 && small->y0 <= large->y1 && large->y0 <= small->y1)) return PV_APART;
    if (pv_rings_meet(small, large)) return PV_TOUCH;
    /* No ring crosses another: each lies wholly inside or outside of the other area. */
    size_t within = 0, around = 0;
    for (size_t r = 0; r < small->n_rings; r++) {
        pv_point p = small->point[pv_ring_first(small, r)];
        within += pv_area_side(large, p.x, p.y) >= 0;
    }
    for (size_t r = 0; r < large->n_rings && around == 0; r++) {
        pv_point p = large->point[pv_ring_first(large, r)];
        around += pv_area_side(small, p.x, p.y) >= 0;
    }
    if (around == 0 && within == small->n_rings) return PV_WITHIN;
    return around > 0 || within > 0 ? PV_TOUCH : PV_APART;
}

static double pv_overlap(const pv_crossings *a, const pv_crossings *b)
{
    double sum = 0;
    for (size_t i = 0, k = 0; i + 1 < a->n && k + 1 < b->n;) {
        sum += fmax(0, fmin(a->at[i + 1], b->at[k + 1]) - fmax(a->at[i], b->at[k]));
        if (a->at[i + 1] < b->at[k + 1])
            i += 2;
        else
            k += 2;
    }
    return sum;
}

static double pv_share_row(const pv_area *small, int k)
{
    return small->y0 + (small->y1 - small->y0) * ((k + 0.5) / PV_SHARE_ROWS);
}

pv_status pv_area_overlaps(const pv_area *small, const pv_area *large, int *some, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crossings ours = {0}, theirs = {0};
    *some = 0;
    if (small->x1 <= large->x0 || large->x1 <= small->x0 || !(small->y1 > small->y0)) return PV_OK;
    for (int k = 0; k < PV_SHARE_ROWS && !*some; k++) {
        double y = pv_share_row(small, k);
        if (y < large->y0 || y > large->y1) continue;
        PV_TRY(pv_area_row(small, y, &ours, err));
        PV_TRY(pv_area_row(large, y, &theirs, err));
        *some = pv_overlap(&ours, &theirs) > 0;
    }
out:
    pv_crossings_release(&ours);
    pv_crossings_release(&theirs);
    return st;
}

pv_status pv_area_share(const pv_area *small, const pv_area *large, double *share, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crossings ours = {0}, theirs = {0};
    double all = 0, common = 0, height = small->y1 - small->y0;
    for (int k = 0; k < PV_SHARE_ROWS && height > 0; k++) {
        double y = pv_share_row(small, k);
        PV_TRY(pv_area_row(small, y, &ours, err));
        PV_TRY(pv_area_row(large, y, &theirs, err));
        for (size_t i = 0; i + 1 < ours.n; i += 2) all += ours.at[i + 1] - ours.at[i];
        common += pv_overlap(&ours, &theirs);
    }
    *share = all > 0 ? fmin(common / all, 1) : 0;
out:
    pv_crossings_release(&ours);
    pv_crossings_release(&theirs);
    return st;
}
