/* Output files: whole or absent, never over something unasked, never a leftover. */
#include <dirent.h>
#include <fcntl.h>
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

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

static int set_up(void **state)
{
    static char name[] = "outfile-XXXXXX";
    memcpy(name + sizeof name - 7, "XXXXXX", 6);
    *state = mkdtemp(name);
    return *state == NULL || chdir(name) != 0;
}

/* Also checks that the test left only the files that it removed itself: no temporary. */
static int tear_down(void **state)
{
    int left = 0;
    DIR *d = opendir(".");
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        print_message("left over: %s\n", e->d_name);
        (void)unlink(e->d_name);
        left++;
    }
    (void)closedir(d);
    return chdir("..") != 0 || rmdir(*state) != 0 || left != 0;
}

static void content_is(const char *path, const char *want)
{
    char *data = NULL;
    size_t n = 0;
    assert_int_equal(pv_file_read(path, 1 << 24, &data, &n, NULL), PV_OK);
    assert_int_equal(n, strlen(want));
    assert_string_equal(data, want);
    pv_free(data);
}

static int exists(const char *path)
{
    struct stat s;
    return lstat(path, &s) == 0;
}

static void test_whole_or_absent(void **state)
{
    (void)state;
    pv_outfile f = {0};
    assert_int_equal(pv_outfile_open(&f, "a.txt", 0, NULL), PV_OK);
    assert_int_equal(pv_outfile_write(&f, "hello ", 6, NULL), PV_OK);
    assert_false(exists("a.txt"));
    assert_int_equal(pv_outfile_write(&f, "world", 5, NULL), PV_OK);
    assert_int_equal(pv_outfile_commit(&f, NULL), PV_OK);
    content_is("a.txt", "hello world");
    pv_outfile_release(&f);
    content_is("a.txt", "hello world");
    (void)unlink("a.txt");
}

static void test_release_removes(void **state)
{
    (void)state;
    pv_outfile f = {0};
    pv_outfile_release(&f);
    pv_outfile_release(&f);
    assert_int_equal(pv_outfile_open(&f, "a.txt", 0, NULL), PV_OK);
    assert_int_equal(pv_outfile_write(&f, "half", 4, NULL), PV_OK);
    pv_outfile_release(&f);
    assert_false(exists("a.txt"));
}

static void test_overwrite_is_asked_for(void **state)
{
    (void)state;
    pv_err err = {0};
    assert_int_equal(pv_outfile_put("a.txt", "old", 3, 0, NULL), PV_OK);
    assert_int_equal(pv_outfile_put("a.txt", "new", 3, 0, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "--overwrite"));
    content_is("a.txt", "old");
    pv_outfile f = {0};
    assert_int_equal(pv_outfile_open(&f, "a.txt", 1, NULL), PV_OK);
    assert_int_equal(pv_outfile_write(&f, "half", 4, NULL), PV_OK);
    pv_outfile_release(&f);
    content_is("a.txt", "old"); /* a writer that died leaves the old file */
    assert_int_equal(pv_outfile_put("a.txt", "new", 3, 1, NULL), PV_OK);
    content_is("a.txt", "new");
    (void)unlink("a.txt");
}

/* Sizes around the buffer: pieces, exactly full, larger than it. */
static void test_sizes(void **state)
{
    (void)state;
    char *data = NULL;
    size_t cap = 300000;
    assert_int_equal(pv_alloc(&data, cap + 1, 1, "text", NULL), PV_OK);
    for (size_t i = 0; i < cap; i++) data[i] = (char)('a' + i % 23);
    static const size_t piece[] = {1, 65535, 65536, 65537, 131072, 300000};
    for (size_t k = 0; k < sizeof piece / sizeof piece[0]; k++) {
        pv_outfile f = {0};
        assert_int_equal(pv_outfile_open(&f, "big.txt", 1, NULL), PV_OK);
        for (size_t at = 0; at < cap; at += piece[k])
            assert_int_equal(pv_outfile_write(&f, data + at, cap - at < piece[k] ? cap - at : piece[k], NULL), PV_OK);
        assert_int_equal(pv_outfile_commit(&f, NULL), PV_OK);
        assert_int_equal(f.bytes, cap);
        pv_outfile_release(&f);
        content_is("big.txt", data);
    }
    pv_free(data);
    (void)unlink("big.txt");
}

static void test_full_disk_is_said(void **state)
{
    (void)state;
    pv_err err = {0};
    if (access("/dev/full", W_OK) != 0) skip();
    assert_int_equal(pv_outfile_put("/dev/full", "x", 1, 0, &err), PV_IO);
    assert_non_null(strstr(err.text, "/dev/full"));
    assert_non_null(strstr(err.text, "No space left"));
    assert_int_equal(pv_outfile_put("/dev/null", "x", 1, 0, &err), PV_OK);
    struct stat s;
    assert_int_equal(stat("/dev/full", &s), 0);
    assert_true(S_ISCHR(s.st_mode));
}

/* A raster's file is renamed over its target: a device must never be the target, whatever the user asks for. */
static void test_devices_are_never_replaced(void **state)
{
    (void)state;
    pv_err err = {0};
    char *tmp = NULL;
    assert_int_equal(pv_outfile_reserve("/dev/null", 1, &tmp, &err), PV_USAGE);
    assert_int_equal(pv_outfile_reserve("-", 1, &tmp, &err), PV_USAGE);
    assert_int_equal(pv_outfile_reserve("/dev/stdout", 1, &tmp, &err), PV_USAGE);
    assert_null(tmp);
}

static void test_bad_targets(void **state)
{
    (void)state;
    pv_err err = {0};
    assert_int_equal(pv_outfile_put("", "x", 1, 0, &err), PV_USAGE);
    assert_int_equal(pv_outfile_put("nowhere/a.txt", "x", 1, 0, &err), PV_IO);
    assert_non_null(strstr(err.text, "nowhere/a.txt"));
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_int_equal(pv_outfile_put("folder", "x", 1, 1, &err), PV_USAGE);
    assert_int_equal(pv_outfile_put("folder/", "x", 1, 1, &err), PV_USAGE);
    assert_int_equal(chmod("folder", 0500), 0);
    if (geteuid() != 0) assert_int_equal(pv_outfile_put("folder/a.txt", "x", 1, 0, &err), PV_IO);
    assert_int_equal(chmod("folder", 0700), 0);
    assert_int_equal(rmdir("folder"), 0);
}

static void test_long_names(void **state)
{
    (void)state;
    char name[256];
    for (size_t n = 190; n <= 255; n += 5) {
        memset(name, 'n', n);
        if (n >= 210) memcpy(name + 199, "\xE7\xBD\x82", 3);
        name[n] = '\0';
        assert_int_equal(pv_outfile_put(name, "x", 1, 0, NULL), PV_OK);
        content_is(name, "x");
        (void)unlink(name);
    }
}

static void test_leftovers_do_not_block(void **state)
{
    (void)state;
    char left[64];
    for (int k = 0; k < 3; k++) {
        (void)snprintf(left, sizeof left, ".a.txt.%ld-%d.tmp", (long)getpid(), k);
        (void)close(open(left, O_CREAT | O_WRONLY, 0600));
    }
    assert_int_equal(pv_outfile_put("a.txt", "x", 1, 0, NULL), PV_OK);
    content_is("a.txt", "x");
    (void)unlink("a.txt");
    for (int k = 0; k < 3; k++) {
        (void)snprintf(left, sizeof left, ".a.txt.%ld-%d.tmp", (long)getpid(), k);
        assert_int_equal(unlink(left), 0);
    }
}

static void test_reserve_and_publish(void **state)
{
    (void)state;
    char *tmp = NULL;
    pv_err err = {0};
    assert_int_equal(pv_outfile_reserve("r.tif", 0, &tmp, &err), PV_OK);
    assert_true(exists(tmp));
    assert_false(exists("r.tif"));
    assert_int_equal(pv_outfile_publish(tmp, "r.tif", &err), PV_OK);
    assert_false(exists(tmp));
    assert_true(exists("r.tif"));
    pv_free(tmp);
    assert_int_equal(pv_outfile_reserve("r.tif", 0, &tmp, &err), PV_USAGE);
    assert_int_equal(pv_outfile_publish("gone.tmp", "r.tif", &err), PV_IO);
    (void)unlink("r.tif");
}

static void test_file_read(void **state)
{
    (void)state;
    pv_err err = {0};
    char *data = NULL;
    size_t n = 7;
    assert_int_equal(pv_file_read("none", 10, &data, &n, &err), PV_IO);
    assert_int_equal(pv_file_read(".", 10, &data, &n, &err), PV_IO);
    assert_int_equal(pv_outfile_put("r.txt", "a\0b", 3, 0, NULL), PV_OK);
    assert_int_equal(pv_file_read("r.txt", 2, &data, &n, &err), PV_INPUT);
    assert_null(data);
    assert_int_equal(n, 7);
    assert_int_equal(pv_file_read("r.txt", 3, &data, &n, &err), PV_OK);
    assert_int_equal(n, 3);
    assert_memory_equal(data, "a\0b\0", 4);
    pv_free(data);
    assert_int_equal(pv_outfile_put("r.txt", "", 0, 1, NULL), PV_OK);
    assert_int_equal(pv_file_read("r.txt", 0, &data, &n, &err), PV_OK);
    assert_int_equal(n, 0);
    assert_string_equal(data, "");
    pv_free(data);
    (void)unlink("r.txt");
}

/* Every allocation in turn: a clear error, no leak (ASan), no file. */
static void test_memory_faults(void **state)
{
    (void)state;
    pv_status st = PV_NOMEM;
    long k = 0;
    for (; st != PV_OK && k < 50; k++) {
        pv_err err = {0};
        pv_mem_fail_at(k, 0);
        st = pv_outfile_put("m.txt", "x", 1, 0, &err);
        pv_mem_fail_at(-1, 0);
        if (st == PV_OK) break;
        assert_int_equal(st, PV_NOMEM);
        assert_true(strlen(err.text) > 0);
        /* The folder's name is asked for after the rename: by then the file is whole. */
        if (exists("m.txt")) {
            content_is("m.txt", "x");
            (void)unlink("m.txt");
        }
    }
    assert_int_equal(st, PV_OK);
    assert_true(k >= 3);
    content_is("m.txt", "x");
    (void)unlink("m.txt");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_whole_or_absent),
        CASE(test_release_removes),
        CASE(test_overwrite_is_asked_for),
        CASE(test_sizes),
        CASE(test_full_disk_is_said),
        CASE(test_devices_are_never_replaced),
        CASE(test_bad_targets),
        CASE(test_long_names),
        CASE(test_leftovers_do_not_block),
        CASE(test_reserve_and_publish),
        CASE(test_file_read),
        CASE(test_memory_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
