/* Permanence of places at the end of a day, by hand; at the ledger's last day it is what plot_cells says. */
#include "season/findings.h"
#include "season/permanence.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

enum { WIDE = 500 };
static const double ground[4] = {0, 0, WIDE, 60};

/* Each place lies in a square of 100 m of its own. */
static const double west_of[] = {20, 120, 220, 320, 420};

static void night(ledger *l, const char *day, const char *const *spots)
{
    char file[32], taken[40];
    (void)snprintf(file, sizeof file, "%s.tif", day);
    (void)snprintf(taken, sizeof taken, "%sT10:00:00+08:00", day);
    ledger_night(l, day);
    const int64_t photo = ledger_photo(l, file, taken, ground);
    for (; *spots != NULL; spots++) {
        const double x = west_of[(*spots)[0] - 'a'];
        ledger_add_spot(l, &(ledger_spot){photo, *spots, x, 10, x + 2, 12, 0.9, NULL, NULL});
    }
    ledger_update(l);
}

#define SPOTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* a: two years. b: missed in between. c: seen, and twice missed in a year. d: seen once, at the last day. e: seen, then ruled out. */
static void fill(ledger *l)
{
    pv_err err = {.text = ""};
    ledger_open(l);
    night(l, "2025-05-01", SPOTS("a00000000000000", "c00000000000000"));
    night(l, "2026-04-20", SPOTS("a00000000000001", "b00000000000000", "e00000000000000"));
    pv_plot e = ledger_plot_of(l, "e00000000000000", "2026-04-20");
    ledger_ok(pv_plots_rule_out(l->s, e.id, "corn_poppy", "2026-04-25", -1, &err), &err);
    night(l, "2026-05-01", SPOTS("a00000000000002"));
    night(l, "2026-05-12", SPOTS("a00000000000003", "b00000000000001"));
    night(l, "2026-05-20", SPOTS("b00000000000002", "d00000000000000"));
}

static pv_permanence at(ledger *l, const char *to)
{
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_permanence p = {.n = 0};
    ledger_ok(pv_figures_source_new(&f, l->s, NULL, &err), &err);
    ledger_ok(pv_permanence_make(&p, f, to, &err), &err);
    pv_figures_source_free(f);
    return p;
}

static void is(ledger *l, const char *to, int fresh, int permanent, int intermittent, int abandoned)
{
    pv_permanence p = at(l, to);
    const int64_t *n = p.of_kind;
    if (n[PV_KIND_NEW] != fresh || n[PV_KIND_PERMANENT] != permanent || n[PV_KIND_INTERMITTENT] != intermittent || n[PV_KIND_ABANDONED] != abandoned)
        fail_msg("%s: new %lld, permanent %lld, intermittent %lld, abandoned %lld", to, (long long)n[PV_KIND_NEW], (long long)n[PV_KIND_PERMANENT],
                 (long long)n[PV_KIND_INTERMITTENT], (long long)n[PV_KIND_ABANDONED]);
    assert_int_equal(p.n, fresh + permanent + intermittent + abandoned);
    pv_permanence_release(&p);
}

static void each_day_has_its_own(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    fill(&l);
    is(&l, "2025-04-30", 0, 0, 0, 0);
    is(&l, "2025-05-01", 2, 0, 0, 0);
    is(&l, "2026-04-20", 3, 1, 0, 0); /* e is not ruled out yet: b, c, e new */
    is(&l, "2026-04-25", 2, 1, 0, 0);
    is(&l, "2026-05-01", 1, 1, 0, 1); /* c was missed on two days of the year */
    is(&l, "2026-05-12", 0, 1, 1, 1);
    is(&l, "2026-05-20", 1, 1, 1, 1);
    ledger_close(&l);
}

static void the_last_day_is_that_of_the_ledger(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_text due = {0}, is_there = {0};
    fill(&l);
    pv_permanence p = at(&l, "2026-12-31");
    ledger_dump(&l, &due, "SELECT cell_e,cell_n,kind,plots FROM plot_cells ORDER BY cell_e,cell_n", 4);
    for (size_t i = 0; i < p.n; i++)
        pv_text_addf(&is_there, "%lld|%lld|%s|%lld|\n", (long long)p.at[i].e, (long long)p.at[i].n, pv_plot_kind_word(p.at[i].kind),
                     (long long)p.at[i].plots);
    assert_true(due.len > 0);
    assert_string_equal(pv_text_str(&is_there), pv_text_str(&due));
    pv_permanence_release(&p);
    pv_text_release(&due);
    pv_text_release(&is_there);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_day_has_its_own), cmocka_unit_test(the_last_day_is_that_of_the_ledger)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
