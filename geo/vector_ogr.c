/* GeoPackage and Shapefile, from memory, by OGR; what may be wrong with them is looked at before. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <inttypes.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rect.h"
#include "geo/charset.h"
#include "geo/gdal_door.h"
#include "geo/sqlite_gate.h"
#include "geo/units_crs.h"
#include "geo/vector_internal.h"

#include "base/banned.h"

enum { SHAPE_DEPTH = 8, MOST_LAYERS = 200, JOURNAL_AT = 18, DBF_NAME = 10 };

typedef struct ogr_reader {
    pv_vector *v;
    const char *file;
    pv_layer_crs crs;
    pv_point *ring;
    size_t cap_ring;
    pv_text name, value; /* scratch */
} ogr_reader;

/* ---- fields ---- */

/* How many bytes at the end begin a character of UTF-8 and do not end it; 0 = none. */
static size_t cut_tail(const char *s, size_t n)
{
    size_t tail = 0;
    while (tail < 3 && tail < n && ((uint8_t)s[n - 1 - tail] & 0xC0) == 0x80) tail++;
    if (tail >= n) return 0;
    uint8_t lead = (uint8_t)s[n - 1 - tail];
    size_t whole = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 0;
    return tail + 1 < whole ? tail + 1 : 0;
}

/* A Shapefile's texts end at a byte, not at a character: of one that fills its width (0 = it has none) what begins a character is left off. In a shorter one the same bytes are whole
 * characters of GBK. */
static pv_status decode(pv_text *out, const char *s, size_t width, pv_err *err)
{
    size_t n = strlen(s), tail = width > 0 && n >= width ? cut_tail(s, n) : 0;
    if (tail > 0 && pv_utf8_valid(s, n - tail)) return pv_charset_utf8(out, s, n - tail, NULL, err);
    pv_status st = PV_OK;
    for (size_t cut = 0; cut < 4 && cut <= n; cut++) {
        st = pv_charset_utf8(out, s, n - cut, NULL, err);
        if (st != PV_INPUT) return st;
    }
    return st;
}

/* "2026-05-20T09:12:00+08:00"; a date without time as "2026-05-20". */
static void add_time(pv_text *out, OGRFeatureH f, int i)
{
    int y, mon, d, h, min, zone;
    float s;
    pv_text_reset(out);
    if (!OGR_F_GetFieldAsDateTimeEx(f, i, &y, &mon, &d, &h, &min, &s, &zone)) return;
    pv_text_addf(out, "%04d-%02d-%02d", y, mon, d);
    if (OGR_Fld_GetType(OGR_F_GetFieldDefnRef(f, i)) == OFTDate) return;
    pv_text_addf(out, "T%02d:%02d:%02d", h, min, (int)s);
    int off = (zone - 100) * 15;
    if (zone == 100) pv_text_add(out, "Z");
    if (zone > 1 && zone != 100) pv_text_addf(out, "%c%02d:%02d", off < 0 ? '-' : '+', pv_max(off, -off) / 60, pv_max(off, -off) % 60);
}

static pv_status take_fields(ogr_reader *r, OGRFeatureH f, pv_err *err)
{
    pv_status st = PV_OK;
    int n = OGR_F_GetFieldCount(f);
    for (int i = 0; i < n; i++) {
        if (!OGR_F_IsFieldSetAndNotNull(f, i)) continue;
        OGRFieldDefnH d = OGR_F_GetFieldDefnRef(f, i);
        OGRFieldType type = OGR_Fld_GetType(d);
        if (type == OFTDateTime || type == OFTDate) {
            add_time(&r->value, f, i);
        } else if (type == OFTString || type == OFTInteger || type == OFTInteger64 || type == OFTReal || type == OFTTime) {
            PV_TRY(decode(&r->value, OGR_F_GetFieldAsString(f, i), (size_t)pv_max(OGR_Fld_GetWidth(d), 0), err));
        } else {
            continue;
        }
        PV_TRY(decode(&r->name, OGR_Fld_GetNameRef(d), DBF_NAME, err));
        PV_TRY(pv_text_status(&r->value, err));
        PV_TRY(pv_vector_put(r->v, pv_text_str(&r->name), pv_text_str(&r->value), err));
    }
out:
    return st;
}

/* ---- places ---- */

static pv_status to_degrees(ogr_reader *r, pv_point *p, pv_err *err)
{
    if (r->crs.transform != NULL && !pv_transform_forward(r->crs.transform, &p->x, &p->y))
        return pv_fail(err, PV_INPUT, "a point without a place in its CRS '%s'", r->crs.name);
    return PV_OK;
}

static pv_status take_ring(ogr_reader *r, OGRGeometryH g, pv_err *err)
{
    pv_status st = PV_OK;
    int n = pv_max(OGR_G_GetPointCount(g), 0);
    PV_TRY(pv_grow(&r->ring, &r->cap_ring, (size_t)n, sizeof *r->ring, "outline", err));
    for (int i = 0; i < n; i++) {
        r->ring[i] = (pv_point){OGR_G_GetX(g, i), OGR_G_GetY(g, i)};
        PV_TRY(to_degrees(r, &r->ring[i], err));
    }
    PV_TRY(pv_vector_ring(r->v, r->ring, (size_t)n, err));
out:
    return st;
}

static pv_status take_shape(ogr_reader *r, OGRGeometryH g, int depth, pv_err *err)
{
    pv_status st = PV_OK;
    if (g == NULL || OGR_G_IsEmpty(g) || depth == 0) return PV_OK;
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    int n = OGR_G_GetGeometryCount(g);
    if (type == wkbPoint) {
        pv_point p = {OGR_G_GetX(g, 0), OGR_G_GetY(g, 0)};
        PV_TRY(to_degrees(r, &p, err));
        PV_TRY(pv_vector_place(r->v, p.x, p.y, err));
    }
    for (int i = 0; i < n; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
        if (type == wkbPolygon || type == wkbTriangle)
            PV_TRY(take_ring(r, part, err));
        else
            PV_TRY(take_shape(r, part, depth - 1, err));
    }
out:
    return st;
}

/* The CRS is judged by where its first feature lies. */
static pv_status settle_crs(ogr_reader *r, OGRLayerH layer, int *declared, pv_err *err)
{
    pv_status st = PV_OK;
    OGREnvelope box = {0};
    int found = 0;
    char *wkt = NULL;
    pv_gdal_watch watch;
    const char *const options[] = {"FORMAT=WKT2_2018", NULL};
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    pv_layer_crs_release(&r->crs);
    pv_gdal_begin(&watch);
    OGR_L_ResetReading(layer);
    for (OGRFeatureH f; !found && (f = OGR_L_GetNextFeature(layer)) != NULL; OGR_F_Destroy(f)) {
        OGRGeometryH g = OGR_F_GetGeometryRef(f);
        if (g == NULL || OGR_G_IsEmpty(g)) continue;
        OGR_G_GetEnvelope(g, &box);
        found = 1;
    }
    int ok = srs != NULL && !OSRIsLocal(srs) && OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE;
    (void)pv_gdal_end_quiet(&watch, 1);
    *declared = ok;
    if (found) st = pv_layer_crs_settle(&r->crs, ok ? wkt : NULL, (box.MinX + box.MaxX) / 2, (box.MinY + box.MaxY) / 2, err);
    CPLFree(wkt);
    return st;
}

/* ---- features ---- */

static pv_status take_feature(ogr_reader *r, OGRFeatureH f, int64_t number, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_vector_begin(r->v, number, err));
    PV_TRY(take_fields(r, f, err));
    PV_TRY(take_shape(r, OGR_F_GetGeometryRef(f), SHAPE_DEPTH, err));
    PV_TRY(pv_vector_end(r->v, err));
out:
    return st;
}

/* A record that is damaged costs only itself, as long as the next one can be reached. */
static pv_status take_layer(ogr_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    OGRFeatureH f = NULL;
    pv_gdal_watch watch;
    OGR_L_ResetReading(layer);
    for (int64_t number = 1;; number++) {
        pv_err why = {0};
        pv_gdal_begin(&watch);
        f = OGR_L_GetNextFeature(layer);
        st = pv_gdal_end(&watch, 1, PV_INPUT, "damaged", &why);
        if (f == NULL) {
            if (st != PV_OK) PV_TRY(pv_pass(err, pv_where(&why, PV_INPUT, "it cannot be read to its end"), &why));
            break;
        }
        if (st == PV_OK) st = take_feature(r, f, number, &why);
        OGR_F_Destroy(f);
        if (st == PV_OK) continue;
        if (st != PV_INPUT) PV_TRY(pv_pass(err, st, &why));
        (void)pv_where(&why, st, "feature %" PRId64, number);
        PV_TRY(pv_vector_leave_out(r->v, r->file, &why, err));
    }
    st = PV_OK;
out:
    return st;
}

static pv_status take_dataset(ogr_reader *r, const char *path, const char *const *open_options, const char *driver, pv_err *err)
{
    pv_status st = PV_OK;
    const char *const drivers[] = {driver, NULL};
    pv_gdal_watch watch;
    int declared = 0, all = 1;
    pv_gdal_begin(&watch);
    GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, open_options, NULL);
    PV_TRY(pv_gdal_end(&watch, ds != NULL, PV_INPUT, "it cannot be read", err));
    int n = GDALDatasetGetLayerCount(ds);
    if (n > MOST_LAYERS) PV_TRY(pv_fail(err, PV_INPUT, "it has %d layers", n));
    for (int i = 0; i < n; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(ds, i);
        /* How it looks and projects in it are QGIS's own. */
        if (strcmp(OGR_L_GetName(layer), "layer_styles") == 0 || strcmp(OGR_L_GetName(layer), "qgis_projects") == 0) continue;
        PV_TRY(decode(&r->name, OGR_L_GetName(layer), 0, err));
        PV_TRY(pv_vector_layer(r->v, strcmp(driver, "GPKG") == 0 ? pv_text_str(&r->name) : "", err));
        st = settle_crs(r, layer, &declared, err);
        if (st == PV_OK) st = take_layer(r, layer, err);
        PV_TRY(pv_where(err, st, "layer %s", pv_text_str(&r->name)));
        all &= declared || OGR_L_GetGeomType(layer) == wkbNone;
    }
    if (all && n > 0) r->v->source[r->v->n_sources - 1].datum = PV_DATUM_WGS84;
out:
    if (ds != NULL) GDALClose(ds);
    return st;
}

static void reader_release(ogr_reader *r)
{
    pv_layer_crs_release(&r->crs);
    pv_free(r->ring);
    pv_text_release(&r->name);
    pv_text_release(&r->value);
}

/* Borrows the bytes until VSIUnlink(). */
static int show(const char *path, const char *data, size_t n)
{
    VSILFILE *f = VSIFileFromMemBuffer(path, (GByte *)(uintptr_t)data, n, FALSE);
    return f != NULL && VSIFCloseL(f) == 0;
}

pv_status pv_vector_gpkg(pv_vector *v, const char *name, char *data, size_t n, pv_err *err)
{
    /* Nothing that stands in the file may call a function; pages are checked. */
    static const char *const options[] = {"LIST_ALL_TABLES=NO", "PRELUDE_STATEMENTS=PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;", NULL};
    pv_status st = PV_OK;
    char path[64];
    ogr_reader r = {.v = v, .file = name};
    PV_TRY(pv_sqlite_gate(data, n, err));
    PV_TRY(pv_vector_begin_source(v, name, "GPKG", PV_DATUM_UNSAID, err));
    /* A file that was kept with a log opens without one: the log has been brought in. */
    data[JOURNAL_AT] = data[JOURNAL_AT + 1] = 1;
    (void)snprintf(path, sizeof path, "/vsimem/papaver-%p.gpkg", (void *)v);
    if (!show(path, data, n)) PV_TRY(pv_fail(err, PV_NOMEM, "no memory for %zu bytes", n));
    st = take_dataset(&r, path, options, "GPKG", err);
    (void)VSIUnlink(path);
out:
    reader_release(&r);
    return st;
}

pv_status pv_vector_shp(pv_vector *v, const char *name, const pv_vector_bytes part[PV_SHP_PARTS], pv_err *err)
{
    /* Texts come as the bytes that stand there: what they are is decided by themselves. */
    static const char *const end[PV_SHP_PARTS] = {"shp", "dbf", "shx", "prj"}, *const options[] = {"ENCODING=", NULL};
    pv_status st = PV_OK;
    char path[PV_SHP_PARTS][64];
    ogr_reader r = {.v = v, .file = name};
    for (int k = 0; k < PV_SHP_PARTS; k++) (void)snprintf(path[k], sizeof path[k], "/vsimem/papaver-%p.%s", (void *)v, end[k]);
    for (int k = 0; k < PV_SHP_PARTS; k++) {
        if (part[k].data == NULL && k < 3) PV_TRY(pv_fail(err, PV_INPUT, "its .%s is missing; send .shp, .dbf, .shx and .prj together", end[k]));
        if (part[k].data != NULL && !show(path[k], part[k].data, part[k].n)) PV_TRY(pv_fail(err, PV_NOMEM, "no memory for %zu bytes", part[k].n));
    }
    PV_TRY(pv_vector_begin_source(v, name, "SHP", PV_DATUM_UNSAID, err));
    PV_TRY(take_dataset(&r, path[0], options, "ESRI Shapefile", err));
out:
    for (int k = 0; k < PV_SHP_PARTS; k++)
        if (part[k].data != NULL) (void)VSIUnlink(path[k]);
    reader_release(&r);
    return st;
}
