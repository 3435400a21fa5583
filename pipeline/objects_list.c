#include "pipeline/objects_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

pv_status pv_object_list_order(pv_object_list *l, pv_err *err)
{
    pv_status st = pv_grow(&l->order, &l->order_cap, l->n, sizeof *l->order, "patches", err);
    if (st != PV_OK) return st;
    for (size_t i = 0; i < l->n; i++) {
        pv_rect box = l->at[i].patch.box;
        l->order[i] = (pv_object_place){box.y / LATTICE_PX, box.x / LATTICE_PX, i};
    }
    if (l->n > 0) qsort(l->order, l->n, sizeof *l->order, by_place);
    return PV_OK;
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
    *l = (pv_object_list){0};
}
