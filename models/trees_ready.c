#include "models/trees_internal.h"

#include <stdint.h>

#include "base/mem.h"

#include "base/banned.h"

/* Of one tree: the least leaf of each class and how far above it the highest one is. */
typedef struct pv_spread {
    int least[PV_MAX_CLASSES];
    uint8_t above[PV_MAX_CLASSES];
    int widest;
} pv_spread;

static const int8_t *pv_leaves(const pv_model *m, int tree, int class_id)
{
    return m->leaf + ((size_t)tree * (size_t)m->n_classes + (size_t)class_id) * PV_TREE_LEAVES;
}

static void pv_spread_of(const pv_model *m, int tree, pv_spread *s)
{
    s->widest = 0;
    for (int k = 0; k < m->n_classes; k++) {
        const int8_t *leaf = pv_leaves(m, tree, k);
        int low = leaf[0], high = leaf[0];
        for (int i = 1; i < PV_TREE_LEAVES; i++) {
            low = leaf[i] < low ? leaf[i] : low;
            high = leaf[i] > high ? leaf[i] : high;
        }
        s->least[k] = low;
        s->above[k] = (uint8_t)(high - low);
        if (high - low > s->widest) s->widest = high - low;
    }
}

/* Widest trees first, each into the first group that has room for it. order: trees in the order of their groups. */
static void pv_group_trees(const pv_model *m, const pv_spread *spread, struct pv_trees_ready *r, int *order)
{
    static const int most = UINT8_MAX;
    uint8_t full[PV_MAX_TREES][PV_MAX_CLASSES] = {{0}};
    int count[PV_MAX_TREES] = {0}, group[PV_MAX_TREES], n = 0;
    for (int wide = most; wide >= 0; wide--) {
        for (int t = 0; t < m->n_trees; t++) {
            int g = 0, fits = 0;
            if (spread[t].widest != wide) continue;
            for (; !fits; g += !fits) {
                fits = count[g] < PV_TREE_GROUP;
                for (int k = 0; k < m->n_classes && fits; k++) fits = full[g][k] + spread[t].above[k] <= most;
            }
            for (int k = 0; k < m->n_classes; k++) full[g][k] = (uint8_t)(full[g][k] + spread[t].above[k]);
            count[g]++;
            group[t] = g;
            if (g >= n) n = g + 1;
        }
    }
    r->n_groups = n;
    for (int g = 0, at = 0; g < n; g++) {
        for (int t = 0; t < m->n_trees; t++)
            if (group[t] == g) order[at++] = t;
        r->first[g + 1] = at;
    }
}

/* Levels that ask nothing are left out. old[i]: the leaf of the model that has the index i now. */
static void pv_ready_levels(const pv_tree *from, const uint16_t *slot, pv_ready_tree *to, uint8_t *old)
{
    uint8_t bit[PV_TREE_MAX_DEPTH];
    for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
        if (from->threshold[d] == UINT8_MAX) continue;
        to->slot[to->levels] = slot[from->column[d]];
        to->threshold[to->levels] = from->threshold[d] * 0x01010101u;
        bit[to->levels++] = (uint8_t)(1u << d);
    }
    for (int i = 0; i < PV_TREE_LEAVES; i++) {
        old[i] = 0;
        for (int d = 0; d < to->levels; d++) old[i] = (uint8_t)(old[i] | (i >> d & 1 ? bit[d] : 0));
    }
}

static void pv_ready_tree_fill(const pv_model *m, const pv_spread *spread, int tree, int at, const uint16_t *slot, struct pv_trees_ready *r)
{
    uint8_t old[PV_TREE_LEAVES];
    size_t classes = (size_t)m->n_classes;
    pv_ready_levels(&m->tree[tree], slot, &r->tree[at], old);
    for (size_t k = 0; k < classes; k++) {
        const int8_t *from = pv_leaves(m, tree, (int)k);
        uint8_t *leaf = r->leaf + ((size_t)at * classes + k) * PV_TREE_LEAVES;
        uint8_t *row = r->row + (k / PV_ROW_CLASSES * (size_t)r->n_trees + (size_t)at) * PV_TREE_ROWS + k % PV_ROW_CLASSES;
        for (int i = 0; i < PV_TREE_LEAVES; i++) row[i * PV_ROW_CLASSES] = leaf[i] = (uint8_t)(from[old[i]] - spread->least[k]);
        r->base[k] = (uint16_t)(r->base[k] + (uint16_t)spread->least[k]);
    }
}

static void pv_ready_columns(const pv_model *m, uint16_t *slot, struct pv_trees_ready *r)
{
    uint8_t asked[PV_MAX_COLUMNS] = {0};
    for (int t = 0; t < m->n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (m->tree[t].threshold[d] != UINT8_MAX) asked[m->tree[t].column[d]] = 1;
    for (int c = 0; c < m->n_columns; c++) {
        slot[c] = (uint16_t)r->n_used;
        if (asked[c]) r->used[r->n_used++] = (uint16_t)c;
    }
}

void pv_trees_ready_free(struct pv_trees_ready *r)
{
    if (r == NULL) return;
    pv_free(r->tree);
    pv_free(r->room);
    pv_free(r);
}

static pv_status pv_ready_new(struct pv_trees_ready **out, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const what = "trees that are ready to be asked";
    enum { ALIGN = 64 };
    size_t trees = (size_t)m->n_trees, classes = (size_t)m->n_classes, rows = (classes + PV_ROW_CLASSES - 1) / PV_ROW_CLASSES;
    size_t leaves = trees * classes * PV_TREE_LEAVES;
    struct pv_trees_ready *r = NULL;
    PV_TRY(pv_alloc(&r, 1, sizeof *r, what, err));
    PV_TRY(pv_alloc(&r->tree, trees, sizeof *r->tree, what, err));
    PV_TRY(pv_alloc(&r->room, leaves + trees * rows * PV_TREE_ROWS + ALIGN, 1, what, err));
    r->leaf = r->room + (ALIGN - (uintptr_t)r->room % ALIGN) % ALIGN;
    r->row = r->leaf + leaves;
    r->n_trees = m->n_trees;
    *out = r;
    r = NULL;
out:
    pv_trees_ready_free(r);
    return st;
}

static pv_status pv_ready_one(pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    struct pv_trees_ready *r = NULL;
    pv_spread *spread = NULL;
    int order[PV_MAX_TREES];
    uint16_t slot[PV_MAX_COLUMNS];
    PV_TRY(pv_alloc(&spread, (size_t)m->n_trees, sizeof *spread, "the range of leaves", err));
    PV_TRY(pv_ready_new(&r, m, err));
    for (int t = 0; t < m->n_trees; t++) pv_spread_of(m, t, &spread[t]);
    pv_group_trees(m, spread, r, order);
    pv_ready_columns(m, slot, r);
    for (int k = 0; k < m->n_classes; k++) r->base[k] = (uint16_t)m->bias[k];
    for (int t = 0; t < m->n_trees; t++) pv_ready_tree_fill(m, &spread[order[t]], order[t], t, slot, r);
    for (int d = 0; d <= PV_EXP_ZERO; d++) r->exp_of[d] = pv_softmax_exp(d);
    pv_trees_ready_free(m->ready);
    m->ready = r;
out:
    pv_free(spread);
    return st;
}

pv_status pv_trees_prepare(pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_ready_one(m, err));
    if (m->objects != NULL) PV_TRY(pv_ready_one(m->objects->trees, err));
    if (m->stages != NULL) PV_TRY(pv_ready_one(m->stages, err));
    if (m->gate != NULL) PV_TRY(pv_ready_one(m->gate->trees, err));
out:
    return st;
}
