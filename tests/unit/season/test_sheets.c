/* Sheets: what they say of a plot, priority with its reasons, what comes next and by when. */
#include "ledger.h"

#include <math.h>

#include "base/mem.h"
#include "season/findings.h"
#include "season/imports.h"
#include "season/sheets.h"

#include "base/banned.h"

static const double all[] = {-200, -200, 1000, 200};
static const char today[] = "2026-05-31";

static void set_conf(ledger *l, const char *name, const char *text)
{
    pv_err err = {.text = ""};
    pv_text file = {0};
    pv_conf *conf = NULL;
    ledger_ok(pv_alloc(&conf, 1, sizeof *conf, "settings", &err), &err);
    pv_text_addf(&file, "name = test\n%s = %s\n", name, text);
    ledger_ok(pv_conf_parse(conf, "season.conf", pv_text_str(&file), file.len, &err), &err);
    *l->s->conf = *conf;
    pv_free(conf);
    pv_text_release(&file);
}

/* A season with one plot of 2 x 2 m at x, y. */
static void begin(ledger *l, double x, double y, double prob, const char *properties)
{
    ledger_open(l);
    ledger_night(l, "2026-05-01");
    int64_t photo = ledger_photo(l, "a.tif", "2026-05-01", all);
    ledger_add_spot(l, &(ledger_spot){photo, "00000000000000a1", x, y, x + 2, y + 2, prob, NULL, properties});
    ledger_update(l);
}

static pv_sheets read_units(ledger *l, const char *date, pv_sheets_which which, const pv_units *units)
{
    pv_err err = {.text = ""};
    pv_sheets sh = {.n = 0};
    ledger_ok(pv_sheets_read(&sh, l->s, date, which, units, &err), &err);
    return sh;
}

static pv_sheets read_them(ledger *l, const char *date, pv_sheets_which which)
{
    return read_units(l, date, which, NULL);
}

static const pv_sheet_reason *reason_of(const pv_sheet *t, const char *code)
{
    for (int i = 0; i < t->n_reasons; i++)
        if (strcmp(t->reason[i].code, code) == 0) return &t->reason[i];
    return NULL;
}

static double points_of(const pv_sheet *t, const char *code)
{
    const pv_sheet_reason *r = reason_of(t, code);
    return r != NULL ? r->points : 0;
}

static int has_step(const pv_sheet *t, const char *code)
{
    for (int i = 0; i < t->n_steps; i++)
        if (strcmp(t->step[i], code) == 0) return 1;
    return 0;
}

static void check_steps(const pv_sheet *t, const char *wanted)
{
    char text[256] = "";
    for (int i = 0, n = 0; i < t->n_steps; i++) n += snprintf(text + n, sizeof text - (size_t)n, "%s%s", i > 0 ? " " : "", t->step[i]);
    assert_string_equal(text, wanted);
}

typedef struct said {
    pv_plot_status status;
    const char *date, *crew, *person1, *person2, *photos, *due;
    int64_t counted;
} said;

static void say(ledger *l, int64_t plot, const said *what)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    pv_finding f;
    char id[PV_PLOT_ID];
    pv_finding_clear(&f);
    f.plot = plot;
    f.status = what->status;
    (void)snprintf(f.date, sizeof f.date, "%s", what->date);
    (void)snprintf(f.crew, sizeof f.crew, "%s", what->crew != NULL ? what->crew : "");
    (void)snprintf(f.person1, sizeof f.person1, "%s", what->person1 != NULL ? what->person1 : "");
    (void)snprintf(f.person2, sizeof f.person2, "%s", what->person2 != NULL ? what->person2 : "");
    (void)snprintf(f.photos, sizeof f.photos, "%s", what->photos != NULL ? what->photos : "");
    (void)snprintf(f.due, sizeof f.due, "%s", what->due != NULL ? what->due : "");
    (void)snprintf(f.verdict, sizeof f.verdict, "%s", f.status == PV_PLOT_RULED_OUT ? "other_crop" : "");
    if (what->counted > 0) f.plants_counted = what->counted;
    (void)snprintf(id, sizeof id, "P%06lld", (long long)plot);
    pv_finding_key(&f, id);
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
}

static void test_what_the_photo_says(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 10, 20, 0.9,
          "{\"plants_low\":20,\"plants\":52,\"plants_high\":90,\"tier\":\"under-500\",\"why\":[\"red above\",\"rough\"],\"days_to_capsule\":40}");
    pv_sheets sh = read_them(&l, today, PV_SHEETS_SHOWN);
    assert_int_equal(sh.n, 1);
    assert_string_equal(sh.date, today);
    assert_string_equal(sh.season, "test");
    const pv_sheet *t = &sh.at[0];
    assert_string_equal(t->hotspot_id, "00000000000000a1");
    assert_string_equal(t->photo_name, "a.tif");
    assert_true(t->plants_low == 20 && t->plants == 52 && t->plants_high == 90);
    assert_int_equal(t->plants_counted, -1);
    assert_string_equal(t->tier, "under-500");
    assert_string_equal(t->why[0], "red above");
    assert_string_equal(t->why[1], "rough");
    assert_string_equal(t->why[2], "");
    assert_non_null(strstr(t->outline, "MultiPolygon"));
    assert_non_null(strstr(t->properties, "\"plants\":52"));
    assert_int_equal(t->gk_epsg, 4544);
    assert_true(fabs(t->gk_easting_m - 561267) < 100 && fabs(t->gk_northing_m - 3859266) < 100);
    /* 27 of 0.9, 20 log 53 / log 3001, and capsules from 10 June: within a week of 31 May no more than 3 of 53 days off. */
    assert_true(fabs(points_of(t, "probability") - 27) < 1e-9);
    assert_true(fabs(points_of(t, "tier") - 9.9) < 1e-9);
    assert_true(fabs(points_of(t, "capsule") - 18.9) < 1e-9);
    assert_true(fabs(t->points - 55.8) < 1e-9);
    assert_int_equal(t->risk, PV_RISK_HIGH);
    assert_string_equal(t->reason[0].code, "probability");
    assert_string_equal(reason_of(t, "tier")->zh, "估计 52 株（under-500）");
    assert_string_equal(reason_of(t, "capsule")->en, "capsules can be lanced from 2026-06-10");
    check_steps(t, "dispatch");
    pv_sheets_release(&sh);
    ledger_close(&l);
}

static void test_who_must_go(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0, 0, 0.5, NULL);
    const struct {
        said what;
        size_t shown, open;
        pv_risk risk;
    } step[] = {
        {{PV_PLOT_RULED_OUT, "2026-05-02", "一组", "张三", NULL, NULL, NULL, 0}, 0, 0, PV_RISK_LOW},
        {{PV_PLOT_ERADICATED, "2026-05-10", "一组", "张三", "李四", NULL, NULL, 0}, 1, 1, PV_RISK_LOW}, /* another team must check */
        {{PV_PLOT_RECHECKED, "2026-05-12", "一组", "王五", NULL, NULL, NULL, 0}, 1, 1, PV_RISK_LOW},
        {{PV_PLOT_RECHECKED, "2026-05-13", "二组", "李四", NULL, NULL, NULL, 0}, 1, 1, PV_RISK_LOW},
        {{PV_PLOT_RECHECKED, "2026-05-14", "二组", "王五", NULL, NULL, NULL, 0}, 1, 0, PV_RISK_LOW},
        {{PV_PLOT_REGROWN, "2026-05-15", "二组", "王五", NULL, NULL, NULL, 0}, 1, 1, PV_RISK_EXTREME},
        {{PV_PLOT_CONFIRMED, "2026-05-16", "二组", "王五", NULL, NULL, NULL, 0}, 1, 1, PV_RISK_EXTREME},
        {{PV_PLOT_ERADICATED, "2026-05-17", "二组", "王五", NULL, NULL, NULL, 0}, 1, 1, PV_RISK_LOW},
    };
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        say(&l, 1, &step[i].what);
        pv_sheets shown = read_them(&l, today, PV_SHEETS_SHOWN), open = read_them(&l, today, PV_SHEETS_OPEN),
                  quiet = read_them(&l, today, PV_SHEETS_ALL);
        if (shown.n != step[i].shown || open.n != step[i].open || quiet.n != 1) fail_msg("step %zu: %zu shown, %zu open", i, shown.n, open.n);
        if (quiet.at[0].risk != step[i].risk) fail_msg("step %zu: risk %s", i, pv_risk_code(quiet.at[0].risk));
        if (quiet.at[0].risk == PV_RISK_LOW) assert_true(quiet.at[0].points == 0 && quiet.at[0].n_reasons == 0);
        pv_sheets_release(&shown);
        pv_sheets_release(&open);
        pv_sheets_release(&quiet);
    }
    ledger_close(&l);
}

static pv_sheet sheet_at(ledger *l, const char *date)
{
    pv_sheets sh = read_them(l, date, PV_SHEETS_ALL);
    assert_int_equal(sh.n, 1);
    pv_sheet t = sh.at[0];
    pv_sheets_release(&sh);
    t.outline = t.properties = NULL;
    return t;
}

static void test_what_comes_next(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0, 0, 0.5, NULL);
    say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-02", "一组", NULL, NULL, NULL, "2026-05-05", 0});
    pv_sheet t = sheet_at(&l, "2026-05-05");
    check_steps(&t, "check");
    assert_string_equal(t.crew, "一组");
    assert_string_equal(t.dispatched_on, "2026-05-02");
    assert_string_equal(t.due, "2026-05-05");
    assert_true(t.ladder == 0 && t.overdue_days == 0);
    const struct {
        const char *date, *steps;
        int ladder, days;
    } late[] = {{"2026-05-06", "remind_letter check", 1, 1},
                {"2026-05-08", "remind_letter check", 1, 3},
                {"2026-05-09", "remind_order check", 2, 4},
                {"2026-05-13", "remind_advice check", 3, 8},
                {"2027-05-13", "remind_advice check", 3, 373}};
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        t = sheet_at(&l, late[i].date);
        check_steps(&t, late[i].steps);
        assert_int_equal(t.ladder, late[i].ladder);
        assert_int_equal(t.overdue_days, late[i].days);
    }
    say(&l, 1, &(said){PV_PLOT_UNREACHABLE, "2026-05-05", "一组", NULL, NULL, NULL, NULL, 0});
    t = sheet_at(&l, "2026-05-05");
    check_steps(&t, "fly_again");
    say(&l, 1, &(said){PV_PLOT_CONFIRMED, "2026-05-06", "一组", "张三", NULL, NULL, NULL, 0});
    t = sheet_at(&l, "2026-05-08");
    check_steps(&t, "eradicate second_signature evidence_photo count_plants");
    assert_string_equal(t.due, "2026-05-08");
    assert_string_equal(t.visited_on, "2026-05-06");
    assert_string_equal(t.visited_by, "一组");
    t = sheet_at(&l, "2026-05-09");
    assert_true(has_step(&t, "remind_letter"));
    say(&l, 1, &(said){PV_PLOT_CONFIRMED, "2026-05-06", "一组", "李四", NULL, "1.jpg", NULL, 300});
    t = sheet_at(&l, "2026-05-08");
    check_steps(&t, "eradicate");
    assert_int_equal(t.plants_counted, 300);
    assert_string_equal(reason_of(&t, "tier")->zh, "清点 300 株");
    assert_true(points_of(&t, "probability") == 30);
    say(&l, 1, &(said){PV_PLOT_RULED_OUT, "2026-05-06", "二组", "王五", NULL, NULL, NULL, 0});
    t = sheet_at(&l, "2026-05-08");
    check_steps(&t, "settle_conflict eradicate");
    assert_int_equal(t.conflicts, 3);
    say(&l, 1, &(said){PV_PLOT_ERADICATED, "2026-05-07", "一组", "张三", "李四", "2.jpg", NULL, 300});
    t = sheet_at(&l, "2026-05-20");
    check_steps(&t, "recheck_other_team");
    assert_string_equal(t.due, "2026-05-21");
    t = sheet_at(&l, "2026-05-22");
    check_steps(&t, "remind_letter recheck_other_team");
    /* All codes have words. */
    const char *const code[] = {"settle_conflict", "remind_letter", "remind_order",       "remind_advice",    "dispatch",       "check",
                                "fly_again",       "eradicate",     "recheck_other_team", "second_signature", "evidence_photo", "count_plants"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        for (int zh = 0; zh < 2; zh++) assert_string_not_equal(pv_sheet_step_word(code[i], zh), code[i]);
    ledger_close(&l);
}

static void test_due_by_risk(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    char due[PV_DATE];
    begin(&l, 0, 0, 0.5, NULL);
    pv_sheet_due(l.s, PV_RISK_EXTREME, "2026-12-31", due);
    assert_string_equal(due, "2027-01-01");
    pv_sheet_due(l.s, PV_RISK_LOW, "2028-02-20", due);
    assert_string_equal(due, "2028-03-06");
    say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-02", "一组", NULL, NULL, NULL, NULL, 0}); /* low: 25 points */
    pv_sheet t = sheet_at(&l, "2026-05-03");
    assert_int_equal(t.risk, PV_RISK_LOW);
    assert_string_equal(t.due, "2026-05-17");
    ledger_close(&l);
}

static void test_context_and_access(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    int added = 0;
    begin(&l, 0, 0, 0.5, NULL);
    const struct {
        pv_context_kind kind;
        double x, y;
        const char *date;
    } said_of[] = {{PV_CONTEXT_TIP_OFF, 151, 1, "2026-05-20"}, {PV_CONTEXT_TIP_OFF, 1, 201, "2026-05-21"}, {PV_CONTEXT_TIP_OFF, 302, 1, "2026-05-20"},
                   {PV_CONTEXT_TIP_OFF, 1, 1, "2026-03-31"},   {PV_CONTEXT_TIP_OFF, 1, 1, "2026-06-01"},   {PV_CONTEXT_REGISTER, 1, 1, "2026-04-01"}};
    for (size_t i = 0; i < sizeof said_of / sizeof *said_of; i++) {
        pv_context c = {
            .kind = said_of[i].kind, .lon_deg = ledger_lon + said_of[i].x / ledger_m_lon, .lat_deg = ledger_lat + said_of[i].y / ledger_m_lat};
        (void)snprintf(c.date, sizeof c.date, "%s", said_of[i].date);
        ledger_ok(pv_context_add(l.s, &c, &added, &err), &err);
    }
    pv_sheet t = sheet_at(&l, today);
    assert_true(points_of(&t, "tip_off") == 7.5);
    assert_string_equal(reason_of(&t, "tip_off")->zh, "附近线索 2 条，最近 150 m（2026-05-20）");
    assert_true(points_of(&t, "register") == 5);
    t = sheet_at(&l, "2026-06-01");
    assert_true(points_of(&t, "tip_off") == 15);
    assert_true(points_of(&t, "register") == 0); /* 61 days ago */
    assert_true(points_of(&t, "access") == 0);
    char text[128];
    (void)snprintf(text, sizeof text, "105.0 35.0, %.9f %.9f", ledger_lon + 1001 / ledger_m_lon, ledger_lat + 1 / ledger_m_lat);
    set_conf(&l, "access_points", text);
    t = sheet_at(&l, today);
    assert_true(points_of(&t, "access") == 4);
    assert_string_equal(reason_of(&t, "access")->en, "1.0 km from an access point");
    set_conf(&l, "access_points", "105.0;35.0");
    pv_sheets sh = {.n = 0};
    assert_int_equal(pv_sheets_read(&sh, l.s, today, PV_SHEETS_ALL, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "access_points"));
    assert_int_equal(pv_sheets_read(&sh, l.s, "2026-02-30", PV_SHEETS_ALL, NULL, &err), PV_USAGE);
    ledger_close(&l);
}

static void test_weights_and_levels(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0, 0, 0.8, NULL);
    pv_sheet t = sheet_at(&l, today); /* 24, and 10 of a stage that is not known */
    assert_true(t.points == 34);
    assert_int_equal(t.risk, PV_RISK_MIDDLE);
    set_conf(&l, "middle_from", "34.1");
    t = sheet_at(&l, today);
    assert_int_equal(t.risk, PV_RISK_LOW);
    set_conf(&l, "extreme_from", "34");
    t = sheet_at(&l, today);
    assert_int_equal(t.risk, PV_RISK_EXTREME);
    set_conf(&l, "weight_probability", "100");
    t = sheet_at(&l, today);
    assert_true(t.points == 90);
    set_conf(&l, "weight_probability", "0");
    t = sheet_at(&l, today);
    assert_null(reason_of(&t, "probability"));
    set_conf(&l, "min_area_m2", "0.25");
    ledger_night(&l, "2026-05-20");
    ledger_photo(&l, "b.tif", "2026-05-20", all);
    ledger_update(&l);
    t = sheet_at(&l, today);
    assert_true(points_of(&t, "probability") == 12); /* the last flight did not see it */
    t = sheet_at(&l, "2026-09-02");                  /* the next crop year */
    assert_true(points_of(&t, "known") == 15);
    ledger_close(&l);
}

static void test_regrown_is_extreme(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0, 0, 0.1, NULL);
    say(&l, 1, &(said){PV_PLOT_ERADICATED, "2026-05-02", "一组", "张三", "李四", NULL, NULL, 0});
    say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-03", "二组", NULL, NULL, NULL, NULL, 0});
    pv_sheet t = sheet_at(&l, today);
    assert_int_equal(t.plot.status, PV_PLOT_ERADICATED); /* sent to check it again */
    assert_int_equal(t.risk, PV_RISK_LOW);
    ledger_night(&l, "2026-05-20");
    int64_t photo = ledger_photo(&l, "b.tif", "2026-05-20", all);
    ledger_add_spot(&l, &(ledger_spot){photo, "00000000000000b1", 0, 0, 2, 2, 0.05, NULL, NULL});
    ledger_update(&l);
    t = sheet_at(&l, today);
    assert_int_equal(t.plot.status, PV_PLOT_REGROWN);
    assert_true(t.regrown && t.risk == PV_RISK_EXTREME);
    assert_true(points_of(&t, "regrown") == 40);
    check_steps(&t, "remind_advice dispatch");
    say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-21", "二组", NULL, NULL, NULL, NULL, 0});
    t = sheet_at(&l, today);
    assert_int_equal(t.plot.status, PV_PLOT_DISPATCHED);
    assert_true(t.regrown && t.risk == PV_RISK_EXTREME);
    assert_string_equal(t.due, "2026-05-22"); /* of extreme risk: one day */
    ledger_close(&l);
}

static void test_a_crews_place(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    int64_t fid = 0;
    ledger_open(&l);
    ledger_ok(pv_findings_new_place(l.s, ledger_lon, ledger_lat, "2026-05-10", &fid, &err), &err);
    pv_sheet t = sheet_at(&l, today);
    assert_string_equal(t.hotspot_id, "");
    assert_int_equal(t.photo, 0);
    assert_true(t.plants == -1 && t.gsd_m == -1);
    assert_true(t.plot.prob == -1 && t.plot.area_m2 == -1 && t.plot.priority == 0);
    assert_true(points_of(&t, "probability") == 15);
    assert_string_equal(reason_of(&t, "probability")->zh, "2026-05-10 核查组发现");
    check_steps(&t, "dispatch");
    ledger_close(&l);
}

static void ring(pv_text *t, double x0, double y0, double x1, double y1)
{
    const double xy[] = {x0, y0, x1, y0, x1, y1, x0, y1};
    ledger_ring(t, xy, 4);
}

/* Two townships that share the line x = 0 and two compartments of a farm that share y = 0. */
static pv_units *make_units(void)
{
    pv_err err = {.text = ""};
    pv_units *u = NULL;
    pv_text t = {0};
    const struct {
        const char *fields;
        double box[4];
    } of[] = {{"\"XIAN\":\"620522\",\"XIANG\":\"101\",\"xiang_name\":\"柳湾镇\"", {-900, -900, 0, 900}},
              {"\"XIAN\":\"620522\",\"XIANG\":\"102\",\"xiang_name\":\"石坪镇\"", {0, -900, 900, 900}},
              {"\"LIN_CHANG\":\"01\",\"LIN_BAN\":\"0001\"", {100, 0, 700, 600}},
              {"\"LIN_CHANG\":\"01\",\"LIN_BAN\":\"0002\"", {100, -600, 700, 0}}};
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        pv_text_addf(&t, "%s{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[", i > 0 ? "," : "",
                     of[i].fields);
        ring(&t, of[i].box[0], of[i].box[1], of[i].box[2], of[i].box[3]);
        pv_text_add(&t, "]}}");
    }
    pv_text_add(&t, "]}");
    ledger_ok(pv_units_new(&u, &err), &err);
    ledger_ok(pv_units_add_bytes(u, "units.geojson", (const uint8_t *)t.data, t.len, &err), &err);
    ledger_ok(pv_units_ready(u, &err), &err);
    pv_text_release(&t);
    return u;
}

static void test_units_and_borders(void **state)
{
    (void)state;
    const struct {
        double x, y;
        const char *border, *edge;
        int both;
    } at[] = {{-400, 300, "400", NULL, 0}, {-1, 300, "0", NULL, 1}, {130, 99, "130", "30", 0}, {400, 19, "400", NULL, 0}, {-1500, 0, NULL, NULL, 0}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        ledger l = {.s = NULL};
        begin(&l, at[i].x - (at[i].both ? 0 : 1), at[i].y, 0.5, NULL);
        pv_units *u = make_units();
        pv_sheets sh = read_units(&l, today, PV_SHEETS_ALL, u);
        const pv_sheet *t = &sh.at[0];
        const pv_sheet_reason *border = reason_of(t, "border"), *edge = reason_of(t, "forest_edge");
        char words[64];
        assert_int_equal(border != NULL, at[i].border != NULL);
        assert_int_equal(edge != NULL, at[i].edge != NULL);
        (void)snprintf(words, sizeof words, "县乡界 %s m", at[i].border);
        if (border != NULL) assert_string_equal(border->zh, words);
        (void)snprintf(words, sizeof words, "%s m from the forest's edge", at[i].edge);
        if (edge != NULL) assert_string_equal(edge->en, words);
        assert_int_equal(t->on_border, at[i].both);
        assert_int_equal(t->outside, at[i].x < -900);
        if (i == 0) {
            assert_string_equal(t->place[PV_XIANG], "柳湾镇");
            assert_string_equal(t->place_code[PV_XIANG], "101");
            assert_string_equal(t->place_code[PV_XIAN], "620522");
        }
        if (i == 2) assert_string_equal(t->place_code[PV_LIN_BAN], "0001");
        if (at[i].both) assert_non_null(strstr(t->place[PV_XIANG], " / "));
        pv_sheets_release(&sh);
        pv_units_free(u);
        ledger_close(&l);
    }
}

static void test_order(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    int64_t photo = ledger_photo(&l, "a.tif", "2026-05-01", all);
    for (int i = 0; i < 40; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "00000000000000%02x", (unsigned)i & 255u);
        ledger_add_spot(&l, &(ledger_spot){photo, id, 20.0 * i, 0, 20.0 * i + 2, 2, 0.1 * (i % 10), NULL, NULL});
    }
    ledger_update(&l);
    say(&l, 7, &(said){PV_PLOT_REGROWN, "2026-05-03", "一组", "张三", NULL, NULL, NULL, 0});
    pv_sheets sh = read_them(&l, today, PV_SHEETS_ALL);
    assert_int_equal(sh.n, 40);
    assert_int_equal(sh.at[0].plot.fid, 7);
    for (size_t i = 1; i < sh.n; i++) {
        const pv_sheet *a = &sh.at[i - 1], *b = &sh.at[i];
        int ordered =
            a->risk < b->risk || (a->risk == b->risk && (a->points > b->points || (a->points == b->points && strcmp(a->plot.id, b->plot.id) < 0)));
        assert_true(ordered);
    }
    pv_sheets_release(&sh);
    ledger_close(&l);
}

static void test_memory_fails(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    long k = 0;
    begin(&l, 0, 0, 0.5, "{\"plants\":9}");
    say(&l, 1, &(said){PV_PLOT_DISPATCHED, "2026-05-02", "一组", NULL, NULL, NULL, NULL, 0});
    pv_units *u = make_units();
    set_conf(&l, "access_points", "105.6 34.8");
    for (;; k++) {
        pv_err err = {.text = ""};
        pv_sheets sh = {.n = 0};
        pv_mem_fail_at(k, 0);
        pv_status st = pv_sheets_read(&sh, l.s, today, PV_SHEETS_ALL, u, &err);
        pv_mem_fail_at(-1, 0);
        pv_sheets_release(&sh);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
    }
    assert_true(k > 20);
    pv_units_free(u);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_photo_says), cmocka_unit_test(test_who_must_go),
        cmocka_unit_test(test_what_comes_next),     cmocka_unit_test(test_due_by_risk),
        cmocka_unit_test(test_context_and_access),  cmocka_unit_test(test_weights_and_levels),
        cmocka_unit_test(test_regrown_is_extreme),  cmocka_unit_test(test_a_crews_place),
        cmocka_unit_test(test_units_and_borders),   cmocka_unit_test(test_order),
        cmocka_unit_test(test_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
