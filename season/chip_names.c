#include "season/chip_names.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

static int is_id(const char *id)
{
    return strlen(id) == PV_RESULT_HOTSPOT_ID - 1 && strspn(id, "0123456789abcdef") == PV_RESULT_HOTSPOT_ID - 1;
}

void pv_chip_name(char out[PV_CHIP_NAME], const char *hotspot_id, int64_t photo, const char *ending)
{
    out[0] = '\0';
    if (is_id(hotspot_id)) (void)snprintf(out, PV_CHIP_NAME, "%.16s-%lld%.4s", hotspot_id, (long long)photo, ending);
}

/* Without memory of its own: a picture that is there must not look as if it were not. */
static int is_there(const char *folder, const char *name)
{
    char path[4096 + PV_CHIP_NAME];
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    return n > 0 && n < (int)sizeof path && access(path, F_OK) == 0;
}

int pv_chip_find(char out[PV_CHIP_NAME], const char *folder, const char *hotspot_id, int64_t photo)
{
    pv_chip_name(out, hotspot_id, photo, ".jpg");
    if (out[0] == '\0' || is_there(folder, out)) return out[0] != '\0';
    (void)snprintf(out, PV_CHIP_NAME, "%.16s.jpg", hotspot_id);
    if (is_there(folder, out)) return 1;
    out[0] = '\0';
    return 0;
}

pv_status pv_plot_sights(pv_season *s, int64_t plot, pv_plot_sight **out, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_plot_sight *list = NULL;
    size_t cap = 0;
    int row = 0;
    *n = 0;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT p.day,h.id,h.photo FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 ORDER BY p.day,h.photo,h.id", err));
    pv_stmt_int(q, 1, plot);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&list, &cap, *n + 1, sizeof *list, "sights of a plot", err));
        pv_plot_sight *at = &list[(*n)++];
        *at = (pv_plot_sight){.photo = pv_row_int(q, 2)};
        (void)snprintf(at->day, sizeof at->day, "%s", pv_row_text(q, 0));
        (void)snprintf(at->hotspot_id, sizeof at->hotspot_id, "%s", pv_row_text(q, 1));
        PV_TRY(pv_row_check(q, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    *out = list;
    list = NULL;
out:
    pv_stmt_free(q);
    pv_free(list);
    return st;
}
