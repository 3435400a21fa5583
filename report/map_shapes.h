/* Outlines for the map: few points, whole numbers.
 *
 * A ring is written as [lon, lat, dlon, dlat, ...] in 1e-7 degrees: the first point, then steps from point to point; the last point is not said again.
 * Threads: any. Errors: PV_NOMEM, PV_INPUT (not a geometry of ours). */
#ifndef PV_REPORT_MAP_SHAPES_H
#define PV_REPORT_MAP_SHAPES_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "geo/area.h"
#include "season/outlines.h"

/* How exact: no point of the ring is further than by_m from what is drawn; a ring that still has more than most_points is drawn with doubled by_m until it has not.
 * points: what may still be written in all, less by what was. */
typedef struct pv_map_detail {
    double by_m;
    size_t most_points;
    size_t points;
} pv_map_detail;

/* Rings separated by commas, in brackets: "[[...],[...]]". Nothing is written, and *written = 0, when they have more points than are left. */
PV_MUST pv_status pv_map_outline(pv_text *out, const pv_plot_outline *o, pv_map_detail *d, int *written, pv_err *err);
PV_MUST pv_status pv_map_area(pv_text *out, const pv_area **area, size_t n, pv_map_detail *d, int *written, pv_err *err);
/* A GeoJSON Polygon or MultiPolygon. */
PV_MUST pv_status pv_map_geojson(pv_text *out, const char *geometry, pv_map_detail *d, int *written, pv_err *err);

/* Which of the n points of a ring (n >= 3, degrees, the last one not the first once more) are drawn when no point is further than by_m from what is drawn: keep[i] = 1; *kept: how many. */
PV_MUST pv_status pv_map_thin(const pv_point *p, size_t n, double by_m, unsigned char *keep, size_t *kept, pv_err *err);

#endif
