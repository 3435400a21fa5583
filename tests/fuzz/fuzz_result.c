/* Any bytes as a worker's result. */
#include <stddef.h>
#include <stdint.h>

#include "season/gpkg_geom.h"
#include "season/outlines.h"
#include "season/worker_result.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    pv_worker_result r = {.n = 0};
    pv_text geom = {0}, back = {0};
    pv_plot_outline outline = {.n_rings = 0};
    double box[4];
    if (pv_worker_result_read(&r, (const char *)data, size, &err) != PV_OK) {
        if (err.text[0] == '\0' || r.at != NULL) __builtin_trap();
        return 0;
    }
    for (size_t i = 0; i < r.n; i++) {
        /* What the ledger takes in, the memory of plots can read. */
        if (pv_geom_polygons(&geom, &r.json, r.at[i].geometry, box, NULL) != PV_OK) continue;
        if (pv_geom_to_geojson(&back, geom.data, geom.len, NULL) != PV_OK) __builtin_trap();
        if (pv_plot_outline_read(&outline, geom.data, geom.len, NULL) != PV_OK) __builtin_trap();
    }
    pv_plot_outline_release(&outline);
    pv_text_release(&geom);
    pv_text_release(&back);
    pv_worker_result_release(&r);
    return 0;
}
