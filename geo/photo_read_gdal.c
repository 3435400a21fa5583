#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

/* Blocks of a band (or of the mask), and which of them are known to be damaged: GDAL may complain only the first time. */
typedef struct pv_grid {
    int w, h, across, down;
    uint8_t *bad; /* [across * down] bits; NULL while none is; owned */
} pv_grid;

struct pv_gdal {
    GDALDatasetH ds;
    int width, height, has_mask, sparse;
    pv_grid pixels, mask;
};

/* Names of the sidecars that may be looked at; a list made by us keeps GDAL from searching the folder. */
static char **pv_gdal_siblings(const char *path, const pv_gate_limits *limits, pv_err *err, pv_status *st)
{
    static const char *const beside[] = {".tfw", ".TFW", ".tifw", ".wld"};
    static const char *const after[] = {".aux.xml", ".msk"};
    const char *name = pv_path_name(path), *dot = strrchr(name, '.');
    int stem = dot != NULL ? (int)(dot - path) : (int)strlen(path);
    char other[1100];
    char **list = CSLAddString(NULL, name);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        (void)snprintf(other, sizeof other, "%.*s%s", stem, path, beside[i]);
        if (access(other, R_OK) == 0) list = CSLAddString(list, pv_path_name(other));
    }
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        (void)snprintf(other, sizeof other, "%s%s", path, after[i]);
        if (access(other, R_OK) != 0) continue;
        pv_gate_facts facts;
        if (i == 1 && (*st = pv_gate_check(other, limits, &facts, err)) != PV_OK) {
            *st = pv_where(err, *st, "its mask %s", pv_path_name(other));
            break;
        }
        list = CSLAddString(list, pv_path_name(other));
    }
    return list;
}

static void pv_gdal_grid(pv_gdal *g, GDALRasterBandH band, pv_grid *grid)
{
    GDALGetBlockSize(band, &grid->w, &grid->h);
    grid->w = pv_max(grid->w, 1);
    grid->h = pv_max(grid->h, 1);
    grid->across = (g->width + grid->w - 1) / grid->w;
    grid->down = (g->height + grid->h - 1) / grid->h;
}

pv_status pv_gdal_open(pv_gdal **out, const char *path, const pv_gate_limits *limits, const pv_gate_facts *gate, pv_err *err)
{
    static const char *const drivers[] = {"GTiff", NULL};
    pv_gdal_watch watch;
    pv_status st = PV_OK;
    pv_gdal *g = NULL;
    char **siblings = pv_gdal_siblings(path, limits, err, &st);
    PV_TRY(st);
    PV_TRY(pv_alloc(&g, 1, sizeof *g, "photo handle", err));
    pv_gdal_begin(&watch);
    /* Sidecars may be read here; they are never written, because nothing that a sidecar keeps is ever changed. */
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "YES");
    g->ds = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, (const char *const *)siblings);
    int same = g->ds != NULL && GDALGetRasterXSize(g->ds) == gate->width_px && GDALGetRasterYSize(g->ds) == gate->height_px &&
               GDALGetRasterCount(g->ds) == gate->bands;
    if (same) {
        g->width = (int)gate->width_px, g->height = (int)gate->height_px;
        GDALRasterBandH first = GDALGetRasterBand(g->ds, 1);
        int flags = GDALGetMaskFlags(first);
        g->has_mask = (flags & GMF_PER_DATASET) != 0 && (flags & GMF_ALPHA) == 0;
        pv_gdal_grid(g, first, &g->pixels);
        if (g->has_mask) pv_gdal_grid(g, GDALGetMaskBand(first), &g->mask);
    }
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    g->sparse = gate->missing_blocks > 0;
    int opened = g->ds != NULL;
    PV_TRY(pv_gdal_end(&watch, opened, PV_INPUT, "GDAL cannot open it", err));
    if (!same) PV_TRY(pv_fail(err, PV_INPUT, "GDAL and our own reader see different pictures in this file; rewrite it with gdal_translate"));
    *out = g;
    g = NULL;
out:
    CSLDestroy(siblings);
    pv_gdal_free(g);
    return st;
}

void pv_gdal_free(pv_gdal *g)
{
    if (g == NULL) return;
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    if (g->ds != NULL) GDALClose(g->ds);
    (void)pv_gdal_end_quiet(&watch, 1);
    pv_free(g->pixels.bad);
    pv_free(g->mask.bad);
    pv_free(g);
}

void *pv_gdal_dataset(pv_gdal *g)
{
    return g->ds;
}

int pv_gdal_has_mask(const pv_gdal *g)
{
    return g->has_mask;
}

void pv_gdal_block_size(const pv_gdal *g, int *w, int *h)
{
    *w = g->pixels.w;
    *h = g->pixels.h;
}

static int pv_grid_is_bad(const pv_grid *grid, int bx, int by)
{
    size_t i = (size_t)by * (size_t)grid->across + (size_t)bx;
    return grid->bad != NULL && (grid->bad[i / 8] >> (i % 8) & 1);
}

static pv_status pv_grid_set_bad(pv_grid *grid, int bx, int by, pv_err *err)
{
    size_t i = (size_t)by * (size_t)grid->across + (size_t)bx;
    pv_status st = PV_OK;
    if (grid->bad == NULL) st = pv_alloc(&grid->bad, (size_t)grid->across * (size_t)grid->down / 8 + 1, 1, "list of damaged blocks", err);
    if (st == PV_OK) grid->bad[i / 8] = (uint8_t)(grid->bad[i / 8] | 1 << (i % 8));
    return st;
}

static pv_rect pv_grid_rect(const pv_grid *grid, int bx, int by)
{
    return (pv_rect){bx * grid->w, by * grid->h, grid->w, grid->h};
}

static int pv_gdal_missing(pv_gdal *g, pv_rect part, int n, const int *band)
{
    for (int k = 0; g->sparse && k < n; k++) {
        int status = GDALGetDataCoverageStatus(GDALGetRasterBand(g->ds, band[k] + 1), part.x, part.y, part.w, part.h, 0, NULL);
        if (status == GDAL_DATA_COVERAGE_STATUS_EMPTY) return 1;
    }
    return 0;
}

static GDALDataType pv_gdal_type(pv_sample sample)
{
    static const GDALDataType type[] = {
        [PV_SAMPLE_U8] = GDT_Byte, [PV_SAMPLE_U16] = GDT_UInt16, [PV_SAMPLE_I16] = GDT_Int16, [PV_SAMPLE_F32] = GDT_Float32};
    return type[sample];
}

/* One block, or the part of it that lies in r, of all bands. */
static pv_status pv_gdal_part(pv_gdal *g, pv_rect part, pv_rect r, int n, const int *band, pv_sample sample, void *out, uint8_t *state, pv_err *err)
{
    pv_gdal_watch watch;
    int list[PV_MAX_FILE_BANDS];
    GSpacing size = (GSpacing)pv_sample_bytes(sample), line = size * r.w, plane = line * r.h;
    int bx = part.x / g->pixels.w, by = part.y / g->pixels.h;
    if (pv_gdal_missing(g, part, n, band)) {
        pv_state_mark(part, r, state, PV_PIXEL_NODATA);
        return PV_OK;
    }
    int good = !pv_grid_is_bad(&g->pixels, bx, by);
    if (good) {
        for (int k = 0; k < n; k++) list[k] = band[k] + 1;
        char *to = (char *)out + (part.y - r.y) * line + (part.x - r.x) * size;
        pv_gdal_begin(&watch);
        CPLErr said = GDALDatasetRasterIOEx(g->ds, GF_Read, part.x, part.y, part.w, part.h, to, part.w, part.h, pv_gdal_type(sample), n, list, size,
                                            line, plane, NULL);
        int damage = watch.damage;
        good = pv_gdal_end_quiet(&watch, said == CE_None) && damage == 0;
        pv_status st = good ? PV_OK : pv_grid_set_bad(&g->pixels, bx, by, err);
        if (st != PV_OK) return st;
    }
    if (!good) pv_state_mark(part, r, state, PV_PIXEL_UNREADABLE);
    return PV_OK;
}

pv_status pv_gdal_read(pv_gdal *g, pv_rect r, int n, const int *band, pv_sample sample, void *out, uint8_t *state, pv_err *err)
{
    for (int by = r.y / g->pixels.h; by * g->pixels.h < r.y + r.h; by++) {
        for (int bx = r.x / g->pixels.w; bx * g->pixels.w < r.x + r.w; bx++) {
            pv_rect part = pv_rect_intersect(r, pv_grid_rect(&g->pixels, bx, by));
            pv_status st = pv_gdal_part(g, part, r, n, band, sample, out, state, err);
            if (st != PV_OK) return st;
        }
    }
    return PV_OK;
}

int pv_gdal_is_empty(pv_gdal *g, pv_rect r, int n, const int *band)
{
    if (!g->sparse) return 0;
    for (int by = r.y / g->pixels.h; by * g->pixels.h < r.y + r.h; by++)
        for (int bx = r.x / g->pixels.w; bx * g->pixels.w < r.x + r.w; bx++)
            if (!pv_gdal_missing(g, pv_rect_intersect(r, pv_grid_rect(&g->pixels, bx, by)), n, band)) return 0;
    return 1;
}

static pv_status pv_gdal_mask_part(pv_gdal *g, GDALRasterBandH mask, pv_rect part, pv_rect r, uint8_t *bytes, uint8_t *state, pv_err *err)
{
    pv_gdal_watch watch;
    int bx = part.x / g->mask.w, by = part.y / g->mask.h, good = !pv_grid_is_bad(&g->mask, bx, by);
    if (good) {
        pv_gdal_begin(&watch);
        CPLErr said = GDALRasterIO(mask, GF_Read, part.x, part.y, part.w, part.h, bytes, part.w, part.h, GDT_Byte, 0, 0);
        int damage = watch.damage;
        good = pv_gdal_end_quiet(&watch, said == CE_None) && damage == 0;
        pv_status st = good ? PV_OK : pv_grid_set_bad(&g->mask, bx, by, err);
        if (st != PV_OK) return st;
    }
    if (!good) {
        pv_state_mark(part, r, state, PV_PIXEL_UNREADABLE);
        return PV_OK;
    }
    for (int y = 0; y < part.h; y++) {
        uint8_t *row = state + (size_t)(part.y + y - r.y) * (size_t)r.w + (size_t)(part.x - r.x);
        for (int x = 0; x < part.w; x++)
            if (bytes[(size_t)y * (size_t)part.w + (size_t)x] == 0 && row[x] == PV_PIXEL_VALID) row[x] = PV_PIXEL_NODATA;
    }
    return PV_OK;
}

pv_status pv_gdal_mask(pv_gdal *g, pv_rect r, uint8_t *state, pv_err *err)
{
    uint8_t *bytes = NULL;
    pv_status st = PV_OK;
    GDALRasterBandH mask = GDALGetMaskBand(GDALGetRasterBand(g->ds, 1));
    PV_TRY(pv_alloc(&bytes, (size_t)pv_min(g->mask.w, r.w) * (size_t)pv_min(g->mask.h, r.h), 1, "mask", err));
    for (int by = r.y / g->mask.h; by * g->mask.h < r.y + r.h; by++)
        for (int bx = r.x / g->mask.w; bx * g->mask.w < r.x + r.w; bx++)
            PV_TRY(pv_gdal_mask_part(g, mask, pv_rect_intersect(r, pv_grid_rect(&g->mask, bx, by)), r, bytes, state, err));
out:
    pv_free(bytes);
    return st;
}
