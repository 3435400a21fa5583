/* What makes the ledger's proof and what verifies it have in common. */
#ifndef PV_SEASON_CHAIN_INTERNAL_H
#define PV_SEASON_CHAIN_INTERNAL_H

#include "base/text.h"
#include "season/chain.h"

/* A table whose records have links. */
typedef struct pv_chained {
    const char *table;
    const char *columns; /* that count, separated by commas; NULL = all */
    const char *changes; /* a change of this column links too; NULL = records never change */
    const char *when;    /* SQL of NEW: only then; NULL = always */
} pv_chained;
extern const pv_chained pv_chained_tables[]; /* to table NULL */

/* A query for the names of all tables that have sums. */
extern const char pv_summed_tables[];

/* *out = the names of the table's columns, separated by commas. */
PV_MUST pv_status pv_chain_columns(pv_sql *db, const char *table, pv_text *out, pv_err *err);
/* Adds the SQL of a row's digest; row: "NEW", "OLD", an alias, "" = none. */
void pv_chain_digest_of(pv_text *out, const char *table, const char *columns, const char *row);

#endif
