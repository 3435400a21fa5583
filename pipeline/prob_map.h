/* What the whole model says of some places of a photo: the same bytes as scan --prob has there, without scanning the rest.
 *
 * The photo is asked in squares of a fixed lattice, each once, as far as rectangles are asked for from top to bottom: so many places that overlap cost no more than the photo as a whole.
 * Memory: one tile, and the answers of the rows of squares that the last rectangle needs. Threads: one owner, with a photo handle of its own.
 * Errors: PV_MODEL, PV_INPUT (the photo), PV_NOMEM. */
#ifndef PV_PIPELINE_PROB_MAP_H
#define PV_PIPELINE_PROB_MAP_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"
#include "models/model.h"
#include "pipeline/work.h"

typedef struct pv_prob_map pv_prob_map;

/* photo and model are borrowed. allow_coarse as in pv_scan_options. */
PV_MUST pv_status pv_prob_map_new(pv_prob_map **out, pv_photo *photo, const pv_model *model, int allow_coarse, pv_err *err);
void pv_prob_map_free(pv_prob_map *map);

/* The working pixels that rectangles are counted in. Borrowed. */
const pv_work_grid *pv_prob_map_grid(const pv_prob_map *map);

/* prob[rect.h][rect.w] of working pixels: 0..254, 255 = unknown or outside of the photo. Rectangles that do not rise (rect.y) are the fastest. */
PV_MUST pv_status pv_prob_map_read(pv_prob_map *map, pv_rect rect, uint8_t *prob, pv_err *err);

/* Bytes that a map takes for rectangles of at most max_h rows. */
PV_MUST pv_status pv_prob_map_bytes(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int max_h, int64_t *bytes, pv_err *err);

#endif
