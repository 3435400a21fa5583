/* What a plot was on one day: area, probability, class and stage, from the day's hotspots. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

struct pv_last_day_questions {
    pv_stmt *spots, *outlines;
};

void pv_last_day_free(pv_last_day_questions *q)
{
    if (q == NULL) return;
    pv_stmt_free(q->spots);
    pv_stmt_free(q->outlines);
    pv_free(q);
}

pv_status pv_last_day_new(pv_last_day_questions **out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_last_day_questions *q = NULL;
    PV_TRY(pv_alloc(&q, 1, sizeof *q, "questions about days of plots", err));
    PV_TRY(pv_stmt_new(&q->spots, s->db,
                       "SELECT h.fid,h.photo,h.area_m2,coalesce(h.prob,h.prob_mean),h.class,h.stage,json_extract(h.properties,'$.cut_by_edge')=1,"
                       "CASE WHEN json_type(h.properties,'$.days_to_capsule') IN('integer','real') THEN"
                       " date(p.day,CAST(json_extract(h.properties,'$.days_to_capsule') AS INTEGER)||' days') END,h.id"
                       " FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND p.day=?2 AND " PV_SQL_OF_PARTS(
                           "?3") " ORDER BY p.file,p.sha256,h.photo,h.id",
                       err));
    PV_TRY(pv_stmt_new(
        &q->outlines, s->db,
        "SELECT h.geom FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND p.day=?2 AND " PV_SQL_OF_PARTS("?3") " ORDER BY h.id,h.fid",
        err));
    *out = q;
    q = NULL;
out:
    pv_last_day_free(q);
    return st;
}

/* The hotspot of the row at hand, when it is the better one. */
static void take_spot(pv_last_day *d, pv_stmt *q)
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

static pv_status read_spots(const pv_last_day_questions *q, int64_t plot, const char *parts, const char *day, pv_last_day *d, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t photo = 0;
    double sum = 0;
    int row = 0, cut = 0;
    pv_stmt_int(q->spots, 1, plot);
    pv_stmt_text(q->spots, 2, day);
    pv_stmt_text(q->spots, 3, parts);
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
static pv_status join_outlines(const pv_last_day_questions *q, int64_t plot, const char *parts, const char *day, pv_last_day *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_outline *o = NULL;
    size_t k = 0, n = 0;
    int row = 0;
    double share = 1;
    PV_TRY(pv_alloc(&o, d->n, sizeof *o, "outlines of a plot", err));
    pv_stmt_int(q->outlines, 1, plot);
    pv_stmt_text(q->outlines, 2, day);
    pv_stmt_text(q->outlines, 3, parts);
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

pv_status pv_last_day_read(const pv_last_day_questions *q, int64_t plot, const char *parts, const char *day, pv_last_day *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_last_day d = {.n = 0};
    PV_TRY(read_spots(q, plot, parts, day, &d, err));
    if (d.cut && d.n > 1) PV_TRY(join_outlines(q, plot, parts, day, &d, err));
    d.area_m2 = round(d.area_m2 * 1000) / 1000;
    *out = d;
out:
    return st;
}
