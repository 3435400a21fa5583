#include "pipeline/objects_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

enum { FULL_ITEMS = 1024, FULL_RUNS = 1 << 20, LATTICE_PX = 512 };

pv_status pv_object_list_add(pv_object_list *l, const pv_patch *patch, pv_err *err)
{
    pv_status st = PV_OK;
    pv_run *run = NULL;
    uint16_t *value = NULL;
    PV_TRY(pv_alloc(&run, (size_t)patch->n_runs, sizeof *run, "a patch's runs", err));
    PV_TRY(pv_alloc(&value, (size_t)l->n_columns, sizeof *value, "a patch's columns", err));
    PV_TRY(pv_grow(&l->at, &l->cap, l->n + 1, sizeof *l->at, "patches", err));
    if (patch->n_runs > 0) memcpy(run, patch->run, (size_t)patch->n_runs * sizeof *run);
    l->at[l->n] = (pv_object_item){.patch = *patch, .look = {.value = value}};
    l->at[l->n++].patch.run = run;
    l->n_runs += patch->n_runs;
    run = NULL;
    value = NULL;
out:
    pv_free(run);
    pv_free(value);
    return st;
}

/* Patches lend their runs as const; the list owns them. */
static void pv_free_runs(const pv_run *lent)
{
    pv_run *run = NULL;
    memcpy(&run, &lent, sizeof run);
    pv_free(run);
}

void pv_object_item_take(pv_object_item *item, pv_run *run, const pv_run *former)
{
    if (run == NULL) return;
    pv_free_runs(former);
    item->patch.run = run;
}

int pv_object_list_full(const pv_object_list *l)
{
    return l->n >= FULL_ITEMS || l->n_runs >= FULL_RUNS;
}

static int by_place(const void *a, const void *b)
{
    const pv_object_place *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    if (p->column != q->column) return p->column < q->column ? -1 : 1;
    return p->item < q->item ? -1 : p->item > q->item;
}

/* Some neighbours on their way to groups. */
typedef struct pv_joining {
    int n;                          /* groups */
    pv_rect box[PV_OBJECT_GROUP];   /* around all patches of a group */
    int64_t price[PV_OBJECT_GROUP]; /* -1 = is not joined */
    int of[PV_OBJECT_GROUP];        /* by place: its group */
} pv_joining;

static void pv_join_two(pv_joining *j, int n_places, pv_rect box, int64_t price, int a, int b)
{
    int last = --j->n;
    for (int k = 0; k < n_places; k++) j->of[k] = j->of[k] == b ? a : j->of[k] == last ? b : j->of[k];
    j->box[b] = j->box[last];
    j->price[b] = j->price[last];
    j->box[a] = box;
    j->price[a] = price;
}

/* Joins while that is cheaper; the best pair first, on a tie the first one. */
static void pv_join(pv_joining *j, int n_places, const pv_object_plan *plan)
{
    for (;;) {
        int64_t best = 0, price = 0;
        int a = 0, b = 0;
        for (int i = 0; i < j->n; i++) {
            for (int k = i + 1; k < j->n; k++) {
                if (j->price[i] < 0 || j->price[k] < 0) continue;
                int64_t both = pv_object_price(plan, pv_object_hull(j->box[i], j->box[k])), gain = j->price[i] + j->price[k] - both;
                if (both < 0 || gain <= best) continue;
                best = gain;
                price = both;
                a = i;
                b = k;
            }
        }
        if (best == 0) return;
        pv_join_two(j, n_places, pv_object_hull(j->box[a], j->box[b]), price, a, b);
    }
}

/* Groups of n <= PV_OBJECT_GROUP places from the given one on: brought together there, and appended. */
static void pv_group_places(pv_object_list *l, size_t from, size_t n, const pv_object_plan *plan)
{
    pv_joining j = {.n = (int)n};
    pv_object_place place[PV_OBJECT_GROUP];
    memcpy(place, l->order + from, n * sizeof *place);
    for (size_t k = 0; k < n; k++) {
        const pv_patch *patch = &l->at[place[k].item].patch;
        j.box[k] = patch->box;
        j.price[k] = patch->n_runs > 0 ? pv_object_price(plan, patch->box) : -1;
        j.of[k] = (int)k;
    }
    pv_join(&j, (int)n, plan);
    for (int g = 0; g < j.n; g++) {
        pv_object_group *to = &l->group[l->n_groups++];
        *to = (pv_object_group){.first = from, .price = j.price[g] >= 0 ? j.price[g] : INT64_MAX};
        for (size_t k = 0; k < n; k++)
            if (j.of[k] == g) l->order[from + to->n++] = place[k];
        from += to->n;
    }
}

static int by_price(const void *a, const void *b)
{
    const pv_object_group *p = a, *q = b;
    if (p->price != q->price) return p->price > q->price ? -1 : 1;
    return p->first < q->first ? -1 : p->first > q->first;
}

pv_status pv_object_list_order(pv_object_list *l, const pv_object_plan *plan, int dearest_first, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&l->order, &l->order_cap, l->n, sizeof *l->order, "patches", err));
    PV_TRY(pv_grow(&l->group, &l->group_cap, l->n, sizeof *l->group, "patches", err));
    for (size_t i = 0; i < l->n; i++) {
        pv_rect box = l->at[i].patch.box;
        l->order[i] = (pv_object_place){box.y / LATTICE_PX, box.x / LATTICE_PX, i};
    }
    if (l->n > 0) qsort(l->order, l->n, sizeof *l->order, by_place);
    l->n_groups = 0;
    for (size_t from = 0, end = 0; from < l->n; from = end) {
        const pv_object_place *p = l->order;
        while (end < l->n && end - from < PV_OBJECT_GROUP && p[end].row == p[from].row && p[end].column == p[from].column) end++;
        pv_group_places(l, from, end - from, plan);
    }
    if (dearest_first && l->n_groups > 0) qsort(l->group, l->n_groups, sizeof *l->group, by_price);
out:
    return st;
}

void pv_object_list_clear(pv_object_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        pv_free_runs(l->at[i].patch.run);
        pv_free(l->at[i].look.value);
    }
    l->n = 0;
    l->n_runs = 0;
}

void pv_object_list_release(pv_object_list *l)
{
    pv_object_list_clear(l);
    pv_free(l->at);
    pv_free(l->order);
    pv_free(l->group);
    *l = (pv_object_list){0};
}
