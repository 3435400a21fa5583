/* What `papaver stats --certificate` and `--scorecard` do. Threads: main thread. */
#ifndef PV_APP_STATS_CARDS_H
#define PV_APP_STATS_CARDS_H

#include "app/options.h"
#include "base/text.h"

typedef enum pv_stats_format { PV_STATS_TEXT = 0, PV_STATS_CSV, PV_STATS_JSON, PV_STATS_XLSX, PV_STATS_HTML, PV_STATS_FORMATS } pv_stats_format;

/* Adds the certificates, or the scorecard, of the units of the one period that was given. */
PV_MUST pv_status pv_stats_cards(const pv_args *args, pv_stats_format format, int zh, pv_text *out, pv_err *err);

#endif
