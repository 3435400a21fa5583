/* What the files of cells share. Nobody else includes this. */
#ifndef PV_GEO_CELLS_INTERNAL_H
#define PV_GEO_CELLS_INTERNAL_H

#include "geo/cells.h"

/* Dense while it is written, runs otherwise; exactly one of the two is there. */
typedef struct pv_cell_store {
    int32_t bx, by;
    int touched;      /* since the last settling */
    uint8_t *cell;    /* [256][256] states, or NULL */
    uint32_t *row;    /* [257], or NULL */
    pv_cell_run *run; /* [row[256]] */
} pv_cell_store;

struct pv_cells {
    pv_cell_grid grid;
    uint8_t photo[PV_SHA256_BYTES];
    size_t n, cap;
    pv_cell_store **at; /* [n] by by, bx */
    size_t last;        /* where the last look found its block */
};

/* Appends an empty block without cells, which must come after all others. */
PV_MUST pv_status pv_cells_append(pv_cells *c, int32_t bx, int32_t by, pv_cell_store **out, pv_err *err);

static inline pv_cell_block pv_cell_store_block(const pv_cell_store *s)
{
    return (pv_cell_block){s->bx, s->by, s->row, s->run};
}

#endif
