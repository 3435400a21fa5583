/* plots_found [--margin M] [--flight NAME] PLOTS.geojson HOTSPOTS.geojson...: how many true plots some scans found, and how many of their
 * hotspots are false alarms.
 *
 * A plot is found when a hotspot lies within M (default 1) metres of it; a hotspot with no plot so near is a false alarm. --flight counts only
 * plots whose field "flights" names that flight as one that sees them (false alarms are counted against all plots).
 * Distances on a plane tangent at the first plot: good to centimetres over a few kilometres. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/banned.h"

typedef struct shapes {
    int n;
    OGRGeometryH *at;
    char (*name)[64];
    char (*flights)[256]; /* "flight-1,flight-3", "" when the file does not say */
} shapes;

static double lon0, lat0;
static int have_origin;

static void flatten(OGRGeometryH g)
{
    int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++) flatten(OGR_G_GetGeometryRef(g, i));
    if (parts > 0) return;
    const double degree = 3.14159265358979323846 / 180 * 6371008.8;
    for (int i = 0; i < OGR_G_GetPointCount(g); i++) {
        double lon = OGR_G_GetX(g, i), lat = OGR_G_GetY(g, i);
        if (!have_origin) {
            have_origin = 1;
            lon0 = lon;
            lat0 = lat;
        }
        OGR_G_SetPoint_2D(g, i, (lon - lon0) * cos(lat0 * 3.14159265358979323846 / 180) * degree, (lat - lat0) * degree);
    }
}

static void add_shape(shapes *s, OGRFeatureH f, int number)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    if (g == NULL || OGR_G_IsEmpty(g)) return;
    s->at = CPLRealloc(s->at, ((size_t)s->n + 1) * sizeof *s->at);
    s->name = CPLRealloc(s->name, ((size_t)s->n + 1) * sizeof *s->name);
    s->flights = CPLRealloc(s->flights, ((size_t)s->n + 1) * sizeof *s->flights);
    int id = OGR_F_GetFieldIndex(f, "id"), flights = OGR_F_GetFieldIndex(f, "flights");
    if (id >= 0)
        (void)snprintf(s->name[s->n], sizeof s->name[0], "%s", OGR_F_GetFieldAsString(f, id));
    else
        (void)snprintf(s->name[s->n], sizeof s->name[0], "#%d", number);
    (void)snprintf(s->flights[s->n], sizeof s->flights[0], "%s", flights >= 0 ? OGR_F_GetFieldAsString(f, flights) : "");
    s->at[s->n] = OGR_G_Clone(g);
    flatten(s->at[s->n]);
    s->n++;
}

static int read_shapes(shapes *out, const char *path)
{
    GDALDatasetH file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    if (file == NULL) return 0;
    OGRLayerH layer = GDALDatasetGetLayer(file, 0);
    OGRFeatureH f = NULL;
    for (int number = 1; layer != NULL && (f = OGR_L_GetNextFeature(layer)) != NULL; number++) {
        add_shape(out, f, number);
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

/* 1 when the list "a,b,c" has the word. */
static int names(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        if (*at == ',') at++;
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == '\0')) return 1;
    }
    return 0;
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
    double margin = 1.0;
    const char *flight = NULL;
    int at = 1, read = 1;
    GDALAllRegister();
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--margin") == 0) margin = strtod(argv[at + 1], NULL);
        if (strcmp(argv[at], "--flight") == 0) flight = argv[at + 1];
    }
    read = at + 1 < argc && read_shapes(&plot, argv[at]);
    for (int i = at + 1; read && i < argc; i++) read = read_shapes(&hot, argv[i]);
    if (!read) {
        (void)fprintf(stderr, "plots_found [--margin M] [--flight NAME] PLOTS.geojson HOTSPOTS.geojson...: %s\n", CPLGetLastErrorMsg());
        return 2;
    }
    int found = 0, wanted = 0, false_alarms = 0;
    for (int p = 0; p < plot.n; p++) {
        if (flight != NULL && !names(plot.flights[p], flight)) continue;
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
