/* Paths of the hot loops: names, and what the environment may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cpu.h"

#include "base/banned.h"

static void environment_can_only_lower_the_path(void **state)
{
    (void)state;
    (void)setenv("PAPAVER_CPU", "portable", 1);
    assert_int_equal(pv_cpu_path(), PV_CPU_PORTABLE);
    (void)unsetenv("PAPAVER_CPU");
    assert_int_equal(pv_cpu_path(), PV_CPU_PORTABLE); /* chosen once */
    assert_in_range(pv_cpu_best(), PV_CPU_PORTABLE, PV_CPU_AVX512);
}

static void paths_have_names(void **state)
{
    (void)state;
    assert_string_equal(pv_cpu_name(PV_CPU_PORTABLE), "portable");
    assert_string_equal(pv_cpu_name(PV_CPU_AVX2), "avx2");
    assert_string_equal(pv_cpu_name(PV_CPU_AVX512), "avx512");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(environment_can_only_lower_the_path), cmocka_unit_test(paths_have_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
