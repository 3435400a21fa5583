/* What lies in the inbox. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/machine.h"
#include "app/night.h"
#include "base/mem.h"
#include "base/tr.h"

#include "base/banned.h"

enum { DEEPEST = 6, MOST_FILES = 1000000 };

static int ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    return n > k && pv_same_word(name + n - k, ending);
}

static int one_of(const char *name, const char *const *ending)
{
    for (; *ending != NULL; ending++)
        if (ends_with(name, *ending)) return 1;
    return 0;
}

static int is_tiff(const char *name)
{
    static const char *const tiff[] = {".tif", ".tiff", NULL};
    return one_of(name, tiff);
}

/* Names under which programs copy. */
static int is_part(const char *name)
{
    static const char *const part[] = {".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download", ".!ut", ".opdownload", NULL};
    return one_of(name, part);
}

/* What stands beside a photo and is no photo. */
static int is_companion(const char *name)
{
    static const char *const beside[] = {".tfw",     ".tifw", ".prj", ".xml",  ".ovr",    ".msk", ".aux", ".txt",  ".csv", ".json",
                                         ".geojson", ".md",   ".log", ".done", ".sha256", ".md5", ".pdf", ".html", NULL};
    return one_of(name, beside);
}

static pv_status name_it(pv_night_job *job, const char *file, const char *reason, int never, pv_err *err)
{
    pv_status st = pv_grow(&job->waiting, &job->cap_waiting, job->n_waiting + 1, sizeof *job->waiting, "list of files", err);
    if (st != PV_OK) return st;
    pv_night_waiting *w = &job->waiting[job->n_waiting++];
    (void)snprintf(w->file, sizeof w->file, "%s", file);
    (void)snprintf(w->reason, sizeof w->reason, "%s", reason);
    w->never = never;
    return PV_OK;
}

pv_status pv_night_wait(pv_night_job *job, const char *file, const char *reason, pv_err *err)
{
    return name_it(job, file, reason, 0, err);
}

static pv_status pass_over(pv_night_job *job, const char *file, const char *reason, pv_err *err)
{
    return name_it(job, file, reason, 1, err);
}

/* What cannot be read is the fault of its rights or its name; other errors are the disk's, and the night's. */
static pv_status unreadable(pv_night_job *job, const char *file, int why, pv_err *err)
{
    if (why == ENOENT) return PV_OK;
    if (why == EACCES || why == EPERM || why == ENAMETOOLONG || why == ELOOP) return pass_over(job, file, strerror(why), err);
    return pv_fail(err, why == ENOMEM ? PV_NOMEM : PV_IO, "%s: cannot be read: %s", file, strerror(why));
}

static pv_status inbox_path(const pv_night_job *job, const char *file, pv_text *out, pv_err *err)
{
    pv_status st = pv_season_path(job->season, out, "inbox", err);
    if (st == PV_OK && file[0] != '\0') pv_text_addf(out, "/%s", file);
    return st == PV_OK ? pv_text_status(out, err) : st;
}

/* A file is settled when it was not changed for a while (or claims the future), or when a file NAME.done says so. */
static int is_settled(const pv_night_job *job, const char *path, int64_t changed_ns)
{
    double age_s = job->now_s - (double)changed_ns * 1e-9, settle_s = (double)pv_conf_int(job->season->conf, PV_SET_SETTLE_S);
    if (age_s >= settle_s || age_s < -settle_s - 1) return 1;
    char done[4200];
    int n = snprintf(done, sizeof done, "%s.done", path);
    return n > 0 && (size_t)n < sizeof done && access(done, F_OK) == 0;
}

static pv_status add_item(pv_night_job *job, const pv_photo_file *file, int is_folder, int settled, pv_err *err)
{
    pv_status st = pv_grow(&job->item, &job->cap_items, job->n_items + 1, sizeof *job->item, "list of photos", err);
    if (st != PV_OK) return st;
    if (job->n_items >= MOST_FILES) return pv_fail(err, PV_INPUT, "the inbox holds more than %d photos", (int)MOST_FILES);
    job->item[job->n_items++] = (pv_night_item){.entry = {.file = *file}, .is_folder = is_folder, .settled = settled};
    return PV_OK;
}

int64_t pv_night_changed_ns(const struct stat *s)
{
    return (int64_t)s->st_mtim.tv_sec * 1000000000 + s->st_mtim.tv_nsec;
}

/* What a folder holds, besides what was done with it at once. */
typedef struct inside {
    int tiffs, all_settled;
    int64_t bytes, changed_ns; /* of the TIFFs together */
} inside;

static pv_status look_at_tiff(pv_night_job *job, const char *file, const char *path, const struct stat *s, int alone, inside *in, pv_err *err)
{
    pv_photo_file f = {.bytes = s->st_size, .changed_ns = pv_night_changed_ns(s)};
    int settled = is_settled(job, path, f.changed_ns);
    in->tiffs++;
    in->all_settled = in->all_settled && settled;
    in->bytes += f.bytes;
    in->changed_ns = in->changed_ns > f.changed_ns ? in->changed_ns : f.changed_ns;
    if (!alone) return PV_OK;
    (void)snprintf(f.file, sizeof f.file, "%s", file);
    return add_item(job, &f, 0, settled, err);
}

static pv_status look_deeper(pv_night_job *job, const char *file, int depth, int as_photos, pv_err *err);

/* deeper 0: only the TIFFs of this folder count, the rest was looked at before. */
static pv_status look_at(pv_night_job *job, const char *folder, const char *name, int depth, int alone, int deeper, inside *in, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    struct stat s;
    char file[1024];
    int n = snprintf(file, sizeof file, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    if (n < 0 || (size_t)n >= sizeof file) return pass_over(job, name, PV_N("its path is too long"), err);
    if (!pv_utf8_valid(file, strlen(file))) return pass_over(job, "(a name that is not UTF-8)", PV_N("rename it"), err);
    PV_TRY(inbox_path(job, file, &path, err));
    /* Links are not followed: they may lead out of the inbox. */
    if (lstat(pv_text_str(&path), &s) != 0) {
        st = unreadable(job, file, errno, err);
    } else if (!deeper && !(is_tiff(name) && S_ISREG(s.st_mode))) {
        st = PV_OK;
    } else if (S_ISDIR(s.st_mode)) {
        if (depth < DEEPEST)
            st = look_deeper(job, file, depth + 1, 0, err);
        else
            st = pass_over(job, file, PV_N("folders are looked into six levels deep; move it up"), err);
    } else if (is_part(name)) {
        st = pv_night_wait(job, file, PV_N("its name says that it is still being copied"), err);
    } else if (is_tiff(name) && S_ISREG(s.st_mode)) {
        st = look_at_tiff(job, file, pv_text_str(&path), &s, alone, in, err);
    } else if (is_tiff(name)) {
        st = pass_over(job, file, S_ISLNK(s.st_mode) ? PV_N("it is a link; put the photo itself there") : PV_N("it is no regular file"), err);
    } else {
        job->strangers += !is_companion(name);
    }
out:
    pv_text_release(&path);
    return st;
}

/* By bytes: the order of the inbox is the same in every language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static pv_status look_deeper(pv_night_job *job, const char *file, int depth, int as_photos, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    struct dirent **entry = NULL;
    int n = 0, alone = as_photos || file[0] == '\0', deeper = !as_photos || file[0] == '\0';
    inside in = {.all_settled = 1};
    PV_TRY(inbox_path(job, file, &path, err));
    n = scandir(pv_text_str(&path), &entry, NULL, by_name);
    if (n < 0 && file[0] != '\0') {
        st = unreadable(job, file, errno, err);
        goto out;
    }
    if (n < 0) PV_TRY(pv_fail(err, errno == ENOMEM ? PV_NOMEM : PV_IO, "%s: cannot be read: %s", pv_text_str(&path), strerror(errno)));
    for (int i = 0; i < n && st == PV_OK; i++)
        if (entry[i]->d_name[0] != '.') st = look_at(job, file, entry[i]->d_name, depth, alone, deeper, &in, err);
    if (st == PV_OK && !alone && in.tiffs == 0 && is_tiff(file)) st = pass_over(job, file, PV_N("it is a folder, and no TIFF lies in it"), err);
    if (st == PV_OK && !alone && in.tiffs > 0) {
        pv_photo_file f = {.bytes = in.bytes, .changed_ns = in.changed_ns};
        (void)snprintf(f.file, sizeof f.file, "%s", file);
        st = add_item(job, &f, 1, in.all_settled, err);
    }
out:
    for (int i = 0; entry != NULL && i < n; i++) free(entry[i]);
    free(entry);
    pv_text_release(&path);
    return st;
}

pv_status pv_night_look_into(pv_night_job *job, const char *file, int as_photos, pv_err *err)
{
    int depth = 0;
    for (const char *c = file; *c != '\0'; c++) depth += *c == '/';
    return look_deeper(job, file, depth, as_photos, err);
}

static int by_file(const void *a, const void *b)
{
    return strcmp(((const pv_night_item *)a)->entry.file.file, ((const pv_night_item *)b)->entry.file.file);
}

static int by_waiting(const void *a, const void *b)
{
    return strcmp(((const pv_night_waiting *)a)->file, ((const pv_night_waiting *)b)->file);
}

pv_status pv_night_list(pv_night_job *job, pv_err *err)
{
    pv_status st = pv_night_look_into(job, "", 1, err);
    if (st != PV_OK) return st;
    if (job->n_items > 0) qsort(job->item, job->n_items, sizeof *job->item, by_file);
    if (job->n_waiting > 0) qsort(job->waiting, job->n_waiting, sizeof *job->waiting, by_waiting);
    return PV_OK;
}
