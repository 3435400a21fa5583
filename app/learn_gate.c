#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/learn.h"
#include "app/learn_gate_school.h"
#include "app/learn_school.h"
#include "base/mem.h"
#include "geo/place.h"
#include "models/trees.h"

#include "base/banned.h"

enum {
    MOST_TILES = 192, /* of all photos: about 50 million working pixels */
    HARD_CODE = 16,   /* pixels from this probability to the low threshold come near */
    OPEN_ROWS = 60000,
    HARD_ROWS = 42000,
    EASY_ROWS = 78000,
    FEWEST = 500 /* pixels of a kind */
};

/* ---- photos and tiles ---- */

void pv_gate_photo_close(pv_gate_school *s)
{
    pv_tile_free(s->tile);
    pv_feature_plan_free(s->plan);
    pv_free(s->coder);
    s->tile = NULL;
    s->plan = NULL;
    s->coder = NULL;
}

pv_status pv_gate_photo_open(pv_gate_school *s, int i, int n_columns, const char (*column)[PV_NAME], int asked, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    pv_light light = pv_model_light(m);
    const pv_photo_facts *f = pv_photo_facts_of(s->photos->at[i].photo);
    pv_gate_photo_close(s);
    s->photo = i;
    PV_TRY(pv_work_grid_of(&s->grid, f, m->gsd_m, err));
    PV_TRY(pv_feature_plan_new(&s->plan, n_columns, column, &light, f, s->grid.gsd_x_m, s->grid.gsd_y_m, err));
    PV_TRY(pv_alloc(&s->coder, (size_t)m->n_columns, sizeof *s->coder, "codes of columns", err));
    for (int c = 0; c < m->n_columns && asked; c++) pv_coder_make(&s->coder[c], m, c);
    PV_TRY(pv_tile_new(&s->tile, s->plan, &s->grid, m, asked ? s->coder : NULL, PV_GATE_TILE, PV_GATE_TILE, err));
out:
    return st;
}

static int tiles_of(const pv_work_grid *g)
{
    return (g->w + PV_GATE_TILE - 1) / PV_GATE_TILE * ((g->h + PV_GATE_TILE - 1) / PV_GATE_TILE);
}

/* The fold of the block of ground that a place lies in: by turns, from west to east and from south to north. */
static int fold_of(double lon, double lat)
{
    static const double block_deg = 0.00036;
    int64_t turn = ((int64_t)floor(lon / block_deg) + 2 * (int64_t)floor(lat / block_deg)) % PV_GATE_FOLDS;
    return (int)(turn < 0 ? turn + PV_GATE_FOLDS : turn);
}

static pv_status find_folds(pv_gate_look *l, pv_place *place, const pv_work_grid *g, pv_err *err)
{
    for (int y = 0; y < l->core.h; y += PV_GATE_FOLD_CELL) {
        for (int x = 0; x < l->core.w; x += PV_GATE_FOLD_CELL) {
            double lon = 0, lat = 0, half = PV_GATE_FOLD_CELL / 2.0;
            pv_status st = pv_place_lonlat(place, (l->core.x + x + half) * g->fx, (l->core.y + y + half) * g->fy, &lon, &lat, err);
            if (st != PV_OK) return st;
            l->fold[y / PV_GATE_FOLD_CELL * PV_GATE_FOLD_CELLS + x / PV_GATE_FOLD_CELL] = (uint8_t)fold_of(lon, lat);
        }
    }
    return PV_OK;
}

int pv_gate_fold_at(const pv_gate_look *l, int x, int y)
{
    return l->fold[y / PV_GATE_FOLD_CELL * PV_GATE_FOLD_CELLS + x / PV_GATE_FOLD_CELL];
}

/* The tiles of a photo whose numbers, among those of all photos, are on the even choice. */
static pv_status add_looks(pv_gate_school *s, int photo, int64_t first, int64_t all, pv_err *err)
{
    pv_status st = PV_OK;
    pv_place *place = NULL;
    pv_work_grid g;
    const pv_photo_facts *f = pv_photo_facts_of(s->photos->at[photo].photo);
    int64_t most = all < MOST_TILES ? all : MOST_TILES;
    PV_TRY(pv_work_grid_of(&g, f, s->model->gsd_m, err));
    PV_TRY(pv_place_new(&place, f->crs_wkt, f->geotransform, f->width_px, f->height_px, err));
    int across = (g.w + PV_GATE_TILE - 1) / PV_GATE_TILE;
    for (int k = 0; k < tiles_of(&g); k++) {
        if ((first + k + 1) * most / all == (first + k) * most / all) continue;
        pv_gate_look *l = &s->look[s->n_looks];
        int x = k % across * PV_GATE_TILE, y = k / across * PV_GATE_TILE;
        *l = (pv_gate_look){.photo = photo, .core = {x, y, pv_min(PV_GATE_TILE, g.w - x), pv_min(PV_GATE_TILE, g.h - y)}};
        s->n_looks++;
        PV_TRY(pv_alloc(&l->prob, (size_t)l->core.w * (size_t)l->core.h, 1, "probabilities", err));
        PV_TRY(find_folds(l, place, &g, err));
    }
out:
    pv_place_free(place);
    return st;
}

static pv_status choose_looks(pv_gate_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t all = 0, first = 0;
    pv_work_grid g;
    for (int i = 0; i < s->photos->n; i++) {
        PV_TRY(pv_work_grid_of(&g, pv_photo_facts_of(s->photos->at[i].photo), s->model->gsd_m, err));
        all += tiles_of(&g);
    }
    PV_TRY(pv_alloc(&s->look, (size_t)(all < MOST_TILES ? all : MOST_TILES), sizeof *s->look, "tiles", err));
    for (int i = 0; i < s->photos->n; i++) {
        PV_TRY(pv_work_grid_of(&g, pv_photo_facts_of(s->photos->at[i].photo), s->model->gsd_m, err));
        PV_TRY(add_looks(s, i, first, all, err));
        first += tiles_of(&g);
    }
out:
    return st;
}

/* ---- the model's answers ---- */

pv_gate_pixel pv_gate_kind_of(const pv_gate_school *s, uint8_t prob)
{
    return prob >= s->model->threshold_low ? PV_GATE_PIXEL_OPEN : prob >= HARD_CODE ? PV_GATE_PIXEL_HARD : PV_GATE_PIXEL_EASY;
}

static pv_status answer_tiles(pv_gate_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    for (int i = 0; i < s->n_looks; i++) {
        pv_gate_look *l = &s->look[i];
        if (s->tile == NULL || s->photo != l->photo) PV_TRY(pv_gate_photo_open(s, l->photo, m->n_columns, (const char(*)[PV_NAME])m->column, 1, err));
        if (pv_school_stop(NULL, 0, 0)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal"));
        PV_TRY(pv_tile_read(s->tile, l->core, s->photos->at[l->photo].photo, s->plan, &s->grid, err));
        pv_tile_features(s->tile, s->plan);
        pv_tile_ask(s->tile);
        memcpy(l->prob, s->tile->prob, (size_t)l->core.w * (size_t)l->core.h);
        for (size_t k = 0; k < (size_t)l->core.w * (size_t)l->core.h; k++)
            if (l->prob[k] != PV_PROB_UNKNOWN) s->count[pv_gate_kind_of(s, l->prob[k])]++;
    }
    pv_gate_photo_close(s);
out:
    return st;
}

/* ---- rows to learn from ---- */

static void pick_pixels(pv_gate_school *s)
{
    const pv_gate_look *l = s->at;
    size_t n = 0;
    for (int y = 0; y < l->core.h; y++) {
        s->row_pick[y] = n;
        for (int x = 0; x < l->core.w; x++) {
            size_t at = (size_t)y * (size_t)l->core.w + (size_t)x;
            if (l->prob[at] == PV_PROB_UNKNOWN) continue;
            uint64_t place = (uint64_t)(uint32_t)(l->core.y + y) << 32 | (uint32_t)(l->core.x + x);
            if (pv_mix(pv_mix(s->train.seed, (uint64_t)l->photo), place) >> 32 < s->share[pv_gate_kind_of(s, l->prob[at])])
                s->pick[n++] = (uint32_t)at;
        }
    }
    s->row_pick[l->core.h] = n;
}

static void take_row(void *user, int column, int y, const uint16_t *values)
{
    pv_gate_school *s = user;
    uint32_t first = (uint32_t)y * (uint32_t)s->at->core.w;
    for (size_t i = s->row_pick[y]; i < s->row_pick[y + 1]; i++)
        s->value[i * (size_t)s->rows.n_columns + (size_t)column] = values[s->pick[i] - first];
}

static pv_status gather_tile(pv_gate_school *s, const pv_gate_look *l, pv_err *err)
{
    pv_status st = PV_OK;
    pv_feature_scratch *scratch = NULL;
    s->at = l;
    pick_pixels(s);
    size_t n = s->row_pick[l->core.h];
    if (n == 0) return PV_OK;
    PV_TRY(pv_grow(&s->value, &s->cap_value, n * (size_t)s->rows.n_columns, sizeof *s->value, "pixels", err));
    PV_TRY(pv_tile_read(s->tile, l->core, s->photos->at[l->photo].photo, s->plan, &s->grid, err));
    PV_TRY(pv_feature_scratch_new(&scratch, s->plan, s->tile->read.w, s->tile->read.h, err));
    pv_features_compute(s->plan, scratch, l->core, s->tile->read, s->tile->band, s->tile->valid, take_row, s);
    for (size_t i = 0; i < n; i++) {
        int x = (int)(s->pick[i] % (uint32_t)l->core.w), y = (int)(s->pick[i] / (uint32_t)l->core.w);
        int class_id = pv_gate_kind_of(s, l->prob[s->pick[i]]) == PV_GATE_PIXEL_OPEN ? PV_GATE_OPEN : PV_GATE_CLOSED;
        PV_TRY(pv_table_add(&s->rows, s->value + i * (size_t)s->rows.n_columns, class_id, -1, pv_gate_fold_at(l, x, y), err));
    }
out:
    pv_feature_scratch_free(scratch);
    return st;
}

static int has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

/* Columns that are cheap: no window, or the mean or deviation over one. */
static int is_cheap(const char *name)
{
    return !has(name, "_diff_") && !has(name, "_edge_") && !has(name, "_max_") && !has(name, "_min_") && !has(name, "_share1of") &&
           !has(name, "of8_") && !has(name, "log(");
}

static pv_status gather_rows(pv_gate_school *s, pv_err *err)
{
    static const int64_t wanted[PV_GATE_PIXEL_KINDS] = {OPEN_ROWS, HARD_ROWS, EASY_ROWS};
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    char(*column)[PV_NAME] = NULL;
    int n = 0, id = 0;
    PV_TRY(pv_alloc(&column, (size_t)m->n_columns, sizeof *column, "columns", err));
    for (int c = 0; c < m->n_columns; c++)
        if (is_cheap(m->column[c])) memcpy(column[n++], m->column[c], PV_NAME);
    for (int c = 0; c < m->n_columns && n == 0; c++) memcpy(column[c], m->column[c], PV_NAME);
    if (n == 0) n = m->n_columns;
    for (int k = 0; k < PV_GATE_PIXEL_KINDS; k++)
        s->share[k] = s->count[k] <= wanted[k] ? (uint64_t)1 << 32 : (uint64_t)((double)wanted[k] / (double)s->count[k] * 4294967296.0);
    PV_TRY(pv_table_init(&s->rows, n, (const char(*)[PV_NAME])column, err));
    PV_TRY(pv_table_class(&s->rows, "closed", &id, err));
    PV_TRY(pv_table_class(&s->rows, "open", &id, err));
    for (int f = 0; f < PV_GATE_FOLDS; f++) PV_TRY(pv_table_fold(&s->rows, (const char[2]){(char)('0' + f), '\0'}, &id, err));
    for (int i = 0; i < s->n_looks; i++) {
        const pv_gate_look *l = &s->look[i];
        if (s->tile == NULL || s->photo != l->photo) PV_TRY(pv_gate_photo_open(s, l->photo, n, (const char(*)[PV_NAME])column, 0, err));
        PV_TRY(gather_tile(s, l, err));
    }
    pv_gate_photo_close(s);
out:
    pv_free(column);
    return st;
}

/* ---- trees ---- */

/* The length of what names a channel and its window: "ndvi" of "ndvi_mean_0.50m" with the window's text at *window, or the whole name. */
static size_t stem_of(const char *name, const char **window)
{
    const char *at = strstr(name, "_mean_");
    *window = at != NULL ? at + 6 : "";
    if (at != NULL) return (size_t)(at - name);
    at = strstr(name, "_sd_");
    *window = at != NULL ? at + 4 : "";
    return at != NULL ? (size_t)(at - name) : strlen(name);
}

static int same_sum(const char *a, const char *b)
{
    const char *wa = NULL, *wb = NULL;
    size_t na = stem_of(a, &wa), nb = stem_of(b, &wb);
    return na == nb && memcmp(a, b, na) == 0 && strcmp(wa, wb) == 0;
}

/* Keeps the columns of the PV_GATE_SUMS channels and windows that the trees ask most often. keep: [n_columns]. */
static void choose_columns(const pv_model *first, uint8_t *keep)
{
    int64_t asked[PV_MAX_COLUMNS] = {0}, sum[PV_MAX_COLUMNS] = {0};
    for (int t = 0; t < first->n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (first->tree[t].threshold[d] < 255) asked[first->tree[t].column[d]]++;
    for (int a = 0; a < first->n_columns; a++)
        for (int b = 0; b < first->n_columns; b++) sum[a] += same_sum(first->column[a], first->column[b]) ? asked[b] : 0;
    memset(keep, 0, (size_t)first->n_columns);
    for (int k = 0; k < PV_GATE_SUMS; k++) {
        int best = -1;
        for (int c = 0; c < first->n_columns; c++)
            if (!keep[c] && sum[c] > 0 && (best < 0 || sum[c] > sum[best])) best = c;
        for (int c = 0; c < first->n_columns && best >= 0; c++)
            if (asked[c] > 0 && same_sum(first->column[c], first->column[best])) keep[c] = 1;
    }
}

/* The same rows in fewer columns: those of other columns are given back. */
static void drop_columns(pv_table *t, const uint8_t *keep)
{
    int n = 0;
    for (int c = 0; c < t->n_columns; c++) {
        uint16_t *value = t->value[c];
        if (!keep[c]) {
            pv_free(value);
            continue;
        }
        if (n != c) memcpy(t->column[n], t->column[c], PV_NAME);
        t->value[n++] = value;
    }
    for (int c = n; c < t->n_columns; c++) t->value[c] = NULL;
    t->n_columns = n;
}

/* A gate from the rows outside of a fold (-1 = from all). */
static pv_status learn_one(pv_gate_school *s, int fold, pv_early_gate **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *trees = NULL;
    uint8_t *use = NULL;
    PV_TRY(pv_alloc(&use, s->rows.n_rows, 1, "rows", err));
    for (size_t i = 0; i < s->rows.n_rows; i++) use[i] = s->rows.fold[i] != fold;
    PV_TRY(pv_train(&trees, &s->rows, use, &s->train, err));
    (void)snprintf(trees->name, sizeof trees->name, "%s", s->model->name);
    (void)snprintf(trees->kind, sizeof trees->kind, "gate");
    (void)snprintf(trees->normalise, sizeof trees->normalise, "none");
    trees->is_target[PV_GATE_OPEN] = 1;
    trees->seed = s->train.seed;
    st = pv_early_gate_new(out, trees, err);
    trees = NULL;
    if (st != PV_OK) goto out;
    (*out)->threshold = 1;
    (*out)->least_low = s->model->threshold_low;
out:
    pv_free(use);
    pv_model_free(trees);
    return st;
}

/* 1 when each kind occurs often enough outside of every fold. */
static int folds_suffice(const pv_gate_school *s)
{
    for (int f = 0; f < PV_GATE_FOLDS; f++) {
        int64_t count[2] = {0};
        for (size_t i = 0; i < s->rows.n_rows; i++) count[s->rows.class_id[i]] += s->rows.fold[i] != f;
        if (count[PV_GATE_CLOSED] < FEWEST || count[PV_GATE_OPEN] < FEWEST) return 0;
    }
    return 1;
}

static pv_status learn_trees(pv_gate_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *first = NULL;
    uint8_t keep[PV_MAX_COLUMNS];
    PV_TRY(pv_train(&first, &s->rows, NULL, &s->train, err));
    choose_columns(first, keep);
    drop_columns(&s->rows, keep);
    for (int f = 0; f < PV_GATE_FOLDS; f++) PV_TRY(learn_one(s, f, &s->gates[f], err));
    PV_TRY(learn_one(s, -1, &s->model->gate, err));
out:
    pv_model_free(first);
    return st;
}

pv_status pv_learn_gate(pv_model *m, const pv_labelled_list *photos, int threads, pv_lines *report, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gate_school *s = NULL;
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "gate", err));
    *s = (pv_gate_school){.model = m, .photos = photos, .report = report, .train = pv_train_options_default()};
    s->train.n_trees = PV_GATE_TREES;
    s->train.learning_rate = 0.2;
    s->train.column_share = 0.5;
    s->train.class_balance = 1;
    s->train.seed = m->seed;
    s->train.threads = threads;
    s->train.progress = pv_school_stop;
    PV_TRY(pv_alloc(&s->pick, (size_t)PV_GATE_TILE * PV_GATE_TILE, sizeof *s->pick, "pixels", err));
    PV_TRY(pv_alloc(&s->label, (size_t)PV_GATE_TILE * PV_GATE_TILE, sizeof *s->label, "label plane", err));
    pv_early_gate_free(m->gate);
    m->gate = NULL;
    PV_TRY(choose_looks(s, err));
    PV_TRY(answer_tiles(s, err));
    if (s->count[PV_GATE_PIXEL_OPEN] < FEWEST || s->count[PV_GATE_PIXEL_HARD] + s->count[PV_GATE_PIXEL_EASY] < FEWEST) {
        PV_TRY(pv_lines_addf(report, err, "no gate: %lld pixels of the photos are too few of one kind", (long long)s->count[PV_GATE_PIXEL_OPEN]));
        goto out;
    }
    PV_TRY(gather_rows(s, err));
    if (!folds_suffice(s)) {
        PV_TRY(pv_lines_addf(report, err, "no gate: the pixels that are worth it all lie on one piece of ground"));
        goto out;
    }
    PV_TRY(learn_trees(s, err));
    PV_TRY(pv_gate_find_levels(s, err));
    PV_TRY(pv_gate_settle(s, err));
    if (m->gate != NULL) {
        PV_TRY(pv_trees_prepare(m, err));
        PV_TRY(pv_gate_report(m->gate, report, err));
    }
out:
    if (s != NULL) {
        pv_gate_close_gates(s);
        pv_gate_photo_close(s);
        for (int f = 0; f < PV_GATE_FOLDS; f++) pv_early_gate_free(s->gates[f]);
        for (int i = 0; s->look != NULL && i < s->n_looks; i++) pv_free(s->look[i].prob);
        pv_free(s->look);
        pv_free(s->pick);
        pv_free(s->value);
        pv_free(s->label);
        pv_table_release(&s->rows);
    }
    pv_free(s);
    return pv_where(err, st, "gate");
}
