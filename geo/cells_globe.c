/* Corners of cells on the Earth. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_shape.h"
#include "geo/transform.h"

#include "base/banned.h"

/* A chord of so many metres leaves the projection's line by less than a millimetre. */
static const double STEP_M = 200;

struct pv_cell_globe {
    pv_cell_grid grid;
    double cell_m;
    pv_transform *to_wgs84;
};

pv_status pv_cell_globe_new(pv_cell_globe **out, const pv_cell_grid *grid, int32_t near_i, int32_t near_j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_globe *g = NULL;
    char code[32];
    PV_TRY(pv_cell_grid_check(grid, err));
    (void)snprintf(code, sizeof code, "EPSG:%d", grid->epsg);
    PV_TRY(pv_alloc(&g, 1, sizeof *g, "place of cells", err));
    g->grid = *grid;
    g->cell_m = pv_cell_grid_mm(grid) / 1000.0;
    PV_TRY(pv_transform_new(&g->to_wgs84, code, "EPSG:4326", near_i * g->cell_m, near_j * g->cell_m, err));
    *out = g;
    g = NULL;
out:
    pv_cell_globe_free(g);
    return st;
}

void pv_cell_globe_free(pv_cell_globe *g)
{
    if (g == NULL) return;
    pv_transform_free(g->to_wgs84);
    pv_free(g);
}

pv_status pv_cell_globe_lonlat(pv_cell_globe *g, double i, double j, double *lon_deg, double *lat_deg, pv_err *err)
{
    double x = i * g->cell_m, y = j * g->cell_m;
    if (!pv_transform_forward(g->to_wgs84, &x, &y) || fabs(y) > 90)
        return pv_fail(err, PV_INPUT, "the point %.1f, %.1f has no place on the Earth in EPSG:%d", i * g->cell_m, j * g->cell_m, g->grid.epsg);
    *lon_deg = remainder(x, 360);
    *lat_deg = y;
    return PV_OK;
}

int pv_cell_globe_cell(pv_cell_globe *g, double lon_deg, double lat_deg, double *i, double *j)
{
    double x = lon_deg, y = lat_deg;
    if (!pv_transform_inverse(g->to_wgs84, &x, &y)) return 0;
    *i = x / g->cell_m;
    *j = y / g->cell_m;
    return 1;
}

/* The next multiple of step after x towards `to`, but not beyond it. */
static int32_t next_stop(int32_t x, int32_t to, int32_t step)
{
    int32_t below = x - ((x % step) + step) % step, stop = to > x ? below + step : below == x ? x - step : below;
    return to > x ? (stop < to ? stop : to) : stop > to ? stop : to;
}

pv_status pv_cell_ring_wgs84(const pv_cell_shape *s, size_t ring, pv_cell_globe *g, double (**lonlat)[2], size_t *cap, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t first = s->ring[ring], points = s->ring[ring + 1] - first, used = 0;
    int32_t step = (int32_t)(STEP_M / g->cell_m);
    for (size_t k = 0; k < points; k++) {
        const int32_t *q = s->point[first + (k + 1) % points];
        int32_t at[2] = {s->point[first + k][0], s->point[first + k][1]};
        while (at[0] != q[0] || at[1] != q[1]) {
            PV_TRY(pv_grow(lonlat, cap, used + 2, sizeof **lonlat, "outline of cells", err));
            PV_TRY(pv_cell_globe_lonlat(g, at[0], at[1], &(*lonlat)[used][0], &(*lonlat)[used][1], err));
            used++;
            int axis = at[0] == q[0];
            at[axis] = next_stop(at[axis], q[axis], step);
        }
    }
    if (used > 0) memcpy((*lonlat)[used], (*lonlat)[0], sizeof **lonlat);
    *n = used > 0 ? used + 1 : 0;
out:
    return st;
}
