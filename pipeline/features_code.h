/* Values of a column to the codes that a model's trees ask about.
 *
 * A code is the number of the column's edges that are not above the value (models/model.h). Trees ask `code > threshold` for a few thresholds of each column
 * only; a coder keeps the edges of these, and gives the smallest code for which every tree answers as for the value's own. Codes of another use
 * (gathering, training) come from pv_model_code_table().
 *
 * Threads: any number on one coder. */
#ifndef PV_PIPELINE_FEATURES_CODE_H
#define PV_PIPELINE_FEATURES_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "models/model.h"

enum { PV_CODER_HEAP = 64, PV_CODER_SHIFT = 2, PV_CODER_STARTS = 65536 >> PV_CODER_SHIFT };

/* Plain value. */
typedef struct pv_coder {
    int n;                            /* keys, 0..255 */
    int levels;                       /* of the heap: questions from its root to a code; 0 = there are more keys than it can hold */
    int16_t key[PV_MAX_EDGES + 1];    /* rising, then one that nothing passes; a value v passes key k when v - 32768 > k */
    uint8_t code[PV_MAX_EDGES + 1];   /* by the number of keys passed */
    uint16_t heap[PV_CODER_HEAP];     /* questions `v > heap[j]`, from j = 1; no goes on to 2 j, yes to 2 j + 1 */
    uint8_t heap_code[PV_CODER_HEAP]; /* by where that ends, modulo 64 */
    int steps;                        /* most keys within 4 neighbouring values */
    uint8_t start[PV_CODER_STARTS];   /* number of keys that the lowest of 4 neighbouring values passes */
} pv_coder;

/* For column `column` of a model. */
void pv_coder_make(pv_coder *out, const pv_model *m, int column);
/* code[i] of value[i], i < n, on the path of base/cpu.h. */
void pv_coder_run(const pv_coder *c, const uint16_t *value, size_t n, uint8_t *code);

#endif
