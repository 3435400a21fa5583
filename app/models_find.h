/* The shipped models, and which of them fits a photo.
 *
 * Looked for in PAPAVER_MODELS (folders separated by ':'; alone when it is set), else in <program>/../share/papaver/models, else in the source
 * folder that the program was built from. A model fits when it is of kind "photo", all its bands are in the photo and the photo is not
 * too coarse for it; the one with the most bands wins, then the first by name.
 * Threads: main thread only. Errors: PV_MODEL with what there is, PV_NOMEM. */
#ifndef PV_APP_MODELS_FIND_H
#define PV_APP_MODELS_FIND_H

#include <stddef.h>

#include "base/err.h"
#include "geo/photo.h"
#include "models/model.h"

typedef struct pv_found_model {
    char *path;
    pv_model *model; /* NULL when it could not be loaded */
    pv_err reason;   /* why not */
} pv_found_model;

/* Sorted by file name within a folder. The zero object is empty. */
typedef struct pv_found_models {
    size_t n, cap;
    pv_found_model *at;
    char where[2048]; /* the folders that were looked into */
    int allow_coarse; /* set by the caller: where no model fits otherwise, one made for finer photos will do */
} pv_found_models;

PV_MUST pv_status pv_models_find(pv_found_models *out, pv_err *err);
void pv_models_release(pv_found_models *f);

/* 1 when it fits; else 0 and a reason (may be NULL). */
int pv_model_fits(const pv_model *m, const pv_photo_facts *facts, pv_err *reason);
/* The index of the model that fits best. */
PV_MUST pv_status pv_models_choose(const pv_found_models *f, const pv_photo_facts *facts, size_t *chosen, pv_err *err);

#endif
