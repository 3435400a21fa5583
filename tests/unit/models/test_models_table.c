#include "models_help.h"

#include "base/banned.h"

static void rows_stay_where_they_are(void **state)
{
    (void)state;
    pv_table t = {0};
    assert_ok(test_table(&t, 1000, 7, 5, 900, NULL));
    assert_int_equal(t.n_rows, 1000);
    for (int i = 0; i < 1000; i++) {
        int k = (int)(test_hash((uint64_t)i) % 5);
        assert_int_equal(t.class_id[i], k);
        assert_int_equal(t.group[i], i % 5);
        assert_int_equal(t.value[3][i], 2000 + 1000 * ((k * 6) % 5) + (int)(test_hash((uint64_t)(i * 1000 + 4)) % 900));
    }
    pv_table_release(&t);
    pv_table_release(&t); /* the zero object */
}

/* The numbering does not depend on the order of the inputs. */
static void names_are_sorted(void **state)
{
    (void)state;
    char column[1][PV_NAME] = {"x"};
    const char *name[5] = {"wheat", "poppy", "garlic", "\xE7\xBD\x82", "rape"};
    pv_table t = {0};
    int id = 0, fold = 0;
    assert_ok(pv_table_init(&t, 1, NAMES(column), NULL));
    for (int i = 0; i < 5; i++) {
        assert_ok(pv_table_class(&t, name[i], &id, NULL));
        assert_int_equal(id, i);
        assert_ok(pv_table_fold(&t, i % 2 ? "a" : "b", &fold, NULL));
        assert_ok(pv_table_add(&t, &(uint16_t){(uint16_t)i}, id, i, i == 4 ? -1 : fold, NULL));
    }
    assert_int_equal(t.n_folds, 2);
    assert_ok(pv_table_sort_names(&t, NULL));
    for (int i = 0; i < 5; i++) {
        assert_string_equal(t.class_name[t.class_id[i]], name[i]);
        if (i < 4) assert_string_equal(t.fold_name[t.fold[i]], i % 2 ? "a" : "b");
        if (i > 0) assert_true(strcmp(t.class_name[i - 1], t.class_name[i]) < 0);
    }
    assert_int_equal(t.fold[4], -1);
    pv_table_release(&t);
}

static void refusals_say_why(void **state)
{
    (void)state;
    char column[2][PV_NAME] = {"x", "x"};
    char name[80];
    pv_err err = {0};
    pv_table t = {0};
    int id = 0;
    assert_int_equal(pv_table_init(&t, 2, NAMES(column), &err), PV_INPUT);
    assert_says(err, "the column 'x' is there twice");
    assert_int_equal(pv_table_init(&t, 0, NAMES(column), &err), PV_INPUT);
    assert_int_equal(pv_table_init(&t, 257, NAMES(column), &err), PV_INPUT);
    assert_ok(pv_table_init(&t, 1, NAMES(column), &err));
    memset(name, 'n', sizeof name);
    name[64] = '\0';
    assert_int_equal(pv_table_class(&t, name, &id, &err), PV_INPUT);
    assert_says(err, "longer than 63 bytes");
    name[63] = '\0';
    assert_ok(pv_table_class(&t, name, &id, &err));
    assert_int_equal(pv_table_class(&t, "", &id, &err), PV_INPUT);
    assert_int_equal(pv_table_class(&t, "a\nb", &id, &err), PV_INPUT);
    for (int k = 1; k < 64; k++) {
        (void)snprintf(name, sizeof name, "class %d", k);
        assert_ok(pv_table_class(&t, name, &id, &err));
    }
    assert_int_equal(pv_table_class(&t, "one more", &id, &err), PV_INPUT);
    assert_says(err, "at most 64");
    assert_int_equal(pv_table_add(&t, &(uint16_t){1}, 64, -1, -1, &err), PV_BUG);
    assert_int_equal(pv_table_add(&t, &(uint16_t){1}, 0, -1, 0, &err), PV_BUG);
    pv_table_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_stay_where_they_are), cmocka_unit_test(names_are_sorted),
                                       cmocka_unit_test(refusals_say_why)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
