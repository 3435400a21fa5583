#include <math.h>
#include <string.h>

#include "models/train_internal.h"
#include "models/trees.h"

#include "base/banned.h"

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t pv_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

uint64_t pv_learn_hash(uint64_t seed, uint64_t stream, uint64_t index)
{
    return pv_mix(pv_mix(pv_mix(seed) ^ stream) ^ index);
}

int pv_learn_draw(double share, uint64_t hash)
{
    return (double)(hash >> 11) < share * 9007199254740992.0;
}

/* How far gradients must be shifted down so that no sum over the sample can leave int32. */
static int pv_sample_shift(const pv_learn *l, const int64_t *count)
{
    int shift = 0;
    for (;; shift++) {
        int64_t worst = 0;
        int fits = 1;
        for (int k = 0; k < l->n_classes && fits; k++) {
            int64_t one = ((l->weight[k] << PV_PROB_BITS) >> shift) + 1;
            fits = count[k] == 0 || one <= (INT32_MAX - worst) / count[k];
            if (fits) worst += one * count[k];
        }
        if (fits) return shift;
    }
}

void pv_sample_draw(pv_sample *s, const pv_learn *l, uint64_t seed, int tree, double row_share)
{
    int64_t count[PV_MAX_CLASSES] = {0};
    size_t n = 0;
    for (size_t i = 0; i < l->n_rows; i++)
        if (row_share >= 1 || pv_learn_draw(row_share, pv_learn_hash(seed, (uint64_t)tree, i))) s->row[n++] = (uint32_t)i;
    for (size_t i = 0; n == 0 && i < l->n_rows; i++) s->row[i] = (uint32_t)i;
    s->n = n != 0 ? n : l->n_rows;
    for (size_t i = 0; i < s->n; i++) {
        int k = l->class_id[s->row[i]];
        count[k]++;
        s->weight[i] = (int32_t)l->weight[k];
        s->place[i] = (uint32_t)i;
    }
    s->shift = pv_sample_shift(l, count);
    s->n_ranges = 1;
    s->range[0] = (pv_leaf_range){0, s->n, 0};
}

void pv_sample_gradients(pv_sample *s, const pv_learn *l, size_t from, size_t to)
{
    const int64_t one = 1 << PV_PROB_BITS;
    const int64_t half = s->shift > 0 ? (int64_t)1 << (s->shift - 1) : 0;
    for (size_t i = from; i < to; i++) {
        const int16_t *score = l->score + (size_t)s->row[i] * (size_t)l->width;
        int32_t *grad = s->grad + i * (size_t)l->width, *hess = s->hess + i * (size_t)l->width;
        uint32_t e[PV_MAX_CLASSES];
        uint64_t all = 0;
        int16_t top = score[0];
        int64_t w = s->weight[i];
        for (int k = 1; k < l->n_classes; k++)
            if (score[k] > top) top = score[k];
        for (int k = 0; k < l->n_classes; k++) {
            e[k] = pv_softmax_exp(top - score[k]);
            all += e[k];
        }
        /* e <= 2^31 <= all, so that e * (2^62 / all) fits 62 bits and is the probability in 2^-62 * 2^31. */
        uint64_t inverse = (1ull << 62) / all;
        for (int k = 0; k < l->n_classes; k++) {
            int64_t p = (int64_t)((e[k] * inverse + (1ull << (61 - PV_PROB_BITS))) >> (62 - PV_PROB_BITS));
            int64_t g = (k == l->class_id[s->row[i]] ? one - p : -p) * w;
            grad[k] = (int32_t)((g + half) >> s->shift);
            hess[k] = (int32_t)((((p * (one - p)) >> PV_PROB_BITS) * w) / PV_WEIGHT_ONE);
        }
    }
}

size_t pv_sample_part(pv_sample *s, const pv_learn *l, pv_leaf_range range, const uint8_t *code, int threshold)
{
    size_t width = (size_t)l->width;
    size_t at[2] = {range.begin, range.end};
    for (size_t i = range.begin; i < range.end; i++) at[1] -= code[s->row[i]] > threshold;
    size_t middle = at[1];
    for (size_t i = range.begin; i < range.end; i++) {
        size_t to = at[code[s->row[i]] > threshold]++;
        s->row_2[to] = s->row[i];
        s->place_2[to] = s->place[i];
        s->weight_2[to] = s->weight[i];
        memcpy(s->grad_2 + to * width, s->grad + i * width, width * sizeof *s->grad);
    }
    return middle;
}

static void pv_swap_u32(uint32_t **a, uint32_t **b)
{
    uint32_t *c = *a;
    *a = *b;
    *b = c;
}

static void pv_swap_i32(int32_t **a, int32_t **b)
{
    int32_t *c = *a;
    *a = *b;
    *b = c;
}

void pv_sample_turn(pv_sample *s)
{
    pv_swap_u32(&s->row, &s->row_2);
    pv_swap_u32(&s->place, &s->place_2);
    pv_swap_i32(&s->weight, &s->weight_2);
    pv_swap_i32(&s->grad, &s->grad_2);
}

void pv_sample_leaf(const pv_sample *s, const pv_learn *l, pv_leaf_range range, double rate, double l2, int8_t *to)
{
    int64_t grad[PV_MAX_CLASSES] = {0}, hess[PV_MAX_CLASSES] = {0};
    for (size_t i = range.begin; i < range.end; i++) {
        const int32_t *g = s->grad + i * (size_t)l->width, *h = s->hess + (size_t)s->place[i] * (size_t)l->width;
        for (int k = 0; k < l->n_classes; k++) {
            grad[k] += g[k];
            hess[k] += h[k];
        }
    }
    for (int k = 0; k < l->n_classes; k++) {
        double slope = ldexp((double)grad[k], s->shift - PV_PROB_BITS - 10);
        double bend = ldexp((double)hess[k], -PV_PROB_BITS) + l2;
        double step = bend > 0 ? 128 * rate * slope / bend : 0;
        to[k] = (int8_t)lround(step > 127 ? 127 : step < -127 ? -127 : step);
    }
}

void pv_learn_add(const pv_learn *l, const pv_model *m, int tree, size_t from, size_t to)
{
    int16_t leaf[PV_TREE_LEAVES][PV_MAX_CLASSES];
    const pv_tree *t = &m->tree[tree];
    const uint8_t *code[PV_TREE_MAX_DEPTH];
    memset(leaf, 0, sizeof leaf);
    for (int k = 0; k < l->n_classes; k++)
        for (int i = 0; i < PV_TREE_LEAVES; i++) leaf[i][k] = m->leaf[((size_t)tree * (size_t)l->n_classes + (size_t)k) * PV_TREE_LEAVES + (size_t)i];
    for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) code[d] = l->code + (size_t)t->column[d] * l->n_rows;
    for (size_t i = from; i < to; i++) {
        int index = 0;
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) index |= (code[d][i] > t->threshold[d]) << d;
        int16_t *score = l->score + i * (size_t)l->width;
        for (int k = 0; k < l->width; k++) score[k] = (int16_t)(score[k] + leaf[index][k]);
    }
}
