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
    pv_finding *f;   /* what it says, no status yet; borrowed while the row is read or taken, else NULL: 200,000 of them are a gigabyte */
    int eradicated;  /* 1 = it says that, too */
    int counts;      /* 1 = it says how many plants were counted or removed */
    int makes_place; /* 1 = it made a new plot */
    char at[40];     /* the time of its day (line.date); "" = none */
    char gone_date[PV_DATE], gone_at[40];
    pv_return_line line;
} pv_return_row;

/* returns_read.c: why a row is not taken, in both languages; the format is a message for po/. What does not fit ends at a whole character. */
void pv_return_not_taken(pv_return_row *row, pv_return_outcome outcome, const char *fmt, ...) PV_PRINTF(3, 4);
void pv_return_not_taken_as(pv_return_row *row, pv_return_outcome outcome, const pv_err *why);
/* returns_read.c: fills the row, and what row->f points to, from its record; line.outcome says REFUSED with why when a field is wrong. */
void pv_return_read(pv_return_row *row, const pv_return_options *options);
/* Text s, n bytes, as an id would be written; 0 = it is not like one. */
int pv_return_id_like(const char *s, size_t n, char out[64]);
/* Nothing, the same as there, or its beginning where a Shapefile cut it; nothing (< 0), or the same to 3 decimals. */
int pv_return_text_is_said(const char *text, const char *there);
int pv_return_number_is_said(double v, double there);

/* returns_said.c: what the ledger's findings of a plot say, and those of this call. A question is a look into a hash; only rows of one plot, day and answer that give no time are compared
 * with each other. About 300 bytes a finding of the plots that were asked for. */
typedef struct pv_said pv_said;
PV_MUST pv_status pv_said_new(pv_said **out, pv_season *s, pv_err *err);
void pv_said_free(pv_said *d); /* NULL is fine */
/* *fid: the finding of that plot that says all that f does; 0 = there is none. root: the plot that stayed. */
PV_MUST pv_status pv_said_find(pv_said *d, const pv_finding *f, int64_t root, int64_t *fid, pv_err *err);
/* One that was recorded just now. */
PV_MUST pv_status pv_said_add(pv_said *d, const pv_finding *f, int64_t root, pv_err *err);

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
