/* From one CRS to another, inside geo/ only: the one place that speaks to PROJ about coordinates.
 *
 * Axis order is always traditional: x = easting or longitude, y = northing or latitude, in the CRS's own units. One operation is chosen at a
 * given point and used for the whole photo, so that a result cannot jump where PROJ would change its mind. No network, no grids fetched.
 * Threads: one owner. Errors: PV_INPUT with what PROJ says; PV_NOMEM, as far as PROJ lets it be known. */
#ifndef PV_GEO_TRANSFORM_H
#define PV_GEO_TRANSFORM_H

#include "base/err.h"

typedef struct pv_transform pv_transform;

typedef struct pv_point {
    double x, y;
} pv_point;

/* at_x, at_y: a point of the source CRS where the transform will be used. */
PV_MUST pv_status pv_transform_new(pv_transform **out, const char *src_crs, const char *dst_crs, double at_x, double at_y, pv_err *err);
void pv_transform_free(pv_transform *t);

/* Forward and inverse; 0 when the point has no image (x and y untouched). */
int pv_transform_forward(pv_transform *t, double *x, double *y);
int pv_transform_inverse(pv_transform *t, double *x, double *y);

/* 1 when no published operation leads from one datum to the other: coordinates are passed through as if both were the same. */
int pv_transform_is_guess(const pv_transform *t);

/* What a CRS is made of. */
typedef struct pv_crs_facts {
    char name[160];
    char datum_name[160]; /* of the geodetic CRS below: "China Geodetic Coordinate System 2000" */
    char *geodetic_wkt;   /* WKT2 of the geographic CRS below it; owned */
    int is_geographic;
    int is_tmerc;       /* transverse Mercator: the three below are set */
    double central_deg; /* central meridian */
    double false_easting_m;
    double degrees_per_unit;         /* of the geodetic CRS */
    double metres_per_unit;          /* of a projected CRS; 0 for a geographic one */
    double a_m, f;                   /* ellipsoid */
    double west, south, east, north; /* area of use, degrees; west == east == 0: unknown */
} pv_crs_facts;

PV_MUST pv_status pv_crs_facts_read(pv_crs_facts *out, const char *crs_wkt, pv_err *err);
void pv_crs_facts_release(pv_crs_facts *f);

#endif
