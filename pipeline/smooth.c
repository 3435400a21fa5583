#include "pipeline/smooth.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"

#include "base/banned.h"

/* Classes of a pixel lie side by side, in whole groups of so many. */
enum { LANES = 8 };

/* Rows are kept in rings of 2 hy + 1: the y-th row of ask or of mid is row y modulo that. mid is core grown by one window half. */
struct pv_smooth {
    const pv_model *model;
    int hx, hy, w, h; /* w, h: the working image */
    int max_core_w, max_mid_w, max_ask_w;
    size_t stride, ring; /* classes rounded up to whole groups; rows of a ring */
    int16_t *score;      /* [n_classes][PV_BATCH] */
    uint16_t *share;     /* [ask.w][stride] of one row */
    uint8_t *own;        /* [ring][core.w][stride] what the trees say of the pixel itself, in 255ths */
    uint32_t *across;    /* [ring][mid.w][stride] sums along the rows of ask */
    uint32_t *down;      /* [mid.w][stride] sums of the rows of the window */
    uint32_t *sum;       /* [ring][mid.w][stride] sums over the windows of mid */
    uint8_t *mean;       /* [ring][mid.w][stride] the same in 255ths of their total */
    uint32_t *purity;    /* [ring][mid.w] mean . mean */
    uint32_t *out;       /* [core.w][stride] */
};

/* A run over one tile. */
typedef struct smooth_run {
    pv_smooth *s;
    pv_rect core, mid, ask;
    const uint8_t *code, *why;
    int ask_rows, mid_rows; /* that are done */
} smooth_run;

static size_t stride_of(const pv_model *m)
{
    return ((size_t)m->n_classes + LANES - 1) / LANES * LANES;
}

int64_t pv_smooth_bytes(const pv_model *m, int hx, int hy, int max_core_w)
{
    int64_t stride = (int64_t)stride_of(m), ring = 2 * (int64_t)hy + 1, core = max_core_w, mid = core + 2 * hx, ask = core + 4 * hx;
    return (int64_t)sizeof(pv_smooth) + 2 * (int64_t)m->n_classes * PV_BATCH + stride * (2 * ask + ring * core + 4 * core) +
           stride * mid * (9 * ring + 4) + 4 * ring * mid;
}

pv_status pv_smooth_new(pv_smooth **out, const pv_model *model, int hx, int hy, int max_core_w, int w, int h, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const what = "class probabilities";
    pv_smooth *s = NULL;
    PV_TRY(pv_alloc(&s, 1, sizeof *s, what, err));
    *s = (pv_smooth){.model = model, .hx = hx, .hy = hy, .w = w, .h = h, .max_core_w = max_core_w, .stride = stride_of(model)};
    s->ring = 2 * (size_t)hy + 1;
    s->max_mid_w = max_core_w + 2 * hx;
    s->max_ask_w = max_core_w + 4 * hx;
    size_t core = (size_t)max_core_w * s->stride, mid = (size_t)s->max_mid_w * s->stride, ask = (size_t)s->max_ask_w * s->stride;
    PV_TRY(pv_alloc(&s->score, (size_t)model->n_classes * PV_BATCH, sizeof *s->score, what, err));
    PV_TRY(pv_alloc(&s->share, ask, sizeof *s->share, what, err));
    PV_TRY(pv_alloc(&s->own, s->ring * core, sizeof *s->own, what, err));
    PV_TRY(pv_alloc(&s->across, s->ring * mid, sizeof *s->across, what, err));
    PV_TRY(pv_alloc(&s->down, mid, sizeof *s->down, what, err));
    PV_TRY(pv_alloc(&s->sum, s->ring * mid, sizeof *s->sum, what, err));
    PV_TRY(pv_alloc(&s->mean, s->ring * mid, sizeof *s->mean, what, err));
    PV_TRY(pv_alloc(&s->purity, s->ring * (size_t)s->max_mid_w, sizeof *s->purity, what, err));
    PV_TRY(pv_alloc(&s->out, core, sizeof *s->out, what, err));
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
    pv_free(s->own);
    pv_free(s->across);
    pv_free(s->down);
    pv_free(s->sum);
    pv_free(s->mean);
    pv_free(s->purity);
    pv_free(s->out);
    pv_free(s);
}

static uint32_t *across_row(const pv_smooth *s, int y)
{
    return s->across + (size_t)y % s->ring * (size_t)s->max_mid_w * s->stride;
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

/* Sums over 2 hx + 1 columns of one row of shares, for the columns of mid. */
static void sum_across(const smooth_run *r, uint32_t *restrict out)
{
    const pv_smooth *s = r->s;
    size_t stride = s->stride;
    int x0 = r->mid.x - r->ask.x;
    memset(out, 0, (size_t)r->mid.w * stride * sizeof *out);
    for (int x = pv_max(0, x0 - s->hx); x <= pv_min(r->ask.w - 1, x0 + s->hx); x++)
        for (size_t k = 0; k < stride; k++) out[k] += s->share[(size_t)x * stride + k];
    for (int x = 1; x < r->mid.w; x++) {
        uint32_t *restrict here = out + (size_t)x * stride;
        int in = x0 + x + s->hx, gone = x0 + x - s->hx - 1;
        memcpy(here, here - stride, stride * sizeof *here);
        if (in < r->ask.w)
            for (size_t k = 0; k < stride; k++) here[k] += s->share[(size_t)in * stride + k];
        if (gone >= 0)
            for (size_t k = 0; k < stride; k++) here[k] -= s->share[(size_t)gone * stride + k];
    }
}

/* The next row of ask: asks the trees, keeps what they say of the core, sums along the row. */
static void next_ask_row(smooth_run *r)
{
    pv_smooth *s = r->s;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    int y = r->ask_rows++, core_y = y - (r->core.y - r->ask.y), any = 0;
    size_t w = (size_t)r->ask.w, plane = w * (size_t)r->ask.h, row = (size_t)y * w, stride = s->stride;
    for (size_t x = 0; x < w; x += PV_BATCH) {
        size_t n = w - x < PV_BATCH ? w - x : PV_BATCH;
        for (int c = 0; c < s->model->n_columns; c++) at[c] = r->code + (size_t)c * plane + row + x;
        any |= share_batch(s, at, r->why + row + x, n, s->share + x * stride);
    }
    if (core_y >= 0 && core_y < r->core.h) {
        uint8_t *restrict own = s->own + (size_t)core_y % s->ring * (size_t)s->max_core_w * stride;
        const uint16_t *restrict share = s->share + (size_t)(r->core.x - r->ask.x) * stride;
        for (size_t i = 0; i < (size_t)r->core.w * stride; i++) own[i] = (uint8_t)(share[i] >> 8);
    }
    if (any)
        sum_across(r, across_row(s, y));
    else
        memset(across_row(s, y), 0, (size_t)r->mid.w * stride * sizeof *s->across);
}

static void add_down(const smooth_run *r, int y, uint32_t sign)
{
    size_t n = (size_t)r->mid.w * r->s->stride;
    const uint32_t *restrict row = across_row(r->s, y);
    uint32_t *restrict down = r->s->down;
    for (size_t i = 0; i < n; i++) down[i] += sign * row[i];
}

/* Means of one row of window sums in 255ths of their total, and how pure they are. */
static void find_means(const pv_smooth *s, int w, const uint32_t *restrict sum, uint8_t *restrict mean, uint32_t *restrict purity)
{
    for (int x = 0; x < w; x++) {
        const uint32_t *restrict v = sum + (size_t)x * s->stride;
        uint8_t *restrict m = mean + (size_t)x * s->stride;
        uint64_t all = 0;
        uint32_t pure = 0;
        for (size_t k = 0; k < s->stride; k++) all += v[k];
        double one = all > 0 ? 255.0 / (double)all : 0.0;
        for (size_t k = 0; k < s->stride; k++) {
            m[k] = (uint8_t)(int32_t)(v[k] * one);
            pure += (uint32_t)m[k] * m[k];
        }
        purity[x] = pure;
    }
}

/* The next row of mid. */
static void next_mid_row(smooth_run *r)
{
    pv_smooth *s = r->s;
    int y = r->mid_rows++, at = r->mid.y - r->ask.y + y, gone = at - s->hy - 1;
    size_t slot = (size_t)y % s->ring, n = (size_t)s->max_mid_w * s->stride;
    if (gone >= 0) add_down(r, gone, UINT32_MAX); /* modulo 2^32: minus one times */
    while (r->ask_rows < r->ask.h && r->ask_rows <= at + s->hy) {
        next_ask_row(r);
        add_down(r, r->ask_rows - 1, 1);
    }
    memcpy(s->sum + slot * n, s->down, (size_t)r->mid.w * s->stride * sizeof *s->sum);
    find_means(s, r->mid.w, s->down, s->mean + slot * n, s->purity + slot * (size_t)s->max_mid_w);
}

static uint32_t agreement(const uint8_t *restrict own, const uint8_t *restrict mean, size_t stride)
{
    uint32_t dot = 0;
    for (size_t k = 0; k < stride; k++) dot += (uint32_t)own[k] * mean[k];
    return dot;
}

/* One row of the core, when the rows of mid around it are done. */
static void choose_row(smooth_run *r, int y)
{
    pv_smooth *s = r->s;
    size_t stride = s->stride, row = (size_t)s->max_mid_w;
    int my = r->core.y - r->mid.y + y, mx = r->core.x - r->mid.x;
    const uint8_t *own = s->own + (size_t)y % s->ring * (size_t)s->max_core_w * stride;
    for (int x = 0; x < r->core.w; x++, own += stride) {
        size_t best = (size_t)my % s->ring * row + (size_t)(mx + x);
        uint32_t most = agreement(own, s->mean + best * stride, stride) * s->purity[best];
        for (int dy = -s->hy; dy <= s->hy; dy += pv_max(1, s->hy)) {
            if (my + dy < 0 || my + dy >= r->mid.h) continue;
            for (int dx = -s->hx; dx <= s->hx; dx += pv_max(1, s->hx)) {
                if (mx + x + dx < 0 || mx + x + dx >= r->mid.w) continue;
                size_t at = (size_t)(my + dy) % s->ring * row + (size_t)(mx + x + dx);
                uint32_t here = agreement(own, s->mean + at * stride, stride) * s->purity[at];
                if (here <= most) continue;
                most = here;
                best = at;
            }
        }
        memcpy(s->out + (size_t)x * stride, s->sum + best * stride, stride * sizeof *s->out);
    }
}

void pv_smooth_run(pv_smooth *s, pv_rect core, pv_rect ask, const uint8_t *code, const uint8_t *why, pv_smooth_sink sink, void *user)
{
    smooth_run r = {.s = s, .core = core, .ask = ask, .code = code, .why = why};
    r.mid = pv_rect_intersect(pv_rect_grow(core, s->hx, s->hy), (pv_rect){0, 0, s->w, s->h});
    memset(s->down, 0, (size_t)r.mid.w * s->stride * sizeof *s->down);
    for (int y = 0; y < core.h; y++) {
        while (r.mid_rows < r.mid.h && r.mid_rows <= core.y - r.mid.y + y + s->hy) next_mid_row(&r);
        choose_row(&r, y);
        sink(user, y, s->out, s->stride);
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
