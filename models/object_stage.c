#include "models/object_stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "models/model.h"
#include "models/names.h"
#include "models/trees.h"

#include "base/banned.h"

void pv_object_stage_free(pv_object_stage *o)
{
    if (o == NULL) return;
    pv_model_free(o->trees);
    pv_free(o->range);
    pv_free(o->novelty_e4);
    pv_free(o);
}

pv_status pv_object_stage_new(pv_object_stage **out, pv_model *trees, pv_err *err)
{
    pv_status st = PV_OK;
    pv_object_stage *o = NULL;
    PV_TRY(pv_alloc(&o, 1, sizeof *o, "an object stage", err));
    o->trees = trees;
    trees = NULL;
    PV_TRY(pv_alloc(&o->range, (size_t)o->trees->n_columns, sizeof *o->range, "an object stage", err));
    PV_TRY(pv_alloc(&o->novelty_e4, (size_t)o->trees->n_columns + 1, sizeof *o->novelty_e4, "an object stage", err));
    *out = o;
    o = NULL;
out:
    pv_model_free(trees);
    pv_object_stage_free(o);
    return st;
}

pv_status pv_object_stage_check(const pv_object_stage *o, pv_err *err)
{
    const pv_model *t = o->trees;
    if (strcmp(t->kind, "object") != 0 || t->n_classes != 2 || strcmp(t->class_name[PV_OBJECT_FALSE], "false") != 0 ||
        strcmp(t->class_name[PV_OBJECT_TARGET], "target") != 0 || t->is_target[PV_OBJECT_FALSE] != 0 || t->is_target[PV_OBJECT_TARGET] != 1)
        return pv_fail(err, PV_MODEL, "the object stage's trees do not tell 'false' from 'target'");
    if (o->keep_code < 0 || o->keep_code >= PV_OBJECT_CODES) return pv_fail(err, PV_MODEL, "the object stage's threshold is not in 0..254");
    for (int i = 0; i < PV_OBJECT_CODES; i++)
        if (o->probability_e4[i] > PV_ONE_E4 || (i > 0 && o->probability_e4[i] < o->probability_e4[i - 1]))
            return pv_fail(err, PV_MODEL, "the object stage's probabilities fall, or are above 1");
    for (int c = 0; c < t->n_columns; c++)
        if (o->range[c].low > o->range[c].median || o->range[c].median > o->range[c].high)
            return pv_fail(err, PV_MODEL, "the range of object column '%s' is upside down", t->column[c]);
    for (int c = 0; c <= t->n_columns; c++)
        if (o->novelty_e4[c] > PV_ONE_E4 || (c > 0 && o->novelty_e4[c] < o->novelty_e4[c - 1]))
            return pv_fail(err, PV_MODEL, "the object stage's table of novelty falls, or is above 1");
    return PV_OK;
}

pv_status pv_densities_check(int n, const pv_density *d, pv_err *err)
{
    if (n < 0 || n > PV_MAX_DENSITIES) return pv_fail(err, PV_MODEL, "%d densities of plants: at most %d are possible", n, (int)PV_MAX_DENSITIES);
    for (int i = 0; i < n; i++) {
        size_t len = strnlen(d[i].stage, sizeof d[i].stage);
        if (len == sizeof d[i].stage || !pv_text_fine(d[i].stage, len, 0)) return pv_fail(err, PV_MODEL, "density %d has no name of a stage", i + 1);
        if (d[i].plots < 1 || d[i].per_m2_e3[0] > d[i].per_m2_e3[1] || d[i].per_m2_e3[1] > d[i].per_m2_e3[2])
            return pv_fail(err, PV_MODEL, "the density of stage '%s' is upside down or was measured on nothing", d[i].stage);
        for (int k = 0; k < i; k++)
            if (strcmp(d[i].stage, d[k].stage) == 0) return pv_fail(err, PV_MODEL, "the density of stage '%s' is there twice", d[i].stage);
    }
    return PV_OK;
}

uint8_t pv_object_code(const int16_t *score, size_t i, uint16_t prob_mean)
{
    enum { UNIT = 5120, FAR = 8192 }; /* 3 d / 40 + (p - 32768) / 1024 in 1/5120; FAR units keep the division's left side above 0 */
    int64_t d = score[(size_t)PV_OBJECT_TARGET * PV_BATCH + i] - score[(size_t)PV_OBJECT_FALSE * PV_BATCH + i];
    int64_t sum = 384 * d + 5 * ((int64_t)prob_mean - 32768);
    int64_t code = PV_OBJECT_CODES / 2 + (sum + UNIT / 2 + (int64_t)UNIT * FAR) / UNIT - FAR;
    return (uint8_t)(code < 0 ? 0 : code >= PV_OBJECT_CODES ? PV_OBJECT_CODES - 1 : code);
}

int pv_object_mean_column(const pv_model *trees)
{
    for (int c = 0; c < trees->n_columns; c++)
        if (strcmp(trees->column[c], "prob_mean") == 0) return c;
    return -1;
}

/* ---- calibration ---- */

/* Codes that share one level: pairs and hits are counts, sum_code the sum of their codes. */
typedef struct pv_level {
    int64_t pairs, hits, sum_code;
} pv_level;

/* a's share of hits is above b's. */
static int pv_above(const pv_level *a, const pv_level *b)
{
    return a->hits * b->pairs > b->hits * a->pairs;
}

/* The level of a block, drawn to the overall share as by two more pairs. */
static int64_t pv_level_e4(const pv_level *l, int64_t hits, int64_t pairs)
{
    int64_t above = (l->hits * pairs + 2 * hits) * PV_ONE_E4, below = (l->pairs + 2) * pairs;
    return (2 * above + below) / (2 * below);
}

pv_status pv_calibrate(uint16_t probability_e4[PV_OBJECT_CODES], size_t n, const uint8_t *code, const uint8_t *truth, pv_err *err)
{
    pv_level level[PV_OBJECT_CODES] = {{0}};
    pv_level block[PV_OBJECT_CODES];
    int64_t middle[PV_OBJECT_CODES], e4[PV_OBJECT_CODES], hits = 0;
    int blocks = 0;
    for (size_t i = 0; i < n; i++) {
        if (code[i] >= PV_OBJECT_CODES || truth[i] > 1) return pv_fail(err, PV_BUG, "a pair to calibrate that is none");
        level[code[i]].pairs++;
        level[code[i]].hits += truth[i];
        level[code[i]].sum_code += code[i];
        hits += truth[i];
    }
    for (int c = 0; c < PV_OBJECT_CODES; c++) {
        if (level[c].pairs == 0) continue;
        block[blocks++] = level[c];
        while (blocks > 1 && !pv_above(&block[blocks - 1], &block[blocks - 2])) {
            block[blocks - 2].pairs += block[blocks - 1].pairs;
            block[blocks - 2].hits += block[blocks - 1].hits;
            block[blocks - 2].sum_code += block[blocks - 1].sum_code;
            blocks--;
        }
    }
    for (int b = 0; b < blocks; b++) {
        middle[b] = block[b].sum_code * 256 / block[b].pairs;
        e4[b] = pv_level_e4(&block[b], hits, (int64_t)n);
        if (b > 0 && e4[b] < e4[b - 1]) e4[b] = e4[b - 1];
    }
    for (int c = 0, b = 0; c < PV_OBJECT_CODES; c++) {
        int64_t x = (int64_t)c * 256, v = (int64_t)c * PV_ONE_E4 / (PV_OBJECT_CODES - 1);
        while (b < blocks && middle[b] <= x) b++;
        if (blocks > 0)
            v = b == 0 ? e4[0] : b == blocks ? e4[blocks - 1] : e4[b - 1] + (e4[b] - e4[b - 1]) * (x - middle[b - 1]) / (middle[b] - middle[b - 1]);
        probability_e4[c] = (uint16_t)v;
    }
    return PV_OK;
}

/* ---- ranges and novelty ---- */

static int pv_by_u16(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static int pv_by_u32(const void *a, const void *b)
{
    uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    return (p > q) - (p < q);
}

static int pv_out_of_range(const pv_object_range *r, uint16_t v)
{
    return v < r->low || v > r->high;
}

pv_status pv_object_stage_learn_range(pv_object_stage *o, const pv_table *t, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = t->n_rows, *with = NULL;
    uint16_t *sorted = NULL;
    int n_columns = o->trees->n_columns;
    if (n == 0 || t->n_columns != n_columns) PV_TRY(pv_fail(err, PV_BUG, "ranges of no rows, or of other columns"));
    PV_TRY(pv_alloc(&sorted, n, sizeof *sorted, "ranges", err));
    PV_TRY(pv_alloc(&with, (size_t)n_columns + 1, sizeof *with, "ranges", err));
    for (int c = 0; c < n_columns; c++) {
        memcpy(sorted, t->value[c], n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, pv_by_u16);
        o->range[c] = (pv_object_range){sorted[n / 100], sorted[n / 2], sorted[n - 1 - n / 100]};
    }
    for (size_t i = 0; i < n; i++) {
        int out_of = 0;
        for (int c = 0; c < n_columns; c++) out_of += pv_out_of_range(&o->range[c], t->value[c][i]);
        with[out_of]++;
    }
    size_t fewer = 0;
    for (int k = 0; k <= n_columns; k++) {
        o->novelty_e4[k] = (uint16_t)(fewer * PV_ONE_E4 / n);
        fewer += with[k];
    }
out:
    pv_free(sorted);
    pv_free(with);
    return st;
}

int pv_object_novelty_e4(const pv_object_stage *o, const uint16_t *value)
{
    int out_of = 0;
    for (int c = 0; c < o->trees->n_columns; c++) out_of += pv_out_of_range(&o->range[c], value[c]);
    return o->novelty_e4[out_of];
}

/* ---- densities ---- */

void pv_density_quantiles(size_t n, uint32_t *ratio, uint32_t per_m2_e3[3])
{
    static const size_t percent[3] = {5, 50, 95};
    qsort(ratio, n, sizeof *ratio, pv_by_u32);
    for (int k = 0; k < 3; k++) {
        /* The lower end counts ranks from below, the upper one from above, so that both are on the safe side. */
        size_t rank = k == 0 ? percent[k] * (n + 1) / 100 : (percent[k] * (n + 1) + 99) / 100;
        rank = rank < 1 ? 1 : rank > n ? n : rank;
        per_m2_e3[k] = ratio[rank - 1];
    }
}

/* floor(4096 log2(v)) of v >= 1: one squaring gives one binary digit of the fraction. */
static int64_t pv_log_of(uint32_t v)
{
    uint64_t x = v;
    int whole = 63 - __builtin_clzll(x);
    int64_t out = whole;
    x <<= 31 - whole;
    for (int digit = 0; digit < 12; digit++) {
        x = x * x >> 31;
        int bit = (int)(x >> 32);
        x >>= bit;
        out = 2 * out + bit;
    }
    return out;
}

/* The smallest value whose logarithm is at least this. */
static uint32_t pv_power_of(int64_t log)
{
    uint32_t low = 1, high = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pv_log_of(middle) >= log)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* 95 % of Student's t, in 1/1000; above the table to 0.01. */
static int64_t pv_student_e3(size_t freedom)
{
    static const int16_t table[] = {6314, 2920, 2353, 2132, 2015, 1943, 1895, 1860, 1833, 1812};
    return freedom <= 10 ? table[freedom - 1] : 1645 + 1600 / (int64_t)freedom;
}

/* Draws the sorted ratios in to 3.5 deviations (of 1.4826 median deviations) around the median. */
static void pv_draw_in(size_t n, uint32_t *ratio)
{
    enum { DEVIATIONS_E2 = 519, OCTAVES = 33 };
    int64_t middle = (pv_log_of(ratio[(n - 1) / 2]) + pv_log_of(ratio[n / 2])) / 2, low = 0, high = (int64_t)OCTAVES << 12;
    while (low < high) { /* the smallest distance that half of all do not exceed */
        int64_t reach = low + (high - low) / 2;
        size_t within = 0;
        for (size_t i = 0; i < n; i++) within += llabs(pv_log_of(ratio[i]) - middle) <= reach;
        if (2 * within >= n)
            high = reach;
        else
            low = reach + 1;
    }
    if (low == 0) return;
    uint32_t least = pv_power_of(middle - low * DEVIATIONS_E2 / 100), most = pv_power_of(middle + low * DEVIATIONS_E2 / 100);
    for (size_t i = 0; i < n; i++) ratio[i] = ratio[i] < least ? least : ratio[i] > most ? most : ratio[i];
}

void pv_density_interval(size_t n, uint32_t *ratio, size_t places, uint32_t per_m2_e3[3])
{
    enum { MANY = 39 };
    int64_t sum = 0, squares = 0, count = (int64_t)n, apart = (int64_t)places;
    if (places >= MANY) {
        pv_density_quantiles(n, ratio, per_m2_e3);
        return;
    }
    qsort(ratio, n, sizeof *ratio, pv_by_u32);
    pv_draw_in(n, ratio);
    for (size_t i = 0; i < n; i++) sum += pv_log_of(ratio[i]);
    int64_t mean = sum / count;
    for (size_t i = 0; i < n; i++) {
        int64_t d = pv_log_of(ratio[i]) - mean;
        squares += d * d;
    }
    int64_t variance = squares / count * (apart + 1) / (apart - 1);
    int64_t half = (int64_t)sqrt((double)variance) * pv_student_e3(places - 1) / 1000;
    for (int k = 0; k < 3; k++) per_m2_e3[k] = pv_power_of(mean + (k - 1) * half);
}
