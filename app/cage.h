/* The cage: what a process may no longer do once it opens files of strangers.
 *
 * Files by Landlock: it may read what it is told, the system's own folders of programs and data (/usr, /lib; PROJ_DATA, PROJ_LIB and GDAL_DATA of the
 * environment) and nothing else; it may make, write, rename and remove files only in the
 * folders that it is told. Calls by seccomp: no socket, no other program, no look into or signal to other processes, no mounting, tracing, kernel keys, rings or filters
 * of its own; they fail with EPERM. What was open before stays open. There is no way out, also not for children.
 * A kernel without one of the two (or that does not let us) gives what it has; pv_cage_try() says what that is.
 * Threads: to be entered by the only thread of the process. Errors: PV_NOMEM; PV_IO (the kernel has it and yet refuses). */
#ifndef PV_APP_CAGE_H
#define PV_APP_CAGE_H

#include <stddef.h>

#include "app/options.h"
#include "base/err.h"
#include "base/text.h"

typedef struct pv_cage {
    size_t n_read, n_write;
    const char *const *read;  /* files, or folders with all below them; what is not there is passed over */
    const char *const *write; /* folders, with all below them, to be read too */
} pv_cage;

typedef struct pv_cage_state {
    int files; /* version of Landlock that is at work; 0 = none */
    int calls; /* 1 = seccomp is at work */
} pv_cage_state;

PV_MUST pv_status pv_cage_enter(const pv_cage *cage, pv_cage_state *out, pv_err *err);

/* Of a command line: the folders of its inputs are to be read, those of its outputs (n names of options with files or folders) to be written. */
PV_MUST pv_status pv_cage_enter_for(const pv_args *args, size_t n, const char *const *outputs, pv_err *err);

/* Enters it in a child that then tries to read /etc/passwd, to open a socket and to start a program, and says what came of it: "files by Landlock (version 7), calls by seccomp" (the status of *said
 * means nothing).
 * *can = 0 when it was refused or the child was killed for asking, as by a filter of calls around us; *holds = 0 when something that should have been refused was not. */
PV_MUST pv_status pv_cage_try(pv_err *said, int *can, int *holds, pv_err *err);

#endif
