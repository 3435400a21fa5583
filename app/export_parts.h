/* What export and sample share: access and control points, and the photos under the points.
 *
 * Threads: main thread. Errors: PV_USAGE (an option), PV_INPUT (season.conf), as sql.h. */
#ifndef PV_APP_EXPORT_PARTS_H
#define PV_APP_EXPORT_PARTS_H

#include "app/options.h"
#include "report/kit_sort.h"

enum { PV_EXPORT_PLACES = 64 };

/* Of the option (LON,LAT[,NAME]), else of the list in season.conf: *n of them. */
PV_MUST pv_status pv_export_read_places(pv_kit_place out[PV_EXPORT_PLACES], size_t *n, const pv_args *args, const pv_season *s, const char *option,
                                        pv_set set, pv_err *err);
/* What lies under the plots: boundaries, and the photos that show them. */
PV_MUST pv_status pv_export_add_maps(pv_kits *kits, pv_season *s, const pv_units *units, pv_err *err);

#endif
