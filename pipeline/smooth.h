/* Class probabilities of a tile, averaged over a small window, row by row.
 *
 * What the trees say of one pixel is noisy, and neighbours are mostly of one class: the mean of their probabilities tells classes apart better than any column
 * over a larger window, because nothing more is learned. The window has 2 hx + 1 by 2 hy + 1 working pixels (model.smooth_m), is clipped at the photo's edge
 * and counts pixels that were asked only. A probability is a share of 65535, sums are integers: nothing depends on tiles. hx = hy = 0: each pixel for itself.
 * Threads: one owner. Errors: PV_NOMEM. */
#ifndef PV_PIPELINE_SMOOTH_H
#define PV_PIPELINE_SMOOTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "models/model.h"

typedef struct pv_smooth pv_smooth;

/* For cores of at most max_core_w columns and asked rectangles of at most max_ask_w. The model is borrowed. */
PV_MUST pv_status pv_smooth_new(pv_smooth **out, const pv_model *model, int hx, int hy, int max_core_w, int max_ask_w, pv_err *err);
void pv_smooth_free(pv_smooth *s);
int64_t pv_smooth_bytes(const pv_model *model, int hy, int max_core_w, int max_ask_w);

/* One row of the core. share[x * stride + k]: sum of the shares of class k over the window of pixel x; all zero where no pixel of the window was asked.
 * Borrowed during the call. */
typedef void (*pv_smooth_sink)(void *user, int y, const uint32_t *share, size_t stride);

/* ask: core grown by hx, hy and clipped to the working image. code: [n_columns][ask.h][ask.w]; why: [ask.h][ask.w], 0 = ask the trees. */
void pv_smooth_run(pv_smooth *s, pv_rect core, pv_rect ask, const uint8_t *code, const uint8_t *why, pv_smooth_sink sink, void *user);

/* From the sums of one pixel, not all zero: the class with the largest (the first on a tie) and the probability of all target classes together, 0..254. */
void pv_smooth_decide(const pv_model *m, const uint32_t *share, uint8_t *prob_target, uint8_t *best_class);

#endif
