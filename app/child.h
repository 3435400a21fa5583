/* Programs that run under limits: processes of their own, ended with ours.
 *
 * It is started by fork and exec before this process has used a library that does not outlive a fork; it is killed when we die, when its time is over, or when a stop was
 * asked for (SIGTERM, and SIGKILL three seconds later). Its stdout is collected, its stderr goes to a log file.
 * Threads: main thread. Errors: PV_IO (pipe, fork, log), PV_NOMEM; how the child ended is no error. */
#ifndef PV_APP_CHILD_H
#define PV_APP_CHILD_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

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

/* One that was started; all zero = none. Not moved while it runs. */
typedef struct pv_child {
    pv_child_limits limits;
    const char *program; /* argv[0], borrowed */
    pv_text out;         /* what it wrote to stdout */
    pv_child_end end;    /* when it has ended */
    int runs;            /* 1 = it has not ended */
    pid_t pid;
    int pipe;       /* its stdout; -1 = closed */
    double start_s; /* when it began */
    double asked_s; /* when it was asked to end, 0 = it was not */
    int killed;
} pv_child;

enum { PV_CHILDREN = 16 /* that are waited for together, at the most */ };

/* argv[0] is the program's path; the last is NULL. log_path NULL: stderr goes nowhere. On success the child is yours until pv_child_release(). */
PV_MUST pv_status pv_child_start(pv_child *c, const char *const *argv, const pv_child_limits *limits, const char *log_path, pv_err *err);
/* Waits until child[0] has ended, and looks after the n - 1 others meanwhile. A stop ends all of them. */
PV_MUST pv_status pv_child_wait(pv_child *const *child, int n, const atomic_int *stop, pv_err *err);
/* Kills it if it still runs. None is fine. */
void pv_child_release(pv_child *c);
/* Start, wait and release of one. */
PV_MUST pv_status pv_child_run(const char *const *argv, const pv_child_limits *limits, const char *log_path, const atomic_int *stop, pv_text *out,
                               pv_child_end *end, pv_err *err);
/* How it ended, in words: "killed by signal 9", "hung: ended after 600 s". */
void pv_child_words(const pv_child_end *end, const pv_child_limits *limits, pv_text *out);

#endif
