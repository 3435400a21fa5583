/* An area of the plane: closed rings, even-odd, with an index of their edges.
 *
 * A point is inside when a line from it crosses the rings an odd number of times, so holes need no mark and the direction of rings does not
 * matter. Questions about points and crossings are decided exactly (the sign of a determinant of doubles, without rounding), so two areas that share an
 * edge digit for digit have the same answer about it. Coordinates are any plane ones, of magnitude up to 1e9.
 * The zero object is empty and releasable. Threads: read-only after pv_area_ready(). Errors: PV_NOMEM, PV_INPUT (more than 2^31 points). */
#ifndef PV_GEO_AREA_H
#define PV_GEO_AREA_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/transform.h"

typedef struct pv_area {
    pv_point *point; /* [n_points] ring after ring, each closed: its last point is its first; owned */
    uint32_t *end;   /* [n_rings] one past the last point of each ring; owned */
    size_t n_points, n_rings, cap_points, cap_rings;
    double x0, y0, x1, y1; /* bounds, set by pv_area_ready(); x0 > x1 while there is no ring */
    /* Edges by height; none for a small area. Edge i leads from point[i] to point[i + 1]. */
    uint32_t n_slabs;
    double slab_height;
    uint32_t *slab_start; /* [n_slabs + 1] */
    uint32_t *slab_edge;
} pv_area;

/* Where a row is crossed, sorted; in pairs: inside from at[0] to at[1], from at[2] to at[3], ... */
typedef struct pv_crossings {
    double *at;
    size_t n, cap;
} pv_crossings;

void pv_area_release(pv_area *a);

/* Adds a ring of n points, closed or not; points equal to the one before are dropped. A ring of fewer than three different points adds nothing. */
PV_MUST pv_status pv_area_add_ring(pv_area *a, const pv_point *p, size_t n, pv_err *err);
/* Bounds and index; after the last ring. */
PV_MUST pv_status pv_area_ready(pv_area *a, pv_err *err);

/* 1 = inside, 0 = on a ring, -1 = outside. */
int pv_area_side(const pv_area *a, double x, double y);

/* Crossings of the row y by the half-open rule: an edge counts where its lower end <= y < its upper end, and its crossing is computed from its lower
 * end whatever its direction. So a row through a vertex counts it once and neighbours find the same place of a common edge. */
PV_MUST pv_status pv_area_row(const pv_area *a, double y, pv_crossings *out, pv_err *err);
void pv_crossings_release(pv_crossings *c);

/* What a small area has to do with a larger one. PV_APART: no common point. PV_TOUCH: some. PV_WITHIN: every point of `small` is inside `large`, away from its rings. */
typedef enum pv_area_meeting { PV_APART = 0, PV_TOUCH, PV_WITHIN } pv_area_meeting;
pv_area_meeting pv_area_meet(const pv_area *small, const pv_area *large);

/* The share of `small` that lies in `large`, 0..1, by 128 rows through `small`: good to about a hundredth. 0 of an area without extent. */
PV_MUST pv_status pv_area_share(const pv_area *small, const pv_area *large, double *share, pv_err *err);

/* 1 when `small` has ground in `large` on one of those rows: its share is not 0. */
PV_MUST pv_status pv_area_overlaps(const pv_area *small, const pv_area *large, int *some, pv_err *err);

/* The shoelace area of one closed ring, > 0 = counter-clockwise. */
double pv_ring_area(const pv_point *p, size_t n);

/* The sign of (b - a) x (p - a): 1 = p lies left of the line from a to b, 0 = on it, -1 = right. Exact. */
int pv_turn(pv_point a, pv_point b, pv_point p);

#endif
