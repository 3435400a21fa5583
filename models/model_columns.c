/* Columns that no tree asks for leave a model. */
#include <string.h>

#include "models/model.h"
#include "models/trees.h"

#include "base/banned.h"

/* need[c] = 1 for the columns that some tree of m asks for. A code is never above 255: such a level asks nothing. */
static void pv_columns_asked(const pv_model *m, uint8_t need[PV_MAX_COLUMNS])
{
    for (int t = 0; t < m->n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (m->tree[t].threshold[d] < 255) need[m->tree[t].column[d]] = 1;
}

/* The needed ones move together, with their edges; a level that asks nothing asks it of the first. A model has at least one column. */
static void pv_columns_squeeze(pv_model *m, uint8_t need[PV_MAX_COLUMNS])
{
    uint16_t now[PV_MAX_COLUMNS] = {0};
    int n = 0;
    if (memchr(need, 1, (size_t)m->n_columns) == NULL) need[0] = 1;
    for (int c = 0; c < m->n_columns; c++) {
        if (!need[c]) continue;
        now[c] = (uint16_t)n;
        memmove(m->column[n], m->column[c], sizeof m->column[c]);
        memmove(m->edge[n], m->edge[c], sizeof m->edge[c]);
        m->n_edges[n++] = m->n_edges[c];
    }
    m->n_columns = n;
    for (int t = 0; t < m->n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) m->tree[t].column[d] = now[m->tree[t].column[d]];
}

pv_status pv_model_drop_unused(pv_model *m, pv_err *err)
{
    uint8_t need[PV_MAX_COLUMNS] = {0}, staged[PV_MAX_COLUMNS] = {0};
    pv_columns_asked(m, need);
    if (m->stages != NULL) {
        pv_columns_asked(m->stages, staged);
        pv_columns_squeeze(m->stages, staged);
        for (int s = 0; s < m->stages->n_columns; s++)
            for (int c = 0; c < m->n_columns; c++)
                if (strcmp(m->stages->column[s], m->column[c]) == 0) need[c] = 1;
    }
    pv_columns_squeeze(m, need);
    return pv_trees_prepare(m, err);
}
