/* What the two fuzz targets of boundaries ask of units: a point in a unit is found by asking every part, a plot round it finds at least the same units, cells of rows rise
 * and stay apart. */
#ifndef PV_FUZZ_UNITS_CHECK_H
#define PV_FUZZ_UNITS_CHECK_H

#include <math.h>
#include <stdlib.h>

#include "geo/units_internal.h"

#include "base/banned.h"

static int has(const pv_unit_hits *h, size_t unit)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->at[i].unit == unit) return 1;
    return 0;
}

static void check_point(const pv_units *u, double x, double y)
{
    pv_unit_hits at = {0}, around = {0};
    pv_unit_place place;
    pv_area plot = {0};
    const pv_point ring[] = {{x - 1e-3, y - 1e-3}, {x + 1e-3, y - 1e-3}, {x + 1e-3, y + 1e-3}, {x - 1e-3, y + 1e-3}};
    if (pv_units_at_point(u, x, y, &at, NULL) != PV_OK) abort();
    for (size_t i = 0; i < pv_units_count(u); i++) {
        int holds = 0;
        for (size_t k = 0; k < pv_units_at(u, i)->n_parts; k++) holds |= pv_area_side(pv_unit_part(u, i, k), x, y) >= 0;
        if (holds != has(&at, i)) abort();
    }
    if (pv_area_add_ring(&plot, ring, 4, NULL) != PV_OK || pv_area_ready(&plot, NULL) != PV_OK) abort();
    if (pv_units_at_plot(u, &plot, &around, NULL) != PV_OK) abort();
    for (size_t i = 0; i < at.n; i++)
        if (!has(&around, at.at[i].unit)) abort();
    for (size_t i = 0; i < around.n; i++)
        if (!(around.at[i].share >= 0 && around.at[i].share <= 1)) abort();
    pv_units_describe(u, &around, &place);
    if (place.outside != (around.n == 0)) abort();
    pv_area_release(&plot);
    pv_unit_hits_release(&at);
    pv_unit_hits_release(&around);
}

/* Small units round 0, 0, whose grid needs few points. */
static void check_cells(const pv_units *u, size_t unit)
{
    static pv_transform *to_grid;
    pv_unit_grid *grid = NULL;
    pv_unit_cells *c = NULL;
    pv_cell_intervals runs = {0};
    int64_t j0, j1;
    const pv_unit *at = pv_units_at(u, unit);
    if (!(fabs(at->x0) < 0.1 && fabs(at->x1) < 0.1 && fabs(at->y0) < 0.1 && fabs(at->y1) < 0.1)) return;
    if (to_grid == NULL && pv_transform_new(&to_grid, "OGC:CRS84", "EPSG:32631", 0, 0, NULL) != PV_OK) abort();
    if (pv_unit_grid_on(&grid, u, to_grid, 250, NULL) != PV_OK) abort();
    if (pv_unit_cells_new(&c, grid, unit, NULL) != PV_OK) abort();
    pv_unit_grid_free(grid);
    pv_unit_cells_rows(c, &j0, &j1);
    if (j1 - j0 > 200) abort();
    for (int64_t j = j0; j < j1; j++) {
        if (pv_unit_cells_row(c, j, &runs, NULL) != PV_OK) abort();
        for (size_t i = 0; i < runs.n; i++)
            if (runs.at[i].i0 >= runs.at[i].i1 || (i > 0 && runs.at[i].i0 < runs.at[i - 1].i1)) abort();
    }
    pv_cell_intervals_release(&runs);
    pv_unit_cells_free(c);
}

static void check_units(pv_units *u, int most)
{
    if (pv_units_ready(u, NULL) != PV_OK) abort();
    for (size_t i = 0; i < pv_units_count(u) && i < (size_t)most; i++) {
        const pv_area *a = pv_unit_part(u, i, 0);
        check_point(u, a->point[0].x, a->point[0].y);
        check_point(u, (a->x0 + a->x1) / 2, (a->y0 + a->y1) / 2);
        check_cells(u, i);
    }
}

#endif
