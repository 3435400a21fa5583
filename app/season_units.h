/* The boundaries of a season's settings.
 *
 * Threads: main thread. Errors: as geo/units.h. */
#ifndef PV_APP_SEASON_UNITS_H
#define PV_APP_SEASON_UNITS_H

#include "geo/units.h"
#include "season/store.h"

/* *out = NULL: season.conf names none. */
PV_MUST pv_status pv_season_units(pv_units **out, const pv_season *s, pv_err *err);

#endif
