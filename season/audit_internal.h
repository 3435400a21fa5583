/* What the files of the audit sample share. Nobody else includes this. */
#ifndef PV_SEASON_AUDIT_INTERNAL_H
#define PV_SEASON_AUDIT_INTERNAL_H

#include "season/audit.h"

/* A cell that may be drawn. */
typedef struct pv_audit_cell {
    uint64_t key;
    int32_t i, j;
    int map_class;
} pv_audit_cell;

/* The population: strata with their sizes, and of each the cells with the smallest keys. */
typedef struct pv_audit_frame {
    pv_cell_grid grid;
    pv_audit_stratum stratum[PV_STRATA]; /* n: 0 */
    int64_t unseen_e6;
    size_t n_best[PV_STRATA];
    pv_audit_cell *best[PV_STRATA]; /* [n_best] by key; at most PV_AUDIT_MOST; owned */
} pv_audit_frame;

/* PV_INPUT: nothing was seen on these days. */
PV_MUST pv_status pv_audit_frame_make(pv_audit_frame *out, pv_season *s, const pv_audit_design *design, pv_err *err);
void pv_audit_frame_release(pv_audit_frame *f);

/* What the map says of cells: the states of *out, in the order in which later ones win. What is none is background. */
enum { PV_AUDIT_NEAR = 1, PV_AUDIT_BORDER_OTHER, PV_AUDIT_BORDER_POPPY, PV_AUDIT_LIKELY };
PV_MUST pv_status pv_audit_map(pv_cells **out, pv_season *s, const pv_cell_grid *grid, const pv_audit_design *design, pv_err *err);

/* SQL: the day of photo p. */
#define PV_AUDIT_DAY "coalesce(p.day,substr(p.taken_at,1,10),(SELECT n.date FROM nights n WHERE n.fid=p.night))"

#endif
