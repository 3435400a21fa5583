#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <gdal.h>
#include <inttypes.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/rect.h"
#include "base/text.h"
#include "geo/gdal_door.h"
#include "geo/units_crs.h"
#include "geo/units_internal.h"

#include "base/banned.h"

/* Pieces of 200 m: no edge of a boundary is longer than 500 km, no outline's long edges together than 20,000 km. Beyond that a slip of one digit goes
 * round the Earth again and again and crosses itself without end. */
enum { PV_READ_DEPTH = 8, PV_MOST_FIELDS = 2048, PV_EDGE_PIECES = 2500, PV_OUTLINE_PIECES = 100000 };

typedef struct pv_unit_reader {
    pv_units *units;
    const char *file;
    const char *layer_name;
    pv_layer_crs crs;
    pv_unit_field *field; /* [n_fields] */
    size_t n_fields, cap_fields;
    pv_rough rough;
    pv_point *ring; /* scratch */
    size_t cap_ring;
    pv_unit_record record;
    int gbk_said;
    int lines;    /* geometries of the record at work that are no polygons */
    int no_place; /* points of it without image or that are no numbers */
    int too_long; /* 1: it has edges that no boundary has */
    size_t pieces;
} pv_unit_reader;

/* ---- texts ---- */

static int pv_all_cjk(const char *s)
{
    int wide = 0;
    for (; *s != '\0'; s++) {
        uint8_t b = (uint8_t)*s;
        if (b >= 0xE3 && b <= 0xE9) wide++;
        if (b >= 0xC0 && b < 0xE2) return 0;
    }
    return wide > 0;
}

/* GBK that was not declared arrives as bytes that are no UTF-8, or, taken for Latin-1, as letters with accents. *out: CPLFree. */
static char *pv_from_gbk(const char *text)
{
    char *bytes = pv_utf8_valid(text, strlen(text)) ? CPLRecode(text, CPL_ENC_UTF8, CPL_ENC_ISO8859_1) : NULL;
    pv_gdal_watch watch;
    int accents = 0, other = 0;
    for (const uint8_t *p = (const uint8_t *)text; bytes != NULL && *p != '\0'; p++) {
        accents += *p == 0xC2 || *p == 0xC3;
        other += *p > 0xC3;
    }
    char *made = NULL;
    pv_gdal_begin(&watch);
    if (bytes == NULL) made = CPLRecode(text, "CP936", CPL_ENC_UTF8);
    if (bytes != NULL && accents >= 2 && accents % 2 == 0 && other == 0) made = CPLRecode(bytes, "CP936", CPL_ENC_UTF8);
    int ok = pv_gdal_end_quiet(&watch, made != NULL);
    if (made != NULL && !(ok && pv_utf8_valid(made, strlen(made)) && pv_all_cjk(made))) {
        CPLFree(made);
        made = NULL;
    }
    CPLFree(bytes);
    return made;
}

static pv_status pv_text_take(pv_unit_reader *r, pv_unit_field field, const char *text, pv_err *err)
{
    int ascii = 1;
    for (const char *p = text; *p != '\0' && ascii; p++) ascii = (uint8_t)*p < 0x80;
    char *gbk = ascii ? NULL : pv_from_gbk(text);
    pv_unit_record_put(&r->record, field, gbk != NULL ? gbk : text, 0);
    int said = gbk != NULL && !r->gbk_said;
    CPLFree(gbk);
    if (!said) return PV_OK;
    r->gbk_said = 1;
    return pv_units_say(r->units, err, "%s: layer %s: texts are not declared as UTF-8 (no .cpg) and are read as GBK", r->file, r->layer_name);
}

static pv_status pv_fields_take(pv_unit_reader *r, OGRFeatureH f, pv_err *err)
{
    pv_status st = PV_OK;
    char digits[40];
    memset(&r->record, 0, sizeof r->record);
    for (size_t i = 0; i < r->n_fields; i++) {
        int at = (int)i;
        if (r->field[i].says == PV_SAYS_NOTHING || !OGR_F_IsFieldSetAndNotNull(f, at)) continue;
        OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(f, at));
        double real = type == OFTReal ? OGR_F_GetFieldAsDouble(f, at) : 0;
        if (type == OFTInteger || type == OFTInteger64) {
            (void)snprintf(digits, sizeof digits, "%" PRId64, (int64_t)OGR_F_GetFieldAsInteger64(f, at));
            pv_unit_record_put(&r->record, r->field[i], digits, 1);
        } else if (type == OFTReal && fabs(real) < 1e15 && real == floor(real)) {
            (void)snprintf(digits, sizeof digits, "%.0f", real);
            pv_unit_record_put(&r->record, r->field[i], digits, 1);
        } else if (type == OFTString || type == OFTReal) {
            PV_TRY(pv_text_take(r, r->field[i], OGR_F_GetFieldAsString(f, at), err));
        }
    }
out:
    return st;
}

/* ---- outlines ---- */

/* Adds a point in WGS 84; what has no place there is counted. */
static void pv_point_take(pv_unit_reader *r, size_t *n, double x, double y)
{
    int ok = isfinite(x) && isfinite(y);
    if (ok && r->crs.transform != NULL) ok = pv_transform_forward(r->crs.transform, &x, &y);
    if (ok) ok = fabs(x) <= 180 && fabs(y) <= 90;
    if (ok)
        r->ring[(*n)++] = (pv_point){x, y};
    else
        r->no_place++;
}

/* Points between a and b of a long projected edge, counted from the end that comes first: neighbours get the same ones. */
static pv_status pv_edge_divide(pv_unit_reader *r, size_t *n, pv_point a, pv_point b, pv_err *err)
{
    pv_status st = PV_OK;
    double length = hypot(b.x - a.x, b.y - a.y);
    if (!r->crs.divide || !isfinite(length) || length <= r->crs.long_units) return PV_OK;
    size_t m = (size_t)fmin(ceil(length / r->crs.long_units), PV_EDGE_PIECES + 1.0);
    r->pieces += m;
    if (m > PV_EDGE_PIECES || r->pieces > PV_OUTLINE_PIECES) r->too_long = 1;
    if (r->too_long) return PV_OK;
    int forward = a.y != b.y ? a.y < b.y : a.x < b.x;
    pv_point u = forward ? a : b, v = forward ? b : a;
    PV_TRY(pv_grow(&r->ring, &r->cap_ring, *n + m + 2, sizeof *r->ring, "outline", err));
    for (size_t k = 1; k < m; k++) {
        double at = (double)(forward ? k : m - k) / (double)m;
        pv_point_take(r, n, u.x + (v.x - u.x) * at, u.y + (v.y - u.y) * at);
    }
out:
    return st;
}

static pv_status pv_ring_take(pv_unit_reader *r, OGRGeometryH g, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    int count = OGR_G_GetPointCount(g);
    pv_point last = {0, 0};
    for (int i = 0; i < count; i++) {
        pv_point p = {OGR_G_GetX(g, i), OGR_G_GetY(g, i)};
        PV_TRY(pv_grow(&r->ring, &r->cap_ring, n + 2, sizeof *r->ring, "outline", err));
        if (i > 0) PV_TRY(pv_edge_divide(r, &n, last, p, err));
        pv_point_take(r, &n, p.x, p.y);
        last = p;
    }
    PV_TRY(pv_rough_ring(&r->rough, r->ring, n, err));
out:
    return st;
}

static pv_status pv_geometry_take(pv_unit_reader *r, OGRGeometryH g, int depth, pv_err *err)
{
    pv_status st = PV_OK;
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    int n = OGR_G_GetGeometryCount(g), polygon = type == wkbPolygon || type == wkbTriangle;
    if (!polygon && (n == 0 || depth == 0)) {
        r->lines += !OGR_G_IsEmpty(g);
        return PV_OK;
    }
    for (int i = 0; i < n; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
        if (polygon)
            PV_TRY(pv_ring_take(r, part, err));
        else
            PV_TRY(pv_geometry_take(r, part, depth - 1, err));
    }
    if (polygon) PV_TRY(pv_rough_polygon(&r->rough, err));
out:
    return st;
}

static pv_status pv_outline_take(pv_unit_reader *r, OGRGeometryH g, pv_err *err)
{
    OGRGeometryH linear = NULL;
    pv_gdal_watch watch;
    pv_rough_clear(&r->rough);
    r->lines = r->no_place = r->too_long = 0;
    r->pieces = 0;
    if (g == NULL) return PV_OK;
    pv_gdal_begin(&watch);
    if (OGR_G_HasCurveGeometry(g, 1)) linear = OGR_G_GetLinearGeometry(g, 0, NULL);
    (void)pv_gdal_end_quiet(&watch, 1);
    pv_status st = pv_geometry_take(r, linear != NULL ? linear : g, PV_READ_DEPTH, err);
    OGR_G_DestroyGeometry(linear);
    return st;
}

/* ---- features ---- */

/* What people can find the record by. */
static const char *pv_record_name(const pv_unit_reader *r)
{
    const pv_unit_record *c = &r->record;
    for (int l = PV_UNIT_LEVELS; l >= 0; l--) {
        if (c->name[l][0] != '\0') return c->name[l];
        if (c->code[l][0] != '\0') return c->code[l];
    }
    return "no name";
}

static pv_status pv_leave_out(pv_unit_reader *r, int64_t fid, const char *why, pv_err *err)
{
    r->units->facts.left_out++;
    return pv_units_say(r->units, err, "%s: layer %s: feature %" PRId64 " (%s): %s; left out", r->file, r->layer_name, fid, pv_record_name(r), why);
}

static pv_status pv_say_mended(pv_unit_reader *r, int64_t fid, const pv_mended *m, pv_err *err)
{
    char change[64] = "";
    r->units->facts.repaired++;
    if (m->change > 1e-3) {
        r->units->facts.changed++;
        (void)snprintf(change, sizeof change, "; its area changed by %.*f %%", m->change < 0.1 ? 2 : 0, fmin(m->change * 100, 1e6));
    }
    return pv_units_say(r->units, err, "%s: layer %s: feature %" PRId64 " (%s): repaired (%s)%s", r->file, r->layer_name, fid, pv_record_name(r),
                        m->why, change);
}

static pv_status pv_feature_take(pv_unit_reader *r, OGRFeatureH f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_area area = {0};
    pv_mended mended;
    int usable = 0;
    int64_t fid = OGR_F_GetFID(f);
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    r->units->facts.records++;
    PV_TRY(pv_fields_take(r, f, err));
    PV_TRY(pv_outline_take(r, g, err));
    if (g == NULL || OGR_G_IsEmpty(g)) {
        PV_TRY(pv_leave_out(r, fid, "no geometry", err));
        goto out;
    }
    if (r->no_place > 0) {
        PV_TRY(pv_leave_out(r, fid, "some of its coordinates have no place on the Earth", err));
        goto out;
    }
    if (r->too_long) {
        PV_TRY(pv_leave_out(r, fid, "its edges are longer than any boundary's (500 km each, 20,000 km together); a digit too many?", err));
        goto out;
    }
    if (r->lines > 0 && r->rough.n_polygons == 0) {
        PV_TRY(pv_leave_out(r, fid, "a line or point is no boundary", err));
        goto out;
    }
    PV_TRY(pv_rough_mend(&r->rough, &area, &mended, &usable, err));
    if (!usable) {
        char why[256];
        (void)snprintf(why, sizeof why, "no area is left of its outline (%s)", mended.why[0] != '\0' ? mended.why : "flat");
        PV_TRY(pv_leave_out(r, fid, why, err));
        goto out;
    }
    if (mended.repaired) PV_TRY(pv_say_mended(r, fid, &mended, err));
    if (r->lines > 0)
        PV_TRY(pv_units_say(r->units, err, "%s: layer %s: feature %" PRId64 " (%s): lines or points beside its polygons are not used", r->file,
                            r->layer_name, fid, pv_record_name(r)));
    if (r->record.cut)
        PV_TRY(pv_units_say(r->units, err, "%s: layer %s: feature %" PRId64 " (%s): a text was too long and is cut", r->file, r->layer_name, fid,
                            pv_record_name(r)));
    PV_TRY(pv_units_add_record(r->units, &r->record, &area, err));
out:
    pv_area_release(&area);
    return st;
}

/* ---- layers ---- */

static pv_status pv_fields_bind(pv_unit_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    OGRFeatureDefnH d = OGR_L_GetLayerDefn(layer);
    int n = pv_max(OGR_FD_GetFieldCount(d), 0);
    if (n > PV_MOST_FIELDS) PV_TRY(pv_fail(err, PV_INPUT, "layer %s has %d fields", r->layer_name, n));
    PV_TRY(pv_grow(&r->field, &r->cap_fields, (size_t)n, sizeof *r->field, "fields", err));
    for (int i = 0; i < n; i++) {
        const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(d, i));
        char *gbk = pv_from_gbk(name);
        r->field[i] = pv_unit_field_of(gbk != NULL ? gbk : name);
        CPLFree(gbk);
    }
    r->n_fields = (size_t)n;
out:
    return st;
}

enum { PV_LOOKED_AT = 199 };

static int pv_rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where the layer lies, in its own numbers: the medians of the middles of its first features, so that one stray outline does not speak for all. 0 = nothing
 * has a place. */
static int pv_layer_middle(OGRLayerH layer, double *x, double *y)
{
    double xs[PV_LOOKED_AT], ys[PV_LOOKED_AT];
    int n = 0;
    OGRFeatureH f = NULL;
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    OGR_L_ResetReading(layer);
    while (n < PV_LOOKED_AT && (f = OGR_L_GetNextFeature(layer)) != NULL) {
        OGRGeometryH g = OGR_F_GetGeometryRef(f);
        OGREnvelope e = {0};
        if (g != NULL && !OGR_G_IsEmpty(g)) {
            OGR_G_GetEnvelope(g, &e);
            xs[n] = (e.MinX + e.MaxX) / 2;
            ys[n] = (e.MinY + e.MaxY) / 2;
            n += isfinite(xs[n]) && isfinite(ys[n]);
        }
        OGR_F_Destroy(f);
    }
    (void)pv_gdal_end_quiet(&watch, 1);
    if (n == 0) return 0;
    qsort(xs, (size_t)n, sizeof xs[0], pv_rising);
    qsort(ys, (size_t)n, sizeof ys[0], pv_rising);
    *x = xs[n / 2];
    *y = ys[n / 2];
    return 1;
}

static pv_status pv_layer_place(pv_unit_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    char *wkt = NULL;
    const char *const options[] = {"FORMAT=WKT2_2018", NULL};
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    double x = 0, y = 0;
    pv_gdal_watch watch;
    pv_layer_crs_release(&r->crs);
    if (!pv_layer_middle(layer, &x, &y)) return PV_OK;
    if (srs != NULL) {
        pv_gdal_begin(&watch);
        int ok = OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt != NULL && wkt[0] != '\0';
        st = pv_gdal_end(&watch, ok, PV_INPUT, "its CRS cannot be used", err);
        /* A local or undefined system is no declaration. */
        if (st == PV_OK && OSRIsLocal(srs)) {
            CPLFree(wkt);
            wkt = NULL;
        }
    }
    if (st == PV_OK) st = pv_layer_crs_settle(&r->crs, wkt, x, y, err);
    CPLFree(wkt);
    return pv_where(err, st, "layer %s", r->layer_name);
}

static pv_status pv_layer_features(pv_unit_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    OGRFeatureH f = NULL;
    pv_gdal_watch watch;
    OGR_L_ResetReading(layer);
    for (;;) {
        pv_gdal_begin(&watch);
        f = OGR_L_GetNextFeature(layer);
        /* A record that is damaged costs only itself, as long as the next one can be reached. */
        if (f != NULL && !pv_gdal_end_quiet(&watch, 1)) {
            r->units->facts.records++;
            PV_TRY(pv_fields_take(r, f, err));
            PV_TRY(pv_leave_out(r, OGR_F_GetFID(f), watch.text, err));
        } else if (f != NULL) {
            PV_TRY(pv_feature_take(r, f, err));
        } else {
            PV_TRY(pv_gdal_end(&watch, 1, PV_INPUT, "cannot be read to its end", err));
            break;
        }
        OGR_F_Destroy(f);
        f = NULL;
    }
out:
    if (f != NULL) OGR_F_Destroy(f);
    return pv_where(err, st, "layer %s", r->layer_name);
}

static pv_status pv_dataset_read(pv_unit_reader *r, GDALDatasetH ds, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t before = r->units->facts.used, records = r->units->facts.records;
    for (int i = 0; i < GDALDatasetGetLayerCount(ds); i++) {
        OGRLayerH layer = GDALDatasetGetLayer(ds, i);
        char name[128];
        (void)pv_unit_text_clean(name, sizeof name, OGR_L_GetName(layer));
        r->layer_name = name;
        r->gbk_said = 0;
        r->units->facts.layers++;
        PV_TRY(pv_layer_place(r, layer, err));
        PV_TRY(pv_fields_bind(r, layer, err));
        PV_TRY(pv_layer_features(r, layer, err));
    }
    r->layer_name = "";
    if (r->units->facts.used == before) {
        const char *why = r->units->report.n > 0 ? r->units->report.at[r->units->report.n - 1].text : "it is empty";
        PV_TRY(pv_fail(err, PV_INPUT, "no boundary in it can be used (%" PRId64 " records; the last: %s)", r->units->facts.records - records, why));
    }
    r->units->facts.files++;
out:
    return st;
}

static pv_status pv_dataset_open(GDALDatasetH *out, const char *path, pv_err *err)
{
    /* The plain KML driver knows only name and description; it stands in where this GDAL was built without libkml. */
    const char *const drivers[] = {"GeoJSON", "GPKG", "ESRI Shapefile", GDALGetDriverByName("LIBKML") != NULL ? "LIBKML" : "KML", NULL};
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, NULL, NULL);
    pv_status st = pv_gdal_end(&watch, ds != NULL, PV_INPUT, "not readable as GeoJSON, GeoPackage, Shapefile or KML", err);
    if (st != PV_OK && ds != NULL) GDALClose(ds);
    if (st == PV_OK) *out = ds;
    return st;
}

static pv_status pv_units_read(pv_units *u, const char *path, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    GDALDatasetH ds = NULL;
    pv_unit_reader *r = NULL;
    PV_TRY(pv_alloc(&r, 1, sizeof *r, "boundaries", err));
    r->units = u;
    r->file = pv_path_name(name);
    PV_TRY(pv_dataset_open(&ds, path, err));
    PV_TRY(pv_dataset_read(r, ds, err));
out:
    if (ds != NULL) GDALClose(ds);
    if (r != NULL) {
        pv_layer_crs_release(&r->crs);
        pv_rough_release(&r->rough);
        pv_free(r->ring);
        pv_free(r->field);
    }
    pv_free(r);
    return pv_where(err, st, "boundaries: %s", name);
}

pv_status pv_units_add_file(pv_units *u, const char *path, pv_err *err)
{
    struct stat s;
    if (stat(path, &s) != 0) return pv_fail(err, PV_IO, "boundaries: %s: %s", path, strerror(errno));
    return pv_units_read(u, path, path, err);
}

pv_status pv_units_add_bytes(pv_units *u, const char *name, const uint8_t *data, size_t n, pv_err *err)
{
    char path[96];
    (void)snprintf(path, sizeof path, "/vsimem/papaver-units-%p-%.40s", (void *)u, pv_path_name(name));
    VSILFILE *f = VSIFOpenL(path, "wb");
    int ok = f != NULL && (n == 0 || VSIFWriteL(data, 1, n, f) == n);
    if (f != NULL) ok = VSIFCloseL(f) == 0 && ok;
    pv_status st = ok ? pv_units_read(u, path, name, err) : pv_fail(err, PV_NOMEM, "boundaries: %s: no memory for %zu bytes", name, n);
    (void)VSIUnlink(path);
    return st;
}

pv_status pv_units_open(pv_units **out, int n, const char *const *path, pv_err *err)
{
    pv_status st = PV_OK;
    pv_units *u = NULL;
    PV_TRY(pv_units_new(&u, err));
    for (int i = 0; i < n; i++) PV_TRY(pv_units_add_file(u, path[i], err));
    PV_TRY(pv_units_ready(u, err));
    *out = u;
    u = NULL;
out:
    pv_units_free(u);
    return st;
}
