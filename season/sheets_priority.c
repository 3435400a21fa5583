/* Where to go first: points with their reasons, in tenths, by the weights of season.conf. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/sheets_internal.h"

#include "base/mem.h"

#include "base/banned.h"

const char *pv_risk_code(pv_risk risk)
{
    static const char *const code[PV_RISKS] = {"extreme", "high", "middle", "low"};
    return code[risk];
}

/* ---- the desk ---- */

/* "105.6712 34.8634" */
static pv_status take_access(pv_sheet_desk *d, const char *text, pv_err *err)
{
    pv_status st = PV_OK;
    char lon[64];
    double at[2];
    size_t n = strcspn(text, " \t");
    if (n < sizeof lon) {
        memcpy(lon, text, n);
        lon[n] = '\0';
    }
    if (n >= sizeof lon || !pv_parse_real(lon, -180, 180, &at[0]) || !pv_parse_real(text + n, -90, 90, &at[1]))
        PV_TRY(pv_fail(err, PV_INPUT, "season.conf: access_points: '%.60s' is not a longitude, a blank and a latitude", text));
    PV_TRY(pv_grow(&d->access, &d->cap_access, d->n_access + 1, sizeof *d->access, "access points", err));
    memcpy(d->access[d->n_access++], at, sizeof at);
out:
    return st;
}

pv_status pv_sheet_desk_open(pv_sheet_desk *d, pv_err *err)
{
    const pv_unit_level border[2] = {PV_XIAN, PV_XIANG}, farms[2] = {PV_LIN_CHANG, PV_LIN_CHANG}, parts[2] = {PV_LIN_BAN, PV_LIN_BAN};
    const pv_conf *conf = d->s->conf;
    pv_status st = PV_OK;
    char part[PV_CONF_TEXT], from[PV_DATE];
    for (int k = 0; pv_conf_part(conf, PV_SET_ACCESS_POINTS, k, part, sizeof part); k++) PV_TRY(take_access(d, part, err));
    pv_date_of(pv_date_number(d->date) - pv_conf_int(conf, PV_SET_CONTEXT_DAYS), from);
    PV_TRY(pv_contexts_read(&d->contexts, d->s, from, d->date, err));
    if (d->units != NULL) {
        int by_parts = pv_units_facts_of(d->units).units[PV_LIN_BAN] > 0;
        PV_TRY(pv_edges_read(&d->border, d->units, border, 0, pv_conf_real(conf, PV_SET_BORDER_M), err));
        PV_TRY(pv_edges_read(&d->forest, d->units, by_parts ? parts : farms, 1, pv_conf_real(conf, PV_SET_FOREST_EDGE_M), err));
    }
out:
    return st;
}

void pv_sheet_desk_close(pv_sheet_desk *d)
{
    pv_edges_release(&d->border);
    pv_edges_release(&d->forest);
    pv_contexts_release(&d->contexts);
    pv_free(d->access);
    pv_free(d->finding);
}

/* ---- reasons ---- */

typedef struct scale {
    const pv_sheet_desk *d;
    pv_sheet *t;
    int tenths, n;
    pv_sheet_reason reason[PV_SHEET_REASONS + 2];
} scale;

/* A reason of that weight, its level 0..1; the caller writes the words. NULL = it gives nothing. */
static pv_sheet_reason *add(scale *c, const char *code, pv_set weight, double level)
{
    long tenths = lround(pv_conf_real(c->d->s->conf, weight) * fmin(fmax(level, 0), 1) * 10);
    if (tenths <= 0) return NULL;
    pv_sheet_reason *r = &c->reason[c->n++];
    *r = (pv_sheet_reason){.code = code, .points = (double)tenths / 10};
    c->tenths += (int)tenths;
    return r;
}

#define SAY(r, zh_words, en_words, ...)                                                                                                              \
    do {                                                                                                                                             \
        (void)snprintf((r)->zh, sizeof(r)->zh, zh_words, __VA_ARGS__);                                                                               \
        (void)snprintf((r)->en, sizeof(r)->en, en_words, __VA_ARGS__);                                                                               \
    } while (0)

static void add_tier(scale *c)
{
    const pv_sheet *t = c->t;
    double plants = t->plants_counted >= 0 ? (double)t->plants_counted : t->plants, most = 3000;
    if (plants <= 0) return;
    pv_sheet_reason *r = add(c, "tier", PV_SET_WEIGHT_TIER, log1p(plants) / log1p(most));
    if (r == NULL) return;
    if (t->plants_counted >= 0)
        SAY(r, "清点 %lld 株", "%lld plants counted", (long long)t->plants_counted);
    else if (t->tier[0] != '\0')
        SAY(r, "估计 %.0f 株（%s）", "about %.0f plants (%s)", plants, t->tier);
    else
        SAY(r, "估计 %.0f 株", "about %.0f plants", plants);
}

static void add_capsule(scale *c)
{
    const pv_plot *p = &c->t->plot;
    pv_sheet_reason *r = add(c, "capsule", PV_SET_WEIGHT_CAPSULE, 2 * p->urgency - 1);
    if (r == NULL) return;
    if (p->capsules_from[0] == '\0')
        SAY(r, "%s", "%s", "");
    else
        SAY(r, "%s 起可割浆", "capsules can be lanced from %s", p->capsules_from);
    if (p->capsules_from[0] == '\0') {
        (void)snprintf(r->zh, sizeof r->zh, "生长期不明");
        (void)snprintf(r->en, sizeof r->en, "its stage is not known");
    }
}

/* A confirmed plot is certain; one that the last flight missed half as probable as it was. */
static void add_probability(scale *c)
{
    const pv_sheet *t = c->t;
    int certain = t->plot.status == PV_PLOT_CONFIRMED, by_eye = t->hotspot_id[0] == '\0';
    double prob = t->plot.prob * (c->d->missed ? 0.5 : 1);
    pv_sheet_reason *r = add(c, "probability", PV_SET_WEIGHT_PROBABILITY, certain ? 1 : by_eye ? 0.5 : prob);
    if (r == NULL) return;
    if (certain)
        SAY(r, "%s 现场确认", "confirmed on the ground on %s", t->plot.status_date);
    else if (by_eye)
        SAY(r, "%s 核查组发现", "found by a crew on %s", t->plot.found_on);
    else if (c->d->missed)
        SAY(r, "概率 %.2f，最近一次飞行未见", "probability %.2f, not seen by the last flight", t->plot.prob);
    else
        SAY(r, "概率 %.2f", "probability %.2f", t->plot.prob);
}

static void add_history(scale *c)
{
    const pv_plot *p = &c->t->plot;
    pv_sheet_reason *r = NULL;
    if (c->d->regrown && (r = add(c, "regrown", PV_SET_WEIGHT_REGROWN, 1)) != NULL)
        SAY(r, "复种：%s 铲除后又出现", "grows again after it was eradicated on %s", p->eradicated_on);
    int earlier = p->first_seen[0] != '\0' && pv_crop_year(p->first_seen) < pv_crop_year(c->d->date);
    int known = p->status == PV_PLOT_CONFIRMED || p->eradicated_on[0] != '\0' || p->kind == PV_KIND_PERMANENT || earlier;
    if (!known || (r = add(c, "known", PV_SET_WEIGHT_KNOWN, 1)) == NULL) return;
    const char *since = p->first_seen[0] != '\0' ? p->first_seen : p->found_on;
    SAY(r, "旧地块，%s 首次发现", "a known plot, first seen on %s", since);
}

static void add_place(scale *c)
{
    const pv_sheet_desk *d = c->d;
    const pv_plot *p = &c->t->plot;
    const double access_m = pv_conf_real(d->s->conf, PV_SET_ACCESS_M);
    pv_sheet_reason *r = NULL;
    double edge_m = pv_edges_apart_m(&d->forest, p->lon_deg, p->lat_deg), border_m = pv_edges_apart_m(&d->border, p->lon_deg, p->lat_deg);
    if (isfinite(edge_m) && (r = add(c, "forest_edge", PV_SET_WEIGHT_FOREST_EDGE, 1)) != NULL)
        SAY(r, "林缘 %.0f m", "%.0f m from the forest's edge", edge_m);
    if (isfinite(border_m) && (r = add(c, "border", PV_SET_WEIGHT_BORDER, 1)) != NULL)
        SAY(r, "县乡界 %.0f m", "%.0f m from the border of a county or township", border_m);
    double near_m = INFINITY;
    for (size_t i = 0; i < d->n_access; i++) near_m = fmin(near_m, pv_ground_apart_m(p->lon_deg, p->lat_deg, d->access[i][0], d->access[i][1]));
    if (near_m < access_m && (r = add(c, "access", PV_SET_WEIGHT_ACCESS, 1 - near_m / access_m)) != NULL)
        SAY(r, "距进入点 %.1f km", "%.1f km from an access point", near_m / 1000);
}

static void add_contexts(scale *c, pv_context_kind kind)
{
    const pv_sheet_desk *d = c->d;
    const pv_plot *p = &c->t->plot;
    const double within_m = pv_conf_real(d->s->conf, PV_SET_CONTEXT_M), reach_deg = within_m / 110000;
    const pv_context *nearest = NULL;
    double least_m = INFINITY;
    int some = 0;
    size_t low = 0, high = d->contexts.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->contexts.at[middle].lat_deg < p->lat_deg - reach_deg)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < d->contexts.n && d->contexts.at[i].lat_deg <= p->lat_deg + reach_deg; i++) {
        const pv_context *x = &d->contexts.at[i];
        double apart_m = x->kind == kind ? pv_ground_apart_m(p->lon_deg, p->lat_deg, x->lon_deg, x->lat_deg) : INFINITY;
        if (apart_m > within_m) continue;
        some++;
        if (apart_m >= least_m) continue;
        least_m = apart_m;
        nearest = x;
    }
    int tip = kind == PV_CONTEXT_TIP_OFF;
    pv_sheet_reason *r = NULL;
    if (nearest == NULL ||
        (r = add(c, tip ? "tip_off" : "register", tip ? PV_SET_WEIGHT_TIP_OFF : PV_SET_WEIGHT_REGISTER, 1 - least_m / within_m)) == NULL)
        return;
    if (tip)
        SAY(r, "附近线索 %d 条，最近 %.0f m（%s）", "%d tip-offs near, the nearest %.0f m away (%s)", some, least_m, nearest->date);
    else
        SAY(r, "附近入山登记 %d 条，最近 %.0f m（%s）", "%d entries of the forest register near, the nearest %.0f m away (%s)", some, least_m,
            nearest->date);
}

static int by_points(const void *a, const void *b)
{
    const pv_sheet_reason *p = a, *q = b;
    if (p->points != q->points) return p->points > q->points ? -1 : 1;
    return strcmp(p->code, q->code);
}

void pv_sheet_weigh(pv_sheet_desk *d, pv_sheet *t)
{
    const pv_conf *conf = d->s->conf;
    const double most = 1000;
    scale c = {.d = d, .t = t};
    t->regrown = d->regrown;
    t->risk = PV_RISK_LOW;
    if (pv_sheet_is_done(t) || (t->recheck && t->conflicts == 0)) return;
    add_tier(&c);
    add_capsule(&c);
    add_probability(&c);
    add_history(&c);
    add_place(&c);
    add_contexts(&c, PV_CONTEXT_TIP_OFF);
    add_contexts(&c, PV_CONTEXT_REGISTER);
    qsort(c.reason, (size_t)c.n, sizeof *c.reason, by_points);
    t->n_reasons = c.n < PV_SHEET_REASONS ? c.n : PV_SHEET_REASONS;
    memcpy(t->reason, c.reason, (size_t)t->n_reasons * sizeof *c.reason);
    t->points = fmin(c.tenths, most) / 10;
    if (t->regrown || t->points >= pv_conf_real(conf, PV_SET_EXTREME_FROM))
        t->risk = PV_RISK_EXTREME;
    else if (t->points >= pv_conf_real(conf, PV_SET_HIGH_FROM))
        t->risk = PV_RISK_HIGH;
    else if (t->points >= pv_conf_real(conf, PV_SET_MIDDLE_FROM))
        t->risk = PV_RISK_MIDDLE;
}
