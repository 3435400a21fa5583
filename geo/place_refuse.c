#include "geo/place_refuse.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"

#include "base/banned.h"

/* First codes of the Gauss-Kruger families; the zones follow one by one. */
static const struct {
    const char *datum; /* a part of the datum's name */
    int wide_prefix, wide_plain, narrow_prefix, narrow_plain;
} pv_families[] = {
    {"China 2000", 4491, 4502, 4513, 4534},
    {"CGCS2000", 4491, 4502, 4513, 4534},
    {"China Geodetic Coordinate System 2000", 4491, 4502, 4513, 4534},
    {"Xian 1980", 2327, 2338, 2349, 2370},
    {"Xian_1980", 2327, 2338, 2349, 2370},
    {"Beijing 1954", 21413, 21453, 2401, 2422},
    {"Beijing_1954", 21413, 21453, 2401, 2422},
};

int pv_place_zone_epsg(const char *datum_name, int zone, int with_prefix)
{
    for (size_t i = 0; i < sizeof pv_families / sizeof pv_families[0]; i++) {
        if (strstr(datum_name, pv_families[i].datum) == NULL) continue;
        if (zone >= 13 && zone <= 23) return (with_prefix ? pv_families[i].wide_prefix : pv_families[i].wide_plain) + zone - 13;
        if (zone >= 25 && zone <= 45) return (with_prefix ? pv_families[i].narrow_prefix : pv_families[i].narrow_plain) + zone - 25;
    }
    return 0;
}

/* "EPSG:4526", or words when the datum has no such code. */
static const char *pv_code_words(char out[64], const pv_crs_facts *crs, int zone, int with_prefix)
{
    int epsg = pv_place_zone_epsg(crs->datum_name, zone, with_prefix);
    if (epsg > 0)
        (void)snprintf(out, 64, "EPSG:%d", epsg);
    else
        (void)snprintf(out, 64, "the Gauss-Kruger CRS of zone %d %s zone prefix", zone, with_prefix ? "with" : "without");
    return out;
}

/* 0 = an easting without zone, as in 501 000; else the zone, as in 38 501 000. */
static int pv_zone_of(double easting_m)
{
    return easting_m >= 1e7 && easting_m < 1e8 ? (int)floor(easting_m / 1e6) : 0;
}

static pv_status pv_check_gauss(const pv_crs_facts *crs, double x, double y, pv_err *err)
{
    char code[64];
    double unit = crs->metres_per_unit > 0 ? crs->metres_per_unit : 1;
    double easting = x * unit, northing = y * unit;
    int zone = pv_zone_of(easting), crs_zone = pv_zone_of(crs->false_easting_m);
    double off_m = easting - crs->false_easting_m;
    if (fabs(easting) < 1e4 && fabs(northing) < 1e4 && crs->false_easting_m >= 1e5)
        return pv_fail(err, PV_INPUT,
                       "the coordinates %.0f, %.0f lie at the origin of '%s', far from any of its ground: the georeference was lost on the way", x, y,
                       crs->name);
    if (zone != crs_zone && zone != 0 && crs_zone == 0)
        return pv_fail(err, PV_INPUT,
                       "the easting %.0f starts with zone %d, but the CRS '%s' expects eastings without a zone; the right CRS is probably %s "
                       "(gdal_edit.py -a_srs)",
                       easting, zone, crs->name, pv_code_words(code, crs, zone, 1));
    if (zone != crs_zone && zone != 0)
        return pv_fail(err, PV_INPUT,
                       "the easting %.0f starts with zone %d, but the CRS '%s' expects another zone; the right CRS is probably %s "
                       "(gdal_edit.py -a_srs)",
                       easting, zone, crs->name, pv_code_words(code, crs, zone, 1));
    if (zone == 0 && crs_zone != 0 && easting > 0 && easting < 1e6)
        return pv_fail(err, PV_INPUT,
                       "the easting %.0f has no zone in front, but the CRS '%s' expects zone %d; the right CRS is probably %s (gdal_edit.py -a_srs)",
                       easting, crs->name, crs_zone, pv_code_words(code, crs, crs_zone, 0));
    if (fabs(off_m) <= 1e6) return PV_OK;
    if (fabs(northing - crs->false_easting_m) <= 1e6 || pv_zone_of(northing) != 0)
        return pv_fail(err, PV_INPUT, "easting and northing look swapped: x %.0f, y %.0f in '%s'", x, y, crs->name);
    return pv_fail(err, PV_INPUT, "the easting %.0f lies %.0f km from the central meridian of '%s'; the photo has another CRS or wrong coordinates",
                   easting, fabs(off_m) / 1000, crs->name);
}

static pv_status pv_check_degrees(const pv_crs_facts *crs, double lon, double lat, pv_err *err)
{
    if (fabs(lon) > 1000 || fabs(lat) > 1000)
        return pv_fail(err, PV_INPUT,
                       "the coordinates %.0f, %.0f are metres, but the CRS '%s' counts degrees; assign the projected CRS (gdal_edit.py -a_srs)", lon,
                       lat, crs->name);
    if (fabs(lat) > 90 && fabs(lon) <= 90)
        return pv_fail(err, PV_INPUT, "latitude %.6f is beyond 90 degrees: longitude and latitude look swapped (%.6f, %.6f)", lat, lon, lat);
    if (fabs(lat) > 90) return pv_fail(err, PV_INPUT, "latitude %.6f is beyond 90 degrees: the geotransform is wrong", lat);
    if (fabs(lon) > 360) return pv_fail(err, PV_INPUT, "longitude %.6f is beyond 360 degrees: the geotransform is wrong", lon);
    return PV_OK;
}

pv_status pv_place_check_numbers(const pv_crs_facts *crs, const pv_point at[PV_PLACE_POINTS], double pixel_size, pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < PV_PLACE_POINTS; i++) {
        double x = at[i].x, y = at[i].y;
        if (crs->is_geographic) {
            PV_TRY(pv_check_degrees(crs, x * crs->degrees_per_unit, y * crs->degrees_per_unit, err));
            continue;
        }
        /* No camera makes pixels under a millimetre; degrees do. */
        if (fabs(x) <= 360 && fabs(y) <= 90 && pixel_size < 1e-3)
            PV_TRY(
                pv_fail(err, PV_INPUT,
                        "the coordinates %.6f, %.6f are degrees, but the CRS '%s' counts metres; assign EPSG:4326 or EPSG:4490 (gdal_edit.py -a_srs)",
                        x, y, crs->name));
        if (crs->is_tmerc) PV_TRY(pv_check_gauss(crs, x, y, err));
    }
out:
    return st;
}

pv_status pv_place_check_area(const pv_crs_facts *crs, double lon_deg, double lat_deg, pv_err *err)
{
    /* Provinces use one zone far beyond its edges, so only the absurd is refused. */
    enum { LON_SLACK = 12, LAT_SLACK = 3 };
    if (fabs(lon_deg) < 0.01 && fabs(lat_deg) < 0.01)
        return pv_fail(err, PV_INPUT, "the photo lies at longitude 0, latitude 0 (%.6f, %.6f): its georeference was lost on the way", lon_deg,
                       lat_deg);
    if (crs->west == 0 && crs->east == 0) return PV_OK;
    double width = crs->east - crs->west, middle;
    if (width < 0) width += 360;
    middle = crs->west + width / 2;
    double off = fabs(remainder(lon_deg - middle, 360));
    if (off <= width / 2 + LON_SLACK && lat_deg >= crs->south - LAT_SLACK && lat_deg <= crs->north + LAT_SLACK) return PV_OK;
    int swapped = lon_deg >= crs->south && lon_deg <= crs->north && lat_deg >= crs->west && lat_deg <= crs->east;
    return pv_fail(err, PV_INPUT,
                   "the photo's centre (lon %.4f, lat %.4f) is far outside the area of its CRS '%s' (lon %.1f to %.1f, lat %.1f to %.1f): %s",
                   lon_deg, lat_deg, crs->name, crs->west, crs->east, crs->south, crs->north,
                   swapped && crs->is_geographic ? PV_N("longitude and latitude look swapped") : PV_N("wrong zone, wrong hemisphere or wrong CRS"));
}
