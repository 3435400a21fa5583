#include "season/gaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_shape.h"

#include "base/banned.h"

/* Where a ring crosses the middle of a row of cells. */
typedef struct crossing {
    int32_t y, x;
} crossing;

typedef struct finding {
    pv_gaps *out;
    const pv_units *units;
    pv_cell_areas *areas;
    pv_cell_globe *globe;
    int64_t least_e6;
    int flown;
    size_t cap_crossings, cap_points;
    crossing *cross;
    double (*lonlat)[2];
    pv_text text;
    pv_unit_hits hits;
} finding;

static int by_row(const void *a, const void *b)
{
    const crossing *p = a, *q = b;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return p->x < q->x ? -1 : p->x > q->x;
}

/* Area of the cells x0 <= x < x1 of row y. */
static pv_status row_area(finding *f, int32_t y, int32_t x0, int32_t x1, int64_t *sum, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t by = (int32_t)pv_cell_block_of(y);
    while (x0 < x1) {
        int32_t bx = (int32_t)pv_cell_block_of(x0), west = bx * PV_CELL_BLOCK, end = x1 < west + PV_CELL_BLOCK ? x1 : west + PV_CELL_BLOCK;
        PV_TRY(pv_cell_areas_aim(f->areas, bx, by, err));
        *sum += pv_cell_run_e6(f->areas, y - by * PV_CELL_BLOCK, x0 - west, end - west);
        x0 = end;
    }
out:
    return st;
}

/* Sums the polygon's cells row by row, between pairs of crossings. */
static pv_status measure(finding *f, const pv_cell_shape *s, size_t polygon, pv_gap *gap, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    for (size_t r = s->polygon[polygon]; r < s->polygon[polygon + 1]; r++) {
        for (size_t k = s->ring[r]; k < s->ring[r + 1]; k++) {
            const int32_t *a = s->point[k], *b = s->point[k + 1 < s->ring[r + 1] ? k + 1 : s->ring[r]];
            int32_t y0 = a[1] < b[1] ? a[1] : b[1], y1 = a[1] < b[1] ? b[1] : a[1];
            if (a[0] != b[0]) continue;
            PV_TRY(pv_grow(&f->cross, &f->cap_crossings, n + (size_t)(y1 - y0), sizeof *f->cross, "gaps", err));
            for (int32_t y = y0; y < y1; y++) f->cross[n++] = (crossing){y, a[0]};
        }
    }
    qsort(f->cross, n, sizeof *f->cross, by_row);
    for (size_t k = 0; k + 1 < n; k += 2) {
        gap->cells += f->cross[k + 1].x - f->cross[k].x;
        PV_TRY(row_area(f, f->cross[k].y, f->cross[k].x, f->cross[k + 1].x, &gap->area_e6, err));
    }
    PV_TRY(pv_cell_globe_lonlat(f->globe, f->cross[0].x + 0.5, f->cross[0].y + 0.5, &gap->lon_deg, &gap->lat_deg, err));
out:
    return st;
}

static pv_status draw(finding *f, const pv_cell_shape *s, size_t polygon, char **out, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    pv_text_reset(&f->text);
    pv_text_add(&f->text, "{\"type\":\"Polygon\",\"coordinates\":[");
    for (size_t r = s->polygon[polygon]; r < s->polygon[polygon + 1]; r++) {
        PV_TRY(pv_cell_ring_wgs84(s, r, f->globe, &f->lonlat, &f->cap_points, &n, err));
        pv_text_add(&f->text, r > s->polygon[polygon] ? ",[" : "[");
        for (size_t k = 0; k < n; k++) {
            pv_text_add(&f->text, k > 0 ? ",[" : "[");
            pv_text_add_real(&f->text, f->lonlat[k][0], 7);
            pv_text_add(&f->text, ",");
            pv_text_add_real(&f->text, f->lonlat[k][1], 7);
            pv_text_add(&f->text, "]");
        }
        pv_text_add(&f->text, "]");
    }
    pv_text_add(&f->text, "]}");
    PV_TRY(pv_text_status(&f->text, err));
    PV_TRY(pv_strdup(out, pv_text_str(&f->text), err));
out:
    return st;
}

static pv_status name_units(finding *f, pv_gap *gap, pv_err *err)
{
    static const pv_unit_level level[] = {PV_XIAN, PV_XIANG, PV_CUN, PV_LIN_CHANG, PV_LIN_BAN, PV_XIAO_BAN};
    pv_unit_place place;
    size_t n = 0;
    if (f->units == NULL) return PV_OK;
    pv_status st = pv_units_at_point(f->units, gap->lon_deg, gap->lat_deg, &f->hits, err);
    if (st != PV_OK) return st;
    pv_units_describe(f->units, &f->hits, &place);
    for (size_t k = 0; k < sizeof level / sizeof *level; k++) {
        size_t len = strlen(place.label[level[k]]);
        if (len == 0 || n + len + 2 > sizeof gap->units) continue;
        if (n > 0) gap->units[n++] = ' ';
        memcpy(gap->units + n, place.label[level[k]], len + 1);
        n += len;
    }
    return PV_OK;
}

static pv_status add_polygon(finding *f, const pv_cell_shape *s, size_t polygon, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gap gap = {.flown = f->flown};
    PV_TRY(measure(f, s, polygon, &gap, err));
    if (gap.area_e6 < f->least_e6) {
        f->out->n_small++;
        f->out->small_e6 += gap.area_e6;
        goto out;
    }
    PV_TRY(name_units(f, &gap, err));
    PV_TRY(draw(f, s, polygon, &gap.geometry, err));
    PV_TRY(pv_grow(&f->out->at, &f->out->cap, f->out->n + 1, sizeof *f->out->at, "gaps", err));
    f->out->at[f->out->n++] = gap;
    gap.geometry = NULL;
out:
    pv_free(gap.geometry);
    return st;
}

static int by_area(const void *pa, const void *pb)
{
    const pv_gap *a = pa, *b = pb;
    if (a->area_e6 != b->area_e6) return a->area_e6 > b->area_e6 ? -1 : 1;
    if (a->lat_deg != b->lat_deg) return a->lat_deg < b->lat_deg ? -1 : 1;
    return a->lon_deg < b->lon_deg ? -1 : a->lon_deg > b->lon_deg;
}

pv_status pv_gaps_find(pv_gaps *out, const pv_ground_report *r, const pv_units *units, double least_m2, pv_err *err)
{
    enum { NOT_FLOWN = 1 << PV_CELL_NODATA };
    static const unsigned kind[] = {NOT_FLOWN, 1 << PV_CELL_UNREADABLE | 1 << PV_CELL_DARK | 1 << PV_CELL_SATURATED | 1 << PV_CELL_BLURRED |
                                                   1 << PV_CELL_COARSE};
    pv_status st = PV_OK;
    pv_gaps g = {.n = 0};
    pv_cell_shape shape = {.n_points = 0};
    finding f = {.out = &g, .units = units, .least_e6 = (int64_t)(least_m2 * 1e6)};
    int32_t i0 = 0, j0 = 0, i1 = 0, j1 = 0;
    if (!r->known || !pv_cells_extent(r->gaps, &i0, &j0, &i1, &j1)) {
        *out = g;
        return PV_OK;
    }
    PV_TRY(pv_cell_areas_new(&f.areas, &r->grid, err));
    PV_TRY(pv_cell_globe_new(&f.globe, &r->grid, i0, j0, err));
    for (f.flown = 0; f.flown < 2; f.flown++) {
        pv_cell_shape_release(&shape);
        PV_TRY(pv_cell_shape_make(&shape, r->gaps, kind[f.flown], err));
        for (size_t p = 0; p < shape.n_polygons; p++) PV_TRY(add_polygon(&f, &shape, p, err));
    }
    if (g.n > 0) qsort(g.at, g.n, sizeof *g.at, by_area);
    *out = g;
    g = (pv_gaps){.n = 0};
out:
    pv_cell_shape_release(&shape);
    pv_cell_areas_free(f.areas);
    pv_cell_globe_free(f.globe);
    pv_free(f.cross);
    pv_free(f.lonlat);
    pv_text_release(&f.text);
    pv_unit_hits_release(&f.hits);
    pv_gaps_release(&g);
    return st;
}

void pv_gaps_release(pv_gaps *g)
{
    for (size_t i = 0; i < g->n; i++) pv_free(g->at[i].geometry);
    pv_free(g->at);
    *g = (pv_gaps){.n = 0};
}
