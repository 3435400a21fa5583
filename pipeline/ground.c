#include "pipeline/ground.h"

#include <string.h>

#include "base/mem.h"
#include "pipeline/coverage_rows.h"
#include "pipeline/ground_cells.h"
#include "pipeline/tile.h"

#include "base/banned.h"

struct pv_ground {
    pv_ground_wish wish;
    pv_coverage_rows sums;
    pv_ground_cells *cells; /* NULL = none */
    uint8_t *row;           /* [side][w] classes that wait for the rest of their squares, then states */
    int side;               /* rows of a row of squares */
    int y0, n;              /* of them are there: rows y0 to y0 + n - 1 */
    uint8_t state[256];     /* of a class code */
};

static void states_set(pv_ground *g)
{
    memset(g->state, g->wish.coarse ? PV_CELL_COARSE : PV_CELL_SEEN, sizeof g->state);
    g->state[PV_BEST_NODATA] = PV_CELL_NODATA;
    g->state[PV_BEST_UNREADABLE] = PV_CELL_UNREADABLE;
    g->state[PV_BEST_DARK] = PV_CELL_DARK;
    g->state[PV_BEST_SATURATED] = PV_CELL_SATURATED;
}

int64_t pv_ground_bytes(const pv_work_grid *grid, const pv_photo_facts *facts, const pv_cell_grid *cells)
{
    int64_t rows = (int64_t)pv_blur_side(grid->gsd_y_m) * grid->w;
    return rows + pv_blur_bytes(grid) + (cells != NULL ? pv_ground_cells_bytes(cells, facts) : 0);
}

pv_status pv_ground_new(pv_ground **out, const pv_ground_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground *g = NULL;
    PV_TRY(pv_alloc(&g, 1, sizeof *g, "ground", err));
    g->wish = *wish;
    g->side = pv_blur_side(wish->grid->gsd_y_m);
    pv_coverage_rows_init(&g->sums, wish->place, wish->grid, wish->facts);
    g->sums.coarse = wish->coarse;
    states_set(g);
    if (wish->cells != NULL) PV_TRY(pv_ground_cells_new(&g->cells, wish->cells, wish->place, wish->grid, wish->facts, err));
    if (wish->cells != NULL || wish->blur != NULL) PV_TRY(pv_alloc(&g->row, (size_t)g->side, (size_t)wish->grid->w, "rows of ground", err));
    *out = g;
    g = NULL;
out:
    pv_ground_free(g);
    return st;
}

void pv_ground_free(pv_ground *g)
{
    if (g == NULL) return;
    pv_ground_cells_free(g->cells);
    pv_free(g->row);
    pv_free(g);
}

/* Marks what was seen in a blurred square, after classes became states. */
static void blur_square(pv_ground *g, pv_rect square)
{
    int64_t n = 0;
    for (int y = 0; y < square.h; y++) {
        uint8_t *at = g->row + (size_t)y * (size_t)g->wish.grid->w + square.x;
        for (int x = 0; x < square.w; x++) {
            n += at[x] == PV_CELL_SEEN;
            at[x] = at[x] == PV_CELL_SEEN ? PV_CELL_BLURRED : at[x];
        }
    }
    if (n > 0) pv_coverage_rows_blurred(&g->sums, square, n);
}

/* Does with a whole row of squares (the last may be lower) what is to be done. */
static pv_status row_of_squares(pv_ground *g, pv_err *err)
{
    pv_status st = PV_OK;
    int row = g->y0 / g->side, any = g->cells != NULL;
    if (g->n == 0) return PV_OK;
    for (int k = 0; g->wish.blur != NULL && !g->wish.coarse && !any && k < pv_blur_across(g->wish.blur); k++) any = pv_blur_at(g->wish.blur, k, row);
    if (any) {
        size_t n = (size_t)g->n * (size_t)g->wish.grid->w;
        for (size_t i = 0; i < n; i++) g->row[i] = g->state[g->row[i]];
        for (int k = 0; g->wish.blur != NULL && !g->wish.coarse && k < pv_blur_across(g->wish.blur); k++)
            if (pv_blur_at(g->wish.blur, k, row)) blur_square(g, pv_blur_square(g->wish.blur, k, row));
        if (g->cells != NULL) PV_TRY(pv_ground_cells_rows(g->cells, g->y0, g->n, g->row, err));
    }
    g->y0 += g->n;
    g->n = 0;
out:
    return st;
}

pv_status pv_ground_push(pv_ground *g, const uint8_t *best, int n_rows, pv_err *err)
{
    pv_status st = PV_OK;
    size_t w = (size_t)g->wish.grid->w;
    pv_coverage_rows_push(&g->sums, best, n_rows);
    for (int y = 0; g->row != NULL && y < n_rows;) {
        int take = pv_min(n_rows - y, g->side - g->n);
        memcpy(g->row + (size_t)g->n * w, best + (size_t)y * w, (size_t)take * w);
        g->n += take;
        y += take;
        if (g->n == g->side) PV_TRY(row_of_squares(g, err));
    }
out:
    return st;
}

pv_status pv_ground_finish(pv_ground *g, pv_coverage *sum, pv_cells **cells, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(row_of_squares(g, err));
    if (g->cells != NULL && cells != NULL) PV_TRY(pv_ground_cells_take(g->cells, cells, err));
    *sum = pv_coverage_rows_sum(&g->sums);
out:
    return st;
}
