#include "season/worker_result.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

/* A text, or null ("" then). 0 = another type, too long, or missing. */
static int take_text(const pv_json *j, pv_json_ref of, const char *key, char *out, size_t size)
{
    pv_json_ref ref = pv_json_member(j, of, key);
    out[0] = '\0';
    return pv_json_type_of(j, ref) == PV_JSON_NULL || pv_json_copy(j, ref, out, size);
}

/* A number, or null (`missing` then). */
static int take_real(const pv_json *j, pv_json_ref of, const char *key, double lo, double hi, double missing, double *out)
{
    pv_json_ref ref = pv_json_member(j, of, key);
    *out = missing;
    return pv_json_type_of(j, ref) == PV_JSON_NULL || pv_json_real(j, ref, lo, hi, out);
}

static int is_hex(const char *text, size_t n)
{
    return strlen(text) == n && strspn(text, "0123456789abcdef") == n;
}

static pv_status read_photo(pv_worker_result *r, pv_json_ref photo, int64_t *hotspots, pv_err *err)
{
    enum { MOST_M2 = 1000000000 };
    const pv_json *j = &r->json;
    const struct {
        const char *key;
        int64_t *to;
    } area[] = {{"valid_m2", &r->valid_e4},       {"nodata_m2", &r->nodata_e4},   {"unreadable_m2", &r->unreadable_e4},
                {"unusable_m2", &r->unusable_e4}, {"blurred_m2", &r->blurred_e4}, {"coarse_m2", &r->coarse_e4}};
    pv_json_ref coverage = pv_json_member(j, photo, "coverage"), model = pv_json_member(j, photo, "model");
    int ok = take_text(j, photo, "name", r->name, sizeof r->name) && r->name[0] != '\0' && take_text(j, photo, "file", r->file, sizeof r->file) &&
             take_text(j, photo, "sha256", r->sha256, sizeof r->sha256) && take_text(j, photo, "status", r->status, sizeof r->status) &&
             take_text(j, photo, "reason", r->reason, sizeof r->reason) && take_text(j, photo, "taken_at", r->taken_at, sizeof r->taken_at) &&
             take_real(j, photo, "gsd_m", 0, 1e6, 0, &r->gsd_m) && pv_json_int(j, pv_json_member(j, photo, "hotspots"), 0, INT32_MAX, hotspots);
    ok = ok && (r->sha256[0] == '\0' || is_hex(r->sha256, 64));
    if (pv_json_type_of(j, model) == PV_JSON_OBJECT) ok = ok && take_text(j, model, "id", r->model, sizeof r->model);
    for (size_t i = 0; i < sizeof area / sizeof *area && ok; i++)
        ok = pv_json_fixed(j, pv_json_member(j, coverage, area[i].key), 4, area[i].to) && *area[i].to >= 0 && *area[i].to <= (int64_t)MOST_M2 * 10000;
    ok = ok && r->blurred_e4 + r->coarse_e4 <= r->valid_e4;
    return ok ? PV_OK : pv_fail(err, PV_INPUT, "the record of the photo is not as it should be");
}

static pv_status read_hotspot(const pv_worker_result *r, pv_json_ref feature, pv_result_hotspot *h, pv_err *err)
{
    const pv_json *j = &r->json;
    pv_json_ref p = pv_json_member(j, feature, "properties");
    char photo[PV_RESULT_NAME];
    h->geometry = pv_json_member(j, feature, "geometry");
    h->properties = p;
    int ok = take_text(j, p, "id", h->id, sizeof h->id) && is_hex(h->id, 16) && take_text(j, p, "photo", photo, sizeof photo) &&
             strcmp(photo, r->name) == 0 && take_real(j, p, "lon", -180, 180, 0, &h->lon_deg) && take_real(j, p, "lat", -90, 90, 0, &h->lat_deg) &&
             take_real(j, p, "area_m2", 0, 1e9, 0, &h->area_m2) && take_real(j, p, "prob", 0, 1, -1, &h->prob) &&
             take_real(j, p, "prob_mean", 0, 1, 0, &h->prob_mean) && take_real(j, p, "prob_max", 0, 1, 0, &h->prob_max) &&
             take_text(j, p, "class", h->class_name, sizeof h->class_name) && take_text(j, p, "stage", h->stage, sizeof h->stage);
    return ok && pv_json_type_of(j, h->geometry) == PV_JSON_OBJECT ? PV_OK : pv_fail(err, PV_INPUT, "hotspot %s is not as it should be", h->id);
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const pv_result_hotspot *const *)a)->id, (*(const pv_result_hotspot *const *)b)->id);
}

/* What the ledger would not take: so that one photo's fault is never the night's. */
static pv_status check_hotspots(const pv_worker_result *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text geom = {0};
    const pv_result_hotspot **list = NULL;
    double box[4];
    PV_TRY(pv_alloc(&list, r->n, sizeof *list, "hotspots", err));
    for (size_t i = 0; i < r->n; i++) {
        list[i] = &r->at[i];
        PV_TRY(pv_where(err, pv_geom_polygons(&geom, &r->json, r->at[i].geometry, box, err), "hotspot %s", r->at[i].id));
    }
    if (r->n > 1) qsort(list, r->n, sizeof(const pv_result_hotspot *), by_id);
    for (size_t i = 1; i < r->n; i++)
        if (by_id(&list[i - 1], &list[i]) == 0) PV_TRY(pv_fail(err, PV_INPUT, "two hotspots are called %s", list[i]->id));
out:
    pv_free(list);
    pv_text_release(&geom);
    return st;
}

pv_status pv_worker_result_read(pv_worker_result *out, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_worker_result r = {.n = 0};
    int64_t hotspots = 0;
    PV_TRY(pv_json_parse(&r.json, text, n, -1, err));
    const pv_json *j = &r.json;
    pv_json_ref photos = pv_json_member(j, pv_json_member(j, 0, "papaver"), "photos"), photo = pv_json_first(j, photos),
                features = pv_json_member(j, 0, "features");
    if (photo < 0 || pv_json_after(j, photos, photo) >= 0) PV_TRY(pv_fail(err, PV_INPUT, "it is not the result of one photo"));
    PV_TRY(read_photo(&r, photo, &hotspots, err));
    for (pv_json_ref e = pv_json_first(j, features); e >= 0; e = pv_json_after(j, features, e)) r.n++;
    if ((int64_t)r.n != hotspots || pv_json_type_of(j, features) != PV_JSON_ARRAY)
        PV_TRY(pv_fail(err, PV_INPUT, "it has %zu hotspots and says %lld", r.n, (long long)hotspots));
    PV_TRY(pv_alloc(&r.at, r.n, sizeof *r.at, "hotspots", err));
    size_t i = 0;
    for (pv_json_ref e = pv_json_first(j, features); e >= 0; e = pv_json_after(j, features, e)) PV_TRY(read_hotspot(&r, e, &r.at[i++], err));
    PV_TRY(check_hotspots(&r, err));
    *out = r;
    r = (pv_worker_result){.n = 0};
out:
    pv_worker_result_release(&r);
    return st;
}

void pv_worker_result_release(pv_worker_result *r)
{
    pv_json_release(&r->json);
    pv_free(r->at);
    *r = (pv_worker_result){.n = 0};
}

int pv_worker_result_looked(const pv_worker_result *r)
{
    return strcmp(r->status, "done") == 0 || strcmp(r->status, PV_N("damaged")) == 0 || strcmp(r->status, PV_N("coarse")) == 0;
}
