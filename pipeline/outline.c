#include "pipeline/outline.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

/* A run has two upright sides of one pixel's height: side 2i at its x0 goes down, side 2i + 1 at its x1 goes up, so that the patch is always on the
 * left hand (seen with y up). On each grid line between two rows every side that ends there is linked to the side that goes on. A ring is a
 * cycle of such links. Where two pixels touch by a corner only, the way on depends on whether they are joined elsewhere (4 neighbours): if so, each
 * ring keeps to its hole; if not, to its own polygon. Either way no ring meets itself. */

enum { PV_VISITED = -1 };

typedef struct pv_tracer {
    const pv_run *run;
    int64_t n;
    int32_t *label; /* [n] union-find of parts; then the number of the part */
    int32_t *next;  /* [2n] side that follows; PV_VISITED once traced */
    size_t cap_xy, cap_ring;
} pv_tracer;

static int32_t pv_label_root(int32_t *label, int32_t i)
{
    while (label[i] != i) {
        label[i] = label[label[i]];
        i = label[i];
    }
    return i;
}

/* Runs of a row: first..*end - 1. */
static int64_t pv_row_end(const pv_tracer *t, int64_t first)
{
    int64_t i = first;
    while (i < t->n && t->run[i].y == t->run[first].y) i++;
    return i;
}

/* Joins runs of neighbouring rows that share an edge; the smallest index stays the root. */
static void pv_rows_join(pv_tracer *t, int64_t a, int64_t a_end, int64_t b, int64_t b_end)
{
    while (a < a_end && b < b_end) {
        if (t->run[a].x0 < t->run[b].x1 && t->run[b].x0 < t->run[a].x1) {
            int32_t u = pv_label_root(t->label, (int32_t)a), v = pv_label_root(t->label, (int32_t)b);
            t->label[u > v ? u : v] = u > v ? v : u;
        }
        if (t->run[a].x1 < t->run[b].x1)
            a++;
        else
            b++;
    }
}

static int32_t pv_side_x(const pv_tracer *t, int64_t side)
{
    return side % 2 == 0 ? t->run[side / 2].x0 : t->run[side / 2].x1;
}

/* Links side u and side v, one of which ends on the line; above tells whether u stands above it. */
static void pv_sides_link(pv_tracer *t, int64_t u, int u_above, int64_t v)
{
    /* Going-down sides (even) end below themselves, going-up ones (odd) above. */
    int u_ends = (u % 2 == 0) == u_above;
    if (u_ends)
        t->next[u] = (int32_t)v;
    else
        t->next[v] = (int32_t)u;
}

/* The grid line between the runs a (above) and b (below); either list may be empty. Events from left to right are the sides' places. */
static void pv_line_link(pv_tracer *t, int64_t a, int64_t a_end, int64_t b, int64_t b_end)
{
    int64_t ia = 2 * a, ib = 2 * b, open = -1;
    int open_above = 0;
    while (ia < 2 * a_end || ib < 2 * b_end) {
        int32_t xa = ia < 2 * a_end ? pv_side_x(t, ia) : INT32_MAX;
        int32_t xb = ib < 2 * b_end ? pv_side_x(t, ib) : INT32_MAX;
        if (xa == xb && ia % 2 == ib % 2) {
            pv_sides_link(t, ia, 1, ib);
            ia++;
            ib++;
        } else if (xa == xb) {
            /* A corner: pixels on one diagonal are in, the others out. An edge along the line ends here and another begins. */
            int same = pv_label_root(t->label, (int32_t)(ia / 2)) == pv_label_root(t->label, (int32_t)(ib / 2));
            /* The edge to the left belongs to the row whose run ends here. */
            int left_above = ia % 2 == 1;
            int ends_with_above = same ? !left_above : left_above;
            pv_sides_link(t, open, open_above, ends_with_above ? ia : ib);
            open = ends_with_above ? ib : ia;
            open_above = !ends_with_above;
            ia++;
            ib++;
        } else {
            int above = xa < xb;
            int64_t side = above ? ia++ : ib++;
            if (open >= 0) {
                pv_sides_link(t, open, open_above, side);
                open = -1;
            } else {
                open = side;
                open_above = above;
            }
        }
    }
}

/* Walks the rows; with link 0 joins parts, with 1 links sides. */
static void pv_rows_walk(pv_tracer *t, int link)
{
    int64_t a = 0, a_end = 0;
    for (int64_t b = 0; b < t->n;) {
        int64_t b_end = pv_row_end(t, b);
        int near = a < a_end && t->run[a].y + 1 == t->run[b].y;
        if (!link) {
            if (near) pv_rows_join(t, a, a_end, b, b_end);
        } else if (near) {
            pv_line_link(t, a, a_end, b, b_end);
        } else {
            pv_line_link(t, a, a_end, 0, 0);
            pv_line_link(t, 0, 0, b, b_end);
        }
        a = b;
        a_end = b_end;
        b = b_end;
    }
    if (link) pv_line_link(t, a, a_end, 0, 0);
}

static pv_status pv_point_add(pv_tracer *t, pv_outline *o, int32_t x, int32_t y, pv_err *err)
{
    pv_status st = pv_grow(&o->xy, &t->cap_xy, 2 * (size_t)(o->n_points + 1), sizeof *o->xy, "outline", err);
    if (st != PV_OK) return st;
    o->xy[2 * o->n_points] = x;
    o->xy[2 * o->n_points + 1] = y;
    o->n_points++;
    return PV_OK;
}

/* One cycle of links becomes a ring. */
static pv_status pv_ring_trace(pv_tracer *t, pv_outline *o, int32_t start, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&o->ring, &t->cap_ring, (size_t)o->n_rings + 1, sizeof *o->ring, "rings", err));
    pv_ring *ring = &o->ring[o->n_rings];
    /* The first side met of a ring is its topmost and leftmost: the patch lies right of it, unless the ring is a hole. */
    *ring = (pv_ring){.first = o->n_points, .part = t->label[start / 2], .is_hole = start % 2};
    for (int32_t side = start; t->next[side] != PV_VISITED;) {
        int32_t to = t->next[side], x = pv_side_x(t, side), x_to = pv_side_x(t, to);
        int32_t y = t->run[side / 2].y + (side % 2 == 0);
        if (x != x_to) {
            PV_TRY(pv_point_add(t, o, x, y, err));
            PV_TRY(pv_point_add(t, o, x_to, y, err));
        }
        t->next[side] = PV_VISITED;
        side = to;
    }
    PV_TRY(pv_point_add(t, o, o->xy[2 * ring->first], o->xy[2 * ring->first + 1], err));
    ring->n = o->n_points - ring->first;
    o->n_rings++;
out:
    return st;
}

/* Roots become 0, 1, 2 ... in the order of their first runs. A root is the smallest index of its part, so it is numbered before the others. */
static int pv_parts_number(pv_tracer *t)
{
    int n_parts = 0;
    for (int64_t i = 0; i < t->n; i++) t->label[i] = pv_label_root(t->label, (int32_t)i);
    for (int64_t i = 0; i < t->n; i++) t->label[i] = t->label[i] == i ? n_parts++ : t->label[t->label[i]];
    return n_parts;
}

/* Stable: within a part the rings stay in the order in which they were met, the outer one first. */
static pv_status pv_rings_sort(pv_outline *o, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ring *sorted = NULL;
    int64_t *at = NULL;
    if (o->n_parts < 2) return PV_OK;
    PV_TRY(pv_alloc(&sorted, (size_t)o->n_rings, sizeof *sorted, "rings", err));
    PV_TRY(pv_alloc(&at, (size_t)o->n_parts + 1, sizeof *at, "parts", err));
    for (int64_t i = 0; i < o->n_rings; i++) at[o->ring[i].part + 1]++;
    for (int i = 0; i < o->n_parts; i++) at[i + 1] += at[i];
    for (int64_t i = 0; i < o->n_rings; i++) sorted[at[o->ring[i].part]++] = o->ring[i];
    memcpy(o->ring, sorted, (size_t)o->n_rings * sizeof *sorted);
out:
    pv_free(sorted);
    pv_free(at);
    return st;
}

pv_status pv_outline_trace(pv_outline *out, const pv_run *run, int64_t n_runs, pv_err *err)
{
    pv_status st = PV_OK;
    pv_outline o = {0};
    pv_tracer t = {.run = run, .n = n_runs};
    if (n_runs >= INT32_MAX / 2) return pv_fail(err, PV_NOMEM, "outline of %lld runs: more than can be traced", (long long)n_runs);
    PV_TRY(pv_alloc(&t.label, (size_t)n_runs, sizeof *t.label, "parts of a patch", err));
    PV_TRY(pv_alloc(&t.next, 2 * (size_t)n_runs, sizeof *t.next, "sides of a patch", err));
    for (int64_t i = 0; i < n_runs; i++) t.label[i] = (int32_t)i;
    pv_rows_walk(&t, 0);
    pv_rows_walk(&t, 1);
    o.n_parts = pv_parts_number(&t);
    for (int32_t side = 0; side < 2 * n_runs; side++)
        if (t.next[side] != PV_VISITED) PV_TRY(pv_ring_trace(&t, &o, side, err));
    PV_TRY(pv_rings_sort(&o, err));
    *out = o;
    o = (pv_outline){0};
out:
    pv_outline_release(&o);
    pv_free(t.label);
    pv_free(t.next);
    return st;
}

void pv_outline_release(pv_outline *o)
{
    pv_free(o->xy);
    pv_free(o->ring);
    *o = (pv_outline){0};
}

static double pv_middle_distance(const pv_run *r, double cy)
{
    double d = (double)r->y + 0.5 - cy;
    return d < 0 ? -d : d;
}

void pv_outline_inside(const pv_run *run, int64_t n_runs, double cx, double cy, double *x_px, double *y_px)
{
    const pv_run *best = NULL;
    for (int64_t i = 0; i < n_runs; i++) {
        const pv_run *r = &run[i];
        double d = pv_middle_distance(r, cy), d_best = best != NULL ? pv_middle_distance(best, cy) : 0;
        if (best == NULL || d < d_best || (d <= d_best && r->y == best->y && r->x1 - r->x0 > best->x1 - best->x0)) best = r;
    }
    if (best == NULL) {
        *x_px = cx;
        *y_px = cy;
        return;
    }
    double lo = (double)best->x0 + 0.5, hi = (double)best->x1 - 0.5;
    /* The pixel whose column holds the centroid, moved into the run. */
    double x = (double)(int64_t)(cx < 0 ? 0 : cx) + 0.5;
    *x_px = x < lo ? lo : x > hi ? hi : x;
    *y_px = (double)best->y + 0.5;
}
