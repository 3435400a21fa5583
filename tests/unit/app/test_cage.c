#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cage.h"

/* One child for each thing that is tried; it ends with 0 when that came out as it should. */
typedef int try_it(const pv_cage_state *state);

enum { NOT_HERE = 99 };

#ifdef PV_SANITIZED
enum { PV_IS_SANITIZED = 1 };
#else
enum { PV_IS_SANITIZED = 0 };
#endif

static int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0) (void)close(fd);
    return fd >= 0;
}

static void run(try_it *what)
{
    static const char *const read[] = {"in", "not-there"}, *const write[] = {"out"};
    const pv_cage cage = {.n_read = 2, .read = read, .n_write = 1, .write = write};
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        pv_cage_state state;
        _exit(pv_cage_enter(&cage, &state, NULL) != PV_OK ? 98 : what(&state));
    }
    assert_true(waitpid(pid, &status, 0) == pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_HERE) {
        print_message("skipped: this kernel has no such cage\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- in the cage ---- */

static int reads(const pv_cage_state *s)
{
    if (s->files == 0) return NOT_HERE;
    if (!opens("in/a", O_RDONLY) || !opens("in/deep/b", O_RDONLY) || !opens("in", O_RDONLY | O_DIRECTORY) || !opens("out/c", O_RDONLY)) return 1;
    if (opens("secret", O_RDONLY) || errno != EACCES) return 2;
    if (opens("/etc/passwd", O_RDONLY) || errno != EACCES) return 3;
    if (opens("in/link", O_RDONLY) || errno != EACCES) return 4;
    if (opens(".", O_RDONLY | O_DIRECTORY) || errno != EACCES) return 5;
    if (opens("in/../secret", O_RDONLY) || errno != EACCES) return 6;
    if (opens("/proc/self/environ", O_RDONLY) && !PV_IS_SANITIZED) return 7;
    return 0;
}

static int writes(const pv_cage_state *s)
{
    if (s->files == 0) return NOT_HERE;
    if (!opens("out/new", O_WRONLY | O_CREAT | O_EXCL) || rename("out/new", "out/newer") != 0 || unlink("out/newer") != 0) return 1;
    if (mkdir("out/folder", 0700) != 0 || !opens("out/folder/x", O_WRONLY | O_CREAT) || unlink("out/folder/x") != 0 || rmdir("out/folder") != 0)
        return 2;
    if (opens("in/new", O_WRONLY | O_CREAT) || opens("new", O_WRONLY | O_CREAT) || opens("in/a", O_WRONLY)) return 3;
    if (unlink("in/a") == 0 || unlink("secret") == 0 || rename("out/c", "in/c") == 0 || rename("secret", "out/s") == 0) return 4;
    if (link("secret", "out/s") == 0 || symlink("../secret", "out/s") == 0 || mkdir("in/folder", 0700) == 0) return 5;
    if (s->files >= 3 && truncate("secret", 0) == 0) return 6;
    return 0;
}

static int calls(const pv_cage_state *s)
{
    static char *const words[] = {"true", NULL};
    if (!s->calls) return NOT_HERE;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM) return 1;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM) return 2;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 || errno != EPERM) return 3;
    if (execv("/bin/true", words) == 0 || errno != EPERM) return 4;
    if (kill(getppid(), 0) == 0 || errno != EPERM) return 5;
    if (syscall(SYS_tgkill, getppid(), getppid(), 0) == 0 || errno != EPERM) return 6;
    if (!PV_IS_SANITIZED && (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || errno != EPERM)) return 7;
    const long never[] = {SYS_bpf, SYS_keyctl, SYS_mount, SYS_unshare, SYS_perf_event_open, SYS_io_uring_setup, SYS_process_vm_readv, SYS_chown};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (syscall(never[i], 0, 0, 0, 0, 0, 0) >= 0 || errno != EPERM) return 10 + (int)i;
    return 0;
}

/* A child of a caged process is caged. */
static int child(const pv_cage_state *s)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) _exit((s->files > 0 && opens("secret", O_RDONLY)) || (s->calls && socket(AF_INET, SOCK_STREAM, 0) >= 0));
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- tests ---- */

static void test_files_to_read(void **state)
{
    (void)state;
    run(reads);
}

static void test_files_to_write(void **state)
{
    (void)state;
    run(writes);
}

static void test_calls(void **state)
{
    (void)state;
    run(calls);
}

static void test_children(void **state)
{
    (void)state;
    run(child);
}

/* abort() still ends with its signal: the supervisor tells people how a worker died. */
static void test_abort(void **state)
{
    const pv_cage cage = {.n_read = 0};
    int status = 0;
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        pv_cage_state in;
        (void)signal(SIGABRT, SIG_DFL);
        if (pv_cage_enter(&cage, &in, NULL) == PV_OK) abort();
        _exit(1);
    }
    assert_true(waitpid(pid, &status, 0) == pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_words(void **state)
{
    (void)state;
    pv_err said = {.status = PV_OK};
    int can = 0, holds = 0;
    assert_int_equal(pv_cage_try(&said, &can, &holds, NULL), PV_OK);
    print_message("cage: %s\n", said.text);
    assert_true(can && holds);
    assert_non_null(strstr(said.text, "Landlock"));
    assert_non_null(strstr(said.text, "seccomp"));
}

static int set_up(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_cage_XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) return -1;
    if (mkdir("in", 0700) != 0 || mkdir("in/deep", 0700) != 0 || mkdir("out", 0700) != 0 || symlink("../secret", "in/link") != 0) return -1;
    return opens("in/a", O_WRONLY | O_CREAT) && opens("in/deep/b", O_WRONLY | O_CREAT) && opens("out/c", O_WRONLY | O_CREAT) &&
                   opens("secret", O_WRONLY | O_CREAT)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    static const char *const file[] = {"in/a", "in/deep/b", "in/link", "out/c", "secret", "in/deep", "in", "out"};
    char folder[256];
    (void)state;
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) (void)remove(file[i]);
    return getcwd(folder, sizeof folder) != NULL && chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_to_read), cmocka_unit_test(test_files_to_write), cmocka_unit_test(test_calls),
        cmocka_unit_test(test_children),      cmocka_unit_test(test_abort),          cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
