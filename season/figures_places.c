/* Where plots, photos and entries of the register are, and what a sight says when it is asked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/json.h"
#include "base/mem.h"

#include "base/banned.h"

/* ---- units ---- */

/* Keeps the hits: those that hold a part of it; of a point, or where it only touches borders, all. */
static pv_status keep_hits(pv_figures_source *f, size_t *at, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    int some = 0;
    *at = f->n_place;
    *n = 0;
    for (size_t i = 0; i < f->hits.n; i++) some |= f->hits.at[i].share > 0;
    PV_TRY(pv_grow(&f->place, &f->cap_place, f->n_place + f->hits.n, sizeof *f->place, "places", err));
    for (size_t i = 0; i < f->hits.n; i++)
        if (!some || f->hits.at[i].share > 0) f->place[f->n_place++] = f->hits.at[i].unit;
    *n = f->n_place - *at;
out:
    return st;
}

pv_status pv_fig_place_point(pv_figures_source *f, double lon_deg, double lat_deg, size_t *at, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    *at = *n = 0;
    if (f->units == NULL) return PV_OK;
    PV_TRY(pv_units_at_point(f->units, lon_deg, lat_deg, &f->hits, err));
    PV_TRY(keep_hits(f, at, n, err));
out:
    return st;
}

static pv_status place_outline(pv_figures_source *f, const void *geometry, size_t n_bytes, size_t *at, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_outline o = {.n_rings = 0};
    pv_area area = {.n_points = 0};
    *at = *n = 0;
    if (f->units == NULL) return PV_OK;
    PV_TRY(pv_plot_outline_read(&o, geometry, n_bytes, err));
    for (size_t r = 0; r < o.n_rings; r++)
        PV_TRY(pv_area_add_ring(&area, (const pv_point *)(const void *)(o.at + o.ring[r]), o.ring[r + 1] - o.ring[r], err));
    if (area.n_rings == 0) goto out;
    PV_TRY(pv_area_ready(&area, err));
    PV_TRY(pv_units_with_plot(f->units, &area, &f->hits, err));
    PV_TRY(keep_hits(f, at, n, err));
out:
    pv_plot_outline_release(&o);
    pv_area_release(&area);
    return st;
}

pv_status pv_fig_place(pv_figures_source *f, pv_fig_plot *p, pv_fig_sight *g, size_t *at, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    size_t bytes = 0;
    if (g == NULL) {
        if (!p->placed) PV_TRY(pv_fig_place_point(f, p->lon_deg, p->lat_deg, &p->place, &p->n_place, err));
        p->placed = 1;
        *at = p->place;
        *n = p->n_place;
        goto out;
    }
    if (!g->placed && f->units != NULL) {
        PV_TRY(pv_fig_solve(f, g, err));
        pv_stmt_int(f->geometry, 1, g->hotspot);
        PV_TRY(pv_stmt_step(f->geometry, &row, err));
        const void *blob = row ? pv_row_blob(f->geometry, 0, &bytes) : NULL;
        if (bytes > 0) PV_TRY(place_outline(f, blob, bytes, &g->place, &g->n_place, err));
    }
    g->placed = 1;
    *at = g->place;
    *n = g->n_place;
out:
    pv_stmt_reset(f->geometry);
    return st;
}

pv_status pv_fig_place_photo(pv_figures_source *f, pv_fig_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    size_t bytes = 0;
    if (p->placed) return PV_OK;
    pv_stmt_int(f->footprint, 1, p->fid);
    PV_TRY(pv_stmt_step(f->footprint, &row, err));
    const void *blob = row ? pv_row_blob(f->footprint, 0, &bytes) : NULL;
    if (bytes > 0) PV_TRY(place_outline(f, blob, bytes, &p->place, &p->n_place, err));
    p->placed = 1;
out:
    pv_stmt_reset(f->footprint);
    return st;
}

/* Where records do not name the units above, the one with the largest share of its first outline is, if that is half or more. */
static pv_status above_by_place(pv_figures_source *f, size_t unit, pv_err *err)
{
    pv_status st = PV_OK;
    double best[PV_UNIT_LEVELS] = {0};
    PV_TRY(pv_units_at_plot(f->units, pv_unit_part(f->units, unit, 0), &f->hits, err));
    for (size_t i = 0; i < f->hits.n; i++) {
        const pv_unit_hit *h = &f->hits.at[i];
        pv_unit_level level = pv_units_at(f->units, h->unit)->level;
        if (pv_unit_above(f->units, unit, level) != SIZE_MAX || h->share < 0.5 || h->share <= best[level]) continue;
        best[level] = h->share;
        f->above[unit][level] = h->unit;
    }
out:
    return st;
}

pv_status pv_fig_above(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = f->units != NULL ? pv_units_count(f->units) : 0;
    int has[PV_UNIT_LEVELS] = {0};
    PV_TRY(pv_alloc(&f->above, n, sizeof *f->above, "units", err));
    for (size_t i = 0; i < n; i++) has[pv_units_at(f->units, i)->level] = 1;
    for (size_t i = 0; i < n; i++) {
        pv_unit_level own = pv_units_at(f->units, i)->level;
        int missing = 0;
        for (int k = 0; k < PV_UNIT_LEVELS; k++) {
            size_t at = pv_unit_above(f->units, i, (pv_unit_level)k);
            f->above[i][k] = k == (int)own ? (uint32_t)i : at != SIZE_MAX ? (uint32_t)at : UINT32_MAX;
            missing |= has[k] && f->above[i][k] == UINT32_MAX && k < PV_XIAO_BAN;
        }
        if (missing && (own == PV_XIANG || own == PV_CUN || own == PV_LIN_BAN || own == PV_LIN_CHANG)) PV_TRY(above_by_place(f, i, err));
    }
out:
    return st;
}

/* ---- sights ---- */

static int8_t stage_of(const char *code)
{
    int n = 0;
    const pv_form_word *w = pv_form_words(PV_LIST_GROWTH, &n);
    for (int k = 0; k < n; k++)
        if (strcmp(w[k].code, code) == 0) return (int8_t)k;
    return -1;
}

/* From the day's hotspots. */
static pv_status ask_day(pv_figures_source *f, pv_fig_sight *g, pv_err *err)
{
    pv_status st = PV_OK;
    pv_last_day d = {.n = 0};
    char day[PV_DATE];
    pv_date_of(g->day, day);
    PV_TRY(pv_last_day_read(f->days, f->plot[g->plot].holder, f->plot[g->plot].parts, day, &d, err));
    g->area_e4 = llround(d.area_m2 * 1e4);
    g->stage = stage_of(d.stage);
    g->capsules_from = pv_fig_day(d.capsules_from);
    g->hotspot = d.spot;
    g->solved = g->dated = 1;
out:
    return st;
}

pv_status pv_fig_solve(pv_figures_source *f, pv_fig_sight *g, pv_err *err)
{
    const pv_fig_plot *p = &f->plot[g->plot];
    if (g->solved) return PV_OK;
    /* The plot's row is of its last day. One hotspot alone is the day; both are as plots_last_day.c has it. */
    if (p->last_seen == g->day && p->area_m2 >= 0) {
        g->area_e4 = llround(p->area_m2 * 1e4);
        g->stage = p->stage;
        g->capsules_from = p->capsules_from;
        g->hotspot = p->hotspot;
        g->dated = 1;
    } else if (g->n == 1 && g->own) {
        g->area_e4 = llround(round(g->spot_m2 * 1000) / 1000 * 1e4);
    } else {
        return ask_day(f, g, err);
    }
    g->solved = 1;
    return PV_OK;
}

pv_status pv_fig_date(pv_figures_source *f, pv_fig_sight *g, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_fig_solve(f, g, err));
    if (!g->dated) PV_TRY(ask_day(f, g, err));
out:
    return st;
}

pv_status pv_fig_estimate(pv_figures_source *f, pv_fig_sight *g, pv_err *err)
{
    static const char *const key[] = {"plants_low", "plants", "plants_high"};
    pv_status st = PV_OK;
    pv_json j = {.n = 0};
    int row = 0, known = 1;
    if (g->estimated) return PV_OK;
    PV_TRY(pv_fig_solve(f, g, err));
    for (int k = 0; k < 3; k++) g->plants[k] = -1;
    pv_stmt_int(f->properties, 1, g->hotspot);
    PV_TRY(pv_stmt_step(f->properties, &row, err));
    if (row) {
        const char *text = pv_row_text(f->properties, 0);
        PV_TRY(pv_where(err, pv_json_parse(&j, text, strlen(text), -1, err), "plot %s", f->plot[g->plot].id));
        for (int k = 0; k < 3; k++) known &= pv_json_real(&j, pv_json_member(&j, 0, key[k]), 0, 1e12, &g->plants[k]);
        for (int k = 0; k < 3 && !known; k++) g->plants[k] = -1;
    }
    g->estimated = 1;
out:
    pv_stmt_reset(f->properties);
    pv_json_release(&j);
    return st;
}
