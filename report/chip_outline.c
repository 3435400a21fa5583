/* Which piece of a photo shows a hotspot. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "report/chip.h"

#include "base/banned.h"

void pv_chip_outline_release(pv_chip_outline *o)
{
    pv_free(o->xy);
    pv_free(o->end);
    *o = (pv_chip_outline){0};
}

static pv_status add_ring(pv_chip_outline *o, const pv_json *j, pv_json_ref ring, pv_place *place, pv_err *err)
{
    pv_status st = PV_OK;
    for (pv_json_ref p = pv_json_first(j, ring); p >= 0; p = pv_json_after(j, ring, p)) {
        pv_json_ref lon_ref = pv_json_first(j, p);
        double lon = 0, lat = 0, x = 0, y = 0;
        if (lon_ref < 0 || !pv_json_real(j, lon_ref, -360, 360, &lon) || !pv_json_real(j, pv_json_after(j, p, lon_ref), -90, 90, &lat)) continue;
        if (!pv_place_pixel(place, lon, lat, &x, &y)) continue;
        PV_TRY(pv_grow(&o->xy, &o->cap, 2 * (o->n + 1), sizeof *o->xy, "outline", err));
        o->xy[2 * o->n] = x;
        o->xy[2 * o->n + 1] = y;
        o->n++;
        o->box[0] = fmin(o->box[0], x);
        o->box[1] = fmin(o->box[1], y);
        o->box[2] = fmax(o->box[2], x);
        o->box[3] = fmax(o->box[3], y);
    }
    PV_TRY(pv_grow(&o->end, &o->cap_rings, o->n_rings + 1, sizeof *o->end, "outline", err));
    o->end[o->n_rings++] = o->n;
out:
    return st;
}

static pv_status add_polygon(pv_chip_outline *o, const pv_json *j, pv_json_ref rings, pv_place *place, pv_err *err)
{
    pv_status st = PV_OK;
    for (pv_json_ref r = pv_json_first(j, rings); r >= 0 && st == PV_OK; r = pv_json_after(j, rings, r)) st = add_ring(o, j, r, place, err);
    return st;
}

pv_status pv_chip_outline_read(pv_chip_outline *out, const char *feature, pv_place *place, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {0};
    pv_chip_outline o = {.box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL}};
    char type[32] = "";
    double lon = 0, lat = 0;
    PV_TRY(pv_json_parse(&j, feature, strlen(feature), -1, err));
    pv_json_ref geometry = pv_json_member(&j, 0, "geometry"), parts = pv_json_member(&j, geometry, "coordinates");
    pv_json_ref properties = pv_json_member(&j, 0, "properties");
    int ok = pv_json_copy(&j, pv_json_member(&j, geometry, "type"), type, sizeof type) &&
             pv_json_real(&j, pv_json_member(&j, properties, "lon"), -180, 180, &lon) &&
             pv_json_real(&j, pv_json_member(&j, properties, "lat"), -90, 90, &lat) && pv_place_pixel(place, lon, lat, &o.point[0], &o.point[1]);
    if (ok && strcmp(type, "Polygon") == 0) PV_TRY(add_polygon(&o, &j, parts, place, err));
    if (ok && strcmp(type, "MultiPolygon") == 0)
        for (pv_json_ref p = pv_json_first(&j, parts); p >= 0; p = pv_json_after(&j, parts, p)) PV_TRY(add_polygon(&o, &j, p, place, err));
    if (o.n == 0) PV_TRY(pv_fail(err, PV_BUG, "a hotspot has no outline"));
    *out = o;
    o = (pv_chip_outline){0};
out:
    pv_json_release(&j);
    pv_chip_outline_release(&o);
    return st;
}

/* Along one axis: where a piece of `side` pixels begins, in whole working pixels of f, inside of `all` pixels when it fits. */
static int begin_at(double middle, int side, int f, int all)
{
    int inside = (all - side) / f * f, at = (int)floor((middle - side / 2.0) / f + 0.5) * f;
    if (inside < 0) return (int)floor((all - side) / 2.0 / f + 0.5) * f;
    return pv_min(pv_max(at, 0), inside);
}

/* Pixels of `ground_m` along one axis, whole working pixels. */
static int side_px(double ground_m, double gsd_m, int f)
{
    int most = pv_max(PV_CHIP_MOST_PX / f, 1);
    double cells = gsd_m > 0 ? ceil(ground_m / (gsd_m * f) - 1e-9) : most;
    return (int)fmin(fmax(cells, 1), most) * f;
}

pv_rect pv_chip_rect(const pv_photo_facts *facts, const pv_chip_outline *o, int fx, int fy, int *whole)
{
    const double *b = o->box;
    double extent = fmax((b[2] - b[0]) * facts->gsd_x_m, (b[3] - b[1]) * facts->gsd_y_m);
    double ground = fmin(fmax(extent + 2 * PV_CHIP_AROUND_M, PV_CHIP_LEAST_M), PV_CHIP_MOST_M);
    /* Square on the ground also where the limit in pixels takes effect along one axis. */
    ground = fmin(ground, PV_CHIP_MOST_PX * fmin(facts->gsd_x_m, facts->gsd_y_m));
    int w = side_px(ground, facts->gsd_x_m, fx), h = side_px(ground, facts->gsd_y_m, fy);
    *whole = b[2] - b[0] <= w && b[3] - b[1] <= h;
    double x = *whole ? (b[0] + b[2]) / 2 : o->point[0], y = *whole ? (b[1] + b[3]) / 2 : o->point[1];
    return (pv_rect){begin_at(x, w, fx, facts->width_px), begin_at(y, h, fy, facts->height_px), w, h};
}
