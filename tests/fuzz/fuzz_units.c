/* Boundary files. Bytes that begin with '{' are a GeoJSON file in memory; others are records as they come out of OGR: field names, texts and rings of raw doubles.
 *
 * Whatever is accepted must keep its promises: a point in a unit is found by asking every part, a plot round it finds at least the same units, cells of rows rise and
 * stay apart. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_door.h"
#include "geo/units.h"
#include "geo/units_internal.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t byte(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

static void text(input *in, char *out, size_t size)
{
    size_t n = 0;
    for (uint8_t b; n + 1 < size && in->left > 0 && (b = byte(in)) != 0;) out[n++] = (char)b;
    out[n] = '\0';
}

/* Raw doubles find the odd ones, small whole numbers find crossings and borders. */
static double number(input *in)
{
    uint8_t raw[8];
    double v;
    uint8_t kind = byte(in);
    if (kind != 255) return (double)(kind % 16) / 8;
    for (int i = 0; i < 8; i++) raw[i] = byte(in);
    memcpy(&v, raw, sizeof v);
    return isfinite(v) && fabs(v) <= 90 ? v : 0.5;
}

static pv_status record(pv_units *u, input *in, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_record r;
    pv_rough rough = {0};
    pv_area area = {0};
    pv_mended mended;
    pv_point p[32];
    int usable = 0;
    memset(&r, 0, sizeof r);
    for (int fields = byte(in) % 6; fields > 0; fields--) {
        char name[80], value[200];
        text(in, name, sizeof name);
        text(in, value, sizeof value);
        pv_unit_record_put(&r, pv_unit_field_of(name), value, byte(in) & 1);
    }
    for (int polygons = byte(in) % 4; polygons > 0; polygons--) {
        for (int rings = byte(in) % 4; rings > 0; rings--) {
            size_t n = byte(in) % 32;
            for (size_t i = 0; i < n; i++) {
                p[i].x = number(in);
                p[i].y = number(in);
            }
            PV_TRY(pv_rough_ring(&rough, p, n, err));
        }
        PV_TRY(pv_rough_polygon(&rough, err));
    }
    PV_TRY(pv_rough_mend(&rough, &area, &mended, &usable, err));
    if (usable) PV_TRY(pv_units_add_record(u, &r, &area, err));
out:
    pv_rough_release(&rough);
    pv_area_release(&area);
    return st;
}

static int has(const pv_unit_hits *h, size_t unit)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->at[i].unit == unit) return 1;
    return 0;
}

static void check_point(const pv_units *u, double x, double y)
{
    pv_unit_hits at = {0}, around = {0};
    pv_unit_place place;
    pv_area plot = {0};
    const pv_point ring[] = {{x - 1e-3, y - 1e-3}, {x + 1e-3, y - 1e-3}, {x + 1e-3, y + 1e-3}, {x - 1e-3, y + 1e-3}};
    if (pv_units_at_point(u, x, y, &at, NULL) != PV_OK) abort();
    for (size_t i = 0; i < pv_units_count(u); i++) {
        int holds = 0;
        for (size_t k = 0; k < pv_units_at(u, i)->n_parts; k++) holds |= pv_area_side(pv_unit_part(u, i, k), x, y) >= 0;
        if (holds != has(&at, i)) abort();
    }
    if (pv_area_add_ring(&plot, ring, 4, NULL) != PV_OK || pv_area_ready(&plot, NULL) != PV_OK) abort();
    if (pv_units_at_plot(u, &plot, &around, NULL) != PV_OK) abort();
    for (size_t i = 0; i < at.n; i++)
        if (!has(&around, at.at[i].unit)) abort();
    for (size_t i = 0; i < around.n; i++)
        if (!(around.at[i].share >= 0 && around.at[i].share <= 1)) abort();
    pv_units_describe(u, &around, &place);
    if (place.outside != (around.n == 0)) abort();
    pv_area_release(&plot);
    pv_unit_hits_release(&at);
    pv_unit_hits_release(&around);
}

static void check_cells(const pv_units *u)
{
    pv_unit_grid *grid = NULL;
    pv_unit_cells *c = NULL;
    pv_cell_intervals runs = {0};
    int64_t j0, j1;
    const pv_unit *first = pv_units_at(u, 0);
    if (fabs(first->x0 - 1) > 2 || fabs(first->x1 - 1) > 2 || fabs(first->y0) > 10 || fabs(first->y1) > 10) return;
    if (pv_unit_grid_new(&grid, u, "EPSG:32631", 5000, NULL) != PV_OK) abort();
    pv_status st = pv_unit_cells_new(&c, grid, 0, NULL);
    pv_unit_grid_free(grid);
    if (st != PV_OK) return;
    pv_unit_cells_rows(c, &j0, &j1);
    for (int64_t j = j0; j < j1 && j < j0 + 100; j++) {
        if (pv_unit_cells_row(c, j, &runs, NULL) != PV_OK) abort();
        for (size_t i = 0; i < runs.n; i++)
            if (runs.at[i].i0 >= runs.at[i].i1 || (i > 0 && runs.at[i].i0 <= runs.at[i - 1].i1 && runs.at[i].i0 < runs.at[i - 1].i1)) abort();
    }
    pv_cell_intervals_release(&runs);
    pv_unit_cells_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    pv_units *u = NULL;
    pv_err err = {0};
    pv_status st = PV_OK;
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    if (pv_units_new(&u, NULL) != PV_OK) abort();
    if (size > 0 && data[0] == '{') {
        st = pv_units_add_bytes(u, "fuzz.geojson", data, size, &err);
    } else {
        input in = {data, size};
        while (in.left > 0 && st == PV_OK) st = record(u, &in, &err);
    }
    if (st != PV_OK && err.text[0] == '\0') abort();
    if (pv_units_ready(u, NULL) != PV_OK) abort();
    for (int i = 0; i < 5 && pv_units_count(u) > 0; i++) {
        const pv_area *a = pv_unit_part(u, (size_t)i % pv_units_count(u), 0);
        check_point(u, a->point[0].x, a->point[0].y);
        check_point(u, (a->x0 + a->x1) / 2, (a->y0 + a->y1) / 2);
    }
    if (pv_units_count(u) > 0) check_cells(u);
    pv_units_free(u);
    return 0;
}
