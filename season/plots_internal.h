/* What the files of plots share. Nobody else includes this. */
#ifndef PV_SEASON_PLOTS_INTERNAL_H
#define PV_SEASON_PLOTS_INTERNAL_H

#include "season/findings.h"
#include "season/form.h"
#include "season/outlines.h"
#include "season/plots.h"

/* Numbers of rows: as they come, or sorted and each once after pv_fids_sort(). */
typedef struct pv_fids {
    size_t n, cap;
    int64_t *at; /* owned */
} pv_fids;

PV_MUST pv_status pv_fids_add(pv_fids *f, int64_t fid, pv_err *err);
void pv_fids_sort(pv_fids *f);
int pv_fids_has(const pv_fids *f, int64_t fid); /* of sorted ones */
void pv_fids_release(pv_fids *f);

/* One update. */
typedef struct pv_plots_work {
    pv_season *s;
    double near_m, crew_m;
    pv_fids photos;              /* new ones, sorted */
    pv_fids made;                /* plots, in the order in which they were made */
    pv_fids touched;             /* plots whose rows have to be worked out again */
    pv_fids shown;               /* those of them that got hotspots */
    char date[PV_DATE];          /* of the night; "" = there was none */
    struct pv_plot_maker *maker; /* while hotspots get their plots */
} pv_plots_work;

/* In this order, in one transaction. */
PV_MUST pv_status pv_plots_take_photos(pv_plots_work *w, pv_err *err); /* gives the new photos their day */
PV_MUST pv_status pv_plots_join(pv_plots_work *w, pv_err *err);        /* gives hotspots their plot */
PV_MUST pv_status pv_plots_look(pv_plots_work *w, pv_err *err);        /* looks that did not see */
PV_MUST pv_status pv_plots_refresh(pv_plots_work *w, pv_err *err);     /* all that follows from hotspots and looks */
PV_MUST pv_status pv_plots_split(pv_plots_work *w, pv_err *err);
PV_MUST pv_status pv_plots_refresh_cells(pv_plots_work *w, pv_err *err);

/* Of a hotspot h: it was of one of these parts before plots were joined. parts: a parameter, numbers of plots as ",3,17,"; NULL = all of the plot. */
#define PV_SQL_OF_PARTS(parts) "(" parts " IS NULL OR instr(" parts ",','||coalesce(h.part,h.plot)||',')>0)"

/* A day on which a plot was seen: the photo with the largest area, and the hotspot that stands for the plot. */
typedef struct pv_last_day {
    size_t n; /* hotspots */
    double total_m2, area_m2, prob, spot_m2;
    int cut; /* 1 = the photo with the largest area sees a part only */
    int64_t spot;
    char spot_id[32], class_name[64], stage[64], capsules_from[PV_DATE];
} pv_last_day;
typedef struct pv_last_day_questions pv_last_day_questions;
PV_MUST pv_status pv_last_day_new(pv_last_day_questions **out, pv_season *s, pv_err *err);
void pv_last_day_free(pv_last_day_questions *q); /* NULL is fine */
/* parts: as PV_SQL_OF_PARTS takes them. area_m2 is rounded to 0.001. */
PV_MUST pv_status pv_last_day_read(const pv_last_day_questions *q, int64_t plot, const char *parts, const char *day, pv_last_day *out, pv_err *err);

/* Sights and looks day by day. The zero object is the beginning; days come in order. */
typedef struct pv_plot_days {
    char first_seen[PV_DATE], last_seen[PV_DATE], last_looked[PV_DATE];
    int64_t times_seen, times_looked;
    int years;     /* with a sight */
    int months;    /* with a sight, since the last miss */
    int long_run;  /* 1 = there were three such months */
    int missed;    /* looks since the last sight, in the year of the last look */
    int miss_year; /* that year */
    int missing;   /* 1 = missed since the last sight */
    int came_back; /* 1 = missed between two sights */
} pv_plot_days;

void pv_plot_days_add(pv_plot_days *d, const char *date, int seen);
pv_plot_kind pv_plot_days_kind(const pv_plot_days *d);
int pv_crop_year(const char *date);

/* ---- new plots: plots_make.c ---- */

/* What a plot begins with. */
typedef struct pv_plot_birth {
    const char *origin;     /* "photo" or "crew" */
    char first[64];         /* its first hotspot's id, or the place in words: makes the plot's id */
    char found_on[PV_DATE]; /* by a crew; "" = by a photo */
    double lon_deg, lat_deg;
} pv_plot_birth;

typedef struct pv_plot_maker pv_plot_maker;
PV_MUST pv_status pv_plot_maker_new(pv_plot_maker **out, pv_season *s, pv_err *err);
void pv_plot_maker_free(pv_plot_maker *m);
PV_MUST pv_status pv_plot_make(pv_plot_maker *m, const pv_plot_birth *b, int64_t *fid, pv_err *err);
/* The plot of a place that a crew found: one that is there, or a new one. Part of the open transaction; pv_plots_settle() follows. */
PV_MUST pv_status pv_plots_put_crew(pv_season *s, double lon_deg, double lat_deg, const char *date, int64_t *fid, pv_err *err);

/* ---- the life of a plot: plots_life.c ---- */

/* Of a finding f: its instant in days, NULL when no time is known. */
#define PV_SQL_INSTANT "CASE WHEN f.at LIKE '____-__-__T__:__%' THEN julianday(f.at) END"

/* What a finding answers, which becomes a step by what stood there on days before: poppies after it was gone have regrown; what is looked for in vain after it was gone is a check that found
 * none; what is found removed is an eradication, and a check when it was gone by the last verdict. What an office records by hand is what it says, but for a confirmation. */
typedef enum pv_answer { PV_ANSWER_NO = 0, PV_ANSWER_FOUND, PV_ANSWER_NOTHING, PV_ANSWER_REMOVED } pv_answer;

typedef struct pv_step {
    int64_t fid, plot, root; /* plot: that it was given for; root: the one that stayed */
    char date[PV_DATE], merged_on[PV_DATE];
    pv_plot_status status; /* said; after pv_steps_settle() the step that it is */
    pv_answer answer;
    int conflict;  /* another crew or file says the opposite of that day, and no verdict of a later day settles it */
    int contested; /* the same of its own plot, settled or not */
    uint64_t who;  /* crew and file */
} pv_step;

typedef struct pv_steps {
    size_t n, cap;
    pv_step *at; /* by fid; owned */
} pv_steps;

/* Columns of pv_step_read(), from 0 on; f: findings, p: their plots. */
#define PV_SQL_STEP                                                                                                                                  \
    "f.fid,f.plot,coalesce(p.merged_into,p.fid),coalesce(p.merged_on,''),f.status,f.date,f.verdict,f.disposal,f.import,f.crew,f.source"
enum { PV_STEP_COLUMNS = 11 };
void pv_step_read(pv_stmt *q, pv_step *out);
/* All findings of their plots, in any order; a function of the set. n log n. */
PV_MUST pv_status pv_steps_settle(pv_step *s, size_t n, pv_err *err);
/* The rows of a statement that gives PV_SQL_STEP, settled. */
PV_MUST pv_status pv_steps_read(pv_steps *out, pv_stmt *q, pv_err *err);
const pv_step *pv_step_find(const pv_step *s, size_t n, int64_t fid);
/* The plot whose past it looks back at: of a day after that one was joined the one that stayed. */
int64_t pv_step_own(const pv_step *s);
/* 1 = a code of the form that rules a plot out. */
int pv_verdict_rules_out(const char *verdict);

typedef struct pv_life_item {
    int64_t fid, plot; /* plot: as it was given; of a day after that one was merged: the plot that stayed */
    pv_plot_status status;
    char date[PV_DATE], merged_on[PV_DATE], key[65];
    int has_instant, conflict;
    double instant, prob; /* prob < 0: none */
    char class_name[64], reason[256];
} pv_life_item;

/* The findings of a plot and of those merged into it, by plot, then fid. */
typedef struct pv_life {
    size_t n, cap;
    pv_life_item *at; /* owned */
    pv_steps steps;
    long verdict; /* the one that decides; -1 = none */
    long office;  /* the last dispatch, check or vain visit; -1 = none */
    long decides; /* the one that the plot's status is of; -1 = a photo's or none; after pv_life_settle() */
} pv_life;

typedef struct pv_life_questions pv_life_questions;

/* date: the night's, on which silences end; borrowed. */
PV_MUST pv_status pv_life_new(pv_life_questions **out, pv_season *s, const char *date, pv_err *err);
void pv_life_free(pv_life_questions *q);
PV_MUST pv_status pv_life_read(pv_life *l, pv_life_questions *q, int64_t plot, pv_err *err);
/* Sorts the items that are there by plot, then fid, and sets verdict and office; root: the plot that stayed. */
void pv_life_decide(pv_life *l, int64_t root);
/* The first day on which a photo ends the silence of a plot that f ruled out, "" = none does; until: the last day of the silence if nothing does. f: date, prob, class_name;
 * parts: as PV_SQL_OF_PARTS takes them. */
PV_MUST pv_status pv_life_wakes(const pv_life_questions *q, int64_t plot, const char *parts, const pv_life_item *f, char day[PV_DATE],
                                char until[PV_DATE], pv_err *err);
/* Reads, and writes the plot's status; of a plot without findings nothing. */
PV_MUST pv_status pv_life_settle(pv_life_questions *q, pv_life *l, int64_t plot, pv_err *err);
void pv_life_release(pv_life *l);
int pv_life_is_verdict(pv_plot_status status);
int pv_life_is_gone(pv_plot_status status); /* eradicated, or rechecked after that */
int pv_life_step(pv_plot_status status);    /* the order of the steps of one day, from 0 */

/* Works out anew what follows from a change of one plot by hand; is_new: with the looks at plots that had none. Part of the open transaction. */
PV_MUST pv_status pv_plots_settle(pv_season *s, int64_t fid, int is_new, pv_err *err);
/* The date of the last night; "" when there was none. */
PV_MUST pv_status pv_plots_last_night(pv_season *s, char date[PV_DATE], pv_err *err);
/* Lists another plot. */
PV_MUST pv_status pv_findings_again(pv_findings_walk *w, int64_t plot, pv_err *err);
/* Adds a finding, or photos to the one that says the same (*same = 1), without what follows for the plot; f->fid is that finding, *root the plot that stayed. */
PV_MUST pv_status pv_findings_record(pv_season *s, pv_finding *f, int64_t *root, int *same, pv_err *err);
/* What follows for the plot from findings that were recorded: its status, and the kinds of cells. The life is left as pv_life_settle() leaves it. */
PV_MUST pv_status pv_findings_settle(pv_season *s, int64_t root, pv_life *life, pv_err *err);
/* Records of the photos that `from` names, a line each ("DCIM/p1.jpg", and after a tab "evidence/...jpg" where the picture came), that are not there yet; *added: how many. */
PV_MUST pv_status pv_finding_photos_add(pv_season *s, int64_t finding, const pv_finding *from, int64_t *added, pv_err *err);
/* What pv_finding.photos says, from those records (q: SELECT name,file by finding ?1, in a fixed order) and what stands in the finding's own row. */
PV_MUST pv_status pv_finding_photos_read(pv_stmt *q, int64_t finding, const char *before, char *out, size_t size, pv_err *err);
/* pv_findings_add() that asks for no evidence. */
PV_MUST pv_status pv_findings_put(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err);

/* Boxes in the ledger: units of 1e-7 degrees, outwards. west, south, east, north. */
void pv_box_units(const double box[4], int64_t out[4]);
void pv_box_bind(pv_stmt *q, int at, const double box[4]);

/* "SELECT ... FROM plots p", to which callers add WHERE and ORDER BY; ?1 is a date. pv_plot_row() reads the row at hand. */
extern const char pv_plot_select[];
void pv_plot_row(pv_stmt *q, pv_plot *out);
/* PV_BUG when there is none. Its urgency and priority are those of no date. */
PV_MUST pv_status pv_plot_get(pv_season *s, int64_t fid, pv_plot *out, pv_err *err);

/* An id: a letter and 30 bits of a hash over what it is for; attempt counts those that were taken. */
void pv_id_make(char out[PV_PLOT_ID], char letter, const char *kind, const char *season, const char *first, int attempt);
/* What a person typed, as ids are written: capitals, O as 0, I and L as 1, without blanks and hyphens. */
void pv_id_tidy(char out[PV_PLOT_ID], const char *id);

/* The number of the plot of that id, of a merged one its own; 0 = there is none. */
PV_MUST pv_status pv_plots_number(pv_season *s, const char *id, int64_t *fid, pv_err *err);

/* Of a word of the ledger; PV_PLOT_RULED_OUT when there is none such. */
pv_plot_status pv_plot_status_of(const char *word);

#endif
