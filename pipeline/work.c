#include "pipeline/work.h"

#include <math.h>

#include "base/banned.h"

enum { MAX_FACTOR = 255 };

static int factor_of(double photo_m, double gsd_m)
{
    double f = gsd_m > 0.0 ? floor(gsd_m / photo_m + 0.25) : 1.0;
    return f < 1.0 ? 1 : f > MAX_FACTOR ? MAX_FACTOR + 1 : (int)f;
}

static int is_coarse(const pv_photo_facts *facts, double gsd_m)
{
    return gsd_m > 0.0 && (facts->gsd_x_m > 1.5 * gsd_m || facts->gsd_y_m > 1.5 * gsd_m);
}

pv_status pv_work_grid_of(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, pv_err *err)
{
    pv_work_grid grid = {0};
    int coarse = 0;
    pv_status st = pv_work_grid_any(&grid, facts, gsd_m, &coarse, err);
    if (st != PV_OK) return st;
    if (coarse)
        return pv_fail(
            err, PV_MODEL,
            "the photo is too coarse: its pixels are %.3g x %.3g m and the model was made for %.3g m (up to %.3g m works); fly lower or use a "
            "model for coarser photos; `papaver scan --allow-coarse` looks for large patches all the same",
            facts->gsd_x_m, facts->gsd_y_m, gsd_m, 1.5 * gsd_m);
    *out = grid;
    return PV_OK;
}

pv_status pv_work_grid_any(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, int *coarse, pv_err *err)
{
    double x = facts->gsd_x_m, y = facts->gsd_y_m;
    if (!(isfinite(gsd_m) && gsd_m >= 0.0)) return pv_fail(err, PV_MODEL, "a working pixel of %g m is not possible", gsd_m);
    if (!(isfinite(x) && isfinite(y) && x > 0.0 && y > 0.0))
        return pv_fail(err, PV_INPUT, "the ground size of the photo's pixels is not known: give the photo a CRS and a geotransform");
    int fx = factor_of(x, gsd_m), fy = factor_of(y, gsd_m);
    if (fx > MAX_FACTOR || fy > MAX_FACTOR)
        return pv_fail(err, PV_MODEL, "the photo's pixels of %.3g x %.3g m are more than %d times finer than the model's %.3g m", x, y, MAX_FACTOR,
                       gsd_m);
    int w = facts->width_px / fx + (facts->width_px % fx != 0), h = facts->height_px / fy + (facts->height_px % fy != 0);
    *coarse = is_coarse(facts, gsd_m);
    *out = (pv_work_grid){fx, fy, w, h, x * fx, y * fy};
    return PV_OK;
}

pv_rect pv_work_cells(const pv_work_grid *grid, pv_rect rect)
{
    return (pv_rect){rect.x * grid->fx, rect.y * grid->fy, rect.w * grid->fx, rect.h * grid->fy};
}
