/* A period is frozen: SEASON/years/<period>-v<version>. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "app/season_units.h"
#include "app/stats_frozen.h"
#include "app/stats_year.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "season/freezes.h"

#include "base/banned.h"

enum { FAULTS_SHOWN = 20 };

typedef struct job {
    pv_opened now;
    pv_freezes before; /* of the period */
    pv_freeze f;
    pv_text errata, came_in;
    int64_t cells, lines; /* of errata and came_in */
    pv_text years, tmp, place;
    int made; /* 1 = tmp is ours */
} job;

pv_status pv_frozen_open(pv_opened *out, const char *folder, const char *period, int write, pv_err *err)
{
    pv_status st = PV_OK;
    pv_opened y = {.season = NULL};
    PV_TRY(pv_season_open(&y.season, folder, write, err));
    PV_TRY(pv_season_units(&y.units, y.season, err));
    PV_TRY(pv_frozen_make(&y.year, y.season, y.units, period, err));
    *out = y;
    y = (pv_opened){.season = NULL};
out:
    pv_opened_release(&y);
    return st;
}

void pv_opened_release(pv_opened *y)
{
    pv_frozen_release(&y->year);
    pv_units_free(y->units);
    pv_season_close(y->season);
    *y = (pv_opened){.season = NULL};
}

static void release(job *j)
{
    if (j->made) pv_night_clear_folder(pv_text_str(&j->tmp));
    pv_opened_release(&j->now);
    pv_freezes_release(&j->before);
    pv_text_release(&j->errata);
    pv_text_release(&j->came_in);
    pv_text_release(&j->years);
    pv_text_release(&j->tmp);
    pv_text_release(&j->place);
}

static void show_fault(void *with, const pv_err *fault)
{
    int *shown = with;
    if ((*shown)++ < FAULTS_SHOWN) pv_note("%s", pv_err_words(fault));
}

static pv_status check_ledger(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t faults = 0;
    int shown = 0;
    PV_TRY(pv_chain_verify(j->now.season->db, show_fault, &shown, &faults, err));
    if (faults > 0)
        PV_TRY(pv_fail(err, PV_INPUT,
                       "%s: the ledger was changed outside papaver or is damaged (%lld faults): nothing was frozen; go on from a copy that is whole",
                       j->now.season->folder, (long long)faults));
out:
    return st;
}

/* ---- what is different from the last version ---- */

static pv_status compare(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_opened old = {.season = NULL};
    pv_text path = {0};
    const pv_freeze *last = &j->before.at[j->before.n - 1];
    PV_TRY(pv_season_path(j->now.season, &path, last->folder, err));
    PV_TRY(pv_frozen_open(&old, pv_text_str(&path), last->period, 0, err));
    PV_TRY(pv_frozen_errata(&j->errata, &old.year, &j->now.year, &j->cells, err));
    PV_TRY(pv_frozen_came_in(&j->came_in, j->now.season, &j->now.year.period, last->links, &j->lines, err));
out:
    pv_opened_release(&old);
    pv_text_release(&path);
    return pv_where(err, st, "version %d", last->version);
}

/* ---- the folder ---- */

static pv_status set_places(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    char name[PV_FREEZE_PERIOD];
    const pv_season *s = j->now.season;
    (void)snprintf(name, sizeof name, "%s", j->now.year.period.text);
    for (char *at = name; *at != '\0'; at++)
        if (*at == '/') *at = '_';
    int n = snprintf(j->f.folder, sizeof j->f.folder, "years/%s-v%d", name, j->f.version);
    if (n < 0 || n >= (int)sizeof j->f.folder) PV_TRY(pv_fail(err, PV_USAGE, "%s: the name of the period is too long for a folder", name));
    PV_TRY(pv_season_path(s, &j->years, "years", err));
    PV_TRY(pv_season_path(s, &j->tmp, "years/.tmp-freeze", err));
    PV_TRY(pv_season_path(s, &j->place, j->f.folder, err));
out:
    return st;
}

static pv_status put(const job *j, const char *name, const pv_text *text, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    PV_TRY(pv_text_status(text, err));
    pv_text_addf(&path, "%s/%s", pv_text_str(&j->tmp), name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(text), text->len, 0, err));
out:
    pv_text_release(&path);
    return st;
}

/* The finest table down to townships or forest farms, as people hand it in. */
static pv_status put_book(const job *j, int zh, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    const pv_figures *t = &j->now.year.table[0];
    for (int i = 1; i < j->now.year.n; i++)
        if (j->now.year.table[i].by <= PV_BY_UNIT_XIANG || (j->now.year.table[i].by == PV_BY_UNIT_LIN_CHANG && t->by == PV_BY_NOTHING))
            t = &j->now.year.table[i];
    pv_text_addf(&path, "%s/stats_%s.xlsx", pv_text_str(&j->tmp), zh ? "zh" : "en");
    PV_TRY(pv_text_status(&path, err));
    pv_stats_file file = {.table = t, .season = j->now.season, .units = j->now.units, .path = pv_text_str(&path), .zh = zh, .chain = j->f.head};
    PV_TRY(pv_stats_xlsx(&file, err));
out:
    pv_text_release(&path);
    return st;
}

static pv_status put_tables(const job *j, pv_err *err)
{
    static const char *const lang[] = {"en", "zh"};
    pv_status st = PV_OK;
    pv_text out = {0};
    char name[128];
    PV_TRY(pv_frozen_json(&out, &j->now.year, j->now.season, err));
    PV_TRY(put(j, "year.json", &out, err));
    for (int i = 0; i < j->now.year.n; i++) {
        const pv_figures *t = &j->now.year.table[i];
        for (int zh = 0; zh < 2; zh++) {
            pv_text_reset(&out);
            pv_figures_csv(&out, t, zh);
            (void)snprintf(name, sizeof name, "stats%s%s_%s.csv", t->by != PV_BY_NOTHING ? "_" : "", pv_figures_by_word(t->by), lang[zh]);
            PV_TRY(put(j, name, &out, err));
        }
    }
    for (int zh = 0; zh < 2; zh++) PV_TRY(put_book(j, zh, err));
    if (j->f.version == 1) goto out;
    PV_TRY(put(j, "errata.csv", &j->errata, err));
    PV_TRY(put(j, "came_in.txt", &j->came_in, err));
out:
    pv_text_release(&out);
    return st;
}

static pv_status make_folder(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    struct stat s;
    PV_TRY(pv_folder_make(pv_text_str(&j->years), err));
    if (lstat(pv_text_str(&j->tmp), &s) == 0) pv_night_clear_folder(pv_text_str(&j->tmp));
    if (mkdir(pv_text_str(&j->tmp), 0750) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&j->tmp), strerror(errno)));
    j->made = 1;
    PV_TRY(pv_freeze_copy(j->now.season, pv_text_str(&j->tmp), err));
    PV_TRY(put_tables(j, err));
    PV_TRY(pv_freeze_seal(pv_text_str(&j->tmp), j->f.sums, err));
    PV_TRY(pv_folder_sync(pv_text_str(&j->tmp), err));
out:
    return st;
}

/* A folder of that name that the ledger does not know was left by a freeze that was ended before its row was written. */
static pv_status publish(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    struct stat s;
    if (lstat(pv_text_str(&j->place), &s) == 0) pv_night_clear_folder(pv_text_str(&j->place));
    if (rename(pv_text_str(&j->tmp), pv_text_str(&j->place)) != 0)
        PV_TRY(pv_fail(err, PV_IO, "%s: rename: %s", pv_text_str(&j->place), strerror(errno)));
    j->made = 0;
    PV_TRY(pv_folder_sync(pv_text_str(&j->years), err));
    PV_TRY(pv_folder_sync(j->now.season->folder, err));
    PV_TRY(pv_freeze_add(j->now.season, &j->f, err));
out:
    return st;
}

static pv_status tell(const job *j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    pv_text_addf(&out, pv_tr("%s: version %d is frozen in %s\n"), j->f.period, j->f.version, pv_text_str(&j->place));
    if (j->f.version > 1)
        pv_text_addf(&out, pv_tr("  since version %d: %lld figures changed (errata.csv), %lld records came in for it (came_in.txt)\n"),
                     j->f.version - 1, (long long)j->cells, (long long)j->lines);
    pv_text_addf(&out, pv_tr("  ledger:     link %lld, head %s\n  SHA256SUMS: %s\n"), (long long)j->f.links, j->f.head, j->f.sums);
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
out:
    pv_text_release(&out);
    return st;
}

pv_status pv_stats_freeze(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    job j = {.made = 0};
    if (args->n_inputs != 2) PV_TRY(pv_fail(err, PV_USAGE, "--freeze takes one period, such as `papaver stats %s 2026 --freeze`", args->input[0]));
    PV_TRY(pv_frozen_open(&j.now, args->input[0], args->input[1], 1, err));
    PV_TRY(check_ledger(&j, err));
    const pv_period *p = &j.now.year.period;
    PV_TRY(pv_freezes_read(&j.before, j.now.season, p->text, err));
    j.f.version = 1;
    if (j.before.n > 0) {
        const pv_freeze *last = &j.before.at[j.before.n - 1];
        PV_TRY(compare(&j, err));
        j.f.version = last->version + 1;
        if (j.cells == 0 && j.lines == 0) {
            pv_note("%s: version %d stands: nothing came in for it and no figure changed", p->text, last->version);
            goto out;
        }
    }
    (void)snprintf(j.f.period, sizeof j.f.period, "%s", p->text);
    (void)snprintf(j.f.from, sizeof j.f.from, "%s", p->from);
    (void)snprintf(j.f.to, sizeof j.f.to, "%s", p->to);
    (void)snprintf(j.f.program, sizeof j.f.program, "%s", PV_VERSION_TEXT);
    PV_TRY(pv_today(j.f.date, err));
    PV_TRY(pv_chain_head(j.now.season->db, j.f.head, &j.f.links, err));
    PV_TRY(set_places(&j, err));
    PV_TRY(make_folder(&j, err));
    PV_TRY(publish(&j, err));
    PV_TRY(tell(&j, err));
out:
    release(&j);
    return st;
}
