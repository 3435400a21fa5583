/* The drawings of a year's page: <figure>s with their numbers as a table. Each writes nothing when the year has nothing for it. Inside report/ only.
 *
 * Threads: any. What fails is remembered by the text; the maps need memory of their own: PV_NOMEM. */
#ifndef PV_REPORT_YEAR_DRAWINGS_H
#define PV_REPORT_YEAR_DRAWINGS_H

#include "report/year.h"
#include "report/year_svg.h"

/* Confirmed plots of each piece by growth stage, stacked. */
void pv_year_draw_stages(pv_text *out, const pv_year *year);
/* Ground seen since the first day, once and repeated, at the end of each piece. */
void pv_year_draw_coverage(pv_text *out, const pv_year *year);
/* Suspected, confirmed and eradicated plots, year by year. */
void pv_year_draw_years(pv_text *out, const pv_year *year);
/* Units of the level that was asked for, shaded by share seen and by share eradicated (year_map.c). */
PV_MUST pv_status pv_year_draw_maps(pv_text *out, const pv_year *year, pv_err *err);

/* Confirmed plots by area of the ground that both of two neighbouring years saw, with the rest apart; and what became of them: in both, new, gone, regrown (year_change.c). */
void pv_year_draw_common(pv_text *out, const pv_year *year);
void pv_year_draw_changes(pv_text *out, const pv_year *year);
/* A map of cells of 100 m by kind: permanent, intermittent, new, abandoned (year_kinds.c). */
PV_MUST pv_status pv_year_draw_kinds(pv_text *out, const pv_year *year, pv_err *err);

/* The numbers of a drawing, to be unfolded: a line a row (label, then the figures). */
typedef struct pv_year_numbers {
    const pv_figures *table;
    int n;
    const char *const *id; /* [n] figures */
    int by_period;         /* 1 = the totals, by period; 0 = the rows of `level` */
    pv_unit_level level;
} pv_year_numbers;
void pv_year_numbers_table(pv_text *out, const pv_year_numbers *n);

/* The total of a period; NULL = none. */
const pv_figures_row *pv_year_total(const pv_figures *t, size_t period);
/* Of a figure by its id; 0 where it is not known. */
double pv_year_real(const pv_figures_row *row, const char *id);

#endif
