#include "geo/xml_in.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char BLANKS[] = " \t\r\n";

void pv_xml_init(pv_xml *x, const char *text, size_t n)
{
    *x = (pv_xml){.s = text, .n = n, .line = 1};
}

void pv_xml_release(pv_xml *x)
{
    pv_text_release(&x->text);
    pv_text_release(&x->value);
}

static void count_lines(pv_xml *x)
{
    for (; x->line_at < x->at && x->line_at < x->n; x->line_at++) x->line += x->s[x->line_at] == '\n';
}

pv_status pv_xml_refuse(pv_xml *x, pv_err *err, const char *why)
{
    count_lines(x);
    return pv_fail(err, PV_INPUT, "line %lld: %s", (long long)x->line, why);
}

const char *pv_xml_name(const pv_xml *x)
{
    return x->name[x->depth];
}

const char *pv_xml_parent(const pv_xml *x)
{
    return x->depth > 1 ? x->name[x->depth - 1] : "";
}

static int starts(const pv_xml *x, const char *word)
{
    size_t n = strlen(word);
    return x->n - x->at >= n && memcmp(x->s + x->at, word, n) == 0;
}

/* Moves behind the word; 0 = it does not come. */
static int skip_behind(pv_xml *x, const char *word)
{
    size_t n = strlen(word);
    for (; x->n - x->at >= n; x->at++)
        if (memcmp(x->s + x->at, word, n) == 0) {
            x->at += n;
            return 1;
        }
    return 0;
}

static void skip_blanks(pv_xml *x)
{
    while (x->at < x->n && strchr(BLANKS, x->s[x->at]) != NULL && x->s[x->at] != '\0') x->at++;
}

static void add_character(pv_text *t, uint32_t c)
{
    char out[4];
    size_t n = 0;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else {
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint32_t lead[] = {0, 0xC0, 0xE0, 0xF0};
        out[n++] = (char)(lead[more] | c >> (6 * more));
        while (more-- > 0) out[n++] = (char)(0x80 | (c >> (6 * more) & 0x3F));
    }
    pv_text_add_n(t, out, n);
}

/* "#20013" or "#x4E2D"; 0 = no character. */
static uint32_t numbered(const char *s, size_t n)
{
    uint32_t c = 0, base = n > 1 && (s[1] == 'x' || s[1] == 'X') ? 16 : 10;
    size_t i = base == 16 ? 2 : 1;
    if (i >= n || n > 10) return 0;
    for (; i < n; i++) {
        uint32_t d = s[i] >= '0' && s[i] <= '9'                 ? (uint32_t)(s[i] - '0')
                     : (s[i] | 32) >= 'a' && (s[i] | 32) <= 'f' ? (uint32_t)((s[i] | 32) - 'a') + 10
                                                                : 99;
        if (d >= base) return 0;
        c = c * base + d;
    }
    int forbidden = c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
    return forbidden ? 0 : c;
}

/* Adds raw characters with their references replaced. */
static pv_status add_raw(pv_xml *x, pv_text *to, const char *s, size_t n, pv_err *err)
{
    static const struct {
        const char *name;
        char is;
    } known[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < n;) {
        const char *amp = memchr(s + i, '&', n - i);
        size_t plain = amp != NULL ? (size_t)(amp - s) - i : n - i;
        pv_text_add_n(to, s + i, plain);
        i += plain;
        if (amp == NULL) break;
        const char *end = memchr(amp, ';', n - i < 14 ? n - i : 14);
        if (end == NULL) return pv_xml_refuse(x, err, "a '&' that begins no reference");
        size_t len = (size_t)(end - amp) - 1;
        uint32_t c = len > 0 && amp[1] == '#' ? numbered(amp + 1, len) : 0;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (strlen(known[k].name) == len && memcmp(known[k].name, amp + 1, len) == 0) c = (uint32_t)known[k].is;
        if (c == 0) return pv_xml_refuse(x, err, "an entity that XML itself does not have is not followed");
        add_character(to, c);
        i += len + 2;
    }
    return pv_text_status(to, err);
}

/* A name at x->at without its prefix, into out. */
static pv_status take_name(pv_xml *x, char out[PV_XML_NAME], pv_err *err)
{
    size_t from = x->at;
    while (x->at < x->n && strchr(" \t\r\n/>=<\"'&", x->s[x->at]) == NULL && (uint8_t)x->s[x->at] > 0x20) {
        x->at++;
        if (x->s[x->at - 1] == ':') from = x->at;
    }
    size_t n = x->at - from;
    if (n == 0 || n >= PV_XML_NAME) return pv_xml_refuse(x, err, n == 0 ? "a tag without a name" : "a name is too long");
    memcpy(out, x->s + from, n);
    out[n] = '\0';
    return PV_OK;
}

static pv_status take_attributes(pv_xml *x, pv_err *err)
{
    pv_status st = PV_OK;
    x->n_attributes = 0;
    for (;;) {
        char name[PV_XML_NAME];
        size_t was = x->at;
        skip_blanks(x);
        if (x->at >= x->n) return pv_xml_refuse(x, err, "the file ends in a tag");
        if (x->s[x->at] == '>' || x->s[x->at] == '/') return PV_OK;
        if (x->at == was) return pv_xml_refuse(x, err, "a tag is damaged");
        /* Declarations of prefixes and attributes of two vocabularies may share their last part: the first counts. */
        PV_TRY(take_name(x, name, err));
        skip_blanks(x);
        if (x->at >= x->n || x->s[x->at] != '=') return pv_xml_refuse(x, err, "an attribute without a value");
        x->at++;
        skip_blanks(x);
        char quote = x->at < x->n ? x->s[x->at] : '\0';
        if (quote != '"' && quote != '\'') return pv_xml_refuse(x, err, "an attribute without quotes");
        const char *end = memchr(x->s + x->at + 1, quote, x->n - x->at - 1);
        if (end == NULL) return pv_xml_refuse(x, err, "an attribute without its end");
        size_t at = x->at + 1, len = (size_t)(end - x->s) - at;
        if (memchr(x->s + at, '<', len) != NULL) return pv_xml_refuse(x, err, "a '<' in an attribute");
        if (x->n_attributes < PV_XML_ATTRIBUTES) {
            memcpy(x->attribute[x->n_attributes].name, name, sizeof name);
            x->attribute[x->n_attributes].at = at;
            x->attribute[x->n_attributes++].len = len;
        }
        x->at = at + len + 1;
    }
out:
    return st;
}

const char *pv_xml_attribute(pv_xml *x, const char *name)
{
    for (int i = 0; i < x->n_attributes; i++)
        if (strcmp(x->attribute[i].name, name) == 0) {
            pv_text_reset(&x->value);
            if (add_raw(x, &x->value, x->s + x->attribute[i].at, x->attribute[i].len, NULL) != PV_OK) return "";
            return pv_text_str(&x->value);
        }
    return "";
}

static pv_status take_open(pv_xml *x, pv_err *err)
{
    pv_status st = PV_OK;
    if (x->depth == 0 && x->had_root) return pv_xml_refuse(x, err, "a second root element");
    if (x->depth >= PV_XML_DEPTH) return pv_xml_refuse(x, err, "elements lie too deep in each other");
    x->depth++;
    x->had_root = 1;
    PV_TRY(take_name(x, x->name[x->depth], err));
    PV_TRY(take_attributes(x, err));
    if (x->s[x->at] == '/') {
        x->at++;
        x->close_next = 1;
    }
    if (x->at >= x->n || x->s[x->at] != '>') return pv_xml_refuse(x, err, "a tag is damaged");
    x->at++;
    pv_text_reset(&x->text);
out:
    return st;
}

static pv_status take_close(pv_xml *x, pv_err *err)
{
    pv_status st = PV_OK;
    char name[PV_XML_NAME];
    PV_TRY(take_name(x, name, err));
    skip_blanks(x);
    if (x->at >= x->n || x->s[x->at] != '>') return pv_xml_refuse(x, err, "a tag is damaged");
    x->at++;
    if (x->depth == 0 || strcmp(name, x->name[x->depth]) != 0) return pv_xml_refuse(x, err, "a closing tag without its beginning");
out:
    return st;
}

/* What stands between tags, a comment, a declaration or CDATA. *tag = 1: a tag begins here, behind its '<' or "</". */
static pv_status take_between(pv_xml *x, int *tag, pv_err *err)
{
    *tag = 0;
    const char *lt = memchr(x->s + x->at, '<', x->n - x->at);
    size_t n = lt != NULL ? (size_t)(lt - x->s) - x->at : x->n - x->at;
    if (n > 0) {
        for (size_t i = 0; x->depth == 0 && i < n; i++)
            if (strchr(BLANKS, x->s[x->at + i]) == NULL) return pv_xml_refuse(x, err, "characters outside of the root element: no XML");
        pv_status st = add_raw(x, &x->text, x->s + x->at, n, err);
        x->at += n;
        return st;
    }
    if (starts(x, "<!--")) return skip_behind(x, "-->") ? PV_OK : pv_xml_refuse(x, err, "a comment without its end");
    if (starts(x, "<?")) return skip_behind(x, "?>") ? PV_OK : pv_xml_refuse(x, err, "an instruction without its end");
    if (starts(x, "<![CDATA[") && x->depth > 0) {
        size_t from = x->at + 9;
        if (!skip_behind(x, "]]>")) return pv_xml_refuse(x, err, "CDATA without its end");
        pv_text_add_n(&x->text, x->s + from, x->at >= from + 3 ? x->at - 3 - from : 0);
        return pv_text_status(&x->text, err);
    }
    if (starts(x, "<!")) return pv_xml_refuse(x, err, "a DOCTYPE or ENTITY: such files are not read");
    *tag = 1;
    return PV_OK;
}

pv_status pv_xml_next(pv_xml *x, pv_xml_event *event, pv_err *err)
{
    pv_status st = PV_OK;
    int tag = 0;
    if (*event == PV_XML_CLOSE) {
        x->depth--;
        pv_text_reset(&x->text);
    }
    if (x->close_next) {
        x->close_next = 0;
        *event = PV_XML_CLOSE;
        return PV_OK;
    }
    while (!tag) {
        if (x->at >= x->n) {
            if (x->depth > 0 || !x->had_root)
                return pv_xml_refuse(x, err, x->had_root ? "the file ends before its last element does: cut short" : "it is empty");
            *event = PV_XML_END_OF_FILE;
            return PV_OK;
        }
        PV_TRY(take_between(x, &tag, err));
    }
    int close = starts(x, "</");
    x->at += close ? 2 : 1;
    if (close)
        PV_TRY(take_close(x, err));
    else
        PV_TRY(take_open(x, err));
    *event = close ? PV_XML_CLOSE : PV_XML_OPEN;
    count_lines(x);
out:
    return st;
}
