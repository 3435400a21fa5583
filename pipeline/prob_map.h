/* What the whole model says of some places of a photo: the same bytes as scan --prob has there, without scanning the rest.
 *
 * The photo is asked in squares of a fixed lattice, each once, as far as rectangles are asked for from top to bottom: so many places that overlap cost no more than the photo as a whole.
 * pv_prob_map_ask() asks, by several workers; pv_prob_map_read() gives out what was asked.
 * Memory: a tile for each worker, and the answers of the rows of squares from the topmost of the last rectangles on. Threads: one owner; pv_prob_map_read() by any between two calls of ask.
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

enum {
    PV_PROB_SQUARE = 128,
    PV_PROB_SQUARE_BYTES = PV_PROB_SQUARE * PV_PROB_SQUARE
}; /* side of a square in working pixels; bytes that its answer takes */

/* photo[workers]: a handle for each worker, all on the same photo; they and the model are borrowed. allow_coarse as in pv_scan_options. */
PV_MUST pv_status pv_prob_map_new(pv_prob_map **out, pv_photo *const *photo, int workers, const pv_model *model, int allow_coarse, pv_err *err);
void pv_prob_map_free(pv_prob_map *map);

/* The working pixels that rectangles are counted in. Borrowed. */
const pv_work_grid *pv_prob_map_grid(const pv_prob_map *map);

/* Squares under a rectangle of working pixels. */
int64_t pv_prob_map_squares(const pv_prob_map *map, pv_rect rect);

/* Asks what is not known yet under n rectangles of working pixels. What lies above all of them is forgotten: groups of rectangles that do not rise are the fastest. */
PV_MUST pv_status pv_prob_map_ask(pv_prob_map *map, const pv_rect *rect, size_t n, pv_err *err);

/* prob[rect.h][rect.w] of a rectangle of the last pv_prob_map_ask(): 0..254, 255 = unknown or outside of the photo. */
void pv_prob_map_read(const pv_prob_map *map, pv_rect rect, uint8_t *prob);

/* Bytes that a map takes for rectangles of at most max_h rows: as it is, and for each worker. The squares of one pv_prob_map_ask() are not in it. */
PV_MUST pv_status pv_prob_map_bytes(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int max_h, int64_t *bytes,
                                    int64_t *worker_bytes, pv_err *err);

#endif
