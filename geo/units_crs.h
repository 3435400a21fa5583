/* From a layer of boundaries to WGS 84. Inside geo/ only. */
#ifndef PV_GEO_UNITS_CRS_H
#define PV_GEO_UNITS_CRS_H

#include "base/err.h"
#include "geo/transform.h"

typedef struct pv_layer_crs {
    pv_transform *transform; /* NULL: the numbers are WGS 84 degrees as they stand; owned */
    int divide;              /* 1 = projected: edges longer than long_units are divided before they are transformed */
    double long_units;
    char name[160]; /* "" = none was declared */
} pv_layer_crs;

/* crs_wkt: as declared, NULL = nothing. x, y: where the layer lies, in its own numbers. PV_INPUT, with what to do, when these do not fit the
 * declaration (degrees in metres, swapped axes, wrong zone), when nothing is declared and they are no degrees, or when no transform is published. */
PV_MUST pv_status pv_layer_crs_settle(pv_layer_crs *out, const char *crs_wkt, double x, double y, pv_err *err);
void pv_layer_crs_release(pv_layer_crs *c);

#endif
