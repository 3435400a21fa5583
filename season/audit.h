/* The audit sample (抽样核查): points of the ground drawn by chance, what people saw there, and the area of poppies that follows. docs/formats/sample.md is for people, docs/notes/0037 says why.
 *
 * Population: the cells of the season's grid that photos of the draw's days show in state seen (season_ground.h); a cell (1 m2 unless season.conf says otherwise) is the unit that is drawn and
 *   looked at, its true area is that of geo/cells_area.h. What no photo saw is not in it, and nothing is said of it.
 * Strata, of each cell the first that fits:
 *   likely      an outline of a hotspot of these days of probability likely_from or more reaches into it, and people have not ruled its plot out;
 *   borderline  an outline of any other hotspot of these days does;
 *   near        it lies within near_m of the box of such an outline, or of another plot (of other days, of a crew, eradicated);
 *   background  all else.
 * Map class: poppy where an outline of a hotspot of these days reaches into the cell whose plot people have not ruled out, else other. So strata are not the classes of the map.
 * Draw: in each stratum the n_h cells with the smallest pv_audit_key() are drawn: a simple random sample without replacement that depends on the seed and the cells alone, not on the machine,
 *   the order of the ledger's rows or threads. Each cell of a stratum has the inclusion probability n_h / N_h; a point stands for A_h / n_h m2.
 * A draw has a name and is never changed: triggers refuse to change, delete or add to it. Answers are only added; of several for a point the latest counts (one that could not be
 *   reached never outweighs one that was; of the same time, poppy). Only answers to points of the draw enter its estimate, none that a crew chose.
 * Non-response: a point that could not be reached or was not answered is never replaced by another one. The others of its stratum stand for it, the numbers are told, and beside the estimate
 *   stands what it would be if all of them were poppy, or none.
 * Threads: the season's owner. Errors: as sql.h; PV_USAGE (no such draw, a name that is taken, a design that cannot be), PV_INPUT (nothing was seen; a stratum with fewer than 2 answers). */
#ifndef PV_SEASON_AUDIT_H
#define PV_SEASON_AUDIT_H

#include "season/estimate.h"
#include "season/findings.h"
#include "season/season_ground.h"
#include "season/sheets.h"

typedef enum pv_stratum { PV_STRATUM_LIKELY = 0, PV_STRATUM_BORDERLINE, PV_STRATUM_NEAR, PV_STRATUM_BACKGROUND, PV_STRATA } pv_stratum;

/* "likely", "borderline", "near", "background"; 高度疑似, 边缘疑似, 邻近, 背景. Static. */
const char *pv_stratum_word(pv_stratum s);
const char *pv_stratum_zh(pv_stratum s);

enum { PV_AUDIT_NAME = 48, PV_AUDIT_MOST = 20000 };

/* Classes of the map and of the reference. */
enum { PV_AUDIT_POPPY = 0, PV_AUDIT_OTHER, PV_AUDIT_CLASSES };

typedef struct pv_audit_design {
    char from[PV_DATE], to[PV_DATE]; /* days of photos, both included; "" = open */
    double likely_from;              /* probability, 0..1 */
    double near_m;
    double expected[PV_STRATA]; /* share of poppy that is expected in each stratum, 0..1 */
    double target;              /* standard error of the overall accuracy; 0 = n is given */
    int64_t n;                  /* points; 0 = from target */
    int64_t rare;               /* least of a stratum */
    pv_allocation allocation;
    uint64_t seed;
} pv_audit_design;

/* The usual one: likely_from 0.5, near_m 10, expected 0.7 0.3 0.005 0.0001, rare 75, n and seed 0. */
pv_audit_design pv_audit_design_usual(void);

typedef struct pv_audit_stratum {
    int64_t units;              /* N_h: cells */
    int64_t area_e6, mapped_e6; /* A_h, and of it what the map gives to poppy; 1e-6 m2 */
    int64_t n;                  /* points drawn; 0 where there are no cells */
} pv_audit_stratum;

typedef struct pv_audit_point {
    int64_t fid;
    char id[PV_PLOT_ID];     /* S and six characters as of a plot's id; says nothing of the stratum */
    int32_t i, j;            /* cell */
    double lon_deg, lat_deg; /* its centre */
    pv_stratum stratum;
    int map_class;
    double inclusion; /* n_h / N_h */
    double weight_m2; /* A_h / n_h */
} pv_audit_point;

typedef struct pv_audit_draw {
    int64_t fid;
    char name[PV_AUDIT_NAME], date[PV_DATE];
    pv_audit_design design; /* n: as drawn */
    pv_cell_grid grid;
    pv_audit_stratum stratum[PV_STRATA];
    int64_t unseen_e6; /* what the map gives to poppy on ground that is not in the population */
    size_t n;
    pv_audit_point *point; /* [n] by id; owned */
} pv_audit_draw;

void pv_audit_draw_release(pv_audit_draw *d);

/* Draws, and keeps it in the ledger under that name (ASCII letters, digits, - and _; NULL = the first free of "1", "2", ...), as part of the open transaction or one of its own. */
PV_MUST pv_status pv_audit_make(pv_audit_draw *out, pv_season *s, const char *name, const char *date, const pv_audit_design *design, pv_err *err);
/* A draw that was made; name NULL: the last one. */
PV_MUST pv_status pv_audit_read(pv_audit_draw *out, pv_season *s, const char *name, pv_err *err);

/* Its points as sheets for a kit, by id: where they are, and nothing that tells strata. units NULL: without places. */
PV_MUST pv_status pv_audit_sheets(pv_sheets *out, pv_season *s, const pv_audit_draw *d, const char *date, const pv_units *units, pv_err *err);

/* The generator: key of cell i, j under a seed; smaller ones are drawn first. */
uint64_t pv_audit_key(uint64_t seed, int32_t i, int32_t j);

/* ---- answers ---- */

/* Plain value; texts "" and numbers < 0: not said. */
typedef struct pv_audit_answer {
    int64_t point; /* fid */
    char verdict[32], how_seen[32];
    char date[PV_DATE], at[40];
    char crew[128], person1[128], person2[128];
    double gnss_accuracy_m;
    int has_place;
    double lon_deg, lat_deg;
    char photos[1024], note[1024], source[256];
    int64_t import;
} pv_audit_answer;

/* The point of an id that somebody typed (as pv_plots_find() reads them): fid, place and id as it is written; *found 0: no draw of this season has it. */
PV_MUST pv_status pv_audit_point_find(pv_season *s, const char *id, pv_audit_point *out, int *found, pv_err *err);
/* *outcome: ADDED, SAME (nothing is done), CONFLICT (another answer to this point says the opposite class; recorded). PV_INPUT: no class, nobody who saw it, no day. */
PV_MUST pv_status pv_audit_answer_add(pv_season *s, const pv_audit_answer *a, pv_finding_outcome *outcome, pv_err *err);

/* ---- the estimate ---- */

enum { PV_AUDIT_HOW = 8 };

typedef struct pv_audit_tally {
    int64_t drawn, answered, unreachable, open;        /* drawn = the sum of the other three */
    int64_t count[PV_AUDIT_CLASSES][PV_AUDIT_CLASSES]; /* of the answered, by class of the map, of the reference */
} pv_audit_tally;

typedef struct pv_audit_estimate {
    int known;  /* 0 = a stratum has fewer than 2 answers: figures are NaN, if_none_m2 and if_all_m2 too, and why says which */
    pv_err why; /* nothing when it is known */
    char name[PV_AUDIT_NAME], date[PV_DATE], from[PV_DATE], to[PV_DATE];
    double unit_m2; /* of a cell */
    pv_audit_stratum frame[PV_STRATA];
    pv_audit_tally stratum[PV_STRATA], all;
    int64_t conflicts;                    /* points with answers of both classes */
    int64_t by_how_seen[PV_AUDIT_HOW];    /* answered points in the order of PV_LIST_HOW_SEEN; the last: not said */
    int64_t imprecise;                    /* answered points whose position was said to be worse than the cell's side */
    double area_m2, mapped_m2, unseen_m2; /* of the population; of it poppy on the map; poppy on the map outside of it */
    pv_estimate figures;                  /* classes PV_AUDIT_*; areas in m2 */
    double if_none_m2, if_all_m2;         /* area of poppy if all points without an answer were other, were poppy */
    size_t n_omitted, cap_omitted;
    pv_audit_point *omitted; /* points with poppy that the map does not have there; owned */
} pv_audit_estimate;

/* name NULL: the last draw. It tells strata, so it is not for crews. What is not known is an error: PV_INPUT. */
PV_MUST pv_status pv_audit_estimate_make(pv_audit_estimate *out, pv_season *s, const char *name, pv_err *err);
/* The same with what is there of answers: figures may be unknown. */
PV_MUST pv_status pv_audit_estimate_so_far(pv_audit_estimate *out, pv_season *s, const char *name, pv_err *err);
/* All that follows from the strata (frame) and their answers (stratum): area_m2, mapped_m2, known, why, figures, if_none_m2, if_all_m2, which are 0 before. */
PV_MUST pv_status pv_audit_work_out(pv_audit_estimate *e, pv_err *err);
void pv_audit_estimate_release(pv_audit_estimate *e);
/* Adds one JSON object without a newline: docs/formats/sample.md. */
void pv_audit_estimate_json(pv_text *out, const pv_audit_estimate *e);

/* ---- draws and days ---- */

/* A draw, and the photos that it was drawn from: those of its days that the ledger had when it was made. */
typedef struct pv_audit_days {
    char name[PV_AUDIT_NAME], date[PV_DATE];
    int64_t photos;
    char first[PV_DATE], last[PV_DATE]; /* days of the first and the last of them */
} pv_audit_days;
typedef struct pv_audit_days_list {
    size_t n, cap;
    pv_audit_days *at; /* in the order in which they were drawn; owned */
} pv_audit_days_list;
void pv_audit_days_release(pv_audit_days_list *l);
PV_MUST pv_status pv_audit_days_read(pv_audit_days_list *out, pv_season *s, pv_err *err);

/* A draw is one of a period when all photos that it was drawn from were taken in it: what it says of ground that was seen on other days is not the period's. */
int pv_audit_is_of(const pv_audit_days *d, const char *from, const char *to);

#endif
