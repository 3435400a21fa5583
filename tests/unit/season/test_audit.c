/* Audit samples: strata against cells looked at one by one, draws that depend on nothing but seed and ground, rows that nobody can change, answers in any order, and 200 surveys of a season whose
 * truth is known. */
#include <math.h>

#include "base/mem.h"
#include "season/audit.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

/* Metres: west, south, east, north. */
typedef struct spot {
    const char *id;
    double at[4], prob;
} spot;

static const spot spots[] = {
    {"h-likely", {20.3, 20.4, 26.1, 25.2}, 0.9}, {"h-tiny", {60.25, 30.25, 60.65, 30.55}, 0.8}, {"h-border", {40.2, 60.1, 46.7, 63.3}, 0.3},
    {"h-false", {70.4, 70.2, 75.8, 74.6}, 0.95}, {"h-dark", {90.5, 10.5, 93.5, 12.5}, 0.7},
};
enum { SPOTS = 5, LIKELY = 0, TINY, BORDER, FALSE_ONE, IN_THE_DARK };

/* A photo sees all but what is dark in it. */
static void cover(ledger *l, int64_t photo, const double all[4], const double dark[4])
{
    pv_err err = {.text = ""};
    const pv_cell_grid grid = {4544, 1};
    pv_cell_globe *globe = NULL;
    pv_cells *cells = NULL;
    pv_text bytes = {0};
    double i[2], j[2];
    ledger_ok(pv_cell_globe_new(&globe, &grid, 561267, 3859266, &err), &err);
    ledger_ok(pv_cells_new(&cells, &grid, &err), &err);
    for (int part = 0; part < 2; part++) {
        const double *c = part == 0 ? all : dark;
        for (int k = 0; k < 2; k++)
            assert_int_equal(pv_cell_globe_cell(globe, ledger_lon + c[2 * k] / ledger_m_lon, ledger_lat + c[2 * k + 1] / ledger_m_lat, &i[k], &j[k]),
                             1);
        for (int32_t y = (int32_t)j[0]; y < (int32_t)j[1]; y++)
            ledger_ok(pv_cells_set(cells, y, (int32_t)i[0], (int32_t)i[1], part == 0 ? PV_CELL_SEEN : PV_CELL_DARK, &err), &err);
    }
    ledger_ok(pv_cells_finish(cells, &err), &err);
    ledger_ok(pv_cells_encode(cells, &bytes, &err), &err);
    ledger_ok(pv_sql_begin(l->s->db, &err), &err);
    ledger_ok(pv_ground_take(l->s, photo, bytes.data, bytes.len, &err), &err);
    ledger_ok(pv_sql_commit(l->s->db, &err), &err);
    pv_cells_free(cells);
    pv_cell_globe_free(globe);
    pv_text_release(&bytes);
}

/* A photo of 100 x 80 m of which the corner in the south-east is dark, five hotspots, one of them ruled out, a crew's place; and a photo of another day beside it with a hotspot. */
static void make(ledger *l, int other_order)
{
    const double all[4] = {0, 0, 100, 80}, dark[4] = {85, 0, 100, 20}, beside[4] = {90, 0, 140, 80};
    pv_err err = {.text = ""};
    int64_t photo[2] = {0, 0}, place = 0;
    pv_finding f;
    pv_finding_outcome outcome;
    ledger_open(l);
    ledger_night(l, "2026-05-20");
    for (int k = 0; k < 2; k++) {
        int second = k ^ other_order;
        photo[second] = ledger_photo(l, second ? "b.tif" : "a.tif", second ? "2026-06-01T09:00:00+08:00" : "2026-05-20T09:00:00+08:00", NULL);
    }
    for (int k = 0; k < 2; k++) {
        if (k ^ other_order)
            ledger_cover(l, photo[1], beside, PV_CELL_SEEN);
        else
            cover(l, photo[0], all, dark);
    }
    for (int k = 0; k < SPOTS; k++) {
        const spot *s = &spots[other_order ? SPOTS - 1 - k : k];
        const ledger_spot h = {photo[0], s->id, s->at[0], s->at[1], s->at[2], s->at[3], s->prob, NULL, NULL};
        ledger_add_spot(l, &h);
    }
    const ledger_spot later = {photo[1], "h-later", 120.2, 40.3, 123.4, 44.6, 0.9, NULL, NULL};
    ledger_add_spot(l, &later);
    ledger_update(l);
    pv_plot p = ledger_plot_of(l, "h-false", "2026-05-20");
    ledger_ok(pv_plots_rule_out(l->s, p.id, "corn_poppy", "2026-05-21", -1, &err), &err);
    ledger_ok(pv_findings_new_place(l->s, ledger_lon + 10 / ledger_m_lon, ledger_lat + 70 / ledger_m_lat, "2026-05-21", &place, &err), &err);
    pv_finding_clear(&f);
    f.plot = place;
    f.status = PV_PLOT_CONFIRMED;
    (void)snprintf(f.date, sizeof f.date, "2026-05-21");
    (void)snprintf(f.person1, sizeof f.person1, "somebody");
    pv_finding_key(&f, "place");
    ledger_ok(pv_findings_add(l->s, &f, &outcome, &err), &err);
}

static pv_audit_design design_of(int64_t n, uint64_t seed)
{
    pv_audit_design d = pv_audit_design_usual();
    d.n = n;
    d.seed = seed;
    d.rare = 10;
    (void)snprintf(d.to, sizeof d.to, "2026-05-31");
    return d;
}

/* ---- strata ---- */

/* How deep the square of a cell reaches into a rectangle, metres: below 0 it stays outside. Cells are turned by less than a degree against these metres. */
static double reach(const double cell[4], const double at[4])
{
    double x = fmin(cell[2], at[2]) - fmax(cell[0], at[0]), y = fmin(cell[3], at[3]) - fmax(cell[1], at[1]);
    return fmin(x, y);
}

static void test_strata(void **state)
{
    (void)state;
    ledger l = {.folder = ""};
    pv_audit_draw d;
    pv_err err = {.text = ""};
    const pv_cell_grid grid = {4544, 1};
    pv_cell_globe *globe = NULL;
    int64_t sure[PV_STRATA] = {0}, doubtful = 0, all = 0;
    make(&l, 0);
    const pv_audit_design design = design_of(60, 1);
    ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
    ledger_ok(pv_cell_globe_new(&globe, &grid, 561267, 3859266, &err), &err);
    double i0, j0;
    assert_int_equal(pv_cell_globe_cell(globe, ledger_lon, ledger_lat, &i0, &j0), 1);
    for (int y = 0; y < 80; y++)
        for (int x = 0; x < 100; x++) {
            double corner[2][2], cell[4], depth[SPOTS], near = -INFINITY;
            for (int k = 0; k < 2; k++)
                ledger_ok(pv_cell_globe_lonlat(globe, floor(i0) + x + k, floor(j0) + y + k, &corner[k][0], &corner[k][1], &err), &err);
            for (int k = 0; k < 2; k++) {
                cell[2 * k] = (corner[k][0] - ledger_lon) * ledger_m_lon;
                cell[2 * k + 1] = (corner[k][1] - ledger_lat) * ledger_m_lat;
            }
            if (cell[2] <= 0 || cell[3] <= 0) continue;
            for (int k = 0; k < SPOTS; k++) {
                const double *s = spots[k].at, wide[4] = {s[0] - 10, s[1] - 10, s[2] + 10, s[3] + 10};
                depth[k] = reach(cell, s);
                near = fmax(near, reach(cell, wide));
            }
            const double place[4] = {0, 60, 20, 80}, later[4] = {110.2, 30.3, 133.4, 54.6}, dark[4] = {85, 0, 100, 20};
            near = fmax(near, fmax(reach(cell, place), reach(cell, later)));
            if (reach(cell, dark) > 0.5) continue;
            all++;
            double most = fmax(depth[LIKELY], depth[TINY]), border = fmax(depth[BORDER], depth[FALSE_ONE]);
            pv_stratum h = most > 0 ? PV_STRATUM_LIKELY : border > 0 ? PV_STRATUM_BORDERLINE : near > 0 ? PV_STRATUM_NEAR : PV_STRATUM_BACKGROUND;
            /* What is so near to a border can fall on either side: these metres are not quite those of the grid. */
            if (fabs(most) < 0.06 || (most < 0 && fabs(border) < 0.06) || (most < 0 && border < 0 && fabs(near) < 0.4))
                doubtful++;
            else
                sure[h]++;
        }
    int64_t sum = 0;
    for (int h = 0; h < PV_STRATA; h++) {
        sum += d.stratum[h].units;
        assert_true(d.stratum[h].units >= sure[h] && d.stratum[h].units <= sure[h] + doubtful);
        /* A square metre of the grid is that of the ground but for the projection's scale. */
        assert_true(fabs((double)d.stratum[h].area_e6 / 1e6 / (double)d.stratum[h].units - 1) < 3e-4);
        assert_true(d.stratum[h].n >= 2);
    }
    assert_true(labs((long)(sum - all)) < 200);
    assert_true(sure[PV_STRATUM_LIKELY] > 30 && sure[PV_STRATUM_BORDERLINE] > 40 && sure[PV_STRATUM_NEAR] > 500 &&
                sure[PV_STRATUM_BACKGROUND] > 2000);
    /* On the map are the likely ones, and of the borderline ones those that people have not ruled out. */
    assert_int_equal(d.stratum[PV_STRATUM_LIKELY].mapped_e6, d.stratum[PV_STRATUM_LIKELY].area_e6);
    double mapped = (double)d.stratum[PV_STRATUM_BORDERLINE].mapped_e6 / 1e6, whole = (double)d.stratum[PV_STRATUM_BORDERLINE].area_e6 / 1e6;
    assert_true(mapped > 0.35 * whole && mapped < 0.65 * whole);
    assert_int_equal(d.stratum[PV_STRATUM_NEAR].mapped_e6, 0);
    /* The hotspot in the dark is on the map and in no stratum. */
    assert_true((double)d.unseen_e6 / 1e6 > 5 && (double)d.unseen_e6 / 1e6 < 16);
    pv_audit_draw_release(&d);
    pv_cell_globe_free(globe);
    ledger_close(&l);
}

/* ---- draws ---- */

/* As another program (Python) works them out from docs/formats/sample.md. */
static void test_generator(void **state)
{
    (void)state;
    assert_true(pv_audit_key(0, 0, 0) == UINT64_C(0x48218226ff3cd4bf));
    assert_true(pv_audit_key(4711, 561267, 3859266) == UINT64_C(0x5bd3722f2746c6e5));
    assert_true(pv_audit_key(9007199254740991, -1, -2) == UINT64_C(0x17564777f698e6d3));
}

static int smaller(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Of more cells than are kept in hand those with the smallest keys are drawn. */
static void test_smallest_keys(void **state)
{
    (void)state;
    enum { N = 100, MOST = 200 * 200 };
    static uint64_t key[MOST];
    ledger l = {.folder = ""};
    pv_err err = {.text = ""};
    pv_audit_draw d;
    pv_cells *cells = NULL;
    const pv_cell_grid grid = {4544, 1};
    pv_text bytes = {0};
    uint64_t drawn[N];
    ledger_open(&l);
    ledger_night(&l, "2026-05-20");
    int64_t photo = ledger_photo(&l, "a.tif", "2026-05-20T09:00:00+08:00", NULL);
    ledger_ok(pv_cells_new(&cells, &grid, &err), &err);
    for (int y = 0; y < 200; y++) {
        ledger_ok(pv_cells_set(cells, 3859266 + y, 561267, 561467, PV_CELL_SEEN, &err), &err);
        for (int x = 0; x < 200; x++) key[200 * y + x] = pv_audit_key(99, 561267 + x, 3859266 + y);
    }
    ledger_ok(pv_cells_finish(cells, &err), &err);
    ledger_ok(pv_cells_encode(cells, &bytes, &err), &err);
    ledger_ok(pv_sql_begin(l.s->db, &err), &err);
    ledger_ok(pv_ground_take(l.s, photo, bytes.data, bytes.len, &err), &err);
    ledger_ok(pv_sql_commit(l.s->db, &err), &err);
    pv_audit_design design = pv_audit_design_usual();
    design.n = N;
    design.seed = 99;
    ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
    assert_int_equal(d.n, N);
    assert_int_equal(d.stratum[PV_STRATUM_BACKGROUND].units, MOST);
    for (int k = 0; k < N; k++) drawn[k] = pv_audit_key(99, d.point[k].i, d.point[k].j);
    qsort(key, MOST, sizeof *key, smaller);
    qsort(drawn, N, sizeof *drawn, smaller);
    assert_memory_equal(drawn, key, sizeof drawn);
    pv_audit_draw_release(&d);
    pv_cells_free(cells);
    pv_text_release(&bytes);
    ledger_close(&l);
}

static void add_points(pv_text *out, const pv_audit_draw *d)
{
    for (size_t k = 0; k < d->n; k++) {
        const pv_audit_point *p = &d->point[k];
        pv_text_addf(out, "%s %d %d %s %d %.9f %.6f\n", p->id, p->i, p->j, pv_stratum_word(p->stratum), p->map_class, p->inclusion, p->weight_m2);
    }
}

static void test_sameness(void **state)
{
    (void)state;
    pv_err err = {.text = ""};
    pv_text said[3] = {{0}, {0}, {0}};
    for (int k = 0; k < 3; k++) {
        ledger l = {.folder = ""};
        pv_audit_draw d, again;
        pv_text text = {0};
        make(&l, k == 1);
        const pv_audit_design design = design_of(80, k == 2 ? 8 : 7);
        ledger_ok(pv_audit_make(&d, l.s, "may", "2026-06-02", &design, &err), &err);
        add_points(&said[k], &d);
        /* As it is read from the ledger. */
        ledger_ok(pv_audit_read(&again, l.s, NULL, &err), &err);
        add_points(&text, &again);
        assert_string_equal(pv_text_str(&text), pv_text_str(&said[k]));
        assert_int_equal(again.design.seed, design.seed);
        assert_memory_equal(again.stratum, d.stratum, sizeof d.stratum);
        double weight = 0, area = 0;
        for (size_t p = 0; p < d.n; p++) weight += d.point[p].weight_m2;
        for (int h = 0; h < PV_STRATA; h++) area += (double)d.stratum[h].area_e6 / 1e6;
        assert_true(fabs(weight - area) < 1e-6);
        pv_text_release(&text);
        pv_audit_draw_release(&d);
        pv_audit_draw_release(&again);
        ledger_close(&l);
    }
    assert_string_equal(pv_text_str(&said[0]), pv_text_str(&said[1]));
    assert_string_not_equal(pv_text_str(&said[0]), pv_text_str(&said[2]));
    for (int k = 0; k < 3; k++) pv_text_release(&said[k]);
}

/* Of a draw nothing is changed, taken away or added. */
static void test_append_only(void **state)
{
    (void)state;
    static const char *const forbidden[] = {
        "UPDATE samples SET seed='1'",
        "DELETE FROM samples",
        "UPDATE sample_strata SET units=1",
        "DELETE FROM sample_strata",
        "UPDATE sample_points SET lon=0",
        "DELETE FROM sample_points",
        "INSERT INTO sample_points(sample,id,cell_i,cell_j,lon,lat,stratum,map_class,inclusion,weight_m2) "
        "VALUES(1,'S000000',0,0,0,0,'near','other',1,1)",
        "INSERT INTO sample_points(sample,number,id,cell_i,cell_j,lon,lat,stratum,map_class,inclusion,weight_m2) "
        "VALUES(1,60,'S000000',0,0,0,0,'near','other',1,1)",
        "INSERT INTO sample_strata VALUES(1,'near',1,1,1,1,1)",
        "UPDATE sample_answers SET verdict='other_crop'",
        "DELETE FROM sample_answers",
    };
    ledger l = {.folder = ""};
    pv_audit_draw d;
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    make(&l, 0);
    const pv_audit_design design = design_of(60, 1);
    ledger_ok(pv_audit_make(&d, l.s, "a", "2026-06-02", &design, &err), &err);
    const pv_audit_answer a = {.point = d.point[0].fid, .verdict = "not_found", .date = "2026-06-03", .person1 = "somebody", .gnss_accuracy_m = -1};
    ledger_ok(pv_audit_answer_add(l.s, &a, &outcome, &err), &err);
    for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++)
        if (pv_sql_exec(l.s->db, forbidden[k], &err) == PV_OK) fail_msg("%s", forbidden[k]);
    pv_audit_draw_release(&d);
    /* A name is taken once; a second draw is a new one, with points of its own. */
    assert_int_equal(pv_audit_make(&d, l.s, "a", "2026-06-02", &design, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "never changed"));
    ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
    assert_string_equal(d.name, "1");
    pv_audit_draw_release(&d);
    assert_int_equal(ledger_number(&l, "SELECT count(DISTINCT id) FROM sample_points"), 120);
    ledger_close(&l);
}

static void test_refused(void **state)
{
    (void)state;
    ledger l = {.folder = ""};
    pv_audit_draw d = {.fid = 0};
    pv_audit_estimate e = {.unit_m2 = 0};
    pv_err err = {.text = ""};
    pv_audit_design design = design_of(60, 1);
    ledger_open(&l);
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "nothing to draw from"));
    assert_int_equal(pv_audit_read(&d, l.s, NULL, &err), PV_USAGE);
    assert_int_equal(pv_audit_estimate_make(&e, l.s, "x", &err), PV_USAGE);
    ledger_close(&l);
    make(&l, 0);
    assert_int_equal(pv_audit_make(&d, l.s, "a b", "2026-06-02", &design, &err), PV_USAGE);
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-02-30", &design, &err), PV_USAGE);
    (void)snprintf(design.from, sizeof design.from, "2026-05-31");
    (void)snprintf(design.to, sizeof design.to, "2026-05-01");
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_USAGE);
    (void)snprintf(design.from, sizeof design.from, "2027-05-31");
    design.to[0] = '\0';
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_INPUT);
    design = design_of(20, 1);
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_USAGE);
    design = design_of(0, 1);
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_USAGE);
    design.target = 1e-5;
    assert_int_equal(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), PV_USAGE);
    assert_int_equal(ledger_number(&l, "SELECT count(*) FROM samples"), 0);
    /* The size that a standard error takes: by hand from the strata. */
    design.target = 0.02; /* 4 points, and 40 are the least of four strata */
    ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
    double s = 0, area = 0;
    for (int h = 0; h < PV_STRATA; h++) {
        s += (double)d.stratum[h].area_e6 * sqrt(design.expected[h] * (1 - design.expected[h]));
        area += (double)d.stratum[h].area_e6;
    }
    double n = ceil(s * s / area / area / 0.02 / 0.02);
    assert_true((double)d.n == fmax(n, 40));
    /* Every stratum is empty of answers: the first is named. */
    assert_int_equal(pv_audit_estimate_make(&e, l.s, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "stratum likely: it has 0 answers"));
    pv_audit_draw_release(&d);
    ledger_close(&l);
}

/* ---- answers ---- */

static pv_audit_answer answer(const pv_audit_point *p, const char *verdict, const char *date, const char *at, const char *who)
{
    pv_audit_answer a = {.point = p->fid, .gnss_accuracy_m = -1};
    (void)snprintf(a.verdict, sizeof a.verdict, "%s", verdict);
    (void)snprintf(a.date, sizeof a.date, "%s", date);
    (void)snprintf(a.at, sizeof a.at, "%s", at);
    (void)snprintf(a.person1, sizeof a.person1, "%s", who);
    return a;
}

static void test_answers(void **state)
{
    (void)state;
    ledger l = {.folder = ""};
    pv_audit_draw d;
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    pv_audit_point found;
    int there = 0;
    make(&l, 0);
    const pv_audit_design design = design_of(60, 1);
    ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
    ledger_ok(pv_audit_point_find(l.s, d.point[3].id, &found, &there, &err), &err);
    assert_true(there == 1 && found.fid == d.point[3].fid && found.stratum == d.point[3].stratum);
    ledger_ok(pv_audit_point_find(l.s, "S999999", &found, &there, &err), &err);
    assert_int_equal(there, 0);
    pv_audit_answer a = answer(&d.point[0], "unchecked", "2026-06-03", "", "x");
    assert_int_equal(pv_audit_answer_add(l.s, &a, &outcome, &err), PV_INPUT);
    a = answer(&d.point[0], "not_found", "2026-06-03", "", "");
    assert_int_equal(pv_audit_answer_add(l.s, &a, &outcome, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "nobody"));
    a = answer(&d.point[0], "not_found", "", "", "x");
    assert_int_equal(pv_audit_answer_add(l.s, &a, &outcome, &err), PV_INPUT);
    /* All are answered "nothing"; the first twelve get more answers, in two orders. */
    for (size_t k = 4; k < d.n; k++) {
        a = answer(&d.point[k], k % 2 == 0 ? "not_found" : "other_crop", "2026-06-03", "", "x");
        ledger_ok(pv_audit_answer_add(l.s, &a, &outcome, &err), &err);
        assert_int_equal(outcome, PV_FINDING_ADDED);
        ledger_ok(pv_audit_answer_add(l.s, &a, &outcome, &err), &err);
        assert_int_equal(outcome, PV_FINDING_SAME);
    }
    enum { FIRST_TIE = 4, TIES = 8 };
    for (size_t k = FIRST_TIE; k < FIRST_TIE + TIES; k++) {
        a = answer(&d.point[k], "confirmed_poppy", "2026-06-03", "", "y"); /* the same day, without a time: poppy */
        ledger_ok(pv_audit_answer_add(l.s, &a, &outcome, &err), &err);
        assert_int_equal(outcome, PV_FINDING_CONFLICT);
    }
    const pv_audit_answer more[] = {
        answer(&d.point[0], "confirmed_poppy", "2026-06-03", "", "x"),
        answer(&d.point[0], "not_found", "2026-06-04", "", "y"), /* later: counts */
        answer(&d.point[1], "confirmed_poppy", "2026-06-03", "", "x"),
        answer(&d.point[1], "unreachable", "2026-06-05", "", "y"), /* undoes nothing */
        answer(&d.point[2], "not_found", "2026-06-03", "2026-06-03T12:00:00+08:00", "x"),
        answer(&d.point[2], "already_removed", "2026-06-03", "2026-06-03T09:00:00+09:00", "y"), /* earlier */
        answer(&d.point[2], "confirmed_poppy", "2026-06-03", "2026-06-03T12:00:00+08:00", "z"), /* the same time: poppy */
        answer(&d.point[3], "unreachable", "2026-06-03", "", "x"),
    };
    enum { MORE = sizeof more / sizeof *more };
    double value[2] = {0, 0};
    for (int order = 0; order < 2; order++) {
        pv_audit_estimate e;
        int64_t conflicts = 0;
        ledger_ok(pv_sql_begin(l.s->db, &err), &err);
        for (int k = 0; k < MORE; k++) {
            ledger_ok(pv_audit_answer_add(l.s, &more[order == 0 ? k : MORE - 1 - k], &outcome, &err), &err);
            conflicts += outcome == PV_FINDING_CONFLICT;
        }
        ledger_ok(pv_audit_estimate_make(&e, l.s, NULL, &err), &err);
        assert_true(conflicts >= 2);
        assert_int_equal(e.conflicts, 2 + TIES);
        assert_int_equal(e.all.drawn, 60);
        assert_int_equal(e.all.answered, 59);
        assert_int_equal(e.all.unreachable, 1);
        assert_int_equal(e.all.open, 0);
        assert_int_equal(e.figures.at[PV_AUDIT_POPPY].reference, 2 + TIES);
        assert_int_equal(e.by_how_seen[PV_AUDIT_HOW - 1], 59);
        /* The point that could not be reached weighs nothing, or all: by its stratum's area. */
        const pv_audit_stratum *h = &d.stratum[d.point[3].stratum];
        assert_true(fabs(e.if_all_m2 - e.if_none_m2 - (double)h->area_e6 / 1e6 / (double)h->n) < 1e-6);
        value[order] = e.figures.at[PV_AUDIT_POPPY].area.value;
        for (size_t k = 0; k < e.n_omitted; k++) assert_int_equal(e.omitted[k].map_class, PV_AUDIT_OTHER);
        pv_audit_estimate_release(&e);
        pv_sql_rollback(l.s->db);
    }
    assert_true(value[0] > 0 && value[0] == value[1]);
    pv_audit_draw_release(&d);
    ledger_close(&l);
}

/* ---- surveys ---- */

/* The truth: poppies in three quarters of the map's patches and in a strip that it missed, by cell. */
static int is_poppy(const pv_audit_point *p, int32_t i0, int32_t j0)
{
    int x = p->i - i0, y = p->j - j0;
    if (p->map_class == PV_AUDIT_POPPY) return (x + 3 * y) % 4 != 0;
    return x % 20 == 0 && y % 4 == 0;
}

static void test_surveys(void **state)
{
    (void)state;
    enum { SURVEYS = 200 };
    ledger l = {.folder = ""};
    pv_err err = {.text = ""};
    pv_finding_outcome outcome;
    double truth = 0, sum = 0, sum2 = 0;
    int covered = 0, users = 0;
    int32_t i0 = INT32_MAX, j0 = INT32_MAX;
    double right = 0, mapped = 0;
    make(&l, 0);
    /* Every cell is drawn once, to know the truth. */
    {
        pv_audit_draw d;
        pv_audit_design all = design_of(10000, 1);
        ledger_ok(pv_sql_begin(l.s->db, &err), &err);
        ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &all, &err), &err);
        for (size_t k = 0; k < d.n; k++) {
            i0 = d.point[k].i < i0 ? d.point[k].i : i0;
            j0 = d.point[k].j < j0 ? d.point[k].j : j0;
        }
        for (size_t k = 0; k < d.n; k++) {
            int poppy = is_poppy(&d.point[k], i0, j0);
            truth += poppy ? d.point[k].weight_m2 : 0;
            mapped += d.point[k].map_class == PV_AUDIT_POPPY ? d.point[k].weight_m2 : 0;
            right += poppy && d.point[k].map_class == PV_AUDIT_POPPY ? d.point[k].weight_m2 : 0;
        }
        int64_t units = 0;
        for (int h = 0; h < PV_STRATA; h++) {
            units += d.stratum[h].units;
            assert_int_equal(d.stratum[h].n, d.stratum[h].units);
        }
        assert_int_equal(units, d.n);
        pv_audit_draw_release(&d);
        pv_sql_rollback(l.s->db);
    }
    for (int r = 0; r < SURVEYS; r++) {
        pv_audit_draw d;
        pv_audit_estimate e;
        pv_audit_design design = design_of(300, (uint64_t)r + 1);
        design.rare = 40;
        ledger_ok(pv_sql_begin(l.s->db, &err), &err);
        ledger_ok(pv_audit_make(&d, l.s, NULL, "2026-06-02", &design, &err), &err);
        for (size_t k = 0; k < d.n; k++) {
            const pv_audit_answer a = answer(&d.point[k], is_poppy(&d.point[k], i0, j0) ? "confirmed_poppy" : "not_found", "2026-06-03", "", "x");
            ledger_ok(pv_audit_answer_add(l.s, &a, &outcome, &err), &err);
        }
        ledger_ok(pv_audit_estimate_make(&e, l.s, NULL, &err), &err);
        const pv_class_estimate *c = &e.figures.at[PV_AUDIT_POPPY];
        sum += c->area.value - truth;
        sum2 += (c->area.value - truth) * (c->area.value - truth);
        covered += c->area.low <= truth && truth <= c->area.high;
        users += c->users.low <= right / mapped && right / mapped <= c->users.high;
        pv_audit_estimate_release(&e);
        pv_audit_draw_release(&d);
        pv_sql_rollback(l.s->db);
    }
    double off = sum / SURVEYS, error = sqrt((sum2 / SURVEYS - off * off) / SURVEYS);
    print_message("truth %.1f m2, %d surveys off by %.1f on average (standard error %.1f); covered: area %.1f %%, users %.1f %%\n", truth,
                  (int)SURVEYS, off, error, 100.0 * covered / SURVEYS, 100.0 * users / SURVEYS);
    assert_true(fabs(off) < 4 * error);
    /* 95 % but for four standard errors of 200 surveys. */
    assert_true(covered >= 0.89 * SURVEYS && users >= 0.89 * SURVEYS);
    ledger_close(&l);
}

/* Each cell of a stratum is drawn as often as any other. */
static void test_equal_chances(void **state)
{
    (void)state;
    enum { SIDE = 20, DRAWN = 40, SEEDS = 2000 };
    int hits[SIDE * SIDE] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t key[SIDE * SIDE];
        for (int k = 0; k < SIDE * SIDE; k++) key[k] = pv_audit_key(seed, 561000 + k % SIDE, 3859000 + k / SIDE);
        for (int k = 0; k < SIDE * SIDE; k++) {
            int before = 0;
            for (int o = 0; o < SIDE * SIDE; o++) before += key[o] < key[k];
            hits[k] += before < DRAWN;
        }
    }
    /* Chi-squared with 399 degrees of freedom: mean 399, 4.5 standard deviations of 28. */
    double expected = (double)SEEDS * DRAWN / (SIDE * SIDE), chi = 0;
    for (int k = 0; k < SIDE * SIDE; k++) chi += (hits[k] - expected) * (hits[k] - expected) / (expected * (1 - (double)DRAWN / (SIDE * SIDE)));
    assert_true(chi > 399 - 127 && chi < 399 + 127);
}

static void test_memory_fails(void **state)
{
    (void)state;
    ledger l = {.folder = ""};
    pv_err err = {.text = ""};
    pv_audit_draw d = {.fid = 0};
    const pv_audit_design design = design_of(60, 1);
    pv_status st = PV_NOMEM;
    make(&l, 0);
    long k = 0;
    for (; st != PV_OK && k < 100000; k += k < 60 ? 1 : 37) {
        pv_mem_fail_at(k, 0);
        st = pv_audit_make(&d, l.s, "m", "2026-06-02", &design, &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_OK) assert_int_equal(st, PV_NOMEM);
        if (st != PV_OK) assert_int_equal(ledger_number(&l, "SELECT count(*) FROM samples"), 0);
    }
    assert_true(k > 60);
    pv_audit_draw_release(&d);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strata),       cmocka_unit_test(test_generator),     cmocka_unit_test(test_smallest_keys),
        cmocka_unit_test(test_sameness),     cmocka_unit_test(test_append_only),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_answers),      cmocka_unit_test(test_equal_chances), cmocka_unit_test(test_surveys),
        cmocka_unit_test(test_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
