/* Reasons of the ledger in Chinese, by the messages that they were made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/reason_words.h"

#include "base/banned.h"

static void test_reasons(void **state)
{
    (void)state;
    /* Without arguments; with them; turned round; an argument that is a message; unknown, and nearly known. */
    static const char *const pair[][2] = {
        {"the file is empty; copy it again", "文件是空的，请重新复制"},
        {"it has the same bytes as a/b %s.tif, which was done before", "与 a/b %s.tif 字节完全相同，那一张已处理过"},
        {"3 of 40 blocks were never written: a sparse or half-made file", "40 个存储块中有 3 个从未写入：文件是稀疏的或没有写完"},
        {"the worker crashed (signal 11); its words: log/7-a.log", "工作进程崩溃（信号 11）；详见 log/7-a.log"},
        {"the worker's result cannot be used: a.tif: cannot be read: Is a directory", "工作进程的结果不能用：a.tif：无法读取：Is a directory"},
        {"it is redder than most", "比一般地面偏红"},
        {"it stands among corn poppy", "周围是“虞美人”"},
        {"parts of it look like blue tents", "部分像“blue tents”"},
        {"most of it looks like the plant", "大部分像罂粟植株"},
        {"the file is empty; copy it agai...", ""},
        {"the file is empty; copy it again ", ""},
        {"%s", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        pv_text t = {0};
        int known = pv_reason_zh(pair[i][0], &t);
        assert_string_equal(pv_text_str(&t), pair[i][1]);
        assert_int_equal(known, t.len > 0);
        pv_text_release(&t);
    }
}

static void test_on_a_page(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_html_reason(&t, "it has the same bytes as <b>.tif, which was done before");
    assert_string_equal(pv_text_str(&t),
                        "<span lang=\"zh\">与 &lt;b&gt;.tif 字节完全相同，那一张已处理过</span> <small lang=\"en\">it has the same bytes as "
                        "&lt;b&gt;.tif, which was done before</small>");
    pv_text_reset(&t);
    pv_html_reason(&t, "it is \"bad\"");
    assert_string_equal(pv_text_str(&t), "it is &quot;bad&quot;");
    pv_text_release(&t);
}

/* Parts between semicolons count by themselves; in English nothing is changed. */
static void test_for_the_reader(void **state)
{
    (void)state;
    pv_text keep = {0};
    (void)setenv("LC_ALL", "C", 1);
    assert_string_equal(pv_reason_words("mask of the file", &keep), "mask of the file");
    (void)unsetenv("LANGUAGE");
    (void)setenv("LC_ALL", "zh_CN.UTF-8", 1);
    assert_string_equal(pv_reason_words("no-data tag 0 in all bands; mask of the file; a new rule", &keep),
                        "所有波段都为无数据值 0；文件自带的掩膜；a new rule");
    assert_string_equal(pv_reason_words("tiled 128x128, pixel-interleaved", &keep), "分块 128x128，按像元存放");
    (void)unsetenv("LC_ALL");
    pv_text_release(&keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reasons), cmocka_unit_test(test_on_a_page), cmocka_unit_test(test_for_the_reader)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
