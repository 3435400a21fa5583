#include "pipeline/ground_cells.h"

#include <math.h>

#include "base/mem.h"
#include "geo/cells_shape.h"

#include "base/banned.h"

enum { NODES = 17, CELLS_MOST = PV_CELL_MOST / 2 };

/* x = m[0] + m[1] i + m[2] j, y = m[3] + m[4] i + m[5] j */
typedef struct affine {
    double m[6];
} affine;

struct pv_ground_cells {
    pv_cell_grid grid;
    pv_place *place;
    const pv_work_grid *work;
    const double *gt;
    double cell_m, w_px, h_px; /* of the photo */
    int plain;                 /* grid and photo share their CRS */
    pv_cell_globe *globe;
    affine near;   /* from cells to photo pixels, about */
    double off_px; /* and by how much it is wrong at the most */
    pv_cells *cells;
};

static void apply(const affine *a, double i, double j, double *x, double *y)
{
    *x = a->m[0] + a->m[1] * i + a->m[2] * j;
    *y = a->m[3] + a->m[4] * i + a->m[5] * j;
}

/* The photo pixel of a cell's centre; 0 = it has none. */
static int pixel_of(pv_ground_cells *g, int32_t i, int32_t j, double *x, double *y)
{
    double lon = 0, lat = 0;
    if (g->plain) {
        *x = ((i + 0.5) * g->cell_m - g->gt[0]) / g->gt[1];
        *y = ((j + 0.5) * g->cell_m - g->gt[3]) / g->gt[5];
        return 1;
    }
    return pv_cell_globe_lonlat(g->globe, i + 0.5, j + 0.5, &lon, &lat, NULL) == PV_OK && pv_place_pixel(g->place, lon, lat, x, y);
}

static pv_status cell_of(pv_ground_cells *g, double x, double y, double *i, double *j, pv_err *err)
{
    double lon = 0, lat = 0;
    pv_status st = pv_place_lonlat(g->place, x, y, &lon, &lat, err);
    if (st != PV_OK) return st;
    /* A projection stretched too far still answers, but not with a place from which a way leads back. */
    double back_lon = 0, back_lat = 0;
    if (pv_cell_globe_cell(g->globe, lon, lat, i, j) && fabs(*i) < CELLS_MOST && fabs(*j) < CELLS_MOST &&
        pv_cell_globe_lonlat(g->globe, *i, *j, &back_lon, &back_lat, NULL) == PV_OK && fabs(remainder(back_lon - lon, 360)) < 1e-7 &&
        fabs(back_lat - lat) < 1e-7)
        return PV_OK;
    return pv_fail(err, PV_INPUT, "the photo's point %.7f, %.7f has no place in the grid of cells, EPSG:%d; choose one for this part of the Earth",
                   lon, lat, g->grid.epsg);
}

/* The plane through three points of the photo, and how far the map bends away from it: on a lattice, doubled, because it may bend a little more in between. */
static pv_status settle_near(pv_ground_cells *g, pv_err *err)
{
    pv_status st = PV_OK;
    double i0, j0, i1, j1, i2, j2, off = 0, w = g->w_px, h = g->h_px;
    PV_TRY(cell_of(g, 0, 0, &i0, &j0, err));
    PV_TRY(cell_of(g, w, 0, &i1, &j1, err));
    PV_TRY(cell_of(g, 0, h, &i2, &j2, err));
    double det = (i1 - i0) * (j2 - j0) - (i2 - i0) * (j1 - j0);
    if (!(fabs(det) > 0)) PV_TRY(pv_fail(err, PV_INPUT, "the photo has no extent in EPSG:%d", g->grid.epsg));
    double xi = w * (j2 - j0) / det, xj = -w * (i2 - i0) / det, yi = -h * (j1 - j0) / det, yj = h * (i1 - i0) / det;
    g->near = (affine){{-xi * i0 - xj * j0, xi, xj, -yi * i0 - yj * j0, yi, yj}};
    for (int v = 0; v < NODES; v++)
        for (int u = 0; u < NODES; u++) {
            double x = w * u / (NODES - 1), y = h * v / (NODES - 1), i, j, nx, ny;
            PV_TRY(cell_of(g, x, y, &i, &j, err));
            apply(&g->near, i, j, &nx, &ny);
            off = fmax(off, fmax(fabs(nx - x), fabs(ny - y)));
        }
    g->off_px = 2 * off + 2;
out:
    return st;
}

/* The same code may stand over other parameters: plain arithmetic only where it says what the transforms say. */
static int is_plain(pv_ground_cells *g, const pv_photo_facts *facts)
{
    static const double at[5][2] = {{0.5, 0.5}, {0, 0}, {1, 0}, {0, 1}, {1, 1}};
    if (facts->epsg != g->grid.epsg || g->gt[2] != 0 || g->gt[4] != 0 || !(g->gt[1] > 0) || !(g->gt[5] < 0)) return 0;
    for (int k = 0; k < 5; k++) {
        double x = at[k][0] * g->w_px, y = at[k][1] * g->h_px, i = 0, j = 0;
        if (cell_of(g, x, y, &i, &j, NULL) != PV_OK) return 0;
        if (fabs((i * g->cell_m - g->gt[0]) / g->gt[1] - x) > 0.01 || fabs((j * g->cell_m - g->gt[3]) / g->gt[5] - y) > 0.01) return 0;
    }
    return 1;
}

pv_status pv_ground_cells_new(pv_ground_cells **out, const pv_cell_grid *grid, pv_place *place, const pv_work_grid *work, const pv_photo_facts *facts,
                              pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_cells *g = NULL;
    double lon = 0, lat = 0, i = 0, j = 0;
    PV_TRY(pv_alloc(&g, 1, sizeof *g, "cells", err));
    g->place = place;
    g->work = work;
    g->gt = facts->geotransform;
    g->w_px = facts->width_px;
    g->h_px = facts->height_px;
    PV_TRY(pv_place_lonlat(place, g->w_px / 2, g->h_px / 2, &lon, &lat, err));
    g->grid = pv_cell_grid_at(lon, lat);
    if (grid->epsg != 0) g->grid = *grid;
    g->cell_m = pv_cell_grid_mm(&g->grid) / 1000.0;
    PV_TRY(pv_cell_grid_reaches(&g->grid, lon, lat, err));
    /* A first one from anywhere finds the cell, near which the other is chosen. */
    PV_TRY(pv_cell_globe_new(&g->globe, &g->grid, 0, 0, err));
    PV_TRY(cell_of(g, g->w_px / 2, g->h_px / 2, &i, &j, err));
    pv_cell_globe_free(g->globe);
    g->globe = NULL;
    PV_TRY(pv_cell_globe_new(&g->globe, &g->grid, (int32_t)i, (int32_t)j, err));
    PV_TRY(settle_near(g, err));
    g->plain = is_plain(g, facts);
    PV_TRY(pv_cells_new(&g->cells, &g->grid, err));
    *out = g;
    g = NULL;
out:
    pv_ground_cells_free(g);
    return st;
}

void pv_ground_cells_free(pv_ground_cells *g)
{
    if (g == NULL) return;
    pv_cell_globe_free(g->globe);
    pv_cells_free(g->cells);
    pv_free(g);
}

int64_t pv_ground_cells_bytes(const pv_cell_grid *grid, const pv_photo_facts *facts)
{
    enum { OPEN = 64 << 10, CLOSED = 4 << 10 };
    double side_m = fmax(facts->gsd_x_m * facts->width_px, facts->gsd_y_m * facts->height_px) * 1.5;
    int64_t across = (int64_t)(side_m / (grid->epsg != 0 ? grid->cell_m : 1) / PV_CELL_BLOCK) + 3;
    return across * 4 * OPEN + across * across * CLOSED;
}

/* ---- painting ---- */

/* The rows of cells that a band of photo rows may touch. */
static void rows_of_band(const pv_ground_cells *g, double top, double bottom, int32_t *from, int32_t *to)
{
    const double *m = g->near.m;
    double det = m[1] * m[5] - m[2] * m[4], least = INFINITY, most = -INFINITY;
    for (int k = 0; k < 4; k++) {
        double x = (k & 1 ? g->w_px + g->off_px : -g->off_px) - m[0], y = (k & 2 ? bottom : top) - m[3], j = (m[1] * y - m[4] * x) / det;
        least = fmin(least, j);
        most = fmax(most, j);
    }
    *from = (int32_t)floor(least) - 1;
    *to = (int32_t)ceil(most) + 1;
}

/* Narrows [*least, *most] to where lo <= at + slope i <= hi. */
static void narrow(double at, double slope, double lo, double hi, double *least, double *most)
{
    if (fabs(slope) < 1e-12) {
        if (at < lo - 1 || at > hi + 1) *most = -INFINITY;
        return;
    }
    double a = (lo - at) / slope, b = (hi - at) / slope;
    *least = fmax(*least, fmin(a, b));
    *most = fmin(*most, fmax(a, b));
}

/* The state of a cell by the rows at hand; PV_CELL_NONE: its centre lies elsewhere. */
static int state_of(pv_ground_cells *g, int32_t i, int32_t j, int y0, int n_rows, const uint8_t *state)
{
    const pv_work_grid *w = g->work;
    double x = 0, y = 0;
    if (!pixel_of(g, i, j, &x, &y) || !(x >= 0 && x < g->w_px && y >= 0 && y < g->h_px)) return PV_CELL_NONE;
    int row = (int)y / w->fy - y0;
    if (row < 0 || row >= n_rows) return PV_CELL_NONE;
    return state[(size_t)row * (size_t)w->w + (size_t)((int)x / w->fx)];
}

static pv_status paint_row(pv_ground_cells *g, int32_t j, double top, double bottom, int y0, int n_rows, const uint8_t *state, pv_err *err)
{
    pv_status st = PV_OK;
    const double *m = g->near.m;
    double least = -CELLS_MOST, most = CELLS_MOST;
    narrow(m[0] + m[1] * 0.5 + m[2] * (j + 0.5), m[1], -g->off_px, g->w_px + g->off_px, &least, &most);
    narrow(m[3] + m[4] * 0.5 + m[5] * (j + 0.5), m[4], top, bottom, &least, &most);
    if (!(most >= least)) return PV_OK;
    int32_t i1 = (int32_t)ceil(most) + 1, from = 0;
    int now = PV_CELL_NONE;
    for (int32_t i = (int32_t)floor(least) - 1; i <= i1 + 1; i++) {
        int next = i <= i1 ? state_of(g, i, j, y0, n_rows, state) : PV_CELL_NONE;
        if (next == now) continue;
        if (now != PV_CELL_NONE) PV_TRY(pv_cells_set(g->cells, j, from, i, now, err));
        now = next;
        from = i;
    }
out:
    return st;
}

pv_status pv_ground_cells_rows(pv_ground_cells *g, int y0, int n_rows, const uint8_t *state, pv_err *err)
{
    pv_status st = PV_OK;
    double top = y0 * (double)g->work->fy - g->off_px, bottom = ((double)y0 + n_rows) * g->work->fy + g->off_px;
    int32_t from = 0, to = 0;
    rows_of_band(g, top, bottom, &from, &to);
    for (int32_t j = from; j <= to; j++) PV_TRY(paint_row(g, j, top, bottom, y0, n_rows, state, err));
    PV_TRY(pv_cells_settle(g->cells, err));
out:
    return st;
}

pv_status pv_ground_cells_take(pv_ground_cells *g, pv_cells **out, pv_err *err)
{
    pv_status st = pv_cells_finish(g->cells, err);
    if (st != PV_OK) return st;
    *out = g->cells;
    g->cells = NULL;
    return PV_OK;
}
