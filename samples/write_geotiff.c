#include "samples/write_geotiff.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <gdal_frmts.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

struct pv_tiff {
    GDALDatasetH file;
    char *path, *tmp_path; /* owned */
    int width_px, height_px, n_bands, next_row;
    GDALDataType type;
    int failed; /* GDAL's handler saw a failure */
    char words[256];
};

/* GDAL says some failures only here. */
static void CPL_STDCALL keep_words(CPLErr class_code, CPLErrorNum number, const char *words)
{
    pv_tiff *t = (pv_tiff *)CPLGetErrorHandlerUserData();
    (void)number;
    if (!t || class_code < CE_Failure || t->failed) return;
    t->failed = 1;
    (void)snprintf(t->words, sizeof t->words, "%s", words ? words : "");
}

static pv_status gdal_fail(const pv_tiff *t, pv_err *err)
{
    return pv_fail(err, PV_IO, "%s cannot be written: %s; see that the disk has room", t->path, t->words[0] ? t->words : "GDAL gave no reason");
}

static char **creation_options(const pv_tiff_spec *spec)
{
    char **o = NULL;
    switch (spec->layout) {
    case PV_TIFF_DEFLATE_TILED:
        o = CSLSetNameValue(o, "COMPRESS", "DEFLATE");
        o = CSLSetNameValue(o, "ZLEVEL", "3");
        o = CSLSetNameValue(o, "TILED", "YES");
        break;
    case PV_TIFF_LZW_STRIPED:
        o = CSLSetNameValue(o, "COMPRESS", "LZW");
        o = CSLSetNameValue(o, "BLOCKYSIZE", "16");
        break;
    case PV_TIFF_ZSTD_BANDS:
        o = CSLSetNameValue(o, "COMPRESS", "ZSTD");
        o = CSLSetNameValue(o, "ZSTD_LEVEL", "1");
        o = CSLSetNameValue(o, "TILED", "YES");
        o = CSLSetNameValue(o, "INTERLEAVE", "BAND");
        break;
    }
    if (spec->n_bands > 1) o = CSLSetNameValue(o, "PREDICTOR", "2");
    o = CSLSetNameValue(o, "PHOTOMETRIC", spec->rgb ? "RGB" : "MINISBLACK");
    o = CSLSetNameValue(o, "ALPHA", "NO");
    o = CSLSetNameValue(o, "BIGTIFF", "IF_SAFER");
    return o;
}

static PV_MUST pv_status describe(pv_tiff *t, const pv_tiff_spec *spec, pv_err *err)
{
    pv_status st = PV_OK;
    char *wkt = NULL;
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    double g[6];
    for (int k = 0; k < 6; k++) g[k] = spec->geotransform[k];
    if (!crs || OSRImportFromEPSG(crs, spec->epsg) != OGRERR_NONE || OSRExportToWkt(crs, &wkt) != OGRERR_NONE) {
        st = pv_fail(err, PV_IO, "PROJ does not know EPSG:%d: %s; is proj-data installed?", spec->epsg, t->words);
        goto out;
    }
    (void)GDALSetProjection(t->file, wkt);
    (void)GDALSetGeoTransform(t->file, g);
    (void)GDALSetMetadataItem(t->file, "TIFFTAG_SOFTWARE", "papaver-samples: a synthetic survey", NULL);
    if (spec->date) (void)GDALSetMetadataItem(t->file, "TIFFTAG_DATETIME", spec->date, NULL);
    for (int k = 0; k < spec->n_bands; k++) {
        GDALRasterBandH band = GDALGetRasterBand(t->file, k + 1);
        GDALSetDescription(band, spec->band_name[k]);
        if (spec->alpha && k == spec->n_bands - 1) (void)GDALSetRasterColorInterpretation(band, GCI_AlphaBand);
        if (spec->nodata >= 0) (void)GDALSetRasterNoDataValue(band, spec->nodata);
    }
    if (t->failed) st = gdal_fail(t, err);
out:
    CPLFree(wkt);
    OSRDestroySpatialReference(crs);
    return st;
}

pv_status pv_tiff_open(pv_tiff **out, const char *path, const pv_tiff_spec *spec, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    pv_tiff *t = NULL;
    char **options = NULL;
    GDALRegister_GTiff();
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("GDAL_NUM_THREADS", "1");
    PV_TRY(pv_alloc(&t, 1, sizeof *t, "a GeoTIFF", err));
    t->width_px = spec->width_px;
    t->height_px = spec->height_px;
    t->n_bands = spec->n_bands;
    t->type = spec->bits == 8 ? GDT_Byte : GDT_UInt16;
    PV_TRY(pv_strdup(&t->path, path, err));
    PV_TRY(pv_outfile_reserve(path, overwrite, &t->tmp_path, err));
    CPLPushErrorHandlerEx(keep_words, t);
    options = creation_options(spec);
    t->file = GDALCreate(GDALGetDriverByName("GTiff"), t->tmp_path, spec->width_px, spec->height_px, spec->n_bands, t->type, options);
    CSLDestroy(options);
    st = t->file ? describe(t, spec, err) : gdal_fail(t, err);
    CPLPopErrorHandler();
    if (st != PV_OK) goto out;
    *out = t;
    t = NULL;
out:
    pv_tiff_free(t);
    return st;
}

pv_status pv_tiff_rows(pv_tiff *t, const void *pixels, int n_rows, pv_err *err)
{
    if (t->next_row + n_rows > t->height_px || (n_rows != PV_TIFF_ROWS && t->next_row + n_rows != t->height_px))
        return pv_fail(err, PV_BUG, "%s: %d rows after row %d of %d", t->path, n_rows, t->next_row, t->height_px);
    CPLPushErrorHandlerEx(keep_words, t);
    /* RasterIO takes a writable pointer but only reads it. */
    union {
        const void *in;
        void *out;
    } p = {pixels};
    CPLErr e = GDALDatasetRasterIOEx(t->file, GF_Write, 0, t->next_row, t->width_px, n_rows, p.out, t->width_px, n_rows, t->type, t->n_bands, NULL, 0,
                                     0, 0, NULL);
    GDALFlushCache(t->file); /* now, so that the order of blocks in the file does not depend on the size of a cache */
    CPLPopErrorHandler();
    t->next_row += n_rows;
    return e != CE_None || t->failed ? gdal_fail(t, err) : PV_OK;
}

pv_status pv_tiff_commit(pv_tiff *t, pv_err *err)
{
    pv_status st = PV_OK;
    if (t->next_row != t->height_px) return pv_fail(err, PV_BUG, "%s: %d of %d rows", t->path, t->next_row, t->height_px);
    CPLPushErrorHandlerEx(keep_words, t);
    GDALClose(t->file);
    t->file = NULL;
    CPLPopErrorHandler();
    if (t->failed) return gdal_fail(t, err);
    PV_TRY(pv_outfile_publish(t->tmp_path, t->path, err));
    pv_free(t->tmp_path);
    t->tmp_path = NULL;
out:
    return st;
}

void pv_tiff_free(pv_tiff *t)
{
    if (!t) return;
    if (t->file) {
        CPLPushErrorHandlerEx(keep_words, t);
        GDALClose(t->file);
        CPLPopErrorHandler();
    }
    if (t->tmp_path) (void)unlink(t->tmp_path);
    pv_free(t->tmp_path);
    pv_free(t->path);
    pv_free(t);
}
