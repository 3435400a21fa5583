/* Output files that are whole or absent.
 *
 * The bytes go to a temporary file beside the target (O_CREAT|O_EXCL); pv_outfile_commit() flushes, fsyncs, renames and fsyncs the folder.
 * pv_outfile_release() of a file that was not committed removes the temporary. Path "-" (or /dev/stdout) is stdout; a terminal, /dev/null or a pipe is written in place.
 * Threads: one owner at a time. Errors: PV_IO with the path and the system's words; PV_USAGE when the target exists and overwrite is 0. */
#ifndef PV_BASE_OUTFILE_H
#define PV_BASE_OUTFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct pv_outfile {
    int fd;         /* -1 when closed; valid only while path is not NULL */
    char *path;     /* the target; owned */
    char *tmp_path; /* NULL for stdout; owned */
    uint64_t bytes; /* written so far */
    char *buffer;
    size_t used;
} pv_outfile;

PV_MUST pv_status pv_outfile_open(pv_outfile *f, const char *path, int overwrite, pv_err *err);
PV_MUST pv_status pv_outfile_write(pv_outfile *f, const void *data, size_t n, pv_err *err);
PV_MUST pv_status pv_outfile_commit(pv_outfile *f, pv_err *err);
void pv_outfile_release(pv_outfile *f);

/* Before any work: nothing that can be known now will stand in the way of writing path. The errors are those of pv_outfile_open (PV_USAGE: exists, is a
 * folder; PV_IO: its folder is not there or may not be written). Nothing is created. */
PV_MUST pv_status pv_outfile_check(const char *path, int overwrite, pv_err *err);

/* Whole content in one call. */
PV_MUST pv_status pv_outfile_put(const char *path, const void *data, size_t n, int overwrite, pv_err *err);

/* For files that a library must create itself (rasters): gives the name of a fresh temporary beside `path` (you now own it), after the same
 * checks as pv_outfile_open; pv_outfile_publish() fsyncs it, renames it to path and fsyncs the folder. */
PV_MUST pv_status pv_outfile_reserve(const char *path, int overwrite, char **tmp_path, pv_err *err);
PV_MUST pv_status pv_outfile_publish(const char *tmp_path, const char *path, pv_err *err);

/* Makes the folder, for its owner and group only (0750), when it is not there. PV_IO. */
PV_MUST pv_status pv_folder_make(const char *path, pv_err *err);
/* What was renamed or made in a folder is on the disk. PV_IO. */
PV_MUST pv_status pv_folder_sync(const char *folder, pv_err *err);

/* A whole file of at most max_bytes into memory, with a NUL after the last byte; you now own *data (pv_free). Fails with PV_IO (not
 * there, not readable) or PV_INPUT (larger than max_bytes). */
PV_MUST pv_status pv_file_read(const char *path, size_t max_bytes, char **data, size_t *n, pv_err *err);

#endif
