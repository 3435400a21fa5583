/* The data of the map's script. report/map.js says nothing about its shape: it is this file. Members without a value are left out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/map_page.h"
#include "report/map_shapes.h"
#include "report/reason_words.h"
#include "season/form.h"

#include "base/banned.h"

/* Least detail that is seen on a screen, and most points: what a page may weigh. */
enum { PLOT_POINTS = 150000, UNIT_POINTS = 60000, GAP_POINTS = 40000, PHOTO_POINTS = 100000, MOST_GAPS = 2000 };

static void text_member(pv_text *out, const char *key, const char *text)
{
    if (text == NULL || text[0] == '\0') return;
    pv_text_addf(out, ",\"%s\":", key);
    pv_text_add_json(out, text);
}

static void real_member(pv_text *out, const char *key, double value, int decimals)
{
    if (!(value >= 0)) return;
    pv_text_addf(out, ",\"%s\":", key);
    pv_text_add_real(out, value, decimals);
}

static void int_member(pv_text *out, const char *key, int64_t value)
{
    if (value != 0) pv_text_addf(out, ",\"%s\":%lld", key, (long long)value);
}

static void add_words(pv_text *out, pv_form_list list)
{
    int n = 0;
    const pv_form_word *w = pv_form_words(list, &n);
    pv_text_add(out, "{");
    for (int i = 0; i < n; i++) {
        pv_text_addf(out, "%s\"%s\":[", i > 0 ? "," : "", w[i].code);
        pv_text_add_json(out, w[i].zh);
        pv_text_add(out, ",");
        pv_text_add_json(out, w[i].en);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "}");
}

/* ---- plots ---- */

/* Which plots of a night are new, by fid: sorted for bsearch(). */
typedef struct news {
    int64_t fid;
    int fresh, tonight;
} news;

static int by_fid(const void *a, const void *b)
{
    int64_t x = ((const news *)a)->fid, y = ((const news *)b)->fid;
    return x < y ? -1 : x > y;
}

static pv_status news_of(news **out, const pv_night_plots *plots, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(out, plots->n, sizeof **out, "plots", err));
    for (size_t i = 0; i < plots->n; i++)
        (*out)[i] = (news){.fid = plots->at[i].plot.fid, .fresh = plots->at[i].fresh, .tonight = plots->at[i].tonight};
    if (plots->n > 0) qsort(*out, plots->n, sizeof **out, by_fid);
out:
    return st;
}

static void add_places(pv_text *out, const pv_sheet *s)
{
    int n = 0;
    pv_text_add(out, ",\"place\":{");
    for (int k = 0; k < PV_UNIT_LEVELS; k++) {
        if (s->place[k][0] == '\0') continue;
        pv_text_addf(out, "%s\"%s\":", n++ > 0 ? "," : "", pv_unit_level_word((pv_unit_level)k));
        pv_text_add_json(out, s->place[k]);
    }
    pv_text_add(out, "}");
}

/* Each text in Chinese and in English. */
static void add_reasons(pv_text *out, const pv_sheet *s)
{
    int n = 0;
    pv_text zh = {0};
    pv_text_add(out, ",\"reasons\":[");
    for (int i = 0; i < s->n_reasons; i++) {
        pv_text_add(out, i > 0 ? ",[" : "[");
        pv_text_add_json(out, s->reason[i].zh);
        pv_text_add(out, ",");
        pv_text_add_json(out, s->reason[i].en);
        pv_text_add(out, ",");
        pv_text_add_real(out, s->reason[i].points, 1);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "],\"why\":[");
    for (int i = 0; i < 3; i++) {
        if (s->why[i][0] == '\0') continue;
        pv_text_add(out, n++ > 0 ? ",[" : "[");
        pv_text_reset(&zh);
        pv_text_add_json(out, pv_reason_zh(s->why[i], &zh) ? pv_text_str(&zh) : s->why[i]);
        pv_text_add(out, ",");
        pv_text_add_json(out, s->why[i]);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "],\"steps\":[");
    for (int i = 0; i < s->n_steps; i++) {
        pv_text_add(out, i > 0 ? ",[" : "[");
        pv_text_add_json(out, pv_sheet_step_word(s->step[i], 1));
        pv_text_add(out, ",");
        pv_text_add_json(out, pv_sheet_step_word(s->step[i], 0));
        pv_text_add(out, "]");
    }
    pv_text_add(out, "]");
    if (zh.failed) out->failed = 1;
    pv_text_release(&zh);
}

static void add_life(pv_text *out, const pv_sheet *s)
{
    const pv_plot *p = &s->plot;
    text_member(out, "kind", p->kind != PV_KIND_NEW ? pv_plot_kind_word(p->kind) : NULL);
    text_member(out, "since", p->status_date);
    text_member(out, "first", p->first_seen);
    text_member(out, "last", p->last_seen);
    text_member(out, "looked", p->last_looked);
    int_member(out, "seen", p->times_seen);
    int_member(out, "looks", p->times_looked);
    text_member(out, "capsules", p->capsules_from);
    text_member(out, "stage", p->stage);
    text_member(out, "again", p->shown_again);
    text_member(out, "former", s->former);
    text_member(out, "visited", s->visited_on);
    text_member(out, "visitor", s->visited_by);
    if (s->plants_counted >= 0) pv_text_addf(out, ",\"counted\":%lld", (long long)s->plants_counted);
    if (s->plants_removed >= 0) pv_text_addf(out, ",\"removed\":%lld", (long long)s->plants_removed);
    int_member(out, "regrown", s->regrown);
    int_member(out, "recheck", s->recheck);
    text_member(out, "crew", s->crew);
    text_member(out, "due", s->due);
    int_member(out, "overdue", s->overdue_days);
    int_member(out, "ladder", s->ladder);
    int_member(out, "findings", s->findings);
    int_member(out, "conflicts", s->conflicts);
    text_member(out, "photo", s->photo_name);
    text_member(out, "tier", s->tier);
}

static pv_status add_plot(pv_text *out, const pv_sheet *s, const news *n, pv_map_detail *d, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_plot *p = &s->plot;
    int written = 0;
    pv_text_addf(out, "{\"id\":\"%s\",\"lon\":", p->id);
    pv_text_add_real(out, p->lon_deg, 7);
    pv_text_add(out, ",\"lat\":");
    pv_text_add_real(out, p->lat_deg, 7);
    pv_text_addf(out, ",\"status\":\"%s\",\"risk\":%d", pv_plot_status_word(p->status), (int)s->risk);
    real_member(out, "points", s->points, 1);
    real_member(out, "area", p->area_m2, 2);
    real_member(out, "prob", p->prob, 2);
    real_member(out, "plants_low", s->plants_low, 0);
    real_member(out, "plants_high", s->plants_high, 0);
    if (s->gk_epsg > 0) {
        int_member(out, "gk", s->gk_epsg);
        real_member(out, "east", s->gk_easting_m, 1);
        real_member(out, "north", s->gk_northing_m, 1);
    }
    if (n != NULL) int_member(out, "fresh", n->fresh);
    if (n != NULL) int_member(out, "tonight", n->tonight);
    int_member(out, "outside", s->outside);
    int_member(out, "border", s->on_border);
    add_places(out, s);
    add_reasons(out, s);
    add_life(out, s);
    if (s->outline != NULL && d->points > 0) {
        size_t before = out->len;
        pv_text_add(out, ",\"outline\":");
        PV_TRY(pv_text_status(out, err));
        PV_TRY(pv_where(err, pv_map_geojson(out, s->outline, d, &written, err), "plot %s", p->id));
        if (!written && !out->failed) out->data[out->len = before] = '\0';
    }
    pv_text_add(out, "}");
out:
    return st;
}

static pv_status add_plots(pv_text *out, const pv_map_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    news *list = NULL;
    pv_map_detail d = {.by_m = 0.1, .most_points = 64, .points = PLOT_POINTS};
    size_t n = f->sheets != NULL ? f->sheets->n : 0;
    if (f->plots != NULL) PV_TRY(news_of(&list, f->plots, err));
    pv_text_add(out, "\"plots\":[");
    for (size_t i = 0; i < n && i < PV_MAP_MOST_PLOTS; i++) {
        const pv_sheet *s = &f->sheets->at[i];
        news key = {.fid = s->plot.fid};
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        PV_TRY(add_plot(out, s, list != NULL && f->plots->n > 0 ? bsearch(&key, list, f->plots->n, sizeof *list, by_fid) : NULL, &d, err));
    }
    pv_text_addf(out, "],\"plots_left\":%zu", n > PV_MAP_MOST_PLOTS ? n - PV_MAP_MOST_PLOTS : 0);
out:
    pv_free(list);
    return st;
}

/* ---- boundaries, gaps, photos ---- */

static pv_status add_unit(pv_text *out, const pv_units *units, size_t i, pv_map_detail *d, int *written, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_unit *u = pv_units_at(units, i);
    const pv_area **area = NULL;
    pv_text rings = {0};
    PV_TRY(pv_alloc(&area, u->n_parts, sizeof *area, "unit", err));
    for (size_t k = 0; k < u->n_parts; k++) area[k] = pv_unit_part(units, i, k);
    PV_TRY(pv_map_area(&rings, area, u->n_parts, d, written, err));
    if (!*written) goto out;
    pv_text_add(out, "[");
    pv_text_add_json(out, pv_unit_level_word(u->level));
    pv_text_add(out, ",");
    pv_text_add_json(out, pv_unit_label(u));
    pv_text_add(out, ",");
    pv_text_add_n(out, pv_text_str(&rings), rings.len);
    pv_text_add(out, "]");
out:
    pv_free(area);
    pv_text_release(&rings);
    return st;
}

/* Coarse levels first: they are what people look for. */
static pv_status add_units(pv_text *out, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_map_detail d = {.by_m = 3, .most_points = 500, .points = UNIT_POINTS};
    size_t n = units != NULL ? pv_units_count(units) : 0, left = 0;
    int some = 0;
    pv_text_add(out, ",\n\"units\":[");
    for (size_t i = 0; i < n; i++) {
        size_t before = out->len;
        int written = 0;
        pv_text_add(out, some ? ",\n" : "\n");
        PV_TRY(pv_text_status(out, err));
        PV_TRY(add_unit(out, units, i, &d, &written, err));
        some |= written;
        if (written) continue;
        if (!out->failed) out->data[out->len = before] = '\0';
        left++;
    }
    pv_text_addf(out, "],\"units_left\":%zu", left);
out:
    return st;
}

/* Those that find no room for their outline are drawn as points. */
static pv_status add_gaps(pv_text *out, const pv_gaps *gaps, pv_err *err)
{
    pv_status st = PV_OK;
    pv_map_detail d = {.by_m = 1.5, .most_points = 400, .points = GAP_POINTS};
    size_t n = gaps != NULL ? gaps->n : 0;
    pv_text_add(out, ",\n\"gaps\":[");
    for (size_t i = 0; i < n && i < MOST_GAPS; i++) {
        const pv_gap *g = &gaps->at[i];
        int written = 0;
        pv_text_addf(out, "%s[%d,", i > 0 ? ",\n" : "\n", g->flown);
        pv_text_add_fixed(out, (g->area_e6 + 50) / 100, 4);
        pv_text_add(out, ",");
        pv_text_add_real(out, g->lon_deg, 7);
        pv_text_add(out, ",");
        pv_text_add_real(out, g->lat_deg, 7);
        pv_text_add(out, ",");
        pv_text_add_json(out, g->units);
        pv_text_add(out, ",");
        if (d.points > 0) PV_TRY(pv_map_geojson(out, g->geometry, &d, &written, err));
        pv_text_add(out, written ? "]" : "null]");
    }
    pv_text_addf(out, "],\"gaps_left\":%zu", n > MOST_GAPS ? n - MOST_GAPS : 0);
out:
    return st;
}

static pv_status add_photos(pv_text *out, const pv_map_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_map_detail d = {.by_m = 0.5, .most_points = 64, .points = PHOTO_POINTS};
    pv_text picture = {0};
    int some = 0;
    pv_text_add(out, ",\n\"photos\":[");
    for (size_t i = 0; f->photos != NULL && i < f->photos->n; i++) {
        const pv_photo_place *p = &f->photos->at[i];
        size_t before = out->len;
        int written = 0, there = 0;
        char name[64];
        if (p->state != PV_PHOTO_DONE) continue;
        pv_text_add(out, some ? ",\n[" : "\n[");
        pv_text_add_json(out, p->file);
        pv_text_addf(out, ",\"%s\",", p->day);
        PV_TRY(pv_text_status(out, err));
        PV_TRY(pv_map_outline(out, &p->outline, &d, &written, err));
        if (!written) {
            if (!out->failed) out->data[out->len = before] = '\0';
            continue;
        }
        some = 1;
        if (p->has_overview && f->pictures != NULL) {
            pv_text_reset(&picture);
            (void)snprintf(name, sizeof name, "photo-%lld.jpg", (long long)p->fid);
            PV_TRY(pv_map_picture(&picture, f->pictures, name, &there, err));
            PV_TRY(pv_text_status(&picture, err));
        }
        if (there) {
            const double box[4] = {p->west, p->south, p->east, p->north};
            for (int k = 0; k < 4; k++) {
                pv_text_add(out, ",");
                pv_text_add_real(out, box[k], 7);
            }
            pv_text_addf(out, ",\"%s\"", pv_text_str(&picture));
        }
        pv_text_add(out, "]");
    }
    pv_text_add(out, "]");
out:
    pv_text_release(&picture);
    return st;
}

pv_status pv_map_data(pv_text *out, const pv_map_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, f->season);
    pv_text_add(out, ",\"date\":");
    pv_text_add_json(out, f->date);
    pv_text_add(out, ",\"status\":");
    add_words(out, PV_LIST_STATUS);
    pv_text_add(out, ",\"growth\":");
    add_words(out, PV_LIST_GROWTH);
    pv_text_add(out, ",\n");
    PV_TRY(add_plots(out, f, err));
    PV_TRY(add_units(out, f->units, err));
    PV_TRY(add_gaps(out, f->gaps, err));
    PV_TRY(add_photos(out, f, err));
    pv_text_addf(out, ",\n\"pictures\":%zu,\"pictures_left\":%zu,\"chips\":%zu,\"chips_left\":%zu}", f->pictures != NULL ? f->pictures->n : 0,
                 f->pictures != NULL ? f->pictures->n_left_out : 0, f->chips != NULL ? f->chips->n : 0, f->chips != NULL ? f->chips->n_left_out : 0);
    PV_TRY(pv_text_status(out, err));
out:
    return st;
}
