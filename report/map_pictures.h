/* Pictures as parts of a page: data: URIs, up to a budget.
 *
 * Nothing is decoded here: the bytes go into the page as workers wrote them, and the browser's sandbox looks at them. So they cannot be made smaller either: what finds no room is left out and
 * counted, and the page says so.
 * Threads: any. Errors: PV_IO (a picture that is there cannot be read), PV_NOMEM. */
#ifndef PV_REPORT_MAP_PICTURES_H
#define PV_REPORT_MAP_PICTURES_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

typedef struct pv_map_pictures {
    const char *folder; /* SEASON/chips; NULL = there are no pictures */
    const char *
        link; /* the folder as seen from the page ("../../chips"), for pictures that find no room; NULL = the page may lie anywhere: they are named without a link */
    size_t left; /* bytes of files that may still be taken in */
    size_t n, n_left_out;
} pv_map_pictures;

/* Adds "data:image/jpeg;base64,..." of folder/name and *there = 1; *there = 0: there is no such file, it is no JPEG or there is no room (these two are counted as left out). */
PV_MUST pv_status pv_map_picture(pv_text *out, pv_map_pictures *p, const char *name, int *there, pv_err *err);

/* Base64 with '=' at its end (RFC 4648). */
void pv_base64_add(pv_text *out, const void *data, size_t n);

#endif
