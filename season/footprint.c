#include "season/footprint.h"

#include <stdlib.h>

#include "base/mem.h"
#include "geo/cells_shape.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

typedef struct corner {
    int32_t x, y;
} corner;

typedef struct corners {
    size_t n, cap;
    corner *at;
} corners;

static pv_status add(corners *c, int32_t x, int32_t y, pv_err *err)
{
    pv_status st = pv_grow(&c->at, &c->cap, c->n + 1, sizeof *c->at, "footprint", err);
    if (st == PV_OK) c->at[c->n++] = (corner){x, y};
    return st;
}

/* The four corners of the first and last cell of every row of a block. */
static pv_status add_block(corners *c, const pv_cell_block *b, pv_err *err)
{
    pv_status st = PV_OK;
    for (int y = 0; y < PV_CELL_BLOCK; y++) {
        if (b->row[y] == b->row[y + 1]) continue;
        int32_t west = b->bx * PV_CELL_BLOCK + b->run[b->row[y]].x0, east = b->bx * PV_CELL_BLOCK + b->run[b->row[y + 1] - 1].x1,
                south = b->by * PV_CELL_BLOCK + y;
        PV_TRY(add(c, west, south, err));
        PV_TRY(add(c, west, south + 1, err));
        PV_TRY(add(c, east, south, err));
        PV_TRY(add(c, east, south + 1, err));
    }
out:
    return st;
}

static int by_place(const void *a, const void *b)
{
    const corner *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/* Twice the area of a triangle, positive when it turns left. */
static int64_t turn(const corner *a, const corner *b, const corner *c)
{
    return ((int64_t)b->x - a->x) * ((int64_t)c->y - a->y) - ((int64_t)b->y - a->y) * ((int64_t)c->x - a->x);
}

/* Andrew's monotone chain over sorted corners; hull has room for all of them and one more. Counter-clockwise, the first corner once more at the end. */
static size_t hull_of(const corners *c, corner *hull)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        while (n >= 2 && turn(&hull[n - 2], &hull[n - 1], &c->at[i]) <= 0) n--;
        hull[n++] = c->at[i];
    }
    for (size_t i = c->n - 1, lower = n + 1; i-- > 0;) {
        while (n >= lower && turn(&hull[n - 2], &hull[n - 1], &c->at[i]) <= 0) n--;
        hull[n++] = c->at[i];
    }
    return n;
}

static pv_status print(pv_text *out, const pv_cells *cells, const corner *hull, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_grid grid = pv_cells_grid(cells);
    pv_cell_globe *globe = NULL;
    double(*lonlat)[2] = NULL;
    PV_TRY(pv_cell_globe_new(&globe, &grid, hull[0].x, hull[0].y, err));
    PV_TRY(pv_alloc(&lonlat, n, sizeof *lonlat, "footprint", err));
    for (size_t i = 0; i < n; i++) PV_TRY(pv_cell_globe_lonlat(globe, hull[i].x, hull[i].y, &lonlat[i][0], &lonlat[i][1], err));
    PV_TRY(pv_geom_ring(out, n, (const double(*)[2])lonlat, err));
out:
    pv_cell_globe_free(globe);
    pv_free(lonlat);
    return st;
}

pv_status pv_footprint(pv_text *out, const pv_cells *cells, pv_err *err)
{
    pv_status st = PV_OK;
    corners c = {.n = 0};
    corner *hull = NULL;
    pv_text_reset(out);
    for (size_t k = 0; k < pv_cells_blocks(cells); k++) {
        pv_cell_block b = pv_cells_block(cells, k);
        PV_TRY(add_block(&c, &b, err));
    }
    if (c.n == 0) goto out;
    qsort(c.at, c.n, sizeof *c.at, by_place);
    PV_TRY(pv_alloc(&hull, c.n + 2, sizeof *hull, "footprint", err));
    PV_TRY(print(out, cells, hull, hull_of(&c, hull), err));
out:
    pv_free(c.at);
    pv_free(hull);
    return st;
}
