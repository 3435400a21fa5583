/* The morning page's list of plots: where to go, the most urgent first, with what is new since the night before.
 *
 * Threads: any. */
#ifndef PV_REPORT_PLOTS_HTML_H
#define PV_REPORT_PLOTS_HTML_H

#include "base/err.h"
#include "base/text.h"
#include "report/map_pictures.h"
#include "season/plots_night.h"
#include "season/sheets.h"

/* Sections of the page: plots to walk to, then those that were not seen at the last look or are done; then those that stay quiet. What the sheets know stands under each plot; chips: pictures
 * of the first plots, as long as there is room (<img id="chip-P0AB12C">). Both may be NULL. PV_NOMEM, PV_IO (a picture cannot be read). */
PV_MUST pv_status pv_plots_html(pv_text *out, const pv_night_plots *plots, const pv_sheets *sheets, pv_map_pictures *chips, pv_err *err);
/* 34°12′03.25″N 105°06′00.00″E */
void pv_html_dms(pv_text *out, double lon_deg, double lat_deg);
/* Coordinates as a link that phones open: latitude, longitude. */
void pv_html_place(pv_text *out, double lon_deg, double lat_deg);
/* A growth stage in the bureau's words; another word as it is, escaped. */
void pv_html_stage(pv_text *out, const char *stage);

#endif
