#include "season/season_ground.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_shape.h"
#include "season/footprint.h"

#include "base/banned.h"

/* ---- the grid ---- */

static pv_status grid_of_ledger(pv_season *s, pv_cell_grid *out, int *known, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT value FROM season_facts WHERE name='grid'", err));
    PV_TRY(pv_stmt_step(q, known, err));
    if (*known) PV_TRY(pv_cell_grid_parse(out, pv_row_text(q, 0), err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_ground_grid(pv_season *s, pv_cell_grid *out, int *known, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_grid ledger = {0};
    int in_ledger = 0, asked = strcmp(pv_conf_text(s->conf, PV_SET_GRID_EPSG), "auto") != 0;
    double cell_m = pv_conf_real(s->conf, PV_SET_COVERAGE_CELL_M);
    pv_cell_grid conf = {(int)pv_conf_int(s->conf, PV_SET_GRID_EPSG), cell_m};
    PV_TRY(grid_of_ledger(s, &ledger, &in_ledger, err));
    if (in_ledger && ((asked && conf.epsg != ledger.epsg) || fabs(ledger.cell_m - cell_m) > 1e-6))
        PV_TRY(pv_fail(
            err, PV_INPUT,
            "season.conf asks for cells of %g m and grid %s, but the ledger has cells of %g m in EPSG %d: set them back, or begin a new season",
            cell_m, pv_conf_text(s->conf, PV_SET_GRID_EPSG), ledger.cell_m, ledger.epsg));
    if (!in_ledger && !asked && fabs(cell_m - 1) > 1e-6)
        PV_TRY(pv_fail(err, PV_INPUT, "season.conf: coverage_cell_m = %g needs a grid_epsg too, as 4544", cell_m));
    *known = in_ledger || asked;
    *out = in_ledger ? ledger : conf;
out:
    return st;
}

static pv_status settle_grid(pv_season *s, const pv_cell_grid *grid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_cell_grid now = {0};
    char text[64];
    int known = 0;
    PV_TRY(grid_of_ledger(s, &now, &known, err));
    if (known && !pv_cell_grid_equal(&now, grid))
        PV_TRY(pv_fail(err, PV_INPUT, "its ground is accounted for in EPSG %d, cells of %g m, that of the season in EPSG %d, %g m", grid->epsg,
                       grid->cell_m, now.epsg, now.cell_m));
    if (known) goto out;
    (void)snprintf(text, sizeof text, "%d,%d.%03d", grid->epsg, pv_cell_grid_mm(grid) / 1000, pv_cell_grid_mm(grid) % 1000);
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT INTO season_facts VALUES('grid',?)", err));
    pv_stmt_text(q, 1, text);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

/* ---- taking in ---- */

/* The layer of photos shows where it lies. */
static pv_status keep_footprint(pv_season *s, int64_t photo, const pv_cells *cells, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text geom = {0};
    PV_TRY(pv_footprint(&geom, cells, err));
    if (geom.len == 0) goto out;
    PV_TRY(pv_stmt_new(&q, s->db, "UPDATE photos SET geom=?2 WHERE fid=?1", err));
    pv_stmt_int(q, 1, photo);
    pv_stmt_blob(q, 2, geom.data, geom.len);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    pv_text_release(&geom);
    return st;
}

pv_status pv_ground_take(pv_season *s, int64_t photo, const void *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cells *cells = NULL;
    pv_stmt *q = NULL;
    pv_text bytes = {0};
    PV_TRY(pv_cells_decode(&cells, data, n, 1, err));
    pv_cell_grid grid = pv_cells_grid(cells);
    PV_TRY(settle_grid(s, &grid, err));
    PV_TRY(keep_footprint(s, photo, cells, err));
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT INTO ground(by,bx,photo,cells) VALUES(?,?,?,?)", err));
    for (size_t k = 0; k < pv_cells_blocks(cells); k++) {
        pv_cell_block b = pv_cells_block(cells, k);
        pv_text_reset(&bytes);
        pv_cell_block_encode(&b, &bytes);
        PV_TRY(pv_text_status(&bytes, err));
        pv_stmt_int(q, 1, b.by);
        pv_stmt_int(q, 2, b.bx);
        pv_stmt_int(q, 3, photo);
        pv_stmt_blob(q, 4, bytes.data, bytes.len);
        PV_TRY(pv_stmt_run(q, err));
    }
out:
    pv_stmt_free(q);
    pv_cells_free(cells);
    pv_text_release(&bytes);
    return st;
}

/* ---- asking ---- */

struct pv_ground_look {
    pv_stmt *q;
    pv_cell_globe *globe; /* NULL: there is no ground yet */
};

pv_status pv_ground_look_new(pv_ground_look **out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_look *l = NULL;
    pv_stmt *first = NULL;
    pv_cell_grid grid = {0};
    int known = 0, row = 0;
    PV_TRY(pv_alloc(&l, 1, sizeof *l, "look", err));
    PV_TRY(grid_of_ledger(s, &grid, &known, err));
    PV_TRY(pv_stmt_new(&first, s->db, "SELECT bx,by FROM ground LIMIT 1", err));
    PV_TRY(pv_stmt_step(first, &row, err));
    if (known && row)
        PV_TRY(
            pv_cell_globe_new(&l->globe, &grid, (int32_t)pv_row_int(first, 0) * PV_CELL_BLOCK, (int32_t)pv_row_int(first, 1) * PV_CELL_BLOCK, err));
    PV_TRY(pv_stmt_new(&l->q, s->db, "SELECT cells FROM ground WHERE by=? AND bx=? AND photo=?", err));
    *out = l;
    l = NULL;
out:
    pv_stmt_free(first);
    pv_ground_look_free(l);
    return st;
}

void pv_ground_look_free(pv_ground_look *l)
{
    if (l == NULL) return;
    pv_stmt_free(l->q);
    pv_cell_globe_free(l->globe);
    pv_free(l);
}

int pv_ground_block_state(const pv_cell_block *b, int x, int y)
{
    for (uint32_t k = b->row[y]; k < b->row[y + 1]; k++)
        if (b->run[k].x0 <= x && x < b->run[k].x1) return b->run[k].state;
    return PV_CELL_NONE;
}

int pv_ground_cell_at(pv_ground_look *l, double lon_deg, double lat_deg, int64_t *i, int64_t *j)
{
    double x = 0, y = 0;
    if (l->globe == NULL || !pv_cell_globe_cell(l->globe, lon_deg, lat_deg, &x, &y)) return 0;
    *i = (int64_t)floor(x);
    *j = (int64_t)floor(y);
    return 1;
}

pv_status pv_ground_state_at(pv_ground_look *l, int64_t photo, double lon_deg, double lat_deg, int *state, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_block b;
    pv_cell_block_owned owned = {0};
    int64_t x = 0, y = 0;
    int row = 0;
    size_t n = 0;
    *state = PV_CELL_NONE;
    if (!pv_ground_cell_at(l, lon_deg, lat_deg, &x, &y)) return PV_OK;
    int64_t bx = (int64_t)floor((double)x / PV_CELL_BLOCK), by = (int64_t)floor((double)y / PV_CELL_BLOCK);
    pv_stmt_int(l->q, 1, by);
    pv_stmt_int(l->q, 2, bx);
    pv_stmt_int(l->q, 3, photo);
    PV_TRY(pv_stmt_step(l->q, &row, err));
    if (!row) return PV_OK;
    const void *data = pv_row_blob(l->q, 0, &n);
    st = pv_cell_block_decode(&b, &owned, data, n, err);
    if (st == PV_OK) *state = pv_ground_block_state(&b, (int)(x - bx * PV_CELL_BLOCK), (int)(y - by * PV_CELL_BLOCK));
    pv_cell_block_release(&owned);
    pv_stmt_reset(l->q);
out:
    return st;
}
