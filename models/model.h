/* What poppy looks like: a forest of boosted symmetric (oblivious) trees on uint8 codes, and all that goes with it.
 *
 * A symmetric tree of depth D asks D questions `code[column] > threshold`; question d gives bit d of the leaf index. Leaves are int8 in units
 * of 1/128 nat, one per class; a class's score is bias + the sum over trees, in int16 (at most 250 trees). Probabilities come from the scores by an
 * integer softmax (models/trees.h): no float decides anything, so every machine and thread gives the same answer.
 *
 * A model is immutable after loading or training and may be shared by all threads. Names, never positions: bands, columns, classes. */
#ifndef PV_MODELS_MODEL_H
#define PV_MODELS_MODEL_H

#include <stdint.h>

#include "base/err.h"
#include "models/early_gate.h"
#include "models/object_stage.h"
#include "models/table.h"

enum { PV_TREE_MAX_DEPTH = 6, PV_TREE_LEAVES = 64, PV_MAX_TREES = 250, PV_MAX_EDGES = 255, PV_MODEL_ID = 17, PV_MODEL_TEXT = 2048 };

typedef struct pv_tree {
    uint16_t column[PV_TREE_MAX_DEPTH];   /* index into pv_model.column */
    uint8_t threshold[PV_TREE_MAX_DEPTH]; /* bit = code > threshold; unused levels ask code > 255: always 0 */
} pv_tree;

typedef struct pv_model {
    char id[PV_MODEL_ID]; /* first 16 hex digits of the SHA-256 of the file's payload; set by saving, loading and training */
    char name[PV_NAME];   /* "rgb-2026", ASCII */
    char kind
        [16]; /* "photo" (windows, needs a GSD), "table" (spectra), or a part of a model: "object" (patches), "stage" (pixels of kept patches), "gate" (early decision) */
    int n_bands;
    char band[16][PV_NAME]; /* bands that the columns need, by name */
    int n_classes;
    char (*class_name)[PV_NAME]; /* [n_classes] */
    uint8_t *is_target;          /* [n_classes] 1 = a class to hunt */
    int n_columns;
    char (*column)[PV_NAME];        /* [n_columns] names, see pipeline/features.h */
    uint8_t *n_edges;               /* [n_columns] 0..255 */
    uint16_t (*edge)[PV_MAX_EDGES]; /* [n_columns][255] rising; code = number of edges <= value */
    int n_trees;
    pv_tree *tree;      /* [n_trees] */
    int8_t *leaf;       /* [n_trees][n_classes][64], 1/128 nat */
    int16_t *bias;      /* [n_classes], 1/128 nat */
    double gsd_m;       /* working GSD; 0 for kind "table" */
    char normalise[16]; /* "none" or a rule of pipeline/features.h */
    uint16_t mid[16];   /* [n_bands] where the rule "median" puts a photo's medians; 0 with other rules */
    double smooth_m;    /* side of the square window over which class probabilities are averaged before they count; 0 = each pixel for itself */
    int threshold_high; /* 0..254, default of scan: a patch needs one pixel of at least this probability */
    int threshold_low;  /* 0..254, <= high: a patch grows through pixels of at least this */
    uint64_t seed;
    char summary[PV_MODEL_TEXT];    /* training summary: what, how many, how validated, where it fails */
    char licence[PV_MODEL_TEXT];    /* licence of the data that it was trained on */
    char trained_on[PV_MODEL_TEXT]; /* names of photos or tables; "synthetic" must be said here and first */
    /* What only models of kind "photo" may have. Owned. */
    pv_object_stage *objects; /* decides on patches; NULL = pixels alone decide */
    struct pv_model *stages;  /* kind "stage": its classes are growth stages, its columns are among this model's; NULL = none */
    pv_early_gate *gate;            /* where the full answer is worth asking for; NULL = everywhere */
    int n_densities;
    pv_density density[PV_MAX_DENSITIES]; /* by growth stage; "" = all */
    struct pv_trees_ready *ready;         /* the trees as they are asked fast, by pv_trees_prepare() of models/trees.h; NULL = slowly. Owned. */
} pv_model;

/* Zeroes and allocates the arrays for the given counts. Release with pv_model_free(). */
PV_MUST pv_status pv_model_new(pv_model **out, int n_classes, int n_columns, int n_trees, pv_err *err);
void pv_model_free(pv_model *m); /* NULL is fine */

/* Index by name, or -1. */
int pv_model_find_class(const pv_model *m, const char *name);

/* Marks the target classes by name; PV_USAGE with the list of classes when one is not there. */
PV_MUST pv_status pv_model_set_targets(pv_model *m, int n, const char *const *names, pv_err *err);

/* The code of a value: the number of edges <= value. */
uint8_t pv_model_code(const pv_model *m, int column, uint16_t value);
/* The codes of all values. lut has 65536 entries. */
void pv_model_code_table(const pv_model *m, int column, uint8_t *lut);

/* Leaves out the columns for which neither the trees nor those of the growth stages ask; the stages keep those that their own trees ask for. Every row gets the same scores and
 * every photo the same patches; the object stage's columns are named by themselves and stay, and so do the bands. Makes the trees ready again. Errors: PV_NOMEM (the columns
 * are gone all the same). */
PV_MUST pv_status pv_model_drop_unused(pv_model *m, pv_err *err);

/* 1 when everything is in range (counts, indices, names unique and UTF-8, edges rising): the loader's last check, and a test's. */
PV_MUST pv_status pv_model_check(const pv_model *m, pv_err *err);

#endif
