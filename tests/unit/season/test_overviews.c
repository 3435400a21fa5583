/* truth: bounds come back as they were; refusals: a sidecar that is not ours; the ledger has one row a photo. */
#include "ledger.h"

#include "season/overviews.h"

#include "base/banned.h"

static const pv_map_image there = {
    .west = 105.671862895, .south = 34.857177534, .east = 105.673182431, .north = 34.857996221, .width_px = 1148, .height_px = 868};

static void test_sidecar(void **state)
{
    (void)state;
    pv_err err;
    pv_text t = {0};
    pv_map_image back = {0};
    pv_map_image_print(&t, &there);
    assert_string_equal(pv_text_str(&t),
                        "{\"crs\":\"EPSG:3857\",\"west\":105.671862895,\"south\":34.857177534,\"east\":105.673182431,\"north\":34.857996221,"
                        "\"width_px\":1148,\"height_px\":868}\n");
    assert_int_equal(pv_map_image_read(&back, t.data, t.len, &err), PV_OK);
    assert_true(back.west == there.west && back.south == there.south && back.east == there.east && back.north == there.north);
    assert_true(back.width_px == 1148 && back.height_px == 868);
    pv_text_release(&t);
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"crs\":\"EPSG:4326\",\"west\":1,\"south\":2,\"east\":3,\"north\":4,\"width_px\":5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":3,\"south\":2,\"east\":1,\"north\":4,\"width_px\":5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":4,\"east\":3,\"north\":4,\"width_px\":5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":2,\"east\":3,\"north\":86,\"width_px\":5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":-181,\"south\":2,\"east\":3,\"north\":4,\"width_px\":5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":2,\"east\":3,\"north\":4,\"width_px\":0,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":2,\"east\":3,\"north\":4,\"width_px\":5,\"height_px\":1601}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":2,\"east\":3,\"north\":4,\"width_px\":5.5,\"height_px\":6}",
        "{\"crs\":\"EPSG:3857\",\"west\":1,\"south\":2,\"east\":3,\"north\":4,\"width_px\":5,\"height_px\":6} x",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        back = (pv_map_image){.width_px = 77};
        if (pv_map_image_read(&back, wrong[i], strlen(wrong[i]), &err) != PV_INPUT) fail_msg("taken: %s", wrong[i]);
        assert_int_equal(back.width_px, 77);
    }
}

static void test_ledger(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_photo_entry e = {.id = 0};
    pv_map_image back = {0}, other = there;
    ledger_open(&l);
    ledger_night(&l, "2026-05-01");
    ledger_ok(pv_photos_add(l.s, &l.night, &(pv_photo_file){.file = "a.tif", .bytes = 5, .changed_ns = 7}, &e, &err), &err);
    ledger_ok(pv_overviews_find(l.s, e.id, &back, &err), &err);
    assert_int_equal(back.width_px, 0);
    ledger_ok(pv_overviews_take(l.s, e.id, &there, &err), &err);
    other.width_px = 5;
    ledger_ok(pv_overviews_take(l.s, e.id, &other, &err), &err);
    ledger_ok(pv_overviews_find(l.s, e.id, &back, &err), &err);
    assert_true(back.width_px == 5 && back.west == there.west && back.north == there.north);
    ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sidecar), cmocka_unit_test(test_ledger)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
