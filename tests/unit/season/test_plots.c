/* Which hotspots are one plot, which photos looked at it, and what its figures are: ledgers made by hand. */
#include "ledger.h"

#include <math.h>

#include "base/banned.h"

static const double all[] = {-100, -100, 1000, 1000};

static void test_overlapping_photos_count_once(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-02");
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01T10:00:00", all), b = ledger_photo(&l, "b.tif", "2026-05-01T10:05:00", all);
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 2, 2, 0.8, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){b, "b1", 0.2, 0, 2.3, 2, 0.6, NULL, NULL});
    ledger_update(&l);
    pv_plot p = ledger_plot_of(&l, "b1", "2026-05-02");
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots"), 1);
    assert_int_equal(p.times_seen, 1);
    assert_int_equal(p.times_looked, 1);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM looks"), 2);
    assert_true(fabs(p.area_m2 - 4.2) < 1e-9); /* the larger of both, not their sum */
    assert_true(p.prob == 0.8);
    assert_string_equal(p.first_seen, "2026-05-01");
    assert_string_equal(p.last_looked, "2026-05-01");
    assert_int_equal(p.status, PV_PLOT_SUSPECTED);
    assert_int_equal(p.kind, PV_KIND_NEW);
    assert_true(fabs(p.lon_deg - (ledger_lon + 1 / ledger_m_lon)) < 1e-12);
    ledger_close(&l);
}

static void test_how_near(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-02");
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", all);
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 20, 1, 0.8, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){a, "a2", 21.45, 0, 22, 1, 0.8, NULL, NULL}); /* outlines count, not centres */
    ledger_add_spot(&l, &(ledger_spot){a, "a3", 0, 2.55, 1, 3, 0.8, NULL, NULL});
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "a1", "2026-05-02").fid, ledger_plot_of(&l, "a2", "2026-05-02").fid);
    assert_int_not_equal(ledger_plot_of(&l, "a1", "2026-05-02").fid, ledger_plot_of(&l, "a3", "2026-05-02").fid);
    ledger_close(&l);
}

static void test_two_flights(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    const double elsewhere[] = {500, 500, 900, 900};
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    ledger_photo(&l, "0.tif", "2026-04-20", all); /* looked before it was there */
    ledger_photo(&l, "0e.tif", "2026-04-21", elsewhere);
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", all);
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 2, 2, 0.9, "poppy", NULL});
    ledger_update(&l);
    pv_plot before = ledger_plot_of(&l, "a1", "2026-05-01");
    assert_int_equal(before.times_looked, 2);
    ledger_night(&l, "2026-05-20");
    ledger_photo(&l, "b.tif", "2026-05-10", all);
    ledger_photo(&l, "be.tif", "2026-05-11", elsewhere);
    int64_t c = ledger_photo(&l, "c.tif", NULL, all);
    ledger_add_spot(&l, &(ledger_spot){c, "c1", 0, 0, 3, 2, 0.5, "corn", "{\"days_to_capsule\":12}"});
    ledger_add_spot(&l, &(ledger_spot){c, "c2", 500, 500, 503, 502, -0.4, NULL, NULL});
    ledger_update(&l);
    pv_plot p = ledger_plot_of(&l, "a1", "2026-05-20"), other = ledger_plot_of(&l, "c2", "2026-05-20");
    assert_string_equal(p.id, before.id);
    assert_int_equal(p.times_seen, 2);
    assert_int_equal(p.times_looked, 4);
    assert_string_equal(p.first_seen, "2026-05-01");
    assert_string_equal(p.last_seen, "2026-05-20"); /* of the night */
    assert_true(p.area_m2 == 6 && p.prob == 0.5);
    assert_string_equal(p.class_name, "corn");
    assert_string_equal(p.capsules_from, "2026-06-01");
    assert_int_equal(p.kind, PV_KIND_INTERMITTENT);
    /* Photos of nights before count for a plot that is found later. */
    assert_int_equal(other.times_seen, 1);
    assert_int_equal(other.times_looked, 6);
    assert_true(other.prob == 0.4);
    assert_true(strcmp(other.id, p.id) != 0);
    ledger_close(&l);
}

static void test_merge(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-03");
    int64_t a = ledger_photo(&l, "z.tif", "2026-05-01", all), b = ledger_photo(&l, "a.tif", "2026-05-02", all);
    ledger_add_spot(&l, &(ledger_spot){b, "b1", 4, 0, 6, 2, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 2, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    pv_plot one = ledger_plot_of(&l, "a1", "2026-05-03"), two = ledger_plot_of(&l, "b1", "2026-05-03"), found;
    assert_int_not_equal(one.fid, two.fid);
    ledger_ok(pv_plots_set_status(l.s, two.id, PV_PLOT_CONFIRMED, "2026-05-03", &err), &err);
    ledger_night(&l, "2026-05-04");
    int64_t c = ledger_photo(&l, "c.tif", "2026-05-04", all), d = ledger_photo(&l, "d.tif", "2026-04-01", NULL);
    ledger_add_spot(&l, &(ledger_spot){c, "c1", 1, 0, 5, 2, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){d, "d1", 8.5, 0, 9, 2, 0.9, NULL, NULL}); /* late, older, and joined by the next */
    ledger_add_spot(&l, &(ledger_spot){c, "c2", 6.5, 0, 7.2, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    pv_plot p = ledger_plot_of(&l, "b1", "2026-05-04");
    assert_string_equal(p.id, one.id);
    assert_int_equal(p.status, PV_PLOT_CONFIRMED);
    assert_string_equal(p.status_date, "2026-05-03");
    assert_string_equal(p.first_seen, "2026-04-01");
    assert_int_equal(p.times_seen, 4);
    assert_int_equal(p.times_looked, 4);
    assert_int_equal(ledger_number(&l, "SELECT count(DISTINCT plot) FROM hotspots"), 1);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots"), 2);
    int there = 0;
    ledger_ok(pv_plots_find(l.s, two.id, "2026-05-04", &found, &there, &err), &err);
    assert_true(there && found.fid == one.fid);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE merged_into IS NOT NULL AND geom IS NULL"), 1);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM looks WHERE plot IN(SELECT fid FROM plots WHERE merged_into IS NOT NULL)"), 0);
    /* A merged plot that is merged again is one step away. */
    ledger_night(&l, "2026-05-05");
    int64_t e = ledger_photo(&l, "e.tif", "2026-03-01", NULL);
    ledger_add_spot(&l, &(ledger_spot){e, "e1", 20, 0, 21, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    pv_plot oldest = ledger_plot_of(&l, "e1", "2026-05-05");
    ledger_night(&l, "2026-05-06");
    int64_t f = ledger_photo(&l, "f.tif", "2026-05-06", NULL);
    ledger_add_spot(&l, &(ledger_spot){f, "f1", 10, 0, 19, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    ledger_ok(pv_plots_find(l.s, two.id, "2026-05-06", &found, &there, &err), &err);
    assert_true(there && found.fid == oldest.fid && found.status == PV_PLOT_CONFIRMED);
    ledger_close(&l);
}

static void test_split(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", NULL);
    /* A field with two arms and open ground between them. */
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 40, 5, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){a, "a2", 0, 5, 5, 40, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){a, "a3", 35, 5, 40, 40, 0.9, NULL, NULL});
    ledger_update(&l);
    pv_plot field = ledger_plot_of(&l, "a1", "2026-05-01");
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots"), 1);
    ledger_night(&l, "2026-05-10");
    int64_t b = ledger_photo(&l, "b.tif", "2026-05-10", NULL);
    ledger_add_spot(&l, &(ledger_spot){b, "b1", 1, 20, 2, 21, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){b, "b2", 41, 20, 42, 21, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){b, "b3", 20, 20, 21, 21, 0.9, NULL, NULL}); /* between the arms */
    ledger_add_spot(&l, &(ledger_spot){b, "b4", 60, 20, 61, 21, 0.9, NULL, NULL}); /* elsewhere */
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "b1", "2026-05-10").fid, field.fid);
    assert_int_equal(ledger_plot_of(&l, "b2", "2026-05-10").fid, field.fid);
    pv_plot between = ledger_plot_of(&l, "b3", "2026-05-10"), away = ledger_plot_of(&l, "b4", "2026-05-10");
    assert_int_not_equal(between.fid, field.fid);
    assert_int_equal(between.split_from, field.fid);
    assert_int_equal(field.split_from, 0);
    assert_int_equal(away.split_from, 0);
    assert_true(ledger_plot_of(&l, "a1", "2026-05-10").area_m2 == 2); /* of its last day: both parts */
    /* What the old plot got on the same day is not its former extent. */
    ledger_night(&l, "2026-05-20");
    int64_t c = ledger_photo(&l, "c.tif", "2026-05-20", NULL);
    ledger_add_spot(&l, &(ledger_spot){c, "c1", 40, 0, 90, 5, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){c, "c2", 85, 5, 90, 40, 0.9, NULL, NULL});
    ledger_add_spot(&l, &(ledger_spot){c, "c3", 75, 20, 76, 21, 0.9, NULL, NULL});
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "c2", "2026-05-20").fid, field.fid);
    assert_int_equal(ledger_plot_of(&l, "c3", "2026-05-20").split_from, 0);
    ledger_close(&l);
}

static void test_cut_by_edge(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    static const char cut[] = "{\"cut_by_edge\":true}", whole[] = "{\"cut_by_edge\":false}";
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", NULL), b = ledger_photo(&l, "b.tif", "2026-05-01", NULL);
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 10, 10, 0.9, NULL, cut});
    ledger_add_spot(&l, &(ledger_spot){b, "b1", 6, 0, 20, 10, 0.9, NULL, cut});
    ledger_add_spot(&l, &(ledger_spot){a, "a2", 50, 0, 58, 10, 0.9, NULL, cut});
    ledger_add_spot(&l, &(ledger_spot){b, "b2", 50, 0, 60, 10, 0.9, NULL, whole});
    ledger_update(&l);
    assert_true(fabs(ledger_plot_of(&l, "a1", "2026-05-01").area_m2 - 200) < 0.2);
    assert_true(fabs(ledger_plot_of(&l, "a2", "2026-05-01").area_m2 - 100) < 1e-6); /* one photo sees all of it */
    ledger_close(&l);
}

static void test_ids(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL}, again = {.s = NULL};
    char sql[256], spoken[16];
    pv_plot found;
    int there = 0;
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    ledger_add_spot(&l, &(ledger_spot){ledger_photo(&l, "a.tif", "2026-05-01", NULL), "0123456789abcdef", 0, 0, 10, 10, 0.9, NULL, NULL});
    ledger_update(&l);
    pv_plot p = ledger_plot_of(&l, "0123456789abcdef", "2026-05-01");
    assert_int_equal(strlen(p.id), 7);
    assert_true(p.id[0] == 'P' && strspn(p.id + 1, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == 6);
    (void)snprintf(spoken, sizeof spoken, "p %.3s-%.3s", p.id + 1, p.id + 4);
    for (char *c = spoken; *c != '\0'; c++) *c = *c == '0' ? 'o' : *c == '1' ? 'l' : *c;
    ledger_ok(pv_plots_find(l.s, spoken, "2026-05-01", &found, &there, &err), &err);
    assert_true(there && found.fid == p.fid);
    const char *const none[] = {"", "P", "P0000000000", "罂粟", p.id + 1};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ledger_ok(pv_plots_find(l.s, none[i], "2026-05-01", &found, &there, &err), &err);
        assert_int_equal(there, 0);
    }
    /* Taken already: another one. */
    ledger_open(&again);
    ledger_night(&again, "2026-05-01");
    (void)snprintf(sql, sizeof sql, "INSERT INTO plots(id,lon,lat) VALUES('%s',0,0)", p.id);
    ledger_run(&again, sql);
    ledger_add_spot(&again, &(ledger_spot){ledger_photo(&again, "a.tif", "2026-05-01", NULL), "0123456789abcdef", 0, 0, 10, 10, 0.9, NULL, NULL});
    ledger_update(&again);
    pv_plot q = ledger_plot_of(&again, "0123456789abcdef", "2026-05-01");
    assert_string_not_equal(q.id, p.id);
    assert_true(q.id[0] == 'P' && strlen(q.id) == 7);
    ledger_close(&l);
    ledger_close(&again);
}

static void test_what_is_not_seen_is_no_look(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    char file[16];
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    for (int cell = PV_CELL_NODATA; cell < PV_CELL_STATES; cell++) {
        (void)snprintf(file, sizeof file, "%d.tif", cell);
        ledger_cover(&l, ledger_photo(&l, file, "2026-04-20", NULL), (const double[]){-9, -9, 9, 9}, cell);
    }
    ledger_add_spot(&l, &(ledger_spot){ledger_photo(&l, "a.tif", "2026-05-01", NULL), "a1", 0, 0, 2, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    ledger_cover(&l, ledger_photo(&l, "b.tif", "2026-05-02", NULL), (const double[]){-9, -9, 9, 9}, PV_CELL_DARK);
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "a1", "2026-05-02").times_looked, 1);
    ledger_close(&l);
}

static void test_without_ground(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    ledger l = {.s = NULL};
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    ledger_photo(&l, "0.tif", "2026-04-20", NULL);
    int64_t a = ledger_photo(&l, "a.tif", "2026-05-01", NULL);
    ledger_add_spot(&l, &(ledger_spot){a, "a1", 0, 0, 2, 2, 0.9, NULL, NULL});
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "a1", "2026-05-01").times_looked, 1); /* what shows it has looked at it */
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells"), 0);
    /* The first photo whose ground is known settles the grid. */
    ledger_night(&l, "2026-05-02");
    ledger_photo(&l, "b.tif", "2026-05-02", all);
    ledger_update(&l);
    assert_int_equal(ledger_plot_of(&l, "a1", "2026-05-02").times_looked, 2);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plot_cells"), 1);
    /* Photos that are not done are left alone. */
    pv_photo_entry e;
    ledger_ok(pv_photos_add(l.s, &l.night, &(pv_photo_file){.file = "new.tif", .bytes = 1}, &e, &err), &err);
    ledger_update(&l);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM photos WHERE day IS NULL"), 1);
    /* Damaged ground is said, and nothing is half done. */
    ledger_photo(&l, "c.tif", "2026-05-03", all);
    ledger_run(&l, "UPDATE ground SET cells=x'00' WHERE photo=(SELECT max(fid) FROM photos)");
    assert_int_equal(pv_plots_update(l.s, &l.night, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "ground of photo"));
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM photos WHERE day IS NULL"), 2);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlapping_photos_count_once),
        cmocka_unit_test(test_how_near),
        cmocka_unit_test(test_two_flights),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_cut_by_edge),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_what_is_not_seen_is_no_look),
        cmocka_unit_test(test_without_ground),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
