/* The columns that training uses when nobody says otherwise. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features_internal.h"

#include "base/banned.h"

enum { POINT = 0, LIST_END = -1 };

/* One row makes a column when the bands are there: size[0] odd pixels of the window, size[1] of the ring for a difference. */
typedef struct wish {
    const char *channel;
    const char *op; /* NULL = the value itself */
    int size[2];
} wish;

static const wish wishes[] = {
    {"red_share", NULL, {0, 0}},
};

typedef struct wish_list {
    int n;
    char (*column)[PV_NAME];
} wish_list;

/* Metres for an odd number of pixels, with the fewest decimals (two to four) that give the same number back. 1 = done. */
static int window_text(int size_px, double gsd_m, char *out, size_t n)
{
    int64_t unit = 100; /* 0.1 mm */
    for (int decimals = 2; decimals <= 4; decimals++, unit /= 10) {
        int64_t dm = (int64_t)floor(size_px * gsd_m * 1e4 / (double)unit + 0.5) * unit;
        if (dm <= 0 || dm > 99999999 || pv_window_half(dm, gsd_m) != size_px / 2) continue;
        int64_t scaled = dm / unit, whole = dm / 10000;
        int64_t part = scaled % (10000 / unit);
        return snprintf(out, n, "_%lld.%0*lldm", (long long)whole, decimals, (long long)part) > 0;
    }
    return 0;
}

static int bands_there(const pv_channel *c, int n_bands, const char (*band)[PV_NAME])
{
    for (int k = 0; k < c->n_bands; k++) {
        int there = 0;
        for (int b = 0; b < n_bands; b++) there |= strcmp(band[b], c->band[k]) == 0;
        if (!there) return 0;
    }
    return 1;
}

static pv_status add(wish_list *list, const char *channel, const char *op, const int *size, double gsd_m, pv_err *err)
{
    char name[2 * PV_NAME] = "", window[2][32] = {"", ""};
    if (op != NULL && !(gsd_m > 0.0)) return PV_OK;
    for (int k = 0; op != NULL && k < 2 && size[k] > 0; k++)
        if (!window_text(size[k], gsd_m, window[k], sizeof window[k]))
            return pv_fail(err, PV_MODEL, "no window can be written for pixels of %g m", gsd_m);
    int n = snprintf(name, sizeof name, "%s%s%s%s%s", channel, op == NULL ? "" : "_", op == NULL ? "" : op, window[0], window[1]);
    if (n < 0 || n >= PV_NAME || list->n == PV_MAX_COLUMNS) return pv_fail(err, PV_MODEL, "the name of band %s is too long for a column", channel);
    memcpy(list->column[list->n++], name, (size_t)n + 1);
    return PV_OK;
}

pv_status pv_feature_default_columns(int n_bands, const char (*band)[PV_NAME], double gsd_m, int *n_columns, char (**column)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    wish_list list = {0, NULL};
    PV_TRY(pv_alloc(&list.column, PV_MAX_COLUMNS, PV_NAME, "column names", err));
    for (int k = 0; k < n_bands; k++) PV_TRY(add(&list, band[k], NULL, NULL, gsd_m, err));
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        const pv_channel *c = pv_channel_find(wishes[i].channel);
        if (c == NULL || !bands_there(c, n_bands, band)) continue;
        PV_TRY(add(&list, wishes[i].channel, wishes[i].op, wishes[i].size, gsd_m, err));
    }
    *n_columns = list.n;
    *column = list.column;
    list.column = NULL;
out:
    pv_free(list.column);
    return st;
}
