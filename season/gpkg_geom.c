#include "season/gpkg_geom.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

enum { WKB_POINT = 1, WKB_POLYGON = 3, WKB_MULTIPOLYGON = 6, HEADER = 8, BOX = 32 };

static void put_int(pv_text *out, uint32_t v)
{
    char b[4];
    for (int i = 0; i < 4; i++) b[i] = (char)(v >> (8 * i) & 255);
    pv_text_add_n(out, b, 4);
}

static void put_real(pv_text *out, double v)
{
    uint64_t bits;
    char b[8];
    memcpy(&bits, &v, sizeof bits);
    for (int i = 0; i < 8; i++) b[i] = (char)(bits >> (8 * i) & 255);
    pv_text_add_n(out, b, 8);
}

static void put_wkb(pv_text *out, uint32_t type, uint32_t n)
{
    pv_text_add_n(out, "\1", 1);
    put_int(out, type);
    if (type != WKB_POINT) put_int(out, n);
}

static uint32_t count(const pv_json *j, pv_json_ref array)
{
    uint32_t n = 0;
    for (pv_json_ref e = pv_json_first(j, array); e >= 0; e = pv_json_after(j, array, e)) n++;
    return n;
}

static pv_status put_ring(pv_text *out, const pv_json *j, pv_json_ref ring, double box[4], pv_err *err)
{
    double first[2] = {0, 0}, at[2] = {0, 0};
    uint32_t n = count(j, ring), i = 0;
    if (n < 4) return pv_fail(err, PV_INPUT, "a ring has %u points", n);
    put_int(out, n);
    for (pv_json_ref e = pv_json_first(j, ring); e >= 0; e = pv_json_after(j, ring, e), i++) {
        pv_json_ref x = pv_json_first(j, e), y = x >= 0 ? pv_json_after(j, e, x) : PV_JSON_MISSING;
        if (!pv_json_real(j, x, -180, 180, &at[0]) || !pv_json_real(j, y, -90, 90, &at[1]))
            return pv_fail(err, PV_INPUT, "a place is not a pair of longitude and latitude");
        if (i == 0) memcpy(first, at, sizeof first);
        put_real(out, at[0]);
        put_real(out, at[1]);
        box[0] = fmin(box[0], at[0]);
        box[1] = fmin(box[1], at[1]);
        box[2] = fmax(box[2], at[0]);
        box[3] = fmax(box[3], at[1]);
    }
    if (first[0] != at[0] || first[1] != at[1]) return pv_fail(err, PV_INPUT, "a ring is not closed");
    return PV_OK;
}

static pv_status put_polygon(pv_text *out, const pv_json *j, pv_json_ref rings, double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t n = count(j, rings);
    if (n == 0) PV_TRY(pv_fail(err, PV_INPUT, "a polygon has no ring"));
    put_wkb(out, WKB_POLYGON, n);
    for (pv_json_ref e = pv_json_first(j, rings); e >= 0; e = pv_json_after(j, rings, e)) PV_TRY(put_ring(out, j, e, box, err));
out:
    return st;
}

/* Header with room for the box, or none. */
static void put_header(pv_text *out, int with_box)
{
    char head[HEADER] = {'G', 'P', 0, 1, 0, 0, 0, 0};
    const char zeros[BOX] = {0};
    head[3] = (char)(1 | (with_box ? 1 << 1 : 0));
    head[4] = (char)(4326 & 255);
    head[5] = (char)(4326 >> 8);
    pv_text_reset(out);
    pv_text_add_n(out, head, HEADER);
    if (with_box) pv_text_add_n(out, zeros, BOX);
}

pv_status pv_geom_polygons(pv_text *out, const pv_json *j, pv_json_ref geometry, double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    char type[32] = "";
    pv_text corners = {0};
    pv_json_ref parts = pv_json_member(j, geometry, "coordinates");
    int many = 0;
    if (!pv_json_copy(j, pv_json_member(j, geometry, "type"), type, sizeof type)) PV_TRY(pv_fail(err, PV_INPUT, "a geometry has no type"));
    many = strcmp(type, "MultiPolygon") == 0;
    if (!many && strcmp(type, "Polygon") != 0) PV_TRY(pv_fail(err, PV_INPUT, "a geometry is a %s, not a polygon", type));
    box[0] = box[1] = 1e9;
    box[2] = box[3] = -1e9;
    put_header(out, 1);
    put_wkb(out, WKB_MULTIPOLYGON, many ? count(j, parts) : 1);
    if (many && count(j, parts) == 0) PV_TRY(pv_fail(err, PV_INPUT, "a geometry has no polygon"));
    if (!many) PV_TRY(put_polygon(out, j, parts, box, err));
    for (pv_json_ref e = many ? pv_json_first(j, parts) : PV_JSON_MISSING; e >= 0; e = pv_json_after(j, parts, e))
        PV_TRY(put_polygon(out, j, e, box, err));
    const int order[4] = {0, 2, 1, 3}; /* minx maxx miny maxy */
    for (int i = 0; i < 4; i++) put_real(&corners, box[order[i]]);
    PV_TRY(pv_text_status(&corners, err));
    PV_TRY(pv_text_status(out, err));
    memcpy(out->data + HEADER, corners.data, BOX);
out:
    pv_text_release(&corners);
    return st;
}

pv_status pv_geom_ring(pv_text *out, size_t n, const double (*lonlat)[2], pv_err *err)
{
    double box[4] = {1e9, -1e9, 1e9, -1e9}; /* minx maxx miny maxy */
    pv_text corners = {0};
    put_header(out, 1);
    put_wkb(out, WKB_MULTIPOLYGON, 1);
    put_wkb(out, WKB_POLYGON, 1);
    put_int(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 2; k++) {
            put_real(out, lonlat[i][k]);
            box[2 * k] = fmin(box[2 * k], lonlat[i][k]);
            box[2 * k + 1] = fmax(box[2 * k + 1], lonlat[i][k]);
        }
    }
    for (int i = 0; i < 4; i++) put_real(&corners, box[i]);
    pv_status st = pv_text_status(out, err);
    if (st == PV_OK) st = pv_text_status(&corners, err);
    if (st == PV_OK) memcpy(out->data + HEADER, corners.data, BOX);
    pv_text_release(&corners);
    return st;
}

pv_status pv_geom_point(pv_text *out, double lon_deg, double lat_deg, pv_err *err)
{
    put_header(out, 0);
    put_wkb(out, WKB_POINT, 0);
    put_real(out, lon_deg);
    put_real(out, lat_deg);
    return pv_text_status(out, err);
}

/* ---- back ---- */

typedef struct reader {
    const uint8_t *at, *end;
    int bad; /* 1 = something was missing or not as it should be */
} reader;

static uint64_t take(reader *r, int bytes)
{
    uint64_t v = 0;
    if (r->end - r->at < bytes) {
        r->bad = 1;
        return 0;
    }
    for (int i = 0; i < bytes; i++) v |= (uint64_t)r->at[i] << (8 * i);
    r->at += bytes;
    return v;
}

static double take_real(reader *r)
{
    uint64_t bits = take(r, 8);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* The count behind a WKB head of that type. */
static uint32_t take_wkb(reader *r, uint32_t type)
{
    if (take(r, 1) != 1 || take(r, 4) != type) r->bad = 1;
    return (uint32_t)take(r, 4);
}

static void add_ring(pv_text *out, reader *r)
{
    uint32_t n = (uint32_t)take(r, 4);
    pv_text_add(out, "[");
    for (uint32_t i = 0; i < n && !r->bad; i++) {
        pv_text_add(out, i > 0 ? ",[" : "[");
        pv_text_add_real(out, take_real(r), 7);
        pv_text_add(out, ",");
        pv_text_add_real(out, take_real(r), 7);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "]");
}

pv_status pv_geom_to_geojson(pv_text *out, const void *data, size_t n, pv_err *err)
{
    reader r = {.at = data, .end = (const uint8_t *)data + n};
    pv_text_reset(out);
    if (n < HEADER + BOX || memcmp(data, "GP", 2) != 0) return pv_fail(err, PV_INPUT, "a geometry of the ledger is damaged");
    r.at += HEADER + BOX;
    uint32_t polygons = take_wkb(&r, WKB_MULTIPOLYGON);
    pv_text_add(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (uint32_t p = 0; p < polygons && !r.bad; p++) {
        uint32_t rings = take_wkb(&r, WKB_POLYGON);
        pv_text_add(out, p > 0 ? ",[" : "[");
        for (uint32_t k = 0; k < rings && !r.bad; k++) {
            if (k > 0) pv_text_add(out, ",");
            add_ring(out, &r);
        }
        pv_text_add(out, "]");
    }
    pv_text_add(out, "]}");
    if (r.bad) return pv_fail(err, PV_INPUT, "a geometry of the ledger is damaged");
    return pv_text_status(out, err);
}

int pv_geom_box(const void *data, size_t n, double box[4])
{
    reader r = {.at = data, .end = (const uint8_t *)data + n};
    if (n < HEADER + BOX || memcmp(data, "GP", 2) != 0 || (r.at[3] >> 1 & 7) != 1) return 0;
    r.at += HEADER;
    box[0] = take_real(&r);
    box[2] = take_real(&r);
    box[1] = take_real(&r);
    box[3] = take_real(&r);
    return 1;
}
