/* The shifted coordinates of Chinese map apps: GCJ-02 (高德, 腾讯, 奥维's exports) and BD-09 (百度), to and from WGS 84.
 *
 * No authority publishes the shift; these are the formulas that all open programs use (eviltransform, gcoord 1.0.7). The shift is 100 to 700 m long, smooth, and none outside
 * 72.004-137.8347 E, 0.8293-55.8271 N, whoever's ground that is. There and back is equal to a micrometre for GCJ-02. BD-09 is undone by the published formula, which is up to 0.2 m off the
 * way there. gcoord itself stops undoing GCJ-02 within 1e-6 degree, up to 0.14 m; we go on to the point whose shift is the one given.
 * All in degrees, longitude and latitude; numbers that are not finite come back as they are. Out and in may be the same variables. Threads: any. */
#ifndef PV_GEO_GCJ02_H
#define PV_GEO_GCJ02_H

void pv_gcj02_from_wgs84(double lon_deg, double lat_deg, double *glon_deg, double *glat_deg);
void pv_wgs84_from_gcj02(double glon_deg, double glat_deg, double *lon_deg, double *lat_deg);
void pv_bd09_from_wgs84(double lon_deg, double lat_deg, double *blon_deg, double *blat_deg);
void pv_wgs84_from_bd09(double blon_deg, double blat_deg, double *lon_deg, double *lat_deg);

#endif
