/* What findings of a plot say already: so that a row which says no more than one of them is known without reading the ledger for each row. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "season/plots_internal.h"
#include "season/returns_internal.h"

#include "base/banned.h"

enum { TEXTS = 9, NUMBERS = 5 };

/* One finding, packed. */
typedef struct saying {
    int64_t fid, root;
    size_t next[2]; /* chains from 1 on; 0 = the end: of its answer and time, and of its answer */
    uint64_t sum[2];
    int act, unreachable, by_hand;
    double number[NUMBERS];
    char *text; /* date, verdict, disposal and TEXTS, a NUL behind each; owned */
} saying;

struct pv_said {
    pv_season *s;
    pv_findings_walk *walk;
    pv_finding there;
    pv_fids roots;      /* whose findings were read, as they came */
    size_t n_roots;     /* slots of a hash of them */
    int64_t *root_slot; /* 0 = free */
    size_t n, cap, slots;
    saying *at;
    size_t *slot[2];
};

static uint64_t add_hash(uint64_t h, const char *text)
{
    /* FNV-1a with the end of the text. */
    do {
        h = (h ^ (uint8_t)*text) * 1099511628211ULL;
    } while (*text++ != '\0');
    return h;
}

static void sums_of(const pv_finding *f, int64_t root, uint64_t out[2])
{
    uint64_t h = (14695981039346656037ULL ^ (uint64_t)root) * 1099511628211ULL;
    h = add_hash(add_hash(add_hash(h, f->date), f->verdict), f->disposal);
    out[1] = h ^ h >> 29;
    h = add_hash(h, f->at);
    out[0] = h ^ h >> 29;
}

static void texts_of(const pv_finding *f, const char *out[3 + TEXTS])
{
    const char *const text[3 + TEXTS] = {f->date,    f->verdict,  f->disposal, f->at,     f->crew, f->person1,
                                         f->person2, f->reviewer, f->stage,    f->method, f->note, f->area_method};
    memcpy(out, text, sizeof text);
}

static void numbers_of(const pv_finding *f, double out[NUMBERS])
{
    const double number[NUMBERS] = {(double)f->plants_counted, (double)f->plants_removed, (double)f->sample_plants, f->sample_m2,
                                    f->area_measured_m2};
    memcpy(out, number, sizeof number);
}

pv_status pv_said_new(pv_said **out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_said *d = NULL;
    PV_TRY(pv_alloc(&d, 1, sizeof *d, "what is said", err));
    d->s = s;
    *out = d;
out:
    return st;
}

void pv_said_free(pv_said *d)
{
    if (d == NULL) return;
    for (size_t i = 0; i < d->n; i++) pv_free(d->at[i].text);
    pv_free(d->at);
    pv_free(d->slot[0]);
    pv_free(d->slot[1]);
    pv_free(d->root_slot);
    pv_fids_release(&d->roots);
    pv_findings_walk_free(d->walk);
    pv_free(d);
}

static void chain(pv_said *d, size_t i)
{
    for (int k = 0; k < 2; k++) {
        size_t *slot = &d->slot[k][d->at[i].sum[k] % d->slots];
        d->at[i].next[k] = *slot;
        *slot = i + 1;
    }
}

static pv_status make_slots(pv_said *d, pv_err *err)
{
    pv_status st = PV_OK;
    if (d->n < d->slots) return PV_OK;
    size_t slots = d->slots > 0 ? 2 * d->slots : 1024;
    for (int k = 0; k < 2; k++) {
        size_t *slot = NULL;
        PV_TRY(pv_alloc(&slot, slots, sizeof *slot, "what is said", err));
        pv_free(d->slot[k]);
        d->slot[k] = slot;
    }
    d->slots = slots;
    for (size_t i = 0; i < d->n; i++) chain(d, i);
out:
    return st;
}

pv_status pv_said_add(pv_said *d, const pv_finding *f, int64_t root, pv_err *err)
{
    pv_status st = PV_OK;
    const char *text[3 + TEXTS];
    size_t len = 0, used = 0;
    char *packed = NULL;
    texts_of(f, text);
    for (int i = 0; i < 3 + TEXTS; i++) len += strlen(text[i]) + 1;
    PV_TRY(make_slots(d, err));
    PV_TRY(pv_grow(&d->at, &d->cap, d->n + 1, sizeof *d->at, "what is said", err));
    PV_TRY(pv_alloc(&packed, len, 1, "what is said", err));
    for (int i = 0; i < 3 + TEXTS; i++) {
        memcpy(packed + used, text[i], strlen(text[i]) + 1);
        used += strlen(text[i]) + 1;
    }
    saying *y = &d->at[d->n];
    *y = (saying){.fid = f->fid, .root = root, .text = packed, .by_hand = f->import <= 0};
    y->act = f->status == PV_PLOT_ERADICATED;
    y->unreachable = f->status == PV_PLOT_UNREACHABLE;
    numbers_of(f, y->number);
    sums_of(f, root, y->sum);
    chain(d, d->n++);
out:
    return st;
}

/* ---- plots whose findings were read ---- */

static int knows(const pv_said *d, int64_t root, size_t *at)
{
    for (*at = (size_t)((uint64_t)root * 11400714819323198485ULL >> 20) % d->n_roots; d->root_slot[*at] != 0; *at = (*at + 1) % d->n_roots)
        if (d->root_slot[*at] == root) return 1;
    return 0;
}

static pv_status know(pv_said *d, int64_t root, int *known, pv_err *err)
{
    pv_status st = PV_OK;
    size_t at = 0;
    if (2 * (d->roots.n + 1) > d->n_roots) {
        int64_t *slot = NULL;
        size_t n = d->n_roots > 0 ? 2 * d->n_roots : 256;
        PV_TRY(pv_alloc(&slot, n, sizeof *slot, "plots", err));
        pv_free(d->root_slot);
        d->root_slot = slot;
        d->n_roots = n;
        for (size_t i = 0; i < d->roots.n; i++)
            if (!knows(d, d->roots.at[i], &at)) d->root_slot[at] = d->roots.at[i];
    }
    *known = knows(d, root, &at);
    if (*known) return PV_OK;
    PV_TRY(pv_grow(&d->roots.at, &d->roots.cap, d->roots.n + 1, sizeof *d->roots.at, "plots", err));
    d->roots.at[d->roots.n++] = root;
    d->root_slot[at] = root;
out:
    return st;
}

static pv_status read_plot(pv_said *d, int64_t root, pv_err *err)
{
    pv_status st = PV_OK;
    int known = 0, more = 1;
    PV_TRY(know(d, root, &known, err));
    if (known) return PV_OK;
    if (d->walk == NULL)
        PV_TRY(pv_findings_list(&d->walk, d->s, root, err));
    else
        PV_TRY(pv_findings_again(d->walk, root, err));
    for (;;) {
        PV_TRY(pv_findings_next(d->walk, &d->there, &more, err));
        if (!more) break;
        PV_TRY(pv_said_add(d, &d->there, root, err));
    }
out:
    return st;
}

/* ---- the question ---- */

static int says_all(const saying *y, const pv_finding *f, int64_t root, const char *const text[3 + TEXTS], const double number[NUMBERS])
{
    /* The same answer may have become another step: of an eradicated plot a regrowth, a check, or the eradication itself. */
    int by_answer = strcmp(f->verdict, "already_removed") == 0, act = f->status == PV_PLOT_ERADICATED;
    const char *there = y->text;
    if (y->root != root || (act != y->act && !by_answer) || (f->status == PV_PLOT_UNREACHABLE) != y->unreachable) return 0;
    /* An office's own word stands beside the answer of a crew (pv_finding_key()). */
    if (y->by_hand && f->verdict[0] != '\0' && (act || pv_verdict_rules_out(f->verdict))) return 0;
    for (int i = 0; i < NUMBERS; i++)
        if (!pv_return_number_is_said(number[i], y->number[i])) return 0;
    for (int i = 0; i < 3 + TEXTS; i++) {
        if (i < 3 ? strcmp(text[i], there) != 0 : !pv_return_text_is_said(text[i], there)) return 0;
        there += strlen(there) + 1;
    }
    return 1;
}

pv_status pv_said_find(pv_said *d, const pv_finding *f, int64_t root, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    const char *text[3 + TEXTS];
    double number[NUMBERS];
    uint64_t sum[2];
    *fid = 0;
    PV_TRY(read_plot(d, root, err));
    if (d->slots == 0) return PV_OK;
    texts_of(f, text);
    numbers_of(f, number);
    sums_of(f, root, sum);
    int k = f->at[0] == '\0';
    for (size_t i = d->slot[k][sum[k] % d->slots]; i > 0; i = d->at[i - 1].next[k])
        if (d->at[i - 1].sum[k] == sum[k] && says_all(&d->at[i - 1], f, root, text, number)) *fid = d->at[i - 1].fid;
out:
    return st;
}
