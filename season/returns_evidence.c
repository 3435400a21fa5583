/* Pictures that prove a finding: kept in the season's folder under the sum of their bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "season/returns_internal.h"

#include "base/banned.h"

enum { PICTURE_BYTES = 32 << 20, NAME_HEX = 16 };

/* By its first bytes; NULL = no picture that is kept. */
static const char *ending_of(const char *data, size_t n)
{
    if (n > 3 && memcmp(data, "\xFF\xD8\xFF", 3) == 0) return "jpg";
    if (n > 8 && memcmp(data, "\x89PNG\r\n\x1A\n", 8) == 0) return "png";
    if (n > 12 && memcmp(data + 4, "ftyp", 4) == 0 &&
        (memcmp(data + 8, "hei", 3) == 0 || memcmp(data + 8, "mif1", 4) == 0 || memcmp(data + 8, "hev", 3) == 0))
        return "heic";
    return NULL;
}

/* Does the path end in the name, at the beginning of a part? */
static int ends_in(const char *path, const char *name)
{
    size_t a = strlen(path), b = strlen(name);
    return b > 0 && a >= b && strcasecmp(path + a - b, name) == 0 && (a == b || path[a - b - 1] == '/');
}

static int plain_name(const char *name)
{
    if (name[0] == '/' || name[0] == '\0' || strchr(name, '\\') != NULL) return 0;
    for (const char *p = name; *p != '\0';) {
        size_t n = strcspn(p, "/");
        if (n == 2 && p[0] == '.' && p[1] == '.') return 0;
        p += n + (p[n] == '/');
    }
    return 1;
}

/* folder/inner/name, when it is a file that lies in the folder whatever links there are. */
static int beside(const char *folder, const char *inner, const char *name, pv_text *out)
{
    struct stat st;
    pv_text path = {0};
    char *real_folder = realpath(folder, NULL), *real_file = NULL;
    pv_text_addf(&path, "%s/%s%s", folder, inner, name);
    if (!path.failed) real_file = realpath(pv_text_str(&path), NULL);
    size_t n = real_folder != NULL ? strlen(real_folder) : 0;
    int ok = real_folder != NULL && real_file != NULL && strncmp(real_file, real_folder, n) == 0 && (real_file[n] == '/' || n == 1) &&
             stat(real_file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= PICTURE_BYTES;
    pv_text_reset(out);
    if (ok) pv_text_add(out, real_file);
    free(real_folder);
    free(real_file);
    pv_text_release(&path);
    return ok && !out->failed;
}

/* The bytes of a picture, wherever it is; *data NULL = it is nowhere. */
static pv_status find(const pv_return_row *row, const char *path, const char *name, char **data, size_t *n, pv_err *err)
{
    static const char *const inner[] = {"", "DCIM/", "photos/", "files/"};
    pv_status st = PV_OK;
    pv_text folder = {0}, file = {0};
    struct stat about;
    if (!plain_name(name)) return PV_OK;
    for (size_t i = 0; i < pv_vector_pictures(row->v) && *data == NULL; i++)
        if (ends_in(pv_vector_picture_name(row->v, i), name) && pv_vector_picture_take(row->v, i, data, n, NULL) != PV_OK) *data = NULL;
    if (*data != NULL) goto out;
    /* In a folder that was given, a file's own folder comes before the outer one. */
    const char *source = row->line.file, *tail = strrchr(source, '/');
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        pv_text_add_n(&folder, source, tail != NULL ? (size_t)(tail - source) : strlen(source));
    else if (strrchr(path, '/') != NULL)
        pv_text_add_n(&folder, path, (size_t)(strrchr(path, '/') - path));
    else
        pv_text_add(&folder, ".");
    PV_TRY(pv_text_status(&folder, err));
    for (size_t k = 0; k < sizeof inner / sizeof *inner; k++) {
        if (!beside(pv_text_str(&folder), inner[k], name, &file)) continue;
        PV_TRY(pv_file_read(pv_text_str(&file), PICTURE_BYTES, data, n, err));
        break;
    }
out:
    pv_text_release(&folder);
    pv_text_release(&file);
    return st;
}

/* Under evidence/; the same bytes are kept once. */
static pv_status keep(pv_season *s, const char *data, size_t n, const char *ending, char *out, size_t size, int dry, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    char hex[PV_SHA256_HEX];
    pv_text path = {0};
    struct stat about;
    pv_sha256_init(&h);
    pv_sha256_add(&h, data, n);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
    (void)snprintf(out, size, "evidence/%.*s.%s", (int)NAME_HEX, hex, ending);
    if (dry) return PV_OK;
    PV_TRY(pv_season_path(s, &path, "evidence", err));
    if (mkdir(pv_text_str(&path), 0700) != 0 && (stat(pv_text_str(&path), &about) != 0 || !S_ISDIR(about.st_mode)))
        PV_TRY(pv_fail(err, PV_IO, "%s: the folder cannot be made", pv_text_str(&path)));
    PV_TRY(pv_season_path(s, &path, out, err));
    if (stat(pv_text_str(&path), &about) == 0 && about.st_size == (off_t)n) goto out;
    PV_TRY(pv_outfile_put(pv_text_str(&path), data, n, 1, err));
out:
    pv_text_release(&path);
    return st;
}

/* One picture: its name, and behind a tab the file that is kept when the picture is found. */
static pv_status take(pv_return_row *row, pv_season *s, const char *path, const char *name, pv_text *names, int dry, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL, kept[64] = "";
    size_t n = 0;
    PV_TRY(find(row, path, name, &data, &n, err));
    const char *ending = data != NULL && n <= PICTURE_BYTES ? ending_of(data, n) : NULL;
    if (ending != NULL) {
        PV_TRY(keep(s, data, n, ending, kept, sizeof kept, dry, err));
        row->line.photos++;
    }
    if (names->len > 0) pv_text_add(names, "\n");
    pv_text_addf(names, "%s%s%s", name, ending != NULL ? "\t" : "", ending != NULL ? kept : "");
    PV_TRY(pv_text_status(names, err));
out:
    pv_free(data);
    return st;
}

pv_status pv_return_evidence(pv_return_row *row, pv_season *s, const char *path, int dry, pv_err *err)
{
    pv_status st = PV_OK;
    char name[sizeof row->f->photos];
    pv_text names = {0};
    for (const char *from = row->f->photos; *from != '\0';) {
        size_t n = strcspn(from, "\n");
        memcpy(name, from, n);
        name[n] = '\0';
        PV_TRY(take(row, s, path, name, &names, dry, err));
        from += n + (from[n] != '\0');
    }
    /* Whole ones only. */
    while (names.len >= sizeof row->f->photos) {
        char *last = strrchr(names.data, '\n');
        names.len = last != NULL ? (size_t)(last - names.data) : 0;
        names.data[names.len] = '\0';
    }
    (void)snprintf(row->f->photos, sizeof row->f->photos, "%s", pv_text_str(&names));
out:
    pv_text_release(&names);
    return st;
}
