/* The ledger: making and locking a season, what a worker's result becomes in it, and failing half-way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "season/gpkg_geom.h"
#include "season/photos.h"
#include "season/summary.h"

#include "base/banned.h"

static char folder[64];
static pv_season *season;

static int make(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/pv-season-XXXXXX");
    if (mkdtemp(folder) == NULL || pv_season_make(folder, "test", NULL) != PV_OK) return 1;
    return pv_season_open(&season, folder, 1, NULL) != PV_OK;
}

static int clear(void **state)
{
    (void)state;
    char command[128];
    pv_season_close(season);
    season = NULL;
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char result[] =
    "{\"type\":\"FeatureCollection\",\"papaver\":{\"photos\":[{\"name\":\"a\",\"file\":\"a.tif\",\"sha256\":"
    "\"a1283c03a9a5b4639363953abee6916d34f673784ee65923440a03611d614700\","
    "\"model\":{\"id\":\"864df7cdd4cac736\",\"name\":\"m\"},\"status\":\"done\",\"reason\":null,\"gsd_m\":0.0350,\"taken_at\":null,\"hotspots\":1,"
    "\"coverage\":{\"valid_m2\":5137.5434,\"nodata_m2\":0.0000,\"unreadable_m2\":1.0000,\"unusable_m2\":0.5000,\"blurred_m2\":100.0000,\"coarse_m2\":"
    "20.0000}}]},\"features\":[{\"type\":"
    "\"Feature\","
    "\"id\":\"5570ccd8faf97b15\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[105.1,34.1],[105.2,34.1],[105.2,34.2],[105.1,34.1]]]},"
    "\"properties\":{"
    "\"id\":\"5570ccd8faf97b15\",\"photo\":\"a\",\"lon\":105.15,\"lat\":34.12,\"area_m2\":2.5,\"prob\":null,\"prob_mean\":0.5,\"prob_max\":0.9,"
    "\"class\":\"opium_poppy\","
    "\"stage\":null,\"plants\":3}}]}";

static pv_photo_file file_of(const char *name)
{
    pv_photo_file f = {.bytes = 100, .changed_ns = 5};
    (void)snprintf(f.file, sizeof f.file, "%s", name);
    return f;
}

static int64_t number(const char *sql)
{
    int64_t n = -1;
    assert_int_equal(pv_sql_number(season->db, sql, &n, NULL), PV_OK);
    return n;
}

static pv_photo_entry entered(const char *name, pv_night *night)
{
    pv_photo_entry e;
    pv_photo_file f = file_of(name);
    assert_int_equal(pv_night_open(season, "2026-05-12", night, NULL), PV_OK);
    assert_int_equal(pv_photos_add(season, night, &f, &e, NULL), PV_OK);
    return e;
}

static void test_one_writer(void **state)
{
    (void)state;
    pv_season *other = NULL;
    pv_err err = {0};
    char pid[32];
    assert_int_equal(pv_season_open(&other, folder, 1, &err), PV_BUSY);
    (void)snprintf(pid, sizeof pid, "process %ld ", (long)getpid());
    assert_non_null(strstr(err.text, pid));
    assert_int_equal(pv_season_open(&other, folder, 0, NULL), PV_OK);
    pv_season_close(other);
    assert_int_equal(pv_season_make(folder, "again", &err), PV_USAGE);
    assert_int_equal(pv_season_open(&other, "/nowhere", 0, &err), PV_INPUT);
}

static void test_a_night_goes_on(void **state)
{
    (void)state;
    pv_night a, b;
    int was = 1;
    assert_int_equal(pv_night_open(season, "2026-05-12", &a, NULL), PV_OK);
    assert_int_equal(pv_night_open(season, "2026-05-13", &b, NULL), PV_OK);
    assert_true(a.id == b.id);
    assert_string_equal(b.date, "2026-05-12");
    assert_int_equal(pv_night_end(season, &a, "0123456789abcdef", "f", NULL), PV_OK);
    assert_int_equal(pv_night_open(season, "2026-05-13", &b, NULL), PV_OK);
    assert_true(a.id != b.id);
    assert_int_equal(pv_night_was_published(season, "2026-05-12", &was, NULL), PV_OK);
    assert_int_equal(was, 1);
    assert_int_equal(pv_night_was_published(season, "2026-05-13", &was, NULL), PV_OK);
    assert_int_equal(was, 0);
}

static void test_a_result_is_taken_in(void **state)
{
    (void)state;
    pv_night night;
    pv_worker_result r;
    pv_night_summary sum;
    pv_photo_entry e = entered("day/a.tif", &night), found;
    int there = 0;
    pv_photo_file f = file_of("day/a.tif");
    assert_int_equal(pv_worker_result_read(&r, result, sizeof result - 1, NULL), PV_OK);
    assert_int_equal(pv_photos_take(season, &e, &r, "cells", 5, NULL, NULL), PV_INPUT);
    assert_int_equal(number("SELECT count(*) FROM photos WHERE state='new'"), 1);
    assert_int_equal(pv_photos_take(season, &e, &r, NULL, 0, NULL, NULL), PV_OK);
    pv_worker_result_release(&r);
    assert_int_equal(pv_photos_find(season, &f, &found, &there, NULL), PV_OK);
    assert_true(there == 1 && found.state == PV_PHOTO_DONE && found.id == e.id);
    f.changed_ns++;
    assert_int_equal(pv_photos_find(season, &f, &found, &there, NULL), PV_OK);
    assert_int_equal(there, 0);
    assert_int_equal(number("SELECT valid_e4 FROM photos"), 51375434);
    assert_int_equal(number("SELECT blurred_e4 FROM photos"), 1000000);
    assert_int_equal(number("SELECT coarse_e4 FROM photos"), 200000);
    assert_int_equal(number("SELECT prob IS NULL AND stage IS NULL FROM hotspots"), 1);
    assert_int_equal(pv_night_summary_read(season, &night, 0, NULL, &sum, NULL), PV_OK);
    assert_true(sum.n_photos == 1 && sum.n_hotspots == 1 && sum.hotspot[0].prob < 0 && sum.unusable_e4 == 5000);
    assert_true(pv_night_seen_e4(&sum) == 50175434 && pv_summary_seen_e4(&sum.photo[0]) == 50175434);
    assert_string_equal(sum.hotspot[0].geometry,
                        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[105.1000000,34.1000000],[105.2000000,34.1000000],[105.2000000,34.2000000],"
                        "[105.1000000,34.1000000]]]]}");
    assert_non_null(strstr(sum.hotspot[0].properties, "\"plants\":3"));
    pv_night_summary_release(&sum);
}

static void refused(const char *from, const char *to)
{
    char text[sizeof result + 64];
    const char *at = strstr(result, from);
    pv_worker_result r;
    pv_err err = {0};
    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - result), result, to, at + strlen(from));
    assert_int_equal(pv_worker_result_read(&r, text, strlen(text), &err), PV_INPUT);
    assert_true(err.text[0] != '\0');
}

static void test_a_strange_result_is_refused(void **state)
{
    (void)state;
    refused("\"hotspots\":1,", "\"hotspots\":2,");
    refused("\"photos\":[", "\"photos\":[{},");
    refused("5137.5434", "-1.0000");
    refused("5137.5434", "1e3");
    refused("100.0000", "5117.5435"); /* more blurred and coarse ground than was looked at */
    refused("\"id\":\"5570ccd8faf97b15\",\"photo\"", "\"id\":\"../../etc\",\"photo\"");
    refused("\"photo\":\"a\"", "\"photo\":\"b\"");
    refused("\"lon\":105.15", "\"lon\":205.15");
    refused("a1283c03", "A1283c03");
    refused("\"geometry\":{", "\"geometry\":[{");
}

static void test_open_rings_are_refused_and_nothing_stays(void **state)
{
    (void)state;
    pv_night night;
    pv_worker_result r;
    pv_photo_entry e = entered("a.tif", &night);
    char text[sizeof result];
    pv_err err = {0};
    memcpy(text, result, sizeof text);
    char *last = strstr(text, "[105.1,34.1]]]");
    assert_non_null(last);
    memcpy(last, "[105.9", 6);
    assert_int_equal(pv_worker_result_read(&r, text, sizeof text - 1, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "not closed"));
    assert_int_equal(pv_worker_result_read(&r, result, sizeof result - 1, NULL), PV_OK);
    assert_int_equal(pv_photos_take(season, &e, &r, "cells", 5, NULL, &err), PV_INPUT);
    pv_worker_result_release(&r);
    assert_int_equal(number("SELECT count(*) FROM photos WHERE state='new'"), 1);
    assert_int_equal(number("SELECT count(*) FROM hotspots"), 0);
}

static void test_every_allocation_fails_in_turn(void **state)
{
    (void)state;
    pv_night night;
    pv_photo_entry e = entered("a.tif", &night);
    pv_status st = PV_NOMEM;
    for (long k = 0; st == PV_NOMEM && k < 1000; k++) {
        pv_worker_result r = {.n = 0};
        pv_mem_fail_at(k, 0);
        st = pv_worker_result_read(&r, result, sizeof result - 1, NULL);
        if (st == PV_OK) st = pv_photos_take(season, &e, &r, NULL, 0, NULL, NULL);
        pv_mem_fail_at(-1, 0);
        pv_worker_result_release(&r);
        if (st != PV_OK) assert_int_equal(number("SELECT count(*) FROM photos,hotspots"), 0);
        assert_true(k > 3 || st == PV_NOMEM);
    }
    assert_int_equal(st, PV_OK);
    assert_int_equal(number("SELECT count(*) FROM hotspots"), 1);
}

static void test_points(void **state)
{
    (void)state;
    pv_text geom = {0}, back = {0};
    assert_int_equal(pv_geom_point(&geom, 105, 34, NULL), PV_OK);
    assert_int_equal(geom.len, 8 + 5 + 16);
    assert_int_equal(pv_geom_to_geojson(&back, geom.data, geom.len, NULL), PV_INPUT);
    pv_text_release(&geom);
    pv_text_release(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_writer, make, clear),
        cmocka_unit_test_setup_teardown(test_a_night_goes_on, make, clear),
        cmocka_unit_test_setup_teardown(test_a_result_is_taken_in, make, clear),
        cmocka_unit_test(test_a_strange_result_is_refused),
        cmocka_unit_test_setup_teardown(test_open_rings_are_refused_and_nothing_stays, make, clear),
        cmocka_unit_test_setup_teardown(test_every_allocation_fails_in_turn, make, clear),
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
