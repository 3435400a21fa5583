#include "season/plots_night.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct questions {
    pv_stmt *nights, *properties, *former;
} questions;

static pv_status ask(const questions *q, pv_night_plot *p, const pv_night *night, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q->nights, 1, p->plot.fid);
    PV_TRY(pv_stmt_step(q->nights, &row, err));
    if (row) {
        p->fresh = pv_row_int(q->nights, 0) == night->id;
        p->tonight = pv_row_int(q->nights, 1) == night->id;
        pv_stmt_reset(q->nights);
    }
    pv_stmt_int(q->properties, 1, p->plot.hotspot);
    PV_TRY(pv_stmt_step(q->properties, &row, err));
    if (row) PV_TRY(pv_strdup(&p->properties, pv_row_text(q->properties, 0), err));
    pv_stmt_int(q->former, 1, p->plot.fid);
    PV_TRY(pv_stmt_step(q->former, &row, err));
    if (row && pv_row_text(q->former, 0)[0] != '\0') PV_TRY(pv_strdup(&p->former, pv_row_text(q->former, 0), err));
out:
    pv_stmt_reset(q->properties);
    pv_stmt_reset(q->former);
    return st;
}

static pv_status read_quiet(pv_night_plots *out, pv_season *s, const pv_night *night, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plots_walk *w = NULL;
    int more = 0;
    PV_TRY(pv_plots_quiet_list(&w, s, night->date, err));
    for (;;) {
        PV_TRY(pv_grow(&out->quiet, &out->cap_quiet, out->n_quiet + 1, sizeof *out->quiet, "quiet plots", err));
        PV_TRY(pv_plots_next(w, &out->quiet[out->n_quiet], &more, err));
        if (!more) break;
        out->n_quiet++;
    }
out:
    pv_plots_walk_free(w);
    return st;
}

pv_status pv_night_plots_read(pv_night_plots *out, pv_season *s, const pv_night *night, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_plots p = {.n = 0};
    questions q = {.nights = NULL};
    pv_plots_walk *w = NULL;
    PV_TRY(pv_stmt_new(&q.nights, s->db, "SELECT min(p.night),max(p.night) FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?", err));
    PV_TRY(pv_stmt_new(&q.properties, s->db, "SELECT properties FROM hotspots WHERE fid=?", err));
    PV_TRY(pv_stmt_new(&q.former, s->db, "SELECT group_concat(id,' ') FROM (SELECT id FROM plots WHERE merged_into=? ORDER BY id)", err));
    PV_TRY(pv_plots_list(&w, s, night->date, err));
    for (int more = 0;;) {
        PV_TRY(pv_grow(&p.at, &p.cap, p.n + 1, sizeof *p.at, "plots", err));
        PV_TRY(pv_plots_next(w, &p.at[p.n].plot, &more, err));
        if (!more) break;
        PV_TRY(ask(&q, &p.at[p.n++], night, err));
    }
    PV_TRY(read_quiet(&p, s, night, err));
    *out = p;
    p = (pv_night_plots){.n = 0};
out:
    pv_plots_walk_free(w);
    pv_stmt_free(q.nights);
    pv_stmt_free(q.properties);
    pv_stmt_free(q.former);
    pv_night_plots_release(&p);
    return st;
}

void pv_night_plots_release(pv_night_plots *p)
{
    for (size_t i = 0; i < p->n; i++) {
        pv_free(p->at[i].properties);
        pv_free(p->at[i].former);
    }
    pv_free(p->at);
    pv_free(p->quiet);
    *p = (pv_night_plots){.n = 0};
}
