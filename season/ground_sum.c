#include "season/ground_sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/ground_sum_internal.h"

#include "base/banned.h"

/* ---- a block row of the ledger ---- */

void pv_summing_forget(pv_summing *w)
{
    for (size_t k = 0; k < w->n; k++) pv_free(w->block[k].span);
    w->n = 0;
}

void pv_summing_release(pv_summing *w)
{
    pv_summing_forget(w);
    pv_free(w->block);
    pv_free(w->rows.at);
    pv_cell_intervals_release(&w->rows.one);
    pv_stmt_free(w->blocks);
    pv_cell_areas_free(w->areas);
    pv_cell_mix_free(w->mix);
}

pv_status pv_summing_block(pv_summing *w, int32_t bx, int32_t set, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0, cap = 0;
    pv_cell_span row[PV_CELL_BLOCK];
    PV_TRY(pv_grow(&w->block, &w->cap, w->n + 1, sizeof *w->block, "ground", err));
    pv_mixed_block *b = &w->block[w->n++];
    *b = (pv_mixed_block){.bx = bx, .set = set};
    for (int y = 0; y < PV_CELL_BLOCK; y++) {
        int m = pv_cell_mix_row(w->mix, y, row);
        PV_TRY(pv_grow(&b->span, &cap, n + (size_t)m, sizeof *b->span, "ground", err));
        if (m > 0) memcpy(b->span + n, row, (size_t)m * sizeof *row);
        n += (size_t)m;
        b->row[y + 1] = (uint32_t)n;
    }
out:
    return st;
}

static pv_status load_blocks(pv_summing *w, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0, some = 0;
    int32_t bx = 0;
    pv_summing_forget(w);
    pv_stmt_int(w->blocks, 1, by);
    for (;;) {
        PV_TRY(pv_stmt_step(w->blocks, &row, err));
        if (some && (!row || (int32_t)pv_row_int(w->blocks, 0) != bx)) {
            st = pv_summing_block(w, bx, 0, err);
            pv_cell_mix_clear(w->mix);
            some = 0;
            if (st != PV_OK) goto out;
        }
        if (!row) break;
        pv_cell_block b;
        pv_cell_block_owned owned = {0};
        size_t n = 0;
        const void *data = pv_row_blob(w->blocks, 1, &n);
        PV_TRY(pv_cell_block_decode(&b, &owned, data, n, err));
        pv_cell_mix_add(w->mix, &b);
        pv_cell_block_release(&owned);
        bx = (int32_t)pv_row_int(w->blocks, 0);
        some = 1;
    }
out:
    if (st != PV_OK) pv_stmt_reset(w->blocks);
    return st;
}

static const pv_mixed_block *find_block(const pv_summing *w, int64_t bx)
{
    size_t lo = 0, hi = w->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (w->block[mid].bx < bx)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < w->n && w->block[lo].bx == bx ? &w->block[lo] : NULL;
}

/* ---- sums ---- */

static pv_status add_gap(pv_summing *w, int64_t bx, int64_t by, int y, int x0, int x1, int state, pv_err *err)
{
    int32_t i = (int32_t)(bx * PV_CELL_BLOCK);
    return pv_cells_set(w->out->gaps, (int32_t)(by * PV_CELL_BLOCK + y), i + x0, i + x1, state == PV_CELL_NONE ? PV_CELL_NODATA : state, err);
}

/* Cells x0 <= x < x1 of a row, of one state, seen by so many photos. gap 1: they are noted when they were not seen. */
static pv_status add_run(pv_summing *w, pv_ground_sum *sum, int64_t bx, int64_t by, int y, int x0, int x1, int state, int seen, int gap, pv_err *err)
{
    int64_t e6 = x1 > x0 ? pv_cell_run_e6(w->areas, y, x0, x1) : 0;
    sum->ground_e6 += e6;
    sum->state_e6[state] += e6;
    sum->repeated_e6 += e6 * seen;
    return gap && x1 > x0 && state != PV_CELL_SEEN ? add_gap(w, bx, by, y, x0, x1, state, err) : PV_OK;
}

/* The cells x0 <= x < x1 of row y of a block (NULL: no photo shows it). */
pv_status pv_summing_interval(pv_summing *w, pv_ground_sum *sum, const pv_mixed_block *b, int64_t bx, int64_t by, int y, int x0, int x1, int gap,
                              pv_err *err)
{
    pv_status st = PV_OK;
    int x = x0;
    for (uint32_t k = b != NULL ? b->row[y] : 0; b != NULL && k < b->row[y + 1]; k++) {
        const pv_cell_span *p = &b->span[k];
        int from = p->x0 > x ? p->x0 : x, to = p->x1 < x1 ? p->x1 : x1;
        if (from >= to) continue;
        PV_TRY(add_run(w, sum, bx, by, y, x, from, PV_CELL_NONE, 0, gap, err));
        PV_TRY(add_run(w, sum, bx, by, y, from, to, p->state, p->seen, gap, err));
        x = to;
    }
    PV_TRY(add_run(w, sum, bx, by, y, x, x1, PV_CELL_NONE, 0, gap, err));
out:
    return st;
}

/* All that photos show in a block row. Without units what they could not judge is a gap; collars are none. */
static pv_status sum_all(pv_summing *w, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t k = 0; k < w->n; k++) {
        const pv_mixed_block *b = &w->block[k];
        PV_TRY(pv_cell_areas_aim(w->areas, b->bx, (int32_t)by, err));
        for (int y = 0; y < PV_CELL_BLOCK; y++)
            for (uint32_t r = b->row[y]; r < b->row[y + 1]; r++) {
                const pv_cell_span *p = &b->span[r];
                PV_TRY(add_run(w, &w->out->all, b->bx, by, y, p->x0, p->x1, p->state, p->seen, w->units == NULL && p->state != PV_CELL_NODATA, err));
            }
    }
out:
    return st;
}

/* ---- units ---- */

pv_status pv_summing_rows(pv_summing *w, pv_unit_work *u, int64_t by, int64_t *i0, int64_t *i1, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_rows *r = &w->rows;
    r->n = 0;
    *i0 = INT64_MAX;
    *i1 = INT64_MIN;
    for (int y = 0; y < PV_CELL_BLOCK; y++) {
        r->from[y] = r->n;
        PV_TRY(pv_unit_cells_row(u->cells, by * PV_CELL_BLOCK + y, &r->one, err));
        PV_TRY(pv_grow(&r->at, &r->cap, r->n + r->one.n, sizeof *r->at, "a unit's rows", err));
        for (size_t k = 0; k < r->one.n; k++) {
            r->at[r->n++] = r->one.at[k];
            *i0 = r->one.at[k].i0 < *i0 ? r->one.at[k].i0 : *i0;
            *i1 = r->one.at[k].i1 > *i1 ? r->one.at[k].i1 : *i1;
        }
    }
    r->from[PV_CELL_BLOCK] = r->n;
out:
    return st;
}

static pv_status sum_unit(pv_summing *w, pv_unit_work *u, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t i0 = 0, i1 = 0;
    const pv_unit_rows *r = &w->rows;
    int gap = pv_units_at(w->units, u->unit)->level == w->gap_level;
    PV_TRY(pv_summing_rows(w, u, by, &i0, &i1, err));
    for (int64_t bx = i0 < i1 ? pv_cell_block_of(i0) : 0; i0 < i1 && bx <= pv_cell_block_of(i1 - 1); bx++) {
        const pv_mixed_block *b = find_block(w, bx);
        PV_TRY(pv_cell_areas_aim(w->areas, (int32_t)bx, (int32_t)by, err));
        for (int y = 0; y < PV_CELL_BLOCK; y++)
            for (size_t k = r->from[y]; k < r->from[y + 1]; k++) {
                int64_t x0 = r->at[k].i0 - bx * PV_CELL_BLOCK, x1 = r->at[k].i1 - bx * PV_CELL_BLOCK;
                x0 = x0 > 0 ? x0 : 0;
                x1 = x1 < PV_CELL_BLOCK ? x1 : PV_CELL_BLOCK;
                if (x0 < x1) PV_TRY(pv_summing_interval(w, &w->out->unit[u->unit], b, bx, by, y, (int)x0, (int)x1, gap, err));
            }
    }
out:
    return st;
}

static int by_first_row(const void *a, const void *b)
{
    const pv_unit_work *p = a, *q = b;
    if (p->by0 != q->by0) return p->by0 < q->by0 ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

pv_status pv_summing_aim(pv_summing *w, pv_unit_work **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_work *u = NULL;
    pv_unit_grid *grid = NULL;
    char crs[32];
    size_t n = w->out->n_units;
    (void)snprintf(crs, sizeof crs, "EPSG:%d", w->out->grid.epsg);
    PV_TRY(pv_unit_grid_new(&grid, w->units, crs, w->out->grid.cell_m, err));
    PV_TRY(pv_alloc(&u, n, sizeof *u, "units", err));
    for (size_t i = 0; i < n; i++) {
        int64_t j0 = 0, j1 = 0;
        u[i].unit = i;
        PV_TRY(pv_unit_cells_new(&u[i].cells, grid, i, err));
        pv_unit_cells_rows(u[i].cells, &j0, &j1);
        u[i].by0 = pv_cell_block_of(j0);
        u[i].by1 = j1 > j0 ? pv_cell_block_of(j1 - 1) + 1 : u[i].by0;
    }
    qsort(u, n, sizeof *u, by_first_row);
    *out = u;
    u = NULL;
out:
    for (size_t i = 0; u != NULL && i < n; i++) pv_unit_cells_free(u[i].cells);
    pv_free(u);
    pv_unit_grid_free(grid);
    return st;
}

static pv_status sum_units(pv_summing *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_work *u = NULL;
    size_t n = w->out->n_units, first = 0;
    PV_TRY(pv_summing_aim(w, &u, err));
    int64_t end = INT64_MIN;
    for (size_t i = 0; i < n; i++) end = u[i].by1 > end ? u[i].by1 : end;
    for (int64_t by = n > 0 ? u[0].by0 : end; by < end; by++) {
        int some = 0;
        for (size_t i = first; i < n && u[i].by0 <= by; i++) some |= by < u[i].by1;
        if (!some) continue;
        PV_TRY(load_blocks(w, by, err));
        for (size_t i = first; i < n && u[i].by0 <= by; i++) {
            if (by >= u[i].by1) continue;
            PV_TRY(sum_unit(w, &u[i], by, err));
            if (by + 1 < u[i].by1) continue;
            pv_unit_cells_free(u[i].cells);
            u[i].cells = NULL;
        }
        while (first < n && u[first].cells == NULL) first++;
        PV_TRY(pv_cells_settle(w->out->gaps, err));
    }
out:
    for (size_t i = 0; u != NULL && i < n; i++) pv_unit_cells_free(u[i].cells);
    pv_free(u);
    return st;
}

/* ---- the whole ---- */

static pv_status sum_shown(pv_summing *w, int64_t night, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(
        pv_stmt_new(&q, w->s->db, "SELECT DISTINCT by FROM ground WHERE ?1=0 OR photo IN (SELECT fid FROM photos WHERE night=?1) ORDER BY by", err));
    pv_stmt_int(q, 1, night);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        int64_t by = pv_row_int(q, 0);
        PV_TRY(load_blocks(w, by, err));
        PV_TRY(sum_all(w, by, err));
        PV_TRY(pv_cells_settle(w->out->gaps, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

/* The highest level that has units of its own. */
static pv_unit_level highest_level(const pv_units *units)
{
    pv_unit_level best = PV_UNIT_OTHER;
    for (size_t i = 0; i < pv_units_count(units); i++) {
        const pv_unit *u = pv_units_at(units, i);
        if (u->level < best) best = u->level;
    }
    return best;
}

static pv_status start(pv_summing *w, int64_t night, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_cells_new(&w->out->gaps, &w->out->grid, err));
    PV_TRY(pv_cell_areas_new(&w->areas, &w->out->grid, err));
    PV_TRY(pv_cell_mix_new(&w->mix, err));
    PV_TRY(pv_stmt_new(&w->blocks, w->s->db,
                       "SELECT bx,cells FROM ground WHERE by=?1 AND (?2=0 OR photo IN (SELECT fid FROM photos WHERE night=?2)) ORDER BY bx,photo",
                       err));
    pv_stmt_int(w->blocks, 2, night);
    if (w->units == NULL) goto out;
    w->out->n_units = pv_units_count(w->units);
    w->gap_level = highest_level(w->units);
    PV_TRY(pv_alloc(&w->out->unit, w->out->n_units, sizeof *w->out->unit, "units", err));
out:
    return st;
}

pv_status pv_ground_report_make(pv_ground_report *out, pv_season *s, int64_t night, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_report r = {.known = 0};
    pv_summing w = {.s = s, .units = units, .out = &r};
    PV_TRY(pv_ground_grid(s, &r.grid, &r.known, err));
    if (r.known) {
        PV_TRY(start(&w, night, err));
        PV_TRY(sum_shown(&w, night, err));
        if (units != NULL) PV_TRY(sum_units(&w, err));
        PV_TRY(pv_cells_finish(r.gaps, err));
    }
    *out = r;
    r = (pv_ground_report){.known = 0};
out:
    pv_summing_release(&w);
    pv_ground_report_release(&r);
    return st;
}

int64_t pv_ground_share_e2(int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)((long double)part * 10000 / (long double)whole + 1e-9L) : 0;
}

void pv_ground_report_release(pv_ground_report *r)
{
    pv_free(r->unit);
    pv_cells_free(r->gaps);
    *r = (pv_ground_report){.known = 0};
}
