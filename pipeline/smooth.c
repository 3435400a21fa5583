#include "pipeline/smooth.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"

#include "base/banned.h"

/* Classes of a pixel lie side by side, in whole groups of so many. */
enum { LANES = 8 };

struct pv_smooth {
    const pv_model *model;
    int hx, hy, max_core_w, max_ask_w;
    size_t stride;   /* classes, rounded up to whole groups */
    int16_t *score;  /* [n_classes][PV_BATCH] */
    uint16_t *share; /* [ask.w][stride] of one row */
    uint32_t *ring;  /* [2 hy + 1][core.w][stride] sums along the rows */
    uint32_t *sum;   /* [core.w][stride] sums of the rows of the window */
};

static size_t stride_of(const pv_model *m)
{
    return ((size_t)m->n_classes + LANES - 1) / LANES * LANES;
}

int64_t pv_smooth_bytes(const pv_model *m, int hy, int max_core_w, int max_ask_w)
{
    int64_t stride = (int64_t)stride_of(m), rows = 2 * (int64_t)hy + 2;
    return (int64_t)sizeof(pv_smooth) + 2 * (int64_t)m->n_classes * PV_BATCH + 2 * stride * max_ask_w + 4 * rows * stride * max_core_w;
}

pv_status pv_smooth_new(pv_smooth **out, const pv_model *model, int hx, int hy, int max_core_w, int max_ask_w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_smooth *s = NULL;
    size_t rows = 2 * (size_t)hy + 1;
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "class probabilities", err));
    *s = (pv_smooth){.model = model, .hx = hx, .hy = hy, .max_core_w = max_core_w, .max_ask_w = max_ask_w, .stride = stride_of(model)};
    PV_TRY(pv_alloc(&s->score, (size_t)model->n_classes * PV_BATCH, sizeof *s->score, "class probabilities", err));
    PV_TRY(pv_alloc(&s->share, (size_t)max_ask_w * s->stride, sizeof *s->share, "class probabilities", err));
    PV_TRY(pv_alloc(&s->ring, rows * (size_t)max_core_w * s->stride, sizeof *s->ring, "class probabilities", err));
    PV_TRY(pv_alloc(&s->sum, (size_t)max_core_w * s->stride, sizeof *s->sum, "class probabilities", err));
    *out = s;
    s = NULL;
out:
    pv_smooth_free(s);
    return st;
}

void pv_smooth_free(pv_smooth *s)
{
    if (s == NULL) return;
    pv_free(s->score);
    pv_free(s->share);
    pv_free(s->ring);
    pv_free(s->sum);
    pv_free(s);
}

/* Shares of n pixels of one row; returns 0, and leaves zeros, when none of them is asked. */
static int share_batch(pv_smooth *s, const uint8_t *const *code, const uint8_t *why, size_t n, uint16_t *share)
{
    int any = 0;
    for (size_t i = 0; i < n; i++) any |= why[i] == 0;
    if (!any) {
        memset(share, 0, n * s->stride * sizeof *share);
        return 0;
    }
    pv_trees_score(s->model, code, n, s->score);
    pv_trees_share(s->model, s->score, n, s->stride, share);
    for (size_t i = 0; i < n; i++)
        if (why[i] != 0) memset(share + i * s->stride, 0, s->stride * sizeof *share);
    return 1;
}

/* Row y of ask: shares, and their sums over 2 hx + 1 columns into the ring. */
static void sum_row(pv_smooth *s, pv_rect core, pv_rect ask, int y, const uint8_t *code, const uint8_t *why)
{
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    size_t w = (size_t)ask.w, plane = w * (size_t)ask.h, row = (size_t)y * w, stride = s->stride;
    uint32_t *restrict out = s->ring + (size_t)(y % (2 * s->hy + 1)) * (size_t)s->max_core_w * stride;
    int any = 0;
    for (size_t x = 0; x < w; x += PV_BATCH) {
        size_t n = w - x < PV_BATCH ? w - x : PV_BATCH;
        for (int c = 0; c < s->model->n_columns; c++) at[c] = code + (size_t)c * plane + row + x;
        any |= share_batch(s, at, why + row + x, n, s->share + x * stride);
    }
    memset(out, 0, (size_t)core.w * stride * sizeof *out);
    if (!any) return;
    int x0 = core.x - ask.x;
    for (int x = pv_max(0, x0 - s->hx); x <= pv_min(ask.w - 1, x0 + s->hx); x++)
        for (size_t k = 0; k < stride; k++) out[k] += s->share[(size_t)x * stride + k];
    for (int x = 1; x < core.w; x++) {
        const uint32_t *restrict before = out + (size_t)(x - 1) * stride;
        uint32_t *restrict here = out + (size_t)x * stride;
        int in = x0 + x + s->hx, gone = x0 + x - s->hx - 1;
        memcpy(here, before, stride * sizeof *here);
        if (in < ask.w)
            for (size_t k = 0; k < stride; k++) here[k] += s->share[(size_t)in * stride + k];
        if (gone >= 0)
            for (size_t k = 0; k < stride; k++) here[k] -= s->share[(size_t)gone * stride + k];
    }
}

static void add_row(pv_smooth *s, pv_rect core, int y, uint32_t sign)
{
    size_t n = (size_t)core.w * s->stride;
    const uint32_t *restrict row = s->ring + (size_t)(y % (2 * s->hy + 1)) * (size_t)s->max_core_w * s->stride;
    uint32_t *restrict sum = s->sum;
    for (size_t i = 0; i < n; i++) sum[i] += sign * row[i];
}

void pv_smooth_run(pv_smooth *s, pv_rect core, pv_rect ask, const uint8_t *code, const uint8_t *why, pv_smooth_sink sink, void *user)
{
    int y0 = core.y - ask.y, next = 0;
    memset(s->sum, 0, (size_t)core.w * s->stride * sizeof *s->sum);
    for (int y = 0; y < core.h; y++) {
        int gone = y0 + y - s->hy - 1;
        if (gone >= 0) add_row(s, core, gone, UINT32_MAX); /* modulo 2^32: minus one times */
        for (; next < ask.h && next <= y0 + y + s->hy; next++) {
            sum_row(s, core, ask, next, code, why);
            add_row(s, core, next, 1);
        }
        sink(user, y, s->sum, s->stride);
    }
}

void pv_smooth_decide(const pv_model *m, const uint32_t *share, uint8_t *prob_target, uint8_t *best_class)
{
    uint64_t all = 0, target = 0;
    int best = 0;
    for (int k = 0; k < m->n_classes; k++) {
        all += share[k];
        target += m->is_target[k] ? share[k] : 0;
        if (share[k] > share[best]) best = k;
    }
    *best_class = (uint8_t)best;
    *prob_target = (uint8_t)((2 * PV_PROB_MAX * target + all) / (2 * all));
}
