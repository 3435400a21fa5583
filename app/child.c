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

static void ask_to_end(pv_child *c)
{
    if (c->asked_s > 0) return;
    c->asked_s = pv_clock();
    (void)kill(c->pid, SIGTERM);
}

static void close_pipe(pv_child *c)
{
    if (c->pipe >= 0) (void)close(c->pipe);
    c->pipe = -1;
}

/* Takes what is there. */
static void take_output(pv_child *c)
{
    char buffer[4096];
    ssize_t n = read(c->pipe, buffer, sizeof buffer);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n <= 0) {
        close_pipe(c);
    } else if (c->out.len + (size_t)n > c->limits.stdout_bytes) {
        c->end.flooded = 1;
        ask_to_end(c);
    } else {
        pv_text_add_n(&c->out, buffer, (size_t)n);
    }
}

/* Ends one whose time is over, or of which a stop was asked. */
static void look_after(pv_child *c, const atomic_int *stop)
{
    double now = pv_clock();
    int late = c->limits.seconds > 0 && now - c->start_s > c->limits.seconds, halt = stop != NULL && atomic_load(stop);
    if ((halt || late) && !c->end.stopped && !c->end.timed_out) {
        c->end.stopped = halt;
        c->end.timed_out = !halt;
        ask_to_end(c);
    }
    if (c->asked_s > 0 && now - c->asked_s > GRACE_S && !c->killed) {
        c->killed = 1;
        (void)kill(c->pid, SIGKILL);
    }
}

/* Sees whether it has ended, and nothing is left to be read. */
static void see(pv_child *c, const atomic_int *stop)
{
    int status = 0;
    pid_t ended = c->pid > 0 ? waitpid(c->pid, &status, WNOHANG) : 0;
    if (ended > 0) {
        c->end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        c->end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        c->pid = 0;
    } else if (ended < 0 && errno != EINTR) {
        c->pid = 0;
    } else if (c->pid > 0) {
        look_after(c, stop);
    }
    c->runs = c->pid > 0 || c->pipe >= 0;
}

pv_status pv_child_start(pv_child *c, const char *const *argv, const pv_child_limits *limits, const char *log_path, pv_err *err)
{
    pv_status st = PV_OK;
    int ends[2] = {-1, -1}, log = -1;
    pid_t parent = getpid();
    /* Inherited as ignored, the kernel would keep no end of a child for us. */
    (void)signal(SIGCHLD, SIG_DFL);
    *c = (pv_child){.limits = *limits, .program = argv[0], .end = {.code = -1}, .pipe = -1};
    if (log_path != NULL) {
        log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (log < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", log_path, strerror(errno)));
    }
    if (pipe2(ends, O_CLOEXEC) != 0) PV_TRY(pv_fail(err, PV_IO, "a pipe cannot be made: %s", strerror(errno)));
    c->start_s = pv_clock();
    c->pid = fork();
    if (c->pid == 0) become(argv, limits, ends[1], log, parent);
    if (c->pid < 0) PV_TRY(pv_fail(err, PV_IO, "%s cannot be started: %s", argv[0], strerror(errno)));
    c->runs = 1;
    c->pipe = ends[0];
    ends[0] = -1;
out:
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0) (void)close(ends[i]);
    if (log >= 0) (void)close(log);
    return st;
}

pv_status pv_child_wait(pv_child *const *child, int n, const atomic_int *stop, pv_err *err)
{
    while (child[0]->runs) {
        struct pollfd p[PV_CHILDREN];
        int n_open = 0;
        for (int k = 0; k < n; k++) {
            if (child[k]->pipe >= 0) p[n_open++] = (struct pollfd){.fd = child[k]->pipe, .events = POLLIN};
        }
        /* One that has closed its stdout is about to end. */
        (void)poll(p, (nfds_t)n_open, child[0]->pipe >= 0 ? POLL_MS : POLL_MS / 10);
        for (int k = 0, at = 0; k < n; k++) {
            if (child[k]->pipe >= 0 && p[at++].revents != 0) take_output(child[k]);
            if (child[k]->runs) see(child[k], stop);
        }
    }
    if (child[0]->end.code == EXEC_FAILED) return pv_fail(err, PV_IO, "%s cannot be started", child[0]->program);
    return pv_text_status(&child[0]->out, err);
}

void pv_child_release(pv_child *c)
{
    if (c->program == NULL) return;
    if (c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close_pipe(c);
    pv_text_release(&c->out);
    *c = (pv_child){.runs = 0};
}

pv_status pv_child_run(const char *const *argv, const pv_child_limits *limits, const char *log_path, const atomic_int *stop, pv_text *out,
                       pv_child_end *end, pv_err *err)
{
    pv_status st = PV_OK;
    pv_child c = {.runs = 0}, *const all[] = {&c};
    PV_TRY(pv_child_start(&c, argv, limits, log_path, err));
    PV_TRY(pv_child_wait(all, 1, stop, err));
    *end = c.end;
    if (c.out.len > 0) pv_text_add_n(out, c.out.data, c.out.len);
    st = pv_text_status(out, err);
out:
    pv_child_release(&c);
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
