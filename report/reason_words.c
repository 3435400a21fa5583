#include "report/reason_words.h"

#include <string.h>

#include "base/tr.h"
#include "report/html.h"
#include "report/reason_table.h"

#include "base/banned.h"

enum { MOST_ARGUMENTS = 10, MOST_DEPTH = 3 };

/* A piece of a reason. */
typedef struct piece {
    const char *at;
    size_t n;
} piece;

/* Length of the conversion at s ("%.2f", "%<PRId64>", "%2$s"); "%%" is none. *place: the n of n$, 0 = the next one. 0 = there is none. */
static size_t conversion(const char *s, int *place)
{
    *place = 0;
    if (s[0] != '%' || s[1] == '%') return 0;
    size_t n = 1 + strspn(s + 1, "0123456789");
    if (s[n] == '$' && n == 2) *place = s[1] - '0';
    if (s[n] == '$') n++;
    n += strspn(s + n, "-+ #0123456789.*lzh");
    if (s[n] == '<') n += strcspn(s + n, ">");
    return s[n] != '\0' ? n + 1 : 0;
}

/* How many bytes of text the literal part of a format takes that begins at *format, up to the next conversion, if it stands there; -1 = it does not. */
static long literal(const char **format, piece text)
{
    const char *f = *format;
    size_t n = 0;
    int place;
    while (*f != '\0' && conversion(f, &place) == 0) {
        if (n >= text.n || text.at[n] != *f) return -1;
        n++;
        f += f[0] == '%' ? 2 : 1;
    }
    *format = f;
    return (long)n;
}

/* Where the next literal part begins in the text, after the argument before it; NULL = nowhere. One that ends the format must end the text. */
static const char *find_literal(const char *format, piece text)
{
    for (size_t k = 0; k <= text.n; k++) {
        const char *f = format;
        piece rest = {text.at + k, text.n - k};
        long n = literal(&f, rest);
        if (n >= 0 && (*f != '\0' || (size_t)n == rest.n)) return rest.at;
    }
    return NULL;
}

/* 1 = the text was made from the format: its arguments, and how many bytes are the format's own. */
static int made_from(const char *format, piece text, piece argument[MOST_ARGUMENTS], size_t *own)
{
    int place, n_arguments = 0;
    long n = literal(&format, text);
    *own = 0;
    while (n >= 0) {
        *own += (size_t)n;
        text = (piece){text.at + n, text.n - (size_t)n};
        if (*format == '\0') return text.n == 0;
        if (n_arguments == MOST_ARGUMENTS) return 0;
        format += conversion(format, &place);
        const char *next = find_literal(format, text);
        if (next == NULL) return 0;
        argument[n_arguments++] = (piece){text.at, (size_t)(next - text.at)};
        text = (piece){next, text.n - (size_t)(next - text.at)};
        n = literal(&format, text);
    }
    return 0;
}

static int add_zh(pv_text *out, piece text, int depth);

static void add_filled(pv_text *out, const char *zh, const piece argument[MOST_ARGUMENTS], int depth)
{
    int place;
    for (int next = 0; *zh != '\0';) {
        size_t n = conversion(zh, &place);
        if (n == 0) {
            pv_text_add_n(out, zh, 1);
            zh += zh[0] == '%' ? 2 : 1;
            continue;
        }
        const piece *a = &argument[place > 0 ? place - 1 : next++];
        int unsaid = n > 3 && memcmp(zh + n - 3, ".0s", 3) == 0; /* an English ending */
        if (!unsaid && !add_zh(out, *a, depth + 1)) pv_text_add_n(out, a->at, a->n);
        zh += n;
    }
}

/* The message with the most bytes of its own. */
static int add_zh(pv_text *out, piece text, int depth)
{
    piece argument[MOST_ARGUMENTS] = {{NULL, 0}}, found[MOST_ARGUMENTS] = {{NULL, 0}};
    const pv_reason *best = NULL;
    size_t own = 0, most = 0;
    if (depth > MOST_DEPTH || text.n == 0) return 0;
    for (size_t i = 0; i < sizeof pv_reasons / sizeof *pv_reasons; i++) {
        if (!made_from(pv_reasons[i].en, text, argument, &own) || own <= most) continue;
        best = &pv_reasons[i];
        most = own;
        memcpy(found, argument, sizeof found);
    }
    if (best != NULL) add_filled(out, best->zh, found, depth);
    return best != NULL;
}

int pv_reason_zh(const char *reason, pv_text *out)
{
    return add_zh(out, (piece){reason, strlen(reason)}, 0);
}

const char *pv_reason_words(const char *reason, pv_text *keep)
{
    pv_text_reset(keep);
    if (!pv_tr_zh()) return reason;
    if (pv_reason_zh(reason, keep)) return pv_text_str(keep);
    for (const char *part = reason; *part != '\0';) {
        const char *end = strstr(part, "; ");
        piece text = {part, end != NULL ? (size_t)(end - part) : strlen(part)};
        if (!add_zh(keep, text, 0)) pv_text_add_n(keep, text.at, text.n);
        if (end != NULL) pv_text_add(keep, "；");
        part += text.n + (end != NULL ? 2 : 0);
    }
    return pv_text_str(keep);
}

void pv_html_reason(pv_text *out, const char *reason)
{
    pv_text zh = {0};
    if (pv_reason_zh(reason, &zh)) {
        pv_text_add(out, "<span lang=\"zh\">");
        pv_html_add(out, pv_text_str(&zh));
        pv_text_add(out, "</span> <small lang=\"en\">");
        pv_html_add(out, reason);
        pv_text_add(out, "</small>");
    } else {
        pv_html_add(out, reason);
    }
    if (zh.failed) out->failed = 1;
    pv_text_release(&zh);
}
