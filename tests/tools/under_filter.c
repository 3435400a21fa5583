/* under_filter NAMES COMMAND WORDS...: runs a command under a filter that kills it for every system call whose name is not a line of the file NAMES, as systemd does with SystemCallFilter=.
 * Names that this library does not know are passed over. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/banned.h"

static int die(const char *what)
{
    fprintf(stderr, "under_filter: %s: %s\n", what, strerror(errno));
    return 125;
}

int main(int argc, char **argv)
{
    char line[128];
    if (argc < 3) return 2;
    FILE *f = fopen(argv[1], "r");
    if (f == NULL) return die(argv[1]);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) return die("filter");
    while (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        int number = seccomp_syscall_resolve_name(line);
        if (number >= 0 && seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0) return die(line);
    }
    (void)fclose(f);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || seccomp_load(filter) != 0) return die("filter");
    (void)execv(argv[2], argv + 2);
    return die(argv[2]);
}
