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

enum { PV_PICK_W = 256, PV_PICK_BLOCK = 64 };

/* Which values of a row are wanted. Plain value. */
typedef struct pv_pick {
    size_t first, n;                          /* the first that is wanted; how many are */
    size_t blocks;                            /* of 64 values, from the first to the last */
    uint8_t count[PV_PICK_W / PV_PICK_BLOCK]; /* wanted ones of each block */
    uint8_t place[PV_PICK_W];                 /* where they are in it: block k's from place[64 k] on */
} pv_pick;

/* wanted: [w] 0 or 1, w <= PV_PICK_W. */
void pv_pick_make(pv_pick *out, const uint8_t *wanted, size_t w);
/* Codes of the wanted values of a row of w, without gaps. code: pick->n elements, and 63 more that may be spoilt. */
void pv_coder_pick(const pv_coder *c, const uint16_t *value, size_t w, const pv_pick *pick, uint8_t *code);

#endif
