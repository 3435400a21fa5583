/* Any bytes as an SQLite file with its log (the first two bytes say how long that is): an answer, and no step outside of them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/sqlite_gate.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    char *file = NULL;
    if (size < 2) return 0;
    size_t n_wal = (size_t)data[0] << 8 | data[1], n = size - 2 > n_wal ? size - 2 - n_wal : 0;
    const uint8_t *wal = data + 2 + n;
    if (pv_alloc(&file, n + 1, 1, "a file", NULL) != PV_OK) return 0;
    if (n > 0) memcpy(file, data + 2, n);
    if (pv_sqlite_gate(file, n, &err) != PV_OK && err.text[0] == '\0') abort();
    if (pv_sqlite_replay(&file, &n, wal, size - 2 - (size_t)(wal - data - 2), 1 << 20, &err) == PV_OK)
        if (pv_sqlite_gate(file, n, &err) != PV_OK && err.text[0] == '\0') abort();
    pv_free(file);
    return 0;
}
