/* plots_found HOTSPOTS.geojson PLOTS.geojson [MARGIN_M]: how many true plots a scan found, and how many hotspots are false alarms.
 *
 * A plot is found when a hotspot lies within MARGIN_M (default 1) metres of it; a hotspot with no plot so near is a false alarm.
 * Distances on a plane tangent at the first plot: good to centimetres over a few kilometres. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/banned.h"

typedef struct shapes {
    int n;
    OGRGeometryH *at;
    char (*name)[64];
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

static int read_shapes(shapes *out, const char *path)
{
    GDALDatasetH file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    if (file == NULL) return 0;
    OGRLayerH layer = GDALDatasetGetLayer(file, 0);
    int n = layer == NULL ? 0 : (int)OGR_L_GetFeatureCount(layer, 1);
    out->at = CPLCalloc((size_t)n + 1, sizeof *out->at);
    out->name = CPLCalloc((size_t)n + 1, sizeof *out->name);
    for (int i = 0; i < n; i++) {
        OGRFeatureH f = OGR_L_GetNextFeature(layer);
        OGRGeometryH g = f == NULL ? NULL : OGR_F_GetGeometryRef(f);
        if (g != NULL && !OGR_G_IsEmpty(g)) {
            int field = OGR_F_GetFieldIndex(f, "id");
            if (field < 0) field = OGR_F_GetFieldIndex(f, "plot");
            if (field >= 0)
                (void)snprintf(out->name[out->n], sizeof out->name[0], "%s", OGR_F_GetFieldAsString(f, field));
            else
                (void)snprintf(out->name[out->n], sizeof out->name[0], "#%d", i + 1);
            out->at[out->n] = OGR_G_Clone(g);
            flatten(out->at[out->n]);
            out->n++;
        }
        OGR_F_Destroy(f);
    }
    GDALClose(file);
    return 1;
}

int main(int argc, char **argv)
{
    GDALAllRegister();
    shapes hot = {0}, plot = {0};
    double margin = argc > 3 ? strtod(argv[3], NULL) : 1.0;
    if (argc < 3 || !read_shapes(&plot, argv[2]) || !read_shapes(&hot, argv[1])) {
        (void)fprintf(stderr, "plots_found HOTSPOTS.geojson PLOTS.geojson [MARGIN_M]: %s\n", CPLGetLastErrorMsg());
        return 2;
    }
    int found = 0, false_alarms = 0;
    for (int p = 0; p < plot.n; p++) {
        int hit = 0;
        for (int h = 0; h < hot.n && !hit; h++) hit = OGR_G_Distance(hot.at[h], plot.at[p]) <= margin;
        found += hit;
        if (!hit) (void)printf("missed plot: %s\n", plot.name[p]);
    }
    for (int h = 0; h < hot.n; h++) {
        int near = 0;
        for (int p = 0; p < plot.n && !near; p++) near = OGR_G_Distance(hot.at[h], plot.at[p]) <= margin;
        false_alarms += !near;
    }
    (void)printf("true plots found: %d of %d\nhotspots: %d, of them false alarms: %d\n", found, plot.n, hot.n, false_alarms);
    for (int i = 0; i < hot.n; i++) OGR_G_DestroyGeometry(hot.at[i]);
    for (int i = 0; i < plot.n; i++) OGR_G_DestroyGeometry(plot.at[i]);
    CPLFree(hot.at);
    CPLFree(hot.name);
    CPLFree(plot.at);
    CPLFree(plot.name);
    GDALDestroyDriverManager();
    return 0;
}
