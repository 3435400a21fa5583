/* `papaver evaluate --from-season`: precision of what crews were sent to, from their findings (season/precision.h), as a table or JSON; with --model of what that model
 * shows of the judged plots (app/exam_taught.h).
 *
 * Threads: main thread. Errors: PV_INPUT (no findings that judge), as season/sql.h, PV_IO. */
#ifndef PV_APP_EXAM_SEASON_H
#define PV_APP_EXAM_SEASON_H

#include "app/options.h"

PV_MUST pv_status pv_exam_season(const pv_args *args, pv_err *err);

#endif
