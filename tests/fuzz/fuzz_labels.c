/* Label files: any bytes, as GeoJSON or whatever else OGR takes them for, burnt over a small photo. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "geo/gdal_door.h"
#include "geo/labels.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 64 };

static void check(const char *path, double x, double y, double pixel, const char *crs, double radius_m)
{
    static int32_t whole[SIDE * SIDE], part[SIDE * SIDE];
    pv_photo_facts photo = {.width_px = SIDE, .height_px = SIDE, .geotransform = {x, pixel, 0, y, 0, -pixel}};
    pv_label_options options = {.point_radius_m = radius_m};
    char wkt[16];
    pv_labels *l = NULL;
    pv_err err = {0};
    (void)snprintf(wkt, sizeof wkt, "%s", crs);
    photo.crs_wkt = wkt;
    photo.gsd_x_m = photo.gsd_y_m = 0.1;
    if (pv_labels_open(&l, path, &options, &photo, &err) != PV_OK) {
        if (err.text[0] == '\0') abort();
        return;
    }
    if (pv_labels_burn(l, (pv_rect){0, 0, SIDE, SIDE}, 1, 1, whole, NULL) != PV_OK) abort();
    if (pv_labels_burn(l, (pv_rect){17, 5, 20, 30}, 1, 1, part, NULL) != PV_OK) abort();
    for (int j = 0; j < 30; j++)
        for (int i = 0; i < 20; i++)
            if (part[j * 20 + i] != whole[(j + 5) * SIDE + i + 17]) abort();
    pv_labels_free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    char path[64];
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    (void)snprintf(path, sizeof path, "/tmp/fuzz-labels-%ld.geojson", (long)getpid());
    /* Without pv_outfile: its fsync would be most of the run. */
    FILE *f = fopen(path, "wb");
    if (f == NULL) return 0;
    size_t written = fwrite(data, 1, size, f);
    if (fclose(f) != 0 || written != size) return 0;
    if (size % 2 == 0)
        check(path, 500000, 3400000, 0.1, "EPSG:4547", size % 4 == 0 ? 0.55 : 0);
    else
        check(path, 114, 31, 1e-4, "EPSG:4490", 0);
    (void)unlink(path);
    return 0;
}
