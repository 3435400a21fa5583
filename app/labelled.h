/* The photos of a command line with their labels, opened once: gathering, judging and the second stage of learning read the same ones.
 *
 * Threads: main thread. Errors: PV_USAGE, PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_APP_LABELLED_H
#define PV_APP_LABELLED_H

#include <stdint.h>

#include "app/options.h"
#include "geo/labels.h"
#include "geo/photo.h"

typedef struct pv_labelled {
    pv_photo *photo;
    pv_labels *labels;   /* NULL until they are read */
    int32_t first_group; /* the number of label 0 among those of all photos */
} pv_labelled;

/* The zero object is empty and releasable. */
typedef struct pv_labelled_list {
    int n;
    pv_labelled *at; /* [n] as --photo names them, owned */
} pv_labelled_list;

/* Opens all of --photo, still without labels. PV_USAGE when two have one name, or when --labels are neither one for each nor one for all. */
PV_MUST pv_status pv_labelled_open(pv_labelled_list *out, const pv_args *args, pv_err *err);
void pv_labelled_release(pv_labelled_list *l);

/* The labels file of the i-th photo. */
const char *pv_labelled_path(const pv_args *args, int i);
/* Reads the labels of the i-th photo as the command line wants them read. fold_field: NULL = none. */
PV_MUST pv_status pv_labelled_read(pv_labelled_list *l, int i, const pv_args *args, const char *fold_field, pv_err *err);

#endif
