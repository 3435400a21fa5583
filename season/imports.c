#include "season/imports.h"

#include <stdio.h>
#include <string.h>

#include "season/gpkg_geom.h"
#include "season/plots_internal.h"

#include "base/mem.h"
#include "base/sha256.h"

#include "base/banned.h"

static const char *const kind_word[] = {"register", "tip_off"};

const char *pv_context_word(pv_context_kind kind)
{
    return kind_word[kind];
}

pv_status pv_imports_known(pv_season *s, const char *sha256, pv_import *out, int *known, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_import b = {.fid = 0};
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT fid,file,sha256,format,datum,date,records,added,same,late,conflicts,new_places,refused FROM imports WHERE sha256=?1",
                       err));
    pv_stmt_text(q, 1, sha256);
    PV_TRY(pv_stmt_step(q, known, err));
    if (!*known) goto out;
    b.fid = pv_row_int(q, 0);
    (void)snprintf(b.file, sizeof b.file, "%s", pv_row_text(q, 1));
    (void)snprintf(b.sha256, sizeof b.sha256, "%s", pv_row_text(q, 2));
    (void)snprintf(b.format, sizeof b.format, "%s", pv_row_text(q, 3));
    (void)snprintf(b.datum, sizeof b.datum, "%s", pv_row_text(q, 4));
    (void)snprintf(b.date, sizeof b.date, "%s", pv_row_text(q, 5));
    int64_t *count[] = {&b.records, &b.added, &b.same, &b.late, &b.conflicts, &b.new_places, &b.refused};
    for (int i = 0; i < 7; i++) *count[i] = pv_row_int(q, 6 + i);
    PV_TRY(pv_row_check(q, err));
    if (out != NULL) *out = b;
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_imports_add(pv_season *s, pv_import *b, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_import before;
    int known = 0;
    if (!pv_date_valid(b->date)) PV_TRY(pv_fail(err, PV_INPUT, "'%.40s' is no date; write it as 2026-05-31", b->date));
    PV_TRY(pv_imports_known(s, b->sha256, &before, &known, err));
    if (known) PV_TRY(pv_fail(err, PV_INPUT, "%s: the same file was taken in on %s as %s", b->file, before.date, before.file));
    PV_TRY(pv_stmt_new(&q, s->db,
                       "INSERT INTO imports(file,sha256,format,datum,date,records,added,same,late,conflicts,new_places,refused,ended)"
                       " VALUES(?,?,?,?,?,0,0,0,0,0,0,0,0)",
                       err));
    pv_stmt_text(q, 1, b->file);
    pv_stmt_text(q, 2, b->sha256);
    pv_stmt_text(q, 3, b->format);
    pv_stmt_text(q, 4, b->datum);
    pv_stmt_text(q, 5, b->date);
    PV_TRY(pv_stmt_run(q, err));
    b->fid = pv_sql_last_id(s->db);
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_imports_end(pv_season *s, const pv_import *b, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    const int64_t count[] = {b->records, b->added, b->same, b->late, b->conflicts, b->new_places, b->refused};
    PV_TRY(pv_stmt_new(&q, s->db, "UPDATE imports SET records=?2,added=?3,same=?4,late=?5,conflicts=?6,new_places=?7,refused=?8,ended=1 WHERE fid=?1",
                       err));
    pv_stmt_int(q, 1, b->fid);
    for (int i = 0; i < 7; i++) pv_stmt_int(q, 2 + i, count[i]);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

/* ---- the register and tip-offs ---- */

static void context_key(const pv_context *c, char hex[PV_SHA256_HEX])
{
    const char *const text[] = {c->date, c->at, c->who, c->text};
    char line[96];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(line, sizeof line, "context\n%s\n%.6f %.6f\n", kind_word[c->kind], c->lon_deg, c->lat_deg);
    pv_sha256_init(&h);
    pv_sha256_add(&h, line, (size_t)n);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) pv_sha256_add(&h, text[i], strlen(text[i]) + 1);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
}

pv_status pv_context_add(pv_season *s, const pv_context *c, int *added, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text geom = {0};
    char key[PV_SHA256_HEX];
    int row = 0;
    if (!pv_date_valid(c->date)) PV_TRY(pv_fail(err, PV_INPUT, "'%.40s' is no date; write it as 2026-05-31", c->date));
    if (!(c->lon_deg >= -180 && c->lon_deg <= 180 && c->lat_deg >= -90 && c->lat_deg <= 90))
        PV_TRY(pv_fail(err, PV_INPUT, "a place is not on the Earth"));
    context_key(c, key);
    PV_TRY(pv_geom_point(&geom, c->lon_deg, c->lat_deg, err));
    PV_TRY(pv_stmt_new(&q, s->db,
                       "INSERT INTO context(geom,key,kind,lon,lat,date,at,who,text,source,import) VALUES(?,?,?,?,?,?,nullif(?,''),nullif(?,''),"
                       "nullif(?,''),nullif(?,''),nullif(?,0)) ON CONFLICT DO NOTHING RETURNING fid",
                       err));
    pv_stmt_blob(q, 1, geom.data, geom.len);
    pv_stmt_text(q, 2, key);
    pv_stmt_text(q, 3, kind_word[c->kind]);
    pv_stmt_real(q, 4, c->lon_deg);
    pv_stmt_real(q, 5, c->lat_deg);
    pv_stmt_text(q, 6, c->date);
    pv_stmt_text(q, 7, c->at);
    pv_stmt_text(q, 8, c->who);
    pv_stmt_text(q, 9, c->text);
    pv_stmt_text(q, 10, c->source);
    pv_stmt_int(q, 11, c->import);
    PV_TRY(pv_stmt_step(q, &row, err));
    *added = row;
    if (row) PV_TRY(pv_stmt_step(q, &row, err));
out:
    pv_stmt_free(q);
    pv_text_release(&geom);
    return st;
}

pv_status pv_contexts_read(pv_contexts *out, pv_season *s, const char *from, const char *to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_contexts all = {.n = 0};
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT fid,kind='tip_off',lon,lat,date,at,who,text,source,import FROM context WHERE date>=?1 AND (?2='' OR date<=?2)"
                       " ORDER BY lat,lon,fid",
                       err));
    pv_stmt_text(q, 1, from);
    pv_stmt_text(q, 2, to);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&all.at, &all.cap, all.n + 1, sizeof *all.at, "register and tip-offs", err));
        pv_context *c = &all.at[all.n++];
        *c = (pv_context){.fid = pv_row_int(q, 0), .kind = pv_row_int(q, 1) == 1 ? PV_CONTEXT_TIP_OFF : PV_CONTEXT_REGISTER};
        c->lon_deg = pv_row_real(q, 2);
        c->lat_deg = pv_row_real(q, 3);
        (void)snprintf(c->date, sizeof c->date, "%s", pv_row_text(q, 4));
        (void)snprintf(c->at, sizeof c->at, "%s", pv_row_text(q, 5));
        (void)snprintf(c->who, sizeof c->who, "%s", pv_row_text(q, 6));
        (void)snprintf(c->text, sizeof c->text, "%s", pv_row_text(q, 7));
        (void)snprintf(c->source, sizeof c->source, "%s", pv_row_text(q, 8));
        c->import = pv_row_int(q, 9);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    *out = all;
    all = (pv_contexts){.n = 0};
out:
    pv_stmt_free(q);
    pv_contexts_release(&all);
    return st;
}

void pv_contexts_release(pv_contexts *c)
{
    pv_free(c->at);
    *c = (pv_contexts){.n = 0};
}
