/* Returns of crews: which plot a row means, what it becomes, shifted places, and that nothing is taken twice or half. */
#include <math.h>

#include "base/mem.h"
#include "geo/gcj02.h"
#include "tests/unit/season/desk.h"

#include "base/banned.h"

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date, *at;
    } good[] = {{"2026-05-20", "2026-05-20", ""},
                {"2026/5/2", "2026-05-02", ""},
                {"20260520", "2026-05-20", ""},
                {"2026年5月20日", "2026-05-20", ""},
                {"2026-05-20 09:12", "2026-05-20", "2026-05-20T09:12:00+08:00"},
                {"2026年5月20日 9时12分", "2026-05-20", "2026-05-20T09:12:00+08:00"},
                {"2026-05-20T09:12:30.250+08:00", "2026-05-20", "2026-05-20T09:12:30+08:00"},
                {"2026-05-20T22:30:00Z", "2026-05-21", "2026-05-21T06:30:00+08:00"},
                {"2026-05-20T01:00:00+0900", "2026-05-20", "2026-05-20T00:00:00+08:00"},
                {"2026-01-01T00:30:00+09:00", "2025-12-31", "2025-12-31T23:30:00+08:00"},
                {"46162", "2026-05-20", ""},
                {"46162.5", "2026-05-20", "2026-05-20T12:00:00+08:00"},
                {"2028-02-29", "2028-02-29", ""}};
    static const char *const bad[] = {
        "", "tomorrow", "2026-13-01", "2026-02-29", "2026-05-20 25:00", "1999-12-31", "2026-05-20T09:12:00+99:00", "12", "2026-05-20 nine"};
    char date[PV_DATE], at[40];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!pv_return_time(good[i].text, date, at)) fail_msg("'%s'", good[i].text);
        assert_string_equal(date, good[i].date);
        assert_string_equal(at, good[i].at);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (pv_return_time(bad[i], date, at)) fail_msg("'%s' is %s", bad[i], date);
}

static void test_which_plot(void **state)
{
    (void)state;
    desk d;
    char text[4000] = HEAD;
    desk_open(&d);
    add_row(text, sizeof text, "p00 0001", 3, 0, NULL, "other_crop,2026-05-20,c,,,,,,");
    add_row(text, sizeof text, "", 96, 0, NULL, "other_crop,2026-05-20,c,,,,,,");       /* 4 m from 2, 16 m from 3 */
    add_row(text, sizeof text, "", 107, 0, NULL, "other_crop,2026-05-20,c,,,,,,");      /* 7 and 5 m */
    add_row(text, sizeof text, "P000004", 0, 0, NULL, "other_crop,2026-05-20,c,,,,,,"); /* 707 m off */
    add_row(text, sizeof text, "P999999", 0, 0, NULL, "other_crop,2026-05-20,c,,,,,,");
    add_row(text, sizeof text, "", 300, 0, NULL, "other_crop,2026-05-20,c,,,,,,");
    add_row(text, sizeof text, "17", 300, 0, NULL, "confirmed_poppy,2026-05-20,c,someone,,4,,,");
    add_row(text, sizeof text, "", 300, 40, NULL, "confirmed_poppy,2026-05-20,c,,,4,,,");
    add_row(text, sizeof text, "P000003", 112, 0, NULL, "unchecked,2026-05-20,c,,,,,,");
    (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                   "O00002,,,other_crop,2026-05-20,c,,,,,,\nPOOOOO3,,,确认,2026-05-20,c,one,,,,,\nP000003,,,weeds,2026-05-20,c,one,,,,,\n"
                   "P000003,,,,2026-05-20,c,one,,7,,,\nP000003,,,other_crop,,c,one,,,,,\n");
    d.o.datum = PV_DATUM_WGS84;
    take(&d, "a.csv", text);
    assert_int_equal(d.r.n, 13);
    outcome(&d, 0, PV_RETURN_ADDED, "P000001", NULL);
    assert_int_equal(d.r.at[0].how, PV_RETURN_BY_ID);
    outcome(&d, 1, PV_RETURN_ADDED, "P000002", NULL);
    assert_int_equal(d.r.at[1].how, PV_RETURN_BY_DISTANCE);
    assert_true(fabs(d.r.at[1].off_m - 4) < 0.1);
    outcome(&d, 2, PV_RETURN_DOUBTFUL, "", "two plots are near");
    outcome(&d, 3, PV_RETURN_DOUBTFUL, "P000004", "707 m from plot P000004");
    outcome(&d, 4, PV_RETURN_DOUBTFUL, "", "no plot P999999");
    outcome(&d, 5, PV_RETURN_DOUBTFUL, "", "only a confirmed find");
    assert_int_equal(d.r.at[6].how, PV_RETURN_NEW_PLACE);
    assert_int_equal(d.r.at[6].outcome, PV_RETURN_ADDED);
    outcome(&d, 7, PV_RETURN_REFUSED, "", "nobody signed");
    outcome(&d, 8, PV_RETURN_DOUBTFUL, "", "neither the id");
    outcome(&d, 9, PV_RETURN_ADDED, "P000003", NULL);
    outcome(&d, 10, PV_RETURN_REFUSED, "P000003", "no word of the form, which has: not checked, opium poppy, ornamental poppy, other crop,");
    outcome(&d, 11, PV_RETURN_REFUSED, "P000003", "verdict");
    outcome(&d, 12, PV_RETURN_REFUSED, "P000003", "--date");
    assert_int_equal(d.r.count[PV_RETURN_UNCHECKED], 1);
    assert_int_equal(d.r.new_places, 1);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM plots"), 5);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), 4);
    status_is(&d, 1, "ruled_out");
    status_is(&d, 3, "confirmed");
    desk_close(&d);
}

/* A plot's whole year in one file, in any order of its rows. */
static void test_the_life_of_a_plot(void **state)
{
    (void)state;
    static const char year[] = HEAD
        "P000001,,,确认罂粟,2026-07-01,丙组,one,,3,,,again\nP000001,,,未找到,2026-06-10,乙组,two,,,,,\n"
        "P000001,,,confirmed_poppy,2026-05-20 09:00,甲组,one,eradicated,12,11,2026-05-21,first\nP000002,,,already_removed,2026-05-20,甲组,one,,,,,\n"
        "P000003,,,not_found,2026-05-20,甲组,one,,,,,\nP000004,,,,2026-05-20,甲组,one,eradicated,,5,,\n";
    desk d;
    desk_open(&d);
    take(&d, "a.csv", year);
    for (size_t i = 0; i < 6; i++) assert_true(d.r.at[i].outcome == PV_RETURN_ADDED);
    status_is(&d, 1, "regrown");
    status_is(&d, 2, "eradicated");
    status_is(&d, 3, "ruled_out");
    status_is(&d, 4, "eradicated");
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings WHERE plot=1 AND status='eradicated' AND date='2026-05-21' AND "
                                         "plants_removed=11 AND plants_counted IS NULL"),
                     1);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings WHERE plot=1 AND status='confirmed' AND plants_counted=12 AND plants_removed "
                                         "IS NULL AND at='2026-05-20T09:00:00+08:00'"),
                     1);
    assert_int_equal(steps_of(&d, 1, PV_PLOT_RECHECKED, "not_found", "乙组"), 1);
    assert_int_equal(steps_of(&d, 1, PV_PLOT_REGROWN, "confirmed_poppy", "丙组"), 1);
    assert_int_equal(d.r.at[0].status[0], PV_PLOT_REGROWN);
    assert_int_equal(d.r.at[1].status[0], PV_PLOT_RECHECKED);
    int64_t all = ledger_number(&d.l, "SELECT count(*) FROM findings");
    take(&d, "b.csv", year);
    assert_int_equal(d.r.count[PV_RETURN_SAME], 6);
    take(&d, "c.geojson",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"id\":\"P000001\",\"verdict\":"
         "\"确认罂粟\",\"visit_time\":\"2026-05-20T01:00:00Z\","
         "\"crew\":\"甲组\",\"person1\":\"one\",\"plants_counted\":12,\"disposal\":\"已铲除\",\"plants_removed\":11,\"eradicated_at\":\"2026/05/"
         "21\"}}]}");
    assert_int_equal(d.r.count[PV_RETURN_SAME], 1);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), all);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM imports"), 1);
    desk_close(&d);
}

/* Each row in a call of its own, the last day first: the same end. */
static void test_told_in_any_order(void **state)
{
    (void)state;
    static const char *const row[] = {"P000001,,,confirmed_poppy,2026-05-20,甲组,one,eradicated,12,11,,\n",
                                      "P000001,,,not_found,2026-06-10,乙组,two,,,,,\n", "P000001,,,confirmed_poppy,2026-07-01,丙组,one,,3,,,\n"};
    static const int order[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t k = 0; k < 6; k++) {
        desk d;
        desk_open(&d);
        for (int twice = 0; twice < 2; twice++) {
            for (int i = 0; i < 3; i++) {
                char text[600];
                (void)snprintf(text, sizeof text, "%s%s", HEAD, row[order[k][i]]);
                take(&d, "a.csv", text);
                if (twice) assert_int_equal(d.r.count[PV_RETURN_SAME], 1);
                /* Without the last day: gone, and checked. */
                if (i == 1 && !twice && order[k][2] == 2) status_is(&d, 1, "rechecked");
            }
            status_is(&d, 1, "regrown");
            assert_int_equal(
                ledger_number(&d.l, "SELECT count(*) FROM plots WHERE fid=1 AND eradicated_on='2026-05-20' AND status_date='2026-07-01'"), 1);
        }
        desk_close(&d);
    }
}

/* Two crews on one day, a regrowth between, two regrowths: three rows in every order, each in a call of its own. */
static void test_gone_in_any_order(void **state)
{
    (void)state;
    static const char gone[] = "P000001,,,confirmed_poppy,2026-05-12,甲组,one,eradicated,12,11,,\n";
    static const struct {
        const char *row[2], *status;
    } cases[] = {{{"P000001,,,confirmed_poppy,2026-05-12,乙组,two,,,,,\n", "P000001,,,not_found,2026-05-15,丙组,three,,,,,\n"}, "rechecked"},
                 {{"P000001,,,confirmed_poppy,2026-05-20,乙组,two,,,,,\n", "P000001,,,not_found,2026-05-25,丙组,three,,,,,\n"}, "rechecked"},
                 {{"P000001,,,already_removed,2026-05-12,乙组,two,,,,,\n", "P000001,,,other_crop,2026-05-25,丙组,three,,,,,\n"}, "rechecked"},
                 {{"P000001,,,confirmed_poppy,2026-05-20,乙组,two,,,,,\n", "P000001,,,confirmed_poppy,2026-05-25,丙组,three,,,,,\n"}, "regrown"}};
    static const int order[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (size_t k = 0; k < 6; k++) {
            const char *row[] = {gone, cases[c].row[0], cases[c].row[1]};
            desk d;
            desk_open(&d);
            for (int i = 0; i < 6; i++) {
                char text[600];
                (void)snprintf(text, sizeof text, "%s%s", HEAD, row[order[k][i % 3]]);
                take(&d, "a.csv", text);
                if (i >= 3) assert_int_equal(d.r.count[PV_RETURN_SAME], 1);
            }
            status_is(&d, 1, cases[c].status);
            desk_close(&d);
        }
    }
}

/* What is found removed after it grew again was removed a second time; the steps of a day count, not their order of adding. */
static void test_removed_again(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    take(&d, "a.csv", HEAD "P000001,,,confirmed_poppy,2026-05-12,甲组,one,eradicated,12,11,,\n");
    take(&d, "b.csv", HEAD "P000001,,,confirmed_poppy,2026-05-12,乙组,two,,,,,\n");
    take(&d, "c.csv", HEAD "P000001,,,already_removed,2026-05-15,丙组,three,,,,,\n");
    status_is(&d, 1, "rechecked");
    take(&d, "d.csv", HEAD "P000001,,,confirmed_poppy,2026-05-20,乙组,two,,,,,\n");
    take(&d, "e.csv", HEAD "P000001,,,already_removed,2026-05-25,丙组,three,,,,,\n");
    status_is(&d, 1, "eradicated");
    desk_close(&d);
}

/* A kit from before a merge names the plot that is a part of another now: its answers are of that one. */
static void test_id_of_a_merged_plot(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    take(&d, "a.csv", HEAD "P000003,,,confirmed_poppy,2026-05-14,甲组,one,,12,,,\n");
    ledger_run(&d.l, "UPDATE plots SET merged_into=2,merged_on='2026-05-20' WHERE fid=3");
    take(&d, "b.csv", HEAD "p0OOO03,,,not_found,2026-05-18,甲组,one,,,,,\n");
    outcome(&d, 0, PV_RETURN_ADDED, "P000002", NULL);
    status_is(&d, 2, "ruled_out");
    take(&d, "b.csv", HEAD "P000002,,,not_found,2026-05-18,甲组,one,,,,,\n");
    outcome(&d, 0, PV_RETURN_SAME, "P000002", NULL);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings WHERE plot=3"), 2);
    desk_close(&d);
}

/* An office says later than the crew's return that it had been eradicated. */
static void test_gone_by_hand(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        pv_err err = {.text = ""};
        desk d;
        desk_open(&d);
        if (late) take(&d, "a.csv", HEAD "P000001,,,not_found,2026-05-20,甲组,one,,,,,\n");
        ledger_ok(pv_plots_set_status(d.l.s, "P000001", PV_PLOT_ERADICATED, "2026-05-15", &err), &err);
        if (!late) take(&d, "a.csv", HEAD "P000001,,,not_found,2026-05-20,甲组,one,,,,,\n");
        status_is(&d, 1, "rechecked");
        desk_close(&d);
    }
}

/* What stands for a plot's photos: the lines of all its findings, one after the other. */
static void photos_are(desk *d, int64_t plot, const char *want)
{
    pv_err err = {.text = ""};
    pv_findings_walk *w = NULL;
    pv_finding f;
    pv_text all = {0};
    int more = 1;
    ledger_ok(pv_findings_list(&w, d->l.s, plot, &err), &err);
    for (ledger_ok(pv_findings_next(w, &f, &more, &err), &err); more; ledger_ok(pv_findings_next(w, &f, &more, &err), &err))
        pv_text_addf(&all, "%s;", f.photos);
    pv_findings_walk_free(w);
    assert_string_equal(pv_text_str(&all), want);
    pv_text_release(&all);
}

static void put_picture(desk *d, const char *name, const char *bytes)
{
    pv_err err = {.text = ""};
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", d->l.folder, name);
    ledger_ok(pv_outfile_put(path, bytes, strlen(bytes), 1, &err), &err);
}

static void drop_picture(const desk *d, const char *name)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", d->l.folder, name);
    assert_int_equal(unlink(path), 0);
}

/* Pictures that come after the finding which names them, or which names none: in any order the same records, and twice none. */
static void test_photos_that_come_late(void **state)
{
    (void)state;
    static const char head[] = "id,verdict,visit_time,crew,person1,photos\nP000001,confirmed_poppy,2026-05-20,甲组,one,";
    static const char *const orders[] = {"pnF", "pFn", "npF", "nFp", "Fpn", "Fnp"}; /* plain, with names, with pictures (full) */
    static const char both[] = "evidence/7d4448e03e7811f4.jpg\nevidence/bae2af3cab509057.jpg;";
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        desk d;
        desk_open(&d);
        for (int turn = 0; turn < 6; turn++) {
            char o = orders[k][turn % 3], text[400];
            if (o == 'F') put_picture(&d, "p1.jpg", "\xFF\xD8\xFF picture one");
            if (o == 'F') put_picture(&d, "p2.jpg", "\xFF\xD8\xFF picture two");
            (void)snprintf(text, sizeof text, "%s%s\n", head, o == 'p' ? "" : "p1.jpg;p2.jpg");
            take(&d, o == 'p' ? "a.csv" : "b.csv", text);
            if (o == 'F') drop_picture(&d, "p1.jpg");
            if (o == 'F') drop_picture(&d, "p2.jpg");
            if (o == 'F') outcome(&d, 0, turn < 3 ? PV_RETURN_ADDED : PV_RETURN_SAME, "P000001", NULL);
            if (turn >= 3) outcome(&d, 0, PV_RETURN_SAME, "P000001", NULL);
            if (k == 0 && turn == 0) photos_are(&d, 1, ";");
            if (k == 0 && turn == 1) photos_are(&d, 1, "p1.jpg\np2.jpg;");
        }
        photos_are(&d, 1, both);
        assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings WHERE photos IS NULL"), 1);
        assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM evidence"), 4);
        pv_err err = {.text = ""};
        assert_int_not_equal(pv_sql_exec(d.l.s->db, "DELETE FROM evidence", &err), PV_OK);
        assert_non_null(strstr(err.text, "never deleted"));
        desk_close(&d);
    }
}

/* A ledger from before there were records of photos: names that stand in the finding's row count, one that is only read stays as it is. */
static void test_conflicts_stay(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    take(&d, "a.csv", HEAD "P000001,,,confirmed_poppy,2026-05-20,甲组,one,,,,,\n");
    take(&d, "b.csv", HEAD "P000001,,,other_crop,2026-05-20,乙组,two,,,,,\n");
    outcome(&d, 0, PV_RETURN_CONFLICT, "P000001", NULL);
    status_is(&d, 1, "confirmed");
    take(&d, "c.csv", HEAD "P000001,,,other_crop,2026-05-19,乙组,two,,,,,\n");
    outcome(&d, 0, PV_RETURN_LATE, "P000001", NULL);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), 3);
    desk_close(&d);
}

static void shifted(desk *d, void (*f)(double, double, double *, double *), int rows, const char *extra, const char *name)
{
    static const char *const id[] = {"P000001", "P000002", "P000003", "P000004"};
    static const double at[][2] = {{2, 1}, {100, -2}, {113, 0}, {498, 500}};
    char text[2000] = HEAD;
    for (int i = 0; i < rows; i++) add_row(text, sizeof text, id[i], at[i][0], at[i][1], f, i == 0 ? "other_crop,2026-05-20,c,,,,,," : ",,,,,,,,");
    if (extra != NULL) add_row(text, sizeof text, "", 1000, 1000, f, extra);
    take(d, name, text);
}

static void test_shifted_places(void **state)
{
    (void)state;
    static const char find[] = "confirmed_poppy,2026-05-20,c,one,,4,,,";
    static const struct {
        void (*f)(double, double, double *, double *);
        int rows;
        const char *name;
        pv_datum datum;
        const char *refused;
    } cases[] = {{pv_gcj02_from_wgs84, 4, "a.csv", PV_DATUM_GCJ02, NULL},
                 {pv_gcj02_from_wgs84, 3, "a.csv", PV_DATUM_GCJ02, NULL},
                 {pv_gcj02_from_wgs84, 2, "a.csv", PV_DATUM_UNSAID, "too few"},
                 {pv_bd09_from_wgs84, 4, "a.csv", PV_DATUM_BD09, NULL},
                 {NULL, 4, "a.csv", PV_DATUM_WGS84, NULL},
                 {NULL, 1, "a.csv", PV_DATUM_WGS84, NULL},
                 {NULL, 0, "a.csv", PV_DATUM_UNSAID, "--datum"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk d;
        desk_open(&d);
        shifted(&d, cases[i].f, cases[i].rows, find, cases[i].name);
        const pv_return_source *s = &d.r.source[0];
        if (cases[i].refused != NULL) {
            assert_non_null(strstr(s->refused.text, cases[i].refused));
            assert_int_equal(d.r.refused_files, 1);
            assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), 0);
        } else {
            assert_int_equal(s->refused.status, PV_OK);
            assert_int_equal(s->datum, cases[i].datum);
            assert_int_equal(d.r.new_places, 1);
            assert_int_equal(
                ledger_number(&d.l, "SELECT count(*) FROM plots WHERE fid>4 AND abs(lon-105.710934)<0.000003 AND abs(lat-34.909014)<0.000003"), 1);
        }
        desk_close(&d);
    }
}

/* The file, its rows or the operator say it. */
static void test_datum_that_is_said(void **state)
{
    (void)state;
    desk d;
    char line[300];
    double lon, lat;
    pv_gcj02_from_wgs84(LON, LAT, &lon, &lat);
    desk_open(&d);
    (void)snprintf(line, sizeof line, "g 一号 %.8f %.8f 0 其他作物;核查时间=2026-05-20\n", lon, lat);
    take(&d, "a.txt", line);
    outcome(&d, 0, PV_RETURN_ADDED, "P000001", NULL);
    (void)snprintf(line, sizeof line,
                   "<kml><Placemark><description>核查结果：未找到；核查时间：2026-05-21</description><Point><coordinates>%.8f,%.8f</coordinates></"
                   "Point></Placemark></kml>",
                   lon, lat);
    take(&d, "a.kml", line);
    assert_non_null(strstr(d.r.source[0].refused.text, "--datum"));
    take(&d, "a.ovkml", line);
    outcome(&d, 0, PV_RETURN_ADDED, "P000001", NULL);
    assert_string_equal(d.r.source[0].known_by, "said");
    d.o.datum = PV_DATUM_GCJ02;
    take(&d, "a.kml", line);
    outcome(&d, 0, PV_RETURN_SAME, "P000001", NULL);
    d.o.datum = PV_DATUM_WGS84;
    take(&d, "a.kml", line);
    assert_int_equal(d.r.at[0].outcome, PV_RETURN_DOUBTFUL);
    /* What the operator gives stands before what the row says. */
    take(&d, "d.csv", "id,lon,lat,datum,verdict,visit_time\nP000001,105.7,34.9,gcj02,other_crop,2026-05-25\n");
    outcome(&d, 0, PV_RETURN_ADDED, "P000001", NULL);
    assert_true(d.r.at[0].off_m < 0.01);
    desk_close(&d);
}

/* papaver's own words in a remark are no answer of a crew. */
static void test_own_words(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    take(&d, "a.txt", "P000001 105.7 34.9 0 1._已铲除,_风险高,_约12株_(eradicated,_high_risk)\n");
    assert_int_equal(d.r.n, 0);
    take(&d, "a.gpx",
         "<gpx><wpt lon='105.7' lat='34.9'><name>3 P000001</name><cmt>已铲除, 风险高</cmt><desc>状态 status: 已铲除 eradicated\n风险 risk: "
         "高</desc></wpt></gpx>");
    assert_int_equal(d.r.n, 0);
    assert_int_equal(d.r.count[PV_RETURN_UNCHECKED], 1);
    desk_close(&d);
}

/* unchecked is no answer: what stands beside it is read, or missed. */
static void test_unchecked_is_empty(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    take(&d, "a.csv",
         HEAD
         "P000001,,,unchecked,2026-05-20,c,one,,12,,,\nP000002,,,,2026-05-20,c,one,reported,,,,\nP000003,,,unchecked,2026-05-20,c,one,none,,,,\n");
    assert_int_equal(d.r.n, 2);
    outcome(&d, 0, PV_RETURN_REFUSED, "P000001", "verdict");
    outcome(&d, 1, PV_RETURN_REFUSED, "P000002", "verdict");
    assert_int_equal(d.r.count[PV_RETURN_UNCHECKED], 1);
    take(&d, "a.kml",
         "<kml><Placemark><name>P000003</name><description>确认罂粟;核查时间:2026-05-20;核查人一:one</description><ExtendedData><Data "
         "name=\"verdict\"><value>unchecked</value></Data></ExtendedData></Placemark></kml>");
    assert_int_equal(d.r.n, 1);
    outcome(&d, 0, PV_RETURN_ADDED, "P000003", NULL);
    status_is(&d, 3, "confirmed");
    desk_close(&d);
}

static void test_register_and_tips(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    d.o.kind = PV_RETURN_REGISTER;
    take(&d, "a.csv",
         "姓名,入山时间,经度,纬度,事由\n王五,2026-05-18 08:00,105.7,34.9,采药\n王五,2026-05-18 08:00,105.7,34.9,采药\n赵六,,105.7,34.9,\n");
    assert_int_equal(d.r.context_added, 1);
    assert_int_equal(d.r.count[PV_RETURN_SAME], 1);
    assert_int_equal(d.r.count[PV_RETURN_REFUSED], 1);
    d.o.kind = PV_RETURN_TIPS;
    d.o.date = "2026-05-19";
    take(&d, "b.gpx", "<gpx><wpt lon='105.7' lat='34.9'><name>举报</name><desc>沟里有花</desc></wpt></gpx>");
    assert_int_equal(d.r.context_added, 1);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM context WHERE kind='tip_off' AND date='2026-05-19' AND text='沟里有花'"), 1);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), 0);
    desk_close(&d);
}

static void test_dry_run_and_faults(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "P000001,,,confirmed_poppy,2026-05-20,c,one,eradicated,3,3,,\n,105.8,34.9,confirmed_poppy,2026-05-20,c,one,,,,,\n";
    desk d;
    desk_open(&d);
    d.o.datum = PV_DATUM_WGS84;
    d.o.dry_run = 1;
    take(&d, "a.csv", text);
    assert_int_equal(d.r.count[PV_RETURN_ADDED], 2);
    assert_int_equal(d.r.new_places, 1);
    assert_int_equal(ledger_number(&d.l, "SELECT (SELECT count(*) FROM findings)+(SELECT count(*) FROM imports)"), 0);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM plots"), 4);
    d.o.dry_run = 0;
    long k = 0;
    for (;; k++) {
        const char *path[1] = {d.file};
        pv_err err = {.text = ""};
        pv_returns_release(&d.r);
        pv_mem_fail_at(k, 0);
        pv_status st = pv_returns_take(&d.r, d.l.s, 1, path, &d.o, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        if (st != PV_NOMEM) fail_msg("allocation %ld: %s", k, err.text);
        assert_int_equal(ledger_number(&d.l, "SELECT (SELECT count(*) FROM findings)+(SELECT count(*) FROM imports)"), 0);
        assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM plots"), 4);
    }
    assert_true(k > 50);
    assert_int_equal(d.r.count[PV_RETURN_ADDED], 2);
    assert_int_equal(ledger_number(&d.l, "SELECT count(*) FROM findings"), 3);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_which_plot),
        cmocka_unit_test(test_the_life_of_a_plot),
        cmocka_unit_test(test_conflicts_stay),
        cmocka_unit_test(test_photos_that_come_late),
        cmocka_unit_test(test_told_in_any_order),
        cmocka_unit_test(test_gone_in_any_order),
        cmocka_unit_test(test_removed_again),
        cmocka_unit_test(test_gone_by_hand),
        cmocka_unit_test(test_id_of_a_merged_plot),
        cmocka_unit_test(test_shifted_places),
        cmocka_unit_test(test_datum_that_is_said),
        cmocka_unit_test(test_own_words),
        cmocka_unit_test(test_unchecked_is_empty),
        cmocka_unit_test(test_register_and_tips),
        cmocka_unit_test(test_dry_run_and_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
