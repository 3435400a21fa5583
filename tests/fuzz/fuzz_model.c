/* The model file: the parser with the checksum off must stand any bytes, and what it accepts must pass the check and answer. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "models/model_file.h"
#include "models/trees.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int16_t scratch[PV_MAX_CLASSES * PV_BATCH];
    const uint8_t zeros[3] = {0, 128, 255};
    const uint8_t *code[PV_MAX_COLUMNS];
    uint16_t share[3 * PV_MAX_CLASSES];
    uint8_t prob, best, evidence[3];
    pv_err err;
    pv_model *m = NULL;
    if (pv_model_parse(&m, data, size, 0, &err) == PV_OK) {
        for (int c = 0; c < m->n_columns; c++) code[c] = zeros;
        pv_trees_score(m, code, 3, scratch);
        pv_trees_share(m, scratch, 3, PV_MAX_CLASSES, share);
        pv_trees_decide(m, scratch, 2, &prob, &best, share);
        if (m->gate != NULL) {
            pv_trees_score(m->gate->trees, code, 3, scratch); /* its columns are no more than the model's */
            pv_early_gate_evidence(scratch, 3, evidence);
        }
        if (pv_model_check(m, &err) != PV_OK) __builtin_trap();
    } else if (err.text[0] == '\0') {
        __builtin_trap();
    }
    pv_model_free(m);
    return 0;
}
