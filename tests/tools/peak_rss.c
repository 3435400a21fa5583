/* peak_rss FILE COMMAND...: runs the command, writes its peak resident memory in KiB to FILE, and ends with its exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
        (void)execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int state = 0;
    struct rusage use = {0};
    if (wait4(child, &state, 0, &use) < 0) return 2;
    FILE *f = fopen(argv[1], "w");
    if (f == NULL || fprintf(f, "%ld\n", use.ru_maxrss) < 0 || fclose(f) != 0) return 2;
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}
