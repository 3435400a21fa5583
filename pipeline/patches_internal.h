/* What patches are made of while they are open. Shared by patches.c (rows of pixels, the door), patches_parts.c (components) and patches_close.c (what
 * closes is handed over); not for other files. Threads and errors: as patches.h. */
#ifndef PV_PIPELINE_PATCHES_INTERNAL_H
#define PV_PIPELINE_PATCHES_INTERNAL_H

#include <stddef.h>

#include "pipeline/patches.h"
#include "pipeline/patches_bits.h"

enum {
    PV_NO_INDEX = -1,
    PV_UNSEEN = 255,
    PV_CLASSES = 64,
    PV_FEW = 16,      /* pixels whose classes a component keeps one by one, before it needs a table of counts */
    PV_SLAB_BITS = 14 /* runs are kept in slabs of 16,384, so that growing never copies them */
};

/* A run of an open component: a link in its chain, or in the chain of free nodes. */
typedef struct pv_run_node {
    int32_t y, x0, x1, next;
} pv_run_node;

/* A run of the row above or of the current row. */
typedef struct pv_row_run {
    int32_t x0, x1, part; /* part: index of a component; of the row above always a root when a row begins */
} pv_row_run;

typedef struct pv_part {
    int32_t parent; /* itself = root; of a free one: the next free */
    int32_t last_y; /* the lowest row that it reaches */
    int64_t pixels, sum_x, sum_y, sum_prob;
    int32_t x0, y0, x1; /* the box; its lower end is last_y */
    int32_t first_x, first_y;
    int32_t head, tail; /* chain of runs; PV_NO_INDEX = none */
    int64_t n_runs;
    int32_t counts;    /* table of class counts, or PV_NO_INDEX while `few` is enough */
    uint8_t lost_runs; /* 1 = the runs were too many and are gone */
    uint8_t cut, closing, max_prob;
    uint8_t n_few;
    uint8_t few[PV_FEW]; /* classes of the first pixels */
} pv_part;

typedef struct pv_closing {
    int32_t first_y, first_x, part;
} pv_closing;

struct pv_patches {
    pv_patches_options o;
    int y;      /* the next row */
    int failed; /* 1 = an earlier call failed: nothing more is accepted */
    const pv_bits_kernels *kernels;
    uint8_t *above;           /* [width] copy of the last row of the last push */
    uint64_t *loud;           /* [(width + 63) / 64] the current row, a bit a pixel */
    int unseen, unseen_above; /* 1 = some pixel of the current row, or of the row above, was not seen */
    pv_row_run *row;          /* [2][width / 2 + 1]: the row above and the current one change places */
    pv_row_run *prev, *cur;
    int n_prev, n_cur;
    pv_part *part;
    size_t n_part, cap_part; /* ever used; reserved */
    int32_t free_part;
    int32_t *dead; /* components that were joined to another one in this row: free when the row is done */
    size_t n_dead, cap_dead;
    pv_run_node **slab;
    size_t n_slabs, cap_slabs;
    int64_t n_nodes; /* of open components */
    int32_t free_node;
    int64_t (*counts)[PV_CLASSES];
    size_t n_counts, cap_counts;
    int32_t free_counts; /* the first cell of a free table is the next free one */
    pv_closing *closing;
    size_t n_closing, cap_closing;
    pv_run *run; /* what the callback borrows, and as much again for sorting */
    size_t cap_run;
    int32_t *bin; /* [cap_bin] for counting */
    size_t cap_bin;
};

static inline pv_run_node *pv_node(const pv_patches *p, int32_t i)
{
    return &p->slab[i >> PV_SLAB_BITS][i & ((1 << PV_SLAB_BITS) - 1)];
}

/* The root of a component's tree; halves the way. */
static inline int32_t pv_root(pv_patches *p, int32_t i)
{
    while (p->part[i].parent != i) {
        p->part[i].parent = p->part[p->part[i].parent].parent;
        i = p->part[i].parent;
    }
    return i;
}

/* ---- patches_parts.c ---- */

/* A new component of one run of the current row, a root, still without sums. */
PV_MUST pv_status pv_part_new(pv_patches *p, const pv_row_run *r, int32_t *out, pv_err *err);
/* Joins b to a; both are roots. b is dead until the row is done. The chain is joined in one step; its order is made when the patch closes. */
PV_MUST pv_status pv_part_join(pv_patches *p, int32_t a, int32_t b, pv_err *err);
/* Sums of run k of the current row, and the run itself to the chain, unless there are too many. best: the row's, or NULL. */
PV_MUST pv_status pv_part_add(pv_patches *p, int32_t i, int k, const uint8_t *prob, const uint8_t *best, pv_err *err);
/* Back to the pools. */
void pv_part_drop(pv_patches *p, int32_t i);

/* ---- patches_close.c ---- */

/* Hands over what was open in the row above and did not reach the current row, and frees what was joined. */
PV_MUST pv_status pv_row_close(pv_patches *p, pv_err *err);

#endif
