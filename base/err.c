#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* `written` is what vsnprintf said: a text that did not fit ends in dots, at the start of a UTF-8 character; line ends become blanks. */
static void pv_err_tidy(char *text, size_t size, int written)
{
    if (written >= 0 && (size_t)written >= size) {
        size_t at = size - 4;
        while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
        memcpy(text + at, "...", 4);
    }
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
}

pv_status pv_failv(pv_err *err, pv_status st, const char *fmt, va_list args)
{
    if (err != NULL) {
        err->status = st;
        int n = vsnprintf(err->text, sizeof err->text, fmt, args);
        pv_err_tidy(err->text, sizeof err->text, n);
        if (n <= 0) memcpy(err->text, "unknown error", sizeof "unknown error");
    }
    return st;
}

pv_status pv_fail(pv_err *err, pv_status st, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)pv_failv(err, st, fmt, args);
    va_end(args);
    return st;
}

pv_status pv_where(pv_err *err, pv_status st, const char *fmt, ...)
{
    enum { PV_ERR_PLACE = 500 };
    if (err != NULL && st != PV_OK) {
        char place[PV_ERR_PLACE];
        char what[PV_ERR_TEXT];
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(place, sizeof place, fmt, args);
        va_end(args);
        pv_err_tidy(place, sizeof place, n);
        memcpy(what, err->text, sizeof what);
        char *end = err->text + snprintf(err->text, sizeof err->text, "%s: ", place);
        size_t room = sizeof err->text - (size_t)(end - err->text);
        n = snprintf(end, room, "%s", what);
        pv_err_tidy(end, room, n);
        err->status = st;
    }
    return st;
}

static const struct {
    const char *word;
    int exit_code;
} pv_status_table[] = {
    [PV_OK] = {"ok", 0},  [PV_USAGE] = {"usage", 2}, [PV_PARTIAL] = {"partial", 10}, [PV_INPUT] = {"input", 11},     [PV_MODEL] = {"model", 12},
    [PV_IO] = {"io", 13}, [PV_BUSY] = {"busy", 14},  [PV_NOMEM] = {"memory", 15},    [PV_STOPPED] = {"stopped", 16}, [PV_BUG] = {"bug", 70},
};

int pv_exit_code(pv_status st)
{
    return pv_status_table[st].exit_code;
}

const char *pv_status_word(pv_status st)
{
    return pv_status_table[st].word;
}
