#include "geo/geodesic.h"

#include <math.h>
#include <stddef.h>

#include <geodesic.h>

#include "base/banned.h"

static const double wgs84_a_m = 6378137.0, wgs84_f = 1 / 298.257223563;

double pv_geodesic_m(double lon0_deg, double lat0_deg, double lon1_deg, double lat1_deg)
{
    struct geod_geodesic g;
    double s = 0;
    geod_init(&g, wgs84_a_m, wgs84_f);
    geod_inverse(&g, lat0_deg, lon0_deg, lat1_deg, lon1_deg, &s, NULL, NULL);
    return s;
}

void pv_metres_per_degree(double lat_deg, double m[2])
{
    const double degree = 3.14159265358979323846 / 180, e2 = wgs84_f * (2 - wgs84_f);
    const double s = sin(lat_deg * degree), w = sqrt(1 - e2 * s * s);
    m[0] = fmax(degree * wgs84_a_m / w * cos(lat_deg * degree), 1);
    m[1] = degree * wgs84_a_m * (1 - e2) / (w * w * w);
}

void pv_earth_xyz(double lon_deg, double lat_deg, double xyz_m[3])
{
    const double degree = 3.14159265358979323846 / 180, e2 = wgs84_f * (2 - wgs84_f);
    const double slat = sin(lat_deg * degree), clat = cos(lat_deg * degree), n = wgs84_a_m / sqrt(1 - e2 * slat * slat);
    xyz_m[0] = n * clat * cos(lon_deg * degree);
    xyz_m[1] = n * clat * sin(lon_deg * degree);
    xyz_m[2] = n * (1 - e2) * slat;
}
