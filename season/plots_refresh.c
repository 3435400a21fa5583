/* What follows from a plot's hotspots and looks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct refresh_statements {
    pv_stmt *plot, *days, *put_days, *spots, *outlines, *put_spot, *box;
    pv_life_questions *life;
    pv_life *lives;
} refresh_statements;

static void free_statements(refresh_statements *q)
{
    pv_stmt_free(q->plot);
    pv_stmt_free(q->days);
    pv_stmt_free(q->spots);
    pv_stmt_free(q->outlines);
    pv_stmt_free(q->put_days);
    pv_stmt_free(q->put_spot);
    pv_stmt_free(q->box);
    pv_life_free(q->life);
}

static pv_status prepare(refresh_statements *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->plot, db, "SELECT 1 FROM plots WHERE fid=? AND merged_into IS NULL", err));
    PV_TRY(pv_stmt_new(&q->days, db, "SELECT date,max(seen) FROM looks WHERE plot=? GROUP BY date ORDER BY date", err));
    PV_TRY(pv_stmt_new(&q->spots, db,
                       "SELECT h.fid,h.photo,h.area_m2,coalesce(h.prob,h.prob_mean),h.class,h.stage,json_extract(h.properties,'$.cut_by_edge')=1,"
                       "CASE WHEN json_type(h.properties,'$.days_to_capsule') IN('integer','real') THEN"
                       " date(p.day,CAST(json_extract(h.properties,'$.days_to_capsule') AS INTEGER)||' days') END,h.id"
                       " FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND p.day=?2 ORDER BY p.file,p.sha256,h.photo,h.id",
                       err));
    PV_TRY(pv_stmt_new(&q->outlines, db,
                       "SELECT h.geom FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND p.day=?2 ORDER BY h.id,h.fid", err));
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

/* Of the last day: the photo with the largest area, and the hotspot that stands for the plot. */
typedef struct last_day {
    size_t n; /* hotspots */
    double total_m2, area_m2, prob, spot_m2;
    int cut; /* 1 = the photo with the largest area sees a part only */
    int64_t spot;
    char spot_id[32], class_name[64], stage[64], capsules_from[PV_DATE];
} last_day;

/* The hotspot of the row at hand, when it is the better one. */
static void take_spot(last_day *d, pv_stmt *q)
{
    double prob = pv_row_real(q, 3), area = pv_row_real(q, 2);
    const char *id = pv_row_text(q, 8);
    if (d->spot != 0) {
        if (prob < d->prob || (prob == d->prob && area < d->spot_m2)) return;
        if (prob == d->prob && area == d->spot_m2 && strcmp(id, d->spot_id) >= 0) return;
    }
    d->spot = pv_row_int(q, 0);
    d->prob = prob;
    d->spot_m2 = area;
    (void)snprintf(d->spot_id, sizeof d->spot_id, "%s", id);
    (void)snprintf(d->class_name, sizeof d->class_name, "%s", pv_row_text(q, 4));
    (void)snprintf(d->stage, sizeof d->stage, "%s", pv_row_text(q, 5));
    (void)snprintf(d->capsules_from, sizeof d->capsules_from, "%s", pv_row_text(q, 7));
}

static pv_status read_last_day(const refresh_statements *q, int64_t plot, const char *day, last_day *d, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t photo = 0;
    double sum = 0;
    int row = 0, cut = 0;
    pv_stmt_int(q->spots, 1, plot);
    pv_stmt_text(q->spots, 2, day);
    PV_TRY(pv_stmt_step(q->spots, &row, err));
    while (row) {
        if (photo != pv_row_int(q->spots, 1)) sum = cut = 0;
        photo = pv_row_int(q->spots, 1);
        sum += pv_row_real(q->spots, 2);
        cut |= (int)pv_row_int(q->spots, 6);
        if (sum > d->area_m2 || (sum == d->area_m2 && !cut)) {
            d->area_m2 = sum;
            d->cut = cut;
        }
        d->total_m2 += pv_row_real(q->spots, 2);
        d->n++;
        take_spot(d, q->spots);
        PV_TRY(pv_stmt_step(q->spots, &row, err));
    }
out:
    pv_stmt_reset(q->spots);
    return st;
}

/* The ground that the day's outlines cover together. */
static pv_status join_outlines(const refresh_statements *q, int64_t plot, const char *day, last_day *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_outline *o = NULL;
    size_t k = 0, n = 0;
    int row = 0;
    double share = 1;
    PV_TRY(pv_alloc(&o, d->n, sizeof *o, "outlines of a plot", err));
    pv_stmt_int(q->outlines, 1, plot);
    pv_stmt_text(q->outlines, 2, day);
    PV_TRY(pv_stmt_step(q->outlines, &row, err));
    while (row && k < d->n) {
        const void *blob = pv_row_blob(q->outlines, 0, &n);
        PV_TRY(pv_plot_outline_read(&o[k++], blob, n, err));
        PV_TRY(pv_stmt_step(q->outlines, &row, err));
    }
    PV_TRY(pv_plot_outline_union_share(o, k, &share, err));
    d->area_m2 = fmax(d->area_m2, d->total_m2 * share);
out:
    pv_stmt_reset(q->outlines);
    for (size_t i = 0; i < k; i++) pv_plot_outline_release(&o[i]);
    pv_free(o);
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
    last_day d = {.n = 0};
    PV_TRY(read_last_day(q, plot, day, &d, err));
    if (d.cut && d.n > 1) PV_TRY(join_outlines(q, plot, day, &d, err));
    pv_stmt_int(q->put_spot, 1, plot);
    pv_stmt_real(q->put_spot, 2, round(d.area_m2 * 1000) / 1000);
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
    PV_TRY(prepare(&q, w->s->db, err));
    PV_TRY(pv_life_new(&q.life, w->s, w->date, err));
    for (size_t i = 0; i < w->touched.n; i++) PV_TRY(refresh_plot(&q, w->touched.at[i], pv_fids_has(&w->shown, w->touched.at[i]), err));
out:
    free_statements(&q);
    pv_life_release(&lives);
    return st;
}
