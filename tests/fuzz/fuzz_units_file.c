/* Any bytes as a GeoJSON file of boundaries in memory: OGR's reader and ours behind it. Slow; fuzz_units has what comes after the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "geo/gdal_door.h"
#include "geo/units.h"
#include "tests/fuzz/units_check.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    pv_units *u = NULL;
    pv_err err = {0};
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    if (pv_units_new(&u, NULL) != PV_OK) abort();
    if (pv_units_add_bytes(u, "fuzz.geojson", data, size, &err) != PV_OK && err.text[0] == '\0') abort();
    check_units(u, 1);
    pv_units_free(u);
    return 0;
}
