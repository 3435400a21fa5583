#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "geo/bands.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"
#include "geo/place.h"
#include "geo/transform_kept.h"

#include "base/banned.h"

/* A GSD outside these is a wrong unit or no drone photo. */
static const double PV_GSD_LEAST_M = 0.002, PV_GSD_MOST_M = 1.0;

void pv_geo_crs_start(void)
{
    OSRSetPROJEnableNetwork(0);
}

void pv_geo_crs_stop(void)
{
    OSRCleanup();
    pv_kept_forget();
}

static pv_status pv_place_keep_srs(pv_photo_facts *f, OGRSpatialReferenceH srs, pv_err *err)
{
    static const char *const format[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    pv_status st = PV_OK;
    if (OSRExportToWktEx(srs, &wkt, format) == OGRERR_NONE && wkt != NULL && wkt[0] != '\0') st = pv_strdup(&f->crs_wkt, wkt, err);
    CPLFree(wkt);
    const char *name = OSRGetName(srs);
    (void)snprintf(f->crs_name, sizeof f->crs_name, "%s", name != NULL ? name : "unnamed");
    const char *authority = OSRGetAuthorityName(srs, NULL), *code = OSRGetAuthorityCode(srs, NULL);
    int64_t epsg = 0;
    if (authority != NULL && code != NULL && strcmp(authority, "EPSG") == 0 && pv_parse_int(code, 1, 999999, &epsg)) f->epsg = (int)epsg;
    return st;
}

/* Fills crs_* and epsg; without any CRS they stay empty. */
static pv_status pv_place_crs(pv_photo *p, int *is_own, pv_err *err)
{
    pv_gdal_watch watch;
    pv_status st = PV_OK;
    OGRSpatialReferenceH owned = NULL;
    pv_gdal_begin(&watch);
    OGRSpatialReferenceH srs = GDALGetSpatialRef(pv_gdal_dataset(p->source[0].gdal));
    *is_own = srs != NULL;
    if (srs == NULL) {
        owned = pv_sidecar_prj(p->source[0].path);
        srs = owned;
        if (srs != NULL) pv_photo_warn(&p->facts, "the CRS was read from the .prj file beside the photo");
    }
    if (srs != NULL) st = pv_place_keep_srs(&p->facts, srs, err);
    if (owned != NULL) OSRDestroySpatialReference(owned);
    (void)pv_gdal_end_quiet(&watch, 1);
    return st;
}

static pv_status pv_place_transform(pv_photo *p, pv_err *err)
{
    double g[6] = {0};
    GDALDatasetH ds = pv_gdal_dataset(p->source[0].gdal);
    int finite = 1;
    if (GDALGetGeoTransform(ds, g) != CE_None) {
        if (GDALGetGCPCount(ds) > 0)
            return pv_fail(err, PV_INPUT, "it has only ground control points; rectify it first: gdalwarp -t_srs EPSG:... -tps in.tif out.tif");
        return pv_fail(err, PV_INPUT, "it has no geotransform (no place on the ground); export it as a georeferenced orthophoto (GeoTIFF)");
    }
    for (int i = 0; i < 6; i++) finite &= isfinite(g[i]) != 0;
    double det = g[1] * g[5] - g[2] * g[4], size = fabs(g[1]) + fabs(g[2]) + fabs(g[4]) + fabs(g[5]);
    if (!finite || !(fabs(det) > 1e-12 * size * size))
        return pv_fail(err, PV_INPUT, "its geotransform is singular (pixels without area); export it again as a georeferenced orthophoto");
    memcpy(p->facts.geotransform, g, sizeof g);
    return PV_OK;
}

/* Crews walk in China: a wrong hemisphere or zone mostly throws a photo out of it, and then the numbers alone look right. */
static void pv_place_abroad(pv_photo_facts *f, double lon, double lat)
{
    if (lon >= 73 && lon <= 136 && lat >= 3 && lat <= 54) return;
    pv_photo_warn(f, "it lies outside China (lon %.4f, lat %.4f): if it was taken in China, its CRS is wrong (gdal_edit.py -a_srs)", lon, lat);
}

static pv_status pv_place_gsd(pv_photo *p, pv_err *err)
{
    pv_photo_facts *f = &p->facts;
    pv_status st = PV_OK;
    pv_place *place = NULL;
    double lon = 0, lat = 0;
    if (f->crs_wkt == NULL)
        return pv_fail(err, PV_INPUT,
                       "it has no coordinate reference system; export it with one, or set the right one: gdal_edit.py -a_srs EPSG:... "
                       "photo.tif");
    PV_TRY(pv_place_new(&place, f->crs_wkt, f->geotransform, f->width_px, f->height_px, err));
    PV_TRY(pv_place_gsd_m(place, f->width_px / 2.0, f->height_px / 2.0, &f->gsd_x_m, &f->gsd_y_m, err));
    double least = fmin(f->gsd_x_m, f->gsd_y_m), most = fmax(f->gsd_x_m, f->gsd_y_m);
    if (!(least >= PV_GSD_LEAST_M && most <= PV_GSD_MOST_M))
        PV_TRY(pv_fail(err, PV_INPUT,
                       "its pixels measure %.4g x %.4g m on the ground; a drone orthophoto has 0.002 to 1 m: the CRS or the pixel size is "
                       "wrong, or it is a satellite picture",
                       f->gsd_x_m, f->gsd_y_m));
    PV_TRY(pv_place_lonlat(place, f->width_px / 2.0, f->height_px / 2.0, &lon, &lat, err));
    pv_place_abroad(f, lon, lat);
    p->place = place;
    place = NULL;
out:
    pv_place_free(place);
    return st;
}

pv_status pv_photo_locate(pv_photo *p, int allow_unplaced, pv_err *err)
{
    pv_err why = {0};
    int is_own = 0;
    pv_status st = pv_place_crs(p, &is_own, err);
    if (st != PV_OK) return st;
    st = pv_place_transform(p, &why);
    if (st == PV_OK) st = pv_place_gsd(p, &why);
    if (st == PV_OK) pv_sidecar_check(p, is_own);
    if (st == PV_INPUT && allow_unplaced) {
        pv_photo_warn(&p->facts, "not placed: %.140s", why.text);
        return PV_OK;
    }
    return st == PV_OK ? PV_OK : pv_pass(err, st, &why);
}

/* "2017:10:19 20:40:39" (TIFF, EXIF) or ISO 8601 to "2017-10-19T20:40:39"; 1 = understood. */
static int pv_place_date(const char *text, char out[32])
{
    static const char shape[] = "dddd:dd:dd dd:dd:dd";
    size_t n = 0;
    if (text == NULL) return 0;
    for (; shape[n] != '\0' && text[n] != '\0'; n++) {
        char c = text[n];
        int fits = shape[n] == 'd'   ? isdigit((unsigned char)c) != 0
                   : shape[n] == ' ' ? c == ' ' || c == 'T'
                   : n < 10          ? c == ':' || c == '-'
                                     : c == ':';
        if (!fits) return 0;
    }
    if (n != 10 && n != 19) return 0;
    int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
    if (memcmp(text, "0000", 4) == 0 || month < 1 || month > 12 || day < 1 || day > 31) return 0;
    (void)snprintf(out, 32, "%.4s-%.2s-%.2s%s%.8s", text, text + 5, text + 8, n == 19 ? "T" : "", n == 19 ? text + 11 : "");
    return 1;
}

void pv_photo_taken_at(pv_photo *p)
{
    pv_gdal_watch watch;
    pv_xmp xmp = {0};
    char *at = p->facts.taken_at;
    GDALDatasetH ds = pv_gdal_dataset(p->source[0].gdal);
    pv_gdal_begin(&watch);
    char **packet = GDALGetMetadata(ds, "xml:XMP");
    if (packet != NULL && packet[0] != NULL) pv_xmp_read(packet[0], &xmp);
    if (!pv_place_date(GDALGetMetadataItem(ds, "EXIF_DateTimeOriginal", "EXIF"), at) &&
        !pv_place_date(GDALGetMetadataItem(ds, "EXIF_DateTimeOriginal", NULL), at)) {
        if (xmp.taken_at[0] != '\0')
            (void)snprintf(at, sizeof p->facts.taken_at, "%s", xmp.taken_at);
        else if (!pv_place_date(GDALGetMetadataItem(ds, "TIFFTAG_DATETIME", NULL), at))
            at[0] = '\0';
    }
    (void)pv_gdal_end_quiet(&watch, 1);
}
