/* Where a photo is: the convex outline of its cells, as the ledger's layer of photos shows it.
 *
 * Threads: any. Errors: PV_INPUT (a corner has no place on the Earth), PV_NOMEM. */
#ifndef PV_SEASON_FOOTPRINT_H
#define PV_SEASON_FOOTPRINT_H

#include "base/err.h"
#include "base/text.h"
#include "geo/cells.h"

/* A GeoPackage geometry (season/gpkg_geom.h) of all cells; empty when there are none. */
PV_MUST pv_status pv_footprint(pv_text *out, const pv_cells *cells, pv_err *err);

#endif
