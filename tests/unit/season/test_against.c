/* Year on year: only ground that both periods saw is compared, the rest stands apart, and the order of the two periods does not matter. */
#include <math.h>

#include "tests/unit/season/ledger.h"

#include "season/against.h"
#include "season/common.h"
#include "season/findings.h"

#include "base/banned.h"

static void find(ledger *l, const char *hotspot, pv_plot_status status, const char *date, int64_t plants)
{
    pv_finding f;
    pv_finding_clear(&f);
    f.status = status;
    (void)snprintf(f.date, sizeof f.date, "%s", date);
    (void)snprintf(f.person1, sizeof f.person1, "张三");
    f.plants_counted = plants;
    ledger_find(l, hotspot, &f);
}

static void spot(ledger *l, int64_t photo, const char *id, double x)
{
    ledger_add_spot(l, &(ledger_spot){photo, id, x, 10, x + 2, 12, 0.9, NULL, NULL});
}

/* 2025 flew x = 0..100, 2026 flew x = 50..150. */
static void fill(ledger *l)
{
    static const double first[4] = {0, 0, 100, 100}, second[4] = {50, 0, 150, 100};
    ledger_open(l);
    ledger_night(l, "2025-05-01");
    int64_t a = ledger_photo(l, "a.tif", "2025-05-01T10:00:00+08:00", first);
    spot(l, a, "000000000000000a", 60); /* in both years */
    spot(l, a, "000000000000000b", 70); /* gone */
    spot(l, a, "000000000000000c", 10); /* where 2026 did not fly */
    spot(l, a, "000000000000000d", 90); /* eradicated, and there again */
    ledger_update(l);
    find(l, "000000000000000a", PV_PLOT_CONFIRMED, "2025-05-02", 10);
    find(l, "000000000000000b", PV_PLOT_CONFIRMED, "2025-05-02", 20);
    find(l, "000000000000000c", PV_PLOT_CONFIRMED, "2025-05-02", 40);
    find(l, "000000000000000d", PV_PLOT_CONFIRMED, "2025-05-02", 80);
    find(l, "000000000000000d", PV_PLOT_ERADICATED, "2025-05-03", -1);
    find(l, "000000000000000b", PV_PLOT_ERADICATED, "2025-05-03", -1);
    ledger_night(l, "2026-05-01");
    int64_t b = ledger_photo(l, "b.tif", "2026-05-01T10:00:00+08:00", second);
    spot(l, b, "000000000000001a", 60);
    spot(l, b, "000000000000001e", 80);  /* new */
    spot(l, b, "000000000000001f", 140); /* where 2025 did not fly */
    spot(l, b, "000000000000001d", 90);
    ledger_update(l);
    find(l, "000000000000001a", PV_PLOT_CONFIRMED, "2026-05-02", 1);
    find(l, "000000000000001e", PV_PLOT_CONFIRMED, "2026-05-02", 2);
    find(l, "000000000000001f", PV_PLOT_CONFIRMED, "2026-05-02", 4);
    find(l, "000000000000001d", PV_PLOT_CONFIRMED, "2026-05-02", 8);
}

static void make(pv_against *t, ledger *l, const char *a, const char *b)
{
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_period p, q;
    ledger_ok(pv_period_read(&p, l->s->conf, a, &err), &err);
    ledger_ok(pv_period_read(&q, l->s->conf, b, &err), &err);
    ledger_ok(pv_figures_source_new(&f, l->s, NULL, &err), &err);
    ledger_ok(pv_against_make(t, f, &p, &q, PV_BY_NOTHING, &err), &err);
    pv_figures_source_free(f);
}

static void only_common_ground_is_compared(void **state)
{
    (void)state;
    static const int64_t due[PV_AGAINST_COLUMNS] = {
        [PV_AGAINST_A_SUSPECTED] = 3, [PV_AGAINST_B_SUSPECTED] = 3, [PV_AGAINST_A_CONFIRMED] = 3,  [PV_AGAINST_B_CONFIRMED] = 3,
        [PV_AGAINST_BOTH] = 2,        [PV_AGAINST_NEW] = 1,         [PV_AGAINST_GONE] = 1,         [PV_AGAINST_REGROWN] = 1,
        [PV_AGAINST_A_PLANTS] = 110,  [PV_AGAINST_B_PLANTS] = 11,   [PV_AGAINST_A_ERADICATED] = 2, [PV_AGAINST_B_ERADICATED] = 0,
        [PV_AGAINST_A_APART] = 1,     [PV_AGAINST_B_APART] = 1,
    };
    ledger l = {.s = NULL};
    pv_against t = {.n = 0};
    fill(&l);
    make(&t, &l, "2025", "2026");
    assert_int_equal(t.n, 1);
    for (int c = PV_AGAINST_A_SUSPECTED; c < PV_AGAINST_COLUMNS; c++)
        if (t.row[0].value[c] != due[c])
            fail_msg("%s: %lld, not %lld", pv_against_word((pv_against_column)c)->id, (long long)t.row[0].value[c], (long long)due[c]);
    /* 5,000 m2 each, within the cells of their rims. */
    for (int c = PV_AGAINST_COMMON_MU; c <= PV_AGAINST_B_MU; c++)
        if (fabs((double)t.row[0].value[c] / 1e4 - 7.5) > 0.2)
            fail_msg("%s: %lld", pv_against_word((pv_against_column)c)->id, (long long)t.row[0].value[c]);
    pv_against_release(&t);
    ledger_close(&l);
}

static void the_order_of_periods_does_not_matter(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_against one = {.n = 0}, two = {.n = 0};
    pv_text a = {0}, b = {0};
    fill(&l);
    make(&one, &l, "2025", "2026");
    make(&two, &l, "2026", "2025");
    pv_against_json(&a, &one);
    pv_against_json(&b, &two);
    assert_string_equal(pv_text_str(&a), pv_text_str(&b));
    pv_text_reset(&a);
    pv_against_say(&a, &one, 1);
    assert_non_null(strstr(pv_text_str(&a), "常年2处，新增1处，消失1处，复种1处"));
    pv_text_reset(&b);
    pv_against_csv(&b, &one, 0);
    assert_non_null(strstr(pv_text_str(&b), ",\"common_mu\",\"a_only_mu\","));
    pv_against_release(&one);
    pv_against_release(&two);
    pv_text_release(&a);
    pv_text_release(&b);
    ledger_close(&l);
}

/* The page's pairs of years: each as the table of the two, the years beside it without a plot in common. */
static void pairs_of_years_are_those_of_the_table(void **state)
{
    (void)state;
    static const char *const years[] = {"2024", "2025", "2026", "2027"};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_periods periods = {.n = 0};
    pv_common c = {.n = 0};
    fill(&l);
    for (int k = 0; k < 4; k++) {
        pv_period p;
        ledger_ok(pv_period_read(&p, l.s->conf, years[k], &err), &err);
        ledger_ok(pv_periods_add(&periods, &p, &err), &err);
    }
    ledger_ok(pv_figures_source_new(&f, l.s, NULL, &err), &err);
    ledger_ok(pv_common_make(&c, f, &periods, &err), &err);
    assert_int_equal(c.n, 3);
    for (size_t k = 0; k < c.n; k++) {
        pv_against t = {.n = 0};
        make(&t, &l, years[k], years[k + 1]);
        const int64_t *due = t.row[0].value;
        const pv_common_pair *p = &c.at[k];
        const int64_t is[][2] = {{p->common_mu_e4, due[PV_AGAINST_COMMON_MU]},
                                 {p->a.apart_mu_e4, due[PV_AGAINST_A_MU]},
                                 {p->b.apart_mu_e4, due[PV_AGAINST_B_MU]},
                                 {p->a.suspected, due[PV_AGAINST_A_SUSPECTED]},
                                 {p->b.suspected, due[PV_AGAINST_B_SUSPECTED]},
                                 {p->a.confirmed, due[PV_AGAINST_A_CONFIRMED]},
                                 {p->b.confirmed, due[PV_AGAINST_B_CONFIRMED]},
                                 {p->both, due[PV_AGAINST_BOTH]},
                                 {p->fresh, due[PV_AGAINST_NEW]},
                                 {p->gone, due[PV_AGAINST_GONE]},
                                 {p->regrown, due[PV_AGAINST_REGROWN]},
                                 {p->a.apart, due[PV_AGAINST_A_APART]},
                                 {p->b.apart, due[PV_AGAINST_B_APART]}};
        assert_true(p->known);
        for (size_t i = 0; i < sizeof is / sizeof *is; i++)
            if (is[i][0] != is[i][1]) fail_msg("%s: figure %zu: %lld, not %lld", years[k], i, (long long)is[i][0], (long long)is[i][1]);
        pv_against_release(&t);
    }
    /* By hand, too. */
    assert_int_equal(c.at[1].both, 2);
    assert_int_equal(c.at[1].regrown, 1);
    assert_true(llabs((long long)c.at[1].common_e6 - 5000000000) < 150000000);
    assert_int_equal(c.at[0].common_e6, 0);
    assert_int_equal(c.at[0].b.apart, 4);
    pv_common_release(&c);
    pv_periods_release(&periods);
    pv_figures_source_free(f);
    ledger_close(&l);
}

static void periods_that_overlap_are_refused(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_period p, q;
    pv_against t = {.n = 0};
    ledger_open(&l);
    ledger_ok(pv_period_read(&p, l.s->conf, "2026", &err), &err);
    ledger_ok(pv_period_read(&q, l.s->conf, "2026-05", &err), &err);
    ledger_ok(pv_figures_source_new(&f, l.s, NULL, &err), &err);
    assert_int_equal(pv_against_make(&t, f, &p, &q, PV_BY_NOTHING, &err), PV_USAGE);
    /* A season without ground: nothing is known of areas, and that is said. */
    ledger_ok(pv_period_read(&q, l.s->conf, "2025", &err), &err);
    ledger_ok(pv_against_make(&t, f, &p, &q, PV_BY_NOTHING, &err), &err);
    assert_int_equal(t.row[0].value[PV_AGAINST_COMMON_MU], -1);
    pv_against_release(&t);
    pv_figures_source_free(f);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_common_ground_is_compared), cmocka_unit_test(the_order_of_periods_does_not_matter),
                                       cmocka_unit_test(pairs_of_years_are_those_of_the_table), cmocka_unit_test(periods_that_overlap_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
