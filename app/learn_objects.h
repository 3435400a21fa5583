/* The second stage of learning: object trees, growth stages and densities of plants, added to a model of pixels.
 *
 * The training photos are scanned again with pixel trees that have not seen the place (folds: app/learn_ground.h). A patch that covers a target label is a
 * target; one that covers another label is false; one that no label covers counts as false too, unless trees that have not seen it find it more like a
 * target than a quarter of the targets: nothing is learned from those, and threshold and calibration count them by the share of targets that is labelled
 * (models/object_teach.h). With --complete all that no target label covers is false. Threshold and calibration come from answers of trees that had
 * not seen the block; the reported figures from blocks that chose neither. Everything is drawn and summed in a fixed order: same inputs and seed, same bytes.
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
PV_MUST pv_status pv_learn_objects(pv_model *m, const pv_learn *l, const pv_args *args, pv_lines *report, pv_err *err);

#endif
