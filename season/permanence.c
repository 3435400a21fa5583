#include "season/permanence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/figures_internal.h"

#include "base/banned.h"

typedef struct look {
    char date[PV_DATE];
    int seen;
} look;

typedef struct gathering {
    pv_permanence *out;
    pv_permanence_cell cell; /* at work; plots 0 = none yet */
    char first[PV_PLOT_ID];  /* the smallest id of its plots */
    size_t n, cap;
    look *at; /* of the cell */
} gathering;

void pv_permanence_release(pv_permanence *p)
{
    pv_free(p->at);
    *p = (pv_permanence){.n = 0};
}

static int by_date(const void *a, const void *b)
{
    return strcmp(((const look *)a)->date, ((const look *)b)->date);
}

static pv_status end_cell(gathering *g, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_days d = {.years = 0};
    if (g->n > 1) qsort(g->at, g->n, sizeof *g->at, by_date);
    for (size_t i = 0, end = 0; i < g->n; i = end) {
        int seen = 0;
        for (end = i; end < g->n && strcmp(g->at[end].date, g->at[i].date) == 0; end++) seen |= g->at[end].seen;
        pv_plot_days_add(&d, g->at[i].date, seen);
    }
    if (d.times_seen > 0) {
        pv_permanence *p = g->out;
        PV_TRY(pv_grow(&p->at, &p->cap, p->n + 1, sizeof *p->at, "cells", err));
        g->cell.kind = pv_plot_days_kind(&d);
        p->of_kind[g->cell.kind]++;
        p->at[p->n++] = g->cell;
    }
out:
    g->n = 0;
    g->cell = (pv_permanence_cell){.plots = 0};
    return st;
}

/* The plot as it was at that day's end: it had been shown, and people had not ruled it out. */
static int is_in(const pv_figures_source *f, const pv_fig_plot *p, int32_t to)
{
    const pv_fig_step *last = NULL;
    int shown = 0;
    for (size_t i = 0; i < p->n_steps && f->step[p->step + i].day <= to; i++) last = &f->step[p->step + i];
    for (size_t i = 0; i < p->n_sights && !shown; i++) shown = f->sight[p->sight + i].day <= to;
    return shown && last != NULL && last->state != PV_FIG_RULED_OUT;
}

/* Looks of a plot, which begins with this row. */
static pv_status add_plot(gathering *g, pv_stmt *looks, const pv_fig_plot *p, const char *to, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    if (g->cell.plots++ == 0 || strcmp(p->id, g->first) < 0) {
        memcpy(g->first, p->id, sizeof g->first);
        g->cell.lon_deg = p->lon_deg;
        g->cell.lat_deg = p->lat_deg;
    }
    pv_stmt_int(looks, 1, p->fid);
    pv_stmt_text(looks, 2, to);
    for (;;) {
        PV_TRY(pv_stmt_step(looks, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&g->at, &g->cap, g->n + 1, sizeof *g->at, "looks", err));
        look *l = &g->at[g->n++];
        (void)snprintf(l->date, sizeof l->date, "%s", pv_row_text(looks, 0));
        l->seen = (int)pv_row_int(looks, 1);
    }
out:
    pv_stmt_reset(looks);
    return st;
}

pv_status pv_permanence_make(pv_permanence *out, pv_figures_source *f, const char *to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_permanence p = {.n = 0};
    gathering g = {.out = &p};
    pv_stmt *plots = NULL, *looks = NULL;
    int row = 0;
    (void)snprintf(p.to, sizeof p.to, "%s", to);
    PV_TRY(pv_stmt_new(&plots, f->s->db,
                       "SELECT cell_e,cell_n,fid FROM plots WHERE cell_e IS NOT NULL AND merged_into IS NULL ORDER BY cell_e,cell_n", err));
    PV_TRY(pv_stmt_new(&looks, f->s->db, "SELECT date,seen FROM looks WHERE plot=?1 AND date<=?2", err));
    for (;;) {
        PV_TRY(pv_stmt_step(plots, &row, err));
        const int64_t e = row ? pv_row_int(plots, 0) : 0, n = row ? pv_row_int(plots, 1) : 0, fid = row ? pv_row_int(plots, 2) : 0;
        if (g.cell.plots > 0 && (!row || e != g.cell.e || n != g.cell.n)) PV_TRY(end_cell(&g, err));
        if (!row) break;
        const size_t plot = pv_fig_plot_of(f, fid);
        if (plot == SIZE_MAX || !is_in(f, &f->plot[plot], pv_fig_day(to))) continue;
        g.cell.e = e;
        g.cell.n = n;
        PV_TRY(add_plot(&g, looks, &f->plot[plot], to, err));
    }
    *out = p;
    p = (pv_permanence){.n = 0};
out:
    pv_stmt_free(plots);
    pv_stmt_free(looks);
    pv_free(g.at);
    pv_permanence_release(&p);
    return st;
}
