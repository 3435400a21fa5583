/* The page of `papaver report`: a season as it stands, one file like the morning page (map_page.h), made at any time.
 *
 * It says first which photos could not be used and what of the ground was not seen, in red. Files that wait in the inbox are not in the ledger: it says nothing about them, and that.
 * Threads: any. Errors: as map_page.h. */
#ifndef PV_REPORT_SEASON_PAGE_H
#define PV_REPORT_SEASON_PAGE_H

#include "report/map_page.h"

/* All borrowed. */
typedef struct pv_season_page_facts {
    const char *version;
    const pv_ground_report *ground;
    const char *plots;       /* sections of report/plots_html.h */
    const char *ground_html; /* sections of report/ground_pages.h */
    pv_map_facts *map;       /* with photos */
} pv_season_page_facts;

PV_MUST pv_status pv_season_page(pv_text *out, const pv_season_page_facts *facts, pv_err *err);

#endif
