#include "geo/gdal_door.h"

#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <gdal_frmts.h>
#include <ogr_api.h>
#include <proj.h>
#include <tiffvers.h>

#include "base/tr.h"

#include "base/banned.h"

/* As in ogrsf_frmts.h, which only C++ can include. */
void RegisterOGRGeoJSON(void);
void RegisterOGRGeoPackage(void);
void RegisterOGRShape(void);
void RegisterOGRKML(void);
void RegisterOGRLIBKML(void);
void RegisterOGRGPX(void);
void RegisterOGRMEM(void);

enum { PV_GDAL_CACHE_MIB = 64 };

static const char *const pv_geo_config[][2] = {
    {"GDAL_NUM_THREADS", "1"},
    {"GDAL_VRT_ENABLE_PYTHON", "NO"},
    {"GDAL_PAM_ENABLED", "NO"}, /* geo/photo switches reading of .aux.xml on while it opens a file */
    {"GDAL_DRIVER_PATH", "disable"},
    {"GDAL_DISABLE_READDIR_ON_OPEN", "TRUE"},
    {"GTIFF_IGNORE_READ_ERRORS", "NO"},
    {"GDAL_HTTP_MAX_RETRY", "0"},
    {"CPL_DEBUG", "OFF"},
    {"CPL_CURL_ENABLE_VSIMEM", "NO"},
    {"PROJ_NETWORK", "OFF"},
};

pv_status pv_geo_start(pv_err *err)
{
    for (size_t i = 0; i < sizeof pv_geo_config / sizeof pv_geo_config[0]; i++) CPLSetConfigOption(pv_geo_config[i][0], pv_geo_config[i][1]);
    (void)CPLSetErrorHandler(CPLQuietErrorHandler);
    GDALSetCacheMax64((GIntBig)PV_GDAL_CACHE_MIB << 20);
    pv_geo_crs_start();
    GDALRegister_GTiff();
    GDALRegister_MEM();
    RegisterOGRGeoJSON();
    RegisterOGRGeoPackage();
    RegisterOGRShape();
    RegisterOGRKML();
    RegisterOGRLIBKML();
    RegisterOGRGPX();
    RegisterOGRMEM();
    static const char *const needed[] = {"GTiff", "MEM", "GeoJSON", "GPKG", "ESRI Shapefile", "GPX", "Memory"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (GDALGetDriverByName(needed[i]) == NULL)
            return pv_fail(err, PV_BUG, "this GDAL has no driver %s; install the distribution's libgdal", needed[i]);
    return PV_OK;
}

void pv_geo_stop(void)
{
    GDALDestroyDriverManager();
    pv_geo_crs_stop();
}

#define PV_TEXT_OF(x)  #x
#define PV_TEXT_OF_(x) PV_TEXT_OF(x)

const char *pv_geo_versions(void)
{
    return "GDAL " GDAL_RELEASE_NAME
           ", PROJ " PV_TEXT_OF_(PROJ_VERSION_MAJOR) "." PV_TEXT_OF_(PROJ_VERSION_MINOR) "." PV_TEXT_OF_(PROJ_VERSION_PATCH) ", libtiff " PV_TEXT_OF_(
               TIFFLIB_MAJOR_VERSION) "." PV_TEXT_OF_(TIFFLIB_MINOR_VERSION) "." PV_TEXT_OF_(TIFFLIB_MICRO_VERSION);
}

int pv_gdal_is_damage(const char *text)
{
    return strstr(text, "Corrupt JPEG") != NULL || strstr(text, "remature end") != NULL;
}

static void CPL_STDCALL pv_gdal_hear(CPLErr level, CPLErrorNum number, const char *text)
{
    (void)number;
    pv_gdal_watch *watch = CPLGetErrorHandlerUserData();
    if (watch == NULL || level < CE_Warning || text == NULL) return;
    int failure = level >= CE_Failure;
    if (!failure && strstr(text, "JPEGLib") != NULL && pv_gdal_is_damage(text)) watch->damage++;
    if (watch->text[0] == '\0' || (failure && watch->failures == 0)) (void)snprintf(watch->text, sizeof watch->text, "%s", text);
    if (failure) watch->failures++;
}

void pv_gdal_begin(pv_gdal_watch *watch)
{
    *watch = (pv_gdal_watch){0};
    CPLErrorReset();
    CPLPushErrorHandlerEx(pv_gdal_hear, watch);
    /* Not even debug text may reach stderr. */
    CPLSetCurrentErrorHandlerCatchDebug(0);
}

pv_status pv_gdal_end(pv_gdal_watch *watch, int ok, pv_status st, const char *what, pv_err *err)
{
    CPLPopErrorHandler();
    CPLErrorReset();
    if (ok && watch->failures == 0) return PV_OK;
    return pv_fail(err, st, "%s: %s", what, watch->text[0] != '\0' ? watch->text : PV_N("failed without a reason"));
}

int pv_gdal_end_quiet(pv_gdal_watch *watch, int ok)
{
    CPLPopErrorHandler();
    CPLErrorReset();
    return ok && watch->failures == 0;
}
