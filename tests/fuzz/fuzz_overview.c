/* Any bytes as the bounds of a photo's picture. */
#include <stddef.h>
#include <stdint.h>

#include "season/overviews.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    pv_text t = {0};
    pv_map_image image = {0}, back = {0};
    if (pv_map_image_read(&image, (const char *)data, size, &err) != PV_OK) {
        if (err.text[0] == '\0' || image.width_px != 0) __builtin_trap();
        return 0;
    }
    pv_map_image_print(&t, &image);
    /* Bounds that are nearer than a unit of the last decimal fall together in print. */
    int far_apart = image.east - image.west > 1e-8 && image.north - image.south > 1e-8;
    if (far_apart && pv_map_image_read(&back, pv_text_str(&t), t.len, NULL) != PV_OK) __builtin_trap();
    if (far_apart && (back.width_px != image.width_px || back.height_px != image.height_px)) __builtin_trap();
    pv_text_release(&t);
    return 0;
}
