#include "pipeline/tile_classify.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/features_internal.h"

#include "base/banned.h"

/* Rectangles never leave a block of cells, so that a small tile's codes stay in the second cache; a cell is marked whole. */
enum { CELL_W = 16, CELL_H = 16, BLOCK_W = 256, BLOCK_H = 128, CELLS = (BLOCK_W / CELL_W) * (BLOCK_H / CELL_H) };

struct pv_classifier {
    const pv_classify_plan *plan;
    pv_tile_gate *gate; /* NULL = none */
    pv_tile *small;
    const uint8_t *open; /* [core.h][core.w] of the tile at work */
    uint8_t *gated;      /* [max_w] */
    int half_x, half_y;  /* from a rectangle's edge to where columns are needed */
    int halo_x, halo_y;  /* and from there to where pixels are */
    int64_t asked;
    pv_drift_counts *drift; /* at work */
};

static int small_w(const pv_classify_plan *p)
{
    return p->gate != NULL && !p->full ? BLOCK_W : PV_DRIFT_CELL;
}

static int small_h(const pv_classify_plan *p)
{
    return p->gate != NULL && !p->full ? BLOCK_H : PV_DRIFT_CELL;
}

static int needs_small(const pv_classify_plan *p)
{
    return p->drift || (p->gate != NULL && !p->full);
}

const pv_coder *pv_classify_coder(const pv_classify_plan *p)
{
    return p->gate != NULL && !p->full ? NULL : p->coder;
}

int64_t pv_classifier_bytes(const pv_classify_plan *p, int max_w, int max_h)
{
    int64_t bytes = (int64_t)sizeof(pv_classifier) + max_w;
    if (p->gate != NULL) bytes += pv_tile_gate_bytes(p->gate, max_w, max_h);
    if (needs_small(p)) bytes += pv_tile_bytes(p->features, p->grid, p->model, small_w(p), small_h(p));
    return bytes;
}

pv_status pv_classifier_new(pv_classifier **out, const pv_classify_plan *plan, int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_classifier *c = NULL;
    PV_TRY(pv_alloc(&c, 1, sizeof *c, "classifier", err));
    c->plan = plan;
    PV_TRY(pv_alloc(&c->gated, (size_t)max_w, 1, "classifier", err));
    if (plan->gate != NULL) PV_TRY(pv_tile_gate_new(&c->gate, plan->gate, max_w, max_h, err));
    if (needs_small(plan)) PV_TRY(pv_tile_new(&c->small, plan->features, plan->grid, plan->model, plan->coder, small_w(plan), small_h(plan), err));
    pv_tile_half(plan->model, plan->grid, &c->half_x, &c->half_y);
    pv_feature_plan_halo(plan->features, &c->halo_x, &c->halo_y);
    *out = c;
    c = NULL;
out:
    pv_classifier_free(c);
    return st;
}

void pv_classifier_free(pv_classifier *c)
{
    if (c == NULL) return;
    pv_tile_gate_free(c->gate);
    pv_tile_free(c->small);
    pv_free(c->gated);
    pv_free(c);
}

int64_t pv_classifier_asked(const pv_classifier *c)
{
    return c->asked;
}

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- drift ---- */

static void count_row(void *user, int column, int y, const uint16_t *values)
{
    const pv_classifier *c = user;
    pv_drift_row(c->drift, c->plan->model, c->small, column, y, values);
}

/* The cells of the lattice, as far as they lie in the tile's core. */
static void count_drift(pv_classifier *c, const pv_tile *tile, pv_drift_counts *drift)
{
    const pv_classify_plan *p = c->plan;
    pv_tile *t = c->small;
    int every = pv_drift_every(p->grid->w, p->grid->h);
    c->drift = drift;
    for (int y = tile->core.y / every * every; y < tile->core.y + tile->core.h; y += every) {
        for (int x = tile->core.x / every * every; x < tile->core.x + tile->core.w; x += every) {
            pv_rect cell = pv_rect_intersect((pv_rect){x, y, PV_DRIFT_CELL, PV_DRIFT_CELL}, tile->core);
            if (cell.w == 0) continue;
            pv_tile_take(t, cell, tile, p->features, p->grid);
            pv_tile_mark(t, p->features);
            if (t->any_usable) pv_features_compute(p->features, t->features, t->core, t->read, t->band, t->valid, count_row, c);
        }
    }
}

/* ---- rectangles ---- */

/* What a rectangle costs, in about nanoseconds: trees and columns where neighbours count too, and bands read around them. */
static int64_t cost_of(const pv_classifier *c, pv_rect r)
{
    int64_t w = r.w + 4 * c->half_x, h = r.h + 4 * c->half_y;
    return 100 * w * h + 10 * (w + 2 * c->halo_x) * (h + 2 * c->halo_y) + 1500 * h + 2000;
}

static pv_rect hull_of(pv_rect a, pv_rect b)
{
    int x0 = pv_min(a.x, b.x), y0 = pv_min(a.y, b.y), x1 = pv_max(a.x + a.w, b.x + b.w), y1 = pv_max(a.y + a.h, b.y + b.h);
    return (pv_rect){x0, y0, x1 - x0, y1 - y0};
}

/* The open pixels of a cell, in pixels of the core; w = 0: there are none. */
static pv_rect open_box(const pv_classifier *c, const pv_tile *tile, pv_rect cell)
{
    int x0 = cell.w, x1 = 0, y0 = cell.h, y1 = 0;
    for (int y = 0; y < cell.h; y++) {
        const uint8_t *row = c->open + (size_t)(cell.y + y) * (size_t)tile->core.w + cell.x;
        const uint8_t *first = memchr(row, 1, (size_t)cell.w);
        if (first == NULL) continue;
        int last = cell.w;
        while (!row[last - 1]) last--;
        x0 = pv_min(x0, (int)(first - row));
        x1 = pv_max(x1, last);
        y0 = pv_min(y0, y);
        y1 = y + 1;
    }
    return x1 > x0 ? (pv_rect){cell.x + x0, cell.y + y0, x1 - x0, y1 - y0} : (pv_rect){0, 0, 0, 0};
}

/* Joins rectangles while that is cheaper; the best pair first, on a tie the first one. Returns how many are left. */
static int join(const pv_classifier *c, pv_rect *box, int n)
{
    int64_t cost[CELLS];
    for (int i = 0; i < n; i++) cost[i] = cost_of(c, box[i]);
    for (;;) {
        int64_t best = -1;
        int a = 0, b = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                int64_t gain = cost[i] + cost[j] - cost_of(c, hull_of(box[i], box[j]));
                if (gain <= best) continue;
                best = gain;
                a = i;
                b = j;
            }
        }
        if (best < 0) return n;
        box[a] = hull_of(box[a], box[b]);
        cost[a] = cost_of(c, box[a]);
        box[b] = box[--n];
        cost[b] = cost[n];
    }
}

static int rectangles_of(const pv_classifier *c, const pv_tile *tile, pv_rect block, pv_rect *box)
{
    int n = 0;
    for (int y = block.y; y < block.y + block.h; y += CELL_H) {
        for (int x = block.x; x < block.x + block.w; x += CELL_W) {
            box[n] = open_box(c, tile, pv_rect_intersect((pv_rect){x, y, CELL_W, CELL_H}, block));
            n += box[n].w > 0;
        }
    }
    pv_rect whole = n > 0 ? box[0] : (pv_rect){0, 0, 0, 0};
    int64_t cost = 0;
    n = join(c, box, n);
    for (int k = 0; k < n; k++) {
        whole = hull_of(whole, box[k]);
        cost += cost_of(c, box[k]);
    }
    if (n < 2 || cost < cost_of(c, whole)) return n;
    box[0] = whole;
    return 1;
}

/* Evaluates one rectangle of the core and copies what is open. */
static void ask_rectangle(pv_classifier *c, pv_tile *tile, pv_rect box, pv_classify_seconds *sec)
{
    const pv_classify_plan *p = c->plan;
    pv_tile *t = c->small;
    size_t w = (size_t)tile->core.w;
    double t0 = seconds_now();
    pv_tile_take(t, (pv_rect){tile->core.x + box.x, tile->core.y + box.y, box.w, box.h}, tile, p->features, p->grid);
    pv_tile_features(t, p->features);
    double t1 = seconds_now();
    pv_tile_ask(t);
    c->asked += (int64_t)t->ask.w * t->ask.h;
    for (int y = 0; y < box.h; y++) {
        size_t to = (size_t)(box.y + y) * w + (size_t)box.x, from = (size_t)y * (size_t)box.w;
        for (size_t x = 0; x < (size_t)box.w; x++) {
            if (!c->open[to + x]) continue;
            tile->prob[to + x] = t->prob[from + x];
            tile->best[to + x] = t->best[from + x];
        }
    }
    sec->features += t1 - t0;
    sec->trees += seconds_now() - t1;
}

static void ask_open(pv_classifier *c, pv_tile *tile, pv_classify_seconds *sec)
{
    pv_rect box[CELLS];
    size_t n = (size_t)tile->core.w * (size_t)tile->core.h;
    for (size_t i = 0; i < n; i++) tile->prob[i] = tile->best[i] == 0 ? 0 : tile->prob[i];
    for (int y = 0; y < tile->core.h; y += BLOCK_H) {
        for (int x = 0; x < tile->core.w; x += BLOCK_W) {
            pv_rect block = {x, y, pv_min(BLOCK_W, tile->core.w - x), pv_min(BLOCK_H, tile->core.h - y)};
            double t0 = seconds_now();
            int boxes = rectangles_of(c, tile, block, box);
            sec->gate += seconds_now() - t0;
            for (int k = 0; k < boxes; k++) ask_rectangle(c, tile, box[k], sec);
        }
    }
}

void pv_tile_classify(pv_classifier *c, pv_tile *tile, pv_drift_counts *drift, pv_classify_seconds *sec)
{
    const pv_classify_plan *p = c->plan;
    double t0 = seconds_now();
    if (drift != NULL && p->drift) count_drift(c, tile, drift);
    double t1 = seconds_now();
    sec->features += t1 - t0;
    if (c->gate != NULL) {
        pv_tile_mark(tile, p->features);
        c->open = pv_tile_gate_open(c->gate, tile);
        t0 = seconds_now();
        sec->gate += t0 - t1;
        t1 = t0;
    }
    if (c->gate != NULL && !p->full) {
        ask_open(c, tile, sec);
        return;
    }
    pv_tile_features(tile, p->features);
    t0 = seconds_now();
    pv_tile_ask(tile);
    c->asked += (int64_t)tile->ask.w * tile->ask.h;
    sec->features += t0 - t1;
    sec->trees += seconds_now() - t0;
}

const uint8_t *pv_classifier_gated(pv_classifier *c, const pv_tile *tile, int y)
{
    size_t w = (size_t)tile->core.w, at = (size_t)y * w;
    if (c->gate == NULL || !c->plan->full) return tile->prob + at;
    for (size_t x = 0; x < w; x++) c->gated[x] = c->open[at + x] || tile->best[at + x] >= PV_BEST_UNUSABLE ? tile->prob[at + x] : 0;
    return c->gated;
}
