#include <cpl_conv.h>
#include <errno.h>
#include <gdal.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/tr.h"
#include "geo/gdal_door.h"
#include "geo/labels_internal.h"

#include "base/banned.h"

enum { PV_GEOMETRY_DEPTH = 8 };

/* Why features were not used, for the sentence that says that none was. */
typedef struct pv_unused {
    int64_t features, outside, no_geometry, no_class, other;
} pv_unused;

typedef struct pv_reader {
    pv_labels *labels;
    const pv_photo_facts *photo;
    const char *class_field;
    const pv_label_options *options;
    double inverse[6];       /* CRS coordinates to photo pixels */
    pv_transform *transform; /* photo CRS -> CRS of the layer; used backwards. NULL: same CRS */
    int class_at, fold_at, stage_at, plants_at;
    pv_unused unused;
    double x0, y0, x1, y1; /* bounds of all labels in photo pixels, x0 > x1 while there is none */
} pv_reader;

/* ---- shapes ---- */

static pv_status pv_inverse_set(double inverse[6], const double gt[6], pv_err *err)
{
    double det = gt[1] * gt[5] - gt[2] * gt[4];
    if (!isfinite(det) || det == 0) return pv_fail(err, PV_INPUT, "the photo's geotransform is degenerate, labels cannot be placed on it");
    inverse[0] = gt[0];
    inverse[1] = gt[3];
    inverse[2] = gt[5] / det;
    inverse[3] = -gt[2] / det;
    inverse[4] = -gt[4] / det;
    inverse[5] = gt[1] / det;
    return PV_OK;
}

/* 0 when the point has no place in the photo's CRS. */
static int pv_to_pixels(const pv_reader *r, double *x, double *y)
{
    if (!isfinite(*x) || !isfinite(*y)) return 0;
    if (r->transform != NULL && !pv_transform_inverse(r->transform, x, y)) return 0;
    double dx = *x - r->inverse[0], dy = *y - r->inverse[1];
    *x = dx * r->inverse[2] + dy * r->inverse[3];
    *y = dx * r->inverse[4] + dy * r->inverse[5];
    return isfinite(*x) && isfinite(*y) && fabs(*x) < 1e12 && fabs(*y) < 1e12;
}

static void pv_bounds_add(double *x0, double *y0, double *x1, double *y1, double x, double y)
{
    *x0 = fmin(*x0, x);
    *y0 = fmin(*y0, y);
    *x1 = fmax(*x1, x);
    *y1 = fmax(*y1, y);
}

/* Takes the points of a line or point geometry as one ring. *placed becomes 0 when one of them has no place. */
static pv_status pv_ring_take(pv_reader *r, OGRGeometryH g, int is_points, pv_shape *shape, int *placed, pv_err *err)
{
    pv_status st = PV_OK;
    pv_labels *l = r->labels;
    int n = OGR_G_GetPointCount(g);
    pv_ring ring = {.first = l->n_points, .n = (size_t)pv_max(n, 0), .is_points = is_points};
    PV_TRY(pv_grow(&l->ring, &l->cap_rings, l->n_rings + 1, sizeof *l->ring, "label rings", err));
    PV_TRY(pv_grow(&l->point, &l->cap_points, l->n_points + ring.n, sizeof *l->point, "label points", err));
    for (int i = 0; i < n; i++) {
        double x = OGR_G_GetX(g, i), y = OGR_G_GetY(g, i);
        if (!pv_to_pixels(r, &x, &y)) {
            *placed = 0;
            goto out;
        }
        double rx = is_points ? l->radius_x_px : 0, ry = is_points ? l->radius_y_px : 0;
        pv_bounds_add(&shape->x0, &shape->y0, &shape->x1, &shape->y1, x - rx, y - ry);
        pv_bounds_add(&shape->x0, &shape->y0, &shape->x1, &shape->y1, x + rx, y + ry);
        l->point[l->n_points++] = (pv_point){x, y};
    }
    l->ring[l->n_rings++] = ring;
    shape->n_rings++;
out:
    return st;
}

/* Polygons and points, also inside collections; *lines counts what is neither. */
static pv_status pv_shape_take(pv_reader *r, OGRGeometryH g, int depth, pv_shape *shape, int *placed, int *lines, pv_err *err)
{
    pv_status st = PV_OK;
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    int n = OGR_G_GetGeometryCount(g);
    if (type == wkbPoint) return OGR_G_IsEmpty(g) ? PV_OK : pv_ring_take(r, g, 1, shape, placed, err);
    int is_polygon = type == wkbPolygon || type == wkbTriangle;
    if (!is_polygon && (n == 0 || depth == 0)) {
        *lines += !OGR_G_IsEmpty(g);
        return PV_OK;
    }
    for (int i = 0; i < n && *placed; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
        if (is_polygon)
            PV_TRY(pv_ring_take(r, part, 0, shape, placed, err));
        else
            PV_TRY(pv_shape_take(r, part, depth - 1, shape, placed, lines, err));
    }
out:
    return st;
}

/* The first ring of a geometry whose ends do not meet. */
static int pv_is_unclosed(OGRGeometryH g, int depth)
{
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    int n = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < n && depth > 0; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
        int last = OGR_G_GetPointCount(part) - 1;
        if (type != wkbPolygon && type != wkbTriangle) {
            if (pv_is_unclosed(part, depth - 1)) return 1;
        } else if (last > 0 && (OGR_G_GetX(part, 0) != OGR_G_GetX(part, last) || OGR_G_GetY(part, 0) != OGR_G_GetY(part, last))) {
            return 1;
        }
    }
    return 0;
}

/* ---- features ---- */

static void pv_trim(const char **s, size_t *n)
{
    while (*n > 0 && strchr(" \t\r\n", **s) != NULL) {
        (*s)++;
        (*n)--;
    }
    while (*n > 0 && strchr(" \t\r\n", (*s)[*n - 1]) != NULL) (*n)--;
}

/* Copies a trimmed field; NULL when it can be used (then "" for an empty one), else why not. */
static const char *pv_field_take(OGRFeatureH f, int at, char *out, size_t size)
{
    out[0] = '\0';
    if (at < 0 || !OGR_F_IsFieldSetAndNotNull(f, at)) return NULL;
    const char *s = OGR_F_GetFieldAsString(f, at);
    size_t n = strlen(s);
    pv_trim(&s, &n);
    if (!pv_utf8_valid(s, n)) return PV_N("not UTF-8 (a Shapefile needs its .cpg)");
    if (n >= size) return size == 64 ? PV_N("longer than 63 bytes") : PV_N("longer than 31 bytes");
    memcpy(out, s, n);
    out[n] = '\0';
    return NULL;
}

/* What GEOS thinks of the shape; the label is used all the same. */
static pv_status pv_say_invalid(pv_reader *r, OGRGeometryH g, const pv_label *label, pv_err *err)
{
    pv_gdal_watch watch;
    if (pv_is_unclosed(g, PV_GEOMETRY_DEPTH))
        return pv_lines_addf(&r->labels->report, err, "feature %" PRId64 " ('%s'): an unclosed ring, closed by a straight line", label->fid,
                             label->class_name);
    pv_gdal_begin(&watch);
    int valid = OGR_G_IsValid(g);
    (void)pv_gdal_end_quiet(&watch, 1);
    if (valid) return PV_OK;
    return pv_lines_addf(&r->labels->report, err, "feature %" PRId64 " ('%s'): an invalid outline, used as it is: %s", label->fid, label->class_name,
                         watch.text[0] != '\0' ? watch.text : PV_N("no reason given"));
}

static pv_status pv_unusable(pv_reader *r, int64_t *counter, int64_t fid, const char *why, pv_err *err)
{
    (*counter)++;
    return pv_lines_addf(&r->labels->report, err, "feature %" PRId64 ": %s", fid, why);
}

/* Clips the shape's bounds to the photo; 0 when nothing is left. */
static int pv_box_set(const pv_labels *labels, const pv_shape *s, pv_rect *box, int *whole)
{
    double w = labels->width_px, h = labels->height_px;
    if (!(s->x1 >= 0 && s->y1 >= 0 && s->x0 < w && s->y0 < h)) return 0;
    int x0 = (int)floor(fmax(s->x0, 0)), y0 = (int)floor(fmax(s->y0, 0));
    int x1 = (int)ceil(fmin(s->x1, w)), y1 = (int)ceil(fmin(s->y1, h));
    *box = (pv_rect){x0, y0, pv_max(x1 - x0, 1), pv_max(y1 - y0, 1)};
    *whole = s->x0 >= 0 && s->y0 >= 0 && s->x1 <= w && s->y1 <= h;
    return 1;
}

/* Reads the geometry into the shape; *why is set when it cannot be used. */
static pv_status pv_feature_shape(pv_reader *r, OGRGeometryH g, pv_shape *shape, const char **why, pv_err *err)
{
    pv_status st = PV_OK;
    int placed = 1, lines = 0;
    *shape = (pv_shape){.first_ring = r->labels->n_rings, .x0 = INFINITY, .y0 = INFINITY, .x1 = -INFINITY, .y1 = -INFINITY};
    PV_TRY(pv_shape_take(r, g, PV_GEOMETRY_DEPTH, shape, &placed, &lines, err));
    if (!placed)
        *why = PV_N("its coordinates have no place in the photo's CRS");
    else if (lines > 0 && shape->n_rings == 0)
        *why = PV_N("a line is no label; draw a polygon or a point");
    else if (shape->n_rings == 0 || !(shape->x0 <= shape->x1))
        *why = PV_N("an empty outline");
    if (*why == NULL) pv_bounds_add(&r->x0, &r->y0, &r->x1, &r->y1, shape->x0, shape->y0);
    if (*why == NULL) pv_bounds_add(&r->x0, &r->y0, &r->x1, &r->y1, shape->x1, shape->y1);
out:
    return st;
}

static pv_status pv_label_keep(pv_reader *r, const pv_label *label, const pv_shape *shape, pv_err *err)
{
    pv_status st = PV_OK;
    pv_labels *l = r->labels;
    if (l->n >= INT_MAX) PV_TRY(pv_fail(err, PV_INPUT, "more than %d labels", INT_MAX));
    PV_TRY(pv_grow(&l->label, &l->cap_label, l->n + 1, sizeof *l->label, "labels", err));
    PV_TRY(pv_grow(&l->shape, &l->cap_shape, l->n + 1, sizeof *l->shape, "label shapes", err));
    l->label[l->n] = *label;
    l->shape[l->n] = *shape;
    l->n++;
out:
    return st;
}

/* Stage and count: a label without them, or with nonsense in them, is a label all the same. */
static pv_status pv_feature_facts(pv_reader *r, OGRFeatureH f, pv_label *label, pv_err *err)
{
    pv_status st = PV_OK;
    char text[64];
    const char *why = pv_field_take(f, r->stage_at, label->stage, sizeof label->stage);
    label->plants = -1;
    if (why != NULL)
        PV_TRY(pv_lines_addf(&r->labels->report, err, "feature %" PRId64 " ('%s'): its stage is taken as unknown: %s", label->fid, label->class_name,
                             why));
    why = pv_field_take(f, r->plants_at, text, sizeof text);
    double count = 0;
    if (why == NULL && text[0] == '\0') goto out;
    if (why == NULL && (!pv_parse_real(text, 0, 1e9, &count) || count != floor(count))) why = PV_N("not a whole number from 0 to 1000000000");
    if (why != NULL)
        PV_TRY(pv_lines_addf(&r->labels->report, err, "feature %" PRId64 " ('%s'): its number of plants is taken as unknown: %s", label->fid,
                             label->class_name, why));
    else
        label->plants = (int64_t)count;
out:
    return st;
}

static pv_status pv_feature_use(pv_reader *r, OGRFeatureH f, OGRGeometryH g, pv_err *err)
{
    pv_status st = PV_OK;
    pv_label label = {.fid = OGR_F_GetFID(f)};
    pv_shape shape;
    int whole = 0;
    const char *why = pv_field_take(f, r->class_at, label.class_name, sizeof label.class_name);
    if (why != NULL) {
        r->unused.no_class++;
        return pv_lines_addf(&r->labels->report, err, "feature %" PRId64 ": its class cannot be used: %s", label.fid, why);
    }
    if (label.class_name[0] == '\0') return pv_unusable(r, &r->unused.no_class, label.fid, PV_N("no class"), err);
    why = pv_field_take(f, r->fold_at, label.fold, sizeof label.fold);
    if (why != NULL) {
        r->unused.other++;
        return pv_lines_addf(&r->labels->report, err, "feature %" PRId64 ": its fold cannot be used: %s", label.fid, why);
    }
    size_t n_rings = r->labels->n_rings, n_points = r->labels->n_points;
    PV_TRY(pv_feature_shape(r, g, &shape, &why, err));
    int inside = why == NULL && pv_box_set(r->labels, &shape, &label.box_px, &whole);
    if (inside) {
        PV_TRY(pv_feature_facts(r, f, &label, err));
        PV_TRY(pv_say_invalid(r, g, &label, err));
        if (!whole)
            PV_TRY(pv_lines_addf(&r->labels->report, err, "feature %" PRId64 " ('%s'): reaches outside the photo; its part inside is used", label.fid,
                                 label.class_name));
        return pv_label_keep(r, &label, &shape, err);
    }
    r->labels->n_rings = n_rings;
    r->labels->n_points = n_points;
    PV_TRY(pv_unusable(r, why != NULL ? &r->unused.other : &r->unused.outside, label.fid, why != NULL ? why : PV_N("outside the photo"), err));
out:
    return st;
}

static pv_status pv_feature_read(pv_reader *r, OGRFeatureH f, pv_err *err)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    r->unused.features++;
    if (g == NULL || OGR_G_IsEmpty(g)) return pv_unusable(r, &r->unused.no_geometry, OGR_F_GetFID(f), PV_N("no geometry"), err);
    if (!OGR_G_HasCurveGeometry(g, 1)) return pv_feature_use(r, f, g, err);
    OGRGeometryH flat = OGR_G_GetLinearGeometry(g, 0, NULL);
    if (flat == NULL) return pv_unusable(r, &r->unused.other, OGR_F_GetFID(f), PV_N("its curves cannot be followed"), err);
    pv_status st = pv_feature_use(r, f, flat, err);
    OGR_G_DestroyGeometry(flat);
    return st;
}

/* ---- layers ---- */

static pv_status pv_layer_features(pv_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    OGRFeatureH f = NULL;
    pv_gdal_watch watch;
    OGR_L_ResetReading(layer);
    for (;;) {
        pv_gdal_begin(&watch);
        f = OGR_L_GetNextFeature(layer);
        PV_TRY(pv_gdal_end(&watch, 1, PV_INPUT, "the labels cannot be read to their end", err));
        if (f == NULL) break;
        PV_TRY(pv_feature_read(r, f, err));
        OGR_F_Destroy(f);
        f = NULL;
    }
out:
    if (f != NULL) OGR_F_Destroy(f);
    return st;
}

/* Do the raw coordinates of a layer without CRS lie over the photo? */
static int pv_layer_fits_photo(const pv_reader *r, OGRLayerH layer)
{
    OGREnvelope e;
    if (OGR_L_GetExtent(layer, &e, 1) != OGRERR_NONE) return 0;
    double ax = e.MinX - r->inverse[0], ay = e.MinY - r->inverse[1], bx = e.MaxX - r->inverse[0], by = e.MaxY - r->inverse[1];
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    const double corner[4][2] = {{ax, ay}, {bx, ay}, {bx, by}, {ax, by}};
    for (int i = 0; i < 4; i++)
        pv_bounds_add(&x0, &y0, &x1, &y1, corner[i][0] * r->inverse[2] + corner[i][1] * r->inverse[3],
                      corner[i][0] * r->inverse[4] + corner[i][1] * r->inverse[5]);
    return x1 >= 0 && y1 >= 0 && x0 <= r->photo->width_px && y0 <= r->photo->height_px;
}

static int pv_is_geocentric(const pv_crs_facts *f)
{
    return fabs(f->a_m - 6378137) < 0.5 && f->f > 0 && fabs(1 / f->f - 298.257223563) < 0.001;
}

/* The transform of a layer with a CRS of its own. */
static pv_status pv_layer_transform(pv_reader *r, const char *wkt, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crs_facts theirs = {0}, ours = {0};
    const pv_photo_facts *p = r->photo;
    double x = p->width_px / 2.0, y = p->height_px / 2.0;
    const double *gt = p->geotransform;
    PV_TRY(pv_crs_facts_read(&theirs, wkt, err));
    PV_TRY(pv_crs_facts_read(&ours, p->crs_wkt, err));
    PV_TRY(pv_transform_new(&r->transform, p->crs_wkt, wkt, gt[0] + x * gt[1] + y * gt[2], gt[3] + x * gt[4] + y * gt[5], err));
    if (pv_transform_is_guess(r->transform) && strcmp(theirs.datum_name, ours.datum_name) != 0 &&
        !(pv_is_geocentric(&theirs) && pv_is_geocentric(&ours)))
        PV_TRY(
            pv_fail(err, PV_INPUT, "no published transform leads from '%s' to the photo's '%s'; convert the labels first", theirs.name, ours.name));
out:
    pv_crs_facts_release(&theirs);
    pv_crs_facts_release(&ours);
    return st;
}

static pv_status pv_layer_crs(pv_reader *r, OGRLayerH layer, pv_err *err)
{
    pv_status st = PV_OK;
    char *wkt = NULL;
    const char *const options[] = {"FORMAT=WKT2_2018", NULL};
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    pv_gdal_watch watch;
    pv_transform_free(r->transform);
    r->transform = NULL;
    if (srs == NULL) {
        if (!pv_layer_fits_photo(r, layer))
            return pv_fail(err, PV_INPUT, "the labels have no CRS (a Shapefile needs its .prj) and do not lie over the photo as they are");
        return pv_lines_addf(&r->labels->report, err, "the labels have no CRS; they lie over the photo and are taken in its CRS");
    }
    pv_gdal_begin(&watch);
    int ok = OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt != NULL;
    PV_TRY(pv_gdal_end(&watch, ok, PV_INPUT, "the CRS of the labels cannot be used", err));
    PV_TRY(pv_layer_transform(r, wkt, err));
out:
    CPLFree(wkt);
    return st;
}

static void pv_fields_list(OGRLayerH layer, pv_text *out)
{
    OGRFeatureDefnH d = OGR_L_GetLayerDefn(layer);
    int n = OGR_FD_GetFieldCount(d);
    for (int i = 0; i < n; i++) pv_text_addf(out, "%s%s", out->len > 0 ? ", " : "", OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(d, i)));
}

/* Binds the fields of a layer; NULL when all that were asked for are there, else the name of the first that is not. */
static const char *pv_fields_bind(pv_reader *r, OGRFeatureDefnH d)
{
    const pv_label_options *o = r->options;
    r->class_at = OGR_FD_GetFieldIndex(d, r->class_field);
    r->fold_at = o->fold_field != NULL ? OGR_FD_GetFieldIndex(d, o->fold_field) : -1;
    r->stage_at = OGR_FD_GetFieldIndex(d, o->stage_field != NULL ? o->stage_field : "stage");
    r->plants_at = OGR_FD_GetFieldIndex(d, o->plants_field != NULL ? o->plants_field : "plants");
    if (r->class_at < 0) return r->class_field;
    if (o->fold_field != NULL && r->fold_at < 0) return o->fold_field;
    if (o->stage_field != NULL && r->stage_at < 0) return o->stage_field;
    return o->plants_field != NULL && r->plants_at < 0 ? o->plants_field : NULL;
}

static const char *pv_option_of(const pv_reader *r, const char *field)
{
    const pv_label_options *o = r->options;
    return field == o->fold_field     ? "--folds"
           : field == o->stage_field  ? "--stage-field"
           : field == o->plants_field ? "--plants-field"
                                      : "--class-field";
}

static pv_status pv_layers_read(pv_reader *r, GDALDatasetH ds, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text fields = {0};
    int used = 0, n = GDALDatasetGetLayerCount(ds);
    const char *missing = r->class_field;
    for (int i = 0; i < n; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(ds, i);
        const char *absent = pv_fields_bind(r, OGR_L_GetLayerDefn(layer));
        if (absent != NULL) {
            if (r->class_at >= 0) missing = absent;
            pv_fields_list(layer, &fields);
            continue;
        }
        used++;
        PV_TRY(pv_layer_crs(r, layer, err));
        PV_TRY(pv_layer_features(r, layer, err));
    }
    PV_TRY(pv_text_status(&fields, err));
    if (used == 0)
        PV_TRY(pv_fail(err, PV_INPUT, "no field '%s'; the fields are: %s (choose with %s)", missing, fields.len > 0 ? pv_text_str(&fields) : "none",
                       pv_option_of(r, missing)));
out:
    pv_text_release(&fields);
    return st;
}

/* ---- the file ---- */

static pv_status pv_labels_file(GDALDatasetH *out, const char *path, const char *geojson, pv_err *err)
{
    /* The plain KML driver knows only name and description; it stands in where this GDAL was built without libkml. */
    const char *const drivers[] = {"GeoJSON", "GPKG", "ESRI Shapefile", GDALGetDriverByName("LIBKML") != NULL ? "LIBKML" : "KML", NULL};
    const char *const only_geojson[] = {"GeoJSON", NULL};
    pv_status st = PV_OK;
    struct stat s;
    pv_gdal_watch watch;
    if (geojson == NULL && stat(path, &s) != 0) return pv_fail(err, PV_IO, "%s", strerror(errno));
    pv_gdal_begin(&watch);
    GDALDatasetH ds = GDALOpenEx(geojson != NULL ? geojson : path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                 geojson != NULL ? only_geojson : drivers, NULL, NULL);
    st = pv_gdal_end(&watch, ds != NULL, PV_INPUT, "not readable as GeoJSON, GeoPackage, Shapefile or KML", err);
    if (st != PV_OK && ds != NULL) GDALClose(ds);
    if (st == PV_OK) *out = ds;
    return st;
}

/* By fid, then as in the file: the order must not depend on how a driver walks its file. */
typedef struct pv_place_in_list {
    int64_t fid;
    size_t at;
} pv_place_in_list;

static int pv_fid_order(const void *a, const void *b)
{
    const pv_place_in_list *p = a, *q = b;
    if (p->fid != q->fid) return p->fid < q->fid ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

static pv_status pv_labels_sort(pv_labels *l, pv_err *err)
{
    pv_status st = PV_OK;
    pv_place_in_list *order = NULL;
    pv_label *label = NULL;
    pv_shape *shape = NULL;
    PV_TRY(pv_alloc(&order, l->n, sizeof *order, "order of labels", err));
    PV_TRY(pv_alloc(&label, l->n, sizeof *label, "labels", err));
    PV_TRY(pv_alloc(&shape, l->n, sizeof *shape, "label shapes", err));
    for (size_t i = 0; i < l->n; i++) order[i] = (pv_place_in_list){l->label[i].fid, i};
    if (l->n > 0) qsort(order, l->n, sizeof *order, pv_fid_order);
    for (size_t i = 0; i < l->n; i++) {
        label[i] = l->label[order[i].at];
        shape[i] = l->shape[order[i].at];
    }
    if (l->n > 0) {
        memcpy(l->label, label, l->n * sizeof *label);
        memcpy(l->shape, shape, l->n * sizeof *shape);
    }
out:
    pv_free(order);
    pv_free(label);
    pv_free(shape);
    return st;
}

static pv_status pv_labels_none(const pv_reader *r, pv_err *err)
{
    const pv_unused *u = &r->unused;
    char where[200] = "";
    if (r->x0 <= r->x1)
        (void)snprintf(where, sizeof where, "; in photo pixels they span x %.0f to %.0f, y %.0f to %.0f of a photo of %d x %d", r->x0, r->x1, r->y0,
                       r->y1, r->photo->width_px, r->photo->height_px);
    return pv_fail(err, PV_INPUT,
                   "no label lies in the photo: of %" PRId64 " features %" PRId64 " are outside, %" PRId64 " have no geometry, %" PRId64
                   " no class, %" PRId64 " cannot be used for other reasons%s",
                   u->features, u->outside, u->no_geometry, u->no_class, u->other, where);
}

pv_status pv_labels_read(pv_labels *labels, const char *path, const pv_label_options *options, const pv_photo_facts *photo, pv_err *err)
{
    pv_status st = PV_OK;
    GDALDatasetH ds = NULL;
    pv_reader r = {.labels = labels,
                   .photo = photo,
                   .class_field = options->class_field != NULL ? options->class_field : "class",
                   .options = options,
                   .x0 = INFINITY,
                   .y0 = INFINITY,
                   .x1 = -INFINITY,
                   .y1 = -INFINITY};
    if (photo->crs_wkt == NULL || photo->crs_wkt[0] == '\0') PV_TRY(pv_fail(err, PV_INPUT, "the photo has no CRS, labels cannot be placed on it"));
    PV_TRY(pv_inverse_set(r.inverse, photo->geotransform, err));
    PV_TRY(pv_labels_file(&ds, path, options->geojson, err));
    PV_TRY(pv_layers_read(&r, ds, err));
    if (labels->n == 0) PV_TRY(pv_labels_none(&r, err));
    PV_TRY(pv_labels_sort(labels, err));
out:
    pv_transform_free(r.transform);
    if (ds != NULL) GDALClose(ds);
    return st;
}
