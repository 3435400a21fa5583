#include "pipeline/hotspots.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "pipeline/hotspots_units.h"

#include "base/banned.h"

enum { PV_MAX_CORNERS = 1000000, PV_E7 = 10000000 };

/* A place in units of 1e-7 degrees, as it will be printed. */
typedef struct pv_e7 {
    int64_t lon, lat;
} pv_e7;

/* All that is found out about one patch before its text is made. Released by pv_shape_release. */
typedef struct pv_shape {
    pv_outline outline;
    int is_box;
    pv_e7 *at; /* [outline.n_points] */
    pv_e7 low, high;
    pv_text geometry;
    pv_e7 inside;
    double area_m2;
    pv_text units; /* members of the properties */
    int outside;   /* of all boundaries */
} pv_shape;

static void pv_shape_release(pv_shape *s)
{
    pv_outline_release(&s->outline);
    pv_free(s->at);
    pv_text_release(&s->geometry);
    pv_text_release(&s->units);
    *s = (pv_shape){0};
}

/* ---- area and places ---- */

/* Working pixels to photo pixels; the last column and row end with the photo. */
static int64_t pv_photo_x(const pv_hotspot_context *c, int64_t x)
{
    int64_t px = x * c->grid->fx;
    return px < c->facts->width_px ? px : c->facts->width_px;
}

static int64_t pv_photo_y(const pv_hotspot_context *c, int64_t y)
{
    int64_t py = y * c->grid->fy;
    return py < c->facts->height_px ? py : c->facts->height_px;
}

static double pv_patch_area_m2(const pv_hotspot_context *c, const pv_patch *patch)
{
    double area = 0;
    if (patch->n_runs == 0) {
        double n = (double)patch->pixels, x = ((double)patch->sum_x / n + 0.5) * c->grid->fx, y = ((double)patch->sum_y / n + 0.5) * c->grid->fy;
        return n * c->grid->fx * c->grid->fy * pv_place_pixel_area_m2(c->place, x, y);
    }
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        double x0 = (double)pv_photo_x(c, r->x0), x1 = (double)pv_photo_x(c, r->x1);
        double y0 = (double)pv_photo_y(c, r->y), y1 = (double)pv_photo_y(c, (int64_t)r->y + 1);
        area += (x1 - x0) * (y1 - y0) * pv_place_pixel_area_m2(c->place, (x0 + x1) / 2, (y0 + y1) / 2);
    }
    return area;
}

static pv_status pv_e7_of(const pv_hotspot_context *c, double x_px, double y_px, pv_e7 *out, pv_err *err)
{
    double lon = 0, lat = 0;
    pv_status st = pv_place_lonlat(c->place, x_px, y_px, &lon, &lat, err);
    if (st != PV_OK) return st;
    if (!(fabs(lon) <= 180.0 && fabs(lat) <= 90.0)) return pv_fail(err, PV_INPUT, "pixel %.1f,%.1f has no longitude and latitude", x_px, y_px);
    *out = (pv_e7){(int64_t)round(lon * PV_E7), (int64_t)round(lat * PV_E7)};
    return PV_OK;
}

/* The centre of a working pixel of the patch. Of a patch without runs only the first pixel is known. */
static pv_status pv_shape_inside(pv_shape *s, const pv_hotspot_context *c, const pv_patch *patch, pv_err *err)
{
    double n = (double)patch->pixels, x = (double)patch->first_x + 0.5, y = (double)patch->first_y + 0.5;
    if (patch->n_runs > 0) pv_outline_inside(patch->run, patch->n_runs, (double)patch->sum_x / n + 0.5, (double)patch->sum_y / n + 0.5, &x, &y);
    int64_t ix = (int64_t)x, iy = (int64_t)y;
    return pv_e7_of(c, (double)(pv_photo_x(c, ix) + pv_photo_x(c, ix + 1)) / 2, (double)(pv_photo_y(c, iy) + pv_photo_y(c, iy + 1)) / 2, &s->inside,
                    err);
}

/* The bounding box as an outline of one ring. */
static pv_status pv_shape_box(pv_shape *s, const pv_patch *patch, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect b = patch->box;
    const int32_t xy[] = {b.x, b.y, b.x, b.y + b.h, b.x + b.w, b.y + b.h, b.x + b.w, b.y, b.x, b.y};
    pv_outline_release(&s->outline);
    PV_TRY(pv_alloc(&s->outline.xy, 10, sizeof *s->outline.xy, "outline", err));
    PV_TRY(pv_alloc(&s->outline.ring, 1, sizeof *s->outline.ring, "outline", err));
    memcpy(s->outline.xy, xy, sizeof xy);
    s->outline.ring[0] = (pv_ring){.n = 5};
    s->outline.n_points = 5;
    s->outline.n_rings = s->outline.n_parts = 1;
    s->is_box = 1;
out:
    return st;
}

static pv_status pv_shape_place(pv_shape *s, const pv_hotspot_context *c, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_outline *o = &s->outline;
    PV_TRY(pv_alloc(&s->at, (size_t)o->n_points, sizeof *s->at, "outline", err));
    s->low = (pv_e7){INT64_MAX, INT64_MAX};
    s->high = (pv_e7){INT64_MIN, INT64_MIN};
    for (int64_t i = 0; i < o->n_points; i++) {
        pv_e7 *p = &s->at[i];
        PV_TRY(pv_e7_of(c, (double)pv_photo_x(c, o->xy[2 * i]), (double)pv_photo_y(c, o->xy[2 * i + 1]), p, err));
        s->low.lon = p->lon < s->low.lon ? p->lon : s->low.lon;
        s->low.lat = p->lat < s->low.lat ? p->lat : s->low.lat;
        s->high.lon = p->lon > s->high.lon ? p->lon : s->high.lon;
        s->high.lat = p->lat > s->high.lat ? p->lat : s->high.lat;
    }
    if (s->high.lon - s->low.lon > (int64_t)180 * PV_E7)
        PV_TRY(pv_fail(err, PV_INPUT, "a patch crosses the 180th meridian; cut the photo there and scan both halves"));
out:
    return st;
}

/* Before the rings are tidied for writing. */
static pv_status pv_shape_units(pv_shape *s, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_outline *o = &s->outline;
    pv_area plot = {0};
    pv_point *p = NULL;
    if (units != NULL) {
        PV_TRY(pv_alloc(&p, (size_t)o->n_points, sizeof *p, "outline", err));
        for (int64_t i = 0; i < o->n_points; i++) p[i] = (pv_point){(double)s->at[i].lon / PV_E7, (double)s->at[i].lat / PV_E7};
        for (int64_t i = 0; i < o->n_rings; i++) PV_TRY(pv_area_add_ring(&plot, p + o->ring[i].first, (size_t)o->ring[i].n, err));
        PV_TRY(pv_area_ready(&plot, err));
    }
    PV_TRY(pv_hotspot_units(&s->units, units, &plot, (double)s->inside.lon / PV_E7, (double)s->inside.lat / PV_E7, &s->outside, err));
out:
    pv_free(p);
    pv_area_release(&plot);
    return st;
}

/* ---- rings as text ---- */

static void pv_add_e7(pv_text *t, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (int i = 0; i < 7; i++, v /= 10) digits[--at] = (char)('0' + v % 10);
    digits[--at] = '.';
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    if (value < 0) digits[--at] = '-';
    pv_text_add_n(t, digits + at, sizeof digits - at);
}

static void pv_add_point(pv_text *t, pv_e7 p)
{
    pv_text_add(t, "[");
    pv_add_e7(t, p.lon);
    pv_text_add(t, ",");
    pv_add_e7(t, p.lat);
    pv_text_add(t, "]");
}

/* Points that rounding made equal to the one before go; the ring stays closed. Returns how many are left. */
static int64_t pv_ring_tidy(pv_e7 *p, int64_t n)
{
    int64_t m = 1;
    for (int64_t i = 1; i < n; i++)
        if (p[i].lon != p[m - 1].lon || p[i].lat != p[m - 1].lat) p[m++] = p[i];
    return m;
}

/* Twice the signed area, relative to the first point so that the terms are small and whole. > 0 = counter-clockwise. */
static double pv_ring_turn(const pv_e7 *p, int64_t n)
{
    double sum = 0;
    for (int64_t i = 1; i + 1 < n; i++)
        sum += (double)(p[i].lon - p[0].lon) * (double)(p[i + 1].lat - p[0].lat) - (double)(p[i + 1].lon - p[0].lon) * (double)(p[i].lat - p[0].lat);
    return sum;
}

/* A polygon that rounding made flat is shown as a box of at least one unit each way. */
static void pv_add_flat_ring(pv_shape *s, const pv_e7 *p, int64_t n)
{
    pv_e7 a = p[0], b = p[0];
    for (int64_t i = 1; i < n; i++) {
        a = (pv_e7){p[i].lon < a.lon ? p[i].lon : a.lon, p[i].lat < a.lat ? p[i].lat : a.lat};
        b = (pv_e7){p[i].lon > b.lon ? p[i].lon : b.lon, p[i].lat > b.lat ? p[i].lat : b.lat};
    }
    b.lon += a.lon == b.lon;
    b.lat += a.lat == b.lat;
    s->high.lon = b.lon > s->high.lon ? b.lon : s->high.lon;
    s->high.lat = b.lat > s->high.lat ? b.lat : s->high.lat;
    const pv_e7 box[] = {a, {b.lon, a.lat}, b, {a.lon, b.lat}, a};
    for (int i = 0; i < 5; i++) {
        pv_text_add(&s->geometry, i > 0 ? "," : "[");
        pv_add_point(&s->geometry, box[i]);
    }
    pv_text_add(&s->geometry, "]");
}

/* Adds one ring, outer ones counter-clockwise and holes clockwise. A hole that rounding made flat is left out. */
static void pv_add_ring(pv_shape *s, const pv_ring *r)
{
    pv_e7 *p = s->at + r->first;
    pv_text *t = &s->geometry;
    int64_t n = pv_ring_tidy(p, r->n);
    double turn = pv_ring_turn(p, n);
    if (n < 4 || turn == 0) {
        if (!r->is_hole) pv_add_flat_ring(s, p, n);
        return;
    }
    int backwards = (turn > 0) == r->is_hole;
    if (r->is_hole) pv_text_add(t, ",");
    for (int64_t i = 0; i < n; i++) {
        pv_text_add(t, i > 0 ? "," : "[");
        pv_add_point(t, p[backwards ? n - 1 - i : i]);
    }
    pv_text_add(t, "]");
}

static void pv_shape_write(pv_shape *s)
{
    const pv_outline *o = &s->outline;
    pv_text *t = &s->geometry;
    int many = o->n_parts > 1;
    pv_text_add(t, many ? "{\"type\":\"MultiPolygon\",\"coordinates\":[[" : "{\"type\":\"Polygon\",\"coordinates\":[");
    for (int64_t i = 0; i < o->n_rings; i++) {
        if (i > 0 && !o->ring[i].is_hole) pv_text_add(t, "],[");
        pv_add_ring(s, &o->ring[i]);
    }
    pv_text_add(t, many ? "]]}" : "]}");
}

static pv_status pv_shape_make(pv_shape *s, const pv_hotspot_context *c, const pv_patch *patch, pv_err *err)
{
    pv_status st = PV_OK;
    if (patch->n_runs > 0) PV_TRY(pv_outline_trace(&s->outline, patch->run, patch->n_runs, err));
    if (patch->n_runs == 0 || s->outline.n_points > PV_MAX_CORNERS) PV_TRY(pv_shape_box(s, patch, err));
    PV_TRY(pv_shape_place(s, c, err));
    PV_TRY(pv_shape_inside(s, c, patch, err));
    PV_TRY(pv_shape_units(s, c->units, err));
    pv_shape_write(s);
    PV_TRY(pv_text_status(&s->units, err));
    PV_TRY(pv_text_status(&s->geometry, err));
out:
    return st;
}

/* ---- the feature ---- */

/* Reals go into the hash as whole numbers, so that no locale and no rounding has a say. */
static void pv_add_exact(pv_text *t, double v)
{
    int exponent = 0;
    double mantissa = frexp(v, &exponent);
    pv_text_addf(t, "|%" PRId64 "p%d", (int64_t)ldexp(mantissa, 53), exponent);
}

static pv_status pv_hotspot_id(char id[17], const pv_hotspot_context *c, const pv_patch *patch, pv_err *err)
{
    pv_text t = {0};
    pv_sha256 s;
    uint8_t digest[PV_SHA256_BYTES];
    char hex[PV_SHA256_HEX];
    pv_text_addf(&t, "%s|%s", c->facts->name, c->facts->crs_name);
    for (int i = 0; i < 6; i++) pv_add_exact(&t, c->facts->geotransform[i]);
    pv_text_addf(&t, "|%d,%d|%s|%" PRId32 ",%" PRId32, c->grid->fx, c->grid->fy, c->model->id, patch->first_x, patch->first_y);
    pv_status st = pv_text_status(&t, err);
    if (st == PV_OK) {
        pv_sha256_init(&s);
        pv_sha256_add(&s, pv_text_str(&t), t.len);
        pv_sha256_done(&s, digest);
        pv_sha256_hex(digest, hex);
        memcpy(id, hex, 16);
        id[16] = '\0';
    }
    pv_text_release(&t);
    return st;
}

/* The class of a kind that most pixels have; NULL when none has one of it. Of equals the first. */
static const char *pv_most_frequent(const pv_model *m, const pv_patch *patch, int target)
{
    int best = -1;
    for (int i = 0; i < m->n_classes && i < 64; i++)
        if (m->is_target[i] == target && patch->class_pixels[i] > 0 && (best < 0 || patch->class_pixels[i] > patch->class_pixels[best])) best = i;
    return best >= 0 ? m->class_name[best] : NULL;
}

static const char *pv_class_of(const pv_model *m, const pv_patch *patch)
{
    const char *name = pv_most_frequent(m, patch, 1);
    for (int i = 0; name == NULL && i < m->n_classes; i++)
        if (m->is_target[i]) name = m->class_name[i];
    return name;
}

static void pv_add_member(pv_text *t, const char *key, const char *text)
{
    pv_text_addf(t, "\"%s\":", key);
    pv_text_add_json(t, text);
    pv_text_add(t, ",");
}

static void pv_add_decimal(pv_text *t, const char *key, int64_t value, int decimals)
{
    pv_text_addf(t, "\"%s\":", key);
    pv_text_add_fixed(t, value, decimals);
    pv_text_add(t, ",");
}

/* A number of 1/10000, or null below 0. */
static void pv_add_e4(pv_text *t, const char *key, int64_t e4)
{
    if (e4 < 0)
        pv_add_member(t, key, NULL);
    else
        pv_add_decimal(t, key, e4, 4);
}

/* The densities of the growth stage, or of all stages. */
static const pv_density *pv_density_of(const pv_model *m, const char *stage)
{
    const pv_density *all = NULL;
    for (int i = 0; i < m->n_densities; i++) {
        if (stage != NULL && strcmp(m->density[i].stage, stage) == 0) return &m->density[i];
        if (m->density[i].stage[0] == '\0') all = &m->density[i];
    }
    return all;
}

/* Plants = density x area, rounded, at least one; -1 = not known. */
static void pv_count_plants(const pv_hotspot_context *c, const pv_verdict *v, double area_m2, int64_t plants[3])
{
    const pv_density *d = v != NULL ? pv_density_of(c->model, v->stage) : NULL;
    for (int k = 0; k < 3; k++) plants[k] = d != NULL ? (int64_t)fmax(round((double)d->per_m2_e3[k] * area_m2 / 1e3), 1.0) : -1;
}

static void pv_add_count(pv_text *t, const char *key, int64_t n)
{
    if (n < 0)
        pv_add_member(t, key, NULL);
    else
        pv_add_decimal(t, key, n, 0);
}

/* By the data file and the count with its interval. */
static void pv_add_tier(pv_text *t, const pv_hotspot_context *c, const pv_verdict *v, const int64_t plants[3], double area_m2)
{
    char name[96] = "";
    if (c->tiers != NULL && plants[1] >= 0) {
        const pv_tier_plot plot = {.plants_low = (double)plants[0],
                                   .plants = (double)plants[1],
                                   .plants_high = (double)plants[2],
                                   .area_m2 = area_m2,
                                   .stage = v->stage,
                                   .date = c->facts->taken_at};
        const pv_tier_answer answer = pv_tiers_find(c->tiers, &plot);
        pv_tier_name(&answer, name, sizeof name);
    }
    pv_add_member(t, "tier", name[0] != '\0' ? name : NULL);
}

/* Of the growth stage at that latitude; the altitude is not known. */
static void pv_add_days(pv_text *t, const pv_hotspot_context *c, const pv_verdict *v, int64_t lat_e7)
{
    pv_calendar_answer answer = {.days = -1};
    if (c->calendar != NULL && v != NULL && v->stage != NULL) {
        const pv_calendar_plot plot = {.lat_deg = (double)lat_e7 / PV_E7, .alt_m = NAN, .date = c->facts->taken_at, .stage = v->stage};
        answer = pv_calendar_find(c->calendar, &plot);
    }
    pv_add_count(t, "days_to_capsule", answer.days);
}

static void pv_add_why(pv_text *t, const pv_verdict *v)
{
    if (v == NULL || v->n_why == 0) {
        pv_add_member(t, "why", NULL);
        return;
    }
    pv_text_add(t, "\"why\":");
    for (int i = 0; i < v->n_why; i++) {
        pv_text_add(t, i > 0 ? "," : "[");
        pv_text_add_json(t, v->why[i]);
    }
    pv_text_add(t, "],");
}

static void pv_add_properties(pv_text *t, const pv_hotspot_context *c, const pv_patch *patch, const pv_verdict *v, const pv_hotspot *h,
                              const pv_shape *s)
{
    const pv_photo_facts *f = c->facts;
    int64_t plants[3];
    pv_add_member(t, "id", h->id);
    pv_add_member(t, "photo", f->name);
    pv_add_member(t, "taken_at", f->taken_at[0] != '\0' ? f->taken_at : NULL);
    pv_add_member(t, "model", c->model->id);
    pv_text_add(t, "\"gsd_m\":");
    pv_text_add_real(t, sqrt(c->grid->gsd_x_m * c->grid->gsd_y_m), 4);
    pv_text_add(t, ",");
    pv_add_decimal(t, "lon", s->inside.lon, 7);
    pv_add_decimal(t, "lat", s->inside.lat, 7);
    pv_add_decimal(t, "area_m2", (int64_t)round(h->area_m2 * 1e3), 3);
    pv_add_decimal(t, "area_mu", (int64_t)round(s->area_m2 * 15 / 10000 * 1e6), 6);
    pv_add_decimal(t, "pixels", patch->pixels, 0);
    pv_add_decimal(t, "prob_mean", (int64_t)round(h->prob_mean * 1e4), 4);
    pv_add_decimal(t, "prob_max", (int64_t)round(h->prob_max * 1e4), 4);
    pv_add_e4(t, "prob", v != NULL ? v->prob_e4 : -1);
    pv_add_member(t, "class", pv_class_of(c->model, patch));
    pv_add_member(t, "lookalike", pv_most_frequent(c->model, patch, 0));
    pv_add_e4(t, "novelty", v != NULL ? v->novelty_e4 : -1);
    pv_add_member(t, "stage", v != NULL ? v->stage : NULL);
    pv_add_e4(t, "stage_conf", v != NULL && v->stage != NULL ? v->stage_conf_e4 : -1);
    pv_add_days(t, c, v, s->inside.lat);
    pv_count_plants(c, v, s->area_m2, plants);
    pv_add_count(t, "plants_low", plants[0]);
    pv_add_count(t, "plants", plants[1]);
    pv_add_count(t, "plants_high", plants[2]);
    pv_add_tier(t, c, v, plants, s->area_m2);
    pv_add_why(t, v);
    pv_text_addf(t, "\"cut_by_edge\":%s,", patch->cut_by_edge ? "true" : "false");
    pv_text_add_n(t, pv_text_str(&s->units), s->units.len);
    char chip[sizeof h->id + 4];
    (void)snprintf(chip, sizeof chip, "%s.jpg", h->id);
    pv_add_member(t, "chip", c->chips ? chip : NULL);
    pv_text_addf(t, "\"outline\":\"%s\"", s->is_box ? "box" : "exact");
}

static pv_status pv_hotspot_write(pv_hotspot *h, const pv_hotspot_context *c, const pv_patch *patch, const pv_verdict *v, pv_shape *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    const int64_t box[4] = {s->low.lon, s->low.lat, s->high.lon, s->high.lat};
    PV_TRY(pv_hotspot_id(h->id, c, patch, err));
    pv_text_addf(&t, "{\"type\":\"Feature\",\"id\":\"%s\",\"bbox\":[", h->id);
    for (int i = 0; i < 4; i++) {
        if (i > 0) pv_text_add(&t, ",");
        pv_add_e7(&t, box[i]);
        h->bbox[i] = (double)box[i] / PV_E7;
    }
    pv_text_add(&t, "],\"geometry\":");
    pv_text_add_n(&t, pv_text_str(&s->geometry), s->geometry.len);
    pv_text_add(&t, ",\"properties\":{");
    pv_add_properties(&t, c, patch, v, h, s);
    pv_text_add(&t, "}}");
    PV_TRY(pv_text_status(&t, err));
    h->json = t.data;
    t = (pv_text){0};
out:
    pv_text_release(&t);
    return st;
}

/* Half up, integers only: sum of n probabilities of 0..254 as 1e-4. */
static double pv_prob(int64_t sum, int64_t n)
{
    int64_t whole = n * 254;
    int64_t e4 = sum / whole * 10000 + (sum % whole * 20000 + whole) / (2 * whole);
    return (double)e4 / 1e4;
}

pv_status pv_hotspots_add(pv_hotspots *h, const pv_hotspot_context *c, const pv_patch *patch, int *kept, pv_err *err)
{
    return pv_hotspots_add_judged(h, c, patch, NULL, kept, err);
}

pv_status pv_hotspots_add_judged(pv_hotspots *h, const pv_hotspot_context *c, const pv_patch *patch, const pv_verdict *verdict, int *kept,
                                 pv_err *err)
{
    pv_status st = PV_OK;
    pv_shape shape = {.area_m2 = pv_patch_area_m2(c, patch)};
    pv_hotspot spot = {.photo = c->photo, .prob_mean = pv_prob(patch->sum_prob, patch->pixels), .prob_max = pv_prob(patch->max_prob, 1)};
    spot.prob = verdict != NULL && verdict->prob_e4 >= 0 ? (double)verdict->prob_e4 / 1e4 : -1;
    double grown = patch->grown_pixels > 0 ? (double)patch->grown_pixels / (double)patch->pixels : 1;
    if (shape.area_m2 * grown < c->min_area_m2) {
        *kept = 0;
        return PV_OK;
    }
    spot.area_m2 = round(shape.area_m2 * 1e3) / 1e3;
    PV_TRY(pv_grow(&h->at, &h->cap, h->n + 1, sizeof *h->at, "hotspots", err));
    PV_TRY(pv_shape_make(&shape, c, patch, err));
    PV_TRY(pv_hotspot_write(&spot, c, patch, verdict, &shape, err));
    spot.outside = c->units != NULL && shape.outside;
    h->at[h->n++] = spot;
    h->photo[c->photo].n_hotspots++;
    *kept = 1;
out:
    if (st != PV_OK) (void)pv_where(err, st, "hotspot at working pixel %" PRId32 ",%" PRId32, patch->first_x, patch->first_y);
    pv_shape_release(&shape);
    return st;
}

/* ---- the list ---- */

pv_status pv_hotspots_add_photo(pv_hotspots *h, const pv_photo_record *record, int *index, pv_err *err)
{
    pv_status st = pv_grow(&h->photo, &h->cap_photos, h->n_photos + 1, sizeof *h->photo, "list of photos", err);
    if (st != PV_OK) return st;
    h->photo[h->n_photos] = *record;
    h->photo[h->n_photos].n_hotspots = 0;
    *index = (int)h->n_photos++;
    return PV_OK;
}

void pv_hotspots_drop(pv_hotspots *h, int photo)
{
    size_t left = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (h->at[i].photo == photo)
            pv_free(h->at[i].json);
        else
            h->at[left++] = h->at[i];
    }
    h->n = left;
    h->photo[photo].n_hotspots = 0;
}

void pv_hotspots_release(pv_hotspots *h)
{
    for (size_t i = 0; i < h->n; i++) pv_free(h->at[i].json);
    pv_free(h->at);
    pv_free(h->photo);
    *h = (pv_hotspots){0};
}
