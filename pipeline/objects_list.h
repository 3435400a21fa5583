/* Closed patches that wait for the object stage: copies in the order in which they closed.
 *
 * Threads: one adds and clears; while nobody does, any may write its own item's look. Errors: PV_NOMEM. */
#ifndef PV_PIPELINE_OBJECTS_LIST_H
#define PV_PIPELINE_OBJECTS_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pipeline/objects.h"
#include "pipeline/patches.h"

typedef struct pv_object_item {
    pv_patch patch;      /* its runs are owned by the list */
    pv_object_look look; /* value is owned by the list */
} pv_object_item;

/* Where an item is in the order by place. */
typedef struct pv_object_place {
    int row, column; /* of a lattice of 512 working pixels: of the patch's upper left */
    size_t item;
} pv_object_place;

/* Neighbours in the order that are measured together. */
typedef struct pv_object_group {
    size_t first, n; /* places; n is at most PV_OBJECT_GROUP */
    int64_t price;   /* pv_object_price() of what its patches have in common; the most for one that has none */
} pv_object_group;

enum { PV_OBJECT_GROUP = 64 };

typedef struct pv_object_list {
    size_t n, cap;
    pv_object_item *at;
    size_t order_cap, group_cap;
    pv_object_place *order; /* [n] after pv_object_list_order() */
    size_t n_groups;
    pv_object_group *group; /* [n_groups] likewise */
    int64_t n_runs;
    int n_columns;
} pv_object_list;

PV_MUST pv_status pv_object_list_add(pv_object_list *l, const pv_patch *patch, pv_err *err);
/* The item takes over runs that its patch already borrows (pv_object_trim). */
void pv_object_item_take(pv_object_item *item, pv_run *run, const pv_run *former);
/* 1 when it holds so much that it should be worked off before more comes. */
int pv_object_list_full(const pv_object_list *l);
/* Fills order, where items that lie together are neighbours, and group: by place, so that workers share blocks of the file, or, where all pixels are at hand, the dearest first, so that workers end together. */
PV_MUST pv_status pv_object_list_order(pv_object_list *l, const pv_object_plan *plan, int dearest_first, pv_err *err);
/* Empties it and keeps the arrays. */
void pv_object_list_clear(pv_object_list *l);
void pv_object_list_release(pv_object_list *l);

#endif
