/* A period's tables as people hand them in: what the XLSX (year_xlsx.h) and the page (year_page.h) are made from, and how both cut the columns into tables.
 *
 * All is borrowed. Threads: any. */
#ifndef PV_REPORT_YEAR_H
#define PV_REPORT_YEAR_H

#include "season/common.h"
#include "season/permanence.h"

typedef struct pv_year {
    const char *version;     /* of the program */
    const pv_figures *table; /* what was asked for: its periods, its rows */
    int zh;                  /* 1 = Chinese; of the page: what it shows first */
    const char *chain;       /* UTF-8: the head of the ledger's chain, "" = not known */
    /* Drawings of the page; each may be NULL: then it has none of that kind. */
    const pv_figures *places;  /* one period by units, for the maps; may be the table itself */
    const pv_figures *pieces;  /* one period cut into pieces (旬, months), without units */
    const pv_figures *growing; /* as many periods, each from the first day to the end of a piece; ground alone (pv_figures_ground) */
    const pv_figures *years;   /* one row a year */
    const pv_units *units;     /* outlines of the units of places */
    /* These years in pairs; places by kind on the last day. */
    const pv_common *common;
    const pv_permanence *kinds;
} pv_year;

/* Columns that stand in one table: figures first..end - 1 of pv_figures_list(), all of one group. */
typedef struct pv_year_part {
    int first, end;
    const char *zh, *en; /* "发现：核查", "finds: checks"; at most 31 characters without those that a sheet's name may not have; static */
} pv_year_part;

enum { PV_YEAR_PARTS = 12 };

/* In the order of figures; gives their number. Those of group AUDIT are in none: they have a sheet and a section of their own (year_audit.h). */
int pv_year_parts(pv_year_part out[PV_YEAR_PARTS]);

/* The last day of the periods: the date that files carry, "2026-12-31"; "1980-01-01" of a table without periods. */
const char *pv_year_date(const pv_figures *t);
/* The periods in words: the one, or the first and the last. */
void pv_year_periods(pv_text *out, const pv_figures *t, int zh);
/* "乡镇", "township": what the rows of a table are. */
const char *pv_year_by(pv_figures_by by, int zh);

#endif
