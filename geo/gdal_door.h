/* The one place where GDAL is set up and where its complaints become pv_err.
 *
 * pv_geo_start() registers only the drivers papaver needs (GTiff and MEM for rasters; GeoJSON, GPKG, ESRI Shapefile, KML, LIBKML, GPX and
 * Memory for vectors; no VRT), bounds the block cache (64 MiB), sets GDAL_NUM_THREADS=1, forbids VRT Python, sidecar writing and network
 * access, and silences stderr. Call it once, from main, before any thread. */
#ifndef PV_GEO_GDAL_DOOR_H
#define PV_GEO_GDAL_DOOR_H

#include "base/err.h"

PV_MUST pv_status pv_geo_start(pv_err *err);
void pv_geo_stop(void);

/* "GDAL 3.6.2, PROJ 9.1.1, libtiff 4.5.0" for `papaver info` and `doctor`; static text. */
const char *pv_geo_versions(void);

/* For the files of geo/ only. A watch sees every complaint of GDAL, OGR, OSR and PROJ on this thread between begin and end, and keeps the text of the
 * first failure (or, without one, of the first warning). Begin and end must pair up in one function; watches nest.
 * A GDAL call that "succeeded" while the watch saw a failure is a failure. */
typedef struct pv_gdal_watch {
    int failures; /* CE_Failure and worse */
    int damage;   /* warnings that a decoder gave about broken data: the pixels cannot be trusted */
    char text[400];
} pv_gdal_watch;

void pv_gdal_begin(pv_gdal_watch *watch);

/* ok: what the calls themselves said, 1 = success. PV_OK when ok and nothing failed; else fills err with st and "<what>: <GDAL's words>". */
PV_MUST pv_status pv_gdal_end(pv_gdal_watch *watch, int ok, pv_status st, const char *what, pv_err *err);

/* Ends a watch whose complaints are of no interest (an attempt that may fail); 1 when ok and nothing failed. */
int pv_gdal_end_quiet(pv_gdal_watch *watch, int ok);

/* 1 when a JPEG decoder's warning says that the data are broken (it then invents pixels and reports success). */
int pv_gdal_is_damage(const char *text);

#endif
