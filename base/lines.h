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
/* The same from a format that po/ translates, as an error is made (base/err.h): one line each, cut where they are longer than an error. */
PV_MUST pv_status pv_lines_addf(pv_lines *lines, pv_err *err, const char *fmt, ...) PV_PRINTF(3, 4);
/* Both texts of an error. */
PV_MUST pv_status pv_lines_add_err(pv_lines *lines, const pv_err *why, pv_err *err);
/* Copies of all lines of another list, "<where>: " in front of each ("" = nothing). */
PV_MUST pv_status pv_lines_add_all(pv_lines *lines, const char *where, const pv_lines *from, pv_err *err);
/* Puts ": <line>; <line>" behind the texts of an error and returns st; nothing when there is no line or memory. */
pv_status pv_lines_after(pv_err *err, pv_status st, const pv_lines *lines);
/* What a person is told. Borrowed. */
const char *pv_lines_words(const pv_lines *lines, size_t i);
/* Leaves an empty list. */
void pv_lines_release(pv_lines *lines);

#endif
