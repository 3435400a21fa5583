#include "geo/transform.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/transform_kept.h"

#include "base/banned.h"

struct pv_transform {
    PJ_CONTEXT *ctx;
    PJ *op;
    int guess;
};

void pv_transform_free(pv_transform *t)
{
    if (t == NULL) return;
    proj_destroy(t->op);
    if (t->ctx != NULL) proj_context_destroy(t->ctx);
    pv_free(t);
}

static int pv_transform_run(pv_transform *t, PJ_DIRECTION way, double *x, double *y)
{
    proj_errno_reset(t->op);
    PJ_COORD c = proj_trans(t->op, way, proj_coord(*x, *y, 0, HUGE_VAL));
    if (proj_errno(t->op) != 0 || !isfinite(c.xy.x) || !isfinite(c.xy.y)) return 0;
    *x = c.xy.x;
    *y = c.xy.y;
    return 1;
}

int pv_transform_forward(pv_transform *t, double *x, double *y)
{
    return pv_transform_run(t, PJ_FWD, x, y);
}

int pv_transform_inverse(pv_transform *t, double *x, double *y)
{
    return pv_transform_run(t, PJ_INV, x, y);
}

int pv_transform_is_guess(const pv_transform *t)
{
    return t->guess;
}

pv_status pv_transform_new(pv_transform **out, const char *src_crs, const char *dst_crs, double at_x, double at_y, pv_err *err)
{
    pv_status st = PV_OK;
    pv_transform *t = NULL;
    PV_TRY(pv_alloc(&t, 1, sizeof *t, "transform", err));
    PV_TRY(pv_proj_context(&t->ctx, err));
    PV_TRY(pv_kept_operation(t->ctx, src_crs, dst_crs, at_x, at_y, &t->op, err));
    t->guess = proj_coordoperation_has_ballpark_transformation(t->ctx, t->op) == 1;
    *out = t;
    t = NULL;
out:
    pv_transform_free(t);
    return st;
}

/* ---- what a CRS is made of ---- */

void pv_crs_facts_release(pv_crs_facts *f)
{
    pv_free(f->geodetic_wkt);
    *f = (pv_crs_facts){0};
}

static void pv_name_copy(char *out, size_t size, const PJ *object)
{
    const char *name = object != NULL ? proj_get_name(object) : NULL;
    (void)snprintf(out, size, "%s", name != NULL ? name : "");
}

/* The horizontal CRS inside a compound or bound one; *crs is replaced. */
static void pv_crs_horizontal(PJ_CONTEXT *ctx, PJ **crs)
{
    for (int depth = 0; depth < 4; depth++) {
        PJ *inner = NULL;
        PJ_TYPE type = proj_get_type(*crs);
        if (type == PJ_TYPE_COMPOUND_CRS) inner = proj_crs_get_sub_crs(ctx, *crs, 0);
        if (type == PJ_TYPE_BOUND_CRS) inner = proj_get_source_crs(ctx, *crs);
        if (inner == NULL) return;
        proj_destroy(*crs);
        *crs = inner;
    }
}

static double pv_crs_unit(PJ_CONTEXT *ctx, const PJ *crs)
{
    double factor = 0;
    PJ *cs = proj_crs_get_coordinate_system(ctx, crs);
    if (cs == NULL || !proj_cs_get_axis_info(ctx, cs, 0, NULL, NULL, NULL, &factor, NULL, NULL, NULL)) factor = 0;
    proj_destroy(cs);
    return factor;
}

static double pv_param(PJ_CONTEXT *ctx, const PJ *op, const char *name)
{
    double value = 0, factor = 1;
    int i = proj_coordoperation_get_param_index(ctx, op, name);
    if (i < 0 || !proj_coordoperation_get_param(ctx, op, i, NULL, NULL, NULL, &value, NULL, &factor, NULL, NULL, NULL, NULL)) return 0;
    return value * factor;
}

static void pv_crs_method(PJ_CONTEXT *ctx, const PJ *crs, pv_crs_facts *f)
{
    const char *method = NULL;
    PJ *op = proj_crs_get_coordoperation(ctx, crs);
    if (op == NULL) return;
    if (proj_coordoperation_get_method_info(ctx, op, &method, NULL, NULL) && method != NULL && strcmp(method, "Transverse Mercator") == 0) {
        f->is_tmerc = 1;
        f->central_deg = pv_param(ctx, op, "Longitude of natural origin") * 180 / acos(-1.0);
        f->false_easting_m = pv_param(ctx, op, "False easting");
    }
    proj_destroy(op);
}

static pv_status pv_crs_geodetic(PJ_CONTEXT *ctx, const PJ *crs, pv_crs_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    double inverse_f = 0;
    PJ *base = proj_crs_get_geodetic_crs(ctx, crs), *ellipsoid = NULL, *datum = NULL;
    const char *wkt = NULL;
    if (base != NULL) wkt = proj_as_wkt(ctx, base, PJ_WKT2_2019, NULL);
    ellipsoid = proj_get_ellipsoid(ctx, crs);
    if (wkt == NULL || ellipsoid == NULL || !proj_ellipsoid_get_parameters(ctx, ellipsoid, &f->a_m, NULL, NULL, &inverse_f))
        PV_TRY(pv_fail(err, PV_INPUT, "the coordinate reference system '%s' has no place on the Earth", f->name));
    f->f = inverse_f > 0 ? 1 / inverse_f : 0;
    f->degrees_per_unit = pv_crs_unit(ctx, base) * 180 / acos(-1.0);
    datum = proj_crs_get_datum_forced(ctx, base);
    pv_name_copy(f->datum_name, sizeof f->datum_name, datum);
    PV_TRY(pv_strdup(&f->geodetic_wkt, wkt, err));
out:
    proj_destroy(datum);
    proj_destroy(ellipsoid);
    proj_destroy(base);
    return st;
}

pv_status pv_crs_facts_read(pv_crs_facts *out, const char *crs_wkt, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crs_facts f = {0};
    int starved = 0;
    PJ_CONTEXT *ctx = NULL;
    PJ *crs = NULL;
    PV_TRY(pv_proj_context(&ctx, err));
    pv_proj_listen(ctx, &starved);
    PV_TRY(pv_proj_crs(ctx, crs_wkt, &crs, err));
    pv_crs_horizontal(ctx, &crs);
    pv_name_copy(f.name, sizeof f.name, crs);
    PJ_TYPE type = proj_get_type(crs);
    f.is_geographic = type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
    if (!f.is_geographic && type != PJ_TYPE_PROJECTED_CRS)
        PV_TRY(pv_fail(err, PV_INPUT,
                       "the coordinate reference system '%s' is neither geographic nor projected; assign the right one (gdal_edit.py -a_srs)",
                       f.name));
    PV_TRY(pv_crs_geodetic(ctx, crs, &f, err));
    if (!f.is_geographic) {
        f.metres_per_unit = pv_crs_unit(ctx, crs);
        pv_crs_method(ctx, crs, &f);
    }
    if (!proj_get_area_of_use(ctx, crs, &f.west, &f.south, &f.east, &f.north, NULL) || f.west < -360 || f.east > 360)
        f.west = f.south = f.east = f.north = 0;
    PV_TRY(pv_proj_verdict(ctx, PV_OK, starved, err));
    *out = f;
    f = (pv_crs_facts){0};
out:
    if (st != PV_OK) st = pv_proj_verdict(ctx, st, starved, err);
    proj_destroy(crs);
    if (ctx != NULL) proj_context_destroy(ctx);
    pv_crs_facts_release(&f);
    return st;
}
