/* What stands in the cells of a year's sheets: lines (the rows of the table and their rows of corrections) and, for each figure, a number or the formula that gives it. Inside report/ only.
 *
 * A formula is used only where a spreadsheet gets our number from it, to the last decimal that is shown: this is worked out here from the numbers of the cells, in doubles, as a spreadsheet does it.
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_YEAR_CELLS_H
#define PV_REPORT_YEAR_CELLS_H

#include "season/figures.h"

typedef struct pv_year_line {
    size_t row;        /* of the table */
    int is_correction; /* 1 = what that row has more (or, below 0, less) than the lines below it together */
    size_t above;      /* line whose sum it is a part of; SIZE_MAX = none */
    size_t end;        /* the lines below it lie between it and this one, among them those below these */
    size_t n_below;    /* lines of which it is the line above */
} pv_year_line;

typedef enum pv_year_how {
    PV_CELL_UNKNOWN = 0, /* empty */
    PV_CELL_NUMBER,
    PV_CELL_DATE,
    PV_CELL_PARTS, /* the sum of the figure's parts in this line */
    PV_CELL_BELOW, /* the sum over the lines below */
    PV_CELL_SHARE  /* of / per, cut to two decimals of a percent; empty when per is 0 */
} pv_year_how;

typedef struct pv_year_cell {
    pv_year_how how;
    int known;
    double value; /* ours: beside a formula its result */
} pv_year_cell;

typedef struct pv_year_lines {
    int n_figures;
    size_t n, cap;
    pv_year_line *line;
    pv_year_cell *cell; /* [n][n_figures] */
} pv_year_lines;

PV_MUST pv_status pv_year_lines_make(pv_year_lines *out, const pv_figures *t, pv_err *err);
void pv_year_lines_release(pv_year_lines *l);
const pv_year_cell *pv_year_cell_at(const pv_year_lines *l, size_t line, int figure);
/* The parts of a figure, the first way to add it up: gives their number, at most most; 0 = it has none. */
int pv_year_figure_parts(int figure, int *part, int most);

#endif
