/* Which photos looked at a plot without seeing it. */
#include <math.h>
#include <stdlib.h>

#include "season/plots_internal.h"
#include "season/season_ground.h"

#include "base/mem.h"

#include "base/banned.h"

/* A plot's point on the season's grid. */
typedef struct look_place {
    int64_t plot, i, j;
} look_place;

typedef struct look_places {
    size_t n, cap;
    look_place *at;
} look_places;

static int by_block(const void *a, const void *b)
{
    const look_place *p = a, *q = b;
    int64_t key[2][3] = {{pv_cell_block_of(p->j), pv_cell_block_of(p->i), p->plot}, {pv_cell_block_of(q->j), pv_cell_block_of(q->i), q->plot}};
    for (int k = 0; k < 3; k++)
        if (key[0][k] != key[1][k]) return key[0][k] < key[1][k] ? -1 : 1;
    return 0;
}

typedef struct look_statements {
    pv_stmt *unplaced, *put_place; /* plots without a place on the grid: those of this update, and all until the season has ground */
    pv_stmt *of_photo, *plots;     /* a new photo's blocks, and the plots in a block */
    pv_stmt *of_block;             /* the photos of a block */
    pv_stmt *look;
} look_statements;

static void free_statements(look_statements *q)
{
    pv_stmt_free(q->unplaced);
    pv_stmt_free(q->put_place);
    pv_stmt_free(q->of_photo);
    pv_stmt_free(q->plots);
    pv_stmt_free(q->of_block);
    pv_stmt_free(q->look);
}

static pv_status prepare(look_statements *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->unplaced, db, "SELECT fid,lon,lat FROM plots WHERE cell_i IS NULL AND merged_into IS NULL ORDER BY fid", err));
    PV_TRY(pv_stmt_new(&q->put_place, db, "UPDATE plots SET cell_i=?2,cell_j=?3,cell_e=?4,cell_n=?5 WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&q->of_photo, db, "SELECT g.cells,g.by,g.bx,p.day FROM ground g JOIN photos p ON p.fid=g.photo WHERE g.photo=?", err));
    PV_TRY(pv_stmt_new(&q->plots, db, "SELECT fid,cell_i,cell_j FROM plots WHERE cell_j>>8=? AND cell_i>>8=? AND merged_into IS NULL", err));
    PV_TRY(pv_stmt_new(&q->of_block, db,
                       "SELECT g.cells,g.photo,p.day FROM ground g JOIN photos p ON p.fid=g.photo WHERE g.by=? AND g.bx=? AND p.day IS NOT NULL",
                       err));
    PV_TRY(pv_stmt_new(&q->look, db, "INSERT INTO looks(plot,photo,date,seen) VALUES(?,?,?,0) ON CONFLICT DO NOTHING", err));
out:
    return st;
}

/* Gives plots their cells; *placed: those that got one now, by blocks. */
static pv_status place_plots(pv_plots_work *w, const look_statements *q, look_places *placed, pv_err *err)
{
    const double coarse_m = 100;
    pv_status st = PV_OK;
    pv_ground_look *look = NULL;
    pv_cell_grid grid = {0};
    int row = 0, known = 0;
    PV_TRY(pv_ground_grid(w->s, &grid, &known, err));
    PV_TRY(pv_ground_look_new(&look, w->s, err));
    PV_TRY(pv_stmt_step(q->unplaced, &row, err));
    while (row) {
        look_place p = {.plot = pv_row_int(q->unplaced, 0)};
        if (pv_ground_cell_at(look, pv_row_real(q->unplaced, 1), pv_row_real(q->unplaced, 2), &p.i, &p.j)) {
            PV_TRY(pv_grow(&placed->at, &placed->cap, placed->n + 1, sizeof *placed->at, "places of plots", err));
            placed->at[placed->n++] = p;
        }
        PV_TRY(pv_stmt_step(q->unplaced, &row, err));
    }
    for (size_t k = 0; k < placed->n; k++) {
        const look_place *p = &placed->at[k];
        pv_stmt_int(q->put_place, 1, p->plot);
        pv_stmt_int(q->put_place, 2, p->i);
        pv_stmt_int(q->put_place, 3, p->j);
        pv_stmt_int(q->put_place, 4, (int64_t)floor((double)p->i * grid.cell_m / coarse_m));
        pv_stmt_int(q->put_place, 5, (int64_t)floor((double)p->j * grid.cell_m / coarse_m));
        PV_TRY(pv_stmt_run(q->put_place, err));
        PV_TRY(pv_fids_add(&w->touched, p->plot, err));
    }
    if (placed->n > 1) qsort(placed->at, placed->n, sizeof *placed->at, by_block);
out:
    pv_ground_look_free(look);
    return st;
}

/* A photo's block, of the row at hand (cells first), and n plots in it. */
static pv_status look_at(pv_plots_work *w, const look_statements *q, pv_stmt *row, int64_t photo, const char *day, const look_place *at, size_t n,
                         pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_block b;
    pv_cell_block_owned owned = {0};
    size_t bytes = 0;
    const void *data = pv_row_blob(row, 0, &bytes);
    PV_TRY(pv_where(err, pv_cell_block_decode(&b, &owned, data, bytes, err), "ground of photo %lld", (long long)photo));
    for (size_t k = 0; k < n; k++) {
        int x = (int)(at[k].i - pv_cell_block_of(at[k].i) * PV_CELL_BLOCK), y = (int)(at[k].j - pv_cell_block_of(at[k].j) * PV_CELL_BLOCK);
        if (pv_ground_block_state(&b, x, y) != PV_CELL_SEEN) continue;
        pv_stmt_int(q->look, 1, at[k].plot);
        pv_stmt_int(q->look, 2, photo);
        pv_stmt_text(q->look, 3, day);
        PV_TRY(pv_stmt_run(q->look, err));
        PV_TRY(pv_fids_add(&w->touched, at[k].plot, err));
    }
out:
    pv_cell_block_release(&owned);
    return st;
}

/* n plots of one block and all photos. */
static pv_status look_up(pv_plots_work *w, const look_statements *q, const look_place *at, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q->of_block, 1, pv_cell_block_of(at->j));
    pv_stmt_int(q->of_block, 2, pv_cell_block_of(at->i));
    PV_TRY(pv_stmt_step(q->of_block, &row, err));
    while (row) {
        PV_TRY(look_at(w, q, q->of_block, pv_row_int(q->of_block, 1), pv_row_text(q->of_block, 2), at, n, err));
        PV_TRY(pv_stmt_step(q->of_block, &row, err));
    }
out:
    pv_stmt_reset(q->of_block);
    return st;
}

/* A new photo and all plots. */
static pv_status look_down(pv_plots_work *w, const look_statements *q, int64_t photo, look_places *in, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0, plot = 0;
    pv_stmt_int(q->of_photo, 1, photo);
    PV_TRY(pv_stmt_step(q->of_photo, &row, err));
    while (row) {
        in->n = 0;
        pv_stmt_int(q->plots, 1, pv_row_int(q->of_photo, 1));
        pv_stmt_int(q->plots, 2, pv_row_int(q->of_photo, 2));
        PV_TRY(pv_stmt_step(q->plots, &plot, err));
        while (plot) {
            PV_TRY(pv_grow(&in->at, &in->cap, in->n + 1, sizeof *in->at, "places of plots", err));
            in->at[in->n++] = (look_place){pv_row_int(q->plots, 0), pv_row_int(q->plots, 1), pv_row_int(q->plots, 2)};
            PV_TRY(pv_stmt_step(q->plots, &plot, err));
        }
        if (in->n > 0) PV_TRY(look_at(w, q, q->of_photo, photo, pv_row_text(q->of_photo, 3), in->at, in->n, err));
        PV_TRY(pv_stmt_step(q->of_photo, &row, err));
    }
out:
    pv_stmt_reset(q->plots);
    pv_stmt_reset(q->of_photo);
    return st;
}

pv_status pv_plots_look(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    look_statements q = {.look = NULL};
    look_places placed = {.n = 0}, in = {.n = 0};
    PV_TRY(prepare(&q, w->s->db, err));
    for (size_t i = 0; i < w->photos.n; i++) PV_TRY(look_down(w, &q, w->photos.at[i], &in, err));
    PV_TRY(place_plots(w, &q, &placed, err));
    for (size_t i = 0, k; i < placed.n; i += k) {
        for (k = 1; i + k < placed.n && pv_cell_block_of(placed.at[i + k].i) == pv_cell_block_of(placed.at[i].i) &&
                    pv_cell_block_of(placed.at[i + k].j) == pv_cell_block_of(placed.at[i].j);)
            k++;
        PV_TRY(look_up(w, &q, placed.at + i, k, err));
    }
out:
    free_statements(&q);
    pv_free(placed.at);
    pv_free(in.at);
    return st;
}
