#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/banned.h"

/* The fault switch of the tests; off (-1) in production. */
static atomic_long fail_at = -1;
static atomic_int fail_persistent = 0;
static atomic_long count = 0;

void pv_mem_fail_at(long k, int persistent)
{
    atomic_store(&fail_persistent, persistent);
    atomic_store(&count, 0);
    atomic_store(&fail_at, k);
}

long pv_mem_count(void)
{
    return atomic_load(&count);
}

static int pv_mem_must_fail(void)
{
    long k = atomic_load_explicit(&fail_at, memory_order_relaxed);
    if (k < 0) return 0;
    long n = atomic_fetch_add(&count, 1);
    return n == k || (n > k && atomic_load(&fail_persistent));
}

/* Large blocks in large pages: touching them for the first time costs a scan a twentieth of its time in small ones. */
static void pv_in_large_pages(void *block, size_t bytes)
{
#if defined(MADV_HUGEPAGE)
    enum { LARGE_PAGE = 2 << 20, LEAST_PAGES = 2 };
    uintptr_t from = ((uintptr_t)block + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE, end = ((uintptr_t)block + bytes) / LARGE_PAGE * LARGE_PAGE;
    if (block != NULL && end > from && end - from >= (uintptr_t)LEAST_PAGES * LARGE_PAGE)
        (void)madvise((char *)block + (from - (uintptr_t)block), end - from, MADV_HUGEPAGE);
#else
    (void)block, (void)bytes;
#endif
}

pv_status pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err)
{
    void *block = NULL;
    if (size != 0 && n > SIZE_MAX / size) return pv_fail(err, PV_NOMEM, "%s: %zu x %zu bytes is more than memory can hold", what, n, size);
    if (!pv_mem_must_fail()) block = calloc(n == 0 ? 1 : n, size == 0 ? 1 : size);
    if (block == NULL) return pv_fail(err, PV_NOMEM, "%s: no memory for %zu bytes", what, n * size);
    pv_in_large_pages(block, n * size);
    memcpy(out, &block, sizeof block);
    return PV_OK;
}

pv_status pv_grow(void *array, size_t *cap, size_t need, size_t size, const char *what, pv_err *err)
{
    void *block = NULL;
    if (size == 0) size = 1;
    if (need <= *cap) return PV_OK;
    size_t wish = *cap > SIZE_MAX / 2 ? need : *cap * 2;
    if (wish < need) wish = need;
    if (wish < 16) wish = 16;
    if (wish > SIZE_MAX / size) return pv_fail(err, PV_NOMEM, "%s: %zu x %zu bytes is more than memory can hold", what, wish, size);
    memcpy(&block, array, sizeof block);
    void *moved = pv_mem_must_fail() ? NULL : realloc(block, wish * size);
    if (moved == NULL) return pv_fail(err, PV_NOMEM, "%s: no memory for %zu bytes", what, wish * size);
    memset((char *)moved + *cap * size, 0, (wish - *cap) * size);
    memcpy(array, &moved, sizeof moved);
    *cap = wish;
    return PV_OK;
}

pv_status pv_strdup(char **out, const char *text, pv_err *err)
{
    size_t n = strlen(text) + 1;
    char *copy = NULL;
    pv_status st = pv_alloc(&copy, n, 1, "text", err);
    if (st != PV_OK) return st;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): pv_alloc set it */
    memcpy(copy, text, n);
    *out = copy;
    return PV_OK;
}

void pv_free(void *block)
{
    free(block);
}
