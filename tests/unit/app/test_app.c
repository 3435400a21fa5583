/* surface: whole commands on a small table of spectra, their exit codes and their JSON. */
#include "test.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/command.h"
#include "app/data_find.h"
#include "base/json.h"
#include "base/outfile.h"

#include "base/banned.h"

static char folder[] = "/tmp/papaver-test-XXXXXX";
static char *out_text;
static size_t out_bytes;

static const char *in_folder(const char *name)
{
    static char path[4][128];
    static int next;
    next = (next + 1) % 4;
    (void)snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

/* Runs the program with its standard output in a file (or another path); returns the exit code. */
static int run_to(const char *to, int n, const char *const *words)
{
    char *argv[32] = {(char *)"papaver"};
    for (int i = 0; i < n; i++) argv[i + 1] = (char *)words[i];
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO), kept_err = dup(STDERR_FILENO), fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int log = open(in_folder("stderr"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(kept >= 0 && kept_err >= 0 && fd >= 0 && log >= 0);
    (void)dup2(fd, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    int code = pv_app_run(n + 1, argv);
    clearerr(stdout);
    (void)dup2(kept, STDOUT_FILENO);
    (void)dup2(kept_err, STDERR_FILENO);
    (void)close(kept);
    (void)close(kept_err);
    (void)close(fd);
    (void)close(log);
    return code;
}

static int run(int n, const char *const *words)
{
    pv_err err = {0};
    int code = run_to(in_folder("stdout"), n, words);
    pv_free(out_text);
    out_text = NULL;
    assert_int_equal(pv_file_read(in_folder("stdout"), 1 << 20, &out_text, &out_bytes, &err), PV_OK);
    return code;
}

#define RUN(...) run((int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), (const char *const[]){__VA_ARGS__})

static void assert_said(const char *part)
{
    char *text = NULL;
    size_t n = 0;
    pv_err err = {0};
    assert_int_equal(pv_file_read(in_folder("stderr"), 1 << 20, &text, &n, &err), PV_OK);
    if (strstr(text, part) == NULL) fail_msg("stderr '%s' does not hold '%s'", text, part);
    pv_free(text);
}

/* Two classes that differ in nir, and a third that differs in red; percent. */
static int start(void **state)
{
    (void)state;
    pv_text csv = {0};
    pv_err err = {0};
    uint32_t r = 7;
    if (mkdtemp(folder) == NULL) return 1;
    pv_text_add(&csv, "class,plot,Red,Green,NIR\n");
    for (int i = 0; i < 240; i++) {
        r = r * 1664525u + 1013904223u;
        int k = i % 3, red = (k == 2 ? 60 : 20) + (int)(r >> 28), nir = (k == 1 ? 70 : 30) + (int)(r >> 24 & 15);
        pv_text_addf(&csv, "%s,p%d,%d.5,%d,%d.25\n", k == 0 ? "grass" : k == 1 ? "opium_poppy" : "brick", i % 4, red, 25 + (int)(r >> 20 & 15), nir);
    }
    int bad = pv_outfile_put(in_folder("t.csv"), csv.data, csv.len, 1, &err) != PV_OK;
    /* The same without the plots. */
    pv_text plain = {0};
    for (const char *p = csv.data; *p != '\0'; p += strcspn(p, "\n") + 1) {
        size_t class_end = strcspn(p, ","), plot_end = class_end + 1 + strcspn(p + class_end + 1, ",");
        pv_text_add_n(&plain, p, class_end);
        pv_text_add_n(&plain, p + plot_end, strcspn(p, "\n") + 1 - plot_end);
    }
    bad |= pv_outfile_put(in_folder("n.csv"), plain.data, plain.len, 1, &err) != PV_OK;
    pv_text_release(&plain);
    pv_text_release(&csv);
    return bad;
}

static int stop(void **state)
{
    (void)state;
    static const char *const made[] = {"t.csv", "n.csv", "m.pvm", "n.pvm", "stdout", "stderr"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) (void)unlink(in_folder(made[i]));
    pv_free(out_text);
    return rmdir(folder);
}

static void test_words(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_string_equal(out_text, PV_VERSION_TEXT "\n");
    assert_int_equal(RUN("help", "features"), 0);
    assert_int_equal(RUN("scan", "--help"), 0);
    assert_non_null(strstr(out_text, "--min-area"));
    assert_int_equal(RUN("help", "--man", "scan"), 0);
    assert_int_equal(RUN("help", "nothing"), 2);
    assert_int_equal(RUN("scna"), 2);
    assert_said("papaver: there is no command 'scna'; did you mean 'scan'?");
    assert_int_equal(RUN("scan", "x.tif", "--min-area", "-3", "-o", "y"), 2);
    assert_said("papaver: scan: --min-area: '-3' is not a number from 0 to 1000000 (m2)");
    assert_int_equal(RUN("scan", "x.tif"), 2);
    assert_int_equal(RUN("info", "/nowhere/at/all.tif"), 13);
}

static void test_full_disk(void **state)
{
    (void)state;
    const char *const words[] = {"help", "scan"};
    if (access("/dev/full", W_OK) != 0) skip();
    assert_int_equal(run_to("/dev/full", 2, words), 13);
    assert_said("standard output");
}

static void assert_json_real(pv_json *j, const char *outer, const char *name, double low, double high)
{
    double value;
    pv_json_ref ref = outer != NULL ? pv_json_member(j, 0, outer) : 0;
    assert_true(pv_json_real(j, pv_json_member(j, ref, name), -1e9, 1e9, &value));
    assert_true(value >= low && value <= high);
}

static void test_train_and_evaluate(void **state)
{
    (void)state;
    pv_json j = {0};
    pv_err err = {0};
    char table[128], model[128];
    char first[4096] = "", again[4096] = "";
    (void)snprintf(table, sizeof table, "%s", in_folder("t.csv"));
    (void)snprintf(model, sizeof model, "%s", in_folder("m.pvm"));
    /* A column of text that is neither class nor fold is left aside: the table of evaluate --folds is that of train. */
    assert_int_equal(RUN("train", "--table", table, "-o", model, "--trees", "20", "--depth", "3", "-j1", "--quiet"), 0);
    assert_int_equal(unlink(model), 0);
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--trees", "20", "--depth", "3", "--json", "--reference"), 0);
    assert_int_equal(pv_json_parse(&j, out_text, out_bytes, -1, &err), PV_OK);
    assert_json_real(&j, NULL, "accuracy", 0.95, 1);
    assert_json_real(&j, "polygons", "total", 0, 0);
    assert_json_real(&j, "reference", "accuracy", 0.9, 1);
    int folds = 0;
    pv_json_ref list = pv_json_member(&j, 0, "folds");
    for (pv_json_ref f = pv_json_first(&j, list); f >= 0; f = pv_json_after(&j, list, f)) folds++;
    assert_int_equal(folds, 4);
    assert_true(pv_json_member(&j, pv_json_member(&j, 0, "target"), "pixel") > 0);
    pv_json_release(&j);
    (void)snprintf(first, sizeof first, "%s", out_text);
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--trees", "20", "--depth", "3", "--json", "--reference", "-j2"), 0);
    (void)snprintf(again, sizeof again, "%s", out_text);
    assert_string_equal(first, again);
}

/* The model says what it is; the same rows give the same bytes with any number of threads; an existing file is not replaced. */
static void test_model_card(void **state)
{
    (void)state;
    pv_json j = {0};
    pv_err err = {0};
    char table[128], model[128], other[128], text[512];
    char *a = NULL, *b = NULL;
    size_t na = 0, nb = 0;
    (void)snprintf(table, sizeof table, "%s", in_folder("n.csv"));
    (void)snprintf(model, sizeof model, "%s", in_folder("m.pvm"));
    (void)snprintf(other, sizeof other, "%s", in_folder("n.pvm"));
    assert_int_equal(RUN("train", "--table", table, "-o", model, "--trees", "10", "--depth", "2", "-j1", "--licence", "CC0", "--name", "card 1"), 0);
    assert_non_null(strstr(out_text, "opium_poppy   (target)"));
    assert_int_equal(RUN("train", "--table", table, "-o", model, "--trees", "10"), 2);
    assert_int_equal(
        RUN("train", "--table", table, "-o", other, "--trees", "10", "--depth", "2", "-j2", "--licence", "CC0", "--name", "card 1", "-q"), 0);
    assert_int_equal(out_bytes, 0);
    assert_int_equal(pv_file_read(model, 1 << 24, &a, &na, &err), PV_OK);
    assert_int_equal(pv_file_read(other, 1 << 24, &b, &nb, &err), PV_OK);
    assert_int_equal(na, nb);
    assert_memory_equal(a, b, na);
    pv_free(a);
    pv_free(b);
    assert_int_equal(RUN("info", model), 0);
    assert_null(strstr(out_text, "SYNTHETIC"));
    assert_int_equal(RUN("info", "--json", model), 0);
    assert_int_equal(pv_json_parse(&j, out_text, out_bytes, -1, &err), PV_OK);
    pv_json_ref card = pv_json_first(&j, pv_json_member(&j, 0, "files"));
    assert_true(pv_json_copy(&j, pv_json_member(&j, card, "name"), text, sizeof text));
    assert_string_equal(text, "card-1");
    assert_true(pv_json_copy(&j, pv_json_member(&j, card, "licence"), text, sizeof text));
    assert_string_equal(text, "CC0");
    assert_true(pv_json_copy(&j, pv_json_member(&j, card, "trained_on"), text, sizeof text));
    assert_string_equal(text, "table n.csv (240 spectra)");
    pv_json_release(&j);
    assert_int_equal(RUN("evaluate", "--table", table, "--model", model, "--json"), 0);
    assert_int_equal(pv_json_parse(&j, out_text, out_bytes, -1, &err), PV_OK);
    assert_json_real(&j, NULL, "accuracy", 0.95, 1);
    pv_json_release(&j);
    assert_int_equal(RUN("train", "--table", table, "-o", model, "--trees", "5", "--synthetic", "--overwrite"), 0);
    assert_int_equal(RUN("info", model), 0);
    assert_true(strncmp(out_text, "SYNTHETIC", 9) == 0);
    /* A table's model cannot scan photos. */
    assert_int_equal(RUN("scan", "x.tif", "-o", other, "--overwrite", "--model", model), 12);
}

static void test_wrong_questions(void **state)
{
    (void)state;
    char table[128];
    (void)snprintf(table, sizeof table, "%s", in_folder("t.csv"));
    assert_int_equal(RUN("evaluate", "--table", table), 2);
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--target", "tulip"), 2);
    assert_said("brick, grass, opium_poppy");
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--class-weight", "tulip=2"), 2);
    assert_said("no class 'tulip'; the classes are: brick, grass, opium_poppy");
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--class-weight", "brick=-1"), 2);
    assert_int_equal(RUN("evaluate", "--table", table, "--folds", "plot", "--trees", "5", "--class-weight", "brick=3,opium_poppy=0.5"), 0);
    assert_int_equal(RUN("train", "--photo", "x.tif", "-o", "m"), 2);
    assert_int_equal(RUN("train", "--photo", "x.tif", "--labels", "a", "b", "c", "-o", "m"), 2);
    assert_int_equal(RUN("merge", "-o", "x", "/nowhere"), 13);
}

/* A bureau may put one table of its own in front of those that ship. */
static void test_data_files(void **state)
{
    (void)state;
    char path[256], mine[256], both[256];
    pv_err err = {0};
    (void)unsetenv("PAPAVER_DATA");
    assert_int_equal(pv_data_find("legal_tiers.csv", path, sizeof path, &err), PV_OK);
    assert_non_null(strstr(path, "models/data/legal_tiers.csv"));
    (void)snprintf(mine, sizeof mine, "%s", in_folder("legal_tiers.csv"));
    assert_int_equal(pv_outfile_put(mine, "x", 1, 1, NULL), PV_OK);
    (void)snprintf(both, sizeof both, "/nowhere:%s", folder);
    (void)setenv("PAPAVER_DATA", both, 1);
    assert_int_equal(pv_data_find("legal_tiers.csv", path, sizeof path, &err), PV_OK);
    assert_string_equal(path, mine);
    assert_int_equal(pv_data_find("stage_calendar.csv", path, sizeof path, &err), PV_OK);
    assert_int_equal(pv_data_find("tea.csv", path, sizeof path, &err), PV_IO);
    assert_non_null(strstr(err.text, "/nowhere"));
    (void)unsetenv("PAPAVER_DATA");
    (void)unlink(mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),      cmocka_unit_test(test_full_disk),  cmocka_unit_test(test_train_and_evaluate),
        cmocka_unit_test(test_model_card), cmocka_unit_test(test_data_files), cmocka_unit_test(test_wrong_questions)};
    return cmocka_run_group_tests(tests, start, stop);
}
