#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/units_internal.h"

#include "base/banned.h"

struct pv_unit_grid {
    const pv_units *units;
    pv_transform *transform; /* own, or somebody else's */
    pv_transform *own;       /* NULL = not owned */
    double cell_m;
};

struct pv_unit_cells {
    double cell_m;
    pv_area *part; /* [n_parts] in the grid's CRS; owned */
    size_t n_parts;
    double y0, y1;
    /* Parts by height: those that meet slab s are slab_part[slab_start[s]] up to slab_start[s + 1]. */
    uint32_t n_slabs;
    double slab_height;
    size_t *slab_start;
    uint32_t *slab_part;
    pv_crossings crossings;
};

void pv_cell_intervals_release(pv_cell_intervals *r)
{
    pv_free(r->at);
    *r = (pv_cell_intervals){0};
}

void pv_unit_cells_free(pv_unit_cells *c)
{
    if (c == NULL) return;
    for (size_t i = 0; i < c->n_parts; i++) pv_area_release(&c->part[i]);
    pv_free(c->part);
    pv_free(c->slab_start);
    pv_free(c->slab_part);
    pv_crossings_release(&c->crossings);
    pv_free(c);
}

/* ---- outlines into the grid's CRS ---- */

enum { PV_MOST_PIECES = 1 << 20 };
static const double PV_PIECE_M = 200;

/* About; the same from both ends, because neighbours walk a common edge in opposite directions. */
static double pv_edge_m(pv_point a, pv_point b)
{
    const double degree_m = 111320, rad = 0.017453292519943295;
    double dx = (b.x - a.x) * cos((a.y + b.y) / 2 * rad), dy = b.y - a.y;
    return sqrt(dx * dx + dy * dy) * degree_m;
}

static int pv_comes_first(pv_point a, pv_point b)
{
    return a.y != b.y ? a.y < b.y : a.x < b.x;
}

static pv_status pv_project(pv_transform *t, pv_point p, pv_point *out, pv_err *err)
{
    *out = p;
    if (pv_transform_forward(t, &out->x, &out->y) && fabs(out->x) < 1e9 && fabs(out->y) < 1e9) return PV_OK;
    return pv_fail(err, PV_INPUT, "the place %.6f, %.6f has no image in the grid's coordinate reference system", p.x, p.y);
}

/* The points of one ring with its long edges divided, always counted from the end that comes first. */
static pv_status pv_ring_project(const pv_point *p, size_t n, pv_transform *t, pv_point **ring, size_t *cap, size_t *n_ring, pv_err *err)
{
    pv_status st = PV_OK;
    size_t used = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double pieces = fmin(fmax(ceil(pv_edge_m(p[i], p[i + 1]) / PV_PIECE_M), 1), PV_MOST_PIECES);
        int forward = pv_comes_first(p[i], p[i + 1]);
        pv_point a = forward ? p[i] : p[i + 1], b = forward ? p[i + 1] : p[i];
        size_t m = (size_t)pieces;
        PV_TRY(pv_grow(ring, cap, used + m + 1, sizeof **ring, "outline", err));
        for (size_t k = 0; k < m; k++) {
            double at = (double)(forward ? k : m - k) / pieces;
            pv_point q = k == 0 ? p[i] : (pv_point){a.x + (b.x - a.x) * at, a.y + (b.y - a.y) * at};
            PV_TRY(pv_project(t, q, &(*ring)[used], err));
            used++;
        }
    }
    *n_ring = used;
out:
    return st;
}

static pv_status pv_part_project(const pv_area *from, pv_transform *t, pv_area *to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_point *ring = NULL;
    size_t cap = 0, n = 0;
    for (size_t r = 0; r < from->n_rings; r++) {
        size_t first = r > 0 ? from->end[r - 1] : 0;
        PV_TRY(pv_ring_project(from->point + first, from->end[r] - first, t, &ring, &cap, &n, err));
        PV_TRY(pv_area_add_ring(to, ring, n, err));
    }
    PV_TRY(pv_area_ready(to, err));
out:
    pv_free(ring);
    return st;
}

/* ---- parts by height ---- */

enum { PV_MOST_SLABS = 4096 };

/* Rises with y. */
static uint32_t pv_part_slab(const pv_unit_cells *c, double y)
{
    double at = c->slab_height > 0 ? floor((y - c->y0) / c->slab_height) : 0;
    return at <= 0 ? 0 : at >= c->n_slabs - 1.0 ? c->n_slabs - 1 : (uint32_t)at;
}

static pv_status pv_part_slabs(pv_unit_cells *c, pv_err *err)
{
    pv_status st = PV_OK;
    c->n_slabs = (uint32_t)(c->n_parts < PV_MOST_SLABS ? c->n_parts : PV_MOST_SLABS);
    c->slab_height = (c->y1 - c->y0) / c->n_slabs;
    PV_TRY(pv_alloc(&c->slab_start, (size_t)c->n_slabs + 1, sizeof *c->slab_start, "cells of a unit", err));
    for (size_t k = 0; k < c->n_parts; k++)
        for (uint32_t s = pv_part_slab(c, c->part[k].y0); s <= pv_part_slab(c, c->part[k].y1); s++) c->slab_start[s + 1]++;
    for (uint32_t s = 0; s < c->n_slabs; s++) c->slab_start[s + 1] += c->slab_start[s];
    PV_TRY(pv_alloc(&c->slab_part, c->slab_start[c->n_slabs], sizeof *c->slab_part, "cells of a unit", err));
    for (size_t k = 0; k < c->n_parts; k++)
        for (uint32_t s = pv_part_slab(c, c->part[k].y0); s <= pv_part_slab(c, c->part[k].y1); s++) c->slab_part[c->slab_start[s]++] = (uint32_t)k;
    /* Entering moved every start to its end. */
    memmove(c->slab_start + 1, c->slab_start, c->n_slabs * sizeof *c->slab_start);
    c->slab_start[0] = 0;
out:
    return st;
}

/* ---- grids ---- */

void pv_unit_grid_free(pv_unit_grid *g)
{
    if (g == NULL) return;
    pv_transform_free(g->own);
    pv_free(g);
}

pv_status pv_unit_grid_on(pv_unit_grid **out, const pv_units *u, pv_transform *transform, double cell_m, pv_err *err)
{
    pv_unit_grid *g = NULL;
    if (!(cell_m >= 0.01 && cell_m <= 1e6)) return pv_fail(err, PV_BUG, "a cell of %g m", cell_m);
    pv_status st = pv_alloc(&g, 1, sizeof *g, "grid of units", err);
    if (st != PV_OK) return st;
    g->units = u;
    g->cell_m = cell_m;
    g->transform = transform;
    *out = g;
    return PV_OK;
}

pv_status pv_unit_grid_new(pv_unit_grid **out, const pv_units *u, const char *crs, double cell_m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_transform *t = NULL;
    const pv_units_facts *f = &u->facts;
    /* One operation for all units, or the two sides of a border would not fit. */
    double lon = f->used > 0 ? (f->west_deg + f->east_deg) / 2 : 105, lat = f->used > 0 ? (f->south_deg + f->north_deg) / 2 : 35;
    PV_TRY(pv_transform_new(&t, "OGC:CRS84", crs, lon, lat, err));
    PV_TRY(pv_unit_grid_on(out, u, t, cell_m, err));
    (*out)->own = t;
    t = NULL;
out:
    pv_transform_free(t);
    return st;
}

pv_status pv_unit_cells_new(pv_unit_cells **out, pv_unit_grid *grid, size_t unit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_cells *c = NULL;
    const pv_unit *of = pv_units_at(grid->units, unit);
    PV_TRY(pv_alloc(&c, 1, sizeof *c, "cells of a unit", err));
    c->cell_m = grid->cell_m;
    c->y0 = INFINITY;
    c->y1 = -INFINITY;
    PV_TRY(pv_alloc(&c->part, of->n_parts, sizeof *c->part, "cells of a unit", err));
    for (; c->n_parts < of->n_parts; c->n_parts++) {
        pv_area *part = &c->part[c->n_parts];
        st = pv_part_project(pv_unit_part(grid->units, unit, c->n_parts), grid->transform, part, err);
        if (st != PV_OK) {
            pv_area_release(part);
            goto out;
        }
        c->y0 = fmin(c->y0, part->y0);
        c->y1 = fmax(c->y1, part->y1);
    }
    PV_TRY(pv_part_slabs(c, err));
    *out = c;
    c = NULL;
out:
    pv_unit_cells_free(c);
    return pv_where(err, st, "%s", pv_unit_label(of));
}

/* ---- rows ---- */

/* The first cell whose centre is at v or beyond. */
static int64_t pv_first_cell(const pv_unit_cells *c, double v)
{
    return (int64_t)ceil(v / c->cell_m - 0.5);
}

void pv_unit_cells_rows(const pv_unit_cells *c, int64_t *j0, int64_t *j1)
{
    *j0 = *j1 = 0;
    if (!(c->y0 <= c->y1)) return;
    *j0 = pv_first_cell(c, c->y0) - 1;
    *j1 = pv_first_cell(c, c->y1) + 1;
}

static int pv_run_order(const void *a, const void *b)
{
    const pv_cell_interval *p = a, *q = b;
    if (p->i0 != q->i0) return p->i0 < q->i0 ? -1 : 1;
    return (p->i1 > q->i1) - (p->i1 < q->i1);
}

/* Parts may overlap or touch. */
static void pv_runs_join(pv_cell_intervals *r, int sort)
{
    size_t n = 0;
    if (sort && r->n > 1) qsort(r->at, r->n, sizeof *r->at, pv_run_order);
    for (size_t i = 0; i < r->n; i++) {
        if (n > 0 && r->at[i].i0 <= r->at[n - 1].i1)
            r->at[n - 1].i1 = r->at[i].i1 > r->at[n - 1].i1 ? r->at[i].i1 : r->at[n - 1].i1;
        else
            r->at[n++] = r->at[i];
    }
    r->n = n;
}

pv_status pv_unit_cells_row(pv_unit_cells *c, int64_t j, pv_cell_intervals *out, pv_err *err)
{
    pv_status st = PV_OK;
    double y = ((double)j + 0.5) * c->cell_m;
    out->n = 0;
    if (!(y >= c->y0 && y <= c->y1)) return PV_OK;
    uint32_t slab = pv_part_slab(c, y);
    for (size_t k = c->slab_start[slab]; k < c->slab_start[slab + 1]; k++) {
        const pv_area *part = &c->part[c->slab_part[k]];
        PV_TRY(pv_area_row(part, y, &c->crossings, err));
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + c->crossings.n / 2, sizeof *out->at, "cells of a unit", err));
        for (size_t i = 0; i + 1 < c->crossings.n; i += 2) {
            pv_cell_interval run = {pv_first_cell(c, c->crossings.at[i]), pv_first_cell(c, c->crossings.at[i + 1])};
            if (run.i0 < run.i1) out->at[out->n++] = run;
        }
    }
    pv_runs_join(out, c->n_parts > 1);
out:
    return st;
}
