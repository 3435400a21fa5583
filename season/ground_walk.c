#include "season/ground_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_mix.h"

#include "base/banned.h"

enum { SIDE = PV_CELL_BLOCK };

/* A unit on the grid, and its intervals in the 256 rows of the block row at work. */
typedef struct unit_work {
    size_t unit;
    pv_unit_cells *cells;
    int64_t by0, by1; /* block rows by0 <= by < by1 */
    int64_t bx0, bx1; /* blocks of the row that it reaches: bx0 <= bx < bx1 */
    int whole;        /* 1 = it has every cell of the block at work */
    size_t from[SIDE + 1];
    size_t n, cap;
    pv_cell_interval *at;
} unit_work;

/* A photo's block at the place at work. */
typedef struct shown_block {
    int64_t photo;
    uint32_t day;
    pv_cell_block block;
    pv_cell_block_owned owned;
} shown_block;

/* The photos that a set has at the place: ranges of `shown`. */
typedef struct choice {
    const pv_walk_range *at;
    size_t n, set;
} choice;

typedef struct walking {
    pv_ground_walk *g;
    pv_stmt *blocks; /* of a block row */
    pv_cell_areas *areas;
    pv_cell_mix *mix;
    pv_unit_level gap_level;
    unit_work *u; /* [g->n_units] by first row */
    unit_work **active, **open;
    size_t n_active, n_open; /* units of the block row, by first block; those of the place */
    pv_cell_intervals one;
    size_t n_shown, cap_shown, n_choices, cap_choices, n_ranges, cap_ranges, n_rows, cap_rows;
    shown_block *shown;
    choice *choices;
    pv_walk_range *ranges;
    int64_t *rows; /* block rows of the ledger, rising */
    int32_t bx, by;
} walking;

/* ---- sums ---- */

static void add_run(const walking *w, pv_ground_sum *sum, int y, int x0, int x1, const pv_cell_span *p)
{
    int64_t e6 = pv_cell_run_e6(w->areas, y, x0, x1);
    sum->ground_e6 += e6;
    sum->state_e6[p->state] += e6;
    sum->repeated_e6 += e6 * p->seen;
}

/* What photos show of the cells x0 <= x < x1 of row y. */
static void add_interval(const walking *w, pv_ground_sum *sum, int y, int x0, int x1)
{
    int n = 0;
    const pv_cell_span *p = pv_cell_mix_row(w->mix, y, &n);
    for (; n > 0 && p->x0 < x1; n--, p++) {
        int from = p->x0 > x0 ? p->x0 : x0, to = p->x1 < x1 ? p->x1 : x1;
        if (from < to) add_run(w, sum, y, from, to, p);
    }
}

typedef void each_interval(const walking *w, pv_ground_sum *sum, int y, int x0, int x1);

/* The cells of a unit in the block. */
static void each_of_unit(const walking *w, const unit_work *u, pv_ground_sum *sum, each_interval *each)
{
    const int64_t i0 = (int64_t)w->bx * SIDE;
    for (int y = 0; y < SIDE; y++)
        for (size_t k = u->from[y]; k < u->from[y + 1]; k++) {
            int64_t x0 = u->at[k].i0 - i0, x1 = u->at[k].i1 - i0;
            x0 = x0 > 0 ? x0 : 0;
            x1 = x1 < SIDE ? x1 : SIDE;
            if (x0 < x1) each(w, sum, y, (int)x0, (int)x1);
        }
}

static void add_ground(const walking *w, pv_ground_sum *sum, int y, int x0, int x1)
{
    sum->ground_e6 += pv_cell_run_e6(w->areas, y, x0, x1);
}

static int is_whole(const unit_work *u, int64_t bx)
{
    const int64_t i0 = bx * SIDE;
    for (int y = 0; y < SIDE; y++) {
        int whole = 0;
        for (size_t k = u->from[y]; k < u->from[y + 1]; k++) whole |= u->at[k].i0 <= i0 && u->at[k].i1 >= i0 + SIDE;
        if (!whole) return 0;
    }
    return 1;
}

/* All ground of the units in the block. */
static void sum_ground(walking *w)
{
    pv_ground_sum block = {.ground_e6 = 0};
    for (size_t i = 0; i < w->n_open; i++) {
        unit_work *u = w->open[i];
        pv_ground_sum part = {.ground_e6 = 0};
        u->whole = is_whole(u, w->bx);
        for (int y = 0; u->whole && block.ground_e6 == 0 && y < SIDE; y++) add_ground(w, &part, y, 0, SIDE);
        if (!u->whole) each_of_unit(w, u, &part, add_ground);
        if (u->whole && block.ground_e6 == 0) block = part;
        w->g->ground_e6[u->unit] += u->whole ? block.ground_e6 : part.ground_e6;
    }
}

/* What the mix holds, into the sets from..to - 1 of the choices. */
static void sum_choice(walking *w, size_t from, size_t to)
{
    pv_ground_walk *g = w->g;
    pv_ground_sum block = {.ground_e6 = 0};
    for (int y = 0; y < SIDE; y++) add_interval(w, &block, y, 0, SIDE);
    for (size_t k = from; k < to; k++) pv_ground_sum_add(&g->all[w->choices[k].set], &block);
    for (size_t i = 0; i < w->n_open; i++) {
        const unit_work *u = w->open[i];
        pv_ground_sum part = {.ground_e6 = 0};
        if (!u->whole) each_of_unit(w, u, &part, add_interval);
        for (size_t k = from; k < to; k++) pv_ground_sum_add(&g->unit[w->choices[k].set * g->n_units + u->unit], u->whole ? &block : &part);
    }
}

/* ---- which photos a set has ---- */

/* The first block of that day or a later one. */
static uint32_t first_shown(const walking *w, uint32_t day)
{
    uint32_t lo = 0, hi = (uint32_t)w->n_shown;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (w->shown[mid].day < day)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static pv_status choose(walking *w, size_t set, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_ground_walk *g = w->g;
    size_t n = 0;
    for (size_t k = g->start[set]; k < g->start[set + 1]; k++) {
        pv_walk_range r = {first_shown(w, g->range[k].from), 0};
        if (r.from == w->n_shown) break;
        r.to = first_shown(w, g->range[k].to);
        if (r.from == r.to) continue;
        if (n > 0 && w->ranges[w->n_ranges - 1].to == r.from) {
            w->ranges[w->n_ranges - 1].to = r.to;
            continue;
        }
        PV_TRY(pv_grow(&w->ranges, &w->cap_ranges, w->n_ranges + 1, sizeof *w->ranges, "ground", err));
        w->ranges[w->n_ranges++] = r;
        n++;
    }
    if (n == 0) return PV_OK;
    PV_TRY(pv_grow(&w->choices, &w->cap_choices, w->n_choices + 1, sizeof *w->choices, "ground", err));
    w->choices[w->n_choices++] = (choice){.n = n, .set = set};
out:
    return st;
}

static int compare_choices(const choice *a, const choice *b)
{
    for (size_t k = 0; k < a->n && k < b->n; k++) {
        if (a->at[k].from != b->at[k].from) return a->at[k].from < b->at[k].from ? -1 : 1;
        if (a->at[k].to != b->at[k].to) return a->at[k].to < b->at[k].to ? -1 : 1;
    }
    return a->n < b->n ? -1 : a->n > b->n;
}

static int by_choice(const void *a, const void *b)
{
    const choice *p = a, *q = b;
    int order = compare_choices(p, q);
    return order != 0 ? order : (p->set > q->set) - (p->set < q->set);
}

static pv_status choose_all(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    w->n_choices = w->n_ranges = 0;
    for (size_t k = 0; k < w->g->n_sets; k++) PV_TRY(choose(w, k, err));
    for (size_t k = 0, at = 0; k < w->n_choices; at += w->choices[k++].n) w->choices[k].at = w->ranges + at;
    if (w->n_choices > 1) qsort(w->choices, w->n_choices, sizeof *w->choices, by_choice);
out:
    return st;
}

/* The mix gets the photos of a choice; `has` (NULL: nothing) is what it holds. */
static void mix_choice(walking *w, const choice *has, const choice *c)
{
    size_t k = 0, i = c->at[0].from;
    int more = has != NULL && has->n <= c->n;
    for (size_t m = 0; more && m < has->n; m++) {
        more = has->at[m].from == c->at[m].from && (has->at[m].to == c->at[m].to || (m + 1 == has->n && has->at[m].to < c->at[m].to));
        k = m;
        i = has->at[m].to;
    }
    if (!more) {
        pv_cell_mix_clear(w->mix);
        k = 0;
        i = c->at[0].from;
    }
    for (;;) {
        for (; i < c->at[k].to; i++) pv_cell_mix_add(w->mix, &w->shown[i].block);
        if (++k == c->n) break;
        i = c->at[k].from;
    }
}

static pv_status sum_shown(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    const choice *has = NULL;
    PV_TRY(choose_all(w, err));
    for (size_t k = 0, end = 0; k < w->n_choices; k = end) {
        for (end = k + 1; end < w->n_choices && compare_choices(&w->choices[k], &w->choices[end]) == 0;) end++;
        mix_choice(w, has, &w->choices[k]);
        has = &w->choices[k];
        sum_choice(w, k, end);
    }
out:
    return st;
}

/* ---- gaps ---- */

static pv_status add_gap(const walking *w, int y, int x0, int x1, int state, pv_err *err)
{
    int32_t i = w->bx * SIDE;
    return x0 < x1 ? pv_cells_set(w->g->gaps, w->by * SIDE + y, i + x0, i + x1, state, err) : PV_OK;
}

/* Cells of an interval that no photo saw. */
static pv_status gaps_of_interval(const walking *w, int y, int x0, int x1, pv_err *err)
{
    pv_status st = PV_OK;
    int n = 0, x = x0;
    const pv_cell_span *p = pv_cell_mix_row(w->mix, y, &n);
    for (; n > 0 && p->x0 < x1; n--, p++) {
        int from = p->x0 > x ? p->x0 : x, to = p->x1 < x1 ? p->x1 : x1;
        if (from >= to) continue;
        PV_TRY(add_gap(w, y, x, from, PV_CELL_NODATA, err));
        if (p->state != PV_CELL_SEEN) PV_TRY(add_gap(w, y, from, to, p->state, err));
        x = to;
    }
    PV_TRY(add_gap(w, y, x, x1, PV_CELL_NODATA, err));
out:
    return st;
}

/* Without units what photos could not judge is a gap; collars are none. */
static pv_status gaps_of_photos(const walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    for (int y = 0; y < SIDE; y++) {
        int n = 0;
        const pv_cell_span *p = pv_cell_mix_row(w->mix, y, &n);
        for (; n > 0; n--, p++)
            if (p->state != PV_CELL_SEEN && p->state != PV_CELL_NODATA) PV_TRY(add_gap(w, y, p->x0, p->x1, p->state, err));
    }
out:
    return st;
}

static pv_status add_gaps(const walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    const int64_t i0 = (int64_t)w->bx * SIDE;
    if (w->g->units == NULL) return gaps_of_photos(w, err);
    for (size_t i = 0; i < w->n_open; i++) {
        const unit_work *u = w->open[i];
        if (pv_units_at(w->g->units, u->unit)->level != w->gap_level) continue;
        for (int y = 0; y < SIDE; y++)
            for (size_t k = u->from[y]; k < u->from[y + 1]; k++) {
                int64_t x0 = u->at[k].i0 - i0, x1 = u->at[k].i1 - i0;
                if (x0 < SIDE && x1 > 0) PV_TRY(gaps_of_interval(w, y, x0 > 0 ? (int)x0 : 0, x1 < SIDE ? (int)x1 : SIDE, err));
            }
    }
out:
    return st;
}

/* ---- a place ---- */

static void forget_shown(walking *w)
{
    for (size_t k = 0; k < w->n_shown; k++) pv_cell_block_release(&w->shown[k].owned);
    w->n_shown = 0;
}

static int by_photo(const void *key, const void *at)
{
    int64_t a = *(const int64_t *)key, b = ((const pv_walk_photo *)at)->photo;
    return a < b ? -1 : a > b;
}

static int by_day(const void *a, const void *b)
{
    const shown_block *p = a, *q = b;
    if (p->day != q->day) return p->day < q->day ? -1 : 1;
    return p->photo < q->photo ? -1 : p->photo > q->photo;
}

/* The block of the row at hand, if its photo is in a set. */
static pv_status take_block(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_ground_walk *g = w->g;
    int64_t photo = pv_row_int(w->blocks, 1);
    size_t n = 0;
    const pv_walk_photo *p = g->n_photos > 0 ? bsearch(&photo, g->photo, g->n_photos, sizeof *g->photo, by_photo) : NULL;
    if (g->photo != NULL && p == NULL) return PV_OK;
    PV_TRY(pv_grow(&w->shown, &w->cap_shown, w->n_shown + 1, sizeof *w->shown, "ground", err));
    shown_block *b = &w->shown[w->n_shown];
    const void *data = pv_row_blob(w->blocks, 2, &n);
    *b = (shown_block){.photo = photo, .day = p != NULL ? p->day : 0};
    PV_TRY(pv_cell_block_decode(&b->block, &b->owned, data, n, err));
    w->n_shown++;
out:
    return st;
}

/* All blocks at w->bx; *row: there is another one behind them. */
static pv_status take_place(walking *w, int *row, pv_err *err)
{
    pv_status st = PV_OK;
    forget_shown(w);
    while (*row && pv_row_int(w->blocks, 0) == w->bx) {
        PV_TRY(take_block(w, err));
        PV_TRY(pv_stmt_step(w->blocks, row, err));
    }
    if (w->n_shown > 1) qsort(w->shown, w->n_shown, sizeof *w->shown, by_day);
out:
    return st;
}

static pv_status sum_place(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    if (w->n_open == 0 && w->n_shown == 0) return PV_OK;
    PV_TRY(pv_cell_areas_aim(w->areas, w->bx, w->by, err));
    sum_ground(w);
    pv_cell_mix_clear(w->mix);
    if (w->n_shown > 0) PV_TRY(sum_shown(w, err));
    if (w->g->gaps != NULL) PV_TRY(add_gaps(w, err));
out:
    return st;
}

/* ---- a row of blocks ---- */

static pv_status place_unit(walking *w, unit_work *u, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t i0 = INT64_MAX, i1 = INT64_MIN;
    u->n = 0;
    for (int y = 0; y < SIDE; y++) {
        u->from[y] = u->n;
        PV_TRY(pv_unit_cells_row(u->cells, (int64_t)w->by * SIDE + y, &w->one, err));
        PV_TRY(pv_grow(&u->at, &u->cap, u->n + w->one.n, sizeof *u->at, "a unit's rows", err));
        for (size_t k = 0; k < w->one.n; k++) {
            u->at[u->n++] = w->one.at[k];
            i0 = w->one.at[k].i0 < i0 ? w->one.at[k].i0 : i0;
            i1 = w->one.at[k].i1 > i1 ? w->one.at[k].i1 : i1;
        }
    }
    u->from[SIDE] = u->n;
    u->bx0 = i0 < i1 ? pv_cell_block_of(i0) : 0;
    u->bx1 = i0 < i1 ? pv_cell_block_of(i1 - 1) + 1 : 0;
out:
    return st;
}

static int by_first_block(const void *a, const void *b)
{
    const unit_work *p = *(unit_work *const *)a, *q = *(unit_work *const *)b;
    if (p->bx0 != q->bx0) return p->bx0 < q->bx0 ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

/* Units that reach w->bx are open; *next is the first that begins behind it. */
static void open_units(walking *w, size_t *next)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_open; i++)
        if (w->bx < w->open[i]->bx1) w->open[n++] = w->open[i];
    for (; *next < w->n_active && w->active[*next]->bx0 <= w->bx; ++*next)
        if (w->bx < w->active[*next]->bx1) w->open[n++] = w->active[*next];
    w->n_open = n;
}

static pv_status walk_row(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    size_t next = 0;
    int row = 0;
    for (size_t i = 0; i < w->n_active; i++) PV_TRY(place_unit(w, w->active[i], err));
    if (w->n_active > 1) qsort(w->active, w->n_active, sizeof *w->active, by_first_block);
    w->n_open = 0;
    pv_stmt_int(w->blocks, 1, w->by);
    PV_TRY(pv_stmt_step(w->blocks, &row, err));
    for (;;) {
        int64_t bx = INT64_MAX;
        if (w->n_open > 0) bx = w->bx + 1;
        if (next < w->n_active && w->active[next]->bx0 < bx) bx = w->active[next]->bx0;
        if (row && pv_row_int(w->blocks, 0) < bx) bx = pv_row_int(w->blocks, 0);
        if (bx == INT64_MAX) break;
        w->bx = (int32_t)bx;
        open_units(w, &next);
        PV_TRY(take_place(w, &row, err));
        PV_TRY(sum_place(w, err));
    }
    if (w->g->gaps != NULL) PV_TRY(pv_cells_settle(w->g->gaps, err));
out:
    if (st != PV_OK) pv_stmt_reset(w->blocks);
    return st;
}

/* ---- the whole ---- */

static pv_status list_rows(walking *w, pv_err *err)
{
    static const char of_all[] =
        "WITH RECURSIVE r(by) AS (SELECT min(by) FROM ground UNION ALL SELECT (SELECT min(by) FROM ground WHERE by>r.by) FROM r"
        " WHERE r.by IS NOT NULL) SELECT by FROM r WHERE by IS NOT NULL AND ?1=0",
                      of_night[] = "SELECT DISTINCT by FROM ground WHERE photo IN (SELECT fid FROM photos WHERE night=?1) ORDER BY by";
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, w->g->s->db, w->g->night == 0 ? of_all : of_night, err));
    pv_stmt_int(q, 1, w->g->night);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&w->rows, &w->cap_rows, w->n_rows + 1, sizeof *w->rows, "ground", err));
        w->rows[w->n_rows++] = pv_row_int(q, 0);
    }
out:
    pv_stmt_free(q);
    return st;
}

static int by_first_row(const void *a, const void *b)
{
    const unit_work *p = a, *q = b;
    if (p->by0 != q->by0) return p->by0 < q->by0 ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

static pv_status aim_units(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_grid *grid = NULL;
    char crs[32];
    size_t n = w->g->n_units;
    (void)snprintf(crs, sizeof crs, "EPSG:%d", w->g->grid.epsg);
    PV_TRY(pv_unit_grid_new(&grid, w->g->units, crs, w->g->grid.cell_m, err));
    PV_TRY(pv_alloc(&w->u, n, sizeof *w->u, "units", err));
    PV_TRY(pv_alloc(&w->active, n, sizeof(unit_work *), "units", err));
    PV_TRY(pv_alloc(&w->open, n, sizeof(unit_work *), "units", err));
    w->gap_level = PV_UNIT_OTHER;
    for (size_t i = 0; i < n; i++) {
        int64_t j0 = 0, j1 = 0;
        unit_work *u = &w->u[i];
        pv_unit_level level = pv_units_at(w->g->units, i)->level;
        w->gap_level = level < w->gap_level ? level : w->gap_level;
        u->unit = i;
        PV_TRY(pv_unit_cells_new(&u->cells, grid, i, err));
        pv_unit_cells_rows(u->cells, &j0, &j1);
        u->by0 = pv_cell_block_of(j0);
        u->by1 = j1 > j0 ? pv_cell_block_of(j1 - 1) + 1 : u->by0;
    }
    if (n > 1) qsort(w->u, n, sizeof *w->u, by_first_row);
out:
    pv_unit_grid_free(grid);
    return st;
}

static void release_unit(unit_work *u)
{
    pv_unit_cells_free(u->cells);
    u->cells = NULL;
    pv_free(u->at);
    u->at = NULL;
}

/* Rows of blocks from south to north, those with photos and those with units. */
static pv_status walk_rows(walking *w, pv_err *err)
{
    pv_status st = PV_OK;
    size_t next = 0, row = 0, n = 0;
    for (;;) {
        int64_t by = INT64_MAX;
        if (n > 0) by = w->by + 1;
        if (next < w->g->n_units && w->u[next].by0 < by) by = w->u[next].by0;
        if (row < w->n_rows && w->rows[row] < by) by = w->rows[row];
        if (by == INT64_MAX) break;
        w->by = (int32_t)by;
        if (row < w->n_rows && w->rows[row] == by) row++;
        for (; next < w->g->n_units && w->u[next].by0 <= by; next++)
            if (by < w->u[next].by1) w->active[n++] = &w->u[next];
        w->n_active = n;
        PV_TRY(walk_row(w, err));
        for (size_t i = n = 0; i < w->n_active; i++) {
            if (by + 1 < w->active[i]->by1)
                w->active[n++] = w->active[i];
            else
                release_unit(w->active[i]);
        }
    }
out:
    return st;
}

static void release(walking *w)
{
    forget_shown(w);
    for (size_t i = 0; w->u != NULL && i < w->g->n_units; i++) release_unit(&w->u[i]);
    pv_free(w->u);
    pv_free(w->active);
    pv_free(w->open);
    pv_cell_intervals_release(&w->one);
    pv_free(w->shown);
    pv_free(w->choices);
    pv_free(w->ranges);
    pv_free(w->rows);
    pv_stmt_free(w->blocks);
    pv_cell_areas_free(w->areas);
    pv_cell_mix_free(w->mix);
}

pv_status pv_ground_walk_make(pv_ground_walk *g, pv_err *err)
{
    pv_status st = PV_OK;
    walking w = {.g = g};
    PV_TRY(pv_cell_areas_new(&w.areas, &g->grid, err));
    PV_TRY(pv_cell_mix_new(&w.mix, err));
    PV_TRY(pv_stmt_new(
        &w.blocks, g->s->db,
        "SELECT bx,photo,cells FROM ground WHERE by=?1 AND (?2=0 OR photo IN (SELECT fid FROM photos WHERE night=?2)) ORDER BY bx,photo", err));
    pv_stmt_int(w.blocks, 2, g->night);
    PV_TRY(list_rows(&w, err));
    if (g->units != NULL) PV_TRY(aim_units(&w, err));
    PV_TRY(walk_rows(&w, err));
out:
    release(&w);
    return st;
}
