#include "season/sql.h"

#include <limits.h>
#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"
#include "season/sql_digest.h"

#include "base/banned.h"

enum { IDLE = 64 };

struct pv_sql {
    sqlite3 *db;
    int live, closed; /* statements that callers hold */
    int n_idle;
    sqlite3_stmt *idle[IDLE]; /* reset and without values, the latest last: to prepare one costs more than most of them do */
};

struct pv_stmt {
    sqlite3_stmt *s;
    sqlite3 *db;
    pv_sql *of;
    int bad; /* result of the first binding or reading that failed and was not told yet */
};

static pv_status pv_sql_status(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
        return PV_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return PV_BUSY;
    case SQLITE_NOMEM:
        return PV_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return PV_INPUT;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_PROTOCOL:
    case SQLITE_NOLFS:
        return PV_IO;
    default:
        return PV_BUG;
    }
}

static pv_status pv_sql_fail(sqlite3 *db, int code, pv_err *err)
{
    const char *file = db != NULL ? sqlite3_db_filename(db, "main") : NULL;
    /* SQLite says so of a disk that cannot be read, too. */
    const char *more = (code & 0xFF) == SQLITE_CORRUPT ? ", or its disk cannot be read" : "";
    return pv_fail(err, pv_sql_status(code), "%s: %s%s", file != NULL ? file : "database", db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code),
                   more);
}

pv_status pv_sql_open(pv_sql **out, const char *path, pv_sql_open_mode mode, int rollback, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sql *db = NULL;
    int flags = mode == PV_SQL_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (mode == PV_SQL_CREATE ? SQLITE_OPEN_CREATE : 0);
    PV_TRY(pv_alloc(&db, 1, sizeof *db, "database", err));
    int code = sqlite3_open_v2(path, &db->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) PV_TRY(pv_fail(err, pv_sql_status(code), "%s: %s", path, sqlite3_errstr(code)));
    (void)sqlite3_busy_timeout(db->db, 10000);
    (void)sqlite3_db_config(db->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    code = pv_sql_digest_functions(db->db);
    if (code != SQLITE_OK) PV_TRY(pv_sql_fail(db->db, code, err));
    /* Recursive triggers: a row that is replaced is deleted for triggers too. */
    PV_TRY(pv_sql_exec(
        db, "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768",
        err));
    if (mode != PV_SQL_READ) {
        PV_TRY(pv_sql_exec(db, rollback ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=WAL", err));
        /* EXTRA: a rollback journal's end is on the disk too when a commit returns; else a power cut could bring it back, and undo what was done since by the ledger's word. */
        PV_TRY(pv_sql_exec(db, rollback ? "PRAGMA synchronous=EXTRA" : "PRAGMA synchronous=FULL", err));
    }
    *out = db;
    db = NULL;
out:
    pv_sql_close(db);
    return st;
}

void pv_sql_close(pv_sql *db)
{
    if (db == NULL) return;
    for (int i = 0; i < db->n_idle; i++) (void)sqlite3_finalize(db->idle[i]);
    db->n_idle = 0;
    db->closed = 1;
    (void)sqlite3_close_v2(db->db);
    if (db->live == 0) pv_free(db);
}

pv_status pv_sql_settle(pv_sql *db, pv_err *err)
{
    return pv_sql_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}

pv_status pv_sql_exec(pv_sql *db, const char *sql, pv_err *err)
{
    int code = sqlite3_exec(db->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? PV_OK : pv_sql_fail(db->db, code, err);
}

pv_status pv_sql_begin(pv_sql *db, pv_err *err)
{
    return pv_sql_exec(db, "BEGIN IMMEDIATE", err);
}

pv_status pv_sql_commit(pv_sql *db, pv_err *err)
{
    return pv_sql_exec(db, "COMMIT", err);
}

void pv_sql_rollback(pv_sql *db)
{
    if (db != NULL && sqlite3_get_autocommit(db->db) == 0) (void)sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
}

int pv_sql_is_open(const pv_sql *db)
{
    return sqlite3_get_autocommit(db->db) == 0;
}

int64_t pv_sql_last_id(const pv_sql *db)
{
    return sqlite3_last_insert_rowid(db->db);
}

int64_t pv_sql_changed(const pv_sql *db)
{
    return sqlite3_changes(db->db);
}

static sqlite3_stmt *take_idle(pv_sql *db, const char *sql)
{
    for (int i = db->n_idle - 1; i >= 0; i--) {
        if (strcmp(sqlite3_sql(db->idle[i]), sql) != 0) continue;
        sqlite3_stmt *s = db->idle[i];
        memmove(&db->idle[i], &db->idle[i + 1], (size_t)(--db->n_idle - i) * sizeof *db->idle);
        return s;
    }
    return NULL;
}

pv_status pv_stmt_new(pv_stmt **out, pv_sql *db, const char *sql, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *s = NULL;
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "statement", err));
    s->db = db->db;
    s->of = db;
    db->live++;
    s->s = take_idle(db, sql);
    int code = s->s != NULL ? SQLITE_OK : sqlite3_prepare_v2(db->db, sql, -1, &s->s, NULL);
    if (code != SQLITE_OK) PV_TRY(pv_sql_fail(db->db, code, err));
    *out = s;
    s = NULL;
out:
    pv_stmt_free(s);
    return st;
}

/* The oldest one makes room. */
static void put_idle(pv_sql *db, sqlite3_stmt *s)
{
    if (db->n_idle == IDLE) {
        (void)sqlite3_finalize(db->idle[0]);
        memmove(&db->idle[0], &db->idle[1], (size_t)--db->n_idle * sizeof *db->idle);
    }
    (void)sqlite3_reset(s);
    (void)sqlite3_clear_bindings(s);
    db->idle[db->n_idle++] = s;
}

void pv_stmt_free(pv_stmt *s)
{
    if (s == NULL) return;
    pv_sql *db = s->of;
    db->live--;
    if (s->s != NULL && !db->closed)
        put_idle(db, s->s);
    else
        (void)sqlite3_finalize(s->s);
    if (db->closed && db->live == 0) pv_free(db);
    pv_free(s);
}

static void pv_stmt_note(pv_stmt *s, int code)
{
    if (s->bad == SQLITE_OK) s->bad = code;
}

void pv_stmt_int(pv_stmt *s, int at, int64_t value)
{
    pv_stmt_note(s, sqlite3_bind_int64(s->s, at, value));
}

void pv_stmt_real(pv_stmt *s, int at, double value)
{
    pv_stmt_note(s, sqlite3_bind_double(s->s, at, value));
}

void pv_stmt_text(pv_stmt *s, int at, const char *text)
{
    pv_stmt_note(s, sqlite3_bind_text(s->s, at, text, -1, SQLITE_TRANSIENT));
}

void pv_stmt_text_or_null(pv_stmt *s, int at, const char *text)
{
    pv_stmt_text(s, at, text[0] != '\0' ? text : NULL);
}

void pv_stmt_text_n(pv_stmt *s, int at, const char *text, size_t n)
{
    pv_stmt_note(s, n > INT_MAX ? SQLITE_TOOBIG : sqlite3_bind_text(s->s, at, text, (int)n, SQLITE_TRANSIENT));
}

void pv_stmt_blob(pv_stmt *s, int at, const void *data, size_t n)
{
    pv_stmt_note(s, n > INT_MAX ? SQLITE_TOOBIG : sqlite3_bind_blob(s->s, at, data, (int)n, SQLITE_TRANSIENT));
}

void pv_stmt_null(pv_stmt *s, int at)
{
    pv_stmt_note(s, sqlite3_bind_null(s->s, at));
}

pv_status pv_stmt_step(pv_stmt *s, int *row, pv_err *err)
{
    *row = 0;
    pv_status st = pv_row_check(s, err);
    int code = st == PV_OK ? sqlite3_step(s->s) : SQLITE_DONE;
    *row = code == SQLITE_ROW;
    if (*row) return PV_OK;
    if (code != SQLITE_DONE) st = pv_sql_fail(s->db, code, err);
    (void)sqlite3_reset(s->s);
    return st;
}

pv_status pv_stmt_run(pv_stmt *s, pv_err *err)
{
    int row = 0;
    pv_status st = pv_stmt_step(s, &row, err);
    if (row) pv_stmt_reset(s);
    return st;
}

void pv_stmt_reset(pv_stmt *s)
{
    (void)sqlite3_reset(s->s);
}

/* SQLite gives NULL for a text or blob that it has no memory for, as it does for an empty one. */
static void pv_row_note(pv_stmt *s, const void *given)
{
    if (given == NULL && (sqlite3_errcode(s->db) & 0xFF) == SQLITE_NOMEM) pv_stmt_note(s, SQLITE_NOMEM);
}

pv_status pv_row_check(pv_stmt *s, pv_err *err)
{
    int code = s->bad;
    s->bad = SQLITE_OK;
    return code == SQLITE_OK ? PV_OK : pv_fail(err, pv_sql_status(code), "database: %s", sqlite3_errstr(code));
}

int64_t pv_row_int(const pv_stmt *s, int at)
{
    return sqlite3_column_int64(s->s, at);
}

double pv_row_real(const pv_stmt *s, int at)
{
    return sqlite3_column_double(s->s, at);
}

const char *pv_row_text(pv_stmt *s, int at)
{
    const unsigned char *text = sqlite3_column_text(s->s, at);
    pv_row_note(s, text);
    return text != NULL ? (const char *)text : "";
}

const void *pv_row_blob(pv_stmt *s, int at, size_t *n)
{
    const void *data = sqlite3_column_blob(s->s, at);
    pv_row_note(s, data);
    *n = (size_t)sqlite3_column_bytes(s->s, at);
    return data;
}

int pv_row_is_null(const pv_stmt *s, int at)
{
    return sqlite3_column_type(s->s, at) == SQLITE_NULL;
}

pv_status pv_sql_number(pv_sql *db, const char *sql, int64_t *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *s = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&s, db, sql, err));
    PV_TRY(pv_stmt_step(s, &row, err));
    *out = row ? pv_row_int(s, 0) : 0;
out:
    pv_stmt_free(s);
    return st;
}
