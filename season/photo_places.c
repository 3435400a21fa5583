#include "season/photo_places.h"

#include <stdio.h>

#include "base/mem.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

/* Ledgers made before there were reduced pictures have no table of them. */
static pv_status ask_for_photos(pv_stmt **q, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t there = 0;
    pv_text sql = {0};
    PV_TRY(pv_sql_number(s->db, "SELECT count(*) FROM sqlite_master WHERE type='table' AND name='overviews'", &there, err));
    pv_text_addf(
        &sql,
        "SELECT p.fid,p.night,p.file,p.status,COALESCE(p.day,n.date),p.reason,p.state,p.hotspots,p.valid_e4,p.unreadable_e4+p.unusable_e4,p.geom,%s,"
        "p.valid_e4-p.blurred_e4-p.coarse_e4 FROM photos p JOIN nights n ON n.fid=p.night %s ORDER BY COALESCE(p.day,n.date) DESC,p.file,p.fid",
        there ? "o.west,o.south,o.east,o.north" : "NULL,NULL,NULL,NULL", there ? "LEFT JOIN overviews o ON o.photo=p.fid" : "");
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(q, s->db, pv_text_str(&sql), err));
out:
    pv_text_release(&sql);
    return st;
}

static pv_status read_row(pv_photo_place *p, pv_stmt *q, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    double box[4];
    p->fid = pv_row_int(q, 0);
    p->night = pv_row_int(q, 1);
    copy(p->file, sizeof p->file, pv_row_text(q, 2));
    copy(p->status, sizeof p->status, pv_row_text(q, 3));
    copy(p->day, sizeof p->day, pv_row_text(q, 4));
    copy(p->reason, sizeof p->reason, pv_row_text(q, 5));
    p->state = pv_photo_state_of(pv_row_text(q, 6));
    p->hotspots = pv_row_int(q, 7);
    p->valid_e4 = pv_row_int(q, 8);
    p->not_judged_e4 = pv_row_int(q, 9);
    const void *geom = pv_row_blob(q, 10, &n);
    if (pv_geom_box(geom, n, box)) PV_TRY(pv_where(err, pv_plot_outline_read(&p->outline, geom, n, err), "photo %s", p->file));
    p->has_overview = !pv_row_is_null(q, 11);
    p->west = pv_row_real(q, 11);
    p->south = pv_row_real(q, 12);
    p->east = pv_row_real(q, 13);
    p->north = pv_row_real(q, 14);
    p->seen_e4 = pv_row_int(q, 15);
out:
    return st;
}

pv_status pv_photo_places_read(pv_photo_places *out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_places p = {.n = 0};
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(ask_for_photos(&q, s, err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&p.at, &p.cap, p.n + 1, sizeof *p.at, "photos", err));
        PV_TRY(read_row(&p.at[p.n++], q, err));
    }
    *out = p;
    p = (pv_photo_places){.n = 0};
out:
    pv_stmt_free(q);
    pv_photo_places_release(&p);
    return st;
}

void pv_photo_places_release(pv_photo_places *p)
{
    for (size_t i = 0; i < p->n; i++) pv_plot_outline_release(&p->at[i].outline);
    pv_free(p->at);
    *p = (pv_photo_places){.n = 0};
}
