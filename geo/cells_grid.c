#include <math.h>
#include <stdio.h>
#include <string.h>

#include "geo/cells.h"
#include "geo/transform.h"

#include "base/banned.h"

int pv_cell_grid_mm(const pv_cell_grid *grid)
{
    return (int)lround(grid->cell_m * 1000);
}

int pv_cell_grid_equal(const pv_cell_grid *a, const pv_cell_grid *b)
{
    return a->epsg == b->epsg && pv_cell_grid_mm(a) == pv_cell_grid_mm(b);
}

pv_cell_grid pv_cell_grid_at(double lon_deg, double lat_deg)
{
    enum { GAUSS_75 = 4534, UTM_NORTH = 32600, UTM_SOUTH = 32700 };
    if (lon_deg >= 73.5 && lon_deg <= 136.5 && lat_deg >= 3 && lat_deg <= 54) {
        int zone = (int)fmin(fmax(floor((lon_deg - 73.5) / 3), 0), 20);
        return (pv_cell_grid){GAUSS_75 + zone, 1};
    }
    int zone = (int)fmin(fmax(floor((lon_deg + 180) / 6), 0), 59) + 1;
    return (pv_cell_grid){(lat_deg < 0 ? UTM_SOUTH : UTM_NORTH) + zone, 1};
}

pv_status pv_cell_grid_parse(pv_cell_grid *out, const char *text, pv_err *err)
{
    char code[16] = "";
    int64_t epsg = 0;
    double cell_m = 1;
    const char *at = strncmp(text, "EPSG:", 5) == 0 || strncmp(text, "epsg:", 5) == 0 ? text + 5 : text, *comma = strchr(at, ',');
    size_t n = comma != NULL ? (size_t)(comma - at) : strlen(at);
    (void)snprintf(code, sizeof code, "%.*s", (int)(n < sizeof code ? n : sizeof code - 1), at);
    if (n >= sizeof code || !pv_parse_int(code, 1024, 999999, &epsg) ||
        (comma != NULL && !pv_parse_real(comma + 1, PV_CELL_MM_LEAST / 1000.0, PV_CELL_MM_MOST / 1000.0, &cell_m)))
        return pv_fail(err, PV_USAGE, "'%.60s' is no grid: give EPSG or EPSG,CELL_M, as 4544 or 4544,0.5 (0.1 to 20 m)", text);
    if (fabs(cell_m * 1000 - round(cell_m * 1000)) > 1e-6) return pv_fail(err, PV_USAGE, "'%.60s': a cell is a whole number of millimetres", text);
    *out = (pv_cell_grid){(int)epsg, round(cell_m * 1000) / 1000};
    return PV_OK;
}

pv_status pv_cell_grid_check(const pv_cell_grid *grid, pv_err *err)
{
    pv_crs_facts crs = {0};
    char code[32];
    int mm = pv_cell_grid_mm(grid);
    if (mm < PV_CELL_MM_LEAST || mm > PV_CELL_MM_MOST) return pv_fail(err, PV_INPUT, "cells of %g m: 0.1 to 20 m are possible", grid->cell_m);
    (void)snprintf(code, sizeof code, "EPSG:%d", grid->epsg);
    pv_status st = pv_where(err, pv_crs_facts_read(&crs, code, err), "%s", code);
    if (st == PV_OK && (crs.is_geographic || fabs(crs.metres_per_unit - 1) > 1e-9))
        st = pv_fail(err, PV_INPUT, "%s ('%s') is not in metres; cells want a projected CRS in metres, as 4534 to 4554 (CGCS2000, Gauss-Kruger)",
                     code, crs.name);
    pv_crs_facts_release(&crs);
    return st;
}

pv_status pv_cell_grid_reaches(const pv_cell_grid *grid, double lon_deg, double lat_deg, pv_err *err)
{
    static const double MARGIN = 10;
    pv_crs_facts crs = {0};
    char code[32];
    (void)snprintf(code, sizeof code, "EPSG:%d", grid->epsg);
    pv_status st = pv_where(err, pv_crs_facts_read(&crs, code, err), "%s", code);
    if (st == PV_OK && crs.west != crs.east) {
        double width = crs.east < crs.west ? crs.east + 360 - crs.west : crs.east - crs.west;
        double off = fabs(remainder(lon_deg - (crs.west + width / 2), 360)) - width / 2;
        if (off > MARGIN || lat_deg > crs.north + MARGIN || lat_deg < crs.south - MARGIN)
            st =
                pv_fail(err, PV_INPUT, "the photo at %.4f, %.4f lies far from the grid of cells, %s ('%s'); choose a grid for this part of the Earth",
                        lon_deg, lat_deg, code, crs.name);
    }
    pv_crs_facts_release(&crs);
    return st;
}
