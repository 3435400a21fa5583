#include "geo/photo_crop.h"

#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_CROP_PATH = 64 };

/* What one piece is made of. */
typedef struct pv_crop {
    pv_photo *photo;
    char path[PV_CROP_PATH]; /* in GDAL's memory files, which all threads share: one a photo handle */
    pv_rect rect;
    int has_tag; /* tag is the no-data value of all bands */
    double tag;
    int add_alpha;
    GDALDataType type;
    size_t pixels;
} pv_crop;

static GDALDataType pv_crop_type(pv_sample sample)
{
    return sample == PV_SAMPLE_U8 ? GDT_Byte : sample == PV_SAMPLE_U16 ? GDT_UInt16 : sample == PV_SAMPLE_I16 ? GDT_Int16 : GDT_Float32;
}

static void pv_crop_put(pv_sample sample, void *plane, size_t i, double value)
{
    switch (sample) {
    case PV_SAMPLE_U8:
        ((uint8_t *)plane)[i] = (uint8_t)value;
        break;
    case PV_SAMPLE_U16:
        ((uint16_t *)plane)[i] = (uint16_t)value;
        break;
    case PV_SAMPLE_I16:
        ((int16_t *)plane)[i] = (int16_t)value;
        break;
    default:
        ((float *)plane)[i] = (float)value;
    }
}

static uint8_t *pv_crop_plane(const pv_crop *c, int used)
{
    return c->photo->raw + (size_t)used * c->pixels * pv_sample_bytes(c->photo->sample);
}

/* Every hidden pixel, whatever hides it, gets the tag's value, or an alpha of 0; other values that are there stay as they are. */
static void pv_crop_hide(pv_crop *c)
{
    pv_photo *p = c->photo;
    const pv_rules *rules = &p->rules;
    for (int k = 0; k < p->facts.n_bands && !c->has_tag; k++) {
        c->has_tag = rules->has_tag[k];
        c->tag = rules->tag[k];
    }
    for (size_t i = 0; i < c->pixels; i++) {
        if (p->state[i] == PV_PIXEL_VALID) continue;
        int only_alpha = rules->alpha >= 0 && !c->has_tag && p->state[i] != PV_PIXEL_UNREADABLE;
        for (int k = 0; k < p->n_used; k++)
            if (k == rules->alpha || !only_alpha) pv_crop_put(p->sample, pv_crop_plane(c, k), i, k == rules->alpha || !c->has_tag ? 0 : c->tag);
        c->add_alpha = c->add_alpha || (rules->alpha < 0 && !c->has_tag);
    }
}

static int pv_crop_words(const pv_crop *c, GDALDatasetH ds)
{
    const pv_photo_facts *f = &c->photo->facts;
    const pv_radiometry *r = &f->radiometry;
    pv_text t = {0};
    pv_text_addf(&t, "%.9g", r->full_scale);
    for (int k = 0; k < f->n_bands; k++) pv_text_addf(&t, " %s=%d,%d,%d", f->band[k].name, r->dark[k], r->mid[k], r->bright[k]);
    int ok = pv_text_status(&t, NULL) == PV_OK && GDALSetMetadataItem(ds, "PAPAVER_RADIOMETRY", pv_text_str(&t), NULL) == CE_None &&
             GDALSetMetadataItem(ds, "PAPAVER_PHOTO", f->name, NULL) == CE_None;
    if (f->taken_at[0] != '\0') ok = ok && GDALSetMetadataItem(ds, "PAPAVER_TAKEN_AT", f->taken_at, NULL) == CE_None;
    pv_text_release(&t);
    return ok;
}

static int pv_crop_describe(const pv_crop *c, GDALDatasetH ds)
{
    const pv_photo_facts *f = &c->photo->facts;
    const double *g = f->geotransform;
    double x = c->rect.x, y = c->rect.y, gt[6] = {g[0] + x * g[1] + y * g[2], g[1], g[2], g[3] + x * g[4] + y * g[5], g[4], g[5]};
    int ok = GDALSetGeoTransform(ds, gt) == CE_None;
    if (f->crs_wkt != NULL && f->crs_wkt[0] != '\0') ok = ok && GDALSetProjection(ds, f->crs_wkt) == CE_None;
    if (c->has_tag) ok = ok && GDALSetRasterNoDataValue(GDALGetRasterBand(ds, 1), c->tag) == CE_None;
    for (int k = 0; k < f->n_bands; k++) GDALSetDescription(GDALGetRasterBand(ds, k + 1), f->band[k].name);
    return ok && pv_crop_words(c, ds);
}

/* The alpha band that is added: the largest value where the pixel is there. */
static int pv_crop_alpha(const pv_crop *c, GDALDatasetH ds, uint8_t *plane)
{
    static const double most[] = {255, 65535, 32767, 1};
    for (size_t i = 0; i < c->pixels; i++) pv_crop_put(c->photo->sample, plane, i, c->photo->state[i] == PV_PIXEL_VALID ? most[c->photo->sample] : 0);
    return GDALWriteBlock(GDALGetRasterBand(ds, c->photo->n_used + 1), 0, 0, plane) == CE_None;
}

static pv_status pv_crop_write(const pv_crop *c, uint8_t *plane, pv_err *err)
{
    const pv_photo *p = c->photo;
    char rows[48];
    int alpha = c->add_alpha ? p->n_used : p->rules.alpha, n = p->n_used + c->add_alpha;
    (void)snprintf(rows, sizeof rows, "BLOCKYSIZE=%d", c->rect.h);
    const char *const options[] = {rows,
                                   "TILED=NO",
                                   "INTERLEAVE=BAND",
                                   "COMPRESS=DEFLATE",
                                   "ZLEVEL=1",
                                   p->sample == PV_SAMPLE_F32 ? "PREDICTOR=3" : "PREDICTOR=2",
                                   "NUM_THREADS=1",
                                   "PHOTOMETRIC=MINISBLACK",
                                   "ALPHA=NO",
                                   NULL};
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    GDALDatasetH ds = driver != NULL ? GDALCreate(driver, c->path, c->rect.w, c->rect.h, n, c->type, (char **)options) : NULL;
    int ok = ds != NULL && pv_crop_describe(c, ds);
    if (ok && alpha >= 0) ok = GDALSetRasterColorInterpretation(GDALGetRasterBand(ds, alpha + 1), GCI_AlphaBand) == CE_None;
    for (int k = 0; k < p->n_used && ok; k++) ok = GDALWriteBlock(GDALGetRasterBand(ds, k + 1), 0, 0, pv_crop_plane(c, k)) == CE_None;
    if (ok && c->add_alpha) ok = pv_crop_alpha(c, ds, plane);
    if (ds != NULL) GDALClose(ds);
    return pv_gdal_end(&watch, ok, PV_IO, "a piece of the photo cannot be made a GeoTIFF", err);
}

pv_status pv_photo_crop(pv_photo *photo, pv_rect rect, uint8_t **data, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crop c = {.photo = photo, .rect = rect, .type = pv_crop_type(photo->sample), .pixels = (size_t)rect.w * (size_t)rect.h};
    uint8_t *plane = NULL, *copy = NULL;
    vsi_l_offset bytes = 0;
    if (rect.w <= 0 || rect.h <= 0 || !pv_rect_contains((pv_rect){0, 0, photo->facts.width_px, photo->facts.height_px}, rect))
        return pv_fail(err, PV_BUG, "a piece of %d x %d pixels is not inside the photo", rect.w, rect.h);
    (void)snprintf(c.path, sizeof c.path, "/vsimem/papaver-crop-%p.tif", (void *)photo);
    PV_TRY(pv_photo_raw(photo, rect, err));
    pv_valid_apply(photo, rect);
    pv_crop_hide(&c);
    if (c.add_alpha) PV_TRY(pv_alloc(&plane, c.pixels, pv_sample_bytes(photo->sample), "piece of a photo", err));
    PV_TRY(pv_crop_write(&c, plane, err));
    const GByte *made = VSIGetMemFileBuffer(c.path, &bytes, 0);
    if (made == NULL || bytes == 0) PV_TRY(pv_fail(err, PV_NOMEM, "a piece of the photo did not become a GeoTIFF"));
    PV_TRY(pv_alloc(&copy, (size_t)bytes, 1, "piece of a photo", err));
    memcpy(copy, made, (size_t)bytes);
    *data = copy;
    *n = (size_t)bytes;
out:
    (void)VSIUnlink(c.path);
    pv_free(plane);
    return st;
}

int64_t pv_photo_crop_bytes(const pv_photo_facts *facts, int64_t pixels)
{
    return 3 * pixels * facts->sample_bytes * (facts->n_file_bands + 1);
}
