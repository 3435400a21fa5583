/* Rows for learning and judging from the command line: what `train` and `evaluate` share, so that they cannot drift apart.
 *
 * Photos with labels, or one table of spectra, become one pv_table with sorted class and fold names.
 * Threads: main thread. Errors: PV_USAGE, PV_INPUT, PV_MODEL, PV_IO, PV_NOMEM. */
#ifndef PV_APP_LEARN_H
#define PV_APP_LEARN_H

#include "app/labelled.h"
#include "app/options.h"
#include "base/lines.h"
#include "base/text.h"
#include "models/model.h"
#include "models/table.h"
#include "models/train.h"

/* The options that both commands have. */
/* clang-format off */
#define PV_LEARN_OPTIONS \
    {"photo", 0, PV_OPT_PATH, 1, "PHOTO", NULL, 0, 0, NULL, "the photos under the labels"}, \
    {"labels", 0, PV_OPT_PATH, 1, "LABELS", NULL, 0, 0, NULL, "polygons or points with a class (GeoJSON, GeoPackage, Shapefile, KML): one file for each photo in the same order, or one for all"}, \
    {"table", 0, PV_OPT_PATH, 0, "TABLE.csv", NULL, 0, 0, NULL, "a table of spectra in place of photos: one row, one spectrum"}, \
    {"class-field", 0, PV_OPT_TEXT, 0, "NAME", "class", 0, 0, NULL, "the field of the labels (or column of the table) that holds the class"}, \
    {"stage-field", 0, PV_OPT_TEXT, 0, "NAME", "stage where there is one", 0, 0, NULL, "the field of the labels that holds the growth stage"}, \
    {"plants-field", 0, PV_OPT_TEXT, 0, "NAME", "plants where there is one", 0, 0, NULL, "the field of the labels that holds the number of plants"}, \
    {"point-radius", 0, PV_OPT_REAL, 0, "m", "one working pixel", 0.001, 1000, NULL, "a label that is a point stands for a disc of this radius"}, \
    {"complete", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "the labels name every target plot of the photos: what is found elsewhere is known to be false"}, \
    {"target", 0, PV_OPT_TEXT, 0, "NAME[,NAME...]", "opium_poppy or poppy where there is one", 0, 0, NULL, "the classes to hunt; the others are look-alikes and background"}, \
    {"bands", 'b', PV_OPT_TEXT, 0, "NAME=K,...", NULL, 0, 0, NULL, "which band is which: red=1,green=2 for photos, red=B04,nir=B08 (column names) for a table"}, \
    {"gsd", 0, PV_OPT_REAL, 0, "m", "that of the coarsest photo", 0.001, 100, NULL, "working ground sampling distance; finer photos are averaged to it"}, \
    {"normalise", 0, PV_OPT_CHOICE, 0, NULL, "median", 0, 0, "none|percentile|median", "how a photo's light is evened out before features are computed"}, \
    {"smooth", 0, PV_OPT_INT, 0, "pixels", "7", 1, 127, NULL, "a pixel's class probabilities are averaged with those of its neighbours, over a square of so many working pixels (odd; 1 = not)"}, \
    {"columns", 0, PV_OPT_PATH, 0, "FILE|default", "default", 0, 0, NULL, "a file with one column name a line (see `papaver help features`)"}, \
    {"trees", 0, PV_OPT_INT, 0, "trees", "150", 1, 250, NULL, "trees to learn"}, \
    {"depth", 0, PV_OPT_INT, 0, "questions", "6", 1, 6, NULL, "questions in a tree; 3 where nothing else is said for a table of at most 10000 spectra"}, \
    {"rate", 0, PV_OPT_REAL, 0, "share", "0.1", 0.001, 1, NULL, "learning rate: how much of the remaining error a tree takes on; 0.07 where nothing else is said for such a table"}, \
    {"balance", 0, PV_OPT_REAL, 0, "exponent", "0.5", 0, 1, NULL, "0 = rows count as they come, 1 = every class counts the same"}, \
    {"class-weight", 0, PV_OPT_TEXT, 0, "NAME=X,...", "1 for each", 0, 0, NULL, "further weights of classes, 0.001 to 1000: shadow=2,water=0.5; a backslash keeps a comma"}, \
    {"max-per-label", 0, PV_OPT_INT, 0, "pixels", "1500", 0, 1e9, NULL, "learn from at most so many pixels of one label; 0 = all"}, \
    {"seed", 0, PV_OPT_INT, 0, "number", "1", 0, 9007199254740991.0, NULL, "what is drawn by chance is drawn from this"}, \
    {"threads", 'j', PV_OPT_INT, 0, "threads", "SLURM_CPUS_PER_TASK or the processors there are", 1, 1024, NULL, "workers; never changes the result"}, \
    {"quiet", 'q', PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "no progress and no notes, results and errors only"}
/* clang-format on */

enum { PV_MAX_MODEL_BANDS = 16, PV_FEW_ROWS = 10000 };

typedef struct pv_learn {
    pv_table table;
    char kind[16]; /* "photo" or "table" */
    double gsd_m;
    char normalise[16];
    uint16_t mid[PV_MAX_MODEL_BANDS]; /* [n_bands] as pv_model.mid */
    double smooth_m;                  /* as pv_model.smooth_m */
    int n_bands;                      /* needed by the columns */
    char band[PV_MAX_MODEL_BANDS][PV_NAME];
    int n_columns;
    char (*column)[PV_NAME];
    int32_t n_groups;                    /* label polygons */
    pv_labelled_list photos;             /* with their labels; empty for a table */
    pv_text sources;                     /* "2 photos (a, b), labels fields.geojson", for the model's card */
    pv_text sources_local;               /* the same in the reader's language */
    pv_lines report;                     /* about labels that were not used */
    int complete;                        /* --complete: all target plots of the photos are labelled */
    double class_weight[PV_MAX_CLASSES]; /* [table.n_classes] of --class-weight, 1 where none is given; for pv_train_options */
    int sample_photos;                   /* 1 = all photos' names start with "sample" */
} pv_learn;

typedef struct pv_learn_wish {
    int64_t max_per_label;  /* 0 = all pixels */
    const char *fold_field; /* NULL = none */
    int fold_by_photo;
    const pv_model *model; /* take columns, GSD and normalisation from it; NULL = from the options */
    const pv_taught
        *taught;    /* photos of a season with labels from its findings, besides or in place of --photo; NULL = none. Borrowed: outlives the rows */
    int names_only; /* 1 = photos give no rows: the names of the classes are enough, because the photos are asked later */
} pv_learn_wish;

PV_MUST pv_status pv_learn_gather(pv_learn *out, const pv_args *args, const pv_learn_wish *wish, pv_err *err);
void pv_learn_release(pv_learn *l);
/* PV_INPUT: the labels have no pixel, and why. */
pv_status pv_learn_no_pixel(const pv_learn *l, pv_err *err);

/* Fills class_weight from --class-weight; again when classes were added to the table. PV_USAGE when one is not there. */
PV_MUST pv_status pv_learn_weights(pv_learn *l, const pv_args *args, pv_err *err);

pv_train_options pv_learn_train_options(const pv_args *args);
/* A table of at most PV_FEW_ROWS spectra is learned by shallow, well-held trees on moved copies of its rows, so that less is learned by heart
 * (docs/notes/0008); options that are given stay. Nothing changes for photos and larger tables. */
void pv_learn_few_rows(const pv_learn *l, const pv_args *args, pv_train_options *o);

/* The target classes of --target, or opium_poppy, or poppy, as a list of names; *n = 0 when none is asked for and none is there.
 * PV_USAGE with the list of classes when one is not there. name: [PV_MAX_CLASSES]. */
PV_MUST pv_status pv_learn_targets(const pv_args *args, int n_classes, const char (*class_name)[PV_NAME], int *n, char (*name)[PV_NAME], pv_err *err);
/* Marks them in a model. */
PV_MUST pv_status pv_learn_mark(pv_model *m, int n, const char (*name)[PV_NAME], pv_err *err);

/* use[i] = 1 for the rows to learn from: not of `fold` (-1 = all folds), and of each label at most max_per_label rows, a fixed choice by seed. */
PV_MUST pv_status pv_learn_sample(const pv_learn *l, int32_t fold, int64_t max_per_label, uint64_t seed, uint8_t *use, pv_err *err);

/* Fills name, kind, bands, GSD, normalisation and seed of a fresh model. */
void pv_learn_fill(const pv_learn *l, const char *name, uint64_t seed, pv_model *m);

/* A well-mixed number from two others (splitmix64). */
uint64_t pv_mix(uint64_t a, uint64_t b);

#endif
