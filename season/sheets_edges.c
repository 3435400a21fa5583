/* How far a place is from borders: their lines in pieces, sorted by squares of the ground. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "season/sheets_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct line {
    double at[4]; /* the western end first, of equal ones the southern */
} line;

typedef struct lines {
    size_t n, cap;
    line *at;
} lines;

static int by_ends(const void *a, const void *b)
{
    const line *p = a, *q = b;
    for (int k = 0; k < 4; k++)
        if (p->at[k] != q->at[k]) return p->at[k] < q->at[k] ? -1 : 1;
    return 0;
}

static pv_status add_area(lines *out, const pv_area *a, pv_err *err)
{
    pv_status st = PV_OK;
    size_t i = 0;
    for (size_t r = 0; r < a->n_rings; r++, i++)
        for (; i + 1 < a->end[r]; i++) {
            const pv_point *p = &a->point[i], *q = &a->point[i + 1];
            int turned = p->x > q->x || (p->x == q->x && p->y > q->y);
            PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "borders", err));
            out->at[out->n++] = turned ? (line){{q->x, q->y, p->x, p->y}} : (line){{p->x, p->y, q->x, q->y}};
        }
out:
    return st;
}

/* Each line once; outer: only those that stand there once. */
static void drop_doubles(lines *l, int outer)
{
    size_t kept = 0;
    if (l->n > 1) qsort(l->at, l->n, sizeof *l->at, by_ends);
    for (size_t i = 0, k; i < l->n; i += k) {
        for (k = 1; i + k < l->n && by_ends(&l->at[i], &l->at[i + k]) == 0;) k++;
        if (k == 1 || !outer) l->at[kept++] = l->at[i];
    }
    l->n = kept;
}

static pv_status add_piece(pv_edges *e, const double at[4], pv_err *err)
{
    pv_status st = PV_OK;
    int64_t low[2], high[2];
    for (int k = 0; k < 2; k++) {
        low[k] = (int64_t)floor(fmin(at[k], at[2 + k]) / e->step_deg[k]);
        high[k] = (int64_t)floor(fmax(at[k], at[2 + k]) / e->step_deg[k]);
    }
    for (int64_t row = low[1]; row <= high[1]; row++)
        for (int64_t column = low[0]; column <= high[0]; column++) {
            PV_TRY(pv_grow(&e->piece, &e->cap, e->n + 1, sizeof *e->piece, "borders", err));
            e->piece[e->n] = (pv_edge_piece){.row = row, .column = column};
            memcpy(e->piece[e->n++].at, at, sizeof e->piece->at);
        }
out:
    return st;
}

/* In pieces that are no longer than a square is wide. */
static pv_status add_line(pv_edges *e, const line *l, pv_err *err)
{
    pv_status st = PV_OK;
    const double *a = l->at, dx = a[2] - a[0], dy = a[3] - a[1];
    double n = fmax(ceil(fmax(fabs(dx) / e->step_deg[0], fabs(dy) / e->step_deg[1])), 1);
    for (double k = 0; k < n; k++) {
        const double at[4] = {a[0] + dx * (k / n), a[1] + dy * (k / n), a[0] + dx * ((k + 1) / n), a[1] + dy * ((k + 1) / n)};
        PV_TRY(add_piece(e, at, err));
    }
out:
    return st;
}

static int by_square(const void *a, const void *b)
{
    const pv_edge_piece *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    return p->column < q->column ? -1 : p->column > q->column;
}

pv_status pv_edges_read(pv_edges *out, const pv_units *units, const pv_unit_level level[2], int outer, double reach_m, pv_err *err)
{
    /* A square is wider than the reach up to 65 degrees of latitude. */
    const double least_m_lat = 110500, least_m_lon = 47000, wide_m = fmax(reach_m, 10);
    pv_status st = PV_OK;
    pv_edges e = {.reach_m = reach_m, .step_deg = {wide_m / least_m_lon, wide_m / least_m_lat}};
    lines l = {.n = 0};
    for (size_t u = 0; u < pv_units_count(units); u++) {
        const pv_unit *unit = pv_units_at(units, u);
        if (unit->level != level[0] && unit->level != level[1]) continue;
        for (size_t k = 0; k < unit->n_parts; k++) PV_TRY(add_area(&l, pv_unit_part(units, u, k), err));
    }
    drop_doubles(&l, outer);
    for (size_t i = 0; i < l.n; i++) PV_TRY(add_line(&e, &l.at[i], err));
    if (e.n > 1) qsort(e.piece, e.n, sizeof *e.piece, by_square);
    *out = e;
    e = (pv_edges){.n = 0};
out:
    pv_free(l.at);
    pv_edges_release(&e);
    return st;
}

void pv_edges_release(pv_edges *e)
{
    pv_free(e->piece);
    *e = (pv_edges){.n = 0};
}

/* The first piece of a square or of one behind it. */
static size_t first_of(const pv_edges *e, int64_t row, int64_t column)
{
    const pv_edge_piece key = {.row = row, .column = column};
    size_t low = 0, high = e->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_square(&e->piece[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double pv_edges_apart_m(const pv_edges *e, double lon_deg, double lat_deg)
{
    double least_m = INFINITY;
    if (e->n == 0) return least_m;
    int64_t row = (int64_t)floor(lat_deg / e->step_deg[1]), column = (int64_t)floor(lon_deg / e->step_deg[0]);
    for (int64_t r = row - 1; r <= row + 1; r++)
        for (size_t i = first_of(e, r, column - 1); i < e->n && e->piece[i].row == r && e->piece[i].column <= column + 1; i++)
            least_m = fmin(least_m, pv_ground_from_line_m(e->piece[i].at, lon_deg, lat_deg));
    return least_m <= e->reach_m ? least_m : INFINITY;
}
