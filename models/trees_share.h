/* Probabilities from scores, a block of rows at a time: exp() from a table, then sums, one division a row and one multiplication a class in doubles, which hold
 * all these integers exactly. Compiled once for each path that wants it. */
#ifndef PV_MODELS_TREES_SHARE_H
#define PV_MODELS_TREES_SHARE_H

#include "models/trees_internal.h"
#include "models/trees_turn.h"

/* n <= PV_SHARE_ROWS rows from row i on. part: [n_classes rounded up to 8] zeros on first use. */
PV_INLINE void pv_share_block(const pv_model *m, const int16_t *restrict score, size_t n, uint16_t (*restrict part)[PV_SHARE_ROWS])
{
    const uint32_t *restrict exp_of = m->ready->exp_of;
    size_t classes = (size_t)m->n_classes;
    int16_t top[PV_SHARE_ROWS];
    double e[PV_MAX_CLASSES][PV_SHARE_ROWS], all[PV_SHARE_ROWS] = {0};
    memcpy(top, score, n * sizeof *top);
    for (size_t k = 1; k < classes; k++)
        for (size_t i = 0; i < n; i++) top[i] = score[k * PV_BATCH + i] > top[i] ? score[k * PV_BATCH + i] : top[i];
    for (size_t k = 0; k < classes; k++) {
        uint16_t d[PV_SHARE_ROWS];
        for (size_t i = 0; i < n; i++) {
            uint16_t below = (uint16_t)(top[i] - score[k * PV_BATCH + i]);
            d[i] = below < PV_EXP_ZERO ? below : PV_EXP_ZERO;
        }
        for (size_t i = 0; i < n; i++) e[k][i] = exp_of[d[i]];
    }
    for (size_t k = 0; k < classes; k++)
        for (size_t i = 0; i < n; i++) all[i] += e[k][i];
    for (size_t i = 0; i < n; i++) all[i] = 65535.0 / all[i];
    for (size_t k = 0; k < classes; k++)
        for (size_t i = 0; i < n; i++) part[k][i] = (uint16_t)(int32_t)(e[k][i] * all[i]);
}

static void pv_rows_share(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    _Alignas(64) uint16_t part[PV_MAX_CLASSES][PV_SHARE_ROWS] = {{0}};
    for (size_t i = 0; i < n; i += PV_SHARE_ROWS) {
        size_t rows = n - i < PV_SHARE_ROWS ? n - i : PV_SHARE_ROWS;
        if (rows == PV_SHARE_ROWS)
            pv_share_block(m, score + i, PV_SHARE_ROWS, part);
        else
            pv_share_block(m, score + i, rows, part);
        pv_put_shares((const uint16_t(*)[PV_SHARE_ROWS])part, (size_t)m->n_classes, rows, stride, share + i * stride);
    }
}

#endif
