#include "samples/place.h"

#include "base/banned.h"

/* Terms 1, x, y, x2, xy, y2, x3, x2y, xy2, y3. */
static double cubic(const double k[10], double x, double y)
{
    return k[0] + k[1] * x + k[2] * y + k[3] * x * x + k[4] * x * y + k[5] * y * y + k[6] * x * x * x + k[7] * x * x * y + k[8] * x * y * y +
           k[9] * y * y * y;
}

/* Degrees from kilometres east and north of the middle. */
static const double TO_LON[10] = {0,
                                  0.010934653698611916,
                                  7.3359230835982938e-05,
                                  -1.6286197899292509e-08,
                                  1.1925410656476145e-06,
                                  1.6286159657602392e-08,
                                  -8.8238199712762675e-11,
                                  -7.1205569359890665e-12,
                                  2.6471513342659415e-10,
                                  2.3735465607173936e-12};
static const double TO_LAT[10] = {0,
                                  -6.0469936803304973e-05,
                                  0.0090134235413129801,
                                  -4.9152759093843691e-07,
                                  -2.0163754459421934e-08,
                                  -6.760019364245574e-09,
                                  1.5916514026196755e-12,
                                  -1.6388584849512627e-10,
                                  -2.1603229593781807e-12,
                                  -2.6736727157048075e-13};
/* Metres from hundredths of a degree. */
static const double TO_EAST[10] = {0,
                                   914.48254382507491,
                                   -7.4428695955920068,
                                   0.00032756604494627218,
                                   -0.11068661052998295,
                                   -0.00093857102200476533,
                                   1.62319177559798e-06,
                                   -3.4770861989566656e-07,
                                   -1.3955432440907445e-05,
                                   3.6480188619604495e-08};
static const double TO_NORTH[10] = {0,
                                    6.1351495776603855,
                                    1109.4064185838702,
                                    0.045619396377768059,
                                    0.00079477458828517333,
                                    0.00090125732433955048,
                                    9.5562034843191464e-08,
                                    5.9076593436582774e-06,
                                    -3.7314235227659112e-07,
                                    3.9579050595525164e-08};

void pv_place_degrees(const pv_anchor *a, double x_m, double y_m, double *lon_deg, double *lat_deg)
{
    double east = (x_m - a->width_m / 2) / 1000, north = (a->height_m / 2 - y_m) / 1000;
    *lon_deg = PV_PLACE_LON + cubic(TO_LON, east, north);
    *lat_deg = PV_PLACE_LAT + cubic(TO_LAT, east, north);
}

void pv_place_metres(const pv_anchor *a, double lon_deg, double lat_deg, double *x_m, double *y_m)
{
    double lon = (lon_deg - PV_PLACE_LON) * 100, lat = (lat_deg - PV_PLACE_LAT) * 100;
    *x_m = a->width_m / 2 + cubic(TO_EAST, lon, lat);
    *y_m = a->height_m / 2 - cubic(TO_NORTH, lon, lat);
}
