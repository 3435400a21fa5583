/* CGCS2000 / 3-degree Gauss-Krüger without a zone in the easting: EPSG:4534 (central meridian 75 E) to 4554 (135 E), the grid of Chinese county maps.
 *
 * Krüger's series in the third flattening to its fourth power, as in C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, 2011, eq. 7-12 and 35: right to a micrometre
 * within a zone. WGS 84 is taken as CGCS2000, as everywhere here. Threads: any. */
#ifndef PV_GEO_GAUSS_KRUGER_H
#define PV_GEO_GAUSS_KRUGER_H

/* The zone whose meridian is nearest (on the line between two the eastern one). 0 = the place is not in the area: 73.5 to 136.5 E, 0 to 60 N; then nothing is written. */
int pv_gauss_kruger(double lon_deg, double lat_deg, int *epsg, double *easting_m, double *northing_m);

#endif
