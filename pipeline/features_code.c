#include "pipeline/features_code.h"

#include <string.h>

#include "base/rect.h"
#include "pipeline/features_kernels.h"

#include "base/banned.h"

enum { NEVER = 65535 /* no value is above it */ };

/* Key of rank r, counted from 0, of a heap of `all` keys. */
static uint16_t key_at(const pv_coder *c, int r)
{
    return r < c->n ? (uint16_t)(c->key[r] + 32768) : NEVER;
}

static void heap_make(pv_coder *c)
{
    while (c->levels < 7 && (1 << c->levels) - 1 < c->n) c->levels++;
    if (c->levels > 6) {
        c->levels = 0;
        return;
    }
    if (c->levels == 0) c->levels = 1;
    for (int level = 0; level < c->levels; level++)
        for (int k = 0; k < 1 << level; k++) c->heap[(1 << level) + k] = key_at(c, (2 * k + 1) * (1 << (c->levels - 1 - level)) - 1);
    for (int rank = 0; rank < 1 << c->levels; rank++) c->heap_code[((1 << c->levels) + rank) % PV_CODER_HEAP] = c->code[rank < c->n ? rank : c->n];
}

static void starts_make(pv_coder *c)
{
    int b = 0, more = 0;
    c->key[c->n] = INT16_MAX;
    for (int k = 0; k < c->n; k++) {
        int first = c->key[k] + 32768, bucket = first >> PV_CODER_SHIFT; /* values above `first` pass */
        if (bucket >= b) {
            memset(c->start + b, k, (size_t)(bucket + 1 - b));
            more = 0;
        }
        b = bucket + 1;
        /* A key that only the next bucket passes needs no step in this one. */
        more += (first & ((1 << PV_CODER_SHIFT) - 1)) != (1 << PV_CODER_SHIFT) - 1;
        c->steps = pv_max(c->steps, more);
    }
    memset(c->start + b, c->n, (size_t)(PV_CODER_STARTS - b));
}

void pv_coder_make(pv_coder *out, const pv_model *m, int column)
{
    uint8_t asked[PV_MAX_EDGES + 1] = {0}; /* by threshold */
    memset(out, 0, sizeof *out);
    for (int t = 0; t < m->n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
            if (m->tree[t].column[d] == column) asked[m->tree[t].threshold[d]] = 1;
    for (int k = 0; k < m->n_edges[column]; k++) {
        if (!asked[k]) continue;
        /* code > k where the value is at least edge k; an edge at 0 is passed by all */
        if (m->edge[column][k] > 0) out->key[out->n++] = (int16_t)(m->edge[column][k] - 1 - 32768);
        out->code[out->n] = (uint8_t)(k + 1);
    }
    heap_make(out);
    starts_make(out);
}

void pv_coder_run(const pv_coder *c, const uint16_t *value, size_t n, uint8_t *code)
{
    pv_feature_kernels_of(pv_cpu_path())->codes(c, value, n, code);
}

void pv_pick_make(pv_pick *out, const uint8_t *wanted, size_t w)
{
    size_t end = w;
    const uint8_t *first = memchr(wanted, 1, w);
    memset(out, 0, sizeof *out);
    if (first == NULL) return;
    while (!wanted[end - 1]) end--;
    out->first = (size_t)(first - wanted);
    for (size_t from = out->first; from < end; from += PV_PICK_BLOCK, out->blocks++) {
        uint8_t *place = out->place + out->blocks * PV_PICK_BLOCK;
        size_t n = 0, block = end - from < PV_PICK_BLOCK ? end - from : PV_PICK_BLOCK;
        for (size_t x = 0; x < block; x++) {
            place[n] = (uint8_t)x;
            n += wanted[from + x];
        }
        out->count[out->blocks] = (uint8_t)n;
        out->n += n;
    }
}

void pv_coder_pick(const pv_coder *c, const uint16_t *value, size_t w, const pv_pick *pick, uint8_t *code)
{
    const pv_feature_kernels *loop = pv_feature_kernels_of(pv_cpu_path());
    uint8_t all[PV_PICK_W];
    size_t left = w - pick->first, n = pick->blocks * PV_PICK_BLOCK;
    if (pick->n == 0) return;
    loop->codes(c, value + pick->first, n < left ? n : left, all);
    loop->pick(all, pick, code);
}
