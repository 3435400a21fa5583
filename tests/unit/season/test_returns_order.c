/* The ledger's state is a function of what was said, not of when it was told: 200 plots, each with a random set of answers of crews and words of an office, told in 5 random orders. */
#include "base/mem.h"
#include "base/outfile.h"
#include "season/plots_internal.h"
#include "season/returns.h"
#include "season/sheets.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

enum { PLOTS = 200, SAYINGS = 7, TURNS = 5, CREWS = 3, DAYS = 6 };

typedef struct saying {
    int by_hand, what, day, crew;
} saying;

typedef struct plan {
    saying said[PLOTS][SAYINGS];
} plan;

/* xorshift64*; the seed is the test's own, so that a failure comes again. */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717ULL >> 33;
}

static const char *const answers[] = {"confirmed_poppy,,", "confirmed_poppy,eradicated,", "not_found,,",  "other_crop,,",
                                      "already_removed,,", "already_removed,,",           "unreachable,,"};
enum { ANSWERS = sizeof answers / sizeof *answers, OFFICE = 8 };

static void make_plan(plan *p, uint64_t seed)
{
    for (int k = 0; k < PLOTS; k++)
        for (int i = 0; i < SAYINGS; i++) {
            saying *s = &p->said[k][i];
            s->by_hand = draw(&seed) % 4 == 0;
            s->what = (int)(draw(&seed) % (s->by_hand ? OFFICE : ANSWERS));
            s->day = 1 + (int)(draw(&seed) % DAYS);
            s->crew = (int)(draw(&seed) % CREWS);
        }
}

static void id_of(int k, char id[PV_PLOT_ID])
{
    (void)snprintf(id, PV_PLOT_ID, "P%06u", (unsigned)k % 1000000U);
}

/* An office's word, which needs no evidence. */
static void say_by_hand(ledger *l, const char *id, const saying *s)
{
    static const pv_plot_status status[OFFICE] = {PV_PLOT_ERADICATED, PV_PLOT_CONFIRMED, PV_PLOT_DISPATCHED, PV_PLOT_RECHECKED,
                                                  PV_PLOT_REGROWN,    PV_PLOT_SUSPECTED, PV_PLOT_RULED_OUT,  PV_PLOT_RULED_OUT};
    pv_err err = {.text = ""};
    char date[32];
    (void)snprintf(date, sizeof date, "2026-05-%02d", s->day);
    if (status[s->what] == PV_PLOT_RULED_OUT)
        ledger_ok(pv_plots_rule_out(l->s, id, s->what == OFFICE - 1 ? "other_crop" : "as the village says", date, -1, &err), &err);
    else
        ledger_ok(pv_plots_set_status(l->s, id, status[s->what], date, &err), &err);
}

/* A crew that writes down times writes them all day. */
static void add_answer(pv_text *out, const char *id, const saying *s)
{
    char at[16] = "";
    if ((s->day + s->crew) % 2 == 0) (void)snprintf(at, sizeof at, " %02d:15", 8 + s->what);
    pv_text_addf(out, "%s,%s2026-05-%02d%s,crew %d,one,%s\n", id, answers[s->what], s->day, at, s->crew, s->crew == 0 ? "5" : "");
}

static void take(ledger *l, int crew, const pv_text *rows)
{
    pv_err err = {.text = ""};
    char file[128];
    pv_text text = {0};
    pv_returns r = {.n = 0};
    const char *path[1] = {file};
    (void)snprintf(file, sizeof file, "%s/crew%d.csv", l->folder, crew);
    pv_text_addf(&text, "id,verdict,disposal,visit_time,crew,person1,plants_counted\n%s", pv_text_str(rows));
    ledger_ok(pv_outfile_put(file, pv_text_str(&text), text.len, 1, &err), &err);
    ledger_ok(pv_returns_take(&r, l->s, 1, path, &(pv_return_options){.today = "2026-06-01"}, &err), &err);
    assert_int_equal(r.count[PV_RETURN_DOUBTFUL] + r.count[PV_RETURN_REFUSED], 0);
    pv_returns_release(&r);
    pv_text_release(&text);
}

/* The i-th saying of every plot, in the order of this turn. */
static void tell(ledger *l, const plan *p, int order[PLOTS][SAYINGS], int i)
{
    pv_text rows[CREWS] = {{0}};
    char id[PV_PLOT_ID];
    for (int k = 0; k < PLOTS; k++) {
        const saying *s = &p->said[k][order[k][i]];
        id_of(k, id);
        if (s->by_hand)
            say_by_hand(l, id, s);
        else
            add_answer(&rows[s->crew], id, s);
    }
    for (int c = 0; c < CREWS; c++) {
        take(l, c, &rows[c]);
        pv_text_release(&rows[c]);
    }
}

/* All that people see of a plot. */
static void describe(ledger *l, int64_t plot, pv_text *out)
{
    pv_err err = {.text = ""};
    pv_sheets sh = {.n = 0};
    pv_findings_walk *w = NULL;
    pv_finding f;
    int more = 1;
    pv_text_reset(out);
    ledger_ok(pv_sheets_read_plot(&sh, l->s, "2026-07-01", plot, NULL, &err), &err);
    const pv_sheet *t = &sh.at[0];
    pv_text_addf(
        out,
        "%s %s gone %s quiet %s %s: %s shown %s risk %s %.1f; %lld findings %lld conflicts %lld plants; visited %s %s; sent %s due %s +%d ladder %d:",
        pv_plot_status_word(t->plot.status), t->plot.status_date, t->plot.eradicated_on, t->plot.quiet_from, t->plot.quiet_until,
        t->plot.quiet_reason, t->plot.shown_again, pv_risk_code(t->risk), t->points, (long long)t->findings, (long long)t->conflicts,
        (long long)t->plants_counted, t->visited_on, t->visited_by, t->dispatched_on, t->due, t->overdue_days, t->ladder);
    for (int i = 0; i < t->n_steps; i++) pv_text_addf(out, " %s", t->step[i]);
    pv_sheets_release(&sh);
    ledger_ok(pv_findings_list(&w, l->s, plot, &err), &err);
    for (ledger_ok(pv_findings_next(w, &f, &more, &err), &err); more; ledger_ok(pv_findings_next(w, &f, &more, &err), &err))
        pv_text_addf(out, "\n  %s %s %s %s %s%s", f.date, f.at, pv_plot_status_word(f.status), f.verdict, f.crew, f.conflict ? " conflict" : "");
    pv_findings_walk_free(w);
}

static void open_season(ledger *l)
{
    char sql[300];
    ledger_open(l);
    for (int k = 0; k < PLOTS; k++) {
        (void)snprintf(sql, sizeof sql, "INSERT INTO plots(fid,id,origin,found_on,lon,lat) VALUES(%d,'P%06d','crew','2026-04-01',%.9f,%.9f)", k + 1,
                       k, 105.7 + 0.004 * (k % 20), 34.9 + 0.004 * (k / 20));
        ledger_run(l, sql);
        if (k % 5 != 4) continue;
        (void)snprintf(sql, sizeof sql, "UPDATE plots SET merged_into=%d,merged_on='2026-05-03' WHERE fid=%d", k, k + 1);
        ledger_run(l, sql);
    }
}

static void shuffle(int order[SAYINGS], uint64_t *seed)
{
    for (int i = 0; i < SAYINGS; i++) order[i] = i;
    for (int i = SAYINGS - 1; i > 0; i--) {
        int j = (int)(draw(seed) % (uint64_t)(i + 1)), was = order[i];
        order[i] = order[j];
        order[j] = was;
    }
}

static void test_any_order(void **state)
{
    (void)state;
    static plan p;
    static int order[PLOTS][SAYINGS];
    static pv_text want[PLOTS];
    uint64_t seed = 20260520;
    make_plan(&p, 99);
    for (int turn = 0; turn < TURNS; turn++) {
        ledger l = {.s = NULL};
        pv_text is = {0};
        open_season(&l);
        for (int k = 0; k < PLOTS; k++) shuffle(order[k], &seed);
        for (int i = 0; i < SAYINGS; i++) tell(&l, &p, order, i);
        int64_t n = ledger_number(&l, "SELECT count(*) FROM findings");
        for (int i = 0; i < SAYINGS; i++) tell(&l, &p, order, i);
        assert_int_equal(ledger_number(&l, "SELECT count(*) FROM findings"), n);
        for (int k = 0; k < PLOTS; k++) {
            describe(&l, k + 1, turn == 0 ? &want[k] : &is);
            if (turn > 0 && strcmp(pv_text_str(&is), pv_text_str(&want[k])) != 0)
                fail_msg("plot %d, turn %d:\n%s\nand before\n%s", k, turn, pv_text_str(&is), pv_text_str(&want[k]));
        }
        pv_text_release(&is);
        ledger_close(&l);
    }
    for (int k = 0; k < PLOTS; k++) pv_text_release(&want[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
