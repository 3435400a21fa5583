/* Year on year (同口径对比): what two periods found on ground that both saw, and the rest apart.
 *
 * A total of one year less that of another says nothing when the flights went elsewhere. Here a plot counts as common when photos of both periods show the ground at its place in state seen
 *   (geo/cells.h); the areas are sums of cells: common = seen in a + seen in b - seen in either, exactly. On common ground a plot is 常年 (confirmed in both), 新增 (confirmed in the
 *   later one only) or 消失 (in the earlier one only). What lies on ground that only one of them saw, or whose photos show no ground there, is counted apart and compared with nothing.
 * Plots are those that were known at the end of the later period, in both: of two that were joined by then one is compared with one.
 * Whether a plot is suspected or confirmed in a period, and in which units it counts, is as in figures.h.
 * Threads: the season's owner. Errors: as figures.h; PV_USAGE: the periods overlap. */
#ifndef PV_SEASON_AGAINST_H
#define PV_SEASON_AGAINST_H

#include "season/figures.h"

typedef enum pv_against_column {
    PV_AGAINST_COMMON_MU = 0, /* 1e-4 mu, as the next two */
    PV_AGAINST_A_MU,          /* seen in a only */
    PV_AGAINST_B_MU,
    PV_AGAINST_A_SUSPECTED, /* on common ground, plots */
    PV_AGAINST_B_SUSPECTED,
    PV_AGAINST_A_CONFIRMED,
    PV_AGAINST_B_CONFIRMED,
    PV_AGAINST_BOTH,     /* 常年 */
    PV_AGAINST_NEW,      /* 新增 */
    PV_AGAINST_GONE,     /* 消失 */
    PV_AGAINST_REGROWN,  /* of those of b: 复种 */
    PV_AGAINST_A_PLANTS, /* counted, on common ground */
    PV_AGAINST_B_PLANTS,
    PV_AGAINST_A_ERADICATED,
    PV_AGAINST_B_ERADICATED,
    PV_AGAINST_A_APART, /* confirmed elsewhere */
    PV_AGAINST_B_APART,
    PV_AGAINST_COLUMNS
} pv_against_column;

typedef struct pv_against_words {
    const char *id, *zh, *en; /* static; "{a}" and "{b}" stand for the periods' names */
    int decimals;             /* 4: 1e-4 of the unit */
} pv_against_words;
const pv_against_words *pv_against_word(pv_against_column c);

typedef struct pv_against_row {
    pv_row_kind kind;
    pv_unit_level level;
    char *key, *zh, *en, *path;        /* as in pv_figures_row; owned */
    int64_t value[PV_AGAINST_COLUMNS]; /* -1 = not known (no ground in the ledger) */
} pv_against_row;

/* The zero object is empty and releasable. */
typedef struct pv_against {
    char season[PV_CONF_TEXT];
    pv_period a, b; /* a is the earlier one */
    pv_figures_by by;
    size_t n;
    pv_against_row *row; /* the total first */
} pv_against;

/* by: NOTHING or a level of units. */
PV_MUST pv_status pv_against_make(pv_against *out, pv_figures_source *f, const pv_period *a, const pv_period *b, pv_figures_by by, pv_err *err);
void pv_against_release(pv_against *t);

void pv_against_csv(pv_text *out, const pv_against *t, int zh);
void pv_against_json(pv_text *out, const pv_against *t);
/* For a terminal: the total as a sentence, rows below. */
void pv_against_say(pv_text *out, const pv_against *t, int zh);

#endif
