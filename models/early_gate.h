/* The early decision of a model: few small trees that say where its full answer is worth asking for.
 *
 * Gate trees are a pv_model of kind "gate" on some of the model's own columns, with the classes "closed" and "open". Their answer about one pixel is its
 * evidence, a code of 0..255; pipeline/tile_gate.h says how the evidence of a neighbourhood opens a pixel. A pixel that stays closed is taken for "no target"
 * without the model's own trees and does not count among the neighbours of an open one, which otherwise gets what the model says without a gate. What is lost by staying closed was
 * measured when the gate was learned, on ground that the gate (not the model) had not seen, and stands in the figures below.
 * All tables are integers. Threads: read-only once made. Errors: PV_MODEL, PV_NOMEM. */
#ifndef PV_MODELS_EARLY_GATE_H
#define PV_MODELS_EARLY_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "models/table.h"

struct pv_model;

enum { PV_GATE_CLOSED = 0, PV_GATE_OPEN = 1, PV_GATE_MIDDLE = 128 };

/* How many of the things that the full answer finds lie in open pixels. */
typedef struct pv_early_recall {
    uint32_t all, kept; /* kept <= all */
} pv_early_recall;

typedef struct pv_early_gate {
    struct pv_model *trees;  /* owned; kind "gate", classes closed, open */
    int threshold;           /* 1..255: mean evidence from which a window opens its pixels */
    int least_low;           /* 1..254: learned for scans whose low threshold is at least this; others do without */
    pv_early_recall pixels;   /* of at least least_low */
    pv_early_recall labelled; /* those of them that lie in a target label */
    pv_early_recall patches;  /* that would be proposed: they keep a pixel of the high threshold */
    pv_early_recall ground;   /* usable pixels: how many are open */
} pv_early_gate;

/* Takes the trees over, also when it fails. */
PV_MUST pv_status pv_early_gate_new(pv_early_gate **out, struct pv_model *trees, pv_err *err);
void pv_early_gate_free(pv_early_gate *g); /* NULL is fine */
/* Everything in range, and its columns among those of the model. */
PV_MUST pv_status pv_early_gate_check(const pv_early_gate *g, const struct pv_model *of, pv_err *err);

/* The evidence of n pixels from their scores (as pv_trees_score() gives them): 128 + a quarter of the distance between open and closed, in units of 1/128 nat,
 * cut to the integer below and held in 0..255. */
void pv_early_gate_evidence(const int16_t *score, size_t n, uint8_t *evidence);

#endif
