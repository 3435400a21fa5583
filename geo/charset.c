#include "geo/charset.h"

#include <iconv.h>
#include <string.h>

#include "base/banned.h"

enum { PIECE = 8192 };

static pv_status charset_convert(pv_text *out, const char *from, const char *bytes, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    char *in = (char *)(uintptr_t)bytes, piece[PIECE]; /* iconv() does not write through it */
    iconv_t turn = iconv_open("UTF-8", from);
    if (turn == (iconv_t)-1) return pv_fail(err, PV_BUG, "this system's iconv does not know %s", from);
    while (n > 0) {
        char *to = piece;
        size_t room = sizeof piece;
        size_t got = iconv(turn, &in, &n, &to, &room);
        pv_text_add_n(out, piece, sizeof piece - room);
        if (got == (size_t)-1 && room == sizeof piece)
            PV_TRY(pv_fail(err, PV_INPUT, "byte %zu of its text is neither UTF-8 nor %s", (size_t)(in - bytes) + 1, from));
    }
    PV_TRY(pv_text_status(out, err));
out:
    (void)iconv_close(turn);
    return st;
}

pv_status pv_charset_utf8(pv_text *out, const void *bytes, size_t n, int *gb, pv_err *err)
{
    pv_status st = PV_OK;
    const char *s = bytes;
    pv_text_reset(out);
    if (gb != NULL) *gb = 0;
    if (n >= 2 && (memcmp(s, "\xFF\xFE", 2) == 0 || memcmp(s, "\xFE\xFF", 2) == 0)) {
        PV_TRY(charset_convert(out, s[0] == '\xFF' ? "UTF-16LE" : "UTF-16BE", s + 2, n - 2, err));
    } else {
        size_t mark = n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        if (pv_utf8_valid(s + mark, n - mark)) {
            pv_text_add_n(out, s + mark, n - mark);
        } else {
            PV_TRY(charset_convert(out, "GB18030", s, n, err));
            if (gb != NULL) *gb = 1;
        }
    }
    PV_TRY(pv_text_status(out, err));
    if (out->len > 0 && !pv_utf8_valid(out->data, out->len)) PV_TRY(pv_fail(err, PV_INPUT, "its text holds NUL bytes"));
out:
    return st;
}
