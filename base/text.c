#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pv_text_release(pv_text *t)
{
    pv_free(t->data);
    *t = (pv_text){0};
}

void pv_text_reset(pv_text *t)
{
    t->len = 0;
    t->failed = 0;
    if (t->data != NULL) t->data[0] = '\0';
}

pv_status pv_text_status(const pv_text *t, pv_err *err)
{
    return t->failed ? pv_fail(err, PV_NOMEM, "text: no memory beyond %zu bytes", t->len) : PV_OK;
}

const char *pv_text_str(const pv_text *t)
{
    return t->data != NULL ? t->data : "";
}

static int pv_text_room(pv_text *t, size_t more)
{
    if (t->failed) return 0;
    if (more > SIZE_MAX - t->len - 1 || pv_grow(&t->data, &t->cap, t->len + more + 1, 1, "text", NULL) != PV_OK) {
        t->failed = 1;
        return 0;
    }
    return 1;
}

void pv_text_add_n(pv_text *t, const char *s, size_t n)
{
    if (!pv_text_room(t, n)) return;
    if (n > 0) memcpy(t->data + t->len, s, n);
    t->len += n;
    t->data[t->len] = '\0';
}

void pv_text_add(pv_text *t, const char *s)
{
    pv_text_add_n(t, s, strlen(s));
}

void pv_text_addf(pv_text *t, const char *fmt, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, fmt, args);
    if (n >= 0 && (size_t)n < sizeof small) {
        pv_text_add_n(t, small, (size_t)n);
    } else if (n >= 0 && pv_text_room(t, (size_t)n)) {
        (void)vsnprintf(t->data + t->len, (size_t)n + 1, fmt, again);
        t->len += (size_t)n;
    } else if (n < 0) {
        t->failed = 1;
    }
    va_end(again);
    va_end(args);
}

static pv_number fixed_of(int64_t value, int decimals)
{
    pv_number n;
    uint64_t scale = 1;
    for (int i = 0; i < decimals; i++) scale *= 10;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (decimals == 0)
        (void)snprintf(n.text, sizeof n.text, "%s%" PRIu64, value < 0 ? "-" : "", size);
    else
        (void)snprintf(n.text, sizeof n.text, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", size / scale, decimals, size % scale);
    return n;
}

void pv_text_add_fixed(pv_text *t, int64_t value, int decimals)
{
    pv_text_add(t, fixed_of(value, decimals).text);
}

pv_number pv_real(double value, int decimals)
{
    double scale = 1;
    for (int i = 0; i < decimals; i++) scale *= 10;
    double scaled = round(value * scale);
    if (!isfinite(value) || fabs(scaled) > 9e18) return (pv_number){"null"};
    return fixed_of((int64_t)scaled, decimals);
}

void pv_text_add_real(pv_text *t, double value, int decimals)
{
    pv_text_add(t, pv_real(value, decimals).text);
}

/* Length of the UTF-8 character at s (n bytes left), or 0 when it is none (overlong, surrogate, beyond U+10FFFF). */
static size_t pv_utf8_length(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80) return 1;
    size_t len = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    uint32_t code = s[0] & (0xFFu >> (len + 1));
    const uint32_t low[] = {0, 0, 0x80, 0x800, 0x10000};
    if (s[0] < 0xC2 || s[0] > 0xF4 || len > n) return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0;
        code = code << 6 | (s[i] & 0x3Fu);
    }
    if (code < low[len] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    return len;
}

void pv_text_add_csv(pv_text *t, const char *s)
{
    if (s[0] == '\0') return;
    pv_text_add(t, "\"");
    if (strchr("=+-@\t\r\n", s[0]) != NULL) pv_text_add(t, "'");
    for (; *s != '\0'; s++) {
        if (*s == '"') pv_text_add(t, "\"");
        pv_text_add_n(t, (unsigned char)*s < ' ' ? " " : s, 1);
    }
    pv_text_add(t, "\"");
}

void pv_text_add_json(pv_text *t, const char *s)
{
    if (s == NULL) {
        pv_text_add(t, "null");
        return;
    }
    size_t n = strlen(s);
    pv_text_add(t, "\"");
    for (size_t i = 0; i < n;) {
        const unsigned char *c = (const unsigned char *)s + i;
        size_t len = pv_utf8_length(c, n - i);
        if (len == 0) {
            pv_text_add(t, "\xEF\xBF\xBD");
            len = 1;
        } else if (*c == '"' || *c == '\\') {
            pv_text_addf(t, "\\%c", *c);
        } else if (*c < 0x20 || *c == 0x7F) {
            pv_text_addf(t, "\\u%04x", *c);
        } else {
            pv_text_add_n(t, s + i, len);
        }
        i += len;
    }
    pv_text_add(t, "\"");
}

static int pv_only_blanks(const char *s)
{
    while (isspace((unsigned char)*s)) s++;
    return *s == '\0';
}

int pv_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (end == s || errno != 0 || !pv_only_blanks(end) || v < lo || v > hi) return 0;
    *out = v;
    return 1;
}

int pv_parse_real(const char *s, double lo, double hi, double *out)
{
    char *end = NULL;
    errno = 0;
    /* Hexadecimal, "inf" and "nan" are words that strtod knows and users do not. */
    for (const char *c = s; *c != '\0'; c++)
        if (strchr("0123456789+-.eE \t\r\n", *c) == NULL) return 0;
    double v = strtod(s, &end);
    if (end == s || errno == ERANGE || !pv_only_blanks(end) || !isfinite(v) || v < lo || v > hi) return 0;
    *out = v;
    return 1;
}

int pv_utf8_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len = pv_utf8_length((const unsigned char *)s + i, n - i);
        if (len == 0 || s[i] == '\0') return 0;
        i += len;
    }
    return 1;
}

int pv_same_word(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *pv_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
