/* Drift: how a photo's columns differ from the rows that a model learned from.
 *
 * The edges of a column cut its training rows into 256 equal parts, so they are the histogram of what training saw; a sample of the photo's pixels
 * is counted into sixteen bins of those codes and compared by the population stability index: the sum of (p - q) ln(p / q). Columns with too few
 * different values in training (fewer than 128 edges) say nothing and are left out. Labels are no random sample of the ground, so the index of a
 * photo that was learned from is not 0: tests/field/RESULTS.md has measured figures. A photo that is too coarse is counted by its own pixels.
 * The sample is fixed, so the same photo and model give the same answer: pv_drift_photo() takes some blocks, a scan a lattice of 9 to
 * 100 cells of 16 x 16 working pixels and of them every other one across and down, whatever the tiles. Fewer than 250 pixels say nothing. Threads: one owner. Errors: PV_MODEL, PV_IO, PV_NOMEM. */
#ifndef PV_PIPELINE_DRIFT_H
#define PV_PIPELINE_DRIFT_H

#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"
#include "models/model.h"
#include "pipeline/tile.h"

enum { PV_DRIFT_BINS = 16, PV_DRIFT_CODES = 256, PV_DRIFT_CELL = 16 };

/* How often each code was seen in each of the model's columns. Sums of several are the counts of all their pixels. */
typedef struct pv_drift_counts {
    int n_columns;
    int64_t (*code)[PV_DRIFT_CODES]; /* [n_columns][256], owned */
} pv_drift_counts;

typedef struct pv_drift_column {
    int column; /* index into model.column */
    int asked;  /* how often the trees ask it */
    int64_t bin[PV_DRIFT_BINS];
    double expected[PV_DRIFT_BINS]; /* shares, sum 1 */
    double index;                   /* population stability index; -1 = not judged */
    double below, above;            /* shares of the pixels below and above 98 % of the training rows */
} pv_drift_column;

typedef struct pv_drift {
    int n;               /* the model's columns */
    pv_drift_column *at; /* [n] by falling index; owned */
    int64_t pixels;
    int judged;   /* columns with an index */
    double index; /* mean over the judged columns, weighted by how often they are asked; -1 = nothing could be judged */
} pv_drift;

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_drift_counts_init(pv_drift_counts *c, int n_columns, pv_err *err);
void pv_drift_counts_release(pv_drift_counts *c);
/* Working pixels from the left (upper) edge of a cell whose pixels are counted to that of the next: a multiple of PV_DRIFT_CELL, the least that leaves no more
 * cells in a working grid than one for 4096 pixels, between 9 and 100. */
int pv_drift_every(int w, int h);
/* A row of a column of a marked tile, as pv_features_compute() gives it for its core: adds the usable pixels whose column and row in the working grid are even. */
void pv_drift_row(pv_drift_counts *c, const pv_model *m, const pv_tile *tile, int column, int y, const uint16_t *values);
void pv_drift_counts_add(pv_drift_counts *to, const pv_drift_counts *from);
/* Makes of counts what pv_drift_photo() makes of a photo. */
PV_MUST pv_status pv_drift_of(pv_drift *out, const pv_drift_counts *c, const pv_model *m, pv_err *err);

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_drift_photo(pv_drift *out, pv_photo *photo, const pv_model *m, pv_err *err);
void pv_drift_release(pv_drift *d);

/* "like training", "somewhat different", "very different: expect errors" or "not known". */
const char *pv_drift_words(const pv_drift *d);

/* 1 = so different that errors must be expected. */
int pv_drift_is_large(double index);

/* The population stability index of counts against shares. */
double pv_drift_index(const int64_t bin[PV_DRIFT_BINS], const double expected[PV_DRIFT_BINS]);

#endif
