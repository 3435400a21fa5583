/* The coverage file with its checksum off: any bytes are refused with words, or are exactly what a writer writes; outlines of small ones hold as many cells. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "geo/cells.h"
#include "geo/cells_mix.h"
#include "geo/cells_shape.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void outline(const pv_cells *c)
{
    pv_err err;
    pv_cell_shape s = {0};
    int64_t count[PV_CELL_STATES], sum = 0;
    pv_cells_count(c, count);
    if (pv_cell_shape_make(&s, c, 0xAA, &err) != PV_OK) __builtin_trap();
    for (int k = 1; k < PV_CELL_STATES; k += 2) sum += count[k];
    if (s.n_cells != sum) __builtin_trap();
    pv_cell_shape_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err;
    pv_cells *c = NULL, *twice = NULL;
    pv_text again = {0};
    if (pv_cells_decode(&c, data, size, 0, &err) == PV_OK) {
        if (pv_cells_encode(c, &again, &err) != PV_OK) __builtin_trap();
        if (again.len != size || memcmp(again.data, data, size - PV_SHA256_BYTES) != 0) __builtin_trap();
        const pv_cells *both[2] = {c, c};
        if (pv_cells_blocks(c) <= 16) outline(c);
        /* Joining goes over every cell of a block: the fuzzer's choice, by a byte of the checksum. */
        if (pv_cells_blocks(c) <= 2 && data[size - 1] == 'j') {
            if (pv_cells_join(&twice, 2, both, &err) != PV_OK) __builtin_trap();
            if (pv_cells_encode(twice, &again, &err) != PV_OK || again.len != size) __builtin_trap();
        }
    } else if (strstr(err.text, "byte ") == NULL) {
        __builtin_trap();
    }
    pv_text_release(&again);
    pv_cells_free(twice);
    pv_cells_free(c);
    return 0;
}
