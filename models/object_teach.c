#include "models/object_teach.h"

#include "base/mem.h"

#include "base/banned.h"

enum { KEEP_CODE = 116, LEAST_PERCENT = 80 };

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

/* Code + 1 of the best patch of each label, 0 = it has none; firm[label] = 1 where it must not be lost. */
static void pv_best_of_labels(uint16_t *best, uint8_t *firm, size_t n, const pv_pair *pair, int skip)
{
    for (size_t i = 0; i < n; i++) {
        const pv_pair *p = &pair[i];
        if (p->truth != 1 || !pv_used(p, skip)) continue;
        if (p->code + 1 > best[p->label]) best[p->label] = (uint16_t)(p->code + 1);
        firm[p->label] |= p->firm;
    }
}

/* The highest code at which the share of what was counted stays. */
static int pv_code_keeping(const int64_t count[PV_OBJECT_CODES], int percent)
{
    int64_t all = 0, kept = 0;
    int c = PV_OBJECT_CODES - 1;
    for (int i = 0; i < PV_OBJECT_CODES; i++) all += count[i];
    for (kept = count[c]; c > 0 && kept * 100 < all * percent;) kept += count[--c];
    return c;
}

pv_status pv_pairs_threshold(int *keep_code, size_t n, const pv_pair *pair, int skip, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t labels[PV_OBJECT_CODES] = {0}, firm_labels[PV_OBJECT_CODES] = {0}, n_firm = 0;
    size_t n_labels = 0;
    uint16_t *best = NULL;
    uint8_t *firm = NULL;
    for (size_t i = 0; i < n; i++)
        if (pair[i].truth == 1 && (size_t)pair[i].label >= n_labels) n_labels = (size_t)pair[i].label + 1;
    PV_TRY(pv_alloc(&best, n_labels, sizeof *best, "labels", err));
    PV_TRY(pv_alloc(&firm, n_labels, 1, "labels", err));
    pv_best_of_labels(best, firm, n, pair, skip);
    for (size_t k = 0; k < n_labels; k++) {
        if (best[k] == 0) continue;
        labels[best[k] - 1]++;
        firm_labels[best[k] - 1] += firm[k];
        n_firm += firm[k];
    }
    int most = pv_code_keeping(n_firm > 0 ? firm_labels : labels, LEAST_PERCENT);
    *keep_code = most < KEEP_CODE ? most : KEEP_CODE;
out:
    pv_free(best);
    pv_free(firm);
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
