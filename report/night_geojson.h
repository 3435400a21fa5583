/* out/<date>-<run>/hotspots.geojson: the hotspots of a night, as docs/formats/hotspots.md says, over all of its photos.
 *
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_NIGHT_GEOJSON_H
#define PV_REPORT_NIGHT_GEOJSON_H

#include "base/err.h"
#include "base/text.h"
#include "season/summary.h"

PV_MUST pv_status pv_night_geojson(pv_text *out, const pv_night_summary *sum, const char *version, pv_err *err);

#endif
