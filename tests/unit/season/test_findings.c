/* The life of a plot: what findings say in any order, what becomes of each, and places that crews found themselves. */
#include "ledger.h"

#include "base/mem.h"
#include "season/findings.h"
#include "season/imports.h"

#include "base/banned.h"

static const double all[] = {-200, -200, 1000, 200};

/* A night with one photo that looks at everything and shows a hotspot of 2 x 2 m at x, or none when prob is 0. */
static void flight(ledger *l, const char *date, double x, double prob)
{
    char file[32], id[32];
    (void)snprintf(file, sizeof file, "%s-%g.tif", date, x);
    (void)snprintf(id, sizeof id, "%s-%g", date, x);
    ledger_night(l, date);
    int64_t photo = ledger_photo(l, file, date, all);
    if (prob > 0) ledger_add_spot(l, &(ledger_spot){photo, id, x, 0, x + 2, 2, prob, NULL, NULL});
    ledger_update(l);
}

static pv_plot plot_at(ledger *l, int64_t fid)
{
    pv_err err = {.text = ""};
    char id[16];
    pv_stmt *q = NULL;
    pv_plot p = {.fid = 0};
    int row = 0, found = 0;
    ledger_ok(pv_stmt_new(&q, l->s->db, "SELECT id FROM plots WHERE fid=?1", &err), &err);
    pv_stmt_int(q, 1, fid);
    ledger_ok(pv_stmt_step(q, &row, &err), &err);
    (void)snprintf(id, sizeof id, "%s", pv_row_text(q, 0));
    pv_stmt_free(q);
    ledger_ok(pv_plots_find(l->s, id, "2026-06-30", &p, &found, &err), &err);
    assert_int_equal(found, 1);
    return p;
}

typedef struct said {
    pv_plot_status status;
    const char *date, *at, *crew, *source;
} said;

static pv_finding finding_of(ledger *l, int64_t plot, const said *what)
{
    pv_finding f;
    pv_finding_clear(&f);
    f.plot = plot;
    f.status = what->status;
    (void)snprintf(f.date, sizeof f.date, "%s", what->date);
    (void)snprintf(f.at, sizeof f.at, "%s", what->at != NULL ? what->at : "");
    (void)snprintf(f.crew, sizeof f.crew, "%s", what->crew != NULL ? what->crew : "一组");
    (void)snprintf(f.person1, sizeof f.person1, "张三");
    (void)snprintf(f.source, sizeof f.source, "%s", what->source != NULL ? what->source : "a.gpkg");
    if (f.status == PV_PLOT_RULED_OUT) (void)snprintf(f.verdict, sizeof f.verdict, "corn_poppy");
    pv_finding_key(&f, plot_at(l, plot).id);
    return f;
}

static pv_finding_outcome say(ledger *l, int64_t plot, const said *what)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome = PV_FINDING_OUTCOMES;
    pv_finding f = finding_of(l, plot, what);
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
    assert_true(outcome == PV_FINDING_SAME || f.fid > 0);
    return outcome;
}

/* The status at the end of what is said, which is added in every order that a few turns of the list give. */
static void check_orders(const said *what, int n, pv_plot_status wanted, const char *date, int conflicts)
{
    for (int turn = 0; turn < 2 * n; turn++) {
        ledger l = {.s = NULL};
        ledger_open(&l);
        flight(&l, "2026-05-01", 0, 0.9);
        for (int i = 0; i < n; i++) (void)say(&l, 1, &what[turn < n ? (turn + i) % n : (2 * n - turn + n - 1 - i) % n]);
        pv_plot p = plot_at(&l, 1);
        if (p.status != wanted) fail_msg("turn %d: %s, not %s", turn, pv_plot_status_word(p.status), pv_plot_status_word(wanted));
        assert_string_equal(p.status_date, date);
        pv_err err = {.text = ""};
        pv_findings_walk *w = NULL;
        pv_finding f;
        int more = 1, some = 0, listed = 0;
        ledger_ok(pv_findings_list(&w, l.s, 1, &err), &err);
        for (ledger_ok(pv_findings_next(w, &f, &more, &err), &err); more; ledger_ok(pv_findings_next(w, &f, &more, &err), &err)) {
            listed++;
            some += f.conflict;
        }
        pv_findings_walk_free(w);
        assert_int_equal(listed, n);
        assert_int_equal(some, conflicts);
        ledger_close(&l);
    }
}

static void test_the_latest_verdict_decides(void **state)
{
    (void)state;
    const said life[] = {{PV_PLOT_DISPATCHED, "2026-05-02", NULL, NULL, "export"}, {PV_PLOT_UNREACHABLE, "2026-05-03", NULL, NULL, NULL},
                         {PV_PLOT_DISPATCHED, "2026-05-04", NULL, NULL, "export"}, {PV_PLOT_CONFIRMED, "2026-05-05", NULL, NULL, NULL},
                         {PV_PLOT_ERADICATED, "2026-05-05", NULL, NULL, NULL},     {PV_PLOT_RECHECKED, "2026-05-20", NULL, "二组", "b.csv"}};
    check_orders(life, 1, PV_PLOT_DISPATCHED, "2026-05-02", 0);
    check_orders(life, 2, PV_PLOT_UNREACHABLE, "2026-05-03", 0);
    check_orders(life, 3, PV_PLOT_DISPATCHED, "2026-05-04", 0);
    check_orders(life, 4, PV_PLOT_CONFIRMED, "2026-05-05", 0);
    check_orders(life, 5, PV_PLOT_ERADICATED, "2026-05-05", 0);
    check_orders(life, 6, PV_PLOT_RECHECKED, "2026-05-20", 0);
}

static void test_times_within_a_day(void **state)
{
    (void)state;
    /* 08:30 at UTC+8 is before 01:00 UTC, which is 09:00 there. */
    const said times[] = {{PV_PLOT_CONFIRMED, "2026-05-05", "2026-05-05T08:30:00+08:00", NULL, NULL},
                          {PV_PLOT_RULED_OUT, "2026-05-05", "2026-05-05T01:00:00Z", NULL, NULL}};
    check_orders(times, 2, PV_PLOT_RULED_OUT, "2026-05-05", 0); /* the same crew in the same file: it changed its mind */
    const said some[] = {{PV_PLOT_CONFIRMED, "2026-05-05", "2026-05-05T08:30:00+08:00", NULL, NULL},
                         {PV_PLOT_RULED_OUT, "2026-05-05", NULL, NULL, NULL}};
    check_orders(some, 2, PV_PLOT_CONFIRMED, "2026-05-05", 0);
}

static void test_conflicts(void **state)
{
    (void)state;
    const said two[] = {{PV_PLOT_RULED_OUT, "2026-05-05", "2026-05-05T12:00:00+08:00", "一组", NULL},
                        {PV_PLOT_CONFIRMED, "2026-05-05", "2026-05-05T08:00:00+08:00", "二组", NULL},
                        {PV_PLOT_DISPATCHED, "2026-05-09", NULL, NULL, "export"},
                        {PV_PLOT_RULED_OUT, "2026-05-10", NULL, "三组", NULL}};
    check_orders(two, 2, PV_PLOT_CONFIRMED, "2026-05-05", 2);
    check_orders(two, 3, PV_PLOT_CONFIRMED, "2026-05-05", 2); /* a dispatch settles nothing, and undoes no verdict */
    check_orders(two, 4, PV_PLOT_RULED_OUT, "2026-05-10", 0);
    const said files[] = {{PV_PLOT_RULED_OUT, "2026-05-05", NULL, NULL, "a.csv"}, {PV_PLOT_ERADICATED, "2026-05-05", NULL, NULL, "b.csv"}};
    check_orders(files, 2, PV_PLOT_ERADICATED, "2026-05-05", 2);
    const said again[] = {{PV_PLOT_RECHECKED, "2026-05-05", NULL, "一组", NULL}, {PV_PLOT_REGROWN, "2026-05-05", NULL, "二组", NULL}};
    check_orders(again, 2, PV_PLOT_REGROWN, "2026-05-05", 2);
    const said days[] = {{PV_PLOT_CONFIRMED, "2026-05-05", NULL, "一组", NULL}, {PV_PLOT_RULED_OUT, "2026-05-06", NULL, "二组", NULL}};
    check_orders(days, 2, PV_PLOT_RULED_OUT, "2026-05-06", 0); /* of another day: no conflict */
}

static void test_outcomes(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    const said confirmed = {PV_PLOT_CONFIRMED, "2026-05-05", NULL, NULL, NULL}, again = {PV_PLOT_CONFIRMED, "2026-05-05", NULL, NULL, "again.kml"};
    assert_int_equal(say(&l, 1, &confirmed), PV_FINDING_ADDED);
    assert_int_equal(say(&l, 1, &confirmed), PV_FINDING_SAME);
    assert_int_equal(say(&l, 1, &again), PV_FINDING_SAME); /* the file's name does not count */
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-06", NULL, NULL, NULL}), PV_FINDING_LATE);
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_RULED_OUT, "2026-05-03", NULL, NULL, NULL}), PV_FINDING_LATE);
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_RULED_OUT, "2026-05-05", NULL, "二组", NULL}), PV_FINDING_CONFLICT);
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_ERADICATED, "2026-05-07", NULL, NULL, NULL}), PV_FINDING_ADDED);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM findings"), 5);
    assert_string_equal(plot_at(&l, 1).eradicated_on, "2026-05-07");
    ledger_close(&l);
}

static void refused(ledger *l, pv_finding *f, const char *word)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    assert_int_equal(pv_findings_add(l->s, f, &outcome, &err), PV_INPUT);
    if (strstr(err.text, word) == NULL) fail_msg("'%s' does not say '%s'", err.text, word);
    assert_int_equal(ledger_number(l, "SELECT count(*) FROM findings"), 1);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    (void)say(&l, 1, &(said){PV_PLOT_CONFIRMED, "2026-05-05", NULL, NULL, NULL});
    pv_finding f = finding_of(&l, 1, &(said){PV_PLOT_ERADICATED, "2026-05-06", NULL, NULL, NULL});
    f.person1[0] = '\0';
    refused(&l, &f, "signed");
    f.status = PV_PLOT_CONFIRMED;
    refused(&l, &f, "signed");
    f = finding_of(&l, 1, &(said){PV_PLOT_RULED_OUT, "2026-05-06", NULL, NULL, NULL});
    (void)snprintf(f.verdict, sizeof f.verdict, "confirmed_poppy");
    refused(&l, &f, "reason");
    f = finding_of(&l, 1, &(said){PV_PLOT_CHECKING, "2026-05-32", NULL, NULL, NULL});
    refused(&l, &f, "date");
    f = finding_of(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-06", NULL, NULL, NULL});
    (void)snprintf(f.due, sizeof f.due, "soon");
    refused(&l, &f, "due");
    /* What was said stays. */
    assert_int_not_equal(pv_sql_exec(l.s->db, "UPDATE findings SET status='ruled_out'", &err), PV_OK);
    assert_non_null(strstr(err.text, "never changed"));
    assert_int_not_equal(pv_sql_exec(l.s->db, "DELETE FROM findings", &err), PV_OK);
    assert_non_null(strstr(err.text, "never deleted"));
    assert_int_equal(plot_at(&l, 1).status, PV_PLOT_CONFIRMED);
    ledger_close(&l);
}

static void test_photos_and_findings(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    (void)say(&l, 1, &(said){PV_PLOT_ERADICATED, "2026-05-05", NULL, NULL, NULL});
    flight(&l, "2026-05-20", 0, 0.9);
    assert_int_equal(plot_at(&l, 1).status, PV_PLOT_REGROWN);
    /* A recheck from before the sight that comes in late leaves it regrown; one from after it ends that. */
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_RECHECKED, "2026-05-10", NULL, NULL, NULL}), PV_FINDING_LATE);
    assert_int_equal(plot_at(&l, 1).status, PV_PLOT_REGROWN);
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-20", NULL, NULL, NULL}), PV_FINDING_ADDED);
    assert_int_equal(plot_at(&l, 1).status, PV_PLOT_DISPATCHED);
    assert_string_equal(plot_at(&l, 1).eradicated_on, "2026-05-05");
    assert_int_equal(say(&l, 1, &(said){PV_PLOT_RECHECKED, "2026-05-21", NULL, NULL, NULL}), PV_FINDING_ADDED);
    assert_int_equal(plot_at(&l, 1).status, PV_PLOT_RECHECKED);
    /* A silence that a photo ended, and a dispatch after it. */
    flight(&l, "2026-05-22", 500, 0.4);
    int64_t other = ledger_plot_of(&l, "2026-05-22-500", "2026-05-22").fid;
    (void)say(&l, other, &(said){PV_PLOT_RULED_OUT, "2026-05-23", NULL, NULL, NULL});
    assert_int_equal(plot_at(&l, other).status, PV_PLOT_RULED_OUT);
    assert_int_equal(say(&l, other, &(said){PV_PLOT_DISPATCHED, "2026-05-24", NULL, NULL, NULL}), PV_FINDING_LATE);
    flight(&l, "2026-05-26", 500, 0.9);
    assert_int_equal(plot_at(&l, other).status, PV_PLOT_SUSPECTED);
    assert_string_equal(plot_at(&l, other).shown_again, "probability");
    assert_int_equal(say(&l, other, &(said){PV_PLOT_CHECKING, "2026-05-27", NULL, NULL, NULL}), PV_FINDING_ADDED);
    assert_int_equal(plot_at(&l, other).status, PV_PLOT_CHECKING);
    ledger_close(&l);
}

static int conflicts_of(ledger *l, int64_t plot)
{
    pv_err err = {.text = ""};
    pv_findings_walk *w = NULL;
    pv_finding f;
    int more = 1, n = 0;
    ledger_ok(pv_findings_list(&w, l->s, plot, &err), &err);
    for (ledger_ok(pv_findings_next(w, &f, &more, &err), &err); more; ledger_ok(pv_findings_next(w, &f, &more, &err), &err)) n += f.conflict;
    pv_findings_walk_free(w);
    return n;
}

static void test_merged_plots(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    flight(&l, "2026-05-02", 4, 0.9);
    int64_t one = ledger_plot_of(&l, "2026-05-01-0", "2026-05-02").fid, two = ledger_plot_of(&l, "2026-05-02-4", "2026-05-02").fid;
    assert_int_not_equal(one, two);
    const said confirmed = {PV_PLOT_CONFIRMED, "2026-05-03", NULL, NULL, NULL};
    pv_finding f = finding_of(&l, two, &confirmed);
    (void)say(&l, two, &confirmed);
    (void)say(&l, one, &(said){PV_PLOT_RULED_OUT, "2026-05-04", NULL, NULL, NULL});
    flight(&l, "2026-05-05", 2, 0.9);
    assert_int_equal(ledger_plot_of(&l, "2026-05-02-4", "2026-05-05").fid, one);
    assert_int_equal(plot_at(&l, one).status, PV_PLOT_CONFIRMED); /* the graver one */
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    ledger_ok(pv_findings_add(l.s, &f, &outcome, &err), &err); /* under the number and the id of the plot that is a part now */
    assert_int_equal(outcome, PV_FINDING_SAME);
    assert_int_equal(say(&l, two, &confirmed), PV_FINDING_SAME);
    assert_int_equal(say(&l, one, &(said){PV_PLOT_RULED_OUT, "2026-05-06", NULL, NULL, NULL}), PV_FINDING_ADDED);
    assert_int_equal(plot_at(&l, two).status, PV_PLOT_RULED_OUT);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM findings"), 3);
    ledger_close(&l);
}

/* What is said of a plot that was merged since: of a day before that or after it, told before it or after it. */
static void test_told_after_a_merge(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        ledger l = {.s = NULL};
        ledger_open(&l);
        flight(&l, "2026-05-01", 0, 0.9);
        flight(&l, "2026-05-02", 4, 0.9);
        int64_t one = ledger_plot_of(&l, "2026-05-01-0", "2026-05-02").fid, two = ledger_plot_of(&l, "2026-05-02-4", "2026-05-02").fid;
        const said gone = {PV_PLOT_ERADICATED, "2026-05-18", NULL, NULL, NULL};
        (void)say(&l, two, &(said){PV_PLOT_ERADICATED, "2026-05-11", NULL, NULL, NULL});
        (void)say(&l, two, &(said){PV_PLOT_REGROWN, "2026-05-14", NULL, NULL, NULL});
        if (!late) assert_int_equal(say(&l, two, &gone), PV_FINDING_ADDED);
        ledger_night(&l, "2026-05-20");
        int64_t photo = ledger_photo(&l, "j.tif", "2026-05-10", all); /* it joins them, and was taken before */
        ledger_add_spot(&l, &(ledger_spot){photo, "j1", 2, 0, 4, 2, 0.9, NULL, NULL});
        ledger_update(&l);
        assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE merged_on='2026-05-20'"), 1);
        if (late) assert_int_equal(say(&l, two, &gone), PV_FINDING_ADDED);
        assert_int_equal(plot_at(&l, one).status, PV_PLOT_ERADICATED);
        assert_string_equal(plot_at(&l, one).status_date, "2026-05-18");
        assert_int_equal(say(&l, one, &(said){PV_PLOT_CONFIRMED, "2026-05-19", NULL, NULL, NULL}), PV_FINDING_LATE);
        assert_int_equal(say(&l, two, &(said){PV_PLOT_RULED_OUT, "2026-05-21", NULL, NULL, NULL}), PV_FINDING_ADDED);
        assert_int_equal(plot_at(&l, one).status, PV_PLOT_RULED_OUT);
        ledger_close(&l);
    }
}

/* Two plots that turned out to be one: what is said of one of them on a day can contradict what is said of the other. */
static void test_conflicts_of_merged_plots(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        ledger l = {.s = NULL};
        ledger_open(&l);
        flight(&l, "2026-05-01", 0, 0.9);
        flight(&l, "2026-05-02", 4, 0.9);
        int64_t one = ledger_plot_of(&l, "2026-05-01-0", "2026-05-02").fid, two = ledger_plot_of(&l, "2026-05-02-4", "2026-05-02").fid;
        const said no = {PV_PLOT_RULED_OUT, "2026-05-10", NULL, "二组", NULL};
        assert_int_equal(say(&l, two, &(said){PV_PLOT_CONFIRMED, "2026-05-10", NULL, "一组", NULL}), PV_FINDING_ADDED);
        if (!late) assert_int_equal(say(&l, one, &no), PV_FINDING_ADDED); /* they are two yet */
        flight(&l, "2026-05-20", 2, 0.9);
        if (late) assert_int_equal(say(&l, one, &no), PV_FINDING_CONFLICT);
        assert_int_equal(conflicts_of(&l, one), 2);
        assert_int_equal(plot_at(&l, one).status, PV_PLOT_CONFIRMED);
        (void)say(&l, one, &(said){PV_PLOT_RULED_OUT, "2026-05-21", NULL, "二组", NULL});
        assert_int_equal(conflicts_of(&l, one), 0);
        assert_int_equal(plot_at(&l, one).status, PV_PLOT_RULED_OUT);
        ledger_close(&l);
    }
}

/* Of three plots the second takes in the third, and the first the second, which has no finding of its own. */
static void test_chain_of_merges(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    flight(&l, "2026-05-02", 4, 0.9);
    flight(&l, "2026-05-03", 8, 0.9);
    int64_t one = ledger_plot_of(&l, "2026-05-01-0", "2026-05-03").fid, three = ledger_plot_of(&l, "2026-05-03-8", "2026-05-03").fid;
    (void)say(&l, three, &(said){PV_PLOT_CONFIRMED, "2026-05-10", NULL, NULL, NULL});
    flight(&l, "2026-05-12", 6, 0.9);
    assert_int_equal(plot_at(&l, three).status, PV_PLOT_CONFIRMED);
    (void)say(&l, one, &(said){PV_PLOT_RULED_OUT, "2026-05-15", NULL, NULL, NULL});
    flight(&l, "2026-05-20", 2, 0.9);
    assert_int_equal(ledger_plot_of(&l, "2026-05-03-8", "2026-05-20").fid, one);
    assert_int_equal(plot_at(&l, one).status, PV_PLOT_CONFIRMED);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE merged_on='2026-05-20'"), 2);
    ledger_close(&l);
}

/* ---- places that crews found ---- */

static int64_t new_place(ledger *l, double x, double y, const char *date)
{
    pv_err err = {.text = ""};
    int64_t fid = 0;
    ledger_ok(pv_findings_new_place(l->s, ledger_lon + x / ledger_m_lon, ledger_lat + y / ledger_m_lat, date, &fid, &err), &err);
    assert_true(fid > 0);
    return fid;
}

static void test_new_places(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    int64_t seen = ledger_plot_of(&l, "2026-05-01-0", "2026-05-01").fid, far = new_place(&l, 300, 0, "2026-05-02");
    assert_int_equal(new_place(&l, 3.2, 1, "2026-05-02"), seen); /* 1.2 m from its outline */
    assert_int_not_equal(far, seen);
    assert_int_equal(new_place(&l, 301, 0, "2026-05-03"), far);
    int64_t beside = new_place(&l, 303, 0, "2026-05-03");
    assert_int_not_equal(beside, far);
    pv_plot p = plot_at(&l, far);
    assert_int_equal(p.by_crew, 1);
    assert_string_equal(p.found_on, "2026-05-02");
    assert_int_equal(p.status, PV_PLOT_SUSPECTED);
    assert_int_equal(p.hotspot, 0);
    assert_int_equal(p.times_looked, 1); /* the flight of the day before saw its ground */
    assert_int_equal(p.times_seen, 0);
    assert_int_equal(ledger_number(&l, "SELECT sum(plots) FROM plot_cells"), 1); /* nothing was seen there */
    (void)say(&l, far, &(said){PV_PLOT_CONFIRMED, "2026-05-02", NULL, NULL, NULL});
    assert_int_equal(plot_at(&l, far).status, PV_PLOT_CONFIRMED);
    /* The nearest new hotspot within 10 m is the crew's place; the next one, and all later, are plots of their own. */
    ledger_night(&l, "2026-05-10");
    int64_t photo = ledger_photo(&l, "m.tif", "2026-05-10", all);
    ledger_add_spot(&l, &(ledger_spot){photo, "near", 293, 0, 294, 1, 0.8, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){photo, "farther", 292, 6, 293, 7, 0.8, NULL, NULL});
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "near", "2026-05-10").fid, far);
    assert_int_not_equal(ledger_plot_of(&l, "farther", "2026-05-10").fid, beside);
    assert_string_equal(plot_at(&l, far).id, p.id);
    assert_int_equal(plot_at(&l, far).status, PV_PLOT_CONFIRMED);
    assert_string_equal(plot_at(&l, far).first_seen, "2026-05-10");
    assert_int_equal(plot_at(&l, beside).times_seen, 0);
    ledger_night(&l, "2026-05-11");
    photo = ledger_photo(&l, "n.tif", "2026-05-11", all);
    ledger_add_spot(&l, &(ledger_spot){photo, "touches", 301.8, 0, 302.5, 1, 0.8, NULL, NULL}); /* of both places: they are one */
    ledger_add_spot(&l, &(ledger_spot){photo, "joins", 294, 0, 301.8, 1, 0.8, NULL, NULL});
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "touches", "2026-05-11").fid, far);
    assert_int_equal(ledger_plot_of(&l, "joins", "2026-05-11").fid, far);
    assert_string_equal(plot_at(&l, far).id, p.id); /* found before what was only seen later */
    ledger_close(&l);
}

/* A crew's own place that was ruled out before any photo showed it is quiet, but not to a photo that does. */
static void test_quiet_place_is_seen(void **state)
{
    (void)state;
    static const struct {
        double prob;
        pv_plot_status status;
    } cases[] = {{0.24, PV_PLOT_RULED_OUT}, {0.25, PV_PLOT_SUSPECTED}, {0.99, PV_PLOT_SUSPECTED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ledger l = {.s = NULL};
        ledger_open(&l);
        flight(&l, "2026-05-01", 500, 0.9);
        int64_t place = new_place(&l, 0, 0, "2026-05-19");
        (void)say(&l, place, &(said){PV_PLOT_RULED_OUT, "2026-05-20", NULL, NULL, NULL});
        flight(&l, "2026-05-25", 0, cases[i].prob);
        assert_int_equal(plot_at(&l, place).times_seen, 1);
        assert_int_equal(plot_at(&l, place).status, cases[i].status);
        assert_string_equal(plot_at(&l, place).shown_again, cases[i].status == PV_PLOT_SUSPECTED ? "probability" : "");
        ledger_close(&l);
    }
}

static void test_batches_and_context(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    pv_import b = {.file = "回收.csv", .format = "csv", .datum = "wgs84", .date = "2026-05-06"}, known;
    pv_context c = {.kind = PV_CONTEXT_TIP_OFF, .lon_deg = ledger_lon, .lat_deg = ledger_lat, .date = "2026-05-04", .text = "看见红花"};
    pv_contexts list = {.n = 0};
    int there = 1, added = 0;
    memset(b.sha256, 'a', 64);
    ledger_open(&l);
    ledger_ok(pv_imports_known(l.s, b.sha256, &known, &there, &err), &err);
    assert_int_equal(there, 0);
    ledger_ok(pv_imports_add(l.s, &b, &err), &err);
    b.records = b.added = 3;
    ledger_ok(pv_imports_end(l.s, &b, &err), &err);
    ledger_ok(pv_imports_known(l.s, b.sha256, &known, &there, &err), &err);
    assert_int_equal(there, 1);
    assert_string_equal(known.file, "回收.csv");
    assert_int_equal(known.added, 3);
    assert_int_equal(pv_imports_add(l.s, &b, &err), PV_INPUT);
    assert_int_not_equal(pv_imports_end(l.s, &b, &err), PV_OK); /* what is ended stays */
    ledger_ok(pv_context_add(l.s, &c, &added, &err), &err);
    assert_int_equal(added, 1);
    ledger_ok(pv_context_add(l.s, &c, &added, &err), &err);
    assert_int_equal(added, 0);
    c.kind = PV_CONTEXT_REGISTER;
    ledger_ok(pv_context_add(l.s, &c, &added, &err), &err);
    assert_int_equal(added, 1);
    ledger_ok(pv_contexts_read(&list, l.s, "2026-05-04", "2026-05-04", &err), &err);
    assert_int_equal(list.n, 2);
    assert_string_equal(list.at[0].text, "看见红花");
    pv_contexts_release(&list);
    ledger_ok(pv_contexts_read(&list, l.s, "2026-05-05", "", &err), &err);
    assert_int_equal(list.n, 0);
    c.lat_deg = 91;
    assert_int_equal(pv_context_add(l.s, &c, &added, &err), PV_INPUT);
    ledger_close(&l);
}

static void test_memory_fails(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    flight(&l, "2026-05-01", 0, 0.9);
    (void)say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-02", NULL, NULL, NULL});
    pv_finding f = finding_of(&l, 1, &(said){PV_PLOT_CONFIRMED, "2026-05-05", NULL, NULL, NULL});
    for (int what = 0; what < 2; what++) {
        long k = 0;
        for (;; k++) {
            pv_err err = {.text = ""};
            pv_finding_outcome outcome;
            int64_t fid = 0;
            pv_mem_fail_at(k, 0);
            pv_status st = what == 0 ? pv_findings_add(l.s, &f, &outcome, &err) : pv_findings_new_place(l.s, 105.7, 34.9, "2026-05-05", &fid, &err);
            pv_mem_fail_at(-1, 0);
            if (st == PV_OK) break;
            assert_int_equal(st, PV_NOMEM);
            assert_int_equal(ledger_number(&l, "SELECT count(*) FROM findings"), 1 + what);
            assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots"), 1);
            if (what == 0) assert_int_equal(plot_at(&l, 1).status, PV_PLOT_DISPATCHED);
        }
        assert_true(k > 5);
    }
    ledger_close(&l);
}

/* A hotspot that becomes a crew's place: all of the update or nothing. */
static void test_memory_fails_at_joining(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    long k = 0;
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    int64_t place = new_place(&l, 0, 0, "2026-05-01");
    (void)say(&l, place, &(said){PV_PLOT_RULED_OUT, "2026-05-01", NULL, NULL, NULL});
    ledger_night(&l, "2026-05-02");
    int64_t photo = ledger_photo(&l, "a.tif", "2026-05-02", all);
    ledger_add_spot(&l, &(ledger_spot){photo, "a1", 5, 0, 6, 1, 0.99, NULL, NULL});
    for (;; k++) {
        pv_err err = {.text = ""};
        pv_mem_fail_at(k, 0);
        pv_status st = pv_plots_update(l.s, &l.night, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_int_equal(ledger_number(&l, "SELECT count(*) FROM hotspots WHERE plot IS NOT NULL"), 0);
    }
    assert_true(k > 20);
    assert_int_equal(ledger_plot_of(&l, "a1", "2026-05-02").fid, place);
    assert_int_equal(plot_at(&l, place).status, PV_PLOT_SUSPECTED);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_latest_verdict_decides),
        cmocka_unit_test(test_times_within_a_day),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_photos_and_findings),
        cmocka_unit_test(test_merged_plots),
        cmocka_unit_test(test_told_after_a_merge),
        cmocka_unit_test(test_conflicts_of_merged_plots),
        cmocka_unit_test(test_chain_of_merges),
        cmocka_unit_test(test_new_places),
        cmocka_unit_test(test_quiet_place_is_seen),
        cmocka_unit_test(test_batches_and_context),
        cmocka_unit_test(test_memory_fails),
        cmocka_unit_test(test_memory_fails_at_joining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
