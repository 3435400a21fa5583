/* Text that grows, numbers that do not depend on the locale, and JSON written by hand.
 *
 * A pv_text remembers its first failure: add as much as you like, ask once with pv_text_status(). The zero object is empty and
 * releasable. Threads: one owner at a time. */
#ifndef PV_BASE_TEXT_H
#define PV_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct pv_text {
    char *data; /* NUL-terminated UTF-8, or NULL while empty; owned */
    size_t len; /* bytes without the NUL */
    size_t cap;
    int failed; /* 1 = an allocation failed; later additions do nothing */
} pv_text;

void pv_text_release(pv_text *t);
void pv_text_reset(pv_text *t); /* empties, keeps the memory */
PV_MUST pv_status pv_text_status(const pv_text *t, pv_err *err);
const char *pv_text_str(const pv_text *t); /* never NULL; borrowed until the next change */

void pv_text_add(pv_text *t, const char *s);
void pv_text_add_n(pv_text *t, const char *s, size_t n);
void pv_text_addf(pv_text *t, const char *fmt, ...) PV_PRINTF(2, 3);

/* value / 10^decimals with exactly `decimals` digits after the point, integers only: pv_text_add_fixed(t, -12345, 3) adds "-12.345". */
void pv_text_add_fixed(pv_text *t, int64_t value, int decimals);
/* A real rounded half away from zero to `decimals` (0..9) digits; "null" when not finite. */
void pv_text_add_real(pv_text *t, double value, int decimals);
/* A field of CSV (RFC 4180), in quotes, nothing for ""; control characters become blanks, and what a spreadsheet would take for a formula has an apostrophe in front. */
void pv_text_add_csv(pv_text *t, const char *s);
/* The same as a value, to be an argument of a format: pv_real(0.125, 2).text. It lives until the end of the expression. */
typedef struct pv_number {
    char text[64];
} pv_number;
pv_number pv_real(double value, int decimals);
/* A quoted JSON string; bytes that are not UTF-8 become U+FFFD. NULL adds null. */
void pv_text_add_json(pv_text *t, const char *s);

/* Numbers from text: the whole text must be the number (surrounding blanks allowed), finite, in range. 1 = done, 0 = not a number. */
int pv_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *out);
int pv_parse_real(const char *s, double lo, double hi, double *out);

/* 1 when the n bytes are valid UTF-8 without NUL. */
int pv_utf8_valid(const char *s, size_t n);

/* ASCII case-insensitive comparison. */
int pv_same_word(const char *a, const char *b);

/* The last part of a path ("" for a path that ends in '/'); borrowed from path. */
const char *pv_path_name(const char *path);

#endif
