/* Any bytes as season.conf. */
#include <stddef.h>
#include <stdint.h>

#include "season/conf.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pv_conf conf;
    pv_err err = {0};
    char part[64];
    if (pv_conf_parse(&conf, "season.conf", (const char *)data, size, &err) != PV_OK) {
        if (err.text[0] == '\0') __builtin_trap();
        return 0;
    }
    for (int k = 0; k < 8; k++) (void)pv_conf_part(&conf, PV_SET_BOUNDARIES, k, part, sizeof part);
    if (pv_conf_real(&conf, PV_SET_MIN_AREA_M2) < 0.01 || pv_conf_int(&conf, PV_SET_THREADS) > 1024) __builtin_trap();
    return 0;
}
