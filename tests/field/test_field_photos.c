/* Every picture of the field data is opened and read whole by both roads alike, or refused with a sentence that says why. Names only: the data are
 * not part of the project. Folder: PAPAVER_FIELD_DATA, or ../shared/data beside the source folder. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo.h"

#include "base/banned.h"

/* word NULL: accepted; else refused, and the message holds the word. rule: what valid_rule must hold, or NULL. */
typedef struct verdict {
    const char *name, *word, *rule;
    int bands;
} verdict;

#define TOO_COARSE "on the ground"

static const verdict verdicts[] = {
    {"crops22/rgb.tif", NULL, "no-data tag 0", 3},
    {"drone_rgb/australia.tif", NULL, "no-data tag 0", 3},
    {"drone_rgb/dji_0005.jpg", "JPEG picture", NULL, 0},
    {"sequoia_plot/ms.tif", NULL, "undeclared alpha in band 5", 4},
    {"sequoia_plot/dsm.tif", NULL, NULL, 1},
    {"rededge_capture", "no geotransform", NULL, 0},
    {"rededge_capture/IMG_0000_1.tif", "no geotransform", NULL, 0},
    {"odd_tiffs/RGB.byte.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/RGB2.byte.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/RGBA.byte.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/RGBA.uint16.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/all-nodata.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/alpha.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/byte.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/cogeo.tif", NULL, "mask", 3},
    {"odd_tiffs/corrupt.tif", NULL, "mask", 3},
    {"odd_tiffs/float.tif", "Float32", NULL, 0},
    {"odd_tiffs/float32.tif", "coordinate reference system", NULL, 0},
    {"odd_tiffs/float_nan.tif", "coordinate reference system", NULL, 0},
    {"odd_tiffs/float_raster_with_extra_nodata.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/float_raster_with_nodata.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/goes.tif", "no place on the Earth", NULL, 0},
    {"odd_tiffs/green.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/red.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb-byte-tenth.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb1.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb1_fake_nir_epsg3857.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb2.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb3.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb4.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb_deflate.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rgb_lzw.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/rotated.tif", "coordinate reference system", NULL, 0},
    {"odd_tiffs/shade.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/test_esri_wkt.tif", TOO_COARSE, NULL, 0},
    {"odd_tiffs/world.byte.tif", "georeference was lost", NULL, 0},
    {"odd_tiffs/world.rgb.tif", "georeference was lost", NULL, 0},
};

static int failures = 0;

static void complain(const char *name, const char *what)
{
    printf("FAILED %s: %s\n", name, what);
    failures++;
}

/* The whole photo, scaled; *out and *valid are the caller's. 1 = read. */
static int read_whole(pv_photo *p, uint16_t **out, uint8_t **valid, pv_err *err)
{
    const pv_photo_facts *f = pv_photo_facts_of(p);
    size_t n = (size_t)f->width_px * (size_t)f->height_px;
    int all[PV_MAX_BANDS];
    for (int i = 0; i < PV_MAX_BANDS; i++) all[i] = i;
    if (pv_alloc(out, n * (size_t)f->n_bands, sizeof **out, "photo", err) != PV_OK || pv_alloc(valid, n, 1, "photo", err) != PV_OK) return 0;
    return pv_photo_read(p, (pv_rect){0, 0, f->width_px, f->height_px}, f->n_bands, all, *out, *valid, err) == PV_OK;
}

/* Opened even without a place, so that the pixels of every file that passes the gate are read, on both roads. */
static void check_roads(const char *name, const char *path)
{
    pv_photo *p[2] = {NULL, NULL};
    uint16_t *bands[2] = {NULL, NULL};
    uint8_t *valid[2] = {NULL, NULL};
    pv_err err = {0};
    int good = 1;
    for (int i = 0; i < 2 && good; i++) {
        pv_photo_options options = {.road = i == 0 ? PV_ROAD_AUTO : PV_ROAD_GDAL, .allow_unplaced = 1};
        good = pv_photo_open(&p[i], path, &options, &err) == PV_OK;
        if (!good && i == 0 && err.status == PV_INPUT) goto out; /* refused by the gate: nothing to compare */
        if (good) good = read_whole(p[i], &bands[i], &valid[i], &err);
    }
    if (!good) {
        complain(name, err.text);
    } else {
        const pv_photo_facts *f = pv_photo_facts_of(p[0]);
        size_t n = (size_t)f->width_px * (size_t)f->height_px;
        if (memcmp(valid[0], valid[1], n) != 0) complain(name, "the two roads see different missing pixels");
        if (memcmp(bands[0], bands[1], n * (size_t)f->n_bands * 2) != 0) complain(name, "the two roads see different pixels");
    }
out:
    for (int i = 0; i < 2; i++) {
        pv_free(bands[i]);
        pv_free(valid[i]);
        pv_photo_free(p[i]);
    }
}

static void check(const char *folder, const verdict *v)
{
    char path[1024];
    pv_photo *p = NULL;
    pv_err err = {0};
    (void)snprintf(path, sizeof path, "%s/%s", folder, v->name);
    pv_status st = pv_photo_open(&p, path, NULL, &err);
    if (v->word != NULL) {
        if (st != PV_INPUT)
            complain(v->name, st == PV_OK ? "was not refused" : err.text);
        else if (strstr(err.text, v->word) == NULL)
            complain(v->name, err.text);
    } else if (st != PV_OK) {
        complain(v->name, err.text);
    } else {
        const pv_photo_facts *f = pv_photo_facts_of(p);
        if (f->n_bands != v->bands) complain(v->name, "another number of bands");
        if (v->rule != NULL && strstr(f->valid_rule, v->rule) == NULL) complain(v->name, f->valid_rule);
    }
    pv_photo_free(p);
    check_roads(v->name, path);
}

/* Forest tiles have no single names here: all of a folder must be accepted. */
static int check_folder(const char *folder, const char *name)
{
    char path[1024];
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    DIR *dir = opendir(path);
    for (struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL; e = readdir(dir)) {
        char file[512];
        if (strstr(e->d_name, ".tif") == NULL) continue;
        (void)snprintf(file, sizeof file, "%s/%.255s", name, e->d_name);
        verdict v = {file, NULL, "no-data tag 255", 3};
        check(folder, &v);
        n++;
    }
    if (dir != NULL) (void)closedir(dir);
    return n;
}

int main(void)
{
    char folder[768];
    pv_err err = {0};
    const char *data = getenv("PAPAVER_FIELD_DATA"), *source = getenv("PAPAVER_SOURCE");
    (void)snprintf(folder, sizeof folder, "%s%s", data != NULL ? data : source != NULL ? source : ".", data != NULL ? "" : "/../shared/data");
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        printf("skipped: no field data\n");
        return 0;
    }
    (void)closedir(dir);
    if (pv_geo_start(&err) != PV_OK) {
        printf("%s\n", err.text);
        return 1;
    }
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) check(folder, &verdicts[i]);
    int tiles = check_folder(folder, "forest_tiles");
    pv_geo_stop();
    printf("%zu named files and %d forest tiles checked, %d failures\n", sizeof verdicts / sizeof verdicts[0], tiles, failures);
    return failures != 0;
}
