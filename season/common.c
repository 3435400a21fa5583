#include "season/common.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/common_internal.h"

#include "base/banned.h"

/* ---- which plots stand on ground that was seen ---- */

typedef struct plot_cell {
    int32_t by, bx;
    int x, y;
    size_t plot;
    uint32_t seen; /* bit k: by photos of period k */
} plot_cell;

static int by_block(const void *a, const void *b)
{
    const plot_cell *p = a, *q = b;
    if (p->by != q->by) return p->by < q->by ? -1 : 1;
    if (p->bx != q->bx) return p->bx < q->bx ? -1 : 1;
    return p->plot < q->plot ? -1 : p->plot > q->plot;
}

static pv_status find_cells(pv_figures_source *f, plot_cell **out, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_look *look = NULL;
    plot_cell *c = NULL;
    *n = 0;
    PV_TRY(pv_alloc(&c, f->n_plots + 1, sizeof *c, "plots", err));
    PV_TRY(pv_ground_look_new(&look, f->s, err));
    for (size_t k = 0; k < f->n_plots; k++) {
        int64_t i = 0, j = 0;
        if (!pv_ground_cell_at(look, f->plot[k].lon_deg, f->plot[k].lat_deg, &i, &j)) continue;
        plot_cell *p = &c[(*n)++];
        *p = (plot_cell){.by = (int32_t)pv_cell_block_of(j), .bx = (int32_t)pv_cell_block_of(i), .plot = k};
        p->x = (int)(i - (int64_t)p->bx * PV_CELL_BLOCK);
        p->y = (int)(j - (int64_t)p->by * PV_CELL_BLOCK);
    }
    if (*n > 0) qsort(c, *n, sizeof *c, by_block);
    *out = c;
    c = NULL;
out:
    pv_ground_look_free(look);
    pv_free(c);
    return st;
}

static uint32_t period_of(const pv_periods *p, const char *day)
{
    uint32_t bits = 0;
    for (size_t k = 0; k < p->n; k++)
        if (strcmp(day, p->at[k].from) >= 0 && strcmp(day, p->at[k].to) <= 0) bits |= UINT32_C(1) << k;
    return bits;
}

/* All plots of one block, by the photos that show it. */
static pv_status look_at_block(pv_stmt *q, const pv_periods *periods, plot_cell *c, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_cell_block block;
    pv_cell_block_owned owned = {0};
    pv_stmt_int(q, 1, c->by);
    pv_stmt_int(q, 2, c->bx);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        const uint32_t which = period_of(periods, pv_row_text(q, 1));
        if (which == 0) continue;
        size_t bytes = 0;
        const void *data = pv_row_blob(q, 0, &bytes);
        PV_TRY(pv_cell_block_decode(&block, &owned, data, bytes, err));
        for (size_t k = 0; k < n; k++)
            if (pv_ground_block_state(&block, c[k].x, c[k].y) == PV_CELL_SEEN) c[k].seen |= which;
        pv_cell_block_release(&owned);
        owned = (pv_cell_block_owned){0};
    }
out:
    pv_cell_block_release(&owned);
    pv_stmt_reset(q);
    return st;
}

pv_status pv_common_seen(pv_figures_source *f, const pv_periods *periods, uint32_t *seen, pv_err *err)
{
    pv_status st = PV_OK;
    plot_cell *c = NULL;
    pv_stmt *q = NULL;
    size_t n = 0;
    const char *from = "9999", *to = "";
    if (periods->n > PV_COMMON_PERIODS) PV_TRY(pv_fail(err, PV_BUG, "more than %d periods are compared", (int)PV_COMMON_PERIODS));
    for (size_t k = 0; k < periods->n; k++) {
        if (strcmp(periods->at[k].from, from) < 0) from = periods->at[k].from;
        if (strcmp(periods->at[k].to, to) > 0) to = periods->at[k].to;
    }
    PV_TRY(find_cells(f, &c, &n, err));
    PV_TRY(pv_stmt_new(&q, f->s->db,
                       "SELECT g.cells,p.day FROM ground g JOIN photos p ON p.fid=g.photo WHERE g.by=?1 AND g.bx=?2 AND p.day BETWEEN ?3 AND ?4",
                       err));
    pv_stmt_text(q, 3, from);
    pv_stmt_text(q, 4, to);
    for (size_t i = 0, end = 0; i < n; i = end) {
        for (end = i + 1; end < n && c[end].by == c[i].by && c[end].bx == c[i].bx;) end++;
        PV_TRY(look_at_block(q, periods, c + i, end - i, err));
    }
    for (size_t i = 0; i < n; i++) seen[c[i].plot] = c[i].seen;
out:
    pv_stmt_free(q);
    pv_free(c);
    return st;
}

/* ---- pairs of years ---- */

void pv_common_release(pv_common *c)
{
    pv_free(c->at);
    *c = (pv_common){.n = 0};
}

/* Seen in the first, seen in the second; of pair k the second is the first of pair k + 1. */
static pv_status add_ground(pv_common *c, pv_figures_source *f, const pv_periods *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_days g = {.known = 0};
    pv_periods *set = NULL;
    const size_t n = p->n + c->n;
    PV_TRY(pv_alloc(&set, n, sizeof *set, "periods", err));
    for (size_t k = 0; k < n; k++) set[k] = k < p->n ? (pv_periods){.n = 1, .at = &p->at[k]} : (pv_periods){.n = 2, .at = &p->at[k - p->n]};
    PV_TRY(pv_ground_days_make(&g, f->s, n, set, NULL, err));
    for (size_t k = 0; k < c->n && g.known; k++) {
        const int64_t a = g.all[k].state_e6[PV_CELL_SEEN], b = g.all[k + 1].state_e6[PV_CELL_SEEN], either = g.all[p->n + k].state_e6[PV_CELL_SEEN];
        pv_common_pair *pair = &c->at[k];
        pair->known = 1;
        pair->common_e6 = a + b - either;
        pair->a.apart_e6 = either - b;
        pair->b.apart_e6 = either - a;
        pair->common_mu_e4 = pv_fig_mu_e4(pair->common_e6);
        pair->a.apart_mu_e4 = pv_fig_mu_e4(pair->a.apart_e6);
        pair->b.apart_mu_e4 = pv_fig_mu_e4(pair->b.apart_e6);
    }
out:
    pv_ground_days_release(&g);
    pv_free(set);
    return st;
}

static void count_side(pv_common_side *s, const pv_fig_case *c, int is_common)
{
    const int confirmed = c->counts && c->is == PV_FIG_IS_CONFIRMED;
    if (is_common) {
        s->suspected += c->counts;
        s->confirmed += confirmed;
    } else {
        s->apart += confirmed;
    }
}

/* A plot in both periods, as in the tables of figures.h. seen: bit 0 by photos of a, bit 1 by photos of b. */
static pv_status add_plot(pv_common_pair *pair, pv_figures_source *f, const pv_fig_plot *plot, uint32_t seen, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_period *of[] = {&pair->a.period, &pair->b.period};
    pv_fig_case c[2] = {{.counts = 0}, {.counts = 0}};
    const int is_common = seen == 3;
    int confirmed[2];
    for (int k = 0; k < 2; k++) {
        const int32_t from = pv_fig_day(of[k]->from), to = pv_fig_day(of[k]->to);
        if (f->step[plot->step].day <= to && pv_fig_stands(f, plot, to)) PV_TRY(pv_fig_judge(f, plot, from, to, &c[k], err));
        confirmed[k] = c[k].counts && c[k].is == PV_FIG_IS_CONFIRMED;
    }
    count_side(&pair->a, &c[0], is_common);
    count_side(&pair->b, &c[1], is_common);
    if (!is_common) goto out;
    pair->both += confirmed[0] && confirmed[1];
    pair->fresh += confirmed[1] && !confirmed[0];
    pair->gone += confirmed[0] && !confirmed[1];
    pair->regrown += c[1].counts && c[1].regrown;
out:
    return st;
}

pv_status pv_common_make(pv_common *out, pv_figures_source *f, const pv_periods *periods, pv_err *err)
{
    pv_status st = PV_OK;
    pv_common c = {.n = 0};
    uint32_t *seen = NULL;
    if (periods->n < 2) goto out;
    PV_TRY(pv_alloc(&c.at, periods->n - 1, sizeof *c.at, "years", err));
    c.n = periods->n - 1;
    for (size_t k = 0; k < c.n; k++) {
        c.at[k].a.period = periods->at[k];
        c.at[k].b.period = periods->at[k + 1];
    }
    PV_TRY(pv_alloc(&seen, f->n_plots + 1, sizeof *seen, "plots", err));
    PV_TRY(pv_common_seen(f, periods, seen, err));
    for (size_t k = 0; k < c.n; k++) {
        f->known = pv_fig_day(c.at[k].b.period.to);
        for (size_t i = 0; i < f->n_plots; i++)
            if (f->plot[i].n_steps > 0) PV_TRY(add_plot(&c.at[k], f, &f->plot[i], seen[i] >> k & 3, err));
    }
    PV_TRY(add_ground(&c, f, periods, err));
    *out = c;
    c = (pv_common){.n = 0};
out:
    f->known = PV_NO_DAY;
    pv_free(seen);
    pv_common_release(&c);
    return pv_where(err, st, "years on common ground");
}
