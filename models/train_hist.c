#include <string.h>

#include "models/train_internal.h"

#include "base/banned.h"

/* Vectors of the compiler: the same sums on every machine, in whatever registers it has. In memory they are aligned as their elements. */
typedef int32_t pv_ints __attribute__((vector_size(32), aligned(4), may_alias));
typedef double pv_reals __attribute__((vector_size(32)));
typedef int32_t pv_half __attribute__((vector_size(16)));

/* The inner loop of learning: one row adds its gradients to the bin of its code. */
static inline void pv_hist_rows(pv_hist *h, const pv_sample *s, const uint8_t *code, pv_leaf_range r, int groups)
{
    const pv_ints *grad = (const pv_ints *)(const void *)s->grad;
    pv_ints *sum = (pv_ints *)(void *)h->sum;
    for (size_t i = r.begin; i < r.end; i++) {
        size_t bin = code[s->row[i]];
        h->weight[bin] += s->weight[i];
        for (int g = 0; g < groups; g++) sum[bin * (size_t)groups + (size_t)g] += grad[i * (size_t)groups + (size_t)g];
    }
}

/* The same loop with a constant length for the usual numbers of classes. */
static void pv_hist_fill(pv_hist *h, const pv_sample *s, const uint8_t *code, pv_leaf_range r, int groups)
{
    switch (groups) {
    case 1:
        pv_hist_rows(h, s, code, r, 1);
        break;
    case 2:
        pv_hist_rows(h, s, code, r, 2);
        break;
    case 3:
        pv_hist_rows(h, s, code, r, 3);
        break;
    case 4:
        pv_hist_rows(h, s, code, r, 4);
        break;
    default:
        pv_hist_rows(h, s, code, r, groups);
        break;
    }
}

/* Sum of squares over weight for both sides of a question. The order of the additions is fixed by the lanes. */
static double pv_hist_gain(const pv_ints *left, const pv_ints *all, int groups, double weight_left, double weight_right, double l2)
{
    pv_reals a = {0, 0, 0, 0}, b = {0, 0, 0, 0};
    for (int g = 0; g < groups; g++) {
        pv_ints right = all[g] - left[g];
        pv_half part[4];
        memcpy(part, &left[g], sizeof left[g]);
        memcpy(part + 2, &right, sizeof right);
        for (int i = 0; i < 2; i++) {
            pv_reals x = __builtin_convertvector(part[i], pv_reals), y = __builtin_convertvector(part[2 + i], pv_reals);
            a += x * x;
            b += y * y;
        }
    }
    double sum_a = (a[0] + a[1]) + (a[2] + a[3]);
    double sum_b = (b[0] + b[1]) + (b[2] + b[3]);
    double gain = 0;
    if (weight_left > 0) gain += sum_a / (weight_left + l2);
    if (weight_right > 0) gain += sum_b / (weight_right + l2);
    return gain;
}

/* Adds the gains of one leaf for every threshold, and empties the histogram for the next leaf. */
static void pv_hist_scan(pv_hist *h, int groups, int n_edges, double l2)
{
    pv_ints left[PV_MAX_CLASSES / PV_LEARN_LANES] = {{0}}, all[PV_MAX_CLASSES / PV_LEARN_LANES] = {{0}};
    pv_ints *sum = (pv_ints *)(void *)h->sum;
    int64_t weight = 0, weight_left = 0;
    for (int b = 0; b <= n_edges; b++) {
        if (h->weight[b] == 0) continue;
        for (int g = 0; g < groups; g++) all[g] += sum[b * groups + g];
        weight += h->weight[b];
    }
    double gain = pv_hist_gain(left, all, groups, 0, (double)weight, l2);
    for (int b = 0; b <= n_edges; b++) {
        if (h->weight[b] != 0) { /* an empty bin moves nothing */
            for (int g = 0; g < groups; g++) left[g] += sum[b * groups + g];
            weight_left += h->weight[b];
            gain = pv_hist_gain(left, all, groups, (double)weight_left, (double)(weight - weight_left), l2);
            memset(sum + b * groups, 0, (size_t)groups * sizeof *sum);
            h->weight[b] = 0;
        }
        h->gain[b] += gain;
    }
}

pv_split pv_hist_best(pv_hist *h, const pv_learn *l, const pv_sample *s, const uint8_t *code, int n_edges, double l2)
{
    pv_split best = {-1, 255};
    memset(h->gain, 0, PV_LEARN_BINS * sizeof *h->gain);
    for (int i = 0; i < s->n_ranges; i++) {
        if (s->range[i].begin == s->range[i].end) continue;
        pv_hist_fill(h, s, code, s->range[i], l->groups);
        pv_hist_scan(h, l->groups, n_edges, l2 * PV_WEIGHT_ONE);
    }
    for (int t = 0; t < n_edges; t++) {
        if (h->gain[t] > best.gain) best = (pv_split){h->gain[t], t};
    }
    return best;
}
