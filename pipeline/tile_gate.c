#include "pipeline/tile_gate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/gate_loops.h"
#include "pipeline/smooth.h"

#include "base/banned.h"

struct pv_gate_plan {
    const pv_early_gate *gate;
    pv_feature_plan *features;
    pv_coder *coder; /* [n_columns] */
    pv_work_grid grid;
    int hx, hy; /* half of the model's window */
    /* evidence is looked for in rows y of the working image with (y + from) % every == 0 */
    pv_row_choice rows;
};

/* Rows of need; rows of windows are those asked for, grown by one half. Rows of sums begin hx before the first window's middle, and are zero outside of the photo. */
struct pv_tile_gate {
    const pv_gate_plan *plan;
    const pv_gate_loops *loop;
    pv_feature_scratch *features;
    const pv_tile *tile; /* at work */
    pv_rect of;          /* its part that is asked for */
    pv_rect need;        /* where evidence is needed: of grown by two halves and clipped; within the tile's ask */
    int max_w, max_h, ask_w, ask_h;
    size_t pitch;      /* of rows of windows and sums */
    int columns_done;  /* of the row at work */
    uint8_t *code;     /* [n_columns][ask_w] */
    int16_t *score;    /* [2][PV_BATCH] */
    uint8_t *row;      /* [ask_w] evidence of the row at work */
    uint8_t *evidence; /* [ask_h][ask_w], the threshold where a pixel is not usable */
    uint8_t *none;     /* [ask_w] the threshold */
    int32_t *sum;      /* [pitch] of the rows of the window, above the threshold */
    int32_t *count;    /* [pitch] usable pixels in them, for levels only */
    uint8_t *flag;     /* [max_h + 2 hy][pitch] windows that open */
    uint8_t *closed;   /* [pitch] zeros */
    uint8_t *open;     /* [max_h][max_w] */
};

void pv_gate_plan_free(pv_gate_plan *plan)
{
    if (plan == NULL) return;
    pv_feature_plan_free(plan->features);
    pv_free(plan->coder);
    pv_free(plan);
}

/* Every other row, counted on the map: a photo and a part of it look at the same ground. Windows of one row need all. */
static pv_row_choice choose_rows(const pv_photo_facts *facts, const pv_work_grid *grid, int hy)
{
    const double *place = facts->geotransform;
    double rows = floor(fabs(place[3] / (place[5] * grid->fy)) + 0.3); /* origins lie on pixels, or half a pixel beside them */
    if (hy == 0) return (pv_row_choice){0, 1};
    return (pv_row_choice){place[2] == 0 && place[4] == 0 && place[5] < 0 && isfinite(rows) && fmod(rows, 2) != 0 ? 1 : 0, 2};
}

pv_status pv_gate_plan_new(pv_gate_plan **out, const pv_model *m, const pv_early_gate *gate, const pv_feature_plan *full, const pv_photo_facts *facts,
                           const pv_work_grid *grid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gate_plan *p = NULL;
    pv_light light = pv_model_light(m);
    const pv_model *trees = gate->trees;
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "gate", err));
    p->gate = gate;
    p->grid = *grid;
    pv_tile_half(m, grid, &p->hx, &p->hy);
    p->rows = choose_rows(facts, grid, p->hy);
    PV_TRY(
        pv_feature_plan_new(&p->features, trees->n_columns, (const char(*)[PV_NAME])trees->column, &light, facts, grid->gsd_x_m, grid->gsd_y_m, err));
    PV_TRY(pv_feature_plan_share(p->features, full, err));
    pv_feature_plan_lit(p->features); /* tiles are marked before */
    PV_TRY(pv_alloc(&p->coder, (size_t)trees->n_columns, sizeof *p->coder, "codes of columns", err));
    for (int c = 0; c < trees->n_columns; c++) pv_coder_make(&p->coder[c], trees, c);
    *out = p;
    p = NULL;
out:
    pv_gate_plan_free(p);
    return st;
}

/* Elements of the arrays. */
typedef struct gate_sizes {
    size_t ask_w, ask_h, pitch, windows, core;
} gate_sizes;

static gate_sizes sizes_of(const pv_gate_plan *p, int max_w, int max_h)
{
    gate_sizes s = {.ask_w = (size_t)pv_min(max_w + 4 * p->hx, p->grid.w), .ask_h = (size_t)pv_min(max_h + 4 * p->hy, p->grid.h)};
    s.pitch = (size_t)max_w + 4 * (size_t)p->hx;
    s.windows = (size_t)max_h + 2 * (size_t)p->hy;
    s.core = (size_t)max_w * (size_t)max_h;
    return s;
}

int64_t pv_tile_gate_bytes(const pv_gate_plan *p, int max_w, int max_h)
{
    int w = pv_min(max_w, p->grid.w), h = pv_min(max_h, p->grid.h);
    gate_sizes s = sizes_of(p, w, h);
    size_t bytes = sizeof(pv_tile_gate) + ((size_t)p->gate->trees->n_columns + 2 + s.ask_h) * s.ask_w + 4 * (size_t)PV_BATCH;
    bytes += (9 + s.windows) * s.pitch + s.core;
    return (int64_t)bytes + pv_feature_scratch_bytes(p->features, (int)s.ask_w + 4 * p->hx, (int)s.ask_h + 4 * p->hy);
}

pv_status pv_tile_gate_new(pv_tile_gate **out, const pv_gate_plan *plan, int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const what = "gate";
    pv_tile_gate *g = NULL;
    max_w = pv_min(max_w, plan->grid.w);
    max_h = pv_min(max_h, plan->grid.h);
    gate_sizes s = sizes_of(plan, max_w, max_h);
    PV_TRY(pv_alloc(&g, 1, sizeof *g, what, err));
    g->plan = plan;
    g->loop = pv_gate_loops_of(pv_cpu_path());
    g->max_w = max_w;
    g->max_h = max_h;
    g->ask_w = (int)s.ask_w;
    g->ask_h = (int)s.ask_h;
    g->pitch = s.pitch;
    PV_TRY(pv_feature_scratch_new(&g->features, plan->features, g->ask_w + 4 * plan->hx, g->ask_h + 4 * plan->hy, err));
    PV_TRY(pv_alloc(&g->code, (size_t)plan->gate->trees->n_columns, s.ask_w, what, err));
    PV_TRY(pv_alloc(&g->score, 2 * (size_t)PV_BATCH, sizeof *g->score, what, err));
    PV_TRY(pv_alloc(&g->row, s.ask_w, 1, what, err));
    PV_TRY(pv_alloc(&g->evidence, s.ask_h, s.ask_w, what, err));
    PV_TRY(pv_alloc(&g->none, s.ask_w, 1, what, err));
    PV_TRY(pv_alloc(&g->sum, s.pitch, sizeof *g->sum, what, err));
    PV_TRY(pv_alloc(&g->count, s.pitch, sizeof *g->count, what, err));
    PV_TRY(pv_alloc(&g->flag, s.windows, s.pitch, what, err));
    PV_TRY(pv_alloc(&g->closed, s.pitch, 1, what, err));
    PV_TRY(pv_alloc(&g->open, s.core, 1, what, err));
    memset(g->none, plan->gate->threshold, s.ask_w);
    *out = g;
    g = NULL;
out:
    pv_tile_gate_free(g);
    return st;
}

void pv_tile_gate_free(pv_tile_gate *g)
{
    if (g == NULL) return;
    pv_feature_scratch_free(g->features);
    pv_free(g->code);
    pv_free(g->score);
    pv_free(g->row);
    pv_free(g->evidence);
    pv_free(g->none);
    pv_free(g->sum);
    pv_free(g->count);
    pv_free(g->flag);
    pv_free(g->closed);
    pv_free(g->open);
    pv_free(g);
}

/* ---- evidence ---- */

/* Row y of need in the tile's why. */
static const uint8_t *why_row(const pv_tile_gate *g, int y)
{
    const pv_tile *t = g->tile;
    return t->why + (size_t)(g->need.y - t->ask.y + y) * (size_t)t->ask.w + (g->need.x - t->ask.x);
}

/* A row of one column; with the last one the trees are asked about the row. */
static void take_row(void *user, int column, int y, const uint16_t *values)
{
    pv_tile_gate *g = user;
    const pv_model *trees = g->plan->gate->trees;
    size_t w = (size_t)g->need.w;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    pv_coder_run(&g->plan->coder[column], values, w, g->code + (size_t)column * w);
    if (++g->columns_done < trees->n_columns) return;
    g->columns_done = 0;
    for (size_t x = 0; x < w; x += PV_BATCH) {
        size_t n = w - x < PV_BATCH ? w - x : PV_BATCH;
        for (int c = 0; c < trees->n_columns; c++) at[c] = g->code + (size_t)c * w + x;
        pv_trees_score(trees, at, n, g->score);
        g->loop->evidence(g->score, n, g->row + x);
    }
    g->loop->fill(g->row, why_row(g, y), w, (uint8_t)g->plan->gate->threshold, g->evidence + (size_t)y * w);
}

/* 1 when row y of need is one that is looked at. */
static int is_row(const pv_tile_gate *g, int y)
{
    return y >= 0 && y < g->need.h && (g->need.y + y + g->plan->rows.from) % g->plan->rows.every == 0;
}

static void find_evidence(pv_tile_gate *g, const pv_tile *t, pv_rect of)
{
    const pv_gate_plan *p = g->plan;
    g->tile = t;
    g->of = of;
    g->need = pv_rect_intersect(pv_rect_grow(of, 2 * p->hx, 2 * p->hy), (pv_rect){0, 0, p->grid.w, p->grid.h});
    g->columns_done = 0;
    pv_row_choice rows = {g->need.y + p->rows.from, p->rows.every};
    pv_features_compute_rows(p->features, g->features, g->need, t->read, &t->lit, rows, take_row, g);
}

/* ---- windows ---- */

/* Where the middles of windows may be. */
static pv_rect middles_of(const pv_gate_plan *p, pv_rect of)
{
    return pv_rect_intersect(pv_rect_grow(of, p->hx, p->hy), (pv_rect){0, 0, p->grid.w, p->grid.h});
}

static const uint8_t *evidence_row(const pv_tile_gate *g, int y)
{
    return is_row(g, y) ? g->evidence + (size_t)y * (size_t)g->need.w : g->none;
}

/* Column x is at x - of.x + 2 hx in a row of sums and at x - of.x + hx in a row of flags. */
static void find_windows(pv_tile_gate *g, pv_rect mid)
{
    const pv_gate_plan *p = g->plan;
    size_t width = 2 * (size_t)p->hx + 1, left = (size_t)(mid.x - g->of.x + p->hx), w = (size_t)mid.w;
    int32_t *sum = g->sum + (g->need.x - g->of.x + 2 * p->hx);
    int from = mid.y - g->need.y; /* the row of need that the first window has in its middle */
    memset(g->sum, 0, g->pitch * sizeof *g->sum);
    for (int y = pv_max(0, from - p->hy); y < from + p->hy; y++) g->loop->slide(evidence_row(g, y), g->none, (size_t)g->need.w, sum);
    for (int y = 0; y < mid.h; y++) {
        uint8_t *flag = g->flag + (size_t)y * g->pitch;
        const uint8_t *gone = y > 0 ? evidence_row(g, from + y - p->hy - 1) : g->none;
        g->loop->slide(evidence_row(g, from + y + p->hy), gone, (size_t)g->need.w, sum);
        memset(flag, 0, left);
        g->loop->windows(g->sum + left, w, width, flag + left);
        const uint8_t *why = why_row(g, from + y) + (mid.x - g->need.x);
        for (size_t x = 0; x < w; x++) flag[left + x] = (uint8_t)(flag[left + x] & (why[x] == 0));
        memset(flag + left + w, 0, g->pitch - left - w);
    }
}

const uint8_t *pv_tile_gate_open(pv_tile_gate *g, const pv_tile *t, pv_rect of)
{
    const pv_gate_plan *p = g->plan;
    size_t w = (size_t)of.w;
    if (!t->any_usable) {
        memset(g->open, 0, w * (size_t)of.h);
        return g->open;
    }
    find_evidence(g, t, of);
    pv_rect mid = middles_of(p, of);
    find_windows(g, mid);
    for (int y = 0; y < of.h; y++) {
        int at = of.y - mid.y + y;
        const uint8_t *above = at - p->hy >= 0 ? g->flag + (size_t)(at - p->hy) * g->pitch : g->closed;
        const uint8_t *below = at + p->hy < mid.h ? g->flag + (size_t)(at + p->hy) * g->pitch : g->closed;
        const uint8_t *why = t->why + (size_t)(of.y - t->ask.y + y) * (size_t)t->ask.w + (of.x - t->ask.x);
        g->loop->spread(above, g->flag + (size_t)at * g->pitch, below, why, w, (size_t)p->hx, g->open + (size_t)y * w);
    }
    return g->open;
}

/* ---- levels, for learning: plain sums ---- */

/* Adds a row of need to (sign 1) or takes it from the sums and counts of usable pixels of its columns. */
static void level_row(pv_tile_gate *g, int y, int sign)
{
    if (!is_row(g, y)) return;
    const uint8_t *why = why_row(g, y);
    size_t row = (size_t)y * (size_t)g->need.w;
    for (size_t x = 0; x < (size_t)g->need.w; x++) {
        int usable = why[x] == 0;
        g->sum[x] += usable ? sign * g->evidence[row + x] : 0;
        g->count[x] += usable ? sign : 0;
    }
}

/* The mean evidence of the usable pixels of every window, cut to the integer below, into flag (255 where there is none: such a window always opens; 0 where the middle is not usable: such a window does not count); columns of sums and counts are those of need. */
static void find_levels(pv_tile_gate *g, pv_rect mid)
{
    int hx = g->plan->hx, hy = g->plan->hy, from = mid.y - g->need.y, left = mid.x - g->need.x, wide = g->need.w;
    memset(g->sum, 0, g->pitch * sizeof *g->sum);
    memset(g->count, 0, g->pitch * sizeof *g->count);
    for (int y = from - hy; y < from + hy; y++) level_row(g, y, 1);
    for (int y = 0; y < mid.h; y++) {
        int64_t sum = 0, n = 0;
        level_row(g, from + y + hy, 1);
        if (y > 0) level_row(g, from + y - hy - 1, -1);
        for (int x = pv_max(0, left - hx); x < pv_min(wide, left + hx); x++) {
            sum += g->sum[x];
            n += g->count[x];
        }
        for (int x = 0; x < mid.w; x++) {
            int in = left + x + hx, gone = left + x - hx - 1;
            sum += in < wide ? g->sum[in] : 0;
            n += in < wide ? g->count[in] : 0;
            sum -= x > 0 && gone >= 0 ? g->sum[gone] : 0;
            n -= x > 0 && gone >= 0 ? g->count[gone] : 0;
            int usable = why_row(g, from + y)[left + x] == 0;
            g->flag[(size_t)y * g->pitch + (size_t)x] = (uint8_t)(!usable ? 0 : n > 0 ? sum / n : 255);
        }
    }
}

const uint8_t *pv_tile_gate_level(pv_tile_gate *g, const pv_tile *t)
{
    const pv_gate_plan *p = g->plan;
    pv_rect of = t->core;
    memset(g->open, 0, (size_t)t->core.w * (size_t)t->core.h);
    if (!t->any_usable) return g->open;
    find_evidence(g, t, of);
    pv_rect mid = middles_of(p, of);
    find_levels(g, mid);
    for (int y = 0; y < t->core.h; y++) {
        const uint8_t *why = t->why + (size_t)(t->core.y - t->ask.y + y) * (size_t)t->ask.w + (t->core.x - t->ask.x);
        for (int x = 0; x < t->core.w; x++) {
            int best = 0, mx = t->core.x - mid.x + x, my = t->core.y - mid.y + y;
            for (int v = my - p->hy; v <= my + p->hy && why[x] == 0; v += pv_max(1, p->hy))
                for (int u = mx - p->hx; u <= mx + p->hx; u += pv_max(1, p->hx))
                    if (u >= 0 && v >= 0 && u < mid.w && v < mid.h) best = pv_max(best, g->flag[(size_t)v * g->pitch + (size_t)u]);
            g->open[(size_t)y * (size_t)t->core.w + (size_t)x] = (uint8_t)best;
        }
    }
    return g->open;
}
