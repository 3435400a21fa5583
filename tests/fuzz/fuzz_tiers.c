/* Any bytes as a file of tiers. */
#include <stddef.h>
#include <stdint.h>

#include "models/tiers.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    pv_tiers t = {0};
    if (pv_tiers_parse(&t, (const char *)data, size, &err) != PV_OK) {
        if (err.text[0] == '\0' || t.at != NULL) __builtin_trap();
        return 0;
    }
    if (t.n == 0) __builtin_trap();
    pv_tier_plot plot = {.plants_low = 1, .plants = 700, .plants_high = 5000, .replanted = 1};
    char name[80];
    pv_tier_answer a = pv_tiers_find(&t, &plot);
    pv_tier_name(&a, name, sizeof name);
    pv_tiers_release(&t);
    return 0;
}
