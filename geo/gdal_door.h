/* The one place where GDAL is set up and where its complaints become pv_err.
 *
 * pv_geo_start() registers only the drivers papaver needs, bounds the block cache (64 MiB), sets GDAL_NUM_THREADS=1, forbids VRT Python,
 * sidecar writing and network access, and silences stderr. Call it once, from main, before any thread. */
#ifndef PV_GEO_GDAL_DOOR_H
#define PV_GEO_GDAL_DOOR_H

#include "base/err.h"

PV_MUST pv_status pv_geo_start(pv_err *err);
void pv_geo_stop(void);

/* "GDAL 3.6.2, PROJ 9.1.1, libtiff 4.5.0" for `papaver info` and `doctor`; static text. */
const char *pv_geo_versions(void);

#endif
