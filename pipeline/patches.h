/* Patches: suspected pixels joined exactly, row by row, across tiles and strips.
 *
 * The one ordered sink: rows come from top to bottom, whole photo width, without gaps. Runs of pixels with prob >= low are joined to the runs of
 * the row above by union-find (8 neighbours: a corner joins). A component in which some pixel has prob >= high (hysteresis) and
 * whose area reaches the minimum is a patch; it is handed over as soon as no run can join it any more, in the order in which patches close (by row, then by
 * first pixel): the order does not depend on how many rows a call brings.
 *
 * Memory is bounded by what is open. A patch with more than max_runs runs keeps its exact sums but loses its runs (n_runs = 0); so does the open
 * component with the most runs (of equals the one with the first pixel) whenever all open ones together reach max_open_runs. Rows are walked one by
 * one, so who loses depends on the picture alone. After a failure nothing more is accepted (PV_BUG); freeing is all that is left.
 * Threads: the sink's thread only. Errors: PV_NOMEM, or what the callback returned. */
#ifndef PV_PIPELINE_PATCHES_H
#define PV_PIPELINE_PATCHES_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"

typedef struct pv_run {
    int32_t y, x0, x1; /* pixels x0 <= x < x1 of row y */
} pv_run;

/* Integer statistics and runs; borrowed during the callback. */
typedef struct pv_patch {
    int64_t pixels;       /* > 0 */
    int64_t grown_pixels; /* before its edge was trimmed (pipeline/objects.h); 0 = it was not */
    int64_t sum_x, sum_y; /* of pixel columns and rows */
    int64_t sum_prob;     /* of prob 0..254 */
    int max_prob;
    pv_rect box;
    int32_t first_x, first_y; /* the first pixel in row order: the patch's name */
    int cut_by_edge;          /* 1 = touches the photo's edge or a pixel that was not seen: its area is a lower bound */
    int64_t class_pixels[64]; /* pixels by best class */
    int64_t n_runs;           /* 0 when there were more than max_runs */
    const pv_run *run;        /* [n_runs] sorted by row, then x */
} pv_patch;

typedef pv_status (*pv_patch_sink)(void *user, const pv_patch *patch, pv_err *err);

typedef struct pv_patches_options {
    int width_px;          /* of the photo in working pixels */
    int low, high;         /* 1..254, low <= high */
    int64_t min_pixels;    /* components below are dropped (a cheap first sieve; the caller checks m2) */
    int64_t max_runs;      /* of one patch; 0 = 4 million */
    int64_t max_open_runs; /* of all open components together; 0 = 8 million (128 MB). When it is reached, the one with the most runs loses its own */
    pv_patch_sink sink;
    void *user;
} pv_patches_options;

typedef struct pv_patches pv_patches;

PV_MUST pv_status pv_patches_new(pv_patches **out, const pv_patches_options *options, pv_err *err);
/* The next n_rows rows: prob[n_rows][width_px] (255 = not seen), best[n_rows][width_px] class index (may be NULL). */
PV_MUST pv_status pv_patches_push(pv_patches *p, const uint8_t *prob, const uint8_t *best, int n_rows, pv_err *err);
/* No more rows: closes everything that is open. */
PV_MUST pv_status pv_patches_finish(pv_patches *p, pv_err *err);
void pv_patches_free(pv_patches *p);
/* Bytes that are held now: what was open at the worst moment so far, and four rows. */
int64_t pv_patches_open_bytes(const pv_patches *p);

#endif
