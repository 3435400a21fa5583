/* Geometries as GeoPackage stores them: a header with the box, then WKB, little-endian, WGS 84.
 *
 * Threads: any. Errors: PV_INPUT (not a Polygon or MultiPolygon, open rings, numbers out of range), PV_NOMEM. */
#ifndef PV_SEASON_GPKG_GEOM_H
#define PV_SEASON_GPKG_GEOM_H

#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"

/* GeoJSON Polygon or MultiPolygon to a MultiPolygon; out (bytes, replaced) is yours. box: west, south, east, north. */
PV_MUST pv_status pv_geom_polygons(pv_text *out, const pv_json *j, pv_json_ref geometry, double box[4], pv_err *err);
/* The reverse: a GeoJSON MultiPolygon with 7 decimals. PV_INPUT: not such bytes. */
PV_MUST pv_status pv_geom_to_geojson(pv_text *out, const void *data, size_t n, pv_err *err);
/* A point. */
PV_MUST pv_status pv_geom_point(pv_text *out, double lon_deg, double lat_deg, pv_err *err);

#endif
