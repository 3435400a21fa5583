#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

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

/* A text of one message. Formats are translated, their arguments are not. */
static void PV_PRINTF(3, 0) pv_err_write(char *text, size_t size, const char *fmt, va_list args)
{
    int n = vsnprintf(text, size, fmt, args);
    pv_err_tidy(text, size, n);
    if (n <= 0) (void)snprintf(text, size, "unknown error");
}

pv_status pv_failv(pv_err *err, pv_status st, const char *fmt, va_list args)
{
    if (err != NULL) {
        va_list again;
        va_copy(again, args);
        err->status = st;
        pv_err_write(err->text, sizeof err->text, fmt, args);
        err->local[0] = '\0';
        if (pv_tr_on()) {
            pv_err_write(err->local, sizeof err->local, pv_tr(fmt), again);
            pv_tr_tail(err->local, sizeof err->local);
        }
        va_end(again);
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

/* Puts "<place>: " in front of a text. */
static void PV_PRINTF(2, 0) pv_err_place(char text[PV_ERR_TEXT], const char *fmt, va_list args)
{
    enum { PV_ERR_PLACE = 500 };
    char place[PV_ERR_PLACE];
    char what[PV_ERR_TEXT];
    int n = vsnprintf(place, sizeof place, fmt, args);
    pv_err_tidy(place, sizeof place, n);
    memcpy(what, text, sizeof what);
    char *end = text + snprintf(text, PV_ERR_TEXT, "%s: ", place);
    size_t room = PV_ERR_TEXT - (size_t)(end - text);
    n = snprintf(end, room, "%s", what);
    pv_err_tidy(end, room, n);
}

pv_status pv_where(pv_err *err, pv_status st, const char *fmt, ...)
{
    if (err != NULL && st != PV_OK) {
        va_list args;
        va_start(args, fmt);
        pv_err_place(err->text, fmt, args);
        va_end(args);
        if (err->local[0] != '\0') {
            va_start(args, fmt);
            pv_err_place(err->local, pv_tr(fmt), args);
            va_end(args);
        }
        err->status = st;
    }
    return st;
}

pv_status pv_pass(pv_err *err, pv_status st, const pv_err *why)
{
    if (err != NULL) {
        *err = *why;
        err->status = st;
    }
    return st;
}

const char *pv_err_words(const pv_err *err)
{
    return err->local[0] != '\0' ? err->local : err->text;
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
