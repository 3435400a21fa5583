#include "pipeline/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "pipeline/features.h"

#include "base/banned.h"

enum { SIDE = 128, BLOCKS = 48, LEAST_EDGES = 128, LEAST_CELLS = 9, MOST_CELLS = 100, CELL_OF_PIXELS = 4096, LEAST_PIXELS = 250 };
static const double SOMEWHAT = 0.5, VERY = 1.0, LEAST_SHARE = 1e-4;

typedef struct counter {
    pv_drift_counts counts;
    const pv_model *model;
    const pv_tile *tile;
    uint8_t *code_table; /* [n][65536] */
} counter;

pv_status pv_drift_counts_init(pv_drift_counts *c, int n_columns, pv_err *err)
{
    *c = (pv_drift_counts){.n_columns = n_columns};
    return pv_alloc(&c->code, (size_t)n_columns, sizeof *c->code, "drift of columns", err);
}

void pv_drift_counts_release(pv_drift_counts *c)
{
    pv_free(c->code);
    *c = (pv_drift_counts){0};
}

void pv_drift_counts_add(pv_drift_counts *to, const pv_drift_counts *from)
{
    for (int k = 0; k < to->n_columns; k++)
        for (int code = 0; code < PV_DRIFT_CODES; code++) to->code[k][code] += from->code[k][code];
}

int pv_drift_every(int w, int h)
{
    int every = PV_DRIFT_CELL;
    int64_t most = (int64_t)w * h / CELL_OF_PIXELS;
    most = most < LEAST_CELLS ? LEAST_CELLS : most > MOST_CELLS ? MOST_CELLS : most;
    while (((int64_t)w + every - 1) / every * (((int64_t)h + every - 1) / every) > most) every += PV_DRIFT_CELL;
    return every;
}

void pv_drift_row(pv_drift_counts *c, const pv_model *m, const pv_tile *t, int column, int y, const uint16_t *values)
{
    if ((t->core.y + y) % 2 != 0) return;
    const uint8_t *why = t->why + (size_t)(t->core.y - t->ask.y + y) * (size_t)t->ask.w + (t->core.x - t->ask.x);
    for (int x = t->core.x % 2; x < t->core.w; x += 2)
        if (why[x] == 0) c->code[column][pv_model_code(m, column, values[x])]++;
}

void pv_drift_release(pv_drift *d)
{
    pv_free(d->at);
    *d = (pv_drift){0};
}

double pv_drift_index(const int64_t bin[PV_DRIFT_BINS], const double expected[PV_DRIFT_BINS])
{
    double index = 0;
    int64_t n = 0;
    for (int b = 0; b < PV_DRIFT_BINS; b++) n += bin[b];
    for (int b = 0; b < PV_DRIFT_BINS && n > 0; b++) {
        double p = fmax((double)bin[b] / (double)n, LEAST_SHARE), q = fmax(expected[b], LEAST_SHARE);
        index += (p - q) * log(p / q);
    }
    return index;
}

const char *pv_drift_words(const pv_drift *d)
{
    return d->index < 0          ? PV_N("not known")
           : d->index < SOMEWHAT ? PV_N("like training")
           : d->index < VERY     ? PV_N("somewhat different")
                                 : PV_N("very different: expect errors");
}

int pv_drift_is_large(double index)
{
    return index >= VERY;
}

static int bin_of(int code, int n_edges)
{
    return code * PV_DRIFT_BINS / (n_edges + 1);
}

static void count_row(void *user, int column, int y, const uint16_t *values)
{
    counter *c = user;
    const pv_tile *t = c->tile;
    int64_t *count = c->counts.code[column];
    const uint8_t *ok = pv_tile_valid_row(t, t->core, y);
    const uint8_t *table = c->code_table + (size_t)column * 65536;
    for (int x = 0; x < t->core.w; x++)
        if (ok[x] == PV_PIXEL_VALID) count[table[values[x]]]++;
}

static int by_index(const void *a, const void *b)
{
    const pv_drift_column *p = a, *q = b;
    if (p->index != q->index) return p->index < q->index ? 1 : -1;
    return p->column - q->column;
}

/* Fills one column from the counts of its codes; returns the pixels. */
static int64_t judge_column(pv_drift_column *d, const int64_t count[PV_DRIFT_CODES], int n_edges)
{
    int tail = (n_edges + 1) / 100;
    int64_t n = 0, below = 0, above = 0;
    d->index = -1;
    if (n_edges < LEAST_EDGES) return 0;
    for (int code = 0; code <= n_edges; code++) {
        d->bin[bin_of(code, n_edges)] += count[code];
        d->expected[bin_of(code, n_edges)] += 1.0 / (n_edges + 1);
        below += code < tail ? count[code] : 0;
        above += code > n_edges - tail ? count[code] : 0;
        n += count[code];
    }
    if (n < LEAST_PIXELS) return 0;
    d->index = pv_drift_index(d->bin, d->expected);
    d->below = (double)below / (double)n;
    d->above = (double)above / (double)n;
    return n;
}

pv_status pv_drift_of(pv_drift *out, const pv_drift_counts *c, const pv_model *m, pv_err *err)
{
    pv_drift d = {.n = m->n_columns, .index = -1};
    double sum = 0, weight = 0;
    pv_status st = pv_alloc(&d.at, (size_t)d.n, sizeof *d.at, "drift of columns", err);
    if (st != PV_OK) return st;
    for (int t = 0; t < m->n_trees; t++)
        for (int level = 0; level < PV_TREE_MAX_DEPTH; level++)
            if (m->tree[t].threshold[level] < 255) d.at[m->tree[t].column[level]].asked++;
    for (int k = 0; k < d.n; k++) {
        d.at[k].column = k;
        int64_t n = judge_column(&d.at[k], c->code[k], m->n_edges[k]);
        if (n == 0) continue;
        if (n > d.pixels) d.pixels = n;
        d.judged++;
        sum += d.at[k].index * d.at[k].asked;
        weight += d.at[k].asked;
    }
    if (weight > 0) d.index = sum / weight;
    qsort(d.at, (size_t)d.n, sizeof *d.at, by_index);
    *out = d;
    return PV_OK;
}

/* Blocks of the working grid, evenly spread: every k-th of all. */
static pv_status walk(counter *c, pv_tile *tile, pv_photo *photo, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err)
{
    int64_t across = (grid->w + SIDE - 1) / SIDE, all = across * ((grid->h + SIDE - 1) / SIDE);
    int64_t n = all < BLOCKS ? all : BLOCKS;
    for (int64_t k = 0; k < n; k++) {
        int64_t block = (2 * k + 1) * all / (2 * n);
        int x = (int)(block % across) * SIDE, y = (int)(block / across) * SIDE;
        pv_rect core = {x, y, pv_min(SIDE, grid->w - x), pv_min(SIDE, grid->h - y)};
        pv_status st = pv_tile_read(tile, core, photo, plan, grid, err);
        if (st != PV_OK) return st;
        pv_features_compute(plan, tile->features, core, tile->read, tile->band, tile->valid, count_row, c);
    }
    return PV_OK;
}

pv_status pv_drift_photo(pv_drift *out, pv_photo *photo, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    counter c = {.model = m};
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_tile *tile = NULL;
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    pv_light light = pv_model_light(m);
    int coarse = 0;
    PV_TRY(pv_work_grid_any(&grid, f, m->gsd_m, &coarse, err));
    PV_TRY(pv_feature_plan_new(&plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, f, grid.gsd_x_m, grid.gsd_y_m, err));
    PV_TRY(pv_tile_new(&tile, plan, &grid, NULL, NULL, SIDE, SIDE, err));
    PV_TRY(pv_drift_counts_init(&c.counts, m->n_columns, err));
    PV_TRY(pv_alloc(&c.code_table, (size_t)m->n_columns, 65536, "code tables", err));
    for (int k = 0; k < m->n_columns; k++) pv_model_code_table(m, k, c.code_table + (size_t)k * 65536);
    c.tile = tile;
    PV_TRY(walk(&c, tile, photo, plan, &grid, err));
    PV_TRY(pv_drift_of(out, &c.counts, m, err));
out:
    pv_free(c.code_table);
    pv_drift_counts_release(&c.counts);
    pv_tile_free(tile);
    pv_feature_plan_free(plan);
    return st;
}
