/* Boundaries: cells of ground by unit. */
#include "units_fixture.h"

#include "base/banned.h"

enum { SIDE = 8 };

/* A lattice of crooked quadrangles with common corners; the last record is the whole. */
static void lattice(pv_text *t, double size)
{
    double x[SIDE + 1][SIDE + 1], y[SIDE + 1][SIDE + 1];
    char g[1024], name[48];
    start(t, NULL);
    for (int j = 0; j <= SIDE; j++)
        for (int i = 0; i <= SIDE; i++) {
            int rim = i == 0 || j == 0 || i == SIDE || j == SIDE;
            x[j][i] = 105.1 + size * (i + (rim ? 0 : 0.3 * sin(7.0 * i + 3 * j)));
            y[j][i] = 35.2 + size * (j + (rim ? 0 : 0.3 * cos(5.0 * i + 11 * j)));
        }
    for (int k = 0; k < SIDE * SIDE; k++) {
        int i = k % SIDE, j = k / SIDE;
        /* Every other one the other way round: neighbours walk an edge in one or in opposite directions. */
        int at[2][4][2] = {{{j, i}, {j, i + 1}, {j + 1, i + 1}, {j + 1, i}}, {{j, i}, {j + 1, i}, {j + 1, i + 1}, {j, i + 1}}};
        int n = snprintf(g, sizeof g, "{\"type\":\"Polygon\",\"coordinates\":[[");
        for (int c = 0; c <= 4; c++) {
            const int *p = at[k % 3 == 0][c % 4];
            n += snprintf(g + n, sizeof g - (size_t)n, "%s[%.12f,%.12f]", c > 0 ? "," : "", x[p[0]][p[1]], y[p[0]][p[1]]);
        }
        (void)snprintf(g + n, sizeof g - (size_t)n, "]]}");
        (void)snprintf(name, sizeof name, "\"XIAN\":\"620522\",\"CUN\":\"%02d\"", k + 1);
        add(t, name, g);
    }
    pv_text ring = {0};
    pv_text_add(&ring, "{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int s = 0; s < 4; s++)
        for (int c = 0; c < SIDE; c++) {
            int i = s == 0 ? c : s == 1 ? SIDE : s == 2 ? SIDE - c : 0, j = s == 0 ? 0 : s == 1 ? c : s == 2 ? SIDE : SIDE - c;
            pv_text_addf(&ring, "[%.12f,%.12f],", x[j][i], y[j][i]);
        }
    pv_text_addf(&ring, "[%.12f,%.12f]]]}", x[0][0], y[0][0]);
    add(t, "\"XIANG\":\"whole\"", pv_text_str(&ring));
    pv_text_release(&ring);
}

static void cells_of_neighbours_fit(void **state)
{
    (void)state;
    static const struct {
        double size, cell_m;
    } c[] = {{0.0007, 1}, {0.0003, 0.37}, {0.03, 40}, {0.11, 211}};
    pv_text t = {0};
    pv_cell_intervals runs = {0};
    for (size_t k = 0; k < sizeof c / sizeof c[0]; k++) {
        lattice(&t, c[k].size);
        pv_units *u = read_text(&t);
        pv_unit_grid *grid = NULL;
        pv_unit_cells *cells = NULL;
        size_t whole = 0;
        int counties = 0;
        int64_t j0, j1, a0, a1, sum = 0, all = 0;
        for (size_t i = 0; i < pv_units_count(u); i++)
            if (strcmp(pv_unit_label(pv_units_at(u, i)), "whole") == 0) whole = i;
        assert_int_equal(pv_unit_grid_new(&grid, u, "EPSG:4544", c[k].cell_m, NULL), PV_OK);
        assert_int_equal(pv_unit_cells_new(&cells, grid, whole, NULL), PV_OK);
        pv_unit_cells_rows(cells, &j0, &j1);
        assert_in_range(j1 - j0, 100, 5000);
        /* Each cell of the whole is counted up by the parts, once each. */
        int64_t i0 = INT64_MAX, i1 = INT64_MIN;
        for (int64_t j = j0; j < j1; j++) {
            assert_int_equal(pv_unit_cells_row(cells, j, &runs, NULL), PV_OK);
            for (size_t r = 0; r < runs.n; r++) {
                i0 = runs.at[r].i0 < i0 ? runs.at[r].i0 : i0;
                i1 = runs.at[r].i1 > i1 ? runs.at[r].i1 : i1;
                all += runs.at[r].i1 - runs.at[r].i0;
            }
        }
        uint8_t *seen = NULL;
        size_t w = (size_t)(i1 - i0);
        assert_int_equal(pv_alloc(&seen, w * (size_t)(j1 - j0), 1, "cells", NULL), PV_OK);
        for (size_t i = 0; i < pv_units_count(u); i++) {
            pv_unit_cells *part = NULL;
            if (pv_units_at(u, i)->level != PV_CUN) continue;
            assert_int_equal(pv_unit_cells_new(&part, grid, i, NULL), PV_OK);
            pv_unit_cells_rows(part, &a0, &a1);
            for (int64_t j = a0; j < a1; j++) {
                assert_int_equal(pv_unit_cells_row(part, j, &runs, NULL), PV_OK);
                for (size_t r = 0; r < runs.n; r++) {
                    assert_true(runs.at[r].i0 >= i0 && runs.at[r].i1 <= i1);
                    sum += runs.at[r].i1 - runs.at[r].i0;
                    for (int64_t i_cell = runs.at[r].i0; i_cell < runs.at[r].i1; i_cell++) seen[(size_t)(j - j0) * w + (size_t)(i_cell - i0)]++;
                }
            }
            pv_unit_cells_free(part);
        }
        assert_int_equal(sum, all);
        for (int64_t j = j0; j < j1; j++) {
            assert_int_equal(pv_unit_cells_row(cells, j, &runs, NULL), PV_OK);
            for (size_t r = 0; r < runs.n; r++)
                for (int64_t i = runs.at[r].i0; i < runs.at[r].i1; i++) assert_int_equal(seen[(size_t)(j - j0) * w + (size_t)(i - i0)], 1);
        }
        /* The county is put together from all villages. */
        for (size_t i = 0; i < pv_units_count(u); i++) {
            pv_unit_cells *county = NULL;
            int64_t joined = 0;
            if (pv_units_at(u, i)->level != PV_XIAN) continue;
            assert_int_equal(pv_units_at(u, i)->n_parts, SIDE * SIDE);
            assert_int_equal(pv_unit_cells_new(&county, grid, i, NULL), PV_OK);
            pv_unit_cells_rows(county, &a0, &a1);
            for (int64_t j = a0; j < a1; j++) {
                assert_int_equal(pv_unit_cells_row(county, j, &runs, NULL), PV_OK);
                for (size_t r = 0; r < runs.n; r++) joined += runs.at[r].i1 - runs.at[r].i0;
            }
            assert_int_equal(joined, all);
            pv_unit_cells_free(county);
            counties++;
        }
        assert_int_equal(counties, 1);
        pv_free(seen);
        pv_unit_cells_free(cells);
        pv_unit_grid_free(grid);
        pv_units_free(u);
    }
    pv_cell_intervals_release(&runs);
    pv_text_release(&t);
}

/* A cell belongs to the unit that holds its centre; of a cell whose centre is far from the border everybody agrees. */
static void cells_lie_where_points_lie(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_cell_intervals runs = {0};
    pv_unit_cells *cells = NULL;
    pv_transform *back = NULL;
    pv_unit_hits h = {0};
    start(&t, NULL);
    add(&t, "\"CUN\":\"1\"",
        "{\"type\":\"Polygon\",\"coordinates\":[[[105.1,35.2],[105.13,35.19],[105.14,35.22],[105.12,35.21],[105.1,35.23],[105.1,35.2]],[[105.11,35."
        "205],[105.12,"
        "35.204],[105.115,35.209],[105.11,35.205]]]}");
    pv_units *u = read_text(&t);
    pv_unit_grid *grid = NULL;
    assert_int_equal(pv_unit_grid_new(&grid, u, "EPSG:4544", 25, NULL), PV_OK);
    assert_int_equal(pv_unit_cells_new(&cells, grid, 0, NULL), PV_OK);
    assert_int_equal(pv_transform_new(&back, "EPSG:4544", "OGC:CRS84", 510000, 3897000, NULL), PV_OK);
    int64_t j0, j1, differ = 0, n = 0;
    pv_unit_cells_rows(cells, &j0, &j1);
    for (int64_t j = j0; j < j1; j++) {
        assert_int_equal(pv_unit_cells_row(cells, j, &runs, NULL), PV_OK);
        for (int64_t i = 20000; i < 21000; i++) {
            double x = ((double)i + 0.5) * 25, y = ((double)j + 0.5) * 25;
            int in = 0;
            for (size_t r = 0; r < runs.n; r++) in |= i >= runs.at[r].i0 && i < runs.at[r].i1;
            if (!pv_transform_forward(back, &x, &y)) fail();
            assert_int_equal(pv_units_at_point(u, x, y, &h, NULL), PV_OK);
            differ += in != (h.n > 0);
            n += in;
        }
    }
    assert_in_range(n, 5000, 20000);
    assert_int_equal(differ, 0);
    pv_transform_free(back);
    pv_unit_cells_free(cells);
    pv_unit_grid_free(grid);
    pv_cell_intervals_release(&runs);
    pv_unit_hits_release(&h);
    pv_units_free(u);
    pv_text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_of_neighbours_fit), cmocka_unit_test(cells_lie_where_points_lie)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
