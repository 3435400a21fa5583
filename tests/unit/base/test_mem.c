/* Memory: zeroed, overflow-checked, and failing when a test asks for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#include "base/banned.h"

static void test_blocks_are_zeroed(void **state)
{
    (void)state;
    uint8_t *block = NULL;
    assert_int_equal(pv_alloc(&block, 1000, 1, "block", NULL), PV_OK);
    for (int i = 0; i < 1000; i++) assert_int_equal(block[i], 0);
    pv_free(block);
    block = NULL;
    assert_int_equal(pv_alloc(&block, 0, 8, "nothing", NULL), PV_OK);
    assert_non_null(block);
    pv_free(block);
    pv_free(NULL);
}

static void test_overflow_is_no_memory(void **state)
{
    (void)state;
    pv_err err = {0};
    int mark = 0;
    int *block = &mark;
    assert_int_equal(pv_alloc(&block, SIZE_MAX / 2, 4, "tile columns", &err), PV_NOMEM);
    assert_ptr_equal(block, &mark);
    assert_non_null(strstr(err.text, "tile columns"));
    assert_int_equal(pv_alloc(&block, SIZE_MAX / 16, 8, "tile columns", &err), PV_NOMEM);
    size_t cap = 0;
    int *array = NULL;
    assert_int_equal(pv_grow(&array, &cap, SIZE_MAX / 2, 4, "runs", &err), PV_NOMEM);
    assert_null(array);
    assert_int_equal(cap, 0);
}

static void test_growing_keeps_and_zeroes(void **state)
{
    (void)state;
    size_t cap = 0, steps = 0, last = 0;
    uint32_t *array = NULL;
    for (uint32_t n = 0; n < 10000; n++) {
        assert_int_equal(pv_grow(&array, &cap, n + 1, sizeof *array, "numbers", NULL), PV_OK);
        assert_int_equal(array[n], 0);
        array[n] = n;
        if (cap != last) {
            assert_true(cap >= 2 * last);
            last = cap;
            steps++;
        }
    }
    assert_in_range(steps, 2, 16);
    for (uint32_t n = 0; n < 10000; n++) assert_int_equal(array[n], n);
    pv_free(array);
}

static void test_fault_switch(void **state)
{
    (void)state;
    pv_err err = {0};
    char *a = NULL, *b = NULL, *c = NULL;
    pv_mem_fail_at(1, 0);
    assert_int_equal(pv_strdup(&a, "first", &err), PV_OK);
    assert_int_equal(pv_strdup(&b, "second", &err), PV_NOMEM);
    assert_null(b);
    assert_int_equal(pv_strdup(&c, "third", &err), PV_OK);
    assert_int_equal(pv_mem_count(), 3);
    pv_mem_fail_at(0, 1);
    for (int i = 0; i < 3; i++) assert_int_equal(pv_strdup(&b, "none", &err), PV_NOMEM);
    size_t cap = 6;
    assert_int_equal(pv_grow(&a, &cap, 100, 1, "text", &err), PV_NOMEM);
    assert_int_equal(cap, 6);
    assert_string_equal(a, "first");
    pv_mem_fail_at(-1, 0);
    assert_int_equal(pv_strdup(&b, "again", &err), PV_OK);
    pv_free(a);
    pv_free(b);
    pv_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_zeroed),
        cmocka_unit_test(test_overflow_is_no_memory),
        cmocka_unit_test(test_growing_keeps_and_zeroes),
        cmocka_unit_test(test_fault_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
