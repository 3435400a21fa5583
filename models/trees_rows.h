/* Asking the trees with rows of leaves: 16 classes of a leaf lie side by side, a row of pixels picks one such row a tree and adds it up. Compiled once for
 * each path that wants it. */
#ifndef PV_MODELS_TREES_ROWS_H
#define PV_MODELS_TREES_ROWS_H

#include "models/trees_internal.h"

typedef uint8_t pv_row_bytes __attribute__((vector_size(16), may_alias));
typedef uint16_t pv_row_words __attribute__((vector_size(16)));
#if defined(__AVX2__)
typedef int8_t pv_row_signed __attribute__((vector_size(32), may_alias));
#else
typedef int8_t pv_row_signed __attribute__((vector_size(16), may_alias));
#endif

/* Sums of 16 classes in 8 lanes: all = class at the low byte + 256 * class at the high byte modulo 2^16, high = class at the high byte. */
typedef struct pv_row_sum {
    pv_row_words all, high;
} pv_row_sum;

/* index: twice the leaf, so that a row of 16 bytes lies eight times as far, which addresses can say. Codes and thresholds have bit 7 changed, for processors
 * compare signed bytes. */
static inline __attribute__((always_inline)) void pv_rows_levels(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t blocks,
                                                                 uint8_t *index, int levels)
{
    pv_row_signed threshold[PV_TREE_MAX_DEPTH], *to = (pv_row_signed *)(void *)index;
    const pv_row_signed *c[PV_TREE_MAX_DEPTH];
    for (int d = 0; d < levels; d++) {
        threshold[d] = (pv_row_signed){0} + (int8_t)((tree->threshold[d] & UINT8_MAX) - 128);
        c[d] = (const pv_row_signed *)(const void *)code[tree->slot[d]];
    }
    for (size_t i = 0; i < blocks * PV_BLOCK / sizeof *to; i++) {
        pv_row_signed leaf = {0};
        for (int d = 0; d < levels; d++) leaf |= (c[d][i] > threshold[d]) & (int8_t)(2 << d);
        to[i] = leaf;
    }
}

static void pv_rows_index(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t blocks, uint8_t *index)
{
    switch (tree->levels) {
    case 0:
        pv_rows_levels(tree, code, blocks, index, 0);
        break;
    case 1:
        pv_rows_levels(tree, code, blocks, index, 1);
        break;
    case 2:
        pv_rows_levels(tree, code, blocks, index, 2);
        break;
    case 3:
        pv_rows_levels(tree, code, blocks, index, 3);
        break;
    case 4:
        pv_rows_levels(tree, code, blocks, index, 4);
        break;
    case 5:
        pv_rows_levels(tree, code, blocks, index, 5);
        break;
    default:
        pv_rows_levels(tree, code, blocks, index, 6);
        break;
    }
}

static inline __attribute__((always_inline)) void pv_rows_add(const uint8_t *row, const uint8_t (*index)[PV_PACKET], size_t n, pv_row_sum *sum,
                                                              int trees)
{
    for (size_t i = 0; i < n; i++) {
        pv_row_bytes s = *(const pv_row_bytes *)(const void *)(row + (size_t)index[0][i] * (PV_ROW_CLASSES / 2));
        for (int t = 1; t < trees; t++)
            s += *(const pv_row_bytes *)(const void *)(row + t * PV_TREE_ROWS + (size_t)index[t][i] * (PV_ROW_CLASSES / 2));
        sum[i].all += (pv_row_words)s;
        sum[i].high += (pv_row_words)s >> 8;
    }
}

static void pv_rows_add_group(const uint8_t *row, const uint8_t (*index)[PV_PACKET], size_t n, pv_row_sum *sum, int trees)
{
    switch (trees) {
    case 1:
        pv_rows_add(row, index, n, sum, 1);
        break;
    case 2:
        pv_rows_add(row, index, n, sum, 2);
        break;
    case 3:
        pv_rows_add(row, index, n, sum, 3);
        break;
    case 4:
        pv_rows_add(row, index, n, sum, 4);
        break;
    case 5:
        pv_rows_add(row, index, n, sum, 5);
        break;
    case 6:
        pv_rows_add(row, index, n, sum, 6);
        break;
    case 7:
        pv_rows_add(row, index, n, sum, 7);
        break;
    default:
        pv_rows_add(row, index, n, sum, 8);
        break;
    }
}

/* Scores of the 16 classes from class k0 on, as many as there are. */
static void pv_rows_put(const pv_model *m, size_t k0, const pv_row_sum *sum, size_t n, int16_t *score)
{
    size_t end = (size_t)m->n_classes - k0 < PV_ROW_CLASSES ? (size_t)m->n_classes - k0 : PV_ROW_CLASSES;
    const size_t odd_high = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    for (size_t k = 0; k < end; k++) {
        int16_t *restrict to = score + (k0 + k) * PV_BATCH;
        uint16_t base = m->ready->base[k0 + k];
        if (k % 2 == odd_high)
            for (size_t i = 0; i < n; i++) to[i] = (int16_t)(uint16_t)(sum[i].high[k / 2] + base);
        else
            for (size_t i = 0; i < n; i++) to[i] = (int16_t)(uint16_t)(sum[i].all[k / 2] - (sum[i].high[k / 2] << 8) + base);
    }
}

static void pv_rows_score(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    const struct pv_trees_ready *r = m->ready;
    _Alignas(64) uint8_t packet[PV_MAX_COLUMNS][PV_PACKET];
    _Alignas(64) uint8_t index[PV_TREE_GROUP][PV_PACKET];
    pv_row_sum sum[PV_MAX_CLASSES / PV_ROW_CLASSES][PV_PACKET];
    size_t parts = ((size_t)m->n_classes + PV_ROW_CLASSES - 1) / PV_ROW_CLASSES;
    for (size_t from = 0; from < n; from += PV_PACKET) {
        size_t rows = n - from < PV_PACKET ? n - from : PV_PACKET;
        size_t blocks = pv_packet_codes(r, code, from, rows, 0x80, packet);
        memset(sum, 0, parts * sizeof sum[0]);
        for (int g = 0; g < r->n_groups; g++) {
            int first = r->first[g], trees = r->first[g + 1] - first;
            for (int t = 0; t < trees; t++) pv_rows_index(&r->tree[first + t], (const uint8_t(*)[PV_PACKET])packet, blocks, index[t]);
            for (size_t p = 0; p < parts; p++)
                pv_rows_add_group(r->row + (p * (size_t)r->n_trees + (size_t)first) * PV_TREE_ROWS, (const uint8_t(*)[PV_PACKET])index, rows, sum[p],
                                  trees);
        }
        for (size_t p = 0; p < parts; p++) pv_rows_put(m, p * PV_ROW_CLASSES, sum[p], rows, score + from);
    }
}

#endif
