#include "season/sql_digest.h"

#include <string.h>

#include "base/sha256.h"

#include "base/banned.h"

enum { PV_LANES = 4 };

static void le64(uint8_t out[8], uint64_t v)
{
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t from_le64(const uint8_t in[8])
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v |= (uint64_t)in[i] << (8 * i);
    return v;
}

static void add_value(pv_sha256 *s, char type, const void *bytes, size_t n)
{
    uint8_t head[9] = {(uint8_t)type};
    le64(head + 1, n);
    pv_sha256_add(s, head, sizeof head);
    if (n > 0) pv_sha256_add(s, bytes, n);
}

static void digest(sqlite3_context *c, int n, sqlite3_value **v)
{
    pv_sha256 s;
    uint8_t out[PV_SHA256_BYTES], word[8];
    pv_sha256_init(&s);
    for (int i = 0; i < n; i++) {
        int type = sqlite3_value_type(v[i]);
        if (type == SQLITE_INTEGER) {
            le64(word, (uint64_t)sqlite3_value_int64(v[i]));
            add_value(&s, 'i', word, sizeof word);
        } else if (type == SQLITE_FLOAT) {
            double real = sqlite3_value_double(v[i]);
            uint64_t bits = 0;
            if (real != 0) memcpy(&bits, &real, sizeof bits);
            le64(word, bits);
            add_value(&s, 'r', word, sizeof word);
        } else if (type == SQLITE_NULL) {
            add_value(&s, 'n', NULL, 0);
        } else {
            const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_value_text(v[i]) : sqlite3_value_blob(v[i]);
            size_t length = (size_t)sqlite3_value_bytes(v[i]);
            if (bytes == NULL && length > 0) {
                sqlite3_result_error_nomem(c);
                return;
            }
            add_value(&s, type == SQLITE_TEXT ? 't' : 'b', bytes, length);
        }
    }
    pv_sha256_done(&s, out);
    sqlite3_result_blob(c, out, sizeof out, SQLITE_TRANSIENT);
}

/* 0: it is no digest, and the statement fails. */
static int lanes_of(sqlite3_context *c, sqlite3_value *v, uint64_t lane[PV_LANES])
{
    memset(lane, 0, PV_LANES * sizeof *lane);
    if (sqlite3_value_type(v) == SQLITE_NULL) return 1;
    const uint8_t *bytes = sqlite3_value_blob(v);
    if (bytes == NULL || sqlite3_value_bytes(v) != PV_SHA256_BYTES) {
        sqlite3_result_error(c, "a digest has 32 bytes", -1);
        return 0;
    }
    for (int i = 0; i < PV_LANES; i++) lane[i] = from_le64(bytes + 8 * i);
    return 1;
}

static void give_lanes(sqlite3_context *c, const uint64_t lane[PV_LANES])
{
    uint8_t out[PV_SHA256_BYTES];
    for (int i = 0; i < PV_LANES; i++) le64(out + 8 * i, lane[i]);
    sqlite3_result_blob(c, out, sizeof out, SQLITE_TRANSIENT);
}

static void sum_change(sqlite3_context *c, sqlite3_value **v, int take)
{
    uint64_t sum[PV_LANES], one[PV_LANES];
    if (!lanes_of(c, v[0], sum) || !lanes_of(c, v[1], one)) return;
    for (int i = 0; i < PV_LANES; i++) sum[i] = take ? sum[i] - one[i] : sum[i] + one[i];
    give_lanes(c, sum);
}

static void sum_add(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    sum_change(c, v, 0);
}

static void sum_take(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    sum_change(c, v, 1);
}

static void sum_step(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    uint64_t one[PV_LANES], *sum = sqlite3_aggregate_context(c, PV_LANES * sizeof *sum);
    if (sum == NULL) {
        sqlite3_result_error_nomem(c);
        return;
    }
    if (!lanes_of(c, v[0], one)) return;
    for (int i = 0; i < PV_LANES; i++) sum[i] += one[i];
}

static void sum_end(sqlite3_context *c)
{
    static const uint64_t nothing[PV_LANES];
    const uint64_t *sum = sqlite3_aggregate_context(c, 0);
    give_lanes(c, sum != NULL ? sum : nothing);
}

int pv_sql_digest_functions(sqlite3 *db)
{
    /* Innocuous: triggers may call them though the file is not trusted. */
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = sqlite3_create_function_v2(db, "pv_digest", -1, flags, NULL, digest, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "pv_sum_add", 2, flags, NULL, sum_add, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "pv_sum_take", 2, flags, NULL, sum_take, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_create_function_v2(db, "pv_sum", 1, flags, NULL, NULL, sum_step, sum_end, NULL);
    return code;
}
