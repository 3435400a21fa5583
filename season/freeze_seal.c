#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "season/freezes.h"

#include "base/banned.h"

enum { PV_SEAL_DEPTH = 8, PV_SEAL_BYTES = 1 << 22 };
static const char seal_name[] = "SHA256SUMS";

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* "<hash>  <name>\n" of every file below folder/part, as sha256sum -c reads it. */
static pv_status add_files(const char *folder, const char *part, int depth, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    struct dirent **entry = NULL;
    pv_text path = {0}, name = {0};
    int n = 0;
    pv_text_addf(&path, "%s/%s", folder, part);
    PV_TRY(pv_text_status(&path, err));
    n = scandir(pv_text_str(&path), &entry, NULL, by_bytes);
    if (n < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
    for (int i = 0; i < n; i++) {
        const char *at = entry[i]->d_name;
        struct stat is;
        char hex[PV_SHA256_HEX];
        if (strcmp(at, ".") == 0 || strcmp(at, "..") == 0 || (part[0] == '\0' && strcmp(at, seal_name) == 0)) continue;
        pv_text_reset(&name);
        pv_text_reset(&path);
        pv_text_addf(&name, "%s%s%s", part, part[0] != '\0' ? "/" : "", at);
        pv_text_addf(&path, "%s/%s", folder, pv_text_str(&name));
        PV_TRY(pv_text_status(&path, err));
        if (lstat(pv_text_str(&path), &is) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
        if (S_ISDIR(is.st_mode) && depth > 0) {
            PV_TRY(pv_folder_sync(pv_text_str(&path), err));
            PV_TRY(add_files(folder, pv_text_str(&name), depth - 1, out, err));
        } else if (S_ISREG(is.st_mode)) {
            PV_TRY(pv_sha256_file(pv_text_str(&path), hex, err));
            pv_text_addf(out, "%s  %s\n", hex, pv_text_str(&name));
        } else {
            PV_TRY(pv_fail(err, PV_INPUT, "%s: it is no file of a frozen year", pv_text_str(&path)));
        }
    }
    PV_TRY(pv_text_status(out, err));
out:
    for (int i = 0; i < n; i++) free(entry[i]);
    free(entry);
    pv_text_release(&path);
    pv_text_release(&name);
    return st;
}

static void hash_of(const char *data, size_t n, char hex[PV_SHA256_HEX])
{
    pv_sha256 s;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&s);
    pv_sha256_add(&s, data, n);
    pv_sha256_done(&s, digest);
    pv_sha256_hex(digest, hex);
}

pv_status pv_freeze_seal(const char *folder, char sums[PV_SHA256_HEX], pv_err *err)
{
    pv_status st = PV_OK;
    pv_text list = {0}, path = {0};
    PV_TRY(add_files(folder, "", PV_SEAL_DEPTH, &list, err));
    pv_text_addf(&path, "%s/%s", folder, seal_name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(&list), list.len, 1, err));
    hash_of(pv_text_str(&list), list.len, sums);
out:
    pv_text_release(&list);
    pv_text_release(&path);
    return st;
}

/* ---- and back ---- */

typedef struct seal_line {
    const char *hash, *name; /* NULL = no more lines */
} seal_line;

/* Cuts the next line out of the text at *at. */
static seal_line next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    if (end == NULL || end - line < PV_SHA256_HEX + 1) return (seal_line){NULL, NULL};
    *end = line[PV_SHA256_HEX - 1] = '\0';
    *at = end + 1;
    return (seal_line){line, line + PV_SHA256_HEX + 1};
}

static void compare(char *kept, char *found, pv_chain_fault *say, void *with, int64_t *faults)
{
    pv_err fault = {.status = PV_OK};
    seal_line a = next_line(&kept), b = next_line(&found);
    while (a.name != NULL || b.name != NULL) {
        int order = a.name == NULL ? 1 : b.name == NULL ? -1 : strcmp(a.name, b.name);
        fault.status = PV_OK;
        if (order < 0) (void)pv_fail(&fault, PV_INPUT, "%.400s: it is missing", a.name);
        if (order > 0) (void)pv_fail(&fault, PV_INPUT, "%.400s: it was not there when the year was frozen", b.name);
        if (order == 0 && strcmp(a.hash, b.hash) != 0) (void)pv_fail(&fault, PV_INPUT, "%.400s: it was changed", a.name);
        if (fault.status != PV_OK) {
            (*faults)++;
            say(with, &fault);
        }
        if (order <= 0) a = next_line(&kept);
        if (order >= 0) b = next_line(&found);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a + PV_SHA256_HEX + 1, *(const char *const *)b + PV_SHA256_HEX + 1);
}

/* Folders stand among files in the walk: the lines in the order of their whole names. */
static pv_status sort_lines(pv_text *t, pv_err *err)
{
    pv_status st = PV_OK;
    char **line = NULL, *copy = NULL;
    size_t n = 0, cap = 0;
    PV_TRY(pv_strdup(&copy, pv_text_str(t), err));
    for (char *at = copy; *at != '\0';) {
        char *end = strchr(at, '\n');
        if (end == NULL) break;
        *end = '\0';
        if (end - at > PV_SHA256_HEX + 1) {
            PV_TRY(pv_grow(&line, &cap, n + 1, sizeof *line, "names", err));
            line[n++] = at;
        }
        at = end + 1;
    }
    if (n > 0) qsort(line, n, sizeof *line, by_name);
    pv_text_reset(t);
    for (size_t i = 0; i < n; i++) pv_text_addf(t, "%s\n", line[i]);
    PV_TRY(pv_text_status(t, err));
out:
    pv_free(line);
    pv_free(copy);
    return st;
}

pv_status pv_freeze_unseal(const char *folder, const char *sums, pv_chain_fault *say, void *with, int64_t *faults, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, kept = {0}, found = {0};
    char *data = NULL, hex[PV_SHA256_HEX];
    size_t n = 0;
    *faults = 0;
    pv_text_addf(&path, "%s/%s", folder, seal_name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_file_read(pv_text_str(&path), PV_SEAL_BYTES, &data, &n, err));
    hash_of(data, n, hex);
    if (strcmp(hex, sums) != 0) {
        pv_err fault;
        (void)pv_fail(&fault, PV_INPUT, "%.400s: it was changed", seal_name);
        ++*faults;
        say(with, &fault);
    }
    pv_text_add_n(&kept, data, n);
    PV_TRY(pv_text_status(&kept, err));
    PV_TRY(add_files(folder, "", PV_SEAL_DEPTH, &found, err));
    PV_TRY(sort_lines(&kept, err));
    PV_TRY(sort_lines(&found, err));
    if (kept.len > 0 && found.len > 0) compare(kept.data, found.data, say, with, faults);
out:
    pv_free(data);
    pv_text_release(&path);
    pv_text_release(&kept);
    pv_text_release(&found);
    return st;
}
