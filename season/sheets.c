#include "season/sheets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gauss_kruger.h"
#include "season/gpkg_geom.h"
#include "season/sheets_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct questions {
    pv_stmt *plots, *hotspot, *former, *has_findings;
    pv_findings_walk *findings;
    pv_plot_outline outline;
    pv_unit_hits hits;
    pv_text geojson;
} questions;

static void free_questions(questions *q)
{
    pv_stmt_free(q->plots);
    pv_stmt_free(q->hotspot);
    pv_stmt_free(q->former);
    pv_stmt_free(q->has_findings);
    pv_findings_walk_free(q->findings);
    pv_plot_outline_release(&q->outline);
    pv_unit_hits_release(&q->hits);
    pv_text_release(&q->geojson);
}

/* plot 0: all of them. */
static pv_status prepare(questions *q, const pv_sheet_desk *d, pv_sheets_which which, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text sql = {0};
    pv_text_add(&sql, pv_plot_select);
    pv_text_add(&sql, "WHERE p.merged_into IS NULL");
    if (which != PV_SHEETS_ALL) pv_text_add(&sql, " AND NOT(p.status='ruled_out' AND p.quiet_until>=?1)");
    if (plot != 0) pv_text_add(&sql, " AND p.fid=(SELECT coalesce(m.merged_into,m.fid) FROM plots m WHERE m.fid=?2)");
    pv_text_add(&sql, " ORDER BY p.fid");
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(&q->plots, d->s->db, pv_text_str(&sql), err));
    pv_stmt_text(q->plots, 1, d->date);
    if (plot != 0) pv_stmt_int(q->plots, 2, plot);
    PV_TRY(pv_stmt_new(&q->hotspot, d->s->db,
                       "SELECT h.id,h.photo,p.name,p.taken_at,p.model,p.gsd_m,h.properties,h.geom FROM hotspots h JOIN photos p ON p.fid=h.photo"
                       " WHERE h.fid=?1",
                       err));
    PV_TRY(pv_stmt_new(&q->former, d->s->db, "SELECT group_concat(id,' ') FROM (SELECT id FROM plots WHERE merged_into=?1 ORDER BY id)", err));
    PV_TRY(pv_stmt_new(&q->has_findings, d->s->db,
                       "SELECT EXISTS(SELECT 1 FROM findings WHERE plot=?1) OR EXISTS(SELECT 1 FROM plots m JOIN findings f ON f.plot=m.fid"
                       " WHERE m.merged_into=?1)",
                       err));
    PV_TRY(pv_findings_list(&q->findings, d->s, -1, err));
out:
    pv_text_release(&sql);
    return st;
}

void pv_sheet_text(char *out, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n >= size) n = size - 1;
    while (n > 0 && text[n] != '\0' && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    memcpy(out, text, n);
    out[n] = '\0';
}

/* ---- what the photo says ---- */

static void read_properties(pv_sheet *t, const pv_json *j)
{
    const struct {
        const char *key;
        double *to;
    } number[] = {{"plants_low", &t->plants_low}, {"plants", &t->plants}, {"plants_high", &t->plants_high}};
    pv_json_ref why = pv_json_member(j, 0, "why");
    int k = 0;
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) (void)pv_json_real(j, pv_json_member(j, 0, number[i].key), 0, 1e12, number[i].to);
    (void)pv_json_copy(j, pv_json_member(j, 0, "tier"), t->tier, sizeof t->tier);
    for (pv_json_ref e = pv_json_first(j, why); e >= 0 && k < 3; e = pv_json_after(j, why, e)) k += pv_json_copy(j, e, t->why[k], sizeof t->why[k]);
}

static pv_status read_hotspot(questions *q, pv_sheet *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {.n = 0};
    int row = 0;
    size_t n = 0;
    q->outline.n_rings = 0;
    pv_stmt_int(q->hotspot, 1, t->plot.hotspot);
    PV_TRY(pv_stmt_step(q->hotspot, &row, err));
    if (!row) goto out;
    (void)snprintf(t->hotspot_id, sizeof t->hotspot_id, "%s", pv_row_text(q->hotspot, 0));
    t->photo = pv_row_int(q->hotspot, 1);
    pv_sheet_text(t->photo_name, sizeof t->photo_name, pv_row_text(q->hotspot, 2));
    (void)snprintf(t->taken_at, sizeof t->taken_at, "%s", pv_row_text(q->hotspot, 3));
    pv_sheet_text(t->model, sizeof t->model, pv_row_text(q->hotspot, 4));
    if (!pv_row_is_null(q->hotspot, 5)) t->gsd_m = pv_row_real(q->hotspot, 5);
    PV_TRY(pv_strdup(&t->properties, pv_row_text(q->hotspot, 6), err));
    const void *blob = pv_row_blob(q->hotspot, 7, &n);
    PV_TRY(pv_plot_outline_read(&q->outline, blob, n, err));
    PV_TRY(pv_geom_to_geojson(&q->geojson, blob, n, err));
    PV_TRY(pv_strdup(&t->outline, pv_text_str(&q->geojson), err));
    PV_TRY(pv_row_check(q->hotspot, err));
    st = pv_json_parse(&j, t->properties, strlen(t->properties), -1, err);
    if (st == PV_OK) read_properties(t, &j);
out:
    pv_stmt_reset(q->hotspot);
    pv_json_release(&j);
    return pv_where(err, st, "plot %s", t->plot.id);
}

/* ---- where it is ---- */

/* The code at a level: of the unit there with the largest share, else of the finer unit with the largest share that names it. */
static void take_code(char out[32], const pv_units *units, const pv_unit_hits *hits, int level)
{
    double best = -1;
    int best_own = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const pv_unit *u = pv_units_at(units, hits->at[i].unit);
        int own = (int)u->level == level;
        if (u->code[level][0] == '\0' || own < best_own || (own == best_own && hits->at[i].share <= best)) continue;
        best = hits->at[i].share;
        best_own = own;
        pv_sheet_text(out, 32, u->code[level]);
    }
}

pv_status pv_sheet_place(pv_sheet *t, const pv_units *units, const pv_unit_hits *hits, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_place *place = NULL;
    PV_TRY(pv_alloc(&place, 1, sizeof *place, "places of plots", err));
    pv_units_describe(units, hits, place);
    for (int k = 0; k < PV_UNIT_LEVELS; k++) {
        pv_sheet_text(t->place[k], sizeof t->place[k], place->label[k]);
        take_code(t->place_code[k], units, hits, k);
    }
    t->outside = place->outside;
    t->on_border = place->on_border;
out:
    pv_free(place);
    return st;
}

static pv_status find_units(questions *q, const pv_sheet_desk *d, pv_sheet *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_area area = {.n_points = 0};
    const pv_plot_outline *o = &q->outline;
    for (size_t r = 0; r < o->n_rings; r++)
        PV_TRY(pv_area_add_ring(&area, (const pv_point *)(const void *)(o->at + o->ring[r]), o->ring[r + 1] - o->ring[r], err));
    PV_TRY(pv_units_at_place(d->units, &area, t->plot.lon_deg, t->plot.lat_deg, &q->hits, err));
    PV_TRY(pv_sheet_place(t, d->units, &q->hits, err));
out:
    pv_area_release(&area);
    return st;
}

/* ---- one sheet ---- */

static pv_status read_findings(questions *q, pv_sheet_desk *d, const pv_sheet *t, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0, some = 0;
    d->n_findings = 0;
    pv_stmt_int(q->has_findings, 1, t->plot.fid);
    PV_TRY(pv_stmt_step(q->has_findings, &row, err));
    some = pv_row_int(q->has_findings, 0) == 1;
    pv_stmt_reset(q->has_findings);
    if (!some) goto out;
    PV_TRY(pv_findings_again(q->findings, t->plot.fid, err));
    for (int more = 1; more;) {
        PV_TRY(pv_grow(&d->finding, &d->cap_findings, d->n_findings + 1, sizeof *d->finding, "findings", err));
        PV_TRY(pv_findings_next(q->findings, &d->finding[d->n_findings], &more, err));
        d->n_findings += more != 0;
    }
out:
    return st;
}

static pv_status read_sheet(questions *q, pv_sheet_desk *d, pv_sheet *t, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    *t = (pv_sheet){.plants_low = -1, .plants = -1, .plants_high = -1, .gsd_m = -1, .plants_counted = -1, .plants_removed = -1};
    pv_plot_row(q->plots, &t->plot);
    PV_TRY(pv_row_check(q->plots, err));
    PV_TRY(read_hotspot(q, t, err));
    pv_stmt_int(q->former, 1, t->plot.fid);
    PV_TRY(pv_stmt_step(q->former, &row, err));
    pv_sheet_text(t->former, sizeof t->former, row ? pv_row_text(q->former, 0) : "");
    pv_stmt_reset(q->former);
    if (d->units != NULL) PV_TRY(find_units(q, d, t, err));
    (void)pv_gauss_kruger(t->plot.lon_deg, t->plot.lat_deg, &t->gk_epsg, &t->gk_easting_m, &t->gk_northing_m);
    PV_TRY(read_findings(q, d, t, err));
    pv_sheet_findings(d, t);
    pv_sheet_weigh(d, t);
    pv_sheet_steps(d, t);
out:
    return st;
}

static void release_sheet(pv_sheet *t)
{
    pv_free(t->outline);
    pv_free(t->properties);
    t->outline = t->properties = NULL;
}

static int by_order(const void *a, const void *b)
{
    const pv_sheet *p = a, *q = b;
    if (p->risk != q->risk) return p->risk < q->risk ? -1 : 1;
    if (p->points != q->points) return p->points > q->points ? -1 : 1;
    return strcmp(p->plot.id, q->plot.id);
}

static pv_status read_all(pv_sheets *out, questions *q, pv_sheet_desk *d, pv_sheets_which which, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    PV_TRY(pv_stmt_step(q->plots, &row, err));
    while (row) {
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "sheets", err));
        pv_sheet *t = &out->at[out->n++];
        PV_TRY(read_sheet(q, d, t, err));
        if (which == PV_SHEETS_OPEN && pv_sheet_is_done(t)) {
            release_sheet(t);
            out->n--;
        }
        PV_TRY(pv_stmt_step(q->plots, &row, err));
    }
    if (out->n > 1) qsort(out->at, out->n, sizeof *out->at, by_order);
out:
    return st;
}

static pv_status read_sheets(pv_sheets *out, pv_season *s, const char *date, pv_sheets_which which, int64_t plot, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets all = {.n = 0};
    questions q = {.plots = NULL};
    pv_sheet_desk d = {.s = s, .date = date, .units = units};
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", date));
    (void)snprintf(all.date, sizeof all.date, "%s", date);
    (void)snprintf(all.season, sizeof all.season, "%s", pv_conf_text(s->conf, PV_SET_NAME));
    PV_TRY(pv_sheet_desk_open(&d, err));
    PV_TRY(prepare(&q, &d, which, plot, err));
    PV_TRY(read_all(&all, &q, &d, which, err));
    *out = all;
    all = (pv_sheets){.n = 0};
out:
    free_questions(&q);
    pv_sheet_desk_close(&d);
    pv_sheets_release(&all);
    return st;
}

pv_status pv_sheets_read(pv_sheets *out, pv_season *s, const char *date, pv_sheets_which which, const pv_units *units, pv_err *err)
{
    return read_sheets(out, s, date, which, 0, units, err);
}

pv_status pv_sheets_read_plot(pv_sheets *out, pv_season *s, const char *date, int64_t plot, const pv_units *units, pv_err *err)
{
    return read_sheets(out, s, date, PV_SHEETS_ALL, plot, units, err);
}

void pv_sheets_release(pv_sheets *sh)
{
    for (size_t i = 0; i < sh->n; i++) release_sheet(&sh->at[i]);
    pv_free(sh->at);
    *sh = (pv_sheets){.n = 0};
}
