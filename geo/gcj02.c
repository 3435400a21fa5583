#include "geo/gcj02.h"

#include <math.h>

#include "base/banned.h"

static const double PV_PI = 3.14159265358979323846;
static const double PV_KRASSOVSKY_A_M = 6378245.0, PV_KRASSOVSKY_EE = 0.006693421622965823;
static const double PV_BAIDU_WAVE = 3.14159265358979323846 * 3000.0 / 180.0;
static const double PV_NEAR_DEG = 1e-11; /* a micrometre */
enum { PV_GCJ_STEPS = 30 };              /* each step makes the rest about a thousand times smaller */

static int pv_gcj02_is_shifted(double lon, double lat)
{
    return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

static double pv_gcj02_north_m(double x, double y)
{
    double m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x));
    m += (20.0 * sin(6.0 * x * PV_PI) + 20.0 * sin(2.0 * x * PV_PI)) * 2.0 / 3.0;
    m += (20.0 * sin(y * PV_PI) + 40.0 * sin(y / 3.0 * PV_PI)) * 2.0 / 3.0;
    return m + (160.0 * sin(y / 12.0 * PV_PI) + 320.0 * sin(y * PV_PI / 30.0)) * 2.0 / 3.0;
}

static double pv_gcj02_east_m(double x, double y)
{
    double m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x));
    m += (20.0 * sin(6.0 * x * PV_PI) + 20.0 * sin(2.0 * x * PV_PI)) * 2.0 / 3.0;
    m += (20.0 * sin(x * PV_PI) + 40.0 * sin(x / 3.0 * PV_PI)) * 2.0 / 3.0;
    return m + (150.0 * sin(x / 12.0 * PV_PI) + 300.0 * sin(x / 30.0 * PV_PI)) * 2.0 / 3.0;
}

/* The shift at a place, degrees, wherever it is. */
static void pv_gcj02_shift(double lon, double lat, double *dlon, double *dlat)
{
    double phi = lat / 180.0 * PV_PI, s = sin(phi), w = 1.0 - PV_KRASSOVSKY_EE * s * s;
    *dlon = pv_gcj02_east_m(lon - 105.0, lat - 35.0) * 180.0 / (PV_KRASSOVSKY_A_M / sqrt(w) * cos(phi) * PV_PI);
    *dlat = pv_gcj02_north_m(lon - 105.0, lat - 35.0) * 180.0 / (PV_KRASSOVSKY_A_M * (1.0 - PV_KRASSOVSKY_EE) / (w * sqrt(w)) * PV_PI);
}

void pv_gcj02_from_wgs84(double lon_deg, double lat_deg, double *glon_deg, double *glat_deg)
{
    double dlon = 0.0, dlat = 0.0;
    if (pv_gcj02_is_shifted(lon_deg, lat_deg)) pv_gcj02_shift(lon_deg, lat_deg, &dlon, &dlat);
    *glon_deg = lon_deg + dlon;
    *glat_deg = lat_deg + dlat;
}

void pv_wgs84_from_gcj02(double glon_deg, double glat_deg, double *lon_deg, double *lat_deg)
{
    double lon = glon_deg, lat = glat_deg;
    for (int i = 0; i < PV_GCJ_STEPS && pv_gcj02_is_shifted(glon_deg, glat_deg); i++) {
        double dlon, dlat, was_lon = lon, was_lat = lat;
        pv_gcj02_shift(lon, lat, &dlon, &dlat);
        lon = glon_deg - dlon;
        lat = glat_deg - dlat;
        if (fabs(lon - was_lon) < PV_NEAR_DEG && fabs(lat - was_lat) < PV_NEAR_DEG) break;
    }
    *lon_deg = lon;
    *lat_deg = lat;
}

void pv_bd09_from_wgs84(double lon_deg, double lat_deg, double *blon_deg, double *blat_deg)
{
    double x, y;
    *blon_deg = lon_deg;
    *blat_deg = lat_deg;
    if (!pv_gcj02_is_shifted(lon_deg, lat_deg)) return;
    pv_gcj02_from_wgs84(lon_deg, lat_deg, &x, &y);
    double z = sqrt(x * x + y * y) + 0.00002 * sin(y * PV_BAIDU_WAVE);
    double theta = atan2(y, x) + 0.000003 * cos(x * PV_BAIDU_WAVE);
    *blon_deg = z * cos(theta) + 0.0065;
    *blat_deg = z * sin(theta) + 0.006;
}

void pv_wgs84_from_bd09(double blon_deg, double blat_deg, double *lon_deg, double *lat_deg)
{
    double x = blon_deg - 0.0065, y = blat_deg - 0.006;
    double z = sqrt(x * x + y * y) - 0.00002 * sin(y * PV_BAIDU_WAVE);
    double theta = atan2(y, x) - 0.000003 * cos(x * PV_BAIDU_WAVE);
    if (pv_gcj02_is_shifted(z * cos(theta), z * sin(theta)))
        pv_wgs84_from_gcj02(z * cos(theta), z * sin(theta), lon_deg, lat_deg);
    else {
        *lon_deg = blon_deg;
        *lat_deg = blat_deg;
    }
}
