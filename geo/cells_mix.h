/* Several photos over the same ground, a block at a time: what counts, and how often it was seen.
 *
 * Of the states that the photos have for a cell the one of lowest pv_cell_rank() counts: seen in one photo is seen. Blurred and coarse are not seen, neither once nor once a photo. So unique area, repeated area (亩次) and gaps are sums
 * over spans. The order of the photos changes nothing. Threads: one owner. Errors: PV_NOMEM. */
#ifndef PV_GEO_CELLS_MIX_H
#define PV_GEO_CELLS_MIX_H

#include "geo/cells.h"

/* Cells x0 <= x < x1 of a row of a block that have the same state and were seen by as many photos. */
typedef struct pv_cell_span {
    uint16_t x0, x1;
    uint8_t state; /* never PV_CELL_NONE */
    uint16_t seen; /* photos whose state is PV_CELL_SEEN, at most 65535 */
} pv_cell_span;

typedef struct pv_cell_mix pv_cell_mix;

PV_MUST pv_status pv_cell_mix_new(pv_cell_mix **out, pv_err *err);
void pv_cell_mix_free(pv_cell_mix *mix); /* NULL is fine */
/* Forgets all photos: the next block. */
void pv_cell_mix_clear(pv_cell_mix *mix);
/* One more photo. All blocks since the last clear must lie at the same place. */
void pv_cell_mix_add(pv_cell_mix *mix, const pv_cell_block *block);
/* The spans of row y (0..255), from west to east; *n of them. Borrowed until the next add. */
const pv_cell_span *pv_cell_mix_row(const pv_cell_mix *mix, int y, int *n);

/* All blocks of n sets of the same grid as one set (yours) with the state that counts. PV_BUG when the grids differ. */
PV_MUST pv_status pv_cells_join(pv_cells **out, size_t n, const pv_cells *const *cells, pv_err *err);

#endif
