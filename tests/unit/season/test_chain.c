/* The ledger's proof: an honest ledger has no fault, whatever was done with it; a changed byte, record, link or definition is found. */
#include "tests/unit/season/ledger.h"

#include "base/mem.h"
#include "season/chain.h"
#include "season/findings.h"
#include "season/imports.h"

#include "base/banned.h"

static void keep_first(void *with, const pv_err *fault)
{
    pv_text *t = with;
    if (t->len == 0) pv_text_addf(t, "%s", fault->text);
}

static int64_t faults_of(pv_sql *db, pv_text *first)
{
    pv_err err = {.text = ""};
    int64_t n = 0;
    pv_text_reset(first);
    ledger_ok(pv_chain_verify(db, keep_first, first, &n, &err), &err);
    return n;
}

static void find(ledger *l, int64_t plot, const char *id, pv_plot_status status, const char *date, const char *verdict)
{
    pv_err err = {.text = ""};
    pv_finding f;
    pv_finding_outcome outcome;
    pv_finding_clear(&f);
    f.plot = plot;
    f.status = status;
    (void)snprintf(f.date, sizeof f.date, "%s", date);
    (void)snprintf(f.person1, sizeof f.person1, "张三");
    (void)snprintf(f.verdict, sizeof f.verdict, "%s", verdict);
    f.plants_counted = 12;
    f.sample_m2 = 0.25;
    pv_finding_key(&f, id);
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
}

/* Two flights, plots that are joined by the second, an overview that is replaced, findings and a batch. */
static void fill(ledger *l)
{
    static const double all[4] = {-50, -50, 50, 50};
    pv_err err = {.text = ""};
    ledger_open(l);
    ledger_night(l, "2026-05-01");
    int64_t a = ledger_photo(l, "a.tif", "2026-05-01T10:00:00+08:00", all);
    ledger_add_spot(l, &(ledger_spot){a, "0000000000000001", 0, 0, 2, 2, 0.9, NULL, NULL});
    ledger_add_spot(l, &(ledger_spot){a, "0000000000000002", 8, 0, 10, 2, 0.8, NULL, "{\"plants\":3}"});
    ledger_add_spot(l, &(ledger_spot){a, "0000000000000003", -30, -30, -28, -28, -0.7, NULL, NULL});
    ledger_update(l);
    pv_plot one = ledger_plot_of(l, "0000000000000001", "2026-05-01"), far = ledger_plot_of(l, "0000000000000003", "2026-05-01");
    find(l, one.fid, one.id, PV_PLOT_CONFIRMED, "2026-05-02", "poppy");
    find(l, far.fid, far.id, PV_PLOT_RULED_OUT, "2026-05-02", "corn_poppy");
    ledger_night(l, "2026-05-11");
    int64_t b = ledger_photo(l, "b.tif", "2026-05-11T10:00:00+08:00", all);
    ledger_add_spot(l, &(ledger_spot){b, "0000000000000004", 0, 0, 10, 2, 0.95, NULL, NULL});
    ledger_update(l);
    ledger_run(l, "INSERT OR REPLACE INTO overviews VALUES(1,0,0,1,1,10,10); INSERT OR REPLACE INTO overviews VALUES(1,0,0,2,-0.0,10,10)");
    find(l, one.fid, one.id, PV_PLOT_ERADICATED, "2026-05-12", "");
    ledger_run(l, "INSERT INTO imports(file,sha256,format,datum,date,records,added,same,late,conflicts,new_places,refused,ended)"
                  " VALUES('a.csv','00','csv','wgs84','2026-05-12','3',0,0,0,0,0,0,0); UPDATE imports SET added=2,ended=1");
    ledger_run(l, "INSERT INTO context(key,kind,lon,lat,date,text) VALUES('k','tip_off',105,34,'2026-05-03','线索')");
    ledger_ok(pv_night_end(l->s, &l->night, "run", "folder", &err), &err);
}

static void honest_ledgers_have_no_fault(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_text first = {0};
    fill(&l);
    if (faults_of(l.s->db, &first) != 0) fail_msg("%s", pv_text_str(&first));
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM chain WHERE name='findings'"), 3);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM chain WHERE name IN('photos','nights')"), 4);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM chain WHERE name IN('imports','context')"), 2);
    /* A record that came back and was done the second time. */
    ledger_run(&l, "INSERT INTO photos(night,file,bytes,changed_ns,state) VALUES(1,'c.tif',1,1,'new'); UPDATE photos SET "
                   "state='quarantined',reason='x' WHERE file='c.tif';"
                   "UPDATE photos SET state='done' WHERE file='c.tif'");
    assert_int_equal(faults_of(l.s->db, &first), 0);
    /* What is rolled back leaves nothing. */
    pv_err err = {.text = ""};
    ledger_ok(pv_sql_begin(l.s->db, &err), &err);
    ledger_run(&l, "DELETE FROM looks; UPDATE plots SET prob=0.1");
    pv_sql_rollback(l.s->db);
    assert_int_equal(faults_of(l.s->db, &first), 0);
    pv_text_release(&first);
    ledger_close(&l);
}

static void the_head_stands_for_all_before(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    char before[PV_SHA256_HEX], after[PV_SHA256_HEX];
    int64_t n = 0, more = 0;
    pv_err err = {.text = ""};
    ledger_open(&l);
    ledger_ok(pv_chain_head(l.s->db, before, &n, &err), &err);
    assert_int_equal(n, 0);
    assert_int_equal(strspn(before, "0"), 64);
    ledger_close(&l);
    fill(&l);
    ledger_ok(pv_chain_head(l.s->db, before, &n, &err), &err);
    ledger_run(&l, "INSERT INTO context(key,kind,lon,lat,date) VALUES('m','register',105,34,'2026-05-03')");
    ledger_ok(pv_chain_head(l.s->db, after, &more, &err), &err);
    assert_int_equal(more, n + 1);
    assert_string_not_equal(before, after);
    ledger_close(&l);
}

/* Whoever changes the ledger by hand takes the triggers off first. The trigger's own text is put back. */
static void changed_records_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } c[] = {
        {"UPDATE findings SET plants_counted=13 WHERE fid=1", "findings"},
        {"UPDATE findings SET note='' WHERE fid=1", "findings"}, /* NULL and "" are two */
        {"DELETE FROM findings WHERE fid=2", "findings"},
        {"INSERT INTO findings(plot,key,status,date) VALUES(1,'x','confirmed','2026-05-05')", "findings"},
        {"UPDATE photos SET sha256='b' WHERE fid=1", "photos"},
        {"UPDATE photos SET state='refused' WHERE fid=2", "photos"},
        {"UPDATE plots SET area_m2=area_m2+1e-12 WHERE fid=1", "plots"},
        {"UPDATE looks SET seen=0", "looks"},
        {"UPDATE ground SET cells=cells||x'00' WHERE photo=1", "ground"},
        {"UPDATE hotspots SET properties='{\"plants\":4}' WHERE fid=2", "hotspots"},
        {"UPDATE nights SET date='2026-05-02' WHERE fid=1", "nights"},
        {"UPDATE chain SET row=9 WHERE fid=2", "chain 2"},
        {"DELETE FROM chain WHERE fid=2", "chain 3"},
        {"UPDATE sums SET rows=rows+1 WHERE name='looks'", "looks"},
        {"UPDATE hotspots_box SET west=west-1 WHERE fid=1", "box"},
        {"UPDATE plots_box SET east=east+1 WHERE fid=1", "plots_box"},
        {"DELETE FROM plots_box WHERE fid=1", "plots_box"},
        {"PRAGMA user_version=10400", "GeoPackage"},
        {"CREATE TRIGGER more AFTER INSERT ON looks BEGIN DELETE FROM looks; END", "more"},
        {"DROP INDEX findings_plot", "findings_plot"},
    };
    pv_text first = {0}, drop = {0}, put = {0};
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        ledger l = {.s = NULL};
        fill(&l);
        pv_text_reset(&drop);
        pv_text_reset(&put);
        ledger_dump(&l, &drop, "SELECT 'DROP TRIGGER '||name||';--' FROM sqlite_master WHERE type='trigger'", 1);
        ledger_dump(&l, &put, "SELECT sql||';--' FROM sqlite_master WHERE type='trigger'", 1);
        ledger_run(&l, pv_text_str(&drop));
        ledger_run(&l, c[i].sql);
        ledger_run(&l, pv_text_str(&put));
        if (faults_of(l.s->db, &first) == 0) fail_msg("not found: %s", c[i].sql);
        if (strstr(pv_text_str(&first), c[i].words) == NULL) fail_msg("%s: %s", c[i].sql, pv_text_str(&first));
        ledger_close(&l);
    }
    pv_text_release(&first);
    pv_text_release(&drop);
    pv_text_release(&put);
}

/* All that the ledger says, as text; 0 = it cannot be read. Nodes of R-trees have unused room inside their blobs. */
static int all_of(const char *path, pv_text *out)
{
    pv_sql *db = NULL;
    pv_stmt *names = NULL, *q = NULL;
    pv_text sql = {0};
    int row = 0, ok = 0;
    pv_text_reset(out);
    if (pv_sql_open(&db, path, PV_SQL_READ, 1, NULL) != PV_OK) goto out;
    if (pv_stmt_new(&names, db,
                    "SELECT 'SELECT hex(pv_sum(pv_digest('||group_concat('t.\"'||c.name||'\"')||')))||'' ''||count(*) FROM '||m.name||' t' FROM "
                    "sqlite_master m,"
                    " pragma_table_info(m.name) c WHERE m.type='table' AND m.name NOT LIKE '%box_node' GROUP BY m.name ORDER BY m.name",
                    NULL) != PV_OK)
        goto out;
    if (pv_stmt_step(names, &row, NULL) != PV_OK) goto out;
    while (row) {
        int one = 0;
        pv_stmt_free(q);
        q = NULL;
        if (pv_stmt_new(&q, db, pv_row_text(names, 0), NULL) != PV_OK || pv_stmt_step(q, &one, NULL) != PV_OK || !one) goto out;
        pv_text_addf(out, "%s\n", pv_row_text(q, 0));
        if (pv_stmt_step(names, &row, NULL) != PV_OK) goto out;
    }
    pv_stmt_free(q);
    q = NULL;
    if (pv_stmt_new(&q, db, "SELECT hex(pv_sum(pv_digest(type,name,tbl_name,sql))) FROM sqlite_master", NULL) != PV_OK ||
        pv_stmt_step(q, &row, NULL) != PV_OK)
        goto out;
    pv_text_addf(out, "%s\n", pv_row_text(q, 0));
    ok = 1;
out:
    pv_stmt_free(q);
    pv_stmt_free(names);
    pv_sql_close(db);
    pv_text_release(&sql);
    return ok;
}

/* A byte that may change unseen is one that nothing reads: free space and SQLite's own counters. */
static void changed_bytes_are_found(void **state)
{
    (void)state;
    enum { FLIPS = 400 };
    ledger l = {.s = NULL};
    char path[128];
    pv_text before = {0}, after = {0}, first = {0};
    pv_err err = {.text = ""};
    int found = 0, unread = 0;
    fill(&l);
    ledger_ok(pv_sql_settle(l.s->db, &err), &err);
    ledger_ok(pv_sql_exec(l.s->db, "PRAGMA journal_mode=DELETE", &err), &err);
    (void)snprintf(path, sizeof path, "%s/season.gpkg", l.folder);
    pv_season_close(l.s);
    l.s = NULL;
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    assert_int_equal(all_of(path, &before), 1);
    for (int i = 0; i < FLIPS; i++) {
        long at = (long)(((uint64_t)i * 2654435761U + 97) % (uint64_t)size);
        uint8_t byte = 0, other = 0;
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        assert_int_equal(fread(&byte, 1, 1, f), 1);
        other = byte ^ (uint8_t)(1U << (i % 8));
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        assert_int_equal(fwrite(&other, 1, 1, f), 1);
        assert_int_equal(fflush(f), 0);
        pv_sql *db = NULL;
        int64_t n = 1;
        if (pv_sql_open(&db, path, PV_SQL_READ, 1, NULL) == PV_OK && pv_chain_verify(db, keep_first, &first, &n, NULL) != PV_OK) n = 1;
        pv_sql_close(db);
        found += n > 0;
        if (n == 0) {
            unread++;
            if (!all_of(path, &after) || strcmp(pv_text_str(&after), pv_text_str(&before)) != 0)
                fail_msg("byte %ld of %ld changed and nothing was said", at, size);
        }
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        assert_int_equal(fwrite(&byte, 1, 1, f), 1);
        assert_int_equal(fflush(f), 0);
    }
    print_message("%d of %d changed bytes found, %d in space that nothing reads\n", found, FLIPS, unread);
    assert_true(found > FLIPS / 10);
    assert_int_equal(fclose(f), 0);
    pv_text_release(&before);
    pv_text_release(&after);
    pv_text_release(&first);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(honest_ledgers_have_no_fault), cmocka_unit_test(the_head_stands_for_all_before),
                                       cmocka_unit_test(changed_records_are_found), cmocka_unit_test(changed_bytes_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
