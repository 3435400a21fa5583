/* The first draft of an order of visit: always the nearest place that is left.
 *
 * A tree of halves of space, so that 100,000 places take a part of a second. Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_ROUTE_NEAREST_H
#define PV_REPORT_ROUTE_NEAREST_H

#include <math.h>
#include <stddef.h>

#include "base/err.h"

/* order[0] = 0; then each time the nearest place that is left, of equally near ones the first. xyz[n]: metres. */
PV_MUST pv_status pv_route_nearest(const double (*xyz)[3], size_t n, size_t *order, pv_err *err);

/* Metres between two points in space. */
static inline double pv_route_apart_m(const double a[3], const double b[3])
{
    double dx = a[0] - b[0], dy = a[1] - b[1], dz = a[2] - b[2];
    return sqrt(dx * dx + dy * dy + dz * dz);
}

#endif
