/* Which plots go into which kit, and in which order they are visited.
 *
 * By a level of the boundaries: a plot that touches several units of it is in the kit of each; plots that touch none have a kit of their own. By crew: that of the last
 * dispatch. Nothing is left out. Threads: any. Errors: PV_NOMEM, PV_USAGE (no such level or unit). */
#ifndef PV_REPORT_KIT_SORT_H
#define PV_REPORT_KIT_SORT_H

#include "report/kit.h"
#include "season/gaps.h"

typedef struct pv_kits_how {
    const char *by;   /* a word of pv_unit_level_word(), "crew" or "all" */
    const char *unit; /* only the kit of this one: its code, key or name, or a crew's name; NULL: all */
    const char *version;
    size_t n_access, n_control; /* each kit takes the one that is nearest to a plot of it */
    const pv_kit_place *access, *control;
    const pv_gaps *gaps;            /* NULL: no gaps are to be flown */
    const pv_ground_report *ground; /* of the whole season and these units; NULL: what was not seen is not said */
    double height_m;
    int overlap_along, overlap_across;
    const char *audit; /* the sheets are the points of this audit sample; NULL: plots */
    double audit_unit_m2;
} pv_kits_how;

/* Borrows the sheets. */
typedef struct pv_kits {
    size_t n, cap;
    pv_kit *at; /* by key; the one of plots outside last */
} pv_kits;

/* units NULL: no boundaries. */
PV_MUST pv_status pv_kits_sort(pv_kits *out, const pv_sheets *sheets, const pv_units *units, const pv_kits_how *how, pv_err *err);
void pv_kits_release(pv_kits *k);

#endif
