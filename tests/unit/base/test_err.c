/* Errors: always filled, one line, cut at a character, places in front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"

#include "base/banned.h"

static void test_fail_fills_and_returns(void **state)
{
    (void)state;
    pv_err err = {0};
    assert_int_equal(pv_fail(&err, PV_INPUT, "block %d is truncated", 77), PV_INPUT);
    assert_int_equal(err.status, PV_INPUT);
    assert_string_equal(err.text, "block 77 is truncated");
    assert_int_equal(pv_fail(NULL, PV_IO, "nobody listens"), PV_IO);
}

static void test_never_empty_never_two_lines(void **state)
{
    (void)state;
    pv_err err = {0};
    const char *nothing = "";
    (void)pv_fail(&err, PV_BUG, "%s", nothing);
    assert_string_equal(err.text, "unknown error");
    (void)pv_fail(&err, PV_BUG, "one\r\ntwo");
    assert_string_equal(err.text, "one  two");
    (void)pv_where(&err, PV_BUG, "a\nb");
    assert_string_equal(err.text, "a b: one  two");
}

static void test_places_collect(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_status st = pv_fail(&err, PV_INPUT, "block 77 is truncated");
    st = pv_where(&err, st, "band %s", "nir");
    st = pv_where(&err, st, "scan: flight-0412.tif");
    assert_int_equal(st, PV_INPUT);
    assert_string_equal(err.text, "scan: flight-0412.tif: band nir: block 77 is truncated");
    pv_err untouched = {.text = "old"};
    assert_int_equal(pv_where(&untouched, PV_OK, "somewhere"), PV_OK);
    assert_string_equal(untouched.text, "old");
    assert_int_equal(pv_where(NULL, PV_IO, "somewhere"), PV_IO);
}

/* Every phase of a three-byte character against the cut. */
static void test_cut_keeps_utf8(void **state)
{
    (void)state;
    for (int shift = 0; shift < 3; shift++) {
        char text[2 * PV_ERR_TEXT];
        size_t n = (size_t)shift;
        memset(text, 'x', n);
        for (; n + 3 < sizeof text; n += 3) memcpy(text + n, "\xE7\xBD\x82", 3);
        text[n] = '\0';
        pv_err err = {0};
        (void)pv_fail(&err, PV_INPUT, "%s", text);
        size_t len = strlen(err.text);
        assert_in_range(len, PV_ERR_TEXT - 6, PV_ERR_TEXT - 1);
        assert_string_equal(err.text + len - 3, "...");
        assert_true(pv_utf8_valid(err.text, len));
        (void)pv_where(&err, PV_INPUT, "photo");
        len = strlen(err.text);
        assert_true(pv_utf8_valid(err.text, len));
        assert_string_equal(err.text + len - 3, "...");
        assert_memory_equal(err.text, "photo: ", 7);
        (void)pv_where(&err, PV_INPUT, "%s", text);
        len = strlen(err.text);
        assert_true(pv_utf8_valid(err.text, len));
        assert_in_range(len, PV_ERR_TEXT - 6, PV_ERR_TEXT - 1);
        assert_non_null(strstr(err.text, "...: photo: "));
    }
}

static void test_exact_fit_is_not_cut(void **state)
{
    (void)state;
    char text[PV_ERR_TEXT];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    pv_err err = {0};
    (void)pv_fail(&err, PV_INPUT, "%s", text);
    assert_string_equal(err.text, text);
}

static void test_exit_codes_are_the_contract(void **state)
{
    (void)state;
    const int code[] = {0, 2, 10, 11, 12, 13, 14, 15, 16, 70};
    for (int st = PV_OK; st <= PV_BUG; st++) {
        assert_int_equal(pv_exit_code((pv_status)st), code[st]);
        assert_true(strlen(pv_status_word((pv_status)st)) > 1);
        for (int other = PV_OK; other < st; other++) assert_string_not_equal(pv_status_word((pv_status)st), pv_status_word((pv_status)other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills_and_returns), cmocka_unit_test(test_never_empty_never_two_lines),
        cmocka_unit_test(test_places_collect),         cmocka_unit_test(test_cut_keeps_utf8),
        cmocka_unit_test(test_exact_fit_is_not_cut),   cmocka_unit_test(test_exit_codes_are_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
