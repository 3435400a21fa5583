#include "pipeline/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features.h"
#include "pipeline/tile.h"

#include "base/banned.h"

enum { SIDE = 128, BLOCKS = 48, LEAST_EDGES = 128 };
static const double SOMEWHAT = 0.5, VERY = 1.0, LEAST_SHARE = 1e-4;

typedef struct counter {
    pv_drift *drift;
    const pv_model *model;
    const pv_tile *tile;
    uint8_t *code_table;    /* [n][65536] */
    int64_t *below, *above; /* [n] pixels beyond 98 % of the training rows */
} counter;

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
    return d->index < 0          ? "not known"
           : d->index < SOMEWHAT ? "like training"
           : d->index < VERY     ? "somewhat different"
                                 : "very different: expect errors";
}

static int bin_of(int code, int n_edges)
{
    return code * PV_DRIFT_BINS / (n_edges + 1);
}

static void count_row(void *user, int column, int y, const uint16_t *values)
{
    counter *c = user;
    const pv_tile *t = c->tile;
    int n_edges = c->model->n_edges[column], tail = (n_edges + 1) / 100;
    pv_drift_column *d = &c->drift->at[column];
    if (n_edges < LEAST_EDGES) return;
    const uint8_t *ok = t->valid + (size_t)(t->core.y - t->read.y + y) * (size_t)t->read.w + (t->core.x - t->read.x);
    const uint8_t *table = c->code_table + (size_t)column * 65536;
    for (int x = 0; x < t->core.w; x++) {
        if (ok[x] != PV_PIXEL_VALID) continue;
        int code = table[values[x]];
        d->bin[bin_of(code, n_edges)]++;
        c->below[column] += code < tail;
        c->above[column] += code > n_edges - tail;
    }
}

static int by_index(const void *a, const void *b)
{
    const pv_drift_column *p = a, *q = b;
    if (p->index != q->index) return p->index < q->index ? 1 : -1;
    return p->column - q->column;
}

static void conclude(counter *c)
{
    pv_drift *d = c->drift;
    const pv_model *m = c->model;
    double sum = 0, weight = 0;
    for (int t = 0; t < m->n_trees; t++)
        for (int level = 0; level < PV_TREE_MAX_DEPTH; level++)
            if (m->tree[t].threshold[level] < 255) d->at[m->tree[t].column[level]].asked++;
    for (int k = 0; k < d->n; k++) {
        pv_drift_column *column = &d->at[k];
        int64_t n = 0;
        column->index = -1;
        for (int b = 0; b < PV_DRIFT_BINS; b++) n += column->bin[b];
        if (n == 0) continue;
        for (int code = 0; code <= m->n_edges[k]; code++) column->expected[bin_of(code, m->n_edges[k])] += 1.0 / (m->n_edges[k] + 1);
        column->index = pv_drift_index(column->bin, column->expected);
        column->below = (double)c->below[k] / (double)n;
        column->above = (double)c->above[k] / (double)n;
        if (n > d->pixels) d->pixels = n;
        d->judged++;
        sum += column->index * column->asked;
        weight += column->asked;
    }
    d->index = weight > 0 ? sum / weight : -1;
    qsort(d->at, (size_t)d->n, sizeof *d->at, by_index);
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
    pv_drift d = {.n = m->n_columns};
    counter c = {.drift = &d, .model = m};
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_tile *tile = NULL;
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    pv_light light = pv_model_light(m);
    int coarse = 0;
    PV_TRY(pv_work_grid_any(&grid, f, m->gsd_m, &coarse, err));
    PV_TRY(pv_feature_plan_new(&plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, f, grid.gsd_x_m, grid.gsd_y_m, err));
    PV_TRY(pv_tile_new(&tile, plan, &grid, NULL, NULL, SIDE, SIDE, err));
    PV_TRY(pv_alloc(&d.at, (size_t)d.n, sizeof *d.at, "drift of columns", err));
    PV_TRY(pv_alloc(&c.code_table, (size_t)d.n, 65536, "code tables", err));
    for (int k = 0; k < d.n; k++) pv_model_code_table(m, k, c.code_table + (size_t)k * 65536);
    PV_TRY(pv_alloc(&c.below, (size_t)d.n, sizeof *c.below, "drift of columns", err));
    PV_TRY(pv_alloc(&c.above, (size_t)d.n, sizeof *c.above, "drift of columns", err));
    for (int k = 0; k < d.n; k++) d.at[k].column = k;
    c.tile = tile;
    PV_TRY(walk(&c, tile, photo, plan, &grid, err));
    conclude(&c);
    *out = d;
    d = (pv_drift){0};
out:
    pv_free(c.code_table);
    pv_free(c.below);
    pv_free(c.above);
    pv_tile_free(tile);
    pv_feature_plan_free(plan);
    pv_drift_release(&d);
    return st;
}
