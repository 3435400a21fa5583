#include "report/route.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "geo/geodesic.h"
#include "report/route_nearest.h"

#include "base/banned.h"

/* A gain below it is rounding. */
static const double least_gain_m = 1e-6;
/* So many pairs are looked at at most: a few seconds for thousands of plots, and all that is needed for hundreds. */
static const int64_t most_looks = 400000000;

typedef struct way {
    double (*xyz)[3]; /* of all places, the start first */
    size_t *at, *tmp; /* [n] order of visit; at[0] is the start and stays */
    size_t n;
    int64_t looks;
} way;

static double dist(const way *w, size_t a, size_t b)
{
    return pv_route_apart_m(w->xyz[a], w->xyz[b]);
}

/* Of the way's stop k to the one after it; 0 behind the end. */
static double leg(const way *w, size_t k)
{
    return k + 1 < w->n ? dist(w, w->at[k], w->at[k + 1]) : 0;
}

static void turn(way *w, size_t i, size_t j)
{
    for (; i < j; i++, j--) {
        size_t a = w->at[i];
        w->at[i] = w->at[j];
        w->at[j] = a;
    }
}

/* Turns stops i..j round wherever that is shorter. */
static int two_opt(way *w)
{
    int better = 0;
    for (size_t i = 1; i + 1 < w->n; i++) {
        double before = leg(w, i - 1);
        for (size_t j = i + 1; j < w->n && w->looks < most_looks; j++, w->looks++) {
            double old = before + leg(w, j), new = dist(w, w->at[i - 1], w->at[j]);
            if (new >= old) continue; /* what comes to it makes it longer still */
            new += j + 1 < w->n ? dist(w, w->at[i], w->at[j + 1]) : 0;
            if (new >= old - least_gain_m) continue;
            turn(w, i, j);
            before = leg(w, i - 1);
            better = 1;
        }
    }
    return better;
}

/* Moves the stops i..i+len-1 behind stop k (k outside of them), turned round or not. */
static void move(way *w, size_t i, size_t len, size_t k, int turned)
{
    memcpy(w->tmp, w->at + i, len * sizeof *w->at);
    size_t to = k < i ? k + 1 : k + 1 - len;
    if (k < i)
        memmove(w->at + to + len, w->at + to, (i - to) * sizeof *w->at);
    else
        memmove(w->at + i, w->at + i + len, (to - i) * sizeof *w->at);
    memcpy(w->at + to, w->tmp, len * sizeof *w->at);
    if (turned) turn(w, to, to + len - 1);
}

/* The best place for the piece i..i+len-1. */
static int move_piece(way *w, size_t i, size_t len)
{
    size_t first = w->at[i], last = w->at[i + len - 1], best = 0;
    double out = dist(w, w->at[i - 1], first) + leg(w, i + len - 1);
    if (i + len < w->n) out -= dist(w, w->at[i - 1], w->at[i + len]);
    double gain = least_gain_m;
    int turned = 0, found = 0;
    for (size_t k = 0; k < w->n && w->looks < most_looks; k++, w->looks++) {
        if (k + 1 >= i && k < i + len) continue;
        double gap = leg(w, k);
        for (int t = 0; t < 2; t++) {
            double in = dist(w, w->at[k], t ? last : first) - gap;
            if (out - in <= gain) continue; /* what comes to it makes it longer still */
            in += k + 1 < w->n ? dist(w, t ? first : last, w->at[k + 1]) : 0;
            if (out - in <= gain) continue;
            gain = out - in;
            best = k;
            turned = t;
            found = 1;
        }
    }
    if (found) move(w, i, len, best, turned);
    return found;
}

static int or_opt(way *w)
{
    int better = 0;
    for (size_t len = 1; len <= 3; len++)
        for (size_t i = 1; i + len <= w->n; i++) better |= move_piece(w, i, len);
    return better;
}

pv_status pv_route_find(const pv_route_place *place, size_t n, const pv_route_place *from, size_t *order, pv_err *err)
{
    pv_status st = PV_OK;
    way w = {.n = n + (from != NULL)};
    const size_t shift = from != NULL;
    PV_TRY(pv_alloc(&w.xyz, w.n, sizeof *w.xyz, "route", err));
    PV_TRY(pv_alloc(&w.at, w.n, sizeof *w.at, "route", err));
    PV_TRY(pv_alloc(&w.tmp, w.n, sizeof *w.tmp, "route", err));
    if (from != NULL) pv_earth_xyz(from->lon_deg, from->lat_deg, w.xyz[0]);
    for (size_t i = 0; i < n; i++) pv_earth_xyz(place[i].lon_deg, place[i].lat_deg, w.xyz[i + shift]);
    PV_TRY(pv_route_nearest((const double(*)[3])w.xyz, w.n, w.at, err));
    for (int better = 1; better && w.looks < most_looks;) {
        better = two_opt(&w);
        better |= or_opt(&w);
    }
    for (size_t i = 0; i < n; i++) order[i] = w.at[i + shift] - shift;
out:
    pv_free(w.xyz);
    pv_free(w.at);
    pv_free(w.tmp);
    return st;
}
