/* surface: the summary is JSON whatever the names hold; the outcome follows the photos. */
#include "test.h"

#include "app/scan_job.h"
#include "base/json.h"

#include "base/banned.h"

static pv_listed_photo photo[3] = {{.name = "a", .mine = 1}, {.name = "b", .mine = 1}, {.name = "c", .mine = 0}};

static pv_status outcome(pv_status a, pv_status b, pv_status c)
{
    pv_status bad[3] = {a, b, c};
    pv_scan_job job = {.list = {.n = 3, .at = photo}, .bad = bad};
    pv_err err = {0};
    return pv_scan_job_outcome(&job, &err);
}

static void test_outcome(void **state)
{
    (void)state;
    assert_int_equal(outcome(PV_OK, PV_OK, PV_OK), PV_OK);
    assert_int_equal(outcome(PV_INPUT, PV_OK, PV_OK), PV_PARTIAL);
    assert_int_equal(outcome(PV_MODEL, PV_MODEL, PV_OK), PV_MODEL);
    assert_int_equal(outcome(PV_MODEL, PV_INPUT, PV_OK), PV_INPUT);
    assert_int_equal(outcome(PV_IO, PV_IO, PV_OK), PV_INPUT);
    assert_int_equal(outcome(PV_NOMEM, PV_NOMEM, PV_OK), PV_NOMEM);
    assert_int_equal(outcome(PV_USAGE, PV_USAGE, PV_OK), PV_USAGE);
    assert_int_equal(outcome(PV_USAGE, PV_INPUT, PV_OK), PV_INPUT);
}

/* A refused photo was not looked at, and the words must not count it. */
static void test_words(void **state)
{
    (void)state;
    pv_photo_record record[2] = {{.name = "a", .ok = 0}, {.name = "b", .ok = 1, .model_id = "0f", .model_name = "m"}};
    pv_scan_job job = {.hotspots = {.n = 1, .n_photos = 2, .photo = record}};
    pv_text out = {0};
    pv_scan_summary_words(&job, &out);
    assert_true(pv_text_status(&out, NULL) == PV_OK && strncmp(pv_text_str(&out), "1 hotspot in 1 of 2 photos; model m (0f); looked at ", 51) == 0);
    pv_text_reset(&out);
    job.hotspots = (pv_hotspots){.n = 3, .n_photos = 1, .photo = record + 1};
    pv_scan_summary_words(&job, &out);
    assert_true(strncmp(pv_text_str(&out), "3 hotspots in 1 photo; model m (0f); looked at ", 46) == 0);
    pv_text_release(&out);
}

static void test_json(void **state)
{
    (void)state;
    pv_photo_record record[3] = {{.name = "we\"ird\\\n\xff", .ok = 0, .status = "input", .reason = "bad \"quotes\""},
                                 {.name = "good", .ok = 1, .coverage = {.valid_e4 = 123456, .nodata_e4 = 5}},
                                 {.name = "half", .ok = 1, .status = "damaged", .reason = "copy it again", .drift_e2 = 100}};
    pv_status bad[3] = {PV_OK};
    pv_scan_job job = {.list = {.n = 3, .at = photo}, .bad = bad, .mega = 10, .seconds = {.read = 1.25, .wall = 4}};
    job.hotspots = (pv_hotspots){.n = 7, .n_photos = 3, .photo = record};
    job.run = (pv_run_facts){.run_id = "0123456789abcdef", .model_id = "fedcba9876543210", .model_name = "rgb", .shard = 2, .shards = 5};
    pv_text out = {0};
    pv_json j = {0};
    pv_err err = {0};
    double value = 0;
    char text[64];
    pv_scan_summary_json(&job, PV_PARTIAL, &out);
    assert_int_equal(pv_json_parse(&j, out.data, out.len, -1, &err), PV_OK);
    assert_true(pv_json_real(&j, pv_json_member(&j, 0, "hotspots"), 0, 100, &value) && value == 7);
    assert_true(pv_json_real(&j, pv_json_member(&j, 0, "exit"), 0, 100, &value) && value == 10);
    assert_true(pv_json_real(&j, pv_json_member(&j, 0, "mpx_per_s"), 0, 100, &value) && value == 2.5);
    assert_true(pv_json_real(&j, pv_json_member(&j, pv_json_member(&j, 0, "coverage"), "valid_m2"), 0, 100, &value) && value == 12.3456);
    assert_true(pv_json_real(&j, pv_json_member(&j, pv_json_member(&j, 0, "seconds"), "read"), 0, 100, &value) && value == 1.25);
    pv_json_ref refused = pv_json_first(&j, pv_json_member(&j, 0, "refused"));
    assert_true(pv_json_copy(&j, pv_json_member(&j, refused, "reason"), text, sizeof text));
    assert_string_equal(text, "bad \"quotes\"");
    assert_true(pv_json_after(&j, pv_json_member(&j, 0, "refused"), refused) < 0);
    /* A damaged photo was scanned: it is noted, not refused. */
    pv_json_ref noted = pv_json_first(&j, pv_json_member(&j, 0, "noted"));
    assert_true(pv_json_copy(&j, pv_json_member(&j, noted, "photo"), text, sizeof text));
    assert_string_equal(text, "half");
    assert_true(pv_json_after(&j, pv_json_member(&j, 0, "noted"), noted) < 0);
    /* From a drift of 1.00 on a photo is strange. */
    pv_json_ref strange = pv_json_first(&j, pv_json_member(&j, 0, "strange"));
    assert_true(pv_json_copy(&j, strange, text, sizeof text));
    assert_string_equal(text, "half");
    assert_true(pv_json_after(&j, pv_json_member(&j, 0, "strange"), strange) < 0);
    pv_json_release(&j);
    pv_text_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_outcome), cmocka_unit_test(test_words), cmocka_unit_test(test_json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
