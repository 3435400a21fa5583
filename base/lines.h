/* Lines for people, kept: each in English and, where that is another, in the reader's language (base/tr.h).
 *
 * Threads: a list belongs to one caller. Errors: PV_NOMEM; the list is as it was. */
#ifndef PV_BASE_LINES_H
#define PV_BASE_LINES_H

#include <stddef.h>

#include "base/err.h"

typedef struct pv_line {
    char *text, *local; /* local: NULL = as text */
} pv_line;

typedef struct pv_lines {
    size_t n, cap;
    pv_line *at; /* [n]; owned, with its texts */
} pv_lines;

/* Adds a copy of both texts; local may be NULL or "". */
PV_MUST pv_status pv_lines_add(pv_lines *lines, const char *text, const char *local, pv_err *err);
/* What a person is told. Borrowed. */
const char *pv_lines_words(const pv_lines *lines, size_t i);
/* Leaves an empty list. */
void pv_lines_release(pv_lines *lines);

#endif
