/* Learning: deterministic histogram boosting of symmetric trees.
 *
 * Multi-class log-loss, one tree structure a round for all classes, leaves by a Newton step, quantised to 1/128 nat while learning so that
 * later trees mend the rounding. Gradients are integers and sums are exact, so the same rows, options and seed give the same bytes on every
 * machine and for any number of threads.
 * Few rows are learned by heart. Moved copies (options.copies) spread each row along the ways in which its class varies, with integers, and only from
 * rows that are used; values are held in 0..65535. Sources: Chawla et al. 2002 (rows between rows), Storn and Price 1997 (the difference of two as the step).
 * Source: Friedman 2001 (gradient boosting), Prokhorenkova et al. 2018 (symmetric trees), Ke et al. 2017 (histograms).
 * The only file here that knows OpenMP is train.c. Errors: PV_INPUT (fewer than two classes, no rows), PV_NOMEM, PV_STOPPED. */
#ifndef PV_MODELS_TRAIN_H
#define PV_MODELS_TRAIN_H

#include <stdint.h>

#include "base/err.h"
#include "models/model.h"
#include "models/table.h"

enum { PV_MOST_DRAWN = 100000 };

typedef struct pv_train_options {
    int n_trees;          /* 1..250, default 150 */
    int depth;            /* 1..6, default 6 */
    double learning_rate; /* (0, 1], default 0.1  */
    double l2;            /* leaf regularisation in rows, >= 0, default 3 */
    double row_share;     /* (0, 1]: rows drawn for each tree, about PV_MOST_DRAWN at most; default 0.5 */
    double column_share;  /* (0, 1]: columns drawn for each level, default 0.1 */
    double class_balance; /* 0..1: row weight of class c = (N / (K n_c)) ^ class_balance; 0 = as they come, 1 = every class counts the same */
    int copies;           /* 0..100, default 0: so many moved copies of each row are learned too; for tables of few rows */
    double copy_move; /* 0..1, default 0.3: a copy is its row plus this share of the difference of two drawn rows of its class, column by column */
    const double *class_weight; /* [table.n_classes] further weights, or NULL. Borrowed */
    const pv_model *from; /* continue this model: its edges, trees and biases stay, n_trees further trees follow (at most 250 in all). The table has
                                 * its columns and knows its classes. NULL = from nothing. Borrowed */
    uint64_t seed;
    int threads;                                      /* >= 1; few rows use fewer: the answer is the same */
    int (*progress)(void *user, int done, int total); /* called by the calling thread after each tree; non-zero stops with PV_STOPPED. NULL = none */
    void *user;
} pv_train_options;

pv_train_options pv_train_options_default(void);

/* Learns from the rows i with use[i] != 0 (use NULL = all). On success *out is a model with classes, columns, edges, trees and bias of the
 * table; name, kind, bands, gsd, texts and targets are the caller's to fill. */
PV_MUST pv_status pv_train(pv_model **out, const pv_table *table, const uint8_t *use, const pv_train_options *options, pv_err *err);

/* Codes of all rows by the model's columns, found in the table by name: *code is [n_columns][n_rows], yours (pv_free). PV_MODEL with both lists
 * when a column is missing. */
PV_MUST pv_status pv_table_code(const pv_table *table, const pv_model *m, uint8_t **code, pv_err *err);

#endif
