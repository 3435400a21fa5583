/* The early decision of a model (models/early_gate.h), learned from the model's own answers on its training photos: no labels are needed.
 *
 * Photos are looked at in tiles, all of them or an even choice. The ground is cut into blocks of 0.00036 degrees (40 m from south to north), whatever photos show it: from two fifths gate
 * trees are learned (pixels of at least the model's low threshold are "open"; a good part of the others are those that come near), on two fifths the threshold is
 * chosen, the largest by which PV_GATE_RECALL_E4 of those pixels stay open and every patch that would be proposed keeps a pixel of the high threshold, less a
 * margin for other light; on the last fifth the figures are measured. Columns: those without windows, means and deviations of the model's own; of these the ones
 * that a first forest asks most, as many channels and windows as PV_GATE_SUMS.
 *
 * A model that has no gate after all says why in the report. The same photos and seed give the same bytes for any number of threads.
 * Threads: main thread. Errors: as learn.h. */
#ifndef PV_APP_LEARN_GATE_H
#define PV_APP_LEARN_GATE_H

#include "app/labelled.h"
#include "base/text.h"
#include "models/model.h"

enum {
    PV_GATE_PIXELS_E4 = 9800,
    PV_GATE_LABELLED_E4 = 9500,
    PV_GATE_PATCHES_E4 = 9900,
    PV_GATE_SUMS = 4,
    PV_GATE_TREES = 32,
    PV_GATE_MOST_OPEN_PERCENT = 35
};

/* m: the finished model of kind "photo"; a gate that it has is replaced. Labels may be NULL. */
PV_MUST pv_status pv_learn_gate(pv_model *m, const pv_labelled_list *photos, int threads, pv_lines *report, pv_err *err);
/* What the gate keeps: a sentence in the reader's language, or a line of a report, with its size. */
void pv_gate_words(const pv_early_gate *g, pv_text *out);
PV_MUST pv_status pv_gate_report(const pv_early_gate *g, pv_lines *report, pv_err *err);

#endif
