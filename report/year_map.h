/* A map of units in a drawing: equirectangular at the middle latitude. Inside report/ only.
 *
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_YEAR_MAP_H
#define PV_REPORT_YEAR_MAP_H

#include "report/year.h"
#include "report/year_svg.h"

enum { PV_YEAR_MAP_UNITS = 4000 }; /* more are not drawn */

typedef struct pv_year_map {
    const pv_units *units;
    const pv_figures *table; /* rows of its first period */
    pv_unit_level level;
    double west, north, shrink, scale; /* view box = (lon - west) * shrink * scale, (north - lat) * scale */
    double height;
    size_t *row; /* [units] of the table; SIZE_MAX = none; owned: pv_free() */
} pv_year_map;

/* The finest level of the table's units; 0 = it has none. */
int pv_year_map_level(const pv_figures *t, pv_unit_level *level);
/* Finds the units of the level that have a row, *n of them, and widens box (west, south, east, north) by them. */
PV_MUST pv_status pv_year_map_join(pv_year_map *m, double box[4], size_t *n, pv_err *err);
/* As large as the drawing has room for. */
void pv_year_map_aim(pv_year_map *m, const double box[4]);
double pv_year_map_x(const pv_year_map *m, double lon);
double pv_year_map_y(const pv_year_map *m, double lat);
/* The outline of a unit, thinned to what is drawn. */
PV_MUST pv_status pv_year_map_outline(pv_text *out, const pv_year_map *m, size_t unit, const char *fill, pv_err *err);

#endif
