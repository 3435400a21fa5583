/* What the files of figures share. Nobody else includes this.
 *
 * The way: figures_read (events of the ledger) -> figures_steps (each plot's days, once) -> figures_judge (a plot in a period) -> figures_rows (which rows it counts in) -> figures_make. */
#ifndef PV_SEASON_FIGURES_INTERNAL_H
#define PV_SEASON_FIGURES_INTERNAL_H

#include "season/figures.h"
#include "season/figures_table.h"
#include "season/ground_days.h"
#include "season/plots_internal.h"

#define PV_FIGURE_NUMBER(id, ...) FIG_##id,

/* Numbers of the figures. */
enum { PV_FIGURE_TABLE(PV_FIGURE_NUMBER) PV_FIGS };

/* Days are whole numbers since 1970-01-01. */
enum { PV_NO_DAY = INT32_MIN, PV_FIG_STAGES = 7, PV_FIG_METHODS = 4, PV_FIG_REASONS = 7 };

typedef struct pv_fig_words {
    size_t n, cap;
    char **at; /* sorted, each once; owned */
} pv_fig_words;

/* Its place; -1 = "" or not there. */
int32_t pv_fig_word(const pv_fig_words *w, const char *text);

typedef struct pv_fig_finding {
    int64_t fid;
    size_t plot, root;      /* as it was given, and what that is a part of */
    int32_t day, merged_on; /* merged_on: of its plot, PV_NO_DAY = it stands for itself */
    pv_plot_status status;  /* the step that it is in the light of the days before (plots_steps.c) */
    int has_instant;
    double instant, prob, sample_m2, area_m2; /* < 0: not said */
    int64_t counted, removed, sample_plants;
    int32_t crew, who, source, note, class_name; /* words; who: the crew, else the first signature */
    int8_t verdict, stage, method;               /* places in the form's lists; -1 = none */
    char key[65];
} pv_fig_finding;

/* A day on which photos showed a plot. */
typedef struct pv_fig_sight {
    size_t plot;
    int32_t day, n;  /* n: hotspots */
    int64_t hotspot; /* that stands for it */
    double prob, spot_m2;
    uint8_t own;    /* 1 = it is of the plot itself, not of a part that was joined to it later */
    uint8_t solved; /* area_e4 is set; hotspot and stage are those that stand for the day */
    int64_t area_e4;
    int8_t stage;
    uint8_t dated; /* what follows is set */
    int32_t capsules_from;
    int placed;
    size_t place, n_place; /* in pv_figures_source.place */
    int estimated;         /* plants are set; < 0 = there are none */
    double plants[3];
    char spot_id[PV_RESULT_HOTSPOT_ID];
} pv_fig_sight;

typedef enum pv_fig_state {
    PV_FIG_NOTHING = 0,
    PV_FIG_SUSPECTED,
    PV_FIG_RULED_OUT,
    PV_FIG_CONFIRMED,
    PV_FIG_ERADICATED,
    PV_FIG_RECHECKED,
    PV_FIG_SEEN_AGAIN
} pv_fig_state;

/* A day of a plot: what it is at the day's end. */
typedef struct pv_fig_step {
    int32_t day;
    pv_fig_state state;
    uint8_t counts; /* the plot counts in a period with this day */
    uint8_t begins; /* of a new growth */
    uint8_t regrown;
    uint8_t verdict;     /* a verdict of this day stands */
    uint8_t conflict;    /* findings contradict each other and no later one settled it */
    uint8_t unreachable; /* the last that is known of the check */
    size_t sight;        /* SIZE_MAX = none */
    size_t finding, n_findings;
    size_t decides; /* finding; SIZE_MAX = none */
} pv_fig_step;

typedef struct pv_fig_plot {
    int64_t fid;
    char id[PV_PLOT_ID];
    size_t root;                  /* itself, or the plot that it is a part of */
    int32_t known_from, known_to; /* it is one plot in tables whose last day lies between */
    size_t version, n_versions;   /* what stood in its place in older tables: places in pv_figures_source.plot */
    size_t part, n_parts;         /* of such a version: its parts, in pv_figures_source.part */
    char *parts;                  /* the same for PV_SQL_OF_PARTS; NULL = all hotspots; owned */
    int64_t holder;               /* fid of the plot that has its hotspots today */
    int32_t merged_on, found_on, last_seen, capsules_from;
    double lon_deg, lat_deg, area_m2;
    int64_t hotspot;
    int8_t stage;
    size_t finding, n_findings; /* of a root: its own and those of its parts, by day, then key */
    size_t sight, n_sights;
    size_t step, n_steps;
    int placed;
    size_t place, n_place;
} pv_fig_plot;

/* Of a plot as it was known before a night joined it with others. */
typedef struct pv_fig_part {
    size_t plot;
    int32_t joined_on; /* PV_NO_DAY = the one that stayed */
} pv_fig_part;

/* A night found `part` to be a part of `plot`. */
typedef struct pv_fig_join {
    size_t part, plot, root;
    int32_t day;
} pv_fig_join;

typedef struct pv_fig_photo {
    int64_t fid;
    int32_t day, model, folder; /* model, folder: words */
    int placed;
    size_t place, n_place;
} pv_fig_photo;

typedef struct pv_fig_entry { /* of the register */
    int32_t day;
    int64_t people, vehicles, drones;
    size_t place, n_place;
} pv_fig_entry;

typedef struct pv_fig_number {
    int64_t fid;
    size_t at;
} pv_fig_number;

struct pv_figures_source {
    pv_season *s;
    const pv_units *units;
    pv_fig_words words;
    size_t n_plots, cap_plots, n_today, n_parts, cap_parts, n_joins, cap_joins, n_findings, cap_findings, n_sights, cap_sights, n_steps, cap_steps,
        n_photos, cap_photos, n_entries, cap_entries, n_place, cap_place;
    pv_fig_plot *plot;     /* n_today of the ledger by id, then versions as they were known before nights joined them */
    pv_fig_number *number; /* [n_today] by fid */
    pv_fig_part *part;
    pv_fig_join *join; /* by root, then as they came */
    int32_t known;     /* plots are those of that day in all tables; PV_NO_DAY = of each table's last day */
    pv_fig_finding *finding;
    pv_fig_sight *sight; /* by plot, day */
    pv_fig_step *step;   /* by plot, day */
    pv_fig_photo *photo;
    pv_fig_entry *entry;
    uint32_t *place;                   /* units */
    uint32_t (*above)[PV_UNIT_LEVELS]; /* [units] unit of each level that it is in; UINT32_MAX = none */
    pv_last_day_questions *days;
    pv_stmt *geometry, *properties, *footprint;
    pv_unit_hits hits;
    int32_t first, last; /* days of the first and the last event; PV_NO_DAY = none */
    int reading;         /* 1 = the transaction is ours */
    pv_periods asked;    /* whose ground is in `ground`, a set each */
    pv_ground_days ground;
    const uint8_t *mark; /* [n_plots] only plots with mark_from..mark_to are looked at; NULL = all; borrowed */
    uint8_t mark_from, mark_to;
    pv_audit_days_list draws; /* of audit samples */
};

/* figures_read.c */
PV_MUST pv_status pv_fig_read(pv_figures_source *f, pv_err *err);
/* Numbers before words like 人 in a text of the register; -1 = it states none. */
void pv_fig_register(const char *text, const char *who, int64_t *people, int64_t *vehicles, int64_t *drones);
/* "2026-05-20..." to its number; PV_NO_DAY = no date. */
int32_t pv_fig_day(const char *date);

/* Place in f->plot of a plot of the ledger; SIZE_MAX = there is none. */
size_t pv_fig_plot_of(const pv_figures_source *f, int64_t fid);
/* A row h.plot (or part), p.day, h.fid, prob, h.area_m2, h.id; plot is the place of that plot itself. 0 = it has no day or plot. */
int pv_fig_read_sight(const pv_figures_source *f, pv_stmt *q, pv_fig_sight *out);
/* Hotspots from `from` on become sights, one a plot and day. */
void pv_fig_join_sights(pv_figures_source *f, size_t from);

/* figures_joined.c: adds the versions of plots that nights joined. */
PV_MUST pv_status pv_fig_joined(pv_figures_source *f, pv_err *err);
/* 1 = in a table whose last day is `to` it is one plot. */
int pv_fig_stands(const pv_figures_source *f, const pv_fig_plot *p, int32_t to);
/* What a plot of the ledger (its place) is, or is a part of, in such a table. */
size_t pv_fig_known_as(const pv_figures_source *f, size_t plot, int32_t to);

/* figures_effort.c: 1e-6 m2 to 1e-4 mu: first to 1e-4 m2, both rounded half up, as the pages print it. */
int64_t pv_fig_mu_e4(int64_t area_e6);

/* figures_steps.c: all days of all plots; findings and sights are sorted. */
PV_MUST pv_status pv_fig_steps(pv_figures_source *f, pv_err *err);

/* figures_places.c */
PV_MUST pv_status pv_fig_above(pv_figures_source *f, pv_err *err);
/* Area and stage of a sight; its day of capsules. */
PV_MUST pv_status pv_fig_solve(pv_figures_source *f, pv_fig_sight *g, pv_err *err);
PV_MUST pv_status pv_fig_date(pv_figures_source *f, pv_fig_sight *g, pv_err *err);
PV_MUST pv_status pv_fig_estimate(pv_figures_source *f, pv_fig_sight *g, pv_err *err);
/* Units of a plot that was last shown by that sight (NULL: by none): *n of f->place + *at. */
PV_MUST pv_status pv_fig_place(pv_figures_source *f, pv_fig_plot *p, pv_fig_sight *g, size_t *at, size_t *n, pv_err *err);
PV_MUST pv_status pv_fig_place_photo(pv_figures_source *f, pv_fig_photo *p, pv_err *err);
PV_MUST pv_status pv_fig_place_point(pv_figures_source *f, double lon_deg, double lat_deg, size_t *at, size_t *n, pv_err *err);

typedef enum pv_fig_class { PV_FIG_IS_CONFIRMED = 0, PV_FIG_IS_RULED_OUT, PV_FIG_IS_UNREACHABLE, PV_FIG_IS_UNCHECKED, PV_FIG_CLASSES } pv_fig_class;

/* What a plot is in a period. Days < 0 and plants < 0: not known. */
typedef struct pv_fig_case {
    int counts; /* it is one of the suspected; nothing but open_before and rechecked is set otherwise */
    int open_before, rechecked;
    pv_fig_class is;
    int reason;   /* of ruled out: 0..PV_FIG_REASONS - 1 in the order of the table */
    int32_t note; /* word; -1 = none */
    int32_t crew; /* word */
    int is_new, regrown, conflict, shown;
    int64_t area_e4; /* < 0: not known */
    int64_t counted;
    double plants[3];
    int8_t stage;
    int eradicated, eradicated_rechecked;
    int64_t removed;
    int8_t method;
    int32_t first_eradication, last_eradication;
    int at_stage; /* of its eradication: -1 not known, 1 before capsules, 0 not */
    int32_t days_check, days_action, days_eradication;
    size_t sight; /* the last one; SIZE_MAX = none */
} pv_fig_case;

/* figures_judge.c */
PV_MUST pv_status pv_fig_judge(pv_figures_source *f, const pv_fig_plot *p, int32_t from, int32_t to, pv_fig_case *out, pv_err *err);

/* figures_rows.c: the rows of one period while they are added up. */
typedef struct pv_fig_sum {
    int64_t count[PV_FIGS];
    int64_t area_e4[PV_FIG_CLASSES], reason_e4;
    double plants[3];
    int32_t first[2], last[2]; /* eradications, images */
} pv_fig_sum;

typedef struct pv_fig_rank { /* a value of an ORDER figure */
    size_t row;
    int which;
    int64_t value;
} pv_fig_rank;

typedef struct pv_fig_rows {
    pv_figures_source *f;
    pv_figures *t;
    pv_figures_by by;
    size_t period, first;   /* of t: the period at work and its first row */
    size_t n, cap, n_fixed; /* n_fixed: total, units, outside; groups behind */
    pv_fig_sum *sum;
    uint32_t *of_unit; /* [units] row, UINT32_MAX = none */
    size_t outside;    /* SIZE_MAX = none */
    pv_fig_rank *rank;
    size_t n_ranks, cap_ranks;
    uint8_t *model; /* [words] models met */
    size_t n_met, cap_met;
    struct pv_fig_met {
        uint32_t row, unit; /* a township or village in which a plot of the row lies */
    } * met;
} pv_fig_rows;

/* Levels that have rows when one is asked for, from high to low; *n of them. */
const pv_unit_level *pv_fig_levels(pv_figures_by by, int *n);
PV_MUST pv_status pv_fig_rows_begin(pv_fig_rows *r, size_t period, pv_err *err);
PV_MUST pv_status pv_fig_rows_plot(pv_fig_rows *r, pv_fig_plot *p, const pv_fig_case *c, pv_err *err);
/* Photos and the register of the period; its ground, which is set `set` of r->f->ground. */
PV_MUST pv_status pv_fig_rows_effort(pv_fig_rows *r, size_t set, pv_err *err);
void pv_fig_rows_ground(pv_fig_rows *r, size_t set);
PV_MUST pv_status pv_fig_rows_end(pv_fig_rows *r, pv_err *err);
void pv_fig_rows_release(pv_fig_rows *r);
/* figures_joined.c: names the joins of the period; borders by plot again, where versions stand among them. */
PV_MUST pv_status pv_fig_note_joined(pv_fig_rows *r, int32_t from, int32_t to, pv_err *err);
PV_MUST pv_status pv_fig_note(pv_figures *t, size_t period, const char *code, const char *zh, const char *en, pv_err *err);

/* figures_files.c: {"key":..,"zh":..,"en":..,"path":.. of a row; the object goes on. */
void pv_fig_json_names(pv_text *out, const char *key, const char *zh, const char *en, const char *path);

/* figures_check.c */
PV_MUST pv_status pv_figures_check_period(const pv_figures *t, size_t period, pv_err *err);

/* figures_audit.c: the period's audit sample into its row of the total, if it has one. */
PV_MUST pv_status pv_fig_audit(pv_figures_source *f, pv_figures *t, size_t period, pv_figures_row *total, pv_err *err);
/* What must be said of the table's audits, when all periods are there. */
PV_MUST pv_status pv_fig_audit_notes(const pv_figures_source *f, pv_figures *t, pv_err *err);

#endif
