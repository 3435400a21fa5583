#include "app/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/machine.h"
#include "base/tr.h"

#include "base/banned.h"

enum { GRACE_S = 3, POLL_MS = 50, EXEC_FAILED = 126 };

/* Sanitizers reserve terabytes of addresses that they never use: their programs cannot start under such a limit. */
#ifdef PV_SANITIZED
enum { LIMITS_ADDRESSES = 0 };
#else
enum { LIMITS_ADDRESSES = 1 };
#endif

static void limit(int which, int64_t soft, int64_t hard)
{
    struct rlimit r = {(rlim_t)soft, (rlim_t)hard};
    (void)setrlimit(which, &r);
}

/* In the child, between fork and exec: calls that are safe there, and no memory. */
static void become(const char *const *argv, const pv_child_limits *l, int out, int log, pid_t parent)
{
    sigset_t none;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXEC_FAILED);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGXFSZ, SIG_IGN);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(log >= 0 ? log : null, STDERR_FILENO) < 0)
        _exit(EXEC_FAILED);
    limit(RLIMIT_CORE, 0, 0);
    if (LIMITS_ADDRESSES && l->address_bytes > 0) limit(RLIMIT_AS, l->address_bytes, l->address_bytes);
    if (l->file_bytes > 0) limit(RLIMIT_FSIZE, l->file_bytes, l->file_bytes);
    if (l->seconds > 0) {
        int64_t cpu = (int64_t)(l->seconds * (l->threads > 0 ? l->threads : 1)) + 1;
        limit(RLIMIT_CPU, cpu, cpu + 5);
    }
    (void)execv(argv[0], (char *const *)argv);
    _exit(EXEC_FAILED);
}

/* The state of a child while it runs. */
typedef struct child {
    pid_t pid;
    int pipe;       /* its stdout; -1 = closed */
    double start_s; /* when it began */
    double asked_s; /* when it was asked to end, 0 = it was not */
    int killed;
} child;

static void ask_to_end(child *c)
{
    if (c->asked_s > 0) return;
    c->asked_s = pv_clock();
    (void)kill(c->pid, SIGTERM);
}

/* Takes what is there; 0 when the pipe was closed. */
static int take_output(child *c, pv_text *out, size_t most, pv_child_end *end)
{
    char buffer[4096];
    ssize_t n = read(c->pipe, buffer, sizeof buffer);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n == 0) return 0;
    if (out->len + (size_t)n > most) {
        end->flooded = 1;
        ask_to_end(c);
        return 1;
    }
    pv_text_add_n(out, buffer, (size_t)n);
    return 1;
}

static void watch(child *c, const pv_child_limits *l, const atomic_int *stop, pv_text *out, pv_child_end *end)
{
    int status = 0;
    pid_t ended = 0;
    while (ended == 0 || c->pipe >= 0) {
        struct pollfd p = {.fd = c->pipe, .events = POLLIN};
        if (c->pipe >= 0) {
            if (poll(&p, 1, POLL_MS) > 0 && !take_output(c, out, l->stdout_bytes, end)) {
                (void)close(c->pipe);
                c->pipe = -1;
            }
        } else {
            (void)poll(NULL, 0, POLL_MS / 10);
        }
        if (ended == 0) ended = waitpid(c->pid, &status, WNOHANG);
        if (ended < 0 && errno == EINTR) ended = 0;
        if (ended != 0) continue;
        double now = pv_clock();
        if (stop != NULL && atomic_load(stop) && !end->stopped && !end->timed_out) {
            end->stopped = 1;
            ask_to_end(c);
        }
        if (l->seconds > 0 && now - c->start_s > l->seconds && !end->stopped && !end->timed_out) {
            end->timed_out = 1;
            ask_to_end(c);
        }
        if (c->asked_s > 0 && now - c->asked_s > GRACE_S && !c->killed) {
            c->killed = 1;
            (void)kill(c->pid, SIGKILL);
        }
    }
    end->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

pv_status pv_child_run(const char *const *argv, const pv_child_limits *limits, const char *log_path, const atomic_int *stop, pv_text *out,
                       pv_child_end *end, pv_err *err)
{
    pv_status st = PV_OK;
    int ends[2] = {-1, -1}, log = -1;
    pid_t parent = getpid();
    /* Inherited as ignored, the kernel would keep no end of a child for us. */
    (void)signal(SIGCHLD, SIG_DFL);
    *end = (pv_child_end){.code = -1};
    if (log_path != NULL) {
        log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (log < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", log_path, strerror(errno)));
    }
    if (pipe2(ends, O_CLOEXEC) != 0) PV_TRY(pv_fail(err, PV_IO, "a pipe cannot be made: %s", strerror(errno)));
    child c = {.pid = fork(), .pipe = ends[0], .start_s = pv_clock()};
    if (c.pid == 0) become(argv, limits, ends[1], log, parent);
    if (c.pid < 0) PV_TRY(pv_fail(err, PV_IO, "%s cannot be started: %s", argv[0], strerror(errno)));
    (void)close(ends[1]);
    ends[0] = ends[1] = -1;
    watch(&c, limits, stop, out, end);
    if (end->code == EXEC_FAILED) PV_TRY(pv_fail(err, PV_IO, "%s cannot be started", argv[0]));
    st = pv_text_status(out, err);
out:
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0) (void)close(ends[i]);
    if (log >= 0) (void)close(log);
    return st;
}

void pv_child_words(const pv_child_end *end, const pv_child_limits *limits, pv_text *out)
{
    if (end->timed_out)
        pv_text_addf(out, PV_N("hung: ended after %.0f s"), limits->seconds);
    else if (end->flooded)
        pv_text_add(out, PV_N("wrote too much"));
    else if (end->signal == SIGXCPU)
        pv_text_add(out, PV_N("hung: used up its processor time"));
    else if (end->signal == SIGKILL)
        pv_text_add(out, PV_N("was killed (signal 9), perhaps for want of memory"));
    else if (end->signal != 0)
        pv_text_addf(out, PV_N("crashed (signal %d)"), end->signal);
    else
        pv_text_addf(out, PV_N("ended with code %d"), end->code);
}
