/* The grammar of column names, and what a list of columns needs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/features_internal.h"

#include "base/banned.h"

static const struct kind {
    const char *word;
    pv_column_op op;
    pv_column_change change;
    int n_windows;
} kinds[] = {
    {"mean", PV_OP_MEAN, PV_CHANGE_NONE, 1}, {"sd", PV_OP_SD, PV_CHANGE_NONE, 1},     {"max", PV_OP_MAX, PV_CHANGE_NONE, 1},
    {"min", PV_OP_MIN, PV_CHANGE_NONE, 1},   {"edge", PV_OP_MEAN, PV_CHANGE_EDGE, 1}, {"diff", PV_OP_DIFF, PV_CHANGE_NONE, 2},
};

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "0.50m" at *s into 0.1 mm; *s moves behind it. 1 = done. Up to four digits before and one to four after the point. */
static int window_take(const char **s, int64_t *dm)
{
    const char *p = *s;
    int64_t v = 0;
    int whole = 0, decimals = 0;
    for (; is_digit(*p) && whole < 5; p++, whole++) v = v * 10 + (*p - '0');
    if (whole < 1 || whole > 4 || *p != '.') return 0;
    if (whole > 1 && **s == '0') return 0;
    for (p++; is_digit(*p) && decimals < 5; p++, decimals++) v = v * 10 + (*p - '0');
    if (decimals < 1 || decimals > 4 || *p != 'm') return 0;
    for (; decimals < 4; decimals++) v *= 10;
    if (v == 0) return 0;
    *dm = v;
    *s = p + 1;
    return 1;
}

/* Everything behind the base: "mean_0.50m", "diff_0.30m_1.50m", "share3of8_0.50m". 1 = understood, all of it. */
static int tail_parse(pv_column_name *out, const char *tail)
{
    const char *bar = strchr(tail, '_');
    if (bar == NULL) return 0;
    size_t n = (size_t)(bar - tail);
    int n_windows = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        if (strlen(kinds[k].word) != n || memcmp(kinds[k].word, tail, n) != 0) continue;
        out->op = kinds[k].op;
        out->change = kinds[k].change;
        n_windows = kinds[k].n_windows;
    }
    if (n == 9 && memcmp(tail, "share", 5) == 0 && tail[5] >= '1' && tail[5] <= '8' && memcmp(tail + 6, "of8", 3) == 0) {
        out->op = PV_OP_MEAN;
        out->change = PV_CHANGE_SHARE;
        out->eighth = tail[5] - '0';
        n_windows = 1;
    }
    if (n_windows == 0) return 0;
    const char *p = bar;
    for (int k = 0; k < n_windows; k++) {
        if (*p++ != '_' || !window_take(&p, &out->window_dm[k])) return 0;
    }
    return *p == '\0';
}

/* 1 when a text ends like a window: then it is a mistyped column, not a band. */
static int ends_like_window(const char *s)
{
    const char *bar = strrchr(s, '_');
    int64_t dm = 0;
    if (bar == NULL) return 0;
    const char *p = bar + 1;
    return window_take(&p, &dm) && *p == '\0';
}

static int is_band_name(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n >= PV_BAND_NAME || !pv_utf8_valid(s, n) || ends_like_window(s)) return 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c <= ' ' || c == 127 || c == ',' || c == '=' || c == '"') return 0;
    }
    return 1;
}

pv_status pv_column_parse(pv_column_name *out, const char *name, pv_err *err)
{
    pv_column_name c = {0};
    size_t n = strnlen(name, PV_NAME), base = n;
    if (n == PV_NAME) return pv_fail(err, PV_MODEL, "a column's name is longer than %d bytes: \"%.40s...\"", PV_NAME - 1, name);
    for (size_t i = 1; i < n && base == n; i++) {
        pv_column_name tail = {0};
        if (name[i] == '_' && tail_parse(&tail, name + i + 1)) {
            c = tail;
            base = i;
        }
    }
    memcpy(c.base, name, base);
    c.channel = pv_channel_find(c.base);
    if (pv_log_sum_is(c.base) && !pv_log_sum_parse(&c.log, c.base))
        return pv_fail(err, PV_MODEL,
                       "column \"%s\" is not a sum of logarithms of bands like log(2nir-rededge-red): at most %d bands, 2 to 999 times each", name,
                       (int)PV_CHANNEL_BANDS);
    if (c.channel == NULL && c.log.n == 0 && !is_band_name(c.base))
        return pv_fail(err, PV_MODEL,
                       "unknown column \"%s\": it is neither a channel nor a band, alone or with a window; `papaver help features` lists them", name);
    if (c.channel != NULL && c.channel->circular && c.op != PV_OP_POINT)
        return pv_fail(err, PV_MODEL, "column \"%s\" cannot be: %s goes round in a circle and has no mean; use hue_red", name, c.base);
    *out = c;
    return PV_OK;
}

int pv_column_bands(const pv_column_name *c)
{
    return c->log.n > 0 ? c->log.n : c->channel == NULL ? 1 : c->channel->n_bands;
}

const char *pv_column_band(const pv_column_name *c, int k)
{
    return c->log.n > 0 ? c->log.band[k] : c->channel == NULL ? c->base : c->channel->band[k];
}

int pv_window_half(int64_t window_dm, double gsd_m)
{
    double half = floor((double)window_dm / 1e4 / (2.0 * gsd_m) + 1e-6); /* 0.50 m of 0.05 m is 5, not 4.9999 */
    return half < 1.0 ? 1 : half > 1e6 ? 1000000 : (int)half;
}

static int band_add(int *n, char (*band)[PV_NAME], const char *name)
{
    int at = 0;
    while (at < *n && strcmp(band[at], name) < 0) at++;
    if (at < *n && strcmp(band[at], name) == 0) return 1;
    if (*n == PV_MAX_BANDS) return 0;
    memmove(band[at + 1], band[at], (size_t)(*n - at) * PV_NAME);
    memset(band[at], 0, PV_NAME);
    memcpy(band[at], name, strlen(name));
    ++*n;
    return 1;
}

pv_status pv_feature_bands_needed(int n_columns, const char (*column)[PV_NAME], int *n_bands, char (*band)[PV_NAME], pv_err *err)
{
    char found[PV_MAX_BANDS][PV_NAME] = {{0}};
    int n = 0;
    for (int i = 0; i < n_columns; i++) {
        pv_column_name c = {0};
        pv_status st = pv_column_parse(&c, column[i], err);
        if (st != PV_OK) return st;
        int fits = 1;
        for (int k = 0; k < pv_column_bands(&c); k++) fits = fits && band_add(&n, found, pv_column_band(&c, k));
        if (!fits) return pv_fail(err, PV_MODEL, "the columns need more than %d bands", PV_MAX_BANDS);
    }
    for (int k = 0; k < n; k++) memcpy(band[k], found[k], PV_NAME);
    *n_bands = n;
    return PV_OK;
}
