/* The same plots for any order of photos and for any nights, once and twice; failures that change nothing. */
#include "ledger.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/mem.h"

#include "base/banned.h"

enum { DAYS = 6, PHOTOS = 24, SPOTS = 160 };

typedef struct made_spot {
    int photo;
    double box[4]; /* m */
    char id[17];
    double prob;
    int cut;
} made_spot;

/* Photos of six days in two years over 80 x 80 m, and rectangles on them. */
typedef struct scene {
    int day[PHOTOS];
    double cover[PHOTOS][4];
    made_spot spot[SPOTS];
} scene;

static const char *const dates[DAYS] = {"2025-05-01", "2025-05-20", "2025-06-10", "2026-04-30", "2026-05-01", "2026-06-02"};

static uint32_t dice(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make_scene(scene *s, uint32_t seed)
{
    for (int p = 0; p < PHOTOS; p++) {
        s->day[p] = p * DAYS / PHOTOS;
        double x = dice(&seed) % 40, y = dice(&seed) % 40;
        const double cover[4] = {x, y, x + 45, y + 45};
        memcpy(s->cover[p], cover, sizeof cover);
    }
    for (int i = 0; i < SPOTS; i++) {
        made_spot *h = &s->spot[i];
        h->photo = (int)(dice(&seed) % PHOTOS);
        const double *c = s->cover[h->photo];
        double x = c[0] + dice(&seed) % 43000 / 1000.0, y = c[1] + dice(&seed) % 43000 / 1000.0;
        const double box[4] = {x, y, x + 0.2 + dice(&seed) % 2000 / 1000.0, y + 0.2 + dice(&seed) % 2000 / 1000.0};
        memcpy(h->box, box, sizeof box);
        (void)snprintf(h->id, sizeof h->id, "%08x%08x", dice(&seed), (unsigned)i);
        h->prob = dice(&seed) % 10000 / 10000.0;
        h->cut = dice(&seed) % 4 == 0;
    }
}

static void put_photo(ledger *l, const scene *s, int p)
{
    char file[32];
    (void)snprintf(file, sizeof file, "%c-%02d.tif", 'a' + p * 7 % 26, p); /* not in the order of dates */
    int64_t photo = ledger_photo(l, file, dates[s->day[p]], s->cover[p]);
    for (int i = 0; i < SPOTS; i++) {
        const made_spot *h = &s->spot[i];
        if (h->photo == p)
            ledger_add_spot(l, &(ledger_spot){photo, h->id, h->box[0], h->box[1], h->box[2], h->box[3], h->prob, h->prob < 0.5 ? "a" : "b",
                                              h->cut ? "{\"cut_by_edge\":true}" : NULL});
    }
}

/* All that is remembered, without numbers of rows. */
static char *remembered(ledger *l)
{
    pv_err err = {.text = ""};
    pv_text t = {0};
    ledger_dump(l, &t,
                "SELECT p.id,p.status,p.status_date,p.kind,p.first_seen,p.last_seen,p.last_looked,p.times_seen,p.times_looked,p.lon,p.lat,p.area_m2,"
                "p.prob,p.class,h.id,hex(p.geom),p.cell_e,p.cell_n,p.shown_again,(SELECT s.id FROM plots s WHERE s.fid=p.split_from) FROM plots p"
                " LEFT JOIN hotspots h ON h.fid=p.hotspot WHERE p.merged_into IS NULL ORDER BY p.id",
                20);
    ledger_dump(l, &t, "SELECT h.id,p.id FROM hotspots h LEFT JOIN plots p ON p.fid=h.plot ORDER BY 1", 2);
    ledger_dump(l, &t, "SELECT p.id,f.file,k.date,k.seen FROM looks k JOIN plots p ON p.fid=k.plot JOIN photos f ON f.fid=k.photo ORDER BY 1,2", 4);
    ledger_dump(l, &t, "SELECT * FROM plot_cells ORDER BY 1,2", 9);
    ledger_dump(l, &t, "SELECT file,day FROM photos ORDER BY 1", 2);
    ledger_dump(l, &t, "SELECT p.id,b.west,b.south,b.east,b.north FROM plots_box b LEFT JOIN plots p ON p.fid=b.fid ORDER BY 1", 5);
    ledger_ok(pv_text_status(&t, &err), &err);
    return t.data;
}

/* Fails with the first line that differs. */
static void check_same(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        int n = (int)strcspn(a, "\n"), m = (int)strcspn(b, "\n");
        if (n != m || memcmp(a, b, (size_t)n) != 0) fail_msg("%.*s\nand not\n%.*s", n, a, m, b);
        a += n + (a[n] == '\n');
        b += m + (b[m] == '\n');
    }
}

/* order 0: as they come; else shuffled by it. nights: DAYS = one for each day, 1 = one for all, else two days each. */
static char *run(const scene *s, uint32_t order, int nights, int64_t *merged)
{
    ledger l = {.s = NULL};
    int at[PHOTOS], done = 0;
    ledger_open(&l);
    for (int i = 0; i < PHOTOS; i++) at[i] = i;
    for (int i = PHOTOS - 1; i > 0 && order != 0; i--) {
        int k = (int)(dice(&order) % (uint32_t)(i + 1)), t = at[i];
        at[i] = at[k];
        at[k] = t;
    }
    for (int n = 0; n < nights; n++) {
        int last = (n + 1) * DAYS / nights - 1;
        ledger_night(&l, dates[last]);
        for (int i = 0; i < PHOTOS; i++)
            if (s->day[at[i]] >= done && s->day[at[i]] <= last) put_photo(&l, s, at[i]);
        done = last + 1;
        ledger_update(&l);
    }
    char *first = remembered(&l);
    ledger_update(&l); /* once more changes nothing */
    char *second = remembered(&l);
    check_same(first, second);
    pv_free(second);
    if (merged != NULL) *merged = ledger_number(&l, "SELECT count(*) FROM plots WHERE merged_into IS NOT NULL");
    ledger_close(&l);
    return first;
}

static void test_any_order_any_nights(void **state)
{
    (void)state;
    int64_t merged = 0, all_merged = 0;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        scene s;
        make_scene(&s, seed);
        char *one = run(&s, 0, 1, &merged);
        assert_int_equal(merged, 0); /* within one update nothing has to be taken back */
        for (uint32_t order = 1; order <= 3; order++) {
            char *other = run(&s, order, 1, NULL);
            check_same(one, other);
            pv_free(other);
        }
        for (int nights = 2; nights <= DAYS; nights++) {
            char *other = run(&s, (uint32_t)nights, nights, &merged);
            check_same(one, other);
            pv_free(other);
            all_merged += merged;
        }
        pv_free(one);
    }
    assert_true(all_merged > 10); /* the nights in between had plots that later ones joined */
}

/* Distance of two rectangles, m. */
static double gap(const double a[4], const double b[4])
{
    double dx = fmax(0, fmax(a[0] - b[2], b[0] - a[2])), dy = fmax(0, fmax(a[1] - b[3], b[1] - a[3]));
    return sqrt(dx * dx + dy * dy);
}

static void test_plots_are_what_hangs_together(void **state)
{
    (void)state;
    scene s;
    ledger l = {.s = NULL};
    int set[SPOTS], plots = 0;
    int64_t plot[SPOTS];
    make_scene(&s, 7);
    ledger_open(&l);
    for (int day = 0; day < DAYS; day++) {
        ledger_night(&l, dates[day]);
        for (int p = 0; p < PHOTOS; p++)
            if (s.day[p] == day) put_photo(&l, &s, p);
        ledger_update(&l);
    }
    for (int i = 0; i < SPOTS; i++) set[i] = i;
    for (int changed = 1; changed;) {
        changed = 0;
        for (int i = 0; i < SPOTS; i++)
            for (int k = 0; k < SPOTS; k++)
                if (set[k] > set[i] && gap(s.spot[i].box, s.spot[k].box) <= 1.5) {
                    set[k] = set[i];
                    changed = 1;
                }
    }
    for (int i = 0; i < SPOTS; i++) {
        plot[i] = ledger_plot_of(&l, s.spot[i].id, "2026-06-02").fid;
        plots += set[i] == i;
    }
    for (int i = 0; i < SPOTS; i++)
        for (int k = 0; k < SPOTS; k++) assert_int_equal(plot[i] == plot[k], set[i] == set[k]);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM plots WHERE merged_into IS NULL"), plots);
    assert_true(plots > 20 && plots < SPOTS - 20);
    ledger_close(&l);
}

/* Two nights are there, the third waits. */
static void begin(ledger *l, const scene *s)
{
    ledger_open(l);
    for (int night = 0; night < 3; night++) {
        ledger_night(l, dates[2 * night + 1]);
        for (int p = 0; p < PHOTOS; p++)
            if (s->day[p] / 2 == night) put_photo(l, s, p);
        if (night < 2) ledger_update(l);
    }
}

static void test_memory_fails(void **state)
{
    (void)state;
    scene s;
    ledger l = {.s = NULL};
    long k = 0;
    make_scene(&s, 11);
    char *wanted = run(&s, 0, 3, NULL);
    begin(&l, &s);
    char *before = remembered(&l);
    for (pv_status st = PV_NOMEM; st != PV_OK; k++) {
        pv_err err = {.text = ""};
        pv_mem_fail_at(k, 0);
        st = pv_plots_update(l.s, &l.night, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_true(err.text[0] != '\0');
        if (k % 16 != 0) continue;
        char *now = remembered(&l);
        check_same(now, before);
        pv_free(now);
    }
    assert_true(k > 20);
    char *now = remembered(&l);
    check_same(now, wanted);
    pv_free(now);
    pv_free(before);
    pv_free(wanted);
    ledger_close(&l);
}

static void test_disk_is_full(void **state)
{
    (void)state;
    scene s;
    ledger l = {.s = NULL};
    int failed = 0;
    make_scene(&s, 11);
    char *wanted = run(&s, 0, 3, NULL);
    begin(&l, &s);
    char *before = remembered(&l);
    int64_t pages = ledger_number(&l, "PRAGMA page_count");
    for (pv_status st = PV_IO; st != PV_OK; failed += st != PV_OK) {
        pv_err err = {.text = ""};
        char sql[64];
        (void)snprintf(sql, sizeof sql, "PRAGMA max_page_count=%lld", (long long)pages + failed);
        (void)ledger_number(&l, sql);
        st = pv_plots_update(l.s, &l.night, &err);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_IO);
        char *now = remembered(&l);
        check_same(now, before);
        pv_free(now);
    }
    assert_true(failed > 0);
    char *now = remembered(&l);
    check_same(now, wanted);
    pv_free(now);
    pv_free(before);
    pv_free(wanted);
    ledger_close(&l);
}

/* A process that is ended in the middle of the update leaves nothing or all of it. */
static void test_killed(void **state)
{
    (void)state;
    scene s;
    ledger l = {.s = NULL};
    uint32_t seed = 5;
    int killed = 0;
    make_scene(&s, 11);
    char *wanted = run(&s, 0, 3, NULL);
    begin(&l, &s);
    char *before = remembered(&l);
    for (int i = 0; i < 12; i++) {
        int status = 0;
        pv_err err = {.text = ""};
        pv_season_close(l.s);
        l.s = NULL;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            pv_season *mine = NULL;
            pv_status st = pv_season_open(&mine, l.folder, 1, NULL);
            if (st == PV_OK) st = pv_plots_update(mine, &l.night, NULL);
            _exit(st == PV_OK ? 0 : 1);
        }
        (void)usleep(dice(&seed) % 60000);
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        ledger_ok(pv_season_open(&l.s, l.folder, 1, &err), &err);
        char *now = remembered(&l);
        if (strcmp(now, before) != 0) check_same(now, wanted);
        pv_free(now);
    }
    assert_true(killed > 0);
    ledger_update(&l);
    char *now = remembered(&l);
    check_same(now, wanted);
    pv_free(now);
    pv_free(before);
    pv_free(wanted);
    ledger_close(&l);
}

static void test_findings_fail(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    scene s;
    pv_plot p;
    pv_err err = {.text = ""};
    make_scene(&s, 11);
    begin(&l, &s);
    p = ledger_plot_of(&l, s.spot[s.spot[0].photo < 16 ? 0 : 1].id, "2026-05-01");
    char *before = remembered(&l);
    for (int what = 0; what < 2; what++)
        for (long k = 0;; k++) {
            pv_mem_fail_at(k, 0);
            pv_status st = what == 0 ? pv_plots_rule_out(l.s, p.id, "x", "2026-05-02", -1, &err)
                                     : pv_plots_set_status(l.s, p.id, PV_PLOT_ERADICATED, "2026-05-03", &err);
            pv_mem_fail_at(-1, 0);
            if (st == PV_OK) break;
            assert_int_equal(st, PV_NOMEM);
            assert_true(ledger_plot_of(&l, s.spot[s.spot[0].photo < 16 ? 0 : 1].id, "2026-05-01").status ==
                        (what == 0 ? PV_PLOT_SUSPECTED : PV_PLOT_RULED_OUT));
            if (what == 0) {
                char *now = remembered(&l);
                check_same(now, before);
                pv_free(now);
            }
        }
    pv_free(before);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order_any_nights),
        cmocka_unit_test(test_plots_are_what_hangs_together),
        cmocka_unit_test(test_memory_fails),
        cmocka_unit_test(test_disk_is_full),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_findings_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
