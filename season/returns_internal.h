/* What the files of returns share. Nobody else includes this. */
#ifndef PV_SEASON_RETURNS_INTERNAL_H
#define PV_SEASON_RETURNS_INTERNAL_H

#include "season/imports.h"
#include "season/returns.h"

typedef struct pv_return_row {
    const pv_vector *v;
    const pv_vector_record *r;
    size_t file;               /* of the files given */
    size_t source;             /* of pv_returns.source */
    size_t number;             /* in the order of files and lines */
    int64_t plot;              /* 0 = none yet */
    int64_t point;             /* of an audit sample (season/audit.h); 0 = none. Then the row is an answer to it, and no finding */
    char how_seen[32];         /* of an audit's form; "" = not said */
    double plot_lon, plot_lat; /* of either */
    double lon_deg, lat_deg;   /* as the file gives them; WGS 84 once the datum is settled */
    int has_place;
    int says;        /* 1 = it says something */
    char id[64];     /* like a plot's id; "" = none */
    int id_in_name;  /* 1 = a word of its name only looks like one */
    pv_finding f;    /* what it says; no status yet */
    int eradicated;  /* 1 = it says that, too */
    int makes_place; /* 1 = it made a new plot */
    char gone_date[PV_DATE], gone_at[40];
    pv_return_line line;
} pv_return_row;

/* returns_read.c: fills the row from its record; line.outcome says REFUSED with why when a field is wrong. */
void pv_return_read(pv_return_row *row, const pv_return_options *options);
/* Text s, n bytes, as an id would be written; 0 = it is not like one. */
int pv_return_id_like(const char *s, size_t n, char out[64]);
/* A finding that says no more than `there` does, which is in the ledger. */
int pv_return_is_said(const pv_finding *f, const pv_finding *there);

/* returns_context.c: an entry of the register or a tip-off; line.outcome says REFUSED with why when it cannot be one. */
void pv_return_context_read(pv_return_row *row, const pv_return_options *options, pv_context *c);

/* returns_match.c */
double pv_return_metres(double lon1, double lat1, double lon2, double lat2);
/* Finds the plots of ids. */
PV_MUST pv_status pv_return_by_id(pv_return_row *row, pv_season *s, const char *today, pv_err *err);
/* The datum of a source from its rows; refused is set when it has to be asked for. Turns the rows' places into WGS 84. */
PV_MUST pv_status pv_return_settle_datum(pv_return_source *source, pv_return_row *row, size_t n, const pv_return_options *options, pv_datum said,
                                         pv_err *err);
/* The plots that are there before a call adds any. */
typedef struct pv_known_plot {
    int64_t fid;
    char id[PV_PLOT_ID];
    double lon_deg, lat_deg;
} pv_known_plot;
typedef struct pv_known_plots {
    size_t n, cap;
    pv_known_plot *at; /* [n] by latitude; owned */
} pv_known_plots;
PV_MUST pv_status pv_known_plots_read(pv_known_plots *out, pv_season *s, pv_err *err);
void pv_known_plots_release(pv_known_plots *k);
/* Finds the plot of a row without id. */
void pv_return_by_distance(pv_return_row *row, const pv_known_plots *known, double match_m);

/* returns_audit.c: rows of audit samples. */

/* The point of an id that is like one of an audit sample; REFUSED when no draw has it. */
PV_MUST pv_status pv_return_point(pv_return_row *row, pv_season *s, pv_err *err);
/* In a source with rows of an audit sample nothing else is taken but rows with the id of a plot: what a crew chose is no point of it. */
void pv_return_refuse_chosen(pv_return_row *row, size_t n);
/* The row's answer into the ledger; row->f.import is set. */
PV_MUST pv_status pv_return_answer(pv_return_row *row, pv_season *s, pv_finding_outcome *outcome, pv_err *err);

/* returns_evidence.c: finds the pictures of a row (in its ZIP, or beside path) and, unless dry, keeps them in the season's evidence folder. */
PV_MUST pv_status pv_return_evidence(pv_return_row *row, pv_season *s, const char *path, int dry, pv_err *err);

#endif
