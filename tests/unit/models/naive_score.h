/* The definition of model.h, word by word. */
#ifndef PV_TESTS_NAIVE_SCORE_H
#define PV_TESTS_NAIVE_SCORE_H

#include "models/model.h"

static inline int naive_score(const pv_model *m, const uint8_t *const *code, size_t row, int k)
{
    int score = m->bias[k];
    for (int t = 0; t < m->n_trees; t++) {
        int leaf = 0;
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (code[m->tree[t].column[d]][row] > m->tree[t].threshold[d]) leaf += 1 << d;
        score += m->leaf[(t * m->n_classes + k) * PV_TREE_LEAVES + leaf];
    }
    return score;
}

#endif
