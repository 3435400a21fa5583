#include "pipeline/prob_map.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/tile.h"

#include "base/banned.h"

enum { SQUARE = 128, SQUARE_BYTES = SQUARE * SQUARE };

/* A row of squares; at[k] is NULL until square k was asked. */
typedef struct square_row {
    uint8_t **at; /* [across][SQUARE_BYTES] */
} square_row;

struct pv_prob_map {
    pv_photo *photo;
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_coder *coder; /* [n_columns] */
    pv_tile *tile;
    int across;        /* squares in a row */
    int first, n_rows; /* rows of squares that are kept */
    size_t cap_rows;
    square_row *row; /* [n_rows] */
};

static pv_status map_plan(pv_work_grid *grid, pv_feature_plan **plan, const pv_photo_facts *facts, const pv_model *m, int allow_coarse, pv_err *err)
{
    int coarse = 0;
    pv_light light = pv_model_light(m);
    pv_status st = allow_coarse ? pv_work_grid_any(grid, facts, m->gsd_m, &coarse, err) : pv_work_grid_of(grid, facts, m->gsd_m, err);
    if (st != PV_OK) return st;
    return pv_feature_plan_new(plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, facts, grid->gsd_x_m, grid->gsd_y_m, err);
}

pv_status pv_prob_map_new(pv_prob_map **out, pv_photo *photo, const pv_model *model, int allow_coarse, pv_err *err)
{
    pv_status st = PV_OK;
    pv_prob_map *map = NULL;
    PV_TRY(pv_alloc(&map, 1, sizeof *map, "probabilities of places", err));
    map->photo = photo;
    PV_TRY(map_plan(&map->grid, &map->plan, pv_photo_facts_of(photo), model, allow_coarse, err));
    map->across = (map->grid.w + SQUARE - 1) / SQUARE;
    PV_TRY(pv_alloc(&map->coder, (size_t)model->n_columns, sizeof *map->coder, "codes of columns", err));
    for (int c = 0; c < model->n_columns; c++) pv_coder_make(&map->coder[c], model, c);
    PV_TRY(pv_tile_new(&map->tile, map->plan, &map->grid, model, map->coder, SQUARE, SQUARE, err));
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
    pv_free(map->row);
    pv_tile_free(map->tile);
    pv_free(map->coder);
    pv_feature_plan_free(map->plan);
    pv_free(map);
}

const pv_work_grid *pv_prob_map_grid(const pv_prob_map *map)
{
    return &map->grid;
}

static pv_status ask_square(pv_prob_map *map, int bx, int by, uint8_t **to, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *square = NULL;
    pv_rect core = pv_rect_intersect((pv_rect){bx * SQUARE, by * SQUARE, SQUARE, SQUARE}, (pv_rect){0, 0, map->grid.w, map->grid.h});
    PV_TRY(pv_alloc(&square, SQUARE_BYTES, 1, "probabilities of places", err));
    PV_TRY(pv_tile_read(map->tile, core, map->photo, map->plan, &map->grid, err));
    pv_tile_features(map->tile, map->plan);
    pv_tile_ask(map->tile);
    for (int y = 0; y < core.h; y++) memcpy(square + (size_t)y * SQUARE, map->tile->prob + (size_t)y * (size_t)core.w, (size_t)core.w);
    *to = square;
    square = NULL;
out:
    pv_free(square);
    return st;
}

pv_status pv_prob_map_read(pv_prob_map *map, pv_rect rect, uint8_t *prob, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect in = pv_rect_intersect(rect, (pv_rect){0, 0, map->grid.w, map->grid.h});
    memset(prob, PV_PROB_UNKNOWN, (size_t)rect.w * (size_t)rect.h);
    if (in.w == 0) return PV_OK;
    int by0 = in.y / SQUARE, by1 = (in.y + in.h - 1) / SQUARE, bx0 = in.x / SQUARE, bx1 = (in.x + in.w - 1) / SQUARE;
    forget_above(map, by0);
    PV_TRY(pv_grow(&map->row, &map->cap_rows, (size_t)(by1 - by0 + 1), sizeof *map->row, "probabilities of places", err));
    for (; map->n_rows < by1 - by0 + 1; map->n_rows++)
        PV_TRY(pv_alloc(&map->row[map->n_rows].at, (size_t)map->across, sizeof *map->row->at, "probabilities of places", err));
    for (int by = by0; by <= by1; by++) {
        for (int bx = bx0; bx <= bx1; bx++) {
            uint8_t **square = &map->row[by - by0].at[bx];
            if (*square == NULL) PV_TRY(ask_square(map, bx, by, square, err));
            pv_rect part = pv_rect_intersect(in, (pv_rect){bx * SQUARE, by * SQUARE, SQUARE, SQUARE});
            for (int y = part.y; y < part.y + part.h; y++)
                memcpy(prob + (size_t)(y - rect.y) * (size_t)rect.w + (part.x - rect.x),
                       *square + (size_t)(y - by * SQUARE) * SQUARE + (part.x - bx * SQUARE), (size_t)part.w);
        }
    }
out:
    return st;
}

pv_status pv_prob_map_bytes(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int max_h, int64_t *bytes, pv_err *err)
{
    pv_work_grid grid;
    pv_feature_plan *plan = NULL;
    pv_status st = map_plan(&grid, &plan, facts, model, allow_coarse, err);
    if (st == PV_OK) {
        int64_t rows = (max_h + 2 * SQUARE - 2) / SQUARE, across = (grid.w + SQUARE - 1) / SQUARE;
        *bytes = pv_tile_bytes(plan, &grid, model, SQUARE, SQUARE) + rows * across * (SQUARE_BYTES + (int64_t)sizeof(uint8_t *));
    }
    pv_feature_plan_free(plan);
    return st;
}
