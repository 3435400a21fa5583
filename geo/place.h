/* Where a pixel is on the ground.
 *
 * Coordinates: (x_px, y_px) are photo pixels, real-valued, (0, 0) = outer corner of the first pixel. lon/lat are WGS 84 degrees; CGCS2000
 * (EPSG:4490) is taken as identical to WGS 84 (decimetres at most). Areas are true ground areas on the ellipsoid.
 * All PROJ and OGR transforms live here, with traditional (lon, lat) axis order.
 * Threads: a pv_place belongs to one thread (the sink). Errors: PV_INPUT when the CRS cannot be used, PV_NOMEM. */
#ifndef PV_GEO_PLACE_H
#define PV_GEO_PLACE_H

#include "base/err.h"

typedef struct pv_place pv_place;

/* crs_wkt and geotransform as in pv_photo_facts; width, height in pixels. Fails with PV_INPUT when the photo does not lie on the Earth (zone
 * prefix and CRS disagree, latitudes beyond 90, ...), naming the likely cause. */
PV_MUST pv_status pv_place_new(pv_place **out, const char *crs_wkt, const double geotransform[6], int width_px, int height_px, pv_err *err);
void pv_place_free(pv_place *place);

/* Fails with PV_INPUT when the point has no place. */
PV_MUST pv_status pv_place_lonlat(pv_place *place, double x_px, double y_px, double *lon_deg, double *lat_deg, pv_err *err);

/* The other way: 1, or 0 when the point has no pixel (outside of the photo there are some, too). Of pv_place_lonlat()'s answer: the same point but for rounding. */
int pv_place_pixel(pv_place *place, double lon_deg, double lat_deg, double *x_px, double *y_px);

/* Ground area of one pixel around (x_px, y_px), m2. Interpolated (bilinear) in a fixed lattice over the photo whose nodes are computed on
 * the ellipsoid: depends on the photo and the point only, never on tiles. Cheap. */
double pv_place_pixel_area_m2(const pv_place *place, double x_px, double y_px);

/* The largest value that pv_place_pixel_area_m2() gives anywhere. */
double pv_place_largest_area_m2(const pv_place *place);

/* Ground size of a pixel along a row and along a column, m, at (x_px, y_px): geodesic distances. */
PV_MUST pv_status pv_place_gsd_m(pv_place *place, double x_px, double y_px, double *gsd_x_m, double *gsd_y_m, pv_err *err);

#endif
