/* Which growth stages the photos of a night can show, by the calendar of stages: "nothing found" means little out of season.
 *
 * Threads: main thread. Errors: PV_NOMEM; without a calendar there are no lines. */
#ifndef PV_APP_NIGHT_STAGES_H
#define PV_APP_NIGHT_STAGES_H

#include "base/err.h"
#include "base/text.h"
#include "season/summary.h"

/* A piece of the page: one line for each day of the photos. */
PV_MUST pv_status pv_night_stages(pv_text *out, const pv_night_summary *sum, pv_err *err);

#endif
