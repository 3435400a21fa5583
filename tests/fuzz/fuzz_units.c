/* Records of boundaries as they come out of OGR: field names, texts and rings. Our own road from there on: fields, repair, units, index, points, plots, cells. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_door.h"
#include "geo/units.h"
#include "geo/units_internal.h"
#include "tests/fuzz/units_check.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t byte(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

static void text(input *in, char *out, size_t size)
{
    size_t n = 0;
    for (uint8_t b; n + 1 < size && in->left > 0 && (b = byte(in)) != 0;) out[n++] = (char)b;
    out[n] = '\0';
}

/* Degrees: steps of a fine grid (about 100 m) find crossings and borders, steps of a coarse one large outlines, raw doubles the odd ones. */
static double number(input *in)
{
    uint8_t raw[8];
    double v;
    uint8_t kind = byte(in);
    if (kind < 224) return (double)(kind % 32) / 1024;
    if (kind != 255) return (double)(kind % 32) / 8;
    for (int i = 0; i < 8; i++) raw[i] = byte(in);
    memcpy(&v, raw, sizeof v);
    return isfinite(v) && fabs(v) <= 90 ? v : 0.5;
}

static pv_status record(pv_units *u, input *in, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_record r;
    pv_rough rough = {0};
    pv_area area = {0};
    pv_mended mended;
    pv_point p[32];
    int usable = 0;
    memset(&r, 0, sizeof r);
    for (int fields = byte(in) % 6; fields > 0; fields--) {
        char name[80], value[200];
        text(in, name, sizeof name);
        text(in, value, sizeof value);
        pv_unit_record_put(&r, pv_unit_field_of(name), value, byte(in) & 1);
    }
    for (int polygons = byte(in) % 4; polygons > 0; polygons--) {
        for (int rings = byte(in) % 4; rings > 0; rings--) {
            size_t n = byte(in) % 32;
            for (size_t i = 0; i < n; i++) {
                p[i].x = number(in);
                p[i].y = number(in);
            }
            PV_TRY(pv_rough_ring(&rough, p, n, err));
        }
        PV_TRY(pv_rough_polygon(&rough, err));
    }
    PV_TRY(pv_rough_mend(&rough, &area, &mended, &usable, err));
    if (usable) PV_TRY(pv_units_add_record(u, &r, &area, err));
out:
    pv_rough_release(&rough);
    pv_area_release(&area);
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    pv_units *u = NULL;
    pv_err err = {0};
    pv_status st = PV_OK;
    input in = {data, size};
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    if (pv_units_new(&u, NULL) != PV_OK) abort();
    while (in.left > 0 && st == PV_OK) st = record(u, &in, &err);
    if (st != PV_OK && err.text[0] == '\0') abort();
    check_units(u, 3);
    pv_units_free(u);
    return 0;
}
