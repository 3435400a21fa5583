/* Class probabilities of a tile, averaged over a small window that keeps to its own side of edges, row by row.
 *
 * What the trees say of one pixel is noisy, and neighbours are mostly of one class: the mean of their probabilities tells classes apart better than any column
 * over a larger window, because nothing more is learned. A window has 2 hx + 1 by 2 hy + 1 working pixels (model.smooth_m), is clipped at the photo's edge
 * and counts pixels that were asked only. Of the nine windows that have the pixel in their middle, in the middle of a side or in a corner, the one is taken whose
 * mean is purest and agrees best with the pixel itself: the largest (own . mean) (mean . mean) of probabilities in 255ths, the middle one on a tie, then the
 * first by rows. So the rim of a plot is not mixed with what lies behind it (after Nagao & Matsuyama 1979, edge preserving smoothing).
 * A probability is a share of 65535, sums are integers: nothing depends on tiles. hx = hy = 0: each pixel for itself.
 * Threads: one owner. Errors: PV_NOMEM; PV_BUG for a window of more than 65536 pixels. */
#ifndef PV_PIPELINE_SMOOTH_H
#define PV_PIPELINE_SMOOTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "models/model.h"

typedef struct pv_smooth pv_smooth;

/* For cores of at most max_core_w columns in a working image of w x h pixels. The model is borrowed. */
PV_MUST pv_status pv_smooth_new(pv_smooth **out, const pv_model *model, int hx, int hy, int max_core_w, int w, int h, pv_err *err);
void pv_smooth_free(pv_smooth *s);
int64_t pv_smooth_bytes(const pv_model *model, int hx, int hy, int max_core_w);

/* One row of the core, after its prob and best. share[x * stride + k]: sum of the shares of class k over the window that pixel x took, 0 for k from n_classes on; all
 * zero where pixel x was not asked. Borrowed during the call. */
typedef void (*pv_smooth_sink)(void *user, int y, const uint32_t *share, size_t stride);

/* ask: core grown by 2 hx, 2 hy and clipped to the working image. code: [n_columns][ask.h][ask.w]; why: [ask.h][ask.w], 0 = ask the trees.
 * prob, best: [core.h][core.w], written where the pixel was asked: the probability of all target classes together, 0..254 = P * 254 rounded half up, and the class
 * with the largest (the first on a tie). sink: NULL = nobody. */
void pv_smooth_run(pv_smooth *s, pv_rect core, pv_rect ask, const uint8_t *code, const uint8_t *why, uint8_t *prob, uint8_t *best,
                   pv_smooth_sink sink, void *user);

/* The same with shares that the trees have given before: share[y * share_row + x * stride + k] of pixel (x, y) of ask, as pv_trees_share() gives them, where why is 0. ask: at
 * most PV_SMOOTH_GIVEN pixels wide. */
enum { PV_SMOOTH_GIVEN = 512 };
size_t pv_smooth_stride(const pv_model *model);
void pv_smooth_run_given(pv_smooth *s, pv_rect core, pv_rect ask, const uint16_t *share, size_t share_row, const uint8_t *why, uint8_t *prob,
                         uint8_t *best);

#endif
