/* Cells as polygons: the exact rectilinear outline of all cells of some states, with holes.
 *
 * Parts that touch at a corner only are polygons of their own; every ring is simple (holes may touch at a corner). Outer rings run counter-clockwise, holes clockwise. Made from runs:
 * memory follows the outline. The area in cells is exactly the number of cells.
 * Threads: any. Errors: PV_NOMEM, PV_INPUT (a corner has no place on the Earth). */
#ifndef PV_GEO_CELLS_SHAPE_H
#define PV_GEO_CELLS_SHAPE_H

#include "geo/cells.h"

/* Corner (i, j) lies at easting i c, northing j c. */
typedef struct pv_cell_shape {
    size_t n_points;
    int32_t (*point)[2]; /* corners where the direction changes; rings are not closed by a second copy of their first point */
    size_t n_rings;
    size_t *ring; /* [n_rings + 1] first points */
    size_t n_polygons;
    size_t *polygon; /* [n_polygons + 1] first rings: the outer one, then its holes. In order of each polygon's southernmost, then westernmost cell */
    int64_t n_cells;
    size_t cap_points, cap_rings;
} pv_cell_shape;

/* states: bit k set = cells of state k belong to it (PV_CELL_NONE cannot). The zero object is empty and releasable. */
PV_MUST pv_status pv_cell_shape_make(pv_cell_shape *out, const pv_cells *cells, unsigned states, pv_err *err);
void pv_cell_shape_release(pv_cell_shape *s);
/* Twice the signed area of a ring, in cells: positive for an outer one. */
int64_t pv_cell_ring_area2(const pv_cell_shape *s, size_t ring);

/* To WGS 84: one owner, one thread. */
typedef struct pv_cell_globe pv_cell_globe;
PV_MUST pv_status pv_cell_globe_new(pv_cell_globe **out, const pv_cell_grid *grid, int32_t near_i, int32_t near_j, pv_err *err);
void pv_cell_globe_free(pv_cell_globe *g); /* NULL is fine */
/* Of a point of the grid, in cells. */
PV_MUST pv_status pv_cell_globe_lonlat(pv_cell_globe *g, double i, double j, double *lon_deg, double *lat_deg, pv_err *err);
/* The other way: 1, or 0 when the point has no place in the grid. */
int pv_cell_globe_cell(pv_cell_globe *g, double lon_deg, double lat_deg, double *i, double *j);
/* A ring as longitudes and latitudes, the first point once more at the end. Edges get further points where they cross multiples of about 200 m of the grid, because a straight line of
 * the grid is none on the Earth; neighbours have the same ones. *lonlat (pairs; grown with pv_grow, *cap in pairs) is yours; *n pairs are filled. */
PV_MUST pv_status pv_cell_ring_wgs84(const pv_cell_shape *s, size_t ring, pv_cell_globe *g, double (**lonlat)[2], size_t *cap, size_t *n,
                                     pv_err *err);

#endif
