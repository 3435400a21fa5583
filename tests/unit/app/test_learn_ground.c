/* truth: which target labels of several photos are one plot. */
#include "test.h"

#include "app/learn_ground.h"

#include "base/banned.h"

enum { OTHER = -1 };

/* Labels of one photo; place < 0 for what is no target. */
static pv_ground_photo photo(pv_plot *plot, int n)
{
    return (pv_ground_photo){.n_plots = n, .plot = plot};
}

static pv_plot target(double lon, double lat)
{
    return (pv_plot){.is_target = 1, .lon = lon, .lat = lat, .place = 77};
}

static pv_plot other(double lon, double lat)
{
    return (pv_plot){.lon = lon, .lat = lat, .place = 77};
}

static void expect(const pv_ground *g, int photo_at, const int *place)
{
    for (int k = 0; k < g->at[photo_at].n_plots; k++) assert_int_equal(g->at[photo_at].plot[k].place, place[k]);
}

/* Numbers are given in the order of photos and labels; 2e-5 degrees in each direction is the same place. */
static void test_places(void **state)
{
    (void)state;
    pv_plot first[] = {target(102.5, 25.1), other(102.5, 25.1), target(102.51, 25.1)};
    pv_plot second[] = {
        target(102.51 + 1.9e-5, 25.1 - 1.9e-5), /* the third label of the first photo */
        target(102.5, 25.1 + 2.2e-5),           /* too far north of the first */
        target(102.5 - 2.2e-5, 25.1),           /* too far west of it */
        other(102.5, 25.1),
        target(102.5, 25.1),
    };
    pv_plot third[] = {target(102.5 - 2.2e-5, 25.1 + 1e-6), target(102.6, 25.1), target(102.6, 25.1 + 1e-5)};
    pv_ground_photo at[] = {photo(first, 3), photo(second, 5), photo(third, 3)};
    pv_ground g = {.n = 3, .at = at};
    pv_ground_places(&g);
    expect(&g, 0, (const int[]){0, OTHER, 1});
    expect(&g, 1, (const int[]){1, 2, 3, OTHER, 0});
    expect(&g, 2, (const int[]){3, 4, 4});
    assert_int_equal(g.n_places, 5);
}

/* No target, no place; and the numbers are given anew each time. */
static void test_no_places(void **state)
{
    (void)state;
    pv_plot plot[] = {other(1, 1), other(1, 1)};
    pv_ground_photo at[] = {photo(NULL, 0), photo(plot, 2)};
    pv_ground g = {.n = 2, .at = at, .n_places = 9};
    pv_ground_places(&g);
    expect(&g, 1, (const int[]){OTHER, OTHER});
    assert_int_equal(g.n_places, 0);
}

/* A place is that of the first label in reach: a row of labels that each touch the next one is not one plot. */
static void test_rows_of_labels(void **state)
{
    (void)state;
    pv_plot plot[] = {target(102.5, 25), target(102.5 + 3e-5, 25), target(102.5 + 1.5e-5, 25), target(102.5 + 4.5e-5, 25)};
    pv_ground_photo at[] = {photo(plot, 4)};
    pv_ground g = {.n = 1, .at = at};
    pv_ground_places(&g);
    expect(&g, 0, (const int[]){0, 1, 0, 1});
    assert_int_equal(g.n_places, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places), cmocka_unit_test(test_no_places), cmocka_unit_test(test_rows_of_labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
