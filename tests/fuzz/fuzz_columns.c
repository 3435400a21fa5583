/* Column names come from model files and from people: any bytes must be refused or understood. */
#include <stdint.h>
#include <string.h>

#include "pipeline/features.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char offered[5][PV_NAME] = {"red", "green", "blue", "rededge", "nir"};
    char column[4][PV_NAME] = {{0}};
    char band[PV_MAX_BANDS][PV_NAME];
    int n_bands = 0, n = 0;
    pv_err err = {0};
    for (; n < 4 && size > 0; n++) {
        size_t take = size < PV_NAME ? size : PV_NAME;
        memcpy(column[n], data, take); /* may have no NUL: the reader must see to that */
        data += take;
        size -= take;
    }
    if (pv_feature_bands_needed(n, (const char(*)[PV_NAME])column, &n_bands, band, &err) != PV_OK && err.text[0] == '\0') __builtin_trap();
    pv_photo_facts facts = {.n_bands = 5};
    for (int k = 0; k < 5; k++) memcpy(facts.band[k].name, offered[k], PV_BAND_NAME);
    pv_feature_plan *plan = NULL;
    if (pv_feature_plan_new(&plan, n, (const char(*)[PV_NAME])column, &(pv_light){.rule = "none"}, &facts, 0.05, 0.07, &err) == PV_OK) {
        if (pv_feature_scratch_bytes(plan, 64, 64) <= 0) __builtin_trap();
    }
    pv_feature_plan_free(plan);
    return 0;
}
