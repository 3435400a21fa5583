/* The union of outlines, by lines from west to east. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "season/outlines.h"

#include "base/mem.h"

#include "base/banned.h"

/* An edge of one of the outlines, y0 < y1. */
typedef struct slope {
    double x0, y0, x1, y1;
    size_t owner;
} slope;

typedef struct crossing {
    double x;
    size_t owner;
} crossing;

static int slopes_by_south(const void *a, const void *b)
{
    const slope *p = a, *q = b;
    return p->y0 < q->y0 ? -1 : p->y0 > q->y0;
}

static int by_owner(const void *a, const void *b)
{
    const crossing *p = a, *q = b;
    if (p->owner != q->owner) return p->owner < q->owner ? -1 : 1;
    return p->x < q->x ? -1 : p->x > q->x;
}

typedef struct span {
    double from, to;
} span;

static int by_from(const void *a, const void *b)
{
    const span *p = a, *q = b;
    return p->from < q->from ? -1 : p->from > q->from;
}

static void add_slopes(slope *out, size_t *n, const pv_plot_outline *o, size_t owner)
{
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t i = o->ring[r]; i + 1 < o->ring[r + 1]; i++) {
            const double *a = o->at[i], *b = o->at[i + 1];
            if (a[1] == b[1]) continue;
            if (a[1] > b[1]) {
                const double *t = a;
                a = b;
                b = t;
            }
            out[(*n)++] = (slope){a[0], a[1], b[0], b[1], owner};
        }
}

/* Where the line at y, y0 <= y < y1, crosses it. The share of the height comes first: it is a number however flat the edge is. */
static double crossed(const slope *e, double y)
{
    return e->x0 + (e->x1 - e->x0) * ((y - e->y0) / (e->y1 - e->y0));
}

/* Of one line: n crossings, an even number for each owner. spans has room for n / 2. */
static void measure_line(crossing *at, size_t n, span *spans, double *sum, double *joined)
{
    size_t k = 0;
    double end = -1e9;
    qsort(at, n, sizeof *at, by_owner);
    for (size_t i = 0; i + 1 < n; i += 2, k++) {
        spans[k] = (span){at[i].x, at[i + 1].x};
        *sum += spans[k].to - spans[k].from;
    }
    qsort(spans, k, sizeof *spans, by_from);
    for (size_t i = 0; i < k; i++) {
        if (spans[i].to > end) *joined += spans[i].to - fmax(spans[i].from, end);
        end = fmax(end, spans[i].to);
    }
}

pv_status pv_plot_outline_union_share(const pv_plot_outline *o, size_t n, double *share, pv_err *err)
{
    return pv_plot_outline_union_share_by(o, n, 4096, share, err);
}

pv_status pv_plot_outline_union_share_by(const pv_plot_outline *o, size_t n, int lines, double *share, pv_err *err)
{
    pv_status st = PV_OK;
    slope *edge = NULL, *active = NULL;
    crossing *at = NULL;
    span *spans = NULL;
    size_t most = 0, n_edges = 0, next = 0, n_active = 0;
    double south = 1e9, north = -1e9, sum = 0, joined = 0;
    for (size_t i = 0; i < n; i++) {
        most += o[i].n_points;
        south = fmin(south, o[i].box[1]);
        north = fmax(north, o[i].box[3]);
    }
    PV_TRY(pv_alloc(&edge, most, sizeof *edge, "edges of outlines", err));
    PV_TRY(pv_alloc(&active, most, sizeof *active, "edges of outlines", err));
    PV_TRY(pv_alloc(&at, most, sizeof *at, "crossings", err));
    PV_TRY(pv_alloc(&spans, most, sizeof *spans, "crossings", err));
    for (size_t i = 0; i < n; i++) add_slopes(edge, &n_edges, &o[i], i);
    if (n_edges > 1) qsort(edge, n_edges, sizeof *edge, slopes_by_south);
    for (int line = 0; line < lines; line++) {
        double y = south + (north - south) * ((line + 0.5) / lines);
        size_t kept = 0;
        while (next < n_edges && edge[next].y0 <= y) active[n_active++] = edge[next++];
        for (size_t i = 0; i < n_active; i++)
            if (active[i].y1 > y) {
                active[kept] = active[i];
                at[kept++] = (crossing){crossed(&active[i], y), active[i].owner};
            }
        n_active = kept;
        if (kept > 0) measure_line(at, kept, spans, &sum, &joined);
    }
    *share = sum > 0 ? fmin(joined / sum, 1) : 1;
out:
    pv_free(edge);
    pv_free(active);
    pv_free(at);
    pv_free(spans);
    return st;
}
