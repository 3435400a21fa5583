/* Which audit sample is a period's: by the days of the photos that it was drawn from, as the ledger had them then; of several one that can be estimated; and none is hidden. */
#include <math.h>

#include "season/figures.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

static void draw(ledger *l, const char *name, const char *to)
{
    pv_err err = {.text = ""};
    pv_audit_draw d;
    pv_audit_design design = pv_audit_design_usual();
    design.n = 24;
    design.rare = 6;
    design.seed = 3;
    (void)snprintf(design.to, sizeof design.to, "%s", to);
    ledger_ok(pv_audit_make(&d, l->s, name, "2026-06-10", &design, &err), &err);
    pv_audit_draw_release(&d);
}

/* One photo of 20 May and one of 1 June, with a hotspot each. Draw "may" is of the first, "all" of both. */
static void make(ledger *l)
{
    const double first[4] = {0, 0, 60, 40}, second[4] = {60, 0, 120, 40};
    ledger_open(l);
    ledger_night(l, "2026-06-01");
    int64_t a = ledger_photo(l, "a.tif", "2026-05-20T09:00:00+08:00", first), b = ledger_photo(l, "b.tif", "2026-06-01T09:00:00+08:00", second);
    ledger_add_spot(l, &(ledger_spot){a, "000000000000000a", 10, 10, 16, 15, 0.9, NULL, NULL});
    ledger_add_spot(l, &(ledger_spot){b, "000000000000000b", 80, 10, 86, 15, 0.9, NULL, NULL});
    ledger_update(l);
    draw(l, "may", "2026-05-31");
    draw(l, "all", "");
}

/* Poppy where the map has it, but for one point in five. */
static void answer(ledger *l, const char *draw_name, size_t most)
{
    pv_err err = {.text = ""};
    pv_audit_draw d;
    pv_finding_outcome outcome;
    ledger_ok(pv_audit_read(&d, l->s, draw_name, &err), &err);
    for (size_t k = 0; k < d.n && k < most; k++) {
        pv_audit_answer a = {.point = d.point[k].fid, .gnss_accuracy_m = -1};
        const int poppy = d.point[k].map_class == PV_AUDIT_POPPY && k % 5 != 0;
        (void)snprintf(a.verdict, sizeof a.verdict, "%s", poppy ? "confirmed_poppy" : "not_found");
        (void)snprintf(a.date, sizeof a.date, "2026-07-01");
        (void)snprintf(a.person1, sizeof a.person1, "王五");
        ledger_ok(pv_audit_answer_add(l->s, &a, &outcome, &err), &err);
    }
    pv_audit_draw_release(&d);
}

static void table(pv_figures *t, ledger *l, const char *const *names, size_t n)
{
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_periods periods = {.n = 0};
    for (size_t k = 0; k < n; k++) {
        pv_period p;
        ledger_ok(pv_period_read(&p, l->s->conf, names[k], &err), &err);
        ledger_ok(pv_periods_add(&periods, &p, &err), &err);
    }
    ledger_ok(pv_figures_source_new(&f, l->s, NULL, &err), &err);
    ledger_ok(pv_figures_make(t, f, &periods, PV_BY_NOTHING, &err), &err);
    pv_figures_source_free(f);
    pv_periods_release(&periods);
}

static const char *note_of(const pv_figures *t, const char *code)
{
    for (size_t i = 0; i < t->n_notes; i++)
        if (strcmp(t->note[i].code, code) == 0) return t->note[i].en;
    return NULL;
}

static void is_draw(const pv_figures *t, size_t row, const char *name)
{
    const pv_figure_value *v = pv_figures_value(&t->row[row], "audit_draw");
    if (name == NULL) {
        assert_false(v->known);
        assert_null(pv_figures_audit(t, row));
        return;
    }
    assert_true(v->known);
    assert_string_equal(v->text, name);
    assert_string_equal(pv_figures_audit(t, row)->name, name);
}

static int64_t count_of(const pv_figures *t, size_t row, const char *id)
{
    const pv_figure_value *v = pv_figures_value(&t->row[row], id);
    return v->known ? v->count : -1;
}

static const char *const periods[] = {"2025", "2026-05", "2026-06", "2026"};

static void the_days_of_its_photos_decide(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_figures t = {.n = 0};
    make(&l);
    for (int late = 0; late < 2; late++) {
        table(&t, &l, periods, 4);
        is_draw(&t, 0, NULL);
        is_draw(&t, 1, "may");
        is_draw(&t, 2, NULL);
        is_draw(&t, 3, "all");
        assert_int_equal(count_of(&t, 1, "audit_photos"), 1);
        assert_int_equal(count_of(&t, 3, "audit_photos"), 2);
        assert_int_equal(count_of(&t, 3, "photos"), late ? 3 : 2);
        pv_figures_release(&t);
        /* Photos of before that come in after the draws were in no draw: an open beginning does not take them in. */
        const double west[4] = {-60, 0, 0, 40};
        if (late) break;
        (void)ledger_photo(&l, "late.tif", "2026-05-02T09:00:00+08:00", west);
        (void)ledger_photo(&l, "older.tif", "2025-05-02T09:00:00+08:00", west);
        ledger_update(&l);
    }
    ledger_close(&l);
}

static void of_several_one_that_is_answered(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_figures t = {.n = 0};
    make(&l);
    table(&t, &l, periods + 3, 1);
    is_draw(&t, 0, "all");
    assert_false(pv_figures_value(&t.row[0], "audit_area_m2")->known);
    assert_int_equal(count_of(&t, 0, "audit_open"), 24);
    assert_non_null(strstr(note_of(&t, "audit_other"), "another draw, may"));
    pv_figures_release(&t);
    answer(&l, "may", SIZE_MAX);
    table(&t, &l, periods + 3, 1);
    is_draw(&t, 0, "may");
    assert_true(pv_figures_value(&t.row[0], "audit_area_m2")->known);
    assert_non_null(strstr(note_of(&t, "audit_other"), "another draw, all (2026-06-10, 2 photos, 24 points, 0 answered)"));
    pv_figures_release(&t);
    answer(&l, "all", SIZE_MAX);
    table(&t, &l, periods + 3, 1);
    is_draw(&t, 0, "all");
    assert_non_null(strstr(note_of(&t, "audit_other"), "another draw, may"));
    assert_non_null(strstr(note_of(&t, "audit_other"), "area of poppy "));
    pv_figures_release(&t);
    /* Of the same photos the later draw. */
    draw(&l, "again", "");
    answer(&l, "again", SIZE_MAX);
    table(&t, &l, periods + 3, 1);
    is_draw(&t, 0, "again");
    pv_figures_release(&t);
    ledger_close(&l);
}

/* The numbers of the estimate, cut as shares are, in the row of the total; half of the answers make it preliminary. */
static void figures_are_those_of_the_estimate(void **state)
{
    (void)state;
    static const char *const share[] = {"audit_users", "audit_producers", "audit_overall"};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_figures t = {.n = 0};
    pv_audit_estimate e;
    pv_text text = {0};
    make(&l);
    answer(&l, "all", 20);
    table(&t, &l, periods + 3, 1);
    ledger_ok(pv_audit_estimate_make(&e, l.s, "all", &err), &err);
    const pv_class_estimate *p = &e.figures.at[PV_AUDIT_POPPY];
    const pv_estimated *of[] = {&p->users, &p->producers, &e.figures.overall};
    assert_int_equal(count_of(&t, 0, "audit_open"), 4);
    assert_int_equal(count_of(&t, 0, "audit_answered"), 20);
    assert_int_equal(count_of(&t, 0, "audit_non_response"), 1666);
    assert_true(fabs(pv_figures_value(&t.row[0], "audit_area_m2")->real - p->area.value) <= 0.05 + 1e-9);
    assert_true(fabs(pv_figures_value(&t.row[0], "audit_area_high_m2")->real - p->area.high) <= 0.05 + 1e-9);
    assert_true(fabs(pv_figures_value(&t.row[0], "audit_ground_mu")->real - e.area_m2 * 15 / 10000) <= 0.00005 + 1e-9);
    for (int k = 0; k < 3; k++) {
        const int at = pv_figure_at(share[k]);
        const pv_figure_value *v = &t.row[0].value[at];
        assert_true(v[0].real <= of[k]->value * 100 + 1e-6 && v[0].real > of[k]->value * 100 - 0.01);
        assert_true(v[1].real <= of[k]->low * 100 + 1e-6 && v[2].real >= of[k]->high * 100 - 1e-6 && v[2].real < of[k]->high * 100 + 0.01);
    }
    pv_figures_audit_sentence(&text, &t, 0, 0);
    assert_non_null(strstr(pv_text_str(&text), "4 points are not answered yet: this is preliminary."));
    pv_text_reset(&text);
    pv_figures_audit_sentence(&text, &t, 0, 1);
    assert_non_null(strstr(pv_text_str(&text), "还有4个点未答，结果是初步的"));
    pv_audit_estimate_release(&e);
    pv_figures_release(&t);
    pv_text_release(&text);
    ledger_close(&l);
}

static void none_is_said_once(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_figures t = {.n = 0};
    static const char *const without[] = {"2024", "2025"};
    make(&l);
    table(&t, &l, without, 2);
    assert_non_null(strstr(note_of(&t, "audit_none"), "papaver sample SEASON --from 2024-01-01 --to 2025-12-31 --n 300 -o FOLDER"));
    assert_non_null(strstr(note_of(&t, "audit_none"), "may (photos of 2026-05-20 to 2026-05-20), all (photos of 2026-05-20 to 2026-06-01)"));
    int n = 0;
    for (size_t i = 0; i < t.n_notes; i++) n += strcmp(t.note[i].code, "audit_none") == 0;
    assert_int_equal(n, 1);
    pv_figures_release(&t);
    table(&t, &l, periods, 4);
    assert_null(note_of(&t, "audit_none"));
    pv_figures_release(&t);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_days_of_its_photos_decide), cmocka_unit_test(of_several_one_that_is_answered),
                                       cmocka_unit_test(figures_are_those_of_the_estimate), cmocka_unit_test(none_is_said_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
