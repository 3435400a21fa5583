/* Memory: the only place where our own code allocates.
 *
 * All blocks are zeroed and sizes are overflow-checked. A block is released with pv_free().
 * Threads: safe from any thread. */
#ifndef PV_BASE_MEM_H
#define PV_BASE_MEM_H

#include <stddef.h>

#include "base/err.h"

/* On success *out is a zeroed block of n * size bytes that you now own (n * size == 0 gives a releasable block).
 * `what` is a noun for the message: "tile columns". Fails with PV_NOMEM. out points to a pointer variable of any object type. */
PV_MUST pv_status pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err);

/* Makes room for at least `need` elements: *array (a pointer variable, may hold NULL) is moved, *cap is raised (at least doubled), new
 * elements are zeroed. On failure nothing changes. */
PV_MUST pv_status pv_grow(void *array, size_t *cap, size_t need, size_t size, const char *what, pv_err *err);

/* A copy of a string that you now own. */
PV_MUST pv_status pv_strdup(char **out, const char *text, pv_err *err);

void pv_free(void *block);

/* For tests: the k-th allocation from now (k = 0 is the next) fails, and with `persistent` all after it. k < 0 switches this off. */
void pv_mem_fail_at(long k, int persistent);
/* For tests: allocations since pv_mem_fail_at was called. */
long pv_mem_count(void);

#endif
