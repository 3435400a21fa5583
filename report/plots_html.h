/* The morning page's list of plots: where to go, the most urgent first, with what is new since the night before.
 *
 * Threads: any. */
#ifndef PV_REPORT_PLOTS_HTML_H
#define PV_REPORT_PLOTS_HTML_H

#include "base/err.h"
#include "base/text.h"
#include "season/plots_night.h"

/* Sections of the page: plots to walk to, then those that were not seen at the last look or are done. PV_NOMEM. */
PV_MUST pv_status pv_plots_html(pv_text *out, const pv_night_plots *plots, pv_err *err);
/* Coordinates as a link that phones open: latitude, longitude. */
void pv_html_place(pv_text *out, double lon_deg, double lat_deg);
/* A growth stage in the bureau's words; another word as it is, escaped. */
void pv_html_stage(pv_text *out, const char *stage);

#endif
