#include "season/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

static const char *const folders[] = {"inbox", "chips", "out", "quarantine", "log", "work"};

static pv_status join(pv_text *out, const char *folder, const char *part, pv_err *err)
{
    pv_text_reset(out);
    pv_text_addf(out, "%s/%s", folder, part);
    return pv_text_status(out, err);
}

pv_status pv_season_path(const pv_season *s, pv_text *out, const char *part, pv_err *err)
{
    return join(out, s->folder, part, err);
}

/* The ledger is made under another name, so that a season is there whole or not at all. */
static pv_status make_ledger(const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sql *db = NULL;
    pv_text path = {0}, tmp = {0};
    PV_TRY(join(&path, folder, "season.gpkg", err));
    PV_TRY(join(&tmp, folder, ".season.gpkg.tmp", err));
    (void)unlink(pv_text_str(&tmp));
    PV_TRY(pv_sql_open(&db, pv_text_str(&tmp), PV_SQL_CREATE, 1, err));
    PV_TRY(pv_store_create(db, err));
    pv_sql_close(db);
    db = NULL;
    PV_TRY(pv_outfile_publish(pv_text_str(&tmp), pv_text_str(&path), err));
out:
    pv_sql_close(db);
    if (st != PV_OK && tmp.len > 0) (void)unlink(pv_text_str(&tmp));
    pv_text_release(&path);
    pv_text_release(&tmp);
    return st;
}

pv_status pv_season_make(const char *folder, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, conf = {0};
    PV_TRY(join(&path, folder, "season.gpkg", err));
    if (access(pv_text_str(&path), F_OK) == 0) PV_TRY(pv_fail(err, PV_USAGE, "%s is a season already", folder));
    PV_TRY(pv_folder_make(folder, err));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        PV_TRY(join(&path, folder, folders[i], err));
        PV_TRY(pv_folder_make(pv_text_str(&path), err));
    }
    PV_TRY(join(&path, folder, "season.conf", err));
    if (access(pv_text_str(&path), F_OK) != 0) {
        pv_conf_print(&conf, name);
        PV_TRY(pv_text_status(&conf, err));
        PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(&conf), conf.len, 0, err));
    }
    PV_TRY(make_ledger(folder, err));
out:
    pv_text_release(&path);
    pv_text_release(&conf);
    return st;
}

/* Who holds the lock, for the message; 0 = it does not say. */
static long holder_of(int fd)
{
    char text[32] = {0};
    long pid = 0;
    if (pread(fd, text, sizeof text - 1, 0) <= 0) return 0;
    return sscanf(text, "%ld", &pid) == 1 ? pid : 0;
}

static pv_status take_lock(pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    char pid[32];
    PV_TRY(pv_season_path(s, &path, "season.lock", err));
    s->lock_fd = open(pv_text_str(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (s->lock_fd < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        int why = errno;
        if (why == EWOULDBLOCK)
            PV_TRY(pv_fail(err, PV_BUSY, "%s: process %ld is at work on this season; nothing was done", s->folder, holder_of(s->lock_fd)));
        PV_TRY(pv_fail(err, PV_IO, "%s: cannot be locked: %s", pv_text_str(&path), strerror(why)));
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* The number is a courtesy: on a full disk the lock holds without it. */
    if (ftruncate(s->lock_fd, 0) == 0 && pwrite(s->lock_fd, pid, (size_t)n, 0) != n) (void)ftruncate(s->lock_fd, 0);
out:
    pv_text_release(&path);
    return st;
}

pv_status pv_season_open(pv_season **out, const char *folder, int write, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_text path = {0};
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "season", err));
    s->lock_fd = -1;
    PV_TRY(pv_strdup(&s->folder, folder, err));
    for (size_t n = strlen(s->folder); n > 1 && s->folder[n - 1] == '/'; n--) s->folder[n - 1] = '\0';
    PV_TRY(pv_season_path(s, &path, "season.gpkg", err));
    if (access(pv_text_str(&path), F_OK) != 0)
        PV_TRY(pv_fail(err, errno == ENOENT || errno == ENOTDIR ? PV_INPUT : PV_IO, "%s: there is no season (%s: %s); `papaver init %s` makes one",
                       folder, pv_text_str(&path), strerror(errno), folder));
    if (write) PV_TRY(take_lock(s, err));
    PV_TRY(pv_alloc(&s->conf, 1, sizeof *s->conf, "settings", err));
    PV_TRY(pv_season_path(s, &path, "season.conf", err));
    PV_TRY(pv_conf_read(s->conf, pv_text_str(&path), err));
    PV_TRY(pv_season_path(s, &path, "season.gpkg", err));
    int rollback = strcmp(pv_conf_text(s->conf, PV_SET_JOURNAL), "rollback") == 0;
    PV_TRY(pv_sql_open(&s->db, pv_text_str(&path), write ? PV_SQL_WRITE : PV_SQL_READ, rollback, err));
    PV_TRY(pv_store_check(s->db, pv_text_str(&path), err));
    *out = s;
    s = NULL;
out:
    pv_season_close(s);
    pv_text_release(&path);
    return st;
}

void pv_season_close(pv_season *s)
{
    if (s == NULL) return;
    pv_sql_close(s->db);
    if (s->lock_fd >= 0) (void)close(s->lock_fd);
    pv_free(s->conf);
    pv_free(s->folder);
    pv_free(s);
}
