/* What crews send back, taken into the ledger: findings, the forest-entry register and tip-offs. docs/formats/returns.md is for people.
 *
 * A row belongs to the plot whose id it gives (typing errors as in pv_plots_find()), else to the nearest plot within match_m when no second one is within twice that distance. A row
 *   without a plot that confirms something is a new place. All else is listed and not taken: an id that no plot has, a place more than 200 m from the id's plot, two plots that are near.
 * What a row says is what its form's fields say (form.h): one finding, or two where a plot was confirmed and eradicated. Where a plot had been eradicated on an earlier day, poppies are a
 *   regrowth, and anything else is a check that found none. A row that is not checked says nothing. A finding that stands in the ledger already, or says less than one of that day, is the same.
 * Datum. Positions are WGS 84 as the file says, or as options->datum says; else the rows with ids show it: the median of their offsets is near nothing, or near the local shift of GCJ-02 or
 *   BD-09 (within 20 m, by 3 rows or more). Where nothing shows it and a row is to be placed by its position, the file is refused and its sentence asks for --datum.
 * All rows of all files are one transaction, in the order of their days; a file that cannot be used is named and the others are taken. Nothing is changed or deleted.
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_RETURNS_H
#define PV_SEASON_RETURNS_H

#include "base/lines.h"
#include "geo/vector_in.h"
#include "season/findings.h"

typedef enum pv_return_kind { PV_RETURN_FINDINGS = 0, PV_RETURN_REGISTER, PV_RETURN_TIPS } pv_return_kind;

typedef struct pv_return_options {
    pv_return_kind kind;
    pv_datum datum;    /* UNSAID: as above */
    const char *crew;  /* of rows that name none; NULL = nothing */
    const char *date;  /* of rows without a day; NULL = nothing */
    const char *today; /* of the batch, YYYY-MM-DD */
    int dry_run;       /* 1 = everything but writing */
} pv_return_options;

typedef enum pv_return_how { PV_RETURN_NOT = 0, PV_RETURN_BY_ID, PV_RETURN_BY_DISTANCE, PV_RETURN_NEW_PLACE } pv_return_how;

/* Worse ones later: of two findings of a row the worse counts. */
typedef enum pv_return_outcome {
    PV_RETURN_UNCHECKED = 0, /* it says nothing */
    PV_RETURN_SAME,
    PV_RETURN_ADDED,
    PV_RETURN_LATE,     /* recorded; a later finding decides */
    PV_RETURN_CONFLICT, /* recorded; another crew says otherwise */
    PV_RETURN_DOUBTFUL, /* not taken: somebody must look */
    PV_RETURN_REFUSED,  /* not taken: its content is wrong */
    PV_RETURN_OUTCOMES
} pv_return_outcome;

/* A row that says something. */
typedef struct pv_return_line {
    char file[256]; /* "back.zip/plots.csv" */
    int64_t line;   /* as pv_vector_record.line */
    char said[64];  /* the id or name that stands there */
    char plot[PV_PLOT_ID];
    pv_return_how how;
    double off_m; /* from the plot's point; < 0: unknown */
    pv_return_outcome outcome;
    int n_status;
    pv_plot_status status[2]; /* that were recorded, or would be */
    char date[PV_DATE];
    int photos;                    /* evidence files found */
    char why[256], why_local[256]; /* of DOUBTFUL and REFUSED; the same in the reader's language (base/tr.h), "" = as why */
} pv_return_line;

/* A file that was given, or one of a ZIP or folder. */
typedef struct pv_return_source {
    char file[256], format[PV_VECTOR_FORMAT];
    pv_datum datum;
    const char *known_by; /* "given", "said", "detected", "assumed", ""; static */
    double shift_m;       /* median offset of the rows with ids; < 0: there are none */
    int64_t rows, unchecked;
    pv_err refused; /* PV_OK = it was read */
} pv_return_source;

typedef struct pv_returns {
    size_t n, cap, n_sources, cap_sources;
    pv_return_line *at; /* in the order of files and lines */
    pv_return_source *source;
    pv_lines said; /* what else was refused or left out, by row */
    int64_t count[PV_RETURN_OUTCOMES], new_places, context_added, evidence;
    int64_t refused_files;
} pv_returns;

PV_MUST pv_status pv_returns_take(pv_returns *out, pv_season *s, int n, const char *const *path, const pv_return_options *options, pv_err *err);
void pv_returns_release(pv_returns *r);

/* "unchecked", "same", "added", ...; "", "id", "distance", "new_place". Static. */
const char *pv_return_outcome_word(pv_return_outcome outcome);
const char *pv_return_how_word(pv_return_how how);

/* ---- parts, for tests ---- */

/* What a phone or a person wrote: "2026-05-20", "2026/5/20 9:12", "2026年5月20日", RFC 3339, or a day number of a spreadsheet. To the local day and, where a time stands there, RFC 3339 of the
 * season's zone, +08:00, which is taken where none is said. 0 = no time. */
int pv_return_time(const char *text, char date[PV_DATE], char at[40]);

#endif
