#include "models/early_gate.h"

#include <string.h>

#include "base/mem.h"
#include "models/model.h"
#include "models/trees.h"

#include "base/banned.h"

pv_status pv_early_gate_new(pv_early_gate **out, struct pv_model *trees, pv_err *err)
{
    pv_early_gate *g = NULL;
    pv_status st = pv_alloc(&g, 1, sizeof *g, "an early decision", err);
    if (st != PV_OK) {
        pv_model_free(trees);
        return st;
    }
    g->trees = trees;
    *out = g;
    return PV_OK;
}

void pv_early_gate_free(pv_early_gate *g)
{
    if (g == NULL) return;
    pv_model_free(g->trees);
    pv_free(g);
}

static int pv_recall_fine(pv_early_recall r)
{
    return r.kept <= r.all;
}

pv_status pv_early_gate_check(const pv_early_gate *g, const struct pv_model *of, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *t = g->trees;
    PV_TRY(pv_where(err, pv_model_check(t, err), "gate trees"));
    if (strcmp(t->kind, "gate") != 0 || t->n_classes != 2 || strcmp(t->class_name[PV_GATE_CLOSED], "closed") != 0 ||
        strcmp(t->class_name[PV_GATE_OPEN], "open") != 0)
        PV_TRY(pv_fail(err, PV_MODEL, "the gate trees do not tell 'closed' from 'open'"));
    if (g->threshold < 1 || g->threshold > 255 || g->least_low < 1 || g->least_low > PV_PROB_MAX)
        PV_TRY(pv_fail(err, PV_MODEL, "the gate's thresholds %d and %d are not 1 to 255 and 1 to 254", g->threshold, g->least_low));
    if (!pv_recall_fine(g->pixels) || !pv_recall_fine(g->labelled) || !pv_recall_fine(g->patches) || !pv_recall_fine(g->ground))
        PV_TRY(pv_fail(err, PV_MODEL, "the gate keeps more than there was"));
    for (int c = 0; c < t->n_columns; c++) {
        int found = 0;
        for (int k = 0; k < of->n_columns && !found; k++) found = strcmp(t->column[c], of->column[k]) == 0;
        if (!found) PV_TRY(pv_fail(err, PV_MODEL, "the gate trees ask for column '%s', which the model does not have", t->column[c]));
    }
out:
    return st;
}

void pv_early_gate_evidence(const int16_t *score, size_t n, uint8_t *evidence)
{
    const int16_t *restrict closed = score + PV_GATE_CLOSED * (size_t)PV_BATCH, *restrict open = score + PV_GATE_OPEN * (size_t)PV_BATCH;
    for (size_t i = 0; i < n; i++) {
        int e = PV_GATE_MIDDLE + ((open[i] - closed[i]) >> 2);
        evidence[i] = (uint8_t)(e < 0 ? 0 : e > 255 ? 255 : e);
    }
}
