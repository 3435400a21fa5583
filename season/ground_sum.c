#include "season/ground_sum.h"

#include "base/mem.h"
#include "season/ground_walk.h"

#include "base/banned.h"

void pv_ground_sum_add(pv_ground_sum *to, const pv_ground_sum *g)
{
    to->ground_e6 += g->ground_e6;
    to->repeated_e6 += g->repeated_e6;
    for (int k = 0; k < PV_CELL_STATES; k++) to->state_e6[k] += g->state_e6[k];
}

/* One set: all photos. */
static pv_status walk(pv_ground_report *r, pv_season *s, int64_t night, const pv_units *units, pv_err *err)
{
    static const size_t start[] = {0, 1};
    static const pv_walk_range all_days = {0, 1};
    pv_status st = PV_OK;
    pv_ground_walk g = {.s = s, .units = units, .grid = r->grid, .night = night, .n_sets = 1, .start = start, .range = &all_days, .all = &r->all};
    PV_TRY(pv_cells_new(&r->gaps, &r->grid, err));
    if (units != NULL) r->n_units = pv_units_count(units);
    if (units != NULL) PV_TRY(pv_alloc(&r->unit, r->n_units, sizeof *r->unit, "units", err));
    PV_TRY(pv_alloc(&g.ground_e6, r->n_units, sizeof *g.ground_e6, "units", err));
    g.n_units = r->n_units;
    g.unit = r->unit;
    g.gaps = r->gaps;
    PV_TRY(pv_ground_walk_make(&g, err));
    PV_TRY(pv_cells_finish(r->gaps, err));
    for (size_t u = 0; u < r->n_units; u++) {
        r->unit[u].state_e6[PV_CELL_NONE] = g.ground_e6[u] - r->unit[u].ground_e6;
        r->unit[u].ground_e6 = g.ground_e6[u];
    }
out:
    pv_free(g.ground_e6);
    return st;
}

pv_status pv_ground_report_make(pv_ground_report *out, pv_season *s, int64_t night, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_report r = {.known = 0};
    PV_TRY(pv_ground_grid(s, &r.grid, &r.known, err));
    if (r.known) PV_TRY(walk(&r, s, night, units, err));
    *out = r;
    r = (pv_ground_report){.known = 0};
out:
    pv_ground_report_release(&r);
    return st;
}

int64_t pv_ground_share_e2(int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)((long double)part * 10000 / (long double)whole + 1e-9L) : 0;
}

void pv_ground_report_release(pv_ground_report *r)
{
    pv_free(r->unit);
    pv_cells_free(r->gaps);
    *r = (pv_ground_report){.known = 0};
}
