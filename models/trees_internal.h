/* Inside models/trees*.c: the form in which the trees are asked, and the paths that ask them. For these files, their test and their bench only.
 *
 * Trees are summed in bytes, as many at a time as cannot overflow: every leaf is stored as what it is above the least leaf of its tree and class, trees are
 * put into groups in which these never sum to more than 255 for any class, and the least leaves go to the bias. Groups are added up modulo 2^16.
 * All of this is exact, whatever the order of the trees. */
#ifndef PV_MODELS_TREES_INTERNAL_H
#define PV_MODELS_TREES_INTERNAL_H

#include <string.h>

#include "base/cpu.h"
#include "models/trees.h"

/* A packet of rows keeps its codes in the first cache; a block is a register of the widest path. PV_EXP_ZERO: from there on pv_softmax_exp() is 0. */
enum { PV_PACKET = 256, PV_BLOCK = 64, PV_TREE_GROUP = 8, PV_ROW_CLASSES = 16, PV_TREE_ROWS = PV_TREE_LEAVES * PV_ROW_CLASSES, PV_EXP_ZERO = 2816 };

typedef struct pv_ready_tree {
    uint16_t slot[PV_TREE_MAX_DEPTH];      /* index into used[] */
    uint32_t threshold[PV_TREE_MAX_DEPTH]; /* four times the byte */
    int levels;                            /* that ask something; they come first, and bits of a leaf's index are theirs */
} pv_ready_tree;

struct pv_trees_ready {
    int n_used, n_trees, n_groups;
    uint16_t used[PV_MAX_COLUMNS];    /* columns that are asked */
    int first[PV_MAX_TREES + 1];      /* [n_groups + 1] group g holds trees first[g] .. first[g + 1] - 1, at most PV_TREE_GROUP */
    pv_ready_tree *tree;              /* [n_trees] in the order of the groups */
    uint8_t *leaf;                    /* [n_trees][n_classes][64], at a multiple of 64 bytes */
    uint8_t *row;                     /* [rows of 16 classes][n_trees][64][16] the same leaves, classes side by side; at a multiple of 64 bytes */
    uint16_t base[PV_MAX_CLASSES];    /* bias and the least leaves of all trees, modulo 2^16 */
    uint32_t exp_of[PV_EXP_ZERO + 1]; /* pv_softmax_exp(d) for d = 0..PV_EXP_ZERO */
    uint8_t *room;                    /* what leaf and row lie in */
};

/* What a path does; the parameters are those of pv_trees_score() and pv_trees_share() for a model that is ready. */
typedef void pv_score_path(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score);
typedef void pv_share_path(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share);

pv_score_path pv_score_portable, pv_score_avx2, pv_score_avx512;
pv_share_path pv_share_portable, pv_share_avx2, pv_share_avx512;

/* By one path, which the machine must have. */
void pv_trees_score_by(pv_cpu path, const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score);
void pv_trees_share_by(pv_cpu path, const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share);

/* Rows from .. from + n - 1 of the columns that are asked, n <= PV_PACKET, filled up to whole blocks; every byte is changed by `flip`. Returns how many blocks. */
static inline size_t pv_packet_codes(const struct pv_trees_ready *r, const uint8_t *const *code, size_t from, size_t n, uint8_t flip,
                                     uint8_t (*to)[PV_PACKET])
{
    size_t blocks = (n + PV_BLOCK - 1) / PV_BLOCK;
    for (int s = 0; s < r->n_used; s++) {
        const uint8_t *restrict c = code[r->used[s]] + from;
        uint8_t *restrict t = to[s];
        size_t whole = n / PV_BLOCK * PV_BLOCK;
        for (size_t b = 0; b < whole; b += PV_BLOCK)
            for (size_t i = b; i < b + PV_BLOCK; i++) t[i] = (uint8_t)(c[i] ^ flip);
        if (whole == n) continue;
        memset(t + whole, 0, PV_BLOCK);
        memcpy(t + whole, c + whole, n - whole);
        for (size_t i = whole; i < whole + PV_BLOCK; i++) t[i] ^= flip;
    }
    return blocks;
}

#endif
