/* What a period's table says: effort, finds, action, quality, by unit, with the definition of each figure. docs/formats/stats.md and docs/notes/0040-figures.md are for people.
 *
 * Events count by their own day (a photo's day, a finding's date, a crew's found_on), never by the day of import. Only events up to the period's last day are looked at, so that a table of
 *   an old period changes by late returns for it (and by late photos), not by what happens later.
 * Plots are those that were known at the end of the period's last day: two that a later night joined count by themselves, with the hotspots and findings that were theirs, and as one in periods that
 *   end on that night's date or later (a note "joined" names them there). Joins that an older ledger kept no record of count from the beginning.
 * A plot counts in a period (疑似) when in it a photo showed it (not while it is a known false alarm or known as cleared: a sight after that begins a new growth), a crew found it, or a finding says suspected,
 *   checking, confirmed, ruled out, unreachable, eradicated or regrown. Dispatches and checks of what is gone do not make it count. Each counts once in the total and once in every unit that its
 *   outline touches: the total is of distinct plots, and `border` lists those in two units of one level.
 * Its class at the period's end is one of: 确认 confirmed (people found poppies in the period, or before it and they still stood when it began, and no later check of the same growth took it back),
 *   排除 ruled out by reason, 无法到达 unreachable, 未核查 unchecked. Within a day and of plots that were joined the rules of season/findings.h decide.
 * Audit samples (season/audit.h) are the one thing that is not of a day: a draw is of the period in which all of its photos were taken, and its answers count whenever they come.
 * Sums are of integers (1e-6 m2 of ground, 1e-4 m2 of plots); shares are worked out from them at the end and cut, not rounded, to two decimals of a percent, so that 100.00 is only said when it is all.
 *   Hectares: each class is rounded to 1 m2 and sums are those of the rounded classes, so that four decimals add up on paper.
 * Nothing depends on the order in which anything came in, but for the night on which plots were joined, or on row numbers.
 * Threads: the season's owner. Errors: as sql.h, ground.h; PV_USAGE: no level of that kind in the boundaries; PV_BUG: the check of pv_figures_check() failed: nothing is given out. */
#ifndef PV_SEASON_FIGURES_H
#define PV_SEASON_FIGURES_H

#include "geo/units.h"
#include "season/audit.h"
#include "season/period.h"
#include "season/store.h"

/* ---- definitions ---- */

typedef enum pv_figure_kind {
    PV_FIGURE_COUNT = 0, /* a whole number; adds up over plots */
    PV_FIGURE_SUM,       /* adds up: an area */
    PV_FIGURE_RATIO,     /* percent: 100 x `of` / `per`, cut to two decimals */
    PV_FIGURE_ORDER,     /* a whole number by rank: of n sorted values the ceil(q n)-th; the lower of two middles */
    PV_FIGURE_DATE,      /* days since 1970-01-01, shown as YYYY-MM-DD: the first or the last one */
    PV_FIGURE_ESTIMATE,  /* an area or percent that is estimated: of a total only, and adds up to nothing */
    PV_FIGURE_TEXT       /* a name of letters, digits, - and _ */
} pv_figure_kind;

typedef enum pv_figure_group {
    PV_GROUP_EFFORT = 0,
    PV_GROUP_FINDS,
    PV_GROUP_ACTION,
    PV_GROUP_QUALITY,
    PV_GROUP_AUDIT,
    PV_FIGURE_GROUPS
} pv_figure_group;

/* One figure. All texts are static UTF-8, never NULL. */
typedef struct pv_figure {
    const char *id; /* stable: "check_rate" */
    pv_figure_group group;
    pv_figure_kind kind;
    int decimals;                  /* 0..4; RATIO 2 */
    const char *zh, *en;           /* "核查率", "share checked" */
    const char *unit_zh, *unit_en; /* "处", "plots" */
    const char *of, *per;          /* RATIO: ids of its parts; else "" */
    /* Ids whose sum it is, separated by blanks: "confirmed ruled_out unreachable unchecked"; other ways to add it up behind ';'; "" = it stands for itself. They add up exactly in every row. */
    const char *parts;
    const char *zh_means, *en_means; /* what it counts, from which records, in one or two sentences */
} pv_figure;

/* All figures in the order of columns; *n = how many. */
const pv_figure *pv_figures_list(int *n);
/* Its place in the list; -1 = there is none of that id. */
int pv_figure_at(const char *id);
/* "effort", "finds", ...; "投入", ...: static. */
const char *pv_figure_group_word(pv_figure_group group, int zh);

/* ---- tables ---- */

typedef enum pv_figures_by {
    PV_BY_NOTHING = 0,
    PV_BY_UNIT_SHENG,
    PV_BY_UNIT_SHI,
    PV_BY_UNIT_XIAN,
    PV_BY_UNIT_XIANG,
    PV_BY_UNIT_CUN,
    PV_BY_UNIT_LIN_CHANG,
    PV_BY_UNIT_LIN_BAN,
    PV_BY_CREW,
    PV_BY_REASON,
    PV_BY_STAGE,
    PV_FIGURES_BYS
} pv_figures_by;

/* "xiang", "crew", ...; NOTHING is "". Static. */
const char *pv_figures_by_word(pv_figures_by by);
/* PV_FIGURES_BYS = there is no such word. */
pv_figures_by pv_figures_by_of(const char *word);

typedef enum pv_row_kind {
    PV_ROW_TOTAL = 0, /* of a period: distinct plots, all ground */
    PV_ROW_UNIT,      /* a unit of the boundaries */
    PV_ROW_OUTSIDE,   /* in no unit of the level that was asked for */
    PV_ROW_GROUP      /* a crew, a reason, a stage */
} pv_row_kind;

/* A figure in a row: known 0 = it does not apply or nothing is known: real is NaN then. count: of COUNT, ORDER and DATE; real: of all but TEXT (0), with its unit. */
typedef struct pv_figure_value {
    int known;
    int64_t count;
    double real;
    const char *text; /* of TEXT; the table's own */
} pv_figure_value;

typedef struct pv_figures_row {
    size_t period; /* index of pv_figures.period */
    pv_row_kind kind;
    int depth;              /* 0 the total; a unit below another one has one more */
    pv_unit_level level;    /* of PV_ROW_UNIT, and of PV_ROW_OUTSIDE the one that was asked for; else PV_UNIT_OTHER */
    char *key;              /* of a unit its key, of a group its code or name; "" = total, or nothing known; owned */
    char *zh, *en;          /* "西川镇", "合计" / "total"; owned */
    char *path;             /* labels of the units above and its own, "天水市/秦安县/西川镇"; owned */
    int64_t border;         /* of its plots (疑似) those that another unit of its level has too */
    pv_figure_value *value; /* [n] in the order of pv_figures_list(); owned */
} pv_figures_row;

/* A plot on a border: it counts in each of these units, and once in the total. */
typedef struct pv_figures_border {
    size_t period;
    char plot[PV_PLOT_ID];
    int n_units; /* of the level that was asked for: two or more */
    char *units; /* their paths, separated by " | "; owned */
} pv_figures_border;

/* What a reader must know besides: code "models", "no_boundaries", "register", "merged", ... */
typedef struct pv_figures_note {
    size_t period;
    const char *code; /* static */
    char *zh, *en;    /* owned */
} pv_figures_note;

typedef struct pv_figures {
    char season[PV_CONF_TEXT];
    pv_figures_by by;
    int n; /* figures */
    pv_periods period;
    size_t n_rows, cap_rows;
    pv_figures_row *row; /* by period; the total first, then units as a tree (by level, then key), then outside; groups by code */
    size_t n_borders, cap_borders;
    pv_figures_border *border; /* by period, then plot */
    size_t n_notes, cap_notes;
    pv_figures_note *note;
    pv_audit_estimate *audit; /* [period.n] of each period's draw, name "" = it has none; NULL = nobody asked; owned */
} pv_figures;

/* What tables are made from: all events of a ledger, read once. units (NULL: none) are borrowed. Until it is freed it holds the ledger as it is now: nothing is to be written through this
 * season meanwhile; what others write is not seen. */
typedef struct pv_figures_source pv_figures_source;
PV_MUST pv_status pv_figures_source_new(pv_figures_source **out, pv_season *s, const pv_units *units, pv_err *err);
void pv_figures_source_free(pv_figures_source *f); /* NULL is fine */
/* `all` becomes the days from the first to the last event; of an empty season it stays. */
void pv_figures_narrow(const pv_figures_source *f, pv_period *p);

/* The table of these periods; checked. The zero object is empty and releasable. */
PV_MUST pv_status pv_figures_make(pv_figures *out, pv_figures_source *f, const pv_periods *periods, pv_figures_by by, pv_err *err);
/* Of these periods only the total's flown_mu, flown_repeated_mu, charge_mu, seen_mu and cover_rate; nothing else is known in it. */
PV_MUST pv_status pv_figures_ground(pv_figures *out, pv_figures_source *f, const pv_periods *periods, pv_err *err);
/* The ground of the periods from `first` on (as many as memory is meant for) is worked out in one walk over it, for the tables that are made of them next; without, each table has a walk of its own. */
PV_MUST pv_status pv_figures_ask_ground(pv_figures_source *f, const pv_periods *periods, size_t first, pv_err *err);
void pv_figures_release(pv_figures *t);

/* Every sum that a definition promises, shares within 0..100, units against the total. PV_BUG names the row and the figure. */
PV_MUST pv_status pv_figures_check(const pv_figures *t, pv_err *err);

/* The value of a figure in a row, by id; NULL = no such figure. */
const pv_figure_value *pv_figures_value(const pv_figures_row *row, const char *id);

/* ---- the audit sample ---- */

/* The draw behind a period's figures of group AUDIT; NULL = it has none. */
const pv_audit_estimate *pv_figures_audit(const pv_figures *t, size_t period);
/* Makes it the period's (t->audit is there): the figures of group AUDIT of that row, which is the period's total, are its; photos: that it was drawn from. e becomes the table's. */
void pv_figures_put_audit(pv_figures *t, pv_figures_row *total, pv_audit_estimate *e, int64_t photos);

/* ---- files ---- */

/* What a row is: "total", "township", ... by its unit level's word, "outside", a group's kind; "合计", "乡镇". Static. */
const char *pv_figures_row_word(const pv_figures *t, const pv_figures_row *row, int zh);

/* A value as text: "12", "3.0299", "2026-05-20"; nothing when it is not known. */
void pv_figure_print(pv_text *out, const pv_figure *f, const pv_figure_value *v);
/* CSV with a BOM: one header row, machine names (zh 0) or Chinese names with units (zh 1), a line a row. */
void pv_figures_csv(pv_text *out, const pv_figures *t, int zh);
void pv_figures_json(pv_text *out, const pv_figures *t);
/* The bureau's paragraph of a row, after the wording of 阿夏 and 迭部; every number is that of the table. */
void pv_figures_sentence(pv_text *out, const pv_figures *t, const pv_figures_row *row, int zh);
/* What the period's audit sample says, in the same numbers; nothing when it has none. */
void pv_figures_audit_sentence(pv_text *out, const pv_figures *t, size_t period, int zh);
/* For a terminal: a paragraph a period, the rows below it, border plots, notes. */
void pv_figures_words(pv_text *out, const pv_figures *t, int zh);

#endif
