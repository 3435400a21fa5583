/* PROJ without memory: one allocation of all libraries fails, wherever it is. That is told as such, never as ground that cannot be placed. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "geo/gdal_door.h"
#include "geo/transform.h"
#include "geo/transform_kept.h"

#include "base/banned.h"

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t n);

static long fails_at = -1, asked; /* counted while fails_at >= 0 */

static int fails(void)
{
    return fails_at >= 0 && asked++ == fails_at;
}

void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t n)
{
    return fails() ? NULL : __libc_realloc(block, n);
}

static pv_status lead(pv_err *err)
{
    pv_transform *t = NULL;
    pv_status st = pv_transform_new(&t, "EPSG:4544", "OGC:CRS84", 400000, 3800000, err);
    pv_transform_free(t);
    pv_kept_forget();
    return st;
}

static pv_status facts(pv_err *err)
{
    pv_crs_facts f = {0};
    pv_status st = pv_crs_facts_read(&f, "EPSG:4544", err);
    pv_crs_facts_release(&f);
    return st;
}

/* In a process of its own, as PROJ itself may abort: some of its functions let no exception out. */
static int outcome(pv_status (*call)(pv_err *err), long at)
{
    int state = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        pv_err err = {.text = ""};
        int words = open("/dev/null", O_WRONLY);
        if (words < 0 || dup2(words, STDERR_FILENO) < 0) _exit(99);
        asked = 0;
        fails_at = at;
        pv_status st = call(&err);
        fails_at = -1;
        _exit((int)st);
    }
    assert_int_equal(waitpid(child, &state, 0), child);
    return WIFEXITED(state) ? WEXITSTATUS(state) : WIFSIGNALED(state) && WTERMSIG(state) == SIGABRT ? PV_NOMEM : -1;
}

/* Tries `tries` places spread over all allocations of a call; some must be told. */
static void fail_here_and_there(pv_status (*call)(pv_err *err), long tries)
{
    long all, told = 0;
    fails_at = LONG_MAX, asked = 0;
    assert_int_equal(call(NULL), PV_OK);
    all = asked;
    fails_at = -1;
    for (long k = 0; k < tries; k++) {
        int st = outcome(call, k * all / tries);
        if (st != PV_OK && st != PV_NOMEM) fail_msg("allocation %ld of %ld: status %d", k * all / tries, all, st);
        told += st == PV_NOMEM;
    }
    assert_true(told > tries / 20);
}

static void test_transforms(void **state)
{
    (void)state;
    fail_here_and_there(lead, 40);
}

static void test_facts(void **state)
{
    (void)state;
    fail_here_and_there(facts, 100);
}

static void test_unknown_systems_are_no_matter_of_memory(void **state)
{
    (void)state;
    pv_transform *t = NULL;
    pv_crs_facts f = {0};
    assert_int_equal(pv_transform_new(&t, "EPSG:999999", "OGC:CRS84", 0, 0, NULL), PV_INPUT);
    assert_int_equal(pv_crs_facts_read(&f, "out of memory", NULL), PV_INPUT);
    assert_null(t);
}

int main(void)
{
    if (pv_geo_start(NULL) != PV_OK) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_transforms), cmocka_unit_test(test_facts),
                                       cmocka_unit_test(test_unknown_systems_are_no_matter_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
