#include "app/machine.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#include "base/banned.h"

/* The one global of the program: a signal handler has no other way to speak. */
static atomic_int pv_stop;

static void pv_on_signal(int number)
{
    (void)number;
    atomic_store(&pv_stop, 1);
}

const atomic_int *pv_stop_flag(void)
{
    struct sigaction act;
    memset(&act, 0, sizeof act);
    act.sa_handler = pv_on_signal;
    act.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    (void)sigemptyset(&act.sa_mask);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    return &pv_stop;
}

int pv_threads_default(void)
{
    int64_t n = 0;
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    if (slurm != NULL && pv_parse_int(slurm, 1, 1024, &n)) return (int)n;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > 1024 ? 1024 : (int)n;
}

int64_t pv_memory_bytes(void)
{
    int64_t pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && page > 0 ? pages * page : 0;
}

double pv_clock(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (double)t.tv_sec + (double)t.tv_nsec * 1e-9 : 0;
}

pv_status pv_today(char date[PV_TODAY], pv_err *err)
{
    struct timespec now;
    struct tm parts;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || localtime_r(&now.tv_sec, &parts) == NULL ||
        strftime(date, PV_TODAY, "%Y-%m-%d", &parts) != PV_TODAY - 1)
        return pv_fail(err, PV_BUG, "there is no clock");
    return PV_OK;
}

int pv_program_file(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    if (n <= 0 || (size_t)n >= size - 1) return 0;
    out[n] = '\0';
    return 1;
}

int pv_program_folder(char *out, size_t size)
{
    if (!pv_program_file(out, size)) return 0;
    char *slash = strrchr(out, '/');
    if (slash == NULL) return 0;
    *slash = '\0';
    return 1;
}

int pv_is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

int64_t pv_disk_free(const char *path)
{
    struct statvfs s;
    return statvfs(path, &s) == 0 ? (int64_t)(s.f_bavail * s.f_frsize) : -1;
}
