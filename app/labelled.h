/* The photos of a command line with their labels, opened once: gathering, judging and the second stage of learning read the same ones.
 *
 * Threads: main thread. Errors: PV_USAGE, PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_APP_LABELLED_H
#define PV_APP_LABELLED_H

#include <stdint.h>

#include "app/options.h"
#include "app/taught.h"
#include "geo/labels.h"
#include "geo/photo.h"
#include "models/model.h"

typedef struct pv_labelled {
    pv_photo *photo;
    pv_labels *labels;             /* NULL until they are read */
    int32_t first_group;           /* the number of label 0 among those of all photos */
    const pv_taught_photo *taught; /* of a season: its labels are those; NULL = of --photo. Borrowed */
} pv_labelled;

/* The zero object is empty and releasable. */
typedef struct pv_labelled_list {
    int n;
    pv_labelled *at; /* [n] as --photo names them, then those of a season; owned */
} pv_labelled_list;

/* Adds a photo of a season; with bands of --bands. *fits is asked before it is added: 0 = it is left out, and `why` says so (its status is
 * PV_OK when the photo was taken). */
typedef int (*pv_labelled_fits)(const void *user, const pv_photo_facts *facts, pv_err *why);
PV_MUST pv_status pv_labelled_add(pv_labelled_list *l, const pv_args *args, const pv_taught_photo *taught, pv_labelled_fits fits, const void *user,
                                  pv_err *why, pv_err *err);

/* Opens all of --photo (there may be none), still without labels. PV_USAGE when two have one name, or when --labels are neither one for each nor one for all. */
PV_MUST pv_status pv_labelled_open(pv_labelled_list *out, const pv_args *args, pv_err *err);
void pv_labelled_release(pv_labelled_list *l);

/* The name of the i-th photo's labels: their file, or "findings of FILE". */
const char *pv_labelled_path(const pv_labelled_list *l, const pv_args *args, int i);
/* Reads the labels of the i-th photo as the command line wants them read. fold_field: NULL = none. */
PV_MUST pv_status pv_labelled_read(pv_labelled_list *l, int i, const pv_args *args, const char *fold_field, pv_err *err);

/* Labels of a season that were refused and have no look-alike, in a class that the model does not have, get the one that is no target and has the largest sum of the model's probabilities over
 * their pixels; those that have no pixel keep theirs. */
PV_MUST pv_status pv_labelled_nearest(pv_labelled *p, const pv_model *m, pv_err *err);

#endif
