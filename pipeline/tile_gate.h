/* The early decision of a tile: which pixels are worth the model's full answer.
 *
 * The evidence of a pixel is what the gate trees (models/early_gate.h) say of the gate's columns there. What the model says of a pixel in the end is a mean over one of
 * nine windows (pipeline/smooth.h), so a pixel is open when in any of the same nine windows the mean evidence of the usable pixels is at least the gate's threshold;
 * windows whose middle is not usable, or outside of the photo, do not count. Evidence is looked for in every other row of the map, which windows of three rows and more do not miss. Sums of integers: whether a pixel is open depends on the photo and the place alone, never on
 * tiles or threads.
 *
 * Threads: a plan is read-only after making; a pv_tile_gate belongs to one worker. Errors: PV_MODEL, PV_NOMEM. */
#ifndef PV_PIPELINE_TILE_GATE_H
#define PV_PIPELINE_TILE_GATE_H

#include <stdint.h>

#include "base/err.h"
#include "models/early_gate.h"
#include "pipeline/features.h"
#include "pipeline/tile.h"

typedef struct pv_gate_plan pv_gate_plan;
typedef struct pv_tile_gate pv_tile_gate;

/* gate: of the model m, whose light and window are meant; full: the plan by which tiles are read. All borrowed. */
PV_MUST pv_status pv_gate_plan_new(pv_gate_plan **out, const pv_model *m, const pv_early_gate *gate, const pv_feature_plan *full,
                                   const pv_photo_facts *facts, const pv_work_grid *grid, pv_err *err);
void pv_gate_plan_free(pv_gate_plan *plan);

/* For rectangles of at most max_w x max_h. */
PV_MUST pv_status pv_tile_gate_new(pv_tile_gate **out, const pv_gate_plan *plan, int max_w, int max_h, pv_err *err);
void pv_tile_gate_free(pv_tile_gate *gate);
int64_t pv_tile_gate_bytes(const pv_gate_plan *plan, int max_w, int max_h);

/* open[of.h][of.w] = 1 or 0 of the pixels `of` of a tile without a coder that was read and marked; ask must be `of` grown by two halves of the model's window and clipped. Pixels that are not
 * usable are not open. Borrowed until the next call. */
const uint8_t *pv_tile_gate_open(pv_tile_gate *gate, const pv_tile *tile, pv_rect of);
/* For learning: the largest threshold at which each pixel would be open, 0..255, and 0 where it is not usable. Of the core. Borrowed likewise. */
const uint8_t *pv_tile_gate_level(pv_tile_gate *gate, const pv_tile *tile);

#endif
