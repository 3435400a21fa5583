/* units_agree FILE [POINTS [SEED]]: asks papaver's boundaries and GEOS about random points and about corners of outlines, and counts where they differ.
 *
 * GEOS gets each feature as OGR reads it, made valid by itself: nothing of papaver's repair is used. What is compared is the set of names of the features that
 * hold a point. Prints "POINTS points, N inside, D differ"; exit 1 when one differs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_error.h>
#include <gdal.h>
#include <ogr_api.h>

#include "geo/gdal_door.h"
#include "geo/units.h"

#include "base/banned.h"

enum { MOST = 20000 };

static struct {
    char name[100];
    OGRGeometryH valid;
    OGRPreparedGeometryH ready;
} feature[MOST];
static int n_features;

static uint64_t state_of = 88172645463325252U;

static double dice(double low, double high)
{
    state_of ^= state_of << 13;
    state_of ^= state_of >> 7;
    state_of ^= state_of << 17;
    return low + (high - low) * (double)(state_of >> 11) / 9007199254740992.0;
}

static int features_read(const char *path)
{
    GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    if (ds == NULL) return 0;
    OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
    int at = OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), "name");
    for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)) != NULL; OGR_F_Destroy(f)) {
        OGRGeometryH g = OGR_F_GetGeometryRef(f);
        if (g == NULL || n_features == MOST) continue;
        OGR_G_FlattenTo2D(g);
        OGR_G_CloseRings(g);
        OGRGeometryH valid = OGR_G_IsValid(g) ? OGR_G_Clone(g) : OGR_G_MakeValid(g);
        if (valid == NULL) continue;
        (void)snprintf(feature[n_features].name, sizeof feature[0].name, "%s", at >= 0 ? OGR_F_GetFieldAsString(f, at) : "");
        feature[n_features].valid = valid;
        feature[n_features++].ready = OGRCreatePreparedGeometry(valid);
    }
    GDALClose(ds);
    return n_features > 0;
}

/* Is the name among the units that hold the point? */
static int ours_holds(const pv_units *u, const pv_unit_hits *hits, const char *name)
{
    for (size_t i = 0; i < hits->n; i++) {
        const pv_unit *unit = pv_units_at(u, hits->at[i].unit);
        if (!unit->derived && strcmp(pv_unit_label(unit), name) == 0) return 1;
    }
    return 0;
}

/* 1 when both give the same names. */
static int agree(const pv_units *u, pv_unit_hits *hits, double x, double y, int *inside)
{
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    int same = 1, theirs = 0;
    OGR_G_SetPoint_2D(point, 0, x, y);
    if (pv_units_at_point(u, x, y, hits, NULL) != PV_OK) return 0;
    for (int i = 0; i < n_features; i++) {
        if (!OGRPreparedGeometryIntersects(feature[i].ready, point)) continue;
        theirs++;
        same = same && ours_holds(u, hits, feature[i].name);
    }
    for (size_t k = 0; k < hits->n && same; k++) {
        const pv_unit *unit = pv_units_at(u, hits->at[k].unit);
        int found = unit->derived;
        for (int i = 0; i < n_features && !found; i++)
            found = strcmp(feature[i].name, pv_unit_label(unit)) == 0 && OGRPreparedGeometryIntersects(feature[i].ready, point);
        same = found;
    }
    *inside += theirs > 0;
    OGR_G_DestroyGeometry(point);
    return same;
}

/* A corner of an outline of ours, moved by a unit in the last place or not. */
static void corner(const pv_units *u, double *x, double *y)
{
    size_t unit = (size_t)(dice(0, 1) * (double)pv_units_count(u));
    const pv_area *a = pv_unit_part(u, unit, 0);
    pv_point p = a->point[(size_t)(dice(0, 1) * (double)a->n_points)];
    *x = dice(0, 1) < 0.5 ? p.x : nextafter(p.x, dice(0, 1) < 0.5 ? -200 : 200);
    *y = dice(0, 1) < 0.5 ? p.y : nextafter(p.y, dice(0, 1) < 0.5 ? -200 : 200);
}

int main(int argc, char **argv)
{
    pv_err err = {0};
    pv_units *u = NULL;
    pv_unit_hits hits = {0};
    int points = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 10000, inside = 0, differ = 0;
    if (argc < 2 || pv_geo_start(&err) != PV_OK) return 2;
    if (argc > 3) state_of ^= (uint64_t)strtoll(argv[3], NULL, 10) * 0x9E3779B97F4A7C15U;
    const char *path = argv[1];
    if (pv_units_open(&u, 1, &path, &err) != PV_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    if (!features_read(path)) return 2;
    pv_units_facts f = pv_units_facts_of(u);
    for (int i = 0; i < points; i++) {
        double x = dice(f.west_deg, f.east_deg), y = dice(f.south_deg, f.north_deg);
        /* A quarter on or beside corners. */
        if (i % 4 == 3) corner(u, &x, &y);
        if (agree(u, &hits, x, y, &inside)) continue;
        if (differ++ < 5) (void)fprintf(stderr, "differ at %.17g %.17g\n", x, y);
    }
    (void)printf("%d points, %d inside, %d differ\n", points, inside, differ);
    return differ > 0;
}
