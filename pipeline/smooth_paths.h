/* The loops of smooth.c for one kind of processor each; all give the same bytes. Planes are [class][pitch], pixels of one row side by side, so that a register holds
 * neighbours of one class. All rows have room for whole blocks of PV_SMOOTH_BLOCK pixels; what is computed beyond a row's width is not used.
 * Threads: any, on rows of their own. */
#ifndef PV_PIPELINE_SMOOTH_PATHS_H
#define PV_PIPELINE_SMOOTH_PATHS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "models/model.h"
#include "pipeline/smooth.h"

enum { PV_SMOOTH_BLOCK = 32, PV_SMOOTH_WINDOWS = 9, PV_SMOOTH_PAIRS = (PV_MAX_CLASSES + 1) / 2 };

/* What is to be computed of one row of windows. Window x has the columns x + 1 to x + 2 hx + 1 of col. */
typedef struct pv_smooth_row {
    int n_classes, hx;
    const uint8_t *is_target; /* [n_classes] */
    size_t width;             /* windows */
    size_t pitch, mid_pitch;
    const uint32_t *col; /* [n_classes][pitch] sums of shares over the rows of the window */
    uint16_t
        *mean; /* [pairs of classes][mid_pitch] two means in 255ths of the window's total, the even class in the low byte, in the path's own code */
    uint16_t *purity; /* [mid_pitch] mean . mean, 0..65025 */
    uint16_t *answer; /* [mid_pitch] class with the largest sum (the first on a tie) + 256 times the probability of all targets, 0..254 */
    uint32_t *sum;    /* [n_classes][mid_pitch], or NULL when nobody asks for it */
} pv_smooth_row;

/* Nine windows for each of one row of pixels. The first is taken unless another has a larger (own . mean) purity; of equals the first. */
typedef struct pv_smooth_choice {
    int n_classes;
    size_t width; /* pixels */
    size_t pitch, mid_pitch;
    const uint16_t *share; /* [n_classes][pitch] of the pixels themselves; the shares of a pixel have a sum of at most 65535 */
    const uint16_t *mean[PV_SMOOTH_WINDOWS], *purity[PV_SMOOTH_WINDOWS], *answer[PV_SMOOTH_WINDOWS]; /* as above, at the window of the first pixel */
    uint16_t *taken;                                                                                 /* [width] answer of the window that is taken */
    uint16_t *which;                                                                                 /* [width] which of the nine it is */
} pv_smooth_choice;

typedef struct pv_smooth_path {
    /* plane[k * pitch + i] = share[i * stride + k] for n pixels. share: 16 pixels more may be read; plane: whole blocks are written. stride: a multiple of 8. */
    void (*turn)(const uint16_t *share, size_t stride, size_t n, int n_classes, uint16_t *plane, size_t pitch);
    /* col += in - out, n sums. */
    void (*add)(uint32_t *col, const uint16_t *in, const uint16_t *out, size_t n);
    void (*means)(const pv_smooth_row *row);
    void (*choose)(const pv_smooth_choice *choice);
} pv_smooth_path;

extern const pv_smooth_path pv_smooth_portable;
#if defined(__x86_64__)
extern const pv_smooth_path pv_smooth_avx2, pv_smooth_avx512;
#endif

/* The path for a processor, the portable one where there is none. */
const pv_smooth_path *pv_smooth_path_of(pv_cpu cpu);

/* For tests and benchmarks: another path than that of the machine. */
void pv_smooth_use(pv_smooth *s, pv_cpu cpu);

#endif
