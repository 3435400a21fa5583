/* Columns that are sums of whole multiples of logarithms of bands: a slope through the space of bands, whatever the light's strength does to them all.
 * Trees cut along columns only, and bands of leaves rise and fall together: a class is often told by a slanting cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/features_internal.h"

#include "base/banned.h"

enum { MOST_TIMES = 999, DIRECTIONS = 120, TRIES = 2000, KNOWN_BANDS = 5, STEP_DRAWS = 3 };

/* floor(2048 log2(v + 1)): 0..32768. One squaring gives one binary digit of the fraction; what is cut off is below the last digit. */
static int log_of(uint16_t v)
{
    uint64_t x = (uint64_t)v + 1;
    int whole = 63 - __builtin_clzll(x), out = whole;
    x <<= 31 - whole; /* 1 <= x / 2^31 < 2 */
    for (int digit = 0; digit < 11; digit++) {
        x = x * x >> 31;
        int bit = (int)(x >> 32);
        x >>= bit;
        out = 2 * out + bit;
    }
    return out;
}

void pv_log_sum_compute(const pv_log_sum *s, const uint16_t *const *band, size_t n, uint16_t *out)
{
    int64_t up = 0, down = 0;
    for (int k = 0; k < s->n; k++) {
        up += s->times[k] > 0 ? s->times[k] : 0;
        down -= s->times[k] < 0 ? s->times[k] : 0;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 32768 * down;
        for (int k = 0; k < s->n; k++) sum += (int64_t)s->times[k] * log_of(band[k][i]);
        out[i] = (uint16_t)(65535 * sum / (32768 * (up + down)));
    }
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* "+12nir" at *p; the sign may be missing at the first term only, and 1 is not written. 1 = taken. */
static int term_take(const char **p, pv_log_sum *s)
{
    const char *at = *p;
    int sign = *at == '-' ? -1 : 1, times = 0, digits = 0;
    size_t len = 0;
    if (*at == '+' ? s->n == 0 : *at != '-' && s->n > 0) return 0;
    if (*at == '+' || *at == '-') at++;
    for (; *at >= '0' && *at <= '9' && digits < 4; at++, digits++) times = 10 * times + (*at - '0');
    if (digits > 0 && (times < 2 || times > MOST_TIMES || at[-digits] == '0')) return 0;
    if (s->n == PV_CHANNEL_BANDS || !is_letter(*at)) return 0;
    while (is_letter(at[len]) || (at[len] >= '0' && at[len] <= '9')) len++;
    if (len >= PV_BAND_NAME) return 0;
    memcpy(s->band[s->n], at, len);
    for (int k = 0; k < s->n; k++)
        if (strcmp(s->band[k], s->band[s->n]) == 0) return 0;
    s->times[s->n++] = (int16_t)(sign * (digits > 0 ? times : 1));
    *p = at + len;
    return 1;
}

int pv_log_sum_parse(pv_log_sum *out, const char *name)
{
    pv_log_sum s = {0};
    const char *p = name + 4;
    if (!pv_log_sum_is(name)) return 0;
    while (*p != ')')
        if (!term_take(&p, &s)) return 0;
    if (p[1] != '\0' || s.n == 0) return 0;
    *out = s;
    return 1;
}

int pv_log_sum_is(const char *name)
{
    return strncmp(name, "log(", 4) == 0;
}

/* Bands from short to long waves, and how much a step to the next longer one that is there counts: neighbours that differ little in leaves count more,
 * so that no step rules all directions. */
static const struct known {
    const char *band;
    int step;
} known[KNOWN_BANDS] = {{"blue", 6}, {"green", 6}, {"red", 4}, {"rededge", 24}, {"nir", 0}};

/* A bell of whole numbers, -STEP_DRAWS..STEP_DRAWS; the sequence is fixed (Knuth's MMIX generator). */
static int bell(uint64_t *state)
{
    int sum = 0;
    for (int k = 0; k < STEP_DRAWS; k++) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        sum += (int)((*state >> 33) % 3) - 1;
    }
    return sum;
}

/* Divides by the greatest common factor and makes the first one positive; 0 when fewer than two are left. */
static int reduce(int n, int *times)
{
    int common = 0, first = 0, used = 0;
    for (int k = 0; k < n; k++) {
        int a = abs(times[k]), b = common;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        common = a;
        used += times[k] != 0;
        if (first == 0) first = times[k];
    }
    for (int k = 0; k < n && common > 0; k++) times[k] = times[k] / common * (first < 0 ? -1 : 1);
    return used >= 2;
}

static int write_name(char out[PV_NAME], int n, const char *const *band, const int *times)
{
    size_t used = 4;
    (void)snprintf(out, PV_NAME, "log(");
    for (int k = 0; k < n; k++) {
        char number[16] = "";
        if (times[k] == 0) continue;
        if (abs(times[k]) > MOST_TIMES) return 0;
        if (abs(times[k]) > 1) (void)snprintf(number, sizeof number, "%d", abs(times[k]));
        int wrote = snprintf(out + used, PV_NAME - used, "%s%s%s", times[k] < 0 ? "-" : used > 4 ? "+" : "", number, band[k]);
        if (wrote < 0 || (size_t)wrote + 2 > PV_NAME - used) return 0;
        used += (size_t)wrote;
    }
    memcpy(out + used, ")", 2);
    return 1;
}

int pv_log_sum_directions(int n_bands, const char (*band)[PV_NAME], char (*name)[PV_NAME], int room)
{
    const char *there[KNOWN_BANDS];
    int step[KNOWN_BANDS], n = 0, made = 0;
    uint64_t state = 1;
    for (int k = 0; k < KNOWN_BANDS; k++)
        for (int b = 0; b < n_bands; b++)
            if (strcmp(band[b], known[k].band) == 0) {
                there[n] = known[k].band;
                step[n++] = known[k].step;
            }
    for (int t = 0; n >= 2 && t < TRIES && made < DIRECTIONS && made < room; t++) {
        int times[KNOWN_BANDS], all = bell(&state), same = 0;
        for (int k = 0; k < n; k++) times[k] = all;
        for (int k = 0; k + 1 < n; k++) {
            int d = bell(&state) * step[k];
            times[k] -= d;
            times[k + 1] += d;
        }
        if (!reduce(n, times) || !write_name(name[made], n, there, times)) continue;
        for (int i = 0; i < made; i++) same |= strcmp(name[i], name[made]) == 0;
        made += !same;
    }
    return made;
}
