#include "geo/zip_in.h"

#define ZLIB_CONST
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/charset.h"

#include "base/banned.h"

enum { END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, MOST_NAME = 1024, MOST_COMMENT = 65535, SMALL_BYTES = 1 << 20 };
static const uint32_t END_MARK = 0x06054b50, ENTRY_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50;

static uint32_t u16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const uint8_t *p)
{
    return u16(p) | u16(p + 2) << 16;
}

int pv_unzip_is(const void *data, size_t n)
{
    return n >= 4 && (u32(data) == LOCAL_MARK || u32(data) == END_MARK);
}

void pv_unzip_release(pv_unzip *z)
{
    for (size_t i = 0; i < z->n; i++) pv_free(z->member[i].name);
    pv_free(z->member);
    *z = (pv_unzip){.data = NULL};
}

/* The end of the directory: at the file's end but for a comment. */
static const uint8_t *end_find(const uint8_t *data, size_t n)
{
    size_t lowest = n > END_BYTES + MOST_COMMENT ? n - END_BYTES - MOST_COMMENT : 0;
    if (n < END_BYTES) return NULL;
    for (size_t at = n - END_BYTES + 1; at-- > lowest;)
        if (u32(data + at) == END_MARK && at + END_BYTES + u16(data + at + 20) == n) return data + at;
    return NULL;
}

/* Every part a plain name. */
static const char *name_fault(const char *name)
{
    if (name[0] == '/') return "an absolute name";
    if (strchr(name, '\\') != NULL || strchr(name, ':') != NULL) return "a name with a drive or a backslash";
    for (const char *p = name; *p != '\0';) {
        size_t n = strcspn(p, "/");
        if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.')) return "a name that leaves its folder";
        p += n + (p[n] == '/');
    }
    for (const char *p = name; *p != '\0'; p++)
        if ((uint8_t)*p < 0x20 || *p == 0x7F) return "a name with control characters";
    return NULL;
}

/* Where its bytes lie, by its own header. */
static pv_status member_place(const pv_unzip *z, pv_unzip_member *m, size_t local, size_t directory, pv_err *err)
{
    const uint8_t *p = z->data + local;
    if (local > directory || directory - local < LOCAL_BYTES || u32(p) != LOCAL_MARK)
        return pv_fail(err, PV_INPUT, "ZIP: %s is not where the list says: the file is damaged or cut short", m->name);
    size_t head = LOCAL_BYTES + (size_t)u16(p + 26) + u16(p + 28);
    if (head > directory - local || m->packed > directory - local - head)
        return pv_fail(err, PV_INPUT, "ZIP: %s reaches beyond the file: it is damaged or cut short", m->name);
    m->at = local + head;
    return PV_OK;
}

static pv_status member_judge(const pv_unzip_member *m, uint32_t flags, const pv_unzip_limits *limits, pv_err *err)
{
    const char *fault = name_fault(m->name);
    if (fault != NULL) return pv_fail(err, PV_INPUT, "ZIP: %s (%.80s)", fault, m->name);
    if (flags & 0x2041) return pv_fail(err, PV_INPUT, "ZIP: %s is encrypted; pack it without a password", m->name);
    if (m->method != 0 && m->method != 8)
        return pv_fail(err, PV_INPUT, "ZIP: %s is packed by method %d; only stored and deflated are read", m->name, m->method);
    if (m->method == 0 && m->packed != m->size) return pv_fail(err, PV_INPUT, "ZIP: %s has two sizes: the file is damaged", m->name);
    if (m->size > limits->member_bytes)
        return pv_fail(err, PV_INPUT, "ZIP: %s would unpack to %zu bytes; at most %zu are read", m->name, m->size, limits->member_bytes);
    if (m->size > SMALL_BYTES && m->size / (size_t)limits->ratio > m->packed)
        return pv_fail(err, PV_INPUT, "ZIP: %s would unpack to more than %lld times its size", m->name, (long long)limits->ratio);
    return PV_OK;
}

static pv_status member_name(char **out, const uint8_t *bytes, size_t n, pv_err *err)
{
    pv_text name = {0};
    if (n == 0 || n > MOST_NAME) return pv_fail(err, PV_INPUT, "ZIP: a member has a name of %zu bytes", n);
    pv_status st = PV_OK;
    if (memchr(bytes, 0, n) != NULL) PV_TRY(pv_fail(err, PV_INPUT, "ZIP: a name with control characters"));
    PV_TRY(pv_charset_utf8(&name, bytes, n, NULL, err));
    PV_TRY(pv_strdup(out, pv_text_str(&name), err));
out:
    pv_text_release(&name);
    return st;
}

/* One entry of the directory; *next: where the one after it begins. */
static pv_status entry_take(pv_unzip *z, const uint8_t *p, size_t left, size_t directory, const pv_unzip_limits *limits, size_t *next, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unzip_member m = {.name = NULL};
    if (left < ENTRY_BYTES || u32(p) != ENTRY_MARK) return pv_fail(err, PV_INPUT, "ZIP: its list of members is damaged");
    size_t n_name = u16(p + 28), all = ENTRY_BYTES + n_name + u16(p + 30) + u16(p + 32);
    if (all > left) return pv_fail(err, PV_INPUT, "ZIP: its list of members is damaged");
    *next = all;
    m.method = (int)u16(p + 10);
    m.crc = u32(p + 16);
    m.packed = u32(p + 20);
    m.size = u32(p + 24);
    PV_TRY(member_name(&m.name, p + ENTRY_BYTES, n_name, err));
    if (u32(p + 20) == UINT32_MAX || u32(p + 24) == UINT32_MAX || u32(p + 42) == UINT32_MAX)
        PV_TRY(pv_fail(err, PV_INPUT, "ZIP: %s is stored as ZIP64; pack it as a plain ZIP", m.name));
    PV_TRY(member_judge(&m, u16(p + 8), limits, err));
    if (m.name[strlen(m.name) - 1] == '/') goto out;
    PV_TRY(member_place(z, &m, u32(p + 42), directory, err));
    PV_TRY(pv_grow(&z->member, &z->cap, z->n + 1, sizeof *z->member, "ZIP members", err));
    z->member[z->n++] = m;
    m.name = NULL;
out:
    pv_free(m.name);
    return st;
}

static int by_place(const void *a, const void *b)
{
    const pv_unzip_member *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_name(const void *a, const void *b)
{
    const pv_unzip_member *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static pv_status members_judge(pv_unzip *z, const pv_unzip_limits *limits, pv_err *err)
{
    size_t total = 0;
    for (size_t i = 0; i < z->n; i++) {
        if (z->member[i].size > limits->total_bytes - total)
            return pv_fail(err, PV_INPUT, "ZIP: it would unpack to more than %zu bytes", limits->total_bytes);
        total += z->member[i].size;
    }
    if (z->n > 0) qsort(z->member, z->n, sizeof *z->member, by_place);
    for (size_t i = 1; i < z->n; i++)
        if (z->member[i - 1].at + z->member[i - 1].packed > z->member[i].at)
            return pv_fail(err, PV_INPUT, "ZIP: %s and %s lie over each other: a bomb, or damaged", z->member[i - 1].name, z->member[i].name);
    if (z->n > 0) qsort(z->member, z->n, sizeof *z->member, by_name);
    for (size_t i = 1; i < z->n; i++)
        if (strcmp(z->member[i - 1].name, z->member[i].name) == 0)
            return pv_fail(err, PV_INPUT, "ZIP: two members have the name %s", z->member[i].name);
    return PV_OK;
}

pv_status pv_unzip_open(pv_unzip *out, const void *data, size_t n, const pv_unzip_limits *limits, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unzip z = {.data = data, .n_bytes = n};
    const uint8_t *end = end_find(data, n);
    if (end == NULL) return pv_fail(err, PV_INPUT, "ZIP: the list at its end is missing: cut short, or not all of it was sent");
    size_t count = u16(end + 10), size = u32(end + 12), at = u32(end + 16), here = (size_t)(end - z.data);
    if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != count) return pv_fail(err, PV_INPUT, "ZIP: it is one part of several");
    if (at == UINT32_MAX || size == UINT32_MAX || count == UINT16_MAX)
        return pv_fail(err, PV_INPUT, "ZIP: it is a ZIP64 file; pack it as a plain ZIP");
    if ((int64_t)count > limits->members)
        return pv_fail(err, PV_INPUT, "ZIP: it has %zu members; at most %lld are read", count, (long long)limits->members);
    if (at > here || size > here - at) return pv_fail(err, PV_INPUT, "ZIP: its list of members is damaged");
    for (size_t i = 0, next = 0, p = at; i < count; i++, p += next) PV_TRY(entry_take(&z, z.data + p, at + size - p, at, limits, &next, err));
    PV_TRY(members_judge(&z, limits, err));
    *out = z;
    z = (pv_unzip){.data = NULL};
out:
    pv_unzip_release(&z);
    return st;
}

static int inflate_whole(const uint8_t *from, size_t n_from, char *to, size_t n_to)
{
    z_stream s = {.next_in = from, .avail_in = (uInt)n_from, .next_out = (Bytef *)to, .avail_out = (uInt)n_to};
    if (inflateInit2(&s, -MAX_WBITS) != Z_OK) return 0;
    int done = inflate(&s, Z_FINISH) == Z_STREAM_END && s.avail_out == 0;
    (void)inflateEnd(&s);
    return done;
}

pv_status pv_unzip_take(const pv_unzip *z, size_t member, char **data, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_unzip_member *m = &z->member[member];
    char *made = NULL;
    PV_TRY(pv_alloc(&made, m->size + 1, 1, "an unpacked file", err));
    if (m->method == 0 && m->size > 0) memcpy(made, z->data + m->at, m->size);
    if (m->method == 8 && !inflate_whole(z->data + m->at, m->packed, made, m->size))
        PV_TRY(pv_fail(err, PV_INPUT, "ZIP: %s does not unpack: it is damaged", m->name));
    if (crc32(0, (const Bytef *)made, (uInt)m->size) != m->crc) PV_TRY(pv_fail(err, PV_INPUT, "ZIP: %s fails its check sum: it is damaged", m->name));
    *data = made;
    made = NULL;
out:
    pv_free(made);
    return st;
}
