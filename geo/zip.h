/* ZIP files, written whole: for kits and KMZ. By libzip (docs/notes/0030-kits.md says why).
 *
 * Names are UTF-8 and relative, with '/' between folders; all members have one date; pictures are stored as they are, all else is deflated. The same members in the same
 * order give the same bytes. Threads: one owner. Errors: PV_IO with the path, PV_NOMEM, PV_BUG (a name that is none). */
#ifndef PV_GEO_ZIP_H
#define PV_GEO_ZIP_H

#include <stddef.h>

#include "base/err.h"

typedef struct pv_zip pv_zip;

/* date: "YYYY-MM-DD", 1980 to 2107; another one: 1980-01-01. */
PV_MUST pv_status pv_zip_new(pv_zip **out, const char *date, pv_err *err);
void pv_zip_free(pv_zip *z); /* NULL is fine */

/* A copy of the bytes is taken. */
PV_MUST pv_status pv_zip_add_bytes(pv_zip *z, const char *name, const void *data, size_t n, pv_err *err);
/* The file is read by pv_zip_write(). */
PV_MUST pv_status pv_zip_add_file(pv_zip *z, const char *name, const char *path, pv_err *err);

/* The file is whole on the disk, or not there; overwrite as in base/outfile.h. Members in the order of adding. */
PV_MUST pv_status pv_zip_write(pv_zip *z, const char *path, int overwrite, pv_err *err);

#endif
