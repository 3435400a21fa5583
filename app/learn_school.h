/* What the files of the second stage of learning share. Not for other files.
 *
 * learn_propose.c finds patches by pixel trees that do not know the place, learn_patches.c teaches object trees on them, learn_counts.c growth stages
 * and densities; learn_objects.c says in which order. Threads: main thread. Errors: as learn.h. */
#ifndef PV_APP_LEARN_SCHOOL_H
#define PV_APP_LEARN_SCHOOL_H

#include "app/learn.h"
#include "app/learn_ground.h"
#include "app/options.h"
#include "base/text.h"
#include "models/model.h"
#include "models/object_teach.h"

enum { PV_PROPOSE_HIGH = 89, PV_PROPOSE_LOW = 64 }; /* thresholds of pixels, 1/254, by which patches are proposed */

/* One proposed patch that became a row. */
typedef struct pv_proposal {
    int photo, plot; /* the target label that it covers, plot -1 = none */
    int truth;       /* 1 target, 0 false, -1 no label says: taken for false, unless it looks too much like a target */
    int block;       /* of the ground: what object trees are judged on together */
    double area_m2;
    uint8_t code; /* of object trees that have not seen its block */
} pv_proposal;

typedef struct pv_school {
    pv_model *model;
    const pv_learn *learn;
    const pv_args *args;
    pv_ground ground;
    pv_table rows; /* of patches, classes false and target */
    size_t cap_proposals;
    pv_proposal *proposal; /* [rows.n_rows] */
    uint8_t *use;          /* [pixel rows] */
    uint8_t *fold_of;      /* [pixel rows] */
    int64_t *covered;      /* scratch of a patch: pixels by label */
    int fold, photo;       /* at work; fold -1 = the whole photo */
    int keep_code;
    pv_lines *report;
} pv_school;

/* For pv_train_options.progress: stops when a signal asked to. */
int pv_school_stop(void *user, int done, int total);

/* Fills rows and proposals. */
PV_MUST pv_status pv_school_propose(pv_school *s, pv_err *err);
/* The same by the model's own pixel trees, whatever they have seen, in the columns of its object stage. */
PV_MUST pv_status pv_school_propose_known(pv_school *s, pv_err *err);
/* The code of each row of the block (-1 = of all) by these trees, into the proposals. */
PV_MUST pv_status pv_school_codes(pv_school *s, const pv_model *trees, int block, pv_err *err);
/* After going on from `from` with further pixel trees and its object trees: the model's threshold of patches moves up, by five codes at the most, as long as so many of the labelled targets keep a
 * patch as `from` keeps by its own; a line says so. Both know the labels alike. */
PV_MUST pv_status pv_learn_keep(pv_model *m, pv_model *from, const pv_learn *l, const pv_args *args, pv_lines *report, pv_err *err);
/* Object trees with calibration and threshold into the model, or a line that says why not. */
PV_MUST pv_status pv_school_patches(pv_school *s, pv_err *err);
PV_MUST pv_status pv_school_stages(pv_school *s, pv_err *err);
/* After the others. */
PV_MUST pv_status pv_school_densities(pv_school *s, pv_err *err);

#endif
