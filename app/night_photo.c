/* Photos to workers, and their results into the ledger. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/machine.h"
#include "app/night_worker.h"
#include "app/say.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/rect.h"
#include "base/tr.h"
#include "report/reason_words.h"
#include "season/season_ground.h"

#include "base/banned.h"

enum { MOST_ATTEMPTS = 2, MOST_BESIDE = 4 };
static const size_t RESULT_BYTES = (size_t)1 << 30, COVERAGE_BYTES = (size_t)1 << 29;
/* Of a larger file the scan is so long that its start does not count; what the scan of a smaller one takes at the most. */
static const int64_t LARGE_BYTES = 128 << 20, SMALL_NEEDS = 1 << 30;

/* ---- into the ledger ---- */

/* The same bytes as those of a photo that was done, when the hash was not to be had before the scan. */
static pv_status take_as_same(pv_night_worker *p, const pv_worker_result *r, int *is_same, pv_err *err)
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

static pv_status take(pv_night_worker *p, int *dead, char *words, size_t size, pv_err *err)
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
    pv_night_flat_name(e->file.file, name, sizeof name);
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

static pv_status died(pv_night_worker *p, const char *words, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = p->night->season;
    pv_night_worker_forget(p);
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

/* Workers side by side, the first of them the next whose result is taken: results come in the order of the inbox, whoever ends first. */
typedef struct line {
    pv_night_worker *worker[PV_CHILDREN];
    int n;
    int alone;  /* 1 = nobody may be started beside them */
    int broken; /* 1 = the result of one could not be taken: those after it may not be, either */
} line;

static void leave(line *l)
{
    pv_night_worker_free(l->worker[0]);
    l->n--;
    memmove(l->worker, l->worker + 1, (size_t)l->n * sizeof *l->worker);
}

/* Takes the first one's result; a worker that died is tried once more, gently. */
static pv_status end_photo(line *l, pv_err *err)
{
    static const char gone[] = PV_N("it was gone from the inbox, or changed, when its turn came; the next night takes what is there");
    pv_status st = PV_OK;
    pv_night_worker *p = l->worker[0];
    pv_night_job *job = p->night;
    char words[512];
    int dead = 0;
    for (;;) {
        PV_TRY(pv_night_worker_wait(l->worker, l->n, &dead, words, sizeof words, err));
        /* What a worker saw of a photo that is not the listed one says nothing. */
        if (!pv_night_worker_listed(p) || (!p->ready && p->child.program == NULL)) {
            PV_TRY(pv_photos_end(job->season, p->e, PV_PHOTO_NEW, gone, err));
            pv_note("%s: not done: %s", p->e->file.file, gone);
            break;
        }
        if (!dead) PV_TRY(take(p, &dead, words, sizeof words, err));
        if (dead) PV_TRY(died(p, words, err));
        if (p->e->state != PV_PHOTO_NEW) break;
        PV_TRY(pv_night_worker_start(p, 1, l->n, err));
    }
    pv_night_worker_forget(p);
out:
    l->broken = st != PV_OK;
    leave(l);
    return st;
}

/* How many small photos are looked at side by side: starting a process, and what one thread does in it, is a fifth of their time. */
static int most_beside(const pv_night_job *job, int threads)
{
    int64_t asked = pv_conf_int(job->season->conf, PV_SET_WORKERS), most = pv_conf_int(job->season->conf, PV_SET_MEMORY_MIB) << 20;
    int64_t fit = pv_memory_bytes() / 4 * 3 / (most < SMALL_NEEDS ? most : SMALL_NEEDS);
    if (asked > 0) return (int)asked;
    return pv_max(1, pv_min(pv_min(threads, MOST_BESIDE), fit > MOST_BESIDE ? MOST_BESIDE : (int)fit));
}

/* Photos that wait, from item i on, as far as that matters. */
static int n_waiting(const pv_night_job *job, size_t i, int enough)
{
    int n = 0;
    for (; i < job->n_items && n < enough; i++) n += job->item[i].entry.state == PV_PHOTO_NEW && job->item[i].entry.id != 0;
    return n;
}

/* Gives a photo to a worker, if it is no other's twin; after others have ended if there are too many, or if it needs the machine, or the season's grid, for itself. */
static pv_status begin_photo(pv_night_job *job, line *l, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_worker *p = NULL;
    pv_photo_entry *e = &job->item[i].entry;
    pv_cell_grid grid = {0};
    int64_t asked = pv_conf_int(job->season->conf, PV_SET_THREADS);
    int known = 0, threads = asked > 0 ? (int)asked : pv_threads_default(), most = most_beside(job, threads);
    while (l->n > 0 && (e->file.bytes > LARGE_BYTES || l->alone || l->n >= most)) PV_TRY(end_photo(l, err));
    PV_TRY(pv_night_same(job, i, err));
    if (e->state != PV_PHOTO_NEW) goto out;
    PV_TRY(pv_ground_grid(job->season, &grid, &known, err));
    int alone = !known || e->file.bytes > LARGE_BYTES;
    int waiting = n_waiting(job, i, most), beside = alone ? 1 : pv_min(most, l->n + waiting);
    PV_TRY(pv_night_worker_new(&p, job, e, err));
    /* The last one will soon be alone. */
    PV_TRY(pv_night_worker_start(p, waiting > 1 ? pv_max(1, threads / beside) : threads, beside, err));
    l->alone = alone;
    l->worker[l->n++] = p;
    p = NULL;
out:
    pv_night_worker_free(p);
    return st;
}

/* After a failure: what came before the photo that failed is taken in, as far as that can be done; all others are ended. */
static void end_line(line *l, const pv_night_job *job)
{
    pv_err err;
    int dead = 0;
    char words[512];
    while (l->n > 0 && !l->broken && !atomic_load(job->stop)) (void)!end_photo(l, &err);
    while (l->n > 0) {
        /* A stop lets each of them end by itself. */
        if (atomic_load(job->stop)) (void)!pv_night_worker_wait(l->worker, l->n, &dead, words, sizeof words, &err);
        leave(l);
    }
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
    line l = {.n = 0};
    for (size_t i = 0; i < job->n_items; i++) {
        pv_photo_entry *e = &job->item[i].entry;
        if (e->state == PV_PHOTO_QUARANTINED) PV_TRY(pv_night_put_aside(job, e, err));
        if (e->state != PV_PHOTO_NEW || e->id == 0) continue;
        if (atomic_load(job->stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal; the next night goes on"));
        PV_TRY(begin_photo(job, &l, i, err));
    }
    while (l.n > 0) PV_TRY(end_photo(&l, err));
    PV_TRY(clear_work(job, err));
out:
    end_line(&l, job);
    return st;
}
