/* The tables of a period as one HTML file that loads nothing and runs nothing: the summary, drawings, a table for each part of the columns with its definitions below, border plots, notes.
 *
 * Both languages stand in it; two buttons of plain HTML and CSS choose. Drawings are SVG within the page, each with its numbers as a table. A policy in the page allows its one style and nothing else.
 * The same facts give the same bytes. Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_YEAR_PAGE_H
#define PV_REPORT_YEAR_PAGE_H

#include "report/year.h"

PV_MUST pv_status pv_year_page(pv_text *out, const pv_year *year, pv_err *err);

#endif
