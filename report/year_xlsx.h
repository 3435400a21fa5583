/* The tables of a period as an XLSX in one language: a sheet of the summary, one for each part of the columns (year.h), definitions, notes. docs/formats/stats.md is for people.
 *
 * Rows are those of the table, the same in every sheet. Shares, figures that are the sum of others and rows that have rows below them are formulas with our value beside; where what is below does not
 *   add up to ours (plots on a border, ground outside, rounding), a row of corrections under the total says by how much. Of each formula it is worked out here what a spreadsheet will get: where that is not our
 *   number to its last decimal, the cell holds the number instead.
 * The same facts give the same bytes; the file's date is pv_year_date(). Texts are texts, whatever they begin with.
 * Threads: one at a time for each path. Errors: PV_USAGE (exists, or more rows than a sheet has), PV_IO, PV_NOMEM; the file is whole or absent. */
#ifndef PV_REPORT_YEAR_XLSX_H
#define PV_REPORT_YEAR_XLSX_H

#include "report/year.h"

PV_MUST pv_status pv_year_xlsx(const pv_year *year, const char *path, int overwrite, pv_err *err);

#endif
