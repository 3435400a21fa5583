#include "season/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

int64_t pv_summary_seen_e4(const pv_summary_photo *p)
{
    return p->valid_e4 - p->blurred_e4 - p->coarse_e4;
}

int64_t pv_night_seen_e4(const pv_night_summary *sum)
{
    return sum->valid_e4 - sum->blurred_e4 - sum->coarse_e4;
}

int pv_summary_is_blank(const pv_summary_photo *p)
{
    return pv_photo_is_blank(p->state, p->status, p->valid_e4);
}

static pv_status read_photos(pv_season *s, pv_night_summary *sum, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(
        pv_stmt_new(&q, s->db,
                    "SELECT fid,file,name,sha256,status,taken_at,model,reason,state,gsd_m,valid_e4,nodata_e4,unreadable_e4,unusable_e4,hotspots,geom,"
                    "blurred_e4,coarse_e4 FROM photos WHERE night=? ORDER BY file,fid",
                    err));
    pv_stmt_int(q, 1, sum->night.id);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&sum->photo, &sum->cap_photos, sum->n_photos + 1, sizeof *sum->photo, "photos", err));
        pv_summary_photo *p = &sum->photo[sum->n_photos++];
        p->id = pv_row_int(q, 0);
        copy(p->file, sizeof p->file, pv_row_text(q, 1));
        copy(p->name, sizeof p->name, pv_row_text(q, 2));
        copy(p->sha256, sizeof p->sha256, pv_row_text(q, 3));
        copy(p->status, sizeof p->status, pv_row_text(q, 4));
        copy(p->taken_at, sizeof p->taken_at, pv_row_text(q, 5));
        copy(p->model, sizeof p->model, pv_row_text(q, 6));
        copy(p->reason, sizeof p->reason, pv_row_text(q, 7));
        p->state = pv_photo_state_of(pv_row_text(q, 8));
        p->gsd_m = pv_row_real(q, 9);
        p->valid_e4 = pv_row_int(q, 10);
        p->nodata_e4 = pv_row_int(q, 11);
        p->unreadable_e4 = pv_row_int(q, 12);
        p->unusable_e4 = pv_row_int(q, 13);
        p->hotspots = pv_row_int(q, 14);
        p->blurred_e4 = pv_row_int(q, 16);
        p->coarse_e4 = pv_row_int(q, 17);
        size_t n = 0;
        const void *geom = pv_row_blob(q, 15, &n);
        p->placed = pv_geom_box(geom, n, p->box);
        sum->count[p->state]++;
        sum->damaged += strcmp(p->status, "damaged") == 0;
        sum->blank += pv_summary_is_blank(p);
        sum->valid_e4 += p->valid_e4;
        sum->nodata_e4 += p->nodata_e4;
        sum->unreadable_e4 += p->unreadable_e4;
        sum->unusable_e4 += p->unusable_e4;
        sum->blurred_e4 += p->blurred_e4;
        sum->coarse_e4 += p->coarse_e4;
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status read_hotspots_of(pv_night_summary *sum, size_t photo, pv_stmt *q, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text geometry = {0};
    int row = 0;
    pv_stmt_int(q, 1, sum->photo[photo].id);
    for (;;) {
        size_t n = 0;
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&sum->hotspot, &sum->cap_hotspots, sum->n_hotspots + 1, sizeof *sum->hotspot, "hotspots", err));
        pv_summary_hotspot *h = &sum->hotspot[sum->n_hotspots++];
        copy(h->id, sizeof h->id, pv_row_text(q, 0));
        copy(h->plot, sizeof h->plot, pv_row_text(q, 9));
        h->photo = photo;
        h->lon_deg = pv_row_real(q, 1);
        h->lat_deg = pv_row_real(q, 2);
        h->area_m2 = pv_row_real(q, 3);
        h->prob = pv_row_is_null(q, 4) ? -1 : pv_row_real(q, 4);
        h->prob_mean = pv_row_real(q, 5);
        h->prob_max = pv_row_real(q, 6);
        PV_TRY(pv_strdup(&h->properties, pv_row_text(q, 7), err));
        const void *geom = pv_row_blob(q, 8, &n);
        PV_TRY(pv_where(err, pv_geom_to_geojson(&geometry, geom, n, err), "hotspot %s", h->id));
        PV_TRY(pv_strdup(&h->geometry, pv_text_str(&geometry), err));
    }
out:
    pv_text_release(&geometry);
    return st;
}

static int falling(double a, double b)
{
    return a > b ? -1 : a < b;
}

static int by_rank(const void *pa, const void *pb)
{
    const pv_summary_hotspot *a = pa, *b = pb;
    int order = falling(a->prob, b->prob);
    if (order == 0) order = falling(a->prob_mean, b->prob_mean);
    if (order == 0) order = falling(a->prob_max, b->prob_max);
    if (order == 0) order = falling(a->area_m2, b->area_m2);
    if (order == 0) order = strcmp(a->id, b->id);
    return order != 0 ? order : a->photo < b->photo ? -1 : a->photo > b->photo;
}

static pv_status read_hotspots(pv_season *s, pv_night_summary *sum, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT h.id,h.lon,h.lat,h.area_m2,h.prob,h.prob_mean,h.prob_max,h.properties,h.geom,p.id FROM hotspots h LEFT JOIN plots p "
                       "ON p.fid=h.plot WHERE h.photo=? ORDER BY h.fid",
                       err));
    for (size_t i = 0; i < sum->n_photos; i++)
        if (sum->photo[i].hotspots > 0) PV_TRY(read_hotspots_of(sum, i, q, err));
    if (sum->n_hotspots > 0) qsort(sum->hotspot, sum->n_hotspots, sizeof *sum->hotspot, by_rank);
out:
    pv_stmt_free(q);
    return st;
}

static void add_line(pv_sha256 *h, const char *text)
{
    pv_sha256_add(h, text, strlen(text) + 1);
}

static void find_run(pv_night_summary *sum, size_t n_waiting, const char *const *waiting)
{
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    char hex[PV_SHA256_HEX], state[24];
    pv_sha256_init(&h);
    add_line(&h, sum->name);
    add_line(&h, sum->night.date);
    for (size_t i = 0; i < sum->n_photos; i++) {
        const pv_summary_photo *p = &sum->photo[i];
        (void)snprintf(state, sizeof state, "%d", (int)p->state);
        add_line(&h, p->file);
        add_line(&h, p->sha256);
        add_line(&h, p->model);
        add_line(&h, state);
        add_line(&h, p->status);
        add_line(&h, p->reason);
    }
    for (size_t i = 0; i < sum->n_hotspots; i++) add_line(&h, sum->hotspot[i].properties);
    for (size_t i = 0; i < n_waiting; i++) add_line(&h, waiting[i]);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
    (void)snprintf(sum->run, sizeof sum->run, "%.16s", hex);
}

pv_status pv_night_summary_read(pv_season *s, const pv_night *night, size_t n_waiting, const char *const *waiting, pv_night_summary *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_summary *sum = NULL;
    PV_TRY(pv_alloc(&sum, 1, sizeof *sum, "summary", err));
    sum->night = *night;
    copy(sum->name, sizeof sum->name, pv_conf_text(s->conf, PV_SET_NAME));
    PV_TRY(read_photos(s, sum, err));
    PV_TRY(read_hotspots(s, sum, err));
    find_run(sum, n_waiting, waiting);
    *out = *sum;
    *sum = (pv_night_summary){.n_photos = 0};
out:
    if (sum != NULL) pv_night_summary_release(sum);
    pv_free(sum);
    return st;
}

void pv_night_summary_release(pv_night_summary *sum)
{
    for (size_t i = 0; i < sum->n_hotspots; i++) {
        pv_free(sum->hotspot[i].properties);
        pv_free(sum->hotspot[i].geometry);
    }
    pv_free(sum->hotspot);
    pv_free(sum->photo);
    *sum = (pv_night_summary){.n_photos = 0};
}
