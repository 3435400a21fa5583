/* Ground in the ledger: the cells of every photo that was looked at, by blocks, on the season's one grid.
 *
 * Threads: the season's owner. Errors: as sql.h; PV_INPUT when cells are of another grid, or damaged. */
#ifndef PV_SEASON_SEASON_GROUND_H
#define PV_SEASON_SEASON_GROUND_H

#include "geo/cells.h"
#include "season/store.h"

/* The season's grid: that of its first photo, else of season.conf; *known = 0: neither says. PV_INPUT when season.conf asks for another one than the ledger has. */
PV_MUST pv_status pv_ground_grid(pv_season *s, pv_cell_grid *out, int *known, pv_err *err);

/* Takes the cells of a photo in, as part of the transaction that is open. data: a coverage file. */
PV_MUST pv_status pv_ground_take(pv_season *s, int64_t photo, const void *data, size_t n, pv_err *err);

/* What a photo shows at a place: PV_CELL_*. Owner of a look: one thread; made once for many places. */
typedef struct pv_ground_look pv_ground_look;
PV_MUST pv_status pv_ground_look_new(pv_ground_look **out, pv_season *s, pv_err *err);
void pv_ground_look_free(pv_ground_look *l);
/* The cell of a place: 1, or 0 when there is no ground yet or the place is not in the grid. */
int pv_ground_cell_at(pv_ground_look *l, double lon_deg, double lat_deg, int64_t *i, int64_t *j);
/* The state of cell x, y (0..255) of a block: PV_CELL_*. */
int pv_ground_block_state(const pv_cell_block *b, int x, int y);
PV_MUST pv_status pv_ground_state_at(pv_ground_look *l, int64_t photo, double lon_deg, double lat_deg, int *state, pv_err *err);

#endif
