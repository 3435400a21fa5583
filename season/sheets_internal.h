/* What the files of sheets share. Nobody else includes this. */
#ifndef PV_SEASON_SHEETS_INTERNAL_H
#define PV_SEASON_SHEETS_INTERNAL_H

#include "season/imports.h"
#include "season/plots_internal.h"
#include "season/sheets.h"

/* Lines on the ground and how far they are: sheets_edges.c. The zero object has none. */
typedef struct pv_edge_piece {
    int64_t row, column; /* of the square that it lies in */
    double at[4];        /* lon, lat of both ends */
} pv_edge_piece;

typedef struct pv_edges {
    double reach_m, step_deg[2]; /* sides of a square */
    size_t n, cap;
    pv_edge_piece *piece; /* by row, then column; owned */
} pv_edges;

/* The borders of all units of two levels; outer: without those that two parts of these levels share. */
PV_MUST pv_status pv_edges_read(pv_edges *out, const pv_units *units, const pv_unit_level level[2], int outer, double reach_m, pv_err *err);
void pv_edges_release(pv_edges *e);
/* Metres to the nearest line; more than reach_m: infinite. */
double pv_edges_apart_m(const pv_edges *e, double lon_deg, double lat_deg);

/* What all sheets of one reading need. */
typedef struct pv_sheet_desk {
    pv_season *s;
    const char *date;
    const pv_units *units; /* NULL = none */
    pv_edges border, forest;
    pv_contexts contexts;
    size_t n_access, cap_access;
    double (*access)[2]; /* lon, lat; owned */
    /* Of the sheet at hand: */
    size_t n_findings, cap_findings;
    pv_finding *finding; /* by date; owned */
    int missed;          /* 1 = not seen at its last look */
    int regrown;         /* 1 = something is there again after its last eradication */
} pv_sheet_desk;

/* Fills reasons, points and risk: sheets_priority.c. */
PV_MUST pv_status pv_sheet_desk_open(pv_sheet_desk *d, pv_err *err);
void pv_sheet_desk_close(pv_sheet_desk *d);
void pv_sheet_weigh(pv_sheet_desk *d, pv_sheet *t);

/* What findings say, before weighing, and what is due, after it: sheets_steps.c. */
void pv_sheet_findings(pv_sheet_desk *d, pv_sheet *t);
void pv_sheet_steps(const pv_sheet_desk *d, pv_sheet *t);
/* 1 = nobody must go there: eradicated and checked again, or quiet. */
int pv_sheet_is_done(const pv_sheet *t);

/* Sets place, place_code, outside and on_border from the units that it touches. */
PV_MUST pv_status pv_sheet_place(pv_sheet *t, const pv_units *units, const pv_unit_hits *hits, pv_err *err);

/* A copy that is cut between characters. */
void pv_sheet_text(char *out, size_t size, const char *text);

#endif
