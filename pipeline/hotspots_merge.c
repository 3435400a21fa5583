#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "pipeline/hotspots_sheet.h"

#include "base/banned.h"

enum {
    PV_KEEP_DEPTH = 5, /* as deep as a photo's coverage; a feature's points lie deeper and stay text */
    PV_MAX_SHARDS = 100000
};

/* One part while it is read. */
typedef struct pv_part_file {
    pv_json doc;
    pv_json_ref papaver;
    int shard, shards;
} pv_part_file;

typedef struct pv_merge {
    pv_sheet sheet;
    size_t n_parts;
    pv_part_file *part; /* [n_parts] */
    uint8_t *seen;      /* [shards + 1] */
} pv_merge;

static void pv_merge_release(pv_merge *m)
{
    for (size_t i = 0; m->part != NULL && i < m->n_parts; i++) pv_json_release(&m->part[i].doc);
    pv_free(m->part);
    pv_free(m->seen);
    pv_sheet_release(&m->sheet);
    *m = (pv_merge){0};
}

static pv_status pv_not_ours(const char *what, pv_err *err)
{
    return pv_fail(err, PV_INPUT, "not a hotspots file of papaver, or changed after it was written: %s", what);
}

static pv_slice pv_slice_of(const pv_json *j, pv_json_ref ref)
{
    pv_slice s = {0};
    s.at = pv_json_slice(j, ref, &s.n);
    return s;
}

/* A string as it stands in the text, without its quotes; empty for null. */
static int pv_inside_of(const pv_json *j, pv_json_ref ref, pv_slice *out)
{
    pv_slice s = pv_slice_of(j, ref);
    pv_json_type type = pv_json_type_of(j, ref);
    if (type != PV_JSON_STRING && type != PV_JSON_NULL) return 0;
    *out = type == PV_JSON_NULL ? (pv_slice){s.at, 0} : (pv_slice){s.at + 1, s.n - 2};
    return 1;
}

/* A number of 1/10000, at most 1; null and what is not there are -1. */
static int pv_e4_or_null(const pv_json *j, pv_json_ref ref, int64_t *out)
{
    pv_json_type type = pv_json_type_of(j, ref);
    *out = -1;
    return type == PV_JSON_NULL || type == PV_JSON_NONE || (pv_json_fixed(j, ref, 4, out) && *out >= 0 && *out <= PV_ONE_E4);
}

/* ---- the head ---- */

static int pv_small(const pv_json *j, pv_json_ref object, const char *key, int64_t lo, int64_t hi, int *out)
{
    int64_t v = 0;
    if (!pv_json_int(j, pv_json_member(j, object, key), lo, hi, &v)) return 0;
    *out = (int)v;
    return 1;
}

static pv_status pv_head_read(const pv_part_file *p, pv_sheet_head *h, pv_err *err)
{
    const pv_json *j = &p->doc;
    pv_json_ref model = pv_json_member(j, p->papaver, "model");
    *h = (pv_sheet_head){0};
    if (!pv_json_copy(j, pv_json_member(j, p->papaver, "version"), h->version, sizeof h->version)) return pv_not_ours(PV_N("no version"), err);
    if (pv_json_type_of(j, model) != PV_JSON_NULL && (!pv_json_copy(j, pv_json_member(j, model, "id"), h->model_id, sizeof h->model_id) ||
                                                      !pv_json_copy(j, pv_json_member(j, model, "name"), h->model_name, sizeof h->model_name)))
        return pv_not_ours(PV_N("no model"), err);
    int each = pv_json_type_of(j, pv_json_member(j, p->papaver, "threshold")) == PV_JSON_NULL;
    if (!each &&
        (!pv_small(j, p->papaver, "threshold", 1, 255, &h->threshold_high) || !pv_small(j, p->papaver, "threshold_low", 0, 255, &h->threshold_low)))
        return pv_not_ours(PV_N("no thresholds"), err);
    int64_t keep = -1;
    if (!pv_e4_or_null(j, pv_json_member(j, p->papaver, "object_threshold"), &keep)) return pv_not_ours(PV_N("no object_threshold"), err);
    h->keep_e4 = (int)keep;
    if (!pv_json_fixed(j, pv_json_member(j, p->papaver, "min_area_m2"), 6, &h->min_area_e6) || h->min_area_e6 < 0)
        return pv_not_ours(PV_N("no min_area_m2"), err);
    pv_json_ref sheet = pv_json_member(j, p->papaver, "radiometry_of");
    if (pv_json_type_of(j, sheet) != PV_JSON_NULL && !pv_json_copy(j, sheet, h->radiometry_of, sizeof h->radiometry_of))
        return pv_not_ours(PV_N("no radiometry_of"), err);
    return PV_OK;
}

static pv_status pv_head_same(const pv_sheet_head *a, const pv_sheet_head *b, const char *first, pv_err *err)
{
    if (strcmp(a->version, b->version) != 0) return pv_fail(err, PV_INPUT, "written by %s, but %s by %s", b->version, first, a->version);
    if (strcmp(a->model_id, b->model_id) != 0 || strcmp(a->model_name, b->model_name) != 0)
        return pv_fail(err, PV_INPUT, "made with model %s (%s), but %s with %s (%s)", b->model_name, b->model_id, first, a->model_name, a->model_id);
    if (a->threshold_high != b->threshold_high || a->threshold_low != b->threshold_low)
        return pv_fail(err, PV_INPUT, "thresholds %d and %d, but %s has %d and %d", b->threshold_high, b->threshold_low, first, a->threshold_high,
                       a->threshold_low);
    if (a->keep_e4 != b->keep_e4) return pv_fail(err, PV_INPUT, "object threshold %d, but %s has %d (of 10000)", b->keep_e4, first, a->keep_e4);
    if (a->min_area_e6 != b->min_area_e6)
        return pv_fail(err, PV_INPUT, "smallest area %" PRId64 " mm2, but %s has %" PRId64 " mm2", b->min_area_e6, first, a->min_area_e6);
    if (strcmp(a->radiometry_of, b->radiometry_of) != 0)
        return pv_fail(err, PV_INPUT, "shares the radiometric state of \"%s\", but %s that of \"%s\"", b->radiometry_of, first, a->radiometry_of);
    return PV_OK;
}

static pv_status pv_shard_read(pv_part_file *p, pv_err *err)
{
    const pv_json *j = &p->doc;
    pv_json_ref shard = pv_json_member(j, p->papaver, "shard");
    if (pv_json_type_of(j, pv_json_member(j, shard, "missing")) != PV_JSON_NONE)
        return pv_fail(err, PV_INPUT, "is itself a merge with missing shards; merge the shards that it was made from");
    if (!pv_small(j, shard, "of", 1, PV_MAX_SHARDS, &p->shards) || !pv_small(j, shard, "index", 1, p->shards, &p->shard))
        return pv_not_ours(PV_N("no shard"), err);
    return PV_OK;
}

static pv_status pv_seconds_read(const pv_part_file *p, pv_sheet *s, pv_err *err)
{
    pv_json_ref ref = pv_json_member(&p->doc, p->papaver, "seconds");
    int64_t v = -1;
    if (pv_json_type_of(&p->doc, ref) != PV_JSON_NULL && (!pv_json_fixed(&p->doc, ref, 3, &v) || v < 0)) return pv_not_ours(PV_N("no seconds"), err);
    s->seconds_e3 = v < 0 || s->seconds_e3 < 0 || v > INT64_MAX - s->seconds_e3 ? -1 : s->seconds_e3 + v;
    return PV_OK;
}

/* ---- photos and features ---- */

/* An area of a photo, at most 50,000 km2. */
static int pv_area_e4(const pv_json *j, pv_json_ref coverage, const char *key, int64_t *out)
{
    return pv_json_fixed(j, pv_json_member(j, coverage, key), 4, out) && *out >= 0 && *out < INT64_MAX >> 14;
}

static pv_status pv_photos_read(const pv_part_file *p, size_t part, pv_sheet *s, pv_err *err)
{
    const pv_json *j = &p->doc;
    pv_json_ref list = pv_json_member(j, p->papaver, "photos");
    if (pv_json_type_of(j, list) != PV_JSON_ARRAY) return pv_not_ours(PV_N("no list of photos"), err);
    for (pv_json_ref e = pv_json_first(j, list); e >= 0; e = pv_json_after(j, list, e)) {
        pv_status st = pv_grow(&s->photo, &s->cap_photos, s->n_photos + 1, sizeof *s->photo, "list of photos", err);
        if (st != PV_OK) return st;
        pv_sheet_photo *photo = &s->photo[s->n_photos];
        pv_json_ref coverage = pv_json_member(j, e, "coverage");
        *photo = (pv_sheet_photo){.json = pv_slice_of(j, e), .from = part};
        if (!pv_inside_of(j, pv_json_member(j, e, "name"), &photo->name) || !pv_inside_of(j, pv_json_member(j, e, "file"), &photo->file) ||
            !pv_inside_of(j, pv_json_member(j, e, "sha256"), &photo->sha256))
            return pv_not_ours(PV_N("a photo without name, file or sha256"), err);
        pv_json_ref model = pv_json_member(j, e, "model");
        if (pv_json_type_of(j, model) != PV_JSON_NULL && !pv_inside_of(j, pv_json_member(j, model, "id"), &photo->model_id))
            return pv_not_ours(PV_N("a photo without model"), err);
        int there = pv_json_int(j, pv_json_member(j, e, "hotspots"), 0, INT32_MAX, &photo->hotspots);
        for (int k = 0; k < PV_COVERAGE_FIGURES; k++)
            there = there && pv_area_e4(j, coverage, pv_coverage_figures[k].name, pv_coverage_e4(&photo->coverage, k));
        if (!there) return pv_not_ours(PV_N("a photo without hotspots or coverage"), err);
        s->n_photos++;
    }
    return PV_OK;
}

static int pv_bbox_read(const pv_json *j, pv_json_ref box, int64_t out[4])
{
    pv_json_ref e = pv_json_first(j, box);
    for (int k = 0; k < 4; k++) {
        if (e < 0 || !pv_json_fixed(j, e, 7, &out[k])) return 0;
        e = pv_json_after(j, box, e);
    }
    return e < 0;
}

static pv_status pv_features_read(const pv_part_file *p, pv_sheet *s, pv_err *err)
{
    const pv_json *j = &p->doc;
    pv_json_ref list = pv_json_member(j, 0, "features");
    if (pv_json_type_of(j, list) != PV_JSON_ARRAY) return pv_not_ours(PV_N("no features"), err);
    for (pv_json_ref e = pv_json_first(j, list); e >= 0; e = pv_json_after(j, list, e)) {
        pv_status st = pv_grow(&s->feature, &s->cap_features, s->n_features + 1, sizeof *s->feature, "features", err);
        if (st != PV_OK) return st;
        pv_sheet_feature *f = &s->feature[s->n_features];
        pv_json_ref own = pv_json_member(j, e, "properties");
        *f = (pv_sheet_feature){.json = pv_slice_of(j, e)};
        if (pv_json_type_of(j, pv_json_member(j, e, "id")) != PV_JSON_STRING || !pv_inside_of(j, pv_json_member(j, e, "id"), &f->id) ||
            !pv_bbox_read(j, pv_json_member(j, e, "bbox"), f->bbox_e7) || !pv_e4_or_null(j, pv_json_member(j, own, "prob"), &f->prob_e4) ||
            !pv_json_fixed(j, pv_json_member(j, own, "prob_mean"), 4, &f->mean_e4) ||
            !pv_json_fixed(j, pv_json_member(j, own, "prob_max"), 4, &f->max_e4) ||
            !pv_json_fixed(j, pv_json_member(j, own, "area_m2"), 3, &f->area_e3))
            return pv_not_ours(PV_N("a feature without id, bbox, probabilities or area"), err);
        int with_units = pv_json_type_of(j, pv_json_member(j, own, "border")) != PV_JSON_NONE;
        if (s->units_known && with_units != s->with_units)
            return pv_fail(err, PV_INPUT, "some hotspots were made with boundaries (--units) and some without; scan all parts alike");
        s->units_known = 1;
        s->with_units = with_units;
        s->n_features++;
    }
    return PV_OK;
}

/* A part's own run id and the numbers of hotspots of its photos must fit what it holds: a part from which something was taken is noticed. */
static pv_status pv_part_check(const pv_part_file *p, const pv_sheet *s, size_t first_photo, size_t first_feature, pv_err *err)
{
    char run[17], said[17];
    int64_t hotspots = 0;
    pv_sheet own = {.head = s->head, .photo = s->photo + first_photo, .n_photos = s->n_photos - first_photo};
    pv_sheet_run_id(run, &own);
    for (size_t i = first_photo; i < s->n_photos; i++) hotspots += s->photo[i].hotspots;
    if (hotspots != (int64_t)(s->n_features - first_feature))
        return pv_fail(err, PV_INPUT, "holds %zu hotspots, but its photos have %" PRId64 ": changed after it was written",
                       s->n_features - first_feature, hotspots);
    if (!pv_json_copy(&p->doc, pv_json_member(&p->doc, p->papaver, "run"), said, sizeof said) || strcmp(run, said) != 0)
        return pv_not_ours(PV_N("its run id does not fit its photos and options"), err);
    return PV_OK;
}

static pv_status pv_part_read(pv_merge *m, size_t i, const char *text, const char *first, pv_err *err)
{
    pv_status st = PV_OK;
    pv_part_file *p = &m->part[i];
    char type[32];
    pv_sheet_head head;
    size_t photos = m->sheet.n_photos, features = m->sheet.n_features;
    PV_TRY(pv_json_parse(&p->doc, text, strlen(text), PV_KEEP_DEPTH, err));
    p->papaver = pv_json_member(&p->doc, 0, "papaver");
    if (!pv_json_copy(&p->doc, pv_json_member(&p->doc, 0, "type"), type, sizeof type) || strcmp(type, "FeatureCollection") != 0)
        PV_TRY(pv_not_ours(PV_N("no FeatureCollection"), err));
    if (pv_json_type_of(&p->doc, p->papaver) != PV_JSON_OBJECT) PV_TRY(pv_not_ours(PV_N("no member 'papaver'"), err));
    PV_TRY(pv_head_read(p, &head, err));
    if (i == 0) m->sheet.head = head;
    PV_TRY(pv_head_same(&m->sheet.head, &head, first, err));
    PV_TRY(pv_shard_read(p, err));
    PV_TRY(pv_seconds_read(p, &m->sheet, err));
    PV_TRY(pv_photos_read(p, i, &m->sheet, err));
    PV_TRY(pv_features_read(p, &m->sheet, err));
    PV_TRY(pv_part_check(p, &m->sheet, photos, features, err));
out:
    return st;
}

/* ---- the whole ---- */

static pv_status pv_shards_check(pv_merge *m, const char *const *name, pv_text *missing, pv_err *err)
{
    pv_status st = PV_OK;
    int of = m->part[0].shards;
    PV_TRY(pv_alloc(&m->seen, (size_t)of + 1, 1, "list of shards", err));
    for (size_t i = 0; i < m->n_parts; i++) {
        const pv_part_file *p = &m->part[i];
        if (p->shards != of) PV_TRY(pv_fail(err, PV_INPUT, "%s: one of %d shards, but %s is one of %d", name[i], p->shards, name[0], of));
        if (m->seen[p->shard]) PV_TRY(pv_fail(err, PV_INPUT, "%s: shard %d of %d is there twice", name[i], p->shard, of));
        m->seen[p->shard] = 1;
    }
    for (int k = 1; k <= of; k++)
        if (!m->seen[k]) pv_text_addf(missing, "%s%d", missing->len > 0 ? ", " : "", k);
    PV_TRY(pv_text_status(missing, err));
    m->sheet.shard = missing->len == 0;
    m->sheet.shards = missing->len == 0 ? 1 : of;
    m->sheet.missing = pv_text_str(missing);
out:
    return st;
}

/* The sheet is sorted: equal photos are neighbours. */
static pv_status pv_photos_check(const pv_sheet *s, const char *const *name, pv_err *err)
{
    for (size_t i = 1; i < s->n_photos; i++) {
        const pv_sheet_photo *a = &s->photo[i - 1], *b = &s->photo[i];
        if (a->from != b->from && a->sha256.n > 0 && pv_slice_compare(a->name, b->name) == 0 && pv_slice_compare(a->sha256, b->sha256) == 0)
            return pv_fail(err, PV_INPUT, "%s: photo %.*s is in %s too", name[b->from], (int)(b->name.n < 200 ? b->name.n : 200), b->name.at,
                           name[a->from]);
    }
    return PV_OK;
}

pv_status pv_hotspots_merge(pv_text *out, int n, const char *const *part, const char *const *part_name, pv_text *missing, pv_err *err)
{
    pv_status st = PV_OK;
    pv_merge m = {.n_parts = n > 0 ? (size_t)n : 0};
    pv_text gone = {0};
    if (n < 1) return pv_fail(err, PV_USAGE, "no parts to merge");
    PV_TRY(pv_alloc(&m.part, m.n_parts, sizeof *m.part, "parts", err));
    for (size_t i = 0; i < m.n_parts; i++) {
        st = pv_part_read(&m, i, part[i], part_name[0], err);
        if (st != PV_OK) {
            (void)pv_where(err, st, "%s", part_name[i]);
            goto out;
        }
    }
    PV_TRY(pv_shards_check(&m, part_name, &gone, err));
    pv_sheet_sort(&m.sheet);
    PV_TRY(pv_photos_check(&m.sheet, part_name, err));
    PV_TRY(pv_sheet_print(&m.sheet, out, err));
    pv_text_release(missing);
    *missing = gone;
    gone = (pv_text){0};
out:
    pv_text_release(&gone);
    pv_merge_release(&m);
    return st;
}
