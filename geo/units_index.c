#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/units_internal.h"

#include "base/banned.h"

/* A packed tree of boxes (sort-tile-recursive): rows sorted into vertical strips by the middle of their box, in each strip by height, sixteen to a leaf. */
enum { PV_FAN = 16, PV_TREE_DEPTH = 16 };

typedef struct pv_middle {
    double x, y;
    uint32_t row;
} pv_middle;

static int pv_by_x(const void *a, const void *b)
{
    const pv_middle *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static int pv_by_y(const void *a, const void *b)
{
    const pv_middle *p = a, *q = b;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static void pv_box_add(pv_unit_box *b, double x0, double y0, double x1, double y1)
{
    b->x0 = fmin(b->x0, x0);
    b->y0 = fmin(b->y0, y0);
    b->x1 = fmax(b->x1, x1);
    b->y1 = fmax(b->y1, y1);
}

static pv_unit_box pv_box_of(size_t first, size_t n)
{
    return (pv_unit_box){INFINITY, INFINITY, -INFINITY, -INFINITY, (uint32_t)first, (uint32_t)n};
}

static pv_status pv_units_order(pv_units *u, pv_err *err)
{
    pv_status st = PV_OK;
    pv_middle *m = NULL;
    size_t n = u->n_rows, leaves = (n + PV_FAN - 1) / PV_FAN;
    size_t strip = (size_t)ceil(sqrt((double)leaves)) * PV_FAN;
    PV_TRY(pv_alloc(&m, n, sizeof *m, "index of boundaries", err));
    PV_TRY(pv_alloc(&u->order, n, sizeof *u->order, "index of boundaries", err));
    for (size_t i = 0; i < n; i++) {
        const pv_area *a = &u->row[i].area;
        m[i] = (pv_middle){a->x0 / 2 + a->x1 / 2, a->y0 / 2 + a->y1 / 2, (uint32_t)i};
    }
    qsort(m, n, sizeof *m, pv_by_x);
    for (size_t i = 0; i < n; i += strip) qsort(m + i, n - i < strip ? n - i : strip, sizeof *m, pv_by_y);
    for (size_t i = 0; i < n; i++) u->order[i] = m[i].row;
out:
    pv_free(m);
    return st;
}

pv_status pv_units_index(pv_units *u, pv_err *err)
{
    pv_status st = PV_OK;
    if (u->n_rows == 0) return PV_OK;
    PV_TRY(pv_units_order(u, err));
    size_t most = 1;
    for (size_t n = u->n_rows; n > 1; n = (n + PV_FAN - 1) / PV_FAN) most += (n + PV_FAN - 1) / PV_FAN;
    PV_TRY(pv_alloc(&u->box, most, sizeof *u->box, "index of boundaries", err));
    for (size_t i = 0; i < u->n_rows; i += PV_FAN) {
        pv_unit_box b = pv_box_of(i, u->n_rows - i < PV_FAN ? u->n_rows - i : PV_FAN);
        for (uint32_t k = 0; k < b.n; k++) {
            const pv_area *a = &u->row[u->order[b.first + k]].area;
            pv_box_add(&b, a->x0, a->y0, a->x1, a->y1);
        }
        u->box[u->n_boxes++] = b;
    }
    u->n_leaves = u->n_boxes;
    for (size_t from = 0, to = u->n_boxes; to - from > 1; from = to, to = u->n_boxes) {
        for (size_t i = from; i < to; i += PV_FAN) {
            pv_unit_box b = pv_box_of(i, to - i < PV_FAN ? to - i : PV_FAN);
            for (uint32_t k = 0; k < b.n; k++) pv_box_add(&b, u->box[i + k].x0, u->box[i + k].y0, u->box[i + k].x1, u->box[i + k].y1);
            u->box[u->n_boxes++] = b;
        }
    }
out:
    return st;
}

/* ---- walking the rows whose boxes meet a box ---- */

typedef struct pv_walk {
    const pv_units *u;
    double x0, y0, x1, y1;
    uint32_t open[PV_TREE_DEPTH * PV_FAN]; /* boxes to look into */
    int n_open;
    uint32_t at, end; /* entries of the leaf at work */
} pv_walk;

static void pv_walk_start(pv_walk *w, const pv_units *u, double x0, double y0, double x1, double y1)
{
    w->u = u;
    w->x0 = x0;
    w->y0 = y0;
    w->x1 = x1;
    w->y1 = y1;
    w->at = w->end = 0;
    w->n_open = u->n_boxes > 0;
    w->open[0] = u->n_boxes > 0 ? (uint32_t)(u->n_boxes - 1) : 0;
}

static int pv_apart(const pv_walk *w, double x0, double y0, double x1, double y1)
{
    return !(x0 <= w->x1 && w->x0 <= x1 && y0 <= w->y1 && w->y0 <= y1);
}

static const pv_unit_row *pv_walk_next(pv_walk *w)
{
    for (;;) {
        while (w->at < w->end) {
            const pv_unit_row *row = &w->u->row[w->u->order[w->at++]];
            if (!pv_apart(w, row->area.x0, row->area.y0, row->area.x1, row->area.y1)) return row;
        }
        if (w->n_open == 0) return NULL;
        uint32_t at = w->open[--w->n_open];
        const pv_unit_box *b = &w->u->box[at];
        if (pv_apart(w, b->x0, b->y0, b->x1, b->y1)) continue;
        if (at < w->u->n_leaves) {
            w->at = b->first;
            w->end = b->first + b->n;
            continue;
        }
        for (uint32_t k = 0; k < b->n; k++) w->open[w->n_open++] = b->first + k;
    }
}

/* ---- hits ---- */

void pv_unit_hits_release(pv_unit_hits *h)
{
    pv_free(h->at);
    *h = (pv_unit_hits){0};
}

static pv_status pv_hits_add(pv_unit_hits *h, const pv_unit_row *row, double share, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&h->at, &h->cap, h->n + PV_UNIT_LEVELS, sizeof *h->at, "units of a place", err));
    for (int l = 0; l < PV_UNIT_LEVELS; l++)
        if (row->unit[l] != UINT32_MAX) h->at[h->n++] = (pv_unit_hit){row->unit[l], share};
out:
    return st;
}

static int pv_hit_order(const void *a, const void *b)
{
    const pv_unit_hit *p = a, *q = b;
    if (p->unit != q->unit) return p->unit < q->unit ? -1 : 1;
    return (p->share > q->share) - (p->share < q->share);
}

/* Parts of one unit become one hit. Sorted by share too, so that the sum does not depend on the walk. */
static void pv_hits_join(pv_unit_hits *h)
{
    size_t n = 0;
    if (h->n > 1) qsort(h->at, h->n, sizeof *h->at, pv_hit_order);
    for (size_t i = 0; i < h->n; i++) {
        if (n > 0 && h->at[n - 1].unit == h->at[i].unit)
            h->at[n - 1].share = fmin(1, h->at[n - 1].share + h->at[i].share);
        else
            h->at[n++] = h->at[i];
    }
    h->n = n;
}

pv_status pv_units_at_point(const pv_units *u, double lon_deg, double lat_deg, pv_unit_hits *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_walk w;
    const pv_unit_row *row;
    out->n = 0;
    pv_walk_start(&w, u, lon_deg, lat_deg, lon_deg, lat_deg);
    while ((row = pv_walk_next(&w)) != NULL)
        if (pv_area_side(&row->area, lon_deg, lat_deg) >= 0) PV_TRY(pv_hits_add(out, row, 1, err));
    pv_hits_join(out);
out:
    return st;
}

static pv_status pv_hit_plot(const pv_units *u, const pv_area *plot, int shares, pv_unit_hits *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_walk w;
    const pv_unit_row *row;
    out->n = 0;
    pv_walk_start(&w, u, plot->x0, plot->y0, plot->x1, plot->y1);
    while ((row = pv_walk_next(&w)) != NULL) {
        double share = 1;
        pv_area_meeting meeting = pv_area_meet(plot, &row->area);
        if (meeting == PV_APART) continue;
        int some = 1;
        if (meeting == PV_TOUCH && shares) PV_TRY(pv_area_share(plot, &row->area, &share, err));
        if (meeting == PV_TOUCH && !shares) PV_TRY(pv_area_overlaps(plot, &row->area, &some, err));
        PV_TRY(pv_hits_add(out, row, some ? share : 0, err));
    }
    pv_hits_join(out);
out:
    return st;
}

pv_status pv_units_at_plot(const pv_units *u, const pv_area *plot, pv_unit_hits *out, pv_err *err)
{
    return pv_hit_plot(u, plot, 1, out, err);
}

pv_status pv_units_with_plot(const pv_units *u, const pv_area *plot, pv_unit_hits *out, pv_err *err)
{
    return pv_hit_plot(u, plot, 0, out, err);
}

pv_status pv_units_at_place(const pv_units *u, pv_area *plot, double lon_deg, double lat_deg, pv_unit_hits *out, pv_err *err)
{
    if (plot->n_rings == 0) return pv_units_at_point(u, lon_deg, lat_deg, out, err);
    pv_status st = pv_area_ready(plot, err);
    return st != PV_OK ? st : pv_units_at_plot(u, plot, out, err);
}

/* ---- words ---- */

enum { PV_MOST_NAMED = 5 };

/* Adds " / label" unless it stands there already or there is no room; a name is never cut. */
static void pv_label_add(char label[PV_UNIT_WORDS], const char *text)
{
    size_t n = strlen(label), m = strlen(text);
    const char *at = label;
    while (m > 0 && (at = strstr(at, text)) != NULL) {
        int starts = at == label || (at - label >= 3 && memcmp(at - 3, " / ", 3) == 0), ends = at[m] == '\0' || strncmp(at + m, " / ", 3) == 0;
        if (starts && ends) return;
        at += m;
    }
    const char *between = n > 0 ? " / " : "";
    if (m == 0) return;
    if (n + strlen(between) + m + 8 > PV_UNIT_WORDS) {
        if (!(n > 4 && strcmp(label + n - 3, "…") == 0)) (void)snprintf(label + n, PV_UNIT_WORDS - n, " / …");
        return;
    }
    (void)snprintf(label + n, PV_UNIT_WORDS - n, "%s%s", between, text);
}

/* The units of one level by falling share, then in their order; stable. */
static size_t pv_level_hits(const pv_units *u, const pv_unit_hits *h, pv_unit_level level, const pv_unit_hit *best[PV_MOST_NAMED])
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (u->unit[h->at[i].unit].level != level) continue;
        size_t k = n < PV_MOST_NAMED ? n : PV_MOST_NAMED;
        n++;
        while (k > 0 && best[k - 1]->share < h->at[i].share) {
            if (k < PV_MOST_NAMED) best[k] = best[k - 1];
            k--;
        }
        if (k < PV_MOST_NAMED) best[k] = &h->at[i];
    }
    return n;
}

void pv_units_describe(const pv_units *u, const pv_unit_hits *hits, pv_unit_place *out)
{
    const pv_unit_hit *best[PV_MOST_NAMED] = {0};
    memset(out, 0, sizeof *out);
    out->outside = hits->n == 0;
    for (int l = 0; l < PV_UNIT_LEVELS; l++) {
        size_t n = pv_level_hits(u, hits, (pv_unit_level)l, best);
        if (n > 1 && l != PV_UNIT_OTHER) out->on_border = 1;
        for (size_t k = 0; k < n && k < PV_MOST_NAMED; k++) pv_label_add(out->label[l], pv_unit_label(&u->unit[best[k]->unit]));
        if (n > PV_MOST_NAMED) pv_label_add(out->label[l], "…");
        /* From the finest unit that says it. */
        for (size_t i = hits->n; i-- > 0 && n == 0 && l != PV_UNIT_OTHER;) {
            const pv_unit *unit = &u->unit[hits->at[i].unit];
            if ((int)unit->level <= l || unit->level == PV_UNIT_OTHER) continue;
            pv_label_add(out->label[l], unit->name[l][0] != '\0' ? unit->name[l] : unit->code[l]);
        }
    }
}
