#include "report/kit_sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "geo/geodesic.h"
#include "report/flights.h"
#include "report/route.h"

#include "base/banned.h"

enum { NO_UNIT = -1 };

typedef struct sorting {
    pv_kits *out;
    const pv_sheets *sheets;
    const pv_units *units;
    const pv_kits_how *how;
    int level;        /* -1: by crew or all */
    int64_t *unit_of; /* [out->cap] index of the unit of a kit, or NO_UNIT */
    size_t cap_units;
    size_t *cap; /* [out->cap] of the kit's stops */
    size_t cap_caps;
    pv_unit_hits hits;
} sorting;

void pv_kits_release(pv_kits *k)
{
    for (size_t i = 0; i < k->n; i++) {
        pv_free(k->at[i].stop);
        pv_free(k->at[i].flight);
        pv_free(k->at[i].map);
    }
    pv_free(k->at);
    *k = (pv_kits){.n = 0};
}

static int level_of(const char *word)
{
    for (int l = 0; l < PV_UNIT_LEVELS; l++)
        if (strcmp(pv_unit_level_word((pv_unit_level)l), word) == 0) return l;
    return -1;
}

/* ASCII: the text itself where it can be a part of a file's name, else a number made of it. */
static void safe_name(char out[64], const char *kind, const char *text)
{
    static const char *const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t n = strlen(text);
    if (n > 0 && n < 48 && strspn(text, allowed) == n) {
        (void)snprintf(out, 64, "%s", text);
        return;
    }
    pv_sha256 h;
    uint8_t d[PV_SHA256_BYTES];
    pv_sha256_init(&h);
    pv_sha256_add(&h, text, n);
    pv_sha256_done(&h, d);
    (void)snprintf(out, 64, "%s-%02x%02x%02x%02x", kind, d[0], d[1], d[2], d[3]);
}

/* What fits of a text, cut before a character. */
static void fit(char *out, size_t size, const char *text)
{
    size_t n = strnlen(text, size - 1);
    while (n > 0 && !pv_utf8_valid(text, n)) n--;
    memcpy(out, text, n);
    out[n] = '\0';
}

static void name_kit(const sorting *s, pv_kit *k, int64_t unit, const char *crew)
{
    char part[64];
    if (unit >= 0) {
        const pv_unit *u = pv_units_at(s->units, (size_t)unit);
        const char *above = u->level == PV_CUN || u->level == PV_LIN_BAN ? u->name[u->level == PV_CUN ? PV_XIANG : PV_LIN_CHANG] : "";
        safe_name(part, k->by, u->key);
        char upper[PV_KIT_TEXT / 2], lower[PV_KIT_TEXT / 2];
        fit(upper, sizeof upper, above);
        fit(lower, sizeof lower, pv_unit_label(u));
        fit(k->code, sizeof k->code, u->code[u->level]);
        (void)snprintf(k->name, sizeof k->name, "%s%s%s", upper, upper[0] != '\0' ? " " : "", lower);
    } else if (strcmp(k->by, "all") == 0) {
        (void)snprintf(part, sizeof part, "all");
        (void)snprintf(k->name, sizeof k->name, "%s", s->how->audit != NULL ? "全部抽样核查点 all audit points" : "全部图斑 all plots");
    } else if (strcmp(k->by, "crew") == 0 && crew[0] != '\0') {
        safe_name(part, "crew", crew);
        if (strcmp(part, crew) == 0) (void)snprintf(part, sizeof part, "crew-%.58s", crew);
        fit(k->name, sizeof k->name, crew);
    } else if (strcmp(k->by, "crew") == 0) {
        (void)snprintf(part, sizeof part, "no-crew");
        (void)snprintf(k->name, sizeof k->name, "未派发 without a crew");
    } else {
        (void)snprintf(part, sizeof part, "outside");
        (void)snprintf(k->name, sizeof k->name, "界外 outside of all units");
        k->outside = 1;
    }
    (void)snprintf(k->folder, sizeof k->folder, "%s-%s%s%s%s", k->date, k->audit[0] != '\0' ? "sample-" : "", k->audit,
                   k->audit[0] != '\0' ? "-" : "", part);
}

/* The kit of a unit (or of a crew), made when it is not there. */
static pv_status kit_of(sorting *s, int64_t unit, const char *crew, size_t *at, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kit k = {
        .version = s->how->version, .height_m = s->how->height_m, .overlap_along = s->how->overlap_along, .overlap_across = s->how->overlap_across};
    (void)snprintf(k.season, sizeof k.season, "%s", s->sheets->season);
    (void)snprintf(k.date, sizeof k.date, "%s", s->sheets->date);
    (void)snprintf(k.by, sizeof k.by, "%s", s->how->by);
    (void)snprintf(k.audit, sizeof k.audit, "%s", s->how->audit != NULL ? s->how->audit : "");
    k.audit_unit_m2 = s->how->audit_unit_m2;
    name_kit(s, &k, unit, crew);
    for (*at = 0; *at < s->out->n; (*at)++)
        if (s->unit_of[*at] == unit && strcmp(s->out->at[*at].folder, k.folder) == 0) goto out;
    PV_TRY(pv_grow(&s->out->at, &s->out->cap, *at + 1, sizeof k, "kits", err));
    PV_TRY(pv_grow(&s->unit_of, &s->cap_units, *at + 1, sizeof *s->unit_of, "kits", err));
    PV_TRY(pv_grow(&s->cap, &s->cap_caps, *at + 1, sizeof *s->cap, "kits", err));
    s->out->at[*at] = k;
    s->unit_of[*at] = unit;
    s->cap[*at] = 0;
    s->out->n++;
out:
    return st;
}

static pv_status add(sorting *s, int64_t unit, const pv_sheet *sheet, int on_border, pv_err *err)
{
    pv_status st = PV_OK;
    size_t at = 0;
    PV_TRY(kit_of(s, unit, sheet->crew, &at, err));
    pv_kit *k = &s->out->at[at];
    PV_TRY(pv_grow(&k->stop, &s->cap[at], k->n + 1, sizeof *k->stop, "kit", err));
    k->stop[k->n++] = (pv_kit_stop){.sheet = sheet};
    k->n_border += (size_t)on_border;
out:
    return st;
}

/* ---- where is a plot ---- */

static pv_status area_of(pv_area *out, const char *geojson, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {.n = 0};
    pv_point *p = NULL;
    size_t cap = 0;
    PV_TRY(pv_json_parse(&j, geojson, strlen(geojson), -1, err));
    pv_json_ref polygons = pv_json_member(&j, 0, "coordinates");
    for (pv_json_ref a = pv_json_first(&j, polygons); a >= 0; a = pv_json_after(&j, polygons, a)) {
        for (pv_json_ref r = pv_json_first(&j, a); r >= 0; r = pv_json_after(&j, a, r)) {
            size_t n = 0;
            for (pv_json_ref c = pv_json_first(&j, r); c >= 0; c = pv_json_after(&j, r, c)) {
                pv_json_ref x = pv_json_first(&j, c);
                PV_TRY(pv_grow(&p, &cap, n + 1, sizeof *p, "outline", err));
                if (pv_json_real(&j, x, -180, 180, &p[n].x) && pv_json_real(&j, pv_json_after(&j, c, x), -90, 90, &p[n].y)) n++;
            }
            PV_TRY(pv_area_add_ring(out, p, n, err));
        }
    }
out:
    pv_free(p);
    pv_json_release(&j);
    return st;
}

static pv_status find_units(sorting *s, const pv_sheet *sheet, pv_err *err)
{
    pv_status st = PV_OK;
    pv_area area = {.n_points = 0};
    if (sheet->outline != NULL) PV_TRY(area_of(&area, sheet->outline, err));
    PV_TRY(pv_units_at_place(s->units, &area, sheet->plot.lon_deg, sheet->plot.lat_deg, &s->hits, err));
out:
    pv_area_release(&area);
    return st;
}

static int is_of_level(const sorting *s, size_t hit)
{
    return (int)pv_units_at(s->units, s->hits.at[hit].unit)->level == s->level;
}

static pv_status place(sorting *s, const pv_sheet *sheet, pv_err *err)
{
    pv_status st = PV_OK;
    int n = 0;
    if (s->level < 0) return add(s, NO_UNIT, sheet, 0, err);
    PV_TRY(find_units(s, sheet, err));
    for (size_t i = 0; i < s->hits.n; i++) n += is_of_level(s, i);
    for (size_t i = 0; i < s->hits.n; i++)
        if (is_of_level(s, i)) PV_TRY(add(s, s->hits.at[i].unit, sheet, n > 1, err));
    if (n == 0) PV_TRY(add(s, NO_UNIT, sheet, 0, err));
out:
    return st;
}

/* ---- one kit ---- */

/* Of the places the one that is nearest to any of the kit's plots. */
static pv_kit_place nearest(const pv_kit *k, size_t n, const pv_kit_place *from)
{
    pv_kit_place best = {.known = 0};
    double least = -1;
    for (size_t i = 0; i < n; i++) {
        double d = -1;
        for (size_t j = 0; j < k->n; j++) {
            const pv_plot *p = &k->stop[j].sheet->plot;
            double m = pv_geodesic_m(from[i].lon_deg, from[i].lat_deg, p->lon_deg, p->lat_deg);
            if (d < 0 || m < d) d = m;
        }
        if (i > 0 && d >= least) continue;
        least = d;
        best = from[i];
    }
    return best;
}

static pv_status order(pv_kit *k, pv_err *err)
{
    pv_status st = PV_OK;
    pv_route_place *at = NULL, from = {k->access.lon_deg, k->access.lat_deg};
    size_t *turn = NULL;
    pv_kit_stop *stop = NULL;
    PV_TRY(pv_alloc(&at, k->n, sizeof *at, "route", err));
    PV_TRY(pv_alloc(&turn, k->n, sizeof *turn, "route", err));
    PV_TRY(pv_alloc(&stop, k->n, sizeof *stop, "route", err));
    for (size_t i = 0; i < k->n; i++) at[i] = (pv_route_place){k->stop[i].sheet->plot.lon_deg, k->stop[i].sheet->plot.lat_deg};
    PV_TRY(pv_route_find(at, k->n, k->access.known ? &from : NULL, turn, err));
    for (size_t i = 0; i < k->n; i++) {
        stop[i] = k->stop[turn[i]];
        if (i > 0) from = at[turn[i - 1]];
        if (i > 0 || k->access.known) stop[i].leg_m = pv_geodesic_m(from.lon_deg, from.lat_deg, at[turn[i]].lon_deg, at[turn[i]].lat_deg);
        k->route_m += stop[i].leg_m;
    }
    pv_free(k->stop);
    k->stop = stop;
    stop = NULL;
out:
    pv_free(at);
    pv_free(turn);
    pv_free(stop);
    return st;
}

/* Of a unit all of its ground that is not seen; of the whole season what its gaps add up to. */
static double unseen_m2(const sorting *s, size_t i)
{
    const pv_ground_report *r = s->how->ground;
    const pv_gaps *gaps = s->how->gaps;
    int64_t e6 = 0;
    if (r == NULL || !r->known || gaps == NULL || (s->unit_of[i] < 0 && strcmp(s->how->by, "all") != 0)) return -1;
    if (s->unit_of[i] >= 0) {
        const pv_ground_sum *u = &r->unit[s->unit_of[i]];
        return (double)(u->ground_e6 - u->state_e6[PV_CELL_SEEN]) / 1e6;
    }
    for (size_t g = 0; g < gaps->n; g++) e6 += gaps->at[g].area_e6;
    return (double)(e6 + gaps->small_e6) / 1e6;
}

/* Gaps whose middle lies in the unit; of a kit by crew or of plots outside: none. */
static pv_status plan_flights(sorting *s, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    unsigned char *mine = NULL;
    const pv_gaps *gaps = s->how->gaps;
    if (gaps != NULL && strcmp(s->how->by, "all") != 0) {
        PV_TRY(pv_alloc(&mine, gaps->n + 1, 1, "gaps", err));
        for (size_t g = 0; s->unit_of[i] >= 0 && g < gaps->n; g++) {
            PV_TRY(pv_units_at_point(s->units, gaps->at[g].lon_deg, gaps->at[g].lat_deg, &s->hits, err));
            for (size_t h = 0; h < s->hits.n; h++)
                if (s->hits.at[h].unit == (uint64_t)s->unit_of[i]) mine[g] = 1;
        }
    }
    PV_TRY(pv_flights_find(&s->out->at[i], gaps, mine, err));
out:
    pv_free(mine);
    return st;
}

static int is_the_one(const sorting *s, size_t unit, const char *text)
{
    const pv_unit *u = pv_units_at(s->units, unit);
    return (int)u->level == s->level && (strcmp(u->key, text) == 0 || strcmp(u->code[u->level], text) == 0 || strcmp(u->name[u->level], text) == 0);
}

/* Kits of other units are let go; a unit without plots gets its empty kit. */
static pv_status keep_one(sorting *s, pv_err *err)
{
    pv_status st = PV_OK;
    const char *text = s->how->unit;
    size_t at = 0, kept = 0;
    for (size_t u = 0; s->level >= 0 && u < pv_units_count(s->units); u++)
        if (is_the_one(s, u, text)) PV_TRY(kit_of(s, (int64_t)u, "", &at, err));
    for (size_t i = 0; i < s->out->n; i++) {
        pv_kit *k = &s->out->at[i];
        if (s->unit_of[i] >= 0 ? is_the_one(s, (size_t)s->unit_of[i], text) : strcmp(k->name, text) == 0) {
            pv_kit keep = *k;
            *k = s->out->at[kept];
            s->out->at[kept] = keep;
            int64_t unit = s->unit_of[i];
            s->unit_of[i] = s->unit_of[kept];
            s->unit_of[kept++] = unit;
        }
    }
    if (kept == 0) PV_TRY(pv_fail(err, PV_USAGE, "there is no %s '%s'", s->how->by, text));
    for (size_t i = kept; i < s->out->n; i++) pv_free(s->out->at[i].stop);
    s->out->n = kept;
out:
    return st;
}

static int by_folder(const void *a, const void *b)
{
    const pv_kit *p = a, *q = b;
    if (p->outside != q->outside) return p->outside - q->outside;
    return strcmp(p->folder, q->folder);
}

static pv_status check_level(const sorting *s, pv_err *err)
{
    const char *by = s->how->by;
    if (s->level < 0) return strcmp(by, "crew") == 0 || strcmp(by, "all") == 0 ? PV_OK : pv_fail(err, PV_USAGE, "'%s' is no level of units", by);
    if (s->units == NULL) return pv_fail(err, PV_USAGE, "kits by %s need boundaries: season.conf names none", by);
    for (size_t i = 0; i < pv_units_count(s->units); i++)
        if ((int)pv_units_at(s->units, i)->level == s->level) return PV_OK;
    return pv_fail(err, PV_USAGE, "kits by %s: the boundaries have no units of that level", by);
}

pv_status pv_kits_sort(pv_kits *out, const pv_sheets *sheets, const pv_units *units, const pv_kits_how *how, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kits made = {.n = 0};
    sorting s = {.out = &made, .sheets = sheets, .units = units, .how = how, .level = level_of(how->by)};
    size_t at = 0;
    PV_TRY(check_level(&s, err));
    for (size_t i = 0; i < sheets->n; i++) PV_TRY(place(&s, &sheets->at[i], err));
    if (made.n == 0 && strcmp(how->by, "all") == 0) PV_TRY(kit_of(&s, NO_UNIT, "", &at, err));
    if (how->unit != NULL) PV_TRY(keep_one(&s, err));
    for (size_t i = 0; i < made.n; i++) {
        pv_kit *k = &made.at[i];
        k->access = nearest(k, how->n_access, how->access);
        k->control = nearest(k, how->n_control, how->control);
        k->unseen_m2 = unseen_m2(&s, i);
        PV_TRY(order(k, err));
        PV_TRY(plan_flights(&s, i, err));
    }
    if (made.n > 1) qsort(made.at, made.n, sizeof *made.at, by_folder);
    *out = made;
    made = (pv_kits){.n = 0};
out:
    pv_kits_release(&made);
    pv_unit_hits_release(&s.hits);
    pv_free(s.unit_of);
    pv_free(s.cap);
    return st;
}
