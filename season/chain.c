#include "season/chain.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "season/chain_internal.h"

#include "base/banned.h"

/* What the chain says of records that may change: the columns that stay once a record has come to its state. NULL = all. */
const pv_chained pv_chained_tables[] = {
    {"findings", NULL, NULL, NULL},
    {"evidence", NULL, NULL, NULL},
    {"context", NULL, NULL, NULL},
    {"samples", NULL, NULL, NULL},
    {"sample_points", NULL, NULL, NULL},
    {"sample_answers", NULL, NULL, NULL},
    {"imports", NULL, "ended", "NEW.ended<>0"},
    {"freezes", NULL, NULL, NULL},
    {"joins", NULL, NULL, NULL},
    {"nights", "date,state,run,folder", "state", "NEW.state='published'"},
    {"photos",
     "file,bytes,changed_ns,state,name,sha256,status,taken_at,gsd_m,model,valid_e4,nodata_e4,unreadable_e4,unusable_e4,blurred_e4,coarse_e4,hotspots",
     "state", "NEW.state IN('done','refused','quarantined')"},
    {NULL, NULL, NULL, NULL},
};

static const char tables[] =
    "CREATE TABLE chain(fid INTEGER PRIMARY KEY, name TEXT NOT NULL, row INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL);"
    "CREATE INDEX chain_row ON chain(name,row);"
    "CREATE TRIGGER chain_stay BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT,'links are never changed'); END;"
    "CREATE TRIGGER chain_keep BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT,'links are never deleted'); END;"
    "CREATE TABLE sums(name TEXT PRIMARY KEY, rows INTEGER NOT NULL, sum BLOB NOT NULL) WITHOUT ROWID;";

/* Ordinary tables: not the proof itself, not the R-trees and their parts. */
const char pv_summed_tables[] =
    "SELECT m.name FROM pragma_table_list m WHERE m.schema='main' AND m.type='table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT "
    "IN('chain','sums') ORDER BY m.name";

pv_status pv_chain_columns(pv_sql *db, const char *table, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    pv_text_reset(out);
    PV_TRY(pv_stmt_new(&q, db, "SELECT name FROM pragma_table_info(?) ORDER BY cid", err));
    pv_stmt_text(q, 1, table);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        pv_text_addf(out, "%s%s", out->len > 0 ? "," : "", pv_row_text(q, 0));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    PV_TRY(pv_text_status(out, err));
out:
    pv_stmt_free(q);
    return st;
}

void pv_chain_digest_of(pv_text *out, const char *table, const char *columns, const char *row)
{
    pv_text_addf(out, "pv_digest('%s'", table);
    for (const char *at = columns; *at != '\0';) {
        int n = (int)strcspn(at, ",");
        pv_text_addf(out, ",%s%s%.*s", row, row[0] != '\0' ? "." : "", n, at);
        at += n + (at[n] == ',');
    }
    pv_text_add(out, ")");
}

/* Records that triggers keep from being deleted (and changed) need no way back. */
static pv_status is_refused(pv_sql *db, const char *table, const char *suffix, int always, int *refused, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, db, "SELECT 1 FROM sqlite_master WHERE type='trigger' AND name=?1||?2 AND (?3=0 OR sql NOT LIKE '% WHEN %')", err));
    pv_stmt_text(q, 1, table);
    pv_stmt_text(q, 2, suffix);
    pv_stmt_int(q, 3, always);
    PV_TRY(pv_stmt_step(q, refused, err));
out:
    pv_stmt_free(q);
    return st;
}

static pv_status add_sum(pv_sql *db, const char *table, const char *columns, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    int kept = 0, fixed = 0;
    PV_TRY(is_refused(db, table, "_keep", 1, &kept, err));
    PV_TRY(is_refused(db, table, "_stay", 1, &fixed, err));
    pv_text_addf(out, "INSERT INTO sums SELECT '%s',count(*),pv_sum(", table);
    pv_chain_digest_of(out, table, columns, "");
    pv_text_addf(out, ") FROM %s;", table);
    pv_text_addf(out, "CREATE TRIGGER %s_sum_in AFTER INSERT ON %s BEGIN UPDATE sums SET rows=rows+1,sum=pv_sum_add(sum,", table, table);
    pv_chain_digest_of(out, table, columns, "NEW");
    pv_text_addf(out, ") WHERE name='%s'; END;", table);
    if (!fixed) {
        pv_text_addf(out, "CREATE TRIGGER %s_sum_new AFTER UPDATE ON %s BEGIN UPDATE sums SET sum=pv_sum_add(pv_sum_take(sum,", table, table);
        pv_chain_digest_of(out, table, columns, "OLD");
        pv_text_add(out, "),");
        pv_chain_digest_of(out, table, columns, "NEW");
        pv_text_addf(out, ") WHERE name='%s'; END;", table);
    }
    if (!kept) {
        pv_text_addf(out, "CREATE TRIGGER %s_sum_out AFTER DELETE ON %s BEGIN UPDATE sums SET rows=rows-1,sum=pv_sum_take(sum,", table, table);
        pv_chain_digest_of(out, table, columns, "OLD");
        pv_text_addf(out, ") WHERE name='%s'; END;", table);
    }
    PV_TRY(pv_text_status(out, err));
out:
    return st;
}

static void add_link(pv_text *out, const pv_chained *c, const char *columns, const char *event, const char *when)
{
    pv_text_addf(out, "CREATE TRIGGER %s_link_%s AFTER %s ON %s %s%s BEGIN INSERT INTO chain(name,row,digest,link) SELECT '%s',NEW.fid,d,pv_digest(",
                 c->table, event[0] == 'I' ? "in" : "new", event, c->table, when != NULL ? "WHEN " : "", when != NULL ? when : "", c->table);
    pv_text_addf(out, "coalesce((SELECT link FROM chain ORDER BY fid DESC LIMIT 1),zeroblob(32)),'%s',NEW.fid,d) FROM (SELECT ", c->table);
    pv_chain_digest_of(out, c->table, columns, "NEW");
    pv_text_add(out, " AS d); END;");
}

static pv_status add_links(pv_sql *db, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text all = {0}, event = {0};
    for (const pv_chained *c = pv_chained_tables; c->table != NULL; c++) {
        PV_TRY(pv_chain_columns(db, c->table, &all, err));
        const char *columns = c->columns != NULL ? c->columns : pv_text_str(&all);
        add_link(out, c, columns, "INSERT", c->when);
        if (c->changes == NULL) continue;
        pv_text_reset(&event);
        pv_text_addf(&event, "UPDATE OF %s", c->changes);
        PV_TRY(pv_text_status(&event, err));
        add_link(out, c, columns, pv_text_str(&event), c->when);
    }
    PV_TRY(pv_text_status(out, err));
out:
    pv_text_release(&all);
    pv_text_release(&event);
    return st;
}

pv_status pv_chain_make(pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text sql = {0}, columns = {0};
    int row = 0;
    PV_TRY(pv_sql_exec(db, tables, err));
    PV_TRY(pv_stmt_new(&q, db, pv_summed_tables, err));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_chain_columns(db, pv_row_text(q, 0), &columns, err));
        PV_TRY(add_sum(db, pv_row_text(q, 0), pv_text_str(&columns), &sql, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    PV_TRY(add_links(db, &sql, err));
    PV_TRY(pv_sql_exec(db, pv_text_str(&sql), err));
out:
    pv_stmt_free(q);
    pv_text_release(&sql);
    pv_text_release(&columns);
    return st;
}

pv_status pv_chain_head(pv_sql *db, char head[PV_SHA256_HEX], int64_t *links, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    size_t n = 0;
    uint8_t digest[PV_SHA256_BYTES] = {0};
    *links = 0;
    PV_TRY(pv_stmt_new(&q, db, "SELECT fid,link FROM chain ORDER BY fid DESC LIMIT 1", err));
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) {
        *links = pv_row_int(q, 0);
        const void *link = pv_row_blob(q, 1, &n);
        if (n == sizeof digest) memcpy(digest, link, sizeof digest);
    }
    pv_sha256_hex(digest, head);
out:
    pv_stmt_free(q);
    return st;
}
