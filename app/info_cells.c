#include <inttypes.h>

#include "app/info.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "geo/cells_area.h"
#include "geo/cells_shape.h"

#include "base/banned.h"

static const size_t PV_CELLS_BYTES = (size_t)1 << 28;

/* What is known of a file of cells. */
typedef struct pv_cells_info {
    pv_cells *cells;
    pv_cell_grid grid;
    int any;
    int32_t i0, j0, i1, j1; /* extent in cells */
    double lonlat[4][2];    /* of its corners: south-west, south-east, north-east, north-west */
    int64_t count[PV_CELL_STATES], area_e6[PV_CELL_STATES];
    char sha256[PV_SHA256_HEX];
} pv_cells_info;

static pv_status pv_cells_corners(pv_cells_info *c, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_globe *globe = NULL;
    const int32_t corner[4][2] = {{c->i0, c->j0}, {c->i1, c->j0}, {c->i1, c->j1}, {c->i0, c->j1}};
    PV_TRY(pv_cell_globe_new(&globe, &c->grid, c->i0, c->j0, err));
    for (int k = 0; k < 4; k++) PV_TRY(pv_cell_globe_lonlat(globe, corner[k][0], corner[k][1], &c->lonlat[k][0], &c->lonlat[k][1], err));
out:
    pv_cell_globe_free(globe);
    return st;
}

static pv_status pv_cells_read(pv_cells_info *c, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    size_t n = 0;
    pv_cell_areas *areas = NULL;
    PV_TRY(pv_file_read(path, PV_CELLS_BYTES, &data, &n, err));
    PV_TRY(pv_cells_decode(&c->cells, data, n, 1, err));
    c->grid = pv_cells_grid(c->cells);
    c->any = pv_cells_extent(c->cells, &c->i0, &c->j0, &c->i1, &c->j1);
    pv_cells_count(c->cells, c->count);
    pv_sha256_hex(pv_cells_photo(c->cells), c->sha256);
    PV_TRY(pv_cell_areas_new(&areas, &c->grid, err));
    PV_TRY(pv_cells_area_e6(areas, c->cells, c->area_e6, err));
    if (c->any) PV_TRY(pv_cells_corners(c, err));
out:
    pv_cell_areas_free(areas);
    pv_free(data);
    return pv_where(err, st, "%s", path);
}

static void pv_cells_words(const pv_cells_info *c, const char *path, pv_text *out)
{
    pv_text_addf(out, pv_tr("%s: coverage of a photo\n"), path);
    pv_info_line(out, "grid", "EPSG:%d, cells of %.10g m", c->grid.epsg, c->grid.cell_m);
    pv_info_line(out, "photo", "SHA-256 %s", c->sha256);
    if (!c->any) pv_info_line(out, "extent", "no cell at all");
    if (!c->any) return;
    pv_text area = {0};
    double m = c->grid.cell_m;
    pv_info_line(out, "extent", "east %.3f to %.3f, north %.3f to %.3f", c->i0 * m, c->i1 * m, c->j0 * m, c->j1 * m);
    pv_info_line(out, "south-west", "%.7f %.7f", c->lonlat[0][0], c->lonlat[0][1]);
    pv_info_line(out, "north-east", "%.7f %.7f", c->lonlat[2][0], c->lonlat[2][1]);
    for (int k = 1; k < PV_CELL_STATES; k++) {
        pv_text_reset(&area);
        pv_text_add_fixed(&area, c->area_e6[k], 6);
        pv_info_line(out, pv_cell_word(k), "%" PRId64 " cells, %s m2", c->count[k], pv_text_str(&area));
    }
    if (area.failed) out->failed = 1;
    pv_text_release(&area);
}

static void pv_cells_json(const pv_cells_info *c, const char *path, pv_text *out)
{
    pv_text_add(out, "{\"kind\":\"coverage\",\"path\":");
    pv_text_add_json(out, path);
    pv_text_addf(out, ",\"epsg\":%d,\"cell_m\":", c->grid.epsg);
    pv_text_add_fixed(out, pv_cell_grid_mm(&c->grid), 3);
    pv_text_addf(out, ",\"sha256\":\"%s\",\"cells\":", c->sha256);
    if (c->any)
        pv_text_addf(out, "[%d,%d,%d,%d]", c->i0, c->j0, c->i1, c->j1);
    else
        pv_text_add(out, "null");
    pv_text_add(out, ",\"corners\":[");
    for (int k = 0; k < 4 && c->any; k++) {
        pv_text_add(out, k > 0 ? ",[" : "[");
        pv_text_add_real(out, c->lonlat[k][0], 7);
        pv_text_add(out, ",");
        pv_text_add_real(out, c->lonlat[k][1], 7);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "],\"states\":{");
    for (int k = 1; k < PV_CELL_STATES; k++) {
        pv_text_addf(out, "%s\"%s\":{\"cells\":%" PRId64 ",\"m2\":", k > 1 ? "," : "", pv_cell_word(k), c->count[k]);
        pv_text_add_fixed(out, c->area_e6[k], 6);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "}}");
}

pv_status pv_info_cells(const char *path, int json, pv_text *out, pv_err *err)
{
    pv_cells_info c = {0};
    pv_status st = pv_cells_read(&c, path, err);
    if (st == PV_OK && json) pv_cells_json(&c, path, out);
    if (st == PV_OK && !json) pv_cells_words(&c, path, out);
    pv_cells_free(c.cells);
    return st;
}
