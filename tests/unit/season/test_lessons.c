/* What findings teach: which sights, as what, and how often crews were right. */
#include <math.h>

#include "geo/geodesic.h"
#include "season/lessons.h"
#include "season/precision.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

/* ---- one sight, by the findings of its plot ---- */

static pv_judging told(const char *date, pv_judgement judgement, int ends)
{
    pv_judging j = {.judgement = judgement, .ends = ends};
    (void)snprintf(j.date, sizeof j.date, "%s", date);
    return j;
}

static void test_sights(void **state)
{
    (void)state;
    pv_judging j[3] = {told("2026-05-10", PV_JUDGED_TARGET, 0), told("2026-05-20", PV_JUDGED_TARGET, 1), told("2026-06-10", PV_JUDGED_NOT, 1)};
    assert_int_equal(pv_sight_judge(j, 0, "2026-05-01", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 1, "2026-05-01", 30), PV_JUDGED_TARGET);
    assert_int_equal(pv_sight_judge(j, 1, "2027-05-01", 30), PV_JUDGED_TARGET);
    assert_int_equal(pv_sight_judge(j, 2, "2026-05-15", 30), PV_JUDGED_TARGET);
    /* Of the day on which it was eradicated: the photo came first, or it would not show it. After it: nothing, until somebody says more. */
    assert_int_equal(pv_sight_judge(j, 2, "2026-05-20", 30), PV_JUDGED_TARGET);
    assert_int_equal(pv_sight_judge(j, 2, "2026-05-21", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 3, "2026-05-21", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 3, "2026-06-11", 30), PV_JUDGED_NOT);
    j[2] = told("2026-06-10", PV_JUDGED_TARGET, 0); /* regrown */
    assert_int_equal(pv_sight_judge(j, 3, "2026-05-21", 30), PV_JUDGED_TARGET);
}

static void test_refusals(void **state)
{
    (void)state;
    pv_judging j[2] = {told("2026-05-10", PV_JUDGED_REFUSED, 0), told("2026-05-20", PV_JUDGED_TARGET, 0)};
    assert_int_equal(pv_sight_judge(j, 1, "2026-04-10", 30), PV_JUDGED_REFUSED);
    assert_int_equal(pv_sight_judge(j, 1, "2026-04-09", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 1, "2026-06-09", 30), PV_JUDGED_REFUSED);
    assert_int_equal(pv_sight_judge(j, 1, "2026-06-10", 30), PV_JUDGED_NOT);
    /* Across the end of a year. */
    j[0] = told("2026-01-01", PV_JUDGED_REFUSED, 0);
    assert_int_equal(pv_sight_judge(j, 1, "2025-12-02", 30), PV_JUDGED_REFUSED);
    assert_int_equal(pv_sight_judge(j, 1, "2025-12-01", 30), PV_JUDGED_NOT);
    /* Between a refusal and a target nobody knows when it changed. */
    assert_int_equal(pv_sight_judge(j, 2, "2026-01-15", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 2, "2026-05-20", 30), PV_JUDGED_NOT);
    assert_int_equal(pv_sight_judge(j, 2, "2026-05-21", 30), PV_JUDGED_TARGET);
}

static void test_wilson(void **state)
{
    double low = 0, high = 0;
    (void)state;
    /* Agresti and Coull 1998: 95 % score interval of 9 in 10 is 0.596 to 0.982. */
    pv_wilson(9, 10, &low, &high);
    assert_true(fabs(low - 0.5958) < 1e-4 && fabs(high - 0.9821) < 1e-4);
    pv_wilson(0, 10, &low, &high);
    assert_true(low <= 0 && fabs(high - 0.2775) < 1e-4);
    pv_wilson(10, 10, &low, &high);
    assert_true(fabs(low - 0.7225) < 1e-4 && high >= 1);
    pv_wilson(0, 0, &low, &high);
    assert_true(low <= 0 && high >= 1);
}

/* ---- a season ---- */

static void say_at(ledger *l, const char *hotspot, pv_plot_status status, const char *verdict, const char *date, const char *crew, const char *at)
{
    pv_finding f;
    pv_finding_clear(&f);
    f.status = status;
    (void)snprintf(f.date, sizeof f.date, "%s", date);
    (void)snprintf(f.at, sizeof f.at, "%s", at);
    (void)snprintf(f.verdict, sizeof f.verdict, "%s", verdict);
    if (status == PV_PLOT_RULED_OUT) (void)snprintf(f.note, sizeof f.note, "不是");
    (void)snprintf(f.crew, sizeof f.crew, "%s", crew);
    (void)snprintf(f.person1, sizeof f.person1, "王某");
    ledger_find(l, hotspot, &f);
}

static void say(ledger *l, const char *hotspot, pv_plot_status status, const char *verdict, const char *date, const char *crew)
{
    say_at(l, hotspot, status, verdict, date, crew, "");
}

/* Six plots on two days, a hundred metres apart. */
static void fill(ledger *l)
{
    static const char *const unit[] = {"{\"xiang\":\"柳湾镇\",\"cun\":\"上湾村\",\"lookalike\":\"lettuce\"}", "{\"xiang\":\"石坪镇\",\"cun\":null}"};
    ledger_night(l, "2026-05-12");
    for (int day = 0; day < 2; day++) {
        int64_t photo = ledger_photo(l, day == 0 ? "b/one.tif" : "a/two.tif", day == 0 ? "2026-05-12T09:00:00" : "2026-05-18T09:00:00", NULL);
        for (int k = 0; k < 6; k++) {
            char id[32];
            (void)snprintf(id, sizeof id, "%d%015d", day, k);
            ledger_spot spot = {photo, id, 100 * k, 0, 100 * k + 2, 2, 0.9, "opium_poppy", unit[k % 2]};
            ledger_add_spot(l, &spot);
        }
    }
    ledger_update(l);
}

static const pv_judged_plot *plot_of(ledger *l, const pv_lessons *t, const char *hotspot)
{
    pv_plot p = ledger_plot_of(l, hotspot, "2026-06-01");
    for (size_t i = 0; i < t->n_plots; i++)
        if (t->plot[i].fid == p.fid) return &t->plot[i];
    return NULL;
}

/* "day hotspot judgement" of all sights, in their order. */
static void sights_text(const pv_lessons *t, pv_text *out)
{
    pv_text_reset(out);
    for (size_t i = 0; i < t->n_sights; i++)
        pv_text_addf(out, "%s %c%c %d; ", t->photo[t->sight[i].photo].file, t->sight[i].hotspot[0], t->sight[i].hotspot[15],
                     (int)t->sight[i].judgement);
}

static void test_season(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    pv_precisions p = {.conflicts = 0};
    pv_text text = {0};
    ledger_open(&l);
    fill(&l);
    say(&l, "0000000000000000", PV_PLOT_CONFIRMED, "confirmed_poppy", "2026-05-13", "一组");
    say(&l, "0000000000000000", PV_PLOT_ERADICATED, "confirmed_poppy", "2026-05-14", "一组");
    say(&l, "0000000000000001", PV_PLOT_RULED_OUT, "other_crop", "2026-05-20", "二组");
    say(&l, "0000000000000002", PV_PLOT_CONFIRMED, "confirmed_poppy", "2026-06-01", "一组");
    say(&l, "0000000000000003", PV_PLOT_CONFIRMED, "confirmed_poppy", "2026-05-13", "一组");
    say(&l, "0000000000000003", PV_PLOT_RULED_OUT, "wild_plant", "2026-05-13", "二组");
    say(&l, "0000000000000004", PV_PLOT_CHECKING, "unchecked", "2026-05-13", "一组");
    say(&l, "0000000000000005", PV_PLOT_ERADICATED, "already_removed", "2026-05-19", "一组");
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    sights_text(&t, &text);
    /* The first plot teaches by the day before it was eradicated only. */
    assert_string_equal(pv_text_str(&text), "a/two.tif 11 2; a/two.tif 12 1; b/one.tif 00 1; b/one.tif 01 2; b/one.tif 02 1; ");
    assert_int_equal(t.untaught, 1);
    assert_int_equal(t.n_photos, 2);
    assert_string_equal(t.sight[2].lookalike, "lettuce");
    assert_non_null(strstr(t.sight[2].outline, "\"MultiPolygon\""));
    assert_int_equal(t.n_plots, 4);
    assert_int_equal(plot_of(&l, &t, "0000000000000003")->conflict, 1);
    assert_string_equal(plot_of(&l, &t, "0000000000000001")->verdict, "other_crop");
    assert_string_equal(plot_of(&l, &t, "0000000000000000")->date, "2026-05-13");
    ledger_ok(pv_precisions_of(&p, &t, &err), &err);
    assert_int_equal(p.all.confirmed, 2);
    assert_int_equal(p.all.refused, 1);
    assert_int_equal(p.conflicts, 1);
    assert_int_equal(p.by[PV_BY_MONTH].n, 2);
    assert_string_equal(p.by[PV_BY_MONTH].at[0].name, "2026-05");
    assert_int_equal(p.by[PV_BY_MONTH].at[0].confirmed, 1);
    assert_int_equal(p.by[PV_BY_MONTH].at[0].refused, 1);
    assert_string_equal(p.by[PV_BY_CUN].at[0].name, "柳湾镇 / 上湾村");
    assert_int_equal(p.by[PV_BY_CUN].at[0].confirmed, 2);
    assert_string_equal(p.by[PV_BY_CUN].at[1].name, "石坪镇");
    assert_int_equal(pv_precision_refused(&t, "other_crop"), 1);
    assert_int_equal(pv_precision_refused(&t, "wild_plant"), 0);
    pv_precisions_release(&p);
    pv_lessons_release(&t);
    /* A later verdict settles the conflict. */
    say(&l, "0000000000000003", PV_PLOT_RULED_OUT, "wild_plant", "2026-05-25", "三组");
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(plot_of(&l, &t, "0000000000000003")->conflict, 0);
    assert_int_equal(plot_of(&l, &t, "0000000000000003")->judgement, PV_JUDGED_REFUSED);
    pv_lessons_release(&t);
    pv_text_release(&text);
    ledger_close(&l);
}

/* What it teaches when two verdicts were told on one day, at these times; "" = no time. */
static void check_day(pv_plot_status first, const char *first_at, pv_plot_status second, const char *second_at, pv_judgement want)
{
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    ledger_open(&l);
    fill(&l);
    say_at(&l, "0000000000000000", first, "", "2026-05-20", "一组", first_at);
    say_at(&l, "0000000000000000", second, "", "2026-05-20", "一组", second_at);
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(t.n_plots, 1);
    assert_int_equal(t.plot[0].conflict, 0);
    assert_int_equal(t.plot[0].judgement, want);
    assert_int_equal(t.n_sights, 2);
    for (int i = 0; i < 2; i++) assert_int_equal(t.sight[i].judgement, want);
    pv_lessons_release(&t);
    ledger_close(&l);
}

static void test_one_day(void **state)
{
    static const char *const nine = "2026-05-20T09:00:00+08:00", *const three = "2026-05-20T15:00:00+08:00";
    (void)state;
    check_day(PV_PLOT_RULED_OUT, nine, PV_PLOT_CONFIRMED, three, PV_JUDGED_TARGET);
    check_day(PV_PLOT_CONFIRMED, nine, PV_PLOT_RULED_OUT, three, PV_JUDGED_REFUSED);
    check_day(PV_PLOT_RULED_OUT, three, PV_PLOT_ERADICATED, nine, PV_JUDGED_REFUSED);
    /* Without the time of both, the later step. */
    check_day(PV_PLOT_CONFIRMED, nine, PV_PLOT_RULED_OUT, "", PV_JUDGED_TARGET);
    check_day(PV_PLOT_CONFIRMED, "", PV_PLOT_ERADICATED, "", PV_JUDGED_TARGET);
}

/* A contradiction that somebody settled later teaches what settled it, of the day before too. */
static void test_settled(void **state)
{
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    (void)state;
    ledger_open(&l);
    fill(&l);
    say(&l, "0000000000000000", PV_PLOT_CONFIRMED, "", "2026-05-19", "一组");
    say(&l, "0000000000000000", PV_PLOT_RULED_OUT, "wild_plant", "2026-05-19", "二组");
    say(&l, "0000000000000000", PV_PLOT_RULED_OUT, "wild_plant", "2026-05-25", "三组");
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(t.n_sights, 2);
    for (int i = 0; i < 2; i++) assert_int_equal(t.sight[i].judgement, PV_JUDGED_REFUSED);
    pv_lessons_release(&t);
    ledger_close(&l);
}

/* One hotspot over the first plots joins them on 20 May. */
static void join(ledger *l, int n)
{
    ledger_night(l, "2026-05-20");
    int64_t photo = ledger_photo(l, "c/three.tif", "2026-05-20T09:00:00", NULL);
    ledger_spot spot = {photo, "2000000000000000", 0, 0, 100 * (n - 1) + 2, 2, 0.9, "opium_poppy", NULL};
    ledger_add_spot(l, &spot);
    ledger_update(l);
}

static void test_joined(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    pv_precisions p = {.conflicts = 0};
    ledger_open(&l);
    fill(&l);
    say(&l, "0000000000000000", PV_PLOT_RULED_OUT, "other_crop", "2026-05-14", "一组");
    say(&l, "0000000000000001", PV_PLOT_CONFIRMED, "", "2026-05-13", "二组");
    join(&l, 2);
    assert_int_equal(ledger_plot_of(&l, "0000000000000000", "2026-06-01").status, PV_PLOT_CONFIRMED);
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    ledger_ok(pv_precisions_of(&p, &t, &err), &err);
    assert_int_equal(t.n_plots, 1);
    assert_string_equal(t.plot[0].date, "2026-05-13");
    assert_string_equal(t.plot[0].crew, "二组");
    assert_int_equal(t.n_sights, 0);
    assert_int_equal(t.untaught, 5);
    assert_int_equal(p.all.confirmed, 1);
    assert_int_equal(p.all.refused, 0);
    pv_precisions_release(&p);
    pv_lessons_release(&t);
    /* What people say of the joined plot counts from then on. */
    say(&l, "0000000000000000", PV_PLOT_RULED_OUT, "other_crop", "2026-05-28", "一组");
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(t.n_plots, 1);
    assert_int_equal(t.plot[0].judgement, PV_JUDGED_REFUSED);
    assert_int_equal(t.n_sights, 0);
    pv_lessons_release(&t);
    ledger_close(&l);
}

/* The plot that stays has no finding of its own: those of the other count for it. */
static void test_joined_by_one(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    ledger_open(&l);
    fill(&l);
    say(&l, "0000000000000001", PV_PLOT_CONFIRMED, "", "2026-05-13", "二组");
    join(&l, 2);
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(t.n_plots, 1);
    assert_int_equal(t.plot[0].fid, ledger_plot_of(&l, "0000000000000000", "2026-06-01").fid);
    assert_int_equal(t.n_sights, 5);
    pv_lessons_release(&t);
    ledger_close(&l);
}

/* What crews found by themselves and confirmed: a miss where photos had looked. */
static void test_own_places(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    pv_precisions p = {.conflicts = 0};
    const double cover[4] = {0, 0, 50, 50};
    static const double at[3][2] = {{20, 20}, {500, 500}, {820, 820}};
    const double later[4] = {800, 800, 850, 850};
    ledger_open(&l);
    ledger_night(&l, "2026-05-12");
    (void)ledger_photo(&l, "one.tif", "2026-05-12T09:00:00", cover);
    ledger_update(&l);
    for (int k = 0; k < 3; k++) {
        pv_finding f;
        pv_finding_outcome outcome;
        pv_finding_clear(&f);
        ledger_ok(pv_findings_new_place(l.s, ledger_lon + at[k][0] / ledger_m_lon, ledger_lat + at[k][1] / ledger_m_lat, "2026-05-13", &f.plot, &err),
                  &err);
        f.status = PV_PLOT_CONFIRMED;
        (void)snprintf(f.date, sizeof f.date, "2026-05-13");
        (void)snprintf(f.person1, sizeof f.person1, "王某");
        (void)snprintf(f.key, sizeof f.key, "%064d", k);
        ledger_ok(pv_findings_add(l.s, &f, &outcome, &err), &err);
    }
    /* Bare ground that is flown over afterwards is no miss. */
    ledger_night(&l, "2026-05-20");
    (void)ledger_photo(&l, "two.tif", "2026-05-20T09:00:00", later);
    ledger_update(&l);
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    ledger_ok(pv_precisions_of(&p, &t, &err), &err);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM looks WHERE date='2026-05-20' AND seen=0"), 1);
    assert_int_equal(p.missed, 1);
    assert_int_equal(p.not_flown, 2);
    assert_int_equal(p.all.confirmed, 0);
    assert_int_equal(t.n_sights, 0);
    pv_precisions_release(&p);
    pv_lessons_release(&t);
    ledger_close(&l);
}

/* A crew's own place teaches by the photo that looked there and showed nothing, when its position is good for its area. */
static void test_own_places_teach(void **state)
{
    (void)state;
    static const struct {
        double x, area_m2, accuracy_m;
        int refused;
        pv_place_use use;
    } place[] = {{10, 2, 0.05, 0, PV_PLACE_TEACHES}, {20, 2, 5, 0, PV_PLACE_ROUGH},      {30, 2, -1, 0, PV_PLACE_ROUGH},
                 {40, -1, 0.05, 0, PV_PLACE_ROUGH},  {500, 2, 0.05, 0, PV_PLACE_UNSEEN}, {25, 100, 3, 1, PV_PLACE_TEACHES}};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_lessons t = {.n_plots = 0};
    const double cover[4] = {0, 0, 60, 60};
    ledger_open(&l);
    ledger_night(&l, "2026-05-12");
    int64_t photo = ledger_photo(&l, "one.tif", "2026-05-12T09:00:00", cover);
    ledger_add_spot(&l, &(ledger_spot){photo, "shown", 50, 50, 52, 52, 0.9, "opium_poppy", NULL});
    ledger_update(&l);
    ledger_night(&l, "2026-06-20");
    (void)ledger_photo(&l, "late.tif", "2026-06-20T09:00:00", cover); /* too long after */
    ledger_update(&l);
    ledger_run(&l, "UPDATE hotspots SET class='opium_poppy',properties='{\"lookalike\":\"lettuce\"}'");
    int64_t fid[6];
    for (int k = 0; k < 6; k++) {
        for (int day = 13; day <= 14 && (day == 13 || place[k].refused); day++) {
            pv_finding f;
            pv_finding_outcome outcome;
            pv_finding_clear(&f);
            f.lon_deg = ledger_lon + place[k].x / ledger_m_lon;
            f.lat_deg = ledger_lat + 10 / ledger_m_lat;
            f.has_place = 1;
            ledger_ok(pv_findings_new_place(l.s, f.lon_deg, f.lat_deg, "2026-05-13", &f.plot, &err), &err);
            fid[k] = f.plot;
            f.status = day == 14 || place[k].refused ? PV_PLOT_RULED_OUT : PV_PLOT_CONFIRMED;
            (void)snprintf(f.date, sizeof f.date, "%s", day == 13 ? "2026-05-13" : "2026-05-14");
            (void)snprintf(f.person1, sizeof f.person1, "王某");
            (void)snprintf(f.verdict, sizeof f.verdict, "%s", f.status == PV_PLOT_RULED_OUT ? "other_crop" : "confirmed_poppy");
            f.area_measured_m2 = place[k].area_m2;
            f.gnss_accuracy_m = place[k].accuracy_m;
            (void)snprintf(f.key, sizeof f.key, "%063d%c", k, day == 13 ? 'a' : 'b');
            ledger_ok(pv_findings_add(l.s, &f, &outcome, &err), &err);
        }
    }
    ledger_ok(pv_lessons_read(&t, l.s, &err), &err);
    assert_int_equal(t.n_plots, 6);
    for (size_t i = 0; i < t.n_plots; i++)
        for (int k = 0; k < 6; k++)
            if (t.plot[i].fid == fid[k] && t.plot[i].place != place[k].use)
                fail_msg("place %d: %d, not %d", k, (int)t.plot[i].place, (int)place[k].use);
    assert_int_equal(t.n_sights, 2);
    for (size_t i = 0; i < t.n_sights; i++) {
        const pv_lesson_sight *s = &t.sight[i];
        int refused = t.plot[s->plot].fid == fid[5];
        double lon = 0, lat = 0, m[2];
        assert_int_equal(s->judgement, refused ? PV_JUDGED_REFUSED : PV_JUDGED_TARGET);
        assert_string_equal(s->class_name, "opium_poppy");
        assert_string_equal(s->lookalike, "lettuce");
        assert_string_equal(t.photo[s->photo].file, "one.tif");
        /* The first corner lies to the east of the place, by the radius: of 2 m², less 5 cm; of 100 m², less 3 m. */
        assert_int_equal(sscanf(strstr(s->outline, "[[[[") + 4, "%lf,%lf", &lon, &lat), 2);
        pv_metres_per_degree(lat, m);
        double east = (lon - ledger_lon - place[refused ? 5 : 0].x / ledger_m_lon) * m[0];
        assert_true(fabs(east - (refused ? sqrt(100 / 3.14159265) - 3 : sqrt(2 / 3.14159265) - 0.05)) < 0.002);
    }
    pv_lessons_release(&t);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sights),     cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_wilson),     cmocka_unit_test(test_season),
                                       cmocka_unit_test(test_one_day),    cmocka_unit_test(test_settled),
                                       cmocka_unit_test(test_joined),     cmocka_unit_test(test_joined_by_one),
                                       cmocka_unit_test(test_own_places), cmocka_unit_test(test_own_places_teach)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
