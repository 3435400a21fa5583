/* The columns that training uses when nobody says otherwise. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features_internal.h"

#include "base/banned.h"

/* Windows of odd pixels that one channel gets; 0 ends a list. */
enum { MAX_SIZES = 4, RING_PX = 25 };

/* One row makes the columns of one channel, when its bands are there. */
typedef struct wish {
    const char *channel;
    int point;           /* 1 = the value itself */
    int even[MAX_SIZES]; /* mean and deviation */
    int edge[MAX_SIZES]; /* neighbour differences */
    int most[MAX_SIZES]; /* largest value: single flowers */
    int near;            /* contrast of this window to one of RING_PX; 0 = none */
} wish;

/* Mean and deviation of brightness and of the two opponent colours told crops apart better than those of red, green and blue, and more
 * windows or channels gained nothing; contrasts and largest values are there for targets of a few pixels. */
static const wish wishes[] = {
    {"brightness", 1, {3, 5, 9}, {0}, {0}, 0},
    {"opp_red_green", 1, {3, 5, 9}, {9}, {0}, 3},
    {"opp_blue_yellow", 1, {3, 5, 9}, {9}, {0}, 0},
    {"red_share", 1, {0}, {0}, {0}, 0},
    {"green_share", 1, {0}, {0}, {0}, 0},
    {"blue_share", 1, {0}, {0}, {0}, 0},
    {"hue_red", 1, {0}, {0}, {0}, 0},
    {"saturation", 1, {0}, {0}, {0}, 0},
    {"wax", 1, {0}, {0}, {0}, 0},
    {"red_excess", 1, {0}, {0}, {5}, 0},
    {"pink_excess", 1, {0}, {0}, {5}, 3},
    {"whiteness", 1, {0}, {0}, {5}, 3},
    {"ms_brightness", 1, {3, 5, 9}, {9}, {0}, 3},
    {"ndvi", 1, {3, 5, 9}, {9}, {0}, 3},
    {"ndre", 1, {5, 9}, {0}, {0}, 3},
    {"green_red", 1, {0}, {0}, {0}, 0},
    {"rededge_position", 1, {5}, {0}, {0}, 0},
    {"rededge_green", 1, {0}, {0}, {0}, 0},
    {"gndvi", 1, {0}, {0}, {0}, 0},
    {"rededge_bend", 1, {0}, {0}, {0}, 0},
    {"red_well", 1, {0}, {0}, {0}, 0},
    {"ms_green_share", 1, {0}, {0}, {0}, 0},
    {"ms_red_share", 1, {0}, {0}, {0}, 0},
    {"ms_rededge_share", 1, {0}, {0}, {0}, 0},
    {"ms_nir_share", 1, {0}, {0}, {0}, 0},
};

/* For a band that no row above uses. */
static const wish other_band = {NULL, 0, {5, 9}, {0}, {0}, 0};

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

/* Appends one column; size 0 = no window. Without a GSD there are no windows. */
static pv_status add(wish_list *list, const char *channel, const char *op, int size, int ring, double gsd_m, pv_err *err)
{
    char name[2 * PV_NAME] = "", near[32] = "", far[32] = "";
    if (size > 0 && !(gsd_m > 0.0)) return PV_OK;
    if ((size > 0 && !window_text(size, gsd_m, near, sizeof near)) || (ring > 0 && !window_text(ring, gsd_m, far, sizeof far)))
        return pv_fail(err, PV_MODEL, "no window in metres can be written for pixels of %g m", gsd_m);
    int n = snprintf(name, sizeof name, "%s%s%s%s", channel, op, near, far);
    if (n < 0 || n >= PV_NAME || list->n == PV_MAX_COLUMNS) return pv_fail(err, PV_MODEL, "there is no room for a column of band %s", channel);
    memcpy(list->column[list->n++], name, (size_t)n + 1);
    return PV_OK;
}

static pv_status add_all(wish_list *list, const char *channel, const wish *w, double gsd_m, pv_err *err)
{
    pv_status st = PV_OK;
    if (w->point) PV_TRY(add(list, channel, "", 0, 0, gsd_m, err));
    for (int k = 0; k < MAX_SIZES && w->even[k] > 0; k++) {
        PV_TRY(add(list, channel, "_mean", w->even[k], 0, gsd_m, err));
        PV_TRY(add(list, channel, "_sd", w->even[k], 0, gsd_m, err));
    }
    for (int k = 0; k < MAX_SIZES && w->edge[k] > 0; k++) PV_TRY(add(list, channel, "_edge", w->edge[k], 0, gsd_m, err));
    for (int k = 0; k < MAX_SIZES && w->most[k] > 0; k++) PV_TRY(add(list, channel, "_max", w->most[k], 0, gsd_m, err));
    if (w->near > 0) PV_TRY(add(list, channel, "_diff", w->near, RING_PX, gsd_m, err));
out:
    return st;
}

/* 1 when some row with all its bands there looks at this band. */
static int is_used(const char *name, int n_bands, const char (*band)[PV_NAME])
{
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        const pv_channel *c = pv_channel_find(wishes[i].channel);
        for (int k = 0; k < c->n_bands; k++)
            if (strcmp(c->band[k], name) == 0 && bands_there(c, n_bands, band)) return 1;
    }
    return 0;
}

pv_status pv_feature_default_columns(int n_bands, const char (*band)[PV_NAME], double gsd_m, int *n_columns, char (**column)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    wish_list list = {0, NULL};
    PV_TRY(pv_alloc(&list.column, PV_MAX_COLUMNS, PV_NAME, "column names", err));
    for (int k = 0; k < n_bands; k++) {
        PV_TRY(add(&list, band[k], "", 0, 0, gsd_m, err));
        if (!is_used(band[k], n_bands, band)) PV_TRY(add_all(&list, band[k], &other_band, gsd_m, err));
    }
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        if (!bands_there(pv_channel_find(wishes[i].channel), n_bands, band)) continue;
        PV_TRY(add_all(&list, wishes[i].channel, &wishes[i], gsd_m, err));
    }
    if (!(gsd_m > 0.0)) list.n += pv_log_sum_directions(n_bands, band, list.column + list.n, PV_MAX_COLUMNS - list.n);
    *n_columns = list.n;
    *column = list.column;
    list.column = NULL;
out:
    pv_free(list.column);
    return st;
}
