/* truth: speed and time left come from measured work. */
#include "test.h"

#include "app/progress.h"

#include "base/banned.h"

static void test_line(void **state)
{
    (void)state;
    char line[256];
    pv_progress p = {.total = 100, .before = 20, .done = 5, .start_s = 1000, .unit = "Mpx", .what = "flight-1"};
    pv_progress_line(&p, 1010, line, sizeof line);
    assert_non_null(strstr(line, " 25%"));
    assert_non_null(strstr(line, "2.5 Mpx/s"));
    assert_non_null(strstr(line, "0:30 left"));
    assert_non_null(strstr(line, "flight-1"));
    assert_non_null(strstr(line, "[######.."));
    p.total = 100000;
    pv_progress_line(&p, 1010, line, sizeof line);
    assert_non_null(strstr(line, "11:06:30 left"));
    p.total = 0;
    pv_progress_line(&p, 1010, line, sizeof line);
    assert_non_null(strstr(line, "? left"));
    p.done = 1e9;
    p.total = 10;
    pv_progress_line(&p, 1000, line, sizeof line);
    assert_non_null(strstr(line, "100%"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
