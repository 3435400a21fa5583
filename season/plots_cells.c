/* What is known of cells of 100 m. */
#include <stdlib.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct cell_key {
    int64_t e, n;
} cell_key;

static int by_place(const void *a, const void *b)
{
    const cell_key *p = a, *q = b;
    if (p->e != q->e) return p->e < q->e ? -1 : 1;
    return p->n < q->n ? -1 : p->n > q->n;
}

typedef struct cell_statements {
    pv_stmt *of_plot, *plots, *days, *drop, *put;
} cell_statements;

static void free_statements(cell_statements *q)
{
    pv_stmt_free(q->of_plot);
    pv_stmt_free(q->plots);
    pv_stmt_free(q->days);
    pv_stmt_free(q->drop);
    pv_stmt_free(q->put);
}

static pv_status prepare(cell_statements *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->of_plot, db, "SELECT cell_e,cell_n FROM plots WHERE fid=? AND cell_e IS NOT NULL", err));
    PV_TRY(pv_stmt_new(&q->plots, db,
                       "SELECT count(*) FROM plots WHERE cell_e=? AND cell_n=? AND merged_into IS NULL AND status<>'ruled_out' AND times_seen>0",
                       err));
    PV_TRY(pv_stmt_new(&q->days, db,
                       "SELECT l.date,max(l.seen) FROM plots p JOIN looks l ON l.plot=p.fid WHERE p.cell_e=? AND p.cell_n=? AND p.merged_into IS NULL"
                       " AND p.status<>'ruled_out' GROUP BY l.date ORDER BY l.date",
                       err));
    PV_TRY(pv_stmt_new(&q->drop, db, "DELETE FROM plot_cells WHERE cell_e=? AND cell_n=?", err));
    PV_TRY(pv_stmt_new(
        &q->put, db,
        "INSERT INTO plot_cells(cell_e,cell_n,kind,first_seen,last_seen,last_looked,times_seen,times_looked,plots) VALUES(?,?,?,?,?,?,?,?,?)", err));
out:
    return st;
}

static void bind_cell(pv_stmt *q, const cell_key *c)
{
    pv_stmt_int(q, 1, c->e);
    pv_stmt_int(q, 2, c->n);
}

static pv_status refresh_cell(const cell_statements *q, const cell_key *c, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_days d = {.years = 0};
    int row = 0;
    int64_t plots = 0;
    bind_cell(q->drop, c);
    PV_TRY(pv_stmt_run(q->drop, err));
    bind_cell(q->plots, c);
    PV_TRY(pv_stmt_step(q->plots, &row, err));
    plots = pv_row_int(q->plots, 0);
    pv_stmt_reset(q->plots);
    if (plots == 0) goto out;
    bind_cell(q->days, c);
    PV_TRY(pv_stmt_step(q->days, &row, err));
    while (row) {
        pv_plot_days_add(&d, pv_row_text(q->days, 0), (int)pv_row_int(q->days, 1));
        PV_TRY(pv_stmt_step(q->days, &row, err));
    }
    bind_cell(q->put, c);
    pv_stmt_text(q->put, 3, pv_plot_kind_word(pv_plot_days_kind(&d)));
    pv_stmt_text(q->put, 4, d.first_seen);
    pv_stmt_text(q->put, 5, d.last_seen);
    pv_stmt_text(q->put, 6, d.last_looked);
    pv_stmt_int(q->put, 7, d.times_seen);
    pv_stmt_int(q->put, 8, d.times_looked);
    pv_stmt_int(q->put, 9, plots);
    PV_TRY(pv_stmt_run(q->put, err));
out:
    return st;
}

pv_status pv_plots_refresh_cells(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    cell_statements q = {NULL, NULL, NULL, NULL, NULL};
    cell_key *cell = NULL;
    size_t n = 0;
    PV_TRY(prepare(&q, w->s->db, err));
    PV_TRY(pv_alloc(&cell, w->touched.n, sizeof *cell, "cells", err));
    for (size_t i = 0; i < w->touched.n; i++) {
        int row = 0;
        pv_stmt_int(q.of_plot, 1, w->touched.at[i]);
        PV_TRY(pv_stmt_step(q.of_plot, &row, err));
        if (!row) continue;
        cell[n++] = (cell_key){pv_row_int(q.of_plot, 0), pv_row_int(q.of_plot, 1)};
        pv_stmt_reset(q.of_plot);
    }
    if (n > 1) qsort(cell, n, sizeof *cell, by_place);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || by_place(&cell[i - 1], &cell[i]) != 0) PV_TRY(refresh_cell(&q, &cell[i], err));
out:
    free_statements(&q);
    pv_free(cell);
    return st;
}
