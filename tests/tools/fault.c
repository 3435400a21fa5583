/* fault: a library for LD_PRELOAD that makes the n-th system call or allocation of `papaver` fail, or a worker crash. For tests/faults only.
 *
 *   PV_FAULT_WHO      supervisor | worker | both: `papaver night`, or what it starts (default supervisor); any other program is left alone
 *   PV_FAULT_BELOW    absolute folder: only calls on paths below it count, and on descriptors that were opened there
 *   PV_FAULT_CALLS    names separated by commas: open read pread write pwrite fsync fdatasync rename unlink ftruncate mmap flock close mkdir symlink
 *                     posix_fallocate (open counts fopen and reading of folders too); nothing: all
 *   PV_FAULT_AT       which of them fails, from 1 on; 0 or nothing: none
 *   PV_FAULT_MODE     once (default) | on: all from there on
 *   PV_FAULT_ERROR    ENOSPC EIO EROFS EMFILE EINTR ENOMEM EDQUOT, or SHORT: half of what was asked for is read or written (other calls: EIO)
 *   PV_FAULT_MALLOC_AT, PV_FAULT_MALLOC_MODE, PV_FAULT_MALLOC_OF=own|all|NAME[,NAME...]
 *                     the same for allocations of the program's own text, of all libraries, or of those with one of these names in their file's (in C++ by bad_alloc), from the first
 *                     counted call on
 *   PV_FAULT_TRACE    file: "START process command photo"; while nothing is to fail a line for each call that counts, "CALL number name path"; at the end
 *                     "MALLOCS number", "RSS kib" (its largest), "DESCRIPTORS number"; a failure "FAILED ..."
 *   PV_FAULT_WATCH    beginning of paths: whoever opens one of them is written to the trace, "SEEN process call path"
 *   PV_FAULT_SPY      file: at its end the process tries to read it, to make PV_FAULT_SPY.new, to open a socket and to start a program: "HELD process what -" or "ESCAPED ..."
 *   PV_FAULT_NAMES=1  workers behave as the name of their photo says: crash- hang- slow- (hangs, and ends when asked to) flood- killed- abort- mute- (no result) rubbish- (a wrong one);
 *                     once- before it: only the first worker of a photo, not the gentle one
 *
 * The counter stands in each process for itself. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096, TEXTS = 16 };

typedef struct fault_plan {
    int on; /* this process is the one that is meant */
    char below[4096];
    size_t n_below;
    const char *calls, *watch;
    int trace_fd; /* opened at the start: a worker in its cage could not; -1 = none */
    long at, malloc_at;
    int go_on, malloc_go_on, of_all, of_libraries, is_short, error;
    const char *of; /* names of libraries */
    int n_texts;
    struct {
        uintptr_t from, to;
    } text[TEXTS]; /* whose allocations count */
} fault_plan;

static fault_plan plan = {.trace_fd = -1};
static atomic_long n_calls, n_mallocs;
static atomic_int began, below_fd[DESCRIPTORS];

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t n);

/* ---- the plan ---- */

static void say(const char *word, long n, const char *call, const char *path)
{
    char line[4400];
    if (plan.trace_fd < 0) return;
    int len = snprintf(line, sizeof line, "%s %ld %s %s\n", word, n, call, path);
    if (len > 0) (void)syscall(SYS_write, plan.trace_fd, line, (size_t)len);
}

static int is_named(const char *file)
{
    char name[64];
    for (const char *c = plan.of; *c != '\0'; c += strcspn(c, ","), c += *c == ',') {
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(c, ","), c);
        if (strstr(file, name) != NULL) return 1;
    }
    return 0;
}

static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size, (void)data;
    if (plan.of_libraries && !is_named(info->dlpi_name)) return 0;
    for (int i = 0; i < info->dlpi_phnum && plan.n_texts < TEXTS; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        if (h->p_type != PT_LOAD || (h->p_flags & PF_X) == 0) continue;
        plan.text[plan.n_texts].from = info->dlpi_addr + h->p_vaddr;
        plan.text[plan.n_texts].to = plan.text[plan.n_texts].from + h->p_memsz;
        plan.n_texts++;
    }
    return !plan.of_libraries; /* the first is the program itself */
}

static int error_of(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } known[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EROFS", EROFS}, {"EMFILE", EMFILE}, {"EINTR", EINTR}, {"ENOMEM", ENOMEM}, {"EDQUOT", EDQUOT}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i].error;
    return EIO;
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

/* As the program ends when it is asked to. */
static void stopped(int number)
{
    (void)number;
    _exit(16);
}

static void behave(int argc, char **argv)
{
    const char *photo = argv[argc - 1], *slash = strrchr(photo, '/');
    int gentle = 0;
    for (int i = 0; i < argc; i++) gentle |= strcmp(argv[i], "--tile") == 0;
    if (slash != NULL) photo = slash + 1;
    if (strncmp(photo, "once-", 5) == 0) {
        if (gentle) return;
        photo += 5;
    }
    if (strncmp(photo, "crash-", 6) == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        (void)raise(SIGSEGV);
    } else if (strncmp(photo, "hang-", 5) == 0) {
        (void)signal(SIGTERM, SIG_IGN);
        for (;;) (void)pause();
    } else if (strncmp(photo, "slow-", 5) == 0) {
        (void)signal(SIGTERM, stopped);
        for (;;) (void)pause();
    } else if (strncmp(photo, "flood-", 6) == 0) {
        static char much[65536];
        while (syscall(SYS_write, STDOUT_FILENO, much, sizeof much) > 0) {
        }
    } else if (strncmp(photo, "killed-", 7) == 0) {
        (void)raise(SIGKILL);
    } else if (strncmp(photo, "abort-", 6) == 0) {
        abort();
    } else if (strncmp(photo, "mute-", 5) == 0) {
        _exit(0);
    } else if (strncmp(photo, "rubbish-", 8) == 0) {
        for (int i = 0; i + 1 < argc; i++) {
            if (strcmp(argv[i], "--output") != 0) continue;
            int fd = (int)syscall(SYS_openat, AT_FDCWD, argv[i + 1], O_WRONLY | O_CREAT | O_TRUNC, 0640);
            (void)syscall(SYS_write, fd, "{\"papaver\":{}}", (size_t)14);
        }
        _exit(0);
    }
}

__attribute__((constructor)) static void start(int argc, char **argv)
{
    const char *who = setting("PV_FAULT_WHO"), *name = argc > 0 ? strrchr(argv[0], '/') : NULL;
    name = name != NULL ? name + 1 : argc > 0 ? argv[0] : "";
    if (argc < 3 || strcmp(name, "papaver") != 0) return;
    int supervisor = strcmp(argv[1], "night") == 0, worker = strcmp(argv[1], "scan") == 0 || strcmp(argv[1], "check") == 0;
    plan.on = strcmp(who, "both") == 0 ? supervisor || worker : strcmp(who, "worker") == 0 ? worker : supervisor;
    (void)snprintf(plan.below, sizeof plan.below, "%s", setting("PV_FAULT_BELOW"));
    plan.n_below = strlen(plan.below);
    plan.calls = setting("PV_FAULT_CALLS");
    if (plan.on && setting("PV_FAULT_TRACE")[0] != '\0')
        plan.trace_fd = (int)syscall(SYS_openat, AT_FDCWD, setting("PV_FAULT_TRACE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    plan.watch = setting("PV_FAULT_WATCH");
    plan.at = strtol(setting("PV_FAULT_AT"), NULL, 10);
    plan.go_on = strcmp(setting("PV_FAULT_MODE"), "on") == 0;
    plan.is_short = strcmp(setting("PV_FAULT_ERROR"), "SHORT") == 0;
    plan.error = error_of(setting("PV_FAULT_ERROR"));
    plan.malloc_at = strtol(setting("PV_FAULT_MALLOC_AT"), NULL, 10);
    plan.malloc_go_on = strcmp(setting("PV_FAULT_MALLOC_MODE"), "on") == 0;
    plan.of = setting("PV_FAULT_MALLOC_OF");
    plan.of_all = strcmp(plan.of, "all") == 0;
    plan.of_libraries = !plan.of_all && plan.of[0] != '\0' && strcmp(plan.of, "own") != 0;
    (void)dl_iterate_phdr(find_text, NULL);
    if (plan.on) say("START", (long)getpid(), argv[1], argv[argc - 1]);
    if (strcmp(argv[1], "scan") == 0 && strcmp(setting("PV_FAULT_NAMES"), "1") == 0) behave(argc, argv);
}

/* ---- which calls count ---- */

static void spy(void)
{
    static char *const words[] = {"true", NULL};
    char path[4200];
    const char *file = setting("PV_FAULT_SPY");
    if (file[0] == '\0') return;
    (void)snprintf(path, sizeof path, "%s.new", file);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    say(fd >= 0 ? "ESCAPED" : "HELD", (long)getpid(), "read", file);
    fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    say(fd >= 0 ? "ESCAPED" : "HELD", (long)getpid(), "write", path);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    say(fd >= 0 ? "ESCAPED" : "HELD", (long)getpid(), "socket", "-");
    (void)execv("/nowhere", words);
    say(errno != EPERM ? "ESCAPED" : "HELD", (long)getpid(), "program", "-");
}

__attribute__((destructor)) static void end(void)
{
    struct rusage use = {0};
    long open_ones = 0;
    if (!plan.on || plan.trace_fd < 0) return;
    for (int fd = 0; fd < DESCRIPTORS; fd++) open_ones += fd != plan.trace_fd && syscall(SYS_fcntl, fd, F_GETFD) >= 0;
    (void)getrusage(RUSAGE_SELF, &use);
    spy();
    say("MALLOCS", atomic_load(&n_mallocs), "-", "-");
    say("RSS", use.ru_maxrss, "-", "-");
    say("DESCRIPTORS", open_ones, "-", "-");
}

static int is_below(const char *path)
{
    if (!plan.on || plan.n_below == 0 || path == NULL) return 0;
    return strncmp(path, plan.below, plan.n_below) == 0 && (path[plan.n_below] == '/' || path[plan.n_below] == '\0');
}

static void watch(const char *call, const char *path)
{
    if (plan.on && plan.watch[0] != '\0' && strncmp(path, plan.watch, strlen(plan.watch)) == 0) say("SEEN", (long)getpid(), call, path);
}

static int is_below_fd(int fd)
{
    return plan.on && fd >= 0 && fd < DESCRIPTORS && atomic_load(&below_fd[fd]);
}

static int is_chosen(const char *call)
{
    size_t n = strlen(call);
    if (plan.calls[0] == '\0') return 1;
    for (const char *c = plan.calls; *c != '\0'; c += strcspn(c, ","), c += *c == ',')
        if (strcspn(c, ",") == n && strncmp(c, call, n) == 0) return 1;
    return 0;
}

/* 1 = this call fails. The words of a trace are for choosing indices. */
static int fails(const char *call, const char *path)
{
    atomic_store(&began, 1);
    if (!is_chosen(call)) return 0;
    long n = atomic_fetch_add(&n_calls, 1) + 1;
    int yes = plan.at > 0 && (n == plan.at || (plan.go_on && n > plan.at));
    if (plan.at == 0) say("CALL", n, call, path);
    if (yes && n == plan.at) say("FAILED", n, call, path);
    return yes;
}

static int fails_fd(const char *call, int fd)
{
    return is_below_fd(fd) && fails(call, "-");
}

static int wrong(void)
{
    errno = plan.error;
    return -1;
}

static void note_fd(int fd, int yes)
{
    if (fd >= 0 && fd < DESCRIPTORS) atomic_store(&below_fd[fd], yes);
}

/* ---- files ---- */

static int open_at(int folder, const char *path, int flags, unsigned mode)
{
    int below = is_below(path);
    watch("open", path);
    if (below && fails("open", path)) return wrong();
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    note_fd(fd, below);
    return fd;
}

#define OPEN(name)                                                                                                                                   \
    int name(const char *path, int flags, ...)                                                                                                       \
    {                                                                                                                                                \
        va_list more;                                                                                                                                \
        va_start(more, flags);                                                                                                                       \
        unsigned mode = va_arg(more, unsigned);                                                                                                      \
        va_end(more);                                                                                                                                \
        return open_at(AT_FDCWD, path, flags, mode);                                                                                                 \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                                                 \
    int name(int folder, const char *path, int flags, ...)                                                                                           \
    {                                                                                                                                                \
        va_list more;                                                                                                                                \
        va_start(more, flags);                                                                                                                       \
        unsigned mode = va_arg(more, unsigned);                                                                                                      \
        va_end(more);                                                                                                                                \
        return open_at(folder, path, flags, mode);                                                                                                   \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    int failed = fails_fd("close", fd);
    note_fd(fd, 0);
    int done = (int)syscall(SYS_close, fd);
    return failed ? wrong() : done;
}

/* What is left of n bytes when the call is not to fail altogether; -1 = it fails. */
static ssize_t granted(const char *call, int fd, size_t n)
{
    if (!fails_fd(call, fd)) return (ssize_t)n;
    if (!plan.is_short || n < 2) return wrong();
    return (ssize_t)(n / 2);
}

ssize_t read(int fd, void *data, size_t n)
{
    ssize_t k = granted("read", fd, n);
    return k < 0 ? k : syscall(SYS_read, fd, data, (size_t)k);
}

ssize_t write(int fd, const void *data, size_t n)
{
    ssize_t k = granted("write", fd, n);
    return k < 0 ? k : syscall(SYS_write, fd, data, (size_t)k);
}

ssize_t pread(int fd, void *data, size_t n, off_t at)
{
    ssize_t k = granted("pread", fd, n);
    return k < 0 ? k : syscall(SYS_pread64, fd, data, (size_t)k, at);
}
ssize_t pread64(int fd, void *data, size_t n, off_t at)
{
    return pread(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    ssize_t k = granted("pwrite", fd, n);
    return k < 0 ? k : syscall(SYS_pwrite64, fd, data, (size_t)k, at);
}
ssize_t pwrite64(int fd, const void *data, size_t n, off_t at)
{
    return pwrite(fd, data, n, at);
}

int fsync(int fd)
{
    return fails_fd("fsync", fd) ? wrong() : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return fails_fd("fdatasync", fd) ? wrong() : (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t n)
{
    return fails_fd("ftruncate", fd) ? wrong() : (int)syscall(SYS_ftruncate, fd, n);
}
int ftruncate64(int fd, off_t n)
{
    return ftruncate(fd, n);
}

int flock(int fd, int how)
{
    return fails_fd("flock", fd) ? wrong() : (int)syscall(SYS_flock, fd, how);
}

int posix_fallocate(int fd, off_t from, off_t n)
{
    static int (*real)(int, off_t, off_t);
    if (fails_fd("posix_fallocate", fd)) return plan.error;
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate64");
    return real(fd, from, n);
}
int posix_fallocate64(int fd, off_t from, off_t n)
{
    return posix_fallocate(fd, from, n);
}

void *mmap(void *where, size_t n, int protection, int flags, int fd, off_t at)
{
    if (fails_fd("mmap", fd)) {
        (void)wrong();
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, where, n, protection, flags, fd, at);
}
void *mmap64(void *where, size_t n, int protection, int flags, int fd, off_t at)
{
    return mmap(where, n, protection, flags, fd, at);
}

int rename(const char *from, const char *to)
{
    return is_below(to) && fails("rename", to) ? wrong() : (int)syscall(SYS_rename, from, to);
}

int unlink(const char *path)
{
    return is_below(path) && fails("unlink", path) ? wrong() : (int)syscall(SYS_unlink, path);
}

int mkdir(const char *path, mode_t mode)
{
    return is_below(path) && fails("mkdir", path) ? wrong() : (int)syscall(SYS_mkdir, path, mode);
}

int symlink(const char *content, const char *path)
{
    return is_below(path) && fails("symlink", path) ? wrong() : (int)syscall(SYS_symlink, content, path);
}

/* ---- what the C library does inside of itself ---- */

static ssize_t stream_read(void *cookie, char *data, size_t n)
{
    return read((int)(intptr_t)cookie, data, n);
}

static int stream_close(void *cookie)
{
    return close((int)(intptr_t)cookie);
}

FILE *fopen(const char *path, const char *mode)
{
    static FILE *(*real)(const char *, const char *);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "fopen64");
    watch("fopen", path);
    if (!is_below(path) || mode[0] != 'r') return real(path, mode);
    int fd = open_at(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return NULL;
    cookie_io_functions_t how = {.read = stream_read, .close = stream_close};
    return fopencookie((void *)(intptr_t)fd, mode, how);
}
FILE *fopen64(const char *path, const char *mode)
{
    return fopen(path, mode);
}

DIR *opendir(const char *path)
{
    static DIR *(*real)(const char *);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "opendir");
    if (!is_below(path) || !fails("open", path)) return real(path);
    (void)wrong();
    return NULL;
}

int scandir64(const char *path, struct dirent64 ***list, int (*wanted)(const struct dirent64 *),
              int (*order)(const struct dirent64 **, const struct dirent64 **))
{
    static int (*real)(const char *, struct dirent64 ***, int (*)(const struct dirent64 *),
                       int (*)(const struct dirent64 **, const struct dirent64 **));
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "scandir64");
    return is_below(path) && fails("open", path) ? wrong() : real(path, list, wanted, order);
}

/* ---- memory ---- */

static int counts(uintptr_t caller)
{
    int yes = plan.of_all;
    for (int i = 0; i < plan.n_texts && !yes; i++) yes = caller >= plan.text[i].from && caller < plan.text[i].to;
    return yes;
}

static int no_memory(const void *caller)
{
    if (!plan.on || !atomic_load(&began) || !counts((uintptr_t)caller)) return 0;
    long n = atomic_fetch_add(&n_mallocs, 1) + 1;
    if (plan.malloc_at == 0 || n < plan.malloc_at || (n > plan.malloc_at && !plan.malloc_go_on)) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t n)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(block, n);
}

/* operator new and new[]: the true one throws when it is asked for what cannot be. */
#define NEW(name)                                                                                                                                    \
    void *name(size_t n);                                                                                                                            \
    void *name(size_t n)                                                                                                                             \
    {                                                                                                                                                \
        static void *(*real)(size_t);                                                                                                                \
        if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);                                                                                 \
        return real(plan.of_libraries && no_memory(__builtin_return_address(0)) ? (size_t)PTRDIFF_MAX : n);                                          \
    }
NEW(_Znwm)
NEW(_Znam)
