/* New plots within the extent of older ones. */
#include <stdio.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct split_statements {
    pv_stmt *mine, *around, *former, *put;
} split_statements;

static void free_statements(split_statements *q)
{
    pv_stmt_free(q->mine);
    pv_stmt_free(q->around);
    pv_stmt_free(q->former);
    pv_stmt_free(q->put);
}

/* A plot's first hotspot is the one that lies at its point. */
static pv_status prepare(split_statements *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->mine, db,
                       "SELECT p.first_seen,h.geom FROM plots p JOIN hotspots h ON h.plot=p.fid AND h.lon=p.lon AND h.lat=p.lat WHERE p.fid=?1"
                       " ORDER BY h.fid LIMIT 1",
                       err));
    PV_TRY(pv_stmt_new(&q->around, db,
                       "SELECT p.fid FROM plots_box b JOIN plots p ON p.fid=b.fid WHERE b.west<=?3 AND b.east>=?1 AND b.south<=?4 AND b.north>=?2"
                       " AND p.fid<>?5 AND p.first_seen<?6 ORDER BY p.first_seen,p.id",
                       err));
    PV_TRY(
        pv_stmt_new(&q->former, db, "SELECT h.geom FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND p.day<?2 ORDER BY h.fid", err));
    PV_TRY(pv_stmt_new(&q->put, db, "UPDATE plots SET split_from=?2 WHERE fid=?1", err));
out:
    return st;
}

/* Of the outlines that a plot had before a day: their hull, taken in one after the other. */
static pv_status former_hull(const split_statements *q, int64_t plot, const char *day, pv_plot_outline *hull, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_outline next = {.n_rings = 0}, both[2] = {{.n_rings = 0}, {.n_rings = 0}};
    int row = 0;
    size_t n = 0;
    hull->n_points = 0;
    pv_stmt_int(q->former, 1, plot);
    pv_stmt_text(q->former, 2, day);
    PV_TRY(pv_stmt_step(q->former, &row, err));
    while (row) {
        const void *blob = pv_row_blob(q->former, 0, &n);
        PV_TRY(pv_plot_outline_read(&both[1], blob, n, err));
        both[0] = *hull;
        PV_TRY(pv_plot_outline_hull(&next, both, 2, err));
        *hull = next;
        next = both[0];
        PV_TRY(pv_stmt_step(q->former, &row, err));
    }
out:
    pv_stmt_reset(q->former);
    pv_plot_outline_release(&next);
    pv_plot_outline_release(&both[1]);
    return st;
}

static pv_status split_plot(pv_plots_work *w, const split_statements *q, int64_t plot, pv_plot_outline *mine, pv_plot_outline *hull, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE];
    int row = 0, within = 0;
    size_t n = 0;
    pv_stmt_int(q->mine, 1, plot);
    PV_TRY(pv_stmt_step(q->mine, &row, err));
    if (!row) goto out;
    (void)snprintf(day, sizeof day, "%s", pv_row_text(q->mine, 0));
    const void *blob = pv_row_blob(q->mine, 1, &n);
    PV_TRY(pv_plot_outline_read(mine, blob, n, err));
    pv_box_bind(q->around, 1, mine->box);
    pv_stmt_int(q->around, 5, plot);
    pv_stmt_text(q->around, 6, day);
    PV_TRY(pv_stmt_step(q->around, &row, err));
    while (row && !within) {
        PV_TRY(former_hull(q, pv_row_int(q->around, 0), day, hull, err));
        PV_TRY(pv_plot_outline_within(mine, hull, w->near_m, &within, err));
        if (!within) PV_TRY(pv_stmt_step(q->around, &row, err));
    }
    if (within) {
        pv_stmt_int(q->put, 1, plot);
        pv_stmt_int(q->put, 2, pv_row_int(q->around, 0));
        PV_TRY(pv_stmt_run(q->put, err));
    }
out:
    pv_stmt_reset(q->mine);
    pv_stmt_reset(q->around);
    return st;
}

pv_status pv_plots_split(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    split_statements q = {NULL, NULL, NULL, NULL};
    pv_plot_outline mine = {.n_rings = 0}, hull = {.n_rings = 0};
    PV_TRY(prepare(&q, w->s->db, err));
    for (size_t i = 0; i < w->made.n; i++) PV_TRY(split_plot(w, &q, w->made.at[i], &mine, &hull, err));
out:
    free_statements(&q);
    pv_plot_outline_release(&mine);
    pv_plot_outline_release(&hull);
    return st;
}
