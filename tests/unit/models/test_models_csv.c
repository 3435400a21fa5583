#include "models_help.h"

#include <unistd.h>

#include "base/outfile.h"
#include "models/table_csv.h"

#include "base/banned.h"

static pv_status parse(pv_spectra *s, const char *text, const char *fold, pv_err *err)
{
    char *copy = NULL; /* of the exact size, for the address sanitizer */
    size_t n = strlen(text);
    assert_ok(pv_alloc(&copy, n, 1, "copy", NULL));
    memcpy(copy, text, n);
    pv_status st = pv_spectra_parse(s, copy, n, NULL, fold, err);
    pv_free(copy);
    return st;
}

/* One table in many dresses. */
static void dresses_do_not_matter(void **state)
{
    (void)state;
    const char *dress[] = {
        "class,red,nir,site\npoppy,0.5,-2e3,a\n\"corn, red\",1,7,b\n",
        "\xEF\xBB\xBF"
        "class,red,nir,site\r\npoppy,0.5,-2e3,a\r\n\"corn, red\",1,7,b",
        "class;red;nir;site\npoppy;0.5;-2000;a\ncorn, red;1;7.0;b\n\n\n",
        "\nclass\tred\tnir\tsite\n\npoppy\t0.5\t-2e3\ta\ncorn, red\t+1\t 7 \tb\n",
        "class,red,nir,site\rpoppy,0.5,-2e3,a\r\"corn, red\",1,7,b\r",
        "\"class\",\"red\",\"nir\",\"site\"\n\"poppy\",\"0.5\",\"-2e3\",\"a\"\n\"corn, red\",\"1\",\"7\",\"b\"\n",
        "site,red,class,nir\na,0.5,poppy,-2e3\nb,1,\"corn, red\",7\n",
    };
    for (size_t i = 0; i < sizeof dress / sizeof *dress; i++) {
        pv_spectra s = {0};
        pv_err err = {0};
        if (parse(&s, dress[i], "site", &err) != PV_OK) fail_msg("%zu: %s", i, err.text);
        assert_int_equal(s.n_bands, 2);
        assert_int_equal(s.n_rows, 2);
        assert_string_equal(s.band[0], "red");
        assert_string_equal(s.band[1], "nir");
        assert_true(s.value[0] == 0.5 && s.value[1] == -2000 && s.value[2] == 1 && s.value[3] == 7);
        assert_string_equal(s.class_name[0], "poppy");
        assert_string_equal(s.class_name[1], "corn, red");
        assert_string_equal(s.fold[0], "a");
        assert_string_equal(s.fold[1], "b");
        pv_spectra_release(&s);
    }
}

static void quotes_are_read(void **state)
{
    (void)state;
    pv_spectra s = {0};
    assert_ok(parse(&s, "class,\"a \"\"b\"\"\"\n\" say \"\"hi\"\", you \",3\n", NULL, NULL));
    assert_string_equal(s.band[0], "a \"b\"");
    assert_string_equal(s.class_name[0], "say \"hi\", you");
    assert_string_equal(s.fold[0], "");
    pv_spectra_release(&s);
}

static void errors_name_the_place(void **state)
{
    (void)state;
    const struct {
        const char *text, *fold, *says;
    } bad[] = {
        {"", NULL, "the table is empty"},
        {"\n\n", NULL, "the table is empty"},
        {"class,red\n", NULL, "a header and no rows"},
        {"kind,red\na,1\n", NULL, "line 1: there is no column 'class' for the class; the columns are: kind, red"},
        {"class,red\na,1\n", "site", "line 1: there is no column 'site' for the fold; the columns are: class, red"},
        {"class,red\na,1\n", "class", "cannot be both"},
        {"class\na\n", NULL, "no column of numbers"},
        {"class,red,red\na,1,2\n", NULL, "line 1, column 3: the column 'red' is there twice"},
        {"class,,nir\na,1,2\n", NULL, "line 1, column 2: the column name is empty"},
        {"class,red\na,1\nb,x1\n", NULL, "line 3, column 2 (red): 'x1' is not a number"},
        {"class,red\na,nan\n", NULL, "line 2, column 2 (red): 'nan' is not a number"},
        {"class;red\na;1,5\n", NULL, "line 2, column 2 (red): '1,5' is not a number: write a decimal point"},
        {"class,red\na,\n", NULL, "line 2, column 2 (red): the number is missing"},
        {"class,red\n\n\na,1,2\n", NULL, "line 4, column 3: the row is longer than the header of 2 columns"},
        {"class,red,nir\na,1\n", NULL, "line 2, column 2: the row ends after 2 of 3 columns"},
        {"class,red\n ,1\n", NULL, "line 2, column 1: the class is empty"},
        {"class,red\n\"a\nb\",1\n", NULL, "line 2, column 1: the class has control characters"},
        {"class,red\n\"a,1\n", NULL, "line 2, column 1: the quote is never closed"},
        {"class,red\n\"a\"b,1\n", NULL, "line 2, column 1: there is text after the closing quote"},
        {"class,red\na\"b,1\n", NULL, "line 2, column 1: a quote stands in the middle"},
        {"class,red\n\xB1\xB1,1\n", NULL, "line 2, column 1: the text is not UTF-8"},
        {"class,red\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,1\n", NULL, "longer than 63 bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pv_spectra s = {0};
        pv_err err = {0};
        assert_int_equal(parse(&s, bad[i].text, bad[i].fold, &err), PV_INPUT);
        assert_says(err, bad[i].says);
        assert_null(s.value);
    }
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    for (int n = 256; n <= 260; n++) {
        pv_text t = {0};
        pv_spectra s = {0};
        pv_err err = {0};
        pv_text_add(&t, "class");
        for (int c = 0; c < n; c++) pv_text_addf(&t, ",c%d", c);
        pv_text_add(&t, "\na");
        for (int c = 0; c < n; c++) pv_text_addf(&t, ",%d", c);
        pv_status st = parse(&s, pv_text_str(&t), NULL, &err);
        assert_int_equal(st, n == 256 ? PV_OK : PV_INPUT);
        if (st != PV_OK) assert_says(err, "at most 256");
        pv_spectra_release(&s);
        pv_text_release(&t);
    }
}

static void files_are_named(void **state)
{
    (void)state;
    pv_spectra s = {0};
    pv_err err = {0};
    const char *path = "models_csv.csv";
    assert_int_equal(pv_spectra_read(&s, "no/such.csv", NULL, NULL, &err), PV_IO);
    assert_ok(pv_outfile_put(path, "k,v\na,b\n", 8, 1, NULL));
    assert_int_equal(pv_spectra_read(&s, path, "k", NULL, &err), PV_INPUT);
    assert_string_equal(err.text, "models_csv.csv: line 2, column 2 (v): 'b' is not a number");
    (void)unlink(path);
}

/* Any bytes and any cut: a table or a sentence, never a crash. */
static void any_bytes_are_stood(void **state)
{
    (void)state;
    static const char good[] = "class,red,\"nir\"\npoppy,1,2\r\n\"corn\"\"s\",3,4e1\nsoil;x,5,6\n";
    for (uint64_t i = 0; i < 20000; i++) {
        char text[sizeof good];
        pv_spectra s = {0};
        pv_err err = {0};
        memcpy(text, good, sizeof good);
        for (uint64_t j = 0; j < i % 4; j++) text[test_hash(i * 5 + j) % (sizeof good - 1)] = "\",;\n\r\t x\xC3"[test_hash(i * 9 + j) % 9];
        text[i % 3 == 0 ? test_hash(i) % sizeof good : sizeof good - 1] = '\0';
        if (parse(&s, text, NULL, &err) != PV_OK) assert_int_not_equal(err.text[0], 0);
        pv_spectra_release(&s);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        static const char text[] = "class,red,fold\npoppy,1,2\nwheat,3,4\n";
        pv_spectra s = {0};
        pv_err err = {0};
        pv_mem_fail_at(k, 1);
        st = pv_spectra_parse(&s, text, sizeof text - 1, NULL, "fold", &err);
        pv_mem_fail_at(-1, 0);
        if (st != PV_OK) {
            assert_int_equal(st, PV_NOMEM);
            assert_int_not_equal(err.text[0], 0);
            assert_null(s.band);
        }
        pv_spectra_release(&s);
        assert_true(k < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dresses_do_not_matter),        cmocka_unit_test(quotes_are_read), cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(too_many_columns_are_refused), cmocka_unit_test(files_are_named), cmocka_unit_test(any_bytes_are_stood),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
