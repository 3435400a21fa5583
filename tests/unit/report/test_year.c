/* The year's files: which cell is a formula, and that a formula never says another number than ours. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "report/year_cells.h"
#include "report/year_page.h"

#include "base/banned.h"

enum { ROWS = 4, MOST_FIGURES = 256 };

static pv_figure_value value[ROWS][MOST_FIGURES];
static pv_figures_row row[ROWS];
static pv_period period = {.kind = PV_PERIOD_YEAR, .from = "2026-01-01", .to = "2026-12-31", .text = "2026", .zh = "2026年<&>", .en = "2026 <&>"};

static int at(const char *id)
{
    int k = pv_figure_at(id);
    assert_true(k >= 0);
    return k;
}

static void put(int r, const char *id, double real)
{
    value[r][at(id)] = (pv_figure_value){.known = 1, .count = llround(real), .real = real};
}

/* A total over two townships and what lies outside. */
static pv_figures table(void)
{
    static char empty[] = "", total[] = "合计", evil[] = "<b>&\"'", two[] = "=2+2", out[] = "单位外";
    char *const name[ROWS] = {total, evil, two, out};
    pv_figures t = {.season = "秦安<&>", .by = PV_BY_UNIT_XIANG, .n_rows = ROWS, .row = row, .period = {.n = 1, .at = &period}};
    (void)pv_figures_list(&t.n);
    memset(value, 0, sizeof value);
    for (int r = 0; r < ROWS; r++) {
        row[r] = (pv_figures_row){.kind = r == 0   ? PV_ROW_TOTAL
                                          : r == 3 ? PV_ROW_OUTSIDE
                                                   : PV_ROW_UNIT,
                                  .depth = r > 0,
                                  .level = PV_XIANG,
                                  .key = empty};
        row[r].zh = row[r].en = row[r].path = name[r];
        row[r].value = value[r];
        for (int k = 0; k < t.n; k++) value[r][k].real = NAN;
    }
    return t;
}

static void test_parts(void **state)
{
    (void)state;
    pv_year_part part[PV_YEAR_PARTS];
    int n = pv_year_parts(part), n_figures = 0, next = 0;
    const pv_figure *list = pv_figures_list(&n_figures);
    for (int p = 0; p < n; p++) {
        assert_int_equal(part[p].first, next);
        assert_true(part[p].end > part[p].first && part[p].end - part[p].first <= 24);
        for (int k = part[p].first; k < part[p].end; k++) assert_int_equal(list[k].group, list[part[p].first].group);
        assert_true(strlen(part[p].en) <= 31 && strpbrk(part[p].en, "[]:*?/\\") == NULL && strpbrk(part[p].zh, "[]:*?/\\") == NULL);
        next = part[p].end;
    }
    /* Those of the audit have a sheet of their own, and are the last. */
    for (int k = 0; k < n_figures; k++) assert_int_equal(list[k].group == PV_GROUP_AUDIT, k >= next);
    assert_int_equal(n, 7);
}

static pv_year_lines lines_of(const pv_figures *t)
{
    pv_year_lines l = {.n = 0};
    pv_err err;
    assert_int_equal(pv_year_lines_make(&l, t, &err), PV_OK);
    return l;
}

static void test_correction(void **state)
{
    (void)state;
    pv_figures t = table();
    const double photos[ROWS] = {10, 6, 5, 1}, flights[ROWS] = {3, 1, 1, 1};
    for (int r = 0; r < ROWS; r++) {
        put(r, "photos", photos[r]);
        put(r, "flights", flights[r]);
    }
    pv_year_lines l = lines_of(&t);
    assert_int_equal(l.n, ROWS + 1); /* total, its correction, three rows */
    assert_true(l.line[1].is_correction);
    assert_int_equal(l.line[1].above, 0);
    assert_int_equal(l.line[0].n_below, 4);
    assert_int_equal(pv_year_cell_at(&l, 0, at("photos"))->how, PV_CELL_BELOW);
    assert_int_equal(pv_year_cell_at(&l, 1, at("photos"))->how, PV_CELL_NUMBER);
    assert_true(pv_year_cell_at(&l, 1, at("photos"))->value == -2);
    assert_int_equal(pv_year_cell_at(&l, 1, at("flights"))->how, PV_CELL_UNKNOWN);
    assert_int_equal(pv_year_cell_at(&l, 0, at("flights"))->how, PV_CELL_BELOW);
    assert_int_equal(pv_year_cell_at(&l, 0, at("models"))->how, PV_CELL_UNKNOWN);
    pv_year_lines_release(&l);
}

static void test_sums_of_parts(void **state)
{
    (void)state;
    pv_figures t = table();
    for (int r = 0; r < ROWS; r++) {
        put(r, "confirmed", 4);
        put(r, "ruled_out", 3);
        put(r, "unreachable", 2);
        put(r, "unchecked", 1);
        put(r, "suspected", r == 2 ? 11 : 10); /* one that does not add up holds its number */
    }
    pv_year_lines l = lines_of(&t);
    assert_int_equal(pv_year_cell_at(&l, 0, at("suspected"))->how, PV_CELL_PARTS);
    assert_int_equal(pv_year_cell_at(&l, 3, at("suspected"))->how, PV_CELL_NUMBER);
    assert_true(pv_year_cell_at(&l, 3, at("suspected"))->value == 11);
    pv_year_lines_release(&l);
}

/* Shares that are hard for doubles: 29/100, all but one of many, all, none, nothing to share. */
static void test_shares(void **state)
{
    (void)state;
    static const double of[] = {29, 99999, 57, 0, 1, 115, 2}, per[] = {100, 100000, 57, 7, 3, 1000, 0},
                        share[] = {29, 99.99, 100, 0, 33.33, 11.5, NAN};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        pv_figures t = table();
        put(1, "checked", of[i]);
        put(1, "suspected", per[i]);
        if (!isnan(share[i])) put(1, "check_rate", share[i]);
        pv_year_lines l = lines_of(&t);
        size_t line = 0;
        while (l.line[line].row != 1 || l.line[line].is_correction) line++;
        const pv_year_cell *c = pv_year_cell_at(&l, line, at("check_rate"));
        assert_int_equal(c->how, PV_CELL_SHARE);
        assert_int_equal(c->known, !isnan(share[i]));
        if (c->known) assert_true(fabs(c->value - share[i]) < 1e-9);
        pv_year_lines_release(&l);
    }
    /* Rounded in place of cut: no formula says so. */
    pv_figures t = table();
    put(1, "checked", 2);
    put(1, "suspected", 3);
    put(1, "check_rate", 66.67);
    pv_year_lines l = lines_of(&t);
    assert_int_equal(pv_year_cell_at(&l, 1, at("check_rate"))->how, PV_CELL_NUMBER);
    pv_year_lines_release(&l);
}

static void test_memory(void **state)
{
    (void)state;
    pv_figures t = table();
    put(0, "photos", 3);
    put(1, "photos", 5);
    for (long k = 0; k < 40; k++) {
        pv_year_lines l = {.n = 0};
        pv_text out = {0};
        pv_err err;
        const pv_year year = {.version = "x", .table = &t, .chain = ""};
        pv_mem_fail_at(k, 0);
        pv_status st = pv_year_lines_make(&l, &t, &err), page = pv_year_page(&out, &year, &err);
        const int reached = pv_mem_count() > k;
        pv_mem_fail_at(-1, 0);
        assert_true(reached ? st == PV_NOMEM || page == PV_NOMEM : st == PV_OK && page == PV_OK);
        pv_year_lines_release(&l);
        pv_text_release(&out);
    }
}

static void test_page(void **state)
{
    (void)state;
    pv_figures t = table();
    pv_text out = {0};
    pv_err err;
    const pv_year year = {.version = "<v>", .table = &t, .zh = 1, .chain = "<script>"};
    put(0, "photos", 3);
    assert_int_equal(pv_year_page(&out, &year, &err), PV_OK);
    const char *text = pv_text_str(&out);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "<b>"));
    assert_null(strstr(text, "<&>"));
    assert_null(strstr(text, "<svg"));
    assert_non_null(strstr(text, "&lt;b&gt;&amp;&quot;&#39;"));
    assert_non_null(strstr(text, "default-src 'none'"));
    assert_non_null(strstr(text, "id=\"speak-zh\" aria-label=\"中文\" checked"));
    pv_text_release(&out);
}

/* Without a draw the page has the one line that says so, and nothing of the audit where nobody asked. */
static void test_no_audit(void **state)
{
    (void)state;
    static char zh[] = "没有抽样 <b>", en[] = "no draw <b>";
    pv_figures_note note = {.code = "audit_none", .zh = zh, .en = en};
    pv_figures t = table();
    pv_err err;
    for (int said = 0; said < 2; said++) {
        pv_text out = {0};
        const pv_year year = {.version = "x", .table = &t, .zh = 1, .chain = ""};
        t.note = said ? &note : NULL;
        t.n_notes = (size_t)said;
        assert_int_equal(pv_year_page(&out, &year, &err), PV_OK);
        const char *section = strstr(pv_text_str(&out), "id=\"audit\"");
        assert_int_equal(section != NULL, said);
        if (said) assert_true(strstr(section, "没有抽样 &lt;b&gt;") != NULL && strstr(section, "no draw &lt;b&gt;") != NULL);
        pv_text_release(&out);
    }
}

static void test_dates(void **state)
{
    (void)state;
    pv_figures t = table(), none = {.n = 0};
    assert_string_equal(pv_year_date(&t), "2026-12-31");
    assert_string_equal(pv_year_date(&none), "1980-01-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),  cmocka_unit_test(test_correction), cmocka_unit_test(test_sums_of_parts), cmocka_unit_test(test_shares),
        cmocka_unit_test(test_memory), cmocka_unit_test(test_page),       cmocka_unit_test(test_no_audit),      cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
