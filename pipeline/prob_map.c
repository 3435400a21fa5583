#include "pipeline/prob_map.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/run.h"
#include "pipeline/tile.h"

#include "base/banned.h"

enum { SQUARE = PV_PROB_SQUARE, SQUARE_BYTES = PV_PROB_SQUARE_BYTES };

/* A row of squares; at NULL: none of it was wanted; at[k] is NULL until square k was asked. */
typedef struct square_row {
    uint8_t **at; /* [across][SQUARE_BYTES] */
} square_row;

/* A square that is to be asked, by its place in the lattice. */
typedef struct square_at {
    int bx, by;
} square_at;

struct pv_prob_map {
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_coder *coder; /* [n_columns] */
    int workers;
    pv_photo **photo;  /* [workers] */
    pv_tile **tile;    /* [workers] */
    int across;        /* squares in a row */
    int first, n_rows; /* rows of squares that are kept */
    size_t cap_rows;
    square_row *row; /* [n_rows] */
    size_t n_wanted, cap_wanted;
    square_at *wanted; /* [n_wanted] of the current pv_prob_map_ask() */
};

static pv_status map_plan(pv_work_grid *grid, pv_feature_plan **plan, const pv_photo_facts *facts, const pv_model *m, int allow_coarse, pv_err *err)
{
    int coarse = 0;
    pv_light light = pv_model_light(m);
    pv_status st = allow_coarse ? pv_work_grid_any(grid, facts, m->gsd_m, &coarse, err) : pv_work_grid_of(grid, facts, m->gsd_m, err);
    if (st != PV_OK) return st;
    return pv_feature_plan_new(plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, facts, grid->gsd_x_m, grid->gsd_y_m, err);
}

pv_status pv_prob_map_new(pv_prob_map **out, pv_photo *const *photo, int workers, const pv_model *model, int allow_coarse, pv_err *err)
{
    pv_status st = PV_OK;
    pv_prob_map *map = NULL;
    PV_TRY(pv_alloc(&map, 1, sizeof *map, "probabilities of places", err));
    map->workers = workers;
    PV_TRY(pv_alloc(&map->photo, (size_t)workers, sizeof(pv_photo *), "probabilities of places", err));
    PV_TRY(pv_alloc(&map->tile, (size_t)workers, sizeof(pv_tile *), "probabilities of places", err));
    PV_TRY(map_plan(&map->grid, &map->plan, pv_photo_facts_of(photo[0]), model, allow_coarse, err));
    map->across = (map->grid.w + SQUARE - 1) / SQUARE;
    PV_TRY(pv_alloc(&map->coder, (size_t)model->n_columns, sizeof *map->coder, "codes of columns", err));
    for (int c = 0; c < model->n_columns; c++) pv_coder_make(&map->coder[c], model, c);
    for (int k = 0; k < workers; k++) {
        map->photo[k] = photo[k];
        PV_TRY(pv_tile_new(&map->tile[k], map->plan, &map->grid, model, map->coder, SQUARE, SQUARE, err));
    }
    *out = map;
    map = NULL;
out:
    pv_prob_map_free(map);
    return st;
}

static void row_release(const pv_prob_map *map, square_row *row)
{
    for (int k = 0; row->at != NULL && k < map->across; k++) pv_free(row->at[k]);
    pv_free(row->at);
    *row = (square_row){0};
}

/* Of the rows from `first` on, those that are kept begin there. */
static void forget_above(pv_prob_map *map, int first)
{
    int gone = first < map->first ? map->n_rows : pv_min(first - map->first, map->n_rows);
    for (int r = 0; r < gone; r++) row_release(map, &map->row[r]);
    for (int r = gone; r < map->n_rows; r++) map->row[r - gone] = map->row[r];
    for (int r = map->n_rows - gone; r < map->n_rows; r++) map->row[r] = (square_row){0};
    map->n_rows -= gone;
    map->first = first;
}

void pv_prob_map_free(pv_prob_map *map)
{
    if (map == NULL) return;
    for (int r = 0; r < map->n_rows; r++) row_release(map, &map->row[r]);
    for (int k = 0; map->tile != NULL && k < map->workers; k++) pv_tile_free(map->tile[k]);
    pv_free(map->tile);
    pv_free(map->photo);
    pv_free(map->row);
    pv_free(map->wanted);
    pv_free(map->coder);
    pv_feature_plan_free(map->plan);
    pv_free(map);
}

const pv_work_grid *pv_prob_map_grid(const pv_prob_map *map)
{
    return &map->grid;
}

/* The part of a rectangle that lies in the photo, and in squares: x, y, w, h. Empty: w = 0. */
static pv_rect inside(const pv_prob_map *map, pv_rect rect, pv_rect *squares)
{
    pv_rect in = pv_rect_intersect(rect, (pv_rect){0, 0, map->grid.w, map->grid.h});
    *squares = (pv_rect){0};
    if (in.w == 0 || in.h == 0) return (pv_rect){0};
    int bx = in.x / SQUARE, by = in.y / SQUARE;
    *squares = (pv_rect){bx, by, (in.x + in.w - 1) / SQUARE - bx + 1, (in.y + in.h - 1) / SQUARE - by + 1};
    return in;
}

int64_t pv_prob_map_squares(const pv_prob_map *map, pv_rect rect)
{
    pv_rect s;
    (void)inside(map, rect, &s);
    return (int64_t)s.w * s.h;
}

/* Memory for the squares of a rectangle that are not there, and their names for the workers. */
static pv_status want(pv_prob_map *map, pv_rect s, pv_err *err)
{
    static const char what[] = "probabilities of places";
    pv_status st = PV_OK;
    int rows = s.y + s.h - map->first;
    PV_TRY(pv_grow(&map->row, &map->cap_rows, (size_t)rows, sizeof *map->row, what, err));
    for (; map->n_rows < rows; map->n_rows++) map->row[map->n_rows] = (square_row){0};
    for (int by = s.y; by < s.y + s.h; by++) {
        square_row *row = &map->row[by - map->first];
        if (row->at == NULL) PV_TRY(pv_alloc(&row->at, (size_t)map->across, sizeof *row->at, what, err));
        for (int bx = s.x; bx < s.x + s.w; bx++) {
            if (row->at[bx] != NULL) continue;
            PV_TRY(pv_grow(&map->wanted, &map->cap_wanted, map->n_wanted + 1, sizeof *map->wanted, what, err));
            PV_TRY(pv_alloc(&row->at[bx], SQUARE_BYTES, 1, what, err));
            map->wanted[map->n_wanted++] = (square_at){bx, by};
        }
    }
out:
    return st;
}

static pv_status ask_square(void *user, int worker, int piece, pv_err *err)
{
    pv_prob_map *map = user;
    square_at at = map->wanted[piece];
    pv_tile *tile = map->tile[worker];
    uint8_t *square = map->row[at.by - map->first].at[at.bx];
    pv_rect core = pv_rect_intersect((pv_rect){at.bx * SQUARE, at.by * SQUARE, SQUARE, SQUARE}, (pv_rect){0, 0, map->grid.w, map->grid.h});
    pv_status st = pv_tile_read(tile, core, map->photo[worker], map->plan, &map->grid, err);
    if (st != PV_OK) return st;
    pv_tile_features(tile, map->plan);
    pv_tile_ask(tile);
    for (int y = 0; y < core.h; y++) memcpy(square + (size_t)y * SQUARE, tile->prob + (size_t)y * (size_t)core.w, (size_t)core.w);
    return PV_OK;
}

pv_status pv_prob_map_ask(pv_prob_map *map, const pv_rect *rect, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    int first = INT32_MAX;
    pv_rect s;
    for (size_t i = 0; i < n; i++)
        if (inside(map, rect[i], &s).w > 0) first = pv_min(first, s.y);
    if (first == INT32_MAX) return PV_OK;
    forget_above(map, first);
    map->n_wanted = 0;
    for (size_t i = 0; i < n; i++)
        if (inside(map, rect[i], &s).w > 0) PV_TRY(want(map, s, err));
    PV_TRY(pv_pieces_run((int)map->n_wanted, map->workers, ask_square, map, err));
out:
    return st;
}

void pv_prob_map_read(const pv_prob_map *map, pv_rect rect, uint8_t *prob)
{
    pv_rect s, in = inside(map, rect, &s);
    memset(prob, PV_PROB_UNKNOWN, (size_t)rect.w * (size_t)rect.h);
    for (int by = s.y; by < s.y + s.h; by++) {
        for (int bx = s.x; bx < s.x + s.w; bx++) {
            const uint8_t *square = map->row[by - map->first].at[bx];
            pv_rect part = pv_rect_intersect(in, (pv_rect){bx * SQUARE, by * SQUARE, SQUARE, SQUARE});
            for (int y = part.y; y < part.y + part.h; y++)
                memcpy(prob + (size_t)(y - rect.y) * (size_t)rect.w + (part.x - rect.x),
                       square + (size_t)(y - by * SQUARE) * SQUARE + (part.x - bx * SQUARE), (size_t)part.w);
        }
    }
}

pv_status pv_prob_map_bytes(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int max_h, int64_t *bytes, int64_t *worker_bytes,
                            pv_err *err)
{
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_status st = map_plan(&grid, &plan, facts, model, allow_coarse, err);
    if (st == PV_OK) {
        int64_t rows = (max_h + 2 * SQUARE - 2) / SQUARE, across = (grid.w + SQUARE - 1) / SQUARE;
        *bytes = rows * across * (SQUARE_BYTES + (int64_t)sizeof(uint8_t *));
        const int *index = NULL;
        int64_t cells = pv_photo_cells_bytes(facts, grid.fx, grid.fy, pv_feature_plan_bands(plan, &index));
        *worker_bytes = pv_tile_bytes(plan, &grid, model, SQUARE, SQUARE) + cells;
    }
    pv_feature_plan_free(plan);
    return st;
}
