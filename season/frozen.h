/* A year (or any period) as it is frozen: its tables at every level, what they rest on, and how two versions of it differ.
 * Threads: the season's owner. Errors: as figures.h, sql.h. */
#ifndef PV_SEASON_FROZEN_H
#define PV_SEASON_FROZEN_H

#include "season/chain.h"
#include "season/figures.h"

enum { PV_FROZEN_TABLES = 8 };

/* The zero object is empty and releasable. */
typedef struct pv_frozen {
    pv_period period;
    int n;
    pv_figures table[PV_FROZEN_TABLES]; /* the total, then by every level that the boundaries have */
} pv_frozen;

/* units: NULL = no boundaries. period: as it is typed. */
PV_MUST pv_status pv_frozen_make(pv_frozen *out, pv_season *s, const pv_units *units, const char *period, pv_err *err);
void pv_frozen_release(pv_frozen *y);

/* year.json (docs/formats/stats.md): the chain's head, the tables, and by name every photo with its hash and model, every night, plot, batch, audit draw and answer that the period rests on.
 * The same bytes from the same ledger on any machine. */
PV_MUST pv_status pv_frozen_json(pv_text *out, const pv_frozen *y, pv_season *s, pv_err *err);

/* What is different in b: one line a cell: table, row, figure, before, after, difference; CSV with a BOM, Chinese and English names. *cells: how many. Both have the same period. */
PV_MUST pv_status pv_frozen_errata(pv_text *out, const pv_frozen *a, const pv_frozen *b, int64_t *cells, pv_err *err);
/* What came in between: the links after `links` of the chain that belong to days of the period, a line each: findings with plot, status, day, crew and file, photos, batches; and
 * of its audit samples the draws and answers. */
PV_MUST pv_status pv_frozen_came_in(pv_text *out, pv_season *s, const pv_period *p, int64_t links, int64_t *lines, pv_err *err);

#endif
