#include "season/precision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/form.h"

#include "base/banned.h"

void pv_precisions_release(pv_precisions *p)
{
    for (int k = 0; k < PV_PRECISION_BYS; k++) pv_free(p->by[k].at);
    *p = (pv_precisions){0};
}

void pv_wilson(int64_t k, int64_t n, double *low, double *high)
{
    static const double z = 1.959963984540054;
    *low = 0;
    *high = 1;
    if (n <= 0) return;
    double p = (double)k / (double)n, zz = z * z / (double)n;
    double middle = p + zz / 2, half = z * sqrt(p * (1 - p) / (double)n + zz / (4 * (double)n));
    *low = k == 0 ? 0 : fmax(0, (middle - half) / (1 + zz));
    *high = k == n ? 1 : fmin(1, (middle + half) / (1 + zz));
}

static void name_of(const pv_judged_plot *p, int by, char *out, size_t size)
{
    switch (by) {
    case PV_BY_MONTH:
        (void)snprintf(out, size, "%.7s", p->date);
        break;
    case PV_BY_XIANG:
        (void)snprintf(out, size, "%s", p->xiang);
        break;
    case PV_BY_CUN:
        (void)snprintf(out, size, "%s%s%s", p->xiang, p->xiang[0] != '\0' && p->cun[0] != '\0' ? " / " : "", p->cun);
        break;
    default:
        (void)snprintf(out, size, "%s", p->lin_ban);
        break;
    }
}

static void count(pv_precision *p, const pv_judged_plot *plot)
{
    p->confirmed += plot->judgement == PV_JUDGED_TARGET;
    p->refused += plot->judgement == PV_JUDGED_REFUSED;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const pv_precision *)a)->name, ((const pv_precision *)b)->name);
}

/* Every plot is a row first; rows of one name become one. */
static pv_status gather(pv_precision_list *out, const pv_lessons *l, int by, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    PV_TRY(pv_alloc(&out->at, l->n_plots, sizeof *out->at, "units", err));
    for (size_t i = 0; i < l->n_plots; i++) {
        const pv_judged_plot *p = &l->plot[i];
        if (p->judgement == PV_JUDGED_NOT || p->times_seen == 0) continue;
        pv_precision *row = &out->at[n++];
        *row = (pv_precision){.name = ""};
        name_of(p, by, row->name, sizeof row->name);
        count(row, p);
    }
    if (n > 0) qsort(out->at, n, sizeof *out->at, by_name);
    for (size_t i = 0; i < n; i++) {
        if (out->n > 0 && strcmp(out->at[out->n - 1].name, out->at[i].name) == 0) {
            out->at[out->n - 1].confirmed += out->at[i].confirmed;
            out->at[out->n - 1].refused += out->at[i].refused;
        } else {
            out->at[out->n++] = out->at[i];
        }
    }
out:
    return st;
}

pv_status pv_precisions_of(pv_precisions *out, const pv_lessons *l, pv_err *err)
{
    pv_status st = PV_OK;
    pv_precisions p = {.conflicts = 0};
    for (int k = 0; k < PV_PRECISION_BYS; k++) PV_TRY(gather(&p.by[k], l, k, err));
    for (size_t i = 0; i < l->n_plots; i++) {
        const pv_judged_plot *plot = &l->plot[i];
        p.conflicts += plot->conflict;
        if (plot->times_seen > 0) count(&p.all, plot);
        if (plot->times_seen > 0 || plot->judgement != PV_JUDGED_TARGET) continue;
        p.missed += plot->looked_before > 0;
        p.not_flown += plot->looked_before == 0;
    }
    *out = p;
    p = (pv_precisions){0};
out:
    pv_precisions_release(&p);
    return st;
}

int64_t pv_precision_refused(const pv_lessons *l, const char *verdict)
{
    int64_t n = 0;
    for (size_t i = 0; i < l->n_plots; i++) {
        const pv_judged_plot *p = &l->plot[i];
        const char *code = pv_form_word_of(PV_LIST_VERDICT, p->verdict) != NULL ? p->verdict : "";
        n += p->judgement == PV_JUDGED_REFUSED && p->times_seen > 0 && strcmp(code, verdict) == 0;
    }
    return n;
}
