/* Tables that bureaus published, from seasons that hold the same events: Qin'an 2022, Axia 2024, Diebu 2017 (addresses and texts: docs/notes/0040-figures.md). */
#include "tables.h"

#include "geo/cells_area.h"
#include "season/findings.h"
#include "season/imports.h"

#include "base/banned.h"

/* A cell as it is printed. */
static void check_cell(const pv_figures_row *row, const char *id, const char *wanted)
{
    pv_text text = {0};
    int k = pv_figure_at(id);
    assert_true(k >= 0);
    pv_figure_print(&text, &pv_figures_list(&(int){0})[k], &row->value[k]);
    if (strcmp(pv_text_str(&text), wanted) != 0) fail_msg("%s %s is %s, not %s", row->en, id, pv_text_str(&text), wanted);
    pv_text_release(&text);
}

/* A rectangle of the grid as a unit: eastings and northings in metres. */
static void add_unit(pv_text *out, const char *properties, double x0, double y0, double x1, double y1)
{
    pv_text_addf(out,
                 "%s{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.2f,%.2f],[%.2f,%.2f],[%.2f,%."
                 "2f],[%.2f,%.2f],[%.2f,%.2f]]]}}",
                 out->len > 0 ? "," : "", properties, x0, y0, x1, y0, x1, y1, x0, y1, x0, y0);
}

/* ---- Qin'an 2022: 15 plots, 3.0299 ha, 6 townships, 8 villages; unchanged 5 with 1.6811 ha, no forest 10 with 1.3488 ha ---- */

static pv_units *qinan_units(void)
{
    pv_text t = {0};
    char names[256];
    for (int v = 0; v < 8; v++) {
        (void)snprintf(names, sizeof names, "\"XIAN\":\"秦安县\",\"XIANG\":\"第%d镇\",\"CUN\":\"第%d村\"", v % 6, v);
        add_unit(&t, names, 561200 + v * 400, 3859000, 561600 + v * 400, 3859800);
    }
    return tables_units(&t, 4544);
}

static void qinan_finding(ledger *l, int k, const char *why)
{
    pv_finding f;
    char id[32];
    (void)snprintf(id, sizeof id, "%016x", k);
    pv_finding_clear(&f);
    f.status = PV_PLOT_RULED_OUT;
    (void)snprintf(f.date, sizeof f.date, "2022-09-%02d", 10 + k % 15);
    (void)snprintf(f.note, sizeof f.note, "%s", why);
    ledger_find(l, id, &f);
}

static void test_qinan_2022(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_text words = {0};
    pv_units *units = qinan_units();
    ledger_open(&l);
    ledger_night(&l, "2022-08-01");
    int64_t photo = ledger_photo(&l, "a.tif", "2022-08-01", NULL);
    for (int k = 0; k < 15; k++) {
        /* 4 x 3,362 + 3,363 and 9 x 1,349 + 1,347 m2, strips of 50 m */
        double m2 = k < 4 ? 3362 : k == 4 ? 3363 : k < 14 ? 1349 : 1347, x = 100 + 400 * (k % 8), y = 80 + 250 * (k / 8);
        char id[32];
        (void)snprintf(id, sizeof id, "%016x", k);
        ledger_add_spot(&l, &(ledger_spot){photo, id, x, y, x + m2 / 50, y + 50, 0.9, NULL, NULL});
    }
    ledger_update(&l);
    for (int k = 0; k < 15; k++) qinan_finding(&l, k, k < 5 ? "无变化图斑" : "非林地");
    pv_figures t = tables_make(&l, "2022", PV_BY_REASON, units);
    assert_int_equal(t.n_rows, 3);
    const pv_figures_row *same = &t.row[1], *none = &t.row[2];
    if (strcmp(same->key, "无变化图斑") != 0) same = &t.row[2], none = &t.row[1];
    check_cell(&t.row[0], "suspected", "15");
    check_cell(&t.row[0], "suspected_ha", "3.0299");
    check_cell(&t.row[0], "xiang_found", "6");
    check_cell(&t.row[0], "cun_found", "8");
    check_cell(&t.row[0], "check_rate", "100.00");
    check_cell(same, "suspected", "5");
    check_cell(same, "suspected_ha", "1.6811");
    check_cell(none, "suspected", "10");
    check_cell(none, "suspected_ha", "1.3488");
    pv_figures_sentence(&words, &t, &t.row[0], 1);
    assert_non_null(strstr(pv_text_str(&words), "疑似图斑15处，已核查15处（核查率100.00%），未发现种植毒品原植物，排除15处"));
    pv_text_release(&words);
    pv_figures_release(&t);
    pv_units_free(units);
    ledger_close(&l);
}

/* ---- ground of an exact area ---- */

typedef struct filler {
    pv_cells *cells;
    pv_cell_areas *areas;
    int64_t done_e6, wanted_e6;
} filler;

/* Cells i0 <= i < i1 of row j, until the area is reached; 0 = it is. */
static int fill_row(filler *f, int32_t j, int32_t i0, int32_t i1)
{
    pv_err err = {.text = ""};
    for (int32_t i = i0; i < i1;) {
        int32_t end = (int32_t)((pv_cell_block_of(i) + 1) * PV_CELL_BLOCK), bx = (int32_t)pv_cell_block_of(i), by = (int32_t)pv_cell_block_of(j);
        end = end < i1 ? end : i1;
        ledger_ok(pv_cell_areas_aim(f->areas, bx, by, &err), &err);
        int x0 = (int)(i - bx * PV_CELL_BLOCK), x1 = (int)(end - bx * PV_CELL_BLOCK), y = (int)(j - by * PV_CELL_BLOCK);
        while (x1 > x0 && f->done_e6 + pv_cell_run_e6(f->areas, y, x0, x1) > f->wanted_e6) x1--;
        if (x1 > x0) ledger_ok(pv_cells_set(f->cells, j, i, i + (x1 - x0), PV_CELL_SEEN, &err), &err);
        f->done_e6 += pv_cell_run_e6(f->areas, y, x0, x1);
        if (x1 - x0 < end - i) return 0;
        i = end;
    }
    return 1;
}

static void fill_begin(filler *f, int64_t wanted_e6)
{
    pv_err err = {.text = ""};
    const pv_cell_grid grid = {4544, 10};
    *f = (filler){.wanted_e6 = wanted_e6};
    ledger_ok(pv_cells_new(&f->cells, &grid, &err), &err);
    ledger_ok(pv_cell_areas_new(&f->areas, &grid, &err), &err);
}

static void fill_end(filler *f, ledger *l, int64_t photo)
{
    pv_err err = {.text = ""};
    pv_text bytes = {0};
    ledger_ok(pv_cells_finish(f->cells, &err), &err);
    ledger_ok(pv_cells_encode(f->cells, &bytes, &err), &err);
    ledger_ok(pv_sql_begin(l->s->db, &err), &err);
    ledger_ok(pv_ground_take(l->s, photo, bytes.data, bytes.len, &err), &err);
    ledger_ok(pv_sql_commit(l->s->db, &err), &err);
    pv_text_release(&bytes);
    pv_cells_free(f->cells);
    pv_cell_areas_free(f->areas);
}

/* ---- Axia 2024, fourth round: 20 compartments, 100485 mu, 1 vehicle, 6 people, 1 drone, 14.23 %, nothing found ---- */

static void test_axia_2024(void **state)
{
    (void)state;
    enum { W = 410, N = 28 }; /* cells of a compartment's side; compartments in charge */
    ledger l = {.s = NULL};
    pv_text t = {0}, words = {0};
    char names[128];
    filler f;
    for (int k = 0; k < N; k++) {
        (void)snprintf(names, sizeof names, "\"LIN_CHANG\":\"阿夏林场\",\"LIN_BAN\":\"%04d\"", k + 1);
        add_unit(&t, names, 561000 + 4100.0 * (k % 7), 3859000 + 4100.0 * (k / 7), 565100 + 4100.0 * (k % 7), 3863100 + 4100.0 * (k / 7));
    }
    pv_units *units = tables_units(&t, 4544);
    ledger_open(&l);
    tables_settings(&l, "coverage_cell_m = 10\ngrid_epsg = 4544\ncampaigns = 禁种铲毒 2024-05-01 150 2024-05-15 2024-06-15 2024-07-15 2024-08-15\n");
    ledger_night(&l, "2024-08-15");
    int64_t photo = ledger_photo(&l, "a.tif", "2024-08-15T09:00:00+08:00", NULL);
    fill_begin(&f, (int64_t)66990000 * 1000000); /* 100485 mu of 10000/15 m2 */
    /* 183 rows of 183 cells in each of 19 compartments, the rest in the twentieth. */
    for (int k = 0; k < 20; k++)
        for (int32_t j = 0; j < (k < 19 ? 183 : W); j++)
            if (!fill_row(&f, 385900 + W * (k / 7) + j, 56100 + W * (k % 7), 56100 + W * (k % 7) + 183)) break;
    fill_end(&f, &l, photo);
    ledger_update(&l);
    tables_register(&l, "2024-08-15", "管护站", "出动车辆1台,人员6人,无人机1架");
    pv_figures fig = tables_make(&l, "第四次", PV_BY_NOTHING, units);
    check_cell(&fig.row[0], "lin_ban", "20");
    check_cell(&fig.row[0], "vehicles", "1");
    check_cell(&fig.row[0], "people", "6");
    check_cell(&fig.row[0], "drones", "1");
    check_cell(&fig.row[0], "cover_rate", "14.23");
    check_cell(&fig.row[0], "suspected", "0");
    assert_int_equal(lround(pv_figures_value(&fig.row[0], "flown_mu")->real), 100485);
    pv_figures_sentence(&words, &fig, &fig.row[0], 1);
    assert_non_null(
        strstr(pv_text_str(&words),
               "禁种铲毒第4次集中踏查：共计20个林班，航测面积100485亩（重复计100485亩次），踏查率14.23%，出动人员6人次、车辆1台次、无人机1架次；"
               "未发现有种植毒品原植物和可疑地块"));
    pv_text_release(&words);
    pv_figures_release(&fig);
    pv_units_free(units);
    ledger_close(&l);
}

/* ---- Diebu 2017, first phase: 8 forest farms and 2 fire brigades, 1380 person-turns, 143 vehicle-turns, 730 compartments, 3643818 mu, 78.5 % ---- */

static pv_units *diebu_units(void)
{
    pv_text t = {0};
    char names[128];
    for (int k = 0; k < 930; k++) {
        int row = k / 31, column = k % 31;
        double y0 = row < 24 ? 1826.0 * row : 1826.0 * 24 + 1815.0 * (row - 24), y1 = y0 + (row < 24 ? 1826 : 1815);
        (void)snprintf(names, sizeof names, "\"LIN_CHANG\":\"第%d林场\",\"LIN_BAN\":\"%04d\"", k * 8 / 930 + 1, k + 1);
        add_unit(&t, names, 561000 + 1824.2 * column, 3859000 + y0, 561000 + 1824.2 * (column + 1), 3859000 + y1);
    }
    return tables_units(&t, 4544);
}

static void test_diebu_2017(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    filler f;
    pv_text words = {0};
    pv_units *units = diebu_units();
    ledger_open(&l);
    tables_settings(&l, "coverage_cell_m = 10\ngrid_epsg = 4544\n");
    ledger_night(&l, "2017-05-26");
    int64_t photo = ledger_photo(&l, "a.tif", "2017-05-20T09:00:00+08:00", NULL);
    fill_begin(&f, (int64_t)3643818 * 2000 / 3 * 1000000);
    /* 23 rows of 31 compartments whole, then 17 of the next. */
    for (int32_t j = 0; j < 4200; j++)
        if (!fill_row(&f, 385900 + j, 56100, 56100 + 5655)) break;
    for (int32_t j = 4200; j < 4382; j++)
        if (!fill_row(&f, 385900 + j, 56100, 56100 + 3101)) break;
    fill_end(&f, &l, photo);
    ledger_update(&l);
    for (int k = 0; k < 8; k++)
        tables_register(&l, "2017-05-10", k % 2 == 0 ? "林场甲" : "林场乙",
                        (const char *const[]){"出动人员150人次,车辆15台次", "出动人员155人次,车辆16台次", "出动人员160人次,车辆17台次",
                                              "出动人员165人次,车辆18台次", "出动人员145人次,车辆14台次", "出动人员140人次,车辆13台次",
                                              "出动人员135人次,车辆12台次", "出动人员130人次,车辆11台次"}[k]);
    tables_register(&l, "2017-05-11", "消防一队", "出动人员100人次,车辆14台次");
    tables_register(&l, "2017-05-11", "消防二队", "出动人员100人次,车辆13台次");
    pv_figures fig = tables_make(&l, "2017-05-02..2017-05-26", PV_BY_UNIT_LIN_CHANG, units);
    assert_int_equal(fig.n_rows, 10);
    check_cell(&fig.row[0], "people", "1380");
    check_cell(&fig.row[0], "vehicles", "143");
    check_cell(&fig.row[0], "lin_ban", "730");
    assert_int_equal(lround(pv_figures_value(&fig.row[0], "flown_mu")->real), 3643818);
    /* Published with one decimal: 78.5 %. */
    assert_int_equal(lround(pv_figures_value(&fig.row[0], "cover_rate")->real * 10), 785);
    double mu = 0;
    int64_t lin_ban = 0;
    for (size_t i = 1; i < 9; i++) {
        mu += pv_figures_value(&fig.row[i], "flown_mu")->real;
        lin_ban += pv_figures_value(&fig.row[i], "lin_ban")->count;
    }
    assert_int_equal(lin_ban, 730);
    assert_true(fabs(mu - pv_figures_value(&fig.row[0], "flown_mu")->real) < 1e-3);
    pv_figures_sentence(&words, &fig, &fig.row[0], 1);
    assert_non_null(strstr(pv_text_str(&words), "共计730个林班，航测面积3643818亩"));
    pv_text_release(&words);
    pv_figures_release(&fig);
    pv_units_free(units);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_qinan_2022), cmocka_unit_test(test_axia_2024), cmocka_unit_test(test_diebu_2017)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
