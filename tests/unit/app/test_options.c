/* surface: the command line is taken as promised, and what is wrong is named; faults: no memory. */
#include "test.h"

#include "app/options.h"

#include "base/banned.h"

static const pv_option table[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL, "out"},
    {"min-area", 'a', PV_OPT_REAL, 0, "m2", "0.25", 0, 1e6, NULL, "area"},
    {"threads", 'j', PV_OPT_INT, 0, "threads", "2", 1, 64, NULL, "threads"},
    {"photo", 0, PV_OPT_PATH, 1, "PHOTO", NULL, 0, 0, NULL, "photos"},
    {"road", 0, PV_OPT_CHOICE, 0, NULL, "auto", 0, 0, "auto|libtiff|gdal", "road"},
    {"name", 0, PV_OPT_TEXT, 0, "NAME", "the photo's own", 0, 0, NULL, "name"},
    {"quiet", 'q', PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "quiet"},
};
static const pv_command command = {
    .name = "try", .line = "a trial", .inputs = "FILE...", .min_inputs = 1, .max_inputs = 3, .text = "Text.", PV_OPTIONS(table)};

#define WORDS(...) (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static pv_status parse(pv_args *a, const char *const *words, int n, pv_err *err)
{
    *a = (pv_args){0};
    return pv_args_parse(a, &command, n, words, err);
}

static void test_takes(void **state)
{
    (void)state;
    pv_args a;
    pv_err err = {0};
    assert_int_equal(parse(&a, WORDS("x", "-o", "f", "--min-area=2.5", "y", "-j8", "-q", "--road", "gdal", "--", "-z"), &err), PV_OK);
    assert_int_equal(a.n_inputs, 3);
    assert_string_equal(a.input[0], "x");
    assert_string_equal(a.input[1], "y");
    assert_string_equal(a.input[2], "-z");
    assert_string_equal(pv_args_text(&a, "output"), "f");
    assert_true(pv_args_real(&a, "min-area") == 2.5);
    assert_int_equal(pv_args_int(&a, "threads"), 8);
    assert_true(pv_args_has(&a, "quiet"));
    assert_string_equal(pv_args_text(&a, "road"), "gdal");
    pv_args_release(&a);
}

static void test_defaults(void **state)
{
    (void)state;
    pv_args a;
    pv_err err = {0};
    assert_int_equal(parse(&a, WORDS("-"), &err), PV_OK);
    assert_string_equal(a.input[0], "-");
    assert_null(pv_args_text(&a, "output"));
    assert_true(pv_args_real(&a, "min-area") == 0.25);
    assert_int_equal(pv_args_int(&a, "threads"), 2);
    assert_string_equal(pv_args_text(&a, "road"), "auto");
    assert_null(pv_args_text(&a, "name"));
    assert_false(pv_args_has(&a, "quiet"));
    assert_int_equal(pv_args_count(&a, "photo"), 0);
    pv_args_release(&a);
}

static void test_many(void **state)
{
    (void)state;
    pv_args a;
    pv_err err = {0};
    assert_int_equal(parse(&a, WORDS("in", "--photo", "a", "b", "-q", "--photo", "c"), &err), PV_OK);
    assert_int_equal(a.n_inputs, 1);
    assert_int_equal(pv_args_count(&a, "photo"), 3);
    assert_string_equal(pv_args_at(&a, "photo", 1), "b");
    assert_string_equal(pv_args_at(&a, "photo", 2), "c");
    assert_null(pv_args_at(&a, "photo", 3));
    pv_args_release(&a);
}

static void refuse(const char *const *words, int n, const char *part)
{
    pv_args a;
    pv_err err = {0};
    assert_int_equal(parse(&a, words, n, &err), PV_USAGE);
    assert_null(a.input);
    if (strstr(err.text, part) == NULL) fail_msg("'%s' does not hold '%s'", err.text, part);
}

static void test_refuses(void **state)
{
    (void)state;
    refuse(WORDS("x", "--min-aera", "1"), "did you mean --min-area?");
    refuse(WORDS("x", "--out", "1"), "did you mean --output?");
    refuse(WORDS("x", "--zzzzzzz"), "papaver help try");
    refuse(WORDS("x", "-z"), "'-z'");
    refuse(WORDS("x", "--min-area", "-1"), "0 to 1000000 (m2)");
    refuse(WORDS("x", "--min-area", "1e7"), "0 to 1000000 (m2)");
    refuse(WORDS("x", "--min-area", "nan"), "0 to 1000000 (m2)");
    refuse(WORDS("x", "-j", "2.5"), "whole number from 1 to 64 (threads)");
    refuse(WORDS("x", "-j0"), "whole number");
    refuse(WORDS("x", "--road", "gda"), "auto|libtiff|gdal");
    refuse(WORDS("x", "-o"), "needs a value (FILE)");
    refuse(WORDS("x", "-o", "-q"), "needs a value");
    refuse(WORDS("x", "--output="), "empty");
    refuse(WORDS("x", "-o", "a", "-o", "b"), "given twice");
    refuse(WORDS("x", "--quiet=1"), "takes no value");
    refuse(WORDS("-q"), "FILE... is missing");
    refuse(WORDS("a", "b", "c", "d"), "'d' is one too many");
}

static void test_help_needs_no_inputs(void **state)
{
    (void)state;
    pv_args a;
    pv_err err = {0};
    assert_int_equal(parse(&a, WORDS("-h"), &err), PV_OK);
    assert_true(a.help);
    pv_args_release(&a);
}

static void test_no_memory(void **state)
{
    (void)state;
    pv_args a;
    pv_err err = {0};
    for (long k = 0;; k++) {
        pv_mem_fail_at(k, 0);
        pv_status st = parse(&a, WORDS("x", "-q"), &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_true(k < 10);
    }
    pv_args_release(&a);
}

static void test_shard(void **state)
{
    (void)state;
    int k = 0, n = 0;
    pv_err err = {0};
    static const char *const bad[] = {"", "/", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "a/b", "1/100001", "1 /", "00000000000000000001/2"};
    assert_int_equal(pv_shard_parse("2/7", &k, &n, &err), PV_OK);
    assert_true(k == 2 && n == 7);
    assert_int_equal(pv_shard_parse("1/1", &k, &n, &err), PV_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(pv_shard_parse(bad[i], &k, &n, &err), PV_USAGE);
        assert_non_null(strstr(err.text, "K/N"));
    }
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const words[] = {"scan", "train", "evaluate", "info"};
    assert_string_equal(pv_nearest_word("scna", 4, words), "scan");
    assert_string_equal(pv_nearest_word("eval", 4, words), "evaluate");
    assert_string_equal(pv_nearest_word("trian", 4, words), "train");
    assert_null(pv_nearest_word("qqqq", 4, words));
    assert_null(pv_nearest_word("", 4, words));
}

static void test_list(void **state)
{
    (void)state;
    char part[16];
    assert_true(pv_list_part("a, b b ,c\\,d", 1, part, sizeof part));
    assert_string_equal(part, "b b");
    assert_true(pv_list_part("a, b b ,c\\,d", 2, part, sizeof part));
    assert_string_equal(part, "c,d");
    assert_false(pv_list_part("a, b b ,c\\,d", 3, part, sizeof part));
    assert_false(pv_list_part("", 0, part, sizeof part));
    assert_true(pv_list_part("a-name-that-is-longer-than-the-room", 0, part, sizeof part));
    assert_int_equal(strlen(part), 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_takes),
                                       cmocka_unit_test(test_defaults),
                                       cmocka_unit_test(test_many),
                                       cmocka_unit_test(test_refuses),
                                       cmocka_unit_test(test_help_needs_no_inputs),
                                       cmocka_unit_test(test_no_memory),
                                       cmocka_unit_test(test_shard),
                                       cmocka_unit_test(test_nearest),
                                       cmocka_unit_test(test_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
