/* Sums become columns, in integers. */
#include <math.h>

#include "pipeline/objects_internal.h"

#include "base/banned.h"

enum { FULL = 65535, HALF = 32768, PROB_50 = 127, PROB_75 = 191, PROB_90 = 229 };

static uint16_t pv_held(int64_t v)
{
    return (uint16_t)(v < 0 ? 0 : v > FULL ? FULL : v);
}

static uint16_t pv_share(int64_t part, int64_t all)
{
    return all > 0 ? pv_held(part * FULL / all) : 0;
}

static int64_t pv_root(uint64_t v)
{
    uint64_t r = (uint64_t)sqrt((double)v);
    while (r > 0 && r > v / r) r--;
    while (r < UINT32_MAX && (r + 1) <= v / (r + 1)) r++;
    return (int64_t)r;
}

static int64_t pv_prob_from(const pv_object_sums *s, int code)
{
    int64_t n = 0;
    for (int i = code; i < 255; i++) n += s->prob[i];
    return n;
}

static int64_t pv_prob_mean(const pv_object_sums *s)
{
    int64_t sum = 0;
    for (int i = 0; i < 255; i++) sum += (int64_t)i * s->prob[i];
    return s->n > 0 ? sum * 257 / s->n : 0;
}

/* The smallest level that percent of the pixels do not exceed. */
static int pv_prob_level(const pv_object_sums *s, int percent)
{
    int64_t sum = 0;
    for (int i = 0; i < 255; i++) {
        sum += s->prob[i];
        if (sum * 100 >= s->n * percent && sum > 0) return i;
    }
    return 0;
}

static int pv_channel_level(const pv_object_sums *s, int channel, int percent)
{
    int64_t sum = 0;
    for (int i = 0; i < 256; i++) {
        sum += s->hist[channel][i];
        if (sum * 100 >= s->n * percent && sum > 0) return i * 256;
    }
    return 0;
}

/* Smaller over larger principal variance. Moments in 1/64 square pixels; a pixel's own extent is added, so that a line is no point. */
static uint16_t pv_elongation(const pv_object_shape *s, int64_t pixels)
{
    int64_t a = s->moment_x * 64 / pixels + 5, b = s->moment_y * 64 / pixels + 5, c = s->moment_xy * 64 / pixels;
    int64_t root = pv_root((uint64_t)((a - b) * (a - b) + 4 * c * c));
    int64_t large = a + b + root, small = a + b - root;
    return large > 0 ? pv_held(small * FULL / large) : 0;
}

static int64_t pv_ground_e2(const pv_object_worker *w, int64_t pixels)
{
    return (int64_t)((double)pixels * w->plan->grid->gsd_x_m * w->plan->grid->gsd_y_m * 100.0 + 1e-6);
}

static uint16_t pv_plain_value(const pv_object_worker *w, const pv_patch *patch, pv_object_op op)
{
    const pv_object_sums *in = &w->sums[0], *ring = &w->sums[1];
    switch (op) {
    case PV_OBJ_AREA:
        return pv_held(pv_ground_e2(w, patch->pixels));
    case PV_OBJ_COMPACTNESS:
        return pv_held(patch->pixels * 16 * FULL / (w->shape.perimeter * w->shape.perimeter));
    case PV_OBJ_FILL:
        return pv_share(patch->pixels, (int64_t)patch->box.w * patch->box.h);
    case PV_OBJ_ELONGATION:
        return pv_elongation(&w->shape, patch->pixels);
    case PV_OBJ_PROB_MEAN:
        return pv_held(pv_prob_mean(in));
    case PV_OBJ_PROB_MAX:
        return pv_held((int64_t)patch->max_prob * 257);
    case PV_OBJ_PROB_P10:
        return pv_held((int64_t)pv_prob_level(in, 10) * 257);
    case PV_OBJ_PROB_P50:
        return pv_held((int64_t)pv_prob_level(in, 50) * 257);
    case PV_OBJ_PROB_P90:
        return pv_held((int64_t)pv_prob_level(in, 90) * 257);
    case PV_OBJ_PROB_50:
        return pv_share(pv_prob_from(in, PROB_50), in->n);
    case PV_OBJ_PROB_75:
        return pv_share(pv_prob_from(in, PROB_75), in->n);
    case PV_OBJ_PROB_90:
        return pv_share(pv_prob_from(in, PROB_90), in->n);
    case PV_OBJ_CORE:
        return pv_held(pv_ground_e2(w, pv_prob_from(in, PROB_50)));
    case PV_OBJ_RING_PROB:
        return pv_held(pv_prob_mean(ring));
    case PV_OBJ_RING_50:
        return pv_share(pv_prob_from(ring, PROB_50), ring->n);
    default:
        return pv_share(ring->n, ring->all);
    }
}

static uint16_t pv_channel_value(const pv_object_worker *w, pv_object_op op, int c)
{
    const pv_object_sums *in = &w->sums[0], *ring = &w->sums[1];
    int64_t n = in->n > 0 ? in->n : 1, mean = in->sum[c] / n;
    switch (op) {
    case PV_OBJ_MEAN:
        return pv_held(mean);
    case PV_OBJ_SD: /* about the whole mean, so that every term stays within 64 bits */
        return pv_held(pv_root((uint64_t)((in->squares[c] - mean * (2 * in->sum[c] - mean * in->n)) / n)));
    case PV_OBJ_P10:
        return pv_held(pv_channel_level(in, c, 10));
    case PV_OBJ_P90:
        return pv_held(pv_channel_level(in, c, 90));
    case PV_OBJ_DIFF:
        return pv_held(ring->n > 0 ? HALF + (mean - ring->sum[c] / ring->n) / 2 : HALF);
    default:
        return pv_held(ring->n > 0 ? HALF + (pv_channel_level(in, c, 90) - pv_channel_level(ring, c, 90)) / 2 : HALF);
    }
}

void pv_object_values(const pv_object_worker *w, const pv_patch *patch, uint16_t *value)
{
    const pv_object_plan *p = w->plan;
    for (int i = 0; i < p->n_columns; i++) {
        const pv_object_column *c = &p->column[i];
        if (c->op < PV_OBJ_PLAIN)
            value[i] = pv_plain_value(w, patch, c->op);
        else if (c->op == PV_OBJ_IN)
            value[i] = pv_share(w->sums[0].best[c->at], w->sums[0].n);
        else if (c->op == PV_OBJ_RING)
            value[i] = pv_share(w->sums[1].best[c->at], w->sums[1].n);
        else
            value[i] = pv_channel_value(w, c->op, c->at);
    }
}
