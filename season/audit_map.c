/* What the map says of each cell: outlines of hotspots, and ground near them and near other plots, on the season's grid. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geo/cells_shape.h"
#include "season/audit_internal.h"
#include "season/plots_internal.h"

#include "base/banned.h"

/* Blocks that are written are unpacked: now and then they are packed again. */
enum { SETTLE_AFTER = 2000 };

typedef struct mapping {
    pv_season *s;
    const pv_audit_design *design;
    pv_cell_grid grid;
    pv_cells *cells;
    pv_cell_globe *globe; /* NULL until the first place */
    pv_plot_outline outline;
    size_t cap_points, cap_cross;
    double (*at)[2]; /* [outline.n_points] in cells */
    double *cross;   /* where a line meets the outline */
    int written;     /* since the last settling */
} mapping;

static pv_status start_globe(mapping *m, double lon_deg, double lat_deg, pv_err *err)
{
    pv_status st = PV_OK;
    double i = 0, j = 0;
    if (m->globe != NULL) return PV_OK;
    PV_TRY(pv_cell_globe_new(&m->globe, &m->grid, 0, 0, err));
    if (!pv_cell_globe_cell(m->globe, lon_deg, lat_deg, &i, &j)) goto out;
    pv_cell_globe *near = NULL;
    PV_TRY(pv_cell_globe_new(&near, &m->grid, (int32_t)i, (int32_t)j, err));
    pv_cell_globe_free(m->globe);
    m->globe = near;
out:
    return st;
}

/* Cells i0..i1, both included, of row j. */
static pv_status put(mapping *m, double j, double i0, double i1, int state, pv_err *err)
{
    if (!(fabs(j) < PV_CELL_MOST && fabs(i0) < PV_CELL_MOST && fabs(i1) < PV_CELL_MOST - 1)) return PV_OK;
    return pv_cells_set(m->cells, (int32_t)j, (int32_t)i0, (int32_t)i1 + 1, state, err);
}

static pv_status settle(mapping *m, pv_err *err)
{
    if (++m->written % SETTLE_AFTER != 0) return PV_OK;
    return pv_cells_settle(m->cells, err);
}

/* The outline at hand in cells; *there 0: a point of it has no place in the grid. */
static pv_status to_cells(mapping *m, int *there, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_plot_outline *o = &m->outline;
    *there = o->n_points > 0;
    if (!*there) goto out;
    PV_TRY(start_globe(m, o->at[0][0], o->at[0][1], err));
    PV_TRY(pv_grow(&m->at, &m->cap_points, o->n_points, sizeof *m->at, "outline", err));
    for (size_t k = 0; k < o->n_points && *there; k++) *there = pv_cell_globe_cell(m->globe, o->at[k][0], o->at[k][1], &m->at[k][0], &m->at[k][1]);
out:
    return st;
}

/* ---- cells into which an outline reaches ---- */

/* The cells that a line from a to b passes through. */
static pv_status touch_line(mapping *m, const double a[2], const double b[2], int state, pv_err *err)
{
    pv_status st = PV_OK;
    double low = fmin(a[1], b[1]), high = fmax(a[1], b[1]);
    for (double j = floor(low); j <= floor(high); j++) {
        double y0 = fmax(low, j), y1 = fmin(high, j + 1), x0 = a[0], x1 = b[0];
        if (b[1] != a[1]) {
            x0 = a[0] + (y0 - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
            x1 = a[0] + (y1 - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        }
        PV_TRY(put(m, j, floor(fmin(x0, x1)), floor(fmax(x0, x1)), state, err));
    }
out:
    return st;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The cells of a row whose middles lie in the outline. */
static pv_status fill_row(mapping *m, double j, int state, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    const pv_plot_outline *o = &m->outline;
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t k = o->ring[r]; k + 1 < o->ring[r + 1]; k++) {
            const double *a = m->at[k], *b = m->at[k + 1];
            if ((a[1] <= j + 0.5) == (b[1] <= j + 0.5)) continue;
            PV_TRY(pv_grow(&m->cross, &m->cap_cross, n + 1, sizeof *m->cross, "outline", err));
            m->cross[n++] = a[0] + (j + 0.5 - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        }
    if (n > 1) qsort(m->cross, n, sizeof *m->cross, rising);
    for (size_t k = 0; k + 1 < n; k += 2) {
        double i0 = ceil(m->cross[k] - 0.5), i1 = ceil(m->cross[k + 1] - 0.5) - 1;
        if (i0 <= i1) PV_TRY(put(m, j, i0, i1, state, err));
    }
out:
    return st;
}

static pv_status touch_outline(mapping *m, int state, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_plot_outline *o = &m->outline;
    double low = INFINITY, high = -INFINITY;
    int there = 0;
    PV_TRY(to_cells(m, &there, err));
    if (!there) goto out;
    for (size_t r = 0; r < o->n_rings; r++)
        for (size_t k = o->ring[r]; k + 1 < o->ring[r + 1]; k++) {
            PV_TRY(touch_line(m, m->at[k], m->at[k + 1], state, err));
            low = fmin(low, m->at[k][1]);
            high = fmax(high, m->at[k][1]);
        }
    for (double j = floor(low); j <= floor(high); j++) PV_TRY(fill_row(m, j, state, err));
    PV_TRY(settle(m, err));
out:
    return st;
}

/* ---- ground near ---- */

static pv_status near_box(mapping *m, double x0, double y0, double x1, double y1, pv_err *err)
{
    pv_status st = PV_OK;
    double reach = m->design->near_m / m->grid.cell_m;
    for (double j = floor(y0 - reach); j <= floor(y1 + reach); j++) PV_TRY(put(m, j, floor(x0 - reach), floor(x1 + reach), PV_AUDIT_NEAR, err));
    PV_TRY(settle(m, err));
out:
    return st;
}

static pv_status near_outline(mapping *m, pv_err *err)
{
    pv_status st = PV_OK;
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    int there = 0;
    PV_TRY(to_cells(m, &there, err));
    if (!there) goto out;
    for (size_t k = 0; k < m->outline.n_points; k++) {
        for (int c = 0; c < 2; c++) {
            box[c] = fmin(box[c], m->at[k][c]);
            box[2 + c] = fmax(box[2 + c], m->at[k][c]);
        }
    }
    PV_TRY(near_box(m, box[0], box[1], box[2], box[3], err));
out:
    return st;
}

/* ---- the ledger ---- */

/* Places of plots: of those without a hotspot too. */
static pv_status near_plots(mapping *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    double x = 0, y = 0;
    PV_TRY(pv_stmt_new(&q, m->s->db, "SELECT lon,lat FROM plots ORDER BY lat,lon", err));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        double lon = pv_row_real(q, 0), lat = pv_row_real(q, 1);
        PV_TRY(start_globe(m, lon, lat, err));
        if (pv_cell_globe_cell(m->globe, lon, lat, &x, &y)) PV_TRY(near_box(m, x, y, x, y, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

/* Hotspots whose photo or plot the condition chooses (?1, ?2: first and last day, ?3: the probability of likely ones), from south to north. */
static pv_status walk_hotspots(mapping *m, const char *condition, int state, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text sql = {0};
    int row = 0;
    size_t n = 0;
    pv_text_addf(&sql,
                 "SELECT h.geom,h.id FROM hotspots h JOIN photos p ON p.fid=h.photo LEFT JOIN plots t ON t.fid=h.plot WHERE p.state='done' AND %s"
                 " ORDER BY h.lat,h.lon,h.fid",
                 condition);
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(&q, m->s->db, pv_text_str(&sql), err));
    if (state != PV_AUDIT_NEAR) {
        pv_stmt_text(q, 1, m->design->from);
        pv_stmt_text(q, 2, m->design->to);
    }
    if (state == PV_AUDIT_BORDER_POPPY || state == PV_AUDIT_LIKELY) pv_stmt_real(q, 3, m->design->likely_from);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        const void *blob = pv_row_blob(q, 0, &n);
        PV_TRY(pv_where(err, pv_plot_outline_read(&m->outline, blob, n, err), "hotspot %s", pv_row_text(q, 1)));
        PV_TRY(state == PV_AUDIT_NEAR ? near_outline(m, err) : touch_outline(m, state, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    pv_text_release(&sql);
    return st;
}

#define OF_THESE_DAYS " (?1='' OR " PV_AUDIT_DAY ">=?1) AND (?2='' OR " PV_AUDIT_DAY "<=?2) "
#define RULED_OUT     "coalesce(t.status,'')='ruled_out'"
#define PROBABILITY   "coalesce(h.prob,h.prob_mean)"

pv_status pv_audit_map(pv_cells **out, pv_season *s, const pv_cell_grid *grid, const pv_audit_design *design, pv_err *err)
{
    pv_status st = PV_OK;
    mapping m = {.s = s, .design = design, .grid = *grid};
    PV_TRY(pv_cells_new(&m.cells, grid, err));
    PV_TRY(near_plots(&m, err));
    PV_TRY(walk_hotspots(&m, "1", PV_AUDIT_NEAR, err));
    PV_TRY(walk_hotspots(&m, OF_THESE_DAYS "AND " RULED_OUT, PV_AUDIT_BORDER_OTHER, err));
    PV_TRY(walk_hotspots(&m, OF_THESE_DAYS "AND NOT " RULED_OUT " AND " PROBABILITY "<?3", PV_AUDIT_BORDER_POPPY, err));
    PV_TRY(walk_hotspots(&m, OF_THESE_DAYS "AND NOT " RULED_OUT " AND " PROBABILITY ">=?3", PV_AUDIT_LIKELY, err));
    PV_TRY(pv_cells_finish(m.cells, err));
    *out = m.cells;
    m.cells = NULL;
out:
    pv_cells_free(m.cells);
    pv_cell_globe_free(m.globe);
    pv_plot_outline_release(&m.outline);
    pv_free(m.at);
    pv_free(m.cross);
    return st;
}
