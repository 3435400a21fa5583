#include "report/route_nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

typedef struct spot {
    double xyz[3];
    size_t place;
} spot;

/* The middle of a range of spots halves it along one axis, in turn x, y and z; the halves are made the same way. */
typedef struct tree {
    spot *at;            /* [n] */
    size_t *left;        /* [n] of the middle of a range: how many of the range are left */
    size_t *pos;         /* [n] where a place is in at */
    unsigned char *gone; /* [n] by position */
    size_t n;
} tree;

typedef struct find {
    const double *from;
    double least_m;
    size_t place;
} find;

static int by_axis(const void *a, const void *b, int axis)
{
    const spot *p = a, *q = b;
    if (p->xyz[axis] != q->xyz[axis]) return p->xyz[axis] < q->xyz[axis] ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

static int by_x(const void *a, const void *b)
{
    return by_axis(a, b, 0);
}

static int by_y(const void *a, const void *b)
{
    return by_axis(a, b, 1);
}

static int by_z(const void *a, const void *b)
{
    return by_axis(a, b, 2);
}

static void halve(tree *t, size_t low, size_t high, int axis)
{
    static int (*const by[])(const void *, const void *) = {by_x, by_y, by_z};
    if (low >= high) return;
    size_t middle = low + (high - low) / 2;
    qsort(t->at + low, high - low, sizeof *t->at, by[axis]);
    t->left[middle] = high - low;
    halve(t, low, middle, (axis + 1) % 3);
    halve(t, middle + 1, high, (axis + 1) % 3);
}

static void take(tree *t, size_t place)
{
    size_t low = 0, high = t->n, at = t->pos[place];
    t->gone[at] = 1;
    for (;;) {
        size_t middle = low + (high - low) / 2;
        t->left[middle]--;
        if (at == middle) return;
        if (at < middle)
            high = middle;
        else
            low = middle + 1;
    }
}

static void look(const tree *t, size_t low, size_t high, int axis, find *f)
{
    const double rounding = 1e-12;
    if (low >= high) return;
    size_t middle = low + (high - low) / 2;
    if (t->left[middle] == 0) return;
    const spot *s = &t->at[middle];
    if (!t->gone[middle]) {
        double d = pv_route_apart_m(f->from, s->xyz);
        if (d < f->least_m || (d == f->least_m && s->place < f->place)) {
            f->least_m = d;
            f->place = s->place;
        }
    }
    double side = f->from[axis] - s->xyz[axis];
    int next = (axis + 1) % 3;
    if (side < 0)
        look(t, low, middle, next, f);
    else
        look(t, middle + 1, high, next, f);
    if (fabs(side) > f->least_m * (1 + rounding)) return;
    if (side < 0)
        look(t, middle + 1, high, next, f);
    else
        look(t, low, middle, next, f);
}

pv_status pv_route_nearest(const double (*xyz)[3], size_t n, size_t *order, pv_err *err)
{
    pv_status st = PV_OK;
    tree t = {.n = n};
    if (n == 0) return PV_OK;
    PV_TRY(pv_alloc(&t.at, n, sizeof *t.at, "route", err));
    PV_TRY(pv_alloc(&t.left, n, sizeof *t.left, "route", err));
    PV_TRY(pv_alloc(&t.pos, n, sizeof *t.pos, "route", err));
    PV_TRY(pv_alloc(&t.gone, n, 1, "route", err));
    for (size_t i = 0; i < n; i++) {
        memcpy(t.at[i].xyz, xyz[i], sizeof t.at[i].xyz);
        t.at[i].place = i;
    }
    halve(&t, 0, n, 0);
    for (size_t i = 0; i < n; i++) t.pos[t.at[i].place] = i;
    for (size_t k = 0, here = 0;; here = order[k]) {
        order[k] = here;
        take(&t, here);
        if (++k == n) break;
        find f = {xyz[here], HUGE_VAL, n};
        look(&t, 0, n, 0, &f);
        order[k] = f.place;
    }
out:
    pv_free(t.at);
    pv_free(t.left);
    pv_free(t.pos);
    pv_free(t.gone);
    return st;
}
