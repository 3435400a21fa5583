/* Frozen years, and the ledger itself, are looked at again. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/say.h"
#include "app/stats_frozen.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "season/freezes.h"

#include "base/banned.h"

enum { MOST_YEAR_BYTES = 1 << 30 };

typedef struct verifying {
    pv_text out;
    int64_t faults;
} verifying;

static void say_fault(void *with, const pv_err *fault)
{
    verifying *v = with;
    pv_text_addf(&v->out, pv_tr("  FAULT %s\n"), pv_err_words(fault));
    v->faults++;
}

/* An error about one year is a fault of it, and the others are looked at all the same. */
static pv_status fault_of(verifying *v, pv_status st, const pv_err *inner, pv_err *err)
{
    if (st == PV_NOMEM || st == PV_STOPPED || st == PV_BUG) {
        if (err != NULL) *err = *inner;
        return st;
    }
    if (st != PV_OK) say_fault(v, inner);
    return PV_OK;
}

static pv_status look_at_ledger(verifying *v, pv_season *s, char head[PV_SHA256_HEX], pv_err *err)
{
    pv_status st = PV_OK;
    int64_t links = 0, faults = 0;
    PV_TRY(pv_chain_verify(s->db, say_fault, v, &faults, err));
    PV_TRY(pv_chain_head(s->db, head, &links, err));
    pv_text_addf(&v->out,
                 faults == 0 ? pv_tr("  ledger: %lld links, head %s: as papaver wrote it\n") : pv_tr("  ledger: %lld links, head %s: changed\n"),
                 (long long)links, head);
out:
    return st;
}

/* The tables worked out again from the folder's own ledger, against its year.json. *y is the caller's. */
static pv_status recompute(verifying *v, pv_opened *y, const char *folder, const char *period, const char *program, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, again = {0};
    char *kept = NULL;
    pv_err fault;
    size_t n = 0;
    pv_text_addf(&path, "%s/year.json", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_file_read(pv_text_str(&path), MOST_YEAR_BYTES, &kept, &n, err));
    PV_TRY(pv_frozen_open(y, folder, period, 0, err));
    PV_TRY(pv_frozen_json(&again, &y->year, y->season, err));
    int same = again.len == n && memcmp(pv_text_str(&again), kept, n) == 0;
    if (same) pv_text_add(&v->out, pv_tr("  figures: worked out again, every one the same\n"));
    if (!same && program[0] != '\0' && strcmp(program, PV_VERSION_TEXT) != 0)
        (void)pv_fail(&fault, PV_INPUT, "year.json: worked out again it is another one; it was made by %s, this is %s", program, PV_VERSION_TEXT);
    else
        (void)pv_fail(&fault, PV_INPUT, "year.json: worked out again it is another one");
    if (!same) say_fault(v, &fault);
out:
    pv_free(kept);
    pv_text_release(&path);
    pv_text_release(&again);
    return st;
}

static pv_status look_at_copy(verifying *v, const char *folder, const char *head, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    char has[PV_SHA256_HEX];
    pv_err fault;
    PV_TRY(pv_season_open(&s, folder, 0, err));
    PV_TRY(look_at_ledger(v, s, has, err));
    (void)pv_fail(&fault, PV_INPUT, "season.gpkg: its head is not the one that was frozen");
    if (head != NULL && strcmp(has, head) != 0) say_fault(v, &fault);
out:
    pv_season_close(s);
    return st;
}

/* Of the newest version: does the ledger of today still give these figures? That it does not is no fault: returns come late. */
static pv_status look_at_today(verifying *v, const pv_season *s, const pv_opened *then, const pv_freeze *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_opened now = {.season = NULL};
    pv_text errata = {0};
    int64_t cells = 0;
    PV_TRY(pv_frozen_open(&now, s->folder, f->period, 0, err));
    PV_TRY(pv_frozen_errata(&errata, &then->year, &now.year, &cells, err));
    if (cells > 0)
        pv_text_addf(&v->out,
                     pv_tr("  since then %lld figures changed by what came in late: `papaver stats %s %s --freeze` makes version %d with an "
                           "erratum\n"),
                     (long long)cells, s->folder, f->period, f->version + 1);
out:
    pv_opened_release(&now);
    pv_text_release(&errata);
    return st;
}

static pv_status look_at_year(verifying *v, pv_season *s, const pv_freeze *f, int newest, pv_err *err)
{
    pv_status st = PV_OK;
    pv_opened then = {.season = NULL};
    pv_text folder = {0};
    pv_err inner = {.status = PV_OK}, fault;
    int64_t faults = 0, before = v->faults;
    int is = 0;
    PV_TRY(pv_season_path(s, &folder, f->folder, err));
    const char *path = pv_text_str(&folder);
    pv_text_addf(&v->out, pv_tr("%s, version %d of %s, %s\n"), f->period, f->version, f->date, path);
    PV_TRY(pv_freeze_begins(s->db, f->links, f->head, &is, err));
    (void)pv_fail(&fault, PV_INPUT, "the season's ledger no longer begins with what was frozen");
    if (!is) say_fault(v, &fault);
    PV_TRY(fault_of(v, pv_freeze_unseal(path, f->sums, say_fault, v, &faults, &inner), &inner, err));
    PV_TRY(fault_of(v, look_at_copy(v, path, f->head, &inner), &inner, err));
    PV_TRY(fault_of(v, recompute(v, &then, path, f->period, f->program, &inner), &inner, err));
    if (newest && v->faults == before) PV_TRY(fault_of(v, look_at_today(v, s, &then, f, &inner), &inner, err));
out:
    pv_opened_release(&then);
    pv_text_release(&folder);
    return st;
}

/* ---- a frozen year by itself ---- */

static pv_status period_in(const char *folder, char period[PV_FREEZE_PERIOD], pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    char *data = NULL;
    size_t n = 0;
    pv_json j = {.n = 0};
    pv_text_addf(&path, "%s/year.json", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_file_read(pv_text_str(&path), MOST_YEAR_BYTES, &data, &n, err));
    PV_TRY(pv_json_parse(&j, data, n, -1, err));
    if (!pv_json_copy(&j, pv_json_member(&j, 0, "period"), period, PV_FREEZE_PERIOD)) PV_TRY(pv_fail(err, PV_INPUT, "it names no period"));
out:
    pv_json_release(&j);
    pv_free(data);
    pv_text_release(&path);
    return pv_where(err, st, "%s/year.json", folder);
}

static pv_status look_at_folder(verifying *v, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_opened then = {.season = NULL};
    pv_text path = {0};
    char period[PV_FREEZE_PERIOD], sums[PV_SHA256_HEX];
    pv_err inner = {.status = PV_OK};
    int64_t faults = 0;
    PV_TRY(period_in(folder, period, err));
    pv_text_addf(&path, "%s/SHA256SUMS", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_sha256_file(pv_text_str(&path), sums, err));
    pv_text_addf(&v->out, pv_tr("%s, a frozen year by itself\n  SHA256SUMS: %s (compare it with the one that was handed in)\n"), period, sums);
    PV_TRY(fault_of(v, pv_freeze_unseal(folder, sums, say_fault, v, &faults, &inner), &inner, err));
    PV_TRY(fault_of(v, look_at_copy(v, folder, NULL, &inner), &inner, err));
    PV_TRY(fault_of(v, recompute(v, &then, folder, period, "", &inner), &inner, err));
out:
    pv_opened_release(&then);
    pv_text_release(&path);
    return st;
}

/* ---- */

static int is_asked(const pv_args *args, const pv_freeze *f, const pv_conf *conf, pv_status *st, pv_err *err)
{
    for (int k = 1; k < args->n_inputs && *st == PV_OK; k++) {
        pv_period p;
        *st = pv_period_read(&p, conf, args->input[k], err);
        if (*st == PV_OK && strcmp(p.text, f->period) == 0) return 1;
    }
    return args->n_inputs == 1;
}

static pv_status look_at_season(verifying *v, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_freezes all = {.n = 0};
    char head[PV_SHA256_HEX];
    int looked = 0;
    PV_TRY(pv_season_open(&s, args->input[0], 0, err));
    pv_text_addf(&v->out, "%s\n", s->folder);
    PV_TRY(look_at_ledger(v, s, head, err));
    PV_TRY(pv_freezes_read(&all, s, NULL, err));
    for (size_t i = 0; i < all.n; i++) {
        int newest = 1;
        for (size_t k = i + 1; k < all.n; k++) newest = newest && strcmp(all.at[k].period, all.at[i].period) != 0;
        int asked = is_asked(args, &all.at[i], s->conf, &st, err);
        PV_TRY(st);
        if (asked) PV_TRY(look_at_year(v, s, &all.at[i], newest, err));
        looked += asked;
    }
    if (looked == 0 && args->n_inputs > 1) PV_TRY(pv_fail(err, PV_USAGE, "%s: it was never frozen", args->input[1]));
    if (looked == 0) pv_text_addf(&v->out, "%s\n", pv_tr("no year was frozen yet"));
out:
    pv_freezes_release(&all);
    pv_season_close(s);
    return st;
}

pv_status pv_stats_verify(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    verifying v = {.faults = 0};
    pv_text mark = {0};
    pv_text_addf(&mark, "%s/year.json", args->input[0]);
    PV_TRY(pv_text_status(&mark, err));
    if (access(pv_text_str(&mark), F_OK) == 0)
        PV_TRY(look_at_folder(&v, args->input[0], err));
    else
        PV_TRY(look_at_season(&v, args, err));
    PV_TRY(pv_text_status(&v.out, err));
    PV_TRY(pv_say(&v.out, err));
    if (v.faults > 0)
        PV_TRY(pv_fail(err, PV_INPUT, "%s: %lld faults: what was frozen or written is no longer what it was", args->input[0], (long long)v.faults));
out:
    pv_text_release(&v.out);
    pv_text_release(&mark);
    return st;
}
