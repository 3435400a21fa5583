#include "geo/cells_area.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/transform.h"
#include "geo/transform_kept.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK, KEPT = 1024 };

/* Area of a cell at a corner of blocks, m2. */
typedef struct corner {
    int32_t bx, by;
    int known;
    double m2;
} corner;

struct pv_cell_areas {
    pv_cell_grid grid;
    PJ_CONTEXT *ctx;
    PJ *projection;
    pv_transform *to_base;
    double degrees_per_unit;
    corner kept[KEPT];
    double m2[2][2]; /* [south, north][west, east] of the block */
};

/* proj_factors() of a CRS works its operation out anew for every place, which takes milliseconds; that of the bare projection does not. For transverse Mercator grids (Gauss-Kruger, UTM) both are the same; NULL for others. */
static PJ *projection_of(PJ_CONTEXT *ctx, const PJ *crs)
{
    char text[1024];
    const char *all = proj_as_proj_string(ctx, crs, PJ_PROJ_5, NULL);
    if (all == NULL || strlen(all) >= sizeof text || strstr(all, "+pm=") != NULL) return NULL;
    if (strstr(all, "+proj=tmerc ") == NULL && strstr(all, "+proj=utm ") == NULL) return NULL;
    (void)snprintf(text, sizeof text, "%s", all);
    char *type = strstr(text, "+type=crs");
    if (type != NULL) *type = '\0';
    return proj_create(ctx, text);
}

pv_status pv_cell_areas_new(pv_cell_areas **out, const pv_cell_grid *grid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_areas *a = NULL;
    pv_crs_facts crs = {0};
    PJ *as_defined = NULL;
    char code[32];
    PV_TRY(pv_cell_grid_check(grid, err));
    (void)snprintf(code, sizeof code, "EPSG:%d", grid->epsg);
    PV_TRY(pv_alloc(&a, 1, sizeof *a, "areas of cells", err));
    a->grid = *grid;
    PV_TRY(pv_proj_context(&a->ctx, err));
    PV_TRY(pv_proj_crs(a->ctx, code, &as_defined, err));
    a->projection = projection_of(a->ctx, as_defined);
    if (a->projection == NULL)
        a->projection = proj_normalize_for_visualization(a->ctx, as_defined); /* proj_factors() fails for a CRS whose first axis is northing */
    if (a->projection == NULL) PV_TRY(pv_fail(err, PV_NOMEM, "PROJ: no memory for %s", code));
    PV_TRY(pv_crs_facts_read(&crs, code, err));
    PV_TRY(pv_transform_new(&a->to_base, code, crs.geodetic_wkt, crs.false_easting_m, 0, err));
    a->degrees_per_unit = crs.degrees_per_unit;
    *out = a;
    a = NULL;
out:
    proj_destroy(as_defined);
    pv_crs_facts_release(&crs);
    pv_cell_areas_free(a);
    return st;
}

void pv_cell_areas_free(pv_cell_areas *a)
{
    if (a == NULL) return;
    pv_transform_free(a->to_base);
    proj_destroy(a->projection);
    if (a->ctx != NULL) proj_context_destroy(a->ctx);
    pv_free(a);
}

/* The south-west corner of block (bx, by). */
static pv_status corner_area(pv_cell_areas *a, int32_t bx, int32_t by, double *m2, pv_err *err)
{
    corner *k = &a->kept[((uint32_t)bx * 7 + (uint32_t)by) % KEPT];
    if (!k->known || k->bx != bx || k->by != by) {
        double c = pv_cell_grid_mm(&a->grid) / 1000.0, east = (double)bx * SIDE * c, north = (double)by * SIDE * c, lon = east, lat = north,
               scale = 0;
        if (pv_transform_forward(a->to_base, &lon, &lat)) {
            double radians = a->degrees_per_unit * acos(-1.0) / 180;
            scale = proj_factors(a->projection, proj_coord(lon * radians, lat * radians, 0, 0)).areal_scale;
        }
        if (!isfinite(scale) || scale < 0.01 || scale > 100) {
            (void)proj_errno_reset(a->projection);
            return pv_fail(err, PV_INPUT, "the point %.0f, %.0f has no place on the Earth in EPSG:%d", east, north, a->grid.epsg);
        }
        *k = (corner){bx, by, 1, c * c / scale};
    }
    *m2 = k->m2;
    return PV_OK;
}

pv_status pv_cell_areas_aim(pv_cell_areas *a, int32_t bx, int32_t by, pv_err *err)
{
    pv_status st = PV_OK;
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 2; x++) PV_TRY(corner_area(a, bx + x, by + y, &a->m2[y][x], err));
out:
    return st;
}

int64_t pv_cell_run_e6(const pv_cell_areas *a, int y, int x0, int x1)
{
    double t = (y + 0.5) / SIDE, west = a->m2[0][0] + (a->m2[1][0] - a->m2[0][0]) * t, east = a->m2[0][1] + (a->m2[1][1] - a->m2[0][1]) * t;
    double to0 = west * x0 + (east - west) * x0 * x0 / (2.0 * SIDE), to1 = west * x1 + (east - west) * x1 * x1 / (2.0 * SIDE);
    return llround(to1 * 1e6) - llround(to0 * 1e6);
}

pv_status pv_cells_area_e6(pv_cell_areas *a, const pv_cells *cells, int64_t sum[PV_CELL_STATES], pv_err *err)
{
    pv_status st = PV_OK;
    for (int k = 0; k < PV_CELL_STATES; k++) sum[k] = 0;
    for (size_t k = 0; k < pv_cells_blocks(cells); k++) {
        pv_cell_block b = pv_cells_block(cells, k);
        PV_TRY(pv_cell_areas_aim(a, b.bx, b.by, err));
        for (int y = 0; y < SIDE; y++)
            for (uint32_t r = b.row[y]; r < b.row[y + 1]; r++) sum[b.run[r].state] += pv_cell_run_e6(a, y, b.run[r].x0, b.run[r].x1);
    }
out:
    return st;
}
