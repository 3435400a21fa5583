#include <string.h>

#include "season/chain_internal.h"
#include "season/gpkg_geom.h"
#include "season/plots_internal.h"
#include "season/store.h"

#include "base/banned.h"

enum { PV_MOST_FAULTS = 100 };

typedef struct verifier {
    pv_sql *db;
    pv_chain_fault *say;
    void *with;
    int64_t *faults;
    pv_err said; /* the fault that is told next */
    pv_text sql, columns;
} verifier;

/* What a row of a query is; where a query tells two of them, its second column is added. */
typedef enum fault { FILE_DAMAGED, NO_PARENT, LINK_BEFORE_MISSING, LINK_FOLLOWS_NOT, RECORD_GONE, RECORD_CHANGED, IN_NO_LINK, NO_BOX_OF_PLOT } fault;

static void tell(verifier *v)
{
    (*v->faults)++;
    v->say(v->with, &v->said);
}

/* A file that cannot be read is what is looked for. Keeps PV_NOMEM, PV_BUSY and the like as they are. */
static pv_status damaged(verifier *v, pv_status st, const pv_err *inner, pv_err *err)
{
    if (st != PV_INPUT) {
        if (st != PV_OK && err != NULL) *err = *inner;
        return st;
    }
    v->said = *inner;
    tell(v);
    return PV_OK;
}

/* ---- the file ---- */

static void say_row(pv_err *said, fault kind, pv_stmt *q)
{
    const char *who = pv_row_text(q, 0);
    switch (kind) {
    case FILE_DAMAGED:
        (void)pv_fail(said, PV_INPUT, "the file is damaged: %s", who);
        return;
    case NO_PARENT:
        (void)pv_fail(said, PV_INPUT, "%s: it refers to a record of %s that is not there", who, pv_row_text(q, 2));
        return;
    case LINK_BEFORE_MISSING:
        (void)pv_fail(said, PV_INPUT, "%s: a link before it is missing", who);
        return;
    case LINK_FOLLOWS_NOT:
        (void)pv_fail(said, PV_INPUT, "%s: it does not follow from the link before it", who);
        return;
    case RECORD_GONE:
        (void)pv_fail(said, PV_INPUT, "%s: it is in the chain and no longer in the ledger", who);
        return;
    case RECORD_CHANGED:
        (void)pv_fail(said, PV_INPUT, "%s: it was changed after it was taken in", who);
        return;
    case IN_NO_LINK:
        (void)pv_fail(said, PV_INPUT, "%s: it is in no link of the chain", who);
        return;
    case NO_BOX_OF_PLOT:
        (void)pv_fail(said, PV_INPUT, "%s: it is not the box of that plot", who);
        return;
    }
}

/* Every row of a query is a fault: its first column says of what, the second is added to `kind`. */
static pv_status each_row(verifier *v, fault kind, const char *sql, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, v->db, sql, err));
    PV_TRY(pv_stmt_step(q, &row, err));
    for (int n = 0; row && n < PV_MOST_FAULTS; n++) {
        say_row(&v->said, (fault)((int)kind + (int)pv_row_int(q, 1)), q);
        tell(v);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status look_at_file(verifier *v, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(each_row(v, FILE_DAMAGED, "SELECT integrity_check,0 FROM pragma_integrity_check(100) WHERE integrity_check<>'ok'", err));
    PV_TRY(each_row(v, NO_PARENT, "SELECT \"table\"||' '||rowid,0,parent FROM pragma_foreign_key_check", err));
    PV_TRY(each_row(v, FILE_DAMAGED,
                    "SELECT x,0 FROM (SELECT rtreecheck('plots_box') AS x UNION ALL SELECT rtreecheck('hotspots_box')) WHERE x<>'ok'", err));
out:
    return st;
}

/* Tables, indexes and triggers have the text that a new ledger has. */
static pv_status look_at_schema(verifier *v, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sql *fresh = NULL;
    pv_stmt *theirs = NULL, *ours = NULL;
    static const char all[] = "SELECT name,hex(pv_digest(type,name,tbl_name,sql)) FROM sqlite_master ORDER BY name";
    int row = 0, expected = 0;
    PV_TRY(pv_sql_open(&fresh, ":memory:", PV_SQL_CREATE, 1, err));
    PV_TRY(pv_store_create(fresh, err));
    PV_TRY(pv_stmt_new(&ours, fresh, all, err));
    PV_TRY(pv_stmt_new(&theirs, v->db, all, err));
    PV_TRY(pv_stmt_step(ours, &expected, err));
    PV_TRY(pv_stmt_step(theirs, &row, err));
    while (row || expected) {
        int order = !row ? -1 : !expected ? 1 : strcmp(pv_row_text(ours, 0), pv_row_text(theirs, 0));
        int changed = order == 0 && strcmp(pv_row_text(ours, 1), pv_row_text(theirs, 1)) != 0;
        if (order < 0) (void)pv_fail(&v->said, PV_INPUT, "%s: it is missing", pv_row_text(ours, 0));
        if (order > 0) (void)pv_fail(&v->said, PV_INPUT, "%s: no ledger has it", pv_row_text(theirs, 0));
        if (changed) (void)pv_fail(&v->said, PV_INPUT, "%s: its definition was changed", pv_row_text(ours, 0));
        if (order != 0 || changed) tell(v);
        if (order <= 0) PV_TRY(pv_stmt_step(ours, &expected, err));
        if (order >= 0) PV_TRY(pv_stmt_step(theirs, &row, err));
    }
    int64_t id = 0, version = 0;
    PV_TRY(pv_sql_number(v->db, "PRAGMA application_id", &id, err));
    PV_TRY(pv_sql_number(v->db, "PRAGMA user_version", &version, err));
    if (id != PV_GPKG_ID || version != PV_GPKG_VERSION) {
        (void)pv_fail(&v->said, PV_INPUT, "the file does not call itself a GeoPackage 1.3");
        tell(v);
    }
out:
    pv_stmt_free(ours);
    pv_stmt_free(theirs);
    pv_sql_close(fresh);
    return st;
}

/* ---- sums ---- */

static pv_status look_at_sum(verifier *v, const char *table, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_chain_columns(v->db, table, &v->columns, err));
    pv_text_reset(&v->sql);
    pv_text_add(&v->sql, "SELECT n,s.rows,x IS s.sum FROM (SELECT count(*) AS n,pv_sum(");
    pv_chain_digest_of(&v->sql, table, pv_text_str(&v->columns), "");
    pv_text_addf(&v->sql, ") AS x FROM %s) LEFT JOIN sums s ON s.name='%s'", table, table);
    PV_TRY(pv_text_status(&v->sql, err));
    PV_TRY(pv_stmt_new(&q, v->db, pv_text_str(&v->sql), err));
    PV_TRY(pv_stmt_step(q, &row, err));
    int number = row && (pv_row_is_null(q, 1) || pv_row_int(q, 0) != pv_row_int(q, 1)), sum = row && !number && !pv_row_int(q, 2);
    if (number)
        (void)pv_fail(&v->said, PV_INPUT, "%s: %lld records, where the ledger counted %lld", table, (long long)pv_row_int(q, 0),
                      (long long)pv_row_int(q, 1));
    if (sum)
        (void)pv_fail(&v->said, PV_INPUT, "%s: the sum of its records is another one than the ledger kept: a record was changed outside papaver",
                      table);
    if (number || sum) tell(v);
out:
    pv_stmt_free(q);
    return st;
}

static pv_status look_at_sums(verifier *v, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, v->db, pv_summed_tables, err));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        pv_err inner = {.text = ""};
        pv_status one = look_at_sum(v, pv_row_text(q, 0), &inner);
        PV_TRY(damaged(v, one, &inner, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

/* ---- the chain ---- */

static pv_status look_at_links(verifier *v, pv_err *err)
{
    return each_row(v, LINK_BEFORE_MISSING,
                    "SELECT 'chain '||fid||' ('||name||' '||row||')',fid=place FROM (SELECT *,row_number() OVER o AS place,lag(link,1,zeroblob(32)) "
                    "OVER o AS before FROM chain WINDOW o AS (ORDER BY fid))"
                    " WHERE fid<>place OR link IS NOT pv_digest(before,name,row,digest)",
                    err);
}

static pv_status look_at_records(verifier *v, const pv_chained *c, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_chain_columns(v->db, c->table, &v->columns, err));
    pv_text_reset(&v->sql);
    pv_text_addf(&v->sql,
                 "SELECT '%s '||c.row,t.fid IS NOT NULL FROM (SELECT row,digest,max(fid) FROM chain WHERE name='%s' GROUP BY row) c LEFT JOIN %s t "
                 "ON t.fid=c.row WHERE t.fid IS NULL "
                 "OR c.digest IS NOT ",
                 c->table, c->table, c->table);
    pv_chain_digest_of(&v->sql, c->table, c->columns != NULL ? c->columns : pv_text_str(&v->columns), "t");
    PV_TRY(pv_text_status(&v->sql, err));
    PV_TRY(each_row(v, RECORD_GONE, pv_text_str(&v->sql), err));
    pv_text_reset(&v->sql);
    pv_text_addf(&v->sql, "SELECT '%s '||NEW.fid,0 FROM %s NEW WHERE ", c->table, c->table);
    if (c->when != NULL) pv_text_addf(&v->sql, "(%s) AND ", c->when);
    pv_text_addf(&v->sql, "NOT EXISTS(SELECT 1 FROM chain WHERE name='%s' AND row=NEW.fid)", c->table);
    PV_TRY(pv_text_status(&v->sql, err));
    PV_TRY(each_row(v, IN_NO_LINK, pv_text_str(&v->sql), err));
out:
    return st;
}

/* ---- boxes: R-trees have no triggers, and follow from what they stand for ---- */

static pv_status look_at_hotspot_boxes(verifier *v, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(
        &q, v->db, "SELECT h.fid,h.geom,b.west,b.south,b.east,b.north FROM hotspots_box b LEFT JOIN hotspots h ON h.fid=b.fid ORDER BY b.fid", err));
    PV_TRY(pv_stmt_step(q, &row, err));
    for (int n = 0; row && n < PV_MOST_FAULTS;) {
        double box[4] = {0};
        size_t bytes = 0;
        const void *geom = pv_row_blob(q, 1, &bytes);
        int64_t due[4];
        int good = pv_geom_box(geom, bytes, box);
        pv_box_units(box, due);
        for (int i = 0; i < 4; i++) good = good && due[i] == pv_row_int(q, 2 + i);
        if (!good) {
            (void)pv_fail(&v->said, PV_INPUT, "hotspots_box %lld: it is not the box of that hotspot", (long long)pv_row_int(q, 0));
            tell(v);
            n++;
        }
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status look_at_plot_boxes(verifier *v, pv_err *err)
{
    return each_row(
        v, NO_BOX_OF_PLOT,
        "WITH part AS (SELECT fid AS plot,floor(lon*1e7) AS west,floor(lat*1e7) AS south,ceil(lon*1e7) AS east,ceil(lat*1e7) AS north FROM plots"
        " WHERE merged_into IS NULL UNION ALL SELECT h.plot,x.west,x.south,x.east,x.north FROM hotspots h JOIN hotspots_box x ON x.fid=h.fid WHERE "
        "h.plot IS "
        "NOT NULL), due AS (SELECT plot,min(west) AS west,min(south) AS south,max(east) AS east,max(north) AS north FROM part GROUP BY plot)"
        " SELECT 'plots_box '||coalesce(d.plot,b.fid),0 FROM due d FULL JOIN plots_box b ON b.fid=d.plot"
        " WHERE b.fid IS NULL OR d.plot IS NULL OR b.west<>d.west OR b.south<>d.south OR b.east<>d.east OR b.north<>d.north",
        err);
}

/* ---- */

pv_status pv_chain_verify(pv_sql *db, pv_chain_fault *say, void *with, int64_t *faults, pv_err *err)
{
    pv_status st = PV_OK;
    verifier v = {.db = db, .say = say, .with = with, .faults = faults};
    static pv_status (*const steps[])(verifier *, pv_err *) = {look_at_file,  look_at_schema,        look_at_sums,
                                                               look_at_links, look_at_hotspot_boxes, look_at_plot_boxes};
    pv_err inner = {.text = ""};
    int own = !pv_sql_is_open(db);
    *faults = 0;
    if (own) PV_TRY(pv_sql_exec(db, "BEGIN", err));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) PV_TRY(damaged(&v, steps[i](&v, &inner), &inner, err));
    for (const pv_chained *c = pv_chained_tables; c->table != NULL; c++) PV_TRY(damaged(&v, look_at_records(&v, c, &inner), &inner, err));
out:
    if (own) pv_sql_rollback(db);
    pv_text_release(&v.sql);
    pv_text_release(&v.columns);
    return st;
}
