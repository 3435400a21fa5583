/* Days that options give.
 *
 * Threads: main thread. Errors: PV_USAGE: it is no day of the calendar; PV_BUG: there is no clock. */
#ifndef PV_APP_DAY_H
#define PV_APP_DAY_H

#include "app/options.h"
#include "season/plots.h"

/* The day of an option, YYYY-MM-DD; out stays as it is where the option is not given. */
PV_MUST pv_status pv_day_read(char out[PV_DATE], const pv_args *args, const char *option, pv_err *err);
/* The same, else today's local date. */
PV_MUST pv_status pv_day_or_today(char out[PV_DATE], const pv_args *args, const char *option, pv_err *err);

#endif
