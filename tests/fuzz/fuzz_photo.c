/* A whole photo of any bytes: gate, both roads, sample, and reading; nothing may crash, and both roads must agree on what was never written. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "geo/gate.h"
#include "geo/gdal_door.h"
#include "geo/photo.h"

#include "base/banned.h"

enum { SIDE = 96 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_road(const char *path, pv_road road)
{
    static uint16_t bands[PV_MAX_BANDS * SIDE * SIDE];
    static uint8_t valid[SIDE * SIDE];
    pv_photo *p = NULL, *clone = NULL;
    pv_err err = {0};
    int all[PV_MAX_BANDS];
    pv_photo_options options = {.road = road, .allow_unplaced = 1};
    if (pv_photo_open(&p, path, &options, &err) != PV_OK) {
        if (err.text[0] == '\0') abort();
        return;
    }
    const pv_photo_facts *f = pv_photo_facts_of(p);
    for (int i = 0; i < PV_MAX_BANDS; i++) all[i] = i;
    pv_rect rects[2] = {{-3, -3, SIDE, SIDE}, {f->width_px - SIDE / 2, f->height_px - SIDE / 2, SIDE, SIDE}};
    pv_photo_expect(p, (pv_rect){-SIDE, -SIDE, 2 * SIDE, 2 * SIDE});
    for (int i = 0; i < 2; i++) (void)!pv_photo_read(p, rects[i], f->n_bands, all, bands, valid, &err);
    pv_text json = {0};
    pv_photo_facts_json(f, &json);
    pv_text_release(&json);
    if (pv_photo_clone(&clone, p, &err) == PV_OK) (void)!pv_photo_read(clone, rects[0], f->n_bands, all, bands, valid, &err);
    pv_photo_free(clone);
    pv_photo_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    pv_gate_facts facts;
    char path[64];
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    /* Small pictures only: large ones are slow, not different. */
    if (pv_gate_check_bytes(data, size, NULL, &facts, NULL) != PV_OK || facts.width_px * facts.height_px > 1 << 18) return 0;
    int fd = memfd_create("photo.tif", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    try_road(path, PV_ROAD_AUTO);
    try_road(path, PV_ROAD_GDAL);
    (void)close(fd);
    return 0;
}
