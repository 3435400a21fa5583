/* The audit samples of a year's table: a sheet of the workbook and a section of the page, stratum by stratum. docs/formats/stats.md is for people. Inside report/ only.
 *
 * Threads: any. What fails is remembered by the book, the text. */
#ifndef PV_REPORT_YEAR_AUDIT_H
#define PV_REPORT_YEAR_AUDIT_H

#include "report/year.h"
#include "report/year_book.h"

/* 1 = a period of the table has a draw. */
int pv_year_has_audit(const pv_figures *t);
/* What stands in its place where no period has one: the note that says so; NULL = there is none. */
const pv_figures_note *pv_year_no_audit(const pv_figures *t);

/* A block a period from row `first` on: strata with their answers, areas of the matrix, figures. Sums and estimates are formulas, where a spreadsheet gets our number from them. */
void pv_year_audit_sheet(pv_book *b, lxw_worksheet *sheet, const pv_figures *t, lxw_row_t first);
/* The answers of a draw by stratum, as a table. */
void pv_year_audit_strata(pv_text *out, const pv_audit_estimate *e);

#endif
