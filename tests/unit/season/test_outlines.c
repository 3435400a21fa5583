/* Outlines on the ground: distances, containment, hulls and unions against figures worked out by hand. */
#include "season/outlines.h"

#include "ledger.h"

#include <math.h>

#include "base/mem.h"

#include "base/banned.h"

/* A polygon of GeoJSON coordinates in metres: rings of n[k] points, one after the other. */
static pv_plot_outline outline(const double *xy, const int *n, int rings)
{
    pv_text json = {0}, blob = {0};
    pv_plot_outline o = {.n_rings = 0};
    pv_text_add(&json, "{\"type\":\"Polygon\",\"coordinates\":[");
    for (int r = 0; r < rings; r++) {
        if (r > 0) pv_text_add(&json, ",");
        ledger_ring(&json, xy, n[r]);
        xy += 2 * n[r];
    }
    pv_text_add(&json, "]}");
    ledger_geometry(&blob, pv_text_str(&json));
    assert_int_equal(pv_plot_outline_read(&o, blob.data, blob.len, NULL), PV_OK);
    assert_int_equal(o.n_rings, rings);
    pv_text_release(&json);
    pv_text_release(&blob);
    return o;
}

static pv_plot_outline rect(double w, double s, double e, double n)
{
    const double xy[] = {w, s, e, s, e, n, w, n};
    return outline(xy, (const int[]){4}, 1);
}

static int near(const pv_plot_outline *a, const pv_plot_outline *b, double m)
{
    int one = 0, other = 0;
    assert_int_equal(pv_plot_outline_near(a, b, m, &one, NULL), PV_OK);
    assert_int_equal(pv_plot_outline_near(b, a, m, &other, NULL), PV_OK);
    assert_int_equal(one, other);
    return one;
}

/* True from `m` metres on, within a millimetre. */
static void check_distance(pv_plot_outline a, pv_plot_outline b, double m)
{
    assert_true(near(&a, &b, m + 0.001));
    assert_true(m < 0.001 || !near(&a, &b, m - 0.001));
    pv_plot_outline_release(&a);
    pv_plot_outline_release(&b);
}

static void test_distance(void **state)
{
    (void)state;
    const double ring[] = {0, 0, 20, 0, 20, 20, 0, 20, 5, 5, 5, 15, 15, 15, 15, 5};
    const double slanting[] = {10, 0, 20, 10, 10, 20, 0, 10};
    const double cross[] = {-5, 9, 25, 9, 25, 11, -5, 11};
    check_distance(rect(0, 0, 2, 2), rect(3.5, 0, 5, 2), 1.5);
    check_distance(rect(0, 0, 2, 2), rect(0, 3.5, 2, 5), 1.5);
    check_distance(rect(0, 0, 2, 2), rect(5, 6, 7, 8), 5); /* corner to corner */
    check_distance(rect(0, 0, 2, 2), rect(2, 0, 4, 2), 0); /* they touch */
    check_distance(rect(0, 0, 2, 2), rect(1, 1, 4, 2), 0);
    check_distance(rect(0, 0, 10, 10), rect(4, 4, 5, 5), 0);                      /* one in the other */
    check_distance(outline(ring, (const int[]){4, 4}, 2), rect(8, 8, 11, 11), 3); /* in the hole */
    check_distance(outline(ring, (const int[]){4, 4}, 2), rect(6, 6, 14, 14), 1);
    check_distance(outline(ring, (const int[]){4, 4}, 2), rect(1, 1, 2, 2), 0);
    check_distance(outline(slanting, (const int[]){4}, 1), rect(17, 17, 18, 18), 14 / sqrt(2) - 10 / sqrt(2)); /* to an edge, not to its box */
    check_distance(rect(8, 0, 12, 20), outline(cross, (const int[]){4}, 1), 0);                                /* no corner in the other */
}

static void test_far_corner_of_many_parts(void **state)
{
    (void)state;
    pv_text json = {0}, blob = {0};
    pv_plot_outline parts = {.n_rings = 0}, big = rect(0, 0, 50, 50), far = rect(300, 0, 310, 10);
    const double one[] = {100, 0, 101, 0, 101, 1, 100, 1}, two[] = {20, 20, 21, 20, 21, 21, 20, 21};
    pv_text_add(&json, "{\"type\":\"MultiPolygon\",\"coordinates\":[[");
    ledger_ring(&json, one, 4);
    pv_text_add(&json, "],[");
    ledger_ring(&json, two, 4);
    pv_text_add(&json, "]]}");
    ledger_geometry(&blob, pv_text_str(&json));
    assert_int_equal(pv_plot_outline_read(&parts, blob.data, blob.len, NULL), PV_OK);
    assert_true(near(&parts, &big, 0)); /* its second part lies deep inside */
    assert_false(near(&parts, &far, 198));
    assert_true(near(&parts, &far, 199.01));
    for (size_t n = 0; n < blob.len; n++) assert_int_equal(pv_plot_outline_read(&parts, blob.data, n, NULL), PV_INPUT);
    assert_int_equal(parts.n_rings, 0);
    pv_text_release(&json);
    pv_text_release(&blob);
    pv_plot_outline_release(&parts);
    pv_plot_outline_release(&big);
    pv_plot_outline_release(&far);
}

static void test_broken_bytes(void **state)
{
    (void)state;
    pv_text json = {0}, blob = {0};
    pv_plot_outline o = {.n_rings = 0};
    const double xy[] = {0, 0, 1, 0, 1, 1, 0, 1};
    pv_text_add(&json, "{\"type\":\"Polygon\",\"coordinates\":[");
    ledger_ring(&json, xy, 4);
    pv_text_add(&json, "]}");
    ledger_geometry(&blob, pv_text_str(&json));
    for (size_t i = 0; i < blob.len * 8; i++) { /* never a crash; what is taken has closed rings on the Earth */
        blob.data[i / 8] = (char)(blob.data[i / 8] ^ 1 << i % 8);
        pv_err err = {.text = ""};
        pv_status st = pv_plot_outline_read(&o, blob.data, blob.len, &err);
        assert_true(st == PV_OK || (st == PV_INPUT && err.text[0] != '\0' && o.n_points == 0));
        blob.data[i / 8] = (char)(blob.data[i / 8] ^ 1 << i % 8);
    }
    for (long k = 0;; k++) {
        pv_status st;
        pv_plot_outline_release(&o);
        pv_mem_fail_at(k, 0);
        st = pv_plot_outline_read(&o, blob.data, blob.len, NULL);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
    }
    pv_text_release(&json);
    pv_text_release(&blob);
    pv_plot_outline_release(&o);
}

/* What the ledger takes in can be read: a ring that is closed by the other zero, and numbers next to nothing, which are zero. */
static void test_zeros(void **state)
{
    (void)state;
    pv_text blob = {0};
    pv_plot_outline o = {.n_rings = 0}, hull = {.n_rings = 0};
    double share = 0;
    ledger_geometry(&blob, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,2e-300],[4e-300,1],[-0.0,-0.0]]]}");
    assert_int_equal(pv_plot_outline_read(&o, blob.data, blob.len, NULL), PV_OK);
    for (size_t i = 0; i < o.n_points; i++) assert_true((o.at[i][0] == 0 || o.at[i][0] == 1) && (o.at[i][1] == 0 || o.at[i][1] == 1));
    const pv_plot_outline twins[2] = {o, o};
    assert_int_equal(pv_plot_outline_union_share(twins, 2, &share, NULL), PV_OK);
    assert_true(fabs(share - 0.5) < 1e-6);
    assert_int_equal(pv_plot_outline_hull(&hull, &o, 1, NULL), PV_OK);
    assert_int_equal(hull.n_points, 4);
    pv_text_release(&blob);
    pv_plot_outline_release(&o);
    pv_plot_outline_release(&hull);
}

static void test_union(void **state)
{
    (void)state;
    pv_plot_outline o[3] = {rect(0, 0, 10, 10), rect(5, 0, 15, 10), rect(0, 5, 10, 12)};
    const double ring[] = {0, 0, 20, 0, 20, 20, 0, 20, 5, 5, 5, 15, 15, 15, 15, 5};
    pv_plot_outline hole[2] = {outline(ring, (const int[]){4, 4}, 2), rect(5, 5, 15, 15)};
    double share = 0;
    assert_int_equal(pv_plot_outline_union_share(o, 1, &share, NULL), PV_OK);
    assert_true(share == 1);
    assert_int_equal(pv_plot_outline_union_share(o, 2, &share, NULL), PV_OK);
    assert_true(fabs(share - 150.0 / 200) < 1e-3);
    assert_int_equal(pv_plot_outline_union_share(o, 3, &share, NULL), PV_OK);
    assert_true(fabs(share - 170.0 / 270) < 1e-3);
    assert_int_equal(pv_plot_outline_union_share(hole, 2, &share, NULL), PV_OK);
    assert_true(fabs(share - 1) < 1e-3); /* what fills a hole does not overlap */
    for (int i = 0; i < 3; i++) pv_plot_outline_release(&o[i]);
    for (int i = 0; i < 2; i++) pv_plot_outline_release(&hole[i]);
}

static int within(const pv_plot_outline *o, const pv_plot_outline *area, double m)
{
    int yes = 0;
    assert_int_equal(pv_plot_outline_within(o, area, m, &yes, NULL), PV_OK);
    return yes;
}

static void test_hull(void **state)
{
    (void)state;
    const double corner[] = {0, 0, 20, 0, 20, 2, 2, 2, 2, 20, 0, 20};
    pv_plot_outline o[2] = {outline(corner, (const int[]){6}, 1), rect(18, 18, 20, 20)}, hull = {.n_rings = 0};
    pv_plot_outline in = rect(5, 5, 8, 8), out = rect(12, 12, 15, 15), beside = rect(16, 3, 18, 4);
    assert_int_equal(pv_plot_outline_hull(&hull, o, 1, NULL), PV_OK);
    assert_int_equal(hull.n_points, 6); /* three of the corners are bends of the hull, the inner one is not: five, and the first again */
    assert_true(within(&in, &hull, 0));
    assert_false(within(&out, &hull, 0));
    assert_false(within(&beside, &hull, 0)); /* across the slanting side */
    assert_true(within(&beside, &hull, 1.5));
    assert_int_equal(pv_plot_outline_hull(&hull, o, 2, NULL), PV_OK);
    assert_true(within(&out, &hull, 0));
    pv_plot_outline_release(&o[0]);
    pv_plot_outline_release(&o[1]);
    pv_plot_outline_release(&hull);
    pv_plot_outline_release(&in);
    pv_plot_outline_release(&out);
    pv_plot_outline_release(&beside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_distance),     cmocka_unit_test(test_far_corner_of_many_parts),
                                       cmocka_unit_test(test_broken_bytes), cmocka_unit_test(test_zeros),
                                       cmocka_unit_test(test_union),        cmocka_unit_test(test_hull)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
