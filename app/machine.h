/* The machine under the program: threads, signals, folders, clocks.
 *
 * Threads: main thread only, but the stop flag may be read by any. */
#ifndef PV_APP_MACHINE_H
#define PV_APP_MACHINE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* SLURM_CPUS_PER_TASK, else the processors that this process may use; at least 1. */
int pv_threads_default(void);

/* Of the machine; 0 when unknown. */
int64_t pv_memory_bytes(void);

/* From now on SIGINT and SIGTERM set the flag and nothing else; a second signal of the same kind ends the program as usual. */
const atomic_int *pv_stop_flag(void);

/* Seconds on a clock that only goes forward. */
double pv_clock(void);

/* The local date, YYYY-MM-DD. PV_BUG: there is no clock. */
enum { PV_TODAY = 11 };
PV_MUST pv_status pv_today(char date[PV_TODAY], pv_err *err);

/* The running program's path into out; 0 when the system does not say. */
int pv_program_file(char *out, size_t size);
/* The folder of the running program into out; 0 when the system does not say. */
int pv_program_folder(char *out, size_t size);

int pv_is_folder(const char *path);
/* Bytes that an ordinary user may still write there; -1 when unknown. */
int64_t pv_disk_free(const char *path);

#endif
