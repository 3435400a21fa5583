#include "geo/raster_out.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/gdal_door.h"

#include "base/banned.h"

enum { PV_BLOCK = 256, PV_BLOCK_BYTES = PV_BLOCK * PV_BLOCK };

struct pv_raster_out {
    char *path, *tmp_path; /* tmp_path is NULL once published */
    GDALDatasetH ds;
    int width_px, height_px, nodata;
    int rows_done;    /* rows received */
    uint8_t *pending; /* [PV_BLOCK][width_px]: the rows of the current block row */
    uint8_t *block;   /* [PV_BLOCK][PV_BLOCK] */
    uint8_t *last;    /* the last block that was not all no-data, to be read back */
    int last_x, last_y;
};

/* ---- how it looks ---- */

/* Colours of a probability of i / 254: from near white over yellow and orange to dark red, evenly darker to the eye. */
static const short pv_ramp[][4] = {
    {0, 255, 255, 245}, {64, 255, 237, 160}, {110, 254, 217, 118}, {150, 253, 174, 66}, {190, 244, 109, 47}, {225, 215, 38, 33}, {254, 128, 0, 38},
};

/* Told apart at a glance, also by colour-blind readers (Okabe and Ito), then darker turns of the same. */
static const short pv_class_colour[][3] = {
    {230, 230, 230}, {213, 94, 0}, {0, 114, 178}, {0, 158, 115}, {240, 228, 66}, {204, 121, 167}, {86, 180, 233}, {230, 159, 0},
};

static GDALColorEntry pv_ramp_at(int value)
{
    size_t k = 1, n = sizeof pv_ramp / sizeof pv_ramp[0];
    while (k + 1 < n && value > pv_ramp[k][0]) k++;
    GDALColorEntry c = {0, 0, 0, 255};
    int from = pv_ramp[k - 1][0], span = pv_ramp[k][0] - from, t = value - from;
    if (t > span) t = span;
    c.c1 = (short)(pv_ramp[k - 1][1] + (pv_ramp[k][1] - pv_ramp[k - 1][1]) * t / span);
    c.c2 = (short)(pv_ramp[k - 1][2] + (pv_ramp[k][2] - pv_ramp[k - 1][2]) * t / span);
    c.c3 = (short)(pv_ramp[k - 1][3] + (pv_ramp[k][3] - pv_ramp[k - 1][3]) * t / span);
    return c;
}

void pv_raster_ramp(int value, uint8_t rgb[3])
{
    GDALColorEntry c = pv_ramp_at(value);
    rgb[0] = (uint8_t)c.c1;
    rgb[1] = (uint8_t)c.c2;
    rgb[2] = (uint8_t)c.c3;
}

static GDALColorEntry pv_class_at(int value, int n_classes)
{
    int n = (int)(sizeof pv_class_colour / sizeof pv_class_colour[0]);
    int turn = value / n, share = 100 - 22 * (turn % 4);
    GDALColorEntry c = {0, 0, 0, 255};
    if (value >= n_classes) return c;
    c.c1 = (short)(pv_class_colour[value % n][0] * share / 100);
    c.c2 = (short)(pv_class_colour[value % n][1] * share / 100);
    c.c3 = (short)(pv_class_colour[value % n][2] * share / 100);
    return c;
}

static int pv_colours_set(GDALRasterBandH band, const pv_raster_spec *spec)
{
    GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
    if (table == NULL) return 0;
    for (int i = 0; i < 256; i++) {
        GDALColorEntry c = spec->n_classes > 0 ? pv_class_at(i, spec->n_classes) : pv_ramp_at(i);
        if (i == spec->nodata) c = (GDALColorEntry){0, 0, 0, 0};
        GDALSetColorEntry(table, i, &c);
    }
    int ok = GDALSetRasterColorTable(band, table) == CE_None;
    GDALDestroyColorTable(table);
    return ok;
}

/* TIFF has no place for category names, and a sidecar gets lost: they are band metadata, class_0 = the name of value 0. */
static int pv_classes_set(GDALRasterBandH band, const pv_raster_spec *spec)
{
    char key[32];
    int ok = 1;
    for (int i = 0; i < spec->n_classes; i++) {
        (void)snprintf(key, sizeof key, "class_%d", i);
        ok &= GDALSetMetadataItem(band, key, spec->class_name[i], NULL) == CE_None;
    }
    return ok;
}

/* ---- opening ---- */

static int pv_place_set(GDALDatasetH ds, const pv_photo_facts *photo, const pv_raster_spec *spec)
{
    const double *g = photo->geotransform;
    double gt[6] = {g[0], g[1] * spec->fx, g[2] * spec->fy, g[3], g[4] * spec->fx, g[5] * spec->fy};
    if (GDALSetGeoTransform(ds, gt) != CE_None) return 0;
    if (photo->crs_wkt == NULL || photo->crs_wkt[0] == '\0') return 1;
    return GDALSetProjection(ds, photo->crs_wkt) == CE_None;
}

static pv_status pv_raster_create(pv_raster_out *r, const pv_photo_facts *photo, const pv_raster_spec *spec, pv_err *err)
{
    const char *const options[] = {
        "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "ZLEVEL=6", "BIGTIFF=IF_SAFER", "NUM_THREADS=1", "SPARSE_OK=TRUE", NULL};
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    r->ds = driver != NULL ? GDALCreate(driver, r->tmp_path, r->width_px, r->height_px, 1, GDT_Byte, (char **)options) : NULL;
    int ok = r->ds != NULL && pv_place_set(r->ds, photo, spec);
    if (ok) {
        GDALRasterBandH band = GDALGetRasterBand(r->ds, 1);
        ok = GDALSetRasterNoDataValue(band, spec->nodata) == CE_None && pv_colours_set(band, spec) && pv_classes_set(band, spec);
        if (spec->description != NULL) GDALSetDescription(band, spec->description);
    }
    return pv_gdal_end(&watch, ok, PV_IO, "cannot be created", err);
}

static pv_status pv_spec_check(const pv_raster_spec *s, pv_err *err)
{
    if (s->width_px <= 0 || s->height_px <= 0 || s->fx <= 0 || s->fy <= 0 || s->nodata < 0 || s->nodata > 255 || s->n_classes < 0 ||
        s->n_classes > 255)
        return pv_fail(err, PV_BUG, "a raster of %d x %d pixels, no-data %d and %d classes cannot be written", s->width_px, s->height_px, s->nodata,
                       s->n_classes);
    return PV_OK;
}

pv_status pv_raster_out_open(pv_raster_out **out, const char *path, const pv_photo_facts *photo, const pv_raster_spec *spec, int overwrite,
                             pv_err *err)
{
    pv_status st = PV_OK;
    pv_raster_out *r = NULL;
    PV_TRY(pv_spec_check(spec, err));
    PV_TRY(pv_alloc(&r, 1, sizeof *r, "raster", err));
    r->width_px = spec->width_px;
    r->height_px = spec->height_px;
    r->nodata = spec->nodata;
    r->last_x = r->last_y = -1;
    PV_TRY(pv_strdup(&r->path, path, err));
    PV_TRY(pv_alloc(&r->pending, (size_t)PV_BLOCK * (size_t)r->width_px, 1, "raster rows", err));
    PV_TRY(pv_alloc(&r->block, PV_BLOCK_BYTES, 1, "raster block", err));
    PV_TRY(pv_alloc(&r->last, PV_BLOCK_BYTES, 1, "raster block", err));
    PV_TRY(pv_outfile_reserve(path, overwrite, &r->tmp_path, err));
    PV_TRY(pv_where(err, pv_raster_create(r, photo, spec, err), "%s", path));
    *out = r;
    r = NULL;
out:
    pv_raster_out_free(r);
    return st;
}

/* ---- writing ---- */

/* Blocks are written one by one, past GDAL's cache, whose order of writing depends on everything else that is open. */
static pv_status pv_block_write(pv_raster_out *r, GDALRasterBandH band, int bx, int by, int rows, pv_err *err)
{
    pv_gdal_watch watch;
    int x0 = bx * PV_BLOCK, w = pv_min(PV_BLOCK, r->width_px - x0);
    memset(r->block, r->nodata, PV_BLOCK_BYTES);
    for (int y = 0; y < rows; y++) memcpy(r->block + (size_t)y * PV_BLOCK, r->pending + (size_t)y * (size_t)r->width_px + x0, (size_t)w);
    int empty = r->block[0] == r->nodata && memcmp(r->block, r->block + 1, PV_BLOCK_BYTES - 1) == 0;
    if (empty) return PV_OK; /* left out: a reader sees no-data there */
    pv_gdal_begin(&watch);
    int ok = GDALWriteBlock(band, bx, by, r->block) == CE_None;
    if (ok) {
        uint8_t *swap = r->last;
        r->last = r->block;
        r->block = swap;
        r->last_x = bx;
        r->last_y = by;
    }
    return pv_gdal_end(&watch, ok, PV_IO, "writing failed", err);
}

static pv_status pv_block_row_write(pv_raster_out *r, int rows, pv_err *err)
{
    pv_status st = PV_OK;
    int by = (r->rows_done - 1) / PV_BLOCK;
    GDALRasterBandH band = GDALGetRasterBand(r->ds, 1);
    for (int bx = 0; bx * PV_BLOCK < r->width_px; bx++) PV_TRY(pv_where(err, pv_block_write(r, band, bx, by, rows, err), "%s", r->path));
out:
    return st;
}

pv_status pv_raster_out_rows(pv_raster_out *raster, const uint8_t *rows, int n_rows, pv_err *err)
{
    pv_status st = PV_OK;
    size_t width = (size_t)raster->width_px;
    if (n_rows < 0 || n_rows > raster->height_px - raster->rows_done)
        PV_TRY(pv_fail(err, PV_BUG, "%s: %d rows after %d of %d", raster->path, n_rows, raster->rows_done, raster->height_px));
    while (n_rows > 0) {
        int at = raster->rows_done % PV_BLOCK;
        int take = pv_min(n_rows, PV_BLOCK - at);
        memcpy(raster->pending + (size_t)at * width, rows, (size_t)take * width);
        rows += (size_t)take * width;
        n_rows -= take;
        raster->rows_done += take;
        if (at + take == PV_BLOCK || raster->rows_done == raster->height_px) PV_TRY(pv_block_row_write(raster, at + take, err));
    }
out:
    return st;
}

/* ---- committing ---- */

/* 1 when the file says what was written: its size, and its last written block byte for byte. */
static int pv_raster_reads_back(pv_raster_out *r, GDALDatasetH ds)
{
    if (ds == NULL || GDALGetRasterXSize(ds) != r->width_px || GDALGetRasterYSize(ds) != r->height_px || GDALGetRasterCount(ds) != 1) return 0;
    if (r->last_x < 0) return 1;
    if (GDALReadBlock(GDALGetRasterBand(ds, 1), r->last_x, r->last_y, r->block) != CE_None) return 0;
    int w = pv_min(PV_BLOCK, r->width_px - r->last_x * PV_BLOCK), h = pv_min(PV_BLOCK, r->height_px - r->last_y * PV_BLOCK);
    for (int y = 0; y < h; y++)
        if (memcmp(r->block + (size_t)y * PV_BLOCK, r->last + (size_t)y * PV_BLOCK, (size_t)w) != 0) return 0;
    return 1;
}

static pv_status pv_raster_check(pv_raster_out *r, pv_err *err)
{
    static const char *const drivers[] = {"GTiff", NULL};
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    GDALDatasetH ds = GDALOpenEx(r->tmp_path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    int ok = pv_raster_reads_back(r, ds);
    if (ds != NULL) GDALClose(ds);
    return pv_gdal_end(&watch, ok, PV_IO, "what was written does not read back; is the disk full?", err);
}

pv_status pv_raster_out_commit(pv_raster_out *raster, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gdal_watch watch;
    if (raster->rows_done != raster->height_px || raster->ds == NULL)
        return pv_fail(err, PV_BUG, "%s: committed with %d of %d rows", raster->path, raster->rows_done, raster->height_px);
    pv_gdal_begin(&watch);
    GDALClose(raster->ds);
    raster->ds = NULL;
    PV_TRY(pv_where(err, pv_gdal_end(&watch, 1, PV_IO, "closing failed", err), "%s", raster->path));
    PV_TRY(pv_where(err, pv_raster_check(raster, err), "%s", raster->path));
    PV_TRY(pv_outfile_publish(raster->tmp_path, raster->path, err));
    pv_free(raster->tmp_path);
    raster->tmp_path = NULL;
out:
    return st;
}

void pv_raster_out_free(pv_raster_out *raster)
{
    pv_gdal_watch watch;
    if (raster == NULL) return;
    if (raster->ds != NULL) {
        pv_gdal_begin(&watch);
        GDALClose(raster->ds);
        (void)pv_gdal_end_quiet(&watch, 1);
    }
    if (raster->tmp_path != NULL) (void)unlink(raster->tmp_path);
    pv_free(raster->path);
    pv_free(raster->tmp_path);
    pv_free(raster->pending);
    pv_free(raster->block);
    pv_free(raster->last);
    pv_free(raster);
}
