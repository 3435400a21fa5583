/* Labels are burnt tile by tile; features are computed for tiles that hold labelled pixels only. */
#include "pipeline/gather.h"

#include <string.h>

#include "base/mem.h"
#include "pipeline/tile.h"

#include "base/banned.h"

enum { GATHER_TILE = 512 };

/* Of one label: the hashes of the pixels that are kept, as a heap with the largest on top. */
typedef struct choice {
    uint64_t *hash;
    size_t n, cap;
    int seen; /* 1 = class_id and fold are known */
    int class_id, fold;
} choice;

/* Everything that the steps share. Lives on the stack of pv_gather_photo(). */
typedef struct gatherer {
    pv_table *table;
    pv_photo *photo;
    pv_labels *labels;
    const pv_gather_options *o;
    const pv_photo_facts *facts;
    int n_labels;
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_tile *tile;
    choice *choice;                   /* [n_labels] */
    int32_t *index;                   /* [GATHER_TILE * GATHER_TILE] label of a core pixel */
    uint32_t *pick;                   /* core pixels of this tile that become rows */
    size_t row_pick[GATHER_TILE + 1]; /* where those of each row of the core begin */
    uint16_t *value;                  /* [n_pick][n_columns] */
    size_t n_pick, cap_value;
    /* for answers only */
    const pv_model *model;
    const uint8_t *ask; /* [n_labels] */
    pv_coder *coder;    /* [n_columns] */
    pv_answer_sink sink;
    void *user;
    int64_t n_asked; /* valid pixels of the labels that are asked about */
} gatherer;

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Different for different pixels of one label, as every step is one-to-one: so a threshold picks an exact number. */
static uint64_t place_hash(uint64_t seed, int label, int x, int y)
{
    uint64_t place = (uint64_t)(uint32_t)y << 32 | (uint32_t)x;
    return mix(place ^ mix(seed ^ mix((uint64_t)label + 0x9e3779b97f4a7c15u)));
}

static void heap_sift(uint64_t *heap, size_t n, size_t i)
{
    for (size_t child = 2 * i + 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && heap[child + 1] > heap[child]) child++;
        if (heap[child] <= heap[i]) return;
        uint64_t up = heap[child];
        heap[child] = heap[i];
        heap[i] = up;
        i = child;
    }
}

/* Keeps the max smallest hashes. */
static pv_status choice_offer(choice *c, uint64_t hash, size_t max, pv_err *err)
{
    if (c->n == max) {
        if (hash >= c->hash[0]) return PV_OK;
        c->hash[0] = hash;
        heap_sift(c->hash, c->n, 0);
        return PV_OK;
    }
    pv_status st = pv_grow(&c->hash, &c->cap, c->n + 1, sizeof *c->hash, "choice of label pixels", err);
    if (st != PV_OK) return st;
    size_t i = c->n++;
    for (; i > 0 && c->hash[(i - 1) / 2] < hash; i = (i - 1) / 2) c->hash[i] = c->hash[(i - 1) / 2];
    c->hash[i] = hash;
    return PV_OK;
}

static int tile_has_label(const gatherer *g, pv_rect core)
{
    pv_rect cells = {core.x * g->grid.fx, core.y * g->grid.fy, core.w * g->grid.fx, core.h * g->grid.fy};
    for (int i = 0; i < g->n_labels; i++)
        if ((g->ask == NULL || g->ask[i]) && pv_rect_intersect(pv_rect_grow(pv_labels_at(g->labels, i)->box_px, 1, 1), cells).w > 0)
            return 1; /* a point has no width */
    return 0;
}

/* *any: 1 = a pixel of the core lies in a label that is wanted. */
static pv_status burn(gatherer *g, pv_rect core, int *any, pv_err *err)
{
    pv_status st = pv_labels_burn(g->labels, core, g->grid.fx, g->grid.fy, g->index, err);
    *any = 0;
    for (size_t i = 0; st == PV_OK && i < (size_t)core.w * (size_t)core.h; i++) *any |= g->index[i] >= 0 && (g->ask == NULL || g->ask[g->index[i]]);
    return st;
}

/* First pass: which pixels of the labels are kept. */
static pv_status choose(gatherer *g, pv_rect core, pv_err *err)
{
    int any = 0;
    pv_status st = burn(g, core, &any, err);
    if (st != PV_OK || !any) return st;
    for (int y = 0; y < core.h; y++) {
        for (int x = 0; x < core.w; x++) {
            int32_t label = g->index[(size_t)y * (size_t)core.w + (size_t)x];
            if (label < 0) continue;
            uint64_t hash = place_hash(g->o->seed, label, core.x + x, core.y + y);
            st = choice_offer(&g->choice[label], hash, (size_t)g->o->max_per_label, err);
            if (st != PV_OK) return st;
        }
    }
    return PV_OK;
}

static int is_chosen(const gatherer *g, int32_t label, int x, int y)
{
    if (g->o->max_per_label <= 0) return 1;
    const choice *c = &g->choice[label];
    return c->n > 0 && place_hash(g->o->seed, label, x, y) <= c->hash[0];
}

static void pick_pixels(gatherer *g)
{
    const pv_tile *t = g->tile;
    g->n_pick = 0;
    for (int y = 0; y < t->core.h; y++) {
        const uint8_t *ok = pv_tile_valid_row(t, t->core, y);
        g->row_pick[y] = g->n_pick;
        for (int x = 0; x < t->core.w; x++) {
            uint32_t at = (uint32_t)(y * t->core.w + x);
            if (ok[x] != PV_PIXEL_VALID || g->index[at] < 0) continue;
            if (is_chosen(g, g->index[at], t->core.x + x, t->core.y + y)) g->pick[g->n_pick++] = at;
        }
    }
    g->row_pick[t->core.h] = g->n_pick;
}

static void take_row(void *user, int column, int y, const uint16_t *values)
{
    gatherer *g = user;
    size_t n_columns = (size_t)g->table->n_columns;
    uint32_t first = (uint32_t)y * (uint32_t)g->tile->core.w;
    for (size_t i = g->row_pick[y]; i < g->row_pick[y + 1]; i++) g->value[i * n_columns + (size_t)column] = values[g->pick[i] - first];
}

/* Class and fold of a label, registered in the table when its first row comes. */
static pv_status know_label(gatherer *g, int32_t label, pv_err *err)
{
    choice *c = &g->choice[label];
    const pv_label *l = pv_labels_at(g->labels, label);
    const char *fold = g->o->fold_by_photo ? g->facts->name : l->fold;
    if (c->seen) return PV_OK;
    c->fold = -1;
    pv_status st = pv_table_class(g->table, l->class_name, &c->class_id, err);
    if (st == PV_OK && fold[0] != '\0') st = pv_table_fold(g->table, fold, &c->fold, err);
    c->seen = st == PV_OK;
    return pv_where(err, st, "label %lld", (long long)l->fid);
}

static pv_status gather_tile(gatherer *g, pv_rect core, int32_t first_group, pv_err *err)
{
    int any = 0;
    pv_status st = burn(g, core, &any, err);
    if (st != PV_OK || !any) return st;
    st = pv_tile_read(g->tile, core, g->photo, g->plan, &g->grid, err);
    if (st != PV_OK) return st;
    pick_pixels(g);
    if (g->n_pick == 0) return PV_OK;
    size_t n_columns = (size_t)g->table->n_columns;
    st = pv_grow(&g->value, &g->cap_value, g->n_pick * n_columns, sizeof *g->value, "labelled pixels", err);
    if (st != PV_OK) return st;
    pv_features_compute(g->plan, g->tile->features, core, g->tile->read, g->tile->band, g->tile->valid, take_row, g);
    for (size_t i = 0; i < g->n_pick; i++) {
        int32_t label = g->index[g->pick[i]];
        st = know_label(g, label, err);
        if (st != PV_OK) return st;
        const choice *c = &g->choice[label];
        st = pv_table_add(g->table, g->value + i * n_columns, c->class_id, first_group + label, c->fold, err);
        if (st != PV_OK) return st;
    }
    return PV_OK;
}

static void count_asked(gatherer *g)
{
    const pv_tile *t = g->tile;
    for (int y = 0; y < t->core.h; y++) {
        const uint8_t *ok = pv_tile_valid_row(t, t->core, y);
        const int32_t *index = g->index + (size_t)y * (size_t)t->core.w;
        for (int x = 0; x < t->core.w; x++) g->n_asked += ok[x] == PV_PIXEL_VALID && index[x] >= 0 && g->ask[index[x]];
    }
}

static void answer_row(void *user, int y, const uint32_t *share, size_t stride)
{
    gatherer *g = user;
    const pv_tile *t = g->tile;
    for (int x = 0; x < t->core.w; x++) {
        size_t at = (size_t)y * (size_t)t->core.w + (size_t)x;
        int32_t label = g->index[at];
        if (label < 0 || !g->ask[label] || t->best[at] >= PV_BEST_UNUSABLE) continue;
        g->sink(g->user, label, t->prob[at], t->best[at], share + (size_t)x * stride);
    }
}

static pv_status answer_tile(gatherer *g, pv_rect core, pv_err *err)
{
    int any = 0;
    pv_status st = burn(g, core, &any, err);
    if (st != PV_OK || !any) return st;
    st = pv_tile_read(g->tile, core, g->photo, g->plan, &g->grid, err);
    if (st != PV_OK) return st;
    count_asked(g);
    pv_tile_features(g->tile, g->plan);
    pv_tile_ask_to(g->tile, answer_row, g);
    return PV_OK;
}

/* model NULL: for rows. */
static pv_status prepare(gatherer *g, int n_columns, const char (*column)[PV_NAME], double gsd_m, pv_light light, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_work_grid_of(&g->grid, g->facts, gsd_m, err));
    PV_TRY(pv_feature_plan_new(&g->plan, n_columns, column, &light, g->facts, g->grid.gsd_x_m, g->grid.gsd_y_m, err));
    if (g->model != NULL) {
        PV_TRY(pv_alloc(&g->coder, (size_t)n_columns, sizeof *g->coder, "codes of columns", err));
        for (int c = 0; c < n_columns; c++) pv_coder_make(&g->coder[c], g->model, c);
    }
    PV_TRY(pv_tile_new(&g->tile, g->plan, &g->grid, g->model, g->coder, GATHER_TILE, GATHER_TILE, err));
    PV_TRY(pv_alloc(&g->choice, (size_t)g->n_labels, sizeof *g->choice, "labels", err));
    PV_TRY(pv_alloc(&g->index, (size_t)GATHER_TILE * GATHER_TILE, sizeof *g->index, "label plane", err));
    PV_TRY(pv_alloc(&g->pick, (size_t)GATHER_TILE * GATHER_TILE, sizeof *g->pick, "label plane", err));
out:
    return st;
}

/* What is done with each tile that holds labels. */
typedef enum errand { CHOOSE, GATHER, ANSWER } errand;

static pv_status walk(gatherer *g, errand what, int32_t first_group, pv_err *err)
{
    for (int y = 0; y < g->grid.h; y += GATHER_TILE) {
        for (int x = 0; x < g->grid.w; x += GATHER_TILE) {
            pv_rect core = {x, y, pv_min(GATHER_TILE, g->grid.w - x), pv_min(GATHER_TILE, g->grid.h - y)};
            if (!tile_has_label(g, core)) continue;
            pv_status st = what == CHOOSE   ? choose(g, core, err)
                           : what == GATHER ? gather_tile(g, core, first_group, err)
                                            : answer_tile(g, core, err);
            if (st != PV_OK) return st;
        }
    }
    return PV_OK;
}

static void gatherer_release(gatherer *g)
{
    for (int i = 0; g->choice != NULL && i < g->n_labels; i++) pv_free(g->choice[i].hash);
    pv_free(g->choice);
    pv_free(g->index);
    pv_free(g->pick);
    pv_free(g->value);
    pv_free(g->coder);
    pv_tile_free(g->tile);
    pv_feature_plan_free(g->plan);
}

pv_status pv_gather_photo(pv_table *table, pv_photo *photo, pv_labels *labels, const pv_gather_options *o, int32_t *next_group, pv_err *err)
{
    pv_status st = PV_OK;
    gatherer g = {.table = table, .photo = photo, .labels = labels, .o = o, .facts = pv_photo_facts_of(photo), .n_labels = pv_labels_count(labels)};
    if (*next_group < 0 || g.n_labels > INT32_MAX - *next_group) return pv_fail(err, PV_INPUT, "more labels than can be numbered");
    PV_TRY(prepare(&g, table->n_columns, (const char(*)[PV_NAME])table->column, o->gsd_m, o->light, err));
    if (o->max_per_label > 0) PV_TRY(walk(&g, CHOOSE, 0, err));
    PV_TRY(walk(&g, GATHER, *next_group, err));
    *next_group += g.n_labels;
out:
    gatherer_release(&g);
    return pv_where(err, st, "%s", g.facts->name);
}

pv_status pv_ask_labels(pv_photo *photo, pv_labels *labels, const pv_model *m, const uint8_t *ask, pv_answer_sink sink, void *user, int64_t *pixels,
                        pv_err *err)
{
    pv_status st = PV_OK;
    gatherer g = {.photo = photo,
                  .labels = labels,
                  .facts = pv_photo_facts_of(photo),
                  .n_labels = pv_labels_count(labels),
                  .model = m,
                  .ask = ask,
                  .sink = sink,
                  .user = user};
    PV_TRY(prepare(&g, m->n_columns, (const char(*)[PV_NAME])m->column, m->gsd_m, pv_model_light(m), err));
    PV_TRY(walk(&g, ANSWER, 0, err));
    *pixels += g.n_asked;
out:
    gatherer_release(&g);
    return pv_where(err, st, "%s", g.facts->name);
}
