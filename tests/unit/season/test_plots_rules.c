/* Silence of false alarms, re-growth, kinds of plots and cells, and the order of the page: ledgers made by hand. */
#include "ledger.h"

#include <math.h>

#include "base/banned.h"

static const double all[] = {-20, -20, 1000, 60};

/* A night with one photo that looks at everything and shows a hotspot of 2 x 2 m at x, or none when prob is 0. */
static void flight(ledger *l, const char *date, double x, double prob, const char *class_name)
{
    char file[32], id[32];
    (void)snprintf(file, sizeof file, "%s-%g.tif", date, x);
    (void)snprintf(id, sizeof id, "%s-%g", date, x);
    ledger_night(l, date);
    int64_t photo = ledger_photo(l, file, date, all);
    if (prob > 0) ledger_add_spot(l, &(ledger_spot){photo, id, x, 0, x + 2, 2, prob, class_name, NULL});
    ledger_update(l);
}

static pv_plot at_zero(ledger *l, const char *date)
{
    return ledger_plot_of(l, "2026-05-01-0", date);
}

static void begin(ledger *l, double prob)
{
    ledger_open(l);
    flight(l, "2026-05-01", 0, prob, "poppy");
}

static void rule_out(ledger *l, const char *date, double prob)
{
    pv_err err = {.text = ""};
    ledger_ok(pv_plots_rule_out(l->s, at_zero(l, date).id, "虞美人", date, prob, &err), &err);
}

static int listed(ledger *l, const char *date, int quiet)
{
    pv_err err = {.text = ""};
    pv_plots_walk *w = NULL;
    pv_plot p;
    int n = 0, more = 1;
    ledger_ok((quiet ? pv_plots_quiet_list : pv_plots_list)(&w, l->s, date, &err), &err);
    for (ledger_ok(pv_plots_next(w, &p, &more, &err), &err); more; n++) ledger_ok(pv_plots_next(w, &p, &more, &err), &err);
    pv_plots_walk_free(w);
    return n;
}

static void test_quiet_until_it_changes(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0.5);
    rule_out(&l, "2026-05-02", -1);
    pv_plot p = at_zero(&l, "2026-05-02");
    assert_int_equal(p.status, PV_PLOT_RULED_OUT);
    assert_string_equal(p.quiet_until, "2027-06-06"); /* 400 days */
    assert_string_equal(p.quiet_reason, "虞美人");
    assert_true(p.quiet_prob == 0.5);
    assert_int_equal(listed(&l, "2026-05-02", 0), 0);
    assert_int_equal(listed(&l, "2026-05-02", 1), 1);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells"), 0); /* a false alarm says nothing of the ground */
    flight(&l, "2026-05-10", 0, 0.7499, "poppy");
    assert_int_equal(listed(&l, "2026-05-10", 0), 0);
    flight(&l, "2026-05-02", 0, 0.99, "poppy"); /* of the day on which it was ruled out: known then */
    assert_int_equal(listed(&l, "2026-05-10", 0), 0);
    flight(&l, "2026-05-11", 0, 0.75, "poppy");
    p = at_zero(&l, "2026-05-11");
    assert_int_equal(p.status, PV_PLOT_SUSPECTED);
    assert_string_equal(p.shown_again, "probability");
    assert_string_equal(p.status_date, "2026-05-11");
    assert_int_equal(listed(&l, "2026-05-11", 0), 1);
    assert_int_equal(listed(&l, "2026-05-11", 1), 0);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells"), 1);
    ledger_close(&l);
}

static void test_quiet_until_its_class_changes(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0.6);
    rule_out(&l, "2026-05-02", 0.9); /* as probable as the crew's kit had it */
    flight(&l, "2026-05-10", 0, 0.95, "poppy");
    assert_int_equal(at_zero(&l, "2026-05-10").status, PV_PLOT_RULED_OUT);
    flight(&l, "2026-05-11", 0, 0.3, "white poppy");
    assert_string_equal(at_zero(&l, "2026-05-11").shown_again, "class");
    ledger_close(&l);
}

static void test_late_finding(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0.5);
    flight(&l, "2026-05-20", 0, 0.9, "poppy");
    rule_out(&l, "2026-05-10", 0.5); /* a finding that comes back after the next flight */
    assert_int_equal(at_zero(&l, "2026-05-20").status, PV_PLOT_SUSPECTED);
    assert_string_equal(at_zero(&l, "2026-05-20").shown_again, "probability");
    ledger_close(&l);
}

static void test_quiet_expires(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0.5);
    rule_out(&l, "2026-05-02", -1);
    flight(&l, "2027-06-06", 500, 0.5, "poppy"); /* the last quiet day */
    assert_int_equal(at_zero(&l, "2027-06-06").status, PV_PLOT_RULED_OUT);
    assert_int_equal(listed(&l, "2027-06-06", 1), 1);
    assert_int_equal(listed(&l, "2027-06-07", 1), 0); /* without a night, too */
    assert_int_equal(listed(&l, "2027-06-07", 0), 2);
    flight(&l, "2027-06-07", 900, 0.5, "poppy");
    pv_plot p = at_zero(&l, "2027-06-07");
    assert_int_equal(p.status, PV_PLOT_SUSPECTED);
    assert_string_equal(p.shown_again, "expired");
    ledger_close(&l);
}

static void test_regrown(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    begin(&l, 0.9);
    pv_plot p = at_zero(&l, "2026-05-01"), top;
    ledger_ok(pv_plots_set_status(l.s, p.id, PV_PLOT_ERADICATED, "2026-05-03", &err), &err);
    flight(&l, "2026-05-03", 0, 0.9, "poppy"); /* flown on the morning of that day */
    p = at_zero(&l, "2026-05-03");
    assert_int_equal(p.status, PV_PLOT_ERADICATED);
    assert_int_equal(p.tier, PV_TIER_DONE);
    flight(&l, "2026-05-20", 0, 0, NULL);
    ledger_ok(pv_plots_set_status(l.s, p.id, PV_PLOT_RECHECKED, "2026-05-21", &err), &err);
    assert_int_equal(at_zero(&l, "2026-05-21").status, PV_PLOT_RECHECKED);
    flight(&l, "2026-05-30", 500, 0.99, "poppy");
    flight(&l, "2026-06-10", 1, 0.4, "poppy");
    p = at_zero(&l, "2026-06-10");
    assert_int_equal(p.status, PV_PLOT_REGROWN);
    assert_string_equal(p.status_date, "2026-06-10");
    assert_string_equal(p.eradicated_on, "2026-05-03");
    assert_int_equal(p.tier, PV_TIER_REGROWN);
    pv_plots_walk *w = NULL;
    int more = 0;
    ledger_ok(pv_plots_list(&w, l.s, "2026-06-10", &err), &err);
    ledger_ok(pv_plots_next(w, &top, &more, &err), &err);
    pv_plots_walk_free(w);
    assert_true(more && top.fid == p.fid); /* before what is more probable */
    ledger_ok(pv_plots_set_status(l.s, p.id, PV_PLOT_ERADICATED, "2026-06-11", &err), &err);
    flight(&l, "2026-06-12", 0, 0, NULL);
    assert_int_equal(at_zero(&l, "2026-06-12").status, PV_PLOT_ERADICATED);
    ledger_close(&l);
}

/* Days as "2026-05-01+ 2026-05-02-": + seen, - looked and not seen. */
static pv_plot_kind kind_of(const char *days)
{
    ledger l = {.s = NULL};
    char date[PV_DATE], first[32] = "";
    pv_err err = {.text = ""};
    ledger_open(&l);
    while (*days != '\0') {
        (void)snprintf(date, sizeof date, "%.10s", days);
        flight(&l, date, 0, days[10] == '+' ? 0.9 : 0, "poppy");
        if (days[10] == '+' && first[0] == '\0') (void)snprintf(first, sizeof first, "%s-0", date);
        days += days[11] == ' ' ? 12 : 11;
    }
    pv_plot p = ledger_plot_of(&l, first, date);
    pv_text cell = {0};
    ledger_dump(&l, &cell, "SELECT kind FROM plot_cells", 1);
    ledger_ok(pv_text_status(&cell, &err), &err);
    assert_int_equal(strncmp(pv_text_str(&cell), pv_plot_kind_word(p.kind), strlen(pv_plot_kind_word(p.kind))), 0); /* the only plot of its cell */
    pv_text_release(&cell);
    ledger_close(&l);
    return p.kind;
}

static void test_kinds(void **state)
{
    (void)state;
    assert_int_equal(kind_of("2026-05-01+"), PV_KIND_NEW);
    assert_int_equal(kind_of("2026-04-01- 2026-05-01+ 2026-05-02+ 2026-06-02+"), PV_KIND_NEW);
    assert_int_equal(kind_of("2026-05-01+ 2026-05-02-"), PV_KIND_NEW); /* one look may be wrong */
    assert_int_equal(kind_of("2026-04-30+ 2026-05-02+ 2026-06-02+"), PV_KIND_PERMANENT);
    assert_int_equal(kind_of("2026-04-30+ 2026-05-02- 2026-05-03+ 2026-06-02+"), PV_KIND_INTERMITTENT);
    assert_int_equal(kind_of("2025-11-20+ 2026-05-02+"), PV_KIND_NEW); /* one crop */
    assert_int_equal(kind_of("2025-08-20+ 2025-09-02+"), PV_KIND_PERMANENT);
    assert_int_equal(kind_of("2025-05-20+ 2025-06-02- 2026-05-02+"), PV_KIND_PERMANENT);
    assert_int_equal(kind_of("2026-05-01+ 2026-05-10- 2026-05-11-"), PV_KIND_ABANDONED);
    assert_int_equal(kind_of("2025-05-01+ 2025-05-10- 2026-05-11-"), PV_KIND_NEW); /* once in each year */
    assert_int_equal(kind_of("2025-05-01+ 2026-05-10- 2026-05-11-"), PV_KIND_ABANDONED);
    assert_int_equal(kind_of("2025-05-01+ 2026-05-01+ 2026-05-10- 2026-05-11-"), PV_KIND_ABANDONED);
    assert_int_equal(kind_of("2026-05-01+ 2026-05-10- 2026-05-11- 2026-05-12+"), PV_KIND_INTERMITTENT);
}

static void test_cells(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2025-05-01", 0, 0.9, "poppy");
    flight(&l, "2026-05-01", 10, 0.9, "poppy");  /* another plot on the same ground */
    flight(&l, "2026-05-02", 500, 0.9, "poppy"); /* and one elsewhere */
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots"), 3);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE kind='permanent'"), 0);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells"), 2);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells WHERE kind='permanent' AND plots=2 AND times_seen=2"), 1);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells WHERE kind='new' AND plots=1"), 1);
    /* GDAL: gdaltransform -s_srs EPSG:4326 -t_srs EPSG:4544 of 105.67, 34.86 */
    assert_int_equal(ledger_number(&l, "SELECT min(cell_e) FROM plot_cells"), 5612);
    assert_int_equal(ledger_number(&l, "SELECT min(cell_n) FROM plot_cells"), 38592);
    ledger_close(&l);
}

static void test_order_of_the_page(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    static const char *const wanted[] = {"regrown", "known", "urgent", "likely", "later", "missed", "done"};
    static const struct {
        const char *id;
        double prob;
        const char *properties;
    } spot[] = {{"regrown", 0.2, NULL},
                {"known", 0.3, NULL},
                {"urgent", 0.7, "{\"days_to_capsule\":3}"},
                {"likely", 0.9, NULL},
                {"later", 0.9, "{\"days_to_capsule\":80}"},
                {"done", 0.99, NULL},
                {"missed", 0.95, NULL}};
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", all);
    for (int i = 0; i < 7; i++)
        ledger_add_spot(&l, &(ledger_spot){a, spot[i].id, 100 * i, 0, 100 * i + 2, 2, spot[i].prob, NULL, spot[i].properties});
    ledger_update(&l);
    ledger_ok(pv_plots_set_status(l.s, ledger_plot_of(&l, "regrown", "2026-05-01").id, PV_PLOT_ERADICATED, "2026-04-30", &err), &err);
    ledger_ok(pv_plots_set_status(l.s, ledger_plot_of(&l, "known", "2026-05-01").id, PV_PLOT_CONFIRMED, "2026-05-01", &err), &err);
    ledger_ok(pv_plots_set_status(l.s, ledger_plot_of(&l, "done", "2026-05-01").id, PV_PLOT_ERADICATED, "2026-05-01", &err), &err);
    ledger_night(&l, "2026-05-02");
    int64_t b = ledger_photo(&l, "b.tif", "2026-05-02", all);
    for (int i = 0; i < 5; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "%s2", spot[i].id);
        ledger_add_spot(&l, &(ledger_spot){b, id, 100 * i, 0, 100 * i + 2, 2, spot[i].prob, NULL, spot[i].properties});
    }
    ledger_update(&l);
    pv_plots_walk *w = NULL;
    pv_plot p;
    int more = 0;
    double before = 0;
    ledger_ok(pv_plots_list(&w, l.s, "2026-05-02", &err), &err);
    for (int i = 0; i < 7; i++) {
        ledger_ok(pv_plots_next(w, &p, &more, &err), &err);
        assert_int_equal(more, 1);
        if (p.fid != ledger_plot_of(&l, wanted[i], "2026-05-02").fid) fail_msg("place %d is not %s", i, wanted[i]);
        if (p.tier == PV_TIER_SUSPECTED) assert_true(before == 0 || p.priority <= before);
        if (p.tier == PV_TIER_SUSPECTED) before = p.priority;
    }
    ledger_ok(pv_plots_next(w, &p, &more, &err), &err);
    assert_int_equal(more, 0);
    pv_plots_walk_free(w);
    ledger_ok(pv_plots_list(&w, l.s, "2026-07-20", &err), &err); /* time goes by: capsules everywhere */
    pv_plots_walk_free(w);
    assert_true(fabs(ledger_plot_of(&l, "later", "2026-05-02").urgency - 0.5) < 1e-12);
    assert_true(fabs(ledger_plot_of(&l, "later", "2026-07-20").urgency - 1) < 1e-12);
    assert_true(fabs(ledger_plot_of(&l, "likely", "2026-07-20").urgency - 0.75) < 1e-12);
    ledger_close(&l);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    pv_plots_walk *w = NULL;
    begin(&l, 0.5);
    pv_plot p = at_zero(&l, "2026-05-01");
    assert_int_equal(pv_plots_rule_out(l.s, "P000000", "x", "2026-05-02", -1, &err), PV_USAGE);
    assert_int_equal(pv_plots_rule_out(l.s, p.id, "x", "2026-02-30", -1, &err), PV_USAGE);
    assert_int_equal(pv_plots_set_status(l.s, p.id, PV_PLOT_CONFIRMED, "yesterday", &err), PV_USAGE);
    assert_int_equal(pv_plots_set_status(l.s, p.id, PV_PLOT_RULED_OUT, "2026-05-02", &err), PV_USAGE);
    assert_int_equal(pv_plots_list(&w, l.s, "2026-13-01", &err), PV_USAGE);
    assert_null(w);
    assert_int_equal(at_zero(&l, "2026-05-01").status, PV_PLOT_SUSPECTED);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_until_it_changes),
        cmocka_unit_test(test_quiet_until_its_class_changes),
        cmocka_unit_test(test_late_finding),
        cmocka_unit_test(test_quiet_expires),
        cmocka_unit_test(test_regrown),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_order_of_the_page),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
