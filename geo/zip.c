#include "geo/zip.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zip.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"

#include "base/banned.h"

typedef struct member {
    char *name, *path; /* path NULL: bytes */
    char *data;
    size_t n;
} member;

struct pv_zip {
    char date[11];
    size_t n, cap;
    member *at;
};

pv_status pv_zip_new(pv_zip **out, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(out, 1, sizeof **out, "archive", err));
    (void)snprintf((*out)->date, sizeof(*out)->date, "%s", date);
out:
    return st;
}

void pv_zip_free(pv_zip *z)
{
    if (z == NULL) return;
    for (size_t i = 0; i < z->n; i++) {
        pv_free(z->at[i].name);
        pv_free(z->at[i].path);
        pv_free(z->at[i].data);
    }
    pv_free(z->at);
    pv_free(z);
}

/* Relative, without "." and "..". */
static int is_name(const char *name)
{
    if (name[0] == '\0' || !pv_utf8_valid(name, strlen(name)) || strpbrk(name, "\\:") != NULL) return 0;
    for (const char *part = name;; part += strcspn(part, "/") + 1) {
        size_t n = strcspn(part, "/");
        if (n == 0 || (n <= 2 && strncmp(part, "..", n) == 0)) return 0;
        if (part[n] == '\0') return 1;
    }
}

/* The last member is made; what it holds by now is released with the archive. */
static pv_status add(pv_zip *z, const char *name, member **out, pv_err *err)
{
    pv_status st = PV_OK;
    if (!is_name(name)) PV_TRY(pv_fail(err, PV_BUG, "'%s' is no name in an archive", name));
    PV_TRY(pv_grow(&z->at, &z->cap, z->n + 1, sizeof *z->at, "archive", err));
    PV_TRY(pv_strdup(&z->at[z->n].name, name, err));
    *out = &z->at[z->n++];
out:
    return st;
}

pv_status pv_zip_add_bytes(pv_zip *z, const char *name, const void *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    member *m = NULL;
    PV_TRY(add(z, name, &m, err));
    PV_TRY(pv_alloc(&m->data, n + 1, 1, "archive", err));
    if (n > 0) memcpy(m->data, data, n);
    m->n = n;
out:
    return st;
}

pv_status pv_zip_add_file(pv_zip *z, const char *name, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    member *m = NULL;
    PV_TRY(add(z, name, &m, err));
    PV_TRY(pv_strdup(&m->path, path, err));
out:
    return st;
}

/* Noon of the date in local time, which is how libzip writes it. */
static time_t noon(const char *date)
{
    int y = 0, m = 0, d = 0;
    if (sscanf(date, "%4d-%2d-%2d", &y, &m, &d) != 3 || y < 1980 || y > 2107 || m < 1 || m > 12 || d < 1 || d > 31) y = 1980, m = 1, d = 1;
    struct tm tm = {.tm_year = y - 1900, .tm_mon = m - 1, .tm_mday = d, .tm_hour = 12, .tm_isdst = -1};
    return mktime(&tm);
}

static int is_packed_already(const char *name)
{
    static const char *const ending[] = {".jpg", ".png", ".kmz", ".tif"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (n > 4 && strcmp(name + n - 4, ending[i]) == 0) return 1;
    return 0;
}

static pv_status say(zip_t *za, const char *what, pv_err *err)
{
    const char *words = zip_strerror(za);
    int no_memory = zip_error_code_zip(zip_get_error(za)) == ZIP_ER_MEMORY;
    return pv_fail(err, no_memory ? PV_NOMEM : PV_IO, "%s: %s", what, words);
}

static pv_status put(zip_t *za, const member *m, time_t when, pv_err *err)
{
    zip_source_t *s = m->path != NULL ? zip_source_file(za, m->path, 0, -1) : zip_source_buffer(za, m->data, m->n, 0);
    if (s == NULL) return say(za, m->name, err);
    zip_int64_t at = zip_file_add(za, m->name, s, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(s);
        return say(za, m->name, err);
    }
    if (zip_file_set_mtime(za, (zip_uint64_t)at, when, 0) != 0 ||
        zip_set_file_compression(za, (zip_uint64_t)at, is_packed_already(m->name) ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6) != 0)
        return say(za, m->name, err);
    return PV_OK;
}

pv_status pv_zip_write(pv_zip *z, const char *path, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    char *tmp = NULL;
    zip_t *za = NULL;
    int code = 0;
    PV_TRY(pv_outfile_reserve(path, overwrite, &tmp, err));
    za = zip_open(tmp, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (za == NULL) {
        zip_error_t e;
        zip_error_init_with_code(&e, code);
        st = pv_fail(err, PV_IO, "%s: %s", path, zip_error_strerror(&e));
        zip_error_fini(&e);
        goto out;
    }
    for (size_t i = 0; i < z->n; i++) PV_TRY(pv_where(err, put(za, &z->at[i], noon(z->date), err), "%s", path));
    if (zip_close(za) != 0) PV_TRY(say(za, path, err));
    za = NULL;
    PV_TRY(pv_outfile_publish(tmp, path, err));
out:
    if (za != NULL) zip_discard(za);
    if (tmp != NULL && st != PV_OK) (void)unlink(tmp);
    pv_free(tmp);
    return st;
}
