/* Six villages side by side: one earns its zero-find certificate, each other one fails exactly one condition; and nothing depends on order. */
#include "tests/unit/season/tables.h"

#include "season/certificates.h"
#include "season/chain.h"
#include "season/findings.h"

#include "base/banned.h"

enum { VILLAGES = 7, SIDE = 100 };
/* In the order of their names, which is that of paths. */
static const char *const village[VILLAGES] = {"A全", "B少", "C一天", "D有", "E未查", "F粗", "G界外"};
/* What each lacks; PV_NEEDS: nothing. */
static const int lacks[VILLAGES] = {PV_NEEDS, PV_NEED_COVER, PV_NEED_DAYS, PV_NEED_PLOTS, PV_NEED_CHECKED, PV_NEED_LIMIT, -1};

/* Village k is x = 200 k .. 200 k + 100, y = 0 .. 100; the records in the given order. */
static pv_units *villages(int backwards)
{
    pv_text t = {0};
    char names[128];
    for (int i = 0; i < VILLAGES; i++) {
        int k = backwards ? VILLAGES - 1 - i : i;
        (void)snprintf(names, sizeof names, "\"XIAN\":\"秦安县\",\"XIANG\":\"镇\",\"CUN\":\"%s\"", village[k]);
        tables_unit(&t, names, 200.0 * k, 0, 200.0 * k + SIDE, SIDE);
    }
    return tables_units(&t, 0);
}

/* A photo of village k that shows x0..x1 of it; its outline lies within. */
static int64_t photo(ledger *l, int k, const char *day, double x0, double x1, double gsd_m)
{
    pv_err err = {.text = ""};
    char file[64], taken[64], sql[128];
    const double x = 200.0 * k, cover[4] = {x + x0, -3, x + x1, SIDE + 3};
    pv_text json = {0}, geom = {0};
    pv_stmt *q = NULL;
    const double ring[] = {x + 10, 10, x + 90, 10, x + 90, 90, x + 10, 90};
    (void)snprintf(file, sizeof file, "%d-%s-%.0f.tif", k, day, x1);
    (void)snprintf(taken, sizeof taken, "%sT10:00:00+08:00", day);
    int64_t id = ledger_photo(l, file, taken, cover);
    pv_text_add(&json, "{\"type\":\"MultiPolygon\",\"coordinates\":[[");
    ledger_ring(&json, ring, 4);
    pv_text_add(&json, "]]}");
    ledger_geometry(&geom, pv_text_str(&json));
    ledger_ok(pv_stmt_new(&q, l->s->db, "UPDATE photos SET geom=?1 WHERE fid=?2", &err), &err);
    pv_stmt_blob(q, 1, geom.data, geom.len);
    pv_stmt_int(q, 2, id);
    ledger_ok(pv_stmt_run(q, &err), &err);
    pv_stmt_free(q);
    (void)snprintf(sql, sizeof sql, "UPDATE photos SET gsd_m=%.2f WHERE fid=%lld", gsd_m, (long long)id);
    ledger_run(l, sql);
    pv_text_release(&json);
    pv_text_release(&geom);
    return id;
}

static void spot(ledger *l, int64_t in, const char *id, int k)
{
    ledger_add_spot(l, &(ledger_spot){in, id, 200.0 * k + 50, 50, 200.0 * k + 52, 52, 0.9, NULL, NULL});
}

static void find(ledger *l, const char *hotspot, pv_plot_status status, const char *date, const char *crew, const char *person)
{
    pv_finding f;
    pv_finding_clear(&f);
    f.status = status;
    (void)snprintf(f.date, sizeof f.date, "%s", date);
    (void)snprintf(f.crew, sizeof f.crew, "%s", crew);
    (void)snprintf(f.person1, sizeof f.person1, "%s", person);
    if (status == PV_PLOT_RULED_OUT) (void)snprintf(f.verdict, sizeof f.verdict, "corn_poppy");
    ledger_find(l, hotspot, &f);
}

/* 2026-05-10 and -20 are suitable, 2026-03-01 is not. */
static void fill(ledger *l)
{
    int64_t first[VILLAGES];
    ledger_open(l);
    tables_settings(l, "");
    ledger_night(l, "2026-03-01");
    photo(l, 1, "2026-03-01", -3, 103, 0.05); /* all of B, and a second day of C: but nothing can be told then */
    photo(l, 2, "2026-03-01", -3, 103, 0.05);
    ledger_update(l);
    ledger_night(l, "2026-05-10");
    for (int k = 0; k < 6; k++) first[k] = photo(l, k, "2026-05-10", -3, k == 1 ? 60 : 103, k == 5 ? 0.6 : 0.05);
    spot(l, first[0], "000000000000000a", 0);
    spot(l, first[3], "000000000000000d", 3);
    spot(l, first[4], "000000000000000e", 4);
    ledger_update(l);
    find(l, "000000000000000a", PV_PLOT_RULED_OUT, "2026-05-11", "二组", "王五");
    find(l, "000000000000000d", PV_PLOT_CONFIRMED, "2026-05-11", "一组", "李四");
    find(l, "000000000000000d", PV_PLOT_ERADICATED, "2026-05-13", "一组", "李四");
    ledger_night(l, "2026-05-20");
    for (int k = 0; k < 6; k++)
        if (k != 2) photo(l, k, "2026-05-20", -3, k == 1 ? 60 : 103, 0.05);
    ledger_update(l);
}

static void make(pv_certificates *c, ledger *l, const pv_units *u, const char *text)
{
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_periods suitable = {.n = 0};
    pv_period p, days;
    ledger_ok(pv_period_read(&p, l->s->conf, text, &err), &err);
    ledger_ok(pv_period_read(&days, l->s->conf, "2026-04-10..2026-07-05", &err), &err);
    ledger_ok(pv_periods_add(&suitable, &days, &err), &err);
    ledger_ok(pv_figures_source_new(&f, l->s, u, &err), &err);
    ledger_ok(pv_certificates_make(c, f, &p, PV_BY_UNIT_CUN, &suitable, &err), &err);
    pv_periods_release(&suitable);
    pv_figures_source_free(f);
}

static void each_condition_is_needed(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *u = villages(0);
    pv_certificates c = {.n = 0};
    fill(&l);
    make(&c, &l, u, "2026");
    assert_int_equal(c.n, VILLAGES);
    assert_int_equal(c.n_issued, 1);
    for (int i = 0; i < VILLAGES; i++) {
        assert_non_null(strstr(c.table.row[c.at[i].row].path, village[i]));
        assert_int_equal(c.at[i].issued, i == 0);
        for (int k = 0; k < PV_NEEDS && lacks[i] >= 0; k++)
            if (c.at[i].met[k] != (k != lacks[i])) fail_msg("%s: %s is %d", village[i], pv_need_word((pv_need)k)->id, c.at[i].met[k]);
    }
    /* Of G there is nothing: what was not looked at earns nothing. */
    assert_int_equal(c.at[6].met[PV_NEED_COVER] + c.at[6].met[PV_NEED_DAYS] + c.at[6].met[PV_NEED_LIMIT], 0);
    const pv_certificate *a = &c.at[0];
    assert_int_equal(a->n_days, 2);
    assert_string_equal(a->day[0], "2026-05-10");
    assert_string_equal(a->day[1], "2026-05-20");
    assert_int_equal(a->n_checkers, 1);
    assert_string_equal(a->checker[0], "二组（王五）");
    assert_int_equal(c.at[2].n_days, 1);
    /* 60 of 100 m, 10,000 m2 = 15 mu: within a row of cells. */
    assert_true(c.at[1].charge_mu_e4 > 147500 && c.at[1].charge_mu_e4 < 152500);
    assert_true(c.at[1].seen_mu_e4 * 100 > c.at[1].charge_mu_e4 * 58 && c.at[1].seen_mu_e4 * 100 < c.at[1].charge_mu_e4 * 62);
    assert_true(c.at[5].limit_m2 > 0.359 && c.at[5].limit_m2 < 0.361);
    char head[PV_SHA256_HEX];
    int64_t links = 0;
    pv_err err = {.text = ""};
    ledger_ok(pv_chain_head(l.s->db, head, &links, &err), &err);
    assert_string_equal(c.head, head);
    pv_certificates_release(&c);
    pv_units_free(u);
    ledger_close(&l);
}

/* 60 m of 100 are enough when 55 % are asked for, one day when one is, 0.6 m when 0.36 m2 may be missed; a finer limit takes A's away. */
static void settings_decide(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *u = villages(0);
    pv_certificates c = {.n = 0};
    fill(&l);
    tables_settings(&l, "certificate_cover_percent = 55\ncertificate_days = 1\ncertificate_limit_m2 = 0.37\n");
    make(&c, &l, u, "2026");
    for (int i = 0; i < VILLAGES; i++) assert_int_equal(c.at[i].issued, i == 0 || i == 1 || i == 2 || i == 5);
    pv_certificates_release(&c);
    tables_settings(&l, "min_area_m2 = 0.5\n");
    make(&c, &l, u, "2026");
    assert_int_equal(c.n_issued, 0);
    assert_int_equal(c.at[0].met[PV_NEED_LIMIT], 0);
    pv_certificates_release(&c);
    /* A photo of unknown resolution. */
    tables_settings(&l, "");
    ledger_run(&l, "UPDATE photos SET gsd_m=NULL WHERE file LIKE '0-2026-05-20%'");
    make(&c, &l, u, "2026");
    assert_int_equal(c.at[0].met[PV_NEED_LIMIT], 0);
    pv_certificates_release(&c);
    /* A week that saw only one of the days; E's plot is open from before. */
    make(&c, &l, u, "2026-05-18..2026-05-24");
    assert_int_equal(c.at[0].met[PV_NEED_DAYS], 0);
    assert_int_equal(c.at[4].met[PV_NEED_PLOTS], 0);
    pv_certificates_release(&c);
    pv_units_free(u);
    ledger_close(&l);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *u = villages(0), *v = villages(1);
    pv_certificates c = {.n = 0}, d = {.n = 0};
    pv_text a = {0}, b = {0};
    fill(&l);
    make(&c, &l, u, "2026");
    make(&d, &l, v, "2026");
    pv_certificates_json(&a, &c);
    pv_certificates_json(&b, &d);
    assert_string_equal(pv_text_str(&a), pv_text_str(&b));
    pv_certificates_say(&a, &c, 1);
    assert_non_null(strstr(pv_text_str(&a), "A全：可以出具"));
    assert_non_null(strstr(pv_text_str(&a), "B少：尚不能出具\n  适查期踏查率："));
    assert_non_null(strstr(pv_text_str(&a), " 亩，未看清 "));
    pv_certificates_release(&c);
    pv_certificates_release(&d);
    pv_text_release(&a);
    pv_text_release(&b);
    pv_units_free(u);
    pv_units_free(v);
    ledger_close(&l);
}

static void cards_rank_each_column(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_units *u = villages(0);
    pv_certificates c = {.n = 0};
    pv_card *card = NULL;
    pv_text t = {0};
    fill(&l);
    make(&c, &l, u, "2026");
    ledger_ok(pv_scorecard_make(&card, &c, &err), &err);
    static const int64_t suspected[VILLAGES] = {1, 0, 0, 1, 1, 0, 0}, open[VILLAGES] = {0, 0, 0, 0, 1, 0, 0};
    static const size_t suspected_rank[VILLAGES] = {5, 1, 1, 5, 5, 1, 1}, open_rank[VILLAGES] = {1, 1, 1, 1, 7, 1, 1};
    for (int i = 0; i < VILLAGES; i++) {
        assert_int_equal(card[i].column[PV_CARD_SUSPECTED].value, suspected[i]);
        assert_int_equal(card[i].column[PV_CARD_SUSPECTED].rank, suspected_rank[i]);
        assert_int_equal(card[i].column[PV_CARD_OPEN].value, open[i]);
        assert_int_equal(card[i].column[PV_CARD_OPEN].rank, open_rank[i]);
        assert_int_equal(card[i].column[PV_CARD_CERTIFICATE].rank, i == 0 ? 1 : 2);
        /* Only D has anything to eradicate: 3 days after the find; nobody else has a rank. */
        assert_int_equal(card[i].column[PV_CARD_ERADICATION_RATE].known, i == 3);
        assert_int_equal(card[i].column[PV_CARD_ERADICATION_RATE].rank, i == 3);
    }
    assert_int_equal(card[3].column[PV_CARD_DAYS_MEDIAN].value, 3);
    assert_int_equal(card[3].column[PV_CARD_ERADICATION_RATE].value, 10000);
    assert_int_equal(card[6].column[PV_CARD_COVER_RATE].rank, 7);
    /* In the whole year B was seen in full: the scorecard is of all days. */
    assert_int_equal(card[1].column[PV_CARD_COVER_RATE].rank, 1);
    pv_scorecard_csv(&t, &c, card, 0);
    assert_non_null(strstr(pv_text_str(&t), "key,name,path,cover_rate,cover_rate_rank,suspected,suspected_rank,"));
    pv_text_release(&t);
    pv_free(card);
    pv_certificates_release(&c);
    pv_units_free(u);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_condition_is_needed), cmocka_unit_test(settings_decide),
                                       cmocka_unit_test(order_does_not_matter), cmocka_unit_test(cards_rank_each_column)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
