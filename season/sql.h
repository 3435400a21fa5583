/* SQLite in the program's words: connections, statements, transactions, errors. Only season/ includes this.
 *
 * A statement remembers its first binding that failed, or text or blob that there was no memory for, and tells it at the next step or pv_row_check(). Texts are UTF-8.
 * Threads: one owner of a connection and of all of its statements. Errors: PV_IO (disk full, not writable, not there), PV_BUSY (another process holds the file),
 * PV_NOMEM, PV_INPUT (the file is damaged or no database), PV_BUG (a statement of ours is wrong or breaks a rule of the tables). */
#ifndef PV_SEASON_SQL_H
#define PV_SEASON_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct pv_sql pv_sql;
typedef struct pv_stmt pv_stmt;

typedef enum pv_sql_open_mode { PV_SQL_READ = 0, PV_SQL_WRITE, PV_SQL_CREATE } pv_sql_open_mode;

/* WRITE and CREATE: write-ahead log (a rollback journal when rollback is 1), every commit is synced; foreign keys are checked; nothing in the file is trusted with code. */
PV_MUST pv_status pv_sql_open(pv_sql **out, const char *path, pv_sql_open_mode mode, int rollback, pv_err *err);
/* Rolls back what was not committed. NULL is fine. */
void pv_sql_close(pv_sql *db);
/* Moves the log into the file and empties it. */
PV_MUST pv_status pv_sql_settle(pv_sql *db, pv_err *err);

/* One or more statements without values. */
PV_MUST pv_status pv_sql_exec(pv_sql *db, const char *sql, pv_err *err);
PV_MUST pv_status pv_sql_begin(pv_sql *db, pv_err *err);
PV_MUST pv_status pv_sql_commit(pv_sql *db, pv_err *err);
/* Nothing when no transaction is open. */
void pv_sql_rollback(pv_sql *db);
/* 1 while a transaction is open. */
int pv_sql_is_open(const pv_sql *db);
int64_t pv_sql_last_id(const pv_sql *db);
/* Rows that the last statement wrote. */
int64_t pv_sql_changed(const pv_sql *db);

PV_MUST pv_status pv_stmt_new(pv_stmt **out, pv_sql *db, const char *sql, pv_err *err);
void pv_stmt_free(pv_stmt *s);
/* Values from 1 on. Texts and blobs are copied; text NULL binds NULL. */
void pv_stmt_int(pv_stmt *s, int at, int64_t value);
void pv_stmt_real(pv_stmt *s, int at, double value);
void pv_stmt_text(pv_stmt *s, int at, const char *text);
/* "" binds NULL too. */
void pv_stmt_text_or_null(pv_stmt *s, int at, const char *text);
void pv_stmt_text_n(pv_stmt *s, int at, const char *text, size_t n);
void pv_stmt_blob(pv_stmt *s, int at, const void *data, size_t n);
void pv_stmt_null(pv_stmt *s, int at);
/* *row = 1: there is a row to look at; 0: done, and the statement is reset with its values. */
PV_MUST pv_status pv_stmt_step(pv_stmt *s, int *row, pv_err *err);
/* For statements that give no rows. */
PV_MUST pv_status pv_stmt_run(pv_stmt *s, pv_err *err);
/* Leaves a walk over rows before its end. */
void pv_stmt_reset(pv_stmt *s);

/* Of the row at hand, from 0 on; borrowed until the next step. NULL is 0, 0.0, "" and an empty blob. */
int64_t pv_row_int(const pv_stmt *s, int at);
double pv_row_real(const pv_stmt *s, int at);
const char *pv_row_text(pv_stmt *s, int at);
const void *pv_row_blob(pv_stmt *s, int at, size_t *n);
int pv_row_is_null(const pv_stmt *s, int at);
/* After a row that no step follows: all of its texts and blobs were given (else PV_NOMEM, and what was given is empty). */
PV_MUST pv_status pv_row_check(pv_stmt *s, pv_err *err);

/* The one whole number that a query without values gives. */
PV_MUST pv_status pv_sql_number(pv_sql *db, const char *sql, int64_t *out, pv_err *err);

#endif
