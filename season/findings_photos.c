/* Photos of findings: records of their own, because they may come long after the finding, with another copy of the same file. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "season/plots_internal.h"

#include "base/banned.h"

static const char kept_in[] = "evidence/";

/* The n bytes of a line: "name", "name<tab>file", or a file that is kept. */
static void parts_of(const char *line, size_t n, char name[1024], char file[64])
{
    const char *tab = memchr(line, '\t', n);
    size_t k = tab != NULL ? (size_t)(tab - line) : n;
    (void)snprintf(name, 1024, "%.*s", (int)k, line);
    (void)snprintf(file, 64, "%.*s", tab != NULL ? (int)(n - k - 1) : 0, tab != NULL ? tab + 1 : "");
    if (tab == NULL && strncmp(name, kept_in, sizeof kept_in - 1) == 0) (void)snprintf(file, 64, "%.63s", name);
}

static pv_status put(pv_stmt *q, const pv_season *s, const char *name, const char *file, int64_t *added, pv_err *err)
{
    pv_stmt_text(q, 2, name);
    pv_stmt_text(q, 3, file);
    pv_status st = pv_stmt_run(q, err);
    if (st == PV_OK) *added += pv_sql_changed(s->db);
    return st;
}

/* That a name was said and that its picture came are two records, so that the order in which they come does not matter. */
pv_status pv_finding_photos_add(pv_season *s, int64_t finding, const pv_finding *from, int64_t *added, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char name[1024], file[64];
    *added = 0;
    if (from->photos[0] == '\0') return PV_OK;
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT OR IGNORE INTO evidence(finding,name,file,source,import) VALUES(?1,?2,?3,?4,?5)", err));
    pv_stmt_int(q, 1, finding);
    pv_stmt_text_or_null(q, 4, from->source);
    if (from->import > 0) pv_stmt_int(q, 5, from->import);
    for (const char *p = from->photos; *p != '\0';) {
        size_t n = strcspn(p, "\n");
        parts_of(p, n, name, file);
        if (n > 0) PV_TRY(put(q, s, name, "", added, err));
        if (n > 0 && file[0] != '\0') PV_TRY(put(q, s, name, file, added, err));
        p += n + (p[n] != '\0');
    }
out:
    pv_stmt_free(q);
    return st;
}

/* ---- reading ---- */

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* 1 = the line stands in the list. */
static int is_listed(const char *list, const char *line)
{
    size_t n = strlen(line);
    for (const char *p = list; *p != '\0';) {
        size_t k = strcspn(p, "\n");
        if (k == n && strncmp(p, line, n) == 0) return 1;
        p += k + (p[k] != '\0');
    }
    return 0;
}

/* One more line, when it is not there and all of it finds room. */
static void list(char *out, size_t size, const char *line)
{
    size_t used = strlen(out), n = strlen(line);
    if (n == 0 || used + n + 2 > size || is_listed(out, line)) return;
    (void)snprintf(out + used, size - used, "%s%s", used > 0 ? "\n" : "", line);
}

/* Records of one finding: files first, then names of which no picture came. */
pv_status pv_finding_photos_read(pv_stmt *q, int64_t finding, const char *before, char *out, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    char name[1024], file[64];
    pv_text came = {0};
    int row = 0;
    out[0] = '\0';
    /* Those that stand in the finding's own row, from before there were records of photos. */
    for (int names = 0; names < 2; names++) {
        pv_stmt_int(q, 1, finding);
        PV_TRY(pv_stmt_step(q, &row, err));
        for (; row;) {
            (void)snprintf(name, sizeof name, "%s", pv_row_text(q, 0));
            (void)snprintf(file, sizeof file, "%s", pv_row_text(q, 1));
            PV_TRY(pv_row_check(q, err));
            if (!names && file[0] != '\0') {
                list(out, size, file);
                pv_text_addf(&came, "%s\n", last_part(name));
            }
            if (names && file[0] == '\0' && !is_listed(pv_text_str(&came), last_part(name))) list(out, size, name);
            PV_TRY(pv_stmt_step(q, &row, err));
        }
        for (const char *p = before; *p != '\0';) {
            size_t n = strcspn(p, "\n");
            parts_of(p, n, name, file);
            if ((file[0] == '\0') == names && !is_listed(pv_text_str(&came), last_part(name))) list(out, size, name);
            p += n + (p[n] != '\0');
        }
        PV_TRY(pv_text_status(&came, err));
    }
out:
    pv_stmt_reset(q);
    pv_text_release(&came);
    return st;
}
