/* Rectangles: the common part, growing, containing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rect.h"

#include "base/banned.h"

static void same(pv_rect a, pv_rect b)
{
    assert_int_equal(a.x, b.x);
    assert_int_equal(a.y, b.y);
    assert_int_equal(a.w, b.w);
    assert_int_equal(a.h, b.h);
}

static void test_common_part(void **state)
{
    (void)state;
    const pv_rect a = {10, 20, 30, 40};
    same(pv_rect_intersect(a, (pv_rect){0, 0, 100, 100}), a);
    same(pv_rect_intersect(a, (pv_rect){35, 55, 100, 100}), (pv_rect){35, 55, 5, 5});
    same(pv_rect_intersect(a, (pv_rect){40, 20, 5, 5}), (pv_rect){0, 0, 0, 0});
    same(pv_rect_intersect(a, (pv_rect){-5, -5, 15, 26}), (pv_rect){0, 0, 0, 0});
    same(pv_rect_intersect(a, (pv_rect){-5, -5, 16, 26}), (pv_rect){10, 20, 1, 1});
}

static void test_grow_and_contain(void **state)
{
    (void)state;
    const pv_rect a = {10, 20, 30, 40};
    same(pv_rect_grow(a, 2, 3), (pv_rect){8, 17, 34, 46});
    assert_true(pv_rect_contains(pv_rect_grow(a, 1, 1), a));
    assert_true(pv_rect_contains(a, a));
    assert_false(pv_rect_contains(a, pv_rect_grow(a, 1, 0)));
    assert_false(pv_rect_contains(a, pv_rect_grow(a, 0, 1)));
    assert_int_equal(pv_min(-1, 2), -1);
    assert_int_equal(pv_max(-1, 2), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_common_part), cmocka_unit_test(test_grow_and_contain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
