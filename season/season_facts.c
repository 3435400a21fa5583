#include "season/season_facts.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/store.h"

#include "base/banned.h"

static pv_status read_counts(pv_sql *db, const char *sql, pv_fact_counts *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, db, sql, err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        if (out->n == PV_FACT_WORDS) PV_TRY(pv_fail(err, PV_INPUT, "it has more than %d states", (int)PV_FACT_WORDS));
        (void)snprintf(out->at[out->n].word, sizeof out->at->word, "%s", pv_row_text(q, 0));
        out->at[out->n++].n = pv_row_int(q, 1);
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status read_grid(pv_sql *db, pv_season_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, db, "SELECT value FROM season_facts WHERE name='grid'", err));
    PV_TRY(pv_stmt_step(q, &f->has_grid, err));
    if (f->has_grid && pv_cell_grid_parse(&f->grid, pv_row_text(q, 0), err) != PV_OK) PV_TRY(pv_where(err, PV_INPUT, "its grid"));
out:
    pv_stmt_free(q);
    return st;
}

/* Of season.conf beside the ledger, if it can be read: a mistake there is told by `papaver doctor`. */
static pv_status read_name(const char *path, pv_season_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text beside = {0};
    pv_conf *conf = NULL;
    const char *slash = strrchr(path, '/');
    if (slash != NULL) pv_text_add_n(&beside, path, (size_t)(slash + 1 - path));
    pv_text_add(&beside, "season.conf");
    PV_TRY(pv_text_status(&beside, err));
    PV_TRY(pv_alloc(&conf, 1, sizeof *conf, "settings", err));
    st = pv_conf_read(conf, pv_text_str(&beside), err);
    if (st == PV_OK) (void)snprintf(f->name, sizeof f->name, "%s", pv_conf_text(conf, PV_SET_NAME));
    if (st != PV_NOMEM) st = PV_OK;
out:
    pv_free(conf);
    pv_text_release(&beside);
    return st;
}

static pv_status read_tables(pv_sql *db, pv_season_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_sql_number(db, "SELECT value FROM season_facts WHERE name='schema'", &f->schema, err));
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM nights", &f->nights, err));
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM nights WHERE state='published'", &f->published, err));
    PV_TRY(read_counts(db, "SELECT state,count(*) FROM photos GROUP BY state ORDER BY state", &f->photos, err));
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM hotspots", &f->hotspots, err));
    PV_TRY(read_counts(db, "SELECT status,count(*) FROM plots WHERE merged_into IS NULL GROUP BY status ORDER BY status", &f->plots, err));
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM plots WHERE merged_into IS NOT NULL", &f->merged, err));
    PV_TRY(read_grid(db, f, err));
    PV_TRY(pv_night_last(db, &f->last, &(int){0}, err));
out:
    return st;
}

pv_status pv_season_facts_read(pv_season_facts *out, const char *path, int *is_one, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sql *db = NULL;
    pv_season_facts *f = NULL;
    int64_t there = 0;
    *is_one = 0;
    PV_TRY(pv_alloc(&f, 1, sizeof *f, "facts", err));
    PV_TRY(pv_sql_open(&db, path, PV_SQL_READ, 0, err));
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM sqlite_master WHERE name='season_facts'", &there, err));
    if (there == 0) goto out;
    PV_TRY(pv_store_check(db, path, err));
    PV_TRY(read_tables(db, f, err));
    PV_TRY(read_name(path, f, err));
    *out = *f;
    *is_one = 1;
out:
    pv_sql_close(db);
    pv_free(f);
    return st;
}
