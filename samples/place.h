/* The landscape's plane and the Earth.
 *
 * Landscape coordinates: metres, x to the east, y to the south, (0, 0) the north-west corner. They are the plane of EPSG:4544 (CGCS2000, 3-degree
 * Gauss-Krueger, 105 E) moved to the landscape's middle, which lies beside Qin'an in Gansu. Degrees come from cubic polynomials fitted once to PROJ
 * (better than 0.01 mm within 6 km): only + and *, so every machine writes the same digits.
 * Threads: any; a pv_anchor is a plain value. */
#ifndef PV_SAMPLES_PLACE_H
#define PV_SAMPLES_PLACE_H

typedef struct pv_anchor {
    double width_m, height_m; /* of the landscape */
} pv_anchor;

#define PV_PLACE_EASTING   561500.0  /* EPSG:4544, the landscape's middle */
#define PV_PLACE_NORTHING  3859000.0 /* EPSG:4544 */
#define PV_PLACE_LON       105.672522271187
#define PV_PLACE_LAT       34.857586990125
#define PV_PLACE_UTM_SCALE 0.9996     /* EPSG:32648 has the same central meridian and false easting */
#define PV_PLACE_AREA      0.99990682 /* true ground area of one square metre of the plane */

void pv_place_degrees(const pv_anchor *a, double x_m, double y_m, double *lon_deg, double *lat_deg);
void pv_place_metres(const pv_anchor *a, double lon_deg, double lat_deg, double *x_m, double *y_m);

#endif
