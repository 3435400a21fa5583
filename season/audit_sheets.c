/* The points of a draw as sheets, for kits. */
#include <stdio.h>

#include "base/mem.h"
#include "geo/gauss_kruger.h"
#include "season/audit_internal.h"
#include "season/sheets_internal.h"

#include "base/banned.h"

/* The last photo that shows the point's cell as seen: for the map under it. */
static pv_status find_photo(pv_stmt *q, pv_ground_look *look, pv_sheet *t, const pv_audit_point *p, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0, state = PV_CELL_NONE;
    pv_stmt_int(q, 1, pv_cell_block_of(p->j));
    pv_stmt_int(q, 2, pv_cell_block_of(p->i));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row && t->photo == 0) {
        PV_TRY(pv_ground_state_at(look, pv_row_int(q, 0), p->lon_deg, p->lat_deg, &state, err));
        if (state == PV_CELL_SEEN) t->photo = pv_row_int(q, 0);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_reset(q);
    return st;
}

pv_status pv_audit_sheets(pv_sheets *out, pv_season *s, const pv_audit_draw *d, const char *date, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets all = {.n = 0};
    pv_unit_hits hits = {.n = 0};
    pv_ground_look *look = NULL;
    pv_stmt *q = NULL;
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", date));
    (void)snprintf(all.date, sizeof all.date, "%s", date);
    (void)snprintf(all.season, sizeof all.season, "%s", pv_conf_text(s->conf, PV_SET_NAME));
    PV_TRY(pv_ground_look_new(&look, s, err));
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT g.photo FROM ground g JOIN photos p ON p.fid=g.photo WHERE g.by=?1 AND g.bx=?2 ORDER BY " PV_AUDIT_DAY " DESC,g.photo",
                       err));
    PV_TRY(pv_grow(&all.at, &all.cap, d->n, sizeof *all.at, "sheets", err));
    for (size_t k = 0; k < d->n; k++) {
        const pv_audit_point *p = &d->point[k];
        pv_sheet *t = &all.at[all.n++];
        *t = (pv_sheet){.plants_low = -1, .plants = -1, .plants_high = -1, .gsd_m = -1, .plants_counted = -1, .plants_removed = -1};
        t->plot = (pv_plot){.status = PV_PLOT_CHECKING, .lon_deg = p->lon_deg, .lat_deg = p->lat_deg, .area_m2 = -1, .prob = -1};
        (void)snprintf(t->plot.id, sizeof t->plot.id, "%s", p->id);
        t->risk = PV_RISK_LOW;
        (void)pv_gauss_kruger(p->lon_deg, p->lat_deg, &t->gk_epsg, &t->gk_easting_m, &t->gk_northing_m);
        PV_TRY(find_photo(q, look, t, p, err));
        if (units == NULL) continue;
        PV_TRY(pv_units_at_point(units, p->lon_deg, p->lat_deg, &hits, err));
        PV_TRY(pv_sheet_place(t, units, &hits, err));
    }
    *out = all;
    all = (pv_sheets){.n = 0};
out:
    pv_stmt_free(q);
    pv_ground_look_free(look);
    pv_unit_hits_release(&hits);
    pv_sheets_release(&all);
    return st;
}
