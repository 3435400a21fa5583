#include "app/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/machine.h"
#include "base/lines.h"
#include "base/mem.h"

#include "base/banned.h"

/* Headers of Debian 12 end with version 2. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

static const uint64_t READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                              LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_TRUNCATE;
/* Of these only a rule on a file may speak. */
static const uint64_t OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE;

/* Libraries and their data, how many processors there are, and the time zone. */
static const char *const of_system[] = {"/usr",  "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/sys/devices/system/cpu",
#ifdef PV_SANITIZED
                                        "/proc", /* sanitizers look at their own process */
#endif
                                        NULL};

/* What linux/landlock.h calls landlock_ruleset_attr; the kernel is told how many bytes of it we know. */
typedef struct ruleset {
    uint64_t files, network, scoped;
} ruleset;

/* ---- files ---- */

static int landlock_version(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, (unsigned)LANDLOCK_CREATE_RULESET_VERSION);
    return n > 0 ? (int)n : 0;
}

/* All that this version can refuse. */
static ruleset ruleset_of(int version)
{
    const uint64_t first = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    return (ruleset){.files = first | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (version >= 3 ? LANDLOCK_ACCESS_FS_TRUNCATE : 0) |
                              (version >= 5 ? LANDLOCK_ACCESS_FS_IOCTL_DEV : 0),
                     .network = version >= 4 ? 3 : 0, /* bind and connect by TCP */
                     .scoped = version >= 6 ? 3 : 0}; /* abstract sockets and signals out of the cage */
}

static pv_status allow(int rules, const char *path, uint64_t access, pv_err *err)
{
    struct stat s;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return PV_OK;
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    if (fstat(fd, &s) != 0 || !S_ISDIR(s.st_mode)) rule.allowed_access &= OF_FILES;
    long failed = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
    int why = errno;
    (void)close(fd);
    return failed != 0 ? pv_fail(err, PV_IO, "cage: %s: %s", path, strerror(why)) : PV_OK;
}

/* Where the libraries of places look for their tables when they are told to. */
static pv_status allow_tables(int rules, pv_err *err)
{
    static const char *const name[] = {"PROJ_DATA", "PROJ_LIB", "GDAL_DATA"};
    pv_status st = PV_OK;
    char folder[4096];
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const char *from = getenv(name[i]);
        for (size_t n = 0; from != NULL && *from != '\0'; from += n + (from[n] == ':')) {
            n = strcspn(from, ":");
            if (n == 0 || n >= sizeof folder) continue;
            (void)snprintf(folder, sizeof folder, "%.*s", (int)n, from);
            PV_TRY(allow(rules, folder, READ, err));
        }
    }
out:
    return st;
}

static pv_status shut_files(const pv_cage *cage, int *version, pv_err *err)
{
    pv_status st = PV_OK;
    int rules = -1, v = landlock_version();
    *version = 0;
    if (v == 0) return PV_OK;
    ruleset all = ruleset_of(v);
    rules = (int)syscall(SYS_landlock_create_ruleset, &all, v >= 6 ? sizeof all : v >= 4 ? (size_t)16 : (size_t)8, 0U);
    if (rules < 0) PV_TRY(pv_fail(err, PV_IO, "cage: %s", strerror(errno)));
    for (size_t i = 0; of_system[i] != NULL; i++) PV_TRY(allow(rules, of_system[i], READ, err));
    PV_TRY(allow_tables(rules, err));
    for (size_t i = 0; i < cage->n_read; i++) PV_TRY(allow(rules, cage->read[i], READ, err));
    for (size_t i = 0; i < cage->n_write; i++) PV_TRY(allow(rules, cage->write[i], (READ | WRITE) & all.files, err));
    if (syscall(SYS_landlock_restrict_self, rules, 0U) != 0) PV_TRY(pv_fail(err, PV_IO, "cage: %s", strerror(errno)));
    *version = v;
out:
    if (rules >= 0) (void)close(rules);
    return st;
}

/* ---- calls ---- */

/* Families that a scanner never needs. A name that this machine's kernel or library does not know is passed over. */
static const char *const never[] = {
    /* network */
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    /* other programs; threads stay possible */
    "execve",
    "execveat",
    /* other processes */
    "kill",
    "tkill",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "process_mrelease",
    "kcmp",
    "setpgid",
    "setsid",
    "move_pages",
    "migrate_pages",
#ifndef PV_SANITIZED
    "ptrace", /* the search for leaks stops its own threads with it */
#endif
    /* the kernel's inner doors */
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "keyctl",
    "add_key",
    "request_key",
    "lookup_dcookie",
    "fanotify_init",
    "quotactl",
    "acct",
    "syslog",
    "iopl",
    "ioperm",
    "modify_ldt",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "reboot",
    "swapon",
    "swapoff",
    "personality",
    "vhangup",
    "nfsservctl",
    /* other views of the files, and ways round their names */
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "unshare",
    "setns",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "name_to_handle_at",
    "open_by_handle_at",
    "mknod",
    "mknodat",
    /* rights, clocks, names of the machine */
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setgroups",
    "setfsuid",
    "setfsgid",
    "capset",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
};

static pv_status shut_calls(int *on, pv_err *err)
{
    pv_status st = PV_OK;
    int failed = 0;
    *on = 0;
    scmp_filter_ctx all = seccomp_init(SCMP_ACT_ALLOW);
    if (all == NULL) PV_TRY(pv_fail(err, PV_NOMEM, "cage: no memory"));
    for (size_t i = 0; i < sizeof never / sizeof *never && failed == 0; i++) {
        int number = seccomp_syscall_resolve_name(never[i]);
        if (number >= 0) failed = seccomp_rule_add(all, SCMP_ACT_ERRNO(EPERM), number, 0);
    }
    /* abort() sends itself a signal this way. */
    const struct scmp_arg_cmp others = {.arg = 0, .op = SCMP_CMP_NE, .datum_a = (scmp_datum_t)getpid(), .datum_b = 0};
    if (failed == 0) failed = seccomp_rule_add(all, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1, others);
    if (failed == -ENOMEM) PV_TRY(pv_fail(err, PV_NOMEM, "cage: no memory"));
    if (failed != 0) PV_TRY(pv_fail(err, PV_BUG, "cage: a rule for calls: %s", strerror(-failed)));
    *on = seccomp_load(all) == 0;
out:
    if (all != NULL) seccomp_release(all);
    return st;
}

pv_status pv_cage_enter(const pv_cage *cage, pv_cage_state *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cage_state state = {0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) PV_TRY(pv_fail(err, PV_IO, "cage: %s", strerror(errno)));
    PV_TRY(shut_files(cage, &state.files, err));
    PV_TRY(shut_calls(&state.calls, err));
    *out = state;
out:
    return st;
}

/* ---- for a command line ---- */

/* A folder as it is; of anything else, the folder that it lies in, or will lie in. */
static pv_status folder_of(const char *path, pv_text *out, pv_err *err)
{
    size_t n = strlen(path);
    pv_text_reset(out);
    while (n > 1 && path[n - 1] == '/') n--;
    pv_text_add_n(out, path, n);
    if (pv_text_status(out, err) == PV_OK && !pv_is_folder(pv_text_str(out))) {
        while (n > 0 && path[n - 1] != '/') n--;
        pv_text_reset(out);
        pv_text_add_n(out, n > 0 ? path : ".", n > 0 ? n : 1);
    }
    return pv_text_status(out, err);
}

pv_status pv_cage_enter_for(const pv_args *args, size_t n, const char *const *outputs, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cage_state state;
    size_t n_inputs = (size_t)args->n_inputs, n_all = n_inputs + n, k = 0;
    pv_text *folder = NULL;
    const char **path = NULL;
    PV_TRY(pv_alloc(&folder, n_all, sizeof *folder, "cage", err));
    PV_TRY(pv_alloc(&path, n_all, sizeof *path, "cage", err));
    for (; k < n_inputs; k++) PV_TRY(folder_of(args->input[k], &folder[k], err));
    for (size_t i = 0; i < n; i++) {
        const char *to = pv_args_text(args, outputs[i]);
        if (to != NULL && strcmp(to, "-") != 0) PV_TRY(folder_of(to, &folder[k++], err));
    }
    for (size_t i = 0; i < k; i++) path[i] = pv_text_str(&folder[i]);
    const pv_cage cage = {.n_read = n_inputs, .read = path, .n_write = k - n_inputs, .write = path + n_inputs};
    PV_TRY(pv_cage_enter(&cage, &state, err));
out:
    for (size_t i = 0; folder != NULL && i < n_all; i++) pv_text_release(&folder[i]);
    pv_free(folder);
    pv_free(path);
    return st;
}

/* ---- is it shut? ---- */

enum { TRIED = 64, CALLS = 32, LEAK_FILE = 16, LEAK_SOCKET = 1 << 0, LEAK_PROGRAM = 1 << 1 };

/* In the child: what is at work, and what was possible in spite of it, as its exit code. */
static int try_inside(void)
{
    static char *const words[] = {"true", NULL};
    const pv_cage cage = {.n_read = 0};
    pv_cage_state state;
    if (pv_cage_enter(&cage, &state, NULL) != PV_OK) return 0;
    int found = TRIED | (state.calls ? CALLS : 0);
    if (state.files > 0 && open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0) found |= LEAK_FILE;
    if (!state.calls) return found;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) found |= LEAK_SOCKET;
    if (execv("/nowhere", words) == 0 || errno != EPERM) found |= LEAK_PROGRAM;
    return found;
}

static void say_shut(pv_err *said, int version, int calls)
{
    if (version > 0 && calls)
        (void)pv_fail(said, PV_INPUT, "files by Landlock (version %d), calls by seccomp", version);
    else if (version > 0)
        (void)pv_fail(said, PV_INPUT, "files by Landlock (version %d); calls are not shut off, this kernel has no seccomp", version);
    else if (calls)
        (void)pv_fail(said, PV_INPUT, "calls by seccomp; files are not shut off, this kernel has no Landlock");
    else
        (void)pv_fail(said, PV_INPUT, "neither files nor calls are shut off: this kernel has neither Landlock nor seccomp");
}

pv_status pv_cage_try(pv_err *said, int *can, int *holds, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lines leaks = {.n = 0};
    int status = 0, version = 0;
    pid_t pid = fork();
    *can = *holds = 0;
    if (pid == 0) _exit(try_inside());
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    int found = pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if ((found & TRIED) == 0) {
        (void)pv_fail(said, PV_INPUT, "it cannot be entered here");
        return PV_OK;
    }
    version = landlock_version();
    *can = 1;
    say_shut(said, version, (found & CALLS) != 0);
    if ((found & LEAK_FILE) != 0) PV_TRY(pv_lines_addf(&leaks, err, "and yet it could read /etc/passwd"));
    if ((found & LEAK_SOCKET) != 0) PV_TRY(pv_lines_addf(&leaks, err, "and yet it could open a socket"));
    if ((found & LEAK_PROGRAM) != 0) PV_TRY(pv_lines_addf(&leaks, err, "and yet it could start a program"));
    (void)pv_lines_after(said, PV_INPUT, &leaks);
    *holds = leaks.n == 0;
out:
    pv_lines_release(&leaks);
    return st;
}
