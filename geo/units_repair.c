#include <cpl_conv.h>
#include <math.h>
#include <ogr_api.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/units_internal.h"

#include "base/banned.h"

enum { PV_REPAIR_DEPTH = 8 };

/* ---- outlines as they come ---- */

void pv_rough_clear(pv_rough *r)
{
    r->n_points = r->n_rings = r->n_polygons = 0;
    r->unclosed = r->short_rings = 0;
}

void pv_rough_release(pv_rough *r)
{
    pv_free(r->point);
    pv_free(r->ring_end);
    pv_free(r->polygon_end);
    *r = (pv_rough){0};
}

pv_status pv_rough_ring(pv_rough *r, const pv_point *p, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t first = r->n_points, at = first;
    if (n == 0) return PV_OK;
    if (n >= (size_t)1 << 30) PV_TRY(pv_fail(err, PV_INPUT, "an outline of more than 2^30 points"));
    PV_TRY(pv_grow(&r->point, &r->cap_points, first + n + 1, sizeof *r->point, "outline", err));
    PV_TRY(pv_grow(&r->ring_end, &r->cap_rings, r->n_rings + 1, sizeof *r->ring_end, "outline", err));
    for (size_t i = 0; i < n; i++)
        if (at == first || p[i].x != r->point[at - 1].x || p[i].y != r->point[at - 1].y) r->point[at++] = p[i];
    int closed = at - first > 1 && r->point[at - 1].x == r->point[first].x && r->point[at - 1].y == r->point[first].y;
    if (at - first < (closed ? 4U : 3U)) {
        r->short_rings++;
        goto out;
    }
    if (!closed) {
        r->point[at++] = r->point[first];
        r->unclosed++;
    }
    r->n_points = at;
    r->ring_end[r->n_rings++] = at;
out:
    return st;
}

pv_status pv_rough_polygon(pv_rough *r, pv_err *err)
{
    size_t before = r->n_polygons > 0 ? r->polygon_end[r->n_polygons - 1] : 0;
    if (r->n_rings == before) return PV_OK;
    pv_status st = pv_grow(&r->polygon_end, &r->cap_polygons, r->n_polygons + 1, sizeof *r->polygon_end, "outline", err);
    if (st == PV_OK) r->polygon_end[r->n_polygons++] = r->n_rings;
    return st;
}

static size_t pv_first_ring(const pv_rough *r, size_t polygon)
{
    return polygon > 0 ? r->polygon_end[polygon - 1] : 0;
}

static size_t pv_first_point(const pv_rough *r, size_t ring)
{
    return ring > 0 ? r->ring_end[ring - 1] : 0;
}

/* Outer rings less holes, as the file means it. */
static double pv_rough_area(const pv_rough *r)
{
    double sum = 0;
    for (size_t p = 0; p < r->n_polygons; p++) {
        for (size_t k = pv_first_ring(r, p); k < r->polygon_end[p]; k++) {
            size_t first = pv_first_point(r, k);
            double area = fabs(pv_ring_area(r->point + first, r->ring_end[k] - first));
            sum += k == pv_first_ring(r, p) ? area : -area;
        }
    }
    return fabs(sum);
}

/* ---- to OGR and back ---- */

static OGRGeometryH pv_polygon_make(const pv_rough *r, size_t polygon)
{
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPolygon);
    for (size_t k = pv_first_ring(r, polygon); g != NULL && k < r->polygon_end[polygon]; k++) {
        size_t first = pv_first_point(r, k);
        const pv_point *p = r->point + first;
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        if (ring != NULL) OGR_G_SetPoints(ring, (int)(r->ring_end[k] - first), &p->x, sizeof *p, &p->y, sizeof *p, NULL, 0);
        if (ring == NULL || OGR_G_AddGeometryDirectly(g, ring) != OGRERR_NONE) {
            OGR_G_DestroyGeometry(ring);
            OGR_G_DestroyGeometry(g);
            g = NULL;
        }
    }
    return g;
}

/* Adds a copy of every polygon in g. */
static int pv_polygons_collect(OGRGeometryH g, OGRGeometryH into, int depth)
{
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    if (type == wkbPolygon) return OGR_G_IsEmpty(g) || OGR_G_AddGeometry(into, g) == OGRERR_NONE;
    int ok = 1, n = type == wkbMultiPolygon || type == wkbGeometryCollection ? OGR_G_GetGeometryCount(g) : 0;
    for (int i = 0; i < n && depth > 0 && ok; i++) ok = pv_polygons_collect(OGR_G_GetGeometryRef(g, i), into, depth - 1);
    return ok;
}

static pv_status pv_area_from(OGRGeometryH polygons, pv_area *out, double *area, pv_err *err)
{
    pv_status st = PV_OK;
    pv_point *p = NULL;
    size_t cap = 0;
    *area = 0;
    for (int i = 0; i < OGR_G_GetGeometryCount(polygons); i++) {
        OGRGeometryH polygon = OGR_G_GetGeometryRef(polygons, i);
        for (int k = 0; k < OGR_G_GetGeometryCount(polygon); k++) {
            OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, k);
            int n = OGR_G_GetPointCount(ring);
            if (n < 4) continue;
            PV_TRY(pv_grow(&p, &cap, (size_t)n, sizeof *p, "outline", err));
            (void)OGR_G_GetPoints(ring, &p->x, sizeof *p, &p->y, sizeof *p, NULL, 0);
            PV_TRY(pv_area_add_ring(out, p, (size_t)n, err));
            *area += fabs(pv_ring_area(p, (size_t)n)) * (k == 0 ? 1 : -1);
        }
    }
out:
    pv_free(p);
    return st;
}

static void pv_why(pv_mended *m, const pv_gdal_watch *watch, const char *otherwise)
{
    if (m->why[0] == '\0') (void)snprintf(m->why, sizeof m->why, "%.190s", watch->text[0] != '\0' ? watch->text : otherwise);
}

/* One polygon, made valid by its lines where it is not, added to `into`. */
static int pv_polygon_mend(const pv_rough *r, size_t polygon, OGRGeometryH into, pv_mended *m)
{
    pv_gdal_watch watch;
    OGRGeometryH g = pv_polygon_make(r, polygon), made = NULL;
    if (g == NULL) return 0;
    pv_gdal_begin(&watch);
    int valid = OGR_G_IsValid(g);
    (void)pv_gdal_end_quiet(&watch, 1);
    if (!valid) {
        pv_why(m, &watch, "an invalid outline");
        pv_gdal_begin(&watch);
        made = OGR_G_MakeValid(g);
        (void)pv_gdal_end_quiet(&watch, 1);
    }
    int ok = valid || made != NULL ? pv_polygons_collect(valid ? g : made, into, PV_REPAIR_DEPTH) : 0;
    OGR_G_DestroyGeometry(made);
    OGR_G_DestroyGeometry(g);
    return ok;
}

/* Each polygon by itself, then all of them together, so that polygons that overlap or stand twice do not cut each other out. */
static OGRGeometryH pv_polygons_mend(const pv_rough *r, pv_mended *m)
{
    pv_gdal_watch watch;
    OGRGeometryH parts = OGR_G_CreateGeometry(wkbMultiPolygon), all = NULL;
    int ok = parts != NULL;
    for (size_t p = 0; p < r->n_polygons && ok; p++) ok = pv_polygon_mend(r, p, parts, m);
    if (ok && OGR_G_GetGeometryCount(parts) < 2) return parts;
    pv_gdal_begin(&watch);
    int valid = ok && OGR_G_IsValid(parts);
    (void)pv_gdal_end_quiet(&watch, 1);
    if (valid) return parts;
    if (ok) pv_why(m, &watch, "polygons overlap");
    pv_gdal_begin(&watch);
    OGRGeometryH joined = ok ? OGR_G_UnionCascaded(parts) : NULL;
    (void)pv_gdal_end_quiet(&watch, 1);
    OGR_G_DestroyGeometry(parts);
    if (joined == NULL) return NULL;
    all = OGR_G_CreateGeometry(wkbMultiPolygon);
    if (all != NULL && !pv_polygons_collect(joined, all, PV_REPAIR_DEPTH)) {
        OGR_G_DestroyGeometry(all);
        all = NULL;
    }
    OGR_G_DestroyGeometry(joined);
    return all;
}

/* ---- the whole ---- */

/* As one geometry: most are valid, and then their points are taken as they stand. */
static int pv_rough_is_valid(const pv_rough *r, pv_mended *m)
{
    pv_gdal_watch watch;
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    int ok = all != NULL;
    for (size_t p = 0; p < r->n_polygons && ok; p++) {
        OGRGeometryH g = pv_polygon_make(r, p);
        ok = g != NULL && OGR_G_AddGeometryDirectly(all, g) == OGRERR_NONE;
        if (!ok) OGR_G_DestroyGeometry(g);
    }
    pv_gdal_begin(&watch);
    ok = ok && OGR_G_IsValid(all);
    (void)pv_gdal_end_quiet(&watch, 1);
    if (!ok) pv_why(m, &watch, "an invalid outline");
    OGR_G_DestroyGeometry(all);
    return ok;
}

static void pv_small_faults(const pv_rough *r, pv_mended *m)
{
    if (r->unclosed == 0 && r->short_rings == 0) return;
    m->repaired = 1;
    if (r->unclosed > 0) (void)snprintf(m->why, sizeof m->why, "%d open %s", r->unclosed, r->unclosed == 1 ? "ring" : "rings");
    size_t n = strlen(m->why);
    if (r->short_rings > 0)
        (void)snprintf(m->why + n, sizeof m->why - n, "%s%d %s of fewer than three points", n > 0 ? ", " : "", r->short_rings,
                       r->short_rings == 1 ? "ring" : "rings");
}

pv_status pv_rough_mend(const pv_rough *r, pv_area *out, pv_mended *mended, int *usable, pv_err *err)
{
    pv_status st = PV_OK;
    pv_area a = {0};
    OGRGeometryH good = NULL;
    double before = pv_rough_area(r), after = 0;
    *mended = (pv_mended){0};
    *usable = 0;
    pv_small_faults(r, mended);
    if (r->n_polygons == 0) {
        if (mended->why[0] == '\0') (void)snprintf(mended->why, sizeof mended->why, "an empty outline");
        return PV_OK;
    }
    pv_mended faults = {0};
    if (pv_rough_is_valid(r, &faults)) {
        for (size_t k = 0; k < r->n_rings; k++)
            PV_TRY(pv_area_add_ring(&a, r->point + pv_first_point(r, k), r->ring_end[k] - pv_first_point(r, k), err));
    } else {
        size_t n = strlen(mended->why);
        mended->repaired = 1;
        (void)snprintf(mended->why + n, sizeof mended->why - n, "%s%.150s", n > 0 ? ", " : "", faults.why);
        good = pv_polygons_mend(r, &faults);
        if (good != NULL) PV_TRY(pv_area_from(good, &a, &after, err));
        if (before > 0) mended->change = fabs(after - before) / before;
        if (before == 0 && after > 0) mended->change = 1;
    }
    PV_TRY(pv_area_ready(&a, err));
    if (a.n_rings > 0 && a.x0 < a.x1 && a.y0 < a.y1) {
        *usable = 1;
        *out = a;
        a = (pv_area){0};
    }
out:
    OGR_G_DestroyGeometry(good);
    pv_area_release(&a);
    return st;
}
