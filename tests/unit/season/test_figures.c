/* A season made by hand, and every figure of its tables worked out by hand. */
#include "tables.h"

#include "season/findings.h"
#include "season/ground_sum.h"
#include "season/imports.h"

#include "base/banned.h"

static const double ground[] = {-400, -200, 400, 200};

/* Two townships, west and east of x = 100, with a village each. */
static pv_units *two_townships(void)
{
    pv_text t = {0};
    tables_unit(&t, "\"XIAN\":\"秦安县\",\"XIANG\":\"西镇\",\"CUN\":\"西村\"", -300, -100, 100, 100);
    tables_unit(&t, "\"XIAN\":\"秦安县\",\"XIANG\":\"东镇\",\"CUN\":\"东村\"", 100, -100, 300, 100);
    return tables_units(&t, 0);
}

typedef struct said {
    const char *hotspot; /* of the plot; NULL = the crew's own place */
    pv_plot_status status;
    const char *date, *crew, *verdict, *stage, *method, *note;
    int64_t counted, removed, sample_plants;
    double sample_m2;
} said;

static void say_of(ledger *l, int64_t plot, const char *id, const said *w)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    pv_finding f;
    pv_finding_clear(&f);
    f.plot = plot;
    f.status = w->status;
    (void)snprintf(f.date, sizeof f.date, "%s", w->date);
    (void)snprintf(f.crew, sizeof f.crew, "%s", w->crew != NULL ? w->crew : "甲组");
    (void)snprintf(f.person1, sizeof f.person1, "张三");
    (void)snprintf(f.verdict, sizeof f.verdict, "%s", w->verdict != NULL ? w->verdict : "");
    (void)snprintf(f.stage, sizeof f.stage, "%s", w->stage != NULL ? w->stage : "");
    (void)snprintf(f.method, sizeof f.method, "%s", w->method != NULL ? w->method : "");
    (void)snprintf(f.note, sizeof f.note, "%s", w->note != NULL ? w->note : "");
    if (w->counted > 0) f.plants_counted = w->counted;
    if (w->removed > 0) f.plants_removed = w->removed;
    if (w->sample_plants > 0) f.sample_plants = w->sample_plants;
    if (w->sample_m2 > 0) f.sample_m2 = w->sample_m2;
    pv_finding_key(&f, id);
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
}

static void say(ledger *l, const said *w)
{
    pv_plot p = ledger_plot_of(l, w->hotspot, "2026-05-31");
    say_of(l, p.fid, p.id, w);
}

static void spot(ledger *l, int64_t photo, const char *id, double x0, double y0, double x1, double y1)
{
    ledger_add_spot(l, &(ledger_spot){photo, id, x0, y0, x1, y1, 0.9, NULL, NULL});
}

static const said may[] = {
    {.hotspot = "000000000000000a", PV_PLOT_CONFIRMED, "2026-05-05", .verdict = "confirmed_poppy", .stage = "flower", .counted = 600},
    {.hotspot = "000000000000000a", PV_PLOT_ERADICATED, "2026-05-07", .verdict = "confirmed_poppy", .method = "pulled", .removed = 600},
    {.hotspot = "000000000000000a", PV_PLOT_RECHECKED, "2026-05-20", .crew = "乙组", .verdict = "not_found"},
    {.hotspot = "000000000000000b", PV_PLOT_RULED_OUT, "2026-05-06", .verdict = "corn_poppy"},
    {.hotspot = "000000000000000c", PV_PLOT_UNREACHABLE, "2026-05-06", .verdict = "unreachable"},
    {.hotspot = "000000000000000e", PV_PLOT_CONFIRMED, "2026-05-04", .verdict = "confirmed_poppy", .sample_plants = 10, .sample_m2 = 2},
    {.hotspot = "0000000000000010", PV_PLOT_RULED_OUT, "2026-05-03", .crew = "乙组", .note = "月季"},
};
enum { MAY = sizeof may / sizeof *may };

/* backwards 1: the findings in the other order. */
static void begin(ledger *l, int backwards)
{
    pv_err err = {.text = ""};
    int64_t place = 0;
    ledger_open(l);
    ledger_night(l, "2026-05-02");
    int64_t photo = ledger_photo(l, "f1/a.tif", "2026-05-02T09:00:00+08:00", ground);
    spot(l, photo, "000000000000000a", 0, 0, 2, 2);
    spot(l, photo, "000000000000000b", 20, 0, 22, 2);
    spot(l, photo, "000000000000000c", 40, 0, 42, 2);
    spot(l, photo, "000000000000000d", 60, 0, 62, 2);
    spot(l, photo, "000000000000000e", 98, 0, 102, 1);
    spot(l, photo, "0000000000000010", 170, 0, 172, 2);
    ledger_run(l, "UPDATE photos SET model='00112233aabbccdd'");
    ledger_update(l);
    for (int i = 0; i < MAY; i++) say(l, &may[backwards ? MAY - 1 - i : i]);
    ledger_ok(pv_findings_new_place(l->s, ledger_lon + 150 / ledger_m_lon, ledger_lat, "2026-05-10", &place, &err), &err);
    say_of(l, place, "PCREW00", &(said){NULL, PV_PLOT_CONFIRMED, "2026-05-10", .verdict = "confirmed_poppy", .counted = 30});
    tables_register(l, "2026-05-02", "李四", "出动人员6人,车辆1台,无人机1架");
    tables_register(l, "2026-06-02", "王五、赵六", "采药");
}

static void june(ledger *l)
{
    ledger_night(l, "2026-06-10");
    int64_t photo = ledger_photo(l, "f2/b.tif", "2026-06-10T09:00:00+08:00", ground);
    spot(l, photo, "0000000000000011", 0, 0, 2, 2);
    ledger_update(l);
}

static double day(const char *date)
{
    static const int before[] = {0, 31, 59, 90, 120, 151};
    return 20454 + before[(date[5] - '0') * 10 + date[6] - '0' - 1] + (date[8] - '0') * 10 + date[9] - '0' - 1; /* 2026-01-01 is day 20454 */
}

static void test_all_of_may(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *units = two_townships();
    begin(&l, 0);
    pv_figures t = tables_make(&l, "2026-05", PV_BY_NOTHING, units);
    assert_int_equal(t.n_rows, 1);
    CHECK_ROW(&t.row[0], {"photos", 1}, {"flights", 1}, {"cover_rate", 100}, {"unseen_mu", 0}, {"xiang", 2}, {"cun", 2}, {"lin_ban", 0},
              {"people", 6}, {"vehicles", 1}, {"drones", 1}, {"first_image", day("2026-05-02")}, {"last_image", day("2026-05-02")}, {"models", 1});
    CHECK_ROW(&t.row[0], {"suspected", 7}, {"new_plots", 7}, {"known_before", 0}, {"xiang_found", 2}, {"cun_found", 2}, {"checked", 5},
              {"check_rate", 71.42}, {"confirmed", 3}, {"ruled_out", 2}, {"ruled_out_corn_poppy", 1}, {"ruled_out_words", 1},
              {"ruled_out_not_found", 0}, {"unreachable", 1}, {"unchecked", 1}, {"shown_judged", 4}, {"shown_confirmed", 2}, {"precision", 50});
    /* 4 m2 each; of the crew's own place nobody knows it. */
    CHECK_ROW(&t.row[0], {"suspected_ha", 0.0024}, {"confirmed_ha", 0.0008}, {"ruled_out_ha", 0.0008}, {"unreachable_ha", 0.0004},
              {"unchecked_ha", 0.0004}, {"area_unknown", 1}, {"confirmed_m2", 8}, {"confirmed_mu", 0.012});
    /* 600 and 30 counted; 10 +- 6.198 plants on 2 of 4 m2. */
    CHECK_ROW(&t.row[0], {"plants_counted", 630}, {"plots_counted", 2}, {"plants_low", 600 + 30 + 8}, {"plants", 650}, {"plants_high", 600 + 30 + 32},
              {"plots_estimated", 3}, {"plants_max", 600}, {"plants_median", 30}, {"plots_500", 1}, {"plots_3000", 0}, {"stage_flower", 1},
              {"stage_unknown", 2}, {"regrown", 0}, {"conflicts", 0}, {"open_before", 0});
    CHECK_ROW(&t.row[0], {"eradicated", 1}, {"plants_removed", 600}, {"eradication_rate", 33.33}, {"method_pulled", 1}, {"method_unknown", 0},
              {"first_eradication", day("2026-05-07")}, {"last_eradication", day("2026-05-07")}, {"stage_at_eradication", 1}, {"before_capsule", 1},
              {"before_capsule_rate", 100});
    /* Days to the check: 3, 4, 2, 1 and 0. */
    CHECK_ROW(&t.row[0], {"days_check_median", 2}, {"days_check_p90", 4}, {"days_action_median", 2}, {"days_eradication_median", 5},
              {"days_eradication_p90", 5}, {"rechecked", 1}, {"eradicated_rechecked", 1}, {"recheck_rate", 100});
    pv_figures_release(&t);
    pv_units_free(units);
    ledger_close(&l);
}

static void test_units_and_border(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *units = two_townships();
    begin(&l, 0);
    pv_figures t = tables_make(&l, "2026", PV_BY_UNIT_XIANG, units);
    assert_int_equal(t.n_rows, 5); /* total, county, two townships, outside */
    assert_string_equal(t.row[1].path, "秦安县");
    const pv_figures_row *west = &t.row[2], *east = &t.row[3];
    if (strcmp(west->zh, "西镇") != 0) west = &t.row[3], east = &t.row[2];
    assert_string_equal(west->path, "秦安县/西镇");
    assert_int_equal(west->depth, 2);
    CHECK_ROW(&t.row[0], {"suspected", 7}, {"confirmed", 3}, {"people", 8});
    CHECK_ROW(&t.row[1], {"suspected", 7}, {"xiang_found", 2}, {"cun_found", 2});
    CHECK_ROW(west, {"suspected", 5}, {"confirmed", 2}, {"unreachable", 1}, {"xiang_found", 1}, {"cun_found", 1}, {"xiang", 1}, {"cover_rate", 100},
              {"people", 8}, {"plants_median", 20});
    CHECK_ROW(east, {"suspected", 3}, {"confirmed", 2}, {"ruled_out", 1}, {"plants_counted", 30}, {"people", 0}, {"eradicated", 0},
              {"first_eradication", NAN});
    CHECK_ROW(&t.row[4], {"suspected", 0}, {"cover_rate", NAN}, {"check_rate", NAN});
    assert_int_equal(west->border, 1);
    assert_int_equal(t.n_borders, 1);
    assert_int_equal(t.border[0].n_units, 2);
    assert_non_null(strstr(t.border[0].units, "秦安县/东镇"));
    /* The same ground as papaver coverage. */
    pv_err err = {.text = ""};
    pv_ground_report g = {.known = 0};
    ledger_ok(pv_ground_report_make(&g, l.s, 0, units, &err), &err);
    int64_t seen_e6 = 0;
    for (size_t i = 0; i < g.n_units; i++) seen_e6 += pv_units_at(units, i)->level == PV_XIANG ? g.unit[i].state_e6[PV_CELL_SEEN] : 0;
    assert_true(fabs(pv_figures_value(&t.row[0], "seen_mu")->real - (double)seen_e6 * 1.5e-9) < 1e-4);
    assert_true(fabs(pv_figures_value(&t.row[0], "flown_mu")->real - (double)g.all.state_e6[PV_CELL_SEEN] * 1.5e-9) < 1e-4);
    assert_true(fabs(pv_figures_value(&t.row[0], "flown_repeated_mu")->real - (double)g.all.repeated_e6 * 1.5e-9) < 1e-4);
    pv_ground_report_release(&g);
    pv_figures_release(&t);
    t = tables_make(&l, "2026-05", PV_BY_CREW, units);
    assert_int_equal(t.n_rows, 4); /* nobody, 乙组, 甲组 */
    assert_string_equal(t.row[2].key, "乙组");
    CHECK_ROW(&t.row[1], {"suspected", 1}, {"unchecked", 1}, {"photos", NAN}, {"open_before", NAN});
    CHECK_ROW(&t.row[2], {"suspected", 2}, {"ruled_out", 1}, {"confirmed", 1}); /* the last to look at a plot */
    pv_figures_release(&t);
    t = tables_make(&l, "2026-05", PV_BY_REASON, units);
    int found = 0;
    for (size_t i = 0; i < t.n_rows; i++)
        if (strcmp(t.row[i].key, "月季") == 0) found += pv_figures_value(&t.row[i], "suspected")->count == 1;
    assert_int_equal(found, 1);
    pv_figures_release(&t);
    pv_units_free(units);
    ledger_close(&l);
}

static void csv_of(pv_text *out, ledger *l, const char *period, const pv_units *units)
{
    pv_err err = {.text = ""};
    pv_figures t = tables_make(l, period, PV_BY_UNIT_CUN, units);
    pv_text_reset(out);
    pv_figures_csv(out, &t, 1);
    ledger_ok(pv_text_status(out, &err), &err);
    pv_figures_release(&t);
}

static void test_what_comes_later(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *units = two_townships();
    pv_text before = {0}, after = {0};
    begin(&l, 0);
    csv_of(&before, &l, "2026-05", units);
    june(&l);
    say(&l, &(said){"000000000000000d", PV_PLOT_CONFIRMED, "2026-06-12", .verdict = "confirmed_poppy", .counted = 7});
    csv_of(&after, &l, "2026-05", units);
    assert_string_equal(pv_text_str(&before), pv_text_str(&after));
    /* June: the regrown plot, and the one that was confirmed. Open from before: not reached, and two that stand. */
    pv_figures t = tables_make(&l, "2026-06", PV_BY_NOTHING, units);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"new_plots", 0}, {"known_before", 2}, {"unchecked", 1}, {"confirmed", 1}, {"regrown", 1},
              {"open_before", 3}, {"people", 2}, {"days_check_median", 41}, {"eradicated", 0}, {"plants_removed", 0}, {"plants_counted", 7});
    pv_figures_release(&t);
    /* The year: what was eradicated in May stays confirmed and eradicated, and has regrown. */
    t = tables_make(&l, "2026", PV_BY_NOTHING, units);
    CHECK_ROW(&t.row[0], {"suspected", 7}, {"confirmed", 4}, {"eradicated", 1}, {"regrown", 1}, {"unchecked", 0}, {"flights", 2},
              {"plants_counted", 637});
    pv_figures_release(&t);
    /* A check of what is gone is no suspicion. */
    t = tables_make(&l, "2026-05-中旬", PV_BY_NOTHING, units);
    CHECK_ROW(&t.row[0], {"suspected", 0}, {"rechecked", 1}, {"open_before", 4}, {"check_rate", NAN}, {"photos", 0}, {"cover_rate", 0});
    pv_figures_release(&t);
    /* A late return for May. */
    say(&l, &(said){"000000000000000c", PV_PLOT_RULED_OUT, "2026-05-30", .verdict = "not_found"});
    t = tables_make(&l, "2026-05", PV_BY_NOTHING, units);
    CHECK_ROW(&t.row[0], {"suspected", 7}, {"unreachable", 0}, {"ruled_out_not_found", 1}, {"check_rate", 85.71});
    pv_figures_release(&t);
    pv_text_release(&before);
    pv_text_release(&after);
    pv_units_free(units);
    ledger_close(&l);
}

static void test_regrowth_that_was_none(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0);
    june(&l);
    say(&l, &(said){"000000000000000a", PV_PLOT_RECHECKED, "2026-06-15", .crew = "丙组", .verdict = "not_found"});
    pv_figures t = tables_make(&l, "2026-06", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"ruled_out_not_found", 1}, {"confirmed", 0}, {"regrown", 1}, {"rechecked", 1}, {"cover_rate", NAN},
              {"charge_mu", NAN}, {"xiang_found", NAN});
    pv_figures_release(&t);
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"confirmed", 3}, {"eradicated", 1}, {"rechecked", 1});
    pv_figures_release(&t);
    ledger_close(&l);
}

/* A false alarm is quiet until a photo shows it more probable. */
static void test_quiet_ones(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0);
    ledger_night(&l, "2026-06-01");
    int64_t photo = ledger_photo(&l, "f3/c.tif", "2026-06-01T09:00:00+08:00", ground);
    spot(&l, photo, "0000000000000012", 20, 0, 22, 2);
    ledger_update(&l);
    pv_figures t = tables_make(&l, "2026-06-x1", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 0}, {"open_before", 4});
    pv_figures_release(&t);
    ledger_night(&l, "2026-06-11");
    photo = ledger_photo(&l, "f4/d.tif", "2026-06-11T09:00:00+08:00", ground);
    ledger_add_spot(&l, &(ledger_spot){photo, "0000000000000013", 20, 0, 22, 2, 0.9, "canola", NULL});
    ledger_update(&l);
    t = tables_make(&l, "2026-06", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"unchecked", 1}, {"known_before", 1});
    pv_figures_release(&t);
    ledger_close(&l);
}

static void test_order_of_import(void **state)
{
    (void)state;
    ledger a = {.s = NULL}, b = {.s = NULL};
    pv_units *units = two_townships();
    pv_text one = {0}, two = {0};
    begin(&a, 0);
    csv_of(&one, &a, "2026", units);
    ledger_close(&a);
    begin(&b, 1);
    csv_of(&two, &b, "2026", units);
    ledger_close(&b);
    assert_string_equal(pv_text_str(&one), pv_text_str(&two));
    pv_text_release(&one);
    pv_text_release(&two);
    pv_units_free(units);
}

static void test_conflicts(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0);
    say(&l, &(said){"000000000000000d", PV_PLOT_CONFIRMED, "2026-05-25", .crew = "甲组", .verdict = "confirmed_poppy"});
    say(&l, &(said){"000000000000000d", PV_PLOT_RULED_OUT, "2026-05-25", .crew = "乙组", .verdict = "other_crop"});
    say(&l, &(said){"000000000000000d", PV_PLOT_RULED_OUT, "2026-06-02", .crew = "丙组", .verdict = "other_crop"});
    pv_figures t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"confirmed", 4}, {"conflicts", 1}, {"shown_judged", 4});
    pv_figures_release(&t);
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"confirmed", 3}, {"ruled_out_other_crop", 1}, {"conflicts", 0}, {"shown_judged", 5});
    pv_figures_release(&t);
    ledger_close(&l);
}

static void test_removed_by_others(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0);
    say(&l, &(said){"000000000000000d", PV_PLOT_ERADICATED, "2026-05-25", .verdict = "already_removed"});
    pv_figures t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"confirmed", 3}, {"ruled_out_already_removed", 1}, {"eradicated", 1}, {"shown_judged", 4}, {"checked", 6});
    pv_figures_release(&t);
    ledger_close(&l);
}

static void test_empty_season(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_text out = {0};
    ledger_open(&l);
    pv_figures t = tables_make(&l, "all", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 0}, {"check_rate", NAN}, {"plants_median", NAN}, {"first_image", NAN}, {"suspected_ha", 0});
    pv_figures_sentence(&out, &t, &t.row[0], 1);
    assert_non_null(strstr(pv_text_str(&out), "未发现有种植毒品原植物和可疑地块"));
    pv_text_release(&out);
    pv_figures_release(&t);
    ledger_close(&l);
}

static void test_refusals(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_units *units = two_townships();
    pv_figures t = {.n = 0};
    pv_figures_source *f = NULL;
    pv_periods periods = {.n = 0};
    pv_period p;
    begin(&l, 0);
    ledger_ok(pv_period_read(&p, l.s->conf, "2026", &err), &err);
    ledger_ok(pv_periods_add(&periods, &p, &err), &err);
    ledger_ok(pv_figures_source_new(&f, l.s, NULL, &err), &err);
    assert_int_equal(pv_figures_make(&t, f, &periods, PV_BY_UNIT_XIANG, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "boundaries"));
    pv_figures_source_free(f);
    ledger_ok(pv_figures_source_new(&f, l.s, units, &err), &err);
    assert_int_equal(pv_figures_make(&t, f, &periods, PV_BY_UNIT_LIN_BAN, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "lin_ban"));
    pv_figures_source_free(f);
    pv_periods_release(&periods);
    pv_units_free(units);
    ledger_close(&l);
}

/* A table that does not add up is not given out: each of these is one wrong number. */
static void test_the_check(void **state)
{
    (void)state;
    static const char *const id[] = {"suspected",      "confirmed",  "unchecked", "ruled_out_words", "stage_flower", "method_pulled", "suspected_ha",
                                     "unreachable_ha", "check_rate", "precision", "eradicated",      "charge_mu",    "confirmed_m2",  "new_plots"};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_units *units = two_townships();
    begin(&l, 0);
    pv_figures t = tables_make(&l, "2026-05", PV_BY_UNIT_XIANG, units);
    for (size_t i = 0; i < sizeof id / sizeof *id; i++) {
        pv_figure_value *v = &t.row[0].value[pv_figure_at(id[i])], kept = *v;
        v->count += 1;
        v->real += 1;
        assert_int_equal(pv_figures_check(&t, &err), PV_BUG);
        assert_non_null(strstr(err.text, "does not add up"));
        *v = kept;
        ledger_ok(pv_figures_check(&t, &err), &err);
    }
    t.border[0].n_units = 3;
    assert_int_equal(pv_figures_check(&t, &err), PV_BUG);
    pv_figures_release(&t);
    pv_units_free(units);
    ledger_close(&l);
}

static void test_definitions(void **state)
{
    (void)state;
    int n = 0;
    const pv_figure *f = pv_figures_list(&n);
    for (int k = 0; k < n; k++) {
        assert_int_equal(pv_figure_at(f[k].id), k);
        assert_true(f[k].zh[0] != '\0' && f[k].en[0] != '\0' && f[k].unit_zh[0] != '\0' && f[k].zh_means[0] != '\0' && f[k].en_means[0] != '\0');
        assert_int_equal(f[k].kind == PV_FIGURE_RATIO, f[k].of[0] != '\0');
        if (f[k].of[0] != '\0') assert_true(pv_figure_at(f[k].of) >= 0 && pv_figure_at(f[k].per) >= 0);
    }
    assert_int_equal(pv_figure_at("nothing"), -1);
}

/* season.conf's own year and campaigns. */
static void test_periods_of_conf(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    begin(&l, 0);
    tables_settings(&l, "season_year_from = 05-06\ncampaigns = 百日攻坚 2026-05-01 100 2026-05-01..2026-05-03 2026-05-04..2026-05-31\n");
    pv_figures t = tables_make(&l, "2026", PV_BY_NOTHING, NULL); /* up to 5 May */
    CHECK_ROW(&t.row[0], {"suspected", 6}, {"confirmed", 2}, {"ruled_out", 1}, {"unchecked", 3}, {"eradicated", 0});
    pv_figures_release(&t);
    t = tables_make(&l, "百日攻坚第一次", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 6}, {"ruled_out", 1}, {"unchecked", 5}, {"new_plots", 6});
    pv_figures_release(&t);
    t = tables_make(&l, "百日攻坚/2", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 5}, {"new_plots", 1}, {"known_before", 4}, {"unchecked", 0}, {"open_before", 1});
    pv_figures_release(&t);
    ledger_close(&l);
}

/* Ground alone is that of the whole table, and nothing else is known; ground that was asked for before gives the same table, and others may write when the source is gone. */
static void test_ground_alone(void **state)
{
    (void)state;
    static const char *const ids[] = {"flown_mu", "flown_repeated_mu", "charge_mu", "seen_mu", "cover_rate"}, *const period[] = {"2026", "2026-05-x1",
                                                                                                                                 "2026-05"};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_units *units = two_townships();
    pv_figures_source *f = NULL;
    pv_periods periods = {.n = 0};
    pv_figures alone = {.n = 0};
    begin(&l, 0);
    ledger_ok(pv_figures_source_new(&f, l.s, units, &err), &err);
    for (size_t k = 0; k < 3; k++) {
        pv_period p;
        ledger_ok(pv_period_read(&p, l.s->conf, period[k], &err), &err);
        ledger_ok(pv_periods_add(&periods, &p, &err), &err);
    }
    ledger_ok(pv_figures_ground(&alone, f, &periods, &err), &err);
    pv_figures_source_free(f);
    assert_int_equal(alone.n_rows, 3);
    for (size_t k = 0; k < 3; k++) {
        pv_figures t = tables_make(&l, period[k], PV_BY_NOTHING, units);
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
            const pv_figure_value *a = pv_figures_value(&alone.row[k], ids[i]), *b = pv_figures_value(&t.row[0], ids[i]);
            assert_int_equal(a->known, b->known);
            assert_true(!a->known || a->real == b->real);
        }
        pv_figures_release(&t);
        assert_false(pv_figures_value(&alone.row[k], "suspected")->known);
        assert_false(pv_figures_value(&alone.row[k], "photos")->known);
    }
    assert_true(pv_figures_value(&alone.row[0], "flown_mu")->real > 0);
    assert_false(pv_sql_is_open(l.s->db));
    pv_figures_release(&alone);
    pv_periods_release(&periods);
    pv_units_free(units);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_may),       cmocka_unit_test(test_units_and_border),
        cmocka_unit_test(test_what_comes_later), cmocka_unit_test(test_regrowth_that_was_none),
        cmocka_unit_test(test_quiet_ones),       cmocka_unit_test(test_order_of_import),
        cmocka_unit_test(test_conflicts),        cmocka_unit_test(test_removed_by_others),
        cmocka_unit_test(test_empty_season),     cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_the_check),        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_periods_of_conf),  cmocka_unit_test(test_ground_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
