#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "pipeline/hotspots_sheet.h"

#include "base/banned.h"

/* ---- the sheet ---- */

void pv_sheet_release(pv_sheet *s)
{
    pv_free(s->photo);
    pv_free(s->feature);
    *s = (pv_sheet){0};
}

int pv_slice_compare(pv_slice a, pv_slice b)
{
    int order = memcmp(a.at, b.at, a.n < b.n ? a.n : b.n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

int64_t pv_sheet_fixed(double value, int decimals)
{
    double scaled = value;
    for (int i = 0; i < decimals; i++) scaled *= 10;
    scaled = round(scaled);
    return scaled > 9e18 ? INT64_C(9000000000000000000) : scaled < 0 ? 0 : (int64_t)scaled;
}

static int pv_photo_order(const void *a, const void *b)
{
    const pv_sheet_photo *u = a, *v = b;
    int order = pv_slice_compare(u->name, v->name);
    if (order == 0) order = pv_slice_compare(u->file, v->file);
    if (order == 0) order = pv_slice_compare(u->sha256, v->sha256);
    return order != 0 ? order : pv_slice_compare(u->json, v->json);
}

static int pv_falling(int64_t a, int64_t b)
{
    return (a < b) - (a > b);
}

static int pv_feature_order(const void *a, const void *b)
{
    const pv_sheet_feature *u = a, *v = b;
    int order = pv_falling(u->prob_e4, v->prob_e4);
    if (order == 0) order = pv_falling(u->mean_e4, v->mean_e4);
    if (order == 0) order = pv_falling(u->max_e4, v->max_e4);
    if (order == 0) order = pv_falling(u->area_e3, v->area_e3);
    if (order == 0) order = pv_slice_compare(u->id, v->id);
    return order != 0 ? order : pv_slice_compare(u->json, v->json);
}

void pv_sheet_sort(pv_sheet *s)
{
    if (s->n_photos > 1) qsort(s->photo, s->n_photos, sizeof *s->photo, pv_photo_order);
    if (s->n_features > 1) qsort(s->feature, s->n_features, sizeof *s->feature, pv_feature_order);
}

static void pv_hash_slice(pv_sha256 *h, pv_slice s)
{
    pv_sha256_add(h, s.at, s.n);
    pv_sha256_add(h, "\n", 1);
}

static void pv_hash_number(pv_sha256 *h, int64_t v)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)v >> (8 * i));
    pv_sha256_add(h, bytes, sizeof bytes);
}

void pv_sheet_run_id(char id[17], const pv_sheet *s)
{
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    char hex[PV_SHA256_HEX];
    pv_sha256_init(&h);
    pv_hash_slice(&h, (pv_slice){s->head.model_id, strlen(s->head.model_id)});
    pv_hash_number(&h, s->head.threshold_high);
    pv_hash_number(&h, s->head.threshold_low);
    if (s->head.keep_e4 >= 0) pv_hash_number(&h, s->head.keep_e4);
    pv_hash_number(&h, s->head.min_area_e6);
    pv_hash_slice(&h, (pv_slice){s->head.radiometry_of, strlen(s->head.radiometry_of)});
    for (size_t i = 0; i < s->n_photos; i++) {
        pv_hash_slice(&h, s->photo[i].name);
        pv_hash_slice(&h, s->photo[i].sha256);
        pv_hash_slice(&h, s->photo[i].model_id);
    }
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
    memcpy(id, hex, 16);
    id[16] = '\0';
}

/* ---- printing ---- */

const pv_coverage_figure pv_coverage_figures[PV_COVERAGE_FIGURES] = {
    {"valid_m2", offsetof(pv_coverage, valid_e4)},
    {"nodata_m2", offsetof(pv_coverage, nodata_e4)},
    {"unreadable_m2", offsetof(pv_coverage, unreadable_e4)},
    {"unusable_m2", offsetof(pv_coverage, unusable_e4)},
    {"dark_m2", offsetof(pv_coverage, dark_e4)},
    {"saturated_m2", offsetof(pv_coverage, saturated_e4)},
    {"blurred_m2", offsetof(pv_coverage, blurred_e4)},
    {"coarse_m2", offsetof(pv_coverage, coarse_e4)},
};

static void pv_print_coverage(pv_text *t, const pv_coverage *c)
{
    pv_text_add(t, "\"coverage\":{");
    for (int k = 0; k < PV_COVERAGE_FIGURES; k++) {
        pv_text_addf(t, "%s\"%s\":", k > 0 ? "," : "", pv_coverage_figures[k].name);
        pv_text_add_fixed(t, pv_coverage_of(c, k), 4);
    }
    pv_text_add(t, "}");
}

static void pv_print_bbox(pv_text *t, const pv_sheet *s)
{
    if (s->n_features == 0) return;
    int64_t box[4];
    memcpy(box, s->feature[0].bbox_e7, sizeof box);
    for (size_t i = 1; i < s->n_features; i++) {
        const int64_t *b = s->feature[i].bbox_e7;
        for (int k = 0; k < 4; k++)
            if (k < 2 ? b[k] < box[k] : b[k] > box[k]) box[k] = b[k];
    }
    pv_text_add(t, "\"bbox\":[");
    for (int k = 0; k < 4; k++) {
        if (k > 0) pv_text_add(t, ",");
        pv_text_add_fixed(t, box[k], 7);
    }
    pv_text_add(t, "],\n");
}

/* Adds "key":"text" (null when the text is empty and may_be_null) and remembers where the text's inside lies: offsets, because the text moves while
 * it grows. */
static void pv_add_key(pv_text *t, const char *key, const char *text, int may_be_null, size_t inside[2])
{
    int null = may_be_null && text[0] == '\0';
    pv_text_addf(t, "\"%s\":", key);
    inside[0] = t->len + 1;
    pv_text_add_json(t, null ? NULL : text);
    inside[1] = null ? inside[0] : t->len - 1;
    pv_text_add(t, ",");
}

/* {"id","name"}, or null without an id; says where the id's text lies in t. */
static void pv_print_model(pv_text *t, const char *id, const char *name, size_t inside[2])
{
    inside[0] = inside[1] = t->len;
    if (id[0] == '\0') {
        pv_text_add(t, "null");
        return;
    }
    pv_text_add(t, "{");
    pv_add_key(t, "id", id, 0, inside);
    pv_text_add(t, "\"name\":");
    pv_text_add_json(t, name);
    pv_text_add(t, "}");
}

static void pv_print_head(pv_text *t, const pv_sheet *s)
{
    char run_id[17];
    pv_sheet_run_id(run_id, s);
    pv_text_add(t, "\"papaver\":{\"version\":");
    pv_text_add_json(t, s->head.version);
    pv_text_addf(t, ",\"run\":\"%s\",\"model\":", run_id);
    size_t unused[2];
    pv_print_model(t, s->head.model_id, s->head.model_name, unused);
    if (s->shard > 0)
        pv_text_addf(t, ",\"shard\":{\"index\":%d,\"of\":%d}", s->shard, s->shards);
    else
        pv_text_addf(t, ",\"shard\":{\"index\":null,\"of\":%d,\"missing\":[%s]}", s->shards, s->missing);
    if (s->head.threshold_high > 0)
        pv_text_addf(t, ",\"threshold\":%d,\"threshold_low\":%d,\"object_threshold\":", s->head.threshold_high, s->head.threshold_low);
    else
        pv_text_add(t, ",\"threshold\":null,\"threshold_low\":null,\"object_threshold\":");
    if (s->head.keep_e4 < 0)
        pv_text_add(t, "null");
    else
        pv_text_add_fixed(t, s->head.keep_e4, 4);
    pv_text_add(t, ",\"min_area_m2\":");
    pv_text_add_fixed(t, s->head.min_area_e6, 6);
    pv_text_add(t, ",\"radiometry_of\":");
    pv_text_add_json(t, s->head.radiometry_of[0] != '\0' ? s->head.radiometry_of : NULL);
    pv_text_add(t, ",\"seconds\":");
    if (s->seconds_e3 < 0)
        pv_text_add(t, "null");
    else
        pv_text_add_fixed(t, s->seconds_e3, 3);
    pv_text_add(t, ",\n");
}

/* Unsigned inside, so that even forged parts cannot overflow into undefined behaviour. */
static void pv_e4_add(int64_t *sum, int64_t more)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)more);
}

static pv_coverage pv_coverage_sum(const pv_sheet *s)
{
    pv_coverage sum = {0};
    for (size_t i = 0; i < s->n_photos; i++) {
        for (int k = 0; k < PV_COVERAGE_FIGURES; k++) pv_e4_add(pv_coverage_e4(&sum, k), pv_coverage_of(&s->photo[i].coverage, k));
    }
    return sum;
}

pv_status pv_sheet_print(const pv_sheet *s, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",\n");
    pv_print_bbox(&t, s);
    pv_print_head(&t, s);
    const pv_coverage sum = pv_coverage_sum(s);
    pv_print_coverage(&t, &sum);
    pv_text_add(&t, ",\n\"photos\":[");
    for (size_t i = 0; i < s->n_photos; i++) {
        pv_text_add(&t, i > 0 ? ",\n" : "\n");
        pv_text_add_n(&t, s->photo[i].json.at, s->photo[i].json.n);
    }
    pv_text_add(&t, "\n]},\n\"features\":[");
    for (size_t i = 0; i < s->n_features; i++) {
        pv_text_add(&t, i > 0 ? ",\n" : "\n");
        pv_text_add_n(&t, s->feature[i].json.at, s->feature[i].json.n);
    }
    pv_text_add(&t, "\n]}\n");
    PV_TRY(pv_text_status(&t, err));
    pv_text_release(out);
    *out = t;
    t = (pv_text){0};
out:
    pv_text_release(&t);
    return st;
}

/* ---- a run becomes a sheet ---- */

static pv_slice pv_inside(const pv_text *t, const size_t inside[2])
{
    return (pv_slice){t->data + inside[0], inside[1] - inside[0]};
}

static pv_status pv_photo_print(pv_sheet_photo *out, const pv_photo_record *r, pv_text *t, pv_err *err)
{
    size_t name[2], file[2], sha[2], model[2], other[2];
    pv_text_add(t, "{");
    pv_add_key(t, "name", r->name, 0, name);
    pv_add_key(t, "file", r->path_name, 0, file);
    pv_add_key(t, "sha256", r->sha256, 1, sha);
    pv_text_add(t, "\"model\":");
    pv_print_model(t, r->model_id, r->model_name, model);
    pv_text_add(t, ",");
    pv_add_key(t, "status", r->status[0] != '\0' ? r->status : r->ok ? "done" : "refused", 0, other);
    pv_add_key(t, "reason", r->reason, 1, other);
    pv_text_add(t, "\"gsd_m\":");
    if (r->gsd_m > 0)
        pv_text_add_real(t, r->gsd_m, 4);
    else
        pv_text_add(t, "null");
    pv_text_add(t, ",");
    pv_add_key(t, "taken_at", r->taken_at, 1, other);
    pv_text_add(t, "\"drift\":");
    if (r->ok && r->drift_e2 >= 0)
        pv_text_add_fixed(t, r->drift_e2, 2);
    else
        pv_text_add(t, "null");
    pv_text_addf(t, ",\"hotspots\":%" PRId64 ",", r->n_hotspots);
    pv_print_coverage(t, &r->coverage);
    pv_text_add(t, "}");
    pv_status st = pv_text_status(t, err);
    if (st != PV_OK) return st;
    *out = (pv_sheet_photo){.json = {t->data, t->len},
                            .name = pv_inside(t, name),
                            .file = pv_inside(t, file),
                            .sha256 = pv_inside(t, sha),
                            .model_id = pv_inside(t, model),
                            .coverage = r->coverage,
                            .hotspots = r->n_hotspots};
    return PV_OK;
}

/* texts: [n_photos] zero objects; they own what the sheet points at. */
static pv_status pv_photos_print(pv_sheet *s, size_t n, const pv_photo_record *photo, pv_text *texts, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&s->photo, n, sizeof *s->photo, "list of photos", err));
    for (size_t i = 0; i < n; i++) {
        PV_TRY(pv_photo_print(&s->photo[i], &photo[i], &texts[i], err));
        s->photo[i].from = i;
        s->n_photos++;
    }
out:
    return st;
}

static void pv_texts_free(pv_text *texts, size_t n)
{
    for (size_t i = 0; texts != NULL && i < n; i++) pv_text_release(&texts[i]);
    pv_free(texts);
}

static pv_status pv_head_set(pv_sheet_head *head, const pv_run_facts *run, pv_err *err)
{
    *head = (pv_sheet_head){.threshold_high = run->threshold_high,
                            .threshold_low = run->threshold_low,
                            .keep_e4 = run->has_keep ? run->keep_e4 : -1,
                            .min_area_e6 = pv_sheet_fixed(run->min_area_m2, 6)};
    if (strlen(run->version) >= sizeof head->version) return pv_fail(err, PV_BUG, "a version of %zu bytes", strlen(run->version));
    memcpy(head->version, run->version, strlen(run->version) + 1);
    memcpy(head->model_id, run->model_id, sizeof head->model_id);
    memcpy(head->model_name, run->model_name, sizeof head->model_name);
    memcpy(head->radiometry_of, run->radiometry_of, sizeof head->radiometry_of);
    return PV_OK;
}

pv_status pv_run_id(char id[17], const pv_run_facts *run, size_t n_photos, const pv_photo_record *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheet s = {0};
    pv_text *texts = NULL;
    PV_TRY(pv_head_set(&s.head, run, err));
    PV_TRY(pv_alloc(&texts, n_photos, sizeof *texts, "list of photos", err));
    PV_TRY(pv_photos_print(&s, n_photos, photo, texts, err));
    pv_sheet_sort(&s);
    pv_sheet_run_id(id, &s);
out:
    pv_texts_free(texts, n_photos);
    pv_sheet_release(&s);
    return st;
}

static void pv_feature_set(pv_sheet_feature *f, const pv_hotspot *h, size_t from)
{
    *f = (pv_sheet_feature){.json = {h->json, strlen(h->json)},
                            .id = {h->id, strlen(h->id)},
                            .prob_e4 = h->prob < 0 ? -1 : pv_sheet_fixed(h->prob, 4),
                            .mean_e4 = pv_sheet_fixed(h->prob_mean, 4),
                            .max_e4 = pv_sheet_fixed(h->prob_max, 4),
                            .area_e3 = pv_sheet_fixed(h->area_m2, 3),
                            .from = from};
    for (int k = 0; k < 4; k++) f->bbox_e7[k] = (int64_t)round(h->bbox[k] * 1e7);
}

/* The list itself follows the order of the file. */
static pv_status pv_hotspots_follow(pv_hotspots *h, const pv_sheet *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_record *photo = NULL;
    pv_hotspot *at = NULL;
    int *place = NULL;
    PV_TRY(pv_alloc(&photo, h->n_photos, sizeof *photo, "list of photos", err));
    PV_TRY(pv_alloc(&place, h->n_photos, sizeof *place, "list of photos", err));
    PV_TRY(pv_alloc(&at, h->n, sizeof *at, "hotspots", err));
    for (size_t i = 0; i < h->n_photos; i++) {
        photo[i] = h->photo[s->photo[i].from];
        place[s->photo[i].from] = (int)i;
    }
    for (size_t i = 0; i < h->n; i++) {
        at[i] = h->at[s->feature[i].from];
        at[i].photo = place[at[i].photo];
    }
    if (h->n_photos > 0) memcpy(h->photo, photo, h->n_photos * sizeof *photo);
    if (h->n > 0) memcpy(h->at, at, h->n * sizeof *at);
out:
    pv_free(photo);
    pv_free(place);
    pv_free(at);
    return st;
}

pv_status pv_hotspots_print(pv_hotspots *h, const pv_run_facts *run, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheet s = {.shard = run->shard, .shards = run->shards, .seconds_e3 = run->seconds < 0 ? -1 : pv_sheet_fixed(run->seconds, 3)};
    pv_text *texts = NULL;
    PV_TRY(pv_head_set(&s.head, run, err));
    PV_TRY(pv_alloc(&texts, h->n_photos, sizeof *texts, "list of photos", err));
    PV_TRY(pv_photos_print(&s, h->n_photos, h->photo, texts, err));
    PV_TRY(pv_alloc(&s.feature, h->n, sizeof *s.feature, "hotspots", err));
    for (; s.n_features < h->n; s.n_features++) pv_feature_set(&s.feature[s.n_features], &h->at[s.n_features], s.n_features);
    pv_sheet_sort(&s);
    PV_TRY(pv_hotspots_follow(h, &s, err));
    PV_TRY(pv_sheet_print(&s, out, err));
out:
    pv_texts_free(texts, h->n_photos);
    pv_sheet_release(&s);
    return st;
}
