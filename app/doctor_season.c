#include "app/doctor_season.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "app/cage.h"
#include "app/child.h"
#include "app/command.h"
#include "app/data_find.h"
#include "app/machine.h"
#include "app/models_find.h"
#include "base/mem.h"
#include "models/calendar.h"
#include "models/model_file.h"
#include "models/tiers.h"
#include "season/store.h"

#include "base/tr.h"

#include "base/banned.h"

enum { NFS_MAGIC = 0x6969, SMB_MAGIC = 0x517B, CIFS_MAGIC = (int)0xFF534D42, SMB2_MAGIC = (int)0xFE534D42 };

static void note(pv_findings *f, int bad, const char *what, const pv_err *said)
{
    if (f->n == PV_MOST_FINDINGS) return;
    pv_finding *to = &f->at[f->n++];
    to->bad = bad;
    f->bad += bad;
    (void)snprintf(to->what, sizeof to->what, "%s", what);
    to->said = *said;
}

static void PV_PRINTF(4, 5) find(pv_findings *f, int bad, const char *what, const char *fmt, ...)
{
    va_list args;
    pv_err said;
    va_start(args, fmt);
    (void)pv_failv(&said, PV_INPUT, fmt, args);
    va_end(args);
    note(f, bad, what, &said);
}

/* An error with its place. */
static void note_at(pv_findings *f, const char *what, const char *where, const pv_err *why)
{
    pv_err said = *why;
    (void)pv_where(&said, why->status, "%s", where);
    note(f, 1, what, &said);
}

int pv_is_season(const char *folder)
{
    char path[4200];
    int n = snprintf(path, sizeof path, "%s/season.gpkg", folder);
    if (n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0) return 1;
    n = snprintf(path, sizeof path, "%s/season.conf", folder);
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

static void look_at_folders(const pv_season *s, pv_findings *f)
{
    static const struct {
        const char *name;
        int write;
    } part[] = {{"inbox", 0}, {"out", 1}, {"work", 1}, {"log", 1}, {"quarantine", 1}, {"chips", 1}};
    char path[4200];
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", s->folder, part[i].name);
        if (!pv_is_folder(path))
            find(f, 1, part[i].name, "%s is not there; make the folder", path);
        else if (access(path, R_OK | X_OK | (part[i].write ? W_OK : 0)) != 0)
            find(f, 1, part[i].name,
                 part[i].write ? PV_N("%s: %s; give the user of the night the right to write there")
                               : PV_N("%s: %s; give the user of the night the right to read there"),
                 path, strerror(errno));
    }
}

static void look_at_disk(const pv_season *s, pv_findings *f)
{
    struct statfs fs;
    int64_t there = pv_disk_free(s->folder), need = (pv_conf_int(s->conf, PV_SET_DISK_LOW_MIB) + pv_conf_int(s->conf, PV_SET_DISK_RESERVE_MIB)) << 20;
    int wal = strcmp(pv_conf_text(s->conf, PV_SET_JOURNAL), "wal") == 0;
    find(f, there >= 0 && there < need, "disk", "%lld MiB are free; a night does not begin a photo with less than %lld", (long long)(there >> 20),
         (long long)(need >> 20));
    if (statfs(s->folder, &fs) != 0) return;
    int type = (int)fs.f_type, network = type == NFS_MAGIC || type == SMB_MAGIC || type == CIFS_MAGIC || type == SMB2_MAGIC;
    if (network && wal) find(f, 1, "disk", "the season lies on a network disk: put it on a local one, or say journal = rollback");
}

static void look_at_model(const pv_season *s, pv_findings *f)
{
    const char *path = pv_conf_text(s->conf, PV_SET_MODEL);
    pv_err why = {0};
    if (strcmp(path, "auto") != 0) {
        pv_model *m = NULL;
        if (pv_model_load(&m, path, &why) != PV_OK)
            note(f, 1, "model", &why);
        else
            find(f, 0, "model", strncmp(m->trained_on, "synthetic", 9) == 0 ? PV_N("%s (%s): it has never seen a real photo") : "%s (%s)", m->name,
                 m->id);
        pv_model_free(m);
        return;
    }
    pv_found_models found = {0};
    int good = 0;
    if (pv_models_find(&found, &why) != PV_OK) note(f, 1, "model", &why);
    for (size_t i = 0; i < found.n; i++) {
        if (found.at[i].model != NULL)
            good++;
        else
            note_at(f, "model", found.at[i].path, &found.at[i].reason);
    }
    find(f, good == 0, "model", "%d models found in %s", good, found.where);
    pv_models_release(&found);
}

static void look_at_tables(pv_findings *f)
{
    char path[4096];
    pv_err why = {0};
    pv_tiers tiers = {0};
    pv_calendar calendar = {0};
    if (pv_data_find("legal_tiers.csv", path, sizeof path, &why) != PV_OK || pv_tiers_read(&tiers, path, &why) != PV_OK)
        note(f, 1, "tiers", &why);
    else
        find(f, 0, "tiers", "%s", path);
    if (pv_data_find("stage_calendar.csv", path, sizeof path, &why) != PV_OK || pv_calendar_read(&calendar, path, &why) != PV_OK)
        note(f, 1, "calendar", &why);
    else
        find(f, 0, "calendar", "%s", path);
    pv_tiers_release(&tiers);
    pv_calendar_release(&calendar);
}

static void look_at_boundaries(const pv_season *s, pv_findings *f)
{
    char part[PV_CONF_TEXT], path[6000];
    for (int k = 0; pv_conf_part(s->conf, PV_SET_BOUNDARIES, k, part, sizeof part); k++) {
        (void)snprintf(path, sizeof path, "%s%s%s", part[0] == '/' ? "" : s->folder, part[0] == '/' ? "" : "/", part);
        if (access(path, R_OK) != 0)
            find(f, 1, "boundaries", "%.300s: %s", path, strerror(errno));
        else
            find(f, 0, "boundaries", "%.300s", path);
    }
}

static void look_at_memory(const pv_season *s, pv_findings *f)
{
    int64_t there = pv_memory_bytes() >> 20, asked = pv_conf_int(s->conf, PV_SET_MEMORY_MIB);
    find(f, there > 0 && asked > there, "memory", "a worker may plan with %lld MiB, the machine has %lld", (long long)asked, (long long)there);
}

static void look_at_ledger(const pv_season *s, pv_findings *f)
{
    pv_stmt *q = NULL;
    pv_err why = {0};
    int row = 0;
    int64_t photos = 0, open = 0;
    pv_status st = pv_stmt_new(&q, s->db, "PRAGMA quick_check(1)", &why);
    if (st == PV_OK) st = pv_stmt_step(q, &row, &why);
    if (st != PV_OK) {
        (void)pv_where(&why, st, "season.gpkg is damaged");
        note(f, 1, "ledger", &why);
    } else if (!row || strcmp(pv_row_text(q, 0), "ok") != 0)
        find(f, 1, "ledger", "season.gpkg is damaged: %.300s", row ? pv_row_text(q, 0) : "no answer");
    else if (pv_sql_number(s->db, "SELECT count(*) FROM photos", &photos, NULL) == PV_OK &&
             pv_sql_number(s->db, "SELECT count(*) FROM nights WHERE state='open'", &open, NULL) == PV_OK)
        find(f, 0, "ledger", open > 0 ? PV_N("%lld photos; a night was cut short, the next one goes on") : PV_N("%lld photos"), (long long)photos);
    pv_stmt_free(q);
}

/* A worker can be started under the limits of the night. */
static pv_status look_at_worker(const pv_season *s, pv_findings *f, pv_err *err)
{
    pv_status st = PV_OK;
    char program[4096];
    pv_text out = {0}, words = {0};
    pv_child_end end;
    int64_t space = pv_conf_int(s->conf, PV_SET_ADDRESS_SPACE_MIB);
    if (space == 0) space = 2 * pv_conf_int(s->conf, PV_SET_MEMORY_MIB) + 4096;
    pv_child_limits limits = {.address_bytes = space << 20, .file_bytes = 1 << 20, .seconds = 60, .threads = 1, .stdout_bytes = 1 << 20};
    if (!pv_program_file(program, sizeof program)) PV_TRY(pv_fail(err, PV_BUG, "the program does not know where it is"));
    const char *argv[] = {program, "--version", NULL};
    PV_TRY(pv_child_run(argv, &limits, NULL, NULL, &out, &end, err));
    if (end.code != 0) pv_child_words(&end, &limits, &words);
    if (end.code == 0)
        find(f, 0, "worker", "can be started with its limits");
    else
        find(f, 1, "worker", "it %s", pv_text_str(&words));
out:
    pv_text_release(&out);
    pv_text_release(&words);
    return st;
}

static pv_status look_at_cage(const pv_season *s, pv_findings *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_err said = {.status = PV_OK};
    int can = 0, holds = 1;
    if (strcmp(pv_conf_text(s->conf, PV_SET_WORKER_CAGE), "off") == 0)
        (void)pv_fail(&said, PV_INPUT, "off by worker_cage: a worker may do what its user may");
    else
        PV_TRY(pv_cage_try(&said, &can, &holds, err));
    note(f, !holds, "cage", &said);
out:
    return st;
}

pv_status pv_doctor_season(const char *folder, pv_findings *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_err why = {0};
    *out = (pv_findings){.n = 0};
    st = pv_season_open(&s, folder, 0, &why);
    if (st == PV_NOMEM) PV_TRY(pv_pass(err, st, &why));
    if (st != PV_OK) {
        note(out, 1, "season", &why);
        st = PV_OK;
        goto out;
    }
    find(out, 0, "season", "%s, settings read", pv_conf_text(s->conf, PV_SET_NAME));
    PV_TRY(look_at_worker(s, out, err));
    PV_TRY(look_at_cage(s, out, err));
    look_at_folders(s, out);
    look_at_disk(s, out);
    look_at_memory(s, out);
    look_at_ledger(s, out);
    look_at_model(s, out);
    look_at_tables(out);
    look_at_boundaries(s, out);
out:
    pv_season_close(s);
    return st;
}
