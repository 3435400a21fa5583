/* ledger_dump FILE.gpkg: every row of every table as text, sorted, bytes in hexadecimal: two ledgers say the same when this is the same.
 * The number of workers that died of a photo is left out, and the sum of photos, which it is part of: it tells of disturbances, and nothing follows from it once a photo is done. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/banned.h"

static void die(const char *what, sqlite3 *db)
{
    fprintf(stderr, "ledger_dump: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void print_value(sqlite3_stmt *q, int k)
{
    switch (sqlite3_column_type(q, k)) {
    case SQLITE_NULL:
        printf("null");
        return;
    case SQLITE_INTEGER:
        printf("%" PRId64, (int64_t)sqlite3_column_int64(q, k));
        return;
    case SQLITE_FLOAT:
        printf("%.17g", sqlite3_column_double(q, k));
        return;
    case SQLITE_TEXT:
        printf("'%s'", (const char *)sqlite3_column_text(q, k));
        return;
    default:
        break;
    }
    const unsigned char *bytes = sqlite3_column_blob(q, k);
    for (int i = 0, n = sqlite3_column_bytes(q, k); i < n; i++) printf("%02x", bytes[i]);
}

static void dump_table(sqlite3 *db, const char *table)
{
    sqlite3_stmt *q = NULL;
    char sql[512], order[256] = "1";
    (void)snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) die(table, db);
    int n = sqlite3_column_count(q), at = 1;
    for (int k = 2; k <= n && at < 200; k++) at += snprintf(order + at, sizeof order - (size_t)at, ",%d", k);
    (void)sqlite3_finalize(q);
    (void)snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY %s", table, order);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) die(table, db);
    int code;
    while ((code = sqlite3_step(q)) == SQLITE_ROW) {
        if (strcmp(table, "sums") == 0 && strcmp((const char *)sqlite3_column_text(q, 0), "photos") == 0) continue;
        printf("%s:", table);
        for (int k = 0; k < n; k++) {
            if (strcmp(sqlite3_column_name(q, k), "attempts") == 0) continue;
            printf(" %s=", sqlite3_column_name(q, k));
            print_value(q, k);
        }
        printf("\n");
    }
    if (code != SQLITE_DONE) die(table, db);
    (void)sqlite3_finalize(q);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    if (argc != 2) return 2;
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) die(argv[1], db);
    if (sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &q, NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW) die("check", db);
    printf("integrity: %s\n", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name", -1, &q, NULL) != SQLITE_OK) die("tables", db);
    while (sqlite3_step(q) == SQLITE_ROW) dump_table(db, (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
