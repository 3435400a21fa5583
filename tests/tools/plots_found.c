/* plots_found [--margin M] [--flight NAME] PLOTS.geojson HOTSPOTS.geojson...: how many true plots some scans found, and how many of their
 * hotspots are false alarms.
 *
 * A plot is found when a hotspot lies within M (default 1) metres of it; a hotspot with no plot so near is a false alarm. --flight counts only
 * plots whose field "flights" names that flight as one that sees them (false alarms are counted against all plots).
 * Distances on a plane tangent at the first plot: good to centimetres over a few kilometres. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>

#include "tests/tools/shapes.h"

#include "base/banned.h"

typedef struct shapes {
    int n;
    OGRGeometryH *at;
    char (*name)[64];
    char (*flights)[256]; /* "flight-1,flight-3", "" when the file does not say */
} shapes;

static void add_shape(shapes *s, OGRFeatureH f, int number, shape_origin *origin)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    if (g == NULL || OGR_G_IsEmpty(g)) return;
    s->at = CPLRealloc(s->at, ((size_t)s->n + 1) * sizeof *s->at);
    s->name = CPLRealloc(s->name, ((size_t)s->n + 1) * sizeof *s->name);
    s->flights = CPLRealloc(s->flights, ((size_t)s->n + 1) * sizeof *s->flights);
    const char *id = shapes_text(f, "id", NULL);
    if (id != NULL)
        (void)snprintf(s->name[s->n], sizeof s->name[0], "%s", id);
    else
        (void)snprintf(s->name[s->n], sizeof s->name[0], "#%d", number);
    (void)snprintf(s->flights[s->n], sizeof s->flights[0], "%s", shapes_text(f, "flights", ""));
    s->at[s->n] = shapes_metres(g, origin);
    s->n++;
}

static int read_shapes(shapes *out, const char *path, shape_origin *origin)
{
    GDALDatasetH file;
    OGRLayerH layer = shapes_open(path, &file);
    OGRFeatureH f = NULL;
    if (file == NULL) return 0;
    for (int number = 1; layer != NULL && (f = OGR_L_GetNextFeature(layer)) != NULL; number++) {
        add_shape(out, f, number, origin);
        OGR_F_Destroy(f);
    }
    GDALClose(file);
    return 1;
}

static void release(shapes *s)
{
    for (int i = 0; i < s->n; i++) OGR_G_DestroyGeometry(s->at[i]);
    CPLFree(s->at);
    CPLFree(s->name);
    CPLFree(s->flights);
}

static int near_any(OGRGeometryH g, const shapes *s, double margin)
{
    for (int i = 0; i < s->n; i++)
        if (OGR_G_Distance(g, s->at[i]) <= margin) return 1;
    return 0;
}

int main(int argc, char **argv)
{
    shapes hot = {0}, plot = {0};
    shape_origin origin = {0};
    double margin = 1.0;
    const char *flight = NULL;
    int at = 1, read = 1;
    GDALAllRegister();
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--margin") == 0) margin = strtod(argv[at + 1], NULL);
        if (strcmp(argv[at], "--flight") == 0) flight = argv[at + 1];
    }
    read = at + 1 < argc && read_shapes(&plot, argv[at], &origin);
    for (int i = at + 1; read && i < argc; i++) read = read_shapes(&hot, argv[i], &origin);
    if (!read) {
        (void)fprintf(stderr, "plots_found [--margin M] [--flight NAME] PLOTS.geojson HOTSPOTS.geojson...: %s\n", CPLGetLastErrorMsg());
        return 2;
    }
    int found = 0, wanted = 0, false_alarms = 0;
    for (int p = 0; p < plot.n; p++) {
        if (flight != NULL && !shapes_listed(plot.flights[p], flight)) continue;
        int hit = near_any(plot.at[p], &hot, margin);
        wanted++;
        found += hit;
        if (!hit) (void)printf("missed plot: %s\n", plot.name[p]);
    }
    for (int h = 0; h < hot.n; h++) false_alarms += !near_any(hot.at[h], &plot, margin);
    (void)printf("true plots found: %d of %d; hotspots: %d, of them false alarms: %d\n", found, wanted, hot.n, false_alarms);
    release(&hot);
    release(&plot);
    GDALDestroyDriverManager();
    return 0;
}
