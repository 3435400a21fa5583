/* A given model over the findings of a season: which judged plots it shows in the photos of the inbox (papaver evaluate --from-season SEASON --model FILE).
 *
 * The photos that teach (season/lessons.h) are scanned as `papaver scan` does; a plot is shown when a hotspot covers a pixel of the outline that a judged sight of it has. Held out: when the model's
 * card says that it learned from findings of a season of this name, plots judged from the first to the last day that it names are left out. What its own --photo and --labels held cannot be known.
 * Threads: main thread. Errors: PV_INPUT (no photo is left), PV_MODEL, PV_NOMEM, PV_STOPPED, PV_BUG. */
#ifndef PV_APP_EXAM_TAUGHT_H
#define PV_APP_EXAM_TAUGHT_H

#include "app/options.h"
#include "base/lines.h"
#include "base/text.h"
#include "models/model.h"
#include "season/lessons.h"

/* The zero object is empty and releasable. */
typedef struct pv_exam_taught {
    pv_model *model;
    int photos;                         /* that were scanned */
    int64_t learned;                    /* plots that it may have learned from */
    int64_t unasked;                    /* judged plots that no scanned photo has */
    int64_t confirmed_not, refused_not; /* plots that it does not show */
    char from[PV_DATE], to[PV_DATE];    /* days of findings that it learned from; "" = none that its card names */
    pv_lines left_out;                  /* photos */
} pv_exam_taught;

/* l is changed: judged plots that are left out judge nothing any more, times_seen is 1 where the model shows the plot. folder: of the season. */
PV_MUST pv_status pv_exam_taught_judge(pv_exam_taught *out, const pv_args *args, pv_lessons *l, const char *folder, pv_err *err);
void pv_exam_taught_release(pv_exam_taught *t);

#endif
