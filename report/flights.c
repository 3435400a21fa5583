#include "report/flights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

#include "base/banned.h"

/* An area is an octagon around its points. */
enum { SIDES = 8 };
static const double near_m = 100, around_plot_m = 10, most_m2 = 25e6;
static const double degree_m = 111195; /* of latitude, near enough for grouping */

typedef struct item {
    double x0, y0, x1, y1; /* degrees */
    const char *geometry;  /* GeoJSON; NULL: the box is all */
    size_t group;          /* union-find */
    int is_plot;
} item;

static void reach(item *it, double lon, double lat)
{
    it->x0 = fmin(it->x0, lon);
    it->x1 = fmax(it->x1, lon);
    it->y0 = fmin(it->y0, lat);
    it->y1 = fmax(it->y1, lat);
}

/* Calls f for each pair of numbers in nested arrays: GeoJSON coordinates of any depth. */
static void each_point(const pv_json *j, pv_json_ref at, void (*f)(void *, double, double), void *user)
{
    double lon = 0, lat = 0;
    pv_json_ref first = pv_json_first(j, at);
    if (first < 0) return;
    if (pv_json_real(j, first, -180, 180, &lon) && pv_json_real(j, pv_json_after(j, at, first), -90, 90, &lat)) {
        f(user, lon, lat);
        return;
    }
    for (; first >= 0; first = pv_json_after(j, at, first)) each_point(j, first, f, user);
}

static pv_status walk(const char *geometry, void (*f)(void *, double, double), void *user, pv_err *err)
{
    pv_json j = {.n = 0};
    pv_status st = pv_json_parse(&j, geometry, strlen(geometry), -1, err);
    if (st == PV_OK) each_point(&j, pv_json_member(&j, 0, "coordinates"), f, user);
    pv_json_release(&j);
    return st;
}

static void reach_point(void *user, double lon, double lat)
{
    reach(user, lon, lat);
}

static int is_to_fly(const pv_sheet *s)
{
    for (int i = 0; i < s->n_steps; i++)
        if (strcmp(s->step[i], "fly_again") == 0) return 1;
    return 0;
}

static pv_status collect(item **out, size_t *n, const pv_kit *kit, const pv_gaps *gaps, const unsigned char *mine, pv_err *err)
{
    pv_status st = PV_OK;
    size_t cap = 0;
    for (size_t i = 0; gaps != NULL && i < gaps->n; i++) {
        const pv_gap *g = &gaps->at[i];
        if (mine != NULL && !mine[i]) continue;
        PV_TRY(pv_grow(out, &cap, *n + 1, sizeof **out, "flights", err));
        (*out)[*n] = (item){g->lon_deg, g->lat_deg, g->lon_deg, g->lat_deg, g->geometry, *n, 0};
        if (g->geometry != NULL) PV_TRY(walk(g->geometry, reach_point, &(*out)[*n], err));
        (*n)++;
    }
    for (size_t i = 0; i < kit->n; i++) {
        const pv_plot *p = &kit->stop[i].sheet->plot;
        double dy = around_plot_m / degree_m, dx = dy / fmax(0.01, cos(p->lat_deg * 0.017453292519943295));
        if (!is_to_fly(kit->stop[i].sheet)) continue;
        PV_TRY(pv_grow(out, &cap, *n + 1, sizeof **out, "flights", err));
        (*out)[*n] = (item){p->lon_deg - dx, p->lat_deg - dy, p->lon_deg + dx, p->lat_deg + dy, NULL, *n, 1};
        (*n)++;
    }
out:
    return st;
}

static size_t root(item *it, size_t i)
{
    while (it[i].group != i) i = it[i].group = it[it[i].group].group;
    return i;
}

static void join(item *it, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double dy = near_m / degree_m, dx = dy / fmax(0.01, cos(it[i].y0 * 0.017453292519943295));
        for (size_t k = 0; k < i; k++) {
            if (it[k].x0 > it[i].x1 + dx || it[k].x1 < it[i].x0 - dx || it[k].y0 > it[i].y1 + dy || it[k].y1 < it[i].y0 - dy) continue;
            size_t a = root(it, i), b = root(it, k);
            if (a < b)
                it[b].group = a;
            else
                it[a].group = b;
        }
    }
}

/* How far the points reach in each of the directions, in metres of a flat map. */
typedef struct octagon {
    double lon, lat, m_lon, m_lat, far[SIDES];
} octagon;

static void direction(int k, double *x, double *y)
{
    static const double half = 0.70710678118654752;
    static const double d[SIDES][2] = {{1, 0}, {half, half}, {0, 1}, {-half, half}, {-1, 0}, {-half, -half}, {0, -1}, {half, -half}};
    *x = d[k][0];
    *y = d[k][1];
}

static void stretch(void *user, double lon, double lat)
{
    octagon *o = user;
    for (int k = 0; k < SIDES; k++) {
        double x, y;
        direction(k, &x, &y);
        o->far[k] = fmax(o->far[k], (lon - o->lon) * o->m_lon * x + (lat - o->lat) * o->m_lat * y);
    }
}

static void corners(const octagon *o, pv_kit_flight *f)
{
    double px[SIDES], py[SIDES], twice = 0;
    f->n = SIDES;
    for (int k = 0; k < SIDES; k++) {
        double ax, ay, bx, by, a = o->far[k], b = o->far[(k + 1) % SIDES];
        direction(k, &ax, &ay);
        direction((k + 1) % SIDES, &bx, &by);
        double det = ax * by - ay * bx;
        px[k] = (a * by - b * ay) / det;
        py[k] = (b * ax - a * bx) / det;
        f->lon_deg[k] = o->lon + px[k] / o->m_lon;
        f->lat_deg[k] = o->lat + py[k] / o->m_lat;
    }
    for (int k = 0; k < SIDES; k++) twice += px[k] * py[(k + 1) % SIDES] - px[(k + 1) % SIDES] * py[k];
    f->area_m2 = twice / 2;
}

static pv_status draw(item *it, size_t n, size_t group, pv_kit_flight *f, pv_err *err)
{
    pv_status st = PV_OK;
    octagon o = {.lon = it[group].x0, .lat = it[group].y0, .m_lat = degree_m};
    *f = (pv_kit_flight){.n = 0};
    o.m_lon = degree_m * fmax(0.01, cos(o.lat * 0.017453292519943295));
    for (int k = 0; k < SIDES; k++) o.far[k] = -HUGE_VAL;
    for (size_t i = group; i < n; i++) {
        if (root(it, i) != group) continue;
        if (it[i].is_plot)
            f->plots++;
        else
            f->gaps++;
        if (it[i].geometry != NULL) {
            PV_TRY(walk(it[i].geometry, stretch, &o, err));
            continue;
        }
        stretch(&o, it[i].x0, it[i].y0);
        stretch(&o, it[i].x1, it[i].y0);
        stretch(&o, it[i].x1, it[i].y1);
        stretch(&o, it[i].x0, it[i].y1);
    }
    corners(&o, f);
out:
    return st;
}

/* Areas with plots first, then the largest; then by place. */
static int by_use(const void *a, const void *b)
{
    const pv_kit_flight *p = a, *q = b;
    if ((p->plots > 0) != (q->plots > 0)) return p->plots > 0 ? -1 : 1;
    if (p->area_m2 != q->area_m2) return p->area_m2 > q->area_m2 ? -1 : 1;
    if (p->lon_deg[0] != q->lon_deg[0]) return p->lon_deg[0] < q->lon_deg[0] ? -1 : 1;
    return (p->lat_deg[0] > q->lat_deg[0]) - (p->lat_deg[0] < q->lat_deg[0]);
}

pv_status pv_flights_find(pv_kit *kit, const pv_gaps *gaps, const unsigned char *mine, pv_err *err)
{
    pv_status st = PV_OK;
    item *it = NULL;
    size_t n = 0, n_found = 0, cap = 0;
    pv_kit_flight *found = NULL, one;
    PV_TRY(collect(&it, &n, kit, gaps, mine, err));
    join(it, n);
    kit->n_unseen = 0;
    for (size_t i = 0; i < n; i++) {
        if (root(it, i) != i) continue;
        PV_TRY(draw(it, n, i, &one, err));
        if (!(one.area_m2 <= most_m2)) {
            kit->n_unseen++;
            continue;
        }
        PV_TRY(pv_grow(&found, &cap, n_found + 1, sizeof *found, "flights", err));
        found[n_found++] = one;
    }
    if (n_found > 1) qsort(found, n_found, sizeof *found, by_use);
    kit->n_flights = n_found < PV_MOST_FLIGHTS ? n_found : PV_MOST_FLIGHTS;
    kit->n_unseen += n_found - kit->n_flights;
    kit->flight = found;
    found = NULL;
out:
    pv_free(found);
    pv_free(it);
    return st;
}
