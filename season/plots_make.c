/* New plots: their ids, rows and boxes, and the places that crews found by themselves. */
#include <stdio.h>
#include <string.h>

#include "season/gpkg_geom.h"
#include "season/plots_internal.h"

#include "base/mem.h"
#include "base/sha256.h"

#include "base/banned.h"

struct pv_plot_maker {
    const char *season; /* its name */
    pv_stmt *taken, *put, *box;
    pv_sql *db;
};

void pv_id_make(char out[PV_PLOT_ID], char letter, const char *kind, const char *season, const char *first, int attempt)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's: no I L O U */
    char text[PV_CONF_TEXT + 128];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(text, sizeof text, "%s\n%s\n%s\n%d\n", kind, season, first, attempt);
    pv_sha256_init(&h);
    pv_sha256_add(&h, text, (size_t)n);
    pv_sha256_done(&h, digest);
    uint32_t bits = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
    out[0] = letter;
    for (int i = 0; i < 6; i++) out[1 + i] = letters[bits >> (27 - 5 * i) & 31];
    out[7] = '\0';
}

void pv_plot_maker_free(pv_plot_maker *m)
{
    if (m == NULL) return;
    pv_stmt_free(m->taken);
    pv_stmt_free(m->put);
    pv_stmt_free(m->box);
    pv_free(m);
}

pv_status pv_plot_maker_new(pv_plot_maker **out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_maker *m = NULL;
    PV_TRY(pv_alloc(&m, 1, sizeof *m, "maker of plots", err));
    m->season = pv_conf_text(s->conf, PV_SET_NAME);
    m->db = s->db;
    PV_TRY(pv_stmt_new(&m->taken, s->db, "SELECT 1 FROM plots WHERE id=?", err));
    PV_TRY(pv_stmt_new(&m->put, s->db, "INSERT INTO plots(geom,id,lon,lat,origin,found_on) VALUES(?,?,?,?,?,?)", err));
    PV_TRY(pv_stmt_new(&m->box, s->db, "INSERT INTO plots_box(west,south,east,north,fid) VALUES(?1,?2,?3,?4,?5)", err));
    *out = m;
    m = NULL;
out:
    pv_plot_maker_free(m);
    return st;
}

pv_status pv_plot_make(pv_plot_maker *m, const pv_plot_birth *b, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text geom = {0};
    char id[PV_PLOT_ID];
    int taken = 1;
    for (int attempt = 0; taken; attempt++) {
        pv_id_make(id, 'P', "plot", m->season, b->first, attempt);
        pv_stmt_text(m->taken, 1, id);
        PV_TRY(pv_stmt_step(m->taken, &taken, err));
        pv_stmt_reset(m->taken);
    }
    PV_TRY(pv_geom_point(&geom, b->lon_deg, b->lat_deg, err));
    pv_stmt_blob(m->put, 1, geom.data, geom.len);
    pv_stmt_text(m->put, 2, id);
    pv_stmt_real(m->put, 3, b->lon_deg);
    pv_stmt_real(m->put, 4, b->lat_deg);
    pv_stmt_text(m->put, 5, b->origin);
    pv_stmt_text_or_null(m->put, 6, b->found_on);
    PV_TRY(pv_stmt_run(m->put, err));
    *fid = pv_sql_last_id(m->db);
    pv_box_bind(m->box, 1, (const double[4]){b->lon_deg, b->lat_deg, b->lon_deg, b->lat_deg});
    pv_stmt_int(m->box, 5, *fid);
    PV_TRY(pv_stmt_run(m->box, err));
out:
    pv_text_release(&geom);
    return st;
}

/* A plot whose outline holds the point or that began within same_plot_m of it; 0 = none. Of several the one that was made first. */
static pv_status find_at(pv_season *s, double lon_deg, double lat_deg, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_plot_outline o = {.n_rings = 0};
    const double near_m = pv_conf_real(s->conf, PV_SET_SAME_PLOT_M), at[4] = {lon_deg, lat_deg, lon_deg, lat_deg};
    double grown[4];
    int row = 0;
    size_t n = 0;
    *fid = 0;
    pv_plot_outline_grow_box(at, near_m, grown);
    PV_TRY(pv_stmt_new(
        &q, s->db,
        "SELECT p.fid,h.geom,p.lon,p.lat,p.origin='crew' FROM plots_box b JOIN plots p ON p.fid=b.fid LEFT JOIN hotspots h ON h.plot=p.fid"
        " WHERE b.west<=?3 AND b.east>=?1 AND b.south<=?4 AND b.north>=?2 AND p.merged_into IS NULL ORDER BY p.fid,h.fid",
        err));
    pv_box_bind(q, 1, grown);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row && *fid == 0) {
        int near = pv_row_int(q, 4) == 1 && pv_ground_apart_m(lon_deg, lat_deg, pv_row_real(q, 2), pv_row_real(q, 3)) <= near_m;
        if (!near && !pv_row_is_null(q, 1)) {
            const void *blob = pv_row_blob(q, 1, &n);
            PV_TRY(pv_plot_outline_read(&o, blob, n, err));
            near = pv_plot_outline_apart_m(&o, lon_deg, lat_deg) <= near_m;
        }
        if (near) *fid = pv_row_int(q, 0);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    pv_plot_outline_release(&o);
    return st;
}

pv_status pv_plots_put_crew(pv_season *s, double lon_deg, double lat_deg, const char *date, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_birth b = {.origin = "crew", .lon_deg = lon_deg, .lat_deg = lat_deg};
    pv_plot_maker *m = NULL;
    pv_text first = {0};
    PV_TRY(find_at(s, lon_deg, lat_deg, fid, err));
    if (*fid != 0) goto out;
    pv_text_add_real(&first, lon_deg, 6);
    pv_text_add(&first, " ");
    pv_text_add_real(&first, lat_deg, 6);
    PV_TRY(pv_text_status(&first, err));
    (void)snprintf(b.first, sizeof b.first, "crew %s", pv_text_str(&first));
    (void)snprintf(b.found_on, sizeof b.found_on, "%s", date);
    PV_TRY(pv_plot_maker_new(&m, s, err));
    PV_TRY(pv_plot_make(m, &b, fid, err));
out:
    pv_plot_maker_free(m);
    pv_text_release(&first);
    return st;
}
