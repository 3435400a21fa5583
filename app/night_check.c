/* What is new in the inbox is looked at by a child, `papaver check`, before anything else is done with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/gate_options.h"
#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "report/reason_words.h"

#include "base/banned.h"

enum { BATCH = 200, MOST_ARGUMENTS = BATCH + 24, CHECK_SECONDS = 600, HASH_SECONDS = 86400, LINE_BYTES = 1 << 22 };

typedef enum verdict {
    UNKNOWN = 0, /* to be looked at */
    IN_LEDGER,   /* it was there */
    ENTER,       /* it is taken in */
    REFUSE,
    WAIT,
    DROP /* a folder whose photos are items of their own */
} verdict;

static void decide(pv_night_item *item, verdict v, const char *reason)
{
    item->verdict = v;
    (void)snprintf(item->reason, sizeof item->reason, "%s", reason);
}

/* ---- the child ---- */

/* Options and paths of one child; the numbers' texts live here. */
typedef struct command {
    const char *argv[MOST_ARGUMENTS];
    int n;
    char number[PV_GATE_NUMBERS][32];
    pv_text *path; /* [BATCH] */
} command;

static void add_words(command *c, const char *option, const char *value)
{
    c->argv[c->n++] = option;
    if (value != NULL) c->argv[c->n++] = value;
}

/* Runs `papaver check` on n items, from item[i[0]] on. out: what it said. */
static pv_status run_check(pv_night_job *job, const size_t *i, int n, int hash, pv_text *out, pv_child_end *end, pv_err *err)
{
    pv_status st = PV_OK;
    command c = {.n = 0};
    pv_child_limits limits = {
        .address_bytes = (int64_t)4 << 30, .file_bytes = 1, .seconds = hash ? HASH_SECONDS : CHECK_SECONDS, .threads = 1, .stdout_bytes = LINE_BYTES};
    PV_TRY(pv_alloc(&c.path, BATCH, sizeof *c.path, "paths", err));
    add_words(&c, job->program, "check");
    add_words(&c, "--json", hash ? "--hash" : NULL);
    c.n += pv_gate_words_of(job->season->conf, c.number, c.argv + c.n);
    if (job->caged) add_words(&c, "--cage", NULL);
    add_words(&c, "--", NULL);
    for (int k = 0; k < n; k++) {
        PV_TRY(pv_season_path(job->season, &c.path[k], "inbox", err));
        pv_text_addf(&c.path[k], "/%s", job->item[i[k]].entry.file.file);
        PV_TRY(pv_text_status(&c.path[k], err));
        add_words(&c, pv_text_str(&c.path[k]), NULL);
    }
    c.argv[c.n] = NULL;
    pv_text_reset(out);
    PV_TRY(pv_child_run(c.argv, &limits, NULL, job->stop, out, end, err));
    /* The signal may have reached the child first. */
    if (end->stopped || (job->stop != NULL && atomic_load(job->stop)))
        PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal; the next night goes on"));
out:
    for (int k = 0; c.path != NULL && k < BATCH; k++) pv_text_release(&c.path[k]);
    pv_free(c.path);
    return st;
}

/* One line of the child's answer. */
typedef struct answer {
    char word[16], reason[512], sha256[65];
} answer;

/* *is_one = 0: the line is no answer. Errors: PV_NOMEM. */
static pv_status read_answer(const char *line, size_t n, answer *a, int *is_one, pv_err *err)
{
    pv_json j = {0};
    *a = (answer){.word = ""};
    pv_status st = pv_json_parse(&j, line, n, -1, err);
    if (st != PV_OK && st != PV_INPUT) return st;
    int ok = st == PV_OK && pv_json_copy(&j, pv_json_member(&j, 0, "verdict"), a->word, sizeof a->word);
    if (ok && !pv_json_copy(&j, pv_json_member(&j, 0, "reason"), a->reason, sizeof a->reason)) a->reason[0] = '\0';
    if (ok && !pv_json_copy(&j, pv_json_member(&j, 0, "sha256"), a->sha256, sizeof a->sha256)) a->sha256[0] = '\0';
    pv_json_release(&j);
    *is_one = ok;
    return PV_OK;
}

static void take_answer(const pv_night_job *job, pv_night_item *item, const answer *a)
{
    double age_s = job->now_s - (double)item->entry.file.changed_ns * 1e-9;
    if (strcmp(a->word, "whole") == 0)
        decide(item, ENTER, "");
    else if (strcmp(a->word, "half") == 0)
        decide(item, age_s < pv_conf_real(job->season->conf, PV_SET_HALF_COPIED_H) * 3600 ? WAIT : ENTER, a->reason);
    else if (strcmp(a->word, "folder") == 0)
        decide(item, DROP, a->reason);
    else
        decide(item, REFUSE, a->reason);
}

/* How far the child came: *k of the n items were answered. */
static pv_status take_answers(pv_night_job *job, const size_t *i, int n, const char *line, int *k, pv_err *err)
{
    pv_status st = PV_OK;
    *k = 0;
    for (const char *nl; *k < n && (nl = strchr(line, '\n')) != NULL; line = nl + 1) {
        answer a;
        int is_one = 0;
        PV_TRY(read_answer(line, (size_t)(nl - line), &a, &is_one, err));
        if (!is_one) break;
        take_answer(job, &job->item[i[(*k)++]], &a);
    }
out:
    return st;
}

/* Answers come in the order of the items. The one at which the child ended is asked for once more and alone, as the child may have been killed by chance; then it is refused, and
 * those behind it are asked for again. */
static pv_status check_batch(pv_night_job *job, const size_t *i, int n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    for (int from = 0, alone = 0; from < n;) {
        pv_child_end end;
        int asked = alone ? 1 : n - from, k = 0;
        PV_TRY(run_check(job, i + from, asked, 0, &out, &end, err));
        PV_TRY(take_answers(job, i + from, asked, pv_text_str(&out), &k, err));
        from += k;
        if (k < asked && alone) decide(&job->item[i[from++]], REFUSE, PV_N("the check of its file crashed"));
        alone = k < asked && !alone;
    }
out:
    pv_text_release(&out);
    return st;
}

/* ---- rounds ---- */

static pv_status check_round(pv_night_job *job, size_t from, pv_err *err)
{
    pv_status st = PV_OK;
    size_t batch[BATCH];
    int n = 0;
    for (size_t i = from; i < job->n_items; i++) {
        pv_night_item *item = &job->item[i];
        int found = 0;
        pv_photo_entry entry;
        PV_TRY(pv_photos_find(job->season, &item->entry.file, &entry, &found, err));
        if (found) {
            item->entry = entry;
            item->verdict = IN_LEDGER;
        } else if (!item->settled) {
            decide(item, WAIT, PV_N("it was changed a moment ago and may still be copied"));
        } else {
            batch[n++] = i;
        }
        if (n < BATCH) continue;
        PV_TRY(check_batch(job, batch, n, err));
        n = 0;
    }
    if (n > 0) PV_TRY(check_batch(job, batch, n, err));
out:
    return st;
}

static pv_status enter(pv_night_job *job, pv_night_item *item, pv_err *err)
{
    pv_status st = PV_OK;
    if (item->verdict == WAIT) return pv_night_wait(job, item->entry.file.file, item->reason, err);
    if (item->verdict == DROP) return PV_OK;
    if (item->verdict == IN_LEDGER) return item->entry.state == PV_PHOTO_NEW ? pv_photos_adopt(job->season, &job->night, &item->entry, err) : PV_OK;
    PV_TRY(pv_photos_add(job->season, &job->night, &item->entry.file, &item->entry, err));
    if (item->verdict == REFUSE) PV_TRY(pv_photos_end(job->season, &item->entry, PV_PHOTO_REFUSED, item->reason, err));
out:
    return st;
}

static int by_file(const void *a, const void *b)
{
    return strcmp(((const pv_night_item *)a)->entry.file.file, ((const pv_night_item *)b)->entry.file.file);
}

/* Rows are entered sorted by file, all together, so that a night that was cut short enters the same ones. */
static pv_status enter_all(pv_night_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text words = {0};
    size_t left = 0;
    for (size_t i = 0; i < job->n_items; i++)
        if (job->item[i].verdict != DROP) job->item[left++] = job->item[i];
    job->n_items = left;
    if (left > 0) qsort(job->item, left, sizeof *job->item, by_file);
    PV_TRY(pv_sql_begin(job->season->db, err));
    for (size_t i = 0; i < job->n_items; i++) PV_TRY(enter(job, &job->item[i], err));
    PV_TRY(pv_sql_commit(job->season->db, err));
    for (size_t i = 0; i < job->n_items; i++) {
        const pv_night_item *item = &job->item[i];
        if (item->verdict == REFUSE) pv_note("%s: refused: %s", item->entry.file.file, pv_reason_words(item->reason, &words));
    }
out:
    pv_text_release(&words);
    if (st != PV_OK) pv_sql_rollback(job->season->db);
    return st;
}

pv_status pv_night_check(pv_night_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text words = {0};
    for (size_t from = 0, end = 0; from < job->n_items; from = end) {
        end = job->n_items;
        PV_TRY(check_round(job, from, err));
        for (size_t i = from; i < end; i++) {
            char folder[1024];
            (void)snprintf(folder, sizeof folder, "%s", job->item[i].entry.file.file);
            if (job->item[i].verdict == DROP) PV_TRY(pv_night_look_into(job, folder, 1, err));
        }
    }
    PV_TRY(enter_all(job, err));
    for (size_t k = 0; k < job->n_waiting; k++) {
        if (job->waiting[k].never)
            pv_note("%s: refused: %s", job->waiting[k].file, pv_reason_words(job->waiting[k].reason, &words));
        else
            pv_note("%s: waits: %s", job->waiting[k].file, pv_reason_words(job->waiting[k].reason, &words));
    }
out:
    pv_text_release(&words);
    return st;
}

pv_status pv_night_end_as_same(pv_night_job *job, pv_photo_entry *e, const char *sha256, pv_err *err)
{
    pv_status st = PV_OK;
    char twin[1024], reason[512];
    pv_text words = {0};
    PV_TRY(pv_photos_of_hash(job->season, sha256, twin, sizeof twin, err));
    if (twin[0] == '\0') goto out;
    (void)snprintf(reason, sizeof reason, PV_N("it has the same bytes as %.400s, which was done before"), twin);
    PV_TRY(pv_photos_end(job->season, e, PV_PHOTO_SAME, reason, err));
    pv_note("%s: not counted again: %s", e->file.file, pv_reason_words(reason, &words));
out:
    pv_text_release(&words);
    return st;
}

pv_status pv_night_same(pv_night_job *job, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_item *item = &job->item[i];
    char known[65];
    pv_text out = {0};
    pv_child_end end;
    answer a;
    int is_one = 0;
    PV_TRY(pv_photos_same_size(job->season, &item->entry.file, known, err));
    if (known[0] == '\0' || item->is_folder) goto out;
    PV_TRY(run_check(job, &i, 1, 1, &out, &end, err));
    PV_TRY(read_answer(pv_text_str(&out), strcspn(pv_text_str(&out), "\n"), &a, &is_one, err));
    if (is_one && a.sha256[0] != '\0') PV_TRY(pv_night_end_as_same(job, &item->entry, a.sha256, err));
out:
    pv_text_release(&out);
    return st;
}
