/* surface: the tables keep their own rules, and everything printed from them is whole. */
#include "test.h"

#include "app/help.h"
#include "app/options.h"

#include "base/banned.h"

/* A number has a unit, a default and a range; a default that is a number lies in the range; names and letters are there once. */
static void test_tables(void **state)
{
    (void)state;
    int n;
    const pv_command *const *c = pv_commands(&n);
    assert_true(n >= 7);
    for (int i = 0; i < n; i++) {
        assert_true(c[i]->run != NULL && c[i]->text[0] != '\0' && c[i]->inputs != NULL && c[i]->max_inputs >= c[i]->min_inputs);
        assert_ptr_equal(pv_command_find(c[i]->name), c[i]);
        assert_true(c[i]->line[strlen(c[i]->line) - 1] != '.');
        for (int k = 0; k < c[i]->n_options; k++) {
            const pv_option *o = &c[i]->option[k];
            double value;
            assert_true(o->help[0] != '\0' && o->help[strlen(o->help) - 1] != '.');
            if (o->kind == PV_OPT_INT || o->kind == PV_OPT_REAL) {
                if (o->unit == NULL || o->standard == NULL || !(o->low < o->high)) fail_msg("%s --%s", c[i]->name, o->name);
                if (pv_parse_real(o->standard, -1e300, 1e300, &value)) assert_true(value >= o->low && value <= o->high);
            }
            assert_int_equal(o->kind == PV_OPT_CHOICE, o->choices != NULL);
            assert_int_equal(o->kind == PV_OPT_FLAG, pv_option_value_word(o)[0] == '\0');
            for (int m = 0; m < k; m++) {
                assert_string_not_equal(o->name, c[i]->option[m].name);
                assert_true(o->letter == 0 || o->letter != c[i]->option[m].letter);
            }
        }
    }
    assert_null(pv_command_find("scam"));
}

static void test_help_is_whole(void **state)
{
    (void)state;
    int n;
    const pv_command *const *c = pv_commands(&n);
    for (int i = 0; i < n; i++) {
        pv_text help = {0}, man = {0}, name = {0};
        pv_help_command(c[i], &help);
        pv_man_command(c[i], &man);
        assert_int_equal(help.failed | man.failed, 0);
        for (int k = 0; k < c[i]->n_options; k++) {
            const pv_option *o = &c[i]->option[k];
            pv_text_reset(&name);
            pv_text_addf(&name, "--%s", o->name);
            assert_non_null(strstr(help.data, name.data));
            if (o->unit != NULL && o->kind != PV_OPT_FLAG) assert_non_null(strstr(help.data, o->unit));
        }
        assert_non_null(strstr(man.data, ".SH OPTIONS\n"));
        assert_non_null(strstr(man.data, "\\fB\\-\\-help\\fR"));
        for (char *line = help.data; *line != '\0'; line += strcspn(line, "\n") + 1) assert_true(strcspn(line, "\n") <= 112);
        pv_text_release(&help);
        pv_text_release(&man);
        pv_text_release(&name);
    }
}

static void test_overview(void **state)
{
    (void)state;
    int n;
    const pv_command *const *c = pv_commands(&n);
    pv_text t = {0}, bash = {0}, zsh = {0};
    pv_help_overview(&t);
    pv_completion("bash", &bash);
    pv_completion("zsh", &zsh);
    for (int i = 0; i < n; i++) {
        assert_non_null(strstr(t.data, c[i]->name));
        assert_non_null(strstr(bash.data, c[i]->name));
        assert_non_null(strstr(zsh.data, c[i]->name));
    }
    assert_non_null(strstr(bash.data, "--min-area"));
    assert_non_null(strstr(bash.data, "auto libtiff gdal"));
    assert_non_null(strstr(zsh.data, "#compdef papaver"));
    pv_text_release(&t);
    pv_text_release(&bash);
    pv_text_release(&zsh);
}

/* The codes that help lists are those that statuses give. */
static void test_exit_codes(void **state)
{
    (void)state;
    int code;
    const char *meaning;
    for (int st = PV_OK; st <= PV_BUG; st++) {
        int there = 0;
        for (int i = 0; pv_exit_code_row(i, &code, &meaning); i++) there |= code == pv_exit_code((pv_status)st);
        assert_true(there);
    }
    assert_false(pv_exit_code_row(-1, &code, &meaning));
}

/* A failed allocation is remembered, never a text cut in silence. */
static void test_no_memory(void **state)
{
    (void)state;
    pv_text t = {0};
    int failed = 1;
    for (long k = 0; failed && k < 2000; k++) {
        pv_text_release(&t);
        pv_mem_fail_at(k, 0);
        pv_help_command(&pv_command_merge, &t);
        pv_mem_fail_at(-1, 0);
        failed = t.failed;
    }
    assert_non_null(strstr(pv_text_str(&t), "Example:"));
    pv_text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables), cmocka_unit_test(test_help_is_whole), cmocka_unit_test(test_overview),
                                       cmocka_unit_test(test_exit_codes), cmocka_unit_test(test_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
