/* Tracing: every run has a left side, walked southwards, and a right side, walked northwards, so that the cells lie on the left. From the end of a side the next one is found in
 * the row that it meets. Where two parts meet at a corner only the walk stays with its own part; where a ring meets itself it is cut in two. */
#include "geo/cells_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK };

/* Cells x0 <= i < x1 of row j: all that touch are one. */
typedef struct wide_run {
    int32_t j, x0, x1;
} wide_run;

typedef struct tracer {
    wide_run *run;
    size_t n, cap;
    size_t *row; /* [n_rows + 1] first runs of the rows that have any */
    size_t n_rows;
    uint8_t *walked; /* [2 n] side 2 r is run r's left one, 2 r + 1 its right one */
    size_t *part;    /* [n] union-find over runs that touch along an edge */
} tracer;

/* ---- runs over blocks ---- */

static pv_status add_run(tracer *t, int32_t j, int32_t x0, int32_t x1, pv_err *err)
{
    wide_run *last = t->n > 0 ? &t->run[t->n - 1] : NULL;
    if (last != NULL && last->j == j && last->x1 == x0) {
        last->x1 = x1;
        return PV_OK;
    }
    pv_status st = pv_grow(&t->run, &t->cap, t->n + 1, sizeof *t->run, "outline of cells", err);
    if (st == PV_OK) t->run[t->n++] = (wide_run){j, x0, x1};
    return st;
}

/* One row of cells over all blocks of a row of blocks, from block k on. */
static pv_status add_row(tracer *t, const pv_cells *cells, size_t from, size_t to, int y, unsigned states, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t k = from; k < to; k++) {
        pv_cell_block b = pv_cells_block(cells, k);
        for (uint32_t r = b.row[y]; r < b.row[y + 1]; r++)
            if (states >> b.run[r].state & 1) PV_TRY(add_run(t, b.by * SIDE + y, b.bx * SIDE + b.run[r].x0, b.bx * SIDE + b.run[r].x1, err));
    }
out:
    return st;
}

static pv_status gather_runs(tracer *t, const pv_cells *cells, unsigned states, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = pv_cells_blocks(cells);
    for (size_t k = 0, end = 0; k < n; k = end) {
        int32_t by = pv_cells_block(cells, k).by;
        for (end = k; end < n && pv_cells_block(cells, end).by == by;) end++;
        for (int y = 0; y < SIDE; y++) PV_TRY(add_row(t, cells, k, end, y, states & ~1u, err));
    }
    if (t->n == 0) goto out;
    t->n_rows = 1;
    for (size_t r = 1; r < t->n; r++) t->n_rows += t->run[r].j != t->run[r - 1].j;
    PV_TRY(pv_alloc(&t->row, t->n_rows + 1, sizeof *t->row, "outline of cells", err));
    for (size_t r = 1, k = 1; r < t->n; r++)
        if (t->run[r].j != t->run[r - 1].j) t->row[k++] = r;
    t->row[t->n_rows] = t->n;
    PV_TRY(pv_alloc(&t->walked, 2 * t->n, 1, "outline of cells", err));
    PV_TRY(pv_alloc(&t->part, t->n, sizeof *t->part, "outline of cells", err));
out:
    return st;
}

/* The runs of row j. */
static void runs_of(const tracer *t, int32_t j, size_t *from, size_t *to)
{
    size_t lo = 0, hi = t->n_rows;
    *from = *to = 0;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->run[t->row[mid]].j < j)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == t->n_rows || t->run[t->row[lo]].j != j) return;
    *from = t->row[lo];
    *to = t->row[lo + 1];
}

/* The first run of row j that ends after x (x1 > x), or t->n. */
static size_t run_after(const tracer *t, int32_t j, int32_t x)
{
    size_t from = 0, to = 0;
    runs_of(t, j, &from, &to);
    size_t end = to;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (t->run[mid].x1 <= x)
            from = mid + 1;
        else
            to = mid;
    }
    return from < end ? from : t->n;
}

/* The last run of row j that begins before x (x0 < x), or t->n. */
static size_t run_before(const tracer *t, int32_t j, int32_t x)
{
    size_t from = 0, to = 0;
    runs_of(t, j, &from, &to);
    size_t begin = from;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (t->run[mid].x0 < x)
            from = mid + 1;
        else
            to = mid;
    }
    return from > begin ? from - 1 : t->n;
}

/* ---- parts ---- */

static size_t root_of(size_t *part, size_t r)
{
    while (part[r] != r) {
        part[r] = part[part[r]];
        r = part[r];
    }
    return r;
}

static void join_parts(tracer *t)
{
    for (size_t r = 0; r < t->n; r++) t->part[r] = r;
    for (size_t k = 1; k < t->n_rows; k++) {
        if (t->run[t->row[k]].j != t->run[t->row[k - 1]].j + 1) continue;
        size_t a = t->row[k - 1], a_end = t->row[k], b = a_end, b_end = t->row[k + 1];
        while (a < a_end && b < b_end) {
            if (t->run[a].x0 < t->run[b].x1 && t->run[b].x0 < t->run[a].x1) {
                size_t p = root_of(t->part, a), q = root_of(t->part, b);
                if (p < q)
                    t->part[q] = p;
                else
                    t->part[p] = q;
            }
            if (t->run[a].x1 < t->run[b].x1)
                a++;
            else
                b++;
        }
    }
}

/* ---- sides ---- */

static int32_t side_x(const tracer *t, size_t side)
{
    return side & 1 ? t->run[side / 2].x1 : t->run[side / 2].x0;
}

/* After the left side of run r, at its south end. */
static size_t after_left(const tracer *t, size_t r)
{
    const wide_run *own = &t->run[r];
    size_t q = run_after(t, own->j - 1, own->x0);
    if (q == t->n || t->run[q].x0 > own->x0) /* open below: along the south edge to the right */
        return q < t->n && t->run[q].x0 < own->x1 ? 2 * q : 2 * r + 1;
    if (t->run[q].x0 == own->x0) return 2 * q;
    size_t s = run_before(t, own->j, own->x0); /* along the north edge of q to the left */
    return s < t->n && t->run[s].x1 > t->run[q].x0 ? 2 * s + 1 : 2 * q;
}

/* After the right side of run r, at its north end. */
static size_t after_right(const tracer *t, size_t r)
{
    const wide_run *own = &t->run[r];
    size_t q = run_before(t, own->j + 1, own->x1);
    if (q == t->n || t->run[q].x1 < own->x1) /* open above: along the north edge to the left */
        return q < t->n && t->run[q].x1 > own->x0 ? 2 * q + 1 : 2 * r;
    if (t->run[q].x1 == own->x1) return 2 * q + 1;
    size_t s = run_after(t, own->j, own->x1); /* along the south edge of q to the right */
    return s < t->n && t->run[s].x0 < t->run[q].x1 ? 2 * s : 2 * q + 1;
}

/* ---- rings ---- */

/* One ring as it is walked. */
typedef struct walk {
    int32_t (*point)[2];
    size_t n, cap;
    size_t part;
} walk;

/* Where the rings of a part are. */
typedef struct found_ring {
    size_t part, first, n;
    int hole;
    size_t order;
} found_ring;

typedef struct rings {
    pv_cell_shape *shape;
    found_ring *at;
    size_t n, cap;
} rings;

static pv_status add_point(walk *w, int32_t x, int32_t y, pv_err *err)
{
    pv_status st = pv_grow(&w->point, &w->cap, w->n + 1, sizeof *w->point, "outline of cells", err);
    if (st != PV_OK) return st;
    w->point[w->n][0] = x;
    w->point[w->n++][1] = y;
    return PV_OK;
}

static int64_t area2_of(int32_t (*p)[2], size_t n)
{
    int64_t sum = 0;
    for (size_t k = 0; k < n; k++) {
        size_t l = k + 1 < n ? k + 1 : 0;
        int64_t x0 = (int64_t)p[k][0] - p[0][0], y0 = (int64_t)p[k][1] - p[0][1], x1 = (int64_t)p[l][0] - p[0][0], y1 = (int64_t)p[l][1] - p[0][1];
        sum += x0 * y1 - x1 * y0;
    }
    return sum;
}

static pv_status keep_ring(rings *out, size_t part, int32_t (*p)[2], size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_shape *s = out->shape;
    PV_TRY(pv_grow(&s->point, &s->cap_points, s->n_points + n, sizeof *s->point, "outline of cells", err));
    PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "outline of cells", err));
    memcpy(s->point + s->n_points, p, n * sizeof *p);
    int64_t area2 = area2_of(p, n);
    out->at[out->n] = (found_ring){part, s->n_points, n, area2 < 0, out->n};
    out->n++;
    s->n_points += n;
    s->n_cells += area2 / 2;
out:
    return st;
}

typedef struct corner {
    int32_t x, y;
    size_t k; /* its place in the walk */
} corner;

static int compare_corners(const void *a, const void *b)
{
    const corner *p = a, *q = b;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->k > q->k) - (p->k < q->k);
}

/* same[k]: equal for corners of the walk at one place, below w->n. */
static pv_status find_same(const walk *w, size_t *same, pv_err *err)
{
    corner *c = NULL;
    pv_status st = pv_alloc(&c, w->n, sizeof *c, "outline of cells", err);
    if (st != PV_OK) return st;
    for (size_t k = 0; k < w->n; k++) c[k] = (corner){w->point[k][0], w->point[k][1], k};
    qsort(c, w->n, sizeof *c, compare_corners);
    for (size_t k = 0; k < w->n; k++) same[c[k].k] = k > 0 && c[k].x == c[k - 1].x && c[k].y == c[k - 1].y ? same[c[k - 1].k] : c[k].k;
    pv_free(c);
    return PV_OK;
}

/* What was walked as simple rings: from a corner back to the same corner is a ring of its own. */
static pv_status cut_rings(const walk *w, rings *out, pv_err *err)
{
    pv_status st = PV_OK;
    size_t depth = 0, *same = NULL, *at = NULL, *name = NULL; /* at: place on the stack + 1 of each corner, name: of each place */
    int32_t(*stack)[2] = NULL;
    PV_TRY(pv_alloc(&same, w->n, sizeof *same, "outline of cells", err));
    PV_TRY(pv_alloc(&at, w->n, sizeof *at, "outline of cells", err));
    PV_TRY(pv_alloc(&name, w->n, sizeof *name, "outline of cells", err));
    PV_TRY(pv_alloc(&stack, w->n, sizeof *stack, "outline of cells", err));
    PV_TRY(find_same(w, same, err));
    for (size_t k = 0; k < w->n; k++) {
        size_t met = at[same[k]];
        if (met > 0) {
            PV_TRY(keep_ring(out, w->part, stack + met - 1, depth - (met - 1), err));
            while (depth > met) at[name[--depth]] = 0;
            continue;
        }
        memcpy(stack[depth], w->point[k], sizeof *stack);
        name[depth] = same[k];
        at[same[k]] = ++depth;
    }
    PV_TRY(keep_ring(out, w->part, stack, depth, err));
out:
    pv_free(same);
    pv_free(at);
    pv_free(name);
    pv_free(stack);
    return st;
}

/* The ring that begins with the left side of run r. */
static pv_status walk_ring(tracer *t, walk *w, size_t r, pv_err *err)
{
    pv_status st = PV_OK;
    size_t side = 2 * r;
    w->n = 0;
    w->part = root_of(t->part, r);
    do {
        size_t next = side & 1 ? after_right(t, side / 2) : after_left(t, side / 2);
        int32_t x = side_x(t, side), to = side_x(t, next), y = t->run[side / 2].j + (side & 1 ? 1 : 0);
        t->walked[side] = 1;
        if (x != to) {
            PV_TRY(add_point(w, x, y, err));
            PV_TRY(add_point(w, to, y, err));
        }
        side = next;
    } while (side != 2 * r);
out:
    return st;
}

/* By part, the outer ring first, then as they were found. */
static int compare_rings(const void *a, const void *b)
{
    const found_ring *p = a, *q = b;
    if (p->part != q->part) return p->part < q->part ? -1 : 1;
    if (p->hole != q->hole) return p->hole - q->hole;
    return (p->order > q->order) - (p->order < q->order);
}

/* Points, rings and polygons in their order. */
static pv_status lay_out(pv_cell_shape *s, rings *r, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t(*point)[2] = NULL;
    size_t n = 0;
    if (r->n > 0) qsort(r->at, r->n, sizeof *r->at, compare_rings);
    PV_TRY(pv_alloc(&point, s->n_points, sizeof *point, "outline of cells", err));
    PV_TRY(pv_alloc(&s->ring, r->n + 1, sizeof *s->ring, "outline of cells", err));
    PV_TRY(pv_alloc(&s->polygon, r->n + 1, sizeof *s->polygon, "outline of cells", err));
    for (size_t k = 0; k < r->n; k++) {
        if (k == 0 || r->at[k].part != r->at[k - 1].part) s->polygon[s->n_polygons++] = k;
        s->ring[k] = n;
        memcpy(point + n, s->point + r->at[k].first, r->at[k].n * sizeof *point);
        n += r->at[k].n;
    }
    s->n_rings = r->n;
    s->ring[r->n] = n;
    s->polygon[s->n_polygons] = r->n;
    pv_free(s->point);
    s->point = point;
    point = NULL;
out:
    pv_free(point);
    return st;
}

void pv_cell_shape_release(pv_cell_shape *s)
{
    pv_free(s->point);
    pv_free(s->ring);
    pv_free(s->polygon);
    *s = (pv_cell_shape){0};
}

pv_status pv_cell_shape_make(pv_cell_shape *out, const pv_cells *cells, unsigned states, pv_err *err)
{
    pv_status st = PV_OK;
    tracer t = {0};
    walk w = {0};
    pv_cell_shape s = {0};
    rings r = {.shape = &s};
    PV_TRY(gather_runs(&t, cells, states, err));
    if (t.n > 0) join_parts(&t);
    for (size_t k = 0; k < t.n; k++) {
        /* Every ring has a left side. */
        if (t.walked[2 * k]) continue;
        PV_TRY(walk_ring(&t, &w, k, err));
        PV_TRY(cut_rings(&w, &r, err));
    }
    PV_TRY(lay_out(&s, &r, err));
    *out = s;
    s = (pv_cell_shape){0};
out:
    pv_free(t.run);
    pv_free(t.row);
    pv_free(t.walked);
    pv_free(t.part);
    pv_free(w.point);
    pv_free(r.at);
    pv_cell_shape_release(&s);
    return st;
}

int64_t pv_cell_ring_area2(const pv_cell_shape *s, size_t ring)
{
    return area2_of(s->point + s->ring[ring], s->ring[ring + 1] - s->ring[ring]);
}
