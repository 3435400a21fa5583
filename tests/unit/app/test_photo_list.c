/* truth: names, order and shards; surface: two photos of one name are refused. */
#include "test.h"

#include "app/photo_list.h"

#include "base/banned.h"

static void test_names(void **state)
{
    (void)state;
    char name[256];
    pv_photo_name_of("/a/b/flight-0412.tif", name);
    assert_string_equal(name, "flight-0412");
    pv_photo_name_of("x/two.dots.tiff", name);
    assert_string_equal(name, "two.dots");
    pv_photo_name_of(".hidden", name);
    assert_string_equal(name, ".hidden");
    pv_photo_name_of("/tmp//", name);
    assert_string_equal(name, "tmp");
    pv_photo_file_of("x/two.dots.tiff", name);
    assert_string_equal(name, "two.dots.tiff");
}

/* Every photo is dealt to exactly one shard, whatever the order on the command line. */
static void test_shards(void **state)
{
    (void)state;
    static const char *const path[] = {"z/c.tif", "b.tif", "a.tif", "y/e.tif", "d.tif"}, *const turned[] = {"d.tif", "a.tif", "b.tif", "z/c.tif",
                                                                                                            "y/e.tif"};
    pv_err err = {0};
    int taken[5] = {0};
    for (int k = 1; k <= 3; k++) {
        pv_photo_list l = {0}, m = {0};
        assert_int_equal(pv_photo_list_new(&l, 5, path, k, 3, &err), PV_OK);
        assert_int_equal(pv_photo_list_new(&m, 5, turned, k, 3, &err), PV_OK);
        for (int i = 0; i < 5; i++) {
            assert_string_equal(l.at[i].name, m.at[i].name);
            assert_int_equal(l.at[i].mine, m.at[i].mine);
            assert_int_equal(l.at[i].name[0], 'a' + i);
            assert_int_equal(l.at[i].mine, i % 3 == k - 1);
            taken[i] += l.at[i].mine;
        }
        pv_photo_list_release(&l);
        pv_photo_list_release(&m);
    }
    for (int i = 0; i < 5; i++) assert_int_equal(taken[i], 1);
}

static void test_same_name(void **state)
{
    (void)state;
    static const char *const path[] = {"day1/a.tif", "b.tif", "day2/a.tiff"};
    pv_photo_list l = {0};
    pv_err err = {0};
    assert_int_equal(pv_photo_list_new(&l, 3, path, 1, 1, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "day1/a.tif and day2/a.tiff have the same name 'a'"));
    assert_null(l.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_shards), cmocka_unit_test(test_same_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
