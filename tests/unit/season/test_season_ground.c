/* Ground: each square metre once whatever photos show it, by unit, and the list of gaps; the sums add up, and a photo that fails leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "geo/cells_area.h"
#include "geo/cells_shape.h"
#include "geo/gdal_door.h"
#include "season/gaps.h"
#include "season/ground_days.h"
#include "season/photos.h"

#include "base/banned.h"

enum { WEST = 400000, SOUTH = 3860000 }; /* cells of 1 m in EPSG 4544, about 104 E 34.9 N */

static char folder[64];
static pv_season *season;
static const pv_cell_grid grid = {4544, 1};

static int make(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/pv-ground-XXXXXX");
    if (mkdtemp(folder) == NULL || pv_season_make(folder, "test", NULL) != PV_OK) return 1;
    return pv_season_open(&season, folder, 1, NULL) != PV_OK;
}

static int clear(void **state)
{
    (void)state;
    char command[128];
    pv_season_close(season);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

typedef struct box {
    int x0, y0, x1, y1, state;
} box;

/* A photo of boxes, the later over the former. */
static int64_t photo(const char *file, int n, const box *b)
{
    pv_cells *cells = NULL;
    pv_text bytes = {0};
    pv_night night;
    pv_photo_entry e;
    pv_photo_file f = {.bytes = 1, .changed_ns = 1};
    (void)snprintf(f.file, sizeof f.file, "%s", file);
    assert_int_equal(pv_cells_new(&cells, &grid, NULL), PV_OK);
    for (int k = 0; k < n; k++)
        for (int y = b[k].y0; y < b[k].y1; y++)
            assert_int_equal(pv_cells_set(cells, SOUTH + y, WEST + b[k].x0, WEST + b[k].x1, b[k].state, NULL), PV_OK);
    assert_int_equal(pv_cells_finish(cells, NULL), PV_OK);
    assert_int_equal(pv_cells_encode(cells, &bytes, NULL), PV_OK);
    assert_int_equal(pv_night_open(season, "2026-05-12", &night, NULL), PV_OK);
    assert_int_equal(pv_photos_add(season, &night, &f, &e, NULL), PV_OK);
    assert_int_equal(pv_sql_begin(season->db, NULL), PV_OK);
    assert_int_equal(pv_ground_take(season, e.id, bytes.data, bytes.len, NULL), PV_OK);
    assert_int_equal(pv_sql_commit(season->db, NULL), PV_OK);
    pv_cells_free(cells);
    pv_text_release(&bytes);
    return e.id;
}

/* True area of a box, 1e-6 m2: the same sums as those of runs. */
static int64_t area_of(int x0, int y0, int x1, int y1)
{
    pv_cells *cells = NULL;
    pv_cell_areas *areas = NULL;
    int64_t sum[PV_CELL_STATES];
    assert_int_equal(pv_cells_new(&cells, &grid, NULL), PV_OK);
    for (int y = y0; y < y1; y++) assert_int_equal(pv_cells_set(cells, SOUTH + y, WEST + x0, WEST + x1, PV_CELL_SEEN, NULL), PV_OK);
    assert_int_equal(pv_cells_finish(cells, NULL), PV_OK);
    assert_int_equal(pv_cell_areas_new(&areas, &grid, NULL), PV_OK);
    assert_int_equal(pv_cells_area_e6(areas, cells, sum, NULL), PV_OK);
    pv_cell_areas_free(areas);
    pv_cells_free(cells);
    return sum[PV_CELL_SEEN];
}

static void adds_up(const pv_ground_sum *s)
{
    int64_t sum = 0;
    for (int k = 0; k < PV_CELL_STATES; k++) sum += s->state_e6[k];
    assert_true(sum == s->ground_e6);
}

static void test_overlap_counts_once(void **state)
{
    (void)state;
    const box a[] = {{0, 0, 300, 300, PV_CELL_SEEN}, {0, 0, 50, 50, PV_CELL_DARK}},
              b[] = {{200, 0, 500, 300, PV_CELL_SEEN}, {0, 0, 20, 20, PV_CELL_BLURRED}, {100, 100, 150, 150, PV_CELL_BLURRED}};
    pv_ground_report r;
    photo("a.tif", 2, a);
    photo("b.tif", 3, b);
    assert_int_equal(pv_ground_report_make(&r, season, 0, NULL, NULL), PV_OK);
    assert_true(r.known);
    int64_t dark = area_of(0, 0, 50, 50) - area_of(0, 0, 20, 20), seen = area_of(0, 0, 500, 300) - area_of(0, 0, 50, 50);
    assert_true(llabs(r.all.state_e6[PV_CELL_SEEN] - seen) == 0);
    assert_true(r.all.state_e6[PV_CELL_DARK] == dark);
    assert_true(r.all.state_e6[PV_CELL_BLURRED] == area_of(0, 0, 20, 20));
    /* Where b is blurred, only a has seen. */
    assert_true(r.all.repeated_e6 == seen + area_of(200, 0, 300, 300));
    adds_up(&r.all);
    pv_ground_report_release(&r);
}

/* WGS 84 corners of a box of the grid. */
static void corners(int x0, int y0, int x1, int y1, double to[4][2])
{
    pv_cell_globe *g = NULL;
    const int at[4][2] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
    assert_int_equal(pv_cell_globe_new(&g, &grid, WEST, SOUTH, NULL), PV_OK);
    for (int k = 0; k < 4; k++) assert_int_equal(pv_cell_globe_lonlat(g, WEST + at[k][0], SOUTH + at[k][1], &to[k][0], &to[k][1], NULL), PV_OK);
    pv_cell_globe_free(g);
}

static void add_unit(pv_text *t, const char *name, int x0, int y0, int x1, int y1)
{
    double c[4][2];
    corners(x0, y0, x1, y1, c);
    pv_text_addf(t, "%s{\"type\":\"Feature\",\"properties\":{\"XIANG\":\"%s\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
                 t->data[t->len - 1] == '[' ? "" : ",", name);
    for (int k = 0; k <= 4; k++) {
        pv_text_add(t, k > 0 ? ",[" : "[");
        pv_text_add_real(t, c[k % 4][0], 9);
        pv_text_add(t, ",");
        pv_text_add_real(t, c[k % 4][1], 9);
        pv_text_add(t, "]");
    }
    pv_text_add(t, "]]}}");
}

static void test_units_and_gaps(void **state)
{
    (void)state;
    const box a[] = {{0, 0, 400, 300, PV_CELL_SEEN}, {100, 100, 120, 120, PV_CELL_SATURATED}, {300, 0, 303, 3, PV_CELL_DARK}};
    pv_text t = {0};
    pv_units *units = NULL;
    pv_ground_report r;
    pv_gaps gaps;
    photo("a.tif", 3, a);
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",\"features\":[");
    add_unit(&t, "west", 0, 0, 200, 400);
    add_unit(&t, "east", 200, 0, 600, 400);
    pv_text_add(&t, "]}");
    assert_int_equal(pv_units_new(&units, NULL), PV_OK);
    assert_int_equal(pv_units_add_bytes(units, "t.geojson", (const uint8_t *)t.data, t.len, NULL), PV_OK);
    assert_int_equal(pv_units_ready(units, NULL), PV_OK);
    assert_int_equal(pv_ground_report_make(&r, season, 0, units, NULL), PV_OK);
    assert_int_equal(r.n_units, 2);
    int64_t ground = 0, seen = 0, unseen = 0;
    for (size_t i = 0; i < 2; i++) {
        adds_up(&r.unit[i]);
        ground += r.unit[i].ground_e6;
        seen += r.unit[i].state_e6[PV_CELL_SEEN];
        unseen += r.unit[i].ground_e6 - r.unit[i].state_e6[PV_CELL_SEEN];
    }
    assert_true(ground == area_of(0, 0, 600, 400));
    assert_true(seen == r.all.state_e6[PV_CELL_SEEN]);
    int west = strcmp(pv_unit_label(pv_units_at(units, 0)), "west") == 0 ? 0 : 1;
    assert_true(r.unit[west].state_e6[PV_CELL_SATURATED] == area_of(100, 100, 120, 120));
    assert_true(r.unit[west].state_e6[PV_CELL_NONE] == area_of(0, 300, 200, 400));
    assert_int_equal(pv_gaps_find(&gaps, &r, units, 100, NULL), PV_OK);
    assert_int_equal(gaps.n, 2);
    assert_int_equal(gaps.n_small, 1);
    assert_true(gaps.small_e6 == area_of(300, 0, 303, 3));
    assert_true(gaps.at[0].flown == 0 && gaps.at[0].cells == 600 * 100 + 200 * 300);
    assert_true(gaps.at[1].flown == 1 && gaps.at[1].cells == 400);
    assert_string_equal(gaps.at[1].units, "west");
    assert_true(gaps.at[0].area_e6 + gaps.at[1].area_e6 + gaps.small_e6 == unseen);
    assert_non_null(strstr(gaps.at[0].geometry, "\"Polygon\""));
    pv_gaps_release(&gaps);
    pv_ground_report_release(&r);
    pv_units_free(units);
    pv_text_release(&t);
}

/* ---- sets of days ---- */

enum { SHOTS = 6, BOXES = 5, WIDE = 60, HIGH = 40, LEFT = 100, DAYS = 4 }; /* cells LEFT..LEFT + WIDE lie on both sides of a block's edge */

typedef struct shots {
    box at[SHOTS][BOXES];
    int day[SHOTS];
} shots;

static int state_at(const box *b, int x, int y)
{
    int state = PV_CELL_NONE;
    for (int k = 0; k < BOXES; k++)
        if (x >= b[k].x0 && x < b[k].x1 && y >= b[k].y0 && y < b[k].y1) state = b[k].state;
    return state;
}

static void area_by_state(const uint8_t *cell, int64_t sum[PV_CELL_STATES])
{
    pv_cells *cells = NULL;
    pv_cell_areas *areas = NULL;
    assert_int_equal(pv_cells_new(&cells, &grid, NULL), PV_OK);
    for (int y = 0; y < HIGH; y++)
        for (int x = 0; x < WIDE; x++)
            if (cell[y * WIDE + x] != PV_CELL_NONE)
                assert_int_equal(pv_cells_set(cells, SOUTH + y, WEST + LEFT + x, WEST + LEFT + x + 1, cell[y * WIDE + x], NULL), PV_OK);
    assert_int_equal(pv_cells_finish(cells, NULL), PV_OK);
    assert_int_equal(pv_cell_areas_new(&areas, &grid, NULL), PV_OK);
    assert_int_equal(pv_cells_area_e6(areas, cells, sum, NULL), PV_OK);
    pv_cell_areas_free(areas);
    pv_cells_free(cells);
}

/* Cell by cell, of the shots of the days in the mask and of x0 <= x < x1. */
static pv_ground_sum sum_of(const shots *s, unsigned days, int x0, int x1)
{
    uint8_t best[HIGH * WIDE] = {0};
    pv_ground_sum out = {.ground_e6 = 0};
    for (int k = 0; k < SHOTS; k++) {
        uint8_t own[HIGH * WIDE] = {0};
        int64_t sum[PV_CELL_STATES];
        for (int y = 0; y < HIGH; y++)
            for (int x = x0; x < x1; x++) {
                int state = state_at(s->at[k], LEFT + x, y), i = y * WIDE + x;
                if (!(days >> s->day[k] & 1)) continue;
                own[i] = state == PV_CELL_SEEN ? PV_CELL_SEEN : PV_CELL_NONE;
                if (pv_cell_rank(state) < pv_cell_rank(best[i])) best[i] = (uint8_t)state;
            }
        area_by_state(own, sum);
        out.repeated_e6 += sum[PV_CELL_SEEN];
    }
    area_by_state(best, out.state_e6);
    for (int k = 0; k < PV_CELL_STATES; k++) out.ground_e6 += out.state_e6[k];
    return out;
}

static void take_shots(shots *s)
{
    uint32_t seed = 7;
    for (int k = 0; k < SHOTS; k++) {
        char name[16], sql[96];
        s->day[k] = (k * 3 + 1) % DAYS; /* not in the order of photos; some days have two */
        for (int b = 0; b < BOXES; b++) {
            int v[5];
            for (int i = 0; i < 5; i++) v[i] = (int)((seed = seed * 1103515245 + 12345) >> 16 & 0x7FFF);
            int x0 = v[0] % (WIDE - 1), y0 = v[1] % (HIGH - 1);
            s->at[k][b] = (box){LEFT + x0, y0, LEFT + x0 + 1 + v[2] % (WIDE - x0), y0 + 1 + v[3] % (HIGH - y0), b == 0 ? PV_CELL_SEEN : 1 + v[4] % 7};
        }
        (void)snprintf(name, sizeof name, "%d.tif", k);
        int64_t id = photo(name, BOXES, s->at[k]);
        (void)snprintf(sql, sizeof sql, "UPDATE photos SET day='2026-05-%02d' WHERE fid=%d", 10 + s->day[k], (int)id);
        assert_int_equal(pv_sql_exec(season->db, sql, NULL), PV_OK);
    }
}

static void expect_sum(const pv_ground_sum *a, pv_ground_sum b)
{
    assert_true(a->ground_e6 == b.ground_e6);
    assert_true(a->repeated_e6 == b.repeated_e6);
    for (int k = 0; k < PV_CELL_STATES; k++) assert_true(a->state_e6[k] == b.state_e6[k]);
}

/* Sets that grow, that are the same, that have a hole, that have nothing: each as if it were asked alone. */
static void test_sets_of_days(void **state)
{
    (void)state;
    static const unsigned mask[] = {1, 3, 7, 15, 2, 6, 5, 9, 13, 7, 8, 0};
    enum { SETS = sizeof mask / sizeof *mask };
    pv_period day[SETS][DAYS];
    pv_periods set[SETS];
    shots s;
    pv_text t = {0};
    pv_units *units = NULL;
    pv_ground_days g;
    take_shots(&s);
    for (int k = 0; k < SETS; k++) {
        set[k] = (pv_periods){.at = day[k]};
        for (int d = DAYS - 1; d >= 0; d--) { /* in no order */
            if (!(mask[k] >> d & 1)) continue;
            pv_period *p = &day[k][set[k].n++];
            *p = (pv_period){.kind = PV_PERIOD_DAY};
            (void)snprintf(p->from, sizeof p->from, "2026-05-%02d", 10 + d);
            memcpy(p->to, p->from, sizeof p->to);
        }
    }
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",\"features\":[");
    add_unit(&t, "all", -700, -700, 900, 900);
    add_unit(&t, "part", LEFT + 10, -20, LEFT + 45, 100);
    pv_text_add(&t, "]}");
    assert_int_equal(pv_units_new(&units, NULL), PV_OK);
    assert_int_equal(pv_units_add_bytes(units, "t.geojson", (const uint8_t *)t.data, t.len, NULL), PV_OK);
    assert_int_equal(pv_units_ready(units, NULL), PV_OK);
    assert_int_equal(pv_ground_days_make(&g, season, SETS, set, units, NULL), PV_OK);
    size_t all = strcmp(pv_unit_label(pv_units_at(units, 0)), "all") == 0 ? 0 : 1;
    for (size_t k = 0; k < SETS; k++) {
        pv_ground_sum due = sum_of(&s, mask[k], 0, WIDE);
        expect_sum(&g.all[k], due);
        expect_sum(&g.unit[k * 2 + all], due);
        expect_sum(&g.unit[k * 2 + 1 - all], sum_of(&s, mask[k], 10, 45));
    }
    assert_true(g.ground_e6[1 - all] == area_of(LEFT + 10, -20, LEFT + 45, 100));
    pv_ground_days_release(&g);
    pv_units_free(units);
    pv_text_release(&t);
}

static void test_a_look(void **state)
{
    (void)state;
    const box a[] = {{0, 0, 10, 10, PV_CELL_SEEN}, {5, 0, 10, 10, PV_CELL_DARK}};
    pv_ground_look *l = NULL;
    pv_cell_globe *g = NULL;
    double lon = 0, lat = 0;
    int64_t id = photo("a.tif", 2, a);
    assert_int_equal(pv_ground_look_new(&l, season, NULL), PV_OK);
    assert_int_equal(pv_cell_globe_new(&g, &grid, WEST, SOUTH, NULL), PV_OK);
    const struct {
        double x, y;
        int64_t photo;
        int state;
    } at[] = {{4.5, 0.5, id, PV_CELL_SEEN},
              {5.5, 9.5, id, PV_CELL_DARK},
              {10.5, 5, id, PV_CELL_NONE},
              {4.5, 0.5, id + 1, PV_CELL_NONE},
              {-0.5, 5, id, PV_CELL_NONE}};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        int s = -1;
        assert_int_equal(pv_cell_globe_lonlat(g, WEST + at[k].x, SOUTH + at[k].y, &lon, &lat, NULL), PV_OK);
        assert_int_equal(pv_ground_state_at(l, at[k].photo, lon, lat, &s, NULL), PV_OK);
        assert_int_equal(s, at[k].state);
    }
    pv_cell_globe_free(g);
    pv_ground_look_free(l);
}

static void test_another_grid_is_refused(void **state)
{
    (void)state;
    const box a[] = {{0, 0, 10, 10, PV_CELL_SEEN}};
    pv_cells *cells = NULL;
    pv_text bytes = {0};
    pv_err err = {0};
    pv_cell_grid other = {4545, 1}, now;
    int known = 0;
    int64_t id = photo("a.tif", 1, a);
    assert_int_equal(pv_ground_grid(season, &now, &known, NULL), PV_OK);
    assert_true(known && now.epsg == 4544);
    assert_int_equal(pv_cells_new(&cells, &other, NULL), PV_OK);
    assert_int_equal(pv_cells_set(cells, 0, 0, 1, PV_CELL_SEEN, NULL), PV_OK);
    assert_int_equal(pv_cells_finish(cells, NULL), PV_OK);
    assert_int_equal(pv_cells_encode(cells, &bytes, NULL), PV_OK);
    assert_int_equal(pv_ground_take(season, id, bytes.data, bytes.len, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "4545"));
    pv_cells_free(cells);
    pv_text_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_overlap_counts_once, make, clear),
        cmocka_unit_test_setup_teardown(test_units_and_gaps, make, clear),
        cmocka_unit_test_setup_teardown(test_sets_of_days, make, clear),
        cmocka_unit_test_setup_teardown(test_a_look, make, clear),
        cmocka_unit_test_setup_teardown(test_another_grid_is_refused, make, clear),
    };
    if (pv_geo_start(NULL) != PV_OK) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
