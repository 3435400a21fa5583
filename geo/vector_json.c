/* GeoJSON. */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "geo/vector_internal.h"

#include "base/banned.h"

enum { SHAPE_DEPTH = 8, MOST_KEY = 256 };

typedef struct geojson {
    pv_vector *v;
    pv_json j;
    pv_point *ring;
    size_t cap;
    pv_text text; /* scratch */
} geojson;

static int is_type(const pv_json *j, pv_json_ref ref, const char *word)
{
    char type[32];
    return pv_json_copy(j, pv_json_member(j, ref, "type"), type, sizeof type) && strcmp(type, word) == 0;
}

static pv_status take_position(const pv_json *j, pv_json_ref at, pv_point *out, pv_err *err)
{
    pv_json_ref x = pv_json_first(j, at), y = x >= 0 ? pv_json_after(j, at, x) : PV_JSON_MISSING;
    if (!pv_json_real(j, x, -1e9, 1e9, &out->x) || !pv_json_real(j, y, -1e9, 1e9, &out->y))
        return pv_fail(err, PV_INPUT, "coordinates that are none");
    return PV_OK;
}

static pv_status take_polygon(geojson *g, pv_json_ref rings, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_json *j = &g->j;
    for (pv_json_ref r = pv_json_first(j, rings); r >= 0; r = pv_json_after(j, rings, r)) {
        size_t n = 0;
        for (pv_json_ref p = pv_json_first(j, r); p >= 0; p = pv_json_after(j, r, p)) {
            PV_TRY(pv_grow(&g->ring, &g->cap, n + 1, sizeof *g->ring, "outline", err));
            PV_TRY(take_position(j, p, &g->ring[n++], err));
        }
        PV_TRY(pv_vector_ring(g->v, g->ring, n, err));
    }
out:
    return st;
}

/* Points and polygons; lines have no place. */
static pv_status take_shape(geojson *g, pv_json_ref shape, int depth, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_json *j = &g->j;
    pv_json_ref at = pv_json_member(j, shape, "coordinates"), parts = pv_json_member(j, shape, "geometries");
    pv_point p;
    if (is_type(j, shape, "Point") || is_type(j, shape, "MultiPoint")) {
        if (is_type(j, shape, "MultiPoint")) at = pv_json_first(j, at);
        if (at >= 0 && pv_json_first(j, at) >= 0) {
            PV_TRY(take_position(j, at, &p, err));
            PV_TRY(pv_vector_place(g->v, p.x, p.y, err));
        }
    } else if (is_type(j, shape, "Polygon")) {
        PV_TRY(take_polygon(g, at, err));
    } else if (is_type(j, shape, "MultiPolygon")) {
        for (pv_json_ref part = pv_json_first(j, at); part >= 0; part = pv_json_after(j, at, part)) PV_TRY(take_polygon(g, part, err));
    } else if (is_type(j, shape, "GeometryCollection") && depth > 0) {
        for (pv_json_ref part = pv_json_first(j, parts); part >= 0; part = pv_json_after(j, parts, part)) PV_TRY(take_shape(g, part, depth - 1, err));
    }
out:
    return st;
}

/* A value as text: of a list its texts, one a line. */
static pv_status take_value(geojson *g, pv_json_ref value, pv_err *err)
{
    const pv_json *j = &g->j;
    size_t n;
    const char *raw = pv_json_slice(j, value, &n);
    pv_text_reset(&g->text);
    if (pv_json_type_of(j, value) == PV_JSON_STRING) {
        (void)pv_json_text(j, value, &g->text);
    } else if (pv_json_type_of(j, value) == PV_JSON_ARRAY) {
        for (pv_json_ref e = pv_json_first(j, value); e >= 0; e = pv_json_after(j, value, e)) {
            if (pv_json_type_of(j, e) != PV_JSON_STRING) continue;
            if (g->text.len > 0) pv_text_add(&g->text, "\n");
            (void)pv_json_text(j, e, &g->text);
        }
    } else if (pv_json_type_of(j, value) != PV_JSON_NULL && raw != NULL) {
        pv_text_add_n(&g->text, raw, n);
    }
    return pv_text_status(&g->text, err);
}

static pv_status take_feature(geojson *g, pv_json_ref feature, int64_t number, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_json *j = &g->j;
    pv_json_ref fields = pv_json_member(j, feature, "properties"), id = pv_json_member(j, feature, "id"),
                shape = pv_json_member(j, feature, "geometry");
    char key[MOST_KEY];
    if (!is_type(j, feature, "Feature")) return pv_fail(err, PV_INPUT, "feature %lld: it is none", (long long)number);
    PV_TRY(pv_vector_begin(g->v, number, err));
    if (pv_json_type_of(j, fields) == PV_JSON_OBJECT) {
        size_t end = j->node[fields].next;
        for (size_t k = (size_t)fields + 1; k < end; k = j->node[k + 1].next) {
            if (!pv_json_copy(j, (pv_json_ref)k, key, sizeof key)) continue;
            PV_TRY(take_value(g, (pv_json_ref)k + 1, err));
            PV_TRY(pv_vector_put(g->v, key, pv_text_str(&g->text), err));
        }
    }
    if (pv_json_member(j, fields, "id") < 0 && id >= 0) {
        PV_TRY(take_value(g, id, err));
        PV_TRY(pv_vector_put(g->v, "id", pv_text_str(&g->text), err));
    }
    PV_TRY(take_shape(g, shape, SHAPE_DEPTH, err));
    PV_TRY(pv_vector_end(g->v, err));
out:
    return pv_where(err, st, "feature %lld", (long long)number);
}

/* Old files name a system; RFC 7946 has only one. */
static pv_status check_crs(const pv_json *j, pv_err *err)
{
    char name[128];
    pv_json_ref crs = pv_json_member(j, pv_json_member(j, pv_json_member(j, 0, "crs"), "properties"), "name");
    if (!pv_json_copy(j, crs, name, sizeof name)) return PV_OK;
    if (strstr(name, "CRS84") != NULL || strstr(name, "4326") != NULL || strstr(name, "4490") != NULL) return PV_OK;
    return pv_fail(err, PV_INPUT, "its coordinates are in %.80s; GeoJSON is in degrees of WGS 84: save it so", name);
}

pv_status pv_vector_geojson(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    geojson g = {.v = v};
    int64_t number = 0;
    PV_TRY(pv_vector_begin_source(v, name, "GeoJSON", PV_DATUM_WGS84, err));
    PV_TRY(pv_json_parse(&g.j, text, n, -1, err));
    PV_TRY(check_crs(&g.j, err));
    if (is_type(&g.j, 0, "Feature")) {
        PV_TRY(take_feature(&g, 0, 1, err));
    } else if (is_type(&g.j, 0, "FeatureCollection")) {
        pv_json_ref list = pv_json_member(&g.j, 0, "features");
        for (pv_json_ref f = pv_json_first(&g.j, list); f >= 0; f = pv_json_after(&g.j, list, f)) PV_TRY(take_feature(&g, f, ++number, err));
    } else {
        PV_TRY(pv_fail(err, PV_INPUT, "it is JSON, but no GeoJSON with features"));
    }
out:
    pv_json_release(&g.j);
    pv_text_release(&g.text);
    pv_free(g.ring);
    return st;
}
