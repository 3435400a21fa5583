#include "geo/gauss_kruger.h"

#include <math.h>

#include "base/banned.h"

int pv_gauss_kruger(double lon_deg, double lat_deg, int *epsg, double *easting_m, double *northing_m)
{
    enum { ORDER = 4, FIRST_EPSG = 4534 };
    const double a_m = 6378137, f = 1 / 298.257222101, rad = 3.14159265358979323846 / 180, n = f / (2 - f), e = 2 * sqrt(n) / (1 + n);
    const double n2 = n * n, n3 = n2 * n, n4 = n2 * n2, mean_m = a_m / (1 + n) * (1 + n2 / 4 + n4 / 64);
    const double alpha[ORDER] = {n / 2 - n2 * 2 / 3 + n3 * 5 / 16 + n4 * 41 / 180, n2 * 13 / 48 - n3 * 3 / 5 + n4 * 557 / 1440,
                                 n3 * 61 / 240 - n4 * 103 / 140, n4 * 49561 / 161280};
    if (!(lon_deg >= 73.5 && lon_deg < 136.5 && lat_deg >= 0 && lat_deg <= 60)) return 0;
    int zone = (int)floor((lon_deg - 73.5) / 3);
    double lambda = (lon_deg - (75 + 3 * zone)) * rad, s = sin(lat_deg * rad), t = sinh(atanh(s) - e * atanh(e * s));
    double xi = atan2(t, cos(lambda)), eta = asinh(sin(lambda) / hypot(t, cos(lambda))), north = xi, east = eta;
    for (int j = 1; j <= ORDER; j++) {
        north += alpha[j - 1] * sin(2 * j * xi) * cosh(2 * j * eta);
        east += alpha[j - 1] * cos(2 * j * xi) * sinh(2 * j * eta);
    }
    *epsg = FIRST_EPSG + zone;
    *easting_m = 500000 + mean_m * east;
    *northing_m = mean_m * north;
    return 1;
}
