/* Text: numbers without a locale, JSON strings, strict parsing. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"

#include "base/banned.h"

static void test_zero_object(void **state)
{
    (void)state;
    pv_text t = {0};
    assert_string_equal(pv_text_str(&t), "");
    assert_int_equal(pv_text_status(&t, NULL), PV_OK);
    pv_text_add_n(&t, "", 0);
    pv_text_add(&t, "ab");
    pv_text_addf(&t, "%d", 12);
    assert_string_equal(pv_text_str(&t), "ab12");
    pv_text_reset(&t);
    assert_string_equal(pv_text_str(&t), "");
    pv_text_release(&t);
    pv_text_release(&t);
}

static void test_long_additions(void **state)
{
    (void)state;
    char word[1000];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    pv_text t = {0};
    for (int i = 0; i < 50; i++) pv_text_addf(&t, "%s%03d", word, i);
    assert_int_equal(t.len, 50 * 1002);
    assert_int_equal(strlen(t.data), t.len);
    assert_string_equal(t.data + t.len - 4, "w049");
    for (int n = 253; n < 260; n++) { /* around the small buffer */
        pv_text_reset(&t);
        pv_text_addf(&t, "%.*s", n, word);
        assert_int_equal(t.len, n);
    }
    pv_text_release(&t);
}

static void test_fixed(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        int decimals;
        const char *text;
    } row[] = {
        {-12345, 3, "-12.345"},
        {5, 3, "0.005"},
        {-5, 3, "-0.005"},
        {0, 2, "0.00"},
        {7, 0, "7"},
        {-7, 0, "-7"},
        {100, 2, "1.00"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 7, "-922337203685.4775808"},
        {INT64_MAX, 9, "9223372036.854775807"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        pv_text t = {0};
        pv_text_add_fixed(&t, row[i].value, row[i].decimals);
        assert_string_equal(pv_text_str(&t), row[i].text);
        pv_text_release(&t);
    }
}

static void test_real(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } row[] = {
        {0.5, 0, "1"},
        {-0.5, 0, "-1"},
        {2.5, 0, "3"},
        {-0.0, 2, "0.00"},
        {-0.001, 2, "0.00"},
        {0.125, 2, "0.13"},
        {-0.125, 2, "-0.13"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {-INFINITY, 2, "null"},
        {1e300, 3, "null"},
        {DBL_MAX, 0, "null"},
        {DBL_MIN, 9, "0.000000000"},
        {110.1234567, 7, "110.1234567"},
        {1e9, 9, "1000000000.000000000"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        pv_text t = {0};
        pv_text_add_real(&t, row[i].value, row[i].decimals);
        assert_string_equal(pv_text_str(&t), row[i].text);
        pv_text_release(&t);
    }
}

static void test_json(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } row[] = {
        {"", "\"\""},
        {NULL, "null"},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"tab\tline\nbell\x07"
         "del\x7F",
         "\"tab\\u0009line\\u000abell\\u0007del\\u007f\""},
        {"\xE7\xBD\x82\xE7\xB2\x9F", "\"\xE7\xBD\x82\xE7\xB2\x9F\""},                 /* two Chinese characters */
        {"\xF0\x9F\x8C\xBA", "\"\xF0\x9F\x8C\xBA\""},                                 /* four bytes */
        {"\xE7\xBD", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                                 /* cut short */
        {"a\xFFz", "\"a\xEF\xBF\xBDz\""},                                             /* never in UTF-8 */
        {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                                 /* overlong */
        {"\xE0\x80\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* overlong */
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* surrogate */
        {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* beyond U+10FFFF */
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        pv_text t = {0};
        pv_text_add_json(&t, row[i].in);
        assert_string_equal(pv_text_str(&t), row[i].out);
        assert_true(pv_utf8_valid(t.data, t.len));
        pv_text_release(&t);
    }
}

static void test_utf8(void **state)
{
    (void)state;
    assert_true(pv_utf8_valid("", 0));
    assert_true(pv_utf8_valid("abc", 3));
    assert_false(pv_utf8_valid("a\0c", 3));
    assert_false(pv_utf8_valid("\xE7\xBD\x82", 2));
    assert_true(pv_utf8_valid("\xF4\x8F\xBF\xBF", 4));
    assert_false(pv_utf8_valid("\x80", 1));
}

static void test_parse_int(void **state)
{
    (void)state;
    int64_t v = 99;
    static const char *const bad[] = {"", " ", "-", "+", "1x", "0x10", "1.0", "1e3", "9223372036854775808", "1 2", "\xEF\xBC\x91"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(pv_parse_int(bad[i], INT64_MIN, INT64_MAX, &v));
    assert_int_equal(v, 99);
    assert_true(pv_parse_int(" -42\n", -100, 100, &v));
    assert_int_equal(v, -42);
    assert_true(pv_parse_int("007", 0, 7, &v));
    assert_int_equal(v, 7);
    assert_false(pv_parse_int("8", 0, 7, &v));
    assert_true(pv_parse_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MIN);
}

static void test_parse_real(void **state)
{
    (void)state;
    double v = 99;
    static const char *const bad[] = {"", " ", ".", "e5", "0x1p3", "inf", "nan", "-Infinity", "1,5", "1.5m", "1e999", "--1", "1e", "5 6"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(pv_parse_real(bad[i], -1e300, 1e300, &v));
    assert_true(v == 99);
    assert_true(pv_parse_real(" 0.25 ", 0, 1, &v));
    assert_true(v == 0.25);
    assert_true(pv_parse_real("-1e-3", -1, 1, &v));
    assert_true(v == -1e-3);
    assert_false(pv_parse_real("1.0001", 0, 1, &v));
}

static void test_words_and_paths(void **state)
{
    (void)state;
    assert_true(pv_same_word("NIR", "nir"));
    assert_false(pv_same_word("nir", "ni"));
    assert_false(pv_same_word("", "n"));
    assert_true(pv_same_word("", ""));
    assert_string_equal(pv_path_name("/a/b.tif"), "b.tif");
    assert_string_equal(pv_path_name("b.tif"), "b.tif");
    assert_string_equal(pv_path_name("a/"), "");
}

/* The first failure is kept: what was there stays readable, later additions do nothing, the status says so. */
static void test_memory_faults(void **state)
{
    (void)state;
    for (long k = 0; k < 3; k++) {
        pv_text t = {0};
        pv_mem_fail_at(k, 0);
        for (int i = 0; i < 40; i++) pv_text_add(&t, "word ");
        pv_mem_fail_at(-1, 0);
        pv_err err = {0};
        assert_int_equal(pv_text_status(&t, &err), PV_NOMEM);
        assert_true(strlen(err.text) > 0);
        assert_int_equal(strlen(pv_text_str(&t)), t.len);
        assert_true(t.len < 200);
        pv_text_reset(&t);
        assert_int_equal(pv_text_status(&t, NULL), PV_OK);
        pv_text_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_object),   cmocka_unit_test(test_long_additions), cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_real),          cmocka_unit_test(test_json),           cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_parse_int),     cmocka_unit_test(test_parse_real),     cmocka_unit_test(test_words_and_paths),
        cmocka_unit_test(test_memory_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
