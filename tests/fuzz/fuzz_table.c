/* A table of spectra from CSV. The first byte says whether there is a fold column. */
#include <stddef.h>
#include <stdint.h>

#include "models/table_csv.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err;
    pv_spectra s = {0};
    if (size == 0) return 0;
    pv_status st = pv_spectra_parse(&s, (const char *)data + 1, size - 1, NULL, data[0] & 1 ? "fold" : NULL, &err);
    if (st != PV_OK && err.text[0] == '\0') __builtin_trap();
    if (st == PV_OK && (s.n_bands < 1 || s.n_rows < 1)) __builtin_trap();
    pv_spectra_release(&s);
    return 0;
}
