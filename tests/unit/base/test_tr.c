/* The reader's language: which one is chosen, two texts of one error, and what never changes with it. Uses the catalogue of the build. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/columns.h"
#include "base/err.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "base/tr.h"

#include "base/banned.h"

#define SENTENCE "there is no plot %lld"
#define CHINESE  "没有图斑 %lld"

static char built[1024];

/* The environment of a program: LANGUAGE, LC_ALL, LC_MESSAGES, LANG; NULL = not set. */
static int start(const char *folder, const char *language, const char *lc_all, const char *lc_messages, const char *lang)
{
    const char *name[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}, *value[] = {language, lc_all, lc_messages, lang};
    for (int i = 0; i < 4; i++) {
        if (value[i] == NULL)
            (void)unsetenv(name[i]);
        else
            (void)setenv(name[i], value[i], 1);
    }
    return pv_tr_start(folder);
}

static int chinese(const char *folder)
{
    return start(folder, NULL, NULL, NULL, "zh_CN.UTF-8");
}

static void test_the_environment_chooses(void **state)
{
    (void)state;
    assert_false(start(built, NULL, NULL, NULL, NULL));
    assert_string_equal(pv_tr(SENTENCE), SENTENCE);
    assert_true(start(built, NULL, NULL, NULL, "zh_CN.UTF-8"));
    assert_string_equal(pv_tr(SENTENCE), CHINESE);
    assert_string_equal(pv_tr("no such message"), "no such message");
    assert_true(start(built, "", NULL, NULL, "zh_CN"));
    assert_true(start(built, NULL, NULL, "zh_CN.UTF-8", "C"));
    assert_true(start(built, NULL, "zh_CN.UTF-8", "C", "C"));
    assert_true(start(built, "fr:zh_CN", NULL, NULL, "C.UTF-8"));
    assert_false(start(built, NULL, "C", NULL, "zh_CN.UTF-8"));
    assert_false(start(built, "zh_CN", "POSIX", NULL, "zh_CN.UTF-8"));
    assert_false(start(built, "zh_CN", NULL, NULL, NULL));
    assert_false(start(built, "en:zh_CN", NULL, NULL, "zh_CN.UTF-8"));
    assert_false(start(built, NULL, NULL, NULL, "en_US.UTF-8"));
    assert_false(start(built, NULL, NULL, NULL, "de_DE.UTF-8"));
    assert_string_equal(pv_tr(SENTENCE), SENTENCE);
    assert_false(chinese(""));
    assert_false(chinese("/nowhere"));
}

static void test_an_error_has_two_texts(void **state)
{
    (void)state;
    pv_err err = {0}, passed = {0};
    assert_true(chinese(built));
    pv_status st = pv_fail(&err, PV_INPUT, SENTENCE, 7LL);
    st = pv_where(&err, st, "a.tif");
    st = pv_where(&err, st, "plot %s", "P1");
    assert_int_equal(st, PV_INPUT);
    assert_string_equal(err.text, "plot P1: a.tif: there is no plot 7");
    assert_string_equal(err.local, "图斑 P1: a.tif: 没有图斑 7");
    assert_string_equal(pv_err_words(&err), err.local);
    assert_int_equal(pv_pass(&passed, PV_MODEL, &err), PV_MODEL);
    assert_int_equal(passed.status, PV_MODEL);
    assert_string_equal(passed.text, err.text);
    assert_string_equal(passed.local, err.local);
    assert_int_equal(pv_pass(NULL, PV_MODEL, &err), PV_MODEL);
    /* The order of arguments may change. */
    (void)pv_fail(&err, PV_PARTIAL, "%d of %d photos were refused; the others are done", 2, 5);
    assert_string_equal(err.text, "2 of 5 photos were refused; the others are done");
    assert_string_equal(err.local, "5 张照片中有 2 张被拒收，其余已完成");
    assert_false(start(built, NULL, NULL, NULL, "C"));
    (void)pv_where(&err, pv_fail(&err, PV_INPUT, SENTENCE, 7LL), "b.tif");
    assert_string_equal(err.local, "");
    assert_string_equal(pv_err_words(&err), "b.tif: there is no plot 7");
}

/* strerror() and numbers are the same whatever the language; its words are translated where a person reads them. */
static void test_nothing_else_changes(void **state)
{
    (void)state;
    pv_err err = {0};
    char number[32];
    assert_true(chinese(built));
    assert_string_equal(strerror(ENOENT), "No such file or directory");
    (void)snprintf(number, sizeof number, "%.2f", 1234.5);
    assert_string_equal(number, "1234.50");
    (void)pv_fail(&err, PV_IO, "%s: cannot be created: %s", "x", strerror(ENOSPC));
    assert_string_equal(err.text, "x: cannot be created: No space left on device");
    assert_string_equal(err.local, "x：无法建立：磁盘没有空间了");
}

static void test_tails(void **state)
{
    (void)state;
    char text[256];
    const char *const pair[][2] = {
        {"a: No such file or directory", "a: 没有这个文件或文件夹"},
        {"a：b: Is a directory", "a：b: 是文件夹"},
        {"a (b: Is a directory); c", "a (b: 是文件夹); c"},
        {"a：Is a directory；c", "a：是文件夹；c"},
        {"a: a date (2026-05-31) is missing; b", "a: a date (2026-05-31) is missing; b"},
        {"a: b (c); d: Is a directory", "a: b (c); d: 是文件夹"},
        {"P1: its edges are longer than any boundary's (500 km each, 20,000 km together); a digit too many?; left out",
         "P1: 它的边比任何界线都长（每边超过 500 km，合计超过 20,000 km）；是否多写了一位数字？; left out"},
        {"Is a directory", "Is a directory"},
        {"the classes are: target", "the classes are: target"}, /* a word alone is the name of something */
        {"a: Is a directory.tif", "a: Is a directory.tif"},
        {"a: ", "a: "},
        {"", ""},
    };
    assert_true(chinese(built));
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        (void)snprintf(text, sizeof text, "%s", pair[i][0]);
        pv_tr_tail(text, sizeof text);
        assert_string_equal(text, pair[i][1]);
    }
    /* 6 characters of 3 bytes would take 21 bytes with the place before them and the NUL. */
    (void)snprintf(text, sizeof text, "a: Not a directory");
    pv_tr_tail(text, 18);
    assert_string_equal(text, "a: Not a directory");
}

static void test_who_reads_chinese(void **state)
{
    (void)state;
    assert_true(chinese(built) && pv_tr_zh());
    assert_true(start(built, "fr:zh_CN", NULL, NULL, "C.UTF-8") && pv_tr_zh());
    (void)start("", NULL, NULL, NULL, "zh_CN.UTF-8");
    assert_true(pv_tr_zh());
    (void)start(built, "en", NULL, NULL, "zh_CN.UTF-8");
    assert_false(pv_tr_zh());
    (void)start(built, NULL, "C", NULL, "zh_CN.UTF-8");
    assert_false(pv_tr_zh());
}

/* Kept lines have both languages, also behind an error and under a name. */
static void test_lines(void **state)
{
    (void)state;
    pv_lines lines = {.n = 0}, more = {.n = 0};
    pv_err err = {.status = PV_OK};
    assert_true(chinese(built));
    assert_int_equal(pv_lines_addf(&lines, &err, SENTENCE, 7LL), PV_OK);
    assert_int_equal(pv_lines_add(&lines, "only English", NULL, &err), PV_OK);
    assert_int_equal(pv_lines_add_all(&more, "a.tif", &lines, &err), PV_OK);
    assert_string_equal(more.at[0].text, "a.tif: there is no plot 7");
    assert_string_equal(pv_lines_words(&more, 0), "a.tif: 没有图斑 7");
    assert_string_equal(pv_lines_words(&more, 1), "a.tif: only English");
    assert_int_equal(pv_lines_after(&err, pv_fail(&err, PV_INPUT, "no labelled pixel was found"), &lines), PV_INPUT);
    assert_string_equal(err.text, "no labelled pixel was found: there is no plot 7; only English");
    assert_string_equal(err.local, "没有找到标注的像元: 没有图斑 7; only English");
    for (int i = 0; i < 100; i++) assert_int_equal(pv_lines_addf(&lines, &err, SENTENCE, 1000000LL + i), PV_OK);
    (void)pv_lines_after(&err, pv_fail(&err, PV_INPUT, "no labelled pixel was found"), &lines);
    assert_true(strlen(err.text) == PV_ERR_TEXT - 1 && strcmp(err.text + PV_ERR_TEXT - 4, "...") == 0);
    assert_true(pv_utf8_valid(err.local, strlen(err.local)));
    for (long k = 0; k < 4; k++) {
        pv_mem_fail_at(k, 0);
        if (pv_lines_add_all(&more, "b", &lines, &err) == PV_OK) fail_msg("allocation %ld did not fail", k);
        pv_mem_fail_at(-1, 0);
    }
    pv_lines_release(&lines);
    pv_lines_release(&more);
}

static void test_columns(void **state)
{
    (void)state;
    pv_text t = {0};
    assert_int_equal(pv_columns("ab"), 2);
    assert_int_equal(pv_columns("查准率 F1，"), 11);
    assert_int_equal(pv_columns("±é–"), 3);
    assert_int_equal(pv_columns("a\xE4\xB8"), 2); /* cut within a character */
    pv_text_add_cell(&t, "查准", 6);
    pv_text_add_cell(&t, "查准", -6);
    pv_text_add_cell(&t, "wider", 2);
    assert_string_equal(pv_text_str(&t), "查准    查准wider");
    pv_text_release(&t);
}

/* A catalogue that is not what was built (cut short, a byte changed, its digest missing) is not opened. */
static void test_a_broken_catalogue_is_english(void **state)
{
    (void)state;
    char from[1200], folder[] = "tr_XXXXXX", part[64], *mo = NULL, *digest = NULL;
    size_t n = 0, n_digest = 0;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(part, sizeof part, "%s/zh_CN", folder);
    assert_int_equal(mkdir(part, 0700), 0);
    (void)snprintf(part, sizeof part, "%s/zh_CN/LC_MESSAGES", folder);
    assert_int_equal(mkdir(part, 0700), 0);
    (void)snprintf(from, sizeof from, "%s/zh_CN/LC_MESSAGES/papaver.mo", built);
    assert_int_equal(pv_file_read(from, 1 << 24, &mo, &n, NULL), PV_OK);
    (void)snprintf(from, sizeof from, "%s/zh_CN/LC_MESSAGES/papaver.mo.sha256", built);
    assert_int_equal(pv_file_read(from, 4096, &digest, &n_digest, NULL), PV_OK);
    (void)snprintf(part, sizeof part, "%s/zh_CN/LC_MESSAGES/papaver.mo", folder);
    assert_int_equal(pv_outfile_put(part, mo, n, 1, NULL), PV_OK);
    assert_false(chinese(folder));
    (void)snprintf(from, sizeof from, "%s.sha256", part);
    assert_int_equal(pv_outfile_put(from, digest, n_digest, 1, NULL), PV_OK);
    assert_true(chinese(folder));
    assert_string_equal(pv_tr(SENTENCE), CHINESE);
    mo[n / 2] ^= 1;
    assert_int_equal(pv_outfile_put(part, mo, n, 1, NULL), PV_OK);
    assert_false(chinese(folder));
    assert_string_equal(pv_tr(SENTENCE), SENTENCE);
    mo[n / 2] ^= 1;
    for (size_t keep = 0; keep < n; keep += n / 5) {
        assert_int_equal(pv_outfile_put(part, mo, keep, 1, NULL), PV_OK);
        assert_false(chinese(folder));
    }
    assert_int_equal(unlink(part), 0);
    assert_int_equal(unlink(from), 0);
    (void)snprintf(part, sizeof part, "%s/zh_CN/LC_MESSAGES", folder);
    assert_int_equal(rmdir(part), 0);
    (void)snprintf(part, sizeof part, "%s/zh_CN", folder);
    assert_int_equal(rmdir(part), 0);
    assert_int_equal(rmdir(folder), 0);
    pv_free(mo);
    pv_free(digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_environment_chooses),
        cmocka_unit_test(test_an_error_has_two_texts),
        cmocka_unit_test(test_nothing_else_changes),
        cmocka_unit_test(test_tails),
        cmocka_unit_test(test_who_reads_chinese),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_a_broken_catalogue_is_english),
    };
    const char *build = getenv("PAPAVER_BUILD");
    (void)snprintf(built, sizeof built, "%s/locale", build != NULL ? build : "../../..");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
