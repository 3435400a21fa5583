/* A season in a temporary folder that tests fill by hand. Ground is given in metres from a corner near Qin'an: x to the east, y to the north. */
#ifndef PV_TESTS_LEDGER_H
#define PV_TESTS_LEDGER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "geo/cells_shape.h"
#include "geo/gdal_door.h"
#include "season/findings.h"
#include "season/gpkg_geom.h"
#include "season/plots.h"
#include "season/season_ground.h"

static const double ledger_lon = 105.67, ledger_lat = 34.86;
static const double ledger_m_lon = 91452.42, ledger_m_lat = 110943.5; /* metres of a degree there */

typedef struct ledger {
    char folder[64];
    pv_season *s;
    pv_night night;
} ledger;

static inline void ledger_ok(pv_status st, const pv_err *err)
{
    if (st != PV_OK) fail_msg("%s", err->text);
}

static inline void ledger_open(ledger *l)
{
    pv_err err = {.text = ""};
    ledger_ok(pv_geo_start(&err), &err);
    (void)snprintf(l->folder, sizeof l->folder, "plots.XXXXXX");
    assert_non_null(mkdtemp(l->folder));
    ledger_ok(pv_season_make(l->folder, "test", &err), &err);
    ledger_ok(pv_season_open(&l->s, l->folder, 1, &err), &err);
    ledger_ok(pv_sql_exec(l->s->db, "PRAGMA synchronous=OFF", &err), &err);
}

static inline void ledger_close(ledger *l)
{
    char command[128];
    pv_season_close(l->s);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", l->folder);
    assert_int_equal(system(command), 0);
}

static inline void ledger_run(ledger *l, const char *sql)
{
    pv_err err = {.text = ""};
    ledger_ok(pv_sql_exec(l->s->db, sql, &err), &err);
}

static inline int64_t ledger_number(ledger *l, const char *sql)
{
    pv_err err = {.text = ""};
    int64_t v = 0;
    ledger_ok(pv_sql_number(l->s->db, sql, &v, &err), &err);
    return v;
}

/* Begins a night; the one before is ended. */
static inline void ledger_night(ledger *l, const char *date)
{
    pv_err err = {.text = ""};
    if (l->night.id != 0) ledger_ok(pv_night_end(l->s, &l->night, "run", "folder", &err), &err);
    ledger_ok(pv_night_open(l->s, date, &l->night, &err), &err);
}

/* Cells of 1 m that a photo has in a state, from corner to corner. */
static inline void ledger_cover(ledger *l, int64_t photo, const double cover[4], int state)
{
    pv_err err = {.text = ""};
    const pv_cell_grid grid = {4544, 1};
    pv_cell_globe *globe = NULL;
    pv_cells *cells = NULL;
    pv_text bytes = {0};
    double i[2], j[2];
    ledger_ok(pv_cell_globe_new(&globe, &grid, 561267, 3859266, &err), &err);
    for (int k = 0; k < 2; k++)
        assert_int_equal(
            pv_cell_globe_cell(globe, ledger_lon + cover[2 * k] / ledger_m_lon, ledger_lat + cover[2 * k + 1] / ledger_m_lat, &i[k], &j[k]), 1);
    ledger_ok(pv_cells_new(&cells, &grid, &err), &err);
    for (int32_t y = (int32_t)j[0]; y < (int32_t)j[1]; y++) ledger_ok(pv_cells_set(cells, y, (int32_t)i[0], (int32_t)i[1], state, &err), &err);
    ledger_ok(pv_cells_finish(cells, &err), &err);
    ledger_ok(pv_cells_encode(cells, &bytes, &err), &err);
    ledger_ok(pv_sql_begin(l->s->db, &err), &err);
    ledger_ok(pv_ground_take(l->s, photo, bytes.data, bytes.len, &err), &err);
    ledger_ok(pv_sql_commit(l->s->db, &err), &err);
    pv_cell_globe_free(globe);
    pv_cells_free(cells);
    pv_text_release(&bytes);
}

/* A photo that is done. taken NULL: without a date. cover: west, south, east, north in metres of what it saw; NULL: nothing is known of it. */
static inline int64_t ledger_photo(ledger *l, const char *file, const char *taken, const double *cover)
{
    pv_err err = {.text = ""};
    pv_photo_file f = {.bytes = 1};
    pv_photo_entry e;
    pv_stmt *q = NULL;
    (void)snprintf(f.file, sizeof f.file, "%s", file);
    ledger_ok(pv_photos_add(l->s, &l->night, &f, &e, &err), &err);
    ledger_ok(pv_stmt_new(&q, l->s->db, "UPDATE photos SET state='done',status='done',name=file,sha256=?1,taken_at=?2 WHERE fid=?3", &err), &err);
    pv_stmt_text(q, 1, file);
    pv_stmt_text(q, 2, taken);
    pv_stmt_int(q, 3, e.id);
    ledger_ok(pv_stmt_run(q, &err), &err);
    pv_stmt_free(q);
    if (cover != NULL) ledger_cover(l, e.id, cover, PV_CELL_SEEN);
    return e.id;
}

/* Adds "[lon,lat]" of a place. */
static inline void ledger_place(pv_text *t, double x, double y)
{
    pv_text_addf(t, "[%.9f,%.9f]", ledger_lon + x / ledger_m_lon, ledger_lat + y / ledger_m_lat);
}

/* A GeoJSON ring of n points x, y. */
static inline void ledger_ring(pv_text *t, const double *xy, int n)
{
    pv_text_add(t, "[");
    for (int i = 0; i <= n; i++) {
        if (i > 0) pv_text_add(t, ",");
        ledger_place(t, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
    }
    pv_text_add(t, "]");
}

/* The ledger's geometry of a GeoJSON one. */
static inline void ledger_geometry(pv_text *out, const char *geojson)
{
    pv_err err = {.text = ""};
    pv_json j = {.n = 0};
    double box[4];
    ledger_ok(pv_json_parse(&j, geojson, strlen(geojson), -1, &err), &err);
    ledger_ok(pv_geom_polygons(out, &j, 0, box, &err), &err);
    pv_json_release(&j);
}

typedef struct ledger_spot {
    int64_t photo;
    const char *id;
    double west, south, east, north; /* m */
    double prob;                     /* < 0: null; then prob_mean is its negative */
    const char *class_name;          /* NULL: "poppy" */
    const char *properties;          /* NULL: {} */
} ledger_spot;

static inline void ledger_add_spot(ledger *l, const ledger_spot *h)
{
    pv_err err = {.text = ""};
    pv_text json = {0}, geom = {0};
    pv_stmt *q = NULL;
    const double xy[] = {h->west, h->south, h->east, h->south, h->east, h->north, h->west, h->north};
    pv_text_add(&json, "{\"type\":\"Polygon\",\"coordinates\":[");
    ledger_ring(&json, xy, 4);
    pv_text_add(&json, "]}");
    ledger_geometry(&geom, pv_text_str(&json));
    ledger_ok(pv_stmt_new(
                  &q, l->s->db,
                  "INSERT INTO hotspots(geom,photo,id,lon,lat,area_m2,prob,prob_mean,prob_max,class,properties) VALUES(?,?,?,?,?,?,?,?,1,?,?)", &err),
              &err);
    pv_stmt_blob(q, 1, geom.data, geom.len);
    pv_stmt_int(q, 2, h->photo);
    pv_stmt_text(q, 3, h->id);
    pv_stmt_real(q, 4, ledger_lon + (h->west + h->east) / 2 / ledger_m_lon);
    pv_stmt_real(q, 5, ledger_lat + (h->south + h->north) / 2 / ledger_m_lat);
    pv_stmt_real(q, 6, (h->east - h->west) * (h->north - h->south));
    if (h->prob < 0)
        pv_stmt_null(q, 7);
    else
        pv_stmt_real(q, 7, h->prob);
    pv_stmt_real(q, 8, h->prob < 0 ? -h->prob : h->prob);
    pv_stmt_text(q, 9, h->class_name != NULL ? h->class_name : "poppy");
    pv_stmt_text(q, 10, h->properties != NULL ? h->properties : "{}");
    ledger_ok(pv_stmt_run(q, &err), &err);
    pv_stmt_free(q);
    pv_text_release(&json);
    pv_text_release(&geom);
}

static inline void ledger_update(ledger *l)
{
    pv_err err = {.text = ""};
    ledger_ok(pv_plots_update(l->s, &l->night, &err), &err);
}

/* The plot that a hotspot belongs to. */
static inline pv_plot ledger_plot_of(ledger *l, const char *hotspot, const char *date)
{
    pv_err err = {.text = ""};
    pv_stmt *q = NULL;
    pv_plot p = {.fid = 0};
    int row = 0, found = 0;
    ledger_ok(pv_stmt_new(&q, l->s->db, "SELECT p.id FROM plots p JOIN hotspots h ON h.plot=p.fid WHERE h.id=?", &err), &err);
    pv_stmt_text(q, 1, hotspot);
    ledger_ok(pv_stmt_step(q, &row, &err), &err);
    assert_int_equal(row, 1);
    ledger_ok(pv_plots_find(l->s, pv_row_text(q, 0), date, &p, &found, &err), &err);
    assert_int_equal(found, 1);
    pv_stmt_free(q);
    return p;
}

/* Adds f, filled but for its plot and key, to the plot of a hotspot. */
static inline void ledger_find(ledger *l, const char *hotspot, pv_finding *f)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    pv_plot p = ledger_plot_of(l, hotspot, f->date);
    f->plot = p.fid;
    pv_finding_key(f, p.id);
    ledger_ok(pv_findings_add(l->s, f, &outcome, &err), &err);
}

/* All rows of a query, a line each. */
static inline void ledger_dump(ledger *l, pv_text *out, const char *sql, int columns)
{
    pv_err err = {.text = ""};
    pv_stmt *q = NULL;
    int row = 0;
    ledger_ok(pv_stmt_new(&q, l->s->db, sql, &err), &err);
    ledger_ok(pv_stmt_step(q, &row, &err), &err);
    while (row) {
        for (int i = 0; i < columns; i++) pv_text_addf(out, "%s|", pv_row_text(q, i));
        pv_text_add(out, "\n");
        ledger_ok(pv_stmt_step(q, &row, &err), &err);
    }
    pv_stmt_free(q);
}

#endif
