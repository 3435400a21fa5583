#include "geo/vector_in.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/charset.h"
#include "geo/sqlite_gate.h"
#include "geo/vector_internal.h"

#include "base/banned.h"

enum { FOLDER_DEPTH = 3, ZIP_DEPTH = 2 };

/* Files that lie together: members of a ZIP, or a folder's. */
typedef struct pack {
    const char *name;   /* for people */
    const char *folder; /* NULL: a ZIP */
    const pv_unzip *zip;
    size_t n, cap;
    char **file; /* [n] owned, in the order of their names */
} pack;

/* ---- words ---- */

int pv_datum_read(const char *text, pv_datum *out)
{
    static const struct {
        const char *word;
        pv_datum datum;
    } known[] = {{"wgs84", PV_DATUM_WGS84}, {"cgcs2000", PV_DATUM_WGS84}, {"gcj02", PV_DATUM_GCJ02}, {"bd09", PV_DATUM_BD09}};
    char word[16];
    size_t n = 0;
    for (; *text != '\0'; text++) {
        if (strchr(" -_\t", *text) != NULL) continue;
        if (n + 1 >= sizeof word) return 0;
        word[n++] = *text;
    }
    word[n] = '\0';
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (pv_same_word(known[i].word, word)) {
            *out = known[i].datum;
            return 1;
        }
    return 0;
}

const char *pv_datum_word(pv_datum datum)
{
    static const char *const word[] = {"unsaid", "wgs84", "gcj02", "bd09"};
    return word[datum];
}

pv_vector_limits pv_vector_limits_default(void)
{
    return (pv_vector_limits){.file_bytes = (size_t)256 << 20,
                              .total_bytes = (size_t)512 << 20,
                              .members = 5000,
                              .ratio = 200,
                              .records = 200000,
                              .fields = 512,
                              .text_bytes = 65536};
}

static const char *ending(const char *name)
{
    const char *dot = strrchr(pv_path_name(name), '.');
    return dot != NULL ? dot + 1 : "";
}

static int ends_as(const char *name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(ending(name), *words) == 0) return 1;
    return 0;
}

/* 奥维's own endings, and names that say it as ours do (plots_GCJ02.kml), of the file or of what it lies in: t.ovkmz/doc.kml. */
static pv_datum datum_of_name(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if (strncasecmp(p, "_gcj02", 6) == 0) return PV_DATUM_GCJ02;
        int ovital = strncasecmp(p, ".ovkml", 6) == 0 || strncasecmp(p, ".ovkmz", 6) == 0;
        if (ovital && (p[6] == '/' || p[6] == '\0')) return PV_DATUM_GCJ02;
    }
    return PV_DATUM_UNSAID;
}

/* Formats without a declared CRS are in the datum of their name, when it says one. */
static void datum_by_name(pv_vector *v, const char *name, size_t first)
{
    pv_datum datum = datum_of_name(name + (strlen(name) >= v->name_from ? v->name_from : 0));
    for (size_t i = first; datum != PV_DATUM_UNSAID && i < v->n_sources; i++) v->source[i].datum = datum;
}

/* ---- one file ---- */

static pv_status read_zip(pv_vector *v, const char *name, char *data, size_t n, int depth, pv_err *err);

static int has_root(const char *text, size_t n, const char *root)
{
    size_t k = strlen(root);
    for (size_t i = 0; i + k + 1 < n && i < 4096; i++)
        if (text[i] == '<' && strncasecmp(text + i + 1, root, k) == 0) return 1;
    return 0;
}

static pv_status read_text(pv_vector *v, const char *name, const char *data, size_t n, pv_err *err)
{
    static const char *const json[] = {"geojson", "json", NULL}, *const tables[] = {"csv", "txt", "tsv", NULL};
    pv_status st = PV_OK;
    pv_text text = {0};
    size_t sources = v->n_sources;
    PV_TRY(pv_charset_utf8(&text, data, n, NULL, err));
    const char *s = pv_text_str(&text);
    char first = s[strspn(s, " \t\r\n")];
    if (first == '<' && has_root(s, text.len, "gpx")) {
        PV_TRY(pv_vector_gpx(v, name, s, text.len, err));
    } else if (first == '<') {
        PV_TRY(pv_vector_kml(v, name, s, text.len, err));
    } else if (first == '{' || ends_as(name, json)) {
        PV_TRY(pv_vector_geojson(v, name, s, text.len, err));
    } else if (ends_as(name, tables)) {
        PV_TRY(pv_vector_csv(v, name, s, text.len, err));
    } else if (first == '\0') {
        PV_TRY(pv_fail(err, PV_INPUT, "it is empty"));
    } else {
        PV_TRY(pv_fail(err, PV_INPUT, "no file of a kind that is read: GeoPackage, Shapefile, KML, KMZ, GPX, GeoJSON, CSV, TXT, XLSX"));
    }
    datum_by_name(v, name, sources);
out:
    pv_text_release(&text);
    return st;
}

static pv_status read_kind(pv_vector *v, const char *name, char *data, size_t n, int depth, pv_err *err)
{
    static const char *const ovobj[] = {"ovobj", NULL};
    if (n > v->limits.file_bytes) return pv_fail(err, PV_INPUT, "%zu bytes; at most %zu are read", n, v->limits.file_bytes);
    if (pv_unzip_is(data, n)) return read_zip(v, name, data, n, depth, err);
    if (pv_sqlite_is(data, n)) return pv_vector_gpkg(v, name, data, n, err);
    if (n >= 4 && memcmp(data, "\xD0\xCF\x11\xE0", 4) == 0) return pv_fail(err, PV_INPUT, "an old Excel file; save it as .xlsx or as CSV");
    if (ends_as(name, ovobj)) return pv_fail(err, PV_INPUT, "奥维's own format cannot be read; export it as SHP, or as KML or TXT");
    return read_text(v, name, data, n, err);
}

/* All of a file or nothing of it: what it had given before it failed is taken back. */
static pv_status read_whole(pv_vector *v, const char *name, char *data, size_t n, int depth, pv_err *err)
{
    pv_vector_mark before = pv_vector_marked(v);
    v->open = 0;
    pv_status st = read_kind(v, name, data, n, depth, err);
    if (st != PV_OK) pv_vector_back(v, before);
    v->open = 0;
    return st;
}

/* ---- files that lie together ---- */

static void pack_release(pack *p)
{
    for (size_t i = 0; i < p->n; i++) pv_free(p->file[i]);
    pv_free(p->file);
    *p = (pack){.name = NULL};
}

static pv_status pack_add(pack *p, const char *file, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&p->file, &p->cap, p->n + 1, sizeof *p->file, "files", err));
    PV_TRY(pv_strdup(&p->file[p->n], file, err));
    p->n++;
out:
    return st;
}

static pv_status pack_load(pv_vector *v, const pack *p, size_t i, pv_vector_bytes *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    if (p->folder == NULL) {
        PV_TRY(pv_unzip_take(p->zip, i, &out->data, err));
        out->n = p->zip->member[i].size;
        goto out;
    }
    pv_text_addf(&path, "%s/%s", p->folder, p->file[i]);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_file_read(pv_text_str(&path), v->limits.file_bytes, &out->data, &out->n, err));
    pv_sha256_add(&v->sum, out->data, out->n);
out:
    pv_text_release(&path);
    return st;
}

/* The file that has the first n bytes of file's name and this ending instead. */
static size_t pack_beside(const pack *p, const char *file, size_t n, const char *end)
{
    for (size_t i = 0; i < p->n; i++)
        if (strlen(p->file[i]) == n + strlen(end) && strncmp(p->file[i], file, n) == 0 && strcasecmp(p->file[i] + n, end) == 0) return i;
    return SIZE_MAX;
}

static pv_status pack_shp(pv_vector *v, const pack *p, size_t at, const char *name, pv_err *err)
{
    static const char *const end[PV_SHP_PARTS] = {".shp", ".dbf", ".shx", ".prj"};
    pv_status st = PV_OK;
    pv_vector_bytes part[PV_SHP_PARTS] = {{.data = NULL}};
    size_t stem = strlen(p->file[at]) - 4;
    for (int k = 0; k < PV_SHP_PARTS; k++) {
        size_t i = pack_beside(p, p->file[at], stem, end[k]);
        if (i != SIZE_MAX) PV_TRY(pack_load(v, p, i, &part[k], err));
    }
    PV_TRY(pv_vector_shp(v, name, part, err));
out:
    for (int k = 0; k < PV_SHP_PARTS; k++) pv_free(part[k].data);
    return st;
}

/* What an app has not yet brought into its GeoPackage. */
static pv_status pack_wal(pv_vector *v, const pack *p, size_t at, pv_vector_bytes *file, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector_bytes wal = {.data = NULL};
    size_t i = pv_sqlite_is(file->data, file->n) ? pack_beside(p, p->file[at], strlen(p->file[at]), "-wal") : SIZE_MAX;
    if (i == SIZE_MAX) return PV_OK;
    PV_TRY(pack_load(v, p, i, &wal, err));
    PV_TRY(pv_sqlite_replay(&file->data, &file->n, wal.data, wal.n, v->limits.file_bytes, err));
out:
    pv_free(wal.data);
    return st;
}

static pv_status pack_read(pv_vector *v, const pack *p, size_t i, const char *name, int depth, pv_err *err)
{
    static const char *const shp[] = {"shp", NULL};
    pv_status st = PV_OK;
    pv_vector_bytes file = {.data = NULL};
    pv_vector_mark before = pv_vector_marked(v);
    if (ends_as(p->file[i], shp)) {
        PV_TRY(pack_shp(v, p, i, name, err));
    } else {
        PV_TRY(pack_load(v, p, i, &file, err));
        PV_TRY(pack_wal(v, p, i, &file, err));
        PV_TRY(read_whole(v, name, file.data, file.n, depth, err));
    }
out:
    if (st != PV_OK) pv_vector_back(v, before);
    pv_free(file.data);
    return st;
}

/* Every file of a known ending for itself: one that is damaged is named and costs only itself. */
static pv_status pack_all(pv_vector *v, const pack *p, int depth, pv_err *err)
{
    static const char *const known[] = {"gpkg", "shp", "kml", "kmz",  "ovkml", "ovkmz", "gpx", "geojson", "json",
                                        "csv",  "txt", "tsv", "xlsx", "xls",   "ovobj", "zip", NULL};
    pv_status st = PV_OK;
    pv_text name = {0};
    size_t tried = 0;
    pv_err why = {0};
    for (size_t i = 0; i < p->n; i++) {
        /* macOS puts twins with this name beside every file. */
        const char *file = pv_path_name(p->file[i]);
        if (!ends_as(file, known) || strncmp(file, "._", 2) == 0 || strncasecmp(file, "readme", 6) == 0) continue;
        pv_text_reset(&name);
        pv_text_addf(&name, "%s/%s", p->name, p->file[i]);
        PV_TRY(pv_text_status(&name, err));
        st = pack_read(v, p, i, pv_text_str(&name), depth, &why);
        if (st == PV_NOMEM || st == PV_BUG) PV_TRY(pv_pass(err, st, &why));
        tried++;
        if (st == PV_OK) continue;
        PV_TRY(pv_vector_refuse(v, pv_text_str(&name), &why, err));
    }
    if (tried == 0) PV_TRY(pv_fail(err, PV_INPUT, "no file in it is of a kind that is read"));
out:
    pv_text_release(&name);
    return st;
}

static pv_status read_zip(pv_vector *v, const char *name, char *data, size_t n, int depth, pv_err *err)
{
    static const char *const sheet[] = {"xlsx", "xlsm", NULL};
    pv_status st = PV_OK;
    pv_unzip z = {.data = NULL};
    pack p = {.name = name, .zip = &z};
    pv_unzip_limits limits = {
        .members = v->limits.members, .ratio = v->limits.ratio, .member_bytes = v->limits.file_bytes, .total_bytes = v->limits.total_bytes};
    if (depth >= ZIP_DEPTH) return pv_fail(err, PV_INPUT, "a ZIP in a ZIP in a ZIP is not read");
    if (depth > 0 && strcasecmp(ending(name), "zip") == 0) return pv_fail(err, PV_INPUT, "a ZIP in a ZIP is not read; unpack the outer one");
    PV_TRY(pv_unzip_open(&z, data, n, &limits, err));
    if (ends_as(name, sheet)) {
        size_t sources = v->n_sources;
        PV_TRY(pv_vector_xlsx(v, name, &z, err));
        datum_by_name(v, name, sources);
        goto out;
    }
    for (size_t i = 0; i < z.n; i++) PV_TRY(pack_add(&p, z.member[i].name, err));
    PV_TRY(pack_all(v, &p, depth + 1, err));
out:
    pack_release(&p);
    pv_unzip_release(&z);
    return st;
}

/* ---- the way in ---- */

static pv_status vector_new(pv_vector **out, const pv_vector_limits *limits, pv_err *err)
{
    pv_status st = pv_alloc(out, 1, sizeof **out, "records", err);
    if (st != PV_OK) return st;
    pv_sha256_init(&(*out)->sum);
    (*out)->limits = limits != NULL ? *limits : pv_vector_limits_default();
    return PV_OK;
}

/* Pictures of a ZIP that stays. */
static pv_status keep_pictures(pv_vector *v, char **data, size_t n, pv_err *err)
{
    static const char *const kinds[] = {"jpg", "jpeg", "png", "heic", "heif", NULL};
    pv_status st = PV_OK;
    pv_unzip_limits limits = {
        .members = v->limits.members, .ratio = v->limits.ratio, .member_bytes = v->limits.file_bytes, .total_bytes = v->limits.total_bytes};
    if (!pv_unzip_is(*data, n)) return PV_OK;
    PV_TRY(pv_unzip_open(&v->zip, *data, n, &limits, err));
    v->zip_data = *data;
    *data = NULL;
    for (size_t i = 0; i < v->zip.n; i++) {
        if (!ends_as(v->zip.member[i].name, kinds)) continue;
        PV_TRY(pv_grow(&v->picture, &v->cap_pictures, v->n_pictures + 1, sizeof *v->picture, "pictures", err));
        v->picture[v->n_pictures++] = i;
    }
out:
    return st;
}

/* Texts have moved while they grew: they get their addresses now. */
static pv_status vector_settle(pv_vector *v, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_done(&v->sum, digest);
    pv_sha256_hex(digest, v->sha256);
    PV_TRY(pv_grow(&v->shown, &v->cap_shown, v->n_sources, sizeof *v->shown, "files", err));
    for (size_t i = 0; i < v->n_sources; i++)
        v->shown[i] = (pv_vector_source){v->text.data + v->source[i].name, v->source[i].format, v->source[i].datum};
    for (size_t i = 0; i < v->n; i++) v->record[i].layer = v->text.data + v->layer_at[i];
    PV_TRY(pv_vector_sort_children(v, err));
out:
    return st;
}

pv_status pv_vector_read_bytes(pv_vector **out, const char *name, const void *data, size_t n, const pv_vector_limits *limits, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector *v = NULL;
    char *mine = NULL;
    PV_TRY(vector_new(&v, limits, err));
    if (n > v->limits.file_bytes) PV_TRY(pv_fail(err, PV_INPUT, "%zu bytes; at most %zu are read", n, v->limits.file_bytes));
    PV_TRY(pv_alloc(&mine, n + 1, 1, "a file", err));
    if (n > 0) memcpy(mine, data, n);
    pv_sha256_add(&v->sum, mine, n);
    PV_TRY(read_whole(v, name, mine, n, 0, err));
    PV_TRY(keep_pictures(v, &mine, n, err));
    PV_TRY(vector_settle(v, err));
    *out = v;
    v = NULL;
out:
    pv_free(mine);
    pv_vector_free(v);
    return st;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files of a folder below p->folder; inner: the folder in it, "" = itself. Links are not followed. */
static pv_status folder_list(pack *p, const char *inner, int depth, int64_t most, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, file = {0};
    struct stat s;
    pv_text_addf(&path, "%s/%s", p->folder, inner);
    PV_TRY(pv_text_status(&path, err));
    DIR *d = opendir(pv_text_str(&path));
    if (d == NULL) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
    for (struct dirent *e = readdir(d); e != NULL && st == PV_OK; e = readdir(d)) {
        if (e->d_name[0] == '.') continue;
        pv_text_reset(&file);
        pv_text_reset(&path);
        pv_text_addf(&file, "%s%s", inner, e->d_name);
        pv_text_addf(&path, "%s/%s", p->folder, pv_text_str(&file));
        st = path.failed || file.failed ? pv_fail(err, PV_NOMEM, "files: no memory") : PV_OK;
        if (st != PV_OK || lstat(pv_text_str(&path), &s) != 0) continue;
        if (S_ISREG(s.st_mode)) st = pack_add(p, pv_text_str(&file), err);
        if (S_ISDIR(s.st_mode) && depth > 0) {
            pv_text_add(&file, "/");
            st = pv_text_status(&file, err);
            if (st == PV_OK) st = folder_list(p, pv_text_str(&file), depth - 1, most, err);
        }
        if (st == PV_OK && (int64_t)p->n > most) st = pv_fail(err, PV_INPUT, "more than %lld files", (long long)most);
    }
    (void)closedir(d);
out:
    pv_text_release(&path);
    pv_text_release(&file);
    return st;
}

static pv_status read_folder(pv_vector *v, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    pack p = {.name = path, .folder = path};
    PV_TRY(folder_list(&p, "", FOLDER_DEPTH, v->limits.members, err));
    if (p.n > 0) qsort(p.file, p.n, sizeof *p.file, by_text);
    PV_TRY(pack_all(v, &p, 0, err));
out:
    pack_release(&p);
    return st;
}

/* Adds folder/stem.end in small or capital letters when it is there. */
static pv_status add_beside(pack *p, const char *stem, const char *end, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text name = {0}, path = {0};
    struct stat s;
    for (int upper = 0; upper < 2; upper++) {
        pv_text_reset(&name);
        pv_text_reset(&path);
        pv_text_add(&name, stem);
        size_t from = name.len;
        pv_text_add(&name, end);
        PV_TRY(pv_text_status(&name, err));
        for (size_t i = from; upper && i < name.len; i++)
            name.data[i] = (char)(name.data[i] >= 'a' && name.data[i] <= 'z' ? name.data[i] - 32 : name.data[i]);
        pv_text_addf(&path, "%s/%s", p->folder, pv_text_str(&name));
        PV_TRY(pv_text_status(&path, err));
        if (stat(pv_text_str(&path), &s) != 0 || !S_ISREG(s.st_mode)) continue;
        PV_TRY(pack_add(p, pv_text_str(&name), err));
        break;
    }
out:
    pv_text_release(&name);
    pv_text_release(&path);
    return st;
}

/* A file, with what lies beside it under its name: the parts of a Shapefile, the log of a GeoPackage. */
static pv_status read_file(pv_vector *v, const char *path, pv_err *err)
{
    static const char *const shp[] = {"shp", NULL};
    pv_status st = PV_OK;
    pv_text folder = {0}, stem = {0};
    pv_vector_bytes whole = {.data = NULL};
    const char *file = pv_path_name(path);
    pack p = {.name = path};
    if (file == path)
        pv_text_add(&folder, ".");
    else
        pv_text_add_n(&folder, path, (size_t)(file - path));
    pv_text_add_n(&stem, file, strlen(file) - (ends_as(file, shp) ? 4 : 0));
    PV_TRY(pv_text_status(&folder, err));
    PV_TRY(pv_text_status(&stem, err));
    p.folder = pv_text_str(&folder);
    PV_TRY(pack_add(&p, file, err));
    for (const char *const *end = ends_as(file, shp) ? (const char *const[]){".dbf", ".shx", ".prj", NULL} : (const char *const[]){"-wal", NULL};
         *end != NULL; end++)
        PV_TRY(add_beside(&p, pv_text_str(&stem), *end, err));
    PV_TRY(pack_read(v, &p, 0, path, 0, err));
    PV_TRY(pv_file_read(path, v->limits.file_bytes, &whole.data, &whole.n, err));
    PV_TRY(keep_pictures(v, &whole.data, whole.n, err));
out:
    pv_free(whole.data);
    pack_release(&p);
    pv_text_release(&folder);
    pv_text_release(&stem);
    return st;
}

pv_status pv_vector_read(pv_vector **out, const char *path, const pv_vector_limits *limits, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector *v = NULL;
    struct stat s;
    if (stat(path, &s) != 0) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
    PV_TRY(vector_new(&v, limits, err));
    v->name_from = (size_t)(pv_path_name(path) - path);
    if (S_ISDIR(s.st_mode))
        PV_TRY(read_folder(v, path, err));
    else
        PV_TRY(read_file(v, path, err));
    PV_TRY(vector_settle(v, err));
    *out = v;
    v = NULL;
out:
    pv_vector_free(v);
    return pv_where(err, st, "%s", path);
}
