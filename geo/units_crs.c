#include "geo/units_crs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "geo/place_refuse.h"

#include "base/banned.h"

static const double PV_LONG_EDGE_M = 200;

void pv_layer_crs_release(pv_layer_crs *c)
{
    pv_transform_free(c->transform);
    *c = (pv_layer_crs){0};
}

static pv_status pv_check_degrees(double x, double y, const char *crs, pv_err *err)
{
    const char *said = crs[0] != '\0' ? "its CRS counts degrees" : "no CRS is declared";
    if (fabs(y) > 90 && fabs(y) <= 180 && fabs(x) <= 90)
        return pv_fail(err, PV_INPUT, "a latitude of %.4f: longitude and latitude are swapped in this file; write longitude first", y);
    if (fabs(x) <= 180 && fabs(y) <= 90) return PV_OK;
    return pv_fail(err, PV_INPUT,
                   "%s, but the coordinates (about %.1f, %.1f) are no degrees; declare the CRS that they are in (.prj of a Shapefile, ogr2ogr -a_srs "
                   "EPSG:45xx) or convert the file (ogr2ogr -t_srs EPSG:4326)",
                   said, x, y);
}

/* Eastings and northings against the zone of a transverse Mercator system. */
static pv_status pv_check_metres(const pv_crs_facts *f, double x, double y, pv_err *err)
{
    double unit = f->metres_per_unit > 0 ? f->metres_per_unit : 1, east = x * unit, north = y * unit;
    if (fabs(x) <= 360 && fabs(y) <= 90)
        return pv_fail(err, PV_INPUT, "the coordinates are degrees, but the CRS '%s' counts metres; declare EPSG:4490 or EPSG:4326", f->name);
    if (!f->is_tmerc || fabs(east - f->false_easting_m) <= 1e6) return PV_OK;
    int zone = east >= 1e7 && east < 1e8 ? (int)(east / 1e6) : 0, wanted = f->false_easting_m >= 1e7 ? (int)(f->false_easting_m / 1e6) : 0;
    if (fabs(north - f->false_easting_m) <= 1e6 || (north >= 1e7 && north < 1e8))
        return pv_fail(err, PV_INPUT, "easting and northing are swapped in this file (x %.0f, y %.0f in '%s'); write the easting first", east, north,
                       f->name);
    if (zone > 0 && zone != wanted)
        return pv_fail(err, PV_INPUT, "the eastings start with zone %d (%.0f), which '%s' does not expect; the right CRS is probably EPSG:%d", zone,
                       east, f->name, pv_place_zone_epsg(f->datum_name, zone, 1));
    if (zone == 0 && wanted > 0 && east > 0 && east < 1e6)
        return pv_fail(err, PV_INPUT, "the eastings (%.0f) have no zone in front, but '%s' expects zone %d; the right CRS is probably EPSG:%d", east,
                       f->name, wanted, pv_place_zone_epsg(f->datum_name, wanted, 0));
    return pv_fail(err, PV_INPUT, "the eastings (%.0f) lie %.0f km from the central meridian of '%s': the declared CRS is wrong", east,
                   fabs(east - f->false_easting_m) / 1000, f->name);
}

/* WGS 84 and CGCS2000 share their ellipsoid to the tenth of a millimetre, and are taken as one. */
static int pv_is_wgs84(const pv_crs_facts *f)
{
    return f->is_geographic && fabs(f->degrees_per_unit - 1) < 1e-12 && fabs(f->a_m - 6378137) < 0.5 && f->f > 0 && fabs(1 / f->f - 298.2572) < 0.001;
}

static int pv_is_geocentric(const pv_crs_facts *f)
{
    return fabs(f->a_m - 6378137) < 0.5 && f->f > 0 && fabs(1 / f->f - 298.2572) < 0.001;
}

/* The middle of the layer must land where the CRS is used. */
static pv_status pv_check_middle(const pv_crs_facts *f, pv_transform *t, double x, double y, pv_err *err)
{
    double lon = x, lat = y;
    if (!pv_transform_forward(t, &lon, &lat) || fabs(lon) > 180 || fabs(lat) > 90)
        return pv_fail(err, PV_INPUT, "the coordinates (about %.1f, %.1f) have no place in the CRS '%s': the declared CRS is wrong", x, y, f->name);
    if (f->west == 0 && f->east == 0) return PV_OK;
    double width = f->east - f->west + (f->east < f->west ? 360 : 0), off = fabs(remainder(lon - (f->west + width / 2), 360));
    if (off <= width / 2 + 12 && lat >= f->south - 3 && lat <= f->north + 3) return PV_OK;
    return pv_fail(
        err, PV_INPUT,
        "its middle (lon %.4f, lat %.4f) is far outside the area of its CRS '%s' (lon %.1f to %.1f, lat %.1f to %.1f): wrong zone or wrong CRS", lon,
        lat, f->name, f->west, f->east, f->south, f->north);
}

pv_status pv_layer_crs_settle(pv_layer_crs *out, const char *crs_wkt, double x, double y, pv_err *err)
{
    pv_status st = PV_OK;
    pv_layer_crs c = {0};
    pv_crs_facts f = {0};
    if (crs_wkt == NULL) {
        PV_TRY(pv_check_degrees(x, y, "", err));
        goto done;
    }
    PV_TRY(pv_crs_facts_read(&f, crs_wkt, err));
    (void)snprintf(c.name, sizeof c.name, "%s", f.name);
    if (pv_is_wgs84(&f)) {
        PV_TRY(pv_check_degrees(x, y, c.name, err));
        goto done;
    }
    if (!f.is_geographic) PV_TRY(pv_check_metres(&f, x, y, err));
    PV_TRY(pv_transform_new(&c.transform, crs_wkt, "OGC:CRS84", x, y, err));
    if (pv_transform_is_guess(c.transform) && !pv_is_geocentric(&f))
        PV_TRY(pv_fail(err, PV_INPUT, "no published transform leads from '%s' to WGS 84; convert the file to CGCS2000 first", f.name));
    PV_TRY(pv_check_middle(&f, c.transform, x, y, err));
    c.divide = !f.is_geographic;
    c.long_units = PV_LONG_EDGE_M / (f.metres_per_unit > 0 ? f.metres_per_unit : 1);
done:
    *out = c;
    c = (pv_layer_crs){0};
out:
    pv_crs_facts_release(&f);
    pv_layer_crs_release(&c);
    return st;
}
