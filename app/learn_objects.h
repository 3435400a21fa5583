/* The second stage of learning: object trees, growth stages and densities of plants, added to a model of pixels.
 *
 * The training photos are scanned again with pixel trees that have not seen the place: photos of other ground propose (folds by photos that do not
 * overlap), or, when all photos show the same ground, the other half of the labels (split at the middle longitude of the target labels). What
 * they propose and a target label does not cover are the hard negatives. Calibration, threshold and figures come from object trees that have not
 * seen the fold either. Everything is drawn and summed in a fixed order: same inputs and seed, same bytes.
 * Threads: main thread. Errors: as learn.h. */
#ifndef PV_APP_LEARN_OBJECTS_H
#define PV_APP_LEARN_OBJECTS_H

#include "app/learn.h"
#include "app/options.h"
#include "base/text.h"
#include "models/model.h"

/* The options that only `train` has for it. */
/* clang-format off */
#define PV_OBJECT_OPTIONS \
    {"no-objects", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "learn pixels only: no object stage"}
/* clang-format on */

/* m: the finished model of kind "photo" with its targets marked. Adds to it what the labels allow and tells in `report` what was learned, or why not. */
PV_MUST pv_status pv_learn_objects(pv_model *m, const pv_learn *l, const pv_args *args, pv_text *report, pv_err *err);

#endif
