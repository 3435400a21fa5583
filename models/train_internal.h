/* Learning, piece by piece. Internal to the room.
 *
 * train.c owns the threads and calls these plain functions on ranges of rows, on one column, or on one leaf; each writes only what it is given. All sums
 * are integers, and the few doubles (gains, leaf values) are computed in a fixed order, so that the number of threads changes nothing. */
#ifndef PV_MODELS_TRAIN_INTERNAL_H
#define PV_MODELS_TRAIN_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "models/model.h"
#include "models/table.h"
#include "models/train.h"

/* Gradients of K classes are kept in groups of eight int32, padded with zeros. */
enum { PV_LEARN_LANES = 8, PV_LEARN_BINS = 256, PV_WEIGHT_ONE = 1024, PV_PROB_BITS = 20 };

/* What does not change from tree to tree, and the scores. Rows are the used rows, numbered from 0. */
typedef struct pv_learn {
    size_t n_rows;
    int n_columns, n_classes;
    int groups;                     /* ceil(n_classes / 8) */
    int width;                      /* groups * 8 */
    uint8_t *code;                  /* [n_columns][n_rows] */
    uint8_t *class_id;              /* [n_rows] */
    int16_t *score;                 /* [n_rows][width], the sums that asking will make */
    int64_t weight[PV_MAX_CLASSES]; /* of one row of the class, in 1/1024; the mean over rows is 1024 */
    int rank[PV_MAX_COLUMNS];       /* columns in the order of their names: ties and draws do not depend on the table's order */
    uint64_t column_hash[PV_MAX_COLUMNS];
} pv_learn;

/* Which rows of the table the learned rows are made of: the used ones, then their copies. Owned. */
typedef struct pv_origin {
    size_t n_real, n;
    size_t *row;   /* [n_real] row of the table */
    size_t *plus;  /* [n - n_real] number (below n_real) of the row that moves the copy forward; NULL = no copies */
    size_t *minus; /* [n - n_real] and of the one that moves it back */
    int32_t move;  /* in 1/256 of their difference */
} pv_origin;

/* A leaf of the growing tree: a range of the sample. */
typedef struct pv_leaf_range {
    size_t begin, end;
    int leaf;
} pv_leaf_range;

/* The rows drawn for one tree, grouped by leaf. */
typedef struct pv_sample {
    size_t n;
    uint32_t *row;   /* [n] row number */
    uint32_t *place; /* [n] where its hess is */
    int32_t *weight; /* [n] in 1/1024 */
    int32_t *grad;   /* [n][width] (truth - probability) * weight, in 2^(shift - 30) */
    int32_t *hess;   /* [n][width] p (1 - p) * weight in 2^-20, in the order in which the rows were drawn */
    uint32_t *row_2; /* the other halves of the double buffers */
    uint32_t *place_2;
    int32_t *weight_2;
    int32_t *grad_2;
    int shift;
    int n_ranges;
    pv_leaf_range range[PV_TREE_LEAVES];
} pv_sample;

/* One thread's room for a column. */
typedef struct pv_hist {
    int32_t *sum;    /* [256][width] */
    int64_t *weight; /* [256] */
    double *gain;    /* [256] */
} pv_hist;

typedef struct pv_split {
    double gain; /* < 0: no question is possible */
    int threshold;
} pv_split;

/* Counter-based random numbers: the same for any order of asking. */
uint64_t pv_learn_hash(uint64_t seed, uint64_t stream, uint64_t index);
/* 1 with probability `share`. */
int pv_learn_draw(double share, uint64_t hash);

/* edges.c: at most 255 rising edges between the values of a column; all values are kept apart when there are at most 256 of them. count: [65536]
 * how often each value occurs; returns the number of edges. */
int pv_edges_find(const uint32_t *count, uint16_t *edge);

/* train_rows.c */
void pv_sample_draw(pv_sample *s, const pv_learn *l, uint64_t seed, int tree, double row_share);
void pv_sample_gradients(pv_sample *s, const pv_learn *l, size_t from, size_t to);
/* Sorts the range by the answer, rows without the bit first; returns where those with the bit begin. */
size_t pv_sample_part(pv_sample *s, const pv_learn *l, pv_leaf_range range, const uint8_t *code, int threshold);
/* After all ranges of a level are parted: the new order becomes the order. */
void pv_sample_turn(pv_sample *s);
/* Newton step of one leaf, to[k] in 1/128 nat. */
void pv_sample_leaf(const pv_sample *s, const pv_learn *l, pv_leaf_range range, double rate, double l2, int8_t *to);
/* Adds a tree to the scores of rows from..to. */
void pv_learn_add(const pv_learn *l, const pv_model *m, int tree, size_t from, size_t to);

/* train_copies.c */
/* Makes the copies of the n_real rows, drawn by seed; class_id: [n_real], of pv_table. On failure what was made is released with the rest. */
PV_MUST pv_status pv_origin_copy(pv_origin *o, int copies, double move, uint64_t seed, const uint8_t *class_id, int n_classes, pv_err *err);
void pv_origin_release(pv_origin *o);
/* Value of learned row i in a column of the table. */
uint16_t pv_origin_value(const pv_origin *o, const uint16_t *column, size_t i);

/* train_hist.c: the best question about one column for all leaves at once. */
pv_split pv_hist_best(pv_hist *h, const pv_learn *l, const pv_sample *s, const uint8_t *code, int n_edges, double l2);

/* train_from.c: fills edges, biases and the first trees of a model that has names, room and no trees yet. PV_MODEL when names do not match. */
PV_MUST pv_status pv_model_continue(pv_model *to, const pv_model *from, pv_err *err);

/* model_file.c: computes m->id. */
PV_MUST pv_status pv_model_identify(pv_model *m, pv_err *err);

#endif
