/* What becomes of tables, frozen years and findings when a later night joins plots, or finds a new one within an old one. Every figure is worked out by hand. */
#include "tables.h"

#include "season/against.h"
#include "season/chain.h"
#include "season/freezes.h"
#include "season/frozen.h"

#include "base/banned.h"

static const double ground[] = {-20, -20, 60, 40};

typedef struct patch {
    const char *id;
    double x0, y0, x1, y1;
} patch;

/* The hotspots of one photo of that day. */
static void fly(ledger *l, const char *day, const patch *p, size_t n)
{
    char file[64], taken[64];
    (void)snprintf(file, sizeof file, "%s.tif", day);
    (void)snprintf(taken, sizeof taken, "%sT09:00:00+08:00", day);
    int64_t photo = ledger_photo(l, file, taken, ground);
    for (size_t i = 0; i < n; i++) ledger_add_spot(l, &(ledger_spot){photo, p[i].id, p[i].x0, p[i].y0, p[i].x1, p[i].y1, 0.9, NULL, NULL});
}
#define FLY(l, day, ...) fly(l, day, (const patch[]){__VA_ARGS__}, sizeof((const patch[]){__VA_ARGS__}) / sizeof(patch))
#define NIGHT(l, day, ...)                                                                                                                           \
    do {                                                                                                                                             \
        ledger_night(l, day);                                                                                                                        \
        FLY(l, day, __VA_ARGS__);                                                                                                                    \
        ledger_update(l);                                                                                                                            \
    } while (0)

static void say(ledger *l, int64_t plot, pv_plot_status status, const char *date, const char *crew, int64_t counted)
{
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    pv_finding f;
    char key[32];
    pv_finding_clear(&f);
    f.plot = plot;
    f.status = status;
    (void)snprintf(f.date, sizeof f.date, "%s", date);
    (void)snprintf(f.crew, sizeof f.crew, "%s", crew);
    (void)snprintf(f.person1, sizeof f.person1, "张三");
    if (status == PV_PLOT_RULED_OUT) (void)snprintf(f.verdict, sizeof f.verdict, "corn_poppy");
    if (counted > 0) f.plants_counted = counted;
    (void)snprintf(key, sizeof key, "P%lld", (long long)plot);
    pv_finding_key(&f, key);
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
}

static int64_t plot_of(ledger *l, const char *hotspot)
{
    return ledger_plot_of(l, hotspot, "2026-04-30").fid;
}

/* 4 m lie between a and b; c is far away. All are 4 m2. */
static const patch april[] = {{"000000000000000a", 0, 0, 2, 2}, {"000000000000000b", 6, 0, 8, 2}, {"000000000000000c", 40, 0, 42, 2}};

typedef struct parts {
    int64_t a, b, c;
} parts;

static parts begin(ledger *l)
{
    ledger_open(l);
    ledger_night(l, "2026-04-10");
    fly(l, "2026-04-10", april, 3);
    ledger_update(l);
    parts p = {plot_of(l, april[0].id), plot_of(l, april[1].id), plot_of(l, april[2].id)};
    assert_true(p.a != p.b && p.b != p.c);
    say(l, p.a, PV_PLOT_CONFIRMED, "2026-04-12", "甲组", 100);
    say(l, p.a, PV_PLOT_ERADICATED, "2026-04-14", "甲组", 0);
    say(l, p.b, PV_PLOT_RULED_OUT, "2026-04-12", "甲组", 0);
    say(l, p.c, PV_PLOT_CONFIRMED, "2026-04-12", "甲组", 7);
    return p;
}

/* One patch over a and b. */
static void join(ledger *l, const char *day)
{
    NIGHT(l, day, {"000000000000000f", 0, 0, 8, 2});
    assert_int_equal(plot_of(l, april[1].id), plot_of(l, april[0].id));
}

static void both(pv_text *out, ledger *l, const char *period, const pv_units *u)
{
    pv_err err = {.text = ""};
    pv_figures t = tables_make(l, period, u != NULL ? PV_BY_UNIT_CUN : PV_BY_NOTHING, u);
    pv_text_reset(out);
    pv_figures_csv(out, &t, 1);
    pv_figures_json(out, &t);
    ledger_ok(pv_text_status(out, &err), &err);
    pv_figures_release(&t);
}

static const char *note_of(const pv_figures *t, const char *code)
{
    for (size_t i = 0; i < t->n_notes; i++)
        if (strcmp(t->note[i].code, code) == 0) return t->note[i].en;
    return NULL;
}

/* Two villages, the border of which runs through b. */
static pv_units *villages(void)
{
    pv_text t = {0};
    tables_unit(&t, "\"XIAN\":\"秦安县\",\"XIANG\":\"镇\",\"CUN\":\"西村\"", -20, -20, 7, 40);
    tables_unit(&t, "\"XIAN\":\"秦安县\",\"XIANG\":\"镇\",\"CUN\":\"东村\"", 7, -20, 60, 40);
    return tables_units(&t, 0);
}

static void older_tables_stay(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_units *u = villages();
    pv_text before[3] = {{0}, {0}, {0}}, after = {0};
    static const char *const older[] = {"2026-04", "2026-04-x2", "2026-01-01..2026-05-09"};
    (void)begin(&l);
    for (int i = 0; i < 3; i++) both(&before[i], &l, older[i], u);
    join(&l, "2026-05-10");
    for (int i = 0; i < 3; i++) {
        both(&after, &l, older[i], u);
        assert_string_equal(pv_text_str(&after), pv_text_str(&before[i]));
        pv_text_release(&before[i]);
    }
    pv_figures t = tables_make(&l, "2026-04", PV_BY_UNIT_CUN, u);
    CHECK_ROW(&t.row[0], {"suspected", 3}, {"new_plots", 3}, {"confirmed", 2}, {"ruled_out", 1}, {"eradicated", 1}, {"plants_counted", 107},
              {"confirmed_m2", 8}, {"suspected_ha", 0.0012}, {"regrown", 0});
    assert_int_equal(t.n_borders, 1); /* b */
    assert_null(note_of(&t, "joined"));
    pv_figures_release(&t);
    pv_text_release(&after);
    pv_units_free(u);
    ledger_close(&l);
}

static void newer_tables_count_one(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    parts p = begin(&l);
    char wanted[128], id[PV_PLOT_ID];
    memcpy(id, ledger_plot_of(&l, april[1].id, "2026-04-30").id, sizeof id);
    join(&l, "2026-05-10");
    /* May: the eradicated one is there again; c still stands. */
    pv_figures t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"known_before", 1}, {"unchecked", 1}, {"regrown", 1}, {"open_before", 1}, {"suspected_ha", 0.0016});
    (void)snprintf(wanted, sizeof wanted, "%s a part of %s (2026-05-10)", id, ledger_plot_of(&l, april[0].id, "2026-05-10").id);
    assert_non_null(note_of(&t, "joined"));
    assert_non_null(strstr(note_of(&t, "joined"), wanted));
    pv_figures_release(&t);
    /* The year: of both verdicts the graver stands. */
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"confirmed", 2}, {"ruled_out", 0}, {"eradicated", 1}, {"regrown", 1}, {"plants_counted", 107});
    pv_figures_release(&t);
    /* The day of the night is the first that knows it. */
    t = tables_make(&l, "2026-04-01..2026-05-10", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2});
    pv_figures_release(&t);
    /* A crew goes to the place under its old number: that is said of the whole. A late answer for April is one of its part. */
    say(&l, p.b, PV_PLOT_CONFIRMED, "2026-05-12", "乙组", 50);
    say(&l, p.b, PV_PLOT_CONFIRMED, "2026-04-20", "乙组", 9);
    t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"confirmed", 1}, {"regrown", 1}, {"plants_counted", 50});
    pv_figures_release(&t);
    t = tables_make(&l, "2026-04", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 3}, {"confirmed", 3}, {"ruled_out", 0}, {"plants_counted", 116}, {"confirmed_m2", 12});
    pv_figures_release(&t);
    ledger_close(&l);
}

/* Of three in a row two are joined in May, the third with them in June. */
static void joined_twice(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    ledger_open(&l);
    NIGHT(&l, "2026-04-10", {"000000000000000a", 0, 0, 2, 2}, {"000000000000000b", 6, 0, 8, 2}, {"000000000000000c", 12, 0, 14, 2});
    int64_t b = plot_of(&l, "000000000000000b"), c = plot_of(&l, "000000000000000c");
    NIGHT(&l, "2026-05-10", {"000000000000000d", 6, 0, 14, 2});
    NIGHT(&l, "2026-06-10", {"000000000000000e", 0, 0, 8, 2});
    assert_int_equal(plot_of(&l, "000000000000000c"), plot_of(&l, "000000000000000a"));
    say(&l, b, PV_PLOT_CONFIRMED, "2026-04-12", "甲组", 10);
    say(&l, c, PV_PLOT_RULED_OUT, "2026-04-12", "甲组", 0);
    say(&l, c, PV_PLOT_RULED_OUT, "2026-05-12", "甲组", 0); /* said of both, which were one by then */
    pv_figures t = tables_make(&l, "2026-04", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 3}, {"confirmed", 1}, {"ruled_out", 1}, {"unchecked", 1}, {"suspected_ha", 0.0012});
    pv_figures_release(&t);
    t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"confirmed", 0}, {"ruled_out", 1}, {"suspected_ha", 0.0016}, {"open_before", 1});
    pv_figures_release(&t);
    t = tables_make(&l, "2026H1", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"confirmed", 1}, {"confirmed_m2", 16}, {"plants_counted", 10});
    pv_figures_release(&t);
    t = tables_make(&l, "2026-01-01..2026-05-31", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"ruled_out", 1}, {"unchecked", 1});
    pv_figures_release(&t);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM joins"), 2);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM chain WHERE name='joins'"), 2);
    assert_int_equal(ledger_number(&l, "SELECT count(DISTINCT coalesce(part,plot)) FROM hotspots"), 3);
    ledger_close(&l);
}

/* A place that a crew found by itself, and one that a photo shows, by a patch over both. */
static void a_crews_place_is_joined(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    int64_t place = 0;
    ledger_open(&l);
    NIGHT(&l, "2026-04-10", {"000000000000000a", 0, 0, 2, 2});
    ledger_ok(pv_findings_new_place(l.s, ledger_lon + 20 / ledger_m_lon, ledger_lat + 1 / ledger_m_lat, "2026-04-11", &place, &err), &err);
    say(&l, place, PV_PLOT_CONFIRMED, "2026-04-12", "甲组", 3);
    NIGHT(&l, "2026-05-10", {"000000000000000b", 0, 0, 20, 2});
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM joins"), 1);
    pv_figures t = tables_make(&l, "2026-04", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"confirmed", 1}, {"unchecked", 1}, {"area_unknown", 1}, {"plants_counted", 3});
    pv_figures_release(&t);
    t = tables_make(&l, "2026-04-11", PV_BY_NOTHING, NULL); /* on which it was found, and nothing else */
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"new_plots", 1}, {"unchecked", 1});
    pv_figures_release(&t);
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"confirmed", 1}, {"area_unknown", 0}, {"confirmed_m2", 40});
    pv_figures_release(&t);
    ledger_close(&l);
}

/* What was never two was never counted twice: photos that come in one night, or the joining one first. A photo of May that comes in June joins from June on. */
static void the_order_of_nights(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    for (int way = 0; way < 2; way++) {
        ledger_open(&l);
        ledger_night(&l, "2026-05-10");
        FLY(&l, "2026-05-10", {"000000000000000f", 0, 0, 8, 2});
        if (way == 0) ledger_update(&l);
        if (way == 0) ledger_night(&l, "2026-05-11");
        fly(&l, "2026-04-10", april, 3);
        ledger_update(&l);
        pv_figures t = tables_make(&l, "2026-04", PV_BY_NOTHING, NULL);
        CHECK_ROW(&t.row[0], {"suspected", 2});
        pv_figures_release(&t);
        ledger_close(&l);
        l = (ledger){.s = NULL};
    }
    (void)begin(&l);
    ledger_night(&l, "2026-06-03");
    FLY(&l, "2026-05-10", {"000000000000000f", 0, 0, 8, 2});
    ledger_update(&l);
    pv_figures t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"regrown", 1}, {"open_before", 1});
    pv_figures_release(&t);
    t = tables_make(&l, "2026-01-01..2026-05-31", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 3}, {"confirmed", 2}, {"ruled_out", 1}, {"regrown", 1});
    pv_figures_release(&t);
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"confirmed", 2});
    pv_figures_release(&t);
    ledger_close(&l);
}

/* A false alarm that a part was stays quiet by that part's own hotspots. */
static void silence_of_a_part(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    parts p = begin(&l);
    (void)p;
    NIGHT(&l, "2026-04-20", {"0000000000000010", 0, 0, 2, 2}, {"0000000000000011", 6, 0, 8, 2}); /* a has regrown, b is quiet */
    for (int joined = 0; joined < 2; joined++) {
        pv_figures t = tables_make(&l, "2026-04-16..2026-04-30", PV_BY_NOTHING, NULL);
        CHECK_ROW(&t.row[0], {"suspected", 1}, {"regrown", 1}, {"ruled_out", 0}, {"open_before", 1});
        pv_figures_release(&t);
        if (!joined) join(&l, "2026-05-10");
    }
    ledger_close(&l);
}

/* A U, and later a patch within it. */
static void a_split_changes_nothing_before_it(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_text before = {0}, after = {0};
    ledger_open(&l);
    NIGHT(&l, "2026-04-10", {"000000000000000a", 0, 0, 2, 20}, {"000000000000000b", 2, 0, 20, 2}, {"000000000000000c", 18, 2, 20, 20});
    say(&l, plot_of(&l, "000000000000000a"), PV_PLOT_CONFIRMED, "2026-04-12", "甲组", 100);
    both(&before, &l, "2026-04", NULL);
    NIGHT(&l, "2026-05-10", {"000000000000000d", 9, 10, 11, 12});
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE split_from IS NOT NULL"), 1);
    both(&after, &l, "2026-04", NULL);
    assert_string_equal(pv_text_str(&after), pv_text_str(&before));
    pv_figures t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 2}, {"confirmed", 1}, {"unchecked", 1}, {"plants_counted", 100});
    pv_figures_release(&t);
    /* Joined after all: the new one was one for a month. */
    NIGHT(&l, "2026-06-10", {"000000000000000e", 1, 9, 12, 13});
    both(&after, &l, "2026-04", NULL);
    assert_string_equal(pv_text_str(&after), pv_text_str(&before));
    t = tables_make(&l, "2026-05", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"new_plots", 1}, {"open_before", 1});
    pv_figures_release(&t);
    t = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&t.row[0], {"suspected", 1}, {"confirmed", 1});
    pv_figures_release(&t);
    pv_text_release(&before);
    pv_text_release(&after);
    ledger_close(&l);
}

/* Year on year one is compared with one. */
static void against_the_year_before(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_figures_source *f = NULL;
    pv_period a, b;
    pv_against t = {.n = 0};
    parts p = begin(&l);
    say(&l, p.b, PV_PLOT_CONFIRMED, "2026-04-25", "乙组", 9);
    NIGHT(&l, "2027-04-10", {"000000000000000f", 0, 0, 8, 2});
    say(&l, p.a, PV_PLOT_CONFIRMED, "2027-04-12", "甲组", 50);
    ledger_ok(pv_period_read(&a, l.s->conf, "2026", &err), &err);
    ledger_ok(pv_period_read(&b, l.s->conf, "2027", &err), &err);
    ledger_ok(pv_figures_source_new(&f, l.s, NULL, &err), &err);
    ledger_ok(pv_against_make(&t, f, &a, &b, PV_BY_NOTHING, &err), &err);
    const int64_t *v = t.row[0].value;
    assert_int_equal(v[PV_AGAINST_A_CONFIRMED], 2); /* the joined one, and c */
    assert_int_equal(v[PV_AGAINST_B_CONFIRMED], 1);
    assert_int_equal(v[PV_AGAINST_BOTH], 1);
    assert_int_equal(v[PV_AGAINST_NEW], 0);
    assert_int_equal(v[PV_AGAINST_GONE], 1);
    pv_against_release(&t);
    pv_figures_source_free(f);
    /* The year's own table stays as it was. */
    pv_figures own = tables_make(&l, "2026", PV_BY_NOTHING, NULL);
    CHECK_ROW(&own.row[0], {"suspected", 3}, {"confirmed", 3});
    pv_figures_release(&own);
    ledger_close(&l);
}

static void frozen(pv_frozen *out, pv_season *s, const char *period, pv_text *json)
{
    pv_err err = {.text = ""};
    ledger_ok(pv_frozen_make(out, s, NULL, period, &err), &err);
    pv_text_reset(json);
    ledger_ok(pv_frozen_json(json, out, s, &err), &err);
}

/* April and the year are frozen in April, then a night of May joins two. */
static void frozen_years(void **state)
{
    (void)state;
    static const char *const period[] = {"2026-04", "2026"};
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_frozen was[2], is;
    pv_text json[2] = {{0}, {0}}, again = {0}, errata = {0}, came = {0};
    pv_season *copy = NULL;
    int64_t links = 0, cells = 0, lines = 0, faults = 0;
    char head[PV_SHA256_HEX], folder[80], command[128], wanted[128];
    (void)begin(&l);
    (void)snprintf(wanted, sizeof wanted, "joined: plot %s is a part of %s since the night of 2026-05-10",
                   ledger_plot_of(&l, april[1].id, "2026-04-30").id, ledger_plot_of(&l, april[0].id, "2026-04-30").id);
    for (int i = 0; i < 2; i++) frozen(&was[i], l.s, period[i], &json[i]);
    ledger_ok(pv_chain_head(l.s->db, head, &links, &err), &err);
    (void)snprintf(folder, sizeof folder, "%s/copy", l.folder);
    (void)snprintf(command, sizeof command, "mkdir '%s'", folder);
    assert_int_equal(system(command), 0);
    ledger_run(&l, "UPDATE nights SET state='published'");
    ledger_ok(pv_freeze_copy(l.s, folder, &err), &err);
    join(&l, "2026-05-10");
    /* The frozen ledger gives what it gave, and the chain still begins with it. */
    ledger_ok(pv_season_open(&copy, folder, 0, &err), &err);
    for (int i = 0; i < 2; i++) {
        frozen(&is, copy, period[i], &again);
        ledger_ok(pv_frozen_errata(&errata, &was[i], &is, &cells, &err), &err);
        assert_int_equal(cells, 0);
        pv_frozen_release(&is);
    }
    pv_season_close(copy);
    int begins = 0;
    ledger_ok(pv_freeze_begins(l.s->db, links, head, &begins, &err), &err);
    assert_int_equal(begins, 1);
    ledger_ok(pv_chain_verify(l.s->db, NULL, NULL, &faults, &err), &err);
    assert_int_equal(faults, 0);
    /* April of today is April as it was frozen: no cell, no line. */
    frozen(&is, l.s, "2026-04", &again);
    ledger_ok(pv_frozen_errata(&errata, &was[0], &is, &cells, &err), &err);
    ledger_ok(pv_frozen_came_in(&came, l.s, &is.period, links, &lines, &err), &err);
    assert_int_equal(cells, 0);
    assert_int_equal(lines, 0);
    assert_non_null(strstr(pv_text_str(&again), "\"part_of\":null"));
    pv_frozen_release(&is);
    /* The year has an erratum that names the join. */
    pv_text_reset(&errata);
    frozen(&is, l.s, "2026", &again);
    ledger_ok(pv_frozen_errata(&errata, &was[1], &is, &cells, &err), &err);
    ledger_ok(pv_frozen_came_in(&came, l.s, &is.period, links, &lines, &err), &err);
    assert_non_null(strstr(pv_text_str(&errata), "(suspected)\",3,2,-1"));
    assert_non_null(strstr(pv_text_str(&came), wanted));
    assert_non_null(strstr(pv_text_str(&again), "\"part_of\":\"P"));
    pv_frozen_release(&is);
    for (int i = 0; i < 2; i++) {
        pv_frozen_release(&was[i]);
        pv_text_release(&json[i]);
    }
    pv_text_release(&again);
    pv_text_release(&errata);
    pv_text_release(&came);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(older_tables_stay),
                                       cmocka_unit_test(newer_tables_count_one),
                                       cmocka_unit_test(joined_twice),
                                       cmocka_unit_test(a_crews_place_is_joined),
                                       cmocka_unit_test(the_order_of_nights),
                                       cmocka_unit_test(silence_of_a_part),
                                       cmocka_unit_test(a_split_changes_nothing_before_it),
                                       cmocka_unit_test(against_the_year_before),
                                       cmocka_unit_test(frozen_years)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
