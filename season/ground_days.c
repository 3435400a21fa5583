#include "season/ground_days.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/ground_sum_internal.h"

#include "base/banned.h"

typedef struct photo_day {
    int64_t photo;
    char day[PV_DATE];
} photo_day;

typedef struct shown_block {
    pv_cell_block block;
    pv_cell_block_owned owned;
    const char *day;
} shown_block;

typedef struct adding {
    pv_summing w;
    pv_ground_report grid_of; /* grid and number of units, for the shared parts */
    const pv_periods *set;    /* [out->n_sets] */
    pv_ground_days *out;
    size_t n_photos, cap_photos;
    photo_day *photo; /* by photo */
    size_t n_shown, cap_shown;
    shown_block *shown; /* of one place */
    size_t n_walked, cap_walked;
    int64_t *walked; /* rows of blocks that were summed as a whole, rising */
} adding;

static pv_status read_days(adding *a, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, a->w.s->db, "SELECT fid,day FROM photos WHERE day IS NOT NULL ORDER BY fid", err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&a->photo, &a->cap_photos, a->n_photos + 1, sizeof *a->photo, "photos", err));
        photo_day *p = &a->photo[a->n_photos++];
        p->photo = pv_row_int(q, 0);
        const char *day = pv_row_text(q, 1);
        memcpy(p->day, day, strlen(day) < PV_DATE ? strlen(day) + 1 : 0);
        p->day[PV_DATE - 1] = '\0';
    }
out:
    pv_stmt_free(q);
    return st;
}

static int by_photo(const void *key, const void *at)
{
    int64_t a = *(const int64_t *)key, b = ((const photo_day *)at)->photo;
    return a < b ? -1 : a > b;
}

/* ---- a block row ---- */

static void forget_shown(adding *a)
{
    for (size_t k = 0; k < a->n_shown; k++) pv_cell_block_release(&a->shown[k].owned);
    a->n_shown = 0;
}

static int is_in(const pv_periods *set, const char *day)
{
    for (size_t i = 0; i < set->n; i++)
        if (strcmp(day, set->at[i].from) >= 0 && strcmp(day, set->at[i].to) <= 0) return 1;
    return 0;
}

/* One photo alone needs no mixing. */
static pv_status add_single(adding *a, const pv_cell_block *block, int32_t bx, int32_t set, pv_err *err)
{
    pv_status st = PV_OK;
    pv_summing *w = &a->w;
    uint32_t n = block->row[PV_CELL_BLOCK];
    PV_TRY(pv_grow(&w->block, &w->cap, w->n + 1, sizeof *w->block, "ground", err));
    pv_mixed_block *b = &w->block[w->n++];
    *b = (pv_mixed_block){.bx = bx, .set = set};
    PV_TRY(pv_alloc(&b->span, n, sizeof *b->span, "ground", err));
    memcpy(b->row, block->row, sizeof b->row);
    for (uint32_t k = 0; k < n; k++)
        b->span[k] = (pv_cell_span){block->run[k].x0, block->run[k].x1, block->run[k].state, block->run[k].state == PV_CELL_SEEN};
out:
    return st;
}

/* What each set has at one place becomes a block of it. */
static pv_status mix_place(adding *a, int32_t bx, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t k = 0; k < a->out->n_sets; k++) {
        size_t n = 0, first = 0;
        for (size_t i = 0; i < a->n_shown; i++) {
            if (!is_in(&a->set[k], a->shown[i].day)) continue;
            if (n == 1) pv_cell_mix_add(a->w.mix, &a->shown[first].block);
            if (n > 0) pv_cell_mix_add(a->w.mix, &a->shown[i].block);
            if (n++ == 0) first = i;
        }
        if (n == 0) continue;
        st = n == 1 ? add_single(a, &a->shown[first].block, bx, (int32_t)k, err) : pv_summing_block(&a->w, bx, (int32_t)k, err);
        if (n > 1) pv_cell_mix_clear(a->w.mix);
        if (st != PV_OK) goto out;
    }
out:
    forget_shown(a);
    return st;
}

static pv_status load_row(adding *a, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = a->w.blocks;
    int row = 0;
    int32_t bx = 0;
    pv_summing_forget(&a->w);
    pv_stmt_int(q, 1, by);
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (a->n_shown > 0 && (!row || (int32_t)pv_row_int(q, 0) != bx)) PV_TRY(mix_place(a, bx, err));
        if (!row) break;
        bx = (int32_t)pv_row_int(q, 0);
        int64_t photo = pv_row_int(q, 1);
        const photo_day *p = bsearch(&photo, a->photo, a->n_photos, sizeof *a->photo, by_photo);
        if (p == NULL) continue;
        PV_TRY(pv_grow(&a->shown, &a->cap_shown, a->n_shown + 1, sizeof *a->shown, "ground", err));
        shown_block *b = &a->shown[a->n_shown];
        size_t n = 0;
        const void *data = pv_row_blob(q, 2, &n);
        *b = (shown_block){.day = p->day};
        PV_TRY(pv_cell_block_decode(&b->block, &b->owned, data, n, err));
        a->n_shown++;
    }
out:
    forget_shown(a);
    if (st != PV_OK) pv_stmt_reset(q);
    return st;
}

/* ---- sums ---- */

static pv_status add_all(adding *a, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t k = 0; k < a->w.n; k++) {
        const pv_mixed_block *b = &a->w.block[k];
        PV_TRY(pv_cell_areas_aim(a->w.areas, b->bx, (int32_t)by, err));
        for (int y = 0; y < PV_CELL_BLOCK; y++) PV_TRY(pv_summing_interval(&a->w, &a->out->all[b->set], b, b->bx, by, y, 0, PV_CELL_BLOCK, 0, err));
    }
out:
    return st;
}

/* The first block at a place or beyond it. */
static size_t first_block(const pv_summing *w, int64_t bx)
{
    size_t lo = 0, hi = w->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (w->block[mid].bx < bx)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static pv_status add_unit(adding *a, pv_unit_work *u, int64_t by, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t i0 = 0, i1 = 0;
    pv_summing *w = &a->w;
    const pv_unit_rows *r = &w->rows;
    PV_TRY(pv_summing_rows(w, u, by, &i0, &i1, err));
    for (int64_t bx = i0 < i1 ? pv_cell_block_of(i0) : 0; i0 < i1 && bx <= pv_cell_block_of(i1 - 1); bx++) {
        size_t from = first_block(w, bx), to = from;
        while (to < w->n && w->block[to].bx == bx) to++;
        PV_TRY(pv_cell_areas_aim(w->areas, (int32_t)bx, (int32_t)by, err));
        for (int y = 0; y < PV_CELL_BLOCK; y++)
            for (size_t k = r->from[y]; k < r->from[y + 1]; k++) {
                int64_t x0 = r->at[k].i0 - bx * PV_CELL_BLOCK, x1 = r->at[k].i1 - bx * PV_CELL_BLOCK;
                x0 = x0 > 0 ? x0 : 0;
                x1 = x1 < PV_CELL_BLOCK ? x1 : PV_CELL_BLOCK;
                if (x0 >= x1) continue;
                a->out->ground_e6[u->unit] += pv_cell_run_e6(w->areas, y, (int)x0, (int)x1);
                for (size_t b = from; b < to; b++)
                    PV_TRY(pv_summing_interval(w, &a->out->unit[(size_t)w->block[b].set * a->out->n_units + u->unit], &w->block[b], bx, by, y,
                                               (int)x0, (int)x1, 0, err));
            }
    }
out:
    return st;
}

static int by_row(const void *a, const void *b)
{
    int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
    return p < q ? -1 : p > q;
}

/* Rows of blocks with photos where no unit is. */
static pv_status walk_shown(adding *a, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, a->w.s->db, "SELECT DISTINCT by FROM ground ORDER BY by", err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        int64_t by = pv_row_int(q, 0);
        if (a->n_walked > 0 && bsearch(&by, a->walked, a->n_walked, sizeof by, by_row) != NULL) continue;
        PV_TRY(load_row(a, by, err));
        PV_TRY(add_all(a, by, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status walk_units(adding *a, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_work *u = NULL;
    size_t n = a->out->n_units, first = 0;
    PV_TRY(pv_summing_aim(&a->w, &u, err));
    int64_t end = INT64_MIN;
    for (size_t i = 0; i < n; i++) end = u[i].by1 > end ? u[i].by1 : end;
    for (int64_t by = n > 0 ? u[0].by0 : end; by < end; by++) {
        int some = 0;
        for (size_t i = first; i < n && u[i].by0 <= by; i++) some |= by < u[i].by1;
        if (!some) continue;
        PV_TRY(load_row(a, by, err));
        PV_TRY(add_all(a, by, err));
        PV_TRY(pv_grow(&a->walked, &a->cap_walked, a->n_walked + 1, sizeof *a->walked, "ground", err));
        a->walked[a->n_walked++] = by;
        for (size_t i = first; i < n && u[i].by0 <= by; i++) {
            if (by >= u[i].by1) continue;
            PV_TRY(add_unit(a, &u[i], by, err));
            if (by + 1 < u[i].by1) continue;
            pv_unit_cells_free(u[i].cells);
            u[i].cells = NULL;
        }
        while (first < n && u[first].cells == NULL) first++;
    }
out:
    for (size_t i = 0; u != NULL && i < n; i++) pv_unit_cells_free(u[i].cells);
    pv_free(u);
    return st;
}

/* ---- the whole ---- */

/* Of a set, ground that no photo of it shows is none of it: cells of a shown block that it does not reach were summed as such. */
static void drop_unshown(pv_ground_sum *sum, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        sum[k].ground_e6 -= sum[k].state_e6[PV_CELL_NONE];
        sum[k].state_e6[PV_CELL_NONE] = 0;
    }
}

static pv_status start(adding *a, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_days *g = a->out;
    if (a->w.units != NULL) g->n_units = pv_units_count(a->w.units);
    a->grid_of = (pv_ground_report){.grid = g->grid, .n_units = g->n_units};
    a->w.out = &a->grid_of;
    PV_TRY(pv_cell_areas_new(&a->w.areas, &g->grid, err));
    PV_TRY(pv_cell_mix_new(&a->w.mix, err));
    PV_TRY(pv_stmt_new(&a->w.blocks, a->w.s->db, "SELECT bx,photo,cells FROM ground WHERE by=?1 ORDER BY bx,photo", err));
    PV_TRY(pv_alloc(&g->all, g->n_sets, sizeof *g->all, "ground", err));
    PV_TRY(pv_alloc(&g->ground_e6, g->n_units, sizeof *g->ground_e6, "ground of units", err));
    PV_TRY(pv_alloc(&g->unit, g->n_sets * g->n_units, sizeof *g->unit, "ground of units", err));
    PV_TRY(read_days(a, err));
out:
    return st;
}

pv_status pv_ground_days_make(pv_ground_days *out, pv_season *s, size_t n, const pv_periods *set, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_days g = {.n_sets = n};
    adding a = {.w = {.s = s, .units = units}, .set = set, .out = &g};
    PV_TRY(pv_ground_grid(s, &g.grid, &g.known, err));
    if (g.known) {
        PV_TRY(start(&a, err));
        if (units != NULL) PV_TRY(walk_units(&a, err));
        PV_TRY(walk_shown(&a, err));
        drop_unshown(g.all, g.n_sets);
        drop_unshown(g.unit, g.n_sets * g.n_units);
    }
    *out = g;
    g = (pv_ground_days){.known = 0};
out:
    pv_summing_release(&a.w);
    pv_free(a.photo);
    pv_free(a.shown);
    pv_free(a.walked);
    pv_ground_days_release(&g);
    return st;
}

void pv_ground_days_release(pv_ground_days *g)
{
    pv_free(g->ground_e6);
    pv_free(g->all);
    pv_free(g->unit);
    *g = (pv_ground_days){.known = 0};
}
