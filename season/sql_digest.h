/* What statements can ask to be hashed: functions that every connection has (sql.c).
 *   pv_digest(value, …)       SHA-256 of the values, 32 bytes. Each value counts as one byte of its type (n i r t b), its length in 8 bytes, its bytes: whole numbers and the bits
 *                             of reals in 8 bytes, all little-endian; -0.0 is 0.0 (the file does not tell them apart).
 *   pv_sum_add(sum, digest)   the sum of digests, 32 bytes: four whole numbers of 64 bits, each added modulo 2^64; NULL is nothing.
 *   pv_sum_take(sum, digest)  and the way back.
 *   pv_sum(digest)            of a whole query; 32 zero bytes over no rows.
 * The sum of a table's rows does not depend on their order (Bellare and Micciancio 1997, AdHash), so that it follows every change of a row without the other rows.
 * Inside season/ only. */
#ifndef PV_SEASON_SQL_DIGEST_H
#define PV_SEASON_SQL_DIGEST_H

#include <sqlite3.h>

/* SQLITE_OK, or SQLite's code. */
int pv_sql_digest_functions(sqlite3 *db);

#endif
