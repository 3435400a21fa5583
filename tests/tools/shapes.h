/* Shapes of a vector file on a plane in metres: what tools that compare places share.
 *
 * The plane is tangent at the first point that is flattened with an origin: good to centimetres over a few kilometres. */
#ifndef PV_TESTS_TOOLS_SHAPES_H
#define PV_TESTS_TOOLS_SHAPES_H

#include <gdal.h>
#include <ogr_api.h>

/* Where the plane touches, degrees. The zero object is not set yet. */
typedef struct shape_origin {
    int set;
    double lon, lat;
} shape_origin;

/* The first layer of a file, NULL when it cannot be read; *file is yours to GDALClose() unless it is NULL. */
OGRLayerH shapes_open(const char *path, GDALDatasetH *file);
/* Degrees to metres, in place. */
void shapes_flatten(OGRGeometryH g, shape_origin *origin);
/* A copy in metres of a feature's geometry; yours to destroy. */
OGRGeometryH shapes_metres(OGRGeometryH degrees, shape_origin *origin);

/* A field's number; absent when there is no such field or nothing in it. */
double shapes_real(OGRFeatureH f, const char *name, double absent);
/* A field's text, borrowed until the next question; absent when there is no such field. */
const char *shapes_text(OGRFeatureH f, const char *name, const char *absent);

/* 1 when the list "a,b,c" has the word. */
int shapes_listed(const char *list, const char *word);

#endif
