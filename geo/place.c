#include "geo/place.h"

#include <geodesic.h>
#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "geo/place_refuse.h"
#include "geo/transform.h"

#include "base/banned.h"

enum { PV_NODES = 17 };

/* Areas and distances are measured over about this length, because a pixel of a centimetre is near the rounding of degrees. */
static const double PV_REACH_M = 64;

struct pv_place {
    double gt[6];
    int width_px, height_px;
    double degrees_per_unit;         /* of the CRS's own geographic coordinates */
    double middle_lon;               /* of the photo's middle, as the transform gives it: beyond 180 where the CRS goes on there */
    struct geod_geodesic ellipsoid;  /* the CRS's own */
    pv_transform *to_wgs84;          /* photo CRS -> EPSG:4326 */
    pv_transform *to_base;           /* photo CRS -> its own geographic CRS, for areas and lengths */
    double reach_x_px, reach_y_px;   /* half the length above, in pixels, at least one half */
    double area[PV_NODES][PV_NODES]; /* [y][x] m2 of one pixel; nodes span the photo from edge to edge */
};

static void pv_apply(const double gt[6], double x_px, double y_px, double *x, double *y)
{
    *x = gt[0] + x_px * gt[1] + y_px * gt[2];
    *y = gt[3] + x_px * gt[4] + y_px * gt[5];
}

/* Degrees on the CRS's own ellipsoid; 0 when there is no place. */
static int pv_base_degrees(const pv_place *p, double x_px, double y_px, double *lon, double *lat)
{
    pv_apply(p->gt, x_px, y_px, lon, lat);
    if (!pv_transform_forward(p->to_base, lon, lat)) return 0;
    *lon *= p->degrees_per_unit;
    *lat *= p->degrees_per_unit;
    return fabs(*lat) <= 90;
}

static pv_status pv_no_place(double x_px, double y_px, pv_err *err)
{
    return pv_fail(err, PV_INPUT, "pixel %.1f, %.1f has no place on the Earth in the photo's CRS", x_px, y_px);
}

/* Metres from (x - dx, y - dy) to (x + dx, y + dy). */
static pv_status pv_length(const pv_place *p, double x, double y, double dx, double dy, double *metres, pv_err *err)
{
    double lon0, lat0, lon1, lat1, s = 0;
    if (!pv_base_degrees(p, x - dx, y - dy, &lon0, &lat0) || !pv_base_degrees(p, x + dx, y + dy, &lon1, &lat1)) return pv_no_place(x, y, err);
    geod_inverse(&p->ellipsoid, lat0, lon0, lat1, lon1, &s, NULL, NULL);
    if (!isfinite(s) || s <= 0) return pv_no_place(x, y, err);
    *metres = s;
    return PV_OK;
}

pv_status pv_place_gsd_m(pv_place *place, double x_px, double y_px, double *gsd_x_m, double *gsd_y_m, pv_err *err)
{
    pv_status st = PV_OK;
    double along_x = 0, along_y = 0;
    PV_TRY(pv_length(place, x_px, y_px, place->reach_x_px, 0, &along_x, err));
    PV_TRY(pv_length(place, x_px, y_px, 0, place->reach_y_px, &along_y, err));
    *gsd_x_m = along_x / (2 * place->reach_x_px);
    *gsd_y_m = along_y / (2 * place->reach_y_px);
out:
    return st;
}

pv_status pv_place_lonlat(pv_place *place, double x_px, double y_px, double *lon_deg, double *lat_deg, pv_err *err)
{
    double x, y;
    pv_apply(place->gt, x_px, y_px, &x, &y);
    if (!pv_transform_forward(place->to_wgs84, &x, &y) || fabs(y) > 90) return pv_no_place(x_px, y_px, err);
    *lon_deg = remainder(x, 360);
    *lat_deg = y;
    return PV_OK;
}

int pv_place_pixel(pv_place *place, double lon_deg, double lat_deg, double *x_px, double *y_px)
{
    const double *gt = place->gt;
    double x = place->middle_lon + remainder(lon_deg - place->middle_lon, 360), y = lat_deg, det = gt[1] * gt[5] - gt[2] * gt[4];
    if (!pv_transform_inverse(place->to_wgs84, &x, &y)) return 0;
    x -= gt[0];
    y -= gt[3];
    *x_px = (x * gt[5] - y * gt[2]) / det;
    *y_px = (y * gt[1] - x * gt[4]) / det;
    return 1;
}

/* ---- the area lattice ---- */

static pv_status pv_node_area(const pv_place *p, double x, double y, double *area_m2, pv_err *err)
{
    static const int corner[4][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
    struct geod_polygon polygon;
    double area = 0;
    geod_polygon_init(&polygon, 0);
    for (int i = 0; i < 4; i++) {
        double lon, lat;
        if (!pv_base_degrees(p, x + corner[i][0] * p->reach_x_px, y + corner[i][1] * p->reach_y_px, &lon, &lat)) return pv_no_place(x, y, err);
        geod_polygon_addpoint(&p->ellipsoid, &polygon, lat, lon);
    }
    (void)geod_polygon_compute(&p->ellipsoid, &polygon, 0, 1, &area, NULL);
    area = fabs(area) / (4 * p->reach_x_px * p->reach_y_px);
    if (!isfinite(area) || area <= 0) return pv_no_place(x, y, err);
    *area_m2 = area;
    return PV_OK;
}

static pv_status pv_lattice_fill(pv_place *p, pv_err *err)
{
    pv_status st = PV_OK;
    for (int j = 0; j < PV_NODES; j++)
        for (int i = 0; i < PV_NODES; i++)
            PV_TRY(pv_node_area(p, (double)p->width_px * i / (PV_NODES - 1), (double)p->height_px * j / (PV_NODES - 1), &p->area[j][i], err));
out:
    return st;
}

/* Cell and share inside it of a position along one side. */
static void pv_lattice_at(double at_px, int size_px, int *cell, double *share)
{
    double t = fmin(fmax(at_px / size_px, 0), 1) * (PV_NODES - 1);
    int i = (int)t;
    if (i > PV_NODES - 2) i = PV_NODES - 2;
    *cell = i;
    *share = t - i;
}

double pv_place_pixel_area_m2(const pv_place *place, double x_px, double y_px)
{
    int i, j;
    double u, v;
    pv_lattice_at(x_px, place->width_px, &i, &u);
    pv_lattice_at(y_px, place->height_px, &j, &v);
    double top = place->area[j][i] * (1 - u) + place->area[j][i + 1] * u;
    double bottom = place->area[j + 1][i] * (1 - u) + place->area[j + 1][i + 1] * u;
    return top * (1 - v) + bottom * v;
}

double pv_place_largest_area_m2(const pv_place *place)
{
    double most = 0;
    for (int j = 0; j < PV_NODES; j++)
        for (int i = 0; i < PV_NODES; i++) most = fmax(most, place->area[j][i]);
    return most;
}

/* ---- opening ---- */

static pv_status pv_check_geotransform(const double gt[6], pv_err *err)
{
    for (int i = 0; i < 6; i++)
        if (!isfinite(gt[i])) return pv_fail(err, PV_INPUT, "the geotransform has a number that is not finite");
    if (fabs(gt[1] * gt[5] - gt[2] * gt[4]) < 1e-30) return pv_fail(err, PV_INPUT, "the geotransform is degenerate: pixels have no area");
    return PV_OK;
}

/* A guess between datums is harmless between the modern geocentric ones (decimetres), but 100 m and more from the older ones. */
static pv_status pv_check_datum(const pv_crs_facts *crs, const pv_transform *to_wgs84, pv_err *err)
{
    int geocentric = fabs(crs->a_m - 6378137) < 0.5 && fabs(1 / crs->f - 298.257223563) < 0.001;
    if (!pv_transform_is_guess(to_wgs84) || (crs->f > 0 && geocentric)) return PV_OK;
    return pv_fail(err, PV_INPUT,
                   "no published transform leads from '%s' to WGS 84, places would be wrong by up to hundreds of metres; convert the photo to "
                   "CGCS2000 or WGS 84 "
                   "first",
                   crs->name);
}

static pv_status pv_check_points(pv_place *p, const pv_crs_facts *crs, const pv_point at[PV_PLACE_POINTS], pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < PV_PLACE_POINTS; i++) {
        double x = at[i].x, y = at[i].y;
        int back = pv_transform_forward(p->to_wgs84, &x, &y) && fabs(y) <= 90;
        if (back && i == 0) PV_TRY(pv_place_check_area(crs, remainder(x, 360), y, err));
        /* A projection stretched too far still answers, but not with the point that was asked for. */
        if (back && !crs->is_geographic)
            back = pv_transform_inverse(p->to_wgs84, &x, &y) && fabs(x - at[i].x) * crs->metres_per_unit < 0.01 &&
                   fabs(y - at[i].y) * crs->metres_per_unit < 0.01;
        if (!back)
            PV_TRY(pv_fail(err, PV_INPUT, "the point %.3f, %.3f has no place on the Earth in '%s'; the photo has another CRS or wrong coordinates",
                           at[i].x, at[i].y, crs->name));
    }
out:
    return st;
}

/* The reach in pixels follows from the pixel's size at the centre. */
static pv_status pv_reach_set(pv_place *p, pv_err *err)
{
    pv_status st = PV_OK;
    double gsd_x = 0, gsd_y = 0;
    p->reach_x_px = p->reach_y_px = 0.5;
    PV_TRY(pv_place_gsd_m(p, p->width_px / 2.0, p->height_px / 2.0, &gsd_x, &gsd_y, err));
    p->reach_x_px = fmax(0.5, PV_REACH_M / 2 / gsd_x);
    p->reach_y_px = fmax(0.5, PV_REACH_M / 2 / gsd_y);
out:
    return st;
}

static pv_status pv_place_settle(pv_place *p, const char *crs_wkt, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crs_facts crs = {0};
    double w = p->width_px, h = p->height_px;
    const pv_point at_px[PV_PLACE_POINTS] = {{w / 2, h / 2}, {0, 0}, {w, 0}, {w, h}, {0, h}};
    pv_point xy[PV_PLACE_POINTS];
    double pixel = fmax(hypot(p->gt[1], p->gt[4]), hypot(p->gt[2], p->gt[5]));
    for (int i = 0; i < PV_PLACE_POINTS; i++) pv_apply(p->gt, at_px[i].x, at_px[i].y, &xy[i].x, &xy[i].y);
    PV_TRY(pv_check_geotransform(p->gt, err));
    PV_TRY(pv_crs_facts_read(&crs, crs_wkt, err));
    PV_TRY(pv_place_check_numbers(&crs, xy, pixel, err));
    PV_TRY(pv_transform_new(&p->to_wgs84, crs_wkt, "EPSG:4326", xy[0].x, xy[0].y, err));
    PV_TRY(pv_check_datum(&crs, p->to_wgs84, err));
    PV_TRY(pv_check_points(p, &crs, xy, err));
    double lat = xy[0].y;
    p->middle_lon = xy[0].x;
    if (!pv_transform_forward(p->to_wgs84, &p->middle_lon, &lat)) PV_TRY(pv_no_place(at_px[0].x, at_px[0].y, err));
    PV_TRY(pv_transform_new(&p->to_base, crs_wkt, crs.geodetic_wkt, xy[0].x, xy[0].y, err));
    p->degrees_per_unit = crs.degrees_per_unit;
    geod_init(&p->ellipsoid, crs.a_m, crs.f);
    PV_TRY(pv_reach_set(p, err));
    PV_TRY(pv_lattice_fill(p, err));
out:
    pv_crs_facts_release(&crs);
    return st;
}

pv_status pv_place_new(pv_place **out, const char *crs_wkt, const double geotransform[6], int width_px, int height_px, pv_err *err)
{
    pv_status st = PV_OK;
    pv_place *p = NULL;
    if (width_px <= 0 || height_px <= 0) return pv_fail(err, PV_INPUT, "a photo of %d x %d pixels has no place", width_px, height_px);
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "place", err));
    for (int i = 0; i < 6; i++) p->gt[i] = geotransform[i];
    p->width_px = width_px;
    p->height_px = height_px;
    PV_TRY(pv_place_settle(p, crs_wkt, err));
    *out = p;
    p = NULL;
out:
    pv_place_free(p);
    return st;
}

void pv_place_free(pv_place *place)
{
    if (place == NULL) return;
    pv_transform_free(place->to_wgs84);
    pv_transform_free(place->to_base);
    pv_free(place);
}
