/* A program that runs under limits: its own process, ended with ours.
 *
 * It is started by fork and exec before this process has used a library that does not outlive a fork; it is killed when we die, when its time is over, or when a stop was
 * asked for (SIGTERM, and SIGKILL three seconds later). Its stdout is collected, its stderr goes to a log file.
 * Threads: main thread. Errors: PV_IO (pipe, fork, log), PV_NOMEM; how the child ended is no error. */
#ifndef PV_APP_CHILD_H
#define PV_APP_CHILD_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

typedef struct pv_child_limits {
    int64_t address_bytes, file_bytes; /* 0 = none */
    double seconds;                    /* wall time, 0 = none; the processor's time is limited to as much a thread */
    int threads;
    size_t stdout_bytes; /* more ends the child */
} pv_child_limits;

typedef struct pv_child_end {
    int code;      /* exit code; -1 = it did not exit by itself */
    int signal;    /* that ended it, 0 = none */
    int timed_out; /* 1 = we ended it, its time was over */
    int stopped;   /* 1 = we ended it, a stop was asked for */
    int flooded;   /* 1 = we ended it, it wrote too much to stdout */
} pv_child_end;

/* argv[0] is the program's path; the last is NULL. log_path NULL: stderr goes nowhere. */
PV_MUST pv_status pv_child_run(const char *const *argv, const pv_child_limits *limits, const char *log_path, const atomic_int *stop, pv_text *out,
                               pv_child_end *end, pv_err *err);
/* How it ended, in words: "killed by signal 9", "hung: ended after 600 s". */
void pv_child_words(const pv_child_end *end, const pv_child_limits *limits, pv_text *out);

#endif
