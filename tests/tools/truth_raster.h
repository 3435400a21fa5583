/* The truth of a sample survey as a raster of class codes, and what of it lies under a shape.
 *
 * A tool's errors end the tool: a word on stderr, exit code 2. */
#ifndef PV_TESTS_TOOLS_TRUTH_RASTER_H
#define PV_TESTS_TOOLS_TRUTH_RASTER_H

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

enum { TRUTH_CLASSES = 64, TRUTH_NAME = 32 };

/* The class names of survey.json, in the order of the raster's codes. */
typedef struct truth_classes {
    int n;
    char name[TRUTH_CLASSES][TRUTH_NAME]; /* 0 = "nothing" */
} truth_classes;

typedef struct truth_raster {
    GDALDatasetH file;
    unsigned char *code; /* [h][w], owned */
    int w, h;
    double inverse[6]; /* the raster's CRS to pixels */
    OGRCoordinateTransformationH to;
    truth_classes classes;
} truth_raster;

/* The raster of a flight. */
void truth_open(truth_raster *t, const char *survey, const char *flight);
void truth_close(truth_raster *t);
/* The class that most pixels under a shape in degrees have, of at most about 60 x 60 that are looked at; 0 = none. */
int truth_class_under(const truth_raster *t, OGRGeometryH degrees);

/* What `detection` says when it cannot go on: the file and GDAL's last words. */
_Noreturn void truth_die(const char *what, const char *path);
/* A whole file as text; yours to CPLFree(). */
char *truth_slurp(const char *path);

#endif
