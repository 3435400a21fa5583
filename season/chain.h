/* The ledger's own proof: whether anything in it was changed other than by this program (账实可核).
 *
 * Two things are kept by triggers, so that no writer can forget them and both stand in the transaction of what they speak of:
 *   chain   one row for each record that is evidence: findings, context and draws when they are added, batches when they end, photos whenever one is done, refused or put aside, nights
 *           when they are published, frozen years. `digest` is pv_digest() of the record (sql_digest.h), `link` that of the link before, the table's name, the record's number and the
 *           digest. The last link, the head, therefore stands for all evidence and its order: printed in a frozen year, it shows whether anything was changed, taken out or
 *           put in between since.
 *   sums    for every table the number of its rows and the sum of their digests, which finds a changed byte also where records may change (plots, looks, cells).
 * Neither stops who can run this program's own code over the file; the head on paper does.
 * A photo's record in the chain leaves out what later nights set (night, day, reason, geom). What was put aside and done later has two links; the last is compared.
 * Threads: the owner of the connection. Errors: as sql.h. */
#ifndef PV_SEASON_CHAIN_H
#define PV_SEASON_CHAIN_H

#include "base/sha256.h"
#include "season/sql.h"

/* Makes chain, sums and the triggers of all tables that are there: the last step of making a ledger, in its transaction. */
PV_MUST pv_status pv_chain_make(pv_sql *db, pv_err *err);

/* The head, hex; 64 zeros before the first link. */
PV_MUST pv_status pv_chain_head(pv_sql *db, char head[PV_SHA256_HEX], int64_t *links, pv_err *err);

/* A fault: what, where, in both languages; its status means nothing. */
typedef void pv_chain_fault(void *with, const pv_err *fault);

/* Reads the whole ledger: the file's structure (integrity_check, foreign keys, boxes of the R-trees), the tables' and triggers' own text, the chain from its first link, each
 * record against its last link, each table against its sum. *faults: how many were told to say(); at most 100 a kind. A file that is too damaged to be read is a
 * fault, not an error. Takes a read transaction. */
PV_MUST pv_status pv_chain_verify(pv_sql *db, pv_chain_fault *say, void *with, int64_t *faults, pv_err *err);

#endif
