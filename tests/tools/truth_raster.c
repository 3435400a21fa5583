#include "tests/tools/truth_raster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>

#include "base/banned.h"

_Noreturn void truth_die(const char *what, const char *path)
{
    (void)fprintf(stderr, "detection: %s: %s %s\n", path, what, CPLGetLastErrorMsg());
    exit(2);
}

char *truth_slurp(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) truth_die("cannot be read", path);
    (void)fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *text = CPLCalloc((size_t)n + 1, 1);
    if (fread(text, 1, (size_t)n, f) != (size_t)n) truth_die("cannot be read", path);
    (void)fclose(f);
    return text;
}

static void read_classes(truth_classes *c, const char *survey)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/survey.json", survey);
    char *text = truth_slurp(path);
    const char *at = strstr(text, "\"classes\":[");
    if (at == NULL) truth_die("no classes", path);
    const char *end = strchr(at, ']');
    (void)snprintf(c->name[0], sizeof c->name[0], "nothing");
    c->n = 1;
    for (at += 11; at < end && c->n < TRUTH_CLASSES; c->n++) {
        const char *from = strchr(at, '"') + 1, *to = strchr(from, '"');
        (void)snprintf(c->name[c->n], sizeof c->name[0], "%.*s", (int)(to - from), from);
        at = to + 1;
    }
    CPLFree(text);
}

void truth_open(truth_raster *t, const char *survey, const char *flight)
{
    char path[1024];
    double gt[6];
    *t = (truth_raster){0};
    read_classes(&t->classes, survey);
    (void)snprintf(path, sizeof path, "%s/truth/classes-%s.tif", survey, flight);
    t->file = GDALOpen(path, GA_ReadOnly);
    if (t->file == NULL || GDALGetGeoTransform(t->file, gt) != CE_None || !GDALInvGeoTransform(gt, t->inverse)) truth_die("no truth raster", path);
    t->w = GDALGetRasterXSize(t->file);
    t->h = GDALGetRasterYSize(t->file);
    t->code = CPLCalloc((size_t)t->w, (size_t)t->h);
    if (GDALRasterIO(GDALGetRasterBand(t->file, 1), GF_Read, 0, 0, t->w, t->h, t->code, t->w, t->h, GDT_Byte, 0, 0) != CE_None)
        truth_die("not readable", path);
    OGRSpatialReferenceH wgs = OSRNewSpatialReference(NULL), own = OSRNewSpatialReference(GDALGetProjectionRef(t->file));
    if (OSRImportFromEPSG(wgs, 4326) != OGRERR_NONE || own == NULL) truth_die("no CRS", path);
    OSRSetAxisMappingStrategy(wgs, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(own, OAMS_TRADITIONAL_GIS_ORDER);
    t->to = OCTNewCoordinateTransformation(wgs, own);
    OSRDestroySpatialReference(wgs);
    OSRDestroySpatialReference(own);
    if (t->to == NULL) truth_die("no transform", path);
}

void truth_close(truth_raster *t)
{
    OCTDestroyCoordinateTransformation(t->to);
    CPLFree(t->code);
    GDALClose(t->file);
}

typedef struct edges {
    double (*at)[4]; /* [n] x0 y0 x1 y1 in pixels */
    int n;
} edges;

static int count_points(OGRGeometryH shape)
{
    int parts = OGR_G_GetGeometryCount(shape), n = parts == 0 ? OGR_G_GetPointCount(shape) : 0;
    for (int i = 0; i < parts; i++) n += count_points(OGR_G_GetGeometryRef(shape, i));
    return n;
}

static void take_edges(const truth_raster *t, OGRGeometryH shape, edges *e)
{
    int parts = OGR_G_GetGeometryCount(shape);
    double before[2] = {0};
    for (int i = 0; i < parts; i++) take_edges(t, OGR_G_GetGeometryRef(shape, i), e);
    for (int i = 0; parts == 0 && i < OGR_G_GetPointCount(shape); i++) {
        double x = OGR_G_GetX(shape, i), y = OGR_G_GetY(shape, i), px, py;
        if (!OCTTransform(t->to, 1, &x, &y, NULL)) truth_die("a point has no place", "hotspots");
        GDALApplyGeoTransform((double *)t->inverse, x, y, &px, &py);
        if (i > 0) memcpy(e->at[e->n++], (double[]){before[0], before[1], px, py}, sizeof e->at[0]);
        before[0] = px;
        before[1] = py;
    }
}

/* 1 when an odd number of edges cross the row to the left of x. */
static int inside(const edges *e, double x, double y)
{
    int odd = 0;
    for (int i = 0; i < e->n; i++) {
        const double *a = e->at[i];
        if ((a[1] <= y) != (a[3] <= y) && x > a[0] + (y - a[1]) * (a[2] - a[0]) / (a[3] - a[1])) odd = !odd;
    }
    return odd;
}

int truth_class_under(const truth_raster *t, OGRGeometryH degrees)
{
    int count[TRUTH_CLASSES] = {0}, best = 0;
    edges e = {CPLCalloc((size_t)count_points(degrees) + 1, sizeof *e.at), 0};
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    take_edges(t, degrees, &e);
    for (int i = 0; i < e.n; i++) {
        box[0] = fmin(box[0], e.at[i][0]);
        box[1] = fmin(box[1], e.at[i][1]);
        box[2] = fmax(box[2], e.at[i][0]);
        box[3] = fmax(box[3], e.at[i][1]);
    }
    int step = (int)fmax(1, fmax(box[2] - box[0], box[3] - box[1]) / 60);
    for (int y = (int)fmax(0, floor(box[1])); y < t->h && y < box[3]; y += step)
        for (int x = (int)fmax(0, floor(box[0])); x < t->w && x < box[2]; x += step) {
            int code = t->code[(size_t)y * (size_t)t->w + (size_t)x];
            if (code > 0 && code < t->classes.n && inside(&e, x + 0.5, y + 0.5)) count[code]++;
        }
    for (int c = 1; c < t->classes.n; c++)
        if (count[c] > count[best]) best = c;
    CPLFree(e.at);
    return best;
}
