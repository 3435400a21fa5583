#include "base/json.h"

#include <string.h>

#include "base/mem.h"
#include "base/tr.h"

#include "base/banned.h"

typedef struct pv_reader {
    pv_json *j;
    const char *s;
    size_t n, at;
    int keep_depth;
    pv_err *err;
} pv_reader;

/* Line and column are counted only when somebody must be told. A column is a character, not a byte. */
static pv_status pv_refuse(const pv_reader *r, size_t at, const char *why)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < r->n; i++) {
        if (r->s[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)r->s[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    return pv_fail(r->err, PV_INPUT, "line %zu, column %zu: %s", line, column, why);
}

static int pv_peek(const pv_reader *r)
{
    return r->at < r->n ? (unsigned char)r->s[r->at] : -1;
}

static void pv_skip_blanks(pv_reader *r)
{
    while (r->at < r->n && (r->s[r->at] == ' ' || r->s[r->at] == '\n' || r->s[r->at] == '\t' || r->s[r->at] == '\r')) r->at++;
}

/* A node that begins here; *ref is PV_JSON_MISSING when it lies too deep to be kept. */
static pv_status pv_node_open(pv_reader *r, int depth, pv_json_type type, pv_json_ref *ref)
{
    *ref = PV_JSON_MISSING;
    if (r->keep_depth >= 0 && depth > r->keep_depth) return PV_OK;
    pv_json *j = r->j;
    pv_status st = pv_grow(&j->node, &j->cap, j->n + 1, sizeof *j->node, "JSON document", r->err);
    if (st != PV_OK) return st;
    j->node[j->n] = (pv_json_node){.at = (uint32_t)r->at, .type = (uint32_t)type};
    *ref = (pv_json_ref)j->n++;
    return PV_OK;
}

static void pv_node_close(pv_reader *r, pv_json_ref ref)
{
    if (ref == PV_JSON_MISSING) return;
    r->j->node[ref].end = (uint32_t)r->at;
    r->j->node[ref].next = (uint32_t)r->j->n;
}

/* ---- strings ---- */

static int pv_hex4(const char *s, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        int c = (unsigned char)s[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return 0;
        v = v << 4 | (uint32_t)digit;
    }
    *out = v;
    return 1;
}

/* s: at "u" of \uXXXX. The bytes used (5 or 11), or 0 when it is not a character. */
static size_t pv_unicode(const char *s, size_t n, uint32_t *code)
{
    uint32_t low = 0;
    if (n < 5 || !pv_hex4(s + 1, code)) return 0;
    if (*code < 0xD800 || *code > 0xDFFF) return 5;
    if (*code > 0xDBFF || n < 11 || s[5] != '\\' || s[6] != 'u' || !pv_hex4(s + 7, &low) || low < 0xDC00 || low > 0xDFFF) return 0;
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return 11;
}

static pv_status pv_read_escape(pv_reader *r)
{
    uint32_t code = 0;
    size_t at = r->at++;
    int c = pv_peek(r);
    if (c == 'u') {
        size_t used = pv_unicode(r->s + r->at, r->n - r->at, &code);
        if (used == 0) return pv_refuse(r, at, "this \\u escape is not a character");
        r->at += used;
        return PV_OK;
    }
    if (c < 0 || c == 0 || strchr("\"\\/bfnrt", c) == NULL) return pv_refuse(r, at, "this escape is not one of JSON");
    r->at++;
    return PV_OK;
}

static pv_status pv_read_string(pv_reader *r, int depth)
{
    pv_json_ref ref = PV_JSON_MISSING;
    size_t start = r->at;
    pv_status st = pv_node_open(r, depth, PV_JSON_STRING, &ref);
    if (st != PV_OK) return st;
    for (r->at++;;) {
        size_t plain = r->at;
        while (r->at < r->n && (unsigned char)r->s[r->at] >= 0x20 && r->s[r->at] != '"' && r->s[r->at] != '\\') r->at++;
        if (!pv_utf8_valid(r->s + plain, r->at - plain)) return pv_refuse(r, plain, "the text from here on is not UTF-8");
        int c = pv_peek(r);
        if (c < 0) return pv_refuse(r, start, "this string has no end");
        if (c == '"') break;
        if (c != '\\') return pv_refuse(r, r->at, "a control character stands in a string");
        st = pv_read_escape(r);
        if (st != PV_OK) return st;
    }
    r->at++;
    pv_node_close(r, ref);
    return PV_OK;
}

/* ---- numbers and words ---- */

static int pv_read_digits(pv_reader *r)
{
    size_t start = r->at;
    while (r->at < r->n && r->s[r->at] >= '0' && r->s[r->at] <= '9') r->at++;
    return r->at > start;
}

static pv_status pv_read_number(pv_reader *r, int depth)
{
    pv_json_ref ref = PV_JSON_MISSING;
    size_t start = r->at;
    pv_status st = pv_node_open(r, depth, PV_JSON_NUMBER, &ref);
    if (st != PV_OK) return st;
    if (pv_peek(r) == '-') r->at++;
    size_t whole = r->at;
    int good = pv_read_digits(r) && (r->at == whole + 1 || r->s[whole] != '0');
    if (good && pv_peek(r) == '.') {
        r->at++;
        good = pv_read_digits(r);
    }
    if (good && (pv_peek(r) == 'e' || pv_peek(r) == 'E')) {
        r->at++;
        if (pv_peek(r) == '+' || pv_peek(r) == '-') r->at++;
        good = pv_read_digits(r);
    }
    if (!good) return pv_refuse(r, start, "this is not a number as JSON writes it");
    pv_node_close(r, ref);
    return PV_OK;
}

static pv_status pv_read_word(pv_reader *r, int depth)
{
    static const struct {
        const char *word;
        pv_json_type type;
    } words[] = {{"null", PV_JSON_NULL}, {"false", PV_JSON_FALSE}, {"true", PV_JSON_TRUE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i].word);
        if (r->n - r->at < len || memcmp(r->s + r->at, words[i].word, len) != 0) continue;
        pv_json_ref ref = PV_JSON_MISSING;
        pv_status st = pv_node_open(r, depth, words[i].type, &ref);
        if (st != PV_OK) return st;
        r->at += len;
        pv_node_close(r, ref);
        return PV_OK;
    }
    return pv_refuse(r, r->at, r->at < r->n ? PV_N("a value was expected here") : PV_N("the text ends too early"));
}

/* ---- containers ---- */

static pv_status pv_read_value(pv_reader *r, int depth);

/* One element, or one key with its value. */
static pv_status pv_read_item(pv_reader *r, int depth, int object)
{
    pv_status st = PV_OK;
    pv_skip_blanks(r);
    if (object) {
        if (pv_peek(r) != '"') return pv_refuse(r, r->at, "a key in quotes was expected here");
        PV_TRY(pv_read_string(r, depth));
        pv_skip_blanks(r);
        if (pv_peek(r) != ':') return pv_refuse(r, r->at, "':' was expected here");
        r->at++;
    }
    PV_TRY(pv_read_value(r, depth));
    pv_skip_blanks(r);
out:
    return st;
}

static pv_status pv_read_container(pv_reader *r, int depth, int object)
{
    pv_json_ref ref = PV_JSON_MISSING;
    int close = object ? '}' : ']';
    size_t start = r->at;
    if (depth >= PV_JSON_DEPTH) return pv_refuse(r, r->at, "nested too deeply");
    pv_status st = pv_node_open(r, depth, object ? PV_JSON_OBJECT : PV_JSON_ARRAY, &ref);
    if (st != PV_OK) return st;
    r->at++;
    pv_skip_blanks(r);
    if (pv_peek(r) != close) {
        for (;;) {
            st = pv_read_item(r, depth + 1, object);
            if (st != PV_OK) return st;
            if (pv_peek(r) != ',') break;
            r->at++;
        }
        if (pv_peek(r) < 0) return pv_refuse(r, start, object ? PV_N("this object has no end") : PV_N("this array has no end"));
        if (pv_peek(r) != close) return pv_refuse(r, r->at, object ? "',' or '}' was expected here" : "',' or ']' was expected here");
    }
    r->at++;
    pv_node_close(r, ref);
    return PV_OK;
}

static pv_status pv_read_value(pv_reader *r, int depth)
{
    pv_skip_blanks(r);
    int c = pv_peek(r);
    if (c == '{' || c == '[') return pv_read_container(r, depth, c == '{');
    if (c == '"') return pv_read_string(r, depth);
    if (c == '-' || (c >= '0' && c <= '9')) return pv_read_number(r, depth);
    return pv_read_word(r, depth);
}

pv_status pv_json_parse(pv_json *out, const char *text, size_t n, int keep_depth, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {.text = text};
    pv_reader r = {.j = &j, .s = text, .n = n, .keep_depth = keep_depth, .err = err};
    if (n >= UINT32_MAX) return pv_fail(err, PV_INPUT, "JSON of %zu bytes: at most 4 GiB can be read", n);
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) r.at = 3;
    PV_TRY(pv_read_value(&r, 0));
    pv_skip_blanks(&r);
    if (r.at != n) PV_TRY(pv_refuse(&r, r.at, "something stands after the end of the value"));
    *out = j;
    j = (pv_json){0};
out:
    pv_json_release(&j);
    return st;
}

void pv_json_release(pv_json *j)
{
    pv_free(j->node);
    *j = (pv_json){0};
}

/* ---- questions ---- */

static const pv_json_node *pv_json_at(const pv_json *j, pv_json_ref ref)
{
    return ref >= 0 && (size_t)ref < j->n ? &j->node[ref] : NULL;
}

pv_json_type pv_json_type_of(const pv_json *j, pv_json_ref ref)
{
    const pv_json_node *node = pv_json_at(j, ref);
    return node != NULL ? (pv_json_type)node->type : PV_JSON_NONE;
}

const char *pv_json_slice(const pv_json *j, pv_json_ref ref, size_t *n)
{
    const pv_json_node *node = pv_json_at(j, ref);
    *n = node != NULL ? node->end - node->at : 0;
    return node != NULL ? j->text + node->at : NULL;
}

/* The bytes of the next character of a string's inside, without escapes; *used of the text. The string was checked when it was read. */
static size_t pv_unescape(const char *s, size_t n, char out[4], size_t *used)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint32_t c = 0;
    *used = 1;
    out[0] = s[0];
    if (s[0] != '\\') return 1;
    *used = 2;
    out[0] = s[1] == 'u' ? 'u' : to[strchr(from, s[1]) - from];
    if (s[1] != 'u') return 1;
    *used = 1 + pv_unicode(s + 1, n - 1, &c);
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[len] | c);
    return len;
}

static int pv_json_is(const pv_json *j, pv_json_ref ref, const char *word)
{
    size_t n = 0, len = strlen(word), k = 0;
    const char *s = pv_json_slice(j, ref, &n);
    for (size_t i = 1, used = 0; i + 1 < n; i += used) {
        char c[4];
        size_t got = pv_unescape(s + i, n - 1 - i, c, &used);
        if (len - k < got || memcmp(word + k, c, got) != 0) return 0;
        k += got;
    }
    return k == len;
}

pv_json_ref pv_json_member(const pv_json *j, pv_json_ref ref, const char *key)
{
    const pv_json_node *object = pv_json_at(j, ref);
    pv_json_ref found = PV_JSON_MISSING;
    if (object == NULL || object->type != PV_JSON_OBJECT) return found;
    for (uint32_t i = (uint32_t)ref + 1; i < object->next; i = j->node[i + 1].next)
        if (pv_json_is(j, i, key)) found = i + 1;
    return found;
}

pv_json_ref pv_json_first(const pv_json *j, pv_json_ref array)
{
    const pv_json_node *node = pv_json_at(j, array);
    return node != NULL && node->type == PV_JSON_ARRAY && node->next > (uint32_t)array + 1 ? array + 1 : PV_JSON_MISSING;
}

pv_json_ref pv_json_after(const pv_json *j, pv_json_ref array, pv_json_ref element)
{
    return j->node[element].next < j->node[array].next ? (pv_json_ref)j->node[element].next : PV_JSON_MISSING;
}

int pv_json_bool(const pv_json *j, pv_json_ref ref, int *out)
{
    pv_json_type type = pv_json_type_of(j, ref);
    if (type != PV_JSON_TRUE && type != PV_JSON_FALSE) return 0;
    *out = type == PV_JSON_TRUE;
    return 1;
}

int pv_json_fixed(const pv_json *j, pv_json_ref ref, int decimals, int64_t *out)
{
    size_t n = 0, i = 0;
    const char *s = pv_json_slice(j, ref, &n);
    int64_t v = 0;
    int after = -1; /* digits after the point so far; -1 before it */
    if (pv_json_type_of(j, ref) != PV_JSON_NUMBER) return 0;
    int negative = s[0] == '-';
    for (i = (size_t)negative; i < n; i++) {
        if (s[i] == '.') {
            after = 0;
            continue;
        }
        if (s[i] < '0' || s[i] > '9' || (after >= 0 && ++after > decimals)) return 0;
        if (v > (INT64_MAX - 9) / 10) return 0;
        v = v * 10 + (s[i] - '0');
    }
    for (int k = after < 0 ? 0 : after; k < decimals; k++) {
        if (v > INT64_MAX / 10) return 0;
        v *= 10;
    }
    *out = negative ? -v : v;
    return 1;
}

int pv_json_int(const pv_json *j, pv_json_ref ref, int64_t lo, int64_t hi, int64_t *out)
{
    int64_t v = 0;
    if (!pv_json_fixed(j, ref, 0, &v) || v < lo || v > hi) return 0;
    *out = v;
    return 1;
}

int pv_json_real(const pv_json *j, pv_json_ref ref, double lo, double hi, double *out)
{
    char word[64];
    size_t n = 0;
    const char *s = pv_json_slice(j, ref, &n);
    if (pv_json_type_of(j, ref) != PV_JSON_NUMBER || n >= sizeof word) return 0;
    memcpy(word, s, n);
    word[n] = '\0';
    return pv_parse_real(word, lo, hi, out);
}

int pv_json_copy(const pv_json *j, pv_json_ref ref, char *buf, size_t size)
{
    size_t n = 0, k = 0;
    const char *s = pv_json_slice(j, ref, &n);
    if (pv_json_type_of(j, ref) != PV_JSON_STRING || size == 0) return 0;
    for (int write = 0; write < 2; write++) {
        k = 0;
        for (size_t i = 1, used = 0; i + 1 < n; i += used) {
            char c[4];
            size_t got = pv_unescape(s + i, n - 1 - i, c, &used);
            if (c[0] == '\0' || k + got >= size) return 0;
            if (write) memcpy(buf + k, c, got);
            k += got;
        }
    }
    buf[k] = '\0';
    return 1;
}

int pv_json_text(const pv_json *j, pv_json_ref ref, pv_text *text)
{
    size_t n = 0;
    const char *s = pv_json_slice(j, ref, &n);
    if (pv_json_type_of(j, ref) != PV_JSON_STRING) return 0;
    for (int write = 0; write < 2; write++)
        for (size_t i = 1, used = 0; i + 1 < n; i += used) {
            char c[4];
            size_t got = pv_unescape(s + i, n - 1 - i, c, &used);
            if (c[0] == '\0') return 0;
            if (write) pv_text_add_n(text, c, got);
        }
    return 1;
}
