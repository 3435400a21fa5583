#include "season/photos.h"

#include <stdio.h>
#include <string.h>

#include "season/gpkg_geom.h"
#include "season/season_ground.h"

#include "base/tr.h"

#include "base/banned.h"

static const char *const state_word[] = {PV_N("new"), PV_N("done"), PV_N("refused"), PV_N("quarantined"), PV_N("same")};

pv_photo_state pv_photo_state_of(const char *word)
{
    for (int k = 0; k <= PV_PHOTO_SAME; k++)
        if (strcmp(state_word[k], word) == 0) return (pv_photo_state)k;
    return PV_PHOTO_REFUSED;
}

int pv_photo_is_blank(pv_photo_state state, const char *status, int64_t valid_e4)
{
    return state == PV_PHOTO_DONE && valid_e4 == 0 && strcmp(status, "damaged") != 0;
}

int pv_photo_is_bad(pv_photo_state state, const char *status, int64_t valid_e4)
{
    return state != PV_PHOTO_SAME && (state != PV_PHOTO_DONE || strcmp(status, "done") != 0 || pv_photo_is_blank(state, status, valid_e4));
}

pv_status pv_night_last(pv_sql *db, pv_night_row *out, int *there, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    *out = (pv_night_row){.night = {.id = 0}};
    PV_TRY(pv_stmt_new(&q, db, "SELECT fid,date,state,run,folder FROM nights ORDER BY fid DESC LIMIT 1", err));
    PV_TRY(pv_stmt_step(q, there, err));
    if (!*there) goto out;
    out->night.id = pv_row_int(q, 0);
    (void)snprintf(out->night.date, sizeof out->night.date, "%s", pv_row_text(q, 1));
    (void)snprintf(out->state, sizeof out->state, "%s", pv_row_text(q, 2));
    (void)snprintf(out->run, sizeof out->run, "%s", pv_row_text(q, 3));
    (void)snprintf(out->folder, sizeof out->folder, "%s", pv_row_text(q, 4));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_night_open(pv_season *s, const char *date, pv_night *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT fid,date FROM nights WHERE state='open' ORDER BY fid LIMIT 1", err));
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) {
        out->id = pv_row_int(q, 0);
        (void)snprintf(out->date, sizeof out->date, "%s", pv_row_text(q, 1));
        st = pv_row_check(q, err);
        goto out;
    }
    pv_stmt_free(q);
    q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT INTO nights(date,state) VALUES(?,'open')", err));
    pv_stmt_text(q, 1, date);
    PV_TRY(pv_stmt_run(q, err));
    out->id = pv_sql_last_id(s->db);
    (void)snprintf(out->date, sizeof out->date, "%s", date);
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_night_end(pv_season *s, const pv_night *n, const char *run, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db,
                       run != NULL ? "UPDATE nights SET state='published',run=?2,folder=?3 WHERE fid=?1" : "DELETE FROM nights WHERE fid=?1", err));
    pv_stmt_int(q, 1, n->id);
    if (run != NULL) {
        pv_stmt_text(q, 2, run);
        pv_stmt_text(q, 3, folder);
    }
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_night_was_published(pv_season *s, const char *date, int *was, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT 1 FROM nights WHERE state='published' AND date=? LIMIT 1", err));
    pv_stmt_text(q, 1, date);
    PV_TRY(pv_stmt_step(q, was, err));
out:
    pv_stmt_free(q);
    return st;
}

static void bind_file(pv_stmt *q, const pv_photo_file *f)
{
    pv_stmt_text(q, 1, f->file);
    pv_stmt_int(q, 2, f->bytes);
    pv_stmt_int(q, 3, f->changed_ns);
}

pv_status pv_photos_find(pv_season *s, const pv_photo_file *file, pv_photo_entry *out, int *found, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT fid,state,attempts FROM photos WHERE file=? AND bytes=? AND changed_ns=?", err));
    bind_file(q, file);
    PV_TRY(pv_stmt_step(q, found, err));
    if (*found == 0) goto out;
    *out = (pv_photo_entry){.id = pv_row_int(q, 0), .file = *file, .attempts = (int)pv_row_int(q, 2)};
    out->state = pv_photo_state_of(pv_row_text(q, 1));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_add(pv_season *s, const pv_night *n, const pv_photo_file *file, pv_photo_entry *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT INTO photos(file,bytes,changed_ns,night,state) VALUES(?,?,?,?,'new')", err));
    bind_file(q, file);
    pv_stmt_int(q, 4, n->id);
    PV_TRY(pv_stmt_run(q, err));
    *out = (pv_photo_entry){.id = pv_sql_last_id(s->db), .file = *file};
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_same_size(pv_season *s, const pv_photo_file *file, char sha256[65], pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    sha256[0] = '\0';
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT sha256 FROM photos WHERE state='done' AND bytes=? AND sha256 IS NOT NULL LIMIT 1", err));
    pv_stmt_int(q, 1, file->bytes);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) (void)snprintf(sha256, 65, "%s", pv_row_text(q, 0));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_of_hash(pv_season *s, const char *sha256, char *file, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    file[0] = '\0';
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT file FROM photos WHERE state='done' AND sha256=? ORDER BY fid LIMIT 1", err));
    pv_stmt_text(q, 1, sha256);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) (void)snprintf(file, size, "%s", pv_row_text(q, 0));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

static pv_status set_state(pv_season *s, pv_photo_entry *e, pv_photo_state state, int attempts, const char *reason, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "UPDATE photos SET state=?2,attempts=?3,reason=?4 WHERE fid=?1", err));
    pv_stmt_int(q, 1, e->id);
    pv_stmt_text(q, 2, state_word[state]);
    pv_stmt_int(q, 3, attempts);
    pv_stmt_text(q, 4, reason);
    PV_TRY(pv_stmt_run(q, err));
    e->state = state;
    e->attempts = attempts;
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_failed(pv_season *s, pv_photo_entry *e, const char *reason, pv_err *err)
{
    return set_state(s, e, PV_PHOTO_NEW, e->attempts + 1, reason, err);
}

pv_status pv_photos_adopt(pv_season *s, const pv_night *n, const pv_photo_entry *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "UPDATE photos SET night=?2,reason=NULL WHERE fid=?1 AND night<>?2", err));
    pv_stmt_int(q, 1, e->id);
    pv_stmt_int(q, 2, n->id);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_reason(pv_season *s, const pv_photo_entry *e, char *out, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    out[0] = '\0';
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT reason FROM photos WHERE fid=?", err));
    pv_stmt_int(q, 1, e->id);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) (void)snprintf(out, size, "%s", pv_row_text(q, 0));
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_photos_end(pv_season *s, pv_photo_entry *e, pv_photo_state state, const char *reason, pv_err *err)
{
    return set_state(s, e, state, e->attempts, reason, err);
}

static pv_status take_photo(pv_season *s, const pv_photo_entry *e, const pv_worker_result *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "UPDATE photos SET state=?2,reason=?3,name=?4,sha256=?5,status=?6,taken_at=?7,gsd_m=?8,model=?9,valid_e4=?10,nodata_e4=?11,"
                       "unreadable_e4=?12,unusable_e4=?13,hotspots=?14,blurred_e4=?15,coarse_e4=?16 WHERE fid=?1",
                       err));
    pv_stmt_int(q, 1, e->id);
    pv_stmt_text(q, 2, state_word[pv_worker_result_looked(r) ? PV_PHOTO_DONE : PV_PHOTO_REFUSED]);
    pv_stmt_text_or_null(q, 3, r->reason);
    pv_stmt_text(q, 4, r->name);
    pv_stmt_text_or_null(q, 5, r->sha256);
    pv_stmt_text(q, 6, r->status);
    pv_stmt_text_or_null(q, 7, r->taken_at);
    pv_stmt_real(q, 8, r->gsd_m);
    pv_stmt_text_or_null(q, 9, r->model);
    pv_stmt_int(q, 10, r->valid_e4);
    pv_stmt_int(q, 11, r->nodata_e4);
    pv_stmt_int(q, 12, r->unreadable_e4);
    pv_stmt_int(q, 13, r->unusable_e4);
    pv_stmt_int(q, 14, (int64_t)r->n);
    pv_stmt_int(q, 15, r->blurred_e4);
    pv_stmt_int(q, 16, r->coarse_e4);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

static pv_status take_hotspots(pv_season *s, const pv_photo_entry *e, const pv_worker_result *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text geom = {0};
    PV_TRY(pv_stmt_new(&q, s->db,
                       "INSERT INTO hotspots(geom,photo,id,lon,lat,area_m2,prob,prob_mean,prob_max,class,stage,properties)"
                       " VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                       err));
    for (size_t i = 0; i < r->n; i++) {
        const pv_result_hotspot *h = &r->at[i];
        double box[4];
        size_t n = 0;
        const char *properties = pv_json_slice(&r->json, h->properties, &n);
        PV_TRY(pv_where(err, pv_geom_polygons(&geom, &r->json, h->geometry, box, err), "hotspot %s", h->id));
        pv_stmt_blob(q, 1, geom.data, geom.len);
        pv_stmt_int(q, 2, e->id);
        pv_stmt_text(q, 3, h->id);
        pv_stmt_real(q, 4, h->lon_deg);
        pv_stmt_real(q, 5, h->lat_deg);
        pv_stmt_real(q, 6, h->area_m2);
        if (h->prob < 0)
            pv_stmt_null(q, 7);
        else
            pv_stmt_real(q, 7, h->prob);
        pv_stmt_real(q, 8, h->prob_mean);
        pv_stmt_real(q, 9, h->prob_max);
        pv_stmt_text_or_null(q, 10, h->class_name);
        pv_stmt_text_or_null(q, 11, h->stage);
        pv_stmt_text_n(q, 12, properties, n);
        PV_TRY(pv_stmt_run(q, err));
    }
out:
    pv_stmt_free(q);
    pv_text_release(&geom);
    return st;
}

pv_status pv_photos_take(pv_season *s, pv_photo_entry *e, const pv_worker_result *r, const void *cells, size_t n_cells, const pv_map_image *overview,
                         pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(take_photo(s, e, r, err));
    PV_TRY(take_hotspots(s, e, r, err));
    if (cells != NULL) PV_TRY(pv_ground_take(s, e->id, cells, n_cells, err));
    if (overview != NULL && overview->width_px > 0) PV_TRY(pv_overviews_take(s, e->id, overview, err));
    PV_TRY(pv_sql_commit(s->db, err));
    e->state = pv_worker_result_looked(r) ? PV_PHOTO_DONE : PV_PHOTO_REFUSED;
out:
    if (st != PV_OK) pv_sql_rollback(s->db);
    return st;
}
