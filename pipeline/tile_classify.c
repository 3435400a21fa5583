#include "pipeline/tile_classify.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "models/trees.h"

#include "base/banned.h"

/* Rectangles never leave a block of cells, so that its codes stay in the second cache. */
enum {
    CELL = 16,
    BLOCK_W = 256,
    BLOCK_H = 128,
    CELLS = (BLOCK_W / CELL) * (BLOCK_H / CELL),
    MANY = CELLS / 3 /* open cells: then it is not worth trying */
};

struct pv_classifier {
    const pv_classify_plan *plan;
    int half_x, half_y; /* of the model's window */
    int halo_x, halo_y; /* from a pixel to where its columns look */
    int64_t asked;
    /* drift */
    pv_tile *cell;
    pv_drift_counts *drift; /* at work */
    /* with a gate; `of`: the core grown by two halves, where neighbours may be open */
    pv_tile_gate *gate;
    pv_tile *whole; /* for full answers */
    pv_tile *small; /* a rectangle, for its columns */
    pv_smooth *smooth;
    size_t stride;       /* of shares */
    pv_rect of;          /* at work */
    const uint8_t *open; /* [of.h][of.w] at work */
    pv_rect *box;        /* rectangles of open pixels, in pixels of `of` */
    pv_pick *pick;       /* [BLOCK_H] open pixels of a rectangle's rows */
    size_t *pick_at;     /* [BLOCK_H] open pixels of the rows before */
    size_t n_open;       /* of the rectangle */
    uint8_t *code;       /* [n_columns][n_open + PV_PICK_BLOCK] of its open pixels, without gaps */
    int16_t *score;      /* [n_classes][PV_BATCH] */
    uint16_t *batch;     /* [PV_BATCH][stride] */
    uint16_t *share;     /* [of.h][of.w][stride], defined where open */
    uint8_t *why;        /* [small ask] 0 = open */
    uint8_t *prob;       /* [BLOCK_H * BLOCK_W] of a rectangle */
    uint8_t *best;
};

/* Elements of the arrays. */
typedef struct classify_sizes {
    size_t of, boxes, code, batch, share, why;
    int of_w, of_h, block_w;
} classify_sizes;

/* A rectangle with its neighbours fits a row that is averaged at once. */
static int block_w_of(const pv_classify_plan *p)
{
    int hx = 0, hy = 0;
    pv_tile_half(p->model, p->grid, &hx, &hy);
    return pv_min(BLOCK_W, PV_SMOOTH_GIVEN - 4 * hx);
}

static classify_sizes sizes_of(const pv_classify_plan *p, int max_w, int max_h)
{
    classify_sizes z = {.block_w = block_w_of(p)};
    int hx = 0, hy = 0;
    pv_tile_half(p->model, p->grid, &hx, &hy);
    z.of_w = pv_min(max_w + 4 * hx, p->grid->w);
    z.of_h = pv_min(max_h + 4 * hy, p->grid->h);
    z.of = (size_t)z.of_w * (size_t)z.of_h;
    z.boxes = ((size_t)z.of_w / CELL + (size_t)z.of_w / (size_t)z.block_w + 2) * ((size_t)z.of_h / CELL + (size_t)z.of_h / BLOCK_H + 2);
    z.code = (size_t)p->model->n_columns * (BLOCK_W * BLOCK_H + PV_PICK_BLOCK);
    z.batch = pv_smooth_stride(p->model) * PV_BATCH;
    z.share = pv_smooth_stride(p->model) * z.of;
    z.why = (size_t)PV_SMOOTH_GIVEN * (size_t)(BLOCK_H + 4 * hy);
    return z;
}

const pv_coder *pv_classify_coder(const pv_classify_plan *p)
{
    return p->gate != NULL ? NULL : p->coder;
}

int64_t pv_classifier_bytes(const pv_classify_plan *p, int max_w, int max_h)
{
    int64_t bytes = (int64_t)sizeof(pv_classifier);
    int hx = 0, hy = 0;
    if (p->drift) bytes += pv_tile_guest_bytes(p->features, p->grid, p->model, 1, PV_DRIFT_CELL, PV_DRIFT_CELL);
    if (p->gate == NULL) return bytes;
    classify_sizes z = sizes_of(p, max_w, max_h);
    pv_tile_half(p->model, p->grid, &hx, &hy);
    bytes += pv_tile_gate_bytes(p->gate, z.of_w, z.of_h) + pv_tile_guest_bytes(p->features, p->grid, NULL, 1, z.block_w, BLOCK_H);
    if (p->full) bytes += pv_tile_guest_bytes(p->features, p->grid, p->model, 1, max_w, max_h);
    bytes += pv_smooth_bytes(p->model, hx, hy, z.block_w) +
             (int64_t)(z.boxes * sizeof(pv_rect) + BLOCK_H * (sizeof(pv_pick) + sizeof(size_t)) + z.code + 2 * z.batch + 2 * z.share + z.why);
    return bytes + 2 * (int64_t)p->model->n_classes * PV_BATCH + 2 * (int64_t)BLOCK_W * BLOCK_H;
}

static pv_status make_gated(pv_classifier *c, int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const what = "classifier";
    const pv_classify_plan *p = c->plan;
    classify_sizes z = sizes_of(p, max_w, max_h);
    c->stride = pv_smooth_stride(p->model);
    PV_TRY(pv_tile_gate_new(&c->gate, p->gate, z.of_w, z.of_h, err));
    PV_TRY(pv_tile_new_guest(&c->small, p->features, p->grid, NULL, NULL, z.block_w, BLOCK_H, err));
    if (p->full) PV_TRY(pv_tile_new_guest(&c->whole, p->features, p->grid, p->model, p->coder, max_w, max_h, err));
    PV_TRY(pv_smooth_new(&c->smooth, p->model, c->half_x, c->half_y, z.block_w, p->grid->w, p->grid->h, err));
    PV_TRY(pv_alloc(&c->box, z.boxes, sizeof *c->box, what, err));
    PV_TRY(pv_alloc(&c->pick, BLOCK_H, sizeof *c->pick, what, err));
    PV_TRY(pv_alloc(&c->pick_at, BLOCK_H, sizeof *c->pick_at, what, err));
    PV_TRY(pv_alloc(&c->code, z.code, 1, what, err));
    PV_TRY(pv_alloc(&c->score, (size_t)p->model->n_classes * PV_BATCH, sizeof *c->score, what, err));
    PV_TRY(pv_alloc(&c->batch, z.batch, sizeof *c->batch, what, err));
    PV_TRY(pv_alloc(&c->share, z.share, sizeof *c->share, what, err));
    PV_TRY(pv_alloc(&c->why, z.why, 1, what, err));
    PV_TRY(pv_alloc(&c->prob, (size_t)BLOCK_W * BLOCK_H, 1, what, err));
    PV_TRY(pv_alloc(&c->best, (size_t)BLOCK_W * BLOCK_H, 1, what, err));
out:
    return st;
}

pv_status pv_classifier_new(pv_classifier **out, const pv_classify_plan *plan, int max_w, int max_h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_classifier *c = NULL;
    max_w = pv_min(max_w, plan->grid->w);
    max_h = pv_min(max_h, plan->grid->h);
    PV_TRY(pv_alloc(&c, 1, sizeof *c, "classifier", err));
    c->plan = plan;
    pv_tile_half(plan->model, plan->grid, &c->half_x, &c->half_y);
    pv_feature_plan_halo(plan->features, &c->halo_x, &c->halo_y);
    if (plan->drift) PV_TRY(pv_tile_new_guest(&c->cell, plan->features, plan->grid, plan->model, plan->coder, PV_DRIFT_CELL, PV_DRIFT_CELL, err));
    if (plan->gate != NULL) PV_TRY(make_gated(c, max_w, max_h, err));
    *out = c;
    c = NULL;
out:
    pv_classifier_free(c);
    return st;
}

void pv_classifier_free(pv_classifier *c)
{
    if (c == NULL) return;
    pv_tile_free(c->cell);
    pv_tile_gate_free(c->gate);
    pv_tile_free(c->whole);
    pv_tile_free(c->small);
    pv_smooth_free(c->smooth);
    pv_free(c->box);
    pv_free(c->pick);
    pv_free(c->pick_at);
    pv_free(c->code);
    pv_free(c->score);
    pv_free(c->batch);
    pv_free(c->share);
    pv_free(c->why);
    pv_free(c->prob);
    pv_free(c->best);
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
    pv_drift_row(c->drift, c->plan->model, c->cell, column, y, values);
}

/* The cells of the lattice, as far as they lie in the tile's core. */
static void count_drift(pv_classifier *c, const pv_tile *tile, pv_drift_counts *drift)
{
    const pv_classify_plan *p = c->plan;
    pv_tile *t = c->cell;
    pv_row_choice all = {0, 1};
    int every = pv_drift_every(p->grid->w, p->grid->h);
    c->drift = drift;
    for (int y = tile->core.y / every * every; y < tile->core.y + tile->core.h; y += every) {
        for (int x = tile->core.x / every * every; x < tile->core.x + tile->core.w; x += every) {
            pv_rect cell = pv_rect_intersect((pv_rect){x, y, PV_DRIFT_CELL, PV_DRIFT_CELL}, tile->core);
            if (cell.w == 0) continue;
            pv_tile_take(t, cell, tile, p->features, p->grid);
            pv_tile_mark(t, p->features);
            if (t->any_usable) pv_features_compute_rows(p->features, t->features, t->core, t->read, pv_tile_pixels(t), all, count_row, c);
        }
    }
}

/* ---- rectangles ---- */

/* What a rectangle costs, in about nanoseconds, but for the trees, which are asked about what is open alone: columns, averaging, and bands read around it. */
static int64_t cost_of(const pv_classifier *c, pv_rect r)
{
    int64_t w = r.w, h = r.h;
    return 60 * w * h + 20 * (w + 4 * c->half_x) * (h + 4 * c->half_y) + 10 * (w + 2 * c->halo_x) * (h + 2 * c->halo_y) + 1500 * h + 2000;
}

static pv_rect hull_of(pv_rect a, pv_rect b)
{
    int x0 = pv_min(a.x, b.x), y0 = pv_min(a.y, b.y), x1 = pv_max(a.x + a.w, b.x + b.w), y1 = pv_max(a.y + a.h, b.y + b.h);
    return (pv_rect){x0, y0, x1 - x0, y1 - y0};
}

/* The open pixels of a cell; w = 0: there are none. */
static pv_rect open_box(const pv_classifier *c, pv_rect cell)
{
    int x0 = cell.w, x1 = 0, y0 = cell.h, y1 = 0;
    for (int y = 0; y < cell.h; y++) {
        const uint8_t *row = c->open + (size_t)(cell.y + y) * (size_t)c->of.w + cell.x;
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

static int rectangles_of(const pv_classifier *c, pv_rect block, pv_rect *box)
{
    int n = 0;
    for (int y = block.y; y < block.y + block.h; y += CELL) {
        for (int x = block.x; x < block.x + block.w; x += CELL) {
            box[n] = open_box(c, pv_rect_intersect((pv_rect){x, y, CELL, CELL}, block));
            n += box[n].w > 0;
        }
    }
    if (n < 2) return n;
    pv_rect whole = box[0];
    int64_t cost = 0;
    for (int k = 1; k < n; k++) whole = hull_of(whole, box[k]);
    if (n <= MANY) {
        n = join(c, box, n);
        for (int k = 0; k < n; k++) cost += cost_of(c, box[k]);
        if (cost < cost_of(c, whole)) return n;
    }
    box[0] = whole;
    return 1;
}

/* All rectangles of `of`: how many. */
static size_t find_boxes(pv_classifier *c)
{
    int block_w = block_w_of(c->plan);
    pv_rect box[CELLS], of = {0, 0, c->of.w, c->of.h};
    size_t n = 0;
    for (int y = 0; y < of.h; y += BLOCK_H) {
        for (int x = 0; x < of.w; x += block_w) {
            int found = rectangles_of(c, pv_rect_intersect(of, (pv_rect){x, y, block_w, BLOCK_H}), box);
            memcpy(c->box + n, box, (size_t)found * sizeof *box);
            n += (size_t)found;
        }
    }
    return n;
}

/* ---- open pixels ---- */

static void pick_open(pv_classifier *c, pv_rect box)
{
    c->n_open = 0;
    for (int y = 0; y < box.h; y++) {
        pv_pick_make(&c->pick[y], c->open + (size_t)(box.y + y) * (size_t)c->of.w + (size_t)box.x, (size_t)box.w);
        c->pick_at[y] = c->n_open;
        c->n_open += c->pick[y].n;
    }
}

static void take_row(void *user, int column, int y, const uint16_t *values)
{
    const pv_classifier *c = user;
    uint8_t *code = c->code + (size_t)column * (c->n_open + PV_PICK_BLOCK) + c->pick_at[y];
    pv_coder_pick(&c->plan->coder[column], values, (size_t)c->small->core.w, &c->pick[y], code);
}

/* Codes of what is open in a rectangle. */
static void find_columns(pv_classifier *c, const pv_tile *tile, pv_rect box)
{
    const pv_classify_plan *p = c->plan;
    pv_tile *t = c->small;
    pick_open(c, box);
    pv_tile_take(t, (pv_rect){c->of.x + box.x, c->of.y + box.y, box.w, box.h}, tile, p->features, p->grid);
    pv_features_compute_rows(p->features, t->features, t->core, t->read, pv_tile_pixels(t), (pv_row_choice){0, 1}, take_row, c);
}

/* The batch holds the shares of n open pixels of a rectangle, from its i-th on: to where these lie. */
static void put_shares(pv_classifier *c, pv_rect box, size_t i, size_t n)
{
    size_t wide = c->stride * sizeof *c->share;
    const uint16_t *from = c->batch;
    for (int y = 0; y < box.h; y++) {
        const pv_pick *pick = &c->pick[y];
        size_t at = c->pick_at[y];
        uint16_t *row = c->share + ((size_t)(box.y + y) * (size_t)c->of.w + (size_t)box.x + pick->first) * c->stride;
        if (at >= i + n) return;
        if (at + pick->n <= i) continue;
        for (size_t b = 0; b < pick->blocks; b++) {
            for (size_t k = 0; k < pick->count[b]; k++, at++) {
                if (at < i || at >= i + n) continue;
                memcpy(row + (b * PV_PICK_BLOCK + pick->place[b * PV_PICK_BLOCK + k]) * c->stride, from, wide);
                from += c->stride;
            }
        }
    }
}

/* Asks the trees about what is open in a rectangle whose codes are there, and keeps the shares. */
static void find_shares(pv_classifier *c, pv_rect box)
{
    const pv_model *m = c->plan->model;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    for (size_t i = 0; i < c->n_open; i += PV_BATCH) {
        size_t n = c->n_open - i < PV_BATCH ? c->n_open - i : PV_BATCH;
        for (int k = 0; k < m->n_columns; k++) at[k] = c->code + (size_t)k * (c->n_open + PV_PICK_BLOCK) + i;
        pv_trees_score(m, at, n, c->score);
        pv_trees_share(m, c->score, n, c->stride, c->batch);
        put_shares(c, box, i, n);
    }
    c->asked += (int64_t)c->n_open;
}

/* Averages the shares of a rectangle of the core and copies what is open to the tile. */
static void answer(pv_classifier *c, pv_tile *tile, pv_rect core)
{
    const pv_classify_plan *p = c->plan;
    pv_rect ask = pv_rect_intersect(pv_rect_grow(core, 2 * c->half_x, 2 * c->half_y), (pv_rect){0, 0, p->grid->w, p->grid->h});
    size_t from = (size_t)(ask.y - c->of.y) * (size_t)c->of.w + (size_t)(ask.x - c->of.x), w = (size_t)ask.w;
    for (size_t y = 0; y < (size_t)ask.h; y++)
        for (size_t x = 0; x < w; x++) c->why[y * w + x] = !c->open[from + y * (size_t)c->of.w + x];
    pv_smooth_run_given(c->smooth, core, ask, c->share + from * c->stride, (size_t)c->of.w * c->stride, c->why, c->prob, c->best);
    for (int y = 0; y < core.h; y++) {
        const uint8_t *open = c->open + (size_t)(core.y - c->of.y + y) * (size_t)c->of.w + (core.x - c->of.x);
        size_t to = (size_t)(core.y - tile->core.y + y) * (size_t)tile->core.w + (size_t)(core.x - tile->core.x), at = (size_t)y * (size_t)core.w;
        for (size_t x = 0; x < (size_t)core.w; x++) {
            if (!open[x]) continue;
            tile->prob[to + x] = c->prob[at + x];
            tile->best[to + x] = c->best[at + x];
        }
    }
}

static void ask_open(pv_classifier *c, pv_tile *tile, pv_classify_seconds *sec)
{
    size_t n = (size_t)tile->core.w * (size_t)tile->core.h;
    double t0 = seconds_now();
    for (size_t i = 0; i < n; i++) tile->prob[i] = tile->best[i] == 0 ? 0 : tile->prob[i];
    size_t boxes = find_boxes(c);
    double t1 = seconds_now();
    sec->gate += t1 - t0;
    for (size_t k = 0; k < boxes; k++) {
        find_columns(c, tile, c->box[k]);
        double t2 = seconds_now();
        find_shares(c, c->box[k]);
        double t3 = seconds_now();
        sec->features += t2 - t1;
        sec->trees += t3 - t2;
        t1 = t3;
    }
    for (size_t k = 0; k < boxes; k++) {
        pv_rect box = c->box[k], core = pv_rect_intersect((pv_rect){c->of.x + box.x, c->of.y + box.y, box.w, box.h}, tile->core);
        if (core.w > 0) answer(c, tile, core);
    }
    sec->trees += seconds_now() - t1;
}

/* Columns and trees of a whole tile. */
static void ask_all(const pv_classifier *c, pv_tile *tile, pv_classify_seconds *sec)
{
    double t0 = seconds_now();
    pv_tile_features(tile, c->plan->features);
    double t1 = seconds_now();
    pv_tile_ask(tile);
    sec->features += t1 - t0;
    sec->trees += seconds_now() - t1;
}

void pv_tile_classify(pv_classifier *c, pv_tile *tile, pv_drift_counts *drift, pv_classify_seconds *sec)
{
    const pv_classify_plan *p = c->plan;
    double t0 = seconds_now();
    if (c->gate != NULL) pv_tile_mark(tile, p->features);
    double t1 = seconds_now();
    sec->gate += t1 - t0;
    if (drift != NULL && p->drift) count_drift(c, tile, drift);
    double t2 = seconds_now();
    sec->features += t2 - t1;
    if (c->gate == NULL) {
        ask_all(c, tile, sec);
        c->asked += (int64_t)tile->ask.w * tile->ask.h;
        return;
    }
    c->of = pv_rect_intersect(pv_rect_grow(tile->core, 2 * c->half_x, 2 * c->half_y), (pv_rect){0, 0, p->grid->w, p->grid->h});
    c->open = pv_tile_gate_open(c->gate, tile, c->of);
    sec->gate += seconds_now() - t2;
    ask_open(c, tile, sec);
    if (c->whole == NULL) return;
    pv_tile_take(c->whole, tile->core, tile, p->features, p->grid);
    ask_all(c, c->whole, sec);
}

const pv_tile *pv_classifier_full(const pv_classifier *c)
{
    return c->whole;
}
