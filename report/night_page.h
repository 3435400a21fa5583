/* out/<date>-<run>/index.html: the morning page, one file, readable without script and without a network, Chinese and English.
 *
 * It says first what was not seen, in red, then where to go, with the map, then what was looked at. Threads: any. Errors: as map_page.h. */
#ifndef PV_REPORT_NIGHT_PAGE_H
#define PV_REPORT_NIGHT_PAGE_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "report/map_page.h"
#include "season/summary.h"

/* What the ledger does not know of a night. All borrowed. */
typedef struct pv_night_page_facts {
    const char *version;
    size_t n_waiting;
    const char *const *waiting_file, *const *waiting_reason;
    const char *plots;        /* sections of report/plots_html.h */
    pv_map_facts *map;        /* of the map and of the page's language */
    const char *stages;       /* which growth stages the photos can show: a piece of the page */
    const char *ground;       /* sections of report/ground_pages.h */
    const int *waiting_never; /* 1 = it cannot be used, and does not wait */
    int64_t strangers;        /* files that are no photos */
    double min_area_m2;       /* the smallest patch that is looked for */
    int64_t blurred_e4;       /* ground of this night, each cell once, that no photo of the night shows better than blurred; too coarse */
    int64_t coarse_e4;
} pv_night_page_facts;

PV_MUST pv_status pv_night_page(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts, pv_err *err);

#endif
