/* Geometries as GeoPackage stores them: a header with the box, then WKB, little-endian, WGS 84.
 *
 * Threads: any. Errors: PV_INPUT (not a Polygon or MultiPolygon, open rings, numbers out of range), PV_NOMEM. */
#ifndef PV_SEASON_GPKG_GEOM_H
#define PV_SEASON_GPKG_GEOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"

/* GeoJSON Polygon or MultiPolygon to a MultiPolygon; out (bytes, replaced) is yours. box: west, south, east, north. */
PV_MUST pv_status pv_geom_polygons(pv_text *out, const pv_json *j, pv_json_ref geometry, double box[4], pv_err *err);
/* A MultiPolygon of one ring of n >= 4 points, the first once more at its end. */
PV_MUST pv_status pv_geom_ring(pv_text *out, size_t n, const double (*lonlat)[2], pv_err *err);
/* The reverse: a GeoJSON MultiPolygon with 7 decimals. PV_INPUT: not such bytes. */
PV_MUST pv_status pv_geom_to_geojson(pv_text *out, const void *data, size_t n, pv_err *err);
/* The box that stands in the header: 1, or 0 = there is none. west, south, east, north. */
int pv_geom_box(const void *data, size_t n, double box[4]);
/* A point. */
PV_MUST pv_status pv_geom_point(pv_text *out, double lon_deg, double lat_deg, pv_err *err);

#endif
