/* The files of `papaver stats` that people hand in: XLSX and HTML, with the tables that their drawings need.
 *
 * Threads: the main thread. Errors: as season/figures.h, report/year_xlsx.h, report/year_page.h. */
#ifndef PV_APP_STATS_YEAR_H
#define PV_APP_STATS_YEAR_H

#include "report/year.h"

/* path NULL: to standard output, of the page only. */
typedef struct pv_stats_file {
    const pv_figures *table;
    pv_figures_source *source;
    pv_season *season;
    const pv_units *units; /* NULL: none */
    const char *path;
    int overwrite, zh;
    const char *chain; /* head of the ledger's chain, hex */
} pv_stats_file;

PV_MUST pv_status pv_stats_xlsx(const pv_stats_file *f, pv_err *err);
PV_MUST pv_status pv_stats_page(const pv_stats_file *f, pv_err *err);

#endif
