/* Outlines of hotspots as the ledger keeps them, compared on the ground.
 *
 * Longitude and latitude in degrees, WGS 84. Distances are metres in the plane that touches the ellipsoid between the two outlines: right to a millionth for the
 * metres that matter. What lies in a hole is outside. The order of the two never matters.
 * Threads: one owner at a time. Errors: PV_INPUT (not a MultiPolygon of ours), PV_NOMEM. */
#ifndef PV_SEASON_OUTLINES_H
#define PV_SEASON_OUTLINES_H

#include <stddef.h>

#include "base/err.h"

/* The rings of all its polygons, each closed by a copy of its first point. The zero object is empty and releasable; reading into it again keeps its memory. */
typedef struct pv_plot_outline {
    size_t n_rings, cap_rings;
    size_t *ring; /* [n_rings + 1] first points */
    size_t n_points, cap_points;
    double (*at)[2]; /* [n_points] lon, lat */
    double box[4];   /* west, south, east, north */
} pv_plot_outline;

/* A geometry of pv_geom_polygons(). On failure the outline is empty. */
PV_MUST pv_status pv_plot_outline_read(pv_plot_outline *o, const void *blob, size_t n, pv_err *err);
void pv_plot_outline_release(pv_plot_outline *o);

/* The box grown by so many metres and a hundredth more on each side, in degrees: what is as near as by_m meets it. */
void pv_plot_outline_grow_box(const double box[4], double by_m, double out[4]);

/* *near = 1: they overlap, touch, or come as near as within_m. */
PV_MUST pv_status pv_plot_outline_near(const pv_plot_outline *a, const pv_plot_outline *b, double within_m, int *near, pv_err *err);

/* How far a place is from the outline, in metres; 0 inside. */
double pv_plot_outline_apart_m(const pv_plot_outline *o, double lon_deg, double lat_deg);
/* How far two places are from each other: as above, in the plane between them. */
double pv_ground_apart_m(double lon1_deg, double lat1_deg, double lon2_deg, double lat2_deg);

/* How far a place is from a line between two places (lon, lat, lon, lat). */
double pv_ground_from_line_m(const double line[4], double lon_deg, double lat_deg);

/* The convex hull of the points of n outlines (with at least one point together), as an outline. */
PV_MUST pv_status pv_plot_outline_hull(pv_plot_outline *out, const pv_plot_outline *of, size_t n, pv_err *err);
/* *within = 1: every point of o lies in area or as near to it as within_m. */
PV_MUST pv_status pv_plot_outline_within(const pv_plot_outline *o, const pv_plot_outline *area, double within_m, int *within, pv_err *err);

/* How much of the sum of the areas of n outlines their union is, 0..1, by 4096 lines from west to east: exact for one outline, better than 0.001 for some; 1 when they are flat. */
PV_MUST pv_status pv_plot_outline_union_share(const pv_plot_outline *o, size_t n, double *share, pv_err *err);
/* The same by so many lines. */
PV_MUST pv_status pv_plot_outline_union_share_by(const pv_plot_outline *o, size_t n, int lines, double *share, pv_err *err);

#endif
