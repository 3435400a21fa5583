#include "models/object_teach.h"

#include "base/mem.h"

#include "base/banned.h"

enum { PRECISION_PERCENT = 90, FIRM_PERCENT = 97, PLAIN_PERCENT = 90, MARGIN = 12 };

static int pv_used(const pv_pair *p, int skip)
{
    return skip < 0 || p->block != skip;
}

int pv_pairs_labelled_e4(size_t n, const pv_pair *pair, int skip)
{
    int64_t targets[PV_OBJECT_CODES] = {0}, unknown[PV_OBJECT_CODES] = {0}, all = 0, t = 0, u = 0;
    for (size_t i = 0; i < n; i++) {
        if (!pv_used(&pair[i], skip)) continue;
        targets[pair[i].code] += pair[i].truth == 1;
        unknown[pair[i].code] += pair[i].truth < 0;
        all += pair[i].truth == 1;
    }
    if (all == 0) return PV_ONE_E4;
    for (int c = PV_OBJECT_CODES - 1; c >= 0 && 2 * t < all; c--) {
        t += targets[c];
        u += unknown[c];
    }
    return (int)((2 * t * PV_ONE_E4 + t + u) / (2 * (t + u)));
}

pv_status pv_pairs_calibrate(uint16_t probability_e4[PV_OBJECT_CODES], size_t n, const pv_pair *pair, int labelled_e4, int skip, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *code = NULL, *truth = NULL;
    size_t used = 0;
    PV_TRY(pv_alloc(&code, n, 1, "scores", err));
    PV_TRY(pv_alloc(&truth, n, 1, "scores", err));
    for (size_t i = 0; i < n; i++) {
        if (!pv_used(&pair[i], skip)) continue;
        code[used] = pair[i].code;
        truth[used++] = pair[i].truth == 1;
    }
    PV_TRY(pv_calibrate(probability_e4, used, code, truth, err));
    for (int c = 0; c < PV_OBJECT_CODES; c++) {
        int64_t p = (int64_t)probability_e4[c] * PV_ONE_E4 / labelled_e4;
        probability_e4[c] = (uint16_t)(p < PV_ONE_E4 ? p : PV_ONE_E4);
    }
out:
    pv_free(code);
    pv_free(truth);
    return st;
}

/* ---- threshold ---- */

/* Counts by code: patches, target patches; labels by the code of their best patch. */
typedef struct pv_ladder {
    int64_t patches[PV_OBJECT_CODES], targets[PV_OBJECT_CODES], labels[PV_OBJECT_CODES], firm[PV_OBJECT_CODES];
} pv_ladder;

static pv_status pv_climb(pv_ladder *l, size_t n, const pv_pair *pair, int skip, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t n_labels = 0;
    int16_t *best = NULL; /* code + 1; below 0: firm */
    for (size_t i = 0; i < n; i++)
        if (pair[i].truth == 1 && pair[i].label >= n_labels) n_labels = pair[i].label + 1;
    PV_TRY(pv_alloc(&best, (size_t)n_labels, sizeof *best, "labels", err));
    for (size_t i = 0; i < n; i++) {
        const pv_pair *p = &pair[i];
        if (!pv_used(p, skip)) continue;
        l->patches[p->code]++;
        if (p->truth != 1) continue;
        l->targets[p->code]++;
        int16_t *b = &best[p->label];
        int code = p->code + 1 > *b ? p->code + 1 : *b;
        if (*b < 0) code = p->code + 1 > -*b ? p->code + 1 : -*b;
        *b = (int16_t)(p->firm ? -code : code);
    }
    for (int32_t k = 0; k < n_labels; k++) {
        if (best[k] == 0) continue;
        int code = (best[k] < 0 ? -best[k] : best[k]) - 1;
        l->labels[code]++;
        l->firm[code] += best[k] < 0;
    }
out:
    pv_free(best);
    return st;
}

/* The highest code at which the share of what was counted stays. */
static int pv_code_keeping(const int64_t *count, int percent)
{
    int64_t all = 0, kept = 0;
    int c = PV_OBJECT_CODES - 1;
    for (int i = 0; i < PV_OBJECT_CODES; i++) all += count[i];
    for (kept = count[c]; c > 0 && kept * 100 < all * percent;) kept += count[--c];
    return c;
}

/* The lowest code from which on no longer list is less precise. */
static int pv_code_precise(const pv_ladder *l, int labelled_e4)
{
    int64_t patches = 0, targets = 0, labels = 0;
    int found = PV_OBJECT_CODES - 1;
    for (int c = PV_OBJECT_CODES - 1; c >= 0; c--) {
        patches += l->patches[c];
        targets += l->targets[c];
        labels += l->labels[c];
        int64_t plots = labels * PV_ONE_E4 / labelled_e4, bad = patches - targets * PV_ONE_E4 / labelled_e4;
        bad = bad > 0 ? bad : 0;
        if (plots * 100 < (plots + bad) * PRECISION_PERCENT) continue;
        found = c;
    }
    return found;
}

pv_status pv_pairs_threshold(int *keep_code, size_t n, const pv_pair *pair, int labelled_e4, int skip, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ladder *l = NULL;
    int64_t firm = 0;
    PV_TRY(pv_alloc(&l, 1, sizeof *l, "codes", err));
    PV_TRY(pv_climb(l, n, pair, skip, err));
    for (int c = 0; c < PV_OBJECT_CODES; c++) firm += l->firm[c];
    int most = firm > 0 ? pv_code_keeping(l->firm, FIRM_PERCENT) : pv_code_keeping(l->labels, PLAIN_PERCENT),
        precise = pv_code_precise(l, labelled_e4);
    int code = (precise < most ? precise : most) - MARGIN;
    *keep_code = code > 0 ? code : 0;
out:
    pv_free(l);
    return st;
}

/* ---- how well they did ---- */

void pv_reliability_add(pv_reliability *r, size_t n, const pv_pair *pair, int block, const uint16_t probability_e4[PV_OBJECT_CODES], int keep_code,
                        int labelled_e4)
{
    double weight = (double)PV_ONE_E4 / labelled_e4;
    for (size_t i = 0; i < n; i++) {
        if (pair[i].block != block) continue;
        int e4 = probability_e4[pair[i].code], bin = e4 * PV_RELIABILITY_BINS / PV_ONE_E4, target = pair[i].truth == 1;
        double said = e4 / 1e4;
        bin = bin < PV_RELIABILITY_BINS ? bin : PV_RELIABILITY_BINS - 1;
        r->patches++;
        r->targets += target;
        r->kept += pair[i].code >= keep_code;
        r->targets_kept += target && pair[i].code >= keep_code;
        r->true_targets += target * weight;
        r->squares += said * said + target * weight * (1 - 2 * said);
        r->bin[bin].patches++;
        r->bin[bin].said += said;
        r->bin[bin].found += target * weight;
    }
}
