/* Distances on the WGS 84 ellipsoid, in metres. Threads: any. */
#ifndef PV_GEO_GEODESIC_H
#define PV_GEO_GEODESIC_H

/* The shortest line along the ellipsoid (Karney 2013, by PROJ's geodesic.h). */
double pv_geodesic_m(double lon0_deg, double lat0_deg, double lon1_deg, double lat1_deg);

/* Metres of a degree of longitude (1 at least, at the poles) and of latitude at a latitude: of the plane that touches the ellipsoid there. */
void pv_metres_per_degree(double lat_deg, double m[2]);

/* The point in space, metres from the Earth's middle: x to longitude 0, z to the north pole. Straight lines between such points are shorter than geodesics by less
 * than one part in 20,000 up to 100 km, and cheap: for comparing. */
void pv_earth_xyz(double lon_deg, double lat_deg, double xyz_m[3]);

#endif
