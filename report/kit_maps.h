/* Web Mercator (EPSG:3857) for a kit's project and its pictures. Threads: any. */
#ifndef PV_REPORT_KIT_MAPS_H
#define PV_REPORT_KIT_MAPS_H

/* Metres east of Greenwich and north of the equator on the sphere of the ellipsoid's longer radius: EPSG guidance note 7-2, method 1024. |lat_deg| < 90. */
double pv_mercator_x_m(double lon_deg);
double pv_mercator_y_m(double lat_deg);

#endif
