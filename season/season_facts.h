/* What a ledger holds, in figures: for `papaver info`. Reads the file alone, without its lock; season.conf beside it only for the name.
 *
 * Threads: one owner. Errors: as store.h. */
#ifndef PV_SEASON_SEASON_FACTS_H
#define PV_SEASON_SEASON_FACTS_H

#include "geo/cells.h"
#include "season/photos.h"

enum { PV_FACT_WORDS = 24, PV_FACT_WORD = 32 };

/* How many rows have a word, in the order of the words. */
typedef struct pv_fact_counts {
    int n;
    struct {
        char word[PV_FACT_WORD];
        int64_t n;
    } at[PV_FACT_WORDS];
} pv_fact_counts;

/* Plain value, large. */
typedef struct pv_season_facts {
    char name[PV_CONF_TEXT]; /* "" = there is no season.conf beside it, or one with a mistake */
    int64_t schema;
    int64_t nights, published;
    pv_fact_counts photos; /* by state */
    int64_t hotspots;
    pv_fact_counts plots; /* by status; those that stand for themselves */
    int64_t merged;       /* plots that turned out to be parts of others */
    int has_grid;         /* 0 = no photo was taken in yet: grid is not set */
    pv_cell_grid grid;
    pv_night_row last; /* "" = there was none, or it has none */
} pv_season_facts;

/* path: a ledger. *is_one = 0: a database of another kind, and nothing was read. */
PV_MUST pv_status pv_season_facts_read(pv_season_facts *out, const char *path, int *is_one, pv_err *err);

#endif
