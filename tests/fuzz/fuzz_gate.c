/* The gate against any bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "geo/gate.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_gate_facts facts;
    pv_err err = {0};
    pv_status st = pv_gate_check_bytes(data, size, NULL, &facts, &err);
    if (st != PV_OK && err.text[0] == '\0') abort();
    if (st == PV_OK && (facts.width_px < 1 || facts.height_px < 1 || facts.bands < 1 || facts.n_blocks < 1)) abort();
    return 0;
}
