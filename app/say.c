#include "app/say.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/tr.h"

#include "base/banned.h"

pv_status pv_say(const pv_text *text, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_text_status(text, err));
    errno = 0;
    if (fwrite(pv_text_str(text), 1, text->len, stdout) != text->len || fflush(stdout) != 0)
        PV_TRY(errno == EPIPE ? pv_fail(err, PV_STOPPED, "standard output: its reader has gone")
                              : pv_fail(err, PV_IO, "standard output: %s", strerror(errno)));
out:
    return st;
}

int pv_reader_gone(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) > 0 && (p.revents & POLLERR) != 0;
}

/* A line is built whole and written once, so that lines of several jobs do not mix. */
static void PV_PRINTF(2, 0) pv_line(const char *prefix, const char *fmt, va_list args)
{
    char line[PV_ERR_TEXT + 256];
    int n = snprintf(line, sizeof line, "%s", prefix);
    (void)vsnprintf(line + n, sizeof line - (size_t)n - 1, pv_tr(fmt), args);
    pv_tr_tail(line, sizeof line - 1);
    size_t len = strlen(line);
    line[len] = '\n';
    (void)fwrite(line, 1, len + 1, stderr);
}

static void PV_PRINTF(1, 2) pv_say_plain(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    pv_line("papaver: ", fmt, args);
    va_end(args);
}

void pv_say_failure(const pv_err *err)
{
    if (err->local[0] != '\0')
        pv_say_plain("[%s] %s", pv_status_word(err->status), err->local);
    else
        pv_say_plain("%s", err->text);
}

void pv_say_error(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    pv_line("papaver: ", fmt, args);
    va_end(args);
}

void pv_note(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    pv_line("", fmt, args);
    va_end(args);
}
