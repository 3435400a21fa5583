/* Why a photo cannot lie where its numbers say; the words for pv_place_new(). Inside geo/ only. */
#ifndef PV_GEO_PLACE_REFUSE_H
#define PV_GEO_PLACE_REFUSE_H

#include "base/err.h"
#include "geo/transform.h"

enum { PV_PLACE_POINTS = 5 };

/* at: the photo's centre and its four corners in CRS coordinates. pixel_size: the larger side of a pixel, in CRS units. */
PV_MUST pv_status pv_place_check_numbers(const pv_crs_facts *crs, const pv_point at[PV_PLACE_POINTS], double pixel_size, pv_err *err);

/* The centre in degrees against the area where the CRS is used. */
PV_MUST pv_status pv_place_check_area(const pv_crs_facts *crs, double lon_deg, double lat_deg, pv_err *err);

/* The EPSG code of a Chinese Gauss-Kruger zone number (13-23: 6 degrees wide, 25-45: 3 degrees wide), with the zone in the easting or
 * without; 0 when the datum has none. */
int pv_place_zone_epsg(const char *datum_name, int zone, int with_prefix);

#endif
