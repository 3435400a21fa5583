#include "season/ground_days.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/ground_walk.h"

#include "base/banned.h"

typedef struct photo_day {
    int64_t photo;
    char day[PV_DATE];
} photo_day;

/* Days of photos, numbered in their order. */
typedef struct numbering {
    size_t n_photos, cap_photos, n_days, n_ranges, cap_ranges;
    photo_day *photo; /* by photo */
    char (*day)[PV_DATE];
    uint8_t *used; /* [n_days] 1 = a set has it */
    size_t *start; /* [sets + 1] */
    pv_walk_range *range;
    pv_walk_photo *walked; /* photos of days that are used, by photo */
} numbering;

static pv_status read_photos(numbering *d, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT fid,day FROM photos WHERE day IS NOT NULL ORDER BY fid", err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&d->photo, &d->cap_photos, d->n_photos + 1, sizeof *d->photo, "photos", err));
        photo_day *p = &d->photo[d->n_photos++];
        p->photo = pv_row_int(q, 0);
        const char *day = pv_row_text(q, 1);
        memcpy(p->day, day, strlen(day) < PV_DATE ? strlen(day) + 1 : 0);
        p->day[PV_DATE - 1] = '\0';
    }
out:
    pv_stmt_free(q);
    return st;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static pv_status list_days(numbering *d, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&d->day, d->n_photos, sizeof *d->day, "days", err));
    for (size_t i = 0; i < d->n_photos; i++) memcpy(d->day[i], d->photo[i].day, PV_DATE);
    if (d->n_photos > 1) qsort(d->day, d->n_photos, sizeof *d->day, by_text);
    for (size_t i = 0; i < d->n_photos; i++)
        if (d->n_days == 0 || strcmp(d->day[i], d->day[d->n_days - 1]) != 0) memmove(d->day[d->n_days++], d->day[i], PV_DATE);
    PV_TRY(pv_alloc(&d->used, d->n_days, 1, "days", err));
out:
    return st;
}

/* How many days come before this one, itself among them when `with`. */
static uint32_t days_before(const numbering *d, const char *day, int with)
{
    size_t lo = 0, hi = d->n_days;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(d->day[mid], day);
        if (order < 0 || (with && order == 0))
            lo = mid + 1;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

static int by_first(const void *a, const void *b)
{
    const pv_walk_range *p = a, *q = b;
    if (p->from != q->from) return p->from < q->from ? -1 : 1;
    return p->to < q->to ? -1 : p->to > q->to;
}

/* The days of a set as ranges that rise and do not meet. */
static pv_status add_set(numbering *d, const pv_periods *set, pv_err *err)
{
    pv_status st = PV_OK;
    size_t first = d->n_ranges, n = first;
    PV_TRY(pv_grow(&d->range, &d->cap_ranges, first + set->n, sizeof *d->range, "days", err));
    for (size_t i = 0; i < set->n; i++) {
        pv_walk_range r = {days_before(d, set->at[i].from, 0), days_before(d, set->at[i].to, 1)};
        if (r.from < r.to) d->range[d->n_ranges++] = r;
    }
    if (d->n_ranges > first + 1) qsort(d->range + first, d->n_ranges - first, sizeof *d->range, by_first);
    for (size_t i = first; i < d->n_ranges; i++) {
        pv_walk_range *last = n > first ? &d->range[n - 1] : NULL, r = d->range[i];
        for (uint32_t k = r.from; k < r.to; k++) d->used[k] = 1;
        if (last != NULL && r.from <= last->to)
            last->to = r.to > last->to ? r.to : last->to;
        else
            d->range[n++] = r;
    }
    d->n_ranges = n;
out:
    return st;
}

static pv_status number_days(numbering *d, pv_ground_walk *w, pv_season *s, size_t n, const pv_periods *set, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(read_photos(d, s, err));
    PV_TRY(list_days(d, err));
    PV_TRY(pv_alloc(&d->start, n + 1, sizeof *d->start, "days", err));
    for (size_t k = 0; k < n; k++) {
        PV_TRY(add_set(d, &set[k], err));
        d->start[k + 1] = d->n_ranges;
    }
    PV_TRY(pv_alloc(&d->walked, d->n_photos + 1, sizeof *d->walked, "photos", err));
    w->photo = d->walked;
    for (size_t i = 0; i < d->n_photos; i++) {
        uint32_t day = days_before(d, d->photo[i].day, 0);
        if (d->used[day]) d->walked[w->n_photos++] = (pv_walk_photo){d->photo[i].photo, day};
    }
    w->start = d->start;
    w->range = d->range;
out:
    return st;
}

static pv_status walk(pv_ground_days *g, pv_season *s, const pv_periods *set, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    numbering d = {.n_photos = 0};
    pv_ground_walk w = {.s = s, .units = units, .grid = g->grid, .n_sets = g->n_sets};
    if (units != NULL) g->n_units = pv_units_count(units);
    PV_TRY(pv_alloc(&g->all, g->n_sets, sizeof *g->all, "ground", err));
    PV_TRY(pv_alloc(&g->ground_e6, g->n_units, sizeof *g->ground_e6, "ground of units", err));
    PV_TRY(pv_alloc(&g->unit, g->n_sets * g->n_units, sizeof *g->unit, "ground of units", err));
    w.n_units = g->n_units;
    w.all = g->all;
    w.ground_e6 = g->ground_e6;
    w.unit = g->unit;
    PV_TRY(number_days(&d, &w, s, g->n_sets, set, err));
    PV_TRY(pv_ground_walk_make(&w, err));
out:
    pv_free(d.photo);
    pv_free(d.day);
    pv_free(d.used);
    pv_free(d.start);
    pv_free(d.range);
    pv_free(d.walked);
    return st;
}

pv_status pv_ground_days_make(pv_ground_days *out, pv_season *s, size_t n, const pv_periods *set, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_days g = {.n_sets = n};
    PV_TRY(pv_ground_grid(s, &g.grid, &g.known, err));
    if (g.known) PV_TRY(walk(&g, s, set, units, err));
    *out = g;
    g = (pv_ground_days){.known = 0};
out:
    pv_ground_days_release(&g);
    return st;
}

void pv_ground_days_release(pv_ground_days *g)
{
    pv_free(g->ground_e6);
    pv_free(g->all);
    pv_free(g->unit);
    *g = (pv_ground_days){.known = 0};
}
