/* The order in which a crew visits its plots: a short way from a starting point through all of them, that need not come back.
 *
 * The nearest next one first, then improved by turning pieces round (2-opt) and moving pieces of up to three (Or-opt) until nothing helps or a fixed number of looks is spent. So the
 * result depends on the places alone. On straight lines: what mountains and paths make of it nobody knows here.
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_ROUTE_H
#define PV_REPORT_ROUTE_H

#include <stddef.h>

#include "base/err.h"

typedef struct pv_route_place {
    double lon_deg, lat_deg;
} pv_route_place;

/* order[0..n-1]: indices of the places. from NULL: the way begins at place 0. */
PV_MUST pv_status pv_route_find(const pv_route_place *place, size_t n, const pv_route_place *from, size_t *order, pv_err *err);

#endif
