/* Records of boundaries with their rings as they stand: fields, units, index, points, plots, cells. An area takes any rings (geo/area.h), so this is more than what the repair
 * hands on; the repair itself, which is GEOS for the most part and takes most of the time, is in fuzz_units_mend. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_door.h"
#include "geo/units.h"
#include "tests/fuzz/units_check.h"
#include "tests/fuzz/units_input.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void text(input *in, char *out, size_t size)
{
    size_t n = 0;
    for (uint8_t b; n + 1 < size && in->left > 0 && (b = byte(in)) != 0;) out[n++] = (char)b;
    out[n] = '\0';
}

static pv_status record(pv_units *u, input *in, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_record r;
    pv_area area = {0};
    pv_point p[32];
    memset(&r, 0, sizeof r);
    for (int fields = byte(in) % 6; fields > 0; fields--) {
        char name[80], value[200];
        text(in, name, sizeof name);
        text(in, value, sizeof value);
        pv_unit_record_put(&r, pv_unit_field_of(name), value, byte(in) & 1);
    }
    for (int rings = byte(in) % 8; rings > 0; rings--) PV_TRY(pv_area_add_ring(&area, p, ring(in, p), err));
    PV_TRY(pv_area_ready(&area, err));
    if (area.n_rings > 0 && area.x0 < area.x1 && area.y0 < area.y1) PV_TRY(pv_units_add_record(u, &r, &area, err));
out:
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
