/* The JSON reader: what it accepts, what it refuses and where, what it answers, and memory that fails. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#include "base/banned.h"

static const char sample[] =
    "\xEF\xBB\xBF{\"a\": [1, -2.50, \"\\u4e2d\\ud83c\\udf3a\\n\", true, null, false, {}],\r\n\t\"b\":{\"c\":[[],[ 7 ]]}, \"a b\":\"x\","
    " \"twice\":1, \"\\u0074wice\":2, \"\xE4\xB8\xAD\":9}\n";

static void test_values(void **state)
{
    (void)state;
    pv_json j = {0};
    char buf[16];
    double real = 0;
    int64_t n = 0;
    int yes = 0;
    size_t len = 0;
    assert_int_equal(pv_json_parse(&j, sample, sizeof sample - 1, -1, NULL), PV_OK);
    assert_int_equal(pv_json_type_of(&j, 0), PV_JSON_OBJECT);
    pv_json_ref a = pv_json_member(&j, 0, "a"), e = pv_json_first(&j, a);
    assert_true(pv_json_int(&j, e, 1, 1, &n) && n == 1);
    assert_false(pv_json_int(&j, e, 2, 9, &n));
    e = pv_json_after(&j, a, e);
    assert_true(pv_json_real(&j, e, -3, 0, &real) && real == -2.5);
    assert_false(pv_json_real(&j, e, 0, 9, &real));
    assert_true(pv_json_fixed(&j, e, 2, &n) && n == -250);
    assert_true(pv_json_fixed(&j, e, 4, &n) && n == -25000);
    assert_false(pv_json_fixed(&j, e, 1, &n));
    assert_false(pv_json_int(&j, e, -9, 9, &n));
    e = pv_json_after(&j, a, e);
    assert_true(pv_json_copy(&j, e, buf, sizeof buf));
    assert_string_equal(buf, "\xE4\xB8\xAD\xF0\x9F\x8C\xBA\n");
    assert_true(pv_json_copy(&j, e, buf, 9));
    assert_false(pv_json_copy(&j, e, buf, 8));
    assert_false(pv_json_copy(&j, e, buf, 0));
    e = pv_json_after(&j, a, e);
    assert_true(pv_json_bool(&j, e, &yes) && yes);
    e = pv_json_after(&j, a, e);
    assert_int_equal(pv_json_type_of(&j, e), PV_JSON_NULL);
    assert_false(pv_json_bool(&j, e, &yes));
    e = pv_json_after(&j, a, e);
    assert_true(pv_json_bool(&j, e, &yes) && !yes);
    e = pv_json_after(&j, a, e);
    assert_int_equal(pv_json_type_of(&j, e), PV_JSON_OBJECT);
    assert_int_equal(pv_json_after(&j, a, e), PV_JSON_MISSING);
    assert_int_equal(pv_json_first(&j, e), PV_JSON_MISSING);
    pv_json_ref c = pv_json_member(&j, pv_json_member(&j, 0, "b"), "c");
    assert_memory_equal(pv_json_slice(&j, c, &len), "[[],[ 7 ]]", 10);
    assert_int_equal(len, 10);
    e = pv_json_first(&j, c);
    assert_int_equal(pv_json_first(&j, e), PV_JSON_MISSING);
    e = pv_json_first(&j, pv_json_after(&j, c, e));
    assert_true(pv_json_int(&j, e, 0, 9, &n) && n == 7);
    assert_true(pv_json_int(&j, pv_json_member(&j, 0, "twice"), 0, 9, &n) && n == 2); /* the last one counts */
    assert_true(pv_json_int(&j, pv_json_member(&j, 0, "\xE4\xB8\xAD"), 0, 9, &n) && n == 9);
    assert_int_equal(pv_json_member(&j, 0, "a "), PV_JSON_MISSING);
    assert_int_equal(pv_json_member(&j, 0, ""), PV_JSON_MISSING);
    assert_int_equal(pv_json_member(&j, a, "a"), PV_JSON_MISSING);
    assert_int_equal(pv_json_member(&j, PV_JSON_MISSING, "a"), PV_JSON_MISSING);
    assert_null(pv_json_slice(&j, PV_JSON_MISSING, &len));
    assert_int_equal(pv_json_type_of(&j, PV_JSON_MISSING), PV_JSON_NONE);
    pv_text text = {0};
    assert_true(pv_json_text(&j, pv_json_member(&j, 0, "a b"), &text));
    assert_string_equal(pv_text_str(&text), "x");
    pv_text_release(&text);
    pv_json_release(&j);
    pv_json_release(&j);
}

static void test_depth_that_is_kept(void **state)
{
    (void)state;
    static const char text[] = "{\"f\":[{\"g\":[[1,2],[3,4]],\"p\":5},{\"g\":[],\"p\":6}],\"z\":1}";
    size_t len = 0;
    int64_t n = 0;
    pv_json j = {0};
    assert_int_equal(pv_json_parse(&j, text, strlen(text), 3, NULL), PV_OK);
    pv_json_ref f = pv_json_member(&j, 0, "f"), e = pv_json_first(&j, f), g = pv_json_member(&j, e, "g");
    assert_memory_equal(pv_json_slice(&j, g, &len), "[[1,2],[3,4]]", 13);
    assert_int_equal(pv_json_first(&j, g), PV_JSON_MISSING);
    e = pv_json_after(&j, f, e);
    assert_true(pv_json_int(&j, pv_json_member(&j, e, "p"), 0, 9, &n) && n == 6);
    assert_int_equal(pv_json_after(&j, f, e), PV_JSON_MISSING);
    assert_true(pv_json_int(&j, pv_json_member(&j, 0, "z"), 0, 9, &n));
    pv_json_release(&j);
    assert_int_equal(pv_json_parse(&j, text, strlen(text), 0, NULL), PV_OK);
    assert_int_equal(j.n, 1);
    pv_json_release(&j);
    assert_int_equal(pv_json_parse(&j, "[[[1,]]]", 8, 0, NULL), PV_INPUT); /* checked all the same */
}

static void test_good_texts(void **state)
{
    (void)state;
    static const char *const good[] = {"0",
                                       "-0",
                                       "1e5",
                                       "1E+5",
                                       "-1.5e-3",
                                       "\"\"",
                                       "[]",
                                       "{}",
                                       " [ ] ",
                                       "\t{\r\n}\n",
                                       "\"\x7f\"",
                                       "[1,2]",
                                       "null",
                                       "true",
                                       "\"\\u0000\"",
                                       "\"\\ud800\\udc00\"",
                                       "[[[[[[[[]]]]]]]]",
                                       "{\"\":0}",
                                       "\"\\/\\b\\f\""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        pv_json j = {0};
        pv_err err = {0};
        assert_int_equal(pv_json_parse(&j, good[i], strlen(good[i]), -1, &err), PV_OK);
        pv_json_release(&j);
    }
}

static void test_bad_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } bad[] = {{"", "line 1, column 1"},
               {"  \n ", "line 2, column 2"},
               {"[1,]", "line 1, column 4"},
               {"[1 2]", "line 1, column 4"},
               {"{\"a\":1,}", "line 1, column 8"},
               {"{a:1}", "line 1, column 2"},
               {"{\"a\" 1}", "line 1, column 6"},
               {"{\"a\":}", "line 1, column 6"},
               {"[\n[", "line 2, column 2"},
               {"{\"a\":1", "line 1, column 1"},
               {"01", "line 1, column 1"},
               {"-", "line 1, column 1"},
               {"+1", "line 1, column 1"},
               {".5", "line 1, column 1"},
               {"1.", "line 1, column 1"},
               {"1e", "line 1, column 1"},
               {"1e+", "line 1, column 1"},
               {"0x10", "line 1, column 2"},
               {"NaN", "line 1, column 1"},
               {"nul", "line 1, column 1"},
               {"True", "line 1, column 1"},
               {"[] []", "line 1, column 4"},
               {"'a'", "line 1, column 1"},
               {"\"a", "line 1, column 1"},
               {"\"a\nb\"", "line 1, column 3"},
               {"\"\\x\"", "line 1, column 2"},
               {"\"\\", "line 1, column 2"},
               {"\"\\u12g4\"", "line 1, column 2"},
               {"\"\\u12", "line 1, column 2"},
               {"\"\\ud800\"", "line 1, column 2"},
               {"\"\\udc00\"", "line 1, column 2"},
               {"\"\\ud800\\u0041\"", "line 1, column 2"},
               {"\"\xC0\x80\"", "line 1, column 2"},
               {"\"\xED\xA0\x80\"", "line 1, column 2"},
               {"[\"\xE4\xB8\xAD\",x]", "line 1, column 6"}, /* characters, not bytes */
               {"// c\n1", "line 1, column 1"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pv_json j = {0};
        pv_err err = {0};
        assert_int_equal(pv_json_parse(&j, bad[i].text, strlen(bad[i].text), -1, &err), PV_INPUT);
        err.text[strlen(bad[i].where)] = '\0';
        assert_string_equal(err.text, bad[i].where);
        assert_null(j.node);
    }
    pv_json j = {0};
    assert_int_equal(pv_json_parse(&j, "1\0", 2, -1, NULL), PV_INPUT);
    assert_int_equal(pv_json_parse(&j, "\"\0\"", 3, -1, NULL), PV_INPUT);
    assert_int_equal(pv_json_parse(&j, "\"\\\0\"", 4, -1, NULL), PV_INPUT);
}

/* Every beginning of a good text is refused, and reading never goes beyond its end. */
static void test_truncated(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof sample - 2; n++) {
        char *cut = NULL;
        pv_json j = {0};
        assert_int_equal(pv_alloc(&cut, n, 1, "cut", NULL), PV_OK);
        memcpy(cut, sample, n);
        assert_int_equal(pv_json_parse(&j, cut, n, -1, NULL), PV_INPUT);
        pv_free(cut);
    }
}

static void test_depth_limit(void **state)
{
    (void)state;
    char text[2 * PV_JSON_DEPTH + 3];
    pv_json j = {0};
    pv_err err = {0};
    memset(text, '[', PV_JSON_DEPTH);
    memset(text + PV_JSON_DEPTH, ']', PV_JSON_DEPTH);
    assert_int_equal(pv_json_parse(&j, text, 2 * PV_JSON_DEPTH, -1, NULL), PV_OK);
    assert_int_equal(j.n, PV_JSON_DEPTH);
    pv_json_release(&j);
    memset(text, '[', PV_JSON_DEPTH + 1);
    memset(text + PV_JSON_DEPTH + 1, ']', PV_JSON_DEPTH + 1);
    assert_int_equal(pv_json_parse(&j, text, 2 * PV_JSON_DEPTH + 2, -1, &err), PV_INPUT);
    assert_string_equal(err.text, "line 1, column 65: nested too deeply");
}

static void test_exact_numbers(void **state)
{
    (void)state;
    pv_json j = {0};
    int64_t n = 0;
    static const char text[] = "[922337203685477.5807, 922337203685478, 1e2, 12345678901234567890, 0.00001, -0.0001]";
    assert_int_equal(pv_json_parse(&j, text, strlen(text), -1, NULL), PV_OK);
    pv_json_ref e = pv_json_first(&j, 0);
    assert_true(!pv_json_fixed(&j, e, 4, &n) || n == INT64_MAX);
    for (int i = 0; i < 4; i++) {
        e = pv_json_after(&j, 0, e);
        assert_false(pv_json_fixed(&j, e, 4, &n));
    }
    assert_true(pv_json_fixed(&j, pv_json_after(&j, 0, e), 4, &n) && n == -1);
    pv_json_release(&j);
}

static void test_memory_that_fails(void **state)
{
    (void)state;
    pv_err err = {0};
    long k = 0;
    for (;; k++) {
        pv_json j = {0};
        pv_mem_fail_at(k, 0);
        pv_status st = pv_json_parse(&j, sample, sizeof sample - 1, -1, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) {
            pv_json_release(&j);
            break;
        }
        assert_int_equal(st, PV_NOMEM);
        assert_null(j.node);
    }
    assert_true(k >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),        cmocka_unit_test(test_depth_that_is_kept), cmocka_unit_test(test_good_texts),
        cmocka_unit_test(test_bad_texts),     cmocka_unit_test(test_truncated),          cmocka_unit_test(test_depth_limit),
        cmocka_unit_test(test_exact_numbers), cmocka_unit_test(test_memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
