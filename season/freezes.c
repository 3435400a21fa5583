#include "season/freezes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "season/chain.h"

#include "base/banned.h"

static const char columns[] = "period,first_day,last_day,version,date,links,head,sums,program,folder";

pv_status pv_freezes_read(pv_freezes *out, pv_season *s, const char *period, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char sql[256];
    int row = 0;
    (void)snprintf(sql, sizeof sql, "SELECT fid,%s FROM freezes WHERE ?1 IS NULL OR period=?1 ORDER BY fid", columns);
    PV_TRY(pv_stmt_new(&q, s->db, sql, err));
    pv_stmt_text(q, 1, period);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "frozen years", err));
        pv_freeze *f = &out->at[out->n++];
        *f = (pv_freeze){.fid = pv_row_int(q, 0), .version = (int)pv_row_int(q, 4), .links = pv_row_int(q, 6)};
        const struct {
            char *to;
            size_t size;
            int at;
        } text[] = {{f->period, sizeof f->period, 1},   {f->from, sizeof f->from, 2},     {f->to, sizeof f->to, 3},
                    {f->date, sizeof f->date, 5},       {f->head, sizeof f->head, 7},     {f->sums, sizeof f->sums, 8},
                    {f->program, sizeof f->program, 9}, {f->folder, sizeof f->folder, 10}};
        for (size_t i = 0; i < sizeof text / sizeof *text; i++) (void)snprintf(text[i].to, text[i].size, "%s", pv_row_text(q, text[i].at));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

void pv_freezes_release(pv_freezes *f)
{
    pv_free(f->at);
    *f = (pv_freezes){.at = NULL};
}

pv_status pv_freeze_add(pv_season *s, pv_freeze *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char sql[256];
    (void)snprintf(sql, sizeof sql, "INSERT INTO freezes(%s) VALUES(?,?,?,?,?,?,?,?,?,?)", columns);
    PV_TRY(pv_stmt_new(&q, s->db, sql, err));
    pv_stmt_text(q, 1, f->period);
    pv_stmt_text(q, 2, f->from);
    pv_stmt_text(q, 3, f->to);
    pv_stmt_int(q, 4, f->version);
    pv_stmt_text(q, 5, f->date);
    pv_stmt_int(q, 6, f->links);
    pv_stmt_text(q, 7, f->head);
    pv_stmt_text(q, 8, f->sums);
    pv_stmt_text(q, 9, f->program);
    pv_stmt_text(q, 10, f->folder);
    PV_TRY(pv_stmt_run(q, err));
    f->fid = pv_sql_last_id(s->db);
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_freeze_begins(pv_sql *db, int64_t links, const char *head, int *is, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, db, "SELECT 1 FROM chain WHERE fid=?1 AND lower(hex(link))=?2 UNION ALL SELECT 1 WHERE ?1=0", err));
    pv_stmt_int(q, 1, links);
    pv_stmt_text(q, 2, head);
    PV_TRY(pv_stmt_step(q, is, err));
out:
    pv_stmt_free(q);
    return st;
}

/* ---- the copy ---- */

static pv_status copy_file(const char *from, const char *to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_outfile out = {.fd = -1};
    char buffer[65536];
    ssize_t n = 0;
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0) PV_TRY(pv_fail(err, errno == ENOENT ? PV_INPUT : PV_IO, "%s: %s", from, strerror(errno)));
    PV_TRY(pv_outfile_open(&out, to, 0, err));
    while ((n = read(fd, buffer, sizeof buffer)) > 0) PV_TRY(pv_outfile_write(&out, buffer, (size_t)n, err));
    if (n < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", from, strerror(errno)));
    PV_TRY(pv_outfile_commit(&out, err));
out:
    if (fd >= 0) (void)close(fd);
    pv_outfile_release(&out);
    return st;
}

/* A Shapefile is several files of one name. */
static int is_part(const char *name, const char *stem, size_t n)
{
    return strncmp(name, stem, n) == 0 && name[n] == '.' && strchr(name + n + 1, '.') == NULL;
}

/* The k-th file of boundaries with what belongs to it; adds its new name to list. */
static pv_status copy_boundaries(const pv_season *s, const char *folder, int k, const char *given, pv_text *list, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, to = {0}, from = {0};
    struct dirent **entry = NULL;
    int n = 0;
    pv_text_addf(&path, "%s%s%s", given[0] == '/' ? "" : s->folder, given[0] == '/' ? "" : "/", given);
    PV_TRY(pv_text_status(&path, err));
    char *slash = strrchr(path.data, '/'), *name = slash + 1, *dot = strrchr(name, '.');
    size_t stem = dot != NULL ? (size_t)(dot - name) : strlen(name);
    pv_text_addf(list, "%sboundaries/%d/%s", k > 0 ? ", " : "", k + 1, name);
    pv_text_addf(&to, "%s/boundaries", folder);
    PV_TRY(pv_text_status(&to, err));
    PV_TRY(pv_folder_make(pv_text_str(&to), err));
    pv_text_addf(&to, "/%d", k + 1);
    PV_TRY(pv_text_status(&to, err));
    PV_TRY(pv_folder_make(pv_text_str(&to), err));
    size_t root = to.len;
    if (access(path.data, R_OK) != 0) PV_TRY(pv_fail(err, errno == ENOENT ? PV_INPUT : PV_IO, "%s: %s", path.data, strerror(errno)));
    *slash = '\0';
    n = scandir(path.data[0] != '\0' ? path.data : "/", &entry, NULL, NULL);
    if (n < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", path.data, strerror(errno)));
    for (int i = 0; i < n; i++) {
        if (strcmp(entry[i]->d_name, name) != 0 && !is_part(entry[i]->d_name, name, stem)) continue;
        pv_text_reset(&from);
        pv_text_addf(&from, "%s/%s", path.data, entry[i]->d_name);
        PV_TRY(pv_text_status(&from, err));
        struct stat is;
        if (stat(pv_text_str(&from), &is) != 0 || !S_ISREG(is.st_mode)) continue;
        to.len = root;
        pv_text_addf(&to, "/%s", entry[i]->d_name);
        PV_TRY(pv_text_status(&to, err));
        PV_TRY(copy_file(pv_text_str(&from), pv_text_str(&to), err));
    }
out:
    for (int i = 0; i < n; i++) free(entry[i]);
    free(entry);
    pv_text_release(&path);
    pv_text_release(&to);
    pv_text_release(&from);
    return st;
}

/* season.conf as it is, but for where the boundaries lie. */
static pv_status copy_settings(const pv_season *s, const char *folder, const char *boundaries, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, out = {0};
    char *data = NULL;
    size_t n = 0;
    PV_TRY(pv_season_path(s, &path, "season.conf", err));
    PV_TRY(pv_file_read(pv_text_str(&path), (size_t)1 << 16, &data, &n, err));
    for (const char *line = data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const char *word = line + strspn(line, " \t");
        int is = strncmp(word, "boundaries", 10) == 0 && strchr(" \t=", word[10]) != NULL && word[10] != '\0';
        if (is)
            pv_text_addf(&out, "boundaries = %s\n", boundaries);
        else
            pv_text_addf(&out, "%.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    PV_TRY(pv_text_status(&out, err));
    pv_text_reset(&path);
    pv_text_addf(&path, "%s/season.conf", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(&out), out.len, 0, err));
out:
    pv_free(data);
    pv_text_release(&path);
    pv_text_release(&out);
    return st;
}

static pv_status copy_ledger(const pv_season *s, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text path = {0};
    char *tmp = NULL;
    pv_text_addf(&path, "%s/season.gpkg", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_reserve(pv_text_str(&path), 0, &tmp, err));
    (void)unlink(tmp);
    PV_TRY(pv_stmt_new(&q, s->db, "VACUUM INTO ?", err));
    pv_stmt_text(q, 1, tmp);
    PV_TRY(pv_stmt_run(q, err));
    PV_TRY(pv_outfile_publish(tmp, pv_text_str(&path), err));
out:
    if (st != PV_OK && tmp != NULL) (void)unlink(tmp);
    pv_stmt_free(q);
    pv_free(tmp);
    pv_text_release(&path);
    return st;
}

pv_status pv_freeze_copy(const pv_season *s, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text list = {0};
    char part[PV_CONF_TEXT];
    for (int k = 0; pv_conf_part(s->conf, PV_SET_BOUNDARIES, k, part, sizeof part); k++) PV_TRY(copy_boundaries(s, folder, k, part, &list, err));
    PV_TRY(pv_text_status(&list, err));
    PV_TRY(copy_settings(s, folder, pv_text_str(&list), err));
    PV_TRY(copy_ledger(s, folder, err));
out:
    pv_text_release(&list);
    return st;
}
