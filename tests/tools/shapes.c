#include "tests/tools/shapes.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

OGRLayerH shapes_open(const char *path, GDALDatasetH *file)
{
    *file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    return *file == NULL ? NULL : GDALDatasetGetLayer(*file, 0);
}

void shapes_flatten(OGRGeometryH g, shape_origin *origin)
{
    int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++) shapes_flatten(OGR_G_GetGeometryRef(g, i), origin);
    if (parts > 0) return;
    const double pi = 3.14159265358979323846, degree = pi / 180 * 6371008.8;
    for (int i = 0; i < OGR_G_GetPointCount(g); i++) {
        double lon = OGR_G_GetX(g, i), lat = OGR_G_GetY(g, i);
        if (!origin->set) *origin = (shape_origin){1, lon, lat};
        OGR_G_SetPoint_2D(g, i, (lon - origin->lon) * cos(origin->lat * pi / 180) * degree, (lat - origin->lat) * degree);
    }
}

OGRGeometryH shapes_metres(OGRGeometryH degrees, shape_origin *origin)
{
    OGRGeometryH g = OGR_G_Clone(degrees);
    shapes_flatten(g, origin);
    return g;
}

double shapes_real(OGRFeatureH f, const char *name, double absent)
{
    int at = OGR_F_GetFieldIndex(f, name);
    return at < 0 || !OGR_F_IsFieldSetAndNotNull(f, at) ? absent : OGR_F_GetFieldAsDouble(f, at);
}

const char *shapes_text(OGRFeatureH f, const char *name, const char *absent)
{
    int at = OGR_F_GetFieldIndex(f, name);
    return at < 0 ? absent : OGR_F_GetFieldAsString(f, at);
}

int shapes_listed(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        if (*at == ',') at++;
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == '\0')) return 1;
    }
    return 0;
}
