/* The .tfw and .prj beside a TIFF: used where the TIFF itself is silent, checked against it where it is not. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"
#include "geo/place.h"

#include "base/banned.h"

enum { PV_PRJ_BYTES = 65536, PV_TFW_BYTES = 4096, PV_TFW_NUMBERS = 6 };

/* The text of <path without ending><ending>, or NULL. */
static char *pv_sidecar_text(const char *path, const char *ending, size_t most)
{
    char other[1100], *text = NULL;
    size_t n = 0;
    const char *dot = strrchr(pv_path_name(path), '.');
    int stem = dot != NULL ? (int)(dot - path) : (int)strlen(path);
    (void)snprintf(other, sizeof other, "%.*s%s", stem, path, ending);
    if (pv_file_read(other, most, &text, &n, NULL) != PV_OK) return NULL;
    return text;
}

void *pv_sidecar_prj(const char *path)
{
    char *text = pv_sidecar_text(path, ".prj", PV_PRJ_BYTES);
    if (text == NULL) return NULL;
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    char *lines[] = {text + strspn(text, " \t\r\n"), NULL};
    if (OSRImportFromESRI(srs, lines) != OGRERR_NONE) {
        OSRDestroySpatialReference(srs);
        srs = NULL;
    }
    pv_free(text);
    return srs;
}

/* The six lines of a world file (centre of the first pixel) as GDAL's geotransform (its corner); 0 when they are none. */
static int pv_sidecar_numbers(char *text, double g[6])
{
    double v[PV_TFW_NUMBERS];
    char *rest = text;
    for (int i = 0; i < PV_TFW_NUMBERS; i++) {
        char *line = rest + strspn(rest, " \t\r\n");
        size_t len = strcspn(line, " \t\r\n");
        rest = line + len + (line[len] != '\0');
        line[len] = '\0';
        if (!pv_parse_real(line, -1e12, 1e12, &v[i])) return 0;
    }
    g[1] = v[0], g[4] = v[1], g[2] = v[2], g[5] = v[3];
    g[0] = v[4] - (g[1] + g[2]) / 2;
    g[3] = v[5] - (g[4] + g[5]) / 2;
    return 1;
}

static void pv_sidecar_tfw(pv_photo *p)
{
    static const char *const ending[] = {".tfw", ".TFW", ".tifw", ".wld"};
    const double *own = p->facts.geotransform;
    double g[6], off = 0;
    char *text = NULL;
    size_t k = 0;
    for (; k < sizeof ending / sizeof ending[0] && text == NULL; k++) text = pv_sidecar_text(p->source[0].path, ending[k], PV_TFW_BYTES);
    if (text == NULL) return;
    if (!pv_sidecar_numbers(text, g)) {
        pv_photo_warn(&p->facts, "the %s file beside the photo is not a world file and was left aside", ending[k - 1]);
        pv_free(text);
        return;
    }
    pv_free(text);
    for (int corner = 0; corner < 4; corner++) {
        double x = corner & 1 ? p->facts.width_px : 0, y = corner & 2 ? p->facts.height_px : 0;
        double dx = g[0] - own[0] + (g[1] - own[1]) * x + (g[2] - own[2]) * y, dy = g[3] - own[3] + (g[4] - own[4]) * x + (g[5] - own[5]) * y;
        off = fmax(off, hypot(dx, dy));
    }
    /* Half a pixel is the old quarrel about centre and corner. */
    double pixel = fmax(hypot(own[1], own[4]), hypot(own[2], own[5]));
    if (off > pixel * 1.01)
        pv_photo_warn(&p->facts, "the %s file beside the photo lays it up to %.4g pixels elsewhere; the place inside the TIFF was used",
                      ending[k - 1], off / pixel);
}

static void pv_sidecar_crs(pv_photo *p)
{
    enum { METRES_PER_DEGREE = 111320 };
    static const char *const format[] = {"FORMAT=WKT2_2019", NULL};
    pv_photo_facts *f = &p->facts;
    pv_place *own = NULL, *other = NULL;
    char *wkt = NULL;
    double lon[2] = {0}, lat[2] = {0}, off_m = INFINITY;
    OGRSpatialReferenceH srs = pv_sidecar_prj(p->source[0].path);
    if (srs == NULL) return;
    if (OSRExportToWktEx(srs, &wkt, format) == OGRERR_NONE && wkt != NULL &&
        pv_place_new(&own, f->crs_wkt, f->geotransform, f->width_px, f->height_px, NULL) == PV_OK &&
        pv_place_lonlat(own, f->width_px / 2.0, f->height_px / 2.0, &lon[0], &lat[0], NULL) == PV_OK &&
        pv_place_new(&other, wkt, f->geotransform, f->width_px, f->height_px, NULL) == PV_OK &&
        pv_place_lonlat(other, f->width_px / 2.0, f->height_px / 2.0, &lon[1], &lat[1], NULL) == PV_OK)
        off_m = hypot(lat[1] - lat[0], remainder(lon[1] - lon[0], 360) * cos(lat[0] * 0.017453292519943295)) * METRES_PER_DEGREE;
    const char *name = OSRGetName(srs);
    if (!(off_m <= 1))
        pv_photo_warn(f, "the .prj file beside the photo says another CRS (%.60s); the CRS inside the TIFF was used",
                      name != NULL ? name : "unnamed");
    pv_place_free(own);
    pv_place_free(other);
    CPLFree(wkt);
    OSRDestroySpatialReference(srs);
}

void pv_sidecar_check(pv_photo *p, int crs_is_own)
{
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    pv_sidecar_tfw(p);
    if (crs_is_own) pv_sidecar_crs(p);
    (void)pv_gdal_end_quiet(&watch, 1);
}
