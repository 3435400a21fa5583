/* An SQLite file from strangers is looked at before a program of SQL opens it. Inside geo/ only.
 *
 * We walk the table of tables (sqlite_schema) by the file format's own rules and refuse views, virtual tables but R-trees, generated columns and tables that are no tables: whatever would compute while it is read. Triggers are
 * let through: they run on writing, and nobody writes. Nothing is trusted, nothing large is allocated. Format: sqlite.org/fileformat2.html.
 * Threads: any. Errors: PV_INPUT with what is wrong. */
#ifndef PV_GEO_SQLITE_GATE_H
#define PV_GEO_SQLITE_GATE_H

#include <stddef.h>

#include "base/err.h"

/* 1 when the bytes begin like an SQLite file. */
int pv_sqlite_is(const void *data, size_t n);
PV_MUST pv_status pv_sqlite_gate(const void *data, size_t n, pv_err *err);
/* Brings the whole transactions of a write-ahead log into the file's bytes; *data (pv_alloc) and *n may change. What the log ends with and was not committed is dropped, as SQLite does. */
PV_MUST pv_status pv_sqlite_replay(char **data, size_t *n, const void *wal, size_t n_wal, size_t most_bytes, pv_err *err);

#endif
