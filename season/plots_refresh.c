/* What follows from a plot's hotspots and looks. */
#include <string.h>

#include "season/plots_internal.h"

#include "base/banned.h"

typedef struct refresh_statements {
    pv_stmt *plot, *days, *put_days, *put_spot, *box;
    pv_last_day_questions *last_day;
    pv_life_questions *life;
    pv_life *lives;
} refresh_statements;

static void free_statements(refresh_statements *q)
{
    pv_stmt_free(q->plot);
    pv_stmt_free(q->days);
    pv_last_day_free(q->last_day);
    pv_stmt_free(q->put_days);
    pv_stmt_free(q->put_spot);
    pv_stmt_free(q->box);
    pv_life_free(q->life);
}

static pv_status prepare(refresh_statements *q, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sql *db = s->db;
    PV_TRY(pv_last_day_new(&q->last_day, s, err));
    PV_TRY(pv_stmt_new(&q->plot, db, "SELECT 1 FROM plots WHERE fid=? AND merged_into IS NULL", err));
    PV_TRY(pv_stmt_new(&q->days, db, "SELECT date,max(seen) FROM looks WHERE plot=? GROUP BY date ORDER BY date", err));
    PV_TRY(pv_stmt_new(&q->put_days, db,
                       "UPDATE plots SET kind=?2,first_seen=?3,last_seen=?4,last_looked=?5,times_seen=?6,times_looked=?7 WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&q->put_spot, db, "UPDATE plots SET area_m2=?2,prob=?3,class=?4,stage=?5,capsules_from=?6,hotspot=?7 WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&q->box, db,
                       "INSERT OR REPLACE INTO plots_box(fid,west,south,east,north) SELECT ?1,min(b.west),min(b.south),max(b.east),max(b.north) FROM"
                       " (SELECT x.west,x.south,x.east,x.north FROM hotspots h JOIN hotspots_box x ON x.fid=h.fid WHERE h.plot=?1"
                       " UNION ALL SELECT floor(lon*1e7),floor(lat*1e7),ceil(lon*1e7),ceil(lat*1e7) FROM plots WHERE fid=?1) b",
                       err));
out:
    return st;
}

/* What looks say; day: the last on which it was seen. */
static pv_status refresh_days(const refresh_statements *q, int64_t plot, char day[PV_DATE], pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_days days = {.years = 0};
    int row = 0;
    pv_stmt_int(q->days, 1, plot);
    PV_TRY(pv_stmt_step(q->days, &row, err));
    while (row) {
        pv_plot_days_add(&days, pv_row_text(q->days, 0), (int)pv_row_int(q->days, 1));
        PV_TRY(pv_stmt_step(q->days, &row, err));
    }
    pv_stmt_int(q->put_days, 1, plot);
    pv_stmt_text(q->put_days, 2, pv_plot_kind_word(pv_plot_days_kind(&days)));
    pv_stmt_text_or_null(q->put_days, 3, days.first_seen);
    pv_stmt_text_or_null(q->put_days, 4, days.last_seen);
    pv_stmt_text_or_null(q->put_days, 5, days.last_looked);
    pv_stmt_int(q->put_days, 6, days.times_seen);
    pv_stmt_int(q->put_days, 7, days.times_looked);
    PV_TRY(pv_stmt_run(q->put_days, err));
    memcpy(day, days.last_seen, PV_DATE);
out:
    pv_stmt_reset(q->days);
    return st;
}

/* What hotspots say. */
static pv_status refresh_spots(const refresh_statements *q, int64_t plot, const char *day, pv_err *err)
{
    pv_status st = PV_OK;
    pv_last_day d = {.n = 0};
    PV_TRY(pv_last_day_read(q->last_day, plot, NULL, day, &d, err));
    pv_stmt_int(q->put_spot, 1, plot);
    pv_stmt_real(q->put_spot, 2, d.area_m2);
    pv_stmt_real(q->put_spot, 3, d.prob);
    pv_stmt_text_or_null(q->put_spot, 4, d.class_name);
    pv_stmt_text_or_null(q->put_spot, 5, d.stage);
    pv_stmt_text_or_null(q->put_spot, 6, d.capsules_from);
    pv_stmt_int(q->put_spot, 7, d.spot);
    PV_TRY(pv_stmt_run(q->put_spot, err));
    pv_stmt_int(q->box, 1, plot);
    PV_TRY(pv_stmt_run(q->box, err));
out:
    return st;
}

static pv_status refresh_plot(const refresh_statements *q, int64_t plot, int shown, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE];
    int row = 0;
    pv_stmt_int(q->plot, 1, plot);
    PV_TRY(pv_stmt_step(q->plot, &row, err));
    if (!row) goto out;
    PV_TRY(refresh_days(q, plot, day, err));
    if (shown) PV_TRY(refresh_spots(q, plot, day, err));
    PV_TRY(pv_life_settle(q->life, q->lives, plot, err));
out:
    pv_stmt_reset(q->plot);
    return st;
}

pv_status pv_plots_refresh(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_life lives = {.n = 0};
    refresh_statements q = {.lives = &lives};
    pv_fids_sort(&w->touched);
    pv_fids_sort(&w->shown);
    PV_TRY(prepare(&q, w->s, err));
    PV_TRY(pv_life_new(&q.life, w->s, w->date, err));
    for (size_t i = 0; i < w->touched.n; i++) PV_TRY(refresh_plot(&q, w->touched.at[i], pv_fids_has(&w->shown, w->touched.at[i]), err));
out:
    free_statements(&q);
    pv_life_release(&lives);
    return st;
}
