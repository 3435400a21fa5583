#include "geo/sqlite_gate.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#include "base/banned.h"

enum {
    FILE_HEAD = 100,
    TREE_DEPTH = 20,
    MOST_ENTRIES = 10000,
    MOST_SQL = 1 << 20,
    COLUMNS = 5,
    TABLE_INNER = 5,
    TABLE_LEAF = 13,
    WAL_HEAD = 32,
    FRAME_HEAD = 24
};

typedef struct gate {
    const uint8_t *data;
    size_t n, page_bytes, usable, n_pages;
    int entries;
    size_t pages_seen;
    char *record; /* scratch of MOST_SQL bytes */
} gate;

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

int pv_sqlite_is(const void *data, size_t n)
{
    return n >= 16 && memcmp(data, "SQLite format 3", 16) == 0;
}

/* A number of one to nine bytes; returns how many, 0 = it does not end. */
static size_t varint(const uint8_t *p, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 9 && i < n; i++) {
        if (i == 8) {
            *out = v << 8 | p[8];
            return 9;
        }
        v = v << 7 | (p[i] & 0x7F);
        if (p[i] < 0x80) {
            *out = v;
            return i + 1;
        }
    }
    return 0;
}

static pv_status damaged(pv_err *err)
{
    return pv_fail(err, PV_INPUT, "its table of tables is damaged: the file is cut short or no GeoPackage");
}

/* ---- what a table may be ---- */

/* 1 when the words stand one after the other somewhere, blanks between them, outside of quotes. */
static int sql_has(const char *sql, const char *first, const char *second)
{
    size_t n1 = strlen(first), n2 = strlen(second);
    char quote = '\0';
    for (size_t i = 0; sql[i] != '\0'; i++) {
        if (quote != '\0') {
            if (sql[i] == quote) quote = '\0';
            continue;
        }
        if (strchr("'\"`", sql[i]) != NULL) quote = sql[i];
        if (sql[i] == '[') quote = ']';
        int begins = i == 0 || !(isalnum((unsigned char)sql[i - 1]) || sql[i - 1] == '_');
        size_t k = 0;
        while (k < n1 && sql[i + k] != '\0' && toupper((unsigned char)sql[i + k]) == first[k]) k++;
        if (!begins || k < n1) continue;
        size_t at = i + n1 + strspn(sql + i + n1, " \t\r\n");
        for (k = 0; k < n2 && sql[at + k] != '\0' && toupper((unsigned char)sql[at + k]) == second[k];) k++;
        if (k == n2) return 1;
    }
    return 0;
}

static int is_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (uint8_t)c >= 0x80;
}

/* 1 when the first USING outside of quotes is followed by RTREE: it names what makes the table. */
static int is_rtree(const char *sql)
{
    char quote = '\0';
    size_t bytes = strlen(sql);
    for (size_t i = 0; i + 5 < bytes; i++) {
        if (quote != '\0') {
            if (sql[i] == quote) quote = '\0';
            continue;
        }
        if (strchr("'\"`", sql[i]) != NULL) quote = sql[i];
        if (sql[i] == '[') quote = ']';
        if (strncasecmp(sql + i, "using", 5) != 0 || (i > 0 && is_of_word(sql[i - 1])) || is_of_word(sql[i + 5])) continue;
        const char *module = sql + i + 5 + strspn(sql + i + 5, " \t\r\n");
        size_t n = strncasecmp(module, "rtree_i32", 9) == 0 ? 9 : 5;
        return strncasecmp(module, "rtree", 5) == 0 && !is_of_word(module[n]);
    }
    return 0;
}

static int begins(const char *sql, const char *words)
{
    return strncasecmp(sql, words, strlen(words)) == 0;
}

/* SQLite goes by the declaration, whatever the entry calls itself. */
static pv_status entry_judge(const char *type, const char *name, const char *sql, int has_root, pv_err *err)
{
    if (strcasecmp(type, "view") == 0)
        return pv_fail(err, PV_INPUT, "a view ('%.60s'): it would compute while it is read; send a GeoPackage with tables only", name);
    for (const char *p = sql; *p != '\0'; p++)
        if (((uint8_t)*p < 0x20 && strchr("\t\r\n", *p) == NULL) || *p == 0x7F)
            return pv_fail(err, PV_INPUT, "'%.60s' is declared with control characters in it", name);
    if (strcasecmp(type, "index") == 0)
        return *sql == '\0' || begins(sql, "CREATE INDEX ") || begins(sql, "CREATE UNIQUE INDEX ") ? PV_OK : damaged(err);
    if (strcasecmp(type, "trigger") == 0) return begins(sql, "CREATE TRIGGER ") ? PV_OK : damaged(err);
    int is_virtual = begins(sql, "CREATE VIRTUAL TABLE ");
    if (strcasecmp(type, "table") != 0 || !(is_virtual || begins(sql, "CREATE TABLE "))) return damaged(err);
    /* Comments could hide words from us and not from SQLite. */
    if (strstr(sql, "/*") != NULL || strstr(sql, "--") != NULL) return pv_fail(err, PV_INPUT, "table '%.60s' is declared with comments in it", name);
    if ((is_virtual || !has_root) && !is_rtree(sql)) return pv_fail(err, PV_INPUT, "a virtual table ('%.60s') that is no R-tree", name);
    if (sql_has(sql, "GENERATED", "ALWAYS") || sql_has(sql, "AS", "("))
        return pv_fail(err, PV_INPUT, "table '%.60s' computes a column while it is read", name);
    return PV_OK;
}

/* ---- records ---- */

static size_t serial_bytes(uint64_t type)
{
    static const size_t fixed[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return type < 12 ? fixed[type] : (size_t)((type - 12) / 2);
}

/* type, name, tbl_name, rootpage, sql. */
static pv_status record_judge(gate *g, size_t n, pv_err *err)
{
    const uint8_t *p = (const uint8_t *)g->record;
    uint64_t head, type[COLUMNS];
    size_t used = varint(p, n, &head), at;
    char word[3][256] = {"", "", ""};
    char *sql = NULL;
    int has_root = 0;
    if (used == 0 || head > n) return damaged(err);
    at = (size_t)head;
    for (int i = 0; i < COLUMNS; i++) {
        size_t k = used < head ? varint(p + used, (size_t)head - used, &type[i]) : 0;
        if (k == 0) return damaged(err);
        used += k;
    }
    for (int i = 0; i < COLUMNS; i++) {
        size_t bytes = serial_bytes(type[i]);
        int is_text = type[i] >= 13 && type[i] % 2 == 1;
        if (bytes > n - at) return damaged(err);
        if (i < 3) {
            if (!is_text || bytes >= sizeof word[i] || memchr(p + at, 0, bytes) != NULL) return damaged(err);
            memcpy(word[i], p + at, bytes);
            word[i][bytes] = '\0';
        }
        for (size_t k = 0; i == 3 && type[i] < 8 && k < bytes; k++) has_root |= p[at + k] != 0;
        has_root |= i == 3 && type[i] == 9;
        if (i == 4 && is_text) {
            if (memchr(p + at, 0, bytes) != NULL) return damaged(err);
            sql = g->record + at;
            sql[bytes] = '\0'; /* the scratch has a byte more */
        }
        at += bytes;
    }
    return entry_judge(word[0], word[1], sql != NULL ? sql : "", has_root, err);
}

/* A cell of a leaf: its record is put together in the scratch, from pages that overflow. */
static pv_status cell_read(gate *g, const uint8_t *cell, size_t left, pv_err *err)
{
    uint64_t payload, rowid;
    size_t k = varint(cell, left, &payload), k2 = k > 0 ? varint(cell + k, left - k, &rowid) : 0;
    if (k == 0 || k2 == 0 || payload > MOST_SQL || payload == 0) return damaged(err);
    size_t all = (size_t)payload, local = all, most = g->usable - 35;
    if (all > most) {
        size_t least = (g->usable - 12) * 32 / 255 - 23, fit = least + (all - least) % (g->usable - 4);
        local = fit <= most ? fit : least;
    }
    if (local > left - k - k2 || (local < all && left - k - k2 - local < 4)) return damaged(err);
    memcpy(g->record, cell + k + k2, local);
    size_t have = local;
    uint32_t page = local < all ? be32(cell + k + k2 + local) : 0;
    while (have < all) {
        if (page < 1 || page > g->n_pages || ++g->pages_seen > g->n_pages) return damaged(err);
        const uint8_t *p = g->data + (size_t)(page - 1) * g->page_bytes;
        size_t piece = all - have < g->usable - 4 ? all - have : g->usable - 4;
        memcpy(g->record + have, p + 4, piece);
        have += piece;
        page = be32(p);
    }
    return record_judge(g, all, err);
}

static pv_status page_walk(gate *g, uint32_t page, int depth, pv_err *err)
{
    pv_status st = PV_OK;
    if (page < 1 || page > g->n_pages || depth == 0 || ++g->pages_seen > g->n_pages) return damaged(err);
    const uint8_t *p = g->data + (size_t)(page - 1) * g->page_bytes;
    size_t head = page == 1 ? FILE_HEAD : 0;
    int kind = p[head];
    size_t n = be16(p + head + 3), first = head + (kind == TABLE_INNER ? 12u : 8u);
    if ((kind != TABLE_INNER && kind != TABLE_LEAF) || first + 2 * n > g->usable) return damaged(err);
    for (size_t i = 0; i < n; i++) {
        size_t at = be16(p + first + 2 * i);
        if (at < first + 2 * n || at + 4 > g->usable || ++g->entries > MOST_ENTRIES) return damaged(err);
        if (kind == TABLE_INNER)
            PV_TRY(page_walk(g, be32(p + at), depth - 1, err));
        else
            PV_TRY(cell_read(g, p + at, g->usable - at, err));
    }
    if (kind == TABLE_INNER) PV_TRY(page_walk(g, be32(p + head + 8), depth - 1, err));
out:
    return st;
}

static size_t page_bytes_of(const uint8_t *p)
{
    size_t bytes = be16(p) == 1 ? 65536 : be16(p);
    return bytes >= 512 && (bytes & (bytes - 1)) == 0 ? bytes : 0;
}

pv_status pv_sqlite_gate(const void *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    gate g = {.data = data, .n = n};
    if (n < FILE_HEAD || !pv_sqlite_is(data, n)) return pv_fail(err, PV_INPUT, "it is no SQLite file");
    g.page_bytes = page_bytes_of(g.data + 16);
    if (g.page_bytes == 0 || g.page_bytes < (size_t)g.data[20] + 480) return damaged(err);
    g.usable = g.page_bytes - g.data[20];
    g.n_pages = n / g.page_bytes;
    if (g.n_pages == 0 || be32(g.data + 28) > g.n_pages)
        return pv_fail(err, PV_INPUT, "it is cut short: %zu of %u pages are there", g.n_pages, be32(g.data + 28));
    if (be32(g.data + 56) > 1) return pv_fail(err, PV_INPUT, "its texts are UTF-16; a GeoPackage's are UTF-8");
    PV_TRY(pv_alloc(&g.record, MOST_SQL + 1, 1, "a table's declaration", err));
    PV_TRY(page_walk(&g, 1, TREE_DEPTH, err));
out:
    pv_free(g.record);
    return st;
}

/* ---- the write-ahead log ---- */

/* The check sum of the log over n bytes (a multiple of 8). */
static void wal_sum(const uint8_t *p, size_t n, int big, uint32_t sum[2])
{
    for (size_t i = 0; i + 8 <= n; i += 8) {
        uint32_t a = big ? be32(p + i) : (uint32_t)p[i] | (uint32_t)p[i + 1] << 8 | (uint32_t)p[i + 2] << 16 | (uint32_t)p[i + 3] << 24;
        uint32_t b = big ? be32(p + i + 4) : (uint32_t)p[i + 4] | (uint32_t)p[i + 5] << 8 | (uint32_t)p[i + 6] << 16 | (uint32_t)p[i + 7] << 24;
        sum[0] += a + sum[1];
        sum[1] += b + sum[0];
    }
}

/* How many bytes of the log belong to whole transactions; *pages: the file's size after them. */
static size_t wal_valid(const uint8_t *w, size_t n, size_t page_bytes, uint32_t *pages)
{
    uint32_t sum[2] = {0, 0};
    size_t good = 0;
    int big = n >= WAL_HEAD && (be32(w) & 1) != 0;
    if (n < WAL_HEAD || (be32(w) & ~1u) != 0x377f0682 || be32(w + 8) != (page_bytes == 65536 ? 65536 : page_bytes)) return 0;
    wal_sum(w, 24, big, sum);
    if (sum[0] != be32(w + 24) || sum[1] != be32(w + 28)) return 0;
    for (size_t at = WAL_HEAD; n - at >= FRAME_HEAD + page_bytes; at += FRAME_HEAD + page_bytes) {
        if (memcmp(w + at + 8, w + 16, 8) != 0 || be32(w + at) == 0) break;
        wal_sum(w + at, 8, big, sum);
        wal_sum(w + at + FRAME_HEAD, page_bytes, big, sum);
        if (sum[0] != be32(w + at + 16) || sum[1] != be32(w + at + 20)) break;
        if (be32(w + at + 4) != 0) {
            *pages = be32(w + at + 4);
            good = at + FRAME_HEAD + page_bytes;
        }
    }
    return good;
}

pv_status pv_sqlite_replay(char **data, size_t *n, const void *wal, size_t n_wal, size_t most_bytes, pv_err *err)
{
    pv_status st = PV_OK;
    const uint8_t *w = wal;
    uint32_t pages = 0;
    char *made = NULL;
    if (*n < FILE_HEAD || !pv_sqlite_is(*data, *n)) return pv_fail(err, PV_INPUT, "it is no SQLite file");
    size_t page_bytes = page_bytes_of((const uint8_t *)*data + 16), good = page_bytes > 0 ? wal_valid(w, n_wal, page_bytes, &pages) : 0;
    if (good == 0) return PV_OK;
    if (pages > most_bytes / page_bytes) return pv_fail(err, PV_INPUT, "with its -wal it has more than %zu bytes", most_bytes);
    size_t bytes = pages * page_bytes;
    PV_TRY(pv_alloc(&made, bytes + 1, 1, "a GeoPackage", err));
    memcpy(made, *data, bytes < *n ? bytes : *n);
    for (size_t at = WAL_HEAD; at < good; at += FRAME_HEAD + page_bytes) {
        size_t page = be32(w + at);
        if (page <= pages) memcpy(made + (page - 1) * page_bytes, w + at + FRAME_HEAD, page_bytes);
    }
    pv_free(*data);
    *data = made;
    *n = bytes;
    made = NULL;
out:
    pv_free(made);
    return st;
}
