/* One worker a photo: `papaver scan` in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/gate_options.h"
#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "report/reason_words.h"
#include "season/season_ground.h"

#include "base/banned.h"

enum { MOST_UNITS = 64, MOST_WORDS = 48 + PV_GATE_WORDS + 2 * MOST_UNITS, STDOUT_BYTES = 1 << 20, MOST_ATTEMPTS = 2 };
static const size_t RESULT_BYTES = (size_t)1 << 30, COVERAGE_BYTES = (size_t)1 << 29;

/* A photo at work. */
typedef struct photo_job {
    pv_night_job *night;
    pv_photo_entry *e;
    pv_text folder, photo, result, ground, job, log, chips,
        overview; /* paths: work/<id>, the photo, its hotspots and cells, what the work is of, the worker's words, pictures */
    pv_text units[MOST_UNITS];
    int n_units;
    char number[4][32], limit[PV_GATE_NUMBERS][32], grid[48]; /* "" = the photo's place decides */
} photo_job;

static void photo_job_release(photo_job *p)
{
    pv_text_release(&p->folder);
    pv_text_release(&p->photo);
    pv_text_release(&p->result);
    pv_text_release(&p->ground);
    for (int k = 0; k < MOST_UNITS; k++) pv_text_release(&p->units[k]);
    pv_text_release(&p->job);
    pv_text_release(&p->log);
    pv_text_release(&p->chips);
    pv_text_release(&p->overview);
}

/* A name without folders, for log/ and quarantine/. */
static void flat_name(const char *file, char *out, size_t size)
{
    size_t n = strlen(file), from = n < 200 ? 0 : n - 200;
    while (((unsigned char)file[from] & 0xC0) == 0x80) from++;
    (void)snprintf(out, size, "%s", file + from);
    for (char *c = out; *c != '\0'; c++)
        if (*c == '/') *c = '_';
}

static pv_status photo_job_paths(photo_job *p, pv_err *err)
{
    pv_status st = PV_OK;
    char part[1400], name[256];
    const pv_season *s = p->night->season;
    (void)snprintf(part, sizeof part, "work/%lld", (long long)p->e->id);
    PV_TRY(pv_season_path(s, &p->folder, part, err));
    (void)snprintf(part, sizeof part, "inbox/%s", p->e->file.file);
    PV_TRY(pv_season_path(s, &p->photo, part, err));
    flat_name(p->e->file.file, name, sizeof name);
    (void)snprintf(part, sizeof part, "log/%lld-%s.log", (long long)p->e->id, name);
    PV_TRY(pv_season_path(s, &p->log, part, err));
    pv_text_addf(&p->result, "%s/hotspots.geojson", pv_text_str(&p->folder));
    pv_text_addf(&p->ground, "%s/coverage.pvc", pv_text_str(&p->folder));
    pv_text_addf(&p->job, "%s/job.txt", pv_text_str(&p->folder));
    pv_text_addf(&p->chips, "%s/%s", pv_text_str(&p->folder), PV_NIGHT_CHIPS);
    pv_text_addf(&p->overview, "%s/%s.jpg", pv_text_str(&p->folder), PV_NIGHT_OVERVIEW);
    PV_TRY(pv_text_status(&p->chips, err));
    PV_TRY(pv_text_status(&p->overview, err));
    PV_TRY(pv_text_status(&p->ground, err));
    PV_TRY(pv_text_status(&p->result, err));
    PV_TRY(pv_text_status(&p->job, err));
out:
    return st;
}

/* The season's grid, once it has one, and its boundaries. */
static pv_status photo_job_ground(photo_job *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = p->night->season;
    pv_cell_grid grid = {0};
    char part[PV_CONF_TEXT];
    int known = 0;
    PV_TRY(pv_ground_grid(s, &grid, &known, err));
    if (known) (void)snprintf(p->grid, sizeof p->grid, "%d,%d.%03d", grid.epsg, pv_cell_grid_mm(&grid) / 1000, pv_cell_grid_mm(&grid) % 1000);
    for (int k = 0; k < MOST_UNITS && pv_conf_part(s->conf, PV_SET_BOUNDARIES, k, part, sizeof part); k++, p->n_units++) {
        if (part[0] == '/')
            pv_text_add(&p->units[k], part);
        else
            PV_TRY(pv_season_path(s, &p->units[k], part, err));
        PV_TRY(pv_text_status(&p->units[k], err));
    }
out:
    return st;
}

/* What the work is of: a result that was left behind is used again only when this is the same. */
static pv_status photo_job_facts(const photo_job *p, pv_text *out, pv_err *err)
{
    const pv_conf *c = p->night->season->conf;
    const pv_set what[] = {PV_SET_MODEL,          PV_SET_MIN_AREA_M2, PV_SET_OBJECT_THRESHOLD, PV_SET_ALLOW_COARSE,
                           PV_SET_BOUNDARIES,     PV_SET_GRID_EPSG,   PV_SET_COVERAGE_CELL_M,  PV_SET_MAX_SIDE_PX,
                           PV_SET_MAX_MEGAPIXELS, PV_SET_MAX_BANDS,   PV_SET_MAX_BLOCK_MIB,    PV_SET_MAX_RATIO,
                           PV_SET_CHIPS};
    pv_text_addf(out, "%s\n%s\n%lld %lld\n%s\n", PV_VERSION_TEXT, p->e->file.file, (long long)p->e->file.bytes, (long long)p->e->file.changed_ns,
                 p->grid);
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) pv_text_addf(out, "%s\n", pv_conf_text(c, what[i]));
    return pv_text_status(out, err);
}

static void forget(const photo_job *p)
{
    pv_night_clear_folder(pv_text_str(&p->folder));
}

/* Makes the work folder; *ready = 1 when the result of this very work lies there. */
static pv_status prepare(const photo_job *p, int *ready, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text facts = {0};
    char *former = NULL;
    size_t n = 0;
    *ready = 0;
    PV_TRY(photo_job_facts(p, &facts, err));
    PV_TRY(pv_folder_make(pv_text_str(&p->folder), err));
    int same = access(pv_text_str(&p->job), F_OK) == 0 && pv_file_read(pv_text_str(&p->job), 1 << 20, &former, &n, NULL) == PV_OK && n == facts.len &&
               memcmp(former, facts.data, n) == 0;
    if (same) {
        *ready = access(pv_text_str(&p->result), F_OK) == 0;
        goto out;
    }
    (void)unlink(pv_text_str(&p->result));
    (void)unlink(pv_text_str(&p->ground));
    PV_TRY(pv_outfile_put(pv_text_str(&p->job), facts.data, facts.len, 1, err));
out:
    pv_free(former);
    pv_text_release(&facts);
    return st;
}

/* ---- the worker ---- */

static void put_number(photo_job *p, const char **argv, int *n, const char *option, int at, double value)
{
    (void)snprintf(p->number[at], sizeof p->number[at], "%.12g", value);
    argv[(*n)++] = option;
    argv[(*n)++] = p->number[at];
}

static void worker_words(photo_job *p, const char **argv, int gentle)
{
    const pv_conf *c = p->night->season->conf;
    int n = 0;
    argv[n++] = p->night->program;
    argv[n++] = "scan";
    argv[n++] = "--quiet";
    argv[n++] = "--json";
    argv[n++] = "--overwrite";
    argv[n++] = "--output";
    argv[n++] = pv_text_str(&p->result);
    put_number(p, argv, &n, "--memory", 0, pv_conf_real(c, PV_SET_MEMORY_MIB));
    put_number(p, argv, &n, "--min-area", 1, pv_conf_real(c, PV_SET_MIN_AREA_M2));
    n += pv_gate_words_of(c, p->limit, argv + n);
    if (strcmp(pv_conf_text(c, PV_SET_OBJECT_THRESHOLD), "model") != 0)
        put_number(p, argv, &n, "--object-threshold", 2, pv_conf_real(c, PV_SET_OBJECT_THRESHOLD));
    if (gentle || pv_conf_int(c, PV_SET_THREADS) > 0) put_number(p, argv, &n, "--threads", 3, gentle ? 1 : pv_conf_real(c, PV_SET_THREADS));
    if (gentle) {
        argv[n++] = "--tile";
        argv[n++] = "256";
    }
    if (strcmp(pv_conf_text(c, PV_SET_MODEL), "auto") != 0) {
        argv[n++] = "--model";
        argv[n++] = pv_conf_text(c, PV_SET_MODEL);
    }
    if (pv_conf_yes(c, PV_SET_ALLOW_COARSE)) argv[n++] = "--allow-coarse";
    if (pv_conf_yes(c, PV_SET_CHIPS)) {
        argv[n++] = "--chips";
        argv[n++] = pv_text_str(&p->chips);
        argv[n++] = "--overview";
        argv[n++] = pv_text_str(&p->overview);
    }
    argv[n++] = "--coverage";
    argv[n++] = pv_text_str(&p->ground);
    if (p->grid[0] != '\0') {
        argv[n++] = "--coverage-grid";
        argv[n++] = p->grid;
    }
    for (int k = 0; k < p->n_units; k++) {
        argv[n++] = "--units";
        argv[n++] = pv_text_str(&p->units[k]);
    }
    if (p->night->caged) argv[n++] = "--cage";
    argv[n++] = "--";
    argv[n++] = pv_text_str(&p->photo);
    argv[n] = NULL;
}

static pv_child_limits worker_limits(const photo_job *p)
{
    const pv_conf *c = p->night->season->conf;
    int64_t space = pv_conf_int(c, PV_SET_ADDRESS_SPACE_MIB);
    if (space == 0) space = 2 * pv_conf_int(c, PV_SET_MEMORY_MIB) + 4096;
    return (pv_child_limits){.address_bytes = space << 20,
                             .file_bytes = pv_conf_int(c, PV_SET_FILE_MIB) << 20,
                             .seconds = pv_conf_real(c, PV_SET_TIME_BASE_S) + pv_conf_real(c, PV_SET_TIME_PER_GB_S) * (double)p->e->file.bytes * 1e-9,
                             .threads = pv_threads_default(),
                             .stdout_bytes = STDOUT_BYTES};
}

static pv_status enough_disk(const pv_night_job *job, pv_err *err)
{
    int64_t there = pv_disk_free(job->season->folder), low = pv_conf_int(job->season->conf, PV_SET_DISK_LOW_MIB) << 20;
    if (there < 0 || there >= low) return PV_OK;
    return pv_fail(err, PV_IO, "%s: %lld MiB are free and disk_low_mib asks for %lld; make room, the next night goes on", job->season->folder,
                   (long long)(there >> 20), (long long)(low >> 20));
}

/* *dead = 1 when the worker died, with words about it; else the result lies there. */
static pv_status run_worker(photo_job *p, int *dead, char *words, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    const char *argv[MOST_WORDS];
    pv_child_limits limits = worker_limits(p);
    pv_child_end end;
    pv_text out = {0}, why = {0};
    *dead = 0;
    PV_TRY(enough_disk(p->night, err));
    worker_words(p, argv, p->e->attempts > 0);
    PV_TRY(pv_child_run(argv, &limits, pv_text_str(&p->log), p->night->stop, &out, &end, err));
    /* A worker that was too slow or wrote too much was asked to end by us, and may end well-behaved. */
    int asked = end.timed_out || end.flooded;
    if (end.stopped || (end.code == pv_exit_code(PV_STOPPED) && !asked)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal"));
    if (end.code == pv_exit_code(PV_IO))
        PV_TRY(pv_fail(err, PV_IO, "%s: the worker could not write its result, or not read what it needs; see %s", p->e->file.file,
                       pv_text_str(&p->log)));
    *dead = access(pv_text_str(&p->result), F_OK) != 0;
    if (*dead && errno != ENOENT) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&p->result), strerror(errno)));
    if (!*dead) goto out;
    pv_child_words(&end, &limits, &why);
    PV_TRY(pv_text_status(&why, err));
    (void)snprintf(words, size, PV_N("the worker %s; its words: log/%s"), pv_text_str(&why), pv_path_name(pv_text_str(&p->log)));
out:
    pv_text_release(&out);
    pv_text_release(&why);
    return st;
}

/* ---- into the ledger ---- */

/* The same bytes as those of a photo that was done, when the hash was not to be had before the scan. */
static pv_status take_as_same(photo_job *p, const pv_worker_result *r, int *is_same, pv_err *err)
{
    pv_status st = PV_OK;
    *is_same = 0;
    if (!pv_worker_result_looked(r) || r->sha256[0] == '\0') return PV_OK;
    st = pv_night_end_as_same(p->night, p->e, r->sha256, err);
    *is_same = p->e->state == PV_PHOTO_SAME;
    return st;
}

static void note_done(const char *file, const pv_worker_result *r)
{
    pv_text keep = {0};
    const char *colon = r->reason[0] != '\0' ? ": " : "", *reason = pv_reason_words(r->reason, &keep), *status = pv_tr(r->status);
    if (r->n == 1)
        pv_note("%s: %s, 1 hotspot%s%s", file, status, colon, reason);
    else
        pv_note("%s: %s, %zu hotspots%s%s", file, status, r->n, colon, reason);
    pv_text_release(&keep);
}

static pv_status take(photo_job *p, int *dead, char *words, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    char *text = NULL, *cells = NULL;
    size_t n = 0, n_cells = 0;
    pv_err why;
    pv_worker_result r = {.n = 0};
    pv_map_image image = {0};
    pv_text local = {0};
    int is_same = 0;
    *dead = 0;
    st = pv_file_read(pv_text_str(&p->result), RESULT_BYTES, &text, &n, &why);
    if (st == PV_OK) st = pv_worker_result_read(&r, text, n, &why);
    if (st == PV_INPUT) {
        *dead = 1;
        (void)snprintf(words, size, PV_N("the worker's result cannot be read: %.300s"), why.text);
        st = PV_OK;
        goto out;
    }
    if (st != PV_OK) PV_TRY(pv_pass(err, st, &why));
    PV_TRY(take_as_same(p, &r, &is_same, err));
    if (is_same) goto out;
    if (pv_worker_result_looked(&r) && access(pv_text_str(&p->ground), F_OK) != 0 && errno == ENOENT) {
        *dead = 1;
        (void)snprintf(words, size, PV_N("the worker left no coverage"));
        goto out;
    }
    if (pv_worker_result_looked(&r)) PV_TRY(pv_file_read(pv_text_str(&p->ground), COVERAGE_BYTES, &cells, &n_cells, err));
    PV_TRY(pv_night_take_chips(p->night, p->e, pv_text_str(&p->folder), &r, &image, err));
    st = pv_photos_take(p->night->season, p->e, &r, cells, n_cells, &image, &why);
    if (st == PV_INPUT) {
        *dead = 1;
        (void)snprintf(words, size, PV_N("the worker's result cannot be used: %.300s"), why.text);
        st = PV_OK;
        goto out;
    }
    if (st != PV_OK) PV_TRY(pv_pass(err, st, &why));
    if (p->e->state == PV_PHOTO_DONE)
        note_done(p->e->file.file, &r);
    else
        pv_note("%s: refused: %s", p->e->file.file, pv_reason_words(r.reason, &local));
out:
    pv_worker_result_release(&r);
    pv_text_release(&local);
    pv_free(text);
    pv_free(cells);
    return st;
}

static pv_status copy_aside(const char *from, const char *to, pv_err *err)
{
    if (rename(from, to) == 0 || errno == ENOENT) return PV_OK;
    return pv_fail(err, PV_IO, "%s: cannot be moved to %s: %s", from, to, strerror(errno));
}

pv_status pv_night_put_aside(pv_night_job *job, const pv_photo_entry *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text from = {0}, to = {0}, words = {0}, note = {0};
    char name[256], part[1400], reason[1024];
    pv_err why;
    PV_TRY(pv_photos_reason(job->season, e, reason, sizeof reason, err));
    flat_name(e->file.file, name, sizeof name);
    (void)snprintf(part, sizeof part, "quarantine/%lld-%s", (long long)e->id, name);
    PV_TRY(pv_season_path(job->season, &to, part, err));
    (void)snprintf(part, sizeof part, "inbox/%s", e->file.file);
    PV_TRY(pv_season_path(job->season, &from, part, err));
    pv_text_addf(&words, "%s.reason.txt", pv_text_str(&to));
    pv_text_addf(&note, "%s\n%s\nTo try it again, move it back to the inbox and touch it.\n", e->file.file, reason);
    PV_TRY(pv_text_status(&words, err));
    PV_TRY(pv_text_status(&note, err));
    PV_TRY(pv_outfile_put(pv_text_str(&words), note.data, note.len, 1, err));
    /* The reason first: a photo that is still in the inbox is put aside again. */
    if (copy_aside(pv_text_str(&from), pv_text_str(&to), &why) != PV_OK) pv_note("%s stays in the inbox: %s", e->file.file, pv_err_words(&why));
out:
    pv_text_release(&from);
    pv_text_release(&to);
    pv_text_release(&words);
    pv_text_release(&note);
    return st;
}

static pv_status died(photo_job *p, const char *words, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = p->night->season;
    forget(p);
    PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(pv_photos_failed(s, p->e, words, err));
    if (p->e->attempts >= MOST_ATTEMPTS) PV_TRY(pv_photos_end(s, p->e, PV_PHOTO_QUARANTINED, words, err));
    PV_TRY(pv_sql_commit(s->db, err));
    if (p->e->state == PV_PHOTO_NEW)
        pv_note("%s: %s; once more, gently", p->e->file.file, words);
    else
        pv_note("%s: put into quarantine: %s", p->e->file.file, words);
    if (p->e->state == PV_PHOTO_QUARANTINED) PV_TRY(pv_night_put_aside(p->night, p->e, err));
out:
    if (st != PV_OK) pv_sql_rollback(s->db);
    return st;
}

/* 1 = the photo in the inbox is the one that was listed; of a folder only that it is there. */
static int is_as_listed(const photo_job *p)
{
    struct stat s;
    if (lstat(pv_text_str(&p->photo), &s) != 0) return 0;
    return S_ISDIR(s.st_mode) || (s.st_size == p->e->file.bytes && pv_night_changed_ns(&s) == p->e->file.changed_ns);
}

static pv_status one_photo(pv_night_job *job, pv_photo_entry *e, pv_err *err)
{
    static const char gone[] = PV_N("it was gone from the inbox, or changed, when its turn came; the next night takes what is there");
    pv_status st = PV_OK;
    photo_job p = {.night = job, .e = e};
    char words[512];
    PV_TRY(photo_job_paths(&p, err));
    PV_TRY(photo_job_ground(&p, err));
    while (e->state == PV_PHOTO_NEW) {
        int ready = 0, dead = 0;
        PV_TRY(prepare(&p, &ready, err));
        if (!ready && is_as_listed(&p)) PV_TRY(run_worker(&p, &dead, words, sizeof words, err));
        /* What a worker saw of a photo that is not the listed one says nothing. */
        if (!is_as_listed(&p)) {
            PV_TRY(pv_photos_end(job->season, e, PV_PHOTO_NEW, gone, err));
            pv_note("%s: not done: %s", e->file.file, gone);
            break;
        }
        if (!dead) PV_TRY(take(&p, &dead, words, sizeof words, err));
        if (dead) PV_TRY(died(&p, words, err));
    }
    forget(&p);
out:
    photo_job_release(&p);
    return st;
}

/* When no photo waits for a worker, nothing in work/ is of use: what lies there is of nights that were killed after they had taken it in. */
static pv_status clear_work(const pv_night_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const written[] = {"quarantine", "out", ""};
    pv_text work = {0};
    PV_TRY(pv_season_path(job->season, &work, "work", err));
    pv_night_clear_folders(pv_text_str(&work), "");
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        PV_TRY(pv_season_path(job->season, &work, written[i], err));
        pv_night_clear_temporaries(pv_text_str(&work));
    }
out:
    pv_text_release(&work);
    return st;
}

pv_status pv_night_photos(pv_night_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < job->n_items; i++) {
        if (job->item[i].entry.state == PV_PHOTO_QUARANTINED) PV_TRY(pv_night_put_aside(job, &job->item[i].entry, err));
        if (job->item[i].entry.state != PV_PHOTO_NEW || job->item[i].entry.id == 0) continue;
        if (atomic_load(job->stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal; the next night goes on"));
        PV_TRY(pv_night_same(job, i, err));
        if (job->item[i].entry.state == PV_PHOTO_NEW) PV_TRY(one_photo(job, &job->item[i].entry, err));
    }
    PV_TRY(clear_work(job, err));
out:
    return st;
}
